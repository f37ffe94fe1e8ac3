//! Lines of JSON that are no records by their form, and stand between those that are.
//!
//! For search engines each document has a line before it that says where it goes, `{"index":{"_index":"news","_id":"7"}}`; a database says the types of
//! the columns and how far it is, `{"progress":{"read_rows":"7",…}}` (`JSONEachRowWithProgress` of `ClickHouse`). Such a line has one key, and nothing of a
//! record in it. Of a dump that has one in its beginning they become blank lines.

use std::collections::BTreeMap;
use std::io::{self, Read};

use serde_json::value::RawValue;

use super::{Refill, Refilled};
use crate::text::Slice;

/// A longer line is a record. 400 columns with their types take 16 kB.
const MOST_BYTES: usize = 64 << 10;

/// Whether a dump that begins like this has such a line, and another one.
pub(super) fn are_in(head: &[u8]) -> bool {
    let objects = || head.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{"));
    objects().nth(1).is_some() && objects().any(|line| may_be_aside(line) && is_aside(line))
}

/// Whether a line is no record.
fn is_aside(line: &[u8]) -> bool {
    /// What a search engine takes beside a document.
    const PLACES: [&str; 16] = [
        "_index",
        "_id",
        "_type",
        "_routing",
        "_parent",
        "_version",
        "routing",
        "parent",
        "version",
        "version_type",
        "pipeline",
        "require_alias",
        "retry_on_conflict",
        "dynamic_templates",
        "if_seq_no",
        "if_primary_term",
    ];
    type Values<'a> = BTreeMap<String, &'a RawValue>;
    let Ok(values) = serde_json::from_slice::<Values<'_>>(line) else { return false };
    let Some((key, value)) = values.iter().next().filter(|_| values.len() == 1) else { return false };
    let inside = || serde_json::from_str::<Values<'_>>(value.get()).unwrap_or_default();
    match &**key {
        "index" | "create" | "update" | "delete" => {
            let inside = inside();
            let is_bare =
                matches!(&**key, "index" | "create") && value.get().trim_start_matches(['{', ' ']) == "}";
            (is_bare || ["_index", "_id"].iter().any(|key| inside.contains_key(*key)))
                && inside.keys().all(|key| PLACES.contains(&&**key))
        }
        "progress" => ["read_rows", "read_bytes"].iter().all(|key| inside().contains_key(*key)),
        "meta" => {
            let columns: Vec<Values<'_>> = serde_json::from_str(value.get()).unwrap_or_default();
            let is_column = |column: &Values<'_>| column.keys().eq(["name", "type"]);
            !columns.is_empty() && columns.iter().all(is_column)
        }
        _ => false,
    }
}

/// A dump without these lines.
pub(super) fn left_out<R: Read>(inner: R) -> Refilled<LeftOut<R>> {
    Refilled::new(LeftOut { inner, line: Vec::new(), is_passing: false })
}

pub(super) struct LeftOut<R> {
    inner: R,
    /// The line so far.
    line: Vec<u8>,
    /// It is a record.
    is_passing: bool,
}

impl<R> LeftOut<R> {
    /// Passes a part of a line, which may be its end.
    fn pass(&mut self, part: &[u8], is_end: bool, ready: &mut Vec<u8>) {
        if self.is_passing {
            ready.extend_from_slice(part);
        } else {
            self.line.extend_from_slice(part);
            self.is_passing = self.line.len() > MOST_BYTES || !may_be_aside(&self.line);
            if self.is_passing || is_end {
                let line = std::mem::take(&mut self.line);
                let end = line.strip_suffix(b"\n").unwrap_or(&line);
                let is_aside = !self.is_passing && is_aside(end);
                ready.extend_from_slice(if is_aside { line.slice(end.len()..) } else { &line });
            }
        }
        self.is_passing &= !is_end;
    }
}

/// Whether a line that begins like this may be one: after the brace, a key of it, as far as there are letters.
fn may_be_aside(line: &[u8]) -> bool {
    const KEYS: [&[u8]; 6] = [b"index\"", b"create\"", b"update\"", b"delete\"", b"progress\"", b"meta\""];
    let Some(rest) = line.strip_prefix(b"{") else { return line.is_empty() };
    let Some(rest) = rest.trim_ascii_start().strip_prefix(b"\"") else { return rest.trim_ascii().is_empty() };
    KEYS.iter().any(|key| rest.starts_with(key) || key.starts_with(rest))
}

impl<R: Read> Refill for LeftOut<R> {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        let mut chunk = [0; 16 << 10];
        let count = self.inner.read(&mut chunk)?;
        for part in chunk.slice(..count).split_inclusive(|byte| *byte == b'\n') {
            self.pass(part, part.ends_with(b"\n"), ready);
        }
        if count == 0 {
            self.pass(&[], true, ready);
        }
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_says_something_of_others_is_no_record() {
        for (line, expected) in [
            (r#"{"index":{"_index":"news","_id":"7"}}"#, true),
            (r#"{ "update" : { "_id" : 7, "retry_on_conflict": 3 } }"#, true),
            (r#"{"progress":{"read_rows":"7","read_bytes":"8"}}"#, true),
            (r#"{"meta":[{"name":"id","type":"String"}]}"#, true),
            (r#"{"index":{"_id":"7","title":"Pier"}}"#, false),
            (r#"{"index":{"_id":"7"},"title":"Pier"}"#, false),
            (r#"{"create":{"name":"projects/a/documents/b"}}"#, false),
            (r#"{"update":{}}"#, false),
            (r#"{"progress":{"title":"Pier"}}"#, false),
            (r#"{"meta":[{"name":"id","type":"String","text":"x"}]}"#, false),
            (r#"{"meta":[]}"#, false),
        ] {
            assert_eq!(is_aside(line.as_bytes()), expected, "{line}");
            for dump in [format!("{line}\n{{\"a\":1}}\n"), format!("{{\"a\":1}}\n{line}\n")] {
                assert_eq!(are_in(dump.as_bytes()), expected, "{dump}");
            }
            assert!(!are_in(line.as_bytes()), "{line}");
            assert!(!expected || may_be_aside(line.as_bytes()), "{line}");
        }
        let line = r#"{"index":{"_id":"7"}}"#;
        let dump = format!("{line}\n{{\"a\":1}}\r\n\n{{\"index\":1}}\n{line}\r\n{{\"indices\":[]}}\n{line}");
        let expected = "\n{\"a\":1}\r\n\n{\"index\":1}\n\n{\"indices\":[]}\n";
        for end in 0..dump.len() {
            let (first, second) = dump.as_bytes().split_at(end);
            let mut read = String::new();
            left_out(first.chain(second)).read_to_string(&mut read).expect("it is UTF-8");
            assert_eq!(read, expected);
        }
        // A long one is not held.
        let long = format!("{{\"index\":{{\"_id\":\"{}\"}}}}\n", "7".repeat(MOST_BYTES));
        let mut out = left_out(long.as_bytes());
        let mut read = String::new();
        out.read_to_string(&mut read).expect("it is UTF-8");
        assert!(read == long && out.source.line.capacity() <= 2 * MOST_BYTES);
    }
}
