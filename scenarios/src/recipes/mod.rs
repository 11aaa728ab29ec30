//! Every recipe that scenarios write their missions by, and what real releases object to in them.
//!
//! A release that is judged on a state that it would never have made is judged wrongly. So a context takes no
//! recipe that is not listed here; and the test target `recipes` has the validators of real releases look over
//! each of them. What they object to is mended, or is what the recipe is for, and declared beside it.

mod list;
mod validators;

use std::sync::LazyLock;

use fixtures::Recipe;

pub use validators::{Findings, VALIDATORS, Validator, validate};

/// A recipe, and what it is broken for.
#[derive(Debug)]
pub struct Listed {
    /// For people; unique.
    pub name: &'static str,
    /// The recipe.
    pub recipe: Recipe,
    /// What validators must object to.
    pub purposes: &'static [Purpose],
}

/// Something that validators object to, and that is there on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose {
    /// Words of the objection.
    pub says: &'static str,
    /// Why the recipe is so.
    pub because: &'static str,
}

impl Purpose {
    /// Whether this is what a validator says.
    pub fn explains(&self, objection: &str) -> bool {
        objection.contains(self.says)
    }
}

/// What releases object to in missions that they have made themselves, step by step.
pub const OF_ITS_OWN: [Purpose; 1] = [Purpose {
    says: "MISSING_EVIDENCE",
    because: "no release writes the evidence of an approval where its `doctor mission-state` looks for it: 3.2.7 \
              says so of a mission that it has approved itself",
}];

/// All recipes, in the order in which people read them.
pub fn all() -> &'static [Listed] {
    static ALL: LazyLock<Vec<Listed>> = LazyLock::new(list::list);
    &ALL
}

/// Whether a recipe is one of them.
pub(crate) fn is_listed(recipe: &Recipe) -> bool {
    all().iter().any(|listed| listed.recipe == *recipe)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_recipe_is_listed_once() {
        let names: BTreeSet<_> = all().iter().map(|listed| listed.name).collect();
        assert_eq!(names.len(), all().len());
        for (at, listed) in all().iter().enumerate() {
            let again = all()[..at].iter().find(|other| other.recipe == listed.recipe);
            assert_eq!(again.map(|other| other.name), None, "{}", listed.name);
        }
    }

    #[test]
    fn what_is_not_listed_is_known_as_such() {
        assert!(is_listed(&Recipe::merge_ready()));
        let unheard_of = Recipe::merge_ready().with_tasks_md("Unheard of.");
        assert!(!is_listed(&unheard_of));
    }
}
