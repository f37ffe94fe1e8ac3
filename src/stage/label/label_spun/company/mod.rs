//! The company that words keep: a closer reading, for texts that are suspicious already.
//!
//! A spinner that replaces nouns by nouns and verbs by verbs leaves the grammar alone, and classes of words say nothing. What it cannot
//! hide is that its words are rarer than those they replaced, stand beside words that nobody puts there, and have little to do with what
//! else their sentence is about. So of each word there is known how frequent it is, how well it goes with its neighbours among 250,000
//! pairs of the web and of books, how near its vector is to those of up to ten words around it, and how often the text has it. Trees
//! say from these how likely it is that a spinner put it there ([`table`]; `tests/bench/spun/company.py` makes it from texts of
//! packages). The trees know no words.
//!
//! Of sound texts one in twenty is read like this, because it takes far longer than the first reading.

mod table;
mod tokens;

use std::collections::BTreeMap;
use std::ops::Range;

use table::{COMPANY, Features, KnownWord};
use tokens::{Kind, Token};

/// Words with a vector, on each side, that a word is compared with.
const WINDOW: usize = 5;
/// A word as frequent as this, or as short, says nothing about what its sentence is about.
const COMMON: u8 = 34;
const SHORT: usize = 2;

/// The shares of words that may have been replaced, in percent.
const SHARES: [u32; 6] = [2, 4, 8, 16, 32, 50];
/// Sums are in this part of a natural logarithm.
const UNIT: f64 = 1024.0;
/// What a word counts at most, for and against, in tenths.
const MOST: i32 = 40;
/// From here on a word counts less each time, in tenths: the terms of a trade are rare, too.
const REPEATED: i32 = 5;
const LESS_EACH_TIME: i32 = 15;
/// What a sentence counts at most and at least.
const SENTENCE_MOST: i32 = 2 * 1024;
const SENTENCE_LEAST: i32 = -9 * 1024;
/// From here on a word is evidence by itself, in tenths.
const ODD: i32 = 15;

/// What a closer reading found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CloserReading {
    /// The evidence that the text was spun, as a logarithm; below 0 where it speaks against it.
    pub(super) sum: f64,
    /// Words that do not go with what stands around them.
    pub(super) odd: Vec<Range<usize>>,
}

/// Reads a text.
pub(super) fn read_closely(text: &str) -> CloserReading {
    let tokens = tokens::read(text);
    let known: Vec<KnownWord> = tokens.iter().map(|token| COMPANY.look_up(&token.word)).collect();
    let nearness = Nearness::of(&tokens, &known);
    let with_levels = || tokens.iter().zip(known.iter().map(|known| known.level));
    let pairs: Vec<u8> =
        with_levels().zip(with_levels().skip(1)).map(|(one, other)| pair(one, other)).collect();
    let beside = |place: usize| pairs.get(place).copied().unwrap_or(0);
    let neighbour = |place: usize| match (tokens.get(place), known.get(place)) {
        (Some(token), _) if token.kind == Kind::Name => 1,
        (Some(token), Some(known)) if token.is_word() => 2 + known.level,
        _ => 0,
    };
    let mut times: BTreeMap<&str, u8> = BTreeMap::new();
    for token in &tokens {
        let count = times.entry(&token.word).or_default();
        *count = count.saturating_add(1);
    }
    let gains: Vec<[i32; SHARES.len()]> = (-MOST..=MOST).map(gains).collect();
    let mut odd_times: BTreeMap<&str, i32> = BTreeMap::new();
    let mut sums = [0; SHARES.len()];
    let mut sentence = Sentence::default();
    let mut odd = Vec::new();
    for (place, (token, known)) in tokens.iter().zip(&known).enumerate() {
        if token.kind == Kind::End {
            std::mem::take(&mut sentence).add_to(&mut sums);
        }
        if !token.is_word() {
            continue;
        }
        let (left, right) = (place.wrapping_sub(1), place + 1);
        let (nearest, second, mean) = nearness.around(place);
        let features: Features = [
            known.level,
            beside(left),
            beside(place),
            neighbour(left),
            neighbour(right),
            nearest,
            second,
            mean,
            times.get(token.word.as_str()).copied().unwrap_or(1).min(3),
            u8::from(token.kind == Kind::Opening),
            u8::try_from(token.word.chars().count().min(20)).unwrap_or(20),
            ending(&token.word),
        ];
        let mut ratio = COMPANY.ratio(&features).clamp(-MOST, MOST);
        if ratio > REPEATED {
            let count = odd_times.entry(&token.word).or_default();
            ratio = (ratio - LESS_EACH_TIME * *count).max(0);
            *count += 1;
        }
        if ratio >= ODD {
            odd.push(token.bytes.clone());
        }
        if let Some(gains) = usize::try_from(ratio + MOST).ok().and_then(|at| gains.get(at)) {
            for (sum, gain) in sentence.sums.iter_mut().zip(gains) {
                *sum += gain;
            }
        }
        sentence.words += 1;
        sentence.unknown += u32::from(known.level == 0);
    }
    sentence.add_to(&mut sums);
    let most = sums.iter().copied().max().unwrap_or(0);
    CloserReading { sum: f64::from(most) / UNIT, odd }
}

/// What the words of a sentence add up to.
#[derive(Default)]
struct Sentence {
    sums: [i32; SHARES.len()],
    words: u32,
    unknown: u32,
}

