//! One walk over a page: its short lines, and the elements that name dates, people and pictures.
//!
//! Every line and element knows its zone, so that a neighbour's date or a commenter's name is never taken
//! for the article's, and what the names of the elements around it hint at.
//!
//! Linear in the nodes: text is only looked at where it is short, and copied when somebody asks.

use crate::html::{Name, NodeId, Page, Tag};

use crate::stage::page::ClassHints;
use crate::text::people::is_unspaced;

/// What an element within a larger one says about it: containers of more nodes hold more than one fact.
const MAX_FACT_NODES: usize = 60;
/// Longer lines are paragraphs.
pub(super) const MAX_LINE_BYTES: usize = 240;
/// Of each kind of element, as many as an article's page has; hostile pages have 100,000.
const MAX_ELEMENTS: usize = 256;
/// More lines than this are a list, and the article stands before its end.
const MAX_LINES: usize = 20_000;

/// Attributes that hold a date.
const VALUES: [Name; 6] =
    [Name::Datetime, Name::Content, Name::Title, Name::DataDate, Name::DataTime, Name::DataTimestamp];

/// Other articles, menus, advertisements.
const NEIGHBOUR: ClassHints = ClassHints::NAVIGATION
    .with(ClassHints::LINKS)
    .with(ClassHints::SIDE)
    .with(ClassHints::PROMOTION)
    .with(ClassHints::CONSENT);

/// What a part of a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// The article, as far as anyone can tell.
    Main,
    /// Comments.
    Comments,
    /// Other articles, menus, advertisements.
    Neighbours,
    /// The page's end.
    Footer,
}

/// A run of text between two breaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct VisibleLine {
    pub first: NodeId,
    /// The first place after it.
    pub end: usize,
    pub bytes: usize,
    /// Has a digit of some script.
    pub has_digit: bool,
    pub zone: Zone,
    pub hints: ClassHints,
}

/// An element that names something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub node: NodeId,
    pub zone: Zone,
    pub hints: ClassHints,
}

/// What the walk found.
pub(super) struct MetadataSurvey {
    pub lines: Vec<VisibleLine>,
    /// `<time>`, elements that hint at a date and have it in an attribute.
    pub dates: Vec<Element>,
    /// Elements that hint at an author.
    pub people: Vec<Element>,
    /// Pictures.
    pub pictures: Vec<Element>,
    /// The line that the headline begins.
    pub heading_line: usize,
}

#[derive(Clone, Copy)]
struct Scope {
    end: usize,
    zone: Zone,
    hints: ClassHints,
}

struct Walk<'a> {
    page: Page<'a>,
    heading: Option<NodeId>,
    heading_article: Option<NodeId>,
    survey: MetadataSurvey,
    scopes: Vec<Scope>,
    line: Option<VisibleLine>,
    own: &'a [ClassHints],
}

impl MetadataSurvey {
    /// Walks over a page whose headline stands at `heading`.
    pub(super) fn of(page: Page<'_>, own: &[ClassHints], heading: Option<NodeId>) -> Self {
        let heading_article = heading
            .and_then(|heading| page.ancestors(heading).find(|outer| page.tag(*outer) == Tag::Article));
        let survey = Self {
            lines: Vec::with_capacity(256),
            dates: Vec::new(),
            people: Vec::new(),
            pictures: Vec::new(),
            heading_line: 0,
        };
        let scopes = Vec::with_capacity(32);
        let mut walk = Walk { page, heading, heading_article, survey, scopes, line: None, own };
        walk.run();
        let mut survey = walk.survey;
        survey.claim_surroundings(heading.is_some());
        survey
    }

