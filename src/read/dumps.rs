//! From what the user named to a list of dumps.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Error, ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::compression::{BytesRead, Compression, decompress};
use super::units::{ReadFailure, failure_of};
use crate::format::{HEAD_BYTES, endings, is_dump_name, packed_table, unreadable};
use crate::store::{self, FailureKind, Found, Listed, Object, StoreError, is_address};
use crate::text::Slice;

/// A dump to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dump {
    /// What records call it: the file name, and as many of its folders as tell it from the others.
    pub name: Arc<str>,
    /// Where it is, on a store its address; `None` for standard input.
    pub path: Option<PathBuf>,
    /// What is read, where it is on a store.
    pub object: Option<Object>,
    /// Its size in bytes, compressed; 0 where that is not known.
    pub packed_bytes: u64,
}

impl Dump {
    /// Whether it can be read more than once.
    pub fn is_file(&self) -> bool {
        self.object.is_some() || self.path.as_ref().is_some_and(|path| path.is_file())
    }

    /// A dump that was found before, by its address where it was on a store; `imprint` is what it had then.
    ///
    /// # Errors
    /// Where it is on a store, and that cannot be used.
    pub(crate) fn at(
        name: &str,
        path: Option<PathBuf>,
        packed_bytes: u64,
        imprint: &str,
    ) -> Result<Self, StoreError> {
        let address = path.as_deref().filter(|path| is_address(path)).map(store::Address::of).transpose()?;
        let object = address.map(|address| Object::planned(&address, packed_bytes, imprint)).transpose()?;
        Ok(Self { name: name.into(), path, object, packed_bytes })
    }
}

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// A store does not answer, or has nothing there.
    #[error("{}", .0.sentence())]
    Store(StoreError),
    /// The path does not exist, and is no pattern that matches anything.
    #[error("find {0}: no such file or folder, and no pattern that matches one")]
    Missing(String),
    /// A folder without dumps.
    #[error(
        "find dumps in {0}: no file there ends in {list}; name files to read them whatever they are called",
        list = endings()
    )]
    EmptyFolder(String),
    /// A file that was named, and that copydesk cannot read.
    #[error("read {}: this is {what}; {advice}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// What to do with it.
        advice: &'static str,
    },
    /// A pattern that is none.
    #[error("understand the pattern {pattern}: {cause}")]
    Pattern {
        /// What was given.
        pattern: String,
        /// What is wrong with it.
        cause: glob::PatternError,
    },
    /// A folder that cannot be listed.
    #[error("list {}: {cause}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A file of which the system does not say what it is.
    #[error("read {}: {cause}", path.display())]
    Unread {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Standard input has no second reading.
    #[error("read standard input twice: give `-` once")]
    StdinTwice,
}

impl FindError {
    /// Why a dump that was found cannot be read now.
    pub(crate) fn of(dump: &Dump, failure: ReadFailure) -> Self {
        match failure {
            ReadFailure::Store(error) => Self::Store(error),
            ReadFailure::System(_) => {
                let path = dump.path.clone().unwrap_or_else(|| dump.name.to_string().into());
                Self::Unread { path, cause: failure.into() }
            }
        }
    }
}

/// What is left out of a folder that is searched for dumps, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// No dump has such a name.
    Name,
    /// It is a device, a pipe or a socket.
    NoFile,
    /// It is empty, and no dump by its name.
    Empty,
    /// It begins with `.`, or with `_`, which tools give to what is no data.
    Hidden,
    /// A link to a folder, which may lead in a circle.
    FolderLink,
    /// On a store, it has a key that no request can be made of.
    OddKey,
    /// It has the name of a dump and is something else, such as a zip archive: a dump that is lost, for which the run says so, too.
    Content(&'static str),
}

impl LeftOut {
    /// What it is counted as; a file that no dump has the name of by its ending.
    pub fn kind(self, path: &Path) -> String {
        match self {
            Self::Name => {
                let ending = path.extension().map(readable).filter(|ending| ending.len() <= 20);
                ending.map_or("no ending".to_owned(), |ending| format!(".{}", ending.to_ascii_lowercase()))
            }
            Self::NoFile => "no file".to_owned(),
            Self::Empty => "empty".to_owned(),
            Self::Hidden => "hidden".to_owned(),
            Self::FolderLink => "link to a folder".to_owned(),
            Self::OddKey => "odd key".to_owned(),
            Self::Content(what) => {
                ["a ", "an "].iter().find_map(|article| what.strip_prefix(article)).unwrap_or(what).to_owned()
            }
        }
    }
}

