//! What real releases printed (facts of hosted sync, sections 2 and 3), and what holds for every stream.

use proptest::prelude::*;

use super::*;
use crate::contract::sync_diagnostic::code;

const LOCK: &str = "sync_diagnostic severity=warning diagnostic_code=sync.final_sync_lock_unavailable fatal=false sync_phase=final_sync message=Could not acquire sync lock within 5 s; skipping final sync. Queued events will be drained by the daemon.";
const TIMEOUT: &str = "sync_diagnostic severity=warning diagnostic_code=sync.final_sync_timeout fatal=false sync_phase=final_sync message=Final sync did not complete within 5s. Queued events will be drained by the daemon.";
const BOOM: &str = "sync_diagnostic severity=warning diagnostic_code=sync.server_auth_failure fatal=false sync_phase=final_sync message=Final sync failed after local command success. Queued events remain durable and will be retried. Detail: boom";

fn read(stderr: &str) -> StderrReading {
    StderrReading::of(stderr.as_bytes())
}

fn codes(reading: &StderrReading) -> Vec<&str> {
    reading.parsed().map(|diagnostic| &*diagnostic.code).collect()
}

fn signs(stderr: &str) -> String {
    read(stderr).signs.into_keys().map(Sign::name).collect::<Vec<_>>().join(" ")
}

#[test]
fn a10_and_rc1_print_two_with_a_code_of_their_own() {
    // Glued together, where the first does not end its line.
    for between in ["\n", ""] {
        let reading = read(&format!("{TIMEOUT}{between}{LOCK}\n"));
        assert_eq!(codes(&reading), ["sync.final_sync_timeout", code::LOCK_UNAVAILABLE]);
        assert_eq!((reading.diagnostics.len(), reading.noise.lines), (2, 0));
    }
}

#[test]
fn rc2_and_320_print_one_line() {
    for (line, code) in [(BOOM, code::SERVER_AUTH_FAILURE), (LOCK, code::LOCK_UNAVAILABLE)] {
        let styled = format!("\x1b[33m{line}\x1b[0m");
        for stderr in [line, &format!("{line}\r\n"), &format!("WARNING  {line}\n"), &styled] {
            let reading = read(stderr);
            assert_eq!((codes(&reading), reading.noise.lines), (vec![code], 0), "{stderr}");
        }
    }
    assert_eq!([signs(BOOM), signs(LOCK)], ["success-claim", ""]);
}

#[test]
fn what_stands_around_it_is_noise() {
    let rc2 = format!(
        "Sync auth failure (attempt 1, next backoff 1.0s): run x\n{BOOM}\nTask was destroyed but it is pending!\ntask: <Task pending>\n"
    );
    let reading = read(&rc2);
    assert_eq!(codes(&reading), [code::SERVER_AUTH_FAILURE]);
    assert_eq!(reading.noise.lines, 3);
    assert_eq!(
        reading.noise.quotes[1].to_string(),
        "line 3: Task was destroyed but it is pending!"
    );
    assert_eq!(reading.signs[&Sign::TaskDestroyed].quotes[0].line, 3);
    for before in ["Connection refused", "{\"a\": 1}", "x: ", "50 %\r"] {
        let reading = read(&format!("{before}{LOCK}\n"));
        assert_eq!((reading.parsed().count(), reading.noise.lines), (1, 1), "{before}");
    }
    // DS5
    let reading = read(&("WARNING  Sync failed\n".repeat(30) + BOOM));
    assert_eq!((reading.parsed().count(), reading.noise.lines), (1, 30));
    assert_eq!(reading.noise.quotes.len(), QUOTES_KEPT);
    assert_eq!(reading.signs[&Sign::LogWarning].lines, 30);
}

#[test]
fn every_known_defect_shows_its_sign() {
    for (stderr, expected) in [
        // DS1 to DS4
        ("ERROR    Task exception was never retrieved\n", "task-exception-lost log-error"),
        ("\x1b[1;31mERROR   \x1b[0m Token refresh failed: x\n", "failure-styled log-error"),
        (
            "│ Traceback (most recent call last):\nException ignored in: <x>\n",
            "traceback exception-ignored",
        ),
        ("WARNING  Sync WebSocket connection failed: x\n", "connection-failed log-warning"),
        ("Connection failed: x\n", "connection-failed"),
        // DS6, DS8, DS9
        ("direct ingress skipped: {}\nNot authenticated, skipping sync\n", ""),
        ("Exception ignored in atexit callback: <bound method x>\n", "exception-ignored"),
        ("spec-kitty: logged_out_on_connected_teamspace teamspace=t command=auth login\n", ""),
        ("  WARNING: x\nWARNINGS: 0\nError: no\nan ERROR\nINFO  x\n", "log-warning"),
        ("CRITICAL x retry=\x1b[3;91mFalse\x1b[0m\n", "log-critical"),
    ] {
        assert_eq!(signs(stderr), expected, "{stderr}");
    }
}

