//! Bytes that pass for a code signature and are none.

use super::{Attack, all_fail, attack};
use crate::fixtures::macho::{MachO, universal};
use crate::fixtures::pe::{Pe, signed_data, with_checksum};
use crate::util::{Folder, Output};

const SAME: &str = "identical without signatures";
const NOT_LAST: &str = "is not what ends it";
const WINDOWS: &str = "CVE-2013-3900";
const JANUS: &str = "CVE-2017-13156";

const ATTACKS: &[Attack] = &[
    // PE: the table.
    attack("a PE file is signed", "", 0, SAME, |exit| {
        pe(exit, &table(CERTIFICATE))
    }),
    attack(
        "a PE file is signed by two certificates",
        "",
        0,
        SAME,
        |exit| pe(exit, &[table(CERTIFICATE), table(b"more")].concat()),
    ),
    attack(
        "a certificate's length counts what pads it",
        "",
        0,
        SAME,
        |exit| pe(exit, &padded(CERTIFICATE)),
    ),
    attack("a signing tool writes the checksum", "", 0, SAME, |exit| {
        compare(
            exit,
            &unsigned_pe(),
            &with_checksum(sign_pe(&table(CERTIFICATE))),
        )
    }),
    attack(
        "bytes stand after the signature, counted in its length",
        WINDOWS,
        2,
        "lies between",
        |exit| {
            pe(
                exit,
                &entry(0x200, 2, &[signed_data(CERTIFICATE), vec![7; 8]].concat()),
            )
        },
    ),
    attack(
        "zeros and then bytes stand after the signature",
        WINDOWS,
        2,
        "lies between",
        |exit| {
            pe(
                exit,
                &entry(
                    0x200,
                    2,
                    &[signed_data(CERTIFICATE), vec![0; 6], vec![7; 8]].concat(),
                ),
            )
        },
    ),
    attack(
        "more zeros than padding takes stand after the signature",
        WINDOWS,
        2,
        "lies between",
        |exit| {
            pe(
                exit,
                &entry(0x200, 2, &[signed_data(CERTIFICATE), vec![0; 8]].concat()),
            )
        },
    ),
    attack(
        "bytes stand in the padding after a certificate",
        WINDOWS,
        2,
        "lies between",
        |exit| pe(exit, &spoil(&table(CERTIFICATE), -1, 7)),
    ),
    attack(
        "any bytes stand in the place of a certificate",
        WINDOWS,
        2,
        "not well-formed",
        |exit| pe(exit, &entry(0x200, 2, b"any bytes")),
    ),
    attack(
        "a value that is no SignedData stands in the place of a certificate",
        WINDOWS,
        2,
        "no CMS",
        |exit| pe(exit, &entry(0x200, 2, b"\x30\x03\x04\x01x")),
    ),
    attack(
        "a value of another kind with the name of SignedData in it",
        WINDOWS,
        2,
        "no CMS",
        |exit| pe(exit, &spoil(&table(CERTIFICATE), 8, 0x31)),
    ),
    attack(
        "something follows SignedData in its outermost value",
        WINDOWS,
        2,
        "no CMS",
        |exit| pe(exit, &entry(0x200, 2, &followed())),
    ),
    attack(
        "a length is written longer than it need be",
        "",
        2,
        "not well-formed",
        |exit| pe(exit, &entry(0x200, 2, &long_form())),
    ),
    attack("a length is left open", "", 2, "not well-formed", |exit| {
        pe(exit, &entry(0x200, 2, &indefinite(b"x")))
    }),
    attack(
        "a value ends beyond the one around it",
        "",
        2,
        "not well-formed",
        |exit| pe(exit, &spoil(&table(CERTIFICATE), 24, 0x7f)),
    ),
    attack(
        "a certificate is of another type",
        "",
        2,
        "kind that is known",
        |exit| pe(exit, &entry(0x200, 1, &signed_data(CERTIFICATE))),
    ),
    attack(
        "a certificate is of another revision",
        "",
        2,
        "kind that is known",
        |exit| pe(exit, &entry(0x300, 2, &signed_data(CERTIFICATE))),
    ),
    attack(
        "a certificate has no bytes",
        "",
        2,
        "no valid length",
        |exit| pe(exit, &entry(0x200, 2, b"")),
    ),
    attack(
        "a certificate is shorter than its header",
        "",
        2,
        "no valid length",
        |exit| pe(exit, &spoil(&table(CERTIFICATE), 0, 4)),
    ),
    attack(
        "a certificate is longer than the table",
        "",
        2,
        "no valid length",
        |exit| pe(exit, &spoil(&table(CERTIFICATE), 1, 4)),
    ),
    attack(
        "an entry of zeros follows the certificate",
        WINDOWS,
        2,
        "no valid length",
        |exit| pe(exit, &[table(CERTIFICATE), vec![0; 8]].concat()),
    ),
    attack(
        "the table is larger than any signature",
        "",
        2,
        "longer than",
        |exit| {
            pe(
                exit,
                &table(CERTIFICATE).repeat((17 << 20) / table(CERTIFICATE).len()),
            )
        },
    ),
    // PE: around the table.
    attack("something follows the table", JANUS, 2, NOT_LAST, |exit| {
        compare(
            exit,
            &unsigned_pe(),
            &[sign_pe(&table(CERTIFICATE)), b"more".to_vec()].concat(),
        )
    }),
    attack("the table is cut off", "", 2, NOT_LAST, |exit| {
        compare(exit, &unsigned_pe(), &cut(&sign_pe(&table(CERTIFICATE)), 8))
    }),
    attack(
        "the table begins where the sections do",
        JANUS,
        2,
        NOT_LAST,
        |exit| compare(exit, &swallowed_pe(1), &swallowed_pe(2)),
    ),
    attack(
        "the table swallows what the debug directory speaks of",
        JANUS,
        2,
        NOT_LAST,
        |exit| {
            compare(
                exit,
                &unsigned_pe(),
                &debug_behind(&sign_pe(&table(CERTIFICATE))),
            )
        },
    ),
    attack(
        "the table swallows the table of symbols",
        JANUS,
        2,
        NOT_LAST,
        |exit| {
            compare(
                exit,
                &unsigned_pe(),
                &symbols_in(&sign_pe(&table(CERTIFICATE))),
            )
        },
    ),
    attack(
        "the directory has a place and no length",
        "",
        2,
        "table is empty",
        |exit| {
            compare(
                exit,
                &sign_pe(&table(CERTIFICATE)),
                &directory(unsigned_pe(), 0x1234_5678, 0),
            )
        },
    ),
    attack(
        "the directory has a length and no place",
        "",
        2,
        "table is empty",
        |exit| {
            compare(
                exit,
                &sign_pe(&table(CERTIFICATE)),
                &directory(unsigned_pe(), 0, 0x1234_5678),
            )
        },
    ),
    attack(
        "the checksum is another number",
        WINDOWS,
        2,
        "CheckSum",
        |exit| {
            compare(
                exit,
                &unsigned_pe(),
                &checksum(sign_pe(&table(CERTIFICATE)), 7),
            )
        },
    ),
    attack(
        "the checksum of the unsigned file is another number",
        "",
        2,
        "CheckSum",
        |exit| {
            compare(
                exit,
                &checksum(unsigned_pe(), 7),
                &sign_pe(&table(CERTIFICATE)),
            )
        },
    ),
    attack(
        "bytes are put before the table",
        JANUS,
        1,
        "different",
        |exit| compare(exit, &unsigned_pe(), &sign_pe_after(b"payload.")),
    ),
    attack(
        "an archive is put before a signed PE file",
        JANUS,
        1,
        "different",
        |exit| {
            compare(
                exit,
                &unsigned_pe(),
                &[b"PK\x03\x04".to_vec(), sign_pe(&table(CERTIFICATE))].concat(),
            )
        },
    ),
    attack(
        "two files that nobody claims are signed differ at their ends",
        JANUS,
        1,
        "different",
        |exit| {
            compare(
                exit,
                &[unsigned_pe(), table(b"one")].concat(),
                &[unsigned_pe(), table(b"two")].concat(),
            )
        },
    ),
    attack(
        "a byte of the program differs under the same signature",
        "",
        1,
        "different",
        |exit| {
            compare(
                exit,
                &sign_pe(&table(CERTIFICATE)),
                &spoil(&sign_pe(&table(CERTIFICATE)), 0x210, 9),
            )
        },
    ),
    // Mach-O: the blobs.
    attack("an image is signed", "", 0, SAME, |exit| {
        macho(exit, |blob| blob)
    }),
    attack(
        "zeros fill the place of the signature, as codesign leaves them",
        "",
        0,
        SAME,
        |exit| macho(exit, |blob| [blob, vec![0; 20_000]].concat()),
    ),
    attack(
        "the code directory begins at a multiple of eight, as lld has it",
        "",
        0,
        SAME,
        |exit| macho(exit, |blob| moved(&blob, 4, 0)),
    ),
    attack(
        "an image has requirements, entitlements and a certificate",
        "",
        0,
        SAME,
        |exit| {
            macho(exit, |blob| {
                with_blobs(
                    &blob,
                    &[
                        (2, 0xfade_0c01, b"\0\0\0\0"),
                        (5, 0xfade_7171, b"<plist/>"),
                        (0x1_0000, 0xfade_0b01, &signed_data(b"by whom")),
                    ],
                )
            })
        },
    ),
    attack(
        "the certificate's signature leaves its lengths open, as codesign does",
        "",
        0,
        SAME,
        |exit| {
            macho(exit, |blob| {
                with_blobs(&blob, &[(0x1_0000, 0xfade_0b01, &indefinite(b"by whom"))])
            })
        },
    ),
    attack(
        "an ad-hoc signature has an empty blob for a certificate",
        "",
        0,
        SAME,
        |exit| {
            macho(exit, |blob| {
                with_blobs(&blob, &[(0x1_0000, 0xfade_0b01, b"")])
            })
        },
    ),
    attack(
        "bytes follow the blobs in their place",
        WINDOWS,
        2,
        "something follows",
        |exit| macho(exit, |blob| [blob, b"payload".to_vec()].concat()),
    ),
    attack(
        "bytes follow after zeros",
        WINDOWS,
        2,
        "something follows",
        |exit| macho(exit, |blob| [blob, vec![0; 4096], vec![7]].concat()),
    ),
    attack(
        "bytes stand between the list of blobs and the first",
        WINDOWS,
        2,
        "lies between",
        |exit| macho(exit, |blob| moved(&blob, 4, 7)),
    ),
    attack(
        "the whole is longer than its place",
        "",
        2,
        "is none",
        |exit| macho(exit, |blob| spoil(&blob, 5, 9)),
    ),
    attack(
        "any bytes stand in the place of the blobs",
        WINDOWS,
        2,
        "is none",
        |exit| macho(exit, |blob| vec![7; blob.len()]),
    ),
    attack(
        "zeros stand in the place of the blobs",
        "",
        2,
        "is none",
        |exit| macho(exit, |blob| vec![0; blob.len()]),
    ),
    attack("there is no blob", "", 2, "is none", |exit| {
        macho(exit, |_| {
            b"\xfa\xde\x0c\xc0\0\0\0\x0c\0\0\0\0\0\0\0\0".to_vec()
        })
    }),
    attack(
        "there are more blobs than are counted",
        "",
        2,
        "lies between",
        |exit| {
            macho(exit, |blob| {
                spoil(&with_blobs(&blob, &[(5, 0xfade_7171, b"hidden")]), 11, 1)
            })
        },
    ),
    attack("there are two million blobs", "", 2, "is none", |exit| {
        macho(exit, |blob| spoil(&blob, 9, 0x20))
    }),
    attack(
        "a blob has a magic that nobody knows",
        WINDOWS,
        2,
        "does not belong",
        |exit| {
            macho(exit, |blob| {
                with_blobs(&blob, &[(5, 0xfade_ffff, b"hidden")])
            })
        },
    ),
    attack(
        "a blob is in a slot that nobody knows",
        WINDOWS,
        2,
        "does not belong",
        |exit| {
            macho(exit, |blob| {
                with_blobs(&blob, &[(0x77, 0xfade_7171, b"hidden")])
            })
        },
    ),
    attack(
        "two blobs are in one slot",
        "",
        2,
        "does not belong",
        |exit| {
            macho(exit, |blob| {
                with_blobs(&blob, &[(5, 0xfade_7171, b"one"), (5, 0xfade_7171, b"two")])
            })
        },
    ),
    attack("two entries lead to one blob", "", 2, "overlap", |exit| {
        macho(exit, |blob| twice(&blob))
    }),
    attack(
        "a blob lies beyond the end of the signature",
        "",
        2,
        "",
        |exit| macho(exit, |blob| spoil(&blob, 17, 9)),
    ),
    attack(
        "a blob is longer than the signature",
        "",
        2,
        "no valid length",
        |exit| macho(exit, |blob| spoil(&blob, 25, 9)),
    ),
    attack(
        "the wrapper of the certificate holds any bytes",
        WINDOWS,
        2,
        "not well-formed",
        |exit| {
            macho(exit, |blob| {
                with_blobs(&blob, &[(0x1_0000, 0xfade_0b01, b"any bytes")])
            })
        },
    ),
    attack(
        "a hundred thousand values lie in one another",
        "CVE-2018-0739",
        2,
        "nested deeper",
        |exit| {
            macho(exit, |blob| {
                with_blobs(
                    &blob,
                    &[(
                        0x1_0000,
                        0xfade_0b01,
                        &[&indefinite(b"")[..15], &b"\x30\x80".repeat(100_000)].concat(),
                    )],
                )
            })
        },
    ),
    attack(
        "bytes follow in the wrapper of the certificate",
        WINDOWS,
        2,
        "something follows",
        |exit| {
            macho(exit, |blob| {
                with_blobs(
                    &blob,
                    &[(
                        0x1_0000,
                        0xfade_0b01,
                        &[signed_data(b"x"), vec![7]].concat(),
                    )],
                )
            })
        },
    ),
    attack(
        "there is a certificate and no code directory",
        "",
        2,
        "no code directory",
        |exit| macho(exit, |_| alone(0x1_0000, 0xfade_0b01, &signed_data(b"x"))),
    ),
    // Mach-O: the code directory.
    attack(
        "a digest of a page is another",
        "",
        2,
        "of another image",
        |exit| macho(exit, |blob| spoil(&blob, -1, 7)),
    ),
    attack(
        "the code directory covers less than the image",
        "",
        2,
        "of another image",
        |exit| macho(exit, |blob| spoil(&blob, 20 + 35, 1)),
    ),
    attack("the code directory has no pages", "", 2, "", |exit| {
        macho(exit, |blob| spoil(&blob, 20 + 31, 0))
    }),
    attack(
        "its pages have two bytes",
        "",
        2,
        "can be checked",
        |exit| macho(exit, |blob| spoil(&blob, 20 + 39, 1)),
    ),
    attack(
        "all of the image is one page",
        "",
        2,
        "can be checked",
        |exit| macho(exit, |blob| spoil(&blob, 20 + 39, 0)),
    ),
    attack(
        "its digests are of a kind that is not checked",
        "",
        2,
        "can be checked",
        |exit| macho(exit, |blob| spoil(&blob, 20 + 37, 9)),
    ),
    attack(
        "its version is not known",
        "",
        2,
        "not well-formed",
        |exit| macho(exit, |blob| spoil(&blob, 20 + 9, 9)),
    ),
    attack(
        "its spare word says something",
        WINDOWS,
        2,
        "not well-formed",
        |exit| macho(exit, |blob| spoil(&blob, 20 + 43, 9)),
    ),
    attack("its identifier does not end", "", 2, "", |exit| {
        macho(exit, |blob| spoil(&blob, 20 + 44 + 6, b'x'))
    }),
    attack(
        "its identifier begins later, after bytes of its own",
        WINDOWS,
        2,
        "lies between",
        |exit| macho(exit, |blob| spoil(&blob, 20 + 23, 46)),
    ),
    attack(
        "its digests begin before it does",
        "",
        2,
        "not well-formed",
        |exit| macho(exit, |blob| spoil(&blob, 20 + 27, 9)),
    ),
    // Mach-O: around the signature.
    attack(
        "something follows the signature",
        JANUS,
        2,
        NOT_LAST,
        |exit| {
            compare(
                exit,
                &image(None).sealed(),
                &[signed().sealed(), b"more".to_vec()].concat(),
            )
        },
    ),
    attack(
        "something follows the unsigned image",
        JANUS,
        2,
        NOT_LAST,
        |exit| {
            compare(
                exit,
                &signed().sealed(),
                &[image(None).sealed(), b"more".to_vec()].concat(),
            )
        },
    ),
    attack(
        "the signature begins before the table of symbols ends",
        JANUS,
        2,
        NOT_LAST,
        |exit| compare(exit, &image(None).sealed(), &swallowed_image()),
    ),
    attack(
        "the size of __LINKEDIT in memory is another",
        WINDOWS,
        2,
        "does not follow",
        |exit| {
            compare(
                exit,
                &image(None).sealed(),
                &spoil(&signed().sealed(), LINKEDIT as isize + 34, 7),
            )
        },
    ),
    attack(
        "the size of __LINKEDIT is another",
        "",
        2,
        NOT_LAST,
        |exit| {
            compare(
                exit,
                &image(None).sealed(),
                &spoil(&signed().sealed(), LINKEDIT as isize + 50, 7),
            )
        },
    ),
    attack(
        "there are two segments __LINKEDIT",
        "",
        2,
        NOT_LAST,
        |exit| compare(exit, &image(None).sealed(), &two_linkedits()),
    ),
    attack(
        "a byte after the load commands differs",
        "",
        1,
        "different",
        |exit| compare(exit, &image(None).sealed(), &spoil_and_seal(0x1f8)),
    ),
    attack(
        "an archive is put before a signed image",
        JANUS,
        1,
        "different",
        |exit| {
            compare(
                exit,
                &image(None).sealed(),
                &[b"PK\x03\x04".to_vec(), signed().sealed()].concat(),
            )
        },
    ),
    // Mach-O: several images.
    attack(
        "one image of a universal file is signed",
        "",
        0,
        SAME,
        |exit| {
            compare(
                exit,
                &universal(&[image(None), image(None)]),
                &universal(&[signed(), image(None)]),
            )
        },
    ),
    attack(
        "an entry of a universal file has another alignment",
        WINDOWS,
        2,
        "between them",
        |exit| {
            compare(
                exit,
                &universal(&[image(None)]),
                &spoil(&universal(&[signed()]), 27, 6),
            )
        },
    ),
    attack(
        "an entry has an alignment that is none",
        "",
        2,
        "between them",
        |exit| {
            compare(
                exit,
                &universal(&[image(None)]),
                &spoil(&universal(&[signed()]), 27, 200),
            )
        },
    ),
    attack(
        "bytes lie between the images",
        JANUS,
        2,
        "between them",
        |exit| {
            compare(
                exit,
                &universal(&[image(None), image(None)]),
                &spoil(&universal(&[signed(), image(None)]), 0xf0, 7),
            )
        },
    ),
    attack(
        "bytes lie behind the last image",
        JANUS,
        2,
        "follows its last image",
        |exit| {
            compare(
                exit,
                &universal(&[image(None)]),
                &[universal(&[signed()]), b"more".to_vec()].concat(),
            )
        },
    ),
    attack(
        "images are farther apart than they need be",
        "",
        2,
        "between them",
        |exit| {
            compare(
                exit,
                &universal(&[signed()]),
                &apart(&universal(&[image(None)])),
            )
        },
    ),
    attack(
        "what one image ends with is what the other begins with",
        "CVE-2018-10408",
        1,
        "different",
        |exit| {
            compare(
                exit,
                &universal(&[signed(), text(1), text(2)]),
                &universal(&[signed(), text(2), text(1)]),
            )
        },
    ),
    attack(
        "two images of a universal file change places",
        "",
        1,
        "different",
        |exit| {
            compare(
                exit,
                &universal(&[text(1), signed()]),
                &universal(&[signed(), text(1)]),
            )
        },
    ),
    attack(
        "a universal file with one image is not that image",
        "",
        1,
        "different",
        |exit| compare(exit, &image(None).sealed(), &universal(&[signed()])),
    ),
    attack(
        "a header names one image more, which is not there",
        "",
        1,
        "different",
        |exit| {
            compare(
                exit,
                &universal(&[image(None)]),
                &spoil(&universal(&[signed()]), 7, 2),
            )
        },
    ),
    attack(
        "the second image of a universal file has a signature that is none",
        "CVE-2018-10408",
        2,
        "of another image",
        |exit| {
            compare(
                exit,
                &universal(&[signed(), image(None)]),
                &spoil(&universal(&[signed(), signed()]), -1, 7),
            )
        },
    ),
];

