//! One binary for all integration tests.

mod bounds;
mod command;
mod diff;
mod explain;
mod faults;
mod kills;
mod linear;
mod mutants;
mod nights;
mod places;
mod quality;
mod readme;
mod report;
mod samples;
mod schemas;
mod shapes;
mod snapshots;
mod soak;
#[cfg(feature = "remote")]
mod store_server;
#[cfg(feature = "remote")]
mod stores;
mod verdicts;
mod what_if;
