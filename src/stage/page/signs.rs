//! Signs: what extractors notice on a page that tells how sure a field is. `label-extraction` makes a probability of them.
//!
//! A sign is there or not, and adds its weight, in hundredths of a logit. The weights are fitted to the open labelled pages by
//! `tests/bench/html/confidence.py`, which prints these tables; `tests/bench/html/README.md` shows how well they hold on
//! sites that they were not fitted to.

macro_rules! signs {
    ($(#[doc = $doc:literal] $set:ident from $base:literal { $($sign:ident $name:literal $weight:literal,)* })*) => {
        $(
            #[doc = $doc]
            #[derive(Clone, Copy, Debug)]
            pub(in crate::stage) enum $set { $(#[doc = concat!("`", $name, "`")] $sign,)* }

            impl Sign for $set {
                const BASE: i32 = $base;
                const TABLE: &[(&str, i32)] = &[$(($name, $weight),)*];

                fn place(self) -> u32 {
                    self as u32
                }
            }
        )*
    };
}

/// The signs of a field.
pub(in crate::stage) trait Sign: Sized + Copy {
    /// What a field weighs without any.
    const BASE: i32;
    /// Their names and weights, in order.
    const TABLE: &'static [(&'static str, i32)];

    /// The place in the table.
    fn place(self) -> u32;

    /// The names of those in a set, and what they weigh together.
    fn told_by(signs: Signs<Self>) -> (Vec<&'static str>, i32) {
        let there = Self::TABLE.iter().zip(0..).filter(|(_, place)| signs.bits & (1 << place) != 0);
        let (names, weights): (Vec<_>, Vec<_>) = there.map(|((name, weight), _)| (*name, *weight)).unzip();
        (names, Self::BASE + weights.into_iter().sum::<i32>())
    }
}

/// Which signs of a field are there.
#[derive(Clone, Copy, Debug)]
pub(in crate::stage) struct Signs<S> {
    bits: u32,
    of: std::marker::PhantomData<S>,
}

impl<S: Sign> Signs<S> {
    /// Those for which the condition holds.
    pub(in crate::stage) fn of(signs: &[(S, bool)]) -> Self {
        let bits = signs.iter().filter(|(_, is_there)| *is_there).map(|(sign, _)| 1 << sign.place());
        Self { bits: bits.fold(0, |all, bit| all | bit), of: std::marker::PhantomData }
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
    TitleSign from 60 {
        Heading "heading" 21,
        FirstLevel "first_level" 111,
        OnlyFirstLevel "only_first_level" -17,
        SharedTitle "shared_title_agrees" 82,
        OtherSharedTitle "shared_title_differs" 16,
        Linked "json_ld_agrees" 20,
        OtherLinked "json_ld_differs" -90,
        PageTitle "page_title_opens_with_it" 11,
        Address "address_has_it" 81,
        Long "long" 16,
    }
    /// Signs of authors.
    AuthorsSign from -2 {
        Linked "from_json_ld" 17,
        Meta "from_meta" -5,
        LinkedAgrees "json_ld_agrees" -18,
        LinkedDiffers "json_ld_differs" -20,
        MetaDiffers "meta_differs" -82,
        Shown "shown" 182,
        FullName "full_names" 60,
        Account "account" -61,
        Organisation "organisation" -82,
        Site "site" -123,
        Several "several" -69,
        Many "many" 44,
    }
    /// Signs of a date of publication.
    PublishedSign from 217 {
        Linked "from_json_ld" -31,
        Meta "from_meta" 43,
        Shown "from_text" -12,
        Agree "json_ld_and_meta_agree" 56,
        Differ "json_ld_and_meta_differ" -46,
        Address "address_agrees" 12,
        Time "with_time" 42,
        SameModified "changed_the_same_day" 84,
        LaterModified "changed_later" -72,
        Weak "stands_anywhere" -120,
        OnlyDay "only_day" 40,
        CloseSecond "close_second" -36,
        CrawlDay "day_of_the_crawl" 54,
    }
    /// Signs of a text.
    TextSign from 128 {
        Notice "below_60_words" -27,
        Short "below_200_words" -50,
        Long "above_1500_words" 13,
        Linked "from_json_ld" -25,
        Stated "json_ld_has_it" 20,
        LastResort "last_resort" -43,
        MostProse "most_prose_of_the_page" 67,
        LittleProse "little_prose_of_the_page" -14,
        Gaps "gaps" -107,
        Lists "lists" 28,
        Article "in_an_article_element" 41,
        NoParagraphs "no_paragraphs" -63,
    }
}
