//! Duplicates: by canonical URL, by normalised text, and by how much of the text an earlier one has.
//!
//! [`DedupKeys`] are computed anywhere, in any order; [`Index::place`] is asked in the order of the input, so the
//! first record of its kind is kept and the others name it. Only records that every gate has passed are
//! asked about: a record that is dropped anyway must not push out a better one. And only records that are kept
//! are named: what was dropped as a duplicate is no origin, or else a row of small changes would lead from
//! a text to one that has nothing of it.
//!
//! # Near duplicates
//!
//! **What is measured.** A text is the set of its word n-grams ([`word_hashes`](crate::text::word_hashes): case,
//! punctuation and white space make no difference, and scripts without spaces have words too). A record is a
//! near duplicate where the share of its n-grams that an earlier record has is at least `threshold`: what is
//! lost with it is at most the rest. That is not Jaccard's similarity, which holds against a copy what the
//! copy leaves out: an article with a third of its paragraphs cut has 0.67 of its original by Jaccard, and
//! nothing that the original lacks. For texts of the same length a share of 0.75 is a Jaccard similarity
//! of 0.6. An original is at most about two and a half times as long: below half the threshold by Jaccard,
//! which is what signatures estimate, there is no telling.
//!
//! **How.** Workers compute a [`MinHash`] of `bands` × `rows` values of a byte. The committer looks up the first
//! half of each band in a table, which gives candidates, and takes the candidate that has the largest
//! share by the whole signature. Where others look up whole bands and believe them, which finds one in five
//! pairs of Jaccard similarity 0.6, half a band finds 86 % of them; every pair that agrees in a whole band
//! is among them, and the signature sorts out the rest. At 112 values the estimate of the Jaccard similarity is
//! off by 0.04 (standard error at 0.75).
//!
//! **What it finds** of the 3,583 near copies that `articles` does not drop as too short in the bench's dumps,
//! where no unique article was dropped by any of these (of 24,103):
//!
//! | | near copies found |
//! |---|---|
//! | whole bands, believed: `FineWeb`'s rule, with our words | 80.7 % |
//! | whole bands, Jaccard ≥ 0.75 by the signature | 70.0 % |
//! | half bands, Jaccard ≥ 0.75 / ≥ 0.6 | 71.2 % / 89.4 % |
//! | whole bands, share ≥ 0.75 | 79.9 % |
//! | **half bands, share ≥ 0.75** | **91.0 %** |
//! | the same, share ≥ 0.8 / ≥ 0.7 / ≥ 0.6 | 87.5 % / 92.9 % / 94.1 % |
//! | the same, of the shorter text: a longer version would go, too | 92.7 % |
//! | the same, both halves of each band: twice the tables | 92.3 % |
//! | the same, 3 / 5 values of each band: 3 are found by chance among 16 million records | 92.2 % / 89.1 % |
//! | the same, 3-grams / 4-grams / 8-grams | 93.5 % / 92.7 % / 87.3 % |
//!
//! On three nights of real newspapers (6,340 articles in Arabic) it finds 442 beside 176 exact ones; by the
//! headlines of the 25 that are least like their originals, each tells of the same event.
//!
//! **What it costs**, as `cargo bench --bench floor` measures it: 2.9 seconds of processor time a GB.
//!
//! # Memory
//!
//! Without near duplicates a record that is kept takes 28 bytes, and each of its keys 20 and what the hash table
//! keeps free: 77 to 147 bytes an article in all, `index_bytes_per_article` in the tests. A signature
//! takes 116 bytes, and its place in 14 tables 92 to 132: with 14 × 8 values near duplicates add 215 to 240 bytes,
//! `near_index_bytes_per_article`; 224 on 5 million short articles made for it, where all of it
//! took 341. No files, and no threads but where a [`Sieve`] sorts and compares.
//!
//! What earlier nights have is found out elsewhere ([`crate::state`]) and handed in as [`Earlier`], in such a
//! way that three nights in order keep what one run over all three would keep: an earlier night's record wins, and its
//! places under a band's key count.
//!
//! The same URL with a text that nobody has is an *update*, in the same run as on a later night. Where the pipeline keeps
//! updates, it is kept, and is compared with the latest version and no other record: its near duplicate is its own
//! earlier version. From then on it is the latest version, and its text is known.
//!
//! # Which of them is kept
//!
//! The first that is asked about. A [`Preference`] ranks records, and where a pipeline has one, the run asks about them in the
//! order of their ranks, when all are there; here nothing is different.
//!
//! # Repeated paragraphs
//!
//! What a host puts into its articles is no duplicate of anything, but it is found in the same place, by the one who sees
//! all records in order: [`Repeats`]. A text that lost paragraphs is known with them and without; to later nights, with
//! them alone, for that is how the first articles of a host come every night.

mod bands;
mod earlier;
mod entry;
mod index;
mod paragraphs;
mod preference;
mod settings;
mod sieve;
mod signature;

