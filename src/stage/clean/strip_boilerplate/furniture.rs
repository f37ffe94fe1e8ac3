//! What is furniture and what is not: a line, judged by itself.

use std::collections::{HashMap, HashSet};

use super::fold::{Folded, Start};
use super::pleas::{LONGEST_PLEA_BYTES, is_plea, may_be_plea};
use crate::date::{DayOrder, dates_in};
use crate::text::{SECTIONS, Sketch, Slice};

use super::Group;
use super::phrases::{self, Shape};

/// What a line is, where it is not the article's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Furniture {
    /// It is removed.
    Line,
    /// It is removed, and with it the links that it stands above.
    Heading,
    /// It is removed, unless the article is about what it asks for.
    Plea,
}

/// The lists of [`phrases`], arranged for looking up.
///
/// Ordinary lines are turned away by the hash of their first and their last word; only a line that passes
/// is folded and compared.
#[derive(Debug)]
pub(super) struct Inventory {
    bar_starts: StartFilter,
    rule_starts: StartFilter,
    last_words: StartFilter,
    pieces: HashMap<Box<str>, Piece>,
    /// By first word, the most words of a piece that begins with it.
    piece_words: HashMap<Box<str>, usize>,
    sections: HashSet<Box<str>>,
    speech: HashSet<Box<str>>,
    /// By first word.
    rules: HashMap<Box<str>, Vec<Rule>>,
    closings: Vec<Box<str>>,
    copyright: bool,
    separators: bool,
    pleas: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// No line of a body consists of it.
    Proof,
    /// May stand beside proof.
    Filler,
    /// May not come first.
    Joiner,
}

#[derive(Debug)]
struct Rule {
    begins: Box<str>,
    words: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Heading,
    /// A colon and a title follow.
    Label,
    /// Sections follow, with `>` between them.
    Crumbs,
    Opening {
        and: Vec<Box<str>>,
        or_address: bool,
        shape: Shape,
        most_chars: usize,
        heading: bool,
    },
}

/// No line of more bytes is looked at: "The post … appeared first on …" with a Cyrillic headline has some 400.
pub(super) const LONGEST_LINE_BYTES: usize = 480;
/// A menu may have twenty entries; share bars have at most as many.
const LONGEST_BAR_WORDS: usize = 24;
/// The same in bytes, at eleven or so a word and its space.
const LONGEST_BAR_BYTES: usize = 280;
/// Headlines have up to some 120 characters, and a label comes before them.
const LONGEST_LINK_CHARS: usize = 170;
/// Longer lines with a notice at their end say more than that.
const LONGEST_CLOSING_CHARS: usize = 140;
/// An address that opens a line ends within so many bytes.
const LONGEST_ADDRESS_BYTES: usize = 80;

impl Inventory {
    pub(super) fn new(keep: &[Group], extra_lines: &[String]) -> Self {
        let goes = |group: Group| !keep.contains(&group);
        let mut inventory = Self {
            bar_starts: StartFilter::default(),
            rule_starts: StartFilter::default(),
            last_words: StartFilter::default(),
            pieces: HashMap::new(),
            piece_words: HashMap::new(),
            sections: HashSet::new(),
            speech: folded_words(phrases::SPEECH).collect(),
            rules: HashMap::new(),
            closings: Vec::new(),
            copyright: goes(Group::Notices),
            separators: goes(Group::Separators),
            pleas: goes(Group::Pleas),
        };
        for filler in folded_words(phrases::FILLERS) {
            inventory.bar_starts.add(&filler);
            inventory.add_piece(filler, Piece::Filler);
        }
        for joiner in folded_words(phrases::JOINERS) {
            inventory.add_piece(joiner, Piece::Joiner);
        }
        for (_, list) in phrases::PIECES.iter().filter(|(group, _)| goes(*group)) {
            for phrase in folded_phrases(list) {
                inventory.add_proof(phrase);
            }
        }
        if goes(Group::Times) {
            for (forms, units) in phrases::AGES {
                for unit in units.split_whitespace() {
                    for form in forms.split('|') {
                        inventory.add_proof(Folded::of(&form.replace('%', unit)).text().into());
                    }
                }
            }
        }
        for line in extra_lines {
            let line = Folded::of(line);
            inventory.rule_starts.add(line.text());
            inventory.add_proof(line.text().into());
        }
        if goes(Group::Related) {
            inventory.add_rules(phrases::HEADINGS, || Kind::Heading);
        }
        for (_, list) in phrases::LABELS.iter().filter(|(group, _)| goes(*group)) {
            inventory.add_rules(list, || Kind::Label);
        }
        if goes(Group::Navigation) {
            inventory.add_rules(phrases::CRUMBS, || Kind::Crumbs);
            // Three and more names of sections, and nothing else, are a menu.
            for section in folded_words(SECTIONS) {
                inventory.bar_starts.add(&section);
                inventory.sections.insert(section);
            }
        }
        for opening in phrases::OPENINGS.iter().filter(|opening| goes(opening.group)) {
            inventory.add_rules(opening.begins, || Kind::Opening {
                and: folded_phrases(opening.and).collect(),
                or_address: opening.and.split('|').any(|word| word.trim() == "@"),
                shape: opening.shape,
                most_chars: opening.most_chars,
                heading: opening.group == Group::Related,
            });
        }
        if goes(Group::Notices) {
            inventory.closings = folded_phrases(phrases::CLOSINGS).collect();
            for closing in &inventory.closings {
                inventory.last_words.add(closing.rsplit(' ').next().unwrap_or_default());
            }
        }
        inventory
    }

