//! `copydesk what-if` against real runs with the changed limits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::samples::fates;

fn copydesk(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the program starts")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary folder's name is UTF-8")
}

/// What makes the samples' records; `label-language` because some gates go by the language.
const MAKERS: [&str; 6] = [
    "extract-metadata",
    "extract-html",
    "label-page",
    "normalise-whitespace",
    "label-language",
    "label-spun",
];

/// A pipeline file: the makers, with gates after them, and what is below.
fn pipeline(folder: &Path, name: &str, gates: &str, rest: &str) -> String {
    staged(folder, name, &format!("{}; {gates}", MAKERS.join("; ")), rest)
}

/// A pipeline file of stages that are written as `kind option = value; kind`.
fn staged(folder: &Path, name: &str, stages: &str, rest: &str) -> String {
    let mut source = String::from("format = 1\n");
    for stage in stages.split(';').map(str::trim).filter(|stage| !stage.is_empty()) {
        let (kind, options) = stage.split_once(' ').unwrap_or((stage, ""));
        let options = options.replace(", ", "\n");
        source.extend(["[[stage]]\nkind = \"", kind, "\"\n", &options, "\n"]);
    }
    source.push_str(rest);
    let path = folder.join(format!("{name}.toml"));
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, source.as_bytes()))
        .expect("there is room");
    text(&path).to_owned()
}

fn run(pipeline: &str, output: &Path) {
    let result = copydesk(&["run", pipeline, "samples", "--output", text(output), "--progress", "never"]);
    // One of the samples is cut off on purpose.
    assert_eq!(result.status.code(), Some(3), "{}", String::from_utf8_lossy(&result.stderr));
}

/// The answer with every article that changes sides.
fn what_if(pipeline: &str, was: &str, output: &Path) -> Value {
    let result = copydesk(&[
        "what-if",
        pipeline,
        text(output),
        "--was",
        was,
        "--format",
        "json",
        "--examples",
        "1000",
    ]);
    assert_eq!(result.status.code(), Some(0), "{}", String::from_utf8_lossy(&result.stderr));
    serde_json::from_slice(&result.stdout).expect("the answer is JSON")
}

/// The places that a list of rules or reasons names under a key.
fn places(report: &Value, of: &str, key: &str) -> BTreeSet<(String, u64)> {
    let list = report[of].as_array().expect("it is a list");
    let examples = list.iter().flat_map(|rule| rule[key].as_array().expect("it is a list"));
    examples
        .map(|example| {
            let dump = example["dump"].as_str().expect("a name").to_owned();
            (dump, example["line"].as_u64().expect("a number"))
        })
        .collect()
}

/// Dropped articles by reason.
fn by_reason(fates: &BTreeMap<(String, u64), String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for reason in fates.values().filter_map(|fate| fate.strip_prefix("dropped ")) {
        *counts.entry(reason.to_owned()).or_insert(0) += 1;
    }
    counts
}

