//! Checks what the standard library needs from the system: memory, randomness, threads, time.

use std::cell::Cell;
use std::collections::HashMap;
use std::hint::black_box;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::{Problem, Verdict, expect, unable};

const MEMORY_BYTES: usize = 4 << 20;
const MAP_ENTRIES: u64 = 10_000;
const THREADS: usize = 4;
const STEPS: usize = 10_000;
const CLOCK_READINGS: u32 = 10_000;
/// Even a clock that ticks once a second moves within this many readings.
const MOST_READINGS: u64 = 1 << 32;

/// Checks that a large block of memory keeps what is written to it.
pub(super) fn memory() -> Verdict {
    let mut block = black_box(vec![0_u8; MEMORY_BYTES]);
    expect("a byte of new memory", block.iter().copied().max(), Some(0))?;
    for (value, byte) in pattern().zip(&mut block) {
        *byte = value;
    }
    let block = black_box(block);
    let kept = pattern().zip(&block).filter(|(value, byte)| value == *byte).count();
    expect("the number of bytes that were kept", kept, MEMORY_BYTES)?;
    Ok(format!("{} MiB kept", MEMORY_BYTES >> 20))
}

/// An infinite sequence of bytes whose period is not a power of two.
pub(super) fn pattern() -> impl Iterator<Item = u8> {
    (0..251).cycle()
}

/// Checks a map. The standard library seeds its hasher with random numbers from the system.
pub(super) fn hash_map() -> Verdict {
    let map: HashMap<u64, u64> = (0..MAP_ENTRIES).map(|key| (black_box(key), key * key)).collect();
    expect("the number of entries", map.len() as u64, MAP_ENTRIES)?;
    for key in 0..MAP_ENTRIES {
        expect("an entry", map.get(&black_box(key)).copied(), Some(key * key))?;
    }
    expect("what was not put in", map.get(&MAP_ENTRIES), None)?;
    Ok(format!("{MAP_ENTRIES} entries found"))
}

thread_local! {
    static OWN: Cell<usize> = const { Cell::new(0) };
}

/// Checks threads, a shared counter, thread-local counters and a channel.
///
/// On a platform without threads, the standard library must report that.
pub(super) fn threads() -> Verdict {
    let together = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let started: io::Result<()> = thread::scope(|scope| {
        for _ in 0..THREADS {
            let (sender, together) = (sender.clone(), &together);
            thread::Builder::new().spawn_scoped(scope, move || {
                for _ in 0..STEPS {
                    together.fetch_add(1, Ordering::Relaxed);
                    OWN.set(OWN.get() + 1);
                }
                // The receiver outlives the threads, so sending cannot fail.
                let _ = sender.send(OWN.get());
            })?;
        }
        Ok(())
    });
    drop(sender);
    match started {
        Err(error) if cfg!(target_family = "wasm") && error.kind() == ErrorKind::Unsupported => {
            return Ok("not supported on this platform, as reported".to_owned());
        }
        Err(error) => {
            return Err(unable("start a thread", &error, "allow the process more of them"));
        }
        Ok(()) => {}
    }
    expect(
        "what the threads counted together",
        together.into_inner(),
        THREADS * STEPS,
    )?;
    let alone: Vec<usize> = receiver.into_iter().collect();
    expect("what each thread counted alone", alone, vec![STEPS; THREADS])?;
    Ok(format!("{THREADS} threads counted to {}", THREADS * STEPS))
}

/// Checks that the monotonic clock never goes back and does advance.
pub(super) fn clock() -> Verdict {
    let begun = Instant::now();
    let mut last = begun;
    for _ in 0..CLOCK_READINGS {
        let now = Instant::now();
        // NB: subtracting would not show it, because the standard library saturates negative durations to zero.
        if now < last {
            return Err(Problem::Wrong("the clock went back".to_owned()));
        }
        last = now;
    }
    let mut readings: u64 = 0;
    while Instant::now() == begun {
        readings += 1;
        if readings == MOST_READINGS {
            return Err(Problem::Wrong(format!(
                "the clock stands still for {readings} readings"
            )));
        }
    }
    Ok(format!("{CLOCK_READINGS} readings in order"))
}
