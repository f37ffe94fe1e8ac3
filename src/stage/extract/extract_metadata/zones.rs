//! Whose the lines and elements of a page are: the article's, a commenter's, other articles' or the site's.
//!
//! Every line and element knows its zone, so that a neighbour's date or a commenter's name is never taken for the article's.
//! What begins a zone depends on where the headline stands, so this is worked out from what the survey of the page has marked,
//! after the headline was chosen.
//!
//! Linear in the lines and marks: text is copied when somebody asks.

use crate::html::{Name, NodeId, Page, Tag};
use crate::stage::page::{ClassHints, Line, MAX_LINE_BYTES, PageSurvey, Zone};
use crate::text::people::is_unspaced;

/// What an element within a larger one says about it: containers of more nodes hold more than one fact.
const MAX_FACT_NODES: usize = 60;
/// Of each kind of element, as many as an article's page has; hostile pages have 100,000.
const MAX_ELEMENTS: usize = 256;

/// Attributes that hold a date.
const VALUES: [Name; 6] =
    [Name::Datetime, Name::Content, Name::Title, Name::DataDate, Name::DataTime, Name::DataTimestamp];

/// Other articles, menus, advertisements.
const NEIGHBOUR: ClassHints = ClassHints::NAVIGATION
    .with(ClassHints::LINKS)
    .with(ClassHints::SIDE)
    .with(ClassHints::PROMOTION)
    .with(ClassHints::CONSENT);

/// An element that names something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub node: NodeId,
    pub zone: Zone,
}

/// A page as its headline divides it.
pub(super) struct Zones<'a> {
    pub page: Page<'a>,
    own: &'a [ClassHints],
    heading: Option<NodeId>,
    heading_article: Option<NodeId>,
    pub lines: Vec<Line>,
    /// `<time>`, elements that hint at a date and have it in an attribute.
    pub dates: Vec<Element>,
    /// Elements that hint at an author.
    pub people: Vec<Element>,
    /// Pictures.
    pub pictures: Vec<Element>,
    /// The line that the headline begins.
    pub heading_line: usize,
    /// The zones around the place that is looked at, with the end of each, the innermost last.
    open: Vec<(usize, Zone)>,
}

impl<'a> Zones<'a> {
    /// Of a page whose headline stands at `heading`.
    pub(super) fn of(page: Page<'a>, survey: &'a PageSurvey, heading: Option<NodeId>) -> Self {
        let heading_article = heading
            .and_then(|heading| page.ancestors(heading).find(|outer| page.tag(*outer) == Tag::Article));
        let mut zones = Self {
            page,
            own: &survey.own,
            heading,
            heading_article,
            lines: survey.lines.clone(),
            dates: Vec::new(),
            people: Vec::new(),
            pictures: Vec::new(),
            open: Vec::new(),
            heading_line: heading
                .map_or(0, |heading| survey.lines.partition_point(|line| line.end <= heading.index())),
        };
        let mut place = 0;
        for node in survey.marks.iter().copied() {
            zones.lines_before(node.index(), &mut place);
            zones.element(node);
        }
        zones.lines_before(page.len(), &mut place);
        for elements in [&mut zones.dates, &mut zones.people, &mut zones.pictures] {
            elements.truncate(MAX_ELEMENTS);
        }
        zones.claim_surroundings();
        zones
    }

    /// The zone of a place, after those before it.
    fn zone_at(&mut self, place: usize) -> Zone {
        while self.open.pop_if(|(end, _)| *end <= place).is_some() {}
        self.open.last().map_or(Zone::Main, |(_, zone)| *zone)
    }

    /// Tells the lines from the one at `at` to the one before a node their zones.
    fn lines_before(&mut self, node: usize, at: &mut usize) {
        while let Some(first) =
            self.lines.get(*at).map(|line| line.first.index()).filter(|first| *first < node)
        {
            self.lines[*at].zone = self.zone_at(first);
            *at += 1;
        }
    }

