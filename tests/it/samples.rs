//! The samples, as the README has them run: what comes out is known to the line.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

pub(super) fn lines(folder: &std::path::Path, output: &str) -> Vec<Value> {
    let mut shards: Vec<_> = std::fs::read_dir(folder.join(output))
        .expect("a run has the folder")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    shards.sort();
    let mut text = Vec::new();
    for shard in shards {
        let shard = std::fs::File::open(shard).expect("it is there");
        zstd::stream::copy_decode(shard, &mut text).expect("it is zstd");
    }
    let text = String::from_utf8(text).expect("outputs are UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect()
}

/// Where each line went, and why: `news.jsonl:3` → `dropped too_few_words`.
pub(super) fn fates(folder: &std::path::Path) -> BTreeMap<(String, u64), String> {
    let mut fates = BTreeMap::new();
    for output in ["records", "dropped", "quarantine"] {
        for line in lines(folder, output) {
            let place = line.get("source").unwrap_or(&line);
            let key = (
                place["dump"].as_str().expect("a name").to_owned(),
                place["line"].as_u64().expect("a number"),
            );
            let reason =
                line.get("verdict").unwrap_or(&line)["reason"].as_str().unwrap_or_default().to_owned();
            let fate = format!("{output} {reason}").trim_end().to_owned();
            assert_eq!(fates.insert(key.clone(), fate), None, "{key:?} is there twice");
        }
    }
    fates
}

#[test]
fn every_line_of_the_samples_goes_where_it_belongs() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let output = place.path().join("out");
    let result = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "articles", "samples", "--format", "json", "--output"])
        .arg(&output)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the program starts");
    assert_eq!(result.status.code(), Some(3), "{}", String::from_utf8_lossy(&result.stderr));
    let summary: Value = serde_json::from_slice(&result.stdout).expect("the summary is JSON");
    let counts = |key: &str| summary["lines"][key].as_u64();
    assert_eq!(["read", "blank", "kept", "dropped", "quarantined"].map(counts), [71, 3, 54, 9, 5].map(Some));
    let fates = fates(&output);
    assert_eq!(fates.len(), 68);
    for (dump, line, fate) in [
        ("broken.jsonl.zst", 1, "records"),
        ("broken.jsonl.zst", 2, "quarantine not_utf8"),
        ("broken.jsonl.zst", 3, "quarantine bad_json"),
        ("broken.jsonl.zst", 5, "quarantine not_an_object"),
        ("broken.jsonl.zst", 6, "quarantine not_an_object"),
        ("broken.jsonl.zst", 7, "records"),
        ("broken.jsonl.zst", 8, "records"),
        ("broken.jsonl.zst", 10, "dropped no_text"),
        ("broken.jsonl.zst", 12, "records"),
        ("broken.jsonl.zst", 13, "quarantine cut_off"),
        ("feed.jsonl", 7, "records"),
        ("news-english.jsonl.zst", 14, "dropped duplicate_url"),
        ("news-english.jsonl.zst", 15, "dropped duplicate_url"),
        ("news-english.jsonl.zst", 16, "dropped duplicate_text"),
        ("news-english.jsonl.zst", 17, "dropped duplicate_text"),
        ("news-english.jsonl.zst", 21, "dropped too_few_words"),
        ("news-world.jsonl.gz", 24, "records"),
        ("pages.jsonl.zst", 1, "records"),
        ("pages.jsonl.zst", 6, "records"),
    ] {
        assert_eq!(fates.get(&(dump.to_owned(), line)).map(String::as_str), Some(fate), "{dump}:{line}");
    }
}

#[test]
fn pages_become_articles() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let output = place.path().join("out");
    let result = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "articles", "samples/pages.jsonl.zst", "--output"])
        .arg(&output)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the program starts");
    assert_eq!(result.status.code(), Some(0), "{}", String::from_utf8_lossy(&result.stderr));
    let records = lines(&output, "records");
    let fields = |key: &str| records.iter().map(|record| record[key].clone()).collect::<Vec<_>>();
    for (record, title) in records.iter().zip([
        Some("Old dock crane opens as a hotel with one room"),
        Some("Velmond freezes water at night to cool its offices by day"),
        None, // a headline in nothing but a larger font
        Some("Knopffabrik macht weiter, mit 19 Chefinnen"),
        Some("سينما على سطح مدرسة تجمع حيا كاملا"),
        Some("What a stalagmite remembers of the year without a spring"),
    ]) {
        assert!(title.is_none_or(|title| record["title"] == title), "{record}");
    }
    let days = fields("published")
        .iter()
        .map(|date| date.as_str().and_then(|date| date.get(..10)).map(str::to_owned))
        .collect::<Vec<_>>();
    let expected = ["2024-06-28", "2023-10-19", "1999-04-12", "2024-04-25", "2024-02-22", "2024-05-15"];
    assert_eq!(days, expected.map(|day| Some(day.to_owned())));
    for record in &records {
        assert_eq!(record["labels"]["page"]["kind"], "article", "{record}");
        assert_eq!(record["html"], serde_json::Value::Null, "{record}");
        assert!(record["authors"].as_array().is_some_and(|authors| !authors.is_empty()), "{record}");
    }
}

#[test]
fn what_scrapers_leave_around_an_article_is_gone() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let output = place.path().join("out");
    let result = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "fields", "samples/news-english.jsonl.zst", "samples/news-world.jsonl.gz", "--output"])
        .arg(&output)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the program starts");
    assert_eq!(result.status.code(), Some(0), "{}", String::from_utf8_lossy(&result.stderr));
    let records = lines(&output, "records");
    assert_eq!(records.len(), 45);
    for record in &records {
        let text = record["text"].as_str().unwrap_or_default(); // one is nothing but a cookie notice
        for junk in [
            "Share on",
            "Read Entire",
            "1,204 views",
            "Advertisement",
            "newsletter",
            "All rights",
            "Publicidad",
            "Реклама",
            "विज्ञापन",
        ] {
            assert!(!text.contains(junk), "{junk} is still in {text}");
        }
        let url = record["url"].as_str().expect("every sample has a URL");
        assert!(!url.contains("utm_") && !url.contains("fbclid") && !url.contains('#'), "{url}");
    }
    let ferry = records.iter().find(|record| {
        record["url"].as_str().is_some_and(|url| url.ends_with("ferry-strike-enters-second-week"))
    });
    let ferry = ferry.expect("it is in the samples");
    assert_eq!(ferry["title"], "Ferry strike enters second week as talks stall");
    assert_eq!(ferry["site_name"], "The Harbour Courier");
    assert_eq!(ferry["authors"], serde_json::json!(["Jonas Harrow", "Abena Tull"]));
}
