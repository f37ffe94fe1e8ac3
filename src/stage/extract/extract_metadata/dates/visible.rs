//! The publication's date among all that a page shows: each is weighed by its place and by what is said of it.

use jiff::civil;

use crate::article::{ArticleDate, Found, dates_in};
use crate::html::{Name, Page};

use super::super::hints::Hints;
use super::super::survey::{Element, MAX_LINE_BYTES, Survey, Zone};
use super::Reading;

/// How likely a visible date is the article's.
type Weight = i32;

/// Less is a date that merely stands somewhere.
const ENOUGH: Weight = 0;

/// As [`ENOUGH`], where the page has no other date. Below are copyright lines and comments.
const ENOUGH_ALONE: Weight = -55;

/// What the address has, too.
const CONFIRMED: Weight = 60;
/// No less than a date that stands below the headline without a word.
const BESIDE_HEADLINE: Weight = 26;
/// A date in the address counts less than one that is said to be the publication's beside the headline.
const ADDRESS: Weight = 75;

/// Counts less than a date beside the headline that is in an element for dates.
const DOUBTFUL: Weight = 30;

/// More dates than this are a calendar.
const MAX_CANDIDATES: usize = 1000;

#[derive(Clone, Copy)]
pub(super) struct Candidate {
    date: ArticleDate,
    weight: Weight,
    found: Found,
    /// It is said to be a change's: by words, or by the name of an element, which readers don't see.
    change: Option<Change>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Said,
    Named,
}

/// The dates that a page shows, weighed.
pub(super) fn weighed(page: Page<'_>, survey: &Survey, reading: &Reading) -> Vec<Candidate> {
    let mut candidates = weighed_elements(page, survey, reading);
    weigh_lines(page, survey, reading, 0..survey.lines.len(), &mut candidates);
    candidates
}

/// Those that stand beside the headline.
pub(super) fn weighed_beside_headline(page: Page<'_>, survey: &Survey, reading: &Reading) -> Vec<Candidate> {
    let mut candidates = weighed_elements(page, survey, reading);
    let lines = survey.heading_line.saturating_sub(3)..survey.lines.len().min(survey.heading_line + 13);
    weigh_lines(page, survey, reading, lines, &mut candidates);
    candidates
}

fn is_change(hints: Hints) -> bool {
    hints.has(Hints::MODIFIED) && !hints.has(Hints::PUBLISHED)
}

fn weighed_elements(page: Page<'_>, survey: &Survey, reading: &Reading) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for element in &survey.dates {
        if let Some(date) = date_of_element(page, *element, reading) {
            let place = survey.lines.partition_point(|line| line.first < element.node);
            let said = if is_marked(page, *element) { 60 } else { 10 };
            let weight = weight(survey, place, element.zone, element.hints) + said;
            candidates.push(Candidate {
                date,
                weight,
                found: Found::Dom,
                change: is_change(element.hints).then_some(Change::Named),
            });
        }
    }
    candidates
}

fn weigh_lines(
    page: Page<'_>,
    survey: &Survey,
    reading: &Reading,
    lines: std::ops::Range<usize>,
    candidates: &mut Vec<Candidate>,
) {
    for (place, line) in survey.lines.iter().enumerate().take(lines.end).skip(lines.start) {
        if !line.has_digit || candidates.len() > MAX_CANDIDATES {
            continue;
        }
        let text = Survey::text_of(page, line);
        let is_paragraph = line.bytes > MAX_LINE_BYTES;
        let mut before = 0;
        for sighting in dates_in(&text, reading.order).iter().take(4) {
            let label = Label::of(text.get(before..sighting.from).unwrap_or_default());
            before = sighting.to;
            // A paragraph may open with its date, or be the note that says when it was published.
            if !reading.is_possible(sighting.date) || (is_paragraph && sighting.from > 60) {
                continue;
            }
            let behind = text.get(sighting.to..).unwrap_or_default();
            let rest = if sighting.from <= 30 && is_paragraph {
                60
            } else if sighting.from <= 3 {
                behind.len().min(60) / 2
            } else {
                sighting.from + behind.len() / 2
            };
            // `Am 3. Mai 2021 veröffentlicht`
            let label = match label {
                Label::None
                    if Label::of(&behind.chars().take(40).collect::<String>()) == Label::Published =>
                {
                    Label::Published
                }
                label => label,
            };
            let weight = weight(survey, place, line.zone, line.hints) + label.weight() - prose(rest);
            let change = match label {
                Label::Changed => Some(Change::Said),
                Label::None if is_change(line.hints) => Some(Change::Named),
                _ => None,
            };
            candidates.push(Candidate { date: sighting.date, weight, found: Found::Dom, change });
        }
    }
}

/// The publication's date among them, the address's and a doubtful one.
pub(super) fn published(
    shown: &[Candidate],
    in_url: Option<ArticleDate>,
    doubtful: Option<ArticleDate>,
) -> Option<(ArticleDate, Found)> {
    let mut candidates = shown.to_vec();
    if let Some(date) = in_url {
        let is_same =
            |candidate: &&mut Candidate| candidate.date.day() == date.day() && candidate.change.is_none();
        for candidate in candidates.iter_mut().filter(is_same) {
            candidate.weight += CONFIRMED;
        }
        candidates.push(Candidate { date, weight: ADDRESS, found: Found::Meta, change: None });
    }
    if let Some(date) = doubtful {
        candidates.push(Candidate { date, weight: DOUBTFUL, found: Found::Meta, change: None });
    }
    // The one date beside a headline, with no word about a change, is what readers take for the publication's.
    if let [only] = candidates.as_mut_slice()
        && only.change == Some(Change::Named)
        && only.weight >= BESIDE_HEADLINE
    {
        only.change = None;
    }
    let change = candidates
        .iter()
        .filter(|candidate| candidate.change.is_some())
        .map(|candidate| candidate.weight)
        .max();
    candidates.retain(|candidate| candidate.change.is_none());
    let best = candidates.iter().rev().max_by_key(|candidate| candidate.weight)?;
    // A page that has one date only has it for a reason. Where it says when it was changed, beside the headline, it
    // would say there when it was published, too.
    let is_only = candidates.iter().all(|candidate| candidate.date.day() == best.date.day());
    let enough = match change {
        Some(change) if change >= BESIDE_HEADLINE => BESIDE_HEADLINE,
        None if is_only => ENOUGH_ALONE,
        _ => ENOUGH,
    };
    (best.weight >= enough).then_some((best.date, best.found))
}

