//! File systems that fill up while a run goes on. The product fills them, so that it is no matter of time.

use std::ffi::OsStr;
use std::path::Path;

use crate::bench::{Bench, CannotProvoke, CliOutput, ONE, run};

/// Says nothing that a check holds for; that is for later commands, when the folder is full.
const SUITES: [&str; 2] = ["mark-status", "merge"];

/// At least so many scenarios are in them.
const SCENARIOS: usize = 20;

fn ends_the_run(said: &CliOutput) {
    assert_eq!(said.exit, Some(4), "{said:#?}");
    assert_eq!(said.stdout, "");
    assert!(said.stderr.contains("error[not-kept]: keep the run in "), "{said:#?}");
    assert!(said.stderr.contains("of this run nothing counts"), "{said:#?}");
}

fn verdicts(said: &CliOutput) -> usize {
    let words = ["PASS ", "FAIL ", "ERROR ", "SKIP "];
    said.stderr.lines().filter(|line| words.iter().any(|word| line.starts_with(word))).count()
}

/// Nothing is left of the folder while a command runs. What its streams had in reserve comes back when it ends, so that
/// some scenarios may still be recorded, whole, and told; those after them may not.
pub fn of_records(bench: &Bench) -> Result<(), CannotProvoke> {
    let runs = bench.folder("runs");
    let product = bench.product(&format!(
        "cat /dev/zero > {}/fill 2>/dev/null; echo '{{}}'; exit 1",
        runs.display()
    ));
    let out = runs.join("run");
    let said = bench.gate_after(
        "mount -t tmpfs -o size=80m none $place/runs",
        &[],
        run(&product, &SUITES, &out),
    )?;
    ends_the_run(&said);
    assert!(verdicts(&said) < SCENARIOS / 2, "{said:#?}");
    Ok(())
}

/// There is room for the record when the command has ended, and what it printed is not whole all the same.
pub fn of_a_stream(bench: &Bench) -> Result<(), CannotProvoke> {
    let runs = bench.folder("runs");
    let product = bench.product(&format!(
        "cat /dev/zero > {0}/fill 2>/dev/null; head -c 8M /dev/zero 2>/dev/null; truncate -s -32K {0}/fill; exit 1",
        runs.display()
    ));
    let out = runs.join("run");
    let said = bench.gate_after(
        "mount -t tmpfs -o size=80m none $place/runs",
        &[],
        run(&product, &[ONE], &out),
    )?;
    ends_the_run(&said);
    assert_eq!(verdicts(&said), 0, "{said:#?}");
    Ok(())
}

/// What a product says on such a disk is not its own: no check of that command is judged.
pub fn of_sandboxes(bench: &Bench) -> Result<(), CannotProvoke> {
    let tmp = bench.folder("tmp");
    // Beside its sandbox, as somebody else would.
    let product = bench.product(&format!(
        "cat /dev/zero > {}/fill 2>/dev/null; echo 'fatal: No space left on device' >&2; exit 1",
        tmp.display()
    ));
    let said = bench.gate_after(
        "mount -t tmpfs -o size=300m none $place/tmp",
        &[("TMPDIR", tmp.as_os_str() as &OsStr)],
        // One at a time: what another scenario gives back would make room before anybody looks.
        [&run(&product, &SUITES, Path::new("run"))[..], &["--jobs".as_ref(), "1".as_ref()]]
            .concat(),
    )?;
    let verdicts = said.verdicts();
    assert_eq!(said.exit, Some(3), "{verdicts:#?}\n{}", said.stderr);
    assert!(verdicts.values().all(|verdict| verdict == "skip"), "{verdicts:#?}");
    assert!(said.skips().contains_key("disk-full"), "{:#?}", said.skips());
    Ok(())
}

/// What a product fills itself is no poor machine, whatever it says, and none that an operator could excuse.
pub fn of_a_sandbox_by_the_product(bench: &Bench) -> Result<(), CannotProvoke> {
    let tmp = bench.folder("tmp");
    let product = bench.product(
        "cat /dev/zero > \"$TMPDIR/fill\" 2>/dev/null; echo 'fatal: No space left on device' >&2; exit 1",
    );
    let out = bench.path("run");
    let said = bench.gate_after(
        "mount -t tmpfs -o size=300m none $place/tmp",
        &[("TMPDIR", tmp.as_os_str() as &OsStr)],
        run(&product, &[ONE], &out),
    )?;
    assert_eq!(said.exit, Some(1), "{said:#?}");
    assert!(said.skips().is_empty(), "{:#?}", said.skips());
    let shown = bench.gate(["show".as_ref(), out.as_os_str(), ONE.as_ref()]);
    assert!(shown.stdout.contains("sandbox/output-is-bounded"), "{}", shown.stdout);
    assert!(shown.stdout.contains("filled its sandbox"), "{}", shown.stdout);
    Ok(())
}
