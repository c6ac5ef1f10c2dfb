//! `inspect`: what sections and bytes carry in every format: stamps, lists of dependencies, packers, instrumentation.

use sample_files::elf::{Elf, PROGBITS};
use sample_files::macho::{MachO, universal};
use sample_files::pe::Pe;
use sample_files::program::{dependencies, stamp};
use sample_files::wasm::{custom, wasm};
use serde_json::{Value, json};

use crate::inspect::inspected;
use crate::util::Folder;

type Sections = Vec<(&'static str, Vec<u8>)>;

fn elf(sections: Sections) -> Vec<u8> {
    let mut file = Elf::sample();
    file.sections
        .extend(sections.into_iter().map(|(name, bytes)| (name, PROGBITS, bytes)));
    file.bytes()
}

fn pe(sections: Sections) -> Vec<u8> {
    let mut file = Pe::default();
    file.more.extend(sections);
    file.bytes()
}

fn macho(sections: Sections) -> MachO {
    let more = sections.into_iter().map(|(name, bytes)| ("__DATA", name, bytes));
    MachO {
        more: more.collect(),
        ..MachO::default()
    }
}

fn module(sections: Sections) -> Vec<u8> {
    let custom: Vec<_> = sections.iter().map(|(name, bytes)| custom(name, bytes)).collect();
    wasm(&custom.iter().map(|bytes| (0, &bytes[..])).collect::<Vec<_>>())
}

/// A file of every format with these sections.
fn in_every_format(sections: &Sections) -> [(&'static str, Vec<u8>); 4] {
    [
        ("elf", elf(sections.clone())),
        ("pe", pe(sections.clone())),
        ("macho", macho(sections.clone()).sealed()),
        ("wasm", module(sections.clone())),
    ]
}

fn image(bytes: &[u8]) -> Value {
    inspected(bytes)["images"][0].clone()
}

/// Asserts that `inspect` does not decide, and says why.
fn is_refused(bytes: &[u8], why: &[&str]) {
    let folder = Folder::new();
    folder.write("binary", bytes);
    folder.run(&["inspect", "binary"], 2).assert_error(why);
}

fn text_of(bytes: &[u8]) -> String {
    let folder = Folder::new();
    folder.write("binary", bytes);
    folder.run(&["inspect", "binary"], 0).stdout
}

fn list(name: &str) -> Vec<u8> {
    dependencies(&format!(
        r#"{{"packages": [{{"name": "{name}", "version": "1.0.0", "source": "crates.io"}}]}}"#
    ))
}

fn stamp_of(name: &str) -> Vec<u8> {
    let mut stamp = stamp().replace("server", name).into_bytes();
    stamp.resize(2048, 0);
    stamp
}

#[test]
fn stamp_and_dependencies_are_found_in_every_format_and_copies_count_as_one() {
    let once = vec![(".bldinfo", stamp_of("server")), (".dep-v0", list("one"))];
    for sections in [once.clone(), [&once[..], &once].concat()] {
        for (format, file) in in_every_format(&sections) {
            let image = image(&file);
            assert_eq!(image["stamp"]["name"], "server", "{format}");
            assert_eq!(image["dependencies"][0]["name"], "one", "{format}");
        }
    }
}

#[test]
fn a_stamp_in_the_data_of_a_program_is_not_its_own() {
    let sections = vec![(".rodata", stamp_of("agent")), (".bldinfo", stamp_of("server"))];
    for (format, file) in in_every_format(&sections) {
        assert_eq!(image(&file)["stamp"]["name"], "server", "{format}");
    }
}

#[test]
fn more_sections_of_a_stamp_than_a_linker_makes_are_refused() {
    let file = |count| elf(vec![(".bldinfo", stamp_of("server")); count]);
    assert_eq!(image(&file(16))["stamp"]["name"], "server");
    is_refused(&file(17), &["it has more than 16 stamps"]);
}

#[test]
fn two_stamps_that_differ_are_an_error_in_every_format() {
    let sections = vec![(".bldinfo", stamp_of("server")), (".bldinfo", stamp_of("client"))];
    for (_, file) in in_every_format(&sections) {
        is_refused(&file, &["the build stamps at bytes", "differ: give one executable"]);
    }
}

#[test]
fn two_lists_of_dependencies_that_differ_are_an_error_in_every_format() {
    let sections = vec![(".dep-v0", list("one")), (".dep-v0", list("two"))];
    for (_, file) in in_every_format(&sections) {
        is_refused(&file, &["it has two lists of dependencies that differ: link only one"]);
    }
}

/// Linkers join the sections of several objects, and fill the end up with zeros.
#[test]
fn lists_that_a_linker_joined_in_one_section_count_like_lists_in_several() {
    let joined = |lists: &[&str]| {
        let lists = lists.iter().map(|name| [list(name), vec![0; 5]].concat());
        elf(vec![(".dep-v0", lists.collect::<Vec<_>>().concat())])
    };
    assert_eq!(image(&joined(&["one", "one"]))["dependencies"][0]["name"], "one");
    is_refused(&joined(&["one", "two"]), &["two lists of dependencies that differ"]);
    is_refused(&joined(&["one"; 17]), &["it has more than 16 lists of dependencies"]);
    let damaged = [list("one"), b"more".to_vec()].concat();
    is_refused(&elf(vec![(".dep-v0", damaged)]), &["deflate stream is damaged"]);
}

#[test]
fn each_image_of_a_universal_file_has_its_own_stamp_and_dependencies() {
    let slice = |name: &str| macho(vec![(".bldinfo", stamp_of(name)), (".dep-v0", list(name))]);
    let found = inspected(&universal(&[slice("one"), slice("two"), MachO::default()]));
    for (index, name) in [json!("one"), json!("two")].into_iter().enumerate() {
        assert_eq!(found["images"][index]["stamp"]["name"], name);
        assert_eq!(found["images"][index]["dependencies"][0]["name"], name);
    }
    assert_eq!(found["images"][2]["stamp"], json!(null));
    assert_eq!(found["images"][2]["dependencies"], json!(null));
}

#[test]
fn a_dependency_names_what_it_depends_on_by_its_place_in_the_sorted_list() {
    let list = r#"{"packages": [
        {"name": "b", "version": "2.0.0", "source": "local", "root": true, "dependencies": [3, 1, 2]},
        {"name": "c", "version": "1.0.0", "source": "git"},
        {"name": "a", "version": "1.0.0", "source": "crates.io", "dependencies": [1]},
        {"name": "b", "version": "1.0.0", "source": "crates.io", "kind": "build"}
    ]}"#;
    let found = &image(&elf(vec![(".dep-v0", dependencies(list))]))["dependencies"];
    let found: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["name"], &it["version"], &it["dependencies"]))
        .collect();
    let expected = [
        (json!("a"), json!("1.0.0"), json!([3])),
        (json!("b"), json!("1.0.0"), json!([])),
        (json!("b"), json!("2.0.0"), json!([0, 1, 3])),
        (json!("c"), json!("1.0.0"), json!([])),
    ];
    assert!(
        found
            .into_iter()
            .eq(expected.iter().map(|(name, version, places)| (name, version, places)))
    );
    let nowhere = list.replace("[1]", "[4]");
    is_refused(
        &elf(vec![(".dep-v0", dependencies(&nowhere))]),
        &["its list of dependencies is damaged: it names number 4, and has 4"],
    );
}

