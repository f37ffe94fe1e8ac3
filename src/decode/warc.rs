//! A WARC record → an article: the page of a `response`, the text of a `conversion`.
//!
//! The HTTP message in a `response` is taken apart: its head, chunks, content encodings, and the page's encoding, which
//! the head, a byte order mark or the page itself states. Crawlers store messages as they came, or decoded with the head
//! as it was; so what cannot be decoded is taken as it stands.
//!
//! What the file itself says against a record is in `labels.warc`: `digest` names the digests that do not fit the bytes,
//! `truncated` has the reason for which the crawler stored a part alone. Such a record is an article all the same: crawlers
//! compute digests before or after they undo chunks and encodings, and only its reader knows what half a page is worth.

use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::article::{Article, ArticleDate, Drop, Fault, Field, Found, Measured, Reason, Source};
use crate::date::OrderEvidence;
use crate::format::digest;
use crate::format::warc::Header;
use crate::html::charset::page_of;
use crate::text::Slice;

use super::Decoded;

/// The unit is not a WARC record.
pub const BAD_WARC: Reason = Reason { name: "bad_warc", meaning: "the bytes are not a WARC record" };

/// A message that unpacks to more is not an article.
const MOST_UNPACKED_BYTES: u64 = 64 << 20;

/// The stage that such a record was dropped by, in verdicts: none has seen it.
pub const READ: &str = "read";

/// The page is what a server says instead of an article.
pub const HTTP_STATUS: Reason =
    Reason { name: "http_status", meaning: "the server answered with another status than 200" };

/// What a unit holds.
pub enum Reading {
    /// An article.
    Article(Box<Decoded>),
    /// The place of an article that its server did not send: an article with an address, and no page or that of the error.
    Absent(Box<Article>, Drop),
    /// Something else, counted by this name.
    Other(&'static str),
}

impl Reading {
    /// What was read, dropped where a server answered with an error.
    pub fn of(decoded: Box<Decoded>) -> Self {
        match decoded.error_status {
            None => Self::Article(decoded),
            Some(status) => Self::Absent(Box::new(decoded.article), other_status(u64::from(status))),
        }
    }
}

fn other_status(status: u64) -> Drop {
    Drop { reason: &HTTP_STATUS, measured: Measured::Count(status), limit: Measured::Count(200) }
}

/// Reads a record.
///
/// # Errors
/// [`BAD_WARC`], with what is wrong.
pub fn decode_warc(record: &[u8], dump: &Arc<str>, number: u64) -> Result<Reading, Fault> {
    let bad = |detail: &str| Fault::new(&BAD_WARC, detail.to_owned());
    if !record.starts_with(b"WARC/") {
        return Err(bad("expected `WARC/` at its start"));
    }
    let header = Header::find(record).ok_or_else(|| bad("its header has no end"))?;
    let block = record.slice(header.length..);
    let length = header.get("content-length").and_then(|length| length.parse::<u64>().ok());
    match length {
        None => return Err(bad("it has no Content-Length")),
        Some(length) if length != block.len() as u64 => {
            return Err(bad(&format!("Content-Length is {length}, and {} bytes are there", block.len())));
        }
        Some(_) => {}
    }
    let trimmed = |name: &str| {
        header.get(name).map(|value| value.trim_start_matches('<').trim_end_matches('>')).unwrap_or_default()
    };
    let id = Some(trimmed("warc-record-id").to_owned()).filter(|id| !id.is_empty());
    let mut article = Article::new(Source { dump: Arc::clone(dump), line: number, id });
    trimmed("warc-target-uri").clone_into(&mut article.url);
    article.crawled = ArticleDate::parse(trimmed("warc-date"), &OrderEvidence::default());
    let kind = header.get("content-type").unwrap_or_default();
    // Some writers leave the type of an answer out.
    let is_http = kind.starts_with("application/http") || (kind.is_empty() && block.starts_with(b"HTTP/"));
    let is_message = is_http && header.get("warc-type") == Some("response");
    let (content_type, body) = if is_message {
        match message(block) {
            Ok(parts) => parts,
            Err(NoPage::Status(status)) => {
                return Ok(Reading::Absent(Box::new(article), other_status(status)));
            }
            Err(NoPage::Cut) => return Ok(Reading::Other("http_without_body")),
        }
    } else if let Some(kind) = beside_the_web(&article.url) {
        return Ok(Reading::Other(kind));
    } else {
        (kind.to_owned(), Cow::Borrowed(block))
    };
    article.labels.extend(doubts(&header, block, &body));
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let text = |body: &[u8]| page_of(body, charset(&content_type));
    match &*media_type {
        "text/html" | "application/xhtml+xml" => article.html = text(&body),
        "text/plain" => {
            article.text = text(&body);
            article.found.set(Field::Text, Found::Input);
        }
        "" | "application/octet-stream" if body.trim_ascii_start().starts_with(b"<") => {
            article.html = text(&body);
        }
        other => {
            return Ok(Reading::Other(match other.split('/').next() {
                Some("image") => "image",
                Some("audio" | "video") => "audio_or_video",
                _ => "other_media_type",
            }));
        }
    }
    Ok(Reading::Article(Box::new(Decoded {
        article,
        mended: false,
        has_open_date: false,
        error_status: None,
        is_record: true,
    })))
}

/// What a record is called that a crawler has made itself, by its address: a look-up of a name, its own log and settings
/// (`metadata://gnu.org/software/wget/warc/MANIFEST.txt`), a picture of the page (`urn:thumbnail:…`).
fn beside_the_web(url: &str) -> Option<&'static str> {
    let (scheme, _) = url.split_once(':')?;
    match &*scheme.to_ascii_lowercase() {
        "dns" => Some("warc_dns"),
        "metadata" => Some("warc_metadata"),
        "urn" => Some("warc_other"),
        _ => None,
    }
}

