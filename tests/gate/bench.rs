//! A folder with files of a test, and `kitty-gate` in it.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use kitty_gate::gate::{Decision, GateDocument, GatedScenario};

use crate::recorded::Recorded;

/// Exit codes, as the README has them.
pub const OPEN: i32 = 0;
pub const CLOSED: i32 = 1;
pub const USAGE: i32 = 2;
pub const INCOMPLETE: i32 = 3;
pub const BROKEN: i32 = 4;

/// Whom no file belongs to.
const NOBODY_UID: u32 = 65_534;

pub struct Bench {
    root: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        fs_err::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).unwrap()
    }

    pub fn record(&self, run: &Recorded) {
        let _ = std::fs::remove_dir_all(self.path("run"));
        let dir = run.write(self.root.path());
        assert_eq!(dir, self.path("run"));
    }

    /// Changes lines of the record, and closes it anew, as a run does that recorded so.
    pub fn change_record(&self, change: impl Fn(&str) -> String) {
        let record = self.read("run/events.jsonl");
        let (lines, _) = record.trim_end().rsplit_once('\n').unwrap();
        let changed = change(&format!("{lines}\n"));
        let closing = format!("{{\"lines_above\":{}}}\n", changed.lines().count());
        self.file("run/events.jsonl", &(changed + &closing));
    }

    pub fn gate(&self, args: &[&str]) -> CliOutput {
        let mut command = Command::cargo_bin("kitty-gate").unwrap();
        let output = command
            .current_dir(self.root.path())
            .env("HOME", self.root.path())
            .args(args)
            .output()
            .unwrap();
        CliOutput::of(output)
    }

    /// The same, with stdout into a file.
    pub fn gate_into(&self, args: &[&str], stdout: &str) -> CliOutput {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("kitty-gate"));
        command.current_dir(self.root.path()).env("HOME", self.root.path()).args(args);
        let stdout = fs_err::OpenOptions::new().write(true).open(stdout).unwrap();
        let child = command.stdout(stdout.into_file()).stderr(std::process::Stdio::piped());
        CliOutput::of(child.spawn().unwrap().wait_with_output().unwrap())
    }

    /// The same as somebody whom permissions hold back, as they do not hold back root.
    pub fn gate_held_back(&self, args: &[&str]) -> CliOutput {
        // Where cargo builds may be out of reach for somebody else.
        let program = self.path("kitty-gate");
        if !program.exists() {
            // By a program: what this process has open for writing, a fork of another test has open, too, and
            // then it cannot be executed.
            let ours = assert_cmd::cargo::cargo_bin("kitty-gate");
            let mut copy = std::process::Command::new("cp");
            assert!(copy.arg(ours).arg(&program).status().unwrap().success());
        }
        let root = self.root.path();
        fs_err::set_permissions(root, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = std::process::Command::new(program);
        command.current_dir(root).env("HOME", root).args(args);
        if fs_err::metadata(root).unwrap().uid() == 0 {
            command.uid(NOBODY_UID).gid(NOBODY_UID);
        } else {
            fs_err::set_permissions(root, std::fs::Permissions::from_mode(0o555)).unwrap();
        }
        let output = command.output().unwrap();
        fs_err::set_permissions(root, std::fs::Permissions::from_mode(0o755)).unwrap();
        CliOutput::of(output)
    }

    /// Decides on `run`, with further arguments.
    pub fn decide(&self, run: &Recorded, args: &[&str]) -> Decided {
        self.record(run);
        let told = self.gate(&[&["decide", "run", "--json"], args].concat());
        let gate: GateDocument = serde_json::from_str(&told.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}", told.stderr));
        let written: GateDocument = serde_json::from_str(&self.read("run/gate.json")).unwrap();
        assert_eq!(gate, written, "what is printed is what is kept");
        Decided { exit: told.exit, gate }
    }
}

/// What a command said.
pub struct CliOutput {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl CliOutput {
    fn of(output: Output) -> Self {
        Self {
            exit: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub struct Decided {
    pub exit: i32,
    pub gate: GateDocument,
}

impl Decided {
    pub fn is(&self, decision: Decision, exit: i32) -> &Self {
        let why = &self.gate.because;
        assert_eq!((self.gate.decision, self.exit), (decision, exit), "{why:?}");
        self
    }

    pub fn scenario(&self, id: &str) -> &GatedScenario {
        let found = self.gate.scenarios.iter().find(|scenario| scenario.id == id);
        found.unwrap_or_else(|| panic!("the gate does not mention {id}"))
    }
}
