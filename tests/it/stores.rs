//! Object stores, as a user meets them: the same bytes as from a disk, whatever the network does; and sentences where that cannot be.

use std::process::{Command, Output};

use serde_json::Value;

use super::command::write;
use super::store_server::{Faults, Server};

const SECRET: &str = "a-secret-that-nobody-sees";

/// A run that has come to its end, within limits or not.
const FINISHED: [i32; 2] = [0, 3];

/// A server, and a folder of this machine.
struct Place {
    server: Server,
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place =
            Self { server: Server::start(), folder: tempfile::tempdir().expect("a temporary folder") };
        std::fs::create_dir(place.at("tmp")).expect("there is room");
        place
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn copydesk(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("TMPDIR", self.at("tmp"))
            .env("HOME", self.folder.path())
            .env("AWS_ENDPOINT_URL", &self.server.url)
            .env("AWS_ACCESS_KEY_ID", "a-key")
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("HF_ENDPOINT", &self.server.url)
            .env("HF_TOKEN", SECRET)
            .output()
            .expect("the program starts")
    }

    /// Puts a dump into the store, and into a folder of this machine.
    fn dump(&self, name: &str, content: &[u8]) {
        let path = self.at("dumps").join(name);
        std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("there is room");
        write(&path, content);
        self.server.put(&format!("b/dumps/{name}"), content);
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.copydesk(&[&["run", "--progress", "never"], arguments].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!told.contains(SECRET) && !told.contains("damaged"), "{told}");
        (output.status.code().unwrap_or(-1), told)
    }

    /// The lines of all outputs in a folder, whatever their shards.
    fn lines(&self, output: &str) -> Vec<u8> {
        let shards = |folder: &str| {
            let shards = self.at(output).join(folder).read_dir().expect("it is there").flatten();
            let mut shards: Vec<_> = shards.map(|entry| entry.path()).collect();
            shards.sort();
            shards
        };
        let shards = ["records", "dropped", "quarantine"].into_iter().flat_map(shards);
        let shards = shards.map(|shard| std::fs::read(shard).expect("it can be read"));
        shards.flat_map(|shard| zstd::decode_all(&shard[..]).expect("it is zstd")).collect()
    }

    /// Whether outputs on the store are those of a run on this machine.
    fn assert_same(&self, on_store: &str, here: &str) {
        let files = |folder: &str| {
            let mut files: Vec<String> = self
                .at(here)
                .join(folder)
                .read_dir()
                .expect("it is there")
                .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
                .collect();
            files.sort();
            files
        };
        for folder in ["records", "dropped", "quarantine"] {
            let key = |file: &str| format!("b/{on_store}/{folder}/{file}");
            let expected: Vec<String> = files(folder).iter().map(|file| key(file)).collect();
            assert_eq!(self.server.keys(&key("")), expected);
            for file in files(folder) {
                let content = std::fs::read(self.at(here).join(folder).join(&file)).expect("it can be read");
                assert_eq!(self.server.get(&key(&file)), Some(content), "{folder}/{file}");
            }
        }
        let account = |json: Option<Vec<u8>>| {
            let mut account: Value = serde_json::from_slice(&json.expect("it is there")).expect("it is JSON");
            account.as_object_mut().expect("it is an object").remove("timing");
            account
        };
        let here = account(std::fs::read(self.at(here).join("ledger.json")).ok());
        assert_eq!(account(self.server.get(&format!("b/{on_store}/ledger.json"))), here);
        for file in ["_SUCCESS", ".copydesk.lock", "report.html", "metrics.prom", "README.md"] {
            let content = self.server.get(&format!("b/{on_store}/{file}"));
            let text = String::from_utf8_lossy(&content.expect("it is there")).into_owned();
            assert!(!text.contains(SECRET) && !text.contains("/tmp/"), "{file}: {text}");
        }
    }
}

/// So many articles, from a number on.
fn articles(numbers: std::ops::Range<usize>) -> Vec<u8> {
    let words = |number: usize| {
        (0..80).map(|word| format!("w{}", (number * 7919 + word * word) % 5003)).collect::<Vec<_>>().join(" ")
    };
    let line =
        |number| format!("{{\"url\":\"https://paper.example/{number}\",\"text\":\"{}\"}}\n", words(number));
    numbers.map(line).collect::<String>().into_bytes()
}

fn packed(content: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(content, 1).expect("there is memory")
}

fn small(place: &Place) {
    place.dump("a.jsonl", &articles(0..200));
    place.dump("deep/b.jsonl.zst", &packed(&articles(150..400)));
    place.dump("deep/c.csv", b"url,text\nhttps://paper.example/x,\"A short text\"\n");
    place.dump("d.jsonl", b"{\"url\":1}\nnot JSON\n");
    place.dump("notes.txt", b"left out");
    place.dump("_metadata", b"left out");
    place.dump(".hidden/e.jsonl", b"{}");
    place.dump("old/.copydesk.lock", b"");
    place.dump("old/records/part-00000.jsonl", &articles(0..3));
}

