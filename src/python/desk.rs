//! A pipeline, and what it makes of pages, records and tables.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;

use copydesk::embed::{self, Decision, Refusal, decision_schema};
use pyo3::exceptions::{PyException, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt as _;
use pyo3::types::{PyBytes, PyIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::arrow::{ArrowBatch, ArrowTable, Rows, arrow_error, batch_of};
use super::raise;
use super::rows::{Value, page};

/// Records of each thread that are worked on or wait to be taken, at most.
const AHEAD: usize = 16;

/// A pipeline that is ready for pages and records.
#[pyclass(frozen, module = "copydesk._copydesk")]
pub(super) struct Desk(pub(super) Arc<embed::Desk>);

/// A decision that no longer needs its desk.
struct Decided {
    outcome: &'static str,
    line: Vec<u8>,
    keys: Option<embed::Keys>,
}

/// `(outcome, line, keys)`, of which keys are `(url, text, near, near_grams)`.
type Given<'py> = (&'static str, Bound<'py, PyBytes>, Option<GivenKeys<'py>>);
type GivenKeys<'py> = (Option<String>, Option<String>, Option<Bound<'py, PyBytes>>, Option<u32>);

impl Decided {
    fn of(decision: &Decision<'_>) -> Self {
        let mut line = Vec::new();
        decision.write(&mut line);
        Self { outcome: decision.outcome().name(), line, keys: decision.keys() }
    }

    fn give(self, py: Python<'_>) -> Given<'_> {
        let keys = self.keys.map(|keys| {
            let near = keys.near.map(|near| PyBytes::new(py, &near));
            (keys.url, keys.text, near, keys.near_grams)
        });
        (self.outcome, PyBytes::new(py, &self.line), keys)
    }
}

fn pool(threads: usize) -> PyResult<ThreadPool> {
    if threads == 0 {
        return Err(PyValueError::new_err("threads is 1 or more"));
    }
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|_| "copydesk".to_owned()).build();
    pool.map_err(|error| PyRuntimeError::new_err(format!("failed to start threads: {error}")))
}

#[pymethods]
impl Desk {
    #[staticmethod]
    fn open(py: Python<'_>, argument: &str) -> PyResult<Self> {
        let desk = py.detach(|| embed::Desk::open(argument));
        desk.map(|desk| Self(Arc::new(desk))).map_err(|refusal| raise(py, &refusal))
    }

    #[staticmethod]
    fn parse(py: Python<'_>, name: &str, text: &str, folder: PathBuf) -> PyResult<Self> {
        let desk = py.detach(|| embed::Desk::parse(name, text, &folder));
        desk.map(|desk| Self(Arc::new(desk))).map_err(|refusal| raise(py, &refusal))
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    #[getter]
    fn text(&self) -> &str {
        self.0.text()
    }

    #[getter]
    fn folder(&self) -> &Path {
        self.0.folder()
    }

    #[getter]
    fn fingerprint(&self) -> &str {
        &self.0.pipeline().fingerprint
    }

    #[getter]
    fn stages(&self) -> Vec<&'static str> {
        self.0.pipeline().steps.iter().map(|step| step.kind.name).collect()
    }

    fn extract<'py>(
        &self,
        py: Python<'py>,
        content: &Bound<'py, PyAny>,
        name: &str,
        url: Option<&str>,
    ) -> PyResult<Given<'py>> {
        let content = page(content)?;
        let decided =
            py.detach(|| self.0.extract(&content, name, url).map(|decision| Decided::of(&decision)));
        decided.map(|decided| decided.give(py)).map_err(|refusal| raise(py, &refusal))
    }

    fn judge<'py>(
        &self,
        py: Python<'py>,
        row: &Bound<'py, PyAny>,
        dump: &str,
        line: u64,
    ) -> PyResult<Given<'py>> {
        let row = Value::of_row(row)?;
        let decided = py.detach(|| {
            let dump = Arc::from(dump);
            self.0.judge(&row.to_line(), &dump, line).map(|decision| Decided::of(&decision))
        });
        decided.map(|decided| decided.give(py)).map_err(|refusal| raise(py, &refusal))
    }

    fn judge_many(
        &self,
        rows: &Bound<'_, PyAny>,
        threads: usize,
        dump: &str,
        line: u64,
    ) -> PyResult<Decisions> {
        Ok(Decisions {
            desk: Arc::clone(&self.0),
            rows: rows.try_iter()?.unbind(),
            pool: pool(threads)?,
            dump: Arc::from(dump),
            most: threads * AHEAD,
            queue: Mutex::new(Queue { next: line, has_ended: false, ahead: VecDeque::new() }),
            taking: Mutex::new(None),
        })
    }

    fn judge_rows<'py>(
        &self,
        py: Python<'py>,
        table: &Bound<'py, PyAny>,
        dump: &str,
        line: u64,
        keys: bool,
        threads: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let pool = if threads == 1 { None } else { Some(pool(threads)?) };
        let pool = pool.as_ref();
        let dump: Arc<str> = Arc::from(dump);
        match Rows::of(table)? {
            Rows::Batch(batch) => {
                let judged = py.detach(|| self.0.judge_rows(&batch, &dump, line, keys, pool));
                let batch = judged.map_err(|refusal| raise(py, &refusal))?;
                Ok(Bound::new(py, ArrowBatch(batch))?.into_any())
            }
            Rows::Stream(mut stream) => {
                let (mut batches, mut line) = (Vec::new(), line);
                while let Some(batch) = py.detach(|| stream.next()) {
                    let batch = batch_of(py, &batch.map_err(arrow_error)?)?;
                    let judged = py.detach(|| self.0.judge_rows(&batch, &dump, line, keys, pool));
                    batches.push(judged.map_err(|refusal| raise(py, &refusal))?);
                    line += batch.num_rows() as u64;
                    py.check_signals()?;
                }
                let schema = decision_schema(keys);
                Ok(Bound::new(py, ArrowTable { schema, batches })?.into_any())
            }
        }
    }
}

