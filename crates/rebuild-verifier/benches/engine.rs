//! How fast contents are compared: in memory, without any file system, and trees of many small files.

use std::fs;
use std::hint::black_box;

use bit_compare::Result;
use bit_compare::engine::{ByteStream, Engine};
use bit_compare::manifest::Manifest;
use bit_compare::pair::Pair;
use criterion::{Criterion, Throughput};

const CONTENT_BYTES: usize = 64 << 20;
const FILES: usize = 10_000;
const FILE_BYTES: usize = 4096;

/// Content in memory.
struct Memory<'a>(&'a [u8]);

impl ByteStream for Memory<'_> {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = buffer.len().min(self.0.len());
        let (now, later) = self.0.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

fn contents(criterion: &mut Criterion) {
    let original: Vec<u8> = (0..CONTENT_BYTES).map(|at| (at % 251) as u8).collect();
    let same = original.clone();
    let mut other = original.clone();
    other[0] ^= 1;
    let mut group = criterion.benchmark_group("contents");
    group
        .throughput(Throughput::Bytes(CONTENT_BYTES as u64))
        .sample_size(10);
    for (name, rebuilt) in [("identical", &same), ("different from the first byte on", &other)] {
        group.bench_function(format!("{name}, one thread"), |bencher| {
            bencher.iter(|| {
                let (ours, theirs) = (Memory(&original), Memory(rebuilt));
                black_box(Engine::default().compare(ours, theirs))
            });
        });
        group.bench_function(format!("{name}, two threads"), |bencher| {
            bencher.iter(|| {
                let (ours, theirs) = (Memory(&original), Memory(rebuilt));
                black_box(Engine::default().compare_on_two_threads(ours, theirs))
            });
        });
    }
    group.finish();
}

fn trees(criterion: &mut Criterion) {
    let Ok(folder) = tempfile::tempdir() else {
        panic!("there is no folder for temporary files: set TMPDIR to one");
    };
    let trees = ["a", "b"].map(|tree| folder.path().join(tree));
    for tree in &trees {
        for index in 0..FILES {
            let path = tree.join((index / 100).to_string());
            let content = index.to_le_bytes().repeat(FILE_BYTES / size_of::<usize>());
            let written = fs::create_dir_all(&path).and_then(|()| fs::write(path.join(index.to_string()), content));
            assert!(written.is_ok(), "{written:?}");
        }
    }
    let [original, rebuilt] = &trees;
    let mut group = criterion.benchmark_group("trees of small files");
    group.throughput(Throughput::Elements(FILES as u64)).sample_size(10);
    group.bench_function("compare", |bencher| {
        bencher.iter(|| black_box(Pair::read(original, rebuilt).and_then(|pair| pair.compare())));
    });
    group.bench_function("hash", |bencher| {
        bencher.iter(|| black_box(Manifest::read(std::slice::from_ref(original))));
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    contents(&mut criterion);
    trees(&mut criterion);
    criterion.final_summary();
}
