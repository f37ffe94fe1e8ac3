//! Words that no running text can do without, by language.

use super::Variant;
use crate::stage::label::label_language::words::LANGUAGES;
use crate::text::tokens::word_hash;

/// Gopher's eight (Rae et al. 2021, appendix A1).
const GOPHER: &str = "the be to of and that have with";

/// The most frequent function words of languages in other scripts than Latin.
const OTHERS: [(&str, &str); 8] = [
    ("ar", "في من على إلى أن التي عن مع"),
    ("bg", "на да се за от че не са"),
    ("el", "και το να του της την που με"),
    ("fa", "و در به از که این را با"),
    ("he", "את של על לא הוא כי עם זה"),
    ("ru", "и в не на что с по как"),
    ("sr", "и у је да се на за су"),
    ("uk", "і в не на що з до та"),
];

/// How many of a language's words there are: as many as Gopher has for English.
const EACH: usize = 8;

/// Hashes of the words of each language.
#[derive(Debug)]
pub(in crate::stage) struct StopWords {
    english: Vec<u64>,
    others: Vec<(&'static str, Vec<u64>)>,
}

impl StopWords {
    pub(in crate::stage) fn new() -> Self {
        let hashes = |list: &str| list.split(' ').take(EACH).map(|word| word_hash(word.as_bytes())).collect();
        let latin = LANGUAGES.iter().filter(|(language, _)| *language != "en");
        let others = latin.chain(&OTHERS).map(|(language, list)| (*language, hashes(list))).collect();
        Self { english: hashes(GOPHER), others }
    }

    /// Those that a text in a language is asked for; none where there is no list.
    pub(in crate::stage) fn asked_for(&self, variant: Variant, language: &str) -> Option<&[u64]> {
        match variant {
            Variant::Reference => Some(&self.english),
            Variant::News => self.of(language),
        }
    }

    /// Those of a language (`en-GB` is `en`), or nothing.
    fn of(&self, language: &str) -> Option<&[u64]> {
        let language = language.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("en") {
            return Some(&self.english);
        }
        let is_same = |(known, _): &&(&str, Vec<u64>)| known.eq_ignore_ascii_case(language);
        self.others.iter().find(is_same).map(|(_, words)| words.as_slice())
    }
}
