//! A fault at the n-th call to the system, for every n: the process is killed there, a write is torn, the disk fails or is full.
//! Then the same command is given again, and ends with the bytes of a run that nothing happened to.
//!
//! A library in C that is preloaded strikes (`fault.c`): copydesk itself has no hook for it. The tests sweep some of the calls;
//! `cargo test --test it every_call -- --ignored` sweeps all of them, and `every_call::of_a_night::write` those of one kind.
//!
//! And a bit of any file that is read again turns: it is noticed, and what the error advises helps at the first try.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::kills::contents;

/// What strikes: the call, and what happens there. 4 is `EINTR`, 5 `EIO`, 11 `EAGAIN`, 22 `EINVAL`, 24 `EMFILE`, 28 `ENOSPC`; `full` is a disk that
/// stays full from there on, and `short` does half of what was asked for.
const FAULTS: [(&str, &[&str]); 11] = [
    ("open", &["kill", "5", "24"]),
    ("read", &["5", "4", "short"]),
    ("pread", &["5", "4", "short"]),
    ("write", &["kill", "torn", "5", "28", "full", "4", "short"]),
    ("fsync", &["kill", "torn", "5"]),
    ("folder", &["kill", "torn", "5", "22"]),
    ("ftruncate", &["kill", "torn", "5"]),
    ("rename", &["kill", "torn", "5", "28"]),
    ("unlink", &["kill", "torn", "5"]),
    ("mkdir", &["kill", "28"]),
    ("thread", &["kill", "11"]),
];

/// What runs. Each begins in a copy of the folder in which `before` has been done.
struct Scenario {
    before: &'static [&'static [&'static str]],
    command: &'static [&'static str],
    /// The renaming at which the command has been killed before, so that it resumes.
    killed_at: Option<usize>,
}

const RUN: Scenario =
    Scenario { before: &[], command: &["run.toml", "in", "--output", "out"], killed_at: None };
const NIGHT: Scenario = Scenario {
    before: &[&["night.toml", "in/news-english.jsonl.zst", "--output", "out-1", "--state", "state"]],
    command: &["night.toml", "in", "--output", "out", "--state", "state"],
    killed_at: None,
};
const RESUMED: Scenario = Scenario { killed_at: Some(4), ..NIGHT };
const ADDING: Scenario =
    Scenario { command: &["state", "add", "state", "in/news-world.jsonl.gz", "--night", "corpus"], ..NIGHT };
const ELECTION: Scenario =
    Scenario { before: &[], command: &["longest.toml", "in", "--output", "out"], killed_at: None };

/// Their pipelines, by name and `[dedup]`: those of `articles` and `nightly`. Of the stages, which call nothing of the system, they
/// have two: the others take most of the time that a process needs to start.
const PIPELINES: [(&str, &str); 3] = [
    ("run.toml", "exact = true"),
    ("night.toml", "exact = true\nnear = true\nupdates = \"keep\"\nexpire-days = 365"),
    ("longest.toml", "near = true\nkeep = \"longest\""),
];

struct Place {
    /// In memory where the system has a place for that: nobody turns the power off, and half of the time would be waiting for a disk.
    folder: tempfile::TempDir,
    /// On the disk: such a place may forbid to execute what is in it.
    library: tempfile::TempDir,
}

/// How a start ended.
struct Ended {
    code: Option<i32>,
    errors: String,
}

