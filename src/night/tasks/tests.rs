//! A plan's tasks give what one run gives.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::night::tests::{a_second_later, complete, copy_folder, lines, order, pipeline, write};
use crate::night::{NightOrder, StateOrder};
use crate::state::NightName;

/// A number from 0 to `below` that looks like chance.
fn chance(seed: u64, number: u64, below: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(&number.to_le_bytes(), seed) % below
}

/// A line of one of a few stories in many versions or of one of its own, or something that is no article.
fn line(seed: u64, number: u64) -> String {
    let at = |salt: u32, below| chance(seed ^ (u64::from(salt) << 32), number, below);
    match at(1, 20) {
        0 => return String::new(),
        1 => return "{\"text\": \"cut".to_owned(),
        2 => return json!({ "text": "two words" }).to_string(),
        _ => {}
    }
    let (story, cut) = (if at(9, 4) == 0 { 100 + number } else { at(2, 30) }, at(3, 12));
    let words = (0..50 - cut).map(|word| match word {
        7 if at(4, 3) == 0 => format!("edition{number}"),
        _ => format!("story{story}word{word}"),
    });
    let host = ["agency.example", "courier.example", "echo.example"][usize::try_from(at(5, 3)).unwrap_or(0)];
    let page = if at(6, 4) == 0 { story } else { number };
    let mut record = json!({
        "url": format!("https://{host}/{page}"),
        "text": words.collect::<Vec<_>>().join(" "),
        "title": format!("Story {story}"),
    });
    if at(7, 3) > 0 {
        record["date"] = format!("2024-03-{:02}", 1 + at(8, 28)).into();
    }
    record.to_string()
}

/// The dumps of a night.
fn dumps(folder: &Path, seed: u64) {
    std::fs::create_dir_all(folder).expect("there is room");
    for dump in 0..=chance(seed, 0, 6) {
        let count = chance(seed, dump + 1, 90);
        let lines: Vec<String> = (0..count).map(|number| line(seed, dump * 100 + number)).collect();
        write(&folder.join(format!("d{dump}.jsonl")), lines.join("\n").as_bytes());
    }
}

fn source(seed: u64) -> String {
    let head = "format = 1\n[output]\nshard-bytes = 5000\n";
    let stages =
        "[[stage]]\nkind = \"normalise-whitespace\"\n[[stage]]\nkind = \"drop-short\"\nmin-words = 3\n";
    let keep = ["\"first\"", "\"first\"", "\"longest\"", "\"earliest\"", "{ hosts = [\"courier.example\"] }"];
    let policy = keep[usize::try_from(seed % 5).unwrap_or(0)];
    let updates = if seed % 5 == 1 { "updates = \"keep\"\n" } else { "" };
    let near = !seed.is_multiple_of(3);
    if seed % 11 == 10 {
        return format!("{head}{stages}");
    }
    format!("{head}[dedup]\nnear = {near}\nkeep = {policy}\n{updates}{stages}")
}

fn hands(stop: &AtomicBool) -> Hands<'_> {
    Hands { threads: 2, stop }
}

/// The order of a night, in a state where the pipeline has deduplication.
fn night(source: &str, input: &Path, output: &Path, state: Option<&Path>) -> NightOrder {
    let state = state.filter(|_| source.contains("[dedup]"));
    NightOrder {
        state: state.map(|folder| StateOrder {
            folder: folder.to_owned(),
            night: NightName::Given(input.file_name().expect("a name").to_string_lossy().into_owned()),
        }),
        ..order(pipeline(source), input, output, 2)
    }
}