    fn element(&mut self, node: NodeId) {
        let page = self.page;
        let outer = self.zone_at(node.index());
        let tag = page.tag(node);
        let holds_heading = self.holds_heading(node);
        let zone = if holds_heading { outer } else { self.zone(node, tag, outer) };
        if zone != outer {
            self.open.push((page.end(node), zone));
        }
        let element = Element { node, zone };
        let facts = if self.is_fact(node) { self.own[node.index()] } else { ClassHints::NONE };
        let tells = |name: &Name| page.has_attribute(node, *name);
        let is_dated = tag == Tag::Time || (facts.has(ClassHints::DATE) && VALUES.iter().any(tells));
        // `<meta>` by property speaks of the page; `Head` has it.
        if is_dated && (tag != Tag::Meta || page.has_attribute(node, Name::Itemprop)) {
            self.dates.push(element);
        }
        if facts.has(ClassHints::PEOPLE) {
            self.people.push(element);
        }
        if tag == Tag::Img && zone == Zone::Main {
            self.pictures.push(element);
        }
    }

    fn holds_heading(&self, node: NodeId) -> bool {
        self.heading.is_some_and(|heading| heading != node && self.page.contains(node, heading))
    }

    /// How many nodes an element and what is in it are.
    fn size(&self, node: NodeId) -> usize {
        self.page.end(node) - node.index()
    }

    /// Whether what an element says is said of all that is in it.
    fn is_fact(&self, node: NodeId) -> bool {
        self.size(node) <= MAX_FACT_NODES && !self.holds_heading(node)
    }

    /// What a node and those around it say, out to the first container.
    pub(super) fn hints_at(&self, node: NodeId) -> ClassHints {
        let around = std::iter::once(node).chain(self.page.ancestors(node));
        around
            .take_while(|outer| self.is_fact(*outer))
            .fold(ClassHints::NONE, |hints, outer| hints.with(self.own[outer.index()]))
    }

    /// What the elements around the pieces of a line say.
    pub(super) fn hints_of(&self, line: &Line) -> ClassHints {
        let pieces = (line.first.index()..line.end).map(NodeId::at);
        let pieces = pieces.filter(|piece| !self.page.raw_text(*piece).trim_ascii().is_empty());
        pieces.fold(ClassHints::NONE, |hints, piece| hints.with(self.hints_at(piece)))
    }

    /// What stands right beside the headline is the article's, whatever it is called: `<aside class="meta">`.
    fn claim_surroundings(&mut self) -> Option<()> {
        const ABOVE: usize = 1;
        const BELOW: usize = 4;
        self.heading?;
        let from = self.heading_line.saturating_sub(ABOVE);
        let to = (self.heading_line + BELOW + 1).min(self.lines.len());
        let lines = self.lines.get_mut(from..to)?;
        let (first, end) = (lines.first()?.first, lines.last()?.end);
        let elements = self.dates.iter_mut().chain(&mut self.people);
        let near = elements.filter(|element| element.node >= first && element.node.index() < end);
        let zones = near.map(|element| &mut element.zone).chain(lines.iter_mut().map(|line| &mut line.zone));
        zones.filter(|zone| **zone == Zone::Neighbours).for_each(|zone| *zone = Zone::Main);
        Some(())
    }

    /// A line's text; of a paragraph, its beginning.
    pub(super) fn text_of(&self, line: &Line) -> String {
        let mut text = String::with_capacity(line.bytes.min(MAX_LINE_BYTES) + 16);
        for piece in (line.first.index()..line.end).map(|at| self.page.text(NodeId::at(at))) {
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

    /// The zone of an element in another zone.
    fn zone(&self, node: NodeId, tag: Tag, outer: Zone) -> Zone {
        let (named, size) = (self.own[node.index()], self.size(node));
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

/// Whether one element ends and another begins between two characters, as a style sheet shows it:
/// `<span>18</span><span>2021</span>`, `<i>Analyst</i><i>Updated</i>`, `<span>来源：新报</span><span>作者：李安</span>`.
fn is_seam(last: char, next: char) -> bool {
    (last.is_ascii_digit() && next.is_ascii_digit())
        || (last.is_lowercase() && (next.is_uppercase() || next.is_ascii_digit()))
        || (last.is_ascii_digit() && next.is_uppercase())
        || (is_unspaced(last) && is_unspaced(next))
}

/// Whether it stands in a quotation, such as another site's post, or beside a picture: its date and its author are other ones.
pub(super) fn is_quoted(page: Page<'_>, node: NodeId) -> bool {
    page.ancestors(node)
        .any(|outer| matches!(page.tag(outer), Tag::Blockquote | Tag::Figure | Tag::Figcaption))
}
