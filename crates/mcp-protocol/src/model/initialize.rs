//! The opening handshake of the revisions until 2025-11-25 (section "Lifecycle").

use super::{
    ClientCapabilities, Implementation, Meta, ServerCapabilities,
    macros::{constructors, setters},
};
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// Params of `initialize`, client to server. Until 2025-11-25.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeParams {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The newest revision the client speaks.
    pub protocol_version: String,
    /// What the client can do.
    pub capabilities: ClientCapabilities,
    /// Who the client is.
    pub client_info: Implementation,
}

impl InitializeParams {
    constructors! {
        /// A client that speaks a revision.
        new(protocol_version: impl Into<String>, client_info: Implementation, capabilities: ClientCapabilities);
    }

    setters! { meta: Meta }
}

/// Result of `initialize`. Until 2025-11-25.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeResult {
    /// Metadata.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The revision the session will use.
    pub protocol_version: String,
    /// What the server can do.
    pub capabilities: ServerCapabilities,
    /// Who the server is.
    pub server_info: Implementation,
    /// How a model makes good use of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}

impl InitializeResult {
    constructors! {
        /// A server that will speak a revision.
        new(protocol_version: impl Into<String>, server_info: Implementation, capabilities: ServerCapabilities);
    }

    setters! { instructions: String, meta: Meta }
}
