//! Files of attestations: any bytes as bundles, envelopes, links, or lines of them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| input_properties::trust::check_attestations(bytes));