    fn add_proof(&mut self, phrase: Box<str>) {
        if phrase.is_empty() {
            return;
        }
        self.bar_starts.add(&phrase);
        self.add_piece(phrase, Piece::Proof);
    }

    fn add_piece(&mut self, phrase: Box<str>, piece: Piece) {
        let first = phrase.split(' ').next().unwrap_or_default();
        let most = self.piece_words.entry(first.into()).or_default();
        *most = phrase.split(' ').count().max(*most);
        self.pieces.insert(phrase, piece);
    }

    fn add_rules(&mut self, list: &str, kind: impl Fn() -> Kind) {
        for begins in folded_phrases(list) {
            let first = begins.split(' ').next().unwrap_or_default();
            self.rule_starts.add(&begins);
            let words = begins.split(' ').count();
            self.rules.entry(first.into()).or_default().push(Rule { words, kind: kind(), begins });
        }
    }

    /// What a line is; `None` where it is the article's.
    pub(super) fn judge(&self, line: &str, folded: &mut Folded) -> Option<Furniture> {
        if line.len() > LONGEST_LINE_BYTES {
            return None;
        }
        let line = line.trim();
        // Somebody speaks.
        if line.starts_with(['"', '“', '„', '«', '‘', '”', '「', '『', '\'', '‹']) {
            return None;
        }
        let Some(start) = Start::of(line) else {
            let separates = self.separators && is_separator(line);
            return separates.then_some(Furniture::Line);
        };
        let notice = self.copyright && (line.starts_with(['©', '(']) || self.may_close(line));
        if notice || self.may_start(start, line) {
            folded.read(line);
            let goes = (self.is_bar(folded) && !has_date(line))
                || self.is_menu(line, folded)
                || (notice && (self.is_copyright(line, folded) || self.is_closing(folded)));
            let found = if goes { Some(Furniture::Line) } else { self.by_rule(line, folded) };
            if found.is_some() {
                return found;
            }
        }
        if self.pleas && line.len() <= LONGEST_PLEA_BYTES && may_be_plea(line) {
            folded.read(line);
            // `Dit artikel is alleen voor abonnees`: what opens a line reports nothing that was said.
            let reports = |word: &str| self.speech.contains(word);
            if is_plea(folded) && !folded.text().split(' ').skip(1).any(reports) {
                return Some(Furniture::Plea);
            }
        }
        let rest = after_address(line)?;
        if !self.may_start(Start::of(rest)?, rest) {
            return None;
        }
        folded.read(rest);
        if self.is_bar(folded) { Some(Furniture::Line) } else { self.by_rule(rest, folded) }
    }

    fn may_start(&self, start: Start, line: &str) -> bool {
        self.rule_starts.may_have(start)
            || (line.len() <= LONGEST_BAR_BYTES && self.bar_starts.may_have(start))
    }

    fn may_close(&self, line: &str) -> bool {
        let last = || line.rsplit(' ').next().and_then(Start::of);
        line.len() <= 2 * LONGEST_CLOSING_CHARS && last().is_some_and(|last| self.last_words.may_have(last))
    }

