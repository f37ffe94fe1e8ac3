//! The account of a run: where every input line went, and why.
//!
//! Everything here is a count or a name, added up in the order of the input, so that the account is the same
//! for any number of threads; what the clock and the machine say stands apart, under `timing`. No clock and
//! no threads are in this module: [`Timing`] is measured elsewhere.

mod ledger;

pub use ledger::{
    Counts, DumpAccount, HostAccount, HostCounts, LEDGER_FORMAT, Ledger, PipelineAccount, Shard,
    StageAccount, Timing,
};

use std::collections::BTreeMap;

/// Hosts that have an entry of their own. A night has a few thousand; a crawl of the whole web has millions,
/// which would fill memory and say nothing.
pub const HOSTS: usize = 100_000;

impl Ledger {
    /// An account of nothing yet.
    pub fn new(pipeline: PipelineAccount, stages: Vec<StageAccount>, dumps: Vec<DumpAccount>) -> Self {
        Self {
            format: LEDGER_FORMAT,
            copydesk: env!("CARGO_PKG_VERSION").to_owned(),
            pipeline,
            limit: None,
            night: None,
            lines: Counts::default(),
            mended: 0,
            updates: 0,
            dropped: BTreeMap::new(),
            quarantined: BTreeMap::new(),
            stages,
            dumps,
            hosts: HostAccount::default(),
            outputs: BTreeMap::new(),
            limits_crossed: Vec::new(),
            timing: Timing::default(),
        }
    }

    /// Counts a blank line.
    pub fn blank(&mut self, dump: usize) {
        self.count(dump, |counts| counts.blank += 1);
    }

    /// Counts a record that is kept.
    pub fn kept(&mut self, dump: usize, host: &str) {
        self.count(dump, |counts| counts.kept += 1);
        self.hosts.entry(host).kept += 1;
    }

    /// Counts a record that a stage dropped.
    pub fn dropped(&mut self, dump: usize, host: &str, stage: usize, reason: &str) {
        self.count(dump, |counts| counts.dropped += 1);
        self.hosts.entry(host).dropped += 1;
        add_one(&mut self.dropped, reason);
        if let Some(stage) = self.stages.get_mut(stage) {
            add_one(&mut stage.dropped, reason);
        }
    }

    /// Counts a line that could not be processed; `stage` where it was one that could not.
    pub fn quarantined(&mut self, dump: usize, stage: Option<usize>, reason: &str) {
        self.count(dump, |counts| counts.quarantined += 1);
        add_one(&mut self.quarantined, reason);
        if let Some(stage) = stage.and_then(|stage| self.stages.get_mut(stage)) {
            stage.quarantined += 1;
        }
    }

    fn count(&mut self, dump: usize, add: fn(&mut Counts)) {
        for counts in [&mut self.lines, &mut self.dumps[dump].lines] {
            counts.read += 1;
            add(counts);
        }
    }

