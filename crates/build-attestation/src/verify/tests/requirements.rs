//! The requirements of one artifact: their status and their texts.

use super::*;

/// The criteria of a policy that a claim of [`got`] does not meet.
fn unmet(change: impl FnOnce(&mut Policy)) -> Vec<&'static str> {
    let mut policy = Policy::of_keys(vec![public(1)]);
    change(&mut policy);
    requirement::unmet(&got(1, &flake("a"), &[("s", BITS)]), &policy)
}

#[test]
fn each_criterion_is_met_or_not() {
    assert_eq!(unmet(|_| ()), [""; 0]);
    let one = |text: &str| Allowed::one(text.to_owned());
    assert_eq!(unmet(|policy| policy.products = one("a")), [""; 0]);
    assert_eq!(unmet(|policy| policy.platforms = one("p")), [""; 0]);
    assert_eq!(unmet(|policy| policy.variations.extend(["clock".into()])), [""; 0]);
    assert_eq!(unmet(|policy| policy.build_types.clear()), ["build-type"]);
    assert_eq!(unmet(|policy| policy.builders = Allowed::one(builder(2))), ["builder"]);
    assert_eq!(unmet(|policy| policy.products = one("b")), ["product"]);
    assert_eq!(unmet(|policy| policy.revision = one("b")), ["source-revision"]);
    assert_eq!(unmet(|policy| policy.nar_hash = one("b")), ["source-hash"]);
    assert_eq!(unmet(|policy| policy.platforms = one("b")), ["platform"]);
    assert_eq!(unmet(|policy| policy.variations.extend(["b".into()])), ["variations"]);
    let may_share = |kinds: &[InputKind]| Allowed::Only(kinds.iter().copied().collect());
    let kinds = [InputKind::Compiler, InputKind::Linker, InputKind::Tools];
    assert_eq!(unmet(|policy| policy.shared_inputs = may_share(&kinds)), [""; 0]);
    assert_eq!(
        unmet(|policy| policy.shared_inputs = may_share(&kinds[..2])),
        ["shared-inputs"]
    );
    let nobody = SignedClaim {
        keys: Vec::new(),
        ..got(1, &flake("a"), &[("s", BITS)])
    };
    let policy = Policy::of_keys(vec![public(1)]);
    assert_eq!(requirement::unmet(&nobody, &policy), ["builder"]);
}

/// The requirements that are not met with these claims.
fn failed(claims: Vec<SignedClaim>, threshold: usize) -> Vec<&'static str> {
    let policy = Policy {
        threshold,
        ..Policy::of_keys(vec![public(1), public(2)])
    };
    let attestations: Vec<_> = claims.into_iter().map(attestation).collect();
    let requirements = requirement::check(&artifact(), &attestations, &policy);
    let failed = requirements.iter().filter(|one| one.check != Check::Passed);
    failed.map(|one| one.name).collect()
}

#[test]
fn enough_that_agree_and_nobody_who_does_not() {
    let agrees = |number| got(number, &flake("a"), &[("s", BITS)]);
    assert_eq!(failed(vec![agrees(1)], 1), [""; 0]);
    assert_eq!(failed(vec![agrees(1), agrees(2)], 2), [""; 0]);
    let counts = ["keys", "builders", "independent"];
    assert_eq!(failed(vec![agrees(1)], 2), counts);
    assert_eq!(failed(vec![agrees(1), agrees(1)], 2), counts);
    let other = got(2, &flake("a"), &[("s", "other")]);
    assert_eq!(failed(vec![agrees(1), other.clone()], 1), ["agreement"]);
    let nothing = failed(vec![other], 1);
    assert!(nothing.starts_with(&["attested", "build-type"]), "{nothing:?}");
    let not_accepted = SignedClaim {
        unmet: vec!["platform"],
        ..agrees(1)
    };
    assert_eq!(failed(vec![not_accepted], 1), counts);
}

