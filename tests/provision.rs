//! Provisioning against a uv and a registry that are made for the test: real programs on PATH, no
//! network.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use support::nested_env::{Caller, EnvError};
use support::product::{FindingCode, Method, Options, Product, ProductSpec, Store, provision};
use support::skip::{SkipCode, SkipReason};

/// A uv that makes real environments, with a product of shell in them. What it is asked goes to
/// `calls`; a file `fault` beside it holds what it does instead.
const UV: &str = r#"#!/bin/sh
here=$(dirname "$0")
for word; do
    case $word in --*|never) ;; *) break;; esac
done
echo "$*" >> "$here/calls"
[ "$1" = --version ] && echo 'uv 0.13.8' && exit
case "$*" in
"pip list "*)
    echo '[]'
    ;;
*" pip compile "*)
    . "$here/fault"
    cat <<'LOCK'
lock-version = "1.0"
[[packages]]
name = "spec-kitty-cli"
version = "9.9.9"
wheels = [{ url = "x", upload-time = 2026-05-06T12:00:00Z, hashes = { sha256 = "ab" } }]
LOCK
    ;;
*" venv "*)
    while [ "$1" != --python ]; do shift; done
    exec "$2" -m venv --without-pip "$3"
    ;;
*" pip install "*)
    while [ "$1" != --python ]; do shift; done
    env=$(dirname "$(dirname "$2")")
    site=$(echo "$env"/lib/python*/site-packages)
    mkdir -p "$site/spec_kitty_cli-9.9.9.dist-info"
    printf 'Metadata-Version: 2.1\nName: spec-kitty-cli\nVersion: 9.9.9\n' > "$site/spec_kitty_cli-9.9.9.dist-info/METADATA"
    printf '#!/bin/sh\necho "$*" > "$HOME/.moved-in"\n' > "$env/bin/spec-kitty"
    chmod +x "$env/bin/spec-kitty"
    ;;
esac
"#;

struct Bench {
    root: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { root: tempfile::tempdir().unwrap() };
        fs_err::create_dir(bench.bin()).unwrap();
        executable(&bench.bin().join("uv"), UV);
        bench.fault("");
        bench
    }

    fn bin(&self) -> PathBuf {
        self.root.path().join("bin")
    }

    fn store(&self) -> Store {
        Store::at(self.root.path().join("store"))
    }

    /// What uv does instead of resolving.
    fn fault(&self, script: &str) {
        fs_err::write(self.bin().join("fault"), script).unwrap();
    }

    fn calls(&self, what: &str) -> usize {
        let calls = fs_err::read_to_string(self.bin().join("calls")).unwrap_or_default();
        calls.lines().filter(|line| line.contains(what)).count()
    }

    fn options(&self) -> Options {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let dirs = std::iter::once(self.bin()).chain(std::env::split_paths(&path));
        Options {
            caller: Caller { path: std::env::join_paths(dirs).unwrap(), ..Caller::default() },
            ..Options::default()
        }
    }

    fn provision(&self, word: &str) -> Result<Product, Box<SkipReason>> {
        let spec = ProductSpec::parse(word, self.root.path()).unwrap();
        provision(&spec, &self.store(), &self.options()).map_err(|error| match error {
            EnvError::Prevented(reason) => reason,
            other => panic!("{other}"),
        })
    }
}

