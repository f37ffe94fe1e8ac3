//! Whether `03/04/2021` is in March or in April: the one policy, for pages, texts and fields.
//!
//! In this order: the pipeline's setting; a day that the record has elsewhere, in its address or in another date; dates by
//! the same site that leave no choice, such as `24/12/2021`; the time of the crawl; the country of the host or of
//! the language tag; the language. English without a country has both orders, and is read by none of them.

use std::cell::{Cell, OnceCell};

use jiff::civil;

use super::{ArticleDate, date_in_url};
use crate::text::host_of;

/// How `03/04/2015` is read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DayOrder {
    /// Only where the record leaves one reading: by its address, its other dates, the crawl, its language and country.
    #[default]
    Unambiguous,
    /// Day, month, year.
    DayFirst,
    /// Month, day, year.
    MonthFirst,
}

/// What is known of a record that can tell day from month. Nothing of it is looked at before a date needs it.
#[derive(Debug, Default)]
pub struct OrderEvidence<'a> {
    /// The pipeline's `[input] dates`.
    pub setting: DayOrder,
    /// The language's code, or a tag with a country, such as `en-GB`.
    pub language: &'a str,
    /// The address.
    pub url: &'a str,
    /// When the record was fetched.
    pub crawled: Option<ArticleDate>,
    /// Dates that the record has already.
    pub known: [Option<ArticleDate>; 2],
    /// What the same site wrote, whose other dates may leave no choice.
    pub text: &'a str,
    /// The order that such dates prove, once it was asked for; see [`order_proven_by`].
    pub proven: OnceCell<DayOrder>,
    /// Where it is noted that nothing told which of two readings is right.
    pub undecided: Option<&'a Cell<bool>>,
}

impl From<DayOrder> for OrderEvidence<'_> {
    fn from(setting: DayOrder) -> Self {
        Self { setting, ..Self::default() }
    }
}

impl OrderEvidence<'_> {
    /// Which of two readings is right; `None` where nothing tells.
    pub(super) fn choose(&self, day_first: civil::Date, month_first: civil::Date) -> Option<civil::Date> {
        let by_order = |order| match order {
            DayOrder::DayFirst => Some(day_first),
            DayOrder::MonthFirst => Some(month_first),
            DayOrder::Unambiguous => None,
        };
        // Of the two readings, the one that alone passes.
        let only = |test: &dyn Fn(civil::Date) -> bool| match (test(day_first), test(month_first)) {
            (true, false) => Some(day_first),
            (false, true) => Some(month_first),
            _ => None,
        };
        // Zones differ by up to a day.
        let is_near = |one: civil::Date, other: civil::Date| {
            one == other || one.tomorrow().ok() == Some(other) || one.yesterday().ok() == Some(other)
        };
        by_order(self.setting)
            .or_else(|| {
                let days = || self.known.iter().flatten().map(|date| date.day()).chain(date_in_url(self.url));
                only(&|day| days().any(|known| is_near(day, known)))
            })
            .or_else(|| by_order(*self.proven.get_or_init(|| order_proven_by(self.text.split_whitespace()))))
            .or_else(|| {
                let crawled = self.crawled?.day();
                let latest = crawled.tomorrow().ok()?;
                only(&|day| day <= latest).or_else(|| only(&|day| is_near(day, crawled)))
            })
            .or_else(|| by_order(usual_order(self.language, host_of(self.url))))
            .or_else(|| {
                self.undecided.inspect(|undecided| undecided.set(true));
                None
            })
    }
}

/// The order of dates such as `24/12/2021`, which leave no choice; most of them count.
pub(crate) fn order_proven_by<'a>(words: impl Iterator<Item = &'a str>) -> DayOrder {
    let mut votes = 0_i32;
    for word in words {
        let mut numbers = word.split(['/', '-']);
        let (Some(a), Some(b), Some(year), None) =
            (numbers.next(), numbers.next(), numbers.next(), numbers.next())
        else {
            continue;
        };
        let is_year = |year: &str| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let (Ok(a), Ok(b), true) = (a.parse::<u8>(), b.parse::<u8>(), is_year(year)) else { continue };
        match (a, b) {
            (13..=31, 1..=12) => votes += 1,
            (1..=12, 13..=31) => votes -= 1,
            _ => {}
        }
    }
    match votes {
        1.. => DayOrder::DayFirst,
        0 => DayOrder::Unambiguous,
        _ => DayOrder::MonthFirst,
    }
}

