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
    /// The lines of a text, by a judge of a single one, such as [`shows_code`]. In a text that is a part of a page as a whole, tags are no
    /// examples, whatever its words are.
    pub(super) fn of(text: &'a str, judge: fn(&str) -> bool) -> Self {
        let judge = if is_marked_up(text) { shows_more_than_words } else { judge };
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

/// Whether a text begins with the tag of a block and ends with one, as they are or escaped, and has more of them: no sentence
/// about markup does.
fn is_marked_up(text: &str) -> bool {
    const BLOCKS: [&str; 8] = ["p", "div", "article", "section", "h1", "h2", "h3", "ul"];
    let block = |text: &str| {
        let end = text.find(|character: char| !character.is_ascii_alphanumeric())?;
        BLOCKS.into_iter().find(|block| text.get(..end).is_some_and(|name| name.eq_ignore_ascii_case(block)))
    };
    let text = text.trim();
    let begins = text.strip_prefix('<').or_else(|| escaped(text, "lt;")).and_then(block);
    let ends = || text.rsplit('/').take(2).all(|after| block(after).is_some());
    begins.is_some() && text.ends_with(['>', ';']) && ends()
}

/// What follows a reference, however often it is escaped: `&amp;lt;p` → `p`.
fn escaped<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text.strip_prefix('&')?;
    while let Some(inner) = rest.strip_prefix("amp;") {
        rest = inner;
    }
    rest.strip_prefix(name)
}

/// Whether a line shows code, or talks about markup.
pub(super) fn shows_code(line: &str) -> bool {
    if shows_more_than_words(line) {
        return true;
    }
    let lower = line.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// Whether a line shows code by more than its words.
fn shows_more_than_words(line: &str) -> bool {
    has_sign(line) || line.contains("&lt;code") || line.contains("&lt;pre")
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
    use super::{SIGNS, has_sign, is_about_code, is_marked_up, shows_code};

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
    fn a_part_of_a_page_is_told_from_a_sentence_about_markup() {
        for (text, expected) in [
            ("<p>The syntax of a treaty.</p><p>Its tags.</p>", true),
            ("&lt;p class=\"a\"&gt;One entity.&lt;/p&gt;\n&lt;P&gt;Two.&lt;/P&gt;\n", true),
            ("&amp;lt;div&amp;gt;One.&amp;lt;/div&amp;gt;&amp;lt;p&amp;gt;Two.&amp;lt;/p&amp;gt;", true),
            ("&lt;p&gt; begins a paragraph, and it ends with &lt;/p&gt;", false),
            ("<b>Bold</b> and <b>bold</b>", false),
            ("<p>The council voted.</p> And went.", false),
            ("", false),
        ] {
            assert_eq!(is_marked_up(text), expected, "{text}");
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
