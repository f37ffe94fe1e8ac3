//! Words of scripts that put no space between them, and letters of those whose characters stand for more than one.
//!
//! The published limits are for English: words of three to ten letters, three words a line. With `variant = "news"` text in Han and
//! kana counts as words of two characters, in Thai, Lao, Khmer, Burmese and Tibetan as words of four, which is about their
//! mean; a Han character or kana counts as two and a half letters, a Hangul syllable as two.

use std::borrow::Cow;

use super::Variant;
use crate::text::Slice;
use crate::text::tokens::{Token, Tokens, Traits, is_python_space, is_terminal_mark, word_hash};

/// How many characters a word has in the mean, for scripts without spaces.
fn word_length(character: char) -> Option<usize> {
    match character {
        '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Some(2),
        '\u{E00}'..='\u{FFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' => Some(4),
        _ => None,
    }
}

/// Whether a script has no mark that ends a sentence: Thai and Lao.
fn has_no_stop(character: char) -> bool {
    matches!(character, '\u{E01}'..='\u{EFF}')
}

/// Half letters that a character counts as.
fn half_letters(character: char) -> usize {
    match character {
        '\u{AC00}'..='\u{D7AF}' => 4,
        _ if word_length(character) == Some(2) => 5,
        _ => 2,
    }
}

impl Variant {
    /// The words of a text: its tokens, cut where a script has no spaces.
    pub(in crate::stage) fn words<'a>(self, text: &str, tokens: &'a Tokens) -> Cow<'a, Tokens> {
        if self == Self::Reference || text.is_ascii() || !text.chars().any(|one| word_length(one).is_some()) {
            return Cow::Borrowed(tokens);
        }
        let mut all = Vec::with_capacity(text.len() / 6);
        for token in &tokens.all {
            cut(text, *token, &mut all);
        }
        Cow::Owned(Tokens { all, ..*tokens })
    }

    /// The mean length of a text's words in letters, from their characters.
    pub(super) fn letters(self, text: &str, token: &Token, chars: usize) -> usize {
        match self {
            Self::Reference => 2 * chars,
            Self::News => text.slice(token.start as usize..).chars().take(chars).map(half_letters).sum(),
        }
    }
}

/// Adds a token's words.
fn cut(text: &str, token: Token, words: &mut Vec<Token>) {
    let start = token.start as usize;
    let rest = text.slice(start..);
    let end = rest.char_indices().nth(token.chars as usize).map_or(rest.len(), |(at, _)| at);
    let whole = rest.slice(..end);
    if !whole.chars().any(|one| word_length(one).is_some()) {
        words.push(token);
        return;
    }
    let (mut from, mut chars, mut length) = (0, 0, None);
    for (at, character) in whole.char_indices().chain([(whole.len(), '\n')]) {
        let next = word_length(character);
        let is_full = length.is_some_and(|length| chars >= length);
        if at > from && (next != length || is_full || at == whole.len()) {
            let word = whole.slice(from..at);
            let is_first = from == 0;
            let traits = if word.chars().any(char::is_alphabetic) {
                Traits::CONTENT.and(Traits::ALPHABETIC)
            } else if word.chars().any(char::is_alphanumeric) {
                Traits::CONTENT
            } else {
                Traits::PUNCT
            };
            let traits = if is_first && token.traits.has(Traits::AFTER_GAP) {
                traits.and(Traits::AFTER_GAP)
            } else {
                traits
            };
            #[expect(clippy::cast_possible_truncation, reason = "a token lies within the first 4 GiB")]
            words.push(Token {
                hash: word_hash(word.as_bytes()),
                start: (start + from) as u32,
                chars: chars as u32,
                traits,
            });
            (from, chars) = (at, 0);
        }
        length = next;
        chars += 1;
    }
}

/// Whether a line has as many words.
pub(super) fn has_words(line: &str, least: usize) -> bool {
    let quarters: usize = line.chars().filter_map(word_length).map(|length| 4 / length).sum();
    quarters >= 4 * least
        || line.split(is_python_space).filter(|word| !word.is_empty()).take(least).count() >= least
}

/// Whether a line ends in a script that marks no end of a sentence.
pub(super) fn ends_unmarked(line: &str) -> bool {
    line.chars().rev().find(|one| one.is_alphabetic()).is_some_and(has_no_stop)
}

/// The sentences of a line in any script: marks at the end of a word, and the clauses of a script that has no marks.
pub(super) fn sentences(line: &str) -> usize {
    let mut count = 0;
    let mut chars = line.chars().peekable();
    let mut last = ' ';
    let mut is_open = false;
    while let Some(character) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let is_end = is_terminal_mark(character) && (!character.is_ascii() || !next.is_alphanumeric())
            || is_python_space(character) && has_no_stop(last);
        is_open |= character.is_alphanumeric();
        if is_end && is_open {
            count += 1;
            is_open = false;
        }
        last = character;
    }
    count + usize::from(is_open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::tokenise;

    #[test]
    fn text_without_spaces_is_cut_into_words_of_the_usual_length() {
        let count = |text: &str| Variant::News.words(text, &tokenise(text)).all.len();
        assert_eq!(count("市議会は火曜日に橋を閉じた。"), 8);
        assert_eq!(count("สภาเมืองประกาศปิดสะพาน"), 6);
        assert_eq!(count("The council closed the bridge."), 6);
        let text = "市議会は火曜日に橋を閉じた。";
        assert_eq!(Variant::Reference.words(text, &tokenise(text)).all.len(), tokenise(text).all.len());
    }

    #[test]
    fn sentences_are_counted_in_every_script() {
        for (line, count) in [
            ("The bridge is shut. “Until May,” he said.", 2),
            ("It costs 3.5 million. It is old.", 2),
            ("橋は閉鎖された。船は通る。", 2),
            ("ხიდი დაიკეტა. გემები დადიან.", 2),
            ("สภาเมืองประกาศปิดสะพาน เรือยังแล่นได้", 2),
            ("", 0),
        ] {
            assert_eq!(sentences(line), count, "{line}");
        }
    }
}
