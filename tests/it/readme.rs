//! The documents against the program: commands that are printed run, tables name what there is.

use std::path::Path;
use std::process::Command;

use copydesk::article::RECORD_KEYS;
use copydesk::stage::catalogue::STAGES;

const DOCUMENTS: [&str; 2] = ["README.md", "pipelines/README.md"];

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("it is there")
}

/// Lines of blocks of a language.
fn blocks<'a>(document: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("```{language}\n");
    document.split(&*start).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

fn copydesk(arguments: &[&str], folder: &Path) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program starts")
}

#[test]
fn the_readme_is_short_and_names_every_key_of_a_record_and_every_command() {
    let readme = read("README.md");
    assert!(readme.lines().count() <= 200, "{} lines", readme.lines().count());
    // `.ci/run` runs the test command that stands here.
    assert!(readme.lines().any(|line| line.starts_with("cargo test ")));
    for key in RECORD_KEYS {
        assert!(readme.contains(&format!("`{}`", key.name)), "{}", key.name);
    }
    let operations = read("pipelines/README.md");
    for kind in STAGES {
        assert!(
            operations.contains(&format!("| `{}` | {} |", kind.name, kind.family.name())),
            "{}",
            kind.name
        );
    }
}

/// Each command of a document has options that its help knows.
#[test]
fn commands_in_the_documents_exist_with_their_options() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for document in DOCUMENTS.map(read) {
        let lines = blocks(&document, "sh").into_iter().flat_map(str::lines);
        for line in lines.filter_map(|line| line.trim().strip_prefix("copydesk ")) {
            let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
            let command = words.first().expect("a command");
            let nested = matches!(*command, "state" | "pipelines").then(|| words.get(1)).flatten();
            let help: Vec<&str> = [*command].into_iter().chain(nested.copied()).chain(["--help"]).collect();
            let help = copydesk(&help, here);
            assert_eq!(help.status.code(), Some(0), "{line}");
            let help = String::from_utf8_lossy(&help.stdout).into_owned();
            for option in words.iter().filter(|word| word.starts_with('-') && word.len() > 1) {
                assert!(help.contains(option), "{option} of `copydesk {line}`");
            }
            seen += 1;
        }
    }
    assert!(seen > 12, "{seen}");
}

#[test]
fn the_first_commands_of_the_readme_print_what_it_says() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    std::fs::create_dir(place.path().join("samples")).expect("there is room");
    for name in ["news-english.jsonl.zst", "pages.jsonl.zst", "broken.jsonl.zst"] {
        std::fs::copy(samples.join(name), place.path().join("samples").join(name)).expect("there is room");
    }
    let readme = read("README.md");
    let (mut tables, mut codes) = (Vec::new(), Vec::new());
    for line in blocks(&readme, "sh").into_iter().flat_map(str::lines) {
        let command =
            line.split('#').next().unwrap_or_default().replace("DUMPS", "samples/news-english.jsonl.zst");
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let is_shown = matches!(words[..], ["run" | "explain" | "check" | "init", ..]);
        if !line.starts_with("copydesk ") || !is_shown || line.contains("/data/") {
            continue;
        }
        // The samples follow on the reader's own dump, in another folder than his.
        if line.contains("samples/news") {
            std::fs::remove_dir_all(place.path().join("out")).expect("it is there");
        }
        let shown = copydesk(&words, place.path());
        assert!(shown.status.code().is_some(), "{line}");
        codes.push((line.to_owned(), shown.status.code().unwrap_or(-1)));
        tables.push(String::from_utf8_lossy(&shown.stdout).into_owned());
    }
    assert_eq!(codes.len(), 7, "{codes:?}");
    for (line, code) in &codes {
        assert_eq!(*code, if line.contains("broken") { 3 } else { 0 }, "{line}");
    }
    let expected = blocks(&readme, "text")[0].trim();
    assert!(tables.iter().any(|table| table.starts_with(expected)), "{expected}\nis not in\n{}", tables[3]);
}

#[test]
fn pipelines_in_the_documents_are_right() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for (number, source) in read("pipelines/README.md").split("```toml\n").skip(1).enumerate() {
        let source = source.split("```").next().unwrap_or_default();
        let name = format!("{number}.toml");
        super::command::write(&place.path().join(&name), source.as_bytes());
        let checked = copydesk(&["check", &name], place.path());
        assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stderr));
    }
}
