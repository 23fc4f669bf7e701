//! Responses as whole JSON-RPC messages.

use super::jsonrpc::JsonRpc;
use super::{ErrorObject, RequestId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A response with a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Response<R> {
    /// Id of the request.
    pub id: RequestId,
    /// The result.
    pub result: R,
}

/// A response with an error.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorResponse {
    /// Id of the request; absent when it could not be read, which schemas allow since 2025-11-25.
    pub id: Option<RequestId>,
    /// The error.
    pub error: ErrorObject,
}

#[derive(Serialize)]
struct ResponseRef<'a, R> {
    jsonrpc: JsonRpc,
    id: &'a RequestId,
    result: &'a R,
}

impl<R: Serialize> Serialize for Response<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ResponseRef { jsonrpc: JsonRpc, id: &self.id, result: &self.result }.serialize(serializer)
    }
}

impl<'de, R: Deserialize<'de>> Deserialize<'de> for Response<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct ResponseWire<R> {
            #[serde(rename = "jsonrpc")]
            _jsonrpc: JsonRpc,
            id: RequestId,
            result: R,
        }
        ResponseWire::deserialize(deserializer).map(|ResponseWire { id, result, .. }| Self { id, result })
    }
}

impl Serialize for ErrorResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct ErrorResponseRef<'a> {
            jsonrpc: JsonRpc,
            #[serde(skip_serializing_if = "Option::is_none")]
            id: &'a Option<RequestId>,
            error: &'a ErrorObject,
        }
        ErrorResponseRef { jsonrpc: JsonRpc, id: &self.id, error: &self.error }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ErrorResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct ErrorResponseWire {
            #[serde(rename = "jsonrpc")]
            _jsonrpc: JsonRpc,
            id: Option<RequestId>,
            error: ErrorObject,
        }
        ErrorResponseWire::deserialize(deserializer)
            .map(|ErrorResponseWire { id, error, .. }| Self { id, error })
    }
}
