//! What a plan fixes, once: everything that a task would otherwise decide for itself.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::TaskError;
use super::shared::Shared;
use crate::account::{Ledger, LeftOutAccount, PipelineAccount};
use crate::night::remote::{Places, StatePlace, StoreFolder};
use crate::night::timing::Stopwatch;
use crate::night::{
    NightOrder, RunError, Watch, begin_night, empty_ledger, left_out, pipeline_account, refuse_own_outputs,
    refuse_state_in_outputs,
};
use crate::pipeline::Pipeline;
use crate::read::{Dump, FindError, Inputs, find_inputs};
use crate::state::{Identity, Imprint, State, Tonight};
use crate::store::{Object, absolute, is_address};
use crate::write::{OutputFolder, Seal, read_own, seal, write_file};

/// The format of plans that this copydesk writes.
const FORMAT: u32 = 1;

/// A night that is done in tasks.
#[derive(Clone)]
pub struct Plan {
    /// Where it is.
    folder: PathBuf,
    /// Where its tasks work.
    here: PathBuf,
    content: Arc<Content>,
    /// Where it is on a store.
    shared: Option<Arc<Shared>>,
    scratch: Option<PathBuf>,
}

/// `plan.json`.
#[derive(Serialize, Deserialize)]
struct Content {
    format: u32,
    copydesk: String,
    /// Drawn when it was made: a task of another plan does not mix with this one's.
    plan: String,
    began: String,
    pipeline: PlannedPipeline,
    dumps: Vec<PlannedDump>,
    /// The first and the last dump, exclusive, of each part.
    parts: Vec<(usize, usize)>,
    state: Option<PlannedState>,
    /// Files of the inputs' folders that are no dumps.
    left_out: LeftOutAccount,
    /// Folders that hold no dump.
    empty_folders: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct PlannedPipeline {
    #[serde(flatten)]
    account: PipelineAccount,
    /// Its text, so that nobody needs the file.
    source: String,
    /// Where the paths in it begin.
    folder: PathBuf,
    /// The file; absent for one that comes with copydesk.
    file: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct PlannedDump {
    path: PathBuf,
    imprint: Imprint,
}

#[derive(Serialize, Deserialize)]
struct PlannedState {
    folder: PathBuf,
    tonight: Tonight,
    /// Ids of addresses that are not to come back, as hex digits.
    withheld: Vec<String>,
}

/// What to plan.
pub struct PlanOrder {
    /// The pipeline, the inputs, the folder and the state, as for a run.
    pub order: NightOrder,
    /// The pipeline's text.
    pub source: String,
    /// Decompressed bytes of a part, about.
    pub part_bytes: u64,
}

/// Dumps are packed to about a third of their size.
const PACKED_TO: u64 = 3;

/// Makes a plan in the output folder.
///
/// # Errors
/// Where there is nothing to read, where the output folder cannot be used, and where the pipeline needs one run.
pub fn plan(
    PlanOrder { mut order, source, part_bytes }: PlanOrder,
    watch: &mut dyn Watch,
) -> Result<Plan, TaskError> {
    refuse(&order)?;
    let state_folder = order.state.as_ref().map(|of| absolute(&of.folder));
    let mut places = Places::settle(&mut order)?;
    let order = order;
    plan_in(PlanOrder { order, source, part_bytes }, state_folder, &mut places, watch).map_err(|error| {
        match error {
            TaskError::Run(error) => TaskError::Run(places.by_address(error)),
            error => error,
        }
    })
}

/// Makes a plan in folders of this machine.
fn plan_in(
    PlanOrder { order, source, part_bytes }: PlanOrder,
    state_folder: Option<PathBuf>,
    places: &mut Places,
    watch: &mut dyn Watch,
) -> Result<Plan, TaskError> {
    let shown = places.output(&order);
    let written = |folder: &Path| OutputFolder::is_run(folder) || State::is_state(folder);
    let found = find_inputs(&order.inputs, &written).map_err(RunError::Find)?;
    found.notes().for_each(|note| watch.note(&note));
    let empty_folders = found.bare_names();
    let Inputs { dumps, passed, .. } = found;
    refuse_own_outputs(&dumps, &order.output)?;
    places.refuse_own_outputs(&dumps)?;
    refuse_state_in_outputs(order.state.as_ref().map(|of| &*of.folder), &order.output)?;
    places.fetch_state()?;
    let state = order.state.as_ref().map(|of| State::open(&of.folder, true)).transpose();
    let state = state.map_err(RunError::State)?;
    let stopwatch = Stopwatch::start();
    let tonight = begin_night(&order, &shown, state.as_ref(), &stopwatch)?;
    let mut planned = Vec::new();
    for dump in &dumps {
        let imprint = Imprint::of(dump).map_err(RunError::Write)?;
        if dump.object.as_ref().is_some_and(Object::has_secrets) {
            let message = "its address has a query, which a plan does not keep; fetch it first";
            return Err(TaskError::Refused(format!("plan {}: {message}", dump.name)));
        }
        match &dump.path {
            Some(path) if !imprint.stream => planned.push(PlannedDump { path: absolute(path), imprint }),
            _ => {
                let name = &dump.name;
                return Err(TaskError::Refused(format!("plan {name}: a pipe can be read once, by one run")));
            }
        }
    }
    let (began, drawn) = stopwatch.draw();
    let folder = order.pipeline_file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let content = Content {
        format: FORMAT,
        copydesk: env!("CARGO_PKG_VERSION").to_owned(),
        plan: drawn.chars().take(16).collect(),
        began,
        pipeline: PlannedPipeline {
            account: pipeline_account(&order.pipeline),
            source,
            folder: absolute(folder),
            file: order.pipeline_file.as_deref().map(absolute),
        },
        parts: parts(&dumps, part_bytes),
        dumps: planned,
        left_out: left_out(&order.inputs, &written, passed),
        empty_folders,
        state: state_folder.zip(state.as_ref()).zip(tonight).map(|((folder, state), tonight)| {
            let withheld = state.withheld_ids().iter().map(|id| format!("{id:032x}")).collect();
            PlannedState { folder, tonight, withheld }
        }),
    };
    let json = seal(&serde_json::to_vec(&content).expect("a plan has names for keys"));
    let shared = if let Some(folder) = places.take_output() {
        Some(Arc::new(Shared::create(folder, &content.plan, &json, order.restart)?))
    } else {
        let folder = OutputFolder::claim(&order.output, order.restart)?;
        write_file(&OutputFolder::plan_file(folder.path()), &json)?;
        None
    };
    let (here, scratch, content) = (shown.clone(), order.scratch, Arc::new(content));
    Ok(Plan { folder: shown, here, content, shared, scratch })
}

/// What only one run can do.
fn refuse(order: &NightOrder) -> Result<(), TaskError> {
    let has_paragraphs =
        order.pipeline.dedup.as_ref().is_some_and(|dedup| dedup.paragraphs.settings().is_some());
    if has_paragraphs {
        return Err(TaskError::Refused(
            "plan it: [dedup] paragraphs edits each text by all texts before it, which takes one run"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Whole dumps in order, each part of about so many decompressed bytes.
fn parts(dumps: &[Dump], part_bytes: u64) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let (mut first, mut bytes) = (0, 0);
    for (at, dump) in dumps.iter().enumerate() {
        let size = dump.packed_bytes * PACKED_TO;
        if at > first && bytes + size > part_bytes {
            parts.push((first, at));
            (first, bytes) = (at, 0);
        }
        bytes += size;
    }
    parts.push((first, dumps.len()));
    parts
}

impl Content {
    /// A plan as it was written.
    fn read(json: &[u8], folder: &Path) -> Result<Self, TaskError> {
        let shown = folder.display();
        if Seal::of(json) != Seal::Right {
            return Err(TaskError::Refused(format!("read the plan in {shown}: it is not what was written")));
        }
        let content: Self = serde_json::from_slice(json)
            .map_err(|error| TaskError::Refused(format!("read the plan in {shown}: {error}")))?;
        let version = env!("CARGO_PKG_VERSION");
        if content.format != FORMAT || content.copydesk != version {
            let of = &content.copydesk;
            return Err(TaskError::Refused(format!(
                "work on the plan in {shown}: copydesk {of} made it, and this is {version}"
            )));
        }
        Ok(content)
    }
}

impl Plan {
    /// The plan in an output folder; `None` where its run is complete.
    ///
    /// # Errors
    /// Where there is none, or one of another version of copydesk.
    pub fn open(folder: &Path, scratch: Option<&Path>) -> Result<Option<Self>, TaskError> {
        if let Some(store) = StoreFolder::of(folder, scratch)? {
            let Some((json, version)) = Shared::find(&store)? else { return Ok(None) };
            let shown = store.shown();
            let content = Content::read(&json, &shown)?;
            let shared = Some(Arc::new(Shared::of(store, &content.plan, version)));
            let (here, content, scratch) = (shown.clone(), Arc::new(content), scratch.map(Path::to_owned));
            return Ok(Some(Self { folder: shown, here, content, shared, scratch }));
        }
        if OutputFolder::is_finished(folder) {
            let work = OutputFolder::work_of(folder);
            // What a `seal` has left that was killed after its end, of the plan itself or of its parts; nobody may be at work there.
            if work.exists()
                && let Ok(_held) = OutputFolder::reopen(folder)
                && OutputFolder::is_finished(folder)
            {
                drop(std::fs::remove_dir_all(work));
            }
            return Ok(None);
        }
        let file = OutputFolder::plan_file(folder);
        let json = read_own(&file)
            .map_err(|error| TaskError::Refused(format!("find a plan in {}: {error}", folder.display())))?;
        let content = Arc::new(Content::read(&json, folder)?);
        let (folder, scratch) = (folder.to_owned(), scratch.map(Path::to_owned));
        Ok(Some(Self { here: folder.clone(), folder, content, shared: None, scratch }))
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where its tasks work.
    pub(super) fn here(&self) -> &Path {
        &self.here
    }

    /// The same, worked on in a folder of this machine.
    pub(super) fn at(&self, folder: &Path) -> Self {
        Self { here: folder.to_owned(), ..self.clone() }
    }

    /// Where it is on a store.
    pub(super) fn shared(&self) -> Option<&Shared> {
        self.shared.as_deref()
    }

    /// Where copies of what is on a store are.
    pub(super) fn scratch(&self) -> Option<&Path> {
        self.scratch.as_deref()
    }

    /// How many parts it has.
    pub fn parts(&self) -> usize {
        self.content.parts.len()
    }

    /// How many dumps it has.
    pub fn dumps(&self) -> usize {
        self.content.dumps.len()
    }

    /// The size of its dumps, packed.
    pub fn packed_bytes(&self) -> u64 {
        self.content.dumps.iter().map(|dump| dump.imprint.packed_bytes).sum()
    }

    pub(super) fn id(&self) -> &str {
        &self.content.plan
    }

    /// The numbers of a part's dumps.
    pub(super) fn range(&self, part: usize) -> Range<usize> {
        let (first, end) = self.content.parts[part];
        first..end
    }

    /// The pipeline, which must be what it was.
    pub(super) fn pipeline(&self) -> Result<Pipeline, TaskError> {
        let PlannedPipeline { account, source, folder, .. } = &self.content.pipeline;
        let pipeline = Pipeline::parse_in(folder, &account.name, source).map_err(|problems| {
            let first = problems.first().map(|problem| problem.message.as_str()).unwrap_or_default();
            TaskError::Refused(format!("read the plan's pipeline: {first}"))
        })?;
        if pipeline.fingerprint != account.fingerprint {
            let message = "work on the plan: a file that its pipeline names has changed since it was made";
            return Err(TaskError::Refused(message.to_owned()));
        }
        Ok(pipeline)
    }

    /// All dumps.
    pub(super) fn all_dumps(&self) -> Vec<Dump> {
        let dump = |PlannedDump { path, imprint }: &PlannedDump| Dump {
            name: Arc::from(imprint.name.as_str()),
            path: Some(path.clone()),
            object: None,
            packed_bytes: imprint.packed_bytes,
        };
        self.content.dumps.iter().map(dump).collect()
    }

    /// Some of the dumps, to be read.
    ///
    /// # Errors
    /// Where one is on a store that cannot be used.
    pub(super) fn dumps_to_read(&self, places: Range<usize>) -> Result<Vec<Dump>, TaskError> {
        let dump = |PlannedDump { path, imprint }: &PlannedDump| {
            Dump::at(&imprint.name, Some(path.clone()), imprint.packed_bytes, &imprint.ends)
                .map_err(|error| RunError::Find(FindError::Store(error)).into())
        };
        self.content.dumps[places].iter().map(dump).collect()
    }

    /// Which run some of the dumps are.
    pub(super) fn identity(&self, dumps: Range<usize>) -> Identity {
        let dumps = self.content.dumps[dumps].iter().map(|dump| dump.imprint.clone()).collect();
        Identity {
            copydesk: self.content.copydesk.clone(),
            pipeline: self.content.pipeline.account.clone(),
            limit: None,
            sample: None,
            dumps,
        }
    }

    /// The night, and the folder of its state.
    pub(super) fn tonight(&self) -> Option<(&Path, &Tonight)> {
        self.content.state.as_ref().map(|state| (&*state.folder, &state.tonight))
    }

    /// The state, fetched where it is on a store.
    pub(super) fn state(&self) -> Result<Option<StatePlace>, TaskError> {
        let state = self.tonight().map(|(folder, _)| StatePlace::fetch(folder, self.scratch()));
        Ok(state.transpose().map_err(RunError::State)?)
    }

    /// The ids of addresses that are not to come back.
    pub(super) fn withheld(&self) -> BTreeSet<u128> {
        let ids = self.content.state.iter().flat_map(|state| &state.withheld);
        ids.filter_map(|id| u128::from_str_radix(id, 16).ok()).collect()
    }

    /// An account of nothing yet, of all dumps, with what the inputs hold beside them.
    pub(super) fn empty_ledger_of_all(&self, pipeline: &Pipeline, dumps: &[Dump]) -> Ledger {
        let mut ledger = self.empty_ledger(pipeline, dumps);
        ledger.left_out = self.content.left_out.clone();
        ledger.empty_folders.clone_from(&self.content.empty_folders);
        ledger
    }

    /// An account of nothing yet, of some of the dumps.
    pub(super) fn empty_ledger(&self, pipeline: &Pipeline, dumps: &[Dump]) -> Ledger {
        let tonight = self.content.state.as_ref().map(|state| &state.tonight);
        let mut ledger = empty_ledger(pipeline, self.content.pipeline.file.as_ref(), dumps, tonight);
        ledger.timing.started.clone_from(&self.content.began);
        let here =
            self.content.state.as_ref().map(|state| &state.folder).filter(|folder| !is_address(folder));
        ledger.timing.paths.state = here.map(|folder| folder.display().to_string());
        ledger
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_dumps_in_order() {
        let dump = |packed_bytes| Dump { name: "d".into(), path: None, object: None, packed_bytes };
        let dumps = [10, 10, 50, 1, 1].map(dump);
        assert_eq!(parts(&dumps, 60), [(0, 2), (2, 3), (3, 5)]);
        assert_eq!(parts(&dumps, 1), [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]);
        assert_eq!(parts(&dumps, 1 << 40), [(0, 5)]);
    }
}
