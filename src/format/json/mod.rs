//! Cuts JSON: an object a line, and what tools write instead.
//!
//! A line that begins with `{`, ends with `}` and has no `}{` in it is one unit, and that costs no more than to find
//! the line's end. All else is scanned for its structure:
//!
//! - objects of a list (`[`, an item a line or several, `,`, `]`, `][`) are units, one after the other, however long the list is;
//! - objects that follow each other on a line are a unit each;
//! - an object over several lines is one unit, as long as what follows its first line is what JSON has there. Where it is
//!   not, the first line alone is a unit (and will be quarantined), so that a broken line costs only itself. Of an indented object
//!   the indentation tells where it ends, so one that is broken or cut is a unit all the same ([`Block`]);
//! - a string may hold line ends that its writer has not escaped, as long as no line in it begins like an object;
//! - a byte order mark or NULs before an object are no part of it.
//!
//! A dump that ends within an object, or within a list, was cut off. An object that is there as far as it was written is
//! [`UnitKind::CutOff`].
//!
//! The number of a unit is that of the line on which it begins; where several begin on one line, each counts as a
//! line. Lines that only hold brackets or commas, and lines within an object, are blank.

mod block;
mod scan;

use std::io::Read;
use std::ops::Range;

use memchr::memchr_iter;

use super::columns::Columns;
use super::entities::Entities;
use super::rows::NamedRows;
use super::{
    Content, Cut, Cutter, Form, Format, HEAD_BYTES, Layout, Opened, Refilled, UnitKind, as_it_stands, asides,
    doubled, entities, envelope,
};
use crate::text::Slice;
use block::Block;
use scan::{Scan, Scanned};

/// A longer line is scanned before its end is found: there may be none, and objects alone. To scan costs more than to find the end.
const LONG_LINE_BYTES: usize = 4 << 20;

/// So many blanks and commas may come before an object on its line, where one is looked for.
const MOST_INDENT_BYTES: usize = 256;

/// Brackets, commas, blanks and NULs that are looked at after an object for the line's end.
const MOST_TAIL_BYTES: usize = 4 << 10;

/// The name in the ledger.
pub(crate) const NAME: &str = "json";
/// And of a table that is written by the column.
const COLUMNS: &str = "json columns";

/// JSON, and everything that is no other format: what is not JSON either is quarantined line by line.
pub(super) const FORMAT: Format =
    Format { endings: &[".jsonl", ".ndjson", ".jsonlines", ".jl", ".json"], read };

