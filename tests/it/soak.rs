//! Nights after nights with one state, each of them killed or stopped at random moments and resumed, end with the bytes of nights
//! that nothing happened to: outputs, account and state.
//!
//! `cargo test --test it soak -- --ignored` takes fifty nights, two hundred kills over three nights, and a disk that is really full.

#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::faults::left;
use super::kills::write;

/// How nights are interrupted.
struct Plan {
    nights: usize,
    /// Copies of the samples in a night's dump; more of them take longer.
    copies: usize,
    /// Interruptions of each night, at least.
    kills: usize,
    /// Bytes between two checkpoints: a night that is killed more often has more of them.
    mark_bytes: u32,
}

/// The pipeline: what `nightly` looks for across nights. Its other stages take most of the time, and know nothing of nights.
const NIGHT: &[u8] =
    b"format = 1\n[[stage]]\nkind = \"normalise-unicode\"\n[[stage]]\nkind = \"drop-short\"\n\
    [dedup]\nexact = true\nnear = true\nupdates = \"keep\"\nexpire-days = 365\n";

/// The samples so many times over, with other addresses and words in each night; a part comes again in the next night.
fn dump(folder: &Path, night: usize, copies: usize) -> PathBuf {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/news-english.jsonl.zst");
    let samples = std::fs::read(samples).expect("it is a sample");
    let samples = String::from_utf8(zstd::decode_all(&*samples).expect("it is zstd")).expect("it is UTF-8");
    let copy = |number: usize| {
        let number = format!("{}x{}", night + number / copies, number % copies);
        samples
            .replace("://www.", &format!("://www.{number}."))
            .replace(" the ", &format!(" {number} the "))
            .replace(" a ", &format!(" a {number} "))
    };
    let text: String = (0..copies + copies / 4).map(copy).collect();
    let path = folder.join(format!("news-{night:02}.jsonl.zst"));
    write(&path, &zstd::encode_all(text.as_bytes(), 1).expect("memory takes it"));
    path
}

