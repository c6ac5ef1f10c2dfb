//! Arguments that name somebody.

use build_attestation::statement::Attester;
use build_attestation::uri::AbsoluteUri;
use build_info::BuildInfo;
use rebuild_verifier::{Error, Result};

/// This program, as the builder that `--builder-id` names.
pub(crate) fn attester(builder_id: &str, info: &BuildInfo) -> Result<Attester> {
    Ok(Attester {
        builder_id: uri_argument("--builder-id", builder_id)?,
        version: info.version.clone(),
    })
}

/// The URI that `argument` gives.
pub(crate) fn uri_argument(argument: &'static str, uri: &str) -> Result<AbsoluteUri> {
    AbsoluteUri::try_from(uri.to_owned()).map_err(|_| Error::Argument {
        argument,
        value: uri.to_owned(),
        why: "it is not an absolute URI; name the builder as in https://example.org/builders/1",
    })
}
