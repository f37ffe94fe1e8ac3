//! Nights that were lost, without any configuration: exit code, summary, ledger, metrics and report agree.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// `lines` articles of a host, or so many teasers, that no other night has.
fn records(host: &str, night: usize, lines: usize, words: usize) -> String {
    let mut dump = String::new();
    for line in 0..lines {
        let text: Vec<String> = (0..words).map(|word| format!("n{night}{host}{line}w{word}")).collect();
        writeln!(dump, "{{\"url\":\"https://{host}/{night}/{line}\",\"text\":\"{}\"}}", text.join(" "))
            .expect("a String takes any text");
    }
    dump
}

/// Runs `pipeline` over the dumps, and checks that all that a run says of its verdict is the same.
fn crossed(place: &Path, name: &str, pipeline: &str, dumps: &[(&str, String)], more: &[&str]) -> Vec<String> {
    let input = place.join(format!("{name}-in"));
    std::fs::create_dir_all(&input).expect("there is room");
    for (dump, content) in dumps {
        crate::command::write(&input.join(dump), content.as_bytes());
    }
    let own = format!("{pipeline}.toml");
    let file = if place.join(&own).exists() { own } else { pipeline.to_owned() };
    let done = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", &file, &format!("{name}-in"), "--output", name])
        .args(more)
        .current_dir(place)
        .output()
        .expect("the program starts");
    let read =
        |file: &str| std::fs::read_to_string(place.join(name).join(file)).expect("the run is complete");
    let ledger: Value = serde_json::from_str(&read("ledger.json")).expect("it is JSON");
    let found = ledger["limits_crossed"].as_array().expect("a list").clone();
    let limits: Vec<String> =
        found.iter().map(|one| one["limit"].as_str().expect("a name").to_owned()).collect();
    let (summary, metrics, report) =
        (String::from_utf8_lossy(&done.stdout).into_owned(), read("metrics.prom"), read("report.html"));
    let code = if limits.is_empty() { 0 } else { 3 };
    assert_eq!(done.status.code(), Some(code), "{summary}{}", String::from_utf8_lossy(&done.stderr));
    let labels = format!("{{pipeline=\"{pipeline}\",folder=\"{}\"}}", place.display());
    assert!(metrics.contains(&format!("limits_crossed{labels} {}\n", limits.len())), "{metrics}");
    assert!(metrics.contains(&format!("exit_code{labels} {code}\n")), "{metrics}");
    assert_eq!(report.contains(" within its limits"), limits.is_empty());
    for limit in &limits {
        assert!(summary.contains(limit.as_str()) && report.contains(limit.as_str()), "{limit}: {summary}");
        assert!(metrics.contains(&format!("limit=\"{limit}\"}} 1\n")), "{limit}: {metrics}");
    }
    limits
}

#[test]
fn what_needs_no_history_is_named_on_the_first_night() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let good = || ("good.jsonl", records("good.example", 0, 30, 60));
    let many = |host: &str, lines: usize, words: usize| ("other.jsonl", records(host, 0, lines, words));
    let other = |content: &str| ("other.jsonl", content.to_owned());
    let nothing: &[&str] = &[];
    for (name, dumps, expected) in [
        ("good", vec![good()], nothing),
        ("empty-run", vec![other("")], &["kept-records", "empty-dumps"]),
        ("no-dump", vec![], &["kept-records", "empty-dumps"]),
        ("no-dump-but-others", vec![("notes.txt", "x".to_owned())], &["kept-records", "empty-dumps"]),
        ("blank", vec![good(), other("\n\n")], &["empty-dumps"]),
        (
            "html",
            vec![good(), other("<html><body>503 Service Unavailable</body></html>\n")],
            &["damaged-dumps"],
        ),
        ("no-json", vec![good(), other("no JSON\nnor this\n")], &["lost-dumps"]),
        ("error-response", vec![good(), other("{\"error\":\"unauthorized\",\"code\":401}")], &["lost-dumps"]),
        ("teasers", vec![good(), many("b.example", 20, 5)], &["lost-dumps"]),
        // Of fewer lines none may be an article.
        ("few-teasers", vec![good(), many("b.example", 19, 5)], nothing),
        (
            "nearly-all",
            vec![good(), other(&(records("b.example", 0, 38, 5) + &records("c.example", 0, 2, 60)))],
            &["lost-dumps"],
        ),
        (
            "many",
            vec![good(), other(&(records("b.example", 0, 37, 5) + &records("c.example", 0, 3, 60)))],
            nothing,
        ),
        ("twice", vec![good(), ("same.jsonl", good().1)], &["repeated-dumps"]),
        ("all-short", vec![many("b.example", 3, 5)], &["kept-records"]),
    ] {
        assert_eq!(crossed(place, name, "articles", &dumps, &[]), expected, "{name}");
    }
    std::fs::create_dir(place.join("bare")).expect("there is room");
    assert_eq!(crossed(place, "beside", "articles", &[good()], &["bare"]), ["empty-dumps"]);
}

#[test]
fn each_limit_is_loosened_by_its_name() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let loose = "format = 1\n[limits]\nkept-records = 0\nempty-dumps = 1\nlost-dumps = 1\n";
    crate::command::write(&place.path().join("loose.toml"), loose.as_bytes());
    let dumps = [("a.jsonl", String::new()), ("b.jsonl", "no JSON\n".to_owned())];
    assert_eq!(crossed(place.path(), "out", "loose", &dumps, &[]), [""; 0]);
}

