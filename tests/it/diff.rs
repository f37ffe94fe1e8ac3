//! `copydesk diff`: two runs side by side.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const LINES: [&str; 6] = [
    r#"{"url":"https://p.example/1","title":"Bridge closed - The Courier","text":"The bridge  over the river is closed from today."}"#,
    r#"{"url":"https://p.example/2","title":"Two","text":"Four words are here."}"#,
    "[1]",
    r#"{"url":"https://p.example/1","title":"Again","text":"The same address as the first one has, in other words."}"#,
    "",
    r#"{"url":"https://p.example/5","title":"Five","text":"Nothing about this article is different in the second run."}"#,
];

fn copydesk(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk")).args(arguments).output().expect("the program starts")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary folder's name is UTF-8")
}

fn write(path: &Path, content: &str) {
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).expect("there is room");
    std::io::Write::write_all(&mut file, content.as_bytes()).expect("there is room");
}

/// Runs a pipeline of these stages over dumps in a folder.
fn run(place: &Path, name: &str, stages: &str, dumps: &[&str]) {
    let pipeline = place.join(format!("{name}.toml"));
    write(&pipeline, &format!("format = 1\n{stages}"));
    let dumps: Vec<String> = dumps.iter().map(|dump| text(&place.join(dump)).to_owned()).collect();
    let dumps: Vec<&str> = dumps.iter().map(String::as_str).collect();
    let output = place.join(name);
    let arguments = [&["run", text(&pipeline)][..], &dumps, &["--output", text(&output)]].concat();
    let result = copydesk(&arguments);
    assert_eq!(result.status.code(), Some(0), "{}", String::from_utf8_lossy(&result.stderr));
}

fn diff(place: &Path, first: &str, second: &str) -> Value {
    let result = copydesk(&["diff", text(&place.join(first)), text(&place.join(second)), "--format", "json"]);
    assert_eq!(result.status.code(), Some(0), "{}", String::from_utf8_lossy(&result.stderr));
    serde_json::from_slice(&result.stdout).expect("it is JSON")
}

const FIRST: &str = "[[stage]]\nkind = \"drop-short\"\nmin-words = 5\n[dedup]\nexact = true\n";
const SECOND: &str =
    "[[stage]]\nkind = \"normalise-whitespace\"\n[[stage]]\nkind = \"drop-short\"\nmin-words = 10\n";

#[test]
fn what_became_different_is_counted_by_what_and_shown() {
    let place = tempfile::tempdir().expect("a temporary folder");
    write(&place.path().join("a.jsonl"), &LINES.join("\n"));
    let long: Vec<String> = (0..3000)
        .map(|number| {
            format!("{{\"url\":\"https://q.example/{number}\",\"text\":\"a b  c d e f g h i {number}\"}}")
        })
        .collect();
    write(&place.path().join("b.jsonl"), &long.join("\n"));
    run(place.path(), "one", FIRST, &["a.jsonl", "b.jsonl"]);
    run(place.path(), "two", SECOND, &["a.jsonl", "b.jsonl"]);
    let found = diff(place.path(), "one", "two");
    assert_eq!(found["matched"], 3005, "{found}");
    // The array, the fifth article, and the two that go for the same reason.
    assert_eq!([&found["same"], &found["changed"]], [&json!(3), &json!(3000)], "{found}");
    assert_eq!(found["only_in"], json!([0, 0]));
    let kept = json!("kept");
    let dropped = |stage: &str, reason: &str| json!({ "dropped": { "stage": stage, "reason": reason } });
    let moves: Vec<_> = found["moves"].as_array().expect("a list").iter().collect();
    assert_eq!(moves.len(), 2, "{found}");
    let one = |from: &Value, to: &Value, title: &str, line: u64| json!({ "from": from, "to": to, "lines": 1, "examples": [{ "title": title, "dump": "a.jsonl", "line": line }] });
    assert_eq!(
        *moves[0],
        one(&kept, &dropped("drop-short", "too_few_words"), "Bridge closed - The Courier", 1)
    );
    assert_eq!(*moves[1], one(&dropped("dedup", "duplicate_url"), &kept, "Again", 4));
    let field = json!({
        "field": "text", "changed": 3000, "added": 0, "removed": 0,
        "examples": (0..3).map(|number| json!({
            "dump": "b.jsonl", "line": number + 1,
            "old": format!("a b  c d e f g h i {number}"), "new": format!("a b c d e f g h i {number}"),
        })).collect::<Vec<_>>(),
    });
    assert_eq!(found["fields"], json!([field]));
    let same = diff(place.path(), "one", "one");
    assert_eq!([&same["same"], &same["matched"]], [&json!(3005), &json!(3005)]);
    let shown = copydesk(&["diff", text(&place.path().join("one")), text(&place.path().join("two"))]);
    let table = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(table.contains("kept → too_few_words (drop-short)"), "{table}");
    assert!(!table.contains('\u{1b}') && table.lines().all(|line| line.chars().count() <= 80), "{table}");
}

