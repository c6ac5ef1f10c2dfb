//! rebuilderd's links, which it makes only for a file that it reproduced. They name no builder: the key says who it was.

use std::collections::{BTreeMap, BTreeSet};

use super::{Claim, Output, Product, Source};
use crate::digest::Sha256;
use crate::intoto::check_name;
use crate::metablock::Link;

/// Links have no build type; this one stands for theirs.
pub const BUILD_TYPE: &str = "urn:samebits:in-toto-link:v0.9";

/// Before the name of the file, in the name of the link.
const STEP: &str = "rebuild ";

pub(super) fn read(link: &Link) -> Result<Claim, String> {
    let file = link
        .name
        .strip_prefix(STEP)
        .ok_or_else(|| format!("the link's name {:?} is not {STEP:?} and a file", link.name))?;
    let (name, digests) = only_product(&link.products)?;
    if name != file {
        return Err(format!(
            "the link is called {:?}, but its product is {name:?}",
            link.name
        ));
    }
    check_name(name)?;
    let sha256 = digests
        .get("sha256")
        .ok_or_else(|| format!("product {name:?} has no sha256"))?;
    Ok(Claim {
        build_type: BUILD_TYPE.into(),
        builder: None,
        product: Product::File(name.into()),
        outputs: vec![Output {
            name: name.into(),
            sha256: Sha256::try_from(sha256.clone())?,
        }],
        source: Source::default(),
        platform: None,
        variations: BTreeSet::new(),
    })
}

fn only_product(
    products: &BTreeMap<String, BTreeMap<String, String>>,
) -> Result<(&str, &BTreeMap<String, String>), String> {
    match products.iter().collect::<Vec<_>>()[..] {
        [(name, digests)] => Ok((name, digests)),
        _ => Err(format!("the link has {} products, not one", products.len())),
    }
}
