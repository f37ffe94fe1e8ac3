//! Whether a part of a title looks like a name beside the headline, where nothing is known of the site.
//!
//! `Five ways to oil a gate - Garden Notes` → `Garden Notes`; `Five ways to oil a gate - with and without tools` → nothing.
//!
//! Signs of form and of the body's words are added up with the weights of a logistic regression, which `tests/bench/heads/names.py`
//! fits to page titles and their labelled headlines.

use std::collections::HashSet;

use crate::text::Slice;

use super::evidence::{fold, is_article, is_coined, is_content, is_kind, is_press, is_small, words};
use super::opening::stems;

/// So much of a body is looked at.
const COMPARED_BYTES: usize = 6000;
/// Of words that follow another, so many have a capital where a language writes its nouns with one. Of 450 German texts 97 in a
/// hundred have more, of 6,000 English ones 1.
const NOUNS_PERCENT: usize = 24;
/// The same for headlines such as `Council Keeps Old Bridge Closed`.
const TITLE_PERCENT: usize = 70;
/// So many words are enough to know either.
const CAPITALS_WORDS: usize = 240;

/// What a part that may be a name shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// The mark between the two is a bar or the like; a dash that is longer than a hyphen.
    Bar,
    Dash,
    /// So many words; four of five and more are told apart from three only where letters have a case.
    OneWord,
    TwoWords,
    ThreeWords,
    FourWords,
    MoreWords,
    /// It has no fewer words than the headline, and the headline has one, two.
    Longer,
    OneBeside,
    TwoBeside,
    /// Each word that carries meaning has a capital, and there are several; all but one have; some; none.
    Capitals,
    OneSmall,
    SomeSmall,
    AllSmall,
    /// Its first letter is small.
    BeginsSmall,
    /// It has words such as `of`; begins with an article.
    Links,
    Article,
    /// A word that says what a thing is stands last; a word that nearly only publications have in their names.
    Kind,
    Press,
    /// `courier.com`, `TheCourier`; a word in capitals alone, where the headline has others.
    Coined,
    Shouted,
    Digit,
    /// `?`, a comma, quotation marks, brackets, a full stop at the end.
    Marks,
    Possessive,
    /// `&`, `+`, `®`, `©`
    Symbol,
    /// `by Jane Roe`
    By,
    /// Nothing but a date's digits: by hand, because the fit has one.
    Date,
    /// The headline has capitals as titles in English do; ends as a question or a quotation does.
    Titled,
    Ends,
    /// A single word, where the language writes its nouns with a capital.
    Noun,
    /// None of its words stands in the body in small letters; all do, and the headline has capitals as titles
    /// do, by hand: `Until Now`.
    NotSaid,
    AllSaid,
    /// The body has the part as it stands: several words, one.
    Recurs,
    RecursAlone,
    /// The two parts have a word in common; the body has half of the headline's words.
    Shared,
    HeadlineSaid,
}

impl Sign {
    /// What it is called, and its weight in tenths.
    fn worth(self) -> (&'static str, i32) {
        match self {
            Self::Bar => ("bar", 3),
            Self::Dash => ("dash", -5),
            Self::OneWord => ("one word", 12),
            Self::TwoWords => ("two words", 7),
            Self::ThreeWords => ("three words", -5),
            Self::FourWords => ("four words", -7),
            Self::MoreWords => ("more words", -10),
            Self::Longer => ("longer", -13),
            Self::OneBeside => ("one beside", -3),
            Self::TwoBeside => ("two beside", 2),
            Self::Capitals => ("capitals", 19),
            Self::OneSmall => ("one small", -1),
            Self::SomeSmall => ("some small", -13),
            Self::AllSmall => ("all small", -5),
            Self::BeginsSmall => ("begins small", -5),
            Self::Links => ("links", -7),
            Self::Article => ("article", 11),
            Self::Kind => ("kind", 8),
            Self::Press => ("press", 8),
            Self::Coined => ("coined", 15),
            Self::Shouted => ("shouted", 6),
            Self::Digit => ("digit", -2),
            Self::Marks => ("marks", -8),
            Self::Possessive => ("possessive", -8),
            Self::Symbol => ("symbol", 5),
            Self::By => ("by", 5),
            Self::Date => ("date", 40),
            Self::Titled => ("titled", 2),
            Self::Ends => ("ends", 7),
            Self::Noun => ("noun", 10),
            Self::NotSaid => ("not said", 2),
            Self::AllSaid => ("all said", -30),
            Self::Recurs => ("recurs", 1),
            Self::RecursAlone => ("recurs alone", -5),
            Self::Shared => ("shared", 6),
            Self::HeadlineSaid => ("headline said", 5),
        }
    }
}

