//! The list of crates in the format of cargo-auditable.

use std::collections::{BTreeMap, BTreeSet};

use auditable_serde::{DependencyKind, Package, Source, VersionInfo};
use cargo_metadata::{DependencyKind as Needed, Node, NodeDep, PackageId};

use crate::Error;
use crate::build::{Build, Unit};

/// The revision of the format that marks what only procedural macros use as needed by the build alone.
const FORMAT: u32 = 1;

impl Build {
    /// The packages that were compiled for the executable, sorted by name, version and source; each with those that it needs.
    pub(crate) fn auditable(&self, root: &Unit) -> Result<VersionInfo, Error> {
        let linked = self.linked_into(root);
        let mut packages = Vec::new();
        for id in self.for_target.union(&self.for_host) {
            let package = self.package(id)?;
            let is_linked = linked.contains(id);
            packages.push((
                id,
                Package {
                    name: package.name.clone(),
                    version: package.version.clone(),
                    source: source(package.source.as_ref().map(|source| source.repr.as_str())),
                    kind: if is_linked {
                        DependencyKind::Runtime
                    } else {
                        DependencyKind::Build
                    },
                    dependencies: Vec::new(),
                    root: *id == root.package,
                },
            ));
        }
        packages.sort_by(|(id, package), (other_id, other)| (package, id).cmp(&(other, other_id)));
        let (ids, mut packages): (Vec<_>, Vec<_>) = packages.into_iter().unzip();
        let places: BTreeMap<&PackageId, usize> = ids.into_iter().zip(0..).collect();
        for node in self.nodes() {
            if let Some(place) = places.get(&node.id) {
                let is_needed = |dep: &&NodeDep| {
                    dep.dep_kinds.iter().any(|kind| match kind.kind {
                        // NB: the metadata is of the build machine too, where a package may need what it does not need here.
                        Needed::Normal => {
                            !linked.contains(&node.id) || linked.contains(&dep.pkg) || self.is_macro(&dep.pkg)
                        }
                        other => other == Needed::Build,
                    })
                };
                let needed = node.deps.iter().filter(is_needed);
                let needed: BTreeSet<usize> = needed.filter_map(|dep| places.get(&dep.pkg).copied()).collect();
                packages[*place].dependencies = needed.into_iter().collect();
            }
        }
        Ok(VersionInfo {
            packages,
            format: FORMAT,
        })
    }

    /// The packages whose code is in the executable: of those that were compiled for its platform, the ones that it reaches
    /// without a procedural macro or a build script in between.
    // NB: a build for the build machine has the same folder for both, so where a package was compiled is not enough.
    pub(crate) fn linked_into<'a>(&'a self, root: &'a Unit) -> BTreeSet<&'a PackageId> {
        let mut linked = BTreeSet::new();
        let mut next = vec![&root.package];
        while let Some(id) = next.pop() {
            if self.for_target.contains(id) && linked.insert(id) {
                let node = self.nodes().iter().find(|node| node.id == *id);
                let needed = node.iter().flat_map(|node| &node.deps);
                let linked_with = needed.filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == Needed::Normal));
                next.extend(linked_with.map(|dep| &dep.pkg));
            }
        }
        linked
    }

    /// Whether a package is procedural macros.
    fn is_macro(&self, id: &PackageId) -> bool {
        self.package(id)
            .is_ok_and(|package| package.targets.iter().any(cargo_metadata::Target::is_proc_macro))
    }

    fn nodes(&self) -> &[Node] {
        self.metadata.resolve.as_ref().map_or(&[], |resolve| &resolve.nodes)
    }
}

/// A package's source in the format's terms.
fn source(stated: Option<&str>) -> Source {
    match stated {
        None => Source::Local,
        // Cargo's name of the public registry.
        Some("registry+https://github.com/rust-lang/crates.io-index") => Source::CratesIo,
        Some(other) if other.starts_with("git+") => Source::Git,
        Some(_) => Source::Registry,
    }
}
