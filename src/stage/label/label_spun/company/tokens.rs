//! Words, marks and ends of sentences, as `tests/bench/spun/company.py` cuts them too.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

/// Characters that are read of a text.
const ENOUGH: usize = 9000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// A word with a capital that opens a sentence.
    Opening,
    /// Another one with a capital, or a compound with a hyphen: company prose is full of those that no list has, and spinners write few.
    Name,
    /// A number or a mark within a sentence.
    Mark,
    /// A mark that ends one.
    End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// In lower case, with straight apostrophes; empty for marks.
    pub(super) word: String,
    pub(super) kind: Kind,
    pub(super) bytes: Range<usize>,
}

impl Token {
    /// Whether it is a word and no name.
    pub(super) fn is_word(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Opening)
    }

    pub(super) fn is_mark(&self) -> bool {
        matches!(self.kind, Kind::Mark | Kind::End)
    }
}

pub(super) fn read(text: &str) -> Vec<Token> {
    let end = text.char_indices().nth(ENOUGH).map_or(text.len(), |(at, _)| at);
    let mut letters = text.get(..end).unwrap_or_default().char_indices().peekable();
    let mut tokens = Vec::new();
    let mut is_opening = true;
    while let Some((start, letter)) = letters.next() {
        let (mut word, mut after) = (String::new(), start + letter.len_utf8());
        let kind = match letter {
            letter if letter.is_alphabetic() => {
                word.extend(letter.to_lowercase());
                while let Some((at, next)) = next_of_word(&mut letters) {
                    word.extend(next.to_lowercase());
                    after = at + next.len_utf8();
                }
                match (letter.is_uppercase(), std::mem::take(&mut is_opening)) {
                    _ if word.contains('-') => Kind::Name,
                    (false, _) => Kind::Word,
                    (true, true) => Kind::Opening,
                    (true, false) => Kind::Name,
                }
            }
            '.' | '!' | '?' | '…' | '\n' => {
                if std::mem::replace(&mut is_opening, true) {
                    continue;
                }
                Kind::End
            }
            ',' | ';' | ':' | '(' | ')' | '[' | ']' | '–' | '—' => Kind::Mark,
            letter if letter.is_numeric() => {
                let is_inside = |(_, next): &(usize, char)| next.is_numeric() || ".,:%/".contains(*next);
                while letters.next_if(is_inside).is_some() {}
                is_opening = false;
                Kind::Mark
            }
            _ => continue,
        };
        tokens.push(Token { word, kind, bytes: start..after });
    }
    tokens
}

/// The next character of a word: a letter, or an apostrophe or hyphen before one.
fn next_of_word(letters: &mut Peekable<CharIndices>) -> Option<(usize, char)> {
    let (_, next) = letters.peek()?;
    if matches!(next, '\'' | '’' | '-') {
        let mut ahead = letters.clone();
        ahead.next();
        ahead.next().filter(|(_, letter)| letter.is_alphabetic())?;
        return letters.next().map(|(at, mark)| (at, if mark == '’' { '\'' } else { mark }));
    }
    letters.next_if(|(_, letter)| letter.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_names_and_ends_are_told_apart() {
        let kinds = |text| read(text).into_iter().map(|token| (token.word, token.kind)).collect::<Vec<_>>();
        let word = |word: &str, kind| (word.to_owned(), kind);
        assert_eq!(
            kinds("\"Don’t go,\" Ms. Day-Lewis said on 3.5 days. Éclair"),
            [
                word("don't", Kind::Opening),
                word("go", Kind::Word),
                word("", Kind::Mark),
                word("ms", Kind::Name),
                word("", Kind::End),
                word("day-lewis", Kind::Name),
                word("said", Kind::Word),
                word("on", Kind::Word),
                word("", Kind::Mark),
                word("days", Kind::Word),
                word("", Kind::End),
                word("éclair", Kind::Opening),
            ]
        );
    }
}
