//! What a finished run has to say, as a table or as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::show;
use super::show::{BOLD, DIM, RED, RESET, YELLOW, bytes, count, duration, elide, name_width, wrap};
use crate::account::{
    Counts, Crossed, DriftAccount, DumpAccount, Ledger, LeftOutAccount, PipelineAccount, Shard, Timing,
};
use crate::line::NOT_SAMPLED;
use crate::text::{Slice, counted, shell_path, shown_name};

/// Hosts that changed with lines of their own.
const DRIFTS: usize = 5;
/// Files left out of folders that are named; the ledger names more.
const LEFT_OUT: usize = 5;

/// Dumps with a line of their own in the table; of more, the worst are shown.
const DUMPS: usize = 12;

/// The heads of the numbers of a dump, and the columns that each takes where there is room.
const NUMBERS: [(&str, usize); 5] =
    [("lines", 10), ("kept", 10), ("dropped", 10), ("quarantined", 12), ("blank", 8)];

/// Terminals of fewer columns show more of a dump's name and have less room between numbers.
const ROOMY: usize = 76;

/// What a run says with `--format json`; the whole account is in `ledger.json`.
#[derive(Serialize, JsonSchema)]
pub(super) struct Summary<'a> {
    /// The output folder; absent for `-o -`.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// The exit code.
    exit_code: u8,
    /// The pipeline.
    pipeline: &'a PipelineAccount,
    /// What the night is called in the state (`--state`).
    night: Option<&'a str>,
    /// The lines of the sample (`--sample`).
    sample: Option<u64>,
    /// Where all lines went.
    lines: Counts,
    /// Lines that were JSON only nearly, and were mended to be read.
    mended: u64,
    /// Records whose date, such as `03/04/2021`, was left out: `[input] dates` tells how to read it.
    open_dates: u64,
    /// Kept records that are later versions of others.
    updates: u64,
    /// Dropped records by reason.
    dropped: &'a BTreeMap<String, u64>,
    /// Quarantined lines by reason.
    quarantined: &'a BTreeMap<String, u64>,
    /// Units that are not articles by their form, or not in the sample, by kind.
    other: &'a BTreeMap<String, u64>,
    /// How many dumps there were.
    dumps: usize,
    /// Those that could not be read to their ends.
    damaged: Vec<Damaged<'a>>,
    /// What was left out of the folders that were searched for dumps.
    left_out: &'a LeftOutAccount,
    /// The files of each output folder.
    outputs: &'a BTreeMap<String, Vec<Shard>>,
    /// What changed beyond what the nights before explain (`--state`).
    drift: Option<&'a DriftAccount>,
    /// The limits that the outcome crossed.
    limits_crossed: &'a [Crossed],
    /// What may differ between two runs on the same input.
    timing: &'a Timing,
}

/// A dump that could not be read to its end.
#[derive(Serialize, JsonSchema)]
struct Damaged<'a> {
    /// Its name.
    dump: &'a str,
    /// Why.
    damage: &'a str,
}

/// The summary as one JSON object.
pub(super) fn json(ledger: &Ledger, output: Option<&Path>) -> String {
    let damaged = ledger.dumps.iter().filter_map(|dump| {
        let damage = dump.damage.as_deref()?;
        Some(Damaged { dump: &dump.dump, damage })
    });
    show::json(&Summary {
        output: output.map(|output| output.display().to_string()),
        exit_code: ledger.exit() as u8,
        pipeline: &ledger.pipeline,
        night: ledger.night.as_deref(),
        sample: ledger.sample,
        lines: ledger.lines,
        mended: ledger.mended,
        open_dates: ledger.open_dates,
        updates: ledger.updates,
        dropped: &ledger.dropped,
        quarantined: &ledger.quarantined,
        other: &ledger.other,
        dumps: ledger.dumps.len(),
        damaged: damaged.collect(),
        left_out: &ledger.left_out,
        outputs: &ledger.outputs,
        drift: ledger.drift.as_ref(),
        limits_crossed: &ledger.limits_crossed,
        timing: &ledger.timing,
    })
}

