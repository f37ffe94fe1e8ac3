//! JSON-LD, as pages have it: lists, graphs, and JSON that only browsers accept.

use std::collections::VecDeque;

use serde_json::Value;

use super::{Name, Page, Tag};
use crate::text::{Slice, json_of_literal};

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
    // Several values in a row, or one with something after it.
    let mut first = true;
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let Ok(value) = value else { break };
        flatten(value, objects, 0);
        first = false;
    }
    if first && let Some(value) = mended(text).or_else(|| literal(text)) {
        flatten(value, objects, 0);
    }
}

/// An object as a program writes it, with single quotation marks or none around its names.
fn literal(text: &str) -> Option<Value> {
    serde_json::from_str(&json_of_literal(text)?).ok()
}

/// Without comments, CDATA marks and semicolons around the value.
fn without_wrapping(text: &str) -> &str {
    let mut text = text.trim_matches(|character: char| character.is_whitespace() || character == '\u{FEFF}');
    while let Some((_, rest)) = text.strip_prefix("<!--").and_then(|comment| comment.split_once("-->"))
        && rest.contains(['{', '['])
    {
        text = rest.trim_start();
    }
    for open in ["<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "// <![CDATA["] {
        text = text.strip_prefix(open).unwrap_or(text).trim_start();
    }
    for close in ["-->", "//]]>", "/*]]>*/", "]]>", "// ]]>", "//", ";"] {
        text = text.strip_suffix(close).unwrap_or(text).trim_end();
    }
    text
}

/// What can still be read of JSON with raw line breaks and quotation marks in strings, escapes that JSON does not have,
/// comments, commas too many, values left out, character references in place of quotes, or without its end.
fn mended(text: &str) -> Option<Value> {
    let quotes_are_references = !text.contains("\":") && text.contains("&quot;:");
    let decoded = if quotes_are_references { htmlize::unescape(text) } else { text.into() };
    let mut mender =
        Mender { rest: &decoded, out: String::with_capacity(decoded.len()), open: String::new() };
    // Where the last values ended, and what was open there: a block that is cut off is read up to one of these.
    let mut ends: VecDeque<(usize, String)> = VecDeque::new();
    while let Some(character) = mender.next() {
        match character {
            '"' => mender.string(),
            ',' => {
                mender.skip_space(",");
                if !mender.rest.is_empty() && !mender.rest.starts_with(['}', ']']) {
                    if ends.len() == MAX_ENDS {
                        ends.pop_front();
                    }
                    ends.push_back((mender.out.len(), mender.open.clone()));
                    mender.out.push(',');
                }
            }
            ':' => {
                mender.skip_space("");
                let is_empty = mender.rest.starts_with([',', '}', ']']);
                mender.out.push_str(if is_empty { ":null" } else { ":" });
            }
            '{' | '[' => {
                mender.open.push(if character == '{' { '}' } else { ']' });
                mender.out.push(character);
            }
            '}' | ']' => {
                if mender.open.pop().is_none() {
                    break;
                }
                mender.out.push(character);
                if mender.open.is_empty() {
                    break;
                }
            }
            '\u{A0}' | '\u{FEFF}' => mender.out.push(' '),
            other => mender.out.push(other),
        }
    }
    ends.push_back((mender.out.len(), mender.open.clone()));
    ends.into_iter().rev().find_map(|(end, open)| {
        mender.out.truncate(end);
        mender.out.extend(open.chars().rev());
        serde_json::from_str(&mender.out).ok()
    })
}

/// How many values at the end of a block that is cut off are tried without.
const MAX_ENDS: usize = 4;

struct Mender<'a> {
    rest: &'a str,
    out: String,
    /// What closes the objects and lists that are open.
    open: String,
}

impl Mender<'_> {
    /// The next character outside of comments.
    fn next(&mut self) -> Option<char> {
        const COMMENTS: [(&str, &str); 3] = [("/*", "*/"), ("//", "\n"), ("<!--", "-->")];
        while let Some((comment, close)) =
            COMMENTS.iter().find_map(|(open, close)| Some((self.rest.strip_prefix(open)?, *close)))
        {
            self.rest = comment.split_once(close).map_or("", |(_, rest)| rest).trim_start();
        }
        self.take()
    }

    fn take(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let character = characters.next();
        self.rest = characters.as_str();
        character
    }

    fn skip_space(&mut self, others: &str) {
        self.rest = self.rest.trim_start_matches(|next: char| next.is_whitespace() || others.contains(next));
    }

    /// The rest of a string, the mark that opens it having been read.
    fn string(&mut self) {
        self.out.push('"');
        loop {
            match self.take() {
                None => break,
                Some('"') if self.ends_string() => break,
                Some('"') => self.out.push_str("\\\""),
                Some('\\') => self.escape(),
                Some('\n') => self.out.push_str("\\n"),
                Some('\r') => {}
                Some(control) if control < ' ' => self.out.push(' '),
                Some(other) => self.out.push(other),
            }
        }
        self.out.push('"');
    }

    /// Whether what follows a quotation mark can follow a string.
    fn ends_string(&self) -> bool {
        let rest = self.rest.trim_start();
        match rest.chars().next() {
            None | Some('}' | ']' | ':') => true,
            Some(',') => {
                let next = rest.trim_start_matches(|next: char| next.is_whitespace() || next == ',');
                next.is_empty() || next.starts_with(['"', '{', '[', '}', ']', '/', '-']) || {
                    let word: String = next.chars().take_while(char::is_ascii_alphanumeric).collect();
                    matches!(word.as_str(), "true" | "false" | "null")
                        || word.starts_with(|first: char| first.is_ascii_digit())
                }
            }
            _ => rest.starts_with("//") || rest.starts_with("/*"),
        }
    }

    fn escape(&mut self) {
        match self.take() {
            Some(escape @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => {
                self.out.extend(['\\', escape]);
            }
            Some('u') => {
                let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
                let first = unit(self.rest);
                let second = self.rest.get(4..).and_then(|rest| unit(rest.strip_prefix("\\u")?));
                let Some(first) = first else {
                    // `C:\users`
                    return self.out.push_str("\\\\u");
                };
                let units = [first, second.unwrap_or_default()];
                let is_pair = (0xD800..0xDC00).contains(&first);
                let (units, length) = if is_pair { (&units[..], 10) } else { (&units[..1], 4) };
                if String::from_utf16(units).is_ok() {
                    // A quotation mark or a control character is kept as the escape that it was.
                    self.out.push_str("\\u");
                    let (read, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
                    self.out.push_str(read);
                    self.rest = rest;
                } else {
                    self.out.push(char::REPLACEMENT_CHARACTER);
                    self.rest = self.rest.slice(4..);
                }
            }
            Some(other) => self.out.push(other),
            None => {}
        }
    }
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
