//! The client's side of conversations as scripts (`tests/conversation_client/*.txt`), and against the server's side.
//!
//! Lines are as in `tests/conversation.rs`, with these inputs and effects of a client:
//!
//! ```text
//! revision: NAME                      what the client wants to speak
//! request METHOD PARAMS, progress METHOD PARAMS, deadline MS METHOD, notify METHOD PARAMS
//! < initialized REVISION, progress N PARAMS, notification METHOD N|none PARAMS, unclaimed MESSAGE
//! ```
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use pulseengine_mcp_protocol::conversation::{ClientEvent, ClientSettings, Offer};
use pulseengine_mcp_protocol::{
    ClientSide, Conversation, Effect, Limits, Outcome, Reply, RequestId, Revision, ServerSide,
};

fn client(revision: Revision) -> Conversation<ClientSide> {
    let settings = ClientSettings {
        revision,
        capabilities: r#"{"roots":{}}"#.into(),
        client_info: r#"{"name":"c","version":"1"}"#.into(),
    };
    Conversation::client(settings, Limits::DEFAULT)
}

#[test]
fn every_script_has_its_effects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversation_client");
    let mut total = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mut text = fs::read_to_string(&path).unwrap();
        let names: Vec<(String, String)> = text
            .lines()
            .filter_map(|line| line.strip_prefix("let ")?.split_once(" = "))
            .map(|(name, value)| (format!("${name}"), value.to_owned()))
            .collect();
        for (name, value) in &names {
            text = text.replace(name, value);
        }
        let (head, cases) = text.split_once("\n== ").unwrap();
        let revision = head.lines().find_map(|line| line.strip_prefix("revision: ")).unwrap();
        for case in cases.split("\n== ") {
            total += 1;
            let (title, lines) = case.split_once('\n').unwrap();
            run(Revision::parse(revision).unwrap(), lines, &format!("{}, {title}", path.display()));
        }
    }
    assert!(total > 0);
}

fn run(revision: Revision, lines: &str, title: &str) {
    let mut conversation = client(revision);
    let mut open = VecDeque::new();
    for line in lines.lines().filter(|line| !line.is_empty()) {
        if let Some(expected) = line.strip_prefix("< ") {
            assert_eq!(open.pop_front().as_deref(), Some(expected), "{title}");
            continue;
        }
        assert_eq!(open, VecDeque::<String>::new(), "{title}: before {line}");
        input(&mut conversation, line);
        open.extend(std::iter::from_fn(|| conversation.poll()).map(show));
    }
    assert_eq!(open, VecDeque::<String>::new(), "{title}: at the end");
}