/// The summary as a table of at most `columns` columns.
///
/// Without an output folder, as with `-o -`, nothing is said of files.
pub(super) fn table(ledger: &Ledger, output: Option<&Path>, columns: usize) -> String {
    let mut text = String::new();
    let mut add = |line: String| writeln!(text, "{}", line.trim_end()).expect("a String takes any text");
    let shown = worst(&ledger.dumps);
    let mut heads = NUMBERS.map(|(head, _)| head.to_owned());
    let mut widths = NUMBERS.map(|(_, width)| width);
    let mut other = ledger.other.clone();
    let (not_sampled, blank) = (other.get(NOT_SAMPLED).copied().unwrap_or(0), ledger.lines.empty());
    if not_sampled > 0 && not_sampled == ledger.lines.other + blank {
        "not sampled".clone_into(&mut heads[4]);
        widths[4] = 13;
        other.remove(NOT_SAMPLED);
    } else if ledger.lines.other > 0 {
        "other".clone_into(&mut heads[4]);
        if blank > 0 {
            other.insert("blank".to_owned(), blank);
        }
    }
    if columns < ROOMY {
        let widest = numbers(ledger.lines);
        let narrow = |at: usize| heads[at].len().max(widest[at].chars().count()) + 2;
        widths = [0, 1, 2, 3, 4].map(narrow);
    }
    let least = columns.min(28);
    let width = name_width(shown.iter().map(|dump| dump.dump.as_str()), least, columns, widths.iter().sum());
    let row = |name: &str, numbers: &[String; 5]| {
        let mut row = format!("{:<width$}", elide(name, width - 1));
        for (number, width) in numbers.iter().zip(widths) {
            write!(row, "{number:>width$}").expect("a String takes any text");
        }
        row
    };
    add(format!("{BOLD}{}{RESET}", row("dump", &heads)));
    for dump in &shown {
        add(row(&dump.dump, &numbers(dump.lines)));
    }
    if ledger.dumps.len() > shown.len() {
        let mut others = ledger.lines;
        shown.iter().for_each(|dump| others.take(dump.lines));
        add(row(&format!("{} more dumps", ledger.dumps.len() - shown.len()), &numbers(others)));
    }
    if ledger.dumps.len() > 1 {
        add(format!("{BOLD}{}{RESET}", row("all", &numbers(ledger.lines))));
    }
    let reasons = [("dropped", &ledger.dropped), ("quarantined", &ledger.quarantined), ("other", &other)];
    let longest =
        reasons.iter().flat_map(|(_, reasons)| reasons.keys()).map(|reason| reason.chars().count()).max();
    let width = longest.unwrap_or(0).clamp(25, 34);
    if reasons.iter().any(|(_, reasons)| !reasons.is_empty()) {
        add(String::new());
    }
    for (what, reasons) in reasons {
        let mut what = what;
        for (reason, number) in reasons {
            let by: Vec<&str> = ledger
                .stages
                .iter()
                .filter(|stage| stage.dropped.contains_key(reason))
                .map(|stage| stage.stage.as_str())
                .collect();
            let by = elide(&by.join(", "), columns.saturating_sub(13 + width + 10 + 2).max(8));
            let by = if by.is_empty() { by } else { format!("  {DIM}{by}{RESET}") };
            add(format!("{what:<13}{reason:<width$}{:>10}{by}", count(*number)));
            what = "";
        }
    }
    for (what, number, meaning) in [
        ("updates", ledger.updates, "kept, new texts of known URLs"),
        ("mended", ledger.mended, "broken JSON that could be read"),
        ("dates left out", ledger.open_dates, "day or month first? Say [input] dates"),
    ] {
        if number > 0 {
            let meaning = elide(meaning, columns.saturating_sub(50).max(8));
            add(format!("{what:<38}{:>10}  {DIM}{meaning}{RESET}", count(number)));
        }
    }
    for DumpAccount { dump, damage, .. } in &ledger.dumps {
        if let Some(damage) = damage {
            add(labelled(RED, "damaged", &format!("{dump}: {damage}"), columns));
        }
    }
    if let Some(left_out) = ledger.left_out.sentence() {
        let names = ledger.left_out.names.iter().take(LEFT_OUT).cloned().collect::<Vec<_>>().join(", ");
        let others = ledger.left_out.files.saturating_sub(LEFT_OUT as u64);
        let others =
            if others > 0 { format!(" and {} more in ledger.json", count(others)) } else { String::new() };
        let named = format!("{left_out} ({names}{others})");
        add(labelled(YELLOW, "left out", &named, columns));
    }
    for crossed in &ledger.limits_crossed {
        add(labelled(RED, "limit", &crossed.to_string(), columns));
    }
    if let Some(drift) = &ledger.drift {
        let sentences = drift.hosts.iter().take(DRIFTS).map(|host| (YELLOW, "changed", host.sentence()));
        let others = drift.hosts.len().saturating_sub(DRIFTS);
        let others = (others > 0).then(|| (DIM, "", format!("{others} more in report.html")));
        let none = drift.is_as_usual().then(|| (DIM, "changed", drift.basis()));
        for (colour, what, sentence) in sentences.chain(others).chain(none) {
            add(labelled(colour, what, &sentence, columns));
        }
    }
    if let Some(lines) = ledger.limit.filter(|limit| ledger.lines.read >= *limit) {
        let sentence =
            format!("after {} (--limit); what follows was not read", counted(lines, "line", "lines"));
        add(labelled(YELLOW, "stopped", &sentence, columns));
    }
    if let Some(lines) = ledger.sample {
        let lines = counted(lines, "line", "lines");
        let sentence = if not_sampled > 0 {
            format!("{lines}, spread over all dumps; the others were not processed")
        } else {
            format!("every line was processed: the dumps have no more than {lines} to choose from")
        };
        add(labelled(DIM, "sample", &sentence, columns));
    }
    add(String::new());
    if let Some(output) = output {
        let paths = ["records", "dropped", "quarantine"].map(|name| format!("{}/{name}", output.display()));
        let width = name_width(paths.iter().map(String::as_str), 48, columns, 24);
        for (name, path) in ["records", "dropped", "quarantine"].into_iter().zip(&paths) {
            let shards = ledger.outputs.get(name).map(Vec::as_slice).unwrap_or_default();
            let size = shards.iter().map(|shard| shard.bytes).sum();
            let files =
                if shards.len() == 1 { "1 file".to_owned() } else { format!("{} files", shards.len()) };
            add(format!("{:<width$}{files:>12}{:>12}", elide(path, width - 1), bytes(size)));
        }
    }
    if let Some(output) = output.filter(|_| !ledger.limits_crossed.is_empty()) {
        let report = format!("{}/report.html", output.display());
        // Neither the path nor commands are shortened: they are there to be pasted.
        add(format!("{RED}exit code 3{RESET}  see {report}"));
        next(ledger, output).into_iter().for_each(&mut add);
    }
    let read: u64 = ledger.dumps.iter().map(|dump| dump.bytes).sum();
    let timing = &ledger.timing;
    let mut parts = vec![format!("{} read in {}", bytes(read), duration(timing.wall_seconds))];
    parts.push(format!("{} of processor time", duration(timing.cpu_seconds)));
    parts.extend(timing.peak_memory_bytes.map(|peak| format!("{} of memory", bytes(peak))));
    add(format!("{DIM}{}{RESET}", wrap(&parts.join(" · "), 0, columns)));
    text
}

