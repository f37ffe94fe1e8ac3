use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::article::Article;
use crate::night::Pace;
use crate::pipeline::shipped;
use crate::stage::{Family, Stage, StageContext, StageKind};

fn samples() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    ["news-english.jsonl.zst", "pages.jsonl.zst"].map(|name| folder.join(name)).to_vec()
}

fn finished(pipeline: &str, output: &Path) -> Run {
    let desk = Desk::parse("mine", pipeline, Path::new("")).expect("it has no mistakes");
    let order = NightOrder {
        pipeline: desk.pipeline_again().expect("it still has none"),
        pipeline_file: None,
        inputs: samples(),
        output: output.to_owned(),
        threads: 2,
        limit: None,
        sample: None,
        restart: false,
        scratch: None,
        state: None,
        pace: Pace::default(),
    };
    let ledger = run(order, &mut (), &AtomicBool::new(false)).expect("it can be written");
    let opened = Run::open(output).expect("it is finished");
    assert_eq!(ledger.as_deref(), Some(opened.ledger()));
    opened
}

fn lines(run: &Run, output: Output) -> Vec<String> {
    let mut lines = run.0.lines(output);
    let mut read = Vec::new();
    while let Some(line) = lines.line().expect("it was just written") {
        read.push(String::from_utf8(line.to_vec()).expect("JSON is UTF-8"));
        lines.advance();
    }
    read
}

#[test]
fn a_desk_writes_the_lines_that_a_run_writes() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let pipeline = "format = 1\nextends = \"articles\"\n[dedup]\nexact = []\n";
    let run = finished(pipeline, place.path());
    let desk = Desk::parse("mine", pipeline, Path::new("")).expect("it has no mistakes");
    let (mut kept, mut dropped) = (Vec::new(), Vec::new());
    for path in samples() {
        let packed = std::fs::File::open(&path).expect("it is there");
        let dump = Arc::from(path.file_name().expect("it has a name").to_string_lossy());
        let plain = zstd::decode_all(packed).expect("it is whole");
        for (line, number) in plain.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).zip(1..) {
            let decision = desk.judge(line, &dump, number).expect("no panic");
            let mut written = Vec::new();
            decision.write(&mut written);
            let written = String::from_utf8(written).expect("JSON is UTF-8");
            match decision.outcome() {
                Outcome::Kept => kept.push(written),
                Outcome::Dropped => dropped.push(written),
                Outcome::Quarantined => panic!("{written}"),
            }
        }
    }
    assert_eq!(kept, lines(&run, Output::Records));
    assert_eq!(dropped, lines(&run, Output::Dropped));
    assert!(kept.len() > 10 && !dropped.is_empty());
}

#[cfg(feature = "parquet")]
#[test]
fn records_have_the_columns_of_shards_in_parquet() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let pipeline = "format = 1\nextends = \"articles\"\n[output]\nformat = \"parquet\"\n";
    let run = finished(pipeline, place.path());
    let shard = std::fs::File::open(place.path().join("records/part-00000.parquet")).expect("it is there");
    let shard = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(shard);
    let shard = shard.expect("it is Parquet");
    let names = |schema: &arrow_schema::Schema| -> Vec<String> {
        schema.fields().iter().map(|field| field.name().clone()).collect()
    };
    assert_eq!(names(&record_schema()), names(shard.schema()));
    let kept = run.ledger().lines.kept;
    let rows: usize = run.into_records().map(|batch| batch.expect("it can be read").num_rows()).sum();
    assert_eq!(rows as u64, kept);
}

#[cfg(feature = "parquet")]
#[test]
fn the_copy_of_a_run_on_a_store_is_there_until_its_records_are_read() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("copy");
    let kept = finished("format = 1\nextends = \"articles\"\n", &folder).ledger().lines.kept;
    let run = Run(FinishedRun::of_copy(&folder).expect("it is finished"));
    let mut records = run.into_records();
    let rows: usize = records.by_ref().map(|batch| batch.expect("it can be read").num_rows()).sum();
    assert_eq!(rows as u64, kept);
    assert!(folder.exists());
    drop(records);
    assert!(!folder.exists(), "the copy is deleted with its last reader");
}

/// A stage that fails.
struct Failing;

impl Stage for Failing {
    fn apply(&self, _: &mut Article, _: &mut StageContext) -> crate::article::Outcome {
        panic!("no record is good enough")
    }
}

static FAILING: StageKind = StageKind {
    name: "fail",
    family: Family::Cleaner,
    summary: "",
    about: "",
    rules: &[],
    example: "",
    schema: || serde_json::Value::Null,
    build: |_| Ok(Box::new(Failing)),
};

#[test]
fn a_panic_in_a_stage_is_a_quarantined_record_or_an_error_that_names_it() {
    let text = shipped("articles").expect("it comes with copydesk");
    let mut desk = Desk::parse("articles", text, Path::new("")).expect("it has no mistakes");
    desk.judge.pipeline.push(&FAILING, Box::new(Failing));
    let text = "The council heard many speakers on the wall. ".repeat(20);
    let record = format!("{{\"text\":\"{text}\"}}");
    let decision = desk.judge(record.as_bytes(), &Arc::from("dump"), 7).expect("it is quarantined");
    assert_eq!(decision.outcome(), Outcome::Quarantined);
    let mut written = Vec::new();
    decision.write(&mut written);
    let written = String::from_utf8(written).expect("JSON is UTF-8");
    for part in
        ["\"line\":7", "stage_panicked", "fail: no record is good enough, at src/embed/tests.rs:", "\"raw\":"]
    {
        assert!(written.contains(part), "{part} is not in {written}");
    }
    let page = format!("<html><body><p>{text}</p></body></html>");
    let refusal = desk.extract(page.as_bytes(), "page", None).err().expect("the stage fails");
    assert!(refusal.to_string().starts_with("failed to process it: fail: no record"), "{refusal}");
}

#[test]
fn a_panic_outside_of_the_stages_is_an_error_that_names_the_record() {
    let refusal =
        guarded("dump", 7, || panic!("an error in copydesk")).map(|(): ()| ()).expect_err("a panic");
    assert!(
        refusal.to_string().starts_with("failed to process dump:7: an error in copydesk, at "),
        "{refusal}"
    );
    assert_eq!(refusal.exit, Exit::Failed);
}

#[test]
fn a_run_that_is_stopped_is_no_run_and_resumes() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let desk = Desk::open("articles").expect("it comes with copydesk");
    let order = || NightOrder {
        pipeline: desk.pipeline_again().expect("it comes with copydesk"),
        pipeline_file: None,
        inputs: samples(),
        output: place.path().to_owned(),
        threads: 1,
        limit: None,
        sample: None,
        restart: false,
        scratch: None,
        state: None,
        pace: Pace::default(),
    };
    assert!(run(order(), &mut (), &AtomicBool::new(true)).expect("it is no error").is_none());
    let metrics = std::fs::read_to_string(place.path().join("metrics.prom")).expect("they say so");
    assert!(metrics.contains("130"), "{metrics}");
    assert!(Run::open(place.path()).is_err());
    let done = run(order(), &mut (), &AtomicBool::new(false)).expect("it resumes").expect("nobody stops it");
    assert_eq!(done.lines.kept, 19);
}
