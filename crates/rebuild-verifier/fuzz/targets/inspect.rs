//! Any bytes, inspected as an executable.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| input_properties::check_inspection(bytes));
