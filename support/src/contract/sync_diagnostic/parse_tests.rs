use proptest::prelude::*;

use super::*;

const LINE: &str = "sync_diagnostic severity=warning diagnostic_code=sync.final_sync_lock_unavailable fatal=false sync_phase=final_sync message=Could not acquire sync lock within 5 s; skipping final sync. Queued events will be drained by the daemon.";

#[test]
fn the_published_form_is_read() {
    let diagnostic = Diagnostic::parse(LINE).unwrap();
    let wanted = Diagnostic {
        severity: "warning".into(),
        code: Code::LockUnavailable,
        fatal: false,
        phase: "final_sync".into(),
        message: "Could not acquire sync lock within 5 s; skipping final sync. Queued events will be drained by the daemon.".into(),
    };
    assert_eq!(diagnostic, wanted);
    assert_eq!(diagnostic.to_string(), LINE);
}

#[test]
fn a_code_is_one_of_the_five_or_another() {
    for code in Code::PUBLISHED {
        assert_eq!(Code::from(code.name()), code);
        assert!(code.name().starts_with("sync."));
    }
    for name in ["sync.final_sync_timeout", "websocket_offline", ""] {
        assert_eq!(Code::from(name), Code::Other(name.to_owned()));
    }
    let json = serde_json::to_string(&Code::WebsocketOffline).unwrap();
    assert_eq!(json, "\"sync.websocket_offline\"");
    assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), Code::WebsocketOffline);
}

#[test]
fn what_is_wrong_is_named() {
    for (line, signature) in [
        ("", "word-missing"),
        ("a sync_diagnostic severity=w", "word-missing"),
        ("sync_diagnostics severity=w", "word-missing"),
        ("sync_diagnostic", "severity-missing"),
        ("sync_diagnostic severity=w message=m", "diagnostic-code-missing"),
        (
            "sync_diagnostic severity=w diagnostic_code=c fatal=false sync_phase=p",
            "message-missing",
        ),
        ("sync_diagnostic severity=w severity=w", "severity-twice"),
        ("sync_diagnostic severity= diagnostic_code=c", "severity-empty"),
        (
            "sync_diagnostic severity=w diagnostic_code=c fatal=false sync_phase=p message= ",
            "message-empty",
        ),
        (
            "sync_diagnostic severity=w diagnostic_code=c fatal=False sync_phase=p message=m",
            "fatal-not-a-bool",
        ),
        (
            "sync_diagnostic diagnostic_code=c severity=w fatal=false sync_phase=p message=m",
            "diagnostic-code-out-of-order",
        ),
        (
            "sync_diagnostic severity=w diagnostic_code=c message=m fatal=false sync_phase=p",
            "fatal-out-of-order",
        ),
        ("sync_diagnostic severity=w oops diagnostic_code=c", "diagnostic-code-foreign-text"),
        ("sync_diagnostic level=w diagnostic_code=c", "severity-foreign-text"),
    ] {
        assert_eq!(Diagnostic::parse(line).unwrap_err().to_string(), signature, "{line}");
    }
}

prop_compose! {
    fn any_diagnostic()(
        severity in "[!-~]{1,9}",
        code in prop_oneof![
            (0..5usize).prop_map(|index| Code::PUBLISHED[index].clone()),
            "[!-~]{1,40}".prop_map(Code::from),
        ],
        fatal: bool,
        phase in "[!-~]{1,20}",
        message in "[!-~é](\\PC{0,200}[!-~é])?",
    ) -> Diagnostic {
        Diagnostic { severity, code, fatal, phase, message }
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(diagnostic in any_diagnostic()) {
        prop_assert_eq!(Diagnostic::parse(&diagnostic.to_string()), Ok(diagnostic.clone()));
        let json = serde_json::to_string(&diagnostic).unwrap();
        prop_assert_eq!(serde_json::from_str::<Diagnostic>(&json).unwrap(), diagnostic);
    }

    #[test]
    fn whatever_is_read_is_printed_alike(
        line in "(sync_diagnostic( (severity|diagnostic_code|fatal|sync_phase|message)=(true|[a-z ]{0,5})){0,7}|\\PC{0,99})"
    ) {
        if let Ok(diagnostic) = Diagnostic::parse(&line) {
            prop_assert_eq!(Diagnostic::parse(&diagnostic.to_string()), Ok(diagnostic));
        }
    }

    #[test]
    fn without_a_field_it_is_malformed(absent in 0..5usize) {
        let line = Field::VALUED
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != absent)
            .fold(WORD.to_owned(), |line, (_, field)| line + " " + field.key() + "true");
        let wanted = Malformed::new(Field::VALUED[absent], Fault::Missing);
        prop_assert_eq!(Diagnostic::parse(&line), Err(wanted));
    }
}
