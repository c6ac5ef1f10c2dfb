//! Explains why two builds differ: names the member, section or field, its offset, both values, and the likely cause
//! from the [table of causes](causes).
//!
//! The comparison of bytes comes first: nothing here changes a verdict of [`bit_compare`]. Every difference gets at
//! least one explanation. A content that does not follow its format is compared as bytes. An explanation proves that
//! both sides hold these bytes at these offsets. It does not prove its cause, unless the confidence is *certain*.
//!
//! ```
//! use binary_formats::content::Content;
//! use bit_compare::path::EntryPath;
//! use difference_explainer::{Limits, contents};
//!
//! let content = |text: &str| Content::memory(text.into());
//! let path = EntryPath::new("build.json").unwrap();
//! let (original, rebuilt) = (content(r#"{"jobs": 2}"#), content(r#"{"jobs": 4}"#));
//! let explained = contents::explain(&path, &original, &rebuilt, Limits::default())?;
//! assert_eq!(explained.explanations[0].field.as_deref(), Some("/jobs"));
//! # Ok::<(), difference_explainer::Error>(())
//! ```

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

mod both;
pub mod causes;
mod clues;
pub mod contents;
mod difference;
mod grouping;
mod limits;
mod map_comparison;
mod mapped;
mod names;
mod runs;
pub mod trees;

pub use bit_compare::{Error, Result};
pub use clues::Clue;
pub use limits::Limits;
