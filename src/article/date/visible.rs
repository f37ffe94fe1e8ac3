//! Dates in visible text, in any language.
//!
//! `Veröffentlicht am 3. März 2021 um 14:05 Uhr` → `2021-03-03T14:05:00`; `2021年3月3日` → `2021-03-03`;
//! `Updated Sept. 3rd, 2021, 2:05 pm EST` → `2021-09-03T14:05:00-05:00`.
//!
//! A date needs a day, a month and a year: nothing is taken from today's date. Months are recognised by
//! name in some fifty languages whatever the page's language is, because pages mix them. Numbers alone
//! (`03/04/2021`) are read by the [`DayOrder`] that the caller gives; where that leaves two readings,
//! there is no date. Linear in the text; callers pass lines, not articles.

use jiff::civil;
use jiff::tz::Offset;

use super::{ArticleDate, DayOrder, calendars, names, valid_day, valid_time};

/// A date and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// Where it begins, in bytes.
    pub from: usize,
    /// Where it ends, in bytes; a time that belongs to it is included.
    pub to: usize,
    /// The date.
    pub date: ArticleDate,
    /// Day and month could be swapped, and only the order told them apart.
    pub is_ambiguous: bool,
}

/// The dates in a text, in order.
pub fn dates_in(text: &str, order: DayOrder) -> Vec<Sighting> {
    if !may_hold_date(text) {
        return Vec::new();
    }
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let Some((day, used, is_ambiguous)) = day_at(before, rest, order) else {
            at += 1;
            continue;
        };
        let (date, used) = with_time(day, rest, used);
        let from = rest.first().map_or(0, |token| token.from);
        let to = used.checked_sub(1).and_then(|last| rest.get(last)).map_or(from, |token| token.to);
        found.push(Sighting { from, to, date, is_ambiguous });
        at += used.max(1);
    }
    found
}

/// Whether there are a year's digits, or two numbers: most lines of a page with a digit have neither.
fn may_hold_date(text: &str) -> bool {
    let mut groups = 0;
    let mut run = 0;
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            groups += i32::from(run == 0);
            run += 1;
            if run >= 4 || groups >= 2 {
                return true;
            }
        } else {
            run = 0;
            // Digits of other scripts begin with one of these.
            if matches!(byte, 0xD9 | 0xDB | 0xE0 | 0xEF) {
                return true;
            }
        }
    }
    false
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Token {
    kind: Kind,
    from: usize,
    to: usize,
    /// Nothing stands between it and the token before.
    is_glued: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A number and its digits.
    Number(i16, usize),
    Month(i8),
    /// A month of the Persian calendar.
    PersianMonth(i8),
    /// `am` and `pm`.
    Afternoon(bool),
    /// Minutes east of Greenwich.
    Zone(i32),
    /// `de`, `of` and the like, which stand inside a date.
    Of,
    /// `tháng`: a month's number follows.
    MonthNumber,
    Word,
    Mark(char),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 5);
    let mut characters = text.char_indices().peekable();
    let mut last_end = usize::MAX;
    while let Some((from, character)) = characters.next() {
        let mut to = from + character.len_utf8();
        if is_space(character) {
            continue;
        }
        let kind = if let Some(digit) = digit(character) {
            let mut value = digit;
            let mut digits = 1;
            while let Some((place, next)) = characters.next_if(|(_, next)| self::digit(*next).is_some()) {
                to = place + next.len_utf8();
                digits += 1;
                value = value.saturating_mul(10).saturating_add(self::digit(next).unwrap_or(0));
            }
            Kind::Number(value, digits)
        } else if is_letter(character) {
            while let Some((place, next)) = characters.next_if(|(_, next)| is_letter(*next)) {
                to = place + next.len_utf8();
            }
            Kind::Word
        } else {
            Kind::Mark(character)
        };
        tokens.push(Token { kind, from, to, is_glued: from == last_end });
        last_end = to;
    }
    read_words(text, &mut tokens);
    tokens
}

/// Finds out what words near a number mean; others are no part of a date.
fn read_words(text: &str, tokens: &mut [Token]) {
    const NEAR: usize = 3;
    let mut read = 0;
    for place in 0..tokens.len() {
        if !tokens.get(place).is_some_and(|token| matches!(token.kind, Kind::Number(..))) {
            continue;
        }
        let from = place.saturating_sub(NEAR).max(read);
        let to = (place + NEAR + 1).min(tokens.len());
        for token in tokens.get_mut(from..to).unwrap_or_default() {
            if token.kind == Kind::Word {
                token.kind = word(text.get(token.from..token.to).unwrap_or_default());
            }
        }
        read = to;
    }
}

