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

/// A date in the address counts less than one that is said to be the publication's beside the headline.
const ADDRESS: Weight = 75;

/// Counts less than a date beside the headline that is in an element for dates.
const DOUBTFUL: Weight = 30;

/// More dates than this are a calendar.
const MAX_CANDIDATES: usize = 1000;

struct Candidate {
    date: ArticleDate,
    weight: Weight,
    found: Found,
}

pub(super) fn best_visible(
    page: Page<'_>,
    survey: &Survey,
    in_url: Option<civil::Date>,
    doubtful: Option<ArticleDate>,
    reading: &Reading,
) -> Option<(ArticleDate, Found)> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for element in &survey.dates {
        if let Some(date) = date_of_element(page, *element, reading) {
            let place = survey.lines.partition_point(|line| line.first < element.node);
            let is_marked = is_marked(page, *element);
            let weight = weight(survey, place, element.zone, element.hints) + if is_marked { 60 } else { 10 };
            candidates.push(Candidate { date, weight, found: Found::Dom });
        }
    }
    for (place, line) in survey.lines.iter().enumerate() {
        if !line.has_digit || candidates.len() > MAX_CANDIDATES {
            continue;
        }
        let text = Survey::text_of(page, line);
        let is_paragraph = line.bytes > MAX_LINE_BYTES;
        let mut before = 0;
        for sighting in dates_in(&text, reading.order).iter().take(4) {
            // A paragraph may open with its date, or be the note that says when it was published.
            if !reading.is_possible(sighting.date) || (is_paragraph && sighting.from > 60) {
                continue;
            }
            let label = text.get(before..sighting.from).unwrap_or_default();
            let behind = text.get(sighting.to..).unwrap_or_default();
            let rest = if sighting.from <= 30 && is_paragraph {
                60
            } else if sighting.from <= 3 {
                behind.len().min(60) / 2
            } else {
                sighting.from + behind.len() / 2
            };
            let said = match label_weight(label) {
                MODIFIED_LABEL => continue,
                0 => label_weight(&behind.chars().take(40).collect::<String>()).max(0),
                said => said,
            };
            let weight = weight(survey, place, line.zone, line.hints) + said - prose(rest);
            candidates.push(Candidate { date: sighting.date, weight, found: Found::Dom });
            before = sighting.to;
        }
    }
    if let Some(day) = in_url {
        let date = ArticleDate::Day(day);
        if reading.is_possible(date) {
            for candidate in &mut candidates {
                if candidate.date.day() == day {
                    candidate.weight += 60;
                }
            }
            candidates.push(Candidate { date, weight: ADDRESS, found: Found::Meta });
        }
    }
    if let Some(date) = doubtful {
        candidates.push(Candidate { date, weight: DOUBTFUL, found: Found::Meta });
    }
    let best = candidates.iter().rev().max_by_key(|candidate| candidate.weight)?;
    // A page that has one date only has it for a reason.
    let is_only = candidates.iter().all(|candidate| candidate.date.day() == best.date.day());
    let enough = if is_only { ENOUGH_ALONE } else { ENOUGH };
    (best.weight >= enough).then_some((best.date, best.found))
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
    [Name::Datetime, Name::Content, Name::DataTime, Name::DataTimestamp, Name::Title]
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
    if hints.has(Hints::MODIFIED) && !hints.has(Hints::PUBLISHED) {
        weight -= 30;
    } else if hints.has(Hints::PUBLISHED) {
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

/// The weight of a label that says that the date is a change's: it is none of the publication.
const MODIFIED_LABEL: Weight = -15;

/// What stands before a date in its line.
fn label_weight(label: &str) -> Weight {
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
    const MODIFIED: &[&str] = &[
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
    let label = label.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
    if label.is_empty() {
        0
    } else if has(MODIFIED) {
        MODIFIED_LABEL
    } else if has(PUBLISHED) {
        25
    } else if has(OTHER) {
        -40
    } else {
        0
    }
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
