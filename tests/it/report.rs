//! The pages of a run: what they print can be pasted, and what is wrong has examples of its own.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::command::write;

/// Articles of a host that no other night has.
fn articles(host: &str, night: usize, lines: usize, words: usize, has_date: bool) -> String {
    let mut dump = String::new();
    for line in 0..lines {
        let text: Vec<String> = (0..words).map(|word| format!("n{night}{host}l{line}w{word}")).collect();
        let date = if has_date { ",\"date\":\"2026-11-01\"" } else { "" };
        let (text, title) = (text.join(" "), format!("It's story {line} of {host}"));
        writeln!(
            dump,
            "{{\"url\":\"https://{host}/{night}/{line}\",\"title\":\"{title}\",\"text\":\"{text}\"{date}}}"
        )
        .expect("a String takes any text");
    }
    dump
}

fn run(place: &Path, dumps: &str, output: &str, more: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "nightly", dumps, "--output", output])
        .args(more)
        .current_dir(place)
        .output()
        .expect("the program starts");
    assert!(matches!(done.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read_to_string(place.join(output).join("report.html")).expect("the run is complete")
}

/// The commands of a page, as a browser shows them.
fn commands(page: &str) -> Vec<String> {
    let cut = |part: &str| part.split_once("</code>").map(|(command, _)| command.to_owned());
    let all = page.split("<code class=\"cmd\">").skip(1).filter_map(cut);
    all.map(|command| {
        command.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    })
    .collect()
}

/// Runs a command in a shell whose folder is another one; what it printed.
pub(super) fn pasted(command: &str, place: &Path, code: i32) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_copydesk")).parent().expect("it is in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("there is a path"));
    let done = Command::new("sh")
        .args(["-c", command])
        .env("PATH", path)
        .current_dir(place)
        .output()
        .expect("there is a shell");
    assert_eq!(done.status.code(), Some(code), "{command}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[test]
fn each_command_of_a_report_runs_as_it_is_printed() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let night = |number: usize, is_broken: bool| {
        // A folder's name that a shell would take apart.
        let dumps = format!("it's night {number}");
        std::fs::create_dir(place.join(&dumps)).expect("there is room");
        let dump = |name: &str, content: String| write(&place.join(&dumps).join(name), content.as_bytes());
        dump("a.jsonl", articles("a.example", number, 40, 60, true));
        dump("b $.jsonl", articles("b.example", number, 40, 60, !is_broken));
        if is_broken {
            dump("c.jsonl", articles("c.example", number, 30, 5, true));
            dump("-d.jsonl", "no JSON\n".repeat(30));
        }
        run(place, &dumps, &format!("out/n {number}"), &["--state", "state"])
    };
    (0..3).for_each(|number| assert!(night(number, false).contains("a night within its limits")));
    let page = night(3, true);
    let card = |name: &str| {
        let (_, card) =
            page.split_once(&format!("<h4>{name}</h4>")).unwrap_or_else(|| panic!("{name}: {page}"));
        card.split_once("class=\"next\"").expect("it says what to do").0.to_owned()
    };
    let host = card("b.example");
    assert!(host.contains("40 of 40 records without a date, usually 0"), "{host}");
    for (what, of) in [("b.example", "b $.jsonl:1"), ("c.jsonl", "c.jsonl:1"), ("-d.jsonl", "-d.jsonl:1")] {
        let commands = commands(&card(what));
        assert!(commands.iter().any(|command| command.contains(of)), "{what}: {commands:?}");
    }
    let commands = commands(&page);
    let mut once: Vec<&String> = commands.iter().collect();
    once.sort_unstable();
    once.dedup();
    assert!(once.len() >= 6, "{commands:?}");
    let (again, once): (Vec<&String>, Vec<&String>) =
        once.into_iter().partition(|command| command.ends_with("--restart"));
    // It ends as the night did.
    assert!(pasted(again[0], Path::new("/"), 3).contains("d.jsonl"), "{again:?}");
    for command in once {
        let place = command
            .split_once(".jsonl:")
            .expect("a dump and a line")
            .0
            .rsplit_once(['\'', ' ', '"'])
            .expect("words")
            .1;
        assert!(pasted(command, Path::new("/"), 0).contains(&format!("{place}.jsonl:")), "{command}");
    }
}

