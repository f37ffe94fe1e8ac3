//! Edits of a text, each with the words around it; what stays the same is left out.

use super::spans::{ShownSpan, SpanStyle, Tone};
use crate::text::Change;
use crate::text::Slice;

/// Words of context on each side of an edit.
const AROUND_WORDS: usize = 6;

/// In a script without spaces a whole line is one word.
const AROUND_CHARACTERS: usize = 60;

/// Edits with fewer words than this between them are shown together.
const TOGETHER_WORDS: usize = 2 * AROUND_WORDS + 2;

/// A place of a text where something was changed, as one paragraph of the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EditPlace {
    /// The line of the text as it was, from 1.
    pub(super) line: usize,
    /// `-` for whole lines that are gone, `+` for new ones.
    pub(super) mark: Option<(Tone, &'static str)>,
    pub(super) spans: Vec<ShownSpan>,
    /// What was removed and added: places with the same edits look alike.
    pub(super) edits: String,
}

/// All places, and what is only counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) places: Vec<EditPlace>,
    /// Blank lines that were removed and nothing else.
    pub(super) blank_removed: usize,
    /// Blank lines that were added and nothing else.
    pub(super) blank_added: usize,
}

/// The places of all changes.
pub(super) fn places(before: &str, after: &str, changes: &[Change], look: SpanStyle) -> Places {
    let mut places = Places::default();
    let mut rest = changes;
    while let Some((first, others)) = rest.split_first() {
        if let Some(place) = whole_lines(before, after, first) {
            if place.is_empty() {
                let lines = |text: &str, range: &std::ops::Range<usize>| {
                    text.get(range.clone()).unwrap_or_default().matches('\n').count()
                };
                places.blank_removed += lines(before, &first.before);
                places.blank_added += lines(after, &first.after);
            }
            places.places.extend(place);
            rest = others;
            continue;
        }
        let mut count = 1;
        while let (Some(last), Some(next)) = (rest.get(count - 1), rest.get(count)) {
            let between = before.slice(last.before.end..next.before.start);
            let is_far = words(between) > TOGETHER_WORDS || between.chars().count() > 2 * AROUND_CHARACTERS;
            if between.contains('\n')
                || (is_far && !is_short(before, look))
                || whole_lines(before, after, next).is_some()
            {
                break;
            }
            count += 1;
        }
        let (group, others) = rest.split_at(count);
        places.places.push(within_line(before, after, group, look));
        rest = others;
    }
    places
}

/// A title or an address is shown as a whole.
fn is_short(text: &str, look: SpanStyle) -> bool {
    !text.contains('\n') && text.len() < 3 * look.width
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn line_of(text: &str, at: usize) -> usize {
    text.slice(..at).matches('\n').count() + 1
}

/// Lines that are gone or new as wholes: a place for each that is not blank.
fn whole_lines(before: &str, after: &str, change: &Change) -> Option<Vec<EditPlace>> {
    let (text, range, tone, mark) = match (change.before.is_empty(), change.after.is_empty()) {
        (false, true) => (before, &change.before, Tone::Gone, "-"),
        (true, false) => (after, &change.after, Tone::Added, "+"),
        _ => return None,
    };
    let changed = text.get(range.clone())?;
    let (head, tail) = (text.get(..range.start)?, text.get(range.end..)?);
    let from_start =
        (head.is_empty() || head.ends_with('\n')) && (changed.ends_with('\n') || tail.is_empty());
    let from_end = changed.starts_with('\n') && (tail.is_empty() || tail.starts_with('\n'));
    if !from_start && !from_end {
        return None;
    }
    let first = line_of(before, change.before.start);
    let is_removed = mark == "-";
    let lines = changed.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty());
    let place = |(number, line)| EditPlace {
        // Several new lines stand in one place of the old text.
        line: first + if is_removed { number } else { usize::from(from_end) },
        mark: Some((tone, mark)),
        spans: vec![ShownSpan::foreign(tone, line)],
        edits: format!("{mark}{line}"),
    };
    Some(lines.map(place).collect())
}

/// Changes within a line, or from one line into the next.
fn within_line(before: &str, after: &str, group: &[Change], look: SpanStyle) -> EditPlace {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return EditPlace { line: 0, mark: None, spans: Vec::new(), edits: String::new() };
    };
    let (mut spans, mut edits) = (Vec::new(), String::new());
    let is_short = is_short(before, look);
    let head = before.slice(..first.before.start);
    let line = head.rsplit('\n').next().unwrap_or_default();
    let (context, is_cut) = if is_short { (line, false) } else { last_words(line) };
    if is_cut {
        spans.push(ShownSpan::new(Tone::Quiet, "… "));
    }
    spans.push(ShownSpan::foreign(Tone::Plain, context));
    let mut at = first.before.start;
    for change in group {
        let same = before.slice(at..change.before.start);
        spans.push(ShownSpan::foreign(Tone::Plain, same));
        let removed = before.get(change.before.clone()).unwrap_or_default();
        let added = after.get(change.after.clone()).unwrap_or_default();
        for (tone, text) in [(Tone::Removed, removed), (Tone::Added, added)] {
            edits.push('|');
            edits.push_str(text);
            if !text.is_empty() {
                spans.push(ShownSpan::edit(tone, &shown(text, look), look));
            }
        }
        at = change.before.end;
    }
    let tail = before.slice(last.before.end..);
    let line = tail.split('\n').next().unwrap_or_default();
    let (context, is_cut) = if is_short { (line, false) } else { first_words(line) };
    spans.push(ShownSpan::foreign(Tone::Plain, context));
    if is_cut {
        spans.push(ShownSpan::new(Tone::Quiet, " …"));
    }
    EditPlace { line: line_of(before, first.before.start), mark: None, spans, edits }
}

