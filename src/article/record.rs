//! The three kinds of output line, exactly as the design's contract lays them down.
//!
//! Keys are in the contract's order, and every line has all of them: `null` stands for what is absent. These types borrow:
//! they exist only while a line is written.

use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    pub raw: Option<&'a str>,
    /// The line in base64, where it is not.
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
    entry("duplicate_of", serde_json::to_string(&verdict.duplicate_of).expect(json));
    out.extend_from_slice(b"}\n");
}

impl Serialize for KeptRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.article.write_entries(self.extra, &mut map)?;
        map.end()
    }
}

impl Serialize for DroppedRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.article.write_entries(self.extra, &mut map)?;
        map.serialize_entry("verdict", self.verdict)?;
        map.serialize_entry("duplicate_of", &self.verdict.duplicate_of)?;
        map.end()
    }
}
