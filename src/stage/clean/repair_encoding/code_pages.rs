//! The code pages in which UTF-8 is misread: which character stands for which byte.
//!
//! `Ã` is byte C3 in windows-1252, `√` is C3 on a Macintosh, `├` is C3 in DOS: whoever reads the UTF-8 of `é`,
//! C3 A9, in one of them, gets `Ã©`, `√©` or `├⌐`.
//!
//! Readers are sloppy, so a byte that a page leaves undefined is the character of the same number; and because
//! Latin-1 and windows-1252 get mixed in one text, every page but the Macintosh's and DOS's takes the control characters
//! U+0080 to U+009F for their bytes, too.

use encoding_rs::{
    Encoding, ISO_8859_2, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    WINDOWS_1257,
};

/// How many pages there are.
pub(super) const PAGES: usize = 10;

/// A page's number. Of two that explain a text equally well, the lower one wins: that is the order in which
/// the web uses them.
pub(super) const WESTERN: usize = 0;
const CENTRAL: usize = 1;
const CYRILLIC: usize = 2;
const TURKISH: usize = 3;
const BALTIC: usize = 4;
const MACINTOSH_ROMAN: usize = 5;
const DOS: usize = 6;
const GREEK: usize = 7;
pub(super) const LATIN_2: usize = 8;
const DOS_WESTERN: usize = 9;

/// A bit for each page.
pub(super) type PageSet = u16;

/// A character's byte in each page; 0 where the page lacks it.
pub(super) type Bytes = [u8; PAGES];

/// Every character beyond ASCII that any page has.
#[derive(Debug)]
pub(super) struct CodePages {
    /// By code point, below U+0800: the characters of two bytes.
    low: Box<[Bytes]>,
    /// The others, sorted.
    high: Box<[(char, Bytes)]>,
    western: [char; 128],
}

/// Code page 437, as the IBM PC had it; browsers never knew it, so `encoding_rs` doesn't.
const DOS_CHARACTERS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
                              └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";

/// Code page 850, of Western Europe's consoles.
const DOS_WESTERN_CHARACTERS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
                                      └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

impl CodePages {
    pub(super) fn new() -> Self {
        let mut low = vec![[0; PAGES]; 0x800].into_boxed_slice();
        let mut high: Vec<(char, Bytes)> = Vec::new();
        let mut enter = |page: usize, byte: u8, character: char| {
            let code = character as usize;
            if let Some(bytes) = low.get_mut(code) {
                bytes[page] = byte;
            } else if let Some((_, bytes)) = high.iter_mut().find(|(known, _)| *known == character) {
                bytes[page] = byte;
            } else {
                let mut bytes = [0; PAGES];
                bytes[page] = byte;
                high.push((character, bytes));
            }
        };
        for (page, encoding) in [
            (WESTERN, WINDOWS_1252),
            (CENTRAL, WINDOWS_1250),
            (CYRILLIC, WINDOWS_1251),
            (TURKISH, WINDOWS_1254),
            (BALTIC, WINDOWS_1257),
            (GREEK, WINDOWS_1253),
            (LATIN_2, ISO_8859_2),
            (MACINTOSH_ROMAN, MACINTOSH),
        ] {
            if page != MACINTOSH_ROMAN {
                (0x80..0xA0).for_each(|byte| enter(page, byte, char::from(byte)));
            }
            for byte in 0x80..=0xFF {
                enter(page, byte, character(encoding, byte).unwrap_or(char::from(byte)));
            }
        }
        for (byte, character) in (0x80..=0xFF).zip(DOS_CHARACTERS.chars()) {
            enter(DOS, byte, character);
        }
        for (byte, character) in (0x80..=0xFF).zip(DOS_WESTERN_CHARACTERS.chars()) {
            enter(DOS_WESTERN, byte, character);
        }
        high.sort_unstable();
        let western = std::array::from_fn(|index| {
            let byte = u8::try_from(index + 0x80).unwrap_or(0xFF);
            character(WINDOWS_1252, byte).unwrap_or(char::REPLACEMENT_CHARACTER)
        });
        Self { low, high: high.into_boxed_slice(), western }
    }

    /// A character's byte in each page.
    pub(super) fn bytes(&self, character: char) -> Bytes {
        match self.low.get(character as usize) {
            Some(bytes) => *bytes,
            None => match self.high.binary_search_by_key(&character, |(known, _)| *known) {
                Ok(place) => self.high.get(place).map_or([0; PAGES], |(_, bytes)| *bytes),
                Err(_) => [0; PAGES],
            },
        }
    }

    /// What windows-1252 has for a control character U+0080 to U+009F; `None` where it has nothing else.
    pub(super) fn printed(&self, control: char) -> Option<char> {
        let index = (control as usize).checked_sub(0x80).filter(|index| *index < 0x20)?;
        self.western.get(index).copied().filter(|printed| *printed != control)
    }
}

fn character(encoding: &'static Encoding, byte: u8) -> Option<char> {
    let bytes = [byte];
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
    text.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_know_their_characters() {
        let pages = CodePages::new();
        for (character, page, byte) in [
            ('Ã', WESTERN, 0xC3),
            ('€', WESTERN, 0x80),
            ('\u{9D}', WESTERN, 0x9D),
            ('Ă', CENTRAL, 0xC3),
            ('Г', CYRILLIC, 0xC3),
            ('ğ', TURKISH, 0xF0),
            ('Æ', BALTIC, 0xAF),
            ('√', MACINTOSH_ROMAN, 0xC3),
            ('├', DOS, 0xC3),
            ('\u{A0}', DOS, 0xFF),
            ('Ο', GREEK, 0xCF),
            ('Ò', GREEK, 0xD2),
            ('Ă', LATIN_2, 0xC3),
            ('ã', DOS_WESTERN, 0xC6),
            ('中', WESTERN, 0),
        ] {
            assert_eq!(pages.bytes(character)[page], byte, "{character} {page}");
        }
        assert_eq!(pages.printed('\u{85}'), Some('…'));
        assert_eq!(pages.printed('\u{81}'), None);
        assert_eq!(DOS_CHARACTERS.chars().count(), 128);
        assert_eq!(DOS_WESTERN_CHARACTERS.chars().count(), 128);
    }
}