fn planned(source: &str, order: NightOrder, part_bytes: u64) -> Plan {
    plan(PlanOrder { order, source: source.to_owned(), part_bytes }, &mut ())
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Every task, each done twice, with a sieve of so many ranges.
fn all_tasks(plan: &Plan, sieve: Option<u32>) -> Ledger {
    let stop = AtomicBool::new(false);
    for _ in 0..2 {
        for part in (0..plan.parts()).rev() {
            plan.work(part, hands(&stop), &mut ()).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    for _ in 0..2 {
        for range in ranges(sieve.unwrap_or(0)) {
            plan.sieve(range, hands(&stop)).unwrap_or_else(|error| panic!("{error}"));
        }
        plan.decide(sieve, hands(&stop)).unwrap_or_else(|error| panic!("{error}"));
    }
    for _ in 0..2 {
        for part in 0..plan.parts() {
            plan.write(part, hands(&stop)).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    *plan.seal(hands(&stop), &mut ()).unwrap_or_else(|error| panic!("{error}"))
}

fn ranges(of: u32) -> impl Iterator<Item = KeyRange> {
    (0..of).map(move |number| KeyRange { number, of })
}

/// An account without what may differ: times and shards; and, where a policy meets a state, which of equally good examples
/// are shown.
fn comparable(mut ledger: Ledger, other_examples: bool) -> Value {
    ledger.timing = crate::account::Timing::default();
    ledger.outputs.clear();
    if other_examples {
        for evidence in ledger.stages.iter_mut().flat_map(|stage| stage.evidence.values_mut()) {
            evidence.examples.clear();
        }
        ledger.repeated.values_mut().for_each(|repeated| repeated.title.clear());
    }
    serde_json::to_value(&ledger).expect("an account is JSON")
}

#[test]
fn any_cut_into_parts_gives_the_lines_and_the_account_of_one_run() {
    gives_what_one_run_gives(0..12);
}

#[test]
#[ignore = "minutes"]
fn any_of_many_cuts_into_parts_gives_the_lines_and_the_account_of_one_run() {
    gives_what_one_run_gives(12..600);
}

/// Nights by these seeds: every policy, with updates and without, with near duplicates and without, after none to three nights.
fn gives_what_one_run_gives(seeds: std::ops::Range<u64>) {
    let (mut had_parts, mut read) = (0, 0);
    for seed in seeds {
        let place: TempDir = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| place.path().join(name);
        let source = source(seed);
        let nights = seed % 4;
        for before in 0..nights {
            let input = at(&format!("night-{before}"));
            dumps(&input, seed * 100 + before);
            for side in ["run", "tasks"] {
                let output = at(&format!("{side}-{before}"));
                complete(night(&source, &input, &output, Some(&at(&format!("{side}-state")))));
            }
        }
        let input = at("tonight");
        dumps(&input, seed * 100 + 50);
        let state = |side: &str| (nights > 0).then(|| at(&format!("{side}-state")));
        let one = complete(night(&source, &input, &at("run"), state("run").as_deref()));
        let plan = planned(
            &source,
            night(&source, &input, &at("tasks"), state("tasks").as_deref()),
            chance(seed, 9, 60_000),
        );
        had_parts = had_parts.max(plan.parts());
        let sieve = u32::try_from(chance(seed, 10, 8)).ok().filter(|ranges| *ranges > 0);
        let all = all_tasks(&plan, sieve);
        for output in ["records", "dropped", "quarantine"] {
            assert_eq!(lines(&at("run"), output), lines(&at("tasks"), output), "{output}, seed {seed}");
        }
        let run_lines = one.lines.read;
        let other_examples = nights > 0 && seed % 5 > 1;
        assert_eq!(comparable(one, other_examples), comparable(all, other_examples), "seed {seed}");
        assert!(crate::finished::FinishedRun::open(&at("tasks")).is_ok());
        assert!(!OutputFolder::plan_file(&at("tasks")).exists());
        read += run_lines;
        assert!(matches!(Plan::open(&at("tasks"), None), Ok(None)), "it is done");
        if nights > 0 {
            // Both states know the same.
            let input = at("next");
            dumps(&input, seed * 100 + 50);
            for side in ["run", "tasks"] {
                complete(night(&source, &input, &at(&format!("{side}-next")), state(side).as_deref()));
            }
            assert_eq!(lines(&at("run-next"), "dropped"), lines(&at("tasks-next"), "dropped"), "seed {seed}");
        }
    }
    assert!(had_parts > 4 && read > 1000, "{had_parts} parts, {read} lines");
}

#[test]
fn a_sieve_of_any_number_of_ranges_leaves_less_to_decide_and_the_same_decisions() {
    // A policy that looks ahead, and the first.
    for (seed, most_ranges) in [(7, 7), (5, 2)] {
        let place = tempfile::tempdir().expect("a temporary folder");
        let input = place.path().join("in");
        dumps(&input, seed);
        let plan = planned(&source(seed), night(&source(seed), &input, &place.path().join("out"), None), 1);
        let stop = AtomicBool::new(false);
        for part in 0..plan.parts() {
            plan.work(part, hands(&stop), &mut ()).unwrap_or_else(|error| panic!("{error}"));
        }
        let decisions = |sieve| {
            plan.decide(sieve, hands(&stop)).unwrap_or_else(|error| panic!("{error}"));
            let of_part =
                |part| std::fs::read(plan.decided().join(decide::file_of(part))).expect("it is there");
            let decisions: Vec<_> = (0..plan.parts()).map(of_part).collect();
            std::fs::remove_dir_all(plan.decided()).expect("it can be");
            decisions
        };
        let expected = decisions(None);
        assert!(expected.iter().any(|of_part| !of_part.is_empty()));
        let (records, _) = plan.to_decide().expect("all is there").expect("there are duplicates");
        let mut members = Vec::new();
        for of in 1..=most_ranges {
            for range in ranges(of) {
                plan.sieve(range, hands(&stop)).unwrap_or_else(|error| panic!("{error}"));
            }
            members.push(sieve::members_of_all(&plan, of).expect("they are there").count());
            assert_eq!(decisions(Some(of)), expected, "{of} ranges, seed {seed}");
        }
        assert!(members.iter().all(|same| *same == members[0]), "{members:?}");
        assert!(members[0] < records, "{members:?} of {records}");
    }
}

#[test]
fn a_folder_without_a_dump_is_a_lost_night_for_a_plan_as_for_a_run() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| place.path().join(name);
    std::fs::create_dir_all(at("lost")).expect("there is room");
    dumps(&at("in"), 5);
    for inputs in [vec![at("lost")], vec![at("in"), at("lost")]] {
        let order = |output: &str| NightOrder {
            inputs: inputs.clone(),
            restart: true,
            ..night(&source(0), &at("in"), &at(output), None)
        };
        let one = complete(order("one"));
        let all = all_tasks(&planned(&source(0), order("tasks"), 1), None);
        assert_eq!(all.empty_folders, ["lost"]);
        assert_eq!(all.exit(), crate::account::Exit::Crossed);
        assert_eq!(comparable(one, false), comparable(all, false));
        assert_eq!(lines(&at("one"), "records"), lines(&at("tasks"), "records"));
        let report = std::fs::read_to_string(at("tasks").join("report.html")).expect("it is there");
        assert!(report.contains("lost"), "it is named");
    }
}

#[test]
fn nights_that_a_state_has_lost_are_told_by_a_plan_as_by_a_run() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| place.path().join(name);
    (0..4).for_each(|seed| dumps(&at(&format!("night-{seed}")), seed));
    let source = "format = 1\n[dedup]\nnear = false\n";
    let order = |seed: u32| {
        let input = at(&format!("night-{seed}"));
        night(source, &input, &at(&format!("out-{seed}")), Some(&at("state")))
    };
    let lost = |seed| all_tasks(&planned(source, order(seed), 1), None).lost_nights;
    complete(order(0));
    copy_folder(&at("state"), &at("before"));
    assert_eq!(lost(1), [""; 0]);
    std::fs::remove_dir_all(at("state")).expect("it can be");
    std::fs::rename(at("before"), at("state")).expect("it can be");
    a_second_later();
    assert_eq!(lost(2), ["night-1"]);
    assert_eq!(lost(3), ["night-1"], "until it is added");
}

#[test]
fn a_task_before_its_turn_or_with_another_dump_is_refused() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output) = (place.path().join("in"), place.path().join("out"));
    dumps(&input, 3);
    let stop = AtomicBool::new(false);
    let plan = planned(&source(0), night(&source(0), &input, &output, None), 1);
    assert!(plan.parts() > 1);
    assert!(matches!(plan.sieve(KeyRange { number: 0, of: 1 }, hands(&stop)), Err(TaskError::NotReady(_))));
    for sieve in [None, Some(2)] {
        assert!(matches!(plan.decide(sieve, hands(&stop)), Err(TaskError::NotReady(_))));
    }
    assert!(matches!(plan.write(0, hands(&stop)), Err(TaskError::NotReady(_))));
    assert!(matches!(plan.seal(hands(&stop), &mut ()), Err(TaskError::NotReady(_))));
    assert!(matches!(plan.work(plan.parts(), hands(&stop), &mut ()), Err(TaskError::Refused(_))));
    assert!(matches!(plan.sieve(KeyRange { number: 2, of: 2 }, hands(&stop)), Err(TaskError::Refused(_))));
    let standing = plan.standing(1).expect("it is on a disk");
    let Standing { worked, sifted, decided, written, .. } = standing;
    assert!(worked.iter().chain(&sifted).chain(&written).all(|done| !done) && !decided);
    assert!(matches!(plan.to_decide(), Ok(None)));
    let run = crate::night::run(night(&source(0), &input, &output, None), &mut (), &stop);
    assert!(matches!(run, Err(RunError::Folder(FolderError::HoldsPlan(_)))), "a run would delete the plan");
    let first = input.join("d0.jsonl");
    let text = std::fs::read_to_string(&first).expect("it is there");
    std::fs::remove_file(&first).expect("it can be");
    write(&first, format!("{text}\n{{}}").as_bytes());
    assert!(matches!(plan.work(0, hands(&stop), &mut ()), Err(TaskError::Refused(_))));
    let paragraphs = "format = 1\n[dedup]\nparagraphs = true\n";
    let order = night(paragraphs, &input, &place.path().join("other"), None);
    let order = PlanOrder { order, source: paragraphs.to_owned(), part_bytes: 1 };
    let refused = super::plan(order, &mut ());
    assert!(matches!(refused, Err(TaskError::Refused(_))));
}

/// Does a task, as errors name it.
fn task(plan: &Plan, name: &str) -> Result<Done, TaskError> {
    let stop = AtomicBool::new(false);
    let step = name.split(' ').next().expect("it has a name");
    let numbers: Vec<u32> = name.split(' ').filter_map(|word| word.parse().ok()).collect();
    match (step, &numbers[..]) {
        ("work", [part]) => plan.work(*part as usize, hands(&stop), &mut ()),
        ("sieve", [of, number]) => plan.sieve(KeyRange { number: *number, of: *of }, hands(&stop)),
        ("decide", []) => plan.decide(Some(1), hands(&stop)),
        ("write", [part]) => plan.write(*part as usize, hands(&stop)),
        ("seal", []) => plan.seal(hands(&stop), &mut ()).map(|_| Done::default()),
        _ => panic!("{name}"),
    }
}

/// Files that are not empty, of a task's or of one part.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.metadata().expect("it is there").len() > 0 {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file as it may be found again: `None` where it is gone.
fn harms(content: &[u8]) -> Vec<Option<Vec<u8>>> {
    let half = content.len() / 2;
    let mut turned = content.to_vec();
    turned[half] ^= 4;
    // Of lines, the last one is gone without a trace in the others.
    let lines = content.trim_ascii_end();
    let last = lines.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let of_another_version = sealed(b"{\"of\": \"another version\"}");
    let found = [turned, content[..half].to_vec(), content[..last].to_vec(), of_another_version, Vec::new()];
    found.into_iter().map(Some).chain([None]).collect()
}

#[test]
fn whatever_is_damaged_of_what_a_task_has_left_is_made_anew_by_the_task_that_the_error_names() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output) = (place.path().join("in"), place.path().join("out"));
    dumps(&input, 5);
    complete(night(&source(0), &input, &place.path().join("one"), None));
    // Only for a state the keys of what is written are read.
    let state = place.path().join("state");
    let plan = planned(&source(0), night(&source(0), &input, &output, Some(&state)), 1);
    let parts = |step| (0..plan.parts()).map(|part| format!("{step} --index {part}")).collect();
    let sieve = "sieve --sieve 1 --index 0";
    let steps: [Vec<String>; 4] =
        [parts("work"), vec![sieve.to_owned()], vec!["decide".to_owned()], parts("write")];
    let readers: [&[&str]; 4] =
        [&[sieve, "decide", "write --index 1"], &["decide"], &["write --index 1"], &["seal"]];
    let left = [plan.worked(1), plan.sifted(KeyRange { number: 0, of: 1 }), plan.decided(), plan.written(1)];
    let mut harmed = 0;
    for (at, (tasks, readers)) in steps.iter().zip(readers).enumerate() {
        for name in tasks {
            task(&plan, name).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let of_others = |path: &PathBuf| {
            left[at] == plan.decided()
                && !path.ends_with(decide::DECIDED)
                && !path.ends_with(decide::file_of(1))
        };
        for path in files(&left[at]).into_iter().filter(|path| !of_others(path)) {
            let shown = path.display();
            let before = std::fs::read(&path).expect("it is there");
            for harm in harms(&before) {
                std::fs::remove_file(&path).expect("it can be");
                harm.iter().for_each(|content| write(&path, content));
                let found = readers.iter().map(|name| task(&plan, name)).find(Result::is_err);
                let Some(Err(TaskError::Damaged { task: name, .. })) = found else {
                    panic!("{found:?} {shown}");
                };
                assert!(tasks.contains(&name), "{name} {shown}");
                let again = task(&plan, &name).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert!(!again.before, "{name} {shown}");
                // Accounts have times in them.
                let is_as_before = || std::fs::read(&path).expect("it is there") == before;
                assert!(path.extension().is_some_and(|ending| ending == "json") || is_as_before(), "{shown}");
                left[at + 1..].iter().for_each(|later| drop(std::fs::remove_dir_all(later)));
                // What a `seal` that failed has given its name, the next one would take where the part's own is gone.
                for named in ["records", "dropped", "quarantine"] {
                    let mut named = files(&output.join(named));
                    named.retain(|path| path.to_string_lossy().contains("/part-00001-"));
                    named.iter().for_each(|path| std::fs::remove_file(path).expect("it can be"));
                }
                harmed += 1;
            }
        }
    }
    assert!(harmed > 60, "{harmed}");
    task(&plan, "seal").unwrap_or_else(|error| panic!("{error}"));
    for output_folder in ["records", "dropped", "quarantine"] {
        assert_eq!(lines(&place.path().join("one"), output_folder), lines(&output, output_folder));
    }
}

