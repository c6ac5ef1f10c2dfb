//! Bytes that pass for a code signature and are none.
