//! Lines that say when an article was published or changed.
//!
//! `Published Dec. 2, 2022 | Updated Dec. 3, 2022, 8:00 a.m. ET` → both dates; `Jane Roe, 2 December 2022` → the date,
//! and where the name stands. Beside dates only words may stand that print beside dates; a sentence has others.

use std::ops::Range;

use crate::date::{ArticleDate, DayOrder, Label, OrderEvidence, dates_in};

/// What a line of dates says.
#[derive(Debug, Default, PartialEq)]
pub(in crate::stage::extract) struct DateLine {
    /// When the article was published.
    pub published: Option<ArticleDate>,
    /// When it was last changed.
    pub modified: Option<ArticleDate>,
    /// Whether a word such as `Published` says what the dates are.
    pub is_labelled: bool,
    /// What else stands in the line: names, a place, the site.
    pub others: Vec<Range<usize>>,
}

/// Two dates, their labels, a byline and a reading time have fewer bytes, in any script.
const LONGEST_LINE_BYTES: usize = 260;
/// A name and a place, or a name and the site.
const MOST_OTHERS: usize = 3;
const LONGEST_OTHER_BYTES: usize = 90;

/// The dates of a line that has nothing else but names of people, places and publications; whether what else stands
/// there is one is for the caller to say.
pub(in crate::stage::extract) fn date_line(line: &str, evidence: &OrderEvidence<'_>) -> Option<DateLine> {
    if line.len() > LONGEST_LINE_BYTES {
        return None;
    }
    let sightings = dates_in(line, evidence);
    if sightings.is_empty() || sightings.len() > 3 {
        return None;
    }
    let mut found = DateLine::default();
    let mut from = 0;
    let is_counted = |word: &str| Label::of(&word.to_lowercase()) == Some(Label::Counted);
    let counts = line.contains('分') || line.split(is_gap).any(is_counted);
    for sighting in &sightings {
        let before = line.get(from..sighting.from)?;
        let label = push_others(before, from, counts, &mut found.others)?;
        found.is_labelled |= label != Label::Beside;
        let slot = if label == Label::Changed { &mut found.modified } else { &mut found.published };
        // `Published 3 May 2021 - 5 May 2021` would be a span of time.
        if slot.is_some() {
            return None;
        }
        *slot = Some(sighting.date);
        from = sighting.to;
    }
    let label = push_others(line.get(from..)?, from, counts, &mut found.others)?;
    // `2 December 2022 (updated)`, `في 3 مايو 2021 آخر تحديث`
    if label == Label::Changed && found.modified.is_none() && sightings.len() == 1 {
        found.modified = found.published.take();
    }
    found.is_labelled |= label != Label::Beside;
    let fits = found.others.len() <= MOST_OTHERS
        && found.others.iter().all(|other| other.len() <= LONGEST_OTHER_BYTES);
    fits.then_some(found)
}

/// The same, where it matters that there are dates and not which: then `03/04/2021` is one in either order.
pub(in crate::stage::extract) fn any_date_line(line: &str) -> Option<DateLine> {
    date_line(line, &DayOrder::DayFirst.into())
}

/// Whether a line has a digit of any script that dates are written in.
pub(in crate::stage::extract) fn has_digit(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.iter().any(u8::is_ascii_digit)
        || bytes.windows(2).any(|pair| {
            // Arabic and Persian ones; Indic, Thai and wide ones are rare enough to be looked at with all letters.
            matches!(pair, [0xD9, 0xA0..=0xA9] | [0xDB, 0xB0..=0xB9] | [0xE0 | 0xEF, _])
        })
}

fn is_gap(character: char) -> bool {
    character.is_whitespace() || "|•·,;:：，()[]–—―/".contains(character)
}

