//! A page as a tree, fast and within bounds.
//!
//! ```text
//! source ── tokens ──▶ tags, text, comments ── tree ──▶ Tree: nodes in document order ── Page: Tree + source
//! ```
//!
//! The tree borrows nothing and copies nothing: text and attribute values are places in the source, and
//! character references are decoded when somebody asks. Nodes stand in document order and each knows where
//! its subtree ends, so a subtree is a range, and a walk over it is a loop.
//!
//! # Why a parser of our own
//!
//! html5ever alone takes longer for a gigabyte of pages than copydesk for the whole way from dump to record, and
//! is quadratic on deep nesting; `tl` breaks the tree on the first unclosed `<p>`; `lol_html` and html5gum
//! give no tree. `tests/bench/html` has the figures. What is kept of the HTML standard is what decides where
//! text belongs: tokens, raw text, implied end tags, misnested formatting. What is left out: foster
//! parenting (text in a table stays where it stands), the repetition of formatting elements in every
//! paragraph that they run over, and quirks.
//!
//! # Bounds
//!
//! [`Bounds`] are counts, never the clock. What lies beyond them is not read, or read without its
//! nesting; nothing here is recursive, so no page overflows the stack.

use crate::text::Slice;
mod attribute;
pub(crate) mod charset;
mod json_ld;
pub(crate) mod markdown;
mod tag;
mod tokens;
mod tree;

use std::borrow::Cow;

pub use attribute::Name;
pub use charset::{as_text, is_packed, unpacked};
pub use json_ld::json_ld;
pub use tag::Tag;
pub use tree::{Bounds, Tree};

/// A node of a [`Page`]: its place in document order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The root, which holds everything.
    pub const ROOT: Self = Self(0);

    /// The place in document order, for tables with an entry a node.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The node at a place in document order.
    #[inline]
    pub fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// A parsed page.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    source: &'a str,
    tree: &'a Tree,
}

impl<'a> Page<'a> {
    /// A tree and the source that it was parsed from.
    pub fn new(source: &'a str, tree: &'a Tree) -> Self {
        Self { source, tree }
    }

    /// How many nodes there are; the root counts.
    #[inline]
    pub fn len(self) -> usize {
        self.tree.nodes.len()
    }

    /// Whether there is nothing but the root.
    pub fn is_empty(self) -> bool {
        self.len() <= 1
    }

