//! OCI image layouts (OCI Image Format Specification 1.1). Blobs are named by their digests, so a blob that differs has
//! another name. This module names each blob by its role in the image, so that two images can be compared.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::content::Content;
use crate::error::MapFailure;
use crate::limits::Limits;

/// Deepest nesting of indexes that is followed.
const DEEPEST_INDEX: usize = 4;

/// A file of an image layout.
pub struct LayoutFile {
    /// Its name in the archive or folder that holds the layout.
    pub name: String,
    /// Its content.
    pub content: Content,
}

/// Finds the role of every blob that `index.json` leads to, such as `manifest of image 1` or `layer 2 of image 1`. The
/// keys are file names. `find` looks up a path of the layout. Files that do not follow the specification have no role.
///
/// # Errors
/// When a document of the layout cannot be read.
pub fn roles(
    find: impl Fn(&str) -> Option<LayoutFile>,
    limits: &Limits,
) -> Result<BTreeMap<String, String>, MapFailure> {
    let mut walk = Walk {
        find,
        bytes_left: limits.layout_bytes,
        roles: BTreeMap::new(),
        images: 0,
        read: BTreeSet::new(),
    };
    if let Some(index) = walk.document("index.json")? {
        walk.index(&index, 0)?;
    }
    Ok(walk.roles)
}

/// The fields of an index or a manifest that refer to other blobs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct IndexOrManifest {
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Vec<Descriptor>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Descriptor {
    digest: Box<str>,
    platform: Option<Box<Platform>>,
}

#[derive(Deserialize)]
struct Platform {
    os: String,
    architecture: String,
}

struct Walk<F> {
    find: F,
    /// How many more bytes of documents may be read. Parsed indexes stay in memory, so this bounds it.
    bytes_left: u64,
    roles: BTreeMap<String, String>,
    images: usize,
    /// The documents that were read. Each is read once, however often it is referred to.
    read: BTreeSet<String>,
}

impl<F: Fn(&str) -> Option<LayoutFile>> Walk<F> {
    /// Reads a document of the layout; `None` if it is missing, was read before, is too long, or does not parse. The
    /// comparison of its bytes reports any difference in it.
    fn document(&mut self, path: &str) -> Result<Option<IndexOrManifest>, MapFailure> {
        if !self.read.insert(path.to_owned()) {
            return Ok(None);
        }
        let Some(LayoutFile { content, .. }) = (self.find)(path) else {
            return Ok(None);
        };
        let Some(left) = self.bytes_left.checked_sub(content.length()) else {
            return Ok(None);
        };
        self.bytes_left = left;
        let bytes = content.bytes(0, content.length() as usize)?;
        Ok(untrusted_input::json::from_slice(&bytes).ok())
    }

    fn index(&mut self, index: &IndexOrManifest, depth: usize) -> Result<(), MapFailure> {
        for (number, descriptor) in index.manifests.iter().flatten().enumerate() {
            let Some(path) = blob(descriptor) else {
                continue;
            };
            let Some(document) = self.document(&path)? else {
                continue;
            };
            if document.manifests.is_some() {
                self.has_role(&path, format!("index {} at depth {}", number + 1, depth + 1));
                if depth < DEEPEST_INDEX {
                    self.index(&document, depth + 1)?;
                }
            } else {
                self.image(&path, &document, descriptor);
            }
        }
        Ok(())
    }

    fn image(&mut self, path: &str, manifest: &IndexOrManifest, descriptor: &Descriptor) {
        self.images += 1;
        let image = match &descriptor.platform {
            Some(platform) => {
                let Platform { os, architecture } = &**platform;
                format!("image {} ({os}/{architecture})", self.images)
            }
            None => format!("image {}", self.images),
        };
        self.has_role(path, format!("manifest of {image}"));
        if let Some(path) = manifest.config.as_ref().and_then(blob) {
            self.has_role(&path, format!("config of {image}"));
        }
        for (number, layer) in manifest.layers.iter().enumerate() {
            if let Some(path) = blob(layer) {
                self.has_role(&path, format!("layer {} of {image}", number + 1));
            }
        }
    }

    /// Gives a blob a role. A blob with several roles keeps the first.
    fn has_role(&mut self, path: &str, role: String) {
        if let Some(file) = (self.find)(path) {
            self.roles.entry(file.name).or_insert(role);
        }
    }
}

/// The path of a descriptor's blob: `blobs/<algorithm>/<hex>`.
fn blob(descriptor: &Descriptor) -> Option<String> {
    let (algorithm, digest) = descriptor.digest.split_once(':')?;
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain(algorithm) && plain(digest)).then(|| format!("blobs/{algorithm}/{digest}"))
}
