//! C4's rules (Raffel et al. 2020), line by line: which lines are removed, what drops the text, how many sentences are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;

use super::{Variant, ends_as_prose, python_lines, scripts, strip};
use crate::text::Slice;
use crate::text::tokens::{Token, Tokens, Traits, is_python_space, tokenise};

/// What C4's rules are set to; the gate `c4` and the cleaner `strip-c4-lines` have the same options, and belong together
/// with the same values.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that switches a rule")]
pub(in crate::stage) struct LineRules {
    /// Lines with a longer word go, in characters.
    pub(in crate::stage) max_word_length: usize,
    /// Marks such as `[12]`, `[edit]` and `[citation needed]` are taken out of lines.
    pub(in crate::stage) citations: bool,
    /// Lines go that do not end in terminal punctuation. FineWeb's recipe switches it off.
    pub(in crate::stage) terminal_punctuation: bool,
    /// Lines with fewer words, by white space, go.
    pub(in crate::stage) min_words_per_line: usize,
    /// Lines that mention JavaScript go.
    pub(in crate::stage) javascript: bool,
    /// Lines that mention a privacy or cookie policy, terms of use, or the use of cookies go.
    pub(in crate::stage) policy: bool,
    /// `news` takes closing quotation marks after terminal punctuation, and every script's marks, for a line's end.
    pub(in crate::stage) variant: Variant,
}

impl Default for LineRules {
    fn default() -> Self {
        Self {
            max_word_length: 1000,
            citations: true,
            terminal_punctuation: true,
            min_words_per_line: 3,
            javascript: true,
            policy: true,
            variant: Variant::Reference,
        }
    }
}

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::stage) enum LineFate<'a> {
    /// It is kept, maybe without its citation marks.
    Stays(Cow<'a, str>),
    /// It is removed.
    Goes(LineRule),
}

/// A rule by which lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stage) enum LineRule {
    LongWord,
    NoTerminalPunctuation,
    TooFewWords,
    LoremIpsum,
    Javascript,
    CurlyBracket,
    Policy,
}

/// Which of the rare words a text has at all, so that lines need not be searched for what is not there.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is about another rule")]
struct Suspects {
    lorem_ipsum: bool,
    javascript: bool,
    curly_bracket: bool,
    policy: bool,
}

const POLICIES: [&str; 6] =
    ["terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies"];

impl Suspects {
    /// Of the rules that are on.
    fn of(text: &str, rules: LineRules, drops: Drops) -> Self {
        // By a letter that is rare and stands in each.
        Self {
            lorem_ipsum: drops.lorem_ipsum && has_phrase(text, b'p', 7, "lorem ipsum"),
            javascript: rules.javascript && has_phrase(text, b'j', 0, "javascript"),
            curly_bracket: drops.curly_bracket && memchr::memchr(b'{', text.as_bytes()).is_some(),
            policy: rules.policy
                && (has_phrase(text, b'k', 3, "cookie")
                    || has_phrase(text, b'v', 3, "privacy policy")
                    || has_phrase(text, b'f', 7, "terms of use")),
        }
    }

    fn none(self) -> bool {
        !(self.lorem_ipsum || self.javascript || self.curly_bracket || self.policy)
    }
}

/// Whether a text has a phrase in any case; `letter` is its letter at `place`.
fn has_phrase(text: &str, letter: u8, place: usize, phrase: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(letter, letter.to_ascii_uppercase(), bytes).any(|at| {
        let start = at.checked_sub(place);
        let found = start.and_then(|start| bytes.get(start..start + phrase.len()));
        found.is_some_and(|found| found.eq_ignore_ascii_case(phrase.as_bytes()))
    })
}

/// A text's lines and what becomes of each, in order.
pub(in crate::stage) struct C4Lines<'a> {
    rules: LineRules,
    suspects: Suspects,
    /// Whether a word may be longer than allowed.
    any_long: bool,
    lines: super::lines::PythonLines<'a>,
}

