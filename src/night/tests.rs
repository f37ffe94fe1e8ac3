//! Whole runs on small dumps in a temporary folder.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::account::Counts;
use crate::article::{Article, Outcome};
use crate::explain::{Question, Which, explain};
use crate::finished::{FinishedRun, Verified, verify};
use crate::pipeline::Pipeline;
use crate::pipeline::tests::panicking_pipeline;
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::state::{Imprint, NightName};

const PIPELINE: &str = "format = 1\n[input]\nmax-line-bytes = 3000\n[output]\nshard-bytes = 20000\n[dedup]\nnear = true\nparagraphs = true\n\
                        [[stage]]\nkind = \"normalise-whitespace\"\n[[stage]]\nkind = \"drop-short\"\nmin-words = 3\n";

pub(super) fn pipeline(source: &str) -> Pipeline {
    Pipeline::parse("test", source).unwrap_or_else(|problems| panic!("{problems:?}"))
}

pub(super) fn order(pipeline: Pipeline, input: &Path, output: &Path, threads: usize) -> NightOrder {
    let inputs = vec![input.to_owned()];
    // Marks every few batches, and at each of them a checkpoint.
    let pace = Pace { every: std::time::Duration::ZERO, mark_bytes: Some(50_000) };
    NightOrder {
        pipeline_file: None,
        pipeline,
        inputs,
        output: output.to_owned(),
        threads,
        limit: None,
        sample: None,
        restart: false,
        scratch: None,
        state: None,
        pace,
    }
}

pub(super) fn complete(order: NightOrder) -> Ledger {
    match run(order, &mut (), &AtomicBool::new(false)) {
        Ok(Finish::Complete(ledger)) => *ledger,
        other => panic!("{other:?}"),
    }
}

/// The lines of one of a run's outputs.
pub(super) fn lines(output: &Path, kind: &str) -> Vec<Value> {
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

/// Every file of a run and its content; of the ledger, all but the timing, and not the two files that tell it to people
/// and to monitoring.
pub(super) fn contents(output: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut contents = BTreeMap::new();
    for folder in ["", "records", "dropped", "quarantine"] {
        for entry in std::fs::read_dir(output.join(folder)).expect("every run has the folder") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                continue;
            }
            if path.ends_with("report.html") || path.ends_with("metrics.prom") {
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

pub(super) fn write(path: &Path, content: &[u8]) {
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
pub(super) fn dumps(folder: &Path) {
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
        // From the sixth article on, the last paragraph is removed.
        8 => format!(
            "{{\"url\":\"https://z.example/{number}\",\"text\":\"{}\\n\\nRead all that the valley has to say.\"}}",
            edition(number * 7).replace("story", "valley")
        ),
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

pub(super) struct Delays(pub u64);

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

pub(super) static DELAYS: StageKind = StageKind {
    name: "delays",
    family: Family::Cleaner,
    summary: "",
    about: "",
    rules: &[],
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
            "no_text",
            "too_few_words",
            "bad_json",
            "cut_off",
            "line_too_long",
            "not_an_object",
            "not_utf8",
        ]
    );
    let crossed: Vec<&str> = ledger.limits_crossed.iter().map(|crossed| crossed.limit.as_str()).collect();
    assert_eq!(crossed, ["damaged-dumps", "empty-dumps"]);
    assert!(ledger.dumps[2].damage.is_some());
    assert_eq!(
        ledger.dumps[4].lines,
        Counts { read: 3, blank: 1, kept: 1, quarantined: 1, ..Counts::default() }
    );
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
    assert_eq!(ledger.lines, Counts { read: 3, kept: 2, quarantined: 1, ..Counts::default() });
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
        let order = NightOrder { limit: Some(limit), ..order(pipeline(PIPELINE), &input, &output, 3) };
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

/// Stops a run once so many lines are decided, or at once where it has resumed.
struct StopBehind<'a> {
    stop: &'a AtomicBool,
    lines: u64,
    went_on: Option<u64>,
}

impl Watch for StopBehind<'_> {
    fn resumes(&mut self, from: Resumption<'_>) {
        self.went_on = Some(from.lines);
    }

    fn tick(&mut self, view: View<'_>) {
        self.stop.fetch_or(view.counts.read > self.lines, Ordering::Relaxed);
    }
}

/// How the run ended, and how many lines it found done.
pub(super) fn stop_behind(lines: u64, order: NightOrder) -> (Result<Finish, RunError>, Option<u64>) {
    let stop = AtomicBool::new(false);
    let mut watch = StopBehind { stop: &stop, lines, went_on: None };
    let finish = run(order, &mut watch, &stop);
    (finish, watch.went_on)
}

#[test]
fn a_stopped_run_leaves_no_final_name_and_no_success() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output) = (place.path().join("in"), place.path().join("out"));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    let (stopped, _) = stop_behind(300, order(pipeline(PIPELINE), &input, &output, 2));
    assert!(matches!(stopped, Ok(Finish::Stopped)), "{stopped:?}");
    assert_eq!(contents(&output).into_keys().collect::<Vec<_>>(), [".copydesk.lock"]);
}

