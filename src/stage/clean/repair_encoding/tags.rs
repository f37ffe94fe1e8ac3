//! Tags that were left in text: `<p>One <b>bold</b> word.</p>` → `One bold word.`
//!
//! Only HTML's own, whole and well-formed, so that `a <b and c>`, `<3` and `<john@paper.example>` stay, and not in
//! a line that shows code. Scripts, styles and comments go with what is in them. What began a paragraph or a
//! line in the page does so in the text.

use super::code::{CodeLines, shows_code};

/// What a tag leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trace {
    /// Nothing: it stood inside a line.
    Nothing,
    Line,
    Paragraph,
    /// Nothing, and its contents go as well.
    Contents,
}

/// A tag with quoted attributes may be long, but a `>` further away than this belongs to something else.
const LONGEST_TAG_BYTES: usize = 2000;
/// How far away the end of a script or a comment may be. Without a bound, a line of nothing but beginnings would cost
/// the square of its length.
const LONGEST_CONTENTS_BYTES: usize = 16 << 10;

/// Elements that news pages have in their articles, by what they do there.
const NAMES: [(Trace, &[&str]); 4] = [
    (
        Trace::Nothing,
        &[
            "a", "abbr", "b", "big", "center", "cite", "em", "font", "i", "img", "ins", "label", "mark",
            "nobr", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "wbr",
            "o:p", "amp-img",
        ],
    ),
    (Trace::Line, &["br", "tr", "dt", "dd", "option"]),
    (
        Trace::Paragraph,
        &[
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "button",
            "caption",
            "div",
            "dl",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "html",
            "iframe",
            "li",
            "main",
            "nav",
            "noscript",
            "ol",
            "p",
            "picture",
            "section",
            "source",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "ul",
            "video",
            "input",
        ],
    ),
    (Trace::Contents, &["script", "style"]),
];

/// No page has these without attributes, so one that is bare is being talked about: "a single <img>".
const MEANINGLESS_WHEN_BARE: [&str; 6] = ["img", "iframe", "source", "input", "amp-img", "option"];

/// The text without tags; `None` where it has none. In a text of one line, no tag begins another.
pub(super) fn strip_tags(text: &str, is_one_line: bool) -> Option<String> {
    let mut out = String::new();
    let mut at = 0;
    let mut code = CodeLines::of(text, |line| shows_code(&without_attributes(line)));
    for start in memchr::memchr_iter(b'<', text.as_bytes()) {
        if start < at {
            continue;
        }
        let Some((length, trace)) = tag(text.get(start..).unwrap_or_default()) else { continue };
        let is_code = code.has(start);
        // A script is code of its own; in a line of prose, it is damage.
        let is_script = trace == Trace::Contents && !code.is_all_code();
        if is_code && !is_script {
            continue;
        }
        out.push_str(text.get(at..start)?);
        at = start + length;
        match trace {
            Trace::Nothing | Trace::Contents => {}
            _ if is_one_line => {
                if out.ends_with(|last: char| !last.is_whitespace()) {
                    out.push(' ');
                }
            }
            Trace::Line if out.is_empty() || out.ends_with('\n') => {}
            Trace::Line => out.push('\n'),
            Trace::Paragraph => {
                while !out.is_empty() && !out.ends_with("\n\n") {
                    out.push('\n');
                }
            }
        }
    }
    if at == 0 {
        return None;
    }
    let tail = text.get(at..)?;
    if tail.trim().is_empty() {
        out.truncate(out.trim_end().len());
    } else {
        out.push_str(tail);
    }
    Some(out)
}

/// A line with its tags cut down to their names: what a link's address holds is no sign of code.
fn without_attributes(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = memchr::memchr(b'<', rest.as_bytes()) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let length = tag(from).map_or(1, |(length, _)| length);
        if length == 1 {
            out.push('<');
        }
        rest = from.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The length of the tag that a text begins with, contents that go with it included, and what it leaves.
fn tag(text: &str) -> Option<(usize, Trace)> {
    if text.starts_with("<!--") {
        return find_near(text, "-->").map(|end| (end, Trace::Contents));
    }
    let inner = text.strip_prefix("</").or_else(|| text.strip_prefix('<'))?;
    let is_closing = text.starts_with("</");
    let name_length =
        inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b":-".contains(byte)).count();
    let name = inner.get(..name_length)?.to_ascii_lowercase();
    let trace = NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(trace, _)| *trace)?;
    let rest = inner.get(name_length..)?;
    let end = tag_end(rest)?;
    let length = text.len() - rest.len() + end + 1;
    let is_bare = rest.get(..end).is_none_or(|attributes| attributes.trim_matches(['/', ' ']).is_empty());
    if is_bare && !is_closing && MEANINGLESS_WHEN_BARE.contains(&name.as_str()) {
        return None;
    }
    if trace != Trace::Contents || is_closing {
        return Some((length, trace));
    }
    // To its end tag; one that has none is a tag alone.
    let tail = text.get(length..)?;
    let contents = find_near(tail, &format!("</{name}>"));
    Some((contents.map_or(length, |contents| length + contents), trace))
}

/// The length of a text up to the end of a mark in it, if that is near.
fn find_near(text: &str, mark: &str) -> Option<usize> {
    let near = text.as_bytes().get(..text.len().min(LONGEST_CONTENTS_BYTES))?;
    memchr::memmem::find(near, mark.as_bytes()).map(|start| start + mark.len())
}

/// Where a tag ends, from behind its name: attributes are well-formed, or it is none.
fn tag_end(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes().get(..rest.len().min(LONGEST_TAG_BYTES))?;
    if !matches!(bytes.first()?, b'>' | b'/' | b' ' | b'\n' | b'\t') {
        return None;
    }
    let mut quote = None;
    let mut has_value = false;
    let mut has_words = false;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return (has_value || !has_words).then_some(at),
            (None, b'<') => return None,
            (None, b'=') => has_value = true,
            (None, b'"' | b'\'') if has_value => quote = Some(*byte),
            (None, byte) => has_words |= byte.is_ascii_alphanumeric(),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_what_only_looks_like_one_stays() {
        for (text, expected) in [
            ("<p>One <b>bold</b> word.</p>\n<p>Two.<br/>Three</p>", Some("One bold word.\n\n\nTwo.\nThree")),
            ("See <a href=\"https://paper.example/a?b=1&&c=2\" target=_blank>here</a>.", Some("See here.")),
            ("one<script>if (a < b) { go(); }</script> two<!-- note --> three", Some("one two three")),
            ("a <b and c> d, I <3 you, <john@paper.example>, <notatag>", None),
            ("Write <b> for bold in HTML.", None),
            ("x < y", None),
            ("a single <img> and an <img src='a.jpg'>", Some("a single <img> and an")),
            ("cut <a href=\"https://paper", None),
        ] {
            assert_eq!(strip_tags(text, false).as_deref(), expected, "{text}");
        }
        assert_eq!(strip_tags("Ferries<br>stop <i>again</i>", true).as_deref(), Some("Ferries stop again"));
    }
}
