//! No file beyond the border imports a submodule of `specify_cli.status`.

use support::check::{Judgement, none_of};

use super::rules::{STATUS, is_from_outside, is_violation};
use super::{OF_THE_CLI, REQUIREMENTS, Source};
use crate::context::{Abort, TestContext};
use crate::control::{MARKS, prove_that_it_marks};
use crate::python_imports::{Found, Place};
use crate::scenario::{CheckSpec, Scenario};

const EVERY_FILE_IS_READ: CheckSpec = CheckSpec::new(
    "every-file-is-read",
    OF_THE_CLI,
    "every file that may hold such an import is Python that can be read",
);
const NO_MODULE_LEVEL_IMPORT: CheckSpec = CheckSpec::new(
    "no-module-level-import",
    OF_THE_CLI,
    "no file does so when it is imported itself",
);
const NO_FUNCTION_LEVEL_IMPORT: CheckSpec =
    CheckSpec::new("no-function-level-import", OF_THE_CLI, "no function does so when it is called");
const NO_TYPE_CHECKING_IMPORT: CheckSpec =
    CheckSpec::new("no-type-checking-import", OF_THE_CLI, "no file does so for the type checker");

pub const SCENARIO: Scenario = Scenario {
    id: "boundary/status-imports",
    promise: "nothing outside of specify_cli.status imports a submodule of it",
    requirements: REQUIREMENTS,
    issues: &[1619],
    checks: &[
        MARKS,
        EVERY_FILE_IS_READ,
        NO_MODULE_LEVEL_IMPORT,
        NO_FUNCTION_LEVEL_IMPORT,
        NO_TYPE_CHECKING_IMPORT,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let source = Source::of(context)?;
    // What is judged is the source of a product that works.
    prove_that_it_marks(context)?;
    let seen = source.imports_of_status()?;
    let unread = none_of("all of them", &seen.unread, |_| format!("unread={}", seen.unread.len()));
    context.check(EVERY_FILE_IS_READ, unread);
    if !seen.found.iter().any(is_from_outside) && seen.unread.is_empty() {
        // To find nothing proves nothing where there is nothing to be found.
        let why = format!("nobody imports {STATUS}, not even as a whole");
        let remediation = "see whether the package has another name in this release";
        return Err(Abort::not_exercised(None, &why, remediation));
    }
    let violations: Vec<Found> = seen.found.into_iter().filter(is_violation).collect();
    for place in Place::ALL {
        context.check(check_of(place), judge_imports(place, &violations));
    }
    Ok(())
}

fn check_of(place: Place) -> CheckSpec {
    match place {
        Place::Module => NO_MODULE_LEVEL_IMPORT,
        Place::Function => NO_FUNCTION_LEVEL_IMPORT,
        Place::TypeChecking => NO_TYPE_CHECKING_IMPORT,
    }
}

/// All of them are told, however many there are: each is to be mended.
fn judge_imports(place: Place, violations: &[Found]) -> Judgement {
    let here = violations.iter().filter(|found| found.place == place);
    let told: Vec<String> = here.map(ToString::to_string).collect();
    let expected = format!("no {place} import of a submodule of {STATUS}");
    if told.is_empty() {
        Judgement::pass(expected, "none")
    } else {
        Judgement::fail(format!("{place}={}", told.len()), expected, told.join("\n"))
    }
}