    /// Every node, in document order.
    pub fn nodes(self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.len()).map(NodeId::at)
    }

    /// What kind of node it is.
    #[inline]
    pub fn tag(self, node: NodeId) -> Tag {
        self.tree.nodes[node.index()].tag
    }

    /// The node it is in; the root is in itself.
    #[inline]
    pub fn parent(self, node: NodeId) -> NodeId {
        NodeId(self.tree.nodes[node.index()].parent)
    }

    /// The first place after the node and all that is in it.
    #[inline]
    pub fn end(self, node: NodeId) -> usize {
        self.tree.nodes[node.index()].end as usize
    }

    /// Whether `inner` is `outer` or in it.
    pub fn contains(self, outer: NodeId, inner: NodeId) -> bool {
        outer <= inner && inner.index() < self.end(outer)
    }

    /// The nodes directly in a node.
    pub fn children(self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        let end = self.end(node);
        let first = node.index() + 1;
        std::iter::successors((first < end).then(|| NodeId::at(first)), move |&child| {
            let next = self.end(child);
            (next < end).then(|| NodeId::at(next))
        })
    }

    /// The nodes in a node, at any depth, in document order.
    pub fn descendants(self, node: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + use<'a> {
        (node.index() + 1..self.end(node)).map(NodeId::at)
    }

    /// The nodes that a node is in, innermost first, the root last.
    pub fn ancestors(self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'a> {
        std::iter::successors(Some(node), move |&inner| (inner != NodeId::ROOT).then(|| self.parent(inner)))
            .skip(1)
    }

    /// Whether a node is in an element of this kind.
    pub fn is_in(self, node: NodeId, tag: Tag) -> bool {
        self.ancestors(node).any(|outer| self.tag(outer) == tag)
    }

    /// The text of a text node as it stands in the source; empty for elements.
    pub fn raw_text(self, node: NodeId) -> &'a str {
        let node = &self.tree.nodes[node.index()];
        if node.tag != Tag::Text {
            return "";
        }
        self.source.slice(node.from as usize..node.to as usize)
    }

    /// The text of a text node; empty for elements. Scripts and styles have no character references.
    pub fn text(self, node: NodeId) -> Cow<'a, str> {
        let raw = self.raw_text(node);
        if matches!(self.tag(self.parent(node)), Tag::Script | Tag::Style) { raw.into() } else { decode(raw) }
    }

    /// All text in a node, white space as it stands, without that of scripts and styles.
    pub fn inner_text(self, node: NodeId) -> String {
        let mut text = String::new();
        let mut at = node.index();
        while at < self.end(node) {
            let inner = NodeId::at(at);
            match self.tag(inner) {
                Tag::Text => text.push_str(&self.text(inner)),
                Tag::Script | Tag::Style | Tag::Template if inner != node => {
                    at = self.end(inner);
                    continue;
                }
                Tag::Br => text.push('\n'),
                tag if tag.is_block() => text.push(' '),
                _ => {}
            }
            at += 1;
        }
        text
    }

    /// The source of what is in a node, from the tag before its first text to its last text.
    pub fn inner_source(self, node: NodeId) -> &'a str {
        let mut texts = self.descendants(node).filter(|inner| self.tag(*inner) == Tag::Text);
        let Some(first) = texts.next() else { return "" };
        let last = texts.next_back().unwrap_or(first);
        let place = |node: NodeId| &self.tree.nodes[node.index()];
        let (from, to) = (place(first).from as usize, place(last).to as usize);
        let is_raw = self.tag(node) == Tag::Script;
        let tag = if is_raw { None } else { self.source.get(..from).and_then(|before| before.rfind('<')) };
        self.source.slice(tag.unwrap_or(from)..to)
    }

    /// The value of an attribute as it stands in the source.
    pub fn raw_attribute(self, node: NodeId, name: Name) -> Option<&'a str> {
        let node = &self.tree.nodes[node.index()];
        if node.tag == Tag::Text {
            return None;
        }
        let attributes = self.tree.attributes.get(node.from as usize..node.to as usize)?;
        let found = attributes.iter().find(|attribute| attribute.name == name)?;
        self.source.get(found.from as usize..found.to as usize)
    }

    /// All attributes of an element that are kept, as they stand in the source.
    pub fn raw_attributes(self, node: NodeId) -> impl Iterator<Item = (Name, &'a str)> {
        let node = &self.tree.nodes[node.index()];
        let range = if node.tag == Tag::Text { 0..0 } else { node.from as usize..node.to as usize };
        let attributes = self.tree.attributes.get(range).unwrap_or_default();
        attributes.iter().filter_map(move |attribute| {
            Some((attribute.name, self.source.get(attribute.from as usize..attribute.to as usize)?))
        })
    }

    /// The value of an attribute; of two with the same name, the first.
    pub fn attribute(self, node: NodeId, name: Name) -> Option<Cow<'a, str>> {
        self.raw_attribute(node, name)
            .map(|raw| if raw.contains('&') { htmlize::unescape_attribute(raw) } else { raw.into() })
    }

    /// Whether an attribute is there, with whatever value.
    pub fn has_attribute(self, node: NodeId, name: Name) -> bool {
        self.raw_attribute(node, name).is_some()
    }

    /// Whether the page continues beyond the bounds.
    pub fn is_cut(self) -> bool {
        self.tree.is_cut
    }
}

/// Whether a text is a whole page by its first characters.
pub fn is_document(text: &str) -> bool {
    let head = text.trim_start_matches('\u{FEFF}').trim_start();
    ["<!doctype html", "<html"]
        .iter()
        .any(|start| head.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

/// Whether a text has a tag of HTML in it, as it is or escaped.
pub fn has_tags(text: &str) -> bool {
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| text.get(at + 1..).is_some_and(opens_tag))
        || memchr::memmem::find_iter(text.as_bytes(), b"&lt;")
            .any(|at| text.get(at + 4..).is_some_and(opens_tag))
}

/// Whether what follows a `<` is the rest of a tag or of a comment.
fn opens_tag(rest: &str) -> bool {
    let name = rest.strip_prefix('/').unwrap_or(rest);
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let is_known = name.get(..length).is_some_and(|name| Tag::of(name.as_bytes()) != Tag::Other);
    let ends = name
        .get(length..)
        .is_some_and(|rest| rest.starts_with(['>', '/', ' ', '\n', '\t', '\r']) || rest.starts_with("&gt;"));
    rest.starts_with("!--") || (length > 0 && is_known && ends)
}

/// Character references decoded, as browsers do in text.
pub fn decode(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_some() { htmlize::unescape(text) } else { text.into() }
}

#[cfg(test)]
mod tests;
