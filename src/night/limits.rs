//! Which limits the outcome of a night crossed.
//!
//! What makes a night a lost one needs no configuration: nothing was kept, a dump is empty, damaged, lost or missing, a host that
//! usually delivers did not, or delivered something else. `[limits]` loosens each by its name.

use std::collections::BTreeMap;

use crate::account::{
    Crossed, DriftAccount, DumpAccount, Ledger, MissingDump, QuarantinedDump, RepeatedAccount, SMALL_HOSTS,
    Shift, ShortDump, is_name_of,
};
use crate::dedup;
use crate::pipeline::LimitSettings;

/// The share of a dump's lines that is nearly all of them.
const NEARLY_ALL: f64 = 0.95;
/// Lines of a dump that have to be there before gates can be said to have lost it.
const LEAST_LINES: u64 = 20;

/// The limits that are crossed where records of a dump did not come.
const OF_LOST_DUMPS: [&str; 6] =
    ["damaged-dumps", "empty-dumps", "lost-dumps", "missing-dumps", "short-dumps", "quarantined-dumps"];

/// The limits that the outcome crossed.
pub(super) fn crossed(limits: &LimitSettings, ledger: &Ledger) -> Vec<Crossed> {
    let mut crossed = Vec::new();
    let lines = ledger.lines.held();
    if ledger.lines.kept < limits.kept_records {
        let (kept, least) = (ledger.lines.kept, limits.kept_records);
        let sentence = match (kept, lines) {
            (0, 0) => "nothing was kept: there was nothing to read".to_owned(),
            (0, 1) => "nothing was kept of 1 line".to_owned(),
            (0, _) => format!("nothing was kept of {} lines", crate::text::count(lines)),
            _ => format!("{kept} of {lines} lines were kept, at least {least} must be"),
        };
        crossed.push(by("kept-records", &sentence, Vec::new()));
    }
    crossed.extend(dumps(limits, ledger));
    if lines > 0 {
        let kept = share(ledger.lines.kept, lines);
        if let Some(least) = limits.kept_share.filter(|least| kept < *least) {
            let sentence =
                format!("{} of the lines were kept, at least {} must be", percent(kept), percent(least));
            crossed.push(by("kept-share", &sentence, Vec::new()));
        }
        let quarantined = share(ledger.lines.quarantined, lines);
        if let Some(most) = limits.quarantined_share.filter(|most| quarantined > *most) {
            let sentence = format!(
                "{} of the lines are in quarantine, at most {} may be",
                percent(quarantined),
                percent(most)
            );
            crossed.push(by("quarantined-share", &sentence, Vec::new()));
        }
    }
    crossed.extend(at_most(
        "lost-nights",
        limits.lost_nights,
        ledger.lost_nights.clone(),
        ["night is missing from the state", "nights are missing from the state"],
    ));
    let drifted: Vec<Crossed> =
        ledger.drift.iter().flat_map(|drift| drifted(limits, drift, &crossed)).collect();
    crossed.extend(drifted);
    crossed
}

/// Whether a dump could not be read, or not to its end, whatever was in it.
pub(super) fn is_unread(dump: &DumpAccount) -> bool {
    dump.damage.is_some() || (dump.lines.kept + dump.lines.dropped == 0 && dump.lines.quarantined > 0)
}

