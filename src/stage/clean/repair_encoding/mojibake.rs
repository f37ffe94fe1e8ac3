//! UTF-8 that was read in another code page: `CafÃ©` → `Café`, `вЂњ` → `“`, `√≤` → `ò`.
//!
//! A text is taken to have been written well and damaged on the way, and the likeliest history is searched for. Each stretch
//! was read rightly or in one of the code pages. What was written costs what [`Letters`] says of it; that a
//! stretch was misread has a price, too, and so has a character within it that no misreading explains. So single
//! damage is repaired where it is very odd as it stands and fits well as what it stands for; among damage of its
//! kind, what could be good text is repaired, too; and good text is left alone. A page in which a part was misread is likely to be
//! that of further parts. The search is the
//! Viterbi algorithm over the code page and the last two characters written.
//!
//! Bytes get lost on the way: those that windows-1252 does not define become U+FFFD, a question mark or nothing, and
//! A0, a no-break space, becomes a space. What is left still says where a character was; it becomes
//! U+FFFD, or what it must have been.

use super::code_pages::{CodePages, PAGES, PageSet, WESTERN};
use super::letters::{Letters, NAT};

/// A stretch of text was misread in a code page. The order is that of how often each is met.
pub(super) const ENTER: [i32; PAGES] =
    [15 * NAT / 2, 9 * NAT, 9 * NAT, 11 * NAT, 14 * NAT, 9 * NAT, 9 * NAT, 11 * NAT, 13 * NAT, 11 * NAT];
/// It was not so from the first character beyond ASCII on.
const LATE: i32 = 2 * NAT;
/// It ends, and good text follows.
const LEAVE: i32 = 5 * NAT;
/// Another part of the text was misread in the page of an earlier one.
const AGAIN: i32 = 2 * NAT;
/// A character within it that the code page has, and that is no misread UTF-8.
const UNREAD: i32 = 7 * NAT;
/// One that the code page lacks: somebody wrote it in later.
const FOREIGN: i32 = 4 * NAT;

/// A history that is this much less likely than another one up to the same place cannot win any more: a change of
/// pages and two unlikely letters cost less.
const HOPELESS: i32 = 60 * NAT;

/// So many layers are taken off at once where only what is below them makes sense.
const MOST_LAYERS: usize = 3;
/// Characters of the longest reading: four bytes through three layers.
const LONGEST: usize = 64;

/// How a text is read at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// There was nothing beyond ASCII yet.
    Untried,
    /// Rightly, as all before.
    Good,
    /// Misread in a page.
    Misread(u8),
    /// Rightly, after a part that was misread in a page.
    Again(u8),
}

/// A way to explain a text up to a place.
#[derive(Clone, Copy, Debug)]
struct History {
    cost: i32,
    mode: Mode,
    /// The last two characters written.
    before: [char; 2],
    /// The last reading taken.
    last: Option<u32>,
}

/// Characters that were taken for misread UTF-8, and the reading before.
#[derive(Clone, Copy, Debug)]
struct Reading {
    start: usize,
    end: usize,
    meaning: char,
    previous: Option<u32>,
}

/// The text without one layer of damage; `None` where it has none. Only the suspected pages are tried.
pub(super) fn repair(text: &str, pages: &CodePages, letters: &Letters, suspects: PageSet) -> Option<String> {
    if suspects == 0 {
        return None;
    }
    let characters: Vec<char> = text.chars().collect();
    let readings = likeliest(&characters, pages, letters, suspects);
    if readings.is_empty() || is_hopeless(&characters, pages, readings.len()) {
        return None;
    }
    let mut repaired = String::with_capacity(text.len());
    let mut at = 0;
    for reading in readings {
        repaired.extend(characters.get(at..reading.start)?);
        repaired.push(reading.meaning);
        at = reading.end;
    }
    repaired.extend(characters.get(at..)?);
    Some(repaired)
}

