//! What several commands share: documents that they write, folders of results, and who builds.

mod builder;
mod documents;
mod results;

pub(super) use builder::{attester, uri_argument};
pub(super) use documents::{OutputDocument, claim, deliver, is_stdout};
pub(super) use results::{Outlet, ResultsOut, check_attribute, complain_unstable};
