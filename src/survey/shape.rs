//! What records of one shape have under which keys: the fields that were found, and the keys that are left.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use crate::article::{Article, ArticleDate};
use crate::date::DayOrder;
use crate::decode::{Slot, is_picture, list_in};
use crate::text::{host_of, language_code};

/// Keys that are told apart in a shape. Records that have addresses or numbers for keys have no end of them.
const MOST_KEYS: usize = 400;
/// Values of a key that are told apart.
const MOST_DISTINCT: usize = 1000;
/// How much of two shapes has to be the same for one: of ten keys that the smaller one has, so many.
const SAME_OF_TEN: usize = 7;
/// Characters of a value that are shown.
const SAMPLE_CHARACTERS: usize = 60;
/// Shorter strings are no articles.
pub(super) const LEAST_TEXT_CHARACTERS: usize = 200;

/// Records whose keys are the same for the most part.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// The dumps that have them.
    pub(crate) dumps: Vec<String>,
    /// How many were looked at.
    pub(crate) records: u64,
    /// The fields that were found: under which keys, and in how many records.
    pub(crate) fields: BTreeMap<Slot, Keys>,
    /// What no field took, by key.
    pub(crate) left: BTreeMap<String, Values>,
    /// When the records were published, where that was found.
    pub(super) published: Dates,
}

/// The dates of some records.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates {
    /// By the record's number in its shape, in milliseconds.
    by_record: BTreeMap<u64, i64>,
}

impl Dates {
    /// Fewer dates tell nothing.
    const LEAST: usize = 10;
    /// What may lie between the clocks of two zones.
    const ZONES: i64 = 14 * 3_600_000;

    fn add(&mut self, record: u64, date: ArticleDate) {
        if self.by_record.len() < MOST_DISTINCT {
            self.by_record.insert(record, date.utc_milliseconds());
        }
    }

    fn absorb(&mut self, other: Self, records_before: u64) {
        let moved = other.by_record.into_iter().map(|(record, date)| (record + records_before, date));
        self.by_record.extend(moved.take(MOST_DISTINCT - self.by_record.len()));
    }

    /// Whether these are when records were fetched that were published on `published`: not before that, and within a third of the
    /// time in which they were.
    pub(super) fn are_crawls_of(&self, published: &Self) -> bool {
        let pairs: Vec<(i64, i64)> = self
            .by_record
            .iter()
            .filter_map(|(record, date)| Some((*date, *published.by_record.get(record)?)))
            .collect();
        let later = pairs.iter().filter(|(date, published)| date + Self::ZONES >= *published).count();
        let spread = |mut dates: Vec<i64>| {
            dates.sort_unstable();
            let edge = dates.len() / 20;
            dates.get(dates.len() - 1 - edge).zip(dates.get(edge)).map_or(0, |(last, first)| last - first)
        };
        pairs.len() >= Self::LEAST
            && later * 20 >= pairs.len() * 19
            && spread(pairs.iter().map(|(date, _)| *date).collect()) * 3
                <= spread(pairs.iter().map(|(_, published)| *published).collect())
    }
}

/// The keys of a field.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Records that have the field.
    pub(crate) records: u64,
    /// Records by key.
    pub(crate) by_key: BTreeMap<String, u64>,
}

/// What stands under a key.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Records that have something there.
    pub(crate) records: u64,
    /// How many of each [`Kind`].
    kinds: [u64; Kind::ALL.len()],
    /// Records in which it could be a value of a field.
    fits: BTreeMap<Slot, u64>,
    /// Characters, of texts and of lists of texts.
    pub(crate) characters: u64,
    /// Hashes of the values.
    distinct: BTreeSet<u64>,
    /// The hash of the first value that each host has, by the hash of the host.
    by_host: BTreeMap<u64, u64>,
    /// A host has several.
    varies_within_a_host: bool,
    /// The beginning of the first text.
    pub(crate) sample: String,
    /// Those that are dates.
    dates: Dates,
    /// Records that have several words or names there.
    lists: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    List,
    Object,
    Boolean,
}

impl Kind {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Text, "text"),
        (Self::Number, "number"),
        (Self::List, "list"),
        (Self::Object, "object"),
        (Self::Boolean, "yes or no"),
    ];
}

