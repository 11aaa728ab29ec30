//! What a product leaves in folders that everybody shares is told of every run of that time: so this runs alone, in a
//! program of its own. cargo runs one test program after the other.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::Command;

/// A path that is hard-coded is everybody's: TMPDIR was another one.
#[test]
fn what_is_left_outside_of_the_sandbox_is_told() {
    let world = tempfile::tempdir().unwrap();
    let left = Path::new("/tmp").join(format!("spec-kitty-test-{}", std::process::id()));
    let product = world.path().join("product");
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'spec-kitty-cli version 9.9.9' && exit\n\
         case \"$*\" in *--help) echo help; exit;; esac\necho x > {}; echo '{{}}'\n",
        left.display()
    );
    fs_err::write(&product, script).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::cargo_bin("kitty-gate")
        .unwrap()
        .current_dir(world.path())
        .env("HOME", world.path())
        .env("KITTY_GATE_CACHE", world.path().join("cache"))
        .args(["run", "./product", "merge/coordination-dry-run-stays-json"])
        .args(["--keep", "never", "--json"])
        .output()
        .unwrap();
    fs_err::remove_file(&left).unwrap();
    let run: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    // Others on the machine may leave something at the same time.
    let told = run["left_outside"].as_array().unwrap();
    assert!(told.contains(&serde_json::json!(left)), "{told:?}");
}
