//! Whole runs on small dumps in a temporary folder.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::article::{Article, Outcome};
use crate::pipeline::tests::panicking_pipeline;
use crate::stage::{Family, Stage, StageContext, StageKind};

const PIPELINE: &str = "format = 1\n[input]\nmax-line-bytes = 3000\n[output]\nshard-bytes = 20000\n[dedup]\nnear = true\n\
                        [[stage]]\nkind = \"normalise-whitespace\"\n[[stage]]\nkind = \"drop-short\"\nmin-words = 3\n";

fn pipeline(source: &str) -> Pipeline {
    Pipeline::parse("test", source).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn order(pipeline: Pipeline, input: &Path, output: &Path, threads: usize) -> Order {
    let inputs = vec![input.display().to_string()];
    Order { pipeline, inputs, output: output.to_owned(), threads, limit: None, restart: false }
}

fn complete(order: Order) -> Ledger {
    match run(order, &mut (), &AtomicBool::new(false)) {
        Ok(Finish::Complete(ledger)) => *ledger,
        other => panic!("{other:?}"),
    }
}

/// The lines of one of a run's outputs.
fn lines(output: &Path, kind: &str) -> Vec<Value> {
    let mut shards: Vec<_> = std::fs::read_dir(output.join(kind))
        .expect("every run has the folder")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    shards.sort();
    let mut lines = Vec::new();
    for shard in shards {
        let text = zstd::decode_all(&*std::fs::read(shard).expect("it is there")).expect("it is zstd");
        let text = String::from_utf8(text).expect("outputs are UTF-8");
        lines.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).expect("it is JSON")));
    }
    lines
}

/// Every file of a run and its content; of the ledger, all but the timing.
fn contents(output: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut contents = BTreeMap::new();
    for folder in ["", "records", "dropped", "quarantine"] {
        for entry in std::fs::read_dir(output.join(folder)).expect("every run has the folder") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                continue;
            }
            let mut content = std::fs::read(&path).expect("it is there");
            if path.ends_with("ledger.json") {
                let mut ledger: Ledger =
                    serde_json::from_slice(&content).expect("a ledger can be read again");
                ledger.timing = crate::account::Timing::default();
                content = serde_json::to_vec(&ledger).expect("and written");
            }
            contents.insert(path.strip_prefix(output).expect("it is there").display().to_string(), content);
        }
    }
    contents
}

fn write(path: &Path, content: &[u8]) {
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).expect("there is room");
    file.write_all(content).expect("there is room");
}

/// An article of sixty words in one of many editions, which differ in a few words.
fn edition(number: usize) -> String {
    let mut words: Vec<String> = (0..60).map(|word| format!("story{}word{word}", number / 110)).collect();
    for place in [number % 59, number % 53] {
        words[place] = format!("edition{number}");
    }
    words.join(" ")
}

/// Dumps with everything in them that a night can bring.
fn dumps(folder: &Path) {
    let record = |number: usize| match number % 11 {
        0 => String::new(),
        1 => format!(
            "{{\"url\":\"https://x.example/{}\",\"text\":\"the same url again {number}\"}}",
            number % 5
        ),
        2 => format!(
            "{{\"url\":\"https://y.example/{number}\",\"text\":\"The same   text, again and again\"}}"
        ),
        3 => "[1, 2]".to_owned(),
        4 => "{\"text\": \"cut".to_owned(),
        5 => "{\"text\": \"two words\"}".to_owned(),
        6 => format!("{{\"text\":\"{}\"}}", "too long ".repeat(500)),
        7 => format!("{{\"id\":{number},\"text\":\"{}\"}}", edition(number)),
        _ => format!("{{\"id\":{number},\"text\":\"{}\"}}", format!("word{number} ").repeat(number % 70)),
    };
    let text = |from: usize, to: usize| -> Vec<u8> {
        (from..to).flat_map(|number| format!("{}\n", record(number)).into_bytes()).collect()
    };
    write(&folder.join("a.jsonl"), &text(0, 3000));
    let zstd = |text: &[u8]| zstd::encode_all(text, 3).expect("memory takes it");
    write(&folder.join("b.jsonl.zst"), &zstd(&text(3000, 9000)));
    let mut cut = zstd(&text(9000, 12000));
    cut.truncate(cut.len() * 3 / 5);
    write(&folder.join("c.jsonl.zst"), &cut);
    write(&folder.join("d.jsonl"), b"");
    write(&folder.join("e.jsonl"), b"\xFF\xFE bad \xC0 bytes\n\n{\"text\":\"a last line here\"}");
}

struct Delays(u64);

