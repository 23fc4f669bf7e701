//! Bytes as text.

use super::DecodeError;
use alloc::string::String;
use alloc::vec::Vec;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes to base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Base64 with padding to bytes.
pub(super) fn bytes(base64: &str) -> Result<Vec<u8>, DecodeError> {
    Ok(STANDARD.decode(base64)?)
}
