//! The smallest picture and the shortest sound, as base64, and how completions match.

/// A PNG of one red pixel.
pub const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/// A WAV of one sample of silence.
pub const WAV: &str = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

/// The words that start with `start`.
pub fn starting_with(words: &[&'static str], start: &str) -> Vec<&'static str> {
    words.iter().copied().filter(|word| word.starts_with(start)).collect()
}
