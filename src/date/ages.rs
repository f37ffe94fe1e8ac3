//! Dates that are given by how long ago they were: `3 hours ago`, `gestern um 22:15 Uhr`, `منذ يومين`.
//!
//! They mean something only beside the time of the crawl, and only to a day: `3 hours ago` is a day where all of that
//! hour lies in one. Weeks, months and years are too rough for a date, and a number after the age (`1 year ago 44`) is
//! an aggregator's count of readers, whose ages are not the article's.

use jiff::ToSpan;
use jiff::civil;

use super::{ArticleDate, Label, OrderEvidence, dates_in};

/// What a line's age makes of the time of the crawl, and whether it is said to be a change's; `None` where the line says
/// more than an age, or nothing that gives a day.
pub(crate) fn date_of_age(line: &str, crawled: ArticleDate) -> Option<(ArticleDate, Label)> {
    let mut said = Label::Beside;
    day_of_age(line, crawled, &mut said).map(|date| (date, said))
}

fn day_of_age(line: &str, crawled: ArticleDate, said: &mut Label) -> Option<ArticleDate> {
    if line.len() > 80 {
        return None;
    }
    let mut number = None;
    let mut unit = None;
    let mut is_past = false;
    let mut back = None;
    let mut clock = Vec::new();
    let spaced = line.replace(['\u{A0}', '|', '•', '·', ',', '(', ')'], " ").to_lowercase();
    for word in spaced.split_whitespace().flat_map(split_digits) {
        let word = word.trim_end_matches(['.', ':']);
        if word.is_empty() {
        } else if let Ok(value) = word.parse::<i64>() {
            // A second number is something else's.
            if number.replace(value).is_some() || unit.is_some_and(|_| is_past) {
                return None;
            }
        } else if word.contains(':') {
            clock.push(word.to_owned());
        } else if matches!(word, "pm" | "p.m" | "am" | "a.m") {
            clock.push(word.replace('.', ""));
        } else if let Some(days) = named_day(word) {
            back = Some(days);
        } else if PAST.contains(&word) {
            is_past = true;
        } else if let Some(found) = unit_of(word) {
            number = number.or(found.dual.then_some(2));
            unit = Some(found);
            is_past |= word.ends_with(['前', '전']) || ["napja", "órája", "perce"].contains(&word);
        } else if ONE.contains(&word) {
            // `a day`, but also the `y a` of `il y a 2 jours`; a number that follows counts.
        } else if !LITTLE.contains(&word) {
            match Label::of(word) {
                Some(Label::Beside) if !ROUGH.contains(&word) => {}
                Some(label @ (Label::Published | Label::Changed)) => *said = label,
                _ => return None,
            }
        }
    }
    let day = crawled.day();
    if let Some(back) = back {
        let (None, None) = (number, unit) else { return None };
        let day = day.checked_sub(back.days()).ok()?;
        let text = format!("{day} {}", clock.join(" "));
        let timed = dates_in(&text, &OrderEvidence::default()).first().map(|sighting| sighting.date);
        return timed.or(Some(ArticleDate::Day(day)));
    }
    let (Some(unit), true, true) = (unit, is_past, clock.is_empty()) else { return None };
    let number = number.unwrap_or(1);
    let minutes = match unit.minutes {
        DAY => {
            return (number <= MOST_DAYS)
                .then(|| day.checked_sub(number.days()).ok().map(ArticleDate::Day))
                .flatten();
        }
        minutes if number <= MOST_DAYS * 24 * 60 => minutes,
        _ => return None,
    };
    let (ArticleDate::Local(time) | ArticleDate::Exact(time, _)) = crawled else { return None };
    // `3 hours ago` is said until it is four.
    let latest = before(time, number * minutes)?.date();
    let earliest = before(time, (number + 1) * minutes)?.date();
    (latest == earliest).then_some(ArticleDate::Day(latest))
}

/// After more days, sites tell weeks or the date; those that continue are as exact as before.
const MOST_DAYS: i64 = 60;
const DAY: i64 = 24 * 60;

fn before(time: civil::DateTime, minutes: i64) -> Option<civil::DateTime> {
    time.checked_sub(minutes.minutes()).ok()
}

/// `3h` → `3`, `h`.
fn split_digits(word: &str) -> impl Iterator<Item = &str> {
    let end = word.find(|character: char| !character.is_ascii_digit()).unwrap_or(word.len());
    let (digits, rest) = word.split_at(end);
    // `22:15`
    let (digits, rest) = if rest.starts_with(':') { (word, "") } else { (digits, rest) };
    [digits, rest].into_iter().filter(|part| !part.is_empty())
}

fn named_day(word: &str) -> Option<i64> {
    match word {
        "today" | "heute" | "aujourd'hui" | "aujourd’hui" | "hoy" | "hoje" | "oggi" | "vandaag" | "dziś"
        | "dzisiaj" | "сегодня" | "сьогодні" | "اليوم" | "bugün" | "今天" | "今日" => {
            Some(0)
        }
        "yesterday" | "gestern" | "hier" | "ayer" | "ontem" | "ieri" | "gisteren" | "wczoraj" | "вчера"
        | "вчора" | "أمس" | "امس" | "dün" | "昨天" | "昨日" => Some(1),
        _ => None,
    }
}

#[derive(Clone, Copy)]
struct Unit {
    minutes: i64,
    /// Arabic has a form for two.
    dual: bool,
}

