//! White space as layout: one space between words, one blank line between paragraphs.
//!
//! In code, white space at the start of a line is part of what it says, and is kept: see [`code_lines`].

use super::Slice;

/// What a single line break means.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Breaks {
    /// A paragraph's end where the text has no blank line at all and is not wrapped at a column; else
    /// just a line's end.
    #[default]
    Auto,
    /// Always a line's end.
    Lines,
    /// Always a paragraph's end.
    Paragraphs,
}

/// The text with `\n` line ends, one space between words, no space at a line's ends but the indentation of code, one blank
/// line between paragraphs and none at the ends; `None` where it is so already.
pub fn normalise_whitespace(text: &str, breaks: Breaks) -> Option<String> {
    let tidy = is_tidy(text.as_bytes());
    let paragraphs = match breaks {
        Breaks::Lines => false,
        Breaks::Paragraphs => true,
        Breaks::Auto => single_breaks_end_paragraphs(text),
    };
    if tidy && !(paragraphs && has_single_break(text)) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + if paragraphs { text.len() / 64 } else { 0 });
    let mut blank_before = false;
    let code = if has_indentation(text.as_bytes()) { code_lines(text) } else { Vec::new() };
    for (place, line) in lines(text).enumerate() {
        let start = out.len();
        let is_code = code.get(place) == Some(&true);
        let follows_code = is_code && place > 0 && code.get(place - 1) == Some(&true);
        if !out.is_empty() {
            out.push_str(if blank_before || (paragraphs && !follows_code) { "\n\n" } else { "\n" });
        }
        let content = out.len();
        if is_code && !out.is_empty() {
            out.extend(indentation(line).map(|_| ' '));
        }
        let indented = out.len();
        push_collapsed(line, &mut out);
        if out.len() == indented {
            out.truncate(content);
        }
        if out.len() == content {
            out.truncate(start);
            blank_before = true;
        } else {
            blank_before = false;
        }
    }
    (out != text).then_some(out)
}

/// A text of one line: every run of white space a single space, none at the ends; `None` where it is so
/// already.
pub fn collapse_spaces(text: &str) -> Option<String> {
    if is_tidy(text.as_bytes()) && !text.as_bytes().contains(&b'\n') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    push_collapsed(text, &mut out);
    (out != text).then_some(out)
}

/// Whether any line but the first opens with a space or a tab.
fn has_indentation(bytes: &[u8]) -> bool {
    memchr::memchr2_iter(b'\n', b'\r', bytes).any(|at| matches!(bytes.get(at + 1), Some(b' ' | b'\t')))
}

/// The columns that a line is indented by; a tab is four.
fn indentation(line: &str) -> std::ops::Range<usize> {
    let columns: usize = line
        .bytes()
        .map_while(|byte| match byte {
            b' ' => Some(1),
            b'\t' => Some(4),
            _ => None,
        })
        .sum();
    0..columns
}

/// For each line, whether it is code: in a run of lines without a blank one, some are indented, and most end or are joined
/// as no sentence is. Runs between two such runs, and after one where they are indented, too.
fn code_lines(text: &str) -> Vec<bool> {
    const LEAST_COLUMNS: usize = 4;
    let lines: Vec<&str> = lines(text).collect();
    let mut code = Vec::with_capacity(lines.len());
    let mut after_code = false;
    let mut after_prose = false;
    for run in lines.chunk_by(|a, b| is_empty(a) == is_empty(b)) {
        let is_indented = |line: &&str| indentation(line).next().is_some();
        let tells = run.iter().filter(|line| reads_as_code(line)).count();
        let has_indentation = run.iter().skip(usize::from(!after_code)).any(is_indented);
        // A line of code alone is indented as an editor or Markdown does it; paragraphs of prose have less, or all have it.
        let is_alone = run.len() == 1
            && (tells == 1 || ((after_prose || after_code) && reads_as_command(run[0])))
            && indentation(run[0]).len() >= LEAST_COLUMNS;
        let is_code = !is_empty(run[0])
            && (is_alone || has_indentation && tells * 2 >= run.len() && (run.len() > 1 || after_code));
        if !is_empty(run[0]) {
            after_code = is_code;
            after_prose = run.last().is_some_and(|line| !is_indented(line));
        }
        code.extend(std::iter::repeat_n(is_code, run.len()));
    }
    code
}

fn is_empty(line: &str) -> bool {
    line.chars().all(is_blank)
}

/// Whether a line may be what is typed into a shell, `pip install lantern`: it begins with a small letter, and has no sign of a sentence.
fn reads_as_command(line: &str) -> bool {
    let bare = line.trim_matches(is_blank);
    bare.is_ascii()
        && bare.starts_with(|first: char| first.is_ascii_lowercase())
        && !bare.ends_with(['.', '!', '?', ',', ':', ';'])
        && !bare.contains(", ")
}

