//! From a JSON value to a field's value.
//!
//! Each function takes what it understands out of the value; what is left in it then says whether the field took all of it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::bounds::{self, LONGEST_BYTES, LONGEST_LIST_BYTES, MOST_ITEMS, value_of};
use super::fields::Slot;
use super::people;
use crate::article::{Article, ArticleDate, Field, Found, Image};
use crate::date::OrderEvidence;
use crate::text::{language_code, says_nothing};

/// Keys under which an object that stands for a text keeps the text itself, best first.
const TEXT_KEYS: &[&str] = &[
    "name",
    "String",
    "rendered",
    "text",
    "value",
    "main",
    "basic",
    "default",
    "original",
    "@value",
    "#text",
    "_",
    "label",
    "title",
    "display_name",
    "displayName",
    "code",
    "content",
];
/// As [`TEXT_KEYS`], of a body.
pub(super) const BODY_KEYS: [&str; 18] = [
    "rendered",
    "text",
    "value",
    "original",
    "@value",
    "#text",
    "_",
    "plain",
    "S",
    "stringValue",
    "String",
    "#cdata",
    "basic",
    "processed",
    "fit_markdown",
    "raw_markdown",
    "content",
    "v",
];

/// How much of a value a field took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Nothing: the value does not fit, and the field is as it was.
    None,
    /// A part of it.
    Part,
    /// All that says anything.
    Whole,
}

/// Whether a value says nothing: `null`, an empty string, list or object, or [`says_nothing`] as a string.
pub(super) fn is_nothing(raw: &str) -> bool {
    matches!(raw, "null" | "\"\"" | "[]" | "{}")
        || raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).is_some_and(says_nothing)
}

/// Whether a description is the article itself: several paragraphs, or more than anybody writes to sum one up.
pub(super) fn is_body(description: &str) -> bool {
    const LEAST_CHARACTERS: usize = 1_000;
    let paragraphs = description.matches("</p>").count().max(description.matches("\n\n").count());
    paragraphs >= 2 || description.chars().nth(LEAST_CHARACTERS).is_some()
}

/// Takes a value out of what databases wrap it in to say of what type it is: `{"S": "x"}`, `{"stringValue": "x"}`,
/// `{"arrayValue": {"values": […]}}`, `{"$binary": {"base64": "…"}}`, `{"type": "url", "url": "…"}`.
fn untyped(value: &mut Value) {
    #[rustfmt::skip]
    const TYPES: [&str; 28] = [
        "S", "N", "L", "M", "SS", "NS", "stringValue", "integerValue", "doubleValue", "timestampValue", "arrayValue", "mapValue", "values",
        "$date", "$oid", "$uuid", "$symbol", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$binary",
        // Avro, where a value may be of several types
        "string", "int", "long", "double", "array",
        // BigQuery's responses
        "v",
    ];
    match value {
        Value::Object(object) if object.len() == 1 => {
            let Some(inner) = TYPES.iter().find_map(|name| object.remove(*name)) else { return };
            *value = inner;
            if let Value::Object(binary) = value
                && let Some(base64) = binary.get_mut("base64")
            {
                *value = base64.take();
            }
            untyped(value);
        }
        Value::Object(object) => {
            let kind = object.get("type").and_then(Value::as_str).filter(|kind| *kind != "type");
            let Some(inner) = kind.map(str::to_owned).and_then(|kind| object.remove(&kind)) else { return };
            *value = inner;
            untyped(value);
        }
        Value::Array(items) => {
            // A line in pieces, each with its marks.
            let pieces: Option<String> = items.iter().map(|item| item.get("plain_text")?.as_str()).collect();
            match pieces.filter(|_| !items.is_empty()) {
                Some(text) => *value = text.into(),
                None => items.iter_mut().for_each(untyped),
            }
        }
        _ => {}
    }
}

/// Whether a value is an object of one key: where a text was found in it, that is all there is.
pub(super) fn is_single(raw: &str) -> bool {
    matches!(value_of(raw), Some((Value::Object(object), true)) if object.len() == 1)
}

