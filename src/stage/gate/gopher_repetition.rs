//! `gopher-repetition`: texts that repeat themselves go.
//!
//! A text half of whose lines are the same line → dropped as `repeated_lines`, measured 0.5, limit 0.3.
//!
//! The rules of Rae et al. 2021, table A1, as datatrove has them, in its order; the first that is not met gives the reason. A
//! very short text is dropped by them, too: its only word pair is all of it, which is more than a fifth.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured};
use crate::settings::settings_schema;
use crate::stage::quality::gopher_repetition::GopherRepetition;
use crate::stage::quality::{EMPTY_TEXT, Rules, Variant, empty_text, rule};
use crate::stage::{Extent, Family, Gate, Limit, Part, Rule, StageContext, StageKind, ruled};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The rules as datatrove had them in a month. `2024-03` takes blank lines for lines.
    rules: Rules,
    /// `news` counts words of scripts without spaces.
    variant: Variant,
    /// The largest share of paragraphs that occurred before. For this and all others, 1 is no limit.
    max_repeated_paragraphs: f64,
    /// The largest share of characters in such paragraphs.
    max_repeated_paragraph_characters: f64,
    /// The largest share of lines that occurred before.
    max_repeated_lines: f64,
    /// The largest share of characters in such lines.
    max_repeated_line_characters: f64,
    /// The largest shares of characters in the most frequent 2-gram, 3-gram and 4-gram of words.
    max_frequent_n_grams: [f64; 3],
    /// The largest shares of characters in 5-grams to 10-grams that occurred before.
    max_repeated_n_grams: [f64; 6],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            variant: Variant::default(),
            max_repeated_paragraphs: 0.3,
            max_repeated_paragraph_characters: 0.2,
            max_repeated_lines: 0.3,
            max_repeated_line_characters: 0.2,
            max_frequent_n_grams: [0.2, 0.18, 0.16],
            max_repeated_n_grams: [0.15, 0.14, 0.13, 0.12, 0.11, 0.1],
        }
    }
}

/// A rule for runs of a number of words, which is one entry of its option's list.
const fn grams(
    option: &'static str,
    reason: &'static str,
    meaning: &'static str,
    label: &'static str,
) -> Rule {
    Rule::new(reason, reason, meaning).set_by(option).labelled(label)
}

static RULES: [Rule; 14] = [
    EMPTY_TEXT,
    rule(
        "max-repeated-paragraphs",
        "repeated_paragraphs",
        "too many paragraphs occurred before",
        "quality.gopher_repetition.paragraphs",
    ),
    rule(
        "max-repeated-paragraph-characters",
        "repeated_paragraph_characters",
        "too much of the text is in paragraphs that occurred before",
        "quality.gopher_repetition.paragraph_chars",
    ),
    rule(
        "max-repeated-lines",
        "repeated_lines",
        "too many lines occurred before",
        "quality.gopher_repetition.lines",
    ),
    rule(
        "max-repeated-line-characters",
        "repeated_line_characters",
        "too much of the text is in lines that occurred before",
        "quality.gopher_repetition.line_chars",
    ),
    grams(
        "max-frequent-n-grams",
        "frequent_2_gram",
        "too much of the text is its most frequent pair of words",
        "quality.gopher_repetition.frequent.0",
    ),
    grams(
        "max-frequent-n-grams",
        "frequent_3_gram",
        "too much of the text is its most frequent three words in a row",
        "quality.gopher_repetition.frequent.1",
    ),
    grams(
        "max-frequent-n-grams",
        "frequent_4_gram",
        "too much of the text is its most frequent four words in a row",
        "quality.gopher_repetition.frequent.2",
    ),
    grams(
        "max-repeated-n-grams",
        "repeated_5_grams",
        "too much of the text is five words that occurred before",
        "quality.gopher_repetition.repeated.0",
    ),
    grams(
        "max-repeated-n-grams",
        "repeated_6_grams",
        "too much of the text is six words that occurred before",
        "quality.gopher_repetition.repeated.1",
    ),
    grams(
        "max-repeated-n-grams",
        "repeated_7_grams",
        "too much of the text is seven words that occurred before",
        "quality.gopher_repetition.repeated.2",
    ),
    grams(
        "max-repeated-n-grams",
        "repeated_8_grams",
        "too much of the text is eight words that occurred before",
        "quality.gopher_repetition.repeated.3",
    ),
    grams(
        "max-repeated-n-grams",
        "repeated_9_grams",
        "too much of the text is nine words that occurred before",
        "quality.gopher_repetition.repeated.4",
    ),
    grams(
        "max-repeated-n-grams",
        "repeated_10_grams",
        "too much of the text is ten words that occurred before",
        "quality.gopher_repetition.repeated.5",
    ),
];

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "gopher-repetition",
    family: Family::Gate,
    summary: "drops texts that repeat themselves, by Gopher's rules",
    about: "Decisions and reasons are datatrove's. Words are the tokens of spaCy's English pipeline, whatever the language; \
            lengths are in characters. What occurs again counts from the second time on.",
    rules: &RULES,
    example: "[[stage]]\nkind = \"gopher-repetition\"\nrules = \"2025-01\"\nvariant = \"reference\"\nmax-repeated-paragraphs = 0.3\n\
              max-repeated-paragraph-characters = 0.2\nmax-repeated-lines = 0.3\nmax-repeated-line-characters = 0.2\n\
              max-frequent-n-grams = [0.2, 0.18, 0.16]\nmax-repeated-n-grams = [0.15, 0.14, 0.13, 0.12, 0.11, 0.1]\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(ruled(&RULES, table.read::<Settings>()?)),
};

impl Gate for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text]
    }

    fn limits(&self) -> Vec<Limit<Measured>> {
        let lines = [
            self.max_repeated_paragraphs,
            self.max_repeated_paragraph_characters,
            self.max_repeated_lines,
            self.max_repeated_line_characters,
        ];
        let shares = lines.into_iter().chain(self.max_frequent_n_grams).chain(self.max_repeated_n_grams);
        let shares = shares.map(|share| Limit::AtMost(Measured::Ratio(share)));
        std::iter::once(Limit::AtLeast(Measured::Count(1))).chain(shares).collect()
    }

    fn measure(&self, article: &Article, cx: &mut StageContext, _: Extent) -> Vec<Option<Measured>> {
        let text = article.text.as_str();
        if text.is_empty() {
            return empty_text(&RULES);
        }
        let found = GopherRepetition::of(text, cx.tokens(text), self.rules, self.variant);
        let lines = [found.paragraphs, found.paragraph_chars, found.lines, found.line_chars];
        let shares = lines.into_iter().chain(found.frequent).chain(found.repeated);
        std::iter::once(None).chain(shares.map(|share| Some(Measured::Ratio(share)))).collect()
    }
}
