//! Reads this project's own statements: a flake attribute, built and rebuilt under varied conditions.

use super::{Claim, ClaimedSource, Output, Product};
use crate::digests::Digests;
use crate::intoto;
use crate::statement::{BUILD_TYPE, RebuildStatement};

pub(super) fn read(_: &intoto::Statement, payload: &[u8]) -> Result<Claim, String> {
    let statement = RebuildStatement::from_json(payload)?;
    statement.check_rebuilt()?;
    let definition = statement.definition()?;
    let source = ClaimedSource {
        revision: Some(definition.source.revision),
        nar_hash: Some(definition.source.nar_hash),
    };
    Ok(Claim {
        build_type: BUILD_TYPE.into(),
        builder: Some(statement.attester().builder_id),
        product: Product::Flake {
            attribute: definition.flake_attribute,
            platform: definition.platform.clone(),
            source: source.clone(),
        },
        outputs: statement
            .subjects()
            .map(|(path, sha256)| Output {
                name: path.to_string(),
                digests: Digests::from(sha256),
            })
            .collect(),
        source,
        platform: Some(definition.platform),
        variations: definition
            .variations
            .into_iter()
            .map(|variation| variation.name)
            .collect(),
        shared_inputs: statement
            .shared_inputs()
            .map(|inputs| inputs.iter().map(|input| input.kind).collect()),
    })
}
