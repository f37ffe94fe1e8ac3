//! What is decided and written in order: duplicates, the account, the shards.

use std::time::Duration;

use super::keeper::Keeper;
use super::line::Fate;
use super::work::{Draft, Encoded, FRAME_BYTES, Lines, Mark, NightWork};
use super::{View, Watch};
use crate::account::{Ledger, StageTiming};
use crate::article::{Measured, Origin, Verdict};
use crate::dedup::{DEDUP, Duplicate, Entry, Index, Place};
use crate::engine::Desk;
use crate::read::DumpEnd;
use crate::state::{Checkpoint, Position};
use crate::write::{Output, OutputFolder, WriteError};

pub(super) struct NightDesk<'a> {
    work: &'a NightWork,
    watch: &'a mut dyn Watch,
    ledger: Ledger,
    /// The records that stay; `None` where duplicates stay too.
    index: Option<Index>,
    /// An entry for each of [`Output::ALL`].
    drafts: [FrameDraft; 3],
    /// What a frame is to weigh.
    frame_bytes: usize,
    /// Keys of records that stay, not written yet.
    keys: Vec<u8>,
    /// How far the decisions are.
    position: Position,
    /// Decompressed bytes of the dumps before the position's.
    bytes_before: u64,
    /// Decompressed bytes of all dumps before the next mark.
    next_mark: u64,
    keeper: Keeper,
}

/// What is to become the next frame of an output.
#[derive(Default)]
struct FrameDraft {
    fates: Vec<Fate>,
    weight: usize,
}

/// A mark stands behind the first batch that ends so many decompressed bytes, or more, behind the last one. With
/// twice as many the outputs pack 0.1 % better, and a killed run does twice as much again.
const MARK_BYTES: u64 = 64 << 20;

/// Keys that are kept back until they are written.
const KEYS_BYTES: usize = 1 << 20;

impl<'a> NightDesk<'a> {
    /// Takes up the work where a checkpoint left it.
    pub(super) fn open(
        work: &'a NightWork,
        folder: &OutputFolder,
        from: Checkpoint,
        keeper: Keeper,
        watch: &'a mut dyn Watch,
    ) -> Result<Self, WriteError> {
        let mut index = work.pipeline.dedup.as_ref().map(Index::new);
        let keeper = keeper.open(folder, &work.pipeline, &from, &mut |Entry { id, place, keys }| {
            if let Some(index) = &mut index {
                index.push(&keys, id, place);
            }
        })?;
        let Checkpoint { position, ledger, .. } = from;
        let bytes_before = ledger.dumps.iter().take(position.dump).map(|dump| dump.bytes).sum();
        let shard_bytes = work.pipeline.output.shard_bytes;
        let mut desk = Self {
            work,
            watch,
            ledger,
            index,
            drafts: Default::default(),
            // A frame must not be larger than a shard may be.
            frame_bytes: FRAME_BYTES.min(usize::try_from(shard_bytes).unwrap_or(usize::MAX)),
            keys: Vec::new(),
            position,
            bytes_before,
            next_mark: 0,
            keeper,
        };
        desk.next_mark = desk.reached() + desk.keeper.mark_bytes(MARK_BYTES);
        Ok(desk)
    }

    /// The account of a run that has been read to its end, the bytes of the index, and what keeps them.
    pub(super) fn finish(mut self) -> (Ledger, usize, Keeper) {
        self.keeper.close(&mut self.ledger);
        self.ledger.finish();
        (self.ledger, self.index.map_or(0, |index| index.bytes()), self.keeper)
    }

    /// Decompressed bytes that are decided.
    fn reached(&self) -> u64 {
        self.bytes_before + self.position.bytes
    }

    /// Ends all frames where the last mark is far enough behind: a matter of the input alone. Whether a checkpoint
    /// is taken here is one of the clock.
    fn mark(&mut self, ready: &mut Vec<Draft>) {
        if self.reached() < self.next_mark {
            return;
        }
        self.flush(ready);
        self.next_mark = self.reached() + self.keeper.mark_bytes(MARK_BYTES);
        if self.keeper.is_due() {
            let (position, ledger) = (self.position.clone(), self.ledger.clone());
            ready.push(Draft::Mark(Box::new(Mark { position, ledger })));
        }
    }

