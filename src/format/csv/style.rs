//! How a table is written: what separates its columns, and how it differs from RFC 4180.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{BufReader, Read};

use super::dialect::{Dialect, without_blanks, without_lone_backslashes};
use super::head::Head;
use super::heading::Heading;
use super::rows::{CHUNK_BYTES, Input, can_be_name};
use crate::format::{WantedColumn, unreadable, without_packing};

/// What more than half of some rows have, which is what the one in the middle has; 0 where there is nothing such.
fn width_of_most(mut widths: Vec<usize>) -> usize {
    widths.sort_unstable();
    let middle = widths.get(widths.len() / 2).copied().unwrap_or_default();
    let is_most = widths.iter().filter(|width| **width == middle).count() * 2 > widths.len();
    if is_most { middle } else { 0 }
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// What separates the columns.
    pub(super) delimiter: u8,
    /// A quotation mark in a field has `\` before it, as a database's export writes it, and not another one.
    pub(super) has_escapes: bool,
    /// Blanks stand between a delimiter and a quotation mark.
    pub(super) has_blanks: bool,
    /// How it differs from RFC 4180 else.
    pub(super) dialect: Option<Dialect>,
    /// So many rows come before the header: `sep=;`, for a spreadsheet, and titles.
    pub(super) rows_before: usize,
    /// What there is beside the header's names.
    pub(super) heading: Heading,
    /// The fields that more than half of the first rows have; 0 where there is no such number.
    pub(super) unnamed_to: usize,
}

impl Style {
    /// The style of a table that begins with these bytes; `None` if it is not a table.
    pub(super) fn of(name: &str, head: &[u8], known: &WantedColumn<'_>) -> Option<Self> {
        let delimiter = delimiter(name, head, known)?;
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let inside = |pair: &[u8; 2]| {
            let is_end =
                |byte: Option<&u8>| byte.is_none_or(|byte| *byte == delimiter || b"\r\n".contains(byte));
            let at_ends = |at: usize| is_end(head.get(at + 2)) || at == 0 || is_end(head.get(at - 1));
            memchr::memmem::find_iter(head, pair).filter(|at| !at_ends(*at)).count()
        };
        let has_escapes = inside(b"\\\"") > 0 && inside(b"\"\"") == 0;
        let has = |bytes: &[u8]| memchr::memmem::find(head, bytes).is_some();
        let has_blanks = has(&[delimiter, b' ', b'"']) && !has(&[delimiter, b'"']);
        let style = Self {
            delimiter,
            has_escapes,
            has_blanks,
            dialect: None,
            rows_before: 0,
            heading: Heading::default(),
            unnamed_to: 0,
        };
        let mut rows = style.head(head);
        let dialect = if has_blanks { None } else { Dialect::of(delimiter, &rows, head) };
        let mut style = Self { has_escapes: has_escapes && dialect.is_none(), dialect, ..style };
        if dialect.is_some() {
            rows = style.head(head);
        }
        style.rows_before = rows_before(head, &rows);
        // The table may go on within the last row, or was cut off there.
        let last = usize::from(Head::is_cut(head) || rows.stops_short());
        let whole = rows.rows().len().saturating_sub(last);
        let cells: Vec<Vec<Cow<'_, str>>> = rows
            .rows()
            .take(whole)
            .skip(style.rows_before)
            .map(|row| row.into_iter().map(String::from_utf8_lossy).collect())
            .collect();
        style.heading = Heading::of(&cells, delimiter, head, known);
        style.rows_before += usize::from(style.heading.has_groups);
        style.unnamed_to = width_of_most(cells.iter().skip(1).map(Vec::len).collect());
        Some(style)
    }

    /// The rows of a table that begins like this.
    fn head(self, head: &[u8]) -> Head {
        let mut table = Vec::new();
        self.input(Box::new(head)).read_to_end(&mut table).expect("memory can be read");
        Head::of(self.parser(), &table)
    }

    /// Whether a row may have more or fewer fields than the header.
    pub(super) fn may_be_ragged(self) -> bool {
        !matches!(self.dialect, Some(Dialect::Torn(_) | Dialect::Single))
    }

