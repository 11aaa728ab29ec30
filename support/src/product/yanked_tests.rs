use proptest::prelude::*;

use super::*;

const YANKED: &str = "error: No solution found when resolving dependencies
  cause: Because spec-kitty-runtime==0.4.3 was yanked (reason: Retired. It was internalised (ADR 2026-04-25). Remove it) and spec-kitty-cli==3.1.10 depends on spec-kitty-runtime==0.4.3, we can conclude that spec-kitty-cli==3.1.10 cannot be used.
         And because you require spec-kitty-cli==3.1.10, we can conclude that your requirements are unsatisfiable.
";
const NO_VERSION: &str = "error: No solution found when resolving dependencies
  cause: Because there is no version of spec-kitty-cli==9.9.9 and you require spec-kitty-cli==9.9.9, we can conclude that your requirements are unsatisfiable.
";

#[test]
fn finds_the_package_that_blocks() {
    let yanked = blocking_yank(YANKED).unwrap();
    assert_eq!(yanked.requirement(), "spec-kitty-runtime==0.4.3");
    assert_eq!(yanked.reason, "Retired. It was internalised (ADR 2026-04-25). Remove it");
    assert_eq!(blocking_yank(NO_VERSION), None);
}

#[test]
fn finds_the_packages_that_were_taken_all_the_same() {
    let uv = "Resolved 59 packages in 2.04s\nwarning: `spec-kitty-runtime==0.4.3` is yanked (reason: \"Retired (ADR 1). Remove it.\")\n";
    let pip = "WARNING: The candidate selected for download or install is a yanked version: 'spec-kitty-runtime' candidate (version 0.4.3 at x (from y))\nReason for being yanked: Retired (ADR 1). Remove it.\n";
    let wanted = Yanked {
        name: "spec-kitty-runtime".into(),
        version: "0.4.3".into(),
        reason: "Retired (ADR 1). Remove it.".into(),
    };
    assert_eq!(taken_yanks(uv), std::slice::from_ref(&wanted));
    assert_eq!(taken_yanks(pip), std::slice::from_ref(&wanted));
    assert_eq!(wanted.finding().code, FindingCode::DependencyYanked);
    assert_eq!(taken_yanks(YANKED), []);
    let own = taken_yanks("warning: `spec-kitty-cli==3.0.1` is yanked");
    assert_eq!(own[0].finding().code, FindingCode::ReleaseYanked);
    assert_eq!(own[0].reason, "no reason given");
}

proptest! {
    #[test]
    fn whatever_is_said_is_read(text in ".{0,900}( was yanked \\(reason: |` is yanked)?.{0,900}") {
        let _ = (blocking_yank(&text), taken_yanks(&text));
    }
}
