//! Labellers: they write under `labels` and change nothing else.

pub(super) mod label_extraction;
pub(super) mod label_language;
pub(super) mod label_page;
pub(super) mod label_quality;
pub(super) mod label_spun;
