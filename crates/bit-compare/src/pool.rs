//! Spreads work on files over all cores, the largest first, and gives the results back in their order.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;

/// Work below this many bytes is not worth a second thread, nor a place in line.
pub(crate) const ALONE_BYTES: u64 = 1024 * 1024;

/// Results that a worker hands over at a time.
const BATCH: usize = 256;

/// Does `work` on every item, of which `bytes` says how much there is to read. Each core has a `state` of its own.
///
/// The largest go first, so that no core ends up alone with a large one. `work` is told whether this item is *alone*: more
/// than its share of all the work, so that it would be what every other core waits for.
///
/// # Errors
/// Of all that fail, the error of the first item.
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
    // First the large ones by size, then all others as they come.
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
                // The receiver is in this very scope.
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

/// Puts results into their places: each is in memory once.
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
    // A place is empty only if its worker panicked, and then the caller never sees this.
    Ok(all.unwrap_or_default())
}