#[test]
fn an_exception_that_nobody_handled_is_no_warning() {
    use Sign::{ConnectionFailed, FailureStyled, LogCritical, LogError, LogWarning, SuccessClaim};
    use Sign::{ExceptionIgnored, TaskDestroyed, TaskExceptionLost, Traceback};
    let unhandled = [Traceback, ExceptionIgnored, TaskDestroyed, TaskExceptionLost];
    assert!(unhandled.into_iter().all(Sign::is_unhandled));
    let others = [FailureStyled, ConnectionFailed, LogWarning, LogError, LogCritical, SuccessClaim];
    assert!(!others.into_iter().any(Sign::is_unhandled));
}

#[test]
fn who_quotes_it_prints_none() {
    for line in [
        "grep for sync_diagnostic in the log",
        "sync_diagnostic",
        "sync_diagnostic is the word",
        "emit_sync_diagnostic severity=warning diagnostic_code=c fatal=false sync_phase=p message=m",
        "sync_diagnostics severity=warning",
        "sync_diagnosticseverity=warning",
        "see `sync_diagnostic severity=warning`",
        "    f\"sync_diagnostic severity=warning diagnostic_code={code.value} \"",
        "last line: 'sync_diagnostic severity=warning diagnostic_code=c fatal=false sync_phase=p message=m'",
        "│   20 │   sync_diagnostic severity=warning      │",
        "sync_diagnostic =1",
        "sync_diagnostic a-b=1",
    ] {
        let reading = read(&format!("{line}\nDone\n"));
        assert_eq!((reading.diagnostics.len(), reading.noise.lines), (0, 2), "{line}");
    }
}

#[test]
fn a_torn_one_is_malformed() {
    for (line, signature) in [
        ("sync_diagnostic severity=warning\nDone\n", "diagnostic-code-missing"),
        ("sync_diagnostic level=warning\n", "severity-missing"),
        ("x sync_diagnostic fatal=maybe\n", "severity-missing"),
    ] {
        assert_eq!(read(line).diagnostics, [Err(signature.to_owned())], "{line}");
    }
}

/// Whatever a product floods its stderr with. What took time with the square of its length would not end today.
#[test]
fn a_flood_is_read_to_its_end() {
    const LENGTH: usize = 2 << 20;
    for pattern in [
        "é",
        "\n",
        "\x1b",
        "\x1b[31;",
        "\x1b]0;a title that never ends ",
        "\x1b[31mred ",
        "[1 ",
        "WARNING ",
        "xsync_diagnostic severity=warning ",
        "sync_diagnostic ",
        "sync_diagnostic a=\u{1}",
        "WARNING  Sync failed (attempt 1)\n",
        "sync_diagnostic severity=w diagnostic_code=c fatal=false sync_phase=p message=m\n",
    ] {
        let reading = read(&(pattern.repeat(LENGTH / pattern.len()) + "\n" + LOCK));
        assert_eq!(codes(&reading).last(), Some(&code::LOCK_UNAVAILABLE), "{pattern:?}");
        assert!(reading.noise.quotes.iter().all(|quote| quote.text.len() <= QUOTE_LIMIT));
    }
}

const ESCAPES: [&str; 5] =
    ["\u{1b}[31m", "\u{1b}[0m", "\u{1b}[?25l", "\u{1b}]8;;file:///a\u{1b}\\", "\u{1b}(B"];

prop_compose! {
    fn a_diagnostic()(code in prop::sample::select(&code::PUBLISHED[..]), fatal: bool, message in "[A-Za-z;.:5 ]{0,99}[a-z]") -> String {
        format!("sync_diagnostic severity=warning diagnostic_code={code} fatal={fatal} sync_phase=final_sync message={message}")
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(
        parts in prop::collection::vec(
            prop_oneof![
                any::<Vec<u8>>(),
                Just(b"\x1b[31m".to_vec()),
                Just(b"sync_diagnostic severity=".to_vec()),
                Just(b"\r\n".to_vec()),
            ],
            0..40,
        ),
    ) {
        let reading = StderrReading::of(&parts.concat());
        prop_assert!(reading.noise.quotes.len() <= QUOTES_KEPT);
    }

    #[test]
    fn every_diagnostic_among_noise_is_found_whatever_the_style(
        lines in prop::collection::vec(prop_oneof![
            a_diagnostic(),
            "(WARNING  |ERROR    |Traceback|[^\\pC]{0,60}|[a-z]{0,9}_sync_diagnostic(s?|_x) [a-z =]{0,40})",
        ], 0..30),
        places in prop::collection::vec((any::<prop::sample::Index>(), 0..ESCAPES.len()), 0..60),
    ) {
        let plain = lines.join("\n") + "\n";
        let mut styled: Vec<String> = plain.chars().map(String::from).collect();
        for (place, escape) in places {
            let at = place.index(styled.len());
            styled[at].push_str(ESCAPES[escape]);
        }
        let mut styled = read(&styled.concat());
        styled.signs.remove(&Sign::FailureStyled);
        let found = styled.parsed().count();
        prop_assert_eq!(found, lines.iter().filter(|line| line.starts_with("sync_diagnostic ")).count());
        prop_assert_eq!(styled, read(&plain));
    }
}
