//! Tables whose fields hold line ends that nothing marks, so that a row is several lines: `FORMAT TSVRaw` of `ClickHouse`, `mysql --raw`,
//! `write.table(quote = FALSE)` of R, and programs that join fields with a tab.
//!
//! Lines tell where rows begin by one column, the anchor, that has an address, a date, a number or a code in each row, and stands before the
//! fields with line ends; or where rows end, if it stands after them. Where there is none, and all lines besides are sentences without a delimiter, a row
//! begins with a line that has all fields. A table is read so only where half of all rows have a line of a text
//! besides, or lines that lack fields have them in the lines that follow. A row that has more or fewer fields than the header then is none.

use std::io::Read;

use crate::format::{Filter, Filtered, Refilled};

/// What tells where rows begin or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    delimiter: u8,
    /// The column's place, counted from the end where rows end with its line.
    place: usize,
    is_at_end: bool,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Address,
    Date,
    /// A word with a digit, as identifiers are.
    Code,
    /// None of them: a row begins with the line that has as many fields as the header, and all others have no delimiter.
    Width,
}

impl Kind {
    fn of(cell: &[u8]) -> Option<Self> {
        const LONGEST_CODE_BYTES: usize = 64;
        let date = cell.get(..10).is_some_and(|day| {
            day.iter()
                .enumerate()
                .all(|(at, byte)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() })
        });
        if date && cell.len() <= LONGEST_CODE_BYTES {
            return Some(Self::Date);
        }
        if cell.is_empty() || !cell.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        if [&b"http://"[..], b"https://"].iter().any(|start| cell.starts_with(start)) {
            return Some(Self::Address);
        }
        if cell.len() > LONGEST_CODE_BYTES || !cell.iter().any(u8::is_ascii_digit) {
            return None;
        }
        Some(if cell.iter().all(u8::is_ascii_digit) { Self::Number } else { Self::Code })
    }
}

impl Anchor {
    /// The anchor of a table that begins like this; `None` where each line is a row, or that cannot be told.
    pub(super) fn find(delimiter: u8, head: &[u8], is_cut: bool) -> Option<Self> {
        /// Wider tables have no texts.
        const MOST_COLUMNS: usize = 64;
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let mut lines =
            head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let columns = cells(lines.next()?, delimiter).count();
        let mut lines: Vec<Vec<&[u8]>> = lines.map(|line| cells(line, delimiter).collect()).collect();
        if is_cut || lines.last().is_some_and(|line| is_blank(line)) {
            lines.pop();
        }
        if !(2..=MOST_COLUMNS).contains(&columns) {
            return None;
        }
        let anchors = [false, true].into_iter().flat_map(|is_at_end| {
            let first = if is_at_end { lines.last() } else { lines.first() };
            (0..columns).filter_map(move |place| {
                let anchor = Self { delimiter, place, is_at_end, kind: Kind::Code };
                Some(Self { kind: Kind::of(anchor.cell(first?)?)?, ..anchor })
            })
        });
        let mut found = None;
        for anchor in anchors {
            let rows = if anchor.is_at_end {
                Rows::of(anchor, columns, lines.iter().rev())
            } else {
                Rows::of(anchor, columns, lines.iter())
            };
            if rows.torn == 0 {
                return None;
            }
            if found.is_none() && rows.are_torn() {
                found = Some(anchor);
            }
        }
        found.or_else(|| Self::of_width(delimiter, columns, &lines))
    }

    /// The anchor of a table in which the lines of a text that follow its first have no delimiter, and are sentences; nothing that long stands before the
    /// last column.
    fn of_width(delimiter: u8, columns: usize, lines: &[Vec<&[u8]>]) -> Option<Self> {
        const ENDS: [char; 9] = ['.', '!', '?', '…', '"', '”', '»', '。', '।'];
        let lines: Vec<_> = lines.iter().filter(|line| !is_blank(line)).collect();
        let (full, lone): (Vec<&Vec<&[u8]>>, Vec<_>) =
            lines.iter().copied().partition(|line| line.len() == columns);
        let is_sentence =
            |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(|cell| cell.trim_end().ends_with(ENDS));
        let longest =
            full.iter().flat_map(|line| line.iter().take(columns - 1)).map(|cell| cell.len()).max()?;
        let texts = lone.iter().filter(|line| line[0].len() > longest && is_sentence(line[0])).count();
        // The last column has the beginning of the text.
        let begun = full.iter().filter(|line| line.last().is_some_and(|cell| is_sentence(cell))).count();
        let is_one = lone.iter().all(|line| line.len() == 1);
        let anchor = Self { delimiter, place: columns, is_at_end: false, kind: Kind::Width };
        let is_torn = is_one && texts * 4 >= lone.len() * 3 && begun * 4 >= full.len() * 3;
        (is_torn && Rows::of(anchor, columns, lines.into_iter()).are_torn()).then_some(anchor)
    }

