//! What must hold for whatever is signed, and for whatever says whom to trust.

use std::path::Path;

use rebuild_verifier::Error;
use rebuild_verifier::claim;
use rebuild_verifier::digest::{Digests, Sha256};
use rebuild_verifier::dsse::IN_TOTO;
use rebuild_verifier::envelopes::{self, Content, Signed};
use rebuild_verifier::input::Limits;
use rebuild_verifier::keys::{PrivateKey, PublicKey};
use rebuild_verifier::policy::{Narrowing, Policy};
use rebuild_verifier::verify::{Artifact, Verdict, Verifier};
use rebuild_verifier::{intoto, statement};

/// What was really signed: two statements and a link about [`ARTIFACT`], and the keys that signed them.
const SIGNED: &[u8] = include_bytes!("../../tests/seeds/verify/all");
const KEYS: [&str; 3] = [
    include_str!("../../tests/seeds/keys/one"),
    include_str!("../../tests/seeds/keys/two"),
    include_str!("../../tests/seeds/keys/link"),
];
const ARTIFACT: &[u8] = b"\x7fELF server";

fn keys() -> Vec<PublicKey> {
    let key = |pem: &str| PublicKey::from_pem(pem).expect("the seeds are valid");
    KEYS.into_iter().map(key).collect()
}

fn parse(bytes: &[u8]) -> Result<Vec<Signed>, String> {
    envelopes::parse("attestations", bytes, &Limits::default())
}

/// Text to compare contents by: all of what they say.
fn said(signed: &Signed) -> String {
    format!("{:?}", signed.content)
}

/// A file holds attestations, each on a line of its own; what they claim has outputs.
pub fn check_attestations(bytes: &[u8]) {
    let attestations = match parse(bytes) {
        Ok(attestations) => attestations,
        Err(why) => return assert!(!why.is_empty()),
    };
    assert!(!attestations.is_empty());
    let lines = attestations.windows(2);
    assert!(
        lines
            .into_iter()
            .all(|pair| pair[0].origin.line < pair[1].origin.line)
    );
    for signed in attestations {
        check_claim(&signed.content);
    }
}

fn check_claim(content: &Content) {
    match claim::read(content) {
        Ok(claim::Reading::Claim(claim)) => {
            assert!(!claim.outputs.is_empty() && !claim.build_type.is_empty());
        }
        Ok(claim::Reading::Other(what)) => assert!(!what.is_empty()),
        Err(why) => assert!(!why.is_empty()),
    }
}

/// A statement is about something inside a folder, and this project's own are statements for everybody.
pub fn check_statement(bytes: &[u8]) {
    let general = intoto::Statement::from_json(bytes);
    if let Ok(statement) = &general {
        assert!((1..=statement::MAX_SUBJECTS).contains(&statement.subjects.len()));
        for name in statement.subjects.iter().filter_map(|it| it.name.as_ref()) {
            let path = Path::new(name);
            let leaves = |part| !matches!(part, std::path::Component::Normal(_));
            assert!(
                !path
                    .components()
                    .filter(|part| part != &std::path::Component::CurDir)
                    .any(leaves)
            );
        }
    }
    if let Ok(own) = statement::Statement::from_json(bytes) {
        let general = general.expect("it is a statement");
        assert_eq!(own.subjects().count(), general.subjects.len());
    }
    check_claim(&Content::Payload(IN_TOTO.into(), bytes.to_vec()));
}

/// A policy requires something of somebody, and no option can make it require less.
pub fn check_policy(bytes: &[u8]) {
    let keys = keys();
    let read_key = |path: &Path| match path.to_str() {
        Some("one.pub") => Ok(keys[0].clone()),
        Some("two.pub") => Ok(keys[1].clone()),
        _ => Err(Error::Argument {
            argument: "file",
            value: String::new(),
            why: "there is none",
        }),
    };
    let Ok(policy) = Policy::from_toml(Path::new("policy.toml"), bytes, read_key) else {
        return;
    };
    assert!(policy.threshold >= 1 && policy.threshold <= policy.keys.len());
    assert!(!policy.build_types.is_empty());
    assert_eq!(policy.sha256(), Sha256::of(&policy.to_json()));
    let lower = Narrowing {
        threshold: policy.threshold.checked_sub(1),
        ..Narrowing::default()
    };
    assert!(policy.narrow(lower).is_err());
}

/// A key is one that can be written and read again, and that did not sign what others have.
pub fn check_key(bytes: &[u8]) {
    let Ok(pem) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(key) = PublicKey::from_pem(pem) {
        assert_eq!(PublicKey::from_pem(&key.to_pem()), Ok(key.clone()));
        let signed = parse(SIGNED).expect("the seeds are valid");
        let others = signed
            .iter()
            .all(|signed| signed.signers([&key]).is_empty());
        assert!(others || keys().contains(&key));
    }
    if let Ok(key) = PrivateKey::from_pem(pem) {
        assert!(key.public().verifies(b"message", &key.sign(b"message")));
    }
}

/// Only what the keys have signed is taken for signed, and nothing is verified without as much of it as is required.
pub fn check_verification(bytes: &[u8]) {
    let Ok(attestations) = parse(bytes) else {
        return;
    };
    let signed = parse(SIGNED).expect("the seeds are valid");
    let keys = keys();
    let mut real = Vec::new();
    for attestation in &attestations {
        let said_here = said(attestation);
        for key in attestation.signers(&keys) {
            let is_real = |one: &&Signed| said(one) == said_here && one.signers([key]) == [key];
            assert!(signed.iter().any(|one| is_real(&one)), "{said_here}");
            real.push(key.fingerprint());
        }
    }
    real.sort();
    real.dedup();
    for threshold in 1..=keys.len() {
        let policy = Policy {
            threshold,
            ..Policy::of_keys(keys.clone())
        };
        let artifact = Artifact {
            name: "server".into(),
            measured: Measured {
                size_bytes: ARTIFACT.len() as u64,
                sha256: Sha256::of(ARTIFACT),
            },
        };
        let verification = verify(vec![artifact], &attestations, policy, None);
        let verdict = verification.expect("there is all that is needed").verdict();
        assert!(verdict != Verdict::Verified || real.len() >= threshold);
    }
}
