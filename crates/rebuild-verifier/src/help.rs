//! This program's name, and what stands at the end of every help.

/// This program's name, before each of its messages.
pub(crate) const NAME: &str = "rebuild-verifier";

macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0  the same: every byte, path, type, executable bit and link target; or verified, or done
  1  different, or rejected
  2  could not decide: bad arguments or input, something unreadable, an output that could not be written
  141  whoever read standard output went away before the end, as `head` does"
    };
}

/// At the end of the help of a command that decides something.
pub(crate) const EXIT_CODES: &str = exit_codes!();

/// At the end of the help of a command that builds.
pub(crate) const BUILDING_EXIT_CODES: &str = concat!(
    exit_codes!(),
    "\n  130  cancelled by a signal, as by Ctrl-C: the build was ended, and nothing more was written"
);

/// At the end of the help of a command that decides nothing and only writes.
pub(crate) const WRITING_EXIT_CODES: &str = "\
Exit codes:
  0  written
  2  bad arguments, or an output that could not be written
  141  whoever read standard output went away before the end, as `head` does";