/// Notes what is no label in a piece of a line; `None` where a number stands there that belongs to nothing.
fn push_others(piece: &str, offset: usize, counts: bool, others: &mut Vec<Range<usize>>) -> Option<Label> {
    let mut label = Label::Beside;
    let mut open: Option<Range<usize>> = None;
    let mut at = 0;
    for word in piece.split_inclusive(is_gap) {
        let start = offset + at;
        at += word.len();
        let bare = word.trim_end_matches(is_gap);
        let plain =
            bare.trim_matches(['.', '-', '"', '«', '»', '+', '*', '\'', '،', '>', '<', '「', '」', '،']);
        let ends_run = bare.len() < word.trim_end().len() || bare == "-";
        if plain.is_empty() {
            if ends_run && let Some(open) = open.take() {
                others.push(open);
            }
            continue;
        }
        let folded = plain.to_lowercase();
        let is_number = plain.chars().all(|character| character.is_numeric() || character == '.');
        let found = match folded.as_str() {
            _ if is_number && counts => Some(Label::Beside),
            _ if is_number => return None,
            word => match Label::of(word) {
                Some(Label::Other) => None,
                Some(Label::Counted) => Some(Label::Beside),
                label => label,
            },
        };
        match (found, &mut open) {
            // `de` and `at` stand within names, too.
            (Some(Label::Beside), Some(open)) if !ends_run && NAME_PARTICLES.contains(&folded.as_str()) => {
                open.end = open.end.max(start);
            }
            (Some(found), _) => {
                // `Last updated` is about the change, whatever else it says.
                if label != Label::Changed && found != Label::Beside {
                    label = found;
                }
                if let Some(open) = open.take() {
                    others.push(open);
                }
            }
            (None, Some(open)) => open.end = start + bare.len(),
            (None, slot) => *slot = Some(start..start + bare.len()),
        }
        if ends_run && let Some(open) = open.take() {
            others.push(open);
        }
    }
    others.extend(open);
    Some(label)
}

const NAME_PARTICLES: [&str; 12] = ["de", "la", "le", "el", "da", "do", "di", "du", "den", "y", "e", "o"];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(String, String, Vec<String>)> {
        let found = date_line(line, &OrderEvidence::default())?;
        let show = |date: Option<ArticleDate>| date.map(|date| date.to_string()).unwrap_or_default();
        let others = found.others.iter().map(|other| line.get(other.clone()).unwrap_or_default().to_owned());
        Some((show(found.published), show(found.modified), others.collect()))
    }

    #[test]
    fn lines_of_dates_are_read_and_sentences_are_not() {
        for (line, published, modified, others) in [
            ("Dec. 2, 2022, 7:54 p.m. ET", "2022-12-02T19:54:00-05:00", "", &[][..]),
            (
                "Published Dec. 2, 2022 | Updated Dec. 3, 2022, 8:00 a.m. ET",
                "2022-12-02",
                "2022-12-03T08:00:00-05:00",
                &[],
            ),
            ("Last modified on Fri 2 Dec 2022 19.54 GMT", "", "2022-12-02T19:54:00Z", &[]),
            ("Stand: 02.12.2022, 19:54 Uhr", "", "2022-12-02T19:54:00", &[]),
            (
                "Publié le 2 décembre 2022 à 19h54 - Mis à jour le 3 décembre 2022 à 08h10",
                "2022-12-02T19:54:00",
                "2022-12-03T08:10:00",
                &[],
            ),
            ("Jane Roe, 2 December 2022", "2022-12-02", "", &["Jane Roe"]),
            ("By Jane Roe | Dec. 2, 2022 | 5 min read", "2022-12-02", "", &["By Jane Roe"]),
            ("Viernes, 2 de diciembre de 2022", "2022-12-02", "", &[]),
            ("نشر في: 2 ديسمبر 2022 - 19:54", "2022-12-02T19:54:00", "", &[]),
            (
                "2 декабря 2022, 19:54, обновлено 3 декабря 2022, 10:00",
                "2022-12-02T19:54:00",
                "2022-12-03T10:00:00",
                &[],
            ),
        ] {
            let others: Vec<String> = others.iter().map(|other| (*other).to_owned()).collect();
            assert_eq!(read(line), Some((published.to_owned(), modified.to_owned(), others)), "{line}");
        }
        for line in [
            "Photo: Jane Roe",
            "Dec. 2",
            "From 2 December 2022 to 5 December 2022, then from 7 January 2023 to 9 January 2023, 12 rooms",
            "Room 12, 2 December 2022",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
