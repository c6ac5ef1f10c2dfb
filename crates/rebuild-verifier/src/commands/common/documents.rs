//! Documents that a command writes: their paths are claimed first, their content is delivered last.

use std::path::Path;

use rebuild_verifier::atomic::Staged;
use rebuild_verifier::{Error, Result, outputs};
use untrusted_input::terminal::Colors;

use crate::console::{self, Console};

/// A requested document.
pub(crate) struct OutputDocument<'a> {
    /// Where it goes; `-` is standard output.
    path: &'a Path,
    content: Box<dyn Fn() -> Vec<u8> + 'a>,
}

impl<'a> OutputDocument<'a> {
    /// A document for `path`; its content is generated only when it is written.
    pub(crate) fn new(path: &'a Path, content: impl Fn() -> Vec<u8> + 'a) -> Self {
        Self {
            path,
            content: Box::new(content),
        }
    }
}

/// Claims the outputs of a command before it does anything else; see [`outputs::claim`].
pub(crate) fn claim(inputs: &[&Path], documents: &[&Path]) -> Result<()> {
    let (printed, files): (Vec<_>, Vec<_>) = documents.iter().partition(|path| is_stdout(path));
    if printed.len() > 1 {
        return Err(Error::WillNotReplace {
            path: "-".into(),
            why: "two documents cannot be written to one place; name another file",
        });
    }
    outputs::claim(inputs, &files)
}

/// Prints the document for standard output, or else the text. Only then do the files and `staged` appear, so that a run
/// whose output could not be delivered leaves none.
pub(crate) fn deliver(
    console: &Console,
    documents: &[OutputDocument<'_>],
    mut staged: Staged,
    text: impl Fn(Colors) -> String,
) -> Result<()> {
    for document in documents.iter().filter(|one| !is_stdout(one.path)) {
        staged.add(document.path, &(document.content)())?;
    }
    match documents.iter().find(|one| is_stdout(one.path)) {
        Some(document) => {
            console::show(&(document.content)())?;
            console.say_aside(&text(Colors(false)));
        }
        None => console.say(&text(console.colors()))?,
    }
    staged.appear()
}

pub(crate) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}
