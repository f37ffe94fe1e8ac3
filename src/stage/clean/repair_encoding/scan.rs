//! What a text may need, at a glance: nearly every text needs nothing, and is to cost nearly nothing.
//!
//! Errs only towards more work. `cargo bench --bench floor` shows the cost of the whole stage on clean text.

use super::Damage;
use super::code_pages::{Bytes, CodePages, PAGES, PageSet, WESTERN};
use crate::text::Slice;

/// The kinds of damage that a text may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs(u8);

impl Needs {
    fn add(&mut self, damage: Damage) {
        self.0 |= 1 << damage as u8;
    }

    pub(super) fn has(self, damage: Damage) -> bool {
        self.0 & 1 << damage as u8 != 0
    }

    pub(super) fn nothing(self) -> bool {
        self.0 == 0
    }
}

/// Which byte of misread UTF-8 a character may be: a bit for each code page.
#[derive(Clone, Copy, Debug, Default)]
struct Role {
    /// The first of two.
    lead: PageSet,
    /// The first of three or four.
    long_lead: PageSet,
    /// A later one.
    tail: PageSet,
}

/// The roles of all characters below U+0800; the others are looked up.
#[derive(Debug)]
pub(super) struct Scanner {
    low: Box<[Role]>,
}

impl Scanner {
    pub(super) fn new(pages: &CodePages) -> Self {
        let roles = (0..0x800_u32)
            .map(|code| char::from_u32(code).map_or_else(Role::default, |c| role(pages.bytes(c))));
        Self { low: roles.collect() }
    }

    fn role(&self, character: char, pages: &CodePages) -> Role {
        match self.low.get(character as usize) {
            Some(role) => *role,
            None if character == char::REPLACEMENT_CHARACTER => {
                Role { lead: 0, long_lead: 0, tail: PageSet::MAX >> (PageSet::BITS as usize - PAGES) }
            }
            None => role(pages.bytes(character)),
        }
    }

    /// What a text may need, and the pages in which it may have been misread, a bit for each.
    pub(super) fn scan(&self, text: &str, pages: &CodePages) -> (Needs, PageSet) {
        let bytes = text.as_bytes();
        let mut needs = Needs::default();
        let mut suspects = 0;
        let mut at = 0;
        while let Some(start) = next_byte_to_look_at(bytes, at) {
            let second = bytes.get(start + 1).copied().unwrap_or(0);
            let first = bytes.get(start).copied().unwrap_or(0);
            at = start + 1;
            let tail = match first {
                b'&' => {
                    needs.add(Damage::Entities);
                    continue;
                }
                b'<' => {
                    needs.add(if second == b'U' { Damage::Escapes } else { Damage::Tags });
                    continue;
                }
                b'\\' | b'%' | b'=' => {
                    let third = bytes.get(start + 2).copied().unwrap_or(0);
                    let is_byte = matches!(second, b'8' | b'9' | b'A'..=b'F' | b'a'..=b'f')
                        && third.is_ascii_hexdigit();
                    let is_escape = first == b'\\' && matches!(second, b'u' | b'x' | b'2' | b'3');
                    if is_escape || (first != b'\\' && is_byte) {
                        needs.add(Damage::Escapes);
                    }
                    continue;
                }
                0..0x80 => {
                    needs.add(Damage::Controls);
                    continue;
                }
                0x80..0xE0 => {
                    at = start + 2;
                    let code = usize::from(first & 0x1F) << 6 | usize::from(second & 0x3F);
                    if (0x80..0xA0).contains(&code) {
                        needs.add(Damage::Controls);
                    }
                    // A no-break space that belonged to `Ã`, `Г` or `Ă` may have become a space.
                    if matches!(code, 0xC2 | 0xC3 | 0xC5 | 0x413 | 0x102) && bytes.get(at) == Some(&b' ') {
                        suspects |= self.low.get(code).map_or(0, |role| role.lead);
                    }
                    self.low.get(code).map_or(0, |role| role.tail)
                }
                _ => {
                    let Some(character) = text.get(start..).and_then(|rest| rest.chars().next()) else {
                        break;
                    };
                    at = start + character.len_utf8();
                    match character {
                        '\u{2028}' | '\u{2029}' => needs.add(Damage::Controls),
                        '\u{FB00}'..='\u{FB06}' | '\u{FF01}'..='\u{FF5E}' => needs.add(Damage::Forms),
                        // `â€` may have lost its third byte.
                        '€' if bytes.get(..start).is_some_and(|before| before.ends_with("â".as_bytes())) =>
                        {
                            suspects |= 1 << WESTERN;
                        }
                        _ => {}
                    }
                    if is_behind_ascii(bytes, start) { 0 } else { self.role(character, pages).tail }
                }
            };
            if tail != 0 && !is_behind_ascii(bytes, start) {
                suspects |= self.look_back(text.slice(..start), tail, pages);
            }
        }
        (needs, suspects)
    }

