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

/// Writes `report.html` and `metrics.prom` of a finished run again; the report's path.
///
/// # Errors
/// If the folder holds no finished run, or a file cannot be written.
pub fn write_report(folder: &Path) -> Result<PathBuf, FinishedError> {
    let run = FinishedRun::open(folder)?;
    let path = folder.join("report.html");
    write_file(&path, page(&run.ledger, folder).as_bytes())
        .and_then(|()| write_file(&folder.join("metrics.prom"), account::metrics(&run.ledger).as_bytes()))
        .map_err(|error| FinishedError::Read { path: path.clone(), cause: error.to_string() })?;
    Ok(path)
}