/// Three keys of two builders, of which two are one party.
#[test]
fn keys_builders_and_parties_are_each_counted_for_themselves() {
    let agrees = |number, key: u8| SignedClaim {
        keys: vec![public(key).fingerprint()],
        ..got(number, &flake("a"), &[("s", BITS)])
    };
    let shares = SignedClaim {
        keys: vec![public(2).fingerprint(), public(3).fingerprint()],
        ..agrees(2, 2)
    };
    let attestations = [agrees(1, 1), agrees(1, 2), shares].map(attestation);
    let rows = rows(&attestations, &Policy::of_keys(vec![public(1)]));
    for (name, count) in [("keys", 3), ("builders", 2), ("independent", 1)] {
        let row = rows.iter().find(|row| row[0] == name).unwrap();
        assert_eq!(row[2], format!("{count} for a from {COMMIT}"), "{name}");
    }
}

/// Every requirement of the artifact: its name, what is required, what was found, and its status.
fn rows(attestations: &[CheckedAttestation], policy: &Policy) -> Vec<[String; 4]> {
    requirement::check(&artifact(), attestations, policy)
        .into_iter()
        .map(|one| {
            let check = one.check.to_string();
            [one.name.into(), one.required, one.found, check]
        })
        .collect()
}

#[test]
fn each_requirement_says_what_is_required_and_what_was_found() {
    let bits = Sha256::of(BITS.as_bytes());
    let mut policy = Policy::of_keys(vec![public(1)]);
    policy.build_types = BTreeSet::from(["t".into(), "u".into()]);
    policy.products = Allowed::one("a".into());
    policy.variations = BTreeSet::from(["clock".into()]);
    policy.shared_inputs = Allowed::Only(BTreeSet::from([InputKind::Compiler, InputKind::Tools]));
    policy.builders = Allowed::Only(BTreeSet::from([builder(1), builder(2)]));
    let bare = SignedClaim {
        builder: None,
        keys: Vec::new(),
        claim: Claim {
            builder: None,
            source: ClaimedSource::default(),
            platform: None,
            variations: BTreeSet::new(),
            shared_inputs: None,
            ..accepted().claim
        },
        unmet: vec!["builder"],
    };
    let attested = format!("sha256 {bits} in a claim that a trusted key signed");
    let builders = "https://example.org/builders/1, https://example.org/builders/2, by a key that belongs to it";
    let agreement = "nobody whose key is trusted got other bits";
    let understood = "everything that a trusted key signed is valid, and has no unknown parameters";
    let independent = "builders that share neither key nor name, at least 1";
    assert_eq!(
        rows(&[attestation(accepted()), attestation(bare)], &policy),
        [
            [
                "attested",
                &attested,
                "in 2 of 2 attestations, 2 of them signed by a trusted key; as s",
                "passed"
            ],
            ["build-type", "t, u", "urn:samebits:nix-rebuild:v2", "failed"],
            [
                "builder",
                builders,
                "https://example.org/builders/1, no name but its key, signed by another's key",
                "passed"
            ],
            ["product", "a", "a", "passed"],
            [
                "source-revision",
                "any",
                "0123456789abcdef0123456789abcdef01234567, not stated",
                "passed"
            ],
            ["source-hash", "any", "n, not stated", "passed"],
            ["platform", "any", "not stated, p", "passed"],
            ["variations", "clock", "clock, none", "passed"],
            [
                "shared-inputs",
                "compiler, tools",
                "compiler, tools, nobody has looked",
                "passed"
            ],
            [
                "keys",
                "different keys, at least 1",
                &format!("1 for a from {COMMIT}"),
                "passed"
            ],
            [
                "builders",
                "different builders, at least 1",
                &format!("1 for a from {COMMIT}"),
                "passed"
            ],
            ["independent", independent, &format!("1 for a from {COMMIT}"), "passed"],
            ["agreement", agreement, "none", "passed"],
            ["understood", understood, "none", "passed"],
        ]
        .map(|row| row.map(String::from))
    );
    let unusable = CheckedAttestation {
        outcome: Outcome::Unusable("no type".into()),
        ..attestation(accepted())
    };
    let found = rows(&[unusable], &policy);
    let row = |name: &str| {
        let found = found.iter().find(|row| row[0] == name);
        found.map(|row| (row[2].as_str(), row[3].as_str())).unwrap()
    };
    assert_eq!(
        row("attested"),
        (
            "in 0 of 1 attestations, 1 of them signed by a trusted key; as none",
            "failed"
        )
    );
    assert_eq!(row("product"), ("none", "not checked"));
    assert_eq!(row("keys"), ("0", "not checked"));
    assert_eq!(row("understood"), ("one:1: no type", "failed"));
}
