//! A body that stands in a script alone, in the state that an application starts from.
//!
//! `window.__STATE__ = {"story":{"body":"<p>One …</p><p>Two …</p>"}}` → `One …`, `Two …`.
//!
//! Such state has any form, so it is not parsed: the string literals in it are read one by one, and those under the
//! key that has most prose are the body. State that is sent in pieces, `self.__next_f.push([1,"…"])`, is put together first.
//! This is for pages that show no body; on others it is not asked.

use std::collections::{BTreeMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use super::stated::Stated;
use crate::html::{Page, Tag};

/// Scripts beyond this many bytes are programs with their data packed in.
const MAX_SCRIPT_BYTES: usize = 4 << 20;
/// Shorter literals are no paragraphs.
const MIN_LITERAL_BYTES: usize = 60;
/// Longer keys are no names.
const MAX_KEY_BYTES: usize = 64;
/// A body of fewer words may be anything.
const FEWEST_WORDS: usize = 80;
/// Keys under which the words are about an article, and often another one.
const NOT_BODIES: [&str; 12] = [
    "description",
    "summary",
    "excerpt",
    "title",
    "headline",
    "alt",
    "caption",
    "seo",
    "teaser",
    "intro",
    "bio",
    "css",
];

/// The body with most words in the page's scripts.
pub(super) fn find(page: Page<'_>) -> Option<Stated> {
    let scripts = page.nodes().filter(|node| page.tag(*node) == Tag::Script);
    let sources: Vec<&str> = scripts
        .filter_map(|script| page.children(script).next())
        .map(|text| page.raw_text(text))
        .filter(|source| source.len() <= MAX_SCRIPT_BYTES)
        .collect();
    let whole = sources.iter().filter(|source| source.contains("\":"));
    whole
        .filter_map(|script| body_in(script, false))
        .chain(body_in_pieces(&sources))
        .filter(|body| body.words() >= FEWEST_WORDS)
        .max_by_key(Stated::words)
}

/// The body in state that is sent in pieces. Put together, it has rows: `1:{"body":…}` of JSON, and `2:T1a,…`, a text of so many
/// bytes.
fn body_in_pieces(sources: &[&str]) -> Option<Stated> {
    const PIECE: &str = ".push([1,";
    let pieces = sources.iter().filter_map(|source| {
        let (literal, _) = literals(source.split_once(PIECE)?.1).next()?;
        serde_json::from_str::<String>(&format!("\"{literal}\"")).ok()
    });
    let stream: String = pieces.collect();
    let (mut texts, mut state, mut rest) = (Vec::new(), String::new(), stream.as_str());
    while !rest.is_empty() && stream.len() <= MAX_SCRIPT_BYTES {
        if let Some((text, after)) = text_of_row(rest) {
            texts.push(text);
            rest = after;
        } else {
            let (row, after) = rest.split_once('\n').unwrap_or((rest, ""));
            state.push_str(row);
            rest = after;
        }
    }
    let texts = texts.into_iter().filter(|text| is_prose(text)).filter_map(Stated::of);
    texts.chain(body_in(&state, true)).max_by_key(Stated::words)
}

/// The text that a row begins with, and what follows it.
fn text_of_row(row: &str) -> Option<(&str, &str)> {
    let (head, rest) = row
        .get(..row.len().min(20))
        .and_then(|start| start.find(','))
        .and_then(|at| row.split_at_checked(at))?;
    let (id, length) = head.split_once(":T")?;
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let length = is_hex(id).then(|| usize::from_str_radix(length, 16).ok()).flatten()?;
    rest.get(1..)?.split_at_checked(length)
}

/// The body in a script; `is_within`: in state that stood in another one as a text.
fn body_in(script: &str, is_within: bool) -> Option<Stated> {
    let mut by_key: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut within = None;
    let (mut key, mut may_hold_body) = ("", true);
    for (literal, is_key) in literals(script) {
        if is_key {
            key = literal;
            let lower =
                literal.get(..literal.len().min(MAX_KEY_BYTES)).unwrap_or_default().to_ascii_lowercase();
            may_hold_body =
                literal.len() <= MAX_KEY_BYTES && !NOT_BODIES.iter().any(|other| lower.contains(other));
        } else if literal.len() >= MIN_LITERAL_BYTES && literal.contains("\\\":") {
            // `JSON.parse("{\"body\":…}")`: state that is written as a text.
            let state = serde_json::from_str::<String>(&format!("\"{literal}\"")).ok();
            within = within.or_else(|| state.filter(|_| !is_within).and_then(|state| body_in(&state, true)));
        } else if literal.len() >= MIN_LITERAL_BYTES
            && may_hold_body
            && let Ok(text) = serde_json::from_str::<String>(&format!("\"{literal}\""))
            && is_prose(&text)
            && seen.insert((key, xxh3_64(text.as_bytes())))
        {
            by_key.entry(key).or_default().push(text);
        }
    }
    let longest =
        by_key.into_values().max_by_key(|paragraphs| paragraphs.iter().map(String::len).sum::<usize>());
    let own = longest.and_then(|paragraphs| Stated::of(&paragraphs.join("\n")));
    own.into_iter().chain(within).max_by_key(Stated::words)
}

/// The double-quoted literals of a script, and whether a colon follows.
fn literals(script: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = script;
    std::iter::from_fn(move || {
        let (_, tail) = rest.split_once('"')?;
        let mut from = 0;
        let end = loop {
            let found = memchr::memchr2(b'"', b'\\', tail.as_bytes().get(from..)?)? + from;
            if tail.as_bytes().get(found) == Some(&b'"') {
                break found;
            }
            from = found + 2;
        };
        let literal = tail.get(..end)?;
        rest = tail.get(end + 1..)?;
        Some((literal, rest.trim_start().starts_with(':')))
    })
}

/// Sentences, or paragraphs with tags; not a program, a style or a list of addresses.
fn is_prose(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let has_sentence = text.contains(['.', '!', '?', '。', '؟', '।']);
    let is_code =
        text.contains(['{', '}']) || text.contains("function") || text.contains("://") && words < 20;
    has_sentence && !is_code && words >= 8 && text.len() / words < 16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Bounds, Tree};

    fn found(html: &str) -> Option<String> {
        let tree = Tree::parse(html, &Bounds::default());
        find(Page::new(html, &tree)).map(|body| body.text)
    }

    #[test]
    fn state_that_is_sent_in_pieces_is_put_together() {
        let sentence = "The ferry to Selm has not sailed for nine days, and nobody knows when it will. ";
        let body = format!("<p>{0}</p><p>{0}</p>", sentence.repeat(3));
        let elements = format!("1:[\"$\",\"p\",null,{{\"children\":\"{}\"}}]\n", sentence.repeat(5));
        let text = format!("1:{{\"name\":\"x\"}}\n2a:T{:x},{body}3:[]\n", body.len());
        for (stream, expected) in [(elements.as_str(), Some(1)), (&text, Some(2)), ("1:Tffff,x", None)] {
            let pieces: Vec<char> = stream.chars().collect();
            let scripts: String = pieces
                .chunks(50)
                .map(|piece| serde_json::to_string(&piece.iter().collect::<String>()).expect("JSON"))
                .flat_map(|literal| {
                    ["<script>self.__next_f.push([1,".to_owned(), literal, "])</script>".to_owned()]
                })
                .collect();
            let found = found(&format!("<body>{scripts}</body>"));
            assert_eq!(found.map(|text| text.split("\n\n").count()), expected, "{stream}");
        }
    }

    #[test]
    fn the_key_with_most_prose_holds_the_body() {
        let sentence = "The ferry to Selm has not sailed for nine days, and nobody knows when it will. ";
        for (script, expected) in [
            (format!("x = {{\"body\":\"<p>{0}<\\/p><p>{0}</p>\"}}", sentence.repeat(3)), Some(2)),
            (format!("x = {{\"data\":\"{0}\",\"k\":1,\"data\":\"{0}More.\"}}", sentence.repeat(3)), Some(2)),
            // Sixteen words a sentence.
            (format!("x = {{\"description\":\"{}\"}}", sentence.repeat(6)), None),
            (format!("x = {{\"body\":\"{}\"}}", sentence.repeat(4)), None),
            (format!("x = {{\"body\":\"{}\"}}", sentence.repeat(5)), Some(1)),
            (format!("x = {{\"body\":\"if (a) {{ {} }}\"}}", sentence.repeat(6)), None),
            (
                format!(
                    "x = JSON.parse(\"{{\\\"body\\\":\\\"<p>{0}</p><p>{0}</p>\\\"}}\")",
                    sentence.repeat(3)
                ),
                Some(2),
            ),
            ("x = {\"body\":\"cut off \\".to_owned(), None),
        ] {
            let body = found(&format!("<body><script>{script}</script></body>"));
            assert_eq!(body.map(|text| text.split("\n\n").count()), expected, "{script}");
        }
    }
}
