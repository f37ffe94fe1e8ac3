//! Before a run begins: what it reads and who it is, whether it may write where it is to write, and its empty account.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::order::{Finish, NightOrder, RunError};
use super::remote::{Places, StatePlace};
use super::timing::Stopwatch;
use crate::account::{DumpAccount, Ledger, LeftOutAccount, Paths, PipelineAccount, StageAccount};
use crate::dedup::DEDUP;
use crate::finished::FinishedRun;
use crate::pipeline::{Pipeline, shipped};
use crate::read::{Dump, FindError, Inputs, LeftOut, find_inputs, passed_over};
use crate::state::{Identity, Imprint, NightName, State, StateError, Tonight};
use crate::store::{absolute, is_address, shown};
use crate::text::shell_word;
use crate::write::{FolderError, Output, OutputFolder, SUCCESS, WriteError, check_writable, read_own};

/// What a run would do.
#[derive(Debug)]
pub struct DryRun {
    /// The dumps, in order.
    pub dumps: Vec<Dump>,
    /// Folders that hold none, as the account calls them.
    pub empty_folders: Vec<String>,
    /// What becomes of the output folder.
    pub output: PlannedOutput,
    /// Nights that the state has; `None` without `--state`.
    pub nights: Option<usize>,
}

/// What becomes of an output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedOutput {
    /// It is made or filled.
    New,
    /// What an earlier run left there is deleted first.
    Restarted,
    /// The run in it resumes.
    Resumed,
    /// It holds this run, finished.
    Done,
}

/// What [`run`](super::run) would do: everything is looked at that can be without writing or reading a dump.
///
/// # Errors
/// As [`run`](super::run) has them before it begins.
pub fn plan(order: &NightOrder) -> Result<DryRun, RunError> {
    let written = |folder: &Path| OutputFolder::is_run(folder) || State::is_state(folder);
    let found = find_inputs(&order.inputs, &written);
    if is_bare(&found) && done_without_dumps(order, again(order).as_deref()).is_some() {
        let (dumps, empty_folders) = (Vec::new(), Vec::new());
        return Ok(DryRun { dumps, empty_folders, output: PlannedOutput::Done, nights: None });
    }
    let found = found.map_err(RunError::Find)?;
    let empty_folders = found.bare_names();
    let Inputs { dumps, .. } = found;
    refuse_own_outputs(&dumps, &order.output)?;
    refuse_sample_of_stream(order, &dumps)?;
    refuse_state_in_outputs(order.state.as_ref().map(|of| &*of.folder), &order.output)?;
    let place = order.state.as_ref().map(|of| StatePlace::look(&of.folder, false)).transpose();
    let place = place.map_err(RunError::State)?;
    let state = match &place {
        Some(place) if place.is_state() => {
            Some(State::look(place.folder()).map_err(|error| RunError::State(place.by_address(error)))?)
        }
        Some(_) if order.pipeline.dedup.is_none() => return Err(RunError::State(StateError::NoDedup)),
        Some(place) => {
            State::check_place(place.folder()).map_err(RunError::State)?;
            None
        }
        None => None,
    };
    let tonight = begin_night(order, &order.output, state.as_ref(), &Stopwatch::start());
    let tonight = tonight.map_err(|error| match (error, &place) {
        (RunError::State(error), Some(place)) => RunError::State(place.by_address(error)),
        (error, _) => error,
    })?;
    let on_store = Places::look(order)?;
    let output = if let Some(output) = on_store {
        output
    } else if order.restart {
        PlannedOutput::Restarted
    } else if OutputFolder::can_resume(&order.output) {
        PlannedOutput::Resumed
    } else if FinishedRun::open(&order.output).is_ok() {
        done_before(order, &identity(order, &dumps)?, state.as_ref().zip(tonight.as_ref()))?;
        PlannedOutput::Done
    } else {
        PlannedOutput::New
    };
    match OutputFolder::look(&order.output, order.restart) {
        Ok(()) => {}
        // It is this one.
        Err(FolderError::HoldsRun(_)) if matches!(output, PlannedOutput::Done) => {}
        Err(error) => return Err(RunError::Folder(error)),
    }
    if !is_address(&order.output) && output != PlannedOutput::Done {
        OutputFolder::look_writable(&order.output).map_err(RunError::Write)?;
    }
    if let Some(of) = order.state.as_ref().filter(|of| !is_address(&of.folder)) {
        check_writable(&of.folder).map_err(|error| RunError::State(error.into()))?;
    }
    let nights = place.map(|_| state.as_ref().map_or(0, |state| state.nights().len()));
    Ok(DryRun { dumps, empty_folders, output, nights })
}

