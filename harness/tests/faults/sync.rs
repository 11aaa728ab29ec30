//! Stand-ins for hosted sync: they log in, and call the service.

use std::os::unix::fs::PermissionsExt;

use crate::{Red, red_checks};

/// Logs in, and does well where sync is off; `call` sends a batch and reads the answer's status.
const PRELUDE: &str = r#"#!/bin/bash
case "$*" in
--version) echo 'version 9.9.9'; exit;;
*--help) echo 'help --mission opt-in'; exit;;
'sync opt-in') touch "$HOME/consent"; exit;;
'auth login --headless')
    mkdir -p "$HOME/.spec-kitty/auth"
    echo x > "$HOME/.spec-kitty/auth/session.json"
    exit;;
esac
[ -n "$SPEC_KITTY_ENABLE_SAAS_SYNC" ] || exit 0
call() {
    body='{"events": [{"event_id": "1", "event_type": "x"}]}'
    exec 3<>"/dev/tcp/127.0.0.1/${SPEC_KITTY_SAAS_URL##*:}"
    printf 'POST /api/v1/events/batch/ HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s' ${#body} "$body" >&3
    status=
    read -r -t 1 _ status _ <&3
    exec 3<&-
}
"#;

/// Calls nobody without consent.
const SHY: &str = r#"[ -e "$HOME/consent" ] || exit 0
"#;

/// Asks once, sends nothing of use, and says nothing.
const MUTE: &str = r#"
body=
call() {
    exec 3<>"/dev/tcp/127.0.0.1/${SPEC_KITTY_SAAS_URL##*:}"
    printf 'POST /api/v1/events/batch/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}' >&3
    read -r -t 1 status <&3
    exec 3<&-
}
call
exit 0"#;

/// Sends the same event again and again, and screams about it.
const SCREAMER: &str = r#"
for again in 1 2 3 4 5 6 7 8 9 10 11 12; do
    call
    [ -n "$status" ] || break
done
say='sync_diagnostic severity=warning diagnostic_code=sync.other fatal=false sync_phase=final_sync message='
touch "$HOME/.spec-kitty/sync-daemon"
echo "$say"one
{
    echo "$say"one
    echo "$say"'after local command success'
    printf '\033[31mERROR\033[0m Connection failed\n'
    printf 'Traceback (most recent call last):\n  here\nSomeError: x\n'
} >&2
exit 1"#;

/// Answers, and lets the person wait where sync is on.
const SLOW: &str = r#"#!/bin/bash
case "$*" in *--help) ;; *mark-status*) echo '{}';; esac
"#;

/// What the stand-ins turn red; each is played once more as one that asks for consent.
pub fn red() -> Red {
    let programs = [
        ("mute", format!("{PRELUDE}{MUTE}\n"), "sync"),
        ("screamer", format!("{PRELUDE}{SCREAMER}\n"), "sync"),
        (
            "slow",
            format!("{SLOW}{PRELUDE}call; sleep 0.5\n"),
            "sync/fast-path",
        ),
        (
            "shy-mute",
            format!("{PRELUDE}{SHY}{MUTE}\n"),
            "sync/armed-*",
        ),
        (
            "shy-screamer",
            format!("{PRELUDE}{SHY}{SCREAMER}\n"),
            "sync/armed-*",
        ),
    ];
    programs
        .iter()
        .flat_map(|(name, program, filter)| {
            let world = tempfile::tempdir().unwrap();
            let product = world.path().join(name);
            fs_err::write(&product, program).unwrap();
            fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
            red_checks(&crate::play(world.path(), &product, &[filter], &[]))
        })
        .collect()
}
