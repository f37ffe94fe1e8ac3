//! A chunk between white space becomes tokens: what is split off its ends, and what splits its middle.

use super::address::is_address;
use super::classes::{
    BEFORE_STOP, CURRENCY, Class, ICON, LETTER, LOWER, PREFIX, QUOTE, SUFFIX, UPPER, class,
};
use super::special::{Pieces, special, special_run};
use crate::text::Slice;

/// Whether chunks and their rests may be special.
#[derive(Clone, Copy, PartialEq)]
enum Specials {
    Seen,
    Ignored,
}

/// What the splitting of chunks needs room for, kept from chunk to chunk.
#[derive(Default)]
pub(super) struct Splitter {
    /// Lengths in bytes of the chunk's tokens.
    lengths: Vec<u32>,
    suffixes: Vec<u32>,
    merged: Vec<u32>,
    runs: Vec<Run>,
}

/// A run of tokens that spell a special chunk.
struct Run {
    first: usize,
    tokens: usize,
    pieces: Pieces,
}

impl Splitter {
    /// The lengths in bytes of a chunk's tokens, in order. They leave nothing out.
    pub(super) fn split(&mut self, chunk: &str) -> &[u32] {
        self.lengths.clear();
        self.split_chunk(chunk, Specials::Seen);
        if self.lengths.len() > 1 && self.find_runs(chunk) {
            self.replace_runs();
            return &self.merged;
        }
        &self.lengths
    }

    fn split_chunk(&mut self, chunk: &str, specials: Specials) {
        let special = |text: &str| if specials == Specials::Seen { special(text.as_bytes()) } else { None };
        self.suffixes.clear();
        let mut core = chunk;
        let mut pieces = None;
        while !core.is_empty() {
            pieces = special(core);
            if pieces.is_some() {
                break;
            }
            let front = prefix(core);
            let (head, after) = core.split_at(front);
            if front > 0 {
                pieces = special(after);
                if pieces.is_some() {
                    self.lengths.push(length(head));
                    core = after;
                    break;
                }
            }
            let back = suffix(after);
            let (before, tail) = core.split_at(core.len() - back);
            if back > 0 {
                pieces = special(before);
                if pieces.is_some() {
                    self.suffixes.push(length(tail));
                    core = before;
                    break;
                }
                self.suffixes.push(length(tail));
            }
            if front > 0 {
                self.lengths.push(length(head));
            }
            if front + back == 0 {
                break;
            }
            core = after.slice(..after.len() - back);
        }
        match pieces {
            Some(pieces) => {
                self.lengths.extend(pieces.iter().map(|piece| u32::from(*piece)).filter(|piece| *piece > 0));
            }
            None if core.is_empty() => {}
            None if is_address(core) => self.lengths.push(length(core)),
            None => split_middle(core, &mut self.lengths),
        }
        self.lengths.extend(self.suffixes.iter().rev());
    }

    /// Looks for tokens side by side that spell a special chunk, such as `and`, `/`, `or`; the longest first, the first of
    /// equals first. A run that shares a token with an earlier find is none, and still keeps others away.
    fn find_runs(&mut self, chunk: &str) -> bool {
        self.runs.clear();
        let mut start = 0;
        for first in 0..self.lengths.len() {
            let rest = self.lengths.slice(first..);
            let mut end = start + rest.first().map_or(0, |bytes| *bytes as usize);
            for (tokens, bytes) in rest.iter().enumerate().skip(1) {
                end += *bytes as usize;
                if end - start > super::special::LONGEST {
                    break;
                }
                let text = chunk.slice(start..end);
                let lengths = rest.slice(..=tokens);
                if let Some(pieces) = special_run(text, lengths) {
                    self.runs.push(Run { first, tokens: tokens + 1, pieces });
                }
            }
            start += rest.first().map_or(0, |bytes| *bytes as usize);
        }
        if self.runs.len() > 1 {
            self.runs.sort_by_key(|run| (usize::MAX - run.tokens, run.first));
            let mut taken = vec![false; self.lengths.len()];
            self.runs.retain(|run| {
                let last = run.first + run.tokens - 1;
                let free = !taken.get(run.first).copied().unwrap_or(true)
                    && !taken.get(last).copied().unwrap_or(true);
                taken.iter_mut().skip(run.first).take(run.tokens).for_each(|taken| *taken = true);
                free
            });
            self.runs.sort_by_key(|run| run.first);
        }
        !self.runs.is_empty()
    }

