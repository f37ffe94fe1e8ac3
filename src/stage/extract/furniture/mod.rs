//! What newsrooms print around an article's body, line by line: bylines, dates, captions.
//!
//! A line is judged by itself here. Where it has to stand, and what becomes of it, is for the stages to say that read
//! it: `read-byline`, `read-date`, `read-captions` and, as proof that what stands above is a standfirst,
//! `read-description`.

pub(super) mod captions;
pub(super) mod dates;
pub(super) mod people;
pub(super) mod site;
mod sketch;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found};
use crate::text::lines::{TextLine, lines};

pub(super) use sketch::WordSketch;

/// What a stage does with the text of a page.
///
/// A page's markup has said already what its body is, and papers mark standfirst, dateline and contributors up as part
/// of it: all five sets of labelled pages have them in their texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Pages {
    /// Fill the field and leave the text alone.
    #[default]
    Keep,
    /// Take it out of the text, as with texts that came without a page.
    Cut,
}

impl Pages {
    /// Whether the article's text is left as it is.
    pub(super) fn keeps(self, article: &Article) -> bool {
        let from_page =
            matches!(article.found.get(Field::Text), Some(Found::JsonLd | Found::Meta | Found::Dom));
        from_page && self == Self::Keep
    }
}

/// Furniture stands among the first lines: title, kicker, standfirst, alt text, caption, byline, role, two dates and
/// room for what is not known.
const MOST_HEAD_LINES: usize = 14;
/// After two paragraphs of prose, a standfirst and one more, the body has begun.
const MOST_PROSE_LINES: usize = 2;
/// Few sentences are shorter, and few headlines longer.
const LEAST_PROSE_CHARS: usize = 120;

/// The lines of a text among which its furniture stands, up to where the body has certainly begun.
pub(super) fn head(text: &str) -> impl Iterator<Item = TextLine<'_>> {
    let mut prose = 0;
    lines(text).take(MOST_HEAD_LINES).take_while(move |line| {
        let goes_on = prose < MOST_PROSE_LINES;
        prose += usize::from(is_prose(line.text));
        goes_on
    })
}

/// How many of some lines are paragraphs.
pub(super) fn prose_lines(lines: &[TextLine<'_>]) -> usize {
    lines.iter().filter(|line| is_prose(line.text)).count()
}

/// Whether a line is a paragraph of sentences.
pub(super) fn is_prose(line: &str) -> bool {
    let ends = line
        .trim_end_matches(['"', '”', '»', '’', '\'', ')', '“', '」', ' '])
        .ends_with(['.', '!', '?', '…', '。', '؟', '।', '۔', ':']);
    let least = if ends { LEAST_PROSE_CHARS / 2 } else { 2 * LEAST_PROSE_CHARS };
    let bytes = line.as_bytes();
    if bytes.get(..=least).unwrap_or(bytes).is_ascii() {
        return bytes.len() > least;
    }
    // Han tells in a third of the letters what others tell.
    let least = if line.len() > 2 * line.chars().take(least).count() { least / 3 } else { least };
    line.chars().nth(least).is_some()
}
