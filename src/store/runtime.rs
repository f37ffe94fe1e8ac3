//! The thread that waits for the network.

use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::Semaphore;

use super::{FailureKind, StoreError};

/// Requests on their way at a time, of all lanes: more are refused sooner than answered.
pub(super) static REQUESTS: Semaphore = Semaphore::const_new(32);

/// The runtime, started when it is first needed.
pub(super) fn handle() -> Result<&'static Handle, StoreError> {
    static RUNTIME: OnceLock<Result<Handle, String>> = OnceLock::new();
    let started = RUNTIME.get_or_init(|| {
        // Where another provider is installed already, it does as well.
        drop(rustls::crypto::ring::default_provider().install_default());
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let handle = runtime.handle().clone();
        let run = move || runtime.block_on(std::future::pending::<()>());
        let thread = std::thread::Builder::new().name("network".to_owned()).spawn(run);
        thread.map(|_| handle).map_err(|error| error.to_string())
    });
    let failed =
        |cause: &String| StoreError::new("start a thread for", "the network", FailureKind::Network, cause);
    started.as_ref().map_err(failed)
}

/// How often something is tried.
const ATTEMPTS: u32 = 10;
/// And for how long, at most.
pub(super) const PATIENCE: Duration = Duration::from_secs(180);
/// The same where the store's client repeats most requests by itself, for so long that an attempt that took longer was many.
pub(super) const SHORT_PATIENCE: Duration = Duration::from_secs(20);

/// Does something there, again where the network fails, and waits for it. The client repeats most requests by itself; not those that
/// might do something twice, which is no harm here.
pub(super) fn persist<T: Send + 'static, F: Future<Output = Result<T, StoreError>> + Send + 'static>(
    patience: Duration,
    work: impl Fn() -> F + Send + 'static,
) -> Result<T, StoreError> {
    wait(async move {
        let began = tokio::time::Instant::now();
        let mut attempt = 0;
        loop {
            match work().await {
                Err(error) if !error.is_permanent() && attempt < ATTEMPTS && began.elapsed() < patience => {
                    attempt += 1;
                    tokio::time::sleep(pause(attempt)).await;
                }
                done => return done,
            }
        }
    })
}

/// A pause that is drawn at random below a bound that doubles, up to 13 seconds.
fn pause(attempt: u32) -> Duration {
    let most = if cfg!(test) { 4 } else { 100_u64 << attempt.min(7) };
    Duration::from_millis(RandomState::new().hash_one(attempt) % most)
}

/// Does something there, and waits for it.
pub(super) fn wait<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let (tell, told) = sync_channel(1);
    handle()?.spawn(async move {
        // Whoever asked may have gone.
        drop(tell.send(work.await));
    });
    let gone = || StoreError::new("wait for", "the network", FailureKind::Network, "its thread has ended");
    told.recv().map_err(|_| gone())?
}
