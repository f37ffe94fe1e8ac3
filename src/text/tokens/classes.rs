//! What a character is to the tokenizer, by one look into a table.

use std::sync::LazyLock;

use super::ranges::{CASED, ICONS, PUNCTUATION, TERMINAL, UNCASED};
use crate::text::words::is_han_or_hangul;

/// A set of properties of a character.
pub(super) type Class = u16;

/// A letter before or after a comma, hyphen or slash that splits a word.
pub(super) const LETTER: Class = 1;
/// A letter that is lower case, or has none.
pub(super) const LOWER: Class = 1 << 1;
/// A letter that is upper case, or has none.
pub(super) const UPPER: Class = 1 << 2;
/// Split off the front of a chunk, by itself.
pub(super) const PREFIX: Class = 1 << 3;
/// Split off the end of a chunk, by itself.
pub(super) const SUFFIX: Class = 1 << 4;
/// A quotation mark, bracket or comma.
pub(super) const QUOTE: Class = 1 << 5;
/// A full stop after it is split off.
pub(super) const BEFORE_STOP: Class = 1 << 6;
/// A token wherever it stands.
pub(super) const ICON: Class = 1 << 7;
/// One of datatrove's symbols: a word of them alone is none that counts.
pub(super) const SYMBOL: Class = 1 << 8;
/// Unicode's punctuation.
pub(super) const PUNCT: Class = 1 << 9;
/// A letter to Unicode.
pub(super) const ALPHABETIC: Class = 1 << 10;
/// White space to Python.
pub(super) const SPACE: Class = 1 << 11;
/// Ends a sentence.
pub(super) const SENTENCE: Class = 1 << 12;
/// Ends a line of prose, in any script.
pub(super) const TERMINAL_MARK: Class = 1 << 13;
/// Neither split off nor a reason to split.
pub(super) const PLAIN: Class = 1 << 14;
/// Splits what it stands in, at least in some places.
const TRIGGER: Class = 1 << 15;

/// Quotation marks, brackets and the comma, as a group.
const QUOTES: &str = "'\",`«´»‘’‚“”„〈〉⟦⟧〈〉《》「」『』【】〔〕（）";
/// Punctuation that is split off at both ends.
const AFFIXES: &str = "…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪";
/// Currency signs are split off the front; off the end only after a digit.
pub(super) const CURRENCY: &str = "$£€¥฿₽﷼₴₠₡₢₣₤₥₦₧₨₩₪₫₭₮₯₰₱₲₳₵₶₷₸₹₺₻₼₾₿";
/// Other reasons to split.
const TRIGGERS: &str = "0123456789.+-*^–—~:<>=/\\|%§²";
/// datatrove's symbols beyond ASCII that are no terminal marks; ASCII's are all but the space.
const SYMBOLS: &str = "«´»–—’“”„…∶━►、〈〉《》「」【】％（），１：；～";
/// Terminal marks that end no sentence: the younger half of the list does not know them.
const NO_SENTENCE: &str = "؝؞࠷࠹࠽࠾។៕៖៙៚\u{1B7D}\u{1B7E}\u{2E53}\u{2E54}𐽕𐽖𐽗𐽘𐽙\u{10F86}\u{10F87}\u{10F88}\u{10F89}𑥄𑥆𑻷𑻸\u{11F43}\u{11F44}𖺘";

static TABLE: LazyLock<Vec<Class>> = LazyLock::new(table);

/// What a character is.
#[inline]
pub(super) fn class(character: char) -> Class {
    TABLE.get(character as usize).map_or_else(|| class_beyond(character), |class| *class)
}

