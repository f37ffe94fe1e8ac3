//! `copydesk report`.

use std::path::PathBuf;

use super::Exit;
use super::show::out;
use super::what_if::fail;
use crate::finished::write_report;

/// Write report.html and metrics.prom for a finished run again
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The run's folder
    folder: PathBuf,
}

pub(super) fn report(arguments: &Arguments) -> Exit {
    match write_report(&arguments.folder) {
        Ok(page) => out(&format!("{}\n", page.display())),
        Err(failure) => fail(&failure, "PIPELINE"),
    }
}