/// Fills a field from a JSON value.
pub(super) fn fill(article: &mut Article, slot: Slot, raw: &str, others: &OrderEvidence<'_>) -> Fit {
    if is_nothing(raw) {
        return Fit::None;
    }
    // An id has more digits than a number of JSON holds.
    if raw.len() > if is_list(slot) { LONGEST_LIST_BYTES } else { LONGEST_BYTES } {
        return Fit::None;
    }
    let is_number = raw.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let (mut value, is_all) = if is_number && is_text(slot) {
        (Value::from(raw), true)
    } else {
        // Nested deeper than serde_json's limit of 128 is no value of any field.
        let Some(value) = value_of(raw) else { return Fit::None };
        value
    };
    if raw.starts_with(['{', '[']) {
        untyped(&mut value);
    }
    let is_filled = fill_from(article, slot, &mut value, others);
    if !is_filled {
        Fit::None
    } else if !is_all || is_left(&value) {
        Fit::Part
    } else {
        Fit::Whole
    }
}

/// Whether a number is a text like any other in a field.
fn is_text(slot: Slot) -> bool {
    matches!(slot, Slot::Id | Slot::Title | Slot::Description | Slot::Section | Slot::Dateline)
}

/// Whether a field holds more than one value of its kind.
fn is_list(slot: Slot) -> bool {
    matches!(slot, Slot::Authors | Slot::Contributors | Slot::Tags | Slot::Images | Slot::Labels)
}

/// Whether a value that no field took says something.
pub(super) fn says_something(raw: &str) -> bool {
    !is_nothing(raw) && value_of(raw).is_none_or(|(value, is_all)| !is_all || is_left(&value))
}

/// Whether a value still says something.
fn is_left(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty() && !says_nothing(text),
        Value::Array(items) => items.iter().any(is_left),
        Value::Object(object) => object.values().any(is_left),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn fill_from(article: &mut Article, slot: Slot, value: &mut Value, others: &OrderEvidence<'_>) -> bool {
    let are_labels = slot == Slot::Labels && bounds::are_labels(value);
    match slot {
        Slot::Id => set(&mut article.source.id, text_in(value).map(Some)),
        Slot::Url => set(&mut article.url, url_in(value)),
        Slot::SourceUrl => set(&mut article.source_url, text_in(value)),
        Slot::Title => found(article, Field::Title, |article| {
            set(&mut article.title, text_in(value).filter(|title| !is_path(title)))
        }),
        Slot::Description => {
            found(article, Field::Description, |article| set(&mut article.description, text_in(value)))
        }
        Slot::SiteName => found(article, Field::SiteName, |article| {
            set(&mut article.site_name, text_in(value).filter(|name| is_name(name)))
        }),
        Slot::Dateline => {
            found(article, Field::Dateline, |article| set(&mut article.dateline, text_in(value)))
        }
        Slot::Section => found(article, Field::Section, |article| set(&mut article.section, text_in(value))),
        Slot::Authors => {
            found(article, Field::Authors, |article| set(&mut article.authors, people::names(value)))
        }
        Slot::Contributors => found(article, Field::Contributors, |article| {
            set(&mut article.contributors, people::names(value))
        }),
        Slot::Crawled => set(&mut article.crawled, date_in(value, others).map(Some)),
        Slot::Published => found(article, Field::Published, |article| {
            let date = date_in(value, &with(article, others));
            set(&mut article.published, date.map(Some))
        }),
        Slot::Modified => found(article, Field::Modified, |article| {
            let date = date_in(value, &with(article, others));
            set(&mut article.modified, date.map(Some))
        }),
        Slot::Tags => found(article, Field::Tags, |article| set(&mut article.tags, tags_in(value))),
        Slot::Language => {
            found(article, Field::Language, |article| set(&mut article.language, language_in(value)))
        }
        Slot::LanguageScore => set(&mut article.language_score, number_in(value).map(Some)),
        Slot::Images => found(article, Field::Images, |article| set(&mut article.images, images_in(value))),
        Slot::Labels => match value {
            Value::Object(labels) if are_labels => {
                article.labels.extend(std::mem::take(labels));
                true
            }
            _ => false,
        },
        // It follows from the URL; where there is none, it is the only trace of the site and is kept.
        Slot::Host => {
            !article.url.is_empty() && text_in(value).is_some_and(|host| article.url.contains(&host))
        }
        Slot::Text | Slot::Html => false,
    }
}

fn set<T>(field: &mut T, value: Option<T>) -> bool {
    let Some(value) = value else { return false };
    *field = value;
    true
}

fn found(article: &mut Article, field: Field, fill: impl FnOnce(&mut Article) -> bool) -> bool {
    let filled = fill(article);
    if filled {
        article.found.set(field, Found::Input);
    }
    filled
}

/// A time under a key such as `date_gmt` or `published_utc` is in UTC, where it does not say otherwise itself.
pub(super) fn know_zone(article: &mut Article, slot: Slot, key: &str) {
    if let Some(date) = date_of(article, slot) {
        *date = date.map(|date| in_zone_of(date, key));
    }
}

fn date_of(article: &mut Article, slot: Slot) -> Option<&mut Option<ArticleDate>> {
    match slot {
        Slot::Crawled => Some(&mut article.crawled),
        Slot::Published => Some(&mut article.published),
        Slot::Modified => Some(&mut article.modified),
        _ => None,
    }
}

fn in_zone_of(date: ArticleDate, key: &str) -> ArticleDate {
    let end = key.len().checked_sub(3).and_then(|from| key.get(from..)).unwrap_or_default();
    if end.eq_ignore_ascii_case("gmt") || end.eq_ignore_ascii_case("utc") { date.or_in_utc() } else { date }
}

/// What a second value of a date adds to the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addition {
    /// Nothing.
    None,
    /// The time of the day.
    Time,
    /// It says the same more exactly, and takes the other's place.
    Exactness,
}

