//! Dumps in UTF-16 and UTF-32, with a byte order mark or without, and in encodings of the time before Unicode, read as UTF-8.

use std::io::{self, Read};

use super::{Refill, Refilled, warc};
use crate::html::charset::legacy;

/// How a text that is not UTF-8 is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// In UTF-16 or UTF-32.
    Wide(Wide),
    /// As before Unicode.
    Legacy(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// The encoding of a dump that begins with these bytes; `None` if it is UTF-8, or no text.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let old = || if warc::begins(head) { None } else { legacy(head) };
        wide(head).map(Self::Wide).or_else(|| old().map(Self::Legacy))
    }

    /// Its name in the ledger.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Wide(Wide { width: 2, is_big_endian: false }) => "UTF-16LE",
            Self::Wide(Wide { width: 2, is_big_endian: true }) => "UTF-16BE",
            Self::Wide(Wide { is_big_endian: false, .. }) => "UTF-32LE",
            Self::Wide(Wide { is_big_endian: true, .. }) => "UTF-32BE",
            Self::Legacy(encoding) => encoding.name(),
        }
    }

    /// The text in UTF-8.
    pub(super) fn read<'a>(self, inner: Box<dyn Read + Send + 'a>) -> Box<dyn Read + Send + 'a> {
        match self {
            Self::Wide(encoding) => Box::new(Refilled::new(Utf8::new(encoding, inner))),
            Self::Legacy(encoding) => Box::new(Refilled::new(Legacy::new(encoding, inner))),
        }
    }

    /// The same of what follows a gap, which may begin within a character.
    pub(super) fn read_on(self, inner: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        match self {
            Self::Wide(encoding) => Box::new(Refilled::new(Utf8::after_gap(encoding, inner))),
            Self::Legacy(_) => self.read(inner),
        }
    }
}

/// UTF-16 or UTF-32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wide {
    /// Bytes of a unit: 2 or 4.
    width: usize,
    is_big_endian: bool,
}

impl Wide {
    fn unit(self, bytes: &[u8]) -> u32 {
        bytes.iter().enumerate().fold(0, |value, (at, byte)| {
            let place = if self.is_big_endian { self.width - 1 - at } else { at };
            value | u32::from(*byte) << (8 * place)
        })
    }

    /// Whether the first characters of a text are whole, most of them letters, and some ASCII, such as what is between columns.
    fn are_letters(self, text: &[u8]) -> bool {
        /// The names of a few columns.
        const UNITS: usize = 32;
        let units = text.chunks_exact(self.width).take(UNITS).map(|unit| self.unit(unit));
        let characters: Option<Vec<char>> = if self.width == 4 {
            units.map(char::from_u32).collect()
        } else {
            let units: Vec<u16> = units.filter_map(|unit| u16::try_from(unit).ok()).collect();
            // The last one may be half of a pair.
            let whole =
                units.len() - usize::from(units.last().is_some_and(|unit| matches!(unit, 0xD800..=0xDBFF)));
            char::decode_utf16(units.into_iter().take(whole)).map(Result::ok).collect()
        };
        let is_text = |character: &char| !character.is_control() || matches!(character, '\t' | '\n' | '\r');
        characters.is_some_and(|characters| {
            let letters = characters.iter().filter(|character| character.is_alphabetic()).count();
            let ascii = characters.iter().filter(|character| character.is_ascii()).count();
            letters * 2 > characters.len() && ascii * 16 >= characters.len() && characters.iter().all(is_text)
        })
    }

    /// How many bytes come before the first whole unit: where units begin, most of them are ASCII in every dump, for its keys.
    fn bytes_before_unit(self, bytes: &[u8]) -> usize {
        let ascii = |skipped: &usize| {
            let rest = bytes.get(*skipped..).unwrap_or_default();
            let units = rest.chunks_exact(self.width).map(|unit| self.unit(unit));
            units.filter(|unit| (1..0x80).contains(unit)).count()
        };
        // Of equals the first one.
        (0..self.width).rev().max_by_key(ascii).unwrap_or(0)
    }
}

/// Whether a text that begins with these bytes is one in UTF-16 or UTF-32. Dumps begin with ASCII (`{`, `[`,
/// white space, the names of columns), so that of each unit all bytes but one are 0. After a byte order mark one
/// such unit is enough, and so are characters of any script, of which most are letters, as in the names of columns.
pub(super) fn wide(head: &[u8]) -> Option<Wide> {
    /// Without a mark, so many units in a row are no accident; NULs before a record are not followed by letters.
    const UNITS: usize = 4;
    let is_ascii = |units: &[u8], width: usize, is_big_endian: bool| {
        let place = if is_big_endian { width - 1 } else { 0 };
        units.chunks_exact(width).all(|unit| {
            unit.iter().enumerate().all(|(at, byte)| (at == place) == (*byte != 0) && byte.is_ascii())
        })
    };
    let forms: [(&[u8], usize, bool); 4] = [
        (&[0xFF, 0xFE, 0, 0], 4, false),
        (&[0, 0, 0xFE, 0xFF], 4, true),
        (&[0xFF, 0xFE], 2, false),
        (&[0xFE, 0xFF], 2, true),
    ];
    let (_, width, is_big_endian) = forms.into_iter().find(|(mark, width, is_big_endian)| {
        let marked = head.strip_prefix(*mark);
        let (text, units) = marked.map_or((head, UNITS), |text| (text, 1));
        let wide = Wide { width: *width, is_big_endian: *is_big_endian };
        text.get(..units * width).is_some_and(|units| is_ascii(units, *width, *is_big_endian))
            || marked.is_some_and(|text| wide.are_letters(text))
    })?;
    Some(Wide { width, is_big_endian })
}

