//! Running the product under a limit of the operating system, as a full disk or a folder without
//! permission would set it.

use std::ffi::OsString;

use support::machine::{Need, PERMISSIONS};

use super::halt::refuse_unknown_command;
use super::{Halt, Mission, PRODUCT, Program, Stage, Step};

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
    fn wrapper(self) -> (Need, &'static str, Vec<String>) {
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

impl Stage<'_> {
    /// Runs the product in the mission's primary checkout, under a limit.
    pub fn run_under<A: Into<OsString>>(
        &mut self,
        limit: Limit,
        mission: &Mission,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Step, Halt> {
        let (need, tool, own) = limit.wrapper();
        let path = self.tool(need, tool)?;
        let bin = self.setting.bin.clone();
        let program = Program { name: tool, path: &path, bin: &bin };
        let product = self.setting.executable.clone().into_os_string();
        let args = own
            .into_iter()
            .map(OsString::from)
            .chain([product])
            .chain(args.into_iter().map(Into::into))
            .collect();
        let step = self.perform(mission, &program, args, None)?;
        refuse_unknown_command(&step)?;
        Ok(step)
    }
}

/// The product inside a command line, as the record and a replay name it.
pub(super) fn called_by_name(word: &str, executable: &std::path::Path) -> String {
    if executable.to_str() == Some(word) { PRODUCT.to_owned() } else { word.to_owned() }
}
