//! Repairs on JSON as text.

use std::borrow::Cow;

/// Replaces `\uD800` to `\uDFFF` that are not half of a pair by `\ufffd`, in JSON text.
///
/// Scrapers that cut text by UTF-16 units leave such halves after. They are valid JSON, but no UTF-8
/// string can hold what they mean, and most readers fail on them.
pub fn without_lone_surrogate_escapes(json: &str) -> Cow<'_, str> {
    let bytes = json.as_bytes();
    let mut out: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(step) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        at += step;
        let Some(unit) = unit_at(bytes, at) else {
            at += 2; // another escape; both bytes are ASCII
            continue;
        };
        let pair = (0xD800..0xDC00).contains(&unit)
            && unit_at(bytes, at + 6).is_some_and(|low| (0xDC00..0xE000).contains(&low));
        if pair {
            at += 12;
        } else {
            if (0xD800..0xE000).contains(&unit) {
                out.get_or_insert_with(|| bytes.to_vec()).splice(at + 2..at + 6, *b"fffd");
            }
            at += 6;
        }
    }
    match out {
        None => Cow::Borrowed(json),
        Some(bytes) => Cow::Owned(String::from_utf8(bytes).expect("only ASCII took the place of ASCII")),
    }
}

/// JSON made of what is nearly JSON: raw control characters inside strings are escaped, lone surrogates
/// replaced as in [`without_lone_surrogate_escapes`], and Python's `NaN` and `Infinity` become `null`.
/// `None` where there is nothing of the kind to mend.
pub fn mend_json(text: &str) -> Option<String> {
    let whole = without_lone_surrogate_escapes(text);
    let mut out = String::with_capacity(whole.len() + 16);
    let mut in_string = false;
    let mut escaped = false;
    let mut rest = &*whole;
    while let Some(character) = rest.chars().next() {
        let word =
            ["NaN", "-Infinity", "Infinity"].iter().find(|word| !in_string && rest.starts_with(**word));
        if let Some(word) = word {
            out.push_str("null");
            rest = rest.strip_prefix(word).unwrap_or("");
            continue;
        }
        if in_string && character < ' ' {
            use std::fmt::Write as _;
            write!(out, "\\u{:04x}", u32::from(character)).expect("a String takes any text");
        } else {
            out.push(character);
        }
        match character {
            '"' if !escaped => in_string = !in_string,
            _ => {}
        }
        escaped = in_string && character == '\\' && !escaped;
        rest = rest.strip_prefix(character).unwrap_or("");
    }
    (out != text).then_some(out)
}

/// The code unit of a `\uXXXX` escape at a byte offset.
fn unit_at(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &byte| Some(unit * 16 + char::from(byte).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_json_is_mended() {
        for (text, expected) in [
            ("{\"a\":\"one\ttwo\"}", Some(r#"{"a":"one\u0009two"}"#)),
            (r#"{"a":NaN,"b":-Infinity,"c":"NaN"}"#, Some(r#"{"a":null,"b":null,"c":"NaN"}"#)),
            (r#"{"a":"\ud800"}"#, Some(r#"{"a":"\ufffd"}"#)),
            (r#"{"a":"\\"}"#, None),
            (r#"{"a":"#, None),
        ] {
            assert_eq!(mend_json(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn only_lone_halves_are_replaced() {
        for (json, expected) in [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""broken \ud83d pair \udc00""#, r#""broken \ufffd pair \ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\\\ud83d""#, r#""\\\ufffd""#),
            (r#""a\n\ud8""#, r#""a\n\ud8""#),
            (r#""plain""#, r#""plain""#),
        ] {
            assert_eq!(without_lone_surrogate_escapes(json), expected);
        }
    }
}
