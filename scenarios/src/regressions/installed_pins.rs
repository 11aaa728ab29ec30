//! The packages of Spec Kitty's own that are installed are those that the release says it takes.
//!
//! `contract-drift/resolver` asks whether an installer's check refuses candidates of the events
//! package. This one reads what every package says of itself, without an installer, for each of
//! Spec Kitty's own packages; and wants a disagreement told so that a person can act on it.

use fixtures::{Package, Recipe};
use support::check::{Judgement, none_of};
use support::process::Exit;

use super::requirement::{Requirement, installed_versions, requirements_of};
use crate::context::{Abort, Mission, Nested, Step, TestContext, Tool};
use crate::control::{MARKS, prove_that_it_marks};
use crate::scenario::{CheckSpec, Scenario};

const EVERY_REQUIREMENT_HAS_A_RANGE: CheckSpec = CheckSpec::new(
    "every-requirement-has-a-range",
    "#848",
    "the release says which versions of them it takes",
);
const INSTALLED_VERSIONS_ARE_TAKEN: CheckSpec = CheckSpec::new(
    "installed-versions-are-taken",
    "#848",
    "each is installed once, in a version that the release takes",
);
const CONTROL_AGREES: CheckSpec = CheckSpec::new(
    "control-agrees",
    "#848",
    "the control: an installer's check finds nothing wrong with the release as it is",
);
const DISAGREEMENT_IS_REFUSED: CheckSpec = CheckSpec::new(
    "disagreement-is-refused",
    "#848",
    "an installer's check refuses a version that the release does not take",
);
const DISAGREEMENT_IS_NAMED: CheckSpec = CheckSpec::new(
    "disagreement-is-named",
    "#848",
    "it names the package, the installed version and the constraint",
);

pub const SCENARIO: Scenario = Scenario {
    id: "regressions/installed-pins",
    promise: "the installed packages of Spec Kitty are those that the release takes, and a disagreement is told by package, version and constraint",
    requirements: &["NFR-002"],
    issues: &[848],
    checks: &[
        MARKS,
        EVERY_REQUIREMENT_HAS_A_RANGE,
        INSTALLED_VERSIONS_ARE_TAKEN,
        CONTROL_AGREES,
        DISAGREEMENT_IS_REFUSED,
        DISAGREEMENT_IS_NAMED,
    ],
    run,
    ..Scenario::DEFAULT
};

/// The product.
const PRODUCT: &str = "spec-kitty-cli";

/// Spec Kitty's own packages. The last to be required is the one that is replaced: the events
/// package, the first, is what `contract-drift` replaces.
const OWN: [&str; 3] = ["spec-kitty-events", "spec-kitty-tracker", "spec-kitty-runtime"];

/// A version that no release takes.
const FUTURE: &str = "999.0.0";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let site = context.installed_source()?;
    let required = requirements_of(&site, PRODUCT)?;
    let own: Vec<&Requirement> = OWN
        .iter()
        .filter_map(|name| required.iter().find(|requirement| requirement.name == *name))
        .collect();
    let Some(last) = own.last() else {
        let why = "the release requires no package of Spec Kitty's own";
        let remediation = "nothing to mend: the promise is about releases that do";
        return Err(Abort::not_exercised(None, why, remediation));
    };
    let bare = own.iter().filter(|requirement| requirement.is_open());
    let bare: Vec<&Requirement> = bare.copied().collect();
    prove_that_it_marks(context)?;
    context.check(
        EVERY_REQUIREMENT_HAS_A_RANGE,
        none_of("a range for each", &bare, |first| format!("unpinned: {}", first.name)),
    );
    let mut wrong = Vec::new();
    for requirement in &own {
        let found = installed_versions(&site, &requirement.name)?;
        if !matches!(found.as_slice(), [version] if requirement.takes(version)) {
            wrong.push(format!("{requirement}: installed: {}", found.join(" ")));
        }
    }
    context.check(
        INSTALLED_VERSIONS_ARE_TAKEN,
        none_of("each once, as required", &wrong, |first| {
            format!(
                "disagrees: {}",
                first.split(['<', '>', '=', '!', '~', ' ', ':']).next().unwrap_or(first)
            )
        }),
    );
    disagreement(context, last)
}

/// Puts a version in the place of the real one that the release does not take.
fn disagreement(context: &mut TestContext<'_>, requirement: &Requirement) -> Result<(), Abort> {
    let nested = context.nested()?;
    let real = nested.package(&requirement.name)?;
    let mission = context.mission(&Recipe::contract_log())?;
    let step = installers_check(context, &nested, &mission)?;
    let control = match step.exit() {
        Exit::Code(0) => Judgement::pass("exit 0", "exit 0"),
        exit => Judgement::fail(format!("disagree: {exit}"), "exit 0", step.quote()),
    };
    context.control(CONTROL_AGREES, &step, control)?;
    context.replace(&nested, &real, &as_version(&real, FUTURE), "ver999")?;
    let step = installers_check(context, &nested, &mission)?;
    step.check(DISAGREEMENT_IS_REFUSED, |step| match step.exit() {
        Exit::Code(code) if code != 0 => Judgement::pass("a non-zero exit", step.quote()),
        exit => Judgement::fail(exit.to_string(), "a non-zero exit", step.quote()),
    });
    step.check(DISAGREEMENT_IS_NAMED, |step| names(step, requirement));
    context.restore(&nested, &real)
}

/// `pip check`, or `uv pip check`.
fn installers_check(
    context: &mut TestContext<'_>,
    nested: &Nested,
    mission: &Mission,
) -> Result<Step, Abort> {
    context.command(mission, ["check"]).tool(nested, Tool::Pip).run()
}

fn names(step: &Step, requirement: &Requirement) -> Judgement {
    let expected = format!("a line with {requirement} and {FUTURE}");
    let said = step.stdout_text() + &step.stderr_text();
    let mut lines = said.lines();
    let Some(line) = lines.find(|line| line.contains(&requirement.name)) else {
        return Judgement::fail("not-named: package", expected, step.quote());
    };
    if !line.contains(FUTURE) {
        return Judgement::fail("not-named: version", expected, step.quote());
    }
    let bare = line.replace(' ', "");
    match requirement.clauses().iter().find(|clause| !bare.contains(*clause)) {
        Some(_) => Judgement::fail("not-named: constraint", expected, step.quote()),
        None => Judgement::pass(expected, line),
    }
}

/// The same files under another version, in all that installers read.
fn as_version(real: &Package, version: &str) -> Package {
    let folder = |version: &str| format!("{}-{version}.dist-info/", real.name);
    let (from, to) = (folder(&real.version), folder(version));
    let files = real.files.iter().map(|(path, bytes)| {
        let Some(rest) = path.strip_prefix(&from) else {
            return (path.clone(), bytes.clone());
        };
        let bytes = if rest == "METADATA" {
            let old = format!("\nVersion: {}\n", real.version);
            let text = String::from_utf8_lossy(bytes);
            text.replacen(&old, &format!("\nVersion: {version}\n"), 1).into_bytes()
        } else {
            bytes.clone()
        };
        (format!("{to}{rest}"), bytes)
    });
    Package { name: real.name.clone(), version: version.to_owned(), files: files.collect() }
}
