//! Many streams in, one order out: what keeps all cores busy, and still decides in one fixed order.
//!
//! ```text
//! lanes (a thread each) → pool: prepare → committer: commit, in strict order, and gather
//!                       → pool: encode  → committer: write, in strict order
//! ```
//!
//! The engine names no stage and no format. A [`Work`] says what is read and what is done to it on the
//! pool's threads; a [`Desk`] says what is decided and written, and is only ever called from the thread
//! that called [`run`], piece after piece in the order (stream, piece). So whatever a desk decides
//! first-come-first-served is the same for any number of threads.
//!
//! **Memory.** Before a lane reads it takes a permit for the bytes, and gives it back when the piece has been
//! committed: pieces that wait for their turn count too. Permits belong to a lane. A pool of permits for all
//! lanes would deadlock: a later stream could hold them all while the earlier one, which has to be committed
//! first, waits for one. What is committed but not written has a bound of its own, beyond which nothing more
//! is committed. So at most `(lanes + 1) * lane_bytes` are held, and what the desk gathers.
//!
//! **Lanes** are ordinary threads, because a thread that blocks inside rayon's pool starves it. A lane
//! takes the next stream that nobody has taken; while the first of the open streams is written, the others
//! read ahead as far as their permits go.

mod permits;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use permits::{Budget, Permit};

/// What is read, and what is done to it on any thread, in any order.
pub(crate) trait Work: Send + Sync + 'static {
    /// A stream that is being read.
    type Stream;
    /// A piece of a stream.
    type Piece: Send + 'static;
    /// A piece after the work that needs no other piece.
    type Prepared: Send + 'static;
    /// What is written together, after the decisions: of one piece or of many.
    type Committed: Send + 'static;
    /// The same, ready to be written.
    type Encoded: Send + 'static;

    /// How many streams there are.
    fn streams(&self) -> usize;

    /// Starts to read a stream.
    fn open(&self, stream: usize) -> Self::Stream;

    /// The next piece of a stream; `None` at its end, or where `room` said no.
    ///
    /// `room` is asked before memory is taken, with the bytes to be added; it may wait, and says no once
    /// the run is to stop.
    fn next(&self, stream: &mut Self::Stream, room: &mut dyn FnMut(usize) -> bool) -> Option<Self::Piece>;

    /// The work that needs no other piece.
    fn prepare(&self, piece: Self::Piece) -> Self::Prepared;

    /// From decided to ready to be written.
    fn encode(&self, committed: Self::Committed) -> Self::Encoded;
}

/// What is decided and written, in order, on one thread.
pub(crate) trait Desk<W: Work> {
    /// Why a decision or a write failed.
    type Error;

    /// Decides about the next piece in order. What is ready to be written goes into `ready`; the rest is kept
    /// until there is enough to be written together.
    ///
    /// # Errors
    /// An error ends the run; nothing that comes after the piece is written.
    fn commit(&mut self, prepared: W::Prepared, ready: &mut Vec<W::Committed>) -> Result<(), Self::Error>;

    /// Gives away what has been kept. Called after the last piece, any number of times.
    fn flush(&mut self, ready: &mut Vec<W::Committed>);

    /// Writes what was committed, in that order.
    ///
    /// # Errors
    /// An error ends the run.
    fn write(&mut self, encoded: W::Encoded) -> Result<(), Self::Error>;

    /// Called at least every tenth of a second while there is nothing to do, and after every piece.
    fn tick(&mut self) {}
}

/// How much of the machine to use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capacity {
    /// Threads that prepare and encode.
    pub threads: usize,
    /// Streams read at once, each by a thread of its own.
    pub lanes: usize,
    /// Bytes that a lane may have read but not yet committed. A piece larger than that is read when it is
    /// the lane's only one. It also bounds what is committed but not yet written.
    pub lane_bytes: usize,
}

/// How a run ended without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Every piece is written.
    Complete,
    /// `stop` was set. What is written is a prefix of the whole.
    Stopped,
}

/// Why a run failed.
#[derive(Debug)]
pub(crate) enum Failure<E> {
    /// Threads could not be started.
    Threads(String),
    /// The desk could not decide or write.
    Desk(E),
}

/// How long the committer waits before it looks whether it is to stop.
const TICK: Duration = Duration::from_millis(100);

/// Deeply nested input is worked on by recursion here and there; pages of memory that a stack never
/// touches cost nothing.
const STACK_BYTES: usize = 64 << 20;