/// Whether a day stands beside the headline as the publication's.
pub(super) fn shows(beside_headline: &[Candidate], day: civil::Date) -> bool {
    let mut published = beside_headline.iter().filter(|candidate| candidate.change.is_none());
    published.any(|candidate| candidate.weight >= BESIDE_HEADLINE && candidate.date.day() == day)
}

/// The date of a change, where it stands beside the headline.
pub(super) fn changed(shown: &[Candidate]) -> Option<ArticleDate> {
    let changes =
        shown.iter().filter(|candidate| candidate.change.is_some() && candidate.weight >= BESIDE_HEADLINE);
    changes.rev().max_by_key(|candidate| candidate.weight).map(|candidate| candidate.date)
}

/// An element whose name says that it is the publication's date.
fn is_marked(page: Page<'_>, element: Element) -> bool {
    let says = |name: Name, wanted: &str| {
        page.raw_attribute(element.node, name)
            .is_some_and(|value| value.split([' ', ':']).any(|word| word.eq_ignore_ascii_case(wanted)))
    };
    page.has_attribute(element.node, Name::Pubdate)
        || says(Name::Itemprop, "datePublished")
        || says(Name::Property, "datePublished")
        || says(Name::Class, "published")
}

fn date_of_element(page: Page<'_>, element: Element, reading: &Reading) -> Option<ArticleDate> {
    [Name::Datetime, Name::Content, Name::DataDate, Name::DataTime, Name::DataTimestamp, Name::Title]
        .iter()
        .filter_map(|name| page.attribute(element.node, *name))
        .find_map(|value| reading.read(&value))
}

/// What a date's place on the page says.
fn weight(survey: &Survey, place: usize, zone: Zone, hints: Hints) -> Weight {
    let mut weight = match zone {
        Zone::Main => 0,
        Zone::Neighbours => -50,
        Zone::Comments => -80,
        Zone::Footer => -40,
    };
    if hints.has(Hints::PUBLISHED) {
        weight += 30;
    } else if hints.has(Hints::DATE) {
        weight += 22;
    }
    let heading = survey.heading_line;
    // Lines between headline and date; a little above it counts, too.
    weight
        + match (place >= heading, place.abs_diff(heading)) {
            (true, 0..=4) => 36,
            (true, 5..=12) => 26,
            (true, 13..=30) => 14,
            (false, 0..=3) => 30,
            (false, 4..=10) => 12,
            _ => 0,
        }
}

/// What stands before a date in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    None,
    Published,
    Changed,
    /// An event, a birthday, a copyright.
    Other,
}

impl Label {
    fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(CHANGED) {
            Self::Changed
        } else if has(PUBLISHED) {
            Self::Published
        } else if has(OTHER) {
            Self::Other
        } else {
            Self::None
        }
    }

    fn weight(self) -> Weight {
        match self {
            Self::Published => 25,
            Self::None | Self::Changed => 0,
            Self::Other => -40,
        }
    }
}

#[rustfmt::skip]
const PUBLISHED: &[&str] = &[
    "publish", "posted", "veröffentlicht", "erstellt", "publi", "pubblicat", "gepubliceerd",
    "geplaatst", "objavljeno", "dodano", "opublikowano", "zveřejněno", "publicerad", "publisert",
    "julkaistu", "közzétéve", "yayın", "опубликован", "опубліковано", "публикуван", "δημοσ",
    "diterbitkan", "نشر", "تاریخ", "प्रकाशित", "发布", "發布", "公開", "掲載", "입력", "등록", "created", "date",
    "datum", "data", "fecha", "geschrieben", "eingestellt", "vom ", "erschienen", "escrito",
    "written", "released", "online seit", "pub.", "đăng",
];
#[rustfmt::skip]
const CHANGED: &[&str] = &[
    "updat", "modif", "aktualis", "geändert", "bearbeitet", "mis à jour", "mise à jour", "actualiz",
    "aggiornat", "atualiz", "bijgewerkt", "uppdater", "oppdater", "opdater", "päivitetty",
    "zaktualiz", "aktualiz", "обновлен", "оновлен", "güncel", "更新", "수정", "revised", "changed",
    "edited", "reviewed", "accessed", "abgerufen", "zuletzt",
];
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "©", "aktuelle zeit", "current time", "heute", "today", "copyright", "event", "termin", "until",
    "bis ", "expires", "deadline", "born", "geboren", "since", "seit ", "joined", "mitglied seit",
    "beiträge", "registriert", "from ", "first aired", "release date", "starts", "beginn", "ab ",
];

/// Bytes beside the date in its line: the more there are, the more it is prose.
fn prose(rest: usize) -> Weight {
    match rest {
        0..=30 => 0,
        31..=70 => 6,
        71..=120 => 20,
        _ => 34,
    }
}
