//! Responses that hold a list of records, such as `{"status":"ok","articles":[{…},{…}]}`, read as the list alone.
//!
//! What is around the list is replaced by blanks, byte by byte and with its line ends, so that records keep their lines
//! and offsets, and a list of any length is read item by item. An object without the list is left as it is: whatever it
//! is, it is accounted for.
//!
//! An object whose values are the records, `{"1001": {…}, "1002": {…}}`, is read as a list of them; each has its key under
//! `identifier`, so that it is the record's id, or its address where it is one.

use std::io::{self, Read};

use super::Refill;

/// So much of a response before its list is looked at, and so much after it is left out. What a broken response hides is
/// bounded by that.
const MOST_AROUND_BYTES: usize = 64 << 10;

/// The last part of a path to an object whose values are the records.
pub(crate) const EACH: &str = "*";

/// Reads the lists at one path out of the objects of a stream.
pub(super) struct Lists<R> {
    /// The keys that lead to the list.
    path: Vec<String>,
    inner: R,
    state: State,
    /// The object's beginning, up to its list.
    pending: Vec<u8>,
}

#[derive(Debug)]
enum State {
    /// Between objects, or in one that has no list where it should be.
    Outside(Depth),
    /// In an object, before its list.
    Before(Search),
    /// In the list.
    Within(Depth, usize),
    /// In an object of records; so many objects are open around it, and the last key.
    Entries(Depth, usize, Vec<u8>),
    /// After the list; so many objects are open, and so many bytes have been left out.
    After(Depth, usize),
}

/// How many brackets are open, outside of strings.
#[derive(Debug, Default)]
struct Depth {
    open: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Depth {
    fn pass(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.open += 1,
            b'}' | b']' => self.open = self.open.saturating_sub(1),
            _ => {}
        }
    }
}

/// The way to the list: which keys lead to where the search is.
#[derive(Debug, Default)]
struct Search {
    depth: Depth,
    /// Keys of the path that have been entered; only objects at this depth matter.
    entered: usize,
    /// The string that was read last at that depth.
    string: Vec<u8>,
    /// The last string was a key, and this is its value's place.
    after_colon: bool,
}

impl Search {
    /// Passes a byte; whether it opens the list.
    fn pass(&mut self, byte: u8, path: &[String]) -> bool {
        let (was_in_string, depth) = (self.depth.in_string, self.depth.open);
        self.depth.pass(byte);
        if depth != self.entered + 1 {
            // The root's own bracket, or something beside the path.
            if depth == self.entered + 1 + 1 && self.depth.open == self.entered + 1 {
                self.after_colon = false;
            }
            return false;
        }
        if was_in_string {
            if self.depth.in_string {
                self.string.push(byte);
            }
            return false;
        }
        match byte {
            b'"' => self.string.clear(),
            b':' => self.after_colon = true,
            b',' => self.after_colon = false,
            b'{' | b'[' => {
                let is_on_path = self.after_colon
                    && path.get(self.entered).is_some_and(|key| key.as_bytes() == self.string);
                self.after_colon = false;
                let is_each = byte == b'{'
                    && self.entered + 2 == path.len()
                    && path.last().is_some_and(|key| key == EACH);
                if is_on_path && (is_each || (byte == b'[' && self.entered + 1 == path.len())) {
                    return true;
                }
                if is_on_path && byte == b'{' && self.entered + 1 < path.len() {
                    self.entered += 1;
                }
            }
            b'}' => self.entered = self.entered.saturating_sub(1),
            _ => {}
        }
        false
    }
}

