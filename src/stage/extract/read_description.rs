//! `read-description`: a standfirst leaves the text and becomes `description`.
//!
//! standfirst, alt text, caption, byline, date, body → `description`, and the text without its standfirst.
//!
//! A short paragraph at the top may be the standfirst or the body's first. It is the standfirst only where a byline or a
//! line with a date stands between it and the body, with nothing but captions beside: no paper puts those into its body.
//! A description that the record has already is kept; a first paragraph that repeats it is removed on the same evidence. The text
//! of a page keeps its standfirst ([`Pages`]).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::lines::{TextLine, cut, lines};

use super::furniture::captions::{CaptionPlace, caption_line};
use super::furniture::dates::{any_date_line, has_digit};
use super::furniture::people::{is_role_line, names_alone, signed};
use super::furniture::site::Site;
use super::furniture::{Pages, is_prose};
use super::read_dateline::dateline_of;
use super::split_title::evidence::fold;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The most characters of a standfirst.
    max_characters: usize,
    /// What to do where the text came from a page: `keep` fills the field and leaves the text, `cut` cuts the text, too.
    pages: Pages,
}

impl Default for Settings {
    fn default() -> Self {
        // The longest description in our labelled pages that is not a whole article has some 450 characters.
        Self { max_characters: 500, pages: Pages::default() }
    }
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "read-description",
    family: Family::Extractor,
    summary: "takes a standfirst out of the text and fills `description`",
    about: "Only where a byline or a date stands between the first paragraph and the body. Belongs before `read-byline` and \
            `read-date`, which take that proof out of the text.",
    rules: &[],
    example: "[[stage]]\nkind = \"read-description\"\nmax-characters = 500\npages = \"keep\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

/// A kicker, a section and a byline may stand above it.
const MOST_LINES_BEFORE: usize = 3;
const LONGEST_KICKER_BYTES: usize = 60;
/// Alt text, caption, byline, role and two dates.
const MOST_FURNITURE_LINES: usize = 8;
/// Shorter ones are headings.
const LEAST_CHARACTERS: usize = 30;
/// A body is longer than its standfirst.
const LEAST_BODY: usize = 2;

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let Some(range) = self.standfirst(article) else { return Outcome::Keep };
        let standfirst = article.text.get(range.clone()).unwrap_or_default().trim().to_owned();
        let known = fold(&article.description);
        let said = fold(&standfirst);
        if !(known.is_empty() || said.starts_with(&known) || known.starts_with(&said)) {
            return Outcome::Keep;
        }
        if self.pages.keeps(article) || cut(&mut article.text, std::slice::from_ref(&range)) {
            if known.is_empty() || said.len() > known.len() {
                article.description = standfirst;
                article.found.set(Field::Description, Found::Text);
            }
            cx.note_change();
        }
        Outcome::Keep
    }
}

impl Settings {
    /// Where the standfirst of a text stands.
    fn standfirst(&self, article: &Article) -> Option<std::ops::Range<usize>> {
        let site = Site::of(article);
        let mut rest = lines(&article.text);
        // Kickers may stand above it, and bylines, where the date is below.
        let standfirst = rest.by_ref().take(MOST_LINES_BEFORE + 1).find(|line| {
            let is_kicker = line.text.len() <= LONGEST_KICKER_BYTES && !is_prose(line.text);
            let is_dated = || has_digit(line.text) && any_date_line(line.text).is_some();
            let is_furniture = || signed(line.text, &site).is_some() || is_dated();
            !is_kicker && !is_furniture()
        })?;
        // A paragraph that is too long is the commonest case, and the cheapest to tell.
        let text = standfirst.text;
        if text.len() > 4 * self.max_characters || text.chars().nth(self.max_characters).is_some() {
            return None;
        }
        text.chars().nth(LEAST_CHARACTERS)?;
        let behind: Vec<TextLine> = rest.take(MOST_FURNITURE_LINES + 1).collect();
        let first = behind.first()?;
        // Furniture follows at once, or an alt text and its caption.
        if is_prose(first.text) && caption_line(first.text, CaptionPlace::Head).is_none() {
            caption_line(behind.get(1)?.text, CaptionPlace::Head)?;
        }
        let mut is_proven = false;
        let mut at = 0;
        while let Some(line) = behind.get(at) {
            match self.judge(article, &site, &behind, at) {
                Some(Proof::Enough) => is_proven = true,
                Some(Proof::Some) => {}
                None => break,
            }
            at += 1;
            if line.end >= article.text.len() {
                return None;
            }
        }
        let body = article.text.get(behind.get(at)?.start..)?;
        let is_own = caption_line(text, CaptionPlace::Head).is_none()
            && signed(text, &site).is_none()
            && dateline_of(text).is_none();
        (is_proven && is_own && body.len() >= LEAST_BODY * text.len()).then(|| standfirst.range())
    }

    /// What a line between standfirst and body proves; `None` where it is the body's.
    fn judge(&self, article: &Article, site: &Site<'_>, lines: &[TextLine<'_>], at: usize) -> Option<Proof> {
        let line = lines.get(at)?.text;
        if signed(line, site).is_some() {
            return Some(Proof::Enough);
        }
        if let Some(dates) = any_date_line(line) {
            let is_known = |other: &std::ops::Range<usize>| {
                line.get(other.clone()).is_some_and(|text| {
                    signed(text, site).is_some()
                        || names_alone(text, site).is_some()
                        || is_role_line(text, site)
                })
            };
            return dates.others.iter().all(is_known).then_some(Proof::Enough);
        }
        if caption_line(line, CaptionPlace::Head).is_some() {
            return Some(Proof::Some);
        }
        let next = lines.get(at + 1).map(|next| next.text);
        let is_alt_text = next.is_some_and(|next| caption_line(next, CaptionPlace::Head).is_some())
            && line.len() <= 2 * self.max_characters;
        let is_name = names_alone(line, site).is_some()
            && next.is_some_and(|next| any_date_line(next).is_some() || dateline_of(next).is_some());
        // Below a headline that opened the text, names between two paragraphs are a byline.
        let is_headed = article.found.get(Field::Title) == Some(Found::Text)
            && names_alone(line, site).is_some()
            && next.is_some_and(|next| is_prose(next) || caption_line(next, CaptionPlace::Head).is_some());
        if is_headed {
            return Some(Proof::Enough);
        }
        (is_alt_text || is_name || is_role_line(line, site)).then_some(Proof::Some)
    }
}

enum Proof {
    /// No body has it.
    Enough,
    /// Only beside such.
    Some,
}
