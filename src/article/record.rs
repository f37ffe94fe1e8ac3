//! The three kinds of output line, exactly as the design's contract lays them down.
//!
//! Keys stand in the contract's order and absent values are left out. These types borrow: they exist
//! only while a line is written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::date::Evidence;

use super::{Article, ArticleDate, ArticleId, Field, Found, Image, Measured, Provenance, Source};

/// How the input's other keys are written.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ExtraStyle {
    /// As one JSON text, so that every record has the same schema whatever the scraper sent.
    #[default]
    Text,
    /// As an object.
    Object,
    /// Not at all.
    None,
}

/// A line of `records/`.
pub struct KeptRecord<'a> {
    /// The article, finished.
    pub article: &'a Article,
    /// How to write `extra`.
    pub extra: ExtraStyle,
}

/// The record a duplicate repeats.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Origin {
    /// Its id.
    pub id: ArticleId,
    /// The dump it stands in.
    pub dump: String,
    /// Its line there, from 1.
    pub line: u64,
    /// The share of the record that the other one has, 0 to 1; 1 for the same URL or the same text.
    pub similarity: f64,
    /// The night that kept it, where it was an earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub night: Option<String>,
}

/// Which stage dropped a record and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The stage's kind, or `dedup`.
    pub stage: &'static str,
    /// Why.
    pub reason: &'static str,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    /// What it would have had to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Measured>,
    /// For a duplicate, the record it repeats; written beside the verdict, not in it.
    #[serde(skip)]
    pub duplicate_of: Option<Origin>,
}

/// A line of `dropped/`: the whole record as it stood, and the verdict.
pub struct DroppedRecord<'a> {
    /// The article, as it stood when it was dropped.
    pub article: &'a Article,
    /// How to write `extra`.
    pub extra: ExtraStyle,
    /// Why it was dropped.
    pub verdict: &'a Verdict,
}

/// A line of `quarantine/`.
#[derive(Debug, Serialize)]
pub struct QuarantinedLine<'a> {
    /// The dump.
    pub dump: &'a str,
    /// Line in the decompressed dump, from 1.
    pub line: u64,
    /// Where the line starts in the decompressed dump, in bytes from 0.
    pub byte_offset: u64,
    /// The line's length in bytes, without its line end.
    pub byte_length: u64,
    /// Why.
    pub reason: &'a str,
    /// What exactly.
    pub detail: &'a str,
    /// The line, where it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<&'a str>,
    /// The line in base64, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_base64: Option<String>,
}

/// Makes a line of `dropped/` of a line of `records/`: what [`DroppedRecord`] writes of the same article.
pub fn write_dropped(kept_line: &[u8], verdict: &Verdict, out: &mut Vec<u8>) {
    let open = kept_line.trim_ascii_end();
    out.extend_from_slice(open.strip_suffix(b"}").unwrap_or(open));
    let mut entry = |key: &str, value: String| {
        out.extend_from_slice(format!(",\"{key}\":{value}").as_bytes());
    };
    let json = "a verdict is texts and numbers";
    entry("verdict", serde_json::to_string(verdict).expect(json));
    if let Some(origin) = &verdict.duplicate_of {
        entry("duplicate_of", serde_json::to_string(origin).expect(json));
    }
    out.extend_from_slice(b"}\n");
}

/// Reads a line of `records/` as far as the account counts it: without `html` and `extra`.
///
/// # Errors
/// Where it is no such line.
pub fn read_kept(line: &[u8]) -> Result<Article, serde_json::Error> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Line<'a> {
        #[serde(borrow)]
        id: Cow<'a, str>,
        url: String,
        source_url: String,
        host: String,
        site_name: String,
        title: String,
        description: String,
        authors: Vec<String>,
        contributors: Vec<String>,
        published: Option<String>,
        modified: Option<String>,
        crawled: Option<String>,
        dateline: String,
        section: String,
        tags: Vec<String>,
        language: String,
        language_score: Option<f64>,
        text: String,
        images: Vec<Image>,
        labels: BTreeMap<String, Value>,
        found: BTreeMap<String, String>,
        source: SourceLine,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct SourceLine {
        dump: String,
        line: u64,
        id: Option<String>,
    }
    let read: Line<'_> = serde_json::from_slice(line)?;
    let date = |date: Option<String>| ArticleDate::parse(&date?, &Evidence::default());
    let SourceLine { dump, line, id } = read.source;
    let mut found = Provenance::default();
    for (field, place) in &read.found {
        let field = Field::ALL.iter().find(|known| known.name() == field);
        let place = Found::ALL.iter().find(|known| known.name() == place);
        if let Some((field, place)) = field.zip(place) {
            found.set(*field, *place);
        }
    }
    Ok(Article {
        url: read.url,
        source_url: read.source_url,
        host: read.host,
        site_name: read.site_name,
        title: read.title,
        description: read.description,
        authors: read.authors,
        contributors: read.contributors,
        published: date(read.published),
        modified: date(read.modified),
        crawled: date(read.crawled),
        dateline: read.dateline,
        section: read.section,
        tags: read.tags,
        language: read.language,
        language_score: read.language_score,
        text: read.text,
        images: read.images,
        labels: read.labels,
        found,
        id: ArticleId(u128::from_str_radix(&read.id, 16).unwrap_or_default()),
        ..Article::new(Source { dump: dump.into(), line, id })
    })
}

