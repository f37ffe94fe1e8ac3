//! What a night's records are like: fields that are there, languages and labels, how long and how good the texts are.
//!
//! Counted on the workers, a frame at a time, when it is known which records are kept, and added up in the order of the frames. A
//! record that is found to repeat another one when all are written is moved from one side to the other.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Histogram, OTHERS};
use crate::article::{Article, Field, Found};

/// Labels that have names, and labels that have numbers, in the account; what further ones say is counted as one. All labellers
/// together write some 80; whatever an input has under `labels` comes on top.
const MOST_LABELS: usize = 1_000;
/// Longer names of labels are data.
const LONGEST_LABEL_BYTES: usize = 100;
/// Names that one label may have in the account; a label that has more is a text, and they are counted as one.
const MOST_NAMES: usize = 100;
/// Longer names are texts, too.
pub(super) const LONGEST_NAME_BYTES: usize = 64;
/// Numbers that a list in a label may have.
const MOST_NUMBERS: usize = 16;

/// What the records are like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// For each field, how many of the kept records have it, and from where.
    pub fields: Vec<FieldAccount>,
    /// Names that records have, such as `language` and `page.kind`: for each name, how many.
    pub names: BTreeMap<String, BTreeMap<String, Split>>,
    /// Numbers that records have: `text.characters`, `language_score`, and all that labellers measured.
    pub numbers: BTreeMap<String, Spread>,
    /// Values of labels beyond the first 1,000 labels of each kind, and of labels whose names are too long.
    #[serde(default, skip_serializing_if = "Split::is_nothing")]
    pub others: Split,
}

/// How many records have a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldAccount {
    /// The field.
    pub field: String,
    /// Kept records that have it.
    pub present: u64,
    /// Where it was found, as far as that is known.
    pub found: BTreeMap<String, u64>,
}

/// How many records were kept and dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Split {
    /// Kept.
    pub kept: u64,
    /// Dropped.
    pub dropped: u64,
}

/// How a number is spread.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// Among kept records: the lower end of each bucket, and how many are in it.
    pub kept: Histogram,
    /// Among dropped ones.
    pub dropped: Histogram,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It is in `records/`.
    Kept,
    /// It is in `dropped/`.
    Dropped,
}

#[derive(Clone, Copy)]
enum Change {
    Add,
    Remove,
}

impl Split {
    fn change(&mut self, side: Side, change: Change) {
        let count = match side {
            Side::Kept => &mut self.kept,
            Side::Dropped => &mut self.dropped,
        };
        match change {
            Change::Add => *count += 1,
            Change::Remove => *count = count.saturating_sub(1),
        }
    }

    fn merge(&mut self, other: Self) {
        self.kept += other.kept;
        self.dropped += other.dropped;
    }

    /// Neither.
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Both.
    pub fn all(self) -> u64 {
        self.kept + self.dropped
    }
}

impl Spread {
    fn change(&mut self, value: f64, side: Side, change: Change) {
        let histogram = match side {
            Side::Kept => &mut self.kept,
            Side::Dropped => &mut self.dropped,
        };
        match change {
            Change::Add => histogram.add(value),
            Change::Remove => histogram.remove(value),
        }
    }
}

impl Profile {
    /// Counts a record.
    pub fn count(&mut self, article: &Article, side: Side) {
        self.change(article, side, Change::Add);
    }

    /// A record that was counted as kept is dropped after all.
    pub fn drop(&mut self, article: &Article) {
        self.change(article, Side::Kept, Change::Remove);
        self.change(article, Side::Dropped, Change::Add);
    }

    /// Adds what another part of the night is like.
    pub fn merge(&mut self, other: Self) {
        if self.fields.is_empty() {
            self.fields = other.fields;
        } else {
            for (ours, theirs) in self.fields.iter_mut().zip(other.fields) {
                ours.present += theirs.present;
                for (found, count) in theirs.found {
                    *ours.found.entry(found).or_default() += count;
                }
            }
        }
        self.others.merge(other.others);
        for (name, values) in other.names {
            match label_of(&mut self.names, &name) {
                Some(known) => {
                    values.iter().for_each(|(value, split)| name_of(known, value).merge(*split));
                }
                None => values.values().for_each(|split| self.others.merge(*split)),
            }
        }
        for (name, spread) in other.numbers {
            match label_of(&mut self.numbers, &name) {
                Some(known) => {
                    known.kept.merge(&spread.kept);
                    known.dropped.merge(&spread.dropped);
                }
                None => {
                    self.others.merge(Split { kept: spread.kept.total(), dropped: spread.dropped.total() });
                }
            }
        }
    }

