//! copydesk's Python module: [`copydesk::embed`] for Python.
//!
//! Here values are taken from Python and given to it, and Python's lock is let go while copydesk works. What Python sees is in
//! `copydesk/__init__.py`, which has its documentation; types are in `_copydesk.pyi`.

mod arrow;
mod desk;
mod rows;
mod run;

use std::ffi::OsString;

use copydesk::embed::Refusal;
use pyo3::prelude::*;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What copydesk refuses, as `copydesk.CopydeskError`.
fn raise(py: Python<'_>, refusal: &Refusal) -> PyErr {
    let class = py.import("copydesk").and_then(|module| module.getattr("CopydeskError"));
    let error = class.and_then(|class| class.call1((refusal.to_string(), refusal.exit as u8)));
    error.map_or_else(|error| error, PyErr::from_value)
}

/// Runs the command line, of which the first argument is the program, and gives its exit code.
#[pyfunction]
fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| copydesk::cli::main_of(arguments)) as u8
}

/// The text of a pipeline that comes with copydesk.
#[pyfunction]
fn shipped(name: &str) -> Option<&'static str> {
    copydesk::pipeline::shipped(name)
}

/// Whether a dataset card is one that copydesk has written.
#[pyfunction]
fn is_own_card(card: &[u8]) -> bool {
    copydesk::embed::is_own_card(card)
}

/// This version of copydesk.
#[pyfunction]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The extension module, which `copydesk/__init__.py` imports.
#[pymodule]
mod _copydesk {
    #[pymodule_export]
    use super::arrow::{ArrowBatch, ArrowTable, spark_schema};
    #[pymodule_export]
    use super::desk::{Decisions, Desk};
    #[pymodule_export]
    use super::run::{Files, Records, open, run};
    #[pymodule_export]
    use super::{is_own_card, main, shipped, version};
}
