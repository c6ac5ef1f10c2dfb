//! The commands, one module each: its arguments, and the calls of the library that it stands for.

pub(crate) mod attest;
pub(crate) mod audit;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod hash;
pub(crate) mod inspect;
pub(crate) mod keygen;
pub(crate) mod man;
pub(crate) mod rebuild;
pub(crate) mod report;
pub(crate) mod sign;
pub(crate) mod verify;

use std::path::Path;

use rebuild_verifier::{Error, Result};

/// Refuses outputs of which two are the same file: the second would replace the first.
fn refuse_one_for_two(outputs: &[&Path]) -> Result<()> {
    for (index, output) in outputs.iter().enumerate() {
        if outputs[..index].contains(output) {
            return Err(Error::WillNotReplace {
                path: output.into(),
                why: "two documents cannot be written to one place; name another file",
            });
        }
    }
    Ok(())
}
