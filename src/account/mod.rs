//! The account of a run: where every input line went, and why.
//!
//! Everything here is a count or a name, added up in the order of the input, so that the account is the same
//! for any number of threads; what the clock and the machine say stands apart, under `timing`. No clock and
//! no threads are in this module: [`Timing`] is measured elsewhere.

mod belonging;
mod drift;
mod exit;
mod histogram;
mod host;
mod ledger;
mod letters;
mod metrics;
mod profile;
mod report;
mod sameness;
mod trend;

pub(crate) use belonging::{has_address_of_another, has_title_of_another};
pub use drift::{
    Cause, Drift, DriftAccount, DumpOfNight, Elsewhere, LEAST_NIGHTS, MissingDump, QuarantinedDump,
    SMALL_HOSTS, Shift, ShortDump,
};
pub use exit::{EXIT_CODES, Exit, ExitRow, exit_codes};
pub use histogram::Histogram;
pub(crate) use host::{
    Misdated, has_alike_fields, has_digit, is_ahead, is_from_text, is_long_ago, is_one_paragraph, is_twice,
};
pub(crate) use ledger::is_name_of;
pub use ledger::{
    Counts, Crossed, DropEvidence, DropExample, DumpAccount, FaultExample, HostAccount, HostCounts,
    LEDGER_FORMAT, Ledger, LeftOutAccount, Paths, PipelineAccount, RepeatedAccount, Shard, StageAccount,
    StageTiming, Timing,
};
pub(crate) use letters::{has_beyond_ascii, has_lost as has_lost_letters};
pub use metrics::{Batch, failed_metrics, metrics};
pub use profile::{FieldAccount, Profile, Side, Split, Spread};
pub use report::{Context as ReportContext, IndexedNight, Instance, Instances, index, report};
pub use sameness::Sameness;
pub use trend::Trend;

use std::collections::BTreeMap;

use crate::article::{Article, Fault, Measured, Verdict};
use crate::dedup::DEDUP;

/// Hosts that have an entry of their own. A night has a few thousand; a crawl of the whole web has millions,
/// which would fill memory and say nothing.
pub const HOSTS: usize = 100_000;
/// The longest name that the domain name system allows; what is longer is no host, and has no entry of its own.
const LONGEST_HOST_BYTES: usize = 253;
/// What further ones are counted as.
const OTHERS: &str = "…";
/// Records that are shown for a reason.
const EXAMPLES: usize = 3;
/// Characters of a title that are shown.
const TITLE_CHARACTERS: usize = 120;
/// Originals whose copies are counted; those that are first repeated later in the night are not.
const ORIGINALS: usize = 100_000;
/// Originals that are in the finished account.
const MOST_REPEATED: usize = 50;

impl Ledger {
    /// An account of nothing yet.
    pub fn new(pipeline: PipelineAccount, stages: Vec<StageAccount>, dumps: Vec<DumpAccount>) -> Self {
        Self {
            format: LEDGER_FORMAT,
            copydesk: env!("CARGO_PKG_VERSION").to_owned(),
            pipeline,
            limit: None,
            sample: None,
            night: None,
            lost_nights: Vec::new(),
            lines: Counts::default(),
            mended: 0,
            open_dates: 0,
            updates: 0,
            other: BTreeMap::new(),
            dropped: BTreeMap::new(),
            quarantined: BTreeMap::new(),
            stages,
            dumps,
            left_out: LeftOutAccount::default(),
            empty_folders: Vec::new(),
            hosts: HostAccount::default(),
            drift: None,
            profile: Profile::default(),
            repeated: BTreeMap::new(),
            faults: BTreeMap::new(),
            outputs: BTreeMap::new(),
            limits_crossed: Vec::new(),
            timing: Timing::default(),
        }
    }

    /// Counts a blank line.
    pub fn blank(&mut self, dump: usize) {
        self.count(dump, |counts| counts.blank += 1);
    }

    /// Counts a line within a record, as a blank one.
    pub fn within(&mut self, dump: usize) {
        self.count(dump, |counts| {
            counts.blank += 1;
            counts.within += 1;
        });
    }