#[test]
fn a_replay_says_what_a_run_with_the_changed_limits_says() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let exact = "[dedup]\nexact = true\n";
    let pipelines = [
        ("short", "drop-short min-words = 40", exact),
        ("shorter", "drop-short min-words = 80", exact),
        ("short-by-one", "drop-short min-words = 41", exact),
        ("long", "drop-short min-words = 5", "[dedup]\nexact = [\"text\"]\n"),
        ("open", "", ""),
        ("english", "drop-language keep = [\"en\"]; drop-short min-words = 60", exact),
        ("sure", "drop-short min-words = 20; drop-language min-score = 0.95", "[dedup]\nnear = true\n"),
        ("near", "drop-non-article; drop-short min-words = 40", "[dedup]\nnear = { threshold = 0.3 }\n"),
        ("gopher", "gopher-repetition; gopher-quality", exact),
        (
            "gopher-news",
            "gopher-repetition max-frequent-n-grams = [0.05,0.05,0.05]; gopher-quality variant = \"news\", min-words = 80",
            exact,
        ),
        ("lines", "c4 terminal-punctuation = false; fineweb max-line-feeds = 0.1", exact),
        ("lines-2024", "fineweb rules = \"2024-04\", min-terminal-lines = 0.5; c4 min-sentences = 7", exact),
        ("listed", "drop-listed hosts = [\"harbourcourier.example\"]; drop-spun min-score = 0.4", exact),
    ];
    let files: Vec<String> =
        pipelines.iter().map(|(name, gates, rest)| pipeline(place.path(), name, gates, rest)).collect();
    let outputs: Vec<_> = pipelines.iter().map(|(name, ..)| place.path().join(name)).collect();
    for (file, output) in files.iter().zip(&outputs) {
        run(file, output);
    }
    let fates: Vec<_> = outputs.iter().map(|output| fates(output)).collect();
    let mut lost_in_all = 0;
    for was in 0..files.len() {
        // A third of the pairs, each pipeline with a third of the others: a replay takes a tenth of a second.
        for now in (was % 3..files.len()).step_by(3) {
            let names = format!("{} → {}", pipelines[was].0, pipelines[now].0);
            let report = what_if(&files[now], &files[was], &outputs[was]);
            let kept = |index: usize| fates[index].values().filter(|fate| *fate == "records").count();
            assert_eq!(report["kept_before"].as_u64(), Some(kept(was) as u64), "{names}");
            assert_eq!(report["kept_after"].as_u64(), Some(kept(now) as u64), "{names}");
            assert_eq!(report["unknown"], 0, "{names}");
            let flipped = |from: usize, to: usize| -> BTreeSet<(String, u64)> {
                let kept_there = fates[from].iter().filter(|(_, fate)| *fate == "records");
                kept_there
                    .filter(|(place, _)| fates[to].get(*place).is_some_and(|fate| fate != "records"))
                    .map(|(place, _)| place.clone())
                    .collect()
            };
            let lost = places(&report, "rules", "newly_dropped");
            lost_in_all += lost.len();
            assert_eq!(lost, flipped(was, now), "{names}");
            assert_eq!(places(&report, "rules", "newly_kept"), flipped(now, was), "{names}");
            let mut reasons = BTreeMap::new();
            for rule in report["rules"].as_array().expect("it is a list") {
                let dropped = rule["dropped_after"].as_u64().unwrap_or_default();
                if dropped > 0 {
                    *reasons.entry(rule["reason"].as_str().unwrap_or_default().to_owned()).or_insert(0) +=
                        dropped;
                }
            }
            assert_eq!(reasons, by_reason(&fates[now]), "{names}");
        }
    }
    assert!(lost_in_all > 100, "{lost_in_all}: the pipelines differ in what they keep");
}

#[test]
fn what_was_never_measured_is_counted_as_not_known() {
    let place = tempfile::tempdir().expect("a temporary folder");
    // The gate stands before the text is cleaned, and the language is not looked at before it.
    let stages = |min_words: u32| {
        format!(
            "extract-metadata; extract-html; drop-short min-words = {min_words}; strip-boilerplate; label-language; \
             drop-language min-score = 0.9"
        )
    };
    let was = staged(place.path(), "was", &stages(100), "[dedup]\nexact = true\n");
    let now = staged(place.path(), "now", &stages(60), "[dedup]\nexact = true\n");
    let [before, after] = ["a", "b"].map(|name| place.path().join(name));
    run(&was, &before);
    run(&now, &after);
    let report = what_if(&now, &was, &before);
    let number = |key: &str| report[key].as_u64().unwrap_or_default();
    let kept = fates(&after).values().filter(|fate| *fate == "records").count() as u64;
    let (least, unknown) = (number("kept_after"), number("unknown"));
    assert!(
        unknown > 3 && least <= kept && kept <= least + unknown,
        "{least} ≤ {kept} ≤ {least} + {unknown}"
    );
    assert_eq!(report["flips"]["dropped_to_unknown"].as_u64(), Some(unknown));
    let because = &report["unknown_because"][0]["because"];
    assert!(
        because.as_str().is_some_and(|text| text.starts_with("drop-language was never asked")),
        "{because}"
    );
    // What is dropped now is dropped in the run.
    let fates = fates(&after);
    for place in places(&report, "rules", "newly_dropped") {
        assert!(fates.get(&place).is_some_and(|fate| fate.starts_with("dropped")), "{place:?}");
    }
}

