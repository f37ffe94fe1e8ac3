//! Words and the pieces of them that tell languages apart.
//!
//! `tests/bench/language`, which makes the table, compiles this file too, so that both see the same pieces.

/// The longest piece, the word's two boundaries counted.
const LONGEST: usize = 5;
/// Letters of a word that are looked at: what is longer is a compound, or no word.
const MOST_LETTERS: usize = 30;
const BOUNDARY: char = ' ';

/// The words of a text, a piece of text at a time.
#[derive(Debug, Default)]
pub(crate) struct Words {
    word: Vec<char>,
}

impl Words {
    /// Calls `found` with the hash of each piece of each word; `word` after each word.
    pub(crate) fn read(&mut self, text: &str, mut found: impl FnMut(u64), mut word: impl FnMut()) {
        self.word.clear();
        self.word.push(BOUNDARY);
        for character in text.chars().chain([BOUNDARY]) {
            match letter(character) {
                Kind::Letter(letter) if self.word.len() <= MOST_LETTERS => self.word.push(letter),
                Kind::Letter(_) | Kind::Mark => {}
                Kind::Other if self.word.len() > 1 => {
                    self.word.push(BOUNDARY);
                    pieces(&self.word, &mut found);
                    word();
                    self.word.truncate(1);
                }
                Kind::Other => {}
            }
        }
    }
}

enum Kind {
    Letter(char),
    /// What belongs to the letter before it and tells nothing.
    Mark,
    Other,
}

fn letter(character: char) -> Kind {
    match character {
        'a'..='z' => Kind::Letter(character),
        'A'..='Z' => Kind::Letter(character.to_ascii_lowercase()),
        '\0'..='\u{7F}' => Kind::Other,
        // Points of Hebrew and Arabic, the stretched line, and the joiner that Persian writes within words.
        '\u{591}'..='\u{5C7}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{200D}' => Kind::Mark,
        // The frequencies that the table is made from are of letters alone: India's vowel signs end a piece.
        '\u{900}'..='\u{DFF}' if matches!(character as u32 & 0x7F, 0..=3 | 0x3A..=0x3C | 0x3E..=0x4F | 0x51..=0x57 | 0x62..=0x63) => {
            Kind::Other
        }
        _ if character.is_alphabetic() => Kind::Letter(character.to_lowercase().next().unwrap_or(character)),
        _ => Kind::Other,
    }
}

/// Every run of one to five characters of a word between its boundaries, and the whole word.
fn pieces(word: &[char], found: &mut impl FnMut(u64)) {
    for start in 0..word.len() - 1 {
        let mut hash = 0_u64;
        for (place, character) in word.iter().skip(start).enumerate() {
            hash = (hash.rotate_left(5) ^ u64::from(*character)).wrapping_mul(0x517C_C1B7_2722_0A95);
            let is_whole = start == 0 && place + 1 == word.len();
            let is_boundary = start == 0 && place == 0;
            if (place < LONGEST && !is_boundary) || is_whole {
                found(hash ^ (hash >> 29));
            }
            if place + 1 == LONGEST && start > 0 {
                break;
            }
        }
    }
}
