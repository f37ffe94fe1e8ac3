//! Years of other calendars, known by their numbers: Persian 1399 and Thai 2563 are both 2020.

use jiff::ToSpan;
use jiff::civil;

/// Years of the Persian calendar in which something was published on the web: 1990 is 1368 and 1369.
const PERSIAN: std::ops::RangeInclusive<i16> = 1369..=1428;
/// Years of the Thai calendar, 543 before the common one.
const THAI: std::ops::RangeInclusive<i16> = 2533..=2592;

/// A day of the Persian calendar; `None` where the year is none of the web's.
pub(super) fn persian_day(year: i16, month: i16, day: i16) -> Option<civil::Date> {
    let length = if month <= 6 { 31 } else { 30 };
    if !PERSIAN.contains(&year) || !(1..=12).contains(&month) || !(1..=length).contains(&day) {
        return None;
    }
    let months = if month <= 7 { (month - 1) * 31 } else { 186 + (month - 7) * 30 };
    new_year(year)?.checked_add(i64::from(months + day - 1).days()).ok()
}

/// Nowruz: 20 or 21 March, by the leap years of the 33-year cycle, which agrees with the astronomers from 1343 to
/// 1498 (Borkowski, The Persian calendar for 3000 years, 1996).
fn new_year(year: i16) -> Option<civil::Date> {
    // 1 Farvardin 1343 was 21 March 1964.
    let first = civil::Date::new(1964, 3, 21).ok()?;
    let is_leap = |year: &i16| matches!(year % 33, 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30);
    let years = i64::from(year - 1343);
    let leaps = i64::try_from((1343..year).filter(is_leap).count()).ok()?;
    first.checked_add((years * 365 + leaps).days()).ok()
}

/// A year as the common calendar counts it.
pub(super) fn common_year(year: i16) -> i16 {
    if THAI.contains(&year) { year - 543 } else { year }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persian_days_are_converted() {
        for ((year, month, day), expected) in [
            ((1399, 1, 1), "2020-03-20"),
            ((1399, 4, 12), "2020-07-02"),
            ((1399, 12, 30), "2021-03-20"),
            ((1400, 1, 1), "2021-03-21"),
            ((1403, 10, 11), "2024-12-31"),
            ((1375, 7, 1), "1996-09-22"),
        ] {
            assert_eq!(persian_day(year, month, day).map(|day| day.to_string()).as_deref(), Some(expected));
        }
        for (year, month, day) in [(1368, 1, 1), (1399, 13, 1), (1399, 7, 31), (1429, 1, 1)] {
            assert_eq!(persian_day(year, month, day), None);
        }
    }

    #[test]
    fn thai_years_are_converted() {
        assert_eq!(
            [2532, 2533, 2563, 2592, 2593, 2020].map(common_year),
            [2532, 1990, 2020, 2049, 2593, 2020]
        );
    }
}
