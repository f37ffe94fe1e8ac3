//! Tables of an entity, an attribute and its value a row, read as a record an entity:
//!
//! ```text
//! id,name,value
//! 7,title,Ferry is late       →   {"identifier":"7","title":"Ferry is late","text":"The ferry …"}
//! 7,text,The ferry …
//! ```
//!
//! Such a table has three columns. One says of each row which field it is, in names that are those of a record's fields; another is the same in rows that
//! stand together, which have each name once, or several times where a field has several values. Rows of an entity that do not stand together are
//! as many records.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, BufRead, BufReader, Read};

use serde_json::value::RawValue;

use super::{ReadHints, Refill, Refilled, end_too_long};

/// Which column is which.
pub(super) struct Columns {
    entity: String,
    name: String,
    value: String,
}

/// A row's values by their columns.
type Row = BTreeMap<String, Box<RawValue>>;

/// An entity, and the values of each attribute in their order.
struct Entity {
    key: String,
    names: Vec<String>,
    values: Vec<Vec<String>>,
    /// Where each name stands.
    places: HashMap<String, usize>,
}

/// Lines of JSON, those of attributes put together.
pub(super) struct Entities {
    columns: Columns,
    inner: BufReader<Box<dyn Read + Send>>,
    max_unit_bytes: usize,
    /// The one whose rows are read.
    open: Option<Entity>,
    /// How many bytes of it are held.
    held: usize,
    /// Why no more could be read.
    failed: Option<io::Error>,
}

/// The row in a line, which may be an item of a list; `None` where it has other than three values. One that is empty may be left out.
fn row(line: &[u8]) -> Option<Row> {
    let line = std::str::from_utf8(line).ok()?.trim();
    let line = line.trim_start_matches(['[', ',', ' ']).trim_end_matches([']', ',', ' ']);
    if !line.starts_with('{') {
        return None;
    }
    let row: Row = serde_json::from_str(line).ok()?;
    ((2..=3).contains(&row.len()) && row.values().all(|value| !value.get().starts_with(['{', '['])))
        .then_some(row)
}

impl Columns {
    /// Which column is which in lines of JSON that begin like this; `None` where they are no such rows. With `is_cut` they go on within the last line.
    pub(super) fn find(head: &[u8], is_cut: bool, hints: &ReadHints<'_>) -> Option<Self> {
        /// Fewer rows may be records with odd titles.
        const LEAST_ROWS: usize = 4;
        head.split(|byte| *byte == b'\n').find_map(row)?;
        let lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').collect();
        let whole = lines.len() - usize::from(is_cut);
        let lines = lines.iter().take(whole).filter(|line| !line.trim_ascii().is_empty());
        let mut rows: Vec<Row> = lines.map(|line| row(line)).collect::<Option<_>>()?;
        let columns: Vec<String> = rows.iter().find(|row| row.len() == 3)?.keys().cloned().collect();
        if !rows.iter().all(|row| row.keys().all(|name| columns.contains(name))) {
            return None;
        }
        rows.retain(|row| row.len() == columns.len());
        if rows.len() < LEAST_ROWS {
            return None;
        }
        let (rows, columns) = (&rows, &columns);
        let column = |place: usize| {
            rows.iter().filter_map(move |row| row.get(&columns[place])).map(|value| value.get())
        };
        let text = |json: &str| serde_json::from_str::<String>(json).ok();
        // The names of fields.
        let is_name = |place: &usize| {
            let names: Option<HashSet<String>> = column(*place).map(text).collect();
            let names = names.unwrap_or_default();
            let known = names.iter().filter(|name| (hints.known)(name)).count();
            // Sections of a text have names of fields, too.
            let has_head = names.iter().any(|name| (hints.head)(name));
            has_head && known > 1 && known * 2 >= names.len()
        };
        let name = (0..columns.len()).find(is_name)?;
        // Two rows and more of most entities stand together.
        let is_entity = |place: &usize| {
            let values: Vec<&str> = column(*place).collect();
            let starts = 1 + values.windows(2).filter(|pair| pair[0] != pair[1]).count();
            let different: HashSet<&str> = values.iter().copied().collect();
            let pairs: HashSet<(&str, &str)> = column(*place).zip(column(name)).collect();
            3 * starts <= 2 * rows.len() && different.len() == starts && 2 * pairs.len() > rows.len()
        };
        let entity = (0..columns.len()).filter(|place| *place != name).find(is_entity)?;
        let value = (0..columns.len()).find(|place| ![name, entity].contains(place))?;
        let own = |place: usize| columns[place].clone();
        Some(Self { entity: own(entity), name: own(name), value: own(value) })
    }

