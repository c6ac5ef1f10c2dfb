//! Secrets that a message might quote: bytes of key files, values of environment variables.

use std::process::Command;

use super::{Attack, all_fail, attack};
use crate::audit::released;
use crate::builders::{Scene, policy};
use crate::fake_nix::Fake;
use crate::util::{Folder, Output, PROGRAM, words};

/// Base64 of a private key. No message contains it by chance.
const SECRET: &str = "MC4CAQAwBQYDK2VwBCIEIHNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3Jl";

/// Asserts that the output has no eight consecutive bytes of the secret.
fn silent(output: Output) -> Output {
    for at in 0..=SECRET.len() - 8 {
        let part = &SECRET[at..at + 8];
        let is_quoted = output.stdout.contains(part) || output.stderr.contains(part);
        assert!(!is_quoted, "{part}: {}{}", output.stdout, output.stderr);
    }
    output
}

/// Gives a file to every command that reads one, and returns the output of `sign`. `@` in the content is the secret.
fn key_file(shape: &str, exit: i32) -> Output {
    key_bytes(shape.replace('@', SECRET).as_bytes(), exit)
}

/// Gives a file to every command that reads one, and returns the output of `sign`.
fn key_bytes(content: &[u8], exit: i32) -> Output {
    let scene = Scene::with_two_builders();
    let folder = &scene.folder;
    folder.write("key", content);
    folder.set_mode("key", 0o600);
    folder.write("policy.toml", policy().replace("one.pub", "key"));
    folder.write("open", content);
    folder.set_mode("open", 0o644);
    for command in [
        "sign --key open result-1/statement.json -o out",
        "sign --key one.pub key -o out",
        "verify a/bin/server --attestation one --key key",
        "verify a/bin/server --attestation key --key one.pub",
        "verify a/bin/server --attestation one two --policy policy.toml",
        "verify a/bin/server --attestation one --policy key",
        "attest a b --definition key --builder-id urn:x:y --out out",
        "audit key",
        "report key",
        "inspect key",
    ] {
        silent(folder.run_words(command, 2));
    }
    let inline = String::from_utf8_lossy(content).replace("'''", "");
    inline_key(&format!("{{ pem = '''{inline}''' }}"), 2);
    let sign = ["sign", "--key", "key", "result-1/statement.json", "-o", "out"];
    silent(folder.run(&sign, exit))
}

/// Verifies under a policy in which builder 1 has this key. `@` is the secret.
pub(super) fn inline_key(key: &str, exit: i32) -> Output {
    policy_with("{ file = \"one.pub\" }", key, exit)
}

/// Verifies under a policy with a replacement. `@` is the secret.
pub(super) fn policy_with(from: &str, to: &str, exit: i32) -> Output {
    let scene = Scene::with_two_builders();
    assert!(policy().contains(from));
    let text = policy().replacen(from, to, 1).replace('@', SECRET);
    let output = scene.verify_under(&text, &["one", "two"], &["--json", "out"], exit);
    assert!(!scene.folder.path("out").exists());
    silent(output)
}

/// Runs a command with an environment variable that has the secret.
fn variable(name: &str, arguments: &str, exit: i32) -> Output {
    let value = match name {
        "PATH" | "TMPDIR" | "HOME" => format!("/nowhere/{SECRET}"),
        _ => SECRET.to_owned(),
    };
    let run = |folder: &Folder, mut command: Command| {
        command.env(name, value).args(words(arguments));
        silent(folder.expect(&mut command, exit))
    };
    if arguments.starts_with("verify") {
        let folder = Scene::with_two_builders().folder;
        run(&folder, folder.command(PROGRAM))
    } else {
        let fake = released();
        run(&fake.folder, fake.command(&[]))
    }
}

/// Runs a command with a key in a wrong place. `@` is the secret.
fn argument(arguments: &[&str], exit: i32) -> Output {
    let scene = Scene::with_two_builders();
    let arguments = arguments.iter().map(|one| one.replace('@', SECRET));
    let mut command = scene.folder.command(PROGRAM);
    silent(scene.folder.expect(command.args(arguments), exit))
}

const VERIFY: &str = "verify a/bin/server --attestation one --key one.pub";
pub(super) const PEM: &str = "-----BEGIN PRIVATE KEY-----\n@\n-----END PRIVATE KEY-----\n";

