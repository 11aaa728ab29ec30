//! A place where a product may do what it likes: its own HOME, TMPDIR and world, and an
//! environment built from nothing.

mod copy;
mod sandbox_root;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

pub use copy::copy_tree;
pub use sandbox_root::{SandboxRoot, place};

/// Who commits inside a sandbox. `invalid` is reserved: it can reach nobody.
pub const IDENTITY: (&str, &str) = ("Gate Operator", "operator@kitty-gate.invalid");

/// How wide the product believes its terminal to be. Narrower, and it breaks commands that it
/// tells people to copy.
const COLUMNS: &str = "400";

/// One sandbox. It lives as long as the [`SandboxRoot`] that it was made on.
#[derive(Debug, Clone)]
pub struct Sandbox {
    root: PathBuf,
}

impl Sandbox {
    /// Makes an empty sandbox in the folder `root`, which must not exist.
    pub(crate) fn create(root: &Path) -> io::Result<Self> {
        let sandbox = Self { root: root.to_owned() };
        for dir in [sandbox.home(), sandbox.tmp(), sandbox.streams()] {
            fs_err::create_dir_all(&dir)?;
        }
        sandbox.write_git_config()?;
        Ok(sandbox)
    }

    /// The folder that holds everything.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// HOME of the children.
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// TMPDIR of the children.
    pub fn tmp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Where the streams of the steps may be kept.
    pub fn streams(&self) -> PathBuf {
        self.root.join("streams")
    }

    /// The environment of a child; `bin` comes first on PATH.
    ///
    /// The product under test must be found first on PATH, because git starts its merge drivers
    /// by name.
    pub fn env(&self, bin: &Path) -> BTreeMap<String, OsString> {
        environment(&self.home(), &self.tmp(), search_path(bin))
    }

    fn write_git_config(&self) -> io::Result<()> {
        fs_err::write(self.home().join(".gitconfig"), git_config())
    }
}

/// An environment from nothing: what a child in a sandbox sees, and all that it sees.
pub fn environment(home: &Path, tmp: &Path, path: OsString) -> BTreeMap<String, OsString> {
    let of_this_sandbox = [
        ("HOME", home.as_os_str().to_owned()),
        ("XDG_CONFIG_HOME", home.join(".config").into()),
        ("XDG_CACHE_HOME", home.join(".cache").into()),
        ("XDG_DATA_HOME", home.join(".local/share").into()),
        ("XDG_STATE_HOME", home.join(".local/state").into()),
        ("TMPDIR", tmp.as_os_str().to_owned()),
        ("PATH", path),
        ("GIT_CONFIG_GLOBAL", home.join(".gitconfig").into()),
    ];
    let of_every_sandbox = [
        ("LANG", "C.UTF-8"),
        ("LC_ALL", "C.UTF-8"),
        ("TZ", "UTC"),
        ("TERM", "dumb"),
        ("COLUMNS", COLUMNS),
        ("LINES", "100"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("SPEC_KITTY_NO_UPGRADE_CHECK", "1"),
        // The product's default server is a real one. Nobody listens on the discard port.
        ("SPEC_KITTY_SAAS_URL", "http://127.0.0.1:9"),
    ];
    of_this_sandbox
        .into_iter()
        .chain(of_every_sandbox.map(|(name, value)| (name, value.into())))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Identity and a quiet git, also where the product clears the environment of a git it starts.
pub fn git_config() -> String {
    let (name, email) = IDENTITY;
    format!(
        "[user]\n\tname = {name}\n\temail = {email}\n\
         [init]\n\tdefaultBranch = main\n\
         [commit]\n\tgpgsign = false\n\
         [gc]\n\tauto = 0\n\
         [maintenance]\n\tauto = false\n\
         [core]\n\tfsmonitor = false\n\
         [safe]\n\tdirectory = *\n"
    )
}

/// `bin`, then git, then the system's folders.
fn search_path(bin: &Path) -> OsString {
    let mut dirs = vec![bin.to_owned()];
    dirs.extend(which::which("git").ok().and_then(|git| git.parent().map(Path::to_owned)));
    dirs.extend([PathBuf::from("/usr/bin"), PathBuf::from("/bin")]);
    let mut unique: Vec<PathBuf> = Vec::new();
    for dir in dirs {
        if !unique.contains(&dir) {
            unique.push(dir);
        }
    }
    std::env::join_paths(unique).unwrap_or_else(|_| "/usr/bin:/bin".into())
}
