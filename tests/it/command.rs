//! The program as a user meets it: exit codes, messages, signals.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

const ARTICLE: &str = "{\"url\":\"https://paper.example/a\",\"text\":\"A short text of some words.\"}\n";

fn copydesk(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk")).args(arguments).output().expect("the program starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary folder's name is UTF-8")
}

pub(super) fn write(path: &Path, content: &[u8]) {
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).expect("there is room");
    file.write_all(content).expect("there is room");
}

/// A folder with a pipeline that drops nothing and a dump of `lines` articles.
fn place(lines: usize) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    write(&place.path().join("all.toml"), b"format = 1\n");
    write(&place.path().join("in.jsonl"), ARTICLE.repeat(lines).as_bytes());
    place
}

#[test]
fn the_version_says_what_is_built() {
    let said = copydesk(&["--version"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let built = said.strip_prefix(concat!("copydesk ", env!("CARGO_PKG_VERSION"), " ("));
    let built = built.and_then(|rest| rest.strip_suffix(")\n")).unwrap_or_else(|| panic!("{said}"));
    let features = built.rsplit("; ").next().unwrap_or_default();
    assert_eq!(features.split(", ").any(|one| one == "parquet"), cfg!(feature = "parquet"), "{said}");
}

#[test]
fn a_run_says_what_it_did_and_the_same_again_is_done_already() {
    let place = place(3);
    let [pipeline, input, output] = ["all.toml", "in.jsonl", "out"].map(|name| place.path().join(name));
    let arguments = ["run", text(&pipeline), text(&input), "--output", text(&output)];
    let first = copydesk(&arguments);
    assert_eq!(code(&first), 0, "{}", errors(&first));
    let table = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(table.contains("in.jsonl") && table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(output.join("_SUCCESS").exists());
    let second = copydesk(&arguments);
    assert_eq!(code(&second), 0);
    assert!(errors(&second).contains("done already"), "{}", errors(&second));
    assert_eq!(second.stdout, first.stdout);
    // Anything else is another run, which the folder is not given to.
    std::fs::OpenOptions::new()
        .append(true)
        .open(&input)
        .and_then(|mut file| file.write_all(ARTICLE.as_bytes()))
        .expect("there is room");
    let other = copydesk(&arguments);
    assert_eq!(code(&other), 2);
    for part in ["not this one: the dump in.jsonl had", "--restart"] {
        assert!(errors(&other).contains(part), "{}", errors(&other));
    }
    let again = copydesk(&[&arguments[..], &["--restart", "--format", "json"]].concat());
    assert_eq!(code(&again), 0, "{}", errors(&again));
    let summary: Value = serde_json::from_slice(&again.stdout).expect("the summary is JSON");
    assert_eq!(summary["lines"]["kept"], 4);
}

#[test]
fn verify_finds_what_was_changed_without_the_ledger() {
    let place = place(500);
    let [pipeline, input, output] = ["all.toml", "in.jsonl", "out"].map(|name| place.path().join(name));
    assert_eq!(code(&copydesk(&["run", text(&pipeline), text(&input), "--output", text(&output)])), 0);
    let verify = || copydesk(&["verify", text(&output)]);
    let right = verify();
    assert_eq!(code(&right), 0, "{}", errors(&right));
    assert!(String::from_utf8_lossy(&right.stdout).contains("500 lines"));
    let shard = output.join("records/part-00000.jsonl.zst");
    let whole = std::fs::read(&shard).expect("it is there");
    let stranger = output.join("records/part-00001.jsonl.zst");
    write(&stranger, &whole);
    assert!(errors(&verify()).contains("records/part-00001.jsonl.zst is not in the ledger"));
    std::fs::remove_file(&stranger).expect("it is there");
    // A byte, the end, and everything.
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for (content, message) in [
        (&changed[..], "checksum: "),
        (&whole[..middle], "bytes: "),
        (&[][..], "the outputs have 500 = 0 blank + 0 kept"),
    ] {
        std::fs::remove_file(&shard).expect("it is there");
        write(&shard, content);
        let wrong = verify();
        assert_eq!(code(&wrong), 1);
        assert!(errors(&wrong).contains(message), "{}", errors(&wrong));
    }
    std::fs::remove_file(output.join("_SUCCESS")).expect("it is there");
    assert!(errors(&verify()).contains("there is no _SUCCESS"));
}

#[test]
fn standard_input_is_a_dump_too() {
    let place = place(0);
    let [pipeline, output] = ["all.toml", "out"].map(|name| place.path().join(name));
    let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", text(&pipeline), "-", "--output", text(&output), "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it was asked for");
    stdin.write_all(ARTICLE.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let summary: Value = serde_json::from_slice(&output.stdout).expect("the summary is JSON");
    assert_eq!(summary["lines"]["kept"], 1);
}

#[test]
fn what_is_wrong_with_the_command_line_is_exit_code_2() {
    let place = place(1);
    let [pipeline, input, output, empty] =
        ["all.toml", "in.jsonl", "out", "empty"].map(|name| place.path().join(name));
    std::fs::create_dir(&empty).expect("there is room");
    let run = |pipeline: &str, input: &str| copydesk(&["run", pipeline, input, "--output", text(&output)]);
    for (result, message) in [
        (copydesk(&["rum"]), "unrecognized subcommand 'rum'"),
        (copydesk(&["run", "articles"]), "required arguments"),
        (run("artcles", text(&input)), "did you mean `articles`?"),
        (run(text(&pipeline), "/nowhere/at/all"), "no such file or folder"),
        (copydesk(&["init", text(&empty)]), "no file there ends in .jsonl"),
        (copydesk(&["stages", "drop-shrot"]), "did you mean `drop-short`?"),
        (copydesk(&["rnu"]), "a similar subcommand exists: 'run'"),
        (copydesk(&["state", "lits"]), "a similar subcommand exists: 'list'"),
        (copydesk(&["run", "articles", "in", "-o", "-x"]), "to pass '-x' as the value of '-o', use '-o=-x'"),
        (copydesk(&["run", "a", "in", "-o", "o", "--limit", "-1"]), "use '--limit=-1'"),
        (copydesk(&["run", "a", "in", "-o", "o", "--limit=0"]), "invalid value '0'"),
        (copydesk(&["check", "-x"]), "use '-- -x'"),
    ] {
        assert_eq!(code(&result), 2, "{}", errors(&result));
        assert!(errors(&result).contains(message), "{}", errors(&result));
    }
    assert!(!output.exists(), "nothing is made before all is understood");
}

#[test]
fn what_is_wrong_with_the_command_line_is_a_line_of_json_where_that_is_asked_for() {
    for (arguments, message, help) in [
        (
            &["--log-format", "json", "rnu"][..],
            "unrecognized subcommand 'rnu'",
            "a similar subcommand exists: 'run'",
        ),
        (&["run", "--log-format=json", "articles"], "--output <DIR>", "Usage: copydesk run"),
        (&["--log-format=json"], "requires a subcommand", ""),
    ] {
        let result = copydesk(arguments);
        assert_eq!(code(&result), 2);
        let said: Value =
            serde_json::from_str(&errors(&result)).unwrap_or_else(|_| panic!("{}", errors(&result)));
        assert_eq!(said["level"], "error");
        assert!(said["message"].as_str().is_some_and(|said| said.contains(message)), "{said}");
        assert!(said["help"].to_string().contains(help), "{said}");
    }
    // What stands after `--` is no option.
    assert!(errors(&copydesk(&["rnu", "--", "--log-format=json"])).starts_with("error: "));
}

#[test]
fn what_is_said_fits_a_terminal() {
    let place = place(1);
    std::fs::create_dir(place.path().join("empty")).expect("there is room");
    for (arguments, said) in [
        (&["stages", "nothing-like-it"][..], "canonicalise-url"),
        (&["run", "all.toml", "empty", "-o", "out"], "name files to read them"),
        (&["run", "all.toml", "empty", "-o", "out"], "done already"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        let command = command.args(arguments).current_dir(place.path()).env("COPYDESK_TEST_COLUMNS", "60");
        let errors = errors(&command.output().expect("the program starts"));
        assert!(errors.split_whitespace().collect::<Vec<_>>().join(" ").contains(said), "{errors}");
        for line in errors.lines() {
            assert!(line.chars().count() <= 60, "{line}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_pipeline_that_cannot_be_read_is_not_taken_for_a_misspelt_one() {
    let place = place(1);
    let at = |name: &str| text(&place.path().join(name)).to_owned();
    std::fs::create_dir(at("dir.toml")).expect("there is room");
    std::os::unix::fs::symlink("gone.toml", at("wholly-other.toml")).expect("there is room");
    write(Path::new(&at("of-dir.toml")), b"format = 1\nextends = \"dir.toml\"\n");
    for (name, helps) in
        [("dir.toml", "is a folder"), ("wholly-other.toml", "the shipped"), ("of-dir.toml", "is a folder")]
    {
        let checked = copydesk(&["check", &at(name)]);
        let said = errors(&checked);
        assert_eq!(code(&checked), 2, "{said}");
        assert!(said.contains(helps) && !said.contains("did you mean"), "{said}");
    }
}

#[test]
fn outputs_and_a_state_have_folders_of_their_own() {
    let place = place(1);
    let at = |name: &str| text(&place.path().join(name)).to_owned();
    let run = |more: &[&str]| copydesk(&[&["run", "articles", &at("in.jsonl")], more].concat());
    let refused = |more: &[&str]| {
        for dry in [&[][..], &["--dry-run"]] {
            let ended = run(&[more, dry].concat());
            let said = errors(&ended);
            assert!(code(&ended) == 2 && said.contains("it is the folder of a state"), "{said}");
        }
    };
    refused(&["-o", &at("both"), "--state", &at("./both")]);
    assert!(!Path::new(&at("both")).exists());
    // The short text is dropped, and the night is a lost one.
    assert_eq!(code(&run(&["-o", &at("out"), "--state", &at("state")])), 3);
    refused(&["-o", &at("state")]);
    refused(&["-o", &at("state"), "--restart"]);
    refused(&["-o", &at("state"), "--state", &at("another")]);
    let plan = copydesk(&["plan", "articles", &at("in.jsonl"), "-o", &at("state")]);
    assert!(code(&plan) == 2 && errors(&plan).contains("it is the folder of a state"), "{}", errors(&plan));
    let plan = copydesk(&["plan", "articles", &at("in.jsonl"), "-o", &at("planned"), "--quiet"]);
    assert!(code(&plan) == 0 && plan.stdout.is_empty(), "{}", errors(&plan));
    let files = std::fs::read_dir(at("state")).expect("it is there").flatten();
    assert!(files.into_iter().all(|file| file.file_name() != "records"), "nothing was written there");
}

#[test]
fn a_broken_pipeline_is_shown_with_a_caret() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let pipeline = place.path().join("broken.toml");
    write(&pipeline, b"format = 1\n[[stage]]\nkind = \"drop-shirt\"\n[outputs]\n");
    let result = copydesk(&["check", text(&pipeline)]);
    assert_eq!(code(&result), 2);
    let errors = errors(&result);
    for expected in [
        "broken.toml:3:8",
        "^^^^^^^^^^^^",
        "did you mean `drop-short`?",
        "did you mean `output`?",
        "2 mistakes",
    ] {
        assert!(errors.contains(expected), "{expected} is not in:\n{errors}");
    }
    assert!(!errors.contains("\\u001b"), "{errors}");
    let changes = "[[stage]]\nchange = \"drop-short\"\nmin-word = 80\n[[stage]]\nchange = \"drop-short\"\n\
                   min-words = 99999999999999999999\n[[stage]]\nkind = \"drop-langauge\"\n[[stage]]\nremove = \"nope\"\n";
    let twice = place.path().join("twice.toml");
    write(&twice, format!("format = 1\nextends = \"articles\"\n{changes}").as_bytes());
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    let checked = command.args(["check", "twice.toml"]).current_dir(place.path());
    let checked = checked.env("COPYDESK_TEST_COLUMNS", "80").output().expect("the program starts");
    let errors = self::errors(&checked);
    for part in ["twice.toml:5:1", "found 99999999999999999999,\n       which is too large", "`drop-short`\n"]
    {
        assert!(errors.contains(part), "{part} is not in:\n{errors}");
    }
    assert_eq!(errors.matches("drop-langauge").count(), 2, "as a mistake, and not as a right name: {errors}");
    assert_eq!(errors.lines().find(|line| line.chars().count() > 80), None, "{errors}");
}

#[test]
fn a_damaged_dump_is_read_as_far_as_it_goes_and_is_exit_code_3() {
    let place = place(0);
    let [pipeline, input, output] = ["all.toml", "cut.jsonl.zst", "out"].map(|name| place.path().join(name));
    // Texts that differ, so that the dump does not pack into one block.
    let mut lines = String::new();
    for number in 0..20_000_u64 {
        writeln!(lines, "{{\"text\":\"{:x}\"}}", number * 7_919_u64.pow(3)).expect("a String takes any text");
    }
    let packed = zstd::encode_all(lines.as_bytes(), 3).expect("memory takes it");
    write(&input, &packed[..packed.len() / 2]);
    let result =
        copydesk(&["run", text(&pipeline), text(&input), "--output", text(&output), "--format", "json"]);
    assert_eq!(code(&result), 3, "{}", errors(&result));
    let summary: Value = serde_json::from_slice(&result.stdout).expect("the summary is JSON");
    assert_eq!(summary["damaged"][0]["dump"], "cut.jsonl.zst");
    assert!(summary["lines"]["kept"].as_u64() > Some(1000), "{summary}");
    assert!(output.join("_SUCCESS").exists());
}

#[test]
fn stages_are_documented_and_right_pipelines_pass_their_check() {
    for arguments in
        [&["stages"][..], &["stages", "drop-short"], &["check", "articles"], &["check", "fields"]]
    {
        let result = copydesk(arguments);
        assert_eq!(code(&result), 0, "{}", errors(&result));
        let shown = String::from_utf8_lossy(&result.stdout).into_owned();
        assert!(shown.contains("drop-short") || shown.contains("normalise-unicode"), "{shown}");
    }
}

/// Starts a run that waits for its standard input, and waits until it has written something.
#[cfg(unix)]
fn waiting_run(pipeline: &Path, output: &Path) -> std::process::Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", text(pipeline), "-", "--output", text(output), "--progress", "never"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let lines = ARTICLE.repeat(100_000);
    child.stdin.as_mut().expect("it was asked for").write_all(lines.as_bytes()).expect("it reads");
    let half = output.join(".copydesk/records-part-00000.jsonl.zst");
    while !half.exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    child
}

#[cfg(unix)]
#[test]
fn signals_end_a_run_cleanly_and_it_says_what_to_do() {
    std::thread::scope(|scope| {
        for (signal, code) in [("-HUP", 129), ("-INT", 130), ("-TERM", 143)] {
            scope.spawn(move || stopped_by(signal, code));
        }
    });
}

#[cfg(unix)]
fn stopped_by(signal: &str, code: i32) {
    // Where these tests themselves run under `nohup`, the program ignores it, too.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
    if signal == "-HUP"
        && ignored.and_then(|mask| u64::from_str_radix(mask, 16).ok()).is_some_and(|mask| mask & 1 == 1)
    {
        return;
    }
    let place = place(0);
    let [pipeline, output] = ["all.toml", "out"].map(|name| place.path().join(name));
    let mut child = waiting_run(&pipeline, &output);
    let killed =
        Command::new("kill").args([signal, &child.id().to_string()]).status().expect("there is kill");
    assert!(killed.success());
    let status = child.wait().expect("it ends");
    let mut errors = String::new();
    child.stderr.take().expect("it was asked for").read_to_string(&mut errors).expect("it is UTF-8");
    assert_eq!(status.code(), Some(code), "{errors}");
    assert!(
        errors.contains("no file is half written") && errors.contains("the same command with --restart"),
        "{errors}"
    );
    let left: Vec<_> = std::fs::read_dir(output.join("records")).expect("it was made").collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!output.join("_SUCCESS").exists());
    // What came through a pipe is gone.
    let again = copydesk(&["run", text(&pipeline), "-", "--output", text(&output)]);
    assert_eq!(self::code(&again), 2);
    assert!(errors_of_pipe(&again), "{}", self::errors(&again));
}

#[cfg(unix)]
fn errors_of_pipe(output: &Output) -> bool {
    let errors = errors(output);
    errors.contains("standard input is a pipe, which cannot be read a second time")
        && errors.contains("--restart")
}

#[cfg(unix)]
#[test]
fn two_runs_at_once_in_one_folder_are_one_too_many() {
    let place = place(1);
    let [pipeline, input, output] = ["all.toml", "in.jsonl", "out"].map(|name| place.path().join(name));
    let mut first = waiting_run(&pipeline, &output);
    let second = copydesk(&["run", text(&pipeline), text(&input), "--output", text(&output), "--restart"]);
    // A retry mends it.
    assert_eq!(code(&second), 1);
    assert!(errors(&second).contains("another run is writing there now"), "{}", errors(&second));
    drop(first.stdin.take());
    assert!(first.wait().expect("it ends").success());
}

/// What a shell hands over as an option is none, and a night's name that is taken can be given back.
#[cfg(unix)]
#[test]
fn what_a_run_advises_can_be_pasted_whatever_names_begin_with() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("-dash $x.jsonl"), "no JSON\n".repeat(30).as_bytes());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command.args(arguments).current_dir(place).output().expect("the program starts")
    };
    let lost = run(&["run", "nightly", "--output=-out dir/-n", "--state=-s t", "--", "./-dash $x.jsonl"]);
    assert_eq!(code(&lost), 3, "{}", errors(&lost));
    let summary = String::from_utf8_lossy(&lost.stdout).into_owned();
    let command = summary.lines().find_map(|line| line.strip_prefix("a line")).expect("one is lost").trim();
    assert!(crate::report::pasted(command, place, 0).contains("no JSON"), "{command}");
    let taken = run(&["run", "nightly", "--output=another/-n", "--state=-s t", "--", "./-dash $x.jsonl"]);
    assert_eq!(code(&taken), 2);
    let said = errors(&taken);
    let command = said.split('`').find(|part| part.starts_with("copydesk state forget")).expect("it is told");
    assert!(crate::report::pasted(command, place, 0).starts_with("forgot -n"), "{command}");
}

/// A scheduler that gives a night again when its dumps are long deleted must not call somebody.
#[test]
fn a_run_that_is_done_is_done_without_its_dumps_too() {
    let place = place(3);
    std::fs::create_dir(place.path().join("dumps")).expect("there is room");
    let dump = place.path().join("dumps/in.jsonl");
    std::fs::rename(place.path().join("in.jsonl"), &dump).expect("there is room");
    let [pipeline, dumps, output] = ["all.toml", "dumps", "out"].map(|name| place.path().join(name));
    let run = |input: &Path, more: &[&str]| {
        copydesk(&[&["run", text(&pipeline), text(input), "--output", text(&output)], more].concat())
    };
    assert_eq!(code(&run(&dumps, &[])), 0);
    std::fs::remove_file(&dump).expect("it is there");
    for gone in [false, true] {
        if gone {
            std::fs::remove_dir(&dumps).expect("it is empty");
        }
        let again = run(&dumps, &[]);
        assert_eq!(code(&again), 0, "{}", errors(&again));
        assert!(errors(&again).contains("done already"), "{}", errors(&again));
        assert_eq!(code(&run(&dumps, &["--dry-run"])), 0);
        assert_eq!(code(&run(&dumps, &["--limit", "1"])), 2, "another run");
    }
    assert_eq!(code(&run(&place.path().join("other"), &[])), 2, "other dumps");
    assert_eq!(code(&run(&dumps, &["--restart"])), 2);
    assert!(output.join("_SUCCESS").exists());
}

/// Nobody can make a folder in `/proc`, not even root.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_exit_code_2_because_a_retry_does_not_help() {
    let place = place(1);
    let [pipeline, input] = ["all.toml", "in.jsonl"].map(|name| place.path().join(name));
    let result = copydesk(&["run", text(&pipeline), text(&input), "--output", "/proc/copydesk"]);
    assert_eq!(code(&result), 2);
    assert!(errors(&result).contains("failed to create /proc/copydesk"), "{}", errors(&result));
}

/// Whoever waits for the summary must not read success where none was printed.
#[cfg(target_os = "linux")]
#[test]
fn a_summary_that_cannot_be_printed_is_exit_code_1() {
    let place = place(1);
    let [pipeline, input, output] = ["all.toml", "in.jsonl", "out"].map(|name| place.path().join(name));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let result = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", text(&pipeline), text(&input), "--format", "json", "--output", text(&output)])
        .stdout(full)
        .output()
        .expect("the program starts");
    assert_eq!(code(&result), 1);
    assert!(errors(&result).contains("failed to print"), "{}", errors(&result));
    assert!(output.join("_SUCCESS").exists());
}

#[test]
fn a_pipeline_is_made_for_dumps_and_no_file_is_overwritten() {
    let place = place(30);
    let [pipeline, input, output] = ["mine.toml", "in.jsonl", "out"].map(|name| place.path().join(name));
    let printed = copydesk(&["init", text(&input)]);
    assert_eq!(code(&printed), 0, "{}", errors(&printed));
    assert!(errors(&printed).starts_with("30 records from 1 host: all with a text, none with a page."));
    assert!(errors(&printed).lines().all(|line| line.chars().count() <= 80), "{}", errors(&printed));
    let arguments = ["init", text(&input), "--output", text(&pipeline)];
    assert_eq!(code(&copydesk(&arguments)), 0);
    assert_eq!(std::fs::read(&pipeline).expect("it is there"), printed.stdout);
    let again = copydesk(&arguments);
    assert_eq!(code(&again), 2);
    assert!(errors(&again).contains("it is there already"), "{}", errors(&again));
    assert_eq!(code(&copydesk(&["check", text(&pipeline)])), 0);
    // The texts have six words each, and a night that keeps nothing is a lost one.
    assert_eq!(code(&copydesk(&["run", text(&pipeline), text(&input), "--output", text(&output)])), 3);
    write(&place.path().join("empty.jsonl"), b"\n[1]\n");
    let none = copydesk(&["init", text(&place.path().join("empty.jsonl"))]);
    assert_eq!(code(&none), 2);
    assert!(errors(&none).contains("the one line is none"), "{}", errors(&none));
}

/// Terminals of 60 columns, where one has only half of a screen.
#[test]
fn nothing_that_describes_is_wider_than_the_terminal() {
    let of_columns = |columns: usize, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        let command = command.args(arguments).env("COPYDESK_TEST_COLUMNS", columns.to_string());
        let said = String::from_utf8(command.output().expect("the program starts").stdout).expect("UTF-8");
        // A table of a pipeline is copied as it is.
        let said = said.split("In a pipeline, with every option").next().unwrap_or_default();
        // Commands are not wrapped: they are there to be pasted.
        let is_command =
            |line: &&str| ["copydesk ", "Usage: "].iter().any(|head| line.trim_start().starts_with(head));
        for line in said.lines().filter(|line| !is_command(line)) {
            assert!(line.chars().count() <= columns, "{columns} columns, {arguments:?}: {line}");
        }
    };
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["state", "forget", "--help"],
        &["pipelines"],
        &["stages"],
        &["stages", "strip-boilerplate"],
        &["stages", "drop-non-article"],
        &["schema"],
        &["schema", "--help"],
    ] {
        [60, 80].iter().for_each(|columns| of_columns(*columns, arguments));
    }
}

