//! The other readers, by format.

mod archives;
mod goblin;
mod object;
mod wasm;

use untrusted_input::format::Format;

use crate::part::Parts;

/// Another reader of a format.
pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) format: Format,
    /// Reads a file. `None` if it does not accept it.
    pub(crate) read: fn(&[u8]) -> Option<Parts>,
}

/// The number of bytes of a section's name that are compared.
const LONGEST_NAME_BYTES: usize = 127;

const fn reader(name: &'static str, format: Format, read: fn(&[u8]) -> Option<Parts>) -> Reader {
    Reader { name, format, read }
}

pub(crate) const READERS: &[Reader] = &[
    reader("object", Format::Elf, object::elf),
    reader("goblin", Format::Elf, goblin::elf),
    reader("object", Format::Pe, object::pe),
    reader("goblin", Format::Pe, goblin::pe),
    reader("object", Format::MachO, object::macho),
    reader("goblin", Format::MachO, goblin::macho),
    reader("wasmparser", Format::Wasm, wasm::wasm),
    reader("object", Format::Ar, object::ar),
    reader("goblin", Format::Ar, goblin::ar),
    reader("tar", Format::Tar, archives::tar),
    reader("rawzip", Format::Zip, archives::zip),
];

/// A name, if it is compared.
fn comparable(name: &[u8]) -> Option<&[u8]> {
    (name.len() <= LONGEST_NAME_BYTES).then_some(name)
}

/// Whether a member of an `ar` archive is a symbol index. Readers do not count it where they expect it.
fn is_index(name: &[u8]) -> bool {
    matches!(name, b"/" | b"/SYM64/") || name.starts_with(b"__.SYMDEF")
}
