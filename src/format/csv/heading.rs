//! What comes before a table's rows besides one row of names, where a tool writes more, or less, than that.
//!
//! `pandas` writes columns in groups with two rows, `meta,meta,content` and `url,title,text`; `ClickHouse` has the types of the columns after their
//! names; R has a name before each row, and none for these names in the header. Each is taken for what it is only where it cannot be a row.

use std::borrow::Cow;

use crate::text::Slice;

/// What there is besides a row of names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Heading {
    /// The names are in the second row, and the first has those of groups.
    pub has_groups: bool,
    /// The row after the names has types.
    pub has_types: bool,
    /// Each row has a name before its first field.
    pub has_row_names: bool,
}

/// Fewer columns tell nothing.
const LEAST_COLUMNS: usize = 3;

impl Heading {
    /// What the table has whose first rows are these; `head` is its beginning, and `known` says of names whether they are those of fields.
    pub(super) fn of(
        rows: &[Vec<Cow<'_, str>>],
        delimiter: u8,
        head: &[u8],
        known: &dyn Fn(&str) -> bool,
    ) -> Self {
        let [names, second, rest @ ..] = rows else { return Self::default() };
        if names.len() < LEAST_COLUMNS {
            return Self::default();
        }
        Self {
            has_groups: are_groups(names, second, known),
            has_types: second.len() == names.len()
                && second.iter().all(|cell| is_type(cell))
                && !rest.is_empty(),
            has_row_names: !rest.is_empty() && have_row_names(names, &rows[1..], delimiter, head),
        }
    }
}

/// Whether names repeat themselves, and those below them are different ones that fields have.
fn are_groups(groups: &[Cow<'_, str>], names: &[Cow<'_, str>], known: &dyn Fn(&str) -> bool) -> bool {
    let is_distinct = |cells: &[Cow<'_, str>]| {
        let mut cells: Vec<&str> =
            cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        let all = cells.len();
        cells.sort_unstable();
        cells.dedup();
        (cells.len() == all, cells.into_iter().filter(|cell| known(cell)).count())
    };
    let ((are_distinct, few), (are_names, many)) = (is_distinct(groups), is_distinct(names));
    groups.len() == names.len() && !are_distinct && are_names && many >= LEAST_COLUMNS && many > few
}

/// Whether a cell is the name of a type in `ClickHouse`: `String`, `UInt64`, `Nullable(DateTime)`.
fn is_type(cell: &str) -> bool {
    const TYPES: [&str; 11] =
        ["String", "Bool", "Date", "Date32", "DateTime", "Time", "UUID", "IPv4", "IPv6", "JSON", "Dynamic"];
    /// They have a number of bits, or what they are made of in brackets.
    const NUMBERS: [&str; 4] = ["UInt", "Int", "Float", "BFloat"];
    const MADE: [&str; 13] = [
        "FixedString",
        "DateTime",
        "DateTime64",
        "Decimal",
        "Enum8",
        "Enum16",
        "Nullable",
        "LowCardinality",
        "Array",
        "Map",
        "Tuple",
        "Nested",
        "Variant",
    ];
    let number = cell.trim_end_matches(|one: char| one.is_ascii_digit());
    let made = cell.strip_suffix(')').and_then(|cell| cell.split_once('('));
    TYPES.contains(&cell)
        || (number != cell && NUMBERS.contains(&number))
        || made.is_some_and(|(name, _)| MADE.contains(&name))
}

/// Whether rows have a field more than there are names, and begin with a number as R writes them: within quotation marks, as all names are, and
/// rising. Under names of addresses or dates there must be some then, and none without.
fn have_row_names(names: &[Cow<'_, str>], rows: &[Vec<Cow<'_, str>>], delimiter: u8, head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let is_quoted = |name: &[u8]| name.len() > 1 && name.starts_with(b"\"") && name.ends_with(b"\"");
    if !line.split(|byte| *byte == delimiter).all(is_quoted)
        || !rows.iter().all(|row| row.len() == names.len() + 1)
    {
        return false;
    }
    let (mut last, mut at) = (0, line.len());
    for row in rows {
        let Some(number) =
            row.first().and_then(|name| name.parse::<u64>().ok()).filter(|number| *number > last)
        else {
            return false;
        };
        let begins = format!("\n\"{number}\"{}", char::from(delimiter));
        let Some(found) = memchr::memmem::find(head.slice(at..), begins.as_bytes()) else { return false };
        (last, at) = (number, at + found + begins.len());
    }
    let is_address = |cell: &str| cell.starts_with("http://") || cell.starts_with("https://");
    let is_date = |cell: &str| {
        let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
        digits == 4 && cell.as_bytes().get(4) == Some(&b'-')
    };
    let tells = |place: usize, name: &str, is_one: &dyn Fn(&str) -> bool, words: &[&str]| {
        let name = name.to_ascii_lowercase();
        words.iter().any(|word| name.contains(word))
            && rows.iter().all(|row| is_one(&row[place + 1]))
            && !rows.iter().any(|row| is_one(&row[place]))
            && rows.iter().filter(|row| !row[place].is_empty()).count() * 2 >= rows.len()
    };
    names.iter().enumerate().any(|(place, name)| {
        tells(place, name, &is_address, &["url", "link", "href"])
            || tells(place, name, &is_date, &["date", "time", "publish", "created"])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(table: &str) -> Heading {
        let rows: Vec<Vec<Cow<'_, str>>> = table
            .lines()
            .map(|row| row.split(',').map(|cell| cell.trim_matches('"').into()).collect())
            .collect();
        Heading::of(&rows, b',', table.as_bytes(), &|name| {
            ["url", "title", "text", "author", "meta", "content"].contains(&name)
        })
    }

    #[test]
    fn only_what_cannot_be_a_row_is_none() {
        for (table, has_groups, has_types, has_row_names) in [
            ("meta,meta,text\nurl,title,text\na,b,c\n", true, false, false),
            ("meta,author,text\nurl,title,text\na,b,c\n", false, false, false),
            ("author,author,text\nTitle,Text,x\na,b,c\n", false, false, false),
            ("url,title,text\nString,Nullable(String),DateTime64(3)\na,b,c\n", false, true, false),
            ("url,title,text\nString,UInt,String\na,b,c\n", false, false, false),
            ("url,title,text\nString,Array,Map\na,b,c\n", false, false, false),
            ("url,title,text\nString,String Theory,x\na,b,c\n", false, false, false),
            ("title,section\nString,Array\na,b\n", false, false, false),
            (
                "\"id\",\"title\",\"url\"\n\"1\",\"7\",\"A\",\"https://a\"\n\"3\",\"8\",\"B\",\"https://b\"\n",
                false,
                false,
                true,
            ),
            // Without quotation marks, not rising, and where the names fit as they stand.
            (
                "\"id\",\"title\",\"url\"\n1,\"7\",\"A\",\"https://a\"\n3,\"8\",\"B\",\"https://b\"\n",
                false,
                false,
                false,
            ),
            (
                "id,title,url\n\"1\",\"7\",\"A\",\"https://a\"\n\"3\",\"8\",\"B\",\"https://b\"\n",
                false,
                false,
                false,
            ),
            (
                "\"id\",\"title\",\"url\"\n\"3\",\"7\",\"A\",\"https://a\"\n\"1\",\"8\",\"B\",\"https://b\"\n",
                false,
                false,
                false,
            ),
            (
                "\"id\",\"title\",\"url\"\n\"1\",\"A\",\"https://a\",\"https://x\"\n\"3\",\"B\",\"https://b\",\"https://y\"\n",
                false,
                false,
                false,
            ),
            (
                "\"id\",\"title\",\"url\"\n\"1\",\"A\",\"https://a\"\n\"3\",\"8\",\"B\",\"https://b\"\n",
                false,
                false,
                false,
            ),
        ] {
            assert_eq!(heading(table), Heading { has_groups, has_types, has_row_names }, "{table}");
        }
    }
}
