//! The same product once more, in a nested environment of its own, which may be changed.
//!
//! A provisioned product is shared and never touched. A scenario that replaces packages gets a
//! replica: a verified nested environment with the very packages of the lock, installed from what
//! the store holds, without a network. It is gone when it is dropped.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::store::{Store, hold, key};
use super::{EXECUTABLE, Interpreter, Method, Product, packages};
use super::{pip_install, uv_install, uv_obtain, verify};
use crate::nested_env::reason::{EnvError, Reason};
use crate::nested_env::tool::{INSTALL, Tools};
use crate::nested_env::uv::{Uv, find_cause};
use crate::nested_env::{Backend, Caller, NestedEnv, make};
use crate::skip::{SkipCode, SkipPhase, SkipReason};

/// What it takes to make replicas of a product.
#[derive(Debug, Clone)]
pub struct Replicator {
    product: Product,
    store: Store,
    caller: Caller,
}

/// A product of its own, to be changed.
#[derive(Debug)]
pub struct Replica {
    /// The environment.
    pub env: NestedEnv,
    product: Product,
    tools: Tools,
    uv: Option<Uv>,
    room: Room,
}

/// The folder of a replica: gone when this is dropped, also when the replica is only half made.
#[derive(Debug)]
struct Room {
    dir: PathBuf,
    /// Nobody clears it away while it is used.
    _in_use: File,
}

impl Replicator {
    /// Replicas of `product`, which was provisioned in `store`.
    pub fn new(product: Product, store: Store, caller: Caller) -> Self {
        Self { product, store, caller }
    }

    /// Makes a replica, or says why there can be none.
    pub fn replicate(&self) -> Result<Replica, EnvError> {
        let Some(interpreter) = &self.product.interpreter else {
            return Err(not_ours(&self.product.executable));
        };
        let tools = self.store.tools(&self.caller);
        let uv = match self.product.method {
            Method::Uv => uv_obtain::obtain(interpreter, &self.store, &tools)?,
            Method::Pip | Method::Executable => None,
        };
        let way = uv.clone().map_or(Backend::Stdlib, Backend::Uv);
        let room = self.fresh()?;
        let replica = Replica {
            env: make(&room.dir.join("env"), &way, interpreter, &tools)?,
            product: self.product.clone(),
            tools,
            uv,
            room,
        };
        replica.install_everything(interpreter)?;
        Ok(replica)
    }

    /// An empty folder that is ours.
    fn fresh(&self) -> Result<Room, EnvError> {
        let place = self.store.shelf("replicas", &key("replica", &[]));
        let turn = place.lock()?;
        let dir = turn.fresh()?;
        Ok(Room { _in_use: hold(&dir)?, dir })
    }
}

impl Replica {
    /// The folder of its executables.
    pub fn bin(&self) -> PathBuf {
        self.env.venv_dir.join("bin")
    }

    /// The product's executable.
    pub fn executable(&self) -> PathBuf {
        self.bin().join(EXECUTABLE)
    }

    /// Where its packages lie. They may be hard links into a cache: never write into them.
    pub fn site_packages(&self) -> Option<PathBuf> {
        packages::sites_of(&self.bin()).into_iter().next()
    }

    /// A folder for what is made for this replica; goes with it.
    pub fn scratch(&self, name: &str) -> std::io::Result<PathBuf> {
        let dir = self.room.dir.join("scratch").join(name);
        fs_err::create_dir_all(&dir)?;
        Ok(dir)
    }

    /// The version of a package, as its metadata says.
    pub fn version_of(&self, package: &str) -> Option<String> {
        packages::version_in(&self.site_packages()?, package)
    }

    /// Puts a wheel in the place of what has its name; nothing else changes, no registry is asked.
    pub fn install(&self, wheel: &Path) -> Result<(), EnvError> {
        let interpreter = &self.env.interpreter;
        let Some(uv) = &self.uv else {
            let wheels = [wheel.to_owned()];
            return pip_install::install_wheels(
                &self.env.python,
                &wheels,
                interpreter,
                &self.tools,
            );
        };
        // Not into the cache: what is made up must not be found there by anybody.
        let options = "--no-cache --offline --no-index --no-deps --reinstall";
        self.uv_install(uv, options, &[wheel.as_os_str()])
    }

