//! Objects as other languages print them → JSON.
//!
//! `{'title': 'Pier', 'by': None}` (Python), `{title: 'Pier', _id: ObjectId("5f1"), at: ISODate("2024-05-01")}` (a database's
//! shell), `{"title"=>"Pier"}` (Ruby), `{"title": "Pier",}` (by hand): what scrapers write with `str(item)` and people paste. Strings in quotes of either
//! kind, names without quotes, commas too many, comments, tuples, and calls, of which the first value counts.

use std::fmt::Write as _;

/// Deeper than any record.
const DEEPEST: usize = 100;

/// JSON that means the same; `None` where the text is no such object.
pub fn json_of_literal(text: &str) -> Option<String> {
    let mut reader = Reader { rest: text.trim(), json: String::with_capacity(text.len() + 16) };
    if !reader.rest.starts_with('{') {
        return None;
    }
    reader.value(0)?;
    reader.blank();
    reader.rest.trim_end_matches([',', ';']).trim().is_empty().then_some(reader.json)
}

struct Reader<'a> {
    rest: &'a str,
    json: String,
}

impl<'a> Reader<'a> {
    /// Passes over white space and comments.
    fn blank(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let after = if self.rest.starts_with("//") {
                self.rest.split_once('\n').map_or("", |(_, rest)| rest)
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                comment.split_once("*/").map_or("", |(_, rest)| rest)
            } else {
                return;
            };
            self.rest = after;
        }
    }

    fn take(&mut self, expected: char) -> bool {
        self.blank();
        let rest = self.rest.strip_prefix(expected);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.blank();
        match self.rest.chars().next().filter(|_| depth < DEEPEST)? {
            '{' => self.object(depth),
            '[' => self.items('[', ']', depth),
            '(' => self.items('(', ')', depth),
            '"' | '\'' => {
                let text = self.string()?;
                self.push(&text)
            }
            '-' | '+' | '0'..='9' => self.number(),
            _ => self.word(depth),
        }
    }

    fn push(&mut self, text: &str) -> Option<()> {
        self.json.push_str(&serde_json::to_string(text).ok()?);
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.rest = self.rest.strip_prefix('{')?;
        self.json.push('{');
        let mut is_first = true;
        while !self.take('}') {
            if !std::mem::take(&mut is_first) {
                self.json.push(',');
            }
            // Ruby's symbols
            self.rest = self.rest.strip_prefix(':').unwrap_or(self.rest);
            let key = match self.rest.chars().next()? {
                '"' | '\'' => self.string()?,
                _ => self.name()?.to_owned(),
            };
            self.push(&key)?;
            if !self.take(':') {
                self.rest = self.rest.strip_prefix("=>")?;
            }
            self.json.push(':');
            self.value(depth + 1)?;
            if !self.take(',') && !self.rest.starts_with('}') {
                return None;
            }
        }
        self.json.push('}');
        Some(())
    }

    fn items(&mut self, open: char, close: char, depth: usize) -> Option<()> {
        self.rest = self.rest.strip_prefix(open)?;
        self.json.push('[');
        let mut is_first = true;
        while !self.take(close) {
            if !std::mem::take(&mut is_first) {
                self.json.push(',');
            }
            self.value(depth + 1)?;
            if !self.take(',') && !self.rest.starts_with(close) {
                return None;
            }
        }
        self.json.push(']');
        Some(())
    }

    /// A string; Python and JavaScript put strings beside each other for one.
    fn string(&mut self) -> Option<String> {
        let quote = self.rest.chars().next()?;
        let mut letters = self.rest.strip_prefix(quote)?.chars();
        let mut text = String::new();
        loop {
            match letters.next()? {
                '\\' => {
                    let escaped = letters.next()?;
                    let digits = match escaped {
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        _ => 0,
                    };
                    if digits > 0 {
                        let code = letters.as_str().get(..digits)?;
                        let code = u32::from_str_radix(code, 16).ok()?;
                        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                        letters.nth(digits - 1);
                        continue;
                    }
                    text.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'b' => '\u{8}',
                        'f' => '\u{C}',
                        '0' => '\0',
                        '\n' => continue,
                        other => other,
                    });
                }
                letter if letter == quote => break,
                letter => text.push(letter),
            }
        }
        self.rest = letters.as_str();
        Some(text)
    }

    fn number(&mut self) -> Option<()> {
        let end = self
            .rest
            .find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '+' | '-' | '.' | '_'));
        let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let number = number.trim_start_matches('+').trim_end_matches(['L', 'n']).replace('_', "");
        serde_json::from_str::<serde_json::Number>(&number).ok()?;
        self.json.push_str(&number);
        self.rest = rest;
        Some(())
    }

    fn name(&mut self) -> Option<&'a str> {
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.');
        let end = self.rest.find(|letter: char| !is_part(letter)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        self.rest = rest;
        Some(name)
    }

    /// `None`, `true`, `b'…'`, `ObjectId("…")`, `datetime.datetime(2024, 5, 1, 10, 0)`, `new Date(…)`
    fn word(&mut self, depth: usize) -> Option<()> {
        let name = self.name()?;
        if matches!(name, "b" | "u" | "r" | "B" | "U" | "R") && self.rest.starts_with(['"', '\'']) {
            return self.value(depth + 1);
        }
        if name == "new" {
            return self.value(depth + 1);
        }
        if !self.rest.starts_with('(') {
            let value = match name {
                "true" | "True" => "true",
                "false" | "False" => "false",
                _ => "null",
            };
            self.json.push_str(value);
            return matches!(
                name,
                "true"
                    | "True"
                    | "false"
                    | "False"
                    | "null"
                    | "None"
                    | "nil"
                    | "undefined"
                    | "NaN"
                    | "nan"
                    | "inf"
                    | "Infinity"
            )
            .then_some(());
        }
        if (name.ends_with("datetime") || name.ends_with("date"))
            && let Some((date, rest)) = date_of_call(self.rest)
        {
            self.rest = rest;
            return self.push(&date);
        }
        let start = self.json.len();
        self.items('(', ')', depth)?;
        let items: Vec<serde_json::Value> = serde_json::from_str(self.json.get(start..)?).ok()?;
        self.json.truncate(start);
        write!(self.json, "{}", items.first().unwrap_or(&serde_json::Value::Null))
            .expect("a String takes any text");
        Some(())
    }
}

