//! An object, as it was when it was found.

use std::io::{self, Read, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt as _, stream};
use object_store::path::Path;
use object_store::{GetOptions, GetResult, ObjectMeta, ObjectStore};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::failure::failure;
use super::runtime::{REQUESTS, handle, wait};
use super::{Address, Bucket, FailureKind, FailureSlot, Seekable, StoreError};

/// Bytes of a piece.
const PIECE_BYTES: u64 = 8 << 20;
/// Of the first one; each is twice as large as the one before until it is whole.
const FIRST_PIECE_BYTES: u64 = 256 << 10;
/// Requests on their way; another piece waits for the reader, which has one.
const AHEAD: usize = 3;

/// Of what is read anywhere, blocks of so many bytes are fetched, and so many of them are held.
const BLOCK_BYTES: u64 = 1 << 20;
const BLOCKS: usize = 32;

/// What an imprint that is no tag begins with.
const MODIFIED: &str = "last-modified ";

type Piece = bytes::Bytes;

/// An object, as it was when it was found.
#[derive(Clone, Debug)]
pub struct Object {
    bucket: Bucket,
    key: Path,
    shown: Arc<str>,
    bytes: u64,
    tag: Option<Arc<str>>,
    /// When it was written, in seconds, for where there is no tag.
    modified: Option<i64>,
    /// Instead of a tag: what it is a part of, and will always be.
    revision: Option<Arc<str>>,
    /// The server can be asked for a piece of it.
    has_pieces: bool,
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        (&self.shown, self.bytes, &self.tag) == (&other.shown, other.bytes, &other.tag)
    }
}

impl Eq for Object {}

impl Object {
    pub(super) fn of(bucket: Bucket, key: Path, bytes: u64, tag: Option<String>, shown: String) -> Self {
        let (shown, tag) = (shown.into(), tag.map(Arc::from));
        Self { bucket, key, shown, bytes, tag, modified: None, revision: None, has_pieces: true }
    }

    /// What a store says of an object.
    pub(super) fn found(bucket: Bucket, meta: ObjectMeta, shown: String) -> Self {
        let modified = modified(&meta);
        Self { modified, ..Self::of(bucket, meta.location, meta.size, meta.e_tag, shown) }
    }

    /// The same, of a server that may know no pieces.
    pub(super) fn in_pieces(self, has_pieces: bool) -> Self {
        Self { has_pieces, ..self }
    }

    /// An object that was found before, with its imprint then; nothing is asked.
    pub(crate) fn planned(address: &Address, bytes: u64, imprint: &str) -> Result<Self, StoreError> {
        use super::address::Scheme;
        if matches!(address.scheme, Scheme::Http | Scheme::Hub) {
            return match super::Bucket::find(address)? {
                super::Found::Object(object) => Ok(object),
                _ => Err(StoreError::new("read", &address.shown, FailureKind::Missing, "it is a folder")),
            };
        }
        let bucket = Bucket::of(address)?;
        let key = bucket.path("read", &address.key)?;
        let modified = imprint.strip_prefix(MODIFIED).and_then(|seconds| seconds.parse().ok());
        let tag = (modified.is_none() && !imprint.is_empty()).then(|| imprint.to_owned());
        let shown = bucket.address(&address.key);
        Ok(Self { modified, ..Self::of(bucket, key, bytes, tag, shown) })
    }

    /// The same, at a revision that never changes, of which answers may say anything.
    pub(super) fn pinned(self, revision: &str) -> Self {
        Self { revision: Some(revision.into()), ..self }
    }

    /// Whether it is read from the very same place, which the address that is shown may leave open.
    pub(crate) fn is_of_same_url(&self, other: &Self) -> bool {
        self.bucket.url == other.bucket.url
    }

    /// Whether its address says more than what is shown of it.
    pub(crate) fn has_secrets(&self) -> bool {
        self.bucket.url.as_deref().is_some_and(|url| *url != *self.shown)
    }

    /// Whether a piece of it can be read without the rest.
    pub(crate) fn has_pieces(&self) -> bool {
        self.has_pieces
    }

    /// Its size.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its address.
    pub(crate) fn shown(&self) -> String {
        self.shown.to_string()
    }

