//! Dates in visible text, in any language.
//!
//! `Veröffentlicht am 3. März 2021 um 14:05 Uhr` → `2021-03-03T14:05:00`; `2021年3月3日` → `2021-03-03`;
//! `Updated Sept. 3rd, 2021, 2:05 pm EST` → `2021-09-03T14:05:00-05:00`.
//!
//! A date needs a day, a month and a year: nothing is taken from today's date. Months are recognised by
//! name in some fifty languages whatever the page's language is, because pages mix them. Numbers alone
//! (`03/04/2021`) are read by the [`OrderEvidence`] that the caller gives; where that leaves two readings,
//! there is no date. A time may stand before the day, too: `7:54 PM ET, Fri December 2, 2022`. `ET` and its like
//! have daylight saving by the rules of the year. Linear in the text; callers pass lines, not articles.

use std::ops::RangeInclusive;

use jiff::civil;
use jiff::tz::Offset;

use super::clock::{clock, time_before, with_time};
use super::tokens::{DateToken, DateTokenKind, tokens};
use super::{ArticleDate, Label, OrderEvidence, STATED_YEARS, WEB_YEARS, valid_day};
use crate::text::Slice;

/// A date and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DateSighting {
    /// Where it begins, in bytes.
    pub from: usize,
    /// Where it ends, in bytes; a time that belongs to it is included.
    pub to: usize,
    /// The date.
    pub date: ArticleDate,
}

/// The dates in a text, in order.
pub(crate) fn dates_in(text: &str, evidence: &OrderEvidence<'_>) -> Vec<DateSighting> {
    if !may_hold_date(text) {
        return Vec::new();
    }
    Reader { evidence, years: WEB_YEARS }.sightings(&tokens(text))
}

/// Whether a text opens with a weekday in brackets, in Japanese or Korean.
fn opens_with_weekday(text: &str) -> bool {
    let weekday = text.trim_start().strip_prefix(['(', '（']).and_then(|rest| rest.chars().next());
    weekday.is_some_and(|weekday| "日月火水木金土일월화수목금토".contains(weekday))
}

/// The date that a line without a year is, and what it says: `Feb. 13, 6:05 p.m.`, `11月08日 12:52`.
///
/// It is the last such day up to the crawl: sites leave out the year while it lasts.
pub(crate) fn date_without_year(line: &str, crawled: ArticleDate) -> Option<(ArticleDate, Label)> {
    const LONGEST_BYTES: usize = 80;
    if line.len() > LONGEST_BYTES {
        return None;
    }
    let tokens = tokens(line);
    let of = |at: usize| {
        skip(&tokens, at, 2, |kind| {
            matches!(kind, DateTokenKind::Mark('.' | '-' | '/' | '月' | '월') | DateTokenKind::Of)
        })
    };
    let (first, month, day, used) = (0..tokens.len()).find_map(|first| {
        let second = of(first + 1);
        match (tokens.get(first)?.kind, tokens.get(second)?.kind) {
            (DateTokenKind::Month(month), DateTokenKind::Number(day, 1 | 2)) => {
                Some((first, i16::from(month), day, second + 1))
            }
            (DateTokenKind::Number(day, 1 | 2), DateTokenKind::Month(month)) => {
                Some((first, i16::from(month), day, second + 1))
            }
            (DateTokenKind::Number(month, 1 | 2), DateTokenKind::Number(day, 1 | 2))
                if matches!(tokens.get(first + 1)?.kind, DateTokenKind::Mark('月' | '월'))
                    && matches!(tokens.get(second + 1)?.kind, DateTokenKind::Mark('日' | '일')) =>
            {
                Some((first, month, day, second + 2))
            }
            // `2/11(日)`: a weekday tells that it is a date, and where it is written so, the month is first.
            (DateTokenKind::Number(month, 1 | 2), DateTokenKind::Number(day, 1 | 2))
                if matches!(tokens.get(first + 1)?.kind, DateTokenKind::Mark('/'))
                    && opens_with_weekday(line.get(tokens.get(second)?.to..)?) =>
            {
                Some((first, month, day, second + 1))
            }
            _ => None,
        }
    })?;
    let latest = crawled.day().tomorrow().ok()?;
    let this = latest.year();
    let day = [this, this - 1]
        .into_iter()
        .filter_map(|year| valid_day(year, month, day, &WEB_YEARS))
        .find(|day| *day <= latest)?;
    let (date, used) = with_time(day, tokens.get(first..)?, used - first);
    let mut said = Label::Beside;
    let is_gap = |character: char| !character.is_alphanumeric();
    let to = tokens.get(first + used - 1)?.to;
    let others = [line.get(..tokens.get(first)?.from)?, line.get(to..)?];
    for word in others.iter().flat_map(|other| other.split(is_gap)).filter(|word| !word.is_empty()) {
        match Label::of(&word.to_lowercase()) {
            Some(Label::Beside | Label::Date) => {}
            Some(label @ (Label::Published | Label::Changed)) => said = label,
            _ => return None,
        }
    }
    Some((date, said))
}

