//! What becomes of one line of a dump: decoding, stages, keys, and the bytes of an output.
//!
//! A [`Judge`] has a pipeline and no state, so a run, `explain`, `init`'s survey and a pipeline's own cases all ask the
//! same one, and cannot get different answers. What depends on other lines (duplicates, earlier nights) is decided
//! elsewhere.

mod cases;
#[cfg(feature = "parquet")]
mod columns;
mod sample;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::article::{
    Article, DroppedRecord, ExtraStyle, Fault, KeptRecord, QuarantinedLine, Reason, Verdict,
};
use crate::decode::{self, Decoded, Decoder, NOT_A_RECORD, Origins, READ, Reading, decode_warc};
use crate::dedup::{self, Counted, DEDUP, DedupKeys, Earlier, RecordPlace};
use crate::format::{Form, Layout, ReadHints, UnitKind};
use crate::guard::catch;
use crate::pipeline::{self, Clock, Judgement, Pipeline, STAGE_PANICKED, StageTally, Trace};
use crate::read::{self, Batch, BytesRead, CUT_OFF, Dump, DumpReader, LINE_TOO_LONG, Limits, ReadFailure};
use crate::stage::catalogue::STAGES;
use crate::write::Output;

pub use cases::{CaseResult, check_tests};
#[cfg(feature = "parquet")]
pub(crate) use columns::Packer;
pub(crate) use sample::NOT_SAMPLED;
use sample::Sample;

/// Decides what becomes of a line.
pub(crate) struct Judge {
    /// The pipeline that it applies.
    pub pipeline: Pipeline,
    decoder: Decoder,
    /// The lines that are judged, where that is not all of them.
    sample: Option<Sample>,
    /// Reads the time of the stages of some lines.
    clock: Option<Clock>,
}

/// What is counted over the lines that were judged.
#[derive(Clone, Debug)]
pub(crate) struct LineTally {
    /// An entry a stage.
    pub stages: Vec<StageTally>,
    /// Lines that were JSON only after a repair.
    pub mended: u64,
    /// Records without a date whose dates in figures can be read in two ways.
    pub open_dates: u64,
}

/// The label of a record that is the next version of another one.
pub(crate) const UPDATE: &str = "update";

/// The place of the stage, where none has seen the record.
const NO_STEP: usize = usize::MAX;

/// One line in so many is timed, stage by stage: enough for shares of a percent, and no cost.
const TIMED: u64 = 16;

impl Judge {
    /// A judge of lines by a pipeline. With a clock, the stages of some of the lines are timed.
    pub(crate) fn new(pipeline: Pipeline, clock: Option<Clock>) -> Self {
        Self { decoder: pipeline.decoder(), pipeline, sample: None, clock }
    }

    /// Judges a sample of so many lines of these dumps from now on; `false` where it was told to stop before it knew which.
    ///
    /// # Errors
    /// Where a dump, by its place, cannot be read, and that is not its fault.
    pub(crate) fn sample(
        &mut self,
        dumps: &[Dump],
        lines: usize,
        stop: &AtomicBool,
    ) -> Result<bool, (usize, ReadFailure)> {
        self.sample = Sample::draw(self, dumps, lines, stop)?;
        Ok(self.sample.is_some())
    }

    /// A tally in which nothing has been counted.
    pub(crate) fn tally(&self) -> LineTally {
        let stages = vec![StageTally::default(); self.pipeline.steps.len()];
        LineTally { stages, mended: 0, open_dates: 0 }
    }

