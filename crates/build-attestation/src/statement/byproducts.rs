//! The byproducts of a statement: which they are, in which order, and that there are no others.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bit_compare::comparison::Comparison;
use bit_compare::path::EntryPath;
use untrusted_input::digest::Sha256;
use untrusted_input::json;

use super::{Byproduct, COMPARISON, JSON, REBUILT, Statement, VARIATIONS};
use crate::definition::Variation;

impl Statement {
    /// The byproducts of the format, each once and in its order. Whether the rebuild's files are those that the statement
    /// is about is for [`Statement::check_rebuilt`].
    pub(super) fn check_byproducts(&self) -> Result<(), String> {
        let found = &self.predicate.run_details.byproducts;
        let comparison = found
            .first()
            .filter(|byproduct| byproduct.name == COMPARISON)
            .ok_or_else(|| format!("its first byproduct is not {COMPARISON:?}"))?;
        let rebuilt = found.iter().skip(2).map(|byproduct| {
            let path = byproduct.name.strip_prefix(REBUILT).unwrap_or_default();
            let path = EntryPath::try_from(path.to_owned());
            let path = path.map_err(|why| format!("byproduct {:?}: {why}", byproduct.name))?;
            Ok((path, byproduct.digest.sha256))
        });
        let rebuilt: Vec<_> = rebuilt.collect::<Result<_, String>>()?;
        if let Some(pair) = rebuilt.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return Err(format!(
                "byproduct \"{REBUILT}{}\" is not in ascending order",
                pair[1].0
            ));
        }
        let files = rebuilt.iter().map(|(path, sha256)| (path, *sha256));
        let expected = byproducts(comparison.digest.sha256, &self.variations()?, files);
        match found
            .iter()
            .zip(&expected)
            .find(|(one, other)| one != other)
        {
            Some((one, other)) => Err(format!(
                "byproduct {:?} is not as {:?} has to be there",
                one.name, other.name
            )),
            None => Ok(()),
        }
    }
}

/// The files of the rebuild with their digests.
pub(super) fn rebuilt_files(comparison: &Comparison) -> impl Iterator<Item = (&EntryPath, Sha256)> {
    comparison
        .rebuilt_files()
        .map(|(path, sha256, _)| (path, sha256))
}

/// What the byproducts of a statement have to be: the comparison by its digest, the variations, and the files of the rebuild.
pub(super) fn byproducts<'a>(
    comparison: Sha256,
    variations: &[Variation],
    rebuilt: impl Iterator<Item = (&'a EntryPath, Sha256)>,
) -> Vec<Byproduct> {
    let variations = json::write(&variations);
    let mut byproducts = vec![
        Byproduct {
            media_type: Some(JSON.into()),
            ..Byproduct::file(COMPARISON, comparison)
        },
        Byproduct {
            media_type: Some(JSON.into()),
            content: Some(STANDARD.encode(&variations)),
            ..Byproduct::file(VARIATIONS, Sha256::of(&variations))
        },
    ];
    byproducts
        .extend(rebuilt.map(|(path, sha256)| Byproduct::file(format!("{REBUILT}{path}"), sha256)));
    byproducts
}
