//! Tags and text → nodes in document order.
//!
//! Every node is put at the end of what is open, so the order in which nodes are made is document order,
//! and an element's subtree is what was made until it was closed.

use super::attribute::Attribute;
use super::tag::Tag;
use super::tokens::{Span, Token, Tokens};
use crate::text::Slice;

/// How much of a page is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of the source.
    pub bytes: usize,
    /// Nodes.
    pub nodes: usize,
    /// Elements that may be open at once; deeper ones are put beside each other.
    pub depth: usize,
    /// Attributes an element.
    pub attributes: usize,
}

impl Default for Bounds {
    /// In our five sets of labelled pages the most are 2.2 MB, 9,238 nodes, 52 deep and 73 attributes.
    fn default() -> Self {
        Self { bytes: 16 << 20, nodes: 300_000, depth: 200, attributes: 256 }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub tag: Tag,
    pub parent: u32,
    /// The first node after the subtree.
    pub end: u32,
    /// Of a text: its place in the source. Of an element: its place in the list of attributes.
    pub from: u32,
    pub to: u32,
}

/// A page's nodes, without its source.
#[derive(Debug)]
pub struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) is_cut: bool,
}

impl Tree {
    /// Parses a page. There is no page that cannot be parsed.
    pub fn parse(source: &str, bounds: &Bounds) -> Self {
        let mut bytes = source.len().min(bounds.bytes).min(u32::MAX as usize);
        while !source.is_char_boundary(bytes) {
            bytes -= 1;
        }
        let is_whole = bytes == source.len();
        let mut builder = Builder::new(source.slice(..bytes), bounds);
        let is_read = builder.run();
        let Builder { mut nodes, tokens, is_flattened, .. } = builder;
        // Children stand after their parents, so one pass backwards finds where each subtree ends.
        for index in (1..nodes.len()).rev() {
            let Node { end, parent, .. } = nodes[index];
            let outer = &mut nodes[parent as usize].end;
            *outer = end.max(*outer);
        }
        Self {
            nodes,
            attributes: tokens.attributes,
            is_cut: !(is_whole && is_read) || is_flattened || tokens.has_more_attributes,
        }
    }
}

/// An open element.
#[derive(Clone, Copy)]
struct Open {
    node: u32,
    tag: Tag,
    name: Span,
    /// How many elements the node is in. More than are open around it, where some were closed before it.
    depth: usize,
}