/// White space, and what is invisible.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
}

fn digit(character: char) -> Option<i16> {
    let zero = match character {
        '0'..='9' => 0x30,
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6F0}'..='\u{6F9}' => 0x6F0,
        '\u{966}'..='\u{96F}' => 0x966,
        '\u{9E6}'..='\u{9EF}' => 0x9E6,
        '\u{E50}'..='\u{E59}' => 0xE50,
        '\u{FF10}'..='\u{FF19}' => 0xFF10,
        _ => return None,
    };
    i16::try_from(u32::from(character) - zero).ok()
}

/// Letters and the signs that belong to them. Han stands alone: `年` is a mark of its own, and so are the
/// Korean syllables that stand behind a number.
fn is_letter(character: char) -> bool {
    match u32::from(character) {
        0x3400..=0x9FFF => false,
        _ if "년월일".contains(character) => false,
        0x300..=0x36F | 0x5B0..=0x5C7 | 0x64B..=0x652 | 0x93C | 0x94D | 0x9BC | 0x9CD => true,
        0xE47..=0xE4E | 0x200C => true,
        _ => character.is_alphabetic(),
    }
}

fn word(word: &str) -> Kind {
    let word = word.to_lowercase();
    if let Some(month) = names::month(&word) {
        return Kind::Month(month);
    }
    if let Some(month) = names::persian_month(&word) {
        return Kind::PersianMonth(month);
    }
    if let Some(zone) = names::zone(&word) {
        return Kind::Zone(zone);
    }
    match word.as_str() {
        "am" | "μμ" => Kind::Afternoon(word != "am"),
        "pm" => Kind::Afternoon(true),
        "tháng" => Kind::MonthNumber,
        "de" | "del" | "of" | "di" | "d" | "năm" | "hb" | "lea" | "ta" | "m" | "r" | "г" | "р" => Kind::Of,
        // Ordinals: 1st, 1er, 1º, 1-го, 25ème.
        "st" | "nd" | "rd" | "th" | "er" | "º" | "ª" | "го" | "ème" | "eme" | "e" | "te" => Kind::Of,
        _ => Kind::Word,
    }
}

fn number(token: Option<&Token>) -> Option<(i16, usize)> {
    match token?.kind {
        Kind::Number(value, digits) => Some((value, digits)),
        _ => None,
    }
}

/// Skips tokens of these kinds, at most so many.
fn skip(tokens: &[Token], at: usize, most: usize, is_skipped: impl Fn(Kind) -> bool) -> usize {
    let rest = tokens.get(at..).unwrap_or_default();
    at + rest.iter().take(most).take_while(|token| is_skipped(token.kind)).count()
}

/// A day at the first token: the day, how many tokens it takes, and whether it could be read otherwise.
fn day_at(before: Option<&Token>, tokens: &[Token], order: DayOrder) -> Option<(civil::Date, usize, bool)> {
    let first = tokens.first()?;
    // A part of a longer number, such as a version or a telephone number, is no date.
    let is_part = first.is_glued
        && before.is_some_and(|before| {
            matches!(
                before.kind,
                Kind::Mark('.' | '/' | '-' | ':' | '_' | '#' | '=' | '+') | Kind::Number(..)
            )
        });
    match first.kind {
        Kind::Number(value, 4) if !is_part => year_first(tokens, value),
        Kind::Number(value, 1 | 2) if !is_part && (1..=31).contains(&value) => named_month(tokens, value)
            .map(|(day, used)| (day, used, false))
            .or_else(|| numbers_alone(tokens, value, order)),
        Kind::Month(month) => month_first(tokens, month).map(|(day, used)| (day, used, false)),
        _ => None,
    }
}

