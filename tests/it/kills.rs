//! The program, killed at any moment, and started again with the same command.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The samples, many times over, under other names and with other addresses and words.
fn dumps(folder: &Path) {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let read = |name: &str| std::fs::read(samples.join(name)).expect("it is a sample");
    let english = zstd::decode_all(&*read("news-english.jsonl.zst")).expect("it is zstd");
    let english = String::from_utf8(english).expect("it is UTF-8");
    for dump in 0..3 {
        let mut text = String::new();
        for copy in 0..40 {
            let number = format!("{dump}x{copy}");
            text += &english
                .replace("http", &format!("http{number}"))
                .replace(" the ", &format!(" {number} the "));
        }
        let packed = zstd::encode_all(text.as_bytes(), 1).expect("memory takes it");
        write(&folder.join(format!("news-{dump}.jsonl.zst")), &packed);
    }
    write(&folder.join("broken.jsonl.zst"), &read("broken.jsonl.zst"));
}

pub(super) fn write(path: &Path, content: &[u8]) {
    use std::io::Write as _;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).expect("there is room");
    file.write_all(content).expect("there is room");
}

fn start(input: &Path, output: &Path, threads: usize) -> Child {
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "articles", "--progress", "never", "--threads", &threads.to_string()])
        .arg(input)
        .arg("--output")
        .arg(output)
        .env("COPYDESK_TEST_MARK_BYTES", "100000")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Every file and its content; of the ledger, all but the timing, and not what tells the timing to people and monitoring.
pub(super) fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut contents = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("it is a folder") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // They show times, and the path of the run.
            if ["report.html", "metrics.prom", "index.html"].iter().any(|name| path.ends_with(name)) {
                continue;
            }
            let mut content = std::fs::read(&path).expect("it is there");
            if path.ends_with("ledger.json") {
                let mut ledger: Value = serde_json::from_slice(&content).expect("it is JSON");
                ledger["timing"] = Value::Null;
                content = ledger.to_string().into_bytes();
            }
            contents.insert(path.strip_prefix(folder).expect("it is in there").to_owned(), content);
        }
    }
    contents
}

#[expect(clippy::disallowed_methods, reason = "when a run is killed is a matter of the clock")]
fn now() -> Instant {
    Instant::now()
}

fn wait(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_run_killed_at_any_moment_ends_with_the_same_bytes() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let [input, unkilled, output] = ["in", "unkilled", "killed"].map(|name| place.path().join(name));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    let started = now();
    let (code, errors) = wait(start(&input, &unkilled, 2));
    assert_eq!(code, Some(3), "a damaged dump is among the samples: {errors}");
    let whole = started.elapsed();
    let expected = contents(&unkilled);
    assert!(expected.len() >= 6, "{:?}", expected.keys());
    let (mut kills, mut went_on) = (0, 0);
    // Kills come sooner and sooner after the start of a part, so that they meet every phase of it.
    for round in 0..3_u32 {
        drop(std::fs::remove_dir_all(&output));
        for part in 0..100_u32 {
            let mut child = start(&input, &output, 1 + part as usize % 3);
            // Longer from part to part, because a busy machine may not come to its first checkpoint.
            let delay = whole * (4 - round) * (4 + part) / 20;
            let until = now() + delay;
            let ended = loop {
                let ended = child.try_wait().expect("it can be asked").is_some();
                if ended || now() >= until {
                    break ended;
                }
                std::thread::sleep(Duration::from_millis(1));
            };
            if !ended {
                child.kill().expect("it is ours");
            }
            let (code, errors) = wait(child);
            // It may have come to its end in the meantime.
            let ended = code.is_some();
            kills += usize::from(!ended);
            went_on += usize::from(
                errors.contains("resumes at line ") && !errors.contains("resumes at line 1 of news-0"),
            );
            if ended {
                assert_eq!(code, Some(3), "{errors}");
                break;
            }
        }
        let found = contents(&output);
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (name, content) in &expected {
            assert!(found.get(name) == Some(content), "{} differs in round {round}", name.display());
        }
    }
    assert!(kills >= 4 && went_on >= 2, "{kills} kills, {went_on} of them left something done");
}

/// A disk that is full is played by a limit on the size of files.
#[test]
fn a_full_disk_is_exit_code_1_and_the_run_goes_on_once_there_is_space() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let [input, unkilled, output] = ["in", "unkilled", "full"].map(|name| place.path().join(name));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    wait(start(&input, &unkilled, 2));
    for blocks in ["8", "60", "200"] {
        let full = Command::new("sh")
            .args(["-c", "ulimit -f $0; exec \"$@\"", blocks])
            .arg(env!("CARGO_BIN_EXE_copydesk"))
            .args(["run", "articles", "--progress", "never"])
            .arg(&input)
            .arg("--output")
            .arg(&output)
            .env("COPYDESK_TEST_MARK_BYTES", "100000")
            .output()
            .expect("there is a shell");
        let errors = String::from_utf8_lossy(&full.stderr).into_owned();
        assert_eq!(full.status.code(), Some(1), "{errors}");
        assert!(errors.contains("the same command again resumes"), "{errors}");
        for name in ["records", "dropped", "quarantine"] {
            let left = std::fs::read_dir(output.join(name)).expect("it was made").count();
            assert_eq!(left, 0, "{name} has a file that is not whole");
        }
    }
    let (code, errors) = wait(start(&input, &output, 2));
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("resumes at line "), "{errors}");
    assert_eq!(contents(&output), contents(&unkilled));
}
