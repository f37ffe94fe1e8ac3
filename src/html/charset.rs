//! Pages that were stored as bytes: in base64, or as bytes taken for Latin-1.
//!
//! `PHA+0Y/QuTwvcD4=` and `<p>Ñ\u{8f}Ð¹</p>` → `<p>яй</p>`.
//!
//! A scraper that does not know a page's encoding stores its bytes, the one way or the other. The encoding
//! is then what a byte order mark or the page's own `<meta charset>` says; where neither does, what
//! the bytes look like.

use crate::text::Slice;
use std::borrow::Cow;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, WINDOWS_1252};
use memchr::memmem;

/// A declaration further down is not seen. Browsers look at 1024 bytes; archives put scripts of their own before it.
const PRESCAN_BYTES: usize = 16 << 10;

/// The page as text, where it is stored as bytes; `None` where it is text already.
pub fn as_text(page: &str) -> Option<String> {
    if let Some(bytes) = base64(page) {
        return Some(decode(&bytes).into_owned());
    }
    let declared = declared(page.as_bytes());
    // Nearly every page ends here.
    if page.is_ascii() || (declared == Some(UTF_8) && !begins_like_utf8(page)) {
        return None;
    }
    if declared.is_none() && !may_be_bytes(page) {
        return None;
    }
    let bytes = latin1_bytes(page)?;
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    // In scripts other than Latin's, the letters stand side by side.
    let pairs = bytes.windows(2).filter(|pair| pair.iter().all(|byte| *byte >= 0xA1)).count();
    let is_dense = pairs * 2 > high;
    // In Shift_JIS, half of a character is a control to Latin-1.
    let controls = bytes.iter().filter(|byte| (0x80..0xA0).contains(*byte)).count();
    let is_japanese = declared == Some(SHIFT_JIS) && controls * 4 > high;
    let text = match declared {
        _ if std::str::from_utf8(&bytes).is_ok() => UTF_8.decode(&bytes).0,
        // Text cut inside a character, or an odd byte in it, is no reason to give up.
        Some(encoding)
            if encoding == UTF_8
                || is_dense
                || is_japanese
                || (is_latin(encoding) && has_letters_of_another(page, encoding)) =>
        {
            mostly(encoding, &bytes, high)?
        }
        None if is_dense && high >= ENOUGH_TO_GUESS => guess(&bytes).decode(&bytes).0,
        _ if page.chars().any(|character| ('\u{80}'..'\u{A0}').contains(&character)) => {
            WINDOWS_1252.decode(&bytes).0
        }
        _ => return None,
    };
    (text != page).then(|| text.into_owned())
}

/// Characters beyond ASCII from which an encoding can be guessed.
const ENOUGH_TO_GUESS: usize = 64;

/// Whether a page that declares nothing may be bytes taken for characters: a look that copies nothing, because most such
/// pages are text with a few quotation marks.
fn may_be_bytes(page: &str) -> bool {
    if begins_like_utf8(page) {
        return true;
    }
    let (mut high, mut has_controls, mut at) = (0, false, 0);
    while let Some(found) = next_non_ascii(page.as_bytes(), at) {
        let character = page.get(found..).and_then(|rest| rest.chars().next()).unwrap_or_default();
        if character > '\u{FF}' && !WINDOWS_1252_C1.contains(&character) {
            return false;
        }
        high += 1;
        has_controls |= ('\u{80}'..'\u{A0}').contains(&character);
        at = found + character.len_utf8();
    }
    has_controls || high >= ENOUGH_TO_GUESS
}

/// Whether a page is stored in base64.
pub fn is_packed(page: &str) -> bool {
    base64(page).is_some()
}

fn base64(page: &str) -> Option<Vec<u8>> {
    unpacked(page).filter(|bytes| memchr::memchr(b'<', bytes).is_some())
}

/// What a text holds in base64, and in gzip within it.
pub fn unpacked(page: &str) -> Option<Vec<u8>> {
    /// A page that unpacks to more is none.
    const MOST_BYTES: u64 = 64 << 20;
    let head = page.trim_start();
    // `data:text/html;charset=utf-8;base64,…`
    let head = match head.strip_prefix("data:text/html").and_then(|rest| rest.split_once(";base64,")) {
        Some((parameters, rest)) if parameters.len() < 40 => rest,
        _ => head,
    };
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(byte);
    if head.len() < 16 || !head.bytes().take(256).all(|byte| is_base64(&byte)) {
        return None;
    }
    let packed: Vec<u8> = head.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let mut bytes = STANDARD.decode(packed).ok()?;
    if bytes.starts_with(&[0x1F, 0x8B]) {
        let mut unpacked = Vec::new();
        let read =
            flate2::bufread::MultiGzDecoder::new(&bytes[..]).take(MOST_BYTES).read_to_end(&mut unpacked);
        read.ok()?;
        bytes = unpacked;
    }
    Some(bytes)
}

