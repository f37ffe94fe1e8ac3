//! What letters tell: scripts of one language, and which script a text is in.

use super::grams::is_letter;

/// How many letters of each script a sample has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Letters {
    pub(super) all: u32,
    /// Scripts of several languages, which the table tells, each with its own count.
    shared: [u32; SHARED.len()],
    han: u32,
    kana: u32,
    /// Scripts of one language, in the order of `SINGLE`.
    single: [u32; SINGLE.len()],
    /// Letters of languages that the table lacks, in the order of `TELLING`.
    telling: [u32; TELLING.len()],
}

/// First and last letter of scripts that several languages write: Latin, Cyrillic, Hebrew, Arabic, Devanagari, Bengali,
/// Tibetan, Ethiopic.
const SHARED: [(char, char); 8] = [
    ('A', '\u{24F}'),
    ('\u{400}', '\u{52F}'),
    ('\u{590}', '\u{5FF}'),
    ('\u{600}', '\u{77F}'),
    ('\u{900}', '\u{97F}'),
    ('\u{980}', '\u{9FF}'),
    ('\u{F00}', '\u{FFF}'),
    ('\u{1200}', '\u{139F}'),
];

/// Scripts in which nearly all text is in one language: first and last letter.
const SINGLE: [(&str, char, char); 18] = [
    ("el", '\u{370}', '\u{3FF}'),
    ("hy", '\u{530}', '\u{58F}'),
    ("dv", '\u{780}', '\u{7BF}'),
    ("pa", '\u{A00}', '\u{A7F}'),
    ("gu", '\u{A80}', '\u{AFF}'),
    ("or", '\u{B00}', '\u{B7F}'),
    ("ta", '\u{B80}', '\u{BFF}'),
    ("te", '\u{C00}', '\u{C7F}'),
    ("kn", '\u{C80}', '\u{CFF}'),
    ("ml", '\u{D00}', '\u{D7F}'),
    ("si", '\u{D80}', '\u{DFF}'),
    ("th", '\u{E00}', '\u{E7F}'),
    ("lo", '\u{E80}', '\u{EFF}'),
    ("my", '\u{1000}', '\u{109F}'),
    ("ka", '\u{10A0}', '\u{10FF}'),
    ("km", '\u{1780}', '\u{17FF}'),
    ("iu", '\u{1400}', '\u{167F}'),
    ("ko", '\u{AC00}', '\u{D7AF}'),
];

/// Languages without a list of words to learn from, by the letters that their neighbours lack.
const TELLING: [(&str, &str); 4] = [("as", "ৰৱ"), ("sd", "ٻڀٺٿڄڃڇڊڌڏڦڱڳڻڪ"), ("ba", "ҙҫҡҘҪҠ"), ("ku", "ێڕڵ")];
/// Such letters are a thirtieth of their language's at the least; names and quotations bring in a few.
const TELLING_PART: u32 = 50;

/// The languages that letters alone tell.
pub(super) fn languages() -> impl Iterator<Item = &'static str> {
    let single = SINGLE.iter().map(|(language, ..)| *language);
    single.chain(TELLING.iter().map(|(language, _)| *language)).chain(["ja", "zh"])
}

/// What the letters tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Told {
    /// The language, and the share of all letters that are of its script.
    Language(&'static str, f64),
    /// The share of the script that several languages have.
    Shared(f64),
}

impl Letters {
    pub(super) fn count(&mut self, text: &str) {
        for character in text.chars() {
            self.count_one(character);
        }
    }

    fn count_one(&mut self, character: char) {
        if character.is_ascii() {
            if character.is_ascii_alphabetic() {
                self.shared[0] += 1;
                self.all += 1;
            }
            return;
        }
        if !is_letter(character) {
            return;
        }
        self.all += 1;
        let within = |(first, last): &(char, char)| (*first..=*last).contains(&character);
        if let Some(count) = SHARED.iter().position(within).and_then(|place| self.shared.get_mut(place)) {
            *count += 1;
            if character >= '\u{400}' {
                let place = TELLING.iter().position(|(_, letters)| letters.contains(character));
                if let Some(count) = place.and_then(|place| self.telling.get_mut(place)) {
                    *count += 1;
                }
            }
            return;
        }
        match character {
            '\u{1E00}'..='\u{1EFF}' => self.shared[0] += 1,
            '\u{3041}'..='\u{30FF}' => self.kana += 1,
            '\u{3400}'..='\u{9FFF}' => self.han += 1,
            _ => {
                let place = SINGLE.iter().position(|(_, first, last)| within(&(*first, *last)));
                if let Some(count) = place.and_then(|place| self.single.get_mut(place)) {
                    *count += 1;
                }
            }
        }
    }

    /// What the script says that most letters are of.
    pub(super) fn told(&self) -> Option<Told> {
        let share = |count: u32| f64::from(count) / f64::from(self.all.max(1));
        let single = SINGLE.iter().zip(self.single).map(|((language, ..), count)| (count, *language));
        let (most, language) = single.max_by_key(|(count, _)| *count).unwrap_or_default();
        let asian = self.han + self.kana;
        let shared = self.shared.iter().copied().max().unwrap_or(0);
        if most.max(asian).max(shared) == 0 {
            return None;
        }
        if most >= asian && most > shared {
            return Some(Told::Language(language, share(most)));
        }
        if asian > shared {
            // A tenth of Japanese is kana at the least; Chinese quotes a name in them at most.
            let is_japanese = self.kana * 10 >= asian;
            return Some(Told::Language(if is_japanese { "ja" } else { "zh" }, share(asian)));
        }
        let telling =
            TELLING.iter().zip(self.telling).find(|(_, count)| count * TELLING_PART >= shared && *count > 0);
        if let Some(((language, _), _)) = telling {
            return Some(Told::Language(language, share(shared)));
        }
        Some(Told::Shared(share(shared)))
    }
}
