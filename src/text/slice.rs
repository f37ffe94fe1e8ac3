//! Parts of texts and slices by ranges that are right by how they were found.

use std::slice::SliceIndex;

/// A part that has to be there.
///
/// `string_slice` and `indexing` panic where it is not, and a run must not: this panics in builds with debug assertions alone,
/// where a test sees the broken invariant, and otherwise gives the empty part. Where a range may well be too large,
/// `get` says so.
pub trait Slice {
    /// The part of a range.
    #[track_caller]
    fn slice<R>(&self, range: R) -> &Self
    where
        R: SliceIndex<Self, Output = Self>;
}

impl Slice for str {
    #[track_caller]
    fn slice<R: SliceIndex<str, Output = str>>(&self, range: R) -> &str {
        let part = self.get(range);
        debug_assert!(part.is_some(), "a range that is not in a text of {} bytes", self.len());
        part.unwrap_or_default()
    }
}

impl<T> Slice for [T] {
    #[track_caller]
    fn slice<R: SliceIndex<[T], Output = [T]>>(&self, range: R) -> &[T] {
        let part = self.get(range);
        debug_assert!(part.is_some(), "a range that is not in a slice of {}", self.len());
        part.unwrap_or_default()
    }
}
