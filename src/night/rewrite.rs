//! Outputs written once more, when it is known which of the records that every gate has passed are kept.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::RunError;
use super::work::{FRAME_BYTES, form_of};
use crate::account::Ledger;
use crate::article::{Article, Verdict, write_dropped};
use crate::dedup::Entry;
use crate::finished::{FinishedError, ShardLines, origin};
use crate::line::UPDATE;
use crate::pipeline::Pipeline;
use crate::read::Dump;
use crate::state::{Journal, JournalReader};
use crate::write::{Frame, FrameEncoder, Output, ShardWriter, WriteError};

/// Keys that are kept back until they are written.
const KEYS_BYTES: usize = 1 << 20;

/// What is decided of a record that is not simply kept as it is.
#[derive(Default)]
pub(super) struct Decision {
    /// It is a later version of another one; this is its `labels.update`.
    pub updated: Option<Value>,
    /// It is dropped.
    pub dropped: Option<Verdict>,
}

impl Decision {
    /// Whether anything was decided.
    pub(super) fn is_any(&self) -> bool {
        self.updated.is_some() || self.dropped.is_some()
    }
}

/// What is written once more.
pub(super) struct Sources<'a> {
    /// The dumps that the outputs are of, in order.
    pub dumps: &'a [Dump],
    /// The number of deduplication among the stages.
    pub step: usize,
    /// Where the journal is.
    pub work: PathBuf,
    /// The shards of `records/`, in order.
    pub records: Vec<PathBuf>,
    /// The shards of `dropped/`, in order.
    pub dropped: Vec<PathBuf>,
}

/// A record's line with `labels.update`, and otherwise byte for byte as it is.
fn with_update(line: &[u8], label: &Value) -> io::Result<Vec<u8>> {
    #[derive(Deserialize)]
    struct Labelled<'a> {
        #[serde(borrow)]
        labels: &'a RawValue,
    }
    let Labelled { labels: old } = serde_json::from_slice(line)?;
    let mut labels: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str::<Option<_>>(old.get())?.unwrap_or_default();
    labels.insert(UPDATE.to_owned(), RawValue::from_string(label.to_string())?);
    // `old` is a part of the line.
    let start = old.get().as_ptr().addr() - line.as_ptr().addr();
    let (before, rest) = line.split_at(start);
    Ok([before, &serde_json::to_vec(&labels)?, &rest[old.get().len()..]].concat())
}

/// The host of a record's line.
fn host_of(line: &[u8]) -> io::Result<String> {
    #[derive(Deserialize)]
    struct Hosted {
        host: Option<String>,
    }
    let Hosted { host } = serde_json::from_slice(line)?;
    Ok(host.unwrap_or_default())
}

/// Writes the outputs and the journal once more.
pub(super) struct Rewriter {
    folder: PathBuf,
    pub records: ShardWriter,
    pub dropped: ShardWriter,
    pub journal: Journal,
    /// Entries that are not in the journal yet.
    keys: Vec<u8>,
    open: [Sheet; 2],
    /// Frames to be packed, in order, together: as many as there are threads.
    full: Vec<(Output, Sheet)>,
    frame_bytes: usize,
    level: i32,
    is_parquet: bool,
    is_part: bool,
    pool: rayon::ThreadPool,
}

/// A row group of lines.
#[cfg(feature = "parquet")]
fn row_group(sheet: &Sheet, level: i32) -> std::io::Result<Frame> {
    let mut packer = crate::line::Packer::new(level);
    for line in sheet.text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let article: Article = serde_json::from_slice(line)?;
        packer.put(&article, crate::article::ExtraStyle::Text);
    }
    Ok(packer.piece())
}

#[cfg(not(feature = "parquet"))]
fn row_group(_: &Sheet, _: i32) -> std::io::Result<Frame> {
    Err(std::io::Error::other("this copydesk was built without Parquet"))
}

/// Lines of a frame.
#[derive(Default)]
struct Sheet {
    text: Vec<u8>,
    records: u64,
}

impl Rewriter {
    /// One that writes into a folder for what is not finished.
    pub(super) fn new(work: &Path, pipeline: &Pipeline, threads: usize) -> Result<Self, RunError> {
        let output = &pipeline.output;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        Ok(Self {
            folder: work.to_owned(),
            records: ShardWriter::new(work, Output::Records, output.shard_bytes)
                .with_form(form_of(pipeline, Output::Records)),
            dropped: ShardWriter::new(work, Output::Dropped, output.shard_bytes),
            journal: Journal::create(work)?,
            keys: Vec::new(),
            open: Default::default(),
            full: Vec::new(),
            frame_bytes: FRAME_BYTES.min(usize::try_from(output.shard_bytes).unwrap_or(usize::MAX)),
            level: output.level,
            is_parquet: output.is_parquet(),
            is_part: false,
            pool: pool.map_err(|error| RunError::Threads(error.to_string()))?,
        })
    }

    /// The same, for the shards of a part of a plan.
    pub(super) fn of_part(self, part: usize) -> Self {
        let (records, dropped) = (self.records.of_part(part), self.dropped.of_part(part));
        Self { records, dropped, is_part: true, ..self }
    }

