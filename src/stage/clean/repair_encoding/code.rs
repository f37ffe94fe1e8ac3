//! Whether a line shows code: there, escapes and tags are what the author wanted to show.

/// Words of those who write about markup, in lower case.
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

/// Whether a line shows code, or talks about markup.
pub(super) fn shows_code(line: &str) -> bool {
    if SIGNS.iter().any(|sign| line.contains(sign)) || line.contains("&lt;code") || line.contains("&lt;pre") {
        return true;
    }
    let lower = line.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// Whether a text is about code: samples run over many lines, and not each of them shows it.
pub(super) fn is_about_code(text: &str) -> bool {
    let (mut lines, mut code) = (0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        lines += 1;
        code += usize::from(SIGNS.iter().any(|sign| line.contains(sign)));
    }
    // An article that quotes a line or two of a program is not about it.
    code >= 3 && code * 10 >= lines
}

#[cfg(test)]
mod tests {
    use super::{is_about_code, shows_code};

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
