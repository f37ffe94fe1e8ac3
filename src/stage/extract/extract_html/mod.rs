//! `extract-html`: from a page to the article's text.

mod blocks;
mod hints;
mod lead;
mod render;
mod story;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::html::{Page, Tag};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};

use blocks::Survey;
use story::Story;

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
        let text = body(parsed.page());
        article.text = text;
        article.found.set(Field::Text, Found::Dom);
        cx.use_up_page();
        cx.note_change();
        Outcome::Keep
    }
}

fn body(page: Page<'_>) -> String {
    let survey = Survey::of(page);
    let hints = story::inherited(page, &survey);
    let Some(story) = Story::find(page, &survey, &hints) else { return String::new() };
    let kinds = story::kinds(page, &survey, &hints, &story.sums, story.element);
    let mut taken = story::select(page, &survey, &kinds);
    if let Some(lead) = taken.first().and_then(|first| lead::find(page, &survey, &hints, &kinds, *first)) {
        taken.insert(0, lead);
    }
    let mut text = String::new();
    let mut before = None;
    for block in taken.iter().filter_map(|place| survey.blocks.get(*place)) {
        let tag = page.tag(block.element);
        if !text.is_empty() {
            text.push_str(if tag == Tag::Li && before == Some(Tag::Li) { "\n" } else { "\n\n" });
        }
        if tag == Tag::Li {
            text.push_str("- ");
        }
        render::push_text(page, block, &survey.own, &mut text);
        before = Some(tag);
    }
    text
}
