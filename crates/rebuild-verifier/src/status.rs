//! The status of an artifact, the one way to roll several up, and the exit code of each.

use std::fmt;

use bit_compare::comparison::Verdict;
use untrusted_input::terminal::Colors;

/// What is known about one artifact. It starts as [`Status::NotChecked`], which is a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nothing was checked yet.
    #[default]
    NotChecked,
    /// It could not be decided.
    Undecided,
    /// The documents contradict each other.
    Rejected,
    /// One of the two builds failed, so there is nothing to compare.
    NotBuilt,
    /// The two builds differ.
    Different,
    /// The two builds differ only in code signatures, which were left out on purpose.
    IdenticalWithoutSignatures,
    /// The two builds are bit-identical.
    Identical,
}

impl Status {
    /// The worst status of the parts. Without parts it is [`Status::NotChecked`].
    pub fn roll_up(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().min_by_key(|part| part.rank()).unwrap_or_default()
    }

    /// The exit code: 0 same, 1 different, rejected or not built, 2 could not decide.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Identical | Self::IdenticalWithoutSignatures => 0,
            Self::Different | Self::NotBuilt | Self::Rejected => 1,
            Self::Undecided | Self::NotChecked => 2,
        }
    }

    /// Its name in words, green only if identical.
    pub fn colored(self, colors: Colors) -> String {
        colors.verdict(self, self == Self::Identical)
    }

    /// Its name in documents.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::NotChecked => "not-checked",
            Self::Undecided => "undecided",
            Self::Rejected => "rejected",
            Self::NotBuilt => "not-built",
            Self::Different => "different",
            Self::IdenticalWithoutSignatures => "identical-without-signatures",
            Self::Identical => "identical",
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::NotChecked => 0,
            Self::Undecided => 1,
            Self::Rejected => 2,
            Self::NotBuilt => 3,
            Self::Different => 4,
            Self::IdenticalWithoutSignatures => 5,
            Self::Identical => 6,
        }
    }
}

impl From<Verdict> for Status {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Identical => Self::Identical,
            Verdict::IdenticalWithoutSignatures => Self::IdenticalWithoutSignatures,
            Verdict::Different => Self::Different,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotChecked => "not checked",
            Self::Undecided => "could not decide",
            Self::Rejected => "rejected",
            Self::NotBuilt => "not built",
            Self::Different => "different",
            Self::IdenticalWithoutSignatures => "identical without signatures",
            Self::Identical => "identical",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Status::{self, *};

    #[test]
    fn nothing_rolls_up_to_not_checked_which_is_a_failure() {
        assert_eq!(Status::roll_up([]), NotChecked);
        assert_eq!(NotChecked.exit_code(), 2);
    }

    #[test]
    fn one_bad_part_spoils_the_whole() {
        assert_eq!(Status::roll_up([Identical, Identical]), Identical);
        for bad in [NotChecked, Undecided, Rejected, Different] {
            assert_eq!(Status::roll_up([Identical, bad, Identical]), bad);
            assert_ne!(bad.exit_code(), 0);
        }
        assert_eq!(Status::roll_up([Different, Undecided]), Undecided);
    }
}
