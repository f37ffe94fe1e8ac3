//! When the article was published, and when it was changed.
//!
//! In order: the JSON-LD object about the article; meta tags; marked elements (`itemprop="datePublished"`,
//! `<time pubdate>`); then the best of what is visible and of the address, by weights: what is said to be
//! the publication, what stands beside the headline, what agrees with the address. Dates in comments, of
//! neighbours and in the page's end count against, and copyright years are no dates at all. Where nothing tells the
//! publication, nothing is given. A date in JSON-LD gives way where the meta tag and a date beside the headline agree on
//! another day.

mod visible;

use std::cell::OnceCell;

use jiff::ToSpan;
use jiff::civil;
use jiff::tz::Offset;

use crate::article::Found;
use crate::date::{ArticleDate, OrderEvidence, WEB_YEARS, date_in_url, dates_in, order_proven_by};
use crate::html::{Name, Page, Tag};

use crate::stage::page::{MAX_LINE_BYTES, PublishedSign, Signs};

use super::head::PageHead;
use super::linked::Linked;
use super::zones::Zones;

use visible::{DateCandidate, weighed};

/// What dates on a page are read by.
struct Reading<'a>(OrderEvidence<'a>);

impl Reading<'_> {
    /// A date in a text that is nothing but a date, or has one.
    fn read(&self, text: &str) -> Option<ArticleDate> {
        let text = text.trim();
        let date = ArticleDate::parse(text, &self.0).or_else(|| {
            let short = text.len() <= MAX_LINE_BYTES;
            short.then(|| dates_in(text, &self.0).first().map(|sighting| sighting.date)).flatten()
        })?;
        self.is_possible(date).then_some(date)
    }

    /// Nothing is published before the web, or more than a day after it was fetched: zones differ by that.
    fn is_possible(&self, date: ArticleDate) -> bool {
        let latest = self.0.crawled.and_then(|crawled| crawled.day().tomorrow().ok());
        date.day().year() >= *WEB_YEARS.start() && latest.is_none_or(|latest| date.day() <= latest)
    }
}

#[rustfmt::skip]
const PUBLISHED_METAS: &[&str] = &[
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "publish-date", "publish_date", "published_time", "publishdate", "published-date",
    "publicationdate", "publication_date", "originalpublicationdate", "article_date_original", "article.published",
    "pubdate", "pub_date", "published", "dc.date.issued",
    "dcterms.issued", "citation_publication_date", "citation_online_date", "citation_date", "shareaholic:article_published_time", "og:pubdate", "datecreated",
    "displaydate", "bt:pubdate", "article.created", "ptime",
];
/// Names under which some publishing systems give the time at which the page was made.
#[rustfmt::skip]
const DOUBTFUL_METAS: &[&str] = &[
    "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "date", "created", "dc.created", "release_date", "timestamp",
    "dcsext.articlefirstpublished",
];
#[rustfmt::skip]
const MODIFIED_METAS: &[&str] = &[
    "article:modified_time", "og:article:modified_time", "datemodified", "article:modified",
    "modified_time", "lastmod", "last-modified", "dc.date.modified", "dcterms.modified", "og:updated_time",
    "article:updated_time", "modified", "revised",
];

/// What a page knows of its dates.
pub(super) struct Dates<'a> {
    head: &'a PageHead<'a>,
    linked: &'a Linked<'a>,
    zones: &'a Zones<'a>,
    reading: Reading<'a>,
    /// Only looked for where nothing structured tells.
    shown: OnceCell<Vec<DateCandidate>>,
}

