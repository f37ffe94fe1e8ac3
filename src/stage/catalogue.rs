//! The list of stage kinds.

use super::{StageKind, clean, extract, gate, label};

/// Every kind of stage there is, in the order in which a pipeline would use them.
pub static STAGES: &[&StageKind] = &[
    &extract::extract_metadata::KIND,
    &extract::extract_html::KIND,
    &label::label_page::KIND,
    &clean::repair_encoding::KIND,
    &clean::normalise_unicode::KIND,
    &clean::normalise_whitespace::KIND,
    &clean::canonicalise_url::KIND,
    &gate::drop_listed::KIND,
    &clean::strip_boilerplate::KIND,
    &extract::split_title::KIND,
    &extract::read_description::KIND,
    &extract::read_captions::KIND,
    &extract::read_byline::KIND,
    &extract::read_date::KIND,
    &extract::read_contributors::KIND,
    &extract::read_dateline::KIND,
    &label::label_language::KIND,
    &label::label_spun::KIND,
    &gate::drop_non_article::KIND,
    &gate::drop_language::KIND,
    &gate::drop_short::KIND,
    &gate::drop_spun::KIND,
    &label::label_quality::KIND,
    &gate::gopher_repetition::KIND,
    &gate::gopher_quality::KIND,
    &gate::c4::KIND,
    &clean::strip_c4_lines::KIND,
    &gate::fineweb::KIND,
    &clean::mask_pii::KIND,
];

/// The kind with a name.
pub fn find(name: &str) -> Option<&'static StageKind> {
    STAGES.iter().copied().find(|kind| kind.name == name)
}

/// Where a labeller writes the number that a gate holds against its limit, as the account names it.
pub fn labelled(stage: &str, reason: &str) -> Option<&'static str> {
    Some(match (stage, reason) {
        ("drop-language", "unsure_language") => "language_score",
        ("drop-spun", "spun_text") => "spun.score",
        ("gopher-quality", "too_few_words" | "too_many_words") => "quality.gopher_quality.words",
        ("gopher-quality", "words_too_short" | "words_too_long") => "quality.gopher_quality.mean_word_length",
        ("gopher-quality", "too_many_hashes") => "quality.gopher_quality.hashes",
        ("gopher-quality", "too_many_ellipses") => "quality.gopher_quality.ellipses",
        ("gopher-quality", "too_many_bullet_lines") => "quality.gopher_quality.bullet_lines",
        ("gopher-quality", "too_many_ellipsis_lines") => "quality.gopher_quality.ellipsis_lines",
        ("gopher-quality", "too_few_alphabetic_words") => "quality.gopher_quality.alphabetic_words",
        ("gopher-quality", "too_few_stop_words") => "quality.gopher_quality.stop_words",
        ("gopher-repetition", "repeated_paragraphs") => "quality.gopher_repetition.paragraphs",
        ("gopher-repetition", "repeated_paragraph_characters") => "quality.gopher_repetition.paragraph_chars",
        ("gopher-repetition", "repeated_lines") => "quality.gopher_repetition.lines",
        ("gopher-repetition", "repeated_line_characters") => "quality.gopher_repetition.line_chars",
        ("gopher-repetition", "frequent_2_gram") => "quality.gopher_repetition.frequent.0",
        ("gopher-repetition", "frequent_3_gram") => "quality.gopher_repetition.frequent.1",
        ("gopher-repetition", "frequent_4_gram") => "quality.gopher_repetition.frequent.2",
        ("gopher-repetition", "repeated_5_grams") => "quality.gopher_repetition.repeated.0",
        ("gopher-repetition", "repeated_6_grams") => "quality.gopher_repetition.repeated.1",
        ("gopher-repetition", "repeated_7_grams") => "quality.gopher_repetition.repeated.2",
        ("gopher-repetition", "repeated_8_grams") => "quality.gopher_repetition.repeated.3",
        ("gopher-repetition", "repeated_9_grams") => "quality.gopher_repetition.repeated.4",
        ("gopher-repetition", "repeated_10_grams") => "quality.gopher_repetition.repeated.5",
        ("c4", "too_few_sentences") => "quality.c4.sentences",
        ("fineweb", "too_few_terminal_lines") => "quality.fineweb.terminal_lines",
        ("fineweb", "too_many_short_lines") => "quality.fineweb.short_lines",
        ("fineweb", "repeated_line_characters") => "quality.fineweb.repeated_chars",
        ("fineweb", "too_many_line_feeds") => "quality.fineweb.line_feeds",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::Family;

    #[test]
    fn kinds_have_distinct_names_and_only_gates_have_reasons() {
        for (index, kind) in STAGES.iter().enumerate() {
            assert!(STAGES.iter().skip(index + 1).all(|other| other.name != kind.name), "{}", kind.name);
            assert_eq!(kind.family == Family::Gate, !kind.reasons.is_empty(), "{}", kind.name);
        }
    }

    #[test]
    fn the_language_score_that_the_report_shows_is_what_drop_language_goes_by() {
        let kind = find("drop-language").expect("it is in the catalogue");
        let scores: Vec<_> = kind.reasons.iter().map(|reason| labelled(kind.name, reason.name)).collect();
        assert_eq!(scores, [None, Some("language_score")]);
    }

    #[test]
    fn every_example_is_a_valid_stage_and_names_every_option() {
        for kind in STAGES {
            let mut document = crate::settings::parse_document(kind.example);
            assert!(document.problems.is_empty(), "{}: {:?}", kind.name, document.problems);
            let mut tables = document.take_tables("stage");
            let table = tables.first_mut().expect("an example has a [[stage]]");
            table.set_folder(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases").as_ref());
            assert!(table.take("kind").is_some(), "{}", kind.name);
            if let Err(problems) = (kind.build)(table) {
                panic!("{}: {problems:?}", kind.name);
            }
            for option in kind.options() {
                assert!(kind.example.contains(&option.name), "{}: example lacks {}", kind.name, option.name);
                assert!(!option.about.is_empty(), "{}: {} is not documented", kind.name, option.name);
            }
        }
    }
}
