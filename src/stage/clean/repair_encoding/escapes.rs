//! Characters that programs wrote as escapes: `caf\u00e9`, `caf\xc3\xa9`, `caf\303\251`, `caf%C3%A9`, `caf=C3=A9`,
//! `caf<U+00E9>` → `café`.
//!
//! Only what stands for something beyond ASCII, as sound UTF-8 where it is of bytes: `50%`, `\users` and `a=b` are text.
//! Percent signs are left in addresses, and everything in lines that show code. Where one such escape is in a text, those of ASCII
//! (`\n`, `\"`, `%20`, `=3D`, and `=` at the end of a line) are, too.

use std::borrow::Cow;

use super::code::{CodeLines, shows_code};

/// How bytes or code units were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `\u00e9`, or two for a pair of surrogates.
    Unit,
    /// `<U+00E9>`.
    Named,
    /// `\xc3`.
    Hexadecimal,
    /// `\303`.
    Octal,
    /// `%C3`.
    Percent,
    /// `=C3`.
    Printable,
}

const FORMS: [Form; 6] =
    [Form::Unit, Form::Named, Form::Hexadecimal, Form::Octal, Form::Percent, Form::Printable];

/// The text with characters for escapes; `None` where it has none.
pub(super) fn unescape(text: &str) -> Option<String> {
    let mut unescaped = Cow::Borrowed(text);
    for form in FORMS {
        if let Some(next) = unescape_form(&unescaped, form) {
            unescaped = Cow::Owned(next);
        }
    }
    (unescaped != text).then(|| unescaped.into_owned())
}

fn unescape_form(text: &str, form: Form) -> Option<String> {
    let mark = match form {
        Form::Unit | Form::Hexadecimal | Form::Octal => b'\\',
        Form::Named => b'<',
        Form::Percent => b'%',
        Form::Printable => b'=',
    };
    let mut code = CodeLines::of(text, shows_code);
    let mut out = String::new();
    let mut at = 0;
    for start in memchr::memchr_iter(mark, text.as_bytes()) {
        let Some((length, written)) = text.get(start..).and_then(|rest| escape(rest, form)) else { continue };
        if start < at || (form == Form::Percent && is_in_address(text, start)) || code.has(start) {
            continue;
        }
        out.push_str(text.get(at..start)?);
        out.push_str(&written);
        at = start + length;
    }
    if at == 0 {
        return None;
    }
    out.push_str(text.get(at..)?);
    Some(match form {
        Form::Unit | Form::Hexadecimal => {
            out.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\\"", "\"").replace("\\/", "/")
        }
        Form::Percent => out.replace("%20", " "),
        Form::Printable => {
            out.replace("=\r\n", "").replace("=\n", "").replace("=20", " ").replace("=3D", "=")
        }
        Form::Named | Form::Octal => out,
    })
}

/// The length of the escapes that a text begins with, and what they stand for: something beyond ASCII.
fn escape(text: &str, form: Form) -> Option<(usize, String)> {
    match form {
        Form::Unit => {
            let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
            let (first, second) = (unit(text)?, text.get(6..).and_then(unit));
            let pair = [first, second.unwrap_or(0)];
            let units = if (0xD800..0xDC00).contains(&first) { pair.as_slice() } else { pair.get(..1)? };
            let written = String::from_utf16(units).ok().filter(|written| is_written(written))?;
            Some((6 * units.len(), written))
        }
        Form::Named => {
            let digits = text.strip_prefix("<U+")?.split_once('>')?.0;
            let code = Some(digits).filter(|digits| (4..=8).contains(&digits.len()))?;
            let written = char::from_u32(u32::from_str_radix(code, 16).ok()?)?.to_string();
            is_written(&written).then_some((digits.len() + 4, written))
        }
        _ => {
            let (prefix, digits, radix) = match form {
                Form::Hexadecimal => ("\\x", 2, 16),
                Form::Octal => ("\\", 3, 8),
                Form::Percent => ("%", 2, 16),
                _ => ("=", 2, 16),
            };
            let mut bytes: Vec<u8> = Vec::new();
            let mut rest = text;
            let byte = |rest: &str| u8::from_str_radix(rest.strip_prefix(prefix)?.get(..digits)?, radix).ok();
            while let Some(byte) = byte(rest).filter(|byte| !byte.is_ascii()) {
                bytes.push(byte);
                rest = rest.get(prefix.len() + digits..)?;
            }
            let written = String::from_utf8(bytes).ok().filter(|written| is_written(written))?;
            Some((text.len() - rest.len(), written))
        }
    }
}

/// Whether somebody may have written a text: it is beyond ASCII, and no control.
fn is_written(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| !character.is_ascii() && !character.is_control())
}

/// Whether a place is within an address, or what looks like a part of one.
fn is_in_address(text: &str, place: usize) -> bool {
    let (before, after) = text.split_at_checked(place).unwrap_or((text, ""));
    let before = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let after = after.split(char::is_whitespace).next().unwrap_or_default();
    [before, after].iter().any(|part| part.contains(['/', '&', '?', '=', '@']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_beyond_ascii_become_characters_outside_of_addresses_and_code() {
        for (text, expected) in [
            (r"caf\u00e9 \u201cLenne\u201d \ud83d\ude00\nnext", Some("café “Lenne” 😀\nnext")),
            (r"caf\xc3\xa9", Some("café")),
            (r"caf\303\251", Some("café")),
            ("caf%C3%A9%20bar", Some("café bar")),
            ("Das Caf=C3=A9 ist ge=\nschlossen: a=3Db", Some("Das Café ist geschlossen: a=b")),
            ("caf<U+00E9>", Some("café")),
            ("https://paper.example/caf%C3%A9?q=1", None),
            (r"C:\users\xedit, 50%, a=b, \0, \u00, \ud83d, <U+41>", None),
            (r#"let text = "caf\u00e9"; print() => text"#, None),
            (r"\u0007 \x07", None),
        ] {
            assert_eq!(unescape(text).as_deref(), expected, "{text}");
        }
    }
}