impl<'a> Dates<'a> {
    /// Of a page.
    pub(super) fn new(
        head: &'a PageHead<'a>,
        linked: &'a Linked<'a>,
        zones: &'a Zones<'a>,
        mut evidence: OrderEvidence<'a>,
    ) -> Self {
        let order = order_proven_by(digits_of(zones).iter().flat_map(|text| text.split_whitespace()));
        evidence.proven = OnceCell::from(order);
        // What an attribute says in full, the text beside it says in figures.
        let whole = zones.dates.iter().filter_map(|element| {
            let text = zones.page.raw_attribute(element.node, Name::Datetime)?;
            let is_year_first = text.bytes().take(4).all(|byte| byte.is_ascii_digit());
            is_year_first.then(|| ArticleDate::parse(text, &OrderEvidence::default())).flatten()
        });
        let empty = evidence.known.iter_mut().filter(|known| known.is_none());
        empty.zip(whole).for_each(|(known, date)| *known = Some(date));
        Self { head, linked, zones, reading: Reading(evidence), shown: OnceCell::new() }
    }

    fn shown(&self) -> &[DateCandidate] {
        self.shown.get_or_init(|| weighed(self.zones, &self.reading, 0..self.zones.lines.len()))
    }

    /// Those that stand beside the headline.
    fn beside_headline(&self) -> Vec<DateCandidate> {
        let (lines, heading) = (self.zones.lines.len(), self.zones.heading_line);
        weighed(self.zones, &self.reading, heading.saturating_sub(3)..lines.min(heading + 13))
    }

    /// The publication date, and where it was found.
    pub(super) fn published(&self) -> Option<(ArticleDate, Found)> {
        let reading = &self.reading;
        let (from_linked, from_meta, _) = self.stated();
        let in_url = date_in_url(reading.0.url);
        let at_home = |date| told_at_home(date, in_url, || told_beside_headline(self.zones, reading));
        // Two that agree count more than one: the meta tag and what readers see.
        let is_outvoted = || match (from_linked, from_meta) {
            (Some(linked), Some(meta)) if linked.day() != meta.day() => {
                let shown = self.beside_headline();
                visible::shows(&shown, meta.day()) && !visible::shows(&shown, linked.day())
            }
            _ => false,
        };
        if let Some(date) = from_linked.filter(|_| !is_outvoted()) {
            return Some((at_home(date), Found::JsonLd));
        }
        if let Some(date) = from_meta {
            return Some((at_home(date), Found::Meta));
        }
        let in_url = in_url.map(ArticleDate::Day).filter(|date| reading.is_possible(*date));
        visible::published(self.shown(), in_url, first_of(self.head, DOUBTFUL_METAS, reading))
            .or_else(|| day_first_in_url(reading).map(|date| (date, Found::Meta)))
            .or_else(|| {
                // A script also has the dates of other articles: none was published after it was changed.
                let date = in_scripts(self.zones.page, reading)?;
                let fits = self.modified().is_none_or(|(modified, _)| date.day() <= modified.day());
                fits.then_some((date, Found::Dom))
            })
            .or_else(|| {
                // The folder that the shared picture was put into.
                let date = ArticleDate::Day(date_in_url(self.head.meta_of(&["og:image"])?)?);
                reading.is_possible(date).then_some((date, Found::Meta))
            })
    }

    /// What else could have been the date of publication, and why it was not.
    pub(super) fn others(&self, date: ArticleDate) -> Vec<String> {
        let (linked, meta, address) = self.stated();
        let stated = [("JSON-LD", linked), ("meta", meta), ("address", address)];
        let mut others: Vec<String> = stated
            .into_iter()
            .filter_map(|(place, other)| Some((place, other.filter(|other| other.day() != date.day())?)))
            .map(|(place, other)| {
                format!("{place} {other}: other places count more, or agree on another day")
            })
            .collect();
        let shown = visible::told(self.shown());
        others.extend(
            shown
                .into_iter()
                .filter(|told| !told.starts_with(&date.day().to_string()))
                .map(|told| format!("page {told}")),
        );
        others
    }

    /// What JSON-LD, the meta tags and the address state.
    fn stated(&self) -> (Option<ArticleDate>, Option<ArticleDate>, Option<ArticleDate>) {
        let linked = ["datePublished", "dateCreated", "uploadDate"]
            .iter()
            .find_map(|key| self.reading.read(&self.linked.text(&[key])?));
        let meta = first_of(self.head, PUBLISHED_METAS, &self.reading);
        (linked, meta, date_in_url(self.reading.0.url).map(ArticleDate::Day))
    }

