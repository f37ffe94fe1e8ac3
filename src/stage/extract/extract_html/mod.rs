//! `extract-html`: from a page to the article's text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::html::NodeId;
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "extract-html",
    family: Family::Extractor,
    summary: "the article's text from a page",
    about: "Works on `html`, behind `extract-metadata`.",
    reasons: &[],
    example: "[[stage]]\nkind = \"extract-html\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let Some(parsed) = cx.open_page(article) else { return Outcome::Keep };
        let text = parsed.page().inner_text(NodeId::ROOT);
        article.text = text;
        article.found.set(Field::Text, Found::Dom);
        cx.use_up_page();
        cx.note_change();
        Outcome::Keep
    }
}
