//! UTF-8 that was read in another code page: `CafÃ©` → `Café`, `вЂњ` → `“`, `√≤` → `ò`.
//!
//! A text is taken to have been written well and damaged on the way, and the likeliest history is searched for. Each stretch
//! was read rightly or in one of the code pages. What was written costs what [`Letters`] says of it; that a
//! stretch was misread has a price, too, and so has a character within it that no misreading explains. So single
//! damage is repaired where it is very odd as it stands and fits well as what it stands for; among damage of its
//! kind, what could be good text is repaired, too; and good text is left alone. The search is the
//! Viterbi algorithm over the code page and the last two characters written.
//!
//! Bytes get lost on the way: those that windows-1252 does not define become U+FFFD, a question mark or nothing, and
//! A0, a no-break space, becomes a space. What is left still says where a character was; it becomes
//! U+FFFD, or what it must have been.

use super::code_pages::{CodePages, LATIN_2, PAGES, PageSet, WESTERN};
use super::letters::{Letters, NAT, NEVER};
use crate::text::Slice;

/// A stretch of text was misread in a code page. The order is that of how often each is met.
const ENTER: [i32; PAGES] =
    [15 * NAT / 2, 9 * NAT, 9 * NAT, 11 * NAT, 14 * NAT, 9 * NAT, 9 * NAT, 11 * NAT, 13 * NAT, 11 * NAT];
/// It was not so from the first character beyond ASCII on.
const LATE: i32 = 2 * NAT;
/// It ends, and good text follows.
const LEAVE: i32 = 5 * NAT;
/// A character within it that the code page has, and that is no misread UTF-8.
const UNREAD: i32 = 7 * NAT;
/// One that the code page lacks: somebody wrote it in later.
const FOREIGN: i32 = 4 * NAT;

/// So many layers are taken off at once where only what is below them makes sense.
const MOST_LAYERS: usize = 3;

/// In place of a code page: the text was last read rightly.
const GOOD: usize = PAGES;
/// In place of a code page: there was nothing beyond ASCII yet.
const UNTRIED: usize = PAGES + 1;

/// A way to explain a text up to a place.
#[derive(Clone, Copy, Debug)]
struct History {
    at: usize,
    cost: i32,
    /// The code page in which the text was last misread; or `GOOD`, or `UNTRIED`.
    page: usize,
    /// The last two characters written.
    before: [char; 2],
    /// The last reading taken.
    last: Option<usize>,
}

/// Characters that were taken for misread UTF-8, and the one before.
#[derive(Clone, Copy, Debug)]
struct Reading {
    start: usize,
    end: usize,
    meaning: char,
    previous: Option<usize>,
}

/// The text without one layer of damage; `None` where it has none. Only the suspected pages are tried.
pub(super) fn repair(text: &str, pages: &CodePages, letters: &Letters, suspects: PageSet) -> Option<String> {
    if suspects == 0 {
        return None;
    }
    let readings = likeliest(text, pages, letters, suspects);
    if readings.is_empty() || is_hopeless(text, pages, readings.len()) {
        return None;
    }
    let mut repaired = String::with_capacity(text.len());
    let mut at = 0;
    for reading in readings {
        repaired.push_str(text.get(at..reading.start)?);
        repaired.push(reading.meaning);
        at = reading.end;
    }
    repaired.push_str(text.get(at..)?);
    Some(repaired)
}

