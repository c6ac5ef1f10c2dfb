//! All tests that run the program, in one binary. Each module has a line that says what it tests.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

// Helpers: a folder for each test, and the program with a clean environment.
mod util;

// `compare`: the explanations of differences.
mod explanations;

// `inspect`: what executables say about themselves.
mod inspect;

// `inspect`: stamps, dependencies, packers and instrumentation in every format.
mod inspect_contents;

// `inspect`: Mach-O and PE files.
mod inspect_images;

// `inspect`: ELF files for every machine and system.
mod inspect_systems;

// `compare --level`: every bit, or every bit except code signatures.
mod levels;

// `compare`: what is the same and what differs.
mod compare;

// `compare --html`: the page.
mod compare_page;

// `compare`: what makes the exit code 2.
mod undecided;

// `hash`: manifests of trees.
mod hash;

// `attest`: the statement.
mod attest;

// `attest`: the rules of the definition.
mod definition;

// `report`: results as they were written, and edited ones.
mod report;

// `report`: the documents.
mod report_documents;

// `report`: the markup of the documents, and names that attack it.
mod report_markup;

// `keygen`, `sign`: keys and signatures.
mod sign;

// `verify`: documents, policies and keys with random changes.
mod mutations;

// Helpers: builders with keys, and the attestations that they sign.
mod builders;

// `verify`: what is verified, rejected and undecided.
mod verify;

// `verify`: forgeries.
mod forgeries;

// `verify`: documents that look like something else.
mod disguises;

// `verify`: documents that are too large or too deep, and files that change meanwhile.
mod abuse;

// Attacks by class. Each class is a table.
mod attacks;

// `verify --policy`: each requirement of a policy.
mod policies;

// `verify`: the documents that it writes.
mod summaries;

// Streams, exit codes and colours of every command.
mod command_line;

// The documents against their schemas, and against golden ones.
mod schemas;

// `man`, `completions`: the pages and the scripts.
mod manual;

// Helpers: a program called nix that answers as a test wants.
mod fake_nix;

// `rebuild`: an attribute is built twice.
mod rebuild;

// `rebuild`: the progress display.
mod terminal;

// `rebuild --keep-going`: attributes that cannot be built.
mod keep_going;

// `audit`: the published files against the files built from the attestation.
mod audit;

// `audit`: the checks before the build.
mod audit_documents;

// Every document that is written, on a full disk.
mod full_disk;

// The seeds of the fuzzers.
mod seeds;
