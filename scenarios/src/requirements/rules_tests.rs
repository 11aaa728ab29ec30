use super::super::claim::ClaimedCheck;
use super::*;

/// A book in which all is well, with `more` below it.
fn book(more: &str) -> Book {
    let good = r#"
        [[source]]
        name = "s"
        topic = "a topic"
        [[requirement]]
        id = "R1"
        also = ["first"]
        source = "s"
        text = "It works."
    "#;
    Book::read(&format!("{good}\n{more}")).unwrap()
}

fn requirement(id: &str, fields: &str) -> String {
    format!("[[requirement]]\nid = \"{id}\"\nsource = \"s\"\ntext = \"It works.\"\n{fields}\n")
}

fn claim(scenario: &str, requirements: &[&str], checks: &[(&str, &str)]) -> Claim {
    Claim {
        scenario: scenario.to_owned(),
        requirements: requirements.iter().map(ToString::to_string).collect(),
        issues: vec![976],
        checks: checks
            .iter()
            .map(|(id, stands_for)| ClaimedCheck {
                id: (*id).to_owned(),
                stands_for: (*stands_for).to_owned(),
            })
            .collect(),
    }
}

/// Of `R1`, which every book above has.
fn proof() -> Claim {
    claim("suite/proof", &["R1"], &[("holds", "R1")])
}

/// The one breach that there is: its place, its field, and what it says.
fn one(more: &str, claims: &[Claim]) -> (String, &'static str, String) {
    let found = breaches(&book(more), claims);
    let [breach] = found.as_slice() else {
        panic!("one breach was expected, not {found:#?}");
    };
    assert!(!breach.remedy.is_empty());
    let told = breach.to_string();
    assert!(told.contains(breach.field) && told.contains("remedy: "), "{told}");
    (breach.place.clone(), breach.field, told)
}

#[track_caller]
fn breaks(more: &str, claims: &[Claim], place: &str, field: &str, says: &str) {
    let (found, in_field, told) = one(more, claims);
    assert!(found.contains(place), "{told}");
    assert_eq!(in_field, field, "{told}");
    assert!(told.contains(says), "{told}");
}

#[test]
fn a_good_book_has_no_breach() {
    let more = [
        requirement("R2", "planned = [\"later/one\"]"),
        requirement("R3", "unreachable = \"nobody can see it\""),
        requirement("R4", "through = [\"R1\", \"R2\"]"),
        "[[defect]]\nid = \"D1\"\nfact = \"It breaks.\"\nbreaks = [\"R1\"]".to_owned(),
    ];
    let claims =
        [proof(), claim("suite/other", &["first"], &[("a", "D1"), ("b", "#976"), ("c", "first")])];
    assert_eq!(breaches(&book(&more.concat()), &claims), []);
}

#[test]
fn a_requirement_needs_a_proof_or_a_reason() {
    breaks("", &[], "requirement `R1`", "planned", "no scenario and no check names it");
    // A check is enough, and so is a defect that a check stands for.
    for check in ["R1", "D1"] {
        let defect = "[[defect]]\nid = \"D1\"\nfact = \"It breaks.\"\nbreaks = [\"R1\"]";
        let claims = [claim("suite/a", &[], &[("a", check)])];
        assert_eq!(breaches(&book(defect), &claims), [], "{check}");
    }
}

#[test]
fn a_reason_is_not_empty_and_contradicts_nothing() {
    let empty = requirement("R2", "unreachable = \" \"");
    breaks(&empty, &[proof()], "`R2`", "unreachable", "it is empty");
    let planned = requirement("R2", "unreachable = \"x\"\nplanned = [\"later/one\"]");
    breaks(&planned, &[proof()], "`R2`", "unreachable", "a proof is announced");
    let through = requirement("R2", "unreachable = \"x\"\nthrough = [\"R1\"]");
    breaks(&through, &[proof()], "`R2`", "unreachable", "a proof is announced");
    let proven = requirement("R2", "unreachable = \"x\"");
    let claims = [proof(), claim("suite/two", &["R2"], &[])];
    breaks(&proven, &claims, "`R2`", "unreachable", "`suite/two` proves it");
}

#[test]
fn a_proof_that_the_book_names_exists_and_is_not_named_twice() {
    let claims = [proof(), claim("suite/two", &[], &[("a", "R1")])];
    for good in ["scenarios = [\"suite/two\"]", "checks = [\"suite/two: a\"]"] {
        assert_eq!(breaches(&book(&requirement("R2", good)), &claims), []);
    }
    let absent = requirement("R2", "scenarios = [\"suite/no\"]");
    breaks_too(&absent, &claims, "scenarios", "`suite/no` does not exist");
    for absent in ["suite/two: b", "suite/no: a", "suite/two"] {
        let more = requirement("R2", &format!("checks = [\"{absent}\"]"));
        breaks_too(&more, &claims, "checks", "does not exist");
    }
    let claims = [proof(), claim("suite/two", &["R2"], &[("a", "R2")])];
    let twice = requirement("R2", "scenarios = [\"suite/two\"]");
    breaks(&twice, &claims, "`R2`", "scenarios", "names it itself");
    let twice = requirement("R2", "checks = [\"suite/two: a\"]");
    breaks(&twice, &claims, "`R2`", "checks", "stands for it itself");
}

