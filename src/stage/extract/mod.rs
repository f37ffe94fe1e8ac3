//! Extractors: they fill fields.

pub(super) mod extract_html;
pub(super) mod extract_metadata;
pub(super) mod split_title;
