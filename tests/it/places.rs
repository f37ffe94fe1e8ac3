//! Inputs, outputs and states in places and states that nobody expects: pipes, links, files that change while they are read, earlier
//! files put back.

#![cfg(unix)]

use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use super::kills::write;

fn start(place: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "articles", "--progress", "never"])
        .args(arguments)
        .current_dir(place)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn copydesk(place: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(arguments)
        .current_dir(place)
        .output()
        .expect("the program starts")
}

fn ended(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn ledger(place: &Path, output: &str) -> Value {
    let json = std::fs::read(place.join(output).join("ledger.json")).expect("the run is complete");
    serde_json::from_slice(&json).expect("it is JSON")
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).expect("it is a sample")
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("there is mkfifo").success());
}

/// Writes into a pipe once somebody reads it.
fn feed(path: &Path, content: Vec<u8>) -> std::thread::JoinHandle<()> {
    let path = path.to_owned();
    std::thread::spawn(move || {
        let mut pipe = std::fs::OpenOptions::new().write(true).open(path).expect("somebody reads it");
        pipe.write_all(&content).expect("somebody reads it to its end");
    })
}

#[test]
fn a_named_pipe_is_read_from_its_first_byte() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    pipe(&place.join("news"));
    let fed = feed(&place.join("news"), sample("news-world.jsonl.gz"));
    let run = start(place, &["news", "--output", "out"]).wait_with_output().expect("it ends");
    assert!(matches!(run.status.code(), Some(0 | 3)), "{:?}", ended(&run));
    fed.join().expect("all was read");
    let dump = &ledger(place, "out")["dumps"][0];
    assert_eq!((&dump["compression"], &dump["lines"]["quarantined"]), (&"gzip".into(), &0.into()), "{dump}");
}

#[test]
fn a_run_that_waits_for_a_pipe_can_be_stopped() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    pipe(&place.join("news"));
    let run = start(place, &["news", "--output", "out"]);
    while !place.join("out/.copydesk/checkpoint.json").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let kill = Command::new("kill").args(["-TERM", &run.id().to_string()]).status();
    assert!(kill.expect("there is a kill").success());
    assert_eq!(run.wait_with_output().expect("it ends").status.code(), Some(143));
}

#[test]
fn a_dump_that_changes_while_it_is_read_is_named() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    pipe(&place.join("first"));
    write(&place.join("second.jsonl"), &sample("feed.jsonl"));
    // With a limit, dumps are read one after the other: the second one while the first keeps the run waiting.
    let run = start(place, &["first", "second.jsonl", "--output", "out", "--limit", "1000"]);
    while !place.join("out/.copydesk/checkpoint.json").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let mut file =
        std::fs::OpenOptions::new().append(true).open(place.join("second.jsonl")).expect("it is there");
    file.write_all(&sample("feed.jsonl")).expect("there is room");
    let fed = feed(&place.join("first"), sample("feed.jsonl"));
    let run = run.wait_with_output().expect("it ends");
    fed.join().expect("all was read");
    assert_eq!(run.status.code(), Some(3), "{:?}", ended(&run));
    let damage = ledger(place, "out")["dumps"][1]["damage"].to_string();
    assert!(damage.contains("it changed while it was read: it had "), "{damage}");
}

#[test]
fn what_cannot_come_to_an_end_is_refused_before_anything_is_read() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("a.jsonl"), &sample("feed.jsonl"));
    let refused = |arguments: &[&str], message: &str| {
        let run = [&["run", "nightly", "a.jsonl", "--output", "out"], arguments].concat();
        let (code, errors) = ended(&copydesk(place, &run));
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains(message), "{errors}");
    };
    // A state that would be deleted with the work of the run.
    for state in ["out/.copydesk", "out/x/../.copydesk/state", "out/records", "out/dropped/state"] {
        refused(&["--state", state], "it lies in a folder of the run's own files");
    }
    // A lock that would make a file elsewhere, or wait for ever.
    std::fs::create_dir(place.join("out")).expect("there is room");
    symlink("../elsewhere", place.join("out/.copydesk.lock")).expect("there is room");
    refused(&[], "something is there that is no file");
    assert!(!place.join("elsewhere").exists());
    std::fs::remove_file(place.join("out/.copydesk.lock")).expect("it is there");
    pipe(&place.join("out/.copydesk.lock"));
    refused(&[], "something is there that is no file");
    std::fs::remove_file(place.join("out/.copydesk.lock")).expect("it is there");
    // Shards cannot be renamed to another file system, which is /dev/shm on Linux.
    if let Ok(other) = tempfile::tempdir_in("/dev/shm") {
        symlink(other.path(), place.join("out/records")).expect("there is room");
        refused(&[], "it is on another file system");
    }
}

