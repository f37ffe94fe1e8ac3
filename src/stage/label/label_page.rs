//! `label-page`: whether a page is an article, or one of the things that a scraper gets in place of one.
//!
//! `<title>Just a moment...</title>` → `labels.page = {"kind": "bot_check", "words": 14, "evidence": "title: just a moment"}`.
//!
//! A site that has grown tired of a scraper does not stop answering: it answers with a challenge, a consent form,
//! the first paragraph, or its front page. None of them is an error to a scraper, and all of them look
//! like short articles later on.
//!
//! A page is an article unless something says that it is not, and most of what says so counts only while there
//! is little text: an article about cookies is an article.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::article::{Article, Outcome};
use crate::html::{Page, Tag};
use crate::settings::settings_schema;
use crate::stage::page::{Block, ClassHints, ParsedPage, push_text};
use crate::stage::{Family, Stage, StageContext, StageKind, at_least};
use crate::text::count_words;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// A page with a text of this many words or more is no challenge, consent form, error or stub.
    enough_words: usize,
}

impl Default for Settings {
    fn default() -> Self {
        // The longest challenge, consent form or error page that we met has 140 words of prose.
        Self { enough_words: 200 }
    }
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "label-page",
    family: Family::Labeller,
    summary: "says whether a page is an article, a front page, a consent form, a paywall's stub, an error or a bot check",
    about: "Writes `labels.page`: `kind`, one of `article`, `front_page`, `consent_wall`, `paywall_stub`, `error`, `bot_check` \
            and `empty`, with `words`, the text's length, the `evidence`, and `cut` where the page continues beyond what \
            `extract-html` reads of one. Belongs after `extract-html`. Of a record that came without `html`, it is written where a \
            short text says that it is no article.",
    rules: &[],
    example: "[[stage]]\nkind = \"label-page\"\nenough-words = 200\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let Some(parsed) = cx.open_page(article) else {
            self.judge_text(article, cx);
            return Outcome::Keep;
        };
        let words = count_words(&article.text, usize::MAX);
        let (kind, evidence) = self.judge(article, parsed, words);
        let mut label = json!({ "kind": kind, "words": words });
        if let (Some(evidence), Value::Object(label)) = (evidence, &mut label) {
            label.insert("evidence".to_owned(), evidence.into());
        }
        if parsed.page().is_cut()
            && let Value::Object(label) = &mut label
        {
            label.insert("cut".to_owned(), true.into());
        }
        article.labels.insert("page".to_owned(), label);
        cx.measure("words", words, at_least(self.enough_words));
        cx.note_change();
        Outcome::Keep
    }
}

impl Settings {
    /// A text that somebody else has taken from a page: scrapers take challenges and errors for texts, too.
    fn judge_text(&self, article: &mut Article, cx: &mut StageContext) {
        /// So long that it has as many words in any language.
        const BYTES_OF_WORD: usize = 16;
        let has_at_most = |words: usize| article.text.len() <= words * BYTES_OF_WORD;
        if article.text.is_empty() || !has_at_most(self.enough_words) {
            return;
        }
        // Scrapers put banners beside articles, too.
        let is_short =
            has_at_most(HAS_TEXT_WORDS) && count_words(&article.text, HAS_TEXT_WORDS) < HAS_TEXT_WORDS;
        let Some((kind, evidence)) = sign(&[&article.title], if is_short { &article.text } else { "" })
        else {
            return;
        };
        // Words are counted where it matters alone.
        let words = count_words(&article.text, self.enough_words);
        if words < self.enough_words {
            article
                .labels
                .insert("page".to_owned(), json!({ "kind": kind, "words": words, "evidence": evidence }));
            cx.measure("words", words, at_least(self.enough_words));
            cx.note_change();
        }
    }

