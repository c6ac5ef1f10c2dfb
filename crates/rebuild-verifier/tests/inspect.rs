//! `inspect`: what executables of every format say about themselves. Damaged ones are refused.

use sample_files::elf::Elf;
use sample_files::macho::{MachO, universal};
use sample_files::pe::Pe;
use sample_files::program::{COMMIT, COMMIT_OF_RUSTC, dependencies, elf, sample, stamp};
use sample_files::wasm::wasm;
use serde_json::{Value, json};

use crate::schemas::assert_follows;
use crate::util::Folder;

/// The document of `inspect --json` for a file.
pub(crate) fn inspected(bytes: &[u8]) -> Value {
    let folder = Folder::new();
    folder.write("binary", bytes);
    let json = folder.run(&["inspect", "binary", "--json"], 0).json();
    assert_follows("inspect", &json);
    json
}

#[test]
fn an_elf_file_tells_all_that_is_recorded_in_it() {
    let found = inspected(&sample());
    assert_eq!(found["format"], "elf");
    assert_eq!(found["rustc_commits"], json!([COMMIT_OF_RUSTC]));
    assert_eq!(
        found["leaked_paths"],
        json!({ "paths": ["/build/a/src/main.rs"], "omitted": 0 })
    );
    assert_eq!(
        found["images"],
        json!([{
            "architecture": "x86_64",
            "stamp": {
                "name": "server",
                "version": "0.1.0",
                "revision": COMMIT,
                "dirty": false,
                "source_date_epoch": 1_700_000_000,
                "source_date": "2023-11-14T22:13:20Z",
                "target": "x86_64-unknown-linux-gnu",
                "toolchain": "rustc 1.85.0",
                "version_from": "cargo",
                "profile": "release",
                "features": ["default", "tls"]
            },
            "packer": null,
            "kind": "executable",
            "system": "Linux",
            "least_system_version": "3.2.0",
            "compilers": ["rustc version 1.85.0", "Linker: LLD 20.1.2"],
            "linkage": "dynamic",
            "interpreter": "/lib64/ld-linux-x86-64.so.2",
            "libraries": ["libc.so.6"],
            "search_paths": ["$ORIGIN/lib"],
            "hardening": ["BIND_NOW", "NX_STACK", "PIE", "RELRO"],
            "build_id": "07".repeat(20),
            "link_time_secs": null,
            "least_glibc": "2.34",
            "cpu_level": "x86-64-v3",
            "instrumentation": [],
            "dependencies": [
                {
                    "name": "cc", "version": "1.2.0", "source": "registry", "is_build_only": true, "is_root": false,
                    "dependencies": []
                },
                {
                    "name": "serde", "version": "1.0.1", "source": "registry", "is_build_only": false, "is_root": false,
                    "dependencies": []
                },
                {
                    "name": "server", "version": "0.1.0", "source": "local", "is_build_only": false, "is_root": true,
                    "dependencies": [0, 1]
                }
            ],
            "signature": null
        }])
    );
}

