//! The headline, where it stands among the paragraphs.
//!
//! Some pages have it twice, or in a heading with its kicker: `Harbour Ferry strike enters second week`.

use crate::html::Page;
use crate::stage::page::{Block, PageSurvey, text_of};
use crate::text::count_words;

/// Headlines of fewer letters may stand in a sentence by chance.
const FEWEST_LETTERS: usize = 12;
/// What may stand before it in the same block.
const KICKER_LETTERS: usize = 40;
/// The same in words, which tell at once that most blocks are no headline.
const KICKER_WORDS: usize = 12;

/// A headline's letters.
pub(super) struct Headline {
    letters: String,
    words: usize,
}

impl Headline {
    pub(super) fn of(title: &str) -> Self {
        Self { letters: letters(title), words: count_words(title, usize::MAX) }
    }

    /// Whether a block is the headline again.
    pub(super) fn is_repeated_by(&self, page: Page<'_>, survey: &PageSurvey, block: &Block) -> bool {
        let longest = self.letters.len() + KICKER_LETTERS;
        if block.words as usize > self.words + KICKER_WORDS || self.letters.chars().count() < FEWEST_LETTERS {
            return false;
        }
        let text = text_of(page, block, &survey.own);
        // Twice for punctuation and white space.
        text.len() <= 2 * longest && {
            let letters = letters(&text);
            letters.len() <= longest && letters.ends_with(&self.letters)
        }
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Bounds, Tree};

    #[test]
    fn a_block_repeats_the_headline_alone_or_with_a_kicker() {
        let headline = Headline::of("Ferry strike enters second week");
        for (html, is_repeated) in [
            ("<h2>Ferry strike enters second week</h2>", true),
            ("<p>FERRY STRIKE enters second week!</p>", true),
            ("<h2>Harbour <b>Ferry strike enters second week</b></h2>", true),
            (
                "<p>The harbour master of Selm is asked every day why the Ferry strike enters second week</p>",
                false,
            ),
            ("<p>Ferry strike enters second week and nobody sails</p>", false),
        ] {
            let tree = Tree::parse(html, &Bounds::default());
            let page = Page::new(html, &tree);
            let survey = PageSurvey::of(page);
            let block = survey.blocks.first().expect("there is a block");
            assert_eq!(headline.is_repeated_by(page, &survey, block), is_repeated, "{html}");
        }
    }
}