    fn cell<'a>(self, line: &[&'a [u8]]) -> Option<&'a [u8]> {
        let place = if self.is_at_end { line.len().checked_sub(self.place + 1)? } else { self.place };
        line.get(place).copied()
    }

    /// Whether a line has the anchor.
    fn holds(self, line: &[&[u8]]) -> bool {
        match self.kind {
            Kind::Width => line.len() == self.place,
            kind => self.cell(line).and_then(Kind::of) == Some(kind),
        }
    }

    /// The table as RFC 4180 has it.
    pub(super) fn read<R: Read>(self, inner: R) -> Refilled<Filtered<Joined, R>> {
        let filter =
            Joined { anchor: self, line: Vec::new(), place: Place::Header, is_begun: false, ends_row: true };
        Filtered::new(filter, inner)
    }
}

fn cells(line: &[u8], delimiter: u8) -> impl Iterator<Item = &[u8]> {
    line.split(move |byte| *byte == delimiter)
}

fn is_blank(line: &[&[u8]]) -> bool {
    line.iter().all(|cell| cell.trim_ascii().is_empty())
}

/// What an anchor makes of a table's lines.
#[derive(Debug, Default)]
struct Rows {
    all: usize,
    /// Of more lines than one.
    torn: usize,
    /// As many fields as the header has, of which the first line has fewer.
    made_whole: usize,
    /// With a line of a text besides.
    with_text: usize,
    /// Lines besides, and those of them that could be rows.
    lines: usize,
    full_lines: usize,
    /// Fields that a quotation mark opens and none closes in their line.
    quoted: usize,
}

impl Rows {
    /// Lines in their order, or from the last one where the anchor ends a row.
    fn of<'a>(anchor: Anchor, columns: usize, lines: impl Iterator<Item = &'a Vec<&'a [u8]>>) -> Self {
        /// Headings of sections, comments and footers are shorter.
        const TEXT_BYTES: usize = 40;
        let mut rows = Self::default();
        let mut row: Option<(usize, usize, usize, bool)> = None;
        let end = |rows: &mut Self, row: Option<(usize, usize, usize, bool)>| {
            let Some((first, fields, more, has_text)) = row else { return };
            rows.all += 1;
            rows.torn += usize::from(more > 0);
            rows.made_whole += usize::from(more > 0 && first < columns && fields == columns);
            rows.with_text += usize::from(has_text);
        };
        for line in lines {
            let opened =
                |cell: &&&[u8]| cell.starts_with(b"\"") && memchr::memchr_iter(b'"', cell).count() % 2 == 1;
            rows.quoted += line.iter().filter(opened).count();
            if anchor.holds(line) {
                end(&mut rows, row.replace((line.len(), line.len(), 0, false)));
            } else if let Some((_, fields, more, has_text)) = &mut row
                && !is_blank(line)
            {
                *fields += line.len() - 1;
                *more += 1;
                *has_text |= line.iter().map(|cell| cell.len()).sum::<usize>() >= TEXT_BYTES;
                rows.lines += 1;
                // Commas of a sentence have a blank after them.
                let is_prose = line.iter().skip(1).all(|cell| cell.starts_with(b" "));
                rows.full_lines += usize::from(line.len() == columns && !is_prose);
            }
        }
        end(&mut rows, row);
        rows
    }

    fn are_torn(&self) -> bool {
        /// Fewer rows are no evidence.
        const LEAST_ROWS: usize = 2;
        let is_made_whole = self.made_whole >= LEAST_ROWS && self.made_whole * 2 >= self.torn;
        let has_texts = self.with_text >= LEAST_ROWS && self.with_text * 2 >= self.all;
        self.all > LEAST_ROWS
            && (is_made_whole || has_texts)
            && self.full_lines * 2 < self.lines
            && self.quoted * 4 < self.torn
    }
}

