//! Groups of digits with what separates them: `+44 (0)20 7946-0018`.

use crate::text::Slice;
use std::ops::Range;

/// Groups of digits that may belong together.
#[derive(Debug)]
pub(super) struct Groups {
    groups: Vec<Range<usize>>,
}

/// An IBAN has nine groups, a card five.
const MOST_GROUPS: usize = 10;

impl Groups {
    /// The groups that begin with the digit at a place: each next one is at most three separators away, none of them a line's end.
    pub(super) fn at(text: &str, start: usize) -> Self {
        let bytes = text.as_bytes();
        let mut groups: Vec<Range<usize>> = Vec::new();
        let mut at = start;
        while groups.len() < MOST_GROUPS {
            let length = bytes.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count();
            groups.push(at..at + length);
            at += length;
            let gap = bytes.iter().skip(at).take(4).take_while(|byte| is_separator(**byte)).count();
            if gap > 3 || gap == 0 || !bytes.get(at + gap).is_some_and(u8::is_ascii_digit) {
                break;
            }
            at += gap;
        }
        Self { groups }
    }

    /// Where the first group ends.
    pub(super) fn first_end(&self) -> usize {
        self.groups.first().map_or(0, |group| group.end)
    }

    /// Where the first group begins.
    pub(super) fn start(&self) -> usize {
        self.groups.first().map_or(0, |group| group.start)
    }

    /// Digits of all groups.
    pub(super) fn digits(&self) -> usize {
        self.groups.iter().map(Range::len).sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Range<usize>> {
        self.groups.iter()
    }

    /// Lengths of the first groups.
    pub(super) fn lengths(&self, number: usize) -> Vec<usize> {
        self.groups.iter().take(number).map(Range::len).collect()
    }

    /// What stands between a group and the next one.
    pub(super) fn gap<'a>(&self, text: &'a str, number: usize) -> &'a str {
        match (self.groups.get(number), self.groups.get(number + 1)) {
            (Some(group), Some(next)) => text.slice(group.end..next.start),
            _ => "",
        }
    }

    /// The digits of the first groups, and where they end.
    pub(super) fn joined(&self, text: &str, number: usize) -> (String, usize) {
        let mut digits = String::new();
        let mut end = self.start();
        for group in self.groups.iter().take(number) {
            digits.push_str(text.get(group.clone()).unwrap_or_default());
            end = group.end;
        }
        (digits, end)
    }

    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }
}

/// Where to continue if the digits at a place and those that follow are too few for anything: years, scores, amounts.
pub(super) fn too_few(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut digits, mut dots, mut at, mut gap) = (0, 0, start, 0);
    let mut end = start;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_digit() {
            digits += 1;
            gap = 0;
            end = at + 1;
        } else if is_separator(byte) && gap < 3 {
            dots += usize::from(byte == b'.');
            gap += 1;
        } else {
            break;
        }
        if digits >= 7 || dots >= 3 && digits >= 4 {
            return None;
        }
        at += 1;
    }
    // An IPv6 address continues with a colon or a letter, an IBAN begins with two.
    let first = bytes.get(start);
    let may_go_on = matches!(bytes.get(start + 4), Some(b':')) && matches!(first, Some(b'2' | b'3'));
    let has_letters =
        start >= 2 && bytes.get(start - 2..start).is_some_and(|two| two.iter().all(u8::is_ascii_uppercase));
    (!may_go_on && !has_letters).then_some(end)
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')')
}

/// Whether a number that ends at a place continues after it: with a letter, a digit, or a digit after a sign.
pub(super) fn continues(text: &str, end: usize) -> bool {
    let rest = text.slice(end..);
    let mut characters = rest.chars();
    match characters.next() {
        Some(character) if character.is_alphanumeric() => true,
        Some('-' | '.' | '/' | ',' | ':' | '–') => {
            characters.next().is_some_and(|next| next.is_ascii_digit())
        }
        Some('+' | '~') => characters.next().is_some_and(char::is_alphanumeric),
        Some('_' | '%' | '°') => true,
        _ => false,
    }
}

/// Whether a number that begins at a place is the end of something longer.
pub(super) fn comes_from(text: &str, start: usize) -> bool {
    let before = text.slice(..start);
    let mut characters = before.chars().rev();
    match characters.next() {
        Some(character) if character.is_alphanumeric() => true,
        Some('_' | '/' | '=' | '#' | '&' | '$' | '€' | '£' | '¥' | '@' | '+' | '~') => true,
        Some('-' | '.' | ',' | ':' | '–') => characters.next().is_some_and(char::is_alphanumeric),
        Some(' ') => characters.next().is_some_and(|sign| matches!(sign, '$' | '€' | '£' | '¥')),
        _ => false,
    }
}
