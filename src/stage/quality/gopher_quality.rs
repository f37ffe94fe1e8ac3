//! Gopher's quality rules (Rae et al. 2021, appendix A1): numbers of words, their lengths, symbols, lines, stop words.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde_json::{Value, json};

use super::{Rules, Variant, python_lines, ratio, rounded};
use crate::text::tokens::{Tokens, Traits, is_python_space};

/// What the rules look at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::stage) struct GopherQuality {
    /// Words that have another character than symbols.
    pub(in crate::stage) words: usize,
    /// Their mean length.
    pub(in crate::stage) mean_word_length: f64,
    /// `#` for each token.
    pub(in crate::stage) hashes: f64,
    /// `...` and `…` for each token.
    pub(in crate::stage) ellipses: f64,
    /// The share of lines that start with a bullet.
    pub(in crate::stage) bullet_lines: f64,
    /// The share of lines that end in an ellipsis.
    pub(in crate::stage) ellipsis_lines: f64,
    /// The share of tokens that have a letter.
    pub(in crate::stage) alphabetic_words: f64,
    /// Stop words; `None` where the language has no list.
    pub(in crate::stage) stop_words: Option<usize>,
}

static DOTS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("..."));
static ELLIPSIS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("…"));

impl GopherQuality {
    /// Measures a text.
    pub(in crate::stage) fn of(
        text: &str,
        tokens: &Tokens,
        rules: Rules,
        variant: Variant,
        stop_words: Option<&[u64]>,
    ) -> Self {
        let tokens = variant.words(text, tokens);
        let all = tokens.all.as_slice();
        let (mut words, mut half_letters, mut alphabetic) = (0, 0, 0);
        for token in all {
            let content = usize::from(token.traits.has(Traits::CONTENT));
            words += content;
            half_letters += content * variant.letters(text, token, token.chars as usize);
            alphabetic += usize::from(token.traits.has(Traits::ALPHABETIC));
        }
        // Punctuation marks are no words to the news variant: languages with many commas have no fewer letters.
        let all = if variant == Variant::News { words } else { all.len() };
        let bytes = text.as_bytes();
        let ellipses = DOTS.find_iter(bytes).count() + ELLIPSIS.find_iter(bytes).count();
        let (mut lines, mut bullets, mut cut_off) = (0, 0, 0);
        for line in python_lines(text) {
            lines += 1;
            bullets += usize::from(line.trim_start_matches(is_python_space).starts_with(['•', '-']));
            let line = line.trim_end_matches(is_python_space);
            cut_off += usize::from(line.ends_with("...") || line.ends_with('…'));
        }
        Self {
            words,
            mean_word_length: ratio(half_letters, 2 * words),
            hashes: ratio(memchr::memchr_iter(b'#', bytes).count(), all),
            ellipses: ratio(ellipses, all),
            bullet_lines: ratio(bullets, lines),
            ellipsis_lines: ratio(cut_off, lines),
            alphabetic_words: ratio(alphabetic, all),
            stop_words: stop_words.map(|list| count_stop_words(&tokens, list, rules)),
        }
    }

    /// The values as a label.
    pub(in crate::stage) fn label(&self) -> Value {
        let mut label = json!({
            "words": self.words,
            "mean_word_length": rounded(self.mean_word_length),
            "hashes": rounded(self.hashes),
            "ellipses": rounded(self.ellipses),
            "bullet_lines": rounded(self.bullet_lines),
            "ellipsis_lines": rounded(self.ellipsis_lines),
            "alphabetic_words": rounded(self.alphabetic_words),
        });
        if let (Some(label), Some(stop_words)) = (label.as_object_mut(), self.stop_words) {
            label.insert("stop_words".to_owned(), stop_words.into());
        }
        label
    }
}

fn count_stop_words(tokens: &Tokens, list: &[u64], rules: Rules) -> usize {
    let of = |word: u64| tokens.all.iter().filter(move |token| token.hash == word);
    if rules >= Rules::January2025 {
        list.iter().filter(|word| of(**word).next().is_some()).count()
    } else {
        list.iter().map(|word| of(*word).count()).sum()
    }
}
