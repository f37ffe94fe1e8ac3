//! What becomes of a line, from decoding to the bytes of an output.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::article::{
    Article, DroppedRecord, ExtraStyle, Fault, Image, KeptRecord, QuarantinedLine, Verdict,
};
use crate::dedup::{Earlier, Keys};
use crate::write::Output;

/// A line's fate.
pub(super) enum Fate {
    /// There was nothing in it.
    Blank,
    /// It held an article.
    Article(Box<Judged>),
    /// It could not be processed.
    Quarantined(Box<Quarantined>),
}

/// An article, and what the stages decided.
pub(super) struct Judged {
    pub article: Article,
    /// The place of the stage that dropped it, and why.
    pub verdict: Option<(usize, Verdict)>,
    /// What it is compared by, if it was kept.
    pub keys: Keys,
    /// What earlier nights say about it, if they say anything.
    pub earlier: Option<Box<Earlier>>,
}

/// A line as it was read, and why it could not be processed.
pub(super) struct Quarantined {
    /// The dump's place in the run.
    pub dump: usize,
    pub line: u64,
    pub byte_offset: u64,
    pub byte_length: u64,
    pub raw: Vec<u8>,
    pub fault: Fault,
    /// The place of the stage that failed, if one did.
    pub step: Option<usize>,
}

impl Fate {
    /// Where it is written; `None` for a blank line.
    pub(super) fn output(&self) -> Option<Output> {
        match self {
            Self::Blank => None,
            Self::Article(judged) if judged.verdict.is_none() => Some(Output::Records),
            Self::Article(_) => Some(Output::Dropped),
            Self::Quarantined(_) => Some(Output::Quarantine),
        }
    }

    /// The article that the line held.
    pub(super) fn judged(&self) -> Option<&Judged> {
        match self {
            Self::Article(judged) => Some(judged),
            Self::Blank | Self::Quarantined(_) => None,
        }
    }

    /// About how many bytes it takes in memory, and more than it takes when written.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Blank => 0,
            Self::Article(judged) => weight(&judged.article),
            Self::Quarantined(line) => size_of::<Quarantined>() + line.raw.len() + line.fault.detail.len(),
        }
    }
}

/// Every field counts: a scraper that puts the body into `description` must not fill memory.
fn weight(article: &Article) -> usize {
    let Article { url, source_url, host, site_name, title, description, dateline, section, language, .. } =
        article;
    let Article { text, html, extra, .. } = article;
    let texts = [url, source_url, host, site_name, title, description, dateline, section, language];
    let big = [text, html, extra];
    let lists = [&article.authors, &article.contributors, &article.tags];
    let in_list = |text: &String| size_of::<String>() + text.len();
    let in_image =
        |image: &Image| size_of::<Image>() + image.url.len() + image.caption.len() + image.credit.len();
    size_of::<Article>()
        + texts.into_iter().chain(big).map(String::len).sum::<usize>()
        + lists.into_iter().flatten().map(in_list).sum::<usize>()
        + article.images.iter().map(in_image).sum::<usize>()
        + article.labels.iter().map(|(name, value)| name.len() + weight_of_value(value)).sum::<usize>()
        + article.source.id.as_ref().map_or(0, String::len)
}

fn weight_of_value(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weight_of_value).sum(),
            Value::Object(object) => {
                object.iter().map(|(key, value)| key.len() + weight_of_value(value)).sum()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}

impl Judged {
    /// Writes the record as a line of `records/` or `dropped/`.
    pub(super) fn write(&self, extra: ExtraStyle, out: &mut Vec<u8>) {
        let start = out.len();
        let article = &self.article;
        let write = |extra: ExtraStyle, out: &mut Vec<u8>| match &self.verdict {
            None => serde_json::to_writer(out, &KeptRecord { article, extra }),
            Some((_, verdict)) => serde_json::to_writer(out, &DroppedRecord { article, extra, verdict }),
        };
        if write(extra, out).is_err() {
            // `extra` holds what another program wrote. As a text it always fits.
            out.truncate(start);
            write(ExtraStyle::Text, out).expect("a record of texts and numbers is JSON");
        }
        out.push(b'\n');
    }
}

impl Quarantined {
    /// Writes the line as a line of `quarantine/`.
    pub(super) fn write(&self, dump: &str, out: &mut Vec<u8>) {
        let raw = match std::str::from_utf8(&self.raw) {
            Ok(raw) => Some(raw),
            // The head of a line that is too long may end within a character.
            Err(error) if error.error_len().is_none() && (self.raw.len() as u64) < self.byte_length => {
                self.raw.get(..error.valid_up_to()).and_then(|raw| std::str::from_utf8(raw).ok())
            }
            Err(_) => None,
        };
        let line = QuarantinedLine {
            dump,
            line: self.line,
            byte_offset: self.byte_offset,
            byte_length: self.byte_length,
            reason: self.fault.reason,
            detail: &self.fault.detail,
            raw,
            raw_base64: raw.is_none().then(|| BASE64_STANDARD.encode(&self.raw)),
        };
        serde_json::to_writer(&mut *out, &line).expect("a line of texts and numbers is JSON");
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::article::DayOrder;
    use crate::decode::{Decoder, FieldMap};

    #[test]
    fn whatever_field_is_large_a_fate_weighs_more_than_its_record() {
        let decoder = Decoder::new(FieldMap::new(&BTreeMap::new()), DayOrder::Unambiguous);
        let long = "word ".repeat(20_000);
        let list = "[\"a b\",\"".to_owned() + &"x y\",\"z a".repeat(9_000) + "\"]";
        let text = format!("\"{long}\"");
        let images = format!(r#"[{{"url":{text},"caption":{text}}}]"#);
        let labels = format!(r#"{{"quality":{{"a":[{text}]}}}}"#);
        for (key, value) in [
            ("id", &text),
            ("url", &format!("\"https://a.example/{long}\"")),
            ("title", &text),
            ("description", &text),
            ("text", &text),
            ("html", &text),
            ("section", &text),
            ("dateline", &text),
            ("authors", &list),
            ("contributors", &list),
            ("tags", &list),
            ("images", &images),
            ("labels", &labels),
            ("other", &text),
        ] {
            let line = format!("{{\"{key}\":{value}}}");
            let decoded = decoder.decode(line.as_bytes(), &Arc::from("dump"), 1).expect("it is a record");
            let mut article = decoded.article;
            article.finish();
            let judged = Box::new(Judged { article, verdict: None, keys: Keys::default(), earlier: None });
            let mut written = Vec::new();
            judged.write(ExtraStyle::Text, &mut written);
            let weight = Fate::Article(judged).weight();
            assert!(weight >= written.len(), "{key}: {weight}, written {}", written.len());
        }
    }
}
