//! UTF-8 that was read in another code page: `CafÃ©` → `Café`, `вЂњ` → `“`, `√≤` → `ò`.
//!
//! A line is read in every code page. A reading is a sequence of characters whose bytes are one character of
//! UTF-8, and gets a weight from [`super::evidence`]. What is damage by itself is repaired; what could be
//! good text is repaired where it stands among damage of the same kind. The code page with the most evidence has
//! the first word, so a line may be damaged in several ways, and only in parts.
//!
//! Bytes get lost on the way: those that windows-1252 does not define become U+FFFD, a question mark or nothing, and
//! A0, a no-break space, becomes a space. What is left still says where a character was; it becomes
//! U+FFFD, or what it must have been.

use super::code_pages::{CENTRAL, CYRILLIC, CodePages, PAGES, WESTERN};
use super::evidence::{ENOUGH, NEVER, Sighting, weigh};

/// One character of UTF-8, misread.
#[derive(Clone, Copy, Debug)]
struct Reading {
    start: usize,
    end: usize,
    meaning: char,
    weight: i32,
    /// A space was taken for a no-break space: not without others' support.
    is_guess: bool,
    /// Good text has such sequences: "Рік" is Ukrainian, and `Рі` would be г; `ć –` would be a Chinese letter.
    looks_sound: bool,
}

/// The line without one layer of damage; `None` where it has none. Only the suspected pages are tried.
pub(super) fn repair_line(line: &str, pages: &CodePages, suspects: u8) -> Option<String> {
    if suspects == 0 {
        return None;
    }
    let readings: [Vec<Reading>; PAGES] =
        std::array::from_fn(
            |page| {
                if suspects & 1 << page == 0 { Vec::new() } else { read(line, page, pages) }
            },
        );
    let totals: [i32; PAGES] = std::array::from_fn(|page| {
        readings[page].iter().filter(|reading| !reading.is_guess).map(|reading| reading.weight.max(0)).sum()
    });
    let accepted: [Vec<Reading>; PAGES] = std::array::from_fn(|page| {
        let readings = &readings[page];
        let first = accept(readings, ENOUGH, usize::MAX);
        if first.is_empty() {
            return first;
        }
        let sound = sound_letters(line, page, pages, readings);
        let enough = if sound <= 3 * first.len() + 2 { ENOUGH } else { ENOUGH_AMONG_SOUND };
        accept(readings, enough, sound)
    });
    if accepted.iter().all(Vec::is_empty) || is_hopeless(line, pages, accepted.iter().map(Vec::len).max()) {
        return None;
    }
    let mut order: [usize; PAGES] = std::array::from_fn(|page| page);
    order.sort_by_key(|page| (-totals[*page], *page));
    let mut repaired = String::with_capacity(line.len());
    let mut left: [&[Reading]; PAGES] = accepted.each_ref().map(Vec::as_slice);
    let mut at = 0;
    loop {
        for readings in &mut left {
            while let Some((first, rest)) = readings.split_first()
                && first.start < at
            {
                *readings = rest;
            }
        }
        let heads = order.iter().filter_map(|page| left[*page].first());
        // Of equals, min_by_key takes the first.
        let Some(reading) = heads.min_by_key(|reading| reading.start).copied() else { break };
        repaired.push_str(line.get(at..reading.start)?);
        repaired.push(reading.meaning);
        at = reading.end;
    }
    repaired.push_str(line.get(at..)?);
    Some(repaired)
}

/// In a line whose accents are otherwise sound, damage has to be beyond doubt: "M£ÄM" is a way to write in capitals.
const ENOUGH_AMONG_SOUND: i32 = 5;

/// How many letters of a line would have been misread, too, had the whole of it been misread in this page.
fn sound_letters(line: &str, page: usize, pages: &CodePages, readings: &[Reading]) -> usize {
    let mut readings = readings.iter().peekable();
    let mut sound = 0;
    for (start, character) in line.char_indices().filter(|(_, character)| !character.is_ascii()) {
        while readings.next_if(|reading| reading.end <= start).is_some() {}
        let is_read = readings.peek().is_some_and(|reading| reading.start <= start);
        sound += usize::from(!is_read && character.is_alphabetic() && pages.bytes(character)[page] >= 0xC0);
    }
    sound
}

/// Where this much damage is and hardly any letter that is not, the whole line was misread.
const ENOUGH_FOR_ALL: i32 = 12;

