//! What a history of millions of articles costs: on the disk, in memory, to load, to ask, to add a night to.
//!
//! ```text
//! cargo bench --bench state -- [--articles N] [--night N] [--exact]
//! ```
//!
//! Articles are made up: hashes for their keys, and signatures as texts have them. They come in nights of `--night`
//! articles (200,000), until there are `--articles` (10 million). Then records are looked up from one thread: those
//! that are new, as most of a night's are, and those that are in it. `--exact` leaves near duplicates out.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::path::Path;
use std::time::Instant;

use copydesk::account::{DumpOfNight, HostAccount, PipelineAccount};
use copydesk::article::ArticleId;
use copydesk::dedup::DedupSettings;
use copydesk::dedup::{DedupKeys, Entry, MinHash, RecordPlace};
use copydesk::settings::Switch;
use copydesk::state::{EndedNight, NightName, State, Tonight};
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128_with_seed};

/// The program's own, for the bench as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A number's made-up article.
fn entry(number: u64, near: bool) -> Entry {
    let key = |seed: u64| xxh3_128_with_seed(&number.to_le_bytes(), seed);
    let values =
        (0..14_u64).flat_map(|word| xxh3_64_with_seed(&number.to_le_bytes(), word + 9).to_le_bytes());
    let near = near.then(|| MinHash::from_parts(values.collect(), 400));
    let place = RecordPlace { dump: 0, line: number };
    let keys = DedupKeys::from_parts(Some(key(1)), Some(key(2)), near);
    Entry { id: ArticleId(key(1)), place, keys, same_keys: Box::default(), counted: None, rank: 0 }
}

fn begin(state: &State, dedup: &DedupSettings, number: u64) -> Tonight {
    let name = NightName::Given(format!("night-{number}"));
    let drawn = ("2026-11-25T22:00:00Z".to_owned(), number.to_string());
    state.begin(Some(dedup), &name, Path::new("out"), drawn).expect("it may begin")
}

fn main() {
    let (mut articles, mut in_night, mut near) = (10_000_000_u64, 200_000_u64, true);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|number| number.parse().ok()).expect("a number");
        match argument.as_str() {
            "--articles" => articles = number(),
            "--night" => in_night = number(),
            "--exact" => near = false,
            _ => {} // cargo says --bench
        }
    }
    let dedup = DedupSettings { near: Switch::Usual(near), ..DedupSettings::default() };
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut state = State::open(place.path(), true).expect("there is room");
    let (mut from, mut most) = (0, 0.0_f64);
    let began = Clock::start();
    while from < articles {
        let to = (from + in_night).min(articles);
        let tonight = begin(&state, &dedup, from);
        let clock = Clock::start();
        let mut entries = |found: &mut dyn FnMut(Entry)| {
            (from..to).for_each(|number| found(entry(number, near)));
            Ok(())
        };
        let (pipeline, hosts) = (PipelineAccount::default(), HostAccount::default());
        let dumps = vec!["dump".to_owned()];
        let ended = EndedNight {
            output: Path::new("out"),
            dumps: dumps.into_iter().map(|name| DumpOfNight { name, ..DumpOfNight::default() }).collect(),
            pipeline: &pipeline,
            hosts: &hosts,
            is_corpus: false,
        };
        state.commit(&tonight, &dedup, ended, &mut entries).expect("there is room");
        most = most.max(clock.stop().0);
        from = to;
    }
    let (wall, cpu) = began.stop();
    let volumes = state.volumes();
    let each = |bytes: u64| float(bytes) / float(articles);
    let sum = |of: fn(&copydesk::state::VolumeAccount) -> u64| volumes.iter().map(of).sum::<u64>();
    println!("{articles} articles in nights of {in_night}: {} volumes", volumes.len());
    println!("on the disk   {:8.1} bytes an article", each(sum(|volume| volume.bytes)));
    println!(
        "in memory     {:8.1} bytes an article",
        each(sum(copydesk::state::VolumeAccount::memory_bytes))
    );
    println!(
        "written in    {wall:8.1} s, {cpu:.1} cpu s, the articles made up twice included; the longest night {most:.1} s"
    );
    let tonight = begin(&state, &dedup, articles);
    let clock = Clock::start();
    let history = state.history(&tonight, &dedup).expect("it can be read");
    let (wall, cpu) = clock.stop();
    println!("loaded in     {wall:8.2} s, {cpu:.2} cpu s");
    // What making articles up costs is taken off.
    let made = |from: u64, step: u64| {
        let clock = Clock::start();
        (0..ASKED).for_each(|number| drop(std::hint::black_box(entry(from + number * step, near))));
        clock.stop().1
    };
    for (what, from, step) in [("new", articles, 1), ("there", 0, (articles / ASKED).max(1))] {
        let making = made(from, step);
        let clock = Clock::start();
        let mut found = 0_u64;
        for number in 0..ASKED {
            let earlier = history.ask(&entry(from + number * step, near).keys).expect("it can be read");
            found += u64::from(earlier.url.is_some());
        }
        let cpu = clock.stop().1 - making;
        println!(
            "asked {what:<6}  {:8.2} µs cpu a record, {found} of {ASKED} found",
            cpu * 1e6 / float(ASKED)
        );
    }
}

/// Records that are looked up.
const ASKED: u64 = 300_000;

fn float(number: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "shown with a few digits")]
    let float = number as f64;
    float
}

struct Clock(Instant, f64);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
    fn start() -> Self {
        Self(Instant::now(), cpu_seconds())
    }

    /// Wall and processor time.
    fn stop(&self) -> (f64, f64) {
        (self.0.elapsed().as_secs_f64(), cpu_seconds() - self.1)
    }
}

/// Fields 14 and 15 of `/proc/self/stat`, in hundredths of a second (proc(5)).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    fields
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u32>().ok())
        .map(f64::from)
        .sum::<f64>()
        / 100.0
}
