//! What some scenarios need of a machine beyond what all do. The stage holds them to it: what is not named here
//! is not handed out.

use support::machine::Need;

/// The scenarios that need more, by id.
const OF_SOME: &[(&str, &[Need])] = &[
    ("mark-status/on-a-terminal", &[Need::Terminal]),
    ("sync/no-failure-wording-on-a-terminal", &[Need::Terminal]),
    ("transitions/failed-append-is-loud", &[Need::FileLimit, Need::Privileges]),
];

/// What the scenario `id` needs beyond what all do.
pub fn needs_of(id: &str) -> &'static [Need] {
    let named = OF_SOME.iter().find(|(named, _)| *named == id);
    named.map_or(&[], |(_, needs)| needs)
}

/// The scenarios that cannot be played without `need`, which not all have.
pub fn who_needs(need: Need) -> impl Iterator<Item = &'static str> {
    let those = OF_SOME.iter().filter(move |(_, needs)| needs.contains(&need));
    those.map(|(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_scenario_and_no_need_is_everybodys() {
        for (id, needs) in OF_SOME {
            assert!(crate::all().iter().any(|known| known.id == *id), "{id}");
            assert!(needs.iter().all(|need| !need.is_everybodys()), "{id}");
        }
    }
}
