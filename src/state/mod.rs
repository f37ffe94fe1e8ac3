//! What outlives a batch: how far a run is, so that a killed one resumes; and what nights leave for later nights
//! ([`nights`]).
//!
//! # Checkpoints
//!
//! **What is promised.** After a `kill -9` at any moment, or a full disk, the same command resumes the run and ends with the
//! bytes that it would have ended with, for any number of threads. What was done since the last checkpoint
//! is done again.
//!
//! **How.** Where frames end must not depend on when a checkpoint was taken. So there are *marks*, after the first batch
//! that ends 64 MiB or more after the last mark, counted in decompressed bytes in the order of the input. At a
//! mark all outputs end their frames, always; and at a mark, if the last one was some seconds ago, a [`Checkpoint`] is
//! taken, which nobody can tell from the outputs. It has the position, the account as it was at that
//! position, and the length and the hash of each output file and of the [`Journal`] that holds the keys of
//! the records that are kept. It is taken when everything before the mark is written, synchronised on a thread of its own,
//! and committed by one rename, so its parts cannot disagree. What the files hold after their lengths does
//! not count, and is cut off before a run resumes.
//!
//! **Resuming** reads the dump in which the position lies from its start, because a compressed stream has no other way
//! in, and passes over what is committed. The batches on that way must have the hash they had, else the dump is
//! not what it was, and the run is refused; of all other dumps, the size and the first and last 16 KiB are
//! compared. A pipe cannot be read again, so a run that reads one cannot be resumed.
//!
//! **Finishing** is a checkpoint, too: one that says *complete* is followed by renames that can be done again.
//! `_SUCCESS` is written after them, and what was only there to resume is deleted.
//!
//! **Left out on purpose.** Frame ends could be found without marks, by keeping the unfinished frames' records in the
//! checkpoint; they are up to 12 MB, and encoding them twice is slower than the frames that marks make shorter, which
//! cost 0.1 % of the packed size. And the position within a compressed dump could be found without decompressing it
//! for some formats; decompressing is a twentieth of the work.

mod checkpoint;
mod journal;
mod nights;

pub use checkpoint::{Checkpoint, Checkpoints, Identity, Imprint, Position, ResumeError};
pub(crate) use journal::NAME as JOURNAL;
pub use journal::{EntryStream, Journal, JournalReader, JournalStanding};
pub(crate) use nights::share_state;
pub use nights::{
    Comparison, EndedNight, Entries, History, KeptEntries, NamedNight, NightAccount, NightName, NightRun,
    State, StateError, Tonight, VolumeAccount, Withheld,
};
