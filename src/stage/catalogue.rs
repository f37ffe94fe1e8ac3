//! The list of stage kinds.

use super::{StageKind, clean, extract, gate, label};

/// Every kind of stage there is, in the order in which a pipeline would use them.
pub static STAGES: &[&StageKind] = &[
    &extract::extract_metadata::KIND,
    &extract::extract_html::KIND,
    &label::label_page::KIND,
    &label::label_extraction::KIND,
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
    let rule = find(stage)?.rules.iter().find(|rule| rule.reason.name == reason)?;
    Some(rule.label).filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::Family;

    #[test]
    fn kinds_have_distinct_names_and_only_gates_have_reasons() {
        for (index, kind) in STAGES.iter().enumerate() {
            assert!(STAGES.iter().skip(index + 1).all(|other| other.name != kind.name), "{}", kind.name);
            assert_eq!(kind.family == Family::Gate, !kind.rules.is_empty(), "{}", kind.name);
        }
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
