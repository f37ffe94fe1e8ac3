//! `fineweb`: texts that are lists, menus or fragments go, by their lines.
//!
//! Twelve headlines, a line each, none with a full stop → dropped as `too_few_terminal_lines`, measured 0, limit 0.12.
//!
//! FineWeb's own rules (Penedo et al. 2024), as datatrove has them, in its order; the first that is not met gives the reason. A
//! hazard for news is known: an interview whose lines end in `.”` has no line that ends in one of their marks, and goes.
//! `variant = "news"` looks behind closing quotation marks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured, Outcome, Reason};
use crate::settings::settings_schema;
use crate::stage::quality::fineweb::{FineWeb, words_at_least};
use crate::stage::quality::{EMPTY_TEXT, Rules, Variant, drop_for, empty_text};
use crate::stage::{Family, NumberLimit, Part, Rejudge, Side, Stage, StageContext, StageKind, tell_limits};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The rules as datatrove had them in a month. Before `2024-12`, blank lines are lines, lines end in `.`, `!`, `?` or a
    /// straight quotation mark, and what meets a limit is dropped, too.
    rules: Rules,
    /// `news` takes closing quotation marks behind terminal punctuation, and white space, for a line's end.
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

const TOO_FEW_TERMINAL_LINES: Reason = Reason {
    name: "too_few_terminal_lines",
    meaning: "a smaller share of lines than min-terminal-lines ends in terminal punctuation",
};
const TOO_MANY_SHORT_LINES: Reason =
    Reason { name: "too_many_short_lines", meaning: "a larger share of lines than max-short-lines is short" };
const REPEATED_LINE_CHARACTERS: Reason = Reason {
    name: "repeated_line_characters",
    meaning: "too much of the text is in lines that occurred before",
};
const TOO_MANY_LINE_FEEDS: Reason = Reason {
    name: "too_many_line_feeds",
    meaning: "there are more line feeds for each word than max-line-feeds",
};

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "fineweb",
    family: Family::Gate,
    summary: "drops lists, menus and fragments, by FineWeb's rules for lines",
    about: "Decisions and reasons are datatrove's. Lines lie between line feeds; words are the tokens of spaCy's English \
            pipeline.\n\nIn variant = \"news\", lines such as `“No,” he said. “Never.”` end in terminal punctuation.",
    reasons: &[
        EMPTY_TEXT,
        TOO_FEW_TERMINAL_LINES,
        TOO_MANY_SHORT_LINES,
        REPEATED_LINE_CHARACTERS,
        TOO_MANY_LINE_FEEDS,
    ],
    example: "[[stage]]\nkind = \"fineweb\"\nrules = \"2025-01\"\nvariant = \"reference\"\nmin-terminal-lines = 0.12\n\
              max-short-lines = 0.67\nshort-line = 30\nmax-repeated-line-characters = 0.01\nmax-line-feeds = 0.3\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let text = article.text.as_str();
        let Some(found) = FineWeb::of(text, self.rules, self.variant, self.short_line) else {
            return empty_text();
        };
        tell_limits(self, article, cx);
        let text = article.text.as_str();
        let meets = self.rules < Rules::December2024;
        let too_low = |measured: f64, limit: f64| measured < limit || meets && measured <= limit;
        let too_high = |measured: f64, limit: f64| measured > limit || meets && measured >= limit;
        let drop =
            |reason, measured, limit| drop_for(reason, Measured::Ratio(measured), Measured::Ratio(limit));
        if too_low(found.terminal_lines, self.min_terminal_lines) {
            return drop(&TOO_FEW_TERMINAL_LINES, found.terminal_lines, self.min_terminal_lines);
        }
        if too_high(found.short_lines, self.max_short_lines) {
            return drop(&TOO_MANY_SHORT_LINES, found.short_lines, self.max_short_lines);
        }
        if too_high(found.repeated_chars, self.max_repeated_line_characters) {
            return drop(&REPEATED_LINE_CHARACTERS, found.repeated_chars, self.max_repeated_line_characters);
        }
        // Counting words takes longer than all else, and prose has far more than it needs. The half is for rounding.
        #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 words")]
        let enough = self.max_line_feeds * words_at_least(text) as f64 - 0.5;
        #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 lines")]
        if (found.line_feeds as f64) < enough {
            return Outcome::Keep;
        }
        let line_feeds = found.line_feeds_a_word(cx.tokens(text));
        if line_feeds > self.max_line_feeds {
            return drop(&TOO_MANY_LINE_FEEDS, line_feeds, self.max_line_feeds);
        }
        Outcome::Keep
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
        let meets = self.rules < Rules::December2024;
        let (low, high) = if meets { (Side::Above, Side::Below) } else { (Side::AtLeast, Side::AtMost) };
        let rule = |option, reason: &'static Reason, side, limit| NumberLimit {
            option,
            reason,
            side,
            limit: Measured::Ratio(limit),
        };
        vec![
            rule("min-terminal-lines", &TOO_FEW_TERMINAL_LINES, low, self.min_terminal_lines),
            rule("max-short-lines", &TOO_MANY_SHORT_LINES, high, self.max_short_lines),
            rule(
                "max-repeated-line-characters",
                &REPEATED_LINE_CHARACTERS,
                high,
                self.max_repeated_line_characters,
            ),
            rule("max-line-feeds", &TOO_MANY_LINE_FEEDS, Side::AtMost, self.max_line_feeds),
        ]
    }

    fn measure(&self, article: &Article, cx: &mut StageContext) -> Vec<Option<f64>> {
        let text = article.text.as_str();
        let Some(found) = FineWeb::of(text, self.rules, self.variant, self.short_line) else {
            return vec![None; 4];
        };
        let line_feeds = found.line_feeds_a_word(cx.tokens(text));
        [found.terminal_lines, found.short_lines, found.repeated_chars, line_feeds].map(Some).into()
    }
}