#[test]
fn a_run_that_is_stopped_again_and_again_ends_with_the_same_bytes() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let input = place.path().join("in");
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    for limit in [None, Some(7000)] {
        let order = |output: &Path, threads: usize| {
            let mut pipeline = pipeline(PIPELINE);
            pipeline.push(&DELAYS, Box::new(Delays(threads as u64)));
            NightOrder { limit, ..order(pipeline, &input, output, threads) }
        };
        let unkilled = place.path().join(format!("unkilled-{limit:?}"));
        let all = complete(order(&unkilled, 2)).lines.read;
        let output = place.path().join(format!("killed-{limit:?}"));
        let (mut stops, mut goal, mut went_on) = (0, 0, Vec::new());
        let ledger = loop {
            let (finish, from) = stop_behind(goal, order(&output, 1 + stops % 4));
            went_on.extend(from);
            match finish {
                Ok(Finish::Complete(ledger)) => break ledger,
                Ok(Finish::Stopped) => stops += 1,
                Ok(Finish::DoneBefore(_)) => panic!("it was not done"),
                Err(error) => panic!("{error}"),
            }
            // What is decided is not written yet.
            goal = goal.max(from.unwrap_or(0)) + 700;
            assert!(stops < 100, "it gets nowhere: {went_on:?}");
        };
        assert!(stops > 4 && went_on.iter().any(|lines| *lines > 0), "{went_on:?}");
        assert_eq!(u64::from(ledger.timing.resumed), went_on.len() as u64);
        assert_eq!(ledger.lines.read, all);
        let (left, right) = (contents(&unkilled), contents(&output));
        assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
        for (name, content) in &left {
            assert!(right.get(name) == Some(content), "{name} differs behind {stops} stops");
        }
        assert!(!output.join(".copydesk").exists());
        let shortened =
            |record: &&serde_json::Value| record["labels"]["repeated"][0]["articles"].as_u64() >= Some(5);
        assert!(lines(&output, "records").iter().filter(shortened).count() > 100);
    }
}

