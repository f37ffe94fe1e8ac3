//! Cuts a stream into units and units into batches.
//!
//! Where units end is for the dump's [`Form`] to say. Bytes are decompressed straight into the batch that will hold
//! them, so a unit is copied only where a batch ends within what was read: at most [`CHUNK_BYTES`] a batch.

mod hole;
mod resume;

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rustix::io::Errno;
use xxhash_rust::xxh3::xxh3_128;

use super::compression::{BytesRead, Compression, OpenAt, Unpacked, decompress};
use super::dumps::{Dump, refused};
use crate::format::{self, Content, Cut, Cutter, Form, JSON, ReadHints, Restart, UnitKind};
use crate::store::{FailureKind, FailureSlot, Object, Seekable, StoreError};
use crate::text::Slice;
use hole::Hole;
use resume::{Resume, begun};

/// Bounds for one dump.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest line in bytes; a longer one is passed over, and only its head is kept.
    pub max_line_bytes: usize,
    /// The largest window of a zstd frame, as a power of two.
    pub zstd_window_log_max: u32,
}

/// Bytes read at a time. Larger reads save nothing: decompressors hand out 128 KiB at most.
const CHUNK_BYTES: usize = 128 << 10;

/// A batch ends at the first unit that ends after so many bytes …
pub(crate) const BATCH_BYTES: usize = 1 << 20;

/// … or with so many units, lines of JSON for the most part: enough that the cost of passing batches around is lost in the work.
const BATCH_LINES: usize = 256;

/// How much of a line that is too long goes into quarantine.
const TOO_LONG_HEAD_BYTES: usize = 4 << 10;

/// Lines that are worked on together.
#[derive(Debug)]
pub struct Batch {
    /// The dump's place in the night's list.
    pub dump: usize,
    /// The batch's place in the dump, from 0.
    pub number: u64,
    /// The first line's number, from 1.
    pub first_line: u64,
    /// The form of its units.
    pub form: Form,
    /// The units, in order. Each has a number and counts as a line.
    pub lines: Vec<Unit>,
    /// Where in the decompressed dump the batch ends.
    pub end_offset: u64,
    /// What [`Batch::bytes`] cuts lines from.
    data: Vec<u8>,
    /// On a dump's last batch, how the dump ended.
    pub end: Option<DumpEnd>,
}

impl Batch {
    /// A unit's bytes, without its line end; of one that is too long, the head.
    pub fn bytes(&self, line: &Unit) -> &[u8] {
        self.data.get(line.range.clone()).unwrap_or_default()
    }

    /// A hash of everything that outputs can depend on: of a line that is too long, the head.
    pub fn hash(&self) -> u128 {
        xxh3_128(&self.data)
    }

    /// Forgets the lines after the first so many; the dump's end too, if there are any.
    pub fn keep_lines(&mut self, count: usize) {
        if count < self.lines.len() {
            self.lines.truncate(count);
            self.end = None;
        }
    }
}

/// A unit's place.
#[derive(Clone, Debug)]
pub struct Unit {
    range: Range<usize>,
    /// Where it starts in the decompressed dump.
    pub byte_offset: u64,
    /// Its length in bytes, without its line end.
    pub byte_length: u64,
    /// What it is, and whether it is all there.
    pub kind: UnitKind,
}

/// How a dump ended.
#[derive(Clone, Debug)]
pub struct DumpEnd {
    /// How it was compressed.
    pub compression: Compression,
    /// What it is: `json`, `warc`, `csv`, `parquet`, `arrow`, and its encoding where that is not UTF-8.
    pub form: String,
    /// Its decompressed size in bytes, as far as it could be read.
    pub bytes: u64,
    /// Why reading stopped before the end, where it did.
    pub damage: Option<String>,
    /// Units that were read from a member, frame or stream of which something turned out to be damaged, before its checksum could tell: the first
    /// and the last number of each part. They may have been changed.
    pub unsure: Vec<[u64; 2]>,
    /// What went wrong where that is not the dump's fault. Another attempt may read the dump, so the run fails and the dump does
    /// not count as damaged.
    pub failure: Option<ReadFailure>,
}

/// Why a dump cannot be read now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadFailure {
    /// The system's error: a failing disk, no memory, no file descriptor left.
    System(i32),
    /// The store or the network failed.
    Store(StoreError),
}

