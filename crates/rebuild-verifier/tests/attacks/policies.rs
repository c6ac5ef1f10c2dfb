//! Policies with a private key in a wrong place, which no message may quote.

use super::secrets::{PEM, inline_key, policy_with};
use super::{Attack, all_fail, attack};
use crate::builders::{Scene, policy};

const ATTACKS: &[Attack] = &[
    attack("a policy's version is a key", "", 2, "line 1: invalid type", |code| {
        policy_with("version = 1", "version = \"@\"", code)
    }),
    attack("a policy's version is a key without quotes", "", 2, "line 1", |code| {
        policy_with("version = 1", "version = @", code)
    }),
    attack("a policy's threshold is a key", "", 2, "line 2: invalid type", |code| {
        policy_with("threshold = 2", "threshold = \"@\"", code)
    }),
    attack(
        "a policy has a field that is a key",
        "",
        2,
        "line 1: unknown field",
        |code| policy_with("version = 1", "@ = 1\nversion = 1", code),
    ),
    attack(
        "a policy has a quoted field that is a key",
        "",
        2,
        "line 1: unknown field",
        |code| policy_with("version = 1", "\"a`@` '@' \\\"@\" = 1\nversion = 1", code),
    ),
    attack("a policy has a field that is a key twice", "", 2, "line 2", |code| {
        policy_with("version = 1", "@ = 1\n@ = 1\nversion = 1", code)
    }),
    attack("a policy has a table that is a key", "", 2, "unknown field", |code| {
        policy_with("[source]", "[@]\nx = 1\n[source]", code)
    }),
    attack("a policy has a line that is a key", "", 2, "line 1", |code| {
        policy_with("version = 1", "@\nversion = 1", code)
    }),
    attack("a policy has a line that is a padded key", "", 2, "line 1", |code| {
        policy_with("version = 1", "@=\nversion = 1", code)
    }),
    attack(
        "a policy's products are a key",
        "",
        2,
        "neither \"any\" nor a list",
        |code| policy_with("products = [\"server-aarch64-linux\"]", "products = \"@\"", code),
    ),
    attack(
        "a policy's build type is a key",
        "",
        2,
        "build-types has a value",
        |code| policy_with("\"urn:samebits:nix-rebuild:v2\"", "\"@\"", code),
    ),
    attack(
        "a policy's variation is a key of two lines",
        "",
        2,
        "variations has a name",
        |code| policy_with("\"locale\"", "\"@\\n@\"", code),
    ),
    attack(
        "a policy's revision is a key",
        "",
        2,
        "source.revision has a value",
        |code| policy_with("revision = [", "revision = [\"@\", ", code),
    ),
    attack("a policy's hash is a key", "", 2, "nar-hash is not", |code| {
        policy_with("[source]", "[source]\nnar-hash = \"sha256-@\"", code)
    }),
    attack(
        "a policy's builder is a key",
        "",
        2,
        "it is not an absolute URI",
        |code| policy_with("id = \"https://example.org/builders/1\"", "id = \"@\"", code),
    ),
    attack("a policy's key is in no quotes", "", 2, "not a valid policy", |code| {
        inline_key("{ pem = @ }", code)
    }),
    attack("a policy's key has no quotes at its end", "", 2, "line 1", |code| {
        inline_key("{ pem = \"@ }", code)
    }),
    attack("a policy's key has lines in quotes for one", "", 2, "line 1", |code| {
        inline_key(&format!("{{ pem = \"{PEM}\" }}"), code)
    }),
    attack(
        "a policy's key is a file and a key",
        "",
        2,
        "either file or pem",
        |code| inline_key("{ file = \"one.pub\", pem = \"@\" }", code),
    ),
    attack("a policy's key is a text", "", 2, "not a valid policy", |code| {
        inline_key("\"@\"", code)
    }),
    attack("a policy's key is of another name", "", 2, "unknown field", |code| {
        inline_key("{ key = \"@\", @ = 1 }", code)
    }),
    attack(
        "a policy's key is where a file's name is meant",
        "",
        2,
        "a key in the policy itself is a pem",
        |code| inline_key(&format!("{{ file = '''{PEM}''' }}"), code),
    ),
    attack(
        "a policy's key in base64 is where a file's name is meant",
        "",
        2,
        "a key in the policy itself is a pem",
        |code| inline_key("{ file = \"@\" }", code),
    ),
    attack(
        "a policy's key in base64 for URLs is where a file's name is meant",
        "",
        2,
        "a key in the policy itself is a pem",
        |code| inline_key("{ file = \"-_@\" }", code),
    ),
    attack(
        "a key in a file whose path looks like base64 is fine",
        "",
        0,
        "verified: server",
        |code| {
            const LONG: &str = "keys/of/builders/that/are/in/production/signing";
            let scene = Scene::with_two_builders();
            scene.folder.write(LONG, scene.folder.read("one.pub"));
            scene.verify_under(&policy().replace("one.pub", LONG), &["one", "two"], &[], code)
        },
    ),
    attack(
        "a policy's key is private",
        "",
        2,
        "pem: it holds a \"PRIVATE KEY\"",
        |code| inline_key(&format!("{{ pem = '''{PEM}''' }}"), code),
    ),
    attack("a policy's key ends at a key", "", 2, "not-after", |code| {
        inline_key("{ file = \"one.pub\", not-after = \"@\" }", code)
    }),
    attack("a policy's key is a list", "", 2, "invalid type", |code| {
        inline_key("{ pem = [\"@\"] }", code)
    }),
];

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
