//! Changes strings in an ELF file, in place: no tool for it needs to be there.

use std::path::Path;

/// Replaces a string by one that is no longer; `false` when the file does not hold it.
pub fn patch(file: &Path, from: &str, to: &str) -> bool {
    assert!(to.len() <= from.len());
    let mut bytes = fs_err::read(file).unwrap();
    let whole = [b"\0", from.as_bytes(), b"\0"].concat();
    let found = bytes.windows(whole.len()).position(|window| window == whole);
    let Some(at) = found else {
        return false;
    };
    let place = &mut bytes[at + 1..=at + from.len()];
    place.fill(0);
    place[..to.len()].copy_from_slice(to.as_bytes());
    fs_err::write(file, bytes).unwrap();
    true
}
