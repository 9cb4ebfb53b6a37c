//! Time as a clock on the wall sees it, and as the processor spent it on this thread: on a busy machine only the second compares
//! two programs. Nothing but the standard library.

use std::time::Instant;

/// What a run took, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Took {
    /// From start to end.
    pub wall: u64,
    /// Spent by the processor on this thread; as `wall` where the system does not tell.
    pub processor: u64,
}

/// A measure under way.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    start: Instant,
    spent: Option<u64>,
}

impl Watch {
    /// Begins.
    #[must_use]
    pub fn start() -> Watch {
        let spent = spent();
        Watch { start: Instant::now(), spent }
    }

    /// What was taken since.
    #[must_use]
    pub fn took(&self) -> Took {
        let wall = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let processor = self.spent.zip(spent()).map_or(wall, |(before, after)| after.saturating_sub(before));
        Took { wall, processor }
    }
}

/// Runs and measures.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let watch = Watch::start();
    let done = work();
    (done, watch.took())
}

/// Nanoseconds that Linux counted for this thread. It counts when a thread leaves the processor: hence the yield.
fn spent() -> Option<u64> {
    std::thread::yield_now();
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}
