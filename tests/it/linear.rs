//! No stage takes longer than its text is long: eight times the text takes about eight times the time.
//!
//! `cargo bench --bench hostile` measures the same at up to 10 MB.

use copydesk::stage::catalogue::STAGES;

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