#[test]
fn a_night_on_a_store_has_the_bytes_of_one_on_a_disk() {
    let place = Place::new();
    small(&place);
    for night in ["one", "two"] {
        let here = place.run(&["nightly", "dumps", "-o", night, "--state", "state"]);
        let (on_store, output) = (format!("nights/{night}"), format!("s3://b/nights/{night}"));
        let command = ["nightly", "s3://b/dumps/", "-o", &output, "--state", "s3://b/state"];
        let there = place.run(&command);
        assert!(here.0 == there.0 && FINISHED.contains(&here.0), "{here:?} {there:?}");
        place.assert_same(&on_store, night);
        let again = place.run(&command);
        assert!(again.0 == here.0 && again.1.contains("done already"), "{again:?}");
        place.dump(&format!("{night}.jsonl"), &articles(380..500));
    }
    // What was on this machine is gone, but for the state's files.
    let left =
        place.at("tmp").read_dir().expect("it is there").flatten().flat_map(|entry| entry.path().read_dir());
    let left: Vec<_> = left.flatten().flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("state-")), "{left:?}");
    assert!(place.server.keys("b/state/").iter().filter(|key| key.contains("/volume-")).count() <= 2);
}

#[test]
fn a_broken_network_changes_no_byte() {
    let place = Place::new();
    for number in 0..6 {
        let text = articles(number * 3000..number * 3000 + 3000);
        place.dump(&format!("{number}.jsonl.zst"), &packed(&text));
        let further = articles(20_000 + number * 3000..20_000 + number * 3000 + 3000);
        place.dump(&format!("{number}.jsonl"), &further);
    }
    place.server.fail(Faults { fail_percent: 5, cut_percent: 2, ..Faults::default() });
    let here = place.run(&["articles", "dumps", "-o", "out"]);
    let there = place.run(&["articles", "s3://b/dumps", "-o", "s3://b/out"]);
    assert!(here.0 == there.0 && FINISHED.contains(&here.0), "{here:?} {there:?}");
    place.server.fail(Faults::default());
    place.assert_same("out", "out");
    assert!(place.server.log().len() > 50);
}

#[test]
fn a_dump_that_is_replaced_while_it_is_read_is_refused() {
    let place = Place::new();
    place.dump("a.jsonl", &articles(0..10_000));
    // A server that knows no conditions shows another tag.
    for has_conditions in [true, false] {
        let replaced = Some(("b/dumps/a.jsonl".to_owned(), 3));
        place.server.fail(Faults { has_no_conditions: !has_conditions, replaced, ..Faults::default() });
        let (code, told) = place.run(&["articles", "s3://b/dumps/a.jsonl", "-o", "s3://b/out", "--restart"]);
        assert!(code == 2 && told.contains("replaced while it was read"), "{code} {told}");
        assert_eq!(place.server.get("b/out/_SUCCESS"), None);
    }
}

#[test]
fn a_dump_without_a_tag_is_known_by_when_it_was_written() {
    let place = Place::new();
    place.dump("a.jsonl", &articles(0..10_000));
    let url = format!("{}/b/dumps/a.jsonl", place.server.url);
    for (replaced, code) in [(None, 0), (Some(("b/dumps/a.jsonl".to_owned(), 3)), 2)] {
        place.server.fail(Faults { has_no_tags: true, replaced, ..Faults::default() });
        let (found, told) = place.run(&["articles", &url, "-o", "out", "--restart"]);
        assert_eq!((found, told.contains("replaced while it was read")), (code, code == 2), "{told}");
    }
}

