//! When something happened, as exactly as it is known and no more exactly.
//!
//! `2015-07-21 02:51:32` → a date and time of unknown zone, shown `2015-07-21T02:51:32`;
//! `Tue, 21 Jul 2015 02:51:32 GMT` → shown `2015-07-21T02:51:32Z`; `July 21, 2015` → `2015-07-21`.
//!
//! Nothing is invented: a missing time is not midnight, a missing zone is not UTC, and `03/04/2015` is
//! nobody's date unless the pipeline or the record tells the order ([`OrderEvidence`]). Fractions of a second are cut: no
//! newspaper means them, and Arrow's JSON reader recognises a column of dates only without them.
//!
//! What a page shows, what a text says and what a field holds is read by one tokenizer ([`tokens`]) and one [`grammar`];
//! [`order`] alone decides between day and month, and [`words`] alone knows what `Updated` says.

mod address;
mod ages;
mod calendars;
mod clock;
mod grammar;
mod names;
mod order;
mod tokens;
mod words;

use std::fmt;
use std::ops::RangeInclusive;

use jiff::civil;
use jiff::tz::Offset;

pub(crate) use address::date_in_url;
pub(crate) use ages::date_of_age;
pub(crate) use grammar::{date_without_year, dates_in};
pub(crate) use order::{DayOrder, OrderEvidence, order_proven_by};
pub(crate) use words::Label;

/// Years that a field may state: an article on the web may be a reprint from an archive.
const STATED_YEARS: RangeInclusive<i16> = 1600..=2100;
/// Years in which something was published on the web; older ones, in visible text and in addresses, are what an article is
/// about, and two digits mean one of these.
pub(crate) const WEB_YEARS: RangeInclusive<i16> = 1990..=2049;

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

impl ArticleDate {
    /// The day, in the zone in which the date was told.
    pub fn day(self) -> civil::Date {
        match self {
            Self::Day(day) => day,
            Self::Local(time) | Self::Exact(time, _) => time.date(),
        }
    }

    /// Milliseconds since 1970 in UTC. A time without an offset is taken for UTC, and a day begins at midnight.
    pub(crate) fn utc_milliseconds(self) -> i64 {
        let (time, offset) = match self {
            Self::Day(day) => (day.at(0, 0, 0, 0), 0),
            Self::Local(time) => (time, 0),
            Self::Exact(time, offset) => (time, i64::from(offset.seconds())),
        };
        let epoch = civil::Date::constant(1970, 1, 1).at(0, 0, 0, 0);
        (time.duration_since(epoch).as_secs() - offset) * 1_000
    }

    /// The same, in UTC where its zone is unknown.
    pub(crate) fn or_in_utc(self) -> Self {
        if let Self::Local(time) = self { Self::Exact(time, Offset::UTC) } else { self }
    }

    pub(crate) fn is_day(self) -> bool {
        matches!(self, Self::Day(_))
    }

    /// Whether it is the first moment of 1970 in some zone's or an unknown zone's time.
    pub(crate) fn is_epoch(self) -> bool {
        let (Self::Local(time) | Self::Exact(time, _)) = self else { return false };
        let offset = if let Self::Exact(_, offset) = self { offset } else { Offset::UTC };
        offset.to_timestamp(time).is_ok_and(|moment| moment.as_second() == 0)
    }

    /// Whether it is a moment that clocks in some zone showed as this local time.
    pub(crate) fn is_moment_of(self, local: Self) -> bool {
        const QUARTER: i64 = 15 * 60;
        const HOUR: i64 = 60 * 60;
        let (Self::Exact(..), Self::Local(shown)) = (self, local) else { return false };
        let Self::Exact(time, offset) = self else { return false };
        let Ok(moment) = offset.to_timestamp(time) else { return false };
        let ahead = shown.duration_since(Offset::UTC.to_datetime(moment)).as_secs();
        (-12 * HOUR..=14 * HOUR).contains(&ahead) && ahead % QUARTER == 0
    }

    /// Whether it is a time on this day, or a moment that was on it somewhere.
    pub(crate) fn has_time_of(self, day: Self) -> bool {
        let (Self::Day(day), Self::Local(time) | Self::Exact(time, _)) = (day, self) else { return false };
        let days = time.date().duration_since(day).as_hours() / 24;
        // What has no time is written as midnight.
        let is_near = if matches!(self, Self::Exact(..)) { days.abs() <= 1 } else { days == 0 };
        is_near && time.time() != civil::Time::midnight()
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

    /// Reads a text that is a date and nothing else but the words that print beside dates: RFC 3339 and its looser kin,
    /// RFC 2822, epoch numbers, `20150721`, and all that [`dates_in`] reads, such as `July 21, 2015 at 2:51 am EST`.
    pub fn parse(text: &str, evidence: &OrderEvidence<'_>) -> Option<Self> {
        // The longest date that anyone writes has fewer bytes in any script; a longer text is an article.
        const LONGEST_BYTES: usize = 120;
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST_BYTES {
            return None;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::from_digits(text);
        }
        grammar::whole(text, evidence)
    }

    fn from_digits(digits: &str) -> Option<Self> {
        let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
        let day = || valid_day(part(0, 4)?, part(4, 6)?, part(6, 8)?, &STATED_YEARS);
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

impl<'de> serde::Deserialize<'de> for ArticleDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let date = Self::parse(&text, &OrderEvidence::default());
        date.ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no date")))
    }
}

/// A day of the common calendar, or of one whose years are known by their numbers.
fn valid_day(year: i16, month: i16, day: i16, years: &RangeInclusive<i16>) -> Option<civil::Date> {
    let common = calendars::common_year(year);
    if !years.contains(&common) {
        return calendars::persian_day(year, month, day);
    }
    civil::Date::new(common, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn valid_time(hour: i16, minute: i16, second: i16) -> Option<civil::Time> {
    // A leap second is written as :60; the second before it is the nearest that calendars have.
    let second = if second == 60 { 59 } else { second };
    civil::Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        ArticleDate::parse(text, &OrderEvidence::default()).map(|date| date.to_string())
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
            ("Dec. 2, 2022, 7:54 p.m. ET", "2022-12-02T19:54:00-05:00"),
            ("Published: 2 Δεκεμβρίου 2022", "2022-12-02"),
            ("۱۳۹۴/۰۴/۳۰", "2015-07-21"),
            ("1893-05-04", "1893-05-04"),
            ("Fri, 2 Dec 2022", "2022-12-02"),
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
            "Updated 3 March 2021",
            "3 March 2021 to 5 March 2021",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
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