/// `2021-03-03`, `2021. 3. 3.`, `2021年3月3日`, `2021. március 3.`, `2021 m. kovo 3 d.`
fn year_first(tokens: &[Token], year: i16) -> Option<(civil::Date, usize, bool)> {
    let is_seam =
        |kind| matches!(kind, Kind::Mark('-' | '/' | '.' | '年' | '년' | '‑' | '–' | ',') | Kind::Of);
    let at = skip(tokens, 1, 2, is_seam);
    let (month, at, is_named) = match tokens.get(at)?.kind {
        Kind::Month(month) => (i16::from(month), at + 1, true),
        Kind::Number(month, 1 | 2) if at > 1 => (month, at + 1, false),
        _ => return None,
    };
    let seams = |kind| matches!(kind, Kind::Mark('-' | '/' | '.' | '月' | '월' | '‑' | '–') | Kind::Of);
    let day_place = skip(tokens, at, 2, seams);
    let (day, digits) = number(tokens.get(day_place))?;
    if digits > 2 || (day_place == at && !is_named) {
        return None;
    }
    let end = skip(tokens, day_place + 1, 1, |kind| matches!(kind, Kind::Mark('日' | '일')));
    Some((web_day(year, month, day)?, end, false))
}

/// `3. März 2021`, `3rd of March, 2021`, `3 de marzo de 2021`, `ngày 3 tháng 3, 2021`, `3-Mar-21`
fn named_month(tokens: &[Token], day: i16) -> Option<(civil::Date, usize)> {
    let at = skip(tokens, 1, 3, |kind| matches!(kind, Kind::Mark('.' | '-' | '/' | '\'' | ',') | Kind::Of));
    let (month, at) = match tokens.get(at)?.kind {
        Kind::Month(month) => (i16::from(month), at + 1),
        Kind::PersianMonth(month) => (i16::from(month), at + 1),
        Kind::MonthNumber => (number(tokens.get(at + 1))?.0, at + 2),
        _ => return None,
    };
    let is_seam = |kind| matches!(kind, Kind::Mark('.' | '-' | '/' | ',' | '\'' | '’' | '–') | Kind::Of);
    let year_place = skip(tokens, at, 3, is_seam);
    let (year, digits) = number(tokens.get(year_place))?;
    let is_time = matches!(tokens.get(year_place + 1).map(|token| token.kind), Some(Kind::Mark(':')));
    let year = match digits {
        4 => year,
        // `3-Mar-21`, `3 Mar '21`, `3. Mär. 21`; but not `3 March 21:05`.
        2 if year_place > at && !is_time => full_year(year)?,
        // `3 March 21`, where nothing follows that it could be a number of.
        2 if ends_line(tokens, year_place + 1) => full_year(year)?,
        _ => return None,
    };
    Some((web_day(year, month, day)?, year_place + 1))
}

/// Whether the text ends here, or a bracket does.
fn ends_line(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|token| matches!(token.kind, Kind::Mark(')' | ']' | '|')))
}

/// `March 3, 2021`, `March 3rd 2021`, `Mar. 3, 2021`
fn month_first(tokens: &[Token], month: i8) -> Option<(civil::Date, usize)> {
    let at = skip(tokens, 1, 2, |kind| matches!(kind, Kind::Mark('.' | '-' | '/') | Kind::Of));
    let (day, digits) = number(tokens.get(at))?;
    if digits > 2 {
        return None;
    }
    let is_seam = |kind| matches!(kind, Kind::Mark('.' | '-' | '/' | ',' | '，') | Kind::Of);
    let year_place = skip(tokens, at + 1, 3, is_seam);
    let (year, 4) = number(tokens.get(year_place))? else { return None };
    Some((web_day(year, i16::from(month), day)?, year_place + 1))
}

/// `03.04.2021`, `3/4/21`
fn numbers_alone(tokens: &[Token], first: i16, order: DayOrder) -> Option<(civil::Date, usize, bool)> {
    let Kind::Mark(seam @ ('.' | '/' | '-' | '‑')) = tokens.get(1)?.kind else { return None };
    let (second, 1 | 2) = number(tokens.get(2))? else { return None };
    if tokens.get(3)?.kind != Kind::Mark(seam) {
        return None;
    }
    let (year, digits) = number(tokens.get(4))?;
    let all_glued = tokens.get(1..5)?.iter().all(|token| token.is_glued);
    let goes_on = tokens.get(5).is_some_and(|next| next.is_glued && next.kind == Kind::Mark(seam))
        && tokens.get(6).is_some_and(|next| next.is_glued && matches!(next.kind, Kind::Number(..)));
    if goes_on {
        return None;
    }
    let year = match digits {
        4 => year,
        2 if all_glued && seam != '-' => full_year(year)?,
        _ => return None,
    };
    let day_first = web_day(year, second, first);
    // A dot separates nowhere where the month comes first.
    let month_first = if seam == '.' { None } else { web_day(year, first, second) };
    let (day, is_ambiguous) = match (day_first, month_first, order) {
        (Some(day), None, _) | (None, Some(day), _) => (day, false),
        (Some(a), Some(b), _) if a == b => (a, false),
        (Some(day), Some(_), DayOrder::DayFirst) | (Some(_), Some(day), DayOrder::MonthFirst) => (day, true),
        _ => return None,
    };
    Some((day, 5, is_ambiguous))
}

