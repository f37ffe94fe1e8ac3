//! The few operations that copydesk needs of a store.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::future::Future;
use std::io::Read as _;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{
    GetOptions, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions,
    PutPayload, UpdateVersion,
};

use super::address::{Address, Scheme, shown};
use super::connect::{Variables, environment, store};
use super::failure::failure;
use super::listing::original;
use super::object::bare;
use super::runtime::{REQUESTS, SHORT_PATIENCE, handle, persist, wait};
use super::{FailureKind, Found, Listed, Object, Put, StoreError, hub};

/// A larger file is uploaded in parts of so many bytes, of which so many are on their way at a time.
const PART_BYTES: usize = 16 << 20;
const PARTS: usize = 4;

/// A bucket, or what stands for one.
#[derive(Clone)]
pub(crate) struct Bucket {
    pub(super) store: Arc<dyn ObjectStore>,
    /// What addresses in it begin with, without a `/` at its end.
    pub(super) shown: Arc<str>,
    /// Of `https://`, all of its address.
    pub(super) url: Option<Arc<str>>,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bucket({})", self.shown)
    }
}

/// Which version of an object was seen, so that it is not written over once it is another.
#[derive(Clone, Debug)]
pub(crate) struct Version(UpdateVersion);

impl Bucket {
    /// The bucket of an address.
    pub(crate) fn of(address: &Address) -> Result<Self, StoreError> {
        Self::in_environment(address, &environment())
    }

    /// The same, in another environment than this process's. A process has one connection to each bucket.
    pub(super) fn in_environment(address: &Address, given: &Variables) -> Result<Self, StoreError> {
        static KNOWN: Mutex<BTreeMap<String, Bucket>> = Mutex::new(BTreeMap::new());
        let shown = match address.scheme {
            Scheme::Http => address.shown.clone(),
            _ => address.shown.split('/').take(3).collect::<Vec<_>>().join("/"),
        };
        // A signature may be another, and tests have many environments.
        let is_one = address.scheme != Scheme::Http && !cfg!(test);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = known.get(&shown).filter(|_| is_one) {
            return Ok(bucket.clone());
        }
        let bucket = Self {
            store: store(address, given)?,
            shown: shown.as_str().into(),
            url: address.url.as_deref().map(Arc::from),
        };
        if is_one {
            known.insert(shown, bucket.clone());
        }
        Ok(bucket)
    }