#[test]
fn an_attempt_that_was_stopped_and_is_damaged_is_begun_anew() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let input = place.path().join("in");
    dumps(&input, 5);
    let plan = planned(&source(0), night(&source(0), &input, &place.path().join("out"), None), 1);
    let stop = AtomicBool::new(true);
    let checkpoint = plan.worked(1).with_file_name("00001.0").join(".copydesk/checkpoint.json");
    let mut expected = None;
    for harm in 0.. {
        let stopped = plan.work(1, hands(&stop), &mut ()).unwrap_or_else(|error| panic!("{error}"));
        assert!(stopped.stopped);
        let harms = harms(&std::fs::read(&checkpoint).expect("it is there"));
        let Some(harm) = harms.get(harm) else { break };
        std::fs::remove_file(&checkpoint).expect("it can be");
        harm.iter().for_each(|content| write(&checkpoint, content));
        task(&plan, "work --index 1").unwrap_or_else(|error| panic!("{error}"));
        let keys = std::fs::read(plan.work_of(1).join("keys")).expect("it is there");
        assert_eq!(expected.get_or_insert(keys.clone()), &keys);
        std::fs::remove_dir_all(plan.worked(1)).expect("it can be");
    }
}

#[test]
fn attempts_at_the_same_time_and_what_a_killed_one_left_do_no_harm() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (input, output) = (place.path().join("in"), place.path().join("out"));
    dumps(&input, 5);
    let one = complete(night(&source(0), &input, &place.path().join("one"), None));
    let plan = planned(&source(0), night(&source(0), &input, &output, None), 1);
    let stop = AtomicBool::new(false);
    // What a killed attempt left: a folder with files that nobody knows.
    let left = plan.worked(0).with_file_name("00000.0");
    std::fs::create_dir_all(left.join(".copydesk")).expect("there is room");
    write(&left.join(".copydesk").join("records-part-00000.jsonl.zst"), b"half a frame");
    let twice = |task: &(dyn Fn() -> Result<Done, TaskError> + Sync)| {
        std::thread::scope(|scope| {
            let both = [scope.spawn(task), scope.spawn(task)];
            for one in both {
                one.join().expect("no panic").unwrap_or_else(|error| panic!("{error}"));
            }
        });
    };
    for part in 0..plan.parts() {
        twice(&|| plan.work(part, hands(&stop), &mut ()));
    }
    for range in ranges(2) {
        twice(&|| plan.sieve(range, hands(&stop)));
    }
    twice(&|| plan.decide(Some(2), hands(&stop)));
    for part in 0..plan.parts() {
        twice(&|| plan.write(part, hands(&stop)));
    }
    let planned = std::fs::read(OutputFolder::plan_file(&output)).expect("it is there");
    let all = plan.seal(hands(&stop), &mut ()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(comparable(one, false), comparable(*all, false));
    assert_eq!(lines(&place.path().join("one"), "records"), lines(&output, "records"));
    assert!(!output.join(".copydesk").exists(), "nothing is left behind");
    // A `seal` that was killed after its end leaves some of it, perhaps the plan without its parts.
    std::fs::create_dir(output.join(".copydesk")).expect("there is room");
    write(&OutputFolder::plan_file(&output), &planned);
    let held = OutputFolder::reopen(&output).expect("nobody has it");
    assert!(matches!(Plan::open(&output, None), Ok(None)), "it is done");
    assert!(output.join(".copydesk").exists(), "somebody is at work there");
    drop(held);
    assert!(matches!(Plan::open(&output, None), Ok(None)), "it is done");
    assert!(!output.join(".copydesk").exists(), "nothing is left behind");
}
