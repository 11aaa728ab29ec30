//! What a run is about stands in every form of evidence.

use kitty_gate::report::{Known, Material, ReportFormat, render};
use support::product::{Checkout, GitState, Subject};

use crate::sample_run::SampleRun;
use crate::{FORMATS, rendered};

const COMMIT: &str = "8cebf3f0a1b2c3d4e5f60718293a4b5c6d7e8f90";
const CONTENT: &str = "c0ffee00112233445566778899aabbccddeeff00112233445566778899aabbcc";
const OTHER: &str = "0ddba1100112233445566778899aabbccddeeff00112233445566778899aabbc";

fn checkout(git: Option<GitState>) -> Subject {
    let sha256 = CONTENT.to_owned();
    Subject::Checkout(Checkout { sha256, git })
}

fn state(branch: Option<&str>, dirty: bool) -> GitState {
    GitState {
        commit: Some(COMMIT.to_owned()),
        branch: branch.map(str::to_owned),
        dirty,
        path: "products/cli".to_owned(),
    }
}

fn made(subject: Subject) -> SampleRun {
    let mut made = SampleRun::of(6);
    ".".clone_into(&mut made.header.product.spec);
    made.header.product.subject = Some(subject);
    made
}

/// Every form says all of it, and the one for people at a terminal.
fn all_say(subject: &Subject, words: &[&str]) {
    let made = made(subject.clone());
    let mut told: Vec<String> =
        FORMATS.iter().map(|&format| rendered(format, &made, None)).collect();
    let run = made.document();
    told.push(kitty_gate::report::terminal::run::summary(&run, "run".as_ref()));
    told.push(kitty_gate::report::terminal::run::scenario(&run, &run.scenarios[0], "run".as_ref()));
    for text in &told {
        // A page may break or mark what it shows; none of it stands between the letters of a word.
        for word in words {
            assert!(text.contains(word), "{word} is not in\n{}", &text[..text.len().min(3000)]);
        }
    }
}

#[test]
fn a_checkout_is_told_by_commit_branch_state_path_and_content() {
    for (dirty, word) in [(true, "dirty"), (false, "clean")] {
        let subject = checkout(Some(state(Some("topic-7"), dirty)));
        all_say(&subject, &[COMMIT, "topic-7", "products/cli", CONTENT]);
        for format in FORMATS.into_iter().filter(|format| *format != ReportFormat::Json) {
            let text = rendered(format, &made(subject.clone()), None);
            assert!(text.contains(word), "{format:?}");
        }
        let json = rendered(ReportFormat::Json, &made(subject), None);
        assert!(json.contains(&format!("\"dirty\": {dirty}")));
    }
}

#[test]
fn what_git_does_not_know_is_none() {
    let none = |format| rendered(format, &made(checkout(None)), None);
    assert!(none(ReportFormat::Junit).contains("<property name=\"commit\" value=\"none\"/>"));
    assert!(none(ReportFormat::Markdown).contains("| Commit | `none` |"));
    assert!(none(ReportFormat::Github).contains("commit none"));
    assert!(none(ReportFormat::Html).contains("<dt>Commit</dt><dd><code>none</code></dd>"));
    all_say(&checkout(None), &[CONTENT]);
    let detached = rendered(ReportFormat::Junit, &made(checkout(Some(state(None, false)))), None);
    assert!(detached.contains("<property name=\"branch\" value=\"none\"/>"));
}

#[test]
fn a_wheel_and_an_installation_are_told_by_digest() {
    let sha256 = CONTENT.to_owned();
    all_say(&Subject::Wheel { sha256 }, &[CONTENT]);
    let installation = Subject::Installation {
        executable_sha256: CONTENT.to_owned(),
        packages_sha256: Some(OTHER.to_owned()),
    };
    all_say(&installation, &[CONTENT, OTHER]);
}

/// A commit is the subject of a statement only where it is all that was judged.
#[test]
fn a_statement_is_about_a_commit_only_where_nothing_differs_from_it() {
    let digest = |subject| {
        let text = rendered(ReportFormat::InToto, &made(subject), None);
        let statement: serde_json::Value = serde_json::from_str(&text).unwrap();
        statement["subject"][0].clone()
    };
    let clean = digest(checkout(Some(state(Some("main"), false))));
    assert_eq!(clean["digest"]["gitCommit"], COMMIT);
    assert_eq!(clean["annotations"]["path-in-the-repository"], "products/cli");
    for subject in [checkout(Some(state(Some("main"), true))), checkout(None)] {
        let subject = digest(subject);
        assert_eq!(subject["digest"], serde_json::json!({"kittyGateContent": CONTENT}));
        assert_eq!(subject["uri"], serde_json::Value::Null, "it is no release of the registry");
    }
    let sha256 = CONTENT.to_owned();
    assert_eq!(digest(Subject::Wheel { sha256 })["digest"], serde_json::json!({"sha256": CONTENT}));
}

/// The branch and the path are somebody's text.
#[test]
fn a_name_in_a_branch_is_redacted_and_a_digest_is_not() {
    let git = GitState {
        branch: Some("fix/jo@corp.io".to_owned()),
        path: "home/jo-secret/cli".to_owned(),
        ..state(None, true)
    };
    let made = made(checkout(Some(git)));
    let run = made.document();
    let book = scenarios::requirements::ours().unwrap();
    let material = Material {
        run: &run,
        record_sha256: None,
        gate: None,
        requirements: &kitty_gate::requirements::document(&book, Some((&made.header, &run)), None),
        certificate: &kitty_gate::certify::committed().unwrap(),
    };
    let known = Known::default().word("jo-secret", "<user>");
    let evidence = kitty_gate::report::Evidence::of(&material, &known).unwrap();
    for format in FORMATS {
        let text = render(format, &evidence).unwrap();
        for secret in ["jo@corp.io", "jo-secret"] {
            assert!(!text.contains(secret), "{format:?} tells {secret}");
        }
        assert!(text.contains(COMMIT) && text.contains(CONTENT), "{format:?}");
    }
}

/// Markup in a branch is text.
#[test]
fn a_branch_is_no_markup() {
    let branch = "<script>alert(1)</script>|`x`\n::error::y";
    let made = made(checkout(Some(state(Some(branch), true))));
    for format in [ReportFormat::Html, ReportFormat::Markdown, ReportFormat::Github] {
        let text = rendered(format, &made, None);
        assert!(!text.contains("<script>alert"), "{format:?}");
        let is_a_page = format == ReportFormat::Html;
        assert!(is_a_page || !text.contains("\n::error::y"), "{format:?}");
    }
}
