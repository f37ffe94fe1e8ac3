use std::path::Path;

use super::*;
use crate::line::check_tests;
use crate::pipeline::Pipeline;

fn dump(folder: &tempfile::TempDir, name: &str, lines: &[String]) -> PathBuf {
    let path = folder.path().join(name);
    #[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
    std::fs::write(&path, lines.join("\n")).expect("there is room");
    path
}

/// A pipeline is right, and passes its own tests.
fn right(survey: &DumpSurvey) -> (String, Pipeline) {
    let source = survey.pipeline();
    let pipeline =
        Pipeline::parse("init", &source).unwrap_or_else(|problems| panic!("{source}\n{problems:?}"));
    let same = Pipeline::parse("init", &source).expect("it was parsed before");
    for result in check_tests(same) {
        assert!(result.failures.is_empty(), "{}: {:?}", result.name, result.failures);
    }
    (source, pipeline)
}

fn report(number: usize) -> String {
    format!("The council of town {number} has said on Monday that the bridge stays shut until the spring. ")
        .repeat(5)
}

#[test]
fn a_pipeline_fits_each_sample() {
    for (sample, has_pages) in [
        ("news-english.jsonl.zst", false),
        ("news-world.jsonl.gz", false),
        ("feed.jsonl", false),
        ("pages.jsonl.zst", true),
        ("broken.jsonl.zst", false),
        ("", true),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(sample);
        let survey = survey(&[path]).expect("it is there");
        let (source, pipeline) = right(&survey);
        assert!(survey.records > 4, "{sample}");
        let has = |kind: &str| pipeline.steps.iter().any(|step| step.kind.name == kind);
        assert_eq!(has("extract-html"), has_pages, "{sample}\n{source}");
        assert!(has("drop-short") && has("label-language"), "{sample}\n{source}");
        assert_eq!(source.contains("is damaged"), matches!(sample, "" | "broken.jsonl.zst"), "{sample}");
        assert_eq!(survey.own_names.len(), 0, "{sample}");
    }
}

#[test]
fn a_list_of_paragraphs_is_a_text_and_a_list_of_other_articles_is_none() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let line = |number: usize| {
        let text = report(number);
        format!(
            "{{\"url\":\"https://a.example/{number}\",\"absaetze\":[{{\"t\":\"{text}\",\"n\":1}},{{\"t\":\"{text}\"}}],\
             \"others\":[{{\"t\":\"{text}{text}{text}\",\"at\":\"https://a.example/1\"}}]}}"
        )
    };
    let survey =
        survey(&[dump(&place, "a.jsonl", &(0..30).map(line).collect::<Vec<_>>())]).expect("it is there");
    let (source, _) = right(&survey);
    assert!(source.contains("\"absaetze\"") && !source.contains("\"others\""), "{source}");
}

#[test]
fn fields_under_names_of_their_own_are_found() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let line = |number: usize| {
        format!(
            "{{\"doc\":{{\"main_copy\":\"{}\",\"link_target\":\"https://a.example/{number}\"}},\"went_live\":\"2024-03-06\",\"n\":1}}",
            report(number)
        )
    };
    let path = dump(&place, "own.jsonl", &(0..30).map(line).collect::<Vec<_>>());
    let survey = survey(&[path]).expect("it is there");
    let (source, _) = right(&survey);
    let names = "[input.fields]\npublished = [\"went_live\"]\ntext = [\"doc.main_copy\"]\nurl = [\"doc.link_target\"]\n";
    assert!(source.contains(names), "{source}");
    assert_eq!((survey.with_text, survey.hosts, survey.quantile(50)), (30, 1, 85));
    assert_eq!(survey.fields.get("published"), Some(&30));
}

