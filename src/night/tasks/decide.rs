//! `decide`: which records repeat others, over the keys of all parts in the order of the input.
//!
//! **Memory**: the index of the records that stay, and a chunk of entries; with a policy, some 40 bytes for each candidate and
//! the decisions besides.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Attempt, Done, Hands, Plan, TaskError};
use crate::article::{ArticleId, Measured, Origin, Verdict};
use crate::dedup::{DEDUP, Earlier, Entry, Index, Placed, REASONS};
use crate::night::RunError;
use crate::night::rewrite::Decision;
use crate::night::verdict::{Names, withheld};
use crate::night::work::elects;
use crate::state::{EntryStream, JournalReader, State};
use crate::write::WriteError;

/// Entries that are asked of earlier nights together.
const CHUNK: usize = 1 << 16;

/// A decision as it is written: a line of JSON. Numbers that must come back as they were are written by their bits.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct DecisionLine {
    /// The record's number among those of its part.
    pub number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dropped: Option<DroppedLine>,
    /// `labels.update`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated: Option<Value>,
}

#[derive(Serialize, Deserialize)]
struct DroppedLine {
    reason: String,
    measured: Option<u64>,
    limit: Option<u64>,
    of: Option<OriginLine>,
}

#[derive(Serialize, Deserialize)]
struct OriginLine {
    id: String,
    dump: String,
    line: u64,
    similarity: u64,
    night: Option<String>,
}

impl DroppedLine {
    fn of(verdict: &Verdict) -> Self {
        let bits =
            |measured: &Option<Measured>| measured.as_ref().and_then(Measured::number).map(f64::to_bits);
        let of = verdict.duplicate_of.as_ref().map(|of| OriginLine {
            id: of.id.to_string(),
            dump: of.dump.clone(),
            line: of.line,
            similarity: of.similarity.to_bits(),
            night: of.night.clone(),
        });
        let (measured, limit) = (bits(&verdict.measured), bits(&verdict.limit));
        Self { reason: verdict.reason.to_owned(), measured, limit, of }
    }

    /// The verdict; `None` where it says nothing that is known.
    fn verdict(self) -> Option<Verdict> {
        let ratio = |bits: Option<u64>| bits.map(|bits| Measured::Ratio(f64::from_bits(bits)));
        let duplicate_of = match self.of {
            None => None,
            Some(of) => Some(Origin {
                id: ArticleId(u128::from_str_radix(&of.id, 16).ok()?),
                dump: of.dump,
                line: of.line,
                similarity: f64::from_bits(of.similarity),
                night: of.night,
            }),
        };
        let reason = REASONS.into_iter().find(|known| known.name == self.reason)?.name;
        let (measured, limit) = (ratio(self.measured), ratio(self.limit));
        Some(Verdict { stage: DEDUP, reason, measured, limit, duplicate_of })
    }
}

impl DecisionLine {
    fn new(number: u32, Decision { updated, dropped }: Decision) -> Self {
        Self { number, dropped: dropped.as_ref().map(DroppedLine::of), updated }
    }

    /// What it says; `None` where it says nothing that is known.
    pub(super) fn decision(self) -> Option<Decision> {
        let dropped = match self.dropped {
            None => None,
            Some(dropped) => Some(dropped.verdict()?),
        };
        Some(Decision { updated: self.updated, dropped })
    }
}

/// The name of a part's decisions in their folder.
pub(super) fn file_of(part: usize) -> String {
    format!("{part:05}.jsonl")
}

pub(super) fn decide(plan: &Plan, Hands { threads, stop }: Hands<'_>) -> Result<Done, TaskError> {
    if plan.decided().exists() {
        return Ok(Done { before: true, ..Done::default() });
    }
    let pipeline = plan.pipeline()?;
    let dumps = plan.all_dumps();
    let history = match (plan.tonight(), &pipeline.dedup) {
        (Some((folder, tonight)), Some(dedup)) => {
            let state = State::open(folder, true).map_err(RunError::State)?;
            if let Some(changed) = state.changed_since(tonight) {
                return Err(TaskError::Refused(format!("decide: {changed}")));
            }
            Some(state.history(tonight, dedup).map_err(RunError::State)?)
        }
        _ => None,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let mut decider = Decider {
        plan,
        index: pipeline.dedup.as_ref().map(Index::new),
        names: Names { dumps: &dumps, history: history.as_ref() },
        pool: pool.map_err(|error| RunError::Threads(error.to_string()))?,
        asked: 0,
    };
    let attempt = Attempt::begin(&plan.decided())?;
    let goes_on = || !stop.load(Ordering::Relaxed);
    let is_done = if elects(&pipeline) {
        decider.by_rank(&attempt.path, &goes_on)
    } else {
        decider.in_order(&attempt.path, &goes_on)
    };
    match is_done {
        Ok(true) => attempt.finish()?,
        stopped_or_failed => {
            drop(std::fs::remove_dir_all(&attempt.path));
            return stopped_or_failed.map(|_| Done { stopped: true, ..Done::default() });
        }
    }
    Ok(Done { lines: decider.asked, ..Done::default() })
}

struct Decider<'a> {
    plan: &'a Plan,
    /// The records that stay; `None` where duplicates stay too.
    index: Option<Index>,
    names: Names<'a>,
    pool: rayon::ThreadPool,
    asked: u64,
}

/// A record that may stay, where a policy says which do.
struct Candidate {
    rank: u64,
    part: usize,
    number: u32,
    entry: std::ops::Range<u64>,
    same_keys: Box<[u8]>,
}

