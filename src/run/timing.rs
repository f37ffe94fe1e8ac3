//! The only place that asks the clock and the machine.

use std::time::Instant;

use crate::account::Timing;

pub(super) struct Stopwatch {
    started: jiff::Timestamp,
    clock: Instant,
}

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this is the run's timing")]
    pub(super) fn start() -> Self {
        Self { started: jiff::Timestamp::now(), clock: Instant::now() }
    }

    pub(super) fn stop(&self, threads: usize) -> Timing {
        let round = |seconds: f64| (seconds * 1000.0).round() / 1000.0;
        let started = jiff::Timestamp::from_second(self.started.as_second()).unwrap_or(self.started);
        Timing {
            started: started.to_string(),
            wall_seconds: round(self.clock.elapsed().as_secs_f64()),
            cpu_seconds: cpu_seconds().map(round),
            peak_memory_bytes: peak_memory_bytes(),
            dedup_index_bytes: 0,
            threads,
        }
    }
}

/// The processor time of this process so far, from `/proc/self/stat`: fields 14 and 15, in ticks of a
/// hundredth of a second on every Linux (proc(5)).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in brackets, which may hold anything.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut ticks = fields.split(' ').skip(11).map_while(|field| field.parse::<u32>().ok());
    Some((f64::from(ticks.next()?) + f64::from(ticks.next()?)) / 100.0)
}

/// The most memory that this process had, from `/proc/self/status`.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes << 10)
}
