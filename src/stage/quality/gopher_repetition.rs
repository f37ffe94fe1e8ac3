//! Gopher's repetition rules (Rae et al. 2021, table A1): repeated paragraphs, lines and n-grams.
//!
//! Ten scans over n-grams become one: a longer n-gram occurs twice only where both shorter ones in it do, so each length
//! looks at what the one before has left, and behind word pairs that is little.
//!
//! From five words on, n-grams are compared as datatrove compares them, without the spaces: `web site` is `website`. That
//! differs from comparing words only by chance, so the letters are looked at where words say that enough is repeated to
//! matter.

use serde_json::{Value, json};

use super::repeats::{Repeats, repeats};
use super::{Rules, python_lines, ratio, rounded, strip};
use crate::text::mix;
use crate::text::tokens::{Token, Tokens, word_hash};

/// What the rules look at. Shares of characters are of the whole text's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::stage) struct GopherRepetition {
    /// The share of paragraphs that occurred before.
    pub(in crate::stage) paragraphs: f64,
    /// Their characters.
    pub(in crate::stage) paragraph_chars: f64,
    /// The share of lines that occurred before.
    pub(in crate::stage) lines: f64,
    /// Their characters.
    pub(in crate::stage) line_chars: f64,
    /// Characters of the most frequent n-gram, times its number, for 2 to 4 words; 0 where there is none.
    pub(in crate::stage) frequent: [f64; 3],
    /// Characters in n-grams that occurred before, for 5 to 10 words.
    pub(in crate::stage) repeated: [f64; 6],
}

/// The words of the shortest n-gram that counts where it is repeated.
const REPEATED_FROM: usize = 5;

/// From this share of repeated characters on, n-grams are compared by their letters. The lowest limit is 0.1.
const ENOUGH_TO_MATTER: f64 = 0.08;

impl GopherRepetition {
    /// Measures a text that is not empty.
    pub(in crate::stage) fn of(text: &str, tokens: &Tokens, rules: Rules) -> Self {
        let chars = text.chars().count();
        let mut found = Self::default();
        let mut seen = Vec::new();
        let lines = if rules >= Rules::April2024 {
            repeats(pieces_between(text, 1), &mut seen)
        } else {
            repeats(python_lines(text), &mut seen)
        };
        let stripped = strip(text);
        // Where every break is a blank line, lines are paragraphs.
        let same = rules >= Rules::April2024 && stripped.len() == text.len() && !has_single_break(text);
        let paragraphs = if same { lines } else { repeats(pieces_between(stripped, 2), &mut seen) };
        let shares = |repeats: Repeats| (ratio(repeats.repeated, repeats.pieces), ratio(repeats.chars, chars));
        (found.paragraphs, found.paragraph_chars) = shares(paragraphs);
        (found.lines, found.line_chars) = shares(lines);
        let words = tokens.all.as_slice();
        let mut grams = Grams::pairs(words);
        for frequent in &mut found.frequent {
            *frequent = ratio(grams.most_frequent(words), chars);
            grams = grams.longer(words);
        }
        for repeated in &mut found.repeated {
            *repeated = ratio(grams.repeated_chars(words), chars);
            grams = grams.longer(words);
        }
        if found.repeated.iter().any(|share| *share >= ENOUGH_TO_MATTER) {
            for (words_each, repeated) in (REPEATED_FROM..).zip(&mut found.repeated) {
                *repeated = ratio(repeated_letters(text, words, words_each), chars);
            }
        }
        found
    }

    /// The values as a label.
    pub(in crate::stage) fn label(&self) -> Value {
        json!({
            "paragraphs": rounded(self.paragraphs),
            "paragraph_chars": rounded(self.paragraph_chars),
            "lines": rounded(self.lines),
            "line_chars": rounded(self.line_chars),
            "frequent": self.frequent.map(rounded),
            "repeated": self.repeated.map(rounded),
        })
    }
}

/// What lies between runs of at least as many line feeds; an empty piece at an end that has one.
fn pieces_between(text: &str, line_feeds: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let whole = rest?;
        let bytes = whole.as_bytes();
        let mut from = 0;
        while let Some(at) = memchr::memchr(b'\n', bytes.get(from..).unwrap_or_default()) {
            let at = from + at;
            let run = bytes.iter().skip(at).take_while(|byte| **byte == b'\n').count();
            if run >= line_feeds {
                rest = whole.get(at + run..);
                return whole.get(..at);
            }
            from = at + run;
        }
        rest.take()
    })
}