/// Looks at another value that may be a date of the article's: of `2024-05-01 12:00` under `date` and `2024-05-01T10:00:00Z` under
/// `date_utc` the second one is the same moment with its zone, and of `2024-05-01` and `10:00` under `time` the second is the time.
pub(super) fn add_date(
    article: &mut Article,
    slot: Slot,
    (first_key, key): (&str, &str),
    raw: &str,
    others: &OrderEvidence<'_>,
) -> Addition {
    let Some(first) = date_of(article, slot).and_then(|date| *date) else { return Addition::None };
    if matches!(first, ArticleDate::Exact(..)) || raw.len() > LONGEST_BYTES || is_nothing(raw) {
        return Addition::None;
    }
    let Some((mut value, _)) = value_of(raw) else { return Addition::None };
    let time = value.as_str().filter(|text| first.is_day() && is_time(text)).map(str::to_owned);
    let are_one = || same_but_for_form(first_key, key);
    let (date, addition) = if let Some(time) = time {
        let whole = ArticleDate::parse(&format!("{first} {time}"), others).filter(|_| are_one());
        (whole, Addition::Time)
    } else {
        let date = date_in(&mut value, &with(article, others)).map(|date| in_zone_of(date, key));
        let is_same = |date: &ArticleDate| date.is_moment_of(first) || (date.has_time_of(first) && are_one());
        (date.filter(is_same), Addition::Exactness)
    };
    if date.is_none() {
        return Addition::None;
    }
    set(date_of(article, slot).expect("it has a date"), Some(date));
    addition
}

/// `10:00`, `10:00:00.5`, `10:00 AM`
fn is_time(text: &str) -> bool {
    /// `10:00:00.123456+02:00`
    const LONGEST_BYTES: usize = 24;
    let text = text.trim();
    let (hour, rest) = text.split_once(':').unwrap_or_default();
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= LONGEST_BYTES
        && matches!(hour.len(), 1 | 2)
        && is_number(hour)
        && rest.get(..2).is_some_and(is_number)
}

