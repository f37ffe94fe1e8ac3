//! Order, bounds, panics and stops, with work that takes random time.

use std::sync::atomic::AtomicU64;

use super::*;

/// Streams of numbers. Each piece takes a time that has nothing to do with its place.
struct Numbers {
    lengths: Vec<u64>,
    bytes: usize,
    held: Arc<AtomicUsize>,
    most_held: AtomicUsize,
    panic_at: Option<(usize, u64)>,
    delay: bool,
}

impl Numbers {
    fn new(lengths: &[u64]) -> Self {
        Self {
            lengths: lengths.to_vec(),
            bytes: 1,
            held: Arc::default(),
            most_held: AtomicUsize::new(0),
            panic_at: None,
            delay: true,
        }
    }

    fn pause(&self, seed: (usize, u64)) {
        if self.delay {
            let hash = xxhash_rust::xxh3::xxh3_64(format!("{seed:?}").as_bytes());
            std::thread::sleep(Duration::from_micros(hash % 1500));
        }
    }
}

/// A piece, and the count of the pieces that are alive.
struct Piece((usize, u64), Arc<AtomicUsize>);

impl Drop for Piece {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Work for Numbers {
    type Stream = (usize, u64);
    type Piece = Piece;
    type Prepared = Piece;
    type Committed = Vec<Piece>;
    type Encoded = Vec<Piece>;

    fn streams(&self) -> usize {
        self.lengths.len()
    }

    fn open(&self, stream: usize) -> (usize, u64) {
        (stream, 0)
    }

    fn next(&self, stream: &mut (usize, u64), room: &mut dyn FnMut(usize) -> bool) -> Option<Piece> {
        if stream.1 == self.lengths[stream.0] || !room(self.bytes) {
            return None;
        }
        stream.1 += 1;
        let held = self.held.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_held.fetch_max(held, Ordering::Relaxed);
        Some(Piece((stream.0, stream.1 - 1), Arc::clone(&self.held)))
    }

    fn prepare(&self, piece: Piece) -> Piece {
        self.pause(piece.0);
        assert_ne!(Some(piece.0), self.panic_at, "stepped on a mine");
        piece
    }

    fn encode(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        self.pause((pieces[0].0.0 + 100, pieces[0].0.1));
        pieces
    }
}

#[derive(Default)]
struct Log {
    committed: Vec<(usize, u64)>,
    written: Vec<(usize, u64)>,
    kept: Vec<Piece>,
    /// How many pieces are written together.
    together: usize,
    fail_at: Option<usize>,
    /// The piece that cannot be decided.
    refuse_at: Option<usize>,
    stop_at: Option<(usize, Arc<AtomicBool>)>,
    ticks: AtomicU64,
}

impl Desk<Numbers> for Log {
    type Error = &'static str;

    fn commit(&mut self, prepared: Piece, ready: &mut Vec<Vec<Piece>>) -> Result<(), &'static str> {
        self.committed.push(prepared.0);
        self.kept.push(prepared);
        if self.kept.len() >= self.together {
            self.flush(ready);
        }
        if self.refuse_at == Some(self.committed.len()) { Err("no answer") } else { Ok(()) }
    }

    fn flush(&mut self, ready: &mut Vec<Vec<Piece>>) {
        if !self.kept.is_empty() {
            ready.push(std::mem::take(&mut self.kept));
        }
    }

    fn write(&mut self, encoded: Vec<Piece>) -> Result<(), &'static str> {
        self.written.extend(encoded.iter().map(|piece| piece.0));
        if let Some((at, stop)) = &self.stop_at
            && *at == self.written.len()
        {
            stop.store(true, Ordering::Relaxed);
        }
        if self.fail_at == Some(self.written.len()) { Err("disk full") } else { Ok(()) }
    }

    fn tick(&mut self) {
        self.ticks.fetch_add(1, Ordering::Relaxed);
    }
}

fn capacity(threads: usize, lanes: usize, lane_bytes: usize) -> Capacity {
    Capacity { threads, lanes, lane_bytes }
}

fn all(lengths: &[u64]) -> Vec<(usize, u64)> {
    lengths.iter().enumerate().flat_map(|(stream, &length)| (0..length).map(move |n| (stream, n))).collect()
}

