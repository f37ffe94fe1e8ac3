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

pub(super) static KINDS: [Kind; 26] = [
    kind("without_date", |host| host.without_date, records, "without a date"),
    kind("without_title", |host| host.without_title, records, "without a title"),
    kind("without_author", |host| host.without_author, records, "without an author"),
    kind("without_address", |host| host.without_address, counted, "without an address"),
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
    .rare(LEAST_WITHOUT),
    kind("dated_later", |host| host.dated_later, records, "dated after they were crawled"),
    kind(
        "dated_long_before",
        |host| host.dated_long_before,
        counted,
        "dated a month before they were crawled",
    ),
    kind("dated_as_crawled", |host| host.dated_as_crawled, counted, "dated as they were crawled")
        .rare(LEAST_WITHOUT),
    // Where there is no time of the crawl: a host with an archive has others.
    kind("dated_long_ago", |host| host.dated_long_ago, counted, "dated before 1991").rare(LEAST_SHARE),
    kind(
        "title_of_another",
        |host| host.title_of_another,
        counted,
        "with titles that have hardly a word in common with their texts",
    )
    .rare(LEAST_WITHOUT),
    kind(
        "address_of_another",
        |host| host.address_of_another,
        counted,
        "with addresses that have hardly a word in common with their titles and texts",
    )
    .rare(LEAST_WITHOUT),
    kind(
        "description_of_another",
        |host| host.description_of_another,
        counted,
        "with descriptions that have hardly a word in common with their texts",
    )
    .rare(LEAST_WITHOUT),
    kind(
        "alike_fields",
        |host| host.alike_fields,
        counted,
        "with the same value in two of title, author, section and text",
    )
    .rare(LEAST_WITHOUT),
    kind("dated_ahead", |host| host.dated_ahead, counted, "dated more than an hour after they were crawled")
        .rare(LEAST_WITHOUT),
    kind("one_paragraph", |host| host.one_paragraph, counted, "with a long text without a line end")
        .rare(LEAST_WITHOUT),
    kind("text_twice", |host| host.text_twice, counted, "with a text whose beginning comes again in it")
        .rare(LEAST_WITHOUT),
    kind(
        "title_from_text",
        |host| host.title_from_text,
        counted,
        "with the beginning of the text for a title",
    )
    .rare(LEAST_WITHOUT),
    kind("author_with_digits", |host| host.author_with_digits, counted, "with digits in an author's name")
        .rare(LEAST_WITHOUT),
    kind("updates", |host| host.updates, counted, "new texts of known addresses").rare(LEAST_UPDATES),
    kind("without_section", |host| host.without_section, counted, "without a section").rare(LEAST_WITHOUT),
    kind("without_tags", |host| host.without_tags, counted, "without tags").rare(LEAST_WITHOUT),
    kind("without_description", |host| host.without_description, counted, "without a description")
        .rare(LEAST_WITHOUT),
    kind("without_images", |host| host.without_images, counted, "without pictures").rare(LEAST_WITHOUT),
    kind("without_crawled", |host| host.without_crawled, counted, "without the time of the crawl")
        .rare(LEAST_UPDATES),
    kind("without_text", |host| host.without_text, counted, "without a text").rare(LEAST_WITHOUT),
];

fn counted(counts: &HostCounts) -> u64 {
    counts.counted
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
        host.counted.saturating_sub((self.without)(host))
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

pub(super) static OWN_VALUES: [OwnValue; 10] = [
    own("same_beginning", |host| host.same_beginning, |host| host.without_text, "beginning of the text", 0.4),
    // On a large day of a ticker half of a host's records end alike, and on one of an agency's three fifths have one author; on the day of an election
    // four fifths of the records are in one section.
    own("same_end", |host| host.same_end, |host| host.without_text, "end of the text", 0.5),
    own("same_date", |host| host.same_date, |host| host.without_date, "publication date", 0.4),
    own("same_address", |host| host.same_address, |host| host.without_address, "address", 0.4),
    own("same_title", |host| host.same_title, |host| host.without_title, "title", 0.4),
    own("same_author", |host| host.same_author, |host| host.without_author, "author", 0.9),
    own("same_section", |host| host.same_section, |host| host.without_section, "section", 0.97),
    own("same_tags", |host| host.same_tags, |host| host.without_tags, "tags", 0.97),
    own(
        "same_description",
        |host| host.same_description,
        |host| host.without_description,
        "description",
        0.4,
    ),
    own("same_image", |host| host.same_image, |host| host.without_images, "picture", 0.5),
];
