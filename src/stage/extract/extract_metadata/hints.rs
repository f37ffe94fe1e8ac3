//! What the names that pages give to their elements (`class`, `id`, `itemprop`, `rel`) tell about them.

/// A set of hints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints(u16);

impl Hints {
    /// Names of authors.
    pub(super) const AUTHOR: Self = Self(1);
    /// A date.
    pub(super) const DATE: Self = Self(2);
    /// The date of publication, by name.
    pub(super) const PUBLISHED: Self = Self(4);
    /// The date of a change.
    pub(super) const MODIFIED: Self = Self(8);
    /// What readers wrote.
    pub(super) const COMMENT: Self = Self(16);
    /// Other articles, menus, advertisements.
    pub(super) const NEIGHBOUR: Self = Self(32);
    /// The page's end: imprint, copyright.
    pub(super) const FOOTER: Self = Self(64);
    /// The headline.
    pub(super) const HEADLINE: Self = Self(128);

    /// Whether any of these is given.
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What an attribute's value says, each of its words by its beginning: `entry-date`, `articleAuthor`,
    /// `post_meta__published`. One look at each byte, because every element of a page comes by.
    pub(super) fn of(value: &str) -> Self {
        let bytes = value.as_bytes();
        let mut hints = Self::default();
        let mut before = b' ';
        for (at, &byte) in bytes.iter().enumerate() {
            let is_start = byte.is_ascii_alphabetic()
                && (!before.is_ascii_alphabetic()
                    || (byte.is_ascii_uppercase() && before.is_ascii_lowercase()));
            before = byte;
            if is_start {
                let rest = bytes.get(at..).unwrap_or_default();
                let candidates = TABLE.get(usize::from((byte | 32) - b'a')).copied().unwrap_or_default();
                for (word, hint) in candidates {
                    // `footer` is the page's; `post-footer` is the article's.
                    if starts_with(rest, word) && (at == 0 || *hint != Self::FOOTER) {
                        hints = hints.with(*hint);
                    }
                }
            }
        }
        hints
    }
}

fn starts_with(bytes: &[u8], word: &str) -> bool {
    let word = word.as_bytes();
    bytes.len() >= word.len()
        && bytes.iter().zip(word).all(|(byte, wanted)| byte.to_ascii_lowercase() == *wanted)
}

type Words = &'static [(&'static str, Hints)];

/// Words by their first letter. Seen in the open part of five sets of labelled pages, and in the default themes
/// of common publishing systems.
static TABLE: [Words; 26] = {
    const AUTHOR: Hints = Hints::AUTHOR;
    const DATE: Hints = Hints::DATE;
    const PUBLISHED: Hints = Hints(Hints::DATE.0 | Hints::PUBLISHED.0);
    const MODIFIED: Hints = Hints(Hints::DATE.0 | Hints::MODIFIED.0);
    const COMMENT: Hints = Hints::COMMENT;
    const NEIGHBOUR: Hints = Hints::NEIGHBOUR;
    const FOOTER: Hints = Hints::FOOTER;
    const HEADLINE: Hints = Hints::HEADLINE;
    let mut table: [Words; 26] = [&[]; 26];
    table[0] = &[("author", AUTHOR), ("autor", AUTHOR), ("auteur", AUTHOR), ("aktualis", MODIFIED)];
    table[1] = &[("byline", AUTHOR), ("breadcrumb", NEIGHBOUR)];
    table[2] = &[
        ("comment", COMMENT),
        ("created", PUBLISHED),
        ("contributor", AUTHOR),
        ("copyright", FOOTER),
        ("cookie", NEIGHBOUR),
        ("creator", AUTHOR),
        ("columnist", AUTHOR),
    ];
    table[3] = &[("date", DATE), ("datum", DATE), ("disqus", COMMENT)];
    table[4] = &[("entrydate", PUBLISHED), ("erstell", PUBLISHED)];
    table[5] = &[("fecha", DATE), ("footer", FOOTER), ("firma", AUTHOR), ("fn", AUTHOR)];
    table[7] = &[("headline", HEADLINE)];
    table[9] = &[("journalist", AUTHOR)];
    table[10] = &[("kommentar", COMMENT)];
    table[11] = &[("latest", NEIGHBOUR), ("lastmod", MODIFIED), ("lastupdate", MODIFIED)];
    table[12] = &[
        ("modif", MODIFIED),
        ("more-", NEIGHBOUR),
        ("most", NEIGHBOUR),
        ("menu", NEIGHBOUR),
        ("mehr", NEIGHBOUR),
    ];
    table[13] = &[("navi", NEIGHBOUR), ("nav-", NEIGHBOUR), ("newsletter", NEIGHBOUR)];
    table[14] = &[("outbrain", NEIGHBOUR), ("onlinedate", PUBLISHED)];
    table[15] = &[
        ("publi", PUBLISHED),
        ("posted", PUBLISHED),
        ("pubdate", PUBLISHED),
        ("postdate", PUBLISHED),
        ("popular", NEIGHBOUR),
        ("promo", NEIGHBOUR),
        ("prev", NEIGHBOUR),
    ];
    table[17] = &[
        ("related", NEIGHBOUR),
        ("recommend", NEIGHBOUR),
        ("recent", NEIGHBOUR),
        ("redakteur", AUTHOR),
        ("reporter", AUTHOR),
        ("respond", COMMENT),
        ("release", DATE),
        ("read-more", NEIGHBOUR),
        ("revised", MODIFIED),
    ];
    table[18] =
        &[("sidebar", NEIGHBOUR), ("submitted", PUBLISHED), ("similar", NEIGHBOUR), ("suggest", NEIGHBOUR)];
    table[19] = &[("time", DATE), ("teaser", NEIGHBOUR), ("trending", NEIGHBOUR), ("taboola", NEIGHBOUR)];
    table[20] = &[("update", MODIFIED), ("username", AUTHOR)];
    table[21] = &[("verfasser", AUTHOR), ("veröff", PUBLISHED)];
    table[22] = &[("writer", AUTHOR), ("widget", NEIGHBOUR), ("writtenby", AUTHOR)];
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names_are_recognised_by_their_beginning() {
        for (value, hint, expected) in [
            ("entry-date published", Hints::PUBLISHED, true),
            ("articleAuthorName", Hints::AUTHOR, true),
            ("update-notice", Hints::DATE, true),
            ("candidate", Hints::DATE, false),
            ("post_meta__byline", Hints::AUTHOR, true),
            ("CommentList", Hints::COMMENT, true),
            ("", Hints::AUTHOR, false),
        ] {
            assert_eq!(Hints::of(value).has(hint), expected, "{value}");
        }
    }
}
