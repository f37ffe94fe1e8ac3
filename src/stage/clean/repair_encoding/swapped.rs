//! A whole text that was read in the wrong one of two encodings: `Ïðèâåò` → `Привет`, `ÄãºÃ` → `你好`.
//!
//! Here nothing is impossible, as in misread UTF-8, so letters have to say it: only a text whose first words beyond ASCII are none in
//! any language is looked at, and it is read again only in an encoding that makes far better text of all of it. Single accents
//! among ASCII, as in `Pøíliš`, are too little to be sure, and are left.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::code_pages::{ALL_PAGES, CYRILLIC, CodePages, DOS_CYRILLIC, KOI8, WESTERN, WIDE};
use super::letters::{Letters, NAT};
use super::whole::{COMPARED, cost_of, last_two, start_beyond_ascii};
use crate::text::Slice;

/// Encodings in which a text is misread.
const READ_IN: [usize; 4] = [WESTERN, CYRILLIC, KOI8, DOS_CYRILLIC];
/// Characters beyond ASCII that stand beside each other in a word of another script, at the least, and that are looked at.
const WORD: i32 = 3;
const LOOKED_AT: usize = 12;
/// How far it is looked for, in bytes: the word before may be a preposition, or a quotation mark.
const SEARCHED: usize = 300;
/// What a letter of a word costs in any language, on average, at most; half of what a Chinese character does.
const STRANGE: i32 = 5 * NAT;
/// A text was misread; what a character beyond ASCII has to cost less.
const ENTER: i32 = 16 * NAT;
const GAIN: i32 = 3 * NAT / 2;
/// A page that is tried later is as likely where it is this much better.
const RARER: i32 = NAT / 4;

/// The text as its encoding has it; `None` where it is sound, or no encoding makes better text of it than what a search for
/// misread UTF-8 made of it.
pub(super) fn repair(
    text: &str,
    searched: Option<&str>,
    pages: &CodePages,
    letters: &Letters,
) -> Option<String> {
    if !is_strange(searched.unwrap_or(text), letters) {
        return None;
    }
    let start = start_beyond_ascii(text)?;
    let (head, rest) = text.split_at_checked(start)?;
    let sample = rest.char_indices().nth(COMPARED).map_or(rest, |(end, _)| rest.slice(..end));
    let before = last_two(head);
    // The sample may end within a character.
    let shorter = sample.char_indices().next_back().and_then(|(end, _)| sample.get(..end)).unwrap_or(sample);
    let mut best: Option<(i32, usize, Source)> = None;
    for page in READ_IN.into_iter().filter(|page| bytes_of(sample, *page, pages).is_some()) {
        let others = (0..ALL_PAGES).filter(|other| *other != page).map(Source::Page);
        let wide = WIDE.into_iter().filter(|_| page == WESTERN).map(Source::Wide);
        for source in others.chain(wide) {
            let read = |text| read_again(text, page, source, pages);
            let Some(text) = read(sample).or_else(|| read(shorter)) else { continue };
            let cost = source.price() + GAIN * beyond_ascii(&text) + cost_of(&text, before, letters);
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, page, source));
            }
        }
    }
    let (cost, page, source) = best?;
    let beyond = searched.map_or(sample, |searched| searched.get(start..).unwrap_or(sample));
    if cost >= cost_of(sample, before, letters).min(cost_of(beyond, before, letters)) {
        return None;
    }
    let read = read_again(rest, page, source, pages).map(|read| format!("{head}{read}"));
    read.filter(|read| !is_strange(read, letters))
}

