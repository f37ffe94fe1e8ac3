//! Shards and folders on a real disk.

use super::*;
use crate::account::Shard;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn frame(text: &str) -> Frame {
    FrameEncoder::new(3).frame(text.as_bytes(), text.lines().count() as u64)
}

#[test]
fn frames_are_appended_and_shards_closed_before_they_grow_too_large() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    let mut writer = ShardWriter::new(&claimed, Output::Records, 60);
    for text in ["a\nb\n", "c\n", "", "d\ne\nf\n", "g\n"] {
        writer.append(&frame(text)).expect("there is room");
    }
    let shards = writer.finish().expect("there is room");
    let lines: Vec<u64> = shards.iter().map(|shard| shard.records).collect();
    assert_eq!(lines.iter().sum::<u64>(), 7);
    assert!(shards.len() > 1, "{shards:?}");
    let mut text = Vec::new();
    for Shard { file, bytes, xxh3, .. } in &shards {
        let content = std::fs::read(place.path().join(file)).expect("it is there");
        assert_eq!(content.len() as u64, *bytes);
        assert!(*bytes <= 60);
        assert_eq!(format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&content)), *xxh3);
        text.extend(zstd::decode_all(&*content).expect("it is zstd"));
    }
    assert_eq!(text, b"a\nb\nc\nd\ne\nf\ng\n");
    assert_eq!(shards[0].file, "records/part-00000.jsonl.zst");
}

#[test]
fn a_frame_larger_than_a_shard_gets_one_of_its_own() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    let mut writer = ShardWriter::new(&claimed, Output::Dropped, 1);
    for text in ["a\n", "b\n"] {
        writer.append(&frame(text)).expect("there is room");
    }
    assert_eq!(writer.finish().expect("there is room").len(), 2);
}

#[test]
fn what_is_not_finished_leaves_nothing_behind() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    let mut writer = ShardWriter::new(&claimed, Output::Records, 1000);
    writer.append(&frame("a\n")).expect("there is room");
    assert_eq!(files(&place.path().join("records")), [".part-00000.jsonl.zst.tmp"]);
    drop(writer);
    assert!(files(&place.path().join("records")).is_empty());
}

#[test]
fn a_folder_with_a_run_is_refused_and_restart_deletes_only_what_runs_write() {
    let place = folder();
    let path = place.path();
    let claimed = OutputFolder::claim(path, false).expect("it is empty");
    let mut writer = ShardWriter::new(&claimed, Output::Records, 1000);
    writer.append(&frame("a\n")).expect("there is room");
    writer.finish().expect("there is room");
    claimed.write_whole("ledger.json", b"{}").expect("there is room");
    claimed.write_card("# Records").expect("there is room");
    drop(claimed);
    std::fs::copy(path.join("ledger.json"), path.join("records/mine.txt")).expect("there is room");
    let refused = OutputFolder::claim(path, false);
    assert!(matches!(refused, Err(FolderError::HoldsUnfinishedRun(_))), "{refused:?}");
    let claimed = OutputFolder::claim(path, true).expect("restart is allowed");
    assert_eq!(files(&path.join("records")), ["mine.txt"]);
    assert!(!path.join("ledger.json").exists() && !path.join("README.md").exists());
    claimed.write_whole("README.md", b"# My own").expect("there is room");
    claimed.write_card("# Records").expect("there is room");
    drop(claimed);
    let claimed = OutputFolder::claim(path, true).expect("restart is allowed");
    assert_eq!(std::fs::read(path.join("README.md")).expect("it stays"), b"# My own");
    claimed.mark_complete().expect("there is room");
    drop(claimed);
    assert!(matches!(OutputFolder::claim(path, false), Err(FolderError::HoldsRun(_))));
}

#[test]
fn a_second_run_is_refused_while_the_first_is_writing() {
    let place = folder();
    let first = OutputFolder::claim(place.path(), false).expect("it is empty");
    for restart in [false, true] {
        assert!(matches!(OutputFolder::claim(place.path(), restart), Err(FolderError::InUse(_))));
    }
    drop(first);
    assert!(OutputFolder::claim(place.path(), false).is_ok());
}

#[test]
fn a_path_that_cannot_be_a_folder_is_an_error_that_names_it() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    claimed.write_whole("file", b"x").expect("there is room");
    let error = OutputFolder::claim(&place.path().join("file"), false).expect_err("it is a file");
    assert!(error.to_string().starts_with("create "), "{error}");
}