/// Turns a text into UTF-8 as it is read. What is no character becomes U+FFFD; the byte order mark is left out.
struct Utf8<R> {
    encoding: Wide,
    inner: R,
    /// What comes before units has to be found.
    is_astray: bool,
    /// Bytes that have not been decoded, fewer than a character takes.
    pending: Vec<u8>,
    is_end: bool,
    begun: bool,
}

impl<R: Read> Utf8<R> {
    fn new(encoding: Wide, inner: R) -> Self {
        Self { encoding, inner, is_astray: false, pending: Vec::new(), is_end: false, begun: false }
    }

    fn after_gap(encoding: Wide, inner: R) -> Self {
        Self { is_astray: true, begun: true, ..Self::new(encoding, inner) }
    }
}

/// So many bytes tell where units begin.
const ENOUGH_BYTES: usize = 4 << 10;

impl<R: Read> Refill for Utf8<R> {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        let mut chunk = [0; 16 << 10];
        let count = self.inner.read(&mut chunk)?;
        self.is_end = count == 0;
        self.pending.extend_from_slice(&chunk[..count]);
        if self.is_astray {
            if self.pending.len() < ENOUGH_BYTES && !self.is_end {
                return Ok(true);
            }
            self.pending.drain(..self.encoding.bytes_before_unit(&self.pending));
            self.is_astray = false;
        }
        let encoding = self.encoding;
        let width = encoding.width;
        let mut units = self.pending.chunks_exact(width).map(|unit| encoding.unit(unit));
        let mut used = 0;
        let mut text = String::new();
        while let Some(unit) = units.next() {
            let character = match (width, unit) {
                (2, 0xD800..0xDC00) => match units.clone().next() {
                    // The other half comes with the next bytes.
                    None if !self.is_end => break,
                    Some(low @ 0xDC00..0xE000) => {
                        units.next();
                        used += width;
                        char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
                    }
                    _ => None,
                },
                _ => char::from_u32(unit),
            };
            used += width;
            if self.begun || character != Some('\u{FEFF}') {
                text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.begun = true;
        }
        self.pending.drain(..used);
        if self.is_end && !self.pending.is_empty() {
            self.pending.clear();
            text.push(char::REPLACEMENT_CHARACTER);
        }
        ready.extend_from_slice(text.as_bytes());
        Ok(!self.is_end)
    }
}

/// Turns a text in an encoding of the time before Unicode into UTF-8 as it is read.
struct Legacy<R> {
    /// `None` after the end.
    decoder: Option<encoding_rs::Decoder>,
    inner: R,
}

impl<R: Read> Legacy<R> {
    fn new(encoding: &'static encoding_rs::Encoding, inner: R) -> Self {
        Self { decoder: Some(encoding.new_decoder_without_bom_handling()), inner }
    }
}

impl<R: Read> Refill for Legacy<R> {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        let Some(decoder) = &mut self.decoder else { return Ok(false) };
        let mut chunk = [0; 16 << 10];
        let count = self.inner.read(&mut chunk)?;
        let mut text = String::with_capacity(decoder.max_utf8_buffer_length(count).unwrap_or(4 * count));
        // There is room for all of it.
        let (result, ..) = decoder.decode_to_string(&chunk[..count], &mut text, count == 0);
        debug_assert_eq!(result, encoding_rs::CoderResult::InputEmpty);
        ready.extend_from_slice(text.as_bytes());
        if count == 0 {
            self.decoder = None;
        }
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn after_a_mark_a_text_may_begin_in_any_script() {
        for text in ["Überschrift\ttext\turl\n", "Заголовок;Текст\n", "标题\t正文\t链接\n", "عنوان\tنص\n"]
        {
            for (mark, width, is_big_endian) in
                [(&[0xFF, 0xFE][..], 2, false), (&[0xFE, 0xFF], 2, true), (&[0xFF, 0xFE, 0, 0], 4, false)]
            {
                let bytes = |character: char| -> Vec<u8> {
                    let mut bytes = u32::from(character).to_le_bytes()[..width].to_vec();
                    if is_big_endian {
                        bytes.reverse();
                    }
                    bytes
                };
                let plain: Vec<u8> = text.repeat(9).chars().flat_map(bytes).collect();
                assert_eq!(wide(&[mark, &plain].concat()), Some(Wide { width, is_big_endian }), "{text}");
            }
        }
        // Sound, and what is no text.
        assert_eq!(
            wide(&[&[0xFF, 0xFE][..], &[0x92, 0x64, 0x00, 0xDC, 0x17, 0x5B, 0x44, 0x88].repeat(9)].concat()),
            None
        );
        assert_eq!(wide(&[&[0xFF, 0xFE][..], &[0x41, 0x4E].repeat(40)].concat()), None);
    }

