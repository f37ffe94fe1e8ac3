//! `read-byline`: the names of those who wrote an article leave its text and become `authors`.
//!
//! `By Jane Roe and Bo Chen in Paris` → `Jane Roe`, `Bo Chen`; `Michael CrowleyMichael D. Shear` → two names;
//! `الرياض - محمد السعيد` → the name, and the place is the dateline.
//!
//! A byline is a line of its own. It either says what it is (`By`, `Von`, `كتب:`; names glued together; a place and a
//! name) or consists of names alone; then its neighbours have to prove it: a line with a date, a paragraph that opens
//! with a dateline, or the same names in `authors`. At the end of a text only `By Jane Roe` and `— Jane Roe` count.
//!
//! Names in the input are kept, unless they are the same people glued together, or a credit line in place of names
//! (`الرياض: محمد السعيد`). `read-description` belongs before this stage and `read-date` after it: each proves the other.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::Slice;
use crate::text::lines::{TextLine, cut, lines_from_end};
use crate::text::people::is_by;

use super::furniture::dates::{any_date_line, has_digit};
use super::furniture::people::{Byline, Unknown, glued, is_role_line, names_alone, placed, signed};
use super::furniture::site::Site;
use super::furniture::{head, is_prose, prose_lines};
use super::read_contributors::contributors;
use super::read_dateline::dateline_of;
use super::split_title::evidence::fold;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What to do with credit lines that the input has for authors, such as `Riyadh: Sami Ali`: `split` makes them
    /// names and a dateline, `keep` leaves them.
    credits: Credits,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Credits {
    /// Take the names and the place apart.
    #[default]
    Split,
    /// Leave them as they are.
    Keep,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "read-byline",
    family: Family::Extractor,
    summary: "takes bylines out of the text and fills `authors`",
    about: "Reads lines such as `By Jane Roe and Bo Chen`, names glued together, and `London: Jane Roe`, whose place becomes \
            the dateline. Names alone need a date, a dateline or the same names in `authors` beside them. Authors that the \
            input has stay, unless they are glued or a credit line.",
    rules: &[],
    example: "[[stage]]\nkind = \"read-byline\"\ncredits = \"split\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let is_input = article.found.get(Field::Authors) == Some(Found::Input);
        if self.credits == Credits::Split && is_input && split_credits(article) {
            cx.note_change();
        }
        if let Some((signature, gone)) = byline_of(article)
            && cut(&mut article.text, &gone)
        {
            settle(article, signature);
            cx.note_change();
        }
        Outcome::Keep
    }
}

/// `الرياض: محمد السعيد` in the field for authors: the name is kept, the place is the dateline. A text that opens with the
/// same credit line loses it.
fn split_credits(article: &mut Article) -> bool {
    let mut changed = false;
    let mut authors = Vec::with_capacity(article.authors.len());
    let mut place = String::new();
    for author in &article.authors {
        let signature = glued(author)
            .map(|names| Byline { names, place: String::new() })
            .or_else(|| placed(author, &Site::of(article), Unknown::Paper));
        match signature {
            Some(signature) => {
                changed = true;
                authors.extend(signature.names);
                if place.is_empty() {
                    place = signature.place;
                }
            }
            None => authors.push(author.clone()),
        }
    }
    let opening = match &article.authors[..] {
        [credit] => behind_credit(&article.text, credit).unwrap_or(0),
        _ => 0,
    };
    if opening > 0 {
        article.text.drain(..opening);
    }
    if changed {
        article.authors = crate::text::people::distinct(authors);
        if !place.is_empty() && article.dateline.is_empty() {
            article.dateline = place;
            article.found.set(Field::Dateline, Found::Input);
        }
    }
    changed || opening > 0
}

/// Where a text continues that opens with a credit line and a colon or a dash.
fn behind_credit(text: &str, credit: &str) -> Option<usize> {
    let rest = text.strip_prefix(credit).filter(|_| credit.len() >= 6)?.trim_start();
    let body = rest.strip_prefix([':', '-', '–', '—', '：'])?.trim_start();
    (!body.is_empty()).then(|| text.len() - body.len())
}

/// The byline of a text, and the pieces of the text that go with it.
fn byline_of(article: &Article) -> Option<(Byline, Vec<Range<usize>>)> {
    let site = Site::of(article);
    let lines: Vec<TextLine> = head(&article.text).collect();
    for (at, line) in lines.iter().enumerate() {
        if let Some((mut signature, mut gone, mut next)) = byline_at(article, &site, &lines, at) {
            // Further names and roles, each in a line of its own.
            let mut roles = 0;
            while let Some(line) = lines.get(next) {
                if is_role_line(line.text, &site) && roles < 2 {
                    roles += 1;
                } else if let Some(more) = signed(line.text, &site) {
                    signature.names.extend(more.names);
                } else {
                    break;
                }
                gone.push(line.range());
                next += 1;
            }
            signature.names = crate::text::people::distinct(signature.names);
            return Some((signature, gone));
        }
        if at > 0 && is_prose(line.text) && lines.get(at + 1).is_some_and(|next| is_prose(next.text)) {
            break;
        }
    }
    closing(article, &site)
}

