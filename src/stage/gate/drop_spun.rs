//! `drop-spun`: articles that a spinner rewrote word by word go.
//!
//! `labels.spun.score = 0.93` with `min-score = 0.5` → dropped as `spun_text`, measured 0.93, limit 0.5.
//!
//! The score is `label-spun`'s, which belongs before it. An article without that label is kept: its text is short, or not English,
//! and nobody has judged it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured};
use crate::settings::settings_schema;
use crate::stage::{Extent, Family, Gate, Limit, Part, Rule, StageContext, StageKind, ruled};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The lowest score that is dropped, 0 to 1.
    min_score: f64,
}

impl Default for Settings {
    fn default() -> Self {
        // Where `label-spun` says `"spun": true`.
        Self { min_score: 0.5 }
    }
}

static RULES: [Rule; 1] = [Rule::new(
    "score",
    "spun_text",
    "a program rewrote the text word by word: the score is min-score or more",
)
.set_by("min-score")
.labelled("spun.score")];

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "drop-spun",
    family: Family::Gate,
    summary: "drops articles that a spinner rewrote word by word",
    about: "Goes by `labels.spun.score`, so `label-spun` belongs before it. Records without that label stay: short texts, texts in \
            other languages than English, and all of them if the labeller does not run.",
    rules: &RULES,
    example: "[[stage]]\nkind = \"drop-spun\"\nmin-score = 0.5\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(ruled(&RULES, table.read::<Settings>()?)),
};

impl Gate for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Label("spun")]
    }

    fn limits(&self) -> Vec<Limit<Measured>> {
        vec![Limit::Below(Measured::Ratio(self.min_score))]
    }

    fn measure(&self, article: &Article, _: &mut StageContext, _: Extent) -> Vec<Option<Measured>> {
        let label = article.labels.get("spun").and_then(|label| label.get("score"));
        vec![label.and_then(serde_json::Value::as_f64).map(Measured::Ratio)]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::article::{Drop, Outcome, Source};

    #[test]
    fn articles_at_the_score_and_above_are_dropped_and_unlabelled_ones_stay() {
        for (label, measured) in [
            (Some(json!({ "spun": true, "score": 0.7 })), Some(0.7)),
            (Some(json!({ "spun": true, "score": 0.699 })), None),
            (Some(json!({ "spun": true })), None),
            (None, None),
        ] {
            let mut article = Article::new(Source { dump: "test".into(), line: 1, id: None });
            if let Some(label) = &label {
                article.labels.insert("spun".to_owned(), label.clone());
            }
            let gate = ruled(&RULES, Settings { min_score: 0.7 });
            let outcome = gate.apply(&mut article, &mut StageContext::default());
            let drop = measured.map(|score| Drop {
                reason: &RULES[0].reason,
                measured: Measured::Ratio(score),
                limit: Measured::Ratio(0.7),
            });
            assert_eq!(outcome, drop.map_or(Outcome::Keep, Outcome::Drop), "{label:?}");
        }
    }
}
