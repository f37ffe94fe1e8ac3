//! Records of a run that show what is wrong with it: of hosts that changed, and of dumps that were lost.
//!
//! The account has the first records of each reason, which are seldom those of the host that somebody is asked to look at. Once
//! it is known which hosts and dumps those are, the outputs are read again until each has its examples.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::ShardLines;
use super::record::{PlaceView, VerdictView, text_or_null};
use crate::account::{
    Crossed, DriftAccount, DropExample, Instance, Instances, Ledger, Misdated, has_address_of_another,
    has_alike_fields, has_beyond_ascii, has_digit, has_lost_letters, has_title_of_another, is_ahead,
    is_from_text, is_long_ago, is_one_paragraph, is_twice, shown_raw, shown_title,
};
use crate::date::ArticleDate;
use crate::write::Output;

/// Examples of a host or a dump.
const EXAMPLES: usize = 2;
/// Hosts and dumps that get some.
const MOST_WANTED: usize = 200;
/// Lines that are read for them: a few seconds of a night of any size.
const MOST_LINES: usize = 1_000_000;

/// What a line says that an example is told from others by.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    url: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    host: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    title: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    text: Cow<'a, str>,
    published: Option<ArticleDate>,
    crawled: Option<ArticleDate>,
    authors: Option<Vec<String>>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    section: Cow<'a, str>,
    tags: Option<IgnoredAny>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    description: Cow<'a, str>,
    images: Option<IgnoredAny>,
    labels: Option<Labels>,
    verdict: Option<VerdictView>,
    #[serde(borrow)]
    source: Option<PlaceView<'a>>,
    /// Of a quarantined line.
    dump: Option<String>,
    line: Option<u64>,
    reason: Option<String>,
    detail: Option<String>,
    raw: Option<String>,
    raw_base64: Option<String>,
}

#[derive(Deserialize)]
struct Labels {
    page: Option<Page>,
}

#[derive(Deserialize)]
struct Page {
    kind: Option<String>,
}

impl Line<'_> {
    /// Whether it is one of those that a change at a host is about.
    fn shows(&self, what: &str) -> bool {
        match what.split_once('_') {
            Some(("dropped", reason)) => {
                self.verdict.as_ref().is_some_and(|verdict| verdict.reason == reason)
            }
            Some(("page", kind)) => {
                let page = self.labels.as_ref().and_then(|labels| labels.page.as_ref());
                page.is_some_and(|page| page.kind.as_deref() == Some(kind))
            }
            Some(("with", "lost_characters")) => {
                [&self.title, &self.text].into_iter().any(|text| has_lost_letters(text))
            }
            Some(("plain", "ascii")) => !has_beyond_ascii(&self.text),
            Some(("dated", "later")) => self.misdated() == Some(Misdated::Later),
            Some(("dated", "long_before")) => self.misdated() == Some(Misdated::LongBefore),
            Some(("dated", "long_ago")) => {
                self.published.is_some_and(|date| is_long_ago(date.utc_milliseconds()))
            }
            Some(("dated", "ahead")) => {
                let moment = |date: Option<ArticleDate>| date.map(ArticleDate::utc_milliseconds);
                moment(self.published)
                    .zip(moment(self.crawled))
                    .is_some_and(|(at, crawled)| is_ahead(at, crawled))
            }
            Some(("one", "paragraph")) => is_one_paragraph(&self.text),
            Some(("text", "twice")) => is_twice(&self.text),
            Some(("title", "from_text")) => is_from_text(&self.title, &self.text),
            Some(("title", "of_another")) => has_title_of_another(&self.title, &self.text),
            Some(("address", "of_another")) => has_address_of_another(&self.url, &self.title, &self.text),
            Some(("description", "of_another")) => has_title_of_another(&self.description, &self.text),
            Some(("alike", "fields")) => {
                let author = self.authors.iter().flatten().next().map_or("", String::as_str);
                has_alike_fields(&self.title, author, &self.section, &self.text)
            }
            Some(("author", "with_digits")) => self.authors.iter().flatten().any(|author| has_digit(author)),
            Some(("without", "date")) => self.published.is_none(),
            Some(("without", "title")) => self.title.is_empty(),
            Some(("without", "author")) => self.authors.is_none(),
            Some(("without", "text")) => self.text.is_empty(),
            Some(("without", "section")) => self.section.is_empty(),
            Some(("without", "tags")) => self.tags.is_none(),
            Some(("without", "description")) => self.description.is_empty(),
            Some(("without", "images")) => self.images.is_none(),
            _ => true,
        }
    }

    fn misdated(&self) -> Option<Misdated> {
        Misdated::of(self.published, self.crawled)
    }

    fn dump(&self) -> Option<&str> {
        self.source.as_ref().map(|source| &*source.dump).or(self.dump.as_deref())
    }

    fn instance(self) -> Option<Instance> {
        let (dump, line) = match self.source {
            Some(source) => (source.dump.into_owned(), source.line),
            None => (self.dump?, self.line?),
        };
        let raw = self.raw.map(String::into_bytes).or_else(|| BASE64_STANDARD.decode(self.raw_base64?).ok());
        let title = raw.map_or_else(|| shown_title(&self.title, &self.text), |raw| shown_raw(&raw));
        let (reason, measured) = match self.verdict {
            Some(verdict) => (Some(verdict.reason), verdict.measured.map(Into::into)),
            None => (
                self.reason.map(|reason| match self.detail {
                    Some(detail) => format!("{reason}: {detail}"),
                    None => reason,
                }),
                None,
            ),
        };
        let example = DropExample { dump, line, host: self.host.into_owned(), title, measured };
        Some(Instance { reason: reason.unwrap_or_default(), example })
    }
}

