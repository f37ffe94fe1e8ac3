//! `fineweb`: texts that are lists, menus or fragments go, by their lines.
//!
//! Twelve headlines, a line each, none with a full stop → dropped as `too_few_terminal_lines`, measured 0, limit 0.12.
//!
//! FineWeb's own rules (Penedo et al. 2024), as datatrove has them, in its order; the first that is not met gives the reason. A
//! hazard for news is known: an interview whose lines end in `.”` has no line that ends in one of their marks, and is dropped.
//! `variant = "news"` looks past closing quotation marks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured};
use crate::settings::settings_schema;
use crate::stage::quality::fineweb::{FineWeb, words_at_least};
use crate::stage::quality::{EMPTY_TEXT, Rules, Variant, empty_text, rule};
use crate::stage::{Extent, Family, Gate, Limit, Part, Rule, StageContext, StageKind, ruled};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The rules as datatrove had them in a month. Before `2024-12`, blank lines are lines, lines end in `.`, `!`, `?` or a
    /// straight quotation mark, and what meets a limit is dropped, too.
    rules: Rules,
    /// `news` takes closing quotation marks after terminal punctuation, and white space, for a line's end.
    variant: Variant,
    /// The smallest share of lines that end in terminal punctuation; 0 is no limit.
    min_terminal_lines: f64,
    /// The largest share of short lines. For this and the next two, 1 is no limit.
    max_short_lines: f64,
    /// A line with as many characters or fewer is short.
    short_line: usize,
    /// The largest share of characters in lines that occurred before.
    max_repeated_line_characters: f64,
    /// The most line feeds for each word, punctuation marks included.
    max_line_feeds: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            variant: Variant::default(),
            min_terminal_lines: 0.12,
            max_short_lines: 0.67,
            short_line: 30,
            max_repeated_line_characters: 0.01,
            max_line_feeds: 0.3,
        }
    }
}

static RULES: [Rule; 5] = [
    EMPTY_TEXT,
    rule(
        "min-terminal-lines",
        "too_few_terminal_lines",
        "a smaller share of lines than min-terminal-lines ends in terminal punctuation",
        "quality.fineweb.terminal_lines",
    ),
    rule(
        "max-short-lines",
        "too_many_short_lines",
        "a larger share of lines than max-short-lines is short",
        "quality.fineweb.short_lines",
    ),
    rule(
        "max-repeated-line-characters",
        "repeated_line_characters",
        "too much of the text is in lines that occurred before",
        "quality.fineweb.repeated_chars",
    ),
    rule(
        "max-line-feeds",
        "too_many_line_feeds",
        "there are more line feeds for each word than max-line-feeds",
        "quality.fineweb.line_feeds",
    ),
];

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "fineweb",
    family: Family::Gate,
    summary: "drops lists, menus and fragments, by FineWeb's rules for lines",
    about: "Decisions and reasons are datatrove's. Lines lie between line feeds; words are the tokens of spaCy's English \
            pipeline.\n\nIn variant = \"news\", lines such as `“No,” he said. “Never.”` end in terminal punctuation.",
    rules: &RULES,
    example: "[[stage]]\nkind = \"fineweb\"\nrules = \"2025-01\"\nvariant = \"reference\"\nmin-terminal-lines = 0.12\n\
              max-short-lines = 0.67\nshort-line = 30\nmax-repeated-line-characters = 0.01\nmax-line-feeds = 0.3\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(ruled(&RULES, table.read::<Settings>()?)),
};

impl Gate for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text]
    }

    fn limits(&self) -> Vec<Limit<Measured>> {
        // Before 2024-12, what meets a limit is dropped as well.
        let meets = self.rules < Rules::December2024;
        let low = |limit| if meets { Limit::Above(limit) } else { Limit::AtLeast(limit) };
        let high = |limit| if meets { Limit::Below(limit) } else { Limit::AtMost(limit) };
        vec![
            Limit::AtLeast(Measured::Count(1)),
            low(Measured::Ratio(self.min_terminal_lines)),
            high(Measured::Ratio(self.max_short_lines)),
            high(Measured::Ratio(self.max_repeated_line_characters)),
            Limit::AtMost(Measured::Ratio(self.max_line_feeds)),
        ]
    }

    fn measure(&self, article: &Article, cx: &mut StageContext, extent: Extent) -> Vec<Option<Measured>> {
        let text = article.text.as_str();
        let Some(found) = FineWeb::of(text, self.rules, self.variant, self.short_line) else {
            return empty_text(&RULES);
        };
        let shares = [found.terminal_lines, found.short_lines, found.repeated_chars].map(Measured::Ratio);
        // Counting words takes longer than all else: it is left out where it cannot change the verdict, since another rule
        // is broken, or since there are more words than the line feeds need. The half is for rounding.
        #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 words and lines")]
        let is_decided = || {
            self.limits().iter().skip(1).zip(&shares).any(|(limit, share)| !limit.admits(share))
                || (found.line_feeds as f64) < self.max_line_feeds * words_at_least(text) as f64 - 0.5
        };
        let line_feeds = if extent == Extent::Verdict && is_decided() {
            None
        } else {
            Some(Measured::Ratio(found.line_feeds_a_word(text, cx.tokens(text), self.variant)))
        };
        std::iter::once(None).chain(shares.map(Some)).chain([line_feeds]).collect()
    }
}
