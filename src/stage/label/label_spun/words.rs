//! Which class a word belongs to.
//!
//! `classes.txt` has a class a line, made by `tests/bench/spun/grammar.py`. 48 function words are a class each. The 4,950 most frequent other ones
//! are sorted into 48 classes by the words they stand beside, so that a line holds what is interchangeable in grammar: "aren't
//! can't could", "across against before", "eight few fifteen". What has a capital inside a sentence is a name, whatever the word. A word that is
//! in no line has a class by its shape.

use super::tells::TELLS;
use crate::text::mix;

/// The classes by shape follow those of the file, in this order.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Shape {
    Name,
    Possessive,
    Hyphened,
    Ly,
    Ing,
    Ed,
    Noun,
    Adjective,
    S,
    Unknown,
    Number,
    SentenceEnd,
    Comma,
    Break,
    /// A word that no line has, at a sentence's beginning: its capital says nothing.
    FirstWord,
}

const SHAPES: usize = 15;
/// Lines of `classes.txt`.
pub(super) const LISTED: u8 = 96;
/// All classes.
pub(super) const CLASSES: usize = LISTED as usize + SHAPES;
/// The first lines hold a function word each.
pub(super) const FUNCTION_WORDS: usize = 48;

const fn shape(shape: Shape) -> u8 {
    LISTED + shape as u8
}

pub(super) const NUMBER: u8 = shape(Shape::Number);
pub(super) const SENTENCE_END: u8 = shape(Shape::SentenceEnd);
pub(super) const COMMA: u8 = shape(Shape::Comma);
pub(super) const BREAK: u8 = shape(Shape::Break);

/// Whether a class is one of those for words in lower case that no line has.
pub(super) fn is_unlisted(class: u8) -> bool {
    (shape(Shape::Ly)..=shape(Shape::Unknown)).contains(&class)
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Initial {
    /// In lower case.
    Small,
    /// With a capital, because it opens a sentence.
    Opening,
    /// With a capital.
    Capital,
}

/// What is known of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Its class.
    pub(super) class: u8,
    /// Its place in `TELLS`, from 1; 0 where it is not there.
    pub(super) tell: u8,
}

/// Words of up to 16 bytes, found by one look into a table, or a few.
///
/// `text::WordTable` keeps the words themselves, half a megabyte for as many as these; here 128 KiB of fingerprints stay in
/// the processor's second cache. That one of a million unknown words is taken for a known one does not matter.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// A word's fingerprint, 0 where there is none, and what is known of it.
    slots: Vec<(u32, Known)>,
    /// What stands first in each of the file's lines of one word.
    function_words: Vec<&'static str>,
}

const SLOTS: usize = 1 << 14;
const LONGEST: usize = 16;
const UNLISTED: u8 = u8::MAX;

impl Lexicon {
    pub(super) fn new() -> Self {
        let mut lexicon = Self {
            slots: vec![(0, Known::default()); SLOTS],
            function_words: Vec::with_capacity(FUNCTION_WORDS),
        };
        for (class, line) in (0..).zip(include_str!("classes.txt").lines()) {
            if usize::from(class) < FUNCTION_WORDS {
                lexicon.function_words.push(line);
            }
            line.split(' ').for_each(|word| lexicon.entry(word).class = class);
        }
        for (number, tell) in (1..).zip(&TELLS) {
            lexicon.entry(tell.word).tell = number;
        }
        lexicon
    }

