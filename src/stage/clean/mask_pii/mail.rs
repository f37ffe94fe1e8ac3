//! Mail addresses.

use super::{Kind, Sighting};

const LONGEST_LOCAL_PART: usize = 64;
const LONGEST_DOMAIN: usize = 253;
/// Domains that are nobody's (RFC 2606, RFC 6761).
const RESERVED: [&str; 7] =
    ["example.com", "example.org", "example.net", "example", "invalid", "test", "localhost"];
/// What looks like a domain's end and is a file's: `logo@2x.png`.
const FILES: [&str; 8] = ["png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js"];

/// The address around an `@`; its local part does not begin before `from`.
pub(super) fn address(text: &str, at: usize, from: usize) -> Option<Sighting> {
    let before = text.get(from..at)?;
    let is_local = |character: &char| is_latin(*character) || "._%+-'’".contains(*character);
    let local: usize =
        before.chars().rev().take(LONGEST_LOCAL_PART).take_while(is_local).map(char::len_utf8).sum();
    let mut start = at - local;
    // Quotation marks and dots around an address are not part of it.
    let local = text.get(start..at)?.trim_start_matches(['.', '\'', '’', '-', '%', '+']);
    start = at - local.len();
    if local.is_empty() || local.ends_with('.') || local.contains("..") {
        return None;
    }
    // `@name@host` is an account, `//name:word@host` an address of a server.
    if matches!(text.get(from..start)?.chars().next_back(), Some('@' | ':' | '/')) && !is_mailto(text, start)
    {
        return None;
    }
    let after = text.get(at + 1..)?;
    // Where a scraper lost a space, an address in Latin letters ends at the next word in others.
    let is_latin_domain = after.starts_with(is_latin);
    let is_domain = |character: &char| match character {
        '.' | '-' => true,
        _ => character.is_alphanumeric() && (!is_latin_domain || is_latin(*character)),
    };
    let length: usize = after.chars().take(LONGEST_DOMAIN).take_while(is_domain).map(char::len_utf8).sum();
    let domain = after.get(..length)?.trim_end_matches(['.', '-']);
    let (rest, last) = domain.rsplit_once('.')?;
    let is_name = last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    if !is_name || rest.is_empty() || rest.starts_with(['.', '-']) || domain.contains("..") {
        return None;
    }
    let lower = domain.to_lowercase();
    let is_reserved = RESERVED.iter().any(|reserved| {
        lower.strip_suffix(reserved).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    });
    if is_reserved || FILES.contains(&last.to_ascii_lowercase().as_str()) {
        return None;
    }
    let value = format!("{}@{lower}", local.to_lowercase());
    Some(Sighting { kind: Kind::Email, bytes: start..at + 1 + domain.len(), value })
}

fn is_mailto(text: &str, start: usize) -> bool {
    text.get(..start).is_some_and(|before| {
        let is_colon = before.ends_with(':');
        let word = before.trim_end_matches(':');
        is_colon && !word.ends_with('/') && !word.contains("://") || word.ends_with("mailto")
    })
}

fn is_latin(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '\u{C0}'..='\u{24F}') && character.is_alphabetic()
}
