//! `mask-pii`: stand-ins for what leads to a person: mail addresses, phone numbers, network addresses, cards and accounts.
//!
//! `Write to j.harrow@courier.example.net or call +44 20 7946 0018.` → `Write to person1@example.com or call 202-555-0101.`
//!
//! It is in no pipeline that comes with the program: what is personal depends on what the records are for, and a newspaper prints
//! its own addresses on purpose. It belongs after the stages that repair and normalise characters.
//!
//! | kind | found | stand-in |
//! |---|---|---|
//! | `email` | a local part, `@`, and a domain with a dot | `person1@example.com` (RFC 2606) |
//! | `phone` | `+` with a country's code; `(212) 555-1234`, `212-555-1234`; groups that begin with 0; digits after "tel." or "call" | `202-555-0101`, of those kept for fiction |
//! | `ip` | public IPv4 and IPv6 addresses; four small numbers only in the company of a port, a URL or the name of the protocol | `192.0.2.1` (RFC 5737), `2001:db8::1` (RFC 3849) |
//! | `card` | 14 to 19 digits of an issuer, grouped as on cards or not at all, whose check digit is right | `0000 0000 0000 0001` |
//! | `iban` | of a country's length, and right modulo 97 | `XX00 0000 0000 0001` |
//!
//! The same value has the same stand-in all over a record, however it is written, and the next value the next number; so
//! a text stays readable, and two records say nothing about each other. Stand-ins are left alone when they are met again.
//!
//! It works on the text and on every field that people read, not on addresses of pages, `html` and `extra`: where those may hold
//! such data, leave `extra` out of the output. Names, streets and numbers of identity cards have no shape, and stay.

mod accounts;
mod digits;
mod mail;
mod network;
mod phone;

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use digits::Groups;

/// What can be masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Mail addresses.
    Email,
    /// Phone numbers.
    Phone,
    /// Public IP addresses.
    Ip,
    /// Numbers of payment cards.
    Card,
    /// Numbers of bank accounts.
    Iban,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What is masked.
    kinds: Vec<Kind>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { kinds: vec![Kind::Email, Kind::Phone, Kind::Ip, Kind::Card, Kind::Iban] }
    }
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "mask-pii",
    family: Family::Cleaner,
    summary: "puts stand-ins for mail addresses, phone numbers, public IP addresses, payment cards and IBANs",
    about: "Stand-ins are from ranges that belong to nobody, numbered within a record: `person1@example.com`, `202-555-0101`, \
            `192.0.2.1`, `2001:db8::1`, `0000 0000 0000 0001`, `XX00 0000 0000 0001`; the same value has the same one. Works on the \
            text and on the fields that people read, not on URLs, `html` and `extra`. Private addresses, dates, scores, amounts \
            and ISBNs stay.",
    rules: &[],
    example: "[[stage]]\nkind = \"mask-pii\"\nkinds = [\"email\", \"phone\", \"ip\", \"card\", \"iban\"]\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let mut register = Register::default();
        let mut mask = |text: &mut String| {
            if let Some(masked) = self.masked(text, &mut register) {
                *text = masked;
                cx.note_change();
            }
        };
        mask(&mut article.text);
        article.for_each_short_text(mask);
        Outcome::Keep
    }
}

/// Something to be masked.
#[derive(Clone, Debug, PartialEq)]
struct Sighting {
    kind: Kind,
    bytes: Range<usize>,
    /// What makes it equal to another.
    value: String,
}

impl Settings {
    /// The text with its stand-ins; `None` where there is nothing to mask.
    fn masked(&self, text: &str, register: &mut Register) -> Option<String> {
        let mut masked = String::new();
        let mut copied = 0;
        let mut at = 0;
        while let Some(start) = next_sign(text.as_bytes(), at) {
            let (found, end) = self.look(text, start, copied);
            if let Some(sighting) = found {
                masked.push_str(text.get(copied..sighting.bytes.start)?);
                masked.push_str(&register.stand_in(&sighting));
                copied = sighting.bytes.end;
            }
            at = end.max(start + 1);
        }
        if copied == 0 {
            return None;
        }
        masked.push_str(text.get(copied..)?);
        Some(masked)
    }

