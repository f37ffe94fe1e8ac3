//! The report and the metrics of a run, made from its account.

use std::path::{Path, PathBuf};

use super::copy::leave;
use super::instances::instances;
use super::{FinishedError, FinishedRun};
use crate::account::{self, IndexedNight, Ledger, ReportContext};
use crate::line::meaning;
use crate::page::is_our_page;
use crate::stage::catalogue;
use crate::store::{absolute, is_address, shown};
use crate::text::shell_word;
use crate::write::{SUCCESS, WORK, WriteError, read_own, write_file};

/// `report.html` of the account of a run in a folder, with examples from its outputs, which are in `outputs`.
pub(crate) fn page(ledger: &Ledger, folder: &Path, outputs: &Path) -> String {
    let folder = absolute(folder);
    let of_folder = || Some(folder.file_name()?.to_string_lossy().into_owned());
    let night = ledger.night.clone().or_else(of_folder).unwrap_or_else(|| ledger.pipeline.name.clone());
    let instances = &instances(ledger, outputs);
    let folder = shell_word(&folder.display().to_string());
    let (meaning, labelled) = (&meaning, &catalogue::labelled);
    account::report(ledger, &ReportContext { night: &night, folder: &folder, meaning, labelled, instances })
}

/// What an index over nights is called.
const INDEX: &str = "index.html";

/// Nights that an index shows.
const INDEXED: usize = 90;

/// Whether a folder has an index over nights.
pub(crate) fn has_index(folder: &Path) -> bool {
    read_own(&folder.join(INDEX)).is_ok_and(|page| is_our_page(&page))
}

/// Writes `index.html` into a folder of nights: a line for each of the last runs in it. `None` where there is a file
/// of this name that is not copydesk's.
///
/// # Errors
/// If there is no night in the folder, if it cannot be read, or if the file cannot be written.
pub(crate) fn write_index(folder: &Path) -> Result<Option<PathBuf>, FinishedError> {
    if is_address(folder) {
        let cause = "it is made of the nights in a folder of this machine";
        let cause = std::io::Error::new(std::io::ErrorKind::PermissionDenied, cause);
        return Err(FinishedError::Write(WriteError::of("write an index into", Path::new(&shown(folder)))(
            cause,
        )));
    }
    let no_nights = |lacks| FinishedError::NoNights { folder: folder.to_owned(), lacks };
    if !folder.is_dir() {
        return Err(no_nights("there is no such folder"));
    }
    let path = folder.join(INDEX);
    if path.exists() && !has_index(folder) {
        return Ok(None);
    }
    let failed = |error: std::io::Error| FinishedError::Read { path: path.clone(), cause: error.to_string() };
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let is_run = |path: &PathBuf| path.join(SUCCESS).exists() || path.join(WORK).is_dir();
    let mut runs: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_run).collect();
    // An index that is there is made anew also where no night is left.
    if runs.is_empty() && !has_index(folder) {
        return Err(no_nights("no folder in it holds a run"));
    }
    // Names that are alike but for their numbers, such as dates, say which night was the last, also where one was run again; others do not.
    let are_alike = runs.windows(2).all(|pair| without_numbers(&pair[0]) == without_numbers(&pair[1]));
    if are_alike {
        runs.sort_by_cached_key(|path| (numbers(path), path.clone()));
    } else {
        let ended = |path: &PathBuf| path.join(SUCCESS).metadata().and_then(|mark| mark.modified()).ok();
        runs.sort_by_cached_key(|path| (ended(path).is_none(), ended(path), path.clone()));
    }
    let mut nights: Vec<IndexedNight> = runs
        .split_off(runs.len().saturating_sub(INDEXED))
        .iter()
        .filter_map(|path| {
            let name = path.file_name()?.to_string_lossy().into_owned();
            Some(IndexedNight { name, ledger: FinishedRun::open(path).ok().map(|run| run.ledger) })
        })
        .collect();
    if !are_alike {
        let began = |night: &IndexedNight| night.ledger.as_ref().map(|ledger| ledger.timing.started.clone());
        nights.sort_by_cached_key(|night| (began(night).is_none(), began(night)));
    }
    let shown = absolute(folder).display().to_string();
    write_file(&path, account::index(&shown, &nights).as_bytes()).map_err(FinishedError::Write)?;
    Ok(Some(path))
}

/// The name of a folder without its digits.
fn without_numbers(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.chars().filter(|character| !character.is_ascii_digit()).collect()
}

/// The numbers in the name of a folder, so that those with fewer digits come first.
fn numbers(path: &Path) -> Vec<(usize, String)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let numbers =
        name.split(|character: char| !character.is_ascii_digit()).filter(|digits| !digits.is_empty());
    numbers
        .map(|digits| digits.trim_start_matches('0'))
        .map(|digits| (digits.len(), digits.to_owned()))
        .collect()
}

/// `metrics.prom` of the account of a run in a folder: its series are of the batch that has its nights beside it.
pub(crate) fn metrics(ledger: &Ledger, folder: &Path) -> String {
    account::metrics(ledger, &batch_folder(folder))
}

/// The folder in which a run's folder is.
pub(crate) fn batch_folder(folder: &Path) -> String {
    let folder = absolute(folder);
    folder.parent().unwrap_or(&folder).display().to_string()
}

/// Writes `report.html` and `metrics.prom` of a finished run again; the report's path.
///
/// # Errors
/// If the folder holds no finished run, or a file cannot be written.
pub(crate) fn write_report(folder: &Path) -> Result<PathBuf, FinishedError> {
    let run = FinishedRun::open(folder)?;
    let given = folder;
    let folder = if is_address(folder) { PathBuf::from(shown(folder)) } else { folder.to_owned() };
    let files = [
        ("report.html", page(&run.ledger, &folder, &run.folder)),
        ("metrics.prom", metrics(&run.ledger, &folder)),
    ];
    for (name, content) in files {
        if is_address(given) {
            leave(given, name, content)?;
        } else {
            write_file(&folder.join(name), content.as_bytes()).map_err(FinishedError::Write)?;
        }
    }
    Ok(folder.join("report.html"))
}