/// Takes a time that differs from run to run and from record to record.
impl Stage for Delays {
    fn apply(&self, article: &mut Article, _: &mut StageContext) -> Outcome {
        let hash = xxhash_rust::xxh3::xxh3_64_with_seed(article.text.as_bytes(), self.0);
        if hash.is_multiple_of(300) {
            std::thread::sleep(std::time::Duration::from_micros(hash % 20_000));
        }
        Outcome::Keep
    }
}

static DELAYS: StageKind = StageKind {
    name: "delays",
    family: Family::Cleaner,
    summary: "",
    about: "",
    reasons: &[],
    example: "",
    schema: || serde_json::Value::Null,
    build: |_| Ok(Box::new(Delays(0))),
};

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let input = place.path().join("in");
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    let mut first = None;
    for (seed, threads) in [(1, 1), (2, 2), (3, 3), (4, 8), (5, 8)] {
        let output = place.path().join(format!("out-{seed}"));
        let mut pipeline = pipeline(PIPELINE);
        pipeline.push(&DELAYS, Box::new(Delays(seed)));
        let ledger = complete(order(pipeline, &input, &output, threads));
        assert!(ledger.lines.kept > 100 && ledger.lines.dropped > 100 && ledger.lines.quarantined > 100);
        assert!(ledger.outputs["records"].len() > 1, "several shards are closed on the way");
        let contents = contents(&output);
        let first = first.get_or_insert_with(|| contents.clone());
        assert_eq!(first.keys().collect::<Vec<_>>(), contents.keys().collect::<Vec<_>>());
        for (name, content) in &contents {
            assert!(first.get(name) == Some(content), "{name} differs with {threads} threads");
        }
    }
}

#[test]
fn every_case_goes_where_it_belongs() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output) = (place.path().join("in"), place.path().join("out"));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    let ledger = complete(order(pipeline(PIPELINE), &input, &output, 2));
    let reasons: Vec<&str> =
        ledger.dropped.keys().chain(ledger.quarantined.keys()).map(String::as_str).collect();
    assert_eq!(
        reasons,
        [
            "duplicate_text",
            "duplicate_url",
            "near_duplicate",
            "too_few_words",
            "bad_json",
            "cut_off",
            "line_too_long",
            "not_an_object",
            "not_utf8",
        ]
    );
    assert_eq!(ledger.limits_crossed, ["damaged dumps: 1, at most 0"]);
    assert!(ledger.dumps[2].damage.is_some());
    assert_eq!(ledger.dumps[4].lines, Counts { read: 3, blank: 1, kept: 1, dropped: 0, quarantined: 1 });
    let dropped = lines(&output, "dropped");
    let duplicate = dropped.iter().find(|line| line["verdict"]["reason"] == "duplicate_url").expect("some");
    assert_eq!(duplicate["verdict"]["stage"], "dedup");
    assert_eq!(duplicate["duplicate_of"]["dump"], "a.jsonl");
    assert_eq!(duplicate["duplicate_of"]["id"], duplicate["id"]);
    let near = dropped.iter().find(|line| line["verdict"]["reason"] == "near_duplicate").expect("some");
    assert_eq!(near["verdict"]["stage"], "dedup");
    assert_eq!(near["verdict"]["limit"], 0.75);
    assert_eq!(near["verdict"]["measured"], near["duplicate_of"]["similarity"]);
    let original = &near["duplicate_of"];
    let first = |record: &&Value| {
        (&record["source"]["dump"], &record["source"]["line"]) == (&original["dump"], &original["line"])
    };
    let original = lines(&output, "records").iter().find(first).map(|record| record["id"].clone());
    assert_eq!(original.as_ref(), Some(&near["duplicate_of"]["id"]));
    let quarantine = lines(&output, "quarantine");
    let bytes = quarantine.iter().find(|line| line["reason"] == "not_utf8").expect("one");
    assert_eq!(bytes["raw_base64"], "//4gYmFkIMAgYnl0ZXM=");
    let long = quarantine.iter().find(|line| line["reason"] == "line_too_long").expect("some");
    assert_eq!((&long["byte_length"], long["raw"].as_str().map(str::len)), (&4511.into(), Some(3000)));
}

#[test]
fn a_stage_that_panics_costs_one_record() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output) = (place.path().join("in.jsonl"), place.path().join("out"));
    write(&input, b"{\"text\":\"before\"}\n{\"text\":\"a mine\"}\n{\"text\":\"after\"}\n");
    let ledger = complete(order(panicking_pipeline("format = 1"), &input, &output, 2));
    assert_eq!(ledger.lines, Counts { read: 3, blank: 0, kept: 2, dropped: 0, quarantined: 1 });
    let quarantined = &lines(&output, "quarantine")[0];
    assert_eq!(quarantined["reason"], "stage_panicked");
    assert_eq!(quarantined["raw"], "{\"text\":\"a mine\"}");
    assert_eq!(ledger.stages[0].quarantined, 1);
}

