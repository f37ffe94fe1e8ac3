//! Processor time against the floor: a bare program that decompresses, parses with `serde_json` into a struct,
//! serialises and compresses at level 3, on as many threads.
//!
//! ```text
//! cargo bench --bench floor -- [--threads N] [--rounds N] [DUMP...]
//! ```
//!
//! `DUMP`s are zstd files of text articles; without any, 200 MB of made-up articles are used. Rounds
//! alternate between the candidates, and the smallest time of each counts, because a noisy machine only ever
//! adds to it. The ratios are what matters: a pipeline without stages is to stay below 1.15,
//! `articles` below 2.2. `corpus` is to stay below 38 seconds a GB; it is measured without looking for duplicates. `with near` is `articles` that drops near duplicates, too: what looking for them
//! adds is to stay below 6 seconds a GB.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use copydesk::night::{Finish, NightOrder, run};
use copydesk::pipeline::{Pipeline, shipped};
use serde::{Deserialize, Serialize};

/// The program's own, for the floor as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments = Arguments::read();
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let dumps = if arguments.dumps.is_empty() { made_up(scratch.path()) } else { arguments.dumps.clone() };
    let bytes: u64 = dumps.iter().map(|dump| unpacked_bytes(dump)).sum();
    let threads = arguments.threads;
    #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
    let gigabytes = bytes as f64 / 1e9;
    println!(
        "{gigabytes:.3} GB in {} dumps, {threads} threads, best of {} rounds",
        dumps.len(),
        arguments.rounds
    );
    let mut best: BTreeMap<usize, Cost> = BTreeMap::new();
    let mut differences = Vec::new();
    for round in 0..arguments.rounds {
        let mut before = 0.0;
        for (index, (name, candidate)) in CANDIDATES.iter().enumerate() {
            let output = scratch.path().join(format!("{name}-{round}"));
            let cost = measure(|| candidate(&dumps, &output, threads));
            std::fs::remove_dir_all(&output).expect("it was just made");
            if index + 1 == CANDIDATES.len() {
                differences.push(cost.cpu - before);
            }
            before = cost.cpu;
            let best = best.entry(index).or_insert(cost);
            best.cpu = best.cpu.min(cost.cpu);
            best.wall = best.wall.min(cost.wall);
        }
    }
    let floor = best[&0];
    println!("{:<14}{:>10}{:>8}{:>12}{:>8}{:>12}", "", "cpu s/GB", "ratio", "wall s/GB", "ratio", "MB/s");
    for (index, (name, _)) in CANDIDATES.iter().enumerate() {
        let Cost { cpu, wall } = best[&index];
        println!(
            "{name:<14}{:>10.2}{:>8.2}{:>12.2}{:>8.2}{:>12.0}",
            cpu / gigabytes,
            cpu / floor.cpu,
            wall / gigabytes,
            wall / floor.wall,
            gigabytes * 1000.0 / wall
        );
    }
    // The last two differ in nothing else. Rounds alternate, so each round's difference is fair, and their
    // middle one is the least disturbed.
    differences.sort_by(f64::total_cmp);
    let middle = differences.get(differences.len() / 2).copied().unwrap_or_default();
    println!("near duplicates add {:.2} cpu s/GB, to stay below 6", middle / gigabytes);
}

type Candidate = fn(&[PathBuf], &Path, usize);

const CANDIDATES: [(&str, Candidate); 5] = [
    ("floor", floor),
    ("no stages", |dumps, output, threads| copydesk("format = 1", dumps, output, threads)),
    ("corpus", |dumps, output, threads| {
        let corpus = shipped("corpus").expect("it is shipped");
        let without =
            corpus.replace("\nexact = true", "\nexact = false").replace("\nnear = {", "\n# near = {");
        assert!(
            without.contains("exact = false") && without.contains("# near"),
            "it has a table for duplicates"
        );
        copydesk(&without, dumps, output, threads);
    }),
    ("articles", |dumps, output, threads| {
        copydesk(shipped("articles").expect("it is shipped"), dumps, output, threads);
    }),
    ("with near", |dumps, output, threads| {
        let articles = shipped("articles")
            .expect("it is shipped")
            .replace("\nexact = true", "\nexact = true\nnear = true");
        assert!(articles.contains("near = true"), "it has a table for duplicates");
        copydesk(&articles, dumps, output, threads);
    }),
];

struct Arguments {
    threads: usize,
    rounds: usize,
    dumps: Vec<PathBuf>,
}

impl Arguments {
    fn read() -> Self {
        let mut read = Self { threads: 2, rounds: 5, dumps: Vec::new() };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut number = || arguments.next().and_then(|number| number.parse().ok()).expect("a number");
            match argument.as_str() {
                "--threads" => read.threads = number(),
                "--rounds" => read.rounds = number(),
                "--bench" => {} // cargo says so
                dump => read.dumps.push(dump.into()),
            }
        }
        read
    }
}

#[derive(Clone, Copy)]
struct Cost {
    cpu: f64,
    wall: f64,
}

#[expect(clippy::disallowed_methods, reason = "this is a measurement")]
fn measure(work: impl FnOnce()) -> Cost {
    let (cpu, wall) = (cpu_seconds(), Instant::now());
    work();
    Cost { cpu: cpu_seconds() - cpu, wall: wall.elapsed().as_secs_f64() }
}

