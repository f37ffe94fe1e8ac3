//! Phone numbers.
//!
//! What a number is depends on the country, and most of what has as many digits is something else. Three shapes are clear: `+`
//! and a country's code; North America's `(212) 555-1234`; and the many countries' groups that begin with a 0 for the trunk line.
//! Other numbers count only after a word such as "phone".

use super::digits::{Groups, comes_from, continues};
use super::{Kind, Sighting};
use crate::text::Slice;

/// The number that begins with the first of the groups. What lies before `from` is done with.
pub(super) fn number(text: &str, groups: &Groups, from: usize) -> Option<Sighting> {
    let start = groups.start();
    let before = text.get(..start)?;
    let (opening, is_international) = if before.ends_with("+(") {
        (2, true)
    } else if before.ends_with('+') {
        (1, true)
    } else {
        (usize::from(before.ends_with('(')), false)
    };
    let begin = start - opening;
    if begin < from || comes_from(text, begin) {
        return None;
    }
    // The end of a longer number of another kind, such as an IBAN with a mistake in it.
    let passed = text.get(from..begin)?.trim_end();
    if !is_international && passed.ends_with(|character: char| character.is_ascii_digit()) {
        return None;
    }
    let is_bracketed = before.ends_with('(');
    let number = if is_international {
        international(text, groups)
    } else {
        let shaped = north_american(text, groups, is_bracketed)
            .or_else(|| with_trunk_prefix(text, groups, is_bracketed))
            .filter(|number| !is_in_row(text, groups.joined(text, *number).1) || follows_word(before));
        shaped.or_else(|| if follows_word(before) { announced(text, groups) } else { None })
    }?;
    let (digits, end) = groups.joined(text, number);
    // Of `(see 020 7946 0018)`, the bracket is not the number's.
    let closes_inside = text.get(start..end)?.contains(')');
    let begin = if is_bracketed && !closes_inside { start } else { begin };
    if continues(text, end) || is_fiction(&digits) {
        return None;
    }
    Some(Sighting { kind: Kind::Phone, bytes: begin..end, value: canonical(&digits, is_international) })
}

/// The same number with and without its country's code is the same in North America; others stay apart.
fn canonical(digits: &str, is_international: bool) -> String {
    match digits.strip_prefix('1') {
        Some(rest) if rest.len() == 10 => rest.to_owned(),
        _ if is_international => format!("+{digits}"),
        _ => match digits.strip_prefix("00") {
            Some(rest) => format!("+{rest}"),
            None => digits.to_owned(),
        },
    }
}

/// 555-0100 to 555-0199 are nobody's, in any area.
fn is_fiction(digits: &str) -> bool {
    let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(digits);
    national.len() == 10 && national.get(3..8) == Some("55501")
}

/// How many groups a number after a `+` or 00 has: 8 to 15 digits, and no more groups than it needs for 11.
fn international(text: &str, groups: &Groups) -> Option<usize> {
    let (all, _) = groups.joined(text, groups.len());
    let code = calling_code(&all)?;
    let national = all.get(code.len()..)?.trim_start_matches('0');
    // "+100 000 000" is an amount: no number begins with zeros, but for Italy's and the 0 in brackets.
    if all.len() - code.len() > national.len() + 1 {
        return None;
    }
    let mut digits = 0;
    for (number, group) in groups.iter().enumerate() {
        digits += group.len();
        if digits > 15 {
            return None;
        }
        let is_last = number + 1 == groups.len();
        if code == "1" && digits >= 11 {
            let is_area = all.as_bytes().get(1).is_some_and(|byte| *byte >= b'2');
            return (digits == 11 && is_area).then_some(number + 1);
        }
        if digits >= 11 || is_last {
            return (digits >= 8).then_some(number + 1);
        }
    }
    None
}

/// The country's code that digits begin with (ITU E.164).
fn calling_code(digits: &str) -> Option<&str> {
    const TWO: [&str; 45] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
        "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
        "82", "84", "86", "90", "91", "92", "93", "94", "95", "98", "99",
    ];
    const THREE: [&str; 14] =
        ["21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67"];
    const MORE: [&str; 7] = ["68", "69", "80", "85", "88", "96", "97"];
    if digits.starts_with(['1', '7']) {
        return digits.get(..1);
    }
    let two = digits.get(..2)?;
    if THREE.contains(&two) || MORE.contains(&two) || two == "99" {
        return digits.get(..3);
    }
    TWO.contains(&two).then_some(two)
}

/// `(212) 555-1234`, `212-555-1234`, `212.555.1234`, each also after `1-`.
fn north_american(text: &str, groups: &Groups, is_bracketed: bool) -> Option<usize> {
    let has_code = groups.lengths(1) == [1] && text.get(groups.start()..groups.first_end()) == Some("1");
    let first = usize::from(has_code);
    let lengths = groups.lengths(first + 3);
    if lengths.get(first..)? != [3, 3, 4] {
        return None;
    }
    let gap = |number: usize| groups.gap(text, first + number);
    let is_clear = match (gap(0), gap(1)) {
        ("-", "-") | (".", ".") => true,
        (") " | ")" | ")-", "-" | " " | ".") => is_bracketed || has_code,
        _ => false,
    };
    let begins_with = |number: usize| {
        let group = groups.iter().nth(first + number)?;
        text.as_bytes().get(group.start).copied()
    };
    let is_valid = [0, 1].iter().all(|number| begins_with(*number).is_some_and(|byte| byte >= b'2'));
    (is_clear && is_valid).then_some(first + 3)
}

