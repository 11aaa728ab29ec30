//! The packages that lie in a folder of installed packages, as their metadata says.

use std::path::{Path, PathBuf};

use super::{LockedPackage, PACKAGE, Release};

/// Every package of `site`, by name.
pub(super) fn installed_in(site: &Path) -> Vec<LockedPackage> {
    let Ok(entries) = fs_err::read_dir(site) else {
        return Vec::new();
    };
    let mut packages: Vec<LockedPackage> = entries
        .flatten()
        .filter_map(|entry| package(&entry.file_name().to_string_lossy()))
        .collect();
    packages.sort_by(|one, other| one.name.cmp(&other.name));
    packages
}

/// The files of an installed package that are the same wherever it is installed, as its RECORD names them.
pub(super) fn files_of(site: &Path, package: &LockedPackage) -> Vec<String> {
    let info = format!("{}-{}.dist-info", package.name.replace('-', "_"), package.version);
    let record = fs_err::read_to_string(site.join(&info).join("RECORD")).unwrap_or_default();
    let names = record.lines().filter_map(|line| line.rsplitn(3, ',').nth(2));
    // What is made on the spot, what names the place, and how it was installed.
    let differs = |name: &&str| {
        let is_ours = name.starts_with(&info) && !name.ends_with("/METADATA");
        is_ours || name.starts_with("../") || name.starts_with('/') || name.contains("__pycache__/")
    };
    let mut files: Vec<String> = names.filter(|name| !differs(name)).map(str::to_owned).collect();
    files.sort();
    files
}

/// The folders of packages that belong to `bin` and hold the product.
pub(super) fn sites_of(bin: &Path) -> Vec<PathBuf> {
    let lib = bin.join("../lib");
    let Ok(entries) = fs_err::read_dir(&lib) else {
        return Vec::new();
    };
    let mut sites: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("python"))
        // Debian calls the second folder by a name of its own.
        .flat_map(|entry| ["site-packages", "dist-packages"].map(|name| entry.path().join(name)))
        .filter(|site| installed_in(site).iter().any(|package| package.name == PACKAGE))
        .collect();
    sites.sort();
    sites
}

/// The first package of `lock` that is not there in exactly its version, and what is.
pub(super) fn first_difference<'a>(
    lock: &'a [LockedPackage],
    installed: &[LockedPackage],
) -> Option<(&'a LockedPackage, Option<String>)> {
    lock.iter().find_map(|locked| {
        let found = installed.iter().find(|package| package.name == normalised(&locked.name));
        let same = found.is_some_and(|found| is_version(&locked.version, &found.version));
        (!same).then(|| (locked, found.map(|found| found.version.clone())))
    })
}

/// A lock does not know the version of a source tree.
fn is_version(locked: &str, installed: &str) -> bool {
    let parse = |version: &str| version.parse::<Release>().ok();
    locked.is_empty()
        || locked == installed
        || parse(locked).is_some_and(|it| Some(it) == parse(installed))
}

/// `spec_kitty_cli-3.2.7.dist-info`
fn package(folder: &str) -> Option<LockedPackage> {
    let (name, version) = folder.strip_suffix(".dist-info")?.split_once('-')?;
    Some(LockedPackage { name: normalised(name), version: version.to_owned(), sha256: None })
}

/// Whether a file is a wheel of this package: `spec_kitty_events-6.1.0-py3-none-any.whl`.
pub(super) fn is_wheel_of(file: &Path, package: &str) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let project = name.split('-').next().unwrap_or_default();
    name.ends_with(".whl") && normalised(project) == normalised(package)
}

/// The version of a package of `site`, by whichever spelling of its name.
pub(super) fn version_in(site: &Path, package: &str) -> Option<String> {
    let name = normalised(package);
    let found = installed_in(site).into_iter().find(|found| found.name == name)?;
    Some(found.version)
}

/// The normal form of a package's name (PEP 503): the same for every way to spell it.
pub fn normalised(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(name: &str, version: &str) -> LockedPackage {
        LockedPackage { name: name.into(), version: version.into(), sha256: None }
    }

    #[test]
    fn reads_what_lies_in_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        let site = dir.path().join("lib/python3.11/site-packages");
        for folder in ["spec_kitty_cli-3.2.7.dist-info", "PyYAML-6.0.dist-info", "yaml"] {
            fs_err::create_dir_all(site.join(folder)).unwrap();
        }
        fs_err::create_dir_all(dir.path().join("lib/python3.12/site-packages")).unwrap();
        fs_err::create_dir_all(dir.path().join("bin")).unwrap();
        let sites = sites_of(&dir.path().join("bin"));
        assert_eq!(sites.len(), 1);
        let expected = [locked("pyyaml", "6.0"), locked("spec-kitty-cli", "3.2.7")];
        assert_eq!(installed_in(&sites[0]), expected);
        for spelling in ["spec-kitty-cli", "spec_kitty_cli", "Spec.Kitty_CLI"] {
            let version = version_in(&sites[0], spelling);
            assert_eq!(version.as_deref(), Some("3.2.7"), "{spelling}");
        }
        assert_eq!(version_in(&sites[0], "spec-kitty"), None);
    }

    #[test]
    fn names_the_package_that_is_not_as_locked() {
        let installed = [locked("a-b", "1.0"), locked("c", "2")];
        let fine = [locked("A_b", "1.0.0"), locked("c", "")];
        assert_eq!(first_difference(&fine, &installed), None);
        let drifted = [locked("c", "3")];
        assert_eq!(first_difference(&drifted, &installed), Some((&drifted[0], Some("2".into()))));
        let unordered = [locked("c", "of-ours")];
        let others = [locked("c", "of-theirs")];
        assert!(first_difference(&unordered, &others).is_some());
        let absent = [locked("d", "3")];
        assert_eq!(first_difference(&absent, &installed), Some((&absent[0], None)));
    }
}
