//! What an element's class, id and role say about its content.
//!
//! `class="article__relatedLinks"` → the words `article`, `related`, `links` → [`Hints::LINKS`].
//!
//! The words are those that web developers everywhere use for the parts of a page. None is the name of a
//! site. A hint is evidence, not a verdict: the words of a container that holds most of a page's prose are
//! overruled by what it holds (see `meaning` in `extract_html`).

use super::remembered::Remembered;
use crate::html::{Name, NodeId, Page, Tag};
use crate::text::WordTable;

/// A set of hints.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::stage) struct Hints(u32);

macro_rules! hints {
    ($($name:ident = $bit:literal $doc:literal,)*) => {
        impl Hints { $(#[doc = $doc] pub(in crate::stage) const $name: Self = Self(1 << $bit);)* }

        impl std::fmt::Debug for Hints {
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
    TAGS = 13 "Topics.",
    CONSENT = 14 "Cookies and privacy.",
    HIDDEN = 15 "Not shown, or shown to screen readers alone.",
    OVERLAY = 16 "A window over the page, a tool tip.",
    PUBLISHED = 17 "The date of publication, by name.",
    BOX = 18 "A fact box, a box of key points.",
    MEDIA = 19 "A player, a gallery; of what stands there, only short lines are not the article's.",
    LEGAL = 20 "Copyright, disclaimers.",
    PEOPLE = 23 "Names of authors.",
    MODIFIED = 22 "The date of a change.",
    TEASER = 21 "A few words about an article: about another one, or, in some newsrooms, its standfirst.",
}

impl Hints {
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
            | Self::TAGS.0
            | Self::CONSENT.0
            | Self::HIDDEN.0
            | Self::OVERLAY.0
            | Self::BOX.0
            | Self::MEDIA.0
            | Self::LEGAL.0
            | Self::TEASER.0,
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
        let mut hints = match page.tag(node) {
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
                hints = hints.with(Self::of_attribute(name, value, names));
            }
        }
        if hints.has(Self::LEAD) { hints.without(Self::TEASER) } else { hints }
    }

    fn of_attribute<'a>(name: Name, value: &'a str, names: &mut Remembered<'a, Self>) -> Self {
        match name {
            Name::Class | Name::DataTestid | Name::DataComponent => names.of(value),
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
            // `no-sidebar`, `comments-open` and `tag-cookies` say something about an article, not what is in it.
            is_state |= (words == 0 && mask & OPENS_STATE != 0) || (words > 0 && mask & CLOSES_STATE != 0);
            all |= mask | beginning(word);
            if before & STORY != 0 && mask & TEXT != 0 {
                all |= Self::BODY.0;
            }
            if before & MOST != 0 && mask & READ != 0 {
                all |= Self::LINKS.0;
            }
            if before & AUTHOR != 0 && mask & ABOUT != 0 || before & ABOUT != 0 && mask & AUTHOR != 0 {
                all |= Self::BIOGRAPHY.0;
            }
            before = mask;
            words += 1;
        });
        if is_state && words > 1 {
            return Self::NONE;
        }
        let hints = Self(all & PARTS);
        // `article-body-share` is not the body.
        if hints.has(Self::FOREIGN) { hints.without(Self::BODY.with(Self::LEAD)) } else { hints }
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
const MOST: u32 = 1 << 27;
const READ: u32 = 1 << 28;
const AUTHOR: u32 = 1 << 29;
const ABOUT: u32 = 1 << 30;
const OPENS_STATE: u32 = 1 << 31;
const CLOSES_STATE: u32 = 1 << 24;
/// The bits that are hints.
const PARTS: u32 = CLOSES_STATE - 1;

/// Class names that mean something only as a whole: `hidden` hides, `overflow-hidden` does not.
static WHOLE: WordTable<64> = WordTable::new(&[
    ("hidden", Hints::HIDDEN.0),
    ("hide", Hints::HIDDEN.0),
    ("d-none", Hints::HIDDEN.0),
    ("is-hidden", Hints::HIDDEN.0),
    ("u-hidden", Hints::HIDDEN.0),
    ("invisible", Hints::HIDDEN.0),
    ("sr-only", Hints::HIDDEN.0),
    ("visuallyhidden", Hints::HIDDEN.0),
    ("visually-hidden", Hints::HIDDEN.0),
    ("screenreader", Hints::HIDDEN.0),
    ("tag", Hints::TAGS.0),
    ("meta", Hints::BYLINE.0),
    ("date", Hints::BYLINE.0 | Hints::DATE.0),
    // In hAtom, `updated` is the date that every entry has, and most themes put the publication's there.
    ("updated", Hints::DATE.0),
    ("no-print", Hints::SHARE.0),
    ("noprint", Hints::SHARE.0),
    ("entry-meta", Hints::BYLINE.0),
    ("post-meta", Hints::BYLINE.0),
    ("article-meta", Hints::BYLINE.0),
    ("toc", Hints::NAVIGATION.0),
    ("hentry", 0),
]);

/// Beginnings of words that say what a date or a name is, by their first letter.
static BEGINNINGS: [&[(&str, u32)]; 26] = {
    const PEOPLE: u32 = Hints::PEOPLE.0;
    const DATE: u32 = Hints::DATE.0;
    const PUBLISHED: u32 = DATE | Hints::PUBLISHED.0;
    const MODIFIED: u32 = DATE | Hints::MODIFIED.0;
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
    ("news", STORY | READ),
    ("node", STORY),
    ("single", STORY),
    ("page", STORY),
    ("blog", STORY),
    ("body", TEXT | STORY),
    ("content", TEXT | STORY),
    ("text", TEXT),
    ("copy", TEXT),
    ("paragraph", TEXT),
    ("paragraphs", TEXT),
    ("articlebody", Hints::BODY.0),
    ("articlecontent", Hints::BODY.0),
    ("articletext", Hints::BODY.0),
    ("storybody", Hints::BODY.0),
    ("storytext", Hints::BODY.0),
    ("postcontent", Hints::BODY.0),
    ("postbody", Hints::BODY.0),
    ("entrycontent", Hints::BODY.0),
    ("bodytext", Hints::BODY.0),
    ("richtext", Hints::BODY.0),
    ("fulltext", Hints::BODY.0),
    ("standfirst", Hints::LEAD.0),
    ("lead", Hints::LEAD.0),
    ("lede", Hints::LEAD.0),
    ("dek", Hints::LEAD.0),
    ("deck", Hints::LEAD.0),
    ("intro", Hints::LEAD.0),
    ("introduction", Hints::LEAD.0),
    ("subtitle", Hints::LEAD.0),
    ("subheadline", Hints::LEAD.0),
    ("subheading", Hints::LEAD.0),
    ("subhead", Hints::LEAD.0),
    ("strapline", Hints::LEAD.0),
    ("summary", Hints::LEAD.0),
    ("excerpt", Hints::LEAD.0),
    ("chapo", Hints::LEAD.0),
    ("entradilla", Hints::LEAD.0),
    ("bajada", Hints::LEAD.0),
    ("vorspann", Hints::LEAD.0),
    ("ingress", Hints::LEAD.0),
    ("preamble", Hints::LEAD.0),
    ("abstract", Hints::LEAD.0),
    ("description", Hints::LEAD.0 | ABOUT),
    // Navigation.
    ("nav", Hints::NAVIGATION.0),
    ("navbar", Hints::NAVIGATION.0),
    ("navi", Hints::NAVIGATION.0),
    ("navigation", Hints::NAVIGATION.0),
    ("subnav", Hints::NAVIGATION.0),
    ("menu", Hints::NAVIGATION.0),
    ("menus", Hints::NAVIGATION.0),
    ("submenu", Hints::NAVIGATION.0),
    ("megamenu", Hints::NAVIGATION.0),
    ("breadcrumb", Hints::NAVIGATION.0),
    ("breadcrumbs", Hints::NAVIGATION.0),
    ("pagination", Hints::NAVIGATION.0),
    ("pager", Hints::NAVIGATION.0),
    ("dropdown", Hints::NAVIGATION.0),
    ("toolbar", Hints::NAVIGATION.0),
    ("masthead", Hints::NAVIGATION.0),
    ("sitemap", Hints::NAVIGATION.0),
    ("topbar", Hints::NAVIGATION.0),
    ("flyout", Hints::NAVIGATION.0),
    ("skiplink", Hints::NAVIGATION.0),
    // The end of the page, and beside the article.
    ("footer", Hints::FOOTER.0),
    ("colophon", Hints::FOOTER.0),
    ("sidebar", Hints::SIDE.0),
    ("sidebars", Hints::SIDE.0),
    ("aside", Hints::SIDE.0),
    ("rail", Hints::SIDE.0),
    ("complementary", Hints::SIDE.0),
    ("widgets", Hints::SIDE.0),
    // Readers.
    ("comment", Hints::COMMENT.0),
    ("comments", Hints::COMMENT.0),
    ("commentlist", Hints::COMMENT.0),
    ("commentform", Hints::COMMENT.0),
    ("disqus", Hints::COMMENT.0),
    ("respond", Hints::COMMENT.0),
    ("reply", Hints::COMMENT.0),
    ("replies", Hints::COMMENT.0),
    ("discussion", Hints::COMMENT.0),
    ("kommentar", Hints::COMMENT.0),
    ("kommentare", Hints::COMMENT.0),
    ("comentarios", Hints::COMMENT.0),
    ("commentaires", Hints::COMMENT.0),
    ("reacties", Hints::COMMENT.0),
    // Links to other articles.
    ("related", Hints::LINKS.0),
    ("recommended", Hints::LINKS.0),
    ("recommendation", Hints::LINKS.0),
    ("recommendations", Hints::LINKS.0),
    ("recommend", Hints::LINKS.0),
    ("recirc", Hints::LINKS.0),
    ("recirculation", Hints::LINKS.0),
    ("popular", Hints::LINKS.0),
    ("trending", Hints::LINKS.0),
    ("teaser", Hints::TEASER.0),
    ("teasers", Hints::TEASER.0),
    ("latest", Hints::LINKS.0),
    ("readmore", Hints::LINKS.0),
    ("readnext", Hints::LINKS.0),
    ("readalso", Hints::LINKS.0),
    ("seealso", Hints::LINKS.0),
    ("similar", Hints::LINKS.0),
    ("suggested", Hints::LINKS.0),
    ("suggestions", Hints::LINKS.0),
    ("onward", Hints::LINKS.0),
    ("outbrain", Hints::LINKS.0),
    ("taboola", Hints::LINKS.0),
    ("linklist", Hints::LINKS.0),
    ("verwandt", Hints::LINKS.0),
    ("weitere", Hints::LINKS.0),
    ("relacionadas", Hints::LINKS.0),
    ("relacionados", Hints::LINKS.0),
    ("most", MOST),
    ("more", MOST),
    ("read", MOST | READ),
    ("see", MOST),
    ("also", MOST | READ),
    ("next", MOST),
    ("you", MOST),
    ("viewed", READ),
    ("shared", READ),
    ("from", READ),
    ("stories", READ),
    ("articles", READ),
    ("posts", READ),
    ("like", READ),
    // What the site wants.
    ("ad", Hints::PROMOTION.0),
    ("ads", Hints::PROMOTION.0),
    ("adv", Hints::PROMOTION.0),
    ("advert", Hints::PROMOTION.0),
    ("adverts", Hints::PROMOTION.0),
    ("advertisement", Hints::PROMOTION.0),
    ("advertising", Hints::PROMOTION.0),
    ("adsense", Hints::PROMOTION.0),
    ("adsbygoogle", Hints::PROMOTION.0),
    ("dfp", Hints::PROMOTION.0),
    ("gpt", Hints::PROMOTION.0),
    ("sponsor", Hints::PROMOTION.0),
    ("sponsored", Hints::PROMOTION.0),
    ("sponsors", Hints::PROMOTION.0),
    ("promo", Hints::PROMOTION.0),
    ("promos", Hints::PROMOTION.0),
    ("promotion", Hints::PROMOTION.0),
    ("banner", Hints::PROMOTION.0),
    ("newsletter", Hints::PROMOTION.0),
    ("newsletters", Hints::PROMOTION.0),
    ("subscribe", Hints::PROMOTION.0),
    ("subscription", Hints::PROMOTION.0),
    ("signup", Hints::PROMOTION.0),
    ("cta", Hints::PROMOTION.0),
    ("donate", Hints::PROMOTION.0),
    ("donation", Hints::PROMOTION.0),
    ("marketing", Hints::PROMOTION.0),
    ("commercial", Hints::PROMOTION.0),
    ("upsell", Hints::PROMOTION.0),
    ("regwall", Hints::PROMOTION.0),
    ("werbung", Hints::PROMOTION.0),
    ("anzeige", Hints::PROMOTION.0),
    ("publicidad", Hints::PROMOTION.0),
    ("share", Hints::SHARE.0),
    ("shares", Hints::SHARE.0),
    ("sharing", Hints::SHARE.0),
    ("sharebar", Hints::SHARE.0),
    ("sharethis", Hints::SHARE.0),
    ("sharedaddy", Hints::SHARE.0),
    ("social", Hints::SHARE.0),
    ("socials", Hints::SHARE.0),
    ("addthis", Hints::SHARE.0),
    ("addtoany", Hints::SHARE.0),
    ("follow", Hints::SHARE.0),
    ("bookmark", Hints::SHARE.0),
    ("rating", Hints::SHARE.0),
    ("ratings", Hints::SHARE.0),
    // About the article.
    ("caption", Hints::CAPTION.0),
    ("captions", Hints::CAPTION.0),
    ("figcaption", Hints::CAPTION.0),
    ("pullquote", Hints::CAPTION.0),
    ("credit", Hints::CAPTION.0),
    ("credits", Hints::CAPTION.0),
    ("photographer", Hints::CAPTION.0),
    ("byline", Hints::BYLINE.0),
    ("bylines", Hints::BYLINE.0),
    ("author", Hints::BYLINE.0 | AUTHOR),
    ("authors", Hints::BYLINE.0 | AUTHOR),
    ("autor", Hints::BYLINE.0 | AUTHOR),
    ("timestamp", Hints::BYLINE.0),
    ("pubdate", Hints::BYLINE.0),
    ("postmeta", Hints::BYLINE.0),
    ("metadata", Hints::BYLINE.0),
    ("bio", Hints::BIOGRAPHY.0),
    ("biography", Hints::BIOGRAPHY.0),
    ("authorbox", Hints::BIOGRAPHY.0),
    ("about", ABOUT),
    ("box", ABOUT),
    ("info", ABOUT),
    ("card", ABOUT),
    ("profile", ABOUT),
    ("details", ABOUT),
    ("tags", Hints::TAGS.0),
    ("taglist", Hints::TAGS.0),
    ("tagcloud", Hints::TAGS.0),
    ("hashtags", Hints::TAGS.0),
    ("keywords", Hints::TAGS.0),
    ("topics", Hints::TAGS.0),
    ("categories", Hints::TAGS.0),
    ("cookie", Hints::CONSENT.0),
    ("cookies", Hints::CONSENT.0),
    ("consent", Hints::CONSENT.0),
    ("gdpr", Hints::CONSENT.0),
    ("privacy", Hints::CONSENT.0),
    ("modal", Hints::OVERLAY.0),
    ("popup", Hints::OVERLAY.0),
    ("popover", Hints::OVERLAY.0),
    ("tooltip", Hints::OVERLAY.0),
    ("rollover", Hints::OVERLAY.0),
    ("hovercard", Hints::OVERLAY.0),
    ("overlay", Hints::OVERLAY.0),
    ("lightbox", Hints::OVERLAY.0),
    ("offcanvas", Hints::OVERLAY.0),
    ("drawer", Hints::OVERLAY.0),
    ("toast", Hints::OVERLAY.0),
    ("login", Hints::OVERLAY.0),
    ("gallery", Hints::MEDIA.0),
    ("slideshow", Hints::MEDIA.0),
    ("slider", Hints::MEDIA.0),
    ("carousel", Hints::MEDIA.0),
    ("swiper", Hints::MEDIA.0),
    ("player", Hints::MEDIA.0),
    ("playlist", Hints::MEDIA.0),
    ("podcast", Hints::MEDIA.0),
    ("factbox", Hints::BOX.0),
    ("infobox", Hints::BOX.0),
    ("copyright", Hints::LEGAL.0),
    ("disclaimer", Hints::LEGAL.0),
    // States.
    ("no", OPENS_STATE),
    ("has", OPENS_STATE),
    ("with", OPENS_STATE),
    ("without", OPENS_STATE),
    ("not", OPENS_STATE),
    ("enable", OPENS_STATE),
    ("disable", OPENS_STATE),
    ("tag", OPENS_STATE),
    ("category", OPENS_STATE),
    ("cat", OPENS_STATE),
    ("open", CLOSES_STATE),
    ("closed", CLOSES_STATE),
    ("enabled", CLOSES_STATE),
    ("disabled", CLOSES_STATE),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names_are_known_whole_or_by_their_beginning() {
        for (value, hint, expected) in [
            ("entry-date published", Hints::PUBLISHED, true),
            ("articleAuthorName", Hints::PEOPLE, true),
            ("update-notice", Hints::DATE, true),
            ("updated", Hints::MODIFIED, false),
            ("candidate", Hints::DATE, false),
            ("post_meta__byline", Hints::PEOPLE, true),
            ("CommentList", Hints::COMMENT, true),
            ("no-sidebar", Hints::SIDE, false),
            ("", Hints::PEOPLE, false),
        ] {
            assert_eq!(Hints::of_names(value).has(hint), expected, "{value}");
        }
    }
}
