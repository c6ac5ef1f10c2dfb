//! What must hold for whatever is signed, and for whatever says whom to trust.

use std::path::Path;

use build_attestation::digests::Digests;
use build_attestation::dsse::IN_TOTO;
use build_attestation::envelopes::{self, Signed, SignedContent};
use build_attestation::keys::{PrivateKey, PublicKey};
use build_attestation::policy::{Policy, Restrictions};
use build_attestation::verify::{Artifact, VerificationResult, Verifier};
use build_attestation::{Error, Limits, claim, intoto, statement};
use untrusted_input::InputError as _;
use untrusted_input::digest::Sha256;

/// What was really signed, against which everything else is held.
pub struct Truth {
    /// A file of attestations about `artifact`.
    signed: Vec<u8>,
    /// The keys that signed them.
    keys: Vec<PublicKey>,
    /// What they are about.
    artifact: Vec<u8>,
}

/// What nobody has signed anything about.
const OTHER: &[u8] = b"\x7fELF serves";

fn parse(bytes: &[u8]) -> Result<Vec<Signed>, String> {
    envelopes::parse("attestations", bytes, &Limits::default())
}

/// Text to compare contents by: all of what they say.
fn said(signed: &Signed) -> String {
    format!("{:?}", signed.content)
}

/// A file holds attestations, each on a line of its own; what they claim has outputs.
///
/// # Panics
/// When it is not so.
pub fn check_attestations(bytes: &[u8]) {
    let attestations = match parse(bytes) {
        Ok(attestations) => attestations,
        Err(why) => return assert!(!why.is_empty()),
    };
    assert!(!attestations.is_empty());
    let lines = attestations.windows(2);
    assert!(lines.into_iter().all(|pair| pair[0].origin.line < pair[1].origin.line));
    for signed in attestations {
        check_claim(&signed.content);
    }
}

fn check_claim(content: &SignedContent) {
    match claim::read(content) {
        Ok(claim::Reading::Claim(claim)) => {
            assert!(!claim.outputs.is_empty() && !claim.build_type.is_empty());
        }
        Ok(claim::Reading::Other(what)) => assert!(!what.is_empty()),
        Err(why) => assert!(!why.is_empty()),
    }
}