fn dumps(limits: &LimitSettings, ledger: &Ledger) -> Vec<Crossed> {
    let [mut damaged, mut empty, mut lost, mut repeated] = [const { Vec::new() }; 4];
    for dump in &ledger.dumps {
        match Fate::of(dump, &ledger.repeated) {
            Some(Fate::Damaged) => damaged.push(dump.dump.clone()),
            // Of a small dump, no line may be in a sample.
            Some(Fate::Empty) if ledger.sample.is_some() && dump.lines.other > 0 => {}
            Some(Fate::Empty) => empty.push(dump.dump.clone()),
            Some(Fate::Lost(reason)) => lost.push(format!("{} ({reason})", dump.dump)),
            Some(Fate::Repeated) => repeated.push(dump.dump.clone()),
            None => {}
        }
    }
    let what = match (ledger.empty_folders.len(), empty.len()) {
        (0, _) => ["dump holds no record", "dumps hold no record"],
        (_, 0) => ["folder holds no dump", "folders hold no dump"],
        _ => ["", "dumps hold no record, or folders no dump"],
    };
    empty.extend(ledger.empty_folders.iter().cloned());
    [
        at_most("damaged-dumps", limits.damaged_dumps, damaged, ["dump is damaged", "dumps are damaged"]),
        at_most("empty-dumps", limits.empty_dumps, empty, what),
        at_most(
            "lost-dumps",
            limits.lost_dumps,
            lost,
            ["dump lost nearly all of its lines", "dumps lost nearly all of their lines"],
        ),
        at_most(
            "repeated-dumps",
            limits.repeated_dumps,
            repeated,
            ["dump holds hardly anything but duplicates", "dumps hold hardly anything but duplicates"],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What became of a dump that is not as it should be.
enum Fate {
    Damaged,
    Empty,
    /// The reason for which most of its lines were lost.
    Lost(String),
    Repeated,
}

impl Fate {
    fn of(dump: &DumpAccount, repeated: &BTreeMap<String, RepeatedAccount>) -> Option<Self> {
        let lines = dump.lines.held();
        if dump.damage.is_some() {
            return Some(Self::Damaged);
        }
        if lines == 0 {
            // The run's limit came before its end where no compression is noted.
            return dump.compression.is_some().then_some(Self::Empty);
        }
        let of_duplicates = |reason: &str| dedup::REASONS.iter().any(|known| known.name == reason);
        let others = dump.reasons.iter().rev().filter(|(reason, _)| !of_duplicates(reason));
        let (main, count) = others.max_by_key(|(_, count)| **count).unzip();
        let lost = || main.cloned().map(Self::Lost);
        let is_nearly_all = |count: u64| share(count, lines) >= NEARLY_ALL;
        if is_nearly_all(dump.lines.quarantined) {
            return lost();
        }
        if lines < LEAST_LINES {
            return None;
        }
        let duplicates: u64 =
            dump.reasons.iter().filter(|(reason, _)| of_duplicates(reason)).map(|(_, count)| count).sum();
        // One page or address for all is nothing new, although the first is kept. What other gates drop does not matter.
        let is_nearly_all_of_passed = share(duplicates, duplicates + dump.lines.kept) >= NEARLY_ALL;
        let are_of_one = || {
            let of_tonight = repeated.values().filter(|original| original.night.is_none());
            of_tonight.map(|original| original.copies.values().sum::<u64>()).any(|copies| copies * 2 > lines)
        };
        if (dump.lines.kept == 0 && duplicates * 2 > lines) || (is_nearly_all_of_passed && are_of_one()) {
            return Some(Self::Repeated);
        }
        if dump.lines.kept == 0 || is_nearly_all(count.copied().unwrap_or(0)) { lost() } else { None }
    }
}

/// What is not as on the nights before, beyond what was told of tonight's dumps.
fn drifted(limits: &LimitSettings, drift: &DriftAccount, told: &[Crossed]) -> Vec<Crossed> {
    let mut crossed = Vec::new();
    let names = |hosts: &mut dyn Iterator<Item = &crate::account::Drift>| {
        hosts.map(|drift| drift.host.clone()).collect()
    };
    let missing: u64 = drift.missing_dumps.iter().map(MissingDump::number).sum();
    crossed.extend(counted(
        "missing-dumps",
        limits.missing_dumps,
        missing,
        drift.missing_dumps.iter().map(MissingDump::shown).collect(),
        ["dump that the nights before had is missing", "dumps that the nights before had are missing"],
    ));
    crossed.extend(at_most(
        "short-dumps",
        limits.short_dumps,
        drift.short_dumps.iter().map(ShortDump::shown).collect(),
        ["dump has far fewer lines than usual", "dumps have far fewer lines than usual"],
    ));
    // Of a dump that was lost, that is said already.
    let is_new = |dump: &&QuarantinedDump| {
        !told.iter().flat_map(|crossed| &crossed.names).any(|name| is_name_of(name, &dump.dump))
    };
    crossed.extend(at_most(
        "quarantined-dumps",
        limits.quarantined_dumps,
        drift.quarantined_dumps.iter().filter(is_new).map(QuarantinedDump::shown).collect(),
        [
            "dump has far more lines in quarantine than usual",
            "dumps have far more lines in quarantine than usual",
        ],
    ));
    // Without the records of a dump, the shares of the others are not the usual ones: that is no change of its own.
    let has_lost = told.iter().chain(&crossed).any(|one| OF_LOST_DUMPS.contains(&&*one.limit));
    let (few, whole): (Vec<&Shift>, Vec<&Shift>) = drift.whole().partition(|shift| shift.what == SMALL_HOSTS);
    for shift in whole {
        if shift.what == "records" {
            if shift.tonight < shift.usual * limits.usual_share {
                let sentence = format!("the night has {}", shift.sentence);
                crossed.push(by("usual-share", &sentence, Vec::new()));
            }
        } else if limits.drifted_hosts == 0 && !has_lost && drift.changed().next().is_none() {
            // Of hosts that are too small to be judged one by one.
            crossed.push(by("drifted-hosts", &shift.sentence, Vec::new()));
        }
    }
    let missing = at_most(
        "missing-hosts",
        limits.missing_hosts,
        names(&mut drift.missing()),
        ["host that usually delivers has no record", "hosts that usually deliver have no record"],
    );
    #[expect(clippy::cast_precision_loss, reason = "a number of hosts")]
    let is_beyond = |shift: &Shift| shift.usual - shift.tonight > limits.missing_hosts as f64;
    let few = few.first().filter(|shift| is_beyond(shift));
    crossed.extend(missing.or_else(|| few.map(|shift| by("missing-hosts", &shift.sentence, Vec::new()))));
    crossed.extend(at_most(
        "drifted-hosts",
        limits.drifted_hosts,
        names(&mut drift.changed()),
        ["host changed", "hosts changed"],
    ));
    crossed
}

fn at_most(limit: &str, most: u64, names: Vec<String>, what: [&str; 2]) -> Option<Crossed> {
    counted(limit, most, names.len() as u64, names, what)
}

fn counted(
    limit: &str,
    most: u64,
    found: u64,
    names: Vec<String>,
    [one, many]: [&str; 2],
) -> Option<Crossed> {
    let what = if found == 1 { one } else { many };
    let allowed = if most > 0 { format!(", at most {most} may") } else { String::new() };
    (found > most).then(|| by(limit, &format!("{found} {what}{allowed}"), names))
}

fn by(limit: &str, sentence: &str, names: Vec<String>) -> Crossed {
    Crossed { limit: limit.to_owned(), sentence: format!("{sentence} ({limit})"), names }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
fn share(count: u64, of: u64) -> f64 {
    count as f64 / of.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Drift;

    #[test]
    fn a_dump_with_more_lines_in_quarantine_is_named_where_it_is_not_lost() {
        let dump = QuarantinedDump { dump: "a.jsonl".to_owned(), tonight: 40, lines: 200, usual: 1.0 };
        let drift = DriftAccount { quarantined_dumps: vec![dump], ..DriftAccount::default() };
        let named = |lost: &str| {
            let told = [by("lost-dumps", "", vec![lost.to_owned()])];
            let crossed = drifted(&LimitSettings::default(), &drift, &told);
            crossed.into_iter().flat_map(|crossed| crossed.names).collect::<Vec<_>>()
        };
        assert_eq!(named("a.jsonl.gz (bad_json)"), ["a.jsonl (40 of 200 lines, usually 1)"]);
        assert_eq!(named("a.jsonl (bad_json)"), [""; 0]);
    }

    #[test]
    fn a_dump_of_copies_of_one_record_is_lost_although_the_first_is_kept() {
        let is_repeated = |copies_of: &[u64], night: Option<&str>| {
            let all: u64 = copies_of.iter().sum();
            let mut dump = DumpAccount::default();
            (dump.lines.kept, dump.lines.dropped) = (1, all);
            dump.lines.read = 1 + all;
            dump.reasons = BTreeMap::from([("duplicate_url".to_owned(), all)]);
            let of = |(number, copies): (usize, &u64)| {
                let copies = BTreeMap::from([("duplicate_url".to_owned(), *copies)]);
                let night = night.map(str::to_owned);
                (number.to_string(), RepeatedAccount { night, copies, ..RepeatedAccount::default() })
            };
            let repeated = copies_of.iter().enumerate().map(of).collect();
            matches!(Fate::of(&dump, &repeated), Some(Fate::Repeated))
        };
        assert!(is_repeated(&[99], None));
        assert!(is_repeated(&[60, 20, 19], None));
        assert!(!is_repeated(&[33, 33, 33], None), "three nights' front pages");
        assert!(!is_repeated(&[99], Some("2026-11-24")), "what an earlier night kept comes again");
        assert!(!is_repeated(&[18], None), "too few lines");
    }

    #[test]
    fn small_hosts_that_did_not_come_count_as_missing_and_are_one_limit_with_the_others() {
        let shift = |what: &str, tonight: f64, usual: f64| Shift {
            what: what.to_owned(),
            tonight,
            usual,
            sentence: format!("{tonight} of {usual}"),
        };
        let whole = Drift { changes: vec![shift(SMALL_HOSTS, 1.0, 300.0)], ..Drift::default() };
        let lost = Drift {
            host: "a.example".to_owned(),
            changes: vec![shift("records", 0.0, 50.0)],
            ..Drift::default()
        };
        let limits = |missing_hosts| LimitSettings { missing_hosts, ..LimitSettings::default() };
        let found = |limits: LimitSettings, hosts: &[&Drift]| {
            let hosts = hosts.iter().copied().cloned().collect();
            let crossed = drifted(&limits, &DriftAccount { hosts, ..DriftAccount::default() }, &[]);
            crossed.into_iter().map(|one| (one.limit, one.names)).collect::<Vec<_>>()
        };
        let missing = |names: &[&str]| {
            vec![(
                "missing-hosts".to_owned(),
                names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(),
            )]
        };
        assert_eq!(found(limits(0), &[&whole]), missing(&[]));
        assert_eq!(found(limits(299), &[&whole]), []);
        assert_eq!(found(limits(0), &[&whole, &lost]), missing(&["a.example"]));
    }
}