#[expect(clippy::unnecessary_wraps, reason = "other formats give back what they do not read")]
fn read(opened: Opened<'_>) -> Result<Content, Opened<'_>> {
    Ok(if doubled::begins(&opened.head) { doubled::read(opened, content) } else { content(opened) })
}

fn content(mut opened: Opened<'_>) -> Content {
    if asides::are_in(&opened.head) {
        let reader = Box::new(asides::left_out(opened.whole()));
        let restart = Box::new(|rest| Some(Box::new(asides::left_out(rest)) as Box<dyn Read + Send>));
        return Content { form: Form::Json, name: NAME.to_owned(), reader, restart: Some(restart) };
    }
    let script = script_bytes(&opened.head);
    opened.head.iter_mut().take(script).filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    let mut layout = None;
    if begins_a_value(&opened.head) {
        // The head may end within a character.
        let text = opened.head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        layout = (opened.hints.layout)(text.trim_start_matches('\u{FEFF}'));
    }
    let name = NAME.to_owned();
    if let Some(Layout::Columns { path }) = &layout
        && let Some(reopen) = &opened.reopen
        // What cannot be read is met again below.
        && let Ok(Some(columns)) = Columns::find(reopen, path, opened.hints.column, opened.max_unit_bytes)
    {
        return Content {
            form: Form::Json,
            name: COLUMNS.to_owned(),
            reader: Box::new(Refilled::new(columns)),
            restart: None,
        };
    }
    let mut restart = Some(as_it_stands());
    let (is_cut, max_unit_bytes) = (opened.head.len() == HEAD_BYTES, opened.max_unit_bytes);
    let columns =
        if layout.is_none() { entities::Columns::find(&opened.head, is_cut, opened.hints) } else { None };
    let mut reader = opened.whole();
    if let Some(Layout::Lists(path) | Layout::Rows { path, .. }) = &layout
        && !path.is_empty()
    {
        reader = Box::new(envelope::Lists::read(path.clone(), reader));
        restart = None;
    }
    if let Some(Layout::Rows { names, base, header_rows, .. }) = layout {
        reader = Box::new(NamedRows::read(names, base, header_rows, reader));
        restart = None;
    } else if let Some(columns) = columns {
        reader = Box::new(Entities::read(columns, reader, max_unit_bytes));
        restart = None;
    }
    Content { form: Form::Json, name, reader, restart }
}

/// The length of what a script has before its data: `var articles = [{`, `window.a.b = {`, `callback({`; 0 where there is none.
fn script_bytes(head: &[u8]) -> usize {
    const MOST_BYTES: usize = 200;
    let start = head.len() - head.trim_ascii_start().len();
    let rest = head.get(start..head.len().min(start + MOST_BYTES)).unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$. ".contains(byte);
    let Some(sign) = rest.iter().position(|byte| !is_name(byte)) else { return 0 };
    let begins_as_a_name = rest.first().is_some_and(u8::is_ascii_alphabetic);
    let Some(after) = rest.get(sign + 1..).filter(|_| begins_as_a_name && matches!(rest[sign], b'=' | b'('))
    else {
        return 0;
    };
    let blank = after.len() - after.trim_ascii_start().len();
    if matches!(after.get(blank), Some(b'{' | b'[')) { start + sign + 1 + blank } else { 0 }
}

pub(super) fn begins_a_value(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    matches!(head.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Cuts JSON.
pub(super) struct JsonCutter {
    max_unit_bytes: usize,
    /// How far the current unit has been searched for its line's end, from its start. What was searched beyond its end counts for the
    /// next one: a list may be a single line, and is searched once.
    searched: usize,
    /// What comes before the object on its line: its length so far, and whether a bracket or a comma is in it.
    lead: (usize, bool),
    /// A scan that needs more bytes.
    scan: Option<Scan>,
    /// Lists that are open around the next object; `None` once that is not known, after a line that may have taken in a bracket.
    lists: Option<usize>,
    /// A comma stands between objects in one. A bracket alone may be anything.
    has_items: bool,
    /// Lines have something before an object that ends them, as those of a log.
    has_others: bool,
    /// The last object is not whole, and nothing follows it.
    is_cut: bool,
}

impl JsonCutter {
    pub(super) fn new(max_unit_bytes: usize) -> Self {
        Self {
            max_unit_bytes,
            searched: 0,
            lead: (0, false),
            scan: None,
            lists: Some(0),
            has_items: false,
            has_others: false,
            is_cut: false,
        }
    }

    /// The end of the line at `from`, and where the next one begins.
    fn line_end(&mut self, data: &[u8], from: usize, is_end: bool) -> Option<(usize, usize)> {
        let rest = data.slice(from + self.searched..);
        let step = memchr::memchr(b'\n', rest);
        let end = step.map_or(data.len(), |step| from + self.searched + step);
        // It may be asked for again.
        self.searched = end - from;
        match step {
            Some(_) => Some((end, end + 1)),
            None => is_end.then_some((end, end)),
        }
    }

    /// A line that is no object, or more than one: what follows a list, or stands between its items, may close it.
    fn other_line(&mut self, data: &[u8], from: usize, start: usize, is_end: bool) -> Cut {
        let mut cut = self.line(data, from, start, is_end);
        if let Cut::Unit { range, kind, next, .. } = &mut cut {
            let line = data.slice(range.clone());
            if data.slice(from..*next).contains(&b']') {
                self.lists = None;
            }
            let object =
                memchr::memchr(b'{', line).filter(|_| self.has_others && *next == range.end && is_end);
            if object.is_some_and(|at| is_open(line.slice(at..))) {
                (*kind, self.is_cut) = (UnitKind::CutOff, true);
            }
            self.has_others |= line.ends_with(b"}");
        }
        cut
    }

    /// The whole line as a unit, whatever is in it.
    fn line(&mut self, data: &[u8], from: usize, start: usize, is_end: bool) -> Cut {
        let Some((mut end, next)) = self.line_end(data, from, is_end) else { return Cut::More };
        if data.get(start..end).and_then(<[u8]>::last) == Some(&b'\r') {
            end -= 1;
        }
        self.unit(from, start..end, next, 0)
    }

    /// Counts the brackets that stand between objects.
    fn pass_brackets(&mut self, between: &[u8]) {
        let Some(lists) = &mut self.lists else { return };
        for byte in between {
            match byte {
                b'[' => *lists += 1,
                b']' => *lists = lists.saturating_sub(1),
                b',' => self.has_items |= *lists > 0,
                _ => {}
            }
        }
    }

    /// An object from `start` to `end`, and what stands between it and the next at `next`.
    fn whole(
        &mut self,
        data: &[u8],
        from: usize,
        (start, end, next): (usize, usize, usize),
        lines: u64,
    ) -> Cut {
        self.pass_brackets(data.slice(from..start));
        self.pass_brackets(data.slice(end..next));
        self.unit(from, start..end, next, lines)
    }

    fn unit(&mut self, from: usize, range: Range<usize>, next: usize, lines_within: u64) -> Cut {
        self.searched = (from + self.searched).saturating_sub(next);
        self.lead = (0, false);
        self.scan = None;
        Cut::Unit { range, kind: UnitKind::Whole, next, lines_within }
    }

    /// An object that is scanned from `start`.
    fn object(&mut self, data: &[u8], from: usize, start: usize, is_end: bool) -> Cut {
        let mut scan = self.scan.take().unwrap_or_default();
        let object = data.slice(start..);
        let scanned = scan.run(object);
        let stays_open = scanned == Scanned::Open
            && !(is_end || data.len() - start > self.max_unit_bytes && scan.first_line_end.is_some());
        match scanned {
            Scanned::Ended => {}
            Scanned::Open if stays_open => {
                self.scan = Some(scan);
                return Cut::More;
            }
            Scanned::Open | Scanned::Broken => {
                let block = Block::find(data, from, start, is_end, self.max_unit_bytes);
                let is_last = |next: usize| is_end && next == data.len() && scanned == Scanned::Open;
                // Somebody has escaped the quotation mark that ends it.
                let is_misquoted = scan.in_string && object.trim_ascii_end().ends_with(b"\\\"}");
                let (cut, is_cut) = match block {
                    Some(Block::Open) => return Cut::More,
                    Some(Block::Ended { end, next, lines }) => {
                        (self.whole(data, from, (start, end, next), lines), is_last(end))
                    }
                    None => {
                        self.lists = None;
                        let Some((end, _)) = self.line_end(data, from, is_end) else { return Cut::More };
                        if let Some(at) = begins_again(data.slice(start..end)) {
                            let next = start + at;
                            // The next one is on the same line, which has been searched.
                            self.unit(from, start..next, next, 0);
                            let kind = UnitKind::CutOff;
                            return Cut::Unit { range: start..next, kind, next, lines_within: 0 };
                        }
                        let is_cut = match scanned {
                            Scanned::Open => scan.first_line_end.is_none() && !is_misquoted,
                            // As Python or JavaScript prints it.
                            _ => is_end && memchr::memchr(b'\n', object).is_none() && is_open(object),
                        };
                        (self.line(data, from, start, is_end), is_end && is_cut)
                    }
                };
                return match cut {
                    Cut::Unit { range, next, lines_within, .. } if is_cut => {
                        self.is_cut = true;
                        Cut::Unit { range, kind: UnitKind::CutOff, next, lines_within }
                    }
                    cut => cut,
                };
            }
        }
        let end = start + scan.at;
        // What may follow an object on its line.
        let mut at = end;
        loop {
            match data.get(at) {
                // Whatever follows so much of it is a unit of its own.
                _ if at - end > MOST_TAIL_BYTES => {
                    return self.whole(data, from, (start, end, at), scan.lines);
                }
                Some(b'\n') => return self.whole(data, from, (start, end, at + 1), scan.lines),
                Some(b' ' | b'\t' | b'\r' | b',' | b']' | b'[' | b')' | b';' | 0) => at += 1,
                Some(b'{') => return self.whole(data, from, (start, end, at), scan.lines),
                Some(0xEF) if begins_with_mark(data, at) => at += 3,
                Some(_) if scan.lines == 0 => return self.other_line(data, from, start, is_end),
                // Of several lines, the object is sound, and what follows it is a unit of its own.
                Some(_) => return self.whole(data, from, (start, end, at), scan.lines),
                None if is_end => return self.whole(data, from, (start, end, at), scan.lines),
                None => {
                    self.scan = Some(scan);
                    return Cut::More;
                }
            }
        }
    }
}

impl Cutter for JsonCutter {
    fn cut(&mut self, data: &[u8], from: usize, is_end: bool) -> Cut {
        // What may come before an object on its line; of lists, brackets and commas.
        let (mut start, mut has_structure) = (from + self.lead.0, self.lead.1);
        loop {
            self.lead = (start - from, has_structure);
            match data.get(start) {
                // U+001E comes before each record of a JSON text sequence (RFC 7464).
                Some(b' ' | b'\t' | b'\r' | 0 | 0x1E) => start += 1,
                // `);` after the list of a script.
                Some(b'[' | b']' | b',' | b')' | b';') => {
                    has_structure = true;
                    start += 1;
                }
                Some(0xEF) if begins_with_mark(data, start) => start += 3,
                Some(0xEF) if data.len() - start < 3 && !is_end => return Cut::More,
                None if !is_end => return Cut::More,
                Some(b'\n') | None if has_structure => {
                    self.pass_brackets(data.slice(from..start));
                    return self.unit(from, from..from, (start + 1).min(data.len()), 0);
                }
                Some(b'{') => break,
                _ => return self.other_line(data, from, first_byte(data, from), is_end),
            }
        }
        if self.scan.is_none() && !has_structure {
            // Without its end, the line may yet be the first of an object over several lines.
            let end = self.line_end(data, from, is_end).map(|(end, _)| end);
            let line = data.slice(start..end.unwrap_or(data.len()));
            let is_long = line.len() > LONG_LINE_BYTES;
            if end.is_none() && !is_long {
                return Cut::More;
            }
            // The end of the dump may be within it.
            let has_end = !is_end || end.is_none_or(|end| end < data.len());
            if !is_long && has_end && line.trim_ascii_end().ends_with(b"}") && !has_fused(line) {
                let start = first_byte(data, from);
                return self.line(data, from, start, is_end);
            }
        }
        self.object(data, from, start, is_end)
    }

    fn unfinished(&self) -> Option<&'static str> {
        if self.is_cut {
            return Some("it ends within a record: it was cut off, or is still being written");
        }
        let is_open = self.has_items && self.lists.is_some_and(|lists| lists > 0);
        is_open.then_some("its list of records is not closed: it was cut off, or is still being written")
    }
}

/// The first byte of a line that is no byte order mark and no NUL.
fn first_byte(data: &[u8], mut at: usize) -> usize {
    loop {
        match data.get(at) {
            Some(0 | 0x1E) => at += 1,
            Some(0xEF) if begins_with_mark(data, at) => at += 3,
            _ => return at,
        }
    }
}

fn begins_with_mark(data: &[u8], at: usize) -> bool {
    data.get(at..).is_some_and(|rest| rest.starts_with(b"\xEF\xBB\xBF"))
}

/// Whether an object may end within the line and another begin: outside of strings, JSON has a comma there. Some end lines
/// with a carriage return alone. So may one that has no end, if another one begins with the same key.
fn has_fused(line: &[u8]) -> bool {
    let first = beginning(line);
    memchr_iter(b'{', line).any(|at| {
        let before = line.slice(..at);
        before.strip_suffix(b" ").or(before.strip_suffix(b"\r")).unwrap_or(before).ends_with(b"}")
            || (at > 0 && first.is_some_and(|first| line.slice(at..).starts_with(first)))
    })
}

/// What an object begins with: `{"url":`.
fn beginning(line: &[u8]) -> Option<&[u8]> {
    const LONGEST_KEY_BYTES: usize = 64;
    let colon = memchr::memchr(b':', line.slice(..line.len().min(LONGEST_KEY_BYTES)))?;
    line.get(..=colon).filter(|first| first.starts_with(b"{\"") && first.ends_with(b"\":"))
}

/// Where a record begins within the line of a broken one, whose writer was stopped before another one wrote on: with the same key, and it ends the line.
fn begins_again(line: &[u8]) -> Option<usize> {
    /// Of a line that is nothing but beginnings.
    const TRIES: usize = 16;
    let first = beginning(line)?;
    let is_whole = |at: &usize| {
        let mut scan = Scan::default();
        let rest = line.slice(*at..);
        scan.run(rest) == Scanned::Ended && rest.slice(scan.at..).trim_ascii().is_empty()
    };
    memchr::memmem::rfind_iter(line.slice(1..), first).map(|at| at + 1).take(TRIES).find(is_whole)
}

/// Whether an object is not closed, be its strings within `"` or within `'`.
fn is_open(object: &[u8]) -> bool {
    let (mut open, mut quote) = (0_usize, None);
    let mut bytes = object.iter();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(_), b'\\') => drop(bytes.next()),
            (Some(mark), _) if mark == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'{' | b'[' | b'(') => open += 1,
            (None, b'}' | b']' | b')') => open = open.saturating_sub(1),
            _ => {}
        }
    }
    (open > 0 || quote.is_some()) && !object.trim_ascii_end().ends_with(b"}")
}

