//! Who wrote the article.
//!
//! In order: persons in JSON-LD; persons in meta tags; marked elements (`itemprop="author"`, `rel="author"`) and
//! visible bylines near the headline; elements that are named after authors; then organisations, from the same
//! places in the same order. An organisation that is the site itself comes last, because publishing systems
//! put it where nobody was named. Names in comments and beside other articles never count.

mod proof;
mod visible;

use crate::article::Found;
use crate::stage::page::{AuthorsSign, Signs};
use crate::text::people::{distinct, in_small_letters, looks_like_name, names_in};

use super::fold;
use super::head::PageHead;
use super::linked::Linked;
use super::zones::Zones;

use proof::Proof;
use visible::{BESIDE_DATE, SIGNED, SURE, byline_with, from_page};

const METAS: &[&str] = &[
    "parsely-author",
    "sailthru.author",
    "article:author_name",
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "byl",
    "cxenseparse:author",
    "article.author",
    "authors",
    "og:author",
    "vr:author",
    "dc.contributor",
];

/// Names of the site: its own, its host's, its publisher's, folded.
pub(super) struct Site {
    names: Vec<String>,
}

impl Site {
    /// From a site's names and its host.
    pub(super) fn new(names: impl Iterator<Item = String>, host: &str) -> Self {
        let labels = host.split('.').filter(|label| label.len() >= 3 && *label != "com" && *label != "blog");
        let names = names.chain(std::iter::once(host.to_owned())).chain(labels.map(str::to_owned));
        Self { names: names.map(|name| fold(&name)).filter(|name| name.len() >= 3).collect() }
    }

    /// Whether a name is the site's, or has it in it: `Redaktion paper.example`.
    fn has(&self, name: &str) -> bool {
        let folded = fold(name);
        self.names.iter().any(|site| {
            *site == folded
                || (folded.len() >= 4 && site.starts_with(&folded))
                || (site.len() >= 4 && folded.contains(site.as_str()))
        })
    }
}

/// The authors, where they were found, and how sure they are.
pub(super) struct Authors {
    pub names: Vec<String>,
    pub found: Found,
    pub signs: Signs<AuthorsSign>,
}

/// The authors; `others` takes what each place has that lost, and why.
pub(super) fn authors(
    head: &PageHead<'_>,
    linked: &Linked<'_>,
    zones: &Zones<'_>,
    site: &Site,
    others: Option<&mut Vec<String>>,
) -> Option<Authors> {
    let proof = Proof::new(zones);
    let (stated, metas) = (linked.authors().persons, from_metas(head));
    let (mut names, found) = choose(head, linked, zones, site, &proof)?;
    // `Ann Lee, MDR Selm`
    if names.first().is_some_and(|first| is_person(first)) {
        let first = names.remove(0);
        names.retain(|name| !is_house(name, &first));
        names.insert(0, first);
    }
    if let Some(others) = others {
        let known = |other: &&String| names.iter().any(|name| fold(name) == fold(other));
        for (place, name) in
            stated.iter().map(|name| ("JSON-LD", name)).chain(metas.iter().map(|name| ("meta", name)))
        {
            if !known(&name) {
                let why = match name {
                    name if site.has(name) => "the site itself",
                    name if is_organisation(name) => "an organisation",
                    name if is_short(name) => "no full name",
                    name if !proof.is_shown(name) => "the page does not show it",
                    _ => "another place counts more",
                };
                others.push(format!("{place} {name}: {why}"));
            }
        }
        others.extend(
            from_page(zones, &proof, 1)
                .iter()
                .filter(|name| !known(name))
                .map(|name| format!("page {name}: other places count more")),
        );
    }
    let is =
        |stated: &[String]| names.iter().all(|name| stated.iter().any(|other| fold(other) == fold(name)));
    let signs = Signs::of(&[
        (AuthorsSign::Linked, found == Found::JsonLd),
        (AuthorsSign::Meta, found == Found::Meta),
        (AuthorsSign::LinkedAgrees, !stated.is_empty() && is(&stated)),
        (AuthorsSign::LinkedDiffers, !stated.is_empty() && !is(&stated)),
        (AuthorsSign::MetaDiffers, !metas.is_empty() && !is(&metas)),
        (AuthorsSign::Shown, names.iter().all(|name| proof.is_shown(name))),
        (AuthorsSign::FullName, names.iter().all(|name| looks_like_name(name) && name.contains(' '))),
        (AuthorsSign::Account, names.iter().any(|name| is_short(name))),
        (AuthorsSign::Organisation, names.iter().any(|name| is_organisation(name))),
        (AuthorsSign::Site, names.iter().any(|name| site.has(name))),
        (AuthorsSign::Several, names.len() > 1),
        (AuthorsSign::Many, names.len() > 3),
    ]);
    // How a house writes itself is its own affair.
    let written = |name: &String| {
        if site.has(name) || is_organisation(name) { name.clone() } else { in_small_letters(name) }
    };
    Some(Authors { names: names.iter().map(written).collect(), found, signs })
}

