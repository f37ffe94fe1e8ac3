//! Tables that are written by the column, `{"url":{"0":"https://…","1":"https://…"},"title":{…}}` and `{"url":["https://…"],"title":[…]}`, as
//! `DataFrame.to_json` writes them unless it is told otherwise, read as a line of JSON a row.
//!
//! A row's values are far apart, so the dump is read once for each column, all at the same time and each from where the column begins: that
//! costs decompression, and holds nothing but a value of each column.

use std::io::{self, BufRead, BufReader, Read};

use super::{Refill, Reopen, WantedColumn, end_too_long};

/// Each has a decompressor of its own.
const MOST_COLUMNS: usize = 200;
/// Names of columns and rows are shorter.
const MOST_NAME_BYTES: usize = 64 << 10;

/// A column's name, with its quotation marks, and where its values begin.
type Place = (Vec<u8>, u64);

/// A table's columns, each read from where it begins.
pub(super) struct Columns {
    columns: Vec<Column>,
    max_unit_bytes: usize,
}

struct Column {
    /// With its quotation marks.
    name: Vec<u8>,
    values: Values,
    /// What is next; `None` at the end.
    next: Option<Entry>,
}

/// A value, and its row.
struct Entry {
    row: Vec<u8>,
    value: Vec<u8>,
    /// The value is longer than may be held.
    is_cut: bool,
}

impl Columns {
    /// The columns of a table that are of use; `None` where the dump is no table of at least one row.
    pub(super) fn find(
        reopen: &Reopen,
        path: &[String],
        wanted: &WantedColumn<'_>,
        max_unit_bytes: usize,
    ) -> io::Result<Option<Self>> {
        let places = match Self::places(reopen, path, wanted) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            places => places?,
        };
        let Some(places) = places.filter(|places| (1..=MOST_COLUMNS).contains(&places.len())) else {
            return Ok(None);
        };
        let mut columns = Self { columns: Vec::new(), max_unit_bytes };
        for (name, at) in places {
            let mut inner = reopen()?;
            io::copy(&mut (&mut inner).take(at), &mut io::sink())?;
            let mut values = Values::new(inner);
            values.is_object = values.take()? == b'{';
            columns.columns.push(Column { name, values, next: None });
            columns.step(columns.columns.len() - 1)?;
        }
        Ok(Some(columns))
    }

    /// Reads a column's next value. All that are held have no more bytes than two rows may have, since some columns are at the next
    /// row already; what is cut makes its row too long.
    fn step(&mut self, column: usize) -> io::Result<()> {
        self.columns[column].next = None;
        let held: usize =
            self.columns.iter().filter_map(|column| column.next.as_ref()).map(Entry::bytes).sum();
        let column = &mut self.columns[column];
        column.next = column.values.entry((2 * self.max_unit_bytes + 1).saturating_sub(held))?;
        Ok(())
    }

    /// Names of columns, and where they begin; `None` where the dump is something else.
    fn places(reopen: &Reopen, path: &[String], wanted: &WantedColumn<'_>) -> io::Result<Option<Vec<Place>>> {
        let mut scan = Values::new(reopen()?);
        if scan.sign()? != Some(b'{') {
            return Ok(None);
        }
        let found = scan.table(path, wanted)?;
        // More such objects would be lost.
        let is_alone = scan.sign()?.is_none();
        let Some(Table { columns, is_alone: is_plain }) = found.filter(|_| is_alone) else { return Ok(None) };
        // Beside other values, only lists of the same length are columns.
        let lengths = || columns.iter().map(|column| column.values);
        let are_alike = lengths().all(|values| values > 1 && Some(values) == lengths().next());
        let is_table = (is_plain && path.is_empty()) || (columns.len() > 1 && are_alike);
        Ok(is_table.then(|| columns.into_iter().map(|column| column.place).collect()))
    }
}

/// An object of columns.
#[derive(Default)]
struct Table {
    columns: Vec<Found>,
    /// Nothing else is in it.
    is_alone: bool,
}

/// A column that is of use.
struct Found {
    place: Place,
    /// How many values it has.
    values: u64,
}

impl Entry {
    fn bytes(&self) -> usize {
        self.row.len() + self.value.len()
    }
}

impl Refill for Columns {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        // A column may lack a row; the first column that has one says which row it is.
        let Some(row) =
            self.columns.iter().find_map(|column| column.next.as_ref()).map(|entry| entry.row.clone())
        else {
            return Ok(false);
        };
        let start = ready.len();
        let mut is_cut = false;
        ready.push(b'{');
        // A number is where the row stands, and no name of it.
        if row.starts_with(b"\"") && !row.iter().all(|byte| byte.is_ascii_digit() || *byte == b'"') {
            ready.extend_from_slice(b"\"identifier\":");
            ready.extend_from_slice(&row);
        }
        for place in 0..self.columns.len() {
            let column = &self.columns[place];
            let Some(entry) = column.next.as_ref().filter(|entry| entry.row == row) else { continue };
            is_cut |= entry.is_cut;
            if ready.len() > start + 1 {
                ready.push(b',');
            }
            ready.extend_from_slice(&column.name);
            ready.push(b':');
            ready.extend_from_slice(&entry.value);
            self.step(place)?;
        }
        if is_cut {
            end_too_long(ready, start, self.max_unit_bytes);
        } else {
            ready.extend_from_slice(b"}\n");
        }
        Ok(true)
    }
}

