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

/// Closes the writer and gives its shards their names.
fn finish(folder: &OutputFolder, output: Output, mut writer: ShardWriter) -> Vec<Shard> {
    writer.finish().expect("there is room");
    folder.publish(&folder.work(), output, writer.closed()).expect("there is room");
    writer.closed().to_vec()
}

fn frame(text: &str) -> Frame {
    FrameEncoder::new(3).frame(text.as_bytes(), text.lines().count() as u64)
}

#[test]
fn frames_are_appended_and_shards_closed_before_they_grow_too_large() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    let mut writer = ShardWriter::new(&claimed.work(), Output::Records, 60);
    for text in ["a\nb\n", "c\n", "", "d\ne\nf\n", "g\n"] {
        writer.append(&frame(text)).expect("there is room");
    }
    let shards = finish(&claimed, Output::Records, writer);
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
#[cfg(target_os = "linux")]
fn however_many_shards_are_closed_few_files_are_open() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    let mut writer = ShardWriter::new(&claimed.work(), Output::Records, 1);
    let open_files = || {
        let files = std::fs::read_dir("/proc/self/fd").expect("Linux has it");
        let paths = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        paths
            .filter(|path| path.starts_with(place.path()) && path.to_string_lossy().contains("part-"))
            .count()
    };
    for _ in 0..50 {
        writer.append(&frame("a\n")).expect("there is room");
        assert!(open_files() <= 9, "{}", open_files());
    }
    assert_eq!(finish(&claimed, Output::Records, writer).len(), 50);
}

#[test]
fn what_cannot_be_deleted_at_the_end_is_named_and_the_run_is_complete() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    // A folder is no file that can be deleted.
    std::fs::create_dir(claimed.work().join("checkpoint.json")).expect("there is room");
    let left = claimed.mark_complete(b"").expect("there is room").expect_err("it cannot be deleted");
    assert!(left.to_string().contains("checkpoint.json"), "{left}");
    assert!(claimed.is_complete());
}

#[test]
fn what_somebody_else_has_deleted_at_the_end_is_gone() {
    let folder = tempfile::tempdir().expect("there is room");
    let claimed = OutputFolder::claim(folder.path(), false).expect("it is empty");
    std::fs::remove_dir_all(folder.path().join(".copydesk")).expect("it is there");
    claimed.mark_complete(b"").expect("there is room").expect("nothing keeps it");
}

#[test]
fn a_frame_larger_than_a_shard_gets_one_of_its_own() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    let mut writer = ShardWriter::new(&claimed.work(), Output::Dropped, 1);
    for text in ["a\n", "b\n"] {
        writer.append(&frame(text)).expect("there is room");
    }
    assert_eq!(finish(&claimed, Output::Dropped, writer).len(), 2);
}

#[test]
fn what_is_not_finished_has_no_final_name() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    let mut writer = ShardWriter::new(&claimed.work(), Output::Records, 20);
    for text in ["a\n", "b\n"] {
        writer.append(&frame(text)).expect("there is room");
    }
    assert!(files(&place.path().join("records")).is_empty());
    assert_eq!(files(&claimed.work()), ["records-part-00000.jsonl.zst", "records-part-00001.jsonl.zst"]);
    let shards = finish(&claimed, Output::Records, writer);
    assert_eq!(files(&place.path().join("records")), ["part-00000.jsonl.zst", "part-00001.jsonl.zst"]);
    claimed.publish(&claimed.work(), Output::Records, &shards).expect("what has its name keeps it");
    std::fs::remove_file(place.path().join("records/part-00000.jsonl.zst")).expect("it is there");
    assert!(claimed.publish(&claimed.work(), Output::Records, &shards).is_err(), "a shard that is nowhere");
}

#[test]
fn a_writer_goes_on_from_where_it_was_known_to_be() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    let frames: Vec<Frame> = (0..30).map(|number| frame(&format!("line {number}\n"))).collect();
    let writer = || ShardWriter::new(&claimed.work(), Output::Records, 100);
    let mut whole = writer();
    frames.iter().for_each(|frame| whole.append(frame).expect("there is room"));
    let expected = whole.standing().expect("files can be opened").0;
    assert!(expected.closed.len() > 3 && expected.open.is_some());
    let content = std::fs::read(claimed.work().join("records-part-00000.jsonl.zst")).expect("it is there");
    for cut in 0..=frames.len() {
        let mut first = writer();
        frames.iter().take(cut).for_each(|frame| first.append(frame).expect("there is room"));
        let standing = first.standing().expect("files can be opened").0;
        // It was killed when it had done more.
        frames.iter().skip(cut).take(7).for_each(|frame| first.append(frame).expect("there is room"));
        drop(first);
        let resume = || ShardWriter::resume(&claimed.work(), Output::Records, 100, &standing);
        let mut second = resume().expect("it is as it was");
        if let Some(open) = &standing.open {
            let path = claimed.work().join(open.file.replace('/', "-"));
            assert_eq!(
                path.metadata().expect("it is there").len(),
                open.bytes,
                "what came behind is cut off"
            );
        }
        frames.iter().skip(cut).for_each(|frame| second.append(frame).expect("there is room"));
        assert_eq!(second.standing().expect("files can be opened").0, expected, "cut at {cut}");
        let first = std::fs::read(claimed.work().join("records-part-00000.jsonl.zst"));
        assert_eq!(first.expect("it is there"), content);
        if let Some(open) = &standing.open {
            let path = claimed.work().join(open.file.replace('/', "-"));
            let mut bytes = std::fs::read(&path).expect("it is there");
            bytes[0] ^= 1;
            std::fs::remove_file(&path).expect("it is there");
            let mut changed = WorkFile::create(&path).expect("there is room");
            changed.append(&bytes).expect("there is room");
            let error = resume().err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.ends_with("its content has changed"), "{error}");
            let mut cut = WorkFile::create(&path).expect("there is room");
            cut.append(&bytes[..5]).expect("there is room");
            let error = resume().err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains("it has 5 bytes, and had "), "{error}");
        }
    }
}