#[test]
fn a_limit_is_exact_and_its_account_balances() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let input = place.path().join("in");
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    for limit in [0, 1, 256, 257, 2999, 3000, 3001, 5000] {
        let output = place.path().join(format!("out-{limit}"));
        let order = Order { limit: Some(limit), ..order(pipeline(PIPELINE), &input, &output, 3) };
        let ledger = complete(order);
        assert_eq!(ledger.lines.read, limit);
        assert_eq!(ledger.limit, Some(limit));
        assert_eq!(ledger.dumps[0].compression.is_some(), limit >= 3000, "{limit}");
    }
}

#[test]
fn a_dump_in_the_output_folder_is_refused() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let input = place.path().join("in.jsonl");
    write(&input, b"{}\n");
    let refused = run(order(pipeline(PIPELINE), &input, place.path(), 1), &mut (), &AtomicBool::new(false));
    assert!(matches!(refused, Err(RunError::InputInOutput(_))), "{refused:?}");
}

#[test]
fn a_stopped_run_leaves_no_half_written_file_and_no_success() {
    struct StopAtOnce<'a>(&'a AtomicBool);
    impl Watch for StopAtOnce<'_> {
        fn tick(&mut self, view: View<'_>) {
            if view.counts.read > 300 {
                self.0.store(true, Ordering::Relaxed);
            }
        }
    }
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output) = (place.path().join("in"), place.path().join("out"));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    let stop = AtomicBool::new(false);
    let stopped = run(order(pipeline(PIPELINE), &input, &output, 2), &mut StopAtOnce(&stop), &stop);
    assert!(matches!(stopped, Ok(Finish::Stopped)), "{stopped:?}");
    let names: Vec<String> = contents(&output).into_keys().collect();
    assert!(names.iter().all(|name| name == ".copydesk.lock" || name.contains("/part-")), "{names:?}");
}

#[test]
fn what_was_mended_is_kept_and_counted() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output) = (place.path().join("in.jsonl"), place.path().join("out"));
    write(&input, b"{\"text\":\"one \\ud800 two\",\"odd\":\"\\udfff\"}\n");
    for (style, name) in [("text", "a"), ("object", "b")] {
        let pipeline = pipeline(&format!("format = 1\n[output]\nextra = \"{style}\""));
        let ledger = complete(order(pipeline, &input, &output.join(name), 1));
        assert_eq!((ledger.mended, ledger.lines.kept), (1, 1));
        assert_eq!(lines(&output.join(name), "records")[0]["text"], "one \u{FFFD} two");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_line_is_in_exactly_one_place(
        lines_in in proptest::collection::vec(
            prop_oneof![
                Just(Vec::new()),
                Just(b"  \t".to_vec()),
                Just(b"{\"text\":\"the same three words\"}".to_vec()),
                "[a-c ]{0,30}".prop_map(|text| format!("{{\"text\":\"{text}\"}}").into_bytes()),
                proptest::collection::vec(any::<u8>().prop_filter("a line has no end in it", |byte| *byte != b'\n'), 0..20),
            ],
            0..600,
        ),
        threads in 1..4_usize,
    ) {
        let place = tempfile::tempdir().expect("a temporary folder");
        let (input, output) = (place.path().join("in.jsonl"), place.path().join("out"));
        write(&input, &lines_in.join(&b'\n'));
        let ledger = complete(order(pipeline(PIPELINE), &input, &output, threads));
        let mut found = BTreeMap::new();
        for kind in ["records", "dropped", "quarantine"] {
            for line in lines(&output, kind) {
                let number = line.get("source").unwrap_or(&line)["line"].as_u64().expect("a line's number");
                prop_assert_eq!(found.insert(number, kind), None);
            }
        }
        let counted = found.len() as u64 + ledger.lines.blank;
        prop_assert_eq!(counted, ledger.lines.read);
        for (number, line) in (1..).zip(&lines_in) {
            let blank = line.iter().all(u8::is_ascii_whitespace);
            // Behind the last line end there is a line only if there is something in it.
            prop_assert!(blank || found.contains_key(&number), "line {} is gone", number);
        }
    }

    #[test]
    fn near_duplicates_name_an_earlier_record_that_stays_and_threads_make_no_difference(
        editions in proptest::collection::vec((0..12_usize, 0..4_usize, 0..40_usize), 0..700),
        threads in 2..9_usize,
    ) {
        let text = |(story, cut, edit): &(usize, usize, usize)| {
            let mut words: Vec<String> = (0..80).map(|word| format!("s{story}w{word}")).collect();
            words.truncate(80 - cut * 15);
            words.splice(*edit / 2..*edit / 2 + edit % 5, (0..*edit / 8).map(|word| format!("e{edit}w{word}")));
            format!("{{\"text\":\"{}\"}}\n", words.join(" "))
        };
        let place = tempfile::tempdir().expect("a temporary folder");
        let (input, one, many) =
            (place.path().join("in.jsonl"), place.path().join("one"), place.path().join("many"));
        write(&input, editions.iter().map(text).collect::<String>().as_bytes());
        complete(order(pipeline(PIPELINE), &input, &one, 1));
        complete(order(pipeline(PIPELINE), &input, &many, threads));
        prop_assert!(contents(&one) == contents(&many), "{} threads differ", threads);
        let kept: BTreeMap<u64, Value> = lines(&one, "records")
            .into_iter()
            .map(|record| (record["source"]["line"].as_u64().expect("a line"), record["id"].clone()))
            .collect();
        for dropped in lines(&one, "dropped") {
            let original = &dropped["duplicate_of"];
            let line = original["line"].as_u64().expect("a line");
            prop_assert!(line < dropped["source"]["line"].as_u64().expect("a line"));
            prop_assert_eq!(kept.get(&line), Some(&original["id"]));
            let verdict = &dropped["verdict"];
            if verdict["reason"] == "near_duplicate" {
                prop_assert!(verdict["measured"].as_f64() >= verdict["limit"].as_f64());
            }
        }
    }
}

