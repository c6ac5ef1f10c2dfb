//! Distributes work on files over all cores, largest files first, and returns the results in the order of the files.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;

/// Files below this size are neither sorted by size nor given a second thread: it would not pay.
pub(crate) const ALONE_BYTES: u64 = 1024 * 1024;

/// Number of results that a worker sends at a time.
const BATCH: usize = 256;

/// Calls `work` on every item. `bytes` returns how much of an item has to be read. Each core has its own `state`.
///
/// The largest items go first, so that no core starts a large one when the others are done. The last argument of `work`
/// is true if the item alone is more than one core's share of all bytes, so that every other core would wait for it.
///
/// # Errors
/// If several items fail, the error of the first one in `items`.
pub fn on_all_cores<T: Sync, S, R: Send, E: Send>(
    items: &[T],
    bytes: impl Fn(&T) -> u64 + Sync,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&T, &mut S, bool) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let total_bytes: u64 = items.iter().map(&bytes).sum();
    let is_large = |item: &T| bytes(item) >= ALONE_BYTES;
    let mut large: Vec<usize> = (0..items.len()).filter(|index| is_large(&items[*index])).collect();
    large.sort_by_key(|index| Reverse(bytes(&items[*index])));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let turn = AtomicUsize::new(0);
    // First the large items by size, then all others in their order.
    let next = || loop {
        let turn = turn.fetch_add(1, Relaxed);
        match large.get(turn) {
            Some(index) => return Some(*index),
            None => match items.get(turn - large.len()) {
                Some(item) if is_large(item) => {}
                Some(_) => return Some(turn - large.len()),
                None => return None,
            },
        }
    };
    let worker = |results: mpsc::Sender<Vec<(usize, Result<R, E>)>>| {
        let mut state = state();
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(index) = next() {
            let item = &items[index];
            let alone = is_large(item) && bytes(item).saturating_mul(cores as u64) > total_bytes;
            batch.push((index, work(item, &mut state, alone)));
            if batch.len() == BATCH {
                // Sending cannot fail: the receiver is in this scope.
                let _ = results.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            }
        }
        let _ = results.send(batch);
    };
    thread::scope(|scope| {
        let (sender, batches) = mpsc::channel();
        let workers: Vec<_> = (0..cores.min(items.len()))
            .map(|_| {
                let sender = sender.clone();
                scope.spawn(|| worker(sender))
            })
            .collect();
        drop(sender);
        let result = collect(items.len(), batches.into_iter().flatten());
        for worker in workers {
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
        result
    })
}

/// Puts the results in order, without a second copy in memory.
fn collect<R, E>(count: usize, results: impl Iterator<Item = (usize, Result<R, E>)>) -> Result<Vec<R>, E> {
    let mut places: Vec<Option<R>> = Vec::new();
    places.resize_with(count, || None);
    let mut first_error = None;
    for (index, result) in results {
        match result {
            Ok(result) => places[index] = Some(result),
            Err(error) => match &first_error {
                Some((earlier, _)) if *earlier < index => {}
                _ => first_error = Some((index, error)),
            },
        }
    }
    if let Some((_, error)) = first_error {
        return Err(error);
    }
    let all: Option<Vec<R>> = places.into_iter().collect();
    // A place is empty only if its worker panicked. The caller then resumes the panic and drops this result.
    Ok(all.unwrap_or_default())
}
