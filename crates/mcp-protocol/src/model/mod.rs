//! The messages of MCP as Rust types: params, results, notifications and what they are made of.
//!
//! One type covers every revision from 2024-11-05 to 2026-07-28 and the tasks extension. What a later revision
//! added is an `Option`, and the docs say since and until when it exists; absent means absent on the wire, so a
//! value that uses only what a revision has is valid in that revision. What a revision requires and another does
//! not know ([`ResultFields`], [`Cacheable`]) is set by the code that knows the revision in use.
//!
//! Schemas, tool arguments and structured results stay JSON text ([`RawJson`]). These types are read and written by
//! `serde_json`. Members a type does not know are ignored, except where the specification leaves a set open.

mod annotations;
mod cache;
mod cacheable;
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
mod encoding;
mod error;
mod id;
mod implementation;
mod initialize;
mod input;
mod jsonrpc;
mod logging;
mod logging_level;
mod macros;
pub mod meta;
pub mod method;
mod notification;
mod number;
mod params;
mod primitive_read;
mod primitive_schema;
mod progress;
mod prompt;
mod raw;
mod request;
mod requests;
mod resource;
mod resource_methods;
mod response;
mod result;
mod result_fields;
mod result_type;
mod roots;
mod sampling;
mod sampling_content;
mod select_schema;
mod subscription;
mod task;
mod task_metadata;
mod tool;
mod tool_methods;

pub use annotations::{Annotations, Role};
pub use cache::CacheScope;
pub use cacheable::Cacheable;
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
pub use core_task::{CoreTask, CreateCoreTaskResult, ListCoreTasksResult};
pub use decode::{Base64Error, DecodeError};
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
pub use logging::{LogParams, SetLevelParams};
pub use logging_level::LoggingLevel;
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
    BlobResourceContents, Resource, ResourceContents, ResourceTemplate, TextResourceContents,
};
pub use resource_methods::{
    ListResourceTemplatesResult, ListResourcesResult, ReadResourceParams, ReadResourceResult,
};
pub use response::{ErrorResponse, Response};
pub use result::{EmptyResult, Outcome};
pub use result_fields::ResultFields;
pub use result_type::ResultType;
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
pub use task_metadata::{RelatedTask, TaskMetadata};
pub use tool::{TaskSupport, Tool, ToolAnnotations, ToolExecution};
pub use tool_methods::{CallToolParams, CallToolResult, ListToolsResult};