#[test]
fn all_fields_of_a_stamp_are_shown_and_old_stamps_lack_some() {
    let image_of = |stamp: String| image(&elf(vec![(".bldinfo", stamp.into_bytes())]))["stamp"].clone();
    let fields = ["version_from", "profile", "features"];
    let seen = |stamp: Value| fields.map(|field| stamp[field].clone());
    let sample = stamp();
    assert_eq!(
        seen(image_of(sample.clone())),
        [json!("cargo"), json!("release"), json!(["default", "tls"])]
    );
    let by_git = sample.replace("from\":\"cargo", "from\":\"git");
    assert_eq!(image_of(by_git.clone())["version_from"], "git");
    let more = r#","version_from":"cargo","profile":"release","features":["default","tls"]"#;
    let old = sample.replace(more, "");
    assert_ne!(old, sample);
    assert_eq!(seen(image_of(old.clone())), [json!("cargo"), json!(null), json!([])]);
    for (stamp, lines) in [
        (by_git, "  version from  the package's manifest and the commit\n"),
        (
            sample,
            "  toolchain     rustc 1.85.0\n  profile       release\n  feature       default\n                tls\n",
        ),
        (old, "  profile       not recorded\n  feature       none\n"),
    ] {
        let text = text_of(&elf(vec![(".bldinfo", stamp.into_bytes())]));
        assert!(text.contains(lines), "{lines:?} is not in\n{text}");
    }
}