    /// `© 2024 The Courier`, with a sentence or two of conditions at most if it says "all rights".
    fn is_copyright(&self, line: &str, folded: &Folded) -> bool {
        let marked = line.starts_with('©') || folded.starts_with("c 0") || folded.starts_with("c copyright");
        let reserved = self.closings.iter().any(|closing| folded.contains(closing));
        marked
            && folded.contains("0")
            && (folded.len() <= 10 || reserved && folded.chars() <= LONGEST_CLOSING_CHARS)
            && !self.quotes(folded)
    }

    /// A line that consists of pieces and fillers.
    fn is_bar(&self, folded: &Folded) -> bool {
        let words = folded.len();
        if words > LONGEST_BAR_WORDS {
            return self.pieces.get(folded.text()) == Some(&Piece::Proof);
        }
        let mut proof = false;
        let mut at = 0;
        while at < words {
            let first = folded.words(at, at + 1).unwrap_or_default();
            let longest = self.piece_words.get(first).map_or(0, |most| (words - at).min(*most));
            let piece = (1..=longest).rev().find_map(|count| {
                let piece = self.pieces.get(folded.words(at, at + count)?)?;
                Some((*piece, count))
            });
            match piece {
                None => return false,
                Some((Piece::Joiner, _)) if at == 0 => return false,
                Some((piece, count)) => {
                    proof |= piece == Piece::Proof;
                    at += count;
                }
            }
        }
        proof
    }

    fn is_menu(&self, line: &str, folded: &Folded) -> bool {
        let words = folded.len();
        // Without anything between them, four names of sections may be a title, five are not.
        let enough = if line.contains(is_crumb_mark) { 3 } else { 5 };
        (enough..=LONGEST_BAR_WORDS).contains(&words)
            && (0..words).all(|at| {
                folded.words(at, at + 1).is_some_and(|word| self.sections.contains(word) || word == "and")
            })
    }

    fn by_rule(&self, line: &str, folded: &Folded) -> Option<Furniture> {
        let rules = self.rules.get(folded.words(0, 1)?)?;
        rules.iter().filter(|rule| folded.starts_with(&rule.begins)).find_map(|rule| {
            let rest = line.slice(folded.line_end(rule.words)..);
            let goes = match &rule.kind {
                Kind::Heading if folded.len() == rule.words => return Some(Furniture::Heading),
                Kind::Heading => is_link(line, rest, rule.words, folded),
                Kind::Label => folded.len() > rule.words && is_link(line, rest, rule.words, folded),
                Kind::Crumbs => {
                    folded.chars() <= LONGEST_LINK_CHARS
                        && rest
                            .trim_start()
                            .starts_with(|mark| is_crumb_mark(mark) || matches!(mark, ':' | '：'))
                        && rest.contains(is_crumb_mark)
                        && !ends_sentence(rest)
                }
                Kind::Opening { and, or_address, shape, most_chars, heading } => {
                    let goes = folded.chars() <= *most_chars
                        && self.has_shape(*shape, rest, rule.words, folded)
                        && ((and.is_empty() && !or_address)
                            || and.iter().any(|phrase| folded.contains(phrase))
                            || (*or_address && line.contains('@')));
                    if goes && *heading {
                        return Some(Furniture::Heading);
                    }
                    goes
                }
            };
            goes.then_some(Furniture::Line)
        })
    }

    fn has_shape(&self, shape: Shape, rest: &str, words: usize, folded: &Folded) -> bool {
        match shape {
            Shape::Any => true,
            Shape::Addressed => !self.quotes(folded),
            Shape::Named => {
                let name = rest.trim_start().chars().next();
                name.is_some_and(|first| first.is_alphanumeric() && !first.is_lowercase())
                    && folded.len() <= words + 6
                    && !ends_sentence(rest)
                    && !rest.contains([',', ':', ';', '،', '?', '!'])
                    && !self.quotes(folded)
            }
        }
    }

    /// Whether somebody is quoted, or something told.
    fn quotes(&self, folded: &Folded) -> bool {
        folded.text().split(' ').any(|word| self.speech.contains(word))
    }

    fn is_closing(&self, folded: &Folded) -> bool {
        folded.chars() <= LONGEST_CLOSING_CHARS
            && folded.len() <= LONGEST_BAR_WORDS
            && self.closings.iter().any(|closing| {
                folded
                    .text()
                    .strip_suffix(&**closing)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
            })
            && !self.quotes(folded)
    }
}

/// Whether a bar holds a date, such as `03/07/2023 14h05`: `14 h` is an age, but the date is `read-date`'s business.
fn has_date(line: &str) -> bool {
    !dates_in(line, &DayOrder::DayFirst.into()).is_empty()
}

