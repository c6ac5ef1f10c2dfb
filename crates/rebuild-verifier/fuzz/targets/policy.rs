//! Any bytes as a policy.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    rebuild_verifier_fuzz::TRUTH.check_policy(bytes);
});
