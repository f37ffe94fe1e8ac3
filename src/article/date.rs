//! When something happened, as exactly as it is known and no more exactly.
//!
//! `2015-07-21 02:51:32` → a date and time of unknown zone, shown `2015-07-21T02:51:32`;
//! `Tue, 21 Jul 2015 02:51:32 GMT` → shown `2015-07-21T02:51:32Z`; `July 21, 2015` → `2015-07-21`.
//!
//! Nothing is invented: a missing time is not midnight, a missing zone is not UTC, and `03/04/2015` is
//! nobody's date unless the caller knows the order or the crawl time rules one reading out. Fractions
//! of a second are cut: no newspaper means them, and Arrow's JSON reader recognises a column of dates
//! only without them.

mod calendars;
mod names;
mod relative;
mod visible;

use std::borrow::Cow;
use std::fmt;

use jiff::civil;
use jiff::tz::Offset;

pub use relative::date_of_age;
pub use visible::{Sighting, dates_in};

/// A date, with the time and the offset where they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleDate {
    /// A day.
    Day(civil::Date),
    /// A day and a time in an unknown zone.
    Local(civil::DateTime),
    /// A moment, with the offset it was told in.
    Exact(civil::DateTime, Offset),
}

/// How `03/04/2015` is read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DayOrder {
    /// Only where one reading is possible: a number above 12, both the same, or one reading after the crawl.
    #[default]
    Unambiguous,
    /// Day, month, year.
    DayFirst,
    /// Month, day, year.
    MonthFirst,
}

impl ArticleDate {
    /// The day, in the zone in which the date was told.
    pub fn day(self) -> civil::Date {
        match self {
            Self::Day(day) => day,
            Self::Local(time) | Self::Exact(time, _) => time.date(),
        }
    }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size; `None`
    /// outside of the years 1971 to 2100, where a number is more likely an id than a time.
    pub fn from_epoch(number: f64) -> Option<Self> {
        const FIRST: f64 = 31_536_000.0;
        const LAST: f64 = 4_133_980_800.0;
        let seconds =
            [1.0, 1e3, 1e6, 1e9].iter().map(|unit| number / unit).find(|s| (FIRST..LAST).contains(s))?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "between FIRST and LAST; the fraction is cut on purpose"
        )]
        let timestamp = jiff::Timestamp::from_second(seconds as i64).ok()?;
        Some(Self::Exact(Offset::UTC.to_datetime(timestamp), Offset::UTC))
    }

    /// Reads the forms that feeds and scrapers write: RFC 3339 and its looser kin, RFC 2822, epoch
    /// numbers, `20150721`, `July 21, 2015 at 2:51 am EST`, `21.07.2015`. English month names only:
    /// visible dates in other languages are an extractor's business.
    pub fn parse(text: &str, order: DayOrder, crawled: Option<Self>) -> Option<Self> {
        let text = text.trim();
        // The longest date that anyone writes has fewer characters; a longer text is an article.
        if text.is_empty() || text.len() > 64 {
            return None;
        }
        let ascii: Cow<'_, str> =
            if text.is_ascii() { text.into() } else { text.chars().map(in_ascii).collect::<String>().into() };
        if ascii.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::from_digits(&ascii);
        }
        let undotted = ascii.replace("a.m.", "am").replace("p.m.", "pm");
        let tokens = tokens(&undotted)?;
        let mut cursor = Cursor { tokens: &tokens, at: 0 };
        let day = cursor.date(order, crawled)?;
        let Some((time, offset)) = cursor.time_and_offset() else {
            return cursor.finished().then_some(Self::Day(day));
        };
        if !cursor.finished() {
            return None;
        }
        let time = civil::DateTime::from_parts(day, time);
        Some(offset.map_or(Self::Local(time), |offset| Self::Exact(time, offset)))
    }

    fn from_digits(digits: &str) -> Option<Self> {
        let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
        let day = || valid_day(part(0, 4)?, part(4, 6)?, part(6, 8)?);
        match digits.len() {
            8 => day().map(Self::Day),
            14 => {
                let time = valid_time(part(8, 10)?, part(10, 12)?, part(12, 14)?)?;
                Some(Self::Local(civil::DateTime::from_parts(day()?, time)))
            }
            9..=19 => digits.parse().ok().and_then(Self::from_epoch),
            _ => None,
        }
    }
}

