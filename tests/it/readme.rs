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

/// What stands in a document for what only its reader has.
fn in_a_sandbox(commands: &str, place: &Path) -> String {
    let place = place.display().to_string();
    let system = [" /data/", " /usr/local/bin/", " /etc/systemd/system/", " /etc/cron.d/"];
    let mut commands = commands.replace("DUMPS", "samples/news-english.jsonl.zst");
    for folder in system {
        commands = commands.replace(folder, &format!(" {place}{}", folder.trim_start()));
    }
    commands.replace(" URL ...", " https://paper.example/a").replace(" URL", " https://paper.example/a")
}

/// Needs the network, an installed system or a compiler.
fn is_of_the_system(line: &str) -> bool {
    ["cargo ", "pip ", "systemctl ", "curl "].iter().any(|start| line.starts_with(start))
}

/// Every block of commands, in the order of the documents, as it is printed.
#[test]
fn commands_in_the_documents_run_as_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| place.path().join(name);
    let copied =
        Command::new("cp").args(["-r", "samples", "pipelines"]).arg(place.path()).current_dir(root).status();
    assert!(copied.expect("there is cp").success());
    for folder in [
        "data/dumps/2026-11-24",
        "data/dumps/2026-11-25",
        "usr/local/bin",
        "etc/systemd/system",
        "etc/cron.d",
    ] {
        std::fs::create_dir_all(at(folder)).expect("there is room");
    }
    for (name, night) in [("news-world.jsonl.gz", "2026-11-24"), ("news-english.jsonl.zst", "2026-11-25")] {
        let into = at("data/dumps").join(night).join(name);
        std::fs::copy(root.join("samples").join(name), into).expect("there is room");
    }
    let program = Path::new(env!("CARGO_BIN_EXE_copydesk")).parent().expect("it is in a folder");
    let shell = |commands: &str| {
        Command::new("sh")
            .args(["-ec", commands])
            .current_dir(place.path())
            .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
            .output()
            .expect("there is a shell")
    };
    let before = in_a_sandbox(
        "copydesk run nightly /data/dumps/2026-11-24 -o /data/out/2026-11-24 --state /data/state\n\
         copydesk run nightly /data/dumps/2026-11-25 -o /data/out/old",
        place.path(),
    );
    assert!(shell(&before).status.success());
    let mut printed = Vec::new();
    for document in DOCUMENTS.map(read) {
        for block in blocks(&document, "sh") {
            let lines: Vec<&str> = block.lines().filter(|line| !is_of_the_system(line)).collect();
            if lines.is_empty() || (block.contains("jq ") && !has_jq()) {
                continue;
            }
            let shown = shell(&in_a_sandbox(&lines.join("\n"), place.path()));
            let errors = String::from_utf8_lossy(&shown.stderr);
            let code = if block.contains("broken") { 3 } else { 0 };
            assert_eq!(shown.status.code(), Some(code), "{block}{errors}");
            printed.push(String::from_utf8_lossy(&shown.stdout).into_owned());
        }
    }
    assert!(printed.len() > 10, "{}", printed.len());
    let readme = read("README.md");
    let expected = blocks(&readme, "text")[0].trim();
    assert!(
        printed.iter().any(|printed| printed.contains(expected)),
        "{expected}\nis not in\n{}",
        printed.join("\n")
    );
    // Commands within sentences, but for those with a word in capitals, which stands for something.
    let mut seen = 0;
    for document in DOCUMENTS.map(read) {
        for command in document.split('`').filter(|part| part.starts_with("copydesk ")) {
            let stands_for = |word: &str| {
                word == "…" || word.trim_matches('.').chars().all(|one| one.is_ascii_uppercase())
            };
            if command == "copydesk check"
                || command == "copydesk schema"
                || command.split(' ').any(stands_for)
            {
                continue;
            }
            let shown = shell(command);
            assert!(shown.status.success(), "{command}: {}", String::from_utf8_lossy(&shown.stderr));
            seen += 1;
        }
    }
    assert!(seen > 8, "{seen}");
}

fn has_jq() -> bool {
    Command::new("jq").arg("--version").output().is_ok()
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
