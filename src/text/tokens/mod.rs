//! Words as the published rules for language-model corpora count them: the tokens of spaCy's blank English pipeline.
//!
//! `“Don't!” she said (at 5pm).` → `“` `Do` `n't` `!` `”` `she` `said` `(` `at` `5` `pm` `)` `.`
//!
//! White space cuts a text into chunks. A chunk that is special has tokens of its own ([`special`]): contractions,
//! abbreviations, times, emoticons. From others, punctuation is split off the ends, one piece at a time, until a special
//! chunk, an address ([`address`]) or nothing more is left; marks between letters split the middle ([`split`]). Most chunks are
//! a word, or a word and one mark, and take none of these ways.
//!
//! The rules are spaCy 3.8's; `tests/bench/quality` compares the tokens. It is English whatever the text's language, as that
//! is what the limits were measured with; other languages mostly lose their contractions' joints, and scripts without
//! spaces have words as long as their sentences.
//!
//! One thing is different: where special chunks meet across white space, as in `: ) :)`, spaCy passes over some that stand in
//! one piece.

mod address;
mod classes;
mod ranges;
mod special;
mod split;

use super::mix;
use classes::{ALPHABETIC, Class, PLAIN, PUNCT, SENTENCE, SPACE, SYMBOL, TERMINAL_MARK, UPPER, class};
use classes::BEFORE_STOP;
use split::Splitter;

/// A word or a punctuation mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// XOR-multiply hash of its bytes, the same for equal tokens.
    pub hash: u64,
    /// Where it starts, in bytes.
    pub start: u32,
    /// Its length in characters.
    pub chars: u32,
    /// What it is.
    pub traits: Traits,
}

/// What a token is, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(u8);

impl Traits {
    /// Has a character that is no symbol, so that it counts as a word.
    pub const CONTENT: Self = Self(1);
    /// Has a letter.
    pub const ALPHABETIC: Self = Self(2);
    /// Is all punctuation.
    pub const PUNCT: Self = Self(4);
    /// Is a mark that ends a sentence.
    pub const STOP: Self = Self(8);
    /// Stands behind white space other than one space.
    pub const AFTER_GAP: Self = Self(16);

    /// Whether it has one of the properties.
    #[inline]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A text's tokens, and what has been counted on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tokens {
    /// The tokens in order.
    pub all: Vec<Token>,
    /// The longest run without white space, in bytes.
    pub longest_chunk: usize,
    /// Whether the text ends in white space other than one space.
    pub ends_in_gap: bool,
}

/// A word's letters and nothing else.
const WORD: Traits = Traits::CONTENT.and(Traits::ALPHABETIC);

/// The tokens of a text. Text beyond 4 GiB is not looked at.
pub fn tokenise(text: &str) -> Tokens {
    let text = text.get(..u32::MAX as usize).unwrap_or(text);
    // English has a token for every 4.8 bytes.
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        tokens: Tokens { all: Vec::with_capacity(text.len() / 5 + 8), ..Tokens::default() },
        splitter: Splitter::default(),
        gap: Traits::default(),
    };
    let mut place = 0;
    loop {
        let start = reader.pass_space(place);
        if start >= text.len() {
            break;
        }
        place = reader.read_chunk(start);
        reader.tokens.longest_chunk = reader.tokens.longest_chunk.max(place - start);
        reader.gap = Traits::default();
    }
    reader.tokens.ends_in_gap = reader.gap.has(Traits::AFTER_GAP);
    reader.tokens
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    tokens: Tokens,
    splitter: Splitter,
    /// Whether there is a gap in front of the next token.
    gap: Traits,
}