/// What is left out of the folders that are named, by path: a scraper that has begun to write another form must not be lost
/// unseen. What `skip` leaves out and what a run has left (`_SUCCESS`) are not among them.
pub fn passed_over(inputs: &[PathBuf], skip: &dyn Fn(&Path) -> bool) -> BTreeMap<PathBuf, LeftOut> {
    let mut passed = BTreeMap::new();
    let mut folders = kept_of_runs(inputs);
    folders.retain(|path| path.is_dir());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else { continue };
            let is_hidden = name.starts_with('.');
            if kind.is_dir() && !is_hidden && !is_of_tool(&name) {
                if !skip(&path) {
                    folders.push(path);
                }
                continue;
            }
            let is_link = kind.is_symlink() && path.is_dir();
            let why = match path.metadata() {
                // A mark that a tool has finished.
                _ if name == SUCCESS => continue,
                _ if is_hidden || is_of_tool(&name) => LeftOut::Hidden,
                _ if is_link => LeftOut::FolderLink,
                _ if name.starts_with('_') && !is_dump_name(&name) => LeftOut::Hidden,
                Ok(file) if !is_dump_name(&name) && file.is_file() && file.len() == 0 => LeftOut::Empty,
                _ if !is_dump_name(&name) => LeftOut::Name,
                Ok(file) if !file.is_file() => LeftOut::NoFile,
                _ => match refused(&path) {
                    Some((what, _)) => LeftOut::Content(what),
                    None => continue,
                },
            };
            passed.insert(path, why);
        }
    }
    passed
}

/// The dumps that files, folders, patterns and `-` name, where there are some in each.
///
/// # Errors
/// As [`find_inputs`], and where a folder holds no dump.
pub fn find_dumps(inputs: &[PathBuf], skip: &dyn Fn(&Path) -> bool) -> Result<Vec<Dump>, FindError> {
    find_inputs(inputs, skip)?.without_bare().map(|found| found.dumps)
}

/// What a run is given to read.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The dumps, in order.
    pub dumps: Vec<Dump>,
    /// The folders that hold none: a scraper that delivered nothing leaves one.
    pub bare: Vec<PathBuf>,
    /// What is left out of folders on stores; [`passed_over`] has those of this machine.
    pub passed: BTreeMap<PathBuf, LeftOut>,
}

impl Inputs {
    /// The same, where no folder lacks a dump.
    ///
    /// # Errors
    /// Where one does.
    pub fn without_bare(self) -> Result<Self, FindError> {
        match self.bare.first() {
            Some(folder) => Err(FindError::EmptyFolder(folder.display().to_string())),
            None => Ok(self),
        }
    }

    /// What the folders without a dump are called, as dumps are.
    pub fn bare_names(&self) -> Vec<String> {
        names(&self.bare.iter().cloned().map(Some).collect::<Vec<_>>())
    }

    /// What there is to say of each folder without a dump, and of keys that cannot be asked for.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        let bare = self.bare.iter().map(|folder| {
            let cause = FindError::EmptyFolder(folder.display().to_string());
            format!("failed to {cause}")
        });
        // A dump may be lost with them, so that they are more than a number in the account.
        let mut odd = self.passed.iter().filter(|(_, why)| **why == LeftOut::OddKey);
        let first = odd.next().map(|(path, _)| (path.display().to_string(), odd.count()));
        let odd = first.map(|(path, others)| {
            let others = if others > 0 { format!(" and {others} more") } else { String::new() };
            format!(
                "left out {path}{others}: keys with empty parts, `.` or control characters cannot be asked for; copy them to other names"
            )
        });
        bare.chain(odd)
    }
}

