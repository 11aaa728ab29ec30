//! What a run is about, in words: the same in every form of evidence.

use support::product::{Checkout, GitState, Subject};

use crate::record::RunProduct;

/// What stands where git has nothing to say.
const NONE: &str = "none";

/// Name and value of all that tells this product from another one; nothing for a published release.
pub fn facts(product: &RunProduct) -> Vec<(&'static str, String)> {
    match &product.subject {
        None => Vec::new(),
        Some(Subject::Wheel { sha256 }) => vec![("Wheel file, sha256", sha256.clone())],
        Some(Subject::Checkout(checkout)) => of_checkout(checkout),
        Some(Subject::Installation { executable_sha256, packages_sha256 }) => {
            let packages = packages_sha256.as_deref().unwrap_or(NONE);
            vec![
                ("Executable, sha256", executable_sha256.clone()),
                ("Packages, sha256", packages.to_owned()),
            ]
        }
    }
}

/// The same in one line, for a terminal: `commit 8cebf3f..., branch main, state dirty, ...`.
pub fn in_a_line(product: &RunProduct) -> Option<String> {
    let named: Vec<String> = facts(product)
        .into_iter()
        .map(|(name, value)| format!("{} {value}", property(name).replace('-', " ")))
        .collect();
    (!named.is_empty()).then(|| named.join(", "))
}

/// The name of a fact as a program takes it: `content-sha256`.
pub fn property(name: &str) -> String {
    name.to_lowercase().replace(", ", "-").replace(' ', "-")
}

fn of_checkout(checkout: &Checkout) -> Vec<(&'static str, String)> {
    let content = ("Content, sha256", checkout.sha256.clone());
    let Some(GitState { commit, branch, dirty, path }) = &checkout.git else {
        return vec![("Commit", NONE.to_owned()), content];
    };
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| NONE.to_owned());
    let state = if *dirty { "dirty" } else { "clean" };
    vec![
        ("Commit", or_none(commit)),
        ("Branch", or_none(branch)),
        ("State", state.to_owned()),
        ("Path in the repository", path.clone()),
        content,
    ]
}
