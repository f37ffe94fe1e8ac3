//! `copydesk state`: what nights have left for later nights.

mod contents;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::Exit;
use super::failure::{exit_of, fail, state_advice, state_command};
use super::progress::{Watcher, When};
use super::show::{Format, Level, columns, count, error, help, json, note, out, refuse, say};
use super::signals::Signals;
use crate::account::{Counts, Ledger};
use crate::article::{Article, ArticleId, Source};
use crate::dedup::{DedupSettings, Entry, UpdatePolicy};
use crate::finished::{FinishedRun, kept_entries, verify};
use crate::night::{AdoptOrder, Adoption, RunError, StatePlace, adopt};
use crate::pipeline::Pipeline;
use crate::state::{NightName, NightRun, State, StateError};
use crate::store;
use crate::write::{WriteError, changed};

pub(super) use contents::{Listed, Stats};
use contents::{list, list_json, stats, stats_json};

/// What earlier nights have left: list it, measure it, forget it
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Take an existing corpus in, so that what it holds is a duplicate on later nights
    Add(Add),
    /// The nights, and the addresses that are not to come back
    List(Look),
    /// How large it is, on the disk and in memory
    Stats(Look),
    /// Take nights out, or keep addresses from coming back
    Forget(Forget),
    /// Let addresses come back that `forget --url` keeps out
    Allow(Allow),
    /// Read all of its files: whether each is what was written
    Check(Folder),
    /// Write what is damaged again, from the outputs of the nights
    Repair(Repair),
}

/// Without --pipeline, records are taken in as they are: those of copydesk, and others that have their text.
#[derive(clap::Args)]
struct Add {
    /// The state's folder, or its address on a store
    folder: PathBuf,
    /// Output folders of copydesk, files, folders that are searched for dumps, or patterns in quotes
    #[arg(required = true)]
    records: Vec<PathBuf>,
    /// A pipeline that the records go through; what its gates drop is not taken in. Needed where records have pages and no text
    #[arg(long)]
    pipeline: Option<String>,
    /// What the corpus is called in the state; a night or corpus that has this name is replaced [default: the name of the first of RECORDS, where it is free]
    #[arg(long)]
    night: Option<String>,
    /// Threads that work [default: one a core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(clap::Args)]
struct Look {
    /// The state's folder, or its address on a store
    folder: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(clap::Args)]
struct Folder {
    /// The state's folder, or its address on a store
    folder: PathBuf,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(clap::Args)]
struct Repair {
    /// The state's folder, or its address on a store
    folder: PathBuf,
    /// Output folders of its nights, the oldest first [default: where they were, as far as the state knows]
    run: Vec<PathBuf>,
    /// The nights' pipeline, whose deduplication settings are needed where no manifest can be read
    #[arg(long)]
    pipeline: Option<String>,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(clap::Args)]
struct Forget {
    /// The state's folder, or its address on a store
    folder: PathBuf,
    /// Nights to take out, as if their articles had never been seen
    #[arg(required_unless_present = "url")]
    night: Vec<String>,
    /// Addresses that are not to come back: records with them are dropped as `withheld` on later nights
    #[arg(long, num_args = 1.., value_name = "URL", conflicts_with = "night")]
    url: Vec<String>,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(clap::Args)]
struct Allow {
    /// The state's folder, or its address on a store
    folder: PathBuf,
    /// The addresses, as `copydesk state list` shows them
    #[arg(required = true)]
    url: Vec<String>,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `state add --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Added {
    /// What the corpus is called in the state.
    night: String,
    /// The articles that were taken in.
    articles: u64,
    /// Where all lines went.
    lines: Counts,
    /// Records that were not taken in, by reason.
    dropped: BTreeMap<String, u64>,
    /// Lines that could not be processed, by reason.
    quarantined: BTreeMap<String, u64>,
}

/// What `state forget DIR NIGHT --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Forgotten<'a> {
    /// The nights that were taken out.
    forgotten: &'a [String],
    /// Their articles.
    articles: u64,
}

/// What `state forget DIR --url URL --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Withheld {
    /// Addresses that were not known before.
    withheld: usize,
    /// All that are not to come back.
    withheld_in_all: usize,
}

/// What `state allow --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Allowed {
    /// Addresses that may come back.
    allowed: usize,
    /// Those that are still not to.
    withheld_in_all: usize,
}

