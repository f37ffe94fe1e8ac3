//! Names in a listing that nobody can ask for an object by.
//!
//! A key may be any text: `dumps//a.jsonl`, as programs write it that join an empty name, `./a.jsonl`, one with a control character. The crate
//! `object_store` has no path for such a key, and of a listing that holds one it gives nothing. So listings are looked through
//! before it reads them: such a key is replaced by one that it takes and that holds the first ([`original`]), and whoever
//! asked for the listing names it as left out. All other answers are passed on as they come.

use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;

use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};
use object_store::path::Path;

/// What a key begins with that stands for another: no store gives it to anything (SYMBOL FOR NULL).
const MARK: char = '\u{2400}';

/// Connects as usual, and looks through listings.
#[derive(Debug, Default)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service(ReqwestConnector::default().connect(options)?)))
    }
}

#[derive(Debug)]
struct Service(HttpClient);

impl HttpService for Service {
    fn call<'a, 'b>(
        &'a self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let query = request.uri().query().unwrap_or_default();
        let is_listing = request.method().as_str() == "GET"
            && query.split('&').any(|pair| pair == "list-type=2" || pair == "comp=list");
        Box::pin(async move {
            let answer = self.0.execute(request).await?;
            if !is_listing || !answer.status().is_success() {
                return Ok(answer);
            }
            let (head, body) = answer.into_parts();
            let body = body.bytes().await?;
            let body = match std::str::from_utf8(&body) {
                Ok(listing) => readable(listing).into(),
                Err(_) => body.into(),
            };
            Ok(HttpResponse::from_parts(head, body))
        })
    }
}

/// A listing with keys that all have a path: S3's and Google's has them in `Contents`, Azure's in `Blob`.
fn readable(listing: &str) -> String {
    let mut read = String::with_capacity(listing.len());
    let mut rest = listing;
    while let Some((place, [item, key, size])) = next_item(rest) {
        let (before, from) = rest.split_at(place);
        let end = from.find(&format!("</{item}>")).unwrap_or(from.len());
        let (element, after) = from.split_at(end);
        read.push_str(before);
        let inner = |tag: &str| {
            let start = element.find(&format!("<{tag}>"))? + tag.len() + 2;
            let length = element.get(start..)?.find(&format!("</{tag}>"))?;
            Some(start..start + length)
        };
        let is_empty = inner(size).and_then(|size| element.get(size)).is_some_and(|size| size.trim() == "0");
        match inner(key) {
            Some(at) => {
                let given = element.get(at.clone()).unwrap_or_default();
                let name = unescaped(given);
                read.push_str(element.get(..at.start).unwrap_or_default());
                let is_as_it_is = has_path(&name, is_empty);
                read.push_str(&if is_as_it_is { given.to_owned() } else { stand_in(&name) });
                read.push_str(element.get(at.end..).unwrap_or_default());
            }
            None => read.push_str(element),
        }
        rest = after;
    }
    read.push_str(rest);
    read
}

/// Where the next object of a listing begins, and what its parts are called.
fn next_item(listing: &str) -> Option<(usize, [&'static str; 3])> {
    let forms = [["Contents", "Key", "Size"], ["Blob", "Name", "Content-Length"]];
    let found = forms.into_iter().filter_map(|form| Some((listing.find(&format!("<{}>", form[0]))?, form)));
    found.min()
}

/// Whether an object can be asked for by its key. An empty one whose key ends with `/` stands for a folder, and is left out as one.
fn has_path(key: &str, is_empty: bool) -> bool {
    let is_plain = !key.starts_with('/') && (is_empty || !key.ends_with('/'));
    is_plain && !key.starts_with(MARK) && Path::parse(key).is_ok()
}

/// A key that can be asked for, in the place of one that cannot.
fn stand_in(key: &str) -> String {
    key.bytes().fold(MARK.to_string(), |mut name, byte| {
        write!(name, "{byte:02x}").expect("a String takes any text");
        name
    })
}

/// The key that another one stands for; `None` where it stands for none.
pub(super) fn original(key: &str) -> Option<String> {
    let digits = key.strip_prefix(MARK)?.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

/// A text of XML as it was before it was written.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (name, after) = after.split_once(';').unwrap_or((after, ""));
        let number = |text: &str| match text.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        };
        plain.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => name.strip_prefix('#').and_then(number).and_then(char::from_u32).unwrap_or('\u{fffd}'),
        });
        rest = after;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_without_a_path_are_replaced_and_others_are_left_as_they_are() {
        let of = |key: &str, size: u32| {
            format!("<Contents><Key>{key}</Key><ETag>&quot;x&quot;</ETag><Size>{size}</Size></Contents>")
        };
        let listing = |keys: &[(&str, u32)]| {
            let items: String = keys.iter().map(|(key, size)| of(key, *size)).collect();
            format!(
                "<ListBucketResult><Prefix>d/</Prefix>{items}<IsTruncated>false</IsTruncated></ListBucketResult>"
            )
        };
        let plain = listing(&[("d/a &amp; b.jsonl", 3), ("d/folder/", 0), ("d/été", 1)]);
        assert_eq!(readable(&plain), plain);
        for odd in ["d//b", "d/./b", "d/../b", "/d/b", "d/b/", "d/a&#x7;b", "d/a\u{2}b"] {
            let read = readable(&listing(&[("d/a", 1), (odd, 1), ("d/z", 1)]));
            let stand_in = stand_in(&unescaped(odd));
            assert_eq!(read, listing(&[("d/a", 1), (&stand_in, 1), ("d/z", 1)]));
            assert!(Path::parse(&stand_in).is_ok());
            assert_eq!(original(&stand_in), Some(unescaped(odd)));
        }
        assert_eq!(original("d/a"), None);
        let blob = "<Blobs><Blob><Name>d//b</Name><Properties><Content-Length>1</Content-Length></Properties></Blob></Blobs>";
        assert!(readable(blob).contains(&format!("<Name>{}</Name>", stand_in("d//b"))));
        for cut in ["<Contents><Key>d//b", "<Contents>", "<Contents></Contents>", "<Blob><Name>"] {
            assert_eq!(readable(cut), cut);
        }
    }
}