    /// What tells how sure a date of publication is.
    pub(super) fn signs(
        &self,
        date: ArticleDate,
        found: Found,
        modified: Option<ArticleDate>,
    ) -> Signs<PublishedSign> {
        let day = date.day();
        let (linked, meta, address) = self.stated();
        let is = |other: Option<ArticleDate>| other.is_some_and(|other| other.day() == day);
        let differs = |other: Option<ArticleDate>| other.is_some_and(|other| other.day() != day);
        let shown = self.shown.get().map(Vec::as_slice).unwrap_or_default();
        let (own, other) = visible::standing(shown, day);
        let is_shown = found == Found::Dom;
        Signs::of(&[
            (PublishedSign::Linked, found == Found::JsonLd),
            (PublishedSign::Meta, found == Found::Meta),
            (PublishedSign::Shown, is_shown),
            (PublishedSign::Agree, is(linked) && is(meta)),
            (PublishedSign::Differ, differs(linked) || differs(meta)),
            (PublishedSign::Address, is(address)),
            (PublishedSign::Time, !matches!(date, ArticleDate::Day(_))),
            (PublishedSign::SameModified, is(modified)),
            (PublishedSign::LaterModified, differs(modified)),
            (PublishedSign::Weak, is_shown && own < Some(26)),
            (PublishedSign::OnlyDay, is_shown && other.is_none()),
            (
                PublishedSign::CloseSecond,
                is_shown && other.zip(own).is_some_and(|(other, own)| other + 15 > own),
            ),
            (PublishedSign::CrawlDay, is(self.reading.0.crawled)),
        ])
    }

    /// The date of the last change, and where it was found.
    pub(super) fn modified(&self) -> Option<(ArticleDate, Found)> {
        let from_linked = self.linked.text(&["dateModified"]).and_then(|text| self.reading.read(&text));
        let from_meta = || first_of(self.head, MODIFIED_METAS, &self.reading).map(|date| (date, Found::Meta));
        let from_page = || {
            let shown = match self.shown.get() {
                Some(shown) => visible::changed(shown),
                None => visible::changed(&self.beside_headline()),
            };
            shown.map(|date| (date, Found::Dom))
        };
        from_linked.map(|date| (date, Found::JsonLd)).or_else(from_meta).or_else(from_page)
    }
}

/// The short lines that may have a date in numbers, which stands in one piece.
fn digits_of(zones: &Zones<'_>) -> Vec<String> {
    const MOST_LINES: usize = 400;
    const LONGEST_BYTES: usize = 80;
    let short = zones.lines.iter().filter(|line| line.has_digit && line.bytes <= LONGEST_BYTES);
    short
        .take(MOST_LINES)
        .filter(|line| zones.page.raw_text(line.first).contains(['/', '-']))
        .map(|line| zones.text_of(line))
        .collect()
}

fn first_of(head: &PageHead<'_>, names: &[&str], reading: &Reading<'_>) -> Option<ArticleDate> {
    names.iter().find_map(|name| head.all(name).find_map(|content| reading.read(content)))
}

/// What can tell the paper's zone: times beside the headline, and moments with an offset.
#[derive(Default)]
struct Beside {
    times: Vec<civil::DateTime>,
    moments: Vec<ArticleDate>,
}