#[test]
fn a_damaged_dump_is_read_from_a_server_without_ranges_as_far_as_it_can_be() {
    let place = Place::new();
    let mut members = packed(&articles(0..200));
    let whole = members.len();
    members.extend(packed(&articles(200..400)));
    members[whole / 2..whole / 2 + 64].fill(0xff);
    place.dump("a.jsonl.zst", &members);
    let url = format!("{}/b/dumps/a.jsonl.zst", place.server.url);
    place.server.fail(Faults { has_no_ranges: true, ..Faults::default() });
    let output = place.copydesk(&["run", "articles", &url, "-o", "out", "--progress", "never"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    let ledger = std::fs::read(place.at("out/ledger.json")).expect("it is there");
    let ledger: Value = serde_json::from_slice(&ledger).expect("it is JSON");
    assert!(ledger["dumps"][0]["damage"].is_string(), "{ledger}");
}

#[test]
fn a_state_without_its_manifests_is_not_begun_anew() {
    let place = Place::new();
    small(&place);
    let night = |name: &str| {
        let output = format!("s3://b/nights/{name}");
        place.copydesk(&["run", "nightly", "s3://b/dumps/", "-o", &output, "--state", "s3://b/state"])
    };
    assert!(FINISHED.contains(&night("one").status.code().unwrap_or(-1)));
    let manifest = place.server.get("b/state/state.json").expect("it is there");
    let local = || {
        let tmp = place.at("tmp").read_dir().expect("it is there").flatten();
        let states = tmp.flat_map(|entry| entry.path().read_dir()).flatten().flatten();
        let states = states.filter(|entry| entry.path().is_dir());
        let files = states.flat_map(|entry| entry.path().read_dir()).flatten().flatten();
        let mut files: Vec<_> = files.map(|entry| entry.file_name()).collect();
        files.sort();
        files
    };
    let before = local();
    assert!(before.iter().any(|name| name.to_string_lossy().starts_with("volume-")), "{before:?}");
    place.server.delete("b/state/state.json");
    place.server.delete("b/state/state.before.json");
    place.dump("f.jsonl", &articles(380..500));
    let refused = night("two");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(
        told.contains("its state.json is missing, and hosts-") && told.contains("state repair s3://b/state"),
        "{told}"
    );
    assert!(before.iter().all(|name| local().contains(name)), "{:?}", local());
    // What this machine has is what it is repaired from.
    assert!(place.copydesk(&["state", "repair", "s3://b/state"]).status.success());
    assert_eq!(place.server.get("b/state/state.json"), Some(manifest));
    assert!(FINISHED.contains(&night("two").status.code().unwrap_or(-1)));
}

#[test]
fn a_state_that_was_put_back_whole_or_deleted_is_told_and_what_is_advised_works() {
    for is_deleted in [false, true] {
        let place = Place::new();
        small(&place);
        let night = |name: &str| {
            let output = format!("s3://b/nights/{name}");
            let night = ["nightly", "s3://b/dumps/", "-o", &output, "--state", "s3://b/state"];
            let (code, told) = place.run(&night);
            assert!(FINISHED.contains(&code), "{told}");
            told
        };
        let told = |arguments: &[&str]| {
            let done = place.copydesk(arguments);
            assert!(done.status.success(), "{arguments:?} {}", String::from_utf8_lossy(&done.stderr));
            String::from_utf8_lossy(&done.stdout).into_owned()
        };
        let kept = || -> Vec<_> {
            let keys = place.server.keys("b/state/").into_iter();
            keys.map(|key| (place.server.get(&key).expect("it is there"), key)).collect()
        };
        night("one");
        let before = if is_deleted { Vec::new() } else { kept() };
        place.dump("f.jsonl", &articles(380..500));
        assert!(!night("two").contains("cannot be found"));
        kept().iter().for_each(|(_, key)| place.server.delete(key));
        before.into_iter().for_each(|(content, key)| place.server.put(&key, &*content));
        let (lost, outputs) = if is_deleted {
            ("one, two", "s3://b/nights/one s3://b/nights/two")
        } else {
            ("two", "s3://b/nights/two")
        };
        let three = night("three");
        let repair = format!("`copydesk state repair s3://b/state {outputs}`");
        assert!(
            three.contains(&format!("{lost} went into this state")) && three.contains(&repair),
            "{three}"
        );
        told(&["state", "forget", "s3://b/state", "three"]);
        told(&[&["state", "repair", "s3://b/state"], &*outputs.split(' ').collect::<Vec<_>>()].concat());
        let list = told(&["state", "list", "s3://b/state"]);
        assert!(list.contains("one") && list.contains("two") && !list.contains("three"), "{list}");
        assert!(!night("four").contains("cannot be found"));
    }
}

#[test]
fn a_first_night_that_was_killed_is_no_damaged_state() {
    let place = Place::new();
    small(&place);
    let night =
        || place.run(&["nightly", "s3://b/dumps/", "-o", "s3://b/nights/one", "--state", "s3://b/state"]);
    // Its volumes are there, and what it begins with, but no manifest that names them.
    place.server.fail(Faults { refuses: Some("/state/hosts-"), ..Faults::default() });
    let (code, told) = night();
    assert!(code == 2 && told.contains("the store refuses access"), "{told}");
    assert!(place.server.get("b/state/state.json").is_some(), "{:?}", place.server.keys("b/state"));
    place.server.fail(Faults::default());
    let (code, told) = night();
    assert!(FINISHED.contains(&code), "{told}");
}

#[test]
fn what_is_secret_in_an_address_is_told_nobody() {
    let place = Place::new();
    place.dump("a.jsonl", &articles(0..3));
    place.dump(
        "page.html",
        b"<html><body><article><p>A page of a few words, and no more.</p></article></body></html>",
    );
    let host = place.server.url.strip_prefix("http://").expect("it is one");
    let of = |name: &str| format!("http://user:{SECRET}@{host}/b/dumps/{name}?sig={SECRET}");
    let (url, page, lost) = (of("a.jsonl"), of("page.html"), format!("az://c/x?sv=1&sig={SECRET}"));
    let line = format!("{url}:3");
    for (command, codes) in [
        (&["plan", "articles", "dumps/a.jsonl", "-o", &lost][..], &[2][..]),
        (&["state", "list", &lost], &[2]),
        (&["report", &url], &[2]),
        (&["explain", "fields", &line], &[0, 2]),
        (&["explain", "fields", &url], &[2]),
        (&["run", &url, "dumps/a.jsonl", "-o", "out"], &[2]),
        (&["run", "fields", &lost, "-o", "out"], &[1, 2]),
        (&["run", "fields", "dumps/a.jsonl", "-o", &lost], &[2]),
        (&["run", "fields", "dumps/a.jsonl", "-o", "out", "--state", &lost, "--dry-run"], &[2]),
        (&["run", "fields", "dumps/a.jsonl", "-o", &url, "--dry-run"], &[2]),
        (&["init", &url], &[0]),
        (&["init", &lost], &[1, 2]),
        (&["verify", &url], &[1, 2]),
        (&["extract", &page], &[0]),
        (&["extract", &of("none.html")], &[2]),
    ] {
        let output = place.copydesk(command);
        let told =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!told.contains(SECRET), "{command:?}: {told}");
        assert!(output.status.code().is_some_and(|code| codes.contains(&code)), "{command:?}: {told}");
    }
    let output = place.copydesk(&["explain", "fields", &format!("{}/b/dumps/a.jsonl:3", place.server.url)]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_store_that_refuses_is_an_error_of_one_sentence() {
    let place = Place::new();
    small(&place);
    place.server.fail(Faults { refuses: Some(""), ..Faults::default() });
    let (code, told) = place.run(&["articles", "s3://b/dumps/", "-o", "out"]);
    assert_eq!(code, 2, "{told}");
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(
        told.contains("failed to list s3://b/dumps: the store refuses access (403 AccessDenied)"),
        "{told}"
    );
    place.server.fail(Faults::default());
    let (code, told) = place.run(&["articles", "s3://b/none.jsonl", "-o", "out"]);
    assert!(
        code == 2 && told.contains("failed to find s3://b/none.jsonl: there is no such object"),
        "{told}"
    );
    for (address, said) in [
        ("hdfs://n/dumps", "hdfs dfs -get"),
        ("s3://a-key:a-secret@b/x", "an address holds no keys"),
        ("ftp://h/x", "does not know this kind of address"),
    ] {
        let (code, told) = place.run(&["articles", address, "-o", "out"]);
        assert!(code == 2 && told.contains(said) && !told.contains("a-secret"), "{told}");
    }
    for output in ["hf://datasets/o/n/out", "https://h.example/out"] {
        let (code, told) = place.run(&["articles", "s3://b/dumps/a.jsonl", "-o", output]);
        assert!(code == 2 && told.contains("can only be read"), "{told}");
    }
}

#[test]
fn a_store_that_asks_to_be_left_alone_is_asked_again() {
    let place = Place::new();
    place.dump("a.jsonl", &articles(0..100));
    place.server.fail(Faults { slow_down: 3, ..Faults::default() });
    assert_eq!(place.run(&["articles", "s3://b/dumps/a.jsonl", "-o", "out"]).0, 0);
}

#[test]
fn a_run_that_was_not_uploaded_is_not_done_again() {
    let place = Place::new();
    small(&place);
    let command = ["articles", "s3://b/dumps/", "-o", "s3://b/out"];
    place.server.fail(Faults { refuses: Some("out/records"), ..Faults::default() });
    let (code, told) = place.run(&command);
    assert!(code == 2 && told.contains("the store refuses access"), "{told}");
    assert_eq!(place.server.get("b/out/_SUCCESS"), None);
    place.server.fail(Faults::default());
    place.server.log();
    assert_eq!(place.run(&command).0, 0);
    let read: Vec<String> =
        place.server.log().into_iter().filter(|line| line.starts_with("GET /b/dumps/")).collect();
    assert_eq!(read, [""; 0], "it was read before");
    assert_eq!(place.run(&["articles", "dumps", "-o", "out"]).0, 0);
    place.assert_same("out", "out");
    // Another run is not written over it, unless it is told to; then nothing of the first is left.
    let other = ["articles", "s3://b/dumps/d.jsonl", "-o", "s3://b/out"];
    place.server.put("b/out/records/part-00007.jsonl.zst", "");
    let (code, told) = place.run(&other);
    assert!(code == 2 && told.contains("s3://b/out: it holds a finished run, and not this one"), "{told}");
    assert_eq!(place.run(&[&other[..], &["--restart"]].concat()).0, 3);
    assert_eq!(place.run(&["articles", "dumps/d.jsonl", "-o", "other"]).0, 3);
    place.assert_same("out", "other");
    // Nor over files of somebody else, even where it is told to; and no state is begun among them.
    place.server.put("b/theirs/records/part-00000.jsonl.zst", "theirs");
    let theirs = ["articles", "s3://b/dumps/d.jsonl", "-o", "s3://b/theirs", "--restart"];
    let (code, told) = place.run(&theirs);
    assert!(code == 2 && told.contains("records/part-00000.jsonl.zst is there, and is of no run"), "{told}");
    let (code, told) =
        place.run(&["nightly", "s3://b/dumps/", "-o", "s3://b/night", "--state", "s3://b/theirs"]);
    assert!(code == 2 && told.contains("a new state needs a folder of its own"), "{told}");
    assert_eq!(place.server.keys("b/theirs/"), ["b/theirs/records/part-00000.jsonl.zst"]);
    // Nor over what another one has begun, whichever was first to look.
    place.server.delete("b/out/_SUCCESS");
    place.server.delete("b/out/.copydesk.lock");
    place.server.delete("b/out/ledger.json");
    place.server.fail(Faults { overtakes: Some("b/out/.copydesk.lock".to_owned()), ..Faults::default() });
    let (code, told) = place.run(&command);
    assert!(code == 1 && told.contains("another run is writing there now"), "{told}");
    place.server.fail(Faults::default());
    place.server.delete("b/out/_SUCCESS");
    let (code, told) = place.run(&command);
    assert!(code == 2 && told.contains("did not finish"), "{told}");
}

#[test]
fn of_two_nights_at_once_the_second_is_refused() {
    let place = Place::new();
    small(&place);
    let night = |name: &str| {
        let output = format!("s3://b/nights/{name}");
        place.run(&["nightly", "s3://b/dumps/", "-o", &output, "--state", "s3://b/state"])
    };
    assert!(FINISHED.contains(&night("one").0));
    let before = place.server.get("b/state/state.json");
    let files = place.server.keys("b/state/");
    place.server.fail(Faults { overtakes: Some("b/state/state.json".to_owned()), ..Faults::default() });
    place.dump("f.jsonl", &articles(380..500));
    let (code, told) = night("two");
    assert!(code == 2 && told.contains("another night has been added since this one began"), "{told}");
    assert_eq!(place.server.get("b/nights/two/_SUCCESS"), None);
    // What it had uploaded for nothing is gone.
    assert_eq!(place.server.keys("b/state/"), files);
    place.server.put("b/state/state.json", before.expect("it was there"));
    place.server.fail(Faults::default());
    assert!(FINISHED.contains(&night("two").0));
    // A store that takes a condition for nothing can hold no state.
    place.server.fail(Faults { has_no_conditions: true, ..Faults::default() });
    let (code, told) = night("three");
    assert!(code == 2 && told.contains("keep the state on a disk"), "{told}");
}

#[test]
fn single_files_are_read_from_plain_servers_and_from_the_hub() {
    let place = Place::new();
    let text = articles(0..3000);
    place.dump("a.jsonl", &text);
    assert_eq!(place.run(&["articles", "dumps/a.jsonl", "-o", "here"]).0, 0);
    let url = format!("{}/b/dumps/a.jsonl?X-Amz-Signature={SECRET}", place.server.url);
    for (output, has_no_ranges) in [("pieces", false), ("whole", true)] {
        place.server.fail(Faults { has_no_ranges, ..Faults::default() });
        let (code, told) = place.run(&["articles", &url, "-o", output]);
        assert_eq!(code, 0, "{told}");
        let records = |output: &str| {
            std::fs::read(place.at(output).join("records/part-00000.jsonl.zst")).expect("it is there")
        };
        assert_eq!(records(output), records("here"));
        let written = std::fs::read_to_string(place.at(output).join("ledger.json")).expect("it is there");
        assert!(!written.contains(SECRET) && written.contains("/b/dumps/a.jsonl"));
    }
    place.server.fail(Faults::default());
    let sha = "0123456789abcdef0123456789abcdef01234567";
    place.server.put("api/datasets/o/n/revision/main", format!("{{\"sha\":\"{sha}\"}}"));
    let tree = |path: &str| format!("{{\"type\":\"file\",\"path\":\"{path}\",\"size\":{}}}", text.len());
    let list = format!(
        "[{{\"type\":\"directory\",\"path\":\"data\",\"size\":0}},{},{}]",
        tree("data/a.jsonl"),
        tree("README.md")
    );
    place.server.put(&format!("api/datasets/o/n/tree/{sha}"), list.clone());
    place.server.put(&format!("api/datasets/o/n/tree/{sha}/data"), list);
    place.server.put(&format!("datasets/o/n/resolve/{sha}/data/a.jsonl"), text.clone());
    for (output, address) in [
        ("folder", "hf://datasets/o/n/data"),
        ("file", "hf://datasets/o/n/data/a.jsonl"),
        ("all", "hf://datasets/o/n"),
    ] {
        let (code, told) = place.run(&["articles", address, "-o", output]);
        assert_eq!(code, 0, "{told}");
        let records = |output: &str| {
            std::fs::read(place.at(output).join("records/part-00000.jsonl.zst")).expect("it is there")
        };
        assert_eq!(records(output), records("here"));
    }
}

#[test]
#[cfg(feature = "parquet")]
fn a_table_on_a_store_is_read_where_its_columns_are() {
    let place = Place::new();
    place.dump("a.jsonl", &articles(0..3000));
    write(&place.at("parquet.toml"), b"format = 1\n[output]\nformat = \"parquet\"\n");
    assert_eq!(place.run(&["parquet.toml", "dumps", "-o", "tables"]).0, 0);
    let table = std::fs::read(place.at("tables/records/part-00000.parquet")).expect("it is there");
    place.dump("tables/t.parquet", &table);
    assert_eq!(place.run(&["articles", "dumps/tables", "-o", "out"]).0, 0);
    place.server.fail(Faults { fail_percent: 5, cut_percent: 2, ..Faults::default() });
    let (code, told) = place.run(&["articles", "s3://b/dumps/tables", "-o", "s3://b/out"]);
    assert_eq!(code, 0, "{told}");
    place.server.fail(Faults { has_no_ranges: true, ..Faults::default() });
    let url = format!("{}/b/dumps/tables/t.parquet", place.server.url);
    let (code, told) = place.run(&["articles", &url, "-o", "whole"]);
    assert!(code == 2 && told.contains("this server gives files only whole"), "{told}");
    place.server.fail(Faults::default());
    place.assert_same("out", "out");
}

#[test]
fn a_plan_reads_dumps_on_a_store_and_lies_in_a_folder() {
    let place = Place::new();
    small(&place);
    let done = |arguments: &[&str]| {
        let output = place.copydesk(arguments);
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(place.run(&["articles", "dumps", "-o", "here"]).0, 0);
    assert_eq!(done(&["plan", "articles", "s3://b/dumps/", "-o", "planned"]).0, 0);
    assert_eq!(done(&["task", "planned", "all"]).0, 0);
    assert!(place.lines("planned") == place.lines("here"), "other lines than a run's");
}

#[test]
fn a_run_on_a_store_is_looked_at_by_its_address() {
    let place = Place::new();
    small(&place);
    let dry = |output: &str| {
        let output = place.copydesk(&[
            "run",
            "articles",
            "s3://b/dumps/",
            "-o",
            output,
            "--dry-run",
            "--format",
            "json",
        ]);
        let told: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        told["output"]["run"].clone()
    };
    assert_eq!(dry("s3://b/out"), "new");
    assert_eq!(place.server.keys("b/out/"), [""; 0]);
    assert_eq!(place.run(&["articles", "s3://b/dumps/", "-o", "s3://b/out/"]).0, 0);
    assert_eq!(dry("s3://b/out"), "done");
    for command in [
        &["verify", "s3://b/out"][..],
        &["diff", "s3://b/out", "s3://b/out"],
        &["explain", "--run", "s3://b/out", "a.jsonl:3"],
        &["what-if", "articles", "s3://b/out"],
        &["init", "s3://b/dumps/"],
        &["explain", "articles", "s3://b/dumps/a.jsonl:3"],
    ] {
        let output = place.copydesk(command);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{command:?}: {told}");
    }
    let left =
        place.at("tmp").read_dir().expect("it is there").flatten().flat_map(|entry| entry.path().read_dir());
    assert_eq!(left.flatten().count(), 0);
    // What was uploaded is what is verified.
    let shard = "b/out/records/part-00000.jsonl.zst";
    let content = place.server.get(shard).expect("it is there");
    place.server.put(shard, &content[1..]);
    let damaged = place.copydesk(&["verify", "s3://b/out"]);
    assert_eq!(damaged.status.code(), Some(1), "{}", String::from_utf8_lossy(&damaged.stderr));
    let none = place.copydesk(&["state", "list", "s3://b/state"]);
    let told = String::from_utf8_lossy(&none.stderr).into_owned();
    assert!(none.status.code() == Some(2) && told.contains("s3://b/state: there is no state.json"), "{told}");
}

/// What each task is given, in an order in which they can be done.
fn tasks(parts: usize, ranges: usize) -> Vec<Vec<String>> {
    let each = |step: &str, of: usize| -> Vec<Vec<String>> {
        let arguments = |number: usize| vec![step.to_owned(), "--index".to_owned(), number.to_string()];
        (0..of).map(arguments).collect()
    };
    let sieve = if ranges > 0 { vec!["--sieve".to_owned(), ranges.to_string()] } else { Vec::new() };
    let mut tasks = each("work", parts);
    tasks.extend(each("sieve", ranges).into_iter().map(|task| [task, sieve.clone()].concat()));
    tasks.push([vec!["decide".to_owned()], sieve].concat());
    tasks.extend(each("write", parts));
    tasks.push(vec!["seal".to_owned()]);
    tasks
}

impl Place {
    /// Plans a night on the store and gives the number of its parts.
    fn plan(&self, arguments: &[&str]) -> usize {
        let planned =
            self.copydesk(&[&["plan", "--format", "json", "--part-bytes", "20kB"], arguments].concat());
        let told = String::from_utf8_lossy(&planned.stderr).into_owned();
        assert_eq!(planned.status.code(), Some(0), "{told}");
        let planned: Value = serde_json::from_slice(&planned.stdout).expect("it is JSON");
        usize::try_from(planned["parts"].as_u64().expect("it is a number")).expect("they are few")
    }

    /// Does a task of a plan.
    fn task(&self, plan: &str, task: &[String]) -> (i32, String) {
        let task: Vec<&str> = task.iter().map(String::as_str).collect();
        let output = self.copydesk(&[&["task", plan], &task[..]].concat());
        let told =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!told.contains(SECRET) && !told.contains("damaged"), "{told}");
        (output.status.code().unwrap_or(-1), told)
    }

    /// Does all tasks of the same plan on this machine; what `seal` ends with.
    fn plan_here(&self, arguments: &[&str], output: &str) -> i32 {
        self.plan(&[arguments, &["-o", output]].concat());
        self.task(output, &["all".to_owned()]).0
    }

    /// What is on this machine of what is on the store, without states.
    fn left(&self) -> Vec<String> {
        let tmp = self.at("tmp").read_dir().expect("it is there").flatten();
        let names = tmp.flat_map(|entry| entry.path().read_dir()).flatten().flatten();
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| !name.starts_with("state-")).collect()
    }
}

#[test]
fn a_plan_on_a_store_has_the_bytes_of_a_run_on_a_disk() {
    let place = Place::new();
    small(&place);
    for (night, ranges) in [("one", 0), ("two", 2)] {
        let run = format!("{night}-run");
        let run = place.run(&["nightly", "dumps", "-o", &run, "--state", "run-state", "--night", night]);
        let here = place.plan_here(&["nightly", "dumps", "--state", "state"], night);
        assert!(run.0 == here && FINISHED.contains(&here), "{run:?} {here}");
        assert!(place.lines(&format!("{night}-run")) == place.lines(night), "other lines than a run's");
        let (on_store, output) = (format!("nights/{night}"), format!("s3://b/nights/{night}"));
        let parts = place.plan(&["nightly", "s3://b/dumps/", "-o", &output, "--state", "s3://b/state"]);
        assert!(parts > 1);
        let tasks = tasks(parts, ranges);
        // Not before its turn.
        let (code, told) = place.task(&output, tasks.last().expect("there are some"));
        assert!(code == 1 && told.contains(&output) && told.contains("is not written"), "{code} {told}");
        for task in &tasks {
            let (code, told) = place.task(&output, task);
            let expected = if task[0] == "seal" { here } else { 0 };
            assert_eq!(code, expected, "{task:?}: {told}");
            let (code, told) = place.task(&output, task);
            let is_done = told.contains("\"done_before\":true") || told.contains("done already");
            assert!(code == expected && is_done, "{task:?}: {told}");
        }
        place.assert_same(&on_store, night);
        assert_eq!(place.server.keys(&format!("b/{on_store}/.copydesk/")), [""; 0]);
        assert_eq!(place.left(), [""; 0]);
        // It is the night of a run, too.
        let again = place.run(&["nightly", "s3://b/dumps/", "-o", &output, "--state", "s3://b/state"]);
        assert!(again.0 == here && again.1.contains("done already"), "{again:?}");
        place.dump(&format!("{night}.jsonl"), &articles(380..500));
    }
}

#[test]
fn a_plan_on_a_store_is_done_over_a_broken_network() {
    let place = Place::new();
    for number in 0..4 {
        place.dump(&format!("{number}.jsonl"), &articles(number * 900..number * 900 + 1000));
    }
    let here = place.plan_here(&["nightly", "dumps"], "out");
    // Not even a store that knows no conditions of writing is needed.
    let broken = Faults { fail_percent: 5, cut_percent: 2, has_no_conditions: true, ..Faults::default() };
    place.server.fail(broken);
    let parts = place.plan(&["nightly", "s3://b/dumps", "-o", "s3://b/out"]);
    assert_eq!(parts, 4);
    let there = place.task("s3://b/out", &["all".to_owned()]);
    assert!(here == there.0 && FINISHED.contains(&here), "{here:?} {there:?}");
    place.server.fail(Faults::default());
    place.assert_same("out", "out");
}

#[test]
fn a_task_that_was_killed_or_refused_while_it_uploaded_leaves_nothing_that_harms() {
    let place = Place::new();
    small(&place);
    let here = place.plan_here(&["articles", "dumps"], "out");
    let parts = place.plan(&["articles", "s3://b/dumps/", "-o", "s3://b/out"]);
    for (number, task) in tasks(parts, 0).iter().enumerate() {
        // In the middle of what it uploads; then somebody else has left a part of it.
        let parts = ["/keys", "/records-part-0", "/decided/00001", "/records/part-0", "/ledger.json"];
        place.server.fail(Faults { refuses: Some(parts[number % parts.len()]), ..Faults::default() });
        let (code, told) = place.task("s3://b/out", task);
        assert!([0, 2].contains(&code) || code == here, "{task:?}: {code} {told}");
        assert!(code != 2 || told.contains("the store refuses access"), "{told}");
        place.server.fail(Faults::default());
        let (code, told) = place.task("s3://b/out", task);
        assert!(code == 0 || code == here, "{task:?}: {code} {told}");
    }
    place.assert_same("out", "out");
    assert_eq!(place.left(), [""; 0]);
}

#[test]
fn two_attempts_at_each_task_at_once_do_no_harm() {
    let place = Place::new();
    small(&place);
    let here = place.plan_here(&["articles", "dumps"], "out");
    let parts = place.plan(&["articles", "s3://b/dumps/", "-o", "s3://b/out"]);
    for task in &tasks(parts, 1) {
        std::thread::scope(|scope| {
            let attempts = [(); 2].map(|()| scope.spawn(|| place.task("s3://b/out", task)));
            let ends = attempts.map(|attempt| attempt.join().expect("it does not panic"));
            // One may find that what it reads is being deleted by the other's end.
            let is_done = |code: i32| code == 0 || code == here;
            assert!(ends.iter().any(|end| is_done(end.0)), "{task:?}: {ends:?}");
            assert!(ends.iter().all(|end| is_done(end.0) || end.0 == 1), "{task:?}: {ends:?}");
        });
    }
    place.assert_same("out", "out");
    assert_eq!(place.server.keys("b/out/.copydesk/"), [""; 0]);
    assert_eq!(place.left(), [""; 0]);
}

#[test]
fn a_task_of_a_plan_that_another_has_taken_the_place_of_writes_nothing() {
    let place = Place::new();
    small(&place);
    let plan = ["articles", "s3://b/dumps/", "-o", "s3://b/out"];
    let parts = place.plan(&plan);
    for task in tasks(parts, 0).iter().take(parts + 1) {
        assert_eq!(place.task("s3://b/out", task).0, 0);
    }
    // It is read when the task begins, and then before each shard.
    let replaced = Some(("b/out/.copydesk/plan.json".to_owned(), 1));
    place.server.fail(Faults { replaced, ..Faults::default() });
    let write = ["write".to_owned(), "--index".to_owned(), "0".to_owned()];
    let (code, told) = place.task("s3://b/out", &write);
    assert!(code == 2 && told.contains("another plan or run has taken its place"), "{code} {told}");
    assert_eq!(place.server.keys("b/out/records/"), [""; 0]);
    // A plan in its place is one that is asked for, and so is a run.
    place.server.fail(Faults::default());
    let again = place.copydesk(&[&["plan"], &plan[..]].concat());
    let told = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(again.status.code() == Some(2) && told.contains("s3://b/out: it holds a plan"), "{told}");
    let (code, told) = place.run(&plan);
    assert!(code == 2 && told.contains("s3://b/out: it holds a plan"), "{told}");
    let parts = place.plan(&[&plan[..], &["--restart"]].concat());
    assert!(place.server.keys("b/out/.copydesk/").len() == 1, "{:?}", place.server.keys("b/out/"));
    for task in &tasks(parts, 0) {
        place.task("s3://b/out", task);
    }
    assert!(FINISHED.contains(&place.plan_here(&["articles", "dumps"], "out")));
    place.assert_same("out", "out");
    // What is refused is one sentence.
    place.server.fail(Faults { refuses: Some(""), ..Faults::default() });
    let (code, told) = place.task("s3://b/out", &write);
    assert!(code == 2 && told.contains("the store refuses access (403 AccessDenied)"), "{told}");
    assert_eq!(told.lines().count(), 2, "{told}");
}

#[test]
fn a_state_on_a_store_is_looked_at_and_changed_as_one_on_a_disk() {
    let place = Place::new();
    small(&place);
    for state in ["state", "s3://b/state"] {
        let output = if state == "state" { "night" } else { "s3://b/night" };
        let run = place.run(&["nightly", "dumps", "-o", output, "--state", state]);
        assert!(FINISHED.contains(&run.0), "{run:?}");
    }
    place.dump("corpus.jsonl", &articles(900..950));
    let told = |arguments: &[&str]| {
        let output = place.copydesk(arguments);
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code(), text)
    };
    let both = |arguments: &dyn Fn(&str) -> Vec<String>| {
        let of = |state: &str| {
            let arguments = arguments(state);
            let (code, text) = told(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
            (code, text.replace("s3://b/state", "state"))
        };
        let (here, there) = (of("state"), of("s3://b/state"));
        assert_eq!(here, there);
        here.1
    };
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let command = |command: &'static str, rest: &'static str| {
        both(&|state| words(format!("state {command} {state} {rest}").trim_end()))
    };
    assert!(command("add", "dumps/corpus.jsonl --night corpus").contains("added 50 articles"));
    assert!(command("add", "dumps/corpus.jsonl --night corpus").contains("done already"));
    assert!(command("stats", "").contains("articles"));
    assert!(command("forget", "--url https://paper.example/3").contains("1 more address"));
    assert!(command("allow", "https://paper.example/3").contains("1 of 1"));
    assert!(command("forget", "corpus").contains("forgot corpus"));
    assert!(command("forget", "corpus").contains("find the night"));
    assert!(command("check", "").contains("is right"));
    let dry = told(&["run", "nightly", "dumps", "-o", "new", "--state", "s3://b/state", "--dry-run"]);
    assert!(dry.0 == Some(0) && dry.1.contains("s3://b/state has 1 night"), "{dry:?}");
    // Nothing of another one is lost.
    let before = place.server.get("b/state/state.json").expect("it is there");
    place.server.fail(Faults { overtakes: Some("b/state/state.json".to_owned()), ..Faults::default() });
    let (code, text) = told(&["state", "forget", "s3://b/state", "night"]);
    assert!(code == Some(2) && text.contains("another night has been added"), "{code:?} {text}");
    place.server.fail(Faults::default());
    place.server.put("b/state/state.json", before);
    // What is missing is named, and written again.
    let hosts = place.server.keys("b/state/hosts-").pop().expect("there is one");
    place.server.delete(&hosts);
    let (code, text) = told(&["state", "check", "s3://b/state"]);
    assert!(code == Some(1) && text.contains("hosts-"), "{code:?} {text}");
    let (code, text) = told(&["state", "repair", "s3://b/state", "s3://b/night"]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(told(&["state", "check", "s3://b/state"]).0, Some(0));
}

#[test]
fn the_report_of_a_run_on_a_store_is_written_again() {
    let place = Place::new();
    small(&place);
    assert!(FINISHED.contains(&place.run(&["articles", "dumps", "-o", "s3://b/out"]).0));
    let before = place.server.get("b/out/report.html");
    place.server.put("b/out/report.html", "lost");
    let output = place.copydesk(&["report", "s3://b/out"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!((output.status.code(), told.trim_end()), (Some(0), "s3://b/out/report.html"));
    assert_eq!(place.server.get("b/out/report.html"), before);
    let output = place.copydesk(&["report", "--index", "s3://b/"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && told.contains("of this machine"), "{told}");
}

#[test]
fn a_key_that_cannot_be_asked_for_is_named_and_the_rest_is_read() {
    let place = Place::new();
    place.dump("a.jsonl", &articles(0..20));
    for key in ["/b.jsonl", "./c.jsonl", "d\u{1}.jsonl", "e.jsonl/", "folder/f.jsonl/"] {
        place.server.put(&format!("b/dumps/{key}"), articles(20..30));
    }
    place.server.put("b/dumps/folder/", "");
    let output = place.copydesk(&["run", "articles", "s3://b/dumps/", "-o", "out"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("left out s3://b/dumps/(.)/c.jsonl and 4 more"), "{told}");
    let ledger = std::fs::read(place.at("out/ledger.json")).expect("it is there");
    let ledger: Value = serde_json::from_slice(&ledger).expect("it is JSON");
    assert_eq!(ledger["left_out"]["by_kind"]["odd key"], 5, "{}", ledger["left_out"]);
    assert_eq!(ledger["lines"]["read"], 20);
}
