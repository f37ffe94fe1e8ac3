//! What an element's class, id and role say about its content.
//!
//! `class="article__relatedLinks"` → the words `article`, `related`, `links` → [`ClassHints::LINKS`].
//!
//! The words are those that web developers everywhere use for the parts of a page. None is the name of a
//! site. A hint is evidence, not a verdict: the words of a container that holds most of a page's prose are
//! overruled by what it holds (see `meaning` in `extract_html`).

use super::remembered::Remembered;
use crate::html::{Name, NodeId, Page, Tag};
use crate::text::{Slice, WordTable};

/// A set of hints.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::stage) struct ClassHints(u32);

macro_rules! hints {
    ($($name:ident = $bit:literal $doc:literal,)*) => {
        impl ClassHints { $(#[doc = $doc] pub(in crate::stage) const $name: Self = Self(1 << $bit);)* }

        impl std::fmt::Debug for ClassHints {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_set().entries([$((Self::$name, stringify!($name)),)*].iter().filter(|(hint, _)| self.has(*hint)).map(|(_, name)| name)).finish()
            }
        }
    };
}

hints! {
    BODY = 0 "The article's body.",
    DATE = 1 "A date.",
    LEAD = 2 "A standfirst.",
    NAVIGATION = 3 "Menus, bread crumbs, page numbers.",
    FOOTER = 4 "The end of the page.",
    SIDE = 5 "Beside the article.",
    COMMENT = 6 "Readers' comments.",
    LINKS = 7 "Related, recommended, most read.",
    PROMOTION = 8 "Advertisements, newsletters, subscriptions.",
    SHARE = 9 "Buttons for sharing, following, printing.",
    CAPTION = 10 "A picture's caption or credit.",
    BYLINE = 11 "Author, date, reading time.",
    BIOGRAPHY = 12 "About the author.",
    CONSENT = 14 "Cookies and privacy.",
    HIDDEN = 15 "Not shown, or shown to screen readers alone.",
    OVERLAY = 16 "A window over the page, a tool tip.",
    PUBLISHED = 17 "The date of publication, by name.",
    BOX = 18 "A fact box, a box of key points.",
    LEGAL = 20 "Copyright, disclaimers.",
    PEOPLE = 23 "Names of authors.",
    MODIFIED = 22 "The date of a change.",
}

impl ClassHints {
    pub(in crate::stage) const NONE: Self = Self(0);

    /// Parts that are never the article's text.
    pub(in crate::stage) const FOREIGN: Self = Self(
        Self::NAVIGATION.0
            | Self::FOOTER.0
            | Self::SIDE.0
            | Self::COMMENT.0
            | Self::LINKS.0
            | Self::PROMOTION.0
            | Self::SHARE.0
            | Self::CAPTION.0
            | Self::BYLINE.0
            | Self::BIOGRAPHY.0
            | Self::CONSENT.0
            | Self::HIDDEN.0
            | Self::OVERLAY.0
            | Self::BOX.0
            | Self::LEGAL.0,
    );

    /// Dates and names, which an element has whatever part of the page it is in.
    const FACTS: Self = Self(Self::DATE.0 | Self::PUBLISHED.0 | Self::MODIFIED.0 | Self::PEOPLE.0);

    pub(in crate::stage) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(in crate::stage) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in crate::stage) const fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(in crate::stage) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The hints in a set, one by one.
    pub(in crate::stage) fn each(self) -> impl Iterator<Item = Self> {
        (0..u32::BITS).map(|bit| Self(1 << bit)).filter(move |hint| self.has(*hint))
    }

    /// What an element says about itself. `names` is [`Self::of_names`].
    pub(in crate::stage) fn of<'a>(page: Page<'a>, node: NodeId, names: &mut Remembered<'a, Self>) -> Self {
        let tag = page.tag(node);
        let mut hints = match tag {
            Tag::Nav | Tag::Menu | Tag::Search => Self::NAVIGATION,
            Tag::Footer => Self::FOOTER,
            Tag::Aside => Self::SIDE,
            Tag::Dialog => Self::OVERLAY,
            Tag::Form => Self::PROMOTION,
            Tag::Figcaption => Self::CAPTION,
            Tag::Figure if !holds_text(page, node) => Self::CAPTION,
            Tag::Address => Self::BYLINE,
            _ => Self::NONE,
        };
        let mut seen = 0_u64;
        for (name, value) in page.raw_attributes(node) {
            // Of two with the same name, the first counts.
            let bit = 1 << name as u8;
            if seen & bit == 0 {
                seen |= bit;
                hints = hints.with(match name {
                    // `/author/ann-lee`
                    Name::Href if tag == Tag::A => names.of(folders_of(value)).only(Self::PEOPLE),
                    _ => Self::of_attribute(name, value, names),
                });
            }
        }
        hints
    }

    fn of_attribute<'a>(name: Name, value: &'a str, names: &mut Remembered<'a, Self>) -> Self {
        match name {
            Name::Class => names.of(value),
            // An id of many words is a heading in short: `sharing-with-a-single-developer`.
            Name::Id if value.bytes().filter(|byte| b"-_".contains(byte)).count() >= 3 => {
                Self::of_names(value).only(Self::FACTS)
            }
            Name::Rel | Name::Property => Self::of_names(value).only(Self::FACTS),
            // Each is there once.
            Name::Id => Self::of_names(value),
            Name::Role => match value {
                "navigation" | "menu" | "menubar" | "search" | "toolbar" | "tablist" => Self::NAVIGATION,
                "contentinfo" => Self::FOOTER,
                "complementary" => Self::SIDE,
                "dialog" | "alertdialog" | "tooltip" => Self::OVERLAY,
                _ => Self::NONE,
            },
            Name::Itemprop => Self::of_names(value).only(Self::FACTS).with(match value {
                "articleBody" => Self::BODY,
                "author" | "datePublished" | "dateModified" | "publisher" => Self::BYLINE,
                "caption" => Self::CAPTION,
                "comment" => Self::COMMENT,
                "description" | "alternativeHeadline" => Self::LEAD,
                _ => Self::NONE,
            }),
            Name::Hidden => Self::HIDDEN,
            Name::AriaHidden if value == "true" => Self::HIDDEN,
            Name::Style if hides(value) => Self::HIDDEN,
            _ => Self::NONE,
        }
    }

    /// What the words of a class or an id say.
    pub(in crate::stage) fn of_names(names: &str) -> Self {
        let mut hints = Self::NONE;
        // Longer ones are generated, and say nothing.
        for name in names.split_ascii_whitespace().filter(|name| name.len() <= 80) {
            hints = hints.with(Self::of_name(name));
        }
        hints
    }

    fn of_name(name: &str) -> Self {
        if let Some(hint) = WHOLE.get(name.as_bytes()) {
            return Self(hint);
        }
        let (mut all, mut before, mut words) = (0, 0, 0);
        let mut is_state = false;
        for_each_word(name, |word| {
            let mask = WORDS.get(word).unwrap_or(0);
            // `comments-open` says something about an article, not what is in it.
            is_state |= words > 0 && mask & CLOSES_STATE != 0;
            all |= mask | beginning(word);
            if before & STORY != 0 && mask & TEXT != 0 {
                all |= Self::BODY.0;
            }
            before = mask;
            words += 1;
        });
        if is_state && words > 1 {
            return Self::NONE;
        }
        Self(all & PARTS)
    }
}

