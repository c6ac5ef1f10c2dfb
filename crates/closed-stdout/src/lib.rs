//! Says whether standard output was closed when the program was started (`>&-` in a shell).
//!
//! Before `main`, Rust's runtime opens `/dev/null` for each of the first three file descriptors that is closed, so that no
//! file is ever opened as standard output by accident. Whatever is printed then seems to arrive. The only time to find out is
//! before the runtime begins: the system's loader calls the functions that an executable lists for that.
//!
//! ```
//! if closed_stdout::was_closed() {
//!     eprintln!("cannot write to standard output: it is closed");
//!     std::process::exit(2);
//! }
//! ```
//!
//! It tells that the descriptor was there, not that it can be written to (it may be open for reading only), nor that anything
//! reads what is: only writing tells. Of standard input and standard error it says nothing. In a library that is loaded while a
//! program runs, the time at which it looks is that of loading.
//!
//! For Unix, where executables are ELF or Mach-O.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether standard output was closed when the program was started.
pub fn was_closed() -> bool {
    CLOSED.load(Relaxed)
}

/// One system call and one store: nothing of the standard library that its runtime would have to set up first.
extern "C" fn look() {
    CLOSED.store(rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err(), Relaxed);
}

// SAFETY: these sections hold pointers to functions without arguments, which this is, and `look` needs no runtime.
#[allow(unsafe_code, reason = "no safe code runs before the runtime")]
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static LOOK: extern "C" fn() = look;

/// Has the examples of the README compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
