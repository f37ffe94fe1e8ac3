//! Unicode as one form: NFC, without invisible characters.
//!
//! Most text needs no change, so a scan over the bytes decides first whether there is anything to do;
//! only what the scan cannot clear goes to the normaliser. `cargo bench --bench floor` shows the cost.

use crate::text::Slice;
use icu_normalizer::ComposingNormalizerBorrowed;

/// What becomes of the marks that steer the direction of writing.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Bidi {
    /// Leave them: a line that mixes Arabic and Latin may need them to be shown right.
    Keep,
    /// Take them out: they are layout, and make equal words unequal.
    #[default]
    Remove,
}

/// The text in NFC, with line and paragraph separators as line feeds, every kind of space as a space,
/// and without control characters, zero-width spaces (but between letters of Thai, Khmer and the like), soft hyphens, byte order marks and noncharacters;
/// `None` where it is so already.
///
/// Joiners (U+200C, U+200D) are kept: Persian, Indic scripts and emoji are misspelt without them. Tabs and
/// carriage returns are left for [`super::normalise_whitespace`].
pub fn normalise_unicode(text: &str, bidi: Bidi) -> Option<String> {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let mut scan = Scan::of(text);
    if scan.bytes == text.len() {
        let is_normal = !scan.may_need_composing || nfc.is_normalized(text);
        return if is_normal { None } else { Some(nfc.normalize(text).into_owned()) };
    }
    let mut may_need_composing = scan.may_need_composing;
    let mut edited = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let (right, tail) = rest.split_at(scan.bytes);
        edited.push_str(right);
        let mut characters = tail.chars();
        let Some(character) = characters.next() else { break };
        edit(character, characters.as_str(), bidi, &mut edited);
        // One that is left was not cleared.
        may_need_composing |= edited.ends_with(character);
        rest = characters.as_str();
        scan = Scan::of(rest);
        may_need_composing |= scan.may_need_composing;
    }
    if may_need_composing && !nfc.is_normalized(&edited) {
        edited = nfc.normalize(&edited).into_owned();
    }
    (edited != text).then_some(edited)
}

/// Appends what a character becomes, which `next` follows.
fn edit(character: char, next: &str, bidi: Bidi, out: &mut String) {
    match character {
        '\u{200B}' if out.ends_with(has_no_spaces) && next.starts_with(has_no_spaces) => out.push(character),
        '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' => out.push('\n'),
        '\u{2029}' => out.push_str("\n\n"),
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
            out.push(' ');
        }
        '\t' | '\n' | '\r' => out.push(character),
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{61C}' => {
            if bidi == Bidi::Keep {
                out.push(character);
            }
        }
        '\0'..='\u{1F}'
        | '\u{7F}'..='\u{9F}'
        | '\u{AD}'
        | '\u{200B}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{FDD0}'..='\u{FDEF}' => {}
        _ if u32::from(character) & 0xFFFE == 0xFFFE => {}
        _ => out.push(character),
    }
}

/// A letter of a script that has no space between two words, and whose words only a dictionary tells apart: there a
/// zero-width space is what says where a word ends. (Unicode's line breaking class SA.)
fn has_no_spaces(character: char) -> bool {
    matches!(character,
        '\u{0E01}'..='\u{0E4E}' // Thai
        | '\u{0E81}'..='\u{0ECE}' | '\u{0EDC}'..='\u{0EDF}' // Lao
        | '\u{1000}'..='\u{103F}' | '\u{1050}'..='\u{108F}' | '\u{109A}'..='\u{109F}' // Burmese
        | '\u{A9E0}'..='\u{A9EF}' | '\u{A9FA}'..='\u{A9FE}' | '\u{AA60}'..='\u{AA7F}'
        | '\u{1780}'..='\u{17D3}' | '\u{17D7}' | '\u{17DC}' | '\u{17DD}' // Khmer
        | '\u{1950}'..='\u{19DF}' | '\u{1A20}'..='\u{1AAD}' | '\u{AA80}'..='\u{AADF}' // Tai
    )
}

/// What a character may need.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nothing to change.
    Nothing,
    /// NFC may compose, reorder or replace it.
    Composing,
    /// `edit` may replace it.
    Edit,
}

/// What is found in a text up to the first character that `edit` may replace. Errs only towards more work.
struct Scan {
    may_need_composing: bool,
    /// Where that character is, or the text's end.
    bytes: usize,
}

impl Scan {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut may_need_composing = false;
        let mut rest = bytes;
        let mut plain_in_a_row = PLAIN_IN_A_ROW;
        while let [first, tail @ ..] = rest {
            if plain_in_a_row >= PLAIN_IN_A_ROW {
                rest = skip_plain(rest);
                plain_in_a_row = 0;
                continue;
            }
            if is_plain(*first) {
                rest = tail;
                plain_in_a_row += 1;
                continue;
            }
            plain_in_a_row = 0;
            let (need, length) = classify(rest);
            match need {
                Need::Nothing => {}
                Need::Composing => may_need_composing = true,
                Need::Edit => break,
            }
            rest = rest.slice(length..);
        }
        Self { may_need_composing, bytes: bytes.len() - rest.len() }
    }
}

/// After so many plain bytes more of them are likely. A script other than Latin has one space between two words.
const PLAIN_IN_A_ROW: u32 = 2;

/// The text without the plain bytes that it begins with, sixteen at a time: without a branch inside, the compiler uses
/// vector instructions.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a lazy operator is a branch, and a branch undoes the vector"
)]
fn skip_plain(mut bytes: &[u8]) -> &[u8] {
    while let Some((chunk, tail)) = bytes.split_first_chunk::<16>() {
        let visible =
            chunk.iter().fold(true, |all, byte| all & (byte.cast_signed() >= 0x20) & (*byte != 0x7F));
        // Line ends are few.
        if !visible && !chunk.iter().all(|byte| is_plain(*byte)) {
            break;
        }
        bytes = tail;
    }
    bytes
}

