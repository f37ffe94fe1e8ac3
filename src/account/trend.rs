//! What a host delivered on the nights before, for the report to show what is usual.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{HostAccount, HostCounts};

/// Hosts whose nights are in the account beside those that changed: those with most records.
const MOST_TRENDS: usize = 200;
/// Hosts that changed whose nights are in the account.
const MOST_CHANGED: usize = 100;

/// A host's records on each night before, and how many of them were kept, the oldest night first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trend(pub Vec<[u64; 2]>);

impl Trend {
    /// The records of the median night; of an even number of nights, the upper of the two in the middle, as drift has it.
    pub fn usual_records(&self) -> u64 {
        self.median(|[records, _]| *records)
    }

    /// The records that the median night kept.
    pub fn usual_kept(&self) -> u64 {
        self.median(|[_, kept]| *kept)
    }

    fn median(&self, part: fn(&[u64; 2]) -> u64) -> u64 {
        let mut counts: Vec<u64> = self.0.iter().map(part).collect();
        counts.sort_unstable();
        counts.get(counts.len() / 2).copied().unwrap_or(0)
    }

    /// Records that were kept, and all of them, on all nights together.
    pub fn kept(&self) -> (u64, u64) {
        self.0.iter().fold((0, 0), |(kept, all), [records, of_them]| (kept + of_them, all + records))
    }
}

/// The nights before of the hosts that changed and of the largest, and under an empty name of all together.
pub(super) fn trends(
    tonight: &HostAccount,
    nights: &[HostAccount],
    changed: &[&str],
) -> BTreeMap<String, Trend> {
    let mut hosts: Vec<(&str, u64)> =
        tonight.by_host.iter().map(|(host, counts)| (host.as_str(), counts.kept + counts.dropped)).collect();
    hosts.sort_by_key(|(_, records)| std::cmp::Reverse(*records));
    hosts.truncate(MOST_TRENDS);
    let of = |night: &HostAccount, host: &str| {
        let counts = |counts: &HostCounts| [counts.kept + counts.dropped, counts.kept];
        let all = || {
            night
                .by_host
                .values()
                .chain(&night.others)
                .map(counts)
                .fold([0, 0], |a, b| [a[0] + b[0], a[1] + b[1]])
        };
        // Records without an address are a host without a name in the account.
        if host.is_empty() { all() } else { night.by_host.get(host).map_or([0, 0], counts) }
    };
    let changed = changed.iter().take(MOST_CHANGED).copied();
    (hosts.into_iter().map(|(host, _)| host).chain(changed).chain([""]))
        .map(|host| (host.to_owned(), Trend(nights.iter().map(|night| of(night, host)).collect())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(hosts: &[(&str, u64, u64)]) -> HostAccount {
        let counts = |kept: u64, dropped: u64| HostCounts { kept, dropped, ..HostCounts::default() };
        let by_host =
            hosts.iter().map(|(host, kept, dropped)| ((*host).to_owned(), counts(*kept, *dropped))).collect();
        HostAccount { by_host, others: None }
    }

    #[test]
    fn a_trend_has_each_night_also_those_without_the_host() {
        let before = [night(&[("a", 3, 1), ("b", 5, 0)]), night(&[("b", 6, 0)]), night(&[("a", 9, 1)])];
        let trends = trends(&night(&[("a", 2, 0)]), &before, &["b"]);
        assert_eq!(trends["a"].0, [[4, 3], [0, 0], [10, 9]]);
        assert_eq!(trends["b"].0, [[5, 5], [6, 6], [0, 0]]);
        assert_eq!(trends[""].0, [[9, 8], [6, 6], [10, 9]]);
        assert_eq!(
            (trends["a"].usual_records(), trends["a"].usual_kept(), trends["a"].kept()),
            (4, 3, (12, 14))
        );
    }

    #[test]
    fn only_the_largest_hosts_and_those_that_changed_have_trends() {
        let names: Vec<String> = (0..MOST_TRENDS + 50).map(|number| format!("h{number:04}")).collect();
        let hosts: Vec<(&str, u64, u64)> =
            (1..).zip(&names).map(|(records, name)| (name.as_str(), records, 0)).collect();
        let trends = trends(&night(&hosts), &[night(&hosts)], &["h0000"]);
        assert_eq!(trends.len(), MOST_TRENDS + 2);
        assert!(trends.contains_key("h0000") && !trends.contains_key("h0001"));
    }
}
