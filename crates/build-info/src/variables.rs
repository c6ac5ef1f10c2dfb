//! The stamp's values: read from the compiler's environment, checked, and put in the order of the format.

use crate::mark::{END, MAGIC};
use crate::rules::{self, UNKNOWN};

/// The compiler's environment at the call of [`stamp!`](crate::stamp!).
#[doc(hidden)]
pub struct Variables {
    /// `CARGO_PKG_NAME`
    pub name: &'static str,
    /// `CARGO_PKG_VERSION`
    pub version: &'static str,
    /// `SAMEBITS_REVISION`
    pub revision: Option<&'static str>,
    /// `SAMEBITS_DIRTY`
    pub dirty: Option<&'static str>,
    /// `SOURCE_DATE_EPOCH`
    pub source_date_epoch: Option<&'static str>,
    /// `SAMEBITS_TARGET`
    pub target: Option<&'static str>,
    /// `SAMEBITS_TOOLCHAIN`
    pub toolchain: Option<&'static str>,
    /// Whether a missing variable is an error. Otherwise it yields a `-dev` version.
    pub release: bool,
}

/// Reads a variable. If it is missing or breaks its rule, compilation fails with the remedy.
macro_rules! checked {
    ($value:expr, $rule:path, $name:literal, $remedy:literal) => {
        match $value {
            None => panic!(concat!(
                $name,
                " is not set, and a release build must know its origin: build with `nix build`, or set ",
                $name,
                " to ",
                $remedy
            )),
            Some(value) => {
                assert!($rule(value), concat!($name, " is not valid: set it to ", $remedy));
                value
            }
        }
    };
}

/// The origin of a build. Each value has been checked.
struct Origin {
    /// Suffix of the version.
    suffix: &'static str,
    revision: &'static str,
    dirty: &'static str,
    source_date_epoch: &'static str,
    target: &'static str,
    toolchain: &'static str,
}

/// The origin of a debug build that lacks any variable.
const NOT_KNOWN: Origin = Origin {
    suffix: "-dev",
    revision: UNKNOWN,
    dirty: "true",
    source_date_epoch: "0",
    target: UNKNOWN,
    toolchain: UNKNOWN,
};

impl Variables {
    const fn are_complete(&self) -> bool {
        self.revision.is_some()
            && self.dirty.is_some()
            && self.source_date_epoch.is_some()
            && self.target.is_some()
            && self.toolchain.is_some()
    }

    const fn origin(&self) -> Origin {
        if !self.are_complete() && !self.release {
            return NOT_KNOWN;
        }
        Origin {
            suffix: "",
            revision: checked!(
                self.revision,
                rules::is_revision,
                "SAMEBITS_REVISION",
                "the 40 hex digits that `git rev-parse HEAD` prints, or to `unknown`"
            ),
            dirty: checked!(
                self.dirty,
                rules::is_flag,
                "SAMEBITS_DIRTY",
                "`true` if the sources differ from that revision, else to `false`"
            ),
            source_date_epoch: checked!(
                self.source_date_epoch,
                rules::is_epoch,
                "SOURCE_DATE_EPOCH",
                "the seconds since 1970 that `git log -1 --format=%ct` prints"
            ),
            target: checked!(
                self.target,
                rules::is_plain,
                "SAMEBITS_TARGET",
                "the target triple, as in `x86_64-unknown-linux-musl`"
            ),
            toolchain: checked!(
                self.toolchain,
                rules::is_plain,
                "SAMEBITS_TOOLCHAIN",
                "the compiler and its version, as in `rustc 1.85.0`"
            ),
        }
    }
}

