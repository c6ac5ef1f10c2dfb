//! Samples with and without a signature, and the structure of their normal form.

use sample_files::macho::{MachO, universal, universal_of};
use sample_files::pe::Pe;

use super::*;

const CERTIFICATE: Option<&[u8]> = Some(b"by whom");
/// Offset of the load command of `__LINKEDIT` in a sample.
const LINKEDIT: usize = 32 + 152;

fn pe_file(text: u8, certificate: Option<&'static [u8]>) -> Vec<u8> {
    let pe = Pe {
        text: vec![text; 100],
        certificate,
        ..Pe::default()
    };
    let mut file = pe.bytes();
    file.resize(file.len().next_multiple_of(8), 0);
    file
}

fn image(text: u8, signature: Option<(&'static str, [u8; 32])>) -> MachO {
    MachO {
        text: vec![text; 80],
        signature,
        ..MachO::default()
    }
}

fn signed(text: u8) -> MachO {
    image(text, Some(("server", [0; 32])))
}

fn bare(text: u8) -> MachO {
    image(text, None)
}

/// The common digest, or the error message.
fn common(original: &[u8], rebuilt: &[u8]) -> Result<Option<Sha256>, String> {
    let content = |bytes: &[u8]| Content::memory(bytes.to_vec());
    common_digest(&content(original), &content(rebuilt)).map_err(|error| error.to_string())
}

/// A piece of a normal form.
fn piece(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u64).to_be_bytes(), bytes].concat()
}

/// An image's normal form: padded to the alignment of signatures, `__LINKEDIT` extended to the end, and its size in
/// memory zeroed.
fn normal(image: &MachO) -> Vec<u8> {
    let mut file = image.bytes();
    file.resize(file.len().next_multiple_of(16), 0);
    let linked_at = u64::from_le_bytes(file[LINKEDIT + 40..][..8].try_into().unwrap());
    let linked = file.len() as u64 - linked_at;
    file[LINKEDIT + 32..][..8].fill(0);
    file[LINKEDIT + 48..][..8].copy_from_slice(&linked.to_le_bytes());
    file
}

#[test]
fn the_digest_is_of_pieces_each_with_its_length_before_it() {
    let (one, two) = (bare(1), bare(2));
    let entries = universal_of(&[normal(&one), normal(&two)]);
    for (what, original, rebuilt, pieces) in [
        (
            "PE",
            pe_file(1, None),
            pe_file(1, CERTIFICATE),
            vec![b"PE".to_vec(), pe_file(1, None)],
        ),
        (
            "Mach-O",
            one.sealed(),
            signed(1).sealed(),
            vec![b"Mach-O".to_vec(), normal(&one)],
        ),
        (
            "universal",
            universal(&[bare(1), bare(2)]),
            universal(&[bare(1), signed(2)]),
            vec![
                b"universal Mach-O".to_vec(),
                entries[..8].to_vec(),
                entries[8..16].to_vec(),
                entries[24..28].to_vec(),
                normal(&one),
                entries[28..36].to_vec(),
                entries[44..48].to_vec(),
                normal(&two),
            ],
        ),
    ] {
        let domain = b"samebits contents without signatures, version 2".to_vec();
        let form: Vec<_> = [domain]
            .into_iter()
            .chain(pieces)
            .flat_map(|bytes| piece(&bytes))
            .collect();
        let expected = Ok(Some(Sha256::of(&form)));
        assert_eq!(common(&original, &rebuilt), expected, "{what}");
        assert_eq!(common(&rebuilt, &original), expected, "{what}");
        assert_eq!(common(&rebuilt, &rebuilt), expected, "{what}");
    }
}

