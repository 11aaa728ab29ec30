//! Whether what is named as the product says that it is Spec Kitty. Any other program would be judged for what it
//! never promised.

use std::path::Path;

use super::spec::ProductSpec;
use super::store::Store;
use super::{PACKAGE, installed, packages};
use crate::nested_env::EnvError;

/// What was named does not say that it is the product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} does not say that it is {PACKAGE}: {said}")]
pub struct NotTheProduct {
    /// What was named, as it was named.
    pub what: String,
    /// What it says instead.
    pub said: String,
}

/// Asks what is named who it is, before anything is made of it; nothing where it says that it is the product, or
/// where it cannot be asked yet: then provisioning says what is wrong.
///
/// A release is the product by the registry's word, a wheel by its name, a checkout by its `pyproject.toml`, and an
/// executable by its `--version`.
pub fn confirm(spec: &ProductSpec, store: &Store) -> Result<Option<NotTheProduct>, EnvError> {
    let said = match spec {
        ProductSpec::Release(_) => None,
        ProductSpec::Wheel(path) => another_name(wheel_name(path), "its file name"),
        ProductSpec::Checkout(path) => project_name(path)?,
        ProductSpec::Executable(path) => installed::claim(path, store)?,
    };
    Ok(said.map(|said| NotTheProduct { what: spec.to_string(), said }))
}

/// The distribution in a wheel's file name, `name-version-...`.
fn wheel_name(path: &Path) -> Option<String> {
    let file = path.file_name()?.to_string_lossy().into_owned();
    Some(file.split('-').next()?.to_owned())
}

fn project_name(folder: &Path) -> Result<Option<String>, EnvError> {
    let text = fs_err::read_to_string(folder.join("pyproject.toml"))?;
    // What is no TOML cannot be built either, and the build says where it is wrong.
    let Ok(document) = text.parse::<toml::Table>() else {
        return Ok(None);
    };
    let name = |table: Option<&toml::Value>| table?.get("name")?.as_str().map(str::to_owned);
    let poetry = document.get("tool").and_then(|tool| tool.get("poetry"));
    let name = name(document.get("project")).or_else(|| name(poetry));
    Ok(another_name(name, "its pyproject.toml"))
}

fn another_name(name: Option<String>, place: &str) -> Option<String> {
    match name {
        Some(name) if packages::normalised(&name) == PACKAGE => None,
        Some(name) => Some(format!("{place} says `{name}`")),
        None => Some(format!("{place} gives no name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_text(spec: &ProductSpec) -> Option<String> {
        let store = tempfile::tempdir().unwrap();
        confirm(spec, &Store::at(store.path())).unwrap().map(|refused| refused.said)
    }

    #[test]
    fn a_wheel_is_known_by_its_name() {
        let wheel = |name: &str| answer_text(&ProductSpec::Wheel(name.into()));
        assert_eq!(wheel("/a/spec_kitty_cli-3.2.7-py3-none-any.whl"), None);
        assert_eq!(
            wheel("/a/Spec.Kitty-cli-3.2.7-py3-none-any.whl"),
            Some("its file name says `Spec.Kitty`".into())
        );
        assert_eq!(
            wheel("/a/requests-2.0-py3-none-any.whl"),
            Some("its file name says `requests`".into())
        );
    }

    #[test]
    fn a_checkout_is_known_by_its_project_name() {
        let folder = tempfile::tempdir().unwrap();
        let with = |text: &str| {
            fs_err::write(folder.path().join("pyproject.toml"), text).unwrap();
            answer_text(&ProductSpec::Checkout(folder.path().to_owned()))
        };
        assert_eq!(with("[project]\nname = \"Spec_Kitty.CLI\"\n"), None);
        assert_eq!(with("[tool.poetry]\nname = \"spec-kitty-cli\"\n"), None);
        assert_eq!(
            with("[project]\nname = \"black\"\n"),
            Some("its pyproject.toml says `black`".into())
        );
        assert_eq!(
            with("[project]\nversion = \"1\"\n"),
            Some("its pyproject.toml gives no name".into())
        );
        assert_eq!(with("= no toml"), None, "the build says what is wrong with it");
    }

    #[test]
    fn an_executable_is_known_by_its_version_line() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("any");
        let with = |script: &str| {
            use std::os::unix::fs::PermissionsExt;
            fs_err::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs_err::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
            answer_text(&ProductSpec::Executable(program.clone()))
        };
        assert_eq!(with("echo 'spec-kitty-cli version 4.0.0'"), None);
        assert_eq!(with("printf '\\nspec-kitty-cli version 4.0.0rc7\\n'"), None);
        assert_eq!(
            with("echo 'spec-kitty-cli version 4.0.0'; exit 1"),
            None,
            "it is, and cannot be used"
        );
        for script in [
            "echo Python 3.11.7",
            "echo 'cat (GNU coreutils) 9.1'",
            "echo spec-kitty-cli",
            "echo 'not-spec-kitty-cli version 4.0.0'",
            "exit 0",
        ] {
            let said = with(script);
            assert!(
                said.as_deref().is_some_and(|said| said.starts_with("its `--version` ")),
                "{script}: {said:?}"
            );
        }
    }
}