/// What `state check --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Checked {
    /// The state's folder.
    folder: String,
    /// Whether every file is what was written.
    is_right: bool,
    /// What is not, a sentence each.
    damages: Vec<String>,
}

/// What `state repair --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Repaired {
    /// The state's folder.
    folder: String,
    /// What was done, a sentence each.
    done: Vec<String>,
}

pub(super) fn state(arguments: &Arguments) -> Exit {
    let done = match &arguments.command {
        Command::Add(add) => return add_to(add),
        Command::List(Look { folder, format }) => looked_at(folder).map(|state| match format {
            Format::Human => list(&state, columns()),
            Format::Json => list_json(&state),
        }),
        Command::Stats(Look { folder, format }) => looked_at(folder).map(|state| match format {
            Format::Human => stats(&state, columns()),
            Format::Json => stats_json(&state),
        }),
        Command::Forget(forget) => {
            if let Some(wrong) = forget.url.iter().find(|url| !is_address(url)) {
                error(
                    &format!("keep {wrong} from coming back: it is not an address"),
                    &["write it with https:// and the host, as records have it in `url`"],
                );
                return Exit::Usage;
            }
            forget_in(forget)
        }
        Command::Allow(allow) => allow_in(allow),
        Command::Check(Folder { folder, format }) => match damages(folder) {
            Ok(damages) if *format == Format::Json => {
                let is_right = damages.is_empty();
                let found = Checked { folder: shown(folder), is_right, damages };
                let printed = out(&json(&found));
                return if is_right { printed } else { Exit::Failed };
            }
            Ok(damages) if !damages.is_empty() => {
                error(&format!("find {} right:", shown(folder)), &[]);
                damages.iter().for_each(|damage| say(Level::Error, &format!("  {damage}"), &[]));
                help(&format!(
                    "{} writes it again from the nights' outputs",
                    state_command("repair", Path::new(&shown(folder)))
                ));
                return Exit::Failed;
            }
            looked => looked.map(|_| format!("{} is right: every file is what was written\n", shown(folder))),
        },
        Command::Repair(repair) => match &repair.pipeline {
            Some(name) => match super::pipeline_file::load(name) {
                Some((pipeline, _)) => repair_in(repair, pipeline.dedup.as_ref()),
                None => return Exit::Usage,
            },
            None => repair_in(repair, None),
        },
    };
    match done {
        Ok(text) => out(&text),
        Err(failure) => {
            refuse(&failure.to_string(), &state_advice(&failure));
            exit_of(&RunError::State(failure))
        }
    }
}