    /// The function word that a class consists of.
    pub(super) fn function_word(&self, class: usize) -> &'static str {
        self.function_words.get(class).copied().unwrap_or_default()
    }

    fn entry(&mut self, word: &str) -> &mut Known {
        let (fingerprint, mut place) = Key::of(word).places();
        while self.slots.get(place).is_some_and(|(taken, _)| *taken != 0 && *taken != fingerprint) {
            place = (place + 1) % SLOTS;
        }
        let (taken, known) = self.slots.get_mut(place).expect("a place is less than the number of slots");
        if *taken == 0 {
            *taken = fingerprint;
            known.class = UNLISTED;
        }
        known
    }

    #[inline]
    fn find(&self, key: &Key) -> Known {
        let (fingerprint, mut place) = key.places();
        while let Some((taken, known)) = self.slots.get(place) {
            if *taken == fingerprint {
                return *known;
            }
            if *taken == 0 {
                break;
            }
            place = (place + 1) % SLOTS;
        }
        Known { class: UNLISTED, tell: 0 }
    }

    /// What is known of a word.
    #[inline]
    pub(super) fn look_up(&self, key: &Key, initial: Initial) -> Known {
        // With a capital, "will" and "major" are names; days and months go together with other words as names do.
        let found = match initial {
            Initial::Capital if !key.is_i() => Known { class: UNLISTED, tell: 0 },
            _ => self.find(key),
        };
        if found.class != UNLISTED {
            return found;
        }
        let shape_of = match initial {
            _ if key.is_possessive() => Shape::Possessive,
            Initial::Small => shape_by_ending(key),
            Initial::Opening => Shape::FirstWord,
            Initial::Capital => Shape::Name,
        };
        Known { class: shape(shape_of), tell: found.tell }
    }
}

/// The class that a word's ending suggests.
fn shape_by_ending(key: &Key) -> Shape {
    if key.has_hyphen {
        return Shape::Hyphened;
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| key.ends_with(end));
    match key.last() {
        b'g' if ends(&["ing"]) => Shape::Ing,
        b'd' if ends(&["ed"]) => Shape::Ed,
        b'y' if ends(&["ly"]) => Shape::Ly,
        b'y' if ends(&["ity", "cy", "logy"]) => Shape::Noun,
        b'n' if ends(&["tion", "sion"]) => Shape::Noun,
        b't' if ends(&["ment", "ist"]) => Shape::Noun,
        b's' if ends(&["ness"]) => Shape::Noun,
        b'm' if ends(&["ism", "dom"]) => Shape::Noun,
        b'e' if ends(&["ance", "ence", "ure", "age"]) => Shape::Noun,
        b'p' if ends(&["ship"]) => Shape::Noun,
        b'r' if ends(&["er", "or"]) => Shape::Noun,
        b'l' if ends(&["al", "ful"]) => Shape::Adjective,
        b'e' if ends(&["ive", "able", "ible"]) => Shape::Adjective,
        b's' if ends(&["ous", "less"]) => Shape::Adjective,
        b'c' if ends(&["ic"]) => Shape::Adjective,
        b'y' if ends(&["ary"]) => Shape::Adjective,
        b'h' if ends(&["ish"]) => Shape::Adjective,
        b't' if ends(&["ent", "ant"]) => Shape::Adjective,
        b's' if !ends(&["ss"]) => Shape::S,
        _ => Shape::Unknown,
    }
}

/// A word's letters in lower case, each a byte; apostrophes are straight.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Key {
    bytes: u128,
    length: usize,
    has_hyphen: bool,
}

impl Key {
    /// The key of a word in lower case.
    pub(super) fn of(word: &str) -> Self {
        let mut key = Self::default();
        word.bytes().for_each(|byte| key.push(byte));
        key
    }

    /// The word of ASCII letters at a place, and its end; `None` where it continues with another character, has 16 letters, or stands
    /// too close to the text's end. All its bytes are looked at together: one by one, each word's end is a branch guessed wrong.
    #[inline]
    pub(super) fn of_letters(bytes: &[u8], start: usize) -> Option<(Self, usize)> {
        const EACH: u128 = u128::MAX / 0xFF;
        const HIGH: u128 = 0x80 * EACH;
        let letters: [u8; LONGEST] = bytes.get(start..start + LONGEST)?.try_into().ok()?;
        let small = u128::from_le_bytes(letters) | (0x20 * EACH);
        let low = small & !HIGH;
        // A byte below 128 plus what is missing to 128 has the high bit: from `a` on, and up to `z`.
        let from_a = low + u128::from(0x80 - b'a') * EACH;
        let beyond_z = low + u128::from(0x80 - b'z' - 1) * EACH;
        let length = ((from_a & !beyond_z & !small & HIGH) ^ HIGH).trailing_zeros() as usize / 8;
        if length == 0 || matches!(letters.get(length)?, b'\'' | b'-' | 0x80..) {
            return None;
        }
        let bytes = small.swap_bytes() >> (8 * (LONGEST - length));
        Some((Self { bytes, length, has_hyphen: false }, start + length))
    }

