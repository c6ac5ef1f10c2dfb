//! Two contents of any format, explained.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rebuild_verifier_fuzz::check_explanation(bytes));
