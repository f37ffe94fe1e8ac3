//! The report and the metrics of a run, made from its account.

use std::path::{Path, PathBuf};

use super::{FinishedError, FinishedRun};
use crate::account::{self, Ledger, ReportContext};
use crate::line::meaning;
use crate::stage::catalogue;
use crate::text::shell_word;
use crate::write::write_file;

/// `report.html` of the account of a run in a folder.
pub(crate) fn page(ledger: &Ledger, folder: &Path) -> String {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let folder = shell_word(&folder.display().to_string());
    account::report(
        ledger,
        &ReportContext { folder: &folder, meaning: &meaning, labelled: &catalogue::labelled },
    )
}

/// `metrics.prom` of the account of a run in a folder: its series are of the batch that has its nights beside it.
pub(crate) fn metrics(ledger: &Ledger, folder: &Path) -> String {
    account::metrics(ledger, &batch_folder(folder))
}

/// The folder in which a run's folder is.
pub(crate) fn batch_folder(folder: &Path) -> String {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    folder.parent().unwrap_or(&folder).display().to_string()
}

/// Writes `report.html` and `metrics.prom` of a finished run again; the report's path.
///
/// # Errors
/// If the folder holds no finished run, or a file cannot be written.
pub fn write_report(folder: &Path) -> Result<PathBuf, FinishedError> {
    let run = FinishedRun::open(folder)?;
    let path = folder.join("report.html");
    write_file(&path, page(&run.ledger, folder).as_bytes())
        .and_then(|()| write_file(&folder.join("metrics.prom"), metrics(&run.ledger, folder).as_bytes()))
        .map_err(|error| FinishedError::Read { path: path.clone(), cause: error.to_string() })?;
    Ok(path)
}
