//! Web and mail addresses, which stay in one piece.

use super::classes::{LOWER, class};

/// Whether a chunk is an address as a whole: a scheme or a user may stand before the host, a port and a path after it.
///
/// `word.word` is one, too, because any two letters may be a domain's ending.
pub(super) fn is_address(text: &str) -> bool {
    if !text.as_bytes().contains(&b'.') {
        return false;
    }
    if starts_with_host(text) || scheme(text).is_some_and(starts_with_host) {
        return true;
    }
    // At most one piece is read twice, because no host has an `@`.
    text.match_indices('@').any(|(at, _)| at > 0 && text.get(at + 1..).is_some_and(starts_with_host))
}

/// What stands after a scheme.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let is_right =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '+' | '-' | '.');
    (scheme.chars().nth(1).is_some() && scheme.chars().all(is_right)).then_some(rest)
}

fn starts_with_host(text: &str) -> bool {
    let end = text.find([':', '/', '?', '#', '@']).unwrap_or(text.len());
    let (host, rest) = text.split_at(end);
    if !is_domain(host) && !is_public_ip(host) {
        return false;
    }
    let rest = rest.strip_prefix(':').map_or(rest, |port| {
        let digits = port.chars().take_while(|character| character.is_numeric()).count();
        if !(2..=5).contains(&digits) {
            return "@"; // a host with a port that is none
        }
        port.trim_start_matches(char::is_numeric)
    });
    rest.is_empty() || rest.starts_with(['/', '?', '#'])
}

fn is_domain(host: &str) -> bool {
    let Some((labels, ending)) = host.rsplit_once('.') else { return false };
    let letters = ending.chars().count();
    (2..=63).contains(&letters)
        && ending.chars().all(|character| class(character) & LOWER != 0)
        && labels.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let is_end =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '\u{A1}'..='\u{FFFF}');
    let is_inner = |character: char| is_end(character) || matches!(character, '_' | '-');
    label.len() <= 64 * 3
        && label.chars().count() <= 64
        && label.starts_with(is_end)
        && label.ends_with(is_end)
        && label.chars().all(is_inner)
}

/// Four numbers of an address that is not private.
fn is_public_ip(host: &str) -> bool {
    let mut numbers = [(0_u32, ""); 4];
    let mut parts = host.split('.');
    for number in &mut numbers {
        let Some(part) = parts.next().filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())) else {
            return false;
        };
        let Some(value) = part.parse().ok().filter(|_| part.len() < 3 || !part.starts_with('0')) else {
            return false;
        };
        *number = (value, part);
    }
    let [first, second, third, last] = numbers;
    let is_private = match (first.0, second.0) {
        (10 | 127, _) | (169, 254) | (192, 168) => true,
        (172, second) => (16..=31).contains(&second),
        _ => false,
    };
    let is_padded = |(_, digits): (u32, &str)| digits.starts_with('0');
    parts.next().is_none()
        && !is_private
        && (1..=223).contains(&first.0)
        && !is_padded(first)
        && second.0 <= 255
        && third.0 <= 255
        && (1..=254).contains(&last.0)
        && !is_padded(last)
}
