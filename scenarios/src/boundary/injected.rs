//! A violation that is put into a copy of the release is told by file and line: the scan can fail.

use std::collections::BTreeSet;
use std::path::Path;

use support::check::Judgement;

use super::probes::probes;
use super::rules::{PACKAGES, is_violation};
use super::{OF_THE_CLI, REQUIREMENTS, Source};
use crate::context::{Abort, TestContext};
use crate::control::{MARKS, prove_that_it_marks};
use crate::python_imports::{Found, Place, Scan};
use crate::scenario::{CheckSpec, Scenario};

const MODULE_LEVEL_IS_CAUGHT: CheckSpec = CheckSpec::new(
    "module-level-is-caught",
    OF_THE_CLI,
    "in a copy with synthetic violations, exactly those at module level are found besides the old",
);
const FUNCTION_LEVEL_IS_CAUGHT: CheckSpec = CheckSpec::new(
    "function-level-is-caught",
    OF_THE_CLI,
    "exactly those in functions are found besides the old",
);
const TYPE_CHECKING_IS_CAUGHT: CheckSpec = CheckSpec::new(
    "type-checking-is-caught",
    OF_THE_CLI,
    "exactly those for the type checker are found besides the old",
);

pub const SCENARIO: Scenario = Scenario {
    id: "boundary/injected-violation-is-caught",
    promise: "an import of a submodule of specify_cli.status, in whatever form, is told by file and line",
    requirements: REQUIREMENTS,
    issues: &[1619],
    checks: &[MARKS, MODULE_LEVEL_IS_CAUGHT, FUNCTION_LEVEL_IS_CAUGHT, TYPE_CHECKING_IS_CAUGHT],
    run,
    ..Scenario::DEFAULT
};

/// A violation: file, line, place.
type Location = (String, usize, Place);

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let original = Source::of(context)?;
    prove_that_it_marks(context)?;
    let copy = Source { site: context.folder("copy")?, ..original.clone() };
    for package in PACKAGES {
        if original.site.join(package).is_dir() {
            copy_python(&original.site.join(package), &copy.site.join(package))?;
        }
    }
    let clean = original.imports_of_status()?;
    if copy.imports_of_status()? != clean {
        return Err(Abort::Broken("a clean copy does not read as its original".to_owned()));
    }
    let mut planted: BTreeSet<Location> = BTreeSet::new();
    for probe in probes(&copy.site, &PACKAGES) {
        let spots = probe.write(&copy.site)?.into_iter();
        planted.extend(spots.map(|(line, place)| (probe.file.clone(), line, place)));
    }
    let before = violations(&clean);
    let found = &violations(&copy.imports_of_status()?) - &before;
    for place in Place::ALL {
        context.check(check_of(place), compare_injected(place, &planted, &found));
    }
    Ok(())
}

fn check_of(place: Place) -> CheckSpec {
    match place {
        Place::Module => MODULE_LEVEL_IS_CAUGHT,
        Place::Function => FUNCTION_LEVEL_IS_CAUGHT,
        Place::TypeChecking => TYPE_CHECKING_IS_CAUGHT,
    }
}

fn violations(seen: &Scan) -> BTreeSet<Location> {
    let found = seen.found.iter().filter(|found| is_violation(found));
    found.map(|Found { file, line, place, .. }| (file.clone(), *line, *place)).collect()
}

fn compare_injected(
    place: Place,
    planted: &BTreeSet<Location>,
    found: &BTreeSet<Location>,
) -> Judgement {
    let told = |one: &BTreeSet<Location>, other: &BTreeSet<Location>| -> Vec<String> {
        let here = one.difference(other).filter(|spot| spot.2 == place);
        here.map(|(file, line, _)| format!("{file}:{line}")).collect()
    };
    let (missed, invented) = (told(planted, found), told(found, planted));
    let expected = format!("every planted {place} import, and nothing else");
    let observed = format!("missed: {}\nnot planted: {}", missed.join(" "), invented.join(" "));
    match (missed.is_empty(), invented.is_empty()) {
        (true, true) => Judgement::pass(expected, "exactly those"),
        (false, _) => Judgement::fail("missed", expected, observed),
        (true, false) => Judgement::fail("false-alarm", expected, observed),
    }
}

/// Copies the Python files of a folder: nothing else is read.
fn copy_python(from: &Path, to: &Path) -> Result<(), Abort> {
    fs_err::create_dir_all(to)?;
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_python(&source, &target)?;
        } else if source.extension().is_some_and(|ending| ending == "py") && source.is_file() {
            fs_err::copy(&source, &target)?;
        }
    }
    Ok(())
}
