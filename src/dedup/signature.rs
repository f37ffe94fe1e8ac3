//! What of a text is kept to find its near duplicates.

use crate::dedup::NearSettings;
use crate::text::{mix, word_hashes};

/// A sketch of a text's word n-grams: a byte for each value of a `MinHash`, and how many n-grams there are.
///
/// **The values** are those of Fast Similarity Sketching (Dahlgaard, Knudsen, Thorup, FOCS 2017), which have
/// `MinHash`'s promise, that two texts agree in a value with the probability of their Jaccard similarity, at
/// the cost of one hash an n-gram in place of one for each value: an n-gram competes for one value only, and
/// only while some value has no n-gram at all, all of them compete once more. 112 values of
/// plain `MinHash` need SIMD that is not on every machine to be affordable.
///
/// **A byte** of each value is enough: of different n-grams, one in 256 agrees by chance, which
/// [`MinHash::share_in`] takes into account. A signature of 112 values takes 116 bytes in the index.
///
/// The same text has the same signature on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinHash {
    pub(crate) values: Box<[u8]>,
    pub(crate) grams: u32,
}

impl MinHash {
    /// A signature of these values, of a text of so many n-grams.
    pub fn from_parts(values: Box<[u8]>, grams: u32) -> Self {
        Self { values, grams }
    }

    /// The signature of a text; `None` for a text without words. A text of fewer words than an n-gram has
    /// is one n-gram.
    pub fn of(text: &str, settings: &NearSettings) -> Option<Self> {
        // The mean word of English has 6 bytes with its space.
        let mut hashes = Vec::with_capacity(text.len() / 5);
        word_hashes(text, &mut hashes);
        to_grams(&mut hashes, settings.ngram);
        if hashes.is_empty() {
            return None;
        }
        let mut least = vec![NONE; settings.bands * settings.rows];
        let grams = distinct(&hashes);
        compete(hashes, &mut least);
        #[expect(clippy::cast_possible_truncation, reason = "a byte is kept on purpose")]
        let values = least.into_iter().map(|value| value as u8).collect();
        Some(Self { values, grams })
    }

    /// [`Self::share_in`], where it is large enough for a near duplicate.
    pub(crate) fn near_share_in(&self, values: &[u8], grams: u32, settings: &NearSettings) -> Option<f64> {
        self.share_in(values, grams, settings.threshold / 2.0).filter(|share| *share >= settings.threshold)
    }

    /// How much of the longer of this text and an earlier version the other lacks, 0 to 1, in thousandths; 1 where
    /// they have too little in common for an estimate.
    pub(crate) fn changed_since(&self, values: &[u8], grams: u32, settings: &NearSettings) -> f64 {
        let jaccard = self.jaccard(values);
        if jaccard < settings.threshold / 2.0 {
            return 1.0;
        }
        let (mine, other) = (f64::from(self.grams), f64::from(grams));
        let common = jaccard / (1.0 + jaccard) * (mine + other);
        ((1.0 - common / mine.max(other)).clamp(0.0, 1.0) * 1000.0).round() / 1000.0
    }

    /// The estimated Jaccard similarity.
    fn jaccard(&self, values: &[u8]) -> f64 {
        let count = self.values.len() as u64;
        let agreeing = self.values.iter().zip(values).filter(|(mine, other)| mine == other).count() as u64;
        // In 255ths, less what agrees by chance.
        let by_right = (256 * agreeing).saturating_sub(count);
        #[expect(clippy::cast_precision_loss, reason = "at most 256 times 8,192 values")]
        let jaccard = by_right as f64 / (255 * count) as f64;
        jaccard
    }

