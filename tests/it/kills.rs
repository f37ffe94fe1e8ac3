//! The program, killed at any moment, and started again with the same command.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The samples, many times over, under other names and with other addresses and words: as JSON lines, as a WARC file, as a
/// table in CSV and as one that is written by the column.
fn dumps(folder: &Path) {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let read = |name: &str| std::fs::read(samples.join(name)).expect("it is a sample");
    let english = zstd::decode_all(&*read("news-english.jsonl.zst")).expect("it is zstd");
    let english = String::from_utf8(english).expect("it is UTF-8");
    for dump in 0..4 {
        let mut text = String::new();
        for copy in 0..30 {
            let number = format!("{dump}x{copy}");
            text += &english
                .replace("http", &format!("http{number}"))
                .replace(" the ", &format!(" {number} the "));
        }
        let (name, content) = match dump {
            0 => ("news-0.jsonl.zst", zstd::encode_all(text.as_bytes(), 1).expect("memory takes it")),
            1 => ("news-1.warc", warc(&text)),
            2 => ("news-2.csv", csv(&text)),
            _ => ("news-3.json", columns(&text)),
        };
        write(&folder.join(name), &content);
    }
    write(&folder.join("broken.jsonl.zst"), &read("broken.jsonl.zst"));
}

fn records(lines: &str) -> impl Iterator<Item = Value> {
    lines.lines().filter_map(|line| serde_json::from_str(line).ok())
}

/// Records as texts of a WARC file, with a request before each.
fn warc(lines: &str) -> Vec<u8> {
    let mut file = Vec::new();
    for record in records(lines) {
        let (url, text) =
            (record["url"].as_str().unwrap_or_default(), record["text"].as_str().unwrap_or_default());
        for (kind, content) in [("request", "GET / HTTP/1.1"), ("conversion", text)] {
            let length = content.len();
            let header = format!(
                "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n"
            );
            file.extend_from_slice(format!("{header}{content}\r\n\r\n").as_bytes());
        }
    }
    file
}

fn csv(lines: &str) -> Vec<u8> {
    let mut table = "url,title,text\n".to_owned();
    for record in records(lines) {
        let field = |key: &str| record[key].as_str().unwrap_or_default().replace('"', "\"\"");
        let row = ["url", "title", "text"].map(|key| format!("\"{}\"", field(key))).join(",");
        table += &row;
        table.push('\n');
    }
    table.into_bytes()
}

fn columns(lines: &str) -> Vec<u8> {
    let column = |key: &str| {
        let values = records(lines).enumerate().map(|(row, record)| (row.to_string(), record[key].clone()));
        (key.to_owned(), Value::Object(values.collect()))
    };
    Value::Object(["url", "title", "text"].map(column).into_iter().collect()).to_string().into_bytes()
}

pub(super) fn write(path: &Path, content: &[u8]) {
    use std::io::Write as _;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).expect("there is room");
    file.write_all(content).expect("there is room");
}

fn start(pipeline: &str, input: &Path, output: &Path, threads: usize) -> Child {
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", pipeline, "--progress", "never", "--threads", &threads.to_string()])
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
    let input = place.path().join("in");
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    // A damaged dump is among the samples.
    killed_is_unkilled("articles", &input, place.path(), 2, 3);
}

#[test]
#[cfg(feature = "parquet")]
fn a_run_from_parquet_to_parquet_killed_at_any_moment_ends_with_the_same_bytes() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let [input, first, pipeline] = ["in", "first", "tables.toml"].map(|name| place.path().join(name));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    write(
        &pipeline,
        b"format = 1\n[[stage]]\nkind = \"normalise-unicode\"\n[output]\nformat = \"parquet\"\nshard-bytes = 400000\n",
    );
    let pipeline = pipeline.display().to_string();
    wait(start(&pipeline, &input, &first, 2));
    killed_is_unkilled(&pipeline, &first.join("records"), place.path(), 2, 0);
}

/// Kills runs of a pipeline over a folder, and compares what they come to with what one leaves that was left alone.
fn killed_is_unkilled(pipeline: &str, input: &Path, place: &Path, rounds: u32, ends_with: i32) {
    let [unkilled, output] = ["unkilled", "killed"].map(|name| place.join(name));
    let started = now();
    let (code, errors) = wait(start(pipeline, input, &unkilled, 2));
    assert_eq!(code, Some(ends_with), "{errors}");
    let whole = started.elapsed();
    let expected = contents(&unkilled);
    assert!(expected.len() >= 6, "{:?}", expected.keys());
    let mut names: Vec<_> = std::fs::read_dir(input)
        .expect("it can be listed")
        .map(|entry| entry.expect("it can be read").file_name().display().to_string())
        .collect();
    names.sort();
    let at_first = format!("resumes at line 1 of {}", names[0]);
    let (mut kills, mut went_on) = (0, 0);
    // Kills come sooner and sooner after the start of a part, so that they meet every phase of it.
    // A fast machine can be at its end before a checkpoint: then it is tried more often.
    for round in (0..rounds).cycle().take(12) {
        if kills >= rounds && went_on >= 1 && round == 0 {
            break;
        }
        drop(std::fs::remove_dir_all(&output));
        for part in 0..100_u32 {
            let mut child = start(pipeline, input, &output, 1 + part as usize % 3);
            // Longer from part to part, because a busy machine may not come to its first checkpoint.
            let delay = whole * (rounds + 1 - round) * (4 + part) / (5 * (rounds + 1));
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
            kills += u32::from(!ended);
            // Where a checkpoint was reached, at the start of a later dump at least.
            went_on += u32::from(errors.contains("resumes at line ") && !errors.contains(&at_first));
            if ended {
                assert_eq!(code, Some(ends_with), "{errors}");
                break;
            }
        }
        let found = contents(&output);
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (name, content) in &expected {
            assert!(found.get(name) == Some(content), "{} differs in round {round}", name.display());
        }
    }
    assert!(kills >= rounds && went_on >= 1, "{kills} kills, {went_on} of them left something done");
}

/// A disk that is full is played by a limit on the size of files.
#[test]
fn a_full_disk_is_exit_code_1_and_the_run_goes_on_once_there_is_space() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let [input, unkilled, output] = ["in", "unkilled", "full"].map(|name| place.path().join(name));
    std::fs::create_dir(&input).expect("there is room");
    dumps(&input);
    wait(start("articles", &input, &unkilled, 2));
    // Blocks are 512 bytes, or 1024 in some shells.
    let largest = contents(&unkilled).values().map(Vec::len).max().unwrap_or(0);
    let half = (largest * 2 / 5 / 512).to_string();
    for blocks in ["8", "60", &half] {
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
    let (code, errors) = wait(start("articles", &input, &output, 2));
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("resumes at line "), "{errors}");
    assert_eq!(contents(&output), contents(&unkilled));
}
