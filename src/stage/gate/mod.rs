//! Gates: they keep or drop, and never edit.

pub(super) mod drop_short;