/// Whether two keys of dates are of the same date in two forms: `published_at` and `publishedUtc`, `date` and `time`.
fn same_but_for_form(one: &str, other: &str) -> bool {
    #[rustfmt::skip]
    const FORMS: [&str; 12] = ["timestamp", "datetime", "local", "epoch", "unix", "date", "time", "utc", "gmt", "iso", "at", "on"];
    /// `publ`, `post`
    const LEAST_BYTES: usize = 4;
    let stem = |key: &str| {
        let letters = key.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_lowercase());
        let letters: String = letters.map(char::from).collect();
        let mut stem = &*letters;
        while let Some(rest) =
            FORMS.iter().find_map(|form| stem.strip_suffix(form).or_else(|| stem.strip_prefix(form)))
        {
            stem = rest;
        }
        stem.to_owned()
    };
    let (one, other) = (stem(one), stem(other));
    let shared = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    one == other || shared >= LEAST_BYTES.min(one.len()).min(other.len()).max(3)
}

/// The text that a value is: a string, a number, the first of a list, the name in an object.
pub(super) fn text_of(raw: &str) -> Option<String> {
    text_in(&mut value_of(raw)?.0)
}

/// As [`text_of`], taken out of a parsed value.
pub(super) fn text_in(value: &mut Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let text = std::mem::take(text);
            (!text.trim().is_empty() && !says_nothing(&text)).then_some(text)
        }
        Value::Number(_) => Some(value.take().to_string()),
        Value::Array(items) => items.iter_mut().find_map(text_in),
        Value::Object(object) => text_under(object, TEXT_KEYS),
        Value::Null | Value::Bool(_) => None,
    }
}

/// The text under the first of the keys that has one, or under the only key there is: `{"$oid": …}`, `{"en": …}`, `{"S": …}`.
fn text_under(object: &mut Map<String, Value>, keys: &[&str]) -> Option<String> {
    let take = |value: &mut Value| match value {
        Value::String(_) => text_in(value),
        Value::Object(inner) => text_under(inner, TEXT_KEYS),
        _ => None,
    };
    if let Some(text) = keys.iter().find_map(|key| take(object.get_mut(*key)?)) {
        return Some(text);
    }
    let mut values = object.values_mut();
    let only = values.next()?;
    if values.next().is_some() {
        return None;
    }
    match only {
        // `{"sentences": ["…", "…"]}`
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let texts: Vec<String> = items.iter_mut().filter_map(text_in).collect();
            (!texts.is_empty()).then(|| texts.join(" "))
        }
        Value::String(_) => take(only),
        _ => None,
    }
}

fn url_in(value: &mut Value) -> Option<String> {
    match value {
        Value::Array(items) => items.iter_mut().find_map(url_in),
        Value::Object(object) => {
            let url = text_under(
                object,
                &["href", "@href", "url", "@id", "rendered", "#text", "value", "_", "permalink", "String"],
            );
            url.filter(|url| looks_like_url(url))
        }
        Value::String(text) if looks_like_url(text) => {
            let url = std::mem::take(text);
            Some(if url.trim().len() == url.len() { url } else { url.trim().to_owned() })
        }
        _ => None,
    }
}

/// `source` is a URL in one tool's records and a slug or a label in others'.
fn looks_like_url(text: &str) -> bool {
    let text = text.trim_start();
    text.contains("://")
        || text.starts_with("//")
        || (text.contains('.') && text.contains('/') && !text.starts_with('/'))
        || text.starts_with("www.")
}

/// Under `name` some have where a record is: `projects/news/documents/7`.
fn is_path(text: &str) -> bool {
    !text.contains(char::is_whitespace) && text.matches('/').count() >= 2
}

/// A publication's name is a few words, not a URL and not a file name.
fn is_name(text: &str) -> bool {
    text.len() <= 120 && !text.contains("://") && text.chars().any(char::is_alphabetic)
}

/// What `source` has is a publication where it is written like a name: corpora have `common-crawl` or `mC4` there.
pub(super) fn is_proper_name(text: &str) -> bool {
    let is_word =
        |word: &str| word.chars().next().is_some_and(|first| first.is_uppercase() || !first.is_ascii());
    is_name(text)
        && !text.contains(['/', '_'])
        && text.trim().starts_with(|first: char| !first.is_ascii_lowercase())
        && text.split_whitespace().any(is_word)
}