enum Letter<W: Work> {
    Prepared { stream: usize, piece: u64, prepared: W::Prepared, permit: Permit },
    Encoded { order: u64, encoded: W::Encoded, bytes: usize },
    StreamEnded { stream: usize, pieces: u64 },
    Panicked(Box<dyn std::any::Any + Send>),
}

/// Runs all streams through `work` and `desk`.
///
/// When `stop` is set, nothing more is read or written. Lanes are not waited for then: one may be blocked
/// in a read that never ends, such as a terminal's.
///
/// # Errors
/// Where threads cannot be started, or the desk cannot decide or write.
///
/// # Panics
/// A panic in `work` is resumed in the calling thread.
pub(crate) fn run<W: Work, D: Desk<W>>(
    work: &Arc<W>,
    desk: &mut D,
    capacity: Capacity,
    stop: &AtomicBool,
) -> Result<Ended, Failure<D::Error>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(capacity.threads)
        .stack_size(STACK_BYTES)
        .thread_name(|index| format!("worker-{index}"))
        .build()
        .map_err(|error| Failure::Threads(error.to_string()))?;
    let pool = Arc::new(pool);
    let (sender, inbox) = channel();
    let halt = Arc::new(AtomicBool::new(false));
    // Whichever way this function is left, lanes must not read on.
    let _halted = HaltOnDrop(Arc::clone(&halt));
    let next_stream = Arc::new(AtomicUsize::new(0));
    for index in 0..capacity.lanes.min(work.streams()) {
        let lane = Lane {
            work: Arc::clone(work),
            pool: Arc::clone(&pool),
            outbox: sender.clone(),
            budget: Arc::new(Budget::new(capacity.lane_bytes)),
            halt: Arc::clone(&halt),
            next_stream: Arc::clone(&next_stream),
        };
        std::thread::Builder::new()
            .name(format!("lane-{index}"))
            .stack_size(STACK_BYTES)
            .spawn(move || lane.read())
            .map_err(|error| Failure::Threads(error.to_string()))?;
    }
    let order = Order::new(work.streams());
    let (kept_bytes, unwritten_bytes) = (0, 0);
    let most_unwritten_bytes = capacity.lane_bytes;
    let committer = Committer {
        work,
        desk,
        pool: &pool,
        inbox,
        outbox: sender,
        order,
        kept_bytes,
        unwritten_bytes,
        most_unwritten_bytes,
    };
    committer.run(stop)
}

struct HaltOnDrop(Arc<AtomicBool>);

impl Drop for HaltOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Lane<W: Work> {
    work: Arc<W>,
    pool: Arc<rayon::ThreadPool>,
    outbox: Sender<Letter<W>>,
    budget: Arc<Budget>,
    halt: Arc<AtomicBool>,
    next_stream: Arc<AtomicUsize>,
}

impl<W: Work> Lane<W> {
    fn read(self) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.read_streams())) {
            post(&self.outbox, Letter::Panicked(panic));
        }
    }

    fn read_streams(&self) {
        loop {
            let stream = self.next_stream.fetch_add(1, Ordering::Relaxed);
            if stream >= self.work.streams() || self.halt.load(Ordering::Relaxed) {
                return;
            }
            let mut reader = self.work.open(stream);
            let mut pieces = 0;
            loop {
                let mut permit = Permit::new(&self.budget);
                let read = self.work.next(&mut reader, &mut |bytes| permit.grow(bytes, &self.halt, TICK));
                let Some(read) = read else { break };
                self.prepare(stream, pieces, read, permit);
                pieces += 1;
            }
            if self.halt.load(Ordering::Relaxed) {
                return;
            }
            post(&self.outbox, Letter::StreamEnded { stream, pieces });
        }
    }

    fn prepare(&self, stream: usize, piece: u64, read: W::Piece, permit: Permit) {
        let (work, outbox) = (Arc::clone(&self.work), self.outbox.clone());
        self.pool.spawn_fifo(move || {
            let letter = match catch_unwind(AssertUnwindSafe(|| work.prepare(read))) {
                Ok(prepared) => Letter::Prepared { stream, piece, prepared, permit },
                Err(panic) => Letter::Panicked(panic),
            };
            post(&outbox, letter);
        });
    }
}

/// Sends a letter. Nobody is there to read it once the run has ended early; then it is not needed.
fn post<W: Work>(outbox: &Sender<Letter<W>>, letter: Letter<W>) {
    drop(outbox.send(letter));
}