/// A byline at a line: who it names, what is removed, and the line after it.
fn byline_at(
    article: &Article,
    site: &Site<'_>,
    lines: &[TextLine<'_>],
    at: usize,
) -> Option<(Byline, Vec<Range<usize>>, usize)> {
    let line = lines.get(at)?;
    let text = line.text;
    // The last line is all that there is, or a paragraph.
    if text.len() > 300 || lines.len() == 1 {
        return None;
    }
    // No byline is a paragraph of sentences.
    if is_prose(text) && text.ends_with(['.', '!', '?', '”', '"']) {
        return None;
    }
    if has_digit(text)
        && let Some((signature, gone)) = beside_date(site, line)
    {
        return Some((signature, gone, at + 1));
    }
    // Letters to the editor are signed, one below the other; a byline stands below a standfirst at most.
    let is_late = prose_lines(lines.get(..at)?) > 1;
    if let Some(signature) = signed(text, site).filter(|signature| !is_late || signature.place.is_empty()) {
        return Some((signature, vec![line.range()], at + 1));
    }
    if is_late {
        return None;
    }
    if is_by(text) {
        let next = lines.get(at + 1)?;
        let signature = signed(&format!("{} {}", text.trim_end_matches([':', ' ']), next.text), site)
            .or_else(|| names_alone(next.text, site).map(unplaced))?;
        return Some((signature, vec![line.range(), next.range()], at + 2));
    }
    let names = names_alone(text, site)?;
    let is_known = || fold(&names.concat()) == fold(&article.authors.concat());
    (is_known() || has_company(article, lines, at)).then(|| (unplaced(names), vec![line.range()], at + 1))
}

fn unplaced(names: Vec<String>) -> Byline {
    Byline { names, place: String::new() }
}

/// `Jane Roe, 2 December 2022`, `By Jane Roe | Dec. 2, 2022`: the name is taken, the date is left for `read-date`.
fn beside_date(site: &Site<'_>, line: &TextLine<'_>) -> Option<(Byline, Vec<Range<usize>>)> {
    let dates = any_date_line(line.text)?;
    let mut signature = Byline::default();
    let mut gone = Vec::new();
    for other in &dates.others {
        let text = line.text.get(other.clone())?;
        let found = signed(text, site).or_else(|| names_alone(text, site).map(unplaced));
        if let Some(found) = found {
            signature.names.extend(found.names);
            gone.push(line.start + other.start..line.start + other.end);
        } else if !crate::text::is_place(text) && !site.publishes(text) && !is_role_line(text, site) {
            return None;
        }
    }
    (!gone.is_empty()).then_some((signature, gone))
}

/// Whether a neighbour shows that names alone are a byline: a date, a paragraph with a dateline, or the headline that stood above.
fn has_company(article: &Article, lines: &[TextLine<'_>], at: usize) -> bool {
    let is_dated =
        |line: &TextLine<'_>| any_date_line(line.text).is_some_and(|dates| dates.others.is_empty());
    let before = at.checked_sub(1).and_then(|before| lines.get(before));
    // The headline was taken from the text, and opened it; a standfirst may stand between.
    let headed = || {
        article.found.get(Field::Title) == Some(Found::Text)
            && prose_lines(lines.slice(..at)) <= 1
            && lines.get(at + 1).is_some_and(|next| is_prose(next.text))
    };
    if headed() {
        return true;
    }
    // A role may stand between.
    let behind = lines.slice(at + 1..lines.len().min(at + 3));
    before.is_some_and(is_dated)
        || behind.first().is_some_and(|next| is_dated(next) || dateline_of(next.text).is_some())
        || matches!(behind, [role, date] if is_role_line(role.text, &Site::of(article)) && is_dated(date))
}

/// A byline that ends a text: `By Jane Roe`, `— Jane Roe`, or a name that `authors` has.
fn closing(article: &Article, site: &Site<'_>) -> Option<(Byline, Vec<Range<usize>>)> {
    let mut lines = lines_from_end(&article.text);
    let (last, before) = (lines.next()?, lines.next()?);
    let text = last.text.trim();
    // A saying and the one who said it may end an article.
    if text.len() > 120
        || !is_prose(before.text)
        || before.text.starts_with(['"', '“', '„', '«', '—', '–', '-'])
    {
        return None;
    }
    // `Redaktion: …`, `责任编辑：…`: at the end, those are helpers.
    if contributors(text, &[]).is_some() {
        return None;
    }
    let dashed = text.strip_prefix(['—', '–', '-']).map(str::trim_start);
    let signature = if let Some(name) = dashed {
        signed(name, site).or_else(|| names_alone(name, site).map(unplaced))
    } else {
        let known = |names: &Vec<String>| {
            !article.authors.is_empty() && fold(&names.concat()) == fold(&article.authors.concat())
        };
        let by = signed(text, site).filter(|signature| signature.place.is_empty() && glued(text).is_none());
        by.or_else(|| names_alone(text, site).filter(known).map(unplaced))
    }?;
    Some((signature, vec![last.range()]))
}

/// Puts names and place where they belong.
fn settle(article: &mut Article, signature: Byline) {
    let Byline { names, place } = signature;
    if !names.is_empty() {
        // The same people, glued together or in one string.
        let is_finer = || {
            names.len() > article.authors.len() && fold(&article.authors.concat()) == fold(&names.concat())
        };
        if article.authors.is_empty() || is_finer() {
            article.authors = names;
            article.found.set(Field::Authors, Found::Text);
        }
    }
    if !place.is_empty() && article.dateline.is_empty() {
        article.dateline = place;
        article.found.set(Field::Dateline, Found::Text);
    }
}