/// What the record's other values say, with what the article has by now.
fn with<'a>(article: &'a Article, others: &OrderEvidence<'a>) -> OrderEvidence<'a> {
    let OrderEvidence { language, text, undecided, .. } = *others;
    OrderEvidence { language, text, undecided, ..article.date_evidence(others.setting) }
}

fn date_in(value: &mut Value, evidence: &OrderEvidence<'_>) -> Option<ArticleDate> {
    let date = match value {
        // Seconds may have a fraction, and stand in a string.
        Value::String(text) => ArticleDate::parse(text, evidence)
            .or_else(|| ArticleDate::from_epoch(text.trim().parse().ok()?))
            .or_else(|| ArticleDate::parse(&extended(text.trim())?, evidence))
            .or_else(|| ArticleDate::parse(&of_ctime(text.trim())?, evidence))
            .or_else(|| ArticleDate::parse(&without_zone_name(text.trim())?, evidence))
            .or_else(|| ArticleDate::from_epoch(of_dot_net(text.trim())?)),
        Value::Number(number) => ArticleDate::from_epoch(number.as_f64()?)
            // 20240501
            .or_else(|| ArticleDate::parse(&number.as_u64()?.to_string(), evidence)),
        Value::Array(items) => match of_parts(items) {
            Some(text) => ArticleDate::parse(&text, evidence),
            None => return items.iter_mut().find_map(|item| date_in(item, evidence)),
        },
        // MongoDB's export writes `{"$date": …}`, with the number in another object or not.
        Value::Object(object) => {
            const KEYS: [&str; 14] = [
                "$date",
                "$numberLong",
                "$timestamp",
                "t",
                "epoch_time",
                "value",
                "@value",
                "#text",
                "_seconds",
                "seconds",
                "date",
                "iso",
                "Time",
                "start",
            ];
            let named = KEYS.iter().find(|key| object.contains_key(**key));
            return match named {
                Some(key) => date_in(object.get_mut(*key)?, evidence),
                // `{"en-US": …}`
                None if object.len() == 1 => date_in(object.values_mut().next()?, evidence),
                None => None,
            };
        }
        Value::Null | Value::Bool(_) => None,
    }
    // What a program has where it has no date.
    .filter(|date| !date.is_epoch())?;
    value.take();
    Some(date)
}

/// `20240501T101500Z` → `2024-05-01T10:15:00Z`: ISO 8601's basic format in its extended one.
fn extended(text: &str) -> Option<String> {
    let (day, rest) = text.split_once('T')?;
    let (time, zone) = rest.split_at_checked(6)?;
    let is_number =
        |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(day, 8) || !is_number(time, 6) {
        return None;
    }
    let part = |text: &str, range| text.get(range).map(str::to_owned);
    let day = [part(day, 0..4)?, part(day, 4..6)?, part(day, 6..8)?].join("-");
    let time = [part(time, 0..2)?, part(time, 2..4)?, part(time, 4..6)?].join(":");
    Some(format!("{day}T{time}{zone}"))
}

/// `/Date(1714557600000+0200)/` → its number, as .NET writes an instant; the zone says nothing of it.
fn of_dot_net(text: &str) -> Option<f64> {
    let number = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let (sign, digits) =
        if let Some(digits) = number.strip_prefix('-') { (-1.0, digits) } else { (1.0, number) };
    let digits = digits.split(['+', '-']).next()?;
    digits.parse::<f64>().ok().map(|number| sign * number)
}

/// `[2024, 5, 1, 10, 0, 0]` → `2024-05-01T10:00:00`, as Java's libraries write a local time.
fn of_parts(items: &[Value]) -> Option<String> {
    let numbers: Vec<u64> = items.iter().map(Value::as_u64).collect::<Option<_>>()?;
    let (year, month, day, time) = match numbers[..] {
        [year, month, day] => (year, month, day, None),
        [year, month, day, hour, minute, ref rest @ ..] => {
            (year, month, day, Some((hour, minute, rest.first())))
        }
        _ => return None,
    };
    if !(1_500..2_200).contains(&year) {
        return None;
    }
    let day = format!("{year}-{month:02}-{day:02}");
    Some(match time {
        Some((hour, minute, second)) => format!("{day}T{hour:02}:{minute:02}:{:02}", second.unwrap_or(&0)),
        None => day,
    })
}