    pub(super) fn parser(self) -> csv_core::Reader {
        csv_core::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .escape(self.has_escapes.then_some(b'\\'))
            .build()
    }

    pub(super) fn input<'a>(self, inner: Box<dyn Read + Send + 'a>) -> Input<'a> {
        let inner: Box<dyn Read + Send + 'a> = match self.dialect {
            Some(dialect) => dialect.read(self.delimiter, inner),
            None if self.has_blanks => Box::new(without_blanks(self.delimiter, inner)),
            None if self.has_escapes => Box::new(without_lone_backslashes(self.delimiter, inner)),
            None => inner,
        };
        BufReader::with_capacity(CHUNK_BYTES, inner)
    }
}

/// How many rows come before the header: those that have nothing after their first field, where a row of names follows.
fn rows_before(head: &[u8], rows: &Head) -> usize {
    const MOST: usize = 20;
    let separator = usize::from(separator(head).is_some());
    for (number, row) in rows.rows().take(MOST).enumerate() {
        let is_title = row.iter().skip(1).all(|field| field.trim_ascii().is_empty());
        if !is_title {
            let is_header = number == separator || row.iter().all(|field| can_be_name(field));
            return if is_header { number } else { separator };
        }
    }
    separator
}

/// What `sep=;` at the head of a table says.
fn separator(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    match line
        .strip_prefix(b"sep=")
        .or_else(|| line.strip_prefix(b"\"sep=").and_then(|rest| rest.strip_suffix(b"\"")))?
    {
        [delimiter] => Some(*delimiter),
        // The separator was a tab, and is white space at the line's end.
        [] => Some(b'\t'),
        _ => None,
    }
}

/// What separates the columns of a table that begins with these bytes; `None` if it is not a table. Its name says so
/// (`.csv`, `.tsv`), or its first line is a list of different short names without a blank line or a bracket.
pub(super) fn delimiter(name: &str, head: &[u8], known: &WantedColumn<'_>) -> Option<u8> {
    /// The last one is Hive's.
    const DELIMITERS: [u8; 5] = [b',', b'\t', b';', b'|', 1];
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if let Some(separator) = separator(head) {
        return Some(separator);
    }
    let mut lines = head.split(|byte| b"\r\n".contains(byte));
    let first = lines.find(|line| !line.trim_ascii().is_empty())?;
    // After a title.
    let named = lines.chain([first]).find(|line| line.iter().any(|byte| DELIMITERS.contains(byte)));
    let of_names =
        if DELIMITERS.iter().any(|one| first.contains(one)) { first } else { named.unwrap_or(first) };
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, of_names).count();
    // Others may stand in a row without names; one may stand in a name.
    let is_hive = unreadable::is_hive(head);
    let most = DELIMITERS.into_iter().max_by_key(|delimiter| match *delimiter {
        1 => (2 * usize::from(is_hive), count(1)),
        _ => (usize::from(count(*delimiter) > 0), count(*delimiter)),
    })?;
    if matches!(first.trim_ascii_start().first(), None | Some(b'{' | b'[' | b'<')) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let stem = without_packing(&name);
    match stem.rsplit('.').next() {
        Some("tsv") => return Some(b'\t'),
        Some("csv") => return Some(most),
        _ => {}
    }
    // A dump by another name: names of at least three columns, each a word or two, or two names of fields.
    let line = std::str::from_utf8(first).ok()?.trim_end();
    let names: Vec<&str> = line.split(char::from(most)).map(|name| name.trim_matches('"')).collect();
    let is_name = |name: &&str| {
        (1..=40).contains(&name.len())
            && name.chars().next().is_some_and(char::is_alphabetic)
            && name.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-' | '.' | ' ' | ':'))
    };
    let distinct: HashSet<&&str> = names.iter().collect();
    let are_known = names.len() >= 2 && names.iter().all(|name| known(name.trim_matches(['"', ' '])));
    let is_table = are_known || (names.len() >= 3 && names.iter().all(is_name));
    (is_table && distinct.len() == names.len() && head.len() > first.len() + 1).then_some(most)
}
