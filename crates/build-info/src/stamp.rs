//! Writes the stamp: from the compiler's environment to one run of bytes in the program's read-only data.
//!
//! Everything is evaluated at compile time, in the crate that calls [`stamp!`](crate::stamp!), so a new revision
//! recompiles only that crate and none of its dependencies. The public items here exist for the macro's expansion.

use crate::mark::{END, MAGIC};
use crate::rules::MAX_TEXT_BYTES;
use crate::{BuildInfo, FindError, find_in};

/// The stamp of the program that called [`stamp!`](crate::stamp!).
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    bytes: &'static [u8],
}

impl Stamp {
    /// Wraps the bytes that [`stamp!`](crate::stamp!) has laid down.
    #[doc(hidden)]
    pub const fn new(bytes: &'static [u8]) -> Self {
        Self { bytes }
    }

    /// Reads the stamp back from the same bytes that [`find_in`] finds in the executable.
    ///
    /// # Errors
    ///
    /// [`FindError`] if the bytes are not a valid stamp. The compiler has checked them, so the executable was changed.
    pub fn info(self) -> Result<BuildInfo, FindError> {
        // NB: without black_box the optimiser may evaluate this call and keep only the values it needs, in pieces.
        find_in(std::hint::black_box(self.bytes))
    }
}

/// The length of what [`join`] makes of the parts.
#[doc(hidden)]
pub const fn length(parts: &[&str]) -> usize {
    let mut total = 0;
    let mut index = 0;
    while index < parts.len() {
        total += parts[index].len();
        index += 1;
    }
    assert!(
        total <= MAGIC.len() + MAX_TEXT_BYTES + END.len(),
        "the build stamp is longer than 4096 bytes: shorten the values of its variables"
    );
    total
}

/// Concatenates the parts into one array. `N` must be their [`length`].
#[doc(hidden)]
pub const fn join<const N: usize>(parts: &[&str]) -> [u8; N] {
    let mut bytes = [0; N];
    let mut filled = 0;
    let mut index = 0;
    while index < parts.len() {
        let part = parts[index].as_bytes();
        let mut offset = 0;
        while offset < part.len() {
            bytes[filled] = part[offset];
            filled += 1;
            offset += 1;
        }
        index += 1;
    }
    bytes
}

/// Stamps the program: a constant expression of type [`Stamp`] that holds what its build knew.
///
/// Call it once, in the binary crate, and report what [`Stamp::info`] returns (under `--version`, for example). The
/// linker drops a stamp that nothing reads.
///
/// ```
/// static STAMP: build_info::Stamp = build_info::stamp!();
/// println!("{}", STAMP.info()?);
/// # Ok::<(), build_info::FindError>(())
/// ```
///
/// # Errors
///
/// A release build (one without `debug_assertions`) does not compile unless every variable of the stamp is set. No
/// build compiles with an invalid value. The message names the variable and what to set it to.
#[macro_export]
macro_rules! stamp {
    () => {{
        const PARTS: &[&str] = &$crate::variables::parts(&$crate::variables::Variables {
            name: ::core::env!("CARGO_PKG_NAME"),
            version: ::core::env!("CARGO_PKG_VERSION"),
            revision: ::core::option_env!("SAMEBITS_REVISION"),
            dirty: ::core::option_env!("SAMEBITS_DIRTY"),
            source_date_epoch: ::core::option_env!("SOURCE_DATE_EPOCH"),
            target: ::core::option_env!("SAMEBITS_TARGET"),
            toolchain: ::core::option_env!("SAMEBITS_TOOLCHAIN"),
            release: !::core::cfg!(debug_assertions),
        });
        static BYTES: [u8; $crate::stamp::length(PARTS)] = $crate::stamp::join(PARTS);
        $crate::Stamp::new(&BYTES)
    }};
}
