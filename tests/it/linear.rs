//! No stage takes longer than its text is long: eight times the text takes about eight times the time.
//!
//! `cargo bench --bench hostile` measures the same at up to 10 MB.

use std::process::{Command, Stdio};

use copydesk::stage::catalogue::STAGES;
use serde_json::json;

use super::kills::write;
use super::shapes::{TICK, apply, article, is_of_pages, pipeline, shape, shapes, time};

const SMALL_BYTES: usize = 4_000;
const TIMES: usize = 8;
/// Times the time that [`TIMES`] times the text may take: n^1.5, far above the noise and far below n².
const MOST: u32 = 23;

/// The stages and shapes for which it takes more, and by how much.
fn worse_than_linear(stages: &[&str], shapes: &[&str]) -> Vec<String> {
    let mut worse = Vec::new();
    for (turn, stage) in stages.iter().enumerate() {
        let pipeline = pipeline(stage);
        // Each stage meets a quarter of the shapes, and each shape a quarter of the stages: the bench has all pairs.
        for name in shapes.iter().skip(turn % 4).step_by(4) {
            let took = |bytes: usize| {
                let mut article = article(&shape(name, bytes), is_of_pages(stage));
                time(|| apply(&pipeline, &mut article))
            };
            let ratio = || {
                let (short, long) = (took(SMALL_BYTES), took(SMALL_BYTES * TIMES));
                let short = short.max(TICK);
                (long > short * MOST).then(|| long.as_secs_f64() / short.as_secs_f64())
            };
            // Whatever else the machine does makes one measurement worse, not three.
            if let (Some(a), Some(b), Some(c)) = (ratio(), ratio(), ratio()) {
                worse.push(format!("{stage}, {name}: {:.0} times", a.min(b).min(c)));
            }
        }
    }
    worse
}

#[test]
fn eight_times_the_text_takes_about_eight_times_as_long_in_every_stage() {
    let stages: Vec<&str> = STAGES.iter().map(|kind| kind.name).collect();
    let shapes: Vec<&str> = shapes().collect();
    let worse = worse_than_linear(&stages, &shapes);
    assert!(worse.is_empty(), "{}", worse.join("\n"));
}

/// The processor time of a command that ends well, in hundredths of a second.
#[cfg(target_os = "linux")]
fn ticks(command: &mut Command) -> u64 {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let path = format!("/proc/{}/stat", child.id());
    let used = loop {
        // Of a process that has ended and was not waited for, the times are still there.
        let stat = std::fs::read_to_string(&path).expect("it is there until it is waited for");
        let (_, after_name) = stat.rsplit_once(") ").expect("it has a name");
        let fields: Vec<&str> = after_name.split(' ').collect();
        if fields[0] == "Z" {
            break fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("it is a number")).sum();
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    assert!(child.wait().expect("it ends").success());
    used
}

#[test]
#[cfg(target_os = "linux")]
fn a_first_look_at_a_dump_takes_no_longer_than_its_texts_are_long() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let took = |bytes: usize| {
        let path = place.path().join(format!("{bytes}.jsonl"));
        let record = |name: &str| json!({ "text": shape(name, bytes), "title": name }).to_string();
        let lines: Vec<String> = shapes().map(record).collect();
        write(&path, lines.join("\n").as_bytes());
        ticks(Command::new(env!("CARGO_BIN_EXE_copydesk")).arg("init").arg(&path))
    };
    let (short, long) = (took(10_000), took(10_000 * TIMES));
    assert!(long <= (short + 1) * u64::from(MOST), "{short} and {long} hundredths of a second");
}
