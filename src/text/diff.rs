//! What was changed in a text, word by word.
//!
//! `the cafés are shut` → `the cafe is shut`: one change, `cafés are` → `cafe is`.
//!
//! Lines are compared first, then the words of lines that differ. The fewest words removed and added are not always what a
//! reader sees, so changes with nothing but a space between them become one, and a line that has little in common with its
//! successor is replaced as a whole.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

use super::words::is_unspaced;

/// A stretch of the old text, and what stands in its place in the new one. Either may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Bytes of the old text.
    pub before: Range<usize>,
    /// Bytes of the new text.
    pub after: Range<usize>,
}

/// The changes that lead from one text to another, in order.
pub fn diff_words(before: &str, after: &str) -> Vec<Change> {
    let (old, new) = (lines(before), lines(after));
    let mut changes = Vec::new();
    for block in compare(before, &old, after, &new) {
        let texts = before.get(block.before.clone()).zip(after.get(block.after.clone()));
        let Some((old, new)) = texts.filter(|(old, new)| !old.is_empty() && !new.is_empty()) else {
            changes.push(block);
            continue;
        };
        let within = joined(compare(old, &words(old), new, &words(new)), old);
        let changed: usize = within.iter().map(|change| change.before.len()).sum();
        // With less than a third in common, what is in common are the little words.
        if changed * 3 > old.len() * 2 && old.len() > 40 {
            changes.push(block);
            continue;
        }
        let shift = |range: Range<usize>, by: usize| range.start + by..range.end + by;
        changes.extend(within.into_iter().map(|change| Change {
            before: shift(change.before, block.before.start),
            after: shift(change.after, block.after.start),
        }));
    }
    changes
}

/// Changes with one space between them are one.
fn joined(changes: Vec<Change>, before: &str) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        let between = |last: &Change| before.get(last.before.end..change.before.start);
        match all.last_mut() {
            Some(last) if between(last) == Some(" ") => {
                last.before.end = change.before.end;
                last.after.end = change.after.end;
            }
            _ => all.push(change),
        }
    }
    all
}

/// Where each line is, its line end and the blank lines after it included: as lines of their own, those would be found again
/// everywhere.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        match lines.last_mut() {
            Some(last) if line == "\n" => last.end = end,
            _ => lines.push(start..end),
        }
        start = end;
    }
    lines
}

/// Where each word is; white space, a mark and a letter of a script without spaces stand for themselves.
fn words(text: &str) -> Vec<Range<usize>> {
    let kind = |character: char| match character {
        _ if is_unspaced(character) => 0,
        _ if character.is_alphanumeric() => 1,
        ' ' => 2,
        _ => 0,
    };
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut last = 0;
    for (at, character) in text.char_indices() {
        let this = kind(character);
        let end = at + character.len_utf8();
        match words.last_mut() {
            Some(word) if this != 0 && this == last => word.end = end,
            _ => words.push(at..end),
        }
        last = this;
    }
    words
}

/// The most tokens of both texts for which the smallest difference is looked for: an article has some thousand.
const MOST_TOKENS: usize = 20_000;

/// The tokens that differ, as changes in bytes.
fn compare(before: &str, old: &[Range<usize>], after: &str, new: &[Range<usize>]) -> Vec<Change> {
    let mut input = InternedInput::default();
    input.update_before(old.iter().filter_map(|token| before.get(token.clone())));
    input.update_after(new.iter().filter_map(|token| after.get(token.clone())));
    let bytes = |text: &str, tokens: &[Range<usize>], hunk: Range<u32>| {
        let token = |index: u32| tokens.get(index as usize);
        let start = token(hunk.start).map_or(text.len(), |token| token.start);
        let last = if hunk.is_empty() { None } else { token(hunk.end - 1) };
        start..last.map_or(start, |last| last.end)
    };
    // The smallest difference takes time with the square of what differs.
    let algorithm =
        if old.len() + new.len() <= MOST_TOKENS { Algorithm::MyersMinimal } else { Algorithm::Myers };
    Diff::compute(algorithm, &input)
        .hunks()
        .map(|hunk| Change {
            before: bytes(before, old, hunk.before.clone()),
            after: bytes(after, new, hunk.after),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The old text with what was removed and added marked, as a terminal without colours has it.
    fn marked(before: &str, after: &str) -> String {
        let mut text = String::new();
        let mut at = 0;
        for change in diff_words(before, after) {
            text.push_str(before.get(at..change.before.start).expect("changes are in order"));
            let (old, new) = (before.get(change.before.clone()), after.get(change.after.clone()));
            let (old, new) = (old.expect("within the text"), new.expect("within the text"));
            for (start, edit, end) in [("[-", old, "-]"), ("{+", new, "+}")] {
                text.extend([start, edit, end].into_iter().filter(|_| !edit.is_empty()));
            }
            at = change.before.end;
        }
        text + before.get(at..).expect("changes are in order")
    }

    #[test]
    fn changes_are_shown_as_a_reader_sees_them() {
        for (before, after, expected) in [
            ("", "", ""),
            ("a b", "a b", "a b"),
            ("", "a b", "{+a b+}"),
            ("a b", "", "[-a b-]"),
            ("the cafés are shut", "the cafe is shut", "the [-cafés are-]{+cafe is+} shut"),
            ("milk, eggs", "milk eggs", "milk[-,-] eggs"),
            ("a  b", "a b", "a[-  -]{+ +}b"),
            ("a\u{a0}b", "a b", "a[-\u{a0}-]{+ +}b"),
            ("one\nShare\ntwo\n", "one\ntwo\n", "one\n[-Share\n-]two\n"),
            ("one\ntwo", "one\n\ntwo", "one\n{+\n+}two"),
            ("one two\nthree", "one 2\nthree 3", "one [-two-]{+2+}\nthree{+ 3+}"),
            ("东方红了", "东方蓝了", "东方[-红-]{+蓝+}了"),
            // Nothing but little words in common.
            (
                "The council of the town said on Monday that the bridge is closed.",
                "A man of the sea and that of a hundred other, smaller boats is missing.",
                "[-The council of the town said on Monday that the bridge is closed.-]{+A man of the sea and that of a hundred \
                 other, smaller boats is missing.+}",
            ),
        ] {
            assert_eq!(marked(before, after), expected);
        }
    }

    #[test]
    fn texts_without_anything_in_common_are_replaced_as_a_whole() {
        let words = |from: usize| {
            let lines: Vec<String> = (from..from + 4000).map(|number| format!("{number}\n")).collect();
            lines.concat()
        };
        let (before, after) = (words(0), words(10_000));
        let all = Change { before: 0..before.len(), after: 0..after.len() };
        assert_eq!(diff_words(&before, &after), [all]);
    }

    proptest! {
        #[test]
        fn changes_lead_from_one_text_to_the_other(before in "[ab \n红é]{0,40}", after in "[ab \n红é]{0,40}") {
            let mut text = String::new();
            let mut at = 0;
            for change in diff_words(&before, &after) {
                prop_assert!(!(change.before.is_empty() && change.after.is_empty()));
                text.push_str(before.get(at..change.before.start).expect("changes are in order"));
                text.push_str(after.get(change.after).expect("within the text"));
                at = change.before.end;
            }
            text.push_str(before.get(at..).expect("changes are in order"));
            prop_assert_eq!(text, after);
        }
    }
}
