//! What makes two products the same: their content, not where they lie.

use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::spec::ProductSpec;
use super::store::{hex, key};
use super::{Interpreter, Tool};

/// The store's key for a product on an interpreter.
pub(super) fn key_of(
    spec: &ProductSpec,
    interpreter: &Interpreter,
    tool: Tool,
) -> io::Result<String> {
    let content = content_of(spec)?;
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

fn content_of(spec: &ProductSpec) -> io::Result<String> {
    Ok(match spec {
        // A published release never changes.
        ProductSpec::Release(release) => format!("release {release}"),
        ProductSpec::Wheel(path) => format!("wheel {}", hash_of_file(path)?),
        ProductSpec::Checkout(path) => format!("checkout {}", hash_of_tree(path)?),
        ProductSpec::Executable(path) => format!("executable {}", hash_of_file(path)?),
    })
}

fn hash_of_file(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut fs_err::File::open(path)?, &mut HashWriter(&mut hasher))?;
    Ok(hex(&hasher.finalize()))
}

/// Every file of a checkout but what git, caches and earlier builds keep there.
fn hash_of_tree(root: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        let mut entries: Vec<_> = fs_err::read_dir(&dir)?
            .collect::<io::Result<Vec<_>>>()?
            .into_iter()
            .map(|e| e.path())
            .collect();
        entries.sort();
        for path in entries.into_iter().filter(|path| !is_by_product(path)) {
            let metadata = fs_err::symlink_metadata(&path)?;
            if metadata.is_dir() {
                open.push(path);
                continue;
            }
            hasher.update(
                path.strip_prefix(root)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .as_bytes(),
            );
            hasher.update([0]);
            if metadata.is_file() {
                hasher.update(hash_of_file(&path)?);
            }
        }
    }
    Ok(hex(&hasher.finalize()))
}

fn is_by_product(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    matches!(
        &*name,
        ".git" | ".venv" | "__pycache__" | "build" | "dist" | "node_modules" | ".kitty-gate"
    ) || name.ends_with(".egg-info")
        || name.ends_with("_cache")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_checkout_is_another_product() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs_err::create_dir_all(root.join("src/__pycache__")).unwrap();
        fs_err::write(root.join("src/a.py"), "1").unwrap();
        let first = hash_of_tree(root).unwrap();
        fs_err::write(root.join("src/__pycache__/a.pyc"), "x").unwrap();
        assert_eq!(
            hash_of_tree(root).unwrap(),
            first,
            "by-products do not count"
        );
        fs_err::write(root.join("src/a.py"), "2").unwrap();
        assert_ne!(hash_of_tree(root).unwrap(), first);
    }
}