/// The dumps that files, folders, patterns and `-` name, in the order given and, within a folder or a
/// pattern, sorted by path. A file named twice is read once. A folder within a folder is not searched where
/// `skip` says so: what runs have written is no input unless it is named, and then of a finished run it is the records
/// that it kept.
///
/// # Errors
/// Where something named does not exist or is no dump.
pub fn find_inputs(inputs: &[PathBuf], skip: &dyn Fn(&Path) -> bool) -> Result<Inputs, FindError> {
    let mut paths: Vec<Option<PathBuf>> = Vec::new();
    let mut objects = BTreeMap::new();
    let mut passed = BTreeMap::new();
    let mut bare = Vec::new();
    for input in &kept_of_runs(inputs) {
        if is_address(input) {
            let mut found = BTreeMap::new();
            match store::find(input).map_err(FindError::Store)? {
                Found::Object(object) => drop(found.insert(PathBuf::from(object.shown()), object)),
                Found::Matches(objects) => {
                    found.extend(objects.into_iter().map(|object| (PathBuf::from(object.shown()), object)));
                }
                Found::Folder(listed, odd) => {
                    found = sift(&listed, input, &mut passed);
                    passed.extend(odd.into_iter().map(|name| (input.join(name), LeftOut::OddKey)));
                    if found.is_empty() && !bare.contains(input) {
                        bare.push(input.clone());
                    }
                }
            }
            for (path, object) in found {
                let known = objects.entry(path.clone()).or_insert_with(|| object.clone());
                if !known.is_of_same_url(&object) {
                    let cause = "two addresses differ in nothing but their query, by which records cannot tell them apart";
                    let shown = path.display().to_string();
                    return Err(FindError::Store(StoreError::new(
                        "read",
                        shown,
                        FailureKind::Unknown,
                        cause,
                    )));
                }
                paths.push(Some(path));
            }
            continue;
        }
        if input.as_os_str() == "-" {
            if paths.contains(&None) {
                return Err(FindError::StdinTwice);
            }
            paths.push(None);
            continue;
        }
        let found = if input.exists() { vec![input.clone()] } else { matches(input)? };
        for path in found {
            let is_folder = match path.metadata() {
                Err(cause) if failure_of(&cause).is_some() => return Err(FindError::Unread { path, cause }),
                there => there.is_ok_and(|there| there.is_dir()),
            };
            if is_folder {
                let mut dumps = BTreeSet::new();
                search(&path, skip, &mut dumps)?;
                if dumps.is_empty() && !bare.contains(&path) {
                    bare.push(path);
                }
                paths.extend(dumps.into_iter().map(Some));
            } else if let Some((what, advice)) = refused(&path) {
                return Err(FindError::Unreadable { path, what, advice });
            } else {
                paths.push(Some(path));
            }
        }
    }
    let mut seen = BTreeSet::new();
    paths.retain(|path| {
        seen.insert(path.as_ref().map(|path| path.canonicalize().unwrap_or_else(|_| path.clone())))
    });
    let names = names(&paths);
    let mut dumps = Vec::new();
    for (path, name) in paths.into_iter().zip(names) {
        let object = path.as_ref().and_then(|path| objects.remove(path));
        let packed_bytes = match (&path, &object) {
            (_, Some(object)) => object.bytes(),
            (Some(path), None) => length_of(path)?,
            (None, None) => 0,
        };
        dumps.push(Dump { name: name.into(), path, object, packed_bytes });
    }
    Ok(Inputs { dumps, bare, passed })
}

/// The length of a file; nothing of what is none, and of what is not there, which the run says.
fn length_of(path: &Path) -> Result<u64, FindError> {
    match path.metadata() {
        Ok(file) if file.is_file() => Ok(file.len()),
        // With another length it would be another run.
        Err(cause) if failure_of(&cause).is_some() => Err(FindError::Unread { path: path.to_owned(), cause }),
        _ => Ok(0),
    }
}

/// The inputs, with the records of finished runs in the place of their folders.
fn kept_of_runs(inputs: &[PathBuf]) -> Vec<PathBuf> {
    let kept = |input: &PathBuf| {
        let is_run = RUN_MARKS.iter().all(|mark| input.join(mark).exists());
        if is_run { input.join(RECORDS) } else { input.clone() }
    };
    inputs.iter().map(kept).collect()
}

fn matches(input: &Path) -> Result<Vec<PathBuf>, FindError> {
    let pattern = input.display().to_string();
    let found = match input.to_str().map(glob::glob) {
        Some(found) => found.map_err(|cause| FindError::Pattern { pattern: pattern.clone(), cause })?,
        None => return Err(FindError::Missing(pattern)),
    };
    // A match that cannot be read is left to fail when it is opened, where it is accounted for.
    let mut paths: Vec<PathBuf> =
        found.map(|one| one.unwrap_or_else(|error| error.path().to_owned())).collect();
    paths.sort();
    if paths.is_empty() { Err(FindError::Missing(pattern)) } else { Ok(paths) }
}

