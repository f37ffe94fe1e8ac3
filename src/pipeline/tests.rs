//! Pipeline files, right and wrong, and stages that misbehave.

use std::sync::Arc;

use super::*;
use crate::article::{Measured, Source};
use crate::dedup::{DedupKey, NearSettings, ParagraphSettings};
use crate::line::check_tests;
use crate::stage::Family;

fn problems(source: &str) -> Vec<(String, String, Option<String>)> {
    let problems = Pipeline::parse("test", source).err().unwrap_or_default();
    problems
        .into_iter()
        .map(|problem| (source.get(problem.span).unwrap_or("?").to_owned(), problem.message, problem.help))
        .collect()
}

fn right(source: &str) -> Pipeline {
    Pipeline::parse("test", source).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn article(text: &str) -> Article {
    let mut article = Article::new(Source { dump: Arc::from("d"), line: 1, id: None });
    article.text = text.to_owned();
    article
}

#[test]
fn every_mistake_is_reported_at_its_place_with_the_right_name() {
    let source = r#"
format = 2
[input]
max-line-byte = 5
fields = { txt = ["a"] }
[output]
level = "high"
shard-bytes = -1
[[stage]]
kind = "drop-shirt"
[[stage]]
kind = "drop-short"
min-wrods = 4
min-words = "many"
[[stage]]
min-words = 3
[dedupe]
[limits]
kept-share = 7
[[test]]
name = "x"
input = {}
expect = { drop = "too_few_word", by = "drop-shrt" }
"#;
    let found = problems(source);
    let brief: Vec<(&str, &str)> =
        found.iter().map(|(at, message, _)| (at.as_str(), message.as_str())).collect();
    let at = |place: &str| brief.iter().find(|(at, _)| *at == place).map(|(_, message)| *message);
    assert_eq!(at("2"), Some("unknown format"));
    assert_eq!(at("max-line-byte"), Some("unknown key `max-line-byte`"));
    assert_eq!(at("[\"a\"]"), Some("unknown field `txt`"), "the table's other mistake does not hide it");
    assert!(at("\"high\"").is_some_and(|message| message.contains("expected a whole number")), "{brief:?}");
    assert!(at("-1").is_some_and(|message| message.contains("expected a number of bytes")), "{brief:?}");
    assert_eq!(at("\"drop-shirt\""), Some("unknown kind of stage `drop-shirt`"));
    assert_eq!(at("min-wrods"), Some("unknown key `min-wrods`"));
    assert!(
        at("\"many\"").is_some_and(|message| message.contains("a whole number that is not negative")),
        "{brief:?}"
    );
    assert!(brief.iter().any(|(_, message)| *message == "the stage has no kind"), "{brief:?}");
    assert_eq!(at("dedupe"), Some("unknown key `dedupe`"));
    assert_eq!(at("7"), Some("kept-share is a share, 0 to 1"));
    let help = |place: &str| found.iter().find(|(at, ..)| at == place).and_then(|(.., help)| help.clone());
    assert_eq!(help("\"drop-shirt\"").as_deref(), Some("did you mean `drop-short`?"));
    assert_eq!(help("min-wrods").as_deref(), Some("did you mean `min-words`?"));
    assert_eq!(help("dedupe").as_deref(), Some("did you mean `dedup`?"));
}

#[test]
fn unknown_names_in_fields_and_tests_are_errors() {
    let found = problems("format = 1\n[input.fields]\ntxt = [\"a\"]");
    assert_eq!(found[0].1, "unknown field `txt`");
    let case = "[[test]]\nname = \"x\"\ninput = {}\nexpect = { drop = \"too_few_word\", by = \"drop-shrt\" }";
    let found = problems(&format!("format = 1\n[[stage]]\nkind = \"drop-short\"\n{case}"));
    assert_eq!(found[0].2.as_deref(), Some("did you mean `too_few_words`?"));
    assert_eq!(found[1].2.as_deref(), Some("did you mean `drop-short`?"));
}

#[test]
fn a_mistake_in_a_stage_makes_no_mistake_of_the_tests_that_name_it() {
    let case =
        "[[test]]\nname = \"x\"\ninput = {}\nexpect = { drop = \"too_few_words\", by = \"drop-short\" }";
    let found = problems(&format!("format = 1\n[[stage]]\nkind = \"drop-short\"\nmin-wrods = 4\n{case}"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "min-wrods");
}

#[test]
fn syntax_errors_are_all_found() {
    let found = problems("format = 1\na = \n[output]\nlevel = = 3\n");
    assert!(found.len() >= 2, "{found:?}");
}

#[test]
fn a_file_without_format_says_so() {
    assert_eq!(problems("")[0].1, "the file does not say which format it has");
}

#[test]
fn exact_takes_a_flag_or_keys() {
    let by = |line: &str| {
        let pipeline =
            Pipeline::parse("test", &format!("format = 1\n[dedup]\n{line}")).ok().and_then(|p| p.dedup);
        pipeline.map(|dedup| (dedup.by(DedupKey::Url), dedup.by(DedupKey::Text)))
    };
    assert_eq!(by(""), Some((true, true)));
    assert_eq!(by("exact = false"), Some((false, false)));
    assert_eq!(by("exact = [\"text\"]"), Some((false, true)));
    assert_eq!(problems("format = 1\n[dedup]\nexact = 3")[0].0, "3");
}

#[test]
fn near_takes_a_flag_or_settings_and_shows_mistakes_at_their_places() {
    let near = |line: &str| {
        right(&format!("format = 1\n[dedup]\n{line}")).dedup.and_then(|dedup| dedup.near.settings())
    };
    let usual = NearSettings { ngram: 5, bands: 14, rows: 8, threshold: 0.75 };
    assert_eq!(near(""), None);
    assert_eq!(near("near = false"), None);
    assert_eq!(near("near = true"), Some(usual));
    assert_eq!(near("near = {}"), Some(usual));
    assert_eq!(near("near = { threshold = 0.8 }"), Some(NearSettings { threshold: 0.8, ..usual }));
    let all = NearSettings { ngram: 1, bands: 256, rows: 32, threshold: 1.0 };
    assert_eq!(near("near = { ngram = 1, bands = 256, rows = 32, threshold = 1 }"), Some(all));
    for (line, place, message) in [
        ("near = 3", "3", "near is true, false, or a table such as { threshold = 0.75 }"),
        ("near = { band = 3 }", "band", "unknown key `band`"),
        ("near = { ngram = 0 }", "0", "ngram is 1 to 32"),
        ("near = { ngram = 33 }", "33", "ngram is 1 to 32"),
        ("near = { bands = 257 }", "257", "bands is 1 to 256"),
        ("near = { rows = 33 }", "33", "rows is 1 to 32"),
        ("near = { threshold = 0.0 }", "0.0", "threshold is above 0 and at most 1"),
        ("near = { threshold = 1.01 }", "1.01", "threshold is above 0 and at most 1"),
        ("near = { threshold = nan }", "nan", "threshold is above 0 and at most 1"),
        ("nera = true", "nera", "unknown key `nera`"),
    ] {
        let found = problems(&format!("format = 1\n[dedup]\n{line}"));
        let brief: Vec<(&str, &str)> =
            found.iter().map(|(at, message, _)| (at.as_str(), message.as_str())).collect();
        assert_eq!(brief, [(place, message)], "{line}");
    }
    let found = problems("format = 1\n[dedup]\nexat = true\nnear = { ngram = \"five\", row = 3 }");
    let places: Vec<&str> = found.iter().map(|(at, ..)| at.as_str()).collect();
    assert_eq!(places, ["exat", "\"five\"", "row"]);
}

#[test]
fn paragraphs_takes_a_flag_or_settings_and_shows_mistakes_at_their_places() {
    let settings = |line: &str| {
        right(&format!("format = 1\n[dedup]\n{line}")).dedup.and_then(|dedup| dedup.paragraphs.settings())
    };
    let usual = ParagraphSettings { after: 5, share: 0.25, min_words: 5, hosts: 10_000 };
    assert_eq!(settings(""), None);
    assert_eq!(settings("paragraphs = false"), None);
    assert_eq!(settings("paragraphs = true"), Some(usual));
    let some = ParagraphSettings { after: 2, share: 1.0, min_words: 1, ..usual };
    assert_eq!(settings("paragraphs = { after = 2, share = 1, min-words = 1 }"), Some(some));
    for (line, place, message) in [
        ("paragraphs = 3", "3", "paragraphs is true, false, or a table such as { after = 5 }"),
        ("paragraphs = { after = 1 }", "1", "after is 2 or more"),
        ("paragraphs = { share = 0.0 }", "0.0", "share is above 0 and at most 1"),
        ("paragraphs = { share = 1.1 }", "1.1", "share is above 0 and at most 1"),
        ("paragraphs = { min-words = 0 }", "0", "min-words is 1 or more"),
        ("paragraphs = { afer = 3 }", "afer", "unknown key `afer`"),
    ] {
        let found = problems(&format!("format = 1\n[dedup]\n{line}"));
        let brief: Vec<(&str, &str)> =
            found.iter().map(|(at, message, _)| (at.as_str(), message.as_str())).collect();
        assert_eq!(brief, [(place, message)], "{line}");
    }
}

#[test]
fn keep_takes_an_order_or_hosts_and_shows_mistakes_at_their_places() {
    let keep = |line: &str| {
        let dedup = right(&format!("format = 1\n[dedup]\n{line}")).dedup.expect("the section is there");
        dedup.keep.to_string()
    };
    assert_eq!(keep(""), "\"first\"");
    for policy in
        ["\"longest\"", "\"earliest\"", "{ hosts = [\"agency.example\", \"xn--bcher-kva.example\"] }"]
    {
        assert_eq!(keep(&format!("keep = {policy}")), policy);
    }
    let host = |host: &str| {
        format!(
            "`{host}` is no host as records have it: lower case, without `www.`, such as `agency.example`"
        )
    };
    let form =
        "expected \"first\", \"longest\", \"earliest\", or a table such as { hosts = [\"agency.example\"] }";
    let first = "it goes with keep = \"first\" alone";
    for (line, place, message) in [
        ("keep = \"shortest\"", "\"shortest\"", form),
        ("keep = { host = [\"a.example\"] }", "{ host = [\"a.example\"] }", form),
        ("keep = { hosts = [] }", "{ hosts = [] }", "hosts names one host or more"),
        ("keep = { hosts = [\"www.a.example\"] }", "{ hosts = [\"www.a.example\"] }", &host("www.a.example")),
        ("keep = { hosts = [\"A.example\"] }", "{ hosts = [\"A.example\"] }", &host("A.example")),
        (
            "keep = { hosts = [\"https://a.example\"] }",
            "{ hosts = [\"https://a.example\"] }",
            &host("https://a.example"),
        ),
        (
            "keep = \"longest\"\nupdates = \"keep\"",
            "\"longest\"",
            &format!("updates = \"keep\" takes versions in their order: {first}"),
        ),
        (
            "keep = \"longest\"\nparagraphs = true",
            "\"longest\"",
            "paragraphs are counted in order: they go with keep = \"first\" alone",
        ),
    ] {
        let found = problems(&format!("format = 1\n[dedup]\n{line}"));
        let brief: Vec<(&str, &str)> =
            found.iter().map(|(at, message, _)| (at.as_str(), message.as_str())).collect();
        assert_eq!(brief, [(place, message)], "{line}");
    }
}

#[test]
fn shipped_pipelines_are_right_and_pass_their_tests() {
    for (name, source) in SHIPPED {
        let pipeline =
            Pipeline::parse(name, source).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        let results = check_tests(pipeline);
        assert!(!results.is_empty(), "{name} has no tests");
        for result in results {
            assert!(result.failures.is_empty(), "{name}: {}: {:?}", result.name, result.failures);
        }
    }
}

#[test]
fn the_fields_pipeline_has_every_kind_that_is_on_by_default_but_gates() {
    let pipeline = right(shipped("fields").expect("it is shipped"));
    // Masking takes away what was found, C4's rules take more than is not the article's, and quality is slow to measure.
    let off = ["strip-c4-lines", "mask-pii", "label-quality"];
    for kind in crate::stage::catalogue::STAGES {
        let there = pipeline.steps.iter().any(|step| step.kind.name == kind.name);
        assert_eq!(there, kind.family != Family::Gate && !off.contains(&kind.name), "{}", kind.name);
    }
}

#[test]
fn a_gate_says_what_it_measured_and_both_sides_of_its_limit_are_right() {
    let source = "format = 1\n[[stage]]\nkind = \"drop-short\"\nmin-words = 3";
    let pipeline = right(source);
    let mut tally = [StageTally::default()];
    assert_eq!(pipeline.apply(&mut article("one two three"), &mut tally), Judgement::Kept);
    let judged = pipeline.apply(&mut article("one two"), &mut tally);
    let Judgement::Dropped { step: 0, drop: Drop { reason, measured, limit } } = judged else {
        panic!("{judged:?}");
    };
    assert_eq!((reason.name, measured, limit), ("too_few_words", Measured::Count(2), Measured::Count(3)));
    assert_eq!(tally, [StageTally { seen: 2, ..StageTally::default() }]);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
fn files_that_a_pipeline_names_are_part_of_it() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let source = "format = 1\n[[stage]]\nkind = \"drop-listed\"\nfiles = [\"list.txt\"]";
    let parse = || Pipeline::parse_in(place.path(), "test", source);
    let missing = parse().err().expect("there is no list");
    assert_eq!(source.get(missing[0].span.clone()), Some("[\"list.txt\"]"));
    assert!(missing[0].message.starts_with("failed to read list.txt: "), "{missing:?}");
    let fingerprint = |list: &str| {
        std::fs::write(place.path().join("list.txt"), list).expect("there is room");
        parse().map(|pipeline| pipeline.fingerprint).map_err(|problems| problems[0].message.clone())
    };
    let first = fingerprint("courier.example\n").expect("it is right");
    assert_ne!(first, fingerprint("courier.example\npaper.example\n").expect("it is right"));
    assert_eq!(first, fingerprint("courier.example\n").expect("it is right"));
    let wrong = fingerprint("courier.example\n\ncourier").expect_err("it is wrong");
    assert_eq!(wrong, "list.txt, line 3: `courier` is no address and no host: it has no dot");
    // Without files it is what it was before there were any.
    assert_eq!(
        right("format = 1").fingerprint,
        format!("{:032x}", xxhash_rust::xxh3::xxh3_128(b"format = 1"))
    );
}

struct Panics;

impl Stage for Panics {
    fn apply(&self, article: &mut Article, _: &mut StageContext) -> Outcome {
        assert!(!article.text.contains("mine"), "stepped on {}", article.text);
        Outcome::Keep
    }
}

static PANICS: StageKind = StageKind {
    name: "panics",
    family: Family::Cleaner,
    summary: "",
    about: "",
    rules: &[],
    example: "",
    schema: || serde_json::Value::Null,
    build: |_| Ok(Box::new(Panics)),
};

pub(crate) fn panicking_pipeline(source: &str) -> Pipeline {
    let mut pipeline = right(source);
    pipeline.push(&PANICS, Box::new(Panics));
    pipeline
}

#[test]
fn a_panic_in_a_stage_is_a_fault_of_the_record() {
    let pipeline = panicking_pipeline("format = 1");
    let mut tally = [StageTally::default()];
    let judged = pipeline.apply(&mut article("a mine"), &mut tally);
    let Judgement::Quarantined { step: 0, fault } = judged else { panic!("{judged:?}") };
    assert_eq!(fault.reason.name, "stage_panicked");
    assert!(
        fault.detail.starts_with("panics: stepped on a mine, at src/pipeline/tests.rs:"),
        "{}",
        fault.detail
    );
    assert_eq!(pipeline.apply(&mut article("solid ground"), &mut tally), Judgement::Kept);
}

#[test]
fn a_case_can_expect_every_fault_that_a_record_can_have() {
    let source = format!(
        "format = 1\n[input]\nmax-text-bytes = 1024\n[[test]]\nname = \"long\"\ninput = {{ text = \"{}\" }}\n\
         expect = {{ quarantine = \"text_too_long\" }}",
        "word ".repeat(300)
    );
    let results = check_tests(right(&source));
    assert_eq!(results.iter().map(|result| result.failures.len()).collect::<Vec<_>>(), [0], "{results:?}");
}

#[test]
fn a_text_that_is_too_long_is_a_fault_whether_it_came_or_was_found_in_a_page() {
    let pipeline = right("format = 1\n[input]\nmax-text-bytes = 1024\n[[stage]]\nkind = \"extract-html\"");
    let long = |bytes: usize| "word ".repeat(bytes / 5 + 1).split_off(5 - bytes % 5);
    assert_eq!(pipeline.fault_of(&article(&long(1024))), None);
    let fault = Fault::new(&TEXT_TOO_LONG, "a text of 1025 bytes, at most 1024");
    assert_eq!(pipeline.fault_of(&article(&long(1025))), Some(fault));
    let page = |bytes: usize| {
        let mut page = article("");
        page.html = format!("<article><h1>Pier</h1><p>{}</p></article>", long(bytes));
        pipeline.apply(&mut page, &mut [StageTally::default()])
    };
    assert_eq!(page(900), Judgement::Kept);
    let judged = page(2000);
    assert!(
        matches!(&judged, Judgement::Quarantined { step: 0, fault } if fault.reason.name == "text_too_long"),
        "{judged:?}"
    );
}

#[test]
fn a_failing_case_says_what_it_found() {
    let source = "format = 1\n[[stage]]\nkind = \"drop-short\"\n[[test]]\nname = \"n\"\ninput = { text = \"short\", title = \"T\" }\n\
                  expect = { keep = true, record = { title = \"U\" }, absent = [\"text\"] }";
    let pipeline = right(source);
    assert_eq!(
        check_tests(pipeline)[0].failures,
        [
            "expected kept, found dropped: too_few_words (by drop-short)",
            "title: expected \"U\", found \"T\"",
            "text: expected nothing, found \"short\"",
        ]
    );
}

fn kinds(pipeline: &Pipeline) -> Vec<&'static str> {
    pipeline.steps.iter().map(|step| step.kind.name).collect()
}

#[test]
fn a_pipeline_that_extends_another_has_its_stages_but_for_the_changes() {
    let base = Pipeline::parse("nightly", shipped("nightly").expect("it is shipped")).expect("it is right");
    let same = Pipeline::parse("mine", "format = 1\nextends = \"nightly\"\n").expect("it is right");
    assert_eq!(
        (kinds(&same), same.steps[9].settings.clone()),
        (kinds(&base), base.steps[9].settings.clone())
    );
    assert_ne!(same.fingerprint, base.fingerprint);
    let source = "format = 1\nextends = \"nightly\"\n\
         [[stage]]\nkind = \"drop-non-article\"\nafter = \"label-page\"\n\
         [[stage]]\nkind = \"mask-pii\"\nbefore = \"drop-short\"\nname = \"privacy\"\n\
         [[stage]]\nchange = \"drop-short\"\nmin-words = 80\n\
         [[stage]]\nremove = \"split-title\"\n\
         [[stage]]\nkind = \"label-quality\"\n\
         [limits]\nmissing-hosts = 2\n[dedup]\nnear = { threshold = 0.9 }\n[output]\nshard-bytes = \"1MB\"\n";
    let changed = Pipeline::parse("mine", source).expect("it is right");
    let mut expected = kinds(&base);
    expected.retain(|kind| *kind != "split-title");
    let at = |kinds: &[&str], kind: &str| kinds.iter().position(|other| *other == kind).expect("it is there");
    expected.insert(at(&expected, "label-page") + 1, "drop-non-article");
    expected.insert(at(&expected, "drop-short"), "mask-pii");
    expected.push("label-quality");
    assert_eq!(kinds(&changed), expected);
    let short = &changed.steps[at(&expected, "drop-short")];
    assert_eq!(short.settings, [Setting { name: "min-words".to_owned(), value: "80".to_owned() }]);
    // What is not changed stays, table by table.
    assert_eq!((changed.limits.missing_hosts, changed.limits.quarantined_share), (2, Some(0.05)));
    let dedup = changed.dedup.expect("nightly has it");
    assert_eq!(dedup.expire_days, Some(365));
    assert_eq!(changed.output.shard_bytes, 1_000_000);
}

#[test]
fn files_extend_files_beside_them_and_what_is_wrong_is_shown_at_its_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let write = |name: &str, text: &str| crate::write::write_file(&at(name), text.as_bytes()).expect("room");
    let parse = |source: &str| Pipeline::parse_in(folder.path(), "mine", source);
    write("a.toml", "format = 1\nextends = \"articles\"\n[[stage]]\nremove = \"read-date\"\n");
    write("b.toml", "format = 1\n[[stage]]\nkind = \"drop-shirt\"\n");
    write("c.toml", "format = 1\nextends = \"c.toml\"\n");
    let right = parse("format = 1\nextends = \"a.toml\"\n").expect("it is right");
    assert!(!kinds(&right).contains(&"read-date") && kinds(&right).contains(&"read-byline"));
    let before = right.fingerprint;
    write("a.toml", "format = 1\nextends = \"articles\"\n");
    assert_ne!(parse("format = 1\nextends = \"a.toml\"\n").expect("it is right").fingerprint, before);
    for (source, place, message) in [
        ("format = 1\nextends = \"nigthly\"\n", "\"nigthly\"", "failed to read the pipeline `nigthly`"),
        (
            "format = 1\nextends = \"b.toml\"\n",
            "\"b.toml\"",
            "`b.toml` has mistakes, the first is: unknown kind of stage",
        ),
        ("format = 1\nextends = 3\n", "3", "extends is the name of a pipeline"),
        (
            "format = 1\nextends = \"articles\"\n[[stage]]\nremove = \"drop-shirt\"\n",
            "\"drop-shirt\"",
            "unknown stage `drop-shirt`",
        ),
        (
            "format = 1\nextends = \"articles\"\n[[stage]]\nchange = \"drop-short\"\nmin-wrods = 3\n",
            "min-wrods",
            "unknown key `min-wrods`",
        ),
        (
            "format = 1\nextends = \"articles\"\n[[stage]]\nkind = \"drop-spun\"\nafter = \"drop-short\"\n",
            "\"drop-spun\"",
            "drop-spun never acts",
        ),
        ("format = 1\n[[stage]]\nremove = \"drop-short\"\n", "[[stage]]", "the stage has no kind"),
    ] {
        let problems = parse(source).err().unwrap_or_default();
        let problem = problems.first().unwrap_or_else(|| panic!("nothing is wrong with {source}"));
        assert!(problem.message.contains(message), "{problem:?}");
        let found = source.get(problem.span.clone()).expect("it is in the file");
        assert!(found.starts_with(place), "{found} for {source}");
        if message.starts_with("`b.toml` has mistakes") {
            let check = format!("`copydesk check {}` shows them all", at("b.toml").display());
            assert_eq!(problem.help.as_ref(), Some(&check), "from any folder");
        }
    }
    write("d.toml", "format = 1\nextends = \"e.toml\"\n");
    write("e.toml", "format = 1\nextends = \"d.toml\"\n");
    let circle = parse("format = 1\nextends = \"d.toml\"\n").err().unwrap_or_default();
    assert!(circle[0].message.contains("in a circle"), "{circle:?}");
}

