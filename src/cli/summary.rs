//! What a finished run has to say, in 80 columns or as JSON.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use super::show::{BOLD, DIM, RED, RESET, YELLOW, bytes, count, duration, elide, wrap};
use crate::account::{Counts, DumpAccount, Ledger};

/// Hosts that changed with lines of their own.
const DRIFTS: usize = 5;

/// Dumps with a line of their own in the table.
const DUMPS: usize = 12;

/// The summary as one JSON object; the whole account is in `ledger.json`.
pub(super) fn json(ledger: &Ledger, output: &Path) -> String {
    let damaged: Vec<_> = ledger
        .dumps
        .iter()
        .filter_map(|dump| Some(json!({ "dump": dump.dump, "damage": dump.damage.as_ref()? })))
        .collect();
    let summary = json!({
        "output": output.display().to_string(),
        "pipeline": ledger.pipeline,
        "lines": ledger.lines,
        "mended": ledger.mended,
        "updates": ledger.updates,
        "night": ledger.night,
        "dropped": ledger.dropped,
        "quarantined": ledger.quarantined,
        "dumps": ledger.dumps.len(),
        "damaged": damaged,
        "outputs": ledger.outputs,
        "drift": ledger.drift,
        "limits_crossed": ledger.limits_crossed,
        "timing": ledger.timing,
    });
    format!("{summary}\n")
}

/// The summary as a table.
pub(super) fn table(ledger: &Ledger, output: &Path) -> String {
    let mut text = String::new();
    let mut add = |line: String| writeln!(text, "{}", line.trim_end()).expect("a String takes any text");
    add(format!(
        "{BOLD}{:<28}{:>10}{:>10}{:>10}{:>12}{:>8}{RESET}",
        "dump", "lines", "kept", "dropped", "quarantined", "blank"
    ));
    let shown = if ledger.dumps.len() > DUMPS + 1 { DUMPS } else { ledger.dumps.len() };
    for dump in ledger.dumps.iter().take(shown) {
        add(row(&dump.dump, dump.lines));
    }
    if ledger.dumps.len() > shown {
        let mut others = Counts::default();
        ledger.dumps.iter().skip(shown).for_each(|dump| others.add(dump.lines));
        add(row(&format!("{} more dumps", ledger.dumps.len() - shown), others));
    }
    if ledger.dumps.len() > 1 {
        add(format!("{BOLD}{}{RESET}", row("all", ledger.lines)));
    }
    let reasons = [("dropped", &ledger.dropped), ("quarantined", &ledger.quarantined)];
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
            let by = elide(&by.join(", "), 80 - 13 - width - 10 - 2);
            let by = if by.is_empty() { by } else { format!("  {DIM}{by}{RESET}") };
            add(format!("{what:<13}{reason:<width$}{:>10}{by}", count(*number)));
            what = "";
        }
    }
    if ledger.updates > 0 {
        add(format!(
            "{:<38}{:>10}  {DIM}kept, new texts of known URLs{RESET}",
            "updates",
            count(ledger.updates)
        ));
    }
    if ledger.mended > 0 {
        add(format!(
            "{:<38}{:>10}  {DIM}broken JSON that could be read{RESET}",
            "mended",
            count(ledger.mended)
        ));
    }
    for DumpAccount { dump, damage, .. } in &ledger.dumps {
        if let Some(damage) = damage {
            add(format!("{RED}damaged{RESET}      {}: {}", elide(dump, 20), elide(damage, 44)));
        }
    }
    if let Some(drift) = &ledger.drift {
        let sentences = drift.hosts.iter().take(DRIFTS).map(|host| (YELLOW, "changed", host.sentence()));
        let others = drift.hosts.len().saturating_sub(DRIFTS);
        let others = (others > 0).then(|| (DIM, "", format!("{others} more in report.html")));
        let none = drift.hosts.is_empty().then(|| (DIM, "changed", drift.basis()));
        for (colour, what, sentence) in sentences.chain(others).chain(none) {
            let rest = wrap(&sentence, 13, 80);
            add(format!("{colour}{what:<13}{RESET}{}", rest.get(13..).unwrap_or_default()));
        }
    }
    for crossed in &ledger.limits_crossed {
        let rest = wrap(&crossed.to_string(), 13, 80);
        add(format!("{RED}{:<13}{RESET}{}", "limit", rest.get(13..).unwrap_or_default()));
    }
    add(String::new());
    for name in ["records", "dropped", "quarantine"] {
        let shards = ledger.outputs.get(name).map(Vec::as_slice).unwrap_or_default();
        let size = shards.iter().map(|shard| shard.bytes).sum();
        let files = if shards.len() == 1 { "1 file".to_owned() } else { format!("{} files", shards.len()) };
        add(format!(
            "{:<48}{files:>12}{:>12}",
            elide(&format!("{}/{name}", output.display()), 47),
            bytes(size)
        ));
    }
    let read: u64 = ledger.dumps.iter().map(|dump| dump.bytes).sum();
    let timing = &ledger.timing;
    let mut parts = vec![format!("{} read in {}", bytes(read), duration(timing.wall_seconds))];
    parts.extend(timing.cpu_seconds.map(|seconds| format!("{} of processor time", duration(seconds))));
    parts.extend(timing.peak_memory_bytes.map(|peak| format!("{} of memory", bytes(peak))));
    add(format!("{DIM}{}{RESET}", parts.join(" · ")));
    text
}

fn row(name: &str, Counts { read, blank, other, kept, dropped, quarantined }: Counts) -> String {
    let [read, kept, dropped, quarantined, blank] =
        [read, kept, dropped, quarantined, blank + other].map(count);
    format!("{:<28}{read:>10}{kept:>10}{dropped:>10}{quarantined:>12}{blank:>8}", elide(name, 27))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Crossed, DumpAccount, PipelineAccount};

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
            kept: 99_999_999,
            dropped: 99_999_999,
            quarantined: 99_999_999,
        };
        ledger.dropped.insert("too_few_words".to_owned(), 99_999_999);
        ledger.quarantined.insert("not_an_object".to_owned(), 99_999_999);
        ledger.dropped.insert("repeated_paragraph_characters".to_owned(), 99_999_999);
        (ledger.updates, ledger.mended) = (99_999_999, 99_999_999);
        let names = vec!["a-folder/with-a-name/and-a-dump-of-a-long-name.jsonl.zst".to_owned(); 40];
        let sentence = "40 dumps are damaged, at most 0 may be (damaged-dumps)".to_owned();
        ledger.limits_crossed.push(Crossed { limit: "damaged-dumps".to_owned(), sentence, names });
        let table = table(&ledger, Path::new("/a/path/to/a/folder/that/goes/on/and/on/and/on/to/some/place"));
        for line in table.lines() {
            let shown = anstream::adapter::strip_str(line).to_string();
            assert!(shown.chars().count() <= 80, "{} columns: {shown}", shown.chars().count());
            assert_eq!(shown, shown.trim_end());
        }
        assert!(table.contains("28 more dumps"), "{table}");
    }
}