/// `Wed May 01 10:00:00 +0000 2024` → `01 May 2024 10:00:00 +0000`.
fn of_ctime(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [_, month, day, time, zone, year] = words[..] else { return None };
    let is_zone = zone.starts_with(['+', '-']) || matches!(zone, "UTC" | "GMT");
    (time.contains(':') && is_zone && year.len() == 4).then(|| format!("{day} {month} {year} {time} {zone}"))
}

/// `2024-05-01T12:00:00+02:00[Europe/Paris]` → `2024-05-01T12:00:00+02:00`, `2024-05-01 12:00:00 +0200 CEST m=+0.1` →
/// `2024-05-01 12:00:00 +0200`, and `Wed May 01 2024 12:00:00 GMT+0200 (Central European Summer Time)` → `May 01 2024 12:00:00 +0200`, as Java, Go and browsers write
/// a moment.
fn without_zone_name(text: &str) -> Option<String> {
    if let Some((moment, _)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        return Some(moment.to_owned());
    }
    // Python's `logging` has milliseconds after a comma.
    if let Some((moment, fraction)) = text.rsplit_once(',')
        && fraction.len() == 3
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
    {
        return moment.contains(':').then(|| moment.to_owned());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [day, time, offset, name, ..] = words[..]
        && time.contains(':')
        && offset.starts_with(['+', '-'])
        && name.starts_with(|letter: char| letter.is_ascii_uppercase())
    {
        return Some([day, time, offset].join(" "));
    }
    let (moment, _) = text.split_once(" (").unwrap_or((text, ""));
    let (local, offset) = moment.split_once(" GMT")?;
    let (_, local) = local.split_once(' ')?;
    offset.starts_with(['+', '-']).then(|| format!("{local} {offset}"))
}

fn number_in(value: &mut Value) -> Option<f64> {
    match value {
        Value::Array(items) => items.first_mut().and_then(number_in),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        value => value.take().as_f64(),
    }
}

fn language_in(value: &mut Value) -> Option<String> {
    let text = match value {
        Value::Object(object) => text_under(object, &["code", "identifier", "iso", "name", "value", "label"]),
        Value::Array(items) => return items.iter_mut().find_map(language_in),
        value => text_in(value),
    };
    // fastText's models put `__label__` before a code.
    let text = text?;
    language_code(text.strip_prefix("__label__").unwrap_or(&text)).map(str::to_owned)
}

fn tags_in(value: &mut Value) -> Option<Vec<String>> {
    let mut tags = Vec::new();
    collect_tags(value, &mut tags);
    let mut seen = std::collections::HashSet::new();
    let mut kept = Vec::new();
    for tag in tags {
        let tag = tag.trim();
        if !tag.is_empty() && !says_nothing(tag) && seen.insert(tag.to_owned()) {
            kept.push(tag.to_owned());
        }
    }
    (!kept.is_empty()).then_some(kept)
}

fn collect_tags(value: &mut Value, tags: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::String(text) if tags.len() < MOST_ITEMS => tags.push(std::mem::take(text)),
                    Value::String(_) => {}
                    item => collect_tags(item, tags),
                }
            }
        }
        Value::Object(object) => {
            // `{"name": "subject", "value": "Ferries"}`: the name is of the kind of tag.
            let keys: &[&str] = if object.contains_key("name") && object.contains_key("value") {
                &["value"]
            } else {
                &["name", "term", "label", "title", "webTitle", "tag", "keyword", "value"]
            };
            if tags.len() < MOST_ITEMS {
                tags.extend(text_under(object, keys));
            }
        }
        Value::String(text) if tags.len() < MOST_ITEMS => match people::list_in(text) {
            Some(items) => {
                let mut items = Value::Array(items);
                collect_tags(&mut items, tags);
                *value = items;
            }
            // A forum's dump: `<bridge><harbour>`
            None if text.starts_with('<')
                && text.ends_with('>')
                && text.matches('<').count() <= MOST_ITEMS =>
            {
                tags.extend(std::mem::take(text).split(['<', '>']).map(String::from));
            }
            None if text.split([',', ';', '|']).count() <= MOST_ITEMS => {
                tags.extend(std::mem::take(text).split([',', ';', '|']).map(String::from));
            }
            None => {}
        },
        // A number is the key of a tag in the database that the record comes from.
        Value::String(_) | Value::Number(_) | Value::Null | Value::Bool(_) => {}
    }
}

