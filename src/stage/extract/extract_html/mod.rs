//! `extract-html`: from a page to the article's text.

mod embedded;
mod lead;
mod render;
mod stated;
mod story;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::html::Page;
use crate::settings::settings_schema;
use crate::stage::page::Survey;
use crate::stage::{Family, Stage, StageContext, StageKind};

use stated::{Advice, Stated};
use story::{Kind, Story};

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
        let stated = Stated::find(parsed.json_ld());
        let (text, found) = body(parsed.page(), parsed.survey(), stated.as_ref());
        article.text = text;
        article.found.set(Field::Text, found);
        cx.use_up_page();
        cx.note_change();
        Outcome::Keep
    }
}

/// A page that shows fewer words may keep its body in a script.
const FEWEST_WORDS: u32 = 60;

/// The article's text, and where it was found.
fn body(page: Page<'_>, survey: &Survey, stated: Option<&Stated>) -> (String, Found) {
    let hints = story::inherited(page, survey);
    let (mut taken, kinds) = match Story::find(page, survey, &hints) {
        Some(story) => {
            let kinds = story::kinds(page, survey, &hints, &story.sums, story.element);
            (story::select(page, survey, &kinds), kinds)
        }
        None => (Vec::new(), vec![Kind::Foreign; survey.blocks.len()]),
    };
    let shown: u32 = taken.iter().filter_map(|place| survey.blocks.get(*place)).map(|block| block.words).sum();
    let embedded = (stated.is_none() && shown < FEWEST_WORDS).then(|| embedded::find(page)).flatten();
    if let Some(stated) = stated.or(embedded.as_ref()) {
        match stated::advise(page, survey, &kinds, &taken, stated) {
            Some(Advice::Blocks(blocks)) => taken = blocks,
            Some(Advice::Text) => {
                let found = if embedded.is_some() { Found::Dom } else { Found::JsonLd };
                return (stated.text.clone(), found);
            }
            None => {}
        }
    }
    if story::tune("LEAD", 1) == 1 && let Some(lead) = taken.first().and_then(|first| lead::find(page, survey, &hints, &kinds, *first)) {
        taken.insert(0, lead);
    }
    if std::env::var_os("CDEBUG").is_some() {
        let story = Story::find(page, survey, &hints);
        for (place, block) in survey.blocks.iter().enumerate() {
            let chain: Vec<String> = page.ancestors(block.element).map(|a| format!("{}{}:{}", page.tag(a).name(), a.index(), story.as_ref().map_or(0, |s| s.sums[a.index()]))).take(7).collect();
            eprintln!("@@{}", serde_json::json!({"taken": taken.contains(&place), "kind": format!("{:?}", kinds[place]), "w": block.words, "l": block.linked, "tag": page.tag(block.element).name(), "node": block.element.index(), "in": story.as_ref().is_some_and(|s| page.contains(s.element, block.element)), "root": story.as_ref().map_or(0, |s| s.element.index()), "hints": format!("{:?}", hints[block.element.index()]), "text": render::text_of(page, block, &survey.own), "chain": chain.join(" ")}));
        }
    }
    (render::text(page, survey, &taken), Found::Dom)
}