/// Whether most of the first characters beyond ASCII are bytes of UTF-8 taken for characters.
fn begins_like_utf8(page: &str) -> bool {
    const LOOKED_AT: usize = 16;
    let (mut pairs, mut others) = (0, 0);
    let mut at = 0;
    while let Some(found) = next_non_ascii(page.as_bytes(), at)
        && pairs + others < LOOKED_AT
    {
        let mut characters = page.slice(found..).chars();
        let (first, second) = (characters.next().unwrap_or_default(), characters.next().unwrap_or_default());
        // Every byte of a character after the first is 80 to BF, which windows-1252 has as signs, not letters.
        let is_pair = ('\u{C2}'..='\u{F4}').contains(&first)
            && (('\u{80}'..='\u{BF}').contains(&second) || WINDOWS_1252_C1.contains(&second));
        at = found + first.len_utf8();
        if is_pair {
            pairs += 1;
            at += second.len_utf8();
        } else {
            others += 1;
        }
    }
    pairs > others
}

/// The first byte beyond ASCII from a place on; whole blocks are passed over by vector instructions.
fn next_non_ascii(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let blocks = rest.chunks(256).take_while(|block| block.is_ascii()).count() * 256;
    let place = rest.get(blocks..)?.iter().position(|byte| !byte.is_ascii())?;
    Some(from + blocks + place)
}

/// The bytes of a text that was decoded as Latin-1 or as windows-1252, and is not all ASCII.
fn latin1_bytes(page: &str) -> Option<Vec<u8>> {
    page.chars()
        .map(|character| match u32::from(character) {
            code @ 0..=0xFF => u8::try_from(code).ok(),
            code => {
                let place = WINDOWS_1252_C1.iter().position(|known| u32::from(*known) == code)?;
                u8::try_from(place + 0x80).ok()
            }
        })
        .collect()
}

/// What windows-1252 has at 0x80 to 0x9F; where it has nothing, the character of the same number.
const WINDOWS_1252_C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Bytes to text: by byte order mark, by the page's declaration, by their looks.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if Encoding::for_bom(bytes).is_some() || std::str::from_utf8(bytes).is_ok() {
        return UTF_8.decode(bytes).0;
    }
    declared(bytes).filter(|encoding| *encoding != UTF_8).unwrap_or_else(|| guess(bytes)).decode(bytes).0
}

/// A page's bytes as text. What an HTTP head says (`charset`) comes after a byte order mark and UTF-8 that is sound, and
/// before what the page says of itself.
pub(crate) fn page_of(bytes: &[u8], charset: Option<&str>) -> String {
    let stated = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    match stated.filter(|encoding| *encoding != UTF_8) {
        Some(encoding) if Encoding::for_bom(bytes).is_none() && std::str::from_utf8(bytes).is_err() => {
            encoding.decode(bytes).0.into_owned()
        }
        _ => match Encoding::for_bom(bytes) {
            Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
            None => decode(bytes).into_owned(),
        },
    }
}

/// The encoding of a text that is none of Unicode's: most of what is beyond ASCII in it would be broken UTF-8.
pub(crate) fn legacy(bytes: &[u8]) -> Option<&'static Encoding> {
    /// A few odd bytes are damage, not an encoding.
    const ENOUGH: usize = 8;
    let (mut sound, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    let has_controls = bytes.iter().any(|byte| *byte < b' ' && !b"\t\r\n".contains(byte));
    // Of pairs of bytes in encodings of Chinese, Japanese and Korean a third looks sound.
    if broken < ENOUGH || sound * 2 > broken || has_controls {
        return None;
    }
    let encoding = guess(bytes);
    if encoding.is_single_byte() && sound * 10 > broken {
        return None;
    }
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    (encoding != UTF_8 && mostly(encoding, bytes, high).is_some()).then_some(encoding)
}

