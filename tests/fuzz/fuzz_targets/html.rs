//! A page, from bytes to a record.

#![no_main]

use std::sync::{Arc, OnceLock};

use copydesk::article::{Article, Source};
use copydesk::html::{Bounds, Page, Tree};
use copydesk::pipeline::{Judgement, Pipeline, StageTally};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    static PIPELINE: OnceLock<Pipeline> = OnceLock::new();
    let pipeline = PIPELINE.get_or_init(|| {
        let stages = ["extract-metadata", "extract-html", "label-page"];
        let stages: String = stages.iter().map(|kind| format!("[[stage]]\nkind = \"{kind}\"\n")).collect();
        Pipeline::parse("fuzz", &format!("format = 1\n{stages}")).expect("it is a pipeline")
    });
    let html = String::from_utf8_lossy(bytes);

    let bounds = Bounds { nodes: 200, depth: 8, attributes: 4, ..Bounds::default() };
    let tree = Tree::parse(&html, &bounds);
    let page = Page::new(&html, &tree);
    for node in page.nodes().skip(1) {
        assert!(page.parent(node) < node && page.contains(page.parent(node), node));
        assert!(page.ancestors(node).count() <= bounds.depth + 1);
    }

    let mut article = Article::new(Source { dump: Arc::from("fuzz"), line: 1, id: None });
    article.url = "https://example.com/2024/05/01/a".to_owned();
    article.html = html.into_owned();
    let mut tally = vec![StageTally::default(); pipeline.steps.len()];
    let judgement = pipeline.apply(&mut article, &mut tally);
    assert!(matches!(judgement, Judgement::Kept), "{judgement:?}");
});
