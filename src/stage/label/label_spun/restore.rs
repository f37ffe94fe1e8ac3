//! Putting back what is certain.

use super::reading::{Ground, Reader};
use super::tells::{Certainty, TELLS};
use crate::text::Slice;

/// The text with each telling word that does not fit replaced by the word it stands for, where that can be only one.
///
/// What a spinner did to nouns and verbs stays: "woody" may have been a deal or a forest.
pub(super) fn restored(text: &str, reader: &Reader) -> String {
    let mut restored = String::with_capacity(text.len());
    let mut copied = 0;
    for span in reader.read_all(text).spans {
        let Ground::Tell(place) = span.ground else { continue };
        let Some(tell) = TELLS.get(place).filter(|tell| tell.certainty == Certainty::Sure) else { continue };
        let (Some(before), Some(word)) = (text.get(copied..span.bytes.start), text.get(span.bytes.clone()))
        else {
            continue;
        };
        restored.push_str(before);
        let mut letters = tell.original.chars();
        if word.starts_with(char::is_uppercase)
            && let Some(first) = letters.next()
        {
            restored.extend(first.to_uppercase());
        }
        restored.push_str(letters.as_str());
        copied = span.bytes.end;
    }
    restored.push_str(text.slice(copied..));
    restored
}
