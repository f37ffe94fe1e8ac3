//! What a character costs after the two before it: how likely a text is to be text.
//!
//! The cost of a letter was counted in the words of some 500 languages (`letters.bin`, which
//! `tests/bench/encoding/letters.py` makes): `Ã` hardly ever follows `a`, `ñ` often does. What stands between words has
//! a cost for each kind of neighbour, set by hand: a dash stands between spaces, a degree sign after a digit, a
//! control character nowhere. Costs are natural logarithms of probabilities, in sixteenths, and are added up.

/// A cost of one nat.
pub(super) const NAT: i32 = 16;
/// What can never be meant.
pub(super) const NEVER: i32 = 1000 * NAT;

const TABLE: &[u8] = include_bytes!("letters.bin");

/// Numbers of letters in a key.
const EDGE: u16 = 0;
const UNSEEN: u16 = 1022;
const ANY: u16 = 1023;
/// A letter that the table does not have.
const UNKNOWN: u16 = 1021;

/// Code points of a block, which has letters of one script.
const BLOCK_BITS: u32 = 7;

/// Slots of the table in which keys are looked up: about twice as many as there are keys.
const SLOT_BITS: u32 = 18;
/// Keys have 30 bits.
const NO_KEY: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Letters {
    /// The number of each letter, by its code point; capitals have that of the small letter.
    numbers: Box<[u16]>,
    /// What each character is, by its code point: cheaper to look up than to find out.
    kinds: Box<[Kind]>,
    /// Keys and their costs, each in the first free slot from its own on.
    slots: Box<[(u32, u8)]>,
    /// What an Asian character costs among others, by its code point.
    asian: Box<[u8]>,
    /// The blocks, of 128 code points each, that have letters in the table.
    blocks: Box<[bool]>,
}

/// The kinds of characters that differ in their neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Letter,
    Space,
    Digit,
    /// Chinese characters, kana, Hangul and their punctuation: words are not set apart.
    Asian,
    /// What is written above, below or between letters without being one: accents, vowels of Arabic and Hebrew.
    Mark,
    Other,
}

impl Letters {
    pub(super) fn new() -> Self {
        let mut rest = TABLE;
        let mut take = |bytes: usize| {
            let (head, tail) = rest.split_at_checked(bytes).unwrap_or((rest, &[]));
            rest = tail;
            head
        };
        let short = |bytes: &[u8]| bytes.first_chunk().map_or(0, |bytes| u16::from_le_bytes(*bytes));
        let long = |bytes: &[u8]| bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let letters = usize::from(short(take(2)));
        let mut numbers = vec![UNKNOWN; 0x1_0000].into_boxed_slice();
        let mut blocks = vec![false; 0x1_0000 >> BLOCK_BITS].into_boxed_slice();
        for (number, letter) in (1..).zip(take(2 * letters).chunks_exact(2)) {
            if let Some(block) = blocks.get_mut(usize::from(short(letter)) >> BLOCK_BITS) {
                *block = true;
            }
            if let Some(entry) = numbers.get_mut(usize::from(short(letter))) {
                *entry = number;
            }
        }
        let characters = |code: u32| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        for code in 0..0x1_0000 {
            let small = characters(code).to_lowercase().next().map_or(code, u32::from);
            if small != code
                && let Some(number) = numbers.get(small as usize).copied()
                && let Some(entry) = numbers.get_mut(code as usize)
            {
                *entry = number;
            }
        }
        let kinds = (0..0x1_0000).map(|code| kind(characters(code))).collect();
        let entries = usize::try_from(long(take(4))).unwrap_or(0);
        let keys = take(4 * entries).chunks_exact(4).map(long);
        let mut slots = vec![(NO_KEY, 0); 1 << SLOT_BITS].into_boxed_slice();
        for (key, cost) in keys.zip(take(entries)) {
            let mut slot = slot_of(key);
            while slots.get(slot).is_some_and(|(taken, _)| *taken != NO_KEY) {
                slot = (slot + 1) % slots.len();
            }
            if let Some(free) = slots.get_mut(slot) {
                *free = (key, *cost);
            }
        }
        let signs = usize::from(short(take(2)));
        let mut asian = vec![RARE; 0x1_0000].into_boxed_slice();
        for (sign, cost) in take(2 * signs).chunks_exact(2).map(short).zip(take(signs)) {
            if let Some(entry) = asian.get_mut(usize::from(sign)) {
                *entry = (*cost).min(RARE);
            }
        }
        Self { numbers, kinds, slots, asian, blocks }
    }

