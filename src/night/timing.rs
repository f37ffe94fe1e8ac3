//! The only place that asks the clock and the machine.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rustix::time::ClockId;

use crate::account::{Paths, Timing};

/// The time; the last one that has a date where the clock is further ahead.
#[expect(clippy::disallowed_methods, reason = "this is the run's timing")]
pub(crate) fn now() -> jiff::Timestamp {
    std::time::SystemTime::now().try_into().unwrap_or(jiff::Timestamp::MAX)
}

#[derive(Clone)]
pub(super) struct Stopwatch {
    clock: Instant,
    /// Processor time that the process had taken when it began.
    cpu_before: f64,
    /// The same, of the thread that it is of.
    serial_before: f64,
    /// What the parts of the run before this one took.
    earlier: Timing,
}

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this is the run's timing")]
    pub(super) fn start() -> Self {
        let now = now();
        let started = jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string();
        Self {
            clock: Instant::now(),
            cpu_before: cpu_seconds(ClockId::ProcessCPUTime),
            serial_before: cpu_seconds(ClockId::ThreadCPUTime),
            earlier: Timing { started, ..Timing::default() },
        }
    }

    /// When it began, and a number that no other run draws.
    pub(super) fn draw(&self) -> (String, String) {
        let seed = format!("{:?} {} {}", self.clock, self.earlier.started, std::process::id());
        (self.earlier.started.clone(), format!("{:032x}", xxhash_rust::xxh3::xxh3_128(seed.as_bytes())))
    }

    /// Resumes from what earlier parts took.
    pub(super) fn resume(&mut self, earlier: &Timing) {
        self.earlier = Timing { resumed: earlier.resumed + 1, ..earlier.clone() };
    }

    /// Processor time of the thread that asks, which must be the one that started it, with that of the parts before.
    pub(super) fn serial_seconds(&self) -> f64 {
        let own = cpu_seconds(ClockId::ThreadCPUTime) - self.serial_before;
        ((own + self.earlier.serial_seconds) * 1000.0).round() / 1000.0
    }

    /// The times so far; `serial_seconds` is right where the thread asks that started it.
    pub(super) fn read(&self, threads: usize) -> Timing {
        let round = |seconds: f64| (seconds * 1000.0).round() / 1000.0;
        let Timing { started, resumed, wall_seconds, cpu_seconds: cpu, peak_memory_bytes: peak, .. } =
            self.earlier.clone();
        Timing {
            started,
            resumed,
            notes: Vec::new(),
            wall_seconds: round(wall_seconds + self.clock.elapsed().as_secs_f64()),
            cpu_seconds: round(cpu_seconds(ClockId::ProcessCPUTime) - self.cpu_before + cpu),
            serial_seconds: self.serial_seconds(),
            peak_memory_bytes: peak_memory_bytes().max(peak),
            dedup_index_bytes: 0,
            state_index_bytes: 0,
            threads,
            paths: Paths::default(),
            stages: Vec::new(),
        }
    }
}

/// Nanoseconds since this was first asked.
#[expect(clippy::disallowed_methods, reason = "how long stages take is a part of the run's timing")]
pub(super) fn nanoseconds() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// Says yes once in a while.
pub(super) struct Interval {
    last: Instant,
    every: Duration,
}

impl Interval {
    #[expect(clippy::disallowed_methods, reason = "when a checkpoint is taken is seen in no output")]
    fn now() -> Instant {
        Instant::now()
    }

    pub(super) fn of(every: Duration) -> Self {
        Self { last: Self::now(), every }
    }

    pub(super) fn is_due(&self) -> bool {
        Self::now().duration_since(self.last) >= self.every
    }

    pub(super) fn restart(&mut self) {
        self.last = Self::now();
    }
}

/// The processor time so far, of the process or of this thread.
fn cpu_seconds(clock: ClockId) -> f64 {
    let time = rustix::time::clock_gettime(clock);
    Duration::try_from(time).unwrap_or_default().as_secs_f64()
}

/// The most memory that this process had, from `/proc/self/status`; `None` on other systems than Linux. The figure of
/// getrusage(2) is no substitute: where a larger process started this one, it is that process's.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes << 10)
}
