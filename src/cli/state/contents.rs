//! What is in a state: `copydesk state list` and `state stats`.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::show::{BOLD, DIM, RESET, bytes, count, elide, json, name_width, wrap};
use crate::state::{State, VolumeAccount};

/// What `state list --format json` says.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Listed<'a> {
    /// The nights, the earliest first.
    nights: Vec<Night<'a>>,
    /// The addresses that are not to come back.
    withheld: Vec<&'a str>,
}

/// A night of a state.
#[derive(Serialize, JsonSchema)]
struct Night<'a> {
    /// Its name.
    night: &'a str,
    /// When it began, RFC 3339 in UTC.
    began: &'a str,
    /// The articles that it kept.
    articles: u64,
    /// Its dumps, in order.
    dumps: &'a [String],
    /// Its output folder.
    output: String,
}

/// What `state stats --format json` says.
#[derive(Serialize, JsonSchema)]
pub(in crate::cli) struct Stats {
    /// How many nights it has.
    nights: usize,
    /// The deduplication settings that it belongs to; `null` before the first night.
    dedup: Option<String>,
    /// The articles of its nights.
    articles: u64,
    /// The same and those that have expired and are still on the disk.
    records: u64,
    /// Addresses that are not to come back.
    withheld: usize,
    /// Bytes on the disk.
    disk_bytes: u64,
    /// Bytes of memory during a run.
    memory_bytes: u64,
    /// Its files.
    volumes: Vec<Volume>,
}

/// A file of a state.
#[derive(Serialize, JsonSchema)]
struct Volume {
    /// Its name.
    file: String,
    /// Its size in bytes.
    bytes: u64,
    /// The articles in it.
    articles: u64,
}

/// The nights of a state, a line each.
pub(super) fn list(state: &State, width: usize) -> String {
    let names = name_width(state.nights().iter().map(|night| night.name.as_str()), 34, width, 44);
    let mut text = String::new();
    let mut add = |line: String| writeln!(text, "{}", line.trim_end()).expect("a String takes any text");
    add(format!("{BOLD}{:<names$}{:<22}{:>14}{:>8}{RESET}", "night", "began", "articles", "dumps"));
    for night in state.nights() {
        let (articles, dumps) = (count(night.articles), count(night.dumps.len() as u64));
        add(format!(
            "{:<names$}{:<22}{articles:>14}{dumps:>8}",
            elide(&night.name, names - 1),
            elide(&night.began, 21)
        ));
    }
    if !state.withheld().is_empty() {
        add(format!("\n{BOLD}not to come back{RESET}"));
        state.withheld().iter().for_each(|withheld| add(elide(&withheld.url, width - 2)));
    }
    text
}

pub(super) fn list_json(state: &State) -> String {
    let nights = state.nights().iter().map(|night| Night {
        night: &night.name,
        began: &night.began,
        articles: night.articles,
        dumps: &night.dumps,
        output: night.output.display().to_string(),
    });
    let nights = nights.collect();
    let withheld = state.withheld().iter().map(|withheld| withheld.url.as_str()).collect();
    json(&Listed { nights, withheld })
}

/// What a state takes.
struct Size {
    articles: u64,
    records: u64,
    disk: u64,
    memory: u64,
}

impl Size {
    fn of(state: &State) -> Self {
        Self {
            articles: state.nights().iter().map(|night| night.articles).sum(),
            records: state.volumes().iter().map(VolumeAccount::records).sum(),
            disk: state.volumes().iter().map(|volume| volume.bytes).sum(),
            memory: state.volumes().iter().map(VolumeAccount::memory_bytes).sum(),
        }
    }

    fn each(&self, bytes: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
        let each = bytes as f64 / self.records.max(1) as f64;
        each
    }
}

/// What a state takes, a line each.
pub(super) fn stats(state: &State, width: usize) -> String {
    let size = Size::of(state);
    let mut text = String::new();
    let mut add = |name: &str, value: String, about: String| {
        let about = wrap(&about, 34, width);
        let line = format!("{name:<18}{value:>14}  {DIM}{}{RESET}", about.trim_start());
        writeln!(text, "{}", line.trim_end()).expect("a String takes any text");
    };
    let settings = state.settings().unwrap_or_else(|| "no night yet".to_owned());
    add("nights", count(state.nights().len() as u64), elide(&settings, width.saturating_sub(34).max(8)));
    let gone = size.records.saturating_sub(size.articles);
    let gone = if gone == 0 {
        String::new()
    } else {
        format!("and {} that are gone, still on the disk", count(gone))
    };
    add("articles", count(size.articles), gone);
    add("withheld", count(state.withheld().len() as u64), "addresses that are not to come back".to_owned());
    add("on the disk", bytes(size.disk), format!("{:.1} bytes an article", size.each(size.disk)));
    add(
        "in memory",
        bytes(size.memory),
        format!("{:.1} bytes an article, during a run", size.each(size.memory)),
    );
    add("volumes", count(state.volumes().len() as u64), String::new());
    for volume in state.volumes() {
        let about = format!("articles {}, nights {}", count(volume.records()), volume.nights.len());
        add(&format!("  {}", volume.file), bytes(volume.bytes), about);
    }
    text
}

pub(super) fn stats_json(state: &State) -> String {
    let size = Size::of(state);
    let volumes = state.volumes().iter().map(|volume| Volume {
        file: volume.file.clone(),
        bytes: volume.bytes,
        articles: volume.records(),
    });
    json(&Stats {
        nights: state.nights().len(),
        dedup: state.settings(),
        articles: size.articles,
        records: size.records,
        withheld: state.withheld().len(),
        disk_bytes: size.disk,
        memory_bytes: size.memory,
        volumes: volumes.collect(),
    })
}