    /// The two characters that matter to the next one.
    pub(super) fn after(&self, before: [char; 2], character: char) -> [char; 2] {
        if self.kind(character) == Kind::Mark { before } else { [before[1], character] }
    }

    /// What a character costs after two others.
    pub(super) fn cost(&self, before: [char; 2], character: char) -> i32 {
        let [one_before, previous] = before;
        let (from, to) = (self.kind(previous), self.kind(character));
        let first = || if self.kind(one_before) == Kind::Letter { self.number(one_before) } else { EDGE };
        match (from, to) {
            (_, Kind::Mark) => mark(from, previous, character),
            (Kind::Letter, Kind::Letter) => {
                let written = self.sequence(first(), self.number(previous), self.number(character));
                written.unwrap_or_else(|| self.unknown(previous, character)) + case(before, character)
            }
            (_, Kind::Letter) => {
                let capital = if character.is_uppercase() { 20 } else { 5 };
                let written = self.sequence(EDGE, EDGE, self.number(character));
                let written = written.unwrap_or_else(|| self.unknown(one_before, character));
                // A text in a script that is rarely met goes on in it.
                let is_same = self.kind(one_before) == Kind::Letter && is_same_block(one_before, character);
                let written = if is_same { written.min(SAME_BLOCK) } else { written };
                // `Ann’s`, `don’t`, `l’été`.
                let elided = matches!(previous, '’' | '\'') && self.kind(one_before) == Kind::Letter;
                let written = if elided { (written - 3 * NAT).max(NAT) } else { written };
                let within = match previous {
                    _ if self.kind(one_before) != Kind::Letter || self.kind(previous) == Kind::Space => 0,
                    // What closes a quotation is not followed by a letter, and a dash seldom by one.
                    '«' | '»' | '“' => 4 * NAT,
                    '–' | '—' => NAT,
                    _ if is_symbol(previous) => WITHIN_WORD,
                    _ => 0,
                };
                let mixed = if within == 0 { 0 } else { mixed(one_before, character) };
                written + capital + join(previous) + within + mixed
            }
            (Kind::Letter, Kind::Other | Kind::Space | Kind::Digit) => {
                let end = self.sequence(first(), self.number(previous), EDGE).unwrap_or(0);
                let is_apostrophe = |character: char| matches!(character, '’' | '\'');
                // `Ann’s`, and `l’été`, `s'éloigner`.
                let elides = is_apostrophe(character) && self.kind(one_before) != Kind::Letter;
                let end = if is_apostrophe(one_before) || elides { end.min(NAT) } else { end };
                end + sign(from, one_before, previous, character)
            }
            (_, Kind::Asian) => self.asian(from, character),
            _ => sign(from, one_before, previous, character),
        }
    }

    /// What an Asian character costs: itself, and the change into its script.
    fn asian(&self, from: Kind, character: char) -> i32 {
        let own = self.asian.get(character as usize).map_or(i32::from(RARE), |cost| i32::from(*cost));
        let halves = match (from, character) {
            (Kind::Asian, _) => 0,
            (Kind::Letter, '\u{3041}'..='\u{30FF}') => 11,
            (Kind::Letter, '\u{3001}'..='\u{3011}' | '\u{FF00}'..='\u{FFEF}') => 6,
            (Kind::Letter, _) => 20,
            (Kind::Space, _) => 5,
            _ => 6,
        };
        let own = match character {
            '\u{3000}'..='\u{3011}' | '\u{FF01}'..='\u{FF1F}' if from == Kind::Asian => 3 * NAT,
            '\u{3000}'..='\u{3011}' | '\u{FF01}'..='\u{FF1F}' => 6 * NAT,
            _ => own,
        };
        own + halves * NAT / 2
    }

    /// What a letter costs that the table lacks. It has not room for every letter of the large scripts.
    fn unknown(&self, previous: char, character: char) -> i32 {
        let block = character as usize >> BLOCK_BITS;
        // Ligatures of type: `ﬁ`, `ﬂ`.
        if matches!(character, '\u{FB00}'..='\u{FB06}') && script(previous) == 0 {
            5 * NAT
        } else if is_same_block(previous, character) {
            8 * NAT
        } else if character >= '\u{590}' && self.blocks.get(block).is_some_and(|known| *known) {
            14 * NAT
        } else {
            30 * NAT
        }
    }

