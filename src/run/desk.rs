//! What is decided and written in order: duplicates, the account, the shards.

use serde_json::{Value, json};

use super::line::Fate;
use super::work::{Draft, FRAME_BYTES, Lines, NightWork};
use super::{View, Watch};
use crate::account::Ledger;
use crate::article::{Article, Measured, Origin, Verdict};
use crate::dedup::{DEDUP, Duplicate, Index, Place, Repeated, Repeats, without};
use crate::engine::Desk;
use crate::read::DumpEnd;
use crate::write::{Frame, Output, OutputFolder, ShardWriter, WriteError};

pub(super) struct NightDesk<'a> {
    work: &'a NightWork,
    watch: &'a mut dyn Watch,
    ledger: Ledger,
    /// The records that stay; `None` where duplicates stay too.
    index: Option<Index>,
    /// What hosts repeat; `None` where it stays.
    repeats: Option<Repeats>,
    /// An entry for each of [`Output::ALL`].
    outputs: [OutputDesk; 3],
    /// What a frame is to weigh.
    frame_bytes: usize,
}

/// One output: what is to become its next frame, and its shards.
struct OutputDesk {
    draft: Vec<Fate>,
    weight: usize,
    writer: ShardWriter,
}

impl<'a> NightDesk<'a> {
    pub(super) fn new(
        work: &'a NightWork,
        folder: &OutputFolder,
        ledger: Ledger,
        watch: &'a mut dyn Watch,
    ) -> Self {
        let shard_bytes = work.pipeline.output.shard_bytes;
        Self {
            work,
            watch,
            ledger,
            index: work.pipeline.dedup.as_ref().map(Index::new),
            repeats: work
                .pipeline
                .dedup
                .as_ref()
                .and_then(|dedup| dedup.paragraphs.settings())
                .map(Repeats::new),
            outputs: Output::ALL.map(|output| OutputDesk {
                draft: Vec::new(),
                weight: 0,
                writer: ShardWriter::new(folder, output, shard_bytes),
            }),
            // A frame must not be larger than a shard may be.
            frame_bytes: FRAME_BYTES.min(usize::try_from(shard_bytes).unwrap_or(usize::MAX)),
        }
    }

    /// Finishes the shards; the account with their names in it, and the bytes of the index.
    pub(super) fn finish(self) -> Result<(Ledger, usize), WriteError> {
        let mut ledger = self.ledger;
        for (output, desk) in Output::ALL.into_iter().zip(self.outputs) {
            ledger.outputs.insert(output.folder().to_owned(), desk.writer.finish()?);
        }
        let repeats = self.repeats.map_or(0, |repeats| repeats.bytes());
        Ok((ledger, self.index.map_or(0, |index| index.bytes()) + repeats))
    }

    /// Decides about a line, and enters it into the account.
    fn decide(&mut self, dump: usize, number: u64, fate: &mut Fate) {
        let judged = match fate {
            Fate::Blank => return self.ledger.blank(dump),
            Fate::Quarantined(line) => {
                return self.ledger.quarantined(dump, line.step, line.fault.reason);
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
            let mut keys = std::mem::take(&mut judged.keys);
            let paragraphs = std::mem::take(&mut keys.paragraphs);
            if let (Some(repeats), Some(settings)) = (&self.repeats, &self.work.pipeline.dedup) {
                let article = &mut judged.article;
                let repeated = repeats.find(&article.host, &paragraphs, &article.text);
                if !repeated.is_empty() {
                    remove(&repeated, article, self.work);
                    keys.set_text(&article.text, settings);
                    self.ledger.stages[step].changed += 1;
                }
            }
            let duplicate = index.place(&keys, judged.article.id, place);
            if let (Some(repeats), None) = (&mut self.repeats, &duplicate) {
                repeats.count(&judged.article.host, &paragraphs, place);
            }
            self.ledger.stages[step].seen += 1;
            judged.verdict = duplicate.map(|duplicate| (step, self.verdict(duplicate)));
        }
        let host = &judged.article.host;
        match &judged.verdict {
            None => self.ledger.kept(dump, host),
            Some((step, verdict)) => self.ledger.dropped(dump, host, *step, verdict.reason),
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

/// Takes paragraphs that its host repeats out of an article, and says so in `labels.repeated`.
fn remove(repeated: &[Repeated], article: &mut Article, work: &NightWork) {
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
        let text = one.paragraph.of(&article.text);
        let start: String = text.chars().take(SHOWN_CHARACTERS).collect();
        let shown = if start.len() < text.len() { format!("{start}…") } else { start };
        let dump = &*work.dumps[one.first.dump as usize].name;
        let first = json!({ "dump": dump, "line": one.first.line });
        json!({ "text": shown, "times": times, "articles": one.articles, "first": first })
    });
    let label: Value = label.collect();
    article.labels.insert("repeated".to_owned(), label);
    article.text = without(&article.text, repeated);
}

impl OutputDesk {
    fn take(&mut self, output: Output) -> Option<Draft> {
        self.weight = 0;
        let fates = std::mem::take(&mut self.draft);
        if fates.is_empty() { None } else { Some(Draft { output, fates }) }
    }
}

impl Desk<NightWork> for NightDesk<'_> {
    type Error = WriteError;

    fn commit(&mut self, mut lines: Lines, ready: &mut Vec<Draft>) {
        let dump = lines.dump;
        for (number, mut fate) in (lines.first_line..).zip(lines.fates) {
            self.decide(dump, number, &mut fate);
            let Some(output) = fate.output() else { continue };
            let desk = &mut self.outputs[output as usize];
            desk.weight += fate.weight();
            desk.draft.push(fate);
            if desk.weight >= self.frame_bytes {
                ready.extend(desk.take(output));
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
    }

    fn flush(&mut self, ready: &mut Vec<Draft>) {
        for (output, desk) in Output::ALL.into_iter().zip(&mut self.outputs) {
            ready.extend(desk.take(output));
        }
    }

    fn write(&mut self, (output, frame): (Output, Frame)) -> Result<(), WriteError> {
        self.outputs[output as usize].writer.append(&frame)
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
