//! Expectations that many scenarios share: each looks at a finished command and judges it.

use support::check::Judgement;
use support::process::Exit;

use crate::context::Step;
use crate::contract::Contract;

/// It exits with 0.
pub fn exit_zero() -> impl FnOnce(&Step) -> Judgement {
    |step| match step.exit() {
        Exit::Code(0) => Judgement::pass("exit 0", "exit 0"),
        exit => Judgement::fail(exit_signature(exit), "exit 0", step.quote()),
    }
}

/// It exits with a code other than 0, by itself.
pub fn exit_nonzero() -> impl FnOnce(&Step) -> Judgement {
    |step| match step.exit() {
        Exit::Code(0) => Judgement::fail("exit=0", "a non-zero exit code", step.quote()),
        Exit::Code(code) => Judgement::pass("a non-zero exit code", format!("exit {code}")),
        exit => Judgement::fail(exit_signature(exit), "a non-zero exit code", step.quote()),
    }
}

/// Its stdout is exactly one JSON document (FR-002).
pub fn one_json_document() -> impl FnOnce(&Step) -> Judgement {
    Step::is_one_document
}

/// Neither stream shows a Python traceback.
pub fn no_traceback() -> impl FnOnce(&Step) -> Judgement {
    |step| match step.traceback() {
        None => Judgement::pass("no traceback", "none"),
        Some(error) => Judgement::fail(error, "no traceback", step.quote()),
    }
}

/// Its document keeps a published contract.
pub fn keeps(contract: Contract) -> impl FnOnce(&Step) -> Judgement {
    move |step| {
        let expected = "a document that keeps the published schema";
        let document = match step.try_document() {
            Ok(document) => document,
            Err(fault) => return Judgement::fail(fault.to_string(), expected, step.quote()),
        };
        let violations = contract.violations(&document);
        match violations.first() {
            None => Judgement::pass(expected, "it does"),
            Some(first) => {
                let place =
                    first.at.trim_start_matches('/').replace(|c: char| c.is_ascii_digit(), "N");
                let listed: Vec<_> = violations.iter().map(ToString::to_string).collect();
                Judgement::fail(
                    format!(
                        "schema: {} at {}",
                        first.keyword,
                        if place.is_empty() { "/" } else { &place }
                    ),
                    expected,
                    format!("{}\n{document}", listed.join("\n")),
                )
            }
        }
    }
}

fn exit_signature(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit={code}"),
        Exit::Signal(signal) => format!("signal={signal}"),
        Exit::TimedOut => "timed-out".to_owned(),
        Exit::Starved => "starved".to_owned(),
        Exit::Flooded => "flooded".to_owned(),
        Exit::Killed => "killed".to_owned(),
    }
}