/// A link to another article after its label: `Read also: Bridge closes`, `READ ALSO Bridge closes`.
fn is_link(line: &str, rest: &str, words: usize, folded: &Folded) -> bool {
    if folded.chars() > LONGEST_LINK_CHARS {
        return false;
    }
    let title = rest.trim_start();
    let spaced = title.len() < rest.len();
    // A dash after a single word may be the sentence's own.
    let marked = title.starts_with([':', '：', '|', '›', '»', '>', '→', '►', '▶', '】', ']'])
        || (words > 1 && (title.starts_with(['–', '—']) || spaced && title.starts_with('-')));
    if marked {
        // One full stop may end a title; a second one is prose.
        return sentence_ends(title) <= 1;
    }
    let label = line.strip_suffix(rest).unwrap_or_default();
    let shouted =
        words > 1 && label.chars().any(char::is_uppercase) && !label.chars().any(char::is_lowercase);
    shouted && spaced && title.chars().any(char::is_lowercase) && !ends_sentence(title)
}

fn is_crumb_mark(character: char) -> bool {
    matches!(character, '>' | '›' | '»' | '|' | '/' | '→' | '＞' | '｜' | '«' | '‹')
}

/// Whether a text ends as a sentence does.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '»', '’', '\'', ')', '“', '」', ' '])
        .ends_with(['.', '。', '۔', '।', '؛', ';', ',', ':', '،', '：'])
}

/// Full stops with a space or nothing after them.
pub(super) fn sentence_ends(text: &str) -> usize {
    let mut ends = text.matches('。').count();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('.') {
        ends += usize::from(after.is_empty() || after.starts_with([' ', '"', '”', '»']));
        rest = after;
    }
    ends
}

/// A line drawn between parts: one or more of the marks that are used for it.
///
/// `…` may stand for something left out, `?` for all that somebody says; `=` and `<` may be a cell of a table
/// or a line of code unless there are three.
fn is_separator(line: &str) -> bool {
    let mut marks = 0;
    let mut ambiguous = false;
    for character in line.chars() {
        match character {
            ' ' => continue,
            '=' | '+' | '#' | '|' | '/' | '<' | '>' | '«' | '»' | '‹' | '›' => ambiguous = true,
            '*' | '_' | '-' | '–' | '—' | '―' | '~' | '•' | '·' | '●' | '○' | '■' | '□' | '◆' | '◇' | '▪'
            | '▫' | '★' | '☆' | '※' | '▼' | '▲' | '►' | '▶' | '─' | '━' | '═' | '⁂' | '❖' | '✦' | '¤'
            | '＊' | '‧' | '◦' | 'ـ' => {}
            _ => return false,
        }
        marks += 1;
    }
    marks >= if ambiguous { 3 } else { 1 }
}

/// What follows an address or a handle that opens a line, as in `desk@example.comContact the author`.
fn after_address(line: &str) -> Option<&str> {
    let head = line.as_bytes().get(..line.len().min(LONGEST_ADDRESS_BYTES))?;
    let sign = memchr::memrchr(b'@', head)?;
    let after = line.get(sign + 1..)?;
    let rest = after
        .trim_start_matches(|character: char| character.is_ascii_alphanumeric() || "._-".contains(character));
    (!rest.is_empty() && rest.len() < after.len()).then_some(rest)
}

fn folded_phrases(list: &str) -> impl Iterator<Item = Box<str>> {
    list.split('|')
        .map(|phrase| Folded::of(phrase).text().to_owned())
        .filter(|phrase| !phrase.is_empty())
        .map(String::into_boxed_str)
}

fn folded_words(list: &str) -> impl Iterator<Item = Box<str>> {
    list.split_whitespace()
        .map(|word| Folded::of(word).text().to_owned())
        .filter(|word| !word.is_empty())
        .map(String::into_boxed_str)
}

/// How phrases begin, by hashes: a phrase of one word by that word, others by their first two. May have others.
#[derive(Debug)]
struct StartFilter(Sketch);

impl Default for StartFilter {
    fn default() -> Self {
        Self(Sketch::new(9))
    }
}

impl StartFilter {
    fn add(&mut self, phrase: &str) {
        if let Some(start) = Start::of(phrase) {
            self.0.insert(start.two.unwrap_or(start.one) >> 32);
        }
    }

    fn may_have(&self, start: Start) -> bool {
        self.0.may_have(start.one >> 32) || start.two.is_some_and(|two| self.0.may_have(two >> 32))
    }
}
