//! `decide`: which records repeat others, over the keys of all parts in the order of the input.
//!
//! Key files are in the order of the input, in which this without a policy, `sieve`, `write` and `seal` read them from end to end. Only a
//! policy that looks ahead asks for entries by rank, 163 bytes at a time; sorted by rank, a second key file of the same size for each part
//! would save at most half of its 3.6 µs a record, where the files are in memory.
//!
//! **Memory**: the index of the records that are kept, and a chunk of entries; with a policy, 56 bytes for each candidate and
//! the decisions besides. After a sieve, of its members alone, and a bit for each record.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

use super::sieve::members_of_all;
use super::{Attempt, Done, Hands, PartKeys, Plan, TaskError};
use crate::account::Timing;
use crate::article::{Measured, Origin, Verdict};
use crate::dedup::{DEDUP, Earlier, Entry, Index, Placed, REASONS, RecordSet};
use crate::night::RunError;
use crate::night::rewrite::Decision;
use crate::night::timing::Stopwatch;
use crate::night::verdict::{Names, withheld};
use crate::night::work::elects;
use crate::state::{History, JournalReader, State};
use crate::write::WriteError;

/// Entries that are asked of earlier nights together.
const CHUNK: usize = 1 << 16;

/// Entries whose look-ups begin together.
const TOUCHED: usize = 128;

/// A decision as it is written: a line of JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct DecisionLine {
    /// The record's number among those of its part.
    pub number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dropped: Option<DroppedLine>,
    /// `labels.update`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated: Option<Value>,
}

/// A verdict of deduplication.
#[derive(Serialize, Deserialize)]
struct DroppedLine {
    reason: String,
    measured: Option<f64>,
    limit: Option<f64>,
    duplicate_of: Option<Origin>,
}

impl DroppedLine {
    fn of(verdict: &Verdict) -> Self {
        let number = |measured: &Option<Measured>| measured.as_ref().and_then(Measured::number);
        Self {
            reason: verdict.reason.to_owned(),
            measured: number(&verdict.measured),
            limit: number(&verdict.limit),
            duplicate_of: verdict.duplicate_of.clone(),
        }
    }

    /// The verdict; `None` where the reason is not known.
    fn verdict(self) -> Option<Verdict> {
        let reason = REASONS.iter().find(|known| known.name == self.reason)?.name;
        let (measured, limit) = (self.measured.map(Measured::Ratio), self.limit.map(Measured::Ratio));
        Some(Verdict { stage: DEDUP, reason, measured, limit, duplicate_of: self.duplicate_of })
    }
}

impl DecisionLine {
    fn new(number: u32, Decision { updated, dropped }: Decision) -> Self {
        Self { number, dropped: dropped.as_ref().map(DroppedLine::of), updated }
    }

    /// What it says; `None` where its reason is not known.
    pub(super) fn decision(self) -> Option<Decision> {
        let dropped = match self.dropped {
            None => None,
            Some(dropped) => Some(dropped.verdict()?),
        };
        Some(Decision { updated: self.updated, dropped })
    }
}

/// What `decide` leaves for `write` and `seal`, beside the decisions.
#[derive(Serialize, Deserialize)]
pub(super) struct Decided {
    /// XXH3-128 of the decisions of each part, as hex digits.
    pub hashes: Vec<String>,
    /// What it took.
    pub timing: Timing,
}

/// The name of [`Decided`].
pub(super) const DECIDED: &str = "decided.json";

/// The name of a part's decisions in their folder.
pub(super) fn file_of(part: usize) -> String {
    format!("{part:05}.jsonl")
}

