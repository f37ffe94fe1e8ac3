//! A state over several nights, as a user meets it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn copydesk(place: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.args(arguments).current_dir(place).output().expect("the program starts")
}

fn write(path: &Path, content: &str) {
    use std::io::Write as _;
    drop(std::fs::remove_file(path));
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).expect("there is room");
    file.write_all(content.as_bytes()).expect("there is room");
}

fn article(number: usize) -> String {
    let words: Vec<String> = (0..60).map(|word| format!("story{number}word{word}")).collect();
    format!(
        "{{\"url\":\"https://paper.example/{number}?utm_source=feed\",\"text\":\"{}\"}}\n",
        words.join(" ")
    )
}

/// Runs a night; what it kept and why it dropped what it dropped.
fn night(place: &Path, dump: &str, output: &str, more: &[&str]) -> (i64, Value) {
    let arguments = ["run", "nightly", dump, "--state", "state", "--format", "json", "--output", output];
    let result = copydesk(place, &[&arguments[..], more].concat());
    // A night of repeats alone crosses a limit.
    assert!(matches!(result.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&result.stderr));
    let summary: Value = serde_json::from_slice(&result.stdout).expect("the summary is JSON");
    (summary["lines"]["kept"].as_i64().expect("a number"), summary["dropped"].clone())
}

fn fails(place: &Path, arguments: &[&str], code: i32, messages: &[&str]) {
    let result = copydesk(place, arguments);
    let errors = String::from_utf8_lossy(&result.stderr).into_owned();
    assert_eq!(result.status.code(), Some(code), "{errors}");
    for message in messages {
        assert!(errors.contains(message), "{message} is not in: {errors}");
    }
}

#[test]
fn a_state_that_is_in_use_is_worth_a_retry() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("1.jsonl"), &article(1));
    night(place, "1.jsonl", "out/n1", &[]);
    let lock = std::fs::OpenOptions::new().write(true).open(place.join("state/.lock")).expect("it is there");
    lock.lock().expect("nobody has it");
    let run = ["run", "nightly", "1.jsonl", "--state", "state", "--output", "out/n2"];
    let add = ["state", "add", "state", "1.jsonl"];
    for command in [&run[..], &add, &["state", "forget", "state", "n1"]] {
        fails(place, command, 1, &["another run or command is using it now", "wait until it has finished"]);
    }
    drop(lock);
    night(place, "1.jsonl", "out/n2", &[]);
}

#[test]
fn a_state_is_not_begun_among_files_of_somebody_else() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    std::fs::create_dir(place.join("dumps")).expect("there is room");
    write(&place.join("dumps/a.jsonl"), &article(1));
    for more in [&[][..], &["--dry-run"]] {
        let run = [&["run", "nightly", "dumps", "--output", "out", "--state", "dumps"], more].concat();
        fails(
            place,
            &run,
            2,
            &["failed to use the state in dumps", "a.jsonl is there", "give another --state"],
        );
    }
    assert_eq!(std::fs::read_dir(place.join("dumps")).expect("it is there").count(), 1);
    // A disk's own folder and what is hidden are no reason.
    std::fs::create_dir_all(place.join("state/lost+found")).expect("there is room");
    write(&place.join("state/.keep"), "");
    assert_eq!(night(place, "dumps", "out", &[]).0, 1);
}

#[test]
fn a_corpus_is_known_to_the_nights_after_it() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("old.jsonl"), &(0..6).map(article).collect::<String>());
    write(&place.join("new.jsonl"), &(3..9).map(article).collect::<String>());
    let add = ["state", "add", "state", "old.jsonl", "--format", "json"];
    let added = copydesk(place, &add);
    let added: Value = serde_json::from_slice(&added.stdout).expect("it is JSON");
    assert_eq!((&added["night"], &added["articles"]), (&"old.jsonl".into(), &6.into()));
    let again = copydesk(place, &add);
    assert_eq!(again.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&again.stderr).contains("has this corpus as `old.jsonl`"));
    assert_eq!(night(place, "new.jsonl", "out/n1", &[]), (3, serde_json::json!({"duplicate_url": 3})));
    // A run's records, in the state that it left, are its own.
    let added = copydesk(place, &["state", "add", "other", "out/n1", "--night", "records"]);
    assert_eq!(String::from_utf8_lossy(&added.stdout), "added 3 articles as `records`\n");
    // Of a stream nothing is known before it is read.
    for (dump, expected) in [("old.jsonl", 6), ("new.jsonl", 3)] {
        let piped = format!(
            "{} state add piped - --night {dump} --format json < {dump}",
            env!("CARGO_BIN_EXE_copydesk")
        );
        let added =
            Command::new("sh").args(["-c", &piped]).current_dir(place).output().expect("there is a shell");
        let added: Value = serde_json::from_slice(&added.stdout).expect("it is JSON");
        assert_eq!(added["articles"], expected, "{dump}");
    }
    let again =
        format!("cat new.jsonl | {} state add piped - --night old.jsonl", env!("CARGO_BIN_EXE_copydesk"));
    let again =
        Command::new("sh").args(["-c", &again]).current_dir(place).output().expect("there is a shell");
    assert!(String::from_utf8_lossy(&again.stdout).starts_with("added "), "{again:?}");
    fails(place, &["state", "add", "state", "nowhere"], 2, &["nowhere"]);
    fails(place, &["state", "add", "state", "old.jsonl", "--pipeline", "articles"], 2, &["near = false"]);
}

