//! Characters that move a cursor, name a window or turn the direction of reading.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character does so, or makes whatever shows it do so. Line ends and tabs do not.
pub fn is_unprintable(character: char) -> bool {
    let marks = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}');
    marks || turns_text(character) || (character.is_control() && !matches!(character, '\n' | '\t'))
}

/// Whether a character changes the direction of the text after it, to its line's end and not only its own.
fn turns_text(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text in which some characters are written as JSON has them, such as `\u001b`.
pub fn escaped(text: &str, is_meant: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_meant) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        if is_meant(character) {
            write!(written, "\\u{:04x}", u32::from(character)).expect("a String takes any text");
        } else {
            written.push(character);
        }
    }
    Cow::Owned(written)
}

/// A name as it is shown, with its line ends written out, too.
pub fn shown_name(name: &str) -> Cow<'_, str> {
    escaped(name, |character| character.is_control() || is_unprintable(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_a_cursor_or_turns_text_is_written_out() {
        let shown = escaped("a\u{1b}[31m\u{202e}b\u{200f}\n\tü", is_unprintable);
        assert_eq!(shown, "a\\u001b[31m\\u202eb\\u200f\n\tü");
        assert!(matches!(escaped("plain ü", is_unprintable), Cow::Borrowed(_)));
    }
}