/// The dumps in a folder on a store, as [`search`] finds them in one of this machine; what is left out, as [`passed_over`] says it. What
/// runs and states have written is known by what they leave beside it.
fn sift(
    listed: &[Listed],
    folder: &Path,
    passed: &mut BTreeMap<PathBuf, LeftOut>,
) -> BTreeMap<PathBuf, Object> {
    let names: BTreeSet<&str> = listed.iter().map(|one| one.name.as_str()).collect();
    let holds = |folder: &str, file: &str| names.contains(&*format!("{folder}/{file}"));
    let is_written = |folder: &str| {
        holds(folder, OUTPUT_MARK) || (holds(folder, STATE_MARK) && holds(folder, STATE_MANIFEST))
    };
    let is_run = RUN_MARKS.iter().all(|mark| names.contains(mark) || *mark == RECORDS);
    let is_kept = |name: &str| !is_run || name.split('/').next() == Some(RECORDS);
    let mut found = BTreeMap::new();
    for Listed { name, object } in listed.iter().filter(|one| is_kept(&one.name)) {
        let mut folders = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let hidden = |folder: &&str| last(folder).starts_with('.') || is_of_tool(&last(folder));
        match folders.find(|folder| hidden(folder) || is_written(folder)) {
            Some(hides) if hidden(&hides) => {
                passed.insert(folder.join(hides), LeftOut::Hidden);
                continue;
            }
            Some(_) => continue,
            None => {}
        }
        let file = last(name);
        let why = match object.bytes() {
            _ if file == SUCCESS => continue,
            _ if file.starts_with('.') || is_of_tool(&file) => LeftOut::Hidden,
            _ if is_dump_name(&file) => {
                found.insert(folder.join(name), object.clone());
                continue;
            }
            _ if file.starts_with('_') => LeftOut::Hidden,
            0 => LeftOut::Empty,
            _ => LeftOut::Name,
        };
        passed.insert(folder.join(name), why);
    }
    found
}

/// What a run leaves in its folder.
const OUTPUT_MARK: &str = ".copydesk.lock";
/// And a finished one: a mark, and what it kept.
const SUCCESS: &str = "_SUCCESS";
const RECORDS: &str = "records";
/// What shows that a folder is one, also where it was copied without hidden files.
const RUN_MARKS: [&str; 3] = [SUCCESS, "ledger.json", RECORDS];
/// What a state leaves in its folder.
const STATE_MARK: &str = ".lock";
const STATE_MANIFEST: &str = "state.json";

fn search(
    folder: &Path,
    skip: &dyn Fn(&Path) -> bool,
    dumps: &mut BTreeSet<PathBuf>,
) -> Result<(), FindError> {
    let failed = |cause| FindError::Folder { path: folder.to_owned(), cause };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || is_of_tool(&name) {
            continue;
        }
        let path = entry.path();
        // Links to folders are not followed: they may lead in a circle.
        if entry.file_type().map_err(failed)?.is_dir() {
            if skip(&path) {
                continue;
            }
            match search(&path, skip, dumps) {
                // A folder that cannot be listed counts as a dump that is missing: the run names it and reads the others.
                Err(FindError::Folder { path, cause }) if is_out_of_reach(&cause) => {
                    dumps.insert(path);
                }
                result => result?,
            }
        } else if is_dump_name(&name) && path.metadata().map_or(true, |file| file.is_file()) {
            // A link that leads nowhere is a dump that is missing, and a page of an error that a scraper has stored is a dump that is
            // lost: they fail to open, where it is accounted for. So does one of which a disk says nothing.
            dumps.insert(path);
        }
    }
    Ok(())
}

/// Whether a folder is what a tool keeps beside a table for itself, in files that are called like dumps.
fn is_of_tool(name: &str) -> bool {
    ["_delta_log", "_spark_metadata", "_temporary"].contains(&name)
}

/// Whether an error concerns one folder alone (its permissions, or a path longer than the system takes), and not this
/// process or the disk.
fn is_out_of_reach(cause: &Error) -> bool {
    matches!(cause.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidFilename)
}

