//! Lines and blanks as Python has them.

use crate::text::Slice;
use crate::text::tokens::is_python_space;

/// A text without the white space at its ends, as `str.strip` has it.
pub(in crate::stage) fn strip(text: &str) -> &str {
    text.trim_matches(is_python_space)
}

/// Whether there is nothing but white space.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(is_python_space)
}

/// The lines of a text, as `str.splitlines` has them: they end at line feeds, carriage returns, both together, and eight other
/// characters; after the last end there is no line.
pub(super) fn python_lines(text: &str) -> PythonLines<'_> {
    PythonLines { rest: text, odd: has_odd_ends(text.as_bytes()) }
}

/// Lines one by one.
pub(super) struct PythonLines<'a> {
    rest: &'a str,
    odd: bool,
}

impl<'a> PythonLines<'a> {
    /// What is after the lines that were taken.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }
}

impl<'a> Iterator for PythonLines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end =
            if self.odd { self.rest.find(is_line_end) } else { memchr::memchr(b'\n', self.rest.as_bytes()) };
        let Some(end) = end else { return Some(std::mem::take(&mut self.rest)) };
        let (line, rest) = self.rest.split_at(end);
        let mut characters = rest.chars();
        if characters.next() == Some('\r') && characters.as_str().starts_with('\n') {
            characters.next();
        }
        self.rest = characters.as_str();
        Some(line)
    }
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\n'..='\r' | '\u{1C}'..='\u{1E}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether lines may end in other characters than a line feed. Without a branch inside, the compiler uses vector
/// instructions.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a lazy operator is a branch, and a branch undoes the vector"
)]
fn has_odd_ends(bytes: &[u8]) -> bool {
    const BLOCK: usize = 1024;
    let mut at = 0;
    while at < bytes.len() {
        // A byte of the next block, so that pairs across the border are seen.
        let block = bytes.slice(at..bytes.len().min(at + BLOCK + 1));
        let seconds = block.slice(1..);
        let mut odd = block.iter().fold(false, |odd, &byte| odd | matches!(byte, 0x0B..=0x1E));
        odd |= block.iter().zip(seconds).fold(false, |odd, (&a, &b)| {
            odd | ((a == 0xC2) & (b == 0x85)) | ((a == 0x80) & (b & 0xFE == 0xA8))
        });
        if odd {
            return true;
        }
        at += BLOCK;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_python_says() {
        for (text, lines) in [
            ("", &[][..]),
            ("a", &["a"]),
            ("a\n", &["a"]),
            ("\n", &[""]),
            ("a\n\nb", &["a", "", "b"]),
            ("a\r\nb\rc\n\rd", &["a", "b", "c", "", "d"]),
            (
                "a\u{B}b\u{C}c\u{1C}d\u{1D}e\u{1E}f\u{85}g\u{2028}h\u{2029}i",
                &["a", "b", "c", "d", "e", "f", "g", "h", "i"],
            ),
            ("a\tb\u{1F}c\u{A0}d", &["a\tb\u{1F}c\u{A0}d"]),
        ] {
            assert_eq!(python_lines(text).collect::<Vec<_>>(), lines, "{text:?}");
        }
    }

    #[test]
    fn odd_ends_are_seen_across_blocks() {
        for before in 1015..1035 {
            let text = format!("{}\u{2028}b", "x".repeat(before));
            assert_eq!(python_lines(&text).count(), 2, "{before}");
        }
    }

    #[test]
    fn blank_is_what_python_strips() {
        assert!(is_blank(" \t\u{1F}\u{A0}\u{3000}\r\n"));
        assert!(!is_blank("\u{200B}"));
        assert_eq!(strip("\u{1C} a b \u{85}"), "a b");
    }
}
