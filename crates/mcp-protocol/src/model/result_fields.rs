//! The members that all results of a server have (since 2026-07-28).

use super::{
    CallToolResult, CompleteResult, DiscoverResult, EmptyResult, GetPromptResult, InputRequiredResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, Meta,
    ReadResourceResult, ResultType, SubscriptionsListenResult, Task,
};

/// The members every result of a server has since 2026-07-28, so that one function can set them for all results.
pub trait ResultFields {
    /// The `_meta` member, where a server puts [`super::meta::key::SERVER_INFO`].
    fn meta_mut(&mut self) -> &mut Option<Meta>;

    /// The `resultType` member; to be `None` before that revision.
    fn result_type_mut(&mut self) -> &mut Option<ResultType>;
}

macro_rules! result_fields {
    ($($name:ty),* $(,)?) => { $(
        impl ResultFields for $name {
            fn meta_mut(&mut self) -> &mut Option<Meta> {
                &mut self.meta
            }
            fn result_type_mut(&mut self) -> &mut Option<ResultType> {
                &mut self.result_type
            }
        }
    )* };
}

result_fields! {
    EmptyResult, InputRequiredResult,
    CallToolResult, CompleteResult, DiscoverResult, GetPromptResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
    ListToolsResult, ReadResourceResult, SubscriptionsListenResult, Task,
}
