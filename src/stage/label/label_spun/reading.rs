//! Reading a text once: its tokens, how well each fits between its neighbours, and what that adds up to.
//!
//! For each token there is the ratio of how likely it is if a spinner put it there to how likely it is if an author did
//! ([`super::pairs`], in tenths of a natural logarithm). If a spinner replaced a share of all tokens, a text's evidence is the sum
//! of `ln(1 - share + share * ratio)`. The share is not known, so six are summed up, and the best counts.
//!
//! No sentence counts for more than a few replaced words, because what is odd in sound texts is odd in one place: a quotation
//! in another language, a list, a formula. Sentences that are hardly English do not count at all.

use std::ops::Range;

use super::pairs::Pairs;
use super::tells::TELLS;
use super::words::{
    BREAK, COMMA, FUNCTION_WORDS, Initial, Key, Known, Lexicon, NUMBER, SENTENCE_END, is_unlisted,
};

/// Bytes that are read of a text, or a little more: some 1,500 words, and a spinner does not stop after them.
const ENOUGH_BYTES: usize = 9000;

/// Where it is clear by then that a text is hardly English, or sound, reading ends: most texts are not read further.
const ENOUGH_IF_CLEAR_BYTES: usize = 1800;
/// A sum like this is clear: of texts with 35 % of their words replaced one in 100 has as little by then.
const CLEAR: i32 = -3 * UNIT / 2;

/// The shares of tokens that may have been replaced, in percent. A spinner that replaces a tenth of what its small dictionary
/// has replaces 1 in 100, one that asks a thesaurus about each word 1 in 2.
const SHARES: [u32; 6] = [1, 2, 4, 8, 16, 32];
/// Sums are in this part of a natural logarithm.
pub(super) const UNIT: i32 = 1024;

/// A word that does not fit counts at most this much, in tenths; a telling word more ([`TELLS`]).
const MOST: i32 = 40;
const MOST_OF_ALL: i32 = 80;
/// The neighbours say that a telling word does not fit from here on, in tenths. Of "successful" in sound text 16 % get
/// here, of those that stand for "in" 85 %.
const MISFIT: i32 = 5;
const MISFIT_IN_SPUN: i32 = 2;
/// A telling word that does not fit counts at least this much.
const LEAST_OF_A_TELL: i32 = 30;
/// The same evidence counts less each time: a text about chemistry has its "helium" in every sentence.
const LESS_EACH_TIME: i32 = 15;
/// "A emblem", "an ship": a noun was replaced, and its article was not. Sound texts have one in 100,000 words.
const WRONG_ARTICLE: i32 = 40;
const LEAST_OF_AN_ARTICLE: i32 = 10;
const MOST_OF_AN_ARTICLE: i32 = 65;
/// From here on a word that does not fit counts less each time, in tenths: the terms of a trade, such as "tax software",
/// stand in every sentence, and a spinner replaces many words.
const REPEATED: i32 = 8;
/// Places for words that were met, by their hashes.
const REPEATS: usize = 1024;
/// From here on a word is evidence by itself, in tenths.
const ODD: i32 = 33;
/// More than these are not kept.
const ENOUGH_ODD: usize = 40;

/// What a sentence counts at most, without and with a telling word; and at least.
const SENTENCE_MOST: i32 = 5 * UNIT / 2;
const SENTENCE_MOST_TELLING: i32 = 9 * UNIT / 2;
const SENTENCE_LEAST: i32 = -9 * UNIT;
const SENTENCE_TOKENS: u32 = 5;

/// Why a span is evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// A telling word, by its place in `TELLS`.
    Tell(usize),
    /// An article that does not go with its noun.
    Article,
    /// A word that does not go with its neighbours.
    Odd,
}

/// A span of the text that a spinner seems to have written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) bytes: Range<usize>,
    pub(super) ground: Ground,
}

/// A text that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SpunReading {
    /// Words, numbers and punctuation marks.
    pub(super) tokens: u32,
    /// Those in sentences that count.
    pub(super) judged: u32,
    /// Sentences that count.
    pub(super) sentences: u32,
    /// The evidence for each of [`SHARES`], in [`UNIT`]s.
    pub(super) sums: [i32; SHARES.len()],
    /// How often each of the most frequent words stands in the text.
    pub(super) function_words: [u32; FUNCTION_WORDS],
    /// Spans that a spinner seems to have written.
    pub(super) spans: Vec<Span>,
}

impl SpunReading {
    /// Whether most of the text is English prose.
    pub(super) fn is_english(&self) -> bool {
        self.judged > 0 && self.judged * 2 >= self.tokens
    }
}

