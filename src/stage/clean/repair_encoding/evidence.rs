//! How likely it is that characters are misread UTF-8: small weights that are added up.
//!
//! `aoÃ»t` is damage: a capital inside a word, a quotation mark before a letter, and `û` fits where they stand.
//! `MARQUÉ…` is not: capitals, an ellipsis where one belongs, and what it would become, `Ʌ`, is hardly a letter.
//!
//! Two questions are asked of each sequence: how odd does it look as it is, and how well does what it stands
//! for fit into its place? The weights were set by reading, on published examples of damage and on
//! articles in the languages of the web; `tests/cases/repair_encoding.toml` has a case for each rule.

use super::code_pages::{CYRILLIC, DOS};

/// From here on a sequence is damage by itself.
pub(super) const ENOUGH: i32 = 3;
/// What can never be meant.
pub(super) const NEVER: i32 = -100;

/// A sequence with its surroundings.
pub(super) struct Sighting<'a> {
    pub(super) page: usize,
    /// The two characters before it.
    pub(super) before: [Option<char>; 2],
    pub(super) characters: &'a [char],
    pub(super) after: Option<char>,
    /// What it stands for; the replacement character where a byte is lost.
    pub(super) meaning: char,
}

/// What is known of a sequence.
pub(super) struct Weighed {
    pub(super) weight: i32,
    /// Nothing about it is odd, and it would become a letter of another script.
    pub(super) looks_sound: bool,
}

/// Weighs a sequence.
pub(super) fn weigh(sighting: &Sighting<'_>) -> Weighed {
    let fit = if is_spaced_punctuation(sighting.characters) { NEVER } else { fit(sighting) };
    let oddness = oddness(sighting);
    let looks_sound = oddness == 0 && sighting.meaning.is_alphabetic() && !is_latin(sighting.meaning);
    Weighed { weight: if fit == NEVER { NEVER } else { fit + oddness }, looks_sound }
}

/// A letter, a space and a mark: "się\u{A0}„tak”" and "wysłać\u{A0}– zarówno" are good Polish, and would become Chinese.
fn is_spaced_punctuation(characters: &[char]) -> bool {
    matches!(characters, [lead, ' ' | '\u{A0}', mark, ..]
        if lead.is_alphabetic() && (look(*mark) == Look::Punctuation || matches!(mark, '„' | '‚')))
}

/// How a character looks in running text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Capital,
    Small,
    /// Letters without case, digits.
    Other,
    /// Stands behind or between words in good text.
    Punctuation,
    /// A symbol that does not follow a letter in good text.
    Odd,
    Control,
    Lost,
    Space,
}

fn look(character: char) -> Look {
    match character {
        '\u{FFFD}' => Look::Lost,
        '\u{80}'..='\u{9F}' => Look::Control,
        '\u{A0}' => Look::Space,
        'ª' | 'º' | 'ˆ' | 'ˇ' => Look::Odd,
        'ƒ' => Look::Odd, // a letter of Ewe, and the florin
        '…' | '’' | '‘' | '“' | '”' | '–' | '—' | '™' | '®' | '©' | '°' | '»' | '«' | '›' | '‹' | '¡'
        | '¿' | '´' | '·' | '•' => Look::Punctuation,
        _ if character.is_whitespace() => Look::Space,
        _ if character.is_uppercase() => Look::Capital,
        _ if character.is_lowercase() => Look::Small,
        _ if character.is_ascii_punctuation() => Look::Punctuation,
        _ if character.is_alphanumeric() && !"¹²³¼½¾".contains(character) => Look::Other,
        _ if character.is_ascii() => Look::Punctuation,
        _ => Look::Odd,
    }
}

/// How odd a sequence looks where it stands.
fn oddness(sighting: &Sighting<'_>) -> i32 {
    let [lead, rest @ ..] = sighting.characters else { return 0 };
    let [before, before_that] = sighting.before.map(|character| character.map(look));
    let after = sighting.after.map(look);
    let is_letter = |look: Option<Look>| matches!(look, Some(Look::Capital | Look::Small));
    let lead_look = look(*lead);
    let mut weight = 0;
    let mut previous = lead_look;
    for character in rest {
        let look = look(*character);
        weight += match look {
            Look::Control => 4,
            // In DOS art, boxes stand beside boxes.
            Look::Odd if sighting.page == DOS && is_box(*character) => {
                i32::from(is_letter(Some(lead_look))) * 2
            }
            Look::Odd => 2,
            Look::Lost => 1,
            Look::Capital if previous == Look::Small => 2,
            // `Ãœ` within capitals.
            Look::Small
                if previous == Look::Capital
                    && before == Some(Look::Capital)
                    && after == Some(Look::Capital) =>
            {
                2
            }
            _ => 0,
        };
        previous = look;
    }
    if lead_look == Look::Capital && before == Some(Look::Small) {
        weight += 2; // a capital inside a word
    }
    if lead_look == Look::Odd
        && (is_letter(before) || rest.first().is_some_and(|next| is_letter(Some(look(*next)))))
    {
        weight += 2; // `√©`, `─î` at a letter
    }
    if let (Some(last), true) = (rest.last(), is_letter(after)) {
        weight += match last {
            // These do stand between letters: I’m, one…two, five–ten.
            '…' | '’' | '‘' | '–' | '—' | '·' | '\u{A0}' => 0,
            _ if look(*last) == Look::Punctuation && is_letter(before) => 2,
            _ if matches!(look(*last), Look::Odd | Look::Punctuation) => 1,
            _ => 0,
        };
    }
    if is_cyrillic(*lead)
        && sighting.page == CYRILLIC
        && sighting.before[0].is_some_and(|c| c.is_ascii_alphabetic())
    {
        weight += 2; // a Cyrillic letter in a Latin word
    }
    if *lead == 'Ã' && rest == ['\u{A0}'] && before == Some(Look::Capital) && after == Some(Look::Small) {
        // Gàidhlig; but "AMANHÃ de" in capitals is Portuguese.
        weight += if is_letter(before_that) { 0 } else { 2 };
    }
    if *lead == 'Ã' && rest == ['\u{A0}'] && !is_letter(before) && after == Some(Look::Space) {
        weight += 3; // the word "à"; nobody sets two spaces behind a lone letter
    }
    weight.min(6)
}

