//! Builds that are not what was asked for, or not built twice.
