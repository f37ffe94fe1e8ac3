//! What a dump is compressed with, known from its first bytes, and how it is undone.
//!
//! Every decoder here continues after the first member, frame or stream: concatenated files are common, and a
//! reader that stops after the first loses the rest without a word.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use liblzma::bufread::XzDecoder;

/// How a dump is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// zstd, any number of frames, skippable ones among them.
    Zstd,
    /// gzip, any number of members.
    Gzip,
    /// bzip2, any number of streams.
    Bzip2,
    /// xz, any number of streams.
    Xz,
}

impl Compression {
    /// By a file's first bytes; six are enough.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            // A skippable frame may come first; pzstd writes one.
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Self::Zstd,
            [0x1F, 0x8B, ..] => Self::Gzip,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            _ => Self::None,
        }
    }

    /// Its name in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }
}

/// Compressed bytes read so far, for progress bars.
pub type BytesRead = Arc<AtomicU64>;

struct Counted<R> {
    inner: R,
    read: BytesRead,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Meets an error again at each further read: decoders forget theirs, and take what follows for the end.
struct Lasting<R> {
    inner: R,
    error: Option<io::Error>,
}

impl<R: Read> Read for Lasting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.error.is_none() {
            match self.inner.read(buffer) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => self.error = Some(error),
                read => return read,
            }
        }
        Err(self.error.as_ref().map(again).expect("there was one"))
    }
}

/// The same error once more.
fn again(error: &io::Error) -> io::Error {
    let code = error.raw_os_error().map(io::Error::from_raw_os_error);
    code.unwrap_or_else(|| io::Error::new(error.kind(), error.to_string()))
}

/// Undoes whatever compression a stream has.
///
/// `window_log_max` bounds the memory that a zstd frame may ask for, as a power of two of bytes; frames
/// beyond it are an error when they are reached.
pub(super) fn decompress(
    mut inner: Box<dyn Read + Send>,
    window_log_max: u32,
    read: BytesRead,
) -> io::Result<(Compression, Box<dyn Read + Send>)> {
    let mut head = [0_u8; 6];
    let mut known = 0;
    while known < head.len() {
        match inner.read(&mut head[known..]) {
            Ok(0) => break,
            Ok(count) => known += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let compression = Compression::of(&head[..known]);
    let whole = io::Cursor::new(head).take(known as u64).chain(inner);
    let whole = BufReader::with_capacity(128 << 10, Counted { inner: whole, read });
    let reader: Box<dyn Read + Send> = match compression {
        Compression::None => Box::new(whole),
        Compression::Zstd => {
            let (dictionary, whole) = dictionary(whole, window_log_max)?;
            let mut decoder = zstd::stream::read::Decoder::with_dictionary(whole, &dictionary)?;
            decoder.window_log_max(window_log_max)?;
            Box::new(decoder)
        }
        Compression::Gzip => Box::new(GzipMembers::new(whole)),
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(whole)),
        Compression::Xz => Box::new(Members::<_, XzDecoder<_>>::new(whole)),
    };
    Ok((compression, Box::new(Lasting { inner: reader, error: None })))
}

/// The dictionary that a `.warc.zst` begins with, in a skippable frame of its own; empty where there is none. What follows it is
/// compressed with it.
///
/// Source: the draft "Zstandard compression for WARC files" (IIPC), as archivists' crawlers write it.
fn dictionary(
    mut whole: impl BufRead + Send + 'static,
    window_log_max: u32,
) -> io::Result<(Vec<u8>, Box<dyn BufRead + Send>)> {
    const FRAME: [u8; 4] = [0x5D, 0x2A, 0x4D, 0x18];
    const DICTIONARY: [u8; 4] = [0x37, 0xA4, 0x30, 0xEC];
    /// Crawlers' have 1 MiB at most.
    const MOST_BYTES: u32 = 16 << 20;
    if !whole.fill_buf()?.starts_with(&FRAME) {
        return Ok((Vec::new(), Box::new(whole)));
    }
    let mut head = [0; 8];
    whole.read_exact(&mut head)?;
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    if length > MOST_BYTES {
        return Ok((Vec::new(), Box::new(io::Cursor::new(head).chain(whole))));
    }
    let mut content = Vec::new();
    whole.by_ref().take(u64::from(length)).read_to_end(&mut content)?;
    if Compression::of(&content) == Compression::Zstd {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(&content[..])?;
        decoder.window_log_max(window_log_max)?;
        let mut unpacked = Vec::new();
        decoder.take(u64::from(MOST_BYTES)).read_to_end(&mut unpacked)?;
        content = unpacked;
    }
    // Another program's frame is passed over.
    let is_dictionary = content.starts_with(&DICTIONARY);
    Ok((if is_dictionary { content } else { Vec::new() }, Box::new(whole)))
}

#[expect(clippy::disallowed_types, reason = "Members continues after the first one")]
type GzipMembers<R> = Members<R, flate2::bufread::GzDecoder<R>>;

/// A decoder of one stream or member of a file that may have several.
trait Member<R>: Read {
    fn new(inner: R) -> Self;
    fn inner(&mut self) -> &mut R;
    fn into_inner(self) -> R;
}

impl<R: BufRead> Member<R> for XzDecoder<R> {
    fn new(inner: R) -> Self {
        Self::new(inner)
    }

    fn inner(&mut self) -> &mut R {
        self.get_mut()
    }

    fn into_inner(self) -> R {
        self.into_inner()
    }
}

#[expect(clippy::disallowed_types, reason = "Members continues after the first one")]
impl<R: BufRead> Member<R> for flate2::bufread::GzDecoder<R> {
    fn new(inner: R) -> Self {
        Self::new(inner)
    }

    fn inner(&mut self) -> &mut R {
        self.get_mut()
    }

    fn into_inner(self) -> R {
        self.into_inner()
    }
}

/// xz streams or gzip members, one after the other, and the NULs between and after them.
///
/// liblzma's own decoder for many streams meets garbage after the last one in the same call that hands out the end of
/// the data, and then the data is lost; flate2's takes NULs after the last member, which tapes and downloads leave, for
/// damage. Here each member is read to its end before the next is begun.
struct Members<R, D> {
    /// `None` after the end, and after an error.
    decoder: Option<D>,
    inner: std::marker::PhantomData<R>,
}

impl<R: BufRead, D: Member<R>> Members<R, D> {
    fn new(inner: R) -> Self {
        Self { decoder: Some(D::new(inner)), inner: std::marker::PhantomData }
    }
}

impl<R: BufRead, D: Member<R>> Read for Members<R, D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let count = decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            pass_padding(decoder.inner())?;
            let ended = decoder.inner().fill_buf()?.is_empty();
            self.decoder = self.decoder.take().filter(|_| !ended).map(|old| D::new(old.into_inner()));
        }
        Ok(0)
    }
}

/// Passes over zeros. After an xz stream they come in fours by the format; tar and tapes are less exact.
fn pass_padding(inner: &mut impl BufRead) -> io::Result<()> {
    loop {
        let ready = inner.fill_buf()?;
        let (zeros, all) = (ready.iter().take_while(|byte| **byte == 0).count(), ready.len());
        inner.consume(zeros);
        if zeros < all || all == 0 {
            return Ok(());
        }
    }
}
