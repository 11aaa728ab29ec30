//! A context: a PATH, a HOME and a cache of its own, and a place where environments are to be made.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::skip::SkipReason;

use crate::{python, uv};

/// The scenarios that are asked for where nothing can be run.
const SUITE: &str = "merge";

/// A scenario that a product passes which answers anything with one JSON document.
const EASY: &str = "merge/coordination-dry-run-stays-json";

pub struct Playground {
    root: tempfile::TempDir,
    env: BTreeMap<String, OsString>,
    /// What kitty-gate is started with: a command line that runs the one after it.
    wrapper: Vec<OsString>,
}

/// What kitty-gate said and did.
pub struct Answer {
    pub exit: Option<i32>,
    pub document: Value,
    /// Why there is nothing, each reason once.
    pub reasons: Vec<SkipReason>,
    /// What is different in the place and in HOME.
    pub changed: Vec<String>,
}

/// The document of a run is long; its reasons tell.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit {:?}, reasons {:#?}", self.exit, self.reasons)?;
        writeln!(f, "changed {:?}", self.changed)?;
        let scenarios = self.document["scenarios"].as_array();
        for executed in scenarios.into_iter().flatten() {
            writeln!(f, "{}: {}", executed["id"], executed["verdict"])?;
        }
        let findings = &self.document["product"]["findings"];
        write!(f, "findings {findings:#}, created {:#}", self.document["created"])
    }
}

impl Playground {
    /// With a Python on PATH, and nothing else.
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for name in ["bin", "home", "place"] {
            fs_err::create_dir(root.path().join(name)).unwrap();
        }
        let mut playground = Self { root, env: BTreeMap::new(), wrapper: Vec::new() };
        playground.set("PATH", playground.bin());
        playground.set("HOME", playground.path("home"));
        playground.set("KITTY_GATE_CACHE", playground.path("cache"));
        playground.link("python3", &python::on_path().executable);
        playground
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// The only folder on PATH.
    pub fn bin(&self) -> PathBuf {
        self.path("bin")
    }

    /// The folder that is watched: what is left or lost in it is seen.
    pub fn place(&self) -> PathBuf {
        self.path("place")
    }