struct Builder<'a> {
    tokens: Tokens<'a>,
    nodes: Vec<Node>,
    max_nodes: usize,
    max_depth: usize,
    /// The open elements, outermost first.
    open: Vec<Open>,
    /// How many of each kind are open.
    count: [u32; Tag::COUNT],
    /// How many elements beyond the depth are open.
    beyond: usize,
    /// Whether any was.
    is_flattened: bool,
    seen_body: bool,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str, bounds: &Bounds) -> Self {
        let mut builder = Self {
            tokens: Tokens::new(source, bounds.attributes),
            nodes: Vec::with_capacity(source.len() / 40),
            max_nodes: bounds.nodes.clamp(1, u32::MAX as usize),
            max_depth: bounds.depth.max(2),
            open: Vec::with_capacity(64),
            count: [0; Tag::COUNT],
            beyond: 0,
            is_flattened: false,
            seen_body: false,
        };
        let node = builder.push(Tag::Document, (0, 0));
        builder.open.push(Open { node, tag: Tag::Document, name: (0, 0), depth: 0 });
        builder
    }

    /// Reads all tokens; `false` where there are too many nodes.
    fn run(&mut self) -> bool {
        while let Some(token) = self.tokens.next() {
            // A start tag makes two nodes at most: the element and its raw text.
            if self.nodes.len() + 2 > self.max_nodes {
                return false;
            }
            match token {
                Token::Text(span) => self.text(span),
                Token::Start { tag, name, attributes, self_closing } => {
                    self.start(tag, name, attributes, self_closing);
                }
                Token::End { tag, name } => self.end(tag, name),
            }
        }
        true
    }

    /// Makes a node in the innermost open element.
    #[expect(clippy::cast_possible_truncation, reason = "bytes and nodes are at most u32::MAX; see `Bounds`")]
    fn push(&mut self, tag: Tag, (from, to): Span) -> u32 {
        let node = self.nodes.len() as u32;
        let parent = self.open.last().map_or(0, |open| open.node);
        self.nodes.push(Node { tag, parent, end: node + 1, from: from as u32, to: to as u32 });
        node
    }

    fn current(&self) -> Tag {
        self.open.last().map_or(Tag::Document, |open| open.tag)
    }

    fn is_open(&self, tag: Tag) -> bool {
        self.count[tag as usize] > 0
    }

    fn text(&mut self, span: Span) {
        let is_layout = matches!(
            self.current(),
            Tag::Document
                | Tag::Html
                | Tag::Head
                | Tag::Table
                | Tag::Tbody
                | Tag::Thead
                | Tag::Tfoot
                | Tag::Tr
                | Tag::Ul
                | Tag::Ol
                | Tag::Dl
                | Tag::Select
        );
        if is_layout && self.tokens.bytes(span).iter().all(u8::is_ascii_whitespace) {
            return;
        }
        // Text does not stand in a head: the body has begun without a tag.
        self.close(Tag::Head);
        self.push(Tag::Text, span);
    }

    fn start(&mut self, tag: Tag, name: Span, attributes: Span, self_closing: bool) {
        match tag {
            Tag::Html if self.is_open(Tag::Html) => return,
            Tag::Head if self.is_open(Tag::Head) || self.seen_body => return,
            Tag::Body if self.seen_body => return,
            Tag::Body => self.seen_body = true,
            _ => {}
        }
        if self.is_open(Tag::Head) && !may_stand_in_head(tag) {
            self.close(Tag::Head);
        }
        let mut is_drawing = self.is_open(Tag::Svg) || self.is_open(Tag::Math);
        if is_drawing && breaks_out_of_drawing(tag) {
            self.close(Tag::Svg);
            self.close(Tag::Math);
            is_drawing = false;
        }
        self.close_implied(tag);
        let depth = self.open.last().map_or(0, |open| open.depth) + 1;
        let node = self.push(tag, attributes);
        if tag.is_void() || (is_drawing && self_closing) {
            return;
        }
        if tag.is_raw() {
            let span = self.tokens.raw_text(tag);
            if span.0 < span.1 {
                self.open.push(Open { node, tag, name, depth });
                self.push(Tag::Text, span);
                self.open.pop();
            }
            // Its end tag follows, and closes nothing else: raw elements are never counted as open.
            return;
        }
        if depth >= self.max_depth {
            // What is in it goes beside it.
            self.beyond += 1;
            self.is_flattened = true;
            return;
        }
        self.open.push(Open { node, tag, name, depth });
        self.count[tag as usize] += 1;
    }

    /// Closes what the start of an element ends without an end tag.
    fn close_implied(&mut self, tag: Tag) {
        let current = self.current();
        match tag {
            Tag::Li => self.close_item(&[Tag::Li]),
            Tag::Dd | Tag::Dt => self.close_item(&[Tag::Dd, Tag::Dt]),
            Tag::Option if current == Tag::Option => self.pop(),
            Tag::Optgroup => {
                if current == Tag::Option {
                    self.pop();
                }
                if self.current() == Tag::Optgroup {
                    self.pop();
                }
            }
            Tag::Rb | Tag::Rt | Tag::Rtc | Tag::Rp if matches!(current, Tag::Rb | Tag::Rt | Tag::Rp) => {
                self.pop();
            }
            Tag::Td | Tag::Th => self.close_in_table(&[Tag::Td, Tag::Th, Tag::Caption]),
            Tag::Tr => self.close_in_table(&[Tag::Tr, Tag::Caption, Tag::Colgroup]),
            Tag::Tbody | Tag::Thead | Tag::Tfoot => {
                self.close_in_table(&[Tag::Tbody, Tag::Thead, Tag::Tfoot, Tag::Caption, Tag::Colgroup]);
            }
            Tag::A | Tag::Nobr if self.is_open(tag) => self.close_formatting(tag),
            Tag::Button if self.is_open(Tag::Button) => self.close(Tag::Button),
            _ => {}
        }
        if tag.ends_paragraph() && self.is_open(Tag::P) {
            self.close_paragraph();
        }
        if tag.is_heading() && self.current().is_heading() {
            self.pop();
        }
    }

    fn end(&mut self, tag: Tag, name: Span) {
        match tag {
            Tag::Br => {
                self.push(Tag::Br, (0, 0));
                return;
            }
            // What stands after the end of the body is in the body all the same.
            Tag::Html | Tag::Body => return,
            _ if tag.is_void() || tag.is_raw() => return,
            _ => {}
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        match tag {
            Tag::P => self.close_paragraph(),
            Tag::Li => self.close_until(
                |open| open == Tag::Li,
                |open| open.is_scope() || matches!(open, Tag::Ol | Tag::Ul),
            ),
            Tag::Table
            | Tag::Tbody
            | Tag::Thead
            | Tag::Tfoot
            | Tag::Tr
            | Tag::Td
            | Tag::Th
            | Tag::Caption => {
                if self.is_open(tag) {
                    self.close_in_table(&[tag]);
                }
            }
            Tag::Form => self.close_formatting(tag),
            Tag::Other => self.close_unknown(name),
            _ if tag.is_heading() => self.close_until(Tag::is_heading, Tag::is_scope),
            _ if !self.is_open(tag) => {}
            _ if tag.is_formatting() => self.close_formatting(tag),
            _ if tag.is_special() => {
                self.close_until(|open| open == tag, |open| open.is_scope() && open != tag);
            }
            _ => self.close_until(|open| open == tag, super::tag::Tag::is_special),
        }
    }

    fn pop(&mut self) {
        if self.open.len() > 1
            && let Some(open) = self.open.pop()
        {
            self.count[open.tag as usize] -= 1;
        }
    }

    fn truncate(&mut self, length: usize) {
        while self.open.len() > length.max(1) {
            self.pop();
        }
    }

    /// Closes the innermost element of a kind, wherever it is.
    fn close(&mut self, tag: Tag) {
        if self.is_open(tag) {
            self.close_until(|open| open == tag, |_| false);
        }
    }

    /// Closes the innermost element that is wanted, and all in it, unless a border is in between.
    fn close_until(&mut self, is_wanted: impl Fn(Tag) -> bool, is_border: impl Fn(Tag) -> bool) {
        for (place, open) in self.open.iter().enumerate().rev() {
            if is_wanted(open.tag) {
                return self.truncate(place);
            }
            if is_border(open.tag) {
                return;
            }
        }
    }

    fn close_paragraph(&mut self) {
        if self.is_open(Tag::P) {
            self.close_until(|open| open == Tag::P, |open| open.is_scope() || open == Tag::Button);
        }
    }

    fn close_item(&mut self, tags: &[Tag]) {
        if tags.iter().any(|tag| self.is_open(*tag)) {
            let is_border = |tag: Tag| tag.is_special() && !matches!(tag, Tag::Address | Tag::Div | Tag::P);
            self.close_until(|open| tags.contains(&open), is_border);
        }
    }

    /// Closes the outermost of some parts of the innermost table.
    fn close_in_table(&mut self, tags: &[Tag]) {
        let table =
            self.open.iter().rposition(|open| matches!(open.tag, Tag::Table | Tag::Template)).unwrap_or(0);
        let from = if tags.contains(&Tag::Table) { table } else { table + 1 };
        let parts = self.open.iter().enumerate().skip(from);
        if let Some(place) =
            parts.into_iter().find(|(_, open)| tags.contains(&open.tag)).map(|(place, _)| place)
        {
            self.truncate(place);
        }
    }

    /// Closes a formatting element. Where a block has been opened in it, as in `<a><div></a>`, the block stays
    /// open and what follows the block is no longer in the element: as in the standard, but for
    /// what is still in the block.
    fn close_formatting(&mut self, tag: Tag) {
        let mut has_block = false;
        for (place, open) in self.open.iter().enumerate().rev() {
            if open.tag == tag {
                if has_block {
                    self.open.remove(place);
                    self.count[tag as usize] -= 1;
                } else {
                    self.truncate(place);
                }
                return;
            }
            if open.tag.is_scope() {
                return;
            }
            has_block |= open.tag.is_special();
        }
    }

    fn close_unknown(&mut self, name: Span) {
        let wanted = self.tokens.bytes(name);
        let mut place = None;
        for (at, open) in self.open.iter().enumerate().rev() {
            if open.tag == Tag::Other && self.tokens.bytes(open.name).eq_ignore_ascii_case(wanted) {
                place = Some(at);
                break;
            }
            // Custom elements hold blocks, and are closed past those that were left open in them.
            if open.tag.is_scope() {
                break;
            }
        }
        if let Some(place) = place {
            self.truncate(place);
        }
    }
}

fn may_stand_in_head(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Head
            | Tag::Meta
            | Tag::Title
            | Tag::Link
            | Tag::Script
            | Tag::Style
            | Tag::Base
            | Tag::Noscript
            | Tag::Noframes
            | Tag::Template
            | Tag::Other
    )
}

/// The standard has more; these are the ones that hold text.
fn breaks_out_of_drawing(tag: Tag) -> bool {
    tag.is_block() && !matches!(tag, Tag::Document | Tag::Section | Tag::Summary | Tag::Article | Tag::Aside)
        || matches!(tag, Tag::Img | Tag::Span | Tag::Br | Tag::B | Tag::Strong | Tag::Em | Tag::I | Tag::Meta)
}
