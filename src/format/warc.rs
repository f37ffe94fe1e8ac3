//! Cuts WARC files (and WET, which are WARC files of texts) into records.
//!
//! A record is a header of lines, an empty line, as many bytes as `Content-Length` says, and two line ends. Only
//! `response`, `resource` and `conversion` records can be articles; of the others nothing is kept but their count. What is
//! not a record costs itself: cutting resumes at the next line that begins with `WARC/`. So does a record whose length takes in what
//! follows it.
//!
//! Source: ISO 28500 (WARC 1.0 and 1.1), which also reads what tools wrote as 0.17 and 0.18.

use std::ops::Range;

use memchr::memmem;

use super::{Content, Cut, Cutter, Form, Format, Opened, UnitKind, as_it_stands, digest, without_packing};
use crate::text::Slice;

const MAGIC: &[u8] = b"WARC/";
/// A header that is longer is none.
const MOST_HEADER_BYTES: usize = 64 << 10;
/// A record that is no article and longer than this is passed over without being held; so much of a record that is too long is searched for
/// others that it takes in.
const SEARCHED_BYTES: usize = 8 << 20;
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
    let restart = Some(as_it_stands());
    Ok(Content { form: Form::Warc, name: "warc".to_owned(), reader: opened.whole(), restart })
}

/// Whether a dump is a WARC file.
pub(super) fn begins(head: &[u8]) -> bool {
    head.get(first_byte(head, 0)..).is_some_and(|head| head.starts_with(MAGIC))
}

/// Cuts WARC records.
pub(super) struct WarcCutter {
    max_unit_bytes: usize,
    /// So many bytes may be hashed yet to see whether a record is meant to hold others. One that lies is cut short, and each of many could be
    /// hashed to the end of the file.
    hashable: usize,
    /// The last record is not whole, and nothing follows it.
    is_cut: bool,
}

impl WarcCutter {
    pub(super) fn new(max_unit_bytes: usize) -> Self {
        Self { max_unit_bytes, hashable: max_unit_bytes, is_cut: false }
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
            if may_grow && !is_end {
                return Cut::More;
            }
            self.is_cut |= may_grow;
            return self.broken(data, start, is_end);
        };
        let Some(length) = header.content_length() else {
            return self.broken(data, start, is_end);
        };
        let whole = length.saturating_add(header.length as u64);
        let kind = match header.get("warc-type").unwrap_or_default() {
            "response" | "resource" | "conversion" => UnitKind::Whole,
            kind => UnitKind::Other(other(kind)),
        };
        let skipped = (start - from) as u64;
        let searched = SEARCHED_BYTES.min(self.max_unit_bytes);
        let most = if kind == UnitKind::Whole { self.max_unit_bytes } else { searched };
        let range = |end: usize| if kind == UnitKind::Whole { start..end } else { start..start };
        let ends = |end: usize| Cut::Unit { range: range(end), kind, next: end, lines_within: 0 };
        if whole.saturating_add(LOOKED_BYTES as u64) > most as u64 {
            if record.len() < searched && !is_end {
                return Cut::More;
            }
            if let Some(at) = taken_in(record.slice(..record.len().min(searched)), &header, None, &mut 0) {
                return ends(start + at);
            }
            let head = record.len().min(HEAD_BYTES).min(self.max_unit_bytes);
            let (range, kind) = match kind {
                UnitKind::Whole => (start..start + head, UnitKind::TooLong),
                kind => (start..start, kind),
            };
            return Cut::Pass { range, kind, length: whole.saturating_add(skipped) };
        }
        let whole = usize::try_from(whole).expect("it is at most a usize");
        if record.len() < whole + LOOKED_BYTES && !is_end {
            return Cut::More;
        }
        let length = end_of(record, &header, whole, &mut self.hashable);
        self.hashable = self.hashable.saturating_add(2 * length);
        if length == record.len() && length < whole {
            self.is_cut = true;
            let kind = if kind == UnitKind::Whole { UnitKind::CutOff } else { kind };
            return Cut::Unit { range: range(data.len()), kind, next: data.len(), lines_within: 0 };
        }
        ends(start + length)
    }

    fn unfinished(&self) -> Option<&'static str> {
        self.is_cut.then_some("it ends within a record: it was cut off, or is still being written")
    }
}

