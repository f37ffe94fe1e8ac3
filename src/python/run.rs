//! `copydesk run`, and the records of a finished run.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow_array::RecordBatchReader as _;
use copydesk::embed::{self, RecordBatches, record_schema};
use copydesk::night::{NightOrder, Pace, StateOrder, View, Watch};
use copydesk::state::NightName;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use super::arrow::{ArrowBatch, arrow_error, schema_capsule, stream_capsule};
use super::desk::Desk;
use super::raise;

/// How soon Ctrl-C is seen.
const SIGNALS_EVERY: Duration = Duration::from_millis(50);

/// Keeps what a run has to say.
#[derive(Default)]
struct Notes(Vec<String>);

impl Watch for Notes {
    fn note(&mut self, note: &str) {
        self.0.push(note.to_owned());
    }

    fn tick(&mut self, _: View<'_>) {}
}

/// Runs a pipeline over dumps; the exit code, the account as JSON, and what there was to say.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "they are the options of the command")]
pub(super) fn run(
    py: Python<'_>,
    desk: &Desk,
    pipeline_file: Option<PathBuf>,
    inputs: Vec<PathBuf>,
    output: PathBuf,
    state: Option<PathBuf>,
    night: Option<String>,
    threads: Option<usize>,
    limit: Option<u64>,
    sample: Option<u64>,
    restart: bool,
) -> PyResult<(u8, String, Vec<String>)> {
    let pipeline = py.detach(|| desk.0.pipeline_again()).map_err(|refusal| raise(py, &refusal))?;
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let night = night.map_or(NightName::OfFolder, NightName::Given);
    let order = NightOrder {
        pipeline,
        pipeline_file,
        inputs,
        output,
        threads: threads.unwrap_or_else(cores),
        limit,
        sample,
        restart,
        scratch: None,
        state: state.map(|folder| StateOrder { folder, night }),
        pace: Pace::default(),
    };
    let stop = Arc::new(AtomicBool::new(false));
    let (give, take) = sync_channel(1);
    let take = Mutex::new(take);
    let stop_of_run = Arc::clone(&stop);
    // Python's signals are seen on this thread alone, so the run has another.
    let thread = std::thread::Builder::new().name("copydesk run".to_owned()).spawn(move || {
        let mut notes = Notes::default();
        let finished = embed::run(order, &mut notes, &stop_of_run);
        drop(give.send((finished, notes.0)));
    });
    let thread =
        thread.map_err(|error| PyRuntimeError::new_err(format!("failed to start threads: {error}")))?;
    let mut signal = None;
    let (finished, notes) = loop {
        match py.detach(|| take.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(SIGNALS_EVERY)) {
            Ok(finished) => break finished,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err("the run has ended without a word"));
            }
            Err(RecvTimeoutError::Timeout) => {
                if let Err(error) = py.check_signals() {
                    stop.store(true, Ordering::Relaxed);
                    signal.get_or_insert(error);
                }
            }
        }
    };
    drop(py.detach(|| thread.join()));
    match finished.map_err(|refusal| raise(py, &refusal))? {
        Some(ledger) => {
            let json = serde_json::to_string(&ledger).expect("an account has names for keys");
            signal.map_or_else(|| Ok((ledger.exit() as u8, json, notes)), Err)
        }
        None => Err(signal.unwrap_or_else(|| PyRuntimeError::new_err("the run was stopped"))),
    }
}

/// Opens the folder of a finished run; its exit code, and the account as JSON.
#[pyfunction]
pub(super) fn open(py: Python<'_>, folder: PathBuf) -> PyResult<(u8, String)> {
    let ledger = py.detach(|| embed::Run::account(&folder)).map_err(|refusal| raise(py, &refusal))?;
    let json = serde_json::to_string(&ledger).expect("an account has names for keys");
    Ok((ledger.exit() as u8, json))
}

/// The files of a finished run on this machine: those in its folder, or of one on a store a copy, which is deleted with this.
#[pyclass(frozen, module = "copydesk._copydesk")]
pub(super) struct Files(embed::Run);

#[pymethods]
impl Files {
    #[new]
    fn new(py: Python<'_>, folder: PathBuf) -> PyResult<Self> {
        py.detach(|| embed::Run::open(&folder)).map(Self).map_err(|refusal| raise(py, &refusal))
    }

    /// Where they are.
    #[getter]
    fn folder(&self) -> PathBuf {
        self.0.folder().to_owned()
    }
}

/// The kept records of a finished run. Each iteration, and each reader that takes them, reads them from the beginning.
#[pyclass(frozen, module = "copydesk")]
pub(super) struct Records {
    folder: PathBuf,
}

impl Records {
    fn batches(&self, py: Python<'_>) -> PyResult<RecordBatches> {
        let run = py.detach(|| embed::Run::open(&self.folder)).map_err(|refusal| raise(py, &refusal))?;
        Ok(run.into_records())
    }
}

#[pymethods]
impl Records {
    #[new]
    fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn __repr__(&self) -> String {
        format!("<copydesk.Records of {}>", self.folder.display())
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<Batches> {
        Ok(Batches { batches: Mutex::new(self.batches(py)?) })
    }

    #[expect(clippy::unused_self, reason = "the schema is the same for every run")]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &record_schema())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches = self.batches(py)?;
        debug_assert_eq!(batches.schema(), record_schema());
        stream_capsule(py, Box::new(batches))
    }
}

/// The batches of an iteration.
#[pyclass(frozen, module = "copydesk._copydesk")]
pub(super) struct Batches {
    batches: Mutex<RecordBatches>,
}

#[pymethods]
impl Batches {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<ArrowBatch>> {
        py.detach(|| self.batches.lock().unwrap_or_else(PoisonError::into_inner).next())
            .transpose()
            .map(|batch| batch.map(ArrowBatch))
            .map_err(arrow_error)
    }
}
