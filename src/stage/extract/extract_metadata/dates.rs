//! When the article was published, and when it was changed.
//!
//! In order: the JSON-LD object about the article; meta tags; marked elements (`itemprop="datePublished"`,
//! `<time pubdate>`); then the best of what is visible and of the address, by [`Weight`]s: what is said to be
//! the publication, what stands beside the headline, what agrees with the address. Dates in comments, of
//! neighbours and in the page's end count against, and copyright years are no dates at all. Where nothing tells the
//! publication, nothing is given.

use jiff::ToSpan;
use jiff::civil;
use jiff::tz::Offset;

use crate::article::{ArticleDate, DayOrder, Found, dates_in};
use crate::html::{Name, Page};

use super::head::Head;
use super::hints::Hints;
use super::linked::Linked;
use super::survey::{Element, MAX_LINE_BYTES, Survey, Zone};

/// What readers of dates need to know.
pub(super) struct Reading {
    pub order: DayOrder,
    pub crawled: Option<ArticleDate>,
}

impl Reading {
    /// A date in a text that is nothing but a date, or has one.
    pub(super) fn read(&self, text: &str) -> Option<ArticleDate> {
        let text = text.trim();
        let date = ArticleDate::parse(text, self.order, self.crawled).or_else(|| {
            let short = text.len() <= MAX_LINE_BYTES;
            short.then(|| dates_in(text, self.order).first().map(|sighting| sighting.date)).flatten()
        })?;
        self.is_possible(date).then_some(date)
    }

    /// Nothing is published before the web, or more than a day after it was fetched: zones differ by that.
    fn is_possible(&self, date: ArticleDate) -> bool {
        let latest = self.crawled.and_then(|crawled| crawled.day().tomorrow().ok());
        date.day().year() >= 1990 && latest.is_none_or(|latest| date.day() <= latest)
    }
}

#[rustfmt::skip]
const PUBLISHED_METAS: &[&str] = &[
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "rnews:datepublished", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "publish-date", "publish_date", "published_time", "publishdate", "published-date",
    "publicationdate", "publication_date", "originalpublicationdate", "article_date_original", "article.published",
    "article:publicationdate", "article:post_date", "pubdate", "pub_date", "published", "dc.date.issued",
    "dcterms.issued", "citation_publication_date", "citation_online_date", "citation_date", "shareaholic:article_published_time", "og:pubdate", "datecreated",
    "displaydate", "bt:pubdate", "article.created", "ptime",
];
/// Names under which some publishing systems give the time at which the page was made.
#[rustfmt::skip]
const DOUBTFUL_METAS: &[&str] = &[
    "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "date", "created", "dc.created", "release_date", "video:release_date", "timestamp", "search.date",
    "dcsext.articlefirstpublished",
];
#[rustfmt::skip]
const MODIFIED_METAS: &[&str] = &[
    "article:modified_time", "og:article:modified_time", "og:modified_time", "datemodified", "article:modified",
    "modified_time", "lastmod", "last-modified", "dc.date.modified", "dcterms.modified", "og:updated_time",
    "article:updated_time", "modified", "revised",
];

/// The publication date, and where it was found.
pub(super) fn published(
    page: Page<'_>,
    head: &Head<'_>,
    linked: &Linked<'_>,
    survey: &Survey,
    url: &str,
    reading: &Reading,
) -> Option<(ArticleDate, Found)> {
    let in_url = date_in_url(url);
    let from_linked = ["datePublished", "dateCreated", "uploadDate"]
        .iter()
        .find_map(|key| reading.read(&linked.text(&[key])?));
    let at_home = |date| told_at_home(date, in_url, || told_beside_headline(page, survey, reading));
    if let Some(date) = from_linked {
        return Some((at_home(date), Found::JsonLd));
    }
    if let Some(date) = first_of(head, PUBLISHED_METAS, reading) {
        return Some((at_home(date), Found::Meta));
    }
    let doubtful = first_of(head, DOUBTFUL_METAS, reading);
    best_visible(page, survey, in_url, doubtful, reading)
}

fn first_of(head: &Head<'_>, names: &[&str], reading: &Reading) -> Option<ArticleDate> {
    names.iter().find_map(|name| head.all(name).find_map(|content| reading.read(content)))
}

