//! What dumps are like, from their first records; and a pipeline that fits them.
//!
//! The records go through `fields`, as in a run. What the decoder found in them, what each stage changed, how long the
//! texts are and in which languages is counted; keys that copydesk does not know are looked at for what may be a text, a page,
//! an address or a date under a name of its own. No clock and no chance: the same dumps give the same pipeline.

mod draft;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::article::{Article, Field, Found};
use crate::decode::Reading;
use crate::line::{Fate, Judge};
use crate::pipeline::{Pipeline, shipped};
use crate::read::{Dump, FindError, Progress, find_dumps};
use crate::text::count_words;
use crate::write::OutputFolder;

/// Records that are looked at, in all dumps together.
const RECORDS: usize = 1000;
/// Of each dump at least; of more dumps than that allows, some are passed over.
const LEAST_OF_EACH: usize = 20;

/// What dumps are like.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The dumps that were looked at.
    pub dumps: Vec<String>,
    /// All that there are.
    pub all_dumps: usize,
    /// Lines that were looked at, without blank ones.
    pub lines: u64,
    /// Those that are records.
    pub records: u64,
    /// Lines that are none, by reason.
    pub faults: BTreeMap<&'static str, u64>,
    /// Dumps that cannot be read on, and why.
    pub damaged: Vec<(String, String)>,
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
    /// Pages that are no articles.
    pub no_articles: u64,
    /// Names that the dumps have for fields of the record and that copydesk would not have known.
    pub own_names: BTreeMap<String, Vec<String>>,
    /// What each stage of `fields` changed.
    changed: BTreeMap<&'static str, u64>,
}

/// Looks at dumps.
///
/// # Errors
/// Where there are none.
pub(crate) fn survey(inputs: &[String]) -> Result<Survey, FindError> {
    let dumps = find_dumps(inputs, &OutputFolder::is_run)?;
    let (first, unknown) = look(&dumps, &BTreeMap::new());
    let own_names = unknown.names(&first);
    if own_names.is_empty() {
        return Ok(first);
    }
    // Once more with the names: only then is there a text to look at.
    let (second, _) = look(&dumps, &own_names);
    Ok(Survey { own_names, ..second })
}

fn look(dumps: &[Dump], own_names: &BTreeMap<String, Vec<String>>) -> (Survey, Unknown) {
    let fields = shipped("fields").expect("it comes with the program");
    let source = format!("{fields}\n{}", draft::input_section(own_names));
    let pipeline = Pipeline::parse("survey", &source).expect("it is `fields` with names");
    let many = RECORDS / LEAST_OF_EACH;
    let step = dumps.len().div_ceil(many).max(1);
    let chosen: Vec<Dump> = dumps.iter().step_by(step).cloned().collect();
    let quota = RECORDS.div_ceil(chosen.len().max(1)).max(LEAST_OF_EACH);
    let judge = Judge::new(pipeline, None);
    let mut survey = Survey {
        dumps: chosen.iter().map(|dump| dump.name.to_string()).collect(),
        all_dumps: dumps.len(),
        ..Survey::default()
    };
    let mut unknown = Unknown::default();
    let mut tally = judge.tally();
    let mut hosts = BTreeSet::new();
    for (place, dump) in chosen.iter().enumerate() {
        let mut reader = judge.open(place, dump, &Progress::default());
        let mut left = quota;
        while left > 0
            && let Some(batch) = reader.next_batch(&mut |_| true)
        {
            for (index, line) in batch.lines.iter().enumerate() {
                if left == 0 {
                    break;
                }
                let fate = judge.fate(dump, &batch, index, &mut tally, None);
                if matches!(fate, Fate::Blank | Fate::Other(_)) {
                    continue;
                }
                left -= 1;
                survey.lines += 1;
                let number = batch.first_line + index as u64;
                if let Ok(Reading::Article(decoded)) =
                    judge.decode(&dump.name, batch.form, batch.bytes(line), number)
                {
                    survey.count_input(&decoded.article);
                    unknown.count(&decoded.article.extra);
                }
                match &fate {
                    Fate::Quarantined(line) => *survey.faults.entry(line.fault.reason.name).or_default() += 1,
                    Fate::Article(judged) => {
                        survey.count(&judged.article);
                        hosts.insert(judged.article.host.clone());
                    }
                    Fate::Blank | Fate::Other(_) => {}
                }
            }
            if let Some(damage) = batch.end.and_then(|end| end.damage) {
                survey.damaged.push((dump.name.to_string(), damage));
            }
        }
    }
    survey.hosts = hosts.iter().filter(|host| !host.is_empty()).count();
    survey.words.sort_unstable();
    for (step, tally) in judge.pipeline.steps.iter().zip(&tally.stages) {
        *survey.changed.entry(step.kind.name).or_default() += tally.changed;
    }
    (survey, unknown)
}

