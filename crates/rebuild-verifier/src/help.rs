//! The program's name, and the exit codes at the end of every help text.

/// The program's name; it begins each message.
pub(crate) const NAME: &str = "rebuild-verifier";

macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0  the same in every byte, path, type, executable bit and link target; or verified, or done
  1  different, or rejected
  2  could not decide: bad arguments or input, something unreadable, an output that could not be written
  141  the reader of standard output went away before the end, as `head` does"
    };
}

/// Ends the help of a command that decides something.
pub(crate) const EXIT_CODES: &str = exit_codes!();

/// Ends the help of a command that builds.
pub(crate) const BUILDING_EXIT_CODES: &str = concat!(
    exit_codes!(),
    "\n  130  cancelled by a signal such as Ctrl-C: the build was stopped, and nothing more was written"
);

/// Ends the help of a command that only writes.
pub(crate) const WRITING_EXIT_CODES: &str = "\
Exit codes:
  0  written
  2  bad arguments, or an output that could not be written
  141  the reader of standard output went away before the end, as `head` does";
