//! Words and sentence ends of a text that comes in pieces, counted without putting it together.

use crate::text::Slice;

/// Counts so far.
///
/// A word is a run of letters and digits; in scripts that are written without spaces (the CJK and kana
/// blocks, Thai, Lao, Khmer, Burmese), two characters count as one. Good enough to weigh text by.
#[derive(Default)]
pub(in crate::stage) struct BlockCounts {
    pub words: u32,
    pub marks: u32,
    pub numbers: u32,
    pub ends_sentence: bool,
    in_word: bool,
    half_words: u32,
}

/// What one piece of text has.
#[derive(Clone, Copy)]
pub(in crate::stage) struct Piece {
    /// More than white space.
    pub has_text: bool,
    /// Bytes that are no ASCII white space.
    pub bytes: usize,
    /// Where its first digit stands; of other scripts than ours, a guess.
    pub first_digit: usize,
}

impl BlockCounts {
    pub(in crate::stage) fn gap(&mut self) {
        self.in_word = false;
    }

    /// Adds a piece.
    pub(in crate::stage) fn add(&mut self, text: &str) -> Piece {
        let bytes = text.as_bytes();
        let mut piece = Piece { has_text: false, bytes: bytes.len(), first_digit: usize::MAX };
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' | 0x0C => {
                    self.in_word = false;
                    let more = run(bytes, at, u8::is_ascii_whitespace);
                    piece.bytes -= 1 + more;
                    at += more;
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' => {
                    self.words += u32::from(!self.in_word);
                    self.in_word = true;
                    self.ends_sentence = false;
                    at += run(bytes, at, u8::is_ascii_alphabetic);
                }
                b'0'..=b'9' => {
                    self.words += u32::from(!self.in_word);
                    self.numbers += u32::from(!self.in_word);
                    self.in_word = true;
                    self.ends_sentence = false;
                    piece.first_digit = piece.first_digit.min(at - 1);
                }
                b'&' => {
                    // A character reference is one character; which, matters little, but for spaces.
                    let name = bytes.slice(at..bytes.len().min(at + 12));
                    if let Some(end) = memchr::memchr(b';', name) {
                        if name.slice(..end).iter().any(u8::is_ascii_digit) {
                            piece.first_digit = piece.first_digit.min(at);
                        }
                        // Japanese and Chinese are written so on some old pages, whole articles of it.
                        if let Some(character) = numeric(name.slice(..end)) {
                            let mut buffer = [0; 4];
                            let bytes = character.encode_utf8(&mut buffer).as_bytes();
                            self.wide(bytes[0], bytes, &mut 1);
                            at += end + 1;
                            piece.has_text |= character != '\u{A0}';
                            continue;
                        }
                        let is_mark =
                            matches!(name.get(..end), Some(b"nbsp" | b"#32" | b"#x20" | b"ndash" | b"mdash"));
                        if matches!(name.get(..end), Some(b"rdquo" | b"rsquo" | b"quot" | b"#34" | b"#39")) {
                            at += end + 1;
                            piece.has_text = true;
                            continue;
                        }
                        at += end + 1;
                        if is_mark {
                            self.in_word = false;
                            continue;
                        }
                        self.words += u32::from(!self.in_word);
                        self.in_word = true;
                        self.ends_sentence = false;
                    } else {
                        self.in_word = false;
                    }
                }
                b'.' | b'!' | b'?' => {
                    self.ends_sentence = true;
                    self.marks += 1;
                    self.in_word = false;
                }
                b',' | b';' => {
                    self.marks += 1;
                    self.in_word = false;
                    self.ends_sentence = false;
                }
                // What closes after a sentence's end leaves it one.
                b'"' | b'\'' | b')' | b']' => self.in_word = self.in_word && byte == b'\'',
                0x00..=0x7F => {
                    self.in_word = false;
                    self.ends_sentence = false;
                }
                _ => {
                    if matches!(byte, 0xD9 | 0xDB | 0xE0) {
                        piece.first_digit = piece.first_digit.min(at - 1);
                    }
                    self.wide(byte, bytes, &mut at);
                }
            }
            piece.has_text = true;
        }
        piece
    }

    fn wide(&mut self, lead: u8, bytes: &[u8], at: &mut usize) {
        let second = bytes.get(*at).copied().unwrap_or_default();
        let third = bytes.get(*at + 1).copied().unwrap_or_default();
        *at += match lead {
            0xC0..=0xDF => 1,
            0xE0..=0xEF => 2,
            _ => 3,
        };
        match (lead, second, third) {
            // No-break space.
            (0xC2, 0xA0, _) => self.in_word = false,
            // General punctuation: … ends a sentence, closing quotation marks leave its end one.
            (0xE2, 0x80, 0x99 | 0x9D | 0x9C | 0xBA) | (0xC2, 0xBB, _) | (0xE3, 0x80, 0x8D | 0x8F) => {
                self.in_word = self.in_word && third == 0x99;
            }
            (0xE2, 0x80, 0xA6)
            | (0xE3, 0x80, 0x82)
            | (0xD8, 0x9F, _)
            | (0xE0, 0xA5, 0xA4)
            | (0xEF, 0xBC, 0x81 | 0x9F)
            | (0xDB, 0x94, _) => {
                self.ends_sentence = true;
                self.marks += 1;
                self.in_word = false;
            }
            (0xE2, 0x80, _) | (0xC2, 0x80..=0xA9 | 0xAB..=0xB4 | 0xB6..=0xBF, _) => {
                self.in_word = false;
                self.ends_sentence = false;
            }
            // 、，and the Arabic comma.
            (0xE3, 0x80, 0x81) | (0xEF, 0xBC, 0x8C) | (0xD8, 0x8C, _) => {
                self.marks += 1;
                self.in_word = false;
                self.ends_sentence = false;
            }
            (0xE3, 0x80, _) => self.in_word = false,
            // Kana, CJK, Hangul stays out; Thai and Lao, Burmese and Khmer.
            (0xE3..=0xE9, _, _) | (0xE0, 0xB8..=0xBB, _) | (0xE1, 0x80..=0x82 | 0x9E | 0x9F, _) => {
                self.half_words += 1;
                self.words += self.half_words & 1;
                self.in_word = false;
                self.ends_sentence = false;
            }
            _ => {
                self.words += u32::from(!self.in_word);
                self.in_word = true;
                self.ends_sentence = false;
            }
        }
    }
}

/// How many bytes of a kind follow in a row.
fn run(bytes: &[u8], from: usize, is: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().skip(from).take_while(|byte| is(byte)).count()
}

/// The character that a numeric reference (`#26481`, `#x6771`) means, unless that is ASCII.
fn numeric(name: &[u8]) -> Option<char> {
    let digits = std::str::from_utf8(name.strip_prefix(b"#")?).ok()?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    number.ok().and_then(char::from_u32).filter(|character| !character.is_ascii())
}
