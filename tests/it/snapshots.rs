//! What people see, whole: transcripts of commands under `tests/snapshots`.
//!
//! A file has commands after `$ `, and below each what it prints, stdout first, then stderr, and how it ends where that is not
//! with 0. The commands of a file run one after the other in a folder with the samples and with `tests/snapshots/files`, as on a terminal
//! of 80 columns. Times, and figures that depend on the machine, are left out.
//!
//! `UPDATE=1 cargo test --test it snapshots` writes what the commands print now. The whole of `cargo test` may take five minutes and
//! takes nearly as long, so there is no library for this (insta, trycmd); what is needed of one are these few lines.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::command::write;

/// Runs a shell command, and says what it printed and how it ended.
fn transcript(command: &str, place: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_copydesk"));
    let path = format!("{}:/usr/bin:/bin", program.parent().expect("it is in a folder").display());
    let shown = Command::new("sh")
        .args(["-c", command])
        .current_dir(place)
        .env("PATH", path)
        .env("COPYDESK_TEST_COLUMNS", "80")
        .output()
        .expect("there is a shell");
    let mut text = String::new();
    for part in [&shown.stdout, &shown.stderr] {
        let part = String::from_utf8_lossy(part);
        let part = part.replace(&place.display().to_string(), "PLACE");
        for line in part.lines().filter(|line| !line.contains(" of processor time · ")) {
            writeln!(text, "{}", line.trim_end()).expect("a String takes any text");
        }
    }
    let code = shown.status.code().unwrap_or(-1);
    if code != 0 {
        writeln!(text, "[exit code {code}]").expect("a String takes any text");
    }
    text
}

fn holds(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = tempfile::tempdir().expect("a temporary folder");
    for folder in ["samples", "tests/snapshots/files"] {
        let into = if folder == "samples" { place.path().join("samples") } else { place.path().to_owned() };
        std::fs::create_dir_all(&into).expect("there is room");
        for entry in std::fs::read_dir(root.join(folder)).expect("it is there") {
            let entry = entry.expect("it can be listed");
            std::fs::copy(entry.path(), into.join(entry.file_name())).expect("there is room");
        }
    }
    let file = root.join(format!("tests/snapshots/{name}.txt"));
    let expected = std::fs::read_to_string(&file).expect("it is there");
    let mut found = String::new();
    for command in expected.lines().filter_map(|line| line.strip_prefix("$ ")) {
        write!(found, "$ {command}\n{}\n", transcript(command, place.path()))
            .expect("a String takes any text");
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::remove_file(&file).expect("it is there");
        write(&file, found.as_bytes());
        return;
    }
    let differs = expected.lines().zip(found.lines()).position(|(expected, found)| expected != found);
    let line = differs.unwrap_or(expected.lines().count().min(found.lines().count()));
    assert!(
        expected == found,
        "tests/snapshots/{name}.txt, line {}: expected\n  {}\nfound\n  {}\n\nall that was found:\n{found}",
        line + 1,
        expected.lines().nth(line).unwrap_or("the end"),
        found.lines().nth(line).unwrap_or("the end"),
    );
}

macro_rules! snapshots {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            holds(stringify!($name));
        })*
    };
}

snapshots! { check completions diff errors explain help init run stages state verify what_if }
