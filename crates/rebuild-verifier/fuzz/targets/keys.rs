//! Any bytes as a public or private key in PEM.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    rebuild_verifier_fuzz::TRUTH.check_key(bytes);
});
