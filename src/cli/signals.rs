//! Signals that end a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::Exit;

/// Signals that end a run: the first asks it to stop, the second ends the program at once.
#[derive(Default)]
pub(super) struct Signals {
    pub(super) stop: Arc<AtomicBool>,
    /// The one that came.
    which: Arc<AtomicUsize>,
}

impl Signals {
    const ALL: [(i32, Exit); 3] =
        [(SIGHUP, Exit::HungUp), (SIGINT, Exit::Interrupted), (SIGTERM, Exit::Terminated)];

    pub(super) fn listen(&self) -> std::io::Result<()> {
        use signal_hook::flag::{register, register_conditional_shutdown, register_usize};
        for (signal, exit) in Self::ALL {
            if signal == SIGHUP && is_ignored(signal) {
                continue;
            }
            register_conditional_shutdown(signal, i32::from(exit as u8), Arc::clone(&self.stop))?;
            register_usize(signal, Arc::clone(&self.which), exit as usize)?;
            register(signal, Arc::clone(&self.stop))?;
        }
        // A file that may not grow is an error of the write, as a full disk is, and no end without a word.
        #[cfg(unix)]
        register(signal_hook::consts::SIGXFSZ, Arc::default())?;
        Ok(())
    }

    /// Whether one has come.
    pub(super) fn has_come(&self) -> bool {
        self.which.load(Ordering::Relaxed) != 0
    }

    /// How a run ends that one of them has stopped.
    pub(super) fn exit(&self) -> Exit {
        let which = self.which.load(Ordering::Relaxed);
        Self::ALL.iter().map(|(_, exit)| *exit).find(|exit| *exit as usize == which).unwrap_or(Exit::Failed)
    }
}

/// Whether this process was started to ignore a signal, as `nohup` does; Linux tells it.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (signal - 1) & 1 == 1
}