    fn number(&self, letter: char) -> u16 {
        self.numbers.get(letter as usize).copied().unwrap_or(UNKNOWN)
    }

    fn kind(&self, character: char) -> Kind {
        self.kinds.get(character as usize).copied().unwrap_or_else(|| kind(character))
    }

    /// What a letter costs after two others; `None` where the table lacks it.
    fn sequence(&self, first: u16, second: u16, third: u16) -> Option<i32> {
        const FLOOR: i32 = 15 * NAT;
        if third == UNKNOWN {
            return None;
        }
        let exact = self.entry(first, second, third);
        let cost = exact.unwrap_or_else(|| {
            let unseen = self.entry(first, second, UNSEEN).unwrap_or(0);
            let pair = self.entry(ANY, second, third).unwrap_or_else(|| {
                self.entry(ANY, second, UNSEEN).unwrap_or(0) + self.entry(ANY, ANY, third).unwrap_or(FLOOR)
            });
            unseen + pair
        });
        Some(cost.min(FLOOR))
    }

    fn entry(&self, first: u16, second: u16, third: u16) -> Option<i32> {
        let key = u32::from(first) << 20 | u32::from(second) << 10 | u32::from(third);
        let mut slot = slot_of(key);
        loop {
            match self.slots.get(slot) {
                Some((found, cost)) if *found == key => return Some(i32::from(*cost)),
                Some((NO_KEY, _)) | None => return None,
                Some(_) => slot = (slot + 1) % self.slots.len(),
            }
        }
    }
}

fn slot_of(key: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> (u32::BITS - SLOT_BITS)) as usize
}

/// What an Asian character costs that no list has.
const RARE: u8 = 15 * 16;
/// A word begins with a letter of the script of the one before, at most.
const SAME_BLOCK: i32 = 6 * NAT;
/// A symbol between two letters.
const WITHIN_WORD: i32 = 24 * NAT;

/// Whether two letters are of the same script, and not of Latin's, which says nothing.
fn is_same_block(one: char, other: char) -> bool {
    let block = |character: char| u32::from(character) >> BLOCK_BITS;
    block(one) == block(other) && block(one) >= 6
}

fn is_symbol(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{2BFF}' | '\u{2E00}'..='\u{2E7F}' | '\u{1F000}'..='\u{1FAFF}')
}

/// What a mark costs: nearly nothing above a letter of its own script.
fn mark(from: Kind, previous: char, character: char) -> i32 {
    let belongs = match character {
        '\u{300}'..='\u{36F}' => from == Kind::Letter && !('\u{530}'..'\u{1E00}').contains(&previous),
        '\u{591}'..='\u{5C7}' => ('\u{590}'..'\u{600}').contains(&previous),
        // A line that is stretched may begin a list's item, too.
        '\u{640}' => !previous.is_ascii_alphabetic(),
        _ => ('\u{600}'..'\u{700}').contains(&previous),
    };
    match character {
        _ if !belongs => 14 * NAT,
        // The accents that languages have; the others are of phonetics.
        '\u{300}'..='\u{304}'
        | '\u{306}'..='\u{308}'
        | '\u{30A}'..='\u{30C}'
        | '\u{323}'
        | '\u{327}'
        | '\u{328}' => 7 * NAT,
        '\u{300}'..='\u{36F}' => 18 * NAT,
        // Signs of the Koran and of cantillation.
        '\u{591}'..='\u{5AF}' | '\u{610}'..='\u{61A}' | '\u{656}'..='\u{65F}' => 12 * NAT,
        _ => 4 * NAT,
    }
}

fn kind(character: char) -> Kind {
    match character {
        ' ' | '\n' | '\t' | '\u{A0}' => Kind::Space,
        '0'..='9' => Kind::Digit,
        'a'..='z' | 'A'..='Z' => Kind::Letter,
        '\0'..='\u{A9}' | '\u{AB}'..='\u{B4}' | '\u{B6}'..='\u{B9}' | '\u{BB}'..='\u{BF}' | '×' | '÷' => {
            Kind::Other
        }
        'ª' | 'º' | 'ƒ' | 'ˆ' | 'ˇ' => Kind::Other,
        '\u{300}'..='\u{36F}'
        | '\u{591}'..='\u{5BD}'
        | '\u{5BF}'
        | '\u{5C1}'..='\u{5C7}'
        | '\u{610}'..='\u{61A}'
        | '\u{640}'
        | '\u{64B}'..='\u{65F}'
        | '\u{670}' => Kind::Mark,
        '\u{2E80}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{323AF}' => Kind::Asian,
        _ if character.is_alphabetic() || is_vowel_sign(character) => Kind::Letter,
        _ => Kind::Other,
    }
}

