//! What every stage works on: one [`Article`], and what can become of it.
//!
//! This module knows no stage, no file and no input format. `decode` makes articles, `stage` changes
//! them, `write` stores them.

#[cfg(feature = "parquet")]
mod cell;
mod fields;
mod found;
mod id;
mod keys;
mod outcome;
mod record;

use std::sync::Arc;

use crate::date::{DayOrder, OrderEvidence};

pub use crate::date::ArticleDate;
#[cfg(feature = "parquet")]
pub(crate) use cell::Cell;
pub use fields::{Article, Field, RECORD_KEYS};
pub use found::{Found, Provenance};
pub use id::ArticleId;
pub use keys::{DROPPED_KEYS, Key, QUARANTINE_KEYS, Shape};
pub use outcome::{Drop, Fault, Measured, Outcome, Reason};
pub use record::{DroppedRecord, ExtraStyle, KeptRecord, Origin, QuarantinedLine, Verdict, write_dropped};

/// A picture that came with an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Image {
    /// Where the picture is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// What it shows, without the credit.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub caption: String,
    /// Who made it or owns it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub credit: String,
}

/// Where a record was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Source {
    /// The dump's file name, with as many of its folders as tell it from the night's other dumps.
    pub dump: Arc<str>,
    /// Line in the decompressed dump, from 1.
    pub line: u64,
    /// The input's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Article {
    /// An article about which nothing is known but its place.
    pub fn new(source: Source) -> Self {
        Self { source, ..Self::default() }
    }

    /// What the record knows that can tell day from month in `03/04/2021`, beside the pipeline's setting.
    pub fn date_evidence(&self, setting: DayOrder) -> OrderEvidence<'_> {
        OrderEvidence {
            setting,
            language: &self.language,
            url: &self.url,
            crawled: self.crawled,
            known: [self.published, self.modified],
            text: &self.text,
            ..OrderEvidence::default()
        }
    }

    /// Sets what follows from the other fields: `host` and `id`. Runs once, after the last stage that ran.
    pub fn finish(&mut self) {
        crate::text::host_of(&self.url).clone_into(&mut self.host);
        self.id = if self.url.is_empty() {
            let body = if self.text.is_empty() { &self.html } else { &self.text };
            ArticleId::of(body)
        } else {
            ArticleId::of(&self.url)
        };
    }
}
