//! What every stage works on: one [`Article`], and what can become of it.
//!
//! This module knows no stage, no file and no input format. `decode` makes articles, `stage` changes
//! them, `write` stores them.

mod found;
mod id;
mod keys;
mod outcome;
mod record;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::date::{DayOrder, Evidence};

pub use crate::date::ArticleDate;
pub use found::{Field, Found, Provenance};
pub use id::ArticleId;
pub use keys::{DROPPED_KEYS, Key, QUARANTINE_KEYS, RECORD_KEYS, Shape};
pub use outcome::{Drop, Fault, Measured, Outcome, Reason};
pub use record::{
    DroppedRecord, ExtraStyle, KeptRecord, Origin, QuarantinedLine, Verdict, read_kept, write_dropped,
};

/// A picture that came with an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The dump's file name, with as many of its folders as tell it from the night's other dumps.
    pub dump: Arc<str>,
    /// Line in the decompressed dump, from 1.
    pub line: u64,
    /// The input's own id.
    pub id: Option<String>,
}

/// One article on its way through the stages.
///
/// An empty string or list means that nothing is known. Fields are public: stages are the only
/// writers, and each says in its documentation which fields it fills or edits.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Address; canonical once `canonicalise-url` has run.
    pub url: String,
    /// Address as the input had it, where `url` differs.
    pub source_url: String,
    /// Host of `url`, lower case, without `www.`; set by [`Article::finish`].
    pub host: String,
    /// The publication.
    pub site_name: String,
    /// Headline.
    pub title: String,
    /// Standfirst or summary.
    pub description: String,
    /// Authors' names in order.
    pub authors: Vec<String>,
    /// Names of those who contributed reporting.
    pub contributors: Vec<String>,
    /// When it was published.
    pub published: Option<ArticleDate>,
    /// When it was last changed.
    pub modified: Option<ArticleDate>,
    /// When the scraper fetched it.
    pub crawled: Option<ArticleDate>,
    /// The place that opens a news report.
    pub dateline: String,
    /// Section, as published.
    pub section: String,
    /// Tags, as published.
    pub tags: Vec<String>,
    /// ISO 639-1 code.
    pub language: String,
    /// How sure the language is, 0 to 1.
    pub language_score: Option<f64>,
    /// The page. An extractor that turns it into `text` takes it.
    pub html: String,
    /// The body: paragraphs separated by one blank line once `normalise-whitespace` has run.
    pub text: String,
    /// Pictures, in order.
    pub images: Vec<Image>,
    /// What labellers measured, an object a labeller.
    pub labels: BTreeMap<String, serde_json::Value>,
    /// Where each extracted field was found.
    pub found: Provenance,
    /// Where the record was read.
    pub source: Source,
    /// The input's other keys as one JSON object in text, or nothing.
    pub extra: String,
    /// Hash of the address, or of the text; set by [`Article::finish`].
    pub id: ArticleId,
}

impl Article {
    /// An article about which nothing is known but its place.
    pub fn new(source: Source) -> Self {
        Self {
            url: String::new(),
            source_url: String::new(),
            host: String::new(),
            site_name: String::new(),
            title: String::new(),
            description: String::new(),
            authors: Vec::new(),
            contributors: Vec::new(),
            published: None,
            modified: None,
            crawled: None,
            dateline: String::new(),
            section: String::new(),
            tags: Vec::new(),
            language: String::new(),
            language_score: None,
            html: String::new(),
            text: String::new(),
            images: Vec::new(),
            labels: BTreeMap::new(),
            found: Provenance::default(),
            source,
            extra: String::new(),
            id: ArticleId::default(),
        }
    }

    /// Calls `edit` on each field of one line that people read: titles, names, captions; not on URLs,
    /// `html`, `text` and `extra`.
    pub fn for_each_short_text(&mut self, mut edit: impl FnMut(&mut String)) {
        let fields = [
            &mut self.site_name,
            &mut self.title,
            &mut self.description,
            &mut self.dateline,
            &mut self.section,
        ];
        let lists = [&mut self.authors, &mut self.contributors, &mut self.tags];
        let images = self.images.iter_mut().flat_map(|image| [&mut image.caption, &mut image.credit]);
        fields.into_iter().chain(lists.into_iter().flatten()).chain(images).for_each(&mut edit);
    }

    /// What the record knows that can tell day from month in `03/04/2021`, beside the pipeline's setting.
    pub fn date_evidence(&self, setting: DayOrder) -> Evidence<'_> {
        Evidence {
            setting,
            language: &self.language,
            url: &self.url,
            crawled: self.crawled,
            known: [self.published, self.modified],
            text: &self.text,
            ..Evidence::default()
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