    /// What is to be masked at a digit or an `@`, and where to continue. What lies before `from` is done with.
    fn look(&self, text: &str, start: usize, from: usize) -> (Option<Sighting>, usize) {
        let bytes = text.as_bytes();
        if bytes.get(start) == Some(&b'@') {
            let found = if self.has(Kind::Email) { mail::address(text, start, from) } else { None };
            let end = found.as_ref().map_or(start + 1, |found| found.bytes.end);
            return (found, end);
        }
        if let Some(end) = digits::too_few(bytes, start) {
            return (None, end);
        }
        let groups = Groups::at(text, start);
        // A mail address may begin with digits; its `@` comes next.
        let found = self.number(text, &groups, from).filter(|found| {
            !matches!(bytes.get(found.bytes.end), Some(b'@' | b'_')) && found.bytes.start >= from
        });
        let end = found.as_ref().map_or(groups.first_end(), |found| found.bytes.end);
        (found, end)
    }

    fn number(&self, text: &str, groups: &Groups, from: usize) -> Option<Sighting> {
        if self.has(Kind::Ip)
            && let Some(found) = network::address(text, groups, from)
        {
            return Some(found);
        }
        if self.has(Kind::Iban)
            && let Some(found) = accounts::iban(text, groups)
        {
            return Some(found);
        }
        // No number in use has fewer than seven digits.
        if groups.digits() < 7 {
            return None;
        }
        let card = if self.has(Kind::Card) { accounts::card(text, groups) } else { None };
        card.or_else(|| if self.has(Kind::Phone) { phone::number(text, groups, from) } else { None })
    }

    fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }
}

/// The next digit or `@`. Most texts have few of either, so eight bytes are looked at together.
fn next_sign(bytes: &[u8], from: usize) -> Option<usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let is_sign = |byte: &u8| byte.is_ascii_digit() || *byte == b'@';
    let mut at = from;
    while let Some(eight) = bytes.get(at..at + 8).and_then(|eight| <[u8; 8]>::try_from(eight).ok()) {
        let eight = u64::from_le_bytes(eight);
        let low = eight & !HIGH;
        // A byte below 128 plus what is missing to 128 has the high bit: from `0` on, and up to `@`.
        let from_zero = low + u64::from(0x80 - b'0') * EACH;
        let beyond_at = low + u64::from(0x80 - b'@' - 1) * EACH;
        if from_zero & !beyond_at & !eight & HIGH != 0
            && let Some(place) = bytes.get(at..at + 8)?.iter().position(is_sign)
        {
            return Some(at + place);
        }
        at += 8;
    }
    bytes.get(at..)?.iter().position(is_sign).map(|place| at + place)
}

/// The values of a record, numbered in the order in which they come.
#[derive(Debug, Default)]
struct Register {
    numbers: BTreeMap<(Kind, String), usize>,
    counts: BTreeMap<Kind, usize>,
}

impl Register {
    fn stand_in(&mut self, sighting: &Sighting) -> String {
        let number = *self.numbers.entry((sighting.kind, sighting.value.clone())).or_insert_with(|| {
            let count = self.counts.entry(sighting.kind).or_default();
            *count += 1;
            *count
        });
        match sighting.kind {
            Kind::Email => format!("person{number}@example.com"),
            // 100 numbers are kept for fiction in each of the areas; a record with more shares them.
            Kind::Phone => format!("202-555-01{:02}", number % 100),
            Kind::Ip if sighting.value.contains(':') => format!("2001:db8::{number:x}"),
            Kind::Ip => {
                let networks = ["192.0.2", "198.51.100", "203.0.113"];
                let network = networks.get((number - 1) / 254 % 3).copied().unwrap_or("192.0.2");
                format!("{network}.{}", (number - 1) % 254 + 1)
            }
            Kind::Card => format!("0000 0000 {:04} {:04}", number / 10_000 % 10_000, number % 10_000),
            Kind::Iban => format!("XX00 0000 {:04} {:04}", number / 10_000 % 10_000, number % 10_000),
        }
    }
}