    /// What another object in its place would not have.
    pub(crate) fn imprint(&self) -> String {
        let known = self.tag.as_deref().or(self.revision.as_deref()).map(str::to_owned);
        let modified = || self.modified.map(|seconds| format!("{MODIFIED}{seconds}"));
        known.or_else(modified).unwrap_or_default()
    }

    /// Reads it from its beginning.
    pub(crate) fn open(&self, failed: &FailureSlot) -> Box<dyn Read + Send> {
        let pieces = self.begin();
        let (failed, object) = (Arc::clone(failed), self.clone());
        Box::new(ObjectReader { pieces, piece: Piece::new(), read: 0, failed, object })
    }

    /// Reads it anywhere.
    pub(crate) fn seekable(&self, failed: &FailureSlot) -> Seekable {
        let shared = Shared { object: self.clone(), failed: Arc::clone(failed), held: Mutex::default() };
        Seekable::Object(Box::new(Blocks { shared, at: Mutex::default() }))
    }

    fn begin(&self) -> Result<Receiver<Result<Piece, StoreError>>, StoreError> {
        let (give, pieces) = channel(1);
        let object = self.clone();
        handle()?.spawn(async move {
            if object.has_pieces { object.give_pieces(give).await } else { object.give_whole(give).await }
        });
        Ok(pieces)
    }

    /// Asks for one piece after the other, some ahead.
    async fn give_pieces(self, give: Sender<Result<Piece, StoreError>>) {
        let ranges = pieces_of(self.bytes);
        let mut pieces = stream::iter(ranges).map(|range| self.piece(range)).buffered(AHEAD);
        while let Some(piece) = pieces.next().await {
            // The reader has gone, or there is nothing after an error.
            let is_last = piece.is_err();
            if give.send(piece).await.is_err() || is_last {
                return;
            }
        }
    }

    /// Of a server without pieces, all of it by one request.
    async fn give_whole(self, give: Sender<Result<Piece, StoreError>>) {
        let _request = REQUESTS.acquire().await;
        let mut whole = match self.ask(GetOptions::default()).await {
            Ok(whole) => whole.into_stream(),
            Err(error) => return drop(give.send(Err(error)).await),
        };
        while let Some(piece) = whole.next().await {
            let piece = piece.map_err(|error| failure("read", &self.shown, &error));
            let is_last = piece.is_err();
            if give.send(piece).await.is_err() || is_last {
                return;
            }
        }
    }

    /// Asks for the object as it was. A weak tag matches nothing, and is only compared.
    async fn ask(&self, options: GetOptions) -> Result<GetResult, StoreError> {
        let if_match = self.tag.as_deref().filter(|tag| !tag.starts_with("W/")).map(quoted);
        let found = self.bucket.store.get_opts(&self.key, GetOptions { if_match, ..options }).await;
        let found = found.map_err(|error| self.failure(&error))?;
        let tag = found.meta.e_tag.as_deref();
        let is_same = match self.tag.as_deref().zip(tag) {
            Some((was, is)) => bare(was) == bare(is),
            None => self.modified.zip(modified(&found.meta)).is_none_or(|(was, is)| was == is),
        };
        if is_same && found.meta.size == self.bytes { Ok(found) } else { Err(self.changed()) }
    }

    fn failure(&self, error: &object_store::Error) -> StoreError {
        match error {
            object_store::Error::Precondition { .. } | object_store::Error::NotModified { .. } => {
                self.changed()
            }
            object_store::Error::NotFound { .. } => {
                let cause = "it was there when it was looked for, and is not any more";
                StoreError::new("read", &*self.shown, FailureKind::Changed, cause)
            }
            error => failure("read", &self.shown, error),
        }
    }

    fn changed(&self) -> StoreError {
        let cause = "it was replaced while it was read, so that what was read is no dump that ever was";
        StoreError::new("read", &*self.shown, FailureKind::Changed, cause)
    }

    async fn piece(&self, range: Range<u64>) -> Result<Piece, StoreError> {
        let _request = REQUESTS.acquire().await;
        let length = range.end - range.start;
        let found = self.ask(GetOptions { range: Some(range.into()), ..GetOptions::default() }).await?;
        let bytes = found.bytes().await.map_err(|error| self.failure(&error))?;
        if bytes.len() as u64 == length {
            return Ok(bytes);
        }
        let cause = "an answer was shorter than it said";
        Err(StoreError::new("read", &*self.shown, FailureKind::Network, cause))
    }
}

