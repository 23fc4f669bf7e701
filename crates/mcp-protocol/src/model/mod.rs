//! The messages of MCP as Rust types: params, results, notifications and what they are made of.
//!
//! One type covers every revision from 2024-11-05 to 2026-07-28 and the tasks extension. What a later revision
//! added is an `Option`, and the docs say since and until when it exists; absent means absent on the wire, so a
//! value that uses only what a revision has is valid in that revision. What a revision requires and another does
//! not know ([`ResultFields`], [`Cacheable`]) is stamped by whoever knows which revision is spoken.
//!
//! Schemas, tool arguments and structured results stay JSON text ([`RawJson`]). These types are read and written by
//! `serde_json`. Members a type does not know are ignored, except where the specification leaves a set open.

mod annotations;
mod cache;
mod cancel;
mod capabilities;
mod completion;
mod content;
mod content_wire;
mod core_task;
mod decode;
mod discover;
mod elicit_schema;
mod elicitation;
mod error;
mod id;
mod implementation;
mod initialize;
mod input;
mod jsonrpc;
mod logging;
mod macros;
pub mod meta;
pub mod method;
mod notification;
mod number;
mod params;
mod primitive_schema;
mod progress;
mod prompt;
mod raw;
mod request;
mod resource;
mod response;
mod result;
mod roots;
mod sampling;
mod sampling_content;
mod select_schema;
mod subscription;
mod task;
mod tool;

pub use annotations::{Annotations, Role};
pub use cache::{CacheScope, Cacheable};
pub use cancel::CancelledParams;
pub use capabilities::{
    ClientCapabilities, ClientTaskRequests, ClientTasksCapability, ElicitationCapability, ElicitationTasks,
    ListCapability, ResourcesCapability, RootsCapability, SamplingCapability, SamplingTasks,
    ServerCapabilities, ServerTaskRequests, ServerTasksCapability, Settings, ToolTasks,
};
pub use completion::{
    CompleteParams, CompleteResult, Completion, CompletionArgument, CompletionContext, PromptReference,
    Reference, ResourceReference,
};
pub use content::{AudioContent, ContentBlock, EmbeddedResource, ImageContent, ResourceLink, TextContent};
pub use core_task::{CoreTask, CreateCoreTaskResult, ListCoreTasksResult, RelatedTask, TaskMetadata};
pub use decode::DecodeError;
pub use discover::DiscoverResult;
pub use elicit_schema::ElicitSchema;
pub use elicitation::{
    ElicitAction, ElicitFormParams, ElicitParams, ElicitResult, ElicitUrlParams, ElicitationCompleteParams,
    FormMode,
};
pub use error::{ErrorObject, MissingCapabilities, UnsupportedVersion, UrlElicitationRequired};
pub use id::{ProgressToken, RequestId};
pub use implementation::{Icon, IconTheme, Implementation};
pub use initialize::{InitializeParams, InitializeResult};
pub use input::{InputRequest, InputRequests, InputRequiredResult, InputResponse, InputResponses};
pub use logging::{LogParams, LoggingLevel, SetLevelParams};
pub use meta::Meta;
pub use notification::{ClientNotification, Notification, ServerNotification};
pub use params::{EmptyParams, ListParams, Params};
pub use primitive_schema::{
    BooleanSchema, NumberKind, NumberSchema, PrimitiveSchema, StringFormat, StringSchema,
};
pub use progress::ProgressParams;
pub use prompt::{
    GetPromptParams, GetPromptResult, ListPromptsResult, Prompt, PromptArgument, PromptMessage,
};
pub use raw::RawJson;
pub use request::{ClientRequest, Request, ServerRequest};
pub use resource::{
    BlobResourceContents, ListResourceTemplatesResult, ListResourcesResult, ReadResourceParams,
    ReadResourceResult, Resource, ResourceContents, ResourceTemplate, TextResourceContents,
};
pub use response::{ErrorResponse, Response};
pub use result::{EmptyResult, Outcome, ResultFields, ResultType};
pub use roots::{ListRootsResult, Root};
pub use sampling::{
    ContextInclusion, CreateMessageParams, CreateMessageResult, ModelHint, ModelPreferences, SamplingMessage,
    StopReason, ToolChoice, ToolChoiceMode,
};
pub use sampling_content::{SamplingContent, SamplingContents, ToolResultContent, ToolUseContent};
pub use select_schema::{Choice, MultiOptions, MultiSelectSchema, SingleOptions, SingleSelectSchema};
pub use subscription::{
    ResourceUpdatedParams, SubscribeParams, SubscriptionFilter, SubscriptionsAcknowledgedParams,
    SubscriptionsListenParams, SubscriptionsListenResult,
};
pub use task::{
    CreateTaskResult, GetTaskResult, TASKS_CAPABILITY, TASKS_EXTENSION, Task, TaskParams, TaskStatus,
    UpdateTaskParams,
};
pub use tool::{
    CallToolParams, CallToolResult, ListToolsResult, TaskSupport, Tool, ToolAnnotations, ToolExecution,
};
