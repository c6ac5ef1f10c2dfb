//! Arguments that identify a builder.

use build_attestation::statement::Attester;
use build_attestation::uri::AbsoluteUri;
use build_info::BuildInfo;
use rebuild_verifier::{Error, Result};
use untrusted_input::InputError as _;

/// The attester with the id of `--builder-id`.
pub(crate) fn attester(builder_id: &str, info: &BuildInfo) -> Result<Attester> {
    Ok(Attester {
        builder_id: uri_argument("--builder-id", builder_id)?,
        version: info.version.clone(),
    })
}

/// Parses the URI in `argument`.
pub(crate) fn uri_argument(argument: &'static str, uri: &str) -> Result<AbsoluteUri> {
    AbsoluteUri::try_from(uri.to_owned()).map_err(|_| {
        Error::argument(
            argument,
            uri,
            "it is not an absolute URI; name the builder as in https://example.org/builders/1",
        )
    })
}
