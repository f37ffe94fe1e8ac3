//! The headline that opens a text, in a record that has no title.
//!
//! `Sports`, `Rovers win again – Toronto Star`, `3 hours ago`, `By Jane Roe`, body → the headline, its site and its section.
//!
//! A first line may be a headline, a kicker, a heading of the body or the first sentence. Sentences are recognised by their form and
//! are never taken. For what is left, evidence is added up: a site's name after a seam, what stands below that only an
//! article's head has, the line repeated, the words of the address, and words that the body uses too. A heading has none of it.

use std::collections::HashSet;
use std::ops::Range;

use crate::article::Article;
use crate::text::Slice;
use crate::text::lines::{TextLine, lines};

use super::super::furniture::captions::{CaptionPlace, caption_line};
use super::super::furniture::dates::{any_date_line, has_digit};
use super::super::furniture::is_prose;
use super::super::furniture::people::{is_role_line, names_alone, signed};
use super::super::furniture::site::Site;
use super::super::read_dateline::dateline_of;
use super::evidence::{Knowledge, SeamEvidence, fold, is_section, words};
use super::{Parts, name};

/// The head of an article, and enough of its body to see whether it has headings of its own.
const MOST_LINES: usize = 20;
/// A site's name, a section and a kicker.
pub(super) const MOST_ABOVE: usize = 3;
/// `Middle East & North Africa`
const LONGEST_LABEL_CHARS: usize = 40;
/// Longer lines are paragraphs: the longest headline in our five sets of labelled pages has 175 characters.
pub(super) const LONGEST_HEADLINE: usize = 200;
/// Headlines that ask or exclaim are short.
const LONGEST_QUESTION_CHARS: usize = 120;
/// A head's lines below its headline: standfirst, alt text, caption, names, role, two dates, the headline again.
const MOST_BELOW: usize = 8;
/// Standfirsts without a full stop are longer.
const BRIEF_CHARS: usize = 80;
/// So much of the body is compared with the headline.
const COMPARED_BYTES: usize = 3000;

/// What is known to open a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Opening {
    /// The headline's line.
    pub(super) headline: Range<usize>,
    /// A line above it that names the site.
    pub(super) site: Option<Range<usize>>,
    /// A line above it that names the section.
    pub(super) section: Option<Range<usize>>,
}

/// What speaks for a line, and how much. An opening needs [`ENOUGH`].
#[derive(Clone, Copy, Debug)]
enum Sign {
    /// A seam, and a name that the record's site has.
    Site,
    /// A seam, and a name that has the form of a publication's.
    Publication,
    /// A seam, and a short name.
    Name,
    /// The same line follows.
    Repeated,
    /// The words of the address.
    Address,
    /// `3 hours ago` stood in the text.
    Age,
    Byline,
    Date,
    Caption,
    /// A paragraph with a dateline follows.
    Dateline,
    /// The site's name or a section stands above.
    Label,
    /// Some of its words are in the body; most of them.
    SomeWords,
    MostWords,
    /// It has capitals as titles in English do, and the body has not.
    Titled,
    /// It has the length of a headline; and is not as long as a standfirst.
    Length,
    Brief,
    /// One word or two.
    Short,
    /// `?` or `!` ends it.
    Asks,
    /// It begins with a small letter or a quotation.
    Begins,
    /// A sentence ends within it.
    Sentence,
    /// It may be somebody's name; the names of several.
    Person,
    People,
    /// A number and a stop open it, as in a list.
    Numbered,
    /// The body has lines of the same form.
    Heading,
}