impl Default for SpunReading {
    fn default() -> Self {
        Self {
            tokens: 0,
            judged: 0,
            sentences: 0,
            sums: [0; SHARES.len()],
            function_words: [0; FUNCTION_WORDS],
            spans: Vec::new(),
        }
    }
}

/// Reads texts.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) lexicon: Lexicon,
    pairs: Pairs,
    /// `ln(1 - share + share * ratio)` for each ratio from `-MOST` and each share.
    gains: Vec<[i32; SHARES.len()]>,
    /// The classes of "a" and "an".
    articles: (u8, u8),
}

impl Reader {
    pub(super) fn new() -> Self {
        let lexicon = Lexicon::new();
        #[expect(clippy::cast_possible_truncation, reason = "at most 8 units of a logarithm")]
        let gain = |tenths: i32| {
            SHARES.map(|share| {
                let share = f64::from(share) / 100.0;
                let ratio = (f64::from(tenths) / 10.0).exp();
                ((1.0 - share + share * ratio).ln() * f64::from(UNIT)).round() as i32
            })
        };
        let class = |word: &str| lexicon.look_up(&Key::of(word), Initial::Small).class;
        let articles = (class("a"), class("an"));
        Self { lexicon, pairs: Pairs::new(), gains: (-MOST..=MOST_OF_ALL).map(gain).collect(), articles }
    }

    /// Reads as much of a text as it takes to judge it.
    pub(super) fn read(&self, text: &str) -> SpunReading {
        self.read_as(text, ENOUGH_BYTES, MISFIT)
    }

    /// Reads all of a text that is known to be spun, for its telling words: half the evidence is enough that they do not fit.
    pub(super) fn read_all(&self, text: &str) -> SpunReading {
        self.read_as(text, text.len(), MISFIT_IN_SPUN)
    }

    fn read_as(&self, text: &str, enough_bytes: usize, misfit: i32) -> SpunReading {
        let mut sums = Sums::new(self, text, misfit);
        let mut is_opening = true;
        let mut at = 0;
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            if at >= enough_bytes {
                break;
            }
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' => {
                    let (known, end) = self.word(text, at, is_opening);
                    sums.push(known, at..end);
                    is_opening = false;
                    at = end;
                }
                b' ' => at += 1,
                b'0'..=b'9' => {
                    let is_inside =
                        |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b',' | b':' | b'%' | b'/');
                    let end = at + bytes.iter().skip(at).take_while(is_inside).count();
                    sums.push(mark(NUMBER), at..end);
                    is_opening = false;
                    at = end;
                }
                b'.' | b'!' | b'?' | b'\n' => {
                    if !is_opening {
                        sums.push(mark(SENTENCE_END), at..at + 1);
                    }
                    is_opening = true;
                    at += 1;
                    if at >= ENOUGH_IF_CLEAR_BYTES && sums.is_clear() {
                        break;
                    }
                }
                b',' => {
                    sums.push(mark(COMMA), at..at + 1);
                    at += 1;
                }
                b';' | b':' | b'(' | b')' | b'[' | b']' => {
                    sums.push(mark(BREAK), at..at + 1);
                    at += 1;
                }
                0xC3..=0xD3 if letter_at(text, at).is_some() => {
                    let (known, end) = self.word(text, at, is_opening);
                    sums.push(known, at..end);
                    is_opening = false;
                    at = end;
                }
                0x80.. => {
                    let length = match byte {
                        0xE0..=0xEF => 3,
                        0xF0.. => 4,
                        _ => 2,
                    };
                    match bytes.get(at..at + length) {
                        // …
                        Some([0xE2, 0x80, 0xA6]) => {
                            if !is_opening {
                                sums.push(mark(SENTENCE_END), at..at + length);
                            }
                            is_opening = true;
                        }
                        // – and —
                        Some([0xE2, 0x80, 0x93 | 0x94]) => sums.push(mark(BREAK), at..at + length),
                        _ => {}
                    }
                    at += length;
                }
                _ => at += 1,
            }
        }
        sums.finish()
    }

    /// The word that begins at a place, and its end.
    #[inline]
    fn word(&self, text: &str, start: usize, is_opening: bool) -> (Known, usize) {
        let bytes = text.as_bytes();
        let (key, at) = Key::of_letters(bytes, start).unwrap_or_else(|| other_word(text, start));
        let has_capital = match bytes.get(start) {
            Some(first) if first.is_ascii() => first.is_ascii_uppercase(),
            _ => text.get(start..at).and_then(|word| word.chars().next()).is_some_and(char::is_uppercase),
        };
        let initial = match (has_capital, is_opening) {
            (false, _) => Initial::Small,
            (true, true) => Initial::Opening,
            (true, false) => Initial::Capital,
        };
        (self.lexicon.look_up(&key, initial), at)
    }

    /// Whether an article, "a" or "an", stands before a word that asks for the other.
    fn is_wrong_article(&self, article: u8, word: &str) -> bool {
        let bytes = word.as_bytes();
        let &[first, second, third, _, ..] = bytes else { return false };
        if !first.is_ascii_lowercase() || !word.is_ascii() {
            return false;
        }
        if article == self.articles.0 {
            // "A one-off", "a euro", "a uniform", "a user".
            return match first {
                b'a' | b'i' => true,
                b'o' => !["one", "once", "oui"].iter().any(|start| word.starts_with(start)),
                b'e' => !matches!(second, b'u' | b'w'),
                b'u' => matches!(second, b'p' | b'l' | b'm' | b'g') || (second == b'n' && third != b'i'),
                _ => false,
            };
        }
        // "An hour", "an historic", "an mp3".
        article == self.articles.1
            && !matches!(first, b'a' | b'e' | b'i' | b'o' | b'u' | b'h' | b'x' | b'y')
            && [second, third].iter().any(|byte| b"aeiou".contains(byte))
    }
}