    /// Copies outputs: what is left as it is, and what a decision drops as dropped, in the order of the input. `entries` are the
    /// places of the records' entries in the journal, in order. `false` where it was told to stop.
    ///
    /// # Errors
    /// If a source cannot be read, or a file cannot be written.
    pub(super) fn rewrite(
        &mut self,
        sources: &Sources<'_>,
        entries: impl Iterator<Item = Range<u64>>,
        decision: &mut dyn FnMut(u32) -> Option<Decision>,
        ledger: &mut Ledger,
        stop: &AtomicBool,
    ) -> Result<bool, RunError> {
        let Sources { dumps, step, work, records, dropped } = sources;
        let dumps: BTreeMap<&str, u32> = (0..).zip(*dumps).map(|(at, dump)| (&*dump.name, at)).collect();
        let mut journal = None;
        let (mut kept, mut dropped) = (ShardLines::new(records.clone()), ShardLines::new(dropped.clone()));
        let place_of = |line: &[u8]| {
            let (dump, line) = origin(line, Output::Dropped).map_err(io::Error::other)?;
            let dump = dumps.get(&*dump).copied();
            Ok::<_, io::Error>((dump.ok_or_else(|| io::Error::other("a dump that is not in the run"))?, line))
        };
        let broken = |cause| WriteError::of("read again", work)(cause);
        let unread = |error: FinishedError| broken(io::Error::other(error.to_string()));
        for (number, entry) in (0..).zip(entries) {
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            kept.advance();
            let Some(record) = kept.line().map_err(unread)? else {
                return Err(broken(io::Error::other("it lacks records")).into());
            };
            let journal = match &mut journal {
                Some(journal) => journal,
                None => journal.insert(JournalReader::open(work)?),
            };
            let (Entry { place, .. }, bytes) = journal.entry(&entry)?;
            let Decision { updated, dropped: lost } = decision(number).unwrap_or_default();
            if updated.is_some() {
                ledger.updates += 1;
                ledger.updated(&host_of(record).map_err(broken)?);
            }
            let updated = updated.map(|label| with_update(record, &label)).transpose().map_err(broken)?;
            let record = updated.as_deref().unwrap_or(record);
            let Some(verdict) = lost else {
                self.keys.extend_from_slice(bytes);
                self.put(Output::Records, |text| text.extend_from_slice(record))?;
                continue;
            };
            while let Some(before) = dropped.line().map_err(unread)?
                && place_of(before).map_err(broken)? < (place.dump, place.line)
            {
                self.put(Output::Dropped, |text| text.extend_from_slice(before))?;
                dropped.advance();
            }
            let article: Article =
                serde_json::from_slice(record).map_err(io::Error::other).map_err(broken)?;
            ledger.displaced(place.dump as usize, &article, *step, &verdict);
            self.put(Output::Dropped, |text| write_dropped(record, &verdict, text))?;
        }
        while let Some(rest) = dropped.line().map_err(unread)? {
            self.put(Output::Dropped, |text| text.extend_from_slice(rest))?;
            dropped.advance();
        }
        kept.advance();
        // Where nothing is deduplicated, records have no entries.
        while let Some(rest) = kept.line().map_err(unread)? {
            self.put(Output::Records, |text| text.extend_from_slice(rest))?;
            kept.advance();
        }
        self.finish()?;
        Ok(true)
    }

    /// Adds a line to an output.
    fn put(&mut self, output: Output, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), WriteError> {
        let sheet = &mut self.open[output as usize];
        write(&mut sheet.text);
        sheet.records += 1;
        if sheet.text.len() >= self.frame_bytes {
            self.full.push((output, std::mem::take(sheet)));
        }
        if self.full.len() >= self.pool.current_num_threads() || self.keys.len() >= KEYS_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        let Self { full, level, is_parquet, pool, .. } = self;
        let encoder = || FrameEncoder::new(*level);
        let pack = |encoder: &mut FrameEncoder, (output, sheet): &(Output, Sheet)| {
            let is_table = *is_parquet && *output == Output::Records;
            let frame =
                if is_table { row_group(sheet, *level)? } else { encoder.frame(&sheet.text, sheet.records) };
            Ok((*output, frame))
        };
        let frames: std::io::Result<Vec<(Output, Frame)>> =
            pool.install(|| full.par_iter().map_init(encoder, pack).collect());
        let frames = frames.map_err(WriteError::of("read again", &self.folder))?;
        full.clear();
        for (output, frame) in frames {
            let writer = if output == Output::Records { &mut self.records } else { &mut self.dropped };
            writer.append(&frame)?;
        }
        self.journal.append(&std::mem::take(&mut self.keys))
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        let rest = [Output::Records, Output::Dropped].into_iter().zip(std::mem::take(&mut self.open));
        self.full.extend(rest);
        self.flush()?;
        for writer in [&mut self.records, &mut self.dropped] {
            // A part may have none; the whole may not.
            if self.is_part { writer.finish_part()? } else { writer.finish()? }
        }
        Ok(())
    }
}