impl fmt::Display for ArticleDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day();
        write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day())?;
        let (Self::Local(time) | Self::Exact(time, _)) = self else { return Ok(()) };
        write!(f, "T{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())?;
        let Self::Exact(_, offset) = self else { return Ok(()) };
        let minutes = offset.seconds() / 60;
        if minutes == 0 {
            return f.write_str("Z");
        }
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }
}

impl serde::Serialize for ArticleDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Arabic and Persian digits as ASCII's, `2024年3月12日` as `2024-3-12`, everything else as it is.
fn in_ascii(character: char) -> char {
    let zero = match character {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6F0}'..='\u{6F9}' => 0x6F0,
        '年' | '月' | '년' | '월' => return '-',
        '日' | '일' | '\u{A0}' | '\u{3000}' => return ' ',
        _ => return character,
    };
    char::from_digit(u32::from(character) - zero, 10).unwrap_or(character)
}

/// Years in which an article on the web can have been published, reprinted archives included.
fn valid_day(year: i16, month: i16, day: i16) -> Option<civil::Date> {
    if !(1600..=2100).contains(&year) {
        return None;
    }
    civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn valid_time(hour: i16, minute: i16, second: i16) -> Option<civil::Time> {
    // A leap second is told as :60; the second before it is the nearest that calendars have.
    let second = if second == 60 { 59 } else { second };
    civil::Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, 0).ok()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    /// A number and how many digits it was written with.
    Number(i64, usize),
    Month(i16),
    Weekday,
    /// Hours to add and the hour that means none, for `am` and `pm`.
    Afternoon(bool),
    /// A known time zone, in minutes.
    Zone(i32),
    /// A word between date and time, such as `at`, or an unknown zone.
    Word,
    Mark(u8),
}

/// Cuts a date into numbers, names and marks; `None` where something stands that no date has.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(16);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let run = |test: fn(&u8) -> bool| bytes.iter().skip(at).take_while(|byte| test(byte)).count();
        match byte {
            b'0'..=b'9' => {
                let length = run(u8::is_ascii_digit);
                tokens.push(Token::Number(text.get(at..at + length)?.parse().ok()?, length));
                at += length;
                // `1st`, `2nd`, `3rd`, `4th`
                if let Some(b"st" | b"nd" | b"rd" | b"th") = bytes.get(at..at + 2) {
                    at += 2;
                }
            }
            b'a'..=b'z' | b'A'..=b'Z' => {
                let length = run(u8::is_ascii_alphabetic);
                // `T` and `Z` of RFC 3339 stand between digits.
                tokens.push(word(&text.get(at..at + length)?.to_ascii_lowercase()));
                at += length;
            }
            b' ' | b',' | b'\t' => at += 1,
            b'-' | b'/' | b'.' | b':' | b'+' | b'(' | b')' | b'|' => {
                tokens.push(Token::Mark(byte));
                at += 1;
            }
            _ => return None,
        }
    }
    Some(tokens)
}

fn word(word: &str) -> Token {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let named = |names: &[&str]| names.iter().position(|name| word.len() >= 3 && name.starts_with(word));
    if let Some(month) = named(&MONTHS).or((word == "sept").then_some(8)) {
        return Token::Month(i16::try_from(month + 1).expect("a month's number is at most 12"));
    }
    if named(&DAYS).is_some() {
        return Token::Weekday;
    }
    match word {
        "am" => Token::Afternoon(false),
        "pm" => Token::Afternoon(true),
        _ => names::zone(word).map_or(Token::Word, Token::Zone),
    }
}

