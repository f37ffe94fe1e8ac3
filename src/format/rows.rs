//! Rows of JSON whose names are said once, `[["url","title"],["https://…","…"]]` and `{"columns":["url","title"],"data":[["https://…","…"]]}`,
//! read as objects.
//!
//! An index of captures (CDX), a database's export and `DataFrame.to_json(orient="split")` are such lists. Brackets of rows become braces, and
//! each value has its name put before it; all else stays in its place, so that rows keep their lines and a list of any length is read row by row.

use std::io::{self, Read};

use super::Refill;
use super::csv::column;

/// Puts names into rows.
pub(super) struct NamedRows<R> {
    names: Vec<String>,
    /// How many lists are open around the rows.
    base: usize,
    /// So many rows hold the names and what is said of them.
    header_rows: usize,
    inner: R,
    open: usize,
    in_string: bool,
    is_escaped: bool,
    /// The place of the value that is read.
    place: usize,
    /// The value's name is still to be written.
    needs_name: bool,
}

impl<R: Read> NamedRows<R> {
    pub(super) fn new(names: Vec<String>, base: usize, header_rows: usize, inner: R) -> Self {
        Self {
            names,
            base,
            header_rows,
            inner,
            open: 0,
            in_string: false,
            is_escaped: false,
            place: 0,
            needs_name: false,
        }
    }

    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) -> io::Result<()> {
        let (is_row, mut written) = (self.open == self.base + 1, byte);
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
        } else {
            if is_row && self.needs_name && !byte.is_ascii_whitespace() && byte != b']' {
                self.needs_name = false;
                if self.header_rows == 0 {
                    match self.names.get(self.place) {
                        Some(name) => serde_json::to_writer(&mut *ready, name)?,
                        None => serde_json::to_writer(&mut *ready, &column(self.place))?,
                    }
                    ready.push(b':');
                }
            }
            match byte {
                b'"' => self.in_string = true,
                b'[' | b'{' => {
                    if self.open == self.base && byte == b'[' {
                        (self.place, self.needs_name, written) = (0, true, b'{');
                    }
                    self.open += 1;
                }
                b']' | b'}' => {
                    self.open = self.open.saturating_sub(1);
                    if is_row {
                        written = b'}';
                    }
                }
                b',' if is_row => {
                    self.place += 1;
                    self.needs_name = true;
                }
                _ => {}
            }
        }
        if self.header_rows > 0 && (is_row || self.open > self.base) {
            ready.push(if byte == b'\n' { byte } else { b' ' });
            self.header_rows -= usize::from(is_row && self.open == self.base);
        } else {
            ready.push(written);
        }
        Ok(())
    }
}

impl<R: Read> Refill for NamedRows<R> {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        let mut chunk = [0; 16 << 10];
        let count = self.inner.read(&mut chunk)?;
        chunk[..count].iter().try_for_each(|byte| self.pass(*byte, ready))?;
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Refilled;
    use super::*;

    #[test]
    fn rows_get_the_names_and_stay_on_their_lines() {
        let names = || vec!["url".to_owned(), "a \"b\"".to_owned()];
        for (base, header_rows, text, expected) in [
            (
                1,
                1,
                "[[\"url\",\"a [b]\"],\n[\"x\",\"]\\\",\"],\n[ 1 , [2,{\"c\":[3,4]}], 5],[],[null]]\n",
                "[               ,\n{\"url\":\"x\",\"a \\\"b\\\"\":\"]\\\",\"},\n{ \"url\":1 , \"a \\\"b\\\"\":[2,{\"c\":[3,4]}], \"column_3\":5},{},{\"url\":null}]\n",
            ),
            (
                0,
                1,
                "[\"url\",\"b\"]\n[\"x\",\"y\"]\n",
                "           \n{\"url\":\"x\",\"a \\\"b\\\"\":\"y\"}\n",
            ),
            (1, 0, "   [[\"x\"]] ", "   [{\"url\":\"x\"}] "),
        ] {
            let mut read = String::new();
            Refilled::new(NamedRows::new(names(), base, header_rows, text.as_bytes()))
                .read_to_string(&mut read)
                .expect("it is UTF-8");
            assert_eq!(read, expected, "{text}");
        }
    }
}