/// Whether a line has what lines of programs have and lines of prose have not.
fn reads_as_code(line: &str) -> bool {
    const ENDS: [char; 9] = ['{', '}', ';', '(', '[', ']', '>', '\\', '='];
    const PARTS: [&str; 16] = [
        " = ", " += ", " == ", "():", "()", "->", "::", "=>", "</", "!=", "&&", "||", "):", "=\"", "\":",
        "++",
    ];
    const STARTS: [&str; 14] = [
        "#", "//", "$ ", "<", "@", "return ", "return", "import ", "def ", "if ", "else", "end", "for ", "}",
    ];
    // Words that open a block in the languages that close it by indentation.
    const BLOCKS: [&str; 11] =
        ["for ", "if ", "elif ", "else:", "while ", "def ", "class ", "with ", "try:", "except", "async "];
    let bare = line.trim_matches(is_blank);
    bare.ends_with(ENDS)
        || (bare.ends_with(':') && BLOCKS.iter().any(|block| bare.starts_with(block)))
        || PARTS.iter().any(|part| bare.contains(part))
        || (indentation(line).next().is_some() && STARTS.iter().any(|start| bare.starts_with(start)))
}

fn push_collapsed(line: &str, out: &mut String) {
    if is_tidy(line.as_bytes()) {
        out.push_str(line);
        return;
    }
    let mut first = true;
    for word in line.split(is_blank).filter(|word| !word.is_empty()) {
        if !first {
            out.push(' ');
        }
        first = false;
        out.push_str(word);
    }
}

/// ASCII white space. Other spaces are `normalise-unicode`'s business, so that each is handled once.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{0B}' | '\u{0C}')
}

/// Lines cut at `\n`, `\r\n` or `\r`. The empty line that a cut between `\r` and `\n` would make is not
/// one: it would turn Windows line ends into paragraphs.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let ends = memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).chain(std::iter::once(text.len()));
    ends.filter_map(move |end| {
        let before = start;
        start = end + 1;
        let is_pair = end > 0 && before == end && text.get(end - 1..start) == Some("\r\n");
        if is_pair { None } else { text.get(before..end) }
    })
}

/// Whether there is no white space to mend, by pairs and triples of bytes; without a branch inside, the
/// compiler uses vector instructions.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a lazy operator is a branch, and a branch undoes the vector"
)]
fn is_tidy(bytes: &[u8]) -> bool {
    const BLOCK: usize = 1024;
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return true };
    if first.is_ascii_whitespace() || last.is_ascii_whitespace() {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        // Two bytes of the next block, so that pairs and triples across the border are seen.
        let block = bytes.slice(at..bytes.len().min(at + BLOCK + 2));
        let seconds = block.get(1..).unwrap_or_default();
        let thirds = block.get(2..).unwrap_or_default();
        let mut untidy =
            block.iter().fold(false, |untidy, &a| untidy | matches!(a, b'\t' | b'\r' | 0x0B | 0x0C));
        untidy |= block.iter().zip(seconds).fold(false, |untidy, (&a, &b)| {
            untidy | ((a == b' ') & ((b == b' ') | (b == b'\n'))) | ((a == b'\n') & (b == b' '))
        });
        untidy |= block
            .iter()
            .zip(seconds)
            .zip(thirds)
            .fold(false, |untidy, ((&a, &b), &c)| untidy | ((a == b'\n') & (b == b'\n') & (c == b'\n')));
        if untidy {
            return false;
        }
        at += BLOCK;
    }
    true
}

fn has_single_break(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'\n', bytes).any(|at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        before != Some(&b'\n') && bytes.get(at + 1) != Some(&b'\n')
    })
}

/// The longest line of a text that was wrapped at a column, in characters. Mail wraps at 72 to 78,
/// wire copy at 60 to 69.
const WRAPPED_LINE_CHARS: usize = 90;

