//! The platform: the compiler's target settings, and what the running program detects.

use std::env::consts;
use std::fmt;
use std::thread;

use serde_json::{Value, json};

/// The target that the program was compiled for, and the system that it runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// The processor architecture, by Rust's `target_arch`.
    pub architecture: &'static str,
    /// The operating system, by `target_os`.
    pub os: &'static str,
    /// `unix`, `windows` or `wasm`.
    pub family: &'static str,
    /// The size of an address, in bits.
    pub pointer_width_bits: u32,
    /// `little` or `big`.
    pub endianness: &'static str,
    /// The CPU features that the compiler assumed, in alphabetical order. Without one of them the program may crash at
    /// any time. Only features that stable Rust lets a program query are listed.
    pub cpu_features: Vec<&'static str>,
    /// How many threads can run at once; `None` if the platform does not report it.
    pub parallelism: Option<usize>,
}

/// Lists the names for which `cfg!(target_feature = …)` holds.
macro_rules! assumed {
    ($($name:literal)*) => {
        [$(($name, cfg!(target_feature = $name))),*]
            .into_iter()
            .filter_map(|(name, assumed)| assumed.then_some(name))
            .collect::<Vec<_>>()
    };
}

impl System {
    /// Reads the compiler's settings and queries the running system.
    pub fn detect() -> Self {
        Self {
            architecture: consts::ARCH,
            // NB: the standard library leaves both names empty on WASI.
            os: if cfg!(target_os = "wasi") { "wasi" } else { consts::OS },
            family: if cfg!(target_family = "wasm") {
                "wasm"
            } else {
                consts::FAMILY
            },
            pointer_width_bits: usize::BITS,
            endianness: if cfg!(target_endian = "big") { "big" } else { "little" },
            cpu_features: cpu_features(),
            parallelism: thread::available_parallelism().ok().map(Into::into),
        }
    }

    /// The fields as a JSON object; `parallelism` is null if it is not known.
    pub fn to_json(&self) -> Value {
        json!({
            "architecture": self.architecture,
            "os": self.os,
            "family": self.family,
            "pointer_width_bits": self.pointer_width_bits,
            "endianness": self.endianness,
            "cpu_features": self.cpu_features,
            "parallelism": self.parallelism,
        })
    }
}

/// One line per field, without a final newline.
impl fmt::Display for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let features = match self.cpu_features.as_slice() {
            [] => "none beyond the architecture's".to_owned(),
            features => features.join(" "),
        };
        writeln!(formatter, "architecture: {}", self.architecture)?;
        writeln!(formatter, "operating system: {} ({})", self.os, self.family)?;
        writeln!(formatter, "pointer width: {} bits", self.pointer_width_bits)?;
        writeln!(formatter, "endianness: {}", self.endianness)?;
        writeln!(formatter, "cpu features assumed: {features}")?;
        match self.parallelism {
            Some(threads) => write!(formatter, "parallelism: {threads}"),
            None => write!(formatter, "parallelism: not known"),
        }
    }
}

/// The names are those of all architectures, in alphabetical order. NB: a name unknown to the compiler is a warning.
fn cpu_features() -> Vec<&'static str> {
    assumed!(
        "a" "adx" "aes" "avx" "avx2" "bmi1" "bmi2" "bulk-memory" "c" "cmpxchg16b" "crc" "dit" "dotprod"
        "extended-const" "f16c" "fcma" "fhm" "flagm" "fma" "fp16" "fxsr" "i8mm" "jsconv" "lse" "lzcnt" "m" "movbe"
        "multivalue" "mutable-globals" "neon" "nontrapping-fptoint" "paca" "pacg" "pan" "pclmulqdq" "popcnt" "rcpc"
        "rcpc2" "rdm" "reference-types" "relaxed-simd" "sb" "sha" "sha2" "sha3" "sign-ext" "simd128" "sse" "sse2"
        "sse3" "sse4.1" "sse4.2" "ssbs" "ssse3" "sve" "sve2" "vh" "xsave" "zba" "zbb" "zbc" "zbs"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> System {
        System {
            architecture: "s390x",
            os: "linux",
            family: "unix",
            pointer_width_bits: 64,
            endianness: "big",
            cpu_features: vec!["a", "b"],
            parallelism: Some(3),
        }
    }

    #[test]
    fn people_see_one_line_a_field() {
        assert_eq!(
            sample().to_string(),
            "architecture: s390x\n\
             operating system: linux (unix)\n\
             pointer width: 64 bits\n\
             endianness: big\n\
             cpu features assumed: a b\n\
             parallelism: 3"
        );
    }

    #[test]
    fn what_is_not_known_is_said_to_be_so() {
        let system = System {
            cpu_features: vec![],
            parallelism: None,
            ..sample()
        };
        let text = system.to_string();
        assert!(
            text.ends_with("cpu features assumed: none beyond the architecture's\nparallelism: not known"),
            "{text}"
        );
        assert_eq!(system.to_json()["parallelism"], Value::Null);
    }

    #[test]
    fn programs_see_the_same_fields_in_alphabetical_order() {
        assert_eq!(
            sample().to_json().to_string(),
            r#"{"architecture":"s390x","cpu_features":["a","b"],"endianness":"big","family":"unix","os":"linux","parallelism":3,"pointer_width_bits":64}"#
        );
    }

    #[test]
    fn every_field_is_known_on_the_machine_that_runs_the_tests() {
        let system = System::detect();
        for name in [system.architecture, system.os, system.family] {
            assert!(!name.is_empty(), "{system:?}");
        }
        assert_eq!(
            usize::try_from(system.pointer_width_bits / 8),
            Ok(size_of::<*const u8>())
        );
        assert!(system.parallelism.is_some());
    }

    #[test]
    fn cpu_features_are_in_alphabetical_order_and_those_of_the_architecture_are_among_them() {
        let features = System::detect().cpu_features;
        assert!(features.is_sorted(), "{features:?}");
        if cfg!(target_arch = "x86_64") {
            assert!(features.contains(&"sse2"), "{features:?}");
        }
        if cfg!(target_arch = "aarch64") {
            assert!(features.contains(&"neon"), "{features:?}");
        }
    }
}
