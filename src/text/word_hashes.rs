//! The words of a text as hashes: what a text says, whatever it looks like.

use std::sync::LazyLock;

use super::mix;
use super::words::{is_han_or_hangul, is_unspaced};

/// Appends a hash for each word of a text, in order; case, punctuation and white space make no difference.
///
/// A word is a run of letters and digits of any script, in lower case. What only adorns a letter or cannot be
/// seen is passed over: combining accents, the Arabic vowel signs and tatweel, Thai's tone marks, soft hyphens,
/// zero-width characters.
///
/// Scripts without spaces have a word at every letter: in Chinese and Japanese it is the letter and the one
/// before it, in Thai, Lao, Khmer and Burmese the letter and the three before it. Cutting a run into
/// pieces instead would let one letter put in shift all that follow.
pub fn word_hashes(text: &str, hashes: &mut Vec<u64>) {
    let mut word = Word::START;
    let mut unspaced = 0_u64;
    let bytes = text.as_bytes();
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        if byte.is_ascii() {
            unspaced = 0;
            match bytes.get(place..).and_then(<[u8]>::first_chunk) {
                // Eight bytes at a time, from the start of a word on or eight bytes after it.
                Some(eight) if word.bits.is_multiple_of(64) => {
                    let read = word.read(*eight);
                    place += read;
                    if read < 8 && bytes.get(place).is_some_and(u8::is_ascii) {
                        word.end(hashes);
                        place += 1;
                    }
                }
                _ => {
                    match ASCII[usize::from(*byte)] {
                        0 => word.end(hashes),
                        folded => word.push(u64::from(folded), 8),
                    }
                    place += 1;
                }
            }
            continue;
        }
        let Some(mut characters) = text.get(place..).map(str::chars) else { break };
        let mut ahead = characters.clone();
        while let Some(character) = ahead.next().filter(|character| !character.is_ascii()) {
            characters = ahead.clone();
            match fold(character) {
                PASSED_OVER => {}
                BETWEEN => {
                    word.end(hashes);
                    unspaced = 0;
                }
                // Most letters beyond ASCII are Latin, Cyrillic or Arabic.
                _ if u32::from(character) >= FIRST_UNSPACED && is_unspaced(character) => {
                    word.end(hashes);
                    let code = u64::from(u32::from(character));
                    unspaced = unspaced << 16 | code & 0xFFFF;
                    let letters = if code < 0x2000 { u64::MAX } else { 0xFFFF_FFFF };
                    hashes.push(mix(unspaced & letters, UNSPACED));
                }
                folded => {
                    word.push(u64::from(folded), if folded > 0xFFFF { 32 } else { 16 });
                    unspaced = 0;
                }
            }
        }
        place = text.len() - characters.as_str().len();
    }
    word.end(hashes);
}

/// A word that is being read: eight bytes at a time go into the hash.
struct Word {
    hash: u64,
    pending: u64,
    bits: u32,
}

impl Word {
    const START: Self = Self { hash: 0x9E37_79B9_7F4A_7C15, pending: 0, bits: 0 };

    #[inline]
    fn push(&mut self, code: u64, bits: u32) {
        if self.bits + bits > 64 {
            self.flush();
        }
        self.pending = self.pending << bits | code;
        self.bits += bits;
    }

    /// Pushes the ASCII letters and digits that stand at the front of eight bytes; how many there are. A word's
    /// bytes one by one would cost a branch that is guessed wrong at each word's end.
    #[inline]
    fn read(&mut self, eight: [u8; 8]) -> usize {
        const EACH: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x80 * EACH;
        let bytes = u64::from_le_bytes(eight);
        // A byte below 128 plus what is missing to 128 has the high bit; nothing is carried into the next byte.
        let (low, lower) = (bytes & !HIGH, (bytes & !HIGH) | (0x20 * EACH));
        let at_least = |bytes: u64, least: u8| bytes + u64::from(0x80 - least) * EACH;
        let letters = at_least(lower, b'a') & !at_least(lower, b'z' + 1) & HIGH;
        let digits = at_least(low, b'0') & !at_least(low, b'9' + 1) & HIGH;
        let inside = (letters | digits) & !bytes;
        let read = (inside ^ HIGH).trailing_zeros() / 8;
        if read > 0 {
            if self.bits > 0 {
                self.flush();
            }
            let folded = bytes | (letters >> 2); // the bit that makes lower case
            self.pending = folded.swap_bytes() >> (64 - 8 * read);
            self.bits = 8 * read;
        }
        read as usize
    }

    #[inline]
    fn flush(&mut self) {
        self.hash = mix(self.hash ^ self.pending, SPACED);
        (self.pending, self.bits) = (0, 0);
    }

    #[inline]
    fn end(&mut self, hashes: &mut Vec<u64>) {
        if self.bits > 0 {
            hashes.push(mix(self.hash ^ self.pending, SPACED));
            *self = Self::START;
        }
    }
}

/// Odd, and without a pattern: the first digits of π's and e's fractions.
const SPACED: u64 = 0x243F_6A88_85A3_08D3;
const UNSPACED: u64 = 0xB7E1_5162_8AED_2A6B;