impl Place {
    fn new(scenario: &Scenario) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let folder = folder.expect("a temporary folder");
        let library = tempfile::tempdir().expect("a temporary folder");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fault.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", source, "-ldl", "-o"])
            .arg(library.path().join("fault.so"))
            .status()
            .expect("copydesk itself needs a C compiler");
        assert!(built.success());
        let place = Self { folder, library };
        let before = place.path("before");
        std::fs::create_dir(&before).expect("there is room");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"), &before.join("in"));
        for (name, dedup) in PIPELINES {
            let stages =
                ["normalise-unicode", "drop-short"].map(|kind| format!("[[stage]]\nkind = \"{kind}\"\n"));
            let pipeline = format!("format = 1\n{}[dedup]\n{dedup}\n", stages.concat());
            super::kills::write(&before.join(name), pipeline.as_bytes());
        }
        for command in scenario.before {
            // Paths are relative, so that a copy has the same state.
            assert!(matches!(place.start("before", command, None).code, Some(0 | 3)));
        }
        if let Some(at) = scenario.killed_at {
            assert_eq!(place.start("before", scenario.command, Some(("rename", at, "kill"))).code, None);
            std::fs::remove_file(place.path("struck")).expect("it was struck");
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn library(&self) -> PathBuf {
        self.library.path().join("fault.so")
    }

    fn start(&self, folder: &str, command: &[&str], fault: Option<(&str, usize, &str)>) -> Ended {
        let command = match command {
            ["state", ..] => [command, &["--threads", "2"]].concat(),
            _ => [&["run"], command, &["--progress", "never", "--threads", "2"]].concat(),
        };
        self.copydesk(folder, &command, fault)
    }

    fn copydesk(&self, folder: &str, command: &[&str], fault: Option<(&str, usize, &str)>) -> Ended {
        let mut start = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        start.args(command).current_dir(self.path(folder)).env("COPYDESK_TEST_MARK_BYTES", "10000");
        if let Some((call, at, how)) = fault {
            start.env("LD_PRELOAD", self.library()).env("FAULT_MARK", self.path("struck"));
            start.env("FAULT_CALL", call).env("FAULT_AT", at.to_string()).env("FAULT_DO", how);
        }
        let output = start.output().expect("the program starts");
        Ended { code: output.status.code(), errors: String::from_utf8_lossy(&output.stderr).into_owned() }
    }
}

/// What nights have left, but for clocks and paths.
pub(super) fn left(place: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut left = contents(place);
    for (name, content) in &mut left {
        if name.ends_with("state.json") || name.ends_with("state.before.json") {
            let mut manifest: Value = serde_json::from_slice(content).expect("it is JSON");
            manifest["xxh3"] = Value::Null;
            for nights in ["/nights", "/next/nights"] {
                for night in manifest.pointer_mut(nights).and_then(Value::as_array_mut).into_iter().flatten()
                {
                    for clock in ["began", "run", "output"] {
                        night[clock] = Value::Null;
                    }
                }
            }
            *content = manifest.to_string().into_bytes();
        }
    }
    left
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("there is room");
    for entry in std::fs::read_dir(from).expect("it is a folder") {
        let path = entry.expect("it can be listed").path();
        let to = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("there is room");
        }
    }
}

/// What a sweep has found.
#[derive(Default)]
struct Found {
    strikes: usize,
    wrong: Vec<String>,
}

/// Strikes at every `step`-th call of these kinds.
fn sweep(scenario: &Scenario, calls: &[&str], step: usize) -> Found {
    sweep_of(scenario, &FAULTS, calls, step)
}

/// Strikes with these faults.
fn sweep_of(scenario: &Scenario, faults: &[(&str, &[&str])], calls: &[&str], step: usize) -> Found {
    let place = Place::new(scenario);
    copy(&place.path("before"), &place.path("whole"));
    let whole = place.start("whole", scenario.command, None);
    assert!(matches!(whole.code, Some(0 | 3)), "{}", whole.errors);
    let expected = left(&place.path("whole"));
    let mut found = Found::default();
    for (call, kinds) in faults.iter().filter(|(call, _)| calls.is_empty() || calls.contains(call)) {
        for (turn, how) in kinds.iter().enumerate() {
            // Another call for each kind of fault, so that a short sweep meets many.
            for at in (1 + turn..).step_by(step) {
                let told = format!("{} {how} at {call} {at}", scenario.command[0]);
                drop(std::fs::remove_dir_all(place.path("struck-folder")));
                drop(std::fs::remove_file(place.path("struck")));
                copy(&place.path("before"), &place.path("struck-folder"));
                let first = place.start("struck-folder", scenario.command, Some((call, at, how)));
                if !place.path("struck").exists() {
                    break;
                }
                found.strikes += 1;
                if let Err(wrong) = place.ends_well(scenario, how, &first, &whole, &expected) {
                    found.wrong.push(format!("{told}: {wrong}"));
                }
            }
        }
    }
    found
}

