//! `[dedup]` in a pipeline file: what counts as a duplicate, and which of several is kept.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::{Problem, SettingsTable, Switch, read_section, read_switch};

/// What makes two records duplicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DedupKey {
    /// The same canonical URL.
    Url,
    /// The same text, but for white space, punctuation and case.
    Text,
}

/// Exact duplicates: all, none, or by some keys.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged, expecting = "expected true, false, or a list of \"url\" and \"text\"")]
pub enum ExactDedup {
    /// By every key, or by none.
    All(bool),
    /// By these keys.
    By(Vec<DedupKey>),
}

/// How near duplicates are found.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct NearSettings {
    /// Words in a row that are compared, 1 to 32.
    pub ngram: usize,
    /// Bands of a text's signature, 1 to 256: the more, the more pairs are compared.
    pub bands: usize,
    /// Values of a band, 1 to 32: the fewer, the more pairs are compared. `bands` × `rows` values, of a byte each,
    /// are kept of each record.
    pub rows: usize,
    /// A record is dropped where the share of its n-grams that an earlier one has is as large: above 0, at most 1.
    pub threshold: f64,
}

impl Default for NearSettings {
    fn default() -> Self {
        // FineWeb's, but for the threshold, which it does not have: it believes whole bands.
        Self { ngram: 5, bands: 14, rows: 8, threshold: 0.75 }
    }
}

/// What becomes of a record with the URL of an earlier one and a text of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpdatePolicy {
    /// It is a duplicate by URL.
    #[default]
    Drop,
    /// It is kept, and `labels.update` names the version before it.
    Keep,
}

/// Which of several duplicates is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeepOrder {
    /// The first in order of dumps and lines.
    #[default]
    First,
    /// The one with the longest text, in characters.
    Longest,
    /// The one that was published first; those without a date come last, and a day without a time counts as its end.
    Earliest,
}

/// Which of several duplicates is kept: by an order, or by a list of hosts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected \"first\", \"longest\", \"earliest\", or a table such as { hosts = [\"agency.example\"] }"
)]
pub enum KeepPolicy {
    /// By this order.
    By(KeepOrder),
    /// By hosts.
    Hosts(PreferredHosts),
}

impl Default for KeepPolicy {
    fn default() -> Self {
        Self::By(KeepOrder::First)
    }
}

/// As TOML.
impl fmt::Display for KeepPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(KeepOrder::First) => f.write_str("\"first\""),
            Self::By(KeepOrder::Longest) => f.write_str("\"longest\""),
            Self::By(KeepOrder::Earliest) => f.write_str("\"earliest\""),
            // Hosts have no characters that TOML and Rust would escape.
            Self::Hosts(PreferredHosts { hosts }) => write!(f, "{{ hosts = {hosts:?} }}"),
        }
    }
}

/// Hosts whose records are preferred to others'.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PreferredHosts {
    /// Most preferred first. A host stands for itself and for everything under it.
    pub hosts: Vec<String>,
}

/// How repeated paragraphs are found.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ParagraphSettings {
    /// Earlier articles of the host that have to have a paragraph, 2 or more: so many keep it.
    pub after: u32,
    /// The share of the host's earlier articles that has to have it: above 0, at most 1.
    pub share: f64,
    /// The fewest words of a paragraph that may go, 1 or more.
    pub min_words: usize,
    /// Hosts that are looked at, the first ones of the run: 5,400 bytes each at most.
    pub hosts: usize,
}

impl Default for ParagraphSettings {
    fn default() -> Self {
        Self { after: 5, share: 0.25, min_words: 5, hosts: 10_000 }
    }
}

/// `[dedup]`: which records are duplicates of earlier ones, and dropped.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct DedupSettings {
    /// Drop records with the URL or the text of an earlier one: `true`, `false`, or a list of `"url"` and
    /// `"text"`.
    pub exact: ExactDedup,
    /// Drop records of whose text an earlier one has most: `true`, `false`, or a table such as
    /// `{ ngram = 5, bands = 14, rows = 8, threshold = 0.75 }`, which are the usual settings.
    pub near: Switch<NearSettings>,
    /// Which of tonight's duplicates are kepts: `"first"`, `"longest"`, `"earliest"`, or `{ hosts = ["agency.example"] }`, which prefers
    /// these hosts in this order. What an earlier night kept is kept in any case. All but `"first"` look ahead, see the README.
    pub keep: KeepPolicy,
    /// What becomes of a record with the URL of an earlier one and a text that is new: `"drop"`, or `"keep"`, with
    /// `labels.update` to tell it from a new article.
    pub updates: UpdatePolicy,
    /// With `--state`: how many days the articles of a night are remembered; for ever when left out.
    pub expire_days: Option<u32>,
    /// Remove paragraphs that a host puts into its articles, from the sixth article on: `true`, `false`, or a table such as
    /// `{ after = 5, share = 0.25, min-words = 5, hosts = 10000 }`, which are the usual settings.
    pub paragraphs: Switch<ParagraphSettings>,
}

