//! Tables in CSV or TSV, with a header, read as lines of JSON: an object a row, its keys the names of the columns.

mod dialect;
mod head;
mod heading;
mod quotes;
mod rows;
mod style;
mod torn;

use std::io::Read;
use std::sync::Arc;

use super::entities::{self, Entities};
use super::{Content, Form, Format, HEAD_BYTES, Opened, Refilled};
use dialect::Dialect;
use rows::{Header, JsonRows};
use style::Style;

/// Tables in CSV and TSV.
pub(super) const FORMAT: Format = Format { endings: &[".csv", ".tsv"], read };

fn read(opened: Opened<'_>) -> Result<Content, Opened<'_>> {
    let Some(style) = Style::of(opened.name, &opened.head, opened.hints.known) else { return Err(opened) };
    let (max_unit_bytes, again) = (opened.max_unit_bytes, opened.reopen.clone());
    let mut head = Vec::new();
    let rows = JsonRows::new(style, max_unit_bytes, Header::default(), Box::new(&*opened.head));
    // What is broken in it is met again.
    drop(Refilled::new(rows).read_to_end(&mut head));
    let columns = entities::Columns::find(&head, opened.head.len() == HEAD_BYTES, opened.hints);
    let header = Header::default();
    let mut first = JsonRows::new(style, max_unit_bytes, Arc::clone(&header), opened.whole());
    first.again = again;
    // Before its header is known, nothing can be made of a table.
    let restart = move |rest| {
        let rows = JsonRows::after_gap(style, max_unit_bytes, Arc::clone(&header), rest)?;
        Some(Box::new(Refilled::new(rows)) as Box<dyn Read + Send>)
    };
    let lines: Box<dyn Read + Send> = Box::new(Refilled::new(first));
    let are_entities = columns.is_some();
    let reader = match columns {
        Some(columns) => Box::new(Entities::read(columns, lines, max_unit_bytes)),
        None => lines,
    };
    Ok(Content {
        form: Form::Json,
        name: "csv".to_owned(),
        reader,
        // Within a row of other dialects nothing shows where the next one begins.
        restart: match style.dialect {
            None | Some(Dialect::Lines) if !are_entities => Some(Box::new(restart)),
            _ => None,
        },
    })
}

/// Beside the text of what is no row, how many fields it has.
pub(crate) const ROW_FIELDS: &str = "row_fields";
/// And how many its header has.
pub(crate) const HEADER_FIELDS: &str = "header_fields";

/// The name of a column without one; `place` counts from 0.
pub(super) fn column(place: usize) -> String {
    format!("column_{}", place + 1)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use super::super::{Refill as _, Reopen};
    use super::rows::MOST_FIELDS;
    use super::style::delimiter;
    use super::*;

    fn rows<'a>(style: Style, max_unit_bytes: usize, table: impl Read + Send + 'a) -> Refilled<JsonRows<'a>> {
        Refilled::new(JsonRows::new(style, max_unit_bytes, Header::default(), Box::new(table)))
    }

    #[test]
    fn rows_become_objects() {
        let table = "\u{FEFF}url,title,\r\nhttps://a.example/1,\"A, \"\"quoted\"\"\nline\",x\r\n,b\n";
        let mut json = String::new();
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        rows(style, 1 << 20, table.as_bytes()).read_to_string(&mut json).expect("it is a table");
        assert_eq!(
            json,
            "\n{\"url\":\"https://a.example/1\",\"title\":\"A, \\\"quoted\\\"\\nline\",\"column_3\":\"x\"}\n\
             {\"title\":\"b\"}\n"
        );
    }

    #[test]
    fn a_row_that_was_begun_before_an_error_is_given_without_a_line_end() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
        let table = &b"url,text\na,b\nc,\"d e"[..];
        let style = Style::of("a.csv", table, &|_| true).expect("it is a table");
        let mut json = Vec::new();
        let read = rows(style, 1 << 20, table.chain(Failing)).read_to_end(&mut json);
        assert_eq!(read.map_err(|error| error.kind()), Err(io::ErrorKind::UnexpectedEof));
        assert_eq!(String::from_utf8_lossy(&json), "\n{\"url\":\"a\",\"text\":\"b\"}\n\"c,d e\"");
    }

    #[test]
    fn a_table_that_ends_within_quotation_marks_or_within_a_row_was_cut_off() {
        for (table, is_cut) in [
            ("url,text\na,\"b c\"", false),
            ("url,text\na,\"b \"\"c\"\"\"", false),
            ("url,text\na,\"b\nc", true),
            ("url,text\na,\"b \"\"", true),
            ("url,text\na,b\n", false),
            ("url,text\na,\"", true),
            (
                "url,title,text\nhttps://a.example/1,b,c\nhttps://b.example,e,f\nhttps://c.example,h,i\nhttps://a.exam",
                true,
            ),
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,k", true),
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,k,l", false),
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,k\n", false),
            ("url,title,text\na1,b,c\na2,e,f\na3,h,i\na", true),
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,", true),
            // A spreadsheet, footers, signs of the end.
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,The bridge is shut.", false),
            ("id,title,text\n1,b,c\n2,e,f\n3,h,i\n(3 rows)", false),
            ("id,title,text\n1,b,c\n2,e,f\n3,h,i\nTotal: 3", false),
            ("id,title,text\n1,b,c\n2,e,f\n3,h,i\n\u{1A}", false),
            ("id,title,text\n1,b,c\n2,e,f\n3,h,i\n  ", false),
            ("url,title,text\na,b,c\nd,e\ng,h,i\nj,k,l\nm,n,o\np,q", false),
            // R's, with a name before each row.
            (
                "\"a\",\"url\",\"b\"\n\"1\",x,https://a,y\n\"2\",x,https://b,y\n\"3\",x,https://c,y\n\"4\",x,htt",
                true,
            ),
        ] {
            let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
            let mut json = Vec::new();
            let read = rows(style, 1 << 20, table.as_bytes()).read_to_end(&mut json);
            assert_eq!(read.is_err(), is_cut, "{table:?}");
        }
    }

    #[test]
    fn a_header_within_a_table_names_what_follows() {
        for (table, expected) in [
            // The same, others of the same columns, and fewer.
            (
                "a,b,\n1,2,3\na,b,\n4,5,6\n",
                "\n{\"a\":\"1\",\"b\":\"2\",\"column_3\":\"3\"}\n\n{\"a\":\"4\",\"b\":\"5\",\"column_3\":\"6\"}\n",
            ),
            (
                "a,b,c\n1,2,3\nc,a,b\n6,4,5\n",
                "\n{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}\n\n{\"c\":\"6\",\"a\":\"4\",\"b\":\"5\"}\n",
            ),
            (
                "a,b,c\n1,2,3\nc,a\n6,4\nb,a,c\n5,4,6\n",
                "\n{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}\n\n{\"c\":\"6\",\"a\":\"4\"}\n\n{\"b\":\"5\",\"a\":\"4\",\"c\":\"6\"}\n",
            ),
            // Rows.
            (
                "a,b,c\na,a,b\na\na,b,x\n",
                "\n{\"a\":\"a\",\"b\":\"a\",\"c\":\"b\"}\n{\"a\":\"a\"}\n{\"a\":\"a\",\"b\":\"b\",\"c\":\"x\"}\n",
            ),
        ] {
            let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
            let mut json = String::new();
            rows(style, 1 << 20, table.as_bytes()).read_to_string(&mut json).expect("it is a table");
            assert_eq!(json, expected, "{table}");
        }
    }

    #[test]
    fn a_row_that_is_too_long_is_not_held() {
        // In JSON, a control character takes six bytes.
        let (long, control) = ("x".repeat(100_000), "\u{1}".repeat(20_000));
        let table = format!(
            "url,text\na,short\nb,\"{long}\"\n{}\nc,{control}\nd,\"{long}",
            "c,".repeat(MOST_FIELDS + 1)
        );
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        let mut rows = JsonRows::new(style, 50_000, Header::default(), Box::new(table.as_bytes()));
        let mut ready = Vec::new();
        while rows.refill(&mut ready).is_ok_and(|is_more| is_more) {}
        assert!(rows.row.bytes.len() <= 50_001 && rows.row.ends.len() <= 2 * MOST_FIELDS);
        let lines: Vec<usize> = ready.split(|byte| *byte == b'\n').map(<[u8]>::len).collect();
        assert_eq!(lines, [0, 26, 50_001, 50_001, 50_001, 50_001, 0]);
    }

    /// A table that can be read again, as lines.
    fn lines_of(table: &str, max_unit_bytes: usize) -> Vec<String> {
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        let whole = table.to_owned();
        let again: Reopen = Arc::new(move || Ok(Box::new(io::Cursor::new(whole.clone()))));
        let mut first = JsonRows::new(style, max_unit_bytes, Header::default(), Box::new(table.as_bytes()));
        let mut json = String::new();
        first.again = Some(again);
        let mut rows = Refilled::new(first);
        rows.read_to_string(&mut json).expect("it is UTF-8");
        json.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_costs_its_line() {
        for last in ["c,\"two, and\nmore\"\n", ""] {
            let table = format!("url,text\na,\"never closed\n{}{last}", "b,one\n".repeat(10_000));
            let lines = lines_of(&table, 5000);
            assert!(
                lines[1].starts_with("\"anever closed\\nb,one") && lines[1].len() == 5001,
                "{}",
                lines[1]
            );
            assert!(lines[2..10_002].iter().all(|line| *line == "{\"url\":\"b\",\"text\":\"one\"}"));
            let last = (!last.is_empty()).then_some("{\"url\":\"c\",\"text\":\"two, and\\nmore\"}");
            assert!(lines[10_002..].iter().eq(last.as_slice()), "{}", lines.len());
        }
        // Of a pipe nothing can be read again.
        let table = format!("url,text\na,\"never closed\n{}", "b,one\n".repeat(10_000));
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        let error =
            rows(style, 5000, table.as_bytes()).read_to_string(&mut String::new()).expect_err("it is open");
        assert_eq!(error.to_string(), "a quotation mark in the row at byte 9 is never closed");
    }

    #[test]
    fn a_field_that_is_too_long_costs_its_row_whatever_is_in_it() {
        let inner = "x,\"\"y, \"\" z\"\"\r\nb,one\n,\"\"\"\"\n".repeat(1_000);
        for (before, after) in [("", ""), ("text, ", "\nb,one"), ("\"\"", "\"\""), (",", ",")] {
            let long = format!("a,\"{before}{inner}{after}\"\n");
            for (rows, table) in
                [(2, format!("url,text\n{long}b,one\n{long}")), (1, format!("url,text\n{long}"))]
            {
                let lines = lines_of(&table, 5000);
                let too_long = lines.iter().filter(|line| line.len() == 5001).count();
                let sound = lines.iter().filter(|line| *line == "{\"url\":\"b\",\"text\":\"one\"}").count();
                assert_eq!((lines.len(), too_long, sound), (2 * rows, rows, rows - 1), "{before} {after}");
            }
        }
    }

    #[test]
    fn after_a_gap_rows_are_found_where_marks_show_them() {
        let names = || {
            let names = vec!["url".to_owned(), "text".to_owned()];
            Arc::new(Mutex::new(Some(Arc::new(names))))
        };
        let style_of_names = || Style::of("a.csv", b"url,text\na,b\n", &|_| true).expect("it is a table");
        let after = |rest: String| {
            let rest = Box::new(io::Cursor::new(rest));
            let rows = JsonRows::after_gap(style_of_names(), 1 << 20, names(), rest).expect("it has names");
            let mut json = String::new();
            Refilled::new(rows)
                .read_to_string(&mut json)
                .map(|_| json.lines().map(str::to_owned).collect::<Vec<_>>())
                .map_err(|error| error.kind())
        };
        let (one, two) = ("{\"url\":\"a\",\"text\":\"x\"}", "{\"url\":\"b\",\"text\":\"y, z\\nb,c\"}");
        let table = "a,x\nb,\"y, z\nb,c\"\n";
        for (rest, expected) in [
            // Outside of quotation marks, inside of them, and where the first mark may be either.
            (format!("rest\n{table}"), vec!["\"rest\\n\"", one, two]),
            (format!("\n{table}"), vec!["\"\\n\"", one, two]),
            (format!("k,l\nm,n\"\n{table}"), vec!["\"k,l\\nm,n\\\"\\n\"", one, two]),
            (format!("k,l\n,\"\n{table}"), vec!["\"k,l\\n,\\\"\\n\"", one, two]),
            (
                format!("\"\nk,\",\"\n{table}"),
                vec!["\"\\\"\\n\"", "{\"url\":\"k\",\"text\":\",\"}", one, two],
            ),
            ("st\na,x\na,x\n".to_owned(), vec!["\"st\\n\"", one, one]),
            ("st\na,x\nb,x,y\n".to_owned(), vec!["\"st\\na,x\\nb,x,y\\n\""]),
        ] {
            assert_eq!(
                after(rest.clone()).as_deref(),
                Ok(&expected.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()[..]),
                "{rest}"
            );
        }
        // Where a line is a row, the first one begins after the first line end.
        let table = format!("id\ttext\n{}", "1\tOne.\\nTwo.\\nThree \"so\".\n".repeat(3));
        let style = Style { dialect: Some(Dialect::Lines), delimiter: b'\t', ..style_of_names() };
        assert_eq!(style.first_row(table.as_bytes()), Some(8));
        let unclear = format!("{}\n", "k,l,m\n".repeat(500_000));
        assert_eq!(after(unclear), Err(io::ErrorKind::InvalidData));
    }

    #[test]
    fn a_table_is_known_by_its_name_or_its_first_line() {
        for (name, head, expected) in [
            ("a.csv.gz", "url,text\nx,y\n", Some(b',')),
            ("a.csv", "url;text\nx;y\n", Some(b';')),
            ("a.tsv", "url\ttext\n", Some(b'\t')),
            ("dump", "url,title,text\nx,y,z\n", Some(b',')),
            ("a.csv", "7\u{1}So, and so\u{1}x\n8\u{1}a\u{1}y\n", Some(1)),
            ("a.csv", "url,text\u{1},n\nx,y,1\n", Some(b',')),
            ("dump", "Dear Sir, this is, well, text.\nMore\n", None),
            ("dump", "url,text\nx,y\n", Some(b',')),
            ("dump", "so,text\nx,y\n", None),
            ("a.csv", "\n\nurl;text\nx;y\n", Some(b';')),
            ("a.csv", "Our news\nurl;text\nx;y\n", Some(b';')),
            ("a.csv", "{\"a\":1}\n", None),
            ("a.jsonl", "{\"a\":1,\"b\":2,\"c\":3}\n", None),
            ("dump", "", None),
        ] {
            let known = |name: &str| matches!(name, "url" | "text");
            assert_eq!(delimiter(name, head.as_bytes(), &known), expected, "{name} {head}");
        }
    }

    #[test]
    fn tables_of_spreadsheets_and_databases_are_read_as_they_are_written() {
        for (table, expected) in [
            ("sep=;\na;b\n1;x\n", "\n\n{\"a\":\"1\",\"b\":\"x\"}\n"),
            ("Our news,,\n,,\na,b,c\n1,x,y\n", "\n\n\n{\"a\":\"1\",\"b\":\"x\",\"c\":\"y\"}\n"),
            (
                "a,b\n1,x\ny,z,w\n2,u, v\n3,v\n5,r\n4, t\n",
                "\n{\"a\":\"1\",\"b\":\"x\"}\n{\"a\":\"y\",\"b\":\"z\",\"column_3\":\"w\"}\n{\"row_fields\":3,\"header_fields\":2,\"row\":\"2,u, v\"}\n{\"a\":\"3\",\"b\":\"v\"}\n\
                 {\"a\":\"5\",\"b\":\"r\"}\n{\"a\":\"4\",\"b\":\" t\"}\n",
            ),
            // A column without a name.
            (
                "a,b\n1,x, 7\n2,y, 8\n",
                "\n{\"a\":\"1\",\"b\":\"x\",\"column_3\":\" 7\"}\n{\"a\":\"2\",\"b\":\"y\",\"column_3\":\" 8\"}\n",
            ),
            (",b\n1,x\n", "\n{\"column_1\":\"1\",\"b\":\"x\"}\n"),
            ("#a,b\n,\n", "\n{}\n"),
            ("https://a.example/1,x\n", "{\"column_1\":\"https://a.example/1\",\"column_2\":\"x\"}\n"),
            ("meta,meta,c\na,b,c\n1,x,y\n", "\n\n{\"a\":\"1\",\"b\":\"x\",\"c\":\"y\"}\n"),
            ("a,b,c\nString,Date,String\n1,x,y\n", "\n\n{\"a\":\"1\",\"b\":\"x\",\"c\":\"y\"}\n"),
            (
                "\"a\",\"b\",\"url\"\n\"1\",\"x\",\"y\",\"http://a\"\n\"2\",\"z\",\"\",\"http://b\"\n",
                "\n{\"column_1\":\"1\",\"a\":\"x\",\"b\":\"y\",\"url\":\"http://a\"}\n\
                 {\"column_1\":\"2\",\"a\":\"z\",\"url\":\"http://b\"}\n",
            ),
            (
                "a,b\n1,x\\, y\\\nz\\\n\n2,u\n",
                "\n{\"a\":\"1\",\"b\":\"x, y\\nz\\n\"}\n{\"a\":\"2\",\"b\":\"u\"}\n",
            ),
            ("a,b\n\\N,\"say \\\"no\\\" in C:\\new\"\n", "\n{\"b\":\"say \\\"no\\\" in C:\\\\new\"}\n"),
            ("a,b\nC:\\,\"say \"\"no\"\" now\"\n", "\n{\"a\":\"C:\\\\\",\"b\":\"say \\\"no\\\" now\"}\n"),
        ] {
            let style = Style::of("a.csv", table.as_bytes(), &|name| name != "meta").expect("it is a table");
            let mut json = String::new();
            rows(style, 1 << 20, table.as_bytes()).read_to_string(&mut json).expect("it is a table");
            assert_eq!(json, expected, "{table}");
        }
    }

    #[test]
    fn blanks_before_quotation_marks_are_those_of_all_fields() {
        let table = "a, b, c\n1, \"x, y\",  z z\n2, \"say \"\"no, no\"\"\",\"\"\n";
        let style = |table: &str| Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        assert!(style("a, b\n1, \"x\"\n").has_blanks);
        assert!(!style(table).has_blanks && !style("a, b\n1, x\n").has_blanks);
    }
}
