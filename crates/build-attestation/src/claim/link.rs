//! Reads rebuilderd's links. rebuilderd makes a link only for a file that it reproduced. A link names no builder; the
//! key identifies it.

use std::collections::BTreeMap;

use untrusted_input::digest::Sha256;

use super::parts::check_file_name;
use super::{Claim, Output, Product};
use crate::digests::Digests;
use crate::metablock::Link;

/// The build type of links in policies and documents. Links themselves have none.
pub const BUILD_TYPE: &str = "urn:samebits:in-toto-link:v0.9";

/// The prefix of a link's name, before the name of the file.
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
    check_file_name("product", name)?;
    let digests = Digests::from_set(digests).map_err(|why| format!("product {name:?} {why}"))?;
    let material = |(name, digests): (&String, _)| match Digests::from_set(digests) {
        Ok(digests) => Ok((name.clone(), digests.sha256)),
        Err(why) => Err(format!("material {name:?} {why}")),
    };
    let materials: BTreeMap<String, Sha256> = link.materials.iter().map(material).collect::<Result<_, _>>()?;
    let output = Output {
        name: name.into(),
        digests,
    };
    let product = Product::File {
        name: name.into(),
        materials,
    };
    Ok(Claim::of(BUILD_TYPE, product, vec![output]))
}

fn only_product(
    products: &BTreeMap<String, BTreeMap<String, String>>,
) -> Result<(&str, &BTreeMap<String, String>), String> {
    match products.iter().collect::<Vec<_>>()[..] {
        [(name, digests)] => Ok((name, digests)),
        _ => Err(format!("the link has {} products, not one", products.len())),
    }
}