    /// The entity of a row, the name of an attribute and its value; `None` where it is no such row.
    fn read(&self, row: &Row) -> Option<(String, String, String)> {
        let of = |column: &str| row.get(column).map(|value| value.get());
        let name = serde_json::from_str(of(&self.name)?).ok()?;
        Some((of(&self.entity)?.to_owned(), name, of(&self.value).unwrap_or("null").to_owned()))
    }
}

impl Entities {
    /// The rows of these lines, put together.
    pub(super) fn read(
        columns: Columns,
        lines: Box<dyn Read + Send>,
        max_unit_bytes: usize,
    ) -> Refilled<Self> {
        let inner = BufReader::new(lines);
        Refilled::new(Self { columns, inner, max_unit_bytes, open: None, held: 0, failed: None })
    }

    /// Writes the record that is open; without what ends it, if no more could be read.
    fn close(&mut self, ready: &mut Vec<u8>) {
        let Some(entity) = self.open.take() else { return };
        let start = ready.len();
        self.held = 0;
        ready.extend_from_slice(b"{\"identifier\":");
        ready.extend_from_slice(entity.key.as_bytes());
        for (name, values) in entity.names.iter().zip(&entity.values) {
            ready.push(b',');
            serde_json::to_writer(&mut *ready, name).expect("memory can be written to");
            ready.push(b':');
            match &values[..] {
                [value] => ready.extend_from_slice(value.as_bytes()),
                values => ready.extend(format!("[{}]", values.join(",")).bytes()),
            }
        }
        if self.failed.is_some() {
            return;
        }
        if ready.len() - start >= self.max_unit_bytes {
            end_too_long(ready, start, self.max_unit_bytes);
        } else {
            ready.extend_from_slice(b"}\n");
        }
    }
}

