//! What the word PRODUCT on the command line means.

use std::fmt;
use std::path::{Path, PathBuf};

use rustix::fs::Access;

use super::release::Release;

/// What is to be provisioned; paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductSpec {
    /// A release from the registry.
    Release(Release),
    /// A wheel file.
    Wheel(PathBuf),
    /// A source checkout: a folder with a `pyproject.toml`.
    Checkout(PathBuf),
    /// An executable that somebody else installed.
    Executable(PathBuf),
}

/// Why a word names no product. [`SpecError::hint`] says what to try.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// Neither a version nor a path.
    #[error("`{0}` is neither a release nor a file or folder")]
    NotAProduct(String),
    /// It is spelled as a path, and nothing is there.
    #[error("there is nothing at `{}`", .0.display())]
    Missing(PathBuf),
    /// A folder that is no checkout.
    #[error("the folder `{}` has no pyproject.toml", .0.display())]
    NotACheckout(PathBuf),
    /// A file that is neither wheel nor program.
    #[error("`{}` is neither a wheel nor executable", .0.display())]
    NotExecutable(PathBuf),
}

impl SpecError {
    /// What a person can try instead.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotAProduct(_) => {
                "give a release such as 3.2.7, a wheel file, a checkout folder, or the path of an \
                 installed executable, for example \"$(command -v spec-kitty)\""
            }
            Self::Missing(_) => "check the path; a release is written without slashes, as 3.2.7",
            Self::NotACheckout(_) => "give the folder at the top of the product's source tree",
            Self::NotExecutable(_) => {
                "a wheel's name ends in .whl; an installed executable needs its x bit"
            }
        }
    }
}

impl ProductSpec {
    /// The release that is asked for by its number; `None` where only the product itself can tell.
    pub fn release(&self) -> Option<&Release> {
        match self {
            Self::Release(release) => Some(release),
            Self::Wheel(_) | Self::Checkout(_) | Self::Executable(_) => None,
        }
    }

    /// Reads the word; relative paths are relative to `cwd`.
    ///
    /// A word that is a version means the release, even if a file of that name lies in `cwd`;
    /// `./3.2.7` means the file.
    pub fn parse(word: &str, cwd: &Path) -> Result<Self, SpecError> {
        if !word.contains('/')
            && let Ok(release) = word.parse()
        {
            return Ok(Self::Release(release));
        }
        // Collected anew, a path loses its `.` parts.
        let path: PathBuf = cwd.join(word).components().collect();
        if word.is_empty() || (!path.exists() && !looks_like_a_path(word)) {
            return Err(SpecError::NotAProduct(word.to_owned()));
        }
        if !path.exists() {
            Err(SpecError::Missing(path))
        } else if path.is_dir() {
            checkout(path)
        } else if has_wheel_name(&path) {
            Ok(Self::Wheel(path))
        } else if rustix::fs::access(&path, Access::EXEC_OK).is_ok() {
            Ok(Self::Executable(path))
        } else {
            Err(SpecError::NotExecutable(path))
        }
    }
}

impl ProductSpec {
    /// A short name for people and folders; no path.
    pub fn label(&self) -> String {
        let file_name = |path: &Path| {
            path.file_name()
                .map_or_else(|| "product".to_owned(), |name| name.to_string_lossy().into_owned())
        };
        match self {
            Self::Release(release) => release.to_string(),
            Self::Wheel(path) | Self::Checkout(path) | Self::Executable(path) => file_name(path),
        }
    }
}

impl fmt::Display for ProductSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release(release) => release.fmt(f),
            Self::Wheel(path) | Self::Checkout(path) | Self::Executable(path) => {
                path.display().fmt(f)
            }
        }
    }
}

fn checkout(path: PathBuf) -> Result<ProductSpec, SpecError> {
    if path.join("pyproject.toml").is_file() {
        Ok(ProductSpec::Checkout(path))
    } else {
        Err(SpecError::NotACheckout(path))
    }
}

fn looks_like_a_path(word: &str) -> bool {
    word.contains('/') || has_wheel_name(Path::new(word))
}

fn has_wheel_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "whl")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(dir.path().join("checkout")).unwrap();
        fs_err::create_dir_all(dir.path().join("empty")).unwrap();
        for name in ["checkout/pyproject.toml", "a.whl", "notes.txt", "3.2.7", "spec-kitty"] {
            fs_err::write(dir.path().join(name), "").unwrap();
        }
        let program = std::fs::Permissions::from_mode(0o755);
        fs_err::set_permissions(dir.path().join("spec-kitty"), program).unwrap();
        dir
    }

    #[test]
    fn tells_the_four_kinds_apart() {
        let dir = folder();
        let at = |name: &str| dir.path().join(name);
        let parse = |word: &str| ProductSpec::parse(word, dir.path()).unwrap();
        assert_eq!(parse("3.2.7"), ProductSpec::Release("3.2.7".parse().unwrap()));
        assert_eq!(parse("a.whl"), ProductSpec::Wheel(at("a.whl")));
        assert_eq!(parse("checkout"), ProductSpec::Checkout(at("checkout")));
        assert_eq!(parse("spec-kitty"), ProductSpec::Executable(at("spec-kitty")));
    }

    #[test]
    fn says_why_a_word_is_none_of_them() {
        let dir = folder();
        let at = |name: &str| dir.path().join(name);
        let parse = |word: &str| ProductSpec::parse(word, dir.path()).unwrap_err();
        assert_eq!(parse("latest"), SpecError::NotAProduct("latest".into()));
        assert_eq!(parse(""), SpecError::NotAProduct(String::new()));
        assert_eq!(parse("no.whl"), SpecError::Missing(at("no.whl")));
        assert_eq!(parse("bin/spec-kitty"), SpecError::Missing(at("bin/spec-kitty")));
        assert_eq!(parse("empty"), SpecError::NotACheckout(at("empty")));
        assert_eq!(parse("notes.txt"), SpecError::NotExecutable(at("notes.txt")));
        assert_eq!(parse("./3.2.7"), SpecError::NotExecutable(at("./3.2.7")));
    }
}
