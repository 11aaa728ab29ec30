//! The session of a product that is logged in to the hosted service: made by the product itself,
//! once, then copied.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use fixtures::hosted::{Behaviour, Service};
use support::canary::files_below;
use support::network::Enclosure;
use support::process::{self, Exit, Invocation};
use support::sandbox::{Ground, Sandbox};
use support::skip::{SkipCode, SkipPhase, SkipReason};

use super::{Halt, PRODUCT, STREAM_LIMIT, Setting};

/// What a person types.
const COMMAND: [&str; 3] = ["auth", "login", "--headless"];

/// Where the product keeps its session, below HOME.
const AUTH: &str = ".spec-kitty/auth";

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

/// The files of a session, each below [`AUTH`].
type Files = Vec<(PathBuf, Vec<u8>)>;

/// Sessions that are made when they are first needed.
#[derive(Debug, Default)]
pub struct Login {
    known: Mutex<BTreeMap<Session, Files>>,
    /// Where the sessions of an installed product are kept.
    dir: Option<PathBuf>,
}

impl Login {
    /// Sessions that are kept below `room`. They are of no use to another host or user: the product
    /// seals them with their names.
    pub fn kept_in(room: &Path) -> Self {
        let host = fs_err::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let uid = fs_err::metadata("/proc/self").map_or(0, |this| this.uid());
        let label: String = format!("login-{}-{uid}", host.trim())
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        Self {
            known: Mutex::default(),
            dir: Some(room.join(label)),
        }
    }

    /// Puts the session into a sandbox, and names the service as the server of everything.
    pub(super) fn plant(
        &self,
        setting: &Setting,
        enclosure: &Enclosure,
        sandbox: &Sandbox,
        service: &Service,
        session: Session,
    ) -> Result<(), Halt> {
        let files = self.files(session, setting, enclosure)?;
        let auth = sandbox.home().join(AUTH);
        write_private(&auth, &files)?;
        configure(sandbox, service)
    }

    fn files(
        &self,
        session: Session,
        setting: &Setting,
        enclosure: &Enclosure,
    ) -> Result<Files, Halt> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = known.get(&session) {
            return Ok(files.clone());
        }
        let dir = self.dir.as_ref().map(|dir| dir.join(session.name()));
        let kept = dir.as_deref().filter(|dir| dir.is_dir());
        let files = if let Some(dir) = kept {
            read(dir)?
        } else {
            let files = log_in(session, setting, enclosure)?;
            if let Some(dir) = &dir {
                keep(dir, &files)?;
            }
            files
        };
        known.insert(session, files.clone());
        Ok(files)
    }
}

/// The event batches go where this file says, everything else where the environment says. By
/// default the file names a real host.
fn configure(sandbox: &Sandbox, service: &Service) -> Result<(), Halt> {
    let text = format!(
        "[sync]\nserver_url = \"{}\"\nbackground_daemon = \"manual\"\n",
        service.url()
    );
    Ok(fs_err::write(
        sandbox.home().join(".spec-kitty/config.toml"),
        text,
    )?)
}

/// Not a step: it judges nothing, and which scenario needs it first is chance.
fn log_in(session: Session, setting: &Setting, enclosure: &Enclosure) -> Result<Files, Halt> {
    let service = Service::start(Behaviour::healthy().session_life(session.life()))?;
    let mut ground = Ground::new("login", setting.home.as_deref())?;
    let sandbox = ground.sandbox()?;
    fs_err::create_dir_all(sandbox.home().join(".spec-kitty"))?;
    configure(&sandbox, &service)?;
    let mut env = sandbox.env(&setting.bin);
    env.extend(enclosure.env());
    let own = super::hosted::variables(&service);
    env.extend(own.map(|(name, value)| (name.to_owned(), value.into())));
    let finished = process::run(&Invocation {
        program: setting.executable.clone(),
        args: COMMAND.iter().map(Into::into).collect(),
        cwd: sandbox.tmp(),
        env,
        stdout: sandbox.streams().join("login.stdout"),
        stderr: sandbox.streams().join("login.stderr"),
        deadline: setting.deadline,
        stream_limit: STREAM_LIMIT,
    })?;
    let auth = sandbox.home().join(AUTH);
    match finished.exit {
        Exit::Killed => Err(Halt::Interrupted),
        Exit::Code(0) if auth.join("session.json").is_file() => read(&auth),
        exit => Err(Halt::Missing(Box::new(no_login(
            exit,
            &finished.stderr.excerpt(400)?,
        )))),
    }
}

fn read(dir: &Path) -> Result<Files, Halt> {
    let files = files_below(dir)?.into_iter();
    let is_lock = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "lock");
    files
        .filter(|file| !is_lock(file))
        .map(|file| Ok((file.clone(), fs_err::read(dir.join(file))?)))
        .collect()
}

/// Whole or not at all: another kitty-gate may read it at any time.
fn keep(dir: &Path, files: &Files) -> Result<(), Halt> {
    let draft = dir.with_extension(format!("new-{}", std::process::id()));
    write_private(&draft, files)?;
    if fs_err::rename(&draft, dir).is_err() {
        // Somebody else was first: theirs is as good.
        fs_err::remove_dir_all(&draft)?;
    }
    Ok(())
}

/// The product refuses a session that others may read.
fn write_private(dir: &Path, files: &Files) -> Result<(), Halt> {
    fs_err::create_dir_all(dir)?;
    fs_err::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
    for (file, bytes) in files {
        let mut options = fs_err::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        options.options_mut().mode(0o600);
        std::io::Write::write_all(&mut options.open(dir.join(file))?, bytes)?;
    }
    Ok(())
}

fn no_login(exit: Exit, stderr: &str) -> SkipReason {
    SkipReason {
        code: SkipCode::NotExercised,
        phase: SkipPhase::Scenario,
        tool: PRODUCT.to_owned(),
        argv: [PRODUCT]
            .iter()
            .chain(&COMMAND)
            .map(|&word| word.to_owned())
            .collect(),
        exit: exit.code(),
        excerpt: format!("nobody can log in: {exit}\n{}", stderr.trim()),
        interpreter: None,
        remediation: SkipCode::NotExercised.remediation().to_owned(),
    }
}