    /// Puts the real package of the lock back in place.
    pub fn restore(&self, package: &str) -> Result<(), EnvError> {
        if let Some(uv) = &self.uv {
            let lock = uv_install::lock_file(self.product.room());
            let more = [
                "--reinstall-package".as_ref(),
                package.as_ref(),
                "--requirements".as_ref(),
                lock.as_os_str(),
            ];
            self.uv_install(uv, "--offline", &more)?;
            self.share_bytecode();
        } else {
            let wheels = pip_install::kept_wheels(self.product.room())?;
            let is_it = |wheel: &&PathBuf| packages::is_wheel_of(wheel, package);
            let wheel = wheels.iter().find(is_it).cloned();
            let interpreter = &self.env.interpreter;
            let wheels = wheel.as_slice();
            pip_install::install_wheels(&self.env.python, wheels, interpreter, &self.tools)?;
        }
        verify::lock(&self.env.venv_dir, &self.product.lock, &self.env.interpreter)
    }

    fn install_everything(&self, interpreter: &Interpreter) -> Result<(), EnvError> {
        if let Some(uv) = &self.uv {
            let lock = uv_install::lock_file(self.product.room());
            self.uv_install(uv, "--offline", &["--requirements".as_ref(), lock.as_os_str()])?;
            self.share_bytecode();
        } else {
            let wheels = pip_install::kept_wheels(self.product.room())?;
            let python = &self.env.python;
            pip_install::install_wheels(python, &wheels, interpreter, &self.tools)?;
        }
        verify::lock(&self.env.venv_dir, &self.product.lock, interpreter)
    }

    fn uv_install(&self, uv: &Uv, options: &str, last: &[&OsStr]) -> Result<(), EnvError> {
        let begin = ["pip", "install", "--python"].map(OsStr::new).into_iter();
        let args = begin
            .chain([self.env.python.as_os_str()])
            .chain(options.split(' ').map(OsStr::new))
            .chain(last.iter().copied());
        let said = uv.run(args, INSTALL, &self.tools)?;
        if said.succeeded() {
            return Ok(());
        }
        let phase = SkipPhase::Install;
        let interpreter = &self.env.interpreter;
        let refused = find_cause(&said, phase, SkipCode::NotInstalled, interpreter);
        Err(self.with_a_way_out(refused))
    }

    /// The product is provisioned already: to run once more with the network on fetches nothing.
    fn with_a_way_out(&self, error: EnvError) -> EnvError {
        match error {
            EnvError::Prevented(reason) if reason.code == SkipCode::OfflineCacheMiss => {
                let remediation = format!(
                    "delete {}, or the whole cache, and run again with the network on",
                    self.product.room().display()
                );
                EnvError::Prevented(Box::new(SkipReason { remediation, ..*reason }))
            }
            EnvError::Prevented(_) | EnvError::Io(_) | EnvError::Process(_) => error,
        }
    }

    /// Links the compiled files of the product: Python checks each against its source, and replaces
    /// what it writes anew, so a link is as good as a copy. Where it cannot be had, Python compiles.
    fn share_bytecode(&self) {
        let theirs = packages::sites_of(&self.product.bin).into_iter().next();
        if let (Some(theirs), Some(ours)) = (theirs, self.site_packages()) {
            let _ = link_bytecode(&theirs, &ours);
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // What does not go now is cleared away by the next one.
        let _ = fs_err::remove_dir_all(&self.dir);
    }
}

fn link_bytecode(theirs: &Path, ours: &Path) -> std::io::Result<()> {
    for entry in fs_err::read_dir(theirs)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let (from, to) = (entry.path(), ours.join(entry.file_name()));
        if entry.file_name() != "__pycache__" {
            if to.is_dir() {
                link_bytecode(&from, &to)?;
            }
            continue;
        }
        fs_err::create_dir_all(&to)?;
        for file in fs_err::read_dir(&from)? {
            let file = file?;
            // One that is there already is as good.
            let _ = std::fs::hard_link(file.path(), to.join(file.file_name()));
        }
    }
    Ok(())
}

fn not_ours(executable: &Path) -> EnvError {
    let text = format!(
        "{} was installed by somebody else; what it was installed from is not known",
        executable.display()
    );
    Reason::new(SkipCode::NotExercised, SkipPhase::Create, "kitty-gate")
        .excerpt(&text)
        .remediation("give the release, the wheel or the checkout instead of the executable")
        .into()
}
