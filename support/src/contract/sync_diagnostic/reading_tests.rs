//! What real releases printed (facts of hosted sync, sections 2 and 3).

use super::*;
use crate::contract::sync_diagnostic::{Code, DIAGNOSTIC_LIMIT};

const LOCK: &str = "sync_diagnostic severity=warning diagnostic_code=sync.final_sync_lock_unavailable fatal=false sync_phase=final_sync message=Could not acquire sync lock within 5 s; skipping final sync. Queued events will be drained by the daemon.";
const TIMEOUT: &str = "sync_diagnostic severity=warning diagnostic_code=sync.final_sync_timeout fatal=false sync_phase=final_sync message=Final sync did not complete within 5s. Queued events will be drained by the daemon.";
const LOOP: &str = "sync_diagnostic severity=warning diagnostic_code=sync.event_loop_unavailable fatal=false sync_phase=final_sync message=Final sync did not complete within 5s. Queued events will be drained by the daemon.";
const BOOM: &str = "sync_diagnostic severity=warning diagnostic_code=sync.server_auth_failure fatal=false sync_phase=final_sync message=Final sync failed after local command success. Queued events remain durable and will be retried. Detail: boom";

/// Rich's own output for `LOCK` at 80 columns with colours forced, and at 40 without.
const COLOURED_80: &str = "\x1b[33mWARNING \x1b[0m sync_diagnostic \x1b[33mseverity\x1b[0m=\x1b[35mwarning\x1b[0m                                       
         \x1b[33mdiagnostic_code\x1b[0m=\x1b[35msync\x1b[0m.final_sync_lock_unavailable \x1b[33mfatal\x1b[0m=\x1b[35mfalse\x1b[0m           
         \x1b[33msync_phase\x1b[0m=\x1b[35mfinal_sync\x1b[0m \x1b[33mmessage\x1b[0m=\x1b[35mCould\x1b[0m not acquire sync lock within \x1b[1;36m5\x1b[0m s;  
         skipping final sync. Queued events will be drained by the daemon.      
";
const PLAIN_40: &str = "WARNING  sync_diagnostic                
         severity=warning               
         diagnostic_code=sync.final_sync
         _lock_unavailable fatal=false  
         sync_phase=final_sync          
         message=Could not acquire sync 
         lock within 5 s; skipping final
         sync. Queued events will be    
         drained by the daemon.         
";

fn codes(reading: &StderrReading) -> Vec<&str> {
    reading.parsed().map(|found| found.code.name()).collect()
}

fn signs(stderr: &str) -> Vec<Sign> {
    StderrReading::of(stderr.as_bytes()).signs.into_keys().collect()
}

#[test]
fn a10_and_rc1_print_two_with_a_code_of_their_own() {
    let reading = StderrReading::of(format!("{TIMEOUT}\n{LOCK}\n").as_bytes());
    assert_eq!(codes(&reading), ["sync.final_sync_timeout", "sync.final_sync_lock_unavailable"]);
    assert_eq!(reading.diagnostic_count, 2);
    assert_eq!(reading.noise.lines, 0);
    let code = &reading.diagnostics[0].diagnostic().unwrap().code;
    assert!(matches!(code, Code::Other(_)), "{code}");
}

#[test]
fn rc2_and_320_print_one_line() {
    for (line, code) in [
        (LOOP, Code::EventLoopUnavailable),
        (BOOM, Code::ServerAuthFailure),
        (LOCK, Code::LockUnavailable),
    ] {
        for end in ["", "\n", "\r\n"] {
            let reading = StderrReading::of(format!("{line}{end}").as_bytes());
            let [found] = &reading.diagnostics[..] else {
                panic!("{reading:?}");
            };
            assert_eq!(found.diagnostic().unwrap().code, code);
            assert_eq!((found.line, found.lines, found.glued), (1, 1, false));
            assert_eq!(reading.noise, Noise::default());
        }
    }
    assert_eq!(signs(BOOM), [Sign::SuccessClaim]);
    assert_eq!(signs(LOCK), []);
}

#[test]
fn what_stands_around_it_is_noise() {
    let rc2 = format!(
        "Sync auth failure (attempt 1, next backoff 1.0s): run x\n{BOOM}\nTask was destroyed but it is pending!\ntask: <Task pending>\n"
    );
    let reading = StderrReading::of(rc2.as_bytes());
    assert_eq!(codes(&reading), ["sync.server_auth_failure"]);
    assert_eq!(reading.diagnostics[0].line, 2);
    assert_eq!(reading.noise.lines, 3);
    assert_eq!(
        reading.noise.quotes[1].to_string(),
        "line 3: Task was destroyed but it is pending!"
    );
    assert_eq!(reading.signs[&Sign::TaskDestroyed].first.line, 3);

    let stable = format!(
        "WARNING  Could not ensure global sync daemon: start_failed: could not acquire   \n         daemon lock within 10s                                                 \n{LOCK}\n"
    );
    let reading = StderrReading::of(stable.as_bytes());
    assert_eq!((reading.diagnostic_count, reading.noise.lines), (1, 2));
    assert_eq!(reading.signs[&Sign::LogWarning].lines, 1);
}

#[test]
fn every_known_defect_shows_its_sign() {
    let ds1 = "ERROR    Task exception was never retrieved                                     \n         future: <Task finished>                                                \n         Traceback (most recent call last):                                     \n";
    assert_eq!(signs(ds1), [Sign::Traceback, Sign::TaskExceptionLost, Sign::LogError]);
    let ds2 = "\x1b[1;31mERROR   \x1b[0m Token refresh failed: x\n";
    assert_eq!(signs(ds2), [Sign::FailureStyled, Sign::LogError]);
    let ds3 = "Exception in thread Thread-2:\nTraceback (most recent call last):\nException ignored in: <x>\n";
    assert_eq!(signs(ds3), [Sign::Traceback, Sign::ExceptionIgnored]);
    let ds4 = "WARNING  Sync WebSocket connection failed: [Errno 111]\n";
    assert_eq!(signs(ds4), [Sign::ConnectionFailed, Sign::LogWarning]);
    let wrapped =
        "WARNING  Sync WebSocket connection      \n         failed: [Errno 111]            \n";
    assert_eq!(signs(wrapped), [Sign::ConnectionFailed, Sign::LogWarning]);
    assert_eq!(
        signs("Connection failed: x\n"),
        [Sign::ConnectionFailed, Sign::ConnectionFailedExact]
    );
    assert_eq!(signs("WARNING  Sync WebSocket connection\nfailed: x\n"), [Sign::LogWarning]);
    let ds6 = "direct ingress skipped: {}\nNot authenticated, skipping sync\n";
    assert_eq!(signs(ds6), []);
    assert_eq!(StderrReading::of(ds6.as_bytes()).noise.lines, 2);
    let ds8 = "Exception ignored in atexit callback: <bound method BackgroundSyncService.stop>\nRuntimeError: cannot join thread before it is started\n";
    assert_eq!(signs(ds8), [Sign::ExceptionIgnored]);
    let ds9 = "spec-kitty: logged_out_on_connected_teamspace teamspace=t command=auth login\n";
    assert_eq!(signs(ds9), []);
    assert_eq!(
        signs("\x1b[33mWARNING \x1b[0m x retry=\x1b[3;91mFalse\x1b[0m\n"),
        [Sign::LogWarning]
    );
}

#[test]
fn refused_servers_are_loud() {
    let ds5: Vec<_> = (1..=8)
        .map(|attempt| format!("WARNING  Sync failed (attempt {attempt}): refused\n"))
        .collect();
    let reading = StderrReading::of((ds5.concat() + BOOM).as_bytes());
    assert_eq!((reading.diagnostic_count, reading.noise.lines), (1, 8));
    assert_eq!(reading.signs[&Sign::LogWarning].lines, 8);
}

#[test]
fn what_a_handler_wraps_is_joined() {
    for (text, lines) in [(COLOURED_80, 4), (PLAIN_40, 9)] {
        let stderr = format!("ERROR    before\n{text}ERROR    after\n");
        let reading = StderrReading::of(stderr.as_bytes());
        let [found] = &reading.diagnostics[..] else {
            panic!("{reading:?}");
        };
        assert_eq!(found.diagnostic().unwrap().to_string(), LOCK);
        assert_eq!((found.line, found.lines, found.glued), (2, lines, false));
        assert_eq!(reading.noise.lines, 2);
    }
}

#[test]
fn the_messages_own_line_break_ends_it() {
    let stderr = "WARNING  sync_diagnostic severity=warning diagnostic_code=c fatal=false sync_phase=p message=m                    \n         Traceback (most recent call last):                                                                      \n";
    let reading = StderrReading::of(stderr.as_bytes());
    assert_eq!(reading.parsed().next().unwrap().message, "m");
    assert_eq!(reading.noise.lines, 1);
    let raw = format!("{LOCK}\n    raise X\n  File\n");
    assert_eq!(StderrReading::of(raw.as_bytes()).noise.lines, 2);
}

#[test]
fn a_wrap_without_indentation_is_one_diagnostic_all_the_same() {
    let printed = "sync_diagnostic severity=warning \ndiagnostic_code=sync.final_sync_lock_unavailable fatal=false \nsync_phase=final_sync message=Could not acquire sync lock within 5 s; skipping \nfinal sync. Queued\n";
    let reading = StderrReading::of(printed.as_bytes());
    assert_eq!(codes(&reading), ["sync.final_sync_lock_unavailable"]);
    // The tail of the message cannot be told from noise.
    assert_eq!(reading.noise.lines, 1);
}

#[test]
fn glued_ones_are_marked() {
    let two = StderrReading::of(format!("{TIMEOUT}{LOCK}\n").as_bytes());
    assert_eq!(codes(&two), ["sync.final_sync_timeout", "sync.final_sync_lock_unavailable"]);
    assert_eq!(two.diagnostics.iter().map(|found| found.glued).collect::<Vec<_>>(), [false, true]);
    assert_eq!(two.noise.lines, 0);
    for before in ["Connection refused", "{\"a\": 1}", "x: "] {
        let reading = StderrReading::of(format!("{before}{LOCK}\n").as_bytes());
        assert_eq!(codes(&reading), ["sync.final_sync_lock_unavailable"], "{before}");
        assert!(reading.diagnostics[0].glued);
        assert_eq!(reading.noise.lines, 1);
    }
    let after_progress = StderrReading::of(format!("50 %\r{LOCK}\n").as_bytes());
    assert!(!after_progress.diagnostics[0].glued);
}

#[test]
fn who_quotes_it_prints_none() {
    for line in [
        "grep for sync_diagnostic in the log",
        "sync_diagnostic",
        "sync_diagnostic is the word",
        "emit_sync_diagnostic severity=warning diagnostic_code=c fatal=false sync_phase=p message=m",
        "xsync_diagnostic severity=warning",
        "sync_diagnostics severity=warning",
        "    f\"sync_diagnostic severity=warning diagnostic_code={code.value} \"",
        "last line: 'sync_diagnostic severity=warning diagnostic_code=c fatal=false sync_phase=p message=m'",
        "│   20 │   sync_diagnostic severity=warning      │",
        "sync_diagnostic =1",
        "sync_diagnostic a-b=1",
    ] {
        let reading = StderrReading::of(format!("{line}\nDone\n").as_bytes());
        assert_eq!((reading.diagnostic_count, reading.noise.lines), (0, 2), "{line}");
    }
}

#[test]
fn a_torn_one_is_malformed() {
    for (line, signature) in [
        ("sync_diagnostic severity=warning\nDone\n", "diagnostic-code-missing"),
        ("sync_diagnostic level=warning\n", "severity-foreign-text"),
        ("x sync_diagnostic fatal=maybe\n", "severity-missing"),
        ("sync_diagnostic my_own=1\n", "severity-foreign-text"),
    ] {
        let reading = StderrReading::of(line.as_bytes());
        assert_eq!(reading.diagnostic_count, 1, "{line}");
        let Content::Malformed { why, .. } = &reading.diagnostics[0].content else {
            panic!("{line}");
        };
        assert_eq!(why.to_string(), signature);
    }
}

#[test]
fn where_a_long_line_is_cut_none_is_lost_or_found_twice() {
    // Around the end of the first piece's ripe part, and around its end.
    for before in (57_240..57_320).chain(65_480..65_560) {
        let stderr = format!("{}: {LOCK}{}", "x".repeat(before), "y".repeat(20_000));
        let reading = StderrReading::of(stderr.as_bytes());
        let counts = (reading.diagnostic_count, reading.noise.lines);
        assert_eq!(counts, (1, 1), "{before}");
    }
}

#[test]
fn a_long_diagnostic_is_whole_wherever_a_line_is_cut() {
    // Nearly as long as one may be.
    let mut long = LOCK.to_owned() + &" and so on".repeat(900);
    long.truncate(DIAGNOSTIC_LIMIT - 4);
    let long = long.trim_end();
    for before in (57_000..57_500).step_by(10).chain(65_000..65_010) {
        let stderr = format!("{}: {long}", "x".repeat(before));
        let reading = StderrReading::of(stderr.as_bytes());
        let found = reading.parsed().next().map(ToString::to_string);
        assert_eq!(found.as_deref(), Some(long), "{before}");
    }
}

#[test]
fn a_line_that_comes_in_pieces_goes_on_with_none() {
    let begun = "sync_diagnostic severity=warning";
    let rest = "diagnostic_code=c fatal=false sync_phase=p message=m\n";
    let reading = StderrReading::of(format!("{}{begun}\n{rest}", "x ".repeat(40_000)).as_bytes());
    assert_eq!((reading.diagnostic_count, reading.noise.lines), (1, 2));
    assert_eq!(reading.parsed().count(), 0);
}

#[test]
fn neither_a_blank_line_nor_a_very_long_one_goes_on_with_a_message() {
    for (next, noise) in [(String::new(), 0), ("x ".repeat(40_000), 1)] {
        let stderr = format!("WARNING  {LOCK}\n         {next}\n");
        let reading = StderrReading::of(stderr.as_bytes());
        assert_eq!(reading.diagnostics[0].lines, 1);
        assert_eq!(reading.noise.lines, noise);
    }
}

#[test]
fn only_so_much_is_kept_and_all_is_counted() {
    let reading = StderrReading::of(format!("{LOCK}\n").repeat(70).as_bytes());
    assert_eq!(reading.diagnostics.len(), DIAGNOSTICS_KEPT);
    assert_eq!(reading.diagnostic_count, 70);
    let reading = StderrReading::of("noise\n".repeat(30).as_bytes());
    assert_eq!((reading.noise.quotes.len(), reading.noise.lines), (20, 30));
}

/// The message goes on where a handler indents it: by the prefix, or as the first continuation was.
#[test]
fn the_indentation_of_a_message_is_that_of_its_first_line() {
    let [fields, rest] = ["diagnostic_code=c fatal=false", "sync_phase=p message=one two"];
    let played = |prefix: &str, first: usize, second: usize, third: usize| {
        let lines = [
            format!("{prefix}sync_diagnostic severity=warning\n"),
            format!("{:first$}{fields}\n", ""),
            format!("{:second$}{rest}\n", ""),
            format!("{:third$}three four\n", ""),
        ];
        let reading = StderrReading::of(lines.concat().as_bytes());
        let message = reading.parsed().next().map(|found| found.message.clone());
        (message.unwrap_or_default(), reading.noise.lines)
    };
    let whole = ("one two three four".to_owned(), 0);
    let torn = ("one two".to_owned(), 1);
    assert_eq!(played("WARNING  ", 9, 9, 9), whole);
    assert_eq!(played("WARNING  ", 4, 4, 9), whole);
    assert_eq!(played("WARNING  ", 4, 4, 4), torn);
    assert_eq!(played("", 9, 9, 9), whole);
    assert_eq!(played("", 0, 9, 9), torn);
}

/// A stream that is interrupted once goes on; one that breaks is told.
#[test]
fn a_stream_that_breaks_is_no_end() {
    struct Breaks<'a>(Vec<ErrorKind>, &'a [u8]);
    impl io::Read for Breaks<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.pop() {
                Some(kind) => Err(kind.into()),
                None => io::Read::read(&mut self.1, buffer),
            }
        }
    }
    let read = |kinds: &[ErrorKind]| {
        StderrReading::read(io::BufReader::new(Breaks(kinds.to_vec(), LOCK.as_bytes())))
    };
    let whole = read(&[ErrorKind::Interrupted, ErrorKind::Interrupted]).unwrap();
    assert_eq!(whole, StderrReading::of(LOCK.as_bytes()));
    let broken = read(&[ErrorKind::BrokenPipe]).unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::BrokenPipe);
}

#[test]
fn a_reading_is_recorded_and_read_back() {
    let stderr = format!("{LOCK}\nERROR    x\nsync_diagnostic severity=x\n");
    let reading = StderrReading::of(stderr.as_bytes());
    let json = serde_json::to_string(&reading).unwrap();
    assert!(json.contains("\"log-error\":{\"lines\":1"), "{json}");
    assert_eq!(serde_json::from_str::<StderrReading>(&json).unwrap(), reading);
    let schema = schemars::schema_for!(StderrReading);
    assert!(schema.as_value()["properties"]["signs"].is_object());
}