fn add_to(Add { folder, records, pipeline, night, threads, format }: &Add) -> Exit {
    let (pipeline, is_given) = match pipeline {
        Some(name) => match super::pipeline_file::load(name) {
            Some((pipeline, _)) => (pipeline, true),
            None => return Exit::Usage,
        },
        None => (Pipeline::parse("records", AS_THEY_ARE).expect("it has right settings"), false),
    };
    let mut place = match StatePlace::fetch(folder, None) {
        Ok(place) => place,
        Err(failure) => return fail(&RunError::State(failure)),
    };
    let known = match State::look(place.folder()) {
        Ok(state) => state.dedup(),
        Err(StateError::Missing(_)) => None,
        Err(failure) => return fail(&RunError::State(place.by_address(failure))),
    };
    let pipeline = match known {
        // The keys must be those of the state; what each version of an article says is known from then on.
        Some(dedup) if !is_given => {
            let updates = UpdatePolicy::Keep;
            Pipeline { dedup: Some(DedupSettings { updates, ..dedup }), ..pipeline }
        }
        _ => pipeline,
    };
    let name = night.clone().map_or(NightName::OfFolder, NightName::Given);
    let signals = Signals::default();
    if let Err(cause) = signals.listen() {
        error(&format!("listen for Ctrl-C: {cause}"), &[]);
        return Exit::Failed;
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let order = AdoptOrder {
        pipeline,
        inputs: records.clone(),
        state: place.folder().to_owned(),
        night: name,
        threads: threads.map_or(cores, usize::from),
    };
    let adopted = adopt(order, &mut Watcher::new(When::Auto), &signals.stop).and_then(|adoption| {
        if matches!(adoption, Adoption::Added(..)) {
            place.push().map_err(RunError::State)?;
        }
        Ok(adoption)
    });
    match adopted {
        Err(RunError::State(failure)) => fail(&RunError::State(place.by_address(failure))),
        Err(failure) => fail(&failure),
        Ok(Adoption::Stopped) => {
            note("stopped before the end; the state is as it was");
            signals.exit()
        }
        Ok(Adoption::AddedBefore(night)) => {
            note(&format!("done already: {} has this corpus as `{night}`", shown(folder)));
            Exit::Done
        }
        Ok(Adoption::Added(night, ledger)) => {
            let Ledger { lines, dropped, quarantined, .. } = *ledger;
            let articles = lines.kept;
            out(&match format {
                Format::Json => json(&Added { night, articles, lines, dropped, quarantined }),
                Format::Human => added(&night, lines),
            })
        }
    }
}

/// Records as they are, but for their addresses, with the deduplication of `nightly`.
const AS_THEY_ARE: &str =
    "format = 1\n[[stage]]\nkind = \"canonicalise-url\"\n[dedup]\nnear = true\nupdates = \"keep\"\n";

fn added(night: &str, lines: Counts) -> String {
    let mut text = format!("added {} articles as `{night}`\n", count(lines.kept));
    for (what, number) in [
        ("were not taken in: the state or the corpus has them, or a gate dropped them", lines.dropped),
        ("could not be processed", lines.quarantined),
    ] {
        if number > 0 {
            writeln!(text, "{} {what}", count(number)).expect("a String takes any text");
        }
    }
    text
}

/// What is wrong with a state's files, a sentence each.
fn damages(folder: &Path) -> Result<Vec<String>, StateError> {
    let place = StatePlace::look(folder, true)?;
    match State::look(place.folder()) {
        Ok(state) => Ok(state.damages()),
        Err(StateError::Damaged { cause, .. }) => Ok(vec![cause]),
        Err(error) => Err(place.by_address(error)),
    }
}

/// A state as its manifest has it.
fn looked_at(folder: &Path) -> Result<State, StateError> {
    let place = StatePlace::look(folder, false)?;
    State::look(place.folder()).map_err(|error| place.by_address(error))
}

/// Changes a state; what changes one on a store is given back there.
fn change<T>(folder: &Path, does: impl FnOnce(&mut State) -> Result<T, StateError>) -> Result<T, StateError> {
    let mut place = StatePlace::fetch(folder, None)?;
    let changed = State::open(place.folder(), false).and_then(|mut state| does(&mut state));
    let changed = changed.map_err(|error| place.by_address(error))?;
    place.push()?;
    Ok(changed)
}

fn shown(folder: &Path) -> String {
    store::shown(folder)
}

fn is_address(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn forget_in(forget: &Forget) -> Result<String, StateError> {
    let Forget { folder, night, url, format } = forget;
    if url.is_empty() {
        let articles = change(folder, |state| state.forget(night))?;
        return Ok(match format {
            Format::Human => {
                format!("forgot {}: {} articles are as good as new\n", night.join(", "), count(articles))
            }
            Format::Json => json(&Forgotten { forgotten: night, articles }),
        });
    }
    let urls: Vec<(String, Vec<ArticleId>)> = url.iter().map(|url| (url.clone(), ids(url))).collect();
    let (added, in_all) = change(folder, |state| Ok((state.withhold(&urls)?, state.withheld().len())))?;
    Ok(match format {
        Format::Human => {
            let addresses = if added == 1 { "address" } else { "addresses" };
            format!("{added} more {addresses} will not come back, {} in all\n", count(in_all as u64))
        }
        Format::Json => json(&Withheld { withheld: added, withheld_in_all: in_all }),
    })
}

fn repair_in(repair: &Repair, dedup: Option<&DedupSettings>) -> Result<String, StateError> {
    // Given ones come last, and the last run of a night is taken.
    let mut place = StatePlace::fetch_damaged(&repair.folder)?;
    let known = State::outputs(place.folder());
    let known = known.iter().filter(|folder| !repair.run.contains(folder));
    let mut runs: Vec<FinishedRun> = known.filter_map(|folder| FinishedRun::open(folder).ok()).collect();
    for folder in &repair.run {
        let opened = FinishedRun::open(folder);
        runs.push(opened.map_err(|error| unusable(folder, &error.to_string()))?);
    }
    let entries: Vec<_> = runs
        .iter()
        .map(|run| {
            move |dedup: &DedupSettings, found: &mut dyn FnMut(Entry)| {
                verify(run, None).map_err(|problems| unusable(&run.folder, &problems.join("; ")))?;
                kept_entries(run, dedup, found).map_err(|error| unusable(&run.folder, &error.to_string()))
            }
        })
        .collect();
    let runs: Vec<NightRun<'_>> = runs
        .iter()
        .zip(&entries)
        .map(|(run, entries)| NightRun { output: &run.folder, ledger: &run.ledger, entries })
        .collect();
    let mut done = State::repair(place.folder(), dedup, &runs).map_err(|error| place.by_address(error))?;
    if done.is_empty() && place.lacks_manifest() {
        done.push("its state.json is missing: it is written again from the copy on this machine".to_owned());
    }
    if !done.is_empty() {
        place.push()?;
    }
    if repair.format == Format::Json {
        return Ok(json(&Repaired { folder: shown(&repair.folder), done }));
    }
    Ok(if done.is_empty() {
        format!("{} is right: there is nothing to repair\n", shown(&repair.folder))
    } else {
        done.join("\n") + "\n"
    })
}

fn unusable(run: &Path, cause: &str) -> WriteError {
    WriteError { doing: "use the run", path: run.to_owned(), cause: changed(cause.to_owned()) }
}

fn allow_in(Allow { folder, url, format }: &Allow) -> Result<String, StateError> {
    let (allowed, left) = change(folder, |state| Ok((state.allow(url)?, state.withheld().len())))?;
    Ok(match format {
        Format::Human => format!("{allowed} of {} may come back, {left} are still kept out\n", url.len()),
        Format::Json => json(&Allowed { allowed, withheld_in_all: left }),
    })
}

/// The ids that records with an address have, whether the pipeline makes addresses canonical or not.
fn ids(url: &str) -> Vec<ArticleId> {
    let source = "format = 1\n[[stage]]\nkind = \"canonicalise-url\"";
    let pipeline = Pipeline::parse("canonical", source).expect("it has one right stage");
    let mut article = Article::new(Source { dump: Arc::from(""), line: 1, id: None });
    url.clone_into(&mut article.url);
    pipeline.apply(&mut article, &mut [crate::pipeline::StageTally::default()]);
    vec![ArticleId::of(url), article.id]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{DumpOfNight, HostAccount, PipelineAccount};
    use crate::state::EndedNight;

    fn some_state(folder: &Path) -> State {
        let mut state = State::open(folder, true).expect("there is room");
        for number in 0..3 {
            let name = format!("{number}-a-night-with-a-name-that-goes-on-and-on-and-on-and-on-to-no-end");
            let (dedup, output) = (DedupSettings::default(), folder.join(&name));
            let drawn = ("2026-11-25T22:00:00Z".to_owned(), number.to_string());
            let tonight =
                state.begin(Some(&dedup), &NightName::Given(name), &output, drawn).expect("it fits");
            let dumps = vec![DumpOfNight { name: "d".to_owned(), ..DumpOfNight::default() }; 3];
            let (pipeline, hosts) = (PipelineAccount::default(), HostAccount::default());
            let ended =
                EndedNight { output: &output, dumps, pipeline: &pipeline, hosts: &hosts, is_corpus: false };
            state.commit(&tonight, &dedup, ended, &mut |_: &mut dyn FnMut(Entry)| Ok(())).expect("room");
        }
        let url = format!("https://x.example/{}", "long/".repeat(40));
        state.withhold(&[(url.clone(), ids(&url))]).expect("there is room");
        state
    }

    #[test]
    fn tables_fit_80_columns_whatever_the_names() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let state = some_state(place.path());
        for table in [list(&state, 80), stats(&state, 80)] {
            for line in table.lines() {
                let shown = anstream::adapter::strip_str(line).to_string();
                assert!(shown.chars().count() <= 80, "{} columns: {shown}", shown.chars().count());
            }
        }
        assert!(list(&state, 80).contains("2026-11-25T22:00:00Z"), "{}", list(&state, 80));
    }

    #[test]
    fn an_address_is_known_as_it_is_given_and_as_records_have_it() {
        let ids = ids("HTTP://X.example/a?utm_source=feed#top");
        assert_eq!(ids[1], ArticleId::of("http://x.example/a"));
        assert_ne!(ids[0], ids[1]);
    }
}
