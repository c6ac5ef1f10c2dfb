//! Attestations that the readers of claims refuse.

use super::*;

#[test]
fn what_contradicts_itself_or_has_unknown_parameters_is_refused() {
    let parameters = "/predicate/buildDefinition/externalParameters";
    for (mut statement, pointer, value, expected) in [
        (rebuild(), format!("{parameters}/sudo"), json!(true), "unknown field"),
        (
            rebuild(),
            format!("{parameters}/buildConfigSource"),
            json!({ "ref": "a", "repository": "b", "c": 1 }),
            "unknown field",
        ),
        (
            rebuild(),
            format!("{parameters}/artifact"),
            json!("b.whl"),
            "it rebuilt \"b.whl\"",
        ),
        (rebuild(), "/subject/0/name".into(), json!("a-1.0.whl"), "it rebuilt"),
        (
            rebuild(),
            "/subject/0/name".into(),
            json!("rebuild/../a"),
            "not a name inside",
        ),
        (
            rebuild(),
            "/subject/1".into(),
            json!({ "name": "b", "digest": { "sha256": sha("b") } }),
            "2 subjects",
        ),
        (
            rebuild(),
            "/predicate/runDetails/builder/id".into(),
            json!("somebody"),
            "not an absolute URI",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/buildType".into(),
            json!(1),
            "no buildType",
        ),
        (
            rebuild(),
            "/subject/1".into(),
            json!({ "digest": { "sha256": sha("b") } }),
            "2 subjects, not one with a name",
        ),
        (
            rebuild(),
            "/subject/0".into(),
            json!({ "digest": { "sha256": sha("bits") } }),
            "1 subjects, not one with a name",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/buildType".into(),
            json!(LINK_BUILD_TYPE),
            "is that of in-toto links, but it is not a link",
        ),
        (
            equivalence("bits"),
            format!("{parameters}/extra"),
            json!(1),
            "unknown field",
        ),
        (
            equivalence("bits"),
            format!("{parameters}/candidate"),
            json!("rebuild/b"),
            "its candidate",
        ),
        (
            rebuild(),
            format!("{parameters}/package"),
            json!("../a"),
            "not a name inside",
        ),
        (
            rebuild(),
            format!("{parameters}/version"),
            json!(""),
            "not a line of text",
        ),
        (
            rebuild(),
            format!("{parameters}/ecosystem"),
            json!("py\npi"),
            "not a line of text",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/externalParameters".into(),
            json!(["a-1.0.whl", "pypi", "a", "1.0", null]),
            "invalid type: sequence",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/resolvedDependencies/1".into(),
            json!({ "name": "git+https://example.org/b", "digest": { "sha1": "0" } }),
            "from 2 repositories",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/resolvedDependencies/0/digest".into(),
            json!({ "gitCommit": "1".repeat(40), "sha1": "0".repeat(40) }),
            "is at",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/resolvedDependencies/0/digest".into(),
            json!({ "gitCommit": "main" }),
            "no commit",
        ),
        (
            rebuild(),
            "/subject/0/digest/md5".into(),
            json!("0"),
            "cannot be checked",
        ),
        (
            equivalence("bits"),
            "/subject/0/digest/sha512".into(),
            json!("00"),
            "128 lower-case hex",
        ),
        (
            equivalence("bits"),
            format!("{parameters}/target"),
            json!("https://example.org/b"),
            "0 dependencies \"https://example.org/b\"",
        ),
        (
            equivalence("bits"),
            format!("{parameters}/target"),
            json!("b"),
            "not an absolute URI",
        ),
        (
            equivalence("bits"),
            "/subject/0/digest/sha256".into(),
            sha("other"),
            "not its target",
        ),
        (
            equivalence("bits"),
            "/predicate/buildDefinition/resolvedDependencies/0/digest".into(),
            json!({ "md5": "0" }),
            "no sha256",
        ),
    ] {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match (name.parse::<usize>(), statement.pointer_mut(parent).unwrap()) {
            (Ok(1), Value::Array(list)) if list.len() == 1 => list.push(value),
            (Ok(index), parent) => parent[index] = value,
            (Err(_), parent) => parent[name] = value,
        }
        let why = read_statement(&statement).unwrap_err();
        assert!(why.contains(expected), "{pointer}: {why}");
    }
}

#[test]
fn a_link_about_anything_but_one_rebuilt_file_is_refused() {
    for (pointer, value) in [
        ("/signed/name", json!("build a_1-1_amd64.deb")),
        ("/signed/name", json!("rebuild b.deb")),
        ("/signed/products", json!({})),
        ("/signed/products/b", json!({ "sha256": sha("b") })),
        ("/signed/products/a_1-1_amd64.deb", json!({ "sha512": "00" })),
        ("/signed/products/a_1-1_amd64.deb", json!({ "sha256": "AA" })),
    ] {
        let mut block = link();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        block.pointer_mut(parent).unwrap()[name] = value;
        assert!(read_link(block).is_err(), "{pointer}");
    }
    let mut leaving = link();
    leaving["signed"]["name"] = json!("rebuild ../a");
    leaving["signed"]["products"] = json!({ "../a": { "sha256": sha("a") } });
    assert!(read_link(leaving).unwrap_err().contains("not a name inside"));
}

#[test]
fn an_artifact_or_a_product_in_a_folder_is_refused() {
    let mut statement = rebuild();
    statement["subject"][0]["name"] = json!("rebuild/x/a.whl");
    statement["predicate"]["buildDefinition"]["externalParameters"]["artifact"] = json!("x/a.whl");
    let why = read_statement(&statement).unwrap_err();
    assert!(why.contains("without folders"), "{why}");

    let mut block = link();
    block["signed"]["name"] = json!("rebuild x/a.deb");
    block["signed"]["products"] = json!({ "x/a.deb": { "sha256": sha("a") } });
    assert!(read_link(block).unwrap_err().contains("without folders"));
}
