//! Gates: they keep or drop, and never edit.

pub(super) mod c4;
pub(super) mod drop_language;
pub(super) mod drop_listed;
pub(super) mod drop_non_article;
pub(super) mod drop_short;
pub(super) mod drop_spun;
pub(super) mod fineweb;
pub(super) mod gopher_quality;
pub(super) mod gopher_repetition;
