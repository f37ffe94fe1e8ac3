//! Dates among a record's values: numbers, texts and objects as databases, languages and programs write them.

use serde_json::Value;

use super::bounds::{LONGEST_BYTES, value_of};
use super::fields::Slot;
use super::values::{is_nothing, set};
use crate::article::{Article, ArticleDate};
use crate::date::OrderEvidence;

/// A time under a key such as `date_gmt` or `published_utc` is in UTC, where it does not say otherwise itself.
pub(super) fn know_zone(article: &mut Article, slot: Slot, key: &str) {
    if let Some(date) = date_of(article, slot) {
        *date = date.map(|date| in_zone_of(date, key));
    }
}

/// The date of an article that a slot is.
fn date_of(article: &mut Article, slot: Slot) -> Option<&mut Option<ArticleDate>> {
    match slot {
        Slot::Crawled => Some(&mut article.crawled),
        Slot::Published => Some(&mut article.published),
        Slot::Modified => Some(&mut article.modified),
        _ => None,
    }
}

fn in_zone_of(date: ArticleDate, key: &str) -> ArticleDate {
    let end = key.len().checked_sub(3).and_then(|from| key.get(from..)).unwrap_or_default();
    if end.eq_ignore_ascii_case("gmt") || end.eq_ignore_ascii_case("utc") { date.or_in_utc() } else { date }
}

/// What a second value of a date adds to the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addition {
    /// Nothing.
    None,
    /// The time of the day.
    Time,
    /// It says the same more exactly, and takes the other's place.
    Exactness,
}

/// Looks at another value that may be a date of the article's: of `2024-05-01 12:00` under `date` and `2024-05-01T10:00:00Z` under
/// `date_utc` the second one is the same moment with its zone, and of `2024-05-01` and `10:00` under `time` the second is the time.
pub(super) fn add_date(
    article: &mut Article,
    slot: Slot,
    (first_key, key): (&str, &str),
    raw: &str,
    others: &OrderEvidence<'_>,
) -> Addition {
    let Some(first) = date_of(article, slot).and_then(|date| *date) else { return Addition::None };
    if matches!(first, ArticleDate::Exact(..)) || raw.len() > LONGEST_BYTES || is_nothing(raw) {
        return Addition::None;
    }
    let Some((mut value, _)) = value_of(raw) else { return Addition::None };
    let time = value.as_str().filter(|text| first.is_day() && is_time(text)).map(str::to_owned);
    let are_one = || same_but_for_form(first_key, key);
    let (date, addition) = if let Some(time) = time {
        let whole = ArticleDate::parse(&format!("{first} {time}"), others).filter(|_| are_one());
        (whole, Addition::Time)
    } else {
        let date = date_in(&mut value, &with(article, others)).map(|date| in_zone_of(date, key));
        let is_same = |date: &ArticleDate| date.is_moment_of(first) || (date.has_time_of(first) && are_one());
        (date.filter(is_same), Addition::Exactness)
    };
    if date.is_none() {
        return Addition::None;
    }
    set(date_of(article, slot).expect("it has a date"), Some(date));
    addition
}

/// `10:00`, `10:00:00.5`, `10:00 AM`
fn is_time(text: &str) -> bool {
    /// `10:00:00.123456+02:00`
    const LONGEST_BYTES: usize = 24;
    let text = text.trim();
    let (hour, rest) = text.split_once(':').unwrap_or_default();
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= LONGEST_BYTES
        && matches!(hour.len(), 1 | 2)
        && is_number(hour)
        && rest.get(..2).is_some_and(is_number)
}

/// Whether two keys of dates are of the same date in two forms: `published_at` and `publishedUtc`, `date` and `time`.
fn same_but_for_form(one: &str, other: &str) -> bool {
    #[rustfmt::skip]
    const FORMS: [&str; 12] = ["timestamp", "datetime", "local", "epoch", "unix", "date", "time", "utc", "gmt", "iso", "at", "on"];
    /// `publ`, `post`
    const LEAST_BYTES: usize = 4;
    let stem = |key: &str| {
        let letters = key.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_lowercase());
        let letters: String = letters.map(char::from).collect();
        let mut stem = &*letters;
        while let Some(rest) =
            FORMS.iter().find_map(|form| stem.strip_suffix(form).or_else(|| stem.strip_prefix(form)))
        {
            stem = rest;
        }
        stem.to_owned()
    };
    let (one, other) = (stem(one), stem(other));
    let shared = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    one == other || shared >= LEAST_BYTES.min(one.len()).min(other.len()).max(3)
}

/// What the record's other values say, with what the article has by now.
pub(super) fn with<'a>(article: &'a Article, others: &OrderEvidence<'a>) -> OrderEvidence<'a> {
    let OrderEvidence { language, text, undecided, .. } = *others;
    OrderEvidence { language, text, undecided, ..article.date_evidence(others.setting) }
}