/// The order that a country has, or else a language.
fn usual_order(tag: &str, host: &str) -> DayOrder {
    let tag = tag.to_ascii_lowercase().replace('_', "-");
    let (language, region) = tag.split_once('-').unwrap_or((&tag, ""));
    let domain = host.rsplit('.').next().unwrap_or_default();
    // Domains of countries that are mostly used for what they sound like.
    let country = match domain {
        "ai" | "cc" | "co" | "eu" | "fm" | "gg" | "io" | "ly" | "me" | "news" | "to" | "tv" | "ws" => "",
        "gov" | "mil" => "us",
        domain if domain.len() == 2 => domain,
        _ => "",
    };
    // A template says `en-US` whatever the paper's country is, so the host's counts first.
    let country = if country.is_empty() { region } else { country };
    match (language, country) {
        // CLDR 46: where the short form of a date is M/d/y.
        ("en" | "es" | "fil" | "", "us" | "ph" | "pr" | "gu" | "vi") | ("fil", _) => DayOrder::MonthFirst,
        // Canada has all three orders, and English without a country two.
        ("en" | "", "" | "ca") => DayOrder::Unambiguous,
        _ => DayOrder::DayFirst,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::OrderEvidence;

    fn read(evidence: &OrderEvidence<'_>) -> Option<String> {
        let day = |month, day| civil::Date::new(2021, month, day).expect("a day");
        evidence.choose(day(4, 3), day(3, 4)).map(|day| day.to_string())
    }

    #[test]
    fn country_and_language_decide_where_nothing_else_does() {
        for (language, url, expected) in [
            ("de", "", Some("2021-04-03")),
            ("en", "", None),
            ("", "", None),
            ("en", "https://paper.example.uk/a", Some("2021-04-03")),
            ("en-US", "https://paper.example.uk/a", Some("2021-04-03")),
            ("en_US", "https://paper.example.com/a", Some("2021-03-04")),
            ("en-GB", "https://paper.example.com/a", Some("2021-04-03")),
            ("en", "https://city.example.gov/a", Some("2021-03-04")),
            ("es", "https://paper.example.com/a", Some("2021-04-03")),
            ("es-US", "https://paper.example.com/a", Some("2021-03-04")),
            ("en-CA", "https://paper.example.ca/a", None),
            ("fr-CA", "https://paper.example.ca/a", Some("2021-04-03")),
            ("en", "https://paper.example.io/a", None),
            ("", "https://paper.example.ph/a", Some("2021-03-04")),
        ] {
            let evidence = OrderEvidence { language, url, ..OrderEvidence::default() };
            assert_eq!(read(&evidence).as_deref(), expected, "{language} {url}");
        }
    }

    #[test]
    fn what_the_record_proves_counts_more_than_its_language_and_less_than_the_setting() {
        let date = |text| ArticleDate::parse(text, &OrderEvidence::default());
        let english = || OrderEvidence { language: "en-US", ..OrderEvidence::default() };
        for (name, evidence, expected) in [
            (
                "the address",
                OrderEvidence { url: "https://a.example/2021/04/03/b", ..english() },
                "2021-04-03",
            ),
            ("another date", OrderEvidence { known: [date("2021-04-04"), None], ..english() }, "2021-04-03"),
            (
                "the site's dates",
                OrderEvidence { text: "seen 24/12/2020 and 25/12/2020", ..english() },
                "2021-04-03",
            ),
            ("a crawl on that day", OrderEvidence { crawled: date("2021-04-03"), ..english() }, "2021-04-03"),
            (
                "a crawl before the other",
                OrderEvidence { crawled: date("2021-03-20"), language: "de", ..OrderEvidence::default() },
                "2021-03-04",
            ),
            (
                "the setting",
                OrderEvidence {
                    setting: DayOrder::MonthFirst,
                    url: "https://a.example/2021/04/03/b",
                    language: "de",
                    ..OrderEvidence::default()
                },
                "2021-03-04",
            ),
        ] {
            assert_eq!(read(&evidence).as_deref(), Some(expected), "{name}");
        }
        assert_eq!(read(&english()).as_deref(), Some("2021-03-04"));
    }
}
