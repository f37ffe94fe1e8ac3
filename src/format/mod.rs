//! How dumps are written: what a unit of one is, and where it ends.
//!
//! A *unit* is what a dump is made of: a line of JSON or an item of a JSON list, a record of a WARC file. [`adapt`] asks
//! the [`FORMATS`] which of them a dump is written in, by its name and its first decompressed bytes; the [`Cutter`] of its
//! [`Form`] finds the units, and [`crate::decode`] turns one into an article. Everything else (batches, permits, order,
//! the account) is the same for all formats and lives in [`crate::read`]. Lists of rows, such as CSV, and texts in other
//! encodings are turned into lines of JSON in UTF-8 ([`csv`], [`encoding`]), so that they need no form of their own.
//!
//! To add a format: a file here with a [`Format`], and its line in [`FORMATS`]. Where its units are not JSON, also a
//! [`Form`] with a cutter, and a decoder in `decode/`.

mod asides;
mod columns;
mod csv;
pub(crate) mod digest;
mod doubled;
mod encoding;
mod entities;
mod envelope;
mod json;
mod rows;
#[cfg(feature = "parquet")]
mod table;
mod unreadable;
pub(crate) mod warc;

use std::io::{self, Cursor, Read, Write};
use std::ops::Range;
use std::sync::Arc;

pub(crate) use csv::{HEADER_FIELDS, ROW_FIELDS};
pub(crate) use envelope::{ANY, EACH, ITEM};
pub(crate) use json::NAME as JSON;
pub(crate) use unreadable::{packed_table, unreadable};

use encoding::Encoding;

use crate::text::Slice;

/// The form of a dump's units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON: an object a line, several on a line, objects over several lines, and lists of them.
    Json,
    /// Records of a WARC file.
    Warc,
}

/// How many decompressed bytes tell a dump's form.
pub(crate) const HEAD_BYTES: usize = 64 << 10;

impl Form {
    /// What cuts a dump of this form into units of at most so many bytes.
    pub(crate) fn cutter(self, max_unit_bytes: usize) -> Box<dyn Cutter> {
        match self {
            Self::Json => Box::new(json::JsonCutter::new(max_unit_bytes)),
            Self::Warc => Box::new(warc::WarcCutter::new(max_unit_bytes)),
        }
    }
}

/// Finds units. What it finds must depend on the bytes alone, never on how many of them are there at a time.
pub(crate) trait Cutter: Send {
    /// Cuts a unit off the front of `data[from..]`, which is not empty; with `is_end`, nothing follows it. After
    /// [`Cut::More`] it is called again with the same bytes and more after them, perhaps at another `from`.
    fn cut(&mut self, data: &[u8], from: usize, is_end: bool) -> Cut;

    /// After the last unit, why that cannot be the dump's end.
    fn unfinished(&self) -> Option<&'static str> {
        None
    }
}

/// What a [`Cutter`] has found.
#[derive(Debug)]
pub(crate) enum Cut {
    /// Only more bytes can tell where the unit ends.
    More,
    /// A unit, all of it in memory.
    Unit {
        /// Its bytes.
        range: Range<usize>,
        /// What it is.
        kind: UnitKind,
        /// Where the next one begins.
        next: usize,
        /// Lines within it, after its first one: they have numbers, and are [`UnitKind::Within`].
        lines_within: u64,
    },
    /// A unit that is not wanted, or longer than allowed: nothing of it but `range` is kept.
    Pass {
        /// What is kept.
        range: Range<usize>,
        /// What it is.
        kind: UnitKind,
        /// Where the next one begins, counted from the start of this one; it may be beyond what is in memory.
        length: u64,
    },
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// A unit as it should be.
    Whole,
    /// A line within the unit before it: nothing of its own.
    Within,
    /// Longer than allowed; only the head was kept.
    TooLong,
    /// The dump is damaged, and ends within this unit.
    CutOff,
    /// Not an article by its form, such as a WARC `request`: counted by this name.
    Other(&'static str),
}

/// What is to be cut.
pub(crate) struct Content {
    /// The form of its units.
    pub form: Form,
    /// What it is called in the ledger: its format, and its encoding in brackets.
    pub name: String,
    /// The bytes.
    pub reader: Box<dyn Read + Send>,
    /// Reads on after some that cannot be read; `None` where parts of records would be taken for records.
    pub restart: Option<Box<Restart>>,
}

/// Makes the bytes that are cut of what follows a part of the dump that cannot be read; `None` where nothing can be made of it.
pub(crate) type Restart = dyn FnMut(Box<dyn Read + Send>) -> Option<Box<dyn Read + Send>> + Send;

/// Of bytes that are cut as they stand in the dump.
fn as_it_stands() -> Box<Restart> {
    Box::new(Some)
}

/// Reads a dump from its beginning again.
pub(crate) type Reopen = Arc<dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync>;

/// A way in which dumps are written.
struct Format {
    /// How names of its dumps end, in lower case, without the ending of a compression.
    endings: &'static [&'static str],
    /// Reads a dump of this format, and gives back what is written in another.
    read: for<'a> fn(Opened<'a>) -> Result<Content, Opened<'a>>,
}