    fn judge(&self, article: &Article, parsed: &ParsedPage, words: usize) -> (&'static str, Option<String>) {
        let page = parsed.page();
        if words < self.enough_words {
            // The page's own title comes first: an error page's other fields are the site's.
            if let Some((kind, evidence)) =
                sign(&[&title_of(page), &article.title], &visible_text(parsed, words))
            {
                return (kind, Some(evidence));
            }
            let is_not_free = parsed.json_ld().iter().any(|object| {
                object.get("isAccessibleForFree").is_some_and(|free| {
                    free.as_bool() == Some(false)
                        || free.as_str().is_some_and(|free| free.eq_ignore_ascii_case("false"))
                })
            });
            if is_not_free && words > 0 {
                return ("paywall_stub", Some("isAccessibleForFree: false".to_owned()));
            }
        }
        if let Some(evidence) = front_page(article, parsed, words) {
            return ("front_page", Some(evidence));
        }
        if words == 0 { ("empty", None) } else { ("article", None) }
    }
}

/// What titles or a text say that are of no article, and where.
fn sign(titles: &[&str], text: &str) -> Option<(&'static str, String)> {
    let lower = |title: &&str| title.chars().take(LONGEST_TITLE).collect::<String>().to_lowercase();
    let titles: Vec<String> = titles.iter().map(lower).collect();
    let parts: Vec<&str> = titles.iter().flat_map(|title| parts_of(title)).collect();
    let text = text.to_lowercase();
    SIGNS.iter().find_map(|(kind, place, phrases)| {
        let (name, found) = match place {
            Place::Title => {
                ("title", phrases.iter().find(|phrase| parts.iter().any(|part| is_or_begins(part, phrase))))
            }
            Place::Text if text.is_empty() => ("text", None),
            Place::Text => ("text", phrases.iter().find(|phrase| text.contains(**phrase))),
        };
        found.map(|phrase| (*kind, format!("{name}: {phrase}")))
    })
}

/// The parts of a title, between dashes or bars.
fn parts_of(title: &str) -> impl Iterator<Item = &str> {
    title.split(['|', '–', '—', '·', '»', ':']).flat_map(|part| part.split(" - ")).map(str::trim)
}

/// Whether a part of a title is a phrase, or little more: `Page not found | The Courier` has one that is, `Peugeot 404 found in a
/// barn` has none.
fn is_or_begins(part: &str, phrase: &str) -> bool {
    const MORE_BYTES: usize = 16;
    let more = part.strip_prefix(phrase);
    more.is_some_and(|more| more.len() <= MORE_BYTES && !more.starts_with(char::is_alphanumeric))
}

/// Whether a block stands in a part of one of these kinds.
fn is_in(parsed: &ParsedPage, block: &Block, kinds: ClassHints) -> bool {
    let (page, survey) = (parsed.page(), parsed.survey());
    let mut around = page.ancestors(block.element).chain([block.element]);
    around.any(|outer| survey.own[outer.index()].has(kinds) && page.tag(outer) != Tag::Body)
}

/// A page of links: its address is a site's, or most of its words are in links and none of them in an article.
fn front_page(article: &Article, parsed: &ParsedPage, words: usize) -> Option<String> {
    let survey = parsed.survey();
    let path =
        article.url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    // `/?p=123` is an article's address, `/?utm_source=…` a site's.
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let is_tracked = ["utm_", "fbclid", "gclid"].iter().any(|name| query.starts_with(name));
    let is_root = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/').is_empty();
    let is_site = !article.url.is_empty() && is_root && (query.is_empty() || is_tracked);
    if !is_site && words >= LINKS_WORDS {
        return None;
    }
    // Headlines that are links: four words or more, outside of menus.
    let is_menu = |block: &Block| is_in(parsed, block, ClassHints::NAVIGATION.with(ClassHints::FOOTER));
    let headlines = survey
        .blocks
        .iter()
        .filter(|block| block.is_link() && block.words >= 4)
        .filter(|block| !is_menu(block))
        .count();
    if is_site && headlines >= FRONT_PAGE_HEADLINES {
        return Some(format!("address: a site's, with {headlines} headlines"));
    }
    let linked: u32 = survey.blocks.iter().map(|block| block.linked).sum();
    let all: u32 = survey.blocks.iter().map(|block| block.words).sum();
    let is_links = headlines >= 4 * FRONT_PAGE_HEADLINES && u64::from(linked) * 100 >= u64::from(all) * 70;
    (is_links && words < LINKS_WORDS)
        .then(|| format!("links: {headlines} headlines, {linked} of {all} words"))
}

