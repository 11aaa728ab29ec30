use proptest::prelude::*;

use super::*;

const YANKED: &str = "error: No solution found when resolving dependencies
  cause: Because spec-kitty-runtime==0.4.3 was yanked (reason: Retired. It was internalised (ADR 2026-04-25). Remove it) and spec-kitty-cli==3.1.10 depends on spec-kitty-runtime==0.4.3, we can conclude that spec-kitty-cli==3.1.10 cannot be used.
         And because you require spec-kitty-cli==3.1.10, we can conclude that your requirements are unsatisfiable.
";
const REFUSED: &str = "error: Request failed after 1 retry in 1.3s
  cause: Failed to fetch: http://127.0.0.1:9/simple/spec-kitty-cli/
  cause: error sending request for url (http://127.0.0.1:9/simple/spec-kitty-cli/)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)
";
const NO_VERSION: &str = "error: No solution found when resolving dependencies
  cause: Because there is no version of spec-kitty-cli==9.9.9 and you require spec-kitty-cli==9.9.9, we can conclude that your requirements are unsatisfiable.
";
const TOO_OLD: &str = "error: No solution found when resolving dependencies
  cause: Because the current Python version (3.10.13) does not satisfy Python>=3.11 and spec-kitty-cli==3.2.7 depends on Python>=3.11, we can conclude that spec-kitty-cli==3.2.7 cannot be used.
         And because you require spec-kitty-cli==3.2.7, we can conclude that your requirements are unsatisfiable.
";
const NOT_BUILT: &str = "error: Failed to build `spec-kitty-cli @ file:///src`
  cause: The build backend returned an error
  cause: Call to `nonsense.get_requires_for_build_wheel` failed (exit status: 1)
";
const PIP_NO_VERSION: &str =
    "ERROR: Could not find a version that satisfies the requirement spec-kitty-cli==9.9.9 (from versions: 0.2.20, 0.3.0)
ERROR: No matching distribution found for spec-kitty-cli==9.9.9
";
const PIP_REFUSED: &str = "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError(': Failed to establish a new connection: [Errno 111] Connection refused')': /simple/uv/
ERROR: Could not find a version that satisfies the requirement spec-kitty-cli==3.2.7 (from versions: none)
";

#[test]
fn tells_the_causes_apart() {
    for (text, code) in [
        (YANKED, SkipCode::Unresolvable),
        (REFUSED, SkipCode::RegistryUnreachable),
        (NO_VERSION, SkipCode::VersionNotFound),
        (TOO_OLD, SkipCode::PythonTooOld),
        (NOT_BUILT, SkipCode::ProductUnusable),
        (PIP_NO_VERSION, SkipCode::VersionNotFound),
        (PIP_REFUSED, SkipCode::RegistryUnreachable),
        ("error: something new", SkipCode::NotInstalled),
        ("", SkipCode::NotInstalled),
        (
            "error: Requested package name `spec-kitty-cli` does not match `rich` in the distribution filename: file:///rich-15.0.0-py3-none-any.whl",
            SkipCode::ProductUnusable,
        ),
        (
            "error: No solution found when resolving dependencies\n  cause: Because only a<1 is available",
            SkipCode::Unresolvable,
        ),
        (
            "error: Failed to read `spec-kitty-cli @ file:///a.whl`\n  cause: Failed to extract archive: a.whl",
            SkipCode::BadWheel,
        ),
        (
            "error: No solution found when resolving dependencies\n  cause: Because spec-kitty-cli was not found in the cache\n\nhint: Packages were unavailable because the network was disabled.",
            SkipCode::OfflineCacheMiss,
        ),
        (
            "error: No solution found\n  cause: Because spec-kitty-cli==9.9.9 requires Python >=3.99 and you require spec-kitty-cli==9.9.9",
            SkipCode::PythonTooOld,
        ),
        (
            "ERROR: Package 'spec-kitty-cli' requires a different Python: 3.11.7 not in '>=3.99'",
            SkipCode::PythonTooOld,
        ),
        (
            "ERROR: Could not find a version that satisfies the requirement a==1.0 (from spec-kitty-cli) (from versions: none)\nERROR: No matching distribution found for a==1.0",
            SkipCode::Unresolvable,
        ),
        (
            "error: Failed to download `toy==1.0`\n  cause: Hash mismatch for `toy==1.0`\n",
            SkipCode::BadWheel,
        ),
        (
            "error: Failed to download `spec-kitty-cli==9.9.9`\n  cause: Network connectivity is disabled, but the requested data wasn't found in the cache: x",
            SkipCode::OfflineCacheMiss,
        ),
    ] {
        assert_eq!(classify(text, SkipCode::NotInstalled), code, "{text}");
    }
}

#[test]
fn the_excerpt_is_the_first_error_and_the_last_cause() {
    assert_eq!(
        excerpt(REFUSED).unwrap(),
        "error: Request failed after 1 retry in 1.3s\ncause: Connection refused (os error 111)"
    );
    assert_eq!(excerpt("a\nb\n\n").unwrap(), "a\nb");
    assert_eq!(excerpt("Traceback\n  x\nKeyError: 1\n").unwrap(), "KeyError: 1");
    assert_eq!(excerpt("\n \n"), None);
}

#[test]
fn the_line_that_decides_is_in_the_excerpt() {
    let told = excerpt(PIP_REFUSED).unwrap();
    assert!(told.starts_with("ERROR: Could not find a version"), "{told}");
    assert!(told.ends_with("'NewConnectionError(': Failed to establish a new connection: [Errno 111] Connection refused')': /simple/uv/"), "{told}");
    let many = "Python path configuration:\n".repeat(50);
    let poisoned = many + "ModuleNotFoundError: No module named 'encodings'\n\nCurrent thread";
    let line = "ModuleNotFoundError: No module named 'encodings'";
    assert_eq!(excerpt(&poisoned).unwrap(), line);
}

proptest! {
    #[test]
    fn whatever_is_said_is_read(text in ".{0,900}(error:|cause:)?.{0,900}") {
        let _ = classify(&text, SkipCode::NotInstalled);
        prop_assert!(excerpt(&text).is_none_or(|excerpt| excerpt.len() <= 600));
    }
}
