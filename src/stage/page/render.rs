//! Blocks → text.
//!
//! `<q>…</q>` has the quotation marks that a browser shows; a table's row is a line, its cells apart: `1994 | 3 | Storm`.

use super::blocks::Block;
use super::hints::ClassHints;
use super::survey::{PageSurvey, is_never_text};
use crate::html::{NodeId, Page, Tag};
use crate::text::Slice;

/// More words, in the cells of two neighbours, are columns of a page and no row of a table.
const MOST_CELL_WORDS: u32 = 40;

/// The text of blocks: paragraphs with a blank line between them, the items of a list and the rows of a table each on a
/// line.
pub(in crate::stage) fn text(page: Page<'_>, survey: &PageSurvey, blocks: &[usize]) -> String {
    let mut text = String::new();
    let mut before: Option<&Block> = None;
    for block in blocks.iter().filter_map(|place| survey.blocks.get(*place)) {
        let end = text.len();
        if let Some(before) = before {
            push_seam(page, before, block, &mut text);
        }
        if block.tag == Tag::Li {
            text.push_str("- ");
        }
        let start = text.len();
        push_text(page, block, &survey.own, &mut text);
        // A character reference may be a space, at the ends and alone.
        let content = text.slice(start..);
        let (trimmed, lead) = (content.trim().len(), content.len() - content.trim_start().len());
        if trimmed == 0 {
            text.truncate(end);
            continue;
        }
        if block.tag == Tag::Pre {
            text.truncate(start + content.trim_end().len());
        } else if trimmed < content.len() {
            text.truncate(start + lead + trimmed);
            text.replace_range(start..start + lead, "");
        }
        before = Some(block);
    }
    text
}

/// What stands between two blocks.
fn push_seam(page: Page<'_>, before: &Block, block: &Block, text: &mut String) {
    let is_cell = |block: &Block| matches!(block.tag, Tag::Td | Tag::Th) && block.words <= MOST_CELL_WORDS;
    if is_cell(before) && is_cell(block) {
        let rows = [before, block].map(|block| page.parent(block.element));
        if rows[0] == rows[1] {
            // Two cells of a row, with those between them that are empty; or two lines of one cell.
            let between = page.children(rows[0]).filter(|cell| {
                before.element < *cell
                    && *cell <= block.element
                    && matches!(page.tag(*cell), Tag::Td | Tag::Th)
            });
            let cells = between.count();
            (0..cells).for_each(|_| text.push_str(" |"));
            text.push(' ');
            return;
        }
        if page.tag(rows[0]) == Tag::Tr && table_of(page, rows[0]) == table_of(page, rows[1]) {
            text.push('\n');
            return;
        }
    }
    text.push_str(if block.tag == Tag::Li && before.tag == Tag::Li { "\n" } else { "\n\n" });
}

/// The table that a row is in.
fn table_of(page: Page<'_>, row: NodeId) -> Option<NodeId> {
    page.ancestors(row).find(|outer| page.tag(*outer) == Tag::Table)
}

/// Appends a block's text: white space folded, single line breaks kept where the page has them.
pub(in crate::stage) fn push_text(page: Page<'_>, block: &Block, own: &[ClassHints], out: &mut String) {
    let is_code = block.tag == Tag::Pre;
    let mut writer = Writer { out, is_code, pending: Pending::Nothing, is_empty: true };
    // Where the quotations end that are open.
    let mut quotations: Vec<usize> = Vec::new();
    let opens_in_quotation = page
        .ancestors(block.first)
        .take_while(|outer| *outer > block.element)
        .find(|outer| page.tag(*outer) == Tag::Q);
    if let Some(quotation) = opens_in_quotation {
        writer.open_quotation(&page.text(block.first));
        quotations.push(page.end(quotation));
    }
    let mut at = block.first.index();
    while at < block.end {
        let node = NodeId::at(at);
        while quotations.pop_if(|end| *end <= at).is_some() {
            writer.close_quotation();
        }
        match page.tag(node) {
            Tag::Text => writer.push(&page.text(node)),
            Tag::Q => {
                let first = page.descendants(node).find(|inner| page.tag(*inner) == Tag::Text);
                writer.open_quotation(&first.map(|first| page.text(first)).unwrap_or_default());
                quotations.push(page.end(node));
            }
            Tag::Br => writer.pending = Pending::Break,
            _ if is_never_text(page, node) || own[at].has(ClassHints::HIDDEN) => {
                at = page.end(node);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    quotations.iter().for_each(|_| writer.close_quotation());
}

/// A block's text.
pub(in crate::stage) fn text_of(page: Page<'_>, block: &Block, own: &[ClassHints]) -> String {
    let mut text = String::new();
    push_text(page, block, own, &mut text);
    text
}

const QUOTATION_MARKS: [char; 12] = ['"', '“', '”', '„', '«', '»', '‘', '’', '‚', '「', '」', '‹'];

#[derive(Clone, Copy, PartialEq)]
enum Pending {
    Nothing,
    Space,
    Break,
}

struct Writer<'a> {
    out: &'a mut String,
    is_code: bool,
    pending: Pending,
    is_empty: bool,
}

impl Writer<'_> {
    /// The mark before a quotation, unless its text has one.
    fn open_quotation(&mut self, text: &str) {
        if !text.trim_start().starts_with(QUOTATION_MARKS) {
            self.flush();
            self.out.push('“');
            self.is_empty = false;
        }
    }

    /// The mark after a quotation, unless its text has one.
    fn close_quotation(&mut self) {
        if !self.out.ends_with(QUOTATION_MARKS) {
            self.out.push('”');
        }
    }

    fn push(&mut self, text: &str) {
        if self.is_code {
            self.flush();
            self.out.push_str(if self.is_empty { text.trim_start_matches('\n') } else { text });
            self.is_empty = false;
            return;
        }
        let mut rest = text;
        loop {
            let word_at = rest.bytes().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len());
            if word_at > 0 && self.pending == Pending::Nothing {
                self.pending = Pending::Space;
            }
            rest = rest.slice(word_at..);
            if rest.is_empty() {
                return;
            }
            let end = rest.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(rest.len());
            let (word, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
            self.flush();
            self.out.push_str(word);
            self.is_empty = false;
            rest = tail;
        }
    }

    fn flush(&mut self) {
        if !self.is_empty {
            match self.pending {
                Pending::Nothing => {}
                Pending::Space => self.out.push(' '),
                Pending::Break => self.out.push('\n'),
            }
        }
        self.pending = Pending::Nothing;
    }
}