/// The bytes of the letter at a place: Latin, Greek and Cyrillic ones make words.
#[inline]
fn letter_at(text: &str, at: usize) -> Option<usize> {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphabetic().then_some(1),
        Some(0xC3..=0xD3) => {
            let letter = text.get(at..).and_then(|rest| rest.chars().next());
            letter.filter(|letter| letter.is_alphabetic()).map(char::len_utf8)
        }
        _ => None,
    }
}

/// A word with apostrophes, hyphens or accents, and its end.
fn other_word(text: &str, start: usize) -> (Key, usize) {
    let bytes = text.as_bytes();
    let mut key = Key::default();
    let mut at = start;
    loop {
        match bytes.get(at) {
            Some(byte) if byte.is_ascii_alphabetic() => {
                key.push(byte | 0x20);
                at += 1;
            }
            Some(b'\'') if letter_at(text, at + 1).is_some() => {
                key.push(b'\'');
                at += 1;
            }
            Some(b'-') if letter_at(text, at + 1).is_some() => {
                key.push_hyphen();
                at += 1;
            }
            Some(0xE2)
                if bytes.get(at + 1..at + 3) == Some(&[0x80, 0x99]) && letter_at(text, at + 3).is_some() =>
            {
                key.push(b'\'');
                at += 3;
            }
            Some(0x80..) => {
                let Some(length) = letter_at(text, at) else { break };
                key.push_foreign();
                at += length;
            }
            _ => break,
        }
    }
    (key, at)
}

fn mark(class: u8) -> Known {
    Known { class, tell: 0 }
}

/// A token whose right neighbour is still to come.
#[derive(Clone, Debug)]
struct Token {
    known: Known,
    bytes: Range<usize>,
    /// What its left neighbour says about it.
    left: i32,
    /// The article right before it: its class and where it begins.
    article: Option<(u8, usize)>,
}

/// What the tokens of a text add up to.
struct Sums<'a> {
    reader: &'a Reader,
    text: &'a str,
    reading: SpunReading,
    /// From here on, a telling word does not fit.
    misfit: i32,
    pending: Option<Token>,
    sentence: Sentence,
    /// How often each telling word did not fit; 0 is for articles.
    times: [u8; TELLS.len() + 1],
    /// How often words have not fitted, by their hashes.
    repeats: [u8; REPEATS],
}

/// What the tokens of a sentence add up to.
#[derive(Default)]
struct Sentence {
    sums: [i32; SHARES.len()],
    tokens: u32,
    unlisted: u32,
    function_words: u32,
    is_telling: bool,
}

impl Sentence {
    /// Whether it is English prose: in sentences of spun articles too, a tenth of the tokens are function words.
    fn counts(&self) -> bool {
        self.tokens >= SENTENCE_TOKENS
            && self.unlisted * 10 <= self.tokens * 4
            && self.function_words * 10 >= self.tokens
    }
}

impl<'a> Sums<'a> {
    fn new(reader: &'a Reader, text: &'a str, misfit: i32) -> Self {
        Self {
            misfit,
            reader,
            text,
            reading: SpunReading::default(),
            pending: None,
            sentence: Sentence::default(),
            times: [0; TELLS.len() + 1],
            repeats: [0; REPEATS],
        }
    }

    #[inline]
    fn push(&mut self, known: Known, bytes: Range<usize>) {
        let (mut left, mut article) = (0, None);
        if let Some(before) = self.pending.take() {
            let pairs = &self.reader.pairs;
            left = pairs.left_of(before.known.class, known.class);
            let right = pairs.right_of(before.known.class, known.class);
            let (a, an) = self.reader.articles;
            if before.known.class == a || before.known.class == an {
                article = Some((before.known.class, before.bytes.start));
            }
            self.settle(&before, right);
        }
        self.pending = Some(Token { known, bytes, left, article });
    }

