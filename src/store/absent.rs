//! Without the feature `remote` there are no objects, and whoever asks for one is told so.

use std::convert::Infallible;
use std::io::Read;
use std::path::Path;

use super::{Address, FailureKind, FailureSlot, Found, Listed, Put, Seekable, StoreError};

/// There is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    none: Infallible,
    bytes: u64,
}

/// There is none.
#[derive(Clone, Debug)]
pub(crate) struct Bucket(Infallible);

/// There is none.
#[derive(Clone, Debug)]
pub(crate) struct Version(Infallible);

fn refusal(address: &Address) -> StoreError {
    let cause = "this copydesk was built without the feature `remote`";
    StoreError::new("use", &address.shown, FailureKind::Absent, cause)
}

impl Bucket {
    pub(crate) fn of(address: &Address) -> Result<Self, StoreError> {
        Err(refusal(address))
    }

    pub(super) fn find(address: &Address) -> Result<Found, StoreError> {
        Err(refusal(address))
    }

    pub(crate) fn look(&self, _: &str) -> Result<Option<Object>, StoreError> {
        match self.0 {}
    }

    pub(crate) fn list(&self, _: &str) -> Result<Vec<Listed>, StoreError> {
        match self.0 {}
    }

    pub(crate) fn get(&self, _: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        match self.0 {}
    }

    pub(crate) fn is_still(&self, _: &str, _: &Version) -> Result<bool, StoreError> {
        match self.0 {}
    }

    pub(crate) fn put(&self, _: &str, _: Vec<u8>, _: Put) -> Result<(), StoreError> {
        match self.0 {}
    }

    pub(crate) fn minds_versions(&self, _: &str) -> Result<bool, StoreError> {
        match self.0 {}
    }

    pub(crate) fn delete(&self, _: &str) -> Result<(), StoreError> {
        match self.0 {}
    }

    pub(crate) fn upload(&self, _: &Path, _: &str) -> Result<(), StoreError> {
        match self.0 {}
    }
}

impl Object {
    pub(crate) fn planned(address: &Address, _: u64, _: &str) -> Result<Self, StoreError> {
        Err(refusal(address))
    }

    pub(crate) fn is_of_same_url(&self, _: &Self) -> bool {
        match self.none {}
    }

    pub(crate) fn has_secrets(&self) -> bool {
        match self.none {}
    }

    pub(crate) fn has_pieces(&self) -> bool {
        match self.none {}
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn shown(&self) -> String {
        match self.none {}
    }

    pub(crate) fn imprint(&self) -> String {
        match self.none {}
    }

    pub(crate) fn open(&self, _: &FailureSlot) -> Box<dyn Read + Send> {
        match self.none {}
    }

    pub(crate) fn seekable(&self, _: &FailureSlot) -> Seekable {
        match self.none {}
    }
}