    /// Adds a byte in lower case.
    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        self.bytes = self.bytes << 8 | u128::from(byte);
        self.length += 1;
    }

    #[inline]
    pub(super) fn push_hyphen(&mut self) {
        self.push(b'-');
        self.has_hyphen = true;
    }

    /// A letter that is not ASCII: no word of the lists has one.
    #[inline]
    pub(super) fn push_foreign(&mut self) {
        self.length += LONGEST + 1;
    }

    #[expect(clippy::cast_possible_truncation, reason = "a hash, cut on purpose")]
    #[inline]
    fn places(&self) -> (u32, usize) {
        // A longer word keeps its last bytes; its length keeps it apart.
        let hash = mix(
            self.bytes as u64 ^ 0x9E37_79B9_7F4A_7C15,
            (self.bytes >> 64) as u64 ^ 0x243F_6A88_85A3_08D3 ^ self.length as u64,
        );
        ((hash >> 32) as u32 | 1, hash as usize % SLOTS)
    }

    fn is_possessive(&self) -> bool {
        self.ends_with("'s")
    }

    #[expect(clippy::cast_possible_truncation, reason = "the last byte is what is asked for")]
    fn last(&self) -> u8 {
        self.bytes as u8
    }

    /// Whether a word ends with up to four letters.
    #[expect(clippy::cast_possible_truncation, reason = "the last four bytes are what is compared")]
    fn ends_with(&self, end: &str) -> bool {
        let (tail, end) = (
            self.bytes as u32,
            end.bytes().fold((0, 0), |(end, mask), byte| (end << 8 | u32::from(byte), mask << 8 | 0xFF)),
        );
        tail & end.1 == end.0
    }

    fn is_i(&self) -> bool {
        (self.bytes, self.length) == (u128::from(b'i'), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_case_and_by_their_endings() {
        let lexicon = Lexicon::new();
        let class = |word: &str, initial| lexicon.look_up(&Key::of(word), initial).class;
        assert_eq!(class("the", Initial::Opening), 0);
        assert_eq!(class("could", Initial::Small), class("might", Initial::Small));
        assert_ne!(class("could", Initial::Small), class("director", Initial::Small));
        // A capital inside a sentence makes a name of any word but one.
        assert_eq!(class("bush", Initial::Capital), shape(Shape::Name));
        assert!(class("i", Initial::Capital) < LISTED);
        for (word, expected) in [
            ("gobbledygookly", Shape::Ly),
            ("gobbledygooking", Shape::Ing),
            ("gobbledygooked", Shape::Ed),
            ("gobbledygookness", Shape::Noun),
            ("gobbledygookless", Shape::Adjective),
            ("gobbledygooks", Shape::S),
            ("gobbledygookss", Shape::Unknown),
            ("xyzzy's", Shape::Possessive),
        ] {
            assert_eq!(class(word, Initial::Small), shape(expected), "{word}");
        }
    }

    #[test]
    fn telling_words_are_told_whether_they_are_listed_or_not() {
        let lexicon = Lexicon::new();
        for (number, tell) in (1..).zip(&TELLS) {
            let known = lexicon.look_up(&Key::of(tell.word), Initial::Small);
            assert_eq!(known.tell, number, "{}", tell.word);
            assert_eq!(lexicon.look_up(&Key::of(tell.word), Initial::Capital).tell, 0, "{}", tell.word);
        }
    }

    #[test]
    fn sixteen_bytes_at_a_time_are_the_same_words_as_one_at_a_time() {
        let word = "Abracadabrantesque";
        for length in 1..LONGEST {
            let word = word.get(..length).expect("it is ASCII");
            for end in [" ", ".", "@", "[", "`", "{", "9"] {
                let text = format!("{word}{end}{}", " ".repeat(LONGEST));
                let (key, at) = Key::of_letters(text.as_bytes(), 0).expect("it is a word of letters");
                let slow = Key::of(&word.to_lowercase());
                assert_eq!((key.bytes, key.length, at), (slow.bytes, slow.length, length), "{text}");
            }
            for end in ["'s", "-on", "é", "’s"] {
                let text = format!("{word}{end}{}", " ".repeat(LONGEST));
                assert!(Key::of_letters(text.as_bytes(), 0).is_none(), "{text}");
            }
        }
    }
}
