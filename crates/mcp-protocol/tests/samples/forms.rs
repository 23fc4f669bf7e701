//! Samples of what servers ask clients for: answers of models and filled-in forms.

use super::Samples;
use super::parts::content;
use pulseengine_mcp_protocol::model::*;
use serde_json::{Value, json};

/// Contents of sampling messages the revision has.
pub fn sampling_contents(s: &Samples) -> Vec<SamplingContents> {
    let image = SamplingContent::Image(ImageContent::new("aGVsbG8=", "image/png"));
    let mut found = vec![SamplingContents::from("text"), image.clone().into()];
    if s.since("2025-03-26") {
        found.push(SamplingContent::Audio(AudioContent::from_bytes([1_u8], "audio/wav")).into());
    }
    if s.since("2025-11-25") {
        found.push(tool_use(s).into());
        found.push(vec![SamplingContent::text("text"), image, tool_use(s), tool_result(s)].into());
        found.push(Vec::new().into());
    }
    found
}

fn tool_use(s: &Samples) -> SamplingContent {
    SamplingContent::ToolUse(ToolUseContent::new("1", "add", json!({ "a": 1 })).meta(s.meta().unwrap()))
}

fn tool_result(s: &Samples) -> SamplingContent {
    SamplingContent::ToolResult(ToolResultContent {
        tool_use_id: "1".into(),
        content: content(s),
        structured_content: Some(json!({ "sum": 1 }).into()),
        is_error: Some(false),
        meta: s.meta(),
    })
}

pub fn model_preferences() -> ModelPreferences {
    ModelPreferences {
        hints: Some(vec![ModelHint::from("sonnet"), ModelHint::default()]),
        cost_priority: Some(0.0),
        speed_priority: Some(1.0),
        intelligence_priority: Some(0.5),
    }
}

pub fn add_sampling(s: &mut Samples) {
    for contents in sampling_contents(s) {
        for piece in contents.pieces() {
            s.add("SamplingMessageContentBlock", piece);
        }
        s.add("SamplingMessage", &SamplingMessage::user(contents.clone()));
        s.add("SamplingMessage", &SamplingMessage::assistant(contents.clone()).meta(s.meta().unwrap()));
        s.add("CreateMessageResult", &CreateMessageResult::new("model", contents.clone()));
        for reason in ["endTurn", "stopSequence", "maxTokens", "toolUse", "refused"] {
            let result =
                CreateMessageResult::new("model", contents.clone()).stop_reason(StopReason::from(reason));
            s.add("CreateMessageResult", &result.meta(s.meta().unwrap()));
        }
    }
    s.add("ToolUseContent", &tool_use(s));
    s.add("ToolResultContent", &tool_result(s));
    s.add("ToolResultContent", &ToolResultContent::new("1", Vec::new()));
    s.add("ModelHint", &ModelHint::from("a"));
    s.add("ModelPreferences", &ModelPreferences::default());
    s.add("ModelPreferences", &model_preferences());
    s.add("ToolChoice", &ToolChoice::default());
    for mode in [ToolChoiceMode::Auto, ToolChoiceMode::Required, ToolChoiceMode::None] {
        s.add("ToolChoice", &ToolChoice::from(mode));
    }
}

fn string_schema(format: StringFormat) -> StringSchema {
    StringSchema {
        title: Some("T".into()),
        description: Some("D".into()),
        min_length: Some(1),
        max_length: Some(9),
        format: Some(format),
        default_value: Some("a".into()),
    }
}

fn number_schema(kind: NumberKind) -> NumberSchema {
    NumberSchema {
        kind,
        title: Some("T".into()),
        description: Some("D".into()),
        minimum: Some(0.0),
        maximum: Some(10.0),
        default_value: Some(5.0),
    }
}

/// Fields of forms the revision has, with the names of their types.
fn fields(s: &Samples) -> Vec<(&'static str, PrimitiveSchema)> {
    use StringFormat::{Date, DateTime, Email, Uri};
    let mut found: Vec<(&'static str, PrimitiveSchema)> =
        vec![("StringSchema", StringSchema::default().into())];
    for format in [Email, Uri, Date, DateTime] {
        found.push(("StringSchema", string_schema(format).into()));
    }
    found.push(("NumberSchema", NumberSchema::new(NumberKind::Number).into()));
    found.push(("NumberSchema", number_schema(NumberKind::Number).into()));
    found.push(("NumberSchema", number_schema(NumberKind::Integer).into()));
    found.push(("BooleanSchema", BooleanSchema::default().into()));
    found.push((
        "BooleanSchema",
        BooleanSchema::default().title("T").description("D").default_value(true).into(),
    ));
    let single = |options| SingleSelectSchema {
        title: Some("T".into()),
        description: Some("D".into()),
        options,
        default_value: Some("a".into()),
    };
    let values = || vec!["a".to_string(), "b".to_string()];
    let legacy = SingleOptions::Legacy { values: values(), names: vec!["A".into(), "B".into()] };
    found.push(("LegacyTitledEnumSchema", single(legacy.clone()).into()));
    found.push(("EnumSchema", single(legacy).into()));
    found.push(("UntitledSingleSelectEnumSchema", SingleSelectSchema::new(["a", "b"]).into()));
    found.push(("EnumSchema", single(SingleOptions::Untitled(values())).into()));
    if s.since("2025-11-25") {
        let choices = || vec![Choice::new("a", "A"), Choice::new("b", "B")];
        let multi = |options| MultiSelectSchema {
            title: Some("T".into()),
            description: Some("D".into()),
            min_items: Some(0),
            max_items: Some(2),
            options,
            default_value: Some(values()),
        };
        for name in ["TitledSingleSelectEnumSchema", "SingleSelectEnumSchema", "EnumSchema"] {
            found.push((name, SingleSelectSchema::new(choices()).into()));
            found.push((name, single(SingleOptions::Titled(choices())).into()));
        }
        for name in ["TitledMultiSelectEnumSchema", "MultiSelectEnumSchema", "EnumSchema"] {
            found.push((name, MultiSelectSchema::new(choices()).into()));
            found.push((name, multi(MultiOptions::Titled(choices())).into()));
        }
        for name in ["UntitledMultiSelectEnumSchema", "MultiSelectEnumSchema", "EnumSchema"] {
            found.push((name, MultiSelectSchema::new(["a"]).into()));
            found.push((name, multi(MultiOptions::Untitled(values())).into()));
        }
    }
    found
}

pub fn form(s: &Samples) -> ElicitSchema {
    let mut form = ElicitSchema {
        schema: Some("https://json-schema.org/draft/2020-12/schema".into()),
        ..ElicitSchema::default()
    };
    for (index, (_, field)) in fields(s).into_iter().enumerate() {
        form = form.field(format!("field {index}"), field).required();
    }
    form
}

pub fn add_forms(s: &mut Samples) {
    for (name, field) in fields(s) {
        s.add(name, &field);
        s.add("PrimitiveSchemaDefinition", &field);
    }
    let answer: Value = json!({ "text": "a", "number": 1, "flag": true });
    for result in [
        ElicitResult::new(ElicitAction::Accept).content(answer),
        ElicitResult::new(ElicitAction::Accept).meta(s.meta().unwrap()),
        ElicitResult::new(ElicitAction::Decline),
        ElicitResult::new(ElicitAction::Cancel),
    ] {
        s.add("ElicitResult", &result);
    }
    if s.since("2025-11-25") {
        s.add(
            "ElicitResult",
            &ElicitResult::new(ElicitAction::Accept).content(json!({ "many": ["a", "b"] })),
        );
    }
}
