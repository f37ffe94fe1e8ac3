//! `label-spun`: articles that a program rewrote word by word, to pass for others than those they were copied from.
//!
//! "Helium said connected Monday that the span would beryllium closed" →
//! `labels.spun = {"spun": true, "score": 1.0, "evidence": [{"text": "Helium", "for": "he", "start": 0}, …]}`
//!
//! A spinner looks each word up in a thesaurus and takes a synonym, without regard to what the word does in its sentence. No
//! near-duplicate search finds the result, and no rule about quality minds it: the words are English, and as many as
//! there were. Three things give it away, and none needs the spinner's dictionary:
//!
//! - **Words where grammar does not allow them** ([`reading`]). Words have classes by the company they keep ([`words`]), and a
//!   table says how much more often two classes meet around a replaced word than in sound text ([`pairs`]). On top of that come
//!   telling words that are known ([`tells`]), where they do not fit, and "a" before a vowel, since spinners leave articles alone.
//! - **Function words that are missing** ([`missing`]). In English prose of some length, "in", "on" and "that" have a share; a
//!   spinner that replaces them leaves nothing of it.
//! - **Words in strange company** ([`company`]): rarer than what writers use there, beside words that they do not stand beside, with
//!   little to do with what the sentence is about. Texts that are suspicious by the first two are read for it.
//!
//! Texts of fewer than 90 tokens, of fewer than three English sentences, or mostly in another language get no label: there would
//! be nothing but a guess. Each other one gets its score, with `spun` whether it is at least 0.5.
//!
//! On texts and by spinners that were not looked at while the weights were set, `README.md` has the figures. What is weakest:
//! a spinner that replaces few words, and only nouns by nouns and verbs by verbs, writes grammatical text, and passes.

mod company;
mod missing;
mod pairs;
mod reading;
mod restore;
mod tells;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use reading::{Ground, Reader, Span, SpunReading, UNIT};
use tells::TELLS;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// Whether a spun article's text with what is certain put right goes into `labels.spun.restored`.
    restore: bool,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "label-spun",
    family: Family::Labeller,
    summary: "finds English articles that a spinner rewrote word by word: \"arsenic good arsenic\" for \"as good as\"",
    about: "Writes `labels.spun`: `spun`, and `score`, 0 to 1, which is 0.5 or more where it is true. Spun articles also have \
            `evidence`, up to 12 spans with `text`, its `start` in characters, \
            and `for`, what it stands for, where that is known; and `missing`, up to 6 function words with `word`, `found`, \
            and how often it was `expected`. Texts of fewer than 90 words and punctuation marks, and those in other languages, \
            get no label. With restore, `restored` has the text with certain words put back; `text` stays as it is.",
    rules: &[],
    example: "[[stage]]\nkind = \"label-spun\"\nrestore = false\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(LabelSpun::new(table.read::<Settings>()?))),
};

#[derive(Debug)]
struct LabelSpun {
    settings: Settings,
    reader: Reader,
}

/// Fewer tokens than these say too little: a spinner that replaces few words has replaced three of 90.
const ENOUGH_TOKENS: u32 = 90;
const ENOUGH_SENTENCES: u32 = 3;
/// From this sum on a text is read closely: three sound texts in a hundred, and of spun ones with a third of their long
/// words replaced eight in ten have as much.
const CLOSER: f64 = 0.3;
/// Logarithms of evidence that make a score of 1; at half of it an article is spun. `tests/bench/README.md` has how many sound texts
/// have as much.
const CERTAIN: f64 = 11.0;
/// From this score on, an article is spun.
pub(in crate::stage) const SPUN_SCORE: f64 = 0.5;
/// Each telling word that does not fit adds this to the sum, as the two grounds agree; four of them at most.
const EACH_TELL: f64 = 1.0;
const TELLS_THAT_ADD: usize = 4;
/// Below this sum, missing function words do not count: lists, tables and telegrams lack them, too.
const SUSPICIOUS: f64 = 1.0;

const MOST_EVIDENCE: usize = 12;
/// With fewer spans than these whose originals are known, those that do not fit are evidence as well.
const FEW: usize = 3;

