//! The rows of a table's beginning, which tell how it is written.

use std::ops::Range;

use crate::format::HEAD_BYTES;
use crate::text::Slice;

/// The rows of a table's beginning.
pub(super) struct Head {
    bytes: Vec<u8>,
    /// Where each field ends, from its row's first byte.
    ends: Vec<usize>,
    /// Where each row begins, and its fields.
    rows: Vec<(usize, Range<usize>)>,
    /// Nothing ends the last one.
    is_open: bool,
}

/// How rows go with the first one.
#[derive(Debug, Default)]
pub(super) struct Fits {
    pub columns: usize,
    pub rows: usize,
    /// Rows of more or fewer fields.
    pub misfits: usize,
}

impl Head {
    pub(super) fn of(mut parser: csv_core::Reader, mut table: &[u8]) -> Self {
        let (mut bytes, mut ends) = (vec![0; table.len() + 1], vec![0; table.len() + 2]);
        let (mut begins, mut filled, mut first, mut fields) = (0, 0, 0, 0);
        let is_open = !table.ends_with(b"\n") && !table.ends_with(b"\r");
        let mut rows = Vec::new();
        loop {
            let (outcome, taken, written, ended) =
                parser.read_record(table, &mut bytes[filled..], &mut ends[fields..]);
            table = table.slice(taken..);
            filled += written;
            fields += ended;
            match outcome {
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::Record => {
                    rows.push((begins, first..fields));
                    (begins, first) = (filled, fields);
                }
                _ => break,
            }
        }
        Self { bytes, ends, rows, is_open }
    }

    /// Whether a table may go on after such a beginning, of which a byte order mark was left out.
    pub(super) fn is_cut(head: &[u8]) -> bool {
        head.len() + 3 >= HEAD_BYTES
    }

    /// The fields of each row.
    pub(super) fn rows(&self) -> impl DoubleEndedIterator<Item = Vec<&[u8]>> + ExactSizeIterator {
        self.rows.iter().map(|(begins, fields)| {
            let ends = self.ends.slice(fields.clone());
            let starts = std::iter::once(0).chain(ends.iter().copied());
            starts.zip(ends).map(|(start, end)| self.bytes.slice(begins + start..begins + end)).collect()
        })
    }

    /// How the rows go with the first; the table may be cut within the last one, or go on there.
    pub(super) fn fits(&self, is_cut: bool) -> Fits {
        let whole = self.rows.len().saturating_sub(usize::from(is_cut || self.is_open));
        let mut widths = self.rows.iter().take(whole).map(|(_, fields)| fields.len());
        let columns = widths.clone().next().unwrap_or_default();
        Fits { columns, rows: whole, misfits: widths.by_ref().filter(|width| *width != columns).count() }
    }

    /// Whether the last row is not ended and has fewer fields than the one before it.
    pub(super) fn stops_short(&self) -> bool {
        matches!(&self.rows[..], [.., (_, before), (_, last)] if self.is_open && last.len() < before.len())
    }
}