const CERTIFICATE: &[u8] = b"by whom";
/// Where the command of `__LINKEDIT` is in the sample.
const LINKEDIT: usize = 32 + 152;

fn compare(exit: i32, original: &[u8], rebuilt: &[u8]) -> Output {
    let folder = Folder::new();
    folder.write("a", original);
    folder.write("b", rebuilt);
    folder.run(&["compare", "a", "b", "--level", "unsigned"], exit)
}

/// The bytes with one of them another; from the end if `at` is negative.
fn spoil(bytes: &[u8], at: isize, byte: u8) -> Vec<u8> {
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

fn cut(bytes: &[u8], by: usize) -> Vec<u8> {
    bytes[..bytes.len() - by].to_vec()
}

/// An entry of a certificate table.
fn entry(revision: u16, kind: u16, bytes: &[u8]) -> Vec<u8> {
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

/// A certificate table of one entry.
fn table(content: &[u8]) -> Vec<u8> {
    entry(0x200, 2, &signed_data(content))
}

/// The same, its length with what pads it.
fn padded(content: &[u8]) -> Vec<u8> {
    let table = table(content);
    assert_ne!(table[0] as usize, table.len());
    spoil(&table, 0, table.len() as u8)
}

/// `SignedData` and another value in the outermost one.
fn followed() -> Vec<u8> {
    let mut bytes = [signed_data(CERTIFICATE), b"\x04\x01x".to_vec()].concat();
    bytes[1] += 3;
    bytes
}

/// The outermost length in two bytes, of which it needs one.
fn long_form() -> Vec<u8> {
    let mut bytes = signed_data(CERTIFICATE);
    bytes.insert(1, 0x81);
    bytes
}

/// `SignedData` in BER, every length left open.
fn indefinite(content: &[u8]) -> Vec<u8> {
    let head = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x04";
    [head, &[content.len() as u8][..], content, &[0; 6]].concat()
}

fn unsigned_pe() -> Vec<u8> {
    let mut file = Pe::default().bytes();
    file.resize(file.len().next_multiple_of(8), 0);
    file
}

fn directory(mut file: Vec<u8>, at: usize, length: usize) -> Vec<u8> {
    let entry = 0x84 + 20 + 112 + 8 * 4;
    file[entry..entry + 4].copy_from_slice(&(at as u32).to_le_bytes());
    file[entry + 4..entry + 8].copy_from_slice(&(length as u32).to_le_bytes());
    file
}

fn checksum(mut file: Vec<u8>, checksum: u32) -> Vec<u8> {
    file[0x84 + 20 + 64..][..4].copy_from_slice(&checksum.to_le_bytes());
    file
}

fn sign_pe(table: &[u8]) -> Vec<u8> {
    let file = unsigned_pe();
    let at = file.len();
    [&directory(file, at, table.len()), table].concat()
}

fn sign_pe_after(payload: &[u8]) -> Vec<u8> {
    let file = [&unsigned_pe(), payload].concat();
    let (at, table) = (file.len(), table(CERTIFICATE));
    [directory(file, at, table.len()), table].concat()
}

fn pe(exit: i32, table: &[u8]) -> Output {
    compare(exit, &unsigned_pe(), &sign_pe(table))
}

/// A file whose table begins where its sections do, so that leaving it out would leave out the program.
fn swallowed_pe(text: u8) -> Vec<u8> {
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

/// The size of the debug record reaches into the table.
fn debug_behind(file: &[u8]) -> Vec<u8> {
    let entry = file.windows(4).position(|it| it == b"RSDS").unwrap() - 28;
    spoil(file, entry as isize + 17, 9)
}

/// The table of symbols, and with it that of texts, begins in the certificate.
fn symbols_in(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let at = file.len() - 8;
    file[0x84 + 8..][..4].copy_from_slice(&(at as u32).to_le_bytes());
    file
}

fn image(signature: Option<(&'static str, [u8; 32])>) -> MachO {
    MachO {
        signature,
        ..MachO::default()
    }
}

fn signed() -> MachO {
    image(Some(("server", [0; 32])))
}

fn text(text: u8) -> MachO {
    MachO {
        text: vec![text; 80],
        ..image(None)
    }
}

/// Compares an image without signature with one whose blobs `change` has made.
fn macho(exit: i32, change: fn(Vec<u8>) -> Vec<u8>) -> Output {
    let (file, at) = (signed().sealed(), signed().signature_at());
    let blob = change(file[at..].to_vec());
    compare(
        exit,
        &image(None).sealed(),
        &with_signature(&file[..at], &blob),
    )
}

/// The image with these bytes in the place of its signature, all sizes as they must be.
fn with_signature(before: &[u8], blob: &[u8]) -> Vec<u8> {
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

/// Puts the digest of the one page into the code directory, if there is one that still has it.
fn seal(file: &mut [u8], at: usize) {
    let digest: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&file[..at]).into();
    let old: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&signed().sealed()[..at]).into();
    if let Some(place) = file.windows(32).position(|it| it == old) {
        file[place..place + 32].copy_from_slice(&digest);
    }
}

fn big(number: usize) -> [u8; 4] {
    (number as u32).to_be_bytes()
}

fn super_blob(blobs: &[(usize, Vec<u8>)]) -> Vec<u8> {
    let (mut list, mut content) = (Vec::new(), Vec::new());
    let begin = 12 + 8 * blobs.len();
    for (slot, blob) in blobs {
        list.extend([big(*slot), big(begin + content.len())].concat());
        content.extend(blob);
    }
    let head = [
        big(0xfade_0cc0),
        big(begin + content.len()),
        big(blobs.len()),
    ]
    .concat();
    [head, list, content].concat()
}

fn blob(magic: usize, content: &[u8]) -> Vec<u8> {
    [&[big(magic), big(8 + content.len())].concat(), content].concat()
}

/// The signature with more blobs.
fn with_blobs(signature: &[u8], more: &[(usize, usize, &[u8])]) -> Vec<u8> {
    let mut blobs = vec![(0, signature[20..].to_vec())];
    blobs.extend(
        more.iter()
            .map(|(slot, magic, content)| (*slot, blob(*magic, content))),
    );
    super_blob(&blobs)
}

fn alone(slot: usize, magic: usize, content: &[u8]) -> Vec<u8> {
    super_blob(&[(slot, blob(magic, content))])
}

/// The signature with `by` bytes between its list and its code directory.
fn moved(signature: &[u8], by: usize, byte: u8) -> Vec<u8> {
    let mut moved = signature.to_vec();
    moved.splice(20..20, vec![byte; by]);
    moved[7] += by as u8;
    moved[19] += by as u8;
    moved
}

/// The signature with its code directory in two slots.
fn twice(signature: &[u8]) -> Vec<u8> {
    let mut twice = super_blob(&[(0, signature[20..].to_vec()), (0x1000, Vec::new())]);
    twice[20 + 7] = 28;
    twice
}

/// The signature's command says that it begins before the table of symbols does.
fn swallowed_image() -> Vec<u8> {
    let mut file = signed().sealed();
    let command = LINKEDIT + 72 + 24 + 24 + 24 + 56;
    file[command + 8..][..4].copy_from_slice(&0x250_u32.to_le_bytes());
    let length = file.len() as u32 - 0x250;
    file[command + 12..][..4].copy_from_slice(&length.to_le_bytes());
    file
}

/// `__TEXT` is called `__LINKEDIT` too.
fn two_linkedits() -> Vec<u8> {
    let mut file = signed().sealed();
    file[32 + 8..][..10].copy_from_slice(b"__LINKEDIT");
    file
}

/// A byte of what is signed is another, and the signature is over it.
fn spoil_and_seal(at: isize) -> Vec<u8> {
    let before = signed().signature_at();
    let mut file = spoil(&signed().sealed(), at, 7);
    seal(&mut file, before);
    file
}

/// The images of a universal file 256 bytes later.
fn apart(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    file.splice(0x100..0x100, vec![0; 0x100]);
    file[8 + 10] += 1;
    file
}

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