impl Reader<'_> {
    /// Where the next chunk starts. White space that is not one space is a token to spaCy; here it is noted.
    #[inline]
    fn pass_space(&mut self, start: usize) -> usize {
        let mut place = start;
        if self.bytes.get(place) == Some(&b' ') {
            place += 1;
            if self.bytes.get(place).is_some_and(|byte| byte.is_ascii_graphic()) {
                return place;
            }
        }
        let end = end_of_space(self.text, place);
        if end > place {
            self.gap = Traits::AFTER_GAP;
        }
        end
    }

    /// Reads a chunk, and says where it ends.
    #[inline]
    fn read_chunk(&mut self, start: usize) -> usize {
        let (mut end, mut hash) = letters(self.bytes, start);
        let mut traits = WORD;
        let mut chars = end - start;
        let mut last = self.bytes.get(end.wrapping_sub(1)).map_or('\0', |byte| char::from(*byte));
        let mut earlier = '\0';
        let next = self.bytes.get(end).copied().unwrap_or(b' ');
        if !next.is_ascii() {
            // Beyond ASCII by characters. One that is not plain leaves the chunk to the slow way.
            let rest = self.text.get(end..).unwrap_or_default();
            let mut any: Class = if chars > 0 { ALPHABETIC } else { 0 };
            let mut all: Class = if chars > 0 { 0 } else { SYMBOL | PUNCT };
            for character in rest.chars() {
                let class = if character.is_ascii_alphabetic() { PLAIN | ALPHABETIC } else { class(character) };
                if class & PLAIN == 0 || character.is_ascii() && !character.is_ascii_alphabetic() {
                    break;
                }
                any |= class;
                all &= class;
                chars += 1;
                end += character.len_utf8();
                (earlier, last) = (last, character);
            }
            if chars > 0 {
                hash = word_hash(self.bytes.get(start..end).unwrap_or_default());
                traits = if any & ALPHABETIC == 0 { Traits::CONTENT } else { WORD };
                if all != 0 {
                    return self.read_slowly(start, end); // of symbols alone
                }
            }
        } else if end == start && next.is_ascii_digit() {
            let digits = self.bytes.get(start..).unwrap_or_default().iter();
            end += digits.take_while(|byte| byte.is_ascii_digit()).count();
            chars = end - start;
            hash = word_hash(self.bytes.get(start..end).unwrap_or_default());
            traits = Traits::CONTENT;
            last = '0';
            if self.bytes.get(end) == Some(&b')') {
                return self.read_slowly(start, end); // an emoticon, maybe
            }
        }
        if end == start {
            return self.read_slowly(start, end);
        }
        let mark = match self.bytes.get(end) {
            None => None,
            Some(byte) if is_ascii_space(*byte) => None,
            Some(mark @ (b',' | b'.' | b':' | b';' | b'?' | b'!' | b')'))
                if self.bytes.get(end + 1).is_none_or(|byte| is_ascii_space(*byte)) =>
            {
                Some(*mark)
            }
            Some(_) => return self.read_slowly(start, end),
        };
        let special = special::special_with_hash(self.text.get(start..end).unwrap_or_default(), hash);
        let Some(mark) = mark else {
            match special {
                None => self.push(hash, start, chars, traits),
                Some(_) => self.read_split(start, end),
            }
            return end;
        };
        if special.is_some() {
            return self.read_slowly(start, end);
        }
        if mark == b'.' {
            if earlier == '\0' && chars > 1 {
                earlier = self.bytes.get(end.wrapping_sub(2)).map_or('\0', |byte| char::from(*byte));
            }
            let is_split = class(last) & BEFORE_STOP != 0 || class(last) & class(earlier) & UPPER != 0;
            let whole = self.text.get(start..=end).unwrap_or_default();
            if !is_split || special::special(whole).is_some() {
                self.push(word_hash(whole.as_bytes()), start, chars + 1, traits);
                return end + 1;
            }
        }
        self.push(hash, start, chars, traits);
        let mark_traits = match mark {
            b'.' | b'?' | b'!' => Traits::PUNCT.and(Traits::STOP),
            _ => Traits::PUNCT,
        };
        self.push(MARK_HASHES[usize::from(mark)], end, 1, mark_traits);
        end + 1
    }

    #[inline]
    fn push(&mut self, hash: u64, start: usize, chars: usize, traits: Traits) {
        #[expect(clippy::cast_possible_truncation, reason = "the text was cut to 4 GiB")]
        let (start, chars) = (start as u32, chars as u32);
        self.tokens.all.push(Token { hash, start, chars, traits: traits.and(self.gap) });
        self.gap = Traits::default();
    }

    /// Reads a chunk of any make, of which `known` bytes are not white space.
    #[cold]
    fn read_slowly(&mut self, start: usize, known: usize) -> usize {
        let end = end_of_chunk(self.text, known);
        self.read_split(start, end);
        end
    }

    fn read_split(&mut self, start: usize, end: usize) {
        let chunk = self.text.get(start..end).unwrap_or_default();
        let mut splitter = std::mem::take(&mut self.splitter);
        let mut place = start;
        for length in splitter.split(chunk) {
            let next = place + *length as usize;
            let token = self.text.get(place..next).unwrap_or_default();
            let (chars, traits) = describe(token);
            self.push(word_hash(token.as_bytes()), place, chars, traits);
            place = next;
        }
        self.splitter = splitter;
    }
}