/// What a file is that cannot be a dump, and what to do with it; `None` where it may be one, or cannot be opened, which is
/// for the run to say.
pub(super) fn refused(path: &Path) -> Option<(&'static str, &'static str)> {
    /// A window of 128 MiB: a head needs none.
    const WINDOW_LOG: u32 = 27;
    let file = path.metadata().ok()?;
    if is_device(&file) {
        return Some(("a device", "give a file, a pipe, or `-` for standard input"));
    }
    if !file.is_file() {
        return None;
    }
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(HEAD_BYTES as u64).read_to_end(&mut head)).ok()?;
    if Compression::of(&head) == Compression::None {
        return unreadable(&head);
    }
    let file = File::open(path).ok()?;
    let reader = decompress(Box::new(file), WINDOW_LOG, BytesRead::default()).ok()?.reader;
    let mut head = Vec::new();
    // A damaged dump is for the run to find.
    reader.take(HEAD_BYTES as u64).read_to_end(&mut head).ok()?;
    unreadable(&head).or_else(|| packed_table(&head))
}

/// Whether it is a device such as `/dev/zero`, which has no end, or none that anybody would wait for.
fn is_device(file: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::FileTypeExt::is_char_device(&file.file_type());
    #[cfg(not(unix))]
    return false;
}

/// A name in UTF-8, in which bytes that are not are written `\xE9`, so that different names stay different.
fn readable(name: &OsStr) -> String {
    let mut readable = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        readable.push_str(chunk.valid());
        for byte in chunk.invalid() {
            write!(readable, "\\x{byte:02X}").expect("a String takes any text");
        }
    }
    readable
}