    /// What stands right beside the headline is the article's, whatever it is called: `<aside class="meta">`.
    fn claim_surroundings(&mut self, has_heading: bool) {
        const ABOVE: usize = 1;
        const BELOW: usize = 4;
        if !has_heading {
            return;
        }
        let from = self.heading_line.saturating_sub(ABOVE);
        let to = (self.heading_line + BELOW + 1).min(self.lines.len());
        let Some(lines) = self.lines.get_mut(from..to) else { return };
        let Some((first, end)) = lines.first().zip(lines.last()).map(|(first, last)| (first.first, last.end))
        else {
            return;
        };
        for line in lines.iter_mut().filter(|line| line.zone == Zone::Neighbours) {
            line.zone = Zone::Main;
        }
        for element in self.dates.iter_mut().chain(&mut self.people) {
            if element.zone == Zone::Neighbours && element.node >= first && element.node.index() < end {
                element.zone = Zone::Main;
            }
        }
    }

    /// A line's text; of a paragraph, its beginning.
    pub(super) fn text_of(page: Page<'_>, line: &VisibleLine) -> String {
        let mut text = String::with_capacity(line.bytes.min(MAX_LINE_BYTES) + 16);
        for at in line.first.index()..line.end {
            let piece = page.text(NodeId::at(at));
            if let (Some(last), Some(next)) = (text.chars().next_back(), piece.chars().next())
                && is_seam(last, next)
            {
                text.push(' ');
            }
            if line.bytes <= MAX_LINE_BYTES {
                text.push_str(&piece);
            } else {
                text.extend(piece.chars().take(MAX_LINE_BYTES));
                if text.len() > MAX_LINE_BYTES {
                    break;
                }
            }
        }
        super::head::one_line(&text)
    }
}

/// Whether one element ends and another begins between two characters, as a style sheet shows it:
/// `<span>18</span><span>2021</span>`, `<i>Analyst</i><i>Updated</i>`, `<span>来源：新报</span><span>作者：李安</span>`.
fn is_seam(last: char, next: char) -> bool {
    (last.is_ascii_digit() && next.is_ascii_digit())
        || (last.is_lowercase() && (next.is_uppercase() || next.is_ascii_digit()))
        || (last.is_ascii_digit() && next.is_uppercase())
        || (is_unspaced(last) && is_unspaced(next))
}

/// The folders of an address: its path without the last part.
fn folders_of(url: &str) -> &str {
    let rest =
        url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    path.rsplit_once('/').map_or("", |(folders, _)| folders)
}

