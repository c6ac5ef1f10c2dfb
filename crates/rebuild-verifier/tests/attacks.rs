//! Attacks: attempts to get a false *identical* or *verified*, to lose a file, to learn a secret or to exhaust a
//! machine.
//!
//! Each class is a file with a table. A row says what is tried, which public advisory it resembles, which exit code the
//! program must have and what it must print. docs/security.md lists the classes with the number of their rows, and a
//! test in tests/end_to_end keeps it right.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::util::{Folder, Output};

mod budgets;
mod builds;
mod claims;
mod leftovers;
mod names;
mod outputs;
mod policies;
mod races;
mod refusals;
mod releases;
mod reports;
mod secrets;
mod sharing;
mod signatures;
mod statements;
mod streams;
mod terminals;
mod times;

/// One attack.
pub(crate) struct Attack {
    /// What is tried, in one sentence.
    name: &'static str,
    /// The public advisory or report that it resembles; empty if there is none.
    like: &'static str,
    /// The exit code that the program must have.
    exit: i32,
    /// Words that the program must print.
    says: &'static str,
    /// Prepares a folder, and runs the program. It must have the given exit code.
    attempt: fn(i32) -> Output,
}

/// A row of a table.
pub(crate) const fn attack(
    name: &'static str,
    like: &'static str,
    exit: i32,
    says: &'static str,
    attempt: fn(i32) -> Output,
) -> Attack {
    Attack {
        name,
        like,
        exit,
        says,
        attempt,
    }
}

/// Runs every attack of a class, and fails with the names of those that succeeded.
pub(crate) fn all_fail(attacks: &[Attack]) {
    assert!(!attacks.is_empty());
    let succeeded: Vec<_> = attacks
        .iter()
        .filter(|attack| catch_unwind(AssertUnwindSafe(|| attack.run())).is_err())
        .map(|attack| format!("{} ({})", attack.name, attack.like))
        .collect();
    assert!(succeeded.is_empty(), "not as it must be:\n{}", succeeded.join("\n"));
}

/// Runs the program with 1 GiB of address space.
pub(crate) fn within_a_gibibyte(folder: &Folder, arguments: &str, exit: i32) -> Output {
    folder.shell(&format!("ulimit -v 1048576; exec \"$0\" {arguments}"), exit)
}

impl Attack {
    fn run(&self) {
        let output = (self.attempt)(self.exit);
        let is_in_output = output.stdout.contains(self.says) || output.stderr.contains(self.says);
        assert!(
            is_in_output,
            "{}: {:?} is in neither\n--- stdout\n{}\n--- stderr\n{}",
            self.name, self.says, output.stdout, output.stderr
        );
    }
}
