//! Claims of trusted builders that are about something else, or hidden.

use build_attestation::keys::PrivateKey;
use build_attestation::statement::BUILD_TYPE;
use serde_json::{Value, json};
use untrusted_input::digest::Sha256;

use super::{Attack, all_fail, attack};
use crate::builders::{Scene, bundle_of, ed25519, link, link_of, oss_rebuild, p256, policy, rebuild_of};
use crate::util::{COMMIT, EMPTY_NAR, Folder, Output, definition};

/// The content of `a/bin/server` in a [`Scene`].
const SERVER: &str = "\x7fELF server";
const OTHER: &str = "other bits";
const TEXT: &str = "text\n";

fn sha256(content: &str) -> Value {
    json!(Sha256::of(content.as_bytes()))
}

fn sha512(content: &str) -> Value {
    json!(hex::encode(<sha2::Sha512 as sha2::Digest>::digest(content)))
}

/// The statement of a builder about a build with these files.
fn gave(number: u8, definition: &Value, files: &[(&str, &str)]) -> Value {
    let scene = Scene { folder: Folder::new() };
    for (tree, (path, content)) in ["a", "b"]
        .iter()
        .flat_map(|tree| files.iter().map(move |file| (tree, file)))
    {
        scene.folder.write(format!("{tree}/{path}"), content);
    }
    scene.statement_of(number, definition)
}

/// The sample definition with another value in a field.
fn defined(field: &str, value: &Value) -> Value {
    let mut definition = definition();
    definition[field] = value.clone();
    definition
}

/// Verifies a renamed artifact. Builder 1 attests to it as `bin/server`, and builder 3 states `three`.
fn beside(three: &Value, artifact: &str, code: i32) -> Output {
    let scene = Scene::with_two_builders();
    scene.sign("three", three, &ed25519(3));
    scene.folder.write(artifact, SERVER);
    scene.verify_files(&[artifact], &["one", "three"], &[], code)
}

/// Verifies a renamed artifact. Builder 1 attests to it as `bin/server`, and builder 7 has a link about a file.
fn beside_link(file: &str, content: &str, artifact: &str, code: i32) -> Output {
    let scene = Scene::with_two_builders();
    publish_link(&scene, "three", &link(file, &sha256(content), &ed25519(7)), &ed25519(7));
    scene.folder.write(artifact, SERVER);
    scene.verify_files(&[artifact], &["one", "three"], &[], code)
}

/// Writes a link to `name`, and its key to `name.pub`.
fn publish_link(scene: &Scene, name: &str, link: &Value, key: &PrivateKey) {
    scene.folder.write_json(name, link);
    scene.publish(name, &key.public());
}

/// Verifies `a/bin/server` with statements of builders 1 and 2. Both have to count.
fn both_count(statements: [Value; 2], code: i32) -> Output {
    let scene = Scene::new();
    scene.sign("one", &statements[0], &ed25519(1));
    scene.sign("two", &statements[1], &p256(2));
    scene.verify(&["one", "two"], &["--threshold", "2"], code)
}

/// Verifies `a/bin/server` with nothing but a link of builder 1.
fn only_link(name: &str, products: &Value, code: i32) -> Output {
    let scene = Scene::new();
    publish_link(
        &scene,
        "one",
        &link_of(name, &json!({}), products, &ed25519(1)),
        &ed25519(1),
    );
    scene.verify(&["one"], &[], code)
}

/// Verifies `a/bin/server` with a rebuild of oss-rebuild, under a policy that allows these products.
fn allowed(package: &str, version: &str, products: &str, code: i32) -> Output {
    let statement = rebuild_of(1, package, version, &sha256(SERVER));
    under_policy(&statement, products, "Rebuild", code)
}