impl Place {
    /// Whether a run that was struck ended as it should, and the same command again as if nothing had happened.
    fn ends_well(
        &self,
        scenario: &Scenario,
        how: &str,
        first: &Ended,
        whole: &Ended,
        expected: &BTreeMap<PathBuf, Vec<u8>>,
    ) -> Result<(), String> {
        let is_done = matches!(first.code, Some(0 | 3));
        let is_right = match how {
            "kill" | "torn" => first.code.is_none(),
            // As some file systems answer to the synchronising of a folder.
            "4" | "22" | "short" => first.code == whole.code,
            // Of a pipeline that cannot be read, nothing has begun.
            _ if first.errors.contains("failed to read the pipeline") => first.code == Some(2),
            _ => is_done || first.code == Some(1),
        };
        if !is_right {
            return Err(format!("ended with {:?}: {}", first.code, first.errors));
        }
        let is_left = self.path("struck-folder/out/.copydesk").exists();
        if is_left && is_done && !first.errors.contains("failed to delete") {
            return Err(format!("work is left: {}", first.errors));
        }
        if is_left || !is_done {
            let again = self.start("struck-folder", scenario.command, None);
            if again.code != whole.code {
                return Err(format!("again ended with {:?}: {}", again.code, again.errors));
            }
        }
        let left = left(&self.path("struck-folder"));
        match left.keys().chain(expected.keys()).find(|name| left.get(*name) != expected.get(*name)) {
            Some(name) => Err(format!("{} differs, after {:?} {}", name.display(), first.code, first.errors)),
            None => Ok(()),
        }
    }
}

/// A short sweep over calls of every kind.
fn short_sweep(scenario: &Scenario, step: usize) {
    let Found { strikes, wrong } = sweep(scenario, &[], step);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(strikes > 15, "{strikes}");
}

#[test]
fn a_run_struck_anywhere_ends_with_the_same_bytes() {
    short_sweep(&RUN, 211);
}

#[test]
fn a_night_with_a_state_struck_anywhere_ends_with_the_same_bytes() {
    short_sweep(&NIGHT, 421);
}

#[test]
fn a_corpus_whose_adding_is_struck_anywhere_is_in_the_state_whole_or_not_at_all() {
    short_sweep(&ADDING, 211);
}

#[test]
fn a_night_that_resumes_struck_anywhere_ends_with_the_same_bytes() {
    short_sweep(&RESUMED, 421);
}

#[test]
fn an_election_struck_anywhere_ends_with_the_same_bytes() {
    short_sweep(&ELECTION, 211);
}

/// A call to the system that fails at every second time: the run fails with this exit code, or nothing is missing.
fn fails_or_loses_nothing(call: &str, how: &str, code: i32) {
    let place = Place::new(&RUN);
    let counts = |folder: &str| {
        let ledger = std::fs::read(place.path(folder).join("out/ledger.json")).expect("the run is complete");
        let ledger: Value = serde_json::from_slice(&ledger).expect("it is JSON");
        (ledger["lines"].clone(), ledger["limits_crossed"].clone())
    };
    copy(&place.path("before"), &place.path("whole"));
    let whole = place.start("whole", RUN.command, None);
    let mut failed = 0;
    for at in (1..).step_by(2) {
        for gone in ["struck", "turned"] {
            let path = place.path(gone);
            drop(if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) });
        }
        copy(&place.path("before"), &place.path("turned"));
        let ended = place.start("turned", RUN.command, Some((call, at, how)));
        if !place.path("struck").exists() {
            break;
        }
        if ended.code == Some(code) {
            failed += 1;
        } else {
            assert_eq!(ended.code, whole.code, "at {at}: {}", ended.errors);
            assert_eq!(counts("turned"), counts("whole"), "at {at}");
        }
    }
    assert!(failed > 3, "{failed}");
}

#[test]
fn a_dump_of_which_a_disk_says_nothing_is_read_or_the_run_fails() {
    fails_or_loses_nothing("stat", "5", 1);
}

#[test]
fn a_dump_that_this_user_may_not_read_is_read_or_the_run_fails() {
    fails_or_loses_nothing("open", "13", 2);
}

