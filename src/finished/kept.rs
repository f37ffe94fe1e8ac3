//! What a finished run leaves for a state, made again from its records.

use super::FinishedRun;
use super::record::RecordView;
use super::shards::Worked;
use crate::article::{Article, ArticleId, Source};
use crate::dedup::DedupSettings;
use crate::dedup::{DedupKeys, Entry, RecordPlace};
use crate::finished::FinishedError;
use crate::write::Output;

/// Calls `found` with every record that a run kept, in order, with keys made from what the record holds. Where paragraphs were
/// removed from a text (`[dedup] paragraphs`), the key is that of the text without them.
///
/// # Errors
/// If a record cannot be read.
pub(crate) fn kept_entries(
    run: &FinishedRun,
    dedup: &DedupSettings,
    found: &mut dyn FnMut(Entry),
) -> Result<(), FinishedError> {
    let folder = run.folder.join(Output::Records.folder());
    let mut kept = Worked::new(run.lines(Output::Records), folder);
    let work = |line: &[u8]| entry(run, dedup, line);
    while kept.peek(&work)?.is_some() {
        kept.take().into_iter().for_each(&mut *found);
    }
    Ok(())
}

fn entry(run: &FinishedRun, dedup: &DedupSettings, line: &[u8]) -> Result<Entry, String> {
    let record: RecordView<'_> =
        serde_json::from_slice(line).map_err(|error| format!("a line is not a record: {error}"))?;
    let dump = run.dump(&record.source.dump).and_then(|dump| u32::try_from(dump).ok());
    let dump =
        dump.ok_or_else(|| format!("a record is of {}, which is not in the ledger", record.source.dump))?;
    let id = u128::from_str_radix(&record.id, 16).map_err(|error| format!("id {}: {error}", record.id))?;
    let mut article = Article::new(Source { dump: "".into(), line: 0, id: None });
    article.id = ArticleId(id);
    article.url.push_str(&record.url);
    article.text.push_str(&record.text);
    let keys = DedupKeys::of(&article, dedup);
    let place = RecordPlace { dump, line: record.source.line };
    Ok(Entry { id: article.id, place, keys, same_keys: Box::default(), counted: None, rank: 0 })
}
