//! Whatever inputs can make grow has a bound: `.github/SECURITY.md` has the table, `tests/bench/bounds.py` a million of each.

#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::kills::write;

/// Runs a pipeline over a dump; its ledger, and the sizes of the ledger and of the report.
fn run(lines: &str, stages: &str) -> (Value, [u64; 2]) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| place.path().join(name);
    write(&path("d.jsonl"), lines.as_bytes());
    write(&path("p.toml"), format!("format = 1\n{stages}").as_bytes());
    let run = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "p.toml", "d.jsonl", "--output", "out", "--progress", "never", "--threads", "2"])
        .current_dir(place.path())
        .output()
        .expect("the program starts");
    let errors = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(matches!(run.status.code(), Some(0 | 3)), "{errors}");
    let ledger = std::fs::read(path("out/ledger.json")).expect("the run is complete");
    let size = |path: &Path| path.metadata().expect("the run is complete").len();
    let sizes = [size(&path("out/ledger.json")), size(&path("out/report.html"))];
    (serde_json::from_slice(&ledger).expect("it is JSON"), sizes)
}

/// So many records, each with values of its own in everything but its host.
fn records(count: usize) -> String {
    let mut lines = String::new();
    for n in 0..count {
        let record = serde_json::json!({
            "text": format!("word {n}"),
            "url": format!("https://a.example/{n}"),
            "title": format!("Pier {n}"),
            "language": format!("x{n}"),
            "section": format!("Section {n}"),
            "authors": [format!("Ann{n} Lee{n}")],
            "tags": [format!("tag{n}")],
            "images": [{ "url": format!("https://a.example/{n}.p{n}"), "caption": format!("c{n}") }],
            "labels": { format!("l{n}"): { "score": n, "name": format!("n{n}"), format!("k{n}"): "v" } },
            "metadata": { format!("inner{n}"): n },
            format!("key{n}"): n,
        });
        writeln!(lines, "{record}").expect("a String takes any text");
        writeln!(lines, "{{\"broken{n}\": ").expect("a String takes any text");
    }
    lines
}

#[test]
fn ten_times_as_many_different_values_make_no_larger_account() {
    let (_, few) = run(&records(2_000), "");
    let (ledger, many) = run(&records(20_000), "");
    assert_eq!(ledger["lines"]["kept"], 20_000);
    for (few, many) in few.into_iter().zip(many) {
        assert!(many < few * 5 / 4, "{few} bytes, and {many} for ten times the values");
    }
}

#[test]
fn a_long_line_of_any_content_takes_no_more_than_a_few_times_its_length() {
    const BYTES: usize = 4_500_000;
    let many =
        |head: &str, unit: &str, tail: &str| format!("{head}{}{tail}\n", unit.repeat(BYTES / unit.len()));
    let numbered = |head: &str, tail: &str| {
        let items: Vec<String> = (0..BYTES / 12).map(|number| format!("\"k{number}\":1")).collect();
        format!("{head}{}{tail}\n", items.join(","))
    };
    let lines = [
        many(r#"{"text":"x","images":["#, r#"{"url":"a"},"#, "{}]}"),
        many(r#"{"text":"x","tags":["#, "1,", "1]}"),
        many(r#"{"text":"x","author":""#, "Ann Lee, ", r#""}"#),
        many(r#"{"text":"x","a":"#, r#"{"a":["#, "1"),
        many(r#"{"text":"x","title":""#, "a b ", r#""}"#),
        many(r#"{"text":"x","url":"https://a.example/"#, "a/", r#""}"#),
        many(r#"{"text":""#, "a", r#""}"#),
        many(r#"{"text":""#, "12 March 2024 ", r#""}"#),
        many(r#"{"text":""#, "&amp;", r#""}"#),
        many(r#"{"html":""#, "<b>", r#""}"#),
        many(r#"{"html":"<p "#, "a=b ", r#">x</p>"}"#),
        numbered(r#"{"text":"x","labels":{"a":{"#, "}}}"),
        numbered(r#"{"text":"x","#, "}"),
    ];
    let stages = "[[stage]]\nkind = \"extract-metadata\"\n[[stage]]\nkind = \"extract-html\"\n[[stage]]\nkind = \"normalise-whitespace\"\n";
    for line in lines {
        let (ledger, [_, report]) = run(&line, stages);
        let head: String = line.chars().take(40).collect();
        let peak = ledger["timing"]["peak_memory_bytes"].as_u64().expect("Linux tells it");
        assert!(peak < 120_000_000, "{head}: {peak} bytes for a line of {}", line.len());
        assert!(report < 200_000, "{head}: {report}");
    }
}