impl Survey {
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
        self.no_articles += u64::from(kind.is_some_and(|kind| kind != "article"));
        if article.text.is_empty() {
            return;
        }
        self.words.push(count_words(&article.text, usize::MAX));
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

    /// A pipeline that fits the dumps, with its reasons.
    pub(crate) fn pipeline(&self) -> String {
        draft::pipeline(self)
    }
}

/// Keys that copydesk does not know, and what stands under them.
#[derive(Debug, Default)]
struct Unknown(BTreeMap<String, Values>);

#[derive(Debug, Default)]
struct Values {
    texts: u64,
    pages: u64,
    addresses: u64,
    dates: u64,
    bytes: u64,
}

/// Shorter strings are no articles.
const LEAST_TEXT_BYTES: usize = 200;
/// The share of the records under which a name has to stand, in percent.
const LEAST_PERCENT: u64 = 50;

impl Unknown {
    fn count(&mut self, extra: &str) {
        if let Ok(value) = serde_json::from_str::<Value>(extra) {
            self.enter("", &value);
        }
    }

    fn enter(&mut self, path: &str, value: &Value) {
        match value {
            Value::Object(values) => {
                for (key, value) in values {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    self.enter(&path, value);
                }
            }
            Value::String(text) => {
                let values = self.0.entry(path.to_owned()).or_default();
                let is_page = text.len() >= LEAST_TEXT_BYTES && text.contains("</");
                let is_address = text.starts_with("https://") || text.starts_with("http://");
                values.pages += u64::from(is_page);
                values.texts += u64::from(text.len() >= LEAST_TEXT_BYTES && !is_page && !is_address);
                values.addresses += u64::from(is_address);
                values.dates += u64::from(looks_like_date(text));
                values.bytes += text.len() as u64;
            }
            _ => {}
        }
    }

    /// For fields that hardly any record has, the name under which most have something like it; of several the one with
    /// most letters.
    fn names(&self, survey: &Survey) -> BTreeMap<String, Vec<String>> {
        let has = |field: &str| survey.fields.get(field).copied().unwrap_or(0) * 100 >= survey.records * 10;
        let mut names = BTreeMap::new();
        let mut name = |field: &str, of: fn(&Values) -> u64| {
            let fits = self.0.iter().filter(|(_, values)| of(values) * 100 >= survey.records * LEAST_PERCENT);
            if let Some((path, _)) = fits.max_by_key(|(_, values)| values.bytes) {
                names.insert(field.to_owned(), vec![path.clone()]);
            }
        };
        if survey.records == 0 {
            return names;
        }
        let has_body = (survey.with_text + survey.with_page) * 10 >= survey.records;
        if !has_body {
            name("html", |values| values.pages);
            name("text", |values| values.texts);
        }
        if !has("url") {
            name("url", |values| values.addresses);
        }
        if !has("published") {
            name("published", |values| values.dates);
        }
        names
    }
}

/// `2024-03-06…`, which nothing but a date looks like.
fn looks_like_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |range: std::ops::Range<usize>| {
        bytes.get(range).is_some_and(|bytes| bytes.iter().all(u8::is_ascii_digit))
    };
    bytes.len() <= 35
        && is_digit(0..4)
        && is_digit(5..7)
        && is_digit(8..10)
        && bytes.get(4) == Some(&b'-')
        && bytes.get(7) == Some(&b'-')
}

#[cfg(test)]
mod tests;
