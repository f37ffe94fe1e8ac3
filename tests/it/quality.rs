//! The quality gates and `label-quality` measure the same.

use std::sync::Arc;

use copydesk::article::{Article, Drop, Measured, Source};
use copydesk::pipeline::{Judgement, Pipeline, StageTally};
use proptest::prelude::*;
use serde_json::Value;

/// A reason, where the label has its value, the limit, and whether that is a least value.
type About = (&'static str, &'static str, f64, bool);

/// What each gate's reasons are about.
const REASONS: &[(&str, &[About])] = &[
    (
        "gopher-quality",
        &[
            ("too_few_words", "/gopher_quality/words", 50.0, true),
            ("too_many_words", "/gopher_quality/words", 100_000.0, false),
            ("words_too_short", "/gopher_quality/mean_word_length", 3.0, true),
            ("words_too_long", "/gopher_quality/mean_word_length", 10.0, false),
            ("too_many_hashes", "/gopher_quality/hashes", 0.1, false),
            ("too_many_ellipses", "/gopher_quality/ellipses", 0.1, false),
            ("too_many_bullet_lines", "/gopher_quality/bullet_lines", 0.9, false),
            ("too_many_ellipsis_lines", "/gopher_quality/ellipsis_lines", 0.3, false),
            ("too_few_alphabetic_words", "/gopher_quality/alphabetic_words", 0.8, true),
            ("too_few_stop_words", "/gopher_quality/stop_words", 2.0, true),
        ],
    ),
    (
        "gopher-repetition",
        &[
            ("repeated_paragraphs", "/gopher_repetition/paragraphs", 0.3, false),
            ("repeated_paragraph_characters", "/gopher_repetition/paragraph_chars", 0.2, false),
            ("repeated_lines", "/gopher_repetition/lines", 0.3, false),
            ("repeated_line_characters", "/gopher_repetition/line_chars", 0.2, false),
            ("frequent_2_gram", "/gopher_repetition/frequent/0", 0.2, false),
            ("frequent_3_gram", "/gopher_repetition/frequent/1", 0.18, false),
            ("frequent_4_gram", "/gopher_repetition/frequent/2", 0.16, false),
            ("repeated_5_grams", "/gopher_repetition/repeated/0", 0.15, false),
            ("repeated_6_grams", "/gopher_repetition/repeated/1", 0.14, false),
            ("repeated_7_grams", "/gopher_repetition/repeated/2", 0.13, false),
            ("repeated_8_grams", "/gopher_repetition/repeated/3", 0.12, false),
            ("repeated_9_grams", "/gopher_repetition/repeated/4", 0.11, false),
            ("repeated_10_grams", "/gopher_repetition/repeated/5", 0.1, false),
        ],
    ),
    ("c4", &[("too_few_sentences", "/c4/sentences", 5.0, true)]),
    (
        "fineweb",
        &[
            ("too_few_terminal_lines", "/fineweb/terminal_lines", 0.12, true),
            ("too_many_short_lines", "/fineweb/short_lines", 0.67, false),
            ("repeated_line_characters", "/fineweb/repeated_chars", 0.01, false),
            ("too_many_line_feeds", "/fineweb/line_feeds", 0.3, false),
        ],
    ),
];

/// The label of a text and the gate's verdict.
fn judge(gate: &str, text: &str) -> (Value, Option<Drop>) {
    let source = format!("format = 1\n[[stage]]\nkind = \"label-quality\"\n[[stage]]\nkind = \"{gate}\"\n");
    let pipeline = Pipeline::parse("test", &source).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut article = Article::new(Source { dump: Arc::from("d"), line: 1, id: None });
    text.clone_into(&mut article.text);
    let judgement = pipeline.apply(&mut article, &mut [StageTally::default(); 2]);
    let drop = match judgement {
        Judgement::Kept => None,
        Judgement::Dropped { drop, .. } => Some(drop),
        Judgement::Quarantined { fault, .. } => panic!("{fault:?}"),
    };
    (article.labels.get("quality").cloned().unwrap_or(Value::Null), drop)
}

fn number(measured: &Measured) -> f64 {
    match measured {
        Measured::Count(count) => f64::from(u32::try_from(*count).expect("texts here are short")),
        Measured::Ratio(ratio) => *ratio,
        Measured::Name(name) => panic!("{name} is no number"),
    }
}

/// Labels have four digits.
const HALF_A_DIGIT: f64 = 0.000_05 + 1e-9;

fn check(text: &str) {
    for (gate, reasons) in REASONS {
        let (label, drop) = judge(gate, text);
        // C4's other reasons are words, not values, and come first.
        if drop.as_ref().is_some_and(|drop| drop.reason.name.starts_with("had_")) {
            continue;
        }
        let labelled = |place: &str| label.pointer(place).and_then(Value::as_f64);
        let mut met = false;
        for (reason, place, limit, is_least) in *reasons {
            let name = format!("quality{}", place.replace('/', "."));
            assert_eq!(copydesk::stage::catalogue::labelled(gate, reason), Some(&*name));
            let Some(value) = labelled(place) else { continue };
            if drop.as_ref().is_some_and(|drop| drop.reason.name == *reason) {
                let drop = drop.as_ref().expect("it was just seen");
                assert!(
                    (number(&drop.measured) - value).abs() <= HALF_A_DIGIT,
                    "{reason}: {drop:?}, {value}: {text:?}"
                );
                met = true;
                break;
            }
            // Rules are looked at in order, so what was passed was met.
            let is_met =
                if *is_least { value >= limit - HALF_A_DIGIT } else { value <= limit + HALF_A_DIGIT };
            assert!(is_met, "{gate} passed {reason} with {value}: {text:?}");
        }
        assert!(met || drop.is_none(), "{gate}: {text:?}");
    }
}

proptest! {
    #[test]
    fn gates_and_labels_agree(
        lines in prop::collection::vec(
            "(- |• )?((the|be|to|of|and|that|river|harbour|#|12|\\.\\.\\.|don't|\\{|“No\\.”) ){0,20}(\\.|!|…|\\.\\.\\.|)",
            1..14,
        ),
        again in prop::collection::vec(0..14_usize, 0..8),
        breaks in "\n|\n\n|\r\n",
    ) {
        let mut all = lines.clone();
        all.extend(again.iter().filter_map(|index| lines.get(*index).cloned()));
        let text = all.join(&breaks);
        if !text.trim().is_empty() {
            check(&text);
        }
    }
}

#[test]
fn gates_and_labels_agree_on_prose() {
    check(
        "The ferry leaves the harbour at nine and comes back from the island at noon. Nobody has seen it late, \
         said the captain, who has been with the company for forty years. It was built to carry mail.\n\n\
         There are plans to replace it. The council wants a bridge, and that will take ten years to build. \
         Until then the ferry will have to do, and those who live there say that they would miss it.",
    );
}