/// The readings of the likeliest history.
fn likeliest(text: &[char], pages: &CodePages, letters: &Letters, suspects: PageSet) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    // The histories up to each of the next places, in a ring.
    let mut rings: Vec<Vec<History>> = vec![Vec::new(); LONGEST];
    let start = History { cost: 0, mode: Mode::Untried, before: ['\n', '\n'], last: None };
    let mut here = vec![start];
    let mut pending = 0;
    // The characters that may be read here, each with its code page.
    let mut ways: Vec<(u8, Parsed)> = Vec::new();
    let mut at = 0;
    while let Some(character) = text.get(at).copied() {
        let is_settled = pending == 0 && here.windows(2).all(|pair| pair[0].before == pair[1].before);
        if character.is_ascii()
            && is_settled
            && let Some(to) = ascii_to_skip(text, at)
        {
            let before = [to - 2, to - 1].map(|place| text.get(place).copied().unwrap_or(' '));
            here.iter_mut().for_each(|history| history.before = before);
            at = to;
            continue;
        }
        let bytes = pages.bytes(character);
        ways.clear();
        if !character.is_ascii() {
            for (page, byte) in (0..).zip(bytes.iter().take(PAGES)) {
                if suspects & 1 << page != 0 && (0xC2..=0xF4).contains(byte) {
                    find_ways(text, at, page, pages, &mut ways);
                }
            }
        }
        // What costs every history the same decides nothing, and that is nearly all of a text.
        let is_shared = ways.is_empty() && is_settled;
        let place = |to: usize| to % LONGEST;
        for history in &here {
            let written = if is_shared { 0 } else { letters.cost(history.before, character) };
            let cost = history.cost + written;
            let before = letters.after(history.before, character);
            let literal = History { cost, before, ..*history };
            let Some(next) = rings.get_mut(place(at + 1)) else { continue };
            let mut write = |cost: i32, mode: Mode| {
                let added = add(next, History { cost, mode, ..literal });
                pending += usize::from(added == Added::New);
            };
            match history.mode {
                _ if character.is_ascii() => write(cost, history.mode),
                Mode::Untried | Mode::Good => write(cost, Mode::Good),
                Mode::Again(page) => write(cost, Mode::Again(page)),
                Mode::Misread(page) => {
                    let has = bytes.get(usize::from(page)).is_some_and(|byte| *byte != 0);
                    write(cost + if has { UNREAD } else { FOREIGN }, Mode::Misread(page));
                    write(cost + LEAVE, Mode::Again(page));
                }
            }
        }
        for (page, parsed) in ways.iter().copied() {
            let Some(next) = rings.get_mut(place(at + parsed.length)) else { continue };
            let enter = ENTER.get(usize::from(page)).copied().unwrap_or(0);
            for history in &here {
                let change = match history.mode {
                    Mode::Untried => enter,
                    Mode::Good => LATE + enter,
                    Mode::Misread(same) if same == page => 0,
                    Mode::Again(same) if same == page => AGAIN,
                    Mode::Misread(_) => LEAVE + LATE + enter,
                    Mode::Again(_) => LATE + enter,
                };
                let cost = history.cost + change + parsed.cost + letters.cost(history.before, parsed.meaning);
                let read = History {
                    cost,
                    mode: Mode::Misread(page),
                    before: letters.after(history.before, parsed.meaning),
                    last: u32::try_from(readings.len()).ok(),
                };
                let added = add(next, read);
                if added != Added::Not {
                    let (start, end) = (at, at + parsed.length);
                    readings.push(Reading { start, end, meaning: parsed.meaning, previous: history.last });
                }
                pending += usize::from(added == Added::New);
            }
        }
        at += 1;
        here.clear();
        if let Some(next) = rings.get_mut(place(at)) {
            pending -= next.len();
            let best = next.iter().map(|history| history.cost).min().unwrap_or(0);
            here.extend(next.drain(..).filter(|history| history.cost <= best + HOPELESS));
        }
    }
    let best = here.iter().min_by_key(|history| history.cost);
    let mut chain: Vec<Reading> = Vec::new();
    let mut last = best.and_then(|history| history.last);
    while let Some(reading) = last.and_then(|last| readings.get(last as usize)) {
        chain.push(*reading);
        last = reading.previous;
    }
    chain.reverse();
    chain
}