impl<R: Read> Lists<R> {
    pub(super) fn new(path: Vec<String>, inner: R) -> Self {
        let state = State::Outside(Depth::default());
        Self { path, inner, state, pending: Vec::new() }
    }

    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) {
        match &mut self.state {
            State::Outside(depth) if depth.open == 0 && byte == b'{' && self.path == [EACH] => {
                ready.push(b'[');
                self.state = State::Entries(Depth { open: 1, ..Depth::default() }, 0, Vec::new());
            }
            State::Outside(depth) if depth.open == 0 && byte == b'{' => {
                let mut search = Search::default();
                search.depth.pass(byte);
                self.pending.push(byte);
                self.state = State::Before(search);
            }
            State::Outside(depth) => {
                depth.pass(byte);
                ready.push(byte);
            }
            State::Before(search) => {
                if search.pass(byte, &self.path) {
                    ready.extend(self.pending.drain(..).map(blank));
                    ready.push(b'[');
                    let (inner, outer) = (Depth { open: 1, ..Depth::default() }, search.depth.open - 1);
                    self.state = if byte == b'[' {
                        State::Within(inner, outer)
                    } else {
                        State::Entries(inner, outer, Vec::new())
                    };
                    return;
                }
                self.pending.push(byte);
                if search.depth.open == 0 || self.pending.len() > MOST_AROUND_BYTES {
                    ready.append(&mut self.pending);
                    self.state = State::Outside(std::mem::take(&mut search.depth));
                }
            }
            State::Within(depth, outer) => {
                depth.pass(byte);
                ready.push(byte);
                if depth.open == 0 {
                    self.state = State::After(Depth { open: *outer, ..Depth::default() }, 0);
                }
            }
            State::Entries(depth, outer, key) => {
                let (was_in_string, before) = (depth.in_string, depth.open);
                depth.pass(byte);
                if before > 1 {
                    ready.push(byte);
                    return;
                }
                match byte {
                    _ if was_in_string || depth.in_string => {
                        if byte == b'"' && !was_in_string {
                            key.clear();
                        }
                        if key.len() < MOST_AROUND_BYTES {
                            key.push(byte);
                        }
                        ready.push(blank(byte));
                    }
                    b'{' => {
                        ready.extend_from_slice(b"{\"identifier\":");
                        ready.extend_from_slice(key);
                        ready.push(b',');
                    }
                    b'}' => {
                        ready.push(b']');
                        self.state = State::After(Depth { open: *outer, ..Depth::default() }, 0);
                    }
                    b',' | b'[' => ready.push(byte),
                    _ => ready.push(blank(byte)),
                }
            }
            State::After(depth, passed) => {
                if depth.open == 0 {
                    self.state = State::Outside(Depth::default());
                    self.pass(byte, ready);
                    return;
                }
                depth.pass(byte);
                *passed += 1;
                ready.push(blank(byte));
                if depth.open == 0 || *passed > MOST_AROUND_BYTES {
                    self.state = State::Outside(Depth::default());
                }
            }
        }
    }
}

fn blank(byte: u8) -> u8 {
    if byte == b'\n' { byte } else { b' ' }
}

impl<R: Read> Refill for Lists<R> {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        let mut chunk = [0; 16 << 10];
        let count = self.inner.read(&mut chunk)?;
        if count == 0 {
            // A response that was cut has its beginning, at least.
            ready.append(&mut self.pending);
            self.state = State::Outside(Depth::default());
        }
        chunk[..count].iter().for_each(|byte| self.pass(*byte, ready));
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Refilled;
    use super::*;

    fn lists(path: &[&str], text: &str) -> String {
        let mut read = String::new();
        let path = path.iter().map(|key| (*key).to_owned()).collect();
        Refilled::new(Lists::new(path, text.as_bytes())).read_to_string(&mut read).expect("it is UTF-8");
        assert!(read.len() >= text.len(), "{text}");
        read
    }

    #[test]
    fn only_the_list_is_left_and_all_else_stays_in_its_place() {
        for (path, text, expected) in [
            (
                &["articles"][..],
                r#"{"n":2,"articles":[{"a":"]}"},{"b":[1]}],"next":{"x":1}}"#,
                r#"[{"a":"]}"},{"b":[1]}]"#,
            ),
            (
                &["hits", "hits"],
                "{\"took\":{\"hits\":[1]},\n\"hits\":{\"total\":[3],\"hits\":[{}]},\"x\":\"\\\"{\"}\n",
                "[{}]",
            ),
            (&["a"], r#"{"b":{"a":[1]},"a":[2]} {"a":[3]}"#, "[2] [3]"),
            (
                &["*"],
                r#"{"7":{"a":{"b":1}},"https://a.example/}":{"c":2}}"#,
                r#"[ {"identifier":"7","a":{"b":1}}, {"identifier":"https://a.example/}","c":2}]"#,
            ),
            (&["a", "*"], r#"{"n":{"x":1},"a":{"7":{"b":1}},"m":2}"#, r#"[ {"identifier":"7","b":1}]"#),
            // Without a list it is left as it is.
            (&["articles"], r#"{"status":"error","code":[1]}"#, r#"{"status":"error","code":[1]}"#),
            (&["a", "b"], r#"{"a":[1],"b":[2]}"#, r#"{"a":[1],"b":[2]}"#),
        ] {
            let found = lists(path, text);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(words(&found), words(expected), "{text}");
            assert_eq!(found.matches('\n').count(), text.matches('\n').count());
        }
    }
}
