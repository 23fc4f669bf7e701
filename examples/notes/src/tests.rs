//! The server in a folder of its own, asked by a client in memory.

use std::path::PathBuf;

use pulseengine_mcp::Revision;
use pulseengine_mcp::testing::{self, Client, Value, json};

use super::*;

/// A folder of its own for every test, deleted at the end.
struct Place(PathBuf);

impl Place {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("notes-{test}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    fn app(&self) -> App {
        Notes::app(Folder::at(&self.0))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn write(client: &Client, id: &str, text: &str) -> String {
    client.call_tool("write_note", json!({"id": id, "text": text})).await.text()
}

#[test]
fn writes_reads_and_deletes() {
    let place = Place::new("writes");
    testing::run(async {
        let client = Client::new(place.app());
        assert_eq!(write(&client, "tea", "Green").await, "Created note://tea");
        assert_eq!(write(&client, "tea", "# Tea\nBlack").await, "Updated note://tea");
        let note = client.read_resource("note://tea").await;
        assert_eq!(note.text(), "# Tea\nBlack");
        assert_eq!(note.result()["contents"][0]["mimeType"], "text/markdown");
        assert_eq!(client.read_resource("notes://index").await.text(), r#"{"notes":["tea"]}"#);

        let deleted = client.call_tool("delete_note", json!({"id": "tea"})).await;
        assert_eq!(deleted.text(), "Deleted note://tea");
        assert!(client.call_tool("delete_note", json!({"id": "tea"})).await.is_error());
        assert_eq!(client.read_resource("note://tea").await.error_code(), Some(-32602));
    });
}

#[test]
fn lists_its_notes_as_resources() {
    let place = Place::new("lists");
    testing::run(async {
        let client = Client::new(place.app());
        write(&client, "b", "").await;
        write(&client, "a", "").await;
        std::fs::write(place.0.join("Not a note.txt"), "").unwrap();
        let answer = client.request("resources/list", json!({})).await;
        let uris: Vec<_> =
            answer.result()["resources"].as_array().unwrap().iter().map(|r| &r["uri"]).collect();
        assert_eq!(uris, ["notes://index", "note://a", "note://b"]);
        let answer = client.request("resources/templates/list", json!({})).await;
        assert_eq!(answer.result()["resourceTemplates"][0]["uriTemplate"], "note://{id}");
    });
}

#[test]
fn searches() {
    let place = Place::new("searches");
    testing::run(async {
        let client = Client::new(place.app());
        write(&client, "tea", "Sorts\nGREEN tea").await;
        write(&client, "many", &"green\n".repeat(60)).await;
        let answer = client.call_tool("search", json!({"query": "green t"})).await;
        let hit = json!({"id": "tea", "line": 2, "text": "GREEN tea"});
        assert_eq!(*answer.structured_content(), json!({"hits": [hit], "more": false}));
        let answer = client.call_tool("search", json!({"query": "green"})).await;
        assert_eq!(answer.structured_content()["hits"].as_array().unwrap().len(), 50);
        assert_eq!(answer.structured_content()["more"], true);
    });
}

#[test]
fn no_id_leads_out_of_the_folder() {
    let place = Place::new("traversal");
    let secret = place.0.with_extension("md");
    std::fs::write(&secret, "secret").unwrap();
    let up = secret.file_stem().unwrap().to_str().unwrap();
    let long = "a".repeat(65);
    testing::run(async {
        let client = Client::new(place.app());
        write(&client, "tea", "Green").await;
        let ids = [
            "",
            ".",
            "..",
            "../tea",
            &format!("../{up}"),
            "/etc/passwd",
            "a/b",
            "a\\b",
            "a.b",
            "tea\n",
            "A",
            "é",
            &long,
        ];
        for id in ids {
            for call in [json!({"id": id, "text": ""}), json!({"id": id})] {
                let tool = if call.get("text").is_some() { "write_note" } else { "delete_note" };
                let answer = client.call_tool(tool, call).await;
                assert!(answer.is_error(), "{tool} {id:?}");
            }
            let encoded: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
            for uri in [format!("note://{id}"), format!("note://{encoded}")] {
                let answer = client.read_resource(&uri).await;
                assert!(answer.error_code().is_some(), "{uri}: {:?}", answer.message());
            }
            let answer = client.get_prompt("summarize", json!({"id": id})).await;
            assert!(answer.error_code().is_some(), "{id:?}");
            assert!(Folder::at(&place.0).read(id).is_err(), "{id:?}");
        }
    });
    assert_eq!(std::fs::read_to_string(&secret).unwrap(), "secret");
    std::fs::remove_file(secret).unwrap();
}

#[test]
fn summarizes_with_the_note_embedded() {
    let place = Place::new("summarizes");
    testing::run(async {
        let client = Client::new(place.app());
        write(&client, "tea", "Green").await;
        let answer = client.get_prompt("summarize", json!({"id": "tea", "style": "one sentence"})).await;
        assert_eq!(answer.text(), "Summarize this note. Form of the summary: one sentence.");
        let resource = json!({"uri": "note://tea", "mimeType": "text/markdown", "text": "Green"});
        assert_eq!(
            answer.result()["messages"][1]["content"],
            json!({"type": "resource", "resource": resource})
        );
        let answer = client.get_prompt("summarize", json!({"id": "tea"})).await;
        assert!(answer.text().ends_with("paragraph."));
        assert!(
            client.get_prompt("summarize", json!({"id": "coffee"})).await.error_message().contains("coffee")
        );
    });
}

#[test]
fn completes() {
    let place = Place::new("completes");
    testing::run(async {
        let client = Client::new(place.app());
        for id in ["tea", "team", "work"] {
            write(&client, id, "").await;
        }
        let prompt = json!({"type": "ref/prompt", "name": "summarize"});
        let template = json!({"type": "ref/resource", "uri": "note://{id}"});
        let table: [(&Value, &str, &str, &[&str]); 4] = [
            (&prompt, "id", "te", &["tea", "team"]),
            (&template, "id", "w", &["work"]),
            (&template, "id", "x", &[]),
            (&prompt, "style", "one", &["one sentence"]),
        ];
        for (reference, name, value, expected) in table {
            let params = json!({"ref": reference, "argument": {"name": name, "value": value}});
            let answer = client.request("completion/complete", params).await;
            assert_eq!(answer.result()["completion"]["values"], json!(expected), "{name} {value}");
        }
    });
}

#[test]
fn tells_of_changes() {
    let place = Place::new("tells");
    testing::run(async {
        let mut client = Client::with_revision(place.app(), Revision::V2025_11_25);
        client.request("resources/subscribe", json!({"uri": "note://tea"})).await;
        write(&client, "tea", "Green").await;
        write(&client, "work", "").await;
        write(&client, "tea", "Black").await;
        let mut all = client.notifications().to_vec();
        all.extend(client.close().await);
        let of = |method: &str| all.iter().filter(|m| m["method"] == method).collect::<Vec<_>>();
        let updated = of("notifications/resources/updated");
        assert_eq!(updated.len(), 2);
        assert!(updated.iter().all(|message| message["params"]["uri"] == "note://tea"));
        assert_eq!(of("notifications/resources/list_changed").len(), 2);
    });
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_folder() {
    let (place, outside) = (Place::new("links"), Place::new("links-outside"));
    for folder in [&place, &outside] {
        std::fs::create_dir_all(&folder.0).unwrap();
    }
    std::fs::write(outside.0.join("secret.md"), "secret").unwrap();
    for (link, target) in [("read.md", "secret.md"), ("write.md", "new.md"), ("folder.md", "")] {
        std::os::unix::fs::symlink(outside.0.join(target), place.0.join(link)).unwrap();
    }
    testing::run(async {
        let client = Client::new(place.app());
        for id in ["read", "write", "folder"] {
            let note = client.read_resource(&format!("note://{id}")).await;
            assert_eq!(note.error_code(), Some(-32603), "{id}");
            let args = json!({"id": id, "text": "x"});
            assert!(client.call_tool("write_note", args).await.is_error(), "{id}");
        }
        let found = client.call_tool("search", json!({"query": "secret"})).await;
        assert_eq!(found.result()["structuredContent"]["hits"], json!([]));
        assert_eq!(write(&client, "inside", "x").await, "Created note://inside");
    });
    assert_eq!(std::fs::read_to_string(outside.0.join("secret.md")).unwrap(), "secret");
    assert!(!outside.0.join("new.md").exists());
}