#[test]
fn what_only_a_new_run_knows_is_refused() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let was = pipeline(place.path(), "was", "drop-short", "");
    let output = place.path().join("out");
    run(&was, &output);
    let other_input = pipeline(place.path(), "input", "drop-short", "[input]\ndates = \"day-first\"\n");
    let edits = pipeline(place.path(), "edits", "strip-boilerplate; drop-short", "");
    let unknown = pipeline(place.path(), "unknown", "drop-short min-words = 7", "");
    let was_arguments = ["--was", was.as_str()];
    for (pipeline, more, message) in [
        (other_input.as_str(), &was_arguments[..], "[input] dates was"),
        (edits.as_str(), &was_arguments, "strip-boilerplate is new"),
        (edits.as_str(), &was_arguments, "a new run has the answer"),
        (unknown.as_str(), &[], "--was FILE"),
    ] {
        let result = copydesk(&[&["what-if", pipeline, text(&output)], more].concat());
        let errors = String::from_utf8_lossy(&result.stderr).into_owned();
        assert_eq!(result.status.code(), Some(2), "{errors}");
        assert!(errors.contains(message), "{message} is not in {errors}");
    }
    let nowhere = copydesk(&["what-if", &was, text(place.path())]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("no ledger.json"));
    // A shard that is not there is no wrong question.
    std::fs::remove_file(output.join("records/part-00000.jsonl.zst")).expect("it is there");
    let broken = copydesk(&["what-if", &was, text(&output)]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stderr).contains("copydesk verify"));
}

#[test]
fn a_pipeline_that_is_extended_is_known_as_it_is() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let mine = pipeline(place.path(), "mine", "drop-short", "");
    let output = place.path().join("out");
    run(&mine, &output);
    let over = |name: &str, extends: &str, words: u32| {
        let changes = format!("[[stage]]\nchange = \"drop-short\"\nmin-words = {words}\n");
        let path = place.path().join(name);
        super::command::write(&path, format!("format = 1\nextends = \"{extends}\"\n{changes}").as_bytes());
        text(&path).to_owned()
    };
    let stricter = over("stricter.toml", "mine.toml", 60);
    let strictest = over("strictest.toml", "stricter.toml", 100);
    let said = |arguments: &[&str]| {
        let result = copydesk(&[&["what-if"], arguments].concat());
        assert_eq!(result.status.code(), Some(0), "{}", String::from_utf8_lossy(&result.stderr));
        String::from_utf8_lossy(&result.stdout).into_owned()
    };
    assert!(said(&[&stricter, text(&output)]).contains("40 → 60"));
    assert!(said(&[&strictest, text(&output)]).contains("40 → 100"), "the lowest of a chain, too");
    let other = pipeline(place.path(), "other", "drop-short min-words = 80", "");
    assert!(said(&[&other, text(&output), "--was", &stricter]).contains("40 → 80"), "and of --was");
}

#[test]
fn the_answer_is_a_table_and_a_page() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let strict =
        pipeline(place.path(), "strict", "drop-short min-words = 100; drop-language min-score = 0.2", "");
    let was = pipeline(place.path(), "was", "drop-short; drop-language min-score = 0.5", "");
    let [output, page] = ["out", "page.html"].map(|name| place.path().join(name));
    run(&was, &output);
    let arguments = ["what-if", &strict, text(&output), "--was", &was, "--html", text(&page)];
    let result = copydesk(&arguments);
    assert_eq!(result.status.code(), Some(0), "{}", String::from_utf8_lossy(&result.stderr));
    let table = String::from_utf8_lossy(&result.stdout).into_owned();
    assert!(table.contains("40 → 100") && table.contains("lost to drop-short too_few_words 3 of"), "{table}");
    assert!(!table.contains('\u{1b}') && table.contains(&format!("on {}", text(&output))), "{table}");
    let html = std::fs::read_to_string(&page).expect("it was written");
    assert_eq!(html.matches("<svg").count(), 2, "a curve for each limit");
    assert!(!html.contains("<script") && !html.contains("<link") && !html.contains("url("), "{html}");
    // A curve has what a run has, at both limits.
    let report = what_if(&strict, &was, &output);
    let curve = &report["curves"][0];
    let at = |limit: f64| {
        let points = curve["points"].as_array().expect("it is a list");
        points.iter().find(|point| point[0].as_f64() == Some(limit)).and_then(|point| point[1].as_u64())
    };
    assert_eq!(at(100.0), report["kept_after"].as_u64());
    assert!(at(40.0) > at(100.0) && at(40.0) <= at(0.0), "{curve}");
}
