//! `gopher-quality`: texts that are not running text go.
//!
//! A list of prices of 60 words, 20 of them with a letter → dropped as `too_few_alphabetic_words`, measured 0.33, limit 0.8.
//!
//! The rules of Rae et al. 2021, appendix A1, as datatrove has them, in its order; the first that is not met gives the
//! reason. They were made for English: a text in another language has none of the stop words. With `variant = "news"` a text
//! is asked for its own language's (by `language`, so `label-language` belongs before), and for none where there is no list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured};
use crate::settings::settings_schema;
use crate::stage::quality::gopher_quality::GopherQuality;
use crate::stage::quality::{EMPTY_TEXT, Rules, StopWords, Variant, empty_text, rule};
use crate::stage::{Extent, Family, Gate, Limit, Part, Rule, StageContext, StageKind, ruled};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The rules as datatrove had them in a month. Before `2025-01` a stop word counts as often as it occurs.
    rules: Rules,
    /// `news` asks for the stop words of the article's language instead of English ones, and counts words of scripts without
    /// spaces.
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

static RULES: [Rule; 11] = [
    EMPTY_TEXT,
    rule(
        "min-words",
        "too_few_words",
        "the text has fewer words than min-words",
        "quality.gopher_quality.words",
    ),
    rule(
        "max-words",
        "too_many_words",
        "the text has more words than max-words",
        "quality.gopher_quality.words",
    ),
    rule(
        "min-mean-word-length",
        "words_too_short",
        "words are shorter in the mean than min-mean-word-length",
        "quality.gopher_quality.mean_word_length",
    ),
    rule(
        "max-mean-word-length",
        "words_too_long",
        "words are longer in the mean than max-mean-word-length",
        "quality.gopher_quality.mean_word_length",
    ),
    rule(
        "max-symbols",
        "too_many_hashes",
        "there are more # for each word than max-symbols",
        "quality.gopher_quality.hashes",
    ),
    rule(
        "max-symbols",
        "too_many_ellipses",
        "there are more ellipses for each word than max-symbols",
        "quality.gopher_quality.ellipses",
    ),
    rule(
        "max-bullet-lines",
        "too_many_bullet_lines",
        "a larger share of lines than max-bullet-lines starts with a bullet",
        "quality.gopher_quality.bullet_lines",
    ),
    rule(
        "max-ellipsis-lines",
        "too_many_ellipsis_lines",
        "a larger share of lines than max-ellipsis-lines ends in an ellipsis",
        "quality.gopher_quality.ellipsis_lines",
    ),
    rule(
        "min-alphabetic-words",
        "too_few_alphabetic_words",
        "a smaller share of words than min-alphabetic-words has a letter",
        "quality.gopher_quality.alphabetic_words",
    ),
    rule(
        "min-stop-words",
        "too_few_stop_words",
        "the text has fewer stop words than min-stop-words",
        "quality.gopher_quality.stop_words",
    ),
];

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "gopher-quality",
    family: Family::Gate,
    summary: "drops texts that are not running text, by Gopher's rules",
    about: "Decisions and reasons are datatrove's. Words are the tokens of spaCy's English pipeline, whatever the language; \
            lengths are in characters.\n\nThe stop words are English. With variant = \"news\" they are those of the article's \
            `language`, as `label-language` fills it, and the rule is left out for languages without a list; there are lists \
            for English, for 33 others in Latin letters, and for Arabic, Bulgarian, Greek, \
            Hebrew, Persian, Russian, Serbian and Ukrainian. Chinese, Japanese, Thai and others without spaces count as \
            words of two or four characters, Korean syllables as two letters, and punctuation marks are no words in that variant.",
    rules: &RULES,
    example: "[[stage]]\nkind = \"gopher-quality\"\nrules = \"2025-01\"\nvariant = \"reference\"\nmin-words = 50\n\
              max-words = 100000\nmin-mean-word-length = 3.0\nmax-mean-word-length = 10.0\nmax-symbols = 0.1\n\
              max-bullet-lines = 0.9\nmax-ellipsis-lines = 0.3\nmin-alphabetic-words = 0.8\nmin-stop-words = 2\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(ruled(&RULES, GopherGate { settings: table.read()?, stop_words: StopWords::new() })),
};

#[derive(Debug)]
struct GopherGate {
    settings: Settings,
    stop_words: StopWords,
}

impl Gate for GopherGate {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text, Part::Language]
    }

    fn limits(&self) -> Vec<Limit<Measured>> {
        let set = &self.settings;
        let count = |limit: usize| Measured::Count(limit as u64);
        let ratio = Measured::Ratio;
        vec![
            Limit::AtLeast(count(1)),
            Limit::AtLeast(count(set.min_words)),
            Limit::AtMost(count(set.max_words)),
            Limit::AtLeast(ratio(set.min_mean_word_length)),
            Limit::AtMost(ratio(set.max_mean_word_length)),
            Limit::AtMost(ratio(set.max_symbols)),
            Limit::AtMost(ratio(set.max_symbols)),
            Limit::AtMost(ratio(set.max_bullet_lines)),
            Limit::AtMost(ratio(set.max_ellipsis_lines)),
            Limit::AtLeast(ratio(set.min_alphabetic_words)),
            Limit::AtLeast(count(set.min_stop_words)),
        ]
    }

    fn measure(&self, article: &Article, cx: &mut StageContext, _: Extent) -> Vec<Option<Measured>> {
        let text = article.text.as_str();
        if text.is_empty() {
            return empty_text(&RULES);
        }
        let Settings { rules, variant, .. } = self.settings;
        let stop_words = self.stop_words.asked_for(variant, &article.language);
        let found = GopherQuality::of(text, cx.tokens(text), rules, variant, stop_words);
        let count = |count: usize| Some(Measured::Count(count as u64));
        let ratio = |share| Some(Measured::Ratio(share));
        vec![
            None,
            count(found.words),
            count(found.words),
            ratio(found.mean_word_length),
            ratio(found.mean_word_length),
            ratio(found.hashes),
            ratio(found.ellipses),
            ratio(found.bullet_lines),
            ratio(found.ellipsis_lines),
            ratio(found.alphabetic_words),
            found.stop_words.and_then(count),
        ]
    }
}
