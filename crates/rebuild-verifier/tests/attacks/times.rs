//! Keys that have expired.

use super::{Attack, all_fail, attack};
use crate::builders::{Scene, policy};
use crate::util::Output;

const END: &str = "2026-01-01T00:00:00Z";

/// Verifies with both builders under a policy in which the key of builder 2 expires. `before` stands before the program
/// in a shell.
fn run(end: &str, before: &str, options: &str, code: i32) -> Output {
    let scene = Scene::with_two_builders();
    let ending = format!("{{ file = \"two.pub\", not-after = {end} }}");
    scene
        .folder
        .write("policy.toml", policy().replacen("{ file = \"two.pub\" }", &ending, 1));
    let script =
        format!("{before} exec \"$0\" verify a/bin/server --attestation one two --policy policy.toml {options}");
    scene.folder.shell(&script, code)
}

/// Verifies at this time. The key expires at [`END`].
fn at(time: &str, code: i32) -> Output {
    run(&format!("\"{END}\""), "", &format!("--time {time}"), code)
}

/// Verifies with a key that expires at this time.
fn ending(end: &str, options: &str, code: i32) -> Output {
    run(&format!("\"{end}\""), "", options, code)
}

/// Writes a summary, and prints its time.
fn emit(before: &str, options: &str, code: i32) -> Output {
    let scene = Scene::with_two_builders();
    let script = format!(
        "{before} \"$0\" verify a/bin/server --attestation one --key one.pub --emit-svr svr.json {options} || exit $?
         grep timeCreated svr.json"
    );
    scene.folder.shell(&script, code)
}

const ATTACKS: &[Attack] = &[
    attack("a key is trusted in its last second", "", 0, "verified", |code| {
        at("2025-12-31T23:59:59Z", code)
    }),
    attack(
        "a key is trusted in the last fraction of it",
        "",
        0,
        "verified",
        |code| at("2025-12-31T23:59:59.999999999Z", code),
    ),
    attack(
        "a key is not trusted at the second at which it expires",
        "",
        1,
        "has expired",
        |code| at(END, code),
    ),
    attack(
        "a key is not trusted a fraction of a second later",
        "",
        1,
        "has expired",
        |code| at("2026-01-01T00:00:00.000000001Z", code),
    ),
    attack("a key is not trusted a second later", "", 1, "has expired", |code| {
        at("2026-01-01T00:00:01Z", code)
    }),
    attack(
        "a key is not trusted at its end in another zone's words",
        "",
        1,
        "has expired",
        |code| at("2025-12-31T23:00:00-01:00", code),
    ),
    attack(
        "a key is trusted before its end in another zone's words",
        "",
        0,
        "verified",
        |code| at("2026-01-01T00:59:59+01:00", code),
    ),
    attack(
        "a key is not trusted at the end of the last possible year",
        "",
        1,
        "has expired",
        |code| at("9999-12-31T23:59:59Z", code),
    ),
    attack(
        "an end with a fraction is not later than its second",
        "",
        1,
        "has expired",
        |code| ending("2026-01-01T00:00:00.9Z", "--time 2026-01-01T00:00:00.5Z", code),
    ),
    attack(
        "the source's time does not decide whether a key has expired",
        "",
        2,
        "--time",
        |code| run(&format!("\"{END}\""), "SOURCE_DATE_EPOCH=1700000000", "", code),
    ),
    attack(
        "the source's time does not decide it where something is emitted either",
        "",
        2,
        "--time",
        |code| {
            run(
                &format!("\"{END}\""),
                "SOURCE_DATE_EPOCH=1700000000",
                "--emit-svr svr.json",
                code,
            )
        },
    ),
    attack(
        "the source's time does not make a given time earlier",
        "",
        1,
        "has expired",
        |code| {
            run(
                &format!("\"{END}\""),
                "SOURCE_DATE_EPOCH=1700000000",
                &format!("--time {END}"),
                code,
            )
        },
    ),
    attack("nothing is decided at an unknown time", "", 2, "`now`", |code| {
        ending(END, "", code)
    }),
    attack(
        "the clock is asked by name and knows that the key has expired",
        "",
        1,
        "has expired",
        |code| ending("2020-01-01T00:00:00Z", "--time now", code),
    ),
    attack(
        "the clock is asked by name and knows that the key has not expired",
        "",
        0,
        "verified",
        |code| ending("9999-01-01T00:00:00Z", "--time now", code),
    ),
    attack(
        "a word that is no time is not taken for the clock",
        "",
        2,
        "no time",
        |code| ending(END, "--time NOW", code),
    ),
    attack("an empty time is no time", "", 2, "no time", |code| {
        ending(END, "--time ''", code)
    }),
    attack("seconds since 1970 are no time", "", 2, "no time", |code| {
        ending(END, "--time 1700000000", code)
    }),
    attack("a day without a time is no time", "", 2, "no time", |code| {
        ending(END, "--time 2025-12-31", code)
    }),
    attack("a time without a zone is no time", "", 2, "no time", |code| {
        ending(END, "--time 2025-12-31T00:00:00", code)
    }),
    attack("an end that is a day is refused", "", 2, "not-after", |code| {
        ending("2026-01-01", "--time now", code)
    }),
    attack("an end that is no text is refused", "", 2, "policy.toml", |code| {
        run(END, "", "--time now", code)
    }),
    attack("an end without a zone is refused", "", 2, "not-after", |code| {
        ending("2026-01-01T00:00:00", "--time now", code)
    }),
    attack("an end that is empty is refused", "", 2, "not-after", |code| {
        ending("", "--time now", code)
    }),
    attack(
        "a document may say the source's time",
        "",
        0,
        "2023-11-14T22:13:20Z",
        |code| emit("SOURCE_DATE_EPOCH=1700000000", "", code),
    ),
    attack(
        "a document says the given time before the source's",
        "",
        0,
        "2025-01-01T00:00:00Z",
        |code| emit("SOURCE_DATE_EPOCH=1700000000", "--time 2025-01-01T00:00:00Z", code),
    ),
    attack(
        "a document without any time is not written",
        "",
        2,
        "give the time",
        |code| emit("", "", code),
    ),
    attack(
        "a document is not written at a time that is none",
        "",
        2,
        "since 1970",
        |code| emit("SOURCE_DATE_EPOCH=99999999999999", "", code),
    ),
    attack(
        "a disagreement of an expired key does not count either",
        "",
        0,
        "verified",
        disagreement_of_an_expired_key,
    ),
];

/// Verifies with a disagreement of an expired key. It rejects the artifact before its expiry.
fn disagreement_of_an_expired_key(code: i32) -> Output {
    let scene = Scene::with_two_builders();
    let mut other = scene.statement(2);
    let zeros = "0".repeat(64);
    for pointer in [
        "/subject/0/digest/sha256",
        "/predicate/runDetails/byproducts/2/digest/sha256",
    ] {
        *other.pointer_mut(pointer).unwrap() = zeros.clone().into();
    }
    scene.sign("two", &other, &crate::builders::p256(2));
    let ending = "{ file = \"two.pub\", not-after = \"2020-01-01T00:00:00Z\" }";
    let policy = policy()
        .replacen("{ file = \"two.pub\" }", ending, 1)
        .replacen("threshold = 2", "threshold = 1", 1);
    scene.verify_under(&policy, &["one", "two"], &["--time", "2019-01-01T00:00:00Z"], 1);
    scene.verify_under(&policy, &["one", "two"], &["--time", "2026-01-01T00:00:00Z"], code)
}

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