/// What there is to say where the output folder holds a finished run: whether it is this one.
pub(super) fn done_before(
    order: &NightOrder,
    now: &Identity,
    tonight: Option<(&State, &Tonight)>,
) -> Result<Finish, RunError> {
    let run = FinishedRun::open(&order.output)
        .map_err(|_| RunError::Folder(FolderError::HoldsRun(order.output.clone())))?;
    let changed = changes(&run.mark, now, tonight);
    if changed.is_empty() {
        return Ok(Finish::DoneBefore(Box::new(run.ledger)));
    }
    Err(RunError::OtherDone { folder: order.output.clone(), changed })
}

/// Whether nothing is left of what a run was to read.
pub(super) fn is_bare(found: &Result<Inputs, FindError>) -> bool {
    match found {
        Ok(found) => found.dumps.is_empty(),
        Err(error) => matches!(error, FindError::Missing(_) | FindError::EmptyFolder(_)),
    }
}

/// The account of a finished run in the output folder that the same command made, with the pipeline as it is: dumps are deleted, and
/// a night that is done is done.
pub(super) fn done_without_dumps(order: &NightOrder, again: Option<&str>) -> Option<Ledger> {
    if order.restart || is_address(&order.output) {
        return None;
    }
    let ledger = FinishedRun::open(&order.output).ok()?.ledger;
    let is_same = ledger.timing.paths.again.as_deref() == Some(again?)
        && ledger.pipeline.fingerprint == order.pipeline.fingerprint
        && !ledger.dumps.is_empty();
    is_same.then_some(ledger)
}

/// The command that does a night again from its first line, from any folder; `None` where its inputs cannot be read again, or no
/// command names its pipeline.
pub(super) fn again(order: &NightOrder) -> Option<String> {
    let word = |path: &Path| shell_word(&shown(&absolute(path)));
    let is_stream = |input: &Path| {
        input == Path::new("-") || input.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir())
    };
    if order.inputs.iter().any(|input| is_stream(input)) {
        return None;
    }
    let is_shipped = shipped(&order.pipeline.name).is_some();
    let pipeline = match &order.pipeline_file {
        Some(file) => word(file),
        None => is_shipped.then(|| shell_word(&order.pipeline.name))?,
    };
    let mut words = vec!["copydesk run".to_owned(), pipeline];
    words.extend(order.inputs.iter().map(|input| word(input)));
    words.push(format!("--output {}", word(&order.output)));
    if let Some(state) = &order.state {
        words.push(format!("--state {}", word(&state.folder)));
        if let NightName::Given(name) = &state.night {
            words.push(format!("--night={}", shell_word(name)));
        }
    }
    words.extend(order.limit.map(|lines| format!("--limit {lines}")));
    words.extend(order.sample.map(|lines| format!("--sample {lines}")));
    words.push("--restart".to_owned());
    Some(words.join(" "))
}

/// What makes a finished run with a mark another one than this, a sentence each.
pub(super) fn changes(mark: &[u8], now: &Identity, tonight: Option<(&State, &Tonight)>) -> Vec<String> {
    let night = tonight.map(|(_, tonight)| &*tonight.name);
    let mut changed = Identity::changes_since(mark, now, night);
    if let Some((state, tonight)) = tonight
        && changed.is_empty()
        && state.nights().iter().all(|night| night.name != tonight.name)
    {
        changed.push(format!("the state does not hold the night `{}`", tonight.name));
    }
    changed
}

pub(super) fn begin_night(
    order: &NightOrder,
    output: &Path,
    state: Option<&State>,
    stopwatch: &Stopwatch,
) -> Result<Option<Tonight>, RunError> {
    let Some((state, of)) = state.zip(order.state.as_ref()) else { return Ok(None) };
    let dedup = order.pipeline.dedup.as_ref();
    let tonight = state.begin(dedup, &of.night, output, stopwatch.draw());
    tonight.map(Some).map_err(RunError::State)
}

