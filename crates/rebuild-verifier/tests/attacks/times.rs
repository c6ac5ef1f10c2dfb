//! Keys that have ended.
