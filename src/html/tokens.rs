//! The source cut into tags and text.
//!
//! One pass, by `memchr`, that never backtracks: every byte is looked at a few times at most, whatever the page.

use memchr::{memchr, memmem};

use super::attribute::{Attribute, Name};
use super::tag::Tag;
use crate::text::Slice;

/// From and to.
pub(super) type Span = (usize, usize);

/// A piece of the source.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Text.
    Text(Span),
    /// A start tag, with the place of its attributes in the tokeniser's list.
    Start { tag: Tag, name: Span, attributes: Span, self_closing: bool },
    /// An end tag.
    End { tag: Tag, name: Span },
}

/// Cuts a source into tokens.
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Attributes of all start tags so far.
    pub attributes: Vec<Attribute>,
    /// Attributes that one element may have; the rest are not kept.
    max_attributes: usize,
    /// Whether an element had more.
    pub has_more_attributes: bool,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(source: &'a str, max_attributes: usize) -> Self {
        Self {
            bytes: source.as_bytes(),
            at: 0,
            attributes: Vec::new(),
            max_attributes,
            has_more_attributes: false,
        }
    }

    /// The content of a raw text element whose start tag was just read, up to its end tag, which is left.
    pub(super) fn raw_text(&mut self, tag: Tag) -> Span {
        let from = self.at;
        let name = tag.name().as_bytes();
        let mut to = self.bytes.len();
        if tag != Tag::Plaintext {
            let mut may_be_inner = tag == Tag::Script;
            for found in memmem::find_iter(self.bytes.slice(from..), b"</") {
                let at = from + found;
                let rest = self.bytes.slice(at + 2..);
                let is_name = rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
                let ends = rest
                    .get(name.len())
                    .is_none_or(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte));
                if !(is_name && ends) {
                    continue;
                }
                if may_be_inner && opens_inner_script(self.bytes.slice(from..at)) {
                    // Looked at once a script, so that no page makes this quadratic.
                    may_be_inner = false;
                    continue;
                }
                to = at;
                break;
            }
        }
        self.at = to;
        (from, to)
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        let start = self.at;
        // Where text has been read up to, comments left out of it are not part of a token.
        let mut search = start;
        loop {
            let Some(found) = memchr(b'<', self.bytes.get(search..)?) else {
                self.at = self.bytes.len();
                return (start < self.at).then_some(Token::Text((start, self.at)));
            };
            let open = search + found;
            match self.bytes.get(open + 1) {
                Some(byte) if byte.is_ascii_alphabetic() => {}
                Some(b'/') if self.bytes.get(open + 2).is_some_and(u8::is_ascii_alphabetic) => {}
                Some(b'!' | b'?' | b'/') if open > start => {}
                Some(b'!' | b'?' | b'/') => {
                    self.at = self.behind_comment(open);
                    return self.next_behind_comment();
                }
                // `<` that opens nothing is text.
                _ => {
                    search = open + 1;
                    continue;
                }
            }
            if open > start {
                self.at = open;
                return Some(Token::Text((start, open)));
            }
            return self.tag(open);
        }
    }

    /// A loop instead of a call of `next` within `next`: a page may be made of comments.
    fn next_behind_comment(&mut self) -> Option<Token> {
        loop {
            match self.bytes.get(self.at..)? {
                [b'<', b'!' | b'?', ..] => self.at = self.behind_comment(self.at),
                [b'<', b'/', third, ..] if !third.is_ascii_alphabetic() => {
                    self.at = self.behind_comment(self.at);
                }
                [] => return None,
                _ => return self.next(),
            }
        }
    }

    /// The place after a comment, a doctype, a processing instruction or a CDATA section.
    fn behind_comment(&self, open: usize) -> usize {
        let rest = self.bytes.slice(open..);
        let find = |from: usize, needle: &[u8]| {
            let place = memmem::find(rest.slice(from..), needle);
            place.map_or(self.bytes.len(), |place| open + from + place + needle.len())
        };
        if rest.starts_with(b"<!--") {
            // `<!-->` and `<!--->` are whole comments.
            if rest.starts_with(b"<!-->") {
                return open + 5;
            }
            if rest.starts_with(b"<!--->") {
                return open + 6;
            }
            let end = find(4, b"-->");
            // `--!>` ends a comment, too.
            let body = self.bytes.slice(open + 4..end);
            return memmem::find(body, b"--!>").map_or(end, |place| open + 4 + place + 4);
        }
        find(1, b">")
    }

    fn tag(&mut self, open: usize) -> Option<Token> {
        let is_end = self.bytes.get(open + 1) == Some(&b'/');
        let from = open + 1 + usize::from(is_end);
        let length = self
            .bytes
            .get(from..)?
            .iter()
            .position(|byte| matches!(byte, b'\t' | b'\n' | b'\x0C' | b'\r' | b' ' | b'/' | b'>'));
        let Some(length) = length else {
            self.at = self.bytes.len();
            return None;
        };
        let name = (from, from + length);
        let tag = Tag::of(self.bytes.get(from..from + length)?);
        self.at = from + length;
        let before = self.attributes.len();
        let self_closing = self.skip_attributes()?;
        if is_end {
            self.attributes.truncate(before);
            return Some(Token::End { tag, name });
        }
        Some(Token::Start { tag, name, attributes: (before, self.attributes.len()), self_closing })
    }

    /// Reads attributes up to and with the tag's `>`; whether it was `/>`. `None` where the source ends in the tag.
    fn skip_attributes(&mut self) -> Option<bool> {
        let limit = self.attributes.len() + self.max_attributes;
        let bytes = self.bytes;
        let mut at = self.at;
        loop {
            let mut slash = false;
            while let Some(&byte) = bytes.get(at) {
                match byte {
                    b'/' => slash = true,
                    _ if byte.is_ascii_whitespace() => slash = false,
                    _ => break,
                }
                at += 1;
            }
            match bytes.get(at) {
                None => {
                    self.at = bytes.len();
                    return None;
                }
                Some(b'>') => {
                    self.at = at + 1;
                    return Some(slash);
                }
                Some(_) => {}
            }
            let name_from = at;
            // A `=` may open a name.
            at += 1;
            while let Some(&byte) = bytes.get(at) {
                if byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'=') {
                    break;
                }
                at += 1;
            }
            let name_to = at;
            let mut value = (at, at);
            let mut equals = at;
            while bytes.get(equals).is_some_and(u8::is_ascii_whitespace) {
                equals += 1;
            }
            if bytes.get(equals) == Some(&b'=') {
                at = equals + 1;
                while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                    at += 1;
                }
                if let Some(&quote @ (b'"' | b'\'')) = bytes.get(at) {
                    let from = at + 1;
                    let Some(length) = memchr(quote, bytes.get(from..)?) else {
                        self.at = bytes.len();
                        return None;
                    };
                    value = (from, from + length);
                    at = from + length + 1;
                } else {
                    let from = at;
                    while let Some(&byte) = bytes.get(at) {
                        if byte.is_ascii_whitespace() || byte == b'>' {
                            break;
                        }
                        at += 1;
                    }
                    value = (from, at);
                }
            } else if equals > at {
                at = equals;
            }
            if self.attributes.len() >= limit {
                self.has_more_attributes = true;
            } else if let Some(name) = Name::of(bytes.get(name_from..name_to)?)
                && let (Ok(from), Ok(to)) = (u32::try_from(value.0), u32::try_from(value.1))
            {
                self.attributes.push(Attribute { name, from, to });
            }
        }
    }

    /// What stands in a place.
    pub(super) fn bytes(&self, span: Span) -> &'a [u8] {
        self.bytes.slice(span.0..span.1)
    }
}

/// Whether a script's text so far is a comment that opens a script: `<!-- <script> … `. Its end tag is then the inner
/// one's, as in the days when scripts were hidden from browsers in this way.
fn opens_inner_script(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    text.starts_with(b"<!--")
        && memmem::find(text, b"<script").is_some()
        && memmem::find(text, b"-->").is_none()
}
