//! What is decided and written in order: duplicates, the account, the shards.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::keeper::{Keeper, Keeping};
use super::verdict::withheld;
use super::work::{Draft, Encoded, JudgedLines, Mark, NightWork};
use super::{View, Watch};
use crate::account::{Ledger, StageTiming};
use crate::dedup::{
    Counted, Earlier, Entry, Index, Paragraph, Placed, RecordPlace, Repeated, Repeats, without,
};
use crate::engine::Desk;
use crate::format::JSON;
use crate::line::{Fate, Judged, PlacedRecord};
use crate::read::{Dump, DumpEnd};
use crate::state::{Checkpoint, Position};
use crate::write::{Output, OutputFolder, WriteError};

pub(super) struct NightDesk<'a> {
    work: &'a NightWork,
    watch: &'a mut dyn Watch,
    /// The account, but for what is counted of the records that are written, which the keeper has.
    ledger: Ledger,
    /// The records that are kept; `None` where duplicates are kept too.
    index: Option<Index>,
    /// Records after which is asked again how many they may come to.
    next_forecast: usize,
    /// What hosts repeat; `None` where it is kept.
    repeats: Option<Repeats>,
    /// An entry for each of [`Output::ALL`].
    drafts: [FrameDraft; 3],
    /// What a frame of each is to weigh.
    frame_bytes: [usize; 3],
    /// How far the decisions are.
    position: Position,
    /// Decompressed bytes of the dumps before the position's.
    bytes_before: u64,
    /// Decompressed bytes of all dumps before the next mark.
    next_mark: u64,
    keeper: Keeping,
}

/// What is to become the next frame of an output.
#[derive(Default)]
struct FrameDraft {
    fates: Vec<Fate>,
    weight: usize,
}

/// A mark stands after the first batch that ends so many decompressed bytes, or more, after the last one: half a
/// second's work on two cores. The frames that marks cut short make the outputs 0.1 % larger.
const MARK_BYTES: u64 = 64 << 20;

/// Records whose look-ups begin together. What they read, a kilobyte each, stays in a core's first cache until its turn comes; of a whole
/// batch it does not.
const TOUCHED_TOGETHER: usize = 16;

/// Before so many records, what a night comes to is anybody's guess.
const FIRST_FORECAST: usize = 1 << 10;

impl<'a> NightDesk<'a> {
    /// Takes up the work where a checkpoint left it.
    pub(super) fn open(
        work: &'a NightWork,
        folder: &OutputFolder,
        from: Checkpoint,
        keeper: Keeper,
        watch: &'a mut dyn Watch,
    ) -> Result<Self, WriteError> {
        let kept = if work.decides_later { 0 } else { from.ledger.lines.kept };
        let room = usize::try_from(kept).unwrap_or_default();
        let mut index = work.judge.pipeline.dedup.as_ref().map(|dedup| Index::with_room(dedup, room));
        let paragraphs = work.judge.pipeline.dedup.as_ref().and_then(|dedup| dedup.paragraphs.settings());
        let mut repeats = paragraphs.map(Repeats::new);
        let keeper = keeper.open(folder, work, &from, &mut |entry| {
            let Entry { id, place, keys, same_keys, counted, .. } = entry;
            if let (Some(index), false) = (&mut index, work.decides_later) {
                index.push(&keys, id, place, &same_keys);
            }
            if let (Some(repeats), Some(counted)) = (&mut repeats, counted) {
                repeats.count(&counted, place);
            }
        })?;
        let Checkpoint { position, mut ledger, .. } = from;
        let keeper = keeper.start(ledger.take_records())?;
        let bytes_before = ledger.dumps.iter().take(position.dump).map(|dump| dump.bytes).sum();
        let mut desk = Self {
            work,
            watch,
            ledger,
            next_forecast: room.max(FIRST_FORECAST),
            index,
            repeats,
            drafts: Default::default(),
            frame_bytes: Output::ALL.map(|output| work.frame_bytes(output)),
            position,
            bytes_before,
            next_mark: 0,
            keeper,
        };
        desk.next_mark = desk.reached() + desk.keeper.mark_bytes(MARK_BYTES);
        Ok(desk)
    }

    /// The account of a run that has been read to its end, and what keeps it.
    pub(super) fn finish(mut self) -> Result<(Ledger, Keeper), WriteError> {
        let mut keeper = self.keeper.finish()?;
        self.ledger.put_records(keeper.take_records());
        keeper.close(&mut self.ledger)?;
        let index = self.index.map_or(0, |index| index.bytes());
        let repeats = self.repeats.map_or(0, |repeats| repeats.bytes());
        self.ledger.timing.dedup_index_bytes = (index + repeats) as u64;
        self.ledger.timing.state_index_bytes =
            self.work.history.as_ref().map_or(0, crate::state::History::bytes);
        Ok((self.ledger, keeper))
    }

