//! Compares two builds bit for bit, attests to builds that are the same, repeats them, and reports on them.
//!
//! What it decides is decided below: *identical* by [`bit_compare`], *verified* by [`build_attestation`]; why something differs
//! is found by [`difference_explainer`]. Here these are brought together with Nix, with files and with people; the program
//! beside this library ([`main.rs`](../src/rebuild_verifier/main.rs.html)) only parses arguments and prints.
//!
//! | step | modules |
//! |---|---|
//! | compare and explain, as every command does | [`comparing`], [`comparison_text`] |
//! | look into an executable | [`inspecting`] |
//! | attest | [`attest`], [`result`] |
//! | read it back | [`report`] |
//! | repeat it | [`nix`], [`rebuild`], [`audit`] |
//! | what is known about an artifact | [`status`], [`failure`] |
//! | files underneath | [`atomic`], [`outputs`] |

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

pub mod atomic;
pub mod attest;
pub mod audit;
pub mod comparing;
pub mod comparison_text;
pub mod error;
pub mod failure;
pub mod inspecting;
pub mod nix;
pub mod outputs;
pub mod rebuild;
pub mod report;
pub mod result;
pub mod status;

pub use error::{Error, Result};