fn executable(path: &Path, text: &str) {
    fs_err::write(path, text).unwrap();
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_release_is_dated_locked_verified_and_at_home() {
    let bench = Bench::new();
    let product = bench.provision("9.9.9").unwrap();
    assert_eq!(product.release.to_string(), "9.9.9");
    assert_eq!(product.method, Method::Uv);
    assert_eq!(product.as_of.as_deref(), Some("2026-05-08T12:00:00Z"));
    assert_eq!(bench.calls("--exclude-newer 2026-05-08T12:00:00Z"), 1);
    assert_eq!(bench.calls("--compile-bytecode"), 1);
    assert_eq!(product.lock.len(), 1);
    assert_eq!(product.findings, []);
    let home = product.home.unwrap();
    assert_eq!(fs_err::read_to_string(home.join(".moved-in")).unwrap(), "agent tasks --help\n");
}

#[test]
fn a_warm_store_asks_nobody() {
    let bench = Bench::new();
    let first = bench.provision("9.9.9").unwrap();
    let asked = bench.calls("");
    let second = bench.provision("9.9.9").unwrap();
    assert_eq!(second.executable, first.executable);
    assert_eq!(bench.calls(""), asked, "uv was asked again");
}

#[test]
fn a_damaged_environment_is_built_anew() {
    let bench = Bench::new();
    let first = bench.provision("9.9.9").unwrap();
    fs_err::remove_file(&first.executable).unwrap();
    let second = bench.provision("9.9.9").unwrap();
    assert!(second.executable.exists());
    assert_eq!(bench.calls(" venv "), 2);
}

#[test]
fn a_build_that_was_killed_is_not_used() {
    let bench = Bench::new();
    // uv is killed in the middle of the install, as by the power switch.
    let uv = bench.bin().join("uv");
    executable(&uv, &UV.replace("chmod +x", "kill -9 $$; chmod +x"));
    let reason = bench.provision("9.9.9").unwrap_err();
    assert_eq!((reason.code, reason.exit), (SkipCode::Killed, None));
    executable(&uv, UV);
    assert!(bench.provision("9.9.9").unwrap().executable.exists());
}

#[test]
fn two_at_once_build_once() {
    let bench = Bench::new();
    let products = std::thread::scope(|scope| {
        let jobs: Vec<_> =
            (0..4).map(|_| scope.spawn(|| bench.provision("9.9.9").unwrap())).collect();
        jobs.into_iter().map(|job| job.join().unwrap().executable).collect::<Vec<_>>()
    });
    assert!(products.iter().all(|executable| *executable == products[0]));
    assert_eq!(bench.calls(" venv "), 1);
}

#[test]
fn a_yanked_dependency_is_taken_and_told() {
    let bench = Bench::new();
    bench.fault(
        r#"eval "last=\${$#}"
case "$*" in *--no-deps*) ;; *)
    grep -q old==1.0 "$last" || {
        echo '  cause: Because old==1.0 was yanked (reason: Retired (twice)) and so on' >&2; exit 1; }
esac
"#,
    );
    let product = bench.provision("9.9.9").unwrap();
    let findings: Vec<_> =
        product.findings.iter().map(|f| (f.code, f.about.as_str(), f.detail.as_str())).collect();
    assert_eq!(
        findings,
        [(FindingCode::DependencyYanked, "old==1.0", "withdrawn: Retired (twice)")]
    );
}

#[test]
fn what_the_registry_refuses_is_typed() {
    let bench = Bench::new();
    for (said, exit, code) in [
        (
            "error: Failed to fetch: http://127.0.0.1:9/simple/\n  cause: Connection refused (os error 111)",
            2,
            SkipCode::RegistryUnreachable,
        ),
        (
            "  cause: Because there is no version of spec-kitty-cli==9.9.9 and so on",
            1,
            SkipCode::VersionNotFound,
        ),
        (
            "  cause: Because the current Python version (3.11.7) does not satisfy Python>=3.13",
            1,
            SkipCode::PythonTooOld,
        ),
        ("error: No solution found when resolving dependencies", 1, SkipCode::Unresolvable),
    ] {
        bench.fault(&format!("echo '{said}' >&2; exit {exit}"));
        let reason = bench.provision("9.9.9").unwrap_err();
        assert_eq!((reason.code, reason.exit), (code, Some(exit)), "{reason}");
        assert!(!reason.remediation.is_empty() && !reason.excerpt.is_empty());
        assert!(reason.interpreter.is_some());
    }
}

#[test]
fn an_installation_of_another_release_is_refused() {
    let bench = Bench::new();
    let reason = bench.provision("9.9.8").unwrap_err();
    assert_eq!(reason.code, SkipCode::NotAsAsked);
    assert!(reason.excerpt.contains("the installed release is 9.9.9, but 9.9.8 was asked for"));
}

