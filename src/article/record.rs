//! The three kinds of output line, exactly as the design's contract lays them down.
//!
//! Keys stand in the contract's order and absent values are left out. These types borrow: they exist
//! only while a line is written.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::{Article, ArticleId, Measured};

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
    pub run: Option<String>,
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