/// The longest challenge or consent form that was taken for a text had 32 words of it in one place.
const HAS_TEXT_WORDS: usize = 40;

/// In characters; a challenge or an error says what it is in fewer.
const LONGEST_TITLE: usize = 200;

/// A page of links with a text of this many words is an article.
const LINKS_WORDS: usize = 100;

/// Fewer linked headlines stand beside many an article.
const FRONT_PAGE_HEADLINES: usize = 10;

fn title_of(page: Page<'_>) -> String {
    let title = page.nodes().find(|node| page.tag(*node) == Tag::Title);
    title.map(|title| page.inner_text(title)).unwrap_or_default()
}

/// The first words that a reader sees, outside of menus and footers; on a page that has a text of its own, also outside
/// of banners and forms. A challenge says what it is at once, and has no text beside it.
fn visible_text(parsed: &ParsedPage, words: usize) -> String {
    const LOOKED_AT_BYTES: usize = 4096;
    let (page, survey) = (parsed.page(), parsed.survey());
    let mut beside = ClassHints::NAVIGATION.with(ClassHints::FOOTER).with(ClassHints::HIDDEN);
    if words >= HAS_TEXT_WORDS {
        beside = beside.with(ClassHints::CONSENT).with(ClassHints::OVERLAY);
    }
    let mut text = String::new();
    for block in survey.blocks.iter().filter(|block| !block.is_link() && !is_in(parsed, block, beside)) {
        push_text(page, block, &survey.own, &mut text);
        text.push('\n');
        if text.len() > LOOKED_AT_BYTES {
            break;
        }
    }
    text
}

enum Place {
    Title,
    Text,
}