impl Decider<'_> {
    /// Decides in the order of the input.
    fn in_order(&mut self, folder: &Path, goes_on: &dyn Fn() -> bool) -> Result<bool, TaskError> {
        for part in 0..self.plan.parts() {
            let mut decisions = Decisions::create(folder, part)?;
            let mut numbers = 0..;
            let mut entries = self.entries(part)?;
            while let Some((chunk, earlier)) = self.next_chunk(part, entries.as_mut())? {
                if !goes_on() {
                    return Ok(false);
                }
                let Some(index) = &mut self.index else { break };
                for ((entry, _), earlier) in chunk.into_iter().zip(earlier) {
                    let number = numbers.next().unwrap_or(u32::MAX);
                    let placed = index.place(&entry.keys, entry.id, entry.place, &earlier);
                    decisions.put(number, self.names.decision(placed))?;
                }
            }
            decisions.finish()?;
        }
        Ok(true)
    }

    /// Decides in the order of the ranks: first by what earlier nights have, then among tonight's.
    fn by_rank(&mut self, folder: &Path, goes_on: &dyn Fn() -> bool) -> Result<bool, TaskError> {
        let mut decisions: BTreeMap<(usize, u32), Decision> = BTreeMap::new();
        let mut candidates = Vec::new();
        for part in 0..self.plan.parts() {
            let mut numbers = 0..;
            let mut entries = self.entries(part)?;
            while let Some((chunk, earlier)) = self.next_chunk(part, entries.as_mut())? {
                if !goes_on() {
                    return Ok(false);
                }
                let Some(index) = &mut self.index else { break };
                for ((entry, place), earlier) in chunk.into_iter().zip(earlier) {
                    let number = numbers.next().unwrap_or(u32::MAX);
                    // Nothing of tonight is in the index yet.
                    let decision = self.names.decision(index.judge(&entry.keys, entry.id, &earlier));
                    if decision.dropped.is_none() {
                        let (rank, same_keys) = (entry.rank, earlier.same_keys);
                        candidates.push(Candidate { rank, part, number, entry: place, same_keys });
                    }
                    if decision.is_any() {
                        decisions.insert((part, number), decision);
                    }
                }
            }
        }
        candidates.sort_unstable_by_key(|candidate| (candidate.rank, candidate.part, candidate.number));
        let mut journals = Journals::new(self.plan);
        for Candidate { part, number, entry, same_keys, .. } in candidates {
            if !goes_on() {
                return Ok(false);
            }
            let Some(index) = &mut self.index else { break };
            let entry = journals.entry(part, &entry)?;
            let earlier = Earlier { same_keys, ..Earlier::default() };
            let placed = index.place(&entry.keys, entry.id, entry.place, &earlier);
            if let Placed::Duplicate(duplicate) = placed {
                let decision = decisions.entry((part, number)).or_default();
                decision.dropped = Some(self.names.duplicate(duplicate));
            }
        }
        let mut decisions = decisions.into_iter().peekable();
        for part in 0..self.plan.parts() {
            let mut of_part = Decisions::create(folder, part)?;
            while let Some(((_, number), decision)) = decisions.next_if(|((of, _), _)| *of == part) {
                of_part.put(number, decision)?;
            }
            of_part.finish()?;
        }
        Ok(true)
    }

    /// The entries of a part; `None` where nothing is deduplicated.
    fn entries(&self, part: usize) -> Result<Option<EntryStream>, TaskError> {
        let checkpoint = self.plan.worked_checkpoint(part)?;
        let work = self.plan.work_of(part);
        Ok(checkpoint.journal.map(|standing| EntryStream::open(&work, &standing)).transpose()?)
    }

    /// The next entries of a part, their dumps numbered as in the whole, and what earlier nights say of each.
    #[expect(clippy::type_complexity, reason = "two lists that belong together")]
    fn next_chunk(
        &mut self,
        part: usize,
        entries: Option<&mut EntryStream>,
    ) -> Result<Option<(Vec<(Entry, std::ops::Range<u64>)>, Vec<Earlier>)>, TaskError> {
        let Some(entries) = entries else { return Ok(None) };
        let mut chunk = entries.next_chunk(CHUNK)?;
        if chunk.is_empty() {
            return Ok(None);
        }
        self.asked += chunk.len() as u64;
        let first = self.plan.first_dump(part);
        chunk.iter_mut().for_each(|(entry, _)| entry.place.dump += first);
        let earlier: Result<Vec<Earlier>, WriteError> = match self.names.history {
            None => Ok(vec![Earlier::default(); chunk.len()]),
            Some(history) => {
                self.pool.install(|| chunk.par_iter().map(|(entry, _)| history.ask(&entry.keys)).collect())
            }
        };
        Ok(Some((chunk, earlier?)))
    }
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

/// The decisions of a part, a line each; what simply stays has none.
struct Decisions {
    path: PathBuf,
    file: BufWriter<std::fs::File>,
}

impl Decisions {
    fn create(folder: &Path, part: usize) -> Result<Self, WriteError> {
        let path = folder.join(file_of(part));
        let file = std::fs::File::create_new(&path).map_err(WriteError::of("create", &path))?;
        Ok(Self { path, file: BufWriter::new(file) })
    }

    fn put(&mut self, number: u32, decision: Decision) -> Result<(), WriteError> {
        if !decision.is_any() {
            return Ok(());
        }
        let line = serde_json::to_vec(&DecisionLine::new(number, decision)).expect("it has names for keys");
        let written = self.file.write_all(&line).and_then(|()| self.file.write_all(b"\n"));
        written.map_err(WriteError::of("write", &self.path))
    }

    fn finish(mut self) -> Result<(), WriteError> {
        let written = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        written.map_err(WriteError::of("write", &self.path))
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
    fn entry(&mut self, part: usize, place: &std::ops::Range<u64>) -> Result<Entry, WriteError> {
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