    fn change(&mut self, article: &Article, side: Side, change: Change) {
        if side == Side::Kept {
            self.change_fields(article, change);
        }
        self.name("language", &article.language, side, change);
        #[expect(clippy::cast_precision_loss, reason = "no text has 2^52 letters")]
        self.number("text.characters", characters(&article.text) as f64, side, change);
        if let Some(score) = article.language_score {
            self.number("language_score", score, side, change);
        }
        let mut name = String::new();
        for (label, value) in &article.labels {
            if value.is_object() {
                label.clone_into(&mut name);
                self.label(&mut name, value, side, change);
            }
        }
    }

    /// What a label says, and what the tables in it say.
    fn label(&mut self, name: &mut String, value: &Value, side: Side, change: Change) {
        match value {
            Value::Object(values) => {
                let length = name.len();
                for (key, value) in values {
                    name.push('.');
                    name.push_str(key);
                    self.label(name, value, side, change);
                    name.truncate(length);
                }
            }
            Value::Number(number) => {
                if let Some(number) = number.as_f64() {
                    self.number(name, number, side, change);
                }
            }
            Value::String(value) if value.len() <= LONGEST_NAME_BYTES => {
                self.name(name, value, side, change);
            }
            // A few numbers are a measurement in several sizes; a list of anything else, or a long one, is evidence.
            Value::Array(values) if values.len() <= MOST_NUMBERS && values.iter().all(Value::is_number) => {
                let length = name.len();
                for (place, value) in values.iter().enumerate() {
                    name.push('.');
                    name.push_str(&place.to_string());
                    self.label(name, value, side, change);
                    name.truncate(length);
                }
            }
            Value::Bool(value) => self.name(name, if *value { "true" } else { "false" }, side, change),
            _ => {}
        }
    }

    fn change_fields(&mut self, article: &Article, change: Change) {
        if self.fields.is_empty() {
            let field =
                |field: &Field| FieldAccount { field: field.name().to_owned(), ..FieldAccount::default() };
            self.fields = Field::ALL.iter().map(field).collect();
        }
        for (field, account) in Field::ALL.iter().zip(&mut self.fields) {
            if !article.has(*field) {
                continue;
            }
            let add = |count: &mut u64| match change {
                Change::Add => *count += 1,
                Change::Remove => *count = count.saturating_sub(1),
            };
            add(&mut account.present);
            if let Some(found) = article.found.get(*field).map(Found::name) {
                match account.found.get_mut(found) {
                    Some(count) => add(count),
                    None => add(account.found.entry(found.to_owned()).or_default()),
                }
            }
        }
    }

    fn name(&mut self, name: &str, value: &str, side: Side, change: Change) {
        match label_of(&mut self.names, name) {
            Some(values) => name_of(values, value).change(side, change),
            None => self.others.change(side, change),
        }
    }

    fn number(&mut self, name: &str, value: f64, side: Side, change: Change) {
        match label_of(&mut self.numbers, name) {
            Some(spread) => spread.change(value, side, change),
            None => self.others.change(side, change),
        }
    }
}

/// What is counted of a label, if there is room for it.
fn label_of<'a, T: Default>(labels: &'a mut BTreeMap<String, T>, name: &str) -> Option<&'a mut T> {
    if !labels.contains_key(name) {
        if labels.len() >= MOST_LABELS || name.len() > LONGEST_LABEL_BYTES {
            return None;
        }
        labels.insert(name.to_owned(), T::default());
    }
    labels.get_mut(name)
}

fn name_of<'a>(values: &'a mut BTreeMap<String, Split>, value: &str) -> &'a mut Split {
    let value = if values.contains_key(value) || values.len() < MOST_NAMES { value } else { OTHERS };
    if !values.contains_key(value) {
        values.insert(value.to_owned(), Split::default());
    }
    values.get_mut(value).expect("it was put in if it was not there")
}

