//! What makes two products the same: their content, not where they lie.

use std::io;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::spec::ProductSpec;
use super::store::key;
use super::{Interpreter, LockedPackage, PACKAGE, Tool, checkout, packages};
use crate::nested_env::EnvError;
use crate::nested_env::tool::Tools;

/// The store's key for a product on an interpreter.
pub(super) fn key_of(
    spec: &ProductSpec,
    interpreter: &Interpreter,
    tool: Tool,
    tools: &Tools,
) -> Result<String, EnvError> {
    let content = content_of(spec, tools)?;
    let python = format!("{} {}", interpreter.path.display(), interpreter.version);
    Ok(key(&spec.label(), &[&content, &python, &format!("{tool:?}")]))
}

/// What tells one state of somebody else's installation from another: the file and its path, and
/// the packages that it runs. The script itself stays the same when its package is upgraded.
pub(super) fn key_of_executable(path: &Path) -> io::Result<String> {
    // An older kitty-gate took any program for the product, and may have left it in the store.
    let mut parts =
        vec!["says who it is".to_owned(), hash_of_file(path)?, path.to_string_lossy().into_owned()];
    for site in packages::sites_of(&bin_of(path)?) {
        for LockedPackage { name, version, .. } in packages::installed_in(&site) {
            if name == PACKAGE {
                let record = format!("{}-{version}.dist-info/RECORD", name.replace('-', "_"));
                // An installation without a list of its files has its version at least.
                parts.push(hash_of_file(&site.join(record)).unwrap_or_default());
            }
            parts.push(format!("{name}=={version}"));
        }
    }
    Ok(key("executable", &parts.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The folder that an executable really lies in; pipx and `uv tool` only link to it.
pub(super) fn bin_of(executable: &Path) -> io::Result<PathBuf> {
    let real = fs_err::canonicalize(executable)?;
    Ok(real.parent().unwrap_or(&real).to_owned())
}

fn content_of(spec: &ProductSpec, tools: &Tools) -> Result<String, EnvError> {
    Ok(match spec {
        // A published release never changes.
        ProductSpec::Release(release) => format!("release {release}"),
        ProductSpec::Wheel(path) => format!("wheel {}", hash_of_file(path)?),
        ProductSpec::Checkout(path) => format!("checkout {}", checkout::hash(path, tools)?),
        ProductSpec::Executable(path) => format!("executable {}", hash_of_file(path)?),
    })
}

pub(super) fn hash_of_file(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut fs_err::File::open(path)?, &mut HashWriter(&mut hasher))?;
    Ok(HEXLOWER.encode(&hasher.finalize()))
}

struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
