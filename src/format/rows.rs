//! Rows of JSON whose names are said once, `[["url","title"],["https://…","…"]]` and `{"columns":["url","title"],"data":[["https://…","…"]]}`,
//! read as objects.
//!
//! An index of captures (CDX), a database's export and `DataFrame.to_json(orient="split")` are such lists. Brackets of rows become braces, and
//! each value has its name put before it; all else stays in its place, so that rows keep their lines and a list of any length is read row by row.

use std::io::Read;

use super::csv::column;
use super::{Depth, Filter, Filtered, Refilled};

/// Puts names into rows.
pub(super) struct NamedRows {
    names: Vec<String>,
    /// How many lists are open around the rows.
    base: usize,
    /// So many rows hold the names and what is said of them.
    header_rows: usize,
    depth: Depth,
    /// The place of the value that is read.
    place: usize,
    /// The value's name is still to be written.
    needs_name: bool,
}

impl NamedRows {
    pub(super) fn read<R: Read>(
        names: Vec<String>,
        base: usize,
        header_rows: usize,
        inner: R,
    ) -> Refilled<Filtered<Self, R>> {
        let rows = Self { names, base, header_rows, depth: Depth::default(), place: 0, needs_name: false };
        Filtered::new(rows, inner)
    }
}

impl Filter for NamedRows {
    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) {
        let is_row = self.depth.open == self.base + 1;
        let mut written = byte;
        if !self.depth.in_string {
            if is_row && self.needs_name && !byte.is_ascii_whitespace() && byte != b']' {
                self.needs_name = false;
                if self.header_rows == 0 {
                    let name = self.names.get(self.place).cloned().unwrap_or_else(|| column(self.place));
                    serde_json::to_writer(&mut *ready, &name).expect("memory can be written to");
                    ready.push(b':');
                }
            }
            match byte {
                b'[' if self.depth.open == self.base => {
                    (self.place, self.needs_name, written) = (0, true, b'{');
                }
                b']' | b'}' if is_row => written = b'}',
                b',' if is_row => {
                    self.place += 1;
                    self.needs_name = true;
                }
                _ => {}
            }
        }
        self.depth.pass(byte);
        if self.header_rows > 0 && (is_row || self.depth.open > self.base) {
            ready.push(if byte == b'\n' { byte } else { b' ' });
            self.header_rows -= usize::from(is_row && self.depth.open == self.base);
        } else {
            ready.push(written);
        }
    }
}

#[cfg(test)]
mod tests {
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
            NamedRows::read(names(), base, header_rows, text.as_bytes())
                .read_to_string(&mut read)
                .expect("it is UTF-8");
            assert_eq!(read, expected, "{text}");
        }
    }
}
