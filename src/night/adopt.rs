//! An existing corpus, taken into a state: what a night over it would leave for later nights, without its outputs.
//!
//! Its records go through a pipeline and are looked up in the state and among each other, as tonight's are, so that of what
//! the state knows nothing is taken in twice. Nothing but their keys is written, into a folder within the state's that is
//! deleted at the end. The state changes by one commit: a corpus whose adding was killed, stopped or failed has left no night.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use xxhash_rust::xxh3::xxh3_128;

use super::keeper::Keeper;
use super::prepare::{empty_ledger, pipeline_account};
use super::timing::Stopwatch;
use super::work::NightWork;
use super::{Begun, Means, Pace, RunError, Watch, read_through};
use crate::account::{DumpOfNight, HostAccount, Ledger};
use crate::dedup::{KeepOrder, KeepPolicy};
use crate::pipeline::Pipeline;
use crate::read::{Dump, find_dumps};
use crate::state::{
    Checkpoint, EndedNight, Identity, Imprint, Journal, JournalStanding, NightName, State, StateError,
};
use crate::write::{OutputFolder, WriteError};

/// The folder within a state's for what is not finished.
const SCRATCH: &str = ".adding";

/// What to take into which state.
pub struct AdoptOrder {
    /// The pipeline that the records go through; of duplicates among them, the first is taken in.
    pub pipeline: Pipeline,
    /// Files, folders, patterns or `-`; of the folder of a finished run, its records.
    pub inputs: Vec<PathBuf>,
    /// The state's folder.
    pub state: PathBuf,
    /// What the corpus is called in the state.
    pub night: NightName,
    /// Threads that work.
    pub threads: usize,
}

/// How adding ended without an error.
#[derive(Debug)]
pub enum Adoption {
    /// The corpus is in the state, under this name; what became of its lines.
    Added(String, Box<Ledger>),
    /// This very corpus is in the state already, under this name; nothing was done.
    AddedBefore(String),
    /// It was told to stop; the state is as it was.
    Stopped,
}

/// Takes a corpus into a state. One that has the name that is given is replaced; a name of its own must be free.
///
/// # Errors
/// Where there is nothing to read, where a dump cannot be read to its end, where the state cannot be used, and if a file cannot
/// be created, written or renamed. Then the state is as it was.
pub fn adopt(order: AdoptOrder, watch: &mut dyn Watch, stop: &AtomicBool) -> Result<Adoption, RunError> {
    let AdoptOrder { mut pipeline, inputs, state: folder, night, threads } = order;
    let stopwatch = Stopwatch::start();
    let Some(dedup) = &mut pipeline.dedup else { return Err(RunError::State(StateError::NoDedup)) };
    // What comes first is known to later nights first.
    dedup.keep = KeepPolicy::By(KeepOrder::First);
    let dedup = dedup.clone();
    let written = |folder: &Path| OutputFolder::is_run(folder) || State::is_state(folder);
    let dumps = find_dumps(&inputs, &written).map_err(RunError::Find)?;
    let identity = Identity {
        copydesk: env!("CARGO_PKG_VERSION").to_owned(),
        pipeline: pipeline_account(&pipeline),
        limit: None,
        sample: None,
        dumps: dumps.iter().map(Imprint::of).collect::<Result<_, _>>()?,
    };
    let mut state = State::open(&folder, true).map_err(RunError::State)?;
    let output = inputs.first().map_or(Path::new("-"), PathBuf::as_path);
    // What it draws follows from what it is, so that it knows itself again; of a stream nothing is known before it is read.
    let mut drawn = stopwatch.draw();
    if identity.dumps.iter().all(|dump| !dump.stream) {
        let of = serde_json::to_vec(&identity).expect("it has names for keys");
        drawn.1 = format!("{:032x}", xxh3_128(&of));
    }
    let tonight = state.begin(Some(&dedup), &night, output, drawn).map_err(RunError::State)?;
    let scratch = Scratch::claim(&folder)?;
    if let Some(known) = state.nights().iter().find(|known| known.name == tonight.name) {
        if known.run == tonight.run {
            return Ok(Adoption::AddedBefore(tonight.name));
        }
        if night == NightName::OfFolder {
            let taken = StateError::NameTaken { folder, night: tonight.name, output: known.output.clone() };
            return Err(RunError::State(taken));
        }
    }
    let history = state.history(&tonight, &dedup).map_err(RunError::State)?;
    let ledger = empty_ledger(&pipeline, None, &dumps, Some(&tonight));
    let account = ledger.pipeline.clone();
    let from = Checkpoint::begin(identity, Some(tonight.clone()), ledger);
    let keeper = Keeper::new(&scratch.folder, &from, threads, Pace::default(), stopwatch);
    let begun = Begun { folder: &scratch.folder, from, keeper };
    let work = NightWork::new(pipeline, dumps, None, Some(history)).with_keys_alone();
    let means = Means { threads, in_order: false, stop };
    let Some((work, ledger, keeper)) = read_through(work, begun, means, watch)? else {
        return Ok(Adoption::Stopped);
    };
    check(&work.dumps, &ledger)?;
    let standing: Option<JournalStanding> = keeper.journal()?;
    let mut entries = |found: &mut dyn FnMut(crate::dedup::Entry)| {
        let Some(standing) = &standing else { return Ok(()) };
        Journal::read(&scratch.folder.work(), standing, &mut |entry, _| found(entry))
    };
    let dumps = ledger.dumps.iter().map(DumpOfNight::of).collect();
    // A corpus is no night that others are held against: it has no hosts.
    let hosts = HostAccount::default();
    let ended = EndedNight { output, dumps, pipeline: &account, hosts: &hosts, is_corpus: true };
    state.commit(&tonight, &dedup, ended, &mut entries).map_err(RunError::State)?;
    Ok(Adoption::Added(tonight.name, Box::new(ledger)))
}