fn input(conversation: &mut Conversation<ClientSide>, line: &str) {
    let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (first, tail) = rest.split_once(' ').unwrap_or((rest, ""));
    match mark {
        ">" => conversation.receive(rest.into()),
        "request" | "progress" => {
            conversation.request(first, tail, mark == "progress", None);
        }
        "deadline" => {
            conversation.request(tail, "", false, Some(Duration::from_millis(first.parse().unwrap())));
        }
        "notify" => conversation.notify_server(first, tail).unwrap(),
        "reply" => {
            let id = RequestId::parse(first, &Limits::DEFAULT).unwrap();
            let result = format!(r#"{{"done":{first}}}"#);
            conversation.reply(&id, Reply::new(&id, &result, Outcome::Complete));
        }
        "withdraw" => conversation.withdraw(rest.parse().unwrap()),
        "expire" => conversation.expire(Duration::from_millis(rest.parse().unwrap())),
        "close" => conversation.close(),
        _ => panic!("`{mark}` is no directive"),
    }
}

fn show(effect: Effect<ClientEvent>) -> String {
    let number = |id: Option<u64>| id.map_or_else(|| "none".to_owned(), |id| id.to_string());
    match effect {
        Effect::Send(message, _) => message,
        Effect::Call(call) => format!("call {} {} {}", call.id, call.method.name(), call.revision.as_str()),
        Effect::Stop(id) => format!("stop {id}"),
        Effect::Answered(id, Ok(result)) => format!("answered {id} {result}"),
        Effect::Answered(id, Err(error)) => {
            let data = error.data().map(|data| format!(" {data}")).unwrap_or_default();
            format!("failed {id} {} {error}{data}", error.code().0)
        }
        Effect::Event(ClientEvent::Initialized { revision, .. }) => {
            format!("initialized {}", revision.as_str())
        }
        Effect::Event(ClientEvent::Progress { request, params }) => format!("progress {request} {params}"),
        Effect::Event(ClientEvent::Notification { method, params, subscription }) => {
            format!("notification {method} {} {params}", number(subscription))
        }
        Effect::Event(ClientEvent::Unclaimed(message)) => format!("unclaimed {message}"),
        Effect::Done(origin) => format!("done {origin}"),
        Effect::Drained => "drained".to_owned(),
    }
}

/// Both sides, with the messages that are on their way.
struct Pair {
    client: Conversation<ClientSide>,
    server: Conversation<ServerSide>,
    to_server: VecDeque<String>,
    to_client: VecDeque<String>,
    serving: Vec<RequestId>,
    answers: Vec<u64>,
}

impl Pair {
    fn settle(&mut self) {
        while let Some(effect) = self.client.poll() {
            match effect {
                Effect::Send(message, _) => self.to_server.push_back(message),
                Effect::Answered(id, _) => self.answers.push(id),
                _ => {}
            }
        }
        while let Some(effect) = self.server.poll() {
            match effect {
                Effect::Send(message, _) => self.to_client.push_back(message),
                Effect::Call(call) => self.serving.push(call.id),
                Effect::Stop(id) => self.serving.retain(|serving| *serving != id),
                _ => {}
            }
        }
    }

    /// Takes a step, if it is possible; whether it was.
    fn step(&mut self, action: u8, choice: usize) -> bool {
        let took = match action {
            0 => self.to_server.pop_front().map(|message| self.server.receive(message.into())),
            1 => self.to_client.pop_front().map(|message| self.client.receive(message.into())),
            _ if self.serving.is_empty() => None,
            _ => {
                let id = self.serving.swap_remove(choice % self.serving.len());
                let result = r#"{"protocolVersion":"2025-11-25"}"#;
                self.server.reply(&id, Reply::new(&id, result, Outcome::Complete));
                Some(())
            }
        };
        self.settle();
        took.is_some()
    }
}

proptest! {
    #[test]
    fn every_request_has_one_answer(
        revision in proptest::sample::select(Revision::ALL.to_vec()),
        actions in proptest::collection::vec((0_u8..5, any::<usize>()), 0..200),
    ) {
        let mut pair = Pair {
            client: client(revision),
            server: Conversation::new(Offer::default(), Limits::DEFAULT),
            to_server: VecDeque::new(),
            to_client: VecDeque::new(),
            serving: Vec::new(),
            answers: Vec::new(),
        };
        let mut expected: Vec<u64> = Vec::new();
        for (action, choice) in actions {
            match action {
                3 => {
                    let method = if choice % 2 == 0 { "tools/list" } else { "no/method" };
                    expected.push(pair.client.request(method, "{}", choice % 3 == 0, None));
                }
                4 => {
                    let open: Vec<u64> =
                        expected.iter().copied().filter(|id| !pair.answers.contains(id)).collect();
                    if let Some(id) = open.get(choice % open.len().max(1)) {
                        pair.client.withdraw(*id);
                        expected.retain(|other| other != id);
                    }
                }
                _ => {
                    pair.step(action, choice);
                }
            }
            pair.settle();
        }
        while (0..3).any(|action| pair.step(action, 0)) {}
        pair.answers.sort_unstable();
        prop_assert_eq!(pair.answers, expected);
    }
}