/// Whether a text without blank lines uses single line breaks to end paragraphs.
///
/// It does unless it was wrapped at a column: then all lines are short, and most break off inside a
/// sentence.
fn single_breaks_end_paragraphs(text: &str) -> bool {
    let mut any = 0_usize;
    let mut broken_off = 0_usize;
    let mut long = false;
    for line in lines(text.trim_matches(is_blank)) {
        let line = line.trim_matches(is_blank);
        if line.is_empty() {
            return false;
        }
        any += 1;
        long = long || line.len() > WRAPPED_LINE_CHARS && line.chars().nth(WRAPPED_LINE_CHARS).is_some();
        broken_off += usize::from(!line.ends_with(['.', '!', '?', ':', '"', '”', '»', '…', ')', '؟', '。']));
    }
    any > 1 && (long || broken_off * 2 <= any)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(text: &str) -> String {
        normalise_whitespace(text, Breaks::Auto).unwrap_or_else(|| text.to_string())
    }

    #[test]
    fn layout_is_one_space_and_one_blank_line() {
        for (text, expected) in [
            ("", ""),
            (" \n\t ", ""),
            ("one  two\t three", "one two three"),
            ("  one \n\n\n\n two  ", "one\n\ntwo"),
            ("one\r\n\r\ntwo\r\nthree", "one\n\ntwo\nthree"),
            ("one\rtwo\r\rthree", "one\ntwo\n\nthree"),
            ("one\n \ntwo\nthree", "one\n\ntwo\nthree"),
            ("A sentence.\nAnother one.\nA third.", "A sentence.\n\nAnother one.\n\nA third."),
            (
                "wrapped text that\nbreaks off in the\nmiddle of it all",
                "wrapped text that\nbreaks off in the\nmiddle of it all",
            ),
        ] {
            assert_eq!(normal(text), expected, "{text:?}");
        }
    }

    #[test]
    fn code_keeps_its_indentation_and_prose_does_not() {
        for (text, expected) in [
            (
                "One.\n\ndef count(boats):\n    total = 0\n\tfor boat in boats:\n        total += 1\n\n    return total\n\n  Two.",
                "One.\n\ndef count(boats):\n    total = 0\n    for boat in boats:\n        total += 1\n\n    return total\n\nTwo.",
            ),
            ("fn main() {\n  go();\n}", "fn main() {\n  go();\n}"),
            (
                "for boat in boats:\n    if boat.ready:\n        go(boat)",
                "for boat in boats:\n    if boat.ready:\n        go(boat)",
            ),
            ("<ul>\n  <li>one</li>\n</ul>", "<ul>\n  <li>one</li>\n</ul>"),
            ("A rose\n  is a rose,\n  is a rose.\n\nB", "A rose\nis a rose,\nis a rose.\n\nB"),
            (
                "    An indented paragraph.\n\n    And another one.",
                "An indented paragraph.\n\nAnd another one.",
            ),
            ("Run:\n\n    go_home(now);\n\nThen wait.", "Run:\n\n    go_home(now);\n\nThen wait."),
            ("Run:\n\n  go_home(now);\n\n    Then wait.", "Run:\n\ngo_home(now);\n\nThen wait."),
            (
                "Install it:\n\n    pip install lantern\n\n    lantern --light\n\nThat is all.",
                "Install it:\n\n    pip install lantern\n\n    lantern --light\n\nThat is all.",
            ),
            (
                "He wrote:\n\n    And so it was, and\n\n    it is so.\n\nB",
                "He wrote:\n\nAnd so it was, and\n\nit is so.\n\nB",
            ),
            ("Two eggs:\n  flour\n  milk; a pan\n\nB", "Two eggs:\nflour\nmilk; a pan\n\nB"),
        ] {
            assert_eq!(normal(text), expected, "{text:?}");
            assert_eq!(normal(expected), expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_break_means_what_the_setting_says() {
        assert_eq!(normalise_whitespace("A b.\nC d.", Breaks::Lines), None);
        assert_eq!(normalise_whitespace("a\n\nb\nc", Breaks::Paragraphs).as_deref(), Some("a\n\nb\n\nc"));
    }

    #[test]
    fn a_tidy_text_is_left_alone() {
        let text = format!("{}\n\n{}", "word ".repeat(500).trim_end(), "more words here\nand a second line");
        assert_eq!(normalise_whitespace(&text, Breaks::Auto), None);
        assert_eq!(collapse_spaces("one two"), None);
        assert_eq!(collapse_spaces(" one \n two ").as_deref(), Some("one two"));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing_more(text in "[A.é \t\r\n]{0,60}") {
            let once = normal(&text);
            prop_assert_eq!(normal(&once), once.clone());
            prop_assert!(is_tidy(once.as_bytes()));
        }

        #[test]
        fn no_word_is_lost(text in "[a-c \t\r\n]{0,60}") {
            let words = |text: &str| text.split_whitespace().map(String::from).collect::<Vec<_>>();
            prop_assert_eq!(words(&normal(&text)), words(&text));
        }

        #[test]
        fn tidiness_is_seen_at_every_offset(before in 0..2100_usize) {
            let text = format!("{}  b", "x".repeat(before + 1));
            prop_assert_eq!(normal(&text), format!("{} b", "x".repeat(before + 1)));
            let text = format!("{}\n\n\nb", "x".repeat(before + 1));
            prop_assert_eq!(normal(&text), format!("{}\n\nb", "x".repeat(before + 1)));
        }
    }
}