#[test]
fn a_folder_that_cannot_be_listed_is_named_and_all_else_is_read() {
    let place = Place::new(&RUN);
    std::fs::create_dir(place.path("before/in/locked")).expect("there is room");
    let listed = |at: usize, how: &str| {
        let turned = place.path("turned");
        drop(std::fs::remove_dir_all(&turned));
        drop(std::fs::remove_file(place.path("struck")));
        copy(&place.path("before"), &turned);
        let ended = place.start("turned", RUN.command, Some(("list", at, how)));
        place.path("struck").exists().then_some(ended)
    };
    let mut left_out = Vec::new();
    for (at, ended) in (1..).map_while(|at| Some((at, listed(at, "13")?))) {
        // The folder that was named, and those of the outputs.
        if ended.code == Some(2) {
            continue;
        }
        assert_eq!(ended.code, Some(3), "at {at}: {}", ended.errors);
        let ledger = std::fs::read(place.path("turned/out/ledger.json")).expect("the run is complete");
        let ledger: Value = serde_json::from_slice(&ledger).expect("it is JSON");
        assert!(ledger["lines"]["kept"].as_u64() > Some(0), "{ledger}");
        let dumps = ledger["dumps"].as_array().expect("a list");
        if dumps.iter().any(|dump| dump["dump"] == "locked" && dump["damage"].is_string()) {
            left_out.push(at);
        }
    }
    let [at] = left_out[..] else { panic!("the folder among the inputs, once: {left_out:?}") };
    // A disk that fails is another thing.
    assert_eq!(listed(at, "5").expect("it is listed").code, Some(1));
}

/// A disk that is full at every 50th write: at that one, and from there on.
const FULL: [(&str, &[&str]); 1] = [("write", &["28", "full"])];

#[test]
fn a_night_whose_disk_is_full_at_some_write_resumes_when_there_is_room() {
    let Found { strikes, wrong } = sweep_of(&NIGHT, &FULL, &[], 150);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(strikes > 0);
}

#[test]
#[ignore = "a minute"]
fn a_disk_that_is_full_at_every_50th_write_of_a_night_loses_nothing() {
    for scenario in [&RUN, &NIGHT, &ADDING, &RESUMED, &ELECTION] {
        let Found { strikes, wrong } = sweep_of(scenario, &FULL, &[], 50);
        assert!(wrong.is_empty(), "of {strikes}:\n{}", wrong.join("\n"));
        assert!(strikes > 0, "{strikes}");
    }
}

/// Every call, a test a kind, so that a part can be run by its name.
mod every_call {
    macro_rules! of {
        ($scenario:ident, $constant:ident, $($call:ident)*) => {
            mod $scenario {
                $(#[test]
                #[ignore = "some minutes"]
                fn $call() {
                    let found = super::super::sweep(&super::super::$constant, &[stringify!($call)], 1);
                    assert!(found.wrong.is_empty(), "of {}:\n{}", found.strikes, found.wrong.join("\n"));
                    assert!(found.strikes > 0);
                })*
            }
        };
    }
    of!(of_a_run, RUN, open read write fsync folder rename unlink mkdir thread);
    of!(of_a_night, NIGHT, open read pread write fsync folder rename unlink mkdir thread);
    of!(of_an_adding, ADDING, open read pread write fsync folder rename unlink mkdir thread);
    of!(of_a_resumed_night, RESUMED, open read pread write fsync folder ftruncate rename unlink mkdir thread);
    of!(of_an_election, ELECTION, open read write fsync folder rename unlink mkdir thread);
}

#[test]
fn a_night_whose_clock_is_beyond_all_dates_has_the_last_date() {
    let place = Place::new(&NIGHT);
    let years = 300_000_u64 * 31_557_600;
    let night = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "night.toml", "in", "--output", "out", "--state", "state", "--log-format", "json"])
        .current_dir(place.path("before"))
        .env("LD_PRELOAD", place.library())
        .env("CLOCK_AHEAD", years.to_string())
        .output()
        .expect("the program starts");
    let errors = String::from_utf8_lossy(&night.stderr);
    assert!(matches!(night.status.code(), Some(0 | 3)), "{errors}");
    assert!(errors.contains("\"9999-12-"), "the library was not loaded: {errors}");
    // With the right clock again, the next night forgets nothing.
    let next = ["night.toml", "in", "--output", "out-3", "--state", "state"];
    let next = place.start("before", &next, None);
    assert!(matches!(next.code, Some(0 | 3)), "{}", next.errors);
    let ledger = std::fs::read(place.path("before/out-3/ledger.json")).expect("the run is complete");
    let ledger: Value = serde_json::from_slice(&ledger).expect("it is JSON");
    assert_eq!(ledger["lines"]["kept"], 0, "all of it is known");
}

