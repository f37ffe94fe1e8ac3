//! The lines of a text, from either end, and texts without some of their lines.

use crate::text::Slice;
use std::ops::Range;

/// A line that is not blank, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextLine<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, without its line break.
    pub end: usize,
}

impl TextLine<'_> {
    /// Its place.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The lines of a text that are not blank, from the first.
pub fn lines(text: &str) -> impl Iterator<Item = TextLine<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(start..)?;
        let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = TextLine { text: text.get(start..end)?, start, end };
        start = end + 1;
        Some(line)
    })
    .filter(|line| !line.text.trim().is_empty())
}

/// The lines of a text that are not blank, from the last.
pub fn lines_from_end(text: &str) -> impl Iterator<Item = TextLine<'_>> {
    let mut end = Some(text.len());
    std::iter::from_fn(move || {
        let stop = end?;
        let start = memchr::memrchr(b'\n', text.as_bytes().get(..stop)?).map_or(0, |at| at + 1);
        end = start.checked_sub(1);
        Some(TextLine { text: text.get(start..stop)?, start, end: stop })
    })
    .filter(|line| !line.text.trim().is_empty())
}

/// Takes pieces out of a text, in order and apart from each other, with the line breaks that they leave over: of
/// those before and after a piece the longer are kept. False, and nothing done, where nothing would be left.
pub fn cut(text: &mut String, gone: &[Range<usize>]) -> bool {
    let bytes = text.as_bytes();
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    let mut at = 0;
    while let Some(first) = gone.get(at) {
        let breaks = |range: Range<usize>| bytes.get(range).unwrap_or_default().iter().rev();
        let before = breaks(from..first.start).take_while(|byte| **byte == b'\n').count();
        kept.push_str(text.slice(from..first.start - before));
        let mut most = before;
        let mut end = first.end;
        loop {
            let after = bytes.iter().skip(end).take_while(|byte| **byte == b'\n').count();
            end += after;
            most = most.max(after);
            at += 1;
            match gone.get(at) {
                Some(next) if next.start <= end => end = next.end,
                _ => break,
            }
        }
        // A piece of a line leaves the rest of its line where it stands.
        if !kept.is_empty() && end < bytes.len() {
            kept.push_str("\n\n".slice(..most.min(2)));
        }
        from = end;
    }
    kept.push_str(text.slice(from..));
    if kept.trim().is_empty() {
        return false;
    }
    let length = kept.trim_end_matches('\n').len();
    kept.truncate(length);
    *text = kept;
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_the_same_from_either_end() {
        let text = "a\n\n b\nc\n";
        let mut back: Vec<&str> = lines_from_end(text).map(|line| line.text).collect();
        back.reverse();
        assert_eq!(back, ["a", " b", "c"]);
        assert_eq!(lines(text).map(|line| line.text).collect::<Vec<_>>(), back);
        assert_eq!(lines("").count(), 0);
    }

    #[test]
    fn layout_is_whole_after_lines_have_gone() {
        for (text, gone, expected) in [
            ("a\nX\n\nb", &["X"][..], "a\n\nb"),
            ("a\nX\nb", &["X"], "a\nb"),
            ("a\n\nX\n\nY\n\nb", &["X", "Y"], "a\n\nb"),
            ("X\n\na", &["X"], "a"),
            ("a\n\nX", &["X"], "a"),
            ("a X\n\nb", &[" X"], "a\n\nb"),
            ("X", &["X"], "X"),
        ] {
            let ranges: Vec<_> = gone
                .iter()
                .map(|piece| {
                    let at = text.find(piece).expect("it stands there");
                    at..at + piece.len()
                })
                .collect();
            let mut cut_text = text.to_owned();
            cut(&mut cut_text, &ranges);
            assert_eq!(cut_text, expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn other_lines_stay(text in "[ab\n]{0,30}", picks in proptest::collection::vec(any::<bool>(), 30)) {
            let all: Vec<TextLine> = lines(&text).collect();
            let gone: Vec<_> = all.iter().zip(&picks).filter(|(_, pick)| **pick).map(|(line, _)| line.range()).collect();
            let stay: Vec<&str> = all.iter().zip(&picks).filter(|(_, pick)| !**pick).map(|(line, _)| line.text).collect();
            let mut left = text.clone();
            if cut(&mut left, &gone) && !gone.is_empty() {
                prop_assert_eq!(lines(&left).map(|line| line.text).collect::<Vec<_>>(), stay);
            }
        }
    }
}
