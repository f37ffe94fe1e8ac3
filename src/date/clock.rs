//! Times and offsets beside days.

use jiff::civil;
use jiff::tz::Offset;

use super::grammar::{number, skip};
use super::tokens::{DateToken, DateTokenKind};
use super::{ArticleDate, valid_time};

/// Adds the time that stands after a day, and its zone.
pub(super) fn with_time(day: civil::Date, tokens: &[DateToken], used: usize) -> (ArticleDate, usize) {
    let plain = (ArticleDate::Day(day), used);
    // `T`, `um`, `a las`, ` | `, `- `; a clock's time needs a seam of its own, so that few words can be skipped.
    let is_seam = |kind| {
        matches!(
            kind,
            DateTokenKind::Mark(',' | '-' | '–' | '—' | '|' | '·' | '•' | '@' | '/' | '(' | '.')
                | DateTokenKind::Word
                | DateTokenKind::Of
                | DateTokenKind::Half(_)
                | DateTokenKind::Afternoon(_)
        ) || matches!(kind, DateTokenKind::Mark(sign) if "（）()星期周月火水木金土日一二三四五六天曜요".contains(sign))
    };
    let at = skip(tokens, used, 5, is_seam);
    let Some((time, end)) = clock(tokens, at) else { return plain };
    let time = civil::DateTime::from_parts(day, time);
    with_offset(time, tokens, end)
}