/// Thai's first letter.
const FIRST_UNSPACED: u32 = 0x0E00;

const BETWEEN: u32 = 0;
const PASSED_OVER: u32 = 1;

/// For each ASCII byte its folded form; 0 where no word has it.
static ASCII: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// `fold_slowly` of the first 65,536 characters. Asking the standard library each time costs ten times as much,
/// and for Arabic and Cyrillic that is each letter; of the 128 KiB a text needs a few hundred bytes.
static FOLDED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let fold = |code: u16| char::from_u32(u32::from(code)).map_or(BETWEEN, fold_slowly);
    (0..=u16::MAX).map(|code| u16::try_from(fold(code)).unwrap_or(code)).collect()
});

/// A character's lower-case form, [`BETWEEN`] or [`PASSED_OVER`].
#[inline]
fn fold(character: char) -> u32 {
    FOLDED.get(character as usize).map_or_else(|| fold_slowly(character), |folded| u32::from(*folded))
}

fn fold_slowly(character: char) -> u32 {
    match u32::from(character) {
        0x00AD | 0x0300..=0x036F | 0x0640 | 0x064B..=0x065F | 0x0670 | 0x200B..=0x200F | 0x2060 | 0xFEFF => {
            PASSED_OVER
        }
        // Tone marks and the like of Thai, Lao, Burmese and Khmer, and the vowel killers of India's scripts.
        0x0E47..=0x0E4C | 0x0E4E | 0x0EC8..=0x0ECC | 0x1037 | 0x1039 | 0x103A | 0x17C9..=0x17D3 => {
            PASSED_OVER
        }
        code @ 0x0900..=0x0DFF if code & 0x7F == 0x4D => PASSED_OVER,
        code if is_han_or_hangul(code) => code,
        // İ has two in lower case, the second of them a combining dot.
        _ if character.is_alphanumeric() => character.to_lowercase().next().map_or(BETWEEN, u32::from),
        _ => BETWEEN,
    }
}

#[cfg(test)]
mod tests {
    use super::word_hashes;

    fn hashes(text: &str) -> Vec<u64> {
        let mut hashes = Vec::new();
        word_hashes(text, &mut hashes);
        hashes
    }

    #[test]
    fn case_punctuation_and_white_space_make_no_difference() {
        for (text, same) in [
            ("The mayor said: “No.”\n\nHe left, at 9.", "the MAYOR said\u{A0}no he left at 9"),
            ("ÜBER ПРИВЕТ Ελλάδα İzmir", "über привет ελλάδα izmir"),
            ("مُحَمَّد، قال", "محمد قال"),
            ("co\u{AD}operate zero\u{200B}width", "cooperate zerowidth"),
            ("北京。上海", "北京 上海"),
            ("It's half-done", "it s half done"),
        ] {
            assert_eq!(hashes(text), hashes(same), "{text}");
        }
        assert!(hashes(" — … \n").is_empty());
    }

    #[test]
    fn letters_digits_and_the_ends_of_words_do() {
        for (text, other) in [
            ("left at 9", "left at 8"),
            ("über", "uber"),
            ("to day", "today"),
            ("a somewhat longer word: internationalisation", "a somewhat longer word: internationalization"),
            ("ab", "ba"),
        ] {
            assert_ne!(hashes(text), hashes(other), "{text}");
        }
    }

    #[test]
    fn eight_bytes_at_a_time_are_the_same_words_as_one_at_a_time() {
        // Too close to the end for eight bytes, or not.
        let padded = |text: &str| hashes(&format!("{text}{}", " ".repeat(16)));
        for byte in 0..128_u8 {
            let text = format!("aB{}9", char::from(byte));
            assert_eq!(hashes(&text), padded(&text), "{byte}");
            assert_eq!(hashes(&text).len(), 2 - usize::from(byte.is_ascii_alphanumeric()), "{byte}");
        }
        let word = "Internationalisation0123456789";
        for length in 1..word.len() {
            let word = word.get(..length).expect("it is ASCII");
            let ends = [".", "’s", "é", "éa", "é.", "京", "\u{AD}b"].map(|end| format!("{word}{end}"));
            for text in ends.iter().chain([&format!("é{word}"), &format!("日{word}")]) {
                // The soft hyphen is passed over, and keeps words from being read eight bytes at a time.
                let slow: String = text.chars().flat_map(|letter| [letter, '\u{AD}']).collect();
                assert_eq!(hashes(&slow), padded(text), "{text}");
            }
        }
    }

    #[test]
    fn a_letter_put_in_changes_few_words_of_a_script_without_spaces() {
        for (text, other, alike) in [
            ("新华社北京七月二十一日电", "新华社在北京七月二十一日电", 11),
            ("กรุงเทพมหานครเป็นเมืองหลวง", "กรุงเทพมหานครเปป็นเมืองหลวง", 23),
        ] {
            let (hashes, others) = (hashes(text), hashes(other));
            assert_eq!(hashes.len(), text.chars().filter(|letter| letter.is_alphanumeric()).count());
            assert_eq!(hashes.iter().filter(|hash| others.contains(hash)).count(), alike, "{text}");
        }
    }
}