/// A line in another encoding than UTF-8, as where dumps of several tools were joined; `None` where it may be UTF-8 that is damaged.
pub(crate) fn foreign_line(bytes: &[u8]) -> Option<String> {
    let is_ascii_beside = || bytes.utf8_chunks().all(|chunk| chunk.valid().is_ascii());
    // Of few letters nothing else can be told.
    let single = || Some(guess(bytes)).filter(|encoding| *encoding == WINDOWS_1252 && is_ascii_beside());
    let (text, has_errors) = legacy(bytes).or_else(single)?.decode_without_bom_handling(bytes);
    (!has_errors && are_plausible(&text)).then(|| text.into_owned())
}

/// Whether the characters beyond ASCII stand where a text has them. The bytes of a damaged character in UTF-8 are, as letters, capitals after
/// small letters, letters of which none end a word, and signs within words.
fn are_plausible(text: &str) -> bool {
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        if !character.is_ascii() {
            let is_inner = rest.peek().is_some_and(|next| next.is_alphabetic());
            let is_odd = if character.is_alphabetic() {
                (character.is_uppercase() && before.is_lowercase())
                    || (matches!(character, 'Â' | 'Ã' | 'â') && !is_inner)
            } else {
                let joins = matches!(character, '’' | '–' | '—' | '·' | '\u{A0}' | '\u{AD}');
                character.is_control() || (before.is_alphabetic() && is_inner && !joins)
            };
            if is_odd {
                return false;
            }
        }
        before = character;
    }
    true
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// The text in an encoding, unless more than one in twenty of the characters beyond ASCII is broken.
fn mostly<'a>(encoding: &'static Encoding, bytes: &'a [u8], high: usize) -> Option<Cow<'a, str>> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let is_broken = |character: &char| matches!(character, '\u{FFFD}' | '\u{80}'..='\u{9F}');
    let broken = text.chars().filter(is_broken).count();
    (broken * 20 < high).then_some(text)
}

/// Whether a page has letters that its encoding lacks, as `kapanýyor` on a Turkish one, or signs and controls within
/// words, as in `g³osowanie`: letters of its encoding. A page that has only letters of its own is text already, whatever
/// encoding it once had.
fn has_letters_of_another(page: &str, encoding: &'static Encoding) -> bool {
    const ENOUGH: usize = 3;
    let is_sign = |character: char| matches!(character, '\u{80}'..='\u{A9}' | '\u{AB}'..='\u{B9}' | '\u{BB}'..='\u{BF}');
    let (known, _) = encoding.decode_without_bom_handling(&HIGH);
    let is_lacking = |character: char| {
        matches!(character, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ') && !known.contains(character)
    };
    let mut before = [' '; 2];
    let mut found = 0;
    for character in page.chars() {
        let is_in_word =
            before[0].is_ascii_alphabetic() && is_sign(before[1]) && character.is_ascii_alphabetic();
        found += usize::from(is_in_word || is_lacking(character));
        before = [before[1], character];
    }
    found >= ENOUGH
}

/// All bytes beyond ASCII.
const HIGH: [u8; 128] = {
    let mut bytes = [0x80; 128];
    let mut place = 0_u8;
    while place < 128 {
        bytes[place as usize] += place;
        place += 1;
    }
    bytes
};

/// Encodings in which a letter of the text may stand alone among ASCII.
fn is_latin(encoding: &'static Encoding) -> bool {
    let name = encoding.name();
    ["windows-1250", "windows-1252", "windows-1254", "windows-1257", "windows-1258", "macintosh"]
        .contains(&name)
        || ["-2", "-3", "-4", "-10", "-13", "-14", "-15", "-16"]
            .iter()
            .any(|part| name.strip_prefix("ISO-8859").is_some_and(|rest| rest == *part))
}

/// What `<meta charset>` or `<meta http-equiv>` says.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(PRESCAN_BYTES))?.to_ascii_lowercase();
    memmem::find_iter(&head, b"charset").find_map(|place| {
        // Scripts and links have a charset, too.
        let open = memchr::memrchr(b'<', head.get(..place)?)?;
        head.get(open..)?.strip_prefix(b"<meta")?;
        let rest = head.get(place + 7..)?.trim_ascii_start().strip_prefix(b"=")?;
        let rest = rest.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        let end = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)));
        Encoding::for_label(rest.get(..end.unwrap_or(rest.len()))?)
    })
}