/// Reads JSON a value at a time.
struct Values {
    inner: BufReader<Box<dyn Read + Send>>,
    /// Bytes that have been taken.
    at: u64,
    /// Each value has a key.
    is_object: bool,
    /// Of a list, how many values have been read.
    count: u64,
    /// Commas between the values of the list or the object that was taken last.
    commas: u64,
}

impl Values {
    fn new(inner: Box<dyn Read + Send>) -> Self {
        Self {
            inner: BufReader::with_capacity(64 << 10, inner),
            at: 0,
            is_object: false,
            count: 0,
            commas: 0,
        }
    }

    /// The next byte that is no white space and no byte order mark, which is not taken.
    fn sign(&mut self) -> io::Result<Option<u8>> {
        loop {
            let Some(byte) = self.inner.fill_buf()?.first().copied() else { return Ok(None) };
            if !byte.is_ascii_whitespace() && !b"\xEF\xBB\xBF".contains(&byte) {
                return Ok(Some(byte));
            }
            self.take()?;
        }
    }

    fn take(&mut self) -> io::Result<u8> {
        let byte = self.inner.fill_buf()?.first().copied().ok_or(io::ErrorKind::UnexpectedEof)?;
        self.inner.consume(1);
        self.at += 1;
        Ok(byte)
    }

    /// Takes a value, of which so many bytes are kept.
    fn value(&mut self, into: &mut Vec<u8>, most: usize) -> io::Result<()> {
        let (mut open, mut in_string, mut is_escaped) = (0_usize, false, false);
        self.commas = 0;
        loop {
            let ready = self.inner.fill_buf()?;
            if ready.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let (mut taken, mut is_end) = (0, false);
            while let Some(byte) = ready.get(taken) {
                if in_string {
                    let rest = ready.get(taken..).unwrap_or_default();
                    if !is_escaped {
                        taken += memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                    }
                    let Some(byte) = ready.get(taken) else { break };
                    taken += 1;
                    match byte {
                        _ if is_escaped => is_escaped = false,
                        b'\\' => is_escaped = true,
                        _ => in_string = *byte != b'"',
                    }
                    is_end = !in_string && open == 0;
                } else {
                    match byte {
                        b'"' => in_string = true,
                        b'{' | b'[' => open += 1,
                        b'}' | b']' if open > 1 => open -= 1,
                        b'}' | b']' if open == 1 => {
                            open = 0;
                            is_end = true;
                        }
                        // After a number or a word.
                        b'}' | b']' | b',' | b':' if open == 0 => {
                            is_end = true;
                            break;
                        }
                        b',' if open == 1 => self.commas += 1,
                        _ => {}
                    }
                    taken += 1;
                }
                if is_end {
                    break;
                }
            }
            let kept = taken.min(most.saturating_sub(into.len()));
            into.extend_from_slice(&ready[..kept]);
            self.inner.consume(taken);
            self.at += taken as u64;
            if is_end {
                return Ok(());
            }
        }
    }

    /// Takes an object, in which the keys of a path lead to the object of the columns; `None` where there is none.
    fn table(&mut self, path: &[String], wanted: &WantedColumn<'_>) -> io::Result<Option<Table>> {
        self.take()?;
        let mut table = path.is_empty().then(|| Table { columns: Vec::new(), is_alone: true });
        loop {
            match self.sign()? {
                Some(b'"') => {}
                Some(b',') => {
                    self.take()?;
                    continue;
                }
                Some(b'}') => {
                    self.take()?;
                    return Ok(table);
                }
                _ => return Ok(None),
            }
            let mut name = Vec::new();
            self.value(&mut name, MOST_NAME_BYTES)?;
            if self.sign()? != Some(b':') {
                return Ok(None);
            }
            self.take()?;
            let (sign, at) = (self.sign()?, self.at);
            let text = serde_json::from_slice::<String>(&name).ok();
            match (path.split_first(), &mut table) {
                (Some((key, rest)), _) if sign == Some(b'{') && text.as_ref() == Some(key) => {
                    table = self.table(rest, wanted)?;
                    continue;
                }
                (None, Some(table)) if matches!(sign, Some(b'{' | b'[')) => {
                    self.value(&mut Vec::new(), 0)?;
                    if text.is_some_and(|text| wanted(&text)) {
                        table.columns.push(Found { place: (name, at), values: self.commas + 1 });
                    }
                    continue;
                }
                // A column that was not asked for is `null`.
                (None, Some(table)) => table.is_alone &= sign == Some(b'n'),
                _ => {}
            }
            self.value(&mut Vec::new(), 0)?;
        }
    }