impl<'a> C4Lines<'a> {
    /// The lines of a text.
    pub(in crate::stage) fn of(text: &'a str, rules: LineRules, drops: Drops) -> Self {
        let any_long = text.len() > rules.max_word_length;
        Self { rules, suspects: Suspects::of(text, rules, drops), any_long, lines: python_lines(text) }
    }

    fn fate(&self, line: &'a str) -> LineFate<'a> {
        let rules = &self.rules;
        let line = strip(line);
        if self.any_long && line.len() > rules.max_word_length {
            let is_long = |word: &str| {
                word.len() > rules.max_word_length && word.chars().nth(rules.max_word_length).is_some()
            };
            if line.split(is_python_space).any(is_long) {
                return LineFate::Goes(LineRule::LongWord);
            }
        }
        let whole = line;
        let line = if rules.citations { without_citations(line) } else { Cow::Borrowed(line) };
        if rules.terminal_punctuation && !ends_right(&line, rules.variant) {
            return LineFate::Goes(LineRule::NoTerminalPunctuation);
        }
        let has_words = match rules.variant {
            Variant::Reference => {
                let words = whole.split(is_python_space).filter(|word| !word.is_empty());
                words.take(rules.min_words_per_line).count() >= rules.min_words_per_line
            }
            Variant::News => scripts::has_words(whole, rules.min_words_per_line),
        };
        if !has_words {
            return LineFate::Goes(LineRule::TooFewWords);
        }
        if self.suspects.none() {
            return LineFate::Stays(line);
        }
        let lower = line.to_ascii_lowercase();
        let has = |phrase: &str| lower.contains(phrase);
        if self.suspects.lorem_ipsum && has("lorem ipsum") {
            return LineFate::Goes(LineRule::LoremIpsum);
        }
        if self.suspects.javascript && has("javascript") {
            return LineFate::Goes(LineRule::Javascript);
        }
        if self.suspects.curly_bracket && has("{") {
            return LineFate::Goes(LineRule::CurlyBracket);
        }
        if self.suspects.policy && POLICIES.into_iter().any(has) {
            return LineFate::Goes(LineRule::Policy);
        }
        LineFate::Stays(line)
    }
}

impl<'a> Iterator for C4Lines<'a> {
    type Item = LineFate<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.next()?;
        Some(self.fate(line))
    }
}

fn ends_right(line: &str, variant: Variant) -> bool {
    match variant {
        Variant::Reference => line.ends_with(['.', '?', '!', '"', '\'']) && !line.ends_with("..."),
        Variant::News => {
            let line = line.trim_end_matches(is_python_space);
            (ends_as_prose(line) || line.ends_with(['"', '\''])) && !line.ends_with("...")
        }
    }
}

/// A line without `[12]`, `[]`, `[edit]` and `[citation needed]`.
fn without_citations(line: &str) -> Cow<'_, str> {
    if memchr::memchr(b'[', line.as_bytes()).is_none() {
        return Cow::Borrowed(line);
    }
    let mut out = String::new();
    let mut rest = line;
    let mut found = false;
    while let Some((before, behind)) = rest.split_once('[') {
        out.push_str(before);
        let digits = behind.trim_start_matches(is_decimal);
        let mark =
            [digits.strip_prefix(']'), behind.strip_prefix("edit]"), behind.strip_prefix("citation needed]")];
        if let Some(after) = mark.into_iter().flatten().next() {
            found = true;
            rest = after;
        } else {
            out.push('[');
            rest = behind;
        }
    }
    out.push_str(rest);
    if found { Cow::Owned(out) } else { Cow::Borrowed(line) }
}

/// A decimal digit in any script, as Python's `\d` has it: not `²`, not `½`.
fn is_decimal(character: char) -> bool {
    character.is_ascii_digit()
        || character.is_numeric()
            && matches!(u32::from(character),
            0x660..=0x669 | 0x6F0..=0x6F9 | 0x966..=0x96F | 0x9E6..=0x9EF | 0xE50..=0xE59 | 0xFF10..=0xFF19)
}