impl Sign {
    /// What it is called, and its points.
    fn worth(self) -> (&'static str, i32) {
        match self {
            Self::Site => ("site", 8),
            Self::Publication => ("publication", 8),
            Self::Name => ("name", 8),
            Self::Repeated => ("repeated", 6),
            Self::Address => ("address", 8),
            Self::Age => ("age", 5),
            Self::Byline => ("byline", 5),
            Self::Date => ("date", 6),
            Self::Caption => ("caption", 4),
            Self::Dateline => ("dateline", 6),
            Self::Label => ("label", 4),
            Self::SomeWords => ("words", 1),
            Self::MostWords => ("most words", 1),
            Self::Titled => ("titled", 2),
            Self::Length => ("length", 3),
            Self::Brief => ("brief", 1),
            Self::Short => ("short", -2),
            Self::Asks => ("asks", -2),
            Self::Begins => ("begins small", -2),
            Self::Sentence => ("sentence", -3),
            Self::Person => ("person", -4),
            Self::People => ("people", -5),
            Self::Numbered => ("numbered", -4),
            Self::Heading => ("headings", -1),
        }
    }
}

/// Evidence that makes a line a headline.
const ENOUGH: i32 = 4;
/// So much more has to speak for a line below one that may be the headline: a kicker or a menu's link stands above a headline, and a
/// standfirst below it.
const MORE: i32 = 3;

/// Finds the headline of a text; and what speaks for the line that came nearest to it, for those who ask.
pub(super) fn find(
    article: &Article,
    knowledge: &Knowledge,
    has_age: bool,
    cut: impl Fn(&str) -> Option<Parts>,
) -> (Option<Opening>, Vec<&'static str>) {
    let text = &article.text;
    let lines: Vec<TextLine> = lines(text).take(MOST_LINES).collect();
    // Nearly every text opens with a paragraph.
    if lines.len() < 2 || lines.first().is_some_and(|line| line.text.len() > 4 * LONGEST_HEADLINE) {
        return (None, Vec::new());
    }
    let reader = Reader { text, site: Site::of(article), lines, knowledge, has_age, cut };
    let mut opening = Opening::default();
    let (mut best, mut told, mut is_labelled) = (None::<(i32, Opening)>, Vec::new(), false);
    for at in 0..=MOST_ABOVE {
        let Some(line) = reader.lines.get(at) else { break };
        if let Some(signs) = reader.signs(at, is_labelled).filter(|_| !reader.is_site_below(at)) {
            let points = signs.iter().map(|sign| sign.worth().1).sum::<i32>();
            let least = best.as_ref().map_or(i32::MIN, |(best, _)| best + MORE);
            if points >= least {
                told = signs.iter().map(|sign| sign.worth().0).collect();
            }
            if points >= least.max(ENOUGH) {
                best = Some((points, Opening { headline: line.range(), ..opening.clone() }));
            }
        }
        let label = reader.label(at);
        match label {
            Some(Label::Site) => opening.site = Some(line.range()),
            Some(Label::Section | Label::Kicker) => opening.section = Some(line.range()),
            Some(Label::Other) => {}
            None => break,
        }
        is_labelled |= matches!(label, Some(Label::Site | Label::Section));
    }
    (best.map(|(_, opening)| opening), told)
}

/// What a line above a headline is.
enum Label {
    Site,
    Section,
    /// A few words above a longer line.
    Kicker,
    /// A date or a byline, which other stages read.
    Other,
}

/// The lines that may repeat a part of the headline's.
pub(super) fn first_lines(text: &str) -> impl Iterator<Item = &str> {
    lines(text)
        .take(MOST_ABOVE + MOST_BELOW)
        .map(|line| line.text)
        .filter(|line| line.len() <= LONGEST_HEADLINE)
}

/// Whether a line may stand above a headline and is none of what other stages read.
pub(super) fn is_label(line: &str, site: &Site) -> bool {
    has_form_of_label(line) && !is_dated_or_signed(line, site)
}

/// Whether a line is short, and no sentence.
pub(super) fn has_form_of_label(line: &str) -> bool {
    // `Power cut in Berlin:`
    let said = line.trim_end_matches([':', ' ']);
    line.chars().nth(LONGEST_LABEL_CHARS).is_none() && !ends_sentence(said) && !is_item(line)
}

