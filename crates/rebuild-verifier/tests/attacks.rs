//! Attacks: what somebody would try who wants a false *identical* or *verified*, a lost file, a secret or a stuck machine.
//!
//! One file a class, each a table. A row says what is tried, which public advisory it is like, how the program must exit and
//! what it must say. docs/security.md names the classes and counts their rows; tests/end_to_end checks that it counts right.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::util::Output;

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
    /// What is tried, as a sentence.
    name: &'static str,
    /// The public advisory or report that it is like; empty if there is none.
    like: &'static str,
    /// The exit code that it must end with.
    exit: i32,
    /// Words that must be in what the program prints.
    says: &'static str,
    /// Sets the scene and runs the program, which must end with the exit code that is handed in.
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

/// Runs every attack of a class, then names all that succeeded.
pub(crate) fn all_fail(attacks: &[Attack]) {
    assert!(!attacks.is_empty());
    let succeeded: Vec<_> = attacks
        .iter()
        .filter(|attack| catch_unwind(AssertUnwindSafe(|| attack.run())).is_err())
        .map(|attack| format!("{} ({})", attack.name, attack.like))
        .collect();
    assert!(succeeded.is_empty(), "not as it must be:\n{}", succeeded.join("\n"));
}

impl Attack {
    fn run(&self) {
        let output = (self.attempt)(self.exit);
        let said = output.stdout.contains(self.says) || output.stderr.contains(self.says);
        assert!(
            said,
            "{}: {:?} is in neither\n--- stdout\n{}\n--- stderr\n{}",
            self.name, self.says, output.stdout, output.stderr
        );
    }
}
