use crate::account::Crossed;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::account::{DumpAccount, PipelineAccount, StageAccount};
use crate::article::{Article, Fault, Measured, Source, Verdict};

fn ledger() -> Ledger {
    let stage = |stage: &str| StageAccount { stage: stage.to_owned(), ..StageAccount::default() };
    let dump = DumpAccount { dump: "feed.jsonl.zst".to_owned(), ..DumpAccount::default() };
    let pipeline = PipelineAccount { name: "articles".to_owned(), ..PipelineAccount::default() };
    Ledger::new(pipeline, vec![stage("drop-short")], vec![dump])
}

fn article(host: &str, title: &str) -> Article {
    let mut article = Article::new(Source { dump: Arc::from("feed.jsonl.zst"), line: 7, id: None });
    host.clone_into(&mut article.host);
    title.clone_into(&mut article.title);
    article.text = "No ferries have left.".to_owned();
    article
}

fn short() -> Verdict {
    let (measured, limit) = (Some(Measured::Count(4)), Some(Measured::Count(40)));
    Verdict { stage: "drop-short", reason: "too_few_words", measured, limit, duplicate_of: None }
}

fn written(ledger: &Ledger) -> String {
    with_instances(ledger, &Instances::default())
}

fn with_instances(ledger: &Ledger, instances: &Instances) -> String {
    report(
        ledger,
        &Context {
            night: "2026-11-25",
            folder: "/data/out",
            meaning: &|reason| (reason == "too_few_words").then_some("fewer words than <min>"),
            labelled: &|stage, reason| {
                (stage == "drop-spun" && reason == "spun_text").then_some("spun.score")
            },
            instances,
        },
    )
}

#[test]
fn a_night_is_told_in_a_sentence_with_its_reasons_and_examples() {
    let mut ledger = ledger();
    ledger.line_kept(0);
    ledger.kept(&article("x.example", "Bridge"));
    ledger.line_dropped(0, short().reason);
    ledger.dropped(&article("x.example", "Ferry"), 0, &short());
    let fault = Fault::new(&crate::decode::BAD_JSON, "no brace");
    ledger.line_quarantined(0, fault.reason.name);
    ledger.quarantined("feed.jsonl.zst", 3, None, &fault, b"<p>no JSON</p>");
    let page = written(&ledger);
    for part in [
        "1 of 3 records kept (33.3\u{A0}%), 1 line could not be processed",
        "too_few_words · 1",
        "fewer words than &lt;min&gt;",
        "measured 4, limit 40",
        "copydesk explain --run /data/out feed.jsonl.zst:7",
        "<bdi>&lt;p&gt;no JSON&lt;/p&gt;</bdi>",
        "no brace",
        "x.example",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("a run to look at"));
    ledger
        .limits_crossed
        .push(Crossed { sentence: "damaged dumps: 1, at most 0".to_owned(), ..Crossed::default() });
    assert!(written(&ledger).contains("a run to look at"));
}

#[test]
fn reasons_that_are_not_listed_are_counted_and_what_was_odd_is_told() {
    let mut ledger = ledger();
    for (number, reason) in
        ["bad_json", "not_utf8", "not_an_object", "line_too_long", "cut_off"].iter().enumerate()
    {
        ledger.quarantined.insert((*reason).to_owned(), 10 - number as u64);
    }
    ledger.lines.read = 40;
    ledger.lines.quarantined = 40;
    ledger.timing.notes.push("the clock says that tonight is 9 days before the night before".to_owned());
    let crossed = Crossed { limit: "kept-records".to_owned(), ..Crossed::default() };
    ledger.limits_crossed.push(crossed);
    let page = written(&ledger);
    assert!(page.contains("13 lines</strong> lost for 2 other reasons."), "{page}");
    assert!(page.contains("The clock says that tonight is 9 days before the night before."), "{page}");
}

#[test]
fn a_folder_without_a_dump_is_named() {
    let mut ledger = ledger();
    ledger.empty_folders.push("2026-11-25".to_owned());
    let crossed = |limit: &str| Crossed { limit: limit.to_owned(), ..Crossed::default() };
    ledger.limits_crossed = vec![crossed("kept-records"), crossed("empty-dumps")];
    let page = written(&ledger);
    assert!(page.contains("Without a dump: 2026-11-25."), "{page}");
    assert!(!page.contains("Look at one of the records"), "there is none: {page}");
}

#[test]
fn a_gates_limit_is_drawn_into_the_number_that_it_is_about() {
    let mut ledger = ledger();
    let mut spun = article("x.example", "Bridge");
    spun.labels.insert("spun".to_owned(), serde_json::json!({ "score": 0.75, "words": 120 }));
    let verdict =
        Verdict { stage: "drop-spun", reason: "spun_text", limit: Some(Measured::Ratio(0.5)), ..short() };
    ledger.stages[0].stage = "drop-spun".to_owned();
    ledger.line_dropped(0, verdict.reason);
    ledger.dropped(&spun, 0, &verdict);
    let page = written(&ledger);
    let drawn: Vec<&str> =
        page.split("<h3>").filter(|part| part.contains("drop-spun: spun_text, limit 0.5")).collect();
    assert_eq!(drawn.len(), 1, "{page}");
    assert!(drawn[0].starts_with("spun.score"), "{}", drawn[0]);
}

#[test]
fn nothing_that_an_article_says_gets_out_of_its_place() {
    let hostile = "</title></bdi><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u{202E}";
    let mut ledger = ledger();
    ledger.line_dropped(0, short().reason);
    ledger.dropped(&article(hostile, hostile), 0, &short());
    let fault = Fault::new(&crate::decode::BAD_JSON, hostile);
    ledger.line_quarantined(0, fault.reason.name);
    ledger.quarantined(hostile, 1, None, &fault, hostile.as_bytes());
    ledger.dumps[0].dump = hostile.to_owned();
    ledger.dumps[0].damage = Some(hostile.to_owned());
    let mut page = article("y", "z");
    page.labels.insert(hostile.to_owned(), serde_json::json!({ hostile: 0.5, "kind": "<b>" }));
    page.language = "<i>".to_owned();
    ledger.profile.count(&page, crate::account::Side::Kept);
    let written = written(&ledger);
    for mark in ["<script", "<img", "<b>", "<i>"] {
        assert!(!written.contains(mark), "{mark}");
    }
    assert_eq!(written.matches("</title>").count(), written.matches("<title>").count());
}

#[test]
fn fifty_thousand_hosts_fit_into_two_megabytes() {
    let mut ledger = ledger();
    for number in 0..50_000 {
        let host =
            ledger.hosts.by_host.entry(format!("a-host-with-a-long-name-{number}.example")).or_default();
        host.kept = number;
        host.dropped = 50_000 - number;
        host.reasons = BTreeMap::from([("too_few_words".to_owned(), 50_000 - number)]);
    }
    let page = written(&ledger);
    assert!(page.len() < 300_000, "{}", page.len());
    assert!(page.contains("49\u{202F}800 more hosts"));
}