/// The readings that are to be repaired, in a line that has so many sound letters.
fn accept(readings: &[Reading], enough: i32, sound: usize) -> Vec<Reading> {
    let is_strong = |reading: &Reading| reading.weight >= enough && !reading.is_guess;
    let sum = |run: &[Reading]| run.iter().map(|reading| reading.weight).sum::<i32>();
    let is_damage = |run: &[Reading]| run.len() >= 2 && sum(run) >= enough || run.len() >= 4 && sum(run) >= 0;
    let runs = || readings.chunk_by(|one, next| one.end == next.start);
    let alone: i32 = readings.iter().filter(|reading| is_strong(reading)).map(|reading| reading.weight).sum();
    let in_runs: usize = runs().filter(|run| is_damage(run)).map(<[Reading]>::len).sum();
    let support = alone.saturating_add(i32::try_from(in_runs).unwrap_or(i32::MAX));
    let is_whole_line = support >= ENOUGH_FOR_ALL && sound.saturating_mul(8) <= readings.len();
    let mut accepted = Vec::new();
    for run in runs() {
        let is_damage = is_damage(run);
        accepted.extend(run.iter().filter(|reading| {
            reading.weight >= 0
                && (is_strong(reading)
                    || is_damage && (!reading.is_guess || support > 0 || run.len() >= 3)
                    || support >= enough && (is_whole_line || run.len() >= 2 || !reading.looks_sound))
        }));
    }
    accepted
}

/// Whether there is more damage than can be understood: repairing half of it would hide the other half.
fn is_hopeless(line: &str, pages: &CodePages, repairs: Option<usize>) -> bool {
    let mut broken = 0;
    let mut characters = line.char_indices();
    while let Some((start, character)) = characters.next() {
        let byte = pages.bytes(character)[WESTERN];
        // `ã†` and `ãƒ`, behind which the third byte is missing.
        let is_broken = (0xE0..0xF0).contains(&byte)
            && matches!(characters.clone().next(), Some((_, '†' | 'ƒ' | '‚' | '¢')))
            && parse(line.get(start..).unwrap_or_default(), WESTERN, pages).is_none();
        broken += usize::from(is_broken);
    }
    broken >= 2 && broken * 2 >= repairs.unwrap_or(0)
}

/// All readings of a line in one page.
fn read(line: &str, page: usize, pages: &CodePages) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    let mut start = 0;
    while let Some(rest) = line.get(start..).filter(|rest| !rest.is_empty()) {
        let ascii = rest.bytes().take_while(u8::is_ascii).count();
        start += ascii;
        let rest = line.get(start..).unwrap_or_default();
        let Some(lead) = rest.chars().next() else { break };
        match parse(rest, page, pages) {
            Some(parsed) => {
                let reading = judge(line, start, &parsed, page);
                start = reading.end;
                if reading.weight > NEVER {
                    readings.push(reading);
                }
            }
            None => start += lead.len_utf8(),
        }
    }
    readings
}

/// A character of UTF-8 as its bytes were misread.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Parsed {
    /// Bytes of the line.
    length: usize,
    meaning: char,
    /// A space, or nothing at all, stands for a byte.
    is_guess: bool,
    /// The space stays, because it is the one between two words.
    keeps_space: bool,
}

/// The character of UTF-8 that a text begins with, misread in a page.
fn parse(text: &str, page: usize, pages: &CodePages) -> Option<Parsed> {
    let mut characters = text.chars();
    let lead = characters.next()?;
    let first = pages.bytes(lead)[page];
    let wanted = match first {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF4 => 3,
        _ => return None,
    };
    let mut length = lead.len_utf8();
    let mut code = u32::from(first) & (0x3F >> wanted);
    let (mut is_lost, mut spaces) = (false, 0);
    for place in 0..wanted {
        let next = characters.next();
        let byte = match next {
            Some('\u{FFFD}') => {
                is_lost = true;
                0x80
            }
            Some(' ') if wanted == 1 => return space_at_end(lead, page, characters.as_str(), length),
            // A0 within a character; `â€ ` is a quotation mark that lost its last byte.
            Some(' ') if spaces == 0 && !text.starts_with("â€") => {
                spaces += 1;
                0xA0
            }
            Some('?') if text.starts_with("â€") => {
                is_lost = true;
                0x80
            }
            next => match next.map_or(0, |next| pages.bytes(next)[page]) {
                byte @ 0x80..=0xBF => byte,
                // 9D is not defined in windows-1252, and readers drop it.
                _ if page == WESTERN && place == 1 && text.starts_with("â€") => {
                    let meaning = '”';
                    return Some(Parsed { length, meaning, is_guess: true, keeps_space: false });
                }
                _ => return None,
            },
        };
        length += next.map_or(0, char::len_utf8);
        code = code << 6 | u32::from(byte & 0x3F);
    }
    let parsed = |length, meaning| Some(Parsed { length, meaning, is_guess: spaces > 0, keeps_space: false });
    if is_lost {
        return parsed(length, char::REPLACEMENT_CHARACTER);
    }
    // The shortest form is the only one in UTF-8.
    if [0, 0x80, 0x800, 0x1_0000][wanted] > code {
        return None;
    }
    // A pair of surrogates, each written as if it were a character (CESU-8).
    if (0xD800..0xDC00).contains(&code) {
        let (rest, low) = surrogate(text.get(length..)?, page, pages)?;
        return parsed(length + rest, char::from_u32(0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00))?);
    }
    parsed(length, char::from_u32(code)?)
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

