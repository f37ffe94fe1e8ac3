//! A folder on a store, and the one on this machine that stands for it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::store::{Address, Bucket, FailureSlot, Object, StoreError, is_address};
use crate::write::{WriteError, scratch_of, write_from};

/// Objects that are fetched or deleted at a time: a small one takes as long as its answer takes to come.
const AT_ONCE: usize = 16;

/// A folder on a store, and the one on this machine that becomes it.
#[derive(Clone, Debug)]
pub(in crate::night) struct StoreFolder {
    pub address: Address,
    pub bucket: Bucket,
    pub local: PathBuf,
}

impl StoreFolder {
    /// Of a path that is an address.
    pub(in crate::night) fn of(path: &Path, scratch: Option<&Path>) -> Result<Option<Self>, WriteError> {
        if !is_address(path) {
            return Ok(None);
        }
        let address = Address::of(path).and_then(|address| address.check_writable().map(|()| address))?;
        let bucket = Bucket::of(&address)?;
        let local = scratch_of(&address.shown, scratch)?;
        Ok(Some(Self { address, bucket, local }))
    }

    pub(in crate::night) fn key(&self, name: &str) -> String {
        if self.address.key.is_empty() { name.to_owned() } else { format!("{}/{name}", self.address.key) }
    }

    /// The address, as a path.
    pub(in crate::night) fn shown(&self) -> PathBuf {
        PathBuf::from(self.address.shown.trim_end_matches('/'))
    }

    pub(in crate::night) fn upload(&self, file: &str, name: &str) -> Result<(), StoreError> {
        self.bucket.upload(&self.local.join(file), &self.key(name))
    }

    /// What a small object holds, where it is there.
    pub(in crate::night) fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.bucket.get(&self.key(name))?.map(|(content, _)| content))
    }

    /// Deletes all that is in a folder of it.
    pub(in crate::night) fn delete_within(&self, folder: &str) -> Result<(), StoreError> {
        let names = self.bucket.list(&self.key(folder))?;
        let names: Vec<String> = names.into_iter().map(|one| format!("{folder}/{}", one.name)).collect();
        self.delete_all(&names)
    }

    /// Deletes objects.
    pub(in crate::night) fn delete_all(&self, names: &[String]) -> Result<(), StoreError> {
        at_once(names, |name| self.bucket.delete(&self.key(name)))
    }
}

/// Copies objects into files, which are there as a whole or not at all.
pub(in crate::night) fn fetch(objects: &[(Object, PathBuf)]) -> Result<(), WriteError> {
    at_once(objects, |(object, path)| {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(WriteError::of("create", folder))?;
        let failed = FailureSlot::default();
        let written = write_from(path, &mut object.open(&failed));
        match failed.get() {
            Some(error) => Err(error.clone().into()),
            None => written,
        }
    })
}

/// Does something with each of them, some at a time, up to the first that fails.
fn at_once<T: Sync, E: Send>(all: &[T], does: impl Fn(&T) -> Result<(), E> + Sync) -> Result<(), E> {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    let held = || failed.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(all.len()) {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = does(one) {
                        held().get_or_insert(error);
                        next.store(all.len(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}
