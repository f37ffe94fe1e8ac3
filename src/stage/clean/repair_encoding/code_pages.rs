//! The code pages in which UTF-8 is misread: which character stands for which byte.
//!
//! `Ã` is byte C3 in windows-1252, `√` is C3 on a Macintosh, `├` is C3 in DOS: whoever reads the UTF-8 of `é`,
//! C3 A9, in one of them, gets `Ã©`, `√©` or `├⌐`.
//!
//! Readers are sloppy, so a byte that a page leaves undefined is the character of the same number; and because
//! Latin-1 and windows-1252 get mixed in one text, most pages take the control characters U+0080 to U+009F for their
//! bytes, too.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, IBM866, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5,
    ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_10, ISO_8859_13, ISO_8859_14, ISO_8859_15, ISO_8859_16,
    KOI8_R, KOI8_U, MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258, X_MAC_CYRILLIC,
};

/// How many pages are looked for in a part of a text. They come first.
pub(super) const PAGES: usize = 10;
/// How many there are with those that are looked for in whole texts only.
pub(super) const ALL_PAGES: usize = 31;

/// A page's number. Of two that explain a text equally well, the lower one wins: that is the order in which
/// the web uses them.
pub(super) const WESTERN: usize = 0;
#[cfg(test)]
const CENTRAL: usize = 1;
pub(super) const CYRILLIC: usize = 2;
#[cfg(test)]
const TURKISH: usize = 3;
#[cfg(test)]
const BALTIC: usize = 4;
#[cfg(test)]
const MACINTOSH_ROMAN: usize = 5;
#[cfg(test)]
const DOS: usize = 6;
#[cfg(test)]
const GREEK: usize = 7;
#[cfg(test)]
pub(super) const LATIN_2: usize = 8;
#[cfg(test)]
const DOS_WESTERN: usize = 9;
pub(super) const KOI8: usize = 15;
pub(super) const DOS_CYRILLIC: usize = 17;