fn is_dated_or_signed(line: &str, site: &Site) -> bool {
    signed(line, site).is_some() || has_digit(line) && any_date_line(line).is_some()
}

struct Reader<'a, C> {
    text: &'a str,
    site: Site<'a>,
    lines: Vec<TextLine<'a>>,
    knowledge: &'a Knowledge,
    has_age: bool,
    cut: C,
}

impl<C: Fn(&str) -> Option<Parts>> Reader<'_, C> {
    /// What speaks for a line and against it; `None` where it cannot be a headline.
    fn signs(&self, at: usize, is_labelled: bool) -> Option<Vec<Sign>> {
        let line = self.lines.get(at)?;
        let below = self.lines.get(at + 1..)?;
        let seam = (self.cut)(line.text);
        let headline = match &seam {
            Some(parts) => line.text.get(parts.headline.clone())?,
            None => line.text,
        };
        let has_body = || below.iter().any(|line| is_prose(line.text) || ends_sentence(line.text));
        if !self.may_be_headline(line.text, headline) || !has_body() {
            return None;
        }
        let mut signs = Vec::new();
        match seam.filter(|parts| parts.site.is_some()).map(|parts| parts.evidence) {
            Some(SeamEvidence::Exact | SeamEvidence::Close) => signs.push(Sign::Site),
            Some(SeamEvidence::Looks) => signs.push(Sign::Publication),
            Some(SeamEvidence::Shaped) => signs.push(Sign::Name),
            None => {}
        }
        if is_labelled {
            signs.push(Sign::Label);
        }
        if self.has_age {
            signs.push(Sign::Age);
        }
        self.look_below(headline, below, &mut signs);
        self.compare(headline, below, &mut signs);
        // Nobody's name has four words, but two people's names have.
        let names = names_alone(line.text, &self.site).unwrap_or_default();
        let is_name = names.len() > 1 || names.len() == 1 && words(line.text).len() <= 3;
        signs.extend(is_name.then_some(Sign::Person));
        signs.extend((names.len() > 1).then_some(Sign::People));
        signs.extend(form(headline, below));
        Some(signs)
    }

    /// Whether a line has the form of a headline: no sentence, no list, none of what stands in other lines of a head.
    fn may_be_headline(&self, line: &str, headline: &str) -> bool {
        let letters = headline.chars().filter(|character| character.is_alphabetic()).take(4).count();
        line.chars().nth(LONGEST_HEADLINE).is_none()
            && letters == 4
            && !ends_sentence(line)
            && !(headline == line && is_item(line))
            && signed(line, &self.site).is_none()
            && !(has_digit(headline) && any_date_line(headline).is_some())
            // `Shares soar | Reuters` is no caption, if `Shares soar` is none.
            && caption_line(headline, CaptionPlace::Head).is_none()
            && dateline_of(line).is_none()
            && !(headline == line && self.is_label(line))
    }

    fn is_label(&self, line: &str) -> bool {
        self.knowledge.of_site(line).is_some() || is_section(&words(line))
    }

    /// What stands between the headline and the body.
    fn look_below(&self, headline: &str, below: &[TextLine<'_>], signs: &mut Vec<Sign>) {
        let is_dated = |line: &str| {
            has_digit(line)
                && any_date_line(line).is_some_and(|dates| {
                    dates.others.iter().all(|other| {
                        let other = line.slice(other.clone());
                        signed(other, &self.site).is_some()
                            || names_alone(other, &self.site).is_some()
                            || self.site.publishes(other)
                            || crate::text::is_place(other)
                    })
                })
        };
        let folded = fold(headline);
        let (mut prose, mut byline, mut date, mut caption) = (0, false, false, false);
        for (at, line) in below.iter().enumerate().take(MOST_BELOW) {
            let text = line.text;
            let beside = |at: Option<usize>| at.and_then(|at| below.get(at)).map_or("", |line| line.text);
            if fold(text) == folded {
                signs.push(Sign::Repeated);
            } else if signed(text, &self.site).is_some() {
                byline = true;
            } else if is_dated(text) {
                date = true;
            } else if caption_line(text, CaptionPlace::Head).is_some() {
                caption = true;
            } else if dateline_of(text).is_some() {
                signs.push(Sign::Dateline);
                break;
            } else if names_alone(text, &self.site).is_some() {
                let next = beside(Some(at + 1));
                byline |= is_prose(next)
                    || is_dated(next)
                    || is_dated(beside(at.checked_sub(1)))
                    || is_role_line(next, &self.site);
            } else if is_prose(text) {
                prose += 1;
                if prose == 2 {
                    break;
                }
            }
        }
        for (is_there, sign) in [(byline, Sign::Byline), (date, Sign::Date), (caption, Sign::Caption)] {
            signs.extend(is_there.then_some(sign));
        }
    }

    /// How many of the headline's words are in the address, and in the body.
    fn compare(&self, headline: &str, below: &[TextLine<'_>], signs: &mut Vec<Sign>) {
        let wanted: HashSet<String> = stems(headline).collect();
        let Some(start) = below.first().map(|line| line.start) else { return };
        let most = self.text.len().min(start + COMPARED_BYTES);
        let end = (start..=most).rev().find(|end| self.text.is_char_boundary(*end)).unwrap_or(start);
        let said: HashSet<String> = stems(self.text.slice(start..end)).collect();
        let shared = wanted.iter().filter(|stem| said.contains(*stem)).count();
        if shared >= 2 && shared * 3 >= wanted.len() {
            signs.push(Sign::SomeWords);
            if shared >= 3 && shared * 2 >= wanted.len() {
                signs.push(Sign::MostWords);
            }
        }
        if name::is_titled(headline, self.text.slice(start..end)) {
            signs.push(Sign::Titled);
        }
        if self.knowledge.address_says(&words(headline)) {
            signs.push(Sign::Address);
        }
    }

    /// What a line above a headline is; `None` where it is none of what stands there.
    fn label(&self, at: usize) -> Option<Label> {
        let line = self.lines.get(at)?.text;
        if is_dated_or_signed(line, &self.site) {
            return Some(Label::Other);
        }
        if !has_form_of_label(line) || (self.cut)(line).is_some() {
            return None;
        }
        if self.knowledge.of_site(line).is_some() || self.is_site_below(at) {
            return Some(Label::Site);
        }
        if is_section(&words(line)) {
            return Some(Label::Section);
        }
        self.may_be_kicker(at).then_some(Label::Kicker)
    }

    /// Whether the next line ends in what this one says: the site's name.
    fn is_site_below(&self, at: usize) -> bool {
        let named = || {
            let (line, next) = (self.lines.get(at)?.text, self.lines.get(at + 1)?.text);
            let site = (self.cut)(next)?.site?;
            Some(fold(next.get(site)?) == fold(line))
        };
        named() == Some(true)
    }

    /// Whether a line is much shorter than the next that is no label, which may be the headline.
    fn may_be_kicker(&self, at: usize) -> bool {
        let next = self.lines.iter().take(MOST_ABOVE + 1).skip(at + 1);
        let next = next.map(|line| line.text).find(|line| words(line).len() > 3 || !has_form_of_label(line));
        let (Some(line), Some(next)) = (self.lines.get(at), next) else { return false };
        let (here, below) = (words(line.text).len(), words(next).len());
        here <= 3
            && below >= 4
            && below > here + 1
            && !line.text.ends_with(['?', '!', '"', '”'])
            && names_alone(line.text, &self.site).is_none()
    }
}

/// What the form of a line says, and of those below.
fn form(headline: &str, below: &[TextLine<'_>]) -> impl Iterator<Item = Sign> {
    let count = words(headline).len();
    let is_unspaced = headline.chars().any(super::is_ideograph) || !headline.contains(' ');
    let characters = headline.chars().count();
    let (is_short, fits, brief) = if is_unspaced {
        (characters < 8, (8..=60).contains(&characters), BRIEF_CHARS / 2)
    } else {
        (count < 3, (4..=20).contains(&count), BRIEF_CHARS)
    };
    let body = below.iter().skip_while(|line| !is_prose(line.text));
    let headings = body.filter(|line| is_heading(line.text)).count();
    let first = headline.chars().next();
    [
        (fits, Sign::Length),
        (fits && characters <= brief, Sign::Brief),
        (is_short, Sign::Short),
        (headline.ends_with(['?', '!', '؟']), Sign::Asks),
        (first.is_some_and(|first| first.is_lowercase() || "\"“„«".contains(first)), Sign::Begins),
        (has_sentence(headline), Sign::Sentence),
        (is_numbered(headline), Sign::Numbered),
        (headings > 0, Sign::Heading),
        (headings > 2, Sign::Heading),
    ]
    .into_iter()
    .filter_map(|(holds, sign)| holds.then_some(sign))
}

/// Whether a line ends as a sentence does, or breaks off as a list's introduction does; abbreviations end with a stop, too.
fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end_matches(['"', '”', '»', '’', '\'', ')', ' ']);
    let last = line.rsplit(' ').next().unwrap_or_default();
    // `U.S.`, `N.`
    let is_abbreviation = last.len() > 1
        && last.split('.').all(|part| part.chars().count() <= 1 && part.chars().all(char::is_alphabetic));
    // `So buckle up!` at the end of a paragraph.
    if line.ends_with(['?', '!', '؟']) && line.chars().nth(LONGEST_QUESTION_CHARS).is_some() {
        return true;
    }
    line.ends_with(['。', ':', '：', ';', ',', '،', '।', '۔'])
        || line.ends_with('.') && !is_abbreviation && !line.ends_with("...")
}

/// Whether a line has a sentence and more, as headlines have not.
fn has_sentence(line: &str) -> bool {
    line.match_indices(". ").any(|(at, _)| {
        let (before, behind) = (line.slice(..at), line.slice(at + 2..));
        let word: Vec<char> =
            before.chars().rev().take_while(|character| character.is_alphabetic()).collect();
        word.len() >= 4 && !behind.starts_with(char::is_lowercase)
    })
}

/// Whether a line is one of a list, or an aside: `- tea`, `• tea`, `(tea)`.
fn is_item(line: &str) -> bool {
    line.starts_with(['-', '•', '*', '–', '—', '·', '#', '|', '/', '[', '('])
}

/// `1. tea`; but `100. Geburtstag` is a birthday.
fn is_numbered(line: &str) -> bool {
    let rest = line.trim_start_matches(|character: char| character.is_ascii_digit());
    rest.len() < line.len() && rest.starts_with(['.', ')'])
}

/// Whether a line of a body is a heading: short, and no sentence.
fn is_heading(line: &str) -> bool {
    !is_prose(line)
        && line.chars().nth(80).is_none()
        && !ends_sentence(line)
        && !line.ends_with(['?', '!'])
        && !is_item(line)
        && !is_numbered(line)
}

/// The beginnings of the words that carry meaning, without their endings; in scripts without spaces, pairs of characters.
pub(super) fn stems(text: &str) -> impl Iterator<Item = String> {
    const LETTERS: usize = 5;
    words_of(text).into_iter().flat_map(|word| {
        if word.chars().any(super::is_ideograph) {
            let characters: Vec<char> = word.chars().collect();
            return characters.windows(2).map(|pair| pair.iter().collect()).collect();
        }
        let stem: String = word.chars().take(LETTERS).collect();
        let long = stem.chars().count() >= 4;
        if long { vec![stem] } else { Vec::new() }
    })
}

fn words_of(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .map(fold)
        .filter(|word| !word.is_empty())
        .collect()
}