/// Verifies `a/bin/server` with one statement of oss-rebuild, under a policy that allows these products.
fn under_policy(statement: &Value, products: &str, kind: &str, code: i32) -> Output {
    let scene = Scene::with_two_builders();
    scene.sign("one", statement, &ed25519(1));
    let policy = policy()
        .replacen("threshold = 2", "threshold = 1", 1)
        .replacen(
            BUILD_TYPE,
            &format!("https://docs.oss-rebuild.dev/builds/{kind}@v0.1"),
            1,
        )
        .replacen("\"server-aarch64-linux\"", products, 1)
        .replacen("[\"aarch64-linux\"]", "\"any\"", 1)
        .replacen("[\"build-directory\", \"locale\"]", "[]", 1)
        .replacen(&format!("[\"{COMMIT}\"]"), "\"any\"", 1);
    scene.verify_under(&policy, &["one"], &[], code)
}

/// Verifies `a/bin/server` with an equivalence, under a policy that allows these products.
fn equivalence_by_1(target: &str, code: i32, products: &str) -> Output {
    under_policy(&equivalence(1, target), products, "ArtifactEquivalence", code)
}

/// The statement of oss-rebuild that `a/bin/server` is equivalent to a target.
fn equivalence(number: u8, target: &str) -> Value {
    let text = oss_rebuild(&sha256(SERVER), &sha256(SERVER)).to_string();
    let text = text
        .replace("https://example.org/server", target)
        .replace("builders/8", &format!("builders/{number}"));
    serde_json::from_str(&text).unwrap()
}

/// Provenance of an unknown build type about this subject.
fn foreign(name: &str, digest: &Value) -> Value {
    let mut statement = rebuild_of(3, "a", "1", &sha256(SERVER));
    statement["predicate"]["buildDefinition"]["buildType"] = json!("https://example.org/build/v1");
    statement["subject"] = json!([{ "name": name, "digest": digest }]);
    statement
}

/// Verifies `a/bin/server` with a trusted link about `server` with these digests.
fn link_with(digests: &Value, code: i32) -> Output {
    only_link("rebuild server", &json!({ "server": digests }), code)
}

/// The statement of builder 3 about an attribute with these files.
fn product(attribute: &str, files: &[(&str, &str)]) -> Value {
    gave(3, &defined("flakeAttribute", &json!(attribute)), files)
}

const ATTRIBUTE: &str = "server-aarch64-linux";