/// What the record's header says against it, for `labels.warc`.
fn doubts(header: &Header<'_>, block: &[u8], body: &[u8]) -> Option<(String, Value)> {
    let mut doubts = Map::new();
    let payload = Header::find(block).map_or(block, |head| block.slice(head.length..));
    let chunks = joined(payload);
    let mut wrong = Vec::new();
    // Crawlers do not agree on whether a payload has its chunks and its encoding.
    let candidates = [Some(payload), chunks.as_deref(), Some(body), Some(block)];
    for (name, digest, of) in [
        ("payload", header.get("warc-payload-digest"), &candidates[..]),
        ("block", header.get("warc-block-digest"), &[Some(block)][..]),
    ] {
        let fits = |digest: &str| {
            of.iter().flatten().try_fold(false, |fits, bytes| Some(fits || digest::fits(digest, bytes)?))
        };
        // A digest of a kind that is not known says nothing.
        if digest.and_then(fits) == Some(false) {
            wrong.push(Value::from(name));
        }
    }
    if !wrong.is_empty() {
        doubts.insert("digest".to_owned(), wrong.into());
    }
    if let Some(reason) = header.get("warc-truncated") {
        doubts.insert("truncated".to_owned(), reason.to_ascii_lowercase().into());
    }
    (!doubts.is_empty()).then(|| ("warc".to_owned(), doubts.into()))
}

/// Why a message has no page.
enum NoPage {
    /// Its status is another than 200.
    Status(u64),
    /// Its head has no end.
    Cut,
}

/// The content type and the body of an HTTP response with status 200.
fn message(block: &[u8]) -> Result<(String, Cow<'_, [u8]>), NoPage> {
    let first = block.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let status = first.split(|byte| *byte == b' ').nth(1).and_then(|status| std::str::from_utf8(status).ok());
    let status = status.and_then(|status| status.trim().parse().ok()).unwrap_or(0);
    if status != 200 {
        return Err(NoPage::Status(status));
    }
    // A body that is missing has left no empty line, either.
    let head = Header::find(block).ok_or(NoPage::Cut)?;
    let mut body = Cow::Borrowed(block.slice(head.length..));
    if head.get("transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"))
        && let Some(joined) = joined(&body)
    {
        body = Cow::Owned(joined);
    }
    let codings = head.get("content-encoding").unwrap_or_default();
    for coding in codings.rsplit(',').map(str::trim) {
        if let Some(unpacked) = unpacked(&coding.to_ascii_lowercase(), &body) {
            body = Cow::Owned(unpacked);
        }
    }
    Ok((head.get("content-type").unwrap_or_default().to_owned(), body))
}

/// The chunks of a body, joined; `None` where it does not consist of chunks.
fn joined(body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = memchr::memchr(b'\n', rest)?;
        let size = std::str::from_utf8(rest.get(..end)?).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = rest.get(end + 1..)?;
        if size == 0 {
            return Some(joined);
        }
        // A body that was cut ends within a chunk.
        joined.extend_from_slice(rest.get(..size.min(rest.len()))?);
        rest = rest.get(size..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        if rest.is_empty() {
            return Some(joined);
        }
    }
}

/// A body without its content encoding; `None` where it has not that encoding.
fn unpacked(coding: &str, body: &[u8]) -> Option<Vec<u8>> {
    let bounded = |reader: &mut dyn Read| {
        let mut unpacked = Vec::new();
        // What was cut gives as much as there is.
        let read = reader.take(MOST_UNPACKED_BYTES).read_to_end(&mut unpacked);
        (read.is_ok() || !unpacked.is_empty()).then_some(unpacked)
    };
    match coding {
        "gzip" | "x-gzip" => bounded(&mut flate2::bufread::MultiGzDecoder::new(body)),
        "deflate" => bounded(&mut flate2::bufread::ZlibDecoder::new(body))
            .or_else(|| bounded(&mut flate2::bufread::DeflateDecoder::new(body))),
        "br" => bounded(&mut brotli_decompressor::Decompressor::new(body, 16 << 10)),
        "zstd" => bounded(&mut zstd::stream::read::Decoder::with_buffer(body).ok()?),
        _ => None,
    }
}

