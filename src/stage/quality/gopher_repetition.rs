//! Gopher's repetition rules (Rae et al. 2021, table A1): repeated paragraphs, lines and n-grams.
//!
//! Ten scans over n-grams become one: a longer n-gram occurs twice only where both shorter ones in it do, so each length
//! looks at what the one before has left, and after word pairs that is little.
//!
//! From five words on, n-grams are compared as datatrove compares them, without the spaces: `web site` is `website`. That
//! differs from comparing words only by chance, so the letters are looked at where words say that enough is repeated to
//! matter.

use serde_json::{Value, json};

use super::numbers::Numbers;
use super::repeats::{Repeats, repeats};
use super::{Rules, Variant, python_lines, ratio, rounded, strip};
use crate::text::Slice;
use crate::text::mix;
use crate::text::tokens::{Token, Tokens};

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

/// The words of the longest one.
const REPEATED_TO: usize = 10;

/// From this share of repeated characters on, n-grams are compared by their letters. The lowest limit is 0.1.
const ENOUGH_TO_MATTER: f64 = 0.08;

impl GopherRepetition {
    /// Measures a text that is not empty.
    pub(in crate::stage) fn of(text: &str, tokens: &Tokens, rules: Rules, variant: Variant) -> Self {
        let mut found = Self::default();
        Numbers::lend(|numbers| found.measure(text, tokens, rules, variant, numbers));
        found
    }

    fn measure(
        &mut self,
        text: &str,
        tokens: &Tokens,
        rules: Rules,
        variant: Variant,
        numbers: &mut Numbers,
    ) {
        let chars = text.chars().count();
        let lines = if rules >= Rules::April2024 {
            repeats(pieces_between(text, 1), numbers)
        } else {
            repeats(python_lines(text), numbers)
        };
        let stripped = strip(text);
        // Where every break is a blank line, lines are paragraphs.
        let same = rules >= Rules::April2024 && stripped.len() == text.len() && !has_single_break(text);
        let paragraphs = if same { lines } else { repeats(pieces_between(stripped, 2), numbers) };
        let shares =
            |repeats: Repeats| (ratio(repeats.repeated, repeats.pieces), ratio(repeats.chars, chars));
        (self.paragraphs, self.paragraph_chars) = shares(paragraphs);
        (self.lines, self.line_chars) = shares(lines);
        let tokens = variant.words(text, tokens);
        let words = tokens.all.as_slice();
        let mut grams = Grams::pairs(words, numbers);
        for frequent in &mut self.frequent {
            *frequent = ratio(grams.most_frequent(words), chars);
            grams.lengthen(numbers);
        }
        for repeated in &mut self.repeated {
            *repeated = ratio(grams.repeated_chars(words), chars);
            grams.lengthen(numbers);
        }
        if self.repeated.iter().any(|share| *share >= ENOUGH_TO_MATTER) {
            for (words_each, repeated) in (REPEATED_FROM..).zip(&mut self.repeated) {
                *repeated = ratio(repeated_letters(text, words, words_each, numbers), chars);
            }
        }
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
        while let Some(at) = memchr::memchr(b'\n', bytes.slice(from..)) {
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
        bytes.get(at + 1) != Some(&b'\n')
            && at.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b'\n')
    })
}

/// The n-grams of one length that occur more than once.
struct Grams {
    words_each: usize,
    /// In the order of the text.
    list: Vec<Gram>,
    /// How often each occurs, by its number.
    counts: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Gram {
    /// Its first word.
    at: u32,
    /// The same for equal n-grams, in the order in which they come.
    number: u32,
}

impl Grams {
    fn pairs(words: &[Token], numbers: &mut Numbers) -> Self {
        numbers.clear(words.len());
        let mut grams = Self { words_each: 2, list: Vec::with_capacity(words.len()), counts: Vec::new() };
        for (at, (one, next)) in (0..).zip(words.iter().zip(words.iter().skip(1))) {
            let number = grams.count(numbers.of(join(one.hash, next)));
            grams.list.push(Gram { at, number });
        }
        grams.leave_out_single();
        grams
    }

    /// N-grams of one word more: there is one wherever two of these stand one word apart.
    fn lengthen(&mut self, numbers: &mut Numbers) {
        self.words_each += 1;
        self.counts.clear();
        numbers.clear(self.list.len());
        // In the place of those that have been looked at.
        let mut kept = 0;
        for index in 1..self.list.len() {
            let (Some(one), Some(next)) = (self.list.get(index - 1).copied(), self.list.get(index)) else {
                continue;
            };
            if one.at + 1 == next.at {
                let number = numbers.of(u64::from(one.number) << 32 | u64::from(next.number));
                let number = self.count(number);
                if let Some(gram) = self.list.get_mut(kept) {
                    *gram = Gram { at: one.at, number };
                }
                kept += 1;
            }
        }
        self.list.truncate(kept);
        self.leave_out_single();
    }

