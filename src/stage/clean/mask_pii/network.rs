//! IP addresses that can be reached from everywhere.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::digits::{Groups, comes_from, continues};
use super::{Kind, Sighting};
use crate::text::Slice;

/// The address whose first digit is that of the groups.
pub(super) fn address(text: &str, groups: &Groups, from: usize) -> Option<Sighting> {
    version_four(text, groups).or_else(|| version_six(text, groups.start(), from))
}

fn version_four(text: &str, groups: &Groups) -> Option<Sighting> {
    if groups.len() < 4 || (0..3).any(|gap| groups.gap(text, gap) != ".") {
        return None;
    }
    let start = groups.start();
    let end = groups.iter().nth(3)?.end;
    let address: Ipv4Addr = text.get(start..end)?.parse().ok()?;
    let is_longer = continues(text, end) && !text.get(end..)?.starts_with([':', '/']);
    if !is_public(address) || comes_from_word(text, start) || is_longer {
        return None;
    }
    let version = shape(&address.octets()) + company(text, start..end);
    if version >= VERSION {
        return None;
    }
    Some(Sighting { kind: Kind::Ip, bytes: start..end, value: address.to_string() })
}

/// `http://192.0.2.1/` is an address too, `v1.2.3.4` and `1.2.3.4.5` are not.
fn comes_from_word(text: &str, start: usize) -> bool {
    let before = text.slice(..start);
    comes_from(text, start) && !before.ends_with("//") && !before.ends_with('@')
}

/// From here on, four numbers are a version or a section, in tenths of a natural logarithm: of addresses drawn at random and without
/// company, one in a hundred has as much.
const VERSION: i32 = 25;
/// A port, a URL of numbers, or the name of the protocol, against any shape.
const IS_ADDRESSED: i32 = -100;
/// A number in company that is no address: `3.2.1`, `4.7.12.256`.
const OTHER_NUMBER: i32 = 10;
/// Another address that is shown to be one.
const ADDRESSED_NEIGHBOUR: i32 = -60;
/// Another four numbers count half of what their own shape says.
const SHARE_OF_NEIGHBOUR: i32 = 2;
const MOST_OF_NEIGHBOURS: i32 = 45;
/// The number opens its line, and words follow: `4.7.12.3 Moorings`.
const HEADING: i32 = 25;
/// How far from an address, in bytes, other numbers are looked at: some lines of a list.
const NEIGHBOURHOOD: usize = 600;

/// How much more often versions and sections have such numbers than addresses: those fall off as `1 / (x + 2)`, these do not.
fn shape(numbers: &[u8]) -> i32 {
    const STEPS: [(u8, i32); 10] =
        [(1, 30), (3, 25), (6, 20), (10, 15), (18, 10), (32, 5), (54, 0), (90, -5), (150, -10), (255, -15)];
    let of = |number: &u8| STEPS.iter().find(|(most, _)| number <= most).map_or(0, |(_, weight)| *weight);
    numbers.iter().map(of).sum()
}

/// What stands around four numbers says that they are a version (more than 0) or an address (less).
fn company(text: &str, place: Range<usize>) -> i32 {
    if is_among_addresses(text, place.start, place.end) {
        return IS_ADDRESSED;
    }
    let own = text.slice(place.clone());
    let opens = text.get(..place.start).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
    let is_heading = opens
        && text
            .get(place.end..)
            .and_then(|after| after.strip_prefix(' '))
            .is_some_and(|after| after.starts_with(char::is_alphabetic));
    let is_part = |character: char| character.is_ascii_digit() || character == '.';
    let from = (0..=place.start).rev().take(NEIGHBOURHOOD).filter(|at| text.is_char_boundary(*at)).last();
    let mut neighbours = 0;
    let mut at = from.unwrap_or(place.start);
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(is_part)).map(|found| at + found) {
        let rest = text.slice(start..);
        let length = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
        let number = rest.slice(..length).trim_end_matches('.');
        at = start + length;
        if start > place.end + NEIGHBOURHOOD {
            break;
        }
        let dots = number.matches('.').count();
        if dots < 2 || number == own {
            continue;
        }
        neighbours += match number.parse::<Ipv4Addr>() {
            Ok(_) if is_among_addresses(text, start, start + number.len()) => ADDRESSED_NEIGHBOUR,
            Ok(address) => shape(&address.octets()) / SHARE_OF_NEIGHBOUR,
            // Days have three parts, too.
            Err(_) if number.len() >= 8 && dots == 2 => 0,
            Err(_) => OTHER_NUMBER,
        };
    }
    neighbours.clamp(-MOST_OF_NEIGHBOURS, MOST_OF_NEIGHBOURS) + if is_heading { HEADING } else { 0 }
}

/// How far from an address, in characters, what shows that it is one may be.
const COMPANY_CHARS: usize = 60;

/// Whether a port follows, or the line has the name of the protocol or a URL of numbers nearby, on either side.
fn is_among_addresses(text: &str, start: usize, end: usize) -> bool {
    let before = text.slice(..start);
    let first = before.char_indices().rev().nth(COMPANY_CHARS - 1).map_or(0, |(at, _)| at);
    let before = before.slice(first..);
    let after = text.slice(end..);
    let last = after.char_indices().nth(COMPANY_CHARS).map_or(after.len(), |(at, _)| at);
    let after = after.slice(..last);
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = after.split('\n').next().unwrap_or_default();
    let begins_with_digit = |text: &str| text.starts_with(|character: char| character.is_ascii_digit());
    let has_port = after.strip_prefix(':').is_some_and(begins_with_digit);
    has_port
        || before.ends_with("//")
        || before.ends_with('@')
        || [before, after].into_iter().any(|side| {
            let names_protocol = side
                .split(|character: char| !character.is_ascii_alphanumeric())
                .any(|word| ["ip", "ips", "ipv4", "dns"].iter().any(|name| word.eq_ignore_ascii_case(name)));
            names_protocol || side.split("://").skip(1).any(begins_with_digit)
        })
}

fn is_public(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && second & 0xC0 == 64;
    let is_for_benchmarks = first == 198 && second & 0xFE == 18;
    let is_for_protocols = (first, second, third) == (192, 0, 0);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || is_shared
        || is_for_benchmarks
        || is_for_protocols
        || first == 0
        || first >= 224)
}

fn version_six(text: &str, digit: usize, from: usize) -> Option<Sighting> {
    let bytes = text.as_bytes();
    // All that is in use begins with 2 or 3 and three more hexadecimal digits (RFC 4291): times and `std::fmt` do not.
    if !matches!(bytes.get(digit), Some(b'2' | b'3')) || bytes.get(digit + 4) != Some(&b':') {
        return None;
    }
    if digit < from || comes_from(text, digit) && !text.get(..digit)?.ends_with("//[") {
        return None;
    }
    let is_inside = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b':';
    let length = bytes.iter().skip(digit).take(40).take_while(is_inside).count();
    let written = text.get(digit..digit + length)?;
    let written = if written.ends_with("::") { written } else { written.trim_end_matches(':') };
    let address: Ipv6Addr = written.parse().ok()?;
    let [first, second, ..] = address.segments();
    let end = digit + written.len();
    if first & 0xE000 != 0x2000 || (first, second) == (0x2001, 0xDB8) || continues(text, end) {
        return None;
    }
    Some(Sighting { kind: Kind::Ip, bytes: digit..end, value: address.to_string() })
}
