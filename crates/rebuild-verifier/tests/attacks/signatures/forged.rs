//! Signatures, and forged bytes in their place.

use sample_files::macho::MachO;
use sample_files::pe::{Pe, signed_data};

pub(super) const CERTIFICATE: &[u8] = b"by whom";
/// The offset of the command of `__LINKEDIT` in the sample.
pub(super) const LINKEDIT: usize = 32 + 152;

/// The bytes with one changed. A negative `at` counts from the end.
pub(super) fn spoil(bytes: &[u8], at: isize, byte: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = if at < 0 {
        bytes.len().checked_add_signed(at).unwrap()
    } else {
        at as usize
    };
    assert_ne!(bytes[at], byte);
    bytes[at] = byte;
    bytes
}

pub(super) fn cut(bytes: &[u8], by: usize) -> Vec<u8> {
    bytes[..bytes.len() - by].to_vec()
}

/// An entry of a certificate table.
pub(super) fn entry(revision: u16, kind: u16, bytes: &[u8]) -> Vec<u8> {
    let length = 8 + bytes.len();
    let head = [
        &(length as u32).to_le_bytes()[..],
        &revision.to_le_bytes(),
        &kind.to_le_bytes(),
    ];
    let mut entry = [&head.concat(), bytes].concat();
    entry.resize(length.next_multiple_of(8), 0);
    entry
}

/// A certificate table with one entry.
pub(super) fn table(content: &[u8]) -> Vec<u8> {
    entry(0x200, 2, &signed_data(content))
}

/// A certificate table with one entry, whose length includes the padding.
pub(super) fn padded(content: &[u8]) -> Vec<u8> {
    let table = table(content);
    assert_ne!(table[0] as usize, table.len());
    spoil(&table, 0, table.len() as u8)
}

/// `SignedData`, followed by another value in the outermost one.
pub(super) fn followed() -> Vec<u8> {
    let mut bytes = [signed_data(CERTIFICATE), b"\x04\x01x".to_vec()].concat();
    bytes[1] += 3;
    bytes
}

/// `SignedData` whose outermost length has two bytes and needs one.
pub(super) fn long_form() -> Vec<u8> {
    let mut bytes = signed_data(CERTIFICATE);
    bytes.insert(1, 0x81);
    bytes
}

/// `SignedData` in BER with indefinite lengths.
pub(super) fn indefinite(content: &[u8]) -> Vec<u8> {
    let head = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x04";
    [head, &[content.len() as u8][..], content, &[0; 6]].concat()
}

pub(super) fn unsigned_pe() -> Vec<u8> {
    let mut file = Pe::default().bytes();
    file.resize(file.len().next_multiple_of(8), 0);
    file
}

pub(super) fn directory(mut file: Vec<u8>, at: usize, length: usize) -> Vec<u8> {
    let entry = 0x84 + 20 + 112 + 8 * 4;
    file[entry..entry + 4].copy_from_slice(&(at as u32).to_le_bytes());
    file[entry + 4..entry + 8].copy_from_slice(&(length as u32).to_le_bytes());
    file
}

pub(super) fn checksum(mut file: Vec<u8>, checksum: u32) -> Vec<u8> {
    file[0x84 + 20 + 64..][..4].copy_from_slice(&checksum.to_le_bytes());
    file
}

pub(super) fn sign_pe(table: &[u8]) -> Vec<u8> {
    let file = unsigned_pe();
    let at = file.len();
    [&directory(file, at, table.len()), table].concat()
}

pub(super) fn sign_pe_after(payload: &[u8]) -> Vec<u8> {
    let file = [&unsigned_pe(), payload].concat();
    let (at, table) = (file.len(), table(CERTIFICATE));
    [directory(file, at, table.len()), table].concat()
}

/// A PE file whose certificate table begins where its sections do. Without the table it would have no program.
pub(super) fn swallowed_pe(text: u8) -> Vec<u8> {
    let pe = Pe {
        text: vec![text; 100],
        ..Pe::default()
    };
    let file = pe.bytes();
    let length = file.len() - 0x200;
    let mut file = directory(file, 0x200, length);
    file[0x200..0x204].copy_from_slice(&(length as u32).to_le_bytes());
    file
}

/// A PE file whose debug record reaches into the certificate table.
pub(super) fn debug_behind(file: &[u8]) -> Vec<u8> {
    let entry = file.windows(4).position(|it| it == b"RSDS").unwrap() - 28;
    spoil(file, entry as isize + 17, 9)
}

/// A PE file whose symbol table begins in the certificate.
pub(super) fn symbols_in(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let at = file.len() - 8;
    file[0x84 + 8..][..4].copy_from_slice(&(at as u32).to_le_bytes());
    file
}