impl Shape {
    /// Counts a record.
    pub(super) fn count(&mut self, origins: &[(Slot, Vec<String>)], article: &Article) {
        let record = self.records;
        self.records += 1;
        if let Some(published) = article.published {
            self.published.add(record, published);
        }
        let mut seen = BTreeSet::new();
        for (slot, path) in origins {
            let keys = self.fields.entry(*slot).or_default();
            keys.records += u64::from(seen.insert(*slot));
            let key = path.join(".");
            if keys.by_key.len() < MOST_KEYS || keys.by_key.contains_key(&key) {
                *keys.by_key.entry(key).or_default() += 1;
            }
        }
        if let Ok(Value::Object(extra)) = serde_json::from_str(&article.extra) {
            let host = host_of(&article.url);
            extra.iter().for_each(|(key, value)| self.leave(key.clone(), value, host, record));
        }
    }

    fn leave(&mut self, path: String, value: &Value, host: &str, record: u64) {
        match value {
            Value::Null => {}
            Value::Object(values) if !values.is_empty() => {
                values
                    .iter()
                    .for_each(|(key, value)| self.leave(format!("{path}.{key}"), value, host, record));
            }
            _ if self.left.len() >= MOST_KEYS && !self.left.contains_key(&path) => {}
            value => self.left.entry(path).or_default().count(value, host, record),
        }
    }

    /// The share of the records that have a field, in percent.
    pub(super) fn percent(&self, slot: Slot) -> u64 {
        self.fields.get(&slot).map_or(0, |keys| keys.records * 100 / self.records.max(1))
    }

    /// All keys of a tenth of the records or more.
    fn keys(&self) -> BTreeSet<&str> {
        let is_usual = |count: u64| count * 10 >= self.records;
        let fields = self.fields.values().flat_map(|keys| &keys.by_key);
        let fields = fields.filter(|(_, count)| is_usual(**count)).map(|(key, _)| &**key);
        let left = self.left.iter().filter(|(_, values)| is_usual(values.records)).map(|(key, _)| &**key);
        fields.chain(left).collect()
    }

    /// Whether another shape has the same keys, but for a few.
    fn is_like(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.keys(), other.keys());
        let shared = mine.intersection(&theirs).count();
        shared * 10 >= mine.len().min(theirs.len()) * SAME_OF_TEN && shared > 0
    }

    /// Whether the dates under a key are when the records were fetched: held against when they were published, or else against
    /// the other dates that no field took.
    pub(super) fn is_of_crawls(&self, key: &str) -> bool {
        let Some(values) = self.left.get(key) else { return false };
        let others = self.left.iter().filter(|(other, values)| *other != key && values.fits(Slot::Published));
        let mut published = if self.fields.contains_key(&Slot::Published) {
            vec![&self.published]
        } else {
            others.map(|(_, values)| &values.dates).collect()
        };
        published.retain(|dates| values.dates.are_crawls_of(dates));
        !published.is_empty()
    }

    fn merge(&mut self, other: Self) {
        let records_before = self.records;
        self.published.absorb(other.published, records_before);
        self.dumps.extend(other.dumps);
        self.records += other.records;
        for (slot, keys) in other.fields {
            let mine = self.fields.entry(slot).or_default();
            mine.records += keys.records;
            for (key, count) in keys.by_key {
                *mine.by_key.entry(key).or_default() += count;
            }
        }
        for (key, values) in other.left {
            self.left.entry(key).or_default().merge(values, records_before);
        }
    }

    /// Adds a dump's shape to those that there are, of which one may be the same.
    pub(super) fn add_to(self, shapes: &mut Vec<Self>) {
        match shapes.iter_mut().find(|shape| shape.is_like(&self)) {
            Some(shape) => shape.merge(self),
            None => shapes.push(self),
        }
    }
}