#[test]
fn what_is_not_recorded_is_said_to_be_so_and_not_guessed() {
    let image = &inspected(&Elf::sample().bytes())["images"][0];
    for field in [
        "system",
        "interpreter",
        "least_glibc",
        "cpu_level",
        "dependencies",
        "signature",
    ] {
        assert!(image[field].is_null(), "{field}: {image}");
    }
    assert_eq!(image["linkage"], "static");
    let folder = Folder::new();
    folder.write("binary", Elf::sample().bytes());
    let text = folder.run(&["inspect", "binary"], 0).stdout;
    for line in [
        "stamp         none",
        "CPU level     not recorded",
        "dependency    not recorded",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
}

#[test]
fn a_pe_file_tells_its_libraries_and_whether_it_is_signed() {
    let signature = |pe: Pe| inspected(&pe.bytes())["images"][0]["signature"].clone();
    let image = inspected(&Pe::default().bytes())["images"][0].clone();
    assert_eq!(
        (&image["architecture"], &image["system"]),
        (&json!("x86_64"), &json!("Windows"))
    );
    assert_eq!(image["libraries"], json!(["KERNEL32.dll"]));
    assert_eq!(
        image["hardening"],
        json!(["DYNAMIC_BASE", "HIGH_ENTROPY_VA", "NX_COMPAT"])
    );
    assert_eq!(image["link_time_secs"], 1_700_000_000);
    assert_eq!(signature(Pe::default()), json!(null));
    let signed = Pe {
        certificate: Some(b"one"),
        ..Pe::default()
    };
    assert_eq!(signature(signed)["has_certificate"], true);
}

#[test]
fn a_mach_o_file_tells_its_signature_and_least_system_for_each_architecture() {
    let found = inspected(&universal(&[
        MachO::default(),
        MachO {
            signature: None,
            ..MachO::default()
        },
    ]));
    let image = &found["images"][0];
    assert_eq!(
        (&image["system"], &image["least_system_version"]),
        (&json!("macOS"), &json!("11.0"))
    );
    assert_eq!(image["libraries"], json!(["/usr/lib/libSystem.B.dylib"]));
    assert_eq!(image["signature"]["identifier"], "server");
    assert_eq!(image["signature"]["has_certificate"], false);
    assert_eq!(found["images"][1]["signature"], json!(null));
    assert_eq!(image["hardening"], json!(["PIE"]));
    assert_eq!(image["build_id"], "05050505-0505-0505-0505-050505050505");
}

#[test]
fn a_module_tells_its_imports_producers_and_features() {
    let imports = b"\x02\x16wasi_snapshot_preview1\x08fd_write\x00\x01\x03env\x01m\x02\x01\x01\x02";
    let producers = b"\x09producers\x01\x0cprocessed-by\x01\x05rustc\x061.85.0";
    let features = b"\x0ftarget_features\x02+\x08sign-ext-\x05simd1";
    let image = &inspected(&wasm(&[(2, imports), (0, producers), (0, features)]))["images"][0];
    assert_eq!(image["libraries"], json!(["env", "wasi_snapshot_preview1"]));
    assert_eq!(image["system"], "WASI preview 1");
    assert_eq!(image["compilers"], json!(["rustc 1.85.0"]));
    assert_eq!(image["cpu_level"], "+sign-ext -simd1");
}

#[test]
fn the_text_is_one_line_for_each_fact() {
    let folder = Folder::new();
    folder.write("binary", sample());
    let text = folder.run(&["inspect", "binary"], 0).stdout;
    for line in [
        "binary\n  format        ELF\n",
        "  stamp         server 0.1.0\n",
        "  glibc         2.34 or newer\n",
        "  dependency    cc 1.2.0 (registry, only to build)\n                serde 1.0.1 (registry)\n",
        "  signature     none\n",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
    assert_eq!(folder.run(&["inspect", "binary", "--quiet"], 0).stdout, "");
}

#[test]
fn what_is_no_executable_or_a_damaged_one_cannot_be_decided() {
    let broken_stamp = stamp().replace("false", "maybe");
    let cases: [(&[u8], &str); 6] = [
        (b"plain text", "its format is unknown"),
        (b"", "its format is unknown"),
        (b"\x1f\x8b\x08", "it is gzip"),
        (&elf(b"not zlib".to_vec(), ""), "deflate stream is damaged"),
        (&elf(dependencies("{}"), ""), "list of dependencies is damaged"),
        (
            &elf(dependencies(r#"{"packages": []}"#), &broken_stamp),
            "the build stamp at byte",
        ),
    ];
    for (bytes, why) in cases {
        let folder = Folder::new();
        folder.write("binary", bytes);
        folder.run(&["inspect", "binary"], 2).assert_error(&[
            "\"binary\"",
            "is not a valid executable",
            why,
            "unpack archives first",
        ]);
    }
    let folder = Folder::new();
    folder.run(&["inspect", "nowhere"], 2).assert_error(&["nowhere"]);
    folder.run(&["inspect", "."], 2).assert_error(&["it is a folder"]);
}

#[test]
fn a_list_of_dependencies_that_is_a_bomb_is_refused() {
    let bomb = dependencies(&" ".repeat(40 << 20));
    let folder = Folder::new();
    folder.write("binary", elf(bomb, ""));
    folder
        .run(&["inspect", "binary"], 2)
        .assert_error(&["more than 500 times its size"]);
}

#[test]
fn values_from_a_hostile_file_never_reach_the_terminal_raw() {
    let list = r#"{"packages": [{"name": "\u001b[2J", "version": "\u202e", "source": "\n"}]}"#;
    let folder = Folder::new();
    let mut file = elf(dependencies(list), "");
    let linker = file.windows(3).position(|it| it == b"LLD").unwrap();
    file[linker..linker + 3].copy_from_slice(b"\x1b[2");
    folder.write("binary", file);
    let text = folder.run(&["inspect", "binary"], 0).stdout;
    assert!(!text.contains(['\x1b', '\u{202e}']), "{text:?}");
    assert!(text.contains(r"\x1b[2"), "{text}");
}