    /// Whether a key at the top of a record means anything to the pipeline.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.decoder.knows(key)
    }

    /// Opens a dump within the pipeline's limits. `place` is what its batches say of their dump; compressed bytes are
    /// counted in `progress` as they are read.
    pub(crate) fn open(&self, place: usize, dump: &Dump, progress: &BytesRead) -> DumpReader {
        let limits = Limits {
            max_line_bytes: self.pipeline.input.max_line_bytes,
            zstd_window_log_max: self.pipeline.input.zstd_window_log_max,
        };
        let all = self.pipeline.output.extra != ExtraStyle::None;
        let hints = ReadHints {
            layout: &|head| self.layout(head),
            column: &|name| all || self.knows(name),
            known: &|name| self.knows(name),
            head: &|name| self.decoder.names_head(name),
        };
        DumpReader::open(place, dump, limits, &hints, Arc::clone(progress))
    }

    /// Where the records are in a dump that begins like this: where the pipeline says, or where they are found.
    fn layout(&self, head: &str) -> Option<Layout> {
        match &self.pipeline.input.records {
            Some(named) => Some(Layout::Lists(named.split('.').map(str::to_owned).collect())),
            None => self.decoder.layout(head),
        }
    }

    /// What becomes of the line at `index` of a batch of `dump`. `trace` is for `explain`.
    pub(crate) fn fate(
        &self,
        dump: &Dump,
        batch: &Batch,
        index: usize,
        tally: &mut LineTally,
        trace: Option<&mut Trace>,
    ) -> Fate {
        let (line, number) = (&batch.lines[index], batch.first_line + index as u64);
        let bytes = batch.bytes(line);
        let is_left_out = || self.sample.is_some_and(|sample| !sample.takes(bytes));
        let fault = match line.kind {
            UnitKind::Other(kind) => return Fate::Other(kind),
            UnitKind::Within => return Fate::Within,
            UnitKind::Whole if is_blank(bytes) => return Fate::Blank,
            _ if is_left_out() => return Fate::Other(NOT_SAMPLED),
            UnitKind::TooLong => Some((
                Fault::new(
                    &LINE_TOO_LONG,
                    format!(
                        "{} bytes, at most {}; raw is the head",
                        line.byte_length, self.pipeline.input.max_line_bytes
                    ),
                ),
                None,
            )),
            UnitKind::CutOff => Some((Fault::new(&CUT_OFF, "the dump ends within the line"), None)),
            UnitKind::Whole => None,
        };
        let judged =
            fault.map_or_else(|| self.judge(&dump.name, batch.form, bytes, number, tally, trace), Err);
        judged.unwrap_or_else(|(fault, step)| {
            Fate::Quarantined(Box::new(Quarantined {
                dump: batch.dump,
                line: number,
                byte_offset: line.byte_offset,
                byte_length: line.byte_length,
                raw: bytes.to_vec(),
                fault,
                step,
            }))
        })
    }

    /// Reads the record in a line; `origins` is for `init`.
    ///
    /// # Errors
    /// If there is none; the fault says why.
    pub(crate) fn decode(
        &self,
        dump: &Arc<str>,
        form: Form,
        bytes: &[u8],
        number: u64,
        origins: Option<&mut Origins>,
    ) -> Result<Reading, Fault> {
        let decode = || match form {
            Form::Json => self
                .decoder
                .decode_noting(bytes, dump, number, origins)
                .map(|decoded| Reading::of(Box::new(decoded))),
            Form::Warc => decode_warc(bytes, dump, number),
        };
        catch(decode).unwrap_or_else(|panic| Err(Fault::new(&STAGE_PANICKED, format!("decode: {panic}"))))
    }

    /// Reads the record in a line of a dump of this name and applies the stages to it.
    ///
    /// # Errors
    /// If the line cannot be decoded, or a stage fails; the fault, and the place of the stage.
    pub(crate) fn judge(
        &self,
        dump: &Arc<str>,
        form: Form,
        bytes: &[u8],
        number: u64,
        tally: &mut LineTally,
        trace: Option<&mut Trace>,
    ) -> Result<Fate, (Fault, Option<usize>)> {
        let reading = self.decode(dump, form, bytes, number, None).map_err(|fault| (fault, None))?;
        let Decoded { article, mended, has_open_date, is_record, error_status: _ } = match reading {
            Reading::Article(decoded) => *decoded,
            Reading::Absent(mut article, drop) => {
                article.finish();
                let verdict = Verdict {
                    stage: READ,
                    reason: drop.reason.name,
                    measured: Some(drop.measured),
                    limit: Some(drop.limit),
                    duplicate_of: None,
                };
                let verdict = Some((NO_STEP, verdict));
                return Ok(Fate::Article(Box::new(Judged::new(*article, verdict, DedupKeys::default()))));
            }
            Reading::Other(kind) => return Ok(Fate::Other(kind)),
        };
        if !is_record {
            return Err((Fault::new(&NOT_A_RECORD, NOT_A_RECORD.meaning), None));
        }
        tally.mended += u64::from(mended);
        tally.open_dates += u64::from(has_open_date);
        self.judge_article(article, tally, trace).map(|judged| Fate::Article(Box::new(judged)))
    }

    /// Applies the stages to an article as it was read.
    ///
    /// # Errors
    /// If a stage fails; the fault, and the place of the stage.
    pub(crate) fn judge_article(
        &self,
        mut article: Article,
        tally: &mut LineTally,
        trace: Option<&mut Trace>,
    ) -> Result<Judged, (Fault, Option<usize>)> {
        self.pipeline.fault_of(&article).map_or(Ok(()), |fault| Err((fault, None)))?;
        let is_timed = article.source.line.is_multiple_of(TIMED);
        let clock = self.clock.filter(|_| trace.is_none() && is_timed);
        let verdict = match self.pipeline.apply_watched(&mut article, &mut tally.stages, trace, clock) {
            Judgement::Kept => None,
            Judgement::Dropped { step, drop } => Some((
                step,
                Verdict {
                    stage: self.pipeline.steps[step].kind.name,
                    reason: drop.reason.name,
                    measured: Some(drop.measured),
                    limit: Some(drop.limit),
                    duplicate_of: None,
                },
            )),
            Judgement::Quarantined { step, fault } => return Err((fault, Some(step))),
        };
        let keys = match &self.pipeline.dedup {
            Some(settings) if verdict.is_none() => catch(|| DedupKeys::of(&article, settings))
                .map_err(|panic| (Fault::new(&STAGE_PANICKED, format!("{DEDUP}: {panic}")), None))?,
            _ => DedupKeys::default(),
        };
        Ok(Judged::new(article, verdict, keys))
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// Every reason for which a record is dropped or a line is quarantined: those of gates, of deduplication, and of lines that
/// cannot be read, decoded or processed.
pub(crate) fn reasons() -> impl Iterator<Item = &'static Reason> {
    let gates = STAGES.iter().flat_map(|kind| kind.reasons());
    let others = [decode::DROP_REASONS, dedup::REASONS, decode::REASONS, read::REASONS, pipeline::REASONS];
    gates.chain(others.into_iter().flatten().copied())
}