/// What the beginning of a word says of dates and names: `publishedOn`, `authorname`.
fn beginning(word: &[u8]) -> u32 {
    let place = word.first().map_or(0, |first| usize::from((first | 32).wrapping_sub(b'a')));
    let candidates = BEGINNINGS.get(place).copied().unwrap_or_default();
    let starts = |begins: &str| {
        word.get(..begins.len()).is_some_and(|start| start.eq_ignore_ascii_case(begins.as_bytes()))
    };
    candidates.iter().filter(|(begins, _)| starts(begins)).fold(0, |all, (_, hint)| all | hint)
}

/// The folders of an address: its path without the last part.
fn folders_of(address: &str) -> &str {
    let end = memchr::memchr2(b'?', b'#', address.as_bytes()).unwrap_or(address.len());
    let path = address.slice(..end).trim_end_matches('/');
    let (folders, _) = path.rsplit_once('/').unwrap_or_default();
    let Some((_, rest)) = folders.split_once(':') else { return folders };
    rest.trim_start_matches('/').split_once('/').map_or("", |(_, folders)| folders)
}

/// Whether a figure is a table, a quotation or code, and not a picture.
fn holds_text(page: Page<'_>, figure: NodeId) -> bool {
    let mut inner = page.descendants(figure).take(64).map(|node| page.tag(node));
    inner.any(|tag| matches!(tag, Tag::Table | Tag::Blockquote | Tag::Pre | Tag::Ul | Tag::Ol))
}

