//! A handler's way to its connection, polled by hand.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use pulseengine_mcp_protocol::{Method, RequestId};
use pulseengine_mcp_transport::{Instance, Peer};

#[test]
fn a_question_on_a_closed_connection_gets_an_error_at_once() {
    let peer = Peer::new(Instance::PROCESS);
    peer.close();
    let call = RequestId::from(1);
    let asking = pin!(peer.ask(&call, Method::ListRoots, String::new(), Duration::MAX));
    let Poll::Ready(answer) = asking.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it waits for ever");
    };
    assert_eq!(answer.unwrap_err().message(), "the connection is closed");
}
