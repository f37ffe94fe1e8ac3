//! `split-title`: placeholder while the skeleton is put up; the real stage follows in the same change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "split-title",
    family: Family::Extractor,
    summary: "",
    about: "",
    reasons: &[],
    example: "[[stage]]\nkind = \"split-title\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, _article: &mut Article, _cx: &mut StageContext) -> Outcome {
        Outcome::Keep
    }
}