    /// The share of this text's n-grams that an other text has too, estimated: 0 to 1, in thousandths.
    /// `None` where the two agree too little for an estimate, that is where their Jaccard similarity is below
    /// `least_jaccard`.
    ///
    /// With a share s of the values agreeing by right, the Jaccard similarity J is s; of |A| and |B| n-grams,
    /// J / (1 + J) × (|A| + |B|) are common to both.
    pub(super) fn share_in(&self, values: &[u8], grams: u32, least_jaccard: f64) -> Option<f64> {
        let jaccard = self.jaccard(values);
        if jaccard < least_jaccard {
            return None;
        }
        let (mine, other) = (f64::from(self.grams), f64::from(grams));
        let share = jaccard / (1.0 + jaccard) * (mine + other) / mine;
        Some((share.min(1.0) * 1000.0).round() / 1000.0)
    }
}

/// A value that no n-gram competed for.
const NONE: u64 = u64::MAX;

/// Odd, and without a pattern: from the digits of √2's and √3's fractions.
const GRAM: u64 = 0x6A09_E667_F3BC_C909;
const ROUND: u64 = 0xBB67_AE85_84CA_A73B;

/// Turns words into n-grams, in place.
fn to_grams(hashes: &mut Vec<u64>, ngram: usize) {
    if hashes.is_empty() {
        return;
    }
    let ngram = ngram.min(hashes.len());
    // A polynomial of the window's words, rolled on: what leaves has the power of the n-gram's length.
    let power = (0..ngram).fold(1_u64, |power, _| power.wrapping_mul(GRAM));
    let mut sum = 0_u64;
    for word in &hashes[..ngram] {
        sum = sum.wrapping_mul(GRAM).wrapping_add(*word);
    }
    for place in ngram..hashes.len() {
        let leaving = std::mem::replace(&mut hashes[place - ngram], mix(sum, ROUND));
        sum = sum.wrapping_mul(GRAM).wrapping_add(hashes[place]).wrapping_sub(leaving.wrapping_mul(power));
    }
    let last = hashes.len() - ngram;
    hashes[last] = mix(sum, ROUND);
    hashes.truncate(last + 1);
}

/// Lets n-grams compete for the values. The round is a value's upper half, so what was decided in an earlier
/// round stays, and the first rounds with n-grams for all are the last.
fn compete(mut grams: Vec<u64>, least: &mut [u64]) {
    let values = least.len() as u64;
    let mut without = least.len();
    for round in 0..2 * values {
        for gram in &grams {
            let hash = if round == 0 { *gram } else { mix(gram ^ ROUND, (round * 2 + 1).wrapping_mul(GRAM)) };
            // Beyond as many rounds as there are values, each has a round of its own: it cannot stay without.
            let place = if round < values { ((hash >> 32) * values) >> 32 } else { round - values };
            let value = round << 32 | hash & 0xFFFF_FFFF;
            #[expect(clippy::cast_possible_truncation, reason = "it is below the number of values")]
            let place = &mut least[place as usize];
            if value < *place {
                without -= usize::from(*place == NONE);
                *place = value;
            }
        }
        if without == 0 {
            return;
        }
        // So many n-grams leave no value out, unless they are a few again and again: a line of 64 MB that says
        // one word 30 million times would have each of them compete 200 times.
        if round == 0 && grams.len() > 8 * least.len() {
            grams.sort_unstable();
            grams.dedup();
        }
    }
}

