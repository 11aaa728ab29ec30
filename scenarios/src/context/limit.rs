//! Limits of the operating system that a command runs under, as a full disk or a folder without
//! permission would set them.

use support::machine::{Need, PERMISSIONS};

/// What a command is kept from. It binds its children too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// No file may grow beyond so many bytes.
    FileSize(u64),
    /// Permissions bind it, even where it is root.
    Permissions,
}

impl Limit {
    /// The program that sets the limit and becomes the command, and its arguments.
    pub(super) fn wrapper(self) -> (Need, &'static str, Vec<String>) {
        match self {
            Self::FileSize(bytes) => {
                let args = vec![format!("--fsize={bytes}")];
                (Need::FileLimit, "prlimit", args)
            }
            Self::Permissions => {
                let args = PERMISSIONS.map(str::to_owned).to_vec();
                (Need::Privileges, "setpriv", args)
            }
        }
    }
}
