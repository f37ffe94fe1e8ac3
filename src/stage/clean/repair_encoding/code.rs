//! Whether a line shows code: there, escapes and tags are what the author wanted to show.

/// Words of those who write about markup, in lower case.
use crate::text::Slice;
const WORDS: [&str; 14] = [
    "html",
    "xml",
    "markup",
    "<tag",
    "tags",
    " tag ",
    "entity",
    "entities",
    "ampersand",
    "escaped",
    "javascript",
    "css",
    "php",
    "syntax",
];

/// What stands in programs and not in prose.
const SIGNS: [&str; 16] = [
    "`", "){", ") {", "};", "&&", "||", "=>", "->", "::", "==", "!=", "</code>", "<code", "<pre", "<?", "();",
];

/// The lines of a text that show code, each judged once however often it is asked for.
pub(super) struct CodeLines<'a> {
    text: &'a str,
    judge: fn(&str) -> bool,
    /// Whether the whole text is about code, once somebody has asked.
    is_about_code: Option<bool>,
    /// The end of the line that was judged last, and what came of it.
    last: Option<(usize, bool)>,
}

impl<'a> CodeLines<'a> {
    /// The lines of a text, by a judge of a single one, such as [`shows_code`].
    pub(super) fn of(text: &'a str, judge: fn(&str) -> bool) -> Self {
        Self { text, judge, is_about_code: None, last: None }
    }

    /// Whether the whole text is about code.
    pub(super) fn is_all_code(&mut self) -> bool {
        let text = self.text;
        *self.is_about_code.get_or_insert_with(|| is_about_code(text))
    }

    /// Whether the line at a place shows code. Places come in order.
    pub(super) fn has(&mut self, place: usize) -> bool {
        if let Some((end, is_code)) = self.last
            && place < end
        {
            return is_code;
        }
        let (before, behind) = self.text.split_at_checked(place).unwrap_or((self.text, ""));
        let from = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
        let to = memchr::memchr(b'\n', behind.as_bytes()).map_or(self.text.len(), |at| place + at);
        let is_code = self.is_all_code() || (self.judge)(self.text.slice(from..to));
        self.last = Some((to, is_code));
        is_code
    }
}

/// Whether a line shows code, or talks about markup.
pub(super) fn shows_code(line: &str) -> bool {
    if has_sign(line) || line.contains("&lt;code") || line.contains("&lt;pre") {
        return true;
    }
    let lower = line.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// Whether one of [`SIGNS`] is in a line. Few lines have a character that each sign has one of.
fn has_sign(line: &str) -> bool {
    let may_have =
        |byte: u8| matches!(byte, b'`' | b'{' | b'}' | b'&' | b'|' | b'=' | b'>' | b':' | b'<' | b';');
    line.bytes().any(may_have) && SIGNS.iter().any(|sign| line.contains(sign))
}

/// Whether a text is about code: samples run over many lines, and not each of them shows it.
fn is_about_code(text: &str) -> bool {
    let (mut lines, mut code) = (0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        lines += 1;
        code += usize::from(has_sign(line));
    }
    // An article that quotes a line or two of a program is not about it.
    code >= 3 && code * 10 >= lines
}

#[cfg(test)]
mod tests {
    use super::{SIGNS, has_sign, is_about_code, shows_code};

    #[test]
    fn every_sign_is_found() {
        for sign in SIGNS {
            assert!(has_sign(&format!("a {sign} b")), "{sign}");
        }
    }

    #[test]
    fn code_is_told_from_prose() {
        for (line, expected) in [
            ("Use &lt;b&gt; in HTML.", true),
            ("if (a < b) { return a; }", true),
            ("let x = `<p>`", true),
            ("<p>The council met &amp; voted.</p>", false),
            ("Share: a < b, 5 > 3", false),
        ] {
            assert_eq!(shows_code(line), expected, "{line}");
        }
    }

    #[test]
    fn a_text_with_three_lines_of_code_in_thirty_is_about_code() {
        for (prose, code, expected) in [(27, 3, true), (28, 3, false), (0, 2, false)] {
            let text = "The ferry is late.\n".repeat(prose) + &"ferry.delay() == 5\n".repeat(code);
            assert_eq!(is_about_code(&text), expected, "{prose} {code}");
        }
    }
}
