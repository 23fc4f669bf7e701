//! The table of methods: one row each, with its direction and the revisions that have it.

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

/// Whether a message needs an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// The receiver answers with a result or an error.
    Request,
    /// The receiver sends no answer.
    Notification,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct MethodRow {
    /// The method.
    pub method: Method,
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether it needs an answer.
    pub kind: MessageKind,
    /// Who sends it.
    pub sender: Sender,
    /// The first revision that has it.
    pub since: Revision,
    /// The last revision that has it.
    pub until: Revision,
}

impl MethodRow {
    /// Whether `revision` has this method.
    pub fn is_in(&self, revision: Revision) -> bool {
        self.since <= revision && revision <= self.until
    }
}

macro_rules! methods {
    ($($method:ident $name:literal $kind:ident $sender:ident $since:ident $until:ident;)*) => {
        /// A method of the protocol, in some revision.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Method {
            $(#[doc = concat!("`", $name, "`")] $method,)*
        }

        /// Every method, the frequent ones first.
        pub const METHODS: &[MethodRow] = &[$(MethodRow {
            method: Method::$method,
            name: $name,
            kind: MessageKind::$kind,
            sender: Sender::$sender,
            since: Revision::$since,
            until: Revision::$until,
        },)*];

        impl Method {
            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$method => $name,)* }
            }
        }
    };
}

methods! {
    CallTool "tools/call" Request Client V2024_11_05 V2026_07_28;
    ListTools "tools/list" Request Client V2024_11_05 V2026_07_28;
    ReadResource "resources/read" Request Client V2024_11_05 V2026_07_28;
    ListResources "resources/list" Request Client V2024_11_05 V2026_07_28;
    ListResourceTemplates "resources/templates/list" Request Client V2024_11_05 V2026_07_28;
    GetPrompt "prompts/get" Request Client V2024_11_05 V2026_07_28;
    ListPrompts "prompts/list" Request Client V2024_11_05 V2026_07_28;
    Complete "completion/complete" Request Client V2024_11_05 V2026_07_28;
    Discover "server/discover" Request Client V2026_07_28 V2026_07_28;
    Listen "subscriptions/listen" Request Client V2026_07_28 V2026_07_28;
    GetTask "tasks/get" Request Client V2026_07_28 V2026_07_28;
    UpdateTask "tasks/update" Request Client V2026_07_28 V2026_07_28;
    CancelTask "tasks/cancel" Request Client V2026_07_28 V2026_07_28;
    Initialize "initialize" Request Client V2024_11_05 V2025_11_25;
    Ping "ping" Request Either V2024_11_05 V2025_11_25;
    SetLevel "logging/setLevel" Request Client V2024_11_05 V2025_11_25;
    Subscribe "resources/subscribe" Request Client V2024_11_05 V2025_11_25;
    Unsubscribe "resources/unsubscribe" Request Client V2024_11_05 V2025_11_25;
    CreateMessage "sampling/createMessage" Request Server V2024_11_05 V2026_07_28;
    ListRoots "roots/list" Request Server V2024_11_05 V2026_07_28;
    Elicit "elicitation/create" Request Server V2025_06_18 V2026_07_28;
    Cancelled "notifications/cancelled" Notification Either V2024_11_05 V2026_07_28;
    Progress "notifications/progress" Notification Either V2024_11_05 V2026_07_28;
    Initialized "notifications/initialized" Notification Client V2024_11_05 V2025_11_25;
    RootsChanged "notifications/roots/list_changed" Notification Client V2024_11_05 V2025_11_25;
    LogMessage "notifications/message" Notification Server V2024_11_05 V2026_07_28;
    ResourceUpdated "notifications/resources/updated" Notification Server V2024_11_05 V2026_07_28;
    ResourcesChanged "notifications/resources/list_changed" Notification Server V2024_11_05 V2026_07_28;
    ToolsChanged "notifications/tools/list_changed" Notification Server V2024_11_05 V2026_07_28;
    PromptsChanged "notifications/prompts/list_changed" Notification Server V2024_11_05 V2026_07_28;
    ElicitationComplete "notifications/elicitation/complete" Notification Server V2025_11_25 V2025_11_25;
    TaskChanged "notifications/tasks" Notification Server V2026_07_28 V2026_07_28;
    ListenAcknowledged "notifications/subscriptions/acknowledged" Notification Server V2026_07_28 V2026_07_28;
}

impl Method {
    /// The row of the method with that name, in any revision.
    pub fn find(name: &str) -> Option<&'static MethodRow> {
        METHODS.iter().find(|row| row.name == name)
    }

    /// The member of the params that names the tool, resource, prompt or task, which HTTP repeats as `Mcp-Name`.
    pub(crate) const fn named_by(self) -> Option<Key> {
        match self {
            Self::CallTool | Self::GetPrompt => Some(Key::Name),
            Self::ReadResource => Some(Key::Uri),
            Self::GetTask | Self::UpdateTask | Self::CancelTask => Some(Key::TaskId),
            _ => None,
        }
    }

    /// The row of this method.
    pub fn row(self) -> Option<&'static MethodRow> {
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
