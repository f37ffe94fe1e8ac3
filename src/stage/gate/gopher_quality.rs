//! `gopher-quality`: texts that are not running text go.
//!
//! A list of prices of 60 words, 20 of them with a letter → dropped as `too_few_alphabetic_words`, measured 0.33, limit 0.8.
//!
//! The rules of Rae et al. 2021, appendix A1, as datatrove has them, in its order; the first that is not met gives the
//! reason. They were made for English: a text in another language has none of the stop words. With `variant = "news"` a text
//! is asked for its own language's (by `language`, so `label-language` belongs before), and for none where there is no list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured, Outcome, Reason};
use crate::settings::settings_schema;
use crate::stage::quality::gopher_quality::GopherQuality;
use crate::stage::quality::{EMPTY_TEXT, Rules, StopWords, Variant, drop_for, empty_text};
use crate::stage::{Family, NumberLimit, Part, Rejudge, Side, Stage, StageContext, StageKind, tell_limits};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The rules as datatrove had them in a month. Before `2025-01` a stop word counts as often as it occurs.
    rules: Rules,
    /// `news` asks for the stop words of the article's language instead of English ones.
    variant: Variant,
    /// The fewest words; a word has a character that is no symbol.
    min_words: usize,
    /// The most words.
    max_words: usize,
    /// The lowest mean length of words, in characters.
    min_mean_word_length: f64,
    /// The highest mean length of words.
    max_mean_word_length: f64,
    /// The most `#`, and the most `...` and `…`, for each word, punctuation marks included.
    max_symbols: f64,
    /// The largest share of lines that start with `•` or `-`.
    max_bullet_lines: f64,
    /// The largest share of lines that end in `...` or `…`.
    max_ellipsis_lines: f64,
    /// The smallest share of words, punctuation marks included, that have a letter.
    min_alphabetic_words: f64,
    /// The fewest different words of `the`, `be`, `to`, `of`, `and`, `that`, `have`, `with`.
    min_stop_words: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            variant: Variant::default(),
            min_words: 50,
            max_words: 100_000,
            min_mean_word_length: 3.0,
            max_mean_word_length: 10.0,
            max_symbols: 0.1,
            max_bullet_lines: 0.9,
            max_ellipsis_lines: 0.3,
            min_alphabetic_words: 0.8,
            min_stop_words: 2,
        }
    }
}

const TOO_FEW_WORDS: Reason =
    Reason { name: "too_few_words", meaning: "the text has fewer words than min-words" };
const TOO_MANY_WORDS: Reason =
    Reason { name: "too_many_words", meaning: "the text has more words than max-words" };
const WORDS_TOO_SHORT: Reason =
    Reason { name: "words_too_short", meaning: "words are shorter in the mean than min-mean-word-length" };
const WORDS_TOO_LONG: Reason =
    Reason { name: "words_too_long", meaning: "words are longer in the mean than max-mean-word-length" };
const TOO_MANY_HASHES: Reason =
    Reason { name: "too_many_hashes", meaning: "there are more # for each word than max-symbols" };
const TOO_MANY_ELLIPSES: Reason =
    Reason { name: "too_many_ellipses", meaning: "there are more ellipses for each word than max-symbols" };
const TOO_MANY_BULLET_LINES: Reason = Reason {
    name: "too_many_bullet_lines",
    meaning: "a larger share of lines than max-bullet-lines starts with a bullet",
};
const TOO_MANY_ELLIPSIS_LINES: Reason = Reason {
    name: "too_many_ellipsis_lines",
    meaning: "a larger share of lines than max-ellipsis-lines ends in an ellipsis",
};
const TOO_FEW_ALPHABETIC_WORDS: Reason = Reason {
    name: "too_few_alphabetic_words",
    meaning: "a smaller share of words than min-alphabetic-words has a letter",
};
const TOO_FEW_STOP_WORDS: Reason =
    Reason { name: "too_few_stop_words", meaning: "the text has fewer stop words than min-stop-words" };

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "gopher-quality",
    family: Family::Gate,
    summary: "drops texts that are not running text, by Gopher's rules",
    about: "Decisions and reasons are datatrove's. Words are the tokens of spaCy's English pipeline, whatever the language; \
            lengths are in characters.\n\nThe stop words are English. With variant = \"news\" they are those of the article's \
            `language`, as `label-language` fills it, and the rule is left out for languages without a list; there are lists \
            for English, for 33 others in Latin letters, and for Arabic, Bulgarian, Greek, \
            Hebrew, Persian, Russian, Serbian and Ukrainian. Chinese, Japanese and Thai have no spaces, so that their words are \
            too long for these rules in either variant.",
    reasons: &[
        EMPTY_TEXT,
        TOO_FEW_WORDS,
        TOO_MANY_WORDS,
        WORDS_TOO_SHORT,
        WORDS_TOO_LONG,
        TOO_MANY_HASHES,
        TOO_MANY_ELLIPSES,
        TOO_MANY_BULLET_LINES,
        TOO_MANY_ELLIPSIS_LINES,
        TOO_FEW_ALPHABETIC_WORDS,
        TOO_FEW_STOP_WORDS,
    ],
    example: "[[stage]]\nkind = \"gopher-quality\"\nrules = \"2025-01\"\nvariant = \"reference\"\nmin-words = 50\n\
              max-words = 100000\nmin-mean-word-length = 3.0\nmax-mean-word-length = 10.0\nmax-symbols = 0.1\n\
              max-bullet-lines = 0.9\nmax-ellipsis-lines = 0.3\nmin-alphabetic-words = 0.8\nmin-stop-words = 2\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(GopherGate { settings: table.read()?, stop_words: StopWords::new() })),
};