    #[test]
    fn texts_of_every_width_and_order_are_read_with_a_mark_and_without() {
        let text = "{\"a\":\"naïve 🦀 東\"}\n";
        for mark in ["", "\u{FEFF}"] {
            let marked = format!("{mark}{text}");
            let utf16 =
                |bytes: fn(u16) -> [u8; 2]| marked.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
            let utf32 = |bytes: fn(u32) -> [u8; 4]| {
                marked.chars().map(u32::from).flat_map(bytes).collect::<Vec<u8>>()
            };
            for data in [
                utf16(u16::to_le_bytes),
                utf16(u16::to_be_bytes),
                utf32(u32::to_le_bytes),
                utf32(u32::to_be_bytes),
            ] {
                let encoding = Encoding::of(&data).expect("it is known");
                let mut read = String::new();
                encoding.read(Box::new(&data[..])).read_to_string(&mut read).expect("it is UTF-8");
                assert_eq!(read, text);
            }
        }
    }

    #[test]
    fn after_a_gap_characters_are_found_again() {
        let text = "{\"标题\":\"桥梁关闭\",\"正文\":\"港务局周二表示\"}\n".repeat(100);
        for is_big_endian in [false, true] {
            let bytes = |unit: u16| if is_big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
            let data: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
            let encoding = Encoding::Wide(Wide { width: 2, is_big_endian });
            for skipped in 0..4 {
                let rest = Box::new(Cursor::new(data[skipped..].to_vec()));
                let mut read = String::new();
                encoding.read_on(rest).read_to_string(&mut read).expect("it is UTF-8");
                let expected: String = text.chars().skip(skipped.div_ceil(2)).collect();
                assert_eq!(read, expected, "{skipped}");
            }
        }
    }

    #[test]
    fn what_is_utf_8_is_left_alone() {
        for head in [&b"{\"a\":1}\n"[..], b"\0\0\0\0{\"a\":1}", b"", b"{\0", "é{\"a\"".as_bytes()] {
            assert_eq!(Encoding::of(head), None, "{head:?}");
        }
    }

    #[test]
    fn texts_of_the_time_before_unicode_are_read_to_their_end_and_after_it() {
        let text = "{\"a\":\"Мост закрыт\"}\n".repeat(2_000);
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(&text);
        let mut reader = Refilled::new(Legacy::new(encoding_rs::WINDOWS_1251, &bytes[..]));
        let mut read = String::new();
        reader.read_to_string(&mut read).expect("it is UTF-8");
        assert!(read == text);
        assert_eq!(reader.read(&mut [0; 8]).expect("it is at its end"), 0);
    }

    #[test]
    fn encodings_of_the_time_before_unicode_are_recognised_by_what_they_hold() {
        let chinese =
            "{\"正文\":\"港务局周二表示，由于潜水员发现八个轴承中有两个已经磨穿，平旋桥将关闭到春天。\"}\n";
        let traditional =
            "{\"正文\":\"港務局週二表示，由於潛水員發現八個軸承中有兩個已經磨穿，平旋橋將關閉到春天。\"}\n";
        let japanese = "{\"本文\":\"港湾評議会は火曜日、ダイバーが二つの軸受の摩耗を見つけたため、橋は春まで閉鎖されると発表した。\"}\n";
        let korean = "{\"본문\":\"항만위원회는 화요일 잠수부들이 베어링 두 개가 닳은 것을 발견하여 다리를 봄까지 닫는다고 말했다.\"}\n";
        let russian = "{\"текст\":\"Совет порта сообщил во вторник, что разводной мост останется закрытым до весны.\"}\n";
        for (text, encoding) in [
            (chinese, encoding_rs::GBK),
            (traditional, encoding_rs::BIG5),
            (japanese, encoding_rs::SHIFT_JIS),
            (japanese, encoding_rs::EUC_JP),
            (korean, encoding_rs::EUC_KR),
            (russian, encoding_rs::WINDOWS_1251),
            (russian, encoding_rs::KOI8_U),
        ] {
            let text = text.repeat(3);
            let (bytes, ..) = encoding.encode(&text);
            let found = crate::html::charset::legacy(&bytes).expect("it is recognised");
            assert_eq!(
                found.decode_without_bom_handling(&bytes).0,
                text,
                "{} {}",
                encoding.name(),
                found.name()
            );
            assert_eq!(crate::html::charset::legacy(text.as_bytes()), None);
            // A damaged text in UTF-8 is one.
            let damaged = [text.as_bytes(), &b"\xE6\xB8 \xE5\xE5 "[..].repeat(4)].concat();
            assert_eq!(crate::html::charset::legacy(&damaged), None, "{}", encoding.name());
        }
    }
}