/// The classes of the first 65,536 characters. From lists to characters, not the other way round: that takes a thousandth
/// of a second.
fn table() -> Vec<Class> {
    let mut table: Vec<Class> =
        (0..=0xFFFF).map(|code| char::from_u32(code).map_or(0, class_alone)).collect();
    let mut add = |code: u32, properties: Class| {
        if let Some(class) = table.get_mut(code as usize) {
            *class |= properties;
        }
    };
    for (ranges, properties) in RANGES {
        ranges
            .iter()
            .flat_map(|(first, last)| *first..=(*last).min(0xFFFF))
            .for_each(|code| add(code, properties));
    }
    for (list, properties) in [
        (QUOTES, QUOTE | PREFIX | SUFFIX | BEFORE_STOP),
        (AFFIXES, PREFIX | SUFFIX | BEFORE_STOP),
        ("—–", PREFIX | SUFFIX),
        ("§%=", PREFIX),
        (CURRENCY, PREFIX),
        ("%²-+|", BEFORE_STOP),
        (SYMBOLS, SYMBOL),
        (".!?", SENTENCE | TERMINAL_MARK),
        (TRIGGERS, TRIGGER),
    ] {
        list.chars().for_each(|character| add(u32::from(character), properties));
    }
    for character in NO_SENTENCE.chars() {
        if let Some(class) = table.get_mut(character as usize) {
            *class &= !SENTENCE;
        }
    }
    for class in &mut table {
        *class |= if *class & LOWER != 0 { BEFORE_STOP } else { 0 };
        *class |= if *class & (SPACE | PREFIX | SUFFIX | TRIGGER) == 0 { PLAIN } else { 0 };
    }
    table
}

/// The properties of what the ranges hold. CASED is not among them: which case, the standard library knows.
const RANGES: [(&[(u32, u32)], Class); 4] = [
    (UNCASED, LETTER | LOWER | UPPER),
    (ICONS, ICON | PREFIX | SUFFIX),
    (PUNCTUATION, PUNCT),
    (TERMINAL, SENTENCE | TERMINAL_MARK | SYMBOL),
];

/// What needs no list but the letters'.
fn class_alone(character: char) -> Class {
    let code = u32::from(character);
    if is_han_or_hangul(code) {
        return ALPHABETIC;
    }
    let mut class = 0;
    let mut add = |holds: bool, properties: Class| class |= if holds { properties } else { 0 };
    let letter = character.is_ascii_alphabetic() || within(CASED, code);
    add(letter, LETTER);
    // U+0294 is small although it has no capital.
    add(letter && (character.is_lowercase() || code == 0x294), LOWER);
    add(letter && character.is_uppercase(), UPPER);
    add(character.is_ascii_digit(), BEFORE_STOP);
    let control = matches!(code, 0..=8 | 0x0B..=0x1F | 0x7F..=0x9F);
    add(control || character.is_ascii_punctuation(), SYMBOL);
    let sign = matches!(character, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~');
    add(character.is_ascii_punctuation() && !sign, PUNCT);
    add(character.is_alphabetic() && !is_letter_like(code), ALPHABETIC);
    add(is_python_space(character), SPACE);
    class
}

/// The class of a character beyond the table: no list but the ranges has any.
fn class_beyond(character: char) -> Class {
    let code = u32::from(character);
    let of =
        |(ranges, properties): &(&[(u32, u32)], Class)| if within(ranges, code) { *properties } else { 0 };
    let mut class =
        RANGES.iter().map(of).fold(class_alone(character), |class, properties| class | properties);
    class |= if class & LOWER != 0 { BEFORE_STOP } else { 0 };
    class |= if class & PREFIX == 0 { PLAIN } else { 0 };
    if NO_SENTENCE.contains(character) { class & !SENTENCE } else { class }
}

fn within(ranges: &[(u32, u32)], code: u32) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= code);
    after.checked_sub(1).and_then(|place| ranges.get(place)).is_some_and(|(_, last)| code <= *last)
}

/// What Python's `str.isspace` takes for white space: Unicode's, and ASCII's four separators.
pub(super) fn is_python_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1C}'..='\u{1F}')
}

/// Alphabetic to Rust, but no letter to Python: numerals that are letters, circled letters.
fn is_letter_like(code: u32) -> bool {
    matches!(
        code,
        0x16EE..=0x16F0 | 0x2160..=0x2182 | 0x2185..=0x2188 | 0x24B6..=0x24E9 | 0x3007 | 0x3021..=0x3029
            | 0x3038..=0x303A | 0xA6E6..=0xA6EF | 0x1F130..=0x1F149 | 0x1F150..=0x1F169 | 0x1F170..=0x1F189
    )
}