/// What C4's rules find in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::stage) struct C4 {
    /// Lines.
    pub(in crate::stage) lines: usize,
    /// Lines that go, by rule: a long word, no terminal punctuation, too few words, JavaScript, a policy.
    pub(in crate::stage) gone: [usize; 5],
    /// The sentences of the lines that are kept, or as many as were asked for.
    pub(in crate::stage) sentences: usize,
    /// The rule that drops the text, at the first line that meets it.
    pub(in crate::stage) dropped: Option<LineRule>,
}

impl C4 {
    /// Measures a text, no further than decides whether it has `enough` sentences. `tokens` are the text's.
    pub(in crate::stage) fn of(
        text: &str,
        tokens: &Tokens,
        rules: LineRules,
        drops: Drops,
        enough: usize,
    ) -> Self {
        let mut found = Self::default();
        let mut lines = C4Lines::of(text, rules, drops);
        lines.any_long &= tokens.longest_chunk > rules.max_word_length;
        let mut tokens = tokens.all.as_slice();
        loop {
            let start = text.len() - lines.lines.rest().len();
            let Some(fate) = lines.next() else { break };
            let end = text.len() - lines.lines.rest().len();
            found.lines += 1;
            match fate {
                LineFate::Goes(rule @ (LineRule::LoremIpsum | LineRule::CurlyBracket)) => {
                    found.dropped = Some(rule);
                    return found;
                }
                LineFate::Goes(rule) => {
                    let place = match rule {
                        LineRule::LongWord => 0,
                        LineRule::NoTerminalPunctuation => 1,
                        LineRule::TooFewWords => 2,
                        LineRule::Javascript => 3,
                        _ => 4,
                    };
                    if let Some(gone) = found.gone.get_mut(place) {
                        *gone += 1;
                    }
                }
                LineFate::Stays(line) if rules.variant == Variant::News => {
                    found.sentences += scripts::sentences(&line);
                }
                LineFate::Stays(Cow::Owned(line)) => {
                    let tokens = tokenise(&line);
                    found.sentences += sentences(&tokens.all, tokens.ends_in_gap);
                }
                LineFate::Stays(Cow::Borrowed(_)) => {
                    // The text's tokens are the line's: a break is white space, and no token has any.
                    tokens = starting_at(tokens, start);
                    let rest = starting_at(tokens, end);
                    found.sentences += sentences(tokens.slice(..tokens.len() - rest.len()), false);
                    tokens = rest;
                }
            }
            if found.sentences >= enough && lines.suspects.none() {
                break;
            }
        }
        found
    }

    /// The values as a label.
    pub(in crate::stage) fn label(&self) -> Value {
        let [long_word, no_terminal_punctuation, too_few_words, javascript, policy] = self.gone;
        json!({
            "lines": self.lines,
            "long_word": long_word,
            "no_terminal_punctuation": no_terminal_punctuation,
            "too_few_words": too_few_words,
            "javascript": javascript,
            "policy": policy,
            "sentences": self.sentences,
        })
    }
}

/// Which rules drop a text for one line.
#[derive(Clone, Copy, Debug)]
pub(in crate::stage) struct Drops {
    pub(in crate::stage) lorem_ipsum: bool,
    pub(in crate::stage) curly_bracket: bool,
}

fn starting_at(tokens: &[Token], start: usize) -> &[Token] {
    let before = tokens.iter().position(|token| token.start as usize >= start).unwrap_or(tokens.len());
    tokens.slice(before..)
}

/// How many sentences tokens make: a new one starts after a stop, at the first token that is no punctuation. White space
/// other than one space is a token, too.
fn sentences(tokens: &[Token], ends_in_gap: bool) -> usize {
    let mut count = 1;
    let mut stopped = false;
    for (index, token) in tokens.iter().enumerate() {
        if stopped && index > 0 && token.traits.has(Traits::AFTER_GAP) {
            count += 1;
            stopped = false;
        }
        if token.traits.has(Traits::STOP) {
            stopped = true;
        } else if stopped && !token.traits.has(Traits::PUNCT) {
            count += 1;
            stopped = false;
        }
    }
    count + usize::from(stopped && ends_in_gap)
}
