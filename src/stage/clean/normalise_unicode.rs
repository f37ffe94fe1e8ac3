//! `normalise-unicode`: one way to write each character, and none that is invisible.
//!
//! `cafe` + U+0301 → `café`; `re­lated` with a soft hyphen → `related`; no-break, thin and ideographic spaces
//! → a space; control characters, zero-width spaces and byte order marks → gone.
//!
//! It works on the text and on every field that people read. It does not repair text that was decoded
//! wrongly: mojibake holds control characters that a repair needs, so that stage belongs before this one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::{Bidi, normalise_unicode};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What to do with marks that steer the direction of writing: they make equal words unequal, but a
    /// line that mixes Arabic and Latin may need them to be shown right.
    bidi: Bidi,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "normalise-unicode",
    family: Family::Cleaner,
    summary: "NFC; odd spaces to spaces; control and zero-width characters removed",
    about: "Works on the text and on every field that people read. Joiners stay, because Persian, Indic \
            scripts and emoji are misspelt without them.",
    rules: &[],
    example: "[[stage]]\nkind = \"normalise-unicode\"\nbidi = \"remove\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let mut mend = |text: &mut String| {
            if let Some(normal) = normalise_unicode(text, self.bidi) {
                *text = normal;
                cx.note_change();
            }
        };
        mend(&mut article.text);
        article.for_each_short_text(mend);
        Outcome::Keep
    }
}