#[test]
fn shells_complete_and_the_manual_has_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = copydesk(&["completions", shell]);
        assert_eq!(code(&script), 0);
        assert!(String::from_utf8_lossy(&script.stdout).contains("COPYDESK_COMPLETE"), "{shell}");
    }
    let page = copydesk(&["man"]);
    let page = String::from_utf8_lossy(&page.stdout).into_owned();
    for part in [".TH copydesk 1", "EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES", "copydesk\\-explain(1)"]
    {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let run = copydesk(&["man", "run"]);
    let run = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.contains("\\-\\-restart"));
    let head = concat!("\n.TH copydesk-run 1  \"copydesk ", env!("CARGO_PKG_VERSION"), "\" \n");
    assert!(run.contains(head), "{}", run.get(..200).unwrap_or(&run));
    let none = copydesk(&["man", "rum"]);
    assert_eq!(code(&none), 2);
    assert!(errors(&none).contains("the commands are init, run"), "{}", errors(&none));
}

#[test]
fn quiet_runs_say_nothing_but_what_is_wrong_and_verbose_ones_name_each_dump() {
    let place = place(2);
    let [pipeline, input, output] = ["all.toml", "in.jsonl", "out"].map(|name| place.path().join(name));
    let run = |more: &[&str]| {
        copydesk(&[&["run", text(&pipeline), text(&input), "-o", text(&output), "--restart"], more].concat())
    };
    let quiet = run(&["-q"]);
    assert_eq!((code(&quiet), quiet.stdout.len(), errors(&quiet).len()), (0, 0, 0));
    let verbose = run(&["-v", "--log-format", "json"]);
    let errors = errors(&verbose);
    let said: Value = serde_json::from_str(errors.lines().next().expect("a line")).expect("it is JSON");
    assert_eq!(
        (&said["level"], &said["dump"], &said["kept"]),
        (&"detail".into(), &"in.jsonl".into(), &2.into())
    );
    assert!(said["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{said}");
    write(&place.path().join("empty.jsonl"), b"");
    let lost = copydesk(&[
        "run",
        "articles",
        text(&place.path().join("empty.jsonl")),
        "-q",
        "-o",
        text(&place.path().join("lost")),
    ]);
    assert_eq!((code(&lost), lost.stdout.len()), (3, 0));
    assert!(self::errors(&lost).contains("1 dump holds no record"), "{}", self::errors(&lost));
}

#[test]
fn names_are_whole_where_the_output_is_no_terminal() {
    let place = place(0);
    let name = format!("{}.jsonl", "a-dump-with-a-name-that-is-longer-than-a-line-".repeat(3));
    write(&place.path().join(&name), ARTICLE.as_bytes());
    let [pipeline, input, output] = ["all.toml", &name, "out"].map(|name| place.path().join(name));
    let shown = copydesk(&["run", text(&pipeline), text(&input), "-o", text(&output)]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains(&name));
}

#[test]
fn addresses_can_be_kept_out_and_let_in_again() {
    let place = place(1);
    let at = |name: &str| place.path().join(name);
    let (input, output, state) = (at("in.jsonl"), at("out"), at("state"));
    copydesk(&["run", "nightly", text(&input), "-o", text(&output), "--state", text(&state)]);
    let url = "https://paper.example/a";
    let none = copydesk(&["state", "forget", text(&state), "--url", "notaurl"]);
    assert_eq!(code(&none), 2, "{}", errors(&none));
    let list = || String::from_utf8_lossy(&copydesk(&["state", "list", text(&state)]).stdout).into_owned();
    assert_eq!(code(&copydesk(&["state", "forget", text(&state), "--url", url])), 0);
    assert!(list().contains(url), "{}", list());
    assert_eq!(code(&copydesk(&["state", "allow", text(&state), url])), 0);
    assert!(!list().contains(url), "{}", list());
}

#[test]
fn shipped_pipelines_are_listed_and_printed_so_that_they_can_be_edited() {
    let list = copydesk(&["pipelines"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    for name in ["articles", "nightly", "corpus", "fields"] {
        assert!(list.contains(name), "{list}");
        let shown = copydesk(&["pipelines", "show", name]);
        assert!(String::from_utf8_lossy(&shown.stdout).starts_with(&format!("# {name}: ")));
    }
    let none = copydesk(&["pipelines", "show", "nigthly"]);
    assert_eq!((code(&none), errors(&none).contains("did you mean `nightly`?")), (2, true));
}

#[test]
fn a_page_or_a_record_becomes_json_text_or_markdown() {
    let place = place(0);
    let page = place.path().join("page.html");
    let paragraph =
        "The council of the harbour town decided on Monday that the old bridge stays shut until spring. ";
    let html = format!(
        "<html><head><title>Bridge stays shut</title></head><body><nav>Home</nav><article><h1>Bridge stays shut</h1>{}</article></body></html>",
        format!("<p>{}</p>", paragraph.repeat(3)).repeat(3)
    );
    write(&page, html.as_bytes());
    let extract = |more: &[&str]| {
        let shown =
            copydesk(&[&["extract", text(&page), "--url", "https://paper.example/bridge"], more].concat());
        assert_eq!(code(&shown), 0, "{}", errors(&shown));
        String::from_utf8_lossy(&shown.stdout).into_owned()
    };
    let record: Value = serde_json::from_str(&extract(&[])).expect("it is JSON");
    assert_eq!((&record["title"], &record["host"]), (&"Bridge stays shut".into(), &"paper.example".into()));
    assert_eq!(extract(&["--format", "text"]).trim_end(), record["text"]);
    assert!(extract(&["--format", "markdown"]).starts_with("# Bridge stays shut\n\n"));
    let record = place.path().join("record.json");
    write(&record, ARTICLE.as_bytes());
    let shown = copydesk(&["extract", text(&record), "--format", "text"]);
    assert_eq!(String::from_utf8_lossy(&shown.stdout), "A short text of some words.\n");
    assert!(errors(&shown).contains("a run would drop it as too_few_words"), "{}", errors(&shown));
    assert_eq!(code(&copydesk(&["extract", text(&place.path().join("all.toml"))])), 0);
    assert_eq!(code(&copydesk(&["extract", "/nowhere"])), 2);
    for (name, content, what) in [
        ("a.zst", &b"\x28\xB5\x2F\xFD\0\0"[..], "compressed with zstd"),
        ("a.pdf", b"%PDF-1.7\n", "a PDF file"),
        ("a.jsonl", b"\xEF\xBB\xBF{\"text\": \"x\"}\n{\"text\": \"y\"}\n", "`copydesk run` takes dumps"),
    ] {
        let file = place.path().join(name);
        write(&file, content);
        let refused = copydesk(&["extract", text(&file)]);
        assert_eq!(code(&refused), 2, "{name}");
        assert!(errors(&refused).contains(what), "{}", errors(&refused));
    }
}

/// The lines of a finished run's records, by dump and line.
fn places(output: &Path) -> std::collections::BTreeSet<(String, u64)> {
    let shard = std::fs::File::open(output.join("records/part-00000.jsonl.zst")).expect("it is there");
    let lines = std::io::read_to_string(zstd::Decoder::new(shard).expect("it is zstd")).expect("it is UTF-8");
    let records = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("it is JSON"));
    let place = |record: Value| {
        let source = &record["source"];
        (source["dump"].as_str().expect("a name").to_owned(), source["line"].as_u64().expect("a number"))
    };
    records.map(place).collect()
}

#[test]
fn a_sample_is_the_same_lines_every_time_and_the_account_counts_the_others() {
    let place = place(0);
    let at = |name: &str| place.path().join(name);
    for dump in ["a", "b"] {
        let mut lines = String::new();
        for line in 0..100 {
            writeln!(lines, "{{\"text\":\"{dump} {line}\"}}").expect("a String takes any text");
        }
        write(&at(&format!("{dump}.jsonl")), lines.as_bytes());
    }
    let run = |inputs: &[&str], output: &str, lines: &str| -> Value {
        let (pipeline, output) = (at("all.toml"), at(output));
        let inputs: Vec<_> = inputs.iter().map(|name| at(name)).collect();
        let mut arguments =
            vec!["run", text(&pipeline), "-o", text(&output), "--sample", lines, "--format", "json"];
        arguments.extend(inputs.iter().map(|input| text(input)));
        let shown = copydesk(&arguments);
        assert_eq!(code(&shown), 0, "{}", errors(&shown));
        serde_json::from_slice(&shown.stdout).expect("the summary is JSON")
    };
    let summary = run(&["a.jsonl", "b.jsonl"], "first", "20");
    assert_eq!((&summary["lines"]["kept"], &summary["sample"]), (&20.into(), &20.into()));
    assert_eq!(summary["other"]["not_sampled"], 180);
    run(&["b.jsonl", "a.jsonl"], "second", "20");
    let sampled = places(&at("first"));
    assert_eq!(sampled, places(&at("second")));
    let of_a = sampled.iter().filter(|(dump, _)| dump == "a.jsonl").count();
    assert!((4..=16).contains(&of_a), "{of_a} of 20 are of a");
    run(&["a.jsonl", "b.jsonl"], "larger", "40");
    assert!(places(&at("larger")).is_superset(&sampled));
    assert_eq!(run(&["a.jsonl"], "all", "500")["lines"]["kept"], 100);
}

#[test]
fn a_sample_calls_blank_lines_blank_and_says_where_it_is_all_there_is() {
    let place = place(0);
    write(&place.path().join("blank.jsonl"), format!("{}\n\n\n", ARTICLE.repeat(5)).as_bytes());
    let summary = |lines: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        let run = ["run", "all.toml", "blank.jsonl", "-o", lines, "--sample", lines];
        let ended = command.args(run).current_dir(place.path()).output().expect("the program starts");
        assert_eq!(code(&ended), 0, "{}", errors(&ended));
        String::from_utf8_lossy(&ended.stdout).into_owned()
    };
    let all = summary("1000");
    assert!(all.lines().next().is_some_and(|head| head.ends_with("blank")), "{all}");
    assert!(all.contains("every line was processed") && !all.contains("not sampled"), "{all}");
    drop(std::fs::remove_file(place.path().join("blank.jsonl")));
    let lines: String = (0..9).fold(String::new(), |mut lines, number| {
        writeln!(lines, "{{\"text\":\"a text {number}\"}}").expect("a String takes any text");
        lines
    });
    write(&place.path().join("blank.jsonl"), format!("{lines}\n\n").as_bytes());
    let some = summary("4");
    assert!(some.lines().next().is_some_and(|head| head.ends_with("other")), "{some}");
    for row in [["blank", "2"], ["not_sampled", "5"]] {
        assert!(some.lines().any(|line| line.ends_with(row[1]) && line.contains(row[0])), "{some}");
    }
    assert!(some.contains("the others were not processed"), "{some}");
}

#[cfg(unix)]
#[test]
fn records_go_to_standard_output_as_they_stand_in_the_outputs() {
    let place = place(0);
    let at = |name: &str| place.path().join(name);
    write(&at("longest.toml"), b"format = 1\n[dedup]\nkeep = \"longest\"\n");
    write(&at("table.toml"), b"format = 1\n[output]\nformat = \"parquet\"\n");
    let lines = "{\"url\":\"https://a.example/1\",\"text\":\"one\"}\n{\"url\":\"https://a.example/1\",\"text\":\"one two\"}\n";
    std::fs::remove_file(at("in.jsonl")).expect("it is there");
    write(&at("in.jsonl"), lines.as_bytes());
    std::fs::create_dir(at("scratch")).expect("there is room");
    let shell = |command: &str| {
        Command::new("sh")
            .args(["-c", &command.replace("copydesk", env!("CARGO_BIN_EXE_copydesk"))])
            .current_dir(place.path())
            .env("TMPDIR", at("scratch"))
            .output()
            .expect("there is a shell")
    };
    for pipeline in ["all.toml", "longest.toml"] {
        let printed = shell(&format!("copydesk run {pipeline} in.jsonl -o -"));
        assert_eq!(code(&printed), 0, "{}", errors(&printed));
        assert!(errors(&printed).contains("in.jsonl"), "{}", errors(&printed));
        shell(&format!("copydesk run {pipeline} in.jsonl -o {pipeline}.out -q"));
        let shard = std::fs::File::open(at(&format!("{pipeline}.out/records/part-00000.jsonl.zst")));
        let written = zstd::decode_all(shard.expect("it is there")).expect("it is zstd");
        assert_eq!(printed.stdout, written, "{pipeline}");
        assert!(!written.is_empty());
    }
    assert_eq!(code(&shell("copydesk run all.toml in.jsonl -o - -q | head -c 1")), 0);
    assert_eq!(code(&shell("copydesk run table.toml in.jsonl -o -")), 2);
    assert_eq!(std::fs::read_dir(at("scratch")).expect("it is there").count(), 0, "nothing is left there");
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let place = place(3);
    let [pipeline, input, output] = ["all.toml", "in.jsonl", "out"].map(|name| place.path().join(name));
    let run = |more: &[&str]| {
        copydesk(
            &[&["run", text(&pipeline), text(&input), "-o", text(&output), "--format", "json"], more]
                .concat(),
        )
    };
    let planned = |more: &[&str]| -> Value {
        let shown = run(&[&["--dry-run"], more].concat());
        assert_eq!(code(&shown), 0, "{}", errors(&shown));
        serde_json::from_slice(&shown.stdout).expect("it is JSON")
    };
    assert_eq!(planned(&[])["output"]["run"], "new");
    assert!(!output.exists());
    assert_eq!(code(&run(&[])), 0);
    assert_eq!(planned(&[])["output"]["run"], "done");
    assert_eq!(planned(&["--restart"])["output"]["run"], "restarted");
    let in_file = text(&input).to_owned() + "/out";
    let in_file_state = ["--dry-run", "--state", &in_file, "--restart"];
    for refused in [
        copydesk(&["run", text(&pipeline), text(&input), "--dry-run", "-o", &in_file]),
        copydesk(&[&["run", "nightly", text(&input), "-o", text(&output)], &in_file_state[..]].concat()),
    ] {
        assert_eq!(code(&refused), 2, "{}", String::from_utf8_lossy(&refused.stdout));
        assert!(errors(&refused).contains(&in_file), "{}", errors(&refused));
    }
    assert_eq!(code(&run(&["--dry-run", "--limit", "1"])), 2);
}

/// Cron mails what is printed, and every night must not begin with a date that is missing.
#[cfg(unix)]
#[test]
fn the_night_script_does_nothing_without_the_name_of_a_night() {
    let place = place(3);
    let data = place.path().join("data");
    std::fs::create_dir_all(data.join("dumps/n1")).expect("there is room");
    let words: Vec<String> = (0..60).map(|number| format!("word{number}")).collect();
    let dump = format!("{{\"url\":\"https://paper.example/1\",\"text\":\"{}\"}}\n", words.join(" "));
    write(&data.join("dumps/n1/a.jsonl"), dump.as_bytes());
    let bin = Path::new(env!("CARGO_BIN_EXE_copydesk")).parent().expect("it is in a folder");
    let night = || {
        Command::new("sh")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/systemd/copydesk-night"))
            .env("COPYDESK_DATA", &data)
            .env("COPYDESK_METRICS", place.path())
            .env("HOME", place.path())
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .output()
            .expect("there is a shell")
    };
    for name in [None, Some(""), Some("../x"), Some("a b")] {
        if let Some(name) = name {
            drop(std::fs::remove_file(data.join("tonight")));
            write(&data.join("tonight"), name.as_bytes());
        }
        assert_eq!(code(&night()), 2);
        assert!(!data.join("out").exists() && !data.join("state").exists());
    }
    std::fs::remove_file(data.join("tonight")).expect("it is there");
    write(&data.join("tonight"), b"n1\n");
    let done = night();
    assert_eq!((code(&done), done.stdout.len(), errors(&done)), (0, 0, String::new()));
    assert!(data.join("out/n1/_SUCCESS").exists());
    let metrics = std::fs::read_to_string(place.path().join("copydesk.prom")).expect("it was copied");
    let folder = std::fs::canonicalize(data.join("out")).expect("it is there");
    let labels = format!("{{pipeline=\"nightly\",folder=\"{}\"}}", folder.display());
    assert!(metrics.contains(&format!("copydesk_last_run_exit_code{labels} 0")), "{metrics}");
    assert_eq!(code(&night()), 0, "done already");
    // Where nobody has written a name since the day before, the scraper has not run.
    let named = std::fs::File::options().write(true).open(data.join("tonight")).expect("it is there");
    let day = std::time::Duration::from_secs(25 * 60 * 60);
    let written = named.metadata().and_then(|metadata| metadata.modified()).expect("it has a time");
    named.set_modified(written - day).expect("times can be set");
    let old = night();
    assert_eq!(code(&old), 2);
    assert!(errors(&old).contains("still names n1, which is done"), "{}", errors(&old));
    // A scheduler that tries again does not make a lost night look good, and its metrics are those of the night.
    std::fs::create_dir(data.join("dumps/n3")).expect("there is room");
    write(&data.join("dumps/n3/lost.jsonl"), b"{\"x\": 1}\n");
    std::fs::remove_file(data.join("tonight")).expect("it is there");
    write(&data.join("tonight"), b"n3\n");
    for _ in 0..2 {
        assert_eq!(code(&night()), 3);
        let metrics = std::fs::read_to_string(place.path().join("copydesk.prom")).expect("it was copied");
        assert!(metrics.contains(&format!("copydesk_last_run_exit_code{labels} 3")), "{metrics}");
        assert!(metrics.contains("limit=\"kept-records\"} 1"), "{metrics}");
    }
    // A night without a dump is a lost one.
    std::fs::create_dir(data.join("dumps/n2")).expect("there is room");
    std::fs::remove_file(data.join("tonight")).expect("it is there");
    write(&data.join("tonight"), b"n2\n");
    assert_eq!(code(&night()), 3);
    assert!(data.join("out/n2/report.html").exists());
    let metrics = std::fs::read_to_string(place.path().join("copydesk.prom")).expect("it was copied");
    assert!(metrics.contains("limit=\"empty-dumps\"} 1"), "{metrics}");
    // A night whose folder is not there leaves no outputs, and metrics all the same.
    std::fs::remove_file(data.join("tonight")).expect("it is there");
    write(&data.join("tonight"), b"n4\n");
    assert_eq!(code(&night()), 2);
    let metrics = std::fs::read_to_string(place.path().join("copydesk.prom")).expect("it was written");
    assert_eq!(metrics, format!("copydesk_last_run_exit_code{labels} 2\n"));
}
