//! Any bytes as a signed statement.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    input_properties::trust::check_statement(bytes);
});