/// Commands that show why the first of the dumps that are lost was.
fn next(ledger: &Ledger, output: &Path) -> Vec<String> {
    let crossed = ledger.limits_crossed.iter().filter(|crossed| crossed.limit == "lost-dumps");
    let names = crossed.flat_map(|crossed| &crossed.names);
    let lost = names.clone().find_map(|name| ledger.dumps.iter().find(|dump| dump.is_named(name)));
    let Some(dump) = lost else { return Vec::new() };
    let told = |what: &str, command: String| format!("{DIM}{what:<13}{RESET}{command}");
    let output = shell_path(&output.display().to_string());
    let line = line_of(ledger, dump).and_then(|line| ledger.explain_of(&output, &dump.dump, line));
    let line = line.map(|command| told("a line", command));
    let keys = ledger.survey_of(dump).map(|command| told("its keys", command));
    let of_languages = names.filter(|name| name.ends_with("(unwanted_language)")).count();
    let allowed = (of_languages > 0).then(|| {
        let limit =
            format!("lost-dumps = {of_languages} under [limits], where dumps in other languages may come");
        told("to allow it", limit)
    });
    line.into_iter().chain(keys).chain(allowed).collect()
}

/// A line that was lost of a dump, of those that are in the account.
fn line_of(ledger: &Ledger, dump: &DumpAccount) -> Option<u64> {
    let faults = ledger.faults.values().flatten().map(|one| (&one.dump, one.line));
    let evidence = ledger.stages.iter().flat_map(|stage| stage.evidence.values());
    let drops = evidence.flat_map(|evidence| &evidence.examples).map(|one| (&one.dump, one.line));
    faults.chain(drops).find(|(name, _)| **name == dump.dump).map(|(_, line)| line)
}

/// Numbers of lines, in the order of [`NUMBERS`].
fn numbers(counts: Counts) -> [String; 5] {
    let Counts { other, kept, dropped, quarantined, .. } = counts;
    [counts.units(), kept, dropped, quarantined, counts.empty() + other].map(count)
}

/// A sentence after a word that says what it is about.
fn labelled(colour: &str, what: &str, sentence: &str, columns: usize) -> String {
    let rest = wrap(&shown_name(sentence), 13, columns);
    format!("{colour}{what:<13}{RESET}{}", rest.slice(13..))
}