const ATTACKS: &[Attack] = &[
    attack(
        "a key's first line has no dashes at its end",
        "",
        2,
        "its first line is not whole",
        |code| key_file("-----BEGIN PRIVATE KEY\n@\n-----END PRIVATE KEY-----\n", code),
    ),
    attack(
        "a key's first line has a dash too few at its end",
        "",
        2,
        "its first line is not whole",
        |code| key_file("-----BEGIN PRIVATE KEY----\n@\n-----END PRIVATE KEY-----\n", code),
    ),
    attack(
        "a key's first line has no dashes at its beginning",
        "",
        2,
        "holds no",
        |code| key_file("BEGIN PRIVATE KEY-----\n@\n-----END PRIVATE KEY-----\n", code),
    ),
    attack(
        "a key's first line has no line feed",
        "",
        2,
        "not a valid private key",
        |code| key_file("-----BEGIN PRIVATE KEY-----@-----END PRIVATE KEY-----", code),
    ),
    attack(
        "a key's first line is the key",
        "",
        2,
        "its first line is not whole",
        |code| key_file("-----BEGIN @-----\n@\n-----END @-----\n", code),
    ),
    attack(
        "a key's label goes on with the key",
        "",
        2,
        "its first line is not whole",
        |code| key_file("-----BEGIN PRIVATE KEY @-----\n-----END PRIVATE KEY-----\n", code),
    ),
    attack(
        "a key's label is in lower case",
        "",
        2,
        "its first line is not whole",
        |code| key_file("-----BEGIN private key-----\n@\n-----END private key-----\n", code),
    ),
    attack("a key's label is empty", "", 2, "its first line is not whole", |code| {
        key_file("-----BEGIN -----\n@\n-----END -----\n", code)
    }),
    attack(
        "a key is of nobody's kind",
        "",
        2,
        "its first line is not whole",
        |code| key_file("-----BEGIN MY OWN KEY-----\n@\n-----END MY OWN KEY-----\n", code),
    ),
    attack("a key has no last line", "", 2, "its PEM is damaged", |code| {
        key_file("-----BEGIN PRIVATE KEY-----\n@\n", code)
    }),
    attack("a key has another last line", "", 2, "its PEM is damaged", |code| {
        key_file("-----BEGIN PRIVATE KEY-----\n@\n-----END @-----\n", code)
    }),
    attack(
        "a key has lines that end as on old machines",
        "",
        2,
        "not a valid private key",
        |code| key_file("-----BEGIN PRIVATE KEY-----\r@\r-----END PRIVATE KEY-----\r", code),
    ),
    attack("a key has text before it", "", 2, "text before the key", |code| {
        key_file(
            "@\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            code,
        )
    }),
    attack("a key has text after it", "", 2, "its PEM is damaged", |code| {
        key_file(
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n@\n",
            code,
        )
    }),
    attack(
        "a key has characters that are no base64",
        "",
        2,
        "its PEM is damaged",
        |code| {
            key_file(
                "-----BEGIN PRIVATE KEY-----\n@!\u{e9}\n-----END PRIVATE KEY-----\n",
                code,
            )
        },
    ),
    attack("a key is base64 of something else", "", 2, "damaged", |code| {
        key_file(PEM, code)
    }),
    attack("a key holds another algorithm's name", "", 2, "damaged", |code| {
        key_file(
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VvBCIEIHNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3Jl\n-----END PRIVATE KEY-----\n",
            code,
        )
    }),
    attack("a key is OpenSSH's", "", 2, "OpenSSH's format is not read", |code| {
        key_file(
            "-----BEGIN OPENSSH PRIVATE KEY-----\n@\n-----END OPENSSH PRIVATE KEY-----\n",
            code,
        )
    }),
    attack("a key is called public", "", 2, "give the private key", |code| {
        key_file("-----BEGIN PUBLIC KEY-----\n@\n-----END PUBLIC KEY-----\n", code)
    }),
    attack("a key is no UTF-8", "", 2, "not a valid private key", |code| {
        key_bytes(&[SECRET.as_bytes(), b"\xff\xfe"].concat(), code)
    }),
    attack("a key is UTF-16", "", 2, "not a valid private key", |code| {
        key_bytes(
            &PEM.replace('@', SECRET)
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<_>>(),
            code,
        )
    }),
    attack("a key is given where its file is meant", "", 2, "[a key]", |code| {
        argument(&["verify", "a", "--attestation", "one", &format!("--key={PEM}")], code)
    }),
    attack("a key is given as an argument of its own", "", 2, "[a key]", |code| {
        argument(&["sign", "--key", PEM, "result-1/statement.json", "-o", "x"], code)
    }),
    attack("a key is given where a time is meant", "", 2, "[a key]", |code| {
        argument(
            &[
                "verify",
                "a/bin/server",
                "--attestation",
                "one",
                "--key",
                "one.pub",
                &format!("--time={PEM}"),
                "--emit-svr",
                "x",
            ],
            code,
        )
    }),
    attack("a key is given where a builder is meant", "", 2, "[a key]", |code| {
        argument(
            &[
                "verify",
                "a/bin/server",
                "--attestation",
                "one",
                "--key",
                "one.pub",
                &format!("--builder={PEM}"),
            ],
            code,
        )
    }),
    attack("a key is given where a folder is meant", "", 2, "[a key]", |code| {
        argument(&["compare", &format!("./{PEM}"), "a"], code)
    }),
    attack(
        "SOURCE_DATE_EPOCH is a secret",
        "",
        2,
        "SOURCE_DATE_EPOCH is not valid",
        |code| variable("SOURCE_DATE_EPOCH", &format!("{VERIFY} --emit-svr out"), code),
    ),
    attack("TMPDIR is a secret", "", 2, "folder for temporary files", |code| {
        variable("TMPDIR", "rebuild server-aarch64-linux --flake flake", code)
    }),
    attack(
        "TMPDIR is a secret, in an audit",
        "",
        2,
        "folder for temporary files",
        |code| variable("TMPDIR", "audit release --flake flake", code),
    ),
    attack("PATH is a secret", "", 2, "install Nix", |code| {
        variable("PATH", "rebuild server-aarch64-linux --flake flake", code)
    }),
    attack("HOME is a secret", "", 0, "identical", |code| {
        variable("HOME", "rebuild server-aarch64-linux --flake flake", code)
    }),
    attack("COLUMNS is a secret", "", 0, "identical", |code| {
        variable("COLUMNS", "report release", code)
    }),
    attack("NO_COLOR is a secret", "", 0, "identical", |code| {
        variable("NO_COLOR", "report release", code)
    }),
    attack("TERM is a secret", "", 2, "no-such-command", |code| {
        variable("TERM", "no-such-command", code)
    }),
    attack(
        "every variable is a secret, and help is asked for",
        "",
        0,
        "Usage",
        |code| {
            let mut output = None;
            for name in [
                "verify", "rebuild", "audit", "report", "sign", "keygen", "attest", "compare",
            ] {
                let folder = Folder::new();
                let mut command = folder.command(PROGRAM);
                for variable in [
                    "SOURCE_DATE_EPOCH",
                    "TMPDIR",
                    "HOME",
                    "USER",
                    "COLUMNS",
                    "NO_COLOR",
                    "RUST_LOG",
                    "NIX_CONFIG",
                    "SIGNING_KEY",
                ] {
                    command.env(variable, SECRET);
                }
                output = Some(silent(folder.expect(command.args([name, "--help"]), code)));
            }
            output.unwrap()
        },
    ),
    attack("a key stands before a key", "", 2, "2 PEM blocks", |code| {
        key_file(
            "-----BEGIN PRIVATE KEY-----\n@\n-----BEGIN PRIVATE KEY-----\n@\n-----END PRIVATE KEY-----\n",
            code,
        )
    }),
    attack("a key has headers", "", 2, "its PEM is damaged", |code| {
        key_file(
            "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: @\n\n@\n-----END PRIVATE KEY-----\n",
            code,
        )
    }),
    attack("a key is base64 alone", "", 2, "holds no", |code| key_file("@\n", code)),
    attack("a key is a JSON web key", "", 2, "holds no", |code| {
        key_file("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"@\"}", code)
    }),
    attack("a key is minisign's", "", 2, "holds no", |code| {
        key_file("untrusted comment: @\n@\n", code)
    }),
    attack("a key is encrypted", "", 2, "decrypt it", |code| {
        key_file(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n@\n-----END ENCRYPTED PRIVATE KEY-----\n",
            code,
        )
    }),
    attack("a key is cosign's", "", 2, "decrypt it", |code| {
        key_file(
            "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n@\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
            code,
        )
    }),
    attack("a key is of the old form", "", 2, "convert it", |code| {
        key_file(
            "-----BEGIN EC PRIVATE KEY-----\n@\n-----END EC PRIVATE KEY-----\n",
            code,
        )
    }),
    attack("a key is RSA's", "", 2, "it holds a", |code| {
        key_file(
            "-----BEGIN RSA PRIVATE KEY-----\n@\n-----END RSA PRIVATE KEY-----\n",
            code,
        )
    }),
    attack("LC_ALL is a secret", "", 2, "nowhere", |code| {
        variable("LC_ALL", "compare nowhere release", code)
    }),
    attack("NIX_CONFIG has a secret", "", 2, "could not build", |code| {
        let fake = Fake::new();
        fake.script("build", "exit 1");
        let mut command = fake.command(&["rebuild", "server-aarch64-linux", "--flake", "flake"]);
        silent(
            fake.folder
                .expect(command.env("NIX_CONFIG", format!("access-tokens = x={SECRET}")), code),
        )
    }),
];

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
