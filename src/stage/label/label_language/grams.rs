//! Words and the pieces of them that tell languages apart.
//!
//! `tests/bench/language`, which makes the table, compiles this file too, so that both see the same pieces.

use std::sync::LazyLock;

/// Characters of a piece, the word's two boundaries counted.
const SHORTEST: usize = 3;
const LONGEST: usize = 5;
/// Letters of a word that are looked at: what is longer is a compound, or no word.
const MOST_LETTERS: usize = 30;
const BOUNDARY: char = ' ';
/// Where the hash of a whole word starts, so that it differs from that of the same letters as a piece.
const WHOLE: u64 = 0x9E37_79B9_7F4A_7C15;

/// A word's letters between two boundaries, in lower case.
#[derive(Debug)]
pub(crate) struct Word {
    letters: Vec<char>,
    hash: u64,
}

/// Calls `found` with each word of a text.
pub(crate) fn read(text: &str, mut found: impl FnMut(&Word)) {
    let mut word = Word { letters: Vec::with_capacity(MOST_LETTERS + 2), hash: WHOLE };
    word.letters.push(BOUNDARY);
    for character in text.chars().chain([BOUNDARY]) {
        match folded(character) {
            MARK => {}
            BOUNDARY if word.letters.len() > 1 => {
                word.letters.push(BOUNDARY);
                found(&word);
                word.letters.truncate(1);
                word.hash = WHOLE;
            }
            BOUNDARY => {}
            letter if word.letters.len() <= MOST_LETTERS => {
                word.letters.push(letter);
                word.hash = step(word.hash, letter);
            }
            _ => {}
        }
    }
}

impl Word {
    /// The hash of the whole word.
    pub(crate) fn whole(&self) -> u64 {
        end(self.hash)
    }

    /// Calls `found` with the hash of each run of three to five characters, boundaries included.
    pub(crate) fn pieces(&self, mut found: impl FnMut(u64)) {
        for start in 0..self.letters.len() - 1 {
            let mut hash = 0;
            for (place, letter) in self.letters.iter().skip(start).take(LONGEST).enumerate() {
                hash = step(hash, *letter);
                if place + 1 >= SHORTEST {
                    found(end(hash));
                }
            }
        }
    }
}

fn step(hash: u64, letter: char) -> u64 {
    (hash.rotate_left(5) ^ u64::from(letter)).wrapping_mul(0x517C_C1B7_2722_0A95)
}

fn end(hash: u64) -> u64 {
    hash ^ (hash >> 29)
}

/// Stands for what belongs to the letter before it and tells nothing.
const MARK: char = '\0';
/// The characters up to Sinhala: looking them up takes a few instructions, where Unicode's tables take hundreds.
static FOLDED: LazyLock<Vec<char>> = LazyLock::new(|| ('\0'..'\u{E00}').map(fold).collect());

/// What [`fold`] says.
fn folded(character: char) -> char {
    FOLDED.get(character as usize).copied().unwrap_or_else(|| fold(character))
}

/// Whether a character is a letter.
pub(crate) fn is_letter(character: char) -> bool {
    !matches!(folded(character), MARK | BOUNDARY)
}

/// A letter in lower case, `MARK`, or `BOUNDARY` for what stands between words.
fn fold(character: char) -> char {
    match character {
        // Points of Hebrew and Arabic, the stretched line, and the joiner that Persian writes within words.
        '\u{591}'..='\u{5C7}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{200D}' => MARK,
        // The frequencies that the table is made from are of letters alone: India's vowel signs end a piece.
        '\u{900}'..='\u{DFF}' if matches!(character as u32 & 0x7F, 0..=3 | 0x3A..=0x3C | 0x3E..=0x4F | 0x51..=0x57 | 0x62..=0x63) => {
            BOUNDARY
        }
        _ if character.is_alphabetic() => character.to_lowercase().next().unwrap_or(character),
        _ => BOUNDARY,
    }
}
