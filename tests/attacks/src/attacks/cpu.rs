//! What a message costs: 1 MB of anything takes at most 100 ms of a processor.

use std::sync::Arc;
use std::time::Duration;

use crate::case::{Figures, Stage, each};
use crate::figure::Figure;
use crate::message::{self, Post, SESSION};

/// The most that 1 MB may cost, whatever it is.
const MEGABYTE: Duration = Duration::from_millis(100);

/// Bytes of a bomb.
const SIZE: usize = 1_000_000;

/// What a request costs.
async fn cost(stage: &Arc<Stage>, what: &str, post: &Post) -> Figures {
    let cpu = stage
        .cpu_of(|| async {
            // It may be refused before all of it was read: then the connection ends.
            let _ = stage.ask(post).await;
            Ok(())
        })
        .await?;
    Ok(vec![Figure::within(format!("CPU for {what}"), cpu, MEGABYTE)])
}

/// Arguments that are made of a piece, until they are long enough.
fn filled(begin: &str, piece: &str, end: &str) -> Post {
    let times = SIZE / piece.len();
    message::call("test_simple_text", &format!("{begin}{}{end}", piece.repeat(times)))
}

/// Arguments of 1 MB that are hard to read.
pub async fn json_bombs(stage: Arc<Stage>) -> Figures {
    let names: String = (0..SIZE / 12).map(|number| format!("\"a{number}\":0,")).collect();
    let bombs = [
        ("numbers", filled(r#"{"a":["#, "0,", "0]}")),
        ("a long number", filled(r#"{"a":1"#, "0", "}")),
        ("empty arrays", filled(r#"{"a":["#, "[],", "0]}")),
        ("empty objects", filled(r#"{"a":["#, "{},", "0]}")),
        ("one name again and again", filled("{", r#""a":0,"#, r#""a":0}"#)),
        ("names", message::call("test_simple_text", &format!("{{{names}\"z\":0}}"))),
        ("escapes", filled(r#"{"a":""#, r"\u0041", r#""}"#)),
        ("surrogates", filled(r#"{"a":""#, r"\ud83d\ude00", r#""}"#)),
        ("short escapes", filled(r#"{"a":""#, r"\n", r#""}"#)),
        ("spaces", filled(r#"{"a":"#, " ", "0}")),
        ("letters", filled(r#"{"a":""#, "é", r#""}"#)),
        ("words", filled(r#"{"a":["#, "null,", "0]}")),
    ];
    let mut figures = Vec::new();
    for (what, post) in &bombs {
        figures.extend(cost(&stage, what, post).await?);
    }
    Ok(figures)
}

/// Arrays and objects within each other.
pub async fn deep_json(stage: Arc<Stage>) -> Figures {
    let arrays = filled(r#"{"a":"#, "[", "}");
    let closed = message::call(
        "test_simple_text",
        &format!(r#"{{"a":{}{}}}"#, "[".repeat(SIZE / 2), "]".repeat(SIZE / 2)),
    );
    let objects = filled(r#"{"a":"#, r#"{"a":"#, "}");
    let mut figures = cost(&stage, "arrays", &arrays).await?;
    figures.extend(cost(&stage, "closed arrays", &closed).await?);
    figures.extend(cost(&stage, "objects", &objects).await?);
    let again = stage.ask(&closed).await?;
    figures.push(Figure::so("refused", again.status, again.status == 400));
    Ok(figures)
}

/// A cursor, a name, an id of 1 MB.
pub async fn long_names(stage: Arc<Stage>) -> Figures {
    let long = "x".repeat(SIZE);
    let cursor = message::stateless("tools/list", None, &format!(r#""cursor":"{long}","#));
    let mut id = message::call("test_simple_text", "{}");
    id.body = id.body.replacen("\"id\":1", &format!("\"id\":\"{long}\""), 1);
    let mut method = message::call("test_simple_text", "{}");
    method.body = method.body.replacen("tools/call", &long, 1);
    let mut tool = message::call("test_simple_text", "{}");
    tool.body = tool.body.replacen("test_simple_text", &long, 1);
    let state = message::stateless(
        "tools/call",
        Some("test_simple_text"),
        &format!(r#""name":"test_simple_text","requestState":"{long}","#),
    );
    let mut figures = Vec::new();
    for (what, post) in
        [("cursor", &cursor), ("id", &id), ("method", &method), ("tool", &tool), ("state", &state)]
    {
        figures.extend(cost(&stage, what, post).await?);
    }
    let answer = stage.ask(&cursor).await?;
    figures.push(Figure::so("the cursor is refused", answer.status, answer.status == 400));
    let answer = stage.ask(&id).await?;
    figures.push(Figure::so("the id is refused", answer.status, answer.status == 400));
    Ok(figures)
}

/// Many ids in one message: a batch, where a revision has them, and where it has none.
pub async fn batches(stage: Arc<Stage>) -> Figures {
    let ids: Vec<String> =
        (0..SIZE / 42).map(|id| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#)).collect();
    let old = message::initialize(message::CLIENT).body.replace(SESSION, "2025-03-26");
    let begun = stage.ask(&Post { body: old, fields: Vec::new() }).await?;
    let session = begun.field("mcp-session-id").ok_or("no session")?.to_owned();
    let fields = vec![("mcp-protocol-version", "2025-03-26".to_owned()), ("mcp-session-id", session)];
    let batch = Post { body: format!("[{}]", ids.join(",")), fields };
    let mut figures = cost(&stage, "a batch in a session", &batch).await?;
    let mut none = message::call("test_simple_text", "{}");
    none.body = batch.body.clone();
    figures.extend(cost(&stage, "a batch without one", &none).await?);
    Ok(figures)
}

/// Bodies as large as they may be, many at once, and larger ones.
pub async fn large_bodies(stage: Arc<Stage>) -> Figures {
    let large = message::call("test_simple_text", &format!(r#"{{"a":"{}"}}"#, "x".repeat(4_000_000)));
    let larger = message::call("test_simple_text", &format!(r#"{{"a":"{}"}}"#, "x".repeat(9_000_000)));
    let posts = Arc::new([large, larger]);
    let made = each(120, 24, |number| {
        let (stage, posts) = (Arc::clone(&stage), Arc::clone(&posts));
        async move {
            let mut client = stage.client().await.ok()?;
            // What is refused before it was read ends the connection.
            let _ = client.send(&posts.get(number % 2)?.bytes()).await;
            Some((number % 2, client.head().await.map_or(0, |answer| answer.status)))
        }
    });
    let statuses: Vec<(usize, u16)> = made.await.into_iter().flatten().collect();
    let of = |which: usize| statuses.iter().filter(move |(it, _)| *it == which).map(|(_, status)| *status);
    let served = of(0).filter(|status| *status == 200).count();
    let answered = of(0).filter(|status| matches!(status, 200 | 429 | 503)).count();
    let refused = of(1).filter(|status| matches!(status, 0 | 413)).count();
    Ok(vec![
        Figure::all(format!("of 4 MB answered ({served} with a result)"), answered, 60),
        Figure::least("of 4 MB with a result", served, 10),
        Figure::all("of 9 MB refused", refused, 60),
    ])
}

/// Two variables, and a URI in which each `-` could be the one between them.
pub async fn templates(stage: Arc<Stage>) -> Figures {
    let read = |length: usize| {
        let uri = format!("victim://between/{}", "-".repeat(length));
        message::stateless("resources/read", Some(&uri), &format!(r#""uri":"{uri}","#))
    };
    let mut figures = Vec::new();
    let mut times = Vec::new();
    for length in [2000, 4000, 8000] {
        let post = read(length);
        // One is too short to be measured.
        let cpu = stage
            .cpu_of(|| async {
                let mut client = stage.client().await?;
                for _ in 0..20 {
                    client.ask(&post).await?;
                }
                Ok(())
            })
            .await?;
        times.push(cpu / 20);
        figures.push(Figure::within(
            format!("CPU for a URI of {length}"),
            cpu / 20,
            Duration::from_millis(2),
        ));
    }
    // Without the head, which may be no longer than a field.
    let mut long = read(160_000);
    long.fields.retain(|(name, _)| *name != "mcp-name");
    let session = stage.session().await?;
    let uri = format!("victim://between/{}", "-".repeat(160_000));
    let in_session = message::in_session(&session, "resources/read", &format!(r#""uri":"{uri}""#));
    figures.extend(cost(&stage, "a URI of 160,000", &in_session).await?);
    let answer = stage.ask(&in_session).await?;
    let refused = answer.body.contains("-32602");
    figures.push(Figure::so("a URI of 160,000 is refused", refused, refused));
    Ok(figures)
}

/// A progress token of 900 kB for a call that reports progress often.
pub async fn progress_token(stage: Arc<Stage>) -> Figures {
    let token = format!("\"{}\"", "x".repeat(900_000));
    let params = r#""name":"steps","arguments":{"count":300,"pause":0,"size":0},"#;
    let post = message::with_token("tools/call", Some("steps"), params, &token);
    let made = each(4, 4, |_| {
        let (stage, post) = (Arc::clone(&stage), post.clone());
        async move { stage.ask(&post).await }
    });
    let answers: Vec<_> = made.await.into_iter().flatten().collect();
    let refused = answers.iter().filter(|answer| answer.body.contains("-32602")).count();
    Ok(vec![Figure::all("refused with -32602", refused, 4)])
}

/// A call of the last of 10,000 tools, beside one of the first. Instructions are counted by
/// `cargo xtask bench instructions`; here the time is compared, with a margin for the machine.
pub async fn many_tools(stage: Arc<Stage>) -> Figures {
    let mut times = Vec::new();
    for tool in ["filler_00000", "filler_09999"] {
        let post = message::call(tool, "{}");
        let cpu = stage
            .cpu_of(|| async {
                let mut client = stage.client().await?;
                for _ in 0..500 {
                    client.ask(&post).await?;
                }
                Ok(())
            })
            .await?;
        times.push(cpu / 500);
    }
    let [first, last] = times.as_slice() else { return Err("two times".into()) };
    Ok(vec![Figure::within(
        format!("CPU for the last tool ({first:?} for the first)"),
        *last,
        first.mul_f64(1.25),
    )])
}
