//! The keys of the output lines, as data: for JSON Schema, for dataset cards, and for tests that hold the
//! writers to them.

use super::Field;

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// An article's id: 32 hex digits.
    Id,
    /// A whole number.
    Count,
    /// A number.
    Number,
    /// A date or a date and time, RFC 3339.
    Date,
    /// A list of texts.
    Texts,
    /// An object with these keys.
    Object(&'static [Key]),
    /// A list of objects with these keys.
    Objects(&'static [Key]),
    /// An object whose keys depend on the pipeline.
    Open,
    /// `extra`: a text, or an object where the pipeline wants one.
    Extra,
    /// What a gate measured: a number or a name.
    Measured,
}

/// A key of an output line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it always has a value. At the top level, every line has every key: without a value, it is `null`.
    pub required: bool,
    /// What it means.
    pub about: &'static str,
}

pub(super) const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: false, about }
}

const fn required(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: true, about }
}

/// What a line of `dropped/` has after the keys of a record.
pub const DROPPED_KEYS: &[Key] = &[
    required("verdict", Shape::Object(VERDICT_KEYS), "why it was dropped"),
    key("duplicate_of", Shape::Object(ORIGIN_KEYS), "the record that it repeats"),
];

/// The keys of a line of `quarantine/`, in order.
pub const QUARANTINE_KEYS: &[Key] = &[
    required("dump", Shape::Text, "the dump"),
    required("line", Shape::Count, "the line, from 1"),
    required("byte_offset", Shape::Count, "where the line starts in the decompressed dump, in bytes from 0"),
    required("byte_length", Shape::Count, "the line's length in bytes, without its line end"),
    required("reason", Shape::Text, "why it could not be processed"),
    required("detail", Shape::Text, "what exactly was wrong"),
    key("raw", Shape::Text, "the line, where it is UTF-8"),
    key("raw_base64", Shape::Text, "the line in base64, where it is not"),
];

pub(super) const IMAGE_KEYS: &[Key] = &[
    key("url", Shape::Text, "where it is"),
    key("caption", Shape::Text, "what it shows"),
    key("credit", Shape::Text, "who made it or owns it"),
];

pub(super) const SOURCE_KEYS: &[Key] = &[
    required("dump", Shape::Text, "the dump's file name"),
    required("line", Shape::Count, "the line, from 1"),
    key("id", Shape::Text, "the input's own id"),
];

const VERDICT_KEYS: &[Key] = &[
    required("stage", Shape::Text, "the stage's kind, or dedup"),
    required("reason", Shape::Text, "why"),
    key("measured", Shape::Measured, "what was measured"),
    key("limit", Shape::Measured, "what it would have had to be"),
];

const ORIGIN_KEYS: &[Key] = &[
    required("id", Shape::Id, "its id"),
    required("dump", Shape::Text, "its dump"),
    required("line", Shape::Count, "its line there, from 1"),
    required("similarity", Shape::Number, "the share of the record that the other one has, 0 to 1"),
    key("night", Shape::Text, "the night that kept it, where it was an earlier one"),
];

