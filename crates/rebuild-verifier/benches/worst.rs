//! How long the worst inputs take that are known: those of tests/attacks/budgets, a megabyte of each.

use std::fs;
use std::hint::black_box;

use bit_compare::comparison::Level;
use criterion::{Criterion, Throughput};
use rebuild_verifier::{comparing, inspecting};

#[allow(clippy::too_many_lines, clippy::unwrap_used, reason = "written for tests")]
#[path = "../tests/attacks/budgets/inputs.rs"]
mod inputs;

const BYTES: usize = 1_000_000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let Ok(folder) = tempfile::tempdir() else {
        panic!("there is no folder for temporary files: set TMPDIR to one");
    };
    let paths = ["a", "b"].map(|name| folder.path().join(name));
    let [original, rebuilt] = &paths;
    for input in inputs::INPUTS {
        let (one, other) = (input.make)(BYTES);
        let bytes = (one.len() + other.len()) as u64;
        let written = fs::write(original, one).and_then(|()| fs::write(rebuilt, other));
        assert!(written.is_ok(), "{written:?}");
        let mut group = criterion.benchmark_group(input.name);
        group.sample_size(10).throughput(Throughput::Bytes(bytes));
        for (name, level) in [
            ("compare", Level::Bits),
            ("compare without signatures", Level::Unsigned),
        ] {
            group.bench_function(name, |bencher| {
                bencher.iter(|| black_box(comparing::compare(original, rebuilt, level)));
            });
        }
        group.throughput(Throughput::Bytes(bytes / 2));
        group.bench_function("inspect", |bencher| {
            bencher.iter(|| black_box(inspecting::inspect(original)));
        });
        group.finish();
    }
    criterion.final_summary();
}
