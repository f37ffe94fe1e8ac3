//! How long each stage takes over texts of one pattern, from 10 kB to 10 MB.
//!
//! ```sh
//! cargo bench --bench hostile -- [--most BYTES] [--stage NAME] [--all]
//! ```
//!
//! Prints the stages and shapes for which ten times the text takes more than 15 times the time (n^1.2), and for each stage the
//! slowest shape; with `--all`, every one. A size is left out where the one before took more than 3 s.
//!
//! Times of a busy machine are too rough for that, and those of a few milliseconds everywhere. Where valgrind is installed, the
//! instructions of each pair that looks worse are counted, and they decide.

#[path = "../it/shapes.rs"]
mod shapes;

use std::process::Command;
use std::time::Duration;

use copydesk::stage::catalogue::STAGES;

/// The instructions that a stage takes over so many sizes of a shape, the first of 10 kB, by valgrind; `None` without it.
fn counts(stage: &str, shape: &str, sizes: usize) -> Option<Vec<u64>> {
    let count = |bytes: u64, more: &[&str]| {
        let mut run = Command::new("valgrind");
        run.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        run.arg(std::env::current_exe().ok()?).args(["--stage", stage, "--shape", shape, "--once"]);
        let errors = run.arg(bytes.to_string()).args(more).output().ok()?.stderr;
        let errors = String::from_utf8_lossy(&errors).into_owned();
        errors.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse::<u64>().ok())
    };
    // Tables are made once, however long the text is.
    let made = |bytes: u64| Some(count(bytes, &[])?.saturating_sub(count(bytes, &["--idle"])?));
    let nothing = made(0)?;
    (4..).take(sizes).map(|power| Some(made(10_u64.pow(power))?.saturating_sub(nothing))).collect()
}

/// Whether what takes more than a millisecond grows faster than n^1.2.
fn grows(counts: &[u64]) -> bool {
    counts.windows(2).any(|pair| pair[1] > pair[0].max(300_000) * 15)
}

#[expect(clippy::print_stdout, reason = "a bench prints")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    if let Some(bytes) = after("--once") {
        let bytes = bytes.parse().expect("a number of bytes");
        let (stage, shape) = (after("--stage").expect("a stage"), after("--shape").expect("a shape"));
        let pipeline = shapes::pipeline(&stage);
        let mut article = shapes::article(&shapes::shape(&shape, bytes), shapes::is_of_pages(&stage));
        if arguments.iter().all(|argument| argument != "--idle") {
            shapes::apply(&pipeline, &mut article);
        }
        return;
    }
    let most = after("--most").and_then(|bytes| bytes.parse().ok()).unwrap_or(10_000_000);
    let (only, all) = (after("--stage"), arguments.iter().any(|argument| argument == "--all"));
    let mut worse = 0;
    for kind in STAGES.iter().filter(|kind| only.as_ref().is_none_or(|only| kind.name == only)) {
        let pipeline = shapes::pipeline(kind.name);
        let mut slowest = (0.0, String::new());
        for name in shapes::shapes() {
            let mut times: Vec<Duration> = Vec::new();
            for bytes in
                [10_000, 100_000, 1_000_000, 10_000_000].into_iter().take_while(|bytes| *bytes <= most)
            {
                if times.last().is_some_and(|last| *last > Duration::from_secs(3)) {
                    break;
                }
                let text = shapes::shape(name, bytes);
                // Many at once where one takes a few ticks, and the best of some, because the machine has other things to do.
                let once = |many: usize| {
                    let mut articles = vec![shapes::article(&text, shapes::is_of_pages(kind.name)); many];
                    let took =
                        shapes::time(|| articles.iter_mut().for_each(|one| shapes::apply(&pipeline, one)));
                    took / u32::try_from(many).unwrap_or(1)
                };
                let first = once(1);
                let many = if first < 10 * shapes::TICK && bytes <= 1_000_000 { 16 } else { 1 };
                let again = if first < Duration::from_secs(1) { 3 } else { 0 };
                times.push(
                    (0..again)
                        .map(|_| once(many))
                        .fold(if many > 1 { Duration::MAX } else { first }, Duration::min),
                );
            }
            let is_worse = times.windows(2).any(|pair| pair[1] > pair[0].max(shapes::TICK / 16) * 15);
            let counts = if is_worse { counts(kind.name, name, times.len()) } else { None };
            let is_worse = counts.as_ref().map_or(is_worse, |counts| grows(counts));
            worse += usize::from(is_worse);
            let shown: Vec<String> =
                times.iter().map(|time| format!("{:>10.1}", time.as_secs_f64() * 1e3)).collect();
            let line = format!("{:<20} {name:<24} {} ms", kind.name, shown.join(" "));
            if is_worse || all {
                let counted = counts.map_or(String::new(), |counts| format!("  {counts:?} instructions"));
                println!(
                    "{line}{}",
                    if is_worse { format!("  worse than linear{counted}") } else { counted }
                );
            }
            let last = times.last().map_or(0.0, Duration::as_secs_f64);
            if last > slowest.0 {
                slowest = (last, line);
            }
        }
        println!("{}  slowest", slowest.1);
    }
    println!("{worse} are worse than linear");
}