fn choose(
    head: &PageHead<'_>,
    linked: &Linked<'_>,
    zones: &Zones<'_>,
    site: &Site,
    proof: &Proof<'_>,
) -> Option<(Vec<String>, Found)> {
    let people = linked.authors();
    let metas = from_metas(head);
    let reviewers = linked.reviewers();
    let mut sources = vec![(people.persons, Found::JsonLd), (metas, Found::Meta)];
    // The page itself is only looked through where what was said is not plainly people's full names.
    let is_settled = |names: &[String]| names.iter().any(|name| !site.has(name) && is_person(name));
    if !sources.iter().any(|(names, _)| is_settled(names)) {
        // Where the site names itself as the author, a name that merely stands somewhere does not count against it;
        // one that signs the article does.
        let is_claimed =
            sources.iter().any(|(names, _)| !names.is_empty()) || !people.organisations.is_empty();
        let claims = people.organisations.iter().chain(sources.iter().flat_map(|(names, _)| names));
        let is_of_site = claims.clone().all(|name| site.has(name) || is_organisation(name));
        let enough = match is_claimed {
            true if is_of_site => BESIDE_DATE,
            true => SURE,
            false => 1,
        };
        let mut names = from_page(zones, proof, enough);
        names.retain(|name| !reviewers.contains(name));
        sources.push((names, Found::Dom));
    } else if !sources.iter().any(|(names, _)| {
        is_settled(names) && names.iter().any(|name| !name.contains(' ') || proof.is_shown(name))
    }) {
        // Who posted an article is not shown on it; who signed it is.
        let signed = from_page(zones, proof, SIGNED);
        if is_settled(&signed) {
            sources.insert(0, (signed, Found::Dom));
        }
    }
    sources.push((people.organisations, Found::JsonLd));
    // Full names first; then short ones and the names of accounts; then whatever there is.
    let best = sources
        .iter()
        .find(|(names, _)| is_settled(names))
        .or_else(|| sources.iter().find(|(names, _)| names.iter().any(|name| !site.has(name))))
        .or_else(|| sources.iter().find(|(names, _)| !names.is_empty()))?;
    let (names, found) = best;
    let others: Vec<String> = names.iter().filter(|name| !site.has(name)).cloned().collect();
    let names = distinct(if others.is_empty() { names.clone() } else { others });
    // Publishing systems with a field for one author show the others all the same.
    if !is_settled(&names) {
        return Some((names, *found));
    }
    let people = |names: &[String]| names.iter().filter(|name| !site.has(name)).cloned().collect::<Vec<_>>();
    let stated = sources.iter().map(|(names, found)| (people(names), *found));
    let shown = std::iter::once_with(|| byline_with(zones, &names));
    let mut others = stated.chain(shown.map(|names| (people(&names), Found::Dom)));
    let longer = others.find(|(others, _)| has_all_and_more(others, &names, proof));
    Some(longer.map_or((names, *found), |(others, found)| (distinct(others), found)))
}

/// Whether a list has all names of another one, and others that are people's full names.
fn has_all_and_more(longer: &[String], names: &[String], proof: &Proof<'_>) -> bool {
    let is_new = |name: &&String| names.iter().all(|known| fold(known) != fold(name));
    longer.len() > names.len()
        && names.iter().all(|name| longer.iter().any(|other| fold(other) == fold(name)))
        && longer.iter().all(|name| is_person(name))
        && longer.iter().filter(is_new).all(|name| !proof.has_word(name))
}

/// A person's name in full.
fn is_person(name: &str) -> bool {
    looks_like_name(name) && !is_short(name) && !is_organisation(name)
}

/// Whether a name that stands after a person's is that of a house: `MDR Selm`, `QuayPost US`, where the person's has no such word.
fn is_house(name: &str, first: &str) -> bool {
    let is_capitals =
        |word: &str| word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    // `BJ Chen` and `Ann Lee III` are people.
    let has_letters = |name: &str| {
        name.split(' ').enumerate().any(|(place, word)| {
            is_capitals(word) && word.bytes().any(|byte| byte != b'I') && (place > 0 || word.len() > 2)
        })
    };
    let is_mixed = name.split(' ').any(|word| !is_capitals(word));
    is_mixed && has_letters(name) && !has_letters(first)
}

/// Whether a name has a word that only organisations have.
fn is_organisation(name: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 24] = [
        "e.v.", "ag", "gmbh", "kg", "inc", "inc.", "ltd", "ltd.", "llc", "corp.", "foundation", "verlag", "magazin", "magazine", "news", "team",
        "redaktion", "staff", "agencies", "institute", "association", "media", "online", "admin",
    ];
    name.split_whitespace().any(|word| {
        let word = word.trim_matches([',', '(', ')']).to_lowercase();
        WORDS.contains(&word.as_str()) || (word.contains('.') && word.len() > 6 && !word.ends_with('.'))
    })
}

/// A single word: a first name, or an account's name.
fn is_short(name: &str) -> bool {
    let is_spaced = name.contains(' ');
    !is_spaced && name.is_ascii()
}

/// `Lee, Ann B.` → `Ann B. Lee`, as libraries write names.
fn given_first(name: &str) -> Option<String> {
    let (family, given) = name.split_once(", ")?;
    let is_name = |part: &str| looks_like_name(part) && part.split(' ').count() <= 3;
    (is_name(family) && is_name(given) && !is_organisation(given)).then(|| format!("{given} {family}"))
}

fn from_metas(head: &PageHead<'_>) -> Vec<String> {
    for name in METAS {
        let names: Vec<String> = head
            .all(name)
            .filter(|content| content.len() <= 400)
            .flat_map(names_in)
            .map(|name| given_first(&name).unwrap_or(name))
            .collect();
        if !names.is_empty() {
            return distinct(names);
        }
    }
    // `twitter:label1` says what `twitter:data1` is.
    for (label, data) in [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")] {
        let is_author = head.all(label).any(|label| {
            let label = label.to_lowercase();
            [
                "written by",
                "verfasst von",
                "author",
                "autor",
                "écrit par",
                "escrito por",
                "scritto da",
                "geschreven door",
            ]
            .iter()
            .any(|known| label.contains(known))
        });
        if is_author && let Some(content) = head.all(data).next() {
            let names = names_in(content);
            if !names.is_empty() {
                return names;
            }
        }
    }
    Vec::new()
}