/// `(2024, 5, 1, 12, 0, tzinfo=datetime.timezone(datetime.timedelta(seconds=7200)))` → `2024-05-01T12:00:00+02:00`, and what follows.
fn date_of_call(call: &str) -> Option<(String, &str)> {
    let mut open = 0_usize;
    let end = call.find(|letter| {
        open = match letter {
            '(' => open + 1,
            ')' => open.saturating_sub(1),
            _ => open,
        };
        open == 0
    })?;
    let (arguments, rest) = (call.get(1..end)?, call.get(end + 1..)?);
    let numbers: Vec<u64> = arguments.split(',').map_while(|number| number.trim().parse().ok()).collect();
    let [year, month, day, ref time @ ..] = numbers[..] else { return None };
    let part = |place: usize| time.get(place).copied().unwrap_or(0);
    let mut date = format!("{year:04}-{month:02}-{day:02}");
    if time.is_empty() {
        return Some((date, rest));
    }
    write!(date, "T{:02}:{:02}:{:02}", part(0), part(1), part(2)).expect("a String takes any text");
    let number_after = |name: &str| {
        let (_, after) = arguments.split_once(name)?;
        after.split([',', ')']).next()?.trim().parse::<i64>().ok()
    };
    if arguments.contains("timedelta(") {
        let minutes =
            (number_after("seconds=").unwrap_or(0) + number_after("days=").unwrap_or(0) * 86_400) / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(date, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            .expect("a String takes any text");
    } else if arguments.to_ascii_lowercase().contains("utc") {
        date.push('Z');
    }
    Some((date, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_other_languages_are_json() {
        for (text, expected) in [
            (
                r#"{'a': 'It\'s', "b": "x'y", 'c': None, 'd': True}"#,
                Some(r#"{"a":"It's","b":"x'y","c":null,"d":true}"#),
            ),
            ("{a: 'x', b_1: [1, -2.5e3,],}", Some(r#"{"a":"x","b_1":[1,-2.5e3]}"#)),
            (
                r#"{_id: ObjectId("5f1"), at: ISODate('2024-05-01'), n: NumberLong(5), d: new Date(7)}"#,
                Some(r#"{"_id":"5f1","at":"2024-05-01","n":5,"d":7}"#),
            ),
            (
                "{'at': datetime.datetime(2024, 5, 1, 10, 0), 't': ('x', 2), 'b': b'\\xe9'}",
                Some(r#"{"at":"2024-05-01T10:00:00","t":["x",2],"b":"é"}"#),
            ),
            (
                "{'a': datetime.datetime(2024, 5, 1, 10, 0, tzinfo=datetime.timezone.utc), 'b': datetime.date(2024, 5, 1)}",
                Some(r#"{"a":"2024-05-01T10:00:00Z","b":"2024-05-01"}"#),
            ),
            (
                "{'a': datetime.datetime(2024, 5, 1, 10, 0, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400)))}",
                Some(r#"{"a":"2024-05-01T10:00:00-05:00"}"#),
            ),
            (r#"{"a"=>"x", :b=>nil, :c => [1]}"#, Some(r#"{"a":"x","b":null,"c":[1]}"#)),
            ("{\"a\": 1, // one\n /* two */ \"b\": 2};", Some(r#"{"a":1,"b":2}"#)),
            ("{'a': 1} x", None),
            ("{'a'", None),
            ("{a b}", None),
            ("", None),
        ] {
            assert_eq!(json_of_literal(text).as_deref(), expected, "{text}");
        }
        let deep = format!("{{a: {}", "[".repeat(10_000));
        assert_eq!(json_of_literal(&deep), None);
    }
}
