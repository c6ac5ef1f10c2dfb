//! Any bytes, inspected as an executable.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rebuild_verifier_fuzz::check_inspection(bytes));
