//! What a store's answer means, in words that hold no secret.

use std::error::Error as _;

use object_store::client::{HttpError, HttpErrorKind};

use super::{FailureKind, StoreError};

/// The failure that an error of a store is. Of the error's text, nothing is taken but the status and the store's code: it has the request's
/// whole address, which may be signed.
pub(super) fn failure(doing: &'static str, address: &str, error: &object_store::Error) -> StoreError {
    use object_store::Error;
    let text = error.to_string();
    let status = after(&text, "status code: ").and_then(|rest| rest.get(..3)?.parse::<u16>().ok());
    let code = after(&text, "<Code>").and_then(|rest| rest.split('<').next());
    // A server writes there what it likes.
    let is_code = |code: &&str| {
        (1..=64).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let code = code.filter(is_code);
    let (kind, said) = match error {
        Error::NotFound { .. } => (FailureKind::Missing, "there is no such object"),
        Error::PermissionDenied { .. } => (FailureKind::Refused, "the store refuses access"),
        Error::Unauthenticated { .. } => {
            (FailureKind::Refused, "the store does not accept these credentials")
        }
        Error::Precondition { .. } | Error::AlreadyExists { .. } | Error::NotModified { .. } => {
            (FailureKind::Changed, "it is not what it was: somebody has written there since")
        }
        Error::InvalidPath { .. } => (FailureKind::Unknown, "its name has parts that are empty, `.` or `..`"),
        _ if text.contains("Received redirect without LOCATION") => {
            (FailureKind::Refused, "the bucket is in another region than AWS_REGION says")
        }
        _ => match status {
            Some(401 | 403) => (FailureKind::Refused, "the store refuses access"),
            Some(404) => (FailureKind::Missing, "there is no such object or bucket"),
            Some(409 | 412) => {
                (FailureKind::Changed, "it is not what it was: somebody has written there since")
            }
            Some(408 | 429 | 500..) => {
                (FailureKind::Network, "the store did not do it, asked again and again")
            }
            Some(300..) => (FailureKind::Refused, "the store refuses the request"),
            _ => return broken(doing, address, error),
        },
    };
    let details: Vec<String> =
        status.map(|status| status.to_string()).into_iter().chain(code.map(str::to_owned)).collect();
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join(" ")) };
    StoreError::new(doing, address, kind, format!("{said}{details}"))
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

/// What others say, in one line and no longer than one reads: of a certificate, TLS may say all that is in it.
fn short(said: &str) -> String {
    const MOST: usize = 200;
    let words: String = said.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default().trim_end()),
        None => words,
    }
}

/// A failure without an answer.
fn broken(doing: &'static str, address: &str, error: &object_store::Error) -> StoreError {
    let mut cause = error.source();
    let mut kind = None;
    let mut innermost = error.to_string();
    while let Some(source) = cause {
        kind = kind.or_else(|| source.downcast_ref::<HttpError>().map(HttpError::kind));
        innermost = source.to_string();
        cause = source.source();
    }
    // An error of a request begins with its address; the last cause is the system's or TLS's.
    let innermost =
        if innermost.contains("://") { String::new() } else { format!(": {}", short(&innermost)) };
    let Some(kind) = kind else {
        // What the crate says before it has asked anybody, such as that a variable is missing.
        return StoreError::new(
            doing,
            address,
            FailureKind::Refused,
            format!("the store cannot be asked{innermost}"),
        );
    };
    let said = match kind {
        HttpErrorKind::Connect => "the store cannot be reached",
        HttpErrorKind::Timeout => "the store does not answer in time",
        _ => "the connection broke, again and again",
    };
    StoreError::new(doing, address, FailureKind::Network, format!("{said}{innermost}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_system_says_is_one_line_and_short() {
        assert_eq!(short("connection refused (os error 111)"), "connection refused (os error 111)");
        let said = short(&format!("invalid certificate:\n{}", "é".repeat(5000)));
        assert!(said.starts_with("invalid certificate: éé") && said.ends_with("é…"), "{said}");
        assert_eq!(said.chars().count(), 201);
    }
}
