//! Checkouts in every state, wheels and installations.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::*;

struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    /// A repository with a product in it, and one commit.
    fn new() -> Self {
        let bench = Self { dir: tempfile::tempdir().unwrap() };
        bench.write("repo/pyproject.toml", "[project]\n");
        bench.write("repo/src/a.py", "1");
        bench.write("repo/.gitignore", "ignored\n");
        bench.git("repo", &["init", "-q", "-b", "topic/ü"]);
        bench.commit("repo");
        bench
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, file: &str, text: &str) {
        fs_err::create_dir_all(self.at(file).parent().unwrap()).unwrap();
        fs_err::write(self.at(file), text).unwrap();
    }

    fn git(&self, dir: &str, args: &[&str]) -> String {
        let ours = [
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@x.invalid",
            "-c",
            "protocol.file.allow=always",
        ];
        let git = duct::cmd("git", ours.iter().chain(args)).dir(self.at(dir)).stderr_null();
        git.read().unwrap()
    }

    fn commit(&self, dir: &str) {
        self.git(dir, &["add", "-A"]);
        self.git(dir, &["commit", "-q", "--allow-empty", "-m", "x"]);
    }

    fn subject(&self, word: &str, cwd: &str) -> Subject {
        let caller = Caller { path: std::env::var_os("PATH").unwrap(), ..Caller::default() };
        let spec = ProductSpec::parse(word, &self.at(cwd)).unwrap();
        let subject = Subject::of(&spec, &Store::at(self.at("store")), &caller);
        subject.unwrap().unwrap()
    }

    fn checkout(&self, word: &str, cwd: &str) -> Checkout {
        match self.subject(word, cwd) {
            Subject::Checkout(checkout) => checkout,
            other => panic!("{other:?}"),
        }
    }

    fn state(&self, word: &str, cwd: &str) -> GitState {
        self.checkout(word, cwd).git.unwrap()
    }
}

#[test]
fn a_clean_checkout_is_its_commit() {
    let bench = Bench::new();
    let expected = GitState {
        commit: Some(bench.git("repo", &["rev-parse", "HEAD"])),
        branch: Some("topic/ü".to_owned()),
        dirty: false,
        path: ".".to_owned(),
    };
    // However it is named, `.` above all.
    for (word, cwd) in [(".", "repo"), ("./repo", "."), ("../repo", "repo"), ("repo/", ".")] {
        assert_eq!(bench.state(word, cwd), expected, "{word}");
    }
    bench.write("repo/ignored", "x");
    assert_eq!(bench.state(".", "repo"), expected);
}

#[test]
fn whatever_differs_from_the_commit_is_dirty_and_another_content() {
    type Edit = fn(&Bench);
    let edits: [(&str, Edit); 7] = [
        ("edited", |bench| bench.write("repo/src/a.py", "2")),
        ("not tracked", |bench| bench.write("repo/src/new/b.py", "1")),
        ("edited, and not to be looked at", |bench| {
            bench.git("repo", &["update-index", "--assume-unchanged", "src/a.py"]);
            bench.write("repo/src/a.py", "2");
        }),
        ("edited, and skipped", |bench| {
            bench.git("repo", &["update-index", "--skip-worktree", "src/a.py"]);
            bench.write("repo/src/a.py", "2");
        }),
        ("deleted", |bench| {
            fs_err::remove_file(bench.at("repo/src/a.py")).unwrap();
        }),
        ("staged", |bench| {
            bench.write("repo/c.py", "1");
            bench.git("repo", &["add", "c.py"]);
        }),
        ("renamed", |bench| {
            drop(bench.git("repo", &["mv", "src/a.py", "src/z.py"]));
        }),
    ];
    for (name, edit) in edits {
        let bench = Bench::new();
        let before = bench.checkout(".", "repo");
        edit(&bench);
        let after = bench.checkout(".", "repo");
        let (was, is) = (before.git.unwrap(), after.git.unwrap());
        assert!(!was.dirty && is.dirty, "{name}");
        assert_eq!((was.commit, was.branch), (is.commit, is.branch), "{name}");
        assert_ne!(before.sha256, after.sha256, "{name}");
    }
}

#[test]
fn what_git_is_told_not_to_look_at_is_looked_at() {
    let bench = Bench::new();
    for hide in ["--assume-unchanged", "--skip-worktree"] {
        bench.git("repo", &["update-index", hide, "src/a.py"]);
        assert!(!bench.state(".", "repo").dirty, "{hide}: it is as it was committed");
    }
    fs_err::remove_file(bench.at("repo/src/a.py")).unwrap();
    assert!(bench.state(".", "repo").dirty, "a file is missing");
}

#[test]
fn a_sparse_checkout_lacks_files_of_its_commit() {
    let bench = Bench::new();
    bench.write("repo/docs/a.md", "1");
    bench.commit("repo");
    bench.git("repo", &["sparse-checkout", "set", "src"]);
    assert!(!bench.at("repo/docs").exists());
    assert!(bench.state(".", "repo").dirty);
    bench.git("repo", &["sparse-checkout", "disable"]);
    assert!(!bench.state(".", "repo").dirty);
}