    /// Counts a unit that is not an article, by its kind.
    pub fn other(&mut self, dump: usize, kind: &'static str) {
        self.count(dump, |counts| counts.other += 1);
        add_one(&mut self.other, kind);
    }

    /// Counts a line whose record is kept.
    pub fn line_kept(&mut self, dump: usize) {
        self.count(dump, |counts| counts.kept += 1);
    }

    /// Counts a line whose record is dropped.
    pub fn line_dropped(&mut self, dump: usize, reason: &str) {
        self.count(dump, |counts| counts.dropped += 1);
        add_one(&mut self.dumps[dump].reasons, reason);
    }

    /// Counts a line that could not be processed.
    pub fn line_quarantined(&mut self, dump: usize, reason: &str) {
        self.count(dump, |counts| counts.quarantined += 1);
        add_one(&mut self.dumps[dump].reasons, reason);
    }

    /// An account of records alone, to be absorbed into one that has so many stages.
    pub fn of_records(stages: usize) -> Self {
        Self::new(PipelineAccount::default(), vec![StageAccount::default(); stages], Vec::new())
    }

    /// Takes out what is counted of records, and leaves what is counted of lines. The two are counted apart: lines when they are
    /// decided, records when they are written.
    #[must_use]
    pub fn take_records(&mut self) -> Self {
        let mut records = Self::of_records(self.stages.len());
        for (from, to) in self.stages.iter_mut().zip(&mut records.stages) {
            to.stage.clone_from(&from.stage);
            to.dropped = std::mem::take(&mut from.dropped);
            to.evidence = std::mem::take(&mut from.evidence);
            to.quarantined = std::mem::take(&mut from.quarantined);
        }
        self.swap_records(&mut records);
        records
    }

    /// Puts back what [`Self::take_records`] took out, with all that was counted since.
    pub fn put_records(&mut self, mut records: Self) {
        self.swap_records(&mut records);
        self.absorb_stages(records.stages);
    }

    fn swap_records(&mut self, records: &mut Self) {
        std::mem::swap(&mut self.dropped, &mut records.dropped);
        std::mem::swap(&mut self.quarantined, &mut records.quarantined);
        std::mem::swap(&mut self.hosts, &mut records.hosts);
        std::mem::swap(&mut self.profile, &mut records.profile);
        std::mem::swap(&mut self.repeated, &mut records.repeated);
        std::mem::swap(&mut self.faults, &mut records.faults);
    }

    /// Counts a record that is kept.
    pub fn kept(&mut self, article: &Article) {
        self.profile.count(article, Side::Kept);
        self.hosts.entry(&article.host).count(article).kept += 1;
    }

    /// A record that is kept is a later version of a known article.
    pub fn updated(&mut self, host: &str) {
        self.hosts.entry(host).updates += 1;
    }

    /// Counts a record that a stage dropped, or deduplication.
    pub fn dropped(&mut self, article: &Article, stage: usize, verdict: &Verdict) {
        if verdict.stage == DEDUP {
            // As one is counted that is found to repeat another one when all are written.
            self.profile.count(article, Side::Kept);
            self.profile.drop(article);
        } else {
            self.profile.count(article, Side::Dropped);
        }
        self.hosts.entry(&article.host).count(article);
        self.lost(article, stage, verdict);
    }

    /// A record that was counted as kept is dropped after all.
    pub fn displaced(&mut self, dump: usize, article: &Article, stage: usize, verdict: &Verdict) {
        for counts in [&mut self.lines, &mut self.dumps[dump].lines] {
            counts.kept -= 1;
            counts.dropped += 1;
        }
        add_one(&mut self.dumps[dump].reasons, verdict.reason);
        self.hosts.entry(&article.host).kept -= 1;
        self.profile.drop(article);
        self.lost(article, stage, verdict);
    }

