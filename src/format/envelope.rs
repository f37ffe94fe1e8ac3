//! Responses that hold a list of records, such as `{"status":"ok","articles":[{…},{…}]}`, read as the list alone.
//!
//! What is around the list is replaced by blanks, byte by byte and with its line ends, so that records keep their lines
//! and offsets, and a list of any length is read item by item. An object without the list is left as it is: whatever it
//! is, it is accounted for.
//!
//! An object whose values are the records, `{"1001": {…}, "1002": {…}}`, is read as a list of them; each has its key under
//! `identifier`, so that it is the record's id, or its address where it is one. An object in which no value is an object is left as it is.

use std::io::Read;

use super::{Depth, Filter, Filtered, Refilled};

/// So much of a response before its list is looked at, and so much after it is left out. What a broken response hides is
/// bounded by that.
const MOST_AROUND_BYTES: usize = 64 << 10;

/// The last part of a path to an object whose values are the records.
pub(crate) const EACH: &str = "*";

/// The part of a path for the items of a list, of which each has a list of records: `db.[].data.posts`.
pub(crate) const ITEM: &str = "[]";

/// The last part of a path to lists of records under keys of all kinds, such as sections.
pub(crate) const ANY: &str = "**";

/// Reads the lists at one path out of the objects of a stream.
pub(super) struct Lists {
    /// The keys that lead to the list.
    path: Vec<String>,
    /// How many brackets are open around the objects: 1 where they are items of a list.
    base: usize,
    state: State,
    /// The object's beginning, up to its list.
    pending: Vec<u8>,
}

#[derive(Debug)]
enum State {
    /// Between objects, or in one that has no list where it should be.
    Outside(Depth),
    /// In an object, before its list or after it.
    Around(Search),
    /// In the list.
    Within(Depth, Search),
    /// In an object of records; the last key.
    Entries(Depth, Search, Vec<u8>),
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
    /// Bytes after a list that have been left out; `None` before one was found.
    left_out: Option<usize>,
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
                let is_next = |key: &String| {
                    (self.after_colon && (key.as_bytes() == self.string || key == ANY))
                        || (!self.after_colon && key == ITEM)
                };
                let is_on_path = path.get(self.entered).is_some_and(is_next);
                self.after_colon = false;
                let is_each = byte == b'{'
                    && self.entered + 2 == path.len()
                    && path.last().is_some_and(|key| key == EACH);
                if is_on_path && (is_each || (byte == b'[' && self.entered + 1 == path.len())) {
                    return true;
                }
                let is_list = path.get(self.entered + 1).is_some_and(|key| key == ITEM);
                if is_on_path && (byte == b'[') == is_list && self.entered + 1 < path.len() {
                    self.entered += 1;
                }
            }
            b'}' | b']' => self.entered = self.entered.saturating_sub(1),
            _ => {}
        }
        false
    }
}

impl Lists {
    pub(super) fn read<R: Read>(mut path: Vec<String>, inner: R) -> Refilled<Filtered<Self, R>> {
        let base = usize::from(path.first().is_some_and(|key| key == ITEM));
        path.drain(..base);
        let lists = Self { path, base, state: State::Outside(Depth::default()), pending: Vec::new() };
        Filtered::new(lists, inner)
    }
}

