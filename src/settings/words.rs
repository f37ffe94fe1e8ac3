//! What serde says of a value that does not fit, in the words of whoever writes the file.

use std::ops::Range;

use super::Problem;

/// The mistake that serde's message tells.
pub(super) fn problem(span: Range<usize>, message: &str) -> Problem {
    let message = message.trim_end();
    if let Some((found, expected)) = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.split_once(", expected "))
    {
        return Problem::new(span, format!("expected {}, found {}", expectation(expected), finding(found)));
    }
    let variant = message.strip_prefix("unknown variant `").and_then(|rest| rest.split_once("`, expected "));
    if let Some((name, right)) = variant {
        return Problem::unknown(span, "value", name, right.split('`').skip(1).step_by(2));
    }
    let field = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, expected "));
    if let Some((name, right)) = field {
        return Problem::unknown(span, "key", name, right.split('`').skip(1).step_by(2));
    }
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    if let Some(name) = missing {
        return Problem::new(span, format!("`{name}` is missing"));
    }
    Problem::new(span, message)
}

fn expectation(expected: &str) -> &str {
    match expected {
        "a sequence" => "a list, written in [ ]",
        "a string" | "string" | "a borrowed string" => "text in quotes",
        "a boolean" | "bool" => "true or false",
        "usize" | "u64" | "u32" | "u16" | "u8" => "a whole number that is not negative",
        "isize" | "i64" | "i32" | "i16" | "i8" => "a whole number",
        "f64" | "f32" => "a number",
        "a map" => "a table, written in { }",
        structure if structure.starts_with("struct ") => "a table, written in { }",
        other => other,
    }
}

fn finding(found: &str) -> String {
    if let Some(text) = found.strip_prefix("string ") {
        return format!("the text {text}");
    }
    let bare = |kind: &str| found.strip_prefix(kind).map(|rest| rest.trim_matches('`').to_owned());
    // Integers beyond 64 bits are told with the type that holds them.
    let beyond = |kind: &str| found.strip_prefix("integer `")?.strip_suffix(kind);
    if let Some(number) = beyond("` as i128").or_else(|| beyond("` as u128")) {
        let what = if number.starts_with('-') { "small" } else { "large" };
        return format!("{number}, which is too {what}");
    }
    match found {
        "sequence" => "a list".to_owned(),
        "map" => "a table".to_owned(),
        _ => bare("integer ")
            .or_else(|| bare("floating point "))
            .or_else(|| bare("boolean "))
            .unwrap_or_else(|| found.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_speak_of_what_stands_in_the_file() {
        for (message, said) in [
            (
                "invalid type: string \"body\", expected a sequence",
                "expected a list, written in [ ], found the text \"body\"",
            ),
            (
                "invalid value: integer `-1`, expected usize",
                "expected a whole number that is not negative, found -1",
            ),
            (
                "invalid type: integer `99999999999999999999` as i128, expected usize",
                "expected a whole number that is not negative, found 99999999999999999999, which is too large",
            ),
            ("invalid type: boolean `true`, expected f64", "expected a number, found true"),
            ("invalid type: map, expected a string", "expected text in quotes, found a table"),
            ("missing field `name`", "`name` is missing"),
            ("something else", "something else"),
        ] {
            assert_eq!(problem(0..1, message).message, said);
        }
        let variant = problem(0..1, "unknown variant `day-frist`, expected one of `auto`, `day-first`");
        assert_eq!(variant.message, "unknown value `day-frist`");
        assert_eq!(variant.help.as_deref(), Some("did you mean `day-first`?"));
    }
}