/// What a reason means.
pub(crate) fn meaning(name: &str) -> Option<&'static str> {
    reasons().find(|reason| reason.name == name).map(|reason| reason.meaning)
}

/// A line's fate.
pub(crate) enum Fate {
    /// There was nothing in it.
    Blank,
    /// It belongs to the record that began on a line before it.
    Within,
    /// It is not an article by its form, such as a WARC `request`; it is counted by this name.
    Other(&'static str),
    /// It held an article.
    Article(Box<Judged>),
    /// It could not be processed.
    Quarantined(Box<Quarantined>),
}

/// An article, and what the stages decided.
pub(crate) struct Judged {
    pub article: Article,
    /// The place of the stage that dropped it, and why.
    pub verdict: Option<(usize, Verdict)>,
    /// What it is compared by, if it was kept.
    pub keys: DedupKeys,
    /// What earlier nights say about it, if they say anything.
    pub earlier: Option<Box<Earlier>>,
    /// That it is kept, where duplicates are looked for.
    pub placed: Option<PlacedRecord>,
    /// The article's weight; what changes the article afterwards says so.
    weight: usize,
}

/// What follows from the decision that a record is no duplicate.
pub(crate) struct PlacedRecord {
    pub place: RecordPlace,
    /// Its paragraphs, where those that a host repeats are counted.
    pub counted: Option<Counted>,
    /// What `labels.update` is to say. The account is of the labels as they were before.
    pub update: Option<Value>,
}

/// A line as it was read, and why it could not be processed.
pub(crate) struct Quarantined {
    /// The dump's place in the run.
    pub dump: usize,
    pub line: u64,
    pub byte_offset: u64,
    pub byte_length: u64,
    pub raw: Vec<u8>,
    pub fault: Fault,
    /// The place of the stage that failed, if one did.
    pub step: Option<usize>,
}

impl Fate {
    /// Where it is written; `None` for a blank line and for what is not an article.
    pub(crate) fn output(&self) -> Option<Output> {
        match self {
            Self::Blank | Self::Within | Self::Other(_) => None,
            Self::Article(judged) if judged.verdict.is_none() => Some(Output::Records),
            Self::Article(_) => Some(Output::Dropped),
            Self::Quarantined(_) => Some(Output::Quarantine),
        }
    }

