//! What a server answered a crawler, as the crawler says beside the page: `{"url": …, "html": …, "status": 404}`,
//! `{"url": …, "markdown": …, "metadata": {"statusCode": 403}}`.
//!
//! A page that was sent with an error is none of an article, as in a WARC. `status` alone has many meanings; so the value is a number that HTTP
//! has for an error, there is an address, and with a bare `status` a page as the server sent it.

use std::borrow::Cow;

use super::fields::{FieldMap, Slot};
use super::object::{Object, Path};
use crate::html;

/// The status of a record that is what a server says instead of an article.
pub(super) fn error_in(object: &Object<'_>, fields: &FieldMap) -> Option<u16> {
    let body = object.html.iter().chain(&object.text).find(|big| !big.text.is_empty())?;
    let address = object.values.iter().find(|value| value.slot == Slot::Url)?;
    let has_page = object.html.iter().any(|big| !big.text.is_empty())
        || object.text.iter().any(|big| html::is_document(&big.text));
    let mut errors = object.others.iter().filter_map(|(path, raw)| {
        let is_metadata = |key: &Cow<'_, str>| fields.get(key).is_some_and(|found| found.meaning.is_metadata);
        let below = path.outer.strip_prefix(&*body.path.outer);
        let is_beside =
            path.outer == address.path.outer || below.is_some_and(|keys| keys.iter().all(is_metadata));
        let status: u16 = raw.trim_matches('"').parse().ok().filter(|status| (400..600).contains(status))?;
        (is_beside && says_status(path, has_page)).then_some(status)
    });
    errors.next()
}

/// Whether a key is that of the status of an answer.
fn says_status(path: &Path<'_>, has_page: bool) -> bool {
    let key: String = path.key.chars().filter(char::is_ascii_alphanumeric).collect();
    let key = key.to_ascii_lowercase();
    match &*key {
        "status" => has_page,
        key => {
            let says_whose = ["http", "response", "status"].iter().any(|part| key.starts_with(part));
            says_whose && ["status", "code"].iter().any(|end| key.ends_with(end))
        }
    }
}
