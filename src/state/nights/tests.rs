//! States on a real disk.
