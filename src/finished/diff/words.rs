//! Where two texts first differ.

use crate::text::Slice;

/// Words shown before a change.
const CONTEXT: usize = 3;
/// A change ends where so many words are the same again.
const AGREEMENT: usize = 3;
/// Words of a change that are looked at, of both texts together.
const REACH: usize = 400;

/// The first change from one text to another: of each, the words that the other has not, with some before and after.
/// Texts of a few words are returned whole.
pub(crate) fn first_change(old: &str, new: &str) -> (String, String) {
    const WHOLE: usize = 16;
    let (old_words, new_words) = (words(old), words(new));
    if old_words.len() <= WHOLE && new_words.len() <= WHOLE {
        return (old.to_owned(), new.to_owned());
    }
    let start = old_words.iter().zip(&new_words).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (old_words.slice(start..), new_words.slice(start..));
    let (old_length, new_length) = agreement(old_rest, new_rest);
    let cut = |words: &[&str], length: usize| {
        let from = start.saturating_sub(CONTEXT);
        let to = (start + length + CONTEXT).min(words.len());
        let mut text = String::new();
        if from > 0 {
            text.push_str("… ");
        }
        text.push_str(&words.slice(from..to).join(" "));
        if to < words.len() {
            text.push_str(" …");
        }
        text
    };
    (cut(&old_words, old_length), cut(&new_words, new_length))
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// How many words of each are passed over until both continue alike; the shortest way.
fn agreement(old: &[&str], new: &[&str]) -> (usize, usize) {
    for both in 0..=REACH {
        for from_old in 0..=both {
            let from_new = both - from_old;
            let (Some(old_rest), Some(new_rest)) = (old.get(from_old..), new.get(from_new..)) else {
                continue;
            };
            let length = AGREEMENT.min(old_rest.len()).min(new_rest.len());
            let is_end = old_rest.is_empty() && new_rest.is_empty();
            if is_end || (length > 0 && old_rest.get(..length) == new_rest.get(..length)) {
                return (from_old, from_new);
            }
        }
    }
    (old.len(), new.len())
}

#[cfg(test)]
mod tests {
    use super::first_change;

    #[test]
    fn the_first_change_is_shown_with_the_words_around_it() {
        let text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen";
        let change = |from: &str, to: &str| first_change(text, &text.replace(from, to));
        let shown = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        assert_eq!(
            change("seven eight", "7 8 9"),
            shown("… four five six seven eight nine ten eleven …", "… four five six 7 8 9 nine ten eleven …")
        );
        assert_eq!(change("one ", ""), shown("one two three four …", "two three four …"));
        assert_eq!(
            change(" seventeen", ""),
            shown("… fourteen fifteen sixteen seventeen", "… fourteen fifteen sixteen")
        );
        assert_eq!(first_change("a b", "a c"), shown("a b", "a c"));
        assert_eq!(first_change(text, ""), shown(text, ""));
    }

    #[test]
    fn texts_without_anything_in_common_are_no_trouble() {
        let (old, new) = (vec!["a"; 500].join(" "), vec!["b"; 500].join(" "));
        let (shown_old, shown_new) = first_change(&old, &new);
        assert_eq!((shown_old.len(), shown_new.len()), (old.len(), new.len()));
    }
}