/// Nights that a state has lost.
pub(super) struct LostNights {
    /// Their names, in order.
    pub names: Vec<String>,
    /// What there is to say of them.
    pub told: String,
}

/// The nights whose outputs stand beside tonight's and went into this state after its last night, and that are not in it: somebody has
/// put an earlier state back, or its folder is not where it was. So are those that the last night has told, until they are added.
pub(super) fn lost_nights(
    state: &State,
    folder: &str,
    output: &Path,
    tonight: &Tonight,
) -> Option<LostNights> {
    // Tonight may have been run before.
    let nights = state.nights().iter().filter(|night| night.name != tonight.name);
    let before = nights.max_by(|a, b| a.began.cmp(&b.began));
    let began = before.map_or("", |night| &night.began);
    let last: jiff::Timestamp =
        if began.is_empty() { jiff::Timestamp::UNIX_EPOCH } else { began.parse().ok()? };
    let output = absolute(output);
    let told =
        before.and_then(|night| FinishedRun::open(&night.output).ok()).map(|run| run.ledger.lost_nights);
    let told: BTreeSet<String> = told.into_iter().flatten().collect();
    // Most are told by their mark alone.
    let may_be_lost = |beside: &PathBuf| {
        let mark = beside.join(SUCCESS);
        let is_later = mark
            .metadata()
            .and_then(|mark| mark.modified())
            .is_ok_and(|written| jiff::Timestamp::try_from(written).is_ok_and(|written| written >= last));
        let may_be_told = is_later || !told.is_empty();
        let night =
            may_be_told.then(|| read_own(&mark).ok()).flatten().and_then(|mark| Identity::night(&mark));
        let is_missing = |night: &String| {
            !state.has_forgotten(night) && state.nights().iter().all(|known| known.name != *night)
        };
        let is_lost = |night: &String| (is_later || told.contains(night)) && is_missing(night);
        *beside != output && night.as_ref().is_some_and(is_lost)
    };
    let beside = std::fs::read_dir(output.parent()?).ok()?.flatten().map(|entry| entry.path());
    let runs = beside.filter(may_be_lost).filter_map(|beside| FinishedRun::open(&beside).ok());
    let mut lost: Vec<FinishedRun> = runs
        .filter(|FinishedRun { ledger, .. }| {
            let is_told = ledger.night.as_ref().is_some_and(|night| told.contains(night));
            (is_told || ledger.timing.started.as_str() >= began)
                && ledger.timing.paths.state.as_deref() == Some(folder)
        })
        .collect();
    lost.sort_by(|a, b| (&a.ledger.timing.started, &a.folder).cmp(&(&b.ledger.timing.started, &b.folder)));
    let names = lost.iter_mut().filter_map(|run| run.ledger.night.take()).collect();
    let folders = lost.iter().map(|run| run.folder.display().to_string());
    LostNights::of(names, folder, folders)
}

impl LostNights {
    /// These nights, if there are any, and the folders that have their outputs.
    pub(super) fn of(names: Vec<String>, state: &str, folders: impl Iterator<Item = String>) -> Option<Self> {
        let state = shell_word(state);
        let folders: Vec<String> = folders.map(|folder| shell_word(&folder)).collect();
        let told = format!(
            "{} went into this state and cannot be found in it: look whether it is the right folder, or whether an earlier state was \
             put back. `copydesk state repair {state} {}` adds them: stop this run first, or take it out with `copydesk state \
             forget {state} NIGHT` where it has ended; then give the command again with --restart",
            names.join(", "),
            folders.join(" ")
        );
        (!names.is_empty()).then_some(Self { names, told })
    }
}

pub(super) fn identity(order: &NightOrder, dumps: &[Dump]) -> Result<Identity, WriteError> {
    Ok(Identity {
        copydesk: env!("CARGO_PKG_VERSION").to_owned(),
        pipeline: pipeline_account(&order.pipeline),
        limit: order.limit,
        sample: order.sample,
        dumps: dumps.iter().map(Imprint::of).collect::<Result<_, _>>()?,
    })
}

