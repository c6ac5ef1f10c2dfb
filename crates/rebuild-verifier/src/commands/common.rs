//! Code that several commands share: output documents, folders of results, and the builder's id.

mod builder;
mod documents;
mod results;

pub(super) use builder::{attester, uri_argument};
pub(super) use documents::{OutputDocument, claim, deliver, is_stdout};
pub(super) use results::{Outlet, ResultsOut, Trust, check_attribute, complain_unstable};
