//! Every fixture, called as the conformance suite calls it.

use std::sync::{Arc, Mutex};

use pulseengine_mcp::Revision;
use pulseengine_mcp::testing::{self, Answer, Client, Value, json};

use super::*;

type Questions = Arc<Mutex<Vec<(String, Value)>>>;

/// A client that says yes to everything, in the form that is asked for, and keeps the questions.
fn client(revision: Revision) -> (Client, Questions) {
    let questions = Questions::default();
    let kept = Arc::clone(&questions);
    let client = Client::with_revision(Everything.app(), revision).answer_with(move |method, params| {
        kept.lock().unwrap().push((method.to_owned(), params.clone()));
        answer(method, params)
    });
    (client, questions)
}

fn answer(method: &str, params: &Value) -> Value {
    match method {
        "roots/list" => json!({"roots": [{"uri": "file:///work"}]}),
        "sampling/createMessage" => {
            json!({"role": "assistant", "model": "test", "content": {"type": "text", "text": "Paris"}})
        }
        _ => {
            let mut content = json!({});
            for (name, field) in params["requestedSchema"]["properties"].as_object().unwrap() {
                content[name] = match field["type"].as_str().unwrap() {
                    "string" if field["enum"].is_array() => field["enum"][0].clone(),
                    "boolean" => json!(true),
                    "array" => json!([]),
                    "string" => json!("Zoë"),
                    _ => json!(7),
                };
            }
            json!({"action": "accept", "content": content})
        }
    }
}

fn call(tool: &str) -> Answer {
    testing::run(async { client(Revision::LATEST).0.call_tool(tool, json!({})).await })
}

#[test]
fn every_tool_has_a_description_and_the_first_takes_no_argument() {
    testing::run(async {
        let (client, _) = client(Revision::LATEST);
        let answer = client.request("tools/list", json!({})).await;
        let tools = answer.result()["tools"].as_array().unwrap();
        assert!(tools.iter().all(|tool| !tool["description"].as_str().unwrap().is_empty()));
        assert_eq!(tools[0]["name"], "test_simple_text");
        // The interfaces of models refuse an object without `properties`.
        assert_eq!(tools[0]["inputSchema"], json!({"type": "object", "properties": {}}));
        assert_eq!(client.request("tools/list", json!({})).await.result(), answer.result());
    });
}

#[test]
fn texts() {
    let table = [
        ("test_simple_text", "This is a simple text response for testing."),
        ("test_multiple_content_types", "Multiple content types test:"),
        ("test_error_handling", "This tool intentionally returns an error for testing"),
        ("test_input_required_result_elicitation", "Hello, Zoë!"),
        ("test_input_required_result_sampling", "Paris"),
        ("test_input_required_result_list_roots", "The client has 1 roots"),
        ("test_input_required_result_request_state", "Confirmed: state-ok"),
        ("test_input_required_result_multiple_inputs", "Hello, Zoë! Paris 1 roots"),
        ("test_input_required_result_multi_round", "Hello, Zoë! You like Zoë."),
        ("test_input_required_result_tampered_state", "Confirmed: state-ok"),
        ("test_input_required_result_capabilities", "Hello, Zoë! Paris"),
        ("test_missing_capability", "Paris"),
        ("test_roots", "file:///work\n"),
    ];
    for (tool, text) in table {
        let answer = call(tool);
        assert_eq!(answer.text(), text, "{tool}");
        assert_eq!(answer.is_error(), tool == "test_error_handling", "{tool}");
        assert_eq!(answer.result()["resultType"], "complete", "{tool}");
    }
}