/// What becomes of records, in their order. Some are worked on ahead of the one that is asked for.
#[pyclass(frozen, module = "copydesk._copydesk")]
pub(super) struct Decisions {
    desk: Arc<embed::Desk>,
    rows: Py<PyIterator>,
    pool: ThreadPool,
    dump: Arc<str>,
    most: usize,
    queue: Mutex<Queue>,
    /// The thread that has the queue and takes rows: they may not ask for what becomes of them.
    taking: Mutex<Option<ThreadId>>,
}

struct Queue {
    /// The line of the next row.
    next: u64,
    has_ended: bool,
    ahead: VecDeque<Ahead>,
}

/// What there will be for a row.
enum Ahead {
    Decided(Receiver<Result<Decided, Refusal>>),
    /// It is no record, or could not be taken.
    Wrong(PyErr),
}

#[pymethods]
impl Decisions {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Given<'py>>> {
        let decided = match self.first(py)? {
            None => return Ok(None),
            Some(Ahead::Wrong(error)) => return Err(error),
            Some(Ahead::Decided(decided)) => py.detach(move || decided.recv()),
        };
        let lost = |_| PyRuntimeError::new_err("a thread of copydesk has ended without an answer");
        let decided = decided.map_err(lost)?.map_err(|refusal| raise(py, &refusal))?;
        Ok(Some(decided.give(py)))
    }
}

impl Decisions {
    /// The first of the queue, after rows were taken until it is full.
    fn first(&self, py: Python<'_>) -> PyResult<Option<Ahead>> {
        let taking = || self.taking.lock().unwrap_or_else(PoisonError::into_inner);
        let this = std::thread::current().id();
        if *taking() == Some(this) {
            return Err(PyRuntimeError::new_err("rows ask for what becomes of them before they are there"));
        }
        let mut queue = self.queue.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        *taking() = Some(this);
        let filled = self.fill(py, &mut queue);
        *taking() = None;
        filled.map(|()| queue.ahead.pop_front())
    }

    /// Takes rows until enough are worked on, or one is wrong: an error has its place among the results.
    fn fill(&self, py: Python<'_>, queue: &mut Queue) -> PyResult<()> {
        let is_wrong = |last: Option<&Ahead>| matches!(last, Some(Ahead::Wrong(_)));
        while !queue.has_ended && queue.ahead.len() < self.most && !is_wrong(queue.ahead.back()) {
            let ahead = match self.rows.bind(py).clone().next() {
                None => {
                    queue.has_ended = true;
                    break;
                }
                Some(Ok(row)) => {
                    queue.next += 1;
                    Value::of_row(&row).map(|row| self.begin(row, queue.next - 1))
                }
                Some(Err(error)) => Err(error),
            };
            match ahead {
                Ok(ahead) => queue.ahead.push_back(ahead),
                Err(error) if error.is_instance_of::<PyException>(py) => {
                    queue.ahead.push_back(Ahead::Wrong(error));
                }
                // Ctrl-C does not wait.
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn begin(&self, row: Value, line: u64) -> Ahead {
        let (give, take) = sync_channel(1);
        let (desk, dump) = (Arc::clone(&self.desk), Arc::clone(&self.dump));
        self.pool.spawn(move || {
            let decision = desk.judge(&row.to_line(), &dump, line);
            // Nobody waits for it where the iterator has been dropped.
            drop(give.send(decision.map(|decision| Decided::of(&decision))));
        });
        Ahead::Decided(take)
    }
}