/// A lead byte with a space, which was A0: `Ã ` is à, `Å ` is Š, `Ð ` is Р before others of its kind.
fn space_at_end(lead: char, page: usize, rest: &str, length: usize) -> Option<Parsed> {
    let mut after = rest.chars();
    let (next, next_but_one) = (after.next(), after.next());
    let found = |length, meaning, keeps_space| Some(Parsed { length, meaning, is_guess: true, keeps_space });
    match (page, lead) {
        (WESTERN, 'Ã') | (CYRILLIC, 'Г') | (CENTRAL, 'Ă') => {
            // "Ã s" is the Portuguese "às", and "Ã " the word "à".
            let is_plural = next == Some('s') && next_but_one.is_none_or(|next| !next.is_alphabetic());
            // Of two spaces, one was the byte.
            let keeps_space = !is_plural && next != Some(' ');
            found(length + usize::from(!keeps_space), 'à', keeps_space)
        }
        (WESTERN, 'Â') => found(length + 1, '\u{A0}', false),
        // The byte of ą that is a line end to some programs, which make a space of it. Whether the word ends
        // there is anybody's guess.
        (WESTERN, 'Ä') => found(length, 'ą', true),
        (_, 'Å' | 'Ĺ') if next.is_some_and(char::is_lowercase) => found(length + 1, 'Š', false),
        (WESTERN, 'Ð') if matches!(next, Some('Ð' | 'Ñ')) => found(length + 1, 'Р', false),
        (WESTERN, 'Î') if matches!(next, Some('Î' | 'Ï')) => found(length + 1, 'Π', false),
        (WESTERN, '×') if next == Some('×') => found(length + 1, 'נ', false),
        _ => None,
    }
}

fn judge(line: &str, start: usize, parsed: &Parsed, page: usize) -> Reading {
    let end = start + parsed.length;
    let characters: Vec<char> = line.get(start..end).unwrap_or_default().chars().collect();
    let mut before = line.get(..start).unwrap_or_default().chars().rev();
    let before = [before.next(), before.next()];
    let after = line.get(end..).unwrap_or_default().chars().next();
    let sighting = Sighting { page, before, characters: &characters, after, meaning: parsed.meaning };
    let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let weighed = weigh(&sighting);
    let mut reading = Reading {
        start,
        end,
        meaning: parsed.meaning,
        weight: weighed.weight,
        is_guess: parsed.is_guess,
        looks_sound: weighed.looks_sound,
    };
    if parsed.is_guess {
        match parsed.meaning {
            // Behind a small letter, `Ã` is damage of itself: "voilÃ le travail".
            'à' if parsed.keeps_space || after == Some(' ') => {
                let in_word = before[0].is_some_and(char::is_lowercase);
                reading.weight = if in_word { ENOUGH } else { i32::from(!is_word(before[0])) - 1 };
                reading.is_guess = !in_word;
            }
            // Something was quoted before it.
            '”' => {
                let closes = before[0].is_some_and(|before| !before.is_whitespace());
                reading.weight = if closes { ENOUGH } else { 0 };
                reading.is_guess = !closes;
            }
            // "10 Å in diameter"; "MANHÃ s".
            'Š' | 'à' if is_word(before[0]) || before[1].is_some_and(|before| before.is_ascii_digit()) => {
                reading.weight = -1;
            }
            '\u{A0}' => reading.weight = 0,
            'ą' => reading.weight = i32::from(before[0].is_some_and(char::is_lowercase)) - 1,
            _ => {}
        }
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(line: &str) -> String {
        repair_line(line, &CodePages::new(), u8::MAX).unwrap_or_else(|| line.to_owned())
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
        let parsed = |text| parse(text, WESTERN, &pages).map(|parsed| (parsed.length, parsed.meaning));
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
