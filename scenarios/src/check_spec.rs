//! A check: its id is a constant of the scenario, so that one that is not declared does not compile.

/// A check as a scenario declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckSpec {
    /// Stable id, unique within its scenario.
    pub id: &'static str,
    /// The requirement or the known defect that it stands for, such as `FR-017` or `DM3`.
    pub stands_for: &'static str,
    /// What it states, as one plain sentence.
    pub about: &'static str,
}

impl CheckSpec {
    /// A declared check.
    pub const fn new(id: &'static str, stands_for: &'static str, about: &'static str) -> Self {
        Self { id, stands_for, about }
    }
}

/// The checks of several lists, one after the other; `N` says how many there are.
pub(crate) const fn joined<const N: usize>(lists: &[&[CheckSpec]]) -> [CheckSpec; N] {
    let mut all = [CheckSpec::new("", "", ""); N];
    let mut taken = 0;
    let mut list = 0;
    while list < lists.len() {
        let mut index = 0;
        while index < lists[list].len() {
            all[taken] = lists[list][index];
            taken += 1;
            index += 1;
        }
        list += 1;
    }
    assert!(taken == N, "a place is left empty");
    all
}