#[test]
fn any_number_of_threads_commits_and_writes_in_order() {
    let lengths = [13, 0, 40, 1, 7, 25];
    // More pieces may be written together than a lane may hold.
    for (threads, lanes, together) in [(1, 1, 1), (2, 2, 3), (3, 4, 20), (8, 4, 1), (2, 9, 2)] {
        let mut log = Log { together, ..Log::default() };
        let work = Arc::new(Numbers::new(&lengths));
        let ended = run(&work, &mut log, capacity(threads, lanes, 5), &AtomicBool::new(false));
        assert_eq!(ended.ok(), Some(Ended::Complete));
        assert_eq!(log.committed, all(&lengths));
        assert_eq!(log.written, all(&lengths));
        assert!(log.ticks.into_inner() > 0);
    }
}

#[test]
fn nothing_to_read_is_done_at_once() {
    for lengths in [&[][..], &[0, 0][..]] {
        let mut log = Log::default();
        let work = Arc::new(Numbers::new(lengths));
        let ended = run(&work, &mut log, capacity(2, 2, 5), &AtomicBool::new(false));
        assert_eq!(ended.ok(), Some(Ended::Complete));
        assert!(log.written.is_empty());
    }
}

#[test]
fn lanes_hold_no_more_than_their_budget() {
    let work = Arc::new(Numbers::new(&[60, 60, 60]));
    let ended = run(&work, &mut Log::default(), capacity(4, 3, 4), &AtomicBool::new(false));
    assert_eq!(ended.ok(), Some(Ended::Complete));
    let most = work.most_held.load(Ordering::Relaxed);
    assert!((4..=17).contains(&most), "{most}");
}

#[test]
fn a_piece_larger_than_the_budget_is_read_alone() {
    let work = Arc::new(Numbers { bytes: 100, ..Numbers::new(&[5, 5]) });
    let mut log = Log::default();
    let ended = run(&work, &mut log, capacity(2, 2, 10), &AtomicBool::new(false));
    assert_eq!(ended.ok(), Some(Ended::Complete));
    assert_eq!(log.written, all(&[5, 5]));
    assert!(work.most_held.load(Ordering::Relaxed) <= 4);
}

#[test]
fn a_write_error_ends_the_run() {
    let work = Arc::new(Numbers::new(&[30, 30]));
    let mut log = Log { fail_at: Some(7), ..Log::default() };
    let ended = run(&work, &mut log, capacity(3, 2, 6), &AtomicBool::new(false));
    assert!(matches!(ended, Err(Failure::Desk("disk full"))), "{ended:?}");
    assert_eq!(log.written.len(), 7);
}

#[test]
fn a_piece_that_cannot_be_decided_ends_the_run_before_what_comes_after_it_is_written() {
    let work = Arc::new(Numbers::new(&[30, 30]));
    let mut log = Log { refuse_at: Some(40), ..Log::default() };
    let ended = run(&work, &mut log, capacity(3, 2, 6), &AtomicBool::new(false));
    assert!(matches!(ended, Err(Failure::Desk("no answer"))), "{ended:?}");
    assert_eq!(log.committed.len(), 40);
    assert!(log.written.len() < 40 && all(&[30, 30]).starts_with(&log.written));
}

#[test]
fn a_stop_leaves_a_prefix() {
    let work = Arc::new(Numbers::new(&[30, 30]));
    let stop = Arc::new(AtomicBool::new(false));
    let mut log = Log { stop_at: Some((40, Arc::clone(&stop))), ..Log::default() };
    let ended = run(&work, &mut log, capacity(2, 2, 6), &stop);
    assert_eq!(ended.ok(), Some(Ended::Stopped));
    assert!((40..=60).contains(&log.written.len()));
    assert!(all(&[30, 30]).starts_with(&log.written));
}

#[test]
#[should_panic(expected = "stepped on a mine")]
fn a_panic_in_the_work_is_not_swallowed() {
    let work = Arc::new(Numbers { panic_at: Some((1, 3)), ..Numbers::new(&[10, 10]) });
    let ended = run(&work, &mut Log::default(), capacity(2, 2, 6), &AtomicBool::new(false));
    panic!("it ended: {ended:?}");
}
