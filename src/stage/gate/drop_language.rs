//! `drop-language`: keeps articles in the languages that are wanted.
//!
//! `keep = ["en", "de"]`: an article with `language = "fr"` → dropped as `unwanted_language`, measured `fr`, limit `en, de`.
//!
//! It goes by `language` and `language_score`, so it belongs behind `label-language`. An article whose language is not
//! known stays, unless `min-score` asks for certainty.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Drop, Measured, Outcome, Reason};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The languages to keep, as ISO 639-1 codes; every language where the list is empty.
    keep: Vec<String>,
    /// The lowest `language_score` to keep, 0 to 1. Without a score, it counts as 0.
    min_score: f64,
}

const UNWANTED_LANGUAGE: Reason =
    Reason { name: "unwanted_language", meaning: "the language is not one of keep" };
const UNSURE_LANGUAGE: Reason =
    Reason { name: "unsure_language", meaning: "the language's score is below min-score" };

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "drop-language",
    family: Family::Gate,
    summary: "drops articles in other languages than keep, or whose language is less sure than min-score",
    about: "Belongs behind `label-language`. An article without a known language stays, unless min-score is set.",
    reasons: &[UNWANTED_LANGUAGE, UNSURE_LANGUAGE],
    example: "[[stage]]\nkind = \"drop-language\"\nkeep = [\"en\", \"de\"]\nmin-score = 0.65\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, _: &mut StageContext) -> Outcome {
        let language = article.language.split(['-', '_']).next().unwrap_or_default();
        let is_kept = |wanted: &String| wanted.eq_ignore_ascii_case(language);
        if !language.is_empty() && !self.keep.is_empty() && !self.keep.iter().any(is_kept) {
            return Outcome::Drop(Drop {
                reason: UNWANTED_LANGUAGE.name,
                measured: Measured::Name(article.language.clone()),
                limit: Measured::Name(self.keep.join(", ")),
            });
        }
        let score = article.language_score.unwrap_or(0.0);
        if score >= self.min_score {
            return Outcome::Keep;
        }
        Outcome::Drop(Drop {
            reason: UNSURE_LANGUAGE.name,
            measured: Measured::Ratio(score),
            limit: Measured::Ratio(self.min_score),
        })
    }
}