/// The regression's constant, in tenths.
const BIAS: i32 = 4;

/// Two parts of a title and what stands between them.
pub(super) struct Beside<'a> {
    pub(super) part: &'a str,
    pub(super) headline: &'a str,
    pub(super) mark: &'a str,
    pub(super) is_bar: bool,
    /// The text below the title.
    pub(super) body: &'a str,
}

/// How likely the part is a name: tenths of a logit.
pub(super) fn points(signs: &[Sign]) -> i32 {
    BIAS + signs.iter().map(|sign| sign.worth().1).sum::<i32>()
}

/// What a person reads of them.
pub(super) fn told(signs: &[Sign]) -> String {
    signs.iter().map(|sign| sign.worth().0).collect::<Vec<_>>().join(", ")
}

impl Beside<'_> {
    /// What the part shows; `None` where it is no name, whatever it shows.
    pub(super) fn signs(&self) -> Option<Vec<Sign>> {
        let (part, headline) = (self.part, self.headline);
        let (folded, beside) = (words(part), words(headline));
        let first = folded.first()?;
        let breaks = part.ends_with(['?', '…', ':', ','])
            || is_content(first)
            || is_small(first) && !is_article(first);
        if breaks || !beside.iter().any(|word| word.chars().any(char::is_alphabetic)) {
            return None;
        }
        if is_date(part) {
            return Some(vec![Sign::Date]);
        }
        let has_case = has_case_in(part);
        let raw: Vec<&str> = part.split_whitespace().collect();
        let is_quiet = headline.chars().any(char::is_lowercase);
        let is_titled = is_quiet && capitals(headline).is_some_and(|share| share >= TITLE_PERCENT);
        let is_loud = has_case_in(headline) && !is_quiet;
        let is_link = |word: &str| is_small(&fold(word));
        let carrying = || {
            raw.iter().filter(|word| {
                let folded = fold(word);
                !folded.is_empty() && !is_small(&folded) && !is_press(&folded)
            })
        };
        let small = carrying().filter(|word| is_small_word(word)).count();
        let carry = carrying().count();
        let body = start_of(self.body);
        let said: HashSet<&str> = body.split(|character: char| !character.is_alphanumeric()).collect();
        let common =
            raw.iter().filter(|word| !is_link(word) && said.contains(word.to_lowercase().as_str())).count();
        let count = folded.len();
        let said_stems: HashSet<String> = stems(body).collect();
        let wanted: HashSet<String> = stems(headline).collect();
        let found = wanted.iter().filter(|stem| said_stems.contains(*stem)).count();
        let is_quoted = |character: char| "?!…:,\"“”„‘«»;()".contains(character);
        let number = match count {
            1 => Sign::OneWord,
            2 => Sign::TwoWords,
            3 => Sign::ThreeWords,
            4 => Sign::FourWords,
            _ => Sign::MoreWords,
        };
        let signs = [
            (self.is_bar, Sign::Bar),
            (!self.is_bar && !self.mark.contains('-'), Sign::Dash),
            (true, number),
            (count >= beside.len(), Sign::Longer),
            (beside.len() == 1, Sign::OneBeside),
            (beside.len() == 2, Sign::TwoBeside),
            (has_case && small == 0 && count > 1 && !is_loud, Sign::Capitals),
            (has_case && small == 1 && count > 1, Sign::OneSmall),
            (has_case && small > 0 && small == carry && !(small == 1 && count > 1), Sign::AllSmall),
            (has_case && small > 1 && small < carry, Sign::SomeSmall),
            (part.starts_with(char::is_lowercase), Sign::BeginsSmall),
            (has_case && raw.iter().any(|word| is_link(word)), Sign::Links),
            (is_article(first), Sign::Article),
            (folded.last().is_some_and(|last| is_kind(last)), Sign::Kind),
            (folded.iter().any(|word| is_press(word)), Sign::Press),
            (raw.iter().any(|word| is_coined(word)), Sign::Coined),
            (is_quiet && raw.iter().any(|word| is_shouted(word)), Sign::Shouted),
            (part.contains(|character: char| character.is_numeric()), Sign::Digit),
            (part.contains(is_quoted) || part.ends_with('.'), Sign::Marks),
            (raw.iter().any(|word| is_possessive(word)), Sign::Possessive),
            (part.contains(['&', '+', '®', '©']), Sign::Symbol),
            (part.starts_with("by "), Sign::By),
            (is_titled, Sign::Titled),
            (headline.ends_with(['?', '!', '…', '”', '"', '»']), Sign::Ends),
            (
                has_case && count == 1 && capitals(body).is_some_and(|share| share >= NOUNS_PERCENT),
                Sign::Noun,
            ),
            (common == 0, Sign::NotSaid),
            (is_titled && common > 0 && common >= carry, Sign::AllSaid),
            (count > 1 && body.contains(part), Sign::Recurs),
            (count == 1 && part.len() > 2 && said.contains(part), Sign::RecursAlone),
            (stems(part).any(|stem| wanted.contains(&stem)), Sign::Shared),
            (!wanted.is_empty() && found * 2 >= wanted.len(), Sign::HeadlineSaid),
        ];
        Some(signs.into_iter().filter_map(|(holds, sign)| holds.then_some(sign)).collect())
    }
}

