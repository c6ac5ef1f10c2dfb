//! Edits of what was really signed, which must verify nothing else and with no fewer keys.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rebuild_verifier_fuzz::TRUTH.check_mutation(bytes));
