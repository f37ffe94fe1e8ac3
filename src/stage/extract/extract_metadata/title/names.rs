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
    /// It stands where nearly all sites put their names: behind a bar or a dash.
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
