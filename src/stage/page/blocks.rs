//! A page as the runs of text that a reader sees as one piece each.
//!
//! `<div>One <b>two</b><p>three</p>four</div>` → blocks `One two`, `three`, `four`.
//!
//! A block ends where an element that stands on a line of its own starts or ends, and at two line breaks in a
//! row. Blocks are counted, not copied: text is put together for those alone that are taken.

use super::hints::Hints;
use crate::html::{Name, NodeId, Page, Tag};

/// A run of text.
#[derive(Clone, Copy, Debug)]
pub(in crate::stage) struct Block {
    /// The element that stands on a line of its own, and that the run is directly in.
    pub element: NodeId,
    /// The first text node.
    pub first: NodeId,
    /// The place behind the last text node.
    pub end: usize,
    /// Words, as [`Counts`] counts them.
    pub words: u32,
    /// Words in links that lead away.
    pub linked: u32,
    /// Bytes of text, white space at the ends aside.
    pub bytes: u32,
    /// Whether the last letter is a sentence's end.
    pub ends_sentence: bool,
    /// Commas and sentence ends.
    pub marks: u32,
    /// Words that start with a digit.
    pub numbers: u32,
    /// Whether it is a web address and nothing else.
    pub is_address: bool,
}

impl Block {
    /// Words that are not in links.
    pub(in crate::stage) fn free(&self) -> u32 {
        self.words - self.linked
    }

    /// Whether most of it is link.
    pub(in crate::stage) fn is_link(&self) -> bool {
        self.linked * 2 > self.words
    }
}

/// What is known of every node.
#[derive(Debug)]
pub(in crate::stage) struct Survey {
    /// The blocks, in document order.
    pub blocks: Vec<Block>,
    /// For each node, what it says about itself.
    pub own: Vec<Hints>,
}

/// Elements that never hold text of the article.
pub(in crate::stage) fn is_never_text(page: Page<'_>, node: NodeId) -> bool {
    match page.tag(node) {
        Tag::Head
        | Tag::Script
        | Tag::Style
        | Tag::Template
        | Tag::Noscript
        | Tag::Svg
        | Tag::Math
        | Tag::Iframe
        | Tag::Object
        | Tag::Canvas
        | Tag::Audio
        | Tag::Video
        | Tag::Button
        | Tag::Select
        | Tag::Textarea
        | Tag::Input
        | Tag::Datalist
        | Tag::Map
        | Tag::Progress
        | Tag::Meter
        | Tag::Noembed
        | Tag::Noframes
        | Tag::Title => true,
        // A button by role.
        Tag::A | Tag::Div | Tag::Span => page.raw_attribute(node, Name::Role) == Some("button"),
        _ => false,
    }
}

impl Survey {
    pub(in crate::stage) fn of(page: Page<'_>) -> Self {
        let nodes = page.len();
        let mut own = vec![Hints::NONE; nodes];
        let mut in_link = vec![false; nodes];
        // For each element the innermost element around it, itself included, that has a line of its own.
        let mut line = vec![NodeId::ROOT; nodes];
        let mut blocks = Vec::new();
        let mut run = Run::default();
        let mut at = 1;
        while at < nodes {
            let node = NodeId::at(at);
            let parent = page.parent(node);
            match page.tag(node) {
                Tag::Text => {
                    let element = line[parent.index()];
                    if element != run.element {
                        run.close(&mut blocks);
                        run.element = element;
                    }
                    run.add(page, node, in_link[parent.index()]);
                }
                _ if is_never_text(page, node) => {
                    at = page.end(node);
                    continue;
                }
                Tag::Br => run.line_break(&mut blocks),
                tag => {
                    own[at] = Hints::of(page, node);
                    in_link[at] = in_link[parent.index()] || (tag == Tag::A && leads_away(page, node));
                    line[at] = line[parent.index()];
                    if tag.is_block() {
                        run.close(&mut blocks);
                        line[at] = node;
                    }
                }
            }
            at += 1;
        }
        run.close(&mut blocks);
        Self { blocks, own }
    }
}

/// Links within the page, such as those to notes, are not links to something else.
fn leads_away(page: Page<'_>, node: NodeId) -> bool {
    page.raw_attribute(node, Name::Href).is_some_and(|href| !href.trim_start().starts_with('#'))
}

/// The block that is being read.
#[derive(Default)]
struct Run {
    element: NodeId,
    first: Option<NodeId>,
    end: usize,
    counts: Counts,
    linked: u32,
    breaks: u8,
    is_address: bool,
}

impl Run {
    fn add(&mut self, page: Page<'_>, node: NodeId, is_linked: bool) {
        let text = page.raw_text(node);
        let before = self.counts.words;
        if !self.counts.add(text) {
            return;
        }
        self.breaks = 0;
        if is_linked {
            self.linked += self.counts.words - before;
        }
        if self.first.is_none() {
            let text = text.trim_ascii();
            self.is_address = text.starts_with("http") && !text.contains(char::is_whitespace);
            self.first = Some(node);
        } else {
            self.is_address = false;
        }
        self.end = node.index() + 1;
    }

    fn line_break(&mut self, blocks: &mut Vec<Block>) {
        self.counts.gap();
        self.breaks += 1;
        if self.breaks == 2 {
            let element = self.element;
            self.close(blocks);
            self.element = element;
        }
    }

