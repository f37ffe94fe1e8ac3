//! `strip-c4-lines`: lines that C4's rules take for furniture go.
//!
//! `Menu`, `The ferry leaves at nine.[3]`, `Please enable JavaScript.` → `The ferry leaves at nine.`
//!
//! The lines that are kept stand one below the other, without blank lines, as datatrove's C4 filter leaves them;
//! `normalise-whitespace` with `breaks = "paragraphs"` puts the blank lines back. Texts that the filter drops, the gate `c4` drops, which belongs before
//! this stage, with the same options; alone it only takes lines out.

use std::borrow::Cow;

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::quality::c4::{C4Lines, Drops, LineFate, LineRules};
use crate::stage::quality::strip;
use crate::stage::{Family, Stage, StageContext, StageKind};

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "strip-c4-lines",
    family: Family::Cleaner,
    summary: "removes lines that end in no full stop, are too short, or mention JavaScript or cookies, by C4's rules",
    about: "Belongs after the gate `c4`, with the same options. Leaves one line feed between lines; `normalise-whitespace` with \
            breaks = \"paragraphs\" puts the blank lines back.",
    rules: &[],
    example: "[[stage]]\nkind = \"strip-c4-lines\"\nmax-word-length = 1000\ncitations = true\nterminal-punctuation = true\n\
              min-words-per-line = 3\njavascript = true\npolicy = true\nvariant = \"reference\"\n",
    schema: settings_schema::<LineRules>,
    build: |table| Ok(Box::new(table.read::<LineRules>()?)),
};

impl Stage for LineRules {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let text = article.text.as_str();
        let mut left = String::with_capacity(text.len());
        let mut any = false;
        for fate in C4Lines::of(text, *self, Drops { lorem_ipsum: false, curly_bracket: false }) {
            let LineFate::Stays(line) = fate else { continue };
            if any {
                left.push('\n');
            }
            any = true;
            match line {
                Cow::Borrowed(line) => left.push_str(line),
                Cow::Owned(line) => left.push_str(&line),
            }
        }
        let left = strip(&left);
        if left != text {
            article.text = left.to_owned();
            cx.note_change();
        }
        Outcome::Keep
    }
}