#[test]
fn what_a_host_puts_into_its_articles_goes_and_is_told() {
    const NOTE: &str = "Download the Valley Courier app for the news of the valley.";
    let place = tempfile::tempdir().expect("a temporary folder");
    let input = place.path().join("in");
    std::fs::create_dir(&input).expect("there is room");
    let text = |number: usize| {
        let story = |part: usize| {
            format!("Part {part} of story{number} tells of bridge{number}, which is shut for winter{part}.")
        };
        format!("{}\n\n{NOTE}\n\n{}", story(1), story(2))
    };
    let line = |number: usize, host: &str, text: &str| {
        let record = serde_json::json!({ "url": format!("https://{host}/{number}"), "text": text });
        format!("{record}\n")
    };
    // Two dumps, so that threads could make a difference; the last two articles repeat the third, which kept the note, and
    // the ninth, which lost it, on another host that has no counts yet.
    let all: Vec<String> = (0..12).map(|number| line(number, "valley.example", &text(number))).collect();
    let copies = [line(20, "valley.example", &text(2)), line(21, "mirror.example", &text(8))];
    write(&input.join("a.jsonl"), all[..7].concat().as_bytes());
    write(&input.join("b.jsonl"), [all[7..].concat(), copies.concat()].concat().as_bytes());
    let source = "format = 1\n[dedup]\nparagraphs = true\n";
    let outputs = [1, 2, 8].map(|threads| place.path().join(format!("out{threads}")));
    for (output, threads) in outputs.iter().zip([1, 2, 8]) {
        let ledger = complete(order(pipeline(source), &input, output, threads));
        assert_eq!((ledger.lines.kept, ledger.dropped.get("duplicate_text")), (12, Some(&2)), "{threads}");
        let stage = ledger.stages.last().expect("deduplication has an account");
        assert_eq!((stage.seen, stage.changed), (14, 8));
        assert_eq!(contents(output), contents(&outputs[0]), "{threads}");
    }
    let records = lines(&outputs[0], "records");
    let with_note = records.iter().filter(|record| record["text"].to_string().contains(NOTE)).count();
    assert_eq!(with_note, 5);
    let label = serde_json::json!([{ "text": NOTE, "times": 1, "articles": 5, "first": { "dump": "a.jsonl", "line": 1 } }]);
    assert_eq!(records[5]["labels"]["repeated"], label);
    assert_eq!(records[5]["text"], text(5).replace(&format!("{NOTE}\n\n"), ""));
    let dropped = lines(&outputs[0], "dropped");
    let originals: Vec<_> = dropped.iter().map(|record| record["duplicate_of"]["line"].as_u64()).collect();
    assert_eq!(originals, [Some(3), Some(2)]);
    // An explanation knows of one article alone, and of the rest what the run says.
    for (dump, number) in [("a.jsonl", 6), ("b.jsonl", 6), ("b.jsonl", 7)] {
        let told = explain(Question {
            pipeline: pipeline(source),
            input: input.join(dump).display().to_string(),
            which: Which::Line(number),
            run: Some(outputs[0].clone()),
        });
        let told = told.expect("there is such a line").run.expect("there is a run");
        assert!(told.agrees, "{dump}:{number} {:?}", told.differences);
        assert_eq!(told.repeated.is_some(), number == 6);
    }
}