#[test]
fn a_run_that_can_go_on_is_left_as_it_is_and_restart_deletes_it() {
    let place = folder();
    let claimed = OutputFolder::claim(place.path(), false).expect("it is empty");
    assert_eq!(claimed.checkpoint().expect("it can be read"), None);
    OutputFolder::write_checkpoint(&claimed.work(), b"here").expect("there is room");
    let mut writer = ShardWriter::new(&claimed.work(), Output::Records, 1000);
    writer.append(&frame("a\n")).expect("there is room");
    drop((writer, claimed));
    let claimed = OutputFolder::claim(place.path(), false).expect("it can go on");
    assert_eq!(claimed.checkpoint().expect("it can be read").as_deref(), Some(&b"here"[..]));
    assert_eq!(files(&claimed.work()), ["checkpoint.json", "records-part-00000.jsonl.zst"]);
    drop(claimed);
    let claimed = OutputFolder::claim(place.path(), true).expect("restart is allowed");
    assert!(files(&claimed.work()).is_empty());
    OutputFolder::write_checkpoint(&claimed.work(), b"here").expect("there is room");
    claimed.mark_complete(b"").expect("there is room").expect("nothing keeps it");
    assert!(!claimed.work().exists());
    drop(claimed);
    assert!(matches!(OutputFolder::claim(place.path(), false), Err(FolderError::HoldsRun(_))));
}

#[test]
fn a_folder_with_a_run_is_refused_and_restart_deletes_only_what_runs_write() {
    let place = folder();
    let path = place.path();
    let claimed = OutputFolder::claim(path, false).expect("it is empty");
    let mut writer = ShardWriter::new(&claimed.work(), Output::Records, 1000);
    writer.append(&frame("a\n")).expect("there is room");
    finish(&claimed, Output::Records, writer);
    claimed.write_whole("ledger.json", b"{}").expect("there is room");
    claimed.write_card("# Records").expect("there is room");
    drop(claimed);
    std::fs::copy(path.join("ledger.json"), path.join("records/mine.txt")).expect("there is room");
    let refused = OutputFolder::claim(path, false);
    assert!(matches!(refused, Err(FolderError::HoldsRemains(_))), "{refused:?}");
    let claimed = OutputFolder::claim(path, true).expect("restart is allowed");
    assert_eq!(files(&path.join("records")), ["mine.txt"]);
    assert!(!path.join("ledger.json").exists() && !path.join("README.md").exists());
    claimed.write_whole("README.md", b"# My own").expect("there is room");
    claimed.write_card("# Records").expect("there is room");
    drop(claimed);
    let claimed = OutputFolder::claim(path, true).expect("restart is allowed");
    assert_eq!(std::fs::read(path.join("README.md")).expect("it stays"), b"# My own");
    OutputFolder::write_checkpoint(&claimed.work(), b"here").expect("there is room");
    claimed.mark_complete(b"").expect("there is room").expect("nothing keeps it");
    drop(claimed);
    assert!(matches!(OutputFolder::claim(path, false), Err(FolderError::HoldsRun(_))));
}

#[test]
fn a_file_of_somebody_elses_is_no_run_and_is_left_alone() {
    let place = folder();
    write_file(&place.path().join("report.html"), b"my own").expect("there is room");
    for restart in [false, true] {
        let refused = OutputFolder::claim(place.path(), restart);
        assert!(
            matches!(&refused, Err(FolderError::HoldsFile { file, .. }) if file == "report.html"),
            "{refused:?}"
        );
        assert_eq!(files(place.path()), ["report.html"]);
    }
}

#[test]
fn what_is_only_called_as_what_a_run_writes_is_no_run() {
    for file in ["records/part-00000.jsonl.zst", "dropped/part-00003.jsonl.zst", "_SUCCESS", "ledger.json"] {
        let place = folder();
        let path = place.path().join(file);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("there is room");
        write_file(&path, b"{\"theirs\": 1}").expect("there is room");
        let before = files(place.path());
        for restart in [false, true] {
            let look = OutputFolder::look(place.path(), restart);
            for refused in [OutputFolder::claim(place.path(), restart).map(drop), look] {
                assert!(
                    matches!(&refused, Err(FolderError::HoldsFile { file: found, .. }) if found == file),
                    "{refused:?}"
                );
            }
            assert_eq!(files(place.path()), before, "{file}");
        }
    }
    // A copy of a run, without what is hidden, says whose it is.
    let place = folder();
    write_file(&place.path().join("_SUCCESS"), b"").expect("there is room");
    write_file(&place.path().join("ledger.json"), b"{\"format\":1,\"copydesk\":\"0.2.0\"}")
        .expect("there is room");
    assert!(matches!(OutputFolder::claim(place.path(), false), Err(FolderError::HoldsRun(_))));
    OutputFolder::claim(place.path(), true).expect("it is copydesk's");
    assert!(!place.path().join("ledger.json").exists());
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
