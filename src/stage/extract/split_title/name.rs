//! Whether a part of a title looks like a name beside the headline, where nothing is known of the site.
//!
//! `Five ways to oil a gate - Garden Notes` → `Garden Notes`; `Five ways to oil a gate - with and without tools` → nothing.
//!
//! Signs of form and of the body's words are added up with the weights of a logistic regression, which `tests/bench/heads/names.py`
//! fits to page titles and their labelled headlines.

use std::collections::HashSet;

use crate::stage::page::{Signs, signs};
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

signs! {
    /// What a part that may be a name shows, in tenths of a logit.
    NameSign from 4 {
        // The mark between the two is a bar or the like; a dash that is longer than a hyphen.
        Bar "bar" 3,
        Dash "dash" -5,
        // So many words; four of five and more are told apart from three only where letters have a case.
        OneWord "one word" 12,
        TwoWords "two words" 7,
        ThreeWords "three words" -5,
        FourWords "four words" -7,
        MoreWords "more words" -10,
        // It has no fewer words than the headline, and the headline has one, two.
        Longer "longer" -13,
        OneBeside "one beside" -3,
        TwoBeside "two beside" 2,
        // Each word that carries meaning has a capital, and there are several; all but one have; some; none.
        Capitals "capitals" 19,
        OneSmall "one small" -1,
        SomeSmall "some small" -13,
        AllSmall "all small" -5,
        // Its first letter is small.
        BeginsSmall "begins small" -5,
        // It has words such as `of`; begins with an article.
        Links "links" -7,
        Article "article" 11,
        // A word that says what a thing is stands last; a word that nearly only publications have in their names.
        Kind "kind" 8,
        Press "press" 8,
        // `courier.com`, `TheCourier`; a word in capitals alone, where the headline has others.
        Coined "coined" 15,
        Shouted "shouted" 6,
        Digit "digit" -2,
        // `?`, a comma, quotation marks, brackets, a full stop at the end.
        Marks "marks" -8,
        Possessive "possessive" -8,
        // `&`, `+`, `®`, `©`
        Symbol "symbol" 5,
        // `by Jane Roe`
        By "by" 5,
        // Nothing but a date's digits: by hand, because the fit has one.
        Date "date" 40,
        // The headline has capitals as titles in English do; ends as a question or a quotation does.
        Titled "titled" 2,
        Ends "ends" 7,
        // A single word, where the language writes its nouns with a capital.
        Noun "noun" 10,
        // None of its words stands in the body in small letters; all do, and the headline has capitals as titles
        // do, by hand: `Until Now`.
        NotSaid "not said" 2,
        AllSaid "all said" -30,
        // The body has the part as it stands: several words, one.
        Recurs "recurs" 1,
        RecursAlone "recurs alone" -5,
        // The two parts have a word in common; the body has half of the headline's words.
        Shared "shared" 6,
        HeadlineSaid "headline said" 5,
    }
}

/// Two parts of a title and what stands between them.
pub(super) struct Beside<'a> {
    pub(super) part: &'a str,
    pub(super) headline: &'a str,
    pub(super) mark: &'a str,
    pub(super) is_bar: bool,
    /// The text below the title.
    pub(super) body: &'a str,
}

impl Beside<'_> {
    /// What the part shows; `None` where it is no name, whatever it shows.
    pub(super) fn signs(&self) -> Option<Signs<NameSign>> {
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
            return Some(Signs::of(&[(NameSign::Date, true)]));
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
            1 => NameSign::OneWord,
            2 => NameSign::TwoWords,
            3 => NameSign::ThreeWords,
            4 => NameSign::FourWords,
            _ => NameSign::MoreWords,
        };
        Some(Signs::of(&[
            (NameSign::Bar, self.is_bar),
            (NameSign::Dash, !self.is_bar && !self.mark.contains('-')),
            (number, true),
            (NameSign::Longer, count >= beside.len()),
            (NameSign::OneBeside, beside.len() == 1),
            (NameSign::TwoBeside, beside.len() == 2),
            (NameSign::Capitals, has_case && small == 0 && count > 1 && !is_loud),
            (NameSign::OneSmall, has_case && small == 1 && count > 1),
            (NameSign::AllSmall, has_case && small > 0 && small == carry && !(small == 1 && count > 1)),
            (NameSign::SomeSmall, has_case && small > 1 && small < carry),
            (NameSign::BeginsSmall, part.starts_with(char::is_lowercase)),
            (NameSign::Links, has_case && raw.iter().any(|word| is_link(word))),
            (NameSign::Article, is_article(first)),
            (NameSign::Kind, folded.last().is_some_and(|last| is_kind(last))),
            (NameSign::Press, folded.iter().any(|word| is_press(word))),
            (NameSign::Coined, raw.iter().any(|word| is_coined(word))),
            (NameSign::Shouted, is_quiet && raw.iter().any(|word| is_shouted(word))),
            (NameSign::Digit, part.contains(|character: char| character.is_numeric())),
            (NameSign::Marks, part.contains(is_quoted) || part.ends_with('.')),
            (NameSign::Possessive, raw.iter().any(|word| is_possessive(word))),
            (NameSign::Symbol, part.contains(['&', '+', '®', '©'])),
            (NameSign::By, part.starts_with("by ")),
            (NameSign::Titled, is_titled),
            (NameSign::Ends, headline.ends_with(['?', '!', '…', '”', '"', '»'])),
            (
                NameSign::Noun,
                has_case && count == 1 && capitals(body).is_some_and(|share| share >= NOUNS_PERCENT),
            ),
            (NameSign::NotSaid, common == 0),
            (NameSign::AllSaid, is_titled && common > 0 && common >= carry),
            (NameSign::Recurs, count > 1 && body.contains(part)),
            (NameSign::RecursAlone, count == 1 && part.len() > 2 && said.contains(part)),
            (NameSign::Shared, stems(part).any(|stem| wanted.contains(&stem))),
            (NameSign::HeadlineSaid, !wanted.is_empty() && found * 2 >= wanted.len()),
        ]))
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