/// Where a record of so many bytes ends: where its length says, unless it takes in what follows it. Then the length is wrong, or the record
/// was cut off.
fn end_of(record: &[u8], header: &Header<'_>, whole: usize, hashable: &mut usize) -> usize {
    let end = whole.min(record.len());
    let after = record.slice(end..record.len().min(end + LOOKED_BYTES));
    let next = after.slice(first_byte(after, 0)..);
    // No more is looked at, so that the answer is the same however much is in memory.
    let known = record.slice(..record.len().min(end + LOOKED_BYTES));
    if record.len() >= whole && (next.starts_with(MAGIC) || MAGIC.starts_with(next)) {
        return taken_in(known, header, Some(whole), hashable).unwrap_or(end);
    }
    first_within(known, header).filter(|at| *at < end).unwrap_or(end)
}

/// Where the first record begins within another one: `WARC/1.1` on a line of its own.
fn first_within(record: &[u8], header: &Header<'_>) -> Option<usize> {
    let is_record = |at: &usize| {
        let version = record.slice(at + 1 + MAGIC.len()..);
        let digits = version.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        (3..=4).contains(&digits) && matches!(version.get(digits), Some(b'\r' | b'\n'))
    };
    let before = header.length - 1;
    let mut starts = memmem::find_iter(record.slice(before..), b"\nWARC/").map(|at| before + at);
    starts.find(is_record).map(|at| at + 1)
}

/// Where the first record begins that another one takes in by a wrong length: whole records follow one another from there to the end that the
/// length says, or the HTTP message before it says that it ends there. A record may also be meant to hold others, as a WARC file on a server,
/// and then it says so, or has a digest, of which at most so many bytes are `hashable`.
fn taken_in(record: &[u8], header: &Header<'_>, whole: Option<usize>, hashable: &mut usize) -> Option<usize> {
    let first = first_within(record, header).filter(|first| whole.is_none_or(|whole| *first < whole))?;
    // Two line ends stand between records.
    let before = record.slice(..first);
    if !before.ends_with(b"\n\n") && !before.ends_with(b"\r\n\r\n") {
        return None;
    }
    let block = record.slice(header.length..whole.unwrap_or(record.len()));
    let http = Header::find(block);
    let payload = http.as_ref().map_or(block, |http| block.slice(http.length..));
    // The message in it may say where it ends: right before the first record.
    let stated = http.as_ref().and_then(|http| usize::try_from(http.content_length()?).ok());
    let start = header.length + (block.len() - payload.len());
    let end = stated.and_then(|length| start.checked_add(length));
    if end.is_none_or(|end| first_byte(record, end) != first) && !are_records(record, first, whole) {
        return None;
    }
    let types = [header.get("content-type"), http.as_ref().and_then(|http| http.get("content-type"))];
    let digests = [(header.get("warc-block-digest"), block), (header.get("warc-payload-digest"), payload)];
    let mut fits = |one: Option<&str>, bytes: &[u8]| {
        let one = one.filter(|_| whole.is_some() && bytes.len() <= *hashable);
        one.is_some_and(|one| {
            *hashable -= bytes.len();
            digest::fits(one, bytes) == Some(true)
        })
    };
    let is_meant = types.into_iter().flatten().any(|kind| kind.to_ascii_lowercase().contains("warc"))
        || digests.into_iter().any(|(one, bytes)| fits(one, bytes));
    (!is_meant).then_some(first)
}

