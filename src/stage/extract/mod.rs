//! Extractors: they fill fields.

pub(super) mod split_title;