    /// Decompressed bytes that are decided.
    fn reached(&self) -> u64 {
        self.bytes_before + self.position.bytes
    }

    /// Tells the index how many records the night may come to: as many for each byte of the dumps, as they are stored, as of those
    /// before `dump` and of the bytes of it that are decided.
    fn forecast(&mut self, dump: usize, packed_bytes: u64) {
        let Some(index) = self.index.as_mut().filter(|index| index.count() >= self.next_forecast) else {
            return;
        };
        self.next_forecast = index.count() * 5 / 4;
        let sizes = |dumps: &[Dump]| -> u64 { dumps.iter().map(|dump| dump.packed_bytes).sum() };
        let (all, decided) = (sizes(&self.work.dumps), sizes(&self.work.dumps[..dump]) + packed_bytes);
        let forecast = index.count() as u128 * u128::from(all) / u128::from(decided.max(1));
        index.expect(usize::try_from(forecast).unwrap_or(usize::MAX));
    }

    /// Ends all frames where the last mark is far enough back: a matter of the input alone. Whether a checkpoint
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
    ///
    /// # Errors
    /// If earlier nights cannot be asked.
    fn decide(&mut self, dump: usize, number: u64, fate: &mut Fate) -> Result<(), WriteError> {
        let judged = match fate {
            Fate::Blank => {
                self.ledger.blank(dump);
                return Ok(());
            }
            Fate::Within => {
                self.ledger.within(dump);
                return Ok(());
            }
            Fate::Other(kind) => {
                self.ledger.other(dump, kind);
                return Ok(());
            }
            Fate::Quarantined(line) => {
                self.ledger.line_quarantined(dump, line.fault.reason.name);
                return Ok(());
            }
            Fate::Article(judged) => judged,
        };
        if judged.verdict.is_none() && self.index.is_some() {
            self.look_for_duplicate(dump, number, judged)?;
        }
        match &judged.verdict {
            None => self.ledger.line_kept(dump),
            Some((_, verdict)) => self.ledger.line_dropped(dump, verdict.reason),
        }
        Ok(())
    }

    /// Deduplication, which stands after the last stage.
    fn look_for_duplicate(
        &mut self,
        dump: usize,
        number: u64,
        judged: &mut Judged,
    ) -> Result<(), WriteError> {
        let step = self.work.judge.pipeline.steps.len();
        let place = RecordPlace { dump: u32::try_from(dump).expect("fewer than 2^32 dumps"), line: number };
        // They are of no use any more: a draft would hold them until its frame is full.
        let paragraphs = std::mem::take(&mut judged.keys.paragraphs);
        if self.remove_repeated(&paragraphs, judged)? {
            self.ledger.stages[step].changed += 1;
            judged.weigh();
        }
        let Some(index) = &mut self.index else { return Ok(()) };
        let (keys, id) = (&judged.keys, judged.article.id);
        let none = Earlier::default();
        let earlier = judged.earlier.as_deref().unwrap_or(&none);
        let placed = if self.work.decides_later {
            // Which of tonight's records is kept is known when all are known: the index stays empty.
            index.judge(keys, id, earlier)
        } else {
            index.place(keys, id, place, earlier)
        };
        self.ledger.stages[step].seen += 1;
        match placed {
            Placed::Duplicate(duplicate) => {
                judged.verdict = Some((step, self.work.names().duplicate(duplicate)));
            }
            Placed::Withheld => judged.verdict = Some((step, withheld())),
            Placed::Kept(before) => {
                let counted = self.repeats.as_mut().and_then(|repeats| {
                    let counted = Counted::of(&judged.article.host, paragraphs)?;
                    repeats.count(&counted, place);
                    Some(counted)
                });
                let update = before.map(|before| self.work.names().update(before));
                let is_update = update.is_some();
                judged.placed = Some(PlacedRecord { place, counted, update });
                if is_update {
                    self.ledger.updates += 1;
                    judged.weigh();
                }
            }
        }
        Ok(())
    }

    /// Takes paragraphs that its host repeats out of an article, with what follows for its keys; whether there are any.
    fn remove_repeated(
        &mut self,
        paragraphs: &[Paragraph],
        Judged { article, keys, earlier, .. }: &mut Judged,
    ) -> Result<bool, WriteError> {
        let (Some(repeats), Some(settings)) = (&self.repeats, &self.work.judge.pipeline.dedup) else {
            return Ok(false);
        };
        let repeated = repeats.find(&article.host, paragraphs, &article.text);
        if repeated.is_empty() {
            return Ok(false);
        }
        let label = repeated_label(&repeated, &article.text, self.work);
        article.text = without(&article.text, &repeated);
        article.labels.insert("repeated".to_owned(), label);
        keys.set_text(&article.text, settings);
        // Workers have asked earlier nights about the whole text.
        if let Some(history) = &self.work.history {
            let now = history.ask(keys)?;
            let before = earlier.take().map_or_else(Earlier::default, |earlier| *earlier);
            let (text, withheld) = (before.text.or(now.text), before.withheld);
            *earlier = Some(Box::new(Earlier { withheld, text, ..now }));
        }
        Ok(true)
    }
}

