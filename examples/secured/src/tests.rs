//! The server, called by clients in memory.

use pulseengine_mcp::testing::{self, Client, json};

use super::*;

fn caller_with(id: &str, scopes: &[&str]) -> Principal {
    Principal::new(id).with_scopes(scopes.iter().copied())
}

#[test]
fn notes_belong_to_their_caller() {
    testing::run(async {
        let client =
            Client::new(Secured::app()).as_principal(caller_with("alice", &["notes:read", "notes:write"]));
        let answer = client.call_tool("write_note", json!({"id": "tea", "text": "Green"})).await;
        assert_eq!(answer.text(), "Written: note://tea");
        assert_eq!(client.read_resource("note://tea").await.text(), "Green");
        assert_eq!(client.read_resource("notes://index").await.text(), r#"{"notes":["tea"]}"#);
        assert_eq!(client.read_resource("notes://room").await.text(), "999");
        assert_eq!(
            *client.call_tool("list_notes", json!({})).await.structured_content(),
            json!({"notes": ["tea"]})
        );
        let answer = client.call_tool("whoami", json!({})).await;
        let scopes = ["notes:read", "notes:write"];
        let caller = json!({"id": "alice", "subject": null, "client": null, "scopes": scopes});
        assert_eq!(*answer.structured_content(), caller);
        assert_eq!(client.call_tool("delete_note", json!({"id": "tea"})).await.text(), "Deleted: note://tea");
        assert!(client.call_tool("delete_note", json!({"id": "tea"})).await.is_error());
        assert_eq!(client.read_resource("note://tea").await.error_code(), Some(-32602));
    });
    let notes = Notebook::default();
    assert!(notes.write("alice", "tea".into(), "Green".into()));
    assert!(notes.ids("bob").is_empty());
    assert_eq!(notes.read("bob", "tea"), None);
    assert!(!notes.delete("bob", "tea"));
}

#[test]
fn scopes_are_enforced() {
    testing::run(async {
        let note = || json!({"id": "tea", "text": "Green"});
        let reader = Client::new(Secured::app()).as_principal(caller_with("alice", &["notes:read"]));
        assert_eq!(reader.list_tools().await.entries().len(), 2);
        assert_eq!(reader.call_tool("write_note", note()).await.error_code(), Some(-32600));
        assert_eq!(reader.read_resource("notes://room").await.error_code(), Some(-32600));
        // Without a caller an entry with scopes does not exist.
        let stranger = Client::new(Secured::app());
        assert_eq!(stranger.list_tools().await.entries().len(), 1);
        assert_eq!(stranger.call_tool("write_note", note()).await.error_code(), Some(-32602));
    });
}

#[test]
fn there_is_room_for_so_many_notes() {
    let notes = Notebook::default();
    for number in 0..1000 {
        assert!(notes.write("alice", number.to_string(), String::new()));
    }
    assert!(!notes.write("bob", "one".into(), String::new()));
    assert!(notes.write("alice", "7".into(), "over the older one".into()));
    assert!(notes.delete("alice", "8"));
    assert!(notes.write("bob", "one".into(), String::new()));
}
