//! The rules, as data.

use crate::python_imports::Found;

/// The package that the border is drawn around.
pub(super) const STATUS: &str = "specify_cli.status";

/// The packages of the release that must respect it. A release that lacks one has nothing to break.
pub(super) const PACKAGES: [&str; 3] = ["specify_cli", "runtime", "mission_runtime"];

/// Files beyond the border that may do as they like, and why: the plumbing that the product's own
/// rule excepts (facts 7).
pub(super) const EXEMPT: [(&str, &str); 3] = [
    (
        "specify_cli/coordination/status_transition.py",
        "it makes transitions out of the parts of the package, for everybody else",
    ),
    (
        "specify_cli/coordination/transaction.py",
        "it appends to the event log and rolls it back, below what the package shows",
    ),
    (
        "specify_cli/workspace/context.py",
        "the package imports it while it is itself being imported: it cannot ask the whole",
    ),
];

/// Whether an import of the package or of something below it breaks the border.
///
/// `from specify_cli.status import x` is what the rules ask for, whatever `x` is: that a submodule
/// may have the name of an export cannot be told from the statement.
pub(super) fn is_violation(import: &Found) -> bool {
    let exempt = EXEMPT.iter().any(|(file, _)| *file == import.file);
    import.module != STATUS && is_from_outside(import) && !exempt
}

/// Whether an import stands in a file beyond the border.
pub(super) fn is_from_outside(import: &Found) -> bool {
    let inside = format!("{}/", STATUS.replace('.', "/"));
    !import.file.starts_with(&inside)
}