/// The pieces that an object is read in.
fn pieces_of(bytes: u64) -> impl Iterator<Item = Range<u64>> + Send {
    let mut next = 0;
    let mut length = FIRST_PIECE_BYTES;
    std::iter::from_fn(move || {
        let piece = next..bytes.min(next + length);
        next = piece.end;
        length = PIECE_BYTES.min(length * 2);
        (!piece.is_empty()).then_some(piece)
    })
}

/// When an object was written, in seconds; what is not said is the year 1970.
fn modified(meta: &ObjectMeta) -> Option<i64> {
    Some(meta.last_modified.timestamp()).filter(|seconds| *seconds != 0)
}

/// A tag as a request has it: what lists say of it lacks the quotes on some stores.
fn quoted(tag: &str) -> String {
    if tag.starts_with('"') { tag.to_owned() } else { format!("\"{tag}\"") }
}

/// A tag without what one answer adds and another leaves out.
pub(super) fn bare(tag: &str) -> &str {
    tag.trim_start_matches("W/").trim_matches('"')
}

/// Reads an object from its beginning to its end.
struct ObjectReader {
    pieces: Result<Receiver<Result<Piece, StoreError>>, StoreError>,
    piece: Piece,
    read: u64,
    failed: FailureSlot,
    object: Object,
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            if let Some(error) = self.failed.get() {
                return Err(error.clone().into());
            }
            let next = self.pieces.as_mut().map_err(|error| error.clone());
            match next.map(Receiver::blocking_recv) {
                Ok(Some(Ok(piece))) => self.piece = piece,
                Ok(None) if self.read == self.object.bytes => return Ok(0),
                Ok(None) => {
                    let cause = "the connection ended before the object did";
                    let ended = StoreError::new("read", &*self.object.shown, FailureKind::Network, cause);
                    return Err(self.failed.get_or_init(|| ended).clone().into());
                }
                Ok(Some(Err(error))) | Err(error) => {
                    return Err(self.failed.get_or_init(|| error).clone().into());
                }
            }
        }
        let count = self.piece.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        self.read += count as u64;
        Ok(count)
    }
}

/// An object that is read anywhere, a block at a time.
pub(crate) struct Blocks {
    shared: Shared,
    at: Mutex<u64>,
}

/// What is held of an object.
struct Shared {
    object: Object,
    failed: FailureSlot,
    /// Blocks by their number, the one that was used last at the end.
    held: Mutex<Vec<(u64, Piece)>>,
}

impl Shared {
    fn block(&self, number: u64) -> io::Result<Piece> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = held.iter().position(|(known, _)| *known == number) {
            let known = held.remove(place);
            let block = known.1.clone();
            held.push(known);
            return Ok(block);
        }
        if let Some(error) = self.failed.get() {
            return Err(error.clone().into());
        }
        let object = self.object.clone();
        let start = number * BLOCK_BYTES;
        let range = start..object.bytes.min(start + BLOCK_BYTES);
        let fetched = wait(async move { object.piece(range).await });
        let block = fetched.map_err(|error| io::Error::from(self.failed.get_or_init(|| error).clone()))?;
        if held.len() == BLOCKS {
            held.remove(0);
        }
        held.push((number, block.clone()));
        Ok(block)
    }
}

impl Blocks {
    pub(super) fn length(&self) -> u64 {
        self.shared.object.bytes
    }

    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        if *at >= self.length() || buffer.is_empty() {
            return Ok(0);
        }
        let block = self.shared.block(*at / BLOCK_BYTES)?;
        let within = usize::try_from(*at % BLOCK_BYTES).expect("it is less than a block");
        let rest = block.get(within..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        *at += count as u64;
        Ok(count)
    }

    pub(super) fn seek(&self, to: SeekFrom) -> io::Result<u64> {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.length().checked_add_signed(by),
            SeekFrom::Current(by) => at.checked_add_signed(by),
        };
        *at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(*at)
    }
}