/// A moment told in UTC may be another day where the paper is: `2020-02-25T02:25Z` under `/2020/02/24/`.
///
/// Where the page shows the same moment by its own clock (`Feb. 24, 2020, 9:25 pm`), that tells the offset. Else the
/// address has the paper's own day; how far its clock is from UTC is not known then, so the day stands alone.
fn told_at_home(
    date: ArticleDate,
    in_url: Option<civil::Date>,
    shown: impl FnOnce() -> Vec<civil::DateTime>,
) -> ArticleDate {
    let ArticleDate::Exact(time, Offset::UTC) = date else { return date };
    let at_home = shown().into_iter().find_map(|shown| {
        let minutes = shown.duration_since(time).as_secs().div_euclid(60);
        // Clocks show no seconds; zones differ from UTC by quarters of an hour, 12 hours back to 14 forth.
        let difference = [minutes, minutes + 1].into_iter().find(|minutes| minutes % 15 == 0)?;
        let is_zone = (-12 * 60..=14 * 60).contains(&difference) && difference != 0;
        let offset = Offset::from_seconds(i32::try_from(difference).ok()? * 60).ok()?;
        is_zone.then(|| {
            time.checked_add(difference.minutes()).ok().map(|local| ArticleDate::Exact(local, offset))
        })?
    });
    if let Some(date) = at_home {
        return date;
    }
    let Some(day) = in_url else { return date };
    let is_day_before = time.date().yesterday().ok() == Some(day) && time.hour() < 12;
    let is_day_behind = time.date().tomorrow().ok() == Some(day) && time.hour() >= 10;
    if is_day_before || is_day_behind { ArticleDate::Day(day) } else { date }
}

/// The dates with a time that stand beside the headline.
fn told_beside_headline(page: Page<'_>, survey: &Survey, reading: &Reading) -> Vec<civil::DateTime> {
    let from = survey.heading_line.saturating_sub(3);
    let near =
        survey.lines.iter().skip(from).take(16).filter(|line| line.has_digit && line.bytes <= MAX_LINE_BYTES);
    near.flat_map(|line| dates_in(&Survey::text_of(page, line), reading.order))
        .filter_map(|sighting| match sighting.date {
            ArticleDate::Local(time) => Some(time),
            _ => None,
        })
        .collect()
}

/// The date of the last change.
pub(super) fn modified(
    head: &Head<'_>,
    linked: &Linked<'_>,
    reading: &Reading,
) -> Option<(ArticleDate, Found)> {
    let from_linked = linked.text(&["dateModified"]).and_then(|text| reading.read(&text));
    from_linked
        .map(|date| (date, Found::JsonLd))
        .or_else(|| first_of(head, MODIFIED_METAS, reading).map(|date| (date, Found::Meta)))
}

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