/// Whether a style hides its element.
fn hides(style: &str) -> bool {
    let mut parts = style.split(';').filter_map(|part| part.split_once(':'));
    parts.any(|(name, value)| {
        let value = value.trim();
        (name.trim().eq_ignore_ascii_case("display") && value.starts_with("none"))
            || (name.trim().eq_ignore_ascii_case("visibility") && value.starts_with("hidden"))
    })
}

/// The words of `camelCase`, `kebab-case`, `snake_case` and `BEM__names--like-this`.
fn for_each_word(name: &str, mut each: impl FnMut(&[u8])) {
    let bytes = name.as_bytes();
    let mut start = 0;
    for at in 0..bytes.len() {
        let byte = bytes[at];
        let before = if at > start { bytes[at - 1] } else { b'-' };
        if !byte.is_ascii_alphabetic() {
            if at > start {
                each(&bytes[start..at]);
            }
            start = at + 1;
        } else if byte.is_ascii_uppercase() && before.is_ascii_lowercase() {
            each(&bytes[start..at]);
            start = at;
        }
    }
    if start < bytes.len() {
        each(&bytes[start..]);
    }
}

// Words that mean something only beside another one.
const STORY: u32 = 1 << 25;
const TEXT: u32 = 1 << 26;
const CLOSES_STATE: u32 = 1 << 24;
/// The bits that are hints.
const PARTS: u32 = CLOSES_STATE - 1;

/// Class names that mean something only as a whole: `hidden` hides, `overflow-hidden` does not.
static WHOLE: WordTable<64> = WordTable::new(&[
    ("hidden", ClassHints::HIDDEN.0),
    ("hide", ClassHints::HIDDEN.0),
    ("d-none", ClassHints::HIDDEN.0),
    ("is-hidden", ClassHints::HIDDEN.0),
    ("sr-only", ClassHints::HIDDEN.0),
    ("visuallyhidden", ClassHints::HIDDEN.0),
    ("visually-hidden", ClassHints::HIDDEN.0),
    ("meta", ClassHints::BYLINE.0),
    ("date", ClassHints::BYLINE.0 | ClassHints::DATE.0),
    // In hAtom, `updated` is the date that every entry has, and most themes put the publication's there.
    ("updated", ClassHints::DATE.0),
    ("toc", ClassHints::NAVIGATION.0),
]);

/// Beginnings of words that say what a date or a name is, by their first letter.
static BEGINNINGS: [&[(&str, u32)]; 26] = {
    const PEOPLE: u32 = ClassHints::PEOPLE.0;
    const DATE: u32 = ClassHints::DATE.0;
    const PUBLISHED: u32 = DATE | ClassHints::PUBLISHED.0;
    const MODIFIED: u32 = DATE | ClassHints::MODIFIED.0;
    let mut table: [&[(&str, u32)]; 26] = [&[]; 26];
    table[0] = &[("author", PEOPLE), ("autor", PEOPLE), ("auteur", PEOPLE)];
    table[1] = &[("byline", PEOPLE)];
    table[2] = &[("created", PUBLISHED), ("creator", PEOPLE)];
    table[3] = &[("date", DATE), ("datum", DATE)];
    table[5] = &[("fecha", DATE)];
    table[12] = &[("modif", MODIFIED)];
    table[15] = &[("publi", PUBLISHED), ("posted", PUBLISHED), ("pubdate", PUBLISHED)];
    table[18] = &[("submitted", PUBLISHED)];
    table[19] = &[("time", DATE)];
    table[20] = &[("update", MODIFIED), ("username", PEOPLE)];
    table[21] = &[("verfasser", PEOPLE)];
    table[22] = &[("writer", PEOPLE), ("writtenby", PEOPLE)];
    table
};