impl Values {
    fn count(&mut self, value: &Value, host: &str, record: u64) {
        // A table writes a list as a text.
        let listed = value.as_str().and_then(list_in).map(Value::Array);
        let value = listed.as_ref().unwrap_or(value);
        self.records += 1;
        let (kind, text) = match value {
            Value::String(text) => (Kind::Text, text.clone()),
            Value::Array(items) => (Kind::List, texts(items)),
            Value::Number(number) => (Kind::Number, number.to_string()),
            Value::Object(_) => (Kind::Object, String::new()),
            Value::Bool(_) | Value::Null => (Kind::Boolean, String::new()),
        };
        self.kinds[kind as usize] += 1;
        let length = text.chars().count();
        if matches!(kind, Kind::Text | Kind::List) {
            self.characters += length as u64;
        }
        let hash = xxh3_64(text.as_bytes());
        if self.distinct.len() < MOST_DISTINCT {
            self.distinct.insert(hash);
        }
        self.say_of_host(xxh3_64(host.as_bytes()), hash);
        for slot in fitting(value, &text, length) {
            *self.fits.entry(slot).or_default() += 1;
            if slot == Slot::Published
                && let Some(date) = date_of(value, &text)
            {
                self.dates.add(record, date);
            }
        }
        self.lists += u64::from(match value {
            Value::Array(items) => items.len() > 1,
            _ => parts(&text).count() > 1,
        });
        if self.sample.is_empty() {
            let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
            self.sample = shown.chars().take(SAMPLE_CHARACTERS).collect();
            if shown.chars().count() > SAMPLE_CHARACTERS {
                self.sample.push('…');
            }
        }
    }

    fn say_of_host(&mut self, host: u64, value: u64) {
        if self.by_host.len() < MOST_DISTINCT || self.by_host.contains_key(&host) {
            self.varies_within_a_host |= *self.by_host.entry(host).or_insert(value) != value;
        }
    }

    fn merge(&mut self, other: Self, records_before: u64) {
        self.dates.absorb(other.dates, records_before);
        self.lists += other.lists;
        self.varies_within_a_host |= other.varies_within_a_host;
        other.by_host.into_iter().for_each(|(host, value)| self.say_of_host(host, value));
        self.records += other.records;
        self.kinds.iter_mut().zip(other.kinds).for_each(|(mine, theirs)| *mine += theirs);
        for (slot, count) in other.fits {
            *self.fits.entry(slot).or_default() += count;
        }
        self.characters += other.characters;
        self.distinct.extend(other.distinct);
        if self.sample.is_empty() {
            self.sample = other.sample;
        }
    }

    /// Whether nine in ten of the values could be of a field.
    pub(super) fn fits(&self, slot: Slot) -> bool {
        self.fits.get(&slot).is_some_and(|fits| fits * 10 >= self.records * 9)
    }

    /// Whether nearly every value is another one.
    pub(super) fn are_distinct(&self) -> bool {
        self.distinct.len() as u64 * 10 >= self.records.min(MOST_DISTINCT as u64) * 9
    }

    /// Whether each host has a value of its own: the value says which site it is.
    pub(super) fn are_of_sites(&self) -> bool {
        self.by_host.len() > 1 && self.different() > 1 && !self.varies_within_a_host
    }

    /// Whether a third of the records have several words or names.
    pub(super) fn are_lists(&self) -> bool {
        self.lists * 3 >= self.records
    }

    /// How many values there are.
    pub(super) fn different(&self) -> usize {
        self.distinct.len()
    }

    /// The length of its texts in the mean, in characters.
    pub(crate) fn mean_length(&self) -> u64 {
        self.characters / self.records.max(1)
    }

    /// Whether most of its values are sentences.
    pub(crate) fn are_prose(&self) -> bool {
        self.fits.get(&Slot::Description).is_some_and(|fits| fits * 2 >= self.records)
    }

    /// What its values are for the most part.
    pub(crate) fn kind(&self) -> &'static str {
        let most = Kind::ALL.iter().max_by_key(|(kind, _)| self.kinds[*kind as usize]);
        most.map_or("", |(_, name)| name)
    }
}