#[test]
fn a_state_remembers_forgets_and_withholds() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("1.jsonl"), &(0..5).map(article).collect::<String>());
    write(&place.join("2.jsonl"), &(3..9).map(article).collect::<String>());
    assert_eq!(night(place, "1.jsonl", "out/n1", &[]).0, 5);
    assert_eq!(night(place, "2.jsonl", "out/n2", &[]), (4, serde_json::json!({"duplicate_url": 2})));
    let list = copydesk(place, &["state", "list", "state"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(list.contains("n1") && list.contains("n2"), "{list}");
    let stats = copydesk(place, &["state", "stats", "state", "--format", "json"]);
    let stats: Value = serde_json::from_slice(&stats.stdout).expect("it is JSON");
    assert_eq!((&stats["articles"], &stats["nights"]), (&9.into(), &2.into()));
    for output in ["out/n1", "out/n2"] {
        let verified = copydesk(place, &["verify", output, "--state", "state"]);
        assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stderr));
    }
    // Another folder of the same name is another night, unless its name is given.
    let another = ["run", "nightly", "1.jsonl", "--state", "state", "--output", "other/n1"];
    fails(place, &another, 2, &["it has a night `n1` already", "--night"]);
    assert_eq!(night(place, "2.jsonl", "other/n1", &["--night", "n1"]).0, 2, "n2 has the other four");
    // The state has the new n1, and the old one is no longer right.
    fails(place, &["verify", "out/n1", "--state", "state"], 1, &["lacks 5 records", "and has 2 that"]);
    // An address that is not to come back, and one night's articles that may.
    let url = "https://paper.example/7?utm_source=elsewhere";
    assert_eq!(copydesk(place, &["state", "forget", "state", "--url", url]).status.code(), Some(0));
    assert_eq!(copydesk(place, &["state", "forget", "state", "n2"]).status.code(), Some(0));
    fails(place, &["state", "forget", "state", "n2"], 2, &["find the night `n2`", "its nights are n1"]);
    let (kept, dropped) = night(place, "2.jsonl", "out/n3", &[]);
    assert_eq!((kept, dropped), (3, serde_json::json!({"duplicate_url": 2, "withheld": 1})));
    // What is withheld is said to be, why, and how it is let in again; that the stages kept it comes after.
    let explained = |more: &[&str]| {
        let what = ["explain", "--run", "out/n3", "https://paper.example/7"];
        let told = copydesk(place, &[&what[..], more].concat());
        assert_eq!(told.status.code(), Some(0), "{}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    let page = explained(&[]);
    assert_eq!(page.lines().nth(1), Some("in the run out/n3: dropped as withheld by dedup"), "{page}");
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "No stage dropped it.",
        "not to come back",
        "`copydesk state allow` takes it off",
        "up to there as told here",
    ] {
        assert!(words.contains(part), "{part} is not in {page}");
    }
    let told: Value = serde_json::from_str(&explained(&["--format", "json"])).expect("it is JSON");
    assert_eq!(
        (&told["outcome"]["reason"], &told["by_stages"]["outcome"]),
        (&"withheld".into(), &"kept".into())
    );
    fails(place, &["state", "list", "nowhere"], 2, &["there is no state.json in it"]);
    let other = ["run", "articles", "1.jsonl", "--state", "state", "--output", "x"];
    fails(place, &other, 2, &["near = false", "give the pipeline the state's settings"]);
    assert!(!place.join("x").exists(), "nothing is made before all is understood");
    fails(place, &["verify", "out/n2", "--state", "state"], 1, &["the state has no night `n2`"]);
}

