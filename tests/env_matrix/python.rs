//! The real Python of this machine.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde::Deserialize;

/// A CPython, as it says itself.
#[derive(Debug, Deserialize)]
pub struct Python {
    pub executable: PathBuf,
    pub version: String,
    pub stdlib: PathBuf,
    /// Whether its library is a file of its own.
    pub shared: bool,
    /// Where that library lies, and its name.
    pub libdir: String,
    pub library: String,
}

const WHO: &str = "import json, os, sys, sysconfig
config = lambda name: sysconfig.get_config_var(name) or ''
assert sys.version_info >= (3, 11)
print(json.dumps({
    'executable': os.path.realpath(sys._base_executable),
    'version': '.'.join(map(str, sys.version_info[:3])),
    'stdlib': sysconfig.get_path('stdlib'),
    'shared': bool(config('Py_ENABLE_SHARED')),
    'libdir': config('LIBDIR'),
    'library': config('INSTSONAME'),
}))";

/// The first on PATH that serves.
pub fn on_path() -> &'static Python {
    static FOUND: OnceLock<Python> = OnceLock::new();
    FOUND.get_or_init(|| {
        let names = ["python3", "python3.11", "python3.12", "python3.13", "python3.14"];
        let ask = |name| Command::new(name).args(["-c", WHO]).output().ok();
        let said = names.into_iter().filter_map(ask).find(|said| said.status.success());
        serde_json::from_slice(&said.unwrap().stdout).unwrap()
    })
}

impl Python {
    /// `python3.11`
    pub fn name(&self) -> String {
        let mut numbers = self.version.split('.');
        let mut next = || numbers.next().unwrap();
        format!("python{}.{}", next(), next())
    }
}