#[test]
fn stages_that_cannot_act_where_they_are_are_mistakes() {
    let stages = |kinds: &str| {
        let stage = |one: &str| {
            let (kind, options) = one.split_once(' ').unwrap_or((one, ""));
            format!("[[stage]]\nkind = \"{kind}\"\n{options}\n")
        };
        format!("format = 1\n{}", kinds.split("; ").map(stage).collect::<String>())
    };
    for (kinds, message) in [
        ("drop-non-article", Some("drop-non-article never acts: it goes by what label-page finds")),
        ("label-page; drop-non-article", None),
        ("drop-spun; label-spun", Some("drop-spun never acts")),
        ("drop-language keep = [\"en\"]; label-language", Some("drop-language comes before label-language")),
        ("drop-language keep = [\"en\"]", None),
        ("drop-language keep = [\"eng\"]", Some("records have the language `eng` as `en`")),
        ("drop-language keep = [\"xx\"]", Some("`xx` is no language")),
        ("drop-short; extract-html", Some("drop-short comes before extract-html: pages have no text there")),
        ("drop-short; drop-short", Some("this drop-short never acts")),
        ("drop-short min-words = 40; drop-short min-words = 30", Some("this drop-short never acts")),
        ("drop-short min-words = 40; drop-short min-words = 50", None),
        ("drop-short; strip-boilerplate; drop-short", None),
        ("label-language; label-language", Some("a second label-language finds what the first one found")),
        (
            "strip-boilerplate; label-language; strip-boilerplate",
            Some("a second strip-boilerplate changes nothing"),
        ),
        ("strip-boilerplate; split-title; strip-boilerplate", None),
        ("label-quality; strip-boilerplate; label-quality", None),
        (
            "label-language; extract-html",
            Some("label-language comes before extract-html: pages have no text there"),
        ),
        (
            "read-byline; extract-html",
            Some("read-byline comes before extract-html: pages have no text there"),
        ),
    ] {
        let problems = Pipeline::parse("x", &stages(kinds)).err().unwrap_or_default();
        let first = problems.first().map(|problem| problem.message.as_str());
        assert_eq!(first.is_some(), message.is_some(), "{kinds}: {first:?}");
        assert!(first.unwrap_or_default().starts_with(message.unwrap_or_default()), "{kinds}: {first:?}");
    }
}