fn unit_of(word: &str) -> Option<Unit> {
    #[rustfmt::skip]
    const UNITS: &[(&[&str], i64)] = &[
        (&["minute", "minutes", "min", "mins", "m", "minuten", "minuto", "minutos", "minuti", "minut", "minuty", "minutę", "минут", "минуты",
           "минуту", "мин", "хвилин", "хвилини", "хвилину", "دقيقة", "دقيقتين", "دقائق", "dakika", "dk", "分钟前", "分鐘前", "分前",
           "minuter", "minutter", "minutt", "minutami", "minútami", "minuta", "minutama", "perce", "minuuttia", "λεπτά", "минути", "минута",
           "मिनट", "menit", "minit", "phút", "دقیقه", "דקות", "minuts", "분", "분전"], 1),
        (&["hour", "hours", "hr", "hrs", "h", "stunde", "stunden", "std", "heure", "heures", "hora", "horas", "ora", "ore", "uur", "godzin",
           "godziny", "godzinę", "час", "часа", "часов", "годин", "години", "годину", "ساعة", "ساعتين", "ساعات", "saat", "小时前", "小時前", "時間前",
           "timmar", "timme", "timer", "hodinami", "hodinou", "sati", "sata", "сати", "сата", "órája", "tuntia", "tunti", "ώρες", "ώρα", "घंटे",
           "jam", "giờ", "ساعت", "שעות", "hores", "시간", "시간전"], 60),
        (&["day", "days", "d", "tag", "tagen", "jour", "jours", "día", "días", "dia", "dias", "giorno", "giorni", "dag", "dagen", "dni", "dzień",
           "день", "дня", "дней", "днів", "дні", "يوم", "يومين", "أيام", "ايام", "gün", "天前", "日前", "dagar", "dager",
           "dage", "dny", "dňami", "dnevi", "dana", "дана", "дни", "ден", "napja", "päivää", "päivä", "ημέρες", "μέρες", "ημέρα", "zile", "दिन", "hari",
           "ngày", "روز", "ימים", "dies", "일", "일전"], DAY),
    ];
    let minutes = UNITS.iter().find(|(words, _)| words.contains(&word))?.1;
    Some(Unit { minutes, dual: word.ends_with("تين") || word == "يومين" })
}

/// What says that it is past. Chinese and Japanese say it with the unit.
#[rustfmt::skip]
const PAST: &[&str] = &[
    "ago", "vor", "il", "hace", "há", "ha", "atrás", "fa", "geleden", "temu", "назад", "тому", "منذ", "قبل", "önce",
    "sedan", "siden", "před", "pred", "prije", "пре", "преди", "acum", "sitten", "πριν", "पहले", "lalu", "trước", "پیش", "לפני", "전",
];
const ONE: &[&str] =
    &["a", "an", "one", "einer", "einem", "un", "une", "una", "um", "uma", "een", "bir", "y", "of"];
/// What stands beside ages, and not beside dates.
const LITTLE: &[&str] = &["about", "by", "over", "just", "нашр", "för", "for", "από", "yang"];
/// `more than 2 days ago`
const ROUGH: &[&str] = &["more", "than", "old"];

#[cfg(test)]
mod tests {
    use super::*;

    fn date(line: &str) -> Option<String> {
        let crawled = ArticleDate::parse("2023-12-03T06:30:00Z", &OrderEvidence::default())?;
        date_of_age(line, crawled).map(|(date, _)| date.to_string())
    }

    #[test]
    fn ages_become_days() {
        for (line, expected) in [
            ("3 hours ago", Some("2023-12-03")),
            ("16 minutes ago", Some("2023-12-03")),
            // From 23:30 to 0:30.
            ("6 hours ago", None),
            ("8h ago", Some("2023-12-02")),
            ("Published 2 days ago", Some("2023-12-01")),
            ("vor 3 Stunden", Some("2023-12-03")),
            ("il y a 2 jours", Some("2023-12-01")),
            ("hace 3 horas", Some("2023-12-03")),
            ("منذ يومين", Some("2023-12-01")),
            ("3小时前", Some("2023-12-03")),
            ("Yesterday at 10:15 pm", Some("2023-12-02T22:15:00")),
            ("gestern um 22:15 Uhr", Some("2023-12-02T22:15:00")),
            ("an hour ago", Some("2023-12-03")),
            ("för 2 dagar sedan", Some("2023-12-01")),
            ("před 3 dny", Some("2023-11-30")),
            ("2 napja", Some("2023-12-01")),
            ("3 päivää sitten", Some("2023-11-30")),
            ("2 दिन पहले", Some("2023-12-01")),
            ("2 hari yang lalu", Some("2023-12-01")),
            ("2일 전", Some("2023-12-01")),
        ] {
            assert_eq!(date(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn what_is_no_age_or_too_rough_is_no_date() {
        for line in [
            "1 year ago 44",
            "3 hours ago 12",
            "2 weeks ago",
            "3 hours",
            "5 min read",
            "Two men left",
            "more than 2 days ago",
            "",
            "61 days ago",
        ] {
            assert_eq!(date(line), None, "{line}");
        }
        let day = ArticleDate::parse("2023-12-03", &OrderEvidence::default()).expect("it is a date");
        assert_eq!(date_of_age("3 hours ago", day), None);
        assert_eq!(
            date_of_age("60 days ago", day).map(|(date, _)| date.to_string()).as_deref(),
            Some("2023-10-04")
        );
    }
}
