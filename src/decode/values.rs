//! From a JSON value to a field's value.
//!
//! Each function takes what it understands out of the value; what is left in it then says whether the field took all of it.

use serde_json::{Map, Value};

use super::bounds::{self, LONGEST_BYTES, LONGEST_LIST_BYTES, MOST_ITEMS, value_of};
use super::dates::{date_in, with};
use super::fields::Slot;
use super::people;
use super::pictures::images_in;
use crate::article::{Article, Field, Found};
use crate::date::OrderEvidence;
use crate::text::{language_code, says_nothing};

/// Keys under which an object that stands for a text keeps the text itself, best first.
pub(super) const TEXT_KEYS: &[&str] = &[
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
pub(super) const BODY_KEYS: [&str; 19] = [
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
    "VarCharValue",
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
    const TYPES: [&str; 29] = [
        "S", "N", "L", "M", "SS", "NS", "stringValue", "integerValue", "doubleValue", "timestampValue", "arrayValue", "mapValue", "values",
        "$date", "$oid", "$uuid", "$symbol", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$binary",
        // Avro, where a value may be of several types
        "string", "int", "long", "double", "array",
        // BigQuery's and Athena's responses
        "v", "VarCharValue",
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

pub(super) fn set<T>(field: &mut T, value: Option<T>) -> bool {
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
pub(super) fn text_under(object: &mut Map<String, Value>, keys: &[&str]) -> Option<String> {
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
