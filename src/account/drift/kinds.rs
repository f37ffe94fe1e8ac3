//! What records are counted for: kinds of them, and values that each usually has of its own.

use super::question::records;
use crate::account::{HostCounts, Sameness};

/// The share of a host's records that must be concerned beyond the usual.
pub(super) const LEAST_SHARE: f64 = 0.1;
/// Records without any letter beyond ASCII.
pub(super) const PLAIN_ASCII: &str = "plain_ascii";
/// The share beyond the usual that must lack a field that few readers need.
const LEAST_WITHOUT: f64 = 0.25;
/// The share beyond the usual that must be later versions of known articles, as many of a ticker's are, or lack the time of the crawl.
const LEAST_UPDATES: f64 = 0.5;

/// A kind of records.
pub(super) struct Kind {
    pub(super) what: &'static str,
    /// How many there are.
    pub(super) part: fn(&HostCounts) -> u64,
    /// Among how many; 0 in accounts of versions that did not count them.
    pub(super) all: fn(&HostCounts) -> u64,
    /// What is said of them.
    pub(super) words: &'static str,
    /// The share beyond the usual that says something.
    pub(super) least: f64,
    /// Whether it says something only where hardly any record is usually of this kind.
    pub(super) is_rare: bool,
}

const fn kind(
    what: &'static str,
    part: fn(&HostCounts) -> u64,
    all: fn(&HostCounts) -> u64,
    words: &'static str,
) -> Kind {
    Kind { what, part, all, words, least: LEAST_SHARE, is_rare: false }
}

impl Kind {
    const fn rare(self, least: f64) -> Self {
        Self { least, is_rare: true, ..self }
    }
}

pub(super) static KINDS: [Kind; 16] = [
    kind("without_date", |host| host.without_date, records, "without a date"),
    kind("without_title", |host| host.without_title, records, "without a title"),
    kind("without_author", |host| host.without_author, records, "without an author"),
    kind("without_address", |host| host.without_address, compared, "without an address"),
    kind(
        "with_lost_characters",
        |host| host.with_lost_characters,
        records,
        "with lost characters (\u{FFFD}, ? within words, or several in the place of one)",
    ),
    // Most texts in English have no letter beyond ASCII: it says something where nearly all have one.
    kind(
        PLAIN_ASCII,
        |host| records(host).saturating_sub(host.beyond_ascii + host.without_text),
        records,
        "without any letter beyond ASCII",
    )
    .rare(LEAST_SHARE),
    kind("dated_later", |host| host.dated_later, records, "dated after they were crawled"),
    kind(
        "dated_long_before",
        |host| host.dated_long_before,
        records,
        "dated half a year before they were crawled",
    ),
    kind("dated_as_crawled", |host| host.dated_as_crawled, compared, "dated as they were crawled")
        .rare(LEAST_WITHOUT),
    kind("updates", |host| host.updates, compared, "new texts of known addresses").rare(LEAST_UPDATES),
    kind("without_section", |host| host.without_section, compared, "without a section").rare(LEAST_WITHOUT),
    kind("without_tags", |host| host.without_tags, compared, "without tags").rare(LEAST_WITHOUT),
    kind("without_description", |host| host.without_description, compared, "without a description")
        .rare(LEAST_WITHOUT),
    kind("without_images", |host| host.without_images, compared, "without pictures").rare(LEAST_WITHOUT),
    kind("without_crawled", |host| host.without_crawled, compared, "without the time of the crawl")
        .rare(LEAST_UPDATES),
    kind("without_text", |host| host.without_text, compared, "without a text").rare(LEAST_WITHOUT),
];

fn compared(counts: &HostCounts) -> u64 {
    counts.compared
}

/// A value that each record usually has of its own.
pub(super) struct OwnValue {
    pub(super) what: &'static str,
    /// How alike they are.
    pub(super) sketch: fn(&HostCounts) -> Sameness,
    /// How many records have none.
    without: fn(&HostCounts) -> u64,
    /// What it is called.
    pub(super) word: &'static str,
    /// The share of a host's records that must have the same one.
    pub(super) least: f64,
}

impl OwnValue {
    /// How many records have one.
    pub(super) fn all(&self, host: &HostCounts) -> u64 {
        host.compared.saturating_sub((self.without)(host))
    }
}

const fn own(
    what: &'static str,
    sketch: fn(&HostCounts) -> Sameness,
    without: fn(&HostCounts) -> u64,
    word: &'static str,
    least: f64,
) -> OwnValue {
    OwnValue { what, sketch, without, word, least }
}

pub(super) static OWN_VALUES: [OwnValue; 6] = [
    own("same_beginning", |host| host.same_beginning, |host| host.without_text, "beginning of the text", 0.4),
    // On a large day of a ticker half of a host's records end alike, and on one of an agency's three fifths have one author.
    own("same_end", |host| host.same_end, |host| host.without_text, "end of the text", 0.5),
    own("same_date", |host| host.same_date, |host| host.without_date, "publication date", 0.4),
    own("same_address", |host| host.same_address, |host| host.without_address, "address", 0.4),
    own("same_title", |host| host.same_title, |host| host.without_title, "title", 0.4),
    own("same_author", |host| host.same_author, |host| host.without_author, "author", 0.8),
];