    /// Decides about a line, and enters it into the account.
    fn decide(&mut self, dump: usize, number: u64, fate: &mut Fate) {
        let judged = match fate {
            Fate::Blank => return self.ledger.blank(dump),
            Fate::Quarantined(line) => {
                return self.ledger.quarantined(dump, number, line.step, &line.fault);
            }
            Fate::Article(judged) => judged,
        };
        if judged.verdict.is_none()
            && let Some(index) = &mut self.index
        {
            // Deduplication stands behind the last stage.
            let step = self.work.pipeline.steps.len();
            let place = Place { dump: u32::try_from(dump).expect("fewer than 2^32 dumps"), line: number };
            // They are of no use any more: a draft would hold them until its frame is full.
            let keys = std::mem::take(&mut judged.keys);
            let duplicate = index.place(&keys, judged.article.id, place);
            self.ledger.stages[step].seen += 1;
            match duplicate {
                Some(duplicate) => {
                    self.ledger.profile.drop(&judged.article);
                    judged.verdict = Some((step, self.verdict(duplicate)));
                }
                None => Entry::write(judged.article.id, place, &keys, &mut self.keys),
            }
        }
        match &judged.verdict {
            None => self.ledger.kept(dump, &judged.article),
            Some((step, verdict)) => self.ledger.dropped(dump, &judged.article, *step, verdict),
        }
    }

    fn verdict(&self, duplicate: Duplicate) -> Verdict {
        let Duplicate { reason, id, place, similarity, limit } = duplicate;
        let dump = &self.work.dumps[place.dump as usize].name;
        Verdict {
            stage: DEDUP,
            reason: reason.name,
            measured: limit.map(|_| Measured::Ratio(similarity)),
            limit: limit.map(Measured::Ratio),
            duplicate_of: Some(Origin { id, dump: dump.to_string(), line: place.line, similarity }),
        }
    }
}

impl FrameDraft {
    fn take(&mut self, output: Output) -> Option<Draft> {
        let Self { fates, .. } = std::mem::take(self);
        if fates.is_empty() { None } else { Some(Draft::Frame(output, fates)) }
    }
}

impl Desk<NightWork> for NightDesk<'_> {
    type Error = WriteError;

    fn commit(&mut self, mut lines: Lines, ready: &mut Vec<Draft>) {
        let dump = lines.dump;
        // First, because duplicates are taken out of it again.
        self.ledger.profile.merge(std::mem::take(&mut lines.profile));
        let number_of_lines = lines.fates.len() as u64;
        for (number, mut fate) in (lines.first_line..).zip(lines.fates) {
            self.decide(dump, number, &mut fate);
            let Some(output) = fate.output() else { continue };
            let draft = &mut self.drafts[output as usize];
            draft.weight += fate.weight();
            draft.fates.push(fate);
            if draft.weight >= self.frame_bytes {
                ready.extend(draft.take(output));
            }
        }
        if self.keys.len() >= KEYS_BYTES {
            ready.push(Draft::Keys(std::mem::take(&mut self.keys)));
        }
        for (stage, tally) in self.ledger.stages.iter_mut().zip(&lines.tally) {
            stage.seen += tally.seen;
            stage.changed += tally.changed;
        }
        let timings = &mut self.ledger.timing.stages;
        timings.resize(lines.tally.len(), StageTiming::default());
        for (timing, tally) in timings.iter_mut().zip(&lines.tally) {
            timing.timed += tally.timed;
            timing.seconds += Duration::from_nanos(tally.nanoseconds).as_secs_f64();
        }
        self.ledger.mended += lines.mended;
        self.position.pass(number_of_lines, lines.end_offset, lines.hash);
        if let Some(DumpEnd { compression, bytes, damage }) = lines.end.take() {
            let account = &mut self.ledger.dumps[dump];
            account.compression = Some(compression.name().to_owned());
            account.bytes = bytes;
            account.damage = damage;
            self.bytes_before += bytes;
            self.position = Position::start_of(dump + 1);
        }
        self.mark(ready);
    }

    fn flush(&mut self, ready: &mut Vec<Draft>) {
        for (output, draft) in Output::ALL.into_iter().zip(&mut self.drafts) {
            ready.extend(draft.take(output));
        }
        if !self.keys.is_empty() {
            ready.push(Draft::Keys(std::mem::take(&mut self.keys)));
        }
    }

    fn write(&mut self, encoded: Encoded) -> Result<(), WriteError> {
        match encoded {
            Encoded::Frame(output, frame) => self.keeper.frame(output, &frame),
            Encoded::Keys(keys) => self.keeper.keys(&keys),
            Encoded::Mark(mark) => self.keeper.checkpoint(mark.position, mark.ledger, false),
        }
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