/// Whether there is a line feed without another beside it.
fn has_single_break(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'\n', bytes).any(|at| {
        bytes.get(at + 1) != Some(&b'\n') && at.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b'\n')
    })
}

/// The n-grams of one length that occur more than once.
struct Grams {
    words_each: usize,
    /// In the order of the text.
    list: Vec<Gram>,
}

#[derive(Clone, Copy)]
struct Gram {
    /// Its first word.
    at: u32,
    /// Where in the list it occurs first.
    first: u32,
    hash: u64,
    /// How often it occurs; right at its first occurrence only.
    count: u32,
}

impl Grams {
    fn pairs(words: &[Token]) -> Self {
        let pairs = words.iter().zip(words.iter().skip(1));
        let list = (0..).zip(pairs).map(|(at, (one, next))| Gram { at, first: 0, hash: join(one.hash, next), count: 0 });
        Self { words_each: 2, list: list.collect() }.only_frequent()
    }

    /// N-grams of one word more: there is one wherever two of these stand one word apart.
    fn longer(&self, words: &[Token]) -> Self {
        let mut list = Vec::new();
        for (one, next) in self.list.iter().zip(self.list.iter().skip(1)) {
            if one.at + 1 == next.at
                && let Some(last) = words.get(one.at as usize + self.words_each)
            {
                list.push(Gram { at: one.at, first: 0, hash: join(one.hash, last), count: 0 });
            }
        }
        Self { words_each: self.words_each + 1, list }.only_frequent()
    }

    /// Counts equal ones and leaves out those that occur once.
    fn only_frequent(mut self) -> Self {
        let mut slots = vec![0_u32; (self.list.len() * 2).next_power_of_two()];
        let mask = slots.len() - 1;
        for index in 0..self.list.len() {
            let Some(hash) = self.list.get(index).map(|gram| gram.hash) else { break };
            #[expect(clippy::cast_possible_truncation, reason = "the remainder is what counts")]
            let mut place = hash as usize & mask;
            #[expect(clippy::cast_possible_truncation, reason = "a text has fewer than 2^32 tokens")]
            let number = index as u32;
            let first = loop {
                let Some(slot) = slots.get_mut(place) else { break number };
                if *slot == 0 {
                    *slot = number + 1;
                    break number;
                }
                if self.list.get(*slot as usize - 1).is_some_and(|other| other.hash == hash) {
                    break *slot - 1;
                }
                place = (place + 1) & mask;
            };
            if let Some(gram) = self.list.get_mut(index) {
                gram.first = first;
            }
            if let Some(gram) = self.list.get_mut(first as usize) {
                gram.count += 1;
            }
        }
        // First occurrences move to the front, and later ones point at where they went.
        let mut kept = Vec::new();
        let mut moved = std::mem::take(&mut slots);
        moved.clear();
        moved.resize(self.list.len(), 0);
        for (index, gram) in self.list.iter().enumerate() {
            let Some(first) = self.list.get(gram.first as usize) else { continue };
            if first.count < 2 {
                continue;
            }
            #[expect(clippy::cast_possible_truncation, reason = "a text has fewer than 2^32 tokens")]
            let place = kept.len() as u32;
            if gram.first as usize == index
                && let Some(moved) = moved.get_mut(index)
            {
                *moved = place;
            }
            let first = moved.get(gram.first as usize).copied().unwrap_or(place);
            kept.push(Gram { first, ..*gram });
        }
        Self { words_each: self.words_each, list: kept }
    }

    /// The length of the most frequent one, joined by spaces, times its number; the first of equals.
    fn most_frequent(&self, words: &[Token]) -> usize {
        let mut best = (0, 1);
        for (index, gram) in (0..).zip(&self.list) {
            if gram.first == index && gram.count > best.1 {
                best = (gram.at as usize, gram.count);
            }
        }
        let gram = words.get(best.0..best.0 + self.words_each).unwrap_or_default();
        // A text with fewer words than that has none.
        if gram.is_empty() { 0 } else { (chars(gram) + self.words_each - 1) * best.1 as usize }
    }

