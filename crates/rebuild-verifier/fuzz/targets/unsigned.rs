//! Two contents without their signatures.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rebuild_verifier_fuzz::check_unsigned(bytes));
