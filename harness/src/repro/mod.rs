//! A script that replays one scenario with nothing but `sh`, `git` and the product, and says whether what failed is
//! there again: a function of a recorded run and of the sandboxes that it kept.

mod verdict;

use std::fmt::Write;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use data_encoding::BASE64_MIME;
use fixtures::{PLACEHOLDERS, shell};
use scenarios::context::{Observation, PRODUCT, StepRecord, Tool};
use support::product::Method;
use support::sandbox::{environment, git_config};

use crate::record::{Header, ReadError, Record, RunProduct, read_record};
use crate::reference;
use crate::verdict::{Attempt, attempts_at, worst_of};

/// Why there is no script.
#[derive(Debug, thiserror::Error)]
pub enum ReproError {
    /// The record cannot be read.
    #[error(transparent)]
    Record(#[from] ReadError),
    /// A file of the run's folder is gone.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The run has no such scenario.
    #[error("`{0}` is not part of the run")]
    NotRun(String),
}

/// The script for a scenario of the run recorded in `run`.
pub fn script_of(run: &Path, scenario: &str) -> Result<String, ReproError> {
    let Record { header, events, .. } = read_record(run)?;
    let planned = header.plan.iter().find(|planned| planned.id == scenario);
    let attempts = attempts_at(scenario, &events);
    match planned {
        Some(planned) if !attempts.is_empty() => {
            Ok(script(run, &header, scenario, &planned.title, &worst_of(planned, &attempts))?)
        }
        _ => Err(ReproError::NotRun(scenario.to_owned())),
    }
}

/// Where the script belongs in a run's folder.
pub fn script_path(run: &Path) -> PathBuf {
    run.join("repro.sh")
}

/// Writes a script with its run bit.
pub fn write_executable(path: &Path, script: &str) -> io::Result<()> {
    fs_err::write(path, script)?;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}

fn script(
    run: &Path,
    header: &Header,
    id: &str,
    promise: &str,
    attempt: &Attempt,
) -> io::Result<String> {
    let mut text = format!(
        "#!/bin/sh\n\
         # Reproduces {id} on spec-kitty-cli {release}.\n\
         # Promise: {promise}\n\
         #\n\
         # Needs sh, git, and the product: `BIN=/its/bin sh repro.sh` uses an installed one,\n\
         # else python3 (3.11 or newer) installs the very packages that were tested.\n\
         # Everything happens in a new folder; HERE=/new/folder names it.\n\
         #\n\
         # Its last line and its exit code say what it came to, so that `git bisect run` can use it:\n\
         # 1 reproduced, 0 not reproduced, 125 could not be tried, or reproduced in part.\n\
         set -u\n\n",
        release = header.product.release.as_deref().unwrap_or("(unknown)"),
    );
    text.push_str(verdict::FUNCTIONS);
    text.push_str(NEEDS_GIT);
    if attempt.observations.iter().any(is_hosted) {
        text.push_str(NEEDS_A_SERVICE);
    }
    let nested = attempt.observations.iter().any(is_nested);
    text.push_str(&if nested {
        own_installation(&header.product)
    } else {
        installation(&header.product)
    });
    text.push_str(
        "[ -x \"$BIN/spec-kitty\" ] || untried \"there is no spec-kitty in $BIN\"\n\
         BIN=$(cd \"$BIN\" && pwd)\n\n",
    );
    text.push_str(&shell::prelude());
    text.push_str(&functions(&header.product));
    text.push_str("says_its_version\n");
    if header.product.method != Method::Executable.to_string() {
        text.push_str("moved_in\n");
    }
    text.push('\n');
    for observation in &attempt.observations {
        text.push_str(&replay(observation, run)?);
    }
    if attempt.steps.is_empty() {
        text.push_str(&what_to_look_at(attempt));
    }
    let hindrance = verdict::hindrance(attempt);
    if hindrance.is_none() {
        text.push_str(&verdict::comparison(attempt, &header.product, run)?);
    }
    text.push_str(&what_to_look_for(attempt));
    text.push_str(
        &hindrance.map_or_else(|| "verdict\n".to_owned(), |why| format!("untried '{why}'\n")),
    );
    Ok(text)
}

/// The same packages, pinned; nothing is resolved anew.
fn installation(product: &RunProduct) -> String {
    if reference::assignments(&product.spec).is_some() {
        return THE_REFERENCE.to_owned();
    }
    if product.lock.is_empty() {
        return "[ -n \"${BIN-}\" ] || untried 'set BIN to the folder of the spec-kitty to be driven'\n\n"
            .to_owned();
    }
    format!("if [ -z \"${{BIN-}}\" ]; then\n{}fi\n\n", venv(product))
}

/// `kitty-gate` has to be on PATH where no `BIN` is given.
const THE_REFERENCE: &str = r#"# The reference product is kitty-gate itself, called by another name.
if [ -z "${BIN-}" ]; then
    BIN=$HERE/bin
    command -v kitty-gate > /dev/null || untried 'there is no kitty-gate on PATH, and no BIN'
    mkdir -p "$BIN" && ln -sf "$(command -v kitty-gate)" "$BIN/spec-kitty"
fi

"#;

/// For a scenario that replaces packages: never those of an installation that somebody uses.
fn own_installation(product: &RunProduct) -> String {
    format!(
        "# The scenario replaces packages, so it gets an installation of its own.\n\
         [ -z \"${{BIN-}}\" ] || untried 'this scenario replaces packages: unset BIN'\n\
         {}SITE=$(\"$BIN/python\" -c 'import sysconfig; print(sysconfig.get_path(\"purelib\"))')\n\n",
        venv(product)
    )
}

fn venv(product: &RunProduct) -> String {
    let pins: Vec<String> = product
        .lock
        .iter()
        .map(|package| format!("{}=={}", package.name, package.version))
        .collect();
    format!(
        "cat > \"$HERE/lock.txt\" <<'LOCK'\n{pins}\nLOCK\n\
         python3 -m venv \"$HERE/venv\" || untried 'python3 makes no environment'\n\
         \"$HERE/venv/bin/python\" -m pip install -q --no-deps -r \"$HERE/lock.txt\" ||\n    \
         untried 'the packages cannot be installed'\n\
         BIN=$HERE/venv/bin\n",
        pins = pins.join("\n"),
    )
}

/// Everything is made with it, and looked at.
const NEEDS_GIT: &str = "command -v git > /dev/null || untried 'there is no git'\n\n";

/// A script cannot be the hosted service, and without it the commands would prove nothing.
const NEEDS_A_SERVICE: &str = "echo 'run it with `kitty-gate repro`; what follows shows its commands' >&2\n\
     untried 'this scenario needs the hosted service of kitty-gate'\n\n";

fn is_hosted(observation: &Observation) -> bool {
    matches!(observation, Observation::Hosted { .. })
}

fn is_nested(observation: &Observation) -> bool {
    matches!(observation, Observation::Nested { .. })
}

/// The sandbox, in sh: the same environment and git configuration as ours, and what chooses among the many
/// selves of the reference.
fn functions(product: &RunProduct) -> String {
    let (home, tmp) = (Path::new("$S/home"), Path::new("$S/tmp"));
    let chosen = reference::assignments(&product.spec);
    let assignments: Vec<String> = environment(home, tmp, "$BIN:$PATH".into())
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", value.to_string_lossy()))
        .chain(chosen.into_iter().flatten().map(str::to_owned))
        .map(|assignment| format!("        {assignment} \\\n"))
        .collect();
    let [world, around, product] = PLACEHOLDERS;
    include_str!("functions.sh")
        .replace("@NOWHERE@", world)
        .replace("@AROUND@", around)
        .replace("@PRODUCT@", product)
        .replace("@GITCONFIG@", &git_config())
        .replace("@ENVIRONMENT@", &assignments.concat())
}

fn replay(observation: &Observation, run: &Path) -> io::Result<String> {
    Ok(match observation {
        Observation::World { world, fixture, .. } => format!(
            "# World {world}: {}.\nsandbox {world}\nset -e\n{}set +e\n\n",
            fixture.name().replace('\n', " "),
            shell::steps(fixture.ops())
        ),
        Observation::Prepared { world, name, commands, archive, .. } => {
            prepared(*world, name, commands, &fs_err::read(run.join(archive))?)
        }
        Observation::Changed { world, ops } => format!(
            "# A change between the commands.\nROOT=$HERE/sandbox-{world}/world\n{}\n",
            shell::steps(ops)
        ),
        Observation::Installed { package, candidate, changes, .. } => format!(
            "# {}\nreal {}\nROOT=$SITE\n{}\n",
            candidate.as_ref().map_or_else(
                || format!("The real {package} again."),
                |candidate| format!("The candidate {candidate} in the place of {package}.")
            ),
            shell_words::quote(package),
            shell::steps(changes)
        ),
        Observation::Step(step) => command(step),
        Observation::Nested { .. }
        | Observation::Hosted { .. }
        | Observation::Requests { .. }
        | Observation::StepStarted { .. }
        | Observation::Check(_)
        | Observation::Stopped(_) => String::new(),
    })
}

/// A world that the product made itself: it is unpacked as it was, names and ids included.
fn prepared(world: usize, name: &str, commands: &[Vec<String>], archive: &[u8]) -> String {
    let made: Vec<String> = commands
        .iter()
        .map(|words| format!("#   {}\n", shell_words::join(words).replace('\n', " ")))
        .collect();
    let packed = BASE64_MIME.encode(archive).replace("\r\n", "\n");
    format!(
        "# World {world}: {name}. It was made by\n{}unpack {world} <<'WORLD'\n{packed}WORLD\n\n",
        made.concat()
    )
}

fn command(step: &StepRecord) -> String {
    let mut words = step.argv.iter();
    let program = match words.next().map(String::as_str) {
        Some(ours) if ours == PRODUCT || Tool::ALL.iter().any(|tool| tool.name() == ours) => {
            format!("\"$BIN/{ours}\"")
        }
        Some(other) => quoted(other),
        None => return String::new(),
    };
    let args: Vec<String> = words.map(|word| quoted(word)).collect();
    let dir = shell_words::quote(&step.cwd.to_string_lossy()).into_owned();
    let env: Vec<String> =
        step.env.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
    let env = if env.is_empty() { String::new() } else { format!("env {} ", env.join(" ")) };
    let args = args.join(" ");
    // A script cannot strike at the same moment; it must not look as if it had.
    let note = step.interrupted_ms.map_or_else(String::new, |ms| {
        format!("echo 'recorded: interrupted after {ms} ms; here it runs to its end'\n")
    });
    format!("{note}run_step {} {} {dir} {env}{program} {args}\n", step.index, step.world)
}

/// A word of the record names a sandbox as `$SANDBOX_<n>`. Only that is expanded: the rest of a
/// word may be text of the product.
fn quoted(word: &str) -> String {
    let mut pieces = word.split("$SANDBOX_");
    let first = pieces.next().unwrap_or_default();
    let mut text = if first.is_empty() && word.contains("$SANDBOX_") {
        String::new()
    } else {
        shell_words::quote(first).into_owned()
    };
    for piece in pieces {
        text.push_str("\"$HERE\"/sandbox-");
        if !piece.is_empty() {
            text.push_str(&shell_words::quote(piece));
        }
    }
    text
}

/// A scenario that runs nothing looks at the installed files: the script prints the very lines.
fn what_to_look_at(attempt: &Attempt) -> String {
    let mut text = LOOK.to_owned();
    for check in attempt.checks.iter().filter(|check| check.failed()) {
        for (file, line) in places_in(&check.judgement.observed) {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "look {} {line}", shell_words::quote(file));
        }
    }
    text
}