/// The readings of the likeliest history.
fn likeliest(text: &str, pages: &CodePages, letters: &Letters, suspects: PageSet) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    let start = History { at: 0, cost: 0, page: UNTRIED, before: ['\n', '\n'], last: None };
    let mut histories = vec![start];
    let mut here: Vec<History> = Vec::new();
    // The characters that may be read here, each with its code page.
    let mut ways: Vec<(usize, Parsed)> = Vec::new();
    let mut at = 0;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        here.clear();
        histories.retain(|history| {
            if history.at == at {
                here.push(*history);
            }
            history.at > at
        });
        if character.is_ascii()
            && histories.is_empty()
            && here.windows(2).all(|pair| pair[0].before == pair[1].before)
            && let Some(to) = ascii_to_skip(text, at)
        {
            let bytes = text.as_bytes();
            let before = [to - 2, to - 1].map(|place| char::from(bytes.get(place).copied().unwrap_or(b' ')));
            histories.extend(here.iter().map(|history| History { at: to, before, ..*history }));
            at = to;
            continue;
        }
        let next = at + character.len_utf8();
        let bytes = if character.is_ascii() { [0; PAGES] } else { pages.bytes(character) };
        ways.clear();
        for (page, byte) in bytes.into_iter().enumerate() {
            if suspects & 1 << page != 0 && (0xC2..=0xF4).contains(&byte) {
                let rest = text.slice(at..);
                let parsed = (1..=MOST_LAYERS).flat_map(|layers| parse(rest, page, layers, pages)).flatten();
                ways.extend(parsed.filter(|parsed| parsed.cost < NEVER).map(|parsed| (page, parsed)));
            }
        }
        // What costs every history the same decides nothing, and that is nearly all of a text.
        let is_shared = ways.is_empty()
            && histories.is_empty()
            && here.windows(2).all(|pair| pair[0].before == pair[1].before);
        for history in &here {
            let written = if is_shared { 0 } else { letters.cost(history.before, character) };
            let cost = history.cost + written;
            let literal = History { at: next, cost, before: [history.before[1], character], ..*history };
            if character.is_ascii() {
                add(&mut histories, literal);
            } else if history.page >= PAGES {
                add(&mut histories, History { page: GOOD, ..literal });
            } else {
                let unexplained =
                    if bytes.get(history.page).is_some_and(|byte| *byte != 0) { UNREAD } else { FOREIGN };
                add(&mut histories, History { cost: cost + unexplained, ..literal });
                add(&mut histories, History { cost: cost + LEAVE, page: GOOD, ..literal });
            }
        }
        for (page, parsed) in ways.iter().copied() {
            for history in &here {
                let enter = ENTER.get(page).copied().unwrap_or(0);
                let change = match history.page {
                    UNTRIED => enter,
                    GOOD => LATE + enter,
                    same if same == page => 0,
                    _ => LEAVE + LATE + enter,
                };
                let cost = history.cost + change + parsed.cost + letters.cost(history.before, parsed.meaning);
                let reading = Reading {
                    start: at,
                    end: at + parsed.length,
                    meaning: parsed.meaning,
                    previous: history.last,
                };
                let read = History {
                    at: reading.end,
                    cost,
                    page,
                    before: [history.before[1], parsed.meaning],
                    last: Some(readings.len()),
                };
                if add(&mut histories, read) {
                    readings.push(reading);
                }
            }
        }
        at = next;
    }
    let best = histories.iter().filter(|history| history.at == at).min_by_key(|history| history.cost);
    let mut chain: Vec<Reading> = Vec::new();
    let mut last = best.and_then(|history| history.last);
    while let Some(reading) = last.and_then(|last| readings.get(last)) {
        chain.push(*reading);
        last = reading.previous;
    }
    chain.reverse();
    chain
}

/// Adds a history, unless one that writes on in the same way is as likely; whether it was added.
fn add(histories: &mut Vec<History>, new: History) -> bool {
    let same =
        histories.iter_mut().find(|old| old.at == new.at && old.page == new.page && old.before == new.before);
    match same {
        Some(old) if old.cost <= new.cost => return false,
        Some(old) => *old = new,
        None => histories.push(new),
    }
    true
}

/// Where to resume within ASCII that every history explains alike: before its last character, which is the first that
/// matters to what follows.
fn ascii_to_skip(text: &str, at: usize) -> Option<usize> {
    let ascii = text.as_bytes().get(at..)?.iter().take_while(|byte| byte.is_ascii()).count();
    let to = if at + ascii == text.len() { text.len() } else { at + ascii.saturating_sub(1) };
    (ascii >= 4).then_some(to)
}