struct Committer<'a, W: Work, D: Desk<W>> {
    work: &'a Arc<W>,
    desk: &'a mut D,
    pool: &'a rayon::ThreadPool,
    inbox: Receiver<Letter<W>>,
    outbox: Sender<Letter<W>>,
    order: Order<W>,
    /// Committed, and kept by the desk.
    kept_bytes: usize,
    /// Committed and given away by the desk, but not written.
    unwritten_bytes: usize,
    most_unwritten_bytes: usize,
}

/// What has come and waits for its turn.
struct Order<W: Work> {
    streams: usize,
    /// The piece that is committed next.
    stream: usize,
    piece: u64,
    /// How many pieces each stream has, where it has ended.
    lengths: BTreeMap<usize, u64>,
    prepared: BTreeMap<(usize, u64), (W::Prepared, Permit)>,
    /// What the desk has given away to be encoded, and how much of it is written.
    committed: u64,
    written: u64,
    encoded: BTreeMap<u64, (W::Encoded, usize)>,
}

impl<W: Work> Order<W> {
    fn new(streams: usize) -> Self {
        Self {
            streams,
            stream: 0,
            piece: 0,
            lengths: BTreeMap::new(),
            prepared: BTreeMap::new(),
            committed: 0,
            written: 0,
            encoded: BTreeMap::new(),
        }
    }

    /// The next piece to commit, if it is there.
    fn next_prepared(&mut self) -> Option<(W::Prepared, Permit)> {
        while self.lengths.get(&self.stream) == Some(&self.piece) {
            self.lengths.remove(&self.stream);
            self.stream += 1;
            self.piece = 0;
        }
        let next = self.prepared.remove(&(self.stream, self.piece))?;
        self.piece += 1;
        Some(next)
    }

    fn next_encoded(&mut self) -> Option<(W::Encoded, usize)> {
        let next = self.encoded.remove(&self.written)?;
        self.written += 1;
        Some(next)
    }

    fn is_all_committed(&self) -> bool {
        self.stream == self.streams
    }

    fn is_all_written(&self) -> bool {
        self.written == self.committed
    }
}

impl<W: Work, D: Desk<W>> Committer<'_, W, D> {
    fn run(mut self, stop: &AtomicBool) -> Result<Ended, Failure<D::Error>> {
        loop {
            self.commit().map_err(Failure::Desk)?;
            if self.order.is_all_committed() && self.order.is_all_written() {
                return Ok(Ended::Complete);
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(Ended::Stopped);
            }
            match self.inbox.recv_timeout(TICK) {
                Ok(Letter::Prepared { stream, piece, prepared, permit }) => {
                    self.order.prepared.insert((stream, piece), (prepared, permit));
                }
                Ok(Letter::StreamEnded { stream, pieces }) => {
                    self.order.lengths.insert(stream, pieces);
                }
                Ok(Letter::Encoded { order, encoded, bytes }) => {
                    self.order.encoded.insert(order, (encoded, bytes));
                }
                Ok(Letter::Panicked(panic)) => resume_unwind(panic),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    unreachable!("the committer holds a sender itself")
                }
            }
            while let Some((encoded, bytes)) = self.order.next_encoded() {
                self.desk.write(encoded).map_err(Failure::Desk)?;
                self.unwritten_bytes -= bytes;
            }
            self.desk.tick();
        }
    }

    /// Commits what is there, in order, unless too much waits to be written.
    fn commit(&mut self) -> Result<(), D::Error> {
        while self.unwritten_bytes <= self.most_unwritten_bytes {
            let Some((prepared, permit)) = self.order.next_prepared() else { break };
            self.kept_bytes += permit.bytes();
            drop(permit);
            let mut ready = Vec::new();
            self.desk.commit(prepared, &mut ready)?;
            ready.into_iter().for_each(|committed| self.encode(committed));
        }
        if self.order.is_all_committed() {
            let mut ready = Vec::new();
            self.desk.flush(&mut ready);
            ready.into_iter().for_each(|committed| self.encode(committed));
        }
        Ok(())
    }

    fn encode(&mut self, committed: W::Committed) {
        let order = self.order.committed;
        self.order.committed += 1;
        let bytes = std::mem::take(&mut self.kept_bytes);
        self.unwritten_bytes += bytes;
        let (work, outbox) = (Arc::clone(self.work), self.outbox.clone());
        self.pool.spawn_fifo(move || {
            let letter = match catch_unwind(AssertUnwindSafe(|| work.encode(committed))) {
                Ok(encoded) => Letter::Encoded { order, encoded, bytes },
                Err(panic) => Letter::Panicked(panic),
            };
            post(&outbox, letter);
        });
    }
}

#[cfg(test)]
mod tests;