/// A clock's time and where it ends: `14:05:09`, `2.05 pm`, `14h05`, `2 pm`.
pub(super) fn clock(tokens: &[DateToken], at: usize) -> Option<(civil::Time, usize)> {
    let start = at;
    let mut at = at;
    let (mut hour, 1 | 2) = number(tokens.get(at))? else { return None };
    at += 1;
    let (mut minute, mut second) = (0, 0);
    let seam = tokens.get(at).map(|token| token.kind);
    let part = |at: usize| match tokens.get(at).map(|token| token.kind) {
        Some(DateTokenKind::Number(value, 2)) if tokens.get(at).is_some_and(|token| token.is_glued) => {
            Some(value)
        }
        // `3時5分`, `오후 6시 5분`
        Some(DateTokenKind::Number(value, 1 | 2))
            if matches!(
                tokens.get(at + 1).map(|token| token.kind),
                Some(DateTokenKind::Mark('分' | '분'))
            ) =>
        {
            Some(value)
        }
        _ => None,
    };
    let is_clock = match seam {
        Some(DateTokenKind::Mark(':' | '.' | '：' | '時' | '时' | '点' | '點' | '시')) => true,
        Some(DateTokenKind::Word) => {
            tokens.get(at).is_some_and(|token| token.is_glued && token.to - token.from == 1)
        }
        _ => false,
    };
    if is_clock && let Some(value) = part(at + 1) {
        minute = value;
        at += 2;
        at = skip(tokens, at, 1, |kind| matches!(kind, DateTokenKind::Mark('分' | '분')));
        if tokens.get(at).is_some_and(|token| token.kind == DateTokenKind::Mark(':'))
            && let Some(value) = part(at + 1)
        {
            second = value;
            at += 2;
            if tokens.get(at).is_some_and(|token| token.is_glued && token.kind == DateTokenKind::Mark('.'))
                && tokens.get(at + 1).is_some_and(|token| token.is_glued && number(Some(token)).is_some())
            {
                at += 2;
            }
        }
    } else if !matches!(seam, Some(DateTokenKind::Afternoon(_))) {
        return None;
    }
    let before = start.checked_sub(1).and_then(|before| tokens.get(before)).map(|token| token.kind);
    let half = match (tokens.get(at).map(|token| token.kind), before) {
        (Some(DateTokenKind::Afternoon(afternoon)), _) => {
            at += 1;
            Some(afternoon)
        }
        (_, Some(DateTokenKind::Half(afternoon))) => Some(afternoon),
        _ => None,
    };
    if let Some(afternoon) = half
        && (1..=12).contains(&hour)
    {
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    Some((valid_time(hour, minute, second)?, at))
}

/// Adds the offset that stands after a time.
fn with_offset(time: civil::DateTime, tokens: &[DateToken], at: usize) -> (ArticleDate, usize) {
    let local = (ArticleDate::Local(time), at);
    let Some((minutes, end)) = offset(tokens, at, time) else { return local };
    Offset::from_seconds(minutes * 60).map_or(local, |offset| (ArticleDate::Exact(time, offset), end.max(at)))
}

/// The time that stands before a day, and its first token: `7:54 PM ET, Fri December 2, 2022`.
pub(super) fn time_before(
    day: civil::Date,
    tokens: &[DateToken],
    from: usize,
    at: usize,
) -> Option<(ArticleDate, usize)> {
    // Hour, colon, minutes, half, zone, comma, weekday, comma.
    const FURTHEST: usize = 10;
    let is_seam = |kind| {
        matches!(
            kind,
            DateTokenKind::Mark(',' | '-' | '–' | '—' | '|' | '·' | '•' | '/' | ')' | '.' | '،')
                | DateTokenKind::Word
                | DateTokenKind::Of
                | DateTokenKind::Afternoon(_)
        )
    };
    (from.max(at.saturating_sub(FURTHEST))..at).find_map(|first| {
        // A colon, or a half of the day: `5.12. 3 May` is no time.
        let next = tokens.get(first + 1)?.kind;
        let is_clock = matches!(next, DateTokenKind::Mark(':' | '：') | DateTokenKind::Afternoon(_))
            || (matches!(next, DateTokenKind::Mark('.'))
                && matches!(tokens.get(first + 3)?.kind, DateTokenKind::Afternoon(_)));
        let before = first.checked_sub(1).and_then(|before| tokens.get(before)).map(|token| token.kind);
        if !is_clock || matches!(before, Some(DateTokenKind::Mark(':' | '.') | DateTokenKind::Number(..))) {
            return None;
        }
        let (time, end) = clock(tokens, first)?;
        let (date, end) = with_offset(civil::DateTime::from_parts(day, time), tokens, end);
        (end <= at && skip(tokens, end, 5, is_seam) >= at).then_some((date, first))
    })
}

/// The offset after a time, in minutes, and where it ends: `+02:00`, `GMT+2`, `Uhr (MESZ)`.
fn offset(tokens: &[DateToken], at: usize, time: civil::DateTime) -> Option<(i32, usize)> {
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    let (mut place, named) = if matches!(kind(at), Some(DateTokenKind::Mark('+' | '-'))) {
        (at, 0)
    } else {
        let place =
            skip(tokens, at, 2, |kind| matches!(kind, DateTokenKind::Word | DateTokenKind::Mark('(')));
        match kind(place) {
            Some(DateTokenKind::Zone(minutes)) => (place + 1, minutes),
            Some(DateTokenKind::Seasonal(winter)) => {
                return Some((winter + if is_american_summer(time) { 60 } else { 0 }, place + 1));
            }
            _ => return None,
        }
    };
    let sign = match kind(place) {
        // Only UTC is counted from: `EST - 3 comments` is no offset.
        Some(DateTokenKind::Mark('+')) if named == 0 => 1,
        Some(DateTokenKind::Mark('-')) if named == 0 => -1,
        _ => return Some((named, place)),
    };
    let is_glued = |at: usize| tokens.get(at).is_some_and(|token| token.is_glued);
    let (value, digits) = number(tokens.get(place + 1)).filter(|_| is_glued(place + 1))?;
    place += 2;
    match digits {
        4 => Some((sign * i32::from(value / 100 * 60 + value % 100), place)),
        1 | 2 => {
            let minutes = match (kind(place), number(tokens.get(place + 1))) {
                (Some(DateTokenKind::Mark(':')), Some((minutes, 2))) if is_glued(place + 1) => Some(minutes),
                _ => None,
            };
            let end = place + if minutes.is_some() { 2 } else { 0 };
            Some((sign * i32::from(value * 60 + minutes.unwrap_or(0)), end))
        }
        _ => None,
    }
}

/// Whether clocks in the United States are an hour ahead: since 2007 from the second Sunday in March to the first in
/// November, before that from the first Sunday in April to the last in October (15 U.S.C. 260a and its history).
fn is_american_summer(time: civil::DateTime) -> bool {
    let sunday = |month: i8, nth: i8| {
        let first = civil::Date::new(time.year(), month, 1).ok()?;
        first.nth_weekday_of_month(nth, civil::Weekday::Sunday).ok().map(|day| day.at(2, 0, 0, 0))
    };
    let (start, end) =
        if time.year() >= 2007 { (sunday(3, 2), sunday(11, 1)) } else { (sunday(4, 1), sunday(10, -1)) };
    start.zip(end).is_some_and(|(start, end)| start <= time && time < end)
}
