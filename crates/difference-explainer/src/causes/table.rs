//! The causes as data. The first row with a matching symptom wins, so specific rows come before general ones.

use bit_compare::explanation::ChangeKind::{Order, Packing};
use bit_compare::explanation::Confidence::{Certain, Likely, Possible};
use untrusted_input::format::Format;
use untrusted_input::format::Format::{Ar, Bytes, Elf, Gzip, Json, MachO, Oci, Pe, Tar, Wasm, Zip};

use super::{Cause, FOLLOWS, Symptom};
use crate::clues::Clue;

const EXECUTABLES: &[Format] = &[Elf, Pe, MachO, Wasm];
/// Output of compilers and linkers, including objects and metadata in static libraries.
const COMPILED: &[Format] = &[Elf, Pe, MachO, Wasm, Ar, Bytes];

/// Sections that consist mostly of addresses. They differ wherever their targets have moved.
const ADDRESSES: &[&str] = &[
    ".rela*",
    ".rel.*",
    ".relr*",
    ".data.rel.ro*",
    ".init_array",
    ".fini_array",
    ".got*",
    ".plt*",
    ".dynamic",
    ".dynsym",
    ".symtab",
    ".gnu.hash",
    ".hash",
    ".eh_frame*",
    ".gcc_except_table*",
    ".reloc",
    ".pdata",
    ".xdata",
    ".buildid",
    "__DATA_CONST,*",
    "__TEXT,__unwind_info",
    "__TEXT,__eh_frame",
    "chained fixups",
    "exports trie",
    "function starts",
    "data in code",
    "symbol table",
    "symbol index",
    "rebase info",
    "bind info",
    "element section",
];
const DEBUG_ADDRESSES: &[&str] = &[
    ".debug_info",
    ".debug_abbrev",
    ".debug_addr",
    ".debug_aranges",
    ".debug_frame",
    ".debug_line",
    ".debug_loc*",
    ".debug_r*",
    ".debug_str_offsets",
];

/// A symptom without requirements.
const ANY: Symptom = Symptom {
    formats: &[],
    parts: &[],
    fields: &[],
    kinds: &[],
    clue: None,
    derived: false,
    confidence: Possible,
};

