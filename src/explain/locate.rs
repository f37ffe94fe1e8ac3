//! Finds a line in dumps; reading stops as soon as it is found.

use memchr::memmem;
use rayon::prelude::*;

use super::{ExplainError, least_digits};
use crate::decode::Reading;
use crate::line::{Fate, Judge};
use crate::read::{Batch, BytesRead, Dump, DumpEnd, FindError};

/// A line, and the batch that holds its bytes.
pub(super) struct Located {
    pub batch: Batch,
    /// The line's place in the batch.
    pub index: usize,
}

/// The line with a number.
pub(super) fn by_number(
    judge: &Judge,
    dumps: &[Dump],
    dump: usize,
    line: u64,
) -> Result<Located, ExplainError> {
    let mut reader = judge.open(dump, &dumps[dump], &BytesRead::default());
    let (mut lines, mut damage) = (0, None);
    while let Some(batch) = reader.next_batch(&mut |_| true) {
        lines = batch.first_line - 1 + batch.lines.len() as u64;
        if let Some(index) = line.checked_sub(batch.first_line).filter(|_| line <= lines) {
            let index = usize::try_from(index).expect("a batch is in memory");
            return Ok(Located { batch, index });
        }
        damage = damage_of(&dumps[dump], batch)?;
    }
    Err(ExplainError::NoLine { dump: dumps[dump].name.to_string(), line, lines, damage })
}

/// The first line whose record has an id, or came with it, or has it for an address; else the first whose record's id begins
/// like this.
pub(super) fn by_id(judge: &Judge, dumps: &[Dump], id: &str) -> Result<Located, ExplainError> {
    let found = find(judge, dumps, &Wanted::new(id));
    match Wanted::beginning(id) {
        Some(beginning) if found.is_err() => find(judge, dumps, &beginning).or(found),
        _ => found,
    }
}

fn find(judge: &Judge, dumps: &[Dump], wanted: &Wanted<'_>) -> Result<Located, ExplainError> {
    let (mut lines, mut damage) = (0, Vec::new());
    for (place, dump) in dumps.iter().enumerate() {
        let mut reader = judge.open(place, dump, &BytesRead::default());
        while let Some(batch) = reader.next_batch(&mut |_| true) {
            let found = (0..batch.lines.len())
                .into_par_iter()
                .find_first(|index| wanted.is(judge, dump, &batch, *index));
            if let Some(index) = found {
                return Ok(Located { batch, index });
            }
            lines += batch.lines.len() as u64;
            let cause = damage_of(dump, batch)?;
            damage.extend(cause.map(|cause| format!("{} is damaged: {cause}", dump.name)));
        }
    }
    Err(ExplainError::NoId { id: wanted.id.to_owned(), dumps: dumps.len(), lines, damage })
}

/// What is wrong with a dump that ends with a batch.
fn damage_of(dump: &Dump, batch: Batch) -> Result<Option<String>, ExplainError> {
    match batch.end {
        Some(DumpEnd { failure: Some(failure), .. }) => Err(ExplainError::Find(FindError::of(dump, failure))),
        end => Ok(end.and_then(|end| end.damage)),
    }
}

/// Whether a text may be a record's id.
pub(super) fn is_record_id(id: &str) -> bool {
    id.len() == 32 && is_hex(id)
}

fn is_hex(id: &str) -> bool {
    id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

struct Wanted<'a> {
    id: &'a str,
    /// An id or a canonical address is known only after the stages.
    is_ours: bool,
    /// It is the beginning of an id, as the program itself shortens them.
    is_beginning: bool,
    /// What the line has in it if it has the id: nobody escapes letters and digits.
    part: Option<memmem::Finder<'a>>,
}

impl<'a> Wanted<'a> {
    fn new(id: &'a str) -> Self {
        let is_plain =
            id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        let is_ours = is_record_id(id) || id.contains("://");
        let part = (is_plain && !is_ours).then(|| memmem::Finder::new(id));
        Self { id, is_ours, is_beginning: false, part }
    }

    /// The record whose id begins so; `None` where no id does.
    fn beginning(id: &'a str) -> Option<Self> {
        let is_one = (least_digits(false)..32).contains(&id.len()) && is_hex(id);
        is_one.then_some(Self { id, is_ours: true, is_beginning: true, part: None })
    }

    fn is(&self, judge: &Judge, dump: &Dump, batch: &Batch, index: usize) -> bool {
        let Some(line) = batch.lines.get(index) else { return false };
        let bytes = batch.bytes(line);
        if self.part.as_ref().is_some_and(|part| part.find(bytes).is_none()) {
            return false;
        }
        if !self.is_ours {
            let number = batch.first_line + index as u64;
            let reading = judge.decode(&dump.name, batch.form, bytes, number, None);
            return matches!(reading, Ok(Reading::Article(decoded))
                if decoded.article.source.id.as_deref() == Some(self.id));
        }
        let Fate::Article(judged) = judge.fate(dump, batch, index, &mut judge.tally(), None) else {
            return false;
        };
        let article = &judged.article;
        if self.is_beginning {
            return article.id.to_string().starts_with(self.id);
        }
        article.id.to_string() == self.id
            || article.source.id.as_deref() == Some(self.id)
            || article.url == self.id
            || article.source_url == self.id
    }
}