pub(super) fn image(signature: Option<(&'static str, [u8; 32])>) -> MachO {
    MachO {
        signature,
        ..MachO::default()
    }
}

pub(super) fn signed() -> MachO {
    image(Some(("server", [0; 32])))
}

pub(super) fn text(text: u8) -> MachO {
    MachO {
        text: vec![text; 80],
        ..image(None)
    }
}

/// The image with these bytes in place of its signature. All sizes are right.
pub(super) fn with_signature(before: &[u8], blob: &[u8]) -> Vec<u8> {
    let mut file = [before, blob].concat();
    let linked_at = u64::from_le_bytes(file[LINKEDIT + 40..][..8].try_into().unwrap());
    let linked = file.len() as u64 - linked_at;
    file[LINKEDIT + 48..][..8].copy_from_slice(&linked.to_le_bytes());
    file[LINKEDIT + 32..][..8].copy_from_slice(&linked.next_multiple_of(0x4000).to_le_bytes());
    let command = LINKEDIT + 72 + 24 + 24 + 24 + 56;
    file[command + 12..][..4].copy_from_slice(&(blob.len() as u32).to_le_bytes());
    seal(&mut file, before.len());
    file
}

/// Writes the digest of the page into the code directory, if it has a slot for it.
pub(super) fn seal(file: &mut [u8], at: usize) {
    let digest: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&file[..at]).into();
    let old: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&signed().sealed()[..at]).into();
    if let Some(place) = file.windows(32).position(|it| it == old) {
        file[place..place + 32].copy_from_slice(&digest);
    }
}

pub(super) fn big(number: usize) -> [u8; 4] {
    (number as u32).to_be_bytes()
}

pub(super) fn super_blob(blobs: &[(usize, Vec<u8>)]) -> Vec<u8> {
    let (mut list, mut content) = (Vec::new(), Vec::new());
    let begin = 12 + 8 * blobs.len();
    for (slot, blob) in blobs {
        list.extend([big(*slot), big(begin + content.len())].concat());
        content.extend(blob);
    }
    let head = [big(0xfade_0cc0), big(begin + content.len()), big(blobs.len())].concat();
    [head, list, content].concat()
}

pub(super) fn blob(magic: usize, content: &[u8]) -> Vec<u8> {
    [&[big(magic), big(8 + content.len())].concat(), content].concat()
}

/// The signature with additional blobs.
pub(super) fn with_blobs(signature: &[u8], more: &[(usize, usize, &[u8])]) -> Vec<u8> {
    let mut blobs = vec![(0, signature[20..].to_vec())];
    blobs.extend(more.iter().map(|(slot, magic, content)| (*slot, blob(*magic, content))));
    super_blob(&blobs)
}

pub(super) fn alone(slot: usize, magic: usize, content: &[u8]) -> Vec<u8> {
    super_blob(&[(slot, blob(magic, content))])
}

/// The signature with `by` additional bytes between its index and its code directory.
pub(super) fn moved(signature: &[u8], by: usize, byte: u8) -> Vec<u8> {
    let mut moved = signature.to_vec();
    moved.splice(20..20, vec![byte; by]);
    moved[7] += by as u8;
    moved[19] += by as u8;
    moved
}

/// The signature whose code directory is in two slots.
pub(super) fn twice(signature: &[u8]) -> Vec<u8> {
    let mut twice = super_blob(&[(0, signature[20..].to_vec()), (0x1000, Vec::new())]);
    twice[20 + 7] = 28;
    twice
}

/// An image whose signature begins before its symbol table, by its load command.
pub(super) fn swallowed_image() -> Vec<u8> {
    let mut file = signed().sealed();
    let command = LINKEDIT + 72 + 24 + 24 + 24 + 56;
    file[command + 8..][..4].copy_from_slice(&0x250_u32.to_le_bytes());
    let length = file.len() as u32 - 0x250;
    file[command + 12..][..4].copy_from_slice(&length.to_le_bytes());
    file
}

/// An image with two segments called `__LINKEDIT`.
pub(super) fn two_linkedits() -> Vec<u8> {
    let mut file = signed().sealed();
    file[32 + 8..][..10].copy_from_slice(b"__LINKEDIT");
    file
}

/// An image with a changed byte, sealed again.
pub(super) fn spoil_and_seal(at: isize) -> Vec<u8> {
    let before = signed().signature_at();
    let mut file = spoil(&signed().sealed(), at, 7);
    seal(&mut file, before);
    file
}

/// A universal file whose images lie 256 bytes later.
pub(super) fn apart(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    file.splice(0x100..0x100, vec![0; 0x100]);
    file[8 + 10] += 1;
    file
}
