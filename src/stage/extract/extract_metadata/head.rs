//! What stands in a page's head, and its headings: one look at the tags of all nodes.

use std::borrow::Cow;

use crate::html::{Name, NodeId, Page, Tag};
use crate::text::says_nothing;

/// More meta tags than this tell nothing new; real pages have up to some 150.
const MAX_METAS: usize = 400;
/// Longer titles, in characters, are not about one article.
const MAX_TITLE: usize = 1000;
/// Headings after these are other articles'.
const MAX_HEADINGS: usize = 1000;

/// A page's head and headings.
pub(super) struct PageHead<'a> {
    page: Page<'a>,
    /// Names in lower case, and contents, in order.
    metas: Vec<(String, Cow<'a, str>)>,
    /// `<title>`.
    pub title: String,
    /// `<link rel="canonical">`.
    pub canonical: Option<Cow<'a, str>>,
    /// `<link rel="image_src">`, from before there was `og:image`.
    pub picture: Option<Cow<'a, str>>,
    /// `<html lang>`.
    pub language: Option<Cow<'a, str>>,
    /// `<h1>` to `<h4>`, in order.
    pub headings: Vec<NodeId>,
}

impl<'a> PageHead<'a> {
    /// Reads it.
    pub(super) fn of(page: Page<'a>) -> Self {
        let mut head = Self {
            page,
            metas: Vec::new(),
            title: String::new(),
            canonical: None,
            picture: None,
            language: None,
            headings: Vec::new(),
        };
        for node in page.nodes() {
            match page.tag(node) {
                Tag::Meta if head.metas.len() < MAX_METAS => head.meta(node),
                Tag::Title if head.title.is_empty() && !page.is_in(node, Tag::Svg) => {
                    let title = one_line(&page.inner_text(node));
                    if !says_nothing(&title) {
                        head.title = title.chars().take(MAX_TITLE).collect();
                    }
                }
                Tag::Link => head.link(node),
                Tag::Html => {
                    let language =
                        [Name::Lang, Name::XmlLang].iter().find_map(|name| page.attribute(node, *name));
                    head.language = head.language.or(language);
                }
                Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 if head.headings.len() < MAX_HEADINGS => {
                    head.headings.push(node);
                }
                _ => {}
            }
        }
        head
    }

    fn meta(&mut self, node: NodeId) {
        let Some(content) = self.page.attribute(node, Name::Content) else { return };
        if content.trim().is_empty() || says_nothing(&content) {
            return;
        }
        for name in [Name::Property, Name::MetaName, Name::HttpEquiv] {
            if let Some(name) = self.page.raw_attribute(node, name) {
                self.metas.push((name.trim().to_ascii_lowercase(), content));
                return;
            }
        }
        // Microdata's `<meta itemprop>` speaks of the element that it stands in; in the head, of the page.
        if let Some(name) = self.page.raw_attribute(node, Name::Itemprop)
            && self.page.is_in(node, Tag::Head)
        {
            self.metas.push((name.trim().to_ascii_lowercase(), content));
        }
    }

    fn link(&mut self, node: NodeId) {
        let Some(rel) = self.page.raw_attribute(node, Name::Rel) else { return };
        let address = || self.page.attribute(node, Name::Href).filter(|href| href.contains("://"));
        if self.canonical.is_none() && rel.eq_ignore_ascii_case("canonical") {
            self.canonical = address();
        } else if self.picture.is_none() && rel.eq_ignore_ascii_case("image_src") {
            self.picture = address();
        }
    }

    /// The content of the first of these names that the page has.
    pub(super) fn meta_of(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|wanted| {
            let found = self.metas.iter().find(|(name, _)| name == wanted);
            found.map(|(_, content)| content.trim())
        })
    }

    /// The contents of all tags of a name.
    pub(super) fn all<'b>(&'b self, wanted: &'b str) -> impl Iterator<Item = &'b str> {
        self.metas.iter().filter(move |(name, _)| name == wanted).map(|(_, content)| content.trim())
    }
}

/// All white space as single spaces.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