/// The characters that a text may have at a place if it was misread in a page, once or several times.
fn find_ways(text: &[char], at: usize, page: u8, pages: &CodePages, ways: &mut Vec<(u8, Parsed)>) {
    for layers in 1..=MOST_LAYERS {
        let from = ways.len();
        parse(text, at, usize::from(page), layers, pages, &mut |parsed| {
            if parsed.length < LONGEST {
                ways.push((page, parsed));
            }
        });
        // What is below is a first byte once more, or there is no further layer.
        let is_lead = |(_, parsed): &(u8, Parsed)| {
            pages
                .bytes(parsed.meaning)
                .get(usize::from(page))
                .is_some_and(|byte| (0xC2..=0xF4).contains(byte))
        };
        if !ways.iter().skip(from).any(is_lead) {
            break;
        }
    }
}

/// What came of a history that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Added {
    New,
    /// In place of a dearer one that writes on in the same way.
    Instead,
    Not,
}

/// Adds a history, unless one that writes on in the same way is as likely.
fn add(histories: &mut Vec<History>, new: History) -> Added {
    let same = histories.iter_mut().find(|old| old.mode == new.mode && old.before == new.before);
    match same {
        Some(old) if old.cost <= new.cost => Added::Not,
        Some(old) => {
            *old = new;
            Added::Instead
        }
        None => {
            histories.push(new);
            Added::New
        }
    }
}

/// Where to resume within ASCII that every history explains alike: before its last character, which is the first that
/// matters to what follows.
fn ascii_to_skip(text: &[char], at: usize) -> Option<usize> {
    let ascii = text.get(at..)?.iter().take_while(|character| character.is_ascii()).count();
    let to = if at + ascii == text.len() { text.len() } else { at + ascii.saturating_sub(1) };
    (ascii >= 4).then_some(to)
}

/// Whether there is more damage than can be understood: repairing half of it would hide the other half.
fn is_hopeless(text: &[char], pages: &CodePages, repairs: usize) -> bool {
    let mut broken = 0;
    for (at, pair) in text.windows(2).enumerate() {
        // `ã†` and `ãƒ`, after which the third byte is missing.
        let may_be =
            matches!(pair[1], '†' | 'ƒ' | '‚' | '¢') && (0xE0..0xF0).contains(&pages.bytes(pair[0])[WESTERN]);
        let mut is_broken = may_be;
        if may_be {
            parse(text, at, WESTERN, 1, pages, &mut |_| is_broken = false);
        }
        broken += usize::from(is_broken);
    }
    broken >= 2 && broken * 2 >= repairs
}

/// A character of UTF-8 as its bytes were misread.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Parsed {
    /// Characters of the text.
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
/// A control where the page has a sign for its byte.
const CONTROL: i32 = 3 * NAT;

/// Finds the characters of UTF-8 that a text may have at a place, misread in a page so many times.
fn parse(
    text: &[char],
    at: usize,
    page: usize,
    layers: usize,
    pages: &CodePages,
    found: &mut dyn FnMut(Parsed),
) {
    let Some(lead) = next(text, at, page, layers - 1, pages) else { return };
    let first = pages.bytes(lead.meaning).get(page).copied().unwrap_or(0);
    let wanted = match first {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF4 => 3,
        _ => return,
    };
    let mut length = lead.length;
    let mut code = u32::from(first) & (0x3F >> wanted);
    let (mut is_lost, mut cost) = (false, lead.cost);
    let quotes = first == 0xE2;
    for place in 0..wanted {
        let tail = next(text, at + length, page, layers - 1, pages);
        let byte = tail.map_or(0, |tail| pages.bytes(tail.meaning).get(page).copied().unwrap_or(0));
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
            // 9D is not defined in windows-1252, and readers drop it; or A0 became a space: `â€ ` is † or ”.
            _ if quotes && place == 1 && code == 0x80 && !(0x80..=0xBF).contains(&byte) => {
                found(Parsed { length, meaning: '”', cost: LOST });
                if tail.is_some_and(|tail| tail.meaning == ' ') {
                    found(Parsed { length: length + 1, meaning: '†', cost: cost + SPACED });
                }
                return;
            }
            Some(' ') if wanted == 1 && layers == 1 => {
                let after = text.get(at + length + 1..).unwrap_or_default();
                return spaced(first, is_contracted(first, after), length, cost, found);
            }
            Some(' ') if cost == lead.cost => {
                cost += SPACED;
                0xA0
            }
            Some(control @ '\u{80}'..='\u{9F}') if pages.has_sign_for(page, control) && page != WESTERN => {
                cost += CONTROL;
                byte
            }
            _ if (0x80..=0xBF).contains(&byte) => byte,
            _ => return,
        };
        length += tail.map_or(0, |tail| tail.length);
        cost += tail.map_or(0, |tail| tail.cost);
        code = code << 6 | u32::from(byte & 0x3F);
    }
    if is_lost {
        return found(Parsed { length, meaning: char::REPLACEMENT_CHARACTER, cost });
    }
    // The shortest form is the only one in UTF-8.
    if [0, 0x80, 0x800, 0x1_0000].get(wanted).is_none_or(|least| *least > code) {
        return;
    }
    // A pair of surrogates, each written as if it were a character (CESU-8).
    if (0xD800..0xDC00).contains(&code) {
        let Some(low) = surrogate(text, at + length, page, pages) else { return };
        length += 3;
        code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    if let Some(meaning) = char::from_u32(code) {
        found(Parsed { length, meaning, cost });
    }
}