#[test]
fn content() {
    let image = json!({"type": "image", "data": samples::PNG, "mimeType": "image/png"});
    assert_eq!(call("test_image_content").result()["content"], json!([image]));
    let audio = json!({"type": "audio", "data": samples::WAV, "mimeType": "audio/wav"});
    assert_eq!(call("test_audio_content").result()["content"], json!([audio]));
    let text = "This is an embedded resource content.";
    let resource = json!({"uri": "test://embedded-resource", "mimeType": "text/plain", "text": text});
    let embedded = json!({"type": "resource", "resource": resource});
    assert_eq!(call("test_embedded_resource").result()["content"], json!([embedded]));
    let answer = call("test_multiple_content_types");
    assert_eq!(answer.result()["content"][1], image);
    assert_eq!(answer.result()["content"][2]["resource"]["text"], r#"{"test":"data","value":123}"#);
}

#[test]
fn progress() {
    testing::run(async {
        let (mut client, _) = client(Revision::LATEST);
        let params =
            json!({"name": "test_tool_with_progress", "_meta": {"progressToken": "progress-test-1"}});
        client.request("tools/call", params).await;
        let all = client.notifications();
        assert!(all.iter().all(|m| m["params"]["progressToken"] == "progress-test-1"));
        let progress: Vec<_> = all.iter().map(|m| m["params"]["progress"].as_f64().unwrap()).collect();
        assert_eq!(progress, [0.0, 50.0, 100.0]);
    });
}

#[test]
fn logs_what_is_asked_for() {
    let level = json!({"io.modelcontextprotocol/logLevel": "debug"});
    testing::run(async {
        let (mut client, _) = client(Revision::LATEST);
        client.call_tool("test_logging_tool", json!({})).await;
        assert!(client.notifications().is_empty());
        client.request("tools/call", json!({"name": "test_tool_with_logging", "_meta": level})).await;
        let texts: Vec<_> = client.notifications().iter().map(|m| &m["params"]["data"]).collect();
        assert_eq!(texts, ["Tool execution started", "Tool processing data", "Tool execution completed"]);
    });
}

#[test]
fn asks_on_the_open_connection_up_to_2025_11_25() {
    testing::run(async {
        let (client, questions) = client(Revision::V2025_11_25);
        let answer = client.call_tool("test_sampling", json!({"prompt": "Capital of France?"})).await;
        assert_eq!(answer.text(), "LLM response: Paris");
        let answer = client.call_tool("test_elicitation", json!({"message": "Who are you?"})).await;
        assert_eq!(answer.text(), "User response: action=accept, username=Zoë, email=Zoë");
        let answer = client.call_tool("test_elicitation_sep1034_defaults", json!({})).await;
        assert!(answer.text().starts_with("Elicitation completed: action=accept"), "{}", answer.text());
        client.call_tool("test_elicitation_sep1330_enums", json!({})).await;
        client.call_tool("test_streaming_elicitation", json!({})).await;

        let questions = questions.lock().unwrap();
        assert_eq!(questions.len(), 5);
        assert_eq!(questions[0].0, "sampling/createMessage");
        assert_eq!(questions[0].1["maxTokens"], 100);
        assert_eq!(questions[1].1["message"], "Who are you?");
        assert_eq!(questions[1].1["requestedSchema"]["required"], json!(["username", "email"]));
        let defaults = &questions[2].1["requestedSchema"]["properties"];
        let table = [
            ("name", json!("John Doe")),
            ("age", json!(30)),
            ("score", json!(95.5)),
            ("status", json!("active")),
            ("verified", json!(true)),
        ];
        for (field, default) in table {
            assert_eq!(defaults[field]["default"], default, "{field}");
        }
        let status = json!({
            "description": "User status", "type": "string",
            "enum": ["active", "inactive", "pending"], "default": "active",
        });
        assert_eq!(defaults["status"], status);
        let enums = &questions[3].1["requestedSchema"]["properties"];
        assert_eq!(enums["untitledSingle"]["enum"].as_array().unwrap().len(), 3);
        assert_eq!(enums["titledSingle"]["oneOf"][0]["const"], "value1");
        let names = |key: &str| enums["legacyEnum"][key].as_array().unwrap().len();
        assert_eq!(names("enum"), names("enumNames"));
        assert_eq!(enums["untitledMulti"]["items"]["type"], "string");
        assert_eq!(enums["titledMulti"]["items"]["anyOf"][0]["title"], "First Choice");
    });
}

#[test]
fn asks_only_what_the_client_can_answer() {
    testing::run(async {
        let (client, questions) = client(Revision::LATEST);
        let client = client.capabilities(json!({"sampling": {}}));
        client.call_tool("test_input_required_result_capabilities", json!({})).await;
        let methods: Vec<_> = questions.lock().unwrap().iter().map(|(method, _)| method.clone()).collect();
        assert_eq!(methods, ["sampling/createMessage"]);
    });
    testing::run(async {
        let client = Client::new(Everything.app()).capabilities(json!({}));
        let answer = client.call_tool("test_missing_capability", json!({})).await;
        assert_eq!(answer.error_code(), Some(-32021));
        let required = &answer.message()["error"]["data"]["requiredCapabilities"];
        assert_eq!(*required, json!({"sampling": {}}));
    });
}

#[test]
fn a_client_without_forms_is_not_asked_for_one() {
    testing::run(async {
        let client = Client::new(Everything.app()).capabilities(json!({"elicitation": {"url": {}}}));
        let answer = client.call_tool("test_input_required_result_elicitation", json!({})).await;
        assert_eq!(answer.error_code(), Some(-32021));
    });
}

#[test]
fn answers_may_be_declined() {
    testing::run(async {
        let client = Client::new(Everything.app());
        let answer = client.call_tool("test_input_required_result_elicitation", json!({})).await;
        assert_eq!(answer.text(), "Hello, stranger!");
    });
}

#[test]
fn a_changed_state_is_refused() {
    testing::run(async {
        let (client, _) = client(Revision::LATEST);
        let name = "test_input_required_result_tampered_state";
        let params = json!({"name": name, "requestState": "not one of ours", "inputResponses": {}});
        assert_eq!(client.request("tools/call", params).await.error_code(), Some(-32602));
    });
}

#[test]
fn the_schema_is_listed_as_written() {
    testing::run(async {
        let (client, _) = client(Revision::V2025_11_25);
        let answer = client.request("tools/list", json!({})).await;
        let tools = answer.result()["tools"].as_array().unwrap();
        let tool = tools.iter().find(|tool| tool["name"] == "json_schema_2020_12_tool").unwrap();
        let schema = &tool["inputSchema"];
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$defs"]["address"]["$anchor"], "addressDef");
        assert_eq!(schema["properties"]["address"]["$ref"], "#/$defs/address");
        assert!(schema["allOf"][0]["anyOf"].is_array());
        assert!(["if", "then", "else"].into_iter().all(|key| schema[key].is_object()));
        assert_eq!(schema["additionalProperties"], false);
        for (arguments, fits) in [
            (json!({"name": "Zoë", "contactMethod": "phone", "phone": "1"}), true),
            (json!({"contactMethod": "phone", "email": "a@b"}), false),
            (json!({"email": "a@b", "address": {"city": 1}}), false),
            (json!({"email": "a@b", "more": 1}), false),
        ] {
            let answer = client.call_tool("json_schema_2020_12_tool", arguments.clone()).await;
            assert_eq!(answer.is_error(), !fits, "{arguments}: {}", answer.text());
        }
    });
}

#[test]
fn resources() {
    testing::run(async {
        let (client, _) = client(Revision::LATEST);
        let text = client.read_resource("test://static-text").await;
        assert_eq!(text.text(), "This is the content of the static text resource.");
        let binary = client.read_resource("test://static-binary").await;
        let expected = json!({"uri": "test://static-binary", "mimeType": "image/png", "blob": samples::PNG});
        assert_eq!(binary.result()["contents"], json!([expected]));
        let data = client.read_resource("test://template/123/data").await;
        assert_eq!(data.text(), r#"{"id":"123","templateTest":true,"data":"Data for ID: 123"}"#);
        let unknown = client.read_resource("test://nonexistent-resource-for-conformance-testing").await;
        assert_eq!(unknown.error_code(), Some(-32602));
    });
}

#[test]
fn prompts() {
    testing::run(async {
        let (client, _) = client(Revision::LATEST);
        let arguments = json!({"arg1": "hello", "arg2": "world"});
        let answer = client.get_prompt("test_prompt_with_arguments", arguments).await;
        assert_eq!(answer.text(), "Prompt with arguments: arg1='hello', arg2='world'");
        let missing = client.get_prompt("test_prompt_with_arguments", json!({"arg1": "hello"})).await;
        assert_eq!(missing.error_code(), Some(-32602));
        let arguments = json!({"resourceUri": "test://example"});
        let answer = client.get_prompt("test_prompt_with_embedded_resource", arguments).await;
        assert_eq!(answer.result()["messages"][0]["content"]["resource"]["uri"], "test://example");
        let answer = client.get_prompt("test_prompt_with_image", json!({})).await;
        assert_eq!(answer.result()["messages"][0]["content"]["mimeType"], "image/png");
        let answer = client.get_prompt("test_input_required_result_prompt", json!({})).await;
        assert_eq!(answer.text(), "Use this context: Zoë");
        assert!(client.get_prompt("test_simple_prompt", json!({})).await.text().contains("simple prompt"));
    });
}

#[test]
fn completions() {
    testing::run(async {
        let (client, _) = client(Revision::LATEST);
        let table = [
            (json!({"type": "ref/prompt", "name": "test_prompt_with_arguments"}), "arg1", "testi", "testing"),
            (json!({"type": "ref/resource", "uri": "test://template/{id}/data"}), "id", "4", "456"),
        ];
        for (reference, name, value, expected) in table {
            let params = json!({"ref": reference, "argument": {"name": name, "value": value}});
            let answer = client.request("completion/complete", params).await;
            assert_eq!(answer.result()["completion"]["values"], json!([expected]), "{name}");
        }
    });
}

#[test]
fn a_tool_comes_and_goes() {
    testing::run(async {
        let (client, _) = client(Revision::LATEST);
        let arguments = json!({"name": "Zoë"});
        for there in [false, true, false] {
            let answer = client.call_tool("test_runtime_tool", arguments.clone()).await;
            assert_eq!(answer.text(), if there { "Hello, Zoë!" } else { "" });
            assert_eq!(answer.error_code(), (!there).then_some(-32602));
            client.call_tool("test_trigger_tool_change", json!({})).await;
        }
    });
}

#[test]
fn changes_are_told_to_those_who_listen() {
    testing::run(async {
        let (mut client, _) = client(Revision::V2025_11_25);
        client.request("resources/subscribe", json!({"uri": "test://watched-resource"})).await;
        for what in ["tool", "prompt", "resource"] {
            client.call_tool(&format!("test_trigger_{what}_change"), json!({})).await;
        }
        let mut all = client.notifications().to_vec();
        all.extend(client.close().await);
        for method in ["tools/list_changed", "prompts/list_changed", "resources/updated"] {
            let method = format!("notifications/{method}");
            assert!(all.iter().any(|message| message["method"] == *method), "{method}: {all:?}");
        }
    });
}
