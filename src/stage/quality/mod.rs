//! What the published rules for language-model corpora measure of a text: one file a rule set.
//!
//! The gates hold these values against limits, `label-quality` writes them down; both call the same functions, so that they
//! can't disagree. The values are datatrove's to the last digit, as `tests/bench/quality` shows: lengths are in
//! characters, words are the tokens of [`crate::text::tokens`], shares are 64-bit quotients.

pub(super) mod c4;
pub(super) mod fineweb;
pub(super) mod gopher_quality;
pub(super) mod gopher_repetition;
mod lines;
mod numbers;
mod repeats;
mod scripts;
mod stop_words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::Measured;
use crate::stage::Rule;
use crate::text::tokens::{is_python_space, is_terminal_mark};
pub(super) use lines::strip;
use lines::{is_blank, python_lines};
pub(super) use stop_words::StopWords;

/// A rule set as datatrove had it in a month. Words are today's in all of them: until late 2024 datatrove took NLTK's, which
/// differ in contractions, quotation marks and hyphens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
pub(super) enum Rules {
    /// Repetition's lines end where Python's `splitlines` says, so that blank ones are lines, too.
    #[serde(rename = "2024-03")]
    March2024,
    /// Repetition's lines lie between runs of line feeds. FineWeb was made with these.
    #[serde(rename = "2024-04")]
    April2024,
    /// FineWeb's rules leave out blank lines, know all scripts' terminal punctuation, and no longer drop what meets a limit.
    #[serde(rename = "2024-12")]
    December2024,
    /// Stop words count once each. Unchanged since (datatrove 0.10).
    #[default]
    #[serde(rename = "2025-01")]
    January2025,
}

/// The rules as published, or mended for news.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Variant {
    /// As published.
    #[default]
    Reference,
    /// Closing quotation marks and brackets after terminal punctuation end a line of prose, white space after it is passed
    /// over, and every script's marks count; stop words are the language's own; words are counted where a script has no spaces.
    News,
}

/// A share as labels show it: four digits, and 0 where there was nothing to divide by.
pub(super) fn rounded(share: f64) -> f64 {
    if share.is_finite() { (share * 10_000.0).round() / 10_000.0 } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^53 characters")]
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// A rule that is named after its option, and whose number `label-quality` writes down.
pub(super) const fn rule(
    option: &'static str,
    reason: &'static str,
    meaning: &'static str,
    label: &'static str,
) -> Rule {
    Rule::new(option, reason, meaning).set_by(option).labelled(label)
}

/// The first rule of every gate here: a text without content has nothing to measure.
pub(super) const EMPTY_TEXT: Rule = Rule::new("text", "empty_text", "the text is empty");

/// What gates with these rules, [`EMPTY_TEXT`] the first, measure of a text without content.
pub(super) fn empty_text(rules: &[Rule]) -> Vec<Option<Measured>> {
    let mut values = vec![None; rules.len()];
    if let Some(first) = values.first_mut() {
        *first = Some(Measured::Count(0));
    }
    values
}

/// What closes a quotation or a bracket after the mark that ends its sentence.
const CLOSING: [char; 14] = ['"', '\'', '”', '’', '»', '«', '“', '‘', '›', '‹', ')', ']', '」', '』'];

/// Whether a line ends as prose does, quotations included: `“No.”`, `(He left.)`, `„Nein.“`, `« Non. »`.
fn ends_as_prose(line: &str) -> bool {
    let is_behind = |character: &char| is_python_space(*character) || CLOSING.contains(character);
    line.chars().rev().find(|character| !is_behind(character)).is_some_and(is_terminal_mark)
        || scripts::ends_unmarked(line)
}
