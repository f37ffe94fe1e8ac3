//! FineWeb's rules (Penedo et al. 2024): ends of lines, short lines, repeated lines, lists.

use serde_json::{Value, json};

use super::numbers::Numbers;
use super::repeats::repeats;
use super::{Rules, Variant, ends_as_prose, is_blank, ratio, rounded};
use crate::text::Slice;
use crate::text::tokens::{Tokens, is_terminal_mark};

/// What the rules look at; `None` for a text that has no line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::stage) struct FineWeb {
    /// The share of lines that end in terminal punctuation.
    pub(in crate::stage) terminal_lines: f64,
    /// The share of lines of `short_line` characters or fewer.
    pub(in crate::stage) short_lines: f64,
    /// Characters in repeated lines, of all that are not line feeds.
    pub(in crate::stage) repeated_chars: f64,
    /// Line feeds.
    pub(in crate::stage) line_feeds: usize,
}

impl FineWeb {
    /// Measures a text.
    pub(in crate::stage) fn of(
        text: &str,
        rules: Rules,
        variant: Variant,
        short_line: usize,
    ) -> Option<Self> {
        let ends = |line: &str| match (variant, line.chars().next_back()) {
            (Variant::News, _) => ends_as_prose(line),
            (_, Some(last)) if rules >= Rules::December2024 => is_terminal_mark(last),
            (_, Some(last)) => matches!(last, '.' | '\'' | '"' | '!' | '?'),
            (_, None) => false,
        };
        let (mut lines, mut terminal, mut short, mut line_feeds) = (0, 0, 0, 0);
        let mut is_filled = false;
        for line in text.split('\n') {
            line_feeds += 1;
            let blank = is_blank(line);
            if !blank {
                is_filled = true;
            } else if rules >= Rules::December2024 {
                continue;
            }
            lines += 1;
            terminal += usize::from(ends(line));
            // A character has at most four bytes.
            let is_short = line.len() <= short_line
                || line.len() <= 4 * short_line && line.chars().nth(short_line).is_none();
            short += usize::from(is_short);
        }
        line_feeds -= 1;
        if !is_filled {
            return None;
        }
        let filled = text.split('\n').filter(|line| !is_blank(line));
        let repeated = Numbers::lend(|numbers| repeats(filled, numbers));
        let chars = if repeated.chars > 0 { text.chars().count() - line_feeds } else { 1 };
        Some(Self {
            terminal_lines: ratio(terminal, lines),
            short_lines: ratio(short, lines),
            repeated_chars: ratio(repeated.chars, chars),
            line_feeds,
        })
    }

    /// Line feeds for each token.
    pub(in crate::stage) fn line_feeds_a_word(&self, text: &str, tokens: &Tokens, variant: Variant) -> f64 {
        ratio(self.line_feeds, variant.words(text, tokens).all.len())
    }

    /// The values as a label.
    pub(in crate::stage) fn label(&self, text: &str, tokens: &Tokens, variant: Variant) -> Value {
        json!({
            "terminal_lines": rounded(self.terminal_lines),
            "short_lines": rounded(self.short_lines),
            "repeated_chars": rounded(self.repeated_chars),
            "line_feeds": rounded(self.line_feeds_a_word(text, tokens, variant)),
        })
    }
}

/// At most as many words as a text has tokens: its pieces between ASCII white space.
pub(in crate::stage) fn words_at_least(text: &str) -> usize {
    let is_space = |byte: u8| (byte == b' ') | (byte.wrapping_sub(9) < 5) | (byte.wrapping_sub(0x1C) < 4);
    let bytes = text.as_bytes();
    let seconds = bytes.slice(1..);
    let mut words = usize::from(bytes.first().is_some_and(|first| !is_space(*first)));
    // Sums of bytes, 255 at a time.
    for (firsts, seconds) in bytes.chunks(255).zip(seconds.chunks(255)) {
        let starts = firsts.iter().zip(seconds).map(|(&a, &b)| u8::from(is_space(a) & !is_space(b)));
        words += usize::from(starts.sum::<u8>());
    }
    words
}