    /// Counts one that has this number.
    #[expect(clippy::cast_possible_truncation, reason = "a text has fewer than 2^32 tokens")]
    fn count(&mut self, number: usize) -> u32 {
        match self.counts.get_mut(number) {
            Some(count) => *count += 1,
            None => self.counts.push(1),
        }
        number as u32
    }

    fn leave_out_single(&mut self) {
        let counts = &self.counts;
        self.list.retain(|gram| counts.get(gram.number as usize).is_some_and(|count| *count > 1));
    }

    /// The length of the most frequent one, joined by spaces, times its number; the first of equals.
    fn most_frequent(&self, words: &[Token]) -> usize {
        let (mut best, mut most) = (None, 1);
        for (number, count) in (0..).zip(&self.counts) {
            if *count > most {
                (best, most) = (Some(number), *count);
            }
        }
        let first = best.and_then(|best: u32| self.list.iter().find(|gram| gram.number == best));
        let at = first.map_or(0, |gram| gram.at as usize);
        let gram = words.get(at..at + self.words_each).unwrap_or_default();
        // A text with fewer words than that has none.
        if gram.is_empty() { 0 } else { (chars(gram) + self.words_each - 1) * most as usize }
    }

    /// The characters of those that occurred before. One that was counted is passed over whole.
    fn repeated_chars(&self, words: &[Token]) -> usize {
        let mut seen = vec![false; self.counts.len()];
        let (mut sum, mut next) = (0, 0);
        for gram in &self.list {
            let at = gram.at as usize;
            let Some(seen) = seen.get_mut(gram.number as usize).filter(|_| at >= next) else { continue };
            if *seen {
                sum += chars(words.slice(at..at + self.words_each));
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

/// A word as a polynomial of its bytes, so that those of an n-gram make one of all its letters.
#[derive(Clone, Copy, Default)]
struct Letters {
    sum: u64,
    /// The base to the power of its bytes.
    factor: u64,
}

impl Letters {
    fn of(text: &str, word: &Token) -> Self {
        const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
        let (mut letters, mut chars) = (Self { sum: 0, factor: 1 }, 0);
        for byte in text.as_bytes().slice(word.start as usize..) {
            // All bytes of a character but the first are of this form.
            chars += u32::from(byte & 0xC0 != 0x80);
            if chars > word.chars {
                break;
            }
            letters.sum = letters.sum.wrapping_mul(BASE).wrapping_add(u64::from(*byte) + 1);
            letters.factor = letters.factor.wrapping_mul(BASE);
        }
        letters
    }
}

/// [`Grams::repeated_chars`] by letters: n-grams are equal where their words spell the same without spaces.
fn repeated_letters(text: &str, words: &[Token], words_each: usize, numbers: &mut Numbers) -> usize {
    numbers.clear(words.len());
    // The last words, each in the place that its number says.
    let mut last = [Letters::default(); REPEATED_TO];
    let (mut sum, mut from) = (0, 0);
    for (at, word) in words.iter().enumerate() {
        last[at % REPEATED_TO] = Letters::of(text, word);
        let Some(first) = (at + 1).checked_sub(words_each).filter(|first| *first >= from) else { continue };
        let hash = (first..=at)
            .map(|at| last[at % REPEATED_TO])
            .fold(0, |hash: u64, word| hash.wrapping_mul(word.factor).wrapping_add(word.sum));
        let before = numbers.len();
        if numbers.of(hash) < before {
            sum += chars(words.slice(first..=at));
            from = first + words_each;
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
            .map(|word| {
                text.get(word.start as usize..)
                    .unwrap_or_default()
                    .chars()
                    .take(word.chars as usize)
                    .collect()
            })
            .collect();
        let chars = text.chars().count();
        let mut found = GopherRepetition::of(text, &tokens, Rules::January2025, Variant::Reference);
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
        // No word is another's beginning, so that letters spell the same only where words are the same.
        fn one_scan_finds_what_ten_find(text in "(a|ba|bb)(( |, |\n)(a|ba|bb)){0,60}") {
            let fast = GopherRepetition::of(&text, &tokenise(&text), Rules::January2025, Variant::Reference);
            proptest::prop_assert_eq!(fast, slowly(&text));
        }
    }

    #[test]
    fn where_much_is_repeated_words_are_compared_by_their_letters() {
        let text = "one web site for all. One website for all of us. one web site for all. One website for all of us.";
        assert_eq!(
            GopherRepetition::of(text, &tokenise(text), Rules::January2025, Variant::Reference),
            slowly(text)
        );
        // The last five words are four of an earlier five and a piece more.
        let text = "x web site for all y website for all of x web site for all y website for all of z";
        assert_eq!(
            GopherRepetition::of(text, &tokenise(text), Rules::January2025, Variant::Reference),
            slowly(text)
        );
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
        let measure = |rules| {
            GopherRepetition::of("a\n\nb\n\nc", &tokenise("a\n\nb\n\nc"), rules, Variant::Reference).lines
        };
        assert_eq!((measure(Rules::April2024), measure(Rules::March2024)), (0.0, 0.2));
    }
}