/// A statement is about something inside a folder, and this project's own are statements for everybody.
///
/// # Panics
/// When it is not so.
pub fn check_statement(bytes: &[u8]) {
    let general = intoto::Statement::from_json(bytes);
    if let Ok(statement) = &general {
        assert!((1..=intoto::MAX_SUBJECTS).contains(&statement.subjects.len()));
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
    if let Ok(own) = statement::RebuildStatement::from_json(bytes) {
        let general = general.expect("it is a statement");
        assert_eq!(own.subjects().count(), general.subjects.len());
    }
    check_claim(&SignedContent::Payload {
        payload_type: IN_TOTO.into(),
        payload: bytes.to_vec(),
    });
}

impl Truth {
    /// Attestations that were really signed, the keys that signed them, and what they are about.
    ///
    /// # Panics
    /// When a key is none, or there are no attestations.
    pub fn new(signed: &[u8], keys: [&str; 3], artifact: &[u8]) -> Self {
        let key = |pem: &str| PublicKey::from_pem(pem).expect("it is a key");
        let truth = Self {
            signed: signed.to_vec(),
            keys: keys.into_iter().map(key).collect(),
            artifact: artifact.to_vec(),
        };
        assert!(!truth.attestations().is_empty());
        truth
    }

    fn attestations(&self) -> Vec<Signed> {
        parse(&self.signed).expect("they were really signed")
    }

    /// A policy requires something of somebody, and no option can make it require less.
    ///
    /// # Panics
    /// When it is not so.
    pub fn check_policy(&self, bytes: &[u8]) {
        let read_key = |path: &Path| match path.to_str() {
            Some("one.pub") => Ok(self.keys[0].clone()),
            Some("two.pub") => Ok(self.keys[1].clone()),
            _ => Err(Error::argument("file", "", "there is none")),
        };
        let Ok(policy) = Policy::from_toml(Path::new("policy.toml"), bytes, read_key) else {
            return;
        };
        assert!(policy.threshold >= 1 && policy.threshold <= policy.keys.len());
        assert!(!policy.build_types.is_empty());
        assert_eq!(policy.sha256(), Sha256::of(&policy.to_json()));
        let lower = Restrictions {
            threshold: policy.threshold.checked_sub(1),
            ..Restrictions::default()
        };
        assert!(policy.restrict(lower).is_err());
    }

    /// A key is one that can be written and read again, and that did not sign what others have.
    ///
    /// # Panics
    /// When it is not so.
    pub fn check_key(&self, bytes: &[u8]) {
        let Ok(pem) = std::str::from_utf8(bytes) else {
            return;
        };
        if let Ok(key) = PublicKey::from_pem(pem) {
            assert_eq!(PublicKey::from_pem(&key.to_pem()), Ok(key.clone()));
            let signed = self.attestations();
            let others = signed.iter().all(|signed| signed.signers([&key]).is_empty());
            assert!(others || self.keys.contains(&key));
        }
        if let Ok(key) = PrivateKey::from_pem(pem) {
            assert!(key.public().verifies(b"message", &key.sign(b"message")));
        }
    }

    /// Only what the keys have signed is taken for signed, nothing is verified without as much of it as is required, and nothing
    /// but what it is about.
    ///
    /// # Panics
    /// When it is not so.
    pub fn check_verification(&self, bytes: &[u8]) {
        let Ok(attestations) = parse(bytes) else {
            return;
        };
        let signed = self.attestations();
        let mut real = Vec::new();
        for attestation in &attestations {
            let said_here = said(attestation);
            for key in attestation.signers(&self.keys) {
                let is_real = |one: &&Signed| said(one) == said_here && one.signers([key]) == [key];
                assert!(signed.iter().any(|one| is_real(&one)), "{said_here}");
                real.push(key.fingerprint());
            }
        }
        real.sort();
        real.dedup();
        for threshold in 1..=self.keys.len() {
            let verdict = |content| self.verdict(content, &attestations, threshold);
            assert!(verdict(&self.artifact) != VerificationResult::Verified || real.len() >= threshold);
            assert_ne!(verdict(OTHER), VerificationResult::Verified);
        }
    }

    /// What becomes of an artifact, where these keys are believed.
    fn verdict(&self, content: &[u8], attestations: &[Signed], threshold: usize) -> VerificationResult {
        let policy = Policy {
            threshold,
            ..Policy::of_keys(self.keys.clone())
        };
        let artifact = Artifact {
            name: "server".into(),
            size_bytes: content.len() as u64,
            digests: Digests::of(content),
        };
        let mut verifier = Verifier::new(policy, None).expect("there are keys");
        verifier.add(attestations);
        let verification = verifier.decide(vec![artifact]);
        verification.expect("there are attestations").verdict()
    }

    /// As [`Truth::check_verification`], of what was really signed after the edits that `bytes` say.
    ///
    /// # Panics
    /// When it is not so.
    pub fn check_mutation(&self, bytes: &[u8]) {
        let edited = mutated(&self.signed, bytes);
        if edited == self.signed {
            let attestations = self.attestations();
            assert_eq!(
                self.verdict(&self.artifact, &attestations, 2),
                VerificationResult::Verified
            );
        }
        self.check_verification(&edited);
    }
}

/// Applies edits of six bytes each: what to do, two places, and a value.
fn mutated(signed: &[u8], edits: &[u8]) -> Vec<u8> {
    const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const LONGEST: usize = 64;
    let mut text = signed.to_vec();
    for edit in edits.chunks_exact(6).take(8) {
        let place = |low: u8, high: u8| usize::from(u16::from_le_bytes([low, high])) % text.len().max(1);
        let (at, other, value) = (place(edit[1], edit[2]), place(edit[3], edit[4]), edit[5]);
        let end = (at + usize::from(value) % LONGEST).min(text.len());
        let other_end = (other + usize::from(value) % LONGEST).min(text.len());
        let (byte, copied) = (text.get(at).copied(), text[other..other_end].to_vec());
        let replaced = match edit[0] % 7 {
            // In what is base64, this is another payload or signature.
            0 => (at..at + 1, vec![BASE64[usize::from(value) % BASE64.len()]]),
            1 => (at..at + 1, vec![value]),
            2 => (
                at..at + 1,
                byte.map(|byte| byte ^ (1 << (value % 8))).into_iter().collect(),
            ),
            3 => (at..end, Vec::new()),
            4 => (at..at, vec![value]),
            5 => (at..at, copied),
            // As long as what it replaces, so that the rest stays in its place.
            _ => (at..(at + copied.len()).min(text.len()), copied),
        };
        if replaced.0.end <= text.len() {
            text.splice(replaced.0, replaced.1);
        }
    }
    text
}
