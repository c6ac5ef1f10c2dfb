//! Compares two builds bit for bit, attests to identical builds, repeats them, and reports on them.
//!
//! The decisions are made in other crates: [`bit_compare`] decides *identical*, [`build_attestation`] decides
//! *verified*, and [`difference_explainer`] finds out why something differs. This library connects them to Nix, to
//! files and to people. The program ([`main.rs`](../src/rebuild_verifier/main.rs.html)) only parses arguments and
//! prints. A module in *-ing*, such as [`auditing`], does the work of a command, such as `audit`.
//!
//! | task | modules |
//! |---|---|
//! | compare and explain, for every command | [`comparing`], [`comparison_text`] |
//! | inspect an executable | [`inspecting`] |
//! | attest | [`attesting`], [`result`] |
//! | read results back | [`reporting`] |
//! | build again | [`nix`], [`rebuilding`], [`auditing`] |
//! | the status of an artifact | [`status`], [`failure`] |
//! | write files safely | [`atomic`], [`outputs`] |

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

pub mod atomic;
pub mod attesting;
pub mod auditing;
pub mod comparing;
pub mod comparison_text;
pub mod error;
pub mod failure;
pub mod inspecting;
pub mod nix;
pub mod outputs;
pub mod rebuilding;
pub mod reporting;
pub mod result;
pub mod status;

pub use error::{Error, Result};
