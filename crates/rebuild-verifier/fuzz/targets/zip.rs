//! Zip: any bytes as this format.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    rebuild_verifier_fuzz::check_map(untrusted_input::format::Format::Zip, bytes);
});
