//! `normalise-whitespace`: one space between words, one blank line between paragraphs.
//!
//! `one  two \r\n \r\n\r\nthree ` → `one two`, blank line, `three`.
//!
//! Fields of one line lose their line breaks. ASCII white space only: other spaces are
//! `normalise-unicode`'s business, which belongs before this stage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::{Breaks, collapse_spaces, normalise_whitespace};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What a single line break means: `auto` ends a paragraph where the text has no blank line at all and
    /// is not wrapped at a column.
    breaks: Breaks,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "normalise-whitespace",
    family: Family::Cleaner,
    summary: "one space between words, one blank line between paragraphs",
    about: "Fields of one line, such as the title, lose their line breaks.",
    rules: &[],
    example: "[[stage]]\nkind = \"normalise-whitespace\"\nbreaks = \"auto\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        if let Some(normal) = normalise_whitespace(&article.text, self.breaks) {
            article.text = normal;
            cx.note_change();
        }
        article.for_each_short_text(|text| {
            if let Some(normal) = collapse_spaces(text) {
                *text = normal;
                cx.note_change();
            }
        });
        Outcome::Keep
    }
}
