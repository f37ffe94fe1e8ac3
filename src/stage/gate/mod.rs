//! Gates: they keep or drop, and never edit.

pub(super) mod drop_language;
pub(super) mod drop_listed;
pub(super) mod drop_non_article;
pub(super) mod drop_short;