impl Stage for LabelSpun {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let stated = article.language.split(['-', '_']).next().unwrap_or_default();
        if !(stated.is_empty() || stated.eq_ignore_ascii_case("en")) {
            return Outcome::Keep;
        }
        let mut reading = self.reader.read(&article.text);
        let Some(mut sum) = sum(&reading) else { return Outcome::Keep };
        if sum >= CLOSER {
            let closer = company::read_closely(&article.text);
            sum += closer.sum;
            reading.spans.extend(closer.odd.into_iter().map(|bytes| Span { bytes, ground: Ground::Odd }));
        }
        let score = round((sum / CERTAIN).clamp(0.0, 1.0), 1000.0);
        let label = if score < SPUN_SCORE {
            json!({ "spun": false, "score": score })
        } else {
            self.label(&article.text, &reading, score)
        };
        article.labels.insert("spun".to_owned(), label);
        cx.note_change();
        Outcome::Keep
    }
}

impl LabelSpun {
    fn new(settings: Settings) -> Self {
        Self { settings, reader: Reader::new() }
    }

    fn label(&self, text: &str, reading: &SpunReading, score: f64) -> Value {
        let missing: Vec<Value> = missing::missing(reading)
            .iter()
            .map(|word| {
                let name = self.reader.lexicon.function_word(word.class);
                json!({ "word": name, "found": word.found, "expected": round(word.expected, 10.0) })
            })
            .collect();
        let mut label = json!({
            "spun": true,
            "score": score,
            "evidence": evidence(text, reading),
        });
        if let Some(label) = label.as_object_mut() {
            if !missing.is_empty() {
                label.insert("missing".to_owned(), missing.into());
            }
            if self.settings.restore {
                label.insert("restored".to_owned(), restore::restored(text, &self.reader).into());
            }
        }
        label
    }
}

/// The largest sum, as a logarithm.
fn best(reading: &SpunReading) -> f64 {
    f64::from(reading.sums.iter().copied().max().unwrap_or(0)) / f64::from(UNIT)
}

