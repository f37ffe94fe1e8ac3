//! `c4`: texts with too few sentences go, and those with marks of templates and source code.
//!
//! `We use cookies. Sign up.` → dropped as `too_few_sentences`, measured 0, limit 5: both lines would go.
//!
//! In datatrove C4's rules are one filter that takes lines out of a text and then drops it or not. Here a gate never edits: it
//! judges the text that [`strip-c4-lines`](crate::stage::clean::strip_c4_lines) leaves, which belongs behind it, with the same options.
//! The two together do what the filter does; the gate comes first, because a dropped record is to be seen as it stood.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured, Outcome, Reason};
use crate::settings::settings_schema;
use crate::stage::quality::c4::{C4, Drops, LineRules, Rule};
use crate::stage::quality::{EMPTY_TEXT, Variant, drop_for, empty_text};
use crate::stage::{Family, NumberLimit, Part, Rejudge, Side, Stage, StageContext, StageKind, tell_limits};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that switches a rule")]
struct Settings {
    /// Lines with a longer word don't count, in characters.
    max_word_length: usize,
    /// Marks such as `[12]`, `[edit]` and `[citation needed]` don't count.
    citations: bool,
    /// Lines that do not end in terminal punctuation don't count. FineWeb's recipe switches it off.
    terminal_punctuation: bool,
    /// Lines with fewer words, by white space, don't count.
    min_words_per_line: usize,
    /// Lines that mention JavaScript don't count.
    javascript: bool,
    /// Lines that mention a privacy or cookie policy, terms of use, or the use of cookies don't count.
    policy: bool,
    /// `news` takes closing quotation marks behind terminal punctuation, and every script's marks, for a line's end.
    variant: Variant,
    /// Drop a text with `lorem ipsum` in a line that counts.
    lorem_ipsum: bool,
    /// Drop a text with `{` in a line that counts.
    curly_bracket: bool,
    /// The fewest sentences in lines that count.
    min_sentences: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let lines = LineRules::default();
        Self {
            max_word_length: lines.max_word_length,
            citations: lines.citations,
            terminal_punctuation: lines.terminal_punctuation,
            min_words_per_line: lines.min_words_per_line,
            javascript: lines.javascript,
            policy: lines.policy,
            variant: lines.variant,
            lorem_ipsum: true,
            curly_bracket: true,
            min_sentences: 5,
        }
    }
}

const LOREM_IPSUM: Reason = Reason { name: "had_lorem_ipsum", meaning: "a line has lorem ipsum" };
const CURLY_BRACKET: Reason = Reason { name: "had_curly_bracket", meaning: "a line has a {" };
const TOO_FEW_SENTENCES: Reason = Reason {
    name: "too_few_sentences",
    meaning: "the lines that strip-c4-lines leaves have fewer sentences than min-sentences",
};

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "c4",
    family: Family::Gate,
    summary: "drops texts with too few sentences, lorem ipsum or curly brackets, by C4's rules",
    about: "Judges the text that `strip-c4-lines` leaves, and edits nothing; that stage belongs behind this one, with the same \
            options. Decisions, reasons and, with both, texts are those of datatrove's C4 filter.\n\nSentences end at a full \
            stop, question or exclamation mark that is a token of its own, so `U.S. troops` has none.",
    reasons: &[EMPTY_TEXT, LOREM_IPSUM, CURLY_BRACKET, TOO_FEW_SENTENCES],
    example: "[[stage]]\nkind = \"c4\"\nmax-word-length = 1000\ncitations = true\nterminal-punctuation = true\n\
              min-words-per-line = 3\njavascript = true\npolicy = true\nvariant = \"reference\"\nlorem-ipsum = true\n\
              curly-bracket = true\nmin-sentences = 5\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        if article.text.is_empty() {
            return empty_text();
        }
        tell_limits(self, article, cx);
        let found = self.found(article, cx, self.min_sentences);
        let has = |reason| drop_for(reason, Measured::Count(1), Measured::Count(0));
        match found.dropped {
            Some(Rule::LoremIpsum) => has(&LOREM_IPSUM),
            Some(_) => has(&CURLY_BRACKET),
            None if found.sentences < self.min_sentences => {
                let (measured, limit) = (found.sentences as u64, self.min_sentences as u64);
                drop_for(&TOO_FEW_SENTENCES, Measured::Count(measured), Measured::Count(limit))
            }
            None => Outcome::Keep,
        }
    }

    fn rejudge(&self) -> Option<&dyn Rejudge> {
        Some(self)
    }
}

impl Settings {
    /// What C4's rules say of a text; sentences are counted up to `enough`.
    fn found(&self, article: &Article, cx: &mut StageContext, enough: usize) -> C4 {
        let text = article.text.as_str();
        let rules = LineRules {
            max_word_length: self.max_word_length,
            citations: self.citations,
            terminal_punctuation: self.terminal_punctuation,
            min_words_per_line: self.min_words_per_line,
            javascript: self.javascript,
            policy: self.policy,
            variant: self.variant,
        };
        let drops = Drops { lorem_ipsum: self.lorem_ipsum, curly_bracket: self.curly_bracket };
        C4::of(text, cx.tokens(text), rules, drops, enough)
    }
}

impl Rejudge for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text]
    }

    fn limits(&self) -> Vec<NumberLimit> {
        vec![NumberLimit {
            option: "min-sentences",
            reason: &TOO_FEW_SENTENCES,
            side: Side::AtLeast,
            limit: Measured::Count(self.min_sentences as u64),
        }]
    }

    #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 sentences")]
    fn measure(&self, article: &Article, cx: &mut StageContext) -> Vec<Option<f64>> {
        if article.text.is_empty() {
            return vec![None];
        }
        vec![Some(self.found(article, cx, usize::MAX).sentences as f64)]
    }
}