#[test]
fn what_has_changed_since_is_said_and_nothing_is_deleted() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output) = (place.path().join("in"), place.path().join("out"));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    let checkpoint = output.join(".copydesk/checkpoint.json");
    // What is written lags what is decided: this stops it within the second dump.
    let mut slow = pipeline(PIPELINE);
    slow.push(&DELAYS, Box::new(Delays(2)));
    let (stopped, _) = stop_behind(7000, order(slow, &input, &output, 1));
    assert!(matches!(stopped, Ok(Finish::Stopped)), "{stopped:?}");
    let replace = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let path = input.join(name);
        let mut content = std::fs::read(&path).unwrap_or_default();
        change(&mut content);
        drop(std::fs::remove_file(&path));
        write(&path, &content);
    };
    let refused = |order: NightOrder| match run(order, &mut (), &AtomicBool::new(false)) {
        Err(RunError::Resume(ResumeError::Changed { changed, .. })) => changed.join("; "),
        other => panic!("{other:?}"),
    };
    let same = || order(pipeline(PIPELINE), &input, &output, 2);
    let edited = pipeline(&format!("{PIPELINE}\n# more"));
    assert_eq!(refused(order(edited, &input, &output, 2)), "the pipeline `test` has been edited since");
    assert_eq!(refused(NightOrder { limit: Some(9), ..same() }), "its --limit was none, and now it is 9");
    write(&input.join("aa.jsonl"), b"");
    assert_eq!(refused(same()), "the list of dumps is another: aa.jsonl was not in it");
    std::fs::remove_file(input.join("aa.jsonl")).expect("it is there");
    let twice = vec![input.join("b.jsonl.zst"), input.clone()];
    assert_eq!(refused(NightOrder { inputs: twice, ..same() }), "the dumps were given in another order");
    // The first byte of a dump that is done, and one in the midst of the dump that was read when it was stopped.
    replace("a.jsonl", &|content| content[0] ^= 1);
    assert_eq!(refused(same()), "the dump a.jsonl has another content than when the run began");
    replace("a.jsonl", &|content| content[0] ^= 1);
    replace("e.jsonl", &|content| content.push(b'\n'));
    assert_eq!(refused(same()), "the dump e.jsonl had 43 bytes when the run began, and has 44 now");
    replace("e.jsonl", &|content| content.truncate(43));
    let unpacked = zstd::decode_all(&*std::fs::read(input.join("b.jsonl.zst")).expect("it is there"));
    let (packed, mut changed) = (std::fs::read(input.join("b.jsonl.zst")), unpacked.expect("it is zstd"));
    changed[5_000] ^= 1;
    let text = std::fs::read_to_string(&checkpoint).expect("it is there");
    replace("b.jsonl.zst", &|content| *content = zstd::encode_all(&*changed, 3).expect("memory takes it"));
    // As if the ends and the length were the same by chance.
    let of = |name: &str| {
        let dump = Dump { name: name.into(), packed_bytes: 0, path: Some(input.join(name)), object: None };
        (
            Imprint::of(&dump).expect("it can be read").ends,
            input.join(name).metadata().expect("it is there").len().to_string(),
        )
    };
    let now = of("b.jsonl.zst");
    replace("b.jsonl.zst", &|content| packed.as_ref().expect("it was read").clone_into(content));
    let then = of("b.jsonl.zst");
    let forged = text
        .replace(&then.0, &now.0)
        .replace(&format!("\"packed_bytes\":{}", then.1), &format!("\"packed_bytes\":{}", now.1));
    assert_ne!(forged, text);
    std::fs::remove_file(&checkpoint).expect("it is there");
    let (_, unsealed) = forged.split_once('\n').expect("the first line is the checksum");
    write(&checkpoint, &crate::write::seal(format!("{{{unsealed}").as_bytes()));
    replace("b.jsonl.zst", &|content| *content = zstd::encode_all(&*changed, 3).expect("memory takes it"));
    let message = refused(same());
    assert!(message.starts_with("the dump b.jsonl.zst has another content before line "), "{message}");
    std::fs::remove_file(&checkpoint).expect("it is there");
    write(&checkpoint, text.replace(env!("CARGO_PKG_VERSION"), "0.0.1").as_bytes());
    let message = refused(same());
    assert!(message.starts_with("copydesk 0.0.1 began it, and this is "), "{message}");
    std::fs::remove_file(&checkpoint).expect("it is there");
    // Cut, or with a bit changed anywhere: in the first line, in the identity, in the account of hosts.
    let mut harmed = vec![text.as_bytes()[..text.len() / 2].to_vec(), Vec::new()];
    for at in (0..text.len()).step_by(text.len() / 50) {
        let mut content = text.clone().into_bytes();
        content[at] ^= 1;
        harmed.push(content);
    }
    for content in harmed {
        write(&checkpoint, &content);
        let damaged = run(same(), &mut (), &AtomicBool::new(false));
        assert!(matches!(damaged, Err(RunError::Resume(_))), "{damaged:?}");
        std::fs::remove_file(&checkpoint).expect("it is there");
    }
    replace("b.jsonl.zst", &|content| packed.as_ref().expect("it was read").clone_into(content));
    // With a checksum that is right, and a position or dumps that cannot be.
    let (_, unsealed) = text.split_once('\n').expect("the first line is the checksum");
    let content: Value = serde_json::from_str(&format!("{{{unsealed}")).expect("it is JSON");
    let count = content["identity"]["dumps"].as_array().expect("a list").len();
    let harms: [fn(&mut Value, usize); 4] = [
        |content, count| content["position"]["dump"] = count.into(),
        |content, count| content["position"]["dump"] = (count + 3).into(),
        |content, _| drop(content["ledger"]["dumps"].as_array_mut().expect("a list").pop()),
        |content, _| content["ledger"]["dumps"][0]["dump"] = "other".into(),
    ];
    for harm in harms {
        let mut content = content.clone();
        harm(&mut content, count);
        write(&checkpoint, &crate::write::seal(content.to_string().as_bytes()));
        let damaged = run(same(), &mut (), &AtomicBool::new(false));
        assert!(matches!(damaged, Err(RunError::Resume(ResumeError::Damaged { .. }))), "{damaged:?}");
        std::fs::remove_file(&checkpoint).expect("it is there");
    }
    // So with the files that it speaks of: outputs and keys.
    let listed = std::fs::read_dir(output.join(".copydesk")).expect("it is there");
    let paths: Vec<PathBuf> = listed.map(|entry| entry.expect("it can be listed").path()).collect();
    write(&checkpoint, text.as_bytes());
    assert!(paths.len() > 1, "{paths:?}");
    for path in paths {
        let right = std::fs::read(&path).expect("it is there");
        let mut changed = right.clone();
        changed.iter_mut().take(1).for_each(|byte| *byte ^= 1);
        for harm in [Some(changed), None].into_iter().filter(|_| !right.is_empty()) {
            std::fs::remove_file(&path).expect("it is there");
            harm.iter().for_each(|content| write(&path, content));
            let damaged = run(same(), &mut (), &AtomicBool::new(false));
            assert!(matches!(damaged, Err(RunError::Resume(ResumeError::Damaged { .. }))), "{damaged:?}");
            drop(std::fs::remove_file(&path));
            write(&path, &right);
        }
    }
    // As it was, it continues.
    let (finish, went_on) = stop_behind(u64::MAX, same());
    assert!(matches!(finish, Ok(Finish::Complete(_))) && went_on > Some(3000), "{finish:?}, {went_on:?}");
}

