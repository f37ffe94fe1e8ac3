//! Runs that write records as Parquet, beside the same runs that write lines.

use std::path::Path;

use super::Finish;
use super::tests::{
    DELAYS, Delays, complete, contents, dumps, lines, order, pipeline, stop_behind, verified,
};
use crate::finished::FinishedRun;
use crate::pipeline::Pipeline;
use crate::write::Output;

const STAGES: &str =
    "[[stage]]\nkind = \"normalise-whitespace\"\n[[stage]]\nkind = \"drop-short\"\nmin-words = 3\n";

/// A pipeline that writes small shards.
fn writing(output: &str, dedup: &str) -> Pipeline {
    let output = format!("[output]\nshard-bytes = 30000\n{output}\n");
    pipeline(&format!("format = 1\n[input]\nmax-line-bytes = 3000\n{output}[dedup]\n{dedup}\n{STAGES}"))
}

const PARQUET: &str = "format = \"parquet\"";

/// The lines of a run's records, as everything reads them that reads finished runs.
fn records(output: &Path) -> Vec<String> {
    let run = FinishedRun::open(output).expect("it has finished");
    let mut lines = run.lines(Output::Records);
    let mut records = Vec::new();
    while let Some(line) = lines.line().expect("it can be read") {
        records.push(String::from_utf8_lossy(line).into_owned());
        lines.advance();
    }
    records
}

fn is_parquet(name: &str) -> bool {
    name.starts_with("records/") && name.ends_with(".parquet")
}

#[test]
fn records_in_parquet_are_those_of_lines_in_every_byte() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let fields = include_str!("../../pipelines/fields.toml");
    for (name, output) in [("lines", ""), ("table", PARQUET)] {
        let pipeline = pipeline(&format!("{fields}\n[output]\nshard-bytes = 40000\n{output}\n"));
        complete(order(pipeline, &samples, &place.path().join(name), 2));
    }
    let [lines, table] = ["lines", "table"].map(|name| place.path().join(name));
    assert!(records(&lines) == records(&table));
    assert!(contents(&table).into_keys().filter(|name| is_parquet(name)).count() > 1);
    assert!(verified(&table, None).is_ok(), "{:?}", verified(&table, None));
    let damaged = table.join("records/part-00000.parquet");
    let mut bytes = std::fs::read(&damaged).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::remove_file(&damaged).expect("it is there");
    super::tests::write(&damaged, &bytes);
    assert!(verified(&table, None).is_err(), "a flipped bit");
}

#[test]
fn parquet_has_the_same_bytes_for_any_threads_and_after_stops_with_or_without_an_election() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| place.path().join(name);
    std::fs::create_dir(at("in")).expect("there is room");
    dumps(&at("in"));
    for dedup in ["near = true", "near = true\nkeep = \"longest\""] {
        let order = |output: &Path, threads: usize| {
            let mut pipeline = writing(PARQUET, dedup);
            pipeline.push(&DELAYS, Box::new(Delays(threads as u64)));
            order(pipeline, &at("in"), output, threads)
        };
        let folder = |name: &str| at(&format!("{name}-{}", dedup.len()));
        let all = complete(order(&folder("one"), 1)).lines.read;
        complete(order(&folder("many"), 8));
        let stopped = folder("stopped");
        let (mut goal, mut stops) = (0, 0);
        loop {
            let (finish, from) = stop_behind(goal, order(&stopped, 1 + stops % 4));
            match finish {
                Ok(Finish::Stopped) => stops += 1,
                Ok(_) => break,
                Err(error) => panic!("{error}"),
            }
            goal = goal.max(from.unwrap_or(0)) + 2600;
            if goal > all {
                complete(order(&stopped, 3));
                break;
            }
        }
        assert!(stops > 2, "{stops}");
        let expected = contents(&folder("one"));
        assert!(expected.keys().filter(|name| is_parquet(name)).count() > 1, "{dedup}");
        assert!(contents(&folder("many")) == expected, "{dedup}");
        assert!(contents(&stopped) == expected, "{dedup}");
        assert!(verified(&stopped, None).is_ok(), "{:?}", verified(&stopped, None));
        // The same records as lines.
        let plain = folder("plain");
        complete(super::tests::order(writing("", dedup), &at("in"), &plain, 2));
        assert!(records(&plain) == records(&stopped), "{dedup}");
        assert_eq!(lines(&plain, "dropped"), lines(&stopped, "dropped"), "{dedup}");
    }
}

#[test]
fn a_night_that_keeps_nothing_has_a_shard_with_all_columns() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| place.path().join(name);
    super::tests::write(&at("in.jsonl"), b"{\"text\":\"short\"}\n");
    complete(order(writing(PARQUET, ""), &at("in.jsonl"), &at("out"), 1));
    assert_eq!(records(&at("out")).len(), 0);
    let shard = std::fs::File::open(at("out/records/part-00000.parquet")).expect("there is a shard");
    let reader = parquet::file::reader::SerializedFileReader::new(shard).expect("it is Parquet");
    let schema = parquet::file::reader::FileReader::metadata(&reader).file_metadata().schema_descr_ptr();
    let columns: Vec<&str> = schema.root_schema().get_fields().iter().map(|field| field.name()).collect();
    for key in crate::article::RECORD_KEYS {
        assert!(columns.contains(&key.name), "{}", key.name);
    }
    assert!(columns.contains(&"published_utc"), "{columns:?}");
    assert!(verified(&at("out"), None).is_ok(), "{:?}", verified(&at("out"), None));
}