impl From<ReadFailure> for io::Error {
    fn from(failure: ReadFailure) -> Self {
        match failure {
            ReadFailure::System(code) => Self::from_raw_os_error(code),
            ReadFailure::Store(error) => error.into(),
        }
    }
}

/// What the system answers where it cannot read: a failing disk or network, no memory, no file descriptor, no permission. That
/// there is no such file, or that it is none, is said of the dump, and the others are read.
pub(crate) fn failure_of(error: &io::Error) -> Option<ReadFailure> {
    use io::ErrorKind::{InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound};
    let kind = error.kind();
    let is_of_the_path =
        matches!(kind, InvalidFilename | InvalidInput | IsADirectory | NotADirectory | NotFound);
    error.raw_os_error().filter(|code| !is_of_the_path && !NO_FILES.contains(code)).map(ReadFailure::System)
}

/// `ENXIO`, `ENODEV` and `ELOOP`: a socket, a device without a driver, a link to itself.
const NO_FILES: [i32; 3] =
    [Errno::NXIO.raw_os_error(), Errno::NODEV.raw_os_error(), Errno::LOOP.raw_os_error()];

/// Reads one dump.
pub struct DumpReader {
    dump: usize,
    reader: Box<dyn Read + Send>,
    compression: Compression,
    form: Form,
    /// The form's name in the account.
    name: String,
    cutter: Box<dyn Cutter>,
    limits: Limits,
    /// Read, but not in a batch yet from `front` on: the tail of the last chunk.
    data: Vec<u8>,
    /// So many bytes of `data` have been given away. Of a long unit that turns out to be several short ones the rest is not moved for each batch.
    front: usize,
    /// Offset of `data`'s first byte in the decompressed dump.
    offset: u64,
    number: u64,
    next_line: u64,
    state: State,
    failure: Option<ReadFailure>,
    /// Why the store's object that it is could not be read, if it could not.
    failed: FailureSlot,
    /// What the file was when it was opened; `None` for a pipe.
    file: Option<Snapshot>,
    /// Reads on after damage; `None` where that cannot be done.
    resume: Option<Resume>,
    /// What has been read of the member, frame or stream that is being decompressed.
    member: Member,
    /// What is cut of that.
    restart: Option<Box<Restart>>,
    /// What is cut next follows a gap.
    is_after_gap: bool,
    hole: Option<Hole>,
}

/// What has been read of a member, frame or stream whose checksum comes at its end.
#[derive(Default)]
struct Member {
    /// Where it begins in the compressed stream.
    place: Option<u64>,
    /// The first unit that may be of it.
    since: u64,
    /// The unit that is read next.
    now: u64,
    /// The units of those that turned out to be damaged.
    unsure: Vec<[u64; 2]>,
    /// One of them was not just cut off.
    is_changed: bool,
}

impl Member {
    /// So many parts are told apart; a file that is damaged in more is damaged from the last of them on.
    const MOST_PARTS: usize = 100;

    /// Notes where the decompressor is after a piece. What came before the piece was of members that have ended.
    fn pass(&mut self, place: u64) {
        if self.place != Some(place) {
            self.place = Some(place);
            self.since = self.now;
        }
    }

    /// It is damaged, and has given units up to this one.
    fn end_damaged(&mut self, error: &io::Error, last: u64) {
        if last < self.since {
            return;
        }
        self.is_changed |= error.kind() != io::ErrorKind::UnexpectedEof;
        let is_full = self.unsure.len() == Self::MOST_PARTS;
        match self.unsure.last_mut() {
            Some(part) if part[1] + 1 >= self.since || is_full => part[1] = last,
            _ => self.unsure.push([self.since, last]),
        }
    }

    /// What may have been changed, in words. What is cut off is nearly always right as far as it goes.
    fn doubt(&self) -> Option<String> {
        let [first, last] = self.unsure.first().filter(|_| self.is_changed)?;
        let others = match self.unsure.len() - 1 {
            0 => String::new(),
            1 => " and 1 other part".to_owned(),
            more => format!(" and {more} other parts"),
        };
        Some(format!(
            "lines {first} to {last}{others} were read before that showed, and may have been changed"
        ))
    }
}