impl Filter for Lists {
    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) {
        match &mut self.state {
            State::Outside(depth) if depth.open == self.base && byte == b'{' && !depth.in_string => {
                let mut search = Search::default();
                search.depth.pass(byte);
                self.pending.push(byte);
                self.state = if self.path == [EACH] {
                    State::Entries(Depth::of(1), Search::default(), Vec::new())
                } else {
                    State::Around(search)
                };
            }
            State::Outside(depth) => {
                depth.pass(byte);
                ready.push(byte);
            }
            State::Around(search) => {
                let opens = search.pass(byte, &self.path);
                if let Some(left_out) = &mut search.left_out {
                    *left_out += 1;
                    ready.push(if opens { b'[' } else { blank(byte) });
                } else if opens && byte == b'[' {
                    ready.extend(self.pending.drain(..).map(blank));
                    ready.push(b'[');
                } else {
                    self.pending.push(byte);
                }
                let is_too_long = self.pending.len().max(search.left_out.unwrap_or(0)) > MOST_AROUND_BYTES;
                if opens {
                    if self.pending.is_empty() {
                        search.left_out = Some(0);
                    }
                    search.depth.open -= 1;
                    let search = std::mem::take(search);
                    self.state = if byte == b'[' {
                        State::Within(Depth::of(1), search)
                    } else {
                        State::Entries(Depth::of(1), search, Vec::new())
                    };
                } else if search.depth.open == 0 || is_too_long {
                    ready.append(&mut self.pending);
                    let mut depth = std::mem::take(&mut search.depth);
                    depth.open = if search.left_out.is_some() { self.base } else { depth.open + self.base };
                    self.state = State::Outside(depth);
                }
            }
            State::Within(depth, search) => {
                depth.pass(byte);
                ready.push(byte);
                if depth.open == 0 {
                    self.state = State::Around(std::mem::take(search));
                }
            }
            State::Entries(depth, search, key) => {
                let (was_in_string, before) = (depth.in_string, depth.open);
                depth.pass(byte);
                // Before its first record it may have none: then it is left as it is.
                let is_begun = self.pending.is_empty();
                if !is_begun && before == 1 && byte == b'{' && !depth.in_string {
                    ready.extend(self.pending.drain(..).map(blank));
                    ready.push(b'[');
                    search.left_out = Some(0);
                } else if !is_begun {
                    self.pending.push(byte);
                    let is_too_long = self.pending.len() > MOST_AROUND_BYTES;
                    if depth.open == 0 && search.depth.open > 0 && !is_too_long {
                        self.state = State::Around(std::mem::take(search));
                        return;
                    }
                    if depth.open == 0 || is_too_long {
                        ready.append(&mut self.pending);
                        let mut depth = std::mem::take(depth);
                        depth.open += search.depth.open + self.base;
                        self.state = State::Outside(depth);
                        return;
                    }
                }
                if before > 1 {
                    if is_begun {
                        ready.push(byte);
                    }
                    return;
                }
                let mut unused = Vec::new();
                let ready = if self.pending.is_empty() { ready } else { &mut unused };
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
                        let search = std::mem::take(search);
                        self.state = if search.depth.open == 0 {
                            State::Outside(Depth::of(self.base))
                        } else {
                            State::Around(search)
                        };
                    }
                    b',' | b'[' => ready.push(byte),
                    _ => ready.push(blank(byte)),
                }
            }
        }
    }

    fn end(&mut self, ready: &mut Vec<u8>) {
        // A response that was cut has its beginning, at least.
        ready.append(&mut self.pending);
        self.state = State::Outside(Depth::default());
    }
}

fn blank(byte: u8) -> u8 {
    if byte == b'\n' { byte } else { b' ' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(path: &[&str], text: &str) -> String {
        let mut read = String::new();
        let path = path.iter().map(|key| (*key).to_owned()).collect();
        Lists::read(path, text.as_bytes()).read_to_string(&mut read).expect("it is UTF-8");
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
                r#"[{"identifier":"7","a":{"b":1}}, {"identifier":"https://a.example/}","c":2}]"#,
            ),
            (
                &["db", "[]", "data", "posts"],
                r#"{"db":[{"meta":{"v":[1]},"data":{"tags":[2],"posts":[{"a":1}],"x":[]}},{"data":{"posts":[{"a":2}]}}],"n":[1]}"#,
                r#"[{"a":1}] [{"a":2}]"#,
            ),
            (
                &["[]", "articles"],
                r#"[{"n":[1],"articles":[{"a":1}]},{"status":"error"},{"articles":[{"a":2}],"m":0}]"#,
                r#"[ [{"a":1}] ,{"status":"error"}, [{"a":2}] ]"#,
            ),
            (&["a", "*"], r#"{"n":{"x":1},"a":{"7":{"b":1}},"m":2}"#, r#"[{"identifier":"7","b":1}]"#),
            // What has no record is left as it is, and what stands beside records is not.
            (
                &["*"],
                r#"{"n":"{","a":{"b":1},"t":"x"} {"t":"x","l":[{"c":1}]} {"a":{"b":2}}"#,
                r#"[{"identifier":"a","b":1}, ] {"t":"x","l":[{"c":1}]} [{"identifier":"a","b":2}]"#,
            ),
            (
                &["a", "*"],
                r#"{"a":{"t":"x"},"b":[1]} {"n":"[","a":{"7":{"b":1}}}"#,
                r#"{"a":{"t":"x"},"b":[1]} [{"identifier":"7","b":1}]"#,
            ),
            (
                &["**", "*"],
                r#"{"x":{"1":{"b":1}},"y":{"2":{"b":2},"3":{"b":3}}}"#,
                r#"[{"identifier":"1","b":1}] [ {"identifier":"2","b":2}, {"identifier":"3","b":3}]"#,
            ),
            (
                &["news", "**"],
                r#"{"n":[1],"news":{"sport":[{"a":1}],"n":{"m":[2]},"home":[{"a":2}]}}"#,
                r#"[{"a":1}] [{"a":2}]"#,
            ),
            (&["**", "d"], r#"{"a":{"n":[1],"d":[[2]]},"m":3,"b":{"d":[[4]],"n":[5]}}"#, "[[2]] [[4]]"),
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
