//! Keeps what a run has done: the files that grow, and the checkpoints that say how far they count.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::timing::{Interval, Stopwatch};
use super::work::{Mark, NightWork, Packed};
use crate::account::Ledger;
use crate::dedup::Entry;
use crate::state::{Checkpoint, Checkpoints, Identity, Journal, JournalStanding, Position, Tonight};
use crate::write::{Output, OutputFolder, ShardWriter, WorkFile, WriteError};

pub(super) struct Keeper {
    identity: Identity,
    tonight: Option<Tonight>,
    threads: usize,
    stopwatch: Stopwatch,
    pace: Pace,
    checkpoints: Checkpoints,
    /// For each of [`Output::ALL`], once it is open.
    writers: Vec<ShardWriter>,
    journal: Option<Journal>,
    /// What is counted of the records that are written.
    records: Ledger,
    /// The outputs were written once more, by an election.
    elected: bool,
}

/// How often a run can resume from where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Checkpoints are at least so far from each other. One costs a copy of the account, 6 MB of JSON for 100,000
    /// hosts, and waiting for the disk, which another thread does.
    pub every: Duration,
    /// Decompressed bytes between marks, where it is not the usual number; for tests. Then each mark is a checkpoint,
    /// however long the disk takes.
    pub mark_bytes: Option<u64>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { every: Duration::from_secs(3), mark_bytes: None }
    }
}

impl Keeper {
    pub(super) fn new(
        folder: &OutputFolder,
        from: &Checkpoint,
        threads: usize,
        pace: Pace,
        stopwatch: Stopwatch,
    ) -> Self {
        Self {
            identity: from.identity.clone(),
            tonight: from.tonight.clone(),
            threads,
            stopwatch,
            pace,
            checkpoints: Checkpoints::new(folder),
            writers: Vec::new(),
            journal: None,
            records: Ledger::of_records(0),
            elected: false,
        }
    }

    /// Opens the files where a checkpoint left them; `found` is given the records that are kept.
    pub(super) fn open(
        mut self,
        folder: &OutputFolder,
        work: &NightWork,
        from: &Checkpoint,
        found: &mut dyn FnMut(Entry),
    ) -> Result<Self, WriteError> {
        let pipeline = &work.judge.pipeline;
        let (unfinished, shard_bytes) = (folder.work(), pipeline.output.shard_bytes);
        for output in Output::ALL {
            let writer = match from.outputs.get(output.folder()) {
                Some(standing) => ShardWriter::resume(&unfinished, output, shard_bytes, standing)?,
                None => ShardWriter::new(&unfinished, output, shard_bytes),
            };
            self.writers.push(writer.with_form(work.form(output)));
        }
        self.journal = match &from.journal {
            Some(standing) => Some(Journal::resume(&unfinished, standing, &mut |entry, _| found(entry))?),
            None if pipeline.dedup.is_some() => Some(Journal::create(&unfinished)?),
            None => None,
        };
        // From here on, a killed run is one that can be resumed.
        self.checkpoint(from.position.clone(), from.ledger.clone())?;
        Ok(self)
    }

    /// From here on, a thread of its own writes, and adds what it writes to what is counted of `records`.
    pub(super) fn start(mut self, records: Ledger) -> Result<Keeping, WriteError> {
        self.records = records;
        let (jobs, orders) = sync_channel(WAITING);
        let (stopwatch, pace) = (self.stopwatch.clone(), self.pace);
        let again = self.identity.dumps.iter().all(|dump| !dump.stream);
        let is_idle = self.checkpoints.idle();
        let work = self.checkpoints.work().to_owned();
        let thread = std::thread::Builder::new().name("keeper".to_owned());
        let thread = thread.spawn(move || self.work(&orders));
        let thread = thread.map_err(WriteError::of("start a thread for", &work))?;
        let interval = Interval::of(pace.every);
        Ok(Keeping { jobs: Some(jobs), thread: Some(thread), stopwatch, interval, pace, again, is_idle })
    }

    /// Does what it is told until there is nothing more to come.
    fn work(mut self, orders: &Receiver<Job>) -> Result<Self, WriteError> {
        for job in orders {
            match job {
                Job::Frame(packed) => {
                    let Packed { output, frame, entries, records } = *packed;
                    self.records.absorb(records, 0);
                    self.keys(&entries)?;
                    self.writers[output as usize].append(&frame)?;
                }
                Job::Checkpoint(mark) => {
                    let Mark { position, mut ledger } = *mark;
                    ledger.put_records(self.records.clone());
                    self.checkpoint(position, ledger)?;
                }
            }
        }
        Ok(self)
    }

    /// What is counted of the records that are written.
    pub(super) fn take_records(&mut self) -> Ledger {
        std::mem::replace(&mut self.records, Ledger::of_records(0))
    }

