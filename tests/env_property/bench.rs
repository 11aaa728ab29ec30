//! A PATH of its own with tools that behave by script, and the judge of what comes of them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use proptest::prelude::*;
use support::nested_env::{
    Caller, EnvError, EnvRequest, MethodRequest, NestedEnv, create_nested_env,
};
use support::skip::SkipReason;

use crate::behaviour::{End, Printed, Reply};

/// The words that deeds are told in. The pip of such an environment lists nothing.
const WORDS: &str = r#"for dir; do :; done
make() {
    "$real" -m venv --without-pip "$dir"
    site=$(echo "$dir"/lib/python*/site-packages)
    mkdir "$site/pip"
    echo 'print("[]")' > "$site/pip/__main__.py"
}
stub() {
    mkdir -p "$dir/bin"
    printf '#!/bin/sh\ndir=%s\n%s\n' "$dir" "$1" > "$dir/bin/python"
    chmod +x "$dir/bin/python"
}
"#;

pub struct Bench {
    root: tempfile::TempDir,
    real: Real,
    /// Whether the target is an empty folder beforehand.
    is_there: bool,
}

/// The real interpreter: path, version, prefix.
struct Real {
    path: PathBuf,
    who: String,
}

impl Bench {
    pub fn new(is_there: bool) -> Self {
        let root = tempfile::tempdir().unwrap();
        for name in ["bin", "noise", "place", "others"] {
            fs_err::create_dir(root.path().join(name)).unwrap();
        }
        let bench = Self { root, real: real(), is_there };
        fs_err::write(bench.other(), "theirs").unwrap();
        fs_err::os::unix::fs::symlink(&bench.real.path, bench.bin().join("python3")).unwrap();
        if is_there {
            fs_err::create_dir(bench.dir()).unwrap();
        }
        bench
    }

    fn bin(&self) -> PathBuf {
        self.root.path().join("bin")
    }

    fn dir(&self) -> PathBuf {
        self.root.path().join("place/env")
    }

    /// A file that nobody may touch.
    fn other(&self) -> PathBuf {
        self.root.path().join("others/file")
    }

    /// Puts a uv on PATH.
    pub fn uv(&self, who: &Reply, venv: &Reply, pip: &Reply) {
        let calls = [("*--version*", who), ("*\" venv \"*", venv), ("\"pip \"*", pip)];
        self.program("uv", &calls);
    }

    /// Puts an interpreter on PATH; it says that it is itself what it stands for.
    pub fn python(&self, who: &Reply, venv: &Reply, ensurepip: &Reply) {
        fs_err::remove_file(self.bin().join("python3")).unwrap();
        let calls = [("*\" -c \"*", who), ("*\"-m venv\"*", venv), ("*ensurepip*", ensurepip)];
        self.program("python3", &calls);
    }

    fn program(&self, name: &str, calls: &[(&str, &Reply)]) {
        let quoted = |path: &Path| format!("'{}'", path.display());
        let mut script = format!(
            "#!/bin/sh\nreal={}\nbase={}\nother={}\n{WORDS}case \"$*\" in\n",
            quoted(&self.real.path),
            quoted(Path::new(self.real.who.lines().nth(1).unwrap())),
            quoted(&self.other()),
        );
        for (at, &(pattern, reply)) in calls.iter().enumerate() {
            let stdout = self.says(&format!("{name}-{at}.out"), &reply.stdout);
            let stderr = self.says(&format!("{name}-{at}.err"), &reply.stderr);
            let deed = reply.deed.script();
            let end = match reply.end {
                End::Exit(code) => format!("exit {code}"),
                End::Signal(signal) => format!("kill -{signal} $$"),
                End::Hang => "exec sleep 600".to_owned(),
            };
            let reply = [pattern, ")\n", deed, "\n", &stdout, "\n", &stderr, " >&2\n", &end];
            script += &reply.concat();
            script += ";;\n";
        }
        let path = self.bin().join(name);
        fs_err::write(&path, script + "esac\n").unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The command that says it.
    fn says(&self, name: &str, noise: &Printed) -> String {
        let file = self.root.path().join("noise").join(name);
        match noise {
            Printed::Bytes(bytes) if bytes == b"WHO" => {
                let own = self.bin().join("python3");
                let who = format!("{}\n{}", own.display(), self.real.who);
                fs_err::write(&file, who).unwrap();
            }
            Printed::Bytes(bytes) => fs_err::write(&file, bytes).unwrap(),
            Printed::Much(bytes) => return format!("yes | head -c {bytes}"),
        }
        format!("cat '{}'", file.display())
    }

    /// Asks for an environment; whether there is one, or what is wrong with the answer.
    /// Without a `limit` nothing may hang.
    pub fn try_method(
        &self,
        method: MethodRequest,
        limit: Option<Duration>,
    ) -> Result<bool, TestCaseError> {
        let request = EnvRequest {
            method,
            caller: Caller { path: self.bin().into(), ..Caller::default() },
            uv_cache: self.root.path().join("cache"),
            limit,
            ..EnvRequest::default()
        };
        let made = create_nested_env(&self.dir(), &request);
        prop_assert_eq!(fs_err::read(self.other()).unwrap(), b"theirs");
        match made {
            Ok(env) => self.is_verified(&env).map(|()| true),
            Err(EnvError::Prevented(reason)) => self.is_refused(&reason).map(|()| false),
            Err(other) => Err(TestCaseError::fail(format!("no typed reason: {other:?}"))),
        }
    }

    /// By other means than those of the code under test.
    fn is_verified(&self, env: &NestedEnv) -> Result<(), TestCaseError> {
        prop_assert_eq!(&env.venv_dir, &self.dir());
        let who = "import sys; print(sys.prefix); print(sys.version.split()[0])";
        let said = output(Command::new(&env.python).args(["-I", "-c", who]));
        let version = self.real.who.lines().next().unwrap();
        prop_assert_eq!(said, Some(format!("{}\n{version}\n", self.dir().display())));
        let (program, begin) = env.pip.split_first().unwrap();
        let list = output(Command::new(program).args(begin).args(["list"]));
        prop_assert!(list.is_some(), "pip does not list: {:?}", env);
        Ok(())
    }

    fn is_refused(&self, reason: &SkipReason) -> Result<(), TestCaseError> {
        prop_assert!(!reason.remediation.is_empty() && !reason.tool.is_empty());
        prop_assert!(reason.excerpt.len() <= 600);
        let place = fs_err::read_dir(self.root.path().join("place")).unwrap();
        let left: Vec<PathBuf> = place.flatten().map(|entry| entry.path()).collect();
        let expected: Vec<PathBuf> = self.is_there.then(|| self.dir()).into_iter().collect();
        prop_assert_eq!(left, expected, "{}", reason);
        if self.is_there {
            let is_folder = !self.dir().is_symlink() && self.dir().is_dir();
            prop_assert!(is_folder, "{}", reason);
            prop_assert_eq!(fs_err::read_dir(self.dir()).unwrap().count(), 0);
        }
        Ok(())
    }
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

fn real() -> Real {
    let who = "import os, sys; print(os.path.realpath(sys._base_executable)); \
        print('.'.join(map(str, sys.version_info[:3]))); print(sys.base_prefix)";
    let said = output(Command::new("python3").args(["-c", who])).unwrap();
    let (path, who) = said.split_once('\n').unwrap();
    Real { path: path.into(), who: who.to_owned() }
}