#[test]
fn every_output_of_the_samples_keeps_its_promise() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
    for pipeline in ["articles", "fields", "nightly"] {
        copydesk(place.path(), &["run", pipeline, samples, "--output", pipeline]);
        let verified = copydesk(place.path(), &["verify", pipeline]);
        assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stderr));
    }
}

#[test]
fn a_damaged_state_is_named_and_repaired_from_the_outputs_of_its_nights() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    for (number, dump) in ["1.jsonl", "2.jsonl", "3.jsonl"].into_iter().enumerate() {
        write(&place.join(dump), &(number * 10..number * 10 + 9).map(article).collect::<String>());
        assert_eq!(night(place, dump, &format!("out/n{number}"), &[]).0, 9);
    }
    write(&place.join("all.jsonl"), &(0..30).map(article).collect::<String>());
    let state = |name: &str| place.join("state").join(name);
    let tonight = ["run", "nightly", "all.jsonl", "--state", "state", "--output", "out/tonight"];
    let check = ["state", "check", "state"];
    let repaired = |arguments: &[&str]| {
        let repair = copydesk(place, &[&["state", "repair", "state"], arguments].concat());
        assert_eq!(repair.status.code(), Some(0), "{}", String::from_utf8_lossy(&repair.stderr));
        assert_eq!(copydesk(place, &check).status.code(), Some(0));
        for number in 0..3 {
            let verify = copydesk(place, &["verify", &format!("out/n{number}"), "--state", "state"]);
            assert_eq!(verify.status.code(), Some(0), "{}", String::from_utf8_lossy(&verify.stderr));
        }
        String::from_utf8_lossy(&repair.stdout).into_owned()
    };
    assert!(repaired(&[]).contains("there is nothing to repair"));
    let volume = || {
        let files = std::fs::read_dir(place.join("state")).expect("it is there");
        let names =
            files.map(|file| file.expect("it can be listed").file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with("volume-")).max().expect("there is one")
    };
    // A volume, with its runs where they were, and somewhere else.
    let name = volume();
    let content = std::fs::read(state(&name)).expect("it is there");
    let harm = |name: &str| {
        let mut content = std::fs::read(state(name)).expect("it is there");
        let middle = content.len() / 2;
        content[middle] ^= 4;
        std::fs::remove_file(state(name)).expect("it is there");
        std::fs::File::create_new(state(name))
            .and_then(|mut file| std::io::Write::write_all(&mut file, &content))
            .expect("there is room");
    };
    assert!(!content.is_empty());
    harm(&name);
    fails(place, &check, 1, &[&name, "its content is not what was written"]);
    fails(place, &tonight, 2, &[&format!("its {name} is damaged"), "copydesk state repair"]);
    std::fs::rename(place.join("out"), place.join("elsewhere")).expect("it is there");
    fails(place, &["state", "repair", "state"], 2, &["no run is given for its nights `n0`"]);
    std::fs::rename(place.join("elsewhere"), place.join("out")).expect("it is there");
    assert!(repaired(&[]).contains(&format!("{name} is damaged: written again as volume-")));
    // Statistics, which stop no night.
    harm("hosts-000001.json.zst");
    fails(place, &check, 1, &["hosts-000001.json.zst"]);
    assert!(repaired(&[]).contains("hosts-000001.json.zst is damaged: written again"));
    // The manifest: the one before has a copy of it.
    std::fs::remove_file(state("state.json")).expect("it is there");
    fails(place, &tonight, 2, &["its state.json is missing, and", "copydesk state repair"]);
    assert!(repaired(&[]).contains("it is written again from state.before.json"));
    // Both manifests.
    for name in ["state.json", "state.before.json"] {
        harm(name);
    }
    fails(place, &["state", "repair", "state", "out/n0"], 2, &["is damaged", "and so is state.before.json"]);
    repaired(&["out/n0", "out/n1", "out/n2", "--pipeline", "nightly"]);
    assert_eq!(night(place, "all.jsonl", "out/tonight", &[]).0, 3, "27 of 30 are known");
}

#[test]
fn a_plan_that_was_sealed_ends_as_it_ended() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("dump.jsonl"), &(article(1) + "no JSON\n"));
    assert_eq!(copydesk(place, &["plan", "nightly", "dump.jsonl", "--output", "out"]).status.code(), Some(0));
    for (step, code) in [("all", 3), ("seal", 3), ("all", 3), ("work", 0)] {
        let done = copydesk(place, &["task", "out", step]);
        assert_eq!(done.status.code(), Some(code), "{step}: {}", String::from_utf8_lossy(&done.stderr));
    }
}
