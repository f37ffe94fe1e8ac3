//! Names of publications beside names of people.

use std::cell::OnceCell;

use crate::article::Article;
use crate::text::is_agency;

use super::super::split_title::evidence::Knowledge;

/// What tells the record's site from people; put together for the first question only.
pub(in crate::stage::extract) struct Site<'a> {
    article: &'a Article,
    knowledge: OnceCell<Knowledge>,
}

impl<'a> Site<'a> {
    /// The site of an article.
    pub(in crate::stage::extract) fn of(article: &'a Article) -> Self {
        Self { article, knowledge: OnceCell::new() }
    }

    /// Whether a text names a publication or an agency, rather than a person or a place.
    pub(in crate::stage::extract) fn publishes(&self, text: &str) -> bool {
        let text = text.trim();
        // Arabic papers set their own name in guillemets.
        let is_quoted = text.starts_with(['«', '{', '"', '“']) && text.ends_with(['»', '}', '"', '”']);
        is_quoted
            || is_agency(text)
            || self.knowledge.get_or_init(|| Knowledge::of(self.article, &[])).of_site(text).is_some()
    }
}
