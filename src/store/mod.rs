//! Object stores: what `s3://`, `gs://`, `az://`, `https://` and `hf://` lead to.
//!
//! A file that is named by an [`Address`] is an [`Object`]; the rest of copydesk sees a [`std::io::Read`], or bytes that can be
//! read anywhere ([`Seekable`]). Outputs and states on a store are folders of this machine that are copied there when they are
//! finished ([`crate::night`] has the order in which that happens), by the few operations of a [`Bucket`].
//!
//! **Threads.** Signatures, credentials and single requests are the crate `object_store`'s, which needs tokio: there is one runtime, on
//! one thread of its own. It waits for the network and does nothing else: bytes are decompressed, hashed and cut by the
//! threads that ask for them, over bounded channels.
//!
//! **Reading.** An object is read in pieces of at most 8 MiB, of which four are on their way while one is being used. Each is a request
//! of its own, so that a connection that breaks costs a piece and not the night, and each asks for the very object that was there
//! when the run began (`If-Match`; where a store does not know that, the `ETag` of the answer is compared, or `Last-Modified` where there is none): a dump that is replaced while it is
//! read is refused. The first pieces are small, for those who only look at a head.
//!
//! **Errors.** A store that does not answer, breaks off or asks to be left alone (`503 SlowDown`) is asked again, up to ten times and for
//! up to three minutes, after pauses that grow and are drawn at random, so that many machines do not ask all at once. After that it is a
//! failed run, which the same command resumes; it is never a damaged dump. Whatever a decoder has made of an error, the reader
//! has kept it ([`FailureSlot`]). What no second attempt will mend (refused credentials, no such bucket) is said in one sentence.
//!
//! **Secrets.** Of an address, only what [`shown`] leaves is kept for messages, accounts, records and reports: no user, no query. Of an answer, the status and the
//! store's own code for it are shown, never the request.

#[cfg(not(feature = "remote"))]
mod absent;
mod address;
#[cfg(feature = "remote")]
mod bucket;
#[cfg(feature = "remote")]
mod connect;
#[cfg(feature = "remote")]
mod failure;
#[cfg(feature = "remote")]
mod hub;
#[cfg(feature = "remote")]
mod listing;
#[cfg(feature = "remote")]
mod object;
#[cfg(feature = "remote")]
mod profile;
#[cfg(feature = "remote")]
mod runtime;
mod seekable;
#[cfg(all(test, feature = "remote"))]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

#[cfg(not(feature = "remote"))]
pub(crate) use absent::{Bucket, Object, Version};
pub(crate) use address::{Address, is_address, shown};
#[cfg(feature = "remote")]
pub(crate) use bucket::{Bucket, Version};
#[cfg(feature = "remote")]
pub(crate) use object::Object;
pub(crate) use seekable::Seekable;

/// What kept an object from being read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    /// What was tried, such as `read` or `list`.
    pub doing: &'static str,
    /// The object or folder, without secrets.
    pub address: String,
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What the store says.
    pub cause: String,
}

/// What can be done about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The network or the store failed: another attempt may come through.
    Network,
    /// The store refuses, or nobody has said who asks.
    Refused,
    /// There is no such object or bucket.
    Missing,
    /// The object is another than when it was looked at.
    Changed,
    /// The address, or what is to be done with it, is none that copydesk knows.
    Unknown,
    /// This copydesk knows no stores.
    Absent,
}

impl StoreError {
    pub(crate) fn new(
        doing: &'static str,
        address: impl Into<String>,
        kind: FailureKind,
        cause: impl Into<String>,
    ) -> Self {
        Self { doing, address: address.into(), kind, cause: cause.into() }
    }

    /// What was tried on what, and what came of it.
    pub(crate) fn sentence(&self) -> String {
        format!("{} {}: {}", self.doing, self.address, self.cause)
    }

    /// Whether the same would fail in the same way again, until somebody changes something.
    pub fn is_permanent(&self) -> bool {
        self.kind != FailureKind::Network
    }

    /// The store's failure that an error is of, if it is of one.
    pub(crate) fn within(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// What can be done.
    pub(crate) fn advice(&self) -> &'static str {
        match self.kind {
            FailureKind::Network => "give the same command again; a run resumes from its last checkpoint",
            FailureKind::Refused if self.address.starts_with("s3") => {
                "give keys that may: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; AWS_SKIP_SIGNATURE=true for what is public"
            }
            FailureKind::Refused if self.address.starts_with("gs") => {
                "give an account that may: GOOGLE_APPLICATION_CREDENTIALS, or `gcloud auth application-default login`; GOOGLE_SKIP_SIGNATURE=true for what is public"
            }
            FailureKind::Refused if self.address.starts_with("az") => {
                "give an account that may: AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or AZURE_STORAGE_SAS_KEY"
            }
            FailureKind::Refused if self.address.starts_with("hf") => {
                "give a token that may read it: HF_TOKEN"
            }
            FailureKind::Refused => "fetch it first, or give an address that can be read without signing in",
            FailureKind::Missing => {
                "an address ends with the name of an object, or with a `/` where it is a folder"
            }
            FailureKind::Changed => "wait until it is written; --restart then begins anew",
            FailureKind::Absent => {
                "install it with `--features remote`, or pipe the dump in: `curl -s URL | copydesk run PIPELINE - --output DIR`"
            }
            FailureKind::Unknown => {
                "addresses begin with s3://, gs:// or az://, and of what is only read also with https:// or hf://datasets/"
            }
        }
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.cause)
    }
}

impl std::error::Error for StoreError {}

impl From<StoreError> for io::Error {
    fn from(error: StoreError) -> Self {
        let kind = match error.kind {
            FailureKind::Network => io::ErrorKind::TimedOut,
            FailureKind::Refused => io::ErrorKind::PermissionDenied,
            FailureKind::Missing => io::ErrorKind::NotFound,
            FailureKind::Changed | FailureKind::Unknown | FailureKind::Absent => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

/// Why an object could not be read to its end. Decoders turn errors into others, or take them for the end: whoever has opened an
/// object looks here, and not at what came out.
pub(crate) type FailureSlot = Arc<OnceLock<StoreError>>;

/// How an object may be written.
#[derive(Clone, Debug)]
pub(crate) enum Put {
    /// Whatever is there.
    Over,
    /// Only where nothing is there.
    New,
    /// Only where this is there.
    InPlaceOf(Version),
}

/// An object that was found in a folder.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// Where it is, within the folder.
    pub name: String,
    /// It.
    pub object: Object,
}

/// What an address leads to.
#[derive(Debug)]
#[cfg_attr(not(feature = "remote"), expect(dead_code, reason = "nothing is found then"))]
pub(crate) enum Found {
    /// An object.
    Object(Object),
    /// What a pattern names.
    Matches(Vec<Object>),
    /// A folder, and all that is in it and in the folders in it; and the names of what nobody can ask for.
    Folder(Vec<Listed>, Vec<String>),
}

/// A path from the root of this machine; an address is one as it is.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    if is_address(path) {
        path.to_owned()
    } else {
        std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
    }
}

/// Looks up what a path leads to that is an address.
///
/// # Errors
/// Where there is nothing, and where the store does not answer or refuses.
pub(crate) fn find(path: &Path) -> Result<Found, StoreError> {
    Bucket::find(&Address::of(path)?)
}