#[test]
fn an_earlier_manifest_that_is_put_back_is_noticed() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").display().to_string();
    let night = |name: &str, dump: &str| {
        let (dump, output) = (format!("{samples}/{dump}"), format!("out/{name}"));
        ended(&copydesk(place, &["run", "nightly", &dump, "--output", &output, "--state", "state"]))
    };
    let put = |from: &str| {
        std::fs::copy(place.join(from), place.join("state/state.json")).expect("there is room");
    };
    assert!(matches!(night("1", "feed.jsonl").0, Some(0 | 3)));
    std::fs::copy(place.join("state/state.json"), place.join("first.json")).expect("there is room");
    assert!(matches!(night("2", "news-english.jsonl.zst").0, Some(0 | 3)));
    assert!(matches!(night("3", "pages.jsonl.zst").0, Some(0 | 3)));
    for earlier in ["first.json", "state/state.before.json"] {
        put(earlier);
        let (code, errors) = night("4", "news-english.jsonl.zst");
        assert_eq!(code, Some(2), "{earlier}: {errors}");
        assert!(errors.contains("an earlier one that was put back"), "{earlier}: {errors}");
    }
    // The run of the night that is missing mends it.
    let (code, errors) = ended(&copydesk(place, &["state", "repair", "state", "out/3"]));
    assert_eq!(code, Some(0), "{errors}");
    let list = copydesk(place, &["state", "list", "state", "--format", "json"]);
    let list: Value = serde_json::from_slice(&list.stdout).expect("it is JSON");
    assert_eq!(list["nights"].as_array().map(Vec::len), Some(3), "{list}");
    assert!(matches!(night("4", "news-english.jsonl.zst").0, Some(0 | 3)));
    assert_eq!(ledger(place, "out/4")["lines"]["kept"], 0);
}

#[test]
fn a_state_that_loses_its_manifest_after_its_first_night_is_repaired() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("a.jsonl"), &sample("feed.jsonl"));
    let night = |name: &str| {
        let output = format!("out/{name}");
        ended(&copydesk(place, &["run", "nightly", "a.jsonl", "--output", &output, "--state", "state"]))
    };
    assert!(matches!(night("1").0, Some(0 | 3)));
    std::fs::remove_file(place.join("state/state.json")).expect("it is there");
    assert_eq!(night("2").0, Some(2));
    let (code, errors) = ended(&copydesk(place, &["state", "repair", "state", "out/1"]));
    assert_eq!(code, Some(0), "{errors}");
    let (code, errors) = night("2");
    assert!(matches!(code, Some(0 | 3)), "{errors}");
    assert_eq!(ledger(place, "out/2")["lines"]["kept"], 0);
}

#[test]
fn what_a_repair_advises_that_lacks_an_output_works_at_the_first_try() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("a.jsonl"), &sample("feed.jsonl"));
    let night = |name: &str| {
        let output = format!("out/{name}");
        ended(&copydesk(place, &["run", "nightly", "a.jsonl", "--output", &output, "--state", "state"]))
    };
    assert!(matches!(night("it's 1").0, Some(0 | 3)));
    for lost in ["out", "state/volume-000000"] {
        let path = place.join(lost);
        if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }
            .expect("it is there");
    }
    let (code, errors) = ended(&copydesk(place, &["state", "repair", "state"]));
    assert_eq!(code, Some(2), "{errors}");
    let forget = errors.split('`').find(|words| words.starts_with("copydesk state forget"));
    let forget = forget.expect("it says what to do").replace("copydesk", env!("CARGO_BIN_EXE_copydesk"));
    let done = Command::new("sh").args(["-c", &forget]).current_dir(place).status();
    assert!(done.expect("there is a shell").success(), "{forget}");
    assert!(matches!(night("2").0, Some(0 | 3)));
}

