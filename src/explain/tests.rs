//! Explanations against runs, and what cannot be explained.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::night::{Finish, NightOrder, Pace, run};
use crate::pipeline::tests::panicking_pipeline;
use crate::pipeline::{Pipeline, shipped};
use crate::write::Output;

fn pipeline(name: &str) -> Pipeline {
    Pipeline::parse(name, shipped(name).expect("it is shipped")).expect("it is right")
}

fn samples() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/samples").to_owned()
}

fn run_into(pipeline: Pipeline, input: &str, output: &Path) -> Ledger {
    let order = NightOrder {
        pipeline_file: None,
        pipeline,
        inputs: vec![input.into()],
        output: output.to_owned(),
        threads: 2,
        limit: None,
        sample: None,
        restart: false,
        scratch: None,
        pace: Pace::default(),
        state: None,
    };
    match run(order, &mut (), &AtomicBool::new(false)) {
        Ok(Finish::Complete(ledger)) => *ledger,
        other => panic!("{other:?}"),
    }
}

use crate::account::Ledger;

/// Every output line by where it came from.
fn outputs(folder: &Path) -> BTreeMap<(String, u64), (Output, String)> {
    let mut lines = BTreeMap::new();
    for output in Output::ALL {
        let Ok(shards) = std::fs::read_dir(folder.join(output.folder())) else { continue };
        for shard in shards {
            let path = shard.expect("it can be listed").path();
            let bytes =
                zstd::decode_all(std::fs::File::open(path).expect("it is there")).expect("it is zstd");
            for line in String::from_utf8(bytes).expect("outputs are UTF-8").lines() {
                let value: Value = serde_json::from_str(line).expect("it is JSON");
                let place = value.get("source").unwrap_or(&value);
                let dump = place["dump"].as_str().expect("a name").to_owned();
                let number = place["line"].as_u64().expect("a number");
                lines.insert((dump, number), (output, line.to_owned()));
            }
        }
    }
    lines
}

#[test]
fn an_explanation_tells_what_a_run_does_with_every_line_of_the_samples() {
    for name in ["articles", "fields"] {
        let place = tempfile::tempdir().expect("a temporary folder");
        let ledger = run_into(pipeline(name), &samples(), place.path());
        let lines = outputs(place.path());
        let (mut explained, mut duplicates) = (0, 0);
        for dump in &ledger.dumps {
            for number in 1..=dump.lines.read {
                let told = explain(Question {
                    pipeline: pipeline(name),
                    input: Some(format!("{}/{}", samples(), dump.dump)),
                    which: Which::Line(number),
                    run: Some(FinishedRun::open(place.path()).expect("it has finished")),
                });
                let told = told.unwrap_or_else(|error| panic!("{}:{number}: {error}", dump.dump));
                let run = told.run.as_ref().expect("there is a run");
                assert!(run.agrees && run.same_pipeline, "{}:{number}: {:?}", dump.dump, run.differences);
                let here = told.record.as_ref().map(|record| record.get().trim_end());
                let Some((output, line)) = lines.get(&(dump.dump.clone(), number)) else {
                    assert_eq!((told.outcome.outcome, here), (Finding::Blank, None));
                    continue;
                };
                explained += 1;
                let here = here.expect("every line but a blank one has an output");
                if run.outcome.is_duplicate() {
                    // The same record, and after it what only the run knows.
                    duplicates += 1;
                    assert_eq!(told.outcome, run.outcome);
                    assert_eq!(told.stages_outcome().outcome, Finding::Kept);
                    let common = here.strip_suffix('}').expect("a record is an object");
                    assert!(line.starts_with(&format!("{common},\"verdict\":")), "{}:{number}", dump.dump);
                    continue;
                }
                assert_eq!(here, line, "{}:{number}", dump.dump);
                let finding = match output {
                    Output::Records => Finding::Kept,
                    Output::Dropped => Finding::Dropped,
                    Output::Quarantine => Finding::Quarantined,
                };
                assert_eq!(told.outcome.outcome, finding, "{}:{number}", dump.dump);
                let verdict: Value = serde_json::from_str(line).expect("it is JSON");
                let reason = verdict.get("verdict").unwrap_or(&verdict).get("reason").and_then(Value::as_str);
                assert_eq!(told.outcome.reason.as_deref(), reason, "{}:{number}", dump.dump);
            }
        }
        assert_eq!(explained, 68, "{name}");
        assert_eq!(duplicates, if name == "articles" { 4 } else { 0 });
    }
}

#[test]
fn an_update_agrees_and_names_the_version_before() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (dump, output) = (place.path().join("in.jsonl"), place.path().join("out"));
    let words = "the harbour council closes a ferry pier for repairs ".repeat(8);
    let version = |end: &str| format!(r#"{{"url":"https://a.example/1","text":"{words}{end}"}}"#);
    #[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
    std::fs::write(
        &dump,
        [version("until spring"), version("and opens a new one in another bay")].join("\n"),
    )
    .expect("there is room");
    let dump = dump.display().to_string();
    assert_eq!(run_into(pipeline("nightly"), &dump, &output).updates, 1);
    for line in [1, 2] {
        let question = Question {
            pipeline: pipeline("nightly"),
            input: Some(dump.clone()),
            which: Which::Line(line),
            run: Some(FinishedRun::open(&output).expect("it has finished")),
        };
        let run = explain(question).expect("there is such a line").run.expect("there is a run");
        assert!(run.agrees, "{:?}", run.differences);
        let before = run.update.map(|update| update["line"].clone());
        assert_eq!(before, (line == 2).then_some(1.into()));
    }
}

