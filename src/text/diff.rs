//! What was changed in a text, word by word.
//!
//! `the cafés are shut` → `the cafe is shut`: one change, `cafés are` → `cafe is`.
//!
//! Lines are compared first, then the words of lines that differ, by Myers' algorithm (1986): the fewest words removed and
//! added. That fewest is not always what a reader sees, so changes with nothing but a space between them become one, and a
//! line that has little in common with its successor is replaced as a whole. A crate would do the comparison, and leave us
//! these rules, scripts without spaces and places in bytes to write around it.

use std::ops::Range;

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

/// Where each line is, its line end included.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let ends = text.split_inclusive('\n').map(|line| {
        start += line.len();
        start - line.len()..start
    });
    ends.collect()
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

/// The most tokens that are removed and added together before two stretches count as different altogether: it bounds
/// time and memory, and nobody reads a diff of so many.
const MOST_EDITS: usize = 1500;

fn compare(before: &str, old: &[Range<usize>], after: &str, new: &[Range<usize>]) -> Vec<Change> {
    let same = |a: usize, b: usize| {
        let token = old.get(a).and_then(|range| before.get(range.clone()));
        token.is_some() && token == new.get(b).and_then(|range| after.get(range.clone()))
    };
    let shorter = old.len().min(new.len());
    let head = (0..shorter).take_while(|at| same(*at, *at)).count();
    let is_tail = |back: &usize| same(old.len() - 1 - back, new.len() - 1 - back);
    let tail = (0..shorter - head).take_while(is_tail).count();
    let blocks = middle(old.len() - tail - head, new.len() - tail - head, |a, b| same(head + a, head + b));
    let bytes = |tokens: &[Range<usize>], block: Range<usize>, text: &str| {
        let start = tokens.get(head + block.start).map_or(text.len(), |token| token.start);
        let last = if block.is_empty() { None } else { tokens.get(head + block.end - 1) };
        start..last.map_or(start, |last| last.end)
    };
    blocks
        .into_iter()
        .map(|(a, b)| Change { before: bytes(old, a, before), after: bytes(new, b, after) })
        .collect()
}

/// Tokens that were removed, and those in their place.
type Block = (Range<usize>, Range<usize>);

/// Myers' greedy algorithm. On a diagonal x − y stays the same; for each, the largest x that so many edits lead to is kept,
/// and every round's, for the way back.
fn middle(old: usize, new: usize, same: impl Fn(usize, usize) -> bool) -> Vec<Block> {
    if old == 0 || new == 0 {
        return if old == new { Vec::new() } else { vec![(0..old, 0..new)] };
    }
    let most = MOST_EDITS.min(old + new);
    let zero = most + 1;
    let mut furthest = vec![0_usize; 2 * most + 3];
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for edits in 0..=most {
        rounds.push(furthest[zero - edits - 1..=zero + edits + 1].to_vec());
        for step in (0..=2 * edits).step_by(2) {
            let at = zero + step - edits;
            let adds = step == 0 || (step != 2 * edits && furthest[at - 1] < furthest[at + 1]);
            let mut x = if adds { furthest[at + 1] } else { furthest[at - 1] + 1 };
            let mut y = x + edits - step;
            while x < old && y < new && same(x, y) {
                x += 1;
                y += 1;
            }
            furthest[at] = x;
            if (x, y) == (old, new) {
                return way_back(&rounds, old, new);
            }
        }
    }
    vec![(0..old, 0..new)]
}

fn way_back(rounds: &[Vec<usize>], old: usize, new: usize) -> Vec<Block> {
    let (mut x, mut y) = (old, new);
    let mut blocks: Vec<Block> = Vec::new();
    for (edits, furthest) in rounds.iter().enumerate().skip(1).rev() {
        let at = x + edits + 1 - y;
        let adds = at == 1 || (at != 2 * edits + 1 && furthest[at - 1] < furthest[at + 1]);
        let from = if adds { at + 1 } else { at - 1 };
        x = furthest[from];
        y = x + edits + 1 - from;
        let (removed, added) = if adds { (x..x, y..y + 1) } else { (x..x + 1, y..y) };
        match blocks.last_mut() {
            Some((before, after)) if before.start == removed.end && after.start == added.end => {
                (before.start, after.start) = (removed.start, added.start);
            }
            _ => blocks.push((removed, added)),
        }
    }
    blocks.reverse();
    blocks
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
                "The council of the town said that the bridge is closed.",
                "A man of the sea and that of a hundred other, smaller boats is missing.",
                "[-The council of the town said that the bridge is closed.-]{+A man of the sea and that of a hundred \
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
