use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use object_store::memory::InMemory;

use super::*;

/// A bucket in memory that holds these objects.
fn bucket(objects: &[(&str, &[u8])]) -> Bucket {
    let bucket = Bucket::in_memory(Arc::new(InMemory::new()));
    for (key, content) in objects {
        bucket.put(key, content.to_vec(), Put::Over).expect("there is memory");
    }
    bucket
}

fn found(bucket: &Bucket, address: &str) -> Result<Vec<String>, FailureKind> {
    let address = Address::of(Path::new(address)).expect("it is one");
    Ok(match bucket.find_key(&address).map_err(|error| error.kind)? {
        Found::Object(object) => vec![object.shown()],
        Found::Matches(objects) => objects.iter().map(Object::shown).collect(),
        Found::Folder(listed, _) => listed.into_iter().map(|one| one.name).collect(),
    })
}

#[test]
fn an_address_leads_to_an_object_a_folder_or_what_it_matches() {
    let names = ["d/a.jsonl", "d/a/x.jsonl", "d/a-b.jsonl", "d/b.txt", "dd.jsonl", "d/e/f/g.jsonl"];
    let bucket = bucket(&names.map(|name| (name, &b"{}"[..])));
    let found = |address: &str| found(&bucket, address);
    let strings = |names: &[&str]| Ok(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    // As folders of files are sorted: part by part.
    let all = ["a/x.jsonl", "a-b.jsonl", "a.jsonl", "b.txt", "e/f/g.jsonl"];
    assert_eq!(found("s3://memory/d"), strings(&all));
    assert_eq!(found("s3://memory/d/"), strings(&all));
    assert_eq!(found("s3://memory/d/a.jsonl"), strings(&["s3://memory/d/a.jsonl"]));
    let matched = ["s3://memory/d/a-b.jsonl", "s3://memory/d/a.jsonl"];
    assert_eq!(found("s3://memory/d/*.jsonl"), strings(&matched));
    assert_eq!(found("s3://memory/**/g.jsonl"), strings(&["s3://memory/d/e/f/g.jsonl"]));
    for address in ["s3://memory/none", "s3://memory/d/x*.jsonl"] {
        assert_eq!(found(address), Err(FailureKind::Missing), "{address}");
    }
    assert_eq!(found("s3://memory/none/"), strings(&[]));
    assert_eq!(found("s3://memory/a//b"), Err(FailureKind::Unknown));
}

#[test]
fn an_object_is_read_from_its_beginning_and_anywhere() {
    let content: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    for length in [0, 1, 256 << 10, (256 << 10) + 1, content.len()] {
        let content = &content[..length];
        let bucket = bucket(&[("x", content)]);
        let object = bucket.look("x").expect("it answers").expect("it is there");
        let failed = FailureSlot::default();
        let mut read = Vec::new();
        object.open(&failed).read_to_end(&mut read).expect("it can be read");
        assert!(read == content, "{length}");
        let mut seekable = object.seekable(&failed);
        assert_eq!(seekable.length().expect("it is known"), length as u64);
        for at in [0, 999_999, length.saturating_sub(10)] {
            seekable.seek(SeekFrom::Start(at as u64)).expect("it is a place");
            let mut read = Vec::new();
            (&seekable).take(1_500_000).read_to_end(&mut read).expect("it can be read");
            let rest = content.get(at..).unwrap_or_default();
            assert!(read == rest[..rest.len().min(1_500_000)], "{length} from {at}");
        }
        assert_eq!(failed.get(), None);
    }
}

#[test]
fn an_object_in_the_place_of_another_is_not_read() {
    let bucket = bucket(&[("x", b"one"), ("y", b"one")]);
    let look = |key| bucket.look(key).expect("it answers").expect("it is there");
    let (replaced, deleted) = (look("x"), look("y"));
    bucket.put("x", b"two".to_vec(), Put::Over).expect("there is memory");
    bucket.delete("y").expect("it can be deleted");
    for object in [replaced, deleted] {
        let failed = FailureSlot::default();
        let mut read = Vec::new();
        // Whatever comes out, the slot knows.
        object.open(&failed).read_to_end(&mut read).expect_err("it is another");
        assert_eq!(failed.get().map(|error| error.kind), Some(FailureKind::Changed));
    }
}

#[test]
fn an_object_is_written_only_where_it_may() {
    let bucket = bucket(&[("x", b"one")]);
    let put = |how| bucket.put("x", b"two".to_vec(), how).map_err(|error| error.kind);
    let version = || bucket.get("x").expect("it answers").expect("it is there").1;
    assert_eq!(put(Put::New), Err(FailureKind::Changed));
    let first = version();
    assert_eq!(put(Put::InPlaceOf(first.clone())), Ok(()));
    assert_eq!(put(Put::InPlaceOf(first)), Err(FailureKind::Changed));
    assert_eq!(put(Put::InPlaceOf(version())), Ok(()));
    assert!(bucket.minds_versions("x").expect("it answers"));
}

#[test]
fn a_large_file_is_uploaded_in_parts() {
    let content: Vec<u8> = (0..9_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::io::Write::write_all(&mut file, &content).expect("there is room");
    let bucket = bucket(&[]);
    bucket.upload(file.path(), "x").expect("there is memory");
    assert!(bucket.get("x").expect("it answers").is_some_and(|(there, _)| there == content));
}
