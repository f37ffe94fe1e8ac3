//! Which of several duplicates is to be kept, as a number: the smaller, the more it is preferred.
//!
//! Records of equal rank stand in the order of the input, so a policy only says which of them are asked earlier.

use crate::article::{Article, ArticleDate};
use crate::dedup::{KeepOrder, KeepPolicy, PreferredHosts};

/// A policy that looks ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preference {
    /// The longest text, in characters.
    Longest,
    /// The earliest date of publication.
    Earliest,
    /// These hosts, in this order, and everything under them.
    Hosts(Vec<String>),
}

impl Preference {
    /// The policy's; `None` where the first in order is kept, which needs no look ahead.
    pub fn of(policy: &KeepPolicy) -> Option<Self> {
        match policy {
            KeepPolicy::By(KeepOrder::First) => None,
            KeepPolicy::By(KeepOrder::Longest) => Some(Self::Longest),
            KeepPolicy::By(KeepOrder::Earliest) => Some(Self::Earliest),
            KeepPolicy::Hosts(PreferredHosts { hosts }) => Some(Self::Hosts(hosts.clone())),
        }
    }

    /// The rank of a finished article.
    pub fn rank(&self, article: &Article) -> u64 {
        match self {
            Self::Longest => u64::MAX - article.text.chars().count() as u64,
            Self::Earliest => article.published.map_or(u64::MAX, seconds),
            Self::Hosts(hosts) => {
                let is_of = |host: &String| {
                    let above = article.host.strip_suffix(host.as_str());
                    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
                };
                hosts.iter().position(is_of).unwrap_or(hosts.len()) as u64
            }
        }
    }
}

/// Seconds since the year -9999, in UTC where the offset is known. A day without a time counts as its end: it is no
/// evidence of having been earlier than an hour of the same day.
fn seconds(date: ArticleDate) -> u64 {
    const END_OF_DAY: i64 = 24 * 60 * 60 - 1;
    let (time, offset) = match date {
        ArticleDate::Day(day) => (day.at(0, 0, 0, 0), -END_OF_DAY),
        ArticleDate::Local(time) => (time, 0),
        ArticleDate::Exact(time, offset) => (time, i64::from(offset.seconds())),
    };
    let first = jiff::civil::DateTime::MIN;
    let since = time.duration_since(first).as_secs() - offset;
    u64::try_from(since).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Source;
    use crate::date::OrderEvidence;

    fn article(host: &str, published: &str, text: &str) -> Article {
        let mut article = Article::new(Source { dump: "a".into(), line: 1, id: None });
        host.clone_into(&mut article.host);
        text.clone_into(&mut article.text);
        article.published = ArticleDate::parse(published, &OrderEvidence::default());
        article
    }

    #[test]
    fn the_longest_text_in_characters_comes_first() {
        let rank = |text| Preference::Longest.rank(&article("", "", text));
        assert!(rank("three words here") < rank("two words"));
        assert!(rank("latin") < rank("день"), "characters, not bytes");
        assert_eq!(rank("день"), rank("days"));
    }

    #[test]
    fn the_earliest_comes_first_a_day_at_its_end_and_no_date_last() {
        let order = [
            "2024-03-01T23:59:00+02:00",
            "2024-03-01T22:00:00Z",
            "2024-03-01T23:59:58",
            "2024-03-01",
            "2024-03-02T00:30:00",
            "2024-03-02T00:10:00-05:00",
            "",
        ];
        let ranks = order.map(|date| Preference::Earliest.rank(&article("", date, "")));
        assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    }

    #[test]
    fn hosts_come_in_their_order_with_what_is_under_them() {
        let hosts = Preference::Hosts(vec!["agency.example".to_owned(), "courier.example".to_owned()]);
        let rank = |host| hosts.rank(&article(host, "", ""));
        assert_eq!(rank("agency.example"), 0);
        assert_eq!(rank("news.agency.example"), 0);
        assert_eq!(rank("courier.example"), 1);
        assert_eq!(rank("myagency.example"), 2);
        assert_eq!(rank(""), 2);
    }
}
