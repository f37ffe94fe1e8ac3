//! Payment cards and bank accounts: numbers with check digits.

use super::digits::{Groups, comes_from, continues};
use super::{Kind, Sighting};

/// A payment card's number.
pub(super) fn card(text: &str, groups: &Groups) -> Option<Sighting> {
    let start = groups.start();
    let number = card_groups(text, groups)?;
    let (digits, end) = groups.joined(text, number);
    if !has_issuer(&digits) || !is_luhn(&digits) || comes_from(text, start) || continues(text, end) {
        return None;
    }
    Some(Sighting { kind: Kind::Card, bytes: start..end, value: digits })
}

/// How many of the groups are a card's number, going by how numbers are printed on cards: in fours, 4-6-5, 4-6-4, or not grouped.
fn card_groups(text: &str, groups: &Groups) -> Option<usize> {
    let separator = groups.gap(text, 0);
    let are_alike = |number: usize| {
        matches!(separator, " " | "-") && (0..number - 1).all(|gap| groups.gap(text, gap) == separator)
    };
    let shapes: [&[usize]; 4] = [&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4]];
    let shape = shapes.iter().find(|shape| groups.lengths(shape.len()) == **shape && are_alike(shape.len()));
    match shape {
        Some(shape) => Some(shape.len()),
        None => groups.iter().next().is_some_and(|group| (14..=19).contains(&group.len())).then_some(1),
    }
}

/// Whether a number's beginning and length are those of an issuer (ISO/IEC 7812, as the issuers publish their ranges).
fn has_issuer(digits: &str) -> bool {
    let first = |number: usize| digits.get(..number).and_then(|first| first.parse::<u32>().ok()).unwrap_or(0);
    match digits.len() {
        14 => matches!(first(2), 36 | 38 | 39) || matches!(first(3), 300..=305),
        15 => matches!(first(2), 34 | 37),
        16..=19 => {
            let is_of_sixteen = matches!(first(2), 51..=55) || matches!(first(4), 2221..=2720);
            first(1) == 4 && matches!(digits.len(), 16 | 19)
                || is_of_sixteen && digits.len() == 16
                || matches!(first(4), 6011 | 3528..=3589)
                || matches!(first(3), 644..=649)
                || matches!(first(2), 62 | 65)
        }
        _ => false,
    }
}

/// Luhn's check: from the right, every second digit doubled.
fn is_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            if place % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Lengths of IBANs (SWIFT's registry).
const COUNTRIES: [(&str, usize); 79] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("ST", 25),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("XK", 20),
];

/// An IBAN, of which the groups are what follows the country's letters.
pub(super) fn iban(text: &str, groups: &Groups) -> Option<Sighting> {
    let bytes = text.as_bytes();
    let start = groups.start().checked_sub(2)?;
    if groups.first_end() < groups.start() + 2 {
        return None;
    }
    let country = text.get(start..groups.start())?;
    let (_, length) = COUNTRIES.iter().find(|(code, _)| *code == country)?;
    if text.get(..start)?.chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    // Not grouped, or in fours: a space in other places ends it.
    let mut written = String::with_capacity(*length);
    let mut at = start;
    let is_grouped = bytes.get(start + 4) == Some(&b' ');
    while written.len() < *length {
        if is_grouped
            && written.len().is_multiple_of(4)
            && !written.is_empty()
            && bytes.get(at) == Some(&b' ')
        {
            at += 1;
        }
        let byte = *bytes.get(at).filter(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())?;
        written.push(char::from(byte));
        at += 1;
    }
    let is_end = !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    (is_end && is_mod_97(&written)).then_some(Sighting { kind: Kind::Iban, bytes: start..at, value: written })
}

/// The check of ISO 7064: the first four characters go to the end, letters are numbers from 10, and the rest is 1.
fn is_mod_97(iban: &str) -> bool {
    let Some((front, rest)) = iban.split_at_checked(4) else { return false };
    let remainder = rest.chars().chain(front.chars()).fold(0, |remainder, character| {
        let value = character.to_digit(36).unwrap_or(0);
        (if value > 9 { remainder * 100 } else { remainder * 10 } + value) % 97
    });
    remainder == 1
}