/// A moment told in UTC may be another day where the paper is: `2020-02-25T02:25Z` under `/2020/02/24/`.
///
/// Where an attribute has the same moment with an offset, or the page shows it by its own clock (`Feb. 24, 2020, 9:25 pm`),
/// that tells the zone. Else the address has the paper's own day; how far its clock is from UTC is not known
/// then, so the day stands alone.
fn told_at_home(
    date: ArticleDate,
    in_url: Option<civil::Date>,
    beside: impl FnOnce() -> Beside,
) -> ArticleDate {
    let ArticleDate::Exact(time, Offset::UTC) = date else { return date };
    let beside = beside();
    let same_moment = |told: &ArticleDate| match told {
        ArticleDate::Exact(local, offset) if *offset != Offset::UTC => {
            local.checked_sub(i64::from(offset.seconds()).seconds()).ok().is_some_and(|utc| {
                // An attribute may leave the seconds out.
                utc.duration_since(time).as_secs().abs() < 60
            })
        }
        _ => false,
    };
    if let Some(told) = beside.moments.iter().copied().find(same_moment) {
        return told;
    }
    let at_home = beside.times.into_iter().find_map(|shown| {
        // Clocks show no seconds.
        let minutes = -(-shown.duration_since(time).as_secs()).div_euclid(60);
        let minutes = i32::try_from(minutes).ok().filter(|minutes| is_offset(*minutes))?;
        let offset = Offset::from_seconds(minutes * 60).ok()?;
        time.checked_add(minutes.minutes()).ok().map(|local| ArticleDate::Exact(local, offset))
    });
    if let Some(date) = at_home {
        return date;
    }
    let is_neighbour = |day: &civil::Date| {
        let is_before = time.date().yesterday().ok() == Some(*day) && time.hour() < 12;
        let is_after = time.date().tomorrow().ok() == Some(*day) && time.hour() >= 10;
        is_before || is_after
    };
    in_url.filter(is_neighbour).map_or(date, ArticleDate::Day)
}

/// Whether clocks somewhere differ from UTC by so many minutes (IANA time zones, 2024a, since 1990).
fn is_offset(minutes: i32) -> bool {
    let is_whole = minutes % 60 == 0 && minutes != 0 && (-12 * 60..=14 * 60).contains(&minutes);
    is_whole
        || matches!(minutes, -570 | -210 | -150 | 210 | 270 | 330 | 345 | 390 | 525 | 570 | 630 | 765 | 825)
}

/// What stands beside the headline that can tell the paper's zone.
fn told_beside_headline(zones: &Zones<'_>, reading: &Reading<'_>) -> Beside {
    let from = zones.heading_line.saturating_sub(3);
    let mut beside = Beside::default();
    let near = zones.lines.iter().skip(from).take(16);
    for line in near.filter(|line| line.has_digit && line.bytes <= MAX_LINE_BYTES) {
        let text = zones.text_of(line);
        beside.times.extend(dates_in(&text, &reading.0).iter().filter_map(|sighting| match sighting.date {
            ArticleDate::Local(time) => Some(time),
            _ => None,
        }));
    }
    beside.moments.extend(
        zones.dates.iter().filter_map(|element| visible::date_of_element(zones.page, *element, reading)),
    );
    beside
}

/// The day in an address that writes it first, `/08-06-2021/`, `/08.06.2021-quay`.
fn day_first_in_url(reading: &Reading<'_>) -> Option<ArticleDate> {
    let (_, path) = reading.0.url.split_once("://")?.1.split_once('/')?;
    let path = path.split(['?', '#']).next()?;
    path.split('/').find_map(|part| {
        let part: String = part.chars().take(10).collect();
        ArticleDate::parse(&part, &reading.0).filter(|_| part.len() >= 8 && part.contains(['-', '.']))
    })
}

/// The publication's date in a script's state, such as `{"publishedDate":"2021-06-08T20:37:27Z"}`.
fn in_scripts(page: Page<'_>, reading: &Reading<'_>) -> Option<ArticleDate> {
    const KEYS: [&[&str]; 2] = [
        &["publish", "datepublished", "publication", "first_publish", "display_date"],
        &["createdat", "created_at"],
    ];
    let scripts: Vec<&str> = page
        .nodes()
        .filter(|node| page.tag(*node) == Tag::Script)
        .flat_map(|node| page.descendants(node))
        .map(|node| page.raw_text(node))
        .collect();
    KEYS.iter().find_map(|keys| scripts.iter().find_map(|script| date_under(script, keys, reading)))
}