#[test]
fn the_first_thousand_lines_of_all_dumps_are_looked_at() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let lines = |from: usize| -> Vec<String> {
        (from..from + 700).map(|number| format!("{{\"text\":\"{}\"}}", report(number))).collect()
    };
    let one = dump(&place, "a.jsonl", &lines(0));
    assert_eq!(survey(std::slice::from_ref(&one)).expect("it is there").lines, 700);
    dump(&place, "b.jsonl", &lines(700));
    let both = survey(&[place.path().to_owned()]).expect("they are there");
    assert_eq!((both.lines, both.records, both.dumps.len()), (1000, 1000, 2));
    for number in 0..60 {
        dump(&place, &format!("c{number:02}.jsonl"), &lines(number));
    }
    let many = survey(&[place.path().to_owned()]).expect("they are there");
    assert_eq!((many.dumps.len(), many.all_dumps), (31, 62));
    assert_eq!(many.lines, 31 * 33);
}

#[test]
fn short_texts_and_bad_lines_move_the_limits() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut lines: Vec<String> = (0..40)
        .map(|number| format!("{{\"text\":\"Item {number} of the ticker, in nine words.\"}}"))
        .collect();
    lines.extend((0..10).map(|_| "[1]".to_owned()));
    let survey = survey(&[dump(&place, "short.jsonl", &lines)]).expect("it is there");
    assert_eq!((survey.lines, survey.records), (50, 40));
    let source = survey.pipeline();
    assert!(
        source.contains("\nmin-words = 10\n") && source.contains("\nquarantined-share = 0.4\n"),
        "{source}"
    );
    assert!(source.contains("10 lines cannot be read: not_an_object."), "{source}");
}

#[test]
fn cut_texts_and_the_longest_text_that_is_left_are_told() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let line = |remark: &str| {
        let line = |number: usize| {
            format!(
                "{{\"content\":\"Town {number} shuts its bridge… [+2829 chars]\",\"x\":\"{remark}\",\"nr\":{number}}}"
            )
        };
        (0..20).map(line).collect::<Vec<_>>()
    };
    let told = |name: &str, remark: &str| {
        let survey = survey(&[dump(&place, name, &line(remark))]).expect("it is there");
        (survey.summary().join("\n"), survey.tables(120).join("\n"), survey.guesses)
    };
    let (summary, table, guesses) = told("a.jsonl", "desk-of-the-harbour.example");
    assert!(summary.contains("`[+2829 chars]`: all of the texts"), "{summary}");
    assert!(!table.contains("longest text"), "{table}");
    assert_eq!(guesses.get("id"), Some(&vec!["nr".to_owned()]), "{table}");
    let (_, table, _) = told("b.jsonl", "What the desk has to say of this report, in more words than a few.");
    assert!(table.contains("longest text: x, 66 characters"), "{table}");
}

#[test]
fn dates_in_figures_show_the_order_of_those_that_can_be_read_either_way() {
    let folder = tempfile::tempdir().expect("there is room");
    for (key, dates, order, share) in [
        ("published", ["16/09/2023 10:30", "03/04/2021", "2/3/2021"], Some("day-first"), 1000),
        ("Fecha pub.", ["16/09/2023 10:30", "03/04/2021", "30/3/2021"], Some("day-first"), 1000),
        ("published", ["10/15/2023", "03/04/2021", "2/3/2021"], Some("month-first"), 1000),
        ("published", ["10/15/2023", "16/09/2023", "2/3/2021"], None, 667),
        ("published", ["3/3/2023", "16/09/2023", "30/3/2021"], None, 1000),
    ] {
        let line = |number: usize| {
            let date = dates[number % 3];
            serde_json::json!({"url": format!("https://a.example/{number}"), "text": report(number), key: date}).to_string()
        };
        let path = dump(&folder, "a.jsonl", &(0..30).map(line).collect::<Vec<_>>());
        let survey = survey(&[path]).expect("it is there");
        assert_eq!(survey.order, order, "{dates:?}");
        let (source, _) = right(&survey);
        assert_eq!(source.contains("\ndates = "), order.is_some(), "{source}");
        let published = survey.fields.get("published").copied().unwrap_or_default();
        assert_eq!((published * 1000).div_ceil(30), share, "{dates:?}");
    }
}