/// What it answers, which must not take as long as this.
fn answer(place: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(arguments)
        .current_dir(place)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    for _ in 0..5000 {
        if child.try_wait().expect("it can be asked").is_some() {
            return ended(&child.wait_with_output().expect("it has ended"));
        }
        std::thread::sleep(std::time::Duration::from_millis(4));
    }
    child.kill().expect("it is a child");
    panic!("{arguments:?} waits for ever");
}

/// Puts a pipe into the place of a file, does something, and puts the file back.
fn as_pipe(path: &Path, test: impl FnOnce()) {
    let kept = path.with_extension("kept");
    std::fs::rename(path, &kept).expect("it is there");
    pipe(path);
    test();
    std::fs::rename(&kept, path).expect("it is there");
}

#[test]
fn a_pipe_in_the_place_of_a_file_that_copydesk_has_written_is_refused() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("a.jsonl"), &sample("feed.jsonl"));
    let night = |output| answer(place, &["run", "nightly", "a.jsonl", "-o", output, "--state", "state"]);
    assert!(matches!(night("out/1").0, Some(0 | 3)));
    let refused = |arguments: &[&str], codes: &[i32]| {
        let (code, errors) = answer(place, arguments);
        assert!(code.is_some_and(|code| codes.contains(&code)), "{arguments:?}: {code:?} {errors}");
    };
    let files = |folder: &str| {
        let found = place.join(folder).read_dir().expect("it is there");
        let paths = found.map(|entry| entry.expect("it can be read").path());
        paths.filter(|path| path.is_file() && !path.ends_with(".lock")).collect::<Vec<_>>()
    };
    for file in files("state") {
        as_pipe(&file, || {
            refused(&["state", "check", "state"], &[0, 1, 2]);
            if file.ends_with("state.json") {
                let (code, errors) = night("out/2");
                assert_eq!(code, Some(2), "{errors}");
                assert!(errors.contains("it is no regular file"), "{errors}");
            }
        });
    }
    for file in files("out/1").into_iter().chain(files("out/1/records")) {
        as_pipe(&file, || {
            refused(&["verify", "out/1"], &[0, 1, 2]);
            refused(&["explain", "--run", "out/1", "no-such-record"], &[0, 1, 2]);
            refused(&["run", "nightly", "a.jsonl", "-o", "out/1"], &[0, 2]);
        });
    }
    // A run that was killed.
    pipe(&place.join("news"));
    let mut run = start(place, &["news", "--output", "out/3"]);
    let checkpoint = place.join("out/3/.copydesk/checkpoint.json");
    while !checkpoint.exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    run.kill().expect("it is a child");
    run.wait().expect("it ends");
    as_pipe(&checkpoint, || {
        let (code, errors) = answer(place, &["run", "articles", "news", "-o", "out/3"]);
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains("it is no regular file") && errors.contains("--restart"), "{errors}");
    });
}

#[test]
fn what_a_killed_run_without_an_output_folder_leaves_is_deleted_by_the_next() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let temporary = place.join("tmp");
    std::fs::create_dir(&temporary).expect("there is room");
    write(&place.join("a.jsonl"), &sample("feed.jsonl"));
    pipe(&place.join("news"));
    let run = |dump: &str| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        run.args(["run", "articles", dump, "-o", "-"]).current_dir(place).env("TMPDIR", &temporary);
        run.stdout(Stdio::null()).stderr(Stdio::null());
        run
    };
    let left = || temporary.read_dir().expect("it is there").count();
    let wait = |count: usize| {
        while temporary
            .read_dir()
            .expect("it is there")
            .flatten()
            .filter(|at| at.path().join("run").exists())
            .count()
            < count
        {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    };
    let [mut killed, mut waiting] = [1, 2].map(|count| {
        let child = run("news").spawn().expect("the program starts");
        wait(count);
        child
    });
    killed.kill().expect("it is a child");
    killed.wait().expect("it ends");
    assert_eq!(left(), 2);
    assert!(run("a.jsonl").status().expect("the program starts").success());
    assert_eq!(left(), 1, "of the one that waits");
    let kill = Command::new("kill").args(["-TERM", &waiting.id().to_string()]).status();
    assert!(kill.expect("there is a kill").success());
    assert_eq!(waiting.wait().expect("it ends").code(), Some(143));
    assert_eq!(left(), 0);
}