#[test]
fn a_run_that_only_lacks_names_gets_them() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output, expected) =
        (place.path().join("in"), place.path().join("out"), place.path().join("expected"));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    complete(order(pipeline(PIPELINE), &input, &expected, 2));
    // A file in the place of a folder: the shards cannot get their names.
    let mut block = BlockQuarantine(output.join("quarantine"));
    let failed = run(order(pipeline(PIPELINE), &input, &output, 2), &mut block, &AtomicBool::new(false));
    assert!(matches!(failed, Err(RunError::Write(_))), "{failed:?}");
    assert!(!output.join("_SUCCESS").exists() && output.join("records/part-00000.jsonl.zst").exists());
    std::fs::remove_file(output.join("quarantine")).expect("it is there");
    let (finish, went_on) = stop_behind(0, order(pipeline(PIPELINE), &input, &output, 2));
    assert!(matches!(finish, Ok(Finish::Complete(_))), "{finish:?}");
    assert!(went_on.is_some());
    assert_eq!(contents(&output), contents(&expected));
}

/// Puts a file in the place of a folder.
struct BlockQuarantine(PathBuf);

impl Watch for BlockQuarantine {
    fn tick(&mut self, _: View<'_>) {
        if std::fs::remove_dir(&self.0).is_ok() {
            write(&self.0, b"");
        }
    }
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

/// The same, as a night with a state.
pub(super) fn night(order: NightOrder, state: &Path, name: &str) -> NightOrder {
    let night = NightName::Given(name.to_owned());
    NightOrder { state: Some(StateOrder { folder: state.to_owned(), night }), ..order }
}

/// Records by dump and line, without what only nights say.
fn by_place(outputs: &[PathBuf], kind: &str) -> BTreeMap<(String, u64), Value> {
    let mut records = BTreeMap::new();
    for mut record in outputs.iter().flat_map(|output| lines(output, kind)) {
        let source = &record["source"];
        let key =
            (source["dump"].as_str().unwrap_or_default().to_owned(), source["line"].as_u64().unwrap_or(0));
        if let Some(origin) = record.get_mut("duplicate_of").and_then(Value::as_object_mut) {
            origin.remove("night");
        }
        if let Some(update) = record.get_mut("labels").and_then(|labels| labels.get_mut("update")) {
            update.as_object_mut().expect("it is an object").remove("night");
        }
        records.insert(key, record);
    }
    records
}

/// Every file of a state but its lock, and the manifest without what the clock and the folders say.
pub(super) fn state_contents(state: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut contents = BTreeMap::new();
    for entry in std::fs::read_dir(state).expect("it is a folder") {
        let path = entry.expect("it can be listed").path();
        let mut content = std::fs::read(&path).expect("it is there");
        if path.extension().is_some_and(|extension| extension == "json") {
            let mut manifest: Value = serde_json::from_slice(&content).expect("it is JSON");
            manifest.as_object_mut().expect("an object").remove("xxh3");
            for nights in ["/nights", "/next/nights"] {
                for night in manifest.pointer_mut(nights).and_then(Value::as_array_mut).into_iter().flatten()
                {
                    for key in ["began", "run", "output"] {
                        night.as_object_mut().expect("an object").remove(key);
                    }
                }
            }
            content = manifest.to_string().into_bytes();
        }
        contents.insert(path.file_name().expect("it has one").to_string_lossy().into_owned(), content);
    }
    contents
}

#[test]
fn a_text_that_lost_paragraphs_is_known_to_later_nights() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| place.path().join(name);
    let feed = |host: &str| -> String {
        let text = |number: usize| edition(number * 1000);
        let foot = "Read all that the valley has to say.";
        let line = |number| {
            let text = text(number);
            format!("{{\"url\":\"https://{host}/{number}\",\"text\":\"{text}\\n\\n{foot}\"}}\n")
        };
        (0..9).map(line).collect()
    };
    write(&at("first.jsonl"), feed("a.example").as_bytes());
    write(&at("second.jsonl"), feed("b.example").as_bytes());
    let source = PIPELINE.replace("near = true\n", "");
    let run_night = |name: &str| {
        let order = order(pipeline(&source), &at(&format!("{name}.jsonl")), &at(name), 2);
        complete(night(order, &at("state"), name))
    };
    assert_eq!(run_night("first").lines.kept, 9);
    let cut = |record: &&serde_json::Value| record["labels"]["repeated"].is_array();
    assert_eq!(lines(&at("first"), "records").iter().filter(cut).count(), 4);
    assert_eq!(run_night("second").dropped, [("duplicate_text".to_owned(), 9)].into());
}

