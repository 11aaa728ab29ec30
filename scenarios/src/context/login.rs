//! The session of a product that is logged in to the hosted service: made by the product itself,
//! once, then copied.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use fixtures::hosted::{Behaviour, Service};
use serde::{Deserialize, Serialize};
use support::canary::files_below;
use support::network::NetworkIsolation;
use support::process::Exit;
use support::sandbox::{Sandbox, SandboxRoot};
use support::skip::{SkipCode, SkipPhase, SkipReason};

use super::config::argv_of;
use super::service_settings::{configure, variables};
use super::{Abort, ContextConfig, Mission, PRODUCT, TestContext};
use crate::traceback::exception_name;

/// What a person types.
const COMMAND: [&str; 3] = ["auth", "login", "--headless"];

/// Where the product keeps its session, below HOME.
const AUTH: &str = ".spec-kitty/auth";

/// Where a session goes when the product logs in anew, below [`AUTH`].
const EARLIER: &str = "earlier.json";

/// Which session a mission's product has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Session {
    /// It lives longer than anybody keeps a store.
    Lasting,
    /// Its access token is over; the service can renew it.
    Expired,
}

impl Session {
    /// How long the service says that it lives, in seconds.
    fn life(self) -> u64 {
        match self {
            Self::Lasting => 10 * 365 * 24 * 3600,
            Self::Expired => 1,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Lasting => "lasting",
            Self::Expired => "expired",
        }
    }
}

/// Version of a kept session; a store may be shared with an older or newer kitty-gate.
const VERSION: u32 = 1;

/// What a login leaves.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct CachedLogin {
    version: u32,
    /// The files below [`AUTH`].
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// Where the login tried to go beyond loopback. That is told of every scenario that uses the
    /// session, not only of the one that happened to make it.
    attempts: Vec<String>,
}

/// Sessions that are made when they are first needed.
#[derive(Debug, Default)]
pub struct Login {
    known: Mutex<BTreeMap<Session, CachedLogin>>,
    /// Where the sessions of an installed product are kept: a file for each, with this beginning.
    label: Option<PathBuf>,
}

impl Login {
    /// Sessions that are kept in `room`. They are of no use to another host or user: the product
    /// seals them with their names.
    pub fn kept_in(room: &Path) -> Self {
        let host = fs_err::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let uid = fs_err::metadata("/proc/self").map_or(0, |this| this.uid());
        let label: String = format!("session-{}-{uid}", host.trim())
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        Self { known: Mutex::default(), label: Some(room.join(label)) }
    }

    /// Puts the session into a sandbox, and names the service as the server of everything. Returns
    /// where the login tried to go beyond loopback.
    pub(super) fn plant(
        &self,
        config: &ContextConfig,
        network: &mut NetworkIsolation,
        sandbox: &Sandbox,
        service: &Service,
        session: Session,
    ) -> Result<Vec<String>, Abort> {
        let kept = self.session(session, config, network)?;
        write_private(&sandbox.home().join(AUTH), &kept.files)?;
        configure(sandbox, &service.url())?;
        Ok(kept.attempts)
    }

    fn session(
        &self,
        session: Session,
        config: &ContextConfig,
        network: &mut NetworkIsolation,
    ) -> Result<CachedLogin, Abort> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = known.get(&session) {
            return Ok(kept.clone());
        }
        let file = self.label.as_ref().map(|label| label.with_extension(session.name()));
        let kept = if let Some(kept) = file.as_deref().and_then(read) {
            kept
        } else {
            let made = log_in(session, config, network)?;
            if let Some(file) = &file {
                keep(file, &made)?;
            }
            made
        };
        known.insert(session, kept.clone());
        Ok(kept)
    }
}

impl TestContext<'_> {
    /// The session of a mission's product, and where [`log_in_anew`](Self::log_in_anew) puts the
    /// one before.
    pub fn session_files(&self, mission: &Mission) -> Result<[PathBuf; 2], Abort> {
        let auth = self.home_file(mission, AUTH)?;
        Ok([SESSION, EARLIER].map(|name| auth.join(name)))
    }

    /// Puts the session of a mission's product aside, and logs it in to its own service, as a step:
    /// a new session begins now.
    pub fn log_in_anew(&mut self, mission: &Mission) -> Result<(), Abort> {
        let [session, earlier] = self.session_files(mission)?;
        fs_err::rename(session, earlier)?;
        let step = self.run(mission, COMMAND)?;
        self.refuse_crash(&step)?;
        if step.exit() == Exit::Code(0) {
            return Ok(());
        }
        let remediation = SkipCode::NotExercised.remediation();
        Err(Abort::not_exercised(Some(&step), "nobody can log in anew", remediation))
    }
}

