//! Detects whether standard output was closed when the program was started (`>&-` in a shell).
//!
//! Before `main`, Rust's runtime opens `/dev/null` for each closed descriptor of the first three, so that no file is
//! ever opened as standard output by accident. Printing then seems to succeed. A closed descriptor can therefore only
//! be detected before the runtime starts, in an initialisation function that the system's loader calls.
//!
//! ```
//! if closed_stdout::was_closed() {
//!     eprintln!("cannot write to standard output: it is closed");
//!     std::process::exit(2);
//! }
//! ```
//!
//! The check proves only that the descriptor was open. It may be open for reading only, or nothing may read its other
//! end: only writing shows that. Standard input and standard error are not checked. In a library that is loaded at run
//! time, the check happens at that time.
//!
//! For Unix systems with ELF or Mach-O executables.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether standard output was closed when the program was started.
pub fn was_closed() -> bool {
    CLOSED.load(Relaxed)
}

/// NB: runs before the runtime, so it must not use anything of the standard library that the runtime sets up. It makes
/// one system call and one store.
extern "C" fn look() {
    CLOSED.store(rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err(), Relaxed);
}

// SAFETY: these sections hold pointers to functions without arguments. `LOOK` is one, and `look` needs no runtime.
#[allow(unsafe_code, reason = "no safe code runs before the runtime")]
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static LOOK: extern "C" fn() = look;

/// Compiles the examples of the README as doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