/// Processor time of this process, threads that have ended included: fields 14 and 15 of `/proc/self/stat`, in
/// hundredths of a second (proc(5)).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this bench needs Linux");
    let (_, fields) = stat.rsplit_once(") ").expect("as proc(5) says");
    let ticks: Vec<f64> = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    ticks.iter().sum::<f64>() / 100.0
}

fn copydesk(pipeline: &str, dumps: &[PathBuf], output: &Path, threads: usize) {
    let order = NightOrder {
        pipeline_file: None,
        pipeline: Pipeline::parse("bench", pipeline).unwrap_or_else(|problems| panic!("{problems:?}")),
        inputs: dumps.to_vec(),
        output: output.to_owned(),
        threads,
        limit: None,
        sample: None,
        restart: false,
        scratch: None,
        state: None,
        pace: copydesk::night::Pace::default(),
    };
    let finish = run(order, &mut (), &AtomicBool::new(false));
    assert!(matches!(finish, Ok(Finish::Complete(_))), "{finish:?}");
}

/// What an article has in the bench's dumps.
#[derive(Deserialize, Serialize)]
struct Document<'a> {
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    url: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Cow<'a, str>,
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    author: Option<Cow<'a, str>>,
    #[serde(default)]
    published: serde_json::Value,
    #[serde(borrow, default)]
    crawled_at: Cow<'a, str>,
    #[serde(borrow, default)]
    source: Cow<'a, str>,
    #[serde(borrow, default)]
    tags: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    description: Option<Cow<'a, str>>,
}

/// The bare program: each thread takes the next dump. Lines that it cannot read are left out.
fn floor(dumps: &[PathBuf], output: &Path, threads: usize) {
    std::fs::create_dir_all(output).expect("there is room");
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(dump) = dumps.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = dump.file_name().expect("a dump is a file");
                    rewrite(dump, &output.join(name));
                }
            });
        }
    });
}

fn rewrite(dump: &Path, output: &Path) {
    let input = std::fs::File::open(dump).expect("the dump is there");
    let mut input = BufReader::with_capacity(1 << 17, zstd::Decoder::new(input).expect("it is zstd"));
    let output =
        std::fs::OpenOptions::new().write(true).create_new(true).open(output).expect("there is room");
    let mut output = zstd::Encoder::new(output, 3).expect("memory for a compressor");
    let (mut line, mut record) = (Vec::new(), Vec::new());
    while input.read_until(b'\n', &mut line).expect("the dump is whole") > 0 {
        if let Ok(document) = serde_json::from_slice::<Document<'_>>(&line) {
            record.clear();
            serde_json::to_writer(&mut record, &document).expect("it is JSON");
            record.push(b'\n');
            output.write_all(&record).expect("there is room");
        }
        line.clear();
    }
    output.finish().and_then(|file| file.sync_all()).expect("there is room");
}

fn unpacked_bytes(dump: &Path) -> u64 {
    let file = std::fs::File::open(dump).unwrap_or_else(|error| panic!("{}: {error}", dump.display()));
    let mut decoder = zstd::Decoder::new(file).expect("it is zstd");
    std::io::copy(&mut decoder, &mut std::io::sink()).expect("the dump is whole")
}

/// Dumps of made-up articles: words of a small vocabulary in a pseudo-random order.
fn made_up(folder: &Path) -> Vec<PathBuf> {
    const WORDS: [&str; 24] = [
        "the", "council", "of", "harbour", "and", "a", "minister", "said", "in", "bridge", "on", "weather",
        "to", "festival", "with", "report", "by", "school", "for", "river", "at", "evening", "from", "señal",
    ];
    let mut state = 7_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut dump = |number: usize| {
        let path = folder.join(format!("made-up-{number}.jsonl.zst"));
        let file =
            std::fs::OpenOptions::new().write(true).create_new(true).open(&path).expect("there is room");
        let mut output = zstd::Encoder::new(file, 3).expect("memory for a compressor");
        for article in 0..10_000 {
            let mut text = String::new();
            for _ in 0..3 + random(12) {
                for _ in 0..20 + random(60) {
                    text.push_str(WORDS[usize::try_from(random(24)).expect("below 24")]);
                    // A number now and then, so that texts don't pack better than real ones.
                    text.push(' ');
                    if random(4) == 0 {
                        text.push_str(&random(1 << 20).to_string());
                        text.push(' ');
                    }
                }
                text.push_str("end.\n\n");
            }
            let document = Document {
                id: format!("{number}-{article}").into(),
                url: format!("https://paper{}.example/{number}/{article}", random(50)).into(),
                title: "A headline".into(),
                text: text.into(),
                author: Some("Ada Writer".into()),
                published: "2024-05-01T10:00:00Z".into(),
                crawled_at: "2024-05-02T03:00:00Z".into(),
                source: "paper".into(),
                tags: vec!["local".into()],
                description: None,
            };
            serde_json::to_writer(&mut output, &document).expect("it is JSON");
            output.write_all(b"\n").expect("there is room");
        }
        output.finish().and_then(|file| file.sync_all()).expect("there is room");
        path
    };
    (0..8).map(&mut dump).collect()
}
