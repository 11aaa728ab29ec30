//! What scenarios need, and is not there.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::path::Path;

use crate::bench::{Bench, CannotProvoke, ONE, run};

/// Puts an empty file, which is no program, over the program of this name wherever it lies.
fn hide(name: &str) -> String {
    let everywhere = std::env::var("PATH").unwrap_or_default() + ":/usr/bin:/bin";
    let mut hide = "touch $place/nothing".to_owned();
    for dir in everywhere.split(':').map(Path::new) {
        let program = dir.join(name);
        if program.is_file() {
            // Writing into a String cannot fail.
            let _ = write!(hide, "; mount --bind $place/nothing {}", program.display());
        }
    }
    hide
}

pub fn git(bench: &Bench) -> Result<(), CannotProvoke> {
    let product = bench.product("echo '{}'");
    let args = run(&product, &["mark-status", "merge"], Path::new("run"));
    let said = bench.gate_after(&hide("git"), &[], args)?;
    assert_eq!(said.exit, Some(3), "{said:#?}");
    let verdicts = said.verdicts();
    assert!(verdicts.values().all(|verdict| verdict == "skip"), "{verdicts:#?}");
    assert_eq!(said.skips().keys().collect::<Vec<_>>(), ["git-absent"]);
    let doctor = bench.gate_after(&hide("git"), &[], ["env", "doctor"])?;
    assert_eq!(doctor.exit, Some(3), "{doctor:#?}");
    for told in ["no    git          git-absent: ", "cannot test a release", "install git 2.28"] {
        assert!(doctor.stdout.contains(told), "{told}: {doctor:#?}");
    }
    // The rest of the certificate would not be worth the minutes.
    let certify = bench.gate_after(&hide("git"), &[], ["certify"])?;
    assert_eq!(certify.exit, Some(3), "{certify:#?}");
    assert!(certify.stderr.starts_with("error[unfit-machine]: git-absent"), "{certify:#?}");
    Ok(())
}

pub fn a_working_git(bench: &Bench) -> Result<(), CannotProvoke> {
    let product = bench.product("echo '{}'");
    let dubious = "[ \"$1\" = --version ] && echo git version 2.99.0 && exit\n\
         echo 'fatal: detected dubious ownership in repository' >&2; exit 128";
    for (number, (body, code, tells)) in [
        ("exit 3", "git-broken", "exit 3"),
        ("echo hello; printf '::error::x\\n'", "git-broken", "hello"),
        ("echo git version 2.27.9", "git-too-old", "2.27.9"),
        (dubious, "git-broken", "dubious ownership"),
        ("kill -9 $$", "killed", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let git = bench.program("git", body);
        let mut path = OsString::from(git.parent().unwrap());
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let said = bench.gate_with(
            &[("PATH", &path)],
            run(&product, &[ONE], Path::new(&format!("run-{number}"))),
        );
        assert_eq!(said.exit, Some(3), "{body}: {said:#?}");
        let reason = &said.document()["scenarios"][0]["skip"];
        assert_eq!(reason["code"], code, "{body}: {reason}");
        assert!(reason["excerpt"].as_str().unwrap().contains(tells), "{body}: {reason}");
    }
    Ok(())
}

pub fn script(bench: &Bench) -> Result<(), CannotProvoke> {
    let args = run(Path::new("reference"), &["mark-status"], Path::new("run"));
    let said = bench.gate_after(&hide("script"), &[], args)?;
    assert_eq!(said.exit, Some(3), "{said:#?}");
    let mut skipped = said.verdicts();
    skipped.retain(|_, verdict| verdict != "pass");
    let skipped: Vec<_> = skipped.into_iter().collect();
    assert_eq!(skipped, [("mark-status/on-a-terminal".to_owned(), "skip".to_owned())]);
    assert!(said.skips().contains_key("tool-missing"));
    let doctor = bench.gate_after(&hide("script"), &[], ["env", "doctor"])?;
    assert_eq!(doctor.exit, Some(3));
    assert!(
        doctor.stdout.contains("without it mark-status/on-a-terminal is skipped"),
        "{doctor:#?}"
    );
    Ok(())
}

pub fn limits(bench: &Bench) -> Result<(), CannotProvoke> {
    let product = bench.product("echo '{}'");
    for (limit, tells) in [
        ("ulimit -n 100", "files that a process may open"),
        ("ulimit -f 1000", "bytes that a file may have"),
        ("ulimit -v 400000", "memory that a process may map"),
        ("ulimit -d 400000", "memory that a process may have as data"),
        ("ulimit -s 512", "memory that a process may have as stack"),
        ("ulimit -t 60", "seconds that a process may compute"),
    ] {
        let args = run(&product, &[ONE], Path::new("run"));
        let said = bench.gate_after(limit, &[], args)?;
        assert_eq!(said.exit, Some(3), "{limit}: {said:#?}");
        let reason = &said.document()["scenarios"][0]["skip"];
        assert_eq!(reason["code"], "limit-too-low", "{limit}: {reason}");
        assert!(reason["excerpt"].as_str().unwrap().contains(tells), "{limit}: {reason}");
        fs_err::remove_dir_all(bench.path("run")).unwrap();
    }
    Ok(())
}

pub fn an_executable_place(bench: &Bench) -> Result<(), CannotProvoke> {
    let product = bench.product("echo '{}'");
    let tmp = bench.folder("tmp");
    let said = bench.gate_after(
        "mount -t tmpfs -o noexec,size=1g none $place/tmp",
        &[("TMPDIR", tmp.as_os_str() as &OsStr)],
        run(&product, &[ONE], Path::new("run")),
    )?;
    assert_eq!(said.exit, Some(3), "{said:#?}");
    assert!(said.skips().contains_key("no-exec"), "{said:#?}");
    Ok(())
}