pub(super) fn decide(
    plan: &Plan,
    sieve: Option<u32>,
    Hands { threads, stop }: Hands<'_>,
) -> Result<Done, TaskError> {
    if plan.decided().exists() {
        return Ok(Done { before: true, ..Done::default() });
    }
    let stopwatch = Stopwatch::start();
    let pipeline = plan.pipeline()?;
    let dumps = plan.all_dumps();
    let fetched = plan.state()?;
    let history = match (plan.tonight().zip(fetched.as_ref()), &pipeline.dedup) {
        (Some(((_, tonight), place)), Some(dedup)) => {
            let opened = State::open(place.folder(), true);
            let state = opened.map_err(|error| RunError::State(place.by_address(error)))?;
            if let Some(changed) = state.changed_since(tonight) {
                return Err(TaskError::Refused(format!("decide: {changed}")));
            }
            Some(state.history(tonight, dedup).map_err(RunError::State)?)
        }
        _ => None,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let keys = plan.keys()?;
    let members = sieve.map(|ranges| members_of_all(plan, ranges)).transpose()?;
    let records = members.as_ref().map_or(keys.iter().map(|keys| keys.records).sum(), RecordSet::count);
    let room = usize::try_from(records).unwrap_or(0);
    let mut decider = Decider {
        plan,
        index: pipeline.dedup.as_ref().map(|dedup| Index::with_room(dedup, room)),
        names: Names { dumps: &dumps, history: history.as_ref() },
        pool: pool.map_err(|error| RunError::Threads(error.to_string()))?,
        members,
        asked: 0,
    };
    let attempt = Attempt::begin(&plan.decided())?;
    let continues = || !stop.load(Ordering::Relaxed);
    let decided = if elects(&pipeline) {
        decider.by_rank(&keys, &attempt.path, &continues)
    } else {
        decider.in_order(&keys, &attempt.path, &continues)
    };
    match decided {
        Ok(Some(hashes)) => {
            let mut timing = stopwatch.read(threads);
            timing.dedup_index_bytes = decider.index.map_or(0, |index| index.bytes() as u64);
            timing.state_index_bytes = history.as_ref().map_or(0, History::bytes);
            attempt.write_sealed(DECIDED, &Decided { hashes, timing })?;
            attempt.finish()?;
            Ok(Done { lines: decider.asked.into(), ..Done::default() })
        }
        stopped_or_failed => {
            drop(std::fs::remove_dir_all(&attempt.path));
            stopped_or_failed.map(|_| Done { stopped: true, ..Done::default() })
        }
    }
}

struct Decider<'a> {
    plan: &'a Plan,
    /// The records that are kept; `None` where duplicates are kept too.
    index: Option<Index>,
    names: Names<'a>,
    pool: rayon::ThreadPool,
    /// Those that a sieve has left; `None` where there was none.
    members: Option<RecordSet>,
    /// Records that were gone through.
    asked: u32,
}

/// A record that may be kept, where a policy says which are.
struct Candidate {
    rank: u64,
    part: usize,
    number: u32,
    entry: Range<u64>,
    same_keys: Box<[u8]>,
}