/// A browser copies the line end of a name as a space.
#[cfg(unix)]
#[test]
fn a_command_names_a_dump_whose_name_has_a_line_end() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("two\nlines.jsonl"), "no JSON\n".repeat(30).as_bytes());
    let page = run(place, ".", "out", &[]);
    let commands = commands(&page);
    let explain =
        commands.iter().find(|command| command.starts_with("copydesk explain")).expect("there is one");
    let copied = explain.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(pasted(&copied, Path::new("/"), 0).contains("quarantined as bad_json"), "{explain}");
    assert!(!page.contains("two\nlines") && page.contains("two\\u000alines.jsonl"), "{page}");
    let quiet = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "nightly", "two\nlines.jsonl", "--output", "quiet", "--quiet"])
        .current_dir(place)
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&quiet.stderr).into_owned();
    assert!(said.contains("two\\u000alines.jsonl") && !said.contains("two\nlines"), "{said}");
}

#[test]
fn a_dump_given_twice_is_in_the_headline_and_the_index_counts_lines() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let dump = articles("a.example", 0, 25, 60, true) + "\n\n";
    write(&place.join("in.jsonl"), dump.as_bytes());
    run(place, "in.jsonl", "out/n0", &["--state", "state"]);
    let page = run(place, "in.jsonl", "out/n1", &["--state", "state"]);
    let headline = page.split_once("class=\"verdict\"").and_then(|(_, rest)| rest.split_once("</p>"));
    let (headline, _) = headline.expect("it has a headline");
    assert!(headline.contains("1 dump holds hardly anything but duplicates"), "{headline}");
    let index = std::fs::read_to_string(place.join("out/index.html")).expect("it was written");
    assert!(index.contains("<td class=\"n wide\">27</td>"), "{index}");
}

#[test]
fn what_came_over_standard_input_has_no_command_that_would_read_it_again() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("in.jsonl"), articles("a.example", 0, 25, 5, true).as_bytes());
    let done = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "articles", "-", "--output", "out"])
        .stdin(std::fs::File::open(place.join("in.jsonl")).expect("it is there"))
        .current_dir(place)
        .output()
        .expect("the program starts");
    assert_eq!(done.status.code(), Some(3));
    let page = std::fs::read_to_string(place.join("out/report.html")).expect("the run is complete");
    let told = page + &String::from_utf8_lossy(&done.stdout);
    assert!(told.contains("It's story 0 of a.example") && !told.contains("copydesk explain"), "{told}");
}

#[test]
fn an_index_has_each_night_also_one_that_did_not_come_to_its_end() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let index = || std::fs::read_to_string(place.join("out/index.html")).expect("it was written");
    for number in 0..2 {
        write(&place.join(format!("{number}.jsonl")), articles("a.example", number, 25, 60, true).as_bytes());
        let report = run(place, &format!("{number}.jsonl"), &format!("out/n{number}"), &["--state", "state"]);
        assert!(report.contains("href=\"../index.html\""));
        assert!(index().contains(&format!("<a href=\"./n{number}/report.html\">")));
    }
    std::fs::create_dir_all(place.join("out/n2/.copydesk")).expect("there is room");
    // A run without a state makes the index anew where there is one.
    run(place, "1.jsonl", "out/other", &[]);
    for part in ["<a href=\"./other/report.html\">", "n2", "not finished"] {
        assert!(index().contains(part), "{part}");
    }
    // And makes none where there is none, or another's.
    run(place, "1.jsonl", "alone", &[]);
    assert!(!place.join("index.html").exists());
    std::fs::remove_file(place.join("out/index.html")).expect("it is there");
    write(&place.join("out/index.html"), b"mine");
    run(place, "1.jsonl", "out/another", &["--state", "state"]);
    assert_eq!(index(), "mine");
}

#[test]
fn the_last_night_of_an_index_is_the_one_that_was_run_last_unless_numbers_say_otherwise() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let dumps = place.join("in");
    std::fs::create_dir(&dumps).expect("there is room");
    write(&dumps.join("a.jsonl"), articles("a.example", 1, 20, 60, true).as_bytes());
    for (folder, names) in [("by-number", ["n9", "n10", "n2"]), ("by-time", ["tue", "wed", "mon"])] {
        for name in names {
            run(place, "in", &format!("{folder}/{name}"), &[]);
        }
        let mut index = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        let done = index.args(["report", "--index", folder]).current_dir(place).output();
        assert!(done.expect("the program starts").status.success());
        let index = std::fs::read_to_string(place.join(folder).join("index.html")).expect("it was written");
        let last = if folder == "by-number" { "n10" } else { "mon" };
        assert!(index.contains(&format!("The last is <strong>{last}</strong>")), "{index}");
    }
}

