//! A pipeline, and what it makes of pages, records and tables.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use copydesk::embed::{self, Decision, Refusal, decision_schema};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::arrow::{ArrowBatch, ArrowTable, Rows, arrow_error};
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
            has_ended: false,
            pool: pool(threads)?,
            dump: Arc::from(dump),
            next: line,
            ahead: VecDeque::new(),
            most: threads * AHEAD,
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
                    let batch = batch.map_err(arrow_error)?;
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
#[pyclass(module = "copydesk._copydesk")]
pub(super) struct Decisions {
    desk: Arc<embed::Desk>,
    rows: Py<PyIterator>,
    has_ended: bool,
    pool: ThreadPool,
    dump: Arc<str>,
    /// The line of the next row.
    next: u64,
    ahead: VecDeque<Mutex<Receiver<Result<Decided, Refusal>>>>,
    most: usize,
}

#[pymethods]
impl Decisions {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Given<'py>>> {
        while !self.has_ended && self.ahead.len() < self.most {
            match self.rows.bind(py).clone().next() {
                Some(row) => self.begin(Value::of_row(&row?)?),
                None => self.has_ended = true,
            }
        }
        let Some(first) = self.ahead.pop_front() else { return Ok(None) };
        let first = first.into_inner().unwrap_or_else(PoisonError::into_inner);
        let decided = py.detach(move || first.recv());
        let lost = |_| PyRuntimeError::new_err("a thread of copydesk has ended without an answer");
        let decided = decided.map_err(lost)?.map_err(|refusal| raise(py, &refusal))?;
        Ok(Some(decided.give(py)))
    }
}

impl Decisions {
    fn begin(&mut self, row: Value) {
        let (give, take) = sync_channel(1);
        let (desk, dump, line) = (Arc::clone(&self.desk), Arc::clone(&self.dump), self.next);
        self.pool.spawn(move || {
            let decision = desk.judge(&row.to_line(), &dump, line);
            // Nobody waits for it where the iterator has been dropped.
            drop(give.send(decision.map(|decision| Decided::of(&decision))));
        });
        self.next += 1;
        self.ahead.push_back(Mutex::new(take));
    }
}