/// An ELF file has no section headers if they were stripped, too.
#[test]
fn the_stamp_of_an_elf_file_without_section_headers_is_found_and_its_dependencies_are_not() {
    let mut file = elf(vec![(".bldinfo", stamp_of("server")), (".dep-v0", list("one"))]);
    // e_shoff; e_shnum and e_shstrndx.
    file[40..48].fill(0);
    file[60..64].fill(0);
    let image = image(&file);
    assert_eq!(image["stamp"]["name"], "server");
    assert_eq!(image["dependencies"], json!(null));
    assert!(text_of(&file).contains("  dependency    not recorded\n"));
}

/// UPX's header: a checksum, the magic, and some lengths.
const UPX: &[u8] = b"\x01\x02\x03\x04UPX!\xf0\x0a\x0e\x16";

fn packed_elf(header: &[u8]) -> Vec<u8> {
    Elf {
        machine: 62,
        sections: vec![("packed", PROGBITS, [header, b"packed"].concat())],
        segments: vec![(1, "packed")],
        ..Elf::default()
    }
    .bytes()
}

#[test]
fn a_file_packed_by_upx_is_said_to_be_so_and_not_to_have_no_stamp() {
    let packed_macho = MachO {
        more: vec![("__TEXT", "upxTEXT", UPX.to_vec())],
        ..MachO::default()
    };
    // Part of a stamp is among the packed bytes.
    let cut_off = stamp().into_bytes()[..60].to_vec();
    for file in [
        packed_elf(&[UPX, &cut_off].concat()),
        pe_named(["UPX0", "UPX1"]),
        packed_macho.sealed(),
    ] {
        let image = image(&file);
        assert_eq!(image["packer"], "UPX");
        assert_eq!((&image["stamp"], &image["dependencies"]), (&json!(null), &json!(null)));
        let why = "cannot be read: the file is packed by UPX, unpack a copy with `upx -d` first\n";
        let text = text_of(&file);
        for name in ["stamp       ", "dependency  "] {
            assert!(text.contains(&format!("  {name}  {why}")), "{text}");
        }
    }
}

/// A PE file whose first two sections have these names.
fn pe_named(names: [&str; 2]) -> Vec<u8> {
    let mut file = Pe::default().bytes();
    for (old, new) in [".text\0\0\0", ".rdata\0\0"].into_iter().zip(names) {
        let at = sample_files::program::place(&file, old.as_bytes());
        file[at..at + 8].fill(0);
        file[at..at + new.len()].copy_from_slice(new.as_bytes());
    }
    file
}

#[test]
fn a_file_that_only_mentions_upx_is_not_packed() {
    let elsewhere = MachO {
        more: vec![("__TEXT", "other", UPX.to_vec()), ("__TEXT", "upxTEXT", vec![1; 12])],
        ..MachO::default()
    };
    for file in [
        packed_elf(&[b"\0", UPX].concat()),
        elf(vec![("UPX0", UPX.to_vec())]),
        pe_named(["UPX1", "UPX0"]),
        pe_named(["UPX0", ".rsrc"]),
        pe(vec![("UPX0", UPX.to_vec()), ("UPX1", UPX.to_vec())]),
        elsewhere.sealed(),
        module(vec![("UPX0", UPX.to_vec()), ("UPX1", UPX.to_vec())]),
    ] {
        assert_eq!(image(&file)["packer"], json!(null));
    }
}

