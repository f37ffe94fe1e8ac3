//! A text cut into numbers, the names that stand in dates, and marks.
//!
//! Digits of all scripts are numbers; only words near a number are looked up, so that prose costs little.

use super::names;
use crate::text::Slice;

/// A piece of a text and what it may be in a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DateToken {
    pub kind: DateTokenKind,
    pub from: usize,
    pub to: usize,
    /// Nothing stands between it and the token before.
    pub is_glued: bool,
}

/// What a token may be in a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum DateTokenKind {
    /// A number and its digits.
    Number(i16, usize),
    Month(i8),
    /// A month of the Persian calendar.
    PersianMonth(i8),
    /// `am` and `pm`.
    Afternoon(bool),
    /// `오전`, `午後` and the like, which stand before the hour.
    Half(bool),
    /// Minutes east of Greenwich.
    Zone(i32),
    /// The same in winter; an hour more in an American summer.
    Seasonal(i32),
    /// `de`, `of` and the like, which stand inside a date.
    Of,
    /// `令和`: the year before its first.
    Era(i16),
    /// `tháng`: a month's number follows.
    MonthNumber,
    Word,
    Mark(char),
}

/// Cuts a text up.
pub(super) fn tokens(text: &str) -> Vec<DateToken> {
    let mut tokens: Vec<DateToken> = Vec::with_capacity(text.len() / 5);
    let mut characters = text.char_indices().peekable();
    let mut last_end = usize::MAX;
    while let Some((from, character)) = characters.next() {
        let mut to = from + character.len_utf8();
        if is_space(character) {
            continue;
        }
        let kind = if let Some(digit) = digit(character) {
            let mut value = digit;
            let mut digits = 1;
            while let Some((place, next)) = characters.next_if(|(_, next)| self::digit(*next).is_some()) {
                to = place + next.len_utf8();
                digits += 1;
                value = value.saturating_mul(10).saturating_add(self::digit(next).unwrap_or(0));
            }
            DateTokenKind::Number(value, digits)
        } else if is_letter(character) {
            while let Some((place, next)) = characters.next_if(|(_, next)| is_letter(*next)) {
                to = place + next.len_utf8();
            }
            // `p.m.` and `p. m.` are one word.
            if to - from == character.len_utf8()
                && let Some(length) = rest_of_half(character, text.slice(to..))
            {
                to += length;
            }
            to += rest_of_thai_month(text.slice(from..to), text.slice(to..));
            while characters.next_if(|(place, _)| *place < to).is_some() {}
            DateTokenKind::Word
        } else if let Some((kind, length)) = two_signs(text.slice(from..)) {
            to = from + length;
            while characters.next_if(|(place, _)| *place < to).is_some() {}
            kind
        } else {
            DateTokenKind::Mark(character)
        };
        tokens.push(DateToken { kind, from, to, is_glued: from == last_end });
        last_end = to;
    }
    read_words(text, &mut tokens);
    tokens
}

/// The length of `.m.` after the `p` of `p.m.`, with or without a space in it.
fn rest_of_half(first: char, rest: &str) -> Option<usize> {
    if !matches!(first, 'a' | 'p' | 'A' | 'P' | 'π' | 'μ') {
        return None;
    }
    let tail = rest.strip_prefix('.')?.trim_start_matches([' ', '\u{A0}']);
    let tail = tail.strip_prefix(['m', 'M', 'μ'])?;
    let tail = tail.strip_prefix('.').unwrap_or(tail);
    // `a. marzo`
    (!tail.starts_with(is_letter)).then_some(rest.len() - tail.len())
}

/// The length of `.ค` after the `มี` of `มี.ค.`.
fn rest_of_thai_month(word: &str, rest: &str) -> usize {
    // Two letters, one of which may bear a vowel sign.
    if !rest.starts_with('.') || !word.starts_with(|first| ('\u{E01}'..='\u{E4E}').contains(&first)) {
        return 0;
    }
    let length = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
    let letter = rest.slice(1..length);
    if names::month(&format!("{word}.{letter}")).is_some() { length } else { 0 }
}