/// The dumps that are shown, in order: all where they are few, else the damaged ones and those that lost the largest share.
fn worst(dumps: &[DumpAccount]) -> Vec<&DumpAccount> {
    let mut ranked: Vec<(usize, &DumpAccount)> = dumps.iter().enumerate().collect();
    if dumps.len() > DUMPS + 1 {
        // Kept shares are compared as products, so that they are exact; an empty dump has kept nothing of one line.
        ranked.sort_by(|(_, a), (_, b)| {
            let share =
                |dump: &DumpAccount| (u128::from(dump.lines.kept), u128::from(dump.lines.held().max(1)));
            let ((kept_a, of_a), (kept_b, of_b)) = (share(a), share(b));
            let by_share = (kept_a * of_b).cmp(&(kept_b * of_a));
            b.damage.is_some().cmp(&a.damage.is_some()).then(by_share).then(b.lines.read.cmp(&a.lines.read))
        });
        ranked.truncate(DUMPS);
        ranked.sort_by_key(|(place, _)| *place);
    }
    ranked.into_iter().map(|(_, dump)| dump).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_dumps_the_worst_are_shown_in_their_order() {
        let dump = |number: u64| DumpAccount {
            dump: format!("d{number}"),
            lines: Counts {
                read: 100,
                kept: if number % 10 == 9 { number } else { 100 },
                ..Counts::default()
            },
            damage: (number == 5).then(|| "cut off".to_owned()),
            ..DumpAccount::default()
        };
        let dumps: Vec<DumpAccount> = (0..60).map(dump).collect();
        let shown: Vec<&str> = worst(&dumps).iter().map(|dump| dump.dump.as_str()).collect();
        assert_eq!(shown.len(), DUMPS);
        for bad in ["d5", "d9", "d19", "d59"] {
            assert!(shown.contains(&bad), "{shown:?}");
        }
    }

    #[test]
    fn dumps_that_were_lost_to_their_language_can_be_allowed() {
        let dump = |name: &str| DumpAccount { dump: name.to_owned(), ..DumpAccount::default() };
        let dumps = ["a", "b", "c"].map(dump).to_vec();
        let mut ledger = Ledger::new(PipelineAccount::default(), Vec::new(), dumps);
        let mut told = |names: [&str; 2]| {
            let names = names.map(str::to_owned).to_vec();
            ledger.limits_crossed =
                vec![Crossed { limit: "lost-dumps".to_owned(), names, ..Crossed::default() }];
            table(&ledger, Some(Path::new("out")), 80)
        };
        let both = told(["a (unwanted_language)", "b (unwanted_language)"]);
        assert!(both.contains("lost-dumps = 2 under [limits]"), "{both}");
        assert!(!told(["a (no_text)", "c (too_few_words)"]).contains("[limits]"), "these are no choice");
    }

    #[test]
    fn the_table_fits_80_columns_whatever_the_names_and_numbers() {
        let dump = |number: usize| DumpAccount {
            dump: format!("a-folder/with-a-name/and-a-dump-of-a-very-long-name-{number}.jsonl.zst"),
            damage: Some("failed to read on: an error with a long text that says very little".to_owned()),
            ..DumpAccount::default()
        };
        let mut ledger = Ledger::new(PipelineAccount::default(), Vec::new(), (0..40).map(dump).collect());
        ledger.lines = Counts {
            read: 99_999_999,
            blank: 99_999,
            other: 0,
            within: 0,
            kept: 99_999_999,
            dropped: 99_999_999,
            quarantined: 99_999_999,
        };
        ledger.dropped.insert("too_few_words".to_owned(), 99_999_999);
        ledger.quarantined.insert("not_an_object".to_owned(), 99_999_999);
        ledger.dropped.insert("repeated_paragraph_characters".to_owned(), 99_999_999);
        (ledger.updates, ledger.mended, ledger.open_dates) = (99_999_999, 99_999_999, 99_999_999);
        let names = vec!["a-folder/with-a-name/and-a-dump-of-a-long-name.jsonl.zst".to_owned(); 40];
        let sentence = "40 dumps are damaged (damaged-dumps)".to_owned();
        ledger.limits_crossed.push(Crossed { limit: "damaged-dumps".to_owned(), sentence, names });
        let output = Path::new("/a/path/to/a/folder/that/goes/on/and/on/and/on/to/some/place");
        let piped = self::table(&ledger, Some(output), usize::MAX);
        for whole in [
            "dump-of-a-very-long-name-7.jsonl.zst ",
            "with a long text that says very little",
            "to/some/place/records ",
        ] {
            assert!(piped.contains(whole), "{whole}: {piped}");
        }
        let table = self::table(&ledger, Some(output), 80);
        for line in table.lines() {
            let shown = anstream::adapter::strip_str(line).to_string();
            let is_path = shown.starts_with("exit code 3");
            assert!(is_path || shown.chars().count() <= 80, "{} columns: {shown}", shown.chars().count());
            assert_eq!(shown, shown.trim_end());
        }
        assert!(table.contains("28 more dumps"), "{table}");
        assert!(table.contains("/some/place/report.html"), "a path to be opened is whole: {table}");
    }
}