#[test]
fn instrumentation_is_known_by_its_sections_in_every_format() {
    type Row = (
        fn(Sections) -> Vec<u8>,
        &'static [(&'static str, &'static [&'static str])],
    );
    const ROWS: [Row; 4] = [
        (
            elf,
            &[
                ("__llvm_covmap", &["coverage"]),
                ("__llvm_prf_cnts", &["profile"]),
                ("asan_globals", &["address-sanitizer"]),
                ("__sancov_guards", &["sanitizer-coverage"]),
                ("xray_instr_map", &["xray"]),
                (".text.__llvm_covmap", &[]),
            ],
        ),
        (
            pe,
            &[
                (".lcovmap", &["coverage"]),
                (".lprfc", &["profile"]),
                (".ASAN", &["address-sanitizer"]),
                (".SCOV", &["sanitizer-coverage"]),
            ],
        ),
        (
            |sections| macho(sections).sealed(),
            &[
                ("__llvm_covmap", &["coverage"]),
                ("__llvm_prf_data", &["profile"]),
                ("__asan_globals", &["address-sanitizer"]),
                ("__sancov_cntrs", &["sanitizer-coverage"]),
            ],
        ),
        (module, &[("__llvm_covfun", &["coverage"])]),
    ];
    for (file, cases) in ROWS {
        for (section, kinds) in cases {
            let found = image(&file(vec![(section, vec![1; 8])]));
            assert_eq!(found["instrumentation"], json!(kinds), "{section}");
        }
    }
    let both = elf(vec![("__llvm_prf_names", vec![1]), ("__llvm_covfun", vec![1])]);
    assert!(text_of(&both).contains("  instrumented  coverage\n                profile\n"));
}

#[test]
fn instrumentation_of_a_module_is_known_by_the_names_of_its_data_segments() {
    let names = |id: u8| {
        let segments = b"\x02\x00\x0f__llvm_prf_cnts\x01\x07.rodata";
        // The names of functions come first.
        let all = [&[1, 4, 1, 0, 1, b'f', id, segments.len() as u8], &segments[..]].concat();
        image(&module(vec![("name", all)]))["instrumentation"].clone()
    };
    assert_eq!(names(9), json!(["profile"]));
    assert_eq!(names(8), json!([]));
    assert_eq!(
        image(&module(vec![("name", vec![9, 0xff])]))["instrumentation"],
        json!([])
    );
}

/// The text lies across two of the pieces that are searched.
#[test]
fn instrumentation_is_known_by_the_texts_of_its_runtime() {
    let runtime =
        "\0Deduplicate multiple reports for single source location in halt_on_error=false mode (asan only).\0";
    let gcov = "\0libgcov profiling error:%s:Not a gcov data file\n\0";
    for (texts, kinds) in [
        ([runtime, "\0LeakSanitizer\0"], json!(["leak-sanitizer"])),
        ([gcov, ""], json!(["coverage"])),
        (["\0LeakSanitizer\0", "\0AddressSanitizer\0"], json!([])),
    ] {
        let file = |before: usize| {
            let text = [vec![1; before], texts.concat().into_bytes()].concat();
            elf(vec![(".rodata.str", text)])
        };
        let start = sample_files::program::place(&file(0), texts[0].as_bytes());
        for at in [start, (1 << 20) - 40, (1 << 20) - 1] {
            let found = image(&file(at - start));
            assert_eq!(found["instrumentation"], kinds, "{texts:?} at {at}");
        }
    }
}

#[test]
fn this_program_does_not_find_its_own_list_of_texts() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_rebuild-verifier")).unwrap();
    let found = image(&program)["instrumentation"].to_string();
    assert!(!found.contains("sanitizer\""), "{found}");
}
