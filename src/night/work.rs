//! What is done to a batch on any thread: reading, judging its lines; and at the end, from records to frames.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::timing::nanoseconds;
use super::verdict::Names;
use crate::account::Ledger;
use crate::dedup::{Earlier, Entry, Preference};
use crate::engine::Work;
#[cfg(feature = "parquet")]
use crate::line::Packer;
use crate::line::{Fate, Judge, LineTally, PlacedRecord, UPDATE};
use crate::pipeline::Pipeline;
use crate::read::{Batch, BytesRead, Dump, DumpEnd, DumpReader, ReadFailure};
use crate::state::{Checkpoint, History, Position};
use crate::write::{Frame, FrameEncoder, Output, ShardForm, WriteError};

/// Everything that the work on a batch needs.
pub(super) struct NightWork {
    pub judge: Judge,
    pub dumps: Vec<Dump>,
    pub progress: Vec<BytesRead>,
    /// What earlier nights kept.
    pub history: Option<History>,
    /// Which of tonight's records are kept is decided when all are known: by an election, or by a task of its own.
    pub decides_later: bool,
    /// Of records, nothing but their keys is written.
    keys_alone: bool,
    /// Which duplicates are kept, where that is not the first.
    pub preference: Option<Preference>,
    /// Lines read of each dump: what the ledger is checked against.
    lines_read: Vec<AtomicU64>,
    lines_left: LinesLeft,
    /// Held while a batch with a long line is worked on: stages take many times its size, so only one is worked on at a time.
    long: Mutex<()>,
    start: Start,
}

/// Lines that may still be read.
enum LinesLeft {
    Unlimited,
    /// With a limit there is one lane, so nobody else counts at the same time.
    Limited(AtomicU64),
}

impl LinesLeft {
    /// Shortens a batch to what may still be read of it.
    fn take_from(&self, batch: &mut Batch) {
        if let Self::Limited(left) = self {
            let lines = left.load(Ordering::Relaxed);
            batch.keep_lines(usize::try_from(lines).unwrap_or(usize::MAX));
            left.store(lines - batch.lines.len() as u64, Ordering::Relaxed);
        }
    }

    /// Counts lines that an earlier part of the run has read.
    fn pass(&self, lines: u64) {
        if let Self::Limited(left) = self {
            left.fetch_sub(lines, Ordering::Relaxed);
        }
    }

    fn are_used_up(&self) -> bool {
        matches!(self, Self::Limited(left) if left.load(Ordering::Relaxed) == 0)
    }
}

/// Where reading starts.
enum Start {
    /// At the beginning of this dump.
    At(usize),
    /// Where an earlier part of the run got to: in this dump, whose stream is taken when it is opened.
    Within(usize, Mutex<Stream>),
}

/// A dump on its way through the engine.
pub(super) enum Stream {
    Open(Box<DumpReader>),
    /// An earlier part of the run has read it.
    Read,
}

/// A batch after the stages.
pub(super) struct JudgedLines {
    pub dump: usize,
    pub first_line: u64,
    pub fates: Vec<Fate>,
    pub tally: LineTally,
    /// Where in the decompressed dump the batch ends.
    pub end_offset: u64,
    /// Bytes of the dump, as it is stored, that had been read then.
    pub packed_bytes: u64,
    /// A hash of the batch.
    pub hash: u128,
    pub end: Option<DumpEnd>,
    /// Why earlier nights could not be asked.
    pub failure: Option<WriteError>,
}

/// What is written next.
pub(super) enum Draft {
    /// Lines that become a frame.
    Frame(Output, Vec<Fate>),
    /// Everything before this is decided, and where it is written, too, the run can resume from here.
    Mark(Box<Mark>),
}

/// How far the decisions are.
pub(super) struct Mark {
    pub position: Position,
    /// The account, but for what is counted of records.
    pub ledger: Ledger,
}

/// The same, ready to be written.
pub(super) enum Encoded {
    Frame(Box<Packed>),
    Mark(Box<Mark>),
}

/// Lines that are packed, and what else there is to keep of them.
pub(super) struct Packed {
    pub output: Output,
    pub frame: Frame,
    /// The keys of the records that are kept.
    pub entries: Vec<u8>,
    /// What is counted of the records.
    pub records: Ledger,
}

/// What goes into a row group: large enough that a column's pages are worth reading, and small enough that one being filled and
/// one on each thread are no burden.
const GROUP_BYTES: usize = 16 << 20;

