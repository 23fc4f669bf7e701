//! What the model types promise beyond the schemas: constructors, exact text, and what they refuse.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::error::Error as _;

use pulseengine_mcp_protocol::model::{
    BlobResourceContents, BooleanSchema, CallToolParams, CallToolResult, ClientRequest, Completion,
    ContentBlock, DecodeError, ElicitParams, ElicitResult, ElicitSchema, ImageContent, LoggingLevel, Meta,
    NumberKind, NumberSchema, ProgressParams, RawJson, Reference, RequestId, Resource, ResourceContents,
    SamplingContent, SamplingContents, SingleSelectSchema, StringSchema, TextContent, Tool, meta,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

fn refused<T: DeserializeOwned>(json: &str) -> String {
    serde_json::from_str::<T>(json).err().unwrap_or_else(|| panic!("{json} was accepted")).to_string()
}

#[test]
fn schemas_and_arguments_survive_verbatim() {
    let tool =
        r#"{"name":"a","inputSchema":{ "type":"object","z":1.50,"a":[] },"outputSchema":{"b":1,"a":2}}"#;
    assert_eq!(text(&serde_json::from_str::<Tool>(tool).unwrap()), tool);
    let call = r#"{"name":"a","arguments":{"z":1e3,"a":12345678901234567890123}}"#;
    assert_eq!(text(&serde_json::from_str::<CallToolParams>(call).unwrap()), call);
    let result = r#"{"content":[],"structuredContent":null}"#;
    assert_eq!(text(&serde_json::from_str::<CallToolResult>(result).unwrap()), result);
}

#[test]
fn order_of_members_does_not_matter() {
    let late = r#"{"text":"a","_meta":{},"type":"text"}"#;
    assert_eq!(
        serde_json::from_str::<ContentBlock>(late).unwrap(),
        TextContent::new("a").meta(Meta::default()).into()
    );
    let late = r#"{"params":{"uri":"file:///"},"method":"resources/read"}"#;
    assert_eq!(serde_json::from_str::<ClientRequest>(late).unwrap().method(), "resources/read");
}

#[test]
fn wrong_shapes_are_refused_with_a_reason() {
    assert!(refused::<ContentBlock>(r#"{"type":"video","data":""}"#).contains("unknown variant `video`"));
    assert!(refused::<ContentBlock>(r#"{"type":"text"}"#).contains("missing field `text`"));
    assert!(
        refused::<ContentBlock>(r#"{"type":"tool_use","id":"a","name":"b","input":{}}"#)
            .contains("sampling only")
    );
    assert!(
        refused::<SamplingContent>(r#"{"type":"tool_use","id":"a","name":"b","input":[]}"#)
            .contains("object")
    );
    assert!(refused::<ResourceContents>(r#"{"uri":"a:b"}"#).contains("`text` or `blob`"));
    assert!(refused::<CallToolParams>(r#"{"name":"a","arguments":[1]}"#).contains("expected an object"));
    assert!(refused::<CallToolParams>(r#"{"name":"a","arguments":null}"#).contains("expected an object"));
    assert!(refused::<Tool>(r#"{"name":"a","inputSchema":true}"#).contains("expected an object"));
    assert!(refused::<RequestId>("1.5").contains("whole number"));
    assert!(refused::<RequestId>("null").contains("whole number"));
    assert!(refused::<RequestId>("9223372036854775808").contains("9223372036854775808"));
    assert!(refused::<Reference>(r#"{"type":"ref/prompt","uri":"a"}"#).contains("missing field `name`"));
    assert!(refused::<ElicitParams>(r#"{"message":"a","mode":"url"}"#).contains("missing field `url`"));
    assert!(refused::<ElicitParams>(r#"{"message":"a","mode":"phone"}"#).contains("unknown variant `phone`"));
    assert!(
        refused::<ElicitSchema>(r#"{"type":"object","properties":{"a":{"type":"object"}}}"#)
            .contains("object")
    );
    assert!(refused::<ElicitResult>(r#"{"action":"accept","content":"a"}"#).contains("expected an object"));
}

#[test]
fn methods_are_decoded_by_name() {
    let error = ClientRequest::decode("tools/cal", None).unwrap_err();
    assert_eq!(error, DecodeError::UnknownMethod("tools/cal".into()));
    assert_eq!((error.code().0, error.to_string()), (-32601, "unknown method `tools/cal`".into()));
    let error = ClientRequest::decode("tools/call", None).unwrap_err();
    assert!(error.code().0 == -32602 && matches!(error, DecodeError::Json(_)));
    assert_eq!(error.source().map(ToString::to_string), Some(error.to_string()));
    assert!(error.to_string().contains("missing field `name`"));
    assert_eq!(text(&ClientRequest::decode("tools/list", None).unwrap()), r#"{"method":"tools/list"}"#);
}

#[test]
fn bytes_become_base64_and_back() {
    let block = ContentBlock::from(ImageContent::from_bytes([0_u8, 255, 254], "image/png"));
    assert_eq!(text(&block), r#"{"type":"image","data":"AP/+","mimeType":"image/png"}"#);
    let ContentBlock::Image(image) = block else { panic!() };
    assert_eq!(image.bytes().unwrap(), [0, 255, 254]);
    let blob = BlobResourceContents { blob: "not base64!".into(), ..BlobResourceContents::default() };
    assert!(blob.bytes().is_err());
}

#[test]
fn builders_read_well() {
    let resource = Resource::new("file:///a", "a").title("A").size(3_u64);
    assert_eq!(text(&resource), r#"{"uri":"file:///a","name":"a","title":"A","size":3}"#);
    let form = ElicitSchema::default()
        .field("name", StringSchema::default().title("Name"))
        .required()
        .field("age", NumberSchema::new(NumberKind::Integer))
        .field("ok", BooleanSchema::default())
        .required()
        .field("color", SingleSelectSchema::new(["red", "green"]).description("Best"));
    let written = concat!(
        r#"{"type":"object","properties":{"name":{"type":"string","title":"Name"},"age":{"type":"integer"},"#,
        r#""ok":{"type":"boolean"},"color":{"type":"string","description":"Best","enum":["red","green"]}},"#,
        r#""required":["name","ok"]}"#
    );
    assert_eq!(text(&form), written);
    assert_eq!(serde_json::from_str::<ElicitSchema>(written).unwrap(), form);
    let structured = CallToolResult::structured(json!({ "a": 1 }));
    assert_eq!(
        text(&structured),
        r#"{"content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1}}"#
    );
    let many = Completion::new((0..101).map(|n| n.to_string()).collect());
    assert_eq!((many.values.len(), many.total, many.has_more), (100, Some(101), Some(true)));
}

#[test]
fn one_piece_or_many() {
    let one = r#"{"type":"text","text":"a"}"#;
    let read: SamplingContents = serde_json::from_str(one).unwrap();
    assert_eq!((read.pieces().len(), text(&read)), (1, one.to_string()));
    let many = format!("[{one},{one}]");
    let read: SamplingContents = serde_json::from_str(&many).unwrap();
    assert_eq!((read.pieces().len(), text(&read)), (2, many));
}

#[test]
fn numbers_are_written_as_javascript_would() {
    let with = |progress: f64| text(&ProgressParams::new(1, progress));
    assert_eq!(with(50.0), r#"{"progressToken":1,"progress":50}"#);
    assert_eq!(with(0.25), r#"{"progressToken":1,"progress":0.25}"#);
    assert_eq!(with(-3.0), r#"{"progressToken":1,"progress":-3}"#);
    assert_eq!(with(1e300), r#"{"progressToken":1,"progress":1e+300}"#);
}

#[test]
fn reserved_metadata_is_typed() {
    let mut metadata = Meta::default().with("com.example/a", 1);
    assert_eq!(metadata.progress_token(), Ok(None));
    metadata.put_progress_token(&"t".into());
    metadata.put_log_level(&LoggingLevel::Warning);
    assert_eq!(metadata.progress_token(), Ok(Some("t".into())));
    assert_eq!(metadata.log_level(), Ok(Some(LoggingLevel::Warning)));
    assert_eq!(metadata.0.len(), 3);
    metadata.0.insert(meta::key::PROTOCOL_VERSION.into(), json!(7));
    let error = metadata.protocol_version().unwrap_err();
    assert_eq!(error.code().0, -32602);
    assert!(error.to_string().contains(meta::key::PROTOCOL_VERSION));
}

#[test]
fn text_known_at_compile_time_is_checked_when_written() {
    const SCHEMA: RawJson = RawJson::from_static(r#"{"type":"object"}"#);
    assert_eq!(text(&SCHEMA), SCHEMA.text());
    assert_eq!(SCHEMA, RawJson::from(json!({ "type": "object" })));
    assert!(serde_json::to_string(&RawJson::from_static("{")).is_err());
    assert!(RawJson::parse("{").is_err());
    assert_eq!(RawJson::parse("[1,2]").unwrap().decode::<Vec<u8>>(), Ok(vec![1, 2]));
}
