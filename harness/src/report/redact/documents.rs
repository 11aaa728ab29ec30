//! Where documents hold text. Every field is named: one that is added does not compile until somebody has
//! said what it is.

use std::path::PathBuf;

use support::product::{Checkout, Finding, GitState, LockedPackage, Subject};
use support::skip::SkipReason;

use crate::document::{CheckDocument, RunDocument, ScenarioDocument, StepDocument};
use crate::gate::{
    GateDocument, GatedCheck, GatedException, GatedPromise, GatedScenario, KnownFailureDocument,
};
use crate::record::RunProduct;
use crate::requirements::{
    Gap, JudgedRun, NamedCheck, RequirementDocument, RequirementsDocument, SourceDocument,
    Standing, Violation,
};

/// Is shown every text of a document.
pub trait Visitor {
    /// Something that a product, a tool or a person has written.
    fn text(&mut self, text: &mut String);

    /// The name of something of ours: a scenario, a check, a run, a package.
    fn id(&mut self, id: &mut String);

    /// A command line.
    fn words(&mut self, words: &mut [String]) {
        for word in words {
            self.text(word);
        }
    }

    /// Where something lies on the machine; a name may be in its place.
    fn place(&mut self, place: &mut String) {
        self.text(place);
    }

    /// A path.
    fn path(&mut self, path: &mut PathBuf) {
        let mut text = path.to_string_lossy().into_owned();
        self.text(&mut text);
        *path = PathBuf::from(text);
    }
}

/// Holds text.
pub trait Texts {
    /// Shows all of it.
    fn texts(&mut self, visitor: &mut dyn Visitor);
}

impl<T: Texts> Texts for Option<T> {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        if let Some(some) = self {
            some.texts(visitor);
        }
    }
}

impl<T: Texts> Texts for Vec<T> {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        for one in self {
            one.texts(visitor);
        }
    }
}

fn optional(text: &mut Option<String>, visitor: &mut dyn Visitor) {
    if let Some(text) = text {
        visitor.text(text);
    }
}

fn ids(all: &mut [String], visitor: &mut dyn Visitor) {
    for id in all {
        visitor.id(id);
    }
}

fn paths(all: &mut [PathBuf], visitor: &mut dyn Visitor) {
    for path in all {
        visitor.path(path);
    }
}

impl Texts for RunDocument {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self {
            format,
            version: _,
            run_id,
            kitty_gate,
            started_at,
            ended: _,
            wall_ms: _,
            jobs: _,
            shard: _,
            repeat: _,
            network: _,
            product,
            totals: _,
            home_touched,
            left_outside,
            scenarios,
        } = self;
        visitor.id(format);
        visitor.id(run_id);
        visitor.id(kitty_gate);
        visitor.id(started_at);
        product.texts(visitor);
        paths(home_touched, visitor);
        paths(left_outside, visitor);
        scenarios.texts(visitor);
    }
}

impl Texts for RunProduct {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { spec, subject, release, executable, method, python, lock, findings } = self;
        visitor.place(spec);
        subject.texts(visitor);
        optional(release, visitor);
        let mut place = executable.to_string_lossy().into_owned();
        visitor.place(&mut place);
        *executable = PathBuf::from(place);
        visitor.text(method);
        optional(python, visitor);
        lock.texts(visitor);
        findings.texts(visitor);
    }
}

impl Texts for Subject {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        match self {
            Self::Wheel { sha256 } => visitor.id(sha256),
            Self::Checkout(Checkout { sha256, git }) => {
                visitor.id(sha256);
                git.texts(visitor);
            }
            Self::Installation { executable_sha256, packages_sha256 } => {
                visitor.id(executable_sha256);
                if let Some(digest) = packages_sha256 {
                    visitor.id(digest);
                }
            }
        }
    }
}

impl Texts for GitState {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { commit, branch, dirty: _, path } = self;
        if let Some(commit) = commit {
            visitor.id(commit);
        }
        optional(branch, visitor);
        visitor.text(path);
    }
}

impl Texts for LockedPackage {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { name, version, sha256 } = self;
        if let Some(digest) = sha256 {
            visitor.id(digest);
        }
        visitor.id(name);
        visitor.id(version);
    }
}

impl Texts for Finding {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { code: _, about, detail } = self;
        visitor.text(about);
        visitor.text(detail);
    }
}

impl Texts for ScenarioDocument {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self {
            id,
            title,
            verdict: _,
            requirements,
            issues: _,
            checks,
            unjudged,
            skip,
            error,
            steps,
            duration_ms: _,
            repeats: _,
            attempts: _,
            shown: _,
            kept,
        } = self;
        visitor.id(id);
        visitor.id(title);
        ids(requirements, visitor);
        checks.texts(visitor);
        ids(unjudged, visitor);
        skip.texts(visitor);
        optional(error, visitor);
        steps.texts(visitor);
        paths(kept, visitor);
    }
}

