//! What a program says of its own build: the stamp that was linked into it.

use crate::rules::{STAMP_BYTES, UNKNOWN};
use crate::{BuildInfo, FindError, VersionSource, find_in};

/// The stamp of the program that called [`stamp!`](crate::stamp!).
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    name: &'static str,
    version: &'static str,
}

impl Stamp {
    /// The stamp of a package, by what cargo knows about it.
    #[doc(hidden)]
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self { name, version }
    }

    /// Reads the stamp that is linked into this program: the same bytes that [`find_in`] finds in the executable.
    ///
    /// A program that carries none says so: its version ends with `-dev`, its revision is `unknown`, and it is dirty.
    ///
    /// # Errors
    ///
    /// [`FindError`] if the bytes are not a valid stamp: the executable was changed.
    pub fn info(self) -> Result<BuildInfo, FindError> {
        match find_in(linked()) {
            Err(FindError::Missing) => Ok(self.of_no_build()),
            found => found,
        }
    }

    fn of_no_build(self) -> BuildInfo {
        BuildInfo {
            name: self.name.to_owned(),
            version: format!("{}-dev", self.version),
            revision: UNKNOWN.to_owned(),
            dirty: true,
            source_date_epoch: 0,
            target: UNKNOWN.to_owned(),
            toolchain: UNKNOWN.to_owned(),
            version_from: VersionSource::Cargo,
            profile: None,
            features: Vec::new(),
        }
    }
}

/// The bytes that the build links in: a stamp, or zeros.
#[cfg(stamp_is_linked)]
fn linked() -> &'static [u8] {
    // SAFETY: the object that is linked in has as many bytes under this name (nix/build/stamp.c, nix/build/unstamped.c), and
    // nothing writes to them. Without that object, the program does not link.
    #[allow(unsafe_code, reason = "what another object holds cannot be named without it")]
    unsafe extern "C" {
        safe static SAMEBITS_BUILD_INFO: [u8; STAMP_BYTES];
    }
    &SAMEBITS_BUILD_INFO
}

#[cfg(not(stamp_is_linked))]
const fn linked() -> &'static [u8] {
    const { &[0; STAMP_BYTES] }
}

/// The stamp of the program: a constant expression of type [`Stamp`].
///
/// Call it in the binary crate, and report what [`Stamp::info`] returns (under `--version`, for example).
///
/// ```
/// static STAMP: build_info::Stamp = build_info::stamp!();
/// println!("{}", STAMP.info()?);
/// # Ok::<(), build_info::FindError>(())
/// ```
#[macro_export]
macro_rules! stamp {
    () => {
        $crate::Stamp::new(::core::env!("CARGO_PKG_NAME"), ::core::env!("CARGO_PKG_VERSION"))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_a_stamp_says_so_and_its_claims_are_valid() {
        let info = Stamp::new("server", "0.1.0").info().unwrap();
        assert_eq!((info.name.as_str(), info.version.as_str()), ("server", "0.1.0-dev"));
        assert_eq!(
            (info.revision.as_str(), info.dirty, info.source_date_epoch),
            (UNKNOWN, true, 0)
        );
        assert_eq!(find_in(&info.to_stamp().unwrap()), Ok(info));
    }
}