fn best_visible(
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
                0 => label_weight(behind.get(..behind.floor_char_boundary(40)).unwrap_or_default()).max(0),
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

/// What stands before a date in its line.
fn label_weight(label: &str) -> Weight {
    const PUBLISHED: &[&str] = &[
        "publish",
        "posted",
        "veröffentlicht",
        "erstellt",
        "publi",
        "pubblicat",
        "gepubliceerd",
        "geplaatst",
        "objavljeno",
        "dodano",
        "opublikowano",
        "zveřejněno",
        "publicerad",
        "publisert",
        "julkaistu",
        "közzétéve",
        "yayın",
        "опубликован",
        "опубліковано",
        "публикуван",
        "δημοσ",
        "diterbitkan",
        "نشر",
        "تاریخ",
        "प्रकाशित",
        "发布",
        "發布",
        "公開",
        "掲載",
        "입력",
        "등록",
        "created",
        "date",
        "datum",
        "data",
        "fecha",
        "geschrieben",
        "eingestellt",
        "vom ",
        "erschienen",
        "escrito",
        "written",
        "released",
        "online seit",
        "pub.",
        "đăng",
    ];
    const MODIFIED: &[&str] = &[
        "updat",
        "modif",
        "aktualis",
        "geändert",
        "bearbeitet",
        "mis à jour",
        "mise à jour",
        "actualiz",
        "aggiornat",
        "atualiz",
        "bijgewerkt",
        "uppdater",
        "oppdater",
        "opdater",
        "päivitetty",
        "zaktualiz",
        "aktualiz",
        "обновлен",
        "оновлен",
        "güncel",
        "更新",
        "수정",
        "revised",
        "changed",
        "edited",
        "reviewed",
        "accessed",
        "abgerufen",
        "zuletzt",
    ];
    const OTHER: &[&str] = &[
        "©",
        "aktuelle zeit",
        "current time",
        "heute",
        "today",
        "copyright",
        "event",
        "termin",
        "until",
        "bis ",
        "expires",
        "deadline",
        "born",
        "geboren",
        "since",
        "seit ",
        "joined",
        "mitglied seit",
        "beiträge",
        "registriert",
        "from ",
        "first aired",
        "release date",
        "starts",
        "beginn",
        "ab ",
    ];
    let label = label.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
    if label.is_empty() {
        0
    } else if has(MODIFIED) {
        -15
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

/// The day that an address has as `/2021/03/03/`, `/2021-03-03`, `/20210303`.
fn date_in_url(url: &str) -> Option<civil::Date> {
    let (_, rest) = url.split_once("://")?;
    let path = rest.split(['?', '#']).next()?.split_once('/')?.1;
    let groups: Vec<&str> = path
        .split(|character: char| !character.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .take(32)
        .collect();
    let day = |year: &str, month: &str, day: &str| {
        let year: i16 = year.parse().ok()?;
        let date = civil::Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
        (1995..=2049).contains(&year).then_some(date)
    };
    let whole = groups.windows(3).find_map(|triple| {
        let [year, month, of] = triple else { return None };
        // Groups that are neighbours in the path, with one mark between.
        let is_close =
            ["/", "-", "_", "."].iter().any(|seam| path.contains(&format!("{year}{seam}{month}{seam}{of}")));
        (year.len() == 4 && month.len() <= 2 && of.len() <= 2 && is_close)
            .then(|| day(year, month, of))
            .flatten()
    });
    whole.or_else(|| {
        groups
            .iter()
            .filter(|group| group.len() == 8)
            .find_map(|group| day(group.get(..4)?, group.get(4..6)?, group.get(6..)?))
    })
}

/// Whether day or month comes first in a page's numbers: by its language and region, and by dates on it that
/// leave no choice.
pub(super) fn order_of(language: &str) -> DayOrder {
    // Of the countries whose papers are in English, two write the month first; without a region, `en` is
    // American more often than not (CLDR's likely subtag).
    match language.to_ascii_lowercase().replace('_', "-").as_str() {
        "en" | "en-us" | "en-ph" | "es-us" | "fil" | "" => DayOrder::MonthFirst,
        _ => DayOrder::DayFirst,
    }
}

/// The order that dates on the page prove, such as `24/12/2021`.
pub(super) fn proven_order(page: Page<'_>, survey: &Survey) -> Option<DayOrder> {
    let mut votes = 0_i32;
    for line in survey.lines.iter().filter(|line| line.has_digit && line.bytes <= 80).take(400) {
        // A date in numbers stands in one piece.
        if !page.raw_text(line.first).contains(['/', '-']) {
            continue;
        }
        let text = Survey::text_of(page, line);
        for part in text.split_whitespace() {
            let mut numbers = part.split(['/', '-']);
            let (Some(a), Some(b), Some(year), None) =
                (numbers.next(), numbers.next(), numbers.next(), numbers.next())
            else {
                continue;
            };
            let (Ok(a), Ok(b), true) =
                (a.parse::<u8>(), b.parse::<u8>(), year.len() == 4 && year.parse::<u16>().is_ok())
            else {
                continue;
            };
            match (a, b) {
                (13..=31, 1..=12) => votes += 1,
                (1..=12, 13..=31) => votes -= 1,
                _ => {}
            }
        }
    }
    match votes {
        1.. => Some(DayOrder::DayFirst),
        0 => None,
        _ => Some(DayOrder::MonthFirst),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_dates_in_several_forms() {
        for (url, expected) in [
            ("https://paper.example/2021/03/04/bridge", Some("2021-03-04")),
            ("https://paper.example/news/2021-3-4-bridge", Some("2021-03-04")),
            ("https://paper.example/news/20210304/bridge", Some("2021-03-04")),
            ("https://paper.example/2021/13/04/bridge", None),
            ("https://paper.example/2021/03/bridge-04", None),
            ("https://paper.example/?date=2021-03-04", None),
            ("https://paper.example/id/12345678901", None),
            ("https://2021-03-04.example/bridge", None),
        ] {
            assert_eq!(date_in_url(url).map(|day| day.to_string()).as_deref(), expected, "{url}");
        }
    }
}