#[test]
fn contents_have_no_common_digest_unless_one_is_signed_and_the_rest_is_the_same() {
    let wide = universal_of(&[bare(1).sealed(), bare(1).sealed()]);
    for (what, original, rebuilt) in [
        ("no PE is signed", pe_file(1, None), pe_file(1, None)),
        ("no image is signed", bare(1).sealed(), bare(1).sealed()),
        ("no image in a file is signed", wide.clone(), wide),
        ("PE of other code", pe_file(1, CERTIFICATE), pe_file(2, None)),
        ("image of other code", signed(1).sealed(), bare(2).sealed()),
        (
            "image of other code in a file",
            universal(&[signed(1), bare(2)]),
            universal(&[bare(1), bare(3)]),
        ),
        (
            "images in another order",
            universal(&[signed(1), bare(2)]),
            universal(&[bare(2), signed(1)]),
        ),
        ("another format", pe_file(1, CERTIFICATE), signed(1).sealed()),
        (
            "a file of one image, and the image",
            universal(&[signed(1)]),
            signed(1).sealed(),
        ),
        ("text", b"text".to_vec(), b"text".to_vec()),
        (
            "one that cannot be read",
            pe_file(1, CERTIFICATE)[..0x100].to_vec(),
            pe_file(1, CERTIFICATE),
        ),
    ] {
        assert_eq!(common(&original, &rebuilt), Ok(None), "{what}");
        assert_eq!(common(&rebuilt, &original), Ok(None), "{what}");
    }
}

/// The bytes with one of them changed.
fn spoiled(mut bytes: Vec<u8>, at: usize, byte: u8) -> Vec<u8> {
    assert_ne!(bytes[at], byte);
    bytes[at] = byte;
    bytes
}

#[test]
fn nothing_is_decided_by_a_signature_that_is_not_well_formed() {
    let two = || universal(&[signed(1), bare(2)]);
    let mut apart = two();
    apart.splice(0x100..0x100, [0; 0x100]);
    apart[8 + 10] += 1;
    apart[28 + 10] += 1;
    for (what, original, rebuilt, reason) in [
        (
            "PE",
            pe_file(1, None),
            spoiled(pe_file(1, CERTIFICATE), pe_file(1, None).len() + 4, 9),
            "a certificate is of an unknown kind",
        ),
        (
            "image",
            bare(1).sealed(),
            [signed(1).sealed(), b"more".to_vec()].concat(),
            "__LINKEDIT is not what ends it",
        ),
        (
            "something between the images",
            two(),
            spoiled(two(), 0xf0, 1),
            "its images overlap, or something lies between them",
        ),
        (
            "images farther apart than they need be",
            two(),
            apart,
            "its images overlap, or something lies between them",
        ),
        (
            "something behind the last image",
            two(),
            [two(), b"more".to_vec()].concat(),
            "something follows its last image, or it is cut off",
        ),
    ] {
        let reason = format!("signed executable: {reason}; compare with --level bits, which leaves nothing out");
        for (one, other) in [(&original, &rebuilt), (&rebuilt, &original)] {
            let why = common(one, other).unwrap_err();
            assert!(why.ends_with(&reason), "{what}: {why}");
        }
    }
}

#[test]
fn the_form_of_a_file_takes_patches_in_their_order_and_within_its_end() {
    let content = Content::memory(b"0123456789".to_vec());
    let form = |end, patches: &[(std::ops::Range<u64>, &[u8])], length| {
        let patch = |(range, bytes): &(std::ops::Range<u64>, &[u8])| Patch {
            range: range.clone(),
            bytes: bytes.to_vec(),
        };
        let without = NormalForm {
            end,
            patches: patches.iter().map(patch).collect(),
            padded_bytes: length,
        };
        let mut form = Form::default();
        form.file(&content, without).map(|()| Sha256::from(form.0))
    };
    for (end, patches, length, bytes) in [
        (10, &[][..], 10, &b"0123456789"[..]),
        (8, &[], 12, b"01234567\0\0\0\0"),
        (8, &[(2..4, &b"ab"[..])], 8, b"01ab4567"),
        (8, &[(2..4, b"ab"), (4..6, b"cd")], 8, b"01abcd67"),
        (8, &[(0..1, b"a"), (6..8, b"cd")], 8, b"a12345cd"),
    ] {
        let digest = form(end, patches, length).unwrap_or_else(|_| panic!("{patches:?}"));
        assert_eq!(digest, Sha256::of(&piece(bytes)), "{patches:?}");
    }
    for patches in [
        &[(2..4, &b"ab"[..]), (3..5, b"cd")][..],
        &[(4..6, b"ab"), (2..4, b"cd")],
        &[(7..9, b"ab")],
    ] {
        let Err(MapFailure::Malformed(why)) = form(8, patches, 8) else {
            panic!("{patches:?}");
        };
        assert_eq!(why, "its headers overlap");
    }
}