impl Refill for Entities {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut line = Vec::new();
        let most = self.max_unit_bytes as u64 + 2;
        let read = (&mut self.inner).take(most).read_until(b'\n', &mut line);
        if let Err(error) = read {
            self.failed = Some(error);
            self.close(ready);
            ready.append(&mut line);
            return Ok(true);
        }
        if line.is_empty() {
            self.close(ready);
            return Ok(false);
        }
        let row = row(&line).and_then(|row| self.columns.read(&row));
        let Some((entity, name, value)) = row else {
            // Brackets of a list, and what is no row, are left as they are.
            self.close(ready);
            ready.append(&mut line);
            return Ok(true);
        };
        if self.open.as_ref().is_none_or(|open| open.key != entity) {
            self.close(ready);
        }
        let open = self.open.get_or_insert_with(|| Entity {
            key: entity,
            names: Vec::new(),
            values: Vec::new(),
            places: HashMap::new(),
        });
        // What is beyond the bound is too long in any case.
        if self.held <= self.max_unit_bytes {
            self.held += name.len() + value.len();
            let place = *open.places.entry(name).or_insert_with_key(|name| {
                open.names.push(name.clone());
                open.values.push(Vec::new());
                open.names.len() - 1
            });
            open.values[place].push(value);
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::HEAD_BYTES;
    use super::*;

    fn read(lines: &str) -> (String, bool) {
        let is_known = |name: &str| ["url", "title", "text", "author", "summary"].contains(&name);
        let hints = ReadHints {
            layout: &|_| None,
            column: &|_| true,
            known: &is_known,
            head: &|name| ["url", "title"].contains(&name),
        };
        let head = lines.as_bytes().get(..HEAD_BYTES);
        let columns = Columns::find(head.unwrap_or(lines.as_bytes()), head.is_some(), &hints);
        let Some(columns) = columns else { return (lines.to_owned(), false) };
        let mut read = String::new();
        let lines = Box::new(Cursor::new(lines.as_bytes().to_vec()));
        Entities::read(columns, lines, 1 << 10).read_to_string(&mut read).expect("it is UTF-8");
        (read, true)
    }

    fn row(id: usize, name: &str, value: &str) -> String {
        format!("{{\"id\":\"{id}\",\"name\":\"{name}\",\"value\":\"{value}\"}}\n")
    }

    #[test]
    fn rows_of_attributes_are_a_record_an_entity() {
        let rows = "\n{\"id\":\"1\",\"name\":\"title\",\"value\":\"T\"}\n{\"id\":\"1\",\"name\":\"author\",\"value\":\"A\"}\n\
                    {\"id\":\"1\",\"name\":\"author\",\"value\":\"B\"}\n{\"id\":\"2\",\"name\":\"title\",\"value\":\"U\"}\n\
                    {\"id\":\"2\",\"name\":\"text\"}\nbroken\n{\"id\":\"2\",\"name\":\"n\",\"value\":\"7\"}\n";
        let (head, _) = rows.split_once("broken").unwrap_or_default();
        let first = "\n{\"identifier\":\"1\",\"title\":\"T\",\"author\":[\"A\",\"B\"]}\n{\"identifier\":\"2\",\"title\":\"U\",\"text\":null}\n";
        assert_eq!(read(head), (first.to_owned(), true));
        // A line that is broken after the beginning, and one that is too long.
        let mut padding = String::new();
        for id in 10..2000 {
            for (name, value) in [("title", "T"), ("text", "B")] {
                padding += &row(id, name, value);
            }
        }
        let long = "x".repeat(2000);
        let (rest, are_entities) = read(&format!(
            "{padding}broken\n{{\"id\":\"7\",\"name\":\"text\",\"value\":\"{long}\"}}\n{{\"id\":\"8\",\"name\":\"text\",\"value\":\"B\"}}\n"
        ));
        assert!(are_entities);
        assert_eq!(rest.lines().count(), 1990 + 3);
        assert!(rest.contains("\nbroken\n"));
        assert!(rest.ends_with("\n{\"identifier\":\"8\",\"text\":\"B\"}\n"), "{rest}");
    }

    #[test]
    fn rows_of_records_are_left() {
        for names in [
            // Titles; titles that are names of fields, of as many records; sections of texts; too few rows.
            &[(1, "Ferry"), (1, "Pier"), (2, "Ferry"), (2, "Mill")][..],
            &[(1, "title"), (2, "url"), (3, "text"), (4, "author")],
            &[(1, "summary"), (1, "text"), (2, "summary"), (2, "text")],
            &[(1, "title"), (1, "text")],
            &[(1, "title"), (1, "text"), (1, "x"), (1, "y"), (2, "z"), (2, "v"), (2, "w")],
        ] {
            let rows: String =
                names.iter().map(|(id, name)| row(*id, name, &format!("B{id}{name}"))).collect();
            assert_eq!(read(&rows), (rows, false));
        }
        let wide = "{\"id\":1,\"name\":\"title\",\"value\":\"T\",\"n\":1}\n{\"id\":1,\"name\":\"text\",\"value\":\"T\",\"n\":2}\n".repeat(3);
        assert_eq!(read(&wide), (wide.clone(), false));
    }
}
