//! Settings in TOML, read so that every mistake is shown at its place.
//!
//! A settings struct derives `Deserialize` and `JsonSchema`; its doc comments are the documentation that
//! `copydesk stages` prints, its field types the checks. [`SettingsTable::read`] reports all unknown and
//! all unfitting keys of a table, not only the first, at which serde stops.
//!
//! A serde-tagged enum would be less code, but it loses the spans of everything inside it.

mod document;
mod options;
mod section;
mod size;
mod words;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use document::{Document, parse_document};
pub use options::{OptionDoc, option_docs, settings_schema};
pub use section::{Check, Switch, read_section, read_switch};
pub use size::{ByteSize, byte_size};

/// A mistake in a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, in bytes of the file.
    pub span: Range<usize>,
    /// What is wrong, as a lower-case sentence.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    /// A mistake without advice.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    /// Adds advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A name that is none of the right ones, with the nearest of them.
    pub fn unknown<'a>(
        span: Range<usize>,
        what: &str,
        name: &str,
        right: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let right: Vec<&str> = right.into_iter().collect();
        let problem = Self::new(span, format!("unknown {what} `{name}`"));
        match nearest(name, &right) {
            Some(nearest) => problem.help(format!("did you mean `{nearest}`?")),
            None if right.is_empty() => problem,
            None => problem.help(format!("the right ones are {}", list(&right))),
        }
    }
}

/// The most similar of the right names, where one is similar enough to be meant.
pub fn nearest<'a>(name: &str, right: &[&'a str]) -> Option<&'a str> {
    let fold = |name: &str| name.to_lowercase().replace('_', "-");
    let folded = fold(name);
    // A common beginning alone, such as `too_`, makes no two names similar.
    let is_like = |candidate: &str| {
        let is_part = candidate.starts_with(&*folded) || folded.starts_with(candidate);
        is_part || strsim::normalized_damerau_levenshtein(&folded, candidate) > 0.5
    };
    right
        .iter()
        .filter(|candidate| is_like(&fold(candidate)))
        .map(|candidate| (strsim::jaro_winkler(&folded, &fold(candidate)), *candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

fn list(names: &[&str]) -> String {
    /// More are not read.
    const SHOWN: usize = 24;
    let distinct = |(at, name): (usize, &&str)| {
        (!names.iter().take(at).any(|other| other == name)).then(|| format!("`{name}`"))
    };
    let mut distinct: Vec<String> = names.iter().enumerate().filter_map(distinct).collect();
    let more = distinct.len().saturating_sub(SHOWN);
    distinct.truncate(SHOWN);
    let shown = distinct.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// A table of a settings file, with its place.
#[derive(Clone, Debug, Default)]
pub struct SettingsTable<'a> {
    table: DeTable<'a>,
    span: Range<usize>,
    keys: BTreeMap<String, Range<usize>>,
    /// Where the paths in it begin.
    folder: PathBuf,
    /// Hashes of the files that it names and that were read.
    files: RefCell<Vec<u128>>,
}

/// A pipeline file has at most so many bytes: what has more is something else, such as a device without an end.
pub const MOST_FILE_BYTES: u64 = 16 << 20;

/// As [`MOST_FILE_BYTES`], of a file with lists, such as addresses that are to be left out.
const MOST_LIST_BYTES: u64 = 1 << 30;

/// Reads so many bytes at most.
///
/// # Errors
/// Where there are more, or they cannot be read.
pub fn read_bounded(from: impl std::io::Read, most_bytes: u64) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    from.take(most_bytes + 1).read_to_end(&mut content)?;
    if content.len() as u64 <= most_bytes {
        return Ok(content);
    }
    let cause = format!("it has more than {} MiB", most_bytes >> 20);
    Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, cause))
}

impl<'a> SettingsTable<'a> {
    /// A table as it was parsed.
    pub fn new(table: Spanned<DeTable<'a>>) -> Self {
        let span = table.span();
        let table = table.into_inner();
        let keys = table.iter().map(|(key, value)| (key.get_ref().to_string(), value.span())).collect();
        Self { table, span, keys, folder: PathBuf::new(), files: RefCell::default() }
    }

    /// Says where the paths in it begin; else that is where the program was started.
    pub fn set_folder(&mut self, folder: &Path) {
        folder.clone_into(&mut self.folder);
    }

