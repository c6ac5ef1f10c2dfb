//! The names of products, and which products are the same.

use super::*;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const OTHER_COMMIT: &str = "76543210fedcba9876543210fedcba9876543210";

fn from(source: ClaimedSource) -> Product {
    Product::Flake {
        attribute: "a".into(),
        platform: "p".into(),
        source,
    }
}

fn flake(its_attribute: &str, revision: &str, nar_hash: &str) -> Product {
    let mut product = from(ClaimedSource {
        revision: Some(revision.into()),
        nar_hash: Some(nar_hash.into()),
    });
    if let Product::Flake { attribute, .. } = &mut product {
        *attribute = its_attribute.into();
    }
    product
}

fn flake_for(its_platform: &str, revision: &str, nar_hash: &str) -> Product {
    let mut product = flake("a", revision, nar_hash);
    if let Product::Flake { platform, .. } = &mut product {
        *platform = its_platform.into();
    }
    product
}

fn package(ecosystem: &str, package: &str, version: &str, artifact: &str) -> Product {
    Product::Package {
        ecosystem: ecosystem.into(),
        package: package.into(),
        version: version.into(),
        artifact: artifact.into(),
    }
}

fn target(uri: &str) -> Product {
    Product::Target {
        uri: AbsoluteUri::try_from(uri.to_owned()).unwrap(),
        artifact: "a".into(),
    }
}

fn file(name: &str, material: &str) -> Product {
    Product::File {
        name: name.into(),
        materials: BTreeMap::from([("m".into(), Sha256::of(material.as_bytes()))]),
    }
}

#[test]
fn two_builds_are_the_same_by_tree_or_by_commit_and_not_by_a_word() {
    let one = flake("a", COMMIT, "n");
    for (other, relation) in [
        (flake("a", COMMIT, "other"), Relation::Same),
        (flake("a", "dirty", "n"), Relation::Same),
        (flake("b", COMMIT, "n"), Relation::Different),
        (flake("a", OTHER_COMMIT, "other"), Relation::Different),
        (flake_for("q", COMMIT, "n"), Relation::Different),
        (flake_for("q", OTHER_COMMIT, "n"), Relation::Different),
        (file("a", ""), Relation::Unknown),
        (Product::Unknown("a".into()), Relation::Unknown),
        (package("a", "a", "a", "a"), Relation::Unknown),
    ] {
        assert_eq!(one.relation(&other), relation, "{other:?}");
        assert_eq!(other.relation(&one), relation, "{other:?}");
    }
    let dirty = flake("a", "dirty", "n");
    assert_eq!(dirty.relation(&flake("a", "dirty", "other")), Relation::Different);
    // Two unknown sources are not the same.
    let unknown = from(ClaimedSource::default());
    assert_eq!(unknown.relation(&unknown), Relation::Different);
}

#[test]
fn a_product_is_called_by_its_name_and_a_build_also_by_its_source() {
    let source = |revision: Option<&str>, nar_hash: Option<&str>| ClaimedSource {
        revision: revision.map(str::to_owned),
        nar_hash: nar_hash.map(str::to_owned),
    };
    for (product, name, shown) in [
        (
            from(source(Some(COMMIT), Some("n"))),
            "a",
            "a from 0123456789abcdef0123456789abcdef01234567",
        ),
        (from(source(None, Some("n"))), "a", "a from n"),
        (from(source(None, None)), "a", "a from an unknown source"),
        (
            package("npm", "@s/a", "1", "a.tgz"),
            "pkg:npm/%40s/a@1?file_name=a.tgz",
            "pkg:npm/%40s/a@1?file_name=a.tgz",
        ),
        (target("a:1"), "a:1", "a:1"),
        (file("f", "1"), "f", "f"),
        (Product::Unknown("u".into()), "u", "u"),
    ] {
        assert_eq!(product.name(), name);
        assert_eq!(product.names().next().as_deref(), Some(name));
        assert_eq!(product.to_string(), shown);
    }
}

#[test]
fn a_package_is_the_same_only_in_all_of_its_parts() {
    let one = package("npm", "@s/a", "1.0", "a.tgz");
    assert_eq!(one.relation(&one.clone()), Relation::Same);
    for other in [
        package("pypi", "@s/a", "1.0", "a.tgz"),
        package("npm", "a", "1.0", "a.tgz"),
        package("npm", "@s/a", "1.1", "a.tgz"),
        package("npm", "@s/a", "1.0", "b.tgz"),
    ] {
        assert_eq!(one.relation(&other), Relation::Different, "{other}");
    }
    assert_eq!(one.relation(&target("https://example.org/a.tgz")), Relation::Unknown);
    assert_eq!(target("a:1").relation(&target("a:1")), Relation::Same);
    assert_eq!(target("a:1").relation(&target("a:2")), Relation::Unknown);
    assert_eq!(file("a", "1").relation(&file("a", "2")), Relation::Same);
    assert_eq!(file("a", "1").relation(&file("b", "1")), Relation::Unknown);
    assert_ne!(file("a", "1"), file("a", "2"));
    let unknown = Product::Unknown("a".into());
    assert_eq!(unknown.relation(&unknown), Relation::Unknown);
}

#[test]
fn no_part_of_a_package_url_passes_for_another() {
    let name = |product: Product| product.names().collect::<Vec<_>>();
    assert_eq!(
        name(package("npm", "@s/a", "1.0+b", "a b.tgz")),
        ["pkg:npm/%40s/a@1.0%2Bb?file_name=a%20b.tgz", "pkg:npm/%40s/a@1.0%2Bb"]
    );
    let products = [
        package("npm", "a@1", "2", "f"),
        package("npm", "a", "1@2", "f"),
        package("npm/a", "b", "1", "f"),
        package("npm", "a/b", "1", "f"),
        package("npm", "a", "1?file_name=x", "f"),
        package("npm", "a", "1", "x"),
        package("npm", "a%40", "1", "f"),
        package("npm", "a@", "1", "f"),
    ];
    let mut urls: Vec<_> = products.into_iter().flat_map(name).collect();
    let count = urls.len();
    urls.iter().for_each(|url| check_product(url).unwrap());
    urls.sort();
    urls.dedup();
    assert_eq!(urls.len(), count);
}

#[test]
fn a_product_that_no_package_can_have_is_refused() {
    for text in ["server", "https://example.org/a@b", "pkg:pypi/a@1"] {
        assert!(check_product(text).is_ok(), "{text}");
    }
    for text in [
        "pkg:",
        "pkg:pypi",
        "pkg:pypi/a",
        "pkg:pypi/@1",
        "pkg:pypi/a@",
        "pkg:npm/@s/a@1",
        "pkg:pypi/a@1+b",
        "pkg:pypi/a@1%2b",
        "pkg:pypi/a@1%",
        "pkg:pypi/a@1?file_name=",
        "pkg:pypi/a@1?file=a",
        "pkg:pypi/a@1#a",
    ] {
        assert!(check_product(text).is_err(), "{text}");
    }
}