#[test]
fn a_host_that_loses_its_dates_is_named_and_crosses_a_limit() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| place.path().join(name);
    let source = PIPELINE.replace("near = true\nparagraphs = true\n", "");
    let run_night = |number: usize, is_broken: bool| {
        let line = |line: usize| {
            let (host, text) = (["a.example", "b.example"][line % 2], edition(line * 110 + number));
            let has_date = !(is_broken && host == "b.example") && line % 40 != 3;
            let date = if has_date { ",\"date\":\"2026-11-01\"" } else { "" };
            format!("{{\"url\":\"https://{host}/{number}/{line}\",\"text\":\"{text}\"{date}}}\n")
        };
        let (dump, name) = (at(&format!("{number}.jsonl")), format!("n{number}"));
        write(&dump, (0..120).map(line).collect::<String>().as_bytes());
        complete(night(order(pipeline(&source), &dump, &at(&name), 2), &at("state"), &name))
    };
    for (number, nights) in [(0, 0), (1, 1), (2, 2), (3, 3)] {
        let ledger = run_night(number, number == 2);
        let drift = ledger.drift.expect("there is a state");
        // The third night is broken, but there is too little to say so.
        assert_eq!((drift.nights, drift.hosts.len()), (nights, 0), "{number}");
        assert_eq!(ledger.limits_crossed, []);
    }
    State::open(&at("state"), false).expect("it is there").forget(&["n2".to_owned()]).expect("it is there");
    run_night(4, false);
    let ledger = run_night(5, true);
    let drift = ledger.drift.expect("there is a state");
    let hosts: Vec<&str> = drift.hosts.iter().map(|host| host.host.as_str()).collect();
    assert_eq!(hosts, ["b.example"], "the night as a whole has no dates because of it");
    assert_eq!(
        drift.hosts[0].sentence(),
        "b.example: 60 of 60 records without a date, usually 3; its layout has probably changed"
    );
    let crossed: Vec<String> = ledger.limits_crossed.iter().map(ToString::to_string).collect();
    assert_eq!(crossed, ["1 host changed (drifted-hosts): b.example"]);
    let report = std::fs::read_to_string(at("n5/report.html")).expect("it is there");
    assert!(
        report.contains(" to look at")
            && report.contains("60 of 60 records without a date, usually 3")
            && report.matches("copydesk explain --run").count() >= 2
    );
    let metrics = std::fs::read_to_string(at("n5/metrics.prom")).expect("it is there");
    let drifted =
        metrics.lines().find(|line| line.starts_with("copydesk_last_run_drifted_hosts{pipeline=\"test\""));
    assert!(drifted.is_some_and(|line| line.ends_with("} 1")), "{metrics}");
    // A night whose statistics are damaged is left out, and the account says so.
    std::fs::remove_file(at("state/hosts-000000.json.zst")).expect("it is there");
    write(&at("state/hosts-000000.json.zst"), b"x");
    let notes = run_night(6, false).timing.notes;
    assert!(notes.len() == 1 && notes[0].contains("hosts-000000.json.zst"), "{notes:?}");
}