    /// The next value of a column, of which at most so many bytes are held; `None` at its end.
    fn entry(&mut self, most: usize) -> io::Result<Option<Entry>> {
        if self.sign()? == Some(b',') {
            self.take()?;
        }
        match self.sign()? {
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
            Some(b'}' | b']') => return Ok(None),
            Some(_) => {}
        }
        let mut row = Vec::new();
        if self.is_object {
            self.value(&mut row, MOST_NAME_BYTES)?;
            if self.sign()? != Some(b':') {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a column whose rows have no keys"));
            }
            self.take()?;
            self.sign()?;
        } else {
            row.extend_from_slice(self.count.to_string().as_bytes());
            self.count += 1;
        }
        let mut value = Vec::new();
        let begins = self.at;
        self.value(&mut value, most)?;
        let is_cut = self.at - begins > value.len() as u64;
        value.truncate(value.trim_ascii_end().len());
        Ok(Some(Entry { row, value, is_cut }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Refilled;
    use super::*;

    fn rows_at(path: &[&str], text: &'static str) -> Option<String> {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        let reopen: Reopen = Arc::new(|| Ok(Box::new(text.as_bytes())));
        let columns =
            Columns::find(&reopen, &path, &|name| name != "of_no_use", 1 << 20).expect("it is whole")?;
        let mut rows = String::new();
        Refilled::new(columns).read_to_string(&mut rows).expect("it is UTF-8");
        Some(rows)
    }

    fn rows(text: &'static str) -> Option<String> {
        rows_at(&[], text)
    }

    #[test]
    fn columns_stand_in_a_response_and_beside_other_values() {
        let expected = "{\"url\":\"a\",\"n\":1}\n{\"url\":\"b\",\"n\":2}\n";
        for (path, text, is_table) in [
            (&["data"][..], r#"{"meta":[{}],"data":{"url":["a","b"],"n":[1,2]},"rows":2}"#, true),
            (&["a", "b"], r#"{"n":{},"a":{"b":{"url":["a","b"],"m":7,"n":[1,2]},"c":[1]}}"#, true),
            (&[], r#"{"ok":true,"url":["a","b"],"n":[1,2],"of_no_use":[3]}"#, true),
            // Paragraphs, not of the same length, one value each, and two tables.
            (&["data"], r#"{"data":{"url":["a","b"]}}"#, false),
            (&[], r#"{"ok":true,"url":["a","b"],"n":[1,2],"m":[3]}"#, false),
            (&["data"], r#"{"data":{"url":["a"],"n":[1]}}"#, false),
            (&["data"], "{\"data\":{\"url\":[\"a\",\"b\"],\"n\":[1,2]}}\n{\"data\":{}}", false),
            (&["data"], r#"{"data":[{"url":["a","b"],"n":[1,2]}]}"#, false),
        ] {
            assert_eq!(rows_at(path, text).as_deref(), is_table.then_some(expected), "{text}");
        }
    }

    #[test]
    fn columns_become_rows() {
        for (text, expected) in [
            (
                r#"{"url":{"0":"a,}","1":"b\"\\"}, "n" : {"0":1.5, "1":null},"of_no_use":{"0":1,"1":2},"list":{"0":["x",{"y":[]}],"1":[]}}"#,
                "{\"url\":\"a,}\",\"n\":1.5,\"list\":[\"x\",{\"y\":[]}]}\n{\"url\":\"b\\\"\\\\\",\"n\":null,\"list\":[]}\n",
            ),
            (
                r#"{"url":{"k":"a","l":"b","m":"c"},"n":{"l":1}}"#,
                "{\"identifier\":\"k\",\"url\":\"a\"}\n{\"identifier\":\"l\",\"url\":\"b\",\"n\":1}\n{\"identifier\":\"m\",\"url\":\"c\"}\n",
            ),
            (
                "{\"url\":[\"a\",\"b\"],\n\"n\":[1,true ]}\n",
                "{\"url\":\"a\",\"n\":1}\n{\"url\":\"b\",\"n\":true}\n",
            ),
        ] {
            assert_eq!(rows(text).as_deref(), Some(expected), "{text}");
        }
        // Of a value that no row can hold, no more is held than shows that.
        let long = format!(r#"{{"url":["a","{}","c"],"n":[1,2,3]}}"#, "b".repeat(5_000_000));
        let rows = rows(Box::leak(long.into_boxed_str())).expect("it is a table");
        let lengths: Vec<usize> = rows.lines().map(str::len).collect();
        assert_eq!((lengths[0], lengths[2], lengths.len()), (17, 17, 3));
        assert!((1 << 20..(2 << 20) + 100).contains(&lengths[1]), "{lengths:?}");
    }

    #[test]
    fn other_objects_are_no_tables() {
        for text in [r#"{"url":{"0":"a"},"n":1}"#, r#"{"url":{"0":"a"}} {"url":{"0":"a"}}"#, r#"[{"0":1}]"#] {
            assert_eq!(rows(text), None, "{text}");
        }
    }
}