/// Words of two Han signs, and how long they are.
fn two_signs(text: &str) -> Option<(DateTokenKind, usize)> {
    let length = text.char_indices().nth(2).map_or(text.len(), |(at, _)| at);
    let kind = match text.get(..length)? {
        "午前" | "上午" | "凌晨" | "早上" => DateTokenKind::Half(false),
        "午後" | "午后" | "下午" | "晚上" => DateTokenKind::Half(true),
        // The first years: 2019, 1989, 1926, and 1912 of the Republic of China.
        "令和" => DateTokenKind::Era(2018),
        "平成" => DateTokenKind::Era(1988),
        "昭和" => DateTokenKind::Era(1925),
        "民國" | "民国" => DateTokenKind::Era(1911),
        _ => return None,
    };
    Some((kind, length))
}

/// Finds out what words near a number mean; others are no part of a date.
fn read_words(text: &str, tokens: &mut [DateToken]) {
    const NEAR: usize = 3;
    let mut read = 0;
    for place in 0..tokens.len() {
        if !tokens.get(place).is_some_and(|token| matches!(token.kind, DateTokenKind::Number(..))) {
            continue;
        }
        let from = place.saturating_sub(NEAR).max(read);
        let to = (place + NEAR + 1).min(tokens.len());
        for token in tokens.get_mut(from..to).unwrap_or_default() {
            if token.kind == DateTokenKind::Word {
                token.kind = word(text.slice(token.from..token.to));
            }
        }
        read = to;
    }
}

/// White space, and what is invisible.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
}

fn digit(character: char) -> Option<i16> {
    let zero = match character {
        '0'..='9' => 0x30,
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6F0}'..='\u{6F9}' => 0x6F0,
        '\u{966}'..='\u{96F}' => 0x966,
        '\u{9E6}'..='\u{9EF}' => 0x9E6,
        '\u{E50}'..='\u{E59}' => 0xE50,
        '\u{FF10}'..='\u{FF19}' => 0xFF10,
        _ => return None,
    };
    i16::try_from(u32::from(character) - zero).ok()
}

/// Letters and the signs that belong to them. Han stands alone: `年` is a mark of its own, and so are the
/// Korean syllables that stand after a number.
fn is_letter(character: char) -> bool {
    match u32::from(character) {
        0x3400..=0x9FFF => false,
        _ if "년월일시분".contains(character) => false,
        0x300..=0x36F | 0x5B0..=0x5C7 | 0x64B..=0x652 | 0x93C | 0x94D | 0x9BC | 0x9CD => true,
        0xE47..=0xE4E | 0x200C => true,
        _ => character.is_alphabetic(),
    }
}

fn word(word: &str) -> DateTokenKind {
    if let Some(zone) = names::seasonal_zone(word) {
        return DateTokenKind::Seasonal(zone);
    }
    let word = word.to_lowercase();
    if let Some(month) = names::month(&word) {
        return DateTokenKind::Month(month);
    }
    if word.contains('.') {
        return DateTokenKind::Afternoon(!word.starts_with(['a', 'π']));
    }
    if let Some(month) = names::persian_month(&word) {
        return DateTokenKind::PersianMonth(month);
    }
    if let Some(zone) = names::zone(&word) {
        return DateTokenKind::Zone(zone);
    }
    match word.as_str() {
        "am" | "μμ" => DateTokenKind::Afternoon(word != "am"),
        "pm" | "م" | "مساء" | "مساءً" => DateTokenKind::Afternoon(true),
        "ص" | "صباحا" | "صباحاً" | "صباحًا" => DateTokenKind::Afternoon(false),
        "오전" | "오후" => DateTokenKind::Half(word == "오후"),
        "tháng" => DateTokenKind::MonthNumber,
        "พ" | "ศ" | "de" | "del" | "of" | "di" | "d" | "năm" | "hb" | "lea" | "ta" | "m" | "r" | "г"
        | "р" => DateTokenKind::Of,
        // Ordinals: 1st, 1er, 1º, 1-го, 25ème.
        "st" | "nd" | "rd" | "th" | "er" | "º" | "ª" | "го" | "ème" | "eme" | "e" | "te" => {
            DateTokenKind::Of
        }
        _ => DateTokenKind::Word,
    }
}