#[test]
fn mistakes_of_a_table_are_found_in_one_go() {
    let source = "format = 1\n[input]\nmax-line-bytes = 3\ndates = \"day-frist\"\n[input.fields]\ntext = 3\ntitel = [\"t\"]\n";
    let problems = Pipeline::parse("x", source).err().unwrap_or_default();
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages.len(), 4, "{messages:?}");
    assert!(messages[0].starts_with("max-line-bytes is"), "{messages:?}");
    assert!(messages[1].starts_with("unknown value `day-frist`"), "{messages:?}");
    assert_eq!(messages[2], "expected a key, or a list of keys, for each field");
    assert_eq!(messages[3], "unknown field `titel`");
    let one = Pipeline::parse("x", "format = 1\n[input.fields]\ntext = \"leib\"\n").expect("it is right");
    assert_eq!(one.input.fields.names["text"], ["leib"]);
    // Neither a stage nor `extends` that is wrong hides what is wrong elsewhere.
    let source =
        "format = 1\n[[stage]]\nkind = \"drop-spun\"\n[[stage]]\nkind = \"drop-short\"\nmin-words = \"x\"\n";
    assert_eq!(problems_of(source), ["drop-spun never acts: it", "expected a whole number"]);
    let source = "format = 1\nextends = \"nothing\"\n[output]\nlevel = 99\n[[stage]]\nkind = \"drop-shirt\"\nafter = \"a\"\n";
    assert_eq!(problems_of(source), ["failed to read the", "level is 1 to", "unknown kind of stage"]);
    // Nor what changes a pipeline that cannot be read: what is wrong whatever its stages are.
    let source = "format = 1\nextends = \"nothing\"\n[[stage]]\nchange = \"drop-shrt\"\nmin-words = 3\n\
                  [[stage]]\nremove = \"read-date\"\nmin-words = 3\n\
                  [[stage]]\nchange = \"drop-short\"\nmin-wrods = 3\n\
                  [[stage]]\nchange = \"drop-listed\"\nhosts = 3\n\
                  [[stage]]\nchange = \"a name of its own\"\nanything = 3\n\
                  [[stage]]\nremove = \"read-head\"\nafter = \"read-byline\"\n";
    assert_eq!(
        problems_of(source),
        [
            "failed to read the",
            "no kind of stage",
            "`min-words` has no meaning",
            "unknown key `min-wrods`",
            "expected a list, written",
            "a stage has `after`"
        ]
    );
}