/// The evidence that a text is spun, as a logarithm; `None` where there is too little to tell.
fn sum(reading: &SpunReading) -> Option<f64> {
    if reading.tokens < ENOUGH_TOKENS || reading.sentences < ENOUGH_SENTENCES || !reading.is_english() {
        return None;
    }
    let mut sum = best(reading);
    if sum > SUSPICIOUS {
        sum += missing::weight(reading);
    }
    let mut tells: Vec<usize> = Vec::new();
    for span in &reading.spans {
        if let Ground::Tell(place) = span.ground
            && !tells.contains(&place)
        {
            tells.push(place);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 4")]
    let tells = tells.len().min(TELLS_THAT_ADD) as f64;
    Some(sum + EACH_TELL * tells)
}

/// The spans that say most: first telling words, then articles, then words that do not fit; in the text's order.
fn evidence(text: &str, reading: &SpunReading) -> Vec<Value> {
    let rank = |span: &&Span| match span.ground {
        Ground::Tell(_) => 0,
        Ground::Article => 1,
        Ground::Odd => 2,
    };
    // Next to words whose originals are known, those that only do not fit are noise.
    let named = reading.spans.iter().filter(|span| span.ground != Ground::Odd).count();
    let counts = |span: &&Span| named < FEW || span.ground != Ground::Odd;
    let mut spans: Vec<&Span> = reading.spans.iter().filter(counts).collect();
    spans.sort_by_key(|span| (span.bytes.start, rank(span)));
    spans.dedup_by_key(|span| span.bytes.end);
    spans.sort_by_key(rank);
    spans.truncate(MOST_EVIDENCE);
    spans.sort_by_key(|span| span.bytes.start);
    let (mut characters, mut counted) = (0, 0);
    let mut evidence = Vec::with_capacity(spans.len());
    for span in spans {
        let Some(words) = text.get(span.bytes.clone()) else { continue };
        characters += text.get(counted..span.bytes.start).map_or(0, |passed| passed.chars().count());
        counted = span.bytes.start;
        let mut entry = json!({ "text": words, "start": characters });
        let original = match span.ground {
            Ground::Tell(place) => TELLS.get(place).map(|tell| tell.original.to_owned()),
            Ground::Article => right_article(words),
            Ground::Odd => None,
        };
        if let (Some(original), Some(entry)) = (original, entry.as_object_mut()) {
            entry.insert("for".to_owned(), original.into());
        }
        evidence.push(entry);
    }
    evidence
}

/// "A emblem" with the article that it asks for: "an emblem".
fn right_article(words: &str) -> Option<String> {
    let (article, rest) = words.split_once(char::is_whitespace)?;
    let right = match article {
        "a" => "an",
        "A" => "An",
        "an" => "a",
        _ => "A",
    };
    Some(format!("{right} {rest}"))
}

fn round(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Source;

    fn labelled(text: &str, language: &str, restore: bool) -> Option<Value> {
        let stage = LabelSpun::new(Settings { restore });
        let mut article = Article::new(Source { dump: "test".into(), line: 1, id: None });
        text.clone_into(&mut article.text);
        language.clone_into(&mut article.language);
        assert_eq!(stage.apply(&mut article, &mut StageContext::default()), Outcome::Keep);
        assert_eq!(article.text, text);
        article.labels.remove("spun")
    }

    const SOUND: &str = "The mayor said on Monday that he would be at the bridge. ";
    const SPUN: &str = "The politician said connected Monday that helium would beryllium astatine the span. ";

    #[test]
    fn ninety_tokens_in_three_sentences_are_enough_and_fewer_are_not() {
        // Each sentence has 12 words and a full stop.
        assert_eq!(labelled(&SOUND.repeat(7), "", false), Some(json!({ "spun": false, "score": 0.0 })));
        let shorter = format!("{}The mayor said on Monday that he would be. ", SOUND.repeat(6));
        assert_eq!(labelled(&shorter, "", false), None);
        let one_sentence = SOUND.replace('.', " and").repeat(8);
        assert_eq!(labelled(&one_sentence, "", false), None);
    }

    #[test]
    fn another_stated_language_is_believed_and_a_region_of_english_is_english() {
        for (language, is_labelled) in
            [("", true), ("en", true), ("en-GB", true), ("EN_us", true), ("fr", false)]
        {
            assert_eq!(labelled(&SPUN.repeat(8), language, false).is_some(), is_labelled, "{language}");
        }
    }

    #[test]
    fn evidence_is_capped_in_order_and_counted_in_characters() {
        let text = format!("Žižkov – „{}", SPUN.repeat(8));
        let label = labelled(&text, "en", false).expect("it is long enough");
        assert_eq!(label.get("spun"), Some(&json!(true)));
        let evidence = label.get("evidence").and_then(Value::as_array).expect("it is spun");
        assert_eq!(evidence.len(), MOST_EVIDENCE);
        let characters: Vec<char> = text.chars().collect();
        let mut last = 0;
        for entry in evidence {
            let word = entry.get("text").and_then(Value::as_str).expect("a span has a text");
            let start = entry.get("start").and_then(Value::as_u64).expect("a span has a start");
            let start = usize::try_from(start).expect("it is small");
            assert!(characters.iter().skip(start).copied().zip(word.chars()).all(|(a, b)| a == b), "{entry}");
            assert!(start >= last, "{entry}");
            last = start;
        }
        assert_eq!(evidence.first(), Some(&json!({ "text": "connected", "for": "on", "start": 30 })));
    }

    #[test]
    fn what_is_restored_is_a_copy_and_only_where_it_is_asked_for() {
        let text = SPUN.repeat(8);
        let label = labelled(&text, "en", true).expect("it is long enough");
        let restored = "The politician said on Monday that he would be at the span. ".repeat(8);
        assert_eq!(label.get("restored"), Some(&json!(restored)));
        assert_eq!(labelled(&text, "en", false).and_then(|label| label.get("restored").cloned()), None);
        assert_eq!(
            labelled(&SOUND.repeat(8), "en", true).and_then(|label| label.get("restored").cloned()),
            None
        );
    }

    #[test]
    fn words_that_are_missing_are_named_with_what_was_expected() {
        // 380 tokens without "in", "of", "to" and "and".
        let text = SPUN.replace("the span", "a span, arsenic the paper volition say").repeat(20);
        let label = labelled(&text, "en", false).expect("it is long enough");
        let missing = label.get("missing").and_then(Value::as_array).expect("words are missing");
        assert_eq!(
            missing.first(),
            Some(&json!({ "word": "to", "found": 0, "expected": 10.3 })),
            "{missing:?}"
        );
        assert!(missing.len() <= 6);
    }
}
