//! Which dumps have far more lines in quarantine than on the nights before.
//!
//! A line in quarantine has no host, so that nothing of it is in what hosts are compared by, and of a night with many dumps the broken part
//! of one is a small share. Dumps are known by their names as in [`short`](super::short), and the share of their lines is judged as those of hosts are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::DumpOfNight;
use super::kinds::LEAST_SHARE;
use super::question::{rounded, usual_share};
use super::short::Names;
use crate::text::{count, counted};

/// A dump that has far more lines in quarantine than usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuarantinedDump {
    /// Its name.
    pub dump: String,
    /// Its lines that are in quarantine tonight.
    pub tonight: u64,
    /// All of its lines.
    pub lines: u64,
    /// How many of as many lines would be in quarantine on a usual night.
    pub usual: f64,
}

impl QuarantinedDump {
    /// Its name, and how many lines it is.
    pub fn shown(&self) -> String {
        let lines = counted(self.lines, "line", "lines");
        format!("{} ({} of {lines}, usually {})", self.dump, count(self.tonight), rounded(self.usual))
    }
}

/// The dumps of which far more lines than usual are in quarantine.
#[expect(clippy::cast_precision_loss, reason = "numbers of dumps and lines")]
pub(super) fn quarantined(tonight: &[DumpOfNight], nights: &[Vec<DumpOfNight>]) -> Vec<QuarantinedDump> {
    let is_known = |night: &&Vec<DumpOfNight>| night.iter().all(|dump| dump.quarantined.is_some());
    let nights: Vec<&[DumpOfNight]> = nights.iter().filter(is_known).map(Vec::as_slice).collect();
    let names = Names::of(&[nights.as_slice(), &[tonight]].concat());
    let add_up = |counted: fn(&DumpOfNight) -> Option<u64>| {
        nights.iter().map(|night| names.add_up(night, |dump| counted(dump).unwrap_or(0))).collect::<Vec<_>>()
    };
    let (broken, all) = (add_up(|dump| dump.quarantined), add_up(|dump| dump.lines));
    let asked = tonight.len() as f64;
    let judge = |dump: &DumpOfNight| {
        let name = names.name(dump);
        let before = (broken.iter().zip(&all))
            .filter_map(|(broken, all)| Some((*broken.get(&name)?, *all.get(&name)?)));
        let (tonight, lines) = (dump.quarantined?, dump.lines?);
        let usual = usual_share((tonight, lines), before, LEAST_SHARE, asked)? * lines as f64;
        Some(QuarantinedDump { dump: dump.name.clone(), tonight, lines, usual })
    };
    tonight.iter().filter_map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nights of a dump with another one beside it, as how many of how many lines are in quarantine; the last is tonight.
    fn found(nights: &[(u64, u64)]) -> Vec<String> {
        let dump = |name: String, quarantined, lines| DumpOfNight {
            name,
            lines: Some(lines),
            quarantined: Some(quarantined),
        };
        let night = |(day, (quarantined, lines)): (usize, &(u64, u64))| {
            vec![
                dump(format!("2026-11-{:02}/courier.jsonl", day + 1), *quarantined, *lines),
                dump("herald.jsonl".to_owned(), 50, 500),
            ]
        };
        let nights: Vec<_> = nights.iter().enumerate().map(night).collect();
        let (tonight, before) = nights.split_last().expect("there are nights");
        quarantined(tonight, before).iter().map(QuarantinedDump::shown).collect()
    }

    #[test]
    fn a_dump_with_far_more_lines_in_quarantine_than_usual_is_named() {
        let usual = (1, 400);
        assert_eq!(
            found(&[usual, usual, usual, (120, 400)]),
            ["2026-11-04/courier.jsonl (120 of 400 lines, usually 1)"]
        );
        assert_eq!(found(&[usual, usual, usual, (30, 400)]), [""; 0], "less than a tenth more");
        assert_eq!(found(&[usual, usual, (120, 400)]), [""; 0], "two nights");
        assert_eq!(found(&[(100, 400), (150, 400), (90, 400), (120, 400)]), [""; 0], "as usual");
        assert_eq!(found(&[usual, usual, usual, (120, 400), (120, 400)]).len(), 1, "the second night");
        assert_eq!(found(&[usual, usual, usual, (9, 18)]), [""; 0], "too few");
    }
}
