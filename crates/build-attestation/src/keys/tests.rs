//! Published test vectors, and keys and signatures that must not pass for others.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

const MESSAGE: &[u8] = b"sample";

fn ed25519(seed: u8) -> PrivateKey {
    PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
}

fn p256(seed: u8) -> PrivateKey {
    PrivateKey::P256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
}

/// RFC 8032, section 7.1, test 1.
#[test]
fn ed25519_signs_as_its_specification_says() {
    let mut seed = [0; 32];
    hex::decode_to_slice(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        &mut seed,
    )
    .unwrap();
    let key = PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed));
    assert_eq!(
        hex::encode(key.sign(b"")),
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    );
}

/// RFC 6979, appendix A.2.5, SHA-256, message "sample".
#[test]
fn ecdsa_signs_deterministically_as_its_specification_says() {
    let scalar = hex::decode("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721").unwrap();
    let key = PrivateKey::P256(p256::ecdsa::SigningKey::from_slice(&scalar).unwrap());
    assert_eq!(
        hex::encode(key.sign(MESSAGE)),
        "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
         022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    );
    assert!(key.public().verifies(MESSAGE, &key.sign(MESSAGE)));
}

#[test]
fn only_the_same_key_verifies_only_the_same_message() {
    let keys = [ed25519(1), ed25519(2), p256(1), p256(2)];
    for (one, signer) in keys.iter().enumerate() {
        let signature = signer.sign(MESSAGE);
        assert_eq!(signature, signer.sign(MESSAGE));
        for (other, key) in keys.iter().enumerate() {
            assert_eq!(
                key.public().verifies(MESSAGE, &signature),
                one == other,
                "{signer:?} {key:?}"
            );
            assert!(!key.public().verifies(b"sampl", &signature));
        }
        for bad in [
            &signature[1..],
            &signature[..signature.len() - 1],
            &[],
            &[0; 64],
            &[&signature[..], b"\0"].concat(),
        ] {
            assert!(!signer.public().verifies(MESSAGE, bad));
        }
        for at in 0..signature.len() {
            let mut flipped = signature.clone();
            flipped[at] ^= 1 << (at % 8);
            assert!(!signer.public().verifies(MESSAGE, &flipped), "{signer:?}: byte {at}");
        }
    }
}

#[test]
fn keys_survive_the_round_trip_through_pem() {
    for key in [ed25519(1), p256(1), PrivateKey::generate().unwrap()] {
        let again = PrivateKey::from_pem(&key.to_pem()).unwrap();
        assert_eq!(again.public(), key.public());
        let public = PublicKey::from_pem(&key.public().to_pem()).unwrap();
        assert_eq!(public, key.public());
        assert!(public.verifies(MESSAGE, &again.sign(MESSAGE)));
        let other_line_ends = public.to_pem().replace('\n', "\r\n");
        assert_eq!(PublicKey::from_pem(&other_line_ends).unwrap(), public);
    }
}

#[test]
fn two_new_keys_are_not_the_same() {
    assert_ne!(
        PrivateKey::generate().unwrap().public(),
        PrivateKey::generate().unwrap().public()
    );
}

/// The expected fingerprints are the output of `ssh-keygen -l`.
#[test]
fn a_key_has_the_name_that_ssh_gives_it() {
    let names = [ed25519(1), p256(1)].map(|key| key.public().fingerprint().to_string());
    assert_eq!(
        names,
        [
            "SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8",
            "SHA256:YFOSdoomjG1xcemA0K3GSPzvPVj4ITkrIJNQ90HNBQA"
        ]
    );
}

#[test]
fn a_key_is_the_same_key_in_each_of_its_encodings() {
    let PrivateKey::P256(key) = p256(1) else { unreachable!() };
    let public = key.verifying_key();
    let compressed = public.to_encoded_point(true);
    // SPKI of a compressed point: the same header with shorter lengths.
    let mut der = hex::decode("3039301306072a8648ce3d020106082a8648ce3d030107032200").unwrap();
    der.extend(compressed.as_bytes());
    let again = PublicKey::from_spki(&der).unwrap();
    assert_eq!(again, PublicKey::P256(*public));
    assert_eq!(again.fingerprint(), p256(1).public().fingerprint());
}