struct Cursor<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, token: Token) -> bool {
        let taken = self.peek() == Some(token);
        self.at += usize::from(taken);
        taken
    }

    fn number(&mut self) -> Option<(i16, usize)> {
        let Some(Token::Number(value, digits)) = self.peek() else { return None };
        self.at += 1;
        Some((i16::try_from(value).ok()?, digits))
    }

    fn month(&mut self) -> Option<i16> {
        let Some(Token::Month(month)) = self.peek() else { return None };
        self.at += 1;
        self.take(Token::Mark(b'.'));
        Some(month)
    }

    fn separator(&mut self) -> bool {
        self.take(Token::Mark(b'-')) || self.take(Token::Mark(b'/')) || self.take(Token::Mark(b'.'))
    }

    fn date(&mut self, order: DayOrder, crawled: Option<ArticleDate>) -> Option<civil::Date> {
        if self.take(Token::Weekday) {
            self.take(Token::Mark(b'.'));
        }
        if let Some(month) = self.month() {
            let (day, _) = self.number()?;
            // `Tue Jul 21 02:51:32 2015`, as C's ctime writes it: the year stands behind the time.
            let year = match (self.peek(), self.tokens.last()) {
                (Some(Token::Number(_, 4)), _) => self.number()?.0,
                (_, Some(&Token::Number(year, 4))) => {
                    self.tokens = self.tokens.split_last()?.1;
                    i16::try_from(year).ok()?
                }
                _ => return None,
            };
            return valid_day(year, month, day);
        }
        let (first, digits) = self.number()?;
        let separated = self.separator();
        if let Some(month) = self.month() {
            self.separator();
            let (year, year_digits) = self.number()?;
            return if year_digits == 4 { valid_day(year, month, first) } else { None };
        }
        if !separated {
            return None;
        }
        let (second, _) = self.number()?;
        if digits == 4 {
            self.separator().then_some(())?;
            let (day, _) = self.number()?;
            return valid_day(first, second, day);
        }
        self.separator().then_some(())?;
        let (year, 4) = self.number()? else { return None };
        let (day_first, month_first) = (valid_day(year, second, first), valid_day(year, first, second));
        match (day_first, month_first, order) {
            (Some(day), None, _) | (None, Some(day), _) => Some(day),
            (Some(day), Some(_), DayOrder::DayFirst) | (Some(_), Some(day), DayOrder::MonthFirst) => {
                Some(day)
            }
            (Some(a), Some(b), DayOrder::Unambiguous) if a == b => Some(a),
            (Some(a), Some(b), DayOrder::Unambiguous) => {
                // Zones differ by up to a day, so a reading is ruled out from the second day after the crawl.
                let latest = crawled?.day().tomorrow().ok()?;
                match (a <= latest, b <= latest) {
                    (true, false) => Some(a),
                    (false, true) => Some(b),
                    _ => None,
                }
            }
            (None, None, _) => None,
        }
    }

    fn time_and_offset(&mut self) -> Option<(civil::Time, Option<Offset>)> {
        let start = self.at;
        while matches!(self.peek(), Some(Token::Word | Token::Mark(b'|' | b'-'))) {
            self.at += 1;
        }
        let time = self.time();
        if time.is_none() {
            self.at = start;
        }
        let time = time?;
        Some((time, self.offset()))
    }

    fn time(&mut self) -> Option<civil::Time> {
        let (mut hour, _) = self.number()?;
        let mut minute = 0;
        let mut second = 0;
        if self.take(Token::Mark(b':')) {
            minute = self.number()?.0;
            if self.take(Token::Mark(b':')) {
                second = self.number()?.0;
                if self.take(Token::Mark(b'.')) {
                    let Some(Token::Number(..)) = self.peek() else { return None };
                    self.at += 1;
                }
            }
        } else if !matches!(self.peek(), Some(Token::Afternoon(_))) {
            return None;
        }
        if let Some(Token::Afternoon(afternoon)) = self.peek() {
            self.at += 1;
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        valid_time(hour, minute, second)
    }

    fn offset(&mut self) -> Option<Offset> {
        self.take(Token::Mark(b'('));
        let mut offset = None;
        if let Some(Token::Zone(minutes)) = self.peek() {
            self.at += 1;
            offset = Offset::from_seconds(minutes * 60).ok();
        }
        let sign = match self.peek() {
            Some(Token::Mark(b'+')) => 1,
            Some(Token::Mark(b'-')) => -1,
            _ => 0,
        };
        if sign != 0 {
            self.at += 1;
            let (number, digits) = self.number()?;
            let (hours, minutes) = match digits {
                1 | 2 if self.take(Token::Mark(b':')) => (number, self.number()?.0),
                1 | 2 => (number, 0),
                4 => (number / 100, number % 100),
                _ => return None,
            };
            offset = Offset::from_seconds(sign * (i32::from(hours) * 60 + i32::from(minutes)) * 60).ok();
        }
        // `+0000 (UTC)`: what is in brackets only repeats the number.
        if self.take(Token::Mark(b'(')) && matches!(self.peek(), Some(Token::Zone(_) | Token::Word)) {
            self.at += 1;
        }
        self.take(Token::Mark(b')'));
        offset
    }

    /// Whether nothing but an unknown zone's name is left.
    fn finished(&self) -> bool {
        matches!(self.tokens.get(self.at..), Some([] | [Token::Word]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        ArticleDate::parse(text, DayOrder::Unambiguous, None).map(|date| date.to_string())
    }

    #[test]
    fn each_known_form_is_read_as_exactly_as_it_was_told() {
        for (text, expected) in [
            ("2015-07-21 02:51:32", "2015-07-21T02:51:32"),
            ("2015-07-21T02:51:32Z", "2015-07-21T02:51:32Z"),
            ("2015-07-21T02:51:32.123456+03:00", "2015-07-21T02:51:32+03:00"),
            ("2015-07-21T02:51:32+0300", "2015-07-21T02:51:32+03:00"),
            ("2015-07-21 02:51", "2015-07-21T02:51:00"),
            ("2015-07-21 02:51:32 UTC", "2015-07-21T02:51:32Z"),
            ("2015-07-21 02:51:32 -0330", "2015-07-21T02:51:32-03:30"),
            ("2015-07-21", "2015-07-21"),
            ("٢٠١٥-٠٧-٢١ ٠٢:٥١", "2015-07-21T02:51:00"),
            ("۲۰۱۵/۰۷/۲۱", "2015-07-21"),
            ("2015年7月21日 02:51", "2015-07-21T02:51:00"),
            ("2015년 7월 21일", "2015-07-21"),
            ("2015/07/21", "2015-07-21"),
            ("20150721", "2015-07-21"),
            ("20150721025132", "2015-07-21T02:51:32"),
            ("1437447092", "2015-07-21T02:51:32Z"),
            ("1437447092123", "2015-07-21T02:51:32Z"),
            ("Tue, 21 Jul 2015 02:51:32 GMT", "2015-07-21T02:51:32Z"),
            ("Tue, 21 Jul 2015 02:51:32 -0500", "2015-07-21T02:51:32-05:00"),
            ("21 Jul 2015 02:51:32 +0000 (UTC)", "2015-07-21T02:51:32Z"),
            ("Tue Jul 21 02:51:32 2015", "2015-07-21T02:51:32"),
            ("Dec. 2, 2022, 7:54 p.m. ET", "2022-12-02T19:54:00"),
            ("Dec 2, 2022, 7:54 pm EST", "2022-12-02T19:54:00-05:00"),
            ("December 2nd, 2022 at 12:05 am", "2022-12-02T00:05:00"),
            ("2 December 2022", "2022-12-02"),
            ("02-Dec-2022", "2022-12-02"),
            ("Sept. 3, 2022", "2022-09-03"),
            ("24/01/2023", "2023-01-24"),
            ("01/24/2023", "2023-01-24"),
            ("24.01.2023 18:30", "2023-01-24T18:30:00"),
            ("05/05/2023", "2023-05-05"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn nothing_is_invented() {
        for text in [
            "",
            "yesterday",
            "2015",
            "2015-07",
            "03/04/2015",
            "31/02/2015",
            "2015-02-30",
            "12345",
            "25:99",
            "2015-07-21 25:00:00",
            "July 2015",
            "Wednesday",
            "03/04/15",
            "99999999",
            "1-2-3-4",
            "2015-07-21 later on",
            "۱۳۹۴/۰۴/۳۰",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_crawl_or_the_pipeline_can_tell_day_from_month() {
        let crawled = ArticleDate::parse("2022-03-20", DayOrder::Unambiguous, None);
        let read = |text, order| ArticleDate::parse(text, order, crawled).map(|date| date.to_string());
        assert_eq!(read("03/04/2022", DayOrder::Unambiguous).as_deref(), Some("2022-03-04"));
        assert_eq!(read("02/03/2022", DayOrder::Unambiguous), None);
        assert_eq!(read("02/03/2022", DayOrder::DayFirst).as_deref(), Some("2022-03-02"));
        assert_eq!(read("02/03/2022", DayOrder::MonthFirst).as_deref(), Some("2022-02-03"));
    }

    #[test]
    fn a_number_that_is_no_time_is_no_date() {
        assert_eq!(ArticleDate::from_epoch(12.0), None);
        assert_eq!(ArticleDate::from_epoch(f64::NAN), None);
        assert_eq!(ArticleDate::from_epoch(1e300), None);
        let seconds = ArticleDate::from_epoch(1_437_447_092.9).expect("2015");
        assert_eq!(seconds.to_string(), "2015-07-21T02:51:32Z");
    }
}
