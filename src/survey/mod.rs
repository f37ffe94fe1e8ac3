//! What dumps are like, from their first records; and a pipeline that fits them.
//!
//! The records go through `fields`, as in a run. What the decoder found in them and under which keys, what each stage
//! changed, how long the texts are and in which languages is counted. Dumps whose records have the same keys are one [`Shape`];
//! of a shape, the keys that copydesk does not know are looked at for fields that it lacks. No clock and no chance: the same
//! dumps give the same pipeline.

mod draft;
mod propose;
mod shape;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub(crate) use propose::Proposal;
pub(crate) use shape::{Shape, Values};

use crate::article::{Article, Field, Found};
use crate::decode::{FieldMap, NOT_A_RECORD, Origins, Reading, Slot};
use crate::format::Form;
use crate::line::{Fate, Judge};
use crate::pipeline::{Pipeline, shipped};
use crate::read::{BytesRead, Dump, FindError, find_dumps};
use crate::text::count_words;
use crate::write::OutputFolder;

/// Records that are looked at, in all dumps together.
const RECORDS: usize = 1000;
/// Of each dump at least; of more dumps than that allows, some are passed over.
const LEAST_OF_EACH: usize = 20;
/// How often a dump is read from, 128 KiB of a long line or 256 lines each time: a pipe may have no end, nor a line end.
const MOST_READS: usize = 2048;

/// The words of a text that is long enough for a test case.
const SAMPLE_WORDS: usize = 70;

/// What dumps are like.
#[derive(Debug, Default)]
pub(crate) struct DumpSurvey {
    /// The dumps that were looked at.
    pub dumps: Vec<String>,
    /// All that there are.
    pub all_dumps: usize,
    /// All lines of all dumps were looked at.
    pub is_whole: bool,
    /// Lines that were looked at, without blank ones.
    pub lines: u64,
    /// Those that are records.
    pub records: u64,
    /// Lines that are none, by reason.
    pub faults: BTreeMap<&'static str, u64>,
    /// Dumps that cannot be read on, and why.
    pub damaged: Vec<(String, String)>,
    /// Dumps that were read up to a line that is too long to be read on, and how many lines of them were looked at.
    pub stopped: Vec<(String, u64)>,
    /// Records that came with a text.
    pub with_text: u64,
    /// Records that came with a page.
    pub with_page: u64,
    /// Records that came with a field.
    pub fields: BTreeMap<&'static str, u64>,
    /// Records of each language, of those with a text; the empty one is not known.
    pub languages: BTreeMap<String, u64>,
    /// Words of each text, after all stages, in order.
    pub words: Vec<usize>,
    /// How many hosts the records are from.
    pub hosts: usize,
    /// Texts of which an interface gave the beginning alone.
    pub cut: u64,
    /// Pages that are no articles.
    pub no_articles: u64,
    /// What the records have under which keys, for each shape that there is.
    pub shapes: Vec<Shape>,
    /// Names that the dumps have for fields of the record and that copydesk would not have known.
    pub own_names: BTreeMap<String, Vec<String>>,
    /// Names that may be of fields.
    pub guesses: BTreeMap<String, Vec<String>>,
    /// A text as it came out of all stages, with words enough for two test cases.
    sample: String,
    /// Dates in figures whose order the others show, as in `[input] dates`.
    pub order: Option<&'static str>,
    /// How the dates in figures can be read.
    figures: Figures,
    /// What each stage of `fields` changed.
    changed: BTreeMap<&'static str, u64>,
}

/// Dates such as `16/09/2023`, by what their first two numbers can be.
#[derive(Debug, Default)]
struct Figures {
    day_first: u64,
    month_first: u64,
    either: u64,
}

impl Figures {
    /// Counts those with which the texts of a record begin.
    fn count(&mut self, json: &[u8]) {
        for quote in memchr::memchr_iter(b'"', json) {
            let text: Vec<u8> =
                json[quote + 1..].iter().copied().filter(|byte| *byte != b'\\').take(10).collect();
            let mut parts = text.split(|byte| matches!(byte, b'/' | b'-'));
            let mut number = |digits: std::ops::RangeInclusive<usize>| -> Option<u32> {
                let part = parts.next().filter(|part| digits.contains(&part.len()))?;
                std::str::from_utf8(part).ok()?.parse().ok()
            };
            let (Some(first), Some(second), Some(_)) = (number(1..=2), number(1..=2), number(4..=4)) else {
                continue;
            };
            match (first, second) {
                (13..=31, 1..=12) => self.day_first += 1,
                (1..=12, 13..=31) => self.month_first += 1,
                (1..=12, 1..=12) if first != second => self.either += 1,
                _ => {}
            }
        }
    }

