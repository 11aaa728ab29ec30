//! `kitty-gate list`.

use predicates::prelude::*;
use predicates::str::contains;

use crate::World;

#[test]
fn the_list_names_what_every_scenario_covers() {
    let output = World::new().gate().args(["list", "--json"]).output().unwrap();
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&list["format"], &list["version"]), (&"kitty-gate/list".into(), &2.into()));
    let scenarios = list["scenarios"].as_array().unwrap();
    assert_eq!(scenarios.len(), scenarios::all().len());
    assert!(scenarios.iter().all(|scenario| !scenario["checks"].as_array().unwrap().is_empty()));
    World::new().gate().args(["list", "merge/missing-*"]).assert().code(0).stdout(
        contains("merge/missing-branch-blocks-merge  [FR-018, #976]")
            .and(contains("mark-status").not()),
    );
}

#[test]
fn the_core_is_named_with_what_proves_it() {
    let list = |args: &[&str]| World::new().gate().arg("list").args(args).assert();
    let core = "saas_sync_enabled\n    sync/healthy  with";
    list(&["--core", "sync"]).code(0).stdout(contains(core).and(contains("core/").not()));
    let json = list(&["--core", "--json"]).get_output().stdout.clone();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let core = scenarios::all().into_iter().filter(|scenario| scenario.core.is_some());
    assert_eq!(json["scenarios"].as_array().unwrap().len(), core.count());
    assert_eq!(json["core"][0]["scenarios"][0], "core/dependent-wp-planning-lane");
    let renamed = contains("error[option-renamed]").and(contains("kitty-gate list --core"));
    list(&["--floor"]).code(2).stderr(renamed);
}