fn start(place: &Path, dump: &Path, night: usize, mark_bytes: u32, threads: usize) -> Child {
    let output = format!("out/{night:02}");
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["run", "../night.toml", "--progress", "never", "--state", "state", "--output", &output])
        .args(["--threads", &threads.to_string()])
        .arg(dump)
        .current_dir(place)
        .env("COPYDESK_TEST_MARK_BYTES", mark_bytes.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn end(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[expect(clippy::disallowed_methods, reason = "when a run is killed is a matter of the clock")]
fn now() -> Instant {
    Instant::now()
}

/// Numbers that look random, and are the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// What has happened to a night.
#[derive(Default)]
struct Tally {
    killed: usize,
    stopped: usize,
    /// Starts that resumed in the middle of the dump.
    resumed: usize,
}

/// When the checkpoint of a night was written, as far as there is one.
fn standing(place: &Path, night: usize) -> Option<std::time::SystemTime> {
    let checkpoint = place.join(format!("out/{night:02}/.copydesk/checkpoint.json"));
    checkpoint.metadata().ok()?.modified().ok()
}

/// Kills or stops a night until it has come to its end, at least `kills` times if it takes that long.
fn interrupt(
    place: &Path,
    dump: &Path,
    night: usize,
    took: Duration,
    &Plan { kills, mark_bytes, .. }: &Plan,
    dice: &mut Dice,
) -> Tally {
    let mut tally = Tally::default();
    for turn in 0.. {
        let is_killed = turn < kills || dice.throw(4) > 0;
        let mut child =
            start(place, dump, night, mark_bytes, 1 + usize::try_from(dice.throw(3)).expect("it is small"));
        // Every other time in the middle of the work, which its checkpoints tell; else after any time.
        // The more kills, the sooner: a night that is to be killed a hundred times gets on a little each time.
        let most = took / u32::try_from(1 + kills / 4).expect("it is small");
        let until = now() + most * u32::try_from(dice.throw(110)).expect("it is small") / 100;
        let mut checkpoints = (turn % 2 == 0).then_some(if kills > 10 { 2 } else { 2 + dice.throw(2) });
        let mut last = standing(place, night);
        let is_time = |checkpoints: Option<u64>| checkpoints.map_or(now() >= until, |left| left == 0);
        while is_killed && !is_time(checkpoints) && child.try_wait().expect("it can be asked").is_none() {
            std::thread::sleep(Duration::from_millis(1));
            let next = standing(place, night);
            if next != last {
                checkpoints = checkpoints.map(|left| left.saturating_sub(1));
                last = next;
            }
        }
        // A run that is stopped first does what it has read, which may be most of a dump.
        let is_gentle = if kills > 10 { turn % 20 == 19 } else { (night + turn) % 3 == 2 };
        if is_killed && is_gentle {
            let kill =
                Command::new("kill").args(["-TERM", &child.id().to_string()]).stderr(Stdio::null()).status();
            kill.expect("there is a kill");
        } else if is_killed {
            child.kill().expect("it is a child");
        }
        let (code, errors) = end(child);
        tally.resumed += usize::from(errors.contains("resumes at line ") && !errors.contains("at line 1 of"));
        match code {
            None => tally.killed += 1,
            Some(143) => tally.stopped += 1,
            Some(0 | 3) => return tally,
            _ => panic!("night {night}, start {turn}: {code:?} {errors}"),
        }
    }
    tally
}

fn soak(plan: &Plan, least: &Tally) {
    let Plan { nights, copies, mark_bytes, .. } = plan;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [input, whole, struck] = ["in", "whole", "struck"].map(|name| folder.path().join(name));
    for folder in [&input, &whole, &struck] {
        std::fs::create_dir(folder).expect("there is room");
    }
    write(&folder.path().join("night.toml"), NIGHT);
    let mut dice = Dice(1);
    let mut all = Tally::default();
    for night in 0..*nights {
        let dump = dump(&input, night, *copies);
        let began = now();
        let (code, errors) = end(start(&whole, &dump, night, *mark_bytes, 2));
        assert!(matches!(code, Some(0 | 3)), "night {night}: {code:?} {errors}");
        let tally = interrupt(&struck, &dump, night, began.elapsed(), plan, &mut dice);
        all.killed += tally.killed;
        all.stopped += tally.stopped;
        all.resumed += tally.resumed;
        // Each night's outputs as soon as they are there; the state, too, because the next night goes by it.
        let outputs = format!("out/{night:02}");
        for part in [&*outputs, "state"] {
            let [found, expected] = [left(&struck.join(part)), left(&whole.join(part))];
            let names = found.keys().chain(expected.keys());
            let wrong: Vec<_> = names.filter(|name| found.get(*name) != expected.get(*name)).collect();
            assert!(wrong.is_empty(), "night {night}, {part}: {wrong:?}");
        }
        std::fs::remove_file(&dump).expect("it is there");
    }
    let check = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["state", "check", "state"])
        .current_dir(&struck)
        .status();
    assert!(check.expect("the program starts").success());
    let Tally { killed, stopped, resumed } = all;
    let told =
        format!("{nights} nights: {killed} killed, {stopped} stopped, {resumed} resumed in the middle");
    assert!(killed >= least.killed && stopped >= least.stopped && resumed >= least.resumed, "{told}");
}

#[test]
fn three_nights_that_are_killed_and_stopped_end_as_nights_that_are_not() {
    let plan = Plan { nights: 3, copies: 80, kills: 3, mark_bytes: 60_000 };
    soak(&plan, &Tally { killed: 2, stopped: 0, resumed: 2 });
}

#[test]
#[ignore = "some minutes"]
fn fifty_nights_that_are_killed_and_stopped_end_as_nights_that_are_not() {
    let plan = Plan { nights: 50, copies: 60, kills: 4, mark_bytes: 60_000 };
    soak(&plan, &Tally { killed: 80, stopped: 30, resumed: 60 });
}

#[test]
#[ignore = "some minutes"]
fn two_hundred_kills_over_three_nights_leave_no_trace() {
    let plan = Plan { nights: 3, copies: 700, kills: 100, mark_bytes: 15_000 };
    soak(&plan, &Tally { killed: 200, stopped: 6, resumed: 100 });
}