/// A corpus of which a part is missing is not taken in: nobody would know which part.
fn check(dumps: &[Dump], ledger: &Ledger) -> Result<(), RunError> {
    for (dump, account) in dumps.iter().zip(&ledger.dumps) {
        if let Some(damage) = &account.damage {
            let path = dump.path.as_deref().unwrap_or(Path::new("-"));
            let cause = std::io::Error::new(std::io::ErrorKind::InvalidData, damage.clone());
            return Err(WriteError::of("read", path)(cause).into());
        }
    }
    Ok(())
}

/// The folder for what is not finished, deleted when it is of no more use.
struct Scratch {
    folder: OutputFolder,
}

impl Scratch {
    /// What an adding that was killed has left there is deleted first.
    fn claim(state: &Path) -> Result<Self, RunError> {
        let folder = OutputFolder::claim(&state.join(SCRATCH), true).map_err(RunError::Folder)?;
        Ok(Self { folder })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(self.folder.path()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{complete, lines, night, order, pipeline, verified, write};
    use super::*;

    const SOURCE: &str = "format = 1\n[dedup]\nnear = true\nupdates = \"keep\"\n";

    fn corpus(state: &Path, inputs: &[PathBuf]) -> AdoptOrder {
        let night = NightName::Given("corpus".to_owned());
        AdoptOrder {
            pipeline: pipeline(SOURCE),
            inputs: inputs.to_vec(),
            state: state.to_owned(),
            night,
            threads: 2,
        }
    }

    fn story(number: u64) -> String {
        let words: Vec<String> = (0..60).map(|word| format!("story{number}word{word}")).collect();
        format!("{{\"url\":\"https://x.example/{number}\",\"text\":\"{}\"}}\n", words.join(" "))
    }

    fn stories(path: &Path, numbers: std::ops::Range<u64>) {
        write(path, numbers.map(story).collect::<String>().as_bytes());
    }

    #[test]
    fn a_night_after_a_corpus_drops_what_it_would_after_a_night_over_it() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| place.path().join(name);
        stories(&at("old.jsonl"), 0..300);
        stories(&at("new.jsonl"), 200..400);
        let ran =
            complete(night(order(pipeline(SOURCE), &at("old.jsonl"), &at("ran"), 2), &at("state"), "corpus"));
        assert_eq!(ran.lines.kept, 300);
        // As dumps, and as the records that a run made of them.
        for (state, input) in [("dumps", "old.jsonl"), ("records", "ran")] {
            let stop = AtomicBool::new(false);
            let adopted = || adopt(corpus(&at(state), &[at(input)]), &mut (), &stop);
            let added = adopted().unwrap_or_else(|error| panic!("{error}"));
            assert!(matches!(added, Adoption::Added(_, ledger) if ledger.lines.kept == 300), "{state}");
            assert!(matches!(adopted(), Ok(Adoption::AddedBefore(_))), "{state}");
            let known = State::look(&at(state)).expect("it is there");
            assert_eq!(known.nights().iter().map(|night| night.articles).collect::<Vec<_>>(), [300]);
            assert_eq!(known.damages(), [""; 0]);
            assert!(!at(state).join(SCRATCH).exists());
        }
        let after = |state: &str| {
            let output = at(&format!("after-{state}"));
            complete(night(order(pipeline(SOURCE), &at("new.jsonl"), &output, 2), &at(state), "new"));
            assert!(verified(&output, Some(&State::look(&at(state)).expect("it is there"))).is_ok());
            [lines(&output, "records"), lines(&output, "dropped")]
        };
        let expected = after("state");
        assert_eq!((expected[0].len(), expected[1].len()), (100, 100));
        assert_eq!(after("dumps"), expected);
        let [records, dropped] = after("records");
        assert_eq!((records, dropped.len()), (expected[0].clone(), 100));
    }

    #[test]
    fn a_name_that_is_not_given_must_be_free() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| place.path().join(name);
        for (folder, numbers) in [("one", 0..10), ("two", 10..20)] {
            std::fs::create_dir(at(folder)).expect("there is room");
            stories(&at(folder).join("data.jsonl"), numbers);
        }
        let stop = AtomicBool::new(false);
        let add = |folder: &str, night: NightName| {
            let order = AdoptOrder { night, ..corpus(&at("state"), &[at(folder).join("data.jsonl")]) };
            adopt(order, &mut (), &stop)
        };
        assert!(
            matches!(add("one", NightName::OfFolder), Ok(Adoption::Added(name, _)) if name == "data.jsonl")
        );
        let refused = add("two", NightName::OfFolder);
        assert!(matches!(refused, Err(RunError::State(StateError::NameTaken { .. }))), "{refused:?}");
        // Nor is a night replaced by the records that it left.
        complete(night(order(pipeline(SOURCE), &at("one"), &at("ran"), 2), &at("nights"), "ran"));
        let order = AdoptOrder { night: NightName::OfFolder, ..corpus(&at("nights"), &[at("ran")]) };
        let refused = adopt(order, &mut (), &stop);
        assert!(matches!(refused, Err(RunError::State(StateError::NameTaken { .. }))), "{refused:?}");
        let given = NightName::Given("data.jsonl".to_owned());
        assert!(matches!(add("two", given), Ok(Adoption::Added(_, ledger)) if ledger.lines.kept == 10));
    }

