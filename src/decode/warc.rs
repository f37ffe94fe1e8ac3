//! A WARC record → an article: the page of a `response`, the text of a `conversion`.
//!
//! The HTTP message in a `response` is taken apart: its head, chunks, content encodings, and the page's encoding, which
//! the head, a byte order mark or the page itself states. Crawlers store messages as they came, or decoded with the head
//! as it was; so what cannot be decoded is taken as it stands.

use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

use crate::article::{Article, ArticleDate, Fault, Field, Found, Reason, Source};
use crate::date::Evidence;
use crate::format::warc::Header;
use crate::html::charset::page_of;
use crate::text::Slice;

use super::Decoded;

/// The unit is not a WARC record.
pub const BAD_WARC: Reason = Reason { name: "bad_warc", meaning: "the bytes are not a WARC record" };

/// A message that unpacks to more is not an article.
const MOST_UNPACKED_BYTES: u64 = 64 << 20;

/// What a unit holds.
pub enum Reading {
    /// An article.
    Article(Box<Decoded>),
    /// Something else, counted by this name.
    Other(&'static str),
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
    article.crawled = ArticleDate::parse(trimmed("warc-date"), &Evidence::default());
    let kind = header.get("content-type").unwrap_or_default();
    let is_message = kind.starts_with("application/http") && header.get("warc-type") == Some("response");
    let (content_type, body) = if is_message {
        match message(block) {
            Ok(parts) => parts,
            Err(other) => return Ok(Reading::Other(other)),
        }
    } else if article.url.starts_with("dns:") {
        return Ok(Reading::Other("warc_dns"));
    } else {
        (kind.to_owned(), Cow::Borrowed(block))
    };
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
    Ok(Reading::Article(Box::new(Decoded { article, mended: false })))
}

/// The content type and the body of an HTTP response with status 200; of another one, the name that it is counted by.
fn message(block: &[u8]) -> Result<(String, Cow<'_, [u8]>), &'static str> {
    // A body that is missing has left no empty line, either.
    let head = Header::find(block).ok_or("http_without_body")?;
    let status = head.first_line().split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    match status {
        b"200" => {}
        [b'1' | b'2' | b'3', ..] => return Err("http_status_1xx_to_3xx"),
        [b'4', ..] => return Err("http_status_4xx"),
        _ => return Err("http_status_other"),
    }
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
        rest = rest.slice(size..);
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
    fn what_is_no_article_is_counted_by_its_kind() {
        assert_eq!(page("Content-Type: image/png", b"\x89PNG"), "image");
        let moved = record("response", "application/http", b"HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n");
        assert!(matches!(read(&moved), Ok(Reading::Other("http_status_1xx_to_3xx"))));
        assert!(matches!(read(b"WARC/1.0\r\nnothing"), Err(fault) if *fault.reason == BAD_WARC));
        let text = record("conversion", "text/plain", "Words.".as_bytes());
        assert!(matches!(read(&text), Ok(Reading::Article(decoded)) if decoded.article.text == "Words."));
    }
}
