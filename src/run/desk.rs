//! What is decided and written in order: duplicates, the account, the shards.

use super::line::Fate;
use super::work::{Frames, Lines, NightWork};
use super::{View, Watch};
use crate::account::Ledger;
use crate::article::{Origin, Verdict};
use crate::dedup::{DEDUP, Duplicate, Index, Place};
use crate::engine::Desk;
use crate::read::DumpEnd;
use crate::write::{Output, OutputFolder, ShardWriter, WriteError};

pub(super) struct NightDesk<'a> {
    work: &'a NightWork,
    watch: &'a mut dyn Watch,
    ledger: Ledger,
    /// The records that stay; `None` where duplicates stay too.
    index: Option<Index>,
    records: ShardWriter,
    dropped: ShardWriter,
    quarantine: ShardWriter,
}

impl<'a> NightDesk<'a> {
    pub(super) fn new(
        work: &'a NightWork,
        folder: &OutputFolder,
        ledger: Ledger,
        watch: &'a mut dyn Watch,
    ) -> Self {
        let writer = |output| ShardWriter::new(folder, output, work.pipeline.output.shard_bytes);
        Self {
            work,
            watch,
            ledger,
            index: work.pipeline.dedup.as_ref().map(|_| Index::default()),
            records: writer(Output::Records),
            dropped: writer(Output::Dropped),
            quarantine: writer(Output::Quarantine),
        }
    }

    /// Finishes the shards; the account with their names in it, and the bytes of the index.
    pub(super) fn finish(self) -> Result<(Ledger, usize), WriteError> {
        let mut ledger = self.ledger;
        for (output, writer) in Output::ALL.into_iter().zip([self.records, self.dropped, self.quarantine]) {
            ledger.outputs.insert(output.folder().to_owned(), writer.finish()?);
        }
        Ok((ledger, self.index.map_or(0, |index| index.bytes())))
    }

    fn verdict(&self, duplicate: Duplicate) -> Verdict {
        let Duplicate { reason, id, place } = duplicate;
        let dump = &self.work.dumps[place.dump as usize].name;
        Verdict {
            stage: DEDUP,
            reason: reason.name,
            measured: None,
            limit: None,
            duplicate_of: Some(Origin { id, dump: dump.to_string(), line: place.line, similarity: 1.0 }),
        }
    }
}

impl Desk<NightWork> for NightDesk<'_> {
    type Error = WriteError;

    fn commit(&mut self, mut lines: Lines) -> Lines {
        let dump = lines.dump;
        let dedup_step = self.work.pipeline.steps.len();
        for (number, fate) in (lines.first_line..).zip(&mut lines.fates) {
            let judged = match fate {
                Fate::Blank => {
                    self.ledger.blank(dump);
                    continue;
                }
                Fate::Quarantined(line) => {
                    self.ledger.quarantined(dump, line.step, line.fault.reason);
                    continue;
                }
                Fate::Article(judged) => judged,
            };
            if judged.verdict.is_none()
                && let Some(index) = &mut self.index
            {
                let place = Place { dump: u32::try_from(dump).expect("fewer than 2^32 dumps"), line: number };
                let duplicate = index.place(judged.keys, judged.article.id, place);
                self.ledger.stages[dedup_step].seen += 1;
                judged.verdict = duplicate.map(|duplicate| (dedup_step, self.verdict(duplicate)));
            }
            let host = &judged.article.host;
            match &judged.verdict {
                None => self.ledger.kept(dump, host),
                Some((step, verdict)) => self.ledger.dropped(dump, host, *step, verdict.reason),
            }
        }
        for (stage, tally) in self.ledger.stages.iter_mut().zip(&lines.tally) {
            stage.seen += tally.seen;
            stage.changed += tally.changed;
        }
        self.ledger.mended += lines.mended;
        if let Some(DumpEnd { compression, bytes, damage }) = lines.end.take() {
            let account = &mut self.ledger.dumps[dump];
            account.compression = Some(compression.name().to_owned());
            account.bytes = bytes;
            account.damage = damage;
        }
        lines
    }

    fn write(&mut self, frames: Frames) -> Result<(), WriteError> {
        self.records.append(&frames.records)?;
        self.dropped.append(&frames.dropped)?;
        self.quarantine.append(&frames.quarantine)
    }

    fn tick(&mut self) {
        self.watch.tick(View {
            dumps: &self.work.dumps,
            read: &self.work.progress,
            accounts: &self.ledger.dumps,
            counts: self.ledger.lines,
        });
    }
}