/// How the finished shards of an output are made.
pub(super) fn form_of(pipeline: &Pipeline, output: Output) -> ShardForm {
    #[cfg(feature = "parquet")]
    if output == Output::Records && pipeline.output.is_parquet() {
        return ShardForm::parquet(Packer::new(pipeline.output.level).piece());
    }
    debug_assert!(output != Output::Records || !pipeline.output.is_parquet());
    ShardForm::json_lines()
}

/// What goes into a frame, as [`Fate::weight`] has it. A batch a frame would do for compression, but HF datasets
/// reads a frame at a time and takes the columns from the first: a frame of a few records lacks most of
/// them, and the records after it fail to load. `dropped/` and `quarantine/` pack better besides.
pub(super) const FRAME_BYTES: usize = 4 << 20;

/// A line so long is worked on while no other such line is.
const LONG_BYTES: u64 = 4 << 20;

impl NightWork {
    pub(super) fn new(
        pipeline: Pipeline,
        dumps: Vec<Dump>,
        limit: Option<u64>,
        history: Option<History>,
    ) -> Self {
        Self {
            progress: dumps.iter().map(|_| BytesRead::default()).collect(),
            lines_read: dumps.iter().map(|_| AtomicU64::new(0)).collect(),
            lines_left: limit.map_or(LinesLeft::Unlimited, |lines| LinesLeft::Limited(AtomicU64::new(lines))),
            long: Mutex::new(()),
            start: Start::At(0),
            history,
            decides_later: elects(&pipeline),
            preference: preference(&pipeline),
            keys_alone: false,
            judge: Judge::new(pipeline, Some(nanoseconds)),
            dumps,
        }
    }

    /// The same work, of which nothing but the keys of the records that are kept is written.
    pub(super) fn with_keys_alone(self) -> Self {
        Self { keys_alone: true, ..self }
    }

    /// Resumes from a checkpoint: reads its dump up to there, and sees whether that is what it was.
    ///
    /// `stop` is looked at, and `tick` called, many times a second.
    pub(super) fn resume(
        &mut self,
        from: &Checkpoint,
        stop: &AtomicBool,
        tick: &mut dyn FnMut(&Self),
    ) -> Resumed {
        let Position { dump, .. } = from.position;
        for (index, account) in from.ledger.dumps.iter().enumerate().take(dump) {
            self.progress[index].store(account.packed_bytes, Ordering::Relaxed);
            self.lines_read[index].store(account.lines.read, Ordering::Relaxed);
        }
        self.lines_left.pass(from.ledger.dumps.iter().take(dump).map(|dump| dump.lines.read).sum());
        let mut passed = Position::start_of(dump);
        if passed == from.position {
            self.start = Start::At(dump);
            return Resumed::Ready;
        }
        let mut at = self.reader(dump);
        while passed.bytes < from.position.bytes {
            if stop.load(Ordering::Relaxed) {
                return Resumed::Stopped;
            }
            let Some(mut batch) = at.next_batch(&mut |_| true) else { break };
            self.lines_left.take_from(&mut batch);
            passed.pass(batch.lines.len() as u64, batch.end_offset, batch.hash());
            if let Some(failure) = self.failure_of(dump, batch.end.as_ref()) {
                return Resumed::Failed(failure);
            }
            tick(self);
        }
        if passed != from.position {
            return Resumed::Changed;
        }
        self.lines_read[dump].store(passed.lines, Ordering::Relaxed);
        self.start = Start::Within(dump, Mutex::new(Stream::Open(Box::new(at))));
        Resumed::Ready
    }

    /// Why a dump could not be read to its end, where that is not the dump's fault.
    fn failure_of(&self, dump: usize, end: Option<&DumpEnd>) -> Option<WriteError> {
        let failure = end?.failure.clone()?;
        Some(unread(&self.dumps[dump], failure))
    }

    fn reader(&self, dump: usize) -> DumpReader {
        self.judge.open(dump, &self.dumps[dump], &self.progress[dump])
    }

    /// The names that verdicts speak of.
    pub(super) fn names(&self) -> Names<'_> {
        Names { dumps: &self.dumps, history: self.history.as_ref() }
    }

    /// Lines read of each dump.
    pub(super) fn lines_read(&self) -> Vec<u64> {
        self.lines_read.iter().map(|count| count.load(Ordering::Relaxed)).collect()
    }
}