/// Joins the lines of a row.
pub(super) struct Joined {
    anchor: Anchor,
    /// The line so far, or the end of one that is too long to be held.
    line: Vec<u8>,
    place: Place,
    /// A part of the line has been written.
    is_begun: bool,
    /// The line before it ends a row, or it does.
    ends_row: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Header,
    /// A row is open.
    Row,
}

impl Joined {
    /// Writes all of a line but so many bytes at its end.
    fn write(&mut self, kept: usize, ready: &mut Vec<u8>) {
        if !self.is_begun {
            let begins_row = match self.place {
                Place::Header => false,
                Place::Row if self.anchor.is_at_end || self.ends_row => self.ends_row,
                Place::Row => {
                    let line: Vec<&[u8]> = cells(&self.line, self.anchor.delimiter).collect();
                    self.anchor.holds(&line)
                }
            };
            ready.extend_from_slice(match self.place {
                Place::Header => b"\"",
                Place::Row if begins_row => b"\"\n\"",
                Place::Row => b"\n",
            });
            self.is_begun = true;
        }
        let end = self.line.len().saturating_sub(kept);
        for byte in self.line.drain(..end) {
            match byte {
                b'"' => ready.extend_from_slice(b"\"\""),
                _ if byte == self.anchor.delimiter => ready.extend_from_slice(&[b'"', byte, b'"']),
                _ => ready.push(byte),
            }
        }
    }

    fn end_line(&mut self, ready: &mut Vec<u8>) {
        if self.line.ends_with(b"\r") {
            self.line.pop();
        }
        let is_end = {
            let line: Vec<&[u8]> = cells(&self.line, self.anchor.delimiter).collect();
            self.place == Place::Header || (self.anchor.is_at_end && self.anchor.holds(&line))
        };
        self.write(0, ready);
        (self.place, self.is_begun, self.ends_row) = (Place::Row, false, is_end);
    }
}