/// An encoding that a text may have had.
#[derive(Clone, Copy, Debug)]
enum Source {
    Page(usize),
    Wide(&'static Encoding),
}

impl Source {
    /// What it costs to take it for the text's.
    fn price(self) -> i32 {
        match self {
            Source::Page(page) => ENTER + RARER * i32::try_from(page).unwrap_or(0),
            Source::Wide(_) => ENTER,
        }
    }
}

/// A text that was read in a page, as its encoding has it; `None` where one of the two lacks a character.
fn read_again(text: &str, page: usize, source: Source, pages: &CodePages) -> Option<String> {
    let bytes = bytes_of(text, page, pages)?;
    match source {
        Source::Page(other) => bytes.iter().map(|byte| pages.character(other, *byte)).collect(),
        Source::Wide(encoding) => {
            encoding.decode_without_bom_handling_and_without_replacement(&bytes).map(Cow::into_owned)
        }
    }
}

/// Whether the first words of a text that are all beyond ASCII are none in any language.
fn is_strange(text: &str, letters: &Letters) -> bool {
    let Some(start) = start_beyond_ascii(text) else { return false };
    let end = (start + SEARCHED).min(text.len());
    let most = |character: char| if character < '\u{2E80}' { STRANGE } else { 2 * STRANGE };
    let (mut at, mut left, mut cost, mut usual) = (start, LOOKED_AT, 0, 0);
    for word in text.slice(start..).split(|character: char| character.is_ascii()) {
        let from = at;
        at += word.len() + 1;
        if left == 0 || from > end {
            break;
        }
        if beyond_ascii(word) >= WORD {
            let word = word.char_indices().nth(left).map_or(word, |(end, _)| word.slice(..end));
            left -= word.chars().count();
            cost += cost_of(word, last_two(text.slice(..from)), letters);
            usual += word.chars().map(most).sum::<i32>();
        }
    }
    usual > 0 && cost >= usual
}

fn beyond_ascii(text: &str) -> i32 {
    i32::try_from(text.chars().filter(|character| !character.is_ascii()).count()).unwrap_or(i32::MAX)
}

/// The bytes of a text in a page; `None` where the page lacks a character.
fn bytes_of(text: &str, page: usize, pages: &CodePages) -> Option<Vec<u8>> {
    let byte = |character: char| match character {
        '\0'..='\x7F' => u8::try_from(character).ok(),
        _ => pages.bytes(character).get(page).copied().filter(|byte| *byte != 0),
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_another_script_that_was_read_in_a_wrong_page_is_read_again() {
        let (pages, letters) = (CodePages::new(), Letters::new());
        for (encoding, text) in [
            (encoding_rs::WINDOWS_1251, "Мост в Сельме закрыт до весны, паромы пойдут с четверга."),
            (encoding_rs::KOI8_R, "Мост в Сельме закрыт до весны, паромы пойдут с четверга."),
            (encoding_rs::WINDOWS_1253, "Η γέφυρα του Σελμ θα μείνει κλειστή μέχρι την άνοιξη."),
            (encoding_rs::WINDOWS_1256, "الجسر مغلق حتى الربيع والعبارات تعمل من الخميس"),
            // Their first words could be some, so misread.
            (encoding_rs::WINDOWS_1256, "رعى رئيس البلدية أمس حفل افتتاح الجسر الجديد"),
            (encoding_rs::WINDOWS_1251, "ТЕЦ няма въглища и земята около него няма пазач"),
            (encoding_rs::WINDOWS_1255, "הגשר יהיה סגור עד האביב"),
            (encoding_rs::GBK, "塞尔姆大桥将关闭到春天，渡轮从星期四开始运行。"),
            (encoding_rs::EUC_KR, "다리는 봄까지 닫히고 목요일부터 배가 다닌다."),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            let (misread, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
            assert_eq!(
                repair(&misread, None, &pages, &letters).as_deref(),
                Some(text),
                "{}",
                encoding.name()
            );
            assert_eq!(repair(text, None, &pages, &letters), None, "{text}");
        }
        for sound in ["ÖÄÜ sind Umlaute", "Пароход ЩЪЫ", "«ÉTÉ À LA PLAGE»", "½¾¼", "Þóðólfur"]
        {
            assert_eq!(repair(sound, None, &pages, &letters), None, "{sound}");
        }
    }
}