/// All formats but tables that need random access. Each is asked in turn, and the last one reads everything.
const FORMATS: [&Format; 3] = [&warc::FORMAT, &csv::FORMAT, &json::FORMAT];

/// How names of tables with random access end, which have a compression of their own.
const TABLES: [&str; 4] = [".parquet", ".arrow", ".arrows", ".feather"];

/// The endings that a compression adds to a name.
const COMPRESSIONS: [&str; 5] = [".zst", ".zstd", ".gz", ".bz2", ".xz"];

/// Whether a file of this name in a folder is taken for a dump.
pub(crate) fn is_dump_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let stem = without_packing(&name);
    let mut endings = FORMATS.iter().flat_map(|format| format.endings);
    endings.any(|ending| stem.ends_with(ending)) || TABLES.iter().any(|ending| name.ends_with(ending))
}

/// How names of dumps end, for a message.
pub(crate) fn endings() -> String {
    // The usual format is the last that is asked.
    let endings: Vec<&str> = FORMATS.iter().rev().flat_map(|format| format.endings).copied().collect();
    format!(
        "{}, plain or with {} added, or in {}",
        alternatives(&endings),
        alternatives(&COMPRESSIONS),
        alternatives(&TABLES)
    )
}

fn alternatives(words: &[&str]) -> String {
    let (last, first) = words.split_last().expect("there is at least one");
    format!("{} or {last}", first.join(", "))
}

/// A name in lower case without the ending that its compression gave it.
fn without_packing(name: &str) -> &str {
    COMPRESSIONS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// A dump of which the beginning has been read, in UTF-8 where it is a text.
struct Opened<'a> {
    /// The dump's name.
    name: &'a str,
    /// Up to [`HEAD_BYTES`].
    head: Vec<u8>,
    /// What follows the head.
    rest: Box<dyn Read + Send>,
    hints: &'a ReadHints<'a>,
    /// No row has to be held beyond so many bytes: a longer one is passed over.
    max_unit_bytes: usize,
    /// Reads the dump from its beginning again, where that can be done.
    reopen: Option<Reopen>,
}

impl Opened<'_> {
    /// All of it, from its beginning.
    fn whole(self) -> Box<dyn Read + Send> {
        Box::new(Cursor::new(self.head).chain(self.rest))
    }
}

/// Where the records of a JSON text are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// In the lists that these keys lead to.
    Lists(Vec<String>),
    /// In lists of values whose names are known.
    Rows {
        /// The keys that lead to the list of the rows.
        path: Vec<String>,
        /// The names.
        names: Vec<String>,
        /// How many lists are open around a row.
        base: usize,
        /// So many rows have the names, or say something of them.
        header_rows: usize,
    },
    /// A value in each column.
    Columns {
        /// The keys that lead to the object of the columns.
        path: Vec<String>,
    },
}

/// Recognises how decompressed bytes are written, and turns what is a text in another encoding, or a list of rows, into lines
/// of JSON in UTF-8. `name` is the dump's. `reopen` reads it from its beginning again, where that can be done.
pub(crate) fn adapt(
    name: &str,
    mut inner: Box<dyn Read + Send>,
    hints: &ReadHints<'_>,
    max_unit_bytes: usize,
    reopen: Option<Reopen>,
) -> io::Result<Content> {
    let head = read_head(&mut inner)?;
    if let Some((what, advice)) = unreadable(&head).or_else(|| packed_table(&head)) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("this is {what}; {advice}")));
    }
    let encoding = Encoding::of(&head);
    let whole: Box<dyn Read + Send> = Box::new(Cursor::new(head).chain(inner));
    let mut rest = match encoding {
        Some(encoding) => encoding.read(whole),
        None => whole,
    };
    let reopen = match (reopen, encoding) {
        (Some(reopen), Some(encoding)) => Some(Arc::new(move || Ok(encoding.read(reopen()?))) as Reopen),
        (reopen, _) => reopen,
    };
    let head = read_head(&mut rest)?;
    let mut opened = Opened { name, head, rest, hints, max_unit_bytes, reopen };
    for format in FORMATS {
        match (format.read)(opened) {
            Ok(mut content) => {
                if let Some(encoding) = encoding {
                    content.name = format!("{} ({})", content.name, encoding.name());
                    content.restart = content.restart.map(|mut restart| -> Box<Restart> {
                        Box::new(move |rest| restart(encoding.read_on(rest)))
                    });
                }
                return Ok(content);
            }
            Err(other) => opened = other,
        }
    }
    unreachable!("JSON is what nothing else is")
}