fn log_in(
    session: Session,
    config: &ContextConfig,
    network: &mut NetworkIsolation,
) -> Result<CachedLogin, Abort> {
    let service = Service::start(Behaviour::healthy().session_life(session.life()))?;
    let mut sandbox_root = SandboxRoot::new("login", config.home.as_deref())?;
    let sandbox = sandbox_root.sandbox()?;
    configure(&sandbox, &service.url())?;
    let mut env = config.env_of(&sandbox, &config.bin, network);
    let own = variables(&service);
    env.extend(own.map(|(name, value)| (name.to_owned(), value.into())));
    let finished = config.run_unrecorded(&sandbox, sandbox.tmp(), env, &COMMAND)?;
    let attempts = network.take_attempts().into_iter();
    let attempts = attempts.map(|attempt| attempt.target).collect();
    let files = files_of(&sandbox.home().join(AUTH))?;
    let stderr = finished.stderr.excerpt(QUOTE)?;
    match (finished.exit, exception_name(&stderr)) {
        (Exit::Code(0), _) if files.contains_key(Path::new(SESSION)) => {
            Ok(CachedLogin { version: VERSION, files, attempts })
        }
        (_, Some(crash)) => {
            Err(Abort::Useless(format!("{PRODUCT} {}: {crash}", COMMAND.join(" "))))
        }
        (exit, None) => Err(Abort::Missing(Box::new(no_login(argv_of(&COMMAND), exit, &stderr)))),
    }
}

/// How much of what a login said is looked at, in bytes.
const QUOTE: usize = 64 * 1024;

/// The file without which there is no session.
const SESSION: &str = "session.json";

fn files_of(dir: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Abort> {
    if !dir.is_dir() {
        return Ok(BTreeMap::new());
    }
    let is_lock = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "lock");
    let files = files_below(dir)?.into_iter().filter(|file| !is_lock(file));
    files.map(|file| Ok((file.clone(), fs_err::read(dir.join(file))?))).collect()
}

/// What was kept, if it is whole and ours to read; else it is made anew.
fn read(file: &Path) -> Option<CachedLogin> {
    let kept: CachedLogin = serde_json::from_slice(&fs_err::read(file).ok()?).ok()?;
    let is_whole = kept.version == VERSION && kept.files.contains_key(Path::new(SESSION));
    is_whole.then_some(kept)
}

/// Whole or not at all: another kitty-gate may read it at any time.
fn keep(file: &Path, kept: &CachedLogin) -> Result<(), Abort> {
    let draft = file.with_extension(format!("new-{}", std::process::id()));
    let text = serde_json::to_vec(kept).map_err(std::io::Error::from)?;
    write_file(&draft, &text)?;
    Ok(fs_err::rename(draft, file)?)
}

/// The product refuses a session that others may read.
fn write_private(dir: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<(), Abort> {
    for (file, bytes) in files {
        let path = dir.join(file);
        fs_err::create_dir_all(path.parent().unwrap_or(dir))?;
        write_file(&path, bytes)?;
    }
    fs_err::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
    Ok(())
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Abort> {
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    options.options_mut().mode(0o600);
    Ok(std::io::Write::write_all(&mut options.open(path)?, bytes)?)
}

fn no_login(argv: Vec<String>, exit: Exit, stderr: &str) -> SkipReason {
    SkipReason {
        code: SkipCode::NotExercised,
        phase: SkipPhase::Scenario,
        tool: PRODUCT.to_owned(),
        argv,
        exit: exit.code(),
        excerpt: format!(
            "nobody can log in: {exit}\n{}",
            stderr.trim().chars().take(400).collect::<String>()
        ),
        interpreter: None,
        remediation: SkipCode::NotExercised.remediation().to_owned(),
    }
}