    /// A bucket in memory.
    #[cfg(test)]
    pub(super) fn in_memory(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, shown: "s3://memory".into(), url: None }
    }

    pub(super) fn address(&self, key: &str) -> String {
        if key.is_empty() { self.shown.to_string() } else { format!("{}/{key}", self.shown) }
    }

    /// The address of a key that somebody has given, for messages.
    fn shown(&self, key: &str) -> String {
        shown(FilePath::new(&self.address(key)))
    }

    pub(super) fn path(&self, doing: &'static str, key: &str) -> Result<Path, StoreError> {
        Path::parse(key).map_err(|error| failure(doing, &self.shown(key), &error.into()))
    }

    /// Looks up what an address leads to.
    pub(super) fn find(address: &Address) -> Result<Found, StoreError> {
        match address.scheme {
            Scheme::Hub => hub::find(address, &environment()),
            Scheme::Http => Self::of(address)?.look_at_url(address).map(Found::Object),
            _ => Self::of(address)?.find_key(address),
        }
    }

    /// What is read by plain requests says of itself how long it is.
    fn look_at_url(&self, address: &Address) -> Result<Object, StoreError> {
        let (store, shown) = (Arc::clone(&self.store), address.shown.clone());
        let (meta, has_pieces) =
            persist(SHORT_PATIENCE, move || look_at_url(Arc::clone(&store), shown.clone()))?;
        Ok(Object::found(self.clone(), meta, address.shown.clone()).in_pieces(has_pieces))
    }

    /// What a key leads to.
    pub(super) fn find_key(&self, address: &Address) -> Result<Found, StoreError> {
        if !address.is_folder
            && let Some(object) = self.look(&address.key)?
        {
            return Ok(Found::Object(object));
        }
        if !address.is_folder && address.key.contains(['*', '?', '[']) {
            return self.matches(address);
        }
        let (listed, odd) = self.list_all(&address.key)?;
        if listed.is_empty() && odd.is_empty() && !address.is_folder {
            let cause = "there is no such object, and no folder of that name";
            return Err(StoreError::new("find", &address.shown, FailureKind::Missing, cause));
        }
        Ok(Found::Folder(listed, odd))
    }

    /// What a pattern matches, as it matches files.
    fn matches(&self, address: &Address) -> Result<Found, StoreError> {
        let unknown = |cause: &str| StoreError::new("find", &address.shown, FailureKind::Missing, cause);
        let pattern = glob::Pattern::new(&address.key).map_err(|error| unknown(&error.to_string()))?;
        let fixed = address.key.split(['*', '?', '[']).next().unwrap_or_default();
        let folder = fixed.rsplit_once('/').map_or("", |(folder, _)| folder);
        let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::default() };
        let mut listed = self.list(folder)?;
        let inner = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        listed.retain(|listed| pattern.matches_with(&format!("{inner}{}", listed.name), options));
        let objects: Vec<Object> = listed.into_iter().map(|listed| listed.object).collect();
        if objects.is_empty() {
            Err(unknown("nothing matches this pattern"))
        } else {
            Ok(Found::Matches(objects))
        }
    }

    /// Does something with what a key leads to, again where the network fails.
    fn with<T: Send + 'static, F: Future<Output = object_store::Result<T>> + Send + 'static>(
        &self,
        doing: &'static str,
        key: &str,
        work: impl Fn(Arc<dyn ObjectStore>, Path) -> F + Send + 'static,
    ) -> Result<T, StoreError> {
        let (store, path, address) = (Arc::clone(&self.store), self.path(doing, key)?, self.shown(key));
        persist(SHORT_PATIENCE, move || {
            let (work, address) = (work(Arc::clone(&store), path.clone()), address.clone());
            async move {
                let _request = REQUESTS.acquire().await;
                work.await.map_err(|error| failure(doing, &address, &error))
            }
        })
    }

    /// An object, where it is there.
    pub(crate) fn look(&self, key: &str) -> Result<Option<Object>, StoreError> {
        let meta = self.with("find", key, |store, path| async move { if_there(store.head(&path).await) })?;
        Ok(meta.map(|meta| self.object(meta)))
    }

    fn object(&self, meta: ObjectMeta) -> Object {
        let address = self.address(meta.location.as_ref());
        Object::found(self.clone(), meta, address)
    }

    /// All objects in a folder and in the folders in it.
    pub(crate) fn list(&self, folder: &str) -> Result<Vec<Listed>, StoreError> {
        self.list_all(folder).map(|(listed, _)| listed)
    }

    /// The same, and the names of what is there and cannot be asked for.
    fn list_all(&self, folder: &str) -> Result<(Vec<Listed>, Vec<String>), StoreError> {
        let metas: Vec<ObjectMeta> = self.with("list", folder, |store, path| async move {
            let prefix = Some(&path).filter(|path| !path.as_ref().is_empty());
            store.list(prefix).try_collect().await
        })?;
        let prefix = if folder.is_empty() { None } else { Some(self.path("list", folder)?) };
        let (mut listed, mut odd) = (Vec::new(), Vec::new());
        let within = |key: &str| {
            let name = match &prefix {
                None => Some(key),
                Some(prefix) => key.strip_prefix(prefix.as_ref()).and_then(|rest| rest.strip_prefix('/')),
            };
            name.map(str::to_owned)
        };
        for meta in metas {
            if let Some(key) = original(meta.location.as_ref()) {
                odd.extend(within(&key).as_deref().map(nameable));
                continue;
            }
            let name = within(meta.location.as_ref());
            // What stands for the folder itself is no object in it.
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                listed.push(Listed { name, object: self.object(meta) });
            }
        }
        let folders: BTreeSet<String> = listed
            .iter()
            .flat_map(|one| one.name.match_indices('/').filter_map(|(at, _)| one.name.get(..at)))
            .map(str::to_owned)
            .collect();
        listed.retain(|one| one.object.bytes() > 0 || !folders.contains(&one.name));
        listed.sort_by(|one, other| FilePath::new(&one.name).cmp(FilePath::new(&other.name)));
        odd.sort();
        Ok((listed, odd))
    }

    /// A small object whole, where it is there.
    pub(crate) fn get(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        self.with("read", key, |store, path| async move {
            let Some(found) = if_there(store.get(&path).await)? else { return Ok(None) };
            let (e_tag, version) = (found.meta.e_tag.clone(), found.meta.version.clone());
            Ok(Some((found.bytes().await?.to_vec(), Version(UpdateVersion { e_tag, version }))))
        })
    }

    /// Whether an object is still the version that was seen, which is not to read it.
    pub(crate) fn is_still(&self, key: &str, Version(seen): &Version) -> Result<bool, StoreError> {
        let meta = self.with("find", key, |store, path| async move { if_there(store.head(&path).await) })?;
        Ok(meta.is_some_and(|meta| match meta.e_tag.as_deref().zip(seen.e_tag.as_deref()) {
            Some((is, was)) => bare(is) == bare(was),
            None => meta.version == seen.version,
        }))
    }

    /// Writes a small object whole.
    pub(crate) fn put(&self, key: &str, content: Vec<u8>, how: Put) -> Result<(), StoreError> {
        let mode = match how {
            Put::Over => PutMode::Overwrite,
            Put::New => PutMode::Create,
            Put::InPlaceOf(Version(version)) => PutMode::Update(version),
        };
        let content = PutPayload::from(content);
        self.with("write", key, move |store, path| {
            let (content, options) = (content.clone(), PutOptions::from(mode.clone()));
            async move { store.put_opts(&path, content, options).await.map(drop) }
        })
    }

    /// Whether the store minds what [`Put`] says; where it does not, two who write at once would not notice. `key` is of
    /// an object that is there and may be written over.
    pub(crate) fn minds_versions(&self, key: &str) -> Result<bool, StoreError> {
        let none = UpdateVersion { e_tag: Some("\"0\"".to_owned()), version: Some("1".to_owned()) };
        match self.put(key, Vec::new(), Put::InPlaceOf(Version(none))) {
            Ok(()) => Ok(false),
            Err(error) if error.kind == FailureKind::Network => Err(error),
            Err(error) if error.kind == FailureKind::Changed => Ok(true),
            // Google's, of a version that was never there.
            Err(error) if error.kind == FailureKind::Missing => Ok(true),
            Err(_) => Ok(false),
        }
    }

    /// Deletes an object, if it is there.
    pub(crate) fn delete(&self, key: &str) -> Result<(), StoreError> {
        let delete = |store: Arc<dyn ObjectStore>, path: Path| async move { store.delete(&path).await };
        match self.with("delete", key, delete) {
            Err(error) if error.kind == FailureKind::Missing => Ok(()),
            deleted => deleted,
        }
    }

    /// Copies a file there. It is there as a whole, or not at all.
    pub(crate) fn upload(&self, file: &FilePath, key: &str) -> Result<(), StoreError> {
        let unread = |error: std::io::Error| {
            let doing = format!("reading {} for it failed: {error}", file.display());
            StoreError::new("write", self.address(key), FailureKind::Network, doing)
        };
        let mut source = File::open(file).map_err(unread)?;
        let length = source.metadata().map_err(unread)?.len();
        if length <= PART_BYTES as u64 {
            let mut content = Vec::new();
            source.read_to_end(&mut content).map_err(unread)?;
            return self.put(key, content, Put::Over);
        }
        let address = self.address(key);
        let begin = |store: Arc<dyn ObjectStore>, path: Path| async move { store.put_multipart(&path).await };
        let mut upload = self.with("write", key, begin)?;
        match upload_parts(&mut source, upload.as_mut(), &address, &unread) {
            Ok(()) => wait(async move {
                upload.complete().await.map(drop).map_err(|error| failure("write", &address, &error))
            }),
            Err(error) => {
                // Parts that are left are paid for until a rule of the bucket deletes them.
                let abort =
                    async move { upload.abort().await.map_err(|error| failure("delete", &address, &error)) };
                drop(wait(abort));
                Err(error)
            }
        }
    }
}

