//! One step of hashing.

/// Two words become one whose bits all depend on all of theirs: the product's halves, as wyhash has it.
/// The same on every machine, and for good: hashes of earlier nights are compared with today's.
#[inline]
pub(crate) const fn mix(a: u64, b: u64) -> u64 {
    let product = (a as u128) * (b as u128);
    #[expect(clippy::cast_possible_truncation, reason = "cut in two on purpose")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}
