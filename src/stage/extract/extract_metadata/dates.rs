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
use crate::date::{ArticleDate, Evidence, WEB_YEARS, date_in_url, dates_in, order_proven_by};
use crate::html::Page;

use super::head::Head;
use super::linked::Linked;
use super::survey::{MAX_LINE_BYTES, Survey};

use visible::{Candidate, weighed, weighed_beside_headline};

/// What dates on a page are read by.
struct Reading<'a>(Evidence<'a>);

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

/// What a page knows of its dates.
pub(super) struct Dates<'a> {
    page: Page<'a>,
    head: &'a Head<'a>,
    linked: &'a Linked<'a>,
    survey: &'a Survey,
    reading: Reading<'a>,
    /// Only looked for where nothing structured tells.
    shown: OnceCell<Vec<Candidate>>,
}

impl<'a> Dates<'a> {
    /// Of a page.
    pub(super) fn new(
        page: Page<'a>,
        head: &'a Head<'a>,
        linked: &'a Linked<'a>,
        survey: &'a Survey,
        mut evidence: Evidence<'a>,
    ) -> Self {
        let order = order_proven_by(digits_of(page, survey).iter().flat_map(|text| text.split_whitespace()));
        evidence.proven = OnceCell::from(order);
        Self { page, head, linked, survey, reading: Reading(evidence), shown: OnceCell::new() }
    }

    fn shown(&self) -> &[Candidate] {
        self.shown.get_or_init(|| weighed(self.page, self.survey, &self.reading))
    }

    /// The publication date, and where it was found.
    pub(super) fn published(&self) -> Option<(ArticleDate, Found)> {
        let reading = &self.reading;
        let in_url = date_in_url(reading.0.url);
        let at_home =
            |date| told_at_home(date, in_url, || told_beside_headline(self.page, self.survey, reading));
        let from_linked = ["datePublished", "dateCreated", "uploadDate"]
            .iter()
            .find_map(|key| reading.read(&self.linked.text(&[key])?));
        let from_meta = first_of(self.head, PUBLISHED_METAS, reading);
        // Two that agree count more than one: the meta tag and what readers see.
        let is_outvoted = || match (from_linked, from_meta) {
            (Some(linked), Some(meta)) if linked.day() != meta.day() => {
                let shown = weighed_beside_headline(self.page, self.survey, reading);
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
    }

    /// The date of the last change, and where it was found.
    pub(super) fn modified(&self) -> Option<(ArticleDate, Found)> {
        let from_linked = self.linked.text(&["dateModified"]).and_then(|text| self.reading.read(&text));
        let from_meta = || first_of(self.head, MODIFIED_METAS, &self.reading).map(|date| (date, Found::Meta));
        let from_page = || {
            let shown = match self.shown.get() {
                Some(shown) => visible::changed(shown),
                None => visible::changed(&weighed_beside_headline(self.page, self.survey, &self.reading)),
            };
            shown.map(|date| (date, Found::Dom))
        };
        from_linked.map(|date| (date, Found::JsonLd)).or_else(from_meta).or_else(from_page)
    }
}

/// The short lines that may have a date in numbers, which stands in one piece.
fn digits_of(page: Page<'_>, survey: &Survey) -> Vec<String> {
    const MOST_LINES: usize = 400;
    const LONGEST_BYTES: usize = 80;
    let short = survey.lines.iter().filter(|line| line.has_digit && line.bytes <= LONGEST_BYTES);
    short
        .take(MOST_LINES)
        .filter(|line| page.raw_text(line.first).contains(['/', '-']))
        .map(|line| Survey::text_of(page, line))
        .collect()
}

fn first_of(head: &Head<'_>, names: &[&str], reading: &Reading<'_>) -> Option<ArticleDate> {
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
        // Clocks show no seconds; zones differ from UTC by quarters of an hour, 12 hours back to 14 forth.
        let difference = -(-shown.duration_since(time).as_secs()).div_euclid(60);
        let is_zone = difference % 15 == 0 && difference != 0 && (-12 * 60..=14 * 60).contains(&difference);
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
fn told_beside_headline(page: Page<'_>, survey: &Survey, reading: &Reading<'_>) -> Vec<civil::DateTime> {
    let from = survey.heading_line.saturating_sub(3);
    let near =
        survey.lines.iter().skip(from).take(16).filter(|line| line.has_digit && line.bytes <= MAX_LINE_BYTES);
    near.flat_map(|line| dates_in(&Survey::text_of(page, line), &reading.0))
        .filter_map(|sighting| match sighting.date {
            ArticleDate::Local(time) => Some(time),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_in_utc_is_told_by_the_papers_own_day() {
        let read = |text: &str| ArticleDate::parse(text, &Evidence::default()).expect("a date");
        let home = |date: &str, in_url: &str, shown: &[&str]| {
            let clocks = shown.iter().filter_map(|text| match read(text) {
                ArticleDate::Local(time) => Some(time),
                _ => None,
            });
            told_at_home(read(date), Some(read(in_url).day()), || clocks.collect()).to_string()
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
        ] {
            assert_eq!(home(date, in_url, shown), expected, "{date} {in_url} {shown:?}");
        }
    }
}