/// Nights are told apart by the second in which they began.
pub(super) fn a_second_later() {
    std::thread::sleep(std::time::Duration::from_millis(1100));
}

/// Copies the files of a folder.
pub(super) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("there is room");
    for file in std::fs::read_dir(from).expect("it is there") {
        let file = file.expect("it can be listed");
        std::fs::copy(file.path(), to.join(file.file_name())).expect("there is room");
    }
}

#[test]
fn a_state_that_was_put_back_is_told_by_the_outputs_beside_tonights() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| place.path().join(name);
    let run_night = |number: usize, state: &str| {
        let (dump, name) = (at(&format!("{number}.jsonl")), format!("n{number}"));
        write(&dump, format!("{{\"text\":\"{}\"}}\n", edition(number)).as_bytes());
        let source = PIPELINE.replace("near = true\nparagraphs = true\n", "");
        let ledger = complete(night(order(pipeline(&source), &dump, &at(&name), 1), &at(state), &name));
        assert_eq!(
            ledger.limits_crossed.iter().any(|crossed| crossed.limit == "lost-nights"),
            !ledger.lost_nights.is_empty()
        );
        ledger.timing.notes
    };
    let nothing: [String; 0] = [];
    assert_eq!(run_night(0, "state"), nothing);
    copy_folder(&at("state"), &at("before"));
    assert_eq!(run_night(1, "state"), nothing);
    assert_eq!(run_night(2, "state"), nothing);
    assert_eq!(run_night(3, "another"), nothing);
    std::fs::remove_dir_all(at("state")).expect("it can be");
    std::fs::rename(at("before"), at("state")).expect("it can be");
    let notes = run_night(4, "state");
    assert!(notes.len() == 1 && notes[0].starts_with("n1, n2 went into this state"), "{notes:?}");
    std::fs::remove_dir_all(at("state")).expect("it can be");
    a_second_later();
    let notes = run_night(8, "state");
    assert!(notes.len() == 1 && notes[0].starts_with("n0, n1, n2, n4 went into"), "{notes:?}");
    let notes = run_night(9, "state");
    assert!(notes.len() == 1 && notes[0].starts_with("n0, n1, n2, n4 went into"), "each night: {notes:?}");
    // Nobody misses what somebody has taken out.
    let forget = |name: &str| {
        let mut state = State::open(&at("another"), false).expect("it is a state");
        state.forget(&[name.to_owned()]).expect("it has the night");
    };
    assert_eq!(run_night(5, "another"), nothing);
    forget("n5");
    assert_eq!(run_night(6, "another"), nothing);
}

/// As `nightly` has it.
const NIGHTLY: &str = "format = 1\n[input]\nmax-line-bytes = 3000\n[dedup]\nnear = true\nupdates = \"keep\"\n\
                       [[stage]]\nkind = \"drop-short\"\nmin-words = 3\n";

#[test]
fn nights_in_order_keep_what_one_run_over_all_would() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let input = place.path().join("in");
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    // What hosts repeat is counted in each night anew.
    for source in [&*PIPELINE.replace("paragraphs = true\n", ""), NIGHTLY] {
        let place = tempfile::tempdir().expect("a temporary folder");
        let (one, state) = (place.path().join("one"), place.path().join("state"));
        complete(order(pipeline(source), &input, &one, 2));
        let mut nights = Vec::new();
        for (number, dump) in ["a.jsonl", "b.jsonl.zst", "c.jsonl.zst", "e.jsonl"].iter().enumerate() {
            let output = place.path().join(format!("night-{number}"));
            let order = order(pipeline(source), &input.join(dump), &output, 1 + number % 3);
            complete(night(order, &state, &format!("night-{number}")));
            nights.push(output);
        }
        for kind in ["records", "dropped"] {
            let (expected, found) = (by_place(std::slice::from_ref(&one), kind), by_place(&nights, kind));
            assert!(expected.len() > 1000, "{}", expected.len());
            assert_eq!(expected.len(), found.len(), "{kind}");
            for (place, record) in &expected {
                assert_eq!(Some(record), found.get(place), "{kind} {place:?}");
            }
        }
        let earlier = lines(&nights[1], "dropped")
            .iter()
            .filter(|line| line["duplicate_of"]["night"] == "night-0")
            .count();
        assert!(earlier > 100, "{earlier}");
        let updates = lines(&nights[1], "records")
            .iter()
            .filter(|line| line["labels"]["update"]["night"] == "night-0")
            .count();
        assert_eq!(updates > 0, source == NIGHTLY, "{updates}");
        for (output, name) in nights.iter().zip(0..) {
            let state = State::look(&state).expect("it is there");
            assert!(verified(output, Some(&state)).is_ok(), "{name}: {:?}", verified(output, Some(&state)));
        }
    }
}

