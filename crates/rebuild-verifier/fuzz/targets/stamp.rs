//! Any bytes, searched for a build's stamp.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(info) = build_info::find_in(bytes) {
        assert!(!info.name.is_empty());
    }
});
