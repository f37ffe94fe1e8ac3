//! `metrics.prom`: the account for monitoring, as the node exporter's textfile collector reads it.
//!
//! Everything is about the last run, and so a gauge: the file is written once a night, and a counter would have to
//! remember the nights before. Names follow Prometheus' conventions: a prefix, base units, `_seconds`, `_bytes`.
//! Hosts are left out; 50 000 of them would be 50 000 time series.

use std::fmt::Write as _;

use super::{Exit, Ledger, MissingDump};
use crate::text::{escaped as written, is_unprintable};

/// Dumps that have series of their own.
const DUMPS: usize = 200;

/// Which batch the series are of: two batches on one machine must not have the same ones.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// The pipeline's name.
    pub pipeline: &'a str,
    /// The folder in which the nights' output folders are.
    pub folder: &'a str,
}

/// The file of a run that failed or was stopped: that it did, and when.
pub fn failed_metrics(batch: Batch<'_>, exit: Exit, seconds: i64) -> String {
    let mut file = Metrics { text: String::new(), batch };
    file.exit_code(exit);
    file.one("failed_timestamp_seconds", "When the last run failed or was stopped, in Unix time.", seconds);
    file.text
}

/// The file of a finished run.
pub fn metrics(ledger: &Ledger, folder: &str) -> String {
    let mut file = Metrics { text: String::new(), batch: Batch { pipeline: &ledger.pipeline.name, folder } };
    file.exit_code(ledger.exit());
    let timing = &ledger.timing;
    if let Some(ended) = ended(&timing.started, timing.wall_seconds) {
        file.one("completed_timestamp_seconds", "When the last run was done, in Unix time.", ended);
    }
    let lines = ledger.lines;
    file.many(
        "lines",
        "Lines of the last run's dumps by where they went.",
        "outcome",
        [
            ("blank", lines.blank),
            ("other", lines.other),
            ("kept", lines.kept),
            ("dropped", lines.dropped),
            ("quarantined", lines.quarantined),
        ],
    );
    let dropped = ledger.stages.iter().flat_map(|stage| {
        stage.dropped.iter().map(move |(reason, count)| (stage.stage.as_str(), reason.as_str(), *count))
    });
    file.head("dropped_records", "Records that the last run dropped.");
    for (stage, reason, count) in dropped {
        file.line("dropped_records", &[("stage", stage), ("reason", reason)], count);
    }
    let quarantined = ledger.quarantined.iter().map(|(reason, count)| (reason.as_str(), *count));
    file.many("quarantined_lines", "Lines that the last run could not process.", "reason", quarantined);
    let fields = ledger.profile.fields.iter().map(|field| (field.field.as_str(), field.present));
    file.many("field_records", "Records that the last run kept and that have a field.", "field", fields);
    let languages = ledger.profile.names.get("language").into_iter().flatten();
    // An empty label is none.
    let languages = languages.map(|(language, split)| {
        (if language.is_empty() { "unknown" } else { language.as_str() }, split.kept)
    });
    file.many("language_records", "Records that the last run kept by language.", "language", languages);
    file.head("dump_lines", "Lines of each dump of the last run by where they went.");
    for dump in ledger.dumps.iter().take(DUMPS) {
        let lines = dump.lines;
        for (outcome, count) in
            [("kept", lines.kept), ("dropped", lines.dropped), ("quarantined", lines.quarantined)]
        {
            file.line("dump_lines", &[("dump", dump.dump.as_str()), ("outcome", outcome)], count);
        }
    }
    let damaged = ledger.dumps.iter().filter(|dump| dump.damage.is_some()).count();
    file.one("dumps", "Dumps of the last run.", ledger.dumps.len());
    file.one("damaged_dumps", "Dumps of the last run that could not be read to their ends.", damaged);
    if let Some(drift) = &ledger.drift {
        file.one("compared_nights", "Earlier nights that the last run was compared with.", drift.nights);
        file.one(
            "drifted_hosts",
            "Hosts that changed beyond what earlier nights explain.",
            drift.changed().count(),
        );
        let missing: u64 = drift.missing_dumps.iter().map(MissingDump::number).sum();
        file.one("missing_dumps", "Dumps that the nights before had, and that did not come.", missing);
        let short = drift.short_dumps.len();
        file.one("short_dumps", "Dumps that have far fewer lines than usual.", short);
        file.one(
            "missing_hosts",
            "Hosts that usually deliver, and delivered nothing.",
            drift.missing().count(),
        );
    }
    file.one(
        "limits_crossed",
        "Limits on the outcome that the last run crossed.",
        ledger.limits_crossed.len(),
    );
    let crossed = ledger.limits_crossed.iter().map(|crossed| (crossed.limit.as_str(), 1));
    file.many("limit_crossed", "1 for each limit that the last run crossed.", "limit", crossed);
    let input: u64 = ledger.dumps.iter().map(|dump| dump.bytes).sum();
    file.one("input_bytes", "Decompressed bytes that the last run read.", input);
    let output: u64 = ledger.outputs.values().flatten().map(|shard| shard.bytes).sum();
    file.one("output_bytes", "Compressed bytes that the last run wrote.", output);
    file.one("duration_seconds", "How long the last run took.", timing.wall_seconds);
    file.one("cpu_seconds", "Processor time of the last run.", timing.cpu_seconds);
    file.one(
        "serial_seconds",
        "Processor time of the thread that decides in order in the last run.",
        timing.serial_seconds,
    );
    if let Some(bytes) = timing.peak_memory_bytes {
        file.one("memory_peak_bytes", "The most memory that the last run had.", bytes);
    }
    file.text
}

