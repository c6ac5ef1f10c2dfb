//! Whole files, read up to a limit.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

use crate::error::{Error, InputError as _, Result};

/// Reads a whole file.
///
/// # Errors
/// When the file cannot be read, is not a regular file, or is longer than `limit_bytes`.
pub fn read(path: &Path, format: &'static str, limit_bytes: u64) -> Result<Vec<u8>> {
    let failed = |cause| Error::read(path, cause);
    let invalid = |why: String| Error::invalid(path, format, why, "name another file");
    let check = |metadata: Metadata| {
        if metadata.is_file() {
            Ok(())
        } else {
            Err(invalid("it is not a regular file".into()))
        }
    };
    // Check the type before opening, because opening a device can have side effects, and again after opening, because
    // the path may lead to another file by then (TOCTOU). NONBLOCK keeps a named pipe from waiting for its writer.
    check(path.metadata().map_err(failed)?)?;
    let file = File::options()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits() as i32)
        .open(path)
        .map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let length = metadata.len();
    check(metadata)?;
    let too_long = || invalid(format!("it is longer than {limit_bytes} bytes"));
    // Check the length before allocating, and again after reading: the file may grow, or report a wrong length.
    if length > limit_bytes {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(length as usize + 1);
    file.take(limit_bytes + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit_bytes {
        return Err(too_long());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_at_its_limit_is_read_and_one_byte_more_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, "test", 5).unwrap(), b"12345");
        assert!(
            read(&path, "test", 4)
                .unwrap_err()
                .to_string()
                .contains("longer than 4 bytes")
        );
    }

    #[test]
    fn what_is_no_regular_file_is_refused_unread() {
        assert!(
            read(Path::new("/dev/zero"), "test", 5)
                .unwrap_err()
                .to_string()
                .contains("not a regular file")
        );
        assert!(matches!(
            read(Path::new("no-such-file"), "test", 5),
            Err(Error::Read { .. })
        ));
    }
}
