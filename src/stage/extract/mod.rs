//! Extractors: they fill fields.

pub(super) mod extract_html;
pub(super) mod extract_metadata;
mod furniture;
pub(super) mod read_byline;
pub(super) mod read_captions;
pub(super) mod read_contributors;
pub(super) mod read_date;
pub(super) mod read_dateline;
pub(super) mod read_description;
pub(super) mod split_title;