/// Signs above and below the letters of the Indic scripts.
fn is_vowel_sign(character: char) -> bool {
    matches!(character, '\u{483}'..='\u{487}' | '\u{900}'..='\u{1FFF}')
        && !character.is_numeric()
        && !matches!(character, '।' | '॥')
}

/// A letter's script, by number.
fn script(letter: char) -> u32 {
    match u32::from(letter) {
        0..0x370 | 0x1E00..0x1F00 => 0,
        0x370..0x400 | 0x1F00..0x2000 => 1,
        0x400..0x530 => 2,
        0x600..0x780 | 0xFB50..0xFF00 => 3,
        code => code >> 7,
    }
}

/// What two letters cost because of their scripts. Greek ones are a part of names in science.
fn mixed(one: char, other: char) -> i32 {
    match (script(one), script(other)) {
        (same, other) if same == other => 0,
        (0, 1) | (1, 0) => NAT,
        _ => 9 * NAT,
    }
}

/// What small letters and capitals, or two scripts, beside each other cost within a word.
fn case([one_before, previous]: [char; 2], character: char) -> i32 {
    mixed(previous, character)
        + match (previous.is_uppercase(), character.is_uppercase()) {
            // `iPhone`, but hardly `iÉcole`.
            (false, true) if previous.is_lowercase() && character.is_ascii() => 6 * NAT,
            (false, true) if previous.is_lowercase() => 9 * NAT,
            (true, true) if one_before.is_uppercase() => 2,
            (true, true) => 2 * NAT,
            // `DVDs`, but hardly `KÜster`.
            (true, false) if one_before.is_uppercase() && !previous.is_ascii() => 9 * NAT,
            (true, false) if character.is_lowercase() && one_before.is_uppercase() => 5 * NAT,
            (true, false) => 5,
            _ => 0,
        }
}

/// What a letter costs because of the sign before it.
fn join(previous: char) -> i32 {
    let halves = match previous {
        ' ' | '\n' | '\t' | '\u{A0}' | '(' | '[' | '"' | '\'' | '’' | '‘' | '“' | '„' | '«' | '-' | '/'
        | '#' | '@' | '¿' | '¡' | '‹' | '‚' | '&' | '_' => 0,
        '–' | '—' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{FFFD}' | '\u{FEFF}' => 1,
        '0'..='9' | '*' | '.' | '|' | '+' => 3,
        '¬' => 4,
        '…' | '”' | '»' | '›' | '·' | '•' => 4,
        ',' | ';' | ':' | '!' | '?' | ')' => 6,
        _ if kind(previous) == Kind::Asian => 6,
        '\u{2000}'..='\u{2BFF}' | '\u{1F000}'.. => 7,
        _ => 11,
    };
    halves * NAT / 2
}

