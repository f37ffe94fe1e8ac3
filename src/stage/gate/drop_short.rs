//! `drop-short`: an article has a minimum of words.
//!
//! A text of 39 words with `min-words = 40` → dropped as `too_few_words`, measured 39, limit 40. Without a word, it is
//! `no_text`: a scraper that lost its bodies is another matter than a night of short items.
//!
//! Words are counted as [`count_words`] says, so that scripts without spaces are not dropped wholesale.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured};
use crate::settings::settings_schema;
use crate::stage::{Extent, Family, Gate, Limit, Part, Rule, StageContext, StageKind, ruled};
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

static RULES: [Rule; 2] = [
    Rule::new("words", "no_text", "there is no text, or nothing is left of it"),
    Rule::new("words", "too_few_words", "the text has fewer words than min-words").set_by("min-words"),
];

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "drop-short",
    family: Family::Gate,
    summary: "drops articles of fewer than min-words words",
    about: "A word stands between white space and has a letter or a digit; in scripts written without \
            spaces, such as Chinese and Thai, two letters count as a word.",
    rules: &RULES,
    example: "[[stage]]\nkind = \"drop-short\"\nmin-words = 40\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(ruled(&RULES, table.read::<Settings>()?)),
};

impl Gate for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text]
    }

    fn limits(&self) -> Vec<Limit<Measured>> {
        [self.min_words.min(1), self.min_words]
            .map(|words| Limit::AtLeast(Measured::Count(words as u64)))
            .into()
    }

    fn measure(&self, article: &Article, _: &mut StageContext, extent: Extent) -> Vec<Option<Measured>> {
        let enough = if extent == Extent::All { usize::MAX } else { self.min_words };
        let words = count_words(&article.text, enough) as u64;
        // Each text is held against one of the two.
        [words == 0, words > 0].map(|applies| applies.then_some(Measured::Count(words))).into()
    }
}
