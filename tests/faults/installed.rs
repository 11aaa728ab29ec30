//! Fake products that lie beside Python packages, as an installed product does.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::Executed;

/// Says which release it is; what else it is asked, the reference does.
const BUSY: &str = "#!/bin/bash\n[ \"$*\" = --version ] && exec echo 'spec-kitty-cli version 9.9.9'\nexec -a spec-kitty @REFERENCE@ \"$@\"\n";

/// Says which release it is and what it offers, and does nothing.
const IDLE: &str = "#!/bin/sh\ncase \"$*\" in\n--version) echo 'spec-kitty-cli version 9.9.9';;\n\
    *--help) echo 'Usage: spec-kitty --mission --json';;\nesac\n";

/// Breaks the border in every place; and its first file is no Python, so that nothing which is
/// written into it can be found.
const TRESPASSER: [(&str, &str); 3] = [
    ("specify_cli/status/__init__.py", ""),
    ("specify_cli/__init__.py", "from specify_cli.status.models import x\nTEXT = '''\n"),
    (
        "specify_cli/a.py",
        "from .status.models import x\ndef f():\n  import specify_cli.status.store\n\
         if TYPE_CHECKING:\n  from .status.views import y\n",
    ),
];

/// Asks the package as a whole, as everybody may.
const TIDY: [(&str, &str); 2] = [
    ("specify_cli/status/__init__.py", "from .models import x\n"),
    ("specify_cli/a.py", "from specify_cli.status import x\ndef f():\n  from .status import y\n"),
];

/// Requires one package in any version, and another in one that is not installed.
const DISAGREEING: [(&str, &str); 2] = [
    (
        "spec_kitty_cli-9.9.9.dist-info/METADATA",
        "Name: spec-kitty-cli\nRequires-Dist: spec-kitty-tracker\n\
         Requires-Dist: spec-kitty-events<5\n\nRequires-Dist: in the text\n",
    ),
    ("spec_kitty_events-6.0.0.dist-info/METADATA", "Name: spec-kitty-events\n"),
];

/// All of them, run.
pub fn executed() -> Vec<Executed> {
    nothing_to_look_at();
    let pins = "regressions/installed-pins";
    vec![
        run_installed("tidy", &TIDY, BUSY, "boundary"),
        run_installed("trespasser", &TRESPASSER, BUSY, "boundary"),
        run_installed("idle", &TIDY, IDLE, "boundary"),
        run_installed("disagreeing", &DISAGREEING, BUSY, pins),
    ]
}

/// A product that is one file has no source to be judged, and one without its interpreter nobody who could read it:
/// that is no pass.
fn nothing_to_look_at() {
    for (gone, code) in [("lib", "not-exercised"), ("bin/python3", "interpreter-missing")] {
        let world = tempfile::tempdir().unwrap();
        let product = install(world.path(), &TIDY, BUSY);
        let gone = world.path().join("env").join(gone);
        fs_err::rename(&gone, world.path().join("gone")).unwrap();
        let run = crate::run_against(world.path(), &product, &["boundary"], &[]);
        for scenario in run["scenarios"].as_array().unwrap() {
            assert_eq!(scenario["verdict"], "skip", "{scenario:#}");
            assert_eq!(scenario["skip"]["code"], code);
        }
    }
}

fn run_installed(
    name: &'static str,
    files: &[(&str, &str)],
    program: &str,
    filter: &str,
) -> Executed {
    let world = tempfile::tempdir().unwrap();
    let product = install(world.path(), files, program);
    Executed::of(name, &crate::run_against(world.path(), &product, &[filter], &[]))
}

/// An environment as an installer leaves it.
fn install(world: &Path, files: &[(&str, &str)], program: &str) -> PathBuf {
    let env = world.join("env");
    let site = env.join("lib/python3.11/site-packages");
    fs_err::create_dir_all(site.join("spec_kitty_cli-9.9.9.dist-info")).unwrap();
    for (name, text) in files {
        let file = site.join(name);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, text).unwrap();
    }
    let product = env.join("bin/spec-kitty");
    fs_err::create_dir_all(product.parent().unwrap()).unwrap();
    // Whoever looks at the packages asks the interpreter beside them.
    let interpreter = which::which("python3").unwrap();
    std::os::unix::fs::symlink(interpreter, env.join("bin/python3")).unwrap();
    fs_err::write(&product, program.replace("@REFERENCE@", crate::REFERENCE)).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    product
}