    /// Whether every line that was read went to exactly one place, per dump and in all, and the outputs hold
    /// as many records as were sent there; where not, what does not add up.
    ///
    /// `read` has the lines that each dump's reader counted, which is another count than the one that is
    /// checked.
    ///
    /// # Errors
    /// A sentence for each sum that is wrong.
    pub fn check_balance(&self, read: &[u64]) -> Result<(), Vec<String>> {
        let mut wrong = Vec::new();
        let mut check = |what: &str, found: u64, expected: u64| {
            if found != expected {
                wrong.push(format!("{what}: {found}, but {expected} were expected"));
            }
        };
        let mut total = Counts::default();
        for (index, dump) in self.dumps.iter().enumerate() {
            let read = read.get(index).copied().unwrap_or(0);
            check(&format!("lines of {} that went somewhere", dump.dump), dump.lines.sum(), read);
            check(&format!("lines of {} that were counted", dump.dump), dump.lines.read, read);
            total.add(dump.lines);
        }
        check("lines of all dumps", total.sum(), self.lines.sum());
        check("lines in all", self.lines.sum(), self.lines.read);
        for (what, sent, by_reason) in [
            ("dropped", self.lines.dropped, self.dropped.values().sum()),
            ("quarantined", self.lines.quarantined, self.quarantined.values().sum()),
        ] {
            check(&format!("reasons of {what} lines"), by_reason, sent);
        }
        let sent = [self.lines.kept, self.lines.dropped, self.lines.quarantined];
        for (output, sent) in ["records", "dropped", "quarantine"].into_iter().zip(sent) {
            let shards = self.outputs.get(output).map(Vec::as_slice).unwrap_or_default();
            check(&format!("lines in {output}"), shards.iter().map(|shard| shard.records).sum(), sent);
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

fn add_one(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}

impl HostAccount {
    fn entry(&mut self, host: &str) -> &mut HostCounts {
        if !self.by_host.contains_key(host) {
            if self.by_host.len() >= HOSTS {
                return self.others.get_or_insert_default();
            }
            self.by_host.insert(host.to_owned(), HostCounts::default());
        }
        self.by_host.get_mut(host).expect("it was put in if it was not there")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> Ledger {
        let stages = vec![StageAccount { stage: "drop-short".to_owned(), ..StageAccount::default() }];
        let dump = |name: &str| DumpAccount { dump: name.to_owned(), ..DumpAccount::default() };
        Ledger::new(PipelineAccount::default(), stages, vec![dump("a"), dump("b")])
    }

    fn shard(records: u64) -> Vec<Shard> {
        vec![Shard { records, ..Shard::default() }]
    }

    #[test]
    fn every_line_is_counted_once_in_each_place() {
        let mut ledger = ledger();
        ledger.blank(0);
        ledger.kept(0, "x.example");
        ledger.dropped(1, "x.example", 0, "too_few_words");
        ledger.quarantined(1, None, "bad_json");
        ledger.quarantined(1, Some(0), "stage_panicked");
        assert_eq!(ledger.lines, Counts { read: 5, blank: 1, kept: 1, dropped: 1, quarantined: 2 });
        assert_eq!(ledger.dumps[1].lines, Counts { read: 3, blank: 0, kept: 0, dropped: 1, quarantined: 2 });
        assert_eq!(ledger.stages[0].dropped.get("too_few_words"), Some(&1));
        assert_eq!(ledger.stages[0].quarantined, 1);
        let host = ledger.hosts.by_host.get("x.example");
        assert_eq!(host, Some(&HostCounts { kept: 1, dropped: 1 }));
        for (output, records) in [("records", 1), ("dropped", 1), ("quarantine", 2)] {
            ledger.outputs.insert(output.to_owned(), shard(records));
        }
        assert_eq!(ledger.check_balance(&[2, 3]), Ok(()));
    }

    #[test]
    fn a_line_that_went_nowhere_is_noticed() {
        let mut ledger = ledger();
        ledger.kept(0, "");
        ledger.outputs.insert("records".to_owned(), shard(1));
        let wrong = ledger.check_balance(&[2, 0]).expect_err("a line is missing");
        assert_eq!(wrong[0], "lines of a that went somewhere: 1, but 2 were expected");
        ledger.outputs.insert("records".to_owned(), shard(0));
        let wrong = ledger.check_balance(&[1, 0]).expect_err("a record is missing");
        assert_eq!(wrong, ["lines in records: 0, but 1 were expected"]);
    }

    #[test]
    fn hosts_beyond_the_limit_are_counted_together() {
        let mut ledger = ledger();
        for number in 0..HOSTS + 3 {
            ledger.kept(0, &format!("h{number}.example"));
        }
        ledger.kept(0, "h1.example");
        assert_eq!(ledger.hosts.by_host.len(), HOSTS);
        assert_eq!(ledger.hosts.others, Some(HostCounts { kept: 3, dropped: 0 }));
        assert_eq!(ledger.hosts.by_host.get("h1.example").map(|host| host.kept), Some(2));
    }
}