/// Whether a line begins with an object, and not with what a text has; `None` where more bytes are needed to tell.
fn begins_an_object(line: &[u8]) -> Option<bool> {
    let indent = line.iter().take_while(|byte| b" \t\r,[]\0".contains(byte)).count();
    match line.get(indent) {
        Some(byte) => Some(*byte == b'{'),
        None if indent < MOST_INDENT_BYTES => None,
        None => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The units of a dump, cut with so many bytes more at a time; of a blank one, nothing.
    fn units(dump: &str, step: usize) -> Vec<String> {
        let data = dump.as_bytes();
        let mut cutter = JsonCutter::new(200);
        let (mut from, mut known, mut units) = (0, step.min(data.len()), Vec::new());
        while from < data.len() {
            match cutter.cut(&data[..known], from, known == data.len()) {
                Cut::More => {
                    assert!(known < data.len(), "it asks for more than there is: {dump:?}");
                    known = (known + step).min(data.len());
                }
                Cut::Unit { range, next, lines_within, .. } => {
                    assert!(next > from, "{dump:?}");
                    units.push(String::from_utf8_lossy(&data[range]).into_owned());
                    units.extend((0..lines_within).map(|_| String::new()));
                    from = next;
                }
                Cut::Pass { .. } => panic!("JSON passes over nothing"),
            }
            if known == from && known < data.len() {
                known = (known + step).min(data.len());
            }
        }
        units
    }

    #[test]
    fn eight_times_a_line_takes_about_eight_times_as_long_to_cut() {
        /// n^1.5, far above the noise and far below n².
        const MOST: i64 = 23;
        const LEAST: i64 = 200_000;
        // Nanoseconds of processor time of this thread.
        let now = || {
            let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
            time.tv_sec * 1_000_000_000 + time.tv_nsec
        };
        let took = |unit: &str, bytes: usize| {
            let dump = format!("[{}", unit.repeat(bytes / unit.len()));
            let once = || {
                let (start, mut cutter, mut from) = (now(), JsonCutter::new(1 << 26), 0);
                while let Cut::Unit { next, .. } = cutter.cut(dump.as_bytes(), from, true) {
                    from = next;
                    if from == dump.len() {
                        break;
                    }
                }
                now() - start
            };
            // Whatever else the machine does makes it longer, never shorter.
            once().min(once()).min(once()).max(LEAST)
        };
        for unit in
            ["{},", "{}", "{\"a\":1} ", "{}\r", "[", ",", "{\"a\":", "{\"a\":[", "\"", "{\n", "\n", "{}x"]
        {
            let (short, long) = (took(unit, 40_000), took(unit, 320_000));
            assert!(long < short * MOST, "{unit:?}: {short} and {long} ns");
        }
    }

    #[test]
    fn a_block_that_grows_longer_than_a_unit_may_be_is_lines() {
        let dump = format!("{{\n  \"a\": oops,\n{}", "  \"b\": 1,\n".repeat(100));
        let dump = dump.trim_end();
        for (max, is_more) in [(dump.len(), true), (dump.len() - 1, false)] {
            let cut = JsonCutter::new(max).cut(dump.as_bytes(), 0, false);
            assert_eq!(matches!(cut, Cut::More), is_more, "{max}");
        }
    }

    #[test]
    fn a_record_on_the_line_of_a_broken_one_is_a_unit() {
        for (dump, expected) in [
            ("{\"a\":\"one tw{\"a\":2}\n{\"a\":3}", &["{\"a\":\"one tw", "{\"a\":2}", "{\"a\":3}"][..]),
            ("{\"a\":1,\"b\":{\"a\":\"x{\"a\":\"{}\"}\n", &["{\"a\":1,\"b\":{\"a\":\"x", "{\"a\":\"{}\"}"]),
            // What a broken one holds is none.
            ("{\"a\":x,\"b\":[{\"a\":2}]}\n", &["{\"a\":x,\"b\":[{\"a\":2}]}"]),
            ("{\"a\":x,\"b\":[{\"a\":2},\n", &["{\"a\":x,\"b\":[{\"a\":2},"]),
            ("{\"a\":x {\"b\":2}\n", &["{\"a\":x {\"b\":2}"]),
        ] {
            for step in [1, 7, 1000] {
                assert_eq!(units(dump, step), expected, "{dump:?} by {step}");
            }
        }
    }

    #[test]
    fn units_are_objects_whatever_stands_between_them() {
        for (dump, expected) in [
            ("{\"a\":1}\n{\"a\":2}\n", &["{\"a\":1}", "{\"a\":2}"][..]),
            ("{\"a\":1}\r\n\n{\"a\":2}", &["{\"a\":1}", "", "{\"a\":2}"]),
            ("[\n{\"a\":1},\n{\"a\":2}\n]\n", &["", "{\"a\":1}", "{\"a\":2}", ""]),
            ("[{\"a\":1},\n{\"a\":2},\n]", &["{\"a\":1}", "{\"a\":2}", ""]),
            ("[{\"a\":1}, {\"a\":[{},{}]}][{\"a\":3}]\n", &["{\"a\":1}", "{\"a\":[{},{}]}", "{\"a\":3}"]),
            ("[\n{\"a\":1}\n][\n{\"a\":2}\n]", &["", "{\"a\":1}", "", "{\"a\":2}", ""]),
            (
                "{\"a\":1}{\"a\":2} {\"a\":3}\n{\"a\":4}\n",
                &["{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}"],
            ),
            ("{\"a\":\"}{\"}\n{\"a\":\"\\\"}{\"}\n", &["{\"a\":\"}{\"}", "{\"a\":\"\\\"}{\"}"]),
            ("\0\0{\"a\":1}\n\u{feff}{\"a\":2}\n", &["{\"a\":1}", "{\"a\":2}"]),
            (
                "{\n  \"a\": 1,\n  \"b\": {}\n}\n{\"a\":2}\n",
                &["{\n  \"a\": 1,\n  \"b\": {}\n}", "", "", "", "{\"a\":2}"],
            ),
            (
                "[\n  {\n    \"a\": [\n1,\n{}]\n  },\n  {\"a\":2}\n]\n",
                &["", "{\n    \"a\": [\n1,\n{}]\n  }", "", "", "", "", "  {\"a\":2}", ""],
            ),
            // Line ends that are not escaped, in a string.
            ("{\"a\":\"x\ny\n\nz\"}\n{\"a\":2}\n", &["{\"a\":\"x\ny\n\nz\"}", "", "", "", "{\"a\":2}"]),
            ("{\"a\":1}\r{\"a\":2}\r", &["{\"a\":1}", "{\"a\":2}"]),
            // What is broken costs its own line.
            ("{\"a\":\"x\n  ,{\"a\":2}\n", &["{\"a\":\"x", "{\"a\":2}"]),
            ("{\"a\":\"x\n{\"a\":2}\n", &["{\"a\":\"x", "{\"a\":2}"]),
            ("{\"a\":1,\n{\"a\":2}\n", &["{\"a\":1,", "{\"a\":2}"]),
            ("{\"a\":{\n{\"a\":2}\n", &["{\"a\":{", "{\"a\":2}"]),
            ("{\"a\":[1,\n", &["{\"a\":[1,"]),
            ("{\"a\":1} x\nword\n[1,2]\n", &["{\"a\":1} x", "word", "[1,2]"]),
        ] {
            for step in [1, 2, 3, 5, 1000] {
                assert_eq!(units(dump, step), expected, "{dump:?} by {step}");
            }
        }
    }

    #[test]
    fn a_dump_that_ends_within_an_object_or_a_list_was_cut_off() {
        for (dump, is_cut) in [
            ("{\"a\":1}\n{\"a\":2}", false),
            ("{\"a\":1}\n{\"a\":2", true),
            ("{\"a\":1}\n{\"a\":\"{}", true),
            ("{\"a\":1}\n{\"a\":\"x\\", true),
            ("[\n{\"a\":1},\n{\"a\":2}\n]\n", false),
            ("[\n{\"a\":1},\n{\"a\":2},\n", true),
            ("[{\"a\":1},{\"a\":[2]}", true),
            ("[{\"a\":1}][{\"a\":2}]", false),
            ("[{\"a\":1}][{\"a\":2},{\"a\":3}", true),
            ("[\n  {\n    \"a\": 1,\n", true),
            ("[\n  {\n    \"a\": 1\n  }\n]", false),
            ("{\n  \"a\": 1,\n", true),
            ("[]\n", false),
            ("", false),
            // Lists whose ends have something beside them, and brackets that are no lists.
            ("[{\"a\":1},\n{\"a\":2},\nnull]", false),
            ("[{\"a\":1},{\"a\":2}]200", false),
            ("[{\"a\":1},\n{\"a\":2}] // end\n", false),
            ("[{\"a\":1},\n{\"a\":2}] /* end */", false),
            ("[\n{\"a\":1},\n{\"a\":2}\n]\u{1a}", false),
            ("[\n{\"a\":1},\n{\"a\":2}\n]; module.exports = a;\n", false),
            ("[\n[{\"a\":1}, 0.5],\n[{\"a\":2},\n0.5]\n]\n", false),
            ("[\n{\"a\":1}\n{\"a\":2}\n", false),
            // Broken lines are no matter of where the dump ends.
            ("{\"a\":1}\n{\"a\":\"C:\\\"}", false),
            ("{\"a\":1}\n{\"a\":2\n", false),
            ("{\"a\":1}\nword", false),
            // Objects as Python prints them, and lines of a log.
            ("{'a': \"it's\"}\n{'a': 'x y", true),
            ("{'a': 1}\n{'a': 'x'", true),
            ("{'a': 1}\n{'a': '\\'}'}", false),
            ("{'a': 1}\n{'a': 'x\n", false),
            ("{'a': 1}\n{'a': it's}", false),
            ("INFO {\"a\":1}\nINFO {\"a\":\"x", true),
            ("INFO {\"a\":1}\nINFO {\"a\":2}", false),
            ("INFO {\"a\":1}\nINFO the end", false),
            ("INFO {\"a\":1}\nINFO {\"a\":\"x\n", false),
            ("{\"a\":1}\nsee {x", false),
            ("[INFO] word\n{\"a\":1}\n", false),
            ("[1, 2\n", false),
            ("[{\"a\":1}, {\"a\" 2}]", false),
        ] {
            for step in [1, 2, 3, 5, 1000] {
                let (data, mut cutter) = (dump.as_bytes(), JsonCutter::new(200));
                let (mut from, mut known) = (0, step.min(data.len()));
                while from < data.len() {
                    match cutter.cut(&data[..known], from, known == data.len()) {
                        Cut::Unit { next, .. } => from = next,
                        _ => known = (known + step).min(data.len()),
                    }
                    known = known.max((from + 1).min(data.len()));
                }
                assert_eq!(cutter.unfinished().is_some(), is_cut, "{dump:?} by {step}");
            }
        }
    }

    #[test]
    fn an_indented_object_that_is_broken_or_cut_is_one_unit() {
        for (dump, expected) in [
            // A comma is missing.
            (
                "[\n  {\n    \"a\": 1\n    \"b\": {\n    }\n  },\n  {\n    \"a\": 2\n  }\n]\n",
                &[
                    "",
                    "{\n    \"a\": 1\n    \"b\": {\n    }\n  }",
                    "",
                    "",
                    "",
                    "",
                    "{\n    \"a\": 2\n  }",
                    "",
                    "",
                    "",
                ][..],
            ),
            // The dump ends within it.
            ("[\n  {\n    \"a\": 1,\n    \"b\": 2,\n", &["", "{\n    \"a\": 1,\n    \"b\": 2,\n", "", ""]),
            ("{\n  \"a\": 1,\n  \"b", &["{\n  \"a\": 1,\n  \"b", "", ""]),
            // What stands below it is none of its own.
            ("{\n  \"a\": x y,\n{\"a\":2}\n", &["{", "  \"a\": x y,", "{\"a\":2}"]),
            ("{\n  \"a\": 1,\n}, {\"a\":2}\n", &["{\n  \"a\": 1,\n}", "", "", "{\"a\":2}"]),
        ] {
            for step in [1, 2, 3, 5, 1000] {
                assert_eq!(units(dump, step), expected, "{dump:?} by {step}");
            }
        }
    }

    #[test]
    fn an_object_over_several_lines_that_grows_too_long_is_lines() {
        let dump = format!("{{\n{}}}\n", "\"a\": 1,\n".repeat(100));
        assert_eq!(units(&dump, 7).len(), 102);
    }
}