/// Whether there is more damage than can be understood: repairing half of it would hide the other half.
fn is_hopeless(text: &str, pages: &CodePages, repairs: usize) -> bool {
    let mut broken = 0;
    let mut characters = text.char_indices();
    while let Some((start, character)) = characters.next() {
        if character.is_ascii() {
            continue;
        }
        // `ã†` and `ãƒ`, after which the third byte is missing.
        let is_broken = (0xE0..0xF0).contains(&pages.bytes(character)[WESTERN])
            && matches!(characters.clone().next(), Some((_, '†' | 'ƒ' | '‚' | '¢')))
            && parse(text.slice(start..), WESTERN, 1, pages).iter().flatten().next().is_none();
        broken += usize::from(is_broken);
    }
    broken >= 2 && broken * 2 >= repairs
}

/// A character of UTF-8 as its bytes were misread.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Parsed {
    /// Bytes of the text.
    length: usize,
    meaning: char,
    /// What was lost on the way costs something.
    cost: i32,
}

/// A no-break space became a space.
const SPACED: i32 = 2 * NAT;
/// A character was read through one more layer.
const LAYER: i32 = NAT / 4;
/// A byte is lost without a trace.
const LOST: i32 = 4 * NAT;

/// The characters of UTF-8 that a text may begin with, misread in a page so many times.
fn parse(text: &str, page: usize, layers: usize, pages: &CodePages) -> [Option<Parsed>; 2] {
    const NOTHING: [Option<Parsed>; 2] = [None, None];
    let Some(lead) = next(text, page, layers - 1, pages) else { return NOTHING };
    let first = pages.bytes(lead.meaning)[page];
    let wanted = match first {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF4 => 3,
        _ => return NOTHING,
    };
    let mut length = lead.length;
    let mut code = u32::from(first) & (0x3F >> wanted);
    let (mut is_lost, mut cost) = (false, lead.cost);
    let quotes = first == 0xE2;
    for place in 0..wanted {
        let tail = text.get(length..).and_then(|rest| next(rest, page, layers - 1, pages));
        let byte = tail.map_or(0, |tail| pages.bytes(tail.meaning)[page]);
        let byte = match tail.map(|tail| tail.meaning) {
            Some('\u{FFFD}') => {
                is_lost = true;
                0x80
            }
            // `â€?`: the third byte of a quotation mark.
            Some('?') if quotes && place == 1 && code == 0x80 => {
                is_lost = true;
                cost += LOST;
                0x80
            }
            // 9D is not defined in windows-1252, and readers drop it.
            _ if quotes && place == 1 && code == 0x80 && !(0x80..=0xBF).contains(&byte) => {
                return [Some(Parsed { length, meaning: '”', cost: LOST }), None];
            }
            Some(' ') if wanted == 1 && layers == 1 => return spaced(first, length, cost),
            Some(' ') if cost == lead.cost => {
                cost += SPACED;
                0xA0
            }
            // A control character in a page that has another sign for the byte.
            Some('\u{80}'..='\u{9F}') if page != WESTERN && page != LATIN_2 => {
                cost += 2 * NAT;
                byte
            }
            _ if (0x80..=0xBF).contains(&byte) => byte,
            _ => return NOTHING,
        };
        length += tail.map_or(0, |tail| tail.length);
        cost += tail.map_or(0, |tail| tail.cost);
        code = code << 6 | u32::from(byte & 0x3F);
    }
    let parsed =
        |length, meaning: Option<char>| [meaning.map(|meaning| Parsed { length, meaning, cost }), None];
    if is_lost {
        return parsed(length, Some(char::REPLACEMENT_CHARACTER));
    }
    // The shortest form is the only one in UTF-8.
    if [0, 0x80, 0x800, 0x1_0000].get(wanted).is_none_or(|least| *least > code) {
        return NOTHING;
    }
    // A pair of surrogates, each written as if it were a character (CESU-8).
    if (0xD800..0xDC00).contains(&code) {
        let Some((rest, low)) = text.get(length..).and_then(|rest| surrogate(rest, page, pages)) else {
            return NOTHING;
        };
        return parsed(length + rest, char::from_u32(0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00)));
    }
    parsed(length, char::from_u32(code))
}