#[test]
fn dumps_of_one_run_alone_are_matched_by_id() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let lines: Vec<&str> = LINES.into_iter().filter(|line| line.starts_with('{')).collect();
    write(&place.path().join("a.jsonl"), &lines.join("\n"));
    write(&place.path().join("b.jsonl"), r#"{"url":"https://p.example/9","text":"Only in the first run."}"#);
    // The same records under another name, the other way round.
    write(&place.path().join("c.jsonl"), &lines.iter().rev().copied().collect::<Vec<_>>().join("\n"));
    run(place.path(), "one", "", &["a.jsonl", "b.jsonl"]);
    run(place.path(), "two", "[[stage]]\nkind = \"normalise-whitespace\"\n", &["c.jsonl"]);
    let found = diff(place.path(), "one", "two");
    assert_eq!(found["matched_by_id"], 4, "{found}");
    assert_eq!(found["only_in"], json!([1, 0]), "{found}");
    assert_eq!(found["dumps_only_in"], json!([["a.jsonl", "b.jsonl"], ["c.jsonl"]]));
    // Two have one address: first with first, though they stand the other way round.
    assert_eq!([&found["same"], &found["changed"]], [&json!(2), &json!(2)], "{found}");
}

#[test]
fn dumps_of_one_name_and_another_content_are_not_laid_line_by_line() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for (night, lines) in [("mon", [LINES[0], LINES[1]]), ("tue", [LINES[1], LINES[5]])] {
        std::fs::create_dir(place.path().join(night)).expect("there is room");
        write(&place.path().join(night).join("a.jsonl"), &lines.join("\n"));
    }
    run(place.path(), "one", "", &["mon/a.jsonl"]);
    run(place.path(), "two", "", &["tue/a.jsonl"]);
    let found = diff(place.path(), "one", "two");
    assert_eq!(found["dumps_changed"], json!(["a.jsonl"]), "{found}");
    assert_eq!(
        [&found["same"], &found["changed"], &found["matched_by_id"]],
        [&json!(1), &json!(0), &json!(1)]
    );
    assert_eq!([&found["only_in"], &found["dumps_only_in"]], [&json!([1, 1]), &json!([[], []])], "{found}");
    let shown = copydesk(&["diff", text(&place.path().join("one")), text(&place.path().join("two"))]);
    let table = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(table.contains("another content has a.jsonl"), "{table}");
    // Of the same length, too.
    std::fs::create_dir(place.path().join("later")).expect("there is room");
    write(&place.path().join("later/a.jsonl"), &LINES.join("\n").replace("Five", "Nine"));
    write(&place.path().join("a2.jsonl"), &LINES.join("\n"));
    std::fs::create_dir(place.path().join("sooner")).expect("there is room");
    std::fs::rename(place.path().join("a2.jsonl"), place.path().join("sooner/a.jsonl")).expect("it is there");
    run(place.path(), "nine", FIRST, &["later/a.jsonl"]);
    run(place.path(), "five", FIRST, &["sooner/a.jsonl"]);
    assert_eq!(diff(place.path(), "five", "nine")["dumps_changed"], json!(["a.jsonl"]));
}

#[test]
fn runs_that_cannot_be_laid_side_by_side_are_exit_code_2() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for name in ["a.jsonl", "b.jsonl"] {
        write(&place.path().join(name), LINES[0]);
    }
    run(place.path(), "one", "", &["a.jsonl", "b.jsonl"]);
    run(place.path(), "two", "", &["b.jsonl", "a.jsonl"]);
    for (second, message) in
        [("two", "one has a.jsonl before b.jsonl, the other has it after"), ("three", "no such folder")]
    {
        let result = copydesk(&["diff", text(&place.path().join("one")), text(&place.path().join(second))]);
        let errors = String::from_utf8_lossy(&result.stderr).into_owned();
        assert_eq!(result.status.code(), Some(2), "{errors}");
        assert!(errors.contains(message), "{errors}");
    }
}