/// What a character that is no letter costs after another.
fn sign(from: Kind, one_before: char, previous: char, character: char) -> i32 {
    // After a letter, a space, a digit, anything else; in halves of a nat.
    let row = |letter: i32, space: i32, digit: i32, other: i32| match from {
        Kind::Letter => letter,
        Kind::Space => space,
        Kind::Digit => digit,
        Kind::Asian | Kind::Other | Kind::Mark => other,
    };
    let halves = match character {
        '\n' => 0,
        ' ' => row(0, 6, 2, 2),
        '\u{A0}' => row(14, 14, 7, 8),
        '0'..='9' => row(10, 5, 3, 5),
        ',' | '.' | ';' | ':' | '!' | '?' => row(5, 11, 6, 8),
        '-' => row(8, 8, 8, 10),
        // `l'été`, `s'éloigner`: an elision.
        '\'' if !one_before.is_alphabetic() => row(4, 10, 11, 10),
        '\'' => row(8, 10, 11, 10),
        '"' | '(' | '[' => row(11, 8, 12, 9),
        ')' | ']' => row(8, 14, 8, 8),
        '\u{80}'..='\u{9F}' => 22,
        '\0'..='\u{1F}' => 18,
        '!'..='~' => 12,
        '’' => row(8, 11, 13, 10),
        '،' | '؛' | '؟' | '۔' | '।' | '։' | '՝' => row(7, 12, 9, 11),
        '“' => row(15, 10, 12, 10),
        '”' | '«' | '»' | '‘' => row(10, 10, 12, 10),
        '„' | '‚' | '‹' | '›' | '¿' | '¡' => row(18, 10, 18, 13),
        '–' => row(16, 8, 10, 12),
        '—' => row(12, 8, 10, 12),
        '…' => row(10, 13, 14, 12),
        '•' | '·' => row(15, 11, 15, 14),
        '™' | '®' => row(15, 19, 18, 17),
        '©' => row(21, 14, 19, 16),
        '°' => row(22, 18, 9, 18),
        'º' | 'ª' => row(20, 20, 11, 20),
        // `m²`, `km³`.
        '²' | '³'
            if previous == 'm'
                && (!one_before.is_alphabetic() || matches!(one_before, 'k' | 'c' | 'd' | 'm')) =>
        {
            6
        }
        '²' | '³' | '¹' => row(15, 21, 16, 18),
        '½' | '¼' | '¾' => row(23, 15, 13, 20),
        '£' | '€' => row(20, 13, 12, 15),
        '†' if previous == '(' => 10,
        '×' if one_before.is_ascii_digit() => 8,
        '×' => row(19, 12, 10, 16),
        '¥' | '¢' | 'ƒ' | '§' | '±' | '÷' | '†' | '‡' | '‰' => row(23, 16, 16, 19),
        '´' => row(22, 16, 20, 13),
        '¬' => row(12, 18, 18, 13),
        '¨' | '¯' | '¸' => 32,
        '√' | '∞' => row(22, 14, 15, 14),
        '\u{AD}' => row(17, 20, 20, 20),
        '\u{FE0E}' | '\u{FE0F}' => {
            if ('\u{2000}'..='\u{2BFF}').contains(&previous) || previous >= '\u{1F000}' { 4 } else { 24 }
        }
        // Joiners are a part of words in Persian and in the Indic scripts.
        '\u{200C}' | '\u{200D}' if ('\u{600}'..'\u{1000}').contains(&previous) || previous >= '\u{2190}' => 8,
        '\u{200C}' | '\u{200D}' => 24,
        '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2028}'..='\u{202F}' => 15,
        '\u{FFFD}' => 20,
        '\u{2500}'..='\u{259F}' => {
            if ('\u{2500}'..='\u{259F}').contains(&previous) {
                6
            } else {
                row(25, 20, 22, 22)
            }
        }
        '\u{20A0}'..='\u{20BF}' => row(20, 15, 15, 18),
        // A blank of Braille, with which posts set lines apart.
        '\u{2800}' => 10,
        '\u{2801}'..='\u{28FF}' | '\u{2B56}'..='\u{2BFF}' => row(32, 30, 30, 26),
        '\u{2190}'..='\u{2BFF}' => row(22, 16, 19, 17),
        '\u{2000}'..='\u{218F}' => row(20, 17, 18, 18),
        '\u{2E5E}'..='\u{2E7F}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{32000}'.. => {
            return NEVER;
        }
        _ if u32::from(character) & 0xFFFE == 0xFFFE => return NEVER,
        '\u{1F000}'..='\u{1FAFF}' => row(18, 15, 18, 14),
        _ if character.is_numeric() => 20,
        '\u{1_0000}'.. => 40,
        _ if is_same_block(previous, character) => 10,
        _ => row(32, 32, 32, 30),
    };
    // Such signs hardly ever stand beside each other.
    let is_odd = |character: char| matches!(character, '¡'..='ª' | '®'..='³' | 'µ'..='º' | '¼'..='¾' | '×' | '÷' | 'ƒ' | 'ˆ' | '˜' | '†' | '‡' | '‰' | '€' | '™' | '√' | '∞' | '≈' | '∂' | '∆' | '∫');
    let pair = if is_odd(previous) && character > '\u{A0}' && character != '\u{2019}' { 6 } else { 0 };
    (halves + pair) * NAT / 2
}