    fn close(&mut self, blocks: &mut Vec<Block>) {
        let run = std::mem::take(self);
        if let Some(first) = run.first {
            blocks.push(Block {
                element: run.element,
                first,
                end: run.end,
                words: run.counts.words,
                linked: run.linked,
                bytes: run.counts.bytes,
                ends_sentence: run.counts.ends_sentence,
                marks: run.counts.marks,
                numbers: run.counts.numbers,
                is_address: run.is_address,
            });
        }
    }
}

/// Words and marks of a text that comes in pieces.
///
/// A word is a run of letters and digits; in scripts that are written without spaces (the CJK and kana
/// blocks, Thai, Lao, Khmer, Burmese), two characters count as one. Good enough to weigh text by.
#[derive(Default)]
pub(in crate::stage) struct Counts {
    pub words: u32,
    pub bytes: u32,
    pub marks: u32,
    pub numbers: u32,
    pub ends_sentence: bool,
    in_word: bool,
    half_words: u32,
}

impl Counts {
    fn gap(&mut self) {
        self.in_word = false;
    }

    /// Adds a piece; `false` where there is nothing but white space in it.
    pub(in crate::stage) fn add(&mut self, text: &str) -> bool {
        let mut any = false;
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' | 0x0C => {
                    self.in_word = false;
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => {
                    self.words += u32::from(!self.in_word);
                    self.numbers += u32::from(!self.in_word && byte.is_ascii_digit());
                    self.in_word = true;
                    self.ends_sentence = false;
                }
                b'&' => {
                    // A character reference is one character; which, matters little, but for spaces.
                    let name = bytes.get(at..bytes.len().min(at + 12)).unwrap_or_default();
                    if let Some(end) = memchr::memchr(b';', name) {
                        let is_mark = matches!(name.get(..end), Some(b"nbsp" | b"#160" | b"#xa0" | b"ndash" | b"mdash"));
                        if matches!(name.get(..end), Some(b"rdquo" | b"rsquo" | b"quot" | b"#8221" | b"#34" | b"#39" | b"#8217")) {
                            at += end + 1;
                            any = true;
                            continue;
                        }
                        at += end + 1;
                        if is_mark {
                            self.in_word = false;
                            continue;
                        }
                        self.words += u32::from(!self.in_word);
                        self.in_word = true;
                        self.ends_sentence = false;
                    } else {
                        self.in_word = false;
                    }
                }
                b'.' | b'!' | b'?' => {
                    self.ends_sentence = true;
                    self.marks += 1;
                    self.in_word = false;
                }
                b',' | b';' => {
                    self.marks += 1;
                    self.in_word = false;
                    self.ends_sentence = false;
                }
                // What closes behind a sentence's end leaves it one.
                b'"' | b'\'' | b')' | b']' => self.in_word = self.in_word && byte == b'\'',
                0x00..=0x7F => {
                    self.in_word = false;
                    self.ends_sentence = false;
                }
                _ => self.wide(byte, bytes, &mut at),
            }
            any = true;
            self.bytes += 1;
        }
        any
    }

    fn wide(&mut self, lead: u8, bytes: &[u8], at: &mut usize) {
        let second = bytes.get(*at).copied().unwrap_or_default();
        let third = bytes.get(*at + 1).copied().unwrap_or_default();
        *at += match lead {
            0xC0..=0xDF => 1,
            0xE0..=0xEF => 2,
            _ => 3,
        };
        match (lead, second, third) {
            // No-break space.
            (0xC2, 0xA0, _) => self.in_word = false,
            // General punctuation: … ends a sentence, closing quotation marks leave its end one.
            (0xE2, 0x80, 0x99 | 0x9D | 0x9C | 0xBA) | (0xC2, 0xBB, _) | (0xE3, 0x80, 0x8D | 0x8F) => {
                self.in_word = self.in_word && third == 0x99;
            }
            (0xE2, 0x80, 0xA6) | (0xE3, 0x80, 0x82) | (0xD8, 0x9F, _) | (0xE0, 0xA5, 0xA4) | (0xEF, 0xBC, 0x81 | 0x9F) | (0xDB, 0x94, _) => {
                self.ends_sentence = true;
                self.marks += 1;
                self.in_word = false;
            }
            (0xE2, 0x80, _) | (0xC2, 0x80..=0xA9 | 0xAB..=0xB4 | 0xB6..=0xBF, _) => {
                self.in_word = false;
                self.ends_sentence = false;
            }
            // 、，and the Arabic comma.
            (0xE3, 0x80, 0x81) | (0xEF, 0xBC, 0x8C) | (0xD8, 0x8C, _) => {
                self.marks += 1;
                self.in_word = false;
                self.ends_sentence = false;
            }
            (0xE3, 0x80, _) => self.in_word = false,
            // Kana, CJK, Hangul stays out; Thai and Lao, Burmese and Khmer.
            (0xE3 | 0xE4..=0xE9, _, _) | (0xE0, 0xB8..=0xBB, _) | (0xE1, 0x80..=0x82 | 0x9E | 0x9F, _) => {
                self.half_words += 1;
                self.words += self.half_words & 1;
                self.in_word = false;
                self.ends_sentence = false;
            }
            _ => {
                self.words += u32::from(!self.in_word);
                self.in_word = true;
                self.ends_sentence = false;
            }
        }
    }
}
