//! The kinds of elements, recognised by one look into a table.

use crate::text::WordTable;

macro_rules! tags {
    ($($variant:ident $name:literal,)*) => {
        /// A kind of node.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Tag {
            /// The page itself.
            #[default]
            Document,
            /// Text.
            Text,
            /// An element of a kind that nothing here knows, such as a custom element.
            Other,
            $(#[doc = concat!("`<", $name, ">`")] $variant,)*
        }

        const NAMED: &[(Tag, &str)] = &[$((Tag::$variant, $name),)*];

        impl Tag {
            /// How many kinds there are.
            pub(super) const COUNT: usize = NAMED.len() + 3;

            /// The element's name; `other` for unknown ones.
            pub fn name(self) -> &'static str {
                match self {
                    Self::Document => "document",
                    Self::Text => "text",
                    Self::Other => "other",
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

tags! {
    A "a", Abbr "abbr", Acronym "acronym", Address "address", Annotation "annotation",
    AnnotationXml "annotation-xml", Area "area", Article "article", Aside "aside", Audio "audio", B "b", Base "base", Big "big", Blockquote "blockquote", Body "body", Br "br",
    Button "button", Canvas "canvas", Caption "caption", Center "center", Cite "cite", Code "code", Col "col",
    Colgroup "colgroup", Data "data", Datalist "datalist", Dd "dd", Del "del", Details "details", Dfn "dfn",
    Dialog "dialog", Dir "dir", Div "div", Dl "dl", Dt "dt", Em "em", Embed "embed", Fieldset "fieldset",
    Figcaption "figcaption", Figure "figure", Font "font", Footer "footer", Form "form", Frame "frame",
    Frameset "frameset", H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6", Head "head", Header "header",
    Hgroup "hgroup", Hr "hr", Html "html", I "i", Iframe "iframe", Img "img", Input "input", Ins "ins",
    Kbd "kbd", Keygen "keygen", Label "label", Legend "legend", Li "li", Link "link", Listing "listing",
    Main "main", Map "map", Mark "mark", Math "math", Menu "menu", Meta "meta", Meter "meter", Nav "nav",
    Nobr "nobr", Noembed "noembed", Noframes "noframes", Noscript "noscript", Object "object", Ol "ol",
    Optgroup "optgroup", Option "option", Output "output", P "p", Param "param", Picture "picture",
    Plaintext "plaintext", Pre "pre", Progress "progress", Q "q", Rb "rb", Rp "rp", Rt "rt", Rtc "rtc",
    Ruby "ruby", S "s", Samp "samp", Script "script", Search "search", Section "section", Select "select",
    Slot "slot", Small "small", Source "source", Span "span", Strike "strike", Strong "strong", Style "style",
    Sub "sub", Summary "summary", Sup "sup", Svg "svg", Table "table", Tbody "tbody", Td "td",
    Template "template", Textarea "textarea", Tfoot "tfoot", Th "th", Thead "thead", Time "time",
    Title "title", Tr "tr", Track "track", Tt "tt", U "u", Ul "ul", Var "var", Video "video", Wbr "wbr",
    Xmp "xmp",
}

#[expect(clippy::cast_possible_truncation, reason = "there are some 130 names")]
static TABLE: WordTable<512> = {
    let mut words = [("", 0); NAMED.len()];
    let mut index = 0;
    while index < NAMED.len() {
        words[index] = (NAMED[index].1, index as u32);
        index += 1;
    }
    WordTable::new(&words)
};

impl Tag {
    /// The kind with a name, in any case.
    pub(super) fn of(name: &[u8]) -> Self {
        // AMP's picture has no content of its own either.
        let name = if name.eq_ignore_ascii_case(b"amp-img") { b"img" } else { name };
        let place = TABLE.get(name).and_then(|index| NAMED.get(index as usize));
        place.map_or(Self::Other, |(tag, _)| *tag)
    }

    /// Elements that have no content and no end tag.
    pub fn is_void(self) -> bool {
        matches!(
            self,
            Self::Area
                | Self::Base
                | Self::Br
                | Self::Col
                | Self::Embed
                | Self::Frame
                | Self::Hr
                | Self::Img
                | Self::Input
                | Self::Keygen
                | Self::Link
                | Self::Meta
                | Self::Param
                | Self::Source
                | Self::Track
                | Self::Wbr
        )
    }

    /// Elements whose content is text up to their end tag, whatever stands in it.
    pub(super) fn is_raw(self) -> bool {
        matches!(
            self,
            Self::Script
                | Self::Style
                | Self::Textarea
                | Self::Title
                | Self::Xmp
                | Self::Iframe
                | Self::Noembed
                | Self::Noframes
                | Self::Plaintext
        )
    }

    /// Headings.
    pub fn is_heading(self) -> bool {
        matches!(self, Self::H1 | Self::H2 | Self::H3 | Self::H4 | Self::H5 | Self::H6)
    }

    /// Elements that style a run of text, and may be closed in the wrong order.
    pub(super) fn is_formatting(self) -> bool {
        matches!(
            self,
            Self::A
                | Self::B
                | Self::Big
                | Self::Code
                | Self::Em
                | Self::Font
                | Self::I
                | Self::Nobr
                | Self::S
                | Self::Small
                | Self::Strike
                | Self::Strong
                | Self::Tt
                | Self::U
        )
    }

    /// Elements that start a line of their own.
    pub fn is_block(self) -> bool {
        matches!(
            self,
            Self::Document
                | Self::Address
                | Self::Article
                | Self::Aside
                | Self::Blockquote
                | Self::Body
                | Self::Caption
                | Self::Center
                | Self::Dd
                | Self::Details
                | Self::Dialog
                | Self::Dir
                | Self::Div
                | Self::Dl
                | Self::Dt
                | Self::Fieldset
                | Self::Figcaption
                | Self::Figure
                | Self::Footer
                | Self::Form
                | Self::Frameset
                | Self::H1
                | Self::H2
                | Self::H3
                | Self::H4
                | Self::H5
                | Self::H6
                | Self::Head
                | Self::Header
                | Self::Hgroup
                | Self::Hr
                | Self::Html
                | Self::Legend
                | Self::Li
                | Self::Listing
                | Self::Main
                | Self::Menu
                | Self::Nav
                | Self::Ol
                | Self::P
                | Self::Plaintext
                | Self::Pre
                | Self::Search
                | Self::Section
                | Self::Summary
                | Self::Table
                | Self::Tbody
                | Self::Td
                | Self::Tfoot
                | Self::Th
                | Self::Thead
                | Self::Tr
                | Self::Ul
                | Self::Xmp
        )
    }

    /// The start of one of these ends an open paragraph (HTML standard, 13.2.6.4.7, "in body").
    pub(super) fn ends_paragraph(self) -> bool {
        self.is_block()
            && !matches!(
                self,
                Self::Document
                    | Self::Body
                    | Self::Head
                    | Self::Html
                    | Self::Frameset
                    | Self::Caption
                    | Self::Legend
                    | Self::Tbody
                    | Self::Td
                    | Self::Tfoot
                    | Self::Th
                    | Self::Thead
                    | Self::Tr
            )
    }

    /// Elements that an end tag of something outside of them does not close (the standard's "special").
    pub(super) fn is_special(self) -> bool {
        self.is_block()
            || matches!(
                self,
                Self::Button
                    | Self::Object
                    | Self::Select
                    | Self::Template
                    | Self::Noscript
                    | Self::Svg
                    | Self::Math
            )
    }

    /// Elements that a search for an open element stops at (the standard's "scope").
    pub(super) fn is_scope(self) -> bool {
        matches!(
            self,
            Self::Document
                | Self::Html
                | Self::Table
                | Self::Td
                | Self::Th
                | Self::Caption
                | Self::Object
                | Self::Template
                | Self::Svg
                | Self::Math
        )
    }
}