/// All texts in a list.
fn texts(items: &[Value]) -> String {
    let mut texts = Vec::new();
    let mut open: Vec<&Value> = items.iter().rev().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => texts.push(text.as_str()),
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(object) => open.extend(object.values().rev()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    texts.join("\n")
}

/// The fields that a value could be of by what it is.
fn fitting(value: &Value, text: &str, length: usize) -> Vec<Slot> {
    if matches!(value, Value::Number(_)) {
        return match (date_of(value, text).is_some(), value.is_i64() || value.is_u64()) {
            (true, _) => vec![Slot::Published],
            (false, true) => vec![Slot::Id],
            (false, false) => Vec::new(),
        };
    }
    let text = text.trim();
    let words = text.split_whitespace().count();
    if let Value::Array(items) = value {
        return fitting_list(items, length);
    }
    let is_page = length >= LEAST_TEXT_CHARACTERS && text.contains("</");
    if is_address(text) {
        return vec![if is_picture(text) { Slot::Images } else { Slot::Url }];
    }
    if is_page {
        return vec![Slot::Html];
    }
    if length >= LEAST_TEXT_CHARACTERS {
        return vec![Slot::Text, Slot::Description];
    }
    if date_of(value, text).is_some() {
        return vec![Slot::Published];
    }
    let mut fits = Vec::new();
    if parts(text).all(|part| is_short(part) && part.split_whitespace().count() <= 3) {
        fits.push(Slot::Tags);
    }
    if length <= 20 && language_code(text).is_some() {
        fits.push(Slot::Language);
    }
    if length > 1 && words == 1 && !text.contains(' ') {
        fits.push(Slot::Id);
    }
    // Scripts without spaces write a headline in one word.
    let is_sentence = words >= 2 || (length >= 6 && !text.is_ascii());
    if is_sentence {
        fits.push(if length <= 150 { Slot::Title } else { Slot::Description });
    }
    if length >= 60 && is_sentence {
        fits.push(Slot::Description);
    }
    if is_short(text) {
        fits.extend([Slot::Section, Slot::SiteName]);
        if is_like_name(text) {
            fits.push(Slot::Authors);
        }
    }
    fits
}

/// The fields that a list could be of.
fn fitting_list(items: &[Value], length: usize) -> Vec<Slot> {
    let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
    let is_all = |test: &dyn Fn(&str) -> bool| !texts.is_empty() && texts.iter().all(|text| test(text));
    if texts.len() < items.len() {
        let picture = |item: &Value| {
            item.as_object()?.values().filter_map(Value::as_str).find(|text| is_picture(text)).map(drop)
        };
        let are_pictures = !items.is_empty() && items.iter().all(|item| picture(item).is_some());
        // Paragraphs, or blocks of an editor; what has addresses is a list of other articles.
        let objects = items.iter().filter_map(Value::as_object);
        let mut values = objects.flat_map(serde_json::Map::values);
        let has_address = values.any(|value| value.as_str().is_some_and(is_address));
        return match (are_pictures, length >= LEAST_TEXT_CHARACTERS && !has_address) {
            (true, _) => vec![Slot::Images],
            (false, true) => vec![Slot::Text, Slot::Description],
            (false, false) => Vec::new(),
        };
    }
    if is_all(&is_address) {
        return if is_all(&is_picture) { vec![Slot::Images] } else { Vec::new() };
    }
    if is_all(&is_short) {
        return if is_all(&is_like_name) { vec![Slot::Authors, Slot::Tags] } else { vec![Slot::Tags] };
    }
    if length >= LEAST_TEXT_CHARACTERS { vec![Slot::Text, Slot::Description] } else { Vec::new() }
}

fn is_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

/// The date that a value is.
fn date_of(value: &Value, text: &str) -> Option<ArticleDate> {
    if matches!(value, Value::Number(_)) {
        /// A count may be a million; a second of this century is more.
        const LEAST_SECONDS: f64 = 6e8;
        let number = text.parse().ok().filter(|number| *number >= LEAST_SECONDS);
        return number.and_then(ArticleDate::from_epoch);
    }
    let text = text.trim();
    let may_be = text.len() <= 40 && text.bytes().filter(u8::is_ascii_digit).count() >= 4;
    may_be.then(|| ArticleDate::parse(text, &DayOrder::DayFirst.into()))?
}

/// The words of a list in one text: `Hafen, Brücke; Rat`.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|', '、', '،']).map(str::trim).filter(|part| !part.is_empty())
}

/// Two words or more, of which two begin as names do.
fn is_like_name(text: &str) -> bool {
    let is_name =
        |word: &&str| word.chars().next().is_some_and(|first| !first.is_lowercase() && !first.is_numeric());
    let words = text.split_whitespace().count();
    (2..=5).contains(&words) && text.split_whitespace().filter(is_name).count() >= 2
}

/// A word or a few.
fn is_short(text: &str) -> bool {
    let text = text.trim();
    text.chars().count() <= 60
        && text.split_whitespace().count() <= 5
        && text.chars().any(char::is_alphabetic)
}