/// What pages say that are no articles, in the languages of the web's larger part, in lower case.
static SIGNS: &[(&str, Place, &[&str])] = &[
    (
        "bot_check",
        Place::Title,
        &[
            "just a moment",
            "attention required",
            "are you a robot",
            "are you human",
            "security check",
            "bot verification",
            "ddos protection",
            "pardon our interruption",
            "human verification",
            "captcha",
            "un instant…",
            "einen moment…",
            "un momento…",
        ],
    ),
    (
        "bot_check",
        Place::Text,
        &[
            "checking your browser before",
            "verify you are human",
            "verifying you are human",
            "verify that you are not a robot",
            "confirm you are not a robot",
            "make sure you're not a robot",
            "unusual traffic from your computer",
            "unusual activity from your computer",
            "enable javascript and cookies to continue",
            "please enable cookies and reload the page",
            "complete the captcha",
            "bestätigen sie, dass sie ein mensch sind",
            "bestätigen sie, dass sie kein roboter sind",
            "vérifiez que vous êtes humain",
            "vous n'êtes pas un robot",
            "verifica que eres humano",
            "verifique que você é humano",
            "подтвердите, что вы не робот",
        ],
    ),
    (
        "error",
        Place::Title,
        &[
            "404",
            "error 404",
            "403 forbidden",
            "page not found",
            "not found",
            "access denied",
            "access to this page has been denied",
            "service unavailable",
            "bad gateway",
            "internal server error",
            "site not available",
            "unavailable for legal reasons",
            "seite nicht gefunden",
            "nicht gefunden",
            "page introuvable",
            "page non trouvée",
            "página no encontrada",
            "página não encontrada",
            "pagina non trovata",
            "pagina niet gevonden",
            "nie znaleziono",
            "strona nie istnieje",
            "sidan hittades inte",
            "siden finnes ikke",
            "siden blev ikke fundet",
            "sivua ei löytynyt",
            "sayfa bulunamadı",
            "страница не найдена",
            "сторінку не знайдено",
            "الصفحة غير موجودة",
            "ページが見つかりません",
            "页面不存在",
            "找不到页面",
            "페이지를 찾을 수 없",
        ],
    ),
    (
        "error",
        Place::Text,
        &[
            "the page you are looking for",
            "the page you were looking for",
            "the page you requested could not be found",
            "this page doesn't exist",
            "this page does not exist",
            "this content is not available in your region",
            "not available in your country",
            "unavailable in most european countries",
            "die gesuchte seite",
            "die angeforderte seite",
            "la page que vous recherchez",
            "la page demandée",
            "la página que buscas",
            "la página que estás buscando",
            "a página que você procura",
            "la pagina che stai cercando",
            "de pagina die u zoekt",
            "запрашиваемая страница",
        ],
    ),
    (
        "consent_wall",
        Place::Title,
        &[
            "before you continue",
            "cookie consent",
            "your privacy choices",
            "privacy settings",
            "privacy-einstellungen",
            "datenschutzeinstellungen",
            "consent required",
            "bevor sie fortfahren",
            "avant de continuer",
            "antes de continuar",
        ],
    ),
    (
        "consent_wall",
        Place::Text,
        &[
            "we and our partners store",
            "we, our partners and",
            "we value your privacy",
            "we care about your privacy",
            "before you continue to",
            "accept all cookies",
            "accept cookies to continue",
            "mit werbung weiterlesen",
            "werbung und tracking",
            "wir und unsere partner",
            "nous et nos partenaires",
            "continuer sans accepter",
            "nosotros y nuestros socios",
            "noi e i nostri partner",
            "wij en onze partners",
            "my i nasi partnerzy",
            "vi och våra partner",
        ],
    ),
    (
        "paywall_stub",
        Place::Text,
        &[
            "subscribe to continue",
            "subscribe to read",
            "subscribe now to read",
            "to continue reading",
            "continue reading with",
            "this article is for subscribers",
            "this content is for subscribers",
            "exclusive to subscribers",
            "weiterlesen mit",
            "jetzt weiterlesen",
            "diesen artikel weiterlesen",
            "réservé aux abonnés",
            "réservée aux abonnés",
            "de cet article à lire",
            "pour lire la suite",
            "contenido exclusivo para suscriptores",
            "exclusivo para suscriptores",
            "para seguir leyendo",
            "suscríbete para seguir",
            "exclusivo para assinantes",
            "para continuar lendo",
            "riservato agli abbonati",
            "contenuto riservato",
            "per continuare a leggere",
            "alleen voor abonnees",
            "dostęp do pełnej treści",
            "czytaj dalej w subskrypcji",
            "læs videre med",
            "для подписчиков",
            "会員限定",
            "有料会員",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Source;

    fn label(url: &str, html: &str) -> Value {
        let mut article = Article::new(Source { dump: std::sync::Arc::from("test"), line: 1, id: None });
        url.clone_into(&mut article.url);
        html.clone_into(&mut article.html);
        let mut cx = StageContext::default();
        for kind in ["extract-html", "label-page"] {
            let example = format!("[[stage]]\nkind = \"{kind}\"\n");
            let mut document = crate::settings::parse_document(&example);
            let mut tables = document.take_tables("stage");
            let table = tables.first_mut().expect("there is one table");
            table.take("kind");
            let stage = (crate::stage::catalogue::find(kind).expect("it is in the catalogue").build)(table)
                .expect("it has no settings");
            assert_eq!(stage.apply(&mut article, &mut cx), Outcome::Keep);
        }
        article.labels.remove("page").expect("the page is labelled")
    }

    fn page(title: &str, paragraphs: &str) -> String {
        format!("<html><head><title>{title}</title></head><body><main>{paragraphs}</main></body></html>")
    }

    #[test]
    fn pages_that_are_no_articles_are_told_by_what_they_say() {
        let stub = "<p>The ferry to Selm has not sailed for nine days, and nobody knows when it will.</p>";
        for (title, body, kind) in [
            ("Just a moment...", "<p>Verify you are human by completing the action below.</p>", "bot_check"),
            (
                "harbour.example",
                "<p>Checking your browser before you proceed to the site. This takes a while.</p>",
                "bot_check",
            ),
            (
                "Page not found | Harbour",
                "<p>Sorry, there is nothing here that you could read today.</p>",
                "error",
            ),
            ("Seite nicht gefunden", "<p>Hier ist leider nichts, was man heute lesen könnte.</p>", "error"),
            (
                "Harbour",
                "<p>We and our partners store and access information on a device, such as cookies.</p>",
                "consent_wall",
            ),
            (
                "Ferry strike",
                &format!("{stub}<p>Subscribe to continue reading this article, from one euro a week.</p>"),
                "paywall_stub",
            ),
            ("Ferry strike", stub, "article"),
            ("Peugeot 404 found in a barn", stub, "article"),
            ("404 | Harbour", stub, "error"),
            ("Ferry strike", "", "empty"),
        ] {
            assert_eq!(
                label("https://harbour.example/a", &page(title, body))["kind"],
                kind,
                "{title} {body}"
            );
        }
    }

    #[test]
    fn a_page_beyond_the_bounds_is_told() {
        for (paragraphs, cut) in [(100_000, Value::Null), (150_000, Value::Bool(true))] {
            let html = "<p>The ferry to Selm has not sailed for nine days.".repeat(paragraphs);
            assert_eq!(label("", &html)["cut"], cut, "{paragraphs}");
        }
    }

    #[test]
    fn a_long_text_is_an_article_whatever_it_talks_about() {
        let sentence = "<p>We value your privacy, the minister said, and the page not found was found again that day.</p>";
        for (sentences, kind) in [(11, "consent_wall"), (12, "article")] {
            assert_eq!(
                label("", &page("On privacy", &sentence.repeat(sentences)))["kind"],
                kind,
                "{sentences}"
            );
        }
    }

    #[test]
    fn a_page_that_states_that_it_is_not_free_is_a_stub_while_it_is_short() {
        let stated = "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":\"False\"}</script>";
        let sentence =
            "<p>The ferry to Selm has not sailed for nine days, and nobody knows when it will.</p>";
        for (sentences, kind) in [(12, "paywall_stub"), (13, "article")] {
            let html = format!("{stated}{}", page("Ferry", &sentence.repeat(sentences)));
            assert_eq!(label("", &html)["kind"], kind, "{sentences}");
        }
    }

    #[test]
    fn a_banner_beside_an_article_makes_it_no_consent_form() {
        let banner =
            "<div class=cookie-banner><p>We value your privacy, and so do our 800 partners.</p></div>";
        let sentence =
            "<p>The ferry to Selm has not sailed for nine days, and nobody knows when it will.</p>";
        for (sentences, kind) in [(1, "consent_wall"), (4, "article")] {
            let html = page("Ferry", &format!("{banner}{}", sentence.repeat(sentences)));
            assert_eq!(label("", &html)["kind"], kind, "{sentences}");
        }
    }

    #[test]
    fn a_sites_own_address_with_many_headlines_is_a_front_page() {
        let headline = "<h3><a href=\"/a\">Ferry strike enters second week as talks stall</a></h3>";
        let prose = "<p>The ferry to Selm has not sailed for nine days, and nobody knows when it will.</p>";
        for (url, headlines, kind) in [
            ("https://harbour.example/", 10, "front_page"),
            ("https://harbour.example/", 9, "article"),
            ("https://harbour.example/?utm_source=x", 10, "front_page"),
            ("https://harbour.example/?p=123", 10, "article"),
            ("https://harbour.example/2024/ferry", 10, "article"),
            ("https://harbour.example/2024/ferry", 40, "front_page"),
        ] {
            let html = page("Harbour", &format!("{prose}{}", headline.repeat(headlines)));
            assert_eq!(label(url, &html)["kind"], kind, "{url} {headlines}");
        }
    }
}