    fn keys(&mut self, keys: &[u8]) -> Result<(), WriteError> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.append(keys))
    }

    /// Begins to write a checkpoint: everything up to the position has been handed over.
    pub(super) fn checkpoint(&mut self, position: Position, mut ledger: Ledger) -> Result<(), WriteError> {
        self.time(&mut ledger);
        let checkpoint = self.standing(position, ledger)?;
        self.checkpoints.write(checkpoint.0, checkpoint.1)
    }

    fn standing(
        &mut self,
        position: Position,
        ledger: Ledger,
    ) -> Result<(Checkpoint, Vec<WorkFile>), WriteError> {
        let mut files = Vec::new();
        let mut outputs = BTreeMap::new();
        for (output, writer) in Output::ALL.into_iter().zip(&mut self.writers) {
            let (standing, unsynced) = writer.standing()?;
            outputs.insert(output.folder().to_owned(), standing);
            files.extend(unsynced);
        }
        let mut journal = None;
        if let Some(open) = &self.journal {
            let (standing, file) = open.standing()?;
            journal = Some(standing);
            files.push(file);
        }
        let mut checkpoint = Checkpoint::begin(self.identity.clone(), self.tonight.clone(), ledger);
        checkpoint.position = position;
        checkpoint.outputs = outputs;
        checkpoint.journal = journal;
        checkpoint.elected = self.elected;
        Ok((checkpoint, files))
    }

    /// Closes the shards and enters them into the account.
    pub(super) fn close(&mut self, ledger: &mut Ledger) -> Result<(), WriteError> {
        for (output, writer) in Output::ALL.into_iter().zip(&mut self.writers) {
            writer.finish()?;
            ledger.outputs.insert(output.folder().to_owned(), writer.closed().to_vec());
        }
        Ok(())
    }

    /// How far the journal is, if there is one.
    pub(super) fn journal(&self) -> Result<Option<JournalStanding>, WriteError> {
        self.journal.as_ref().map(|journal| Ok(journal.standing()?.0)).transpose()
    }

    /// Where the closed shards of an output are.
    pub(super) fn paths(&self, output: Output) -> Vec<PathBuf> {
        self.writers[output as usize].paths()
    }

    /// Puts outputs that were written once more in the place of what they were written from.
    pub(super) fn replace(
        &mut self,
        records: ShardWriter,
        dropped: ShardWriter,
        journal: Journal,
        ledger: &mut Ledger,
    ) -> Result<(), WriteError> {
        self.writers[Output::Records as usize] = records;
        self.writers[Output::Dropped as usize] = dropped;
        self.journal = Some(journal);
        self.elected = true;
        self.close(ledger)
    }

    /// Enters the times so far; what the desk has measured stays, and the time of its own thread is its.
    fn time(&self, ledger: &mut Ledger) {
        let measured = std::mem::replace(&mut ledger.timing, self.stopwatch.read(self.threads));
        ledger.timing.serial_seconds = measured.serial_seconds;
        ledger.timing.dedup_index_bytes = measured.dedup_index_bytes;
        ledger.timing.state_index_bytes = measured.state_index_bytes;
        ledger.timing.stages = measured.stages;
        ledger.timing.paths = measured.paths;
        ledger.timing.notes = measured.notes;
    }

    /// Commits the whole run: from here on, only names are left to be given.
    pub(super) fn complete(mut self, mut ledger: Ledger) -> Result<Checkpoint, WriteError> {
        ledger.timing.serial_seconds = self.stopwatch.serial_seconds();
        self.time(&mut ledger);
        let (mut checkpoint, files) = self.standing(Position::start_of(ledger.dumps.len()), ledger)?;
        checkpoint.complete = true;
        self.checkpoints.write(checkpoint.clone(), files)?;
        self.checkpoints.wait()?;
        Ok(checkpoint)
    }
}

/// Frames that may wait to be written.
const WAITING: usize = 4;

/// What is to be kept next.
enum Job {
    Frame(Box<Packed>),
    Checkpoint(Box<Mark>),
}

/// A keeper at work on its own thread: to copy frames to the system and to hash them is a quarter of what the thread that decides
/// would do, and to add up what is counted of them a seventh.
pub(super) struct Keeping {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<Result<Keeper, WriteError>>>,
    stopwatch: Stopwatch,
    interval: Interval,
    pace: Pace,
    /// All dumps can be read again.
    again: bool,
    is_idle: Arc<AtomicBool>,
}

impl Keeping {
    pub(super) fn mark_bytes(&self, usual: u64) -> u64 {
        self.pace.mark_bytes.unwrap_or(usual)
    }

    /// Whether it is time for a checkpoint. A run that reads a pipe can use none.
    pub(super) fn is_due(&self) -> bool {
        let every_mark = self.pace.mark_bytes.is_some();
        self.again && (every_mark || (self.interval.is_due() && self.is_idle.load(Ordering::Relaxed)))
    }

    /// Appends a frame, the keys of the records in it, and what is counted of them.
    ///
    /// # Errors
    /// What went wrong with this or an earlier one.
    pub(super) fn frame(&mut self, packed: Box<Packed>) -> Result<(), WriteError> {
        self.send(Job::Frame(packed))
    }

    /// Begins to write a checkpoint: everything up to the position has been handed over.
    ///
    /// # Errors
    /// As [`Self::frame`].
    pub(super) fn checkpoint(&mut self, mut mark: Box<Mark>) -> Result<(), WriteError> {
        self.interval.restart();
        self.is_idle.store(false, Ordering::Relaxed);
        mark.ledger.timing.serial_seconds = self.stopwatch.serial_seconds();
        self.send(Job::Checkpoint(mark))
    }

    fn send(&mut self, job: Job) -> Result<(), WriteError> {
        if self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok()) {
            return Ok(());
        }
        // It has ended, so it has failed.
        self.join().map(drop)
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// What went wrong with it.
    pub(super) fn finish(mut self) -> Result<Keeper, WriteError> {
        Ok(self.join()?.expect("it fails once, and nobody goes on after that"))
    }

    fn join(&mut self) -> Result<Option<Keeper>, WriteError> {
        self.jobs = None;
        let Some(thread) = self.thread.take() else { return Ok(None) };
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map(Some)
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        // Nobody else may take the folder while it is written.
        self.jobs = None;
        drop(self.thread.take().map(JoinHandle::join));
    }
}
