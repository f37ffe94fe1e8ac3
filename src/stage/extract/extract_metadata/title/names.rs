//! What names the headline beside the headings.

use super::super::fold;

/// What names the headline beside the headings.
pub(super) struct Names {
    pub linked: Option<Name>,
    /// `og:title` and its kin, in order of trust.
    pub metas: Vec<Name>,
    /// `<title>`.
    pub title: Name,
    /// Its parts; those at its end are mostly the site's name.
    pub parts: Vec<Part>,
    pub site: String,
    pub slug: String,
}

pub(super) struct Name {
    pub text: String,
    pub folded: String,
}

pub(super) struct Part {
    pub folded: String,
    pub is_last: bool,
    /// It stands where nearly all sites put their names: after a bar or a dash.
    pub is_sites: bool,
}

impl Name {
    pub(super) fn new(text: String) -> Self {
        Self { folded: fold(&text), text }
    }
}

/// The parts of a title between spaced marks and bars.
pub(super) fn parts(title: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for mark in [" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " // ", " \" ", "|", " / ", ": "]
    {
        let ends = [title.split_once(mark), title.rsplit_once(mark)];
        for (first, last) in ends.into_iter().flatten() {
            parts.push(Part { folded: fold(first), is_last: false, is_sites: false });
            let is_sites = matches!(mark.trim(), "|" | "-" | "–" | "—" | "·" | "«");
            parts.push(Part { folded: fold(last), is_last: true, is_sites });
        }
    }
    parts.retain(|part| !part.folded.is_empty());
    parts
}

/// What stands between a headline and the site's name.
pub(super) const MARKS: [char; 16] =
    [':', '：', '|', '-', '–', '—', '⋆', '<', '>', '(', '·', '•', '»', '«', '~', '/'];

impl Names {
    /// Whether a heading is the site's name and nothing else.
    pub(super) fn is_site(&self, folded: &str) -> bool {
        !folded.is_empty() && folded == self.site
    }

    /// `Headline ⋆ Site`, `Site: Headline` → `Headline`.
    pub(super) fn without_site(&self, text: &str) -> String {
        if self.site.chars().count() < 3 {
            return text.to_owned();
        }
        let cut = text.match_indices(MARKS).find_map(|(at, mark)| {
            let (before, behind) = (text.get(..at)?, text.get(at + mark.len()..)?);
            let rest = if fold(before) == self.site {
                behind
            } else if fold(behind) == self.site {
                before
            } else {
                return None;
            };
            let rest = rest.trim_matches(|edge: char| edge.is_whitespace() || MARKS.contains(&edge));
            (!fold(rest).is_empty()).then(|| rest.to_owned())
        });
        cut.unwrap_or_else(|| text.to_owned())
    }
}