/// Two digits of a year: the web is younger than 1990.
fn full_year(two: i16) -> Option<i16> {
    match two {
        0..=49 => Some(2000 + two),
        90..=99 => Some(1900 + two),
        _ => None,
    }
}

/// A day in the years in which something was published on the web; older ones, in visible text, are what an
/// article is about. Persian and Thai years are converted.
fn web_day(year: i16, month: i16, day: i16) -> Option<civil::Date> {
    let year = calendars::common_year(year);
    if (1990..=2049).contains(&year) {
        return valid_day(year, month, day);
    }
    calendars::persian_day(year, month, day)
}

/// Adds the time that stands behind a day, and its zone.
fn with_time(day: civil::Date, tokens: &[Token], used: usize) -> (ArticleDate, usize) {
    let plain = (ArticleDate::Day(day), used);
    // `T`, `um`, `a las`, ` | `, `- `; a clock's time needs a seam of its own, so that few words can be skipped.
    let is_seam = |kind| {
        matches!(
            kind,
            Kind::Mark(',' | '-' | '–' | '—' | '|' | '·' | '•' | '@' | '/' | '(' | '.')
                | Kind::Word
                | Kind::Of
        ) || kind == Kind::Afternoon(false)
    };
    let mut at = skip(tokens, used, 4, is_seam);
    let Some((mut hour, 1 | 2)) = number(tokens.get(at)) else { return plain };
    at += 1;
    let (mut minute, mut second) = (0, 0);
    let seam = tokens.get(at).map(|token| token.kind);
    let part = |at: usize| match tokens.get(at).map(|token| token.kind) {
        Some(Kind::Number(value, 2)) if tokens.get(at).is_some_and(|token| token.is_glued) => Some(value),
        _ => None,
    };
    let is_clock = match seam {
        Some(Kind::Mark(':' | '.' | '：')) => true,
        Some(Kind::Word) => tokens.get(at).is_some_and(|token| token.is_glued && token.to - token.from == 1),
        _ => false,
    };
    if is_clock && let Some(value) = part(at + 1) {
        minute = value;
        at += 2;
        if tokens.get(at).is_some_and(|token| token.kind == Kind::Mark(':'))
            && let Some(value) = part(at + 1)
        {
            second = value;
            at += 2;
            if tokens.get(at).is_some_and(|token| token.is_glued && token.kind == Kind::Mark('.'))
                && tokens.get(at + 1).is_some_and(|token| token.is_glued && number(Some(token)).is_some())
            {
                at += 2;
            }
        }
    } else if !matches!(seam, Some(Kind::Afternoon(_))) {
        return plain;
    }
    if let Some(Kind::Afternoon(afternoon)) = tokens.get(at).map(|token| token.kind)
        && (1..=12).contains(&hour)
    {
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        at += 1;
    }
    let Some(time) = valid_time(hour, minute, second) else { return plain };
    let time = civil::DateTime::from_parts(day, time);
    let local = (ArticleDate::Local(time), at);
    let Some((minutes, end)) = offset(tokens, at) else { return local };
    Offset::from_seconds(minutes * 60).map_or(local, |offset| (ArticleDate::Exact(time, offset), end.max(at)))
}