/// Which characters a page has.
#[derive(Clone, Copy, Debug)]
enum Characters {
    Of(&'static Encoding),
    /// Those from 80 on, where `encoding_rs` lacks the page.
    These(&'static str),
}

use Characters::{Of, These};

/// The pages in the order of their numbers; and whether the controls U+0080 to U+009F are taken for their bytes, too.
static SOURCES: [(Characters, bool); ALL_PAGES] = [
    (Of(WINDOWS_1252), true),
    (Of(WINDOWS_1250), true),
    (Of(WINDOWS_1251), true),
    (Of(WINDOWS_1254), true),
    (Of(WINDOWS_1257), true),
    (Of(MACINTOSH), false),
    (These(DOS_CHARACTERS), false),
    (Of(WINDOWS_1253), true),
    (Of(ISO_8859_2), true),
    (These(DOS_WESTERN_CHARACTERS), false),
    (Of(WINDOWS_1256), true),
    (Of(WINDOWS_1255), true),
    (Of(WINDOWS_1258), true),
    (Of(WINDOWS_874), true),
    (Of(ISO_8859_15), true),
    (Of(KOI8_R), false),
    (Of(KOI8_U), false),
    (Of(IBM866), false),
    (Of(ISO_8859_5), true),
    (Of(ISO_8859_7), true),
    (Of(X_MAC_CYRILLIC), false),
    (These(DOS_CENTRAL_CHARACTERS), false),
    (Of(ISO_8859_3), true),
    (Of(ISO_8859_4), true),
    (Of(ISO_8859_6), true),
    (Of(ISO_8859_8), true),
    (Of(ISO_8859_10), true),
    (Of(ISO_8859_13), true),
    (Of(ISO_8859_14), true),
    (Of(ISO_8859_16), true),
    (These(MACINTOSH_CENTRAL_CHARACTERS), false),
];

/// The encodings of Eastern Asia in which UTF-8 is misread, two bytes a character: `浣犲ソ` was `你好`.
pub(super) static WIDE: [&Encoding; 5] = [GB18030, BIG5, SHIFT_JIS, EUC_KR, EUC_JP];

/// A bit for each page that is looked for in a part of a text.
pub(super) type PageSet = u16;

/// A character's byte in each page; 0 where the page lacks it.
pub(super) type Bytes = [u8; ALL_PAGES];

/// Every character beyond ASCII that any page has.
#[derive(Debug)]
pub(super) struct CodePages {
    /// By code point: the place of a character's bytes. The first are of characters that no page has.
    places: Box<[u16]>,
    bytes: Vec<Bytes>,
    /// A page's characters from 80 on; a control where it has no sign.
    characters: Box<[[char; 0x80]]>,
}

/// Code page 437, as the IBM PC had it; browsers never knew it, so `encoding_rs` doesn't.
const DOS_CHARACTERS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
                              └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";

/// Code page 850, of Western Europe's consoles.
const DOS_WESTERN_CHARACTERS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
                                      └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

/// Code page 852, of Central Europe's.
const DOS_CENTRAL_CHARACTERS: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{AD}˝˛ˇ˘§÷¸°¨˙űŘř■\u{A0}";

/// The Macintosh's page for Central Europe.
const MACINTOSH_CENTRAL_CHARACTERS: &str = "ÄĀāÉĄÖÜáąČäčĆćéŹźĎíďĒēĖóėôöõúĚěü†°Ę£§•¶ß®©™ę¨≠ģĮįĪ≤≥īĶ∂∑łĻļĽľĹĺŅņŃ¬√ńŇ∆«»…\u{A0}ňŐÕőŌ–—“”‘’÷◊ōŔŕŘ‹›řŖŗŠ‚„šŚśÁŤťÍŽžŪÓÔūŮÚůŰűŲųÝýķŻŁżĢˇ";

impl CodePages {
    pub(super) fn new() -> Self {
        let mut places = vec![0; 0x1_0000].into_boxed_slice();
        let mut bytes: Vec<Bytes> = vec![[0; ALL_PAGES]];
        let mut characters = vec![['\0'; 0x80]; ALL_PAGES].into_boxed_slice();
        let mut enter = |page: usize, byte: u8, character: char| {
            let Some(place) = places.get_mut(character as usize) else { return };
            if *place == 0 {
                *place = u16::try_from(bytes.len()).unwrap_or(0);
                bytes.push([0; ALL_PAGES]);
            }
            if let Some(byte_in) = bytes.get_mut(usize::from(*place)).and_then(|bytes| bytes.get_mut(page)) {
                *byte_in = byte;
            }
        };
        for (page, ((source, takes_controls), known)) in SOURCES.iter().zip(&mut characters).enumerate() {
            if *takes_controls {
                (0x80..0xA0).for_each(|byte| enter(page, byte, char::from(byte)));
            }
            let mut these = match source {
                These(characters) => characters.chars(),
                Of(_) => "".chars(),
            };
            for (byte, known) in (0x80..=0xFF_u8).zip(known) {
                *known = match source {
                    Of(encoding) => character(encoding, byte).unwrap_or(char::from(byte)),
                    These(_) => these.next().unwrap_or(char::from(byte)),
                };
                enter(page, byte, *known);
            }
        }
        Self { places, bytes, characters }
    }

    /// A character's byte in each page.
    pub(super) fn bytes(&self, character: char) -> &Bytes {
        const NONE: &Bytes = &[0; ALL_PAGES];
        let place = self.places.get(character as usize).copied().unwrap_or(0);
        self.bytes.get(usize::from(place)).unwrap_or(NONE)
    }

    /// A byte's character in a page; `None` where it has none.
    pub(super) fn character(&self, page: usize, byte: u8) -> Option<char> {
        if byte.is_ascii() {
            return Some(char::from(byte));
        }
        let known = *self.characters.get(page)?.get(usize::from(byte) - 0x80)?;
        (known != char::from(byte) || byte >= 0xA0).then_some(known)
    }

    /// Whether a page has another sign for a control's byte.
    pub(super) fn has_sign_for(&self, page: usize, control: char) -> bool {
        let is_control = ('\u{80}'..'\u{A0}').contains(&control);
        is_control && u8::try_from(control).is_ok_and(|byte| self.character(page, byte).is_some())
    }

    /// What windows-1252 has for a control character U+0080 to U+009F; `None` where it has nothing else.
    pub(super) fn printed(&self, control: char) -> Option<char> {
        let is_control = ('\u{80}'..'\u{A0}').contains(&control);
        u8::try_from(control).ok().filter(|_| is_control).and_then(|byte| self.character(WESTERN, byte))
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