/// The beginning and the end of a long edit.
fn shown(text: &str, look: SpanStyle) -> String {
    let most = look.width * 4;
    let length = text.chars().count();
    if look.full || length <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most * 2 / 3).collect();
    let tail: String = text.chars().skip(length - most / 4).collect();
    format!("{head} … {tail}")
}

fn first_words(line: &str) -> (&str, bool) {
    let most = line.char_indices().nth(AROUND_CHARACTERS).map_or(line.len(), |(at, _)| at);
    let end = ends(line).nth(AROUND_WORDS - 1).unwrap_or(line.len()).min(most);
    let rest = line.slice(end..);
    if rest.trim().is_empty() { (line, false) } else { (line.slice(..end), true) }
}

fn last_words(line: &str) -> (&str, bool) {
    let starts = line
        .char_indices()
        .rev()
        .filter(|(at, character)| {
            !character.is_whitespace()
                && line.get(..*at).is_none_or(|head| head.is_empty() || head.ends_with(char::is_whitespace))
        })
        .map(|(at, _)| at);
    let most = line.char_indices().nth_back(AROUND_CHARACTERS - 1).map_or(0, |(at, _)| at);
    let start = starts.take(AROUND_WORDS).last().unwrap_or(0).max(most);
    let head = line.slice(..start);
    if head.trim().is_empty() { (line, false) } else { (line.slice(start..), true) }
}

/// Where each word of a line ends.
fn ends(line: &str) -> impl Iterator<Item = usize> {
    line.char_indices().filter_map(move |(at, character)| {
        let end = at + character.len_utf8();
        let next = line.get(end..).and_then(|rest| rest.chars().next());
        (!character.is_whitespace() && next.is_none_or(char::is_whitespace)).then_some(end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::explain::spans::wrapped;
    use crate::text::diff_words;

    fn shown(before: &str, after: &str) -> (Vec<(usize, String)>, usize, usize) {
        let look = SpanStyle { width: 80, colours: false, full: false };
        let found = places(before, after, &diff_words(before, after), look);
        let line = |place: &EditPlace| {
            let mark = place.mark.map_or("", |(_, mark)| mark);
            let text = wrapped(&place.spans, 0, 0, 1000);
            (place.line, anstream::adapter::strip_str(&format!("{mark}{text}")).to_string())
        };
        (found.places.iter().map(line).collect(), found.blank_removed, found.blank_added)
    }

    fn line(number: usize, text: &str) -> (usize, String) {
        (number, text.to_owned())
    }

    #[test]
    fn only_what_changed_is_shown_and_a_few_words_around_it() {
        let before = "First.\nOne two three four five six seven eighth nine ten eleven twelve 13 14 15 16 17 18 19 20 21 22 \
                      23 24.\nMiddle.\nShare\n\nLast.";
        let after = before.replace("eighth", "eight").replace("24.", "24").replace("Share\n", "");
        let expected = vec![
            line(2, "… two three four five six seven [-eighth-]{+eight+} nine ten eleven twelve 13 14 …"),
            line(2, "… 19 20 21 22 23 24[-.-]"),
            line(4, "-Share"),
        ];
        assert_eq!(shown(before, &after), (expected, 0, 0));
    }

    #[test]
    fn the_last_line_and_blank_lines_are_whole_lines() {
        assert_eq!(shown("One.\n\nShare this", "One."), (vec![line(3, "-Share this")], 0, 0));
        assert_eq!(shown("a\nb\nc", "a\n\nb\n\nc"), (Vec::new(), 0, 2));
        assert_eq!(shown("a\n\n\nb", "a\n\nb"), (Vec::new(), 1, 0));
        assert_eq!(shown("a", "a\nnew"), (vec![line(2, "+new")], 0, 0));
    }

    #[test]
    fn white_space_that_was_changed_is_seen() {
        assert_eq!(
            shown("a b\u{a0}c\r\n  d", "a b c\nd").0,
            [line(1, "a b[-<U+00A0>-]{+␣+}c[-\\r-]"), line(2, "[-␣␣-]d"),]
        );
    }

    #[test]
    fn a_long_text_without_spaces_is_cut_around_the_edit() {
        let han = "东方红".repeat(100);
        let found = shown(&format!("{han}一{han}"), &format!("{han}二{han}")).0;
        let around = |text: &str| text.chars().count();
        assert!(found.len() == 1 && around(&found[0].1) < 150, "{found:?}");
        assert!(found[0].1.contains("[-一-]{+二+}"), "{found:?}");
    }
}
