//! `repair-encoding`: text that was decoded, escaped or stored wrongly becomes what it was.
//!
//! `The Lenneâ€™s cafÃ© &amp;amp; bar` → `The Lenne’s café & bar`.
//!
//! It repairs UTF-8 that was read in another code page, once or several times, wholly or in part, with bytes
//! lost on the way ([`mojibake`]); HTML's references and tags that were left in the text ([`entities`], [`tags`]);
//! line ends, terminal escapes, control characters, ligatures and full-width forms ([`controls`]). It
//! belongs before `normalise-unicode`, which removes characters that a repair needs.
//!
//! It promises to leave good text alone: what is repaired is either impossible in good text or stands among
//! damage of its kind. It does not guess at text that was read in the wrong one of two one-byte code pages
//! (`Ïðèâåò`), and does not straighten quotation marks. Repairing twice changes nothing more.

mod code;
mod code_pages;
mod controls;
mod entities;
mod letters;
mod mojibake;
mod scan;
mod tags;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use code_pages::CodePages;
use letters::Letters;
use scan::Scanner;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What to leave as it is: `mojibake` (`Ã©`), `entities` (`&amp;`), `tags` (`<p>`), `controls` (line ends,
    /// terminal escapes, U+0080 to U+009F), `forms` (ligatures, full-width letters).
    keep: Vec<Damage>,
}

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Damage {
    Mojibake,
    Entities,
    Tags,
    Controls,
    Forms,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "repair-encoding",
    family: Family::Cleaner,
    summary: "repairs mojibake, left-over entities and tags, control characters, line ends, ligatures",
    about: "Works on the text and on every field that people read, several layers deep. Belongs before `normalise-unicode`. \
            Entities and tags stay in lines that show code.",
    rules: &[],
    example: "[[stage]]\nkind = \"repair-encoding\"\nkeep = [\"forms\"]\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(RepairEncoding::new(table.read::<Settings>()?.keep))),
};

#[derive(Debug)]
struct RepairEncoding {
    keep: Vec<Damage>,
    pages: CodePages,
    letters: Letters,
    scanner: Scanner,
}

/// Layers of damage are rarely more than three; each pass takes off one of each kind.
const MOST_PASSES: usize = 24;

impl Stage for RepairEncoding {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let mut mend = |text: &mut String, is_one_line| {
            if let Some(repaired) = self.repair(text, is_one_line) {
                *text = repaired;
                cx.note_change();
            }
        };
        mend(&mut article.text, false);
        article.for_each_short_text(|text| mend(text, true));
        Outcome::Keep
    }
}

impl RepairEncoding {
    fn new(keep: Vec<Damage>) -> Self {
        let pages = CodePages::new();
        let scanner = Scanner::new(&pages);
        Self { keep, pages, letters: Letters::new(), scanner }
    }

    /// The repaired text; `None` where nothing was to be done.
    fn repair(&self, text: &str, is_one_line: bool) -> Option<String> {
        let mut repaired: Option<String> = None;
        for _ in 0..MOST_PASSES {
            let Some(next) = self.pass(repaired.as_deref().unwrap_or(text), is_one_line) else { break };
            repaired = Some(next);
        }
        repaired
    }

    /// One layer of each kind of damage. Mojibake comes first: it needs the control characters. Entities come
    /// before tags, because of `&lt;p&gt;`.
    fn pass(&self, text: &str, is_one_line: bool) -> Option<String> {
        let needs = self.scanner.scan(text, &self.pages);
        if needs.nothing() {
            return None;
        }
        let mut repaired: Option<String> = None;
        let mut step = |damage: Damage, mend: &dyn Fn(&str) -> Option<String>| {
            if needs.has(damage)
                && !self.keep.contains(&damage)
                && let Some(next) = mend(repaired.as_deref().unwrap_or(text))
            {
                repaired = Some(next);
            }
        };
        step(Damage::Mojibake, &|text| self.without_a_layer(text));
        // Controls may be the bytes of a layer that this pass has laid open.
        step(Damage::Controls, &|text| {
            let next_layer = !self.keep.contains(&Damage::Mojibake) && self.without_a_layer(text).is_some();
            if next_layer { None } else { controls::mend_controls(text, &self.pages) }
        });
        step(Damage::Entities, &entities::unescape);
        step(Damage::Tags, &|text| tags::strip_tags(text, is_one_line));
        step(Damage::Forms, &controls::mend_forms);
        repaired
    }

    fn without_a_layer(&self, text: &str) -> Option<String> {
        mojibake::repair(text, &self.pages, &self.letters, self.scanner.suspects(text, &self.pages))
    }
}

#[cfg(test)]
mod tests;