/// File names, lengthened by their folders until each is another.
fn names(paths: &[Option<PathBuf>]) -> Vec<String> {
    let name = |path: &Option<PathBuf>, parts: usize| -> String {
        let Some(path) = path else { return "-".to_owned() };
        let parts_of_path = path.components().filter(|part| *part != Component::CurDir);
        let all: Vec<_> = parts_of_path.map(|part| readable(part.as_os_str())).collect();
        all.slice(all.len().saturating_sub(parts)..).join("/")
    };
    let mut parts = vec![1_usize; paths.len()];
    // No path has more parts than this.
    for _ in 0..64 {
        let mut owners: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, path) in paths.iter().enumerate() {
            owners.entry(name(path, parts[index])).or_default().push(index);
        }
        let shared: Vec<usize> = owners.into_values().filter(|owners| owners.len() > 1).flatten().collect();
        if shared.is_empty() {
            break;
        }
        for index in shared {
            parts[index] += 1;
        }
    }
    paths.iter().zip(parts).map(|(path, parts)| name(path, parts)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_long_as_they_must_be() {
        let paths = ["a/x.zst", "b/x.zst", "b/y.zst"].map(|path| Some(PathBuf::from(path)));
        assert_eq!(names(&paths), ["a/x.zst", "b/x.zst", "y.zst"]);
        let paths = ["./x.zst", "b/x.zst"].map(|path| Some(PathBuf::from(path)));
        assert_eq!(names(&paths), ["x.zst", "b/x.zst"]);
        assert_eq!(names(&[None]), ["-"]);
    }

    #[test]
    #[cfg(unix)]
    fn names_that_are_not_utf_8_stay_apart() {
        use std::os::unix::ffi::OsStrExt as _;
        let paths = [&b"caf\xE9.jsonl"[..], b"caf\xE8.jsonl"]
            .map(|name| Some(PathBuf::from(OsStr::from_bytes(name))));
        assert_eq!(names(&paths), ["caf\\xE9.jsonl", "caf\\xE8.jsonl"]);
    }

    #[test]
    fn a_dump_is_known_by_its_name_in_a_folder() {
        for name in [
            "a.jsonl",
            "a.JSONL.zst",
            "a.ndjson.gz",
            "a.jl",
            "a.json",
            "a.json.gz",
            "a.jsonl.bz2",
            "a.jsonl.xz",
            "a.warc.gz",
            "a.warc.wet.gz",
            "a.CSV",
            "a.tsv.zst",
            "a.parquet",
            "a.Feather",
        ] {
            assert!(is_dump_name(name), "{name}");
        }
        for name in ["a.parquet.gz", "README.md", "a.jsonl.tmp", "jsonl", "a.json.zip"] {
            assert!(!is_dump_name(name), "{name}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_that_leads_nowhere_is_not_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.jsonl", "notes.txt"] {
            std::os::unix::fs::symlink("/nowhere", folder.path().join(name)).expect("a link");
        }
        let found = find_dumps(&[folder.path().to_owned()], &|_| false).expect("dumps");
        let names: Vec<&str> = found.iter().map(|dump| &*dump.name).collect();
        assert_eq!(names, ["a.jsonl"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_that_cannot_be_listed_counts_as_a_missing_dump() {
        // A path longer than the system takes cannot be listed by anybody, root included.
        let folder = tempfile::tempdir().expect("a folder");
        let long = |top: &str| (0..12).fold(folder.path().join(top), |path, _| path.join("d".repeat(200)));
        std::fs::create_dir_all(long("in")).expect("a folder");
        std::fs::create_dir_all(long("more")).expect("a folder");
        std::fs::rename(folder.path().join("more"), long("in").join("more")).expect("a deeper folder");
        let input = folder.path().join("in");
        #[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
        std::fs::write(input.join("a.jsonl"), "{}").expect("a file");
        let found = find_dumps(&[input], &|_| false).expect("dumps");
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|dump| &*dump.name == "a.jsonl"));
        let missing = found.iter().find(|dump| &*dump.name != "a.jsonl").and_then(|dump| dump.path.as_ref());
        assert!(missing.is_some_and(|path| File::open(path).is_err()));
    }

    #[test]
    #[cfg(unix)]
    fn what_is_left_out_of_a_folder_is_named_with_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("deep")).expect("a folder");
        for (name, content) in [
            ("a.jsonl", "{}"),
            ("README.md", "x"),
            ("_SUCCESS", ""),
            ("_metadata", "x"),
            ("e.TXT", "x"),
            ("dump", "{}"),
            ("none.log", ""),
            ("deep/d.jsonl.tmp", "{}"),
            (".x.jsonl", "{}"),
            ("zip.jsonl", "PK\x03\x04"),
        ] {
            #[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
            std::fs::write(at(name), content).expect("a file");
        }
        std::os::unix::fs::symlink(at("deep"), at("link")).expect("a link");
        let inputs = [folder.path().to_owned(), "elsewhere.jsonl".into()];
        let kinds: Vec<(String, String)> = passed_over(&inputs, &|_| false)
            .into_iter()
            .map(|(path, why)| (path.file_name().map(readable).unwrap_or_default(), why.kind(&path)))
            .collect();
        let expected = [
            (".x.jsonl", "hidden"),
            ("README.md", ".md"),
            ("_metadata", "hidden"),
            ("d.jsonl.tmp", ".tmp"),
            ("dump", "no ending"),
            ("e.TXT", ".txt"),
            ("link", "link to a folder"),
            ("none.log", "empty"),
            ("zip.jsonl", "zip archive"),
        ];
        assert_eq!(kinds, expected.map(|(name, kind)| (name.to_owned(), kind.to_owned())));
        assert_eq!(passed_over(&inputs, &|path| path.ends_with("deep")).len(), 8);
    }

    #[test]
    fn folders_are_searched_in_order_without_the_outputs() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["b", "a/deep", "a/_delta_log", "out/records", ".hidden"] {
            std::fs::create_dir_all(at(name)).expect("a folder");
        }
        for name in [
            "b/2.jsonl",
            "a/deep/1.jsonl.zst",
            "a/_delta_log/0.json",
            "out/records/part.jsonl.zst",
            "z.jsonl",
            ".hidden/x.jsonl",
            "n.txt",
        ] {
            #[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
            std::fs::write(at(name), "{}").expect("a file");
        }
        let out = at("out");
        let skip = |path: &Path| path == out;
        let found = find_dumps(&[folder.path().to_owned(), at("b/*.jsonl")], &skip).expect("dumps");
        let names: Vec<&str> = found.iter().map(|dump| &*dump.name).collect();
        assert_eq!(names, ["1.jsonl.zst", "2.jsonl", "z.jsonl"]);
        assert!(matches!(find_dumps(&[at("none*")], &skip), Err(FindError::Missing(_))));
        // What is named is read, whatever it is.
        let found = find_dumps(&[at("out")], &skip).expect("dumps");
        assert_eq!(found.len(), 1);
        // Of a finished run, what it kept.
        for name in ["out/dropped.jsonl", "out/_SUCCESS", "out/ledger.json"] {
            let found = find_dumps(&[at("out")], &skip).expect("dumps");
            assert_eq!(found.len(), if name == "out/dropped.jsonl" { 1 } else { 2 });
            #[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
            std::fs::write(at(name), "").expect("a file");
        }
        let found = find_dumps(&[at("out")], &skip).expect("dumps");
        assert_eq!(found.iter().map(|dump| &*dump.name).collect::<Vec<_>>(), ["part.jsonl.zst"]);
        assert!(passed_over(&[at("out")], &skip).is_empty());
    }
}