/// The error of a dump that cannot be read now.
pub(super) fn unread(dump: &Dump, failure: ReadFailure) -> WriteError {
    let path = dump.path.as_deref().unwrap_or(std::path::Path::new("-"));
    WriteError::of("read", path)(failure.into())
}

/// Whether a pipeline keeps other duplicates than the first, so that an election has to follow.
pub(super) fn elects(pipeline: &Pipeline) -> bool {
    preference(pipeline).is_some()
}

fn preference(pipeline: &Pipeline) -> Option<Preference> {
    pipeline.dedup.as_ref().and_then(|dedup| Preference::of(&dedup.keep))
}

/// Whether work can be resumed.
pub(super) enum Resumed {
    Ready,
    Stopped,
    /// The dump is not what it was.
    Changed,
    /// The dump cannot be read now.
    Failed(WriteError),
}

impl Work for NightWork {
    type Stream = Stream;
    /// A batch, and the bytes of its dump, as it is stored, that had been read when it ended.
    type Piece = (Batch, u64);
    type Prepared = JudgedLines;
    type Committed = Draft;
    type Encoded = Encoded;

    fn streams(&self) -> usize {
        self.dumps.len()
    }

    fn open(&self, stream: usize) -> Stream {
        match &self.start {
            Start::At(dump) | Start::Within(dump, _) if stream < *dump => Stream::Read,
            Start::Within(dump, start) if stream == *dump => {
                std::mem::replace(&mut *start.lock().unwrap_or_else(PoisonError::into_inner), Stream::Read)
            }
            _ => Stream::Open(Box::new(self.reader(stream))),
        }
    }

    fn next(&self, stream: &mut Stream, room: &mut dyn FnMut(usize) -> bool) -> Option<(Batch, u64)> {
        let Stream::Open(reader) = stream else { return None };
        if self.lines_left.are_used_up() {
            return None;
        }
        let mut batch = reader.next_batch(room)?;
        self.lines_left.take_from(&mut batch);
        self.lines_read[batch.dump].fetch_add(batch.lines.len() as u64, Ordering::Relaxed);
        let packed_bytes = self.progress[batch.dump].load(Ordering::Relaxed);
        Some((batch, packed_bytes))
    }

    fn prepare(&self, (mut batch, packed_bytes): (Batch, u64)) -> JudgedLines {
        // Nobody who has it waits for anybody else.
        let is_long = batch.lines.iter().any(|line| line.byte_length > LONG_BYTES);
        let _alone = is_long.then(|| self.long.lock().unwrap_or_else(PoisonError::into_inner));
        let mut tally = self.judge.tally();
        let dump = &self.dumps[batch.dump];
        let mut fates: Vec<Fate> = (0..batch.lines.len())
            .map(|index| self.judge.fate(dump, &batch, index, &mut tally, None))
            .collect();
        let failure = self.history.as_ref().and_then(|history| ask(history, &mut fates).err());
        let (hash, end) = (batch.hash(), batch.end.take());
        let failure = failure.or_else(|| self.failure_of(batch.dump, end.as_ref()));
        let Batch { dump, first_line, end_offset, .. } = batch;
        JudgedLines { dump, first_line, fates, tally, end_offset, packed_bytes, hash, end, failure }
    }

    fn encode(&self, draft: Draft) -> Encoded {
        match draft {
            Draft::Frame(output, mut fates) => {
                let records = self.count(&fates);
                let mut entries = Vec::new();
                fates.iter_mut().for_each(|fate| self.keep(fate, &mut entries));
                let frame = if self.keys_alone { Frame::default() } else { self.frame(output, fates) };
                Encoded::Frame(Box::new(Packed { output, frame, entries, records }))
            }
            Draft::Mark(mark) => Encoded::Mark(mark),
        }
    }
}

/// Asks earlier nights about what every stage has kept.
fn ask(history: &History, fates: &mut [Fate]) -> Result<(), WriteError> {
    for fate in fates {
        let Fate::Article(judged) = fate else { continue };
        if judged.verdict.is_some() {
            continue;
        }
        let mut earlier = history.ask(&judged.keys)?;
        earlier.withheld = history.withholds(&judged.article);
        if earlier != Earlier::default() {
            judged.earlier = Some(Box::new(earlier));
        }
    }
    Ok(())
}

