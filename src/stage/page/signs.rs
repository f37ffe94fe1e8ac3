//! Signs: what extractors notice on a page that tells how sure a field is. `label-extraction` makes a probability of them.
//!
//! A sign is there or not, and adds its weight, in hundredths of a logit where nothing else is said. The weights here are fitted to the open labelled pages by
//! `tests/bench/html/confidence.py`, which prints these tables; `tests/bench/html/README.md` shows how well they hold on
//! sites that they were not fitted to.

macro_rules! signs {
    ($(#[doc = $doc:literal] $set:ident from $base:literal { $($sign:ident $name:literal $weight:literal,)* })*) => {
        $(
            #[doc = $doc]
            #[derive(Clone, Copy, Debug)]
            pub(in crate::stage) enum $set { $(#[doc = concat!("`", $name, "`")] $sign,)* }

            impl $crate::stage::page::Sign for $set {
                const BASE: i32 = $base;
                const TABLE: &[(&str, i32)] = &[$(($name, $weight),)*];

                fn place(self) -> u32 {
                    self as u32
                }
            }
        )*
    };
}

pub(in crate::stage) use signs;

/// The signs of a field.
pub(in crate::stage) trait Sign: Sized + Copy {
    /// What a field weighs without any.
    const BASE: i32;
    /// Their names and weights, in order.
    const TABLE: &'static [(&'static str, i32)];

    /// The place in the table.
    fn place(self) -> u32;

    /// The names of those in a set.
    fn names_of(signs: Signs<Self>) -> Vec<&'static str> {
        signs.rows().map(|(name, _)| *name).collect()
    }

    /// What those in a set weigh together.
    fn weight_of(signs: Signs<Self>) -> i32 {
        Self::BASE + signs.rows().map(|(_, weight)| weight).sum::<i32>()
    }
}

/// Which signs of a field are there.
#[derive(Clone, Copy, Debug)]
pub(in crate::stage) struct Signs<S> {
    bits: u64,
    of: std::marker::PhantomData<S>,
}

impl<S: Sign> Signs<S> {
    /// Those for which the condition holds.
    pub(in crate::stage) fn of(signs: &[(S, bool)]) -> Self {
        let bits = signs.iter().filter(|(_, is_there)| *is_there).map(|(sign, _)| 1_u64 << sign.place());
        Self { bits: bits.fold(0, |all, bit| all | bit), of: std::marker::PhantomData }
    }

    fn rows(self) -> impl Iterator<Item = &'static (&'static str, i32)> {
        S::TABLE
            .iter()
            .zip(0..)
            .filter(move |(_, place)| self.bits & (1_u64 << place) != 0)
            .map(|(row, _)| row)
    }
}

/// What was noticed of a page's fields.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::stage) struct Noticed {
    /// Where a title was found.
    pub title: Option<Signs<TitleSign>>,
    /// Where authors were.
    pub authors: Option<Signs<AuthorsSign>>,
    /// Where a date of publication was.
    pub published: Option<Signs<PublishedSign>>,
    /// Where a text was.
    pub text: Option<Signs<TextSign>>,
}

signs! {
    /// Signs of a title.
    TitleSign from 73 {
        Heading "heading" 13,
        FirstLevel "first_level" 103,
        OnlyFirstLevel "only_first_level" -20,
        SharedTitle "shared_title_agrees" 40,
        OtherSharedTitle "shared_title_differs" 29,
        Linked "json_ld_agrees" 13,
        OtherLinked "json_ld_differs" -67,
        Address "address_has_it" 77,
        Long "long" -4,
        Confirmed "all_names_agree" 70,
        Kicker "heading_has_more" -28,
    }
    /// Signs of authors.
    AuthorsSign from 13 {
        Linked "from_json_ld" 21,
        Meta "from_meta" 2,
        LinkedAgrees "json_ld_agrees" -18,
        LinkedDiffers "json_ld_differs" 2,
        MetaDiffers "meta_differs" -67,
        Shown "shown" 189,
        FullName "full_names" 43,
        Account "account" -74,
        Organisation "organisation" -79,
        Site "site" -128,
        Several "several" -57,
        Many "many" 36,
    }
    /// Signs of a date of publication.
    PublishedSign from 218 {
        Linked "from_json_ld" -29,
        Meta "from_meta" 45,
        Shown "from_text" -16,
        Agree "json_ld_and_meta_agree" 56,
        Differ "json_ld_and_meta_differ" -46,
        Address "address_agrees" 11,
        Time "with_time" 39,
        SameModified "changed_the_same_day" 85,
        LaterModified "changed_later" -71,
        Weak "stands_anywhere" -113,
        OnlyDay "only_day" 50,
        CloseSecond "close_second" -42,
        CrawlDay "day_of_the_crawl" 54,
    }
    /// Signs of a text.
    TextSign from 106 {
        Notice "below_60_words" -36,
        Short "below_200_words" -65,
        Long "above_1500_words" 28,
        Linked "from_json_ld" -23,
        Stated "json_ld_has_it" -10,
        LastResort "last_resort" -20,
        MostProse "most_prose_of_the_page" 64,
        LittleProse "little_prose_of_the_page" 1,
        Gaps "gaps" -103,
        OneElement "most_in_one_element" 106,
        Scattered "in_many_elements" -43,
        Cut "cut_at_the_end" -33,
        Lists "lists" 60,
        Article "in_an_article_element" 21,
        NoParagraphs "no_paragraphs" -50,
    }
}
