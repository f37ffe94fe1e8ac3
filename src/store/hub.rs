//! Data sets on Hugging Face's hub: `hf://datasets/OWNER/NAME[@REVISION]/PATH`.
//!
//! A revision is resolved to a commit when the address is looked up, and all files are read at that commit: what is pushed
//! meanwhile is not seen, and so no `ETag` needs to be compared, which differ between the hub and where it keeps large files. Lists
//! come by the page. `HF_TOKEN` is sent to the hub alone: the client leaves it out where it is sent on to another host.

use object_store::client::{HttpClient, HttpConnector as _, HttpRequestBody, ReqwestConnector};
use object_store::path::Path;
use serde::Deserialize;

use super::address::Address;
use super::connect::{Variables, http, options};
use super::failure::failure;
use super::runtime::{PATIENCE, persist};
use super::{Bucket, FailureKind, Found, Listed, Object, StoreError};

const HUB: &str = "https://huggingface.co";

#[derive(Deserialize)]
struct Revision {
    sha: String,
}

#[derive(Deserialize)]
struct Entry {
    r#type: String,
    path: String,
    size: u64,
}

/// Looks up what an address leads to.
pub(super) fn find(address: &Address, given: &Variables) -> Result<Found, StoreError> {
    let hub = given.get("HF_ENDPOINT").map_or(HUB, String::as_str).trim_end_matches('/');
    let token = given.get("HF_TOKEN").filter(|token| !token.is_empty()).map(String::as_str);
    let (name, revision) = address.bucket.split_once('@').unwrap_or((&address.bucket, "main"));
    let failed = |error: object_store::Error| failure("find", &address.shown, &error);
    super::runtime::handle()?;
    let client = ReqwestConnector::default().connect(&options()).map_err(failed)?;
    let asker =
        Asker { client, hub: hub.to_owned(), token: token.map(str::to_owned), shown: address.shown.clone() };
    // A branch may be called `a/b`.
    let revision = revision.replace('/', "%2F");
    let (body, _) = asker.ask(format!("{hub}/api/{name}/revision/{revision}"))?;
    let Revision { sha } = asker.parse(&body)?;
    let store = http(address, &format!("{hub}/{name}/resolve/{sha}"), token)?;
    let bucket = Bucket { store, shown: format!("hf://{name}@{sha}").into(), url: None };
    let files = asker.files(&format!("{hub}/api/{name}/tree/{sha}"), &address.key)?;
    let object = |entry: &Entry| -> Result<Object, StoreError> {
        let location = Path::parse(&entry.path).map_err(|error| failed(error.into()))?;
        let shown = bucket.address(&entry.path);
        Ok(Object::of(bucket.clone(), location, entry.size, None, shown).pinned(&sha))
    };
    if let Some(file) = files.iter().find(|file| file.path == address.key && !address.key.is_empty()) {
        return object(file).map(Found::Object);
    }
    let inner = if address.key.is_empty() { String::new() } else { format!("{}/", address.key) };
    let mut listed = Vec::new();
    for file in &files {
        if let Some(name) = file.path.strip_prefix(&inner).filter(|name| !name.is_empty()) {
            listed.push(Listed { name: name.to_owned(), object: object(file)? });
        }
    }
    if listed.is_empty() {
        let cause = "there is no such file, and no folder of that name";
        return Err(StoreError::new("find", &address.shown, FailureKind::Missing, cause));
    }
    listed.sort_by(|one, other| std::path::Path::new(&one.name).cmp(std::path::Path::new(&other.name)));
    Ok(Found::Folder(listed, Vec::new()))
}

/// Asks the hub.
struct Asker {
    client: HttpClient,
    hub: String,
    token: Option<String>,
    shown: String,
}

