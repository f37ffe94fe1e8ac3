//! `gopher-repetition`: texts that repeat themselves go.
//!
//! A text half of whose lines are the same line → dropped as `repeated_lines`, measured 0.5, limit 0.3.
//!
//! The rules of Rae et al. 2021, table A1, as datatrove has them, in its order; the first that is not met gives the reason. A
//! very short text is dropped by them, too: its only word pair is all of it, which is more than a fifth.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured, Outcome, Reason};
use crate::settings::settings_schema;
use crate::stage::quality::gopher_repetition::GopherRepetition;
use crate::stage::quality::{EMPTY_TEXT, Rules, drop_for, empty_text};
use crate::stage::{Family, NumberLimit, Part, Rejudge, Side, Stage, StageContext, StageKind, tell_limits};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The rules as datatrove had them in a month. `2024-03` takes blank lines for lines.
    rules: Rules,
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
            max_repeated_paragraphs: 0.3,
            max_repeated_paragraph_characters: 0.2,
            max_repeated_lines: 0.3,
            max_repeated_line_characters: 0.2,
            max_frequent_n_grams: [0.2, 0.18, 0.16],
            max_repeated_n_grams: [0.15, 0.14, 0.13, 0.12, 0.11, 0.1],
        }
    }
}

const REPEATED_PARAGRAPHS: Reason =
    Reason { name: "repeated_paragraphs", meaning: "too many paragraphs occurred before" };
const REPEATED_PARAGRAPH_CHARACTERS: Reason = Reason {
    name: "repeated_paragraph_characters",
    meaning: "too much of the text is in paragraphs that occurred before",
};
const REPEATED_LINES: Reason = Reason { name: "repeated_lines", meaning: "too many lines occurred before" };
const REPEATED_LINE_CHARACTERS: Reason = Reason {
    name: "repeated_line_characters",
    meaning: "too much of the text is in lines that occurred before",
};
const FREQUENT: &[Reason; 3] = &[
    Reason { name: "frequent_2_gram", meaning: "too much of the text is its most frequent pair of words" },
    Reason {
        name: "frequent_3_gram",
        meaning: "too much of the text is its most frequent three words in a row",
    },
    Reason {
        name: "frequent_4_gram",
        meaning: "too much of the text is its most frequent four words in a row",
    },
];
const REPEATED: &[Reason; 6] = &[
    Reason { name: "repeated_5_grams", meaning: "too much of the text is five words that occurred before" },
    Reason { name: "repeated_6_grams", meaning: "too much of the text is six words that occurred before" },
    Reason { name: "repeated_7_grams", meaning: "too much of the text is seven words that occurred before" },
    Reason { name: "repeated_8_grams", meaning: "too much of the text is eight words that occurred before" },
    Reason { name: "repeated_9_grams", meaning: "too much of the text is nine words that occurred before" },
    Reason { name: "repeated_10_grams", meaning: "too much of the text is ten words that occurred before" },
];

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "gopher-repetition",
    family: Family::Gate,
    summary: "drops texts that repeat themselves, by Gopher's rules",
    about: "Decisions and reasons are datatrove's. Words are the tokens of spaCy's English pipeline, whatever the language; \
            lengths are in characters. What occurs again counts from the second time on.",
    reasons: &[
        EMPTY_TEXT,
        REPEATED_PARAGRAPHS,
        REPEATED_PARAGRAPH_CHARACTERS,
        REPEATED_LINES,
        REPEATED_LINE_CHARACTERS,
        FREQUENT[0],
        FREQUENT[1],
        FREQUENT[2],
        REPEATED[0],
        REPEATED[1],
        REPEATED[2],
        REPEATED[3],
        REPEATED[4],
        REPEATED[5],
    ],
    example: "[[stage]]\nkind = \"gopher-repetition\"\nrules = \"2025-01\"\nmax-repeated-paragraphs = 0.3\n\
              max-repeated-paragraph-characters = 0.2\nmax-repeated-lines = 0.3\nmax-repeated-line-characters = 0.2\n\
              max-frequent-n-grams = [0.2, 0.18, 0.16]\nmax-repeated-n-grams = [0.15, 0.14, 0.13, 0.12, 0.11, 0.1]\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let text = article.text.as_str();
        if text.is_empty() {
            return empty_text();
        }
        tell_limits(self, article, cx);
        let text = article.text.as_str();
        let found = GopherRepetition::of(text, cx.tokens(text), self.rules);
        let lines = [
            (&REPEATED_PARAGRAPHS, found.paragraphs, self.max_repeated_paragraphs),
            (&REPEATED_PARAGRAPH_CHARACTERS, found.paragraph_chars, self.max_repeated_paragraph_characters),
            (&REPEATED_LINES, found.lines, self.max_repeated_lines),
            (&REPEATED_LINE_CHARACTERS, found.line_chars, self.max_repeated_line_characters),
        ];
        let frequent = FREQUENT.iter().zip(found.frequent).zip(self.max_frequent_n_grams);
        let repeated = REPEATED.iter().zip(found.repeated).zip(self.max_repeated_n_grams);
        let grams = frequent.chain(repeated).map(|((reason, measured), limit)| (reason, measured, limit));
        match lines.into_iter().chain(grams).find(|(_, measured, limit)| measured > limit) {
            None => Outcome::Keep,
            Some((reason, measured, limit)) => {
                drop_for(reason, Measured::Ratio(measured), Measured::Ratio(limit))
            }
        }
    }

    fn rejudge(&self) -> Option<&dyn Rejudge> {
        Some(self)
    }
}

impl Rejudge for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text]
    }

    fn limits(&self) -> Vec<NumberLimit> {
        let rule = |option, reason: &'static Reason, limit| NumberLimit {
            option,
            reason,
            side: Side::AtMost,
            limit: Measured::Ratio(limit),
        };
        let mut limits = vec![
            rule("max-repeated-paragraphs", &REPEATED_PARAGRAPHS, self.max_repeated_paragraphs),
            rule(
                "max-repeated-paragraph-characters",
                &REPEATED_PARAGRAPH_CHARACTERS,
                self.max_repeated_paragraph_characters,
            ),
            rule("max-repeated-lines", &REPEATED_LINES, self.max_repeated_lines),
            rule(
                "max-repeated-line-characters",
                &REPEATED_LINE_CHARACTERS,
                self.max_repeated_line_characters,
            ),
        ];
        let frequent = FREQUENT.iter().zip(self.max_frequent_n_grams);
        limits.extend(frequent.map(|(reason, limit)| rule("max-frequent-n-grams", reason, limit)));
        let repeated = REPEATED.iter().zip(self.max_repeated_n_grams);
        limits.extend(repeated.map(|(reason, limit)| rule("max-repeated-n-grams", reason, limit)));
        limits
    }

    fn measure(&self, article: &Article, cx: &mut StageContext) -> Vec<Option<f64>> {
        let text = article.text.as_str();
        if text.is_empty() {
            return vec![None; 4 + FREQUENT.len() + REPEATED.len()];
        }
        let found = GopherRepetition::of(text, cx.tokens(text), self.rules);
        let lines = [found.paragraphs, found.paragraph_chars, found.lines, found.line_chars];
        lines.into_iter().chain(found.frequent).chain(found.repeated).map(Some).collect()
    }
}