    /// This table with another one put over it, table by table and key by key. What is left of this one counts as standing at
    /// `place`; where none is given, both are of one file.
    #[must_use]
    pub fn overlaid(self, over: Self, place: Option<&Range<usize>>) -> Self {
        let mut table = match place {
            Some(place) => moved_table(self.table, place),
            None => self.table,
        };
        put_over(&mut table, over.table);
        let Self { span, folder, files, .. } = over;
        Self { folder, files, ..Self::new(Spanned::new(span, table)) }
    }

    /// The values of its keys as they are written in its file.
    pub fn texts(&self, source: &str) -> BTreeMap<String, String> {
        let text =
            |(key, span): (&String, &Range<usize>)| Some((key.clone(), source.get(span.clone())?.to_owned()));
        self.keys.iter().filter_map(text).collect()
    }

    /// A key's value, where it is text.
    pub fn text(&self, key: &str) -> Option<String> {
        let (_, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        value.get_ref().as_str().map(str::to_owned)
    }

    /// Reads a file that the value of a key names. What is read this way belongs to the settings as much as what
    /// stands in the table.
    ///
    /// # Errors
    /// A mistake in the key's value, where the file cannot be read.
    pub fn read_file(&self, key: &str, name: &str) -> Result<Vec<u8>, Problem> {
        let path = self.folder.join(name);
        match std::fs::File::open(&path).and_then(|file| read_bounded(file, MOST_LIST_BYTES)) {
            Ok(content) => {
                self.files.borrow_mut().push(xxhash_rust::xxh3::xxh3_128(&content));
                Ok(content)
            }
            Err(cause) => {
                let help = format!("it is looked for as {}", path.display());
                Err(self.problem(key, format!("failed to read {name}: {cause}")).help(help))
            }
        }
    }

    /// The lines of the files that a key names, but for blank lines and those that begin with `#`. `wrong` says what is wrong
    /// with a line.
    ///
    /// # Errors
    /// Each file that cannot be read and each wrong line, as mistakes in the key's value.
    pub fn read_lines(
        &self,
        key: &str,
        names: &[String],
        wrong: fn(&str) -> Option<String>,
    ) -> Result<Vec<String>, Vec<Problem>> {
        let (mut lines, mut problems) = (Vec::new(), Vec::new());
        for name in names {
            let content = match self.read_file(key, name).map(String::from_utf8) {
                Ok(Ok(content)) => content,
                Ok(Err(_)) => {
                    problems.push(self.problem(key, format!("{name} is not UTF-8")));
                    continue;
                }
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            for (number, line) in (1..).zip(content.trim_start_matches('\u{feff}').lines()) {
                let line = line.trim();
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                match wrong(line) {
                    Some(what) => problems.push(self.problem(key, format!("{name}, line {number}: {what}"))),
                    None => lines.push(line.to_owned()),
                }
            }
        }
        if problems.is_empty() { Ok(lines) } else { Err(problems) }
    }

    /// Hashes of the files that were read, in order.
    pub fn files_read(&self) -> Vec<u128> {
        self.files.borrow().clone()
    }

    /// Where the table stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Takes a key out.
    pub fn take(&mut self, key: &str) -> Option<Spanned<DeValue<'a>>> {
        let mut taken = None;
        let table = std::mem::take(&mut self.table);
        for (name, value) in table {
            if name.get_ref() == key {
                taken = Some(value);
            } else {
                self.table.insert(name, value);
            }
        }
        taken
    }

    /// The keys that are left, with their places.
    pub fn keys(&self) -> Vec<(String, Range<usize>)> {
        self.table.keys().map(|key| (key.get_ref().to_string(), key.span())).collect()
    }

    /// The place of a key's value, where the key is given.
    pub fn value_span(&self, key: &str) -> Option<Range<usize>> {
        self.keys.get(key).cloned()
    }

    /// The place of a key's value within a table in this one.
    pub fn key_span_within(&self, outer: &str, key: &str) -> Range<usize> {
        let inner = self.table.iter().find(|(name, _)| name.get_ref() == outer);
        let inner = inner.and_then(|(_, value)| value.get_ref().as_table());
        let place = inner.and_then(|table| table.iter().find(|(name, _)| name.get_ref() == key));
        place.map_or_else(|| self.span(), |(_, value)| value.span())
    }

    /// A mistake in a key's value, for checks that serde cannot make.
    pub fn problem(&self, key: &str, message: impl Into<String>) -> Problem {
        Problem::new(self.keys.get(key).cloned().unwrap_or_else(|| self.span()), message)
    }

    /// The settings in the table.
    ///
    /// # Errors
    /// Every unknown key, with the nearest right one, and every value that does not fit.
    pub fn read<T: DeserializeOwned + JsonSchema>(&self) -> Result<T, Vec<Problem>> {
        match self.read_what_fits() {
            (Some(settings), problems) if problems.is_empty() => Ok(settings),
            (_, problems) => Err(problems),
        }
    }

    /// The settings that the table's right keys make, so that they can be checked together with what is said about the wrong
    /// ones: as [`SettingsTable::read`] has them.
    pub fn read_what_fits<T: DeserializeOwned + JsonSchema>(&self) -> (Option<T>, Vec<Problem>) {
        let options = option_docs(&settings_schema::<T>());
        let right: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
        let mut problems = Vec::new();
        let mut rest = DeTable::default();
        for (key, value) in self.table.clone() {
            let name = key.get_ref().to_string();
            if right.contains(&name.as_str()) {
                rest.insert(key, value);
            } else {
                problems.push(Problem::unknown(key.span(), "key", &name, right.iter().copied()));
            }
        }
        let attempt = |table| T::deserialize(toml::Deserializer::from(Spanned::new(self.span(), table)));
        let whole = match attempt(rest.clone()) {
            Ok(settings) => return (Some(settings), problems),
            Err(error) => error,
        };
        let mut right = DeTable::default();
        // Serde stops at the first error; each key by itself shows whether it is one of those that fail.
        let missing = |error: &toml::de::Error| error.message().starts_with("missing field");
        let before = problems.len();
        for (key, value) in rest {
            let place = value.span();
            let wrong = |value: &Spanned<DeValue<'a>>| {
                let error = attempt(DeTable::from_iter([(key.clone(), value.clone())])).err();
                error.filter(|error| !missing(error))
            };
            let problem = |place: &Range<usize>, error: &toml::de::Error| {
                let span = error.span().filter(|span| place.start <= span.start && span.end <= place.end);
                words::problem(span.unwrap_or(place.clone()), error.message())
            };
            let Some(error) = wrong(&value) else {
                right.insert(key, value);
                continue;
            };
            // Of a table, too, each key by itself; where none fits, the table as a whole is another thing than what is expected.
            let mut fitting = DeTable::default();
            let mut inner_problems = Vec::new();
            for (inner, part) in value.get_ref().as_table().cloned().unwrap_or_default() {
                let alone = DeTable::from_iter([(inner.clone(), part.clone())]);
                match wrong(&Spanned::new(place.clone(), DeValue::Table(alone))) {
                    Some(error) => inner_problems.push(problem(&part.span(), &error)),
                    None => {
                        fitting.insert(inner, part);
                    }
                }
            }
            if fitting.is_empty() || inner_problems.is_empty() {
                problems.push(problem(&place, &error));
                continue;
            }
            problems.extend(inner_problems);
            let fitting = Spanned::new(place.clone(), DeValue::Table(fitting));
            if wrong(&fitting).is_none() {
                right.insert(key, fitting);
            }
        }
        if problems.len() == before || missing(&whole) {
            problems.push(words::problem(self.span(), whole.message()));
        }
        problems.sort_by_key(|problem| problem.span.start);
        (attempt(right).ok(), problems)
    }
}

/// A value of which every part stands at `place`.
fn moved<'a>(value: Spanned<DeValue<'a>>, place: &Range<usize>) -> Spanned<DeValue<'a>> {
    let value = match value.into_inner() {
        DeValue::Table(table) => DeValue::Table(moved_table(table, place)),
        DeValue::Array(items) => DeValue::Array(items.into_iter().map(|item| moved(item, place)).collect()),
        value => value,
    };
    Spanned::new(place.clone(), value)
}

fn moved_table<'a>(table: DeTable<'a>, place: &Range<usize>) -> DeTable<'a> {
    let entry =
        |(key, value): (Spanned<_>, _)| (Spanned::new(place.clone(), key.into_inner()), moved(value, place));
    table.into_iter().map(entry).collect()
}

fn put_over<'a>(table: &mut DeTable<'a>, over: DeTable<'a>) {
    for (key, value) in over {
        let below = table.remove(&key);
        let (span, value) = (value.span(), value.into_inner());
        let value = match (below.map(Spanned::into_inner), value) {
            (Some(DeValue::Table(mut below)), DeValue::Table(value)) => {
                put_over(&mut below, value);
                DeValue::Table(below)
            }
            (_, value) => value,
        };
        table.insert(key, Spanned::new(span, value));
    }
}
