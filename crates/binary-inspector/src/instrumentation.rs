//! Code that a compiler adds to test or to measure a program: sanitizers, coverage, profiles. No release has any.
//!
//! It is known by its sections, by the library of its runtime, or, where the runtime is linked in, by the runtime's own
//! texts, which remain in a stripped file.

use std::collections::BTreeSet;

use memchr::memmem::Finder;

/// A kind of instrumentation, and how to recognise it.
struct Kind {
    name: &'static str,
    /// Names of sections, in any format.
    sections: &'static [&'static str],
    /// The library of its runtime, as in `libasan.so.8` and `libclang_rt.asan-x86_64.so`.
    library: Option<&'static str>,
    /// The name by which the runtime of the sanitizers calls itself.
    sanitizer: Option<&'static str>,
    /// Formats of messages that only its runtime prints.
    messages: &'static [&'static str],
}

const fn sanitizer(name: &'static str, library: &'static str, its_name: &'static str) -> Kind {
    Kind {
        name,
        sections: &[],
        library: Some(library),
        sanitizer: Some(its_name),
        messages: &[],
    }
}

const fn by_sections(name: &'static str, sections: &'static [&'static str]) -> Kind {
    Kind {
        name,
        sections,
        library: None,
        sanitizer: None,
        messages: &[],
    }
}

const KINDS: [Kind; 11] = [
    Kind {
        sections: &["asan_globals", "__asan_globals", ".ASAN"],
        ..sanitizer("address-sanitizer", "asan", "AddressSanitizer")
    },
    Kind {
        // LLVM's of GCC's kind, and GCC's.
        messages: &[
            "profiling: %s: cannot map: %s\n",
            "libgcov profiling error:%s:Not a gcov data file\n",
        ],
        ..by_sections("coverage", &["__llvm_covmap", "__llvm_covfun", ".lcovmap", ".lcovfun"])
    },
    sanitizer("dataflow-sanitizer", "dfsan", "DataflowSanitizer"),
    sanitizer("hwaddress-sanitizer", "hwasan", "HWAddressSanitizer"),
    sanitizer("leak-sanitizer", "lsan", "LeakSanitizer"),
    sanitizer("memory-sanitizer", "msan", "MemorySanitizer"),
    by_sections(
        "profile",
        &[
            "__llvm_prf_cnts",
            "__llvm_prf_data",
            "__llvm_prf_names",
            ".lprfc",
            ".lprfd",
            ".lprfn",
        ],
    ),
    by_sections(
        "sanitizer-coverage",
        &[
            "__sancov_guards",
            "__sancov_cntrs",
            "__sancov_bools",
            "__sancov_pcs",
            ".SCOV",
            ".SCOVP",
        ],
    ),
    sanitizer("thread-sanitizer", "tsan", "ThreadSanitizer"),
    sanitizer("undefined-behavior-sanitizer", "ubsan", "UndefinedBehaviorSanitizer"),
    by_sections("xray", &["xray_instr_map", "xray_fn_idx"]),
];

/// A text in the runtime of every sanitizer: what one of its options does.
const RUNTIME: &str =
    "Deduplicate multiple reports for single source location in halt_on_error=false mode (asan only).";

/// Length of the longest text with the bytes around it.
pub(super) const LONGEST_BYTES: usize = RUNTIME.len() + 2;

/// Whether sections of this name belong to a kind.
pub(super) fn is_section(name: &str) -> bool {
    KINDS.iter().any(|kind| kind.sections.contains(&name))
}

/// The texts of runtimes that the bytes of an image hold.
pub(super) struct Texts(Vec<Text>);

struct Text {
    text: &'static str,
    finder: Finder<'static>,
    is_found: bool,
}

impl Texts {
    pub(super) fn new() -> Self {
        let of_kinds = KINDS.iter().flat_map(|kind| kind.sanitizer.iter().chain(kind.messages));
        let texts = of_kinds.chain([&RUNTIME]).map(|text| Text {
            text,
            // NB: the zeros that end texts in C. Without them this program would find its own list.
            finder: Finder::new(&[b"\0", text.as_bytes(), b"\0"].concat()).into_owned(),
            is_found: false,
        });
        Self(texts.collect())
    }

    /// Searches a piece. Pieces must overlap by [`LONGEST_BYTES`].
    pub(super) fn add(&mut self, piece: &[u8]) {
        for text in self.0.iter_mut().filter(|text| !text.is_found) {
            text.is_found = text.finder.find(piece).is_some();
        }
    }

    fn has(&self, wanted: &str) -> bool {
        self.0.iter().any(|text| text.is_found && text.text == wanted)
    }
}

/// The kinds in an image, sorted.
pub(super) fn kinds(sections: &BTreeSet<&str>, libraries: &[String], texts: &Texts) -> Vec<String> {
    let is_in = |kind: &&Kind| {
        kind.sections.iter().any(|name| sections.contains(name))
            || kind
                .library
                .is_some_and(|its| libraries.iter().any(|library| is_runtime(library, its)))
            || kind.sanitizer.is_some_and(|name| texts.has(RUNTIME) && texts.has(name))
            || kind.messages.iter().any(|message| texts.has(message))
    };
    KINDS.iter().filter(is_in).map(|kind| kind.name.to_owned()).collect()
}

/// Whether a library is GCC's or LLVM's runtime of this name.
fn is_runtime(library: &str, name: &str) -> bool {
    let file = library.rsplit('/').next().unwrap_or(library);
    file.strip_prefix("lib")
        .and_then(|rest| rest.strip_prefix(name))
        .is_some_and(|rest| rest.starts_with(".so"))
        || file.contains(&format!("_rt.{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_are_sorted_and_no_text_is_longer_than_pieces_overlap() {
        assert!(KINDS.is_sorted_by(|one, next| one.name < next.name));
        for kind in &KINDS {
            assert!(
                kind.messages.iter().all(|message| message.len() + 2 <= LONGEST_BYTES),
                "{}",
                kind.name
            );
        }
    }

    #[test]
    fn the_runtime_of_a_sanitizer_is_known_by_the_name_of_its_library() {
        for (library, expected) in [
            ("libasan.so.8", "address-sanitizer"),
            ("/usr/lib/libclang_rt.asan_osx_dynamic.dylib", "address-sanitizer"),
            ("@rpath/librustc-nightly_rt.tsan.dylib", "thread-sanitizer"),
            ("clang_rt.asan_dynamic-x86_64.dll", "address-sanitizer"),
            ("libubsan.so.1", "undefined-behavior-sanitizer"),
            ("libhwasan.so.0", "hwaddress-sanitizer"),
        ] {
            let found = kinds(&BTreeSet::new(), &[library.into()], &Texts::new());
            assert_eq!(found, [expected], "{library}");
        }
        for library in ["libc.so.6", "libasan_not.so", "/asan/libc.so"] {
            assert_eq!(
                kinds(&BTreeSet::new(), &[library.into()], &Texts::new()),
                [""; 0],
                "{library}"
            );
        }
    }

    #[test]
    fn the_name_of_a_sanitizer_says_nothing_without_its_runtime() {
        let seen = |bytes: &[u8]| {
            let mut texts = Texts::new();
            texts.add(bytes);
            kinds(&BTreeSet::new(), &[], &texts)
        };
        let name = b"\0ThreadSanitizer\0";
        assert_eq!(seen(name), [""; 0]);
        assert_eq!(seen(format!("\0{RUNTIME}\0").as_bytes()), [""; 0]);
        assert_eq!(seen(&[name, RUNTIME.as_bytes(), b"\0"].concat()), ["thread-sanitizer"]);
        assert_eq!(seen(b"\0profiling: %s: cannot map: %s\n\0"), ["coverage"]);
    }
}
