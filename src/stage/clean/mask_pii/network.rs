//! IP addresses that can be reached from everywhere.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::digits::{Groups, comes_from, goes_on};
use super::{Kind, Sighting};
use crate::text::Slice;

/// What stands before four numbers that are a version, a section or a law's paragraph.
const NUMBERED: [&str; 30] = [
    "version",
    "ver",
    "v",
    "release",
    "build",
    "firmware",
    "update",
    "patch",
    "driver",
    "sdk",
    "section",
    "chapter",
    "clause",
    "paragraph",
    "table",
    "figure",
    "rule",
    "annex",
    "ios",
    "android",
    "windows",
    "macos",
    "linux",
    "kernel",
    "chrome",
    "firefox",
    "safari",
    "java",
    "python",
    "php",
];

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
    let continues = goes_on(text, end) && !text.get(end..)?.starts_with([':', '/']);
    if !is_public(address) || comes_from_word(text, start) || continues || is_numbered(text, start) {
        return None;
    }
    if has_shape_of_version(address) && !is_among_addresses(text, start, end) {
        return None;
    }
    Some(Sighting { kind: Kind::Ip, bytes: start..end, value: address.to_string() })
}

/// `http://192.0.2.1/` is an address too, `v1.2.3.4` and `1.2.3.4.5` are not.
fn comes_from_word(text: &str, start: usize) -> bool {
    let before = text.slice(..start);
    comes_from(text, start) && !before.ends_with("//") && !before.ends_with('@')
}

fn is_numbered(text: &str, start: usize) -> bool {
    let before = text.slice(..start).trim_end();
    let word = before.rsplit(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
    NUMBERED.iter().any(|numbered| word.eq_ignore_ascii_case(numbered))
}

/// Versions and sections count from 0 or 1; of addresses drawn at random, one in 150 has three numbers as small.
fn has_shape_of_version(address: Ipv4Addr) -> bool {
    address.octets().iter().filter(|octet| **octet < 32).count() >= 3
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
    if first & 0xE000 != 0x2000 || (first, second) == (0x2001, 0xDB8) || goes_on(text, end) {
        return None;
    }
    Some(Sighting { kind: Kind::Ip, bytes: digit..end, value: address.to_string() })
}