/// Characters, by the bytes that begin one: ten times as fast as decoding them.
pub(super) fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::article::Source;

    fn article(language: &str, score: f64) -> Article {
        let mut article = Article::new(Source { dump: Arc::from("d"), line: 1, id: None });
        article.language = language.to_owned();
        article.text = "größer".to_owned();
        article.title = "Ferry".to_owned();
        article.found.set(Field::Title, Found::Meta);
        article.labels.insert(
            "spun".to_owned(),
            json!({"spun": true, "score": score, "evidence": [{"words": 1}], "of": {"words": 3}, "sizes": [0.25, 7]}),
        );
        article
    }

    fn profile(articles: &[(Article, Side)]) -> Profile {
        let mut profile = Profile::default();
        articles.iter().for_each(|(article, side)| profile.count(article, *side));
        profile
    }

    #[test]
    fn fields_names_and_numbers_are_counted() {
        let profile = profile(&[(article("de", 0.5), Side::Kept), (article("en", 0.5), Side::Dropped)]);
        let title = profile.fields.iter().find(|field| field.field == "title").expect("it is a field");
        assert_eq!((title.present, title.found.get("meta")), (1, Some(&1)));
        assert_eq!(profile.names["language"]["de"], Split { kept: 1, dropped: 0 });
        assert_eq!(profile.names["spun.spun"]["true"], Split { kept: 1, dropped: 1 });
        assert_eq!(profile.numbers["spun.score"].dropped.total(), 1);
        assert_eq!(
            profile.numbers.keys().collect::<Vec<_>>(),
            ["spun.of.words", "spun.score", "spun.sizes.0", "spun.sizes.1", "text.characters"]
        );
        let (from, to, _) = profile.numbers["text.characters"].kept.buckets().next().expect("there is one");
        assert!(from <= 6.0 && 6.0 < to);
    }

    #[test]
    fn batches_add_up_and_a_duplicate_changes_sides() {
        let [a, b, c] = [article("de", 0.1), article("de", 0.7), article("fr", 0.9)];
        let mut merged = profile(&[(a.clone(), Side::Kept)]);
        merged.merge(profile(&[(b.clone(), Side::Kept), (c.clone(), Side::Dropped)]));
        assert_eq!(
            merged,
            profile(&[(a.clone(), Side::Kept), (b.clone(), Side::Kept), (c.clone(), Side::Dropped)])
        );
        merged.drop(&b);
        let expected = profile(&[(a, Side::Kept), (b, Side::Dropped), (c, Side::Dropped)]);
        assert_eq!(merged, expected);
    }

    #[test]
    fn names_without_end_are_counted_together() {
        let mut profile = Profile::default();
        for number in 0..MOST_NAMES + 5 {
            profile.count(&article(&format!("l{number}"), 0.5), Side::Kept);
        }
        let languages = &profile.names["language"];
        assert_eq!(languages.len(), MOST_NAMES + 1);
        assert_eq!(languages[OTHERS].kept, 5);
    }

    #[test]
    fn labels_without_end_are_counted_together() {
        let record = |number: usize| {
            let mut article = Article::new(Source { dump: Arc::from("d"), line: 1, id: None });
            article.labels.insert(format!("k{number}"), json!({"score": 0.5, "name": "x"}));
            article
        };
        let records = MOST_LABELS + 50;
        let mut whole = Profile::default();
        for batch in 0..records / 50 {
            let mut part = Profile::default();
            (batch * 50..(batch + 1) * 50).for_each(|number| part.count(&record(number), Side::Kept));
            whole.merge(part);
        }
        // Beside the language and the text's length.
        assert_eq!((whole.names.len(), whole.numbers.len()), (MOST_LABELS, MOST_LABELS));
        assert_eq!(whole.others, Split { kept: 102, dropped: 0 });
        whole.drop(&record(records - 1));
        assert_eq!(whole.others, Split { kept: 100, dropped: 2 });
        let long = "k".repeat(LONGEST_LABEL_BYTES);
        let mut article = record(0);
        article.labels = [(long, json!({"score": 1}))].into();
        let mut profile = Profile::default();
        profile.count(&article, Side::Kept);
        assert_eq!((profile.numbers.len(), profile.others.kept), (1, 1));
    }
}
