//! `repair-encoding`: text that was decoded, escaped or stored wrongly becomes what it was.
//!
//! `The Lenneâ€™s cafÃ© &amp;amp; bar` → `The Lenne’s café & bar`.
//!
//! It repairs UTF-8 that was read in another code page, once or several times, wholly or in part, with bytes
//! lost on the way ([`whole`], [`mojibake`]); whole texts that were read in the wrong one of two encodings
//! ([`swapped`]); escapes of programs ([`escapes`]); HTML's references and tags that were left in the text ([`entities`], [`tags`]); line ends, terminal
//! escapes, control characters, ligatures and full-width forms ([`controls`]). It belongs before `normalise-unicode`, which removes characters that a repair needs.
//!
//! It promises to leave good text alone: what is repaired is either impossible in good text or stands among
//! damage of its kind. It does not guess at single accents of the wrong page (`Pøíliš`), and does not straighten
//! quotation marks. Repairing twice changes nothing more.

mod code;
mod code_pages;
mod controls;
mod entities;
mod escapes;
mod letters;
mod mojibake;
mod scan;
mod swapped;
mod tags;
mod whole;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use code_pages::{CodePages, PageSet};
use letters::Letters;
use scan::{Needs, Scanner};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What to leave as it is: `mojibake` (`Ã©`), `escapes` (`\u00e9`), `entities` (`&amp;`), `tags` (`<p>`), `controls`
    /// (line ends, terminal escapes, U+0080 to U+009F), `forms` (ligatures, full-width letters).
    keep: Vec<Damage>,
}

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Damage {
    Mojibake,
    Escapes,
    Entities,
    Tags,
    Controls,
    Forms,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "repair-encoding",
    family: Family::Cleaner,
    summary: "repairs mojibake, left-over escapes, entities and tags, control characters, line ends, ligatures",
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

/// Layers of damage are rarely more than three.
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

/// Whether letters of other scripts stand right beside Latin ones with accents, and fewer of them: a text that was misread in
/// another way, of which some letters happen to be sound UTF-8 (`ãÍã젂áãÚíÞá`).
fn is_soup(text: &str) -> bool {
    let (mut latin, mut others) = (0, 0);
    for run in text.split(|character: char| character.is_ascii()) {
        let count = |is: fn(char) -> bool| run.chars().filter(|character| is(*character)).count();
        let of_run = count(|c| ('\u{370}'..'\u{2000}').contains(&c) || c >= '\u{2E80}');
        if of_run > 0 {
            others += of_run;
            latin += count(|c| ('\u{A1}'..'\u{250}').contains(&c));
        }
    }
    latin > others
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
            let before = repaired.as_deref().unwrap_or(text);
            let (mut needs, suspects) = self.scanner.scan(before, &self.pages);
            let readable = if self.keep.contains(&Damage::Mojibake) {
                None
            } else {
                self.without_mojibake(before, suspects)
            };
            if let Some(readable) = &readable {
                (needs, _) = self.scanner.scan(readable, &self.pages);
            }
            let next = self.without_the_rest(readable.as_deref().unwrap_or(before), needs, is_one_line);
            // What escapes and tags hid may be misread text.
            let is_last = next.is_none();
            repaired = next.or(readable).or(repaired);
            if is_last {
                break;
            }
        }
        repaired
    }

    /// The text without all layers of mojibake. It comes first, as it needs the control characters.
    fn without_mojibake(&self, text: &str, mut suspects: PageSet) -> Option<String> {
        let mut repaired: Option<String> = None;
        for _ in 0..MOST_PASSES {
            let text = repaired.as_deref().unwrap_or(text);
            let next = whole::repair(text, &self.pages, &self.letters).or_else(|| {
                let searched = mojibake::repair(text, &self.pages, &self.letters, suspects);
                let searched = searched.filter(|found| !is_soup(found) || is_soup(text));
                swapped::repair(text, searched.as_deref(), &self.pages, &self.letters).or(searched)
            });
            let Some(next) = next else { break };
            (_, suspects) = self.scanner.scan(&next, &self.pages);
            repaired = Some(next);
        }
        repaired
    }

    /// One layer of each other kind of damage. Entities come before tags, because of `&lt;p&gt;`.
    fn without_the_rest(&self, text: &str, needs: Needs, is_one_line: bool) -> Option<String> {
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
        step(Damage::Controls, &|text| controls::mend_controls(text, &self.pages));
        step(Damage::Escapes, &escapes::unescape);
        step(Damage::Entities, &entities::unescape);
        step(Damage::Tags, &|text| tags::strip_tags(text, is_one_line));
        step(Damage::Forms, &controls::mend_forms);
        repaired
    }
}

#[cfg(test)]
mod tests;
