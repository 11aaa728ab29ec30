//! The codes that classify a failed final sync.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a final-sync failure is classified (FR-004; `SyncDiagnosticCode` of seed 000).
///
/// Every release prints the full name, with the `sync.` in front; a name without it is another.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub enum Code {
    /// `sync.final_sync_lock_unavailable`.
    LockUnavailable,
    /// `sync.auth_refresh_in_progress`.
    AuthRefreshInProgress,
    /// `sync.websocket_offline`.
    WebsocketOffline,
    /// `sync.event_loop_unavailable`.
    EventLoopUnavailable,
    /// `sync.server_auth_failure`.
    ServerAuthFailure,
    /// None of the five: what a10 and rc1 print (`sync.final_sync_timeout`...), or what came later
    /// (`sync.direct_ingress_missing_private_team` of 3.2.7). Facts of hosted sync, section 2.
    Other(String),
}

impl Code {
    /// The five of the published contract.
    pub const PUBLISHED: [Self; 5] = [
        Self::LockUnavailable,
        Self::AuthRefreshInProgress,
        Self::WebsocketOffline,
        Self::EventLoopUnavailable,
        Self::ServerAuthFailure,
    ];

    /// The name, as printed.
    pub fn name(&self) -> &str {
        match self {
            Self::LockUnavailable => "sync.final_sync_lock_unavailable",
            Self::AuthRefreshInProgress => "sync.auth_refresh_in_progress",
            Self::WebsocketOffline => "sync.websocket_offline",
            Self::EventLoopUnavailable => "sync.event_loop_unavailable",
            Self::ServerAuthFailure => "sync.server_auth_failure",
            Self::Other(name) => name,
        }
    }
}

impl From<&str> for Code {
    fn from(name: &str) -> Self {
        Self::PUBLISHED
            .into_iter()
            .find(|code| code.name() == name)
            .unwrap_or_else(|| Self::Other(name.to_owned()))
    }
}

impl From<String> for Code {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.name().to_owned()
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
