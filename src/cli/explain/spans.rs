//! Pieces of text in colours, put into lines of a terminal.

use unicode_width::UnicodeWidthChar as _;

use crate::cli::show::{BOLD, CYAN, DIM, GONE, GREEN, RED, REMOVED, RESET, YELLOW};
use crate::text::Slice;

/// How a page is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SpanStyle {
    /// Columns.
    pub(super) width: usize,
    /// Whether colours will be seen; without them, edits have marks.
    pub(super) colours: bool,
    /// Whether nothing is cut.
    pub(super) full: bool,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    /// Told, but not what one is looking for.
    Quiet,
    Good,
    Bad,
    Warning,
    Name,
    Removed,
    /// A whole line that was removed.
    Gone,
    Added,
}

impl Tone {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => BOLD,
            Self::Quiet => DIM,
            Self::Good | Self::Added => GREEN,
            Self::Bad => RED,
            Self::Warning => YELLOW,
            Self::Name => CYAN,
            Self::Removed => REMOVED,
            Self::Gone => GONE,
        }
    }
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShownSpan {
    tone: Tone,
    text: String,
}

impl ShownSpan {
    /// copydesk's own text.
    pub(super) fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }

    /// Text of a record, with everything in it that a terminal would obey or hide made visible.
    pub(super) fn foreign(tone: Tone, text: &str) -> Self {
        Self { tone, text: visible(text) }
    }

    /// The text in its colours, on one line.
    pub(super) fn shown(&self) -> String {
        if self.tone == Tone::Plain {
            self.text.clone()
        } else {
            format!("{}{}{RESET}", self.tone.code(), self.text)
        }
    }

    /// Text that was removed or added, with marks where there are no colours.
    pub(super) fn edit(tone: Tone, text: &str, look: SpanStyle) -> Self {
        let blank = !text.is_empty() && text.chars().all(char::is_whitespace);
        let shown = visible(text);
        let shown = if blank { shown.replace(' ', "␣") } else { shown };
        let text = match tone {
            _ if look.colours => shown,
            Tone::Removed => format!("[-{shown}-]"),
            _ => format!("{{+{shown}+}}"),
        };
        Self { tone, text }
    }
}

/// The columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// A text of which nothing can move the cursor, change colours, turn the direction of writing or hide.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // It separates thousands.
            '\u{202F}'
                if shown.ends_with(|last: char| last.is_ascii_digit())
                    && characters.peek().is_some_and(char::is_ascii_digit) =>
            {
                shown.push(character);
            }
            '\n' => shown.push('⏎'),
            '\t' => shown.push('⇥'),
            '\r' => shown.push_str("\\r"),
            // Joiners belong to Persian, Hindi and emoji; everything else that has no width, and the spaces that look like one.
            '\u{200C}' | '\u{200D}' => shown.push(character),
            '\u{A0}'
            | '\u{AD}'
            | '\u{180E}'
            | '\u{2000}'..='\u{200F}'
            | '\u{2028}'..='\u{202F}'
            | '\u{205F}'..='\u{206F}'
            | '\u{3000}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' => {
                shown.extend(named(character));
            }
            _ if character.is_control() => shown.extend(named(character)),
            _ => shown.push(character),
        }
    }
    shown
}

fn named(character: char) -> [String; 1] {
    [format!("<U+{:04X}>", u32::from(character))]
}

/// A text of at most `width` columns, with `…` for its end where it is longer.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut taken = 0;
    let fits = |character: &char| {
        taken += character.width().unwrap_or(0);
        taken < width
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Puts spans into lines of at most `width` columns; the first begins at `column`, the others after `indent`.
pub(super) fn wrapped(spans: &[ShownSpan], column: usize, indent: usize, width: usize) -> String {
    let mut lines =
        Lines { text: String::new(), column, indent, width: width.max(indent + 16), gap: false, fresh: true };
    for span in spans {
        let mut rest = span.text.as_str();
        while !rest.is_empty() {
            let spaces = rest.len() - rest.trim_start_matches(' ').len();
            if spaces > 0 {
                lines.gap = true;
                rest = rest.slice(spaces..);
                continue;
            }
            let end = rest.find(' ').unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            lines.word(word, span.tone);
            rest = after;
        }
    }
    lines.text
}

struct Lines {
    text: String,
    column: usize,
    indent: usize,
    width: usize,
    /// A space is due before the next word.
    gap: bool,
    /// Nothing is in the line yet.
    fresh: bool,
}

impl Lines {
    fn word(&mut self, word: &str, tone: Tone) {
        let gap = usize::from(std::mem::take(&mut self.gap));
        let length = columns(word);
        if gap > 0 && !self.fresh {
            if self.column + gap + length > self.width {
                self.next_line();
            } else {
                self.text.push(' ');
                self.column += 1;
            }
        }
        let (start, end) = if tone == Tone::Plain { ("", "") } else { (tone.code(), RESET) };
        self.text.push_str(start);
        for character in word.chars() {
            let width = character.width().unwrap_or(0);
            if self.column + width > self.width {
                // A word that is longer than a line, or has no space before it.
                self.text.push_str(end);
                self.next_line();
                self.text.push_str(start);
            }
            self.text.push(character);
            self.column += width;
        }
        self.text.push_str(end);
        self.fresh = false;
    }

    fn next_line(&mut self) {
        self.text.push('\n');
        self.text.push_str(&" ".repeat(self.indent));
        self.column = self.indent;
        self.fresh = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_record_reaches_the_terminal_unseen() {
        assert_eq!(
            visible("a\x1b[31mb\u{200B}c\u{202E}d\u{A0}e\nf\tg\u{200C}"),
            "a<U+001B>[31mb<U+200B>c<U+202E>d<U+00A0>e⏎f⇥g\u{200C}"
        );
    }

    #[test]
    fn lines_fit_whatever_the_script() {
        let look = SpanStyle { width: 20, colours: false, full: false };
        let spans = [
            ShownSpan::foreign(Tone::Plain, "The old crane "),
            ShownSpan::edit(Tone::Removed, "opens", look),
            ShownSpan::edit(Tone::Added, "has opened", look),
            ShownSpan::foreign(Tone::Plain, " as a hotel"),
        ];
        assert_eq!(
            anstream::adapter::strip_str(&wrapped(&spans, 2, 4, 20)).to_string(),
            "The old crane\n    [-opens-]{+has\n    opened+} as a\n    hotel"
        );
        let han = [ShownSpan::foreign(Tone::Plain, "东方红东方红东方红东方红")];
        assert_eq!(wrapped(&han, 0, 0, 16), "东方红东方红东方\n红东方红");
        assert_eq!(shortened("东方红东方红", 7), "东方红…");
        assert_eq!(shortened("a short one", 8), "a short…");
    }
}
