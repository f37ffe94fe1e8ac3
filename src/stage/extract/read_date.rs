//! `read-date`: the line that says when an article was published leaves its text and becomes `published` and `modified`.
//!
//! `Dec. 2, 2022, 7:54 p.m. ET` → published `2022-12-02T19:54:00-05:00`; `Stand: 02.12.2022, 19:54 Uhr` → modified.
//!
//! A line counts that has dates and the words that print beside dates, and nothing else, and that stands before the
//! body; at the end of a text only one that says that it is about publication. Three and more such lines are a
//! chronicle, not a head. Dates that the record has already are kept. `3 hours ago` means a day beside the time of the crawl
//! and nothing without; a date that can be read in two ways is left in the text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::date::{ArticleDate, Label, OrderEvidence, date_of_age};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::is_place;
use crate::text::lines::{TextLine, cut, lines_from_end};

use super::furniture::dates::{DateLine, date_line, has_digit};
use super::furniture::head;
use super::furniture::site::Site;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// Whether ages such as `3 hours ago` become dates where the time of the crawl is known: `read` or `ignore`.
    ages: Ages,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Ages {
    /// Count them back from the crawl.
    #[default]
    Read,
    /// Take no date from them.
    Ignore,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "read-date",
    family: Family::Extractor,
    summary: "takes lines with dates out of the text and fills `published` and `modified`",
    about: "Absolute dates in some fifty languages, with times and the zones that papers write; ages such as `3 hours ago` only \
            against `crawled`, and only to a day. Dates that the record has already stay.",
    rules: &[],
    example: "[[stage]]\nkind = \"read-date\"\nages = \"read\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

/// A head has one date or two; more lines of dates are a chronicle.
const MOST_DATE_LINES: usize = 2;
/// What stands after a body: a bio, a note, a label, a date.
const TAIL_LINES: usize = 4;

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let (dates, gone) = dates_of(article, &article.date_evidence(cx.day_order));
        let mut age = None;
        if self.ages == Ages::Read
            && let Some(crawled) = article.crawled
            && let Some(line) = cx.age.take()
        {
            age = date_of_age(&line, crawled);
        }
        if !gone.is_empty() && cut(&mut article.text, &gone) {
            for line in dates {
                fill(article, Field::Published, line.published);
                fill(article, Field::Modified, line.modified);
            }
            cx.note_change();
        }
        if article.published.is_none()
            && article.modified.is_none()
            && let Some((date, said)) = age
        {
            let field = if said == Label::Changed { Field::Modified } else { Field::Published };
            fill(article, field, Some(date));
            cx.note_change();
        }
        Outcome::Keep
    }
}

fn fill(article: &mut Article, field: Field, date: Option<ArticleDate>) {
    let slot = if field == Field::Modified { &mut article.modified } else { &mut article.published };
    if slot.is_none() && date.is_some() {
        *slot = date;
        article.found.set(field, Found::Text);
    }
}

/// The lines of dates of a text, and where they stand.
fn dates_of(article: &Article, evidence: &OrderEvidence<'_>) -> (Vec<DateLine>, Vec<std::ops::Range<usize>>) {
    let site = Site::of(article);
    let mut found = Vec::new();
    let mut gone = Vec::new();
    let mut dated = 0;
    let mut end_of_head = 0;
    for line in head(&article.text) {
        end_of_head = line.end;
        if let Some(dates) = read(evidence, &site, &line) {
            dated += 1;
            found.push(dates);
            gone.push(line.range());
        }
    }
    if dated > MOST_DATE_LINES {
        return (Vec::new(), Vec::new());
    }
    let mut tail: Vec<TextLine> = lines_from_end(&article.text).take(TAIL_LINES).collect();
    tail.reverse();
    for line in tail.iter().filter(|line| line.start >= end_of_head) {
        if let Some(dates) = read(evidence, &site, line).filter(|dates| dates.is_labelled) {
            found.push(dates);
            gone.push(line.range());
        }
    }
    (found, gone)
}

fn read(evidence: &OrderEvidence<'_>, site: &Site<'_>, line: &TextLine<'_>) -> Option<DateLine> {
    // Most lines have more letters than a line of dates, and no digit.
    let most = if line.text.ends_with('.') { 120 } else { 260 };
    let may_be_date = line.text.len() <= most && has_digit(line.text);
    if !may_be_date {
        return None;
    }
    let dates = date_line(line.text, evidence)?;
    let is_known = |other: &std::ops::Range<usize>| {
        line.text.get(other.clone()).is_some_and(|text| is_place(text) || site.publishes(text))
    };
    dates.others.iter().all(is_known).then_some(dates)
}