/// The character that a text has at a place once so many layers are taken off.
fn next(text: &[char], at: usize, page: usize, layers: usize, pages: &CodePages) -> Option<Parsed> {
    let character = *text.get(at)?;
    if layers == 0 || character.is_ascii() {
        return Some(Parsed { length: 1, meaning: character, cost: 0 });
    }
    let mut first = None;
    parse(text, at, page, layers, pages, &mut |parsed| {
        first.get_or_insert(Parsed { cost: parsed.cost + LAYER, ..parsed });
    });
    first
}

/// A lead byte with a space, which was A0 or took its place: `Ã ` is à, `Å imek` Šimek.
fn spaced(first: u8, is_contracted: bool, length: usize, cost: i32, found: &mut dyn FnMut(Parsed)) {
    let meaning = char::from_u32(u32::from(first & 0x1F) << 6 | 0x20).unwrap_or(char::REPLACEMENT_CHARACTER);
    // 85 is a line end to some programs, which make a space of it: `Ä ` is ą.
    let kept = if first == 0xC4 { 'ą' } else { meaning };
    found(Parsed { length: length + 1, meaning, cost: cost + SPACED + NAT });
    if first != 0xC2 && !is_contracted {
        found(Parsed { length, meaning: kept, cost: cost + SPACED });
    }
}

/// Whether `Ã ` opens `àquele`, `àquela` or `àquilo`: Portuguese writes `à` as a part of no other words but `às`, and `quele` is none.
fn is_contracted(first: u8, after: &[char]) -> bool {
    let goes_on = |rest: &str| {
        let mut after = after.iter().map(char::to_ascii_lowercase);
        rest.chars().all(|letter| after.next() == Some(letter))
    };
    first == 0xC3 && ["quele", "quela", "quilo"].into_iter().any(goes_on)
}

/// The low surrogate that three characters of a text are.
fn surrogate(text: &[char], at: usize, page: usize, pages: &CodePages) -> Option<u32> {
    let mut code = 0_u32;
    for character in text.get(at..at + 3)? {
        code = code << 8 | u32::from(pages.bytes(*character).get(page).copied().unwrap_or(0));
    }
    let low = (code & 0x0F_0000) >> 4 | (code & 0x3F00) >> 2 | code & 0x3F;
    (code & 0xF0_C0C0 == 0xE0_8080 && (0xDC00..0xE000).contains(&low)).then_some(low)
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
        let parsed = |text: &str| {
            let text: Vec<char> = text.chars().collect();
            next(&text, 0, WESTERN, 1, &pages).map(|parsed| (parsed.length, parsed.meaning))
        };
        assert_eq!(parsed("Ã©"), Some((2, 'é')));
        assert_eq!(parsed("Á©"), None); // C1 A9
        assert_eq!(parsed("à\u{9F}¿"), None); // E0 9F BF, below U+0800
        assert_eq!(parsed("à\u{A0}\u{80}"), Some((3, '\u{800}')));
        assert_eq!(parsed("í\u{A0}½"), None);
        assert_eq!(parsed("í\u{A0}½í¸\u{80}"), Some((6, '😀')));
        assert_eq!(parsed("ô\u{8F}¿¿"), Some((4, '\u{10FFFF}')));
        assert_eq!(parsed("ô\u{90}\u{80}\u{80}"), None);
    }
}
