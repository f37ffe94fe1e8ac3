//! Records that are at another host tonight.

use super::question::{History, LEAST_RECORDS, median_records, records};
use super::{Drift, Elsewhere, OF_OTHER_HOSTS, Shift};
use crate::text::{count, counted};

/// How many times its most a host must have, for its records to be taken for those of others.
const SEVERAL: u64 = 3;

/// Hosts that have several times what they ever had, which may be the records of others: their addresses were changed.
pub(super) struct Gains<'a> {
    /// The hosts, how many records each has, and its usual number.
    hosts: Vec<(&'a str, u64, u64)>,
    /// How many they have beyond it.
    gained: u64,
    /// How many are missing at the hosts that have clearly less than usual.
    lacking: u64,
    /// How many all hosts usually have.
    usual: u64,
}

impl<'a> Gains<'a> {
    pub(super) fn of(histories: &[History<'a>]) -> Option<Self> {
        let mut gains = Self { hosts: Vec::new(), gained: 0, lacking: 0, usual: 0 };
        for (host, now, before) in histories {
            let (now, usual) = (records(now), median_records(before));
            let most = before.iter().map(|night| records(night)).max().unwrap_or(0);
            gains.usual += usual;
            if now >= LEAST_RECORDS && now >= most * SEVERAL {
                gains.hosts.push((host, now, usual));
                gains.gained += now - usual;
            } else if now * 4 < usual * 3 {
                gains.lacking += usual - now;
            }
        }
        (!gains.hosts.is_empty()).then_some(gains)
    }

    /// Whether they have as many more as the others have fewer, and those are many: on a weekend all have fewer, and one that happens to
    /// have several times its usual then has seldom just as many more.
    fn are_of_others(&self) -> bool {
        self.lacking * 4 >= self.usual
            && self.gained * 10 >= self.lacking * 7
            && self.gained * 10 <= self.lacking * 14
    }

    /// Names them, and says it of hosts that have too few records.
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    pub(super) fn note(&self, found: &mut Vec<(u64, Drift)>) {
        for (_, drift) in found.iter_mut().filter(|(_, drift)| !drift.host.is_empty()) {
            let Some(shift) = drift.changes.first_mut().filter(|shift| shift.what == "records") else {
                continue;
            };
            if (self.gained as f64) * 2.0 < shift.usual - shift.tonight {
                continue;
            }
            // One with its name within that of another one is more probably there.
            let is_akin = |(host, ..): &&(&str, u64, u64)| host.contains(&drift.host);
            let most = || self.hosts.iter().max_by_key(|(_, now, usual)| now - usual);
            if let Some((host, now, usual)) = self.hosts.iter().find(is_akin).or_else(most) {
                let (now, usual) = (counted(*now, "record", "records"), count(*usual));
                shift.sentence = format!("{}, while {host} has {now}, usually {usual}", shift.sentence);
                drift.elsewhere = Some(Elsewhere::OtherHost);
            }
        }
        if !self.are_of_others() {
            return;
        }
        for (host, now, usual) in &self.hosts {
            let shift = Shift {
                what: OF_OTHER_HOSTS.to_owned(),
                tonight: *now as f64,
                usual: *usual as f64,
                sentence: format!(
                    "{}, usually {}, while other hosts have {} fewer than usual",
                    counted(*now, "record", "records"),
                    count(*usual),
                    count(self.lacking)
                ),
            };
            if let Some((_, drift)) = found.iter_mut().find(|(_, drift)| drift.host == *host) {
                drift.changes.insert(0, shift);
            } else {
                let drift = Drift { host: (*host).to_owned(), changes: vec![shift], elsewhere: None };
                found.push((*now, drift));
            }
        }
    }
}