/// `BIN` may hold but a link to the executable, so the interpreter is looked for beside the latter.
const LOOK: &str = r#"# No command is run: these are lines of the installed files.
REAL=$(dirname "$(readlink -f "$BIN/spec-kitty")")
SITE=$("$REAL/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
look() {
    [ ! -f "$SITE/$1" ] || printf '%s:%s: %s\n' "$1" "$2" "$(sed -n "$2p" "$SITE/$1")"
}
"#;

/// Every `file.py:12` of a text.
fn places_in(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.split_whitespace().filter_map(|word| {
        let (file, line) = word.trim_end_matches(':').rsplit_once(':')?;
        let is_python = Path::new(file).extension().is_some_and(|ending| ending == "py");
        Some((file, line.parse().ok()?)).filter(|_| is_python)
    })
}

fn what_to_look_for(attempt: &Attempt) -> String {
    let mut notes = String::new();
    for check in attempt.checks.iter().filter(|check| check.failed()) {
        let judgement = &check.judgement;
        // Writing into a String cannot fail.
        let _ = writeln!(
            notes,
            "{}: {}\n  expected: {}\n  observed: {}\n",
            check.id,
            judgement.signature.as_deref().unwrap_or(""),
            judgement.expected,
            judgement.observed.replace('\n', "\n    ")
        );
    }
    if notes.is_empty() {
        notes.push_str("Every check held when this was recorded.\n");
    }
    // Nothing of what was observed may end the here-document early or be expanded.
    let notes = crate::console::inert(&notes).replace("END_OF_NOTES", "END OF NOTES");
    format!(
        "\ncat <<'END_OF_NOTES'\n\nWhat kitty-gate saw when this was recorded:\n\n{notes}END_OF_NOTES\necho \"worlds: $HERE\"\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sandbox_is_expanded() {
        assert_eq!(quoted("--json"), "--json");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("$(x)"), "'$(x)'");
        assert_eq!(quoted("$SANDBOX_1/$(x)"), "\"$HERE\"/sandbox-'1/$(x)'");
        assert_eq!(quoted("in $SANDBOX_2"), "'in '\"$HERE\"/sandbox-2");
    }

    #[test]
    fn places_are_files_with_a_line() {
        let text = "a/b.py:12: c.d (module-level)\nmissed: x.py:3 y.py z.txt:4\n12:30";
        let places: Vec<_> = places_in(text).collect();
        assert_eq!(places, [("a/b.py", 12), ("x.py", 3)]);
    }
}