    /// The pages in which the end of a text and a later byte may be a character of UTF-8.
    fn look_back(&self, before: &str, tail: PageSet, pages: &CodePages) -> PageSet {
        let mut before = before.chars().rev();
        let mut role = || before.next().map_or_else(Role::default, |character| self.role(character, pages));
        let (previous, one_before) = (role(), role());
        tail & (previous.lead | one_before.long_lead & previous.tail)
    }
}

/// Nearly every character beyond ASCII that a European language has stands beside ASCII, and nothing is wrong there.
fn is_behind_ascii(bytes: &[u8], start: usize) -> bool {
    start.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(u8::is_ascii)
}

fn role(bytes: &Bytes) -> Role {
    let mut role = Role::default();
    for (page, byte) in bytes.iter().take(PAGES).enumerate() {
        match *byte {
            0x80..=0xBF => role.tail |= 1 << page,
            // D2 to D5 and DC to DF begin letters of scripts that are rarely met, and are letters that are not.
            0xC2..=0xD1 | 0xD6..=0xDB => role.lead |= 1 << page,
            0xE0..=0xF4 => role.long_lead |= 1 << page,
            _ => {}
        }
    }
    role
}

/// Where, from a place on, the first byte is that begins a character to look at.
fn next_byte_to_look_at(bytes: &[u8], from: usize) -> Option<usize> {
    // Many bytes at a time: without a branch inside, the compiler uses vector instructions. In Polish and
    // French the next one is near, and a look into a table finds it sooner.
    const NEAR: usize = 24;
    const STEP: usize = 32;
    let stops = |byte: &u8| STOPS[usize::from(*byte)];
    let rest = bytes.get(from..)?;
    let (near, mut rest) = rest.split_at(rest.len().min(NEAR));
    if let Some(place) = near.iter().position(stops) {
        return Some(from + place);
    }
    let mut at = from + near.len();
    while let Some((step, tail)) = rest.split_first_chunk::<STEP>() {
        if !step.iter().fold(true, |all, byte| all & passes(*byte)) {
            break;
        }
        (at, rest) = (at + STEP, tail);
    }
    rest.iter().position(stops).map(|place| at + place)
}

/// The bytes that do not pass.
static STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut byte = u8::MIN;
    loop {
        stops[byte as usize] = !passes(byte);
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    stops
};

/// Visible ASCII but for `&`, `<`, `%`, `=` and the backslash; later bytes of characters; first bytes of scripts that no code page has, such
/// as Arabic, Hebrew, Thai, Chinese and Japanese.
const fn passes(byte: u8) -> bool {
    matches!(byte, b' '..=b'$' | b'\''..=b';' | b'>'..=b'[' | b']'..=b'~' | b'\n' | b'\t')
        | matches!(byte, 0x80..=0xBF | 0xCC | 0xCD | 0xD3..=0xE1 | 0xE3..=0xEE | 0xF0..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_that_a_code_page_has_is_passed_over() {
        let pages = CodePages::new();
        for character in ('\u{80}'..=char::MAX)
            .filter(|character| pages.bytes(*character).iter().take(PAGES).any(|byte| *byte != 0))
        {
            let mut bytes = [0; 4];
            let first = character.encode_utf8(&mut bytes).as_bytes().first().copied();
            // The Macintosh's apple is a private character, in which no text was ever misread.
            assert!(first.is_some_and(|first| !passes(first)) || character == '\u{F8FF}', "{character:?}");
        }
    }

    #[test]
    fn what_begins_like_misread_text_is_looked_at_more_closely() {
        let pages = CodePages::new();
        let scanner = Scanner::new(&pages);
        let padding = "plain text and العربية of more than thirty-two bytes ";
        for (text, damage) in [
            ("naïve café “quoted” – Größe ŁÓDŹ", None),
            ("Привет, Мир", None),
            ("日本語、テキスト", None),
            ("cafÃ©", Some(Damage::Mojibake)),
            ("voilÃ le", Some(Damage::Mojibake)),
            ("said.â€ Then", Some(Damage::Mojibake)),
            ("Ä\u{FFFD}", Some(Damage::Mojibake)),
            ("a & b", Some(Damage::Entities)),
            ("50 % a=b C:\\a", None),
            ("caf\\u00e9", Some(Damage::Escapes)),
            ("caf%C3%A9", Some(Damage::Escapes)),
            ("a < b", Some(Damage::Tags)),
            ("a\r\n", Some(Damage::Controls)),
            ("a\u{94}", Some(Damage::Controls)),
            ("ﬁ", Some(Damage::Forms)),
        ] {
            for text in [text.to_owned(), format!("{padding}{text}{padding}")] {
                let (needs, suspects) = scanner.scan(&text, &pages);
                let mut expected = Needs::default();
                damage
                    .into_iter()
                    .filter(|damage| *damage != Damage::Mojibake)
                    .for_each(|damage| expected.add(damage));
                assert_eq!((needs, suspects != 0), (expected, damage == Some(Damage::Mojibake)), "{text}");
            }
        }
    }
}
