//! The text of a body that is a tree: the documents of rich text editors, lists of blocks and sections, messages in pieces.
//!
//! `[{"type": "paragraph", "content": [{"text": "The "}, {"text": "pier.", "marks": […]}]}]` → `The pier.`
//!
//! Every editor has a form of its own (Portable Text, `ProseMirror`, Editor.js, Slate, Lexical, Quill, Draft.js, content
//! elements of publishing systems), but all of them have texts under a few names, pieces of a line in a list, and say of what
//! kind an object is. So a piece of a line continues the line, and anything else is a paragraph of its own; what says of itself
//! that it is another field of the record (`title`, `byline`) is no part of the body.

use serde_json::{Map, Value};

use super::bounds::value_up_to;
use crate::text::{language_code, says_nothing};

/// Parts of a tree that are read.
const MOST_PARTS: usize = 200_000;
/// Deeper than lists in quotations in columns.
const DEEPEST: usize = 24;
/// Where an object says of what kind it is.
const KINDS: [&str; 6] = ["_type", "type", "nodeType", "node_type", "kind", "tag"];
/// Headings within a body, which come before the rest of their object.
const HEADINGS: [&str; 4] = ["headline", "heading", "title", "subtitle"];
/// Texts and what holds them, in this order.
#[rustfmt::skip]
const INSIDE: [&str; 35] = [
    "text", "value", "html", "insert", "plain", "paragraph", "body", "content", "children", "paragraphs", "blocks", "sections",
    "elements", "nodes", "items", "ops", "data", "root", "document", "columns", "rows", "cells", "stringValue", "S", "$binary", "base64",
    "arrayValue", "values", "L", "list", "String", "string", "#cdata", "sentence", "form",
];
/// Kinds of pieces of a line.
#[rustfmt::skip]
const PIECES: [&str; 30] = [
    "text", "span", "link", "a", "bold", "strong", "b", "italic", "em", "i", "underline", "u", "strikethrough", "s", "code", "inlinecode", "sub",
    "sup", "mention", "mention_name", "hashtag", "cashtag", "text_link", "hyperlink", "entry-hyperlink", "plain", "email", "phone", "custom_emoji", "spoiler",
];

/// Kinds of objects that are not of the body.
#[rustfmt::skip]
const OTHER_FIELDS: [&str; 12] =
    ["title", "kicker", "byline", "author", "author_info", "date", "image", "picture", "video", "advertisement", "ad", "gallery"];

/// The text of a tree; `None` where there is none in it.
pub(super) fn of(json: &str) -> Option<String> {
    let (value, _) = value_up_to(json, MOST_PARTS)?;
    let mut text = Text::default();
    text.read(&value, 0);
    text.end();
    (!text.paragraphs.is_empty()).then(|| text.paragraphs.join("\n\n"))
}

#[derive(Default)]
struct Text {
    paragraphs: Vec<String>,
    /// The paragraph that is being read.
    open: String,
}

impl Text {
    fn end(&mut self) {
        let paragraph = std::mem::take(&mut self.open);
        if !paragraph.trim().is_empty() {
            self.paragraphs.push(paragraph.trim_matches(['\n', ' ']).to_owned());
        }
    }

