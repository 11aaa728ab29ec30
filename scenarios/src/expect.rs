//! Expectations that many scenarios share: each looks at a finished command and judges it.

use support::check::Judgement;
use support::contract::Contract;
use support::process::Exit;

use crate::stage::Step;

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
    |step| match step.try_document() {
        Ok(_) => Judgement::pass("one JSON document on stdout", "one JSON document"),
        Err(fault) => {
            let signature = match traceback_of(step) {
                Some(error) => format!("{fault}, {error}"),
                None => fault.to_string(),
            };
            Judgement::fail(signature, "one JSON document on stdout", step.quote())
        }
    }
}

/// Neither stream shows a Python traceback.
pub fn no_traceback() -> impl FnOnce(&Step) -> Judgement {
    |step| match traceback_of(step) {
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

/// The exception that a traceback on either stream ends with, as `traceback: Name`.
pub fn traceback_of(step: &Step) -> Option<String> {
    [step.stderr_text(), step.stdout_text()].iter().find_map(|text| exception_name(text))
}

/// Python's own form, and the boxed one that rich draws.
pub(crate) fn exception_name(text: &str) -> Option<String> {
    let start = text.find("Traceback (most recent call last)")?;
    let name = text[start..]
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with([' ', '│', '╭', '╰', '|', '+']))
        .filter_map(|line| line.split(':').next())
        .filter(|word| is_exception_name(word))
        .last()
        .map(|path| path.rsplit('.').next().unwrap_or(path));
    Some(format!("traceback: {}", name.unwrap_or("unnamed")))
}

fn is_exception_name(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_')
        && word.chars().any(char::is_uppercase)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exception_is_named_in_both_forms() {
        let plain = "x\nTraceback (most recent call last):\n  File \"a\"\n    f()\na.b.CoordinationBranchDeleted: gone\n";
        assert_eq!(exception_name(plain).unwrap(), "traceback: CoordinationBranchDeleted");
        let boxed = "╭─── Traceback (most recent call last) ───╮\n│ x: │\n╰───╯\nKeyError: 'a'\n";
        assert_eq!(exception_name(boxed).unwrap(), "traceback: KeyError");
        assert_eq!(exception_name("Error: no"), None);
    }
}