    /// Both neighbours of a token are known.
    #[inline]
    fn settle(&mut self, token: &Token, right: i32) {
        let class = token.known.class;
        let misfit = token.left + right;
        let mut ratio = (self.reader.pairs.alone(class) + misfit).clamp(-MOST, MOST);
        if ratio >= REPEATED && token.known.tell == 0 {
            ratio = self.less_if_repeated(&token.bytes, ratio);
        }
        if token.known.tell != 0 {
            if misfit >= self.misfit {
                ratio = self.tell(token, ratio);
            }
        } else if let Some((article, start)) = token.article
            && let Some(word) = self.text.get(token.bytes.clone())
            && self.reader.is_wrong_article(article, word)
        {
            ratio = self.wrong_article(start..token.bytes.end, ratio);
        } else if ratio >= ODD && self.reading.spans.len() < ENOUGH_ODD && class < NUMBER {
            self.reading.spans.push(Span { bytes: token.bytes.clone(), ground: Ground::Odd });
        }
        if let Some(gains) = usize::try_from(ratio + MOST).ok().and_then(|at| self.reader.gains.get(at)) {
            for (sum, gain) in self.sentence.sums.iter_mut().zip(gains) {
                *sum += gain;
            }
        }
        self.sentence.is_telling |= ratio > MOST;
        self.sentence.tokens += 1;
        self.sentence.unlisted += u32::from(is_unlisted(class));
        if let Some(count) = self.reading.function_words.get_mut(usize::from(class)) {
            *count += 1;
            self.sentence.function_words += 1;
        }
        if class == SENTENCE_END {
            self.end_sentence();
        }
    }

    /// A telling word that does not fit.
    #[cold]
    fn tell(&mut self, token: &Token, ratio: i32) -> i32 {
        let place = usize::from(token.known.tell) - 1;
        let ground = Ground::Tell(place);
        let weight = TELLS.get(place).map_or(0, |tell| tell.weight);
        let less = self.less_this_time(place + 1);
        self.reading.spans.push(Span { bytes: token.bytes.clone(), ground });
        ratio.max(weight - less).max(LEAST_OF_A_TELL)
    }

    #[cold]
    fn wrong_article(&mut self, bytes: Range<usize>, ratio: i32) -> i32 {
        let less = self.less_this_time(0);
        self.reading.spans.push(Span { bytes, ground: Ground::Article });
        (ratio.max(0) + (WRONG_ARTICLE - less).max(LEAST_OF_AN_ARTICLE)).min(MOST_OF_AN_ARTICLE)
    }

    /// How much less the same evidence counts this time.
    fn less_this_time(&mut self, tell: usize) -> i32 {
        let Some(times) = self.times.get_mut(tell) else { return 0 };
        let less = LESS_EACH_TIME * i32::from(*times);
        *times = times.saturating_add(1);
        less
    }

    /// What a word that does not fit says, which is less each time.
    fn less_if_repeated(&mut self, bytes: &Range<usize>, ratio: i32) -> i32 {
        let word = self.text.as_bytes().get(bytes.clone()).unwrap_or_default();
        let hash = word.iter().fold(0x811C_9DC5_u32, |hash, byte| {
            (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
        });
        let Some(times) = self.repeats.get_mut((hash >> 16) as usize % REPEATS) else { return ratio };
        let less = LESS_EACH_TIME * i32::from(*times);
        *times = times.saturating_add(1);
        (ratio - less).max(0)
    }

    /// Whether reading on would not change anything.
    fn is_clear(&self) -> bool {
        let reading = &self.reading;
        let is_sound =
            reading.sums.iter().all(|sum| *sum < CLEAR) && self.times.iter().all(|times| *times == 0);
        self.misfit == MISFIT && (is_sound || !reading.is_english())
    }

    fn end_sentence(&mut self) {
        let sentence = std::mem::take(&mut self.sentence);
        self.reading.tokens += sentence.tokens;
        if !sentence.counts() {
            return;
        }
        self.reading.judged += sentence.tokens;
        self.reading.sentences += 1;
        let most = if sentence.is_telling { SENTENCE_MOST_TELLING } else { SENTENCE_MOST };
        for (sum, sentence) in self.reading.sums.iter_mut().zip(sentence.sums) {
            *sum += sentence.clamp(SENTENCE_LEAST, most);
        }
    }

    fn finish(mut self) -> SpunReading {
        if let Some(last) = self.pending.take() {
            self.settle(&last, 0);
        }
        self.end_sentence();
        self.reading
    }
}