impl Sentence {
    /// Counts the sentence, unless it is hardly English.
    fn add_to(self, sums: &mut [i32; SHARES.len()]) {
        if self.unknown * 10 > self.words * 4 {
            return;
        }
        for (sum, of_sentence) in sums.iter_mut().zip(self.sums) {
            *sum += of_sentence.clamp(SENTENCE_LEAST, SENTENCE_MOST);
        }
    }
}

/// What a word counts for each share, by its ratio in tenths.
#[expect(clippy::cast_possible_truncation, reason = "at most 4 units of a logarithm")]
fn gains(tenths: i32) -> [i32; SHARES.len()] {
    SHARES.map(|share| {
        let share = f64::from(share) / 100.0;
        let ratio = (f64::from(tenths) / 10.0).exp();
        ((1.0 - share + share * ratio).ln() * UNIT).round() as i32
    })
}

/// How well two neighbours go together: below 3 where that is not known, then the odder the fewer, from 100 on known pairs.
fn pair((one, first): (&Token, u8), (other, second): (&Token, u8)) -> u8 {
    if one.is_mark() || other.is_mark() {
        return 0;
    }
    if one.kind == Kind::Name || other.kind == Kind::Name {
        return 1;
    }
    if first == 0 || second == 0 {
        return 2;
    }
    match COMPANY.pair(&one.word, &other.word) {
        Some(level) => 100 + level,
        None => 100_u8.saturating_sub(first).saturating_sub(second),
    }
}

fn ending(word: &str) -> u8 {
    let found = ["ing", "ed", "ly", "s"].iter().zip(1..).find(|(end, _)| word.ends_with(*end));
    found.map_or(0, |(_, number)| number)
}

/// How near the vectors of the words in each sentence are to each other.
struct Nearness<'a> {
    /// Words with a vector: their place, their sentence, the word and its vector.
    content: Vec<(usize, u32, &'a str, &'a KnownWord)>,
}

impl<'a> Nearness<'a> {
    fn of(tokens: &'a [Token], known: &'a [KnownWord]) -> Self {
        let mut sentence = 0;
        let mut content = Vec::new();
        for (place, (token, known)) in tokens.iter().zip(known).enumerate() {
            sentence += u32::from(token.kind == Kind::End);
            let says = known.length > 0 && known.level <= COMMON && token.word.chars().count() > SHORT;
            if token.is_word() && says {
                content.push((place, sentence, token.word.as_str(), known));
            }
        }
        Self { content }
    }

    /// The nearest of the words around a place, the second nearest, and the mean; 0 where there is none.
    fn around(&self, place: usize) -> (u8, u8, u8) {
        let Ok(here) = self.content.binary_search_by_key(&place, |(place, ..)| *place) else {
            return (0, 0, 0);
        };
        let Some((_, sentence, word, known)) = self.content.get(here) else { return (0, 0, 0) };
        let from = here.saturating_sub(WINDOW);
        let around = self.content.iter().skip(from).take(here - from + WINDOW + 1);
        let others = around.filter(|(_, of, other, _)| of == sentence && other != word);
        let mut near: Vec<u8> = others.map(|(.., other)| known.nearness(other)).collect();
        near.sort_unstable_by(|a, b| b.cmp(a));
        let sum: u32 = near.iter().copied().map(u32::from).sum();
        let mean = u32::try_from(near.len()).ok().and_then(|count| sum.checked_div(count)).unwrap_or(0);
        let at = |place: usize| near.get(place).copied().unwrap_or(0);
        (at(0), at(1), u8::try_from(mean).unwrap_or(u8::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_pairs_are_known_and_odd_ones_are_not() {
        let pair_of = |text: &str| {
            let tokens = tokens::read(text);
            let [one, other] =
                [0, 1].map(|place| (&tokens[place], COMPANY.look_up(&tokens[place].word).level));
            pair(one, other)
        };
        assert!(pair_of("united states") > 100);
        assert!(pair_of("states of") >= 100);
        assert_eq!(pair_of("wherewithal frobnicated"), 2);
        assert_eq!(pair_of("went, there"), 0);
        assert!((3..40).contains(&pair_of("their went")));
    }

    #[test]
    fn words_of_one_topic_are_nearer_than_others() {
        let near = |one: &str, other: &str| COMPANY.look_up(one).nearness(&COMPANY.look_up(other));
        assert!(near("doctor", "hospital") > near("doctor", "harvest") + 20);
        assert!(near("bank", "loan") > near("bank", "violin") + 20);
    }

    #[test]
    fn a_text_whose_words_keep_strange_company_has_more_evidence_than_the_sound_one() {
        let sound = "The council voted to repair the old bridge before winter. Engineers found deep cracks in two pillars last spring, \
                     and heavy trucks have been banned since then. The work will cost four million and take about six months.";
        let spun = "The assembly balloted to mend the aged span before wintertime. Technologists found inscrutable chaps in two newels last \
                    springtime, and hefty handcarts have been outlawed since then. The oeuvre will be four meg and take about six calendar months.";
        let (sound, spun) = (read_closely(sound), read_closely(spun));
        assert!(spun.sum > sound.sum + 2.0, "{} {}", sound.sum, spun.sum);
        assert!(spun.odd.len() > sound.odd.len(), "{:?} {:?}", sound.odd, spun.odd);
    }
}
