//! All readers agree about archives that other libraries write. These have what the samples lack: every form of long
//! names, folders, links and extensions.

#![allow(clippy::unwrap_used)]

use std::io::Write as _;

use format_oracles::compare;
use rawzip::ZipArchiveWriter;
use rawzip::extra_fields::ExtraFieldId;
use tar::{Builder, EntryType, Header};

/// Asserts that a reader finds this many members, and that this project's map agrees.
fn assert_agreed(archive: &[u8], reader: &str, members: usize) {
    let agreement = compare(archive).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(agreement.overlapping, []);
    let seen = agreement.seen.iter().map(|((_, name), seen)| (*name, seen.parts));
    assert_eq!(seen.collect::<Vec<_>>(), [(reader, members)]);
}

fn header(template: Header, kind: EntryType, size: usize) -> Header {
    let mut header = template;
    header.set_entry_type(kind);
    header.set_size(size as u64);
    header.set_mode(0o644);
    header.set_mtime(1_700_000_000);
    header.set_cksum();
    header
}

#[test]
fn tar_archives_of_either_format_with_names_of_any_length_are_seen_alike() {
    for template in [Header::new_gnu(), Header::new_ustar()] {
        let mut archive = Builder::new(Vec::new());
        let parts = [0, 10, 90, 99].map(|length| format!("{}/file", "d".repeat(length)));
        for (index, path) in parts.iter().enumerate() {
            let content = vec![7; index * 511];
            let mut header = header(template.clone(), EntryType::Regular, content.len());
            archive
                .append_data(&mut header, path.trim_start_matches('/'), &*content)
                .unwrap();
        }
        let mut folder = header(template.clone(), EntryType::Directory, 0);
        archive.append_data(&mut folder, "folder/", &b""[..]).unwrap();
        let mut link = header(template.clone(), EntryType::Symlink, 0);
        archive.append_link(&mut link, "link", "folder").unwrap();
        assert_agreed(&archive.into_inner().unwrap(), "tar", 6);
    }
}

#[test]
fn tar_members_whose_names_and_links_gnu_keeps_in_members_of_their_own_are_seen_alike() {
    let mut archive = Builder::new(Vec::new());
    let long = "long/".repeat(60);
    let mut file = header(Header::new_gnu(), EntryType::Regular, 3);
    archive.append_data(&mut file, &long, &b"one"[..]).unwrap();
    let mut link = header(Header::new_gnu(), EntryType::Symlink, 0);
    archive.append_link(&mut link, "link", &long).unwrap();
    assert_agreed(&archive.into_inner().unwrap(), "tar", 2);
}

#[test]
fn tar_members_with_extended_headers_are_seen_alike() {
    let mut archive = Builder::new(Vec::new());
    let long = format!("{}/ä", "p".repeat(300));
    let extensions = [("path", long.as_bytes()), ("mtime", b"1.5"), ("comment", b"x=y")];
    archive.append_pax_extensions(extensions).unwrap();
    let mut file = header(Header::new_ustar(), EntryType::Regular, 700);
    archive.append_data(&mut file, "short", &[1; 700][..]).unwrap();
    archive.append_pax_extensions([("size", &b"5"[..])]).unwrap();
    // The size is that of the extended header. The header's own size means nothing.
    let mut file = header(Header::new_ustar(), EntryType::Regular, 0);
    file.set_path("sized").unwrap();
    file.set_cksum();
    archive.append(&file, &b"12345"[..]).unwrap();
    assert_agreed(&archive.into_inner().unwrap(), "tar", 2);
}

#[test]
fn zip_archives_with_descriptors_extra_fields_and_comments_are_seen_alike() {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    archive.set_comment(b"about all".to_vec());
    archive.new_dir("folder/").create().unwrap();
    let long = "n".repeat(1000);
    for (name, content) in [("folder/a", &b"one"[..]), ("empty", b""), (&long, b"PK\x03\x04")] {
        let builder = archive.new_file(name).comment(b"about one".to_vec());
        let builder = builder.extra_field(ExtraFieldId::new(0x7777), b"more", rawzip::Header::LOCAL);
        let (mut entry, config) = builder.unwrap().start().unwrap();
        let mut data = config.wrap(&mut entry);
        data.write_all(content).unwrap();
        let (_, descriptor) = data.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    assert_agreed(&archive.finish().unwrap(), "rawzip", 4);
}