/// Whether it is a ZIP code with its four further digits behind a state: `Boston, MA 02110-1301`.
fn is_zip(text: &str, groups: &Groups) -> bool {
    let before = text.get(..groups.start()).unwrap_or_default().trim_end();
    let state = before.chars().rev().take(3).collect::<Vec<_>>();
    matches!(state[..], [last, first, space, ..] if last.is_ascii_uppercase() && first.is_ascii_uppercase() && space.is_whitespace())
        && groups.lengths(2) == [5, 4]
        && groups.gap(text, 0) == "-"
}

/// `020 7946 0018`, `(030) 1234567`, `06 71 34 56 18`, `0044 20 7946 0018`: groups of two digits and more, 9 to 11 in all.
fn with_trunk_prefix(text: &str, groups: &Groups, is_bracketed: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(groups.start()) != Some(&b'0') {
        return None;
    }
    let (all, _) = groups.joined(text, groups.len());
    if all.starts_with("00") {
        let code = calling_code(all.get(2..)?)?;
        let digits = all.len();
        // `00 44 20`, `0044 20`; but `005 394 001 13-9 11 3` are scores.
        let first = groups.first_end() - groups.start();
        let is_grouped =
            (first == 2 || first >= 2 + code.len()) && groups.iter().all(|group| group.len() >= 2);
        let is_number = (11..=15).contains(&digits)
            && groups.len() >= 2
            && is_grouped
            && !all.get(2 + code.len()..)?.starts_with('0');
        return is_number.then_some(groups.len());
    }
    if is_zip(text, groups) {
        return None;
    }
    // Pairs are a number if there are five of them; drawn numbers rise, and hours have four digits each.
    let lengths = groups.lengths(groups.len());
    if lengths.iter().all(|length| *length == 2) {
        let pairs: Vec<&str> = groups.iter().filter_map(|group| text.get(group.clone())).collect();
        let is_joined = (1..4).all(|gap| groups.gap(text, gap) == groups.gap(text, 0));
        let is_number = lengths.len() == 5
            && is_joined
            && matches!(groups.gap(text, 0), " " | "-" | ".")
            && !pairs.is_sorted();
        return is_number.then_some(5);
    }
    let mut digits = 0;
    let mut enough = None;
    for (number, group) in groups.iter().enumerate() {
        digits += group.len();
        // An ISBN has groups of one digit, a date dots.
        if group.len() < 2 || group.len() > 8 || digits > if number < 2 { 12 } else { 11 } {
            break;
        }
        if number > 0 {
            let gap = groups.gap(text, number - 1);
            let is_joined = match gap {
                " " | "-" | "/" | " / " | " - " => true,
                ") " | ")" | ")-" => is_bracketed && number == 1,
                _ => false,
            };
            if !is_joined {
                break;
            }
            if digits >= 9 && enough.is_none_or(|(_, before)| before < 10) {
                enough = Some((number + 1, digits));
            }
        }
    }
    enough.map(|(number, _)| number)
}

/// Whether another number follows with nothing but spaces and dashes between, as in a table or a line of scores:
/// `Rovers 000 104 226 — 7 11 1`.
fn is_in_row(text: &str, end: usize) -> bool {
    let rest = text.slice(end..);
    let next = rest.trim_start_matches([' ', '\t', '\u{A0}', '-', '–', '—']);
    let is_word = |character: char| character.is_alphabetic();
    let digits = next.trim_start_matches(|character: char| character.is_ascii_digit());
    next.len() < rest.len() && digits.len() < next.len() && !digits.starts_with(is_word)
}

/// Seven to fifteen digits after a word that announces them.
fn announced(text: &str, groups: &Groups) -> Option<usize> {
    let mut digits = 0;
    for (number, group) in groups.iter().enumerate() {
        digits += group.len();
        if digits > 15 {
            return None;
        }
        let is_last = number + 1 == groups.len();
        if digits >= 10 || is_last {
            let lengths = groups.lengths(number + 1);
            let is_date = matches!(lengths.as_slice(), [4, 2, 2] | [2, 2, 4]);
            let are_years = lengths.iter().all(|length| *length == 4)
                && groups.iter().all(|group| {
                    text.get(group.clone())
                        .is_some_and(|year| year.starts_with("19") || year.starts_with("20"))
                });
            let is_a_list = lengths.iter().all(|length| *length <= 2);
            return (digits >= 7 && !is_date && !are_years && !is_a_list).then_some(number + 1);
        }
    }
    None
}

/// Whether the last word, but for some small ones, says that a phone number follows.
fn follows_word(before: &str) -> bool {
    const WORDS: [&str; 24] = [
        "tel",
        "telephone",
        "phone",
        "phones",
        "fax",
        "mobile",
        "cell",
        "whatsapp",
        "hotline",
        "helpline",
        "call",
        "calling",
        "ring",
        "sms",
        "tél",
        "téléphone",
        "telefon",
        "telefono",
        "teléfono",
        "telefone",
        "fon",
        "handy",
        "тел",
        "телефон",
    ];
    const BETWEEN: [&str; 9] = ["number", "no", "nr", "on", "at", "us", "is", "under", "unter"];
    let mut words = before
        .rsplit(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(4)
        .take_while(|word| word.len() <= 20)
        .map(str::to_lowercase);
    let Some(mut word) = words.next() else { return false };
    while BETWEEN.contains(&word.as_str())
        && let Some(next) = words.next()
    {
        word = next;
    }
    WORDS.contains(&word.as_str())
}