    /// The setting with which those that could be read either way are read as the others have to be.
    fn order(&self) -> Option<&'static str> {
        match (self.either, self.day_first, self.month_first) {
            (1.., 1.., 0) => Some("day-first"),
            (1.., 0, 1..) => Some("month-first"),
            _ => None,
        }
    }
}

/// Looks at dumps.
///
/// # Errors
/// Where there are none.
pub(crate) fn survey(inputs: &[PathBuf]) -> Result<DumpSurvey, FindError> {
    let dumps = find_dumps(inputs, &OutputFolder::is_run)?;
    let first = look(&dumps, &BTreeMap::new(), None)?;
    let order = first.figures.order();
    let (mut own_names, mut guesses) = (BTreeMap::<String, Vec<String>>::new(), BTreeMap::new());
    for Proposal { slot, key, is_sure } in first.shapes.iter().flat_map(propose::proposals) {
        let names = if is_sure { &mut own_names } else { &mut guesses };
        let names = names.entry(FieldMap::name_of(slot).to_owned()).or_default();
        if !names.contains(&key) {
            names.push(key);
        }
    }
    if own_names.is_empty() && order.is_none() {
        return Ok(DumpSurvey { guesses, ..first });
    }
    // Once more with the names: only then is there a text to look at.
    let second = look(&dumps, &own_names, order)?;
    Ok(DumpSurvey { own_names, guesses, order, ..second })
}

fn look(
    dumps: &[Dump],
    own_names: &BTreeMap<String, Vec<String>>,
    order: Option<&str>,
) -> Result<DumpSurvey, FindError> {
    let fields = shipped("fields").expect("it comes with the program");
    let source = format!("{fields}\n{}", draft::input_section(own_names, order));
    let pipeline = Pipeline::parse("survey", &source).expect("it is `fields` with names");
    let many = RECORDS / LEAST_OF_EACH;
    let step = dumps.len().div_ceil(many).max(1);
    let chosen: Vec<Dump> = dumps.iter().step_by(step).cloned().collect();
    let quota = RECORDS.div_ceil(chosen.len().max(1)).max(LEAST_OF_EACH);
    let judge = Judge::new(pipeline, None);
    let mut survey = DumpSurvey {
        dumps: chosen.iter().map(|dump| dump.name.to_string()).collect(),
        all_dumps: dumps.len(),
        ..DumpSurvey::default()
    };
    let mut tally = judge.tally();
    let mut hosts = BTreeSet::new();
    survey.is_whole = chosen.len() == dumps.len();
    for (place, dump) in chosen.iter().enumerate() {
        let mut reader = judge.open(place, dump, &BytesRead::default());
        let mut left = quota;
        let mut has_more = true;
        let mut reads = 0;
        let mut shape = Shape { dumps: vec![dump.name.to_string()], ..Shape::default() };
        while left > 0
            && let Some(batch) = reader.next_batch(&mut |_| {
                reads += 1;
                reads <= MOST_READS
            })
        {
            for (index, line) in batch.lines.iter().enumerate() {
                if left == 0 {
                    survey.is_whole = false;
                    break;
                }
                let fate = judge.fate(dump, &batch, index, &mut tally, None);
                if matches!(fate, Fate::Blank | Fate::Within | Fate::Other(_)) {
                    continue;
                }
                left -= 1;
                survey.lines += 1;
                let number = batch.first_line + index as u64;
                let mut origins = Origins::new();
                let bytes = batch.bytes(line);
                if batch.form == Form::Json {
                    survey.figures.count(bytes);
                }
                if let Ok(Reading::Article(decoded)) =
                    judge.decode(&dump.name, batch.form, bytes, number, Some(&mut origins))
                {
                    survey.count_input(&decoded.article);
                    if batch.form == Form::Warc {
                        origins = origins_of_warc(&decoded.article);
                    }
                    shape.count(&origins, &decoded.article);
                }
                match &fate {
                    // Its fields may be under names of their own.
                    Fate::Quarantined(line) if line.fault.reason.name == NOT_A_RECORD.name => {}
                    Fate::Quarantined(line) => *survey.faults.entry(line.fault.reason.name).or_default() += 1,
                    Fate::Article(judged) => {
                        survey.count(&judged.article);
                        hosts.insert(judged.article.host.clone());
                    }
                    Fate::Blank | Fate::Within | Fate::Other(_) => {}
                }
            }
            has_more = batch.end.is_none();
            if let Some(failure) = batch.end.as_ref().and_then(|end| end.failure.clone()) {
                return Err(FindError::of(dump, failure));
            }
            if let Some(damage) = batch.end.and_then(|end| end.damage) {
                survey.damaged.push((dump.name.to_string(), damage));
            }
        }
        survey.is_whole &= !has_more;
        if has_more && left > 0 {
            survey.stopped.push((dump.name.to_string(), (quota - left) as u64));
        }
        if shape.records > 0 {
            shape.add_to(&mut survey.shapes);
        }
    }
    survey.hosts = hosts.iter().filter(|host| !host.is_empty()).count();
    survey.words.sort_unstable();
    for (step, tally) in judge.pipeline.steps.iter().zip(&tally.stages) {
        *survey.changed.entry(step.kind.name).or_default() += tally.changed;
    }
    Ok(survey)
}

