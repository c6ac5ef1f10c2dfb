//! Spreads work on files over all cores, the largest first, and gives the results back in their order.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use crate::engine::Engine;
use crate::error::Result;

/// Work below this many bytes is not worth a second thread.
pub(crate) const ALONE_BYTES: u64 = 1024 * 1024;

/// Does `work` on every item, of which `bytes` says how much there is to read.
///
/// The largest go first, so that no core ends up alone with a large one. `work` is told whether this item is *alone*: more
/// than its share of all the work, so that it would be what every other core waits for.
///
/// # Errors
/// Of all that fail, the error of the first item.
pub(crate) fn on_all_cores<T: Sync, R: Send>(
    items: &[T],
    bytes: impl Fn(&T) -> u64,
    work: impl Fn(&T, &mut Engine, bool) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let mut order: Vec<(u64, usize)> = items.iter().map(bytes).zip(0..).collect();
    let total_bytes: u64 = order.iter().map(|(bytes, _)| bytes).sum();
    order.sort_by_key(|(bytes, _)| Reverse(*bytes));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);

    let worker = || {
        let mut engine = Engine::default();
        let mut done = Vec::new();
        while let Some((bytes, index)) = order.get(next.fetch_add(1, Relaxed)) {
            let alone = *bytes >= ALONE_BYTES && bytes.saturating_mul(cores as u64) > total_bytes;
            done.push((*index, work(&items[*index], &mut engine, alone)));
        }
        done
    };
    let mut done: Vec<(usize, Result<R>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores.min(items.len()))
            .map(|_| scope.spawn(worker))
            .collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