    fn replace_runs(&mut self) {
        self.merged.clear();
        let mut next = 0;
        for run in &self.runs {
            self.merged.extend(self.lengths.slice(next..run.first));
            self.merged.extend(run.pieces.iter().map(|piece| u32::from(*piece)).filter(|piece| *piece > 0));
            next = run.first + run.tokens;
        }
        self.merged.extend(self.lengths.slice(next..));
    }
}

/// The tokens that a special chunk would have if there were no special chunks; none where it would be one.
pub(super) fn ordinary_tokens(chunk: &str, lengths: &mut Vec<u32>) {
    let mut splitter = Splitter::default();
    splitter.split_chunk(chunk, Specials::Ignored);
    if splitter.lengths.len() > 1 {
        *lengths = splitter.lengths;
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// How many bytes are split off the front.
fn prefix(text: &str) -> usize {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return 0 };
    match first {
        '.' => dots_at_least_two(text.bytes().take_while(|byte| *byte == b'.').count()),
        '+' => usize::from(!characters.next().is_some_and(|next| next.is_ascii_digit())),
        'U' if text.starts_with("US$") => 3,
        'A' | 'C' if text.as_bytes().get(1) == Some(&b'$') => 2,
        _ if class(first) & PREFIX != 0 => first.len_utf8(),
        _ => 0,
    }
}

fn dots_at_least_two(dots: usize) -> usize {
    if dots > 1 { dots } else { 0 }
}

/// How many bytes are split off the end: the longest of what may be.
fn suffix(text: &str) -> usize {
    let mut characters = text.chars();
    let Some(last) = characters.next_back() else { return 0 };
    let before = characters.next_back();
    match last {
        '.' => {
            let dots = text.bytes().rev().take_while(|byte| *byte == b'.').count();
            if dots > 1 {
                return dots;
            }
            let Some(before) = before else { return 0 };
            let classes = class(before);
            let earlier = characters.next_back();
            let is_split = classes & BEFORE_STOP != 0
                || classes & UPPER != 0 && earlier.is_some_and(|earlier| class(earlier) & UPPER != 0)
                || matches!(before, 'F' | 'f' | 'C' | 'c' | 'K' | 'k') && earlier == Some('°');
            return usize::from(is_split);
        }
        // If it is not a clitic, it may end a unit: `m/s`.
        's' | 'S' => {
            if let Some(apostrophe @ ('\'' | '’')) = before {
                return 1 + apostrophe.len_utf8();
            }
        }
        '…' if before == Some('…') => return 2 * '…'.len_utf8(),
        '+' => return usize::from(before.is_some_and(|before| before.is_ascii_digit())),
        _ => {}
    }
    let unit = unit(text);
    if unit > 0 {
        return unit;
    }
    if class(last) & SUFFIX != 0 { last.len_utf8() } else { 0 }
}

/// The bytes of a unit or currency at the end, after a digit.
fn unit(text: &str) -> usize {
    // The longest is `اكواب`, of ten bytes.
    let Some(digit) = text.bytes().rev().take(11).position(|byte| byte.is_ascii_digit()) else { return 0 };
    let Some(tail) = text.get(text.len() - digit..).filter(|tail| !tail.is_empty()) else { return 0 };
    let mut characters = tail.chars();
    let is_currency = match (characters.next(), characters.next()) {
        (Some(sign), None) => sign == '$' || !sign.is_ascii() && CURRENCY.contains(sign),
        _ => matches!(tail, "US$" | "C$" | "A$"),
    };
    if is_currency || is_unit(tail) { tail.len() } else { 0 }
}

/// Units that are split off the number before them. `тбكم` is two that the reference's list glues together by mistake.
fn is_unit(tail: &str) -> bool {
    #[rustfmt::skip]
    let found = matches!(
        tail,
        "km" | "km²" | "km³" | "m" | "m²" | "m³" | "dm" | "dm²" | "dm³" | "cm" | "cm²" | "cm³" | "mm" | "mm²" | "mm³"
            | "ha" | "µm" | "nm" | "yd" | "in" | "ft" | "kg" | "g" | "mg" | "µg" | "t" | "lb" | "oz" | "m/s" | "km/h"
            | "kmh" | "mph" | "hPa" | "Pa" | "mbar" | "mb" | "MB" | "kb" | "KB" | "gb" | "GB" | "tb" | "TB" | "T" | "G"
            | "M" | "K" | "%" | "км" | "км²" | "км³" | "м" | "м²" | "м³" | "дм" | "дм²" | "дм³" | "см" | "см²" | "см³"
            | "мм" | "мм²" | "мм³" | "нм" | "кг" | "г" | "мг" | "м/с" | "км/ч" | "кПа" | "Па" | "мбар" | "Кб" | "КБ"
            | "кб" | "Мб" | "МБ" | "мб" | "Гб" | "ГБ" | "гб" | "Тб" | "ТБ" | "тбكم" | "كم" | "كم²" | "كم³" | "م" | "م²"
            | "م³" | "سم" | "سم²" | "سم³" | "مم" | "مم²" | "مم³" | "غرام" | "جرام" | "جم" | "كغ" | "ملغ" | "كوب" | "اكواب"
    );
    found
}

/// Splits the middle of a chunk, from which nothing more can be split off.
fn split_middle(text: &str, lengths: &mut Vec<u32>) {
    let mut start = 0;
    let mut place = 0;
    let mut before = None;
    while let Some(rest) = text.get(place..).filter(|rest| !rest.is_empty()) {
        let bytes = infix(before, rest);
        // At the very front it splits nothing, and stays with what follows.
        if bytes > 0 && place > 0 {
            if place > start {
                lengths.push(u32::try_from(place - start).unwrap_or(u32::MAX));
            }
            lengths.push(u32::try_from(bytes).unwrap_or(u32::MAX));
            start = place + bytes;
        }
        let step = bytes.max(rest.chars().next().map_or(1, char::len_utf8));
        before = rest.get(..step).and_then(|passed| passed.chars().next_back());
        place += step;
    }
    if text.len() > start {
        lengths.push(u32::try_from(text.len() - start).unwrap_or(u32::MAX));
    }
}

/// The bytes of a splitting mark at the front of `rest`, with `before` in front of it.
#[inline]
fn infix(before: Option<char>, rest: &str) -> usize {
    let Some(first) = rest.chars().next() else { return 0 };
    if first.is_ascii_alphanumeric() {
        return 0;
    }
    let has = |character: Option<char>, classes: Class| {
        character.is_some_and(|character| class(character) & classes != 0)
    };
    let is_digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
    let next = || rest.chars().nth(1);
    match first {
        '…' => return first.len_utf8(),
        '.' => {
            let dots = rest.bytes().take_while(|byte| *byte == b'.').count();
            if dots > 1 {
                return dots;
            }
            return usize::from(has(before, LOWER | QUOTE) && has(next(), UPPER | QUOTE));
        }
        ',' => return usize::from(has(before, LETTER) && has(next(), LETTER)),
        ':' | '<' | '>' | '=' | '/' => {
            return usize::from((has(before, LETTER) || is_digit(before)) && has(next(), LETTER));
        }
        '+' | '-' | '*' | '^' if is_digit(before) && (is_digit(next()) || next() == Some('-')) => return 1,
        '-' | '–' | '—' | '~' if has(before, LETTER) || is_digit(before) => {
            let marks: &[&str] = match first {
                '-' => &["-", "--", "---"],
                '—' => &["—", "——"],
                '–' => &["–"],
                _ => &["~"],
            };
            for mark in marks {
                if rest.strip_prefix(mark).is_some_and(|after| has(after.chars().next(), LETTER)) {
                    return mark.len();
                }
            }
            return 0;
        }
        _ => {}
    }
    if class(first) & ICON != 0 { first.len_utf8() } else { 0 }
}