#[test]
fn an_update_says_what_it_updates_and_how_much_has_changed() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| place.path().join(name);
    let text =
        |from: usize, to: usize| (from..to).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ");
    let record =
        |url: &str, text: &str| format!("{{\"url\":\"https://x.example/{url}\",\"text\":\"{text}\"}}\n");
    write(&at("1.jsonl"), [record("a", &text(0, 400)), record("b", &text(500, 900))].concat().as_bytes());
    let second = [
        record("a", &text(0, 400)),
        record("a", &text(40, 440)),
        record("b", &text(1000, 1400)),
        record("c", &text(40, 445)),
        record("b", &text(1000, 1401)),
    ];
    write(&at("2.jsonl"), second.concat().as_bytes());
    for (output, dump) in [("one", "1.jsonl"), ("two", "2.jsonl")] {
        let pipeline = pipeline(&NIGHTLY.replace("3000", "9000"));
        let ledger = complete(night(order(pipeline, &at(dump), &at(output), 2), &at("state"), output));
        assert_eq!(ledger.updates, if output == "one" { 0 } else { 3 });
        assert_eq!(ledger.night.as_deref(), Some(output));
    }
    let fates = |kind: &str| -> Vec<(u64, Value, Value)> {
        let lines = lines(&at("two"), kind);
        let get = |line: &Value| {
            let update = line.get("labels").map_or(Value::Null, |labels| labels["update"].clone());
            let of = line.get("duplicate_of").cloned().unwrap_or(update);
            (line["source"]["line"].as_u64().unwrap_or(0), line["verdict"]["reason"].clone(), of)
        };
        lines.iter().map(get).collect()
    };
    let id = |url: &str| crate::article::ArticleId::of(&format!("https://x.example/{url}")).to_string();
    let records = fates("records");
    let changed = |index: usize| records[index].2["changed"].as_f64().unwrap_or(f64::NAN);
    assert_eq!(records.iter().map(|record| record.0).collect::<Vec<_>>(), [2, 3, 5]);
    assert!((0.05..0.2).contains(&changed(0)), "{records:?}");
    assert_eq!(
        records[1].2,
        serde_json::json!({"id": id("b"), "night": "one", "dump": "1.jsonl", "line": 2, "changed": 1.0})
    );
    // Updates of the same night have no night, and the latest version counts.
    assert_eq!((&records[2].2["night"], &records[2].2["line"]), (&Value::Null, &3.into()));
    let dropped = fates("dropped");
    assert_eq!((dropped[0].0, dropped[0].1.as_str()), (1, Some("duplicate_url")));
    assert_eq!(dropped[0].2["night"], "one");
    // What repeats an update is its duplicate.
    assert_eq!(
        (dropped[1].0, dropped[1].1.as_str(), &dropped[1].2["line"]),
        (4, Some("near_duplicate"), &2.into())
    );
}