/// A token's characters and traits.
fn describe(token: &str) -> (usize, Traits) {
    let mut chars = 0;
    let mut any: Class = 0;
    let mut all: Class = !0;
    for character in token.chars() {
        let class = class(character);
        any |= class;
        all &= class;
        chars += 1;
    }
    let mut traits = Traits::default();
    for (holds, property) in [
        (all & SYMBOL == 0, Traits::CONTENT),
        (any & ALPHABETIC != 0, Traits::ALPHABETIC),
        (all & PUNCT != 0, Traits::PUNCT),
        (chars == 1 && all & SENTENCE != 0, Traits::STOP),
    ] {
        if holds {
            traits = traits.and(property);
        }
    }
    (chars, traits)
}

#[inline]
fn is_ascii_space(byte: u8) -> bool {
    matches!(byte, 0x09..=0x0D | 0x1C..=0x20)
}

/// Whether a character ends a line of prose, in any script.
pub fn is_terminal_mark(character: char) -> bool {
    class(character) & TERMINAL_MARK != 0
}

/// Whether Python takes a character for white space: Unicode's, and ASCII's four separators.
pub fn is_python_space(character: char) -> bool {
    if character.is_ascii() { is_ascii_space(character as u8) } else { class(character) & SPACE != 0 }
}

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
/// Odd, and without a pattern: the first digits of π's fraction.
const STEP: u64 = 0x243F_6A88_85A3_08D3;

/// The hash of a token's bytes.
pub fn word_hash(bytes: &[u8]) -> u64 {
    let (blocks, rest) = bytes.as_chunks::<8>();
    let mut hash = SEED;
    for block in blocks {
        hash = mix(hash ^ u64::from_le_bytes(*block), STEP);
    }
    if !rest.is_empty() {
        let block = rest.iter().rev().fold(0, |block, byte| block << 8 | u64::from(*byte));
        hash = mix(hash ^ block, STEP);
    }
    hash
}

/// [`word_hash`] of each ASCII character.
const MARK_HASHES: [u64; 128] = {
    let mut hashes = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        hashes[byte] = mix(SEED ^ byte as u64, STEP);
        byte += 1;
    }
    hashes
};

/// Where the white space from `start` on ends.
#[inline]
fn end_of_space(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut place = start;
    while let Some(byte) = bytes.get(place) {
        if is_ascii_space(*byte) {
            place += 1;
            continue;
        }
        match text.get(place..).and_then(|rest| rest.chars().next()) {
            Some(character) if !byte.is_ascii() && is_python_space(character) => place += character.len_utf8(),
            _ => break,
        }
    }
    place
}

/// Where the chunk ends whose bytes up to `start` are known.
#[inline]
fn end_of_chunk(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut place = start;
    while let Some(byte) = bytes.get(place) {
        if is_ascii_space(*byte) {
            break;
        }
        // What is white space beyond ASCII starts with one of these.
        if matches!(byte, 0xC2 | 0xE1..=0xE3)
            && text.get(place..).and_then(|rest| rest.chars().next()).is_some_and(is_python_space)
        {
            break;
        }
        place += 1;
    }
    place
}

/// Where the ASCII letters from `start` on end, and the hash of the word they make.
#[inline]
fn letters(bytes: &[u8], start: usize) -> (usize, u64) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let mut hash = SEED;
    let mut place = start;
    while let Some(eight) = bytes.get(place..).and_then(<[u8]>::first_chunk::<8>) {
        let block = u64::from_le_bytes(*eight);
        // A byte below 128 plus what is missing to 128 has the high bit; nothing is carried into the next byte.
        let lower = (block & !HIGH) | (0x20 * EACH);
        let at_least = |least: u8| lower + u64::from(0x80 - least) * EACH;
        let inside = at_least(b'a') & !at_least(b'z' + 1) & HIGH & !block;
        let read = (inside ^ HIGH).trailing_zeros() / 8;
        place += read as usize;
        if read < 8 {
            if read > 0 {
                hash = mix(hash ^ (block & (u64::MAX >> (64 - 8 * read))), STEP);
            }
            return (place, hash);
        }
        hash = mix(hash ^ block, STEP);
    }
    let rest = bytes.get(start..).unwrap_or_default();
    let end = start + rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    (end, word_hash(bytes.get(start..end).unwrap_or_default()))
}
