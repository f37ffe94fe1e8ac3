//! Bytes that a lane may hold.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// What a lane may hold, and what its pieces hold of it.
pub(super) struct Budget {
    limit: usize,
    held: Mutex<Held>,
    freed: Condvar,
}

#[derive(Clone, Copy, Default)]
struct Held {
    bytes: usize,
    pieces: usize,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, held: Mutex::default(), freed: Condvar::new() }
    }
}

/// What one piece holds, given back when it is dropped.
pub(super) struct Permit {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Permit {
    /// A permit for nothing yet.
    pub(super) fn new(budget: &Arc<Budget>) -> Self {
        Self { budget: Arc::clone(budget), bytes: 0 }
    }

    /// The bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Waits until so many more bytes may be held; `false` once `halt` is set, which is looked at every
    /// `tick`.
    ///
    /// A piece that alone is larger than the budget is let through when no other piece holds anything.
    /// The others always come to an end, because they are earlier in the order.
    pub(super) fn grow(&mut self, bytes: usize, halt: &AtomicBool, tick: Duration) -> bool {
        let mut held = self.budget.held.lock().unwrap_or_else(PoisonError::into_inner);
        let others = |held: Held| held.pieces - usize::from(self.bytes > 0);
        while held.bytes + bytes > self.budget.limit && others(*held) > 0 {
            if halt.load(Ordering::Relaxed) {
                return false;
            }
            held = self.budget.freed.wait_timeout(held, tick).unwrap_or_else(PoisonError::into_inner).0;
        }
        held.pieces = others(*held) + 1;
        held.bytes += bytes;
        self.bytes += bytes;
        !halt.load(Ordering::Relaxed)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.bytes > 0 {
            let mut held = self.budget.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.bytes -= self.bytes;
            held.pieces -= 1;
            self.budget.freed.notify_one();
        }
    }
}
