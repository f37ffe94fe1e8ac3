//! Characters that came in with a text's way of storage: line ends, terminal colours, controls, printers' forms.
//!
//! `\r\n` → `\n`; `ESC [1m` → nothing; U+0085 where windows-1252 has `…` → `…`; `ﬁnal` → `final`;
//! `Ｎｅｗｓ` → `News`, but not in Chinese and Japanese, where full-width forms are good style.

use super::code_pages::CodePages;
use crate::text::Slice;

/// The text with line feeds for all line ends, without terminal escapes, and with what windows-1252 prints in
/// place of the controls U+0080 to U+009F. Other controls are `normalise-unicode`'s.
pub(super) fn mend_controls(text: &str, pages: &CodePages) -> Option<String> {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let tail = rest.slice(character.len_utf8()..);
        rest = tail;
        match character {
            '\r' => {
                rest = tail.strip_prefix('\n').unwrap_or(tail);
                mended.push('\n');
            }
            '\u{2028}' => mended.push('\n'),
            '\u{2029}' => mended.push_str("\n\n"),
            '\u{1B}' => match escape_length(tail) {
                Some(length) => rest = tail.slice(length..),
                None => mended.push(character),
            },
            '\u{80}'..='\u{9F}' => mended.push(pages.printed(character).unwrap_or(character)),
            _ => mended.push(character),
        }
    }
    (mended != text).then_some(mended)
}

/// The length of a terminal escape after its ESC (ECMA-48, 5.4): `[`, parameters, and a letter; or a title,
/// `]` to BEL, which is never long.
fn escape_length(text: &str) -> Option<usize> {
    const LONGEST: usize = 200;
    let bytes = text.as_bytes().get(..text.len().min(LONGEST))?;
    match bytes.first()? {
        b'[' => {
            let parameters = bytes.iter().skip(1).take_while(|byte| matches!(byte, 0x20..=0x3F)).count();
            bytes.get(1 + parameters).filter(|end| matches!(end, 0x40..=0x7E)).map(|_| parameters + 2)
        }
        b']' => bytes.iter().position(|byte| *byte == 0x07).map(|place| place + 1),
        _ => None,
    }
}

/// The text with letters for ligatures that stand in words, and plain forms for full-width ones where nothing
/// of it is Chinese, Japanese or Korean.
pub(super) fn mend_forms(text: &str) -> Option<String> {
    let is_asian = text.chars().any(|character| {
        matches!(character, '\u{2E80}'..='\u{2FFF}' | '\u{3001}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}'
            | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FFDC}' | '\u{20000}'..='\u{323AF}')
    });
    if is_asian && !text.chars().any(|character| ('\u{FB00}'..='\u{FB06}').contains(&character)) {
        return None;
    }
    let is_word = |character: Option<char>| character.is_some_and(char::is_alphabetic);
    let mut mended = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut before = None;
    while let Some(character) = characters.next() {
        match character {
            '\u{FB00}'..='\u{FB06}' if is_word(before) || is_word(characters.peek().copied()) => {
                mended.push_str(match character {
                    '\u{FB00}' => "ff",
                    '\u{FB01}' => "fi",
                    '\u{FB02}' => "fl",
                    '\u{FB03}' => "ffi",
                    '\u{FB04}' => "ffl",
                    _ => "st",
                });
            }
            // Full-width forms are ASCII's in ASCII's order.
            '\u{FF01}'..='\u{FF5E}' if !is_asian => {
                mended.extend(char::from_u32(u32::from(character) - 0xFF01 + 0x21));
            }
            _ => mended.push(character),
        }
        before = Some(character);
    }
    (mended != text).then_some(mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_escapes_and_controls_become_text() {
        let pages = CodePages::new();
        for (text, expected) in [
            ("one\r\ntwo\rthree\n\rfour", "one\ntwo\nthree\n\nfour"),
            ("\u{1B}[1;31mred\u{1B}[0m and \u{1B}]0;title\u{7}plain", "red and plain"),
            ("a lone \u{1B} stays, and \u{1B}[12", "a lone \u{1B} stays, and \u{1B}[12"),
            ("\u{93}quoted\u{94}, he said\u{85} \u{81}", "“quoted”, he said… \u{81}"),
            ("a\u{2028}b\u{2029}c", "a\nb\n\nc"),
        ] {
            assert_eq!(mend_controls(text, &pages).unwrap_or_else(|| text.to_owned()), expected, "{text:?}");
        }
    }

    #[test]
    fn forms_are_damage_in_words_and_outside_of_asian_text() {
        for (line, expected) in [
            ("the ﬁnal oﬃce ﬂoor", "the final office floor"),
            ("the ligature ﬁ, as printers cast it", "the ligature ﬁ, as printers cast it"),
            ("Ｎｅｗｓ　ａｔ ７！", "News　at 7!"),
            ("本日７時、ＮＨＫ！", "本日７時、ＮＨＫ！"),
            ("ﬅ ﬅone", "ﬅ stone"),
        ] {
            assert_eq!(mend_forms(line).unwrap_or_else(|| line.to_owned()), expected);
        }
    }
}