fn ask(input: &str, which: Which) -> Result<Explanation, ExplainError> {
    explain(Question { pipeline: pipeline("articles"), input: Some(input.to_owned()), which, run: None })
}

#[test]
fn a_record_is_found_by_its_ids_and_its_addresses() {
    let ferry = "https://www.harbourcourier.example/2024/03/ferry-strike-enters-second-week";
    for id in ["3048dc538684a58a069cc264e0ff1aa7", "3048dc53", ferry, &format!("{ferry}#comments")] {
        let told = ask(&samples(), Which::Id(id.to_owned())).expect("it is in the samples");
        assert_eq!((&*told.line.dump, told.line.line), ("news-english.jsonl.zst", 3), "{id}");
    }
    let error = ask(&samples(), Which::Id("no-such-id".to_owned())).expect_err("nothing has it");
    let told = error.to_string();
    assert!(
        told.starts_with("find the id no-such-id in the 71 lines of 5 dumps; broken.jsonl.zst is damaged: "),
        "{told}"
    );
    // A run knows where a record came from, whatever it is called now.
    let place = tempfile::tempdir().expect("a temporary folder");
    run_into(pipeline("articles"), &samples(), place.path());
    let told = explain(Question {
        pipeline: pipeline("articles"),
        input: Some(samples()),
        which: Which::Id("8b1b78032eeb8d004ca18f195301fed0".to_owned()),
        run: Some(FinishedRun::open(place.path()).expect("it has finished")),
    });
    let told = told.expect("it is in the samples");
    assert_eq!((&*told.line.dump, told.line.line), ("news-english.jsonl.zst", 4));
}

#[test]
fn what_cannot_be_explained_says_why() {
    let dump = |name: &str| format!("{}/{name}", samples());
    let told =
        |asked: Result<Explanation, ExplainError>| asked.expect_err("it cannot be explained").to_string();
    assert_eq!(told(ask(&dump("feed.jsonl"), Which::Line(8))), "find line 8: feed.jsonl has 7 lines");
    let damaged = told(ask(&dump("broken.jsonl.zst"), Which::Line(14)));
    assert!(
        damaged.starts_with("find line 14: broken.jsonl.zst is damaged after its line 13: "),
        "{damaged}"
    );
    assert!(
        told(ask(&samples(), Which::Line(1))).starts_with("tell which line is meant: there are 5 dumps, ")
    );
    assert!(told(ask("nowhere.jsonl", Which::Line(1))).starts_with("find nowhere.jsonl: no such file"));
    let place = tempfile::tempdir().expect("a temporary folder");
    run_into(pipeline("articles"), &samples(), &place.path().join("out"));
    let shard = place.path().join("out/dropped/part-00000.jsonl.zst").display().to_string();
    let output = told(ask(&shard, Which::Line(1)));
    assert!(output.starts_with("explain an output of a run: the record came from line "), "{output}");
    // What the run read may have been deleted since, and two ids may begin alike.
    let mut run = FinishedRun::open(&place.path().join("out")).expect("it has finished");
    run.ledger.timing.paths.dumps.fill("/gone/away.jsonl".to_owned());
    let question = |id: &str, run| Question {
        pipeline: pipeline("articles"),
        input: None,
        which: Which::Id(id.to_owned()),
        run: Some(run),
    };
    let moved = told(explain(question("3048dc53", run)));
    assert_eq!(moved, "find news-english.jsonl.zst: when the run read it, it was /gone/away.jsonl");
}

#[test]
fn a_run_that_says_otherwise_is_told_so() {
    let place = tempfile::tempdir().expect("a temporary folder");
    run_into(pipeline("fields"), &samples(), place.path());
    let told = explain(Question {
        pipeline: pipeline("articles"),
        input: Some(format!("{}/news-english.jsonl.zst", samples())),
        which: Which::Line(18),
        run: Some(FinishedRun::open(place.path()).expect("it has finished")),
    });
    let run = told.expect("there is such a line").run.expect("there is a run");
    assert!(!run.agrees && !run.same_pipeline);
    let difference = &run.differences[0];
    assert_eq!(difference.key, "outcome");
    assert_eq!(difference.run, Some("kept".into()));
    assert_eq!(difference.here, Some("dropped by drop-short as too_few_words".into()));
    assert_eq!(run.differences.len(), 1, "{:?}", run.differences);
}

#[test]
fn a_stage_that_panics_is_where_the_explanation_ends() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let dump = place.path().join("in.jsonl");
    #[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
    std::fs::write(&dump, "{\"text\": \"a  mine\"}").expect("there is room");
    let source = "format = 1\n[[stage]]\nkind = \"normalise-whitespace\"";
    let told = explain(Question {
        pipeline: panicking_pipeline(source),
        input: Some(dump.display().to_string()),
        which: Which::Line(1),
        run: None,
    });
    let told = told.expect("there is such a line");
    let outcomes: Vec<Finding> = told.stages.iter().map(|stage| stage.outcome).collect();
    assert_eq!(outcomes, [Finding::Kept, Finding::Quarantined]);
    let edit = Edit { line: 1, removed: "  ".to_owned(), added: " ".to_owned() };
    assert_eq!(told.stages[0].changes[0].edits, [edit]);
    assert_eq!(told.outcome.stage.as_deref(), Some("panics"));
    assert_eq!(told.outcome.reason.as_deref(), Some("stage_panicked"));
}
