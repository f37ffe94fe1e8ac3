//! Addresses, and what of them can be shown.

use std::path::Path;

use super::{FailureKind, StoreError};

/// What kind of store an address is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    S3,
    Google,
    Azure,
    Http,
    Hub,
}

/// Where an object or a folder of objects is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub scheme: Scheme,
    /// The bucket; of `https://` and `hf://`, what stands for it.
    pub bucket: String,
    /// The key, or what keys in a folder begin with, without a `/` at its end; of `https://`, nothing.
    pub key: String,
    /// It ends with `/`, or has no key: it is a folder.
    pub is_folder: bool,
    /// What can be shown of it: no user, no query.
    pub shown: String,
    /// Of `https://`, all of it.
    pub url: Option<String>,
}

/// Whether a path is an address of a store, known or not.
pub(crate) fn is_address(path: &Path) -> bool {
    scheme_of(path).is_some()
}

/// The scheme of a path that is an address, and what follows it.
fn scheme_of(path: &Path) -> Option<(&str, &str)> {
    let (scheme, rest) = path.to_str()?.split_once("://")?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
    is_scheme.then_some((scheme, rest))
}

impl Address {
    /// Takes an address apart.
    ///
    /// # Errors
    /// Where it is none that copydesk knows.
    pub(crate) fn of(path: &Path) -> Result<Self, StoreError> {
        let shown = shown(path);
        let wrong = |cause: &str| StoreError::new("use", shown.clone(), FailureKind::Unknown, cause);
        let (scheme, rest) = scheme_of(path).ok_or_else(|| wrong("it is no address of a store"))?;
        let scheme = match scheme {
            "s3" | "s3a" => Scheme::S3,
            "gs" => Scheme::Google,
            "az" => Scheme::Azure,
            "http" | "https" => Scheme::Http,
            "hf" => Scheme::Hub,
            "hdfs" | "viewfs" => {
                return Err(wrong(
                    "copydesk does not speak Hadoop's protocol; fetch it with `hdfs dfs -get`, or pipe it in: `hdfs dfs -cat \
                     ADDRESS | copydesk run PIPELINE - --output DIR`",
                ));
            }
            _ => return Err(wrong("copydesk does not know this kind of address")),
        };
        if scheme == Scheme::Http {
            let url = path.to_str().map(str::to_owned);
            let (bucket, key) = (shown.clone(), String::new());
            return Ok(Self { scheme, bucket, key, is_folder: false, shown, url });
        }
        // `hf://datasets/OWNER/NAME@REVISION` is what stands for a bucket.
        let parts = if scheme == Scheme::Hub { 3 } else { 1 };
        let mut rest = rest.splitn(parts + 1, '/');
        let bucket: Vec<&str> = rest.by_ref().take(parts).filter(|part| !part.is_empty()).collect();
        if scheme != Scheme::Hub && bucket.iter().any(|part| part.contains('@')) {
            return Err(wrong("an address holds no keys; give them in the environment"));
        }
        if bucket.len() < parts || (scheme == Scheme::Hub && bucket[0] != "datasets") {
            return Err(wrong(match scheme {
                Scheme::Hub => "an address of Hugging Face's is hf://datasets/OWNER/NAME/PATH",
                _ => "it names no bucket",
            }));
        }
        let key = rest.next().unwrap_or_default();
        let is_folder = key.is_empty() || key.ends_with('/');
        let (bucket, key) = (bucket.join("/"), key.trim_end_matches('/').to_owned());
        Ok(Self { scheme, bucket, key, is_folder, shown, url: None })
    }

    /// Whether something can be written there.
    ///
    /// # Errors
    /// Where it can only be read.
    pub(crate) fn check_writable(&self) -> Result<(), StoreError> {
        let cause = match self.scheme {
            _ if without_query(&self.key) != self.key => {
                "an address that is written to has no query; give what is secret in the environment"
            }
            Scheme::Http => "https:// can only be read",
            Scheme::Hub => {
                "hf:// can only be read; from Python, `copydesk.publish` or `huggingface_hub.upload_large_folder` writes a finished folder there"
            }
            _ => return Ok(()),
        };
        Err(StoreError::new("write", self.shown.clone(), FailureKind::Unknown, cause))
    }
}