/// `12/20/2024`, `02.11.2021`
pub(super) fn is_date(part: &str) -> bool {
    part.len() >= 6 && part.chars().all(|character| character.is_ascii_digit() || "./-: ".contains(character))
}

pub(super) fn start_of(body: &str) -> &str {
    let end = (0..=body.len().min(COMPARED_BYTES)).rev().find(|end| body.is_char_boundary(*end));
    body.slice(..end.unwrap_or_default())
}

/// Whether a line has capitals as titles in English do, above a text that has them as sentences do.
pub(super) fn is_titled(line: &str, body: &str) -> bool {
    line.chars().any(char::is_lowercase)
        && capitals(line).is_some_and(|share| share >= TITLE_PERCENT)
        && capitals(body).is_some_and(|share| share < NOUNS_PERCENT)
}

fn has_case_in(text: &str) -> bool {
    text.chars().any(|character| character.is_lowercase() || character.is_uppercase())
}

/// Whether the first letter or digit of a word is a small letter.
fn is_small_word(word: &str) -> bool {
    word.chars().find(|character| character.is_alphanumeric()).is_some_and(char::is_lowercase)
}

fn is_shouted(word: &str) -> bool {
    has_case_in(word)
        && word.chars().filter(|character| character.is_alphabetic()).nth(1).is_some()
        && !word.chars().any(char::is_lowercase)
}

/// `Jane's`, `Owners’`
fn is_possessive(word: &str) -> bool {
    ["'", "’", "'s", "’s"].iter().any(|ending| word.ends_with(ending))
}

/// Of the words that follow another, how many in a hundred begin with a capital; `None` where too few have a case.
fn capitals(text: &str) -> Option<usize> {
    let mut words = text.split_whitespace().take(CAPITALS_WORDS);
    let mut before = words.next()?;
    let (mut large, mut all) = (0, 0);
    for word in words {
        let follows = before.ends_with(|character: char| character.is_lowercase() || character == ',');
        before = word;
        let first = word.chars().find(|character| character.is_alphabetic());
        if let Some(first) = first.filter(|first| follows && (first.is_lowercase() || first.is_uppercase())) {
            all += 1;
            large += usize::from(first.is_uppercase());
        }
    }
    (all >= 2).then(|| large * 100 / all)
}
