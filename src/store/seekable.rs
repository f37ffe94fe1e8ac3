//! A file, or an object on a store, any part of which can be read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

#[cfg(feature = "remote")]
use super::object::Blocks;

/// A file, or an object on a store, any part of which can be read.
pub(crate) enum Seekable {
    /// A file.
    File(File),
    /// An object.
    #[cfg(feature = "remote")]
    Object(Box<Blocks>),
}

impl Seekable {
    /// Opens a file.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self::File(File::open(path)?))
    }

    /// Its length in bytes.
    pub(crate) fn length(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            #[cfg(feature = "remote")]
            Self::Object(blocks) => Ok(blocks.length()),
        }
    }
}

impl Read for &Seekable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Seekable::File(file) => { file }.read(buffer),
            #[cfg(feature = "remote")]
            Seekable::Object(blocks) => blocks.read(buffer),
        }
    }
}

impl Seek for &Seekable {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Seekable::File(file) => { file }.seek(to),
            #[cfg(feature = "remote")]
            Seekable::Object(blocks) => blocks.seek(to),
        }
    }
}

impl Read for Seekable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self).read(buffer)
    }
}

impl Seek for Seekable {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        (&*self).seek(to)
    }
}
