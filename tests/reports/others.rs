//! Markdown, the summary for GitHub, and the attestation.

use kitty_gate::gate::{Decision, Standing};
use kitty_gate::report::{ReportFormat, github, render};
use serde_json::{Value, json};

use crate::decided::decided;
use crate::sample_run::{HOSTILE, SampleRun};
use crate::{evidence, rendered};

#[test]
fn markdown_has_all_that_evidence_is_asked_for() {
    let page = rendered(ReportFormat::Markdown, &SampleRun::of(100), None);
    for piece in [
        "# Smoke evidence: spec-kitty-cli 3.2.7\n",
        "**No decision was made. The run says: kitty-gate itself broke",
        "## What was run\n",
        "| Smoke | Result | Notes |",
        "| `lifecycle/made-0003` | **fail** | `blocked-is-told: exit=0; blockers=0, and 1 more` |",
        "- `merge` (",
        "| Step | Command | Exit | What was seen |",
        "| 1 | `spec-kitty merge --mission gate-fixture-01KQW4DF --dry-run --json` | exit 0 |",
        "**blocked-is-told failed**",
        "Reproduce: `kitty-gate repro 3.2.7 lifecycle/made-0003`",
        "## Requirements\n",
        "## Issues\n",
        "| `#973` |",
        "## Limitations\n",
        "Each scenario was run once",
        "Not proven, command-absent",
        "## Lock\n",
        "| **spec-kitty-cli** | 3.2.7 | `bbbb",
    ] {
        assert!(page.contains(piece), "{piece} is missing in\n{page}");
    }
}

#[test]
fn markdown_tells_the_decision_first() {
    let made = SampleRun::of(30);
    let page = rendered(ReportFormat::Markdown, &made, Some(&decided(&made)));
    let head: Vec<&str> = page.lines().take(6).collect();
    assert!(
        head[2].starts_with("**The gate is closed: it may not ship.** 27 of 31 judged: "),
        "{head:?}"
    );
    assert!(page.contains("| `core/never-run` | **missing** | `the run does not have it` |"));
    assert!(page.contains("known: `mended in the next release` (`#976`, `the merge team`"));
    assert!(page.contains("no: `mission-exception.md:3: stale`"));
}

/// The lines outside of fences; a fence ends at one that is as long as it, and nothing else.
fn outside_of_fences(page: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut outside = Vec::new();
    for line in page.lines() {
        let start = line.trim_start();
        match fence {
            Some(open) if start.trim_end() == open => fence = None,
            Some(open) => assert!(
                !start.starts_with(open) || !start.trim_end_matches('`').is_empty(),
                "{line}"
            ),
            None if start.starts_with("```") => fence = Some(start.trim_end_matches("text")),
            None => outside.push(line),
        }
    }
    assert_eq!(fence, None, "a fence is left open");
    outside
}

#[test]
fn hostile_text_is_no_markup() {
    for format in [ReportFormat::Markdown, ReportFormat::Github] {
        let calm = rendered(format, &SampleRun::of(60).with_text("calm\n\n\nb"), None);
        let hostile = rendered(format, &SampleRun::of(60).with_text(HOSTILE), None);
        let heads = |page: &str| {
            outside_of_fences(page).iter().filter(|line| line.starts_with('#')).count()
        };
        assert_eq!(heads(&calm), heads(&hostile), "{format:?}");
        for line in outside_of_fences(&hostile) {
            // In a span or an entity, wherever it stands.
            let without_spans: String = line.split('`').step_by(2).collect();
            for bad in ["<script", "<img", "<iframe", "](java", "@somebody", "![x]"] {
                assert!(!without_spans.contains(bad), "{bad} in {line}");
            }
            assert!(line.matches('`').count() % 2 == 0, "{line}");
        }
        assert!(!hostile.contains(['\u{1b}', '\u{202e}', '\0']));
    }
    // Each row has as many cells as its head.
    let page = rendered(ReportFormat::Markdown, &SampleRun::of(60).with_text(HOSTILE), None);
    let mut cells = 0;
    for line in outside_of_fences(&page) {
        let count = line.matches('|').count();
        if line.starts_with("| ---") {
            cells = count;
        } else if line.starts_with('|') && cells > 0 {
            assert_eq!(count, cells, "{line}");
        } else if line.is_empty() {
            cells = 0;
        }
    }
}

#[test]
fn a_summary_fits_what_github_takes() {
    let whole = rendered(ReportFormat::Github, &SampleRun::of(100), None);
    assert!(!whole.contains("[!NOTE]"));
    let cut = rendered(ReportFormat::Github, &SampleRun::of(3000), None);
    assert!(cut.len() <= 1024 * 1024, "{} bytes", cut.len());
    assert!(cut.ends_with("the report in the run’s folder has it all.\n"));
    assert_eq!(cut.matches("<details>").count(), cut.matches("</details>").count());
}

