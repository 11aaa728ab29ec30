//! Folders behind links, with spaces, beyond ASCII: what is judged below them is judged alike.

use std::ffi::OsStr;
use std::path::Path;

use crate::bench::{Bench, CannotProvoke, run};

/// Quick suites that compare paths.
const SUITES: [&str; 3] = ["mission-status", "review-prompts", "run-identity"];

fn the_same_below(bench: &Bench, folder: &Path) {
    let reference = Path::new("reference");
    let plain = bench.gate(run(reference, &SUITES, Path::new("plain")));
    let verdicts = plain.verdicts();
    assert!(verdicts.values().all(|verdict| verdict == "pass"), "{verdicts:#?}");
    let there = bench
        .gate_with(&[("TMPDIR", folder.as_os_str())], run(reference, &SUITES, Path::new("there")));
    assert_eq!(there.verdicts(), verdicts, "{}", folder.display());
}

pub fn a_link(bench: &Bench) -> Result<(), CannotProvoke> {
    bench.folder("real");
    fs_err::os::unix::fs::symlink("real", bench.path("link")).unwrap();
    the_same_below(bench, &bench.path("link"));
    Ok(())
}

pub fn a_space(bench: &Bench) -> Result<(), CannotProvoke> {
    the_same_below(bench, &bench.folder("two words/ and more /"));
    Ok(())
}

pub fn beyond_ascii(bench: &Bench) -> Result<(), CannotProvoke> {
    the_same_below(bench, &bench.folder("Grüße 猫"));
    Ok(())
}

pub fn a_relative_folder(bench: &Bench) -> Result<(), CannotProvoke> {
    bench.folder("deep/er");
    the_same_below(bench, Path::new("deep//../deep/er"));
    Ok(())
}

/// HOME, the store, the run's folder and that of the sandboxes.
pub fn links_everywhere(bench: &Bench) -> Result<(), CannotProvoke> {
    let link = |name: &str| {
        let real = bench.folder(&format!("the real {name} ü"));
        let link = bench.path(&format!("a link to {name}"));
        fs_err::os::unix::fs::symlink(real, &link).unwrap();
        link
    };
    let [home, cache, tmp, out] = ["home", "cache", "tmp", "out"].map(link);
    let said = bench.gate_with(
        &[
            ("HOME", home.as_os_str()),
            ("KITTY_GATE_CACHE", cache.as_os_str()),
            ("TMPDIR", tmp.as_os_str()),
        ],
        run(Path::new("reference"), &SUITES, &out.join("run")),
    );
    assert_eq!(said.exit, Some(0), "{said:#?}");
    assert!(out.join("run/events.jsonl").is_file());
    Ok(())
}

pub fn no_folder_for_sandboxes(bench: &Bench) -> Result<(), CannotProvoke> {
    let product = bench.product("echo '{}'");
    let said = bench.gate_with(
        &[("TMPDIR", OsStr::new("/nonexistent"))],
        run(&product, &["mark-status"], Path::new("run")),
    );
    assert_eq!(said.exit, Some(3), "{said:#?}");
    let skips = said.skips();
    assert_eq!(skips.keys().collect::<Vec<_>>(), ["read-only"], "{said:#?}");
    assert!(said.stderr.contains("set TMPDIR to a folder that exists"), "{said:#?}");
    Ok(())
}
