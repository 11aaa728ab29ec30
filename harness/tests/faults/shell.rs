//! Stand-ins of shell: the product as an executable that somebody else installed.

use std::os::unix::fs::PermissionsExt;

use crate::{Red, red_checks};

/// Reads the command line: `what` is `mark`, `dry` or `merge`, `ids` and `slug` are what they say.
const PRELUDE: &str = r#"#!/bin/sh
case "$*" in --version) echo 'version 9.9.9'; exit;; *--help) echo help; exit;; esac
what=merge ids='' slug=''
[ "$1" = agent ] && what=mark && shift 3
while [ $# -gt 0 ]; do
    case $1 in
    --mission) slug=$2; shift;;
    --status) shift;;
    --dry-run) what=dry;;
    --*|merge) ;;
    *) ids="$ids $1";;
    esac
    shift
done
tasks=kitty-specs/$slug/tasks.md
"#;

/// Says nothing, and calls it a success.
const SILENT: &str = "exit 0";

/// Refuses everything, and calls it a success.
const TIMID: &str = r#"echo '{"error": "not today"}'; exit 0"#;

/// Reports everything as done and does nothing; proposes a command that does not work.
const LIAR: &str = r#"
case $what in
mark)
    results='' count=0
    [ -n "${ids# }" ] || results=',{"id": "", "outcome": "updated", "message": ""}' count=1
    for id in $ids; do
        results="$results,{\"id\": \"$id\", \"outcome\": \"updated\", \"format\": null, \"message\": \"\"}"
        count=$((count + 1))
    done
    echo "{\"results\": [${results#,}], \"summary\": {\"updated\": $count, \"already_satisfied\": 0, \"not_found\": 0}}";;
dry)
    echo '{"ready": false, "blocker": "other", "expected_branch": "kitty/other", "remediation": "git branch other nowhere"}'
    exit 1;;
esac"#;

/// Marks everything that looks like a task and reports in a shape of its own; leaves traces.
const VANDAL: &str = r#"
echo x >> trace
case $what in
mark)
    sed -i 's/\[[ PD]\]/[x]/' "$tasks"
    listed=''
    for id in $ids; do echo "- [x] $id" >> "$tasks"; listed="$listed,\"$id\""; done
    echo "{\"updated\": [${listed#,}], \"not_found\": []}";;
dry)
    echo '{"mission_slug": "x"} {"again": true}'
    printf 'Traceback (most recent call last):\n  here\nSomeError: x\n' >&2;;
merge)
    git checkout -q -- README.md
    printf 'Traceback (most recent call last):\n  here\nSomeError: x\n' >&2
    echo "Run: git branch kitty/mission-$slug HEAD";;
esac
exit 1"#;

/// Keeps marks in event logs, here and there, under nobody's name.
const SCATTERED: &str = r#"
[ "$what" = mark ] || exit 1
here=kitty-specs/$slug/status.events.jsonl
there=.worktrees/$slug-coord/$here
[ -z "$forgetful" ] || forget
mkdir -p "$(dirname "$there")"
log=$there results=''
for id in $ids; do
    echo "{\"kind\": \"annotation\", \"wp_id\": \"WP99\", \"delta\": {\"subtasks\": {\"$id\": \"done\"}}}" >> "$log"
    results="$results,{\"id\": \"$id\", \"outcome\": \"updated\"}"
    log=$here
done
echo '{"work_packages": {}}' | tee "$(dirname "$here")/status.json" > "$(dirname "$there")/status.json"
echo "{\"results\": [${results#,}], \"summary\": {\"updated\": 9, \"already_satisfied\": 9, \"not_found\": 9}}""#;

/// As the scattered one, but forgets everything at the next call.
const FORGETFUL: &str = r#"
forgetful=yes
forget() {
    [ -e "$here" ] || [ -e "$there" ] || return 0
    : > "$here"; : > "$there"
    echo 'where was I?'
    exit 1
}"#;

/// Leaves a process behind, tries to leave the machine, and hangs in the real merge.
const ROUGH: &str = r#"
setsid sleep 600 &
python3 -c 'import socket; socket.socket().connect(("192.0.2.1", 9))' 2>/dev/null
[ "$what" = merge ] && sleep 600
exit 0"#;

/// Crashes when it is asked for help.
const HELPLESS: &str = r#"#!/bin/sh
[ "$*" = --version ] && echo 'version 9.9.9' && exit
printf 'Traceback (most recent call last):\n  here\nSomeError: x\n' >&2
exit 1"#;

/// What each of the stand-ins turns red.
pub fn red() -> Red {
    let forgetful = format!("{FORGETFUL}{SCATTERED}");
    let stand_ins = [
        ("silent", SILENT),
        ("timid", TIMID),
        ("liar", LIAR),
        ("vandal", VANDAL),
        ("scattered", SCATTERED),
        ("forgetful", &forgetful),
    ];
    let others = ["mark-status", "merge"];
    let mut red: Red = stand_ins
        .into_iter()
        .flat_map(|(name, body)| checks_of(name, body, &others))
        .collect();
    let some = [
        "merge/missing-branch-blocks-merge",
        "merge/coordination-*",
        "--deadline",
        "1",
    ];
    red.extend(checks_of("rough", ROUGH, &some));
    let asked = ["merge/remediation-works"];
    red.extend(checks_of_program("helpless", HELPLESS, &asked));
    red
}

fn checks_of(name: &str, body: &str, args: &[&str]) -> Red {
    checks_of_program(name, &format!("{PRELUDE}{body}\n"), args)
}

fn checks_of_program(name: &str, program: &str, args: &[&str]) -> Red {
    let world = tempfile::tempdir().unwrap();
    let product = world.path().join(name);
    fs_err::write(&product, program).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    red_checks(&crate::play(world.path(), &product, args, &[]))
}
