//! A pipeline for dumps that somebody has looked at, each stage with the reason for which it is in.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::DumpSurvey;
use crate::decode::{FieldMap, Slot};
use crate::line::check_tests;
use crate::pipeline::{Pipeline, shipped};
use crate::text::{Slice, count, count_words};

/// The usual least number of words; the shortest news items have more.
const MIN_WORDS: usize = 40;
/// Where a quarter of the texts has fewer, they are what the dumps are about.
const MIN_WORDS_OF_SHORT_TEXTS: usize = 10;
/// Lines of a comment are no longer than that.
const WIDTH: usize = 110;

/// `[input]` with the order of dates and names of fields; nothing where there are none.
pub(super) fn input_section(own_names: &BTreeMap<String, Vec<String>>, order: Option<&str>) -> String {
    let mut section = order.map(dates).unwrap_or_default();
    if !own_names.is_empty() {
        section = format!("{section}[input.fields]\n{}", names(own_names, ""));
    }
    section
}

/// `[input]` with the order of dates.
fn dates(order: &str) -> String {
    format!("[input]\ndates = \"{order}\"\n\n")
}

/// A line for each field with its names.
fn names(of: &BTreeMap<String, Vec<String>>, mark: &str) -> String {
    let mut lines = String::new();
    for (field, names) in of {
        let names: Vec<String> =
            names.iter().map(|name| serde_json::Value::from(&**name).to_string()).collect();
        writeln!(lines, "{mark}{field} = [{}]", names.join(", ")).expect("a String takes any text");
    }
    lines
}

/// The pipeline. Its test cases are of the dumps' own texts, unless such a case fails: what a stage says of a text depends on more than
/// its length.
pub(super) fn pipeline(survey: &DumpSurvey) -> String {
    let passes = |pipeline: &String| {
        let parsed = Pipeline::parse("draft", pipeline);
        parsed.is_ok_and(|pipeline| check_tests(pipeline).iter().all(|case| case.failures.is_empty()))
    };
    let own = own_texts(survey).map(|texts| written(survey, Some(texts)));
    own.filter(passes).unwrap_or_else(|| written(survey, None))
}

fn written(survey: &DumpSurvey, texts: Option<(String, String)>) -> String {
    let mut draft = Draft { text: String::new(), survey, texts };
    draft.head();
    draft.input();
    draft.stages();
    draft.rest();
    draft.text
}

struct Draft<'a> {
    text: String,
    survey: &'a DumpSurvey,
    /// A few words of a text of the dumps, and enough of them to be kept.
    texts: Option<(String, String)>,
}

