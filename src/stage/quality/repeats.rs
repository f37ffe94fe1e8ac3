//! Pieces of a text that occur again.

use xxhash_rust::xxh3::xxh3_64;

/// Second and later occurrences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Repeats {
    /// All pieces.
    pub(super) pieces: usize,
    /// Those that occurred before.
    pub(super) repeated: usize,
    /// Their characters.
    pub(super) chars: usize,
}

/// Counts the pieces that occurred before. `seen` is room for their hashes.
pub(super) fn repeats<'a>(pieces: impl Iterator<Item = &'a str>, seen: &mut Vec<(u64, &'a str)>) -> Repeats {
    seen.clear();
    seen.extend(pieces.map(|piece| (xxh3_64(piece.as_bytes()), piece)));
    seen.sort_unstable_by_key(|(hash, _)| *hash);
    let mut found = Repeats { pieces: seen.len(), ..Repeats::default() };
    for (one, next) in seen.iter().zip(seen.iter().skip(1)) {
        if one.0 == next.0 {
            found.repeated += 1;
            found.chars += next.1.chars().count();
        }
    }
    found
}
