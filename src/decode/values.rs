//! From a JSON value to a field's value.

use serde_json::{Map, Value};

use super::fields::Slot;
use super::people;
use crate::article::{Article, ArticleDate, Field, Found, Image};
use crate::date::Evidence;

/// Keys under which a text that is an object keeps the text itself.
pub(super) const TEXT_KEYS: [&str; 7] = ["name", "rendered", "text", "value", "@value", "#text", "_"];

/// Whether a value says nothing: `null`, an empty string, list or object.
pub(super) fn is_nothing(raw: &str) -> bool {
    matches!(raw, "null" | "\"\"" | "[]" | "{}")
}

/// Whether a value is an object of one key: where a text was found in it, that is all there is.
pub(super) fn is_single(raw: &str) -> bool {
    matches!(value_of(raw), Some(Value::Object(object)) if object.len() == 1)
}

/// Fills a field from a JSON value. `false` where the value does not fit, and nothing was changed.
pub(super) fn fill(article: &mut Article, slot: Slot, raw: &str, others: &Evidence<'_>) -> bool {
    if is_nothing(raw) {
        return false;
    }
    let text = || text_of(raw);
    match slot {
        Slot::Id => set(&mut article.source.id, text().map(Some)),
        Slot::Url => set(&mut article.url, text().filter(|url| looks_like_url(url))),
        Slot::SourceUrl => set(&mut article.source_url, text()),
        Slot::Title => found(article, Field::Title, |article| set(&mut article.title, text())),
        Slot::Description => {
            found(article, Field::Description, |article| set(&mut article.description, text()))
        }
        Slot::SiteName => found(article, Field::SiteName, |article| {
            set(&mut article.site_name, text().filter(|name| is_name(name)))
        }),
        Slot::Dateline => found(article, Field::Dateline, |article| set(&mut article.dateline, text())),
        Slot::Section => found(article, Field::Section, |article| set(&mut article.section, text())),
        Slot::Authors => found(article, Field::Authors, |article| {
            set(&mut article.authors, value_of(raw).and_then(people::names))
        }),
        Slot::Contributors => found(article, Field::Contributors, |article| {
            set(&mut article.contributors, value_of(raw).and_then(people::names))
        }),
        Slot::Crawled => set(&mut article.crawled, date_of(raw, others).map(Some)),
        Slot::Published => found(article, Field::Published, |article| {
            let date = date_of(raw, &with(article, others));
            set(&mut article.published, date.map(Some))
        }),
        Slot::Modified => found(article, Field::Modified, |article| {
            let date = date_of(raw, &with(article, others));
            set(&mut article.modified, date.map(Some))
        }),
        Slot::Tags => found(article, Field::Tags, |article| set(&mut article.tags, tags_of(raw))),
        Slot::Language => found(article, Field::Language, |article| {
            set(&mut article.language, text().and_then(|name| language_code(&name)))
        }),
        Slot::LanguageScore => {
            set(&mut article.language_score, value_of(raw).and_then(|v| v.as_f64()).map(Some))
        }
        Slot::Images => {
            found(article, Field::Images, |article| set(&mut article.images, value_of(raw).and_then(images)))
        }
        Slot::Labels => match value_of(raw) {
            Some(Value::Object(labels)) if labels.values().all(Value::is_object) => {
                article.labels.extend(labels);
                true
            }
            _ => false,
        },
        // It follows from the URL; where there is none, it is the only trace of the site and stays.
        Slot::Host => !article.url.is_empty() && text().is_some_and(|host| article.url.contains(&host)),
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

fn value_of(raw: &str) -> Option<Value> {
    // Nested deeper than serde_json's limit of 128 is no value of any field of ours.
    serde_json::from_str(raw).ok()
}

/// The text that a value is: a string, a number, the first of a list, the name in an object.
pub(super) fn text_of(raw: &str) -> Option<String> {
    if raw.starts_with('"') {
        return serde_json::from_str::<String>(raw).ok().filter(|text| !text.trim().is_empty());
    }
    text_in(value_of(raw)?)
}

/// As [`text_of`], from a parsed value.
pub(super) fn text_in(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => items.into_iter().find_map(text_in),
        Value::Object(mut object) => text_under(&mut object, &TEXT_KEYS),
        Value::Null | Value::Bool(_) => None,
    }
}

fn text_under(object: &mut Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| match object.remove(*key)? {
        Value::String(text) => Some(text).filter(|text| !text.trim().is_empty()),
        Value::Object(mut inner) => text_under(&mut inner, &TEXT_KEYS),
        _ => None,
    })
}

/// `source` is a URL in one tool's records and a slug or a label in others'.
fn looks_like_url(text: &str) -> bool {
    let text = text.trim_start();
    text.contains("://")
        || text.starts_with("//")
        || (text.contains('.') && text.contains('/'))
        || text.starts_with("www.")
}

