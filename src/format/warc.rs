//! Cuts WARC files (and WET, which are WARC files of texts) into records.
//!
//! A record is a header of lines, an empty line, as many bytes as `Content-Length` says, and two line ends. Only
//! `response`, `resource` and `conversion` records can be articles; of the others nothing is kept but their count. What is
//! not a record costs itself: cutting resumes at the next line that begins with `WARC/`. So does a record whose length takes in what
//! follows it, up to `max-line-bytes`.
//!
//! Source: ISO 28500 (WARC 1.0 and 1.1), which also reads what tools wrote as 0.17 and 0.18.

use std::ops::Range;

use memchr::memmem;

use super::{Content, Cut, Cutter, Form, Format, Opened, UnitKind, without_packing};
use crate::text::Slice;

const MAGIC: &[u8] = b"WARC/";
/// A header that is longer is none.
const MOST_HEADER_BYTES: usize = 64 << 10;
/// A record that is no article and longer than this is passed over without being held.
const MOST_HELD_BYTES: usize = 1 << 20;
/// So much is looked at after a record to see whether another follows.
const LOOKED_BYTES: usize = 16;
/// How much of a record that is too long is kept.
const HEAD_BYTES: usize = 4 << 10;

/// WARC files, and WET files, which are WARC files of texts.
pub(super) const FORMAT: Format = Format { endings: &[".warc", ".wet"], read };

fn read(opened: Opened<'_>) -> Result<Content, Opened<'_>> {
    // Of a damaged one, the beginning may be anything.
    let is_named = || {
        let name = opened.name.to_lowercase();
        let stem = without_packing(&name);
        FORMAT.endings.iter().any(|ending| stem.ends_with(ending))
            && !super::json::begins_a_value(&opened.head)
    };
    if !begins(&opened.head) && !is_named() {
        return Err(opened);
    }
    let is_as_it_stands = !opened.is_recoded;
    Ok(Content { form: Form::Warc, name: "warc".to_owned(), reader: opened.whole(), is_as_it_stands })
}

/// Whether a dump is a WARC file.
pub(super) fn begins(head: &[u8]) -> bool {
    head.get(first_byte(head, 0)..).is_some_and(|head| head.starts_with(MAGIC))
}

/// Cuts WARC records.
pub(super) struct WarcCutter {
    max_unit_bytes: usize,
}

impl WarcCutter {
    pub(super) fn new(max_unit_bytes: usize) -> Self {
        Self { max_unit_bytes }
    }
}

impl Cutter for WarcCutter {
    fn cut(&mut self, data: &[u8], from: usize, is_end: bool) -> Cut {
        let start = first_byte(data, from);
        let record = data.slice(start..);
        if record.is_empty() {
            // Line ends after the last record.
            return if is_end { padding(start, data.len()) } else { Cut::More };
        }
        if record.len() < MAGIC.len() && !is_end {
            return Cut::More;
        }
        let Some(header) = record.starts_with(MAGIC).then(|| Header::find(record)).flatten() else {
            let may_grow = record.len() < MOST_HEADER_BYTES && record.starts_with(MAGIC);
            return if may_grow && !is_end { Cut::More } else { self.broken(data, start, is_end) };
        };
        let Some(length) = header.get("content-length").and_then(|length| length.parse::<u64>().ok()) else {
            return self.broken(data, start, is_end);
        };
        let whole = length.saturating_add(header.length as u64);
        let kind = match header.get("warc-type").unwrap_or_default() {
            "response" | "resource" | "conversion" => UnitKind::Whole,
            kind => UnitKind::Other(other(kind)),
        };
        let skipped = (start - from) as u64;
        let most = if kind == UnitKind::Whole { self.max_unit_bytes } else { MOST_HELD_BYTES };
        let is_held = whole.saturating_add(LOOKED_BYTES as u64) <= most as u64;
        if kind != UnitKind::Whole && !is_held {
            return Cut::Pass { range: start..start, kind, length: whole.saturating_add(skipped) };
        }
        if !is_held {
            let head = record.len().min(HEAD_BYTES).min(self.max_unit_bytes);
            return Cut::Pass {
                range: start..start + head,
                kind: UnitKind::TooLong,
                length: whole.saturating_add(skipped),
            };
        }
        let whole = usize::try_from(whole).expect("it is at most a usize");
        if record.len() < whole + LOOKED_BYTES && !is_end {
            return Cut::More;
        }
        let end = start + end_of(record, header.length, whole);
        let range = if kind == UnitKind::Whole { start..end } else { start..start };
        Cut::Unit { range, kind, next: end, lines_within: 0 }
    }
}

/// Where a record of so many bytes ends: where its length says, unless no record begins after that and one begins within it. Then the
/// length is wrong, or the record was cut off.
fn end_of(record: &[u8], header: usize, whole: usize) -> usize {
    let end = whole.min(record.len());
    let after = record.slice(end..record.len().min(end + LOOKED_BYTES));
    let next = after.slice(first_byte(after, 0)..);
    if record.len() >= whole && (next.starts_with(MAGIC) || MAGIC.starts_with(next)) {
        return end;
    }
    // No more is looked at, so that the answer is the same however much is in memory: `WARC/1.1` on a line of its own.
    let known = record.slice(..record.len().min(end + LOOKED_BYTES));
    let is_record = |at: &usize| {
        let version = known.slice(at + 1 + MAGIC.len()..);
        let digits = version.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        (3..=4).contains(&digits) && matches!(version.get(digits), Some(b'\r' | b'\n'))
    };
    let mut starts = memmem::find_iter(record.slice(header - 1..end), b"\nWARC/").map(|at| header - 1 + at);
    starts.find(is_record).map_or(end, |at| at + 1)
}

impl WarcCutter {
    /// What is not a record, up to the next one.
    fn broken(&self, data: &[u8], start: usize, is_end: bool) -> Cut {
        let rest = data.slice(start + 1..);
        if let Some(step) = memmem::find(rest, b"\nWARC/") {
            return unit(start..start + 1 + step, start + step + 2);
        }
        if is_end {
            return unit(start..data.len(), data.len());
        }
        if data.len() - start > self.max_unit_bytes {
            return Cut::Pass {
                range: start..start + HEAD_BYTES.min(self.max_unit_bytes),
                kind: UnitKind::TooLong,
                length: self.max_unit_bytes as u64,
            };
        }
        Cut::More
    }
}

fn unit(range: Range<usize>, next: usize) -> Cut {
    Cut::Unit { range, kind: UnitKind::Whole, next, lines_within: 0 }
}

/// Nothing but line ends: a blank unit.
fn padding(at: usize, next: usize) -> Cut {
    unit(at..at, next)
}

/// The first byte after line ends, which stand between records.
fn first_byte(data: &[u8], mut at: usize) -> usize {
    while matches!(data.get(at), Some(b'\r' | b'\n' | 0)) {
        at += 1;
    }
    at
}

/// The name by which a record is counted that is no article.
fn other(kind: &str) -> &'static str {
    match kind {
        "request" => "warc_request",
        "metadata" => "warc_metadata",
        "warcinfo" => "warc_warcinfo",
        "revisit" => "warc_revisit",
        "continuation" => "warc_continuation",
        _ => "warc_other",
    }
}