#[test]
fn a_damaged_dump_is_what_is_wrong_and_not_its_hosts_or_the_calendar() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let night = |number: usize, is_lost: bool| {
        let dumps = format!("n{number}");
        std::fs::create_dir(place.join(&dumps)).expect("there is room");
        for host in ["a.example", "b.example", "c.example"] {
            let whole = articles(host, number, 60, 60, true);
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(1));
            std::io::Write::write_all(&mut packed, whole.as_bytes()).expect("memory takes it");
            let mut packed = packed.finish().expect("memory takes it");
            let cut = if host == "b.example" { packed.len() / 5 } else { packed.len() };
            if is_lost {
                packed.truncate(cut);
            }
            let is_page = is_lost && host == "c.example";
            let content = if is_page { b"<html><body>503</body></html>".to_vec() } else { packed };
            write(&place.join(&dumps).join(format!("{host}.jsonl.gz")), &content);
        }
        run(place, &dumps, &format!("out/n{number}"), &["--state", "state"])
    };
    (0..4).for_each(|number| drop(night(number, false)));
    let page = night(4, true);
    let headline = page.split_once("<p class=\"verdict\">").and_then(|(_, rest)| rest.split_once("</p>"));
    assert!(headline.is_some_and(|(line, _)| line.contains("2 dumps are damaged")), "{headline:?}");
    assert!(page.contains("b.example.jsonl.gz ("), "it is far shorter than usual: {page}");
    for untrue in
        ["no holiday", "let it fetch the rest", "probably missed some", "its scraper probably failed"]
    {
        assert!(!page.contains(untrue), "{untrue} is in {page}");
    }
    assert!(page.contains("dump that could not be read may be the reason"), "{page}");
    // A night that is run again has later ones among those that it is compared with.
    run(place, "n2", "out/n2", &["--state", "state", "--restart"]);
    let ledger = std::fs::read(place.join("out/n2/ledger.json")).expect("it is there");
    let ledger: serde_json::Value = serde_json::from_slice(&ledger).expect("it is JSON");
    assert_eq!((&ledger["drift"]["nights"], &ledger["drift"]["has_later"]), (&4.into(), &true.into()));
}

#[test]
fn a_page_takes_the_place_of_no_file_but_a_page_of_copydesks() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    write(&place.join("in.jsonl"), articles("a.example", 0, 25, 60, true).as_bytes());
    run(place, "in.jsonl", "out", &[]);
    write(&place.join("mine.html"), b"<p>mine</p>\n");
    let ended = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        let done = command.args(arguments).current_dir(place).output().expect("the program starts");
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    for what in [["explain", "nightly", "in.jsonl:1"], ["what-if", "nightly", "out"]] {
        let (code, said) = ended(&[&what[..], &["--html", "mine.html"]].concat());
        assert!(code == Some(2) && said.contains("is no page of copydesk"), "{said}");
        assert_eq!(std::fs::read(place.join("mine.html")).expect("it is there"), b"<p>mine</p>\n");
        for _ in 0..2 {
            assert_eq!(ended(&[&what[..], &["--html", "page.html"]].concat()).0, Some(0));
        }
    }
    for what in [["explain", "nightly", "in.jsonl:1"], ["what-if", "nightly", "out"]] {
        let (code, said) = ended(&[&what[..], &["--html", "nowhere/page.html"]].concat());
        assert!(code == Some(2) && said.contains("a folder that is there"), "{said}");
    }
    for (folder, why) in [("nowhere", "there is no such folder"), ("out", "no folder in it holds a run")] {
        let (code, said) = ended(&["report", "--index", folder]);
        assert!(code == Some(2) && said.contains(why), "{said}");
    }
    assert!(!place.join("out/index.html").exists());
    assert_eq!(ended(&["report", "--index", "."]).0, Some(0));
    let (code, said) = ended(&["report", "."]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(code == Some(2) && said.contains("such as out: give one of them, or `report --index`"), "{said}");
}

#[test]
fn an_explanation_is_a_page_in_which_a_record_has_no_markup() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let place = place.path();
    let line = "{\"url\":\"https://a.example/1\",\"text\":\"<script>alert(1)</script> is short\"}\n";
    write(&place.join("in.jsonl"), line.as_bytes());
    let page = place.join("page.html");
    let page_name = page.to_str().expect("it is UTF-8");
    let done = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["explain", "articles", "in.jsonl:1", "--html", page_name])
        .current_dir(place)
        .output()
        .expect("the program starts");
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let page = std::fs::read_to_string(&page).expect("it was written");
    for part in ["in.jsonl:1", "! dropped", "too_few_words", "<h2>stages</h2>", "&lt;script&gt;alert(1)"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("<script") && !page.contains('\u{1b}'), "{page}");
}