    /// The article that the line held.
    pub(crate) fn judged(&self) -> Option<&Judged> {
        match self {
            Self::Article(judged) => Some(judged),
            Self::Blank | Self::Within | Self::Other(_) | Self::Quarantined(_) => None,
        }
    }

    /// About how many bytes it takes in memory, and more than it takes when written.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Blank | Self::Within | Self::Other(_) => 0,
            Self::Article(judged) => judged.weight,
            Self::Quarantined(line) => size_of::<Quarantined>() + line.raw.len() + line.fault.detail.len(),
        }
    }
}

impl Judged {
    fn new(article: Article, verdict: Option<(usize, Verdict)>, keys: DedupKeys) -> Self {
        let weight = article.weight();
        Self { article, verdict, keys, earlier: None, placed: None, weight }
    }

    /// Weighs the article again, as it will be with what it is yet to be labelled with.
    pub(crate) fn weigh(&mut self) {
        let update = self.placed.as_ref().and_then(|placed| placed.update.clone());
        let Some(update) = update else {
            self.weight = self.article.weight();
            return;
        };
        let before = self.article.labels.insert(UPDATE.to_owned(), update);
        self.weight = self.article.weight();
        match before {
            Some(before) => self.article.labels.insert(UPDATE.to_owned(), before),
            None => self.article.labels.remove(UPDATE),
        };
    }

    /// Writes the record as a line of `records/` or `dropped/`.
    pub(crate) fn write(&self, extra: ExtraStyle, out: &mut Vec<u8>) {
        let start = out.len();
        let article = &self.article;
        let write = |extra: ExtraStyle, out: &mut Vec<u8>| match &self.verdict {
            None => serde_json::to_writer(out, &KeptRecord { article, extra }),
            Some((_, verdict)) => serde_json::to_writer(out, &DroppedRecord { article, extra, verdict }),
        };
        if write(extra, out).is_err() {
            // `extra` holds what another program wrote. As a text it always fits.
            out.truncate(start);
            write(ExtraStyle::Text, out).expect("a record of texts and numbers is JSON");
        }
        escape_line_ends(out, start);
        out.push(b'\n');
    }
}

/// Escapes what JSON may have as it is, and what many readers of lines take for a line's end: U+2028, U+2029 and U+0085, in what
/// was written from `start` on. Records hardly ever have them, so that this is one search for their last bytes.
fn escape_line_ends(out: &mut Vec<u8>, start: usize) {
    fn places(bytes: &[u8]) -> impl Iterator<Item = usize> {
        memchr::memchr3_iter(0x85, 0xA8, 0xA9, bytes)
    }
    let written = out.get(start..).unwrap_or_default();
    if !places(written).any(|at| line_end(written, at).is_some()) {
        return;
    }
    let rest = out.split_off(start);
    let mut done = 0;
    for at in places(&rest) {
        let Some((length, escape)) = line_end(&rest, at) else { continue };
        out.extend_from_slice(&rest[done..at + 1 - length]);
        out.extend_from_slice(escape);
        done = at + 1;
    }
    out.extend_from_slice(&rest[done..]);
}