/// A publication's name is a few words, not a URL and not a file name.
fn is_name(text: &str) -> bool {
    text.len() <= 120 && !text.contains("://") && text.chars().any(char::is_alphabetic)
}

/// What the record's other values say, with what the article has by now.
fn with<'a>(article: &'a Article, others: &Evidence<'a>) -> Evidence<'a> {
    Evidence { language: others.language, text: others.text, ..article.date_evidence(others.setting) }
}

fn date_of(raw: &str, evidence: &Evidence<'_>) -> Option<ArticleDate> {
    match value_of(raw)? {
        Value::String(text) => ArticleDate::parse(&text, evidence),
        Value::Number(number) => ArticleDate::from_epoch(number.as_f64()?),
        Value::Array(items) => items.iter().find_map(|item| ArticleDate::parse(item.as_str()?, evidence)),
        // MongoDB's export: {"$date": …}.
        Value::Object(mut object) => {
            let inner = ["$date", "value", "@value"].iter().find_map(|key| object.remove(*key))?;
            date_of(&inner.to_string(), evidence)
        }
        Value::Null | Value::Bool(_) => None,
    }
}

fn tags_of(raw: &str) -> Option<Vec<String>> {
    let mut tags: Vec<String> = match value_of(raw)? {
        Value::Array(items) => items
            .into_iter()
            .filter_map(|item| match item {
                Value::Object(mut object) => {
                    text_under(&mut object, &["name", "term", "label", "title", "value"])
                }
                item => text_in(item),
            })
            .collect(),
        Value::String(text) => match people::list_in(&text) {
            Some(items) => items.into_iter().filter_map(text_in).collect(),
            None => text.split([',', ';', '|']).map(String::from).collect(),
        },
        _ => return None,
    };
    for tag in &mut tags {
        *tag = tag.trim().to_owned();
    }
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| !tag.is_empty() && seen.insert(tag.clone()));
    (!tags.is_empty()).then_some(tags)
}

fn images(value: Value) -> Option<Vec<Image>> {
    let items = match value {
        Value::Array(items) => items,
        Value::String(text) => match people::list_in(&text) {
            Some(items) => items,
            None => vec![Value::String(text)],
        },
        value => vec![value],
    };
    let images: Vec<Image> = items.into_iter().filter_map(image).collect();
    (!images.is_empty()).then_some(images)
}

fn image(value: Value) -> Option<Image> {
    match value {
        Value::String(url) if !url.trim().is_empty() => {
            Some(Image { url: url.trim().to_owned(), ..Image::default() })
        }
        Value::Object(mut object) => {
            let image = Image {
                url: text_under(&mut object, &["url", "src", "contentUrl", "href", "link"])
                    .unwrap_or_default(),
                caption: text_under(&mut object, &["caption", "title", "description", "alt"])
                    .unwrap_or_default(),
                credit: text_under(&mut object, &["credit", "credits", "author", "copyright"])
                    .unwrap_or_default(),
            };
            (image != Image::default()).then_some(image)
        }
        _ => None,
    }
}

/// `en-US`, `en_GB`, `eng` or `English` → `en`; ISO 639-1 alone is what the record may hold.
fn language_code(name: &str) -> Option<String> {
    const NAMES: &[(&str, &str)] = &[
        ("ara", "ar"),
        ("arabic", "ar"),
        ("chi", "zh"),
        ("chinese", "zh"),
        ("deu", "de"),
        ("dut", "nl"),
        ("dutch", "nl"),
        ("eng", "en"),
        ("english", "en"),
        ("fra", "fr"),
        ("fre", "fr"),
        ("french", "fr"),
        ("ger", "de"),
        ("german", "de"),
        ("hin", "hi"),
        ("hindi", "hi"),
        ("ita", "it"),
        ("italian", "it"),
        ("japanese", "ja"),
        ("jpn", "ja"),
        ("kor", "ko"),
        ("korean", "ko"),
        ("nld", "nl"),
        ("pol", "pl"),
        ("polish", "pl"),
        ("por", "pt"),
        ("portuguese", "pt"),
        ("rus", "ru"),
        ("russian", "ru"),
        ("spa", "es"),
        ("spanish", "es"),
        ("tur", "tr"),
        ("turkish", "tr"),
        ("ukr", "uk"),
        ("ukrainian", "uk"),
        ("zho", "zh"),
    ];
    let name = name.trim().to_ascii_lowercase();
    let primary = name.split(['-', '_']).next()?;
    if primary.len() == 2 && primary.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Some(primary.to_owned());
    }
    NAMES.iter().find(|(known, _)| *known == primary).map(|(_, code)| (*code).to_owned())
}