impl Filter for Joined {
    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) {
        /// So much of a line tells whether it has the anchor.
        const MOST_BYTES: usize = 64 << 10;
        if byte == b'\n' {
            return self.end_line(ready);
        }
        self.line.push(byte);
        if self.line.len() > 2 * MOST_BYTES {
            self.write(MOST_BYTES, ready);
        }
    }

    fn end(&mut self, ready: &mut Vec<u8>) {
        if !self.line.is_empty() || self.is_begun {
            self.write(0, ready);
            ready.push(b'"');
        } else if self.place == Place::Row {
            ready.extend_from_slice(b"\"\n");
        }
        (self.place, self.is_begun) = (Place::Header, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(delimiter: u8, table: &str) -> Option<String> {
        let anchor = Anchor::find(delimiter, table.as_bytes(), false)?;
        let mut text = String::new();
        anchor.read(table.as_bytes()).read_to_string(&mut text).expect("it is UTF-8");
        // However many bytes are there at a time.
        for end in 0..table.len() {
            let (first, second) = table.as_bytes().split_at(end);
            let mut parts = String::new();
            anchor.read(first.chain(second)).read_to_string(&mut parts).expect("it is UTF-8");
            assert_eq!(parts, text);
        }
        Some(text)
    }

    const LONG: &str = "A line of a text that is longer than headings are.";

    #[test]
    fn lines_of_a_row_are_joined() {
        let table =
            format!("id\ttext\tnote\r\n1\tOne \"a\"\r\n\r\n{LONG}\tx\r\n2\tTwo\ty\r\n3\tThree\r\n{LONG}\tz");
        let expected = format!(
            "\"id\"\t\"text\"\t\"note\"\n\"1\"\t\"One \"\"a\"\"\n\n{LONG}\"\t\"x\"\n\"2\"\t\"Two\"\t\"y\"\n\"3\"\t\"Three\n{LONG}\"\t\"z\""
        );
        assert_eq!(joined(b'\t', &table), Some(expected));
        // A text with delimiters of its own makes a row too long, which is no row then.
        let prose = format!(
            "title,url,text\nA,https://a,x\n{LONG}, so, so\nB,https://b,y\n{LONG}, so, so\nC,https://c,z\n"
        );
        assert!(joined(b',', &prose).is_some_and(|text| text.contains("so\",\" so\"\n\"B\"")));
        // No column tells, and the lines do.
        let wide = format!("title\ttext\nA\tx is.\n\n{LONG}.\nB\ty is.\n{LONG}.\n{LONG}.\nC\tz is.\n");
        let expected = format!(
            "\"title\"\t\"text\"\n\"A\"\t\"x is.\n\n{LONG}.\"\n\"B\"\t\"y is.\n{LONG}.\n{LONG}.\"\n\"C\"\t\"z is.\"\n"
        );
        assert_eq!(joined(b'\t', &wide), Some(expected));
        // The text comes last, and first.
        let last = format!("title|url|text\nA|https://a|x\n{LONG}\nB|https://b|y\n\n{LONG}\nC|https://c|z\n");
        let rows = joined(b'|', &last).map(|text| text.matches("\"\n\"").count());
        assert_eq!(rows, Some(3));
        let first = format!("text,url\n{LONG}\nx,https://a\n{LONG}\n{LONG}\ny,https://b\nz,https://c\n");
        let expected = format!(
            "\"text\",\"url\"\n\"{LONG}\nx\",\"https://a\"\n\"{LONG}\n{LONG}\ny\",\"https://b\"\n\"z\",\"https://c\"\n"
        );
        assert_eq!(joined(b',', &first), Some(expected));
    }

    #[test]
    fn lines_that_are_rows_or_none_are_left() {
        for table in [
            // Rows without their last fields, headings, footers.
            "url,title,text\nhttps://a,A\nhttps://b,B\nhttps://c,C\nhttps://d,D,x\n".to_owned(),
            "url,title,text\nSports\nhttps://a,A,x\nhttps://b,B,x\nCulture\nhttps://c,C,x\nhttps://d,D,x\n"
                .to_owned(),
            format!("url,title\nhttps://a,A\nhttps://b,B\nhttps://c,C\n{LONG}\n"),
            // Whole rows without an address.
            format!("url,title\nhttps://a,A\n,{LONG}\nhttps://b,B\n,{LONG}\nhttps://c,C\n,{LONG}\n"),
            // Quotation marks around the text.
            format!("url,text\nhttps://a,\"x\n{LONG}\"\nhttps://b,\"y\n{LONG}\"\nhttps://c,\"z\n{LONG}\"\n"),
            // No column tells.
            format!("title,text\nA,x\n{LONG}\nB,y\n{LONG}\nC,z\n{LONG}\n"),
            // Texts that stand first, of which some have no title; titles without a text; one line that has a delimiter.
            format!("text,title\n{LONG}.,A.\n{LONG}.\n{LONG}.,B.\n{LONG}.\n{LONG}.,C.\n{LONG}.\n"),
            format!("title,text\nA,x is.\n{LONG}\nB,y is.\n{LONG}\nC,z is.\n{LONG}\n").replace("are.", "are"),
            format!("title,note,text\nA,m,x is.\n{LONG}.\nB,n,y is.\n{LONG}, so.\nC,o,z is.\n{LONG}.\n"),
        ] {
            assert_eq!(joined(b',', &table), None, "{table}");
        }
    }

    #[test]
    fn a_line_of_any_length_is_not_held() {
        let anchor = Anchor { delimiter: b'\t', place: 0, is_at_end: false, kind: Kind::Number };
        for is_at_end in [false, true] {
            let anchor = Anchor { is_at_end, ..anchor };
            let line = if is_at_end {
                format!("{}\t7", "x".repeat(1 << 20))
            } else {
                format!("7\t{}", "x".repeat(1 << 20))
            };
            let table = format!("id\ttext\n{line}\n{line}\n");
            let mut joined = anchor.read(table.as_bytes());
            let mut text = String::new();
            joined.read_to_string(&mut text).expect("it is UTF-8");
            assert!(text.matches("\"\n\"").count() == 2 && joined.source.filter.line.capacity() < 1 << 19);
        }
    }
}
