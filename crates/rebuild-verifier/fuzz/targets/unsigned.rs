//! Two contents without their signatures.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| input_properties::check_unsigned(bytes));
