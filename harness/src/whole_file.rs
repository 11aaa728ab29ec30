//! A file that others read is there whole or not at all: a reader never meets half of it, and what stood there is not
//! lost where the new one cannot be written.

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde::Serialize;

/// What anybody may read and write, but for what the caller's umask forbids.
const FOR_EVERYBODY: u32 = 0o666;

/// Writes a file, which may be there already and then keeps its mode. The error names it.
pub fn write_whole(file: &Path, text: &[u8]) -> io::Result<()> {
    // Through a link, as writing into the file would.
    let target = fs_err::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    replace(&target, text).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot write `{}`: {error}", file.display()))
    })
}

/// The same for a document.
pub fn write_json(file: &Path, document: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(document)?;
    text.push(b'\n');
    write_whole(file, &text)
}

fn replace(file: &Path, text: &[u8]) -> io::Result<()> {
    let mode = std::fs::metadata(file).map(|there| there.permissions());
    let mut draft = tempfile::Builder::new()
        .permissions(Permissions::from_mode(FOR_EVERYBODY))
        .tempfile_in(folder_of(file))
        .map_err(|error| reason(&error))?;
    draft.write_all(text).map_err(|error| reason(&error))?;
    if let Ok(mode) = mode {
        draft.as_file().set_permissions(mode)?;
    }
    draft.persist(file).map(drop).map_err(|error| reason(&error.error))
}

/// What the system says, without the draft's name, which tells nobody anything.
fn reason(error: &io::Error) -> io::Error {
    let source = error.get_ref().and_then(std::error::Error::source);
    let code = source.and_then(|source| source.downcast_ref::<io::Error>());
    let code = code.unwrap_or(error);
    code.raw_os_error()
        .map_or_else(|| io::Error::new(code.kind(), code.to_string()), io::Error::from_raw_os_error)
}

/// The folder of a file, which may be given by its name alone.
pub fn folder_of(file: &Path) -> &Path {
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    dir.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(file: &Path) -> u32 {
        fs_err::metadata(file).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_written_through_a_link_and_keeps_its_mode() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs_err::write(at("plain"), "").unwrap();
        write_whole(&at("new"), b"new").unwrap();
        assert_eq!(mode(&at("new")), mode(&at("plain")));
        fs_err::set_permissions(at("new"), Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("new", at("link")).unwrap();
        write_whole(&at("link"), b"newer").unwrap();
        assert!(at("link").is_symlink());
        assert_eq!(fs_err::read_to_string(at("new")).unwrap(), "newer");
        assert_eq!(mode(&at("new")), 0o640);
    }

    #[test]
    fn an_error_names_the_file_and_nothing_of_the_draft() {
        let root = tempfile::tempdir().unwrap();
        for below in ["missing", "file"] {
            fs_err::write(root.path().join("file"), "").unwrap();
            let file = root.path().join(below).join("report");
            let told = write_whole(&file, b"").unwrap_err().to_string();
            let starts = format!("cannot write `{}`: ", file.display());
            assert!(told.starts_with(&starts) && !told.contains("tmp\""), "{told}");
            assert!(told.contains("(os error "), "{told}");
        }
    }
}