/// Seconds since 1970 at which a run ended.
fn ended(started: &str, seconds: f64) -> Option<f64> {
    let started: jiff::Timestamp = started.parse().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 have ten digits")]
    let started = started.as_second() as f64;
    Some(started + seconds)
}

struct Metrics<'a> {
    text: String,
    batch: Batch<'a>,
}

impl Metrics<'_> {
    fn exit_code(&mut self, exit: Exit) {
        self.one(
            "exit_code",
            "The exit code of the last run: 0 done, 3 done and a limit was crossed, others failed.",
            exit as u8,
        );
    }

    fn one(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.head(name, help);
        self.line(name, &[], value);
    }

    fn many<'b>(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl IntoIterator<Item = (&'b str, u64)>,
    ) {
        self.head(name, help);
        for (value, count) in values {
            self.line(name, &[(label, value)], count);
        }
    }

    fn head(&mut self, name: &str, help: &str) {
        writeln!(self.text, "# HELP copydesk_last_run_{name} {help}\n# TYPE copydesk_last_run_{name} gauge")
            .expect("a String takes any text");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let Batch { pipeline, folder } = self.batch;
        let [pipeline, folder] = [pipeline, folder].map(escaped);
        write!(self.text, "copydesk_last_run_{name}{{pipeline=\"{pipeline}\",folder=\"{folder}\"")
            .expect("a String takes any text");
        for (label, of) in labels {
            write!(self.text, ",{label}=\"{}\"", escaped(of)).expect("a String takes any text");
        }
        writeln!(self.text, "}} {value}").expect("a String takes any text");
    }
}

/// As the format asks, and so that nothing in it can do anything to a terminal.
fn escaped(value: &str) -> String {
    written(value, is_unprintable).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Counts, PipelineAccount, StageAccount};

    #[test]
    fn every_metric_is_said_once_what_it_is_and_labels_are_escaped() {
        let stage = StageAccount { stage: "drop-short".to_owned(), ..StageAccount::default() };
        let pipeline =
            PipelineAccount { name: "a\u{1b}[2J\u{202e} \"b\"\n\\".to_owned(), ..PipelineAccount::default() };
        let mut ledger = Ledger::new(pipeline, vec![stage], Vec::new());
        ledger.lines =
            Counts { read: 10, blank: 1, kept: 5, dropped: 3, quarantined: 1, ..Counts::default() };
        ledger.stages[0].dropped.insert("too_few_words".to_owned(), 3);
        ledger.timing.started = "2026-11-26T02:00:00Z".to_owned();
        ledger.timing.wall_seconds = 61.5;
        let file = metrics(&ledger, "/data/out");
        let p = "pipeline=\"a\\\\u001b[2J\\\\u202e \\\"b\\\"\\n\\\\\",folder=\"/data/out\"";
        for line in [
            format!("copydesk_last_run_lines{{{p},outcome=\"kept\"}} 5"),
            format!(
                "copydesk_last_run_dropped_records{{{p},stage=\"drop-short\",reason=\"too_few_words\"}} 3"
            ),
            format!("copydesk_last_run_completed_timestamp_seconds{{{p}}} 1795658461.5"),
        ] {
            assert!(file.lines().any(|found| found == line), "{line} is not in {file}");
        }
        let mut heads: Vec<&str> = file.lines().filter(|line| line.starts_with("# TYPE")).collect();
        let all = heads.len();
        heads.sort_unstable();
        heads.dedup();
        assert_eq!(heads.len(), all);
    }
}
