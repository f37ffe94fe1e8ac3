//! `label-extraction`: how sure the title, the authors, the date and the text are that were read off a page.
//!
//! A headline that the page's `<h1>`, its `og:title` and its JSON-LD agree on, and a date that stands somewhere on the page →
//! `labels.extraction = {"title": 0.99, "published": 0.62}`.
//!
//! Of the titles scored 0.9, nine in ten are the page's headline, letter for letter; likewise authors (all of them, and
//! nobody else), days of publication and texts (an F1 of 0.9 or more). That was measured on labelled pages of some 1,200 sites,
//! and each was scored by weights fitted to the others (`tests/bench/html/README.md`). The scores are for gating a night: a
//! single one says what happens on pages like it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::page::{Noticed, Sign, Signs};
use crate::stage::{Family, Stage, StageContext, StageKind};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// Also write, for each field, the signs that its score was made of.
    signs: bool,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "label-extraction",
    family: Family::Labeller,
    summary: "says how sure the title, the authors, the date and the text of a page are",
    about: "Writes `labels.extraction`: for `title`, `authors`, `published` and `text`, where they were read off the page, how often \
            they are right on pages like it, from 0 to 1. Works on records that came with `html`, after `extract-metadata` and \
            `extract-html`.",
    rules: &[],
    example: "[[stage]]\nkind = \"label-extraction\"\nsigns = false\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let Some(parsed) = cx.open_page(article) else { return Outcome::Keep };
        let Noticed { title, authors, published, text } = parsed.noticed();
        let fields = [
            title.map(|signs| ("title", told(signs))),
            authors.map(|signs| ("authors", told(signs))),
            published.map(|signs| ("published", told(signs))),
            text.map(|signs| ("text", told(signs))),
        ];
        let mut label = Map::new();
        let mut all = Map::new();
        for (name, (signs, percent)) in fields.into_iter().flatten() {
            label.insert(name.to_owned(), json!(f64::from(percent) / 100.0));
            cx.tell(name, f64::from(percent) / 100.0);
            cx.tell("signs", signs.join(", ").as_str());
            all.insert(name.to_owned(), signs.into());
        }
        if self.signs {
            label.insert("signs".to_owned(), Value::Object(all));
        }
        if !label.is_empty() {
            article.labels.insert("extraction".to_owned(), Value::Object(label));
            cx.note_change();
        }
        Outcome::Keep
    }
}

/// The signs of a field, and how often it is right where they are there, in percent.
fn told<S: Sign>(signs: Signs<S>) -> (Vec<&'static str>, u32) {
    (S::names_of(signs), percent(S::weight_of(signs)))
}

/// What a weight in hundredths of a logit is in percent, 1 to 99.
fn percent(weight: i32) -> u32 {
    /// The weights at 50.5, 51.5, … 98.5 percent: 100 · ln(p / (1 − p)).
    #[rustfmt::skip]
    const HALVES: [u16; 49] = [
        2, 6, 10, 14, 18, 22, 26, 30, 34, 38, 43, 47, 51, 55, 60, 64, 69, 73, 78, 82, 87, 92, 97, 102, 107, 113, 118, 124, 130, 136,
        142, 148, 155, 162, 170, 177, 186, 195, 204, 214, 225, 238, 251, 267, 284, 306, 332, 366, 418,
    ];
    let steps = HALVES.partition_point(|half| u32::from(*half) <= weight.unsigned_abs());
    let steps = u32::try_from(steps).unwrap_or_default();
    if weight < 0 { 50 - steps } else { 50 + steps }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_logits() {
        for (weight, expected) in [(0, 50), (110, 75), (220, 90), (-220, 10), (1000, 99), (-1000, 1)] {
            assert_eq!(percent(weight), expected, "{weight}");
        }
    }
}