impl Serialize for KeptRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        article_entries(self.article, self.extra, &mut map)?;
        map.end()
    }
}

impl Serialize for DroppedRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        article_entries(self.article, self.extra, &mut map)?;
        map.serialize_entry("verdict", self.verdict)?;
        if let Some(origin) = &self.verdict.duplicate_of {
            map.serialize_entry("duplicate_of", origin)?;
        }
        map.end()
    }
}

fn article_entries<M: SerializeMap>(
    article: &Article,
    extra: ExtraStyle,
    map: &mut M,
) -> Result<(), M::Error> {
    map.serialize_entry("id", &article.id)?;
    text_entry(map, "url", &article.url)?;
    text_entry(map, "source_url", &article.source_url)?;
    text_entry(map, "host", &article.host)?;
    text_entry(map, "site_name", &article.site_name)?;
    text_entry(map, "title", &article.title)?;
    text_entry(map, "description", &article.description)?;
    list_entry(map, "authors", &article.authors)?;
    list_entry(map, "contributors", &article.contributors)?;
    option_entry(map, "published", article.published.as_ref())?;
    option_entry(map, "modified", article.modified.as_ref())?;
    option_entry(map, "crawled", article.crawled.as_ref())?;
    text_entry(map, "dateline", &article.dateline)?;
    text_entry(map, "section", &article.section)?;
    list_entry(map, "tags", &article.tags)?;
    text_entry(map, "language", &article.language)?;
    option_entry(map, "language_score", article.language_score.as_ref())?;
    // A page that no stage has turned into text is passed on: nothing that was read goes missing.
    text_entry(map, "html", &article.html)?;
    text_entry(map, "text", &article.text)?;
    list_entry(map, "images", &article.images)?;
    if !article.labels.is_empty() {
        map.serialize_entry("labels", &article.labels)?;
    }
    if !article.found.is_empty() {
        map.serialize_entry("found", &article.found)?;
    }
    map.serialize_entry("source", &SourceEntry(&article.source))?;
    match extra {
        ExtraStyle::None => {}
        _ if article.extra.is_empty() => {}
        ExtraStyle::Text => map.serialize_entry("extra", &article.extra)?,
        ExtraStyle::Object => {
            let readable = crate::text::without_lone_surrogate_escapes(&article.extra);
            let object: &RawValue = serde_json::from_str(&readable)
                .map_err(|error| serde::ser::Error::custom(format!("extra is not JSON: {error}")))?;
            map.serialize_entry("extra", object)?;
        }
    }
    Ok(())
}

fn text_entry<M: SerializeMap>(map: &mut M, key: &'static str, value: &str) -> Result<(), M::Error> {
    if value.is_empty() { Ok(()) } else { map.serialize_entry(key, value) }
}

fn list_entry<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &'static str,
    value: &[T],
) -> Result<(), M::Error> {
    if value.is_empty() { Ok(()) } else { map.serialize_entry(key, value) }
}

fn option_entry<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &'static str,
    value: Option<&T>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, value))
}

struct SourceEntry<'a>(&'a super::Source);

impl Serialize for SourceEntry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("dump", &*self.0.dump)?;
        map.serialize_entry("line", &self.0.line)?;
        if let Some(id) = &self.0.id {
            map.serialize_entry("id", id)?;
        }
        map.end()
    }
}