impl Texts for CheckDocument {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { id, outcome: _, signature, expected, observed, stands_for, step: _ } = self;
        visitor.id(id);
        optional(signature, visitor);
        visitor.text(expected);
        visitor.text(observed);
        visitor.id(stands_for);
    }
}

impl Texts for StepDocument {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self {
            argv,
            cwd,
            world: _,
            ended: _,
            exit: _,
            signal: _,
            at_ms: _,
            duration_ms: _,
            cpu_ms: _,
            stdout,
            stderr,
            stdout_file,
            stderr_file,
        } = self;
        visitor.words(argv);
        visitor.path(cwd);
        visitor.text(stdout);
        visitor.text(stderr);
        visitor.path(stdout_file);
        visitor.path(stderr_file);
    }
}

impl Texts for SkipReason {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { code: _, phase: _, tool, argv, exit: _, excerpt, interpreter, remediation } =
            self;
        visitor.text(tool);
        visitor.words(argv);
        visitor.text(excerpt);
        optional(interpreter, visitor);
        visitor.text(remediation);
    }
}

impl Texts for GateDocument {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self {
            format,
            version: _,
            run_id,
            product,
            decided_on,
            decision: _,
            broken: _,
            because,
            judged: _,
            strict: _,
            max_exceptions: _,
            repeat: _,
            totals: _,
            scenarios,
            core,
            exceptions,
        } = self;
        visitor.id(format);
        visitor.id(run_id);
        product.texts(visitor);
        visitor.id(decided_on);
        visitor.words(because);
        scenarios.texts(visitor);
        core.texts(visitor);
        exceptions.texts(visitor);
    }
}

impl Texts for GatedScenario {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { id, required: _, standing: _, verdict: _, not_judged: _, because, checks } =
            self;
        visitor.id(id);
        visitor.text(because);
        checks.texts(visitor);
    }
}

impl Texts for GatedCheck {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { id, signature, matched: _, known_failure } = self;
        visitor.id(id);
        optional(signature, visitor);
        known_failure.texts(visitor);
    }
}

impl Texts for KnownFailureDocument {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { at, signature, releases, reason, issue, owner, written, expires } = self;
        visitor.text(at);
        visitor.text(signature);
        ids(releases, visitor);
        visitor.text(reason);
        visitor.text(issue);
        visitor.text(owner);
        visitor.id(written);
        visitor.id(expires);
    }
}

impl Texts for GatedPromise {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { name, scenarios, standing: _ } = self;
        visitor.id(name);
        ids(scenarios, visitor);
    }
}

impl Texts for GatedException {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { file, scenario, operator, date, follow_up, used: _, refused } = self;
        visitor.text(file);
        visitor.id(scenario);
        visitor.text(operator);
        visitor.id(date);
        visitor.text(follow_up);
        visitor.text(refused);
    }
}

impl Texts for RequirementsDocument {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { format: _, version: _, run, totals: _, sources, unassigned } = self;
        run.texts(visitor);
        sources.texts(visitor);
        unassigned.texts(visitor);
    }
}

impl Texts for JudgedRun {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { run_id, product, release } = self;
        visitor.id(run_id);
        visitor.text(product);
        optional(release, visitor);
    }
}

impl Texts for SourceDocument {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { name: _, topic: _, totals: _, requirements } = self;
        requirements.texts(visitor);
    }
}

impl Texts for RequirementDocument {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self {
            // What our own book says.
            id: _,
            also: _,
            text: _,
            coverage: _,
            through: _,
            planned: _,
            unreachable: _,
            scenarios,
            checks,
            standing,
        } = self;
        ids(scenarios, visitor);
        checks.texts(visitor);
        standing.texts(visitor);
    }
}

impl Texts for NamedCheck {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { scenario, check } = self;
        visitor.id(scenario);
        visitor.id(check);
    }
}

impl Texts for Standing {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { state: _, violations, gaps } = self;
        violations.texts(visitor);
        gaps.texts(visitor);
    }
}

impl Texts for Violation {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { scenario, check, stands_for, signature, known } = self;
        visitor.id(scenario);
        visitor.id(check);
        visitor.id(stands_for);
        visitor.text(signature);
        optional(known, visitor);
    }
}

impl Texts for Gap {
    fn texts(&mut self, visitor: &mut dyn Visitor) {
        let Self { kind: _, why, by } = self;
        visitor.text(why);
        visitor.id(by);
    }
}