#[test]
fn an_ed25519_key_may_have_the_null_that_rebuilderd_writes_and_no_other_parameter() {
    let key = ed25519(1).public();
    let PublicKey::Ed25519(plain) = key.clone() else {
        unreachable!()
    };
    let point = hex::encode(plain.as_bytes());
    let read = |der: &str| PublicKey::from_spki(&hex::decode(der).unwrap());
    let again = read(&format!("302c300706032b65700500032100{point}")).unwrap();
    assert_eq!(again, key);
    assert_eq!(again.fingerprint(), key.fingerprint());
    for other in [
        // A number, a curve, a NULL that is not empty, unused bits, a byte too few and one too many.
        format!("302d300806032b6570020101032100{point}"),
        format!("3034300f06032b657006082a8648ce3d030107032100{point}"),
        format!("302d300806032b6570050100032100{point}"),
        format!("302a300506032b6570032101{point}"),
        format!("3029300506032b6570032000{}", &point[2..]),
        format!("302b300506032b6570032200{point}00"),
    ] {
        assert!(read(&other).is_err(), "{other}");
    }
}

#[test]
fn a_weak_key_for_which_anybody_can_sign_is_refused() {
    // The neutral element, and a point of order 2.
    for point in [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ] {
        let der = hex::decode(format!("302a300506032b6570032100{point}")).unwrap();
        assert!(PublicKey::from_spki(&der).unwrap_err().contains("weak"), "{point}");
    }
}

#[test]
fn keys_of_other_kinds_are_refused_by_name() {
    // P-384 and RSA, by their algorithm identifiers.
    let p384 = "3015301006072a8648ce3d020106052b81040022030100";
    let rsa = "3014300d06092a864886f70d01010105000303003000";
    for (der, expected) in [(p384, "not P-256"), (rsa, "neither Ed25519 nor ECDSA")] {
        let why = PublicKey::from_spki(&hex::decode(der).unwrap()).unwrap_err();
        assert!(why.contains(expected), "{why}");
    }
}

#[test]
fn a_public_key_file_is_one_whole_key_and_nothing_else() {
    let pem = ed25519(1).public().to_pem();
    let private = ed25519(1).to_pem().to_string();
    let cut = &pem[..pem.len() - 30];
    for (bad, expected) in [
        (String::new(), "no \"PUBLIC KEY\""),
        ("text".into(), "no \"PUBLIC KEY\""),
        (format!("{pem}{pem}"), "2 PEM blocks"),
        (format!("# my key\n{pem}"), "text before"),
        (format!("{pem}trailing"), ""),
        (cut.into(), ""),
        (private, "holds a \"PRIVATE KEY\""),
        (pem.replace("MCow", "MCox"), ""),
    ] {
        let why = PublicKey::from_pem(&bad).unwrap_err();
        assert!(why.contains(expected), "{bad}: {why}");
        assert!(!why.is_empty());
    }
}

#[test]
fn a_private_key_that_others_can_read_or_that_is_of_another_form_is_refused_with_its_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let pem = ed25519(1).to_pem().to_string();
    let relabelled = |label: &str| pem.replace("PRIVATE KEY", label);
    for (text, mode, expected) in [
        (pem.clone(), 0o600, ""),
        (pem.clone(), 0o400, ""),
        (pem.clone(), 0o640, "chmod 600"),
        (pem.clone(), 0o604, "chmod 600"),
        (relabelled("ENCRYPTED PRIVATE KEY"), 0o600, "openssl pkcs8 -in"),
        (relabelled("EC PRIVATE KEY"), 0o600, "openssl pkcs8 -topk8"),
        (relabelled("OPENSSH PRIVATE KEY"), 0o600, "rebuild-verifier keygen"),
        (relabelled("RSA PRIVATE KEY"), 0o600, "PKCS#8"),
        (ed25519(1).public().to_pem(), 0o600, "give the private key"),
        (pem.replace("MC4C", "MC4D"), 0o600, "PKCS#8"),
    ] {
        fs::write(&path, &text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        match PrivateKey::read(&path) {
            Ok(key) => {
                assert_eq!(expected, "");
                assert_eq!(key.public(), ed25519(1).public());
            }
            Err(error) => {
                let error = error.to_string();
                assert!(!expected.is_empty() && error.contains(expected), "{error}");
                assert!(!error.contains("AQEBAQEB"), "part of the key is in {error}");
            }
        }
        fs::remove_file(&path).unwrap();
    }
}