impl Asker {
    /// The files below a path, or the one that it names.
    fn files(&self, tree: &str, key: &str) -> Result<Vec<Entry>, StoreError> {
        let list = |folder: &str| -> Result<Vec<Entry>, StoreError> {
            let mut next = Some(format!("{tree}{folder}?recursive=true"));
            let mut files = Vec::new();
            while let Some(url) = next {
                let (body, further) = self.ask(url)?;
                let entries: Vec<Entry> = self.parse(&body)?;
                files.extend(entries.into_iter().filter(|entry| entry.r#type == "file"));
                next = further;
            }
            Ok(files)
        };
        let encoded: String =
            key.split('/').filter(|part| !part.is_empty()).fold(String::new(), |path, part| {
                let part: String = url::form_urlencoded::byte_serialize(part.as_bytes()).collect();
                format!("{path}/{}", part.replace('+', "%20"))
            });
        match list(&encoded) {
            // A file has no tree: it is in its folder's.
            Err(error) if error.is_permanent() && !key.is_empty() => {
                let folder = encoded.rsplit_once('/').map_or("", |(folder, _)| folder);
                list(folder)
            }
            files => files,
        }
    }

    fn parse<'a, T: Deserialize<'a>>(&self, body: &'a [u8]) -> Result<T, StoreError> {
        let cause = "the hub's answer is not what its documentation says";
        serde_json::from_slice(body)
            .map_err(|_| StoreError::new("find", &self.shown, FailureKind::Network, cause))
    }

    /// An answer, and the address of the next page.
    fn ask(&self, url: String) -> Result<(Vec<u8>, Option<String>), StoreError> {
        // A next page that is somewhere else does not get it.
        let token = self.token.clone().filter(|_| url.starts_with(&format!("{}/", self.hub)));
        let (client, shown) = (self.client.clone(), self.shown.clone());
        persist(PATIENCE, move || ask(client.clone(), token.clone(), shown.clone(), url.clone()))
    }
}

/// Asks once.
async fn ask(
    client: HttpClient,
    token: Option<String>,
    shown: String,
    url: String,
) -> Result<(Vec<u8>, Option<String>), StoreError> {
    let network = |cause: &str| StoreError::new("find", &shown, FailureKind::Network, cause);
    let mut request = object_store::client::HttpRequest::new(HttpRequestBody::empty());
    *request.uri_mut() = url.parse().map_err(|_| {
        StoreError::new("find", &shown, FailureKind::Unknown, "its name cannot be part of an address")
    })?;
    if let Some(token) = token.and_then(|token| format!("Bearer {token}").parse().ok()) {
        request.headers_mut().insert("authorization", token);
    }
    let answer = client.execute(request).await.map_err(|_| network("the hub cannot be reached"))?;
    let status = answer.status().as_u16();
    let refused =
        |kind, cause: &str| Err(StoreError::new("find", &shown, kind, format!("{cause} ({status})")));
    match status {
        200..300 => {}
        401 | 403 => {
            return refused(FailureKind::Refused, "the hub refuses access, or has no such data set");
        }
        404 => {
            return refused(FailureKind::Missing, "the hub has no such data set, revision or path");
        }
        429 | 500.. => {
            return refused(FailureKind::Network, "the hub did not answer, asked again and again");
        }
        _ => return refused(FailureKind::Refused, "the hub refuses the request"),
    }
    let links = answer.headers().get("link").and_then(|links| links.to_str().ok()).map(next_of);
    let body = answer.into_body().bytes().await.map_err(|_| network("the connection to the hub broke"))?;
    Ok((body.to_vec(), links.flatten()))
}

/// The next page among the links of an answer: `<https://…?cursor=…>; rel="next"`.
fn next_of(links: &str) -> Option<String> {
    let next = links.split(',').find(|link| link.contains("rel=\"next\""))?;
    Some(next.split_once('<')?.1.split_once('>')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_links() {
        let links = "<https://h/api?x=1>; rel=\"first\", <https://h/api?cursor=ab%3D>; rel=\"next\"";
        assert_eq!(next_of(links).as_deref(), Some("https://h/api?cursor=ab%3D"));
        assert_eq!(next_of("<https://h/api>; rel=\"prev\""), None);
    }
}
