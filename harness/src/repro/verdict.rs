//! What a script needs to tell whether a failure is there again: what was recorded of the commands that failing checks
//! looked at.
//!
//! A script cannot evaluate a check. It compares what the check was judged on: the exit code where the check is of
//! nothing else; else the exit code, both streams, and the state of the world in the end.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;
use std::path::Path;
use std::process::Command;

use data_encoding::BASE64_MIME;
use fixtures::shell;
use regex::{NoExpand, Regex};
use scenarios::context::{CheckRecord, Ending, StepRecord};

use crate::record::RunProduct;
use crate::verdict::Attempt;

/// The functions of the script that decide.
pub(super) const FUNCTIONS: &str = include_str!("verdict.sh");

/// Whether a script can come to something at all; else why not.
pub(super) fn hindrance(attempt: &Attempt) -> Option<&'static str> {
    if !attempt.checks.iter().any(CheckRecord::failed) {
        return Some("no check failed when this was recorded");
    }
    let judged = judged(attempt);
    if judged.is_empty() {
        return Some("what failed is not the outcome of a command");
    }
    let steps = || judged.iter().map(|(_, step)| *step);
    if attempt.steps.iter().any(|step| step.interrupted_ms.is_some()) {
        return Some("a command was interrupted at a moment that a script cannot hit");
    }
    let ended_by_itself = |step: &StepRecord| matches!(step.ended, Ending::Exit | Ending::Signal);
    (!steps().all(ended_by_itself))
        .then_some("a command was ended by kitty-gate, which a script does not do")
}

/// The lines that hold what was recorded, and compare.
pub(super) fn comparison(
    attempt: &Attempt,
    product: &RunProduct,
    run: &Path,
) -> io::Result<String> {
    let portable = |text: &[u8]| portable(text, attempt, product);
    let mut text =
        String::from("\n# What was recorded of the commands that a failing check looked at.\n");
    let judged = judged(attempt);
    let looked_at: BTreeSet<usize> = judged.iter().map(|(_, step)| step.index).collect();
    let mut worlds = BTreeSet::new();
    for (check, step) in &judged {
        if is_of_the_exit(check) {
            continue;
        }
        if worlds.insert(step.world) {
            text.push_str(&effect(attempt, step.world, portable)?);
        }
        for (name, stream) in [("stdout", &step.stdout), ("stderr", &step.stderr)] {
            let name = format!("{}.{name}", step.index);
            if !text.contains(&format!("recorded {name} ")) {
                let whole = fs_err::read(run.join(&stream.file))?;
                text.push_str(&recorded(&name, &portable(&whole)));
            }
        }
    }
    let mut judged = judged.into_iter().peekable();
    for step in &attempt.steps {
        if judged.peek().is_none() {
            break;
        }
        let (index, exit) = (step.index, exit(step));
        while let Some((check, _)) = judged.next_if(|(_, looked_at)| looked_at.index == index) {
            let id = &check.id;
            // Writing into a String cannot fail.
            let _ = if is_of_the_exit(check) {
                writeln!(text, "same_exit {id} {index} {exit}")
            } else {
                writeln!(text, "same_all {id} {index} {exit} {}", step.world)
            };
        }
        if !looked_at.contains(&index) {
            let _ = writeln!(text, "as_before {index} {exit}");
        }
    }
    Ok(text)
}

/// The failing checks, each with the command that it looked at, in the order of the commands.
fn judged(attempt: &Attempt) -> Vec<(&CheckRecord, &StepRecord)> {
    let failed = attempt.checks.iter().filter(|check| check.failed());
    let mut judged: Vec<_> = failed
        .filter_map(|check| {
            let step = attempt.steps.iter().find(|step| Some(step.index) == check.step)?;
            Some((check, step))
        })
        .collect();
    judged.sort_by_key(|(_, step)| step.index);
    judged
}

/// Whether a check failed for its exit code, and would for no other.
fn is_of_the_exit(check: &CheckRecord) -> bool {
    let signature = check.judgement.signature.as_deref().unwrap_or_default();
    signature.strip_prefix("exit=").is_some_and(|code| code.parse::<i32>().is_ok())
}

/// As a shell has it.
fn exit(step: &StepRecord) -> i32 {
    step.exit.or(step.signal.map(|signal| 128 + signal)).unwrap_or(-1)
}

/// The state of a world that was kept, told by the very function of the script; nothing where it was not kept.
fn effect(
    attempt: &Attempt,
    world: usize,
    portable: impl Fn(&[u8]) -> String,
) -> io::Result<String> {
    let Some(kept) = &attempt.kept else {
        return Ok(String::new());
    };
    let dir = kept.join(format!("sandbox-{world}/world"));
    if !dir.is_dir() {
        return Ok(String::new());
    }
    let here = tempfile::tempdir()?;
    let script = format!("{}{FUNCTIONS}DECIDED=yes\neffect \"$1\"\n", shell::prelude());
    let told = Command::new("sh")
        .arg("-c")
        .arg(script)
        .arg("sh")
        .arg(dir)
        .env("HERE", here.path())
        .output()
        .map_err(|error| {
            io::Error::new(error.kind(), format!("`sh` cannot be started: {error}"))
        })?;
    Ok(recorded(&format!("{world}.effect"), &portable(&told.stdout)))
}

/// The sandbox and the product are named as the script names its own.
fn portable(text: &[u8], attempt: &Attempt, product: &RunProduct) -> String {
    let mut text = String::from_utf8_lossy(text).into_owned();
    if let Some(kept) = &attempt.kept {
        text = text.replace(&format!("{}/sandbox-", kept.display()), "$SANDBOX_");
    }
    let executable = product.executable.to_string_lossy();
    let bin = executable.rsplit_once('/').map_or("", |(bin, _)| bin);
    let folder = bin.strip_suffix("/bin").unwrap_or(bin);
    if folder.is_empty() {
        return text;
    }
    let known = folder.strip_prefix("$KITTY_GATE_CACHE").unwrap_or(folder);
    // Where the store lies on this machine, the record does not say.
    let before = if known == folder { "" } else { r#"[^\s"'`=:(\[]*"# };
    match Regex::new(&format!("{before}{}", regex::escape(known))) {
        Ok(path) => path.replace_all(&text, NoExpand("$PRODUCT")).into_owned(),
        Err(_) => text,
    }
}

fn recorded(name: &str, text: &str) -> String {
    let packed = BASE64_MIME.encode(text.as_bytes()).replace("\r\n", "\n");
    format!("recorded {name} <<'RECORDED'\n{packed}RECORDED\n")
}
