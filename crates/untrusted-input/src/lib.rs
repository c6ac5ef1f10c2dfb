//! Reads what strangers wrote: whole files up to a limit, JSON with one meaning, bytes that cannot be shown in one spelling.
//!
//! What it promises: no input takes more time or memory than its limit allows, no document that this crate accepts says two
//! things to two readers, and nothing that it spells out moves, hides or colours text beside it. What it does not: that
//! anything that was read is true.
//!
//! ```
//! use untrusted_input::{json, spelling};
//!
//! assert!(json::from_slice::<serde_json::Value>(br#"{"a": 1, "a": 2}"#).is_err());
//! assert_eq!(spelling::escape(b"a\x1b[31m"), r"a\x1b[31m");
//! ```

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

pub mod digest;
pub mod error;
pub mod file;
pub mod format;
pub mod json;
pub mod spelling;
pub mod terminal;

pub use error::{Error, Result};