/// The first date in JSON or JavaScript under a key that begins so, in any case.
fn date_under(script: &str, keys: &[&str], reading: &Reading<'_>) -> Option<ArticleDate> {
    const LONGEST_KEY: usize = 32;
    const LONGEST_DATE: usize = 40;
    let is_end = |byte: &u8| matches!(byte, b'"' | b'\\' | b',' | b'}');
    memchr::memchr_iter(b'"', script.as_bytes()).find_map(|quote| {
        let rest = script.as_bytes().get(quote + 1..)?;
        let begins = |key: &&str| {
            rest.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key.as_bytes()))
        };
        if !keys.iter().any(begins) {
            return None;
        }
        let key = rest.iter().take(LONGEST_KEY).position(is_end)?;
        // State is often a text in a text: `{\"publishedAt\":\"2021`.
        let seam = |byte: &u8| matches!(byte, b'"' | b'\\' | b':' | b' ');
        let from = key + rest.get(key..)?.iter().take_while(|byte| seam(byte)).count();
        let length = rest.get(from..)?.iter().take(LONGEST_DATE).position(is_end)?;
        reading.read(std::str::from_utf8(rest.get(from..from + length)?).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_in_utc_is_told_by_the_papers_own_day() {
        let read = |text: &str| ArticleDate::parse(text, &OrderEvidence::default()).expect("a date");
        let reading = |text: &str| (!text.is_empty()).then(|| read(text).day());
        let home = |date: &str, in_url: &str, shown: &[&str]| {
            let mut beside = Beside::default();
            for text in shown {
                match read(text) {
                    ArticleDate::Day(_) => {}
                    ArticleDate::Local(time) => beside.times.push(time),
                    moment @ ArticleDate::Exact(..) => beside.moments.push(moment),
                }
            }
            told_at_home(read(date), reading(in_url), || beside).to_string()
        };
        for (date, in_url, shown, expected) in [
            ("2020-02-25T02:25:54Z", "2020-02-24", &[][..], "2020-02-24"),
            ("2020-02-25T11:59:00Z", "2020-02-24", &[], "2020-02-24"),
            ("2020-02-25T12:00:00Z", "2020-02-24", &[], "2020-02-25T12:00:00Z"),
            ("2020-02-25T10:00:00Z", "2020-02-26", &[], "2020-02-26"),
            ("2020-02-25T09:59:00Z", "2020-02-26", &[], "2020-02-25T09:59:00Z"),
            ("2020-02-25T02:25:54Z", "2020-02-22", &[], "2020-02-25T02:25:54Z"),
            ("2020-02-25T02:25:54-05:00", "2020-02-24", &[], "2020-02-25T02:25:54-05:00"),
            ("2020-02-25T02:25:54Z", "2020-02-24", &["2020-02-24 21:25"], "2020-02-24T21:25:54-05:00"),
            ("2020-02-25T02:25:54Z", "2020-02-25", &["2020-02-25 08:10"], "2020-02-25T08:10:54+05:45"),
            ("2020-02-25T02:25:54Z", "2020-02-25", &["2020-02-25 08:11"], "2020-02-25T02:25:54Z"),
            // A page's own clock, a quarter of an hour from any zone.
            ("2020-02-25T02:25:54Z", "2020-02-25", &["2020-02-25 09:40"], "2020-02-25T02:25:54Z"),
            ("2020-02-25T02:25:54Z", "", &["2020-02-24T20:25:54-06:00"], "2020-02-24T20:25:54-06:00"),
            ("2020-02-25T02:25:54Z", "", &["2020-02-24T20:40:54-06:00"], "2020-02-25T02:25:54Z"),
            ("2020-02-25T02:25:54Z", "", &["2020-02-24", "2020-02-25"], "2020-02-25T02:25:54Z"),
        ] {
            assert_eq!(home(date, in_url, shown), expected, "{date} {in_url} {shown:?}");
        }
    }
}
