//! What a dump is compressed with, known from its first bytes, and how it is undone.
//!
//! Every decoder here continues after the first member, frame or stream: concatenated files are common, and a
//! reader that stops after the first loses the rest without a word.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use liblzma::bufread::XzDecoder;
use zstd::stream::raw::Operation as _;

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

/// How a stream is compressed, and what it takes to undo it.
pub(super) struct Packing {
    pub compression: Compression,
    /// What frames of zstd are compressed with; empty where that is nothing.
    dictionary: Vec<u8>,
    /// The largest window that a frame of zstd may ask for, as a power of two of bytes; frames beyond it are an error when they are
    /// reached.
    window_log_max: u32,
}

/// A stream whose compression is undone.
pub(super) struct Unpacked {
    pub packing: Packing,
    pub reader: Box<dyn Read + Send>,
    /// Where in the compressed stream the decoder is: no member, frame or stream that has been read begins after it.
    pub place: Arc<AtomicU64>,
}

/// Opens a compressed stream at a place.
pub(super) type OpenAt<'a> = dyn Fn(u64) -> io::Result<Box<dyn Read + Send>> + Send + 'a;

/// Undoes whatever compression a stream has. `window_log_max` bounds the memory that a frame of zstd may ask for.
pub(super) fn decompress(
    mut inner: Box<dyn Read + Send>,
    window_log_max: u32,
    read: BytesRead,
) -> io::Result<Unpacked> {
    let mut head = [0_u8; 8];
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
    let mut packing = Packing { compression, dictionary: Vec::new(), window_log_max };
    let whole = io::Cursor::new(head).take(known as u64).chain(inner);
    let mut whole = Placed::new(Box::new(whole), read, 0);
    packing.dictionary = dictionary(&mut whole, head, window_log_max)?;
    let place = whole.place.clone();
    let reader = packing.reader(whole)?;
    Ok(Unpacked { packing, reader: lasting(reader), place })
}

fn lasting(inner: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
    Box::new(Lasting { inner, error: None })
}

/// So much of a member is read to see whether it is one: compressed bytes have its magic number by chance.
const TRIED_BYTES: u64 = 4 << 10;

/// By chance a magic number of three bytes comes every 16 MB; a file that has it everywhere is not searched for hours.
const MOST_TRIED: u32 = 100_000;

impl Packing {
    /// All members, frames or streams that follow.
    fn reader(&self, whole: Placed) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self.compression {
            Compression::None => Box::new(whole),
            Compression::Zstd => Box::new(ZstdFrames::new(whole, &self.dictionary, self.window_log_max)?),
            Compression::Gzip => Box::new(Members::<GzipMember<_>>::new(whole)),
            Compression::Bzip2 => Box::new(Members::<BzipStream<_>>::new(whole)),
            Compression::Xz => Box::new(Members::<XzDecoder<_>>::new(whole)),
        })
    }

    /// What every member, frame or stream begins with; `None` where nothing is compressed.
    fn magic(&self) -> Option<&'static [u8]> {
        match self.compression {
            Compression::None => None,
            Compression::Zstd => Some(&[0x28, 0xB5, 0x2F, 0xFD]),
            Compression::Gzip => Some(&[0x1F, 0x8B, 8]),
            Compression::Bzip2 => Some(b"BZh"),
            Compression::Xz => Some(&[0xFD, b'7', b'z', b'X', b'Z', 0]),
        }
    }

    /// Reads on after damage: from the next member, frame or stream that begins after `place`, and where that is; `None` where
    /// there is none. `open` opens the stream anew.
    pub(super) fn resume(
        &self,
        open: &OpenAt<'_>,
        place: u64,
        read: &BytesRead,
    ) -> io::Result<Option<(u64, Unpacked)>> {
        let Some(magic) = self.magic() else { return Ok(None) };
        let finder = memchr::memmem::Finder::new(magic);
        let mut start = place + 1;
        let mut source = open(start)?;
        let mut window = Vec::new();
        let (mut step, mut tried) = (4 << 10, 0);
        loop {
            let known = window.len();
            source.by_ref().take(step).read_to_end(&mut window)?;
            step = (step * 2).min(128 << 10);
            for found in finder.find_iter(&window) {
                let at = start + found as u64;
                tried += 1;
                if tried > MOST_TRIED {
                    return Ok(None);
                }
                if self.begins(open(at)?)? {
                    let whole = Placed::new(open(at)?, read.clone(), at);
                    let place = whole.place.clone();
                    let packing = Self { dictionary: self.dictionary.clone(), ..*self };
                    let reader = lasting(self.reader(whole)?);
                    return Ok(Some((at, Unpacked { packing, reader, place })));
                }
            }
            if window.len() == known {
                return Ok(None);
            }
            let passed = window.len().saturating_sub(magic.len() - 1);
            window.drain(..passed);
            start += passed as u64;
        }
    }

    /// Whether a member, frame or stream begins here: all of it can be read, or its beginning.
    fn begins(&self, inner: Box<dyn Read + Send>) -> io::Result<bool> {
        let whole = BufReader::with_capacity(16 << 10, inner);
        let one: Box<dyn Read> = match self.compression {
            Compression::None => return Ok(false),
            Compression::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_dictionary(whole, &self.dictionary)?;
                decoder.window_log_max(self.window_log_max)?;
                Box::new(decoder.single_frame())
            }
            Compression::Gzip => Box::new(GzipMember::new(whole)),
            Compression::Bzip2 => Box::new(BzipStream::new(whole)),
            Compression::Xz => Box::new(XzDecoder::new(whole)),
        };
        match io::copy(&mut one.take(TRIED_BYTES), &mut io::sink()) {
            Ok(_) => Ok(true),
            Err(error) if super::failure_of(&error).is_some() => Err(error),
            Err(_) => Ok(false),
        }
    }
}