impl Decider<'_> {
    /// Decides in the order of the input; the hashes of the parts' decisions, or `None` where it was told to stop.
    fn in_order(
        &mut self,
        keys: &[PartKeys],
        folder: &Path,
        continues: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<String>>, TaskError> {
        let mut hashes = Vec::new();
        for keys in keys {
            let mut decisions = Decisions::create(folder, keys.part)?;
            let is_done =
                self.ask(keys, continues, &mut |index, names, Asked { number, entry, earlier, .. }| {
                    let placed = index.place(&entry.keys, entry.id, entry.place, &earlier);
                    decisions.put(number, names.decision(placed))
                })?;
            if !is_done {
                return Ok(None);
            }
            hashes.push(decisions.finish()?);
        }
        Ok(Some(hashes))
    }

    /// Decides in the order of the ranks: first by what earlier nights have, then among tonight's.
    fn by_rank(
        &mut self,
        keys: &[PartKeys],
        folder: &Path,
        continues: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<String>>, TaskError> {
        let mut decisions: BTreeMap<(usize, u32), Decision> = BTreeMap::new();
        let mut candidates = Vec::new();
        for keys in keys {
            let part = keys.part;
            let is_done =
                self.ask(keys, continues, &mut |index, names, Asked { number, entry, place, earlier }| {
                    // Nothing of tonight is in the index yet.
                    let decision = names.decision(index.judge(&entry.keys, entry.id, &earlier));
                    if decision.dropped.is_none() {
                        let (rank, same_keys) = (entry.rank, earlier.same_keys);
                        candidates.push(Candidate { rank, part, number, entry: place, same_keys });
                    }
                    if decision.is_any() {
                        decisions.insert((part, number), decision);
                    }
                    Ok(())
                })?;
            if !is_done {
                return Ok(None);
            }
        }
        candidates.sort_unstable_by_key(|candidate| (candidate.rank, candidate.part, candidate.number));
        let mut journals = Journals::new(self.plan);
        for candidates in candidates.chunks_mut(TOUCHED) {
            let Some(index) = self.index.as_mut().filter(|_| continues()) else { return Ok(None) };
            let entries = candidates.iter().map(|candidate| journals.entry(candidate.part, &candidate.entry));
            let entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
            index.touch(entries.iter().map(|entry| &entry.keys));
            for (Candidate { part, number, same_keys, .. }, entry) in candidates.iter_mut().zip(entries) {
                let earlier = Earlier { same_keys: std::mem::take(same_keys), ..Earlier::default() };
                let placed = index.place(&entry.keys, entry.id, entry.place, &earlier);
                if let Placed::Duplicate(duplicate) = placed {
                    let decision = decisions.entry((*part, *number)).or_default();
                    decision.dropped = Some(self.names.duplicate(duplicate));
                }
            }
        }
        let mut decisions = decisions.into_iter().peekable();
        let mut hashes = Vec::new();
        for part in 0..self.plan.parts() {
            let mut of_part = Decisions::create(folder, part)?;
            while let Some(((_, number), decision)) = decisions.next_if(|((of, _), _)| *of == part) {
                of_part.put(number, decision)?;
            }
            hashes.push(of_part.finish()?);
        }
        Ok(Some(hashes))
    }

    /// Goes through the records of a part in order, with what earlier nights say of each; `false` where it was told to stop.
    fn ask(
        &mut self,
        keys: &PartKeys,
        continues: &dyn Fn() -> bool,
        each: &mut dyn FnMut(&mut Index, &Names<'_>, Asked) -> Result<(), WriteError>,
    ) -> Result<bool, TaskError> {
        let (Some(index), Some(mut entries)) = (&mut self.index, keys.open(self.plan)?) else {
            return Ok(true);
        };
        let first = self.plan.first_dump(keys.part);
        let mut number = 0;
        loop {
            let chunk = entries.next_chunk(CHUNK)?;
            if chunk.is_empty() {
                return Ok(true);
            }
            if !continues() {
                return Ok(false);
            }
            let earlier: Result<Vec<Earlier>, WriteError> = match self.names.history {
                None => Ok(vec![Earlier::default(); chunk.len()]),
                Some(history) => self
                    .pool
                    .install(|| chunk.par_iter().map(|(entry, _)| history.ask(&entry.keys)).collect()),
            };
            let mut rest = chunk.into_iter().zip(earlier?).peekable();
            while rest.peek().is_some() {
                let batch: Vec<_> = rest.by_ref().take(TOUCHED).collect();
                index.touch(batch.iter().map(|((entry, _), _)| &entry.keys));
                for ((mut entry, place), earlier) in batch {
                    let is_member = self.members.as_ref().is_none_or(|members| members.has(self.asked));
                    if is_member || earlier.has_any() {
                        entry.place.dump += first;
                        each(index, &self.names, Asked { number, entry, place, earlier })?;
                    }
                    number += 1;
                    self.asked += 1;
                }
            }
        }
    }
}

/// A record that is asked about.
struct Asked {
    /// Its number among those of its part.
    number: u32,
    /// Its dump is numbered as in the whole.
    entry: Entry,
    /// Where the entry is in the part's journal.
    place: Range<u64>,
    earlier: Earlier,
}

impl Names<'_> {
    /// What follows for a record.
    fn decision(&self, placed: Placed) -> Decision {
        match placed {
            Placed::Kept(before) => {
                Decision { updated: before.map(|before| self.update(before)), dropped: None }
            }
            Placed::Duplicate(duplicate) => {
                Decision { updated: None, dropped: Some(self.duplicate(duplicate)) }
            }
            Placed::Withheld => Decision { updated: None, dropped: Some(withheld()) },
        }
    }
}

/// The decisions of a part, a line each; what is simply kept has none.
struct Decisions {
    path: PathBuf,
    file: BufWriter<std::fs::File>,
    hash: Box<Xxh3>,
}

impl Decisions {
    fn create(folder: &Path, part: usize) -> Result<Self, WriteError> {
        let path = folder.join(file_of(part));
        let file = std::fs::File::create_new(&path).map_err(WriteError::of("create", &path))?;
        Ok(Self { path, file: BufWriter::new(file), hash: Box::default() })
    }

    fn put(&mut self, number: u32, decision: Decision) -> Result<(), WriteError> {
        if !decision.is_any() {
            return Ok(());
        }
        let mut line =
            serde_json::to_vec(&DecisionLine::new(number, decision)).expect("it has names for keys");
        line.push(b'\n');
        self.hash.update(&line);
        self.file.write_all(&line).map_err(WriteError::of("write", &self.path))
    }

    /// Their hash, when all are on the disk.
    fn finish(mut self) -> Result<String, WriteError> {
        let written = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        written.map_err(WriteError::of("write", &self.path))?;
        Ok(format!("{:032x}", self.hash.digest128()))
    }
}

/// The journals of all parts, of which a few are open.
struct Journals<'a> {
    plan: &'a Plan,
    open: BTreeMap<usize, JournalReader>,
}

impl<'a> Journals<'a> {
    /// So many are open at once.
    const OPEN: usize = 64;

    fn new(plan: &'a Plan) -> Self {
        Self { plan, open: BTreeMap::new() }
    }

    /// An entry of a part, its dump numbered as in the whole.
    fn entry(&mut self, part: usize, place: &Range<u64>) -> Result<Entry, WriteError> {
        if !self.open.contains_key(&part) {
            if self.open.len() >= Self::OPEN {
                self.open.clear();
            }
            self.open.insert(part, JournalReader::open(&self.plan.work_of(part))?);
        }
        let journal = self.open.get_mut(&part).expect("it was opened if it was not open");
        let (mut entry, _) = journal.entry(place)?;
        entry.place.dump += self.plan.first_dump(part);
        Ok(entry)
    }
}