/// The files below a folder that hold something.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if std::fs::metadata(&path).expect("it is there").len() > 0 {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Turns a bit of a file, the `turn`-th of so many over its length, for as long as `with` works.
fn with_a_turned_bit(path: &Path, turn: usize, turns: usize, with: impl FnOnce(&str)) {
    let content = std::fs::read(path).expect("it is there");
    let mut turned = content.clone();
    let at = (content.len() - 1) * turn / (turns - 1);
    turned[at] ^= 1 << (turn % 8);
    let put = |content: &[u8]| {
        std::fs::remove_file(path).expect("it is ours");
        super::kills::write(path, content);
    };
    put(&turned);
    with(&format!("bit {} of byte {at} of {}", turn % 8, path.display()));
    put(&content);
}

/// Bits of a file that are turned.
const TURNS: usize = 6;

#[test]
fn a_turned_bit_in_a_state_is_noticed() {
    let place = Place::new(&NIGHT);
    copy(&place.path("before"), &place.path("two"));
    assert!(matches!(place.start("two", NIGHT.command, None).code, Some(0 | 3)));
    let check = ["state", "check", "state"];
    assert_eq!(place.copydesk("two", &check, None).code, Some(0));
    let files = files(&place.path("two/state"));
    assert!(files.len() >= 5, "{files:?}");
    for file in &files {
        // The first bytes say what the file is.
        for turn in 0..TURNS + 8 {
            let turns = if turn < TURNS { TURNS } else { 1_000_000 };
            with_a_turned_bit(file, turn, turns, |told| {
                let ended = place.copydesk("two", &check, None);
                assert!(matches!(ended.code, Some(1 | 2)), "{told}: {:?} {}", ended.code, ended.errors);
                let name = file.file_name().expect("it has one").to_string_lossy();
                assert!(ended.errors.contains(&*name), "{told}: {}", ended.errors);
            });
        }
    }
    assert_eq!(place.copydesk("two", &check, None).code, Some(0));
}

#[test]
fn a_turned_bit_in_a_run_that_was_killed_is_noticed_or_makes_no_difference() {
    for (scenario, at) in [(&RUN, 5), (&RUN, 12), (&ELECTION, 12)] {
        let place = Place::new(scenario);
        copy(&place.path("before"), &place.path("whole"));
        let whole = place.start("whole", scenario.command, None);
        let expected = left(&place.path("whole"));
        copy(&place.path("before"), &place.path("killed"));
        assert_eq!(place.start("killed", scenario.command, Some(("rename", at, "kill"))).code, None);
        let work = Path::new("out/.copydesk");
        let files = files(&place.path("killed").join(work));
        assert!(files.len() >= 2, "{files:?}");
        let mut noticed = 0;
        for file in &files {
            for turn in 0..TURNS {
                drop(std::fs::remove_dir_all(place.path("turned")));
                copy(&place.path("killed"), &place.path("turned"));
                let file = place
                    .path("turned")
                    .join(file.strip_prefix(place.path("killed")).expect("it is in there"));
                with_a_turned_bit(&file.clone(), turn, TURNS, |told| {
                    let ended = place.start("turned", scenario.command, None);
                    if ended.code == Some(2) {
                        noticed += 1;
                        assert!(ended.errors.contains("--restart"), "{told}: {}", ended.errors);
                        let restart = [scenario.command, &["--restart"]].concat();
                        let again = place.start("turned", &restart, None);
                        assert_eq!(again.code, whole.code, "{told}: {}", again.errors);
                    } else {
                        assert_eq!(ended.code, whole.code, "{told}: {}", ended.errors);
                    }
                    assert!(left(&place.path("turned")) == expected, "{told}");
                    // What the run has deleted is not put back.
                    if !file.exists() {
                        std::fs::create_dir_all(file.parent().expect("it has one")).expect("there is room");
                        super::kills::write(&file, b"");
                    }
                });
            }
        }
        assert!(noticed >= TURNS, "{noticed}");
    }
}
