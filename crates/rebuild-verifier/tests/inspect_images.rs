//! `inspect`: Mach-O and PE files. Signatures are checked page by page, overlapping images are refused, and
//! delay-loaded libraries are listed.

use sample_files::macho::{MachO, universal};
use sample_files::pe::Pe;
use sample_files::program::place;
use serde_json::json;

use crate::inspect::inspected;
use crate::util::Folder;

#[test]
fn a_signature_is_intact_exactly_if_every_page_before_it_is_as_signed() {
    let pages = |bytes: &[u8]| inspected(bytes)["images"][0]["signature"]["pages"].clone();
    let large = MachO {
        text: (0..9000).map(|at| (at % 251) as u8).collect(),
        ..MachO::default()
    };
    for image in [MachO::default(), large] {
        let sealed = image.sealed();
        assert_eq!(pages(&sealed), "intact");
        let end = image.signature_at();
        // One byte changes: in the UUID, the first and the last of the content, in the code limit, in a digest.
        for at in [0x118, 0x200, end - 1, end + 20 + 35, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(pages(&changed), "damaged", "{at}");
        }
        let mut unknown = sealed.clone();
        unknown[end + 20 + 37] = 9;
        assert_eq!(pages(&unknown), "not-checked");
    }
}

#[test]
fn images_of_a_universal_file_that_overlap_are_refused() {
    let mut file = universal(&[MachO::default(), MachO::default()]);
    let first = file[16..20].to_vec();
    file[36..40].copy_from_slice(&first);
    let folder = Folder::new();
    folder.write("binary", file);
    folder
        .run(&["inspect", "binary"], 2)
        .assert_error(&["its images overlap"]);
}

#[test]
fn delay_loaded_libraries_of_a_pe_file_are_listed_and_imports_outside_of_it_are_refused() {
    let mut late = Pe::default().bytes();
    let imports = place(&late, &[0x80, 0x20, 0, 0, 40, 0, 0, 0]);
    let entry = late[imports..imports + 8].to_vec();
    // The table of delay-loaded imports is in the same place. It has the names at another offset.
    late[imports..imports + 8].fill(0);
    late[imports + 96..imports + 104].copy_from_slice(&entry);
    let table = place(&late, b"KERNEL32.dll") - 40;
    let name = late[table + 12..table + 16].to_vec();
    late[table + 4..table + 8].copy_from_slice(&name);
    // An empty entry ends the table.
    late.extend([0; 32]);
    assert_eq!(inspected(&late)["images"][0]["libraries"], json!(["KERNEL32.dll"]));
    let folder = Folder::new();
    let mut nowhere = Pe::default().bytes();
    nowhere[imports + 2] = 0x7f;
    folder.write("binary", nowhere);
    folder
        .run(&["inspect", "binary"], 2)
        .assert_error(&["imports are not in any"]);
}
