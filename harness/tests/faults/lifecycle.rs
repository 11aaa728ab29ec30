//! Stand-ins that go the way from nothing to merged, up to one leg; and some that only pretend to.

use std::os::unix::fs::PermissionsExt;

use crate::{Red, red_checks};

/// Goes the way: `leg` is what it is asked for, `mission` the folder of its one mission.
const PRELUDE: &str = r#"#!/bin/sh
case "$*" in
--version) echo 'version 9.9.9'; exit;;
*--help) echo 'help --topology --mission'; exit;;
esac
mission=kitty-specs/calculator-1
case "$*" in
init*) leg=init;;
*'mission create'*) leg=create;;
*setup-plan*) leg=plan;;
*finalize-tasks*) leg=tasks;;
*'action implement'*) leg=implement;;
*mark-status*|*for_review*) leg=hand-over;;
*'action review'*) leg=review;;
*approved*) leg=approve;;
merge*) leg=merge;;
*) leg=other;;
esac
[ "$leg" != "$bad" ] || exit 1
case $leg in
create)
    mkdir -p $mission
    git branch kitty/mission-calculator-1
    echo '{"mission_id": "x", "coordination_branch": "kitty/mission-calculator-1"}' > $mission/meta.json;;
tasks) echo '{"lanes": []}' > $mission/lanes.json;;
esac
"#;

/// Merges by throwing the work away: drops it, leaves dirt, loses the target.
const VANDAL: &str = r"
[ $leg = merge ] || exit 0
git rm -rq --cached src
git commit -qm gone
git branch main 2>/dev/null || git branch master
echo x > dirt
exit 0";

/// Forgets the origin when it merges, or before.
const RECLUSE: &str = r"
[ $leg = approve ] && git remote remove origin
exit 0";

const LEGS: [&str; 9] = [
    "init",
    "create",
    "plan",
    "tasks",
    "implement",
    "hand-over",
    "review",
    "approve",
    "merge",
];

/// What each of the stand-ins turns red.
pub fn red() -> Red {
    let mut red = Red::new();
    for leg in LEGS {
        let told = red_of(leg, &format!("bad={leg}\n"), "exit 0");
        for suite in ["smoke-legacy", "smoke-lanes", "smoke-coordination"] {
            let wanted = (format!("lifecycle/{suite}"), leg.to_owned());
            assert!(told.contains(&wanted), "{leg} is not among {told:?}");
        }
        red.extend(told);
    }
    red.extend(red_of("vandal", "bad=none\n", VANDAL));
    red.extend(red_of("recluse", "bad=none\n", RECLUSE));
    red
}

fn red_of(name: &str, bad: &str, body: &str) -> Red {
    let world = tempfile::tempdir().unwrap();
    let product = world.path().join(name);
    let (first, rest) = PRELUDE.split_once('\n').unwrap();
    fs_err::write(&product, format!("{first}\n{bad}{rest}{body}\n")).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    red_checks(&crate::play(world.path(), &product, &["lifecycle"], &[]))
}
