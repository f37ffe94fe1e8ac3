//! `read-captions`: captions and picture credits leave the text and become `images`.
//!
//! `The harbour last year.Credit...Ann Lee/The Courier` → an image with that caption and credit.
//!
//! Lines go that are a caption by their credit (`Photo: …/AP`, `(AP Photo/…)`, `Credit...`, `FILE - …`). Beside one, the line
//! above is removed, too, where it stands in the same block: a credit alone takes it for its caption; a caption leaves it out
//! as the picture's alternative text, if it tells of the same picture. A caption without a credit cannot be told from
//! prose and is kept.
//!
//! Pictures that the record has are kept in front: one that has the same caption, or none, gets what is missing.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Image, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::Slice;
use crate::text::lines::{TextLine, cut, lines};

use super::furniture::captions::{CaptionPlace, caption_line, tells_the_same};
use super::furniture::dates::any_date_line;
use super::furniture::people::signed;
use super::furniture::site::Site;
use super::split_title::evidence::fold;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What to do with a picture's alternative text above its caption: `remove` or `keep` it.
    alternative_texts: AlternativeTexts,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum AlternativeTexts {
    /// Take them out of the text.
    #[default]
    Remove,
    /// Leave them.
    Keep,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "read-captions",
    family: Family::Extractor,
    summary: "takes captions and picture credits out of the text and fills `images`",
    about: "A caption is known by its credit. An alternative text in the line above a caption goes where it tells of the same \
            picture. Captions without credits stay.",
    rules: &[],
    example: "[[stage]]\nkind = \"read-captions\"\nalternative-texts = \"remove\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

/// Alternative texts describe what is to be seen, in up to three sentences.
const LONGEST_ALTERNATIVE_BYTES: usize = 600;
/// `The old harbour`
const LEAST_CAPTION_WORDS: usize = 3;
/// The picture of the head stands among so many lines.
const HEAD_LINES: usize = 12;

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let mut images = Vec::new();
        let mut gone: Vec<Range<usize>> = Vec::new();
        let mut before: Option<TextLine> = None;
        // Where every paragraph is a line, a line above is nothing special.
        let has_blocks = || memchr::memmem::find(article.text.as_bytes(), b"\n\n").is_some();
        for (at, line) in lines(&article.text).enumerate() {
            let place = if at < HEAD_LINES { CaptionPlace::Head } else { CaptionPlace::Body };
            let Some(found) = caption_line(line.text, place) else {
                before = Some(line);
                continue;
            };
            let mut caption = found.caption;
            let above = before.take().filter(|above| {
                above.text.len() <= LONGEST_ALTERNATIVE_BYTES
                    && gone.last().is_none_or(|gone| gone.end < above.start)
            });
            if let Some(above) = above {
                let is_block = above.end + 1 == line.start && has_blocks();
                if caption.is_empty() {
                    // `What the picture shows` in one line, `Photo: Ann Lee` in the next.
                    if is_block
                        && place == CaptionPlace::Head
                        && shows(above.text)
                        && is_alone(&article.text, &above)
                    {
                        caption = above.text;
                        gone.push(above.range());
                    }
                } else if self.alternative_texts == AlternativeTexts::Remove
                    && (is_block
                        && is_alone(&article.text, &above)
                        && (tells_the_same(above.text, caption)
                            || (place == CaptionPlace::Head && leads_to_byline(article, &line)))
                        || says_as_much(above.text, caption))
                {
                    gone.push(above.range());
                }
            }
            images.push(Image {
                url: String::new(),
                caption: caption.trim().to_owned(),
                credit: found.credit.to_owned(),
            });
            gone.push(line.range());
        }
        if images.is_empty() || !cut(&mut article.text, &gone) {
            return Outcome::Keep;
        }
        if article.images.is_empty() {
            article.found.set(Field::Images, Found::Text);
        }
        for image in images {
            merge(&mut article.images, image);
        }
        cx.note_change();
        Outcome::Keep
    }
}

/// Whether a line above a credit can be what the picture shows: some words, not spoken ones.
fn shows(line: &str) -> bool {
    line.split_whitespace().nth(LEAST_CAPTION_WORDS - 1).is_some() && !line.starts_with(['"', '“', '„', '«'])
}

/// Whether a line opens its block.
fn is_alone(text: &str, line: &TextLine<'_>) -> bool {
    line.start == 0 || text.as_bytes().get(line.start.saturating_sub(2)..line.start) == Some(b"\n\n")
}

/// Whether a byline or a date follows a caption.
fn leads_to_byline(article: &Article, caption: &TextLine<'_>) -> bool {
    let behind = article.text.slice(caption.end..);
    lines(behind)
        .take(2)
        .any(|line| signed(line.text, &Site::of(article)).is_some() || any_date_line(line.text).is_some())
}

/// Whether an alternative text is the caption again.
fn says_as_much(alternative: &str, caption: &str) -> bool {
    let (one, other) = (fold(alternative), fold(caption));
    one == other || (one.len() >= 20 && other.starts_with(&one))
}

/// Adds a picture, or what it tells to one that is there.
fn merge(images: &mut Vec<Image>, image: Image) {
    let caption = fold(&image.caption);
    let same = |known: &Image| {
        let known = fold(&known.caption);
        !known.is_empty()
            && !caption.is_empty()
            && (known.starts_with(&caption) || caption.starts_with(&known))
    };
    let bare = |known: &Image| known.caption.is_empty() && known.credit.is_empty() && !known.url.is_empty();
    let place =
        images.iter().position(same).or_else(|| (images.len() == 1 && images.iter().all(bare)).then_some(0));
    let is_known = images.contains(&image);
    match place.and_then(|place| images.get_mut(place)) {
        Some(known) => {
            if known.caption.is_empty() {
                known.caption = image.caption;
            }
            if known.credit.is_empty() {
                known.credit = image.credit;
            }
        }
        None if is_known => {}
        None => images.push(image),
    }
}