static WORDS: WordTable<512> = WordTable::new(&[
    // Parts of the article.
    ("article", STORY),
    ("story", STORY),
    ("post", STORY),
    ("entry", STORY),
    ("news", STORY),
    ("node", STORY),
    ("single", STORY),
    ("page", STORY),
    ("blog", STORY),
    ("body", TEXT | STORY),
    ("content", TEXT | STORY),
    ("text", TEXT),
    ("copy", TEXT),
    ("articlebody", ClassHints::BODY.0),
    ("articlecontent", ClassHints::BODY.0),
    ("postcontent", ClassHints::BODY.0),
    ("richtext", ClassHints::BODY.0),
    ("standfirst", ClassHints::LEAD.0),
    ("lead", ClassHints::LEAD.0),
    ("lede", ClassHints::LEAD.0),
    ("dek", ClassHints::LEAD.0),
    ("deck", ClassHints::LEAD.0),
    ("intro", ClassHints::LEAD.0),
    ("introduction", ClassHints::LEAD.0),
    ("subtitle", ClassHints::LEAD.0),
    ("subheadline", ClassHints::LEAD.0),
    ("subhead", ClassHints::LEAD.0),
    ("strapline", ClassHints::LEAD.0),
    ("summary", ClassHints::LEAD.0),
    ("excerpt", ClassHints::LEAD.0),
    ("abstract", ClassHints::LEAD.0),
    ("description", ClassHints::LEAD.0),
    // Navigation.
    ("nav", ClassHints::NAVIGATION.0),
    ("navbar", ClassHints::NAVIGATION.0),
    ("navigation", ClassHints::NAVIGATION.0),
    ("subnav", ClassHints::NAVIGATION.0),
    ("menu", ClassHints::NAVIGATION.0),
    ("breadcrumb", ClassHints::NAVIGATION.0),
    ("breadcrumbs", ClassHints::NAVIGATION.0),
    ("pagination", ClassHints::NAVIGATION.0),
    ("pager", ClassHints::NAVIGATION.0),
    ("dropdown", ClassHints::NAVIGATION.0),
    ("toolbar", ClassHints::NAVIGATION.0),
    ("masthead", ClassHints::NAVIGATION.0),
    // The end of the page, and beside the article.
    ("footer", ClassHints::FOOTER.0),
    ("sidebar", ClassHints::SIDE.0),
    ("aside", ClassHints::SIDE.0),
    ("rail", ClassHints::SIDE.0),
    // Readers.
    ("comment", ClassHints::COMMENT.0),
    ("comments", ClassHints::COMMENT.0),
    ("commentlist", ClassHints::COMMENT.0),
    ("disqus", ClassHints::COMMENT.0),
    ("reply", ClassHints::COMMENT.0),
    ("kommentar", ClassHints::COMMENT.0),
    ("kommentare", ClassHints::COMMENT.0),
    ("comentarios", ClassHints::COMMENT.0),
    ("commentaires", ClassHints::COMMENT.0),
    // Links to other articles.
    ("related", ClassHints::LINKS.0),
    ("recommended", ClassHints::LINKS.0),
    ("recommendation", ClassHints::LINKS.0),
    ("popular", ClassHints::LINKS.0),
    ("trending", ClassHints::LINKS.0),
    ("latest", ClassHints::LINKS.0),
    ("similar", ClassHints::LINKS.0),
    ("outbrain", ClassHints::LINKS.0),
    ("taboola", ClassHints::LINKS.0),
    // What the site wants.
    ("ad", ClassHints::PROMOTION.0),
    ("ads", ClassHints::PROMOTION.0),
    ("adv", ClassHints::PROMOTION.0),
    ("advert", ClassHints::PROMOTION.0),
    ("advertisement", ClassHints::PROMOTION.0),
    ("advertising", ClassHints::PROMOTION.0),
    ("dfp", ClassHints::PROMOTION.0),
    ("gpt", ClassHints::PROMOTION.0),
    ("promo", ClassHints::PROMOTION.0),
    ("promos", ClassHints::PROMOTION.0),
    ("promotion", ClassHints::PROMOTION.0),
    ("banner", ClassHints::PROMOTION.0),
    ("newsletter", ClassHints::PROMOTION.0),
    ("subscribe", ClassHints::PROMOTION.0),
    ("subscription", ClassHints::PROMOTION.0),
    ("signup", ClassHints::PROMOTION.0),
    ("cta", ClassHints::PROMOTION.0),
    ("werbung", ClassHints::PROMOTION.0),
    ("anzeige", ClassHints::PROMOTION.0),
    ("publicidad", ClassHints::PROMOTION.0),
    ("share", ClassHints::SHARE.0),
    ("sharedaddy", ClassHints::SHARE.0),
    ("social", ClassHints::SHARE.0),
    ("follow", ClassHints::SHARE.0),
    ("bookmark", ClassHints::SHARE.0),
    ("rating", ClassHints::SHARE.0),
    // About the article.
    ("caption", ClassHints::CAPTION.0),
    ("pullquote", ClassHints::CAPTION.0),
    ("credit", ClassHints::CAPTION.0),
    ("credits", ClassHints::CAPTION.0),
    ("byline", ClassHints::BYLINE.0),
    ("author", ClassHints::BYLINE.0),
    ("authors", ClassHints::BYLINE.0),
    ("autor", ClassHints::BYLINE.0),
    ("pubdate", ClassHints::BYLINE.0),
    ("metadata", ClassHints::BYLINE.0),
    ("bio", ClassHints::BIOGRAPHY.0),
    ("biography", ClassHints::BIOGRAPHY.0),
    ("authorbox", ClassHints::BIOGRAPHY.0),
    ("cookie", ClassHints::CONSENT.0),
    ("cookies", ClassHints::CONSENT.0),
    ("consent", ClassHints::CONSENT.0),
    ("privacy", ClassHints::CONSENT.0),
    ("modal", ClassHints::OVERLAY.0),
    ("popup", ClassHints::OVERLAY.0),
    ("editsection", ClassHints::HIDDEN.0),
    ("tooltip", ClassHints::OVERLAY.0),
    ("rollover", ClassHints::OVERLAY.0),
    ("overlay", ClassHints::OVERLAY.0),
    ("login", ClassHints::OVERLAY.0),
    ("factbox", ClassHints::BOX.0),
    ("infobox", ClassHints::BOX.0),
    ("copyright", ClassHints::LEGAL.0),
    ("disclaimer", ClassHints::LEGAL.0),
    // States.
    ("open", CLOSES_STATE),
    ("closed", CLOSES_STATE),
    ("enabled", CLOSES_STATE),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names_are_known_whole_or_by_their_beginning() {
        for (value, hint, expected) in [
            ("entry-date published", ClassHints::PUBLISHED, true),
            ("articleAuthorName", ClassHints::PEOPLE, true),
            ("update-notice", ClassHints::DATE, true),
            ("updated", ClassHints::MODIFIED, false),
            ("candidate", ClassHints::DATE, false),
            ("post_meta__byline", ClassHints::PEOPLE, true),
            ("CommentList", ClassHints::COMMENT, true),
            ("sidebar-closed", ClassHints::SIDE, false),
            ("", ClassHints::PEOPLE, false),
        ] {
            assert_eq!(ClassHints::of_names(value).has(hint), expected, "{value}");
        }
    }
}