#[test]
fn a_killed_night_leaves_the_state_alone_until_it_has_ended() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, at) = (place.path().join("in"), |name: &str| place.path().join(name));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    let run_night = |state: &str, output: &str, dump: &str, threads: usize| {
        night(order(pipeline(NIGHTLY), &input.join(dump), &at(output), threads), &at(state), dump)
    };
    for state in ["unkilled", "killed"] {
        complete(run_night(state, &format!("first-{state}"), "a.jsonl", 2));
    }
    let before = state_contents(&at("killed"));
    assert_eq!(before, state_contents(&at("unkilled")));
    complete(run_night("unkilled", "second-unkilled", "b.jsonl.zst", 2));
    let (mut stops, mut goal) = (0, 0);
    loop {
        let (finish, from) =
            stop_behind(goal, run_night("killed", "second-killed", "b.jsonl.zst", 1 + stops % 3));
        goal = goal.max(from.unwrap_or(0)) + 700;
        match finish {
            Ok(Finish::Complete(_)) => break,
            Ok(Finish::Stopped) => assert_eq!(state_contents(&at("killed")), before),
            Ok(Finish::DoneBefore(_)) => panic!("it was not done"),
            Err(error) => panic!("{error}"),
        }
        stops += 1;
        assert!(stops < 60, "it gets nowhere");
    }
    assert!(stops > 2, "{stops}");
    assert_eq!(state_contents(&at("killed")), state_contents(&at("unkilled")));
    assert_eq!(contents(&at("second-killed")), contents(&at("second-unkilled")));
    // The same night once more, begun anew, does not see itself.
    let again = NightOrder { restart: true, ..run_night("killed", "second-killed", "b.jsonl.zst", 2) };
    complete(again);
    assert_eq!(contents(&at("second-killed")), contents(&at("second-unkilled")));
    let nights: Vec<String> = State::look(&at("killed"))
        .expect("it is there")
        .nights()
        .iter()
        .map(|night| night.name.clone())
        .collect();
    assert_eq!(nights, ["a.jsonl", "b.jsonl.zst"]);
}

#[test]
fn a_night_that_is_in_the_state_and_not_complete_finds_itself_there() {
    /// Puts a folder in the place of a file.
    struct Block(PathBuf);
    impl Watch for Block {
        fn tick(&mut self, _: View<'_>) {
            drop(std::fs::create_dir_all(self.0.join("x")));
        }
    }
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, at) = (place.path().join("in"), |name: &str| place.path().join(name));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    let first = || night(order(pipeline(NIGHTLY), &input, &at("out"), 2), &at("state"), "first");
    let mut block = Block(at("out").join("_SUCCESS"));
    let failed = run(first(), &mut block, &AtomicBool::new(false));
    assert!(matches!(failed, Err(RunError::Write(_))), "{failed:?}");
    let committed = std::fs::read(at("state").join("state.json")).expect("it is committed");
    std::fs::remove_dir_all(at("out").join("_SUCCESS")).expect("it is there");
    let (finish, went_on) = stop_behind(0, first());
    assert!(matches!(finish, Ok(Finish::Complete(_))) && went_on.is_some(), "{finish:?}");
    assert_eq!(std::fs::read(at("state").join("state.json")).expect("it is there"), committed);
    // A state that another night has changed in between is another input.
    let second = || night(order(pipeline(NIGHTLY), &input, &at("second"), 2), &at("state"), "second");
    let (stopped, _) = stop_behind(300, second());
    assert!(matches!(stopped, Ok(Finish::Stopped)), "{stopped:?}");
    for (now, message) in [
        (
            night(order(pipeline(NIGHTLY), &input, &at("second"), 2), &at("state"), "x"),
            "it is the night `second`, and now --night is `x`",
        ),
        (order(pipeline(NIGHTLY), &input, &at("second"), 2), "it began with --state"),
    ] {
        let refused = run(now, &mut (), &AtomicBool::new(false)).expect_err("it is another run").to_string();
        assert!(refused.ends_with(message), "{refused}");
    }
    complete(night(order(pipeline(NIGHTLY), &input, &at("third"), 2), &at("state"), "third"));
    let refused =
        run(second(), &mut (), &AtomicBool::new(false)).expect_err("the state has changed").to_string();
    assert!(
        refused.ends_with("the state has changed since the run began: the night `third` was added"),
        "{refused}"
    );
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
            // Brackets, commas and NULs between records are no records.
            let blank = line.iter().all(|byte| byte.is_ascii_whitespace() || b"[],;)\0\x1E".contains(byte));
            // After the last line end there is a line only if there is something in it.
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
            input: Some(input.join(dump).display().to_string()),
            which: Which::Line(number),
            run: Some(FinishedRun::open(&outputs[0]).expect("it has finished")),
        });
        let told = told.expect("there is such a line").run.expect("there is a run");
        assert!(told.agrees, "{dump}:{number} {:?}", told.differences);
        assert_eq!(told.repeated.is_some(), number == 6);
    }
}

/// Whether a run's outputs are as its ledger says.
pub(super) fn verified(output: &Path, state: Option<&State>) -> Result<Verified, Vec<String>> {
    verify(&FinishedRun::open(output).expect("it has finished"), state)
}
