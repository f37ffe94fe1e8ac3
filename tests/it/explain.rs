//! `copydesk explain` as a user meets it.

use std::process::{Command, Output};

use serde_json::Value;

fn copydesk(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the program starts")
}

fn shown(arguments: &[&str]) -> (i32, String, String) {
    let output = copydesk(arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn every_record_of_the_samples_has_a_page_of_80_columns_without_colours() {
    for (dump, lines) in [
        ("news-english.jsonl.zst", 21),
        ("news-world.jsonl.gz", 24),
        ("pages.jsonl.zst", 6),
        ("broken.jsonl.zst", 13),
    ] {
        for line in 1..=lines {
            let (code, page, errors) = shown(&["explain", "articles", &format!("samples/{dump}:{line}")]);
            assert_eq!(code, 0, "{errors}");
            assert!(page.starts_with(&format!("{dump}:{line} · ")), "{page}");
            for row in page.lines() {
                let columns: usize =
                    row.chars().map(|c| if ('\u{3000}'..'\u{FB00}').contains(&c) { 2 } else { 1 }).sum();
                // Vowel signs of Hindi stand above and below their letters.
                assert!(columns <= 80 || dump == "news-world.jsonl.gz", "{columns} columns: {row}");
                assert!(!row.contains('\x1b'), "{row}");
            }
        }
    }
}

#[test]
fn a_page_tells_every_edit_value_and_verdict() {
    let (_, page, _) = shown(&["explain", "articles", "samples/news-english.jsonl.zst:3"]);
    let from = page.find("  8 canonicalise-url").expect("the stage is there");
    let to = page.find("\nthe record").expect("the record is there");
    let expected = "  8 canonicalise-url      2 fields
    ~ url            https://www.harbourcourier.example/2024/03/ferry-strike-ent
                     ers-second-week[-#comments-]
    + source_url     https://www.harbourcourier.example/2024/03/ferry-strike-ent
                     ers-second-week#comments
  9 strip-boilerplate     1 field
    ~ text           3 places · −10 words
       1  - Advertisement
       3  - Listen to this article
      13  - Support independent journalism. Donate now.
 10 split-title           2 fields
    + site_name      The Harbour Courier (input)
    ~ title          Ferry strike enters second week as talks stall[- | The
                     Harbour Courier-]
 11 read-description      no change
 12 read-captions         no change
 13 read-byline           no change
 14 read-date             no change
 15 read-contributors     no change
 16 read-dateline         no change
 17 label-language        2 fields · score 0.998, at least 0.9
    + language_score 0.998
    + labels.language language: en, letters: 295, score: 0.998, second: sco
 18 drop-short            kept · words 126, at least 40
";
    assert_eq!(page.get(from..to), Some(expected));
    let (_, page, _) = shown(&["explain", "articles", "samples/news-english.jsonl.zst:21"]);
    assert!(page.contains("\n 18 drop-short            dropped · words "), "{page}");
    assert!(
        page.contains(
            "\ndropped as too_few_words by drop-short\n  the text has fewer words than min-words\n"
        ),
        "{page}"
    );
    let (_, page, _) = shown(&["explain", "articles", "samples/broken.jsonl.zst:2"]);
    let expected = "quarantined as not_utf8
  the line is not UTF-8
  not UTF-8 from byte 40 of the line
  byte 40 of the line, byte 692 of the dump, both from 0

    l\": \"https://www.gazette.example/caf\\xC3\", \"title\": \"Caf\\xC3 on the qua…
                                        ^^^^
";
    assert!(page.ends_with(expected), "{page}");
}

#[test]
fn quality_gates_tell_what_they_measured_where_they_keep() {
    let (_, json, errors) =
        shown(&["explain", "corpus", "samples/news-english.jsonl.zst:3", "--format", "json"]);
    let told: Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{json}{errors}"));
    let stages = told["stages"].as_array().expect("it is a list");
    for (kind, measurements) in [("gopher-repetition", 13), ("gopher-quality", 10), ("c4", 3), ("fineweb", 4)]
    {
        let stage = stages.iter().find(|stage| stage["stage"] == kind).expect("it is in the pipeline");
        let measured = stage["measured"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(measured.len(), measurements, "{kind}: {stage}");
        assert!(measured.iter().all(|one| one["limit"].is_object()), "{kind}: {stage}");
    }
    let quality = stages.iter().find(|stage| stage["stage"] == "gopher-quality").expect("it is there");
    assert_eq!(
        quality["measured"][0],
        serde_json::json!({"name": "min-words", "value": 137, "limit": {"at_least": 50}})
    );
}

#[test]
fn json_tells_the_same_and_the_run_is_compared() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let out = place.path().join("out");
    let out = out.to_str().expect("a temporary folder's name is UTF-8");
    let (code, _, errors) = shown(&["run", "articles", "samples", "--output", out, "--progress", "never"]);
    assert_eq!(code, 3, "{errors}");
    let line = "samples/news-english.jsonl.zst:16";
    let (code, page, _) = shown(&["explain", "articles", line, "--run", out]);
    assert_eq!(code, 0);
    let expected = "dropped as duplicate_text by dedup
  a kept record has the same text, but for white space, punctuation and case
  it repeats news-english.jsonl.zst:4, record 8b1b78032eeb8d004ca18f195301fed0,
  similarity 1
";
    assert!(page.contains(expected), "{page}");
    assert!(page.contains(&format!("\n  copydesk explain --run {out} news-english.jsonl.zst:4\n")), "{page}");
    assert!(!page.contains("\nkept"), "there is one verdict: {page}");
    let verdict = format!("in the run {out}: dropped as duplicate_text by dedup");
    let first = page.split_whitespace().skip_while(|word| *word != "in").collect::<Vec<_>>().join(" ");
    assert!(page.lines().nth(1).is_some_and(|line| line.starts_with("in the run ")), "{page}");
    assert!(first.starts_with(&verdict), "{page}");
    let html = place.path().join("e.html");
    let (code, ..) =
        shown(&["explain", "articles", line, "--run", out, "-o", html.to_str().expect("it is UTF-8")]);
    assert_eq!(code, 0);
    let html = std::fs::read_to_string(&html).expect("it was written");
    assert!(
        html.contains("<title>! news-english.jsonl.zst:16: dropped") && html.contains("is-bad"),
        "{html}"
    );
    assert!(html.contains("By the stages of articles alone it is kept."), "{html}");
    let (code, json, _) = shown(&["explain", "articles", line, "--run", out, "--format", "json"]);
    assert_eq!(code, 0);
    let told: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(
        (&told["outcome"]["outcome"], &told["by_stages"]["outcome"]),
        (&"dropped".into(), &"kept".into())
    );
    assert_eq!(told["outcome"]["reason"], "duplicate_text");
    let stages = told["stages"].as_array().expect("it is a list");
    let short = stages.iter().find(|stage| stage["stage"] == "drop-short").expect("the stage is there");
    assert_eq!(
        short["measured"][0],
        serde_json::json!({"name": "words", "value": 102, "limit": {"at_least": 40}})
    );
    assert_eq!(told["run"]["duplicate_of"]["line"], 4);
    assert_eq!(told["run"]["agrees"], true);
    let (_, schema, _) = shown(&["schema", "explanation"]);
    let schema: Value = serde_json::from_str(&schema).expect("it is JSON");
    let described = schema["properties"].as_object().expect("it is an object");
    for key in told.as_object().expect("it is an object").keys() {
        assert!(described.contains_key(key), "{key}");
    }
    // A line of a dump that has changed since is not what the run saw.
    let changed = place.path().join("feed.jsonl");
    let feed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/feed.jsonl"));
    let feed = feed.expect("it is there").replacen("\"title\":", "\"title\":\"New\",\"was\":", 1);
    #[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
    std::fs::write(&changed, feed).expect("there is room");
    let line = format!("{}:1", changed.display());
    let (code, page, _) = shown(&["explain", "articles", &line, "--run", out]);
    assert_eq!(code, 1, "{page}");
    assert!(page.contains("not as told here") && page.contains("here: New"), "{page}");
}

#[test]
fn mistakes_say_what_to_do() {
    for (arguments, message, help) in [
        (&["samples/feed.jsonl:8"][..], "feed.jsonl has 7 lines", "counted from 1"),
        (&["samples/feed.jsonl:0"], "lines are counted from 1", ""),
        (&["samples/feed.jsonl"], "tell which line of samples/feed.jsonl is meant", "DUMP --id ID"),
        (&["samples/feed.jsonl:1", "--id", "7"], "a line's number and an id", "DUMP --id ID"),
        (
            &["samples/feed.jsonl", "--id", "nobody"],
            "find the id nobody in the 7 lines of the dump",
            "source.id",
        ),
        (&["elsewhere/feed.jsonl:1"], "no such file", "path at which it lies now"),
        (&["samples:1"], "there are 5 dumps", "--id ID"),
        (&["samples/feed.jsonl:1", "--run", "samples"], "ledger.json", "a run that has finished"),
    ] {
        let (code, _, errors) = shown(&[&["explain", "articles"], arguments].concat());
        assert_eq!(code, 2, "{arguments:?}: {errors}");
        assert!(errors.contains(message) && errors.contains(help), "{arguments:?}: {errors}");
    }
}

/// `report.html` prints the command with the run's folder alone, and `explain` prints shortened ids.
#[test]
fn a_run_knows_its_pipeline_and_dumps_so_that_an_id_is_enough() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let output = place.path().join("out");
    let run = output.to_str().expect("it is UTF-8");
    let (code, _, errors) = shown(&["run", "articles", "samples/news-english.jsonl.zst", "-o", run]);
    assert_eq!(code, 0, "{errors}");
    let report = std::fs::read_to_string(output.join("report.html")).expect("it was written");
    let (_, command) = report.split_once("copydesk explain --run ").expect("examples have commands");
    let (command, _) = command.split_once('<').expect("it is in an element");
    let words: Vec<&str> = command.split(' ').collect();
    let whole = [&["explain", "--run"], &words[..]].concat();
    assert_eq!(words[0], std::path::absolute(&output).expect("a path").to_str().expect("it is UTF-8"));
    for arguments in [&whole[..], &["explain", "--run", run, "3048dc53"]] {
        let away = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .args(arguments)
            .current_dir(place.path())
            .output()
            .expect("the program starts");
        let shown = String::from_utf8_lossy(&away.stdout);
        assert_eq!(away.status.code(), Some(0), "{}", String::from_utf8_lossy(&away.stderr));
        assert!(shown.starts_with("news-english.jsonl.zst:"), "{shown}");
    }
    let (code, _, errors) = shown(&["explain", "--run", run, "30"]);
    assert_eq!((code, errors.contains("an id has 4 digits or more")), (2, true), "{errors}");
    let (code, _, errors) = shown(&["explain", "articles", "samples/feed.jsonl", "--id", "3048d"]);
    assert_eq!((code, errors.contains("an id has 6 digits or more")), (2, true), "{errors}");
    let (code, _, errors) = shown(&["explain", "--run", run, "news-english.jsonl.zst:999"]);
    assert_eq!((code, errors.contains("has 21 lines")), (2, true), "{errors}");
}