/// The rows of a table with an index of its own, such as Parquet, as lines of JSON; `None` where the file is none. `wanted`
/// says of a column whether it is of use.
#[cfg(feature = "parquet")]
pub(crate) use table::{bytes, is_table, records, row_lines, rows};

/// No table is read without the feature `parquet`.
#[cfg(not(feature = "parquet"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
pub(crate) fn rows(
    _: crate::store::Seekable,
    _: &WantedColumn<'_>,
    _: &Arc<std::sync::atomic::AtomicU64>,
) -> io::Result<Option<Content>> {
    Ok(None)
}

/// The same.
#[cfg(not(feature = "parquet"))]
pub(crate) fn is_table(_: &[u8]) -> bool {
    false
}

/// Says whether a column of a table is of use.
pub(crate) type WantedColumn<'a> = dyn Fn(&str) -> bool + 'a;

/// What a pipeline says of the content of dumps.
pub(crate) struct ReadHints<'a> {
    /// Where the records are in a JSON text that begins like this; `None` where they are what it has.
    pub layout: &'a dyn Fn(&str) -> Option<Layout>,
    /// Which columns of a table it needs.
    pub column: &'a WantedColumn<'a>,
    /// Which names are those of fields.
    pub known: &'a WantedColumn<'a>,
    /// Which are those of a title or an address.
    pub head: &'a WantedColumn<'a>,
}

/// Ends a row that was too long to be held, of which `ready` has the beginning after `start`: as a line that is longer than
/// allowed, so that it becomes a unit that is [`UnitKind::TooLong`], whatever was left out of it.
fn end_too_long(ready: &mut Vec<u8>, start: usize, max_unit_bytes: usize) {
    let least = start + max_unit_bytes + 1;
    ready.resize(ready.len().max(least), b' ');
    ready.push(b'\n');
}

/// Takes bytes up to a bound: as JSON a control character takes six times as many as in a field.
struct Bounded<'a> {
    bytes: &'a mut Vec<u8>,
    /// How long `bytes` may become.
    most: usize,
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.most + 1 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How many brackets are open, outside of strings.
#[derive(Clone, Debug, Default)]
struct Depth {
    open: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Depth {
    fn of(open: usize) -> Self {
        Self { open, ..Self::default() }
    }

    fn pass(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.open += 1,
            b'}' | b']' => self.open = self.open.saturating_sub(1),
            _ => {}
        }
    }
}

/// Makes bytes a piece at a time.
trait Refill {
    /// Appends the next piece to `ready`, which may be empty; `false` after the last.
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool>;
}

/// Reads what a [`Refill`] makes.
struct Refilled<T> {
    source: T,
    ready: Vec<u8>,
    /// Bytes of `ready` that have been read.
    given: usize,
}

impl<T> Refilled<T> {
    fn new(source: T) -> Self {
        Self { source, ready: Vec::new(), given: 0 }
    }
}

impl<T: Refill> Read for Refilled<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            self.ready.clear();
            self.given = 0;
            if !self.source.refill(&mut self.ready)? && self.ready.is_empty() {
                return Ok(0);
            }
        }
        let rest = self.ready.slice(self.given..);
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

/// Rewrites bytes, one after the other.
trait Filter {
    /// Passes a byte, and appends what has become of it, now or later.
    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>);

    /// Appends what is left after the last one; it may be asked again.
    fn end(&mut self, _: &mut Vec<u8>) {}
}

/// What a [`Filter`] makes of bytes.
struct Filtered<F, R> {
    filter: F,
    inner: R,
}

impl<F: Filter, R: Read> Filtered<F, R> {
    fn new(filter: F, inner: R) -> Refilled<Self> {
        Refilled::new(Self { filter, inner })
    }
}

impl<F: Filter, R: Read> Refill for Filtered<F, R> {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        let mut chunk = [0; 16 << 10];
        let count = self.inner.read(&mut chunk)?;
        chunk.slice(..count).iter().for_each(|byte| self.filter.pass(*byte, ready));
        if count == 0 {
            self.filter.end(ready);
        }
        Ok(count > 0)
    }
}

/// Up to [`HEAD_BYTES`]. An error after the first bytes is left for the reader to meet again.
pub(crate) fn read_head(inner: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEAD_BYTES];
    let mut filled = 0;
    while filled < head.len() {
        match inner.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) if filled > 0 => break,
            Err(error) => return Err(error),
        }
    }
    head.truncate(filled);
    Ok(head)
}