/// Whether a value and its limit are on the wrong sides of each other.
type Crosses = fn(f64, f64) -> bool;

#[derive(Debug)]
struct GopherGate {
    settings: Settings,
    stop_words: StopWords,
}

impl Stage for GopherGate {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let text = article.text.as_str();
        if text.is_empty() {
            return empty_text();
        }
        tell_limits(self, article, cx);
        let text = article.text.as_str();
        let limits = &self.settings;
        let stop_words = self.stop_words.asked_for(limits.variant, &article.language);
        let found = GopherQuality::of(text, cx.tokens(text), limits.rules, stop_words);
        let count = |reason, measured: usize, limit: usize| {
            drop_for(reason, Measured::Count(measured as u64), Measured::Count(limit as u64))
        };
        if found.words < limits.min_words {
            return count(&TOO_FEW_WORDS, found.words, limits.min_words);
        }
        if found.words > limits.max_words {
            return count(&TOO_MANY_WORDS, found.words, limits.max_words);
        }
        let too_low = |measured: f64, limit: f64| measured < limit;
        let too_high = |measured: f64, limit: f64| measured > limit;
        let shares: [(&'static Reason, Crosses, f64, f64); 7] = [
            (&WORDS_TOO_SHORT, too_low, found.mean_word_length, limits.min_mean_word_length),
            (&WORDS_TOO_LONG, too_high, found.mean_word_length, limits.max_mean_word_length),
            (&TOO_MANY_HASHES, too_high, found.hashes, limits.max_symbols),
            (&TOO_MANY_ELLIPSES, too_high, found.ellipses, limits.max_symbols),
            (&TOO_MANY_BULLET_LINES, too_high, found.bullet_lines, limits.max_bullet_lines),
            (&TOO_MANY_ELLIPSIS_LINES, too_high, found.ellipsis_lines, limits.max_ellipsis_lines),
            (&TOO_FEW_ALPHABETIC_WORDS, too_low, found.alphabetic_words, limits.min_alphabetic_words),
        ];
        for (reason, crosses, measured, limit) in shares {
            if crosses(measured, limit) {
                return drop_for(reason, Measured::Ratio(measured), Measured::Ratio(limit));
            }
        }
        match found.stop_words {
            Some(words) if words < limits.min_stop_words => {
                count(&TOO_FEW_STOP_WORDS, words, limits.min_stop_words)
            }
            _ => Outcome::Keep,
        }
    }

    fn rejudge(&self) -> Option<&dyn Rejudge> {
        Some(self)
    }
}

impl Rejudge for GopherGate {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text, Part::Language]
    }

    fn limits(&self) -> Vec<NumberLimit> {
        let set = &self.settings;
        let rule = |option, reason: &'static Reason, side, limit| NumberLimit { option, reason, side, limit };
        let count = |limit: usize| Measured::Count(limit as u64);
        let ratio = Measured::Ratio;
        vec![
            rule("min-words", &TOO_FEW_WORDS, Side::AtLeast, count(set.min_words)),
            rule("max-words", &TOO_MANY_WORDS, Side::AtMost, count(set.max_words)),
            rule("min-mean-word-length", &WORDS_TOO_SHORT, Side::AtLeast, ratio(set.min_mean_word_length)),
            rule("max-mean-word-length", &WORDS_TOO_LONG, Side::AtMost, ratio(set.max_mean_word_length)),
            rule("max-symbols", &TOO_MANY_HASHES, Side::AtMost, ratio(set.max_symbols)),
            rule("max-symbols", &TOO_MANY_ELLIPSES, Side::AtMost, ratio(set.max_symbols)),
            rule("max-bullet-lines", &TOO_MANY_BULLET_LINES, Side::AtMost, ratio(set.max_bullet_lines)),
            rule("max-ellipsis-lines", &TOO_MANY_ELLIPSIS_LINES, Side::AtMost, ratio(set.max_ellipsis_lines)),
            rule(
                "min-alphabetic-words",
                &TOO_FEW_ALPHABETIC_WORDS,
                Side::AtLeast,
                ratio(set.min_alphabetic_words),
            ),
            rule("min-stop-words", &TOO_FEW_STOP_WORDS, Side::AtLeast, count(set.min_stop_words)),
        ]
    }

    #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 words")]
    fn measure(&self, article: &Article, cx: &mut StageContext) -> Vec<Option<f64>> {
        let text = article.text.as_str();
        if text.is_empty() {
            return vec![None; 10];
        }
        let stop_words = self.stop_words.asked_for(self.settings.variant, &article.language);
        let found = GopherQuality::of(text, cx.tokens(text), self.settings.rules, stop_words);
        vec![
            Some(found.words as f64),
            Some(found.words as f64),
            Some(found.mean_word_length),
            Some(found.mean_word_length),
            Some(found.hashes),
            Some(found.ellipses),
            Some(found.bullet_lines),
            Some(found.ellipsis_lines),
            Some(found.alphabetic_words),
            found.stop_words.map(|words| words as f64),
        ]
    }
}