/// The offset behind a time, in minutes, and where it ends: `+02:00`, `GMT+2`, `Uhr (MESZ)`.
fn offset(tokens: &[Token], at: usize) -> Option<(i32, usize)> {
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    let (mut place, named) = if matches!(kind(at), Some(Kind::Mark('+' | '-'))) {
        (at, 0)
    } else {
        let place = skip(tokens, at, 2, |kind| matches!(kind, Kind::Word | Kind::Mark('(')));
        let Some(Kind::Zone(minutes)) = kind(place) else { return None };
        (place + 1, minutes)
    };
    let sign = match kind(place) {
        // Only UTC is counted from: `EST - 3 comments` is no offset.
        Some(Kind::Mark('+')) if named == 0 => 1,
        Some(Kind::Mark('-')) if named == 0 => -1,
        _ => return Some((named, place)),
    };
    let is_glued = |at: usize| tokens.get(at).is_some_and(|token| token.is_glued);
    let (value, digits) = number(tokens.get(place + 1)).filter(|_| is_glued(place + 1))?;
    place += 2;
    match digits {
        4 => Some((sign * i32::from(value / 100 * 60 + value % 100), place)),
        1 | 2 => {
            let minutes = match (kind(place), number(tokens.get(place + 1))) {
                (Some(Kind::Mark(':')), Some((minutes, 2))) if is_glued(place + 1) => Some(minutes),
                _ => None,
            };
            let end = place + if minutes.is_some() { 2 } else { 0 };
            Some((sign * i32::from(value * 60 + minutes.unwrap_or(0)), end))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        dates_in(text, DayOrder::DayFirst).iter().map(|sighting| sighting.date.to_string()).collect()
    }

    #[test]
    fn dates_are_read_in_many_languages() {
        for (text, expected) in [
            ("Published March 3, 2021", "2021-03-03"),
            ("March 3rd 2021 at 2:05 pm EST", "2021-03-03T14:05:00-05:00"),
            ("Wed., Sept. 3, 2021 | 11:00 a.m.", "2021-09-03T11:00:00"),
            ("Veröffentlicht am 3. März 2021 um 14:05 Uhr", "2021-03-03T14:05:00"),
            ("Mittwoch, 03.04.2021, 14.05 Uhr", "2021-04-03T14:05:00"),
            ("Publié le 1er août 2021 à 14h05", "2021-08-01T14:05:00"),
            ("3 de marzo de 2021", "2021-03-03"),
            ("3 marzo 2021 - 14:05", "2021-03-03T14:05:00"),
            ("3 października 2021 r., 14:05", "2021-10-03T14:05:00"),
            ("3. července 2021", "2021-07-03"),
            ("2021. március 3. 14:05", "2021-03-03T14:05:00"),
            ("3 ноября 2021, 14:05 МСК", "2021-11-03T14:05:00+03:00"),
            ("3 Νοεμβρίου 2021", "2021-11-03"),
            ("ngày 3 tháng 4, 2021", "2021-04-03"),
            ("٣ سبتمبر ٢٠٢١", "2021-09-03"),
            ("3 במאי 2021", "2021-05-03"),
            ("3 सितंबर 2021", "2021-09-03"),
            ("۱۲ تیر ۱۳۹۹", "2020-07-02"),
            ("۱۳۹۹/۰۴/۱۲ ۱۴:۰۵", "2020-07-02T14:05:00"),
            ("3 กุมภาพันธ์ 2564", "2021-02-03"),
            ("2021年3月3日 14:05", "2021-03-03T14:05:00"),
            ("2021년 3월 3일", "2021-03-03"),
            ("2021.03.03 14:05", "2021-03-03T14:05:00"),
            ("2021-03-03T14:05:09.123Z", "2021-03-03T14:05:09Z"),
            ("2021-03-03T14:05:00+0530", "2021-03-03T14:05:00+05:30"),
            ("3-Mar-21", "2021-03-03"),
            ("( Pescasseroli, 3 marzo 21 )", "2021-03-03"),
            ("3.4.21", "2021-04-03"),
            ("3/4/2021", "2021-04-03"),
            ("12/31/2021", "2021-12-31"),
            ("Stand: 03.04.2021 14:05 MESZ", "2021-04-03T14:05:00+02:00"),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_date_is_none() {
        for text in [
            "",
            "2021",
            "March 2021",
            "3 March",
            "3 March 14:05",
            "3 March 21 people came",
            "version 1.2.3.2021",
            "10.10.2021.5",
            "tel. 0123/45/67",
            "31.02.2021",
            "© 1999-2021",
            "3.4.",
            "03/04/1944",
            "24/7",
        ] {
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn numbers_alone_need_an_order() {
        let read = |order| dates_in("3/4/2021", order).first().map(|found| found.date.to_string());
        assert_eq!(read(DayOrder::Unambiguous), None);
        assert_eq!(read(DayOrder::DayFirst).as_deref(), Some("2021-04-03"));
        assert_eq!(read(DayOrder::MonthFirst).as_deref(), Some("2021-03-04"));
    }

    #[test]
    fn several_dates_stand_where_they_stand() {
        let text = "Posted 3 May 2021, updated 4 May 2021";
        let found: Vec<_> =
            dates_in(text, DayOrder::DayFirst).iter().map(|found| text.get(found.from..found.to)).collect();
        assert_eq!(found, [Some("3 May 2021"), Some("4 May 2021")]);
    }
}
