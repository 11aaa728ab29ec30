//! A machine to be made poor: folders of its own, and `kitty-gate` in mounts of its own.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// This machine cannot provoke the situation, for this reason.
pub struct CannotProvoke(pub String);

/// The scenario that is run where one will do. It runs one command.
pub const ONE: &str = "merge/coordination-dry-run-stays-json";

pub struct Bench {
    root: tempfile::TempDir,
}

/// What kitty-gate said.
#[derive(Debug)]
pub struct CliOutput {
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Bench {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs_err::create_dir(root.path().join("home")).unwrap();
        Self { root }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs_err::create_dir_all(&path).unwrap();
        path
    }

    /// A program of this name and with this body, in a folder of its own.
    pub fn program(&self, name: &str, body: &str) -> PathBuf {
        let path = self.folder(&format!("of-{name}")).join(name);
        fs_err::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// A product that answers what it is asked about itself, and does `body` for everything else.
    pub fn product(&self, body: &str) -> PathBuf {
        let itself = "case \"$*\" in --version) echo 'spec-kitty-cli version 9.9.9'; exit;;\n\
             *--help) echo 'Usage: spec-kitty [OPTIONS] COMMAND'; exit;; esac";
        self.program("product", &format!("{itself}\n{body}"))
    }

    /// `kitty-gate` with these arguments, in the bench's folder.
    pub fn gate<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> CliOutput {
        self.gate_with(&[], args)
    }

    pub fn gate_with<A: AsRef<OsStr>>(
        &self,
        env: &[(&str, &OsStr)],
        args: impl IntoIterator<Item = A>,
    ) -> CliOutput {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kitty-gate"));
        command.args(args);
        self.finish(command, env)
    }

    /// The same, after `before` was done in mounts of its own; `$place` in it is the bench's folder.
    pub fn gate_after<A: AsRef<OsStr>>(
        &self,
        before: &str,
        env: &[(&str, &OsStr)],
        args: impl IntoIterator<Item = A>,
    ) -> Result<CliOutput, CannotProvoke> {
        let mut command = Command::new("unshare");
        let script = format!(
            "set -e; place=$1; shift; {{ {before}; }} >/dev/null 2>&1 || exit 97; exec \"$@\""
        );
        command.args(way_to_mount()?).args(["/bin/sh", "-c", &script, "sh"]);
        command.arg(self.root.path()).arg(env!("CARGO_BIN_EXE_kitty-gate")).args(args);
        let said = self.finish(command, env);
        assert_ne!(said.exit, Some(97), "{before}");
        Ok(said)
    }

    fn finish(&self, mut command: Command, env: &[(&str, &OsStr)]) -> CliOutput {
        let output = command
            .current_dir(self.root.path())
            .env("HOME", self.path("home"))
            .env("KITTY_GATE_CACHE", self.path("cache"))
            .env_remove("XDG_CACHE_HOME")
            .env_remove("TMPDIR")
            .envs(env.iter().copied())
            .output()
            .unwrap();
        CliOutput {
            exit: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// As root, else as root of a user namespace.
fn way_to_mount() -> Result<Vec<&'static str>, CannotProvoke> {
    let can = |way: &&[&str]| {
        let mut unshare = Command::new("unshare");
        unshare.args(*way).args(["mount", "-t", "tmpfs", "none", "/mnt"]);
        unshare.output().is_ok_and(|output| output.status.success())
    };
    let ways: [&'static [&'static str]; 2] = [&["-m"], &["-r", "-m"]];
    let way = ways.into_iter().find(can);
    let way = way.ok_or("neither root nor a user namespace may mount here");
    Ok(way.map_err(|why| CannotProvoke(why.to_owned()))?.to_vec())
}

impl CliOutput {
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// The codes of what was skipped, and how often.
    pub fn skips(&self) -> BTreeMap<String, usize> {
        let mut skips = BTreeMap::new();
        for scenario in self.document()["scenarios"].as_array().unwrap() {
            if let Some(code) = scenario["skip"]["code"].as_str() {
                *skips.entry(code.to_owned()).or_default() += 1;
            }
        }
        skips
    }

    /// The verdict of each scenario.
    pub fn verdicts(&self) -> BTreeMap<String, String> {
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        let document = self.document();
        let scenarios = document["scenarios"].as_array().unwrap().iter();
        scenarios.map(|scenario| (word(&scenario["id"]), word(&scenario["verdict"]))).collect()
    }
}

/// A command line with `--json`, whose run is kept in `out`.
pub fn run<'a>(product: &'a Path, what: &'a [&'a str], out: &'a Path) -> Vec<&'a OsStr> {
    let fixed = ["run".as_ref(), product.as_os_str()].into_iter();
    let rest = ["--json", "--keep", "never", "--out"].map(OsStr::new);
    fixed.chain(what.iter().map(OsStr::new)).chain(rest).chain([out.as_os_str()]).collect()
}
