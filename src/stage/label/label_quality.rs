//! `label-quality`: what the published rules for language-model corpora measure, without a verdict.
//!
//! `labels.quality = {"words": 612, "gopher_quality": {"words": 540, "mean_word_length": 4.83, …}, "gopher_repetition": {"lines": 0,
//! …, "frequent": [0.0133, …]}, "c4": {"lines": 14, …, "sentences": 25}, "fineweb": {"terminal_lines": 0.9286, …}}`
//!
//! The same values that the gates `gopher-quality`, `gopher-repetition`, `c4` and `fineweb` hold against their limits, so that
//! limits can be chosen from a run that drops nothing. Shares have four digits. A text without a word has no such label.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::quality::c4::{C4, Drops, LineRules};
use crate::stage::quality::fineweb::FineWeb;
use crate::stage::quality::gopher_quality::GopherQuality;
use crate::stage::quality::gopher_repetition::GopherRepetition;
use crate::stage::quality::{Rules, StopWords, Variant};
use crate::stage::{Family, Stage, StageContext, StageKind};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The rules as datatrove had them in a month, as for the gates.
    rules: Rules,
    /// `news` looks past closing quotation marks, and asks for stop words of the article's language.
    variant: Variant,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "label-quality",
    family: Family::Labeller,
    summary: "writes down what Gopher's, C4's and FineWeb's rules measure",
    about: "Writes `labels.quality`: `words` (tokens, punctuation marks included) and an object for each of `gopher_quality`, \
            `gopher_repetition`, `c4` and `fineweb`, with the values that the gates of these names hold against their limits. Of \
            `gopher_repetition`, `frequent` is for 2 to 4 words in a row and `repeated` for 5 to 10. C4's numbers are of lines, by \
            the rule that takes them out.",
    rules: &[],
    example: "[[stage]]\nkind = \"label-quality\"\nrules = \"2025-01\"\nvariant = \"reference\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(LabelQuality { settings: table.read()?, stop_words: StopWords::new() })),
};

#[derive(Debug)]
struct LabelQuality {
    settings: Settings,
    stop_words: StopWords,
}

/// Longer lines than these are not short to FineWeb.
const SHORT_LINE: usize = 30;

impl Stage for LabelQuality {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let text = article.text.as_str();
        let Settings { rules, variant } = self.settings;
        let tokens = cx.tokens(text);
        let Some(fineweb) = FineWeb::of(text, rules, variant, SHORT_LINE).filter(|_| !tokens.all.is_empty())
        else {
            return Outcome::Keep;
        };
        let stop_words = self.stop_words.asked_for(variant, &article.language);
        let lines = LineRules { variant, ..LineRules::default() };
        let drops = Drops { lorem_ipsum: false, curly_bracket: false };
        let label = json!({
            "words": tokens.all.len(),
            "gopher_quality": GopherQuality::of(text, tokens, rules, variant, stop_words).label(),
            "gopher_repetition": GopherRepetition::of(text, tokens, rules, variant).label(),
            "c4": C4::of(text, tokens, lines, drops, usize::MAX).label(),
            "fineweb": fineweb.label(text, tokens, variant),
        });
        article.labels.insert("quality".to_owned(), label);
        cx.note_change();
        Outcome::Keep
    }
}