pub(crate) use bands::{SAME_KEY, key_hash, key_ranges};
pub use earlier::{Earlier, EarlierVersion, Witness};
pub use entry::Entry;
pub use index::Index;
pub use paragraphs::{Counted, Paragraph, Repeated, Repeats, without};
pub use preference::Preference;
pub use settings::{
    DedupKey, DedupSettings, ExactDedup, KeepOrder, KeepPolicy, NearSettings, ParagraphSettings,
    PreferredHosts, UpdatePolicy,
};
pub use sieve::{KeyRange, RecordSet, SharedKeys, Sieve};
pub use signature::MinHash;

use crate::article::{Article, Reason};
use crate::text::text_key;

/// The record has the canonical URL of an earlier one.
pub const DUPLICATE_URL: Reason =
    Reason { name: "duplicate_url", meaning: "a kept record has the same canonical URL" };
/// The record has the text of an earlier one.
pub const DUPLICATE_TEXT: Reason = Reason {
    name: "duplicate_text",
    meaning: "a kept record has the same text, but for white space, punctuation and case",
};
/// Most of the record's text is in an earlier one.
pub const NEAR_DUPLICATE: Reason =
    Reason { name: "near_duplicate", meaning: "a kept record has most of the text" };

/// Why a record is dropped that repeats another one, which the line names.
pub const DUPLICATES: [&Reason; 3] = [&DUPLICATE_URL, &DUPLICATE_TEXT, &NEAR_DUPLICATE];

/// Somebody has asked for the article's removal.
pub const WITHHELD: Reason = Reason {
    name: "withheld",
    meaning: "the URL is on the state's list of those that are not to come back (`copydesk state forget --url`); \
              `copydesk state allow` takes it off",
};

/// Why deduplication drops records.
pub const REASONS: &[&Reason] = &[&DUPLICATE_URL, &DUPLICATE_TEXT, &NEAR_DUPLICATE, &WITHHELD];

/// The name that verdicts and ledgers give to deduplication, which is no stage.
pub const DEDUP: &str = "dedup";

/// What a record is compared by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DedupKeys {
    pub(crate) url: Option<u128>,
    pub(crate) text: Option<u128>,
    pub(crate) near: Option<MinHash>,
    /// The text's key before paragraphs were removed: a copy on another host, or from before they were known, has them.
    pub(crate) whole: Option<u128>,
    /// The paragraphs that its host may repeat; no key, but computed with them.
    pub(crate) paragraphs: Vec<Paragraph>,
}

impl DedupKeys {
    /// Keys that are known.
    pub fn from_parts(url: Option<u128>, text: Option<u128>, near: Option<MinHash>) -> Self {
        Self { url, text, near, ..Self::default() }
    }

    /// The keys of a finished article.
    pub fn of(article: &Article, settings: &DedupSettings) -> Self {
        let by_url = settings.by(DedupKey::Url) && !article.url.is_empty();
        let text = if settings.by(DedupKey::Text) { text_key(&article.text) } else { None };
        let near = settings.near.settings().and_then(|near| MinHash::of(&article.text, &near));
        let repeats = settings.paragraphs.settings().filter(|_| !article.host.is_empty());
        let paragraphs = repeats.map(|settings| Paragraph::all(&article.text, &settings)).unwrap_or_default();
        Self { url: by_url.then_some(article.id.0), text, near, whole: None, paragraphs }
    }

    /// Computes again what follows from the text, of which paragraphs were removed.
    pub fn set_text(&mut self, text: &str, settings: &DedupSettings) {
        self.whole = self.text;
        self.text = if settings.by(DedupKey::Text) { text_key(text) } else { None };
        self.near = settings.near.settings().and_then(|near| MinHash::of(text, &near));
    }

    /// The hash of the canonical URL.
    pub fn url(&self) -> Option<u128> {
        self.url
    }

    /// The hash of the text's letters and digits.
    pub fn text(&self) -> Option<u128> {
        self.text
    }

    /// How many different word n-grams the text has.
    pub fn near_grams(&self) -> Option<u32> {
        self.near.as_ref().map(|near| near.grams)
    }
}

/// Where a record is: its dump's place in the run, and its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordPlace {
    /// The dump's place in the run.
    pub dump: u32,
    /// The line, from 1.
    pub line: u64,
}

/// A record that an other one repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Duplicate {
    /// Why it is a duplicate.
    pub reason: &'static Reason,
    /// The one it repeats, which is kept.
    pub witness: Witness,
    /// The share of the record that the other one has, 0 to 1: 1 for the same URL or the same text.
    pub similarity: f64,
    /// What the share is held against, where it is measured.
    pub limit: Option<f64>,
}

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Placed {
    /// It is kept; where it is an update, with the version before it.
    Kept(Option<EarlierVersion>),
    /// It repeats another one.
    Duplicate(Duplicate),
    /// Somebody has asked for its removal.
    Withheld,
}
