//! Inputs that are several things at once.

/// Up to the first NUL, and after it; all of `data` and nothing where there is none.
pub fn two(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == 0) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[]),
    }
}

/// The same, as texts.
pub fn two_texts(data: &[u8]) -> Option<(&str, &str)> {
    let (left, right) = two(data);
    Some((std::str::from_utf8(left).ok()?, std::str::from_utf8(right).ok()?))
}

/// Ways to cut `data` into chunks: as a whole, byte by byte, and in lengths that `data` itself gives.
pub fn chunkings(data: &[u8]) -> [Vec<&[u8]>; 3] {
    let mut uneven = Vec::new();
    let (mut rest, mut at) = (data, 0);
    while !rest.is_empty() {
        let length = usize::from(data[at % data.len()] % 13 + 1).min(rest.len());
        let (chunk, after) = rest.split_at(length);
        uneven.push(chunk);
        (rest, at) = (after, at + 7);
    }
    [vec![data], data.chunks(1).collect(), uneven]
}
