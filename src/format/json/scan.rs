//! The structure of JSON objects, read once and continued where more bytes come.

use super::begins_an_object;
use crate::text::Slice;

/// Deeper than any record; a line that opens more is not looked at further.
const MOST_DEPTH: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// The object is complete.
    Ended,
    /// It needs more bytes.
    Open,
    /// What follows its first line is not what JSON has there.
    Broken,
}

/// The structure of an object, as far as it has been read.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Bytes read of it.
    pub(super) at: usize,
    /// Objects and lists that are open, by their first byte.
    pub(super) open: Vec<u8>,
    pub(super) in_string: bool,
    /// The last byte of structure, or of a value.
    last: u8,
    /// Where its first line ends, if it continues after that.
    pub(super) first_line_end: Option<usize>,
    /// Line ends within it.
    pub(super) lines: u64,
}

impl Scan {
    pub(super) fn run(&mut self, object: &[u8]) -> Scanned {
        if self.last == b'}' && self.open.is_empty() {
            return Scanned::Ended;
        }
        while let Some(&byte) = object.get(self.at) {
            if self.in_string {
                let rest = object.slice(self.at..);
                let Some(step) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
                    self.at = object.len();
                    return Scanned::Open;
                };
                match object.get(self.at + step) {
                    Some(b'"') => {
                        self.in_string = false;
                        self.last = b'"';
                        self.at += step + 1;
                    }
                    // An escape, of which the second byte may still be missing.
                    Some(b'\\') if self.at + step + 1 < object.len() => self.at += step + 2,
                    Some(b'\\') => {
                        self.at += step;
                        return Scanned::Open;
                    }
                    _ => {
                        let end = self.at + step;
                        match begins_an_object(object.slice(end + 1..)) {
                            Some(false) => {}
                            Some(true) => return Scanned::Broken,
                            None => {
                                self.at = end;
                                return Scanned::Open;
                            }
                        }
                        self.pass_line_end(end);
                        self.at = end + 1;
                    }
                }
                continue;
            }
            self.at += 1;
            match byte {
                b' ' | b'\t' | b'\r' => continue,
                b'\n' => {
                    self.pass_line_end(self.at - 1);
                    continue;
                }
                _ if !self.may_follow(byte) => return Scanned::Broken,
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.open.push(byte);
                    if self.open.len() > MOST_DEPTH {
                        return Scanned::Broken;
                    }
                }
                b'}' | b']' => {
                    let opened = self.open.pop();
                    if opened != Some(if byte == b'}' { b'{' } else { b'[' }) {
                        return Scanned::Broken;
                    }
                    if self.open.is_empty() {
                        self.last = byte;
                        return Scanned::Ended;
                    }
                }
                _ => {}
            }
            self.last = byte;
        }
        Scanned::Open
    }

    fn pass_line_end(&mut self, at: usize) {
        self.first_line_end.get_or_insert(at);
        self.lines += 1;
    }

    /// Whether JSON may have this byte after the last one.
    fn may_follow(&self, byte: u8) -> bool {
        let in_object = self.open.last() == Some(&b'{');
        match self.last {
            b'{' => matches!(byte, b'"' | b'}'),
            b',' if in_object => matches!(byte, b'"' | b'}'),
            b'"' | b'}' | b']' => matches!(byte, b',' | b'}' | b']' | b':'),
            0 | b':' | b'[' | b',' => !matches!(byte, b':' | b'}'),
            // Within a number or a word such as `true`.
            _ => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b',' | b'}' | b']'),
        }
    }
}