/// A header of lines `Name: value`, such as a WARC record and an HTTP message have.
#[derive(Debug)]
pub(crate) struct Header<'a> {
    lines: &'a [u8],
    /// Its length with the empty line at its end.
    pub length: usize,
}

impl<'a> Header<'a> {
    /// The header at the front of some bytes; `None` where no empty line ends it.
    pub(crate) fn find(bytes: &'a [u8]) -> Option<Self> {
        let within = bytes.get(..bytes.len().min(MOST_HEADER_BYTES))?;
        let ends = [(memmem::find(within, b"\r\n\r\n"), 4), (memmem::find(within, b"\n\n"), 2)];
        let (at, width) = ends.into_iter().filter_map(|(at, width)| Some((at?, width))).min()?;
        Some(Self { lines: within.get(..at)?, length: at + width })
    }

    /// The first value under a name, which is given in lower case.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.lines.split(|byte| *byte == b'\n').skip(1).find_map(|line| {
            let (key, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, body: &str) -> String {
        format!("WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n", body.len())
    }

    /// What follows the header of each record; of a record that is no article, its kind.
    fn cut(file: &str, step: usize) -> Vec<String> {
        let data = file.as_bytes();
        let mut cutter = WarcCutter::new(1000);
        let (mut from, mut known, mut found) = (0, 0, Vec::new());
        while from < data.len() {
            known = known.max(from + 1).min(data.len());
            match cutter.cut(&data[..known], from, known == data.len()) {
                Cut::More => known = (known + step).min(data.len()),
                Cut::Unit { kind: UnitKind::Other(kind), next, .. } => {
                    found.push(kind.to_owned());
                    from = next;
                }
                Cut::Unit { range, next, .. } => {
                    if !range.is_empty() {
                        let text = String::from_utf8_lossy(&data[range]).into_owned();
                        found.push(text.trim_end().rsplit("\r\n\r\n").next().unwrap_or_default().to_owned());
                    }
                    from = next;
                }
                Cut::Pass { kind, length, .. } => {
                    found.push(format!("{kind:?}"));
                    from = usize::try_from(from as u64 + length).expect("it is short").min(data.len());
                }
            }
        }
        found
    }

    #[test]
    fn records_are_cut_by_their_length_and_broken_ones_cost_themselves() {
        let file = [
            record("warcinfo", "software: x"),
            record("response", "a\r\n\r\nWARC/1.0\r\n"),
            "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: many\r\n\r\nxx\r\n".to_owned(),
            record("conversion", "text"),
        ]
        .concat();
        for step in [1, 7, 10_000] {
            assert_eq!(cut(&file, step), ["warc_warcinfo", "WARC/1.0", "xx", "text"], "by {step}");
        }
    }

    #[test]
    fn a_length_that_takes_in_the_next_records_is_wrong_and_a_record_within_a_record_is_not() {
        let inner = record("response", "inner");
        let lied = |kind: &str, length: usize| {
            format!("WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Length: {length}\r\n\r\nlie\r\n\r\n")
        };
        let next = record("conversion", "text");
        for (file, found) in [
            (lied("response", 30) + &next + &next, vec!["lie", "text", "text"]),
            // Beyond the end of the file: a record that was cut off.
            (lied("response", 900) + &next, vec!["lie", "text"]),
            (lied("request", 30) + &next, vec!["warc_request", "text"]),
            // The right length, and a record within it.
            (record("response", &format!("x\r\n{inner}")) + &next, vec!["inner", "text"]),
            (record("response", "alone").replace("Content-Length: 5", "Content-Length: 50"), vec!["alone"]),
            // Longer than may be held.
            (lied("response", usize::MAX) + &next, vec!["TooLong"]),
        ] {
            for step in [1, 7, 10_000] {
                assert_eq!(cut(&file, step), found, "by {step}: {file}");
            }
        }
    }
}
