//! OCI image layouts: blobs are named by their digests, so that a blob that differs has another name. Here each gets the
//! name of its role in the image, by which two images can be compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Failure;
use crate::content::Content;
use crate::input::Limits;

/// An index may name indexes, this deep.
const DEEPEST_INDEX: usize = 4;

/// The role of every blob that `index.json` leads to: `manifest of image 1`, `layer 2 of image 1`. `find` looks up a path
/// of the layout and says under which name it is there.
pub(crate) fn names(
    find: impl Fn(&str) -> Option<(String, Content)>,
    limits: &Limits,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut walk = Walk {
        find,
        limits,
        names: BTreeMap::new(),
        images: 0,
        read: BTreeSet::new(),
    };
    if let Some(index) = walk.document("index.json")? {
        walk.index(&index, 0)?;
    }
    Ok(walk.names)
}

struct Walk<'a, F> {
    find: F,
    limits: &'a Limits,
    names: BTreeMap<String, String>,
    images: usize,
    /// The documents that were read: each is only once, however often it is named.
    read: BTreeSet<String>,
}

impl<F: Fn(&str) -> Option<(String, Content)>> Walk<'_, F> {
    /// A document of the layout; `None` when it is not there, was read before, or is not JSON, which the comparison of its
    /// bytes tells.
    fn document(&mut self, path: &str) -> Result<Option<Value>, Failure> {
        if !self.read.insert(path.to_owned()) {
            return Ok(None);
        }
        let Some((_, content)) = (self.find)(path) else {
            return Ok(None);
        };
        if content.length() > self.limits.document_bytes {
            return Ok(None);
        }
        let bytes = content.bytes(0, content.length() as usize)?;
        Ok(crate::json::from_slice(&bytes).ok())
    }

    fn index(&mut self, index: &Value, depth: usize) -> Result<(), Failure> {
        for (number, descriptor) in list(index, "manifests").iter().enumerate() {
            let Some(path) = blob(descriptor) else {
                continue;
            };
            let Some(document) = self.document(&path)? else {
                continue;
            };
            if document.get("manifests").is_some() {
                self.name(
                    &path,
                    format!("index {} at depth {}", number + 1, depth + 1),
                );
                if depth < DEEPEST_INDEX {
                    self.index(&document, depth + 1)?;
                }
            } else {
                self.image(&path, &document, descriptor);
            }
        }
        Ok(())
    }

    fn image(&mut self, path: &str, manifest: &Value, descriptor: &Value) {
        self.images += 1;
        let platform = |name: &str| descriptor.pointer(&format!("/platform/{name}"))?.as_str();
        let image = match (platform("os"), platform("architecture")) {
            (Some(os), Some(architecture)) => {
                format!("image {} ({os}/{architecture})", self.images)
            }
            _ => format!("image {}", self.images),
        };
        self.name(path, format!("manifest of {image}"));
        if let Some(path) = manifest.get("config").and_then(blob) {
            self.name(&path, format!("config of {image}"));
        }
        for (number, layer) in list(manifest, "layers").iter().enumerate() {
            if let Some(path) = blob(layer) {
                self.name(&path, format!("layer {} of {image}", number + 1));
            }
        }
    }

    /// A blob that has several roles keeps the first.
    fn name(&mut self, path: &str, role: String) {
        if let Some((name, _)) = (self.find)(path) {
            self.names.entry(name).or_insert(role);
        }
    }
}

fn list<'a>(document: &'a Value, name: &str) -> &'a [Value] {
    document
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Where a descriptor's blob is: `blobs/<algorithm>/<hex>`.
fn blob(descriptor: &Value) -> Option<String> {
    let (algorithm, digest) = descriptor.get("digest")?.as_str()?.split_once(':')?;
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain(algorithm) && plain(digest)).then(|| format!("blobs/{algorithm}/{digest}"))
}
