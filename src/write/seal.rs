//! JSON files that carry a checksum of themselves.
//!
//! The first line of a sealed file is `{"xxh3":"…",`, the XXH3-128 of everything after that line; so the whole is one JSON
//! object that any reader can parse, and a changed bit anywhere is noticed.

use xxhash_rust::xxh3::xxh3_128;

const OPENING: &[u8] = b"{\"xxh3\":\"";
const CLOSING: &[u8] = b"\",\n";
const DIGITS: usize = 32;

/// What a file's checksum says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// It is what was written.
    Right,
    /// It is not what was written.
    Broken,
    /// It carries no checksum.
    Missing,
}

/// Gives a JSON object its checksum.
///
/// # Panics
/// Where it is no object with a key.
pub(crate) fn seal(object: &[u8]) -> Vec<u8> {
    let rest = object.strip_prefix(b"{").expect("a JSON object begins with a brace");
    [OPENING, format!("{:032x}", xxh3_128(rest)).as_bytes(), CLOSING, rest].concat()
}

impl Seal {
    /// Looks at a file.
    pub(crate) fn of(content: &[u8]) -> Self {
        let Some(after) = content.strip_prefix(OPENING) else { return Self::Missing };
        let Some((hash, rest)) = after.split_at_checked(DIGITS) else { return Self::Broken };
        let right = rest
            .strip_prefix(CLOSING)
            .is_some_and(|rest| format!("{:032x}", xxh3_128(rest)).as_bytes() == hash);
        if right { Self::Right } else { Self::Broken }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_bit_and_every_cut_is_noticed() {
        let sealed = seal(b"{\"a\": 1}\n");
        assert_eq!(Seal::of(&sealed), Seal::Right);
        let value: serde_json::Value = serde_json::from_slice(&sealed).expect("it is JSON");
        assert_eq!(value["a"], 1);
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(Seal::of(&changed), Seal::Right, "bit {bit}");
        }
        (0..sealed.len()).for_each(|length| assert_ne!(Seal::of(&sealed[..length]), Seal::Right));
        assert_eq!(Seal::of(b"{\"a\": 1}"), Seal::Missing);
    }
}
