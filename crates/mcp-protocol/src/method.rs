//! The table of methods: one row each, with direction, types and the revisions that have it.

use crate::Revision;
use crate::params::Key;

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// from client to server
    Client,
    /// from server to client
    Server,
    /// in both directions
    Either,
}

/// Whether a message wants an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// answered by a result or an error
    Request,
    /// not answered
    Notification,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The method.
    pub method: Method,
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether it wants an answer.
    pub shape: Shape,
    /// Who sends it.
    pub sender: Sender,
    /// The first revision that has it.
    pub since: Revision,
    /// The last revision that has it.
    pub until: Revision,
}

impl Row {
    /// Whether `revision` has this method.
    pub fn is_in(&self, revision: Revision) -> bool {
        self.since <= revision && revision <= self.until
    }
}

macro_rules! methods {
    ($($method:ident $name:literal $shape:ident $sender:ident $message:literal $result:literal $since:ident $until:ident;)*) => {
        /// A method of the protocol, in some revision.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Method {
            $(#[doc = concat!("`", $name, "`")] $method,)*
        }

        /// Every method, the frequent ones first.
        pub const METHODS: &[Row] = &[$(Row {
            method: Method::$method,
            name: $name,
            shape: Shape::$shape,
            sender: Sender::$sender,
            since: Revision::$since,
            until: Revision::$until,
        },)*];

        impl Method {
            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$method => $name,)* }
            }

            /// The schema's names of the whole message and of its result; the latter is empty for notifications.
            pub const fn types(self) -> (&'static str, &'static str) {
                match self { $(Self::$method => ($message, $result),)* }
            }
        }
    };
}

methods! {
    CallTool "tools/call" Request Client "CallToolRequest" "CallToolResult" V2024_11_05 V2026_07_28;
    ListTools "tools/list" Request Client "ListToolsRequest" "ListToolsResult" V2024_11_05 V2026_07_28;
    ReadResource "resources/read" Request Client "ReadResourceRequest" "ReadResourceResult" V2024_11_05 V2026_07_28;
    ListResources "resources/list" Request Client "ListResourcesRequest" "ListResourcesResult" V2024_11_05 V2026_07_28;
    ListResourceTemplates "resources/templates/list" Request Client "ListResourceTemplatesRequest" "ListResourceTemplatesResult" V2024_11_05 V2026_07_28;
    GetPrompt "prompts/get" Request Client "GetPromptRequest" "GetPromptResult" V2024_11_05 V2026_07_28;
    ListPrompts "prompts/list" Request Client "ListPromptsRequest" "ListPromptsResult" V2024_11_05 V2026_07_28;
    Complete "completion/complete" Request Client "CompleteRequest" "CompleteResult" V2024_11_05 V2026_07_28;
    Discover "server/discover" Request Client "DiscoverRequest" "DiscoverResult" V2026_07_28 V2026_07_28;
    Listen "subscriptions/listen" Request Client "SubscriptionsListenRequest" "SubscriptionsListenResult" V2026_07_28 V2026_07_28;
    GetTask "tasks/get" Request Client "GetTaskRequest" "GetTaskResult" V2026_07_28 V2026_07_28;
    UpdateTask "tasks/update" Request Client "UpdateTaskRequest" "UpdateTaskResult" V2026_07_28 V2026_07_28;
    CancelTask "tasks/cancel" Request Client "CancelTaskRequest" "CancelTaskResult" V2026_07_28 V2026_07_28;
    Initialize "initialize" Request Client "InitializeRequest" "InitializeResult" V2024_11_05 V2025_11_25;
    Ping "ping" Request Either "PingRequest" "EmptyResult" V2024_11_05 V2025_11_25;
    SetLevel "logging/setLevel" Request Client "SetLevelRequest" "EmptyResult" V2024_11_05 V2025_11_25;
    Subscribe "resources/subscribe" Request Client "SubscribeRequest" "EmptyResult" V2024_11_05 V2025_11_25;
    Unsubscribe "resources/unsubscribe" Request Client "UnsubscribeRequest" "EmptyResult" V2024_11_05 V2025_11_25;
    CreateMessage "sampling/createMessage" Request Server "CreateMessageRequest" "CreateMessageResult" V2024_11_05 V2026_07_28;
    ListRoots "roots/list" Request Server "ListRootsRequest" "ListRootsResult" V2024_11_05 V2026_07_28;
    Elicit "elicitation/create" Request Server "ElicitRequest" "ElicitResult" V2025_06_18 V2026_07_28;
    Cancelled "notifications/cancelled" Notification Either "CancelledNotification" "" V2024_11_05 V2026_07_28;
    Progress "notifications/progress" Notification Either "ProgressNotification" "" V2024_11_05 V2026_07_28;
    Initialized "notifications/initialized" Notification Client "InitializedNotification" "" V2024_11_05 V2025_11_25;
    RootsChanged "notifications/roots/list_changed" Notification Client "RootsListChangedNotification" "" V2024_11_05 V2025_11_25;
    LogMessage "notifications/message" Notification Server "LoggingMessageNotification" "" V2024_11_05 V2026_07_28;
    ResourceUpdated "notifications/resources/updated" Notification Server "ResourceUpdatedNotification" "" V2024_11_05 V2026_07_28;
    ResourcesChanged "notifications/resources/list_changed" Notification Server "ResourceListChangedNotification" "" V2024_11_05 V2026_07_28;
    ToolsChanged "notifications/tools/list_changed" Notification Server "ToolListChangedNotification" "" V2024_11_05 V2026_07_28;
    PromptsChanged "notifications/prompts/list_changed" Notification Server "PromptListChangedNotification" "" V2024_11_05 V2026_07_28;
    ElicitationComplete "notifications/elicitation/complete" Notification Server "ElicitationCompleteNotification" "" V2025_11_25 V2025_11_25;
    TaskChanged "notifications/tasks" Notification Server "TaskStatusNotification" "" V2026_07_28 V2026_07_28;
    ListenAcknowledged "notifications/subscriptions/acknowledged" Notification Server "SubscriptionsAcknowledgedNotification" "" V2026_07_28 V2026_07_28;
}

impl Method {
    /// The row of the method with that name, in any revision.
    pub fn find(name: &str) -> Option<&'static Row> {
        METHODS.iter().find(|row| row.name == name)
    }

    /// The member of the params that says what the request is about, which HTTP repeats as `Mcp-Name`.
    pub const fn named_by(self) -> Option<Key> {
        match self {
            Self::CallTool | Self::GetPrompt => Some(Key::Name),
            Self::ReadResource => Some(Key::Uri),
            Self::GetTask | Self::UpdateTask | Self::CancelTask => Some(Key::TaskId),
            _ => None,
        }
    }

    /// The row of this method.
    pub fn row(self) -> Option<&'static Row> {
        // The rows stand in the order of the variants.
        METHODS.get(self as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::METHODS;

    #[test]
    fn each_method_has_its_own_row() {
        for row in METHODS {
            assert_eq!(row.method.row().map(|found| found.name), Some(row.name));
        }
    }
}