/// The character that a text begins with once so many layers are taken off.
fn next(text: &str, page: usize, layers: usize, pages: &CodePages) -> Option<Parsed> {
    let character = text.chars().next()?;
    if layers == 0 || character.is_ascii() {
        return Some(Parsed { length: character.len_utf8(), meaning: character, cost: 0 });
    }
    let [parsed, _] = parse(text, page, layers, pages);
    parsed.map(|parsed| Parsed { cost: parsed.cost + LAYER, ..parsed })
}

/// A lead byte with a space, which was A0 or took its place: `Ã ` is à, `Å imek` Šimek.
fn spaced(first: u8, length: usize, cost: i32) -> [Option<Parsed>; 2] {
    let meaning = char::from_u32(u32::from(first & 0x1F) << 6 | 0x20).unwrap_or(char::REPLACEMENT_CHARACTER);
    // 85 is a line end to some programs, which make a space of it: `Ä ` is ą.
    let kept = if first == 0xC4 { 'ą' } else { meaning };
    [
        Some(Parsed { length: length + 1, meaning, cost: cost + SPACED + NAT }),
        (first != 0xC2).then_some(Parsed { length, meaning: kept, cost: cost + SPACED }),
    ]
}

/// The length and the value of the low surrogate that a text begins with.
fn surrogate(text: &str, page: usize, pages: &CodePages) -> Option<(usize, u32)> {
    let mut characters = text.chars();
    let mut code = 0_u32;
    for _ in 0..3 {
        code = code << 8 | u32::from(pages.bytes(characters.next()?)[page]);
    }
    let low = (code & 0x0F_0000) >> 4 | (code & 0x3F00) >> 2 | code & 0x3F;
    let is_low = code & 0xF0_C0C0 == 0xE0_8080 && (0xDC00..0xE000).contains(&low);
    is_low.then(|| (text.len() - characters.as_str().len(), low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(line: &str) -> String {
        repair(line, &CodePages::new(), &Letters::new(), PageSet::MAX).unwrap_or_else(|| line.to_owned())
    }

    #[test]
    fn what_fits_its_place_is_repaired_and_what_would_not_stays() {
        for (line, expected) in [
            ("le cafÃ© de la gare", "le café de la gare"),
            ("CAFÉ™ IST EINE MARKE", "CAFÉ™ IST EINE MARKE"),
            ("der GroÃŸe Plan", "der Große Plan"),
            ("the Lenneâ€™s bank", "the Lenne’s bank"),
            ("kawiarnia â€“ nie", "kawiarnia – nie"),
            ("ZAMKNÄ˜LI", "ZAMKNĘLI"),
            ("PÓŁNOC, RÓŻA", "PÓŁNOC, RÓŻA"),
            ("5 Å² of surface", "5 Å² of surface"),
            ("“le marché”, dit-elle", "“le marché”, dit-elle"),
        ] {
            assert_eq!(repaired(line), expected);
        }
    }

    #[test]
    fn only_the_shortest_form_and_whole_pairs_of_surrogates_are_utf8() {
        let pages = CodePages::new();
        let parsed = |text| parse(text, WESTERN, 1, &pages)[0].map(|parsed| (parsed.length, parsed.meaning));
        assert_eq!(parsed("Ã©"), Some((4, 'é')));
        assert_eq!(parsed("Á©"), None); // C1 A9
        assert_eq!(parsed("à\u{9F}¿"), None); // E0 9F BF, below U+0800
        assert_eq!(parsed("à\u{A0}\u{80}"), Some((6, '\u{800}')));
        assert_eq!(parsed("í\u{A0}½"), None);
        assert_eq!(parsed("í\u{A0}½í¸\u{80}"), Some((12, '😀')));
        assert_eq!(parsed("ô\u{8F}¿¿"), Some((8, '\u{10FFFF}')));
        assert_eq!(parsed("ô\u{90}\u{80}\u{80}"), None);
    }
}