#[test]
fn a_second_signal_ends_a_run_that_the_first_cannot_stop() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("a.jsonl"), &sample("feed.jsonl").repeat(200));
    // Nobody reads what it prints.
    let mut run = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "articles", "a.jsonl", "-o", "-", "--progress", "never"])
        .current_dir(place)
        .env("TMPDIR", place)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    for _ in 0..500 {
        if run.try_wait().expect("it can be asked").is_some() {
            break;
        }
        let kill = Command::new("kill").args(["-TERM", &run.id().to_string()]).status();
        assert!(kill.expect("there is a kill").success());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(run.try_wait().expect("it can be asked").is_some(), "signals do not end it");
}

/// A run over a pipe that gives nothing, as a shell starts it, once it has begun.
fn silent(place: &Path, shell: &str) -> Child {
    let run = format!(
        "{shell} exec {} run articles - --output out --progress never",
        env!("CARGO_BIN_EXE_copydesk")
    );
    let child = Command::new("sh")
        .args(["-c", &run])
        .current_dir(place)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("there is a shell");
    // Signals are listened to before the first file is made.
    while !place.join("out/.copydesk").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child
}

fn signal(child: &Child, signal: &str) {
    let kill = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(kill.expect("there is a kill").success());
}

#[test]
fn what_to_do_about_a_run_over_a_pipe_that_was_stopped_works_at_the_first_try() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let run = silent(place, "");
    signal(&run, "-TERM");
    let (code, errors) = ended(&run.wait_with_output().expect("it ends"));
    assert_eq!(code, Some(143), "{errors}");
    assert!(errors.contains("the same command with --restart begins anew"), "{errors}");
    let mut again = start(place, &["-", "--output", "out", "--restart"]);
    drop(again.stdin.take());
    assert_eq!(again.wait().expect("it ends").code(), Some(3), "there was nothing to read");
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_that_nohup_has_a_run_ignore_does_not_stop_it() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let mut run = silent(place, "trap '' HUP;");
    signal(&run, "-HUP");
    run.stdin.take().expect("it is a pipe").write_all(&sample("feed.jsonl")).expect("it is still read");
    let (code, errors) = ended(&run.wait_with_output().expect("it ends"));
    assert!(matches!(code, Some(0 | 3)), "{code:?} {errors}");
}

#[test]
fn a_dump_and_an_output_whose_names_are_not_utf_8_are_used_and_repaired_from() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let [dump, output] = [&b"caf\xE9.jsonl"[..], b"out\xE9"].map(std::ffi::OsStr::from_bytes);
    write(&place.join(dump), &sample("feed.jsonl"));
    let night = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "nightly", "--state", "state", "--progress", "never", "--output"])
        .args([output, dump])
        .current_dir(place)
        .output()
        .expect("the program starts");
    assert_eq!(night.status.code(), Some(0), "{}", String::from_utf8_lossy(&night.stderr));
    let volume = place.join("state").read_dir().expect("it is a folder").flatten().map(|entry| entry.path());
    let volume =
        volume.into_iter().find(|path| path.to_string_lossy().contains("volume-")).expect("a volume");
    std::fs::remove_file(volume).expect("it is there");
    let (code, errors) = ended(&copydesk(place, &["state", "repair", "state"]));
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(copydesk(place, &["state", "check", "state"]).status.code(), Some(0));
}

