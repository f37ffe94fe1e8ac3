//! What a page proves of a text that has the form of a name: that it is a person's, or only words.
//!
//! `<a href="/team/ann-lee">`, `<img alt="Ann Lee">` → `Ann Lee` is one; `last` in a sentence of the page → `Last Modified` is none.

use std::cell::RefCell;

use icu_normalizer::DecomposingNormalizerBorrowed;
use memchr::memmem::Finder;

use super::super::fold;
use super::super::zones::Zones;
use crate::date::Label;
use crate::html::{Name, NodeId, Tag};
use crate::stage::page::Zone;

/// What a page proves of names, and of the words in them.
pub(super) struct Proof<'a> {
    zones: &'a Zones<'a>,
    people: Answers,
    words: Answers,
}

/// What was asked already, and the answer: a page asks for the same few names again and again.
#[derive(Default)]
struct Answers(RefCell<Vec<(String, bool)>>);

impl Answers {
    fn of(&self, asked: &str, find: impl FnOnce() -> bool) -> bool {
        let known = self.0.borrow().iter().find(|(known, _)| known == asked).map(|(_, answer)| *answer);
        known.unwrap_or_else(|| {
            let answer = find();
            self.0.borrow_mut().push((asked.to_owned(), answer));
            answer
        })
    }
}

impl<'a> Proof<'a> {
    pub(super) fn new(zones: &'a Zones<'a>) -> Self {
        Self { zones, people: Answers::default(), words: Answers::default() }
    }

    /// Whether an address ends in the name, or a picture shows who bears it.
    pub(super) fn is_person(&self, name: &str) -> bool {
        let is = |text: &str, folded: &str| {
            let letters = text.chars().filter(|character| character.is_alphanumeric());
            letters.flat_map(char::to_lowercase).eq(folded.chars())
        };
        self.people.of(name, || {
            let [folded, plain, spelt_out] = [fold(name), in_latin(name, false), in_latin(name, true)];
            let is = |text: &str| [&folded, &plain, &spelt_out].iter().any(|name| is(text, name));
            self.zones.page.nodes().any(|node| match self.zones.page.tag(node) {
                Tag::A => self.zones.page.raw_attribute(node, Name::Href).is_some_and(|href| {
                    let path = href.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
                    is(path.rsplit('/').next().unwrap_or(path))
                }),
                Tag::Img => self.zones.page.raw_attribute(node, Name::Alt).is_some_and(is),
                _ => false,
            })
        })
    }

    /// Whether the name's last word stands in the page's main part: as it is written, or in a byline's capitals.
    pub(super) fn is_shown(&self, name: &str) -> bool {
        let Some(last) = name.split_whitespace().next_back() else { return false };
        let capitals = last.to_uppercase();
        let finders = [Finder::new(last), Finder::new(&capitals)];
        let main = self.zones.lines.iter().filter(|line| line.zone == Zone::Main);
        main.flat_map(|line| line.first.index()..line.end).any(|at| {
            let text = self.zones.page.text(NodeId::at(at));
            finders.iter().any(|finder| finder.find(text.as_bytes()).is_some())
        })
    }

    /// Whether half of a name's words stand on the page as common words, or one says what a date is.
    pub(super) fn is_words(&self, name: &str) -> bool {
        let (common, all) = self.common_words(name);
        common * 2 >= all.max(1)
    }

    /// Whether any of a name's words does.
    pub(super) fn has_word(&self, name: &str) -> bool {
        self.common_words(name).0 > 0
    }

    /// How many of a name's words are common ones, and how many it has; all where one says what a date is.
    fn common_words(&self, name: &str) -> (usize, usize) {
        // A particle, such as `van`, is a common word wherever such a name stands.
        let own = || name.split_whitespace().filter(|word| !word.starts_with(char::is_lowercase));
        let long = || own().map(str::to_lowercase).filter(|word| word.len() >= SHORTEST);
        let all = long().count();
        let common = long().filter(|word| self.has_common(word)).count();
        let labels = |word: String| {
            matches!(Label::of(&word), Some(Label::Published | Label::Changed | Label::Date | Label::Counted))
        };
        (if long().any(labels) { all } else { common }, all)
    }

    /// Whether a word in lower case stands on the page; scripts without capitals tell nothing.
    fn has_common(&self, word: &str) -> bool {
        word.starts_with(char::is_lowercase)
            && self.words.of(word, || {
                let finder = Finder::new(word);
                let is_letter = |found: Option<char>| found.is_some_and(char::is_alphanumeric);
                // `@ann_lee` and `ann.lee@quay.example` are made of names.
                let joins = |byte: u8| matches!(byte, b'@' | b'_');
                let is_of_word = |byte: &u8| !byte.is_ascii_whitespace();
                let has = |text: &str| {
                    finder.find_iter(text.as_bytes()).any(|at| {
                        let before = text.get(..at).unwrap_or_default();
                        let behind = text.get(at + word.len()..).unwrap_or_default();
                        let begun = before.bytes().rev().take(LONGEST_ACCOUNT).take_while(is_of_word);
                        let rest = behind.bytes().take(LONGEST_ACCOUNT).take_while(is_of_word);
                        !is_letter(before.chars().next_back())
                            && !is_letter(behind.chars().next())
                            && !begun.chain(rest).any(joins)
                    })
                };
                let nodes = self.zones.lines.iter().flat_map(|line| line.first.index()..line.end);
                nodes.map(|at| self.zones.page.raw_text(NodeId::at(at))).any(has)
            })
    }
}

/// A name's letters as addresses have them: without accents (`low` for `Löw`), or spelt out (`loew`).
fn in_latin(name: &str, is_spelt_out: bool) -> String {
    let mut latin = String::with_capacity(name.len());
    for letter in DecomposingNormalizerBorrowed::new_nfd().normalize(&name.to_lowercase()).chars() {
        match letter {
            // What the letter before it has above it.
            '\u{308}' | '\u{30A}' if is_spelt_out => latin.push(if letter == '\u{308}' { 'e' } else { 'a' }),
            'ß' => latin.push_str("ss"),
            'æ' => latin.push_str("ae"),
            'œ' => latin.push_str("oe"),
            'ø' => latin.push_str(if is_spelt_out { "oe" } else { "o" }),
            'ł' => latin.push('l'),
            'đ' => latin.push('d'),
            'ı' => latin.push('i'),
            _ if letter.is_alphanumeric() => latin.push(letter),
            _ => {}
        }
    }
    latin
}

/// Shorter words, in bytes, are particles.
const SHORTEST: usize = 3;
/// More bytes beside a word are not looked at for the marks of accounts and addresses.
const LONGEST_ACCOUNT: usize = 64;
