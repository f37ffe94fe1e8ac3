//! The contestants. To add one: write a function from a page to an [`Outcome`] and give it a line in [`all`].

use std::cell::Cell;
use std::hint::black_box;
use std::sync::{Arc, OnceLock};

use copydesk::article::{Article, Source};
use copydesk::html::{Bounds, Tree};
use copydesk::pipeline::{Pipeline, StageTally};

use crate::{Contestant, Outcome, Page};

pub fn all() -> Vec<Contestant> {
    let mut list = Vec::new();
    let mut add = |group, name, unit, run: fn(&Page) -> Outcome| list.push(Contestant { name, group, unit, run });

    add("parser", "copydesk tree", "pages", copydesk_tree);
    add("parser", "tl", "nodes", tl);
    add("parser", "lol_html", "elements", lol_html);
    add("parser", "html5gum", "events", html5gum);
    add("parser", "html5ever scraper", "nodes", html5ever_scraper);

    add("extractor", "copydesk body", "bytes", copydesk_body);
    add("extractor", "copydesk", "bytes", copydesk_all);
    add("extractor", "dom_smoothie", "bytes", dom_smoothie);
    add("extractor", "trafilatura fast", "bytes", trafilatura_fast);
    add("extractor", "trafilatura", "bytes", trafilatura);
    list
}

/// The tree alone.
fn copydesk_tree(page: &Page) -> Outcome {
    black_box(Tree::parse(&page.html, &Bounds::default()));
    Ok(1)
}

/// The article's text, without metadata.
fn copydesk_body(page: &Page) -> Outcome {
    static PIPELINE: OnceLock<Pipeline> = OnceLock::new();
    copydesk(PIPELINE.get_or_init(|| pipeline(&["extract-html"])), page)
}

/// Text and metadata.
fn copydesk_all(page: &Page) -> Outcome {
    static PIPELINE: OnceLock<Pipeline> = OnceLock::new();
    copydesk(PIPELINE.get_or_init(|| pipeline(&["extract-metadata", "extract-html"])), page)
}

fn pipeline(kinds: &[&str]) -> Pipeline {
    let stages: String = kinds.iter().map(|kind| format!("[[stage]]\nkind = \"{kind}\"\n")).collect();
    Pipeline::parse("bench", &format!("format = 1\n{stages}")).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn copydesk(pipeline: &Pipeline, page: &Page) -> Outcome {
    let mut article = Article::new(Source { dump: Arc::from("bench"), line: 1, id: None });
    article.url = page.url.clone().unwrap_or_default();
    article.html.clone_from(&page.html);
    let mut tally = vec![StageTally::default(); pipeline.steps.len()];
    pipeline.apply(&mut article, &mut tally);
    Ok(article.text.len() as u64)
}

/// The whole tree, as the crate scraper keeps it.
fn html5ever_scraper(page: &Page) -> Outcome {
    Ok(scraper::Html::parse_document(&page.html).tree.values().len() as u64)
}

fn tl(page: &Page) -> Outcome {
    let dom = tl::parse(&page.html, tl::ParserOptions::default()).map_err(|error| format!("{error:?}"))?;
    Ok(dom.nodes().len() as u64)
}

/// A stream without a tree; every element is asked for its attributes, as an extractor would.
fn lol_html(page: &Page) -> Outcome {
    use lol_html::{HtmlRewriter, Settings, doc_text, element};
    let count = Cell::new(0u64);
    let mut rewriter = HtmlRewriter::new(
        Settings::new()
            .with_strict(false) // else it gives up where it can't know whether a tag is text
            .append_element_content_handler(element!("*", |element| {
                count.set(count.get() + 1);
                black_box(element.tag_name_preserve_case());
                for attribute in element.attributes() {
                    black_box((attribute.name_preserve_case(), attribute.value()));
                }
                Ok(())
            }))
            .append_document_content_handler(doc_text!(|text| {
                black_box(text.as_str());
                Ok(())
            })),
        |_: &[u8]| {},
    );
    rewriter.write(page.html.as_bytes()).map_err(|error| error.to_string())?;
    rewriter.end().map_err(|error| error.to_string())?;
    Ok(count.get())
}

/// Borrowed events: a tokenizer without a tree.
fn html5gum(page: &Page) -> Outcome {
    use html5gum::Span;
    use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
    let mut count = 0;
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<std::convert::Infallible> {
        black_box(&event);
        count += 1;
        None
    });
    emitter.naively_switch_states(true);
    let Ok(()) = html5gum::Tokenizer::new_with_emitter(&page.html, emitter).finish();
    Ok(count)
}

fn dom_smoothie(page: &Page) -> Outcome {
    let mut readability = dom_smoothie::Readability::new(page.html.as_str(), page.url.as_deref(), None).map_err(|e| e.to_string())?;
    Ok(readability.parse().map_err(|e| e.to_string())?.text_content.len() as u64)
}

fn trafilatura_with(page: &Page, fallback: bool) -> Outcome {
    let mut options = trafilatura::Options::default().with_fallback(fallback);
    if let Some(url) = page.url.as_deref().and_then(|url| url::Url::parse(url).ok()) {
        options = options.with_url(url);
    }
    Ok(trafilatura::extract(&page.html, &options).map_err(|e| e.to_string())?.content_text.len() as u64)
}

/// With the fallback, as the Python original does by default.
fn trafilatura(page: &Page) -> Outcome {
    trafilatura_with(page, true)
}

/// As the crate does by default.
fn trafilatura_fast(page: &Page) -> Outcome {
    trafilatura_with(page, false)
}
