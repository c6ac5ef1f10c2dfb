//! Bytes that look like a code signature but are not one.

mod forged;

use forged::*;
use sample_files::macho::universal;
use sample_files::pe::{signed_data, with_checksum};

use super::{Attack, all_fail, attack};
use crate::util::{Folder, Output};

const SAME: &str = "identical without signatures";
const NOT_LAST: &str = "is not what ends it";
const WINDOWS: &str = "CVE-2013-3900";
const JANUS: &str = "CVE-2017-13156";

const ATTACKS: &[Attack] = &[
    // PE: the certificate table.
    attack("a PE file is signed", "", 0, SAME, |exit| pe(exit, &table(CERTIFICATE))),
    attack("a PE file is signed by two certificates", "", 0, SAME, |exit| {
        pe(exit, &[table(CERTIFICATE), table(b"more")].concat())
    }),
    attack("a certificate's length counts what pads it", "", 0, SAME, |exit| {
        pe(exit, &padded(CERTIFICATE))
    }),
    attack("a signing tool writes the checksum", "", 0, SAME, |exit| {
        compare(exit, &unsigned_pe(), &with_checksum(sign_pe(&table(CERTIFICATE))))
    }),
    attack(
        "bytes stand after the signature, counted in its length",
        WINDOWS,
        2,
        "lies between",
        |exit| pe(exit, &entry(0x200, 2, &[signed_data(CERTIFICATE), vec![7; 8]].concat())),
    ),
    attack(
        "zeros and then bytes stand after the signature",
        WINDOWS,
        2,
        "lies between",
        |exit| {
            pe(
                exit,
                &entry(0x200, 2, &[signed_data(CERTIFICATE), vec![0; 6], vec![7; 8]].concat()),
            )
        },
    ),
    attack(
        "more zeros than padding takes stand after the signature",
        WINDOWS,
        2,
        "lies between",
        |exit| pe(exit, &entry(0x200, 2, &[signed_data(CERTIFICATE), vec![0; 8]].concat())),
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
        "not CMS",
        |exit| pe(exit, &entry(0x200, 2, b"\x30\x03\x04\x01x")),
    ),
    attack(
        "a value of another kind with the name of SignedData in it",
        WINDOWS,
        2,
        "not CMS",
        |exit| pe(exit, &spoil(&table(CERTIFICATE), 8, 0x31)),
    ),
    attack(
        "something follows SignedData in its outermost value",
        WINDOWS,
        2,
        "not CMS",
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
    attack("a certificate is of another type", "", 2, "unknown kind", |exit| {
        pe(exit, &entry(0x200, 1, &signed_data(CERTIFICATE)))
    }),
    attack("a certificate is of another revision", "", 2, "unknown kind", |exit| {
        pe(exit, &entry(0x300, 2, &signed_data(CERTIFICATE)))
    }),
    attack("a certificate has no bytes", "", 2, "no valid length", |exit| {
        pe(exit, &entry(0x200, 2, b""))
    }),
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
    attack("the table is larger than any signature", "", 2, "longer than", |exit| {
        pe(exit, &table(CERTIFICATE).repeat((17 << 20) / table(CERTIFICATE).len()))
    }),
    // PE: the bytes around the certificate table.
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
    attack("the table begins where the sections do", JANUS, 2, NOT_LAST, |exit| {
        compare(exit, &swallowed_pe(1), &swallowed_pe(2))
    }),
    attack(
        "the table swallows what the debug directory speaks of",
        JANUS,
        2,
        NOT_LAST,
        |exit| compare(exit, &unsigned_pe(), &debug_behind(&sign_pe(&table(CERTIFICATE)))),
    ),
    attack("the table swallows the table of symbols", JANUS, 2, NOT_LAST, |exit| {
        compare(exit, &unsigned_pe(), &symbols_in(&sign_pe(&table(CERTIFICATE))))
    }),
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
    attack("the checksum is another number", WINDOWS, 2, "CheckSum", |exit| {
        compare(exit, &unsigned_pe(), &checksum(sign_pe(&table(CERTIFICATE)), 7))
    }),
    attack(
        "the checksum of the unsigned file is another number",
        "",
        2,
        "CheckSum",
        |exit| compare(exit, &checksum(unsigned_pe(), 7), &sign_pe(&table(CERTIFICATE))),
    ),
    attack("bytes are put before the table", JANUS, 1, "different", |exit| {
        compare(exit, &unsigned_pe(), &sign_pe_after(b"payload."))
    }),
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
    attack("an image is signed", "", 0, SAME, |exit| macho(exit, |blob| blob)),
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
        |exit| macho(exit, |blob| with_blobs(&blob, &[(0x1_0000, 0xfade_0b01, b"")])),
    ),
    attack(
        "bytes follow the blobs in their place",
        WINDOWS,
        2,
        "something follows",
        |exit| macho(exit, |blob| [blob, b"payload".to_vec()].concat()),
    ),
    attack("bytes follow after zeros", WINDOWS, 2, "something follows", |exit| {
        macho(exit, |blob| [blob, vec![0; 4096], vec![7]].concat())
    }),
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
        "no valid list of blobs",
        |exit| macho(exit, |blob| spoil(&blob, 5, 9)),
    ),
    attack(
        "any bytes stand in the place of the blobs",
        WINDOWS,
        2,
        "no valid list of blobs",
        |exit| macho(exit, |blob| vec![7; blob.len()]),
    ),
    attack(
        "zeros stand in the place of the blobs",
        "",
        2,
        "no valid list of blobs",
        |exit| macho(exit, |blob| vec![0; blob.len()]),
    ),
    attack("there is no blob", "", 2, "no valid list of blobs", |exit| {
        macho(exit, |_| b"\xfa\xde\x0c\xc0\0\0\0\x0c\0\0\0\0\0\0\0\0".to_vec())
    }),
    attack("there are more blobs than are counted", "", 2, "lies between", |exit| {
        macho(exit, |blob| {
            spoil(&with_blobs(&blob, &[(5, 0xfade_7171, b"hidden")]), 11, 1)
        })
    }),
    attack("there are two million blobs", "", 2, "no valid list of blobs", |exit| {
        macho(exit, |blob| spoil(&blob, 9, 0x20))
    }),
    attack(
        "a blob has a magic that nobody knows",
        WINDOWS,
        2,
        "does not belong",
        |exit| macho(exit, |blob| with_blobs(&blob, &[(5, 0xfade_ffff, b"hidden")])),
    ),
    attack(
        "a blob is in a slot that nobody knows",
        WINDOWS,
        2,
        "does not belong",
        |exit| macho(exit, |blob| with_blobs(&blob, &[(0x77, 0xfade_7171, b"hidden")])),
    ),
    attack("two blobs are in one slot", "", 2, "does not belong", |exit| {
        macho(exit, |blob| {
            with_blobs(&blob, &[(5, 0xfade_7171, b"one"), (5, 0xfade_7171, b"two")])
        })
    }),
    attack("two entries lead to one blob", "", 2, "overlap", |exit| {
        macho(exit, |blob| twice(&blob))
    }),
    attack("a blob lies beyond the end of the signature", "", 2, "", |exit| {
        macho(exit, |blob| spoil(&blob, 17, 9))
    }),
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
        |exit| macho(exit, |blob| with_blobs(&blob, &[(0x1_0000, 0xfade_0b01, b"any bytes")])),
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
                    &[(0x1_0000, 0xfade_0b01, &[signed_data(b"x"), vec![7]].concat())],
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
    attack("a digest of a page is another", "", 2, "of another image", |exit| {
        macho(exit, |blob| spoil(&blob, -1, 7))
    }),
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
    attack("its pages have two bytes", "", 2, "can be checked", |exit| {
        macho(exit, |blob| spoil(&blob, 20 + 39, 1))
    }),
    attack("all of the image is one page", "", 2, "can be checked", |exit| {
        macho(exit, |blob| spoil(&blob, 20 + 39, 0))
    }),
    attack(
        "its digests are of a kind that is not checked",
        "",
        2,
        "can be checked",
        |exit| macho(exit, |blob| spoil(&blob, 20 + 37, 9)),
    ),
    attack("its version is not known", "", 2, "not well-formed", |exit| {
        macho(exit, |blob| spoil(&blob, 20 + 9, 9))
    }),
    attack("its spare word says something", WINDOWS, 2, "not well-formed", |exit| {
        macho(exit, |blob| spoil(&blob, 20 + 43, 9))
    }),
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
    attack("its digests begin before it does", "", 2, "not well-formed", |exit| {
        macho(exit, |blob| spoil(&blob, 20 + 27, 9))
    }),
    // Mach-O: the bytes around the signature.
    attack("something follows the signature", JANUS, 2, NOT_LAST, |exit| {
        compare(
            exit,
            &image(None).sealed(),
            &[signed().sealed(), b"more".to_vec()].concat(),
        )
    }),
    attack("something follows the unsigned image", JANUS, 2, NOT_LAST, |exit| {
        compare(
            exit,
            &signed().sealed(),
            &[image(None).sealed(), b"more".to_vec()].concat(),
        )
    }),
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
    attack("the size of __LINKEDIT is another", "", 2, NOT_LAST, |exit| {
        compare(
            exit,
            &image(None).sealed(),
            &spoil(&signed().sealed(), LINKEDIT as isize + 50, 7),
        )
    }),
    attack("there are two segments __LINKEDIT", "", 2, NOT_LAST, |exit| {
        compare(exit, &image(None).sealed(), &two_linkedits())
    }),
    attack("a byte after the load commands differs", "", 1, "different", |exit| {
        compare(exit, &image(None).sealed(), &spoil_and_seal(0x1f8))
    }),
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
    attack("one image of a universal file is signed", "", 0, SAME, |exit| {
        compare(
            exit,
            &universal(&[image(None), image(None)]),
            &universal(&[signed(), image(None)]),
        )
    }),
    attack(
        "an entry of a universal file has another alignment",
        WINDOWS,
        2,
        "between them",
        |exit| compare(exit, &universal(&[image(None)]), &spoil(&universal(&[signed()]), 27, 6)),
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
    attack("bytes lie between the images", JANUS, 2, "between them", |exit| {
        compare(
            exit,
            &universal(&[image(None), image(None)]),
            &spoil(&universal(&[signed(), image(None)]), 0xf0, 7),
        )
    }),
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
        |exit| compare(exit, &universal(&[signed()]), &apart(&universal(&[image(None)]))),
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
        |exit| compare(exit, &universal(&[text(1), signed()]), &universal(&[signed(), text(1)])),
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
        |exit| compare(exit, &universal(&[image(None)]), &spoil(&universal(&[signed()]), 7, 2)),
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

fn compare(exit: i32, original: &[u8], rebuilt: &[u8]) -> Output {
    let folder = Folder::new();
    folder.write("a", original);
    folder.write("b", rebuilt);
    folder.run(&["compare", "a", "b", "--level", "unsigned"], exit)
}

fn pe(exit: i32, table: &[u8]) -> Output {
    compare(exit, &unsigned_pe(), &sign_pe(table))
}

/// Compares an image without signature with a signed one after a change of its blobs.
fn macho(exit: i32, change: fn(Vec<u8>) -> Vec<u8>) -> Output {
    let (file, at) = (signed().sealed(), signed().signature_at());
    let blob = change(file[at..].to_vec());
    compare(exit, &image(None).sealed(), &with_signature(&file[..at], &blob))
}

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