/// The date that a value is.
pub(super) fn date_in(value: &mut Value, evidence: &OrderEvidence<'_>) -> Option<ArticleDate> {
    let date = match value {
        // Seconds may have a fraction, and stand in a string.
        Value::String(text) => ArticleDate::parse(text, evidence)
            .or_else(|| ArticleDate::from_epoch(text.trim().parse().ok()?))
            .or_else(|| ArticleDate::parse(&extended(text.trim())?, evidence))
            .or_else(|| ArticleDate::parse(&of_ctime(text.trim())?, evidence))
            .or_else(|| ArticleDate::parse(&without_zone_name(text.trim())?, evidence))
            .or_else(|| ArticleDate::from_epoch(of_dot_net(text.trim())?)),
        Value::Number(number) => ArticleDate::from_epoch(number.as_f64()?)
            // 20240501
            .or_else(|| ArticleDate::parse(&number.as_u64()?.to_string(), evidence)),
        Value::Array(items) => match of_parts(items) {
            Some(text) => ArticleDate::parse(&text, evidence),
            None => return items.iter_mut().find_map(|item| date_in(item, evidence)),
        },
        // MongoDB's export writes `{"$date": …}`, with the number in another object or not.
        Value::Object(object) => {
            const KEYS: [&str; 14] = [
                "$date",
                "$numberLong",
                "$timestamp",
                "t",
                "epoch_time",
                "value",
                "@value",
                "#text",
                "_seconds",
                "seconds",
                "date",
                "iso",
                "Time",
                "start",
            ];
            let named = KEYS.iter().find(|key| object.contains_key(**key));
            return match named {
                Some(key) => date_in(object.get_mut(*key)?, evidence),
                // `{"en-US": …}`
                None if object.len() == 1 => date_in(object.values_mut().next()?, evidence),
                None => None,
            };
        }
        Value::Null | Value::Bool(_) => None,
    }
    // What a program has where it has no date.
    .filter(|date| !date.is_epoch())?;
    value.take();
    Some(date)
}

/// `20240501T101500Z` → `2024-05-01T10:15:00Z`: ISO 8601's basic format in its extended one.
fn extended(text: &str) -> Option<String> {
    let (day, rest) = text.split_once('T')?;
    let (time, zone) = rest.split_at_checked(6)?;
    let is_number =
        |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(day, 8) || !is_number(time, 6) {
        return None;
    }
    let part = |text: &str, range| text.get(range).map(str::to_owned);
    let day = [part(day, 0..4)?, part(day, 4..6)?, part(day, 6..8)?].join("-");
    let time = [part(time, 0..2)?, part(time, 2..4)?, part(time, 4..6)?].join(":");
    Some(format!("{day}T{time}{zone}"))
}

/// `/Date(1714557600000+0200)/` → its number, as .NET writes an instant; the zone says nothing of it.
fn of_dot_net(text: &str) -> Option<f64> {
    let number = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let (sign, digits) =
        if let Some(digits) = number.strip_prefix('-') { (-1.0, digits) } else { (1.0, number) };
    let digits = digits.split(['+', '-']).next()?;
    digits.parse::<f64>().ok().map(|number| sign * number)
}

/// `[2024, 5, 1, 10, 0, 0]` → `2024-05-01T10:00:00`, as Java's libraries write a local time.
fn of_parts(items: &[Value]) -> Option<String> {
    let numbers: Vec<u64> = items.iter().map(Value::as_u64).collect::<Option<_>>()?;
    let (year, month, day, time) = match numbers[..] {
        [year, month, day] => (year, month, day, None),
        [year, month, day, hour, minute, ref rest @ ..] => {
            (year, month, day, Some((hour, minute, rest.first())))
        }
        _ => return None,
    };
    if !(1_500..2_200).contains(&year) {
        return None;
    }
    let day = format!("{year}-{month:02}-{day:02}");
    Some(match time {
        Some((hour, minute, second)) => format!("{day}T{hour:02}:{minute:02}:{:02}", second.unwrap_or(&0)),
        None => day,
    })
}

/// `Wed May 01 10:00:00 +0000 2024` → `01 May 2024 10:00:00 +0000`.
fn of_ctime(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [_, month, day, time, zone, year] = words[..] else { return None };
    let is_zone = zone.starts_with(['+', '-']) || matches!(zone, "UTC" | "GMT");
    (time.contains(':') && is_zone && year.len() == 4).then(|| format!("{day} {month} {year} {time} {zone}"))
}

/// `2024-05-01T12:00:00+02:00[Europe/Paris]` → `2024-05-01T12:00:00+02:00`, `2024-05-01 12:00:00 +0200 CEST m=+0.1` →
/// `2024-05-01 12:00:00 +0200`, and `Wed May 01 2024 12:00:00 GMT+0200 (Central European Summer Time)` → `May 01 2024 12:00:00 +0200`, as Java, Go and browsers write
/// a moment.
fn without_zone_name(text: &str) -> Option<String> {
    if let Some((moment, _)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        return Some(moment.to_owned());
    }
    // Python's `logging` has milliseconds after a comma.
    if let Some((moment, fraction)) = text.rsplit_once(',')
        && fraction.len() == 3
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
    {
        return moment.contains(':').then(|| moment.to_owned());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [day, time, offset, name, ..] = words[..]
        && time.contains(':')
        && offset.starts_with(['+', '-'])
        && name.starts_with(|letter: char| letter.is_ascii_uppercase())
    {
        return Some([day, time, offset].join(" "));
    }
    let (moment, _) = text.split_once(" (").unwrap_or((text, ""));
    let (local, offset) = moment.split_once(" GMT")?;
    let (_, local) = local.split_once(' ')?;
    offset.starts_with(['+', '-']).then(|| format!("{local} {offset}"))
}