#[test]
fn annotations_are_ten_of_a_kind_and_the_gravest() {
    let text = github::annotations(&evidence(&SampleRun::of(200), None));
    let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 10);
    assert!(
        errors[0].starts_with("::error title=spec-kitty-cli 3.2.7%3A kitty-gate itself broke"),
        "{}",
        errors[0]
    );
    assert!(
        errors[1].starts_with("::error title=lifecycle/made-0003%3A fail::blocked-is-told: exit=0"),
        "{}",
        errors[1]
    );
    assert!(errors[9].contains(" scenarios more::the summary names them all"), "{}", errors[9]);
    assert!(text.lines().filter(|line| line.starts_with("::warning ")).count() <= 10);
    let hostile = github::annotations(&evidence(&SampleRun::of(60).with_text(HOSTILE), None));
    for line in hostile.lines() {
        assert!(
            ["::error title=", "::warning title=", "::notice title="]
                .iter()
                .any(|start| line.starts_with(start)),
            "{line}"
        );
        assert!(!line.contains('\r'), "{line}");
    }
}

fn statement(made: &SampleRun, decision: Option<Decision>) -> Value {
    let gate = decision.map(|decision| {
        let mut gate = decided(made);
        gate.decision = decision;
        gate
    });
    serde_json::from_str(&rendered(ReportFormat::InToto, made, gate.as_ref())).unwrap()
}

#[test]
fn an_attestation_names_the_wheel_and_what_passed() {
    let made = SampleRun::of(11);
    let told = statement(&made, None);
    assert_eq!(told["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(told["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
    assert_eq!(told["subject"][0]["digest"]["sha256"], json!("b".repeat(64)));
    assert_eq!(told["subject"][0]["uri"], "pkg:pypi/spec-kitty-cli@3.2.7");
    let predicate = &told["predicate"];
    assert_eq!(predicate["result"], "FAILED");
    assert_eq!(
        predicate["failedTests"],
        json!(["lifecycle/made-0003", "contract-drift/made-0007"])
    );
    assert_eq!(predicate["passedTests"].as_array().unwrap().len(), 8);
    assert_eq!(predicate["warnedTests"], json!([]));
    assert_eq!(predicate["configuration"][0]["digest"]["sha256"], "d1");
    let lock = predicate["configuration"][1]["content"].as_str().unwrap();
    let lock = data_encoding::BASE64.decode(lock.as_bytes()).unwrap();
    assert_eq!(
        predicate["configuration"][1]["digest"]["sha256"],
        json!(data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(&lock)))
    );
}

#[test]
fn an_attestation_says_what_was_decided() {
    let made = SampleRun::of(11);
    for (decision, result) in [
        (Decision::Open, "WARNED"),
        (Decision::OpenWithExceptions, "WARNED"),
        (Decision::Incomplete, "FAILED"),
        (Decision::Closed, "FAILED"),
    ] {
        assert_eq!(statement(&made, Some(decision))["predicate"]["result"], result, "{decision:?}");
    }
    let told = statement(&made, Some(Decision::Closed));
    // Known and excepted; what was skipped or is missing is in no list.
    assert_eq!(told["predicate"]["warnedTests"], json!(["sync/made-0002", "lifecycle/made-0003"]));
    let listed = ["passedTests", "warnedTests", "failedTests"]
        .map(|list| told["predicate"][list].as_array().unwrap().len());
    assert_eq!(listed, [3, 2, 4]);
    assert_eq!(told["predicate"]["configuration"][0]["annotations"]["judged"], "10 of 12 judged");
    let mut gate = decided(&made);
    gate.decision = Decision::Open;
    gate.totals.insert(Standing::Known, 0);
    // What is repaired leaves something to be done.
    let repaired = rendered(ReportFormat::InToto, &made, Some(&gate));
    assert!(repaired.contains("\"WARNED\""));
    gate.totals.insert(Standing::Fixed, 0);
    let clean = rendered(ReportFormat::InToto, &made, Some(&gate));
    assert!(clean.contains("\"PASSED\""));
}

#[test]
fn without_a_digest_there_is_nothing_to_attest() {
    let mut made = SampleRun::of(3);
    made.header.product.lock.clear();
    let error = render(ReportFormat::InToto, &evidence(&made, None)).unwrap_err();
    assert!(error.to_string().contains("no digest"), "{error}");
}