/// Every known cause.
pub const TABLE: &[Cause] = &[
    Cause {
        id: "build-stamp",
        cause: "they state different builds: other commits, or a source that was changed",
        fix: "build both from the same clean commit; rebuild-verifier inspect prints what each states",
        follows: false,
        symptoms: &[Symptom {
            formats: EXECUTABLES,
            parts: &[".bldinfo", "__DATA,.bldinfo"],
            confidence: Certain,
            ..ANY
        }],
    },
    Cause {
        id: "pe-timestamp",
        cause: "the linker wrote the time of the link",
        fix: "set SOURCE_DATE_EPOCH, which lld reads; with MSVC's linker pass /Brepro",
        follows: false,
        symptoms: &[Symptom {
            formats: &[Pe],
            fields: &["TimeDateStamp", "*: TimeDateStamp"],
            confidence: Certain,
            ..ANY
        }],
    },
    Cause {
        id: "pe-debug-record",
        cause: "the linker named its PDB: by a GUID, an age and perhaps an absolute path",
        fix: "pass /PDBALTPATH:%_PDB% to the linker, or link without a PDB",
        follows: false,
        symptoms: &[Symptom {
            formats: &[Pe],
            fields: &["RSDS record: *"],
            confidence: Certain,
            ..ANY
        }],
    },
    Cause {
        id: "macho-uuid",
        cause: "the linker derived the UUID from paths or from the order of its threads",
        fix: "use a linker that derives it from the content; never -no_uuid, as dyld refuses such images",
        follows: false,
        symptoms: &[Symptom {
            formats: &[MachO],
            fields: &["uuid"],
            confidence: Likely,
            ..ANY
        }],
    },
    Cause {
        id: "macho-object-time",
        cause: "debug stabs name the object files and when they were written",
        fix: "strip the binary, or pass -reproducible to the linker",
        follows: false,
        symptoms: &[Symptom {
            formats: &[MachO],
            fields: &["N_OSO *"],
            confidence: Certain,
            ..ANY
        }],
    },
    Cause {
        id: "macho-signature-identifier",
        cause: "the ad-hoc signature is made for the name of the output file",
        fix: "link to a fixed file name, or sign with a fixed identifier",
        follows: false,
        symptoms: &[Symptom {
            formats: &[MachO],
            parts: &["code signature"],
            fields: &["identifier"],
            confidence: Certain,
            ..ANY
        }],
    },
    Cause {
        id: "signature-of-content",
        cause: "the signature covers bytes that differ elsewhere",
        fix: "look at the other differences first",
        follows: true,
        symptoms: &[
            Symptom {
                formats: &[MachO],
                parts: &["code signature"],
                fields: &["hashes", "codeLimit"],
                confidence: Certain,
                ..ANY
            },
            Symptom {
                formats: &[Pe],
                fields: &["CheckSum"],
                confidence: Certain,
                ..ANY
            },
        ],
    },
    Cause {
        id: "signature",
        cause: "one of them is signed, or signed by another key or at another time",
        fix: "compare what was built before it is signed, or compare with --level unsigned",
        follows: false,
        symptoms: &[
            Symptom {
                formats: &[MachO],
                parts: &["code signature", "LC_CODE_SIGNATURE"],
                confidence: Likely,
                ..ANY
            },
            Symptom {
                formats: &[Pe],
                parts: &["certificate table"],
                confidence: Likely,
                ..ANY
            },
            Symptom {
                formats: &[Pe],
                fields: &["certificate directory"],
                confidence: Likely,
                ..ANY
            },
        ],
    },
    Cause {
        id: "elf-build-id",
        cause: "the build id is a hash of what was linked: something else differs, or did before it was stripped",
        fix: "look at the other differences first; if there is none, compare the unstripped files",
        follows: true,
        symptoms: &[Symptom {
            formats: &[Elf],
            fields: &["build id"],
            confidence: Certain,
            ..ANY
        }],
    },
    Cause {
        id: "sbom-id",
        cause: "the bill of materials has a random id or the time at which it was written",
        fix: "derive the id from the content, and take the time from SOURCE_DATE_EPOCH",
        follows: false,
        symptoms: &[Symptom {
            formats: &[Json],
            fields: &[
                "/serialNumber",
                "/metadata/timestamp",
                "/documentNamespace",
                "/creationInfo/created",
            ],
            confidence: Certain,
            ..ANY
        }],
    },
    Cause {
        id: "oci-time",
        cause: "the image says when it was made",
        fix: "set SOURCE_DATE_EPOCH for the image's configuration and for its layers",
        follows: false,
        symptoms: &[Symptom {
            formats: &[Json],
            fields: &["/created", "/history/*/created", "*org.opencontainers.image.created"],
            confidence: Certain,
            ..ANY
        }],
    },
    Cause {
        id: "oci-digest",
        cause: "a blob is named by its digest, and the blob differs",
        fix: "look at the blob's own differences",
        follows: true,
        symptoms: &[Symptom {
            formats: &[Json],
            fields: &[
                "/manifests/*/digest",
                "/manifests/*/size",
                "/layers/*/digest",
                "/layers/*/size",
                "/config/digest",
                "/config/size",
                "/rootfs/diff_ids/*",
            ],
            confidence: Likely,
            ..ANY
        }],
    },
    Cause {
        id: "gzip-header",
        cause: "the gzip header has the time, the system or the name of the file that was packed",
        fix: "write time 0, no name and a fixed system: gzip -n",
        follows: false,
        symptoms: &[Symptom {
            formats: &[Gzip],
            fields: &["MTIME", "OS", "FLG", "FNAME", "FCOMMENT", "FEXTRA"],
            confidence: Certain,
            ..ANY
        }],
    },
    Cause {
        id: "compression",
        cause: "the same content was packed by another compressor, or at another level",
        fix: "pack with the same compressor, of the same version, at the same level",
        follows: false,
        symptoms: &[
            Symptom {
                kinds: &[Packing],
                confidence: Certain,
                ..ANY
            },
            Symptom {
                formats: &[Gzip],
                fields: &["XFL"],
                confidence: Likely,
                ..ANY
            },
            Symptom {
                formats: &[Zip],
                fields: &["compression method", "version needed"],
                confidence: Likely,
                ..ANY
            },
        ],
    },
    Cause {
        id: "tar-metadata",
        cause: "the archive has times, owners, modes or the order of names from the file system",
        fix: "write ustar without pax headers, sorted by name, mtime SOURCE_DATE_EPOCH, owner 0:0, fixed modes",
        follows: false,
        symptoms: &[
            Symptom {
                formats: &[Tar, Oci],
                fields: &[
                    "mtime",
                    "uid",
                    "gid",
                    "uname",
                    "gname",
                    "mode",
                    "magic",
                    "pax: *",
                    "extension: *",
                ],
                confidence: Certain,
                ..ANY
            },
            Symptom {
                formats: &[Tar, Oci],
                kinds: &[Order],
                confidence: Certain,
                ..ANY
            },
        ],
    },
    Cause {
        id: "zip-metadata",
        cause: "the archive has times, attributes, extra fields or the order of names from the file system",
        fix: "write a fixed time and fixed modes, no extra fields, sorted by name: zip -X",
        follows: false,
        symptoms: &[
            Symptom {
                formats: &[Zip],
                fields: &[
                    "modification time",
                    "extra field",
                    "extra field length",
                    "external attributes",
                    "internal attributes",
                    "version made by",
                    "flags",
                ],
                confidence: Certain,
                ..ANY
            },
            Symptom {
                formats: &[Zip],
                kinds: &[Order],
                confidence: Certain,
                ..ANY
            },
        ],
    },
    Cause {
        id: "ar-metadata",
        cause: "the archive has times, owners, modes or the order of its members from the file system",
        fix: "make it in deterministic mode: ar -D, ranlib -D, members sorted",
        follows: false,
        symptoms: &[
            Symptom {
                formats: &[Ar],
                fields: &["mtime", "uid", "gid", "mode"],
                confidence: Certain,
                ..ANY
            },
            Symptom {
                formats: &[Ar],
                kinds: &[Order],
                confidence: Certain,
                ..ANY
            },
        ],
    },
    Cause {
        id: "c-build-path",
        cause: "C sources were compiled at another path, which remapping for rustc does not reach",
        fix: "put -ffile-prefix-map=BUILD_DIRECTORY=. into CFLAGS",
        follows: false,
        symptoms: &[Symptom {
            clue: Some(Clue::CPath),
            confidence: Likely,
            ..ANY
        }],
    },
    Cause {
        id: "build-path",
        cause: "the path of the sources or of the build is in the result",
        fix: "pass --remap-path-prefix for the workspace, the vendored crates and the standard library",
        follows: false,
        symptoms: &[Symptom {
            clue: Some(Clue::Path),
            confidence: Likely,
            ..ANY
        }],
    },
    Cause {
        id: "symbol-hash",
        cause: "crate metadata differs: host triple, compiler, features, whether rust-src is installed",
        fix: "build with the same toolchain tree and on the same kind of host, build scripts and proc macros included",
        follows: false,
        symptoms: &[Symptom {
            formats: COMPILED,
            clue: Some(Clue::SymbolHash),
            confidence: Likely,
            ..ANY
        }],
    },
    Cause {
        id: "build-time",
        cause: "a build script or a macro wrote the time of the build",
        fix: "have it read SOURCE_DATE_EPOCH, or leave the time out",
        follows: false,
        symptoms: &[Symptom {
            clue: Some(Clue::Date),
            confidence: Likely,
            ..ANY
        }],
    },
    Cause {
        id: "iteration-order",
        cause: "the same things in another order: a proc macro, build script or tool goes through a HashMap",
        fix: "have it use a BTreeMap, sort, or fix the hasher's seed",
        follows: false,
        symptoms: &[
            Symptom {
                clue: Some(Clue::Reordered),
                confidence: Possible,
                ..ANY
            },
            Symptom {
                formats: &[Json],
                kinds: &[Order],
                confidence: Likely,
                ..ANY
            },
        ],
    },
    Cause {
        id: "random-constant",
        cause: "one value alone differs, as a seed does that is drawn while compiling: const-random, ahash",
        fix: "set CONST_RANDOM_SEED, or turn off compile-time seeds",
        follows: false,
        symptoms: &[Symptom {
            formats: EXECUTABLES,
            clue: Some(Clue::LoneConstant),
            confidence: Possible,
            ..ANY
        }],
    },
    Cause {
        id: FOLLOWS,
        cause: "a size, place or checksum follows from bytes that differ elsewhere",
        fix: "look at the other differences first",
        follows: true,
        symptoms: &[
            Symptom {
                derived: true,
                confidence: Certain,
                ..ANY
            },
            Symptom {
                formats: EXECUTABLES,
                parts: ADDRESSES,
                fields: &[""],
                confidence: Likely,
                ..ANY
            },
            Symptom {
                formats: EXECUTABLES,
                parts: DEBUG_ADDRESSES,
                fields: &[""],
                confidence: Possible,
                ..ANY
            },
        ],
    },
    Cause {
        id: "code-layout",
        cause: "functions differ or stand in another order: other data that they refer to, codegen units, parallel LTO",
        fix: "remove the other differences first; then set codegen-units = 1, so that it does not follow the number of cores",
        follows: false,
        symptoms: &[
            Symptom {
                formats: EXECUTABLES,
                parts: &[".text*", "__TEXT,__text", "code section", "function section"],
                fields: &[""],
                confidence: Possible,
                ..ANY
            },
            Symptom {
                formats: EXECUTABLES,
                parts: &[".text*", "__TEXT,__text", "code section"],
                kinds: &[Order],
                confidence: Possible,
                ..ANY
            },
        ],
    },
];
