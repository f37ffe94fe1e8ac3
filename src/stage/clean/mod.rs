//! Cleaners: they edit text.

pub(super) mod canonicalise_url;
pub(super) mod mask_pii;
pub(super) mod normalise_unicode;
pub(super) mod normalise_whitespace;
pub(super) mod repair_encoding;
pub(super) mod strip_boilerplate;
pub(super) mod strip_c4_lines;
