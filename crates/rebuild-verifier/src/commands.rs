//! The commands, one module each: its arguments, and the calls of the library that it stands for.

pub(crate) mod attest;
pub(crate) mod audit;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod hash;
pub(crate) mod inspect;
pub(crate) mod keygen;
pub(crate) mod man;
pub(crate) mod rebuild;
pub(crate) mod report;
pub(crate) mod sign;
pub(crate) mod verify;

use std::path::Path;

use rebuild_verifier::atomic::Staged;
use rebuild_verifier::{Error, Result, outputs};
use untrusted_input::terminal::Colors;

use crate::console::{self, Console};

/// A document that is wanted: where, `-` being standard output, and how it is made.
type Document<'a> = (&'a Path, Box<dyn Fn() -> Vec<u8> + 'a>);

/// Decides on every document of a command before anything else happens; see [`outputs::claim`].
fn claim(inputs: &[&Path], documents: &[&Path]) -> Result<()> {
    let (printed, files): (Vec<_>, Vec<_>) = documents.iter().partition(|path| is_stdout(path));
    if printed.len() > 1 {
        return Err(Error::WillNotReplace {
            path: "-".into(),
            why: "two documents cannot be written to one place; name another file",
        });
    }
    outputs::claim(inputs, &files)
}

/// Prints the document for standard output, else the text, and only then lets the files appear, with what is staged
/// already: a run whose result did not arrive leaves none.
fn deliver(
    console: &Console,
    documents: &[Document<'_>],
    mut staged: Staged,
    text: impl Fn(Colors) -> String,
) -> Result<()> {
    for (path, document) in documents.iter().filter(|(path, _)| !is_stdout(path)) {
        staged.add(path, &document())?;
    }
    match documents.iter().find(|(path, _)| is_stdout(path)) {
        Some((_, document)) => {
            console::show(&document())?;
            console.say_aside(&text(Colors(false)));
        }
        None => console.say(&text(console.colors()))?,
    }
    staged.appear()
}

fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}
