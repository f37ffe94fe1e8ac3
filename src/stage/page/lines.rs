//! A page as lines: runs of text between two breaks, however short, with what tells at once that they are none of those sought.

use super::counts::Piece;
use crate::html::NodeId;

/// Longer lines are paragraphs, of which the beginning counts.
pub(in crate::stage) const MAX_LINE_BYTES: usize = 240;
/// More lines than this are a list, and the article stands before its end.
const MAX_LINES: usize = 20_000;

/// What a part of a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stage) enum Zone {
    /// The article, as far as anyone can tell.
    Main,
    /// Comments.
    Comments,
    /// Other articles, menus, advertisements.
    Neighbours,
    /// The page's end.
    Footer,
}

/// A run of text between two breaks.
#[derive(Clone, Copy, Debug)]
pub(in crate::stage) struct Line {
    pub first: NodeId,
    /// The first place after it.
    pub end: usize,
    /// Without white space, and one more for each piece.
    pub bytes: usize,
    /// May have a digit of some script.
    pub has_digit: bool,
    /// `Main` until it is told where the headline stands.
    pub zone: Zone,
}

/// The lines so far.
#[derive(Default)]
pub(super) struct Lines {
    closed: Vec<Line>,
    open: Option<Line>,
    /// What the open line stands directly in.
    element: NodeId,
}

impl Lines {
    /// Adds a piece of text that stands directly in `element`.
    pub(super) fn add(&mut self, node: NodeId, element: NodeId, piece: Piece) {
        if piece.bytes == 0 {
            return;
        }
        if element != self.element {
            self.close();
            self.element = element;
        }
        let line = Line { first: node, end: 0, bytes: 0, has_digit: false, zone: Zone::Main };
        let line = self.open.get_or_insert(line);
        line.has_digit |= line.bytes <= MAX_LINE_BYTES && piece.first_digit < MAX_LINE_BYTES;
        line.end = node.index() + 1;
        line.bytes += piece.bytes + 1;
    }

    pub(super) fn close(&mut self) {
        if let Some(line) = self.open.take()
            && self.closed.len() < MAX_LINES
        {
            self.closed.push(line);
        }
    }

    pub(super) fn finish(mut self) -> Vec<Line> {
        self.close();
        self.closed
    }
}