pub(super) const FOUND_KEYS: &[Key] = &{
    let about = "json_ld, meta, dom, text or input";
    let mut keys = [key("", Shape::Text, about); Field::ALL.len()];
    let mut at = 0;
    while at < keys.len() {
        keys[at].name = Field::ALL[at].name();
        at += 1;
    }
    keys
};

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::article::{
        Article, ArticleDate, ArticleId, DroppedRecord, ExtraStyle, Field, Found, Image, KeptRecord,
        Measured, Origin, QuarantinedLine, RECORD_KEYS, Source, Verdict, write_dropped,
    };

    fn full() -> Article {
        let mut article = Article::new(Source { dump: Arc::from("d"), line: 1, id: Some("7".to_owned()) });
        article.for_each_short_text(|text| text.push('x'));
        for text in [&mut article.url, &mut article.source_url, &mut article.html, &mut article.text] {
            text.push_str("https://x.example/");
        }
        article.language.push_str("en");
        article.language_score = Some(0.5);
        for list in [&mut article.authors, &mut article.contributors, &mut article.tags] {
            list.push("x".to_owned());
        }
        let date = ArticleDate::parse("2024-05-01", &crate::date::OrderEvidence::default());
        (article.published, article.modified, article.crawled) = (date, date, date);
        let text = || "x".to_owned();
        article.images.push(Image { url: text(), caption: text(), credit: text() });
        article.labels.insert("quality".to_owned(), json!({}));
        Field::ALL.iter().for_each(|field| article.found.set(*field, Found::Input));
        article.extra = "{}".to_owned();
        article.finish();
        article
    }

    /// The keys in the order in which they were written; a map of values would sort them.
    fn keys_in_order(line: &str, keys: &[Key]) {
        let value: Value = serde_json::from_str(line).expect("it is JSON");
        let object = value.as_object().expect("it is an object");
        assert_eq!(object.len(), keys.len(), "{:?}", object.keys());
        let mut from = 0;
        for key in keys {
            let found =
                line.match_indices(&format!("\"{}\":", key.name)).map(|(at, _)| at).find(|at| *at >= from);
            from = found.unwrap_or_else(|| panic!("{} is not in its place", key.name));
            let value = object.get(key.name).expect("it was just found");
            let (inner, value) = match key.shape {
                Shape::Object(inner) => (inner, value),
                Shape::Objects(inner) => (inner, &value[0]),
                _ => continue,
            };
            let names: Vec<&str> = inner.iter().map(|key| key.name).collect();
            let mut found: Vec<&str> =
                value.as_object().expect("an object").keys().map(String::as_str).collect();
            found.sort_by_key(|name| names.iter().position(|other| other == name));
            assert_eq!(found, names);
        }
    }

    #[test]
    fn a_kept_line_can_be_read_again_and_dropped_after_all() {
        let mut article = full();
        article.labels.insert("quality".to_owned(), json!({ "words": 7, "share": 0.25, "list": ["“x”"] }));
        article.text = "Two\n\n\"paragraphs\" \u{1F980}".to_owned();
        let origin =
            Origin { id: ArticleId(1), dump: "d\"".to_owned(), line: 1, similarity: 0.8125, night: None };
        for duplicate_of in [Some(origin), None] {
            let measured = duplicate_of.is_some().then_some(Measured::Ratio(0.8125));
            let limit = measured.is_some().then_some(Measured::Ratio(0.75));
            let verdict = Verdict { stage: "s", reason: "r", measured, limit, duplicate_of };
            for extra in [ExtraStyle::Text, ExtraStyle::None, ExtraStyle::Object] {
                let kept = KeptRecord { article: &article, extra };
                let kept = format!("{}\n", serde_json::to_string(&kept).expect("it is JSON"));
                let mut written = Vec::new();
                write_dropped(kept.as_bytes(), &verdict, &mut written);
                let dropped = DroppedRecord { article: &article, extra, verdict: &verdict };
                let dropped = format!("{}\n", serde_json::to_string(&dropped).expect("it is JSON"));
                assert_eq!(String::from_utf8(written).expect("it is UTF-8"), dropped);
                let read = serde_json::from_str::<Article>(&kept).expect("it is a record");
                let extra_read = if extra == ExtraStyle::None { "" } else { &article.extra };
                assert_eq!(read, Article { extra: extra_read.to_owned(), ..article.clone() });
            }
        }
        for wrong in ["[1]", "{\"text\":1}", "{\"id\":\"x\"}", "{\"published\":\"soon\"}"] {
            assert!(serde_json::from_str::<Article>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn output_lines_have_these_keys_in_this_order() {
        let article = full();
        let origin = Origin {
            id: ArticleId(1),
            dump: "d".to_owned(),
            line: 1,
            similarity: 1.0,
            night: Some("n".to_owned()),
        };
        let verdict = Verdict {
            stage: "s",
            reason: "r",
            measured: Some(Measured::Count(1)),
            limit: Some(Measured::Count(2)),
            duplicate_of: Some(origin),
        };
        let dropped = DroppedRecord { article: &article, extra: ExtraStyle::Text, verdict: &verdict };
        let line = serde_json::to_string(&dropped).expect("it is JSON");
        keys_in_order(&line, &[RECORD_KEYS, DROPPED_KEYS].concat());
        let quarantined = QuarantinedLine {
            dump: "d",
            line: 1,
            byte_offset: 0,
            byte_length: 1,
            reason: "r",
            detail: "d",
            raw: Some("x"),
            raw_base64: Some("eA==".to_owned()),
        };
        keys_in_order(&serde_json::to_string(&quarantined).expect("it is JSON"), QUARANTINE_KEYS);
    }
}