#[test]
fn missing_scrapers_are_named_also_where_most_are_missing() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let hosts: Vec<String> = (0..11).map(|host| format!("paper{host}.example")).collect();
    let night = |name: &str, number: usize, hosts: &[String]| {
        let dumps: Vec<(String, String)> =
            hosts.iter().map(|host| (format!("{host}.jsonl"), records(host, number, 30, 45))).collect();
        let dumps: Vec<(&str, String)> =
            dumps.iter().map(|(name, dump)| (name.as_str(), dump.clone())).collect();
        let limits = crossed(place.path(), name, "nightly", &dumps, &["--state", "state"]);
        let ledger =
            std::fs::read_to_string(place.path().join(name).join("ledger.json")).expect("it is there");
        let ledger: Value = serde_json::from_str(&ledger).expect("it is JSON");
        let missing: Value = ledger["limits_crossed"]
            .as_array()
            .and_then(|crossed| crossed.iter().find(|one| one["limit"] == "missing-hosts"))
            .map_or(Value::Null, |one| one["names"].clone());
        (limits, missing)
    };
    for number in 0..5 {
        assert_eq!(night(&format!("n{number}"), number, &hosts), (Vec::new(), Value::Null));
    }
    for left in [10, 5, 3] {
        let (limits, missing) = night("lost", 9, &hosts[..left]);
        assert_eq!(missing.as_array().map(Vec::len), Some(11 - left), "{limits:?}");
        assert_eq!(limits.contains(&"usual-share".to_owned()), left <= 5, "{limits:?}");
        for file in ["lost", "lost-in"] {
            std::fs::remove_dir_all(place.path().join(file)).expect("it is there");
        }
        let forgotten = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .args(["state", "forget", "state", "lost"])
            .current_dir(place.path())
            .status();
        assert!(forgotten.expect("the program starts").success());
    }
}

#[test]
fn where_dumps_are_missing_that_every_host_is_in_the_night_is_no_holiday() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let night = |name: &str, number: usize, dumps: &[&str]| {
        let of_dump = |dump: &str| -> String {
            (0..6)
                .map(|host| records(&format!("paper{host}.example"), number * 10 + dump.len(), 30, 45))
                .collect()
        };
        let dumps: Vec<(String, String)> =
            dumps.iter().map(|dump| (format!("crawl-{name}-{dump}.jsonl"), of_dump(dump))).collect();
        let dumps: Vec<(&str, String)> =
            dumps.iter().map(|(name, dump)| (name.as_str(), dump.clone())).collect();
        crossed(place.path(), name, "nightly", &dumps, &["--state", "state"])
    };
    for number in 1..4 {
        assert_eq!(night(&format!("2026-11-0{number}"), number, &["a", "bb", "ccc"]), [""; 0]);
    }
    assert_eq!(night("2026-11-04", 4, &["bb"]), ["missing-dumps", "usual-share"]);
    let report = std::fs::read_to_string(place.path().join("2026-11-04/report.html")).expect("it is there");
    assert!(report.contains("crawl-*-a.jsonl") && report.contains("crawl-*-ccc.jsonl"), "{report}");
}

#[test]
fn of_a_night_that_could_not_be_read_hosts_are_not_said_to_have_failed() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let night = |name: &str, content: String| {
        crossed(place.path(), name, "nightly", &[("paper.jsonl", content)], &["--state", "state"])
    };
    for number in 1..4 {
        assert_eq!(night(&number.to_string(), records("paper.example", number, 30, 45)), [""; 0]);
    }
    let limits = night("4", "The bridge is closed.\n".repeat(30));
    assert_eq!(limits, ["kept-records", "lost-dumps", "quarantined-share", "usual-share", "missing-hosts"]);
    let report = std::fs::read_to_string(place.path().join("4/report.html")).expect("it is there");
    assert!(report.contains("The bridge is closed."), "the line itself is shown");
    assert!(!report.contains("its scraper probably failed"), "{report}");
}

#[test]
fn records_that_are_there_and_not_as_usual_are_said_to_be() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let night = |name: &str, number: usize, change: &dyn Fn(String) -> String| {
        let dumps = [
            ("a.jsonl", records("a.example", number, 40, 45)),
            ("b.jsonl", change(records("b.example", number, 40, 45))),
        ];
        let limits = crossed(place.path(), name, "nightly", &dumps, &["--state", "state"]);
        (limits, std::fs::read_to_string(place.path().join(name).join("report.html")).expect("it is there"))
    };
    for number in 1..4 {
        assert_eq!(night(&number.to_string(), number, &|dump| dump).0, [""; 0]);
    }
    let (limits, report) = night("no-url", 5, &|dump| dump.replace("\"url\":", "\"q7\":"));
    assert_eq!(limits, ["missing-hosts"]);
    assert!(report.contains("Its records may be among those that came without a URL."), "{report}");
    let (limits, report) = night("wrong-encoding", 6, &|dump| dump.replace("w7 ", "\u{FFFD}\u{FFFD} "));
    assert_eq!(limits, ["drifted-hosts"]);
    assert!(report.contains("40 of 40 records with lost characters"), "{report}");
    let (limits, report) = night("again", 3, &|dump| dump);
    assert_eq!(limits, ["kept-records", "repeated-dumps", "drifted-hosts"]);
    assert!(report.contains("Its scraper probably delivered the same again"), "{report}");
}
