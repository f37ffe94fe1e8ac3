//! `write`: the outputs of a part, with what was decided.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::decide::{DECIDED, Decided, DecisionLine, file_of};
use super::{Attempt, Done, Hands, Plan, TaskError};
use crate::account::Ledger;
use crate::night::rewrite::{Decision, Rewriter, Sources};
use crate::night::timing::Stopwatch;
use crate::state::{Checkpoint, Journal, JournalStanding};
use crate::write::{Output, OutputFolder, WorkFile, WriteError, changed, check_regular, hash_of, open_own};

/// What `write` leaves for `seal`.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    /// The part's account, with its shards.
    pub ledger: Ledger,
    /// The keys of the records that are kept.
    pub journal: JournalStanding,
}

/// The name of [`Written`] in a part's folder.
pub(super) const WRITTEN: &str = "written.json";

pub(super) fn write(plan: &Plan, part: usize, Hands { threads, stop }: Hands<'_>) -> Result<Done, TaskError> {
    if plan.written(part).exists() {
        return Ok(Done { before: true, ..Done::default() });
    }
    let stopwatch = Stopwatch::start();
    let pipeline = plan.pipeline()?;
    let Checkpoint { mut ledger, journal, .. } = plan.worked_checkpoint(part)?;
    let decisions = Decisions::open(plan, part)?;
    ledger
        .outputs
        .values()
        .try_for_each(|shards| OutputFolder::check_unfinished(&plan.work_of(part), shards))?;
    let attempt = Attempt::begin(&plan.written(part))?;
    let dumps = plan.all_dumps()[plan.range(part)].to_vec();
    let mut rewriter = Rewriter::new(&attempt.path, &pipeline, threads)?.of_part(part);
    let shards = |output: Output| {
        let of_output = ledger.outputs.get(output.folder()).into_iter().flatten();
        of_output.map(|shard| OutputFolder::unfinished(&plan.work_of(part), shard)).collect::<Vec<_>>()
    };
    let sources = Sources {
        dumps: &dumps,
        step: pipeline.steps.len(),
        work: plan.work_of(part),
        records: shards(Output::Records),
        dropped: shards(Output::Dropped),
    };
    let entries = places(&sources.work, journal.as_ref())?;
    let mut decisions = decisions;
    let mut decision = |number| decisions.of(number);
    let is_done = rewriter.rewrite(&sources, entries.into_iter(), &mut decision, &mut ledger, stop)?;
    if is_done {
        decisions.end()?;
    } else {
        drop(std::fs::remove_dir_all(&attempt.path));
        return Ok(Done { stopped: true, ..Done::default() });
    }
    for (output, writer) in
        [(Output::Records, &mut rewriter.records), (Output::Dropped, &mut rewriter.dropped)]
    {
        writer.standing()?.1.iter().try_for_each(WorkFile::synchronise)?;
        ledger.outputs.insert(output.folder().to_owned(), writer.closed().to_vec());
    }
    let (journal, file) = rewriter.journal.standing()?;
    file.synchronise()?;
    take_quarantine(&plan.work_of(part), &attempt.path, part, &mut ledger)?;
    let lines = ledger.lines.read;
    ledger.timing.cpu_seconds += stopwatch.read(threads).cpu_seconds;
    attempt.write_sealed(WRITTEN, &Written { ledger, journal })?;
    attempt.finish()?;
    Ok(Done { lines, ..Done::default() })
}

/// The places of a part's entries in its journal, which is checked.
fn places(work: &Path, standing: Option<&JournalStanding>) -> Result<Vec<Range<u64>>, WriteError> {
    let Some(standing) = standing else { return Ok(Vec::new()) };
    let mut places = Vec::new();
    Journal::read(work, standing, &mut |_, place| places.push(place))?;
    Ok(places)
}

/// What could not be processed is as it was, under the part's names.
fn take_quarantine(work: &Path, to: &Path, part: usize, ledger: &mut Ledger) -> Result<(), WriteError> {
    let shards = ledger.outputs.entry(Output::Quarantine.folder().to_owned()).or_default();
    shards.retain(|shard| shard.records > 0);
    for shard in shards {
        let from = OutputFolder::unfinished(work, shard);
        shard.file = shard.file.replace("/part-", &format!("/part-{part:05}-"));
        let path = OutputFolder::unfinished(to, shard);
        check_regular(&from)
            .and_then(|()| std::fs::copy(&from, &path))
            .map_err(WriteError::of("copy", &from))?;
        let file = std::fs::File::open(&path).and_then(|file| file.sync_all());
        file.map_err(WriteError::of("write", &path))?;
    }
    Ok(())
}

/// The decisions of a part, in the order of its records.
struct Decisions {
    path: PathBuf,
    lines: BufReader<File>,
    next: Option<DecisionLine>,
    failed: Option<io::Error>,
}

impl Decisions {
    /// Those that `decide` has left, which must be what it wrote.
    fn open(plan: &Plan, part: usize) -> Result<Self, TaskError> {
        let decided: Decided = plan.read_sealed(
            &plan.decided().join(DECIDED),
            "nothing is decided yet: `copydesk task … decide` comes first",
        )?;
        let path = plan.decided().join(file_of(part));
        let opened = open_own(&path).and_then(|file| {
            let xxh3 = hash_of(file.try_clone()?)?;
            if decided.hashes.get(part) != Some(&xxh3) {
                return Err(changed("its content has changed"));
            }
            (&file).rewind()?;
            Ok(file)
        });
        let file = opened.map_err(WriteError::of("read", &path))?;
        Ok(Self { path, lines: BufReader::new(file), next: None, failed: None })
    }

    /// The decision about a record; none about one that is simply kept.
    fn of(&mut self, number: u32) -> Option<Decision> {
        if self.next.is_none() && self.failed.is_none() {
            match self.read() {
                Ok(next) => self.next = next,
                Err(cause) => self.failed = Some(cause),
            }
        }
        let line = self.next.take_if(|next| next.number == number)?;
        let decision = line.decision();
        if decision.is_none() {
            self.failed = Some(changed("it has a reason that is not known"));
        }
        decision
    }

    /// Whether all of them were understood, and were about records that the part has.
    fn end(mut self) -> Result<(), WriteError> {
        let failed = match self.failed.take() {
            Some(cause) => Some(cause),
            None => self.next.is_some().then(|| changed("it is about a record that is not there")),
        };
        failed.map_or(Ok(()), |cause| Err(WriteError::of("read", &self.path)(cause)))
    }

    fn read(&mut self) -> io::Result<Option<DecisionLine>> {
        let mut line = Vec::new();
        if self.lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&line)?))
    }
}
