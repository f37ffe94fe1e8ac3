//! Dumps → batches of units. Knows compression; where units end, [`crate::format`] knows.
//!
//! [`find_dumps`] turns what the user named into a list of dumps in a fixed order; [`DumpReader`] reads one
//! of them, whatever it is compressed with, and cuts it into [`Batch`]es. Where batches end follows from
//! the dump's content alone, never from how the bytes arrived, so that outputs do not depend on timing.

mod compression;
mod dumps;
mod units;

pub use compression::{BytesRead, Compression};
pub use dumps::{Dump, FindError, Inputs, LeftOut, find_dumps, find_inputs, passed_over};
pub(crate) use units::{BATCH_BYTES, failure_of};
pub use units::{Batch, DumpEnd, DumpReader, Limits, ReadFailure, Unit};

use crate::article::Reason;

/// The line is longer than the pipeline allows.
pub const LINE_TOO_LONG: Reason =
    Reason { name: "line_too_long", meaning: "the line is longer than max-line-bytes" };
/// Why a line is not whole.
pub const REASONS: &[&Reason] = &[&LINE_TOO_LONG, &CUT_OFF];
/// The dump broke off, or could not be decompressed, within this line.
pub const CUT_OFF: Reason = Reason { name: "cut_off", meaning: "the dump is damaged within this line" };