#[test]
fn what_is_no_pipeline_or_page_is_read_no_further_than_one_is_long() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("p.toml"), b"format = 1\nextends = \"/dev/zero\"\n");
    for command in [["check", "/dev/zero"], ["check", "p.toml"], ["extract", "/dev/zero"]] {
        let (code, errors) = ended(&copydesk(place, &command));
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains("it has more than"), "{errors}");
    }
}

#[test]
fn what_has_no_end_is_refused_or_read_no_further_than_it_must_be() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    for command in [
        &["run", "fields", "/dev/zero", "--output", "out"][..],
        &["init", "/dev/zero"],
        &["explain", "fields", "/dev/zero:1"],
    ] {
        let (code, errors) = ended(&copydesk(place, command));
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains("this is a device"), "{errors}");
    }
    let zeros = std::fs::File::open("/dev/zero").expect("it is there");
    let mut init = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    let init = init.args(["init", "-"]).stdin(zeros).output().expect("the program starts");
    let (code, errors) = ended(&init);
    assert_eq!(code, Some(2), "{errors}");
    assert!(errors.contains("a line of more than 256 MiB"), "{errors}");
}

#[test]
fn a_link_to_itself_in_the_place_of_a_manifest_is_damage_that_is_repaired() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("a.jsonl"), &sample("feed.jsonl"));
    let nightly = |output: &str| {
        let command =
            ["run", "nightly", "a.jsonl", "--output", output, "--state", "state", "--progress", "never"];
        ended(&copydesk(place, &command))
    };
    assert_eq!(nightly("one").0, Some(0));
    let manifest = place.join("state/state.json");
    std::fs::remove_file(&manifest).expect("it is there");
    symlink("state.json", &manifest).expect("there is room");
    let (code, errors) = nightly("two");
    assert_eq!(code, Some(2), "{errors}");
    assert!(
        errors.contains("a link that leads to itself") && errors.contains("state repair state"),
        "{errors}"
    );
    let (code, errors) = ended(&copydesk(place, &["state", "repair", "state"]));
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(copydesk(place, &["state", "check", "state"]).status.code(), Some(0));
    symlink("out", place.join("out")).expect("there is room");
    let (code, errors) = nightly("out");
    assert_eq!(code, Some(2), "{errors}");
}

#[test]
#[cfg(target_os = "linux")]
fn too_little_memory_to_start_is_said() {
    let place = tempfile::tempdir().expect("a temporary folder");
    // What the program itself takes depends on how it was built.
    let said = (2..40).map(|step| step * 10_000).any(|most| {
        let limited = format!("ulimit -v {most}; exec {} stages", env!("CARGO_BIN_EXE_copydesk"));
        let run = Command::new("sh").args(["-c", &limited]).current_dir(place.path()).output();
        let (code, errors) = ended(&run.expect("there is a shell"));
        code == Some(1) && errors.contains("too little memory")
    });
    assert!(said);
}

#[test]
fn a_folder_in_the_place_of_a_file_of_a_state_is_named_and_not_deleted() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("a.jsonl"), &sample("feed.jsonl"));
    let nightly = ["run", "nightly", "a.jsonl", "--output", "out", "--state", "state", "--progress", "never"];
    assert_eq!(copydesk(place, &nightly).status.code(), Some(0));
    for (name, exit) in [("volume-000000", 0), ("state.json", 2)] {
        let path = place.join("state").join(name);
        std::fs::remove_file(&path).expect("it is there");
        std::fs::create_dir(&path).expect("there is room");
        let (code, errors) = ended(&copydesk(place, &["state", "repair", "state"]));
        assert_eq!(code, Some(exit), "{name}: {errors}");
        assert!(
            exit == 0 || errors.contains("move away what is in the place of state/state.json"),
            "{errors}"
        );
        assert!(path.is_dir());
    }
    std::fs::remove_dir(place.join("state/state.json")).expect("it is empty");
    let (code, errors) = ended(&copydesk(place, &["state", "repair", "state"]));
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(copydesk(place, &["state", "check", "state"]).status.code(), Some(0));
}