/// The `charset` of a content type.
fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn record(kind: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <https://a.example/1>\r\nWARC-Date: 2024-05-01T10:00:00Z\r\n\
             WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            block.len()
        );
        [head.as_bytes(), block].concat()
    }

    fn read(record: &[u8]) -> Result<Reading, Fault> {
        decode_warc(record, &Arc::from("a.warc"), 7)
    }

    fn page(head: &str, body: &[u8]) -> String {
        let block = [b"HTTP/1.1 200 OK\r\n", head.as_bytes(), b"\r\n\r\n", body].concat();
        match read(&record("response", "application/http; msgtype=response", &block)) {
            Ok(Reading::Article(decoded)) => {
                assert_eq!(decoded.article.url, "https://a.example/1");
                assert_eq!(decoded.article.source.line, 7);
                assert!(decoded.article.crawled.is_some());
                decoded.article.html
            }
            Ok(Reading::Other(other)) => other.to_owned(),
            Ok(Reading::Absent(_, drop)) => format!("{} {:?}", drop.reason.name, drop.measured),
            Err(fault) => fault.detail,
        }
    }

    #[test]
    fn a_response_gives_its_page_whatever_it_was_sent_in() {
        let html = "<p>na\u{ef}ve</p>";
        let gzip = {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(html.as_bytes()).and_then(|()| encoder.finish()).expect("memory takes it")
        };
        let zlib = {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(html.as_bytes()).and_then(|()| encoder.finish()).expect("memory takes it")
        };
        let zstd = zstd::bulk::compress(html.as_bytes(), 3).expect("memory takes it");
        let chunked = {
            let (one, two) = gzip.split_at(9);
            let chunk = |part: &[u8]| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
            [chunk(one), chunk(two), b"0\r\n\r\n".to_vec()].concat()
        };
        let kind = "Content-Type: text/html; charset=utf-8";
        for (head, body) in [
            (kind.to_owned(), html.as_bytes().to_vec()),
            ("content-type: text/html; charset=\"ISO-8859-1\"".to_owned(), b"<p>na\xefve</p>".to_vec()),
            (format!("{kind}\r\nContent-Encoding: gzip"), gzip),
            (format!("{kind}\r\nContent-Encoding: deflate"), zlib),
            (format!("{kind}\r\nContent-Encoding: zstd"), zstd),
            (format!("{kind}\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"), chunked),
            // Decoded by the crawler, with the head as it was.
            (
                format!("{kind}\r\nContent-Encoding: br\r\nTransfer-Encoding: chunked"),
                html.as_bytes().to_vec(),
            ),
        ] {
            assert_eq!(page(&head, &body), html, "{head}");
        }
    }

    #[test]
    fn a_response_without_a_type_is_what_a_server_sent() {
        let block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>a</p>";
        let read = read(&record("response", "", block));
        assert!(matches!(read, Ok(Reading::Article(decoded)) if decoded.article.html == "<p>a</p>"));
    }

    #[test]
    fn what_is_no_article_is_counted_by_its_kind() {
        assert_eq!(page("Content-Type: image/png", b"\x89PNG"), "image");
        let moved = record("response", "application/http", b"HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n");
        assert!(
            matches!(read(&moved), Ok(Reading::Absent(article, Drop { measured: Measured::Count(301), .. }))
            if article.url == "https://a.example/1")
        );
        assert!(matches!(read(b"WARC/1.0\r\nnothing"), Err(fault) if *fault.reason == BAD_WARC));
        let text = record("conversion", "text/plain", "Words.".as_bytes());
        assert!(matches!(read(&text), Ok(Reading::Article(decoded)) if decoded.article.text == "Words."));
        let own =
            String::from_utf8_lossy(&text).replace("https://a.example/1", "metadata://crawler.example/log");
        assert!(matches!(read(own.as_bytes()), Ok(Reading::Other("warc_metadata"))));
    }

    #[test]
    fn digests_that_do_not_fit_and_parts_are_told() {
        let labels = |header: &str, block: &str| {
            let head = format!(
                "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\n{header}\r\nContent-Length: {}\r\n\r\n",
                block.len()
            );
            match read(&[head.as_bytes(), block.as_bytes()].concat()) {
                Ok(Reading::Article(decoded)) => {
                    Value::Object(decoded.article.labels.clone().into_iter().collect()).to_string()
                }
                _ => "no article".to_owned(),
            }
        };
        let block = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nabc";
        for (header, expected) in [
            ("WARC-Payload-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", "{}"),
            ("WARC-Payload-Digest: md5:900150983cd24fb0d6963f7d28e17f72", "{}"),
            (
                "WARC-Payload-Digest: sha-256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                "{}",
            ),
            ("WARC-Payload-Digest: blake2:00", "{}"),
            (
                "WARC-Payload-Digest: sha1:AAAAANSHA2AWVOR6EVYXQUGCNSONBWE5",
                r#"{"warc":{"digest":["payload"]}}"#,
            ),
            ("WARC-Block-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", r#"{"warc":{"digest":["block"]}}"#),
            ("WARC-Truncated: length", r#"{"warc":{"truncated":"length"}}"#),
        ] {
            assert_eq!(labels(header, block), expected, "{header}");
        }
    }
}
