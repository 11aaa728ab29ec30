use super::*;

const WHOLE: &str = r##"
# A comment.
[[group]]
reason = "the dry run does not look at the branch"
issue = "#976"
owner = "release team"
written = 2026-11-20
expires = 2027-03-31
releases = ["==3.2.7", ">=4.0.0rc1,<=4.0.0rc6"]
failures = [
    { check = "merge/missing-branch-blocks-dry-run exits-nonzero", signature = "exit=0" },
]
"##;

fn read(text: &str) -> Result<KnownFailures, Refused> {
    let today = "2026-11-30".parse().unwrap();
    KnownFailures::read("e.toml", text, &Catalogue::ours(), today)
}

fn error_text(text: &str) -> String {
    read(text).map(|_| ()).unwrap_err().to_string()
}

/// The file with another failure at the end of its list.
fn and(failure: &str) -> String {
    WHOLE.replace("},\n]", &format!("}},\n    {failure},\n]"))
}

#[test]
fn a_whole_file_is_read() {
    let whole = read(WHOLE).unwrap();
    let known = &whole.failures[0];
    assert_eq!((known.line, known.signature.as_str()), (11, "exit=0"));
    assert_eq!((known.check.as_str(), known.group.issue.as_str()), ("exits-nonzero", "#976"));
    let is_for = |release: &str| known.is_for(&release.parse().unwrap());
    assert!(is_for("3.2.7") && is_for("4.0.0rc6"));
    assert!(!is_for("3.2.0") && !is_for("4.0.0rc7"));
    assert!(!known.has_expired("2027-03-31".parse().unwrap()));
    assert!(known.has_expired("2027-04-01".parse().unwrap()));
    let quoted = WHOLE.replace("2027-03-31", "\"2027-03-31\"");
    assert_eq!(read(&quoted).unwrap(), whole);
}

#[test]
fn a_failure_may_be_for_other_releases_than_its_group() {
    let own = r#"{ check = "merge/missing-branch-blocks-dry-run exits-nonzero", signature = "exit=9", releases = "==3.2.0" }"#;
    let whole = read(&and(own)).unwrap();
    assert_eq!(whole.failures[1].releases, ["==3.2.0".parse().unwrap()]);
    assert_eq!(whole.failures[0].group, whole.failures[1].group);
    let of_group = "releases = [\"==3.2.7\", \">=4.0.0rc1,<=4.0.0rc6\"]\n";
    let told = error_text(&and(own).replace(of_group, ""));
    assert_eq!(
        told,
        "e.toml:10: releases: is missing; give PEP 440 specifiers here or in the group"
    );
}

#[test]
fn each_missing_field_is_named_with_file_and_line() {
    for (field, _) in [REASON, ISSUE, OWNER, WRITTEN, EXPIRES] {
        let lines = WHOLE.lines();
        let kept = lines.filter(|line| !line.starts_with(&format!("{field} =")));
        let error_text = error_text(&kept.collect::<Vec<_>>().join("\n"));
        assert!(
            error_text.contains(&format!("e.toml:3: {field}: is missing; give ")),
            "{error_text}"
        );
    }
    for (from, to, why) in [
        (
            "check = \"merge/missing-branch-blocks-dry-run exits-nonzero\",",
            "",
            "e.toml:11: check: is missing",
        ),
        (", signature = \"exit=0\"", "", "e.toml:11: signature: is missing"),
        ("failures =", "failure =", "e.toml:3: failures: must be a list of `{ check = "),
    ] {
        let told = error_text(&WHOLE.replace(from, to));
        assert!(told.starts_with(why), "{told}");
    }
}

#[test]
fn what_says_nothing_is_refused() {
    for (from, to, why) in [
        ("\"exit=0\"", "\" \"", "e.toml:11: signature: `` says nothing"),
        ("\"exit=0\"", "0", "e.toml:11: signature: must be a text"),
        ("\"release team\"", "\"TODO\"", "e.toml:6: owner: `TODO` says nothing"),
        ("\"#976\"", "\"later\"", "e.toml:5: issue: `later` leads nowhere"),
        ("\"==3.2.7\"", "\"3.2.7\"", "e.toml:9: releases: `3.2.7` is no PEP 440 specifier"),
        (
            "\"==3.2.7\"",
            "\"===3.2.7\"",
            "e.toml:9: releases: `===3.2.7` is no PEP 440 specifier: `===` compares texts",
        ),
        ("\"==3.2.7\"", "\"\"", "e.toml:9: releases: `` has no end"),
        ("[\"==3.2.7\", \">=4.0.0rc1,<=4.0.0rc6\"]", "[]", "e.toml:9: releases: must be"),
        ("2027-03-31", "\"soon\"", "e.toml:8: expires: `soon` is no day"),
        (
            "dry-run exits-nonzero",
            "dry-run",
            "e.toml:11: check: `merge/missing-branch-blocks-dry-run` must",
        ),
        (
            "exits-nonzero",
            "exits-zero",
            "has no check `exits-zero`; it has the-command-merges, exits-nonzero",
        ),
        ("merge/missing-branch-blocks-dry-run", "merge/mreg", "there is no `merge/mreg`"),
        ("owner =", "ownr =", "e.toml:6: ownr: there is no such field"),
        ("signature =", "signatur =", "e.toml:11: signatur: there is no such field"),
        ("[[group]]", "[[groups]]", "e.toml:3: `groups`: the file holds [[group]]"),
        (
            "[[group]]",
            "[[expectation]]",
            "e.toml:3: `expectation`: is the form of an older kitty-gate",
        ),
        ("{ check", "\"x\", { check", "e.toml:11: failures: must be a list of `{ check"),
    ] {
        let error_text = error_text(&WHOLE.replace(from, to));
        assert!(error_text.contains(why), "{to}: {error_text}");
    }
    assert!(error_text("a = [").starts_with("e.toml:1: "));
}

