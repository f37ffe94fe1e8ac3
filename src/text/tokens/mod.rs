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
use crate::text::Slice;
use classes::{
    ALPHABETIC, BEFORE_STOP, Class, LETTER, PLAIN, PUNCT, SENTENCE, SPACE, SYMBOL, TERMINAL_MARK, UPPER,
    class,
};
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
    /// Stands after white space other than one space.
    pub const AFTER_GAP: Self = Self(16);

    /// Whether it has one of the properties.
    #[inline]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets.
    #[inline]
    pub const fn and(self, other: Self) -> Self {
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

/// A text's tokens that are read, and those of its last chunk: ten times as many as the rules allow a text to have. Each takes 24 bytes.
const MOST_TOKENS: usize = 1 << 22;

/// A chunk that is longer than this is cut.
const MOST_CHUNK_BYTES: usize = 1 << 20;

/// The tokens of a text. What comes after [`MOST_TOKENS`] is not looked at, nor is text beyond 4 GiB.
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
        if start >= text.len() || reader.tokens.all.len() >= MOST_TOKENS {
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
            if self.bytes.get(place).is_some_and(u8::is_ascii_graphic) {
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
    ///
    /// Nine in ten are a word, and most others a word with a mark after it, quotation marks around it, a hyphen or an
    /// apostrophe in it; what these become is known. The rest is split the slow way.
    #[inline]
    fn read_chunk(&mut self, start: usize) -> usize {
        let (end, hash) = letters(self.bytes, start);
        if end > start && !special::may_be_special(hash) {
            let is_end = |place: usize| self.bytes.get(place).is_none_or(|byte| is_ascii_space(*byte));
            if is_end(end) {
                self.push(hash, start, end - start, WORD);
                return end;
            }
            if self.bytes.get(end) == Some(&b',') && is_end(end + 1) {
                self.push(hash, start, end - start, WORD);
                self.push(MARK_HASHES[usize::from(b',')], end, 1, Traits::PUNCT);
                return end + 1;
            }
        }
        let before = (self.tokens.all.len(), self.gap);
        self.read_plain(start).unwrap_or_else(|| {
            self.tokens.all.truncate(before.0);
            self.gap = before.1;
            self.read_slowly(start)
        })
    }

    /// Reads a chunk of a common make, or gives up with some of its tokens read.
    #[inline]
    fn read_plain(&mut self, start: usize) -> Option<usize> {
        let opening = self.opening(start);
        if opening > 0 {
            let hash = word_hash(self.bytes.get(start..start + opening)?);
            self.push(hash, start, 1, Traits::PUNCT);
        }
        let mut word = self.word(start + opening)?;
        let mut next = self.bytes.get(word.end).copied();
        let apostrophe = self.apostrophe(word.end);
        let is_simple = apostrophe == 0 && next != Some(b'-');
        if is_simple {
            if special::special_with_hash(self.bytes.get(word.start..word.end)?, word.hash).is_some() {
                return None;
            }
        } else if apostrophe > 0 {
            word = self.join(&word, apostrophe)?;
            next = self.bytes.get(word.end).copied();
        } else {
            while next == Some(b'-') && (class(word.last) & LETTER != 0 || word.last == '0') {
                // `8-D` is an emoticon.
                let is_part =
                    |after: &Word| class(after.first) & LETTER != 0 && (word.last != '0' || after.chars > 1);
                let after = self.word(word.end + 1).filter(is_part)?;
                if after.end - start > MOST_CHUNK_BYTES {
                    return None;
                }
                self.push_word(&word);
                self.push(MARK_HASHES[usize::from(b'-')], word.end, 1, Traits::PUNCT);
                word = after;
                next = self.bytes.get(word.end).copied();
            }
        }
        let mark = match next {
            None => None,
            Some(byte) if is_ascii_space(byte) => None,
            Some(mark @ (b',' | b'.' | b':' | b';' | b'?' | b'!')) => Some(mark),
            Some(_) => None,
        };
        let after = word.end + usize::from(mark.is_some());
        let closing = match self.bytes.get(after) {
            None => 0,
            Some(byte) if is_ascii_space(*byte) => 0,
            Some(b'"') => 1,
            // After a digit or a colon it may be an emoticon.
            Some(b')') if class(word.last) & LETTER != 0 && !matches!(mark, Some(b':' | b';')) => 1,
            Some(0xE2) if self.bytes.get(after..)?.starts_with("”".as_bytes()) => 3,
            Some(_) => return None,
        };
        let end = after + closing;
        if self.bytes.get(end).is_some_and(|byte| !is_ascii_space(*byte)) {
            return None;
        }
        if mark == Some(b'.') {
            let whole = self.bytes.get(word.start..=word.end)?;
            if !word.loses_stop() || special::special(whole).is_some() {
                // An abbreviation.
                if !is_simple {
                    return None;
                }
                self.push(word_hash(whole), word.start, word.chars + 1, word.traits);
                self.push_closing(after, closing);
                return Some(end);
            }
        }
        self.push_word(&word);
        if let Some(mark) = mark {
            let is_stop = matches!(mark, b'.' | b'?' | b'!');
            let traits = if is_stop { Traits::PUNCT.and(Traits::STOP) } else { Traits::PUNCT };
            self.push(MARK_HASHES[usize::from(mark)], word.end, 1, traits);
        }
        self.push_closing(after, closing);
        Some(end)
    }

    /// The bytes of a mark that opens a quotation or a bracket.
    #[inline]
    fn opening(&self, start: usize) -> usize {
        match self.bytes.get(start) {
            Some(b'"') => 1,
            // `(o:` is an emoticon.
            Some(b'(') if self.bytes.get(start + 2) != Some(&b':') => 1,
            Some(0xE2) if self.bytes.get(start..).is_some_and(|rest| rest.starts_with("“".as_bytes())) => 3,
            _ => 0,
        }
    }

    #[inline]
    fn push_closing(&mut self, start: usize, bytes: usize) {
        if bytes > 0 {
            let hash = word_hash(self.bytes.slice(start..start + bytes));
            self.push(hash, start, 1, Traits::PUNCT);
        }
    }

    /// The letters, or the digits, that stand at a place.
    #[inline]
    fn word(&self, start: usize) -> Option<Word> {
        let (end, hash) = letters(self.bytes, start);
        let chars = end - start;
        let byte = |place: usize| self.bytes.get(place).map_or('\0', |byte| char::from(*byte));
        let mut word = Word {
            start,
            end,
            hash,
            chars,
            traits: WORD,
            first: byte(start),
            earlier: if chars > 1 { byte(end - 2) } else { '\0' },
            last: byte(end.wrapping_sub(1)),
        };
        match self.bytes.get(end) {
            Some(byte) if !byte.is_ascii() => self.read_on(&mut word)?,
            Some(byte) if chars == 0 && byte.is_ascii_digit() => {
                let digits = self.bytes.get(start..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
                word.end += digits;
                word.chars = digits;
                word.traits = Traits::CONTENT;
                word.last = '0';
                word.hash = word_hash(self.bytes.get(start..word.end)?);
            }
            _ => {}
        }
        (word.chars > 0).then_some(word)
    }

    /// Reads a word on beyond ASCII, by characters. Gives up on one that is all symbols.
    fn read_on(&self, word: &mut Word) -> Option<()> {
        let ascii = word.chars > 0;
        let mut any: Class = if ascii { ALPHABETIC } else { 0 };
        let mut all: Class = if ascii { 0 } else { SYMBOL | PUNCT };
        for character in self.text.get(word.end..)?.chars() {
            let class = class(character);
            if class & PLAIN == 0 || character.is_ascii() && !character.is_ascii_alphabetic() {
                break;
            }
            if word.chars == 0 {
                word.first = character;
            }
            any |= class;
            all &= class;
            word.chars += 1;
            word.end += character.len_utf8();
            (word.earlier, word.last) = (word.last, character);
        }
        word.hash = word_hash(self.bytes.get(word.start..word.end)?);
        word.traits = if any & ALPHABETIC == 0 { Traits::CONTENT } else { WORD };
        (all == 0 || word.chars == 0).then_some(())
    }

    /// The bytes of an apostrophe.
    #[inline]
    fn apostrophe(&self, place: usize) -> usize {
        let rest = self.bytes.slice(place..);
        if rest.starts_with(b"'") {
            1
        } else if rest.starts_with("’".as_bytes()) {
            3
        } else {
            0
        }
    }

    /// A word, an apostrophe and letters: `’s` is split off, and others stay. `None` where it takes the slow way.
    fn join(&mut self, word: &Word, bytes: usize) -> Option<Word> {
        let after = word.end + bytes;
        let (end, _) = letters(self.bytes, after);
        let is_special =
            |from: usize, to: usize| self.bytes.get(from..to).is_none_or(|of| special::special(of).is_some());
        if end == after || is_special(word.start, end) || is_special(word.start, word.end) {
            return None;
        }
        let byte = |place: usize| self.bytes.get(place).map_or('\0', |byte| char::from(*byte));
        let (last, chars) = (byte(end - 1), end - after);
        let split = chars == 1 && matches!(last, 's' | 'S');
        let start = if split { word.end } else { word.start };
        let hash = word_hash(self.bytes.get(start..end)?);
        if split {
            self.push_word(word);
        }
        Some(Word {
            start,
            end,
            hash,
            chars: if split { 2 } else { word.chars + 1 + chars },
            traits: if split { WORD } else { word.traits.and(WORD) },
            first: word.first,
            earlier: if chars > 1 { byte(end - 2) } else { '\0' },
            last,
        })
    }

    #[inline]
    fn push_word(&mut self, word: &Word) {
        self.push(word.hash, word.start, word.chars, word.traits);
    }

    #[inline]
    fn push(&mut self, hash: u64, start: usize, chars: usize, traits: Traits) {
        #[expect(clippy::cast_possible_truncation, reason = "the text was cut to 4 GiB")]
        let (start, chars) = (start as u32, chars as u32);
        self.tokens.all.push(Token { hash, start, chars, traits: traits.and(self.gap) });
        self.gap = Traits::default();
    }

    /// Reads a chunk of any make.
    fn read_slowly(&mut self, start: usize) -> usize {
        let end = end_of_chunk(self.text, start);
        let mut end = end.min(start + MOST_CHUNK_BYTES);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.read_split(start, end);
        end
    }

    fn read_split(&mut self, start: usize, end: usize) {
        let chunk = self.text.slice(start..end);
        let mut splitter = std::mem::take(&mut self.splitter);
        let mut place = start;
        for length in splitter.split(chunk) {
            let next = place + *length as usize;
            let token = self.text.slice(place..next);
            let (chars, traits) = describe(token);
            self.push(word_hash(token.as_bytes()), place, chars, traits);
            place = next;
        }
        self.splitter = splitter;
    }
}

/// A word that is being read.
struct Word {
    start: usize,
    end: usize,
    hash: u64,
    chars: usize,
    traits: Traits,
    first: char,
    /// The last character but one, where there are two.
    earlier: char,
    last: char,
}

impl Word {
    /// Whether a full stop after it is split off.
    #[inline]
    fn loses_stop(&self) -> bool {
        class(self.last) & BEFORE_STOP != 0 || class(self.last) & class(self.earlier) & UPPER != 0
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
            Some(character) if !byte.is_ascii() && is_python_space(character) => {
                place += character.len_utf8();
            }
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
    let rest = bytes.slice(start..);
    let end = start + rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    (end, word_hash(bytes.slice(start..end)))
}

#[cfg(test)]
mod tests;
