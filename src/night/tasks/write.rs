//! `write`: the outputs of a part, with what was decided.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::decide::{DecisionLine, file_of};
use super::{Attempt, Done, Hands, Plan, TaskError};
use crate::account::Ledger;
use crate::night::rewrite::{Decision, Rewriter, Sources};
use crate::state::{Checkpoint, EntryStream, JournalStanding};
use crate::write::{Output, OutputFolder, WorkFile, WriteError};

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

/// Entries that are looked at together.
const CHUNK: usize = 1 << 16;

pub(super) fn write(plan: &Plan, part: usize, Hands { threads, stop }: Hands<'_>) -> Result<Done, TaskError> {
    if plan.written(part).exists() {
        return Ok(Done { before: true, ..Done::default() });
    }
    let pipeline = plan.pipeline()?;
    let Checkpoint { mut ledger, journal, .. } = plan.worked_checkpoint(part)?;
    let path = plan.decided().join(file_of(part));
    let decisions = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = plan.folder().display();
            return Err(TaskError::NotReady(format!(
                "write part {part} of {folder}: nothing is decided yet: `copydesk task … decide` comes first"
            )));
        }
        Err(error) => return Err(WriteError::of("open", &path)(error).into()),
    };
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
    let mut decisions = Decisions { lines: BufReader::new(decisions), next: None, failed: None };
    let mut decision = |number| decisions.of(number);
    let is_done = rewriter.rewrite(&sources, entries.into_iter(), &mut decision, &mut ledger, stop)?;
    if let Some(cause) = decisions.failed {
        return Err(WriteError::of("read", &path)(cause).into());
    }
    if !is_done {
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
    attempt.write_sealed(WRITTEN, &Written { ledger, journal })?;
    attempt.finish()?;
    Ok(Done { lines, ..Done::default() })
}

/// The places of a part's entries in its journal, which is checked.
fn places(work: &Path, standing: Option<&JournalStanding>) -> Result<Vec<Range<u64>>, WriteError> {
    let Some(standing) = standing else { return Ok(Vec::new()) };
    let mut entries = EntryStream::open(work, standing)?;
    let mut places = Vec::new();
    loop {
        let chunk = entries.next_chunk(CHUNK)?;
        if chunk.is_empty() {
            return Ok(places);
        }
        places.extend(chunk.into_iter().map(|(_, place)| place));
    }
}

/// What could not be processed is as it was, under the part's names.
fn take_quarantine(work: &Path, to: &Path, part: usize, ledger: &mut Ledger) -> Result<(), WriteError> {
    let shards = ledger.outputs.entry(Output::Quarantine.folder().to_owned()).or_default();
    shards.retain(|shard| shard.records > 0);
    for shard in shards {
        let from = OutputFolder::unfinished(work, shard);
        shard.file = shard.file.replace("/part-", &format!("/part-{part:05}-"));
        let path = OutputFolder::unfinished(to, shard);
        std::fs::copy(&from, &path).map_err(WriteError::of("copy", &from))?;
        let file = std::fs::File::open(&path).and_then(|file| file.sync_all());
        file.map_err(WriteError::of("write", &path))?;
    }
    Ok(())
}

/// The decisions of a part, in the order of its records.
struct Decisions {
    lines: BufReader<File>,
    next: Option<DecisionLine>,
    failed: Option<io::Error>,
}

impl Decisions {
    /// The decision about a record; none about one that simply stays.
    fn of(&mut self, number: u32) -> Option<Decision> {
        if self.next.is_none() && self.failed.is_none() {
            match self.read() {
                Ok(next) => self.next = next,
                Err(cause) => self.failed = Some(cause),
            }
        }
        self.next.take_if(|next| next.number == number)?.decision()
    }

    fn read(&mut self) -> io::Result<Option<DecisionLine>> {
        let mut line = Vec::new();
        if self.lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&line)?))
    }
}