    /// The characters of those that occurred before. One that was counted is passed over whole.
    fn repeated_chars(&self, words: &[Token]) -> usize {
        let mut seen = vec![false; self.list.len()];
        let (mut sum, mut next) = (0, 0);
        for gram in &self.list {
            let at = gram.at as usize;
            let Some(seen) = seen.get_mut(gram.first as usize).filter(|_| at >= next) else { continue };
            if *seen {
                sum += chars(words.get(at..at + self.words_each).unwrap_or_default());
                next = at + self.words_each;
            }
            *seen = true;
        }
        sum
    }
}

#[inline]
fn join(hash: u64, next: &Token) -> u64 {
    // Odd, and without a pattern: the first digits of e's fraction.
    mix(hash ^ 0xB7E1_5162_8AED_2A6B, next.hash.rotate_left(29) ^ 0x243F_6A88_85A3_08D3)
}

fn chars(words: &[Token]) -> usize {
    words.iter().map(|word| word.chars as usize).sum()
}

/// [`Grams::repeated_chars`] by letters: n-grams are equal where their words spell the same without spaces.
fn repeated_letters(text: &str, words: &[Token], words_each: usize) -> usize {
    let mut seen = std::collections::HashSet::new();
    let mut letters = String::new();
    let (mut sum, mut at) = (0, 0);
    while let Some(gram) = words.get(at..at + words_each) {
        letters.clear();
        for word in gram {
            let rest = text.get(word.start as usize..).unwrap_or_default();
            letters.extend(rest.chars().take(word.chars as usize));
        }
        if seen.insert(word_hash(letters.as_bytes())) {
            at += 1;
        } else {
            sum += chars(gram);
            at += words_each;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::tokenise;

    /// The rules word by word, with strings.
    fn slowly(text: &str) -> GopherRepetition {
        let tokens = tokenise(text);
        let words: Vec<String> = tokens
            .all
            .iter()
            .map(|word| text.get(word.start as usize..).unwrap_or_default().chars().take(word.chars as usize).collect())
            .collect();
        let chars = text.chars().count();
        let mut found = GopherRepetition::of(text, &tokens, Rules::January2025);
        for (words_each, frequent) in (2..).zip(&mut found.frequent) {
            let grams: Vec<String> = words.windows(words_each).map(|gram| gram.join(" ")).collect();
            let count = |gram: &String| grams.iter().filter(|other| *other == gram).count();
            let most = grams.iter().map(count).max().unwrap_or(0);
            let first = grams.iter().find(|gram| count(gram) == most).map_or(0, |gram| gram.chars().count());
            *frequent = ratio(first * most, chars);
        }
        for (words_each, repeated) in (REPEATED_FROM..).zip(&mut found.repeated) {
            let (mut seen, mut at, mut sum) = (Vec::new(), 0, 0);
            while let Some(gram) = words.get(at..at + words_each) {
                let gram = gram.concat();
                if seen.contains(&gram) {
                    sum += gram.chars().count();
                    at += words_each;
                } else {
                    seen.push(gram);
                    at += 1;
                }
            }
            *repeated = ratio(sum, chars);
        }
        found
    }

    proptest::proptest! {
        #[test]
        fn one_scan_finds_what_ten_find(text in "[ab](( |, )[ab]{1,2}){0,60}") {
            let fast = GopherRepetition::of(&text, &tokenise(&text), Rules::January2025);
            proptest::prop_assert_eq!(fast, slowly(&text));
        }
    }

    #[test]
    fn pieces_lie_between_runs_of_line_feeds() {
        let pieces = |text, line_feeds| pieces_between(text, line_feeds).collect::<Vec<_>>();
        assert_eq!(pieces("", 1), [""]);
        assert_eq!(pieces("a\n\n\nb\n", 1), ["a", "b", ""]);
        assert_eq!(pieces("\na\nb\n\nc", 2), ["\na\nb", "c"]);
    }

    #[test]
    fn lines_were_once_what_splitlines_says() {
        let measure = |rules| GopherRepetition::of("a\n\nb\n\nc", &tokenise("a\n\nb\n\nc"), rules).lines;
        assert_eq!((measure(Rules::April2024), measure(Rules::March2024)), (0.0, 0.2));
    }
}
