//! The publication's date among all that a page shows: each is weighed by its place and by what is said of it.

use jiff::civil;

use crate::article::Found;
use crate::date::{ArticleDate, Label, date_of_age, date_without_year, dates_in};
use crate::html::{Name, Page};
use crate::text::Slice;

use crate::stage::page::{ClassHints, Line, MAX_LINE_BYTES, Zone};

use super::super::zones::{Element, Zones, is_quoted};
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

/// An age further away is something else's.
const NEAR_HEADLINE: usize = 8;

/// Counts less than a date beside the headline that is in an element for dates.
const DOUBTFUL: Weight = 30;

/// More dates than this are a calendar.
const MAX_CANDIDATES: usize = 1000;

#[derive(Clone, Copy)]
pub(super) struct DateCandidate {
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

fn is_change(hints: ClassHints) -> bool {
    hints.has(ClassHints::MODIFIED) && !hints.has(ClassHints::PUBLISHED)
}

/// The dates of a page's elements and of some of its lines, weighed.
pub(super) fn weighed(
    zones: &Zones<'_>,
    reading: &Reading<'_>,
    lines: std::ops::Range<usize>,
) -> Vec<DateCandidate> {
    let mut candidates = Vec::new();
    let end = end_of_text(zones);
    for element in &zones.dates {
        if let Some(date) = date_of_element(zones.page, *element, reading)
            && !is_quoted(zones.page, element.node)
        {
            let place = zones.lines.partition_point(|line| line.first < element.node);
            let said = if is_marked(zones.page, *element) { 60 } else { 10 };
            let is_labelled = label_before(zones, place) == Some(Label::Published);
            if is_of_others(element.zone) && place >= end && !is_labelled {
                continue;
            }
            let zone = if is_labelled { Zone::Main } else { element.zone };
            let hints = zones.hints_at(element.node);
            let weight = weight(zones, place, zone, hints) + said;
            candidates.push(DateCandidate {
                date,
                weight,
                found: Found::Dom,
                change: is_change(hints).then_some(Change::Named),
            });
        }
    }
    for (place, line) in zones.lines.iter().enumerate().take(lines.end).skip(lines.start) {
        let has_age = || reading.0.crawled.is_some() && zones.hints_of(line).has(ClassHints::DATE);
        if !(line.has_digit || has_age()) || candidates.len() > MAX_CANDIDATES {
            continue;
        }
        if is_quoted(zones.page, line.first) {
            continue;
        }
        let (text, hints) = (zones.text_of(line), zones.hints_of(line));
        let is_late = is_of_others(line.zone) && place >= end;
        if let Some(crawled) = reading.0.crawled
            && line.zone == Zone::Main
            && place.abs_diff(zones.heading_line) <= NEAR_HEADLINE
            && let Some((date, label)) =
                date_of_age(&text, crawled).or_else(|| date_without_year(&text, crawled))
        {
            let change = (label == Label::Changed).then_some(Change::Said);
            let weight = weight(zones, place, line.zone, hints);
            candidates.push(DateCandidate { date, weight, found: Found::Dom, change });
            continue;
        }
        let is_paragraph = line.bytes > MAX_LINE_BYTES;
        let mut before = 0;
        let sightings = dates_in(&text, &reading.0);
        for (nth, sighting) in sightings.iter().enumerate().take(4) {
            let behind = text.slice(sighting.to..);
            // What stands between two dates is said of the second.
            let after = if nth + 1 < sightings.len() { "" } else { behind };
            let label = said(text.slice(before..sighting.from), after).or_else(|| {
                let is_alone = sighting.from == 0 && behind.is_empty();
                label_before(zones, place)
                    .filter(|label| is_alone && matches!(label, Label::Changed | Label::Published))
            });
            before = sighting.to;
            if label == Some(Label::Other) {
                continue;
            }
            // A paragraph may open with its date, or be the note that says when it was published.
            if !reading.is_possible(sighting.date) || (is_paragraph && sighting.from > 60) {
                continue;
            }
            let rest = if sighting.from <= 30 && is_paragraph {
                60
            } else if sighting.from <= 3 {
                behind.len().min(60) / 2
            } else {
                sighting.from + behind.len() / 2
            };
            let worth = match label {
                Some(Label::Published | Label::Date) => 25,
                _ => 0,
            };
            // What says beside the date that it is the publication's is believed wherever it stands.
            let is_said =
                matches!(label, Some(Label::Published | Label::Date)) && line.zone != Zone::Comments;
            if is_late && !is_said {
                continue;
            }
            let zone = if is_said { Zone::Main } else { line.zone };
            let weight = weight(zones, place, zone, hints) + worth - prose(rest);
            let change = match label {
                Some(Label::Changed) => Some(Change::Said),
                None if is_change(hints) => Some(Change::Named),
                _ => None,
            };
            candidates.push(DateCandidate { date: sighting.date, weight, found: Found::Dom, change });
        }
    }
    candidates
}

/// The publication's date among them, the address's and a doubtful one.
pub(super) fn published(
    shown: &[DateCandidate],
    in_url: Option<ArticleDate>,
    doubtful: Option<ArticleDate>,
) -> Option<(ArticleDate, Found)> {
    let mut candidates = shown.to_vec();
    if let Some(date) = in_url {
        let is_same =
            |candidate: &&mut DateCandidate| candidate.date.day() == date.day() && candidate.change.is_none();
        for candidate in candidates.iter_mut().filter(is_same) {
            candidate.weight += CONFIRMED;
        }
        candidates.push(DateCandidate { date, weight: ADDRESS, found: Found::Meta, change: None });
    }
    if let Some(date) = doubtful {
        candidates.push(DateCandidate { date, weight: DOUBTFUL, found: Found::Meta, change: None });
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

/// How much a day weighs on the page, and how much the best of the others does.
pub(super) fn standing(shown: &[DateCandidate], day: civil::Date) -> (Option<Weight>, Option<Weight>) {
    let published = || shown.iter().filter(|candidate| candidate.change.is_none());
    let best =
        |is: &dyn Fn(&&DateCandidate) -> bool| published().filter(is).map(|candidate| candidate.weight).max();
    (best(&|candidate| candidate.date.day() == day), best(&|candidate| candidate.date.day() != day))
}

/// The dates that a page shows, the best first, with their weights and what is said of them.
pub(super) fn told(shown: &[DateCandidate]) -> Vec<String> {
    let mut sorted: Vec<&DateCandidate> = shown.iter().collect();
    sorted.sort_by_key(|candidate| std::cmp::Reverse(candidate.weight));
    let told = |candidate: &&DateCandidate| {
        let why = if candidate.change.is_some() { ", said to be a change" } else { "" };
        format!("{}: {} points{why}", candidate.date, candidate.weight)
    };
    let mut told: Vec<String> = sorted.iter().map(told).collect();
    told.dedup();
    told.truncate(4);
    told
}

/// Whether a day stands beside the headline as the publication's.
pub(super) fn shows(beside_headline: &[DateCandidate], day: civil::Date) -> bool {
    let mut published = beside_headline.iter().filter(|candidate| candidate.change.is_none());
    published.any(|candidate| candidate.weight >= BESIDE_HEADLINE && candidate.date.day() == day)
}

/// The date of a change, where it stands beside the headline; elsewhere only where the page shows no other date.
pub(super) fn changed(shown: &[DateCandidate]) -> Option<ArticleDate> {
    let is_dated = shown.iter().any(|candidate| candidate.change.is_none() && candidate.weight >= ENOUGH);
    let enough = if is_dated { BESIDE_HEADLINE } else { ENOUGH_ALONE };
    let changes = shown.iter().filter(|candidate| {
        candidate.change.is_some_and(|change| candidate.weight >= BESIDE_HEADLINE || change == Change::Said)
            && candidate.weight >= enough
    });
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

pub(super) fn date_of_element(
    page: Page<'_>,
    element: Element,
    reading: &Reading<'_>,
) -> Option<ArticleDate> {
    [Name::Datetime, Name::Content, Name::DataDate, Name::DataTime, Name::DataTimestamp, Name::Title]
        .iter()
        .filter_map(|name| page.attribute(element.node, *name))
        .find_map(|value| reading.read(&value))
}

/// What the line before says of a date, and nothing else: `Published`, `Last updated:`, and the date in an element of its own.
fn label_before(zones: &Zones<'_>, place: usize) -> Option<Label> {
    const LONGEST_LABEL_BYTES: usize = 24;
    let line = zones.lines.get(place.checked_sub(1)?)?;
    if line.zone == Zone::Comments || line.has_digit || line.bytes > LONGEST_LABEL_BYTES {
        return None;
    }
    let text = zones.text_of(line).to_lowercase();
    let label = text.trim_end_matches([':', ' ']);
    Label::of(label).or_else(|| Label::of(label.rsplit(' ').next()?).filter(|label| *label == Label::Changed))
}

/// Whether a part has comments or other articles: after the article's end, its dates are theirs.
fn is_of_others(zone: Zone) -> bool {
    matches!(zone, Zone::Comments | Zone::Neighbours)
}

/// The line after the article's last paragraph. A part called comments that stands before it is an opinion or a forum's
/// first post, and so is the first of a page that has no other paragraph.
fn end_of_text(zones: &Zones<'_>) -> usize {
    const PARAGRAPH_BYTES: usize = 120;
    let is_paragraph = |line: &Line| line.zone == Zone::Main && line.bytes > PARAGRAPH_BYTES;
    zones.lines.iter().rposition(is_paragraph).map_or(zones.lines.len(), |last| last + 1)
}

/// What a date's place on the page says.
fn weight(zones: &Zones<'_>, place: usize, zone: Zone, hints: ClassHints) -> Weight {
    let mut weight = match zone {
        // A page's end may say when it was published; its copyright says so itself.
        Zone::Main | Zone::Footer => 0,
        Zone::Neighbours => -50,
        Zone::Comments => -80,
    };
    if hints.has(ClassHints::PUBLISHED) {
        weight += 30;
    } else if hints.has(ClassHints::DATE) {
        weight += 22;
    }
    let heading = zones.heading_line;
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

/// What is said of a date in its line.
fn said(before: &str, after: &str) -> Option<Label> {
    // Further away, a word is about something else.
    const NEAR_BEFORE: usize = 30;
    const NEAR_AFTER: usize = 25;
    let start = before.char_indices().rev().take(NEAR_BEFORE).last().map_or(0, |(at, _)| at);
    let end = after.char_indices().nth(NEAR_AFTER).map_or(after.len(), |(at, _)| at);
    Label::before(before.slice(start..)).or_else(|| Label::after(after.slice(..end)))
}

/// Bytes beside the date in its line: the more there are, the more it is prose.
fn prose(rest: usize) -> Weight {
    match rest {
        0..=30 => 0,
        31..=70 => 6,
        71..=120 => 20,
        _ => 34,
    }
}