/// Whether it stands in a quotation, such as another site's post, or beside a picture: its date and its author are other ones.
pub(super) fn is_quoted(page: Page<'_>, node: NodeId) -> bool {
    page.ancestors(node)
        .any(|outer| matches!(page.tag(outer), Tag::Blockquote | Tag::Figure | Tag::Figcaption))
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut blocks: Vec<usize> = Vec::with_capacity(64);
        let mut at = 0;
        while at < self.page.len() {
            let node = NodeId::at(at);
            let tag = self.page.tag(node);
            while blocks.last().is_some_and(|end| *end <= at) {
                blocks.pop();
                self.end_line();
            }
            while self.scopes.last().is_some_and(|scope| scope.end <= at) {
                self.scopes.pop();
            }
            match tag {
                Tag::Text => self.text(node),
                Tag::Script
                | Tag::Style
                | Tag::Template
                | Tag::Noscript
                | Tag::Head
                | Tag::Svg
                | Tag::Select => {
                    at = self.page.end(node);
                    continue;
                }
                Tag::Br => self.end_line(),
                _ => {
                    if tag.is_block() {
                        self.end_line();
                        blocks.push(self.page.end(node));
                    }
                    if self.heading == Some(node) {
                        self.survey.heading_line = self.survey.lines.len();
                    }
                    self.element(node, tag);
                }
            }
            at += 1;
        }
        self.end_line();
    }

    fn scope(&self) -> Scope {
        self.scopes.last().copied().unwrap_or(Scope {
            end: usize::MAX,
            zone: Zone::Main,
            hints: ClassHints::default(),
        })
    }

    fn text(&mut self, node: NodeId) {
        let raw = self.page.raw_text(node);
        if raw.bytes().all(|byte| byte.is_ascii_whitespace()) {
            return;
        }
        let Scope { zone, hints, .. } = self.scope();
        let line = self.line.get_or_insert(VisibleLine {
            first: node,
            end: node.index(),
            bytes: 0,
            has_digit: false,
            zone,
            hints,
        });
        // Digits of other scripts are not ASCII; a guess is enough here. Of a paragraph, only the beginning counts.
        if line.bytes <= MAX_LINE_BYTES {
            line.has_digit |= raw
                .bytes()
                .take(MAX_LINE_BYTES)
                .any(|byte| byte.is_ascii_digit() || matches!(byte, 0xD9 | 0xDB | 0xE0));
        }
        line.end = node.index() + 1;
        line.bytes += raw.bytes().filter(|byte| !byte.is_ascii_whitespace()).count() + 1;
        line.hints = line.hints.with(hints);
    }

    fn end_line(&mut self) {
        if let Some(line) = self.line.take()
            && self.survey.lines.len() < MAX_LINES
        {
            self.survey.lines.push(line);
        }
    }

    fn element(&mut self, node: NodeId, tag: Tag) {
        let page = self.page;
        let size = page.end(node) - node.index();
        let outer = self.scope();
        let mut named = self.own[node.index()];
        // `/author/ann-lee`
        if tag == Tag::A
            && let Some(address) = page.raw_attribute(node, Name::Href)
            && ClassHints::of_names(folders_of(address)).has(ClassHints::PEOPLE)
        {
            named = named.with(ClassHints::PEOPLE);
        }
        let holds_heading =
            self.heading.is_some_and(|heading| page.contains(node, heading) && heading != node);
        let zone = if holds_heading { outer.zone } else { self.zone(node, tag, named, size, outer.zone) };
        let facts = if size <= MAX_FACT_NODES && !holds_heading { named } else { ClassHints::default() };
        let hints = outer.hints.with(facts);
        if zone != outer.zone || hints != outer.hints {
            self.scopes.push(Scope { end: page.end(node), zone, hints });
        }
        let element = Element { node, zone, hints: named };
        let tells = |name: &Name| page.has_attribute(node, *name);
        let is_dated = tag == Tag::Time || (facts.has(ClassHints::DATE) && VALUES.iter().any(tells));
        // `<meta>` by property speaks of the page; `Head` has it.
        let is_dated = is_dated && (tag != Tag::Meta || page.has_attribute(node, Name::Itemprop));
        if is_dated && self.survey.dates.len() < MAX_ELEMENTS {
            self.survey.dates.push(Element { hints, ..element });
        }
        if facts.has(ClassHints::PEOPLE) && self.survey.people.len() < MAX_ELEMENTS {
            self.survey.people.push(element);
        }
        if tag == Tag::Img && zone == Zone::Main && self.survey.pictures.len() < MAX_ELEMENTS {
            self.survey.pictures.push(Element { hints, ..element });
        }
    }

    /// The zone of an element in another zone.
    fn zone(&self, node: NodeId, tag: Tag, named: ClassHints, size: usize, outer: Zone) -> Zone {
        // What fills most of the page is its frame, whatever it is called; and a comment's footer is a comment's.
        if size * 2 > self.page.len() || outer == Zone::Comments {
            return outer;
        }
        let is_fact =
            size <= MAX_FACT_NODES && (named.has(ClassHints::PEOPLE) || named.has(ClassHints::DATE));
        let in_article = self.heading_article.is_some_and(|article| self.page.contains(article, node));
        match tag {
            Tag::Nav => Zone::Neighbours,
            Tag::Aside if !is_fact => Zone::Neighbours,
            // Publishing systems put the byline below a headline that stands outside of the article into its footer.
            Tag::Footer
                if !in_article
                    && (self.heading_article.is_some() || !self.page.is_in(node, Tag::Article)) =>
            {
                Zone::Footer
            }
            Tag::Article if self.heading_article.is_some_and(|article| article != node) => Zone::Neighbours,
            _ if named.has(ClassHints::COMMENT) => Zone::Comments,
            _ if is_fact => outer,
            _ if tag != Tag::Form && named.has(NEIGHBOUR) => Zone::Neighbours,
            _ => outer,
        }
    }
}