/// What can be shown of an address: no user and no password, and no query, which may be a signature. Any other path is
/// shown as it is.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    let Some((scheme, rest)) = text.split_once("://") else { return text };
    let is_url = scheme.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
    let rest = if is_url { rest.split(['?', '#']).next().unwrap_or_default() } else { without_query(rest) };
    let (host, key) = rest.split_once('/').map_or((rest, None), |(host, key)| (host, Some(key)));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let key = key.map(|key| format!("/{key}")).unwrap_or_default();
    format!("{scheme}://{host}{key}")
}

/// Of what may be a pattern, too: there, a `?` is a query's where the name of a setting follows it.
fn without_query(rest: &str) -> &str {
    let is_query = |at: &usize| {
        let after = rest.get(at + 1..).unwrap_or_default();
        let name = after.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| {
            name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.&".contains(&byte))
        })
    };
    let query = rest.match_indices('?').map(|(at, _)| at).find(is_query);
    query.and_then(|at| rest.get(..at)).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Result<Address, StoreError> {
        Address::of(Path::new(text))
    }

    #[test]
    fn an_address_is_taken_apart() {
        for (text, scheme, bucket, key, is_folder) in [
            ("s3://b/dumps/a.jsonl", Scheme::S3, "b", "dumps/a.jsonl", false),
            ("s3a://b/dumps/", Scheme::S3, "b", "dumps", true),
            ("gs://b", Scheme::Google, "b", "", true),
            ("az://b/x", Scheme::Azure, "b", "x", false),
            ("hf://datasets/o/n@v1/data/x.parquet", Scheme::Hub, "datasets/o/n@v1", "data/x.parquet", false),
        ] {
            let found = address(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let found = (found.scheme, &*found.bucket, &*found.key, found.is_folder);
            assert_eq!(found, (scheme, bucket, key, is_folder), "{text}");
        }
        for text in ["s3://", "hf://models/o/n/x", "hf://datasets/o", "ftp://x/y", "s3://key:secret@b/x"] {
            assert_eq!(address(text).expect_err("it is none").kind, FailureKind::Unknown, "{text}");
        }
        assert!(address("hdfs://n/x").expect_err("it is none").cause.contains("hdfs dfs -get"));
        for (text, is) in
            [("s3://b/x", true), ("hdfs://b/x", true), ("dumps/a.jsonl", false), ("C://x", false)]
        {
            assert_eq!(is_address(Path::new(text)), is, "{text}");
        }
    }

    #[test]
    fn what_is_secret_in_an_address_is_not_shown() {
        for (text, shown) in [
            ("https://u:secret@h.example/a/b.jsonl?X-Amz-Signature=secret#x", "https://h.example/a/b.jsonl"),
            ("s3://key:secret@bucket/a?b", "s3://bucket/a?b"),
            ("https://h.example?sig=secret", "https://h.example"),
            ("HTTPS://u:secret@h.example/a?secret", "HTTPS://h.example/a"),
            ("az://c/x?sv=2024-01-01&sig=a/secret%3D", "az://c/x"),
            ("s3://b/a?X-Amz-Signature=secret", "s3://b/a"),
            ("gs://b/y=202?/m=1/x-?.jsonl", "gs://b/y=202?/m=1/x-?.jsonl"),
            ("dumps/a.jsonl", "dumps/a.jsonl"),
        ] {
            assert_eq!(super::shown(Path::new(text)), shown);
        }
        let url = address("https://h.example/a?sig=secret").expect("it is one");
        assert!(!url.bucket.contains("secret") && url.url.is_some_and(|url| url.contains("secret")));
    }

    #[test]
    fn what_can_only_be_read_is_not_written() {
        let writable = |text: &str| address(text).expect("it is one").check_writable().is_ok();
        let found = [
            "s3://b/x",
            "gs://b/x",
            "az://b/x",
            "https://h.example/x",
            "hf://datasets/o/n",
            "az://b/x?sig=s",
        ]
        .map(writable);
        assert_eq!(found, [true, true, true, false, false, false]);
    }
}