/// A run would delete or append to what it reads.
pub(super) fn refuse_own_outputs(dumps: &[Dump], output: &Path) -> Result<(), RunError> {
    let Ok(output) = output.canonicalize() else { return Ok(()) };
    for path in dumps.iter().filter(|dump| dump.object.is_none()).filter_map(|dump| dump.path.as_ref()) {
        if path.canonicalize().is_ok_and(|real| real.starts_with(&output)) {
            return Err(RunError::InputInOutput(path.clone()));
        }
    }
    Ok(())
}

pub(super) fn refuse_sample_of_stream(order: &NightOrder, dumps: &[Dump]) -> Result<(), RunError> {
    match dumps.iter().find(|dump| !dump.is_file()).filter(|_| order.sample.is_some()) {
        Some(stream) if &*stream.name == "-" => Err(RunError::SampleOfStream("standard input".to_owned())),
        Some(stream) => Err(RunError::SampleOfStream(stream.name.to_string())),
        None => Ok(()),
    }
}

/// A state among what a run has only to resume from would be deleted with it, and one among shards is no shard.
pub(super) fn refuse_state_in_outputs(
    state: Option<&std::path::Path>,
    output: &std::path::Path,
) -> Result<(), RunError> {
    // Of a folder that is not there yet, the one that it will be in.
    let real = |path: &std::path::Path| {
        let mut real = PathBuf::new();
        for part in std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).components() {
            match part {
                Component::ParentDir => drop(real.pop()),
                part => real.push(part),
            }
            real = real.canonicalize().unwrap_or(real);
        }
        real
    };
    let state_is = state.map(real);
    if State::is_state(output) || state_is.as_ref().is_some_and(|state| *state == real(output)) {
        return Err(RunError::Folder(FolderError::HoldsState(output.to_owned())));
    }
    let (Some(state), Some(state_is)) = (state, state_is) else { return Ok(()) };
    let of_outputs = Output::ALL.map(|of| output.join(of.folder())).into_iter();
    if of_outputs.chain([OutputFolder::work_of(output)]).any(|folder| state_is.starts_with(real(&folder))) {
        let cause = "it lies in a folder of the run's own files".to_owned();
        return Err(RunError::State(StateError::Foreign { folder: state.to_owned(), cause }));
    }
    Ok(())
}

/// The files of the inputs' folders that are no dumps.
pub(super) fn left_out(
    inputs: &[PathBuf],
    written: &dyn Fn(&std::path::Path) -> bool,
    on_stores: BTreeMap<PathBuf, LeftOut>,
) -> LeftOutAccount {
    let mut left_out = LeftOutAccount::default();
    for (path, why) in passed_over(inputs, written).into_iter().chain(on_stores) {
        let within = inputs.iter().find_map(|input| path.strip_prefix(input).ok());
        let name = within.unwrap_or(&path).display().to_string();
        left_out.add(&name, why.kind(&path));
    }
    left_out
}

pub(super) fn empty_ledger(
    pipeline: &Pipeline,
    pipeline_file: Option<&PathBuf>,
    dumps: &[Dump],
    tonight: Option<&Tonight>,
) -> Ledger {
    let stage = |name: &str| StageAccount { stage: name.to_owned(), ..StageAccount::default() };
    let mut stages: Vec<StageAccount> = pipeline.steps.iter().map(|step| stage(step.kind.name)).collect();
    stages.extend(pipeline.dedup.as_ref().map(|_| stage(DEDUP)));
    let absolute = |path: &PathBuf| absolute(path).display().to_string();
    let path = |dump: &Dump| match &dump.path {
        Some(path) if dump.is_file() => absolute(path),
        _ => String::new(),
    };
    let (pipeline_file, paths) = (pipeline_file.map(absolute), dumps.iter().map(path).collect());
    let paths = Paths { pipeline: pipeline_file, dumps: paths, again: None, state: None };
    let dumps = dumps.iter().map(|dump| DumpAccount {
        dump: dump.name.to_string(),
        packed_bytes: dump.packed_bytes,
        ..DumpAccount::default()
    });
    let mut ledger = Ledger::new(pipeline_account(pipeline), stages, dumps.collect());
    ledger.timing.paths = paths;
    ledger.night = tonight.map(|tonight| tonight.name.clone());
    ledger
}

pub(super) fn pipeline_account(pipeline: &Pipeline) -> PipelineAccount {
    PipelineAccount { name: pipeline.name.clone(), fingerprint: pipeline.fingerprint.clone() }
}