/// What `labels.repeated` says of the paragraphs that are removed.
fn repeated_label(repeated: &[Repeated], text: &str, work: &NightWork) -> Value {
    /// Enough to know a paragraph by.
    const SHOWN_CHARACTERS: usize = 80;
    let mut distinct: Vec<(&Repeated, u64)> = Vec::new();
    for one in repeated {
        match distinct.iter_mut().find(|(other, _)| other.paragraph.is_same(one.paragraph)) {
            Some((_, times)) => *times += 1,
            None => distinct.push((one, 1)),
        }
    }
    let label = distinct.into_iter().map(|(one, times)| {
        let text = one.paragraph.of(text);
        let start: String = text.chars().take(SHOWN_CHARACTERS).collect();
        let shown = if start.len() < text.len() { format!("{start}…") } else { start };
        let dump = &*work.dumps[one.first.dump as usize].name;
        let first = json!({ "dump": dump, "line": one.first.line });
        json!({ "text": shown, "times": times, "articles": one.articles, "first": first })
    });
    label.collect()
}

impl FrameDraft {
    fn take(&mut self, output: Output) -> Option<Draft> {
        let Self { fates, .. } = std::mem::take(self);
        if fates.is_empty() { None } else { Some(Draft::Frame(output, fates)) }
    }
}

impl Desk<NightWork> for NightDesk<'_> {
    type Error = WriteError;

    fn commit(&mut self, mut lines: JudgedLines, ready: &mut Vec<Draft>) -> Result<(), WriteError> {
        lines.failure.take().map_or(Ok(()), Err)?;
        let dump = lines.dump;
        let number_of_lines = lines.fates.len() as u64;
        let mut number = lines.first_line;
        let mut fates = lines.fates.into_iter();
        while !fates.as_slice().is_empty() {
            let next = &fates.as_slice()[..fates.len().min(TOUCHED_TOGETHER)];
            if let Some(index) = self.index.as_ref().filter(|_| !self.work.decides_later) {
                index.touch(next.iter().filter_map(Fate::judged).map(|judged| &judged.keys));
            }
            for mut fate in fates.by_ref().take(TOUCHED_TOGETHER) {
                self.decide(dump, number, &mut fate)?;
                number += 1;
                let Some(output) = fate.output() else { continue };
                let draft = &mut self.drafts[output as usize];
                draft.weight += fate.weight();
                draft.fates.push(fate);
                if draft.weight >= self.frame_bytes[output as usize] {
                    ready.extend(draft.take(output));
                }
            }
        }
        for (stage, tally) in self.ledger.stages.iter_mut().zip(&lines.tally.stages) {
            stage.seen += tally.seen;
            stage.changed += tally.changed;
        }
        let timings = &mut self.ledger.timing.stages;
        timings.resize(lines.tally.stages.len(), StageTiming::default());
        for (timing, tally) in timings.iter_mut().zip(&lines.tally.stages) {
            timing.timed += tally.timed;
            timing.seconds += Duration::from_nanos(tally.nanoseconds).as_secs_f64();
        }
        self.ledger.mended += lines.tally.mended;
        self.ledger.open_dates += lines.tally.open_dates;
        self.position.pass(number_of_lines, lines.end_offset, lines.hash);
        // Where the run's limit comes before its end, that is what was read of it.
        self.ledger.dumps[dump].bytes = lines.end_offset;
        if let Some(DumpEnd { compression, form, bytes, damage, unsure, .. }) = lines.end.take() {
            let account = &mut self.ledger.dumps[dump];
            account.compression = Some(compression.name().to_owned());
            account.form = Some(form).filter(|form| form != JSON);
            account.bytes = bytes;
            account.damage = damage;
            account.unsure_lines = unsure;
            self.bytes_before += bytes;
            self.position = Position::start_of(dump + 1);
        }
        self.forecast(dump, lines.packed_bytes);
        self.mark(ready);
        Ok(())
    }

    fn flush(&mut self, ready: &mut Vec<Draft>) {
        for (output, draft) in Output::ALL.into_iter().zip(&mut self.drafts) {
            ready.extend(draft.take(output));
        }
    }

    fn write(&mut self, encoded: Encoded) -> Result<(), WriteError> {
        match encoded {
            Encoded::Frame(packed) => {
                if packed.output == Output::Records && self.work.preference.is_none() {
                    let passed = self.watch.records(&mut packed.frame.bytes());
                    passed.map_err(WriteError::of("write to", Path::new("standard output")))?;
                }
                self.keeper.frame(packed)
            }
            Encoded::Mark(mark) => self.keeper.checkpoint(mark),
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