/// What names nothing that exists leaves the requirement without a proof, too.
#[track_caller]
fn breaks_too(more: &str, claims: &[Claim], field: &str, says: &str) {
    let found = breaches(&book(more), claims);
    let fields: Vec<_> = found.iter().map(|breach| breach.field).collect();
    assert_eq!(fields, ["planned", field], "{found:#?}");
    assert!(found[1].problem.contains(says), "{}", found[1]);
}

#[test]
fn a_planned_scenario_does_not_exist_yet() {
    let plan = requirement("R2", "planned = [\"suite/proof\"]");
    breaks(&plan, &[proof()], "`R2`", "planned", "`suite/proof` exists by now");
    let no_id = requirement("R2", "planned = [\"Some Thing\"]");
    breaks(&no_id, &[proof()], "`R2`", "planned", "no id of a scenario");
    let twice = requirement("R2", "planned = [\"later/one\", \"later/one\"]");
    breaks(&twice, &[proof()], "`R2`", "planned", "stands twice");
}

#[test]
fn a_part_is_known_and_is_proven_itself() {
    for (name, says) in [
        ("R9", "none of this name"),
        ("R2", "it is this one"),
        ("R3", "by way of others itself"),
        ("R4", "cannot be proven"),
    ] {
        let more = [
            requirement("R2", &format!("through = [\"{name}\"]")),
            requirement("R3", "through = [\"R1\"]"),
            requirement("R4", "unreachable = \"x\""),
        ];
        breaks(&more.concat(), &[proof()], "`R2`", "through", says);
    }
}

#[test]
fn a_name_means_one_thing() {
    for taken in [
        requirement("R1", "planned = [\"later/one\"]"),
        requirement("R2", "also = [\"first\"]\nplanned = [\"later/one\"]"),
        "[[defect]]\nid = \"first\"\nfact = \"It breaks.\"\nbreaks = [\"R1\"]".to_owned(),
    ] {
        breaks(&taken, &[proof()], FILE, "id", "is taken by");
    }
    let issue = requirement("#7", "planned = [\"later/one\"]");
    breaks(&issue, &[proof()], "`#7`", "id", "is no name");
}

#[test]
fn a_source_is_known_and_used() {
    let unused = "[[source]]\nname = \"t\"\ntopic = \"another\"";
    breaks(unused, &[proof()], "source `t`", "name", "no requirement comes from it");
    let twice = "[[source]]\nname = \"s\"\ntopic = \"another\"";
    breaks(twice, &[proof()], "source `s`", "name", "stands twice");
    let unknown = requirement("R2", "planned = [\"later/one\"]").replace("\"s\"", "\"t\"");
    breaks(&unknown, &[proof()], "`R2`", "source", "no source `t`");
}

#[test]
fn a_text_is_a_sentence_without_a_machine_path() {
    let with = |text| requirement("R2", "planned = [\"later/one\"]").replace("It works.", text);
    breaks(&with("works"), &[proof()], "`R2`", "text", "no sentence");
    let path = with("It reads `/home/somebody/file`.");
    breaks(&path, &[proof()], "`R2`", "text", "a place on some machine");
}

#[test]
fn a_defect_breaks_a_requirement_that_can_be_seen() {
    let defect = |breaks: &str| {
        let unreachable = requirement("R2", "unreachable = \"x\"");
        format!("{unreachable}[[defect]]\nid = \"D1\"\nfact = \"It breaks.\"\nbreaks = [{breaks}]")
    };
    for (list, says) in [
        ("", "it breaks nothing"),
        ("\"R9\"", "no requirement `R9`"),
        ("\"R2\"", "`R2` cannot be proven"),
    ] {
        breaks(&defect(list), &[proof()], "defect `D1`", "breaks", says);
    }
    let wordless = defect("\"R1\"").replace("It breaks.", "?");
    breaks(&wordless, &[proof()], "defect `D1`", "fact", "no sentence");
}

#[test]
fn a_scenario_names_what_the_book_knows() {
    let with = |requirements: &[&str], checks: &[(&str, &str)]| {
        [proof(), claim("suite/two", requirements, checks)]
    };
    let place = "scenario `suite/two`";
    breaks("", &with(&["R9"], &[]), place, "requirements", "`R9`");
    // A defect is no requirement.
    let defect = "[[defect]]\nid = \"D1\"\nfact = \"It breaks.\"\nbreaks = [\"R1\"]";
    breaks(defect, &with(&["D1"], &[]), place, "requirements", "`D1`");
    breaks("", &with(&["R1"], &[("a", "DM99")]), place, "stands_for", "`DM99`");
    breaks("", &with(&["R1"], &[("a", "#1")]), place, "stands_for", "no issue that");
    breaks("", &with(&[], &[("a", "#976")]), place, "requirements", "stands for an issue");
}