impl Default for DedupSettings {
    fn default() -> Self {
        Self {
            exact: ExactDedup::All(true),
            near: Switch::Usual(false),
            keep: KeepPolicy::default(),
            updates: UpdatePolicy::Drop,
            expire_days: None,
            paragraphs: Switch::Usual(false),
        }
    }
}

impl DedupSettings {
    /// Whether records are compared by a key.
    pub fn by(&self, key: DedupKey) -> bool {
        match &self.exact {
            ExactDedup::All(all) => *all,
            ExactDedup::By(keys) => keys.contains(&key),
        }
    }
}

impl DedupSettings {
    /// Reads the section, and reports every mistake in it.
    pub(crate) fn read(problems: &mut Vec<Problem>, mut table: SettingsTable<'_>) -> Self {
        // Tables within the table are read one by one, so that mistakes in them are shown at their places.
        let (near, paragraphs) = (table.take("near"), table.take("paragraphs"));
        let mut dedup: Self = read_section(problems, &table, |_, _, _| {});
        let help = "near is true, false, or a table such as { threshold = 0.75 }";
        dedup.near = read_switch(problems, near, help, check_near).unwrap_or(dedup.near);
        let help = "paragraphs is true, false, or a table such as { after = 5 }";
        dedup.paragraphs =
            read_switch(problems, paragraphs, help, check_paragraphs).unwrap_or(dedup.paragraphs);
        check_dedup(&dedup, &table, problems);
        dedup
    }
}

fn check_dedup(dedup: &DedupSettings, table: &SettingsTable<'_>, problems: &mut Vec<Problem>) {
    if dedup.updates == UpdatePolicy::Keep && !(dedup.by(DedupKey::Url) && dedup.by(DedupKey::Text)) {
        let message = "an update is known by its URL and its text: exact has to be true, or to name both";
        problems.push(table.problem("updates", message));
    }
    if dedup.keep != KeepPolicy::default() {
        // Versions of an article are told apart by their order, and so are the first articles of a host.
        if dedup.updates == UpdatePolicy::Keep {
            let message =
                "updates = \"keep\" takes versions in their order: it goes with keep = \"first\" alone";
            problems.push(table.problem("keep", message));
        }
        if dedup.paragraphs.settings().is_some() {
            let message = "paragraphs are counted in order: they go with keep = \"first\" alone";
            problems.push(table.problem("keep", message));
        }
    }
    if let KeepPolicy::Hosts(PreferredHosts { hosts }) = &dedup.keep {
        if hosts.is_empty() {
            problems.push(table.problem("keep", "hosts names one host or more"));
        }
        for host in hosts.iter().filter(|host| !is_host_of_records(host)) {
            let message = format!(
                "`{host}` is no host as records have it: lower case, without `www.`, such as `agency.example`"
            );
            problems.push(table.problem("keep", message));
        }
    }
    if dedup.expire_days == Some(0) {
        problems.push(table.problem("expire-days", "expire-days is at least 1"));
    }
}

/// Whether a host is written as records have it.
fn is_host_of_records(host: &str) -> bool {
    let parsed = url::Host::parse(host).is_ok_and(|parsed| parsed.to_string() == host);
    parsed && host.contains('.') && !host.starts_with("www.")
}

fn check_paragraphs(settings: &ParagraphSettings, table: &SettingsTable<'_>, problems: &mut Vec<Problem>) {
    if settings.after < 2 {
        problems.push(table.problem("after", "after is 2 or more"));
    }
    if !(settings.share > 0.0 && settings.share <= 1.0) {
        problems.push(table.problem("share", "share is above 0 and at most 1"));
    }
    if settings.min_words == 0 {
        problems.push(table.problem("min-words", "min-words is 1 or more"));
    }
}

fn check_near(near: &NearSettings, table: &SettingsTable<'_>, problems: &mut Vec<Problem>) {
    for (key, value, most) in [("ngram", near.ngram, 32), ("bands", near.bands, 256), ("rows", near.rows, 32)]
    {
        if !(1..=most).contains(&value) {
            problems.push(table.problem(key, format!("{key} is 1 to {most}")));
        }
    }
    if !(near.threshold > 0.0 && near.threshold <= 1.0) {
        problems.push(table.problem("threshold", "threshold is above 0 and at most 1"));
    }
}
