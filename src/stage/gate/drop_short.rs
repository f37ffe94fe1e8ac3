//! `drop-short`: an article has a minimum of words.
//!
//! A text of 39 words with `min-words = 40` → dropped as `too_few_words`, measured 39, limit 40.
//!
//! Words are counted as [`count_words`] says, so that scripts without spaces are not dropped wholesale.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Drop, Measured, Outcome, Reason};
use crate::settings::settings_schema;
use crate::stage::{Family, NumberLimit, Part, Rejudge, Side, Stage, StageContext, StageKind, at_least};
use crate::text::count_words;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The fewest words that a text may have.
    min_words: usize,
}

impl Default for Settings {
    fn default() -> Self {
        // Below about 40 words, scraped pages are captions, teasers and cookie banners. Gopher's rule for
        // language-model corpora asks for 50 (Rae et al. 2021, table A1), which loses short news items.
        Self { min_words: 40 }
    }
}

const TOO_FEW_WORDS: Reason =
    Reason { name: "too_few_words", meaning: "the text has fewer words than min-words" };

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "drop-short",
    family: Family::Gate,
    summary: "drops articles of fewer than min-words words",
    about: "A word stands between white space and has a letter or a digit; in scripts written without \
            spaces, such as Chinese and Thai, two letters count as a word.",
    reasons: &[TOO_FEW_WORDS],
    example: "[[stage]]\nkind = \"drop-short\"\nmin-words = 40\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let enough = if cx.is_traced() { usize::MAX } else { self.min_words };
        let words = count_words(&article.text, enough);
        cx.measure("words", words, at_least(self.min_words));
        if words >= self.min_words {
            return Outcome::Keep;
        }
        Outcome::Drop(Drop {
            reason: &TOO_FEW_WORDS,
            measured: Measured::Count(words as u64),
            limit: Measured::Count(self.min_words as u64),
        })
    }

    fn rejudge(&self) -> Option<&dyn Rejudge> {
        Some(self)
    }
}

impl Rejudge for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text]
    }

    fn limits(&self) -> Vec<NumberLimit> {
        vec![NumberLimit {
            option: "min-words",
            reason: &TOO_FEW_WORDS,
            side: Side::AtLeast,
            limit: Measured::Count(self.min_words as u64),
        }]
    }

    fn measure(&self, article: &Article, _: &mut StageContext) -> Vec<Option<f64>> {
        #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 words")]
        let words = count_words(&article.text, usize::MAX) as f64;
        vec![Some(words)]
    }
}