/// A compressed stream that knows where the member, frame or stream begins that is being read: a damaged one may be read far beyond
/// its end before that shows.
struct Placed {
    inner: BufReader<Counted<Box<dyn Read + Send>>>,
    consumed: u64,
    place: Arc<AtomicU64>,
}

impl Placed {
    fn new(inner: Box<dyn Read + Send>, read: BytesRead, at: u64) -> Self {
        let inner = BufReader::with_capacity(128 << 10, Counted { inner, read });
        Self { inner, consumed: at, place: Arc::new(AtomicU64::new(at)) }
    }

    /// Another member begins here.
    fn begin_member(&mut self) {
        self.place.store(self.consumed, Ordering::Relaxed);
    }
}

impl Read for Placed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.consumed += count as u64;
        Ok(count)
    }
}

impl BufRead for Placed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.consumed += count as u64;
    }
}

/// The dictionary that a `.warc.zst` begins with, in a skippable frame of its own; empty where there is none. What follows it is
/// compressed with it.
///
/// Source: the draft "Zstandard compression for WARC files" (IIPC), as archivists' crawlers write it.
fn dictionary(whole: &mut Placed, head: [u8; 8], window_log_max: u32) -> io::Result<Vec<u8>> {
    const FRAME: [u8; 4] = [0x5D, 0x2A, 0x4D, 0x18];
    const DICTIONARY: [u8; 4] = [0x37, 0xA4, 0x30, 0xEC];
    /// Crawlers' have 1 MiB at most.
    const MOST_BYTES: u32 = 16 << 20;
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    if !head.starts_with(&FRAME) || length > MOST_BYTES {
        return Ok(Vec::new());
    }
    whole.read_exact(&mut [0; 8])?;
    let mut content = Vec::new();
    whole.by_ref().take(u64::from(length)).read_to_end(&mut content)?;
    whole.begin_member();
    if Compression::of(&content) == Compression::Zstd {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(&content[..])?;
        decoder.window_log_max(window_log_max)?;
        let mut unpacked = Vec::new();
        decoder.take(u64::from(MOST_BYTES)).read_to_end(&mut unpacked)?;
        content = unpacked;
    }
    // Another program's frame is passed over.
    Ok(if content.starts_with(&DICTIONARY) { content } else { Vec::new() })
}

/// Frames of zstd, one after the other.
struct ZstdFrames {
    inner: Placed,
    decoder: zstd::stream::raw::Decoder<'static>,
    /// Some of a frame has been read, and not all of it.
    is_within: bool,
}

impl ZstdFrames {
    fn new(inner: Placed, dictionary: &[u8], window_log_max: u32) -> io::Result<Self> {
        let mut decoder = zstd::stream::raw::Decoder::with_dictionary(dictionary)?;
        decoder.set_parameter(zstd::stream::raw::DParameter::WindowLogMax(window_log_max))?;
        Ok(Self { inner, decoder, is_within: false })
    }
}

impl Read for ZstdFrames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.is_within {
                self.inner.begin_member();
            }
            let ready = self.inner.fill_buf()?;
            let is_end = ready.is_empty();
            if (is_end && !self.is_within) || buffer.is_empty() {
                return Ok(0);
            }
            let done = self.decoder.run_on_buffers(ready, buffer)?;
            self.inner.consume(done.bytes_read);
            // The least that the frame still needs: nothing at its end.
            self.is_within = done.remaining > 0;
            if !self.is_within {
                self.decoder.reinit()?;
            }
            if done.bytes_written > 0 {
                return Ok(done.bytes_written);
            }
            if is_end && self.is_within {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "incomplete frame"));
            }
        }
    }
}

#[expect(clippy::disallowed_types, reason = "Members continues after the first one")]
type GzipMember<R> = flate2::bufread::GzDecoder<R>;
#[expect(clippy::disallowed_types, reason = "one is what is asked for")]
type BzipStream<R> = bzip2::bufread::BzDecoder<R>;

/// A decoder of one stream or member of a file that may have several.
trait Member: Read {
    fn new(inner: Placed) -> Self;
    fn inner(&mut self) -> &mut Placed;
    fn into_inner(self) -> Placed;
}

macro_rules! members {
    ($($decoder:ident),*) => {
        $(impl Member for $decoder<Placed> {
            fn new(inner: Placed) -> Self {
                Self::new(inner)
            }

            fn inner(&mut self) -> &mut Placed {
                self.get_mut()
            }

            fn into_inner(self) -> Placed {
                self.into_inner()
            }
        })*
    };
}

members!(GzipMember, BzipStream, XzDecoder);

/// gzip members, bzip2 or xz streams, one after the other, and the NULs between and after them.
///
/// liblzma's own decoder for many streams meets garbage after the last one in the same call that hands out the end of
/// the data, and then the data is lost; flate2's takes NULs after the last member, which tapes and downloads leave, for
/// damage. Here each member is read to its end before the next is begun.
struct Members<D> {
    /// `None` after the end, and after an error.
    decoder: Option<D>,
}

impl<D: Member> Members<D> {
    fn new(inner: Placed) -> Self {
        Self { decoder: Some(D::new(inner)) }
    }
}

impl<D: Member> Read for Members<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let count = decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            pass_padding(decoder.inner())?;
            decoder.inner().begin_member();
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