    fn lost(&mut self, article: &Article, stage: usize, verdict: &Verdict) {
        let reason = verdict.reason;
        let host = self.hosts.entry(&article.host);
        host.dropped += 1;
        add_one(&mut host.reasons, reason);
        add_one(&mut self.dropped, reason);
        // What no stage has seen has an account of its own, from the first such record on.
        let place = if stage < self.stages.len() {
            stage
        } else {
            let known = self.stages.iter().position(|stage| stage.stage == verdict.stage);
            known.unwrap_or_else(|| {
                self.stages.push(StageAccount { stage: verdict.stage.to_owned(), ..StageAccount::default() });
                self.stages.len() - 1
            })
        };
        let account = &mut self.stages[place];
        account.seen += u64::from(place != stage);
        add_one(&mut account.dropped, reason);
        account.note(article, verdict);
        if let Some(original) = &verdict.duplicate_of {
            let id = original.id.to_string();
            if self.repeated.contains_key(&id) || self.repeated.len() < ORIGINALS {
                let repeated = self.repeated.entry(id).or_insert_with(|| RepeatedAccount {
                    dump: original.dump.clone(),
                    line: original.line,
                    night: original.night.clone(),
                    title: shown_title(&article.title, &article.text),
                    copies: BTreeMap::new(),
                });
                add_one(&mut repeated.copies, reason);
            }
        }
    }

    /// Counts what could not be processed; `stage` where it was one that could not.
    pub fn quarantined(&mut self, dump: &str, line: u64, stage: Option<usize>, fault: &Fault, raw: &[u8]) {
        add_one(&mut self.quarantined, fault.reason.name);
        if let Some(stage) = stage.and_then(|stage| self.stages.get_mut(stage)) {
            stage.quarantined += 1;
        }
        let faults = self.faults.entry(fault.reason.name.to_owned()).or_default();
        if faults.len() < EXAMPLES {
            let detail = fault.detail.chars().take(TITLE_CHARACTERS).collect();
            let raw = shown_raw(raw);
            faults.push(FaultExample { dump: dump.to_owned(), line, detail, raw });
        }
    }

    /// Adds the account of the next part of the night, whose first dump is `first_dump` of the whole.
    ///
    /// The sums are those of one run. Hosts, labels and originals beyond their bounds go to the others as long as no part alone
    /// has more of them.
    pub fn absorb(&mut self, part: Self, first_dump: usize) {
        self.lines.add(part.lines);
        self.mended += part.mended;
        self.open_dates += part.open_dates;
        self.updates += part.updates;
        add_all(&mut self.other, &part.other);
        add_all(&mut self.dropped, &part.dropped);
        add_all(&mut self.quarantined, &part.quarantined);
        self.absorb_stages(part.stages);
        for (dump, of_part) in self.dumps.iter_mut().skip(first_dump).zip(part.dumps) {
            *dump = of_part;
        }
        for (host, counts) in part.hosts.by_host {
            self.hosts.absorb(host, counts);
        }
        if let Some(others) = part.hosts.others {
            self.hosts.others.get_or_insert_default().absorb(&others);
        }
        self.profile.merge(part.profile);
        for (id, repeated) in part.repeated {
            if let Some(known) = self.repeated.get_mut(&id) {
                add_all(&mut known.copies, &repeated.copies);
            } else if self.repeated.len() < ORIGINALS {
                self.repeated.insert(id, repeated);
            }
        }
        for (reason, faults) in part.faults {
            let known = self.faults.entry(reason).or_default();
            let room = EXAMPLES.saturating_sub(known.len());
            known.extend(faults.into_iter().take(room));
        }
        for (output, shards) in part.outputs {
            self.outputs.entry(output).or_default().extend(shards);
        }
        self.timing.cpu_seconds += part.timing.cpu_seconds;
        self.timing.peak_memory_bytes = self.timing.peak_memory_bytes.max(part.timing.peak_memory_bytes);
    }

    fn absorb_stages(&mut self, stages: Vec<StageAccount>) {
        for (place, stage) in stages.into_iter().enumerate() {
            match self.stages.get_mut(place) {
                Some(known) => known.absorb(stage),
                // What no stage has seen has an account only where there is any.
                None => self.stages.push(stage),
            }
        }
    }

