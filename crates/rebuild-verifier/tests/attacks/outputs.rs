//! Outputs that would destroy or mislead.
