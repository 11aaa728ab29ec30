//! The reference product inside this very program: `kitty-gate run reference` needs no Python, no
//! network, and no other file.
//!
//! A link to the program, called as the product is, is the product.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use reference::{FAULT_VARIABLE, Fault};

/// The word for it on the command line.
pub const WORD: &str = "reference";

/// What the product is called where it is run.
const CALLED: &str = "spec-kitty";

/// Whether this process was started as the product.
pub fn is_called() -> bool {
    let called = std::env::args_os().next();
    called.is_some_and(|path| {
        Path::new(&path)
            .file_name()
            .is_some_and(|name| name == CALLED)
    })
}

/// Is the product, for this process.
pub fn main() -> ExitCode {
    reference::main()
}

/// The fault that the caller's environment switches on.
pub fn fault() -> Result<Option<Fault>, String> {
    match std::env::var(FAULT_VARIABLE) {
        Ok(name) if name.is_empty() => Ok(None),
        Ok(name) => Fault::named(&name)
            .map(Some)
            .ok_or_else(|| format!("{FAULT_VARIABLE} names no fault: {name}")),
        Err(_) => Ok(None),
    }
}

/// The executable to be installed. Each fault has one of its own: what the product makes under one
/// must not serve another.
pub fn executable(store: &Path, fault: Option<Fault>) -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let room = store.join(WORD).join(fault.map_or("clean", Fault::name));
    fs_err::create_dir_all(&room)?;
    let link = room.join(WORD);
    if std::fs::read_link(&link).is_ok_and(|there| there == program) {
        return Ok(link);
    }
    let draft = room.join(format!(".{WORD}-{}", std::process::id()));
    let _ = std::fs::remove_file(&draft);
    fs_err::os::unix::fs::symlink(program, &draft)?;
    fs_err::rename(draft, &link)?;
    Ok(link)
}

/// What its commands must see.
pub fn env(fault: Option<Fault>) -> BTreeMap<String, OsString> {
    let fault = fault.map(|fault| (FAULT_VARIABLE.to_owned(), fault.name().into()));
    fault.into_iter().collect()
}
