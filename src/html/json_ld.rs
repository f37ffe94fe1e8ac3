//! JSON-LD, as pages have it: lists, graphs, and JSON that only browsers accept.

use serde_json::Value;

use super::{Name, Page, Tag};

/// More bytes than this in one block are a catalogue, not an article.
const MAX_BLOCK_BYTES: usize = 4 << 20;
/// More objects than this are a list of links.
const MAX_OBJECTS: usize = 256;

/// The objects of a page's `application/ld+json` blocks, in order, with those of lists and of `@graph` beside
/// each other.
pub fn json_ld(page: Page<'_>) -> Vec<Value> {
    let mut objects = Vec::new();
    for node in page.nodes().filter(|node| page.tag(*node) == Tag::Script) {
        let is_json_ld = page
            .raw_attribute(node, Name::Type)
            .is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("application/ld+json"));
        if !is_json_ld {
            continue;
        }
        let Some(text) = page.children(node).next().map(|text| page.raw_text(text)) else { continue };
        if text.len() <= MAX_BLOCK_BYTES {
            read_block(text, &mut objects);
        }
        if objects.len() >= MAX_OBJECTS {
            break;
        }
    }
    objects.truncate(MAX_OBJECTS);
    objects
}

fn read_block(text: &str, objects: &mut Vec<Value>) {
    let text = without_wrapping(text);
    if let Ok(value) = serde_json::from_str(text) {
        return flatten(value, objects, 0);
    }
    // Several values in a row, or one with something behind it.
    let mut first = true;
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let Ok(value) = value else { break };
        flatten(value, objects, 0);
        first = false;
    }
    if first && let Ok(value) = serde_json::from_str(&mended(text)) {
        flatten(value, objects, 0);
    }
}

/// Without comments, CDATA marks and semicolons around the value.
fn without_wrapping(text: &str) -> &str {
    let mut text = text.trim_matches(|character: char| character.is_whitespace() || character == '\u{FEFF}');
    for open in ["<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "// <![CDATA["] {
        text = text.strip_prefix(open).unwrap_or(text).trim_start();
    }
    for close in ["-->", "//]]>", "/*]]>*/", "]]>", "// ]]>", "//", ";"] {
        text = text.strip_suffix(close).unwrap_or(text).trim_end();
    }
    text
}

/// JSON with raw line breaks in strings, escapes that JSON does not have, commas too many, and character references in
/// place of quotes.
fn mended(text: &str) -> String {
    let quotes_are_references = !text.contains("\":") && text.contains("&quot;:");
    let decoded = if quotes_are_references { htmlize::unescape(text) } else { text.into() };
    let mut out = String::with_capacity(decoded.len());
    let mut characters = decoded.chars().peekable();
    let mut in_string = false;
    while let Some(character) = characters.next() {
        if in_string {
            match character {
                '"' => {
                    in_string = false;
                    out.push('"');
                }
                '\\' => match characters.next() {
                    Some(escape @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) => {
                        out.extend(['\\', escape]);
                    }
                    Some(other) => out.push(other),
                    None => {}
                },
                '\n' => out.push_str("\\n"),
                '\r' => {}
                control if control < ' ' => out.push(' '),
                other => out.push(other),
            }
            continue;
        }
        match character {
            '"' => {
                in_string = true;
                out.push('"');
            }
            ',' => {
                while characters.next_if(|next| next.is_whitespace() || *next == ',').is_some() {}
                if !matches!(characters.peek(), Some('}' | ']') | None) {
                    out.push(',');
                }
            }
            '\u{A0}' | '\u{FEFF}' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

fn flatten(value: Value, objects: &mut Vec<Value>, depth: usize) {
    if depth > 8 || objects.len() >= MAX_OBJECTS {
        return;
    }
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| flatten(item, objects, depth + 1)),
        Value::Object(mut object) => {
            let graph = object.remove("@graph");
            if !object.is_empty() {
                objects.push(Value::Object(object));
            }
            if let Some(graph) = graph {
                flatten(graph, objects, depth + 1);
            }
        }
        _ => {}
    }
}
