//! The crates `tar` and `rawzip` as readers.

use std::io::Cursor;

use ::tar::Archive;
use rawzip::ZipArchive;

use crate::part::Parts;

pub(super) fn tar(bytes: &[u8]) -> Option<Parts> {
    let mut archive = Archive::new(Cursor::new(bytes));
    let mut found = Parts::new();
    for entry in archive.entries_with_seek().ok()? {
        let entry = entry.ok()?;
        let name = entry.path_bytes();
        found.add(Some(&name), entry.raw_file_position(), entry.size());
    }
    Some(found)
}

pub(super) fn zip(bytes: &[u8]) -> Option<Parts> {
    let archive = ZipArchive::from_slice(bytes).ok()?;
    let mut found = Parts::new();
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().ok()? {
        let place = archive.get_entry(entry.wayfinder()).ok()?;
        let (start, end) = place.compressed_data_range();
        let name = entry.file_path();
        found.add(Some(name.as_ref()), start, end - start);
    }
    // `rawzip` uses the length of the directory, and this project the number of entries.
    (archive.entries_hint() == found.parts.len() as u64).then_some(found)
}
