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

/// Bits of a key: three numbers of ten.
const KEY_BITS: u32 = 30;
/// Keys that are equal but for so many bits are searched; there are few of each.
const BITS_WITHIN: u32 = 14;

#[derive(Debug)]
pub(super) struct Letters {
    /// The number of each letter, by its code point; capitals have that of the small letter.
    numbers: Box<[u16]>,
    /// What each character is, by its code point: cheaper to look up than to find out.
    kinds: Box<[Kind]>,
    keys: Box<[u32]>,
    /// Where the keys with the same first bits begin.
    starts: Box<[u32]>,
    costs: &'static [u8],
}

/// The kinds of characters that differ in their neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Letter,
    Space,
    Digit,
    /// Chinese characters, kana, Hangul and their punctuation: words are not set apart.
    Asian,
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
        for (number, letter) in (1..).zip(take(2 * letters).chunks_exact(2)) {
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
        let keys: Box<[u32]> = take(4 * entries).chunks_exact(4).map(long).collect();
        let mut starts = vec![0; (1 << (KEY_BITS - BITS_WITHIN)) + 1].into_boxed_slice();
        for key in &keys {
            if let Some(count) = starts.get_mut((key >> BITS_WITHIN) as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { numbers, kinds, keys, starts, costs: take(entries) }
    }

    /// What a character costs after two others.
    pub(super) fn cost(&self, before: [char; 2], character: char) -> i32 {
        let [one_before, previous] = before;
        let (from, to) = (self.kind(previous), self.kind(character));
        match (from, to) {
            (Kind::Letter, Kind::Letter) => {
                let first =
                    if self.kind(one_before) == Kind::Letter { self.number(one_before) } else { EDGE };
                self.sequence(first, self.number(previous), self.number(character)) + case(before, character)
            }
            (_, Kind::Letter) => {
                let capital = if character.is_uppercase() { 20 } else { 5 };
                self.sequence(EDGE, EDGE, self.number(character)) + capital + join(previous)
            }
            (Kind::Letter, _) => {
                let first =
                    if self.kind(one_before) == Kind::Letter { self.number(one_before) } else { EDGE };
                self.sequence(first, self.number(previous), EDGE) + sign(from, previous, character)
            }
            _ => sign(from, previous, character),
        }
    }

    fn number(&self, letter: char) -> u16 {
        self.numbers.get(letter as usize).copied().unwrap_or(UNKNOWN)
    }

    fn kind(&self, character: char) -> Kind {
        self.kinds.get(character as usize).copied().unwrap_or_else(|| kind(character))
    }

    fn sequence(&self, first: u16, second: u16, third: u16) -> i32 {
        const FLOOR: i32 = 15 * NAT;
        if third == UNKNOWN {
            return 30 * NAT;
        }
        let exact = self.entry(first, second, third);
        let cost = exact.unwrap_or_else(|| {
            let unseen = self.entry(first, second, UNSEEN).unwrap_or(0);
            let pair = self.entry(ANY, second, third).unwrap_or_else(|| {
                self.entry(ANY, second, UNSEEN).unwrap_or(0) + self.entry(ANY, ANY, third).unwrap_or(FLOOR)
            });
            unseen + pair
        });
        cost.min(FLOOR)
    }

    fn entry(&self, first: u16, second: u16, third: u16) -> Option<i32> {
        let key = u32::from(first) << 20 | u32::from(second) << 10 | u32::from(third);
        let bucket = (key >> BITS_WITHIN) as usize;
        let (from, to) = (*self.starts.get(bucket)? as usize, *self.starts.get(bucket + 1)? as usize);
        let place = from + self.keys.get(from..to)?.binary_search(&key).ok()?;
        self.costs.get(place).map(|cost| i32::from(*cost))
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
        'ª' | 'º' | 'ˆ' | 'ˇ' | '\u{300}'..='\u{36F}' => Kind::Other,
        '\u{2E80}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{323AF}' => Kind::Asian,
        _ if character.is_alphabetic() || is_vowel_sign(character) => Kind::Letter,
        _ => Kind::Other,
    }
}

/// Signs above and below the letters of the Semitic and Indic scripts.
fn is_vowel_sign(character: char) -> bool {
    matches!(character, '\u{483}'..='\u{487}' | '\u{591}'..='\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}'
        | '\u{900}'..='\u{1FFF}')
        && !character.is_numeric()
        && !matches!(character, '।' | '॥')
}

/// What small letters and capitals beside each other cost within a word.
fn case([one_before, previous]: [char; 2], character: char) -> i32 {
    match (previous.is_uppercase(), character.is_uppercase()) {
        (false, true) if previous.is_lowercase() => 6 * NAT,
        (true, true) if one_before.is_uppercase() => 2,
        (true, true) => 2 * NAT,
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
        '\u{300}'..='\u{36F}' => 4,
        _ if kind(previous) == Kind::Asian => 6,
        '\u{2000}'..='\u{2BFF}' | '\u{1F000}'.. => 7,
        _ => 11,
    };
    halves * NAT / 2
}

/// What a character that is no letter costs after another.
fn sign(from: Kind, previous: char, character: char) -> i32 {
    // After a letter, a space, a digit, anything else; in halves of a nat.
    let row = |letter: i32, space: i32, digit: i32, other: i32| match from {
        Kind::Letter => letter,
        Kind::Space => space,
        Kind::Digit => digit,
        Kind::Asian | Kind::Other => other,
    };
    let halves = match character {
        '\n' => 0,
        ' ' => row(0, 6, 2, 2),
        '\u{A0}' => row(14, 8, 7, 8),
        '0'..='9' => row(10, 5, 3, 5),
        ',' | '.' | ';' | ':' | '!' | '?' => row(5, 11, 6, 8),
        '-' => row(8, 8, 8, 10),
        '\'' => row(8, 10, 11, 10),
        '"' | '(' | '[' => row(11, 8, 12, 9),
        ')' | ']' => row(8, 14, 8, 8),
        '\u{80}'..='\u{9F}' => 22,
        '\0'..='\u{1F}' => 18,
        '!'..='~' => 12,
        '’' => row(8, 11, 13, 10),
        '“' | '”' | '«' | '»' | '‘' => row(10, 10, 12, 10),
        '„' | '‚' | '‹' | '›' | '¿' | '¡' => row(18, 10, 18, 13),
        '–' => row(16, 8, 10, 12),
        '—' => row(12, 8, 10, 12),
        '…' => row(10, 13, 14, 12),
        '•' | '·' => row(15, 11, 15, 14),
        '™' | '®' => row(15, 19, 18, 17),
        '©' => row(21, 14, 19, 16),
        '°' => row(22, 18, 9, 18),
        'º' | 'ª' => row(20, 20, 11, 20),
        '²' | '³' | '¹' => row(15, 21, 16, 18),
        '½' | '¼' | '¾' => row(23, 15, 13, 20),
        '£' | '€' => row(20, 13, 12, 15),
        '¥' | '¢' | '§' | '±' | '×' | '÷' | '†' | '‡' | '‰' => row(23, 16, 16, 19),
        '´' => row(16, 16, 18, 13),
        '¬' => row(12, 18, 18, 13),
        '¨' | '¯' | '¸' => 32,
        '√' | '∞' => row(22, 14, 15, 14),
        '\u{AD}' => row(14, 20, 20, 20),
        '\u{FE0E}' | '\u{FE0F}' => {
            if ('\u{2000}'..='\u{2BFF}').contains(&previous) || previous >= '\u{1F000}' { 4 } else { 24 }
        }
        '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2028}'..='\u{202F}' => 15,
        '\u{FFFD}' => 20,
        '\u{300}'..='\u{36F}' => row(18, 24, 24, 16),
        '\u{2500}'..='\u{259F}' => {
            if ('\u{2500}'..='\u{259F}').contains(&previous) {
                6
            } else {
                row(25, 20, 22, 22)
            }
        }
        '\u{20A0}'..='\u{20BF}' => row(20, 15, 15, 18),
        '\u{2190}'..='\u{2BFF}' => row(22, 16, 19, 17),
        '\u{2000}'..='\u{218F}' => row(20, 17, 18, 18),
        '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{E0000}'.. => return NEVER,
        _ if u32::from(character) & 0xFFFE == 0xFFFE => return NEVER,
        '\u{1F000}'..='\u{1FAFF}' => row(18, 15, 18, 14),
        '\u{3001}'..='\u{3002}' | '\u{FF00}'..='\u{FF5F}' | '\u{3008}'..='\u{3011}' => {
            if from == Kind::Asian { 7 } else { 19 }
        }
        '\u{3041}'..='\u{30FF}' => {
            if from == Kind::Asian {
                9
            } else {
                row(20, 13, 14, 14)
            }
        }
        '\u{4E00}'..='\u{9FFF}' => {
            if from == Kind::Asian {
                17
            } else {
                row(28, 20, 22, 22)
            }
        }
        '\u{AC00}'..='\u{D7A3}' => {
            if from == Kind::Asian {
                13
            } else {
                row(28, 17, 20, 20)
            }
        }
        _ if kind(character) == Kind::Asian => 26,
        _ if character.is_numeric() => 20,
        '\u{1_0000}'.. => 30,
        _ => row(24, 24, 24, 22),
    };
    halves * NAT / 2
}
