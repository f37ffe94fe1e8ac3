//! Records as the usual scrapers write them, and records that nobody should write.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::article::{ExtraStyle, KeptRecord};

fn decode(line: &str) -> Decoded {
    decode_bytes(line.as_bytes())
}

fn decode_bytes(line: &[u8]) -> Decoded {
    let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
    decoder.decode(line, &Arc::from("dump"), 1).expect("the line is a record")
}

/// The record that is written for a line, without what every record has.
fn record(line: &str) -> Value {
    let mut article = decode(line).article;
    article.finish();
    let record = KeptRecord { article: &article, extra: ExtraStyle::Text };
    let mut value = serde_json::to_value(record).expect("records are JSON");
    let fields = value.as_object_mut().expect("a record is an object");
    fields.retain(|_, value| !value.is_null());
    let object = value.as_object_mut().expect("records are objects");
    for key in ["id", "found", "host"] {
        object.remove(key);
    }
    if object.get("source") == Some(&serde_json::json!({"dump": "dump", "line": 1})) {
        object.remove("source");
    }
    value
}

fn fault(line: &[u8]) -> Fault {
    let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
    decoder.decode(line, &Arc::from("dump"), 1).expect_err("the line is no record")
}

#[test]
fn the_usual_scrapers_records_are_understood() {
    for (name, line, expected) in [
        (
            "trafilatura",
            r#"{"title":"T","author":"Ann Lee; Bo Chen","hostname":"a.example","date":"2024-05-01","categories":"News","tags":"x;y","fingerprint":"f","id":null,"license":null,"comments":"","raw_text":"r","text":"Body","language":"en","image":"https://a.example/i.jpg","source":"https://a.example/1","source-hostname":"A Site","excerpt":"E"}"#,
            r#"{"url":"https://a.example/1","site_name":"A Site","title":"T","description":"E","authors":["Ann Lee","Bo Chen"],"published":"2024-05-01","tags":["x","y"],"language":"en","text":"Body","images":[{"url":"https://a.example/i.jpg"}],"extra":"{\"raw_text\":\"r\",\"categories\":\"News\",\"hostname\":\"a.example\",\"fingerprint\":\"f\",\"license\":null,\"comments\":\"\"}"}"#,
        ),
        (
            "newspaper",
            r#"{"url":"https://a.example/2","title":"T","text":"Body","authors":["Ann Lee"],"publish_date":"2024-05-01 10:00:00","top_image":"https://a.example/i.jpg","keywords":["k"],"meta_lang":"de","summary":"S"}"#,
            r#"{"url":"https://a.example/2","title":"T","description":"S","authors":["Ann Lee"],"published":"2024-05-01T10:00:00","tags":["k"],"language":"de","text":"Body","images":[{"url":"https://a.example/i.jpg"}]}"#,
        ),
        (
            "news-please",
            r#"{"authors":[],"date_download":"2024-05-02 00:00:00","date_modify":null,"date_publish":"2024-05-01 10:00:00","description":null,"maintext":"Body","source_domain":"a.example","title":"T","url":"https://a.example/3"}"#,
            r#"{"url":"https://a.example/3","title":"T","published":"2024-05-01T10:00:00","crawled":"2024-05-02T00:00:00","text":"Body","extra":"{\"source_domain\":\"a.example\"}"}"#,
        ),
        (
            "a news feed",
            r#"{"source":{"id":"a-site","name":"A Site"},"author":"By Ann Lee","title":"T","description":"D","url":"https://a.example/4","urlToImage":null,"publishedAt":"2024-05-01T10:00:00Z","content":"Body"}"#,
            r#"{"url":"https://a.example/4","site_name":"A Site","title":"T","description":"D","authors":["Ann Lee"],"published":"2024-05-01T10:00:00Z","text":"Body","extra":"{\"source\":{\"id\":\"a-site\"}}"}"#,
        ),
        (
            "datatrove",
            r#"{"text":"Body","id":"<urn:1>","metadata":{"url":"https://a.example/5","date":"2024-05-01","dump":"CC","language":"en","language_score":0.93}}"#,
            r#"{"url":"https://a.example/5","published":"2024-05-01","language":"en","language_score":0.93,"text":"Body","source":{"dump":"dump","line":1,"id":"<urn:1>"},"extra":"{\"metadata\":{\"dump\":\"CC\"}}"}"#,
        ),
        (
            "dolma",
            r#"{"id":"7","text":"Body","source":"cc","added":"2024-05-02T00:00:00Z","created":"2024-05-01T00:00:00Z","metadata":{}}"#,
            r#"{"published":"2024-05-01T00:00:00Z","crawled":"2024-05-02T00:00:00Z","text":"Body","source":{"dump":"dump","line":1,"id":"7"},"extra":"{\"source\":\"cc\"}"}"#,
        ),
        (
            "an Arabic newspaper's scraper",
            r#"{"source":"alpha","url":"http://a.example/6","date_extracted":"2015-07-21 02:51:32","title":"عنوان","author":"لندن: فلانة الفلانية","content":"نص"}"#,
            r#"{"url":"http://a.example/6","title":"عنوان","authors":["لندن: فلانة الفلانية"],"crawled":"2015-07-21T02:51:32","text":"نص","extra":"{\"source\":\"alpha\"}"}"#,
        ),
        (
            "schema.org",
            r#"{"@type":"NewsArticle","headline":"T","articleBody":"Body","author":[{"@type":"Person","name":"Ann Lee"}],"datePublished":1714557600000,"publisher":{"name":"A Site","logo":"l"},"inLanguage":"en-GB","image":{"url":"u","caption":"c"},"mainEntityOfPage":"https://a.example/7"}"#,
            r#"{"url":"https://a.example/7","site_name":"A Site","title":"T","authors":["Ann Lee"],"published":"2024-05-01T10:00:00Z","language":"en","text":"Body","images":[{"url":"u","caption":"c"}],"extra":"{\"publisher\":{\"logo\":\"l\"},\"author\":[{\"@type\":\"Person\",\"name\":\"Ann Lee\"}],\"@type\":\"NewsArticle\"}"}"#,
        ),
    ] {
        let expected: Value = serde_json::from_str(expected).expect("the expectation is JSON");
        let mut found = record(line);
        // Which leftover comes first means nothing.
        let extra = |value: &mut Value| {
            let text = value.as_object_mut().and_then(|object| object.remove("extra"));
            text.and_then(|text| serde_json::from_str::<Value>(text.as_str().unwrap_or("null")).ok())
        };
        let mut expected = expected;
        assert_eq!(extra(&mut found), extra(&mut expected), "{name}");
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn authors_come_in_many_shapes() {
    for (json, expected) in [
        (r#""Ann Lee""#, &["Ann Lee"][..]),
        (r#""By Ann Lee, Bo Chen and Cy Day""#, &["Ann Lee", "Bo Chen", "Cy Day"]),
        (r#""Lee, Ann""#, &["Lee, Ann"]),
        (r#""Jo Erlen und Mai Anders""#, &["Jo Erlen", "Mai Anders"]),
        (r#""José Ortega y Gasset""#, &["José Ortega y Gasset"]),
        (
            r#"["Von Hauke Petersen-Ahrens", "Von Trapp", "Par Solène Garrigue"]"#,
            &["Hauke Petersen-Ahrens", "Von Trapp", "Solène Garrigue"],
        ),
        (
            r#"["记者 林知遥", "文・浅倉ひより", "بقلم كريم العطار"]"#,
            &["林知遥", "浅倉ひより", "كريم العطار"],
        ),
        (r#"["Ann Lee","ann lee"," Bo  Chen "]"#, &["Ann Lee", "Bo Chen"]),
        (r#"[{"name":"Ann Lee"},{"firstName":"Bo","lastName":"Chen"}]"#, &["Ann Lee", "Bo Chen"]),
        (r#""[\"Ann Lee\",\"Bo Chen\"]""#, &["Ann Lee", "Bo Chen"]),
        (r#""['Ann Lee', \"Bo O'Hara\"]""#, &["Ann Lee", "Bo O'Hara"]),
        (r#"{"name":"Ann Lee"}"#, &["Ann Lee"]),
    ] {
        assert_eq!(decode(&format!(r#"{{"author":{json}}}"#)).article.authors, expected, "{json}");
    }
}

#[test]
fn what_does_not_fit_a_field_stays_in_extra() {
    let article =
        decode(r#"{"published":"03/04/2024","title":{"deep":1},"url":"bbc-news","x":[1, 2]}"#).article;
    assert_eq!(article.published, None);
    assert_eq!(article.extra, r#"{"url":"bbc-news","title":{"deep":1},"published":"03/04/2024","x":[1, 2]}"#);
}

#[test]
fn extra_is_on_one_line_however_the_record_was_laid_out() {
    let article = decode("{\n  \"text\": \"a\",\n  \"x\": {\n    \"a\": [\n      1,\r\n      2.50\n    ],\n    \"b\": \"c \\\" \\n d\"\n  }\n}").article;
    assert_eq!(article.extra, r#"{"x":{"a":[1,2.50],"b":"c \" \n d"}}"#);
}

#[test]
fn a_date_that_can_be_read_in_two_ways_is_noted_where_no_other_date_is_there() {
    for (line, is_open) in [
        (r#"{"published":"03/04/2024","text":"a"}"#, true),
        (r#"{"published":"03/04/2024","date":"2024-04-03","text":"a"}"#, false),
        (r#"{"published":"13/04/2024","text":"a"}"#, false),
        (r#"{"published":"03/04/2024","language":"de","text":"a"}"#, false),
        (r#"{"published":"soon","text":"a"}"#, false),
    ] {
        assert_eq!(decode(line).has_open_date, is_open, "{line}");
    }
}

#[test]
fn the_better_name_wins_and_the_other_value_is_kept() {
    let article = decode(r#"{"content":"short","text":"long","body":""}"#).article;
    assert_eq!((article.text.as_str(), article.extra.as_str()), ("long", r#"{"content":"short"}"#));
}

#[test]
fn a_body_may_be_a_list_of_paragraphs() {
    assert_eq!(decode(r#"{"text":["one","two",null,""]}"#).article.text, "one\n\ntwo");
}

#[test]
fn of_two_equal_keys_the_last_one_counts() {
    let article = decode(r#"{"text":"a","title":"b","x":1,"text":"c","title":"d","x":2}"#).article;
    assert_eq!(
        (article.text.as_str(), article.title.as_str(), article.extra.as_str()),
        ("c", "d", r#"{"x":2}"#)
    );
}

#[test]
fn our_own_records_can_be_read_again() {
    let line = r#"{"id":"00","url":"https://a.example/1","host":"a.example","text":"Body","labels":{"q":{"n":1}},"source":{"dump":"d","line":4},"extra":"{\"x\":1}"}"#;
    let article = decode(line).article;
    assert_eq!(article.labels.get("q"), Some(&serde_json::json!({"n": 1})));
    assert_eq!(article.extra, r#"{"source":{"dump":"d","line":4},"x":1}"#);
    assert_eq!(article.source.id.as_deref(), Some("00"));
}

#[test]
fn a_pipelines_own_names_come_before_the_usual_ones_or_alone() {
    let own = BTreeMap::from([
        ("text".to_string(), vec!["body.story".to_string()]),
        ("published".to_string(), vec!["ts".to_string()]),
    ]);
    for (place, line, text, extra) in [
        (
            OwnNames::First,
            r#"{"body":{"story":"Own","n":1},"text":"no"}"#,
            "Own",
            r#"{"text":"no","body":{"n":1}}"#,
        ),
        (OwnNames::First, r#"{"text":"usual"}"#, "usual", ""),
        (OwnNames::First, r#"{"body":"usual"}"#, "usual", ""),
        (
            OwnNames::Only,
            r#"{"body":{"story":"Own","n":1},"text":"no"}"#,
            "Own",
            r#"{"body":{"n":1},"text":"no"}"#,
        ),
        (OwnNames::Only, r#"{"text":"no"}"#, "", r#"{"text":"no"}"#),
    ] {
        let decoder = Decoder::new(FieldMap::new(&own, place), DayOrder::Unambiguous);
        let article = decoder.decode(line.as_bytes(), &Arc::from("dump"), 1).expect("a record").article;
        assert_eq!((article.text.as_str(), article.extra.as_str()), (text, extra), "{place:?} {line}");
        let dated = br#"{"ts":1504339620}"#;
        let article = decoder.decode(dated, &Arc::from("dump"), 1).expect("a record").article;
        assert_eq!((article.crawled, article.published.is_some()), (None, true), "{place:?}");
    }
}

#[test]
fn values_are_found_in_what_databases_and_publishing_systems_put_around_them() {
    let paragraphs = "One.\n\nTwo.\n\nThree.";
    let summary = format!(
        r#"{{"link":"https://a.example/1","title":"T","excerpt":"E","summary":{}}}"#,
        Value::from(paragraphs)
    );
    for (line, url, title, published, text) in [
        (
            r#"{"f":{"url":{"v":"https://a.example/1"},"title":{"v":"T"},"published_at":{"v":"1.714557600E9"},"text":{"v":"A text of some words."}}}"#,
            "https://a.example/1",
            "T",
            "2024-05-01T10:00:00Z",
            "A text of some words.",
        ),
        (
            r#"{"object":"page","url":"https://a.example/1","properties":{"Name":{"id":"title","type":"title","title":[{"type":"text","plain_text":"The "},{"type":"text","plain_text":"pier"}]},"Published":{"type":"date","date":{"start":"2024-05-01","end":null}},"Text":{"type":"rich_text","rich_text":[{"type":"text","text":{"content":"One, "},"plain_text":"One, "},{"type":"text","text":{"content":"two."},"plain_text":"two."}]}}}"#,
            "https://a.example/1",
            "The pier",
            "2024-05-01",
            "One, two.",
        ),
        (
            r#"{"sys":{"id":"7","createdAt":"2020-01-01T00:00:00Z"},"fields":{"title":{"en-US":"T"},"publishDate":{"en-US":"2024-05-01"},"body":{"en-US":"B."}}}"#,
            "",
            "T",
            "2024-05-01",
            "B.",
        ),
        (
            r#"{"url":"https://a.example/1","title":"T","content":"One and ...","raw_content":"One and two, and many more."}"#,
            "https://a.example/1",
            "T",
            "",
            "One and two, and many more.",
        ),
        (&summary, "https://a.example/1", "T", "", paragraphs),
        (
            r#"{"title":"T","body":{"sections":[{"paragraphs":["B."]}]},"html":{"requested_url":"https://a.example/1"}}"#,
            "https://a.example/1",
            "T",
            "",
            "B.",
        ),
    ] {
        let article = decode(line).article;
        let date = article.published.map(|date| date.to_string()).unwrap_or_default();
        assert_eq!(
            (&*article.url, &*article.title, &*date, &*article.text),
            (url, title, published, text),
            "{line}"
        );
    }
}

#[test]
fn an_id_keeps_all_its_digits() {
    let article = decode(r#"{"id":589084071224307838838,"text":"a","n":589084071224307838839}"#).article;
    assert_eq!(article.source.id.as_deref(), Some("589084071224307838838"));
    assert_eq!(article.extra, r#"{"n":589084071224307838839}"#);
}

/// So many names.
fn numbered(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("Ann Lee{number}"))
}

#[test]
fn a_list_is_taken_up_to_a_bound_and_then_kept_whole_in_extra_too() {
    for key in ["tags", "authors", "contributors", "images"] {
        let length = |article: &Article| match key {
            "tags" => article.tags.len(),
            "authors" => article.authors.len(),
            "contributors" => article.contributors.len(),
            _ => article.images.len(),
        };
        let shape = |name: &String| match key {
            "images" => format!(r#""https://a.example/{}.jpg""#, name.replace(' ', "-")),
            _ => format!("\"{name}\""),
        };
        for count in [bounds::MOST_ITEMS, bounds::MOST_ITEMS + 1, 3 * bounds::MOST_PARTS] {
            let items = numbered(count).map(|name| shape(&name)).collect::<Vec<_>>().join(",");
            let article = decode(&format!(r#"{{"{key}":[{items}]}}"#)).article;
            assert_eq!(length(&article), count.min(bounds::MOST_ITEMS), "{key}");
            let extra = format!(r#"{{"{key}":[{items}]}}"#);
            let expected = if count > bounds::MOST_ITEMS { extra.as_str() } else { "" };
            assert!(article.extra == expected, "{key} {count}: {} bytes", article.extra.len());
        }
        // As a scraper writes it that has the list in a string.
        let items = numbered(bounds::MOST_ITEMS + 1).map(|name| shape(&name)).collect::<Vec<_>>().join(",");
        let line = format!(r#"{{"{key}":{}}}"#, Value::from(format!("[{items}]")));
        let article = decode(&line).article;
        assert_eq!((length(&article), article.extra), (bounds::MOST_ITEMS, line), "{key}");
    }
    // Names and tags in one string are taken together or not at all.
    for key in ["tags", "authors"] {
        let names = numbered(bounds::MOST_ITEMS + 1).collect::<Vec<_>>().join("; ");
        let line = format!(r#"{{"{key}":"{names}"}}"#);
        let article = decode(&line).article;
        assert!(article.tags.is_empty() && article.authors.is_empty(), "{key}");
        assert_eq!(article.extra, line);
    }
}

#[test]
fn a_value_too_long_for_its_field_is_in_extra() {
    for key in ["title", "description", "section", "id", "url", "tags"] {
        let most = if key == "tags" { bounds::LONGEST_LIST_BYTES } else { bounds::LONGEST_BYTES };
        // An address is no title.
        let start = if key == "url" { "https://a.example/" } else { "a long value about" };
        let line = |bytes: usize| format!(r#"{{"{key}":"{start}{}"}}"#, "x".repeat(bytes - start.len() - 2));
        assert_eq!(decode(&line(most)).article.extra, "", "{key}");
        assert!(decode(&line(most + 1)).article.extra == line(most + 1), "{key}");
    }
    let text = "x".repeat(2 * bounds::LONGEST_BYTES);
    assert!(decode(&format!(r#"{{"text":"{text}"}}"#)).article.text == text);
}

#[test]
fn labels_that_are_none_are_in_extra() {
    let deep = format!(r#"{{"labels":{}1{}}}"#, r#"{"a":"#.repeat(100), "}".repeat(100));
    let article = decode(&deep).article;
    assert!(article.labels.is_empty());
    assert_eq!(article.extra, deep);
}

#[test]
fn a_record_of_more_keys_than_anybody_gives_one_is_quarantined() {
    let keys = |count: usize, at: usize| {
        (at..at + count).map(|number| format!(r#""k{number}":1"#)).collect::<Vec<_>>().join(",")
    };
    let most = bounds::MOST_KEYS;
    let line = format!("{{{}}}", keys(most, 0));
    assert!(decode(&line).article.extra == line);
    let line = format!("{{{}}}", keys(most + 1, 0));
    assert_eq!(fault(line.as_bytes()), Fault::new(&TOO_MANY_KEYS, "more than 100000 keys"));
    // Those of metadata count, but an object that is no metadata with so many is a value like any other.
    let half = most / 2;
    let line = format!(r#"{{"metadata":{{{}}},{}}}"#, keys(half, 0), keys(half, half));
    assert_eq!(fault(line.as_bytes()).reason.name, "too_many_keys");
    let line = format!(r#"{{"metadata":{{{}}},"x":1}}"#, keys(most + 1, 0));
    assert!(decode(&line).article.extra == line);
    let repeated = format!("{{{}}}", [r#""k":1"#].repeat(most + 1).join(","));
    assert_eq!(fault(repeated.as_bytes()).reason.name, "too_many_keys");
}

#[test]
fn the_list_of_records_in_a_response_is_found_by_what_is_in_it() {
    let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
    for (json, expected) in [
        (
            r#"{"status":"ok","n":2,"articles":[{"title":"T","url":"https://a.example/1"},{"title":"U"}]}"#,
            "articles",
        ),
        (
            r#"{"took":3,"hits":{"total":1,"hits":[{"_id":"1","_source":{"title":"T","body":"B"}}]}}"#,
            "hits.hits",
        ),
        (
            r#"{"response":{"numFound":1,"docs":[{"url":"https://a.example/1","content":"B"}]}}"#,
            "response.docs",
        ),
        (
            r#"{"kind":"Listing","data":{"children":[{"kind":"t3","data":{"title":"T","selftext":"B"}}]}}"#,
            "data.children",
        ),
        (
            r#"{"title":"A feed","home_page_url":"https://a.example","items":[{"url":"https://a.example/1","content_html":"<p>B</p>"}]}"#,
            "items",
        ),
        (
            r#"{"rss":{"channel":{"title":"F","link":"https://a.example","item":[{"title":"T","link":"https://a.example/1"}]}}}"#,
            "rss.channel.item",
        ),
        (r#"{"request":{"u":1},"ferries":[{"headline":"T","articleBody":"B"}]}"#, "ferries"),
        (
            r#"{"db":[{"meta":{"version":"5"},"data":{"tags":[{"id":1}],"posts":[{"title":"T","html":"<p>B</p>"}]}}]}"#,
            "db.[].data.posts",
        ),
        (
            r#"[{"status":"ok","articles":[{"title":"T","url":"https://a.example/1"}]},{"status":"ok"}]"#,
            "[].articles",
        ),
        (r#"{"articles":{"-Nx1":{"title":"T","text":"B"},"-Nx2":{"title":"U","text":"C"}}}"#, "articles.*"),
        (r#"[{"title":"T","text":"B"},{"title":"U","comments":[{"author":"A","text":"C"}]}]"#, ""),
        // A beginning is enough.
        (r#"{"articles":[{"title":"T","url":"https://a.example/1","text":"B"#, "articles"),
        (r#"{"articles":[{"title":"T","url":"https://a.example/1"},{"tit"#, "articles"),
        // Records, and what is none.
        (
            r#"{"title":"T","url":"https://a.example/1","text":"B","related":[{"title":"U","url":"https://a.example/2"}]}"#,
            "",
        ),
        (
            r#"{"title":"T","url":"https://a.example/1","related":[{"title":"U","url":"https://a.example/2"}]}"#,
            "",
        ),
        (r#"{"title":"T","paragraphs":[{"text":"one"},{"text":"two"}]}"#, ""),
        (r#"{"a":[1,2],"b":[{"n":1}]}"#, ""),
        // Lines, each a record with a list of objects.
        (
            "{\"url\":\"https://a.example/1\",\"text\":\"B\",\"authors\":[{\"name\":\"A\",\"url\":\"https://a.example/a\"}]}\n{\"url\":\"https://a.example/2\",\"text\":\"C\"}\n",
            "",
        ),
        // The first has no text.
        (
            "{\"title\":\"T\",\"text\":\"\",\"comments\":[{\"author\":\"A\",\"text\":\"C\"}]}\n{\"title\":\"U\",\"text\":\"D\"}\n",
            "",
        ),
        (
            "{\"title\":\"T\",\"text\":\"B\",\"comments\":[{\"author\":\"A\",\"text\":\"C\"}]}\n{\"title\":\"U\",\"te",
            "",
        ),
        (
            "{\"articles\":[{\"title\":\"T\",\"text\":\"B\"}]}\n{\"articles\":[{\"title\":\"U\",\"text\":\"C\"}]}\n",
            "articles",
        ),
        // Records side by side, at any depth, and beside values that are none.
        (r#"{"n":7,"a":{"title":"T","text":"B"},"b":{"title":"U","text":"C"}}"#, "*"),
        (r#"[{"a":{"title":"T","text":"B"},"b":{"title":"U","text":"C"}}]"#, "[].*"),
        (
            "{\"1\":{\"title\":\"T\",\"text\":\"B\"}}\n{\"2\":{\"title\":\"U\",\"text\":\"C\"},\"3\":{\"title\":\"V\",\"text\":\"D\"}}",
            "*",
        ),
        (
            r#"{"x":{"y":{"1":{"title":"T","text":"B"},"2":{"title":"U","text":"C"}},"n":[1]},"users":{"u":{"name":"N"}}}"#,
            "x.y.*",
        ),
        (
            r#"{"may":{"1":{"title":"T","text":"B"},"2":{"title":"U","text":"C"}},"june":{"3":{"title":"V","text":"D"}}}"#,
            "**.*",
        ),
        // The beginning may end within the last one.
        (r#"{"1":{"title":"T","text":"B"},"2":{"title":"U","text":"C"},"3":{"title":"V","da"#, "*"),
        // Versions of one, what belongs to one, and records that have others in them.
        (r#"{"raw":{"url":"u","title":"T","text":"B"},"clean":{"url":"u","title":"U","text":"C"}}"#, ""),
        (r#"{"old":{"title":"T","text":"B"},"new":{"title":"U","text":"B"}}"#, ""),
        (
            r#"{"post":{"title":"T","text":"B"},"comments":{"1":{"author":"A","text":"C"},"2":{"author":"D","text":"E"}}}"#,
            "",
        ),
        (
            r#"{"post":{"title":"T","text":"B"},"by":{"1":{"title":"U","text":"C"},"2":{"title":"V","text":"E"}}}"#,
            "",
        ),
        (r#"{"title":"T","a":{"title":"U","text":"B"},"b":{"title":"V","text":"C"}}"#, ""),
        (r#"{"a":{"title":"U","text":"B"},"b":{"title":"V","text":"C"},"c":[{"title":"W","text":"D"}]}"#, ""),
        (
            "{\"a\":{\"title\":\"T\",\"text\":\"B\"},\"b\":{\"title\":\"U\",\"text\":\"C\"}}\n{\"title\":\"V\",\"text\":\"D\"}",
            "",
        ),
        (
            r#"{"title":"T","url":"u","chapters":{"1":{"title":"U","text":"B"},"2":{"title":"V","text":"C"}}}"#,
            "",
        ),
        (
            r#"{"title":"T","url":"u","items":{"1":{"title":"U","text":"B"},"2":{"title":"V","text":"C"}}}"#,
            "items.*",
        ),
        // Groups of a search, and the words that it has found.
        (
            r#"{"grouped":{"host":{"matches":2,"groups":[{"groupValue":"x","doclist":{"docs":[{"title":"T","text":"B"}]}}]}}}"#,
            "grouped.host.groups.[].doclist.docs",
        ),
        (
            r#"{"hits":{"hits":[]},"aggregations":{"h":{"buckets":[{"key":"x","top":{"hits":{"hits":[{"_source":{"title":"T","text":"B"}}]}}}]}}}"#,
            "aggregations.h.buckets.[].top.hits.hits",
        ),
        (
            r#"{"response":{"docs":[{"title":"T","url":"u","text":"B"}]},"highlighting":{"1":{"text":["b"]},"2":{"text":["c"]}}}"#,
            "response.docs",
        ),
        (r#"{"title":"T","url":"u","a":{"b":{"c":{"items":[{"title":"U","text":"B"}]}}}}"#, ""),
        ("[]", ""),
        ("12", ""),
        // A response that found nothing is no record.
        (r#"{"status":"ok","totalResults":0,"articles":[]}"#, "articles"),
        (r#"{"hits":{"total":0,"hits":[]}}"#, "hits.hits"),
        (r#"{"status":"ok","errors":[]}"#, ""),
        (r#"{"title":"T","url":"https://a.example/1","items":[]}"#, ""),
        ("{\"id\":1,\"items\":[]}\n{\"id\":2,\"items\":[]}\n", ""),
    ] {
        let path = match decoder.layout(json) {
            Some(Layout::Lists(path)) => path.join("."),
            _ => String::new(),
        };
        assert_eq!(path, expected, "{json}");
    }
}

#[test]
fn tables_in_json_are_found_by_the_names_in_them() {
    let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
    let rows = |path: &[&str], names: &[&str], base, header_rows| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Some(Layout::Rows { path: owned(path), names: owned(names), base, header_rows })
    };
    let columns =
        |path: &[&str]| Some(Layout::Columns { path: path.iter().map(|key| (*key).to_owned()).collect() });
    for (json, expected) in [
        (r#"[["url","title"],["https://a.example/1","T"]]"#, rows(&[], &["url", "title"], 1, 1)),
        // Lines of a log that are records, each with its time.
        (
            r#"{"data":{"result":[{"stream":{"app":"x"},"values":[["1709280000000000000","{\"title\":\"T\",\"text\":\"B\"}"]]}]}}"#,
            rows(&["data", "result", "[]", "values"], &[], 1, 0),
        ),
        (
            "[\"url\",\"n\",\"text\"]\n[\"https://a.example/1\",1,\"B\"]\n",
            rows(&[], &["url", "n", "text"], 0, 1),
        ),
        (
            r#"{"columns":["url","title"],"index":[0,1],"data":[["https://a.example/1","T"]]}"#,
            rows(&["data"], &["url", "title"], 1, 0),
        ),
        (
            r#"{"range":"A1:B2","values":[["url","title"],["https://a.example/1","T"]]}"#,
            rows(&["values"], &["url", "title"], 1, 1),
        ),
        (
            r#"{"meta":{"view":{"columns":[{"id":1,"name":"url"},{"id":2,"name":"text"}]}},"data":[["https://a.example/1","B"]]}"#,
            rows(&["data"], &["url", "text"], 1, 0),
        ),
        (
            "[\"url\",\"text\"]\n[\"String\",\"Nullable(String)\"]\n[\"https://a.example/1\",\"B\"]\n",
            rows(&[], &["url", "text"], 0, 2),
        ),
        // Each row is in an object, with what is said of its values or with the header; a query says of which node each column is.
        (
            r#"{"results":[{"columns":["a.title","a.text"],"data":[{"row":["T","B"],"meta":[null,null]},{"row":["U","C"],"meta":[null,null]}]}],"errors":[]}"#,
            rows(&["results", "[]", "data", "[]", "row"], &["title", "text"], 0, 0),
        ),
        (
            r#"{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"url"},{"VarCharValue":"text"}]},{"Data":[{"VarCharValue":"a"},{"VarCharValue":"B"}]}]}}"#,
            rows(&["ResultSet", "Rows", "[]", "Data"], &["url", "text"], 0, 1),
        ),
        // The names are in an object beside that of the rows.
        (
            r#"{"manifest":{"schema":{"columns":[{"name":"title"},{"name":"text"}]}},"result":{"data_array":[["T","B"],["U","C"]]}}"#,
            rows(&["result", "data_array"], &["title", "text"], 1, 0),
        ),
        // Of several tables that are alike, all.
        (
            r#"{"a":{"columns":["url","title"],"data":[["https://a.example/1","T"]]},"b":{"columns":["url","title"],"data":[["https://a.example/2","U"]]}}"#,
            rows(&["**", "data"], &["url", "title"], 1, 0),
        ),
        // The list of rows is not in the beginning.
        (r#"{"columns":["url","title"],"index":[0,1,2,3"#, rows(&["data"], &["url", "title"], 1, 0)),
        (
            r#"{"ok":true,"result":{"meta":[{"name":"title","type":"String"},{"name":"body","type":"String"}],"rows":[["T","B"]]}}"#,
            rows(&["result", "rows"], &["title", "body"], 1, 0),
        ),
        (
            r#"{"schema":{"fields":[{"name":"url","type":"STRING"},{"name":"text","type":"STRING"}]},"rows":[{"f":[{"v":"https://a.example/1"},{"v":"B"}]}]}"#,
            rows(&["rows", "[]", "f"], &["url", "text"], 0, 0),
        ),
        (r#"{"url":{"0":"https://a.example/1","1":"https://a.example/2"},"n":{"0":1,"1":2}}"#, columns(&[])),
        (r#"{"ids":["1","2"],"embeddings":null,"documents":["A","B"],"metadatas":[{},{}]}"#, columns(&[])),
        (r#"{"text":{"0":"B","1":"C and so"#, columns(&[])),
        // Of a table that was filtered, or whose keys are sorted.
        (r#"{"text":{"0":"B","10":"C","2":"D and so"#, columns(&[])),
        (r#"{"url":["https://a.example/1","https://a.example/2"],"title":["T","U"]}"#, columns(&[])),
        (r#"{"title":{"x":"T","y":"U"},"url":{"x":"a","y":"b"}}"#, columns(&[])),
        // In a response, and beside other values.
        (
            r#"{"meta":[{"name":"title","type":"String"}],"data":{"n":[1,2],"title":["T","U"],"text":["A","B"]},"rows":2}"#,
            columns(&["data"]),
        ),
        (r#"{"n":2,"title":["T","U"],"text":["A","B"],"authors":["C","D"]}"#, columns(&[])),
        (
            r#"{"meta":[{"name":"id","type":"String"},{"name":"title","type":"String"}],"data":{"id":["8801","8802"#,
            columns(&["data"]),
        ),
        (r#"{"data":{"title":"T","text":["A","B"],"authors":["C","D"]}}"#, None),
        (r#"{"n":2,"text":["A","B"],"authors":["C","D"]}"#, None),
        (r#"{"title":"T","url":["a","b"],"text":["A","B"]}"#, None),
        (r#"{"data":{"text":["A","B and so"#, None),
        // Records, and what is none.
        (r#"{"url":["https://a.example/1"],"tags":["x","y"],"title":["T"]}"#, None),
        (r#"{"title":{"rendered":"T"},"content":{"rendered":"B"}}"#, None),
        (r#"{"title":{"en":"T","de":"U"}}"#, None),
        (r#"{"text":["one","two"],"title":"T"}"#, None),
        ("[[1,2],[3,4]]", None),
        (r#"["url","title"]"#, None),
    ] {
        assert_eq!(decoder.layout(json), expected, "{json}");
    }
}

#[test]
fn a_record_after_something_else_on_its_line_is_read() {
    let record = r#"{"url":"https://a.example/1","title":"T","text":"B"}"#;
    for line in [
        format!("2024-05-01 10:00:00,123 INFO [spider] {{3}} {record}"),
        format!("data: {record}"),
        format!("example,a)/1 20240501100000 {record}"),
        format!(
            r#"{{"log":{},"stream":"stdout","time":"2024-05-01T10:00:00Z"}}"#,
            Value::from(format!("{record}\n"))
        ),
    ] {
        let article = decode(&line).article;
        assert_eq!((&*article.title, &*article.text), ("T", "B"), "{line}");
    }
    assert_eq!(fault(b"INFO stats {\"n\":1}").reason.name, "bad_json");
}

#[test]
fn nearly_json_is_mended_and_counted() {
    for (line, text) in [
        (r#"{"text":"half \ud83d pair"}"#, "half \u{FFFD} pair"),
        ("{\"text\":\"raw\ttab\"}", "raw\ttab"),
        (r#"{"text":"a","x":NaN}"#, "a"),
    ] {
        let decoded = decode(line);
        assert!(decoded.mended, "{line}");
        assert_eq!(decoded.article.text, text);
    }
    // In a key that copydesk does not know nothing needs to be mended.
    let decoded = decode(r#"{"text":"a","x":"half \ud83d pair"}"#);
    assert!(!decoded.mended);
    assert_eq!(decoded.article.extra, r#"{"x":"half \ud83d pair"}"#);
}

#[test]
fn of_a_body_that_is_no_text_the_rest_stays_in_extra() {
    for (value, text, extra) in [
        (r#"{"a":"b"}"#, "", r#"{"text":{"a":"b"}}"#),
        (r#"{"rendered":"T","protected":false}"#, "T", r#"{"text":{"protected":false}}"#),
        (r#"{"rendered":"T"}"#, "T", ""),
        ("true", "", r#"{"text":true}"#),
        (r#"["a",null,"b"]"#, "a\n\nb", ""),
        (r#"["a",{"x":1},"b"]"#, "a\n\nb", r#"{"text":[{"x":1}]}"#),
        (r#"[{"text":"a"},{"text":"b","bold":true}]"#, "a\n\nb", r#"{"text":[{"text":"b","bold":true}]}"#),
        ("[]", "", ""),
    ] {
        let article = decode(&format!(r#"{{"text":{value}}}"#)).article;
        assert_eq!((&*article.text, &*article.extra), (text, extra), "{value}");
    }
    // Where another key has the text, all of it does.
    let both =
        decode(r#"{"text":"T","content":{"rendered":"C","protected":false},"body":["B"],"article":[]}"#);
    assert_eq!(both.article.extra, r#"{"content":{"rendered":"C","protected":false},"body":["B"]}"#);
}

#[test]
fn hostile_values_do_no_harm() {
    let deep = format!(r#"{{"text":"a","x":{}1{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(decode(&deep).article.text, "a");
    let deep = format!(r#"{{"text":"a","title":{}1{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(decode(&deep).article.title, "");
    let deep = format!(r#"{{"text":{}1{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(decode(&deep).article.text, "");
    assert_eq!(
        decode(r#"{"text":"a","n":1e400,"published":1e400}"#).article.extra,
        r#"{"published":1e400,"n":1e400}"#
    );
    assert_eq!(fault(br#"{"text":1e400}"#).reason.name, "bad_json");
}

#[test]
fn a_line_of_very_many_keys_or_names_is_read_in_a_moment() {
    // Each with each would be 10^9 comparisons, which is minutes; nobody waits that long for a test.
    let many = |item: fn(usize) -> String| (0..40_000).map(item).collect::<Vec<_>>().join(",");
    let keys = many(|n| format!("\"k{n}\":1"));
    assert_eq!(decode(&format!("{{\"text\":\"a\",{keys}}}")).article.extra, format!("{{{keys}}}"));
    let nested = decode(&format!("{{\"text\":\"a\",\"metadata\":{{{keys}}}}}")).article.extra;
    assert_eq!(nested, format!("{{\"metadata\":{{{keys}}}}}"));
    let twice = decode(&format!("{{{keys},\"text\":\"a\",{keys}}}"));
    assert_eq!(twice.article.extra, format!("{{{keys}}}"));
    let names = many(|n| format!("\"Ann Lee{n}\""));
    let authors = decode(&format!("{{\"text\":\"a\",\"authors\":[{names},\"ann lee7\"]}}")).article.authors;
    assert_eq!((authors.len(), &*authors[999]), (1_000, "Ann Lee999"));
}

#[test]
fn what_is_no_record_is_named() {
    for (line, reason) in [
        (&b"\xff\xfe{}"[..], "not_utf8"),
        (b"{\"text\":\"cut", "bad_json"),
        (b"{} {}", "bad_json"),
        (b"{\"text\":\"a\"} {\"text\":", "bad_json"),
        (b"[{\"text\":\"a\"}]", "not_an_object"),
        (b"12345", "not_an_object"),
        (b"\"text\"", "not_an_object"),
        (b"null", "not_an_object"),
    ] {
        assert_eq!(fault(line).reason.name, reason, "{}", String::from_utf8_lossy(line));
    }
}

#[test]
fn a_line_in_another_encoding_is_read_and_one_with_damaged_characters_is_not() {
    let text = "Le château près de la forêt, “fermé” depuis l’été – naïve façade à 5 € : « déjà vu »";
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode(text);
    let (russian, ..) =
        encoding_rs::WINDOWS_1251.encode("Мост закрыт до весны, сообщил совет порта во вторник");
    let line = |text: &[u8]| [b"{\"text\":\"", text, b"\"}"].concat();
    for (bytes, expected) in [
        (&latin[..], text),
        (&russian[..], "Мост закрыт до весны, сообщил совет порта во вторник"),
        (b"caf\xE9 au lait", "café au lait"),
        (b"it\x92s \x93quoted\x94", "it’s “quoted”"),
    ] {
        let decoded = decode_bytes(&line(bytes));
        assert_eq!((&*decoded.article.text, decoded.mended), (expected, true));
    }
    for damaged in [
        // `é`, `’` and `ï` of which bytes are lost, with sound ones and alone
        "café, caf\u{E9}"
            .replace('\u{E9}', "\u{0}")
            .as_bytes()
            .iter()
            .map(|byte| if *byte == 0 { 0xC3 } else { *byte })
            .collect(),
        b"caf\xC3 au lait".to_vec(),
        b"na\xC3ve".to_vec(),
        b"don\xE2\x80t".to_vec(),
        b"don\xE2 t".to_vec(),
        b"ca\x81f\xFFe".to_vec(),
    ] {
        assert_eq!(fault(&line(&damaged)).reason.name, "not_utf8", "{}", String::from_utf8_lossy(&damaged));
    }
}

#[test]
fn a_record_among_other_things_on_its_line_is_read() {
    for line in [
        r#"{"text":"a"} <br>"#,
        r#"<pre>{"text":"a"}</pre>"#,
        r#"2024-05-01 INFO {"text":"a"}"#,
        r#"{"n":1} {"text":"a"}"#,
    ] {
        let is_last = line.starts_with(r#"{"n""#);
        let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
        let decoded = decoder.decode(line.as_bytes(), &Arc::from("dump"), 1);
        assert_eq!(
            decoded.is_ok_and(|decoded| decoded.mended && decoded.article.text == "a"),
            !is_last,
            "{line}"
        );
    }
}

/// Any JSON value, a few levels deep.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9/: -]{0,20}".prop_map(Value::from),
        "\\[\"[a-z ]{0,8}\"\\]".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((any_key(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// A key that means something somewhere, or nothing.
fn any_key() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "url",
        "text",
        "content",
        "html",
        "title",
        "authors",
        "author",
        "name",
        "date",
        "published",
        "metadata",
        "source",
        "images",
        "tags",
        "language",
        "id",
        "extra",
        "description",
        "meta",
        "rendered",
        "",
    ];
    prop_oneof![proptest::sample::select(KNOWN).prop_map(str::to_owned), "[a-z]{0,6}"]
}

proptest! {
    #[test]
    fn any_object_is_an_article_and_its_record_is_json(
        entries in proptest::collection::vec((any_key(), any_value()), 0..10),
    ) {
        let line = Value::Object(entries.into_iter().collect()).to_string();
        let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::default());
        let mut article = match decoder.decode(line.as_bytes(), &Arc::from("d"), 1) {
            Ok(decoded) => decoded.article,
            // Lists of titles and texts may be those of several.
            Err(fault) => {
                prop_assert_eq!(fault.reason.name, SEVERAL_RECORDS.name);
                return Ok(());
            }
        };
        article.finish();
        prop_assert!(article.extra.is_empty() || serde_json::from_str::<serde_json::Map<String, Value>>(&article.extra).is_ok());
        for extra in [ExtraStyle::Text, ExtraStyle::Object] {
            let record = serde_json::to_string(&KeptRecord { article: &article, extra });
            prop_assert!(record.is_ok_and(|record| serde_json::from_str::<Value>(&record).is_ok()));
        }
    }

    #[test]
    fn any_bytes_are_an_article_or_a_fault(line in proptest::collection::vec(any::<u8>(), 0..60), cut in 0..200_usize) {
        let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::default());
        drop(decoder.decode(&line, &Arc::from("d"), 1));
        // Nearly right lines reach further than noise.
        let mut line = br#"{"url":"https://x.example/a","text":"caf\u00e9 \ud83d\ude00","authors":[{"name":"A"}],"n":-1.5e3}"#.to_vec();
        line.truncate(cut);
        drop(decoder.decode(&line, &Arc::from("d"), 1));
    }
}

#[test]
fn backslashes_that_a_database_wrote_twice_are_one() {
    let line = r#"{"url":"https://a.example/1","title":"He said \\"hi\\"","text":"one\\ntwo C:\\\\x"}"#;
    let decoded = decode(line);
    assert!(decoded.mended);
    assert_eq!(decoded.article.title, "He said \"hi\"");
    assert_eq!(decoded.article.text, "one\ntwo C:\\x");
}

#[test]
fn an_object_of_something_else_is_no_record_and_one_whose_text_is_empty_is() {
    for line in [r#"{"error":"unauthorized","code":401}"#, "{}", r#"{"id":"a","published":"2024-05-01"}"#] {
        assert!(!decode(line).is_record, "{line}");
    }
    for line in [
        r#"{"text":""}"#,
        r#"{"text":null}"#,
        r#"{"url":"https://a.example/1"}"#,
        r#"{"title":null}"#,
        r#"{"_source":{"title":"A bridge","link":"https://a.example/1"}}"#,
    ] {
        assert!(decode(line).is_record, "{line}");
    }
}

#[test]
fn what_is_in_base64_gives_way_to_a_record_beside_it_and_is_a_text_or_a_page() {
    use base64::Engine as _;
    let packed = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let nested = format!(
        r#"{{"html_base64":"{}","data":{{"title":"Pier","body":"The pier is open.","url":"https://a.example/1"}}}}"#,
        packed(b"<p>A menu of links.</p>")
    );
    let article = decode(&nested).article;
    assert_eq!((&*article.title, &*article.text), ("Pier", "The pier is open."));
    let body = |bytes: &[u8]| {
        let Article { text, html, .. } =
            decode(&format!(r#"{{"title":"Pier","content_base64":"{}"}}"#, packed(bytes))).article;
        text + &html
    };
    assert_eq!(body("The pier is open, café and all.".as_bytes()), "The pier is open, café and all.");
    for other in [&b"%PDF-1.7\n\xE2\xE3 <p>\0</p>"[..], b"{\"theme\":\"dark\"}", b"-----BEGIN KEY-----\nabc"]
    {
        assert_eq!(body(other), "", "{other:?}");
    }
    // A cursor is no article, and neither is an id.
    let cursor = packed(br#"{"title":"z","url":"https://z.example/1"}"#);
    let article = decode(&format!(r#"{{"next":"{cursor}","id":"{cursor}","author":"Ann Lee"}}"#)).article;
    assert_eq!((&*article.title, &*article.url), ("", ""));
}

#[test]
fn values_of_several_records_are_none_of_one() {
    let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
    for (json, are_several) in [
        (r#"{"title":["A","B","C"],"text":["x","y","z"],"n":3}"#, true),
        (r#"{"url":["a","b"],"title":["A","B"],"text":["x","y"]}"#, true),
        (r#"{"data":{"url":{"0":"a","1":"b","2":"c"},"title":{"0":"A","1":"B","2":"C"}}}"#, true),
        (r#"{"title":["A","B","C"],"text":["x","y"],"authors":["k","l","m","n"]}"#, true),
        (r#"{"ids":["1","2","3"],"documents":["x","y","z"]}"#, true),
        (r#"{"ids":["1","2","3"],"title":"A","text":["x","y"]}"#, false),
        // A page's address beside what is on it.
        (r#"{"url":"p","title":["A","B","C"],"text":["x","y","z"],"authors":["k","l","m"]}"#, true),
        // Of one record.
        (r#"{"url":"p","title":["A","B"],"text":["x","y"],"authors":["k","l"]}"#, false),
        (r#"{"title":["A","B"],"text":["x","y"]}"#, false),
        (r#"{"url":"p","title":["A","B","C"],"text":["x","y","z"]}"#, false),
        (r#"{"title":["A","A","A"],"text":["x","y","z"]}"#, false),
        (r#"{"title":["A"],"url":["a"],"text":["x","y"]}"#, false),
        // What a page says of itself in its tags, and one text.
        (r#"{"title":["A","A - P","A | P"],"url":["a","b","c"],"text":"x"}"#, false),
        (r#"{"title":["A","A - P","A | P"],"url":["a","b","c"],"html":"<p>x"}"#, false),
        (r#"{"title":"A","authors":["k","l","m"],"text":["x","y","z"]}"#, false),
    ] {
        let fault = decoder.decode(json.as_bytes(), &"a".into(), 1).err();
        assert_eq!(fault.map(|fault| fault.reason.name), are_several.then_some("several_records"), "{json}");
    }
}

#[test]
fn a_page_that_was_sent_with_an_error_is_no_article() {
    let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
    for (json, expected) in [
        (r#"{"url":"u","html":"<p>B</p>","status":404}"#, Some(404)),
        (r#"{"url":"u","html":"<p>B</p>","status":"503"}"#, Some(503)),
        (r#"{"url":"u","text":"B","crawl":{"httpStatusCode":500}}"#, Some(500)),
        (r#"{"markdown":"B","metadata":{"sourceURL":"u","statusCode":403}}"#, Some(403)),
        (r#"{"url":"u","body":"<html><body><p>B</p></body></html>","status":404}"#, Some(404)),
        (r#"{"url":"u","http_status":404,"page":{"html":"<p>B</p>"}}"#, Some(404)),
        // Another meaning, another status, of another thing.
        (r#"{"url":"u","text":"B","status":404}"#, None),
        (r#"{"html":"<p>B</p>","status":404}"#, None),
        (r#"{"url":"u","html":"<p>B</p>","status":200}"#, None),
        (r#"{"url":"u","html":"<p>B</p>","status":304}"#, None),
        (r#"{"url":"u","html":"<p>B</p>","status":600}"#, None),
        (r#"{"url":"u","html":"<p>B</p>","status":"404 words"}"#, None),
        (r#"{"url":"u","html":"<p>B</p>","code":404,"statuses_count":404}"#, None),
        (r#"{"url":"u","html":"<p>B</p>","user":{"name":"A","status":404},"image":{"status":404}}"#, None),
        (r#"{"status":500,"data":{"url":"u","html":"<p>B</p>"}}"#, None),
    ] {
        let decoded = decoder.decode(json.as_bytes(), &"d".into(), 1).expect("it is a record");
        assert_eq!(decoded.error_status, expected, "{json}");
    }
}

#[test]
fn a_line_of_two_writers_is_several_records() {
    let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
    for (json, are_several) in [
        (r#"{"url":"u","title":"T","text":"B","url":"v","title":"U","text":"C"}"#, true),
        (r#"{"url":"u","title":"T","url":"v","title":"U","text":"C"}"#, true),
        // The last one counts.
        (r#"{"url":"u","title":"T","text":"B","title":"U","text":"C"}"#, false),
        (r#"{"url":"u","url":"v","title":"U","text":"C"}"#, false),
        (r#"{"url":"u","title":"T","url":"u","title":"T","text":"C"}"#, false),
        (r#"{"url":"","title":null,"url":"u","title":"T","text":"C"}"#, false),
        (r#"{"url":"u","link":"v","title":"T","headline":"U","text":"C"}"#, false),
    ] {
        let fault = decoder.decode(json.as_bytes(), &"d".into(), 1).err();
        assert_eq!(fault.map(|fault| fault.reason.name), are_several.then_some("several_records"), "{json}");
    }
}

#[test]
fn a_row_of_one_attribute_is_no_record() {
    let decoder = Decoder::new(FieldMap::new(&BTreeMap::new(), OwnNames::First), DayOrder::Unambiguous);
    for (json, expected) in [
        (r#"{"row":1,"id":7,"name":"title","value":"T"}"#, Some("attribute_row")),
        (r#"{"id":7,"name":"text","value":"B","lang":""}"#, Some("attribute_row")),
        (r#"{"row_fields":7,"header_fields":5,"row":"a,b"}"#, Some("uneven_row")),
        // A title, another value, a text.
        (r#"{"id":7,"name":"Pier","value":"T"}"#, None),
        (r#"{"id":7,"name":"title","note":"T"}"#, None),
        (r#"{"id":7,"name":"title","value":"T","text":"B"}"#, None),
        (r#"{"id":7,"title":"Text","value":"T"}"#, None),
        (r#"{"id":7,"name":"title","value":"T","url":"u"}"#, None),
    ] {
        let fault = decoder.decode(json.as_bytes(), &"d".into(), 1).err();
        assert_eq!(fault.map(|fault| fault.reason.name), expected, "{json}");
    }
}