/// How well what a sequence stands for fits into its place.
fn fit(sighting: &Sighting<'_>) -> i32 {
    let meaning = sighting.meaning;
    let before = sighting.before[0];
    let code = u32::from(meaning);
    match code {
        0xFFFD => 0,
        0x80..=0x9F => 0, // the next layer's
        // The UTF-8 of Latin-1's signs is Â and the sign itself.
        0xA0..=0xBF => match before {
            Some(before) if before.is_uppercase() => 0,
            _ if sighting.characters.first() == Some(&'Â') => 3,
            _ => 1,
        },
        0x2010..=0x2027 | 0x2030..=0x203A | 0x20A0..=0x20BF | 0x2122 => 2,
        0x2190..=0x21FF | 0x2300..=0x23FF | 0x25A0..=0x27BF | 0x2B00..=0x2BFF => 3,
        0x1_F000..=0x1_FAFF => 4,
        0xFE00..=0xFE0F | 0x200B..=0x200F | 0xFEFF => 2,
        0xE000..=0xF8FF | 0xFDD0..=0xFDEF | 0xE_0000.. => NEVER,
        _ if code & 0xFFFE == 0xFFFE => NEVER,
        _ if is_rare(code) => -4,
        _ if meaning.is_alphabetic() => fit_of_letter(sighting),
        _ => 0,
    }
}

fn fit_of_letter(sighting: &Sighting<'_>) -> i32 {
    let meaning = sighting.meaning;
    let [before, before_that] = sighting.before;
    let letter = |character: Option<char>| character.filter(char::is_ascii_alphabetic);
    if !is_latin(meaning) {
        // Greek letters stand alone in science. Other scripts don't stand in the middle of a Latin word.
        let is_greek = matches!(u32::from(meaning), 0x370..=0x3FF);
        let is_alone = letter(before).is_some() || letter(sighting.after).is_some();
        return if is_alone && !is_greek { -2 } else { 0 };
    }
    match (letter(before), letter(sighting.after)) {
        (None, None) => 0,
        (Some(before), after) => {
            let in_capitals = before.is_ascii_uppercase()
                && after
                    .map_or(before_that.is_some_and(char::is_uppercase), |after| after.is_ascii_uppercase());
            match (meaning.is_lowercase(), in_capitals) {
                (true, true) => -4,
                // "OÙ" is the one word in capitals that the trademark sign would end.
                _ if after.is_none() && sighting.characters == ['Ã', '™'] => {
                    let is_word = before == 'O' && before_that.is_none_or(|before| !before.is_alphabetic());
                    if is_word { ENOUGH } else { 0 }
                }
                (false, false) if before.is_ascii_lowercase() => -2,
                _ => 1,
            }
        }
        (None, Some(after)) if meaning.is_lowercase() && after.is_ascii_uppercase() => -1,
        (None, Some(_)) => 1,
    }
}

fn is_latin(character: char) -> bool {
    matches!(u32::from(character), 0xC0..=0x24F | 0x1E00..=0x1EFF)
}

fn is_box(character: char) -> bool {
    ('\u{2500}'..='\u{259F}').contains(&character)
}

fn is_cyrillic(character: char) -> bool {
    ('\u{400}'..='\u{4FF}').contains(&character)
}

/// Letters that are met in dictionaries and phonetics rather than in articles: what `É…`, `SÓ…` and `HÅ…` would be.
fn is_rare(code: u32) -> bool {
    match code {
        0x018F | 0x0192 | 0x01A0 | 0x01A1 | 0x01AF | 0x01B0 | 0x01CD..=0x01DC | 0x0218..=0x021B | 0x0259 => {
            false
        }
        0x017F..=0x02FF => code < 0x02B0,
        0x0370..=0x0385 | 0x03CF..=0x03FF => !matches!(code, 0x037E | 0x0384 | 0x0385),
        0x0460..=0x048F | 0x0500..=0x058F => true,
        0x0700..=0x08FF => true,
        0x13A0..=0x1DFF => !matches!(code, 0x1780..=0x17FF),
        0x1_0000..=0x1_EFFF | 0x3_0000.. | 0x3400..=0x4DBF | 0x2C00..=0x2DFF | 0xA000..=0xABFF => true,
        _ => false,
    }
}