/// The pieces of the stamp, in order.
#[doc(hidden)]
pub const fn parts(variables: &Variables) -> [&'static str; 18] {
    assert!(
        rules::is_plain(variables.name),
        "the package name is not printable ASCII: rename it in Cargo.toml"
    );
    assert!(
        rules::is_plain(variables.version),
        "the package version is not printable ASCII: change it in Cargo.toml"
    );
    let origin = variables.origin();
    [
        MAGIC,
        "{\"name\":\"",
        variables.name,
        "\",\"version\":\"",
        variables.version,
        origin.suffix,
        "\",\"revision\":\"",
        origin.revision,
        "\",\"dirty\":",
        origin.dirty,
        ",\"source_date_epoch\":",
        origin.source_date_epoch,
        ",\"target\":\"",
        origin.target,
        "\",\"toolchain\":\"",
        origin.toolchain,
        "\"}",
        END,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BuildInfo, find_in};

    const COMPLETE: Variables = Variables {
        name: "server",
        version: "0.1.0",
        revision: Some("0123456789abcdef0123456789abcdef01234567"),
        dirty: Some("false"),
        source_date_epoch: Some("1700000000"),
        target: Some("aarch64-unknown-linux-musl"),
        toolchain: Some("rustc 1.85.0"),
        release: true,
    };

    fn written(variables: &Variables) -> BuildInfo {
        find_in(parts(variables).concat().as_bytes()).unwrap()
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        for release in [true, false] {
            let info = written(&Variables { release, ..COMPLETE });
            assert_eq!((info.name.as_str(), info.version.as_str()), ("server", "0.1.0"));
            assert_eq!(Some(info.revision.as_str()), COMPLETE.revision);
            assert_eq!((info.dirty, info.source_date_epoch), (false, 1_700_000_000));
            assert_eq!(Some(info.target.as_str()), COMPLETE.target);
            assert_eq!(Some(info.toolchain.as_str()), COMPLETE.toolchain);
        }
    }

    #[test]
    fn a_debug_build_that_lacks_any_variable_claims_no_origin() {
        let debug = || Variables {
            release: false,
            ..COMPLETE
        };
        for variables in [
            Variables {
                revision: None,
                ..debug()
            },
            Variables { dirty: None, ..debug() },
            Variables {
                source_date_epoch: None,
                ..debug()
            },
            Variables {
                target: None,
                ..debug()
            },
            Variables {
                toolchain: None,
                ..debug()
            },
        ] {
            let info = written(&variables);
            assert_eq!(
                (info.version.as_str(), info.revision.as_str()),
                ("0.1.0-dev", "unknown")
            );
            assert_eq!((info.dirty, info.source_date_epoch), (true, 0));
            assert_eq!((info.target.as_str(), info.toolchain.as_str()), ("unknown", "unknown"));
        }
    }

    #[test]
    fn a_release_build_that_lacks_a_variable_is_stopped_with_its_name_and_the_remedy() {
        for (name, variables) in [
            (
                "SAMEBITS_REVISION",
                Variables {
                    revision: None,
                    ..COMPLETE
                },
            ),
            (
                "SAMEBITS_DIRTY",
                Variables {
                    dirty: None,
                    ..COMPLETE
                },
            ),
            (
                "SOURCE_DATE_EPOCH",
                Variables {
                    source_date_epoch: None,
                    ..COMPLETE
                },
            ),
            (
                "SAMEBITS_TARGET",
                Variables {
                    target: None,
                    ..COMPLETE
                },
            ),
            (
                "SAMEBITS_TOOLCHAIN",
                Variables {
                    toolchain: None,
                    ..COMPLETE
                },
            ),
        ] {
            let message = stopped(variables);
            assert!(message.starts_with(&format!("{name} is not set")), "{message}");
            assert!(message.contains("build with `nix build`, or set "), "{message}");
        }
    }

    #[test]
    fn a_value_that_breaks_its_rule_stops_every_build() {
        for release in [true, false] {
            let complete = || Variables { release, ..COMPLETE };
            for (name, variables) in [
                (
                    "SAMEBITS_REVISION",
                    Variables {
                        revision: Some("main"),
                        ..complete()
                    },
                ),
                (
                    "SAMEBITS_DIRTY",
                    Variables {
                        dirty: Some("no"),
                        ..complete()
                    },
                ),
                (
                    "SOURCE_DATE_EPOCH",
                    Variables {
                        source_date_epoch: Some("today"),
                        ..complete()
                    },
                ),
                (
                    "SAMEBITS_TARGET",
                    Variables {
                        target: Some(""),
                        ..complete()
                    },
                ),
                (
                    "SAMEBITS_TOOLCHAIN",
                    Variables {
                        toolchain: Some("rustc \"1\""),
                        ..complete()
                    },
                ),
            ] {
                let message = stopped(variables);
                assert!(
                    message.starts_with(&format!("{name} is not valid: set it to ")),
                    "{message}"
                );
            }
        }
    }

    fn stopped(variables: Variables) -> String {
        let panic = std::panic::catch_unwind(|| parts(&variables)).unwrap_err();
        panic.downcast_ref::<&str>().unwrap().to_string()
    }
}