/// Where fields of a WARC record are from.
fn origins_of_warc(article: &Article) -> Origins {
    let parts = [
        (Slot::Id, article.source.id.is_some(), "WARC-Record-ID"),
        (Slot::Url, !article.url.is_empty(), "WARC-Target-URI"),
        (Slot::Crawled, article.crawled.is_some(), "WARC-Date"),
        (Slot::Html, !article.html.is_empty(), "the message's body"),
        (Slot::Text, !article.text.is_empty(), "the record's content"),
    ];
    parts.into_iter().filter(|(_, has, _)| *has).map(|(slot, _, key)| (slot, vec![key.to_owned()])).collect()
}

impl DumpSurvey {
    /// As the record came.
    fn count_input(&mut self, article: &Article) {
        self.records += 1;
        self.with_text += u64::from(!article.text.is_empty());
        self.with_page += u64::from(!article.html.is_empty());
        let ours = Field::ALL.iter().filter(|field| article.found.get(**field) == Some(Found::Input));
        for field in ours {
            *self.fields.entry(field.name()).or_default() += 1;
        }
        if !article.url.is_empty() {
            *self.fields.entry("url").or_default() += 1;
        }
    }

    /// As it came out of all stages.
    fn count(&mut self, article: &Article) {
        let kind = article.labels.get("page").and_then(|label| label.get("kind")?.as_str());
        self.cut += u64::from(article.labels.contains_key("cut"));
        self.no_articles += u64::from(kind.is_some_and(|kind| kind != "article"));
        if article.text.is_empty() {
            return;
        }
        let words = count_words(&article.text, usize::MAX);
        self.words.push(words);
        if self.sample.is_empty() && words >= SAMPLE_WORDS {
            self.sample.clone_from(&article.text);
        }
        *self.languages.entry(article.language.clone()).or_default() += 1;
    }

    /// The length below which a share of the texts is, in words.
    pub(crate) fn quantile(&self, percent: usize) -> usize {
        self.words.get(self.words.len() * percent / 100).or(self.words.last()).copied().unwrap_or(0)
    }

    /// What they are like, in a few sentences.
    pub(crate) fn summary(&self) -> Vec<String> {
        draft::summary(self)
    }

    /// For each shape a table: fields, the keys that they are from, and what is left.
    pub(crate) fn tables(&self, columns: usize) -> Vec<String> {
        table::tables(self, columns)
    }

    /// Whether there is anything that an article could be made of.
    pub(crate) fn has_articles(&self) -> bool {
        self.with_text + self.with_page > 0
    }

    /// A pipeline that fits the dumps, with its reasons.
    pub(crate) fn pipeline(&self) -> String {
        draft::pipeline(self)
    }
}

#[cfg(test)]
mod tests;
