//! Installs with uv: resolve for a date, lock exactly, install the lock.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::pylock::Pylock;
use super::spec::ProductSpec;
use super::uv_resolve::Resolver;
use super::{InstallRecord, as_of};
use crate::nested_env::reason::EnvError;
use crate::nested_env::tool::INSTALL;
use crate::nested_env::{Backend, make};
use crate::skip::SkipCode;

/// The file in a room that pins every package; it can be installed again.
pub(super) fn lock_file(room: &Path) -> PathBuf {
    room.join("pylock.toml")
}

/// Makes `env` with the product and its dependencies.
pub(super) fn install(
    resolver: &Resolver<'_>,
    spec: &ProductSpec,
    env: &Path,
) -> Result<InstallRecord, EnvError> {
    let as_of = as_of::find(resolver, spec)?;
    let (compiled, yanked) = resolver.resolve(spec, as_of.date)?;
    let lock_file = lock_file(resolver.room);
    fs_err::write(&lock_file, &compiled.lock)?;
    make(env, &Backend::Uv(resolver.uv.clone()), resolver.interpreter, resolver.tools)?;
    let python = env.join("bin/python");
    let args = ["pip", "install", "--compile-bytecode"].map(OsStr::new);
    let more =
        ["--python".as_ref(), python.as_os_str(), "--requirements".as_ref(), lock_file.as_os_str()];
    let said = resolver.uv.run(args.into_iter().chain(more), INSTALL, resolver.tools)?;
    if !said.succeeded() {
        return Err(resolver.env_error(&said, SkipCode::NotInstalled));
    }
    let lock = Pylock::parse(&compiled.lock)
        .map_err(|error| EnvError::Io(std::io::Error::other(error)))?;
    let mut findings = as_of.findings;
    findings.extend(yanked);
    Ok(InstallRecord {
        lock: lock.packages(),
        findings,
        as_of: as_of.date.map(|date| date.to_string()),
    })
}
