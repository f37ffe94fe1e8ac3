//! `drop-non-article`: pages that are no articles go.
//!
//! `labels.page.kind = "bot_check"` → dropped as `no_article`, measured `bot_check`, limit `article`.
//!
//! What a page is, and which texts are of none, `label-page` says; without it, nothing is dropped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Measured};
use crate::settings::settings_schema;
use crate::stage::{Extent, Family, Gate, Limit, Part, Rule, StageContext, StageKind, ruled};

/// What a page may be besides an article, as `label-page` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum PageKind {
    /// A page of links to articles.
    FrontPage,
    /// A form that asks for consent to cookies.
    ConsentWall,
    /// The first lines of an article that has to be paid for.
    PaywallStub,
    /// An error: not found, denied, not in this country.
    Error,
    /// A test whether the reader is human.
    BotCheck,
    /// A page without text.
    Empty,
}

impl PageKind {
    const ALL: [Self; 6] =
        [Self::FrontPage, Self::ConsentWall, Self::PaywallStub, Self::Error, Self::BotCheck, Self::Empty];

    fn name(self) -> &'static str {
        match self {
            Self::FrontPage => "front_page",
            Self::ConsentWall => "consent_wall",
            Self::PaywallStub => "paywall_stub",
            Self::Error => "error",
            Self::BotCheck => "bot_check",
            Self::Empty => "empty",
        }
    }
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The kinds of pages that go.
    kinds: Vec<PageKind>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { kinds: PageKind::ALL.to_vec() }
    }
}

static RULES: [Rule; 1] =
    [Rule::new("kind", "no_article", "the page is not an article but what was measured")];

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "drop-non-article",
    family: Family::Gate,
    summary: "drops front pages, consent forms, paywall stubs, errors and bot checks",
    about: "Goes by `labels.page`, so `label-page` belongs before it. Records without that label stay.",
    rules: &RULES,
    example: "[[stage]]\nkind = \"drop-non-article\"\n\
              kinds = [\"front_page\", \"consent_wall\", \"paywall_stub\", \"error\", \"bot_check\", \"empty\"]\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(ruled(&RULES, table.read::<Settings>()?)),
};

impl Gate for Settings {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Label("page")]
    }

    fn limits(&self) -> Vec<Limit<Measured>> {
        let passing = PageKind::ALL.into_iter().filter(|kind| !self.kinds.contains(kind)).map(PageKind::name);
        let names: Vec<&str> = std::iter::once("article").chain(passing).collect();
        vec![Limit::OneOf(Measured::Name(names.join(", ")))]
    }

    fn measure(&self, article: &Article, _: &mut StageContext, _: Extent) -> Vec<Option<Measured>> {
        let label = article.labels.get("page").and_then(|label| label.get("kind"));
        vec![label.and_then(|kind| kind.as_str()).map(|kind| Measured::Name(kind.to_owned()))]
    }
}
