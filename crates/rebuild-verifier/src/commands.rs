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

use rebuild_verifier::Error;

/// What is wrong with a file that two documents are to be written to.
fn two_in_one_place(path: &Path) -> Error {
    Error::WillNotReplace {
        path: path.into(),
        why: "two documents cannot be written to one place; name another file",
    }
}
