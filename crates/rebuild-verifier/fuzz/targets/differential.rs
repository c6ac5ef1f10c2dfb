//! Any bytes as an executable, read by this project and by another.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| format_oracles::check(bytes));
