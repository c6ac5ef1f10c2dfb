//! Any bytes as the attestations of an artifact, verified with fixed keys.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    rebuild_verifier_fuzz::TRUTH.check_verification(bytes);
});