const ATTACKS: &[Attack] = &[
    // Hidden disagreement.
    attack(
        "a builder's other bits are heard though the artifact is renamed",
        "",
        1,
        "agreement",
        |code| beside(&product(ATTRIBUTE, &[("bin/server", OTHER)]), "renamed", code),
    ),
    attack(
        "a builder that renamed what it got is heard",
        "",
        1,
        "no bin/server",
        |code| beside(&product(ATTRIBUTE, &[("bin/other", OTHER)]), "renamed", code),
    ),
    attack(
        "a builder that moved what it got to another folder is heard",
        "",
        1,
        "no bin/server",
        |code| beside(&product(ATTRIBUTE, &[("sbin/server", OTHER)]), "server", code),
    ),
    attack(
        "a builder that got no such file at all is heard",
        "",
        1,
        "no bin/server",
        |code| beside(&product(ATTRIBUTE, &[("share/doc.txt", TEXT)]), "renamed", code),
    ),
    attack(
        "a builder whose two programs are swapped is heard",
        "",
        1,
        "bin/server with sha256",
        |code| {
            beside(
                &product(ATTRIBUTE, &[("bin/server", OTHER), ("bin/client", SERVER)]),
                "renamed",
                code,
            )
        },
    ),
    attack(
        "a builder of the same commit with another tree is heard",
        "",
        1,
        "agreement",
        |code| {
            let mut definition = definition();
            definition["source"]["narHash"] = json!("sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
            definition["resolvedDependencies"][0]["digest"]["narSha256"] = json!("0".repeat(64));
            beside(&gave(3, &definition, &[("bin/server", OTHER)]), "renamed", code)
        },
    ),
    attack(
        "a builder of the same tree without its commit is heard",
        "",
        1,
        "agreement",
        |code| {
            let mut definition = defined("source", &json!({ "revision": "dirty", "narHash": EMPTY_NAR }));
            let digest = definition["resolvedDependencies"][0]["digest"].as_object_mut().unwrap();
            digest.remove("gitCommit");
            beside(&gave(3, &definition, &[("bin/server", OTHER)]), "renamed", code)
        },
    ),
    attack(
        "a link about the file is heard though the artifact is renamed",
        "",
        1,
        "agreement",
        |code| beside_link("server", OTHER, "renamed", code),
    ),
    attack(
        "a link about the file by the artifact's own name is heard",
        "",
        1,
        "agreement",
        |code| beside_link("renamed", OTHER, "renamed", code),
    ),
    attack(
        "a link is heard by another link though the artifact is renamed",
        "",
        1,
        "agreement",
        |code| {
            let scene = Scene::new();
            for (seed, name, content) in [(7, "one", SERVER), (8, "two", OTHER)] {
                publish_link(
                    &scene,
                    name,
                    &link("server", &sha256(content), &ed25519(seed)),
                    &ed25519(seed),
                );
            }
            scene.folder.write("renamed", SERVER);
            scene.verify_files(&["renamed"], &["one", "two"], &[], code)
        },
    ),
    attack(
        "a flake's builder is heard by a link, whatever the artifact is called",
        "",
        1,
        "agreement",
        |code| {
            let scene = Scene::new();
            publish_link(
                &scene,
                "one",
                &link("server", &sha256(SERVER), &ed25519(7)),
                &ed25519(7),
            );
            scene.sign("three", &product(ATTRIBUTE, &[("bin/server", OTHER)]), &ed25519(3));
            scene.folder.write("renamed", SERVER);
            scene.verify_files(&["renamed"], &["one", "three"], &[], code)
        },
    ),
    attack(
        "provenance of an unknown kind is heard though the artifact is renamed",
        "",
        1,
        "agreement",
        |code| {
            beside(
                &foreign("out/server", &json!({ "sha256": sha256(OTHER) })),
                "renamed",
                code,
            )
        },
    ),
    attack(
        "a rebuild of a package is heard though the artifact is renamed",
        "",
        1,
        "agreement",
        |code| beside(&rebuild_of(3, "a", "1", &sha256(OTHER)), "renamed", code),
    ),
    attack(
        "a rebuild under the type of payload that oss-rebuild gives is heard",
        "",
        1,
        "agreement",
        |code| {
            let scene = Scene::with_two_builders();
            let payload = rebuild_of(3, "a", "1", &sha256(OTHER)).to_string();
            let kind = "https://in-toto.io/Statement/v1";
            let bundle = bundle_of(kind, payload.as_bytes(), &ed25519(3));
            scene.folder.write_json("three", &bundle);
            scene.publish("three", &ed25519(3).public());
            scene.verify(&["one", "three"], &[], code)
        },
    ),
    attack(
        "a rebuild that is only equivalent is heard though the artifact is renamed",
        "",
        1,
        "agreement",
        |code| beside(&oss_rebuild(&sha256(SERVER), &sha256(OTHER)), "renamed", code),
    ),
    attack(
        "a rebuild of the same package is heard beside one that agrees",
        "",
        1,
        "agreement",
        |code| {
            let scene = Scene::new();
            scene.sign("one", &rebuild_of(1, "a", "1", &sha256(SERVER)), &ed25519(1));
            scene.sign("two", &rebuild_of(2, "a", "1", &sha256(OTHER)), &p256(2));
            scene.folder.write("renamed", SERVER);
            scene.verify_files(&["renamed"], &["one", "two"], &[], code)
        },
    ),
    attack(
        "a builder that does not count is heard though the artifact is renamed",
        "",
        1,
        "agreement",
        |code| {
            let scene = Scene::with_two_builders();
            scene.sign("three", &product(ATTRIBUTE, &[("bin/server", OTHER)]), &ed25519(3));
            scene.folder.write("renamed", SERVER);
            let only = ["--builder", "https://example.org/builders/1"];
            scene.verify_files(&["renamed"], &["one", "three"], &only, code)
        },
    ),
    attack(
        "a builder that contradicts itself rejects its own claim",
        "",
        1,
        "agreement",
        |code| {
            let scene = Scene::with_two_builders();
            let other = gave(1, &definition(), &[("bin/server", OTHER)]);
            scene.sign("again", &other, &ed25519(1));
            scene.folder.write("renamed", SERVER);
            scene.verify_files(&["renamed"], &["one", "again"], &[], code)
        },
    ),
    attack(
        "a builder that calls the artifact another package hides nobody's disagreement",
        "",
        1,
        "agreement",
        |code| {
            let scene = Scene::with_two_builders();
            let dissent = rebuild_of(3, "a", "1", &sha256(OTHER));
            scene.sign("three", &dissent, &ed25519(3));
            scene.sign("liar", &rebuild_of(4, "b", "1", &sha256(SERVER)), &ed25519(4));
            scene.folder.write("renamed", SERVER);
            let names = ["one", "two", "three", "liar"];
            scene.verify_files(&["renamed"], &names, &["--threshold", "2"], code)
        },
    ),
    attack(
        "a builder that calls the artifact another attribute hides nobody's disagreement",
        "",
        1,
        "agreement",
        |code| {
            let scene = Scene::with_two_builders();
            let dissent = product(ATTRIBUTE, &[("bin/server", OTHER)]);
            scene.sign("three", &dissent, &ed25519(3));
            let liar = defined("flakeAttribute", &json!("client-aarch64-linux"));
            let liar = gave(4, &liar, &[("bin/server", SERVER)]);
            scene.sign("liar", &liar, &ed25519(4));
            scene.folder.write("renamed", SERVER);
            scene.verify_files(&["renamed"], &["one", "three", "liar"], &[], code)
        },
    ),
    attack(
        "a builder that nobody trusts cannot reject anything",
        "",
        0,
        "verified: renamed",
        |code| {
            let scene = Scene::with_two_builders();
            scene.sign("three", &product(ATTRIBUTE, &[("bin/server", OTHER)]), &ed25519(3));
            scene.folder.write("renamed", SERVER);
            scene.verify_files(&["renamed"], &["one"], &["--attestation", "three"], code)
        },
    ),
    // No disagreement.
    attack(
        "two files of one build are verified together",
        "",
        0,
        "verified: doc.txt",
        |code| {
            let scene = Scene::with_two_builders();
            let files = ["a/bin/server", "a/share/doc.txt"];
            scene.verify_files(&files, &["one", "two"], &["--threshold", "2"], code)
        },
    ),
    attack(
        "a builder that attests another attribute too does not disagree",
        "",
        0,
        "verified",
        |code| {
            beside(
                &product("client-aarch64-linux", &[("bin/server", OTHER)]),
                "renamed",
                code,
            )
        },
    ),
    attack(
        "the same attribute for another platform does not disagree",
        "",
        0,
        "verified",
        |code| {
            let other = defined("platform", &json!("x86_64-linux"));
            beside(&gave(3, &other, &[("bin/server", OTHER)]), "server", code)
        },
    ),
    attack(
        "one builder that attests a file and one that attests its folder agree",
        "",
        0,
        "verified",
        |code| {
            both_count(
                [
                    gave(1, &definition(), &[("server", SERVER)]),
                    gave(2, &definition(), &[("bin/server", SERVER)]),
                ],
                code,
            )
        },
    ),
    attack(
        "one content under two names of a build is no disagreement",
        "",
        0,
        "verified",
        |code| {
            let files = [("bin/one", SERVER), ("bin/two", SERVER)];
            both_count([gave(1, &definition(), &files), gave(2, &definition(), &files)], code)
        },
    ),
    attack(
        "a link about another file does not disagree",
        "",
        0,
        "verified",
        |code| beside_link("client", OTHER, "server", code),
    ),
    attack(
        "another package with a file of the same name does not disagree",
        "",
        0,
        "verified",
        |code| {
            let scene = Scene::new();
            scene.sign("one", &rebuild_of(1, "a", "1", &sha256(SERVER)), &ed25519(1));
            scene.sign("two", &rebuild_of(2, "b", "1", &sha256(OTHER)), &p256(2));
            scene.verify(&["one", "two"], &[], code)
        },
    ),
    // Claims about different products, which must not add up.
    attack(
        "rebuilds of two packages with the same bits do not add up",
        "",
        1,
        "independent",
        |code| {
            both_count(
                [
                    rebuild_of(1, "a", "1", &sha256(SERVER)),
                    rebuild_of(2, "b", "1", &sha256(SERVER)),
                ],
                code,
            )
        },
    ),
    attack(
        "rebuilds of two versions with the same bits do not add up",
        "",
        1,
        "independent",
        |code| {
            both_count(
                [
                    rebuild_of(1, "a", "1", &sha256(SERVER)),
                    rebuild_of(2, "a", "2", &sha256(SERVER)),
                ],
                code,
            )
        },
    ),
    attack(
        "rebuilds of one version of one package add up",
        "",
        0,
        "verified",
        |code| {
            both_count(
                [
                    rebuild_of(1, "a", "1", &sha256(SERVER)),
                    rebuild_of(2, "a", "1", &sha256(SERVER)),
                ],
                code,
            )
        },
    ),
    attack(
        "a rebuild and an equivalence of who knows what do not add up",
        "",
        1,
        "independent",
        |code| {
            both_count(
                [
                    rebuild_of(1, "a", "1", &sha256(SERVER)),
                    equivalence(2, "https://example.org/server"),
                ],
                code,
            )
        },
    ),
    attack(
        "equivalences with two targets do not add up",
        "",
        1,
        "independent",
        |code| {
            both_count(
                [
                    equivalence(1, "https://example.org/server"),
                    equivalence(2, "https://example.com/server"),
                ],
                code,
            )
        },
    ),
    attack("equivalences with one target add up", "", 0, "verified", |code| {
        both_count(
            [
                equivalence(1, "https://example.org/server"),
                equivalence(2, "https://example.org/server"),
            ],
            code,
        )
    }),
    attack(
        "a flake and a package with the same bits do not add up",
        "",
        1,
        "independent",
        |code| {
            both_count(
                [
                    gave(1, &definition(), &[("server", SERVER)]),
                    rebuild_of(2, "a", "1", &sha256(SERVER)),
                ],
                code,
            )
        },
    ),
    attack(
        "links from other materials do not add up",
        "",
        1,
        "independent",
        |code| {
            links_from(
                [
                    &json!({ "m": { "sha256": sha256("1") } }),
                    &json!({ "m": { "sha256": sha256("2") } }),
                ],
                code,
            )
        },
    ),
    attack("links from the same materials add up", "", 0, "verified", |code| {
        let materials = json!({ "m": { "sha256": sha256("1") } });
        links_from([&materials, &materials], code)
    }),
    // Packages and targets in policies.
    attack("a policy allows a version of a package", "", 0, "verified", |code| {
        allowed("a", "1", r#""pkg:pypi/a@1""#, code)
    }),
    attack("a policy allows one artifact of it", "", 0, "verified", |code| {
        allowed("a", "1", r#""pkg:pypi/a@1?file_name=server""#, code)
    }),
    attack(
        "another package with a file of that name is not allowed",
        "",
        1,
        "product",
        |code| allowed("b", "1", r#""pkg:pypi/a@1""#, code),
    ),
    attack("another version is not allowed", "", 1, "product", |code| {
        allowed("a", "1.1", r#""pkg:pypi/a@1""#, code)
    }),
    attack("another ecosystem is not allowed", "", 1, "product", |code| {
        allowed("a", "1", r#""pkg:npm/a@1""#, code)
    }),
    attack(
        "another artifact of the version is not allowed",
        "",
        1,
        "product",
        |code| allowed("a", "1", r#""pkg:pypi/a@1?file_name=client""#, code),
    ),
    attack(
        "the name of a file does not allow a package",
        "",
        1,
        "product",
        |code| allowed("a", "1", r#""server""#, code),
    ),
    attack(
        "a package whose name holds a version is not that version",
        "",
        1,
        "product",
        |code| allowed("a@1", "2", r#""pkg:pypi/a@1""#, code),
    ),
    attack(
        "a version that holds the name of an artifact is not that artifact",
        "",
        1,
        "product",
        |code| allowed("a", "1?file_name=server", r#""pkg:pypi/a@1""#, code),
    ),
    attack(
        "a package that nothing could be is refused in a policy",
        "",
        2,
        "file_name",
        |code| allowed("a", "1", r#""pkg:pypi/a""#, code),
    ),
    attack("a policy allows a target", "", 0, "verified", |code| {
        equivalence_by_1("https://example.org/server", code, r#""https://example.org/server""#)
    }),
    attack("a target elsewhere is not allowed", "", 1, "product", |code| {
        equivalence_by_1("https://example.com/server", code, r#""https://example.org/server""#)
    }),
    // Links about other things than one file.
    attack("a link with two products is refused", "", 1, "2 products", |code| {
        let digest = json!({ "sha256": sha256(SERVER) });
        only_link("rebuild server", &json!({ "server": digest, "client": digest }), code)
    }),
    attack("a link without a product is refused", "", 1, "0 products", |code| {
        only_link("rebuild server", &json!({}), code)
    }),
    attack(
        "a link about a file outside is refused",
        "CVE-2018-1002200",
        1,
        "not a name inside",
        |code| {
            only_link(
                "rebuild ../server",
                &json!({ "../server": { "sha256": sha256(SERVER) } }),
                code,
            )
        },
    ),
    attack(
        "a link about a file in a folder is refused",
        "",
        1,
        "without folders",
        |code| {
            only_link(
                "rebuild pool/server",
                &json!({ "pool/server": { "sha256": sha256(SERVER) } }),
                code,
            )
        },
    ),
    attack(
        "a link whose name is that of another file is refused",
        "",
        1,
        "its product is",
        |code| {
            only_link(
                "rebuild client",
                &json!({ "server": { "sha256": sha256(SERVER) } }),
                code,
            )
        },
    ),
    attack(
        "a link about another step is refused",
        "",
        1,
        "the link's name",
        |code| only_link("build server", &json!({ "server": { "sha256": sha256(SERVER) } }), code),
    ),
    // Claims with the digests of two contents.
    attack(
        "the right SHA-256 beside another's SHA-512 is rejected",
        "",
        1,
        "digests of two contents",
        |code| link_with(&json!({ "sha256": sha256(SERVER), "sha512": sha512(OTHER) }), code),
    ),
    attack(
        "the right SHA-512 beside another's SHA-256 is rejected",
        "",
        1,
        "digests of two contents",
        |code| link_with(&json!({ "sha256": sha256(OTHER), "sha512": sha512(SERVER) }), code),
    ),
    attack("both digests of the artifact are accepted", "", 0, "verified", |code| {
        link_with(&json!({ "sha256": sha256(SERVER), "sha512": sha512(SERVER) }), code)
    }),
    attack(
        "a digest that nobody can check is refused",
        "",
        1,
        "cannot be checked",
        |code| link_with(&json!({ "sha256": sha256(SERVER), "md5": "00" }), code),
    ),
    attack(
        "a digest of another length is refused",
        "",
        1,
        "128 lower-case hex",
        |code| link_with(&json!({ "sha256": sha256(SERVER), "sha512": "00" }), code),
    ),
    attack("a link without SHA-256 is refused", "", 1, "has no sha256", |code| {
        link_with(&json!({ "sha512": sha512(SERVER) }), code)
    }),
    attack(
        "provenance of an unknown kind with digests of two contents is heard",
        "",
        1,
        "agreement",
        |code| {
            let digest = json!({ "sha256": sha256(OTHER), "sha512": sha512(SERVER) });
            beside(&foreign("elsewhere", &digest), "renamed", code)
        },
    ),
    attack(
        "a rebuild with digests of two contents is rejected",
        "",
        1,
        "digests of two contents",
        |code| {
            let mut statement = rebuild_of(3, "a", "1", &sha256(SERVER));
            statement["subject"][0]["digest"]["sha512"] = sha512(OTHER);
            beside(&statement, "renamed", code)
        },
    ),
    attack(
        "an equivalence whose target has digests of two contents is rejected",
        "",
        1,
        "digests of two contents",
        |code| {
            let mut statement = equivalence(3, "https://example.org/server");
            statement["subject"][0]["digest"]["sha512"] = sha512(OTHER);
            beside(&statement, "renamed", code)
        },
    ),
    // Claims that count for another builder, or are no claims.
    attack(
        "two signatures of one key on one envelope are one builder",
        "GHSA-pwqf-9h7j-7mv8",
        1,
        "independent",
        |code| {
            let scene = Scene::with_two_builders();
            let mut envelope = scene.folder.read_json("one")["dsseEnvelope"].take();
            let signature = envelope["signatures"][0]["sig"].clone();
            envelope["signatures"] = json!([{ "sig": signature, "keyid": "1" }, { "sig": signature, "keyid": "2" }]);
            scene.folder.write_json("one", &envelope);
            scene.verify(&["one"], &["--threshold", "2"], code)
        },
    ),
    attack(
        "one key under two files is one builder",
        "dsse#51",
        1,
        "independent",
        |code| {
            let scene = Scene::with_two_builders();
            scene.sign("two", &scene.statement(2), &ed25519(1));
            scene.verify(&["one", "two"], &["--threshold", "2"], code)
        },
    ),
    attack(
        "an attestation of another kind does not stand in for provenance",
        "CVE-2022-35929",
        1,
        "attested",
        |code| {
            let scene = Scene::new();
            let mut statement = scene.statement(1);
            statement["predicateType"] = json!("https://example.org/review/v1");
            scene.sign("one", &statement, &ed25519(1));
            scene.verify(&["one"], &[], code)
        },
    ),
    attack(
        "provenance about something else does not stand in for the artifact's",
        "CVE-2022-35929",
        1,
        "attested",
        |code| {
            let scene = Scene::new();
            scene.sign("one", &gave(1, &definition(), &[("bin/server", OTHER)]), &ed25519(1));
            scene.verify(&["one"], &[], code)
        },
    ),
    attack(
        "a payload of another type is not read as a statement",
        "",
        1,
        "attested",
        |code| {
            let scene = Scene::new();
            let payload = scene.statement(1).to_string();
            scene
                .folder
                .write_json("one", &bundle_of("application/json", payload.as_bytes(), &ed25519(1)));
            scene.publish("one", &ed25519(1).public());
            scene.verify(&["one"], &[], code)
        },
    ),
];

/// Verifies `a/bin/server` with links of builders 7 and 8. Both have to count.
fn links_from(materials: [&Value; 2], code: i32) -> Output {
    let scene = Scene::new();
    for (seed, (name, materials)) in (7..).zip(["one", "two"].into_iter().zip(materials)) {
        let products = json!({ "server": { "sha256": sha256(SERVER) } });
        let link = link_of("rebuild server", materials, &products, &ed25519(seed));
        publish_link(&scene, name, &link, &ed25519(seed));
    }
    scene.verify(&["one", "two"], &["--threshold", "2"], code)
}

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