fn images_in(value: &mut Value) -> Option<Vec<Image>> {
    if let Value::String(text) = value
        && let Some(items) = people::list_in(text)
    {
        *value = Value::Array(items);
    }
    let found: Vec<Image> = match value {
        Value::Array(items) => {
            let is_list = items.len() > 1;
            let pictures = items.iter_mut().filter(|item| !(is_list && item.as_str().is_some_and(is_icon)));
            // `[["https://…", "what it shows"], …]`
            let picture = |item: &mut Value| match item {
                Value::Array(pair) => pair.first_mut().and_then(image_in),
                item => image_in(item),
            };
            pictures.filter_map(picture).take(MOST_ITEMS).collect()
        }
        value => image_in(value).into_iter().collect(),
    };
    // Scrapers that list every picture of a page list some of them several times.
    let mut seen = HashSet::new();
    let is_new: Vec<bool> = found.iter().map(|image| seen.insert(image.clone())).collect();
    let images: Vec<Image> =
        found.into_iter().zip(is_new).filter_map(|(image, new)| new.then_some(image)).collect();
    (!images.is_empty()).then_some(images)
}

/// The first address of a picture in an object, whatever its key, or in the objects in it.
fn picture_under(object: &mut Map<String, Value>) -> Option<String> {
    object.values_mut().find_map(|value| match value {
        Value::String(text) if is_picture(text) => Some(std::mem::take(text)),
        Value::Object(inner) => inner
            .values_mut()
            .filter_map(|value| value.as_str())
            .find(|text| is_picture(text))
            .map(str::to_owned),
        _ => None,
    })
}

/// Whether a text is the address of a picture, as its ending tells.
pub(crate) fn is_picture(text: &str) -> bool {
    const PICTURES: [&str; 6] = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"];
    let path = text.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(char::is_whitespace)
        && PICTURES.iter().any(|ending| path.ends_with(ending))
}

/// Whether an address in a list of pictures is one of the drawings that pages have beside an article.
fn is_icon(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let mut words = file.split(|character: char| !character.is_ascii_alphabetic());
    url.starts_with("data:") || words.any(|word| matches!(word, "svg" | "ico" | "icon" | "icons" | "favicon"))
}

fn image_in(value: &mut Value) -> Option<Image> {
    match value {
        // `self`, `default` and `nsfw` are what one site has for pictures that there are not.
        Value::String(text) if !says_nothing(text) && text.contains(['/', '.']) => {
            Some(Image { url: std::mem::take(text).trim().to_owned(), ..Image::default() })
        }
        Value::Object(object) => {
            let mut text = |keys: &[&str]| {
                keys.iter().find_map(|key| match object.get_mut(*key)? {
                    value @ Value::String(_) => text_in(value),
                    Value::Object(inner) => text_under(inner, TEXT_KEYS),
                    _ => None,
                })
            };
            let mut image = Image {
                url: text(&[
                    "url",
                    "src",
                    "contentUrl",
                    "content_url",
                    "href",
                    "link",
                    "source_url",
                    "image_url",
                    "thumbnail",
                ])
                .unwrap_or_default(),
                caption: text(&["caption", "title", "description", "image_description", "alt", "alt_text"])
                    .unwrap_or_default(),
                credit: text(&["credit", "credits", "author", "copyright"]).unwrap_or_default(),
            };
            if image.url.is_empty() {
                image.url = picture_under(object).unwrap_or_default();
            }
            (image != Image::default()).then_some(image)
        }
        _ => None,
    }
}
