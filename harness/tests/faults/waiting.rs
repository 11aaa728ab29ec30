//! Stand-ins for what keeps people waiting.

use std::os::unix::fs::PermissionsExt;

use crate::{Red, red_checks};

/// Offers nothing, and says so.
const PRELUDE: &str = r#"#!/bin/sh
case "$*" in --version) echo 'version 9.9.9'; exit;; *--help) echo help; exit;; esac
"#;

/// Says nothing, and fails.
const MUTE: &str = "exit 1";

/// Waits for nobody knows what.
const SLEEPY: &str = "sleep 3";

/// What each of the stand-ins turns red.
pub fn red() -> Red {
    let played = [
        ("mute", MUTE, ["speed", "--jobs=1"]),
        ("sleepy", SLEEPY, ["speed", "--jobs=1"]),
    ];
    let red = played.map(|(name, body, args)| checks_of(name, body, &args));
    red.into_iter().flatten().collect()
}

fn checks_of(name: &str, body: &str, args: &[&str]) -> Red {
    let world = tempfile::tempdir().unwrap();
    let product = world.path().join(name);
    fs_err::write(&product, format!("{PRELUDE}{body}\n")).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    red_checks(&crate::play(world.path(), &product, args, &[]))
}
