//! Gopher's repetition rules (Rae et al. 2021, table A1): repeated paragraphs, lines and n-grams.
//!
//! Ten scans over n-grams become one: a longer n-gram occurs twice only where both shorter ones in it do, so each length
//! looks at what the one before has left, and after word pairs that is little.
//!
//! From five words on, n-grams are compared as datatrove compares them, without the spaces: `web site` is `website`. That
//! differs from comparing words only by chance, so the letters are looked at where words say that enough is repeated to
//! matter.

use serde_json::{Value, json};

use super::repeats::{Repeats, repeats};
use super::{Rules, Variant, python_lines, ratio, rounded, strip};
use crate::text::Slice;
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
    pub(in crate::stage) fn of(text: &str, tokens: &Tokens, rules: Rules, variant: Variant) -> Self {
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
        let shares =
            |repeats: Repeats| (ratio(repeats.repeated, repeats.pieces), ratio(repeats.chars, chars));
        (found.paragraphs, found.paragraph_chars) = shares(paragraphs);
        (found.lines, found.line_chars) = shares(lines);
        let tokens = variant.words(text, tokens);
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

/// Room for counting, kept from text to text.
#[derive(Default)]
struct Scratch {
    /// The upper half of a hash above a place in the list plus one; 0 where nothing is.
    slots: Vec<u64>,
    /// For each n-gram the place of its first occurrence.
    firsts: Vec<u32>,
    /// For each first occurrence, how many there are.
    counts: Vec<u32>,
    hashes: Vec<u64>,
}

/// Room for more n-grams than these is given back: one huge text does not hold memory for the rest of the night.
const MOST_KEPT: usize = 1 << 17;

thread_local! {
    static SCRATCH: std::cell::RefCell<Scratch> = std::cell::RefCell::default();
}

impl Grams {
    fn pairs(words: &[Token]) -> Self {
        let pairs = words.iter().zip(words.iter().skip(1)).map(|(one, next)| join(one.hash, next));
        Self { words_each: 2, list: frequent(pairs, |at| at) }
    }

    /// N-grams of one word more: there is one wherever two of these stand one word apart.
    fn longer(&self, words: &[Token]) -> Self {
        let words_each = self.words_each + 1;
        let mut places = Vec::new();
        let mut hashes = Vec::new();
        for (one, next) in self.list.iter().zip(self.list.iter().skip(1)) {
            if one.at + 1 == next.at
                && let Some(last) = words.get(one.at as usize + self.words_each)
            {
                places.push(one.at);
                hashes.push(join(one.hash, last));
            }
        }
        let place = |index: u32| places.get(index as usize).copied().unwrap_or_default();
        Self { words_each, list: frequent(hashes.into_iter(), place) }
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
                sum += chars(words.slice(at..at + self.words_each));
                next = at + self.words_each;
            }
            *seen = true;
        }
        sum
    }
}

/// Those of the n-grams that occur more than once. `place` is where the n-gram with a number stands in the text.
fn frequent(hashes: impl ExactSizeIterator<Item = u64>, place: impl Fn(u32) -> u32) -> Vec<Gram> {
    if hashes.len() < 2 {
        return Vec::new();
    }
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.count(hashes);
        let kept = scratch.kept(place);
        if scratch.hashes.capacity() > MOST_KEPT {
            *scratch = Scratch::default();
        }
        kept
    })
}

impl Scratch {
    fn count(&mut self, hashes: impl ExactSizeIterator<Item = u64>) {
        let size = (hashes.len() * 2).next_power_of_two();
        self.slots.clear();
        self.slots.resize(size, 0);
        let mask = size - 1;
        self.firsts.clear();
        self.counts.clear();
        self.hashes.clear();
        for (number, hash) in (1_u64..).zip(hashes) {
            #[expect(clippy::cast_possible_truncation, reason = "the remainder is what counts")]
            let mut place = hash as usize & mask;
            let entry = hash & UPPER_HALF | number;
            let first = loop {
                let Some(slot) = self.slots.get_mut(place) else { break number };
                if *slot == 0 {
                    *slot = entry;
                    break number;
                }
                // Half of the hash and the place in the table say enough, but for huge texts.
                let other = *slot & !UPPER_HALF;
                if (*slot ^ entry) & UPPER_HALF == 0
                    && self.hashes.get(usize::try_from(other).unwrap_or(0) - 1) == Some(&hash)
                {
                    break other;
                }
                place = (place + 1) & mask;
            };
            #[expect(clippy::cast_possible_truncation, reason = "a text has fewer than 2^32 tokens")]
            let first = (first - 1) as u32;
            self.hashes.push(hash);
            self.firsts.push(first);
            self.counts.push(0);
            if let Some(count) = self.counts.get_mut(first as usize) {
                *count += 1;
            }
        }
    }

    fn kept(&mut self, place: impl Fn(u32) -> u32) -> Vec<Gram> {
        let mut kept = Vec::new();
        for (number, (first, hash)) in (0..).zip(self.firsts.iter().zip(&self.hashes)) {
            let is_first = *first == number;
            let Some(count) = self.counts.get_mut(*first as usize) else { continue };
            if is_first && *count < 2 {
                continue;
            }
            let many = if is_first { *count } else { 0 };
            if is_first {
                // From here on, where the first occurrence went.
                *count = u32::try_from(kept.len()).unwrap_or(u32::MAX);
            }
            kept.push(Gram { at: place(number), first: *count, hash: *hash, count: many });
        }
        kept
    }
}

const UPPER_HALF: u64 = 0xFFFF_FFFF_0000_0000;

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
            let rest = text.slice(word.start as usize..);
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
