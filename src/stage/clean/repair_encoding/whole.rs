//! A whole text that was read in another encoding: all of it beyond ASCII is sound UTF-8 once it is written back.
//!
//! `ะกะปะพะฒะพ` → `Слово`, `浣犲ソ` → `你好`.
//!
//! That is so of hardly any text by chance, and is found at once, where the search in [`mojibake`](super::mojibake) weighs each
//! character. So many more encodings can be tried, and a long text that is nothing but damage costs little.

use encoding_rs::Encoding;

use super::code_pages::{ALL_PAGES, CodePages, PAGES, WESTERN, WIDE};
use super::letters::{Letters, NAT};
use super::mojibake::ENTER;

/// Characters of UTF-8 from which on the search need not look at a text that was misread in one of its pages.
const ENOUGH: usize = 4;
/// Characters from which it can be seen whether a text is UTF-8.
const LOOKED_AT: usize = 64;
/// Characters from which nearly every text in an encoding of Eastern Asia is known to be sound.
const FIRST: usize = 4;
/// Characters by which two ways to read a text are compared.
pub(super) const COMPARED: usize = 1000;
/// A text was misread in a page that is not searched for; those that come last are the rarest.
const ENTER_RARE: i32 = 15 * NAT;
const RARER: i32 = NAT / 4;
/// In an encoding of Eastern Asia.
const ENTER_WIDE: i32 = 20 * NAT;

/// The text that was read in another encoding; `None` where it was not, or not all of it.
pub(super) fn repair(text: &str, pages: &CodePages, letters: &Letters) -> Option<String> {
    let start = start_beyond_ascii(text)?;
    let rest = text.get(start..)?;
    let before = last_two(text.get(..start)?);
    let mut run = rest.chars();
    let (first, second) = (run.next()?, run.next()?);
    let mut best: Option<(i32, bool, String)> = None;
    let mut offer = |price: i32, is_searched: bool, read: String| {
        let cost = price + cost_of(&read, before, letters);
        if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
            best = Some((cost, is_searched, read));
        }
    };
    let (one, two) = (pages.bytes(first), pages.bytes(second));
    for page in 0..ALL_PAGES {
        let byte = |bytes: &[u8; ALL_PAGES]| bytes.get(page).copied().unwrap_or(0);
        if (0xC2..=0xF4).contains(&byte(one))
            && (0x80..0xC0).contains(&byte(two))
            && let Some(read) = read_in_page(rest, page, pages)
        {
            let rare = ENTER_RARE + RARER * i32::try_from(page).unwrap_or(0);
            offer(ENTER.get(page).copied().unwrap_or(rare), page < PAGES, read);
        }
    }
    if first >= '\u{2E80}' {
        for encoding in WIDE {
            if let Some(read) = read_in(rest, encoding) {
                offer(ENTER_WIDE, false, read);
            }
        }
    }
    let (cost, is_searched, read) = best?;
    let enough = || read.chars().filter(|character| !character.is_ascii()).nth(ENOUGH - 1).is_some();
    let is_better = (!is_searched || enough()) && cost < cost_of(rest, before, letters);
    is_better.then(|| format!("{}{read}", text.get(..start).unwrap_or_default()))
}

/// Where the first character beyond ASCII is.
pub(super) fn start_beyond_ascii(text: &str) -> Option<usize> {
    const BLOCK: usize = 64;
    let bytes = text.as_bytes();
    let ascii = bytes.chunks(BLOCK).take_while(|block| block.is_ascii()).count() * BLOCK;
    bytes.get(ascii..)?.iter().position(|byte| !byte.is_ascii()).map(|place| ascii + place)
}

/// A text that was misread in a page of one byte a character.
fn read_in_page(text: &str, page: usize, pages: &CodePages) -> Option<String> {
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    for (count, character) in text.chars().enumerate() {
        match character {
            '\0'..='\x7F' => bytes.push(u8::try_from(character).ok()?),
            // A control in a page that has a sign for its byte; but Latin-1 and windows-1252 are mixed everywhere.
            _ if page != WESTERN && pages.has_sign_for(page, character) => return None,
            _ => match pages.bytes(character).get(page) {
                None | Some(0) => return None,
                Some(byte) => bytes.push(*byte),
            },
        }
        if count == LOOKED_AT && std::str::from_utf8(&bytes).is_err_and(|error| error.error_len().is_some()) {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

/// A text that was misread in an encoding of several bytes a character.
fn read_in(text: &str, encoding: &'static Encoding) -> Option<String> {
    let head = text.char_indices().nth(FIRST).map_or(text.len(), |(at, _)| at);
    let (bytes, _, has_more) = encoding.encode(text.get(..head)?);
    if has_more || std::str::from_utf8(&bytes).is_err_and(|error| error.error_len().is_some()) {
        return None;
    }
    let (bytes, _, has_more) = encoding.encode(text);
    if has_more { None } else { String::from_utf8(bytes.into_owned()).ok() }
}

/// The last two characters of a text, or line ends.
pub(super) fn last_two(text: &str) -> [char; 2] {
    let mut last = text.chars().rev();
    let (last, one_before) = (last.next(), last.next());
    [one_before, last].map(|character| character.unwrap_or('\n'))
}

/// How unlikely a text's beginning is after two characters.
pub(super) fn cost_of(text: &str, mut before: [char; 2], letters: &Letters) -> i32 {
    let mut cost = 0;
    let mut since = 3;
    for character in text.chars().take(COMPARED) {
        since = if character.is_ascii() { since + 1 } else { 0 };
        // What every way to read it has alike says nothing.
        if since < 3 {
            cost += letters.cost(before, character);
        }
        before = letters.after(before, character);
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_utf8_throughout_in_another_encoding_is_read_again() {
        let (pages, letters) = (CodePages::new(), Letters::new());
        let text = "Мост в Сельме закрыт до весны, паромы пойдут с четверга.";
        for encoding in [
            encoding_rs::WINDOWS_1251,
            encoding_rs::KOI8_R,
            encoding_rs::IBM866,
            encoding_rs::WINDOWS_1256,
            encoding_rs::ISO_8859_15,
            encoding_rs::WINDOWS_874,
        ] {
            let (misread, has_lost) = encoding.decode_without_bom_handling(text.as_bytes());
            if !has_lost {
                assert_eq!(repair(&misread, &pages, &letters).as_deref(), Some(text), "{}", encoding.name());
            }
            assert_eq!(repair(&format!("{misread} ж"), &pages, &letters), None, "{}", encoding.name());
        }
        assert_eq!(repair(text, &pages, &letters), None);
        assert_eq!(repair("浣犲ソ锛屼笘鐣岋紒", &pages, &letters).as_deref(), Some("你好，世界！"));
    }
}
