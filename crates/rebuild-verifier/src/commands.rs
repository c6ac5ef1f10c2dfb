//! The commands, one module each: the arguments, and the calls into the library.

pub(crate) mod attest;
pub(crate) mod audit;
mod common;
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