impl NightWork {
    /// Counts the records of a frame.
    fn count(&self, fates: &[Fate]) -> Ledger {
        let pipeline = &self.judge.pipeline;
        let mut records = Ledger::of_records(pipeline.steps.len() + usize::from(pipeline.dedup.is_some()));
        for fate in fates {
            match fate {
                Fate::Blank | Fate::Within | Fate::Other(_) => {}
                Fate::Article(judged) => match &judged.verdict {
                    None => {
                        records.kept(&judged.article);
                        if judged.placed.as_ref().is_some_and(|placed| placed.update.is_some()) {
                            records.updated(&judged.article.host);
                        }
                    }
                    Some((step, verdict)) => records.dropped(&judged.article, *step, verdict),
                },
                Fate::Quarantined(line) => {
                    let dump = &self.dumps[line.dump].name;
                    records.quarantined(dump, line.line, line.step, &line.fault, &line.raw);
                }
            }
        }
        records
    }

    /// Labels a record that is kept, and appends its keys to those of its frame.
    fn keep(&self, fate: &mut Fate, entries: &mut Vec<u8>) {
        let Fate::Article(judged) = fate else { return };
        let Some(PlacedRecord { place, counted, update }) = judged.placed.take() else { return };
        let (id, keys) = (judged.article.id, std::mem::take(&mut judged.keys));
        let same_keys = judged.earlier.take().map(|earlier| earlier.same_keys).unwrap_or_default();
        let rank = self.preference.as_ref().map_or(0, |of| of.rank(&judged.article));
        Entry { id, place, keys, same_keys, counted, rank }.write(entries);
        if let Some(update) = update {
            judged.article.labels.insert(UPDATE.to_owned(), update);
        }
    }

    fn frame(&self, output: Output, fates: Vec<Fate>) -> Frame {
        #[cfg(feature = "parquet")]
        if output == Output::Records && self.has_row_groups() {
            let mut packer = Packer::new(self.judge.pipeline.output.level);
            // Each is freed as soon as it is in the columns.
            for fate in fates {
                if let Fate::Article(judged) = fate {
                    packer.put(&judged.article, self.judge.pipeline.output.extra);
                }
            }
            return packer.piece();
        }
        self.lines(output, fates)
    }

    /// Whether records become row groups. Where they are written once more, that step makes them of lines.
    fn has_row_groups(&self) -> bool {
        self.judge.pipeline.output.is_parquet() && !self.decides_later
    }

    /// How shards of an output are made in a run's first step.
    pub(super) fn form(&self, output: Output) -> ShardForm {
        if output == Output::Records && self.has_row_groups() {
            form_of(&self.judge.pipeline, output)
        } else {
            ShardForm::json_lines()
        }
    }

    /// What a frame of an output is to weigh. It must not be larger than a shard may be.
    pub(super) fn frame_bytes(&self, output: Output) -> usize {
        let has_row_groups = output == Output::Records && self.has_row_groups();
        let wanted = if has_row_groups { GROUP_BYTES } else { FRAME_BYTES };
        wanted.min(usize::try_from(self.judge.pipeline.output.shard_bytes).unwrap_or(usize::MAX))
    }

    fn lines(&self, output: Output, fates: Vec<Fate>) -> Frame {
        let settings = &self.judge.pipeline.output;
        let extra = if output == Output::Records { settings.extra_of_records() } else { settings.extra };
        ENCODING.with_borrow_mut(|encoding| {
            let Encoding { encoder, text } =
                encoding.get_or_insert_with(|| Encoding::new(self.judge.pipeline.output.level));
            text.clear();
            let records = fates.len() as u64;
            // Each is freed as soon as it is written.
            for fate in fates {
                match fate {
                    Fate::Blank | Fate::Within | Fate::Other(_) => {}
                    Fate::Article(judged) => judged.write(extra, text),
                    Fate::Quarantined(line) => line.write(&self.dumps[line.dump].name, text),
                }
            }
            let frame = encoder.frame(text, records);
            text.shrink_to(Encoding::KEPT_BYTES);
            frame
        })
    }
}

/// What a thread keeps from one frame to the next.
struct Encoding {
    encoder: FrameEncoder,
    text: Vec<u8>,
}

thread_local! {
    static ENCODING: RefCell<Option<Encoding>> = const { RefCell::new(None) };
}

impl Encoding {
    /// What a frame takes, unless a line is huge or full of escapes; what that took is given back. A buffer
    /// left to itself would double to 8 MiB.
    const KEPT_BYTES: usize = FRAME_BYTES + FRAME_BYTES / 4;

    fn new(level: i32) -> Self {
        Self { encoder: FrameEncoder::new(level), text: Vec::with_capacity(Self::KEPT_BYTES) }
    }
}