    /// Leaves the originals that most records repeat, of equals those with the smaller id.
    pub fn finish(&mut self) {
        let copies = |repeated: &RepeatedAccount| repeated.copies.values().sum::<u64>();
        let mut counts: Vec<u64> = self.repeated.values().map(copies).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        if let Some(least) = counts.get(MOST_REPEATED - 1).copied() {
            let mut room = MOST_REPEATED - counts.iter().take_while(|count| **count > least).count();
            self.repeated.retain(|_, repeated| {
                let copies = copies(repeated);
                let stays = copies > least || (copies == least && room > 0);
                room -= usize::from(stays && copies == least);
                stays
            });
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

fn add_all(counts: &mut BTreeMap<String, u64>, others: &BTreeMap<String, u64>) {
    others.iter().for_each(|(name, count)| add(counts, name, *count));
}

fn add_one(counts: &mut BTreeMap<String, u64>, name: &str) {
    add(counts, name, 1);
}

fn add(counts: &mut BTreeMap<String, u64>, name: &str, more: u64) {
    match counts.get_mut(name) {
        Some(count) => *count += more,
        None => drop(counts.insert(name.to_owned(), more)),
    }
}

impl StageAccount {
    fn absorb(&mut self, part: Self) {
        self.seen += part.seen;
        self.changed += part.changed;
        self.quarantined += part.quarantined;
        add_all(&mut self.dropped, &part.dropped);
        for (reason, evidence) in part.evidence {
            let known = self.evidence.entry(reason).or_default();
            known.measured.merge(&evidence.measured);
            if known.examples.is_empty() {
                known.limit = evidence.limit;
            }
            let room = EXAMPLES.saturating_sub(known.examples.len());
            known.examples.extend(evidence.examples.into_iter().take(room));
        }
    }

    fn note(&mut self, article: &Article, verdict: &Verdict) {
        if !self.evidence.contains_key(verdict.reason) {
            self.evidence.insert(verdict.reason.to_owned(), DropEvidence::default());
        }
        let evidence = self.evidence.get_mut(verdict.reason).expect("it was put in if it was not there");
        if let Some(measured) = verdict.measured.as_ref().and_then(Measured::number) {
            evidence.measured.add(measured);
        }
        if evidence.examples.is_empty() {
            evidence.limit.clone_from(&verdict.limit);
        }
        if evidence.examples.len() < EXAMPLES {
            evidence.examples.push(DropExample {
                dump: article.source.dump.to_string(),
                line: article.source.line,
                host: shown(&article.host, LONGEST_HOST_BYTES),
                title: shown_title(&article.title, &article.text),
                measured: verdict.measured.clone(),
            });
        }
    }
}

/// What people know an article by: its title, or the beginning of its text.
pub(crate) fn shown_title(title: &str, text: &str) -> String {
    let title = if title.is_empty() { text } else { title };
    shown(title.trim_start(), TITLE_CHARACTERS).replace(char::is_control, " ")
}

/// The beginning of a line that may be anything.
pub(crate) fn shown_raw(raw: &[u8]) -> String {
    /// So many bytes have so many characters.
    const BYTES: usize = 4 * (TITLE_CHARACTERS + 1);
    let start = String::from_utf8_lossy(raw.get(..BYTES).unwrap_or(raw));
    shown(start.trim_start(), TITLE_CHARACTERS).replace(char::is_control, " ")
}

/// A text, or the beginning of a long one.
fn shown(text: &str, characters: usize) -> String {
    let mut shown: String = text.chars().take(characters + 1).collect();
    if shown.chars().count() > characters {
        shown.pop();
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::host::MOST_OF_A_HOST;
    use super::*;
    use crate::article::{ArticleId, Origin, Source};

    fn ledger() -> Ledger {
        let stages = vec![StageAccount { stage: "drop-short".to_owned(), ..StageAccount::default() }];
        let dump = |name: &str| DumpAccount { dump: name.to_owned(), ..DumpAccount::default() };
        Ledger::new(PipelineAccount::default(), stages, vec![dump("a"), dump("b")])
    }

    fn shard(records: u64) -> Vec<Shard> {
        vec![Shard { records, ..Shard::default() }]
    }

    fn article(host: &str, title: &str, line: u64) -> Article {
        let mut article = Article::new(Source { dump: Arc::from("b"), line, id: None });
        host.clone_into(&mut article.host);
        title.clone_into(&mut article.title);
        article.text = "größer".to_owned();
        article.language = "de".to_owned();
        article
    }

    fn short(words: u64) -> Verdict {
        let (measured, limit) = (Some(Measured::Count(words)), Some(Measured::Count(40)));
        Verdict { stage: "drop-short", reason: "too_few_words", measured, limit, duplicate_of: None }
    }

    fn copy_of(id: u128) -> Verdict {
        let duplicate_of =
            Some(Origin { id: ArticleId(id), dump: "a".to_owned(), line: 9, similarity: 1.0, night: None });
        Verdict { stage: "dedup", reason: "duplicate_text", measured: None, limit: None, duplicate_of }
    }

    fn keep(ledger: &mut Ledger, dump: usize, article: &Article) {
        ledger.line_kept(dump);
        ledger.kept(article);
    }

    fn drop_one(ledger: &mut Ledger, dump: usize, article: &Article, stage: usize, verdict: &Verdict) {
        ledger.line_dropped(dump, verdict.reason);
        ledger.dropped(article, stage, verdict);
    }

    #[test]
    fn every_line_is_counted_once_in_each_place() {
        let mut ledger = ledger();
        ledger.blank(0);
        keep(&mut ledger, 0, &article("x.example", "Ferry", 2));
        drop_one(&mut ledger, 1, &article("x.example", "", 1), 0, &short(7));
        let bad_json = Fault::new(&crate::decode::BAD_JSON, "no brace");
        let panicked = Fault::new(&crate::pipeline::STAGE_PANICKED, "index");
        for (line, stage, fault, raw) in
            [(2, None, &bad_json, &b"\tplain\xff text"[..]), (3, Some(0), &panicked, b"{}")]
        {
            ledger.line_quarantined(1, fault.reason.name);
            ledger.quarantined("b", line, stage, fault, raw);
        }
        assert_eq!(
            ledger.lines,
            Counts { read: 5, blank: 1, kept: 1, dropped: 1, quarantined: 2, ..Counts::default() }
        );
        assert_eq!(
            ledger.dumps[1].lines,
            Counts { read: 3, dropped: 1, quarantined: 2, ..Counts::default() }
        );
        assert_eq!(ledger.stages[0].dropped.get("too_few_words"), Some(&1));
        assert_eq!(ledger.stages[0].quarantined, 1);
        let counts = |name: &str, count: u64| BTreeMap::from([(name.to_owned(), count)]);
        let host = HostCounts {
            kept: 1,
            dropped: 1,
            reasons: counts("too_few_words", 1),
            without_title: 1,
            without_date: 2,
            without_author: 2,
            title_characters: 5,
            beyond_ascii: 2,
            counted: 2,
            title_of_another: 1,
            without_address: 2,
            without_section: 2,
            without_tags: 2,
            without_description: 2,
            without_images: 2,
            without_crawled: 2,
            same_title: Sameness::of(&["Ferry"]),
            same_beginning: Sameness::of(&["größer", "größer"]),
            same_end: Sameness::of(&["größer", "größer"]),
            characters: 12,
            languages: counts("de", 2),
            ..HostCounts::default()
        };
        assert_eq!(ledger.hosts.by_host.get("x.example"), Some(&host));
        let fault = FaultExample {
            dump: "b".to_owned(),
            line: 2,
            detail: "no brace".to_owned(),
            raw: "plain\u{FFFD} text".to_owned(),
        };
        assert_eq!(ledger.faults.get("bad_json"), Some(&vec![fault]));
        for (output, records) in [("records", 1), ("dropped", 1), ("quarantine", 2)] {
            ledger.outputs.insert(output.to_owned(), shard(records));
        }
        assert_eq!(ledger.check_balance(&[2, 3]), Ok(()));
    }

    #[test]
    fn records_counted_apart_and_absorbed_are_counted_as_in_order() {
        let no_stage = usize::MAX;
        let absent = |line| Verdict { stage: "read", reason: "gone", ..short(line) };
        let count = |ledger: &mut Ledger, line: u64| match line % 4 {
            0 => ledger.kept(&article(&format!("{}.example", line % 7), "Ferry", line)),
            1 => ledger.dropped(&article("x.example", "", line), 0, &short(line)),
            2 => ledger.dropped(&article("y.example", "", line), no_stage, &absent(line)),
            _ => ledger.dropped(&article("x.example", "Ferry", line), 0, &copy_of((line % 3).into())),
        };
        let mut in_order = ledger();
        (0..40).for_each(|line| count(&mut in_order, line));
        let mut by_frame = ledger();
        let mut records = by_frame.take_records();
        for first in (0..40).step_by(10) {
            let mut frame = Ledger::of_records(1);
            (first..first + 10).for_each(|line| count(&mut frame, line));
            records.absorb(frame, 0);
            // As a run that is killed and resumes does.
            by_frame.put_records(records);
            records = by_frame.take_records();
        }
        by_frame.put_records(records);
        assert_eq!(in_order.stages.len(), 2);
        assert_eq!(by_frame, in_order);
    }

    #[test]
    fn a_line_that_went_nowhere_is_noticed() {
        let mut ledger = ledger();
        keep(&mut ledger, 0, &article("", "", 1));
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
            keep(&mut ledger, 0, &article(&format!("h{number}.example"), "", 1));
        }
        keep(&mut ledger, 0, &article("h1.example", "", 1));
        assert_eq!(ledger.hosts.by_host.len(), HOSTS);
        assert_eq!(ledger.hosts.others.map(|others| (others.kept, others.dropped)), Some((3, 0)));
        assert_eq!(ledger.hosts.by_host.get("h1.example").map(|host| host.kept), Some(2));
    }

    #[test]
    fn the_first_records_of_a_reason_are_shown_with_what_was_measured() {
        let mut ledger = ledger();
        for line in 1..=5 {
            drop_one(&mut ledger, 1, &article("x.example", &"long ".repeat(30), line), 0, &short(line));
        }
        let evidence = ledger.stages[0].evidence.get("too_few_words").expect("it was dropped for it");
        assert_eq!(evidence.limit, Some(Measured::Count(40)));
        assert_eq!(evidence.measured.total(), 5);
        assert_eq!(evidence.examples.iter().map(|example| example.line).collect::<Vec<_>>(), [1, 2, 3]);
        let shown = &evidence.examples[0].title;
        assert_eq!((shown.chars().count(), shown.ends_with('…')), (TITLE_CHARACTERS + 1, true));
    }

    #[test]
    fn what_inputs_name_without_end_is_counted_together() {
        let mut ledger = ledger();
        let many = MOST_OF_A_HOST as u64 + 5;
        for number in 0..many {
            let mut article = article("x.example", "Ferry", number);
            article.language = format!("l{number}");
            let kind = if number == 0 { "k".repeat(1_000) } else { format!("k{number}") };
            article.labels.insert("page".to_owned(), serde_json::json!({ "kind": kind }));
            keep(&mut ledger, 0, &article);
        }
        let host = &ledger.hosts.by_host["x.example"];
        assert_eq!((host.languages.len(), host.languages[OTHERS]), (MOST_OF_A_HOST + 1, 5));
        // The first, which is too long, has taken a place.
        assert_eq!((host.pages.len(), host.pages[OTHERS]), (MOST_OF_A_HOST, 6));
        let long = "h".repeat(LONGEST_HOST_BYTES + 1);
        drop_one(&mut ledger, 0, &article(&long, "Ferry", 1), 0, &short(1));
        assert_eq!(ledger.hosts.by_host.len(), 1);
        assert_eq!(ledger.hosts.others.as_ref().map(|others| others.dropped), Some(1));
        let shown = &ledger.stages[0].evidence["too_few_words"].examples[0].host;
        assert_eq!(shown.chars().count(), LONGEST_HOST_BYTES + 1);
    }

    #[test]
    fn the_originals_that_most_records_repeat_stay_in_the_account() {
        let mut ledger = ledger();
        for original in 0..MOST_REPEATED as u128 + 10 {
            for _ in 0..=u64::from(original == 3) {
                drop_one(&mut ledger, 0, &article("x.example", "Ferry", 1), 0, &copy_of(original));
            }
        }
        ledger.finish();
        assert_eq!(ledger.repeated.len(), MOST_REPEATED);
        let most = ledger.repeated.get(&ArticleId(3).to_string()).expect("it has most copies");
        assert_eq!((most.copies.get("duplicate_text"), most.line), (Some(&2), 9));
    }
}
