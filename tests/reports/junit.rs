//! `JUnit` as its readers take it. The rules are those of the schema that Jenkins' xunit plugin publishes;
//! `xmllint --schema` against it is the last word.

use kitty_gate::report::ReportFormat;
use roxmltree::{Document, Node};

use crate::decided::decided;
use crate::rendered;
use crate::sample_run::{HOSTILE, SampleRun};

fn elements<'a, 'i>(of: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    of.children().filter(Node::is_element).collect()
}

fn number(node: Node<'_, '_>, attribute: &str) -> usize {
    node.attribute(attribute).unwrap().parse().unwrap()
}

/// Holds a report against what readers take for granted.
fn valid(xml: &str) {
    let document = Document::parse(xml).unwrap_or_else(|error| panic!("{error}"));
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let mut sums = [0, 0, 0];
    for suite in elements(root) {
        assert_eq!(suite.tag_name().name(), "testsuite");
        let parts = elements(suite);
        assert_eq!(parts[0].tag_name().name(), "properties");
        let cases = &parts[1..];
        let count = |name: &str| {
            let has =
                |case: &&Node<'_, '_>| elements(**case).iter().any(|e| e.tag_name().name() == name);
            cases.iter().filter(has).count()
        };
        assert_eq!(number(suite, "tests"), cases.len());
        for (index, (attribute, element)) in
            [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
                .into_iter()
                .enumerate()
        {
            assert_eq!(number(suite, attribute), count(element), "{attribute}");
            sums[index] += count(element);
        }
        for case in cases {
            assert_eq!(case.tag_name().name(), "testcase");
            assert_eq!(case.attribute("classname"), suite.attribute("name"));
            assert!(case.attribute("time").unwrap().parse::<f64>().is_ok());
            let facts: Vec<_> = elements(*case)
                .into_iter()
                .filter(|e| e.tag_name().name() != "system-out")
                .collect();
            assert!(facts.len() <= 1, "readers show one");
            for fact in facts {
                // GitLab shows the text alone, Jenkins both.
                assert!(
                    fact.text()
                        .unwrap()
                        .contains(fact.attribute("message").unwrap().lines().next().unwrap())
                );
                assert!(
                    !["file", "yaml", "symbol"].contains(&fact.attribute("type").unwrap()),
                    "GitLab would parse it"
                );
            }
        }
    }
    assert_eq!([number(root, "failures"), number(root, "errors")], sums[..2]);
}

#[test]
fn what_is_written_is_valid_whatever_was_printed() {
    for made in [
        SampleRun::of(0),
        SampleRun::of(10),
        SampleRun::of(200),
        SampleRun::of(120).with_text(HOSTILE),
    ] {
        valid(&rendered(ReportFormat::Junit, &made, None));
        valid(&rendered(ReportFormat::Junit, &made, Some(&decided(&made))));
    }
}

#[test]
fn every_failed_check_is_told_and_the_first_is_the_message() {
    let xml = rendered(ReportFormat::Junit, &SampleRun::of(10), None);
    let document = Document::parse(&xml).unwrap();
    let case =
        document.descendants().find(|node| node.attribute("name") == Some("made-0003")).unwrap();
    let failure = elements(case)[0];
    assert_eq!(
        failure.attribute("message"),
        Some("blocked-is-told: exit=0; blockers=0, and 1 more")
    );
    let text = failure.text().unwrap();
    for piece in [
        "blocked-is-told [NFR-003]",
        "remediation-is-a-command [sandbox]",
        "expected: as promised",
        "command:  spec-kitty merge",
        "reproduce: kitty-gate repro 3.2.7 lifecycle/made-0003",
    ] {
        assert!(text.contains(piece), "{piece} is missing in\n{text}");
    }
    let skipped = document.descendants().find(|node| node.tag_name().name() == "skipped").unwrap();
    assert_eq!(
        skipped.attribute("message"),
        Some("command-absent: error: No such command 'sync'.")
    );
    assert!(skipped.text().unwrap().contains("teach the scenario"));
}

/// What each standing becomes. None of them that is no pass goes without an element: the second was repaired, the
/// fifth was never promised, and both passed.
#[test]
fn only_a_pass_is_nothing() {
    let made = SampleRun::of(11);
    let xml = rendered(ReportFormat::Junit, &made, Some(&decided(&made)));
    let document = Document::parse(&xml).unwrap();
    let kinds: Vec<_> = (0..11)
        .map(|number| {
            let name = format!("made-{number:04}");
            let case =
                document.descendants().find(|node| node.attribute("name") == Some(&name)).unwrap();
            let fact = elements(case).into_iter().find(|e| e.tag_name().name() != "system-out");
            fact.map_or("", |fact| fact.attribute("type").unwrap())
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "",
            "",
            "known-failure",
            "operator-exception",
            "",
            "not-proven",
            "missing",
            "kitty-gate",
            "flaky",
            "known-failure-expired",
            "check-failed",
        ]
    );
    assert!(xml.contains("name=\"never-run\""));
    assert!(xml.contains("<system-out>repaired: because of number 1\n"));
    assert!(xml.contains("<property name=\"judged\" value=\"10 of 12 judged\"/>"));
}

#[test]
fn what_is_wrong_with_the_run_as_a_whole_is_a_case_of_its_own() {
    let mut made = SampleRun::of(10);
    let end = made.events.len() - 1;
    let paths = vec!["/tmp/left".into()];
    made.events.insert(end, kitty_gate::record::Event::LeftOutside { paths: paths.clone() });
    made.events.insert(end, kitty_gate::record::Event::HomeTouched { paths });
    let xml = rendered(ReportFormat::Junit, &made, None);
    valid(&xml);
    assert!(xml.contains("name=\"nothing-left-outside\""));
    assert!(xml.contains("name=\"home-untouched\""));
}
