//! How dumps are written: what a unit of one is, and where it ends.
//!
//! A *unit* is what a dump is made of: a line of JSON or an item of a JSON list, a record of a WARC file. [`Form::of`]
//! recognises the form by the first decompressed bytes, its [`Cutter`] finds the units, and [`crate::decode`] turns one
//! into an article. Everything else (batches, permits, order, the account) is the same for all forms and lives in
//! [`crate::read`]. Forms that are lists of rows, such as CSV, and texts in other encodings are read through an adapter
//! that turns them into lines of JSON in UTF-8 ([`csv`], [`encoding`]), so that they need no cutter of their own.
//!
//! To add a form: a file here with a `Cutter` or an adapter, a line in [`Form::of`] and [`Form::cutter`] (or in
//! [`adapt`]), and, where its units are not JSON, a decoder in `decode/`.

pub(crate) mod csv;
use crate::text::Slice;
mod encoding;
mod envelope;
mod json;
#[cfg(feature = "parquet")]
mod table;
mod unreadable;
pub(crate) mod warc;

use std::io::{self, Cursor, Read};
use std::ops::Range;

pub(crate) use envelope::EACH;
pub(crate) use unreadable::unreadable;

use crate::html::charset::legacy;

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
    /// The form of a dump that begins with these bytes.
    pub(crate) fn of(head: &[u8]) -> Self {
        if warc::begins(head) { Self::Warc } else { Self::Json }
    }

    /// Its name in the ledger, where no adapter has another one.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Warc => "warc",
        }
    }

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
        /// Lines within it, after its first one: they have numbers, and nothing of their own.
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
    /// What it is called in the ledger: the form's name, or that of what an adapter reads, and its encoding in brackets.
    pub name: String,
    /// The bytes.
    pub reader: Box<dyn Read + Send>,
}

impl Content {
    /// Lines of JSON that an adapter makes of something else.
    fn made(name: &'static str, reader: Box<dyn Read + Send>) -> Self {
        Self { form: Form::Json, name: name.to_owned(), reader }
    }
}

/// Looks at the head of decompressed bytes and turns what is a text in another encoding, or a table, into lines of JSON
/// in UTF-8. `name` is the dump's. `records` says of the beginning of a JSON text which keys
/// lead to a list of records in it, if any do.
pub(crate) fn adapt(
    name: &str,
    mut inner: Box<dyn Read + Send>,
    records: &RecordsPath<'_>,
) -> io::Result<Content> {
    let (mut inner, mut head) = {
        let head = read_head(&mut inner)?;
        (inner, head)
    };
    let mut encoded = "";
    if let Some(encoding) = encoding::of(&head) {
        let whole = Cursor::new(head).chain(inner);
        inner = Box::new(Refilled::new(encoding::Utf8::new(encoding, whole)));
        head = read_head(&mut inner)?;
        encoded = encoding.name();
    } else if !warc::begins(&head)
        && let Some(encoding) = legacy(&head)
    {
        let whole = Cursor::new(head).chain(inner);
        inner = Box::new(Refilled::new(encoding::Legacy::new(encoding, whole)));
        head = read_head(&mut inner)?;
        encoded = encoding.name();
    }
    let named = |name: &str| if encoded.is_empty() { name.to_owned() } else { format!("{name} ({encoded})") };
    let form = Form::of(&head);
    if form == Form::Json
        && let Some(style) = csv::Style::of(name, &head)
    {
        let rows = Refilled::new(csv::JsonRows::new(style, Cursor::new(head).chain(inner)));
        return Ok(Content { form, name: named("csv"), reader: Box::new(rows) });
    }
    if form == Form::Json {
        let script = script_bytes(&head);
        head.iter_mut().take(script).filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    if form == Form::Json && begins_an_object(&head) {
        // The head may end within a character.
        let text = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        if let Some(path) = records(text) {
            let lists = Refilled::new(envelope::Lists::new(path, Cursor::new(head).chain(inner)));
            return Ok(Content { form, name: named(form.name()), reader: Box::new(lists) });
        }
    }
    Ok(Content { form, name: named(form.name()), reader: Box::new(Cursor::new(head).chain(inner)) })
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

/// The rows of a table with an index of its own, such as Parquet, as lines of JSON; `None` where the file is none. `wanted`
/// says of a column whether it is of use.
#[cfg(feature = "parquet")]
pub(crate) use table::{records, rows};

/// No table is read without the feature `parquet`.
#[cfg(not(feature = "parquet"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
pub(crate) fn rows(
    _: &std::path::Path,
    _: &WantedColumn<'_>,
    _: &std::sync::Arc<std::sync::atomic::AtomicU64>,
) -> io::Result<Option<Content>> {
    Ok(None)
}

/// Says whether a column of a table is of use.
pub(crate) type WantedColumn<'a> = dyn Fn(&str) -> bool + 'a;

/// What a pipeline says of the content of dumps.
pub(crate) struct ReadHints<'a> {
    /// Where records are in a response.
    pub records: &'a RecordsPath<'a>,
    /// Which columns of a table it needs.
    pub column: &'a WantedColumn<'a>,
}

/// Says which keys lead to a list of records in the beginning of a JSON text.
pub(crate) type RecordsPath<'a> = dyn Fn(&str) -> Option<Vec<String>> + 'a;

fn begins_an_object(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    head.trim_ascii_start().first() == Some(&b'{')
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

/// A name in lower case without the ending that its compression gave it.
pub(crate) fn without_packing(name: &str) -> &str {
    let packed = [".zst", ".zstd", ".gz", ".bz2", ".xz"].iter().find_map(|ending| name.strip_suffix(ending));
    packed.unwrap_or(name)
}

/// Up to [`HEAD_BYTES`]. An error after the first bytes is left for the reader to meet again.
fn read_head(inner: &mut dyn Read) -> io::Result<Vec<u8>> {
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