/// A byte that is a visible ASCII character, a space, tab, line feed or carriage return.
fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7E) | matches!(byte, b'\t' | b'\n' | b'\r')
}

/// What a character that is not plain ASCII may need, and its length in bytes.
fn classify(bytes: &[u8]) -> (Need, usize) {
    use Need::{Composing, Edit, Nothing};
    let second = bytes.get(1).copied().unwrap_or(0);
    let third = bytes.get(2).copied().unwrap_or(0);
    match bytes.first().copied().unwrap_or(0) {
        0xC2 if matches!(second, 0x80..=0xA0 | 0xAD) => (Edit, 2),
        // Latin up to U+02FF, Cyrillic letters, Hebrew and Armenian letters.
        0xC2..=0xCB | 0xD0 | 0xD1 => (Nothing, 2),
        0xD8 if second == 0x9C => (Edit, 2), // the Arabic letter mark
        0xD9 if matches!(second, 0x8B..=0x9F | 0xB0) => (Composing, 2), // Arabic vowel signs
        0xD8..=0xDA => (Nothing, 2),
        0xCC..=0xDF => (Composing, 2),
        0xE2 => {
            let class = match (second, third) {
                (0x80, 0x80..=0x8B | 0x8E..=0x8F | 0xA8..=0xAF) | (0x81, 0x9F..=0xAF) => Edit,
                (0x83 | 0x84 | 0x8C | 0xAB, _) => Composing,
                _ => Nothing,
            };
            (class, 3)
        }
        0xE3 if second == 0x80 && third == 0x80 => (Edit, 3),
        0xE3 if matches!(second, 0x80 | 0x82) => (Composing, 3), // kana voicing marks
        0xE3..=0xEC => (Nothing, 3),                             // Han, Hangul syllables
        0xE1 if second == 0x9A => (Edit, 3),
        0xEF => (Edit, 3),
        0x00..=0x7F => (Edit, 1),
        0xE0..=0xEF => (Composing, 3),
        0xF0 if second == 0x9F && third != 0xBF => (Nothing, 4), // emoji and symbols
        _ => (Edit, 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(text: &str) -> String {
        normalise_unicode(text, Bidi::Remove).unwrap_or_else(|| text.to_string())
    }

    #[test]
    fn what_nobody_sees_goes_and_what_means_something_stays() {
        for (text, expected) in [
            ("cafe\u{301}", "café"),
            ("a\u{200B}b\u{FEFF}c\u{AD}d\u{2060}e", "abcde"),
            ("a\u{A0}b\u{2009}c\u{3000}d\u{202F}e", "a b c d e"),
            ("a\u{2028}b\u{2029}c\u{85}d\u{0B}e", "a\nb\n\nc\nd\ne"),
            ("a\0b\u{7F}c\u{1B}d\u{9C}e", "abcde"),
            ("tab\tline\r\n", "tab\tline\r\n"),
            ("ស្ពាន\u{200B}នឹង\u{200B}\u{200B}បិទ\u{200B} x", "ស្ពាន\u{200B}នឹង\u{200B}បិទ x"),
            ("สะพาน\u{200B}จะ\u{200B}A\u{200B}ปิด", "สะพาน\u{200B}จะAปิด"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
            ("👩\u{200D}👩\u{200D}👧", "👩\u{200D}👩\u{200D}👧"),
            ("\u{200F}عربي\u{200E}", "عربي"),
            ("\u{2126} \u{212B}", "Ω Å"),
            ("شّ", "شّ"),
            ("か\u{3099}", "が"),
            ("\u{1100}\u{1161}", "가"),
            ("“quoted” — text…", "“quoted” — text…"),
            ("\u{FFFE}x\u{1FFFF}", "x"),
            ("\u{FFFD}", "\u{FFFD}"),
        ] {
            assert_eq!(normal(text), expected, "{text:?}");
        }
        assert_eq!(normalise_unicode("\u{200F}ع", Bidi::Keep), None);
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing_more(text in "\\PC{0,40}[\u{300}-\u{345}\u{1100}-\u{1200}é\u{A0}a-c \r\n]{0,20}\\PC{0,20}") {
            let once = normal(&text);
            prop_assert_eq!(normal(&once), once);
        }

        #[test]
        fn the_scan_misses_nothing(text in any::<String>()) {
            let mut edited = String::new();
            for (at, character) in text.char_indices() {
                let (_, next) = text.split_at(at + character.len_utf8());
                edit(character, next, Bidi::Remove, &mut edited);
            }
            let slow = ComposingNormalizerBorrowed::new_nfc().normalize(&edited).into_owned();
            prop_assert_eq!(normal(&text), slow);
        }
    }

    #[test]
    fn the_scan_misses_no_character() {
        for character in (0..=0x10_FFFF_u32).filter_map(char::from_u32) {
            // After plain text, and after a letter that it might compose with.
            let text = format!("some plain text of 20 {character}a{character}");
            let mut edited = String::new();
            for (at, character) in text.char_indices() {
                let (_, next) = text.split_at(at + character.len_utf8());
                edit(character, next, Bidi::Remove, &mut edited);
            }
            let slow = ComposingNormalizerBorrowed::new_nfc().normalize(&edited).into_owned();
            assert_eq!(normal(&text), slow, "U+{:04X}", u32::from(character));
        }
    }
}