/// Whether whole records follow one another from a place on, to an end or, where that is not known, for two of them. Many are enough, too.
fn are_records(record: &[u8], mut at: usize, whole: Option<usize>) -> bool {
    const MANY: usize = 64;
    for count in 1..MANY {
        let inner = Header::find(record.slice(at..)).filter(|inner| inner.get("warc-type").is_some());
        let end = inner.and_then(|inner| {
            at.checked_add(inner.length)?.checked_add(usize::try_from(inner.content_length()?).ok()?)
        });
        let Some(end) = end.filter(|end| *end <= whole.unwrap_or(record.len())) else { return false };
        at = first_byte(record, end);
        match whole {
            Some(whole) if at >= whole => return true,
            None if count == 2 || at == record.len() => return true,
            _ if !record.slice(at..).starts_with(MAGIC) => return false,
            _ => {}
        }
    }
    true
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

    /// How many bytes follow it, as it says.
    pub(crate) fn content_length(&self) -> Option<u64> {
        self.get("content-length")?.parse().ok()
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
        // The next records are taken in, whole.
        let ends = |count: usize| {
            let taken = next.repeat(count);
            lied("response", "lie\r\n\r\n".len() + taken.trim_end().len()) + &taken
        };
        let meant = |line: &str, inner: &str| {
            record("resource", inner)
                .replace("WARC-Type: resource", &format!("WARC-Type: resource\r\n{line}"))
        };
        let message = |page: &str| {
            let http = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}\r\n\r\n", page.len());
            let length =
                2 * http.len() + "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 999\r\n\r\n".len();
            format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {length}\r\n\r\n{http}")
        };
        // SHA-1 of `next`, in hex digits.
        let next_digest = "11a25d7cd5526cab8d4367d29aea0f2e8d5de333";
        for (file, is_cut) in [
            (record("response", "alone"), false),
            (record("response", "alone").trim_end().to_owned(), false),
            (record("response", "alone").replace("alone", "al").trim_end().to_owned(), true),
            (next.clone() + "WARC/1.0\r\nWARC-Type: resp", true),
            (next.clone() + "WARC/1.0\r\nWARC-Type: request\r\nContent-Length: 80\r\n\r\nx", true),
        ] {
            let (mut cutter, mut from) = (WarcCutter::new(1000), 0);
            while from < file.len() {
                let Cut::Unit { next, .. } = cutter.cut(file.as_bytes(), from, true) else {
                    panic!("{file}")
                };
                from = next;
            }
            assert_eq!(cutter.unfinished().is_some(), is_cut, "{file}");
        }
        for (file, found) in [
            (lied("response", 30) + &next + &next, vec!["lie", "text", "text"]),
            // Beyond the end of the file: a record that was cut off.
            (lied("response", 900) + &next, vec!["lie", "text"]),
            (lied("request", 30) + &next, vec!["warc_request", "text"]),
            // The right length, and a record within it.
            (record("response", &format!("x\r\n{inner}")) + &next, vec!["inner", "text"]),
            (record("response", "alone").replace("Content-Length: 5", "Content-Length: 50"), vec!["alone"]),
            // Longer than may be held.
            (lied("response", usize::MAX) + &next, vec!["lie", "text"]),
            (lied("request", 20_000) + &next + &next, vec!["warc_request", "text", "text"]),
            (record("response", &"x".repeat(1_000)) + &next, vec!["TooLong", "text"]),
            // To where another record begins.
            (ends(1) + &next, vec!["lie", "text", "text"]),
            (ends(2) + &next, vec!["lie", "text", "text", "text"]),
            (ends(2), vec!["lie", "text", "text"]),
            // A file on a server: by its type, and by its digest.
            (meant("Content-Type: application/warc", &next) + &next, vec!["text", "text"]),
            (meant(&format!("WARC-Block-Digest: sha1:{next_digest}"), &next) + &next, vec!["text", "text"]),
            (
                ends(1).replace(
                    "Content-Length",
                    "WARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r\nContent-Length",
                ),
                vec!["lie", "text"],
            ),
            // The records that are taken in claim too much as well.
            (message("a") + &message("b") + &next, vec!["a", "b", "text"]),
        ] {
            for step in [1, 7, 10_000] {
                assert_eq!(cut(&file, step), found, "by {step}: {file}");
            }
        }
    }
}
