//! The parts of `docs/findings.md` that are generated: a table of verdicts and how each check failed, between two
//! markers. The first one says of what, such as `<!-- observed: merge ship on 3.2.0 3.2.7 -->`.

use std::fmt::Write;

use scenarios::Scenario;

use super::Observations;
use crate::verdict::Verdict;

const BEGIN: &str = "<!-- observed: ";
const END: &str = "<!-- end -->";

/// The text with every generated part as it is now. The error tells which marker is wrong.
pub fn refreshed(text: &str, known: &Observations) -> Result<String, String> {
    let mut new = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        new.push_str(line);
        new.push('\n');
        let Some(what) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        let (suites, releases) =
            what.split_once(" on ").ok_or_else(|| format!("`{line}`: no ` on RELEASE...`"))?;
        if !lines.by_ref().any(|line| line == END) {
            return Err(format!("`{line}`: no `{END}` after it"));
        }
        let releases: Vec<&str> = releases.split(' ').collect();
        let scenarios = of_suites(suites)?;
        let _ = writeln!(new, "\n{}", table(&scenarios, &releases, known));
        let _ = writeln!(new, "How each of them failed, as `check: signature`:\n");
        let _ = writeln!(new, "{}{END}", list(&scenarios, &releases, known));
    }
    Ok(new)
}

fn of_suites(suites: &str) -> Result<Vec<&'static Scenario>, String> {
    let mut found = Vec::new();
    for suite in suites.split(' ') {
        let all = scenarios::all().into_iter().filter(|scenario| scenario.suite() == suite);
        let before = found.len();
        found.extend(all);
        if found.len() == before {
            return Err(format!("there is no suite `{suite}`"));
        }
    }
    Ok(found)
}

/// A row a scenario; what was never run on a release is left open.
fn table(scenarios: &[&Scenario], releases: &[&str], known: &Observations) -> String {
    let mut text = format!("| scenario | {} |\n|---|", releases.join(" | "));
    text += &"---|".repeat(releases.len());
    for scenario in scenarios {
        let _ = write!(text, "\n| `{}` |", scenario.id);
        for release in releases {
            let cell = match known.of(release, scenario.id).map(|observed| observed.verdict) {
                None => String::new(),
                Some(Verdict::Pass) => " pass".to_owned(),
                Some(Verdict::Skip) => " skip".to_owned(),
                Some(verdict @ (Verdict::Fail | Verdict::Flaky | Verdict::Error)) => {
                    format!(" **{verdict}**")
                }
            };
            let _ = write!(text, "{cell} |");
        }
    }
    text.push_str("\n| pass / fail / skip |");
    for release in releases {
        let verdicts: Vec<Verdict> = scenarios
            .iter()
            .filter_map(|scenario| Some(known.of(release, scenario.id)?.verdict))
            .collect();
        let count = |verdict| verdicts.iter().filter(|known| **known == verdict).count();
        let (pass, fail) = (count(Verdict::Pass), count(Verdict::Fail));
        let _ = write!(text, " {pass} / {fail} / {} |", count(Verdict::Skip));
    }
    text.push('\n');
    text
}

/// Releases on which a scenario failed in the same way share a line.
fn list(scenarios: &[&Scenario], releases: &[&str], known: &Observations) -> String {
    let mut text = String::new();
    for scenario in scenarios {
        let mut ways: Vec<(String, Vec<&str>)> = Vec::new();
        for release in releases {
            let way = way(scenario, release, known);
            match ways.iter_mut().find(|(known, _)| *known == way) {
                _ if way.is_empty() => {}
                Some((_, on)) => on.push(release),
                None => ways.push((way, vec![release])),
            }
        }
        if !ways.is_empty() {
            let _ = writeln!(text, "- **`{}`**", scenario.id);
        }
        for (way, on) in ways {
            let _ = writeln!(text, "  - {}: {way}", on.join(", "));
        }
    }
    text
}

/// How it failed on a release, its checks in their order; empty where it did not.
fn way(scenario: &Scenario, release: &str, known: &Observations) -> String {
    let Some(observed) = known.of(release, scenario.id) else {
        return String::new();
    };
    let failed = scenario.declared_checks().filter_map(|check| {
        let signature = observed.failed.get(check.id)?;
        Some(format!("`{}: {signature}`", check.id))
    });
    failed.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_findings_are_current() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/findings.md");
        let text = fs_err::read_to_string(file).unwrap();
        let current = refreshed(&text, &Observations::committed().unwrap()).unwrap();
        assert!(text.contains(BEGIN));
        let differs = text.lines().zip(current.lines()).find(|(one, other)| one != other);
        assert!(text == current, "`kitty-gate observe RUN` writes it anew: {differs:#?}");
    }

    #[test]
    fn a_marker_that_cannot_be_is_told() {
        let known = Observations::committed().unwrap();
        let refused = |text: &str| refreshed(text, &known).unwrap_err();
        let marker = "<!-- observed: nowhere on 3.2.7 -->\n";
        assert!(refused(marker).contains("no `<!-- end -->` after it"));
        assert_eq!(refused(&format!("{marker}{END}\n")), "there is no suite `nowhere`");
        assert!(refused("<!-- observed: merge -->\n").contains("no ` on RELEASE...`"));
    }

    #[test]
    fn what_stands_between_markers_is_written_anew() {
        let file = "release = \"1.0\"\nfrom = \"a run\"\n[scenario.\"regressions/installed-pins\"]\n\
                    verdict = \"fail\"\nfailed.control-agrees = \"exit=1\"\n";
        let known = Observations::parse([file]).unwrap();
        let text = "before\n<!-- observed: regressions on 1.0 2.0 -->\nold\n<!-- end -->\nafter\n";
        let new = refreshed(text, &known).unwrap();
        for part in [
            "before\n<!-- observed: regressions on 1.0 2.0 -->\n\n| scenario | 1.0 | 2.0 |\n|---|---|---|\n",
            "\n| `regressions/installed-pins` | **fail** | |\n| pass / fail / skip | 0 / 1 / 0 | 0 / 0 / 0 |\n",
            "- **`regressions/installed-pins`**\n  - 1.0: `control-agrees: exit=1`\n<!-- end -->\nafter\n",
        ] {
            assert!(new.contains(part), "{new}");
        }
        assert!(!new.contains("old"));
        assert_eq!(refreshed(&new, &known).unwrap(), new);
    }
}