/// How many different n-grams there are, 3 % too few at most: pages that hold their text twice, once for small
/// screens, would else count double.
fn distinct(grams: &[u64]) -> u32 {
    let bits = (grams.len() * 16).next_power_of_two().max(64);
    let mut seen = vec![0_u64; bits / 64];
    let mut count = 0;
    for gram in grams {
        let bit = (gram >> 8) as usize & (bits - 1);
        let (word, mask) = (&mut seen[bit / 64], 1 << (bit % 64));
        count += u32::from(*word & mask == 0);
        *word |= mask;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: NearSettings = NearSettings { ngram: 5, bands: 14, rows: 8, threshold: 0.75 };

    fn words(range: std::ops::Range<u32>) -> String {
        let words: Vec<String> = range.map(|number| format!("Word{}", u64::from(number) * 7919)).collect();
        words.join(" ") + "\n"
    }

    fn signature(text: &str) -> MinHash {
        MinHash::of(text, &USUAL).expect("it has words")
    }

    fn share(text: &str, of: &str) -> Option<f64> {
        let of = signature(of);
        signature(text).share_in(&of.values, of.grams, 0.375)
    }

    #[test]
    fn case_punctuation_and_white_space_make_no_difference() {
        let text = "The mayor said: “No.” He left at 9, by bus.";
        assert_eq!(signature(text), signature("the mayor SAID\n\nno — he left (at 9) by bus"));
        assert_ne!(signature(text), signature("The mayor said: “No.” He left at 8, by bus."));
    }

    #[test]
    fn a_text_shorter_than_an_ngram_is_one() {
        assert_eq!(MinHash::of("— … !", &USUAL), None);
        assert_eq!((signature("one").grams, signature("a b c d").grams), (1, 1));
        assert_eq!((signature("a b c d e").grams, signature("a b c d e f").grams), (1, 2));
        assert_eq!(share("a b c d", "A, b, c: d"), Some(1.0));
        assert_eq!(share("a b c d", "a b c"), None);
    }

    #[test]
    fn a_text_that_holds_itself_twice_counts_once() {
        let text = words(0..400);
        let twice = format!("{text}{text}");
        // Four 5-grams lead from the end to the start.
        let grams = signature(&twice).grams;
        assert!((380..=400).contains(&grams), "{grams}");
    }

    #[test]
    fn a_text_that_repeats_itself_all_along_is_no_more_work() {
        assert_eq!(signature(&"a b c ".repeat(400_000)), signature(&"a b c ".repeat(10)));
    }

    #[test]
    fn the_share_is_of_the_later_text_and_near_the_truth() {
        // So many words of the first text are in the second, which has so many more.
        for (common, first, second) in [
            (400, 400, 400),
            (400, 400, 600),
            (400, 600, 400),
            (300, 400, 400),
            (30, 40, 40),
            (60, 60, 90),
            (3000, 4000, 3000),
        ] {
            let true_share = f64::from(common - 4) / f64::from(first - 4);
            let mut error = 0.0;
            for start in 0..20 {
                let start = start * 100_000;
                let text = words(start..start + first);
                let other = words(start + first - common..start + first - common + second);
                let share = share(&text, &other).expect("they have much in common");
                assert!((share - true_share).abs() < 0.2, "{common} of {first}: {share}, {true_share}");
                error += (share - true_share) / 20.0;
            }
            assert!(error.abs() < 0.03, "{common} of {first}: off by {error} on average");
        }
    }

    #[test]
    fn what_was_added_and_what_was_taken_away_is_a_change() {
        let changed = |now: &str, before: &str| {
            let before = signature(before);
            signature(now).changed_since(&before.values, before.grams, &USUAL)
        };
        let (half, whole) = (words(0..600), words(0..800));
        assert!(changed(&whole, &whole) < f64::EPSILON);
        assert!((0.15..0.35).contains(&changed(&whole, &half)), "{}", changed(&whole, &half));
        assert!((0.15..0.35).contains(&changed(&half, &whole)), "{}", changed(&half, &whole));
        assert!(changed(&words(0..100), &words(500..900)) > 0.999);
    }

    #[test]
    fn texts_with_nothing_in_common_have_no_share() {
        for start in 1..100 {
            assert_eq!(share(&words(0..300), &words(start * 300..start * 300 + 300)), None);
        }
    }

    #[test]
    fn a_script_without_spaces_has_words_too() {
        let text = "新华社北京七月二十一日电记者从有关部门获悉今年上半年全国粮食产量稳中有升农民收入继续增加";
        let edited = text.replace("今年", "去年");
        let share = share(&edited, text).expect("they have much in common");
        assert!((0.7..0.95).contains(&share), "{share}");
    }
}