#[test]
fn a_detached_head_has_no_branch_and_an_unborn_one_no_commit() {
    let bench = Bench::new();
    let first = bench.git("repo", &["rev-parse", "HEAD"]);
    bench.write("repo/src/a.py", "2");
    bench.commit("repo");
    bench.git("repo", &["checkout", "-q", &first]);
    let state = bench.state(".", "repo");
    assert_eq!((state.commit, state.branch, state.dirty), (Some(first), None, false));
    bench.write("unborn/pyproject.toml", "");
    bench.git("unborn", &["init", "-q", "-b", "main"]);
    let state = bench.state(".", "unborn");
    assert_eq!((state.commit, state.branch, state.dirty), (None, Some("main".to_owned()), true));
}

#[test]
fn a_folder_of_a_repository_is_told_by_its_path_and_its_own_state() {
    let bench = Bench::new();
    bench.write("repo/products/cli/pyproject.toml", "");
    bench.commit("repo");
    bench.write("repo/src/a.py", "edited beside it");
    let state = bench.state("products/cli", "repo");
    assert_eq!((state.path.as_str(), state.dirty), ("products/cli", false));
    bench.write("repo/products/cli/new.py", "1");
    assert!(bench.state("products/cli", "repo").dirty);
}

#[test]
fn worktrees_and_shallow_clones_are_checkouts() {
    let bench = Bench::new();
    bench.commit("repo");
    bench.git("repo", &["worktree", "add", "-q", "-b", "side", "../tree"]);
    let head = Some(bench.git("repo", &["rev-parse", "HEAD"]));
    let state = bench.state(".", "tree");
    assert_eq!((&state.commit, state.branch.as_deref(), state.dirty), (&head, Some("side"), false));
    let url = format!("file://{}", bench.at("repo").display());
    bench.git(".", &["clone", "-q", "--depth", "1", &url, "shallow"]);
    let state = bench.state(".", "shallow");
    assert_eq!((&state.commit, state.dirty), (&head, false));
}

#[test]
fn where_git_does_not_know_the_folder_there_is_no_commit() {
    let bench = Bench::new();
    bench.write("plain/pyproject.toml", "");
    bench.write("repo/ignored/pyproject.toml", "");
    for folder in ["plain", "repo/ignored"] {
        let first = bench.checkout(".", folder);
        assert_eq!(first.git, None, "{folder}");
        bench.write(&format!("{folder}/a.py"), "1");
        assert_ne!(bench.checkout(".", folder).sha256, first.sha256, "{folder}");
    }
}

#[test]
fn looking_at_a_repository_leaves_it_as_it_was_and_starts_nothing_of_it() {
    let bench = Bench::new();
    let script = format!("#!/bin/sh\ntouch '{}'\n", bench.at("started").display());
    bench.write("hook", &script);
    fs_err::set_permissions(bench.at("hook"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let hook = bench.at("hook").to_string_lossy().into_owned();
    bench.git("repo", &["config", "core.fsmonitor", &hook]);
    // A file that was touched has git write its index anew, where it may.
    bench.write("repo/src/a.py", "1");
    let index = || {
        let file = bench.at("repo/.git/index");
        (fs_err::read(&file).unwrap(), fs_err::metadata(&file).unwrap().modified().unwrap())
    };
    let before = index();
    assert!(!bench.state(".", "repo").dirty);
    assert!(before == index(), "the index was written");
    assert!(!bench.at("started").exists());
}

#[test]
fn a_wheel_is_its_bytes() {
    let bench = Bench::new();
    bench.write("a-1-py3-none-any.whl", "bytes");
    let expected = "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9".to_owned();
    assert_eq!(bench.subject("a-1-py3-none-any.whl", "."), Subject::Wheel { sha256: expected });
}

#[test]
fn an_installation_is_the_same_wherever_it_lies_until_a_file_differs() {
    let bench = Bench::new();
    let install = |env: &str| {
        let site = format!("{env}/lib/python3.11/site-packages");
        let info = format!("{site}/spec_kitty_cli-3.2.7.dist-info");
        bench.write(&format!("{site}/specify_cli/a.py"), "1");
        bench.write(&format!("{site}/rich-1.0.dist-info/METADATA"), "");
        bench.write(&format!("{info}/METADATA"), "Name: spec-kitty-cli\n");
        bench.write(
            &format!("{info}/RECORD"),
            "../../../bin/spec-kitty,,\nspecify_cli/a.py,sha256=x,1\nspecify_cli/__pycache__/a.pyc,,\n",
        );
        bench.write(&format!("{env}/bin/spec-kitty"), "#!/bin/sh\n");
        let executable = bench.at(&format!("{env}/bin/spec-kitty"));
        fs_err::set_permissions(executable, std::fs::Permissions::from_mode(0o755)).unwrap();
        bench.subject("./bin/spec-kitty", env)
    };
    let first = install("one");
    assert_eq!(first, install("two"));
    let again = || bench.subject("./bin/spec-kitty", "one");
    // Python leaves it; nobody edited anything.
    bench.write("one/lib/python3.11/site-packages/specify_cli/__pycache__/a.pyc", "x");
    assert_eq!(again(), first);
    bench.write("one/lib/python3.11/site-packages/specify_cli/a.py", "edited");
    let edited = again();
    assert_ne!(edited, first);
    bench.write("one/lib/python3.11/site-packages/rich-2.0.dist-info/METADATA", "");
    assert_ne!(again(), edited);
    bench.write("alone", "#!/bin/sh\n");
    fs_err::set_permissions(bench.at("alone"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let alone = bench.subject("./alone", ".");
    assert!(matches!(alone, Subject::Installation { packages_sha256: None, .. }), "{alone:?}");
}
