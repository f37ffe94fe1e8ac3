//! Pieces of a text that occur again.

use xxhash_rust::xxh3::xxh3_64;

use super::numbers::Numbers;

/// Pieces that there is room for at first.
const FEW: usize = 128;

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

/// Counts the pieces that occurred before.
pub(super) fn repeats<'a>(pieces: impl Iterator<Item = &'a str>, numbers: &mut Numbers) -> Repeats {
    numbers.clear(FEW);
    let mut found = Repeats::default();
    for piece in pieces {
        found.pieces += 1;
        let before = numbers.len();
        if numbers.of(xxh3_64(piece.as_bytes())) < before {
            found.repeated += 1;
            found.chars += piece.chars().count();
        }
    }
    found
}
