//! Blocks → text.

use super::blocks::{Block, Survey, is_never_text};
use super::hints::Hints;
use crate::html::{NodeId, Page, Tag};

/// The text of blocks: paragraphs with a blank line between them, the items of a list each on a line.
pub(in crate::stage) fn text(page: Page<'_>, survey: &Survey, blocks: &[usize]) -> String {
    let mut text = String::new();
    let mut before = None;
    for block in blocks.iter().filter_map(|place| survey.blocks.get(*place)) {
        let end = text.len();
        if end > 0 {
            text.push_str(if block.tag == Tag::Li && before == Some(Tag::Li) { "\n" } else { "\n\n" });
        }
        if block.tag == Tag::Li {
            text.push_str("- ");
        }
        let start = text.len();
        push_text(page, block, &survey.own, &mut text);
        // A character reference may be a space, at the ends and alone.
        let content = text.get(start..).unwrap_or_default();
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
        before = Some(block.tag);
    }
    text
}

/// Appends a block's text: white space folded, single line breaks kept where the page has them.
pub(in crate::stage) fn push_text(page: Page<'_>, block: &Block, own: &[Hints], out: &mut String) {
    let is_code = block.tag == Tag::Pre;
    let mut writer = Writer { out, is_code, pending: Pending::Nothing, is_empty: true };
    let mut at = block.first.index();
    while at < block.end {
        let node = NodeId::at(at);
        match page.tag(node) {
            Tag::Text => writer.push(&page.text(node)),
            Tag::Br => writer.pending = Pending::Break,
            _ if is_never_text(page, node) || own[at].has(Hints::HIDDEN) => {
                at = page.end(node);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// A block's text.
pub(in crate::stage) fn text_of(page: Page<'_>, block: &Block, own: &[Hints]) -> String {
    let mut text = String::new();
    push_text(page, block, own, &mut text);
    text
}

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
            rest = rest.get(word_at..).unwrap_or_default();
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
