//! How long each stage takes over texts of one pattern, from 10 kB to 10 MB.
//!
//! ```sh
//! cargo bench --bench hostile -- [--most BYTES] [--stage NAME] [--all]
//! ```
//!
//! Prints the stages and shapes for which ten times the text takes more than 15 times the time (n^1.2), and for each stage the
//! slowest shape; with `--all`, every one. A size is left out where the one before took more than 3 s.

#[path = "../it/shapes.rs"]
mod shapes;

use std::time::Duration;

use copydesk::stage::catalogue::STAGES;

#[expect(clippy::print_stdout, reason = "a bench prints")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
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
            worse += usize::from(is_worse);
            let shown: Vec<String> =
                times.iter().map(|time| format!("{:>10.1}", time.as_secs_f64() * 1e3)).collect();
            let line = format!("{:<20} {name:<24} {} ms", kind.name, shown.join(" "));
            if is_worse || all {
                println!("{line}{}", if is_worse { "  worse than linear" } else { "" });
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