/// What a file is known by while it is read.
struct Snapshot {
    path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Snapshot {
    /// Of a dump that is a file.
    fn of(dump: &Dump) -> Option<Self> {
        let path = dump.path.as_ref()?;
        let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some(Self { path: path.clone(), bytes: dump.packed_bytes, modified: metadata.modified().ok() })
    }

    /// What has become of it, where that is not the same: a scraper that was still writing, or another file in its place.
    /// `failure` is why the system does not say.
    fn change(&self, failure: &mut Option<ReadFailure>) -> Option<String> {
        let was = self.bytes;
        match self.path.metadata() {
            Err(error) => {
                *failure = failure_of(&error);
                Some(format!("it was there when the run began, and is not any more: {error}"))
            }
            Ok(now) if now.len() != was => {
                Some(format!("it changed while it was read: it had {was} bytes, and has {} now", now.len()))
            }
            Ok(now) if now.modified().ok() != self.modified => {
                Some("it was written to while it was read".to_owned())
            }
            Ok(_) => None,
        }
    }
}

/// How a dump is compressed, what is in it, and how it is read on after damage.
type Opened = (Compression, Content, Option<Resume>);

#[derive(Debug)]
enum State {
    Reading,
    /// What comes next cannot be read; what follows it may be.
    Gap(io::Error),
    /// Everything is read; what is left is in `data`.
    Drained(Option<String>),
    Done,
}

impl DumpReader {
    /// Opens a dump. One that cannot be opened is a dump that ends at once, damaged: the night continues
    /// without it, and the account names it.
    pub(crate) fn open(
        index: usize,
        dump: &Dump,
        limits: Limits,
        hints: &ReadHints<'_>,
        progress: BytesRead,
    ) -> Self {
        let file = Snapshot::of(dump);
        let failed = FailureSlot::default();
        let content = match &dump.object {
            Some(object) => Self::content_of(object, &dump.name, &failed, limits, hints, progress),
            None => Self::content(dump, limits, hints, progress),
        };
        match content {
            Ok((compression, content, resume)) => {
                Self { failed, file, resume, ..Self::new(index, content, compression, limits) }
            }
            Err(error) => {
                let reader = Box::new(io::empty());
                let nothing = Content { form: Form::Json, name: JSON.to_owned(), reader, restart: None };
                let mut reader = Self::new(index, nothing, Compression::None, limits);
                // A folder that cannot be listed is only named: a mount point has one that is the administrator's.
                let is_folder = dump.path.as_ref().is_some_and(|path| path.is_dir());
                reader.failure = failure_of(&error).filter(|_| !is_folder);
                reader.failed = failed;
                reader.state = State::Drained(Some(format!("failed to open it: {error}")));
                reader
            }
        }
    }