/// Asks for a byte of an object, and so for its length; whether it can be read in pieces.
async fn look_at_url(store: Arc<dyn ObjectStore>, shown: String) -> Result<(ObjectMeta, bool), StoreError> {
    let failed = |error: object_store::Error| failure("find", &shown, &error);
    let options = GetOptions { range: Some((0..1).into()), ..GetOptions::default() };
    let _request = REQUESTS.acquire().await;
    match store.get_opts(&Path::default(), options).await {
        Ok(found) => Ok((found.meta, true)),
        // It has no pieces, and is read in one.
        Err(object_store::Error::NotSupported { .. }) => {
            let whole = store.get_opts(&Path::default(), GetOptions::default()).await;
            whole.map(|found| (found.meta, false)).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

/// A name that says what is odd about a key, as it can be shown and counted.
fn nameable(name: &str) -> String {
    let part = |part: &str| match part {
        "" => "(empty)".to_owned(),
        "." | ".." => format!("({part})"),
        part => part.replace(|letter: char| letter.is_control(), "\u{fffd}"),
    };
    name.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// What is there, or nothing.
fn if_there<T>(found: object_store::Result<T>) -> object_store::Result<Option<T>> {
    match found {
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        found => found.map(Some),
    }
}

/// Sends a file in parts, some at a time.
fn upload_parts(
    source: &mut File,
    upload: &mut dyn MultipartUpload,
    address: &str,
    unread: &dyn Fn(std::io::Error) -> StoreError,
) -> Result<(), StoreError> {
    let mut on_their_way = std::collections::VecDeque::new();
    let arrived = |part: std::sync::mpsc::Receiver<Result<(), StoreError>>| {
        let gone =
            || StoreError::new("write", address, FailureKind::Network, "the network's thread has ended");
        part.recv().unwrap_or_else(|_| Err(gone()))
    };
    loop {
        let mut part = Vec::new();
        source.take(PART_BYTES as u64).read_to_end(&mut part).map_err(unread)?;
        if part.is_empty() {
            break;
        }
        let sending = upload.put_part(PutPayload::from(part));
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let address = address.to_owned();
        handle()?.spawn(async move {
            let _request = REQUESTS.acquire().await;
            // Whoever waits for it may have gone.
            drop(tell.send(sending.await.map_err(|error| failure("write", &address, &error))));
        });
        on_their_way.push_back(told);
        if on_their_way.len() == PARTS {
            on_their_way.pop_front().map_or(Ok(()), arrived)?;
        }
    }
    on_their_way.into_iter().try_for_each(arrived)
}