/// Finds examples in the outputs of a run. Where a file cannot be read, there are fewer.
pub(super) fn instances<'a>(ledger: &'a Ledger, folder: &Path) -> Instances {
    let mut found = Instances::default();
    let drifts = ledger.drift.iter().flat_map(DriftAccount::changed).take(MOST_WANTED);
    let hosts: BTreeMap<&str, &str> = drifts
        .filter_map(|drift| Some((drift.host.as_str(), drift.changes.first()?.what.as_str())))
        .collect();
    // Of records without a date, those are shown that were kept, unless none was.
    let is_dropped = |host: &str, what: &str| {
        let kept = ledger.hosts.by_host.get(host).map_or(0, |counts| counts.kept);
        kept == 0 || what.starts_with("dropped_") || what.starts_with("page_")
    };
    let named = |crossed: &'a Crossed| crossed.names.iter().map(move |name| (&*crossed.limit, name));
    let names = ledger.limits_crossed.iter().flat_map(named).take(MOST_WANTED);
    let dumps: BTreeMap<&str, &str> = names
        .filter_map(|(limit, name)| {
            let dump = ledger.dumps.iter().find(|dump| dump.is_named(name) && dump.lines.held() > 0)?;
            let is_meant =
                |reason: &str| limit != "quarantined-dumps" || ledger.quarantined.contains_key(reason);
            let reasons = dump.reasons.iter().filter(|(reason, _)| is_meant(reason));
            Some((dump.dump.as_str(), reasons.max_by_key(|(_, count)| **count)?.0.as_str()))
        })
        .collect();
    let mut missing = (hosts.len() + dumps.len()) * EXAMPLES;
    let mut left = MOST_LINES;
    for output in [Output::Dropped, Output::Records, Output::Quarantine] {
        let shards = ledger.outputs.get(output.folder()).map(Vec::as_slice).unwrap_or_default();
        let mut lines = ShardLines::new(shards.iter().map(|shard| folder.join(&shard.file)));
        while missing > 0 && left > 0 {
            let Ok(Some(line)) = lines.line() else { break };
            left -= 1;
            if let Ok(line) = serde_json::from_slice::<Line<'_>>(line) {
                let of_host = hosts.get(&*line.host).is_some_and(|what| {
                    line.shows(what) && (output != Output::Dropped || is_dropped(&line.host, what))
                });
                let reason = line.verdict.as_ref().map(|verdict| &verdict.reason).or(line.reason.as_ref());
                let of_dump =
                    line.dump().and_then(|dump| Some(*dumps.get(dump)? == reason?)).unwrap_or(false);
                if let Some(instance) = (of_host || of_dump).then(|| line.instance()).flatten() {
                    let DropExample { host, dump, .. } = &instance.example;
                    let host = of_host.then(|| (&mut found.hosts, host.clone()));
                    let dump = of_dump.then(|| (&mut found.dumps, dump.clone()));
                    for (found, name) in host.into_iter().chain(dump) {
                        let examples: &mut Vec<Instance> = found.entry(name).or_default();
                        if examples.len() < EXAMPLES {
                            examples.push(instance.clone());
                            missing -= 1;
                        }
                    }
                }
            }
            lines.advance();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_example_is_a_record_of_the_kind_that_there_are_more_of() {
        let kinds =
            ["plain_ascii", "dated_later", "dated_long_before", "without_date", "page_blocked", "language"];
        let shown = |line: &str| {
            let line: Line<'_> = serde_json::from_str(line).expect("a record");
            kinds.into_iter().filter(|kind| line.shows(kind)).collect::<Vec<_>>()
        };
        let usual =
            r#"{"text": "Über die Brücke", "published": "2026-11-29", "crawled": "2026-11-30T02:00:00Z"}"#;
        assert_eq!(shown(usual), ["language"]);
        assert_eq!(shown(&usual.replace("2026-11-29", "2027-11-29")), ["dated_later", "language"]);
        assert_eq!(shown(&usual.replace("2026-11-29", "2025-11-29")), ["dated_long_before", "language"]);
        let other = r#"{"text": "The bridge", "published": null, "labels": {"page": {"kind": "blocked"}}}"#;
        assert_eq!(shown(other), ["plain_ascii", "without_date", "page_blocked", "language"]);
        let mixed = r#"{"url": "https://a.example/harbour-bridge-closed", "title": "Orchestra names conductor",
            "text": "Über die Brücke", "published": "1970-01-21", "authors": ["2026-11-29"],
            "section": "2026-11-29", "description": "A conductor who came from elsewhere"}"#;
        let kinds = [
            "title_of_another",
            "address_of_another",
            "description_of_another",
            "author_with_digits",
            "alike_fields",
            "dated_long_ago",
        ];
        let line: Line<'_> = serde_json::from_str(mixed).expect("a record");
        assert!(kinds.iter().all(|kind| line.shows(kind)));
        let text = format!(
            "The harbour bridge is closed for repairs in spring. {}",
            "The ferry runs twice an hour. ".repeat(40)
        );
        let twice = json!({"title": "The harbour bridge is closed…", "text": text.repeat(2), "published": "2026-11-30T05:00:00Z", "crawled": "2026-11-30T02:00:00Z"});
        let twice = twice.to_string();
        let line: Line<'_> = serde_json::from_str(&twice).expect("a record");
        let others = ["dated_ahead", "one_paragraph", "text_twice", "title_from_text"];
        assert!(others.iter().all(|kind| line.shows(kind)));
        let line: Line<'_> = serde_json::from_str(usual).expect("a record");
        assert!(!kinds.iter().chain(&others).any(|kind| line.shows(kind)));
    }
}