    #[test]
    fn a_corpus_that_is_damaged_or_stopped_leaves_the_state_as_it_was() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| place.path().join(name);
        stories(&at("old.jsonl"), 0..50);
        stories(&at("other.jsonl"), 0..50);
        let stop = AtomicBool::new(false);
        adopt(corpus(&at("state"), &[at("old.jsonl")]), &mut (), &stop).expect("there is room");
        let before = State::look(&at("state")).expect("it is there").nights().to_vec();
        let packed =
            zstd::bulk::compress((50..5_000).map(story).collect::<String>().as_bytes(), 3).expect("memory");
        write(&at("cut.jsonl.zst"), packed.get(..packed.len() / 2).expect("it is shorter"));
        let failed = adopt(corpus(&at("state"), &[at("cut.jsonl.zst")]), &mut (), &stop);
        let named = failed.expect_err("half of it is missing").to_string();
        assert!(named.contains("cut.jsonl.zst"), "{named}");
        let other = AdoptOrder {
            pipeline: pipeline("format = 1\n[dedup]\n"),
            ..corpus(&at("state"), &[at("old.jsonl")])
        };
        assert!(matches!(adopt(other, &mut (), &stop), Err(RunError::State(StateError::Settings { .. }))));
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        let stopped = adopt(corpus(&at("state"), &[at("old.jsonl")]), &mut (), &stop);
        assert!(matches!(stopped, Ok(Adoption::AddedBefore(_))));
        let stopped = adopt(corpus(&at("state"), &[at("other.jsonl")]), &mut (), &stop);
        assert!(matches!(stopped, Ok(Adoption::Stopped)), "{stopped:?}");
        let state = State::look(&at("state")).expect("it is there");
        assert_eq!((state.nights(), state.damages()), (&before[..], Vec::new()));
        assert!(!at("state").join(SCRATCH).exists());
    }
}
