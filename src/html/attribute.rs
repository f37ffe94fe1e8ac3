//! The attributes that something here reads; others are not kept.

macro_rules! names {
    ($($variant:ident $name:literal,)*) => {
        /// An attribute's name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Name { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        const NAMED: &[(Name, &str)] = &[$((Name::$variant, $name),)*];
    };
}

names! {
    Alt "alt", AriaExpanded "aria-expanded", AriaHidden "aria-hidden", Class "class",
    Content "content", DataDate "data-date", DataLazySrc "data-lazy-src", DataOriginal "data-original", DataSrc "data-src", DataSrcset "data-srcset", DataTime "data-time", DataTimestamp "data-timestamp", Datetime "datetime", Hidden "hidden", Href "href", HttpEquiv "http-equiv", Id "id", Itemprop "itemprop",
    Lang "lang", MetaName "name", Property "property",
    Pubdate "pubdate", Rel "rel", Role "role", Size "size", Src "src", Srcset "srcset", Style "style", Title "title",
    Type "type", Width "width", XmlLang "xml:lang",
}

/// An attribute: its name, and where its value stands in the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    pub name: Name,
    pub from: u32,
    pub to: u32,
}

impl Name {
    /// The name as it is written, in any case.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        // By first letter and length, so that most names are compared with one or two others.
        let first = name.first()?.to_ascii_lowercase();
        if !(2..=14).contains(&name.len()) || WANTED[usize::from(first & 31)] & (1 << name.len()) == 0 {
            return None;
        }
        NAMED.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(name)).map(|(name, _)| *name)
    }
}

/// For each first letter the lengths of the names that start with it, a bit a length.
static WANTED: [u16; 32] = {
    let mut wanted = [0; 32];
    let mut index = 0;
    while index < NAMED.len() {
        let name = NAMED[index].1.as_bytes();
        wanted[(name[0] & 31) as usize] |= 1 << name.len();
        index += 1;
    }
    wanted
};