/// The date that a text is, beside which only words stand that print beside dates.
pub(super) fn whole(text: &str, evidence: &OrderEvidence<'_>) -> Option<ArticleDate> {
    let sightings = Reader { evidence, years: STATED_YEARS }.sightings(&tokens(text));
    let [only] = sightings.as_slice() else { return None };
    let is_beside = |word: &str| {
        matches!(Label::of(&word.to_lowercase()), Some(Label::Beside | Label::Date | Label::Published))
    };
    // `2015-07-21 02:51:32 (XYZT)`: a zone that nobody knows says nothing.
    let is_zone = |word: &str| word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_gap = |character: char| !character.is_alphanumeric();
    let mut before = text.get(..only.from)?.split(is_gap).filter(|word| !word.is_empty());
    let mut after = text.get(only.to..)?.split(is_gap).filter(|word| !word.is_empty());
    let fits = before.all(is_beside) && after.all(|word| is_beside(word) || is_zone(word));
    fits.then_some(only.date)
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

/// What tokens are read by.
struct Reader<'a> {
    evidence: &'a OrderEvidence<'a>,
    years: RangeInclusive<i16>,
}

impl Reader<'_> {
    fn sightings(&self, tokens: &[DateToken]) -> Vec<DateSighting> {
        let mut found = Vec::new();
        let mut at = 0;
        // Where the date before ends.
        let mut ended = 0;
        while at < tokens.len() {
            let rest = tokens.slice(at..);
            let dated = self
                .day_at(tokens.slice(..at), rest)
                .map(|(day, used)| with_time(day, rest, used))
                .or_else(|| self.year_last(rest));
            let Some((mut date, used)) = dated else {
                at += 1;
                continue;
            };
            let mut from = rest.first().map_or(0, |token| token.from);
            if let ArticleDate::Day(day) = date
                && let Some((timed, first)) = time_before(day, tokens, ended, at)
            {
                date = timed;
                from = tokens.get(first).map_or(from, |token| token.from);
            }
            let to = used.checked_sub(1).and_then(|last| rest.get(last)).map_or(from, |token| token.to);
            found.push(DateSighting { from, to, date });
            at += used.max(1);
            ended = at;
        }
        found
    }

    fn day(&self, year: i16, month: i16, day: i16) -> Option<civil::Date> {
        valid_day(year, month, day, &self.years)
    }

    /// `Jul 21 02:51:32 GMT 2015`, as C's ctime and `date` write it.
    fn year_last(&self, tokens: &[DateToken]) -> Option<(ArticleDate, usize)> {
        let DateTokenKind::Month(month) = tokens.first()?.kind else { return None };
        let (day, 1 | 2) = number(tokens.get(1))? else { return None };
        let (time, end) = clock(tokens, 2)?;
        let end = skip(tokens, end, 1, |kind| matches!(kind, DateTokenKind::Word | DateTokenKind::Zone(_)));
        let (year, 4) = number(tokens.get(end))? else { return None };
        let day = self.day(year, i16::from(month), day)?;
        let date = match tokens.get(end - 1).map(|token| token.kind) {
            Some(DateTokenKind::Zone(minutes)) => Offset::from_seconds(minutes * 60).ok(),
            _ => None,
        };
        let time = civil::DateTime::from_parts(day, time);
        Some((date.map_or(ArticleDate::Local(time), |offset| ArticleDate::Exact(time, offset)), end + 1))
    }

    /// A day at the first token, and how many tokens it takes.
    fn day_at(&self, before: &[DateToken], tokens: &[DateToken]) -> Option<(civil::Date, usize)> {
        let first = tokens.first()?;
        // A part of a longer number, such as a version or a telephone number, is no date.
        let is_part = first.is_glued
            && match before {
                // `Date:26 June 2021`; between digits a colon makes one number of two.
                [.., number, DateToken { kind: DateTokenKind::Mark(':'), .. }] => {
                    matches!(number.kind, DateTokenKind::Number(..))
                }
                [
                    ..,
                    DateToken {
                        kind:
                            DateTokenKind::Mark('.' | '/' | '-' | '_' | '#' | '=' | '+')
                            | DateTokenKind::Number(..),
                        ..
                    },
                ] => true,
                _ => false,
            };
        match first.kind {
            DateTokenKind::Number(value, 4) if !is_part => self.year_first(tokens, value),
            DateTokenKind::Number(value, 1 | 2) if !is_part && (1..=31).contains(&value) => {
                self.named_month(tokens, value).or_else(|| self.numbers_alone(tokens, value))
            }
            DateTokenKind::Month(month) => self.month_first(tokens, month),
            DateTokenKind::Era(before) => {
                let (year, 1..=3) = number(tokens.get(1))? else { return None };
                let (day, used) = self.year_first(tokens.get(1..)?, before + year)?;
                Some((day, used + 1))
            }
            _ => None,
        }
    }

    /// `2021-03-03`, `2021. 3. 3.`, `2021年3月3日`, `2021. március 3.`, `2021 m. kovo 3 d.`
    fn year_first(&self, tokens: &[DateToken], year: i16) -> Option<(civil::Date, usize)> {
        let is_seam = |kind| {
            matches!(
                kind,
                DateTokenKind::Mark('-' | '/' | '.' | '年' | '년' | '‑' | '–' | ',') | DateTokenKind::Of
            )
        };
        let at = skip(tokens, 1, 2, is_seam);
        let (month, at, is_named) = match tokens.get(at)?.kind {
            DateTokenKind::Month(month) => (i16::from(month), at + 1, true),
            DateTokenKind::Number(month, 1 | 2) if at > 1 => (month, at + 1, false),
            _ => return None,
        };
        let seams = |kind| {
            matches!(kind, DateTokenKind::Mark('-' | '/' | '.' | '月' | '월' | '‑' | '–') | DateTokenKind::Of)
        };
        let day_place = skip(tokens, at, 2, seams);
        let (day, digits) = number(tokens.get(day_place))?;
        if digits > 2 || (day_place == at && !is_named) {
            return None;
        }
        let end = skip(tokens, day_place + 1, 1, |kind| matches!(kind, DateTokenKind::Mark('日' | '일')));
        Some((self.day(year, month, day)?, end))
    }

    /// `3. März 2021`, `3rd of March, 2021`, `3 de marzo de 2021`, `ngày 3 tháng 3, 2021`, `3-Mar-21`
    fn named_month(&self, tokens: &[DateToken], day: i16) -> Option<(civil::Date, usize)> {
        let at = skip(tokens, 1, 3, |kind| {
            matches!(kind, DateTokenKind::Mark('.' | '-' | '/' | '\'' | ',') | DateTokenKind::Of)
        });
        // `3 كانون الثاني/يناير 2021`, `3 آذار/مارس 2021`: by the names of two calendars.
        let second = skip(tokens, at, 4, |kind| {
            matches!(kind, DateTokenKind::Word | DateTokenKind::Month(_) | DateTokenKind::Mark('/'))
        });
        let at = match tokens.get(second.saturating_sub(2)..second) {
            Some(
                [
                    DateToken { kind: DateTokenKind::Mark('/'), .. },
                    DateToken { kind: DateTokenKind::Month(_), .. },
                ],
            ) if second > at + 2 => second - 1,
            _ => at,
        };
        let (month, at) = match tokens.get(at)?.kind {
            DateTokenKind::Month(month) => (i16::from(month), at + 1),
            DateTokenKind::PersianMonth(month) => (i16::from(month), at + 1),
            DateTokenKind::MonthNumber => (number(tokens.get(at + 1))?.0, at + 2),
            _ => return None,
        };
        let is_seam = |kind| {
            matches!(kind, DateTokenKind::Mark('.' | '-' | '/' | ',' | '\'' | '’' | '–') | DateTokenKind::Of)
        };
        // ` พ.ศ. 2564`
        let year_place = skip(tokens, at, 5, is_seam);
        let (year, digits) = number(tokens.get(year_place))?;
        let is_time =
            matches!(tokens.get(year_place + 1).map(|token| token.kind), Some(DateTokenKind::Mark(':')));
        let year = match digits {
            4 => year,
            // `3-Mar-21`, `3 Mar '21`, `3. Mär. 21`; but not `3 March 21:05`.
            2 if year_place > at && !is_time => full_year(year)?,
            // `3 March 21`, where nothing follows that it could be a number of.
            2 if ends_line(tokens, year_place + 1) => full_year(year)?,
            _ => return None,
        };
        Some((self.day(year, month, day)?, year_place + 1))
    }

    /// `March 3, 2021`, `March 3rd 2021`, `Mar. 3, 2021`
    fn month_first(&self, tokens: &[DateToken], month: i8) -> Option<(civil::Date, usize)> {
        let at = skip(tokens, 1, 2, |kind| {
            matches!(kind, DateTokenKind::Mark('.' | '-' | '/') | DateTokenKind::Of)
        });
        let (day, digits) = number(tokens.get(at))?;
        if digits > 2 {
            return None;
        }
        let is_seam =
            |kind| matches!(kind, DateTokenKind::Mark('.' | '-' | '/' | ',' | '，') | DateTokenKind::Of);
        let year_place = skip(tokens, at + 1, 3, is_seam);
        let (year, 4) = number(tokens.get(year_place))? else { return None };
        Some((self.day(year, i16::from(month), day)?, year_place + 1))
    }

    /// `03.04.2021`, `3/4/21`
    fn numbers_alone(&self, tokens: &[DateToken], first: i16) -> Option<(civil::Date, usize)> {
        let DateTokenKind::Mark(seam) = tokens.get(1)?.kind else { return None };
        let is_seam = match seam {
            '.' | '/' | '-' | '‑' => true,
            // `26 | 06 | 2021`, in a line of its own.
            '|' | '·' => tokens.len() == 5,
            _ => false,
        };
        if !is_seam {
            return None;
        }
        let (second, 1 | 2) = number(tokens.get(2))? else { return None };
        if tokens.get(3)?.kind != DateTokenKind::Mark(seam) {
            return None;
        }
        let (year, digits) = number(tokens.get(4))?;
        let all_glued = tokens.get(1..5)?.iter().all(|token| token.is_glued);
        let continues =
            tokens.get(5).is_some_and(|next| next.is_glued && next.kind == DateTokenKind::Mark(seam))
                && tokens
                    .get(6)
                    .is_some_and(|next| next.is_glued && matches!(next.kind, DateTokenKind::Number(..)));
        if continues {
            return None;
        }
        let year = match digits {
            4 => year,
            2 if all_glued && seam != '-' => full_year(year)?,
            _ => return None,
        };
        let day_first = self.day(year, second, first);
        // A dot hardly ever separates where the month comes first, and only there is `12.16.2025` a day.
        let month_first =
            if seam == '.' && day_first.is_some() { None } else { self.day(year, first, second) };
        let day = match (day_first, month_first) {
            (Some(a), Some(b)) if a != b => self.evidence.choose(a, b)?,
            (day_first, month_first) => day_first.or(month_first)?,
        };
        Some((day, 5))
    }
}

