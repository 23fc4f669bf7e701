//! Models of a connection and its handlers on threads of their own. loom runs each in every order of its steps, up to a number
//! of preemptions; a wake that is lost is a deadlock there. How they are run: CONTRIBUTING.md.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use loom::future::block_on;
use loom::thread;
use pulseengine_mcp_protocol::conversation::Change;
use pulseengine_mcp_protocol::{Method, RequestId};

use super::{CAPACITY, Command, Peer, SendStatus};
use crate::Instance;

fn model(preemptions: usize, run: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(run);
}

fn peer() -> Arc<Peer> {
    Arc::new(Peer::new(Instance::PROCESS))
}

/// Sends `count` messages for the request `sender`; what became of each.
fn send(peer: &Peer, sender: i64, count: usize) -> Vec<SendStatus> {
    let call = RequestId::from(sender);
    (0..count).map(|number| block_on(peer.notify(&call, number.to_string()))).collect()
}

/// The next command; `None` when the peer is closed.
fn next(peer: &Peer) -> Option<Command> {
    block_on(poll_fn(|cx| match peer.poll_command(cx) {
        Poll::Ready(command) => Poll::Ready(Some(command)),
        Poll::Pending if peer.is_closed() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    }))
}

fn message(command: Option<Command>) -> (RequestId, String) {
    match command {
        Some(Command::Notify(call, message)) => (call, message),
        _ => panic!("no message"),
    }
}

#[test]
fn messages_of_two_senders_arrive_once_and_in_order() {
    const EACH: usize = CAPACITY;
    model(2, || {
        let peer = peer();
        let senders = [1, 2].map(|sender| {
            let peer = Arc::clone(&peer);
            thread::spawn(move || assert_eq!(send(&peer, sender, EACH), [SendStatus::Queued; EACH]))
        });
        let mut seen = [0, 0];
        for _ in 0..2 * EACH {
            assert!(peer.lock().commands.len() <= CAPACITY);
            let (call, text) = message(next(&peer));
            let number = &mut seen[usize::from(call == RequestId::from(2))];
            assert_eq!(text, number.to_string());
            *number += 1;
        }
        assert_eq!(seen, [EACH; 2]);
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        assert!(peer.lock().commands.is_empty());
    });
}

#[test]
fn a_sender_that_waits_for_room_goes_on_when_there_is_some() {
    model(3, || {
        let peer = peer();
        let sending = Arc::clone(&peer);
        let sender = thread::spawn(move || send(&sending, 1, CAPACITY + 2));
        for number in 0..CAPACITY + 2 {
            assert_eq!(message(next(&peer)).1, number.to_string());
        }
        assert_eq!(sender.join().unwrap(), [SendStatus::Queued; CAPACITY + 2]);
    });
}

#[test]
fn a_close_ends_senders_and_what_was_taken_was_sent() {
    model(3, || {
        let peer = peer();
        let sending = Arc::clone(&peer);
        let sender = thread::spawn(move || send(&sending, 1, CAPACITY + 1));
        assert_eq!(message(next(&peer)).1, "0");
        peer.close();
        let sent = sender.join().unwrap();
        let queued = sent.iter().take_while(|status| **status == SendStatus::Queued).count();
        assert!(
            queued >= 1 && sent.iter().skip(queued).all(|status| *status == SendStatus::Closed),
            "{sent:?}"
        );
        assert!(next(&peer).is_none());
        assert_eq!(peer.announce(Change::Tools), SendStatus::Closed);
    });
}

#[test]
fn a_close_by_another_thread_wakes_the_connection() {
    model(3, || {
        let peer = peer();
        let closing = Arc::clone(&peer);
        let sending = Arc::clone(&peer);
        let closer = thread::spawn(move || closing.close());
        let sender = thread::spawn(move || send(&sending, 1, 1));
        let mut taken = 0;
        while next(&peer).is_some() {
            taken += 1;
        }
        closer.join().unwrap();
        let sent = sender.join().unwrap();
        assert!(taken <= 1 && (taken == 0 || sent == [SendStatus::Queued]));
    });
}

#[test]
fn equal_changes_are_announced_at_least_once_and_an_end_is_not_lost() {
    model(2, || {
        let peer = peer();
        let announcers = [(); 2].map(|()| {
            let peer = Arc::clone(&peer);
            thread::spawn(move || {
                assert_eq!(peer.announce(Change::Tools), SendStatus::Queued);
                peer.end();
            })
        });
        let (mut changes, mut ends) = (0, 0);
        while ends < 2 {
            match next(&peer) {
                Some(Command::Announce(Change::Tools)) => changes += 1,
                Some(Command::End) => ends += 1,
                _ => panic!("no such command was given"),
            }
        }
        assert!((1..=2).contains(&changes), "{changes}");
        announcers.into_iter().for_each(|announcer| announcer.join().unwrap());
    });
}

#[test]
fn a_question_on_a_connection_that_closes_gets_an_error() {
    model(3, || {
        let peer = peer();
        let asking = Arc::clone(&peer);
        let asker = thread::spawn(move || {
            let call = RequestId::from(1);
            block_on(asking.ask(&call, Method::ListRoots, String::new(), Duration::MAX))
        });
        peer.close();
        assert!(asker.join().unwrap().is_err());
    });
}
