//! Which scenarios a run runs.

use glob::{MatchOptions, Pattern};
use scenarios::Scenario;

/// Why a filter cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It selects nothing.
    #[error("no scenario matches `{0}`")]
    NothingMatches(String),
    /// It is no valid glob.
    #[error("`{filter}` is no valid pattern: {message}")]
    BadPattern {
        /// The filter as given.
        filter: String,
        /// What is wrong with it.
        message: String,
    },
}

/// The scenarios that any of `filters` selects, each once, in the order of the catalogue.
///
/// A filter is a suite (`merge`), an id (`merge/missing-branch-blocks-dry-run`) or a glob over ids
/// (`*/missing-*`). No filter selects everything. A filter that selects nothing is an error: a
/// misspelt one must not look like a run that had nothing to complain about.
pub fn select(filters: &[String]) -> Result<Vec<&'static Scenario>, PlanError> {
    let all = scenarios::all();
    if filters.is_empty() {
        return Ok(all);
    }
    let mut selected = vec![false; all.len()];
    for filter in filters {
        let pattern = Pattern::new(filter).map_err(|error| PlanError::BadPattern {
            filter: filter.clone(),
            message: error.msg.to_owned(),
        })?;
        let mut found = false;
        for (scenario, selected) in all.iter().zip(&mut selected) {
            if scenario.suite() == filter || pattern.matches_with(scenario.id, MatchOptions::new())
            {
                *selected = true;
                found = true;
            }
        }
        if !found {
            return Err(PlanError::NothingMatches(filter.clone()));
        }
    }
    Ok(all
        .into_iter()
        .zip(selected)
        .filter_map(|(scenario, yes)| yes.then_some(scenario))
        .collect())
}

/// Ids that look like `word`, for a hint.
pub fn similar_to(word: &str) -> Vec<&'static str> {
    let pieces: Vec<&str> = word.split(['/', '-', '*']).filter(|piece| piece.len() > 2).collect();
    let mut scored: Vec<(usize, &'static str)> = scenarios::all()
        .iter()
        .map(|scenario| {
            (pieces.iter().filter(|piece| scenario.id.contains(*piece)).count(), scenario.id)
        })
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().take(3).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(filters: &[&str]) -> Result<Vec<&'static str>, PlanError> {
        let filters: Vec<String> = filters.iter().map(ToString::to_string).collect();
        Ok(select(&filters)?.into_iter().map(|scenario| scenario.id).collect())
    }

    #[test]
    fn a_filter_is_a_suite_an_id_or_a_glob() {
        assert_eq!(ids(&[]).unwrap().len(), scenarios::all().len());
        assert!(ids(&["merge"]).unwrap().iter().all(|id| id.starts_with("merge/")));
        let one = "merge/missing-branch-blocks-dry-run";
        assert_eq!(ids(&[one]).unwrap(), [one]);
        assert_eq!(ids(&["merge/missing-branch-*"]).unwrap().len(), 2);
        assert_eq!(ids(&[one, "*/missing-branch-blocks-dry-run"]).unwrap(), [one], "each once");
    }

    #[test]
    fn a_filter_that_selects_nothing_is_an_error() {
        assert_eq!(ids(&["merge", "mrege"]), Err(PlanError::NothingMatches("mrege".to_owned())));
        assert!(matches!(ids(&["[a"]), Err(PlanError::BadPattern { .. })));
    }

    #[test]
    fn a_misspelt_id_has_a_hint() {
        assert!(
            similar_to("merge/missing-branch-dry").contains(&"merge/missing-branch-blocks-dry-run")
        );
    }
}
