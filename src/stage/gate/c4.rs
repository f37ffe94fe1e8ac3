//! `c4`: texts with too few sentences go, and those with marks of templates and source code.
//!
//! `We use cookies. Sign up.` → dropped as `too_few_sentences`, measured 0, limit 5: both lines would go.
//!
//! In datatrove C4's rules are one filter that takes lines out of a text and then drops it or not. Here a gate never edits: it
//! judges the text that [`strip-c4-lines`](crate::stage::clean::strip_c4_lines) leaves, which belongs after it, with the same options.
//! The two together do what the filter does; the gate comes first, because a dropped record is to be seen as it stood.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured};
use crate::settings::settings_schema;
use crate::stage::quality::c4::{C4, Drops, LineRule, LineRules};
use crate::stage::quality::{EMPTY_TEXT, Variant, empty_text, rule};
use crate::stage::{Extent, Family, Gate, Limit, Part, Rule, StageContext, StageKind, ruled};

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
    /// `news` takes closing quotation marks after terminal punctuation, and every script's marks, for a line's end.
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

static RULES: [Rule; 4] = [
    EMPTY_TEXT,
    Rule::new("lorem_ipsum", "had_lorem_ipsum", "a line has lorem ipsum"),
    Rule::new("curly_bracket", "had_curly_bracket", "a line has a {"),
    rule(
        "min-sentences",
        "too_few_sentences",
        "the lines that strip-c4-lines leaves have fewer sentences than min-sentences",
        "quality.c4.sentences",
    ),
];

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "c4",
    family: Family::Gate,
    summary: "drops texts with too few sentences, lorem ipsum or curly brackets, by C4's rules",
    about: "Judges the text that `strip-c4-lines` leaves, and edits nothing; that stage belongs after this one, with the same \
            options. Decisions, reasons and, with both, texts are those of datatrove's C4 filter.\n\nSentences end at a full \
            stop, question or exclamation mark that is a token of its own, so `U.S. troops` has none.",
    rules: &RULES,
    example: "[[stage]]\nkind = \"c4\"\nmax-word-length = 1000\ncitations = true\nterminal-punctuation = true\n\
              min-words-per-line = 3\njavascript = true\npolicy = true\nvariant = \"reference\"\nlorem-ipsum = true\n\
              curly-bracket = true\nmin-sentences = 5\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(ruled(&RULES, table.read::<Settings>()?)),
};

impl Gate for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text]
    }

    fn limits(&self) -> Vec<Limit<Measured>> {
        vec![
            Limit::AtLeast(Measured::Count(1)),
            Limit::AtMost(Measured::Count(0)),
            Limit::AtMost(Measured::Count(0)),
            Limit::AtLeast(Measured::Count(self.min_sentences as u64)),
        ]
    }

    fn measure(&self, article: &Article, cx: &mut StageContext, extent: Extent) -> Vec<Option<Measured>> {
        let text = article.text.as_str();
        if text.is_empty() {
            return empty_text(&RULES);
        }
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
        let enough = if extent == Extent::All { usize::MAX } else { self.min_sentences };
        let found = C4::of(text, cx.tokens(text), rules, drops, enough);
        let had = |rule| Some(Measured::Count((found.dropped == Some(rule)).into()));
        let sentences = found.dropped.is_none().then_some(Measured::Count(found.sentences as u64));
        vec![None, had(LineRule::LoremIpsum), had(LineRule::CurlyBracket), sentences]
    }
}
