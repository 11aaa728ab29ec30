//! The grammar of the diagnostic line.

/// The word that opens a diagnostic.
pub(super) const WORD: &str = "sync_diagnostic";

/// How a failed final sync is classified (FR-004; `SyncDiagnosticCode` of seed 000), as it is printed.
///
/// a10 and rc1 print others (`sync.final_sync_timeout`...), and 3.2.7 has one more
/// (`sync.direct_ingress_missing_private_team`): facts of hosted sync, section 2.
pub mod code {
    /// Somebody else holds a lock.
    pub const LOCK_UNAVAILABLE: &str = "sync.final_sync_lock_unavailable";
    /// Somebody else renews the session.
    pub const AUTH_REFRESH_IN_PROGRESS: &str = "sync.auth_refresh_in_progress";
    /// There is no way to the socket.
    pub const WEBSOCKET_OFFLINE: &str = "sync.websocket_offline";
    /// It did not end in time.
    pub const EVENT_LOOP_UNAVAILABLE: &str = "sync.event_loop_unavailable";
    /// The service refuses.
    pub const SERVER_AUTH_FAILURE: &str = "sync.server_auth_failure";

    /// The five of the published contract.
    pub const PUBLISHED: [&str; 5] = [
        LOCK_UNAVAILABLE,
        AUTH_REFRESH_IN_PROGRESS,
        WEBSOCKET_OFFLINE,
        EVENT_LOOP_UNAVAILABLE,
        SERVER_AUTH_FAILURE,
    ];
}

/// One diagnostic of the final sync:
/// `sync_diagnostic severity=<s> diagnostic_code=<code> fatal=<bool> sync_phase=<phase> message=<rest>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// `info`, `warning` or `error` in the product's source; `warning` on every release seen.
    pub severity: String,
    /// The classification.
    pub code: String,
    /// Whether the command failed through it; never, for a final sync (FR-001).
    pub fatal: bool,
    /// `final_sync` on every release seen.
    pub phase: String,
    /// What it says to a person: the rest of the line.
    pub message: String,
}

impl Diagnostic {
    /// Reads text that begins with [`WORD`] and holds one diagnostic. Where it is not well formed, the signature of
    /// the first field that is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let rest = &mut text.strip_prefix(WORD).unwrap_or_default();
        Ok(Self {
            severity: next_field(rest, "severity")?.to_owned(),
            code: next_field(rest, "diagnostic_code")?.to_owned(),
            fatal: next_field(rest, "fatal")?.parse().map_err(|_| "fatal-not-a-bool")?,
            phase: next_field(rest, "sync_phase")?.to_owned(),
            message: next_field(rest, "message")?.to_owned(),
        })
    }
}

/// The value of the field that `rest` goes on with: one word, but for the message, which takes all that is left.
fn next_field<'a>(rest: &mut &'a str, field: &str) -> Result<&'a str, String> {
    let name = || field.replace('_', "-");
    let text = rest.strip_prefix(char::is_whitespace).unwrap_or_default().trim();
    let value = text.strip_prefix(field).and_then(|text| text.strip_prefix('='));
    let value = value.ok_or_else(|| name() + "-missing")?;
    let is_last = field == "message";
    let end = value.find(char::is_whitespace).filter(|_| !is_last).unwrap_or(value.len());
    *rest = &value[end..];
    let value = value[..end].trim();
    if value.is_empty() { Err(name() + "-empty") } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_wrong_is_named() {
        let begun = "sync_diagnostic severity=w diagnostic_code=c";
        for (line, signature) in [
            ("sync_diagnostic", "severity-missing"),
            ("sync_diagnostics severity=w", "severity-missing"),
            ("sync_diagnostic level=w diagnostic_code=c", "severity-missing"),
            ("sync_diagnostic diagnostic_code=c severity=w", "severity-missing"),
            ("sync_diagnostic severity=w severity=w", "diagnostic-code-missing"),
            ("sync_diagnostic severity= diagnostic_code=c", "severity-empty"),
            (&format!("{begun} fatal=False sync_phase=p message=m"), "fatal-not-a-bool"),
            (&format!("{begun} message=m fatal=false sync_phase=p"), "fatal-missing"),
            (&format!("{begun} fatal=false sync_phase=p"), "message-missing"),
            (&format!("{begun} fatal=false sync_phase=p message= "), "message-empty"),
        ] {
            assert_eq!(Diagnostic::parse(line).unwrap_err(), signature, "{line}");
        }
    }

    proptest! {
        #[test]
        fn a_well_formed_one_is_read(
            severity in "[!-~]{1,9}",
            code in "[!-~]{1,40}",
            fatal: bool,
            phase in "[!-~]{1,20}",
            message in "[!-~é](\\PC{0,200}[!-~é])?",
        ) {
            let line = format!(
                "{WORD} severity={severity} diagnostic_code={code} fatal={fatal} sync_phase={phase} message={message}\n"
            );
            let wanted = Diagnostic { severity, code, fatal, phase, message };
            prop_assert_eq!(Diagnostic::parse(&line), Ok(wanted));
        }
    }
}