/// The length of the character that ends at a byte, and its escape, where readers take it for a line's end.
fn line_end(bytes: &[u8], at: usize) -> Option<(usize, &'static [u8])> {
    let before = bytes.get(..at)?;
    match bytes.get(at)? {
        0x85 if before.ends_with(&[0xC2]) => Some((2, b"\\u0085")),
        0xA8 if before.ends_with(&[0xE2, 0x80]) => Some((3, b"\\u2028")),
        0xA9 if before.ends_with(&[0xE2, 0x80]) => Some((3, b"\\u2029")),
        _ => None,
    }
}

impl Quarantined {
    /// Writes the line as a line of `quarantine/`.
    pub(crate) fn write(&self, dump: &str, out: &mut Vec<u8>) {
        let raw = match std::str::from_utf8(&self.raw) {
            Ok(raw) => Some(raw),
            // The head of a line that is too long may end within a character.
            Err(error) if error.error_len().is_none() && (self.raw.len() as u64) < self.byte_length => {
                self.raw.get(..error.valid_up_to()).and_then(|raw| std::str::from_utf8(raw).ok())
            }
            Err(_) => None,
        };
        let line = QuarantinedLine {
            dump,
            line: self.line,
            byte_offset: self.byte_offset,
            byte_length: self.byte_length,
            reason: self.fault.reason.name,
            detail: &self.fault.detail,
            raw,
            raw_base64: raw.is_none().then(|| BASE64_STANDARD.encode(&self.raw)),
        };
        let start = out.len();
        serde_json::to_writer(&mut *out, &line).expect("a line of texts and numbers is JSON");
        escape_line_ends(out, start);
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::date::DayOrder;
    use crate::decode::{Decoder, FieldMap, OwnNames};

    #[test]
    fn what_readers_take_for_line_ends_is_escaped() {
        let mut out = "a\u{2028}".as_bytes().to_vec();
        let start = out.len();
        out.extend_from_slice("x\u{2028}\u{85}y\u{2029}\u{2028}".as_bytes());
        escape_line_ends(&mut out, start);
        assert_eq!(out, "a\u{2028}x\\u2028\\u0085y\\u2029\\u2028".as_bytes());
    }

    #[test]
    fn whatever_field_is_large_a_fate_weighs_more_than_its_record() {
        let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
        let long = "word ".repeat(20_000);
        let list = "[\"a b\",\"".to_owned() + &"x y\",\"z a".repeat(900) + "\"]";
        let text = format!("\"{long}\"");
        let images = format!(r#"[{{"url":{text},"caption":{text}}}]"#);
        let labels = format!(r#"{{"quality":{{"a":[{text}]}}}}"#);
        for (key, value) in [
            ("id", &text),
            ("url", &format!("\"https://a.example/{long}\"")),
            ("title", &text),
            ("description", &text),
            ("text", &text),
            ("html", &text),
            ("section", &text),
            ("dateline", &text),
            ("authors", &list),
            ("contributors", &list),
            ("tags", &list),
            ("images", &images),
            ("labels", &labels),
            ("other", &text),
        ] {
            let line = format!("{{\"{key}\":{value}}}");
            let decoded = decoder.decode(line.as_bytes(), &Arc::from("dump"), 1).expect("it is a record");
            let mut article = decoded.article;
            article.finish();
            let judged = Box::new(Judged::new(article, None, DedupKeys::default()));
            let mut written = Vec::new();
            judged.write(ExtraStyle::Text, &mut written);
            let weight = Fate::Article(judged).weight();
            assert!(weight >= written.len(), "{key}: {weight}, written {}", written.len());
        }
    }
}
