//! What makes two products the same: their content, not where they lie.

use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::ProvisionError;
use super::spec::ProductSpec;
use super::store::{hex, key};
use super::tool::Tools;
use super::{Interpreter, Tool, checkout};

/// The store's key for a product on an interpreter.
pub(super) fn key_of(
    spec: &ProductSpec,
    interpreter: &Interpreter,
    tool: Tool,
    tools: &Tools<'_>,
) -> Result<String, ProvisionError> {
    let content = content_of(spec, tools)?;
    let python = format!("{} {}", interpreter.path.display(), interpreter.version);
    Ok(key(
        &spec.label(),
        &[&content, &python, &format!("{tool:?}")],
    ))
}

/// The hash of a file and its path: an executable is what it finds beside it, too.
pub(super) fn key_of_executable(path: &Path) -> io::Result<String> {
    Ok(key(
        "executable",
        &[&hash_of_file(path)?, &path.to_string_lossy()],
    ))
}

fn content_of(spec: &ProductSpec, tools: &Tools<'_>) -> Result<String, ProvisionError> {
    Ok(match spec {
        // A published release never changes.
        ProductSpec::Release(release) => format!("release {release}"),
        ProductSpec::Wheel(path) => format!("wheel {}", hash_of_file(path)?),
        ProductSpec::Checkout(path) => format!("checkout {}", checkout::hash(path, tools)?),
        ProductSpec::Executable(path) => format!("executable {}", hash_of_file(path)?),
    })
}

fn hash_of_file(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut fs_err::File::open(path)?, &mut HashWriter(&mut hasher))?;
    Ok(hex(&hasher.finalize()))
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