    fn content(
        dump: &Dump,
        limits: Limits,
        hints: &ReadHints<'_>,
        progress: BytesRead,
    ) -> io::Result<Opened> {
        let inner: Box<dyn Read + Send> = match &dump.path {
            None => Box::new(io::stdin()),
            Some(path) => {
                if let Some((what, advice)) = refused(path) {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        format!("this is {what}; {advice}"),
                    ));
                }
                // What is looked at of a pipe is gone.
                if path.is_file()
                    && let Some(rows) = format::rows(Seekable::open(path)?, hints.column, &progress)?
                {
                    return Ok((Compression::None, rows, None));
                }
                Box::new(File::open(path)?)
            }
        };
        // What was read of a pipe is gone.
        let path = dump.path.as_deref().filter(|path| path.is_file());
        let reopen = path.map(Path::to_owned).map(|path| -> format::Reopen {
            Arc::new(move || {
                let file = Box::new(File::open(&path)?);
                decompress(file, limits.zstd_window_log_max, BytesRead::default())
                    .map(|unpacked| unpacked.reader)
            })
        });
        let open = path.map(Path::to_owned).map(|path| -> Box<OpenAt<'static>> {
            Box::new(move |at| {
                let mut file = File::open(&path)?;
                file.seek(SeekFrom::Start(at))?;
                Ok(Box::new(file))
            })
        });
        Self::unpacked(&dump.name, inner, (open, reopen), limits, hints, (progress, dump.packed_bytes))
    }

    /// The same of an object on a store.
    fn content_of(
        object: &Object,
        name: &str,
        failed: &FailureSlot,
        limits: Limits,
        hints: &ReadHints<'_>,
        progress: BytesRead,
    ) -> io::Result<Opened> {
        let mut inner = object.open(failed);
        let head = format::read_head(&mut inner)?;
        if format::is_table(&head) {
            // What is on its way is not needed.
            drop(inner);
            if !object.has_pieces() {
                let cause =
                    "a Parquet or Arrow file is read in parts, and this server gives files only whole";
                let error = StoreError::new("read", object.shown(), FailureKind::Refused, cause);
                return Err(failed.get_or_init(|| error).clone().into());
            }
            if let Some(rows) = format::rows(object.seekable(failed), hints.column, &progress)? {
                return Ok((Compression::None, rows, None));
            }
            inner = object.open(failed);
        } else {
            inner = Box::new(io::Cursor::new(head).chain(inner));
        }
        let (again, failure) = (object.clone(), failed.clone());
        let reopen: format::Reopen = Arc::new(move || {
            let again = again.open(&failure);
            decompress(again, limits.zstd_window_log_max, BytesRead::default())
                .map(|unpacked| unpacked.reader)
        });
        // A server may have no ranges.
        let open = object.has_pieces().then(|| -> Box<OpenAt<'static>> {
            let (object, failed) = (object.clone(), failed.clone());
            Box::new(move |at| {
                let mut seekable = object.seekable(&failed);
                seekable.seek(SeekFrom::Start(at))?;
                Ok(Box::new(seekable))
            })
        });
        Self::unpacked(name, inner, (open, Some(reopen)), limits, hints, (progress, object.bytes()))
    }

    /// What is in a stream. It can be opened at a place, and read again from its beginning, where it is no pipe.
    fn unpacked(
        name: &str,
        inner: Box<dyn Read + Send>,
        (open, reopen): (Option<Box<OpenAt<'static>>>, Option<format::Reopen>),
        limits: Limits,
        hints: &ReadHints<'_>,
        (progress, packed_bytes): (BytesRead, u64),
    ) -> io::Result<Opened> {
        let Unpacked { packing, reader, place } =
            decompress(inner, limits.zstd_window_log_max, progress.clone())?;
        let compression = packing.compression;
        let mut resume = open.map(|open| Resume::new(packing, place, open, progress, packed_bytes));
        let reader = begun(reader, &mut resume)?;
        let content = format::adapt(name, reader, hints, limits.max_line_bytes, reopen)?;
        Ok((compression, content, resume))
    }

    fn new(dump: usize, content: Content, compression: Compression, limits: Limits) -> Self {
        let Content { form, name, reader, restart } = content;
        Self {
            dump,
            reader,
            compression,
            form,
            name,
            cutter: form.cutter(limits.max_line_bytes),
            limits,
            data: Vec::new(),
            front: 0,
            offset: 0,
            number: 0,
            next_line: 1,
            state: State::Reading,
            failure: None,
            failed: FailureSlot::default(),
            file: None,
            resume: None,
            member: Member::default(),
            restart,
            is_after_gap: false,
            hole: None,
        }
    }

    /// The next batch; `None` after the last one, which has its `end` set, or where `room` says stop.
    ///
    /// `room` is asked before memory is taken, with the bytes that are to be added, and may wait; and with 0 before each chunk of a
    /// unit that is passed over.
    pub fn next_batch(&mut self, room: &mut dyn FnMut(usize) -> bool) -> Option<Batch> {
        if matches!(self.state, State::Done) || !room(BATCH_BYTES + CHUNK_BYTES) {
            return None;
        }
        let mut granted = BATCH_BYTES + CHUNK_BYTES;
        let mut lines: Vec<Unit> = Vec::new();
        let mut start = self.front;
        loop {
            // Cut what is there.
            let is_end = !matches!(self.state, State::Reading);
            while start < self.data.len() {
                let cut = if self.is_after_gap { self.cut_after_gap(start, is_end) } else { None };
                match cut.unwrap_or_else(|| self.cutter.cut(&self.data, start, is_end)) {
                    Cut::More => break,
                    Cut::Unit { range, mut kind, next, lines_within } => {
                        let is_whole = !is_end || next < self.data.len();
                        if self.form == Form::Json
                            && is_whole
                            && kind == UnitKind::Whole
                            && let Some(resume) = &mut self.resume
                            && resume.is_part(&self.data, &range, next, lines_within > 0)
                        {
                            kind = UnitKind::CutOff;
                        }
                        if self.has_hole(start, &range, lines.len()) {
                            kind = UnitKind::CutOff;
                        }
                        lines.push(self.line(range, kind, next));
                        let end = next..next;
                        lines.extend(
                            (0..lines_within).map(|_| self.line(end.clone(), UnitKind::Within, next)),
                        );
                        start = next;
                    }
                    Cut::Pass { range, kind, length } => {
                        let line = self.pass(start, range, kind, length, room)?;
                        start = line.range.end;
                        lines.push(line);
                    }
                }
                if lines.len() >= BATCH_LINES || start - self.front >= BATCH_BYTES {
                    return Some(self.batch(lines, start, None));
                }
            }
            if let State::Gap(error) = &self.state {
                self.member.end_damaged(error, self.next_line + lines.len() as u64 - 1);
                start = self.data.len();
                self.read_after_gap();
                continue;
            }
            if let State::Drained(damage) = &mut self.state {
                let passed = self.resume.as_ref().and_then(Resume::damage);
                let damage = damage.take().or_else(|| self.file.as_ref()?.change(&mut self.failure));
                let damage = damage.or_else(|| self.cutter.unfinished().map(str::to_owned));
                let hole = self.hole.as_ref().map(Hole::damage);
                let damages: Vec<String> = [passed, hole, damage].into_iter().flatten().collect();
                let doubt = self.member.doubt().filter(|_| !damages.is_empty());
                let damages: Vec<String> = damages.into_iter().chain(doubt).collect();
                let damage = (!damages.is_empty()).then(|| damages.join("; "));
                let unsure = std::mem::take(&mut self.member.unsure);
                self.state = State::Done;
                let bytes = self.offset + self.data.len() as u64;
                let failure = self.failed.get().cloned().map(ReadFailure::Store).or(self.failure.take());
                let (compression, form) = (self.compression, self.name.clone());
                let end = DumpEnd { compression, form, bytes, damage, unsure, failure };
                return Some(self.batch(lines, self.data.len(), Some(end)));
            }
            // What comes next is a long unit: let the whole ones go, so that it gets a batch of its own.
            let open = self.data.len() - start;
            if !lines.is_empty() && self.data.len() - self.front >= BATCH_BYTES {
                return Some(self.batch(lines, start, None));
            }
            if open > self.limits.max_line_bytes {
                let line = self.pass_line(start, room)?;
                start = line.range.end;
                self.cutter = self.form.cutter(self.limits.max_line_bytes);
                lines.push(line);
                continue;
            }
            if self.data.len() + CHUNK_BYTES > granted {
                // Double, but never beyond what a unit may have: a Vec left to itself would.
                let most = self.limits.max_line_bytes + 2 * CHUNK_BYTES;
                let more = granted.min(most.saturating_sub(granted)).max(CHUNK_BYTES);
                if !room(more) {
                    return None;
                }
                granted += more;
            }
            self.member.now = self.next_line + lines.len() as u64;
            self.read_chunk(granted);
        }
    }

    /// Whether a unit has a hole in it, or follows one without beginning as an object does; notes it for the account. `before`
    /// units of the batch come before it.
    fn has_hole(&mut self, start: usize, range: &Range<usize>, before: usize) -> bool {
        if self.form != Form::Json {
            return false;
        }
        // NULs before an object, and after it, are padding.
        let is_object = self.data.get(range.start) == Some(&b'{');
        let from = if is_object { range.start } else { start };
        let Some(hole) = Hole::find(self.data.slice(from..range.end)).filter(|_| !range.is_empty()) else {
            return false;
        };
        match &mut self.hole {
            Some(hole) => hole.others += 1,
            None => {
                self.hole = Some(Hole {
                    line: self.next_line + before as u64,
                    offset: self.offset + (from + hole.start) as u64,
                    bytes: hole.len(),
                    others: 0,
                });
            }
        }
        true
    }

    fn read_chunk(&mut self, capacity: usize) {
        let filled = self.data.len();
        if self.data.capacity() < filled + CHUNK_BYTES {
            self.data.reserve_exact(capacity.max(filled + CHUNK_BYTES) - filled);
        }
        self.data.resize(filled + CHUNK_BYTES, 0);
        let mut data = std::mem::take(&mut self.data);
        let count = self.fill(&mut data[filled..]);
        data.truncate(filled + count);
        self.data = data;
    }

    /// Fills a chunk unless the dump ends before. Pipes and network file systems hand out what they have; batches
    /// must end at the same lines all the same.
    fn fill(&mut self, chunk: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < chunk.len() {
            match self.reader.read(&mut chunk[filled..]) {
                Ok(0) => {
                    self.state = State::Drained(None);
                    break;
                }
                Ok(count) => {
                    filled += count;
                    if let Some(resume) = self.resume.as_ref().filter(|resume| resume.is_packed()) {
                        self.member.pass(resume.place());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = failure_of(&error);
                    let is_failure = self.failure.is_some() || self.failed.get().is_some();
                    self.state = if self.resume.is_some() && !is_failure {
                        State::Gap(error)
                    } else {
                        State::Drained(Some(format!("failed to read on: {error}")))
                    };
                    break;
                }
            }
        }
        filled
    }

    /// Continues after what cannot be read, if anything follows it.
    fn read_after_gap(&mut self) {
        let State::Gap(error) = std::mem::replace(&mut self.state, State::Reading) else { return };
        let at = self.offset + self.data.len() as u64;
        let next = match (&mut self.resume, &mut self.restart) {
            (Some(resume), Some(restart)) => resume.after(&error, at).map(|rest| rest.and_then(restart)),
            _ => Ok(None),
        };
        self.state = match next {
            Ok(Some(reader)) => {
                self.reader = reader;
                self.cutter = self.form.cutter(self.limits.max_line_bytes);
                self.is_after_gap = true;
                return;
            }
            Ok(None) => {
                let left = self.resume.as_ref().map(|resume| resume.left(&error)).unwrap_or_default();
                State::Drained(Some(format!("failed to read on: {error}{left}")))
            }
            Err(error) => {
                self.failure = failure_of(&error);
                State::Drained(Some(format!("failed to read on: {error}")))
            }
        };
    }

    /// The rest of a record after a gap; `None` where a record begins at once.
    fn cut_after_gap(&mut self, start: usize, is_end: bool) -> Option<Cut> {
        let lines = self.resume.as_ref().filter(|_| self.form == Form::Json).map(|resume| &resume.lines)?;
        let rest = self.data.slice(start..);
        let length = lines.rest_of_record(rest, is_end);
        if length.is_none() && !is_end && rest.len() <= self.limits.max_line_bytes {
            return Some(Cut::More);
        }
        self.is_after_gap = length.is_none();
        let next = start + length.unwrap_or(rest.len());
        let part = self.data.slice(start..next);
        let lines = memchr::memchr_iter(b'\n', part).count().saturating_sub(1) as u64;
        let range = start..start + part.trim_ascii_end().len();
        (next > start).then_some(Cut::Unit { range, kind: UnitKind::CutOff, next, lines_within: lines })
    }

    /// Reads to the end of a line that is too long without keeping it; its head stays in `data`. `None` where `room` says stop.
    fn pass_line(&mut self, start: usize, room: &mut dyn FnMut(usize) -> bool) -> Option<Unit> {
        let mut length = (self.data.len() - start) as u64;
        self.data.truncate(start + TOO_LONG_HEAD_BYTES.min(self.limits.max_line_bytes));
        let head = start..self.data.len();
        let byte_offset = self.offset + start as u64;
        // From here on `data` holds less than was read; `offset` makes up for it.
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut tail = 0..0;
        let mut line_end = 0;
        while matches!(self.state, State::Reading) {
            if !room(0) {
                return None;
            }
            let count = self.fill(&mut chunk);
            let Some(end) = memchr::memchr(b'\n', &chunk[..count]) else {
                length += count as u64;
                continue;
            };
            length += end as u64;
            line_end = 1;
            tail = end + 1..count;
            break;
        }
        self.offset += length + line_end - (head.end - head.start) as u64;
        let line = Unit { range: head, byte_offset, byte_length: length, kind: UnitKind::TooLong };
        self.data.extend_from_slice(&chunk[tail]);
        Some(line)
    }

    /// Leaves out a unit of so many bytes from `start` on, but for `kept`; what has not been read of it is read and discarded.
    /// `None` where `room` says stop.
    fn pass(
        &mut self,
        start: usize,
        kept: Range<usize>,
        kind: UnitKind,
        length: u64,
        room: &mut dyn FnMut(usize) -> bool,
    ) -> Option<Unit> {
        let byte_offset = self.offset + kept.start as u64;
        let byte_length = length - (kept.start - start) as u64;
        let known = (self.data.len() - start) as u64;
        let mut after = usize::try_from(length.min(known)).expect("it is in memory") + start;
        let mut left = length.saturating_sub(known);
        let mut tail = Vec::new();
        let mut chunk = Vec::new();
        while left > 0 && matches!(self.state, State::Reading) {
            if !room(0) {
                return None;
            }
            chunk.resize(CHUNK_BYTES, 0);
            let count = self.fill(&mut chunk);
            let passed = usize::try_from(left.min(count as u64)).expect("it is at most a chunk");
            tail.extend_from_slice(&chunk[passed..count]);
            left -= passed as u64;
        }
        // The dump may end within it.
        let (length, byte_length) = (length - left, byte_length - left);
        let head = kept.len();
        self.data.copy_within(kept, start);
        self.data.drain(start + head..after);
        after = start + head;
        self.data.extend_from_slice(&tail);
        self.offset += length - head as u64;
        Some(Unit { range: start..after, byte_offset, byte_length, kind })
    }

    /// A unit that is in memory, and after which the next begins at `next`.
    fn line(&self, mut range: Range<usize>, mut kind: UnitKind, next: usize) -> Unit {
        let byte_offset = self.offset + range.start as u64;
        let byte_length = (range.end - range.start) as u64;
        // A damaged dump ends within its last unit, if no line end follows that.
        let is_damaged = matches!(&self.state, State::Drained(Some(_)) | State::Gap(_));
        // An object that ends is whole all the same.
        let is_object = self.form == Form::Json && self.data.slice(range.clone()).ends_with(b"}");
        let is_last = range.end == self.data.len() && next == self.data.len();
        if is_damaged && !is_object && !range.is_empty() && is_last {
            kind = UnitKind::CutOff;
        }
        // One chunk may hold the end of a unit that is longer than allowed.
        if range.len() > self.limits.max_line_bytes && kind == UnitKind::Whole {
            range.end = range.start + TOO_LONG_HEAD_BYTES.min(self.limits.max_line_bytes);
            kind = UnitKind::TooLong;
        }
        Unit { range, byte_offset, byte_length, kind }
    }

    /// Gives away `data` up to `end`, and keeps the rest.
    fn batch(&mut self, mut lines: Vec<Unit>, end: usize, dump_end: Option<DumpEnd>) -> Batch {
        let (front, end_offset) = (self.front, self.offset + end as u64);
        let rest = self.data.slice(end..);
        let data = if dump_end.is_none() && rest.len() > BATCH_BYTES + CHUNK_BYTES {
            let data = self.data.slice(front..end).to_vec();
            self.front = end;
            // What is moved is at most three times what is given away.
            if self.front >= self.data.len() / 4 {
                self.data.drain(..end);
                (self.front, self.offset) = (0, end_offset);
            }
            data
        } else {
            let mut next = Vec::new();
            if dump_end.is_none() {
                next.reserve_exact((BATCH_BYTES + CHUNK_BYTES).max(rest.len() + CHUNK_BYTES));
                next.extend_from_slice(rest);
            }
            let mut data = std::mem::replace(&mut self.data, next);
            data.truncate(end);
            if front > 0 {
                data = data.split_off(front);
            }
            (self.front, self.offset) = (0, end_offset);
            data
        };
        for line in &mut lines {
            line.range = line.range.start - front..line.range.end - front;
        }
        let batch = Batch {
            dump: self.dump,
            number: self.number,
            first_line: self.next_line,
            form: self.form,
            end: dump_end,
            end_offset,
            data,
            lines,
        };
        self.number += 1;
        self.next_line += batch.lines.len() as u64;
        batch
    }
}

#[cfg(test)]
mod tests;
