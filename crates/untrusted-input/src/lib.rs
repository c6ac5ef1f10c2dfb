//! Reads untrusted input: whole files up to a limit, JSON with only one meaning, any bytes in one reversible spelling.
//!
//! The crate guarantees that no input takes more time or memory than its limit allows, that two readers cannot
//! understand an accepted document in two ways, and that escaped text cannot move, hide or colour the text beside it.
//! It does not check that a document is true.
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

pub use error::{Error, InputError, Result};