    fn read(&mut self, value: &Value, depth: usize) {
        match value {
            _ if depth > DEEPEST => {}
            Value::String(text) if says_nothing(text) => {}
            Value::String(text) => {
                // Pieces that are whole paragraphs are no pieces.
                if self.open.ends_with(['.', '!', '?', '…', '”', '"', '。'])
                    && text.starts_with(char::is_uppercase)
                {
                    self.end();
                }
                self.open.push_str(text);
            }
            Value::Array(items) => self.list(items, depth),
            Value::Object(object) => self.object(object, depth),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn list(&mut self, items: &[Value], depth: usize) {
        // Strings alone are paragraphs; beside objects they are pieces.
        let is_piece = |item: &Value| {
            item.as_object()
                .is_some_and(|object| object.contains_key("text") || object.contains_key("insert"))
        };
        let are_pieces = items.iter().all(|item| !item.is_string()) || items.iter().any(is_piece);
        for item in items {
            self.read(item, depth + 1);
            if !are_pieces {
                self.end();
            }
        }
    }

    fn object(&mut self, object: &Map<String, Value>, depth: usize) {
        // A piece of a line, with its marks and its link beside it.
        if let Some(text) = object.get("plain_text").and_then(Value::as_str) {
            self.open.push_str(text);
            return;
        }
        let kind = KINDS.iter().find_map(|key| object.get(*key)?.as_str()).unwrap_or_default();
        let kind = kind.to_ascii_lowercase();
        if OTHER_FIELDS.contains(&&*kind) {
            return;
        }
        // `{"type": "text", "content": …}` is a block of publishing systems, `{"type": "text", "text": …}` a piece of editors.
        let has_piece = ["text", "value"].iter().any(|key| object.contains_key(*key));
        let is_piece = object.contains_key("insert")
            || object.contains_key("marks")
            || (PIECES.contains(&&*kind) && (has_piece || kind != "text"));
        if !is_piece {
            self.end();
        }
        let before = (self.paragraphs.len(), self.open.len());
        // `{"0": "…", "1": "…"}`: a list, as some write it.
        if object.keys().all(|key| key.parse::<u32>().is_ok()) {
            let mut items: Vec<(u32, &Value)> =
                object.iter().filter_map(|(key, item)| Some((key.parse().ok()?, item))).collect();
            items.sort_by_key(|(place, _)| *place);
            for (_, item) in items {
                self.read(item, depth + 1);
                self.end();
            }
            return;
        }
        // `{"type": "rich_text", "rich_text": […]}`
        let named = object.get(&kind).filter(|inside| inside.is_array() && !INSIDE.contains(&&*kind));
        // `{"en": "…"}`, `{"storage": {"value": "…", "representation": "storage"}}`
        let is_holder = |key: &str, inside: &Value| !inside.is_string() || language_code(key).is_some();
        let only = object.iter().next().filter(|(key, inside)| object.len() == 1 && is_holder(key, inside));
        if let Some(inside) = only.map(|(_, only)| only).or(named) {
            self.read(inside, depth + 1);
        } else {
            let has_more = INSIDE
                .iter()
                .any(|key| object.get(*key).is_some_and(|inside| inside.is_array() || inside.is_string()));
            for key in HEADINGS.iter().filter(|_| has_more && !is_piece) {
                if let Some(heading) = object.get(*key) {
                    self.read(heading, depth + 1);
                    self.end();
                }
            }
            // The same text is there in several forms, as a rule: the first one counts.
            let mut is_read = false;
            for inside in INSIDE.iter().filter_map(|key| object.get(*key)) {
                let before = (self.paragraphs.len(), self.open.len());
                if !is_read {
                    self.read(inside, depth + 1);
                }
                is_read |= before != (self.paragraphs.len(), self.open.len());
            }
        }
        // Under a name of its own, the text is the longest there is.
        if kind.is_empty() && before == (self.paragraphs.len(), self.open.len()) {
            let texts = object.values().filter_map(Value::as_str).filter(|text| is_prose(text));
            if let Some(text) = texts.max_by_key(|text| text.len()) {
                self.open.push_str(text);
            }
        }
        if !is_piece {
            self.end();
        }
    }
}

/// Whether a value is words, and no address, number or hash.
fn is_prose(text: &str) -> bool {
    const LEAST_BYTES: usize = 30;
    text.len() >= LEAST_BYTES && !text.contains("://") && (text.contains(' ') || !text.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_of_editors_become_paragraphs() {
        for (json, expected) in [
            (r#"["One.","Two."]"#, "One.\n\nTwo."),
            (r#"["One ",{"type":"link","text":"two"}," three."]"#, "One two three."),
            (
                r#"[{"_type":"block","children":[{"_type":"span","text":"One "},{"_type":"span","text":"two."}]},{"_type":"block","children":[{"_type":"span","text":"Three."}]}]"#,
                "One two.\n\nThree.",
            ),
            (
                r#"{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"One "},{"type":"text","marks":[{"type":"bold"}],"text":"two."}]}]}"#,
                "One two.",
            ),
            (
                r#"{"time":1,"blocks":[{"id":"a","type":"paragraph","data":{"text":"One."}},{"id":"b","type":"list","data":{"items":["Two.","Three."]}}]}"#,
                "One.\n\nTwo.\n\nThree.",
            ),
            (r#"{"ops":[{"insert":"One "},{"insert":"two.","attributes":{"bold":true}}]}"#, "One two."),
            (
                r#"{"root":{"children":[{"type":"paragraph","children":[{"type":"text","text":"One."}]}]}}"#,
                "One.",
            ),
            (
                r#"[{"type":"title","content":"T"},{"type":"byline","content":"By Ann Lee"},{"type":"sanitized_html","content":"<p>One.</p>"}]"#,
                "<p>One.</p>",
            ),
            (r#"[{"headline":["Costs"],"paragraphs":["One.","Two."]}]"#, "Costs\n\nOne.\n\nTwo."),
            (
                r#"[{"Absatz":1,"Worte":"Der Hafenrat schließt die Brücke."}]"#,
                "Der Hafenrat schließt die Brücke.",
            ),
            (r#"{"1":"Two.","0":"One."}"#, "One.\n\nTwo."),
            (r#"{"storage":{"value":"<p>One.</p>","representation":"storage"}}"#, "<p>One.</p>"),
            (
                r#"{"und":[{"value":"<p>One.</p>","format":"full_html","safe_value":"<p>One.</p>"}]}"#,
                "<p>One.</p>",
            ),
            (r#"[[{"index":0,"sentence":"One."}],[{"index":1,"sentence":"Two."}]]"#, "One.\n\nTwo."),
            (
                r#"{"nodeType":"document","content":[{"nodeType":"paragraph","content":[{"nodeType":"text","value":"One.","marks":[]}]}]}"#,
                "One.",
            ),
            (r#"[{"kind":"text","body":"One."},{"kind":"text","body":"Two."}]"#, "One.\n\nTwo."),
        ] {
            assert_eq!(of(json).as_deref(), Some(expected), "{json}");
        }
        assert_eq!(of(r#"{"a":1,"b":[2]}"#), None);
    }
}
