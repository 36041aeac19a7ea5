//! What went wrong, counted apart: no successful call on the fast path writes here.
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// Counts since create; each modulo 2^64.
#[repr(C)]
#[derive(Default)]
pub struct Counters {
    /// Keeps the counts off the cache line of what stands before them.
    _gap: [u64; 7],
    /// Allocations that found no frame.
    pub empty: AtomicU64,
    /// Allocations before commit or after decommit.
    pub not_ready: AtomicU64,
    /// Frees of a frame that was free.
    pub twice: AtomicU64,
    /// Frees of an address that is no frame.
    pub foreign: AtomicU64,
    /// Frees of a frame that somebody else holds.
    pub denied: AtomicU64,
    /// Allocations that stood back for requests that wait.
    pub barred: AtomicU64,
    /// Calls refused because of the IRQL.
    pub irql: AtomicU64,
    /// Calls of the free-notify callback.
    pub notified: AtomicU64,
    /// A lower bound of the most frames that were out at once, sampled where it costs nothing.
    pub peak: AtomicU32,
}

impl Counters {
    /// Raises the peak to what was just seen.
    pub fn saw(&self, out: u32) {
        self.peak.fetch_max(out, Relaxed);
    }
}

/// Counts one.
pub fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}