#[test]
fn what_is_too_weak_is_refused_with_its_line() {
    for (from, to, why) in [
        (
            "\"the dry run does not look at the branch\"",
            "\"x\"",
            "e.toml:4: reason: `x` explains nothing; say in 4 different words",
        ),
        ("\"release team\"", "\"y\"", "e.toml:6: owner: `y` is nobody; give the name"),
        (
            "2027-03-31",
            "2027-06-09",
            "e.toml:8: expires: 2027-06-09 is more than 200 days after 2026-11-20",
        ),
        ("2027-03-31", "2026-11-19", "e.toml:8: expires: 2026-11-19 is before 2026-11-20"),
        ("2026-11-20", "2026-12-01", "e.toml:7: written: 2026-12-01 is yet to come"),
        (
            "2026-11-20",
            "\"today\"",
            "e.toml:7: written: `today` is no day; give one such as 2026-11-30",
        ),
        ("\"==3.2.7\"", "\">=3.2.7\"", "e.toml:9: releases: `>=3.2.7` has no end"),
        ("\"==3.2.7\"", "\"!=3.2.7\"", "e.toml:9: releases: `!=3.2.7` has no end"),
    ] {
        let told = error_text(&WHOLE.replace(from, to));
        assert!(told.starts_with(why), "{to}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    // The last day that there can be.
    assert!(read(&WHOLE.replace("2027-03-31", "2027-06-08")).is_ok());
}

#[test]
fn what_a_failure_leaves_unjudged_may_be_said() {
    let with = |unjudged: &str| WHOLE.replace("\" },", &format!("\", unjudged = {unjudged} }},"));
    assert!(read(WHOLE).unwrap().failures[0].unjudged.is_empty());
    for one in ["[\"names-the-branch\"]", "\"names-the-branch\""] {
        let known = &read(&with(one)).unwrap().failures[0];
        assert_eq!(known.unjudged, ["names-the-branch"]);
    }
    for (unjudged, why) in [
        ("[]", "must be checks of the scenario"),
        ("[1]", "must be checks of the scenario"),
        ("[\"exits-zero\"]", "has no check `exits-zero`; it has "),
        ("[\"exits-nonzero\"]", "is the check that fails"),
    ] {
        let told = error_text(&with(unjudged));
        assert!(told.starts_with("e.toml:11: unjudged: "), "{told}");
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let told = error_text(&WHOLE.replace("2027-03-31", "\"0\"").replace("\"#976\"", "\"\""));
    assert!(told.contains("e.toml:5: issue") && told.contains("e.toml:8: expires"), "{told}");
    assert_eq!(told.lines().count(), 2, "what is said once is told once: {told}");
}

#[test]
fn the_same_twice_is_refused() {
    assert_eq!(
        error_text(&format!("{WHOLE}{WHOLE}")),
        "e.toml:23: says the same as line 11; remove one"
    );
    let again = WHOLE.lines().nth(10).unwrap().trim().trim_end_matches(',');
    assert_eq!(error_text(&and(again)), "e.toml:12: says the same as line 11; remove one");
    // Of one release more.
    let wider = again.replace("exit=0\"", "exit=0\", releases = [\"==3.2.7\", \"==3.2.0\"]");
    assert_eq!(error_text(&and(&wider)), "e.toml:12: says the same as line 11; remove one");
    let other = again.replace("exit=0\"", "exit=0\", releases = [\"==3.2.0\"]");
    assert_eq!(read(&and(&other)).unwrap().failures.len(), 2);
}

#[test]
fn each_failure_has_a_line_of_its_own() {
    let told = error_text(&WHOLE.replace("},\n]", "}, { check = \"merge/missing-branch-blocks-dry-run people-exit-nonzero\", signature = \"exit=0\" },\n]"));
    assert!(told.starts_with("e.toml:11: failures: stands on the line of another"), "{told}");
}