impl Draft<'_> {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// A comment, wrapped.
    fn comment(&mut self, text: &str) {
        let mut line = String::from("#");
        for word in text.split_whitespace() {
            if line.len() + word.len() >= WIDTH {
                self.add(&line);
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.add(&line);
    }

    fn share(&self, number: u64) -> String {
        share(number, self.survey.records)
    }

    fn head(&mut self) {
        let survey = self.survey;
        let dumps = match &survey.dumps[..] {
            [one] => one.clone(),
            some => format!("{} of {} dumps", some.len(), survey.all_dumps),
        };
        self.comment(&format!(
            "Made by `copydesk init` from the first {} lines of {dumps}; what is said below is said of those. Change what you \
             like: `copydesk check` shows mistakes, `copydesk stages` explains the stages, and `copydesk what-if` tries \
             other limits on a finished run.",
            plain(survey.lines)
        ));
        self.add("#");
        for line in summary(survey) {
            self.comment(&line);
        }
        self.add("\nformat = 1\n");
    }

    fn input(&mut self) {
        let DumpSurvey { own_names, guesses, order, .. } = self.survey;
        if let Some(order) = order {
            self.comment("Some dates in figures, such as 03/04/2021, can be read in two ways. Those of these dumps that cannot show the order.");
            self.text.push_str(&dates(order));
        }
        if own_names.is_empty() && guesses.is_empty() {
            return;
        }
        if !own_names.is_empty() {
            self.comment("Names that these dumps have for what copydesk looks for under others.");
        }
        self.text.push_str("[input.fields]\n");
        self.text.push_str(&names(own_names, ""));
        if !guesses.is_empty() {
            self.comment("By their values these may be names of fields, too. Look at them, and take the mark away where they are:");
            let all = |(field, guessed): (&String, &Vec<String>)| {
                let known = own_names.get(field).into_iter().flatten().chain(guessed);
                (field.clone(), known.cloned().collect())
            };
            self.text.push_str(&names(&guesses.iter().map(all).collect(), "# "));
        }
        self.add("");
    }

    /// The stages of `articles`, in their order.
    fn stages(&mut self) {
        let articles = shipped("articles").expect("it comes with the program");
        let articles = Pipeline::parse("articles", articles).expect("it is tested");
        for step in &articles.steps {
            let name = step.kind.name;
            match name {
                "label-language" => {
                    self.language();
                    continue;
                }
                "drop-short" => {
                    self.drop_short();
                    continue;
                }
                _ => {}
            }
            let is_of_pages =
                matches!(name, "extract-metadata" | "extract-html" | "label-page" | "label-extraction");
            let is_of_texts = name.starts_with("read-");
            let survey = self.survey;
            let (is_on, why) = if is_of_pages && survey.with_page == 0 {
                (false, "No record has a page.".to_owned())
            } else if is_of_texts && survey.with_text == 0 && survey.has_articles() {
                let pages = self.share(survey.with_page);
                (false, format!("No record has a text; a page, which {pages} have, says it better."))
            } else if is_of_texts && survey.with_text == 0 {
                (false, "No record has a text.".to_owned())
            } else {
                let changed = survey.changed.get(name).copied().unwrap_or(0);
                (true, format!("Changed {} of the records.", self.share(changed)))
            };
            self.stage(name, &format!("{}. {why}", capitalised(step.kind.summary)), is_on, &[]);
        }
        if self.survey.no_articles > 0 {
            let why = format!(
                "Front pages, consent forms, paywalls' stubs, errors: {} of the records. To drop them, put this after `label-page`:",
                self.share(self.survey.no_articles)
            );
            self.stage("drop-non-article", &why, false, &[]);
        }
    }

    fn stage(&mut self, kind: &str, why: &str, is_on: bool, settings: &[String]) {
        self.comment(why);
        let mark = if is_on { "" } else { "# " };
        self.add(&format!("{mark}[[stage]]\n{mark}kind = \"{kind}\""));
        for setting in settings {
            self.add(&format!("{mark}{setting}"));
        }
        self.add("");
    }

    fn language(&mut self) {
        let languages = languages(self.survey);
        let Some((first, _)) = languages.first() else {
            self.stage("label-language", "Fills `language`.", true, &[]);
            return;
        };
        let why = format!("Fills `language`. Found here: {}.", told(&languages));
        self.stage("label-language", &why, true, &[]);
        let keep = format!("keep = [\"{first}\"]");
        self.stage("drop-language", "To keep some languages alone:", false, &[keep]);
    }

    fn drop_short(&mut self) {
        let survey = self.survey;
        let min_words = min_words(survey);
        let are_short = min_words < MIN_WORDS;
        let below = survey.words.iter().filter(|words| **words < min_words).count();
        let below = match survey.words.len() {
            0 => "There are no texts here by which to set it.".to_owned(),
            texts => format!("Of the texts {} have fewer than that.", share(below as u64, texts as u64)),
        };
        let why = format!(
            "Captions, teasers and notices have fewer words than the shortest news item{}. {below}",
            if are_short { "; a quarter of these texts has fewer than 40, so the limit is low" } else { "" },
        );
        self.stage("drop-short", &why, true, &[format!("min-words = {min_words}")]);
    }

    fn rest(&mut self) {
        self.comment("The first of records with the same URL or the same text is kept.");
        self.add("[dedup]\nexact = true");
        self.comment(
            "Those too of whose text an earlier one has three quarters, as agency reports in several papers:",
        );
        self.add("# near = true\n\n[limits]");
        let faults: u64 = self.survey.faults.values().sum();
        let percent = (faults * 100).div_ceil(self.survey.lines.max(1));
        let most =
            if percent == 0 { 0.01 } else { f64::from(u32::try_from(percent).unwrap_or(100)) * 2.0 / 100.0 };
        self.comment(&format!(
            "Exit code 3 where more of the lines cannot be read, and for any damaged dump. Here {}.",
            if faults == 0 {
                "all could".to_owned()
            } else {
                format!("{} could not", share(faults, self.survey.lines))
            }
        ));
        self.add(&format!("quarantined-share = {}", most.min(1.0)));
        self.add("damaged-dumps = 0\n");
        let own = self.survey.own_names.get("text").and_then(|names| names.first());
        let key = own.map_or("text".to_owned(), |name| serde_json::Value::from(&**name).to_string());
        if let Some((few, enough)) = self.texts.take() {
            self.comment(
                "The beginning of a text of these dumps: a few words of it are dropped, and more are kept.",
            );
            self.test("a few words are dropped", &key, &few, "drop = \"too_few_words\", by = \"drop-short\"");
            self.test("a short report is kept", &key, &enough, "keep = true");
        } else {
            self.comment("In English, because no text of these dumps was found that is long enough.");
            let cookies = "We use cookies.";
            let text = "The council of the town has said on Monday that the bridge stays shut until spring. "
                .repeat(3);
            let dropped = "drop = \"no_text\", by = \"drop-short\"";
            self.test("a lone cookie banner is dropped", &key, cookies, dropped);
            self.test("a short report is kept", &key, text.trim_end(), "keep = true");
        }
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
    }

    fn test(&mut self, name: &str, key: &str, text: &str, expected: &str) {
        let text = serde_json::Value::from(text);
        self.add(&format!(
            "[[test]]\nname = \"{name}\"\ninput = {{ {key} = {text} }}\nexpect = {{ {expected} }}\n"
        ));
    }
}

/// The least words of a text in the pipeline.
fn min_words(survey: &DumpSurvey) -> usize {
    let are_short = survey.quantile(25) < MIN_WORDS && !survey.words.is_empty();
    if are_short { MIN_WORDS_OF_SHORT_TEXTS } else { MIN_WORDS }
}

/// The first few words of a text of the dumps, and half as many words again as a text must have; nothing where there is no such text.
fn own_texts(survey: &DumpSurvey) -> Option<(String, String)> {
    const FEW: usize = 4;
    const MOST_CHARS: usize = 2_000;
    let sample: String = survey.sample.chars().take(MOST_CHARS).collect();
    let first = |words: usize| -> Option<String> {
        // Scripts without spaces have words, too.
        let mut ends = sample.char_indices().map(|(at, letter)| at + letter.len_utf8());
        let end = ends.find(|end| count_words(sample.slice(..*end), words + 1) > words)?;
        let text = sample.slice(..end);
        let text = text.slice(..text.len() - text.chars().next_back()?.len_utf8());
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    Some((first(FEW)?, first(min_words(survey) * 3 / 2)?))
}

/// What the dumps are like, in a few sentences.
pub(super) fn summary(survey: &DumpSurvey) -> Vec<String> {
    let of = |number| share(number, survey.records);
    let first = if survey.is_whole { "" } else { "The first " };
    let mut lines = vec![format!(
        "{first}{} from {}: {} with a text, {} with a page.",
        counted(survey.records, "record"),
        counted(survey.hosts as u64, "host"),
        of(survey.with_text),
        of(survey.with_page)
    )];
    if !survey.fields.is_empty() {
        let mut fields: Vec<(&str, u64)> =
            survey.fields.iter().map(|(field, number)| (*field, *number)).collect();
        fields.sort_by_key(|(field, number)| (std::cmp::Reverse(*number), *field));
        let told: Vec<String> =
            fields.iter().map(|(field, number)| format!("{field} ({})", of(*number))).collect();
        lines.push(format!("Fields: {}.", told.join(", ")));
    }
    if survey.shapes.len() > 1 {
        lines.push(format!(
            "The records have {} shapes; this pipeline reads all of them.",
            survey.shapes.len()
        ));
    }
    for (field, names) in &survey.own_names {
        lines.push(format!(
            "`{field}` stands under `{}`, a name that copydesk would not have known.",
            names.join("` or `")
        ));
    }
    for (field, names) in &survey.guesses {
        let somewhere = survey
            .shapes
            .iter()
            .any(|shape| shape.fields.keys().any(|slot| FieldMap::name_of(*slot) == field));
        let place = if somewhere { " in all shapes" } else { "" };
        lines.push(format!(
            "`{field}` was not found{place}; by its values it may be `{}`.",
            names.join("` or `")
        ));
    }
    let missing = missing(survey);
    if !missing.is_empty() {
        // When it was crawled, a page does not know.
        let crawled = FieldMap::name_of(Slot::Crawled);
        let pages = match &missing[..] {
            _ if survey.with_page == 0 => "",
            [only] if *only == crawled => "",
            all if all.contains(&crawled) => " All but `crawled` are looked for in the pages.",
            _ => " They are looked for in the pages.",
        };
        lines.push(format!("Not found: {}.{pages}", missing.join(", ")));
    }
    if !survey.words.is_empty() {
        lines.push(format!(
            "Words of a text: a tenth has fewer than {}, half have fewer than {}, a tenth has more than {}.",
            plain(survey.quantile(10) as u64),
            plain(survey.quantile(50) as u64),
            plain(survey.quantile(90) as u64)
        ));
        lines.push(format!("Languages: {}.", told(&languages(survey))));
    }
    if survey.cut > 0 {
        lines.push(format!(
            "The beginning of an article and no more, which ends in a mark such as `[+2829 chars]`: {} of the texts. Records \
             that come of them have `labels.cut`.",
            share(survey.cut, survey.words.len() as u64)
        ));
    }
    for (reason, number) in &survey.faults {
        lines.push(format!("{} cannot be read: {reason}.", counted(*number, "line")));
    }
    for (dump, damage) in &survey.damaged {
        lines.push(format!("{dump} is damaged: {damage}."));
    }
    for (dump, looked_at) in &survey.stopped {
        lines.push(format!(
            "{} of {dump} were looked at; the next one is so long that it and what follows were not.",
            counted(*looked_at, "line")
        ));
    }
    lines
}

/// The fields that an article should have and of which nothing was found.
fn missing(survey: &DumpSurvey) -> Vec<&'static str> {
    let wanted = [Slot::Url, Slot::Title, Slot::Authors, Slot::Published, Slot::Crawled, Slot::Language];
    let is_there = |slot: Slot| {
        let name = FieldMap::name_of(slot);
        survey.guesses.contains_key(name)
            || survey.shapes.iter().any(|shape| shape.fields.contains_key(&slot))
    };
    let body = if survey.has_articles() { None } else { Some("a text or a page") };
    let fields = wanted.into_iter().filter(|slot| !is_there(*slot)).map(FieldMap::name_of);
    body.into_iter().chain(fields).collect()
}

/// Languages with at least a hundredth of the texts, the most frequent first.
fn languages(survey: &DumpSurvey) -> Vec<(String, u64)> {
    let all = survey.words.len() as u64;
    let mut languages: Vec<(String, u64)> = survey
        .languages
        .iter()
        .filter(|(language, number)| !language.is_empty() && **number * 100 >= all)
        .map(|(language, number)| (language.clone(), number * 100 / all))
        .collect();
    languages.sort_by_key(|(language, percent)| (std::cmp::Reverse(*percent), language.clone()));
    languages
}

fn told(languages: &[(String, u64)]) -> String {
    let told: Vec<String> =
        languages.iter().map(|(language, percent)| format!("{language} {percent} %")).collect();
    if told.is_empty() { "none that is known".to_owned() } else { told.join(", ") }
}

pub(super) fn share(number: u64, all: u64) -> String {
    match number {
        0 => "none".to_owned(),
        _ if number == all => "all".to_owned(),
        _ if number * 100 < all => "less than 1 %".to_owned(),
        _ => format!("{} %", number * 100 / all.max(1)),
    }
}

pub(super) fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", plain(number), if number == 1 { "" } else { "s" })
}

/// With plain spaces, for a file that people edit.
pub(super) fn plain(number: u64) -> String {
    count(number).replace('\u{202F}', " ")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