pub(super) fn number(token: Option<&DateToken>) -> Option<(i16, usize)> {
    match token?.kind {
        DateTokenKind::Number(value, digits) => Some((value, digits)),
        _ => None,
    }
}

/// Skips tokens of these kinds, at most so many.
pub(super) fn skip(
    tokens: &[DateToken],
    at: usize,
    most: usize,
    is_skipped: impl Fn(DateTokenKind) -> bool,
) -> usize {
    let rest = tokens.slice(at..);
    at + rest.iter().take(most).take_while(|token| is_skipped(token.kind)).count()
}

/// Whether the text ends here, or a bracket does.
pub(super) fn ends_line(tokens: &[DateToken], at: usize) -> bool {
    tokens.get(at).is_none_or(|token| matches!(token.kind, DateTokenKind::Mark(')' | ']' | '|')))
}

/// Two digits of a year: the web is younger than 1990.
fn full_year(two: i16) -> Option<i16> {
    match two {
        0..=49 => Some(2000 + two),
        90..=99 => Some(1900 + two),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::DayOrder;

    fn read(text: &str) -> Vec<String> {
        dates_in(text, &DayOrder::DayFirst.into()).iter().map(|sighting| sighting.date.to_string()).collect()
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
            ("Dec. 2, 2022, 7:54 p.m. ET", "2022-12-02T19:54:00-05:00"),
            ("July 2, 2022 at 7:54 a.m. PT", "2022-07-02T07:54:00-07:00"),
            ("3 de mayo de 2021, 7:54 p. m.", "2021-05-03T19:54:00"),
            ("7:54 PM ET, Fri December 2, 2022", "2022-12-02T19:54:00-05:00"),
            ("19:54, 2 декабря 2022", "2022-12-02T19:54:00"),
            ("2 ديسمبر 2022م - 7:54 مساءً", "2022-12-02T19:54:00"),
            ("2022년 12월 2일 오후 7:54", "2022-12-02T19:54:00"),
            ("2 décembre 2021 à 14h05 et demie", "2021-12-02T14:05:00"),
            ("2012年6月5日（火）午後3時5分", "2012-06-05T15:05:00"),
            ("2024年2月13日 18時05分", "2024-02-13T18:05:00"),
            ("2024年2月13日 下午 02:26", "2024-02-13T14:26:00"),
            ("令和6年2月13日", "2024-02-13"),
            ("民國113年2月13日", "2024-02-13"),
            ("2022년 12월 2일 오후 7시 5분", "2022-12-02T19:05:00"),
            ("15 มี.ค. 2559 08:28 น.", "2016-03-15T08:28:00"),
            ("15 มีนาคม พ.ศ. 2559", "2016-03-15"),
            ("Date:26 June 2021", "2021-06-26"),
            ("26 | 06 | 2021", "2021-06-26"),
            ("3 آذار/مارس 2021", "2021-03-03"),
            ("3 كانون الثاني/يناير 2021", "2021-01-03"),
            ("Dec. 2, 2022, 7:54 p.m. AST", "2022-12-02T19:54:00-04:00"),
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
            "12:26 | 06 | 2021",
            "1:26.06.2021",
            "03/04/1944",
            "24/7",
        ] {
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn american_summers_begin_and_end_on_their_sundays() {
        for (text, expected) in [
            ("March 13, 2022 1:59 a.m. ET", "2022-03-13T01:59:00-05:00"),
            ("March 13, 2022 3:00 a.m. ET", "2022-03-13T03:00:00-04:00"),
            ("Nov. 5, 2022 11:00 p.m. CT", "2022-11-05T23:00:00-05:00"),
            ("Nov. 6, 2022 2:00 a.m. CT", "2022-11-06T02:00:00-06:00"),
            ("March 20, 2006 3:00 p.m. ET", "2006-03-20T15:00:00-05:00"),
            ("Oct. 28, 2006 3:00 p.m. ET", "2006-10-28T15:00:00-04:00"),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
    }

    #[test]
    fn numbers_alone_need_an_order() {
        let read =
            |order: DayOrder| dates_in("3/4/2021", &order.into()).first().map(|found| found.date.to_string());
        assert_eq!(read(DayOrder::Unambiguous), None);
        assert_eq!(read(DayOrder::DayFirst).as_deref(), Some("2021-04-03"));
        assert_eq!(read(DayOrder::MonthFirst).as_deref(), Some("2021-03-04"));
    }

    #[test]
    fn several_dates_stand_where_they_stand() {
        let text = "Posted 3 May 2021, updated 4 May 2021";
        let found: Vec<_> = dates_in(text, &DayOrder::DayFirst.into())
            .iter()
            .map(|found| text.get(found.from..found.to))
            .collect();
        assert_eq!(found, [Some("3 May 2021"), Some("4 May 2021")]);
    }
}