    /// Where the environment is to be made.
    pub fn dir(&self) -> PathBuf {
        self.place().join("env")
    }

    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.env.insert(name.to_owned(), value.into());
    }

    pub fn wrap<A: Into<OsString>>(&mut self, wrapper: impl IntoIterator<Item = A>) {
        self.wrapper = wrapper.into_iter().map(Into::into).collect();
    }

    /// Takes a program off PATH.
    pub fn remove(&self, name: &str) {
        fs_err::remove_file(self.bin().join(name)).unwrap();
    }

    pub fn link(&self, name: &str, to: &Path) {
        fs_err::os::unix::fs::symlink(to, self.bin().join(name)).unwrap();
    }

    /// A shell program on PATH.
    pub fn program(&self, name: &str, body: &str) -> PathBuf {
        self.file(name, &format!("#!/bin/sh\n{body}\n"), 0o755)
    }

    pub fn file(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.bin().join(name);
        if path.is_symlink() {
            fs_err::remove_file(&path).unwrap();
        }
        fs_err::write(&path, text).unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    /// The real uv on PATH.
    pub fn with_uv(&self) {
        self.link("uv", uv::real());
    }

    /// `env create DIR --json`, by this method.
    pub fn create(&self, method: &str) -> Answer {
        self.create_with(&["--method", method])
    }

    pub fn create_with(&self, args: &[&str]) -> Answer {
        self.create_at(&self.dir(), args)
    }

    pub fn create_at(&self, dir: &Path, args: &[&str]) -> Answer {
        with_reason(self.gate(&create_line(dir, args)))
    }

    /// The same `env create` by several processes at once. Nobody watches the place meanwhile.
    pub fn create_at_once(&self, dir: &Path, args: &[&str]) -> Vec<Answer> {
        const AT_ONCE: usize = 3;
        std::thread::scope(|scope| {
            let started: Vec<_> = (0..AT_ONCE)
                .map(|_| scope.spawn(|| with_reason(self.unwatched(&create_line(dir, args)))))
                .collect();
            let ended = started.into_iter().map(|one| one.join().unwrap());
            ended.collect()
        })
    }

    /// `env doctor --json`.
    pub fn doctor(&self) -> Answer {
        self.gate(&["env", "doctor"].map(OsStr::new))
    }

    /// `run PRODUCT merge --json`: the product cannot be installed.
    pub fn run(&self, product: &str, args: &[&str]) -> Answer {
        self.run_scenario(SUITE, product, args)
    }

    /// The product can be installed, and passes if it works at all.
    pub fn run_easy(&self, product: &str, args: &[&str]) -> Answer {
        self.run_scenario(EASY, product, args)
    }

    fn run_scenario(&self, filter: &str, product: &str, args: &[&str]) -> Answer {
        let out = self.path("run");
        let mut line: Vec<&OsStr> = ["run", product, filter].map(OsStr::new).to_vec();
        line.extend(["--keep", "never", "--out"].map(OsStr::new));
        line.push(out.as_os_str());
        line.extend(args.iter().map(OsStr::new));
        let mut answer = self.gate(&line);
        let scenarios = answer.document["scenarios"].as_array().unwrap();
        assert!(!scenarios.is_empty());
        let all_skip = scenarios.iter().all(|executed| executed["verdict"] == "skip");
        let mut reasons: Vec<SkipReason> = Vec::new();
        for scenario in scenarios.iter().filter(|_| all_skip) {
            let reason = serde_json::from_value(scenario["skip"].clone()).unwrap();
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        answer.reasons = reasons;
        answer
    }

    /// A program, with nothing in its environment but what the context has set.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(&self.env).current_dir(self.root.path());
        command
    }

    fn gate(&self, line: &[&OsStr]) -> Answer {
        let before = self.watched();
        let answer = self.unwatched(line);
        Answer { changed: difference(&before, &self.watched()), ..answer }
    }

    fn unwatched(&self, line: &[&OsStr]) -> Answer {
        let mut whole = self.wrapper.clone();
        whole.push(env!("CARGO_BIN_EXE_kitty-gate").into());
        whole.extend(line.iter().map(Into::into));
        whole.push("--json".into());
        let output = self.command(&whole[0]).args(&whole[1..]).output().unwrap();
        let document = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {output:?}"));
        Answer { exit: output.status.code(), document, reasons: Vec::new(), changed: Vec::new() }
    }

    fn watched(&self) -> BTreeMap<PathBuf, String> {
        let mut seen = BTreeMap::new();
        for folder in [self.place(), self.path("home")] {
            collect(&folder, &mut seen);
        }
        seen
    }
}

fn create_line<'a>(dir: &'a Path, args: &'a [&'a str]) -> Vec<&'a OsStr> {
    let begin = ["env".as_ref(), "create".as_ref(), dir.as_os_str()];
    begin.into_iter().chain(args.iter().map(OsStr::new)).collect()
}

/// An `env create` that made nothing says why.
fn with_reason(mut answer: Answer) -> Answer {
    let skip = &answer.document["skip"];
    if !skip.is_null() {
        answer.reasons = vec![serde_json::from_value(skip.clone()).unwrap()];
    }
    answer
}

/// Everything below a folder: its kind and mode, and what it holds.
fn collect(folder: &Path, seen: &mut BTreeMap<PathBuf, String>) {
    for entry in fs_err::read_dir(folder).unwrap().flatten() {
        let (path, found) = (entry.path(), entry.metadata().unwrap());
        let holds = std::fs::read_link(&path).map_or_else(
            |_| std::fs::read_to_string(&path).unwrap_or_default(),
            |to| to.display().to_string(),
        );
        seen.insert(path.clone(), format!("{:o} {holds}", found.permissions().mode()));
        if found.is_dir() {
            collect(&path, seen);
        }
    }
}

fn difference(
    before: &BTreeMap<PathBuf, String>,
    after: &BTreeMap<PathBuf, String>,
) -> Vec<String> {
    let all = before.keys().chain(after.keys());
    let differs = all.filter(|path| before.get(*path) != after.get(*path));
    differs.map(|path| path.display().to_string()).collect()
}
