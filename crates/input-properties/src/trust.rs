//! Properties of the documents that decide about trust: attestations, statements, policies and keys.

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

/// Attestations that were really signed. Every other input is checked against them.
pub struct Truth {
    /// A file of attestations about `artifact`.
    signed: Vec<u8>,
    /// The keys that signed them.
    keys: Vec<PublicKey>,
    /// The artifact that they are about.
    artifact: Vec<u8>,
}

/// An artifact that nobody has signed anything about.
const OTHER: &[u8] = b"\x7fELF serves";

fn parse(bytes: &[u8]) -> Result<Vec<Signed>, String> {
    envelopes::parse("attestations", bytes, &Limits::default())
}

/// The whole content as text, for comparison.
fn content_of(signed: &Signed) -> String {
    format!("{:?}", signed.content)
}

/// Checks that a file holds attestations, each on a line of its own, and that a claim has outputs.
///
/// # Panics
/// When the property does not hold.
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

/// Checks that the subjects of a statement are names inside a folder, and that a statement of this project is an
/// in-toto statement too. Returns whether it is a statement.
///
/// # Panics
/// When the property does not hold.
pub fn check_statement(bytes: &[u8]) -> bool {
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
        let general = general.as_ref().expect("it is a statement");
        assert_eq!(own.subjects().count(), general.subjects.len());
    }
    check_claim(&SignedContent::Payload {
        payload_type: IN_TOTO.into(),
        payload: bytes.to_vec(),
    });
    general.is_ok()
}

impl Truth {
    /// Takes attestations that were really signed, the keys that signed them, and the artifact.
    ///
    /// # Panics
    /// When a key is not valid, or there are no attestations.
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

    /// Checks that a policy requires at least one builder, and that no option makes it require less.
    /// Returns whether it is a policy.
    ///
    /// # Panics
    /// When the property does not hold.
    pub fn check_policy(&self, bytes: &[u8]) -> bool {
        let read_key = |path: &Path| match path.to_str() {
            Some("one.pub") => Ok(self.keys[0].clone()),
            Some("two.pub") => Ok(self.keys[1].clone()),
            _ => Err(Error::argument("file", "", "there is none")),
        };
        let policy = match Policy::from_toml(Path::new("policy.toml"), bytes, read_key) {
            Ok(policy) => policy,
            Err(error) => {
                assert_eq!(error.to_string().lines().count(), 1, "{error}");
                return false;
            }
        };
        assert!(policy.threshold >= 1 && policy.threshold <= policy.keys.len());
        assert!(!policy.build_types.is_empty());
        assert_eq!(policy.sha256(), Sha256::of(&policy.to_json()));
        let lower = Restrictions {
            threshold: policy.threshold.checked_sub(1),
            ..Restrictions::default()
        };
        assert!(policy.restrict(lower).is_err());
        true
    }

    /// Checks that a public key is the same after it was written and read, and that it verifies only its own
    /// signatures. Checks that a private key belongs to its public key. Returns whether it is a key.
    ///
    /// # Panics
    /// When the property does not hold.
    pub fn check_key(&self, bytes: &[u8]) -> bool {
        let Ok(pem) = std::str::from_utf8(bytes) else {
            return false;
        };
        let (public, private) = (PublicKey::from_pem(pem), PrivateKey::from_pem(pem));
        if let Ok(key) = &public {
            assert_eq!(&PublicKey::from_pem(&key.to_pem()), &public);
            let signed = self.attestations();
            let others = signed.iter().all(|signed| signed.signers([key]).is_empty());
            assert!(others || self.keys.contains(key));
        }
        if let Ok(key) = &private {
            assert!(key.public().verifies(b"message", &key.sign(b"message")));
        }
        public.is_ok() || private.is_ok()
    }

    /// Checks three things: only what the keys have signed counts as signed, an artifact is verified only if enough
    /// keys signed, and no other artifact is verified. Returns whether the input is a file of attestations.
    ///
    /// # Panics
    /// When the property does not hold.
    pub fn check_verification(&self, bytes: &[u8]) -> bool {
        let Ok(attestations) = parse(bytes) else {
            return false;
        };
        let signed = self.attestations();
        let mut real = Vec::new();
        for attestation in &attestations {
            let content = content_of(attestation);
            for key in attestation.signers(&self.keys) {
                let is_real = |one: &&Signed| content_of(one) == content && one.signers([key]) == [key];
                assert!(signed.iter().any(|one| is_real(&one)), "{content}");
                real.push(key.fingerprint());
            }
        }
        real.sort();
        real.dedup();
        for threshold in 1..=self.keys.len() {
            let [artifact, other] = self.verdicts(&attestations, threshold);
            assert!(artifact != VerificationResult::Verified || real.len() >= threshold);
            assert_ne!(other, VerificationResult::Verified);
        }
        true
    }

    /// The verdicts on the artifact and on [`OTHER`], if the keys are trusted.
    fn verdicts(&self, attestations: &[Signed], threshold: usize) -> [VerificationResult; 2] {
        let policy = Policy {
            threshold,
            ..Policy::of_keys(self.keys.clone())
        };
        let artifact = |content: &[u8]| Artifact {
            name: "server".into(),
            size_bytes: content.len() as u64,
            digests: Digests::of(content),
        };
        let mut verifier = Verifier::new(policy, None).expect("there are keys");
        verifier.add(attestations);
        let verification = verifier.decide(vec![artifact(&self.artifact), artifact(OTHER)]);
        let artifacts = verification.expect("there are attestations").artifacts;
        [artifacts[0].verdict(), artifacts[1].verdict()]
    }

    /// Edits what was really signed, and checks the result like [`Truth::check_verification`]. `bytes` are the edits.
    ///
    /// # Panics
    /// When the property does not hold.
    pub fn check_mutation(&self, bytes: &[u8]) {
        let edited = mutated(&self.signed, bytes);
        if edited == self.signed {
            let [artifact, _] = self.verdicts(&self.attestations(), 2);
            assert_eq!(artifact, VerificationResult::Verified);
        }
        self.check_verification(&edited);
    }
}

/// Applies edits of six bytes each: an operation, two places, and a value.
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
            // In base64, this changes the payload or the signature.
            0 => (at..at + 1, vec![BASE64[usize::from(value) % BASE64.len()]]),
            1 => (at..at + 1, vec![value]),
            2 => (
                at..at + 1,
                byte.map(|byte| byte ^ (1 << (value % 8))).into_iter().collect(),
            ),
            3 => (at..end, Vec::new()),
            4 => (at..at, vec![value]),
            5 => (at..at, copied),
            // The copy is as long as what it replaces, so the rest stays in its place.
            _ => (at..(at + copied.len()).min(text.len()), copied),
        };
        if replaced.0.end <= text.len() {
            text.splice(replaced.0, replaced.1);
        }
    }
    text
}
