//! Reads what uv, venv, pip and the loader say. Pure functions, tested on texts that were really
//! seen (facts B.2 and B.3).

use crate::skip::SkipCode;

/// What is said, and what it means. The first row of which one phrase is found decides: the cause
/// comes before the tool's own summary of it, and the network before what it hides.
const TEXTS: &[(SkipCode, &[&str])] = &[
    (SkipCode::LibpythonMissing, &["error while loading shared libraries: libpython"]),
    (SkipCode::PythonhomePoisoned, &["No module named 'encodings'"]),
    (SkipCode::CacheUnusable, &["Failed to initialize cache", "Could not create the cache"]),
    (
        SkipCode::DiskFull,
        &["No space left on device", "Disk quota exceeded", "[Errno 28]", "[Errno 122]"],
    ),
    (
        SkipCode::ReadOnly,
        &["Read-only file system", "Permission denied (os error 13)", "[Errno 30]", "[Errno 13]"],
    ),
    (SkipCode::PathUnusual, &["contains the PATH separator", "File name too long", "[Errno 36]"]),
    (SkipCode::TargetExists, &["already exists at", "File exists at"]),
    (SkipCode::EnsurepipMissing, &["No module named ensurepip", "ensurepip is not available"]),
    (SkipCode::PipMissing, &["No module named pip"]),
    (SkipCode::OfflineCacheMiss, &["network was disabled", "Network connectivity is disabled"]),
    (SkipCode::RegistryTimeout, &["operation timed out", "Read timed out"]),
    (
        SkipCode::RegistryUnreachable,
        &[
            "Failed to fetch",
            "error sending request",
            "Request failed after",
            "Connection refused",
            "dns error",
            "after connection broken by",
            "Could not connect to",
            "Max retries exceeded",
        ],
    ),
    (
        SkipCode::PythonTooOld,
        &[
            "does not satisfy Python",
            "requires Python >=",
            "require a different python version",
            "requires a different Python",
        ],
    ),
    (SkipCode::InterpreterMissing, &["No interpreter found"]),
    (SkipCode::InterpreterBroken, &["Failed to inspect Python interpreter"]),
    (SkipCode::UvConfig, &["error: invalid value '", "Failed to parse: `", "uv.toml"]),
    (
        SkipCode::VersionNotFound,
        &[
            "Because there is no version of spec-kitty-cli==",
            "spec-kitty-cli was not found in the package registry",
            "satisfies the requirement spec-kitty-cli==",
        ],
    ),
    (
        SkipCode::ProductUnusable,
        &[
            "Failed to build `spec-kitty-cli",
            "Requested package name `spec-kitty-cli` does not match",
            "Distribution not found at",
        ],
    ),
    (
        SkipCode::BadWheel,
        &[
            "invalid package format",
            "Failed to extract archive",
            "is not a supported wheel",
            "Hash mismatch for",
            "DO NOT MATCH THE HASHES",
            "has an invalid wheel",
            "is invalid.",
        ],
    ),
    (
        SkipCode::Unresolvable,
        &[
            "No solution found",
            "ResolutionImpossible",
            " was yanked",
            "No matching distribution found for",
        ],
    ),
];

/// What stands in the way, by what was said; `otherwise` when it is none of the known texts.
pub(crate) fn classify(said: &str, otherwise: SkipCode) -> SkipCode {
    decisive(said).map_or(otherwise, |(code, _)| *code)
}

/// The row that decides.
fn decisive(said: &str) -> Option<&'static (SkipCode, &'static [&'static str])> {
    TEXTS.iter().find(|(_, phrases)| is_any_in(said, phrases))
}

fn is_any_in(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.contains(phrase))
}

/// The first `error:` line, the line that decides the code, and the last `cause:` line, at most 600
/// bytes; without them the last line of a traceback, or the beginning of what was said. `None` when
/// nothing was.
pub(crate) fn excerpt(said: &str) -> Option<String> {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().find(|line| line.to_lowercase().starts_with("error:"));
    let cause = lines().rfind(|line| line.starts_with("cause:"));
    let evidence = decisive(said).and_then(|(_, phrases)| {
        let tells = |line: &&str| is_any_in(line, phrases);
        let is_told = error.iter().chain(&cause).any(tells);
        lines().find(tells).filter(|_| !is_told)
    });
    let telling: Vec<&str> = [error, evidence, cause].into_iter().flatten().collect();
    let text = match telling.as_slice() {
        [] if said.contains("Traceback") => lines().next_back()?.to_owned(),
        [] => lines().next().map(|_| said.trim().to_owned())?,
        [only] => (*only).to_owned(),
        [first, more @ ..] => {
            // Room for the others, which say more than the first.
            let each = 396 / more.len();
            let more = more.iter().map(|line| format!("\n{}", cut(line, each)));
            cut(first, 200).to_owned() + &more.collect::<String>()
        }
    };
    Some(cut(&text, 600).to_owned())
}

/// At most `limit` bytes of `text`, never half a character.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
