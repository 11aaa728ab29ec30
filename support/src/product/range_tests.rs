//! Holds every answer against that of PyPI's `packaging`, which `ranges/make.py` wrote down.

use super::*;

const TABLE: &str = include_str!("ranges/table.tsv");

fn rows(kind: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let rows = TABLE.lines().map(|line| line.split('\t').collect());
    rows.filter(move |row: &Vec<&str>| row[0] == kind)
}

fn versions() -> Vec<Release> {
    rows("version").map(|row| row[1].parse().unwrap()).collect()
}

fn range(text: &str) -> ReleaseRange {
    text.parse().unwrap()
}

#[test]
fn versions_are_ordered_as_packaging_orders_them() {
    let versions = versions();
    assert!(versions.is_sorted_by(|a, b| a < b));
    for (version, row) in versions.iter().zip(rows("version")) {
        assert_eq!(version.to_string(), row[1]);
    }
}

#[test]
fn a_range_contains_what_packaging_says() {
    let versions = versions();
    let mut pairs = 0;
    let mut wrong = Vec::new();
    for row in rows("range") {
        let range = range(row[1]);
        let runs = runs(&row[2..]);
        for version in &versions {
            pairs += 1;
            let lies_in = runs.iter().any(|(a, b)| a <= version && version <= b);
            if range.contains(version) != lies_in {
                wrong.push(format!("{} {version}", row[1]));
            }
        }
    }
    assert!(pairs > 1_000_000, "{pairs} pairs");
    assert!(wrong.is_empty(), "{} of {pairs}: {:?}", wrong.len(), &wrong[..wrong.len().min(20)]);
}

fn runs(told: &[&str]) -> Vec<(Release, Release)> {
    let run = |run: &&str| {
        let (first, last) = run.split_once("..").unwrap();
        (first.parse().unwrap(), last.parse().unwrap())
    };
    told.iter().map(run).collect()
}

#[test]
fn every_published_release_is_in_the_table() {
    let versions = versions();
    let published = include_str!("ranges/published.txt");
    assert!(published.lines().count() >= 173);
    for word in published.lines() {
        assert!(versions.contains(&word.parse().unwrap()), "{word}");
    }
}

#[test]
fn what_packaging_refuses_is_refused() {
    for row in rows("refused") {
        assert!(row[1].parse::<ReleaseRange>().is_err(), "{}", row[1]);
    }
}

#[test]
fn a_refusal_says_what_is_wrong() {
    let told = |text: &str| text.parse::<ReleaseRange>().unwrap_err().to_string();
    assert!(told("3.2.7").starts_with("`3.2.7` is no PEP 440 specifier: "));
    assert!(told("===3.2.7").ends_with("use `==`"), "{}", told("===3.2.7"));
    for text in ["~=3", ">=3.2,latest", "<3.2.*"] {
        assert!(!told(text).contains('\n'), "{}", told(text));
    }
}

#[test]
fn no_clause_is_every_release() {
    assert!(range("").is_everything() && range("").contains(&"0.1.dev1".parse().unwrap()));
    assert!(!range("<4").is_everything());
}

#[test]
fn an_end_is_near_or_none() {
    for ends in [
        "==3.2.7",
        "==3.2.*",
        "~=3.2",
        "<=3.2.7,>=3",
        ">=3.2,<3.3",
        ">=4.0.0rc1,<4.0.0rc8",
        ">3,<=4",
        "!=3.2.1,==3.*",
    ] {
        assert!(range(ends).has_near_end(), "{ends}");
    }
    for open in [
        "",
        ">=3.2",
        ">3",
        "!=3.2.7",
        "!=3.*,>=2",
        "<4",
        ">=0,<9999",
        "!=1,<99",
        "<=0!9999999999",
        "<9999!0",
        ">=3,<9999!0",
        ">=3.2,<5",
        ">=3,!=4",
    ] {
        assert!(!range(open).has_near_end(), "{open}");
    }
}
