//! Processor time per GB of page of HTML parsers and extractors, in one process on one thread.
//!
//!     bench-html [--rounds N] [--only NAME[,NAME]] [--each] DUMP...
//!
//! A dump is JSONL, plain or zstd, with the key `html` and, where known, `id` and `url`. Reading and JSON are done beforehand and not
//! counted. In every round each contestant goes once over all pages; the table has the median of the rounds. `--each` instead prints
//! one line per page and contestant. With LOUD set, panics are shown.

mod contestants;

use std::io::{BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Duration;

use cpu_time::ProcessTime;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub struct Page {
    pub id: String,
    pub url: Option<String>,
    pub html: String,
}

/// What a contestant says about a page: how much it found (elements, tokens or characters: only so that no work can be left out), or why
/// it gave up.
pub type Outcome = Result<u64, String>;

pub struct Contestant {
    pub name: &'static str,
    /// "parser" or "extractor": the table's sections.
    pub group: &'static str,
    pub unit: &'static str,
    pub run: fn(&Page) -> Outcome,
}

#[derive(serde::Deserialize)]
struct Line {
    html: Option<String>,
    #[serde(default)]
    id: serde_json::Value,
    #[serde(default)]
    url: serde_json::Value,
}

fn load(path: &str, pages: &mut Vec<Page>, unread: &mut usize) -> std::io::Result<()> {
    let mut file = BufReader::with_capacity(1 << 20, std::fs::File::open(path)?);
    let packed = file.fill_buf()?.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    let reader: Box<dyn Read> = if packed { Box::new(zstd::Decoder::with_buffer(file)?) } else { Box::new(file) };
    let mut reader = BufReader::with_capacity(1 << 20, reader);
    let mut line = Vec::new();
    while { line.clear(); reader.read_until(b'\n', &mut line)? > 0 } {
        match serde_json::from_slice::<Line>(&line) {
            Ok(Line { html: Some(html), id, url }) => pages.push(Page {
                id: id.as_str().or(url.as_str()).map_or_else(|| format!("#{}", pages.len()), str::to_owned),
                url: url.as_str().map(str::to_owned),
                html,
            }),
            _ => *unread += 1,
        }
    }
    Ok(())
}

#[derive(Default)]
struct Tally {
    rounds: Vec<Duration>,
    slowest: Vec<Duration>, // of each round
    slowest_id: String,
    panics: usize,
    errors: usize,
    units: u64,
}

fn round(contestant: &Contestant, pages: &[Page], tally: &mut Tally) {
    (tally.panics, tally.errors, tally.units) = (0, 0, 0);
    let mut slowest = Duration::ZERO;
    let start = ProcessTime::now();
    let mut before = Duration::ZERO;
    for page in pages {
        match catch_unwind(AssertUnwindSafe(|| (contestant.run)(page))) {
            Ok(Ok(units)) => tally.units += units,
            Ok(Err(_)) => tally.errors += 1,
            Err(_) => tally.panics += 1,
        }
        let now = start.elapsed(); // about 0.3 µs a page
        if now - before > slowest {
            slowest = now - before;
            tally.slowest_id.clone_from(&page.id);
        }
        before = now;
    }
    tally.rounds.push(start.elapsed());
    tally.slowest.push(slowest);
}

fn median(times: &[Duration]) -> f64 {
    let mut sorted: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

fn each(contestants: &[Contestant], pages: &[Page]) {
    for page in pages {
        for contestant in contestants {
            let start = ProcessTime::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| (contestant.run)(page)));
            let ms = start.elapsed().as_secs_f64() * 1e3;
            let said = match outcome {
                Ok(Ok(units)) => format!("{units} {}", contestant.unit),
                Ok(Err(why)) => format!("error: {}", why.lines().next().unwrap_or("")),
                Err(_) => "panic".to_owned(),
            };
            println!("{}\t{}\t{:.1} ms\t{} bytes\t{said}", page.id, contestant.name, ms, page.html.len());
        }
    }
}

fn main() -> ExitCode {
    let (mut rounds, mut only, mut one_by_one, mut dumps) = (5usize, Vec::new(), false, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--rounds" => rounds = args.next().and_then(|n| n.parse().ok()).filter(|&n| n > 0).expect("--rounds N"),
            "--only" => only.extend(args.next().expect("--only NAME[,NAME]").split(',').map(str::to_owned)),
            "--each" => one_by_one = true,
            "--list" => {
                for contestant in contestants::all() {
                    println!("{}\t{}", contestant.group, contestant.name);
                }
                return ExitCode::SUCCESS;
            }
            _ => dumps.push(arg),
        }
    }
    let mut list = contestants::all();
    if let Some(unknown) = only.iter().find(|name| list.iter().all(|c| c.name != name.as_str())) {
        eprintln!("no contestant {unknown:?}; --list shows them");
        return ExitCode::from(2);
    }
    list.retain(|c| only.is_empty() || only.iter().any(|name| name == c.name));
    if dumps.is_empty() {
        eprintln!("usage: bench-html [--rounds N] [--only NAME[,NAME]] [--each] DUMP...");
        return ExitCode::from(2);
    }

    let (mut pages, mut unread) = (Vec::new(), 0);
    let start = ProcessTime::now();
    for dump in &dumps {
        if let Err(error) = load(dump, &mut pages, &mut unread) {
            eprintln!("{dump}: {error}");
            return ExitCode::FAILURE;
        }
    }
    let loading = start.elapsed().as_secs_f64();
    let bytes: usize = pages.iter().map(|page| page.html.len()).sum();
    if pages.is_empty() {
        eprintln!("no page in {dumps:?}");
        return ExitCode::FAILURE;
    }
    if std::env::var_os("LOUD").is_none() {
        std::panic::set_hook(Box::new(|_| {})); // they are counted, not shown
    }
    if one_by_one {
        each(&list, &pages);
        return ExitCode::SUCCESS;
    }

    let mut tallies: Vec<Tally> = list.iter().map(|_| Tally::default()).collect();
    for n in 0..rounds {
        for (contestant, tally) in list.iter().zip(&mut tallies) {
            eprint!("\rround {} of {rounds}: {:<30}", n + 1, contestant.name);
            round(contestant, &pages, tally);
        }
    }
    eprint!("\r{:60}\r", "");

    let gb = bytes as f64 / 1e9;
    println!(
        "{} pages, {:.1} MB of page, {:.0} kB a page; {unread} lines unread; {rounds} rounds; {}",
        pages.len(), bytes as f64 / 1e6, bytes as f64 / 1e3 / pages.len() as f64,
        "mimalloc",
    );
    println!("reading, unpacking and JSON, in no figure below: {:.2} CPU s/GB\n", loading / gb);
    println!("| contestant | CPU s/GB | least | most | ms/page | slowest page, ms | panics | errors | found |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut group = "";
    for (contestant, tally) in list.iter().zip(&tallies) {
        if contestant.group != group {
            group = contestant.group;
            println!("| **{group}s** | | | | | | | | |");
        }
        let seconds = median(&tally.rounds);
        let (least, most) = (tally.rounds.iter().min().unwrap(), tally.rounds.iter().max().unwrap());
        println!(
            "| {} | {:.2} | {:.2} | {:.2} | {:.3} | {:.1} | {} | {} | {} {} |",
            contestant.name, seconds / gb, least.as_secs_f64() / gb, most.as_secs_f64() / gb, seconds * 1e3 / pages.len() as f64,
            median(&tally.slowest) * 1e3, tally.panics, tally.errors, tally.units, contestant.unit,
        );
    }
    ExitCode::SUCCESS
}
