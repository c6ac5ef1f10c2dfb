//! All end-to-end tests of the program, in one binary.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

// A folder of its own for each test, the program in a clean environment, and what to print when it surprises.
mod util;

// Explanations as they are told.
mod explanations;

// What executables say about themselves.
mod inspect;

// What is checked in Mach-O and PE files.
mod inspect_images;

// The same of ELF files for every machine and system.
mod inspect_systems;

// What has to be the same: every bit, or every bit but signatures.
mod levels;

// What is the same, what differs, and how each difference is told.
mod compare;

// The page about a comparison.
mod compare_page;

// What keeps a comparison from deciding: exit code 2 and a line that says why.
mod undecided;

// Manifests of trees.
mod hash;

// The statement: refused or written, whole, and the same each time.
mod attest;

// The rules of the definition, broken one by one.
mod definition;

// Results read back, and results that someone edited.
mod report;

// The documents that a report is written as.
mod report_documents;

// Their markup, and names that attack it.
mod report_markup;

// Keys, and what is signed with them.
mod sign;

// What was signed and then edited.
mod mutations;

// Builders with keys, for the tests of verification.
mod trust;

// What verifies, what does not, what cannot be decided.
mod verify;

// Everything false that must not verify.
mod forgeries;

// What is dressed up as something else.
mod disguises;

// What is too large, too deep, or exchanged meanwhile.
mod abuse;

// All of these spoilt at random.
mod hostile;

// Attacks by class, each a table of cases.
mod attacks;

// Policies, requirement by requirement.
mod policies;

// The documents about a verification.
mod summaries;

// Streams, exit codes and colours: the manners of a command.
mod command_line;
// The documents against the schemas that describe them, and against golden ones.
mod schemas;

// Manual pages and completions: every command, and the same each time.
mod manual;

// A program called nix that answers as the tests want.
mod fake_nix;

// Builds that are made twice, and what becomes of them.
mod rebuild;

// What is seen of them meanwhile.
mod terminal;

// Many of them, of which some cannot be built.
mod keep_going;

// What was published against what is built from its attestation.
mod audit;

// What is found out before anything is built.
mod audit_documents;

// Every document on a disk that is full.
mod full_disk;

// What the fuzzers begin from.
mod seeds;