#[test]
fn a_wheel_without_a_published_release_is_not_dated() {
    let bench = Bench::new();
    bench.fault("case \"$*\" in *--no-deps*) echo 'error: No solution found' >&2; exit 1; esac");
    fs_err::write(bench.root.path().join("spec_kitty_cli-9.9.9-py3-none-any.whl"), "zip").unwrap();
    let product = bench.provision("./spec_kitty_cli-9.9.9-py3-none-any.whl").unwrap();
    let codes: Vec<_> = product.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [FindingCode::DependenciesNotDated]);
    assert_eq!(product.as_of, None);
}

#[test]
fn an_executable_is_taken_as_it_is() {
    let bench = Bench::new();
    let path = bench.root.path().join("mine");
    executable(
        &path,
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'spec-kitty-cli version 3.2.7'; :\n",
    );
    let product = bench.provision("./mine").unwrap();
    assert_eq!(
        (product.method, product.release.to_string()),
        (Method::Executable, "3.2.7".to_owned())
    );
    assert_eq!(product.executable.file_name().unwrap(), "spec-kitty");
    executable(&path, "#!/bin/sh\nexit 3\n");
    assert_eq!(bench.provision("./mine").unwrap_err().code, SkipCode::ProductUnusable);
}

#[test]
fn an_outage_does_not_make_a_wheel_undated() {
    let bench = Bench::new();
    let outage = "echo 'error: Failed to fetch: x' >&2; exit 2";
    bench.fault(&format!("case \"$*\" in *--no-deps*) {outage}; esac"));
    let wheel = "spec_kitty_cli-9.9.9-py3-none-any.whl";
    fs_err::write(bench.root.path().join(wheel), "zip").unwrap();
    let reason = bench.provision(&format!("./{wheel}")).unwrap_err();
    assert_eq!(reason.code, SkipCode::RegistryUnreachable);
}

/// uv takes a folder whose `pyproject.toml` is as old as before for the folder it has built.
#[test]
fn each_state_of_a_checkout_is_built_from_a_folder_of_its_own() {
    let bench = Bench::new();
    let checkout = bench.root.path().join("a folder");
    fs_err::create_dir_all(checkout.join("src")).unwrap();
    fs_err::write(checkout.join("pyproject.toml"), "[project]\nversion = '9.9.9'\n").unwrap();
    let kept = bench.root.path().join("kept");
    bench.fault(&format!("eval \"last=\\${{$#}}\"; grep ' @ ' \"$last\" >> {}", kept.display()));
    for state in ["1", "2"] {
        fs_err::write(checkout.join("src/a.py"), state).unwrap();
        bench.provision("./a folder").unwrap();
        bench.provision("./a folder").unwrap();
    }
    let asked = fs_err::read_to_string(kept).unwrap();
    let folders: Vec<_> = asked.lines().collect();
    assert_eq!(folders.len(), 2, "{asked}");
    assert_ne!(folders[0], folders[1]);
    assert!(folders.iter().all(|folder| folder.ends_with("/source/a%20folder")), "{asked}");
}

#[test]
fn an_upgraded_executable_is_another_product() {
    let bench = Bench::new();
    let site = bench.root.path().join("lib/python3.11/site-packages");
    let metadata = |version| site.join(format!("spec_kitty_cli-{version}.dist-info"));
    fs_err::create_dir_all(metadata("3.2.0")).unwrap();
    // Like the script that pip writes, it does not change with the package.
    let script = "#!/bin/sh\nls \"$(dirname \"$(readlink -f \"$0\")\")\"/../lib/*/* | sed 's/.dist-info//; s/.*-/spec-kitty-cli version /'\n";
    executable(&bench.bin().join("mine"), script);
    assert_eq!(bench.provision("bin/mine").unwrap().release.to_string(), "3.2.0");
    fs_err::rename(metadata("3.2.0"), metadata("3.2.7")).unwrap();
    let product = bench.provision("bin/mine").unwrap();
    assert_eq!(product.release.to_string(), "3.2.7");
    assert_eq!(product.lock.len(), 1);
}
