//! Two contents of any format, explained.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| input_properties::check_explanation(bytes));
