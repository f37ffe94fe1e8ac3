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
use crate::stage::{
    Family, NumberLimit, Part, Rejudge, Side, Stage, StageContext, StageKind, at_least, one_of,
};

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
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let language = article.language.split(['-', '_']).next().unwrap_or_default();
        if !self.keep.is_empty() {
            cx.measure("language", language, one_of(&self.keep[..]));
        }
        let is_kept = |wanted: &String| wanted.eq_ignore_ascii_case(language);
        if !language.is_empty() && !self.keep.is_empty() && !self.keep.iter().any(is_kept) {
            return Outcome::Drop(Drop {
                reason: &UNWANTED_LANGUAGE,
                measured: Measured::Name(article.language.clone()),
                limit: Measured::Name(self.keep.join(", ")),
            });
        }
        let score = article.language_score.unwrap_or(0.0);
        cx.measure("language_score", score, at_least(self.min_score));
        if score >= self.min_score {
            return Outcome::Keep;
        }
        Outcome::Drop(Drop {
            reason: &UNSURE_LANGUAGE,
            measured: Measured::Ratio(score),
            limit: Measured::Ratio(self.min_score),
        })
    }

    fn rejudge(&self) -> Option<&dyn Rejudge> {
        Some(self)
    }
}

impl Rejudge for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Language]
    }

    fn limits(&self) -> Vec<NumberLimit> {
        vec![NumberLimit {
            option: "min-score",
            reason: &UNSURE_LANGUAGE,
            side: Side::AtLeast,
            limit: Measured::Ratio(self.min_score),
        }]
    }

    fn measure(&self, article: &Article, _: &mut StageContext) -> Vec<Option<f64>> {
        vec![Some(article.language_score.unwrap_or(0.0))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Source;

    #[test]
    fn articles_in_other_languages_and_below_the_score_are_dropped() {
        let gate = Settings { keep: vec!["en".to_owned(), "de".to_owned()], min_score: 0.5 };
        for (language, score, reason) in [
            ("en", Some(0.5), None),
            ("en", Some(0.499), Some("unsure_language")),
            ("en-GB", Some(0.9), None),
            ("fr", Some(0.9), Some("unwanted_language")),
            ("", None, Some("unsure_language")),
        ] {
            let mut article = Article::new(Source { dump: "test".into(), line: 1, id: None });
            language.clone_into(&mut article.language);
            article.language_score = score;
            let outcome = gate.apply(&mut article, &mut StageContext::default());
            let found = if let Outcome::Drop(drop) = outcome { Some(drop.reason.name) } else { None };
            assert_eq!(found, reason, "{language} {score:?}");
        }
    }

    #[test]
    fn without_options_everything_stays() {
        let mut article = Article::new(Source { dump: "test".into(), line: 1, id: None });
        assert_eq!(Settings::default().apply(&mut article, &mut StageContext::default()), Outcome::Keep);
    }
}