/// The first four words of what is wrong with a file.
fn problems_of(source: &str) -> Vec<String> {
    let words = |message: &str| message.split(' ').take(4).collect::<Vec<_>>().join(" ");
    let problems = Pipeline::parse("x", source).err().unwrap_or_default();
    problems.iter().map(|problem| words(&problem.message).trim_end_matches(':').to_owned()).collect()
}

#[test]
fn two_changes_of_a_stage_show_their_mistakes_where_they_stand() {
    let source = "format = 1\nextends = \"articles\"\n\
                  [[stage]]\nkind = \"drop-langauge\"\n\
                  [[stage]]\nchange = \"drop-short\"\nmin-word = 80\n\
                  [[stage]]\nchange = \"drop-short\"\nmin-words = \"80\"\n\
                  [[stage]]\nremove = \"drop-langauges\"\n";
    let found = problems(source);
    let at: Vec<&str> = found.iter().map(|(at, ..)| at.as_str()).collect();
    assert_eq!(at, ["\"drop-langauge\"", "min-word", "\"80\"", "\"drop-langauges\""], "{found:?}");
    let help =
        found.iter().filter(|(at, ..)| at == "\"drop-langauges\"").filter_map(|(.., help)| help.as_ref());
    assert!(help.clone().all(|help| !help.contains("langauge")) && help.count() == 1, "{found:?}");
}

#[test]
fn what_cannot_be_read_is_not_taken_for_misspelt() {
    use std::io::ErrorKind::{FileTooLarge, IsADirectory, NotFound, PermissionDenied};
    let said = |kind: std::io::ErrorKind| unread(Path::new("mine.toml"), "mine.toml", &kind.into());
    assert_eq!(said(PermissionDenied), "let this user read mine.toml");
    assert!(said(IsADirectory).starts_with("mine.toml is a folder; "));
    assert!(said(NotFound).contains("is looked for as mine.toml"), "no other is called like it");
    assert!(!said(FileTooLarge).contains("did you mean"));
    assert_eq!(unread(Path::new("nigthly"), "nigthly", &NotFound.into()), "did you mean `nightly`?");
}
