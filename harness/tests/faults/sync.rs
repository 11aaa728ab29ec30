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
call2() { id=2; call; }
call() {
    body='{"events": [{"event_id": "'${id-1}'", "event_type": "x"}]}'
    exec 3<>"/dev/tcp/127.0.0.1/${SPEC_KITTY_SAAS_URL##*:}"
    printf 'POST /api/v1/events/batch/ HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s' ${#body} "$body" >&3
    status=
    read -r -t 1 _ status _ <&3
    exec 3<&-
}
"#;

/// Calls nobody without consent; then opens a socket, and a good while later asks for a new session.
const SHY: &str = r#"[ -e "$HOME/consent" ] || exit 0
exec 5<>"/dev/tcp/127.0.0.1/${SPEC_KITTY_SAAS_URL##*:}"
printf 'GET /ws/v1/events/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n' >&5
read -r -t 1 upgraded <&5
sleep 1.1
exec 4<>"/dev/tcp/127.0.0.1/${SPEC_KITTY_SAAS_URL##*:}"
printf 'POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 24\r\n\r\ngrant_type=refresh_token' >&4
read -r -t 1 renewed <&4
exec 4<&- 5<&-
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

/// Does well, and gives another trouble than the one it met.
const MISNAMES: &str = r"
echo 'sync_diagnostic severity=warning diagnostic_code=sync.websocket_offline fatal=false sync_phase=final_sync message=x' >&2
echo '{}'";

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

/// Calls, answers, and then does one thing wrong.
const ONE_VICE: &str = r"
call
echo '{}'
";

/// Stand-ins with a single vice, and what must tell it: a scenario, and one of its checks.
const VICES: [(&str, &str, &str, &str); 7] = [
    (
        "fails-silently",
        "exit 1",
        "sync/no-failure-wording",
        "refused-is-told",
    ),
    (
        "says-nothing",
        "exit 0",
        "sync/no-failure-wording",
        "refused-is-told",
    ),
    (
        "bogus",
        "echo 'sync_diagnostic severity=warning diagnostic_code=sync.bogus fatal=true sync_phase=never message=x' >&2",
        "sync/unreachable",
        "reset-well-formed",
    ),
    ("hangs-on", "sleep 3", "sync/unreachable", "silent-in-time"),
    (
        "stumbles-later",
        "[ ! -e $HOME/once ] || { echo 'Traceback (most recent call last):' >&2; exit 1; }; touch $HOME/once",
        "sync/leaves-nothing-behind",
        "the-next-command-syncs",
    ),
    (
        "goes-on-trying",
        "sleep 3",
        "sync/bounded-retries",
        "retries-end-in-time",
    ),
    ("asks-twice", "call2", "sync/bounded-retries", "retried"),
];

/// Fails as soon as sync is on, before it calls anybody.
const CRASH: &str = r"
printf 'Traceback (most recent call last):\n  here\nSomeError: x\n' >&2
exit 1";

/// What the stand-ins turn red; some are played once more as one that asks for consent.
pub fn red() -> Red {
    let mut red = Red::new();
    for (name, program, filter) in [
        ("mute", format!("{PRELUDE}{MUTE}"), "sync"),
        ("screamer", format!("{PRELUDE}{SCREAMER}"), "sync"),
        (
            "slow",
            format!("{SLOW}{PRELUDE}call; sleep 0.5"),
            "sync/fast-path",
        ),
        ("shy-mute", format!("{PRELUDE}{SHY}{MUTE}"), "sync/armed-*"),
        (
            "shy-screamer",
            format!("{PRELUDE}{SHY}{SCREAMER}"),
            "sync/armed-*",
        ),
    ] {
        red.extend(red_of(name, &program, filter));
    }
    for (name, vice, scenario, check) in VICES {
        let program = format!("{PRELUDE}{ONE_VICE}{vice}");
        let told = red_of(name, &program, scenario);
        let wanted = (scenario.to_owned(), check.to_owned());
        assert!(
            told.contains(&wanted),
            "{name}: {check} is not among {told:?}"
        );
        red.extend(told);
    }
    let told = red_of(
        "shy-misnames",
        &format!("{PRELUDE}{SHY}{MISNAMES}"),
        "sync/armed-*",
    );
    for trouble in [
        "lock-unavailable",
        "auth-refresh",
        "server-auth",
        "event-loop",
    ] {
        let wanted = (format!("sync/armed-{trouble}"), "right-code".to_owned());
        assert!(told.contains(&wanted), "a wrong code is taken: {told:?}");
    }
    red.extend(told);
    let told = red_of("crash", &format!("{PRELUDE}{CRASH}"), "sync/server-auth");
    let wanted = ("sync/server-auth".to_owned(), "exits-zero".to_owned());
    assert!(told.contains(&wanted), "a crash is skipped: {told:?}");
    red
}

fn red_of(name: &str, program: &str, filter: &str) -> Red {
    let world = tempfile::tempdir().unwrap();
    let product = world.path().join(name);
    fs_err::write(&product, format!("{program}\n")).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    let args = [filter, "--deadline", "5"];
    red_checks(&crate::play(world.path(), &product, &args, &[]))
}
