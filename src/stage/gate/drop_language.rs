//! `drop-language`: keeps articles in the languages that are wanted.
//!
//! `keep = ["en", "de"]`: an article with `language = "fr"` → dropped as `unwanted_language`, measured `fr`, limit `en, de`.
//!
//! It goes by `language` and `language_score`, so it belongs after `label-language`. An article whose language is not
//! known is kept, unless `min-score` asks for certainty.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured};
use crate::settings::{Problem, SettingsTable, settings_schema};
use crate::stage::{Extent, Family, Gate, Limit, Part, Rule, StageContext, StageKind, ruled};
use crate::text::language_code;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The languages to keep, as ISO 639-1 codes; every language where the list is empty.
    keep: Vec<String>,
    /// The lowest `language_score` to keep, 0 to 1. Without a score, it counts as 0.
    min_score: f64,
}

static RULES: [Rule; 2] = [
    Rule::new("language", "unwanted_language", "the language is not one of keep"),
    Rule::new("language_score", "unsure_language", "the language's score is below min-score")
        .set_by("min-score")
        .labelled("language_score"),
];

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "drop-language",
    family: Family::Gate,
    summary: "drops articles in other languages than keep, or whose language is less sure than min-score",
    about: "Belongs after `label-language`. An article without a known language is kept, unless min-score is set.",
    rules: &RULES,
    example: "[[stage]]\nkind = \"drop-language\"\nkeep = [\"en\", \"de\"]\nmin-score = 0.65\n",
    schema: settings_schema::<Settings>,
    build: |table| {
        let settings: Settings = table.read()?;
        let problems: Vec<Problem> =
            settings.keep.iter().filter_map(|code| wrong_code(code, table)).collect();
        if problems.is_empty() { Ok(ruled(&RULES, settings)) } else { Err(problems) }
    },
};

/// What is wrong with a language of `keep`: records have codes of ISO 639-1, or of 639-3 where that has none.
fn wrong_code(code: &str, table: &SettingsTable<'_>) -> Option<Problem> {
    match language_code(code) {
        Some(right) if right == code => None,
        Some(right) => {
            let message = format!("records have the language `{code}` as `{right}`");
            Some(table.problem("keep", message).help(format!("write `{right}`")))
        }
        None => {
            Some(table.problem("keep", format!("`{code}` is no language")).help("write codes such as `en`"))
        }
    }
}

impl Gate for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Language]
    }

    fn limits(&self) -> Vec<Limit<Measured>> {
        vec![
            Limit::OneOf(Measured::Name(self.keep.join(", "))),
            Limit::AtLeast(Measured::Ratio(self.min_score)),
        ]
    }

    fn measure(&self, article: &Article, _: &mut StageContext, _: Extent) -> Vec<Option<Measured>> {
        let language = article.language.split(['-', '_']).next().unwrap_or_default();
        let is_asked = !language.is_empty() && !self.keep.is_empty();
        vec![
            is_asked.then(|| Measured::Name(language.to_owned())),
            Some(Measured::Ratio(article.language_score.unwrap_or(0.0))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Outcome, Source};

    #[test]
    fn articles_in_other_languages_and_below_the_score_are_dropped() {
        let settings = Settings { keep: vec!["en".to_owned(), "de".to_owned()], min_score: 0.5 };
        let gate = ruled(&RULES, settings);
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
        let gate = ruled(&RULES, Settings::default());
        assert_eq!(gate.apply(&mut article, &mut StageContext::default()), Outcome::Keep);
    }
}
