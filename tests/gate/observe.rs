//! What a recorded run observed, written down.

use crate::bench::{Bench, USAGE};
use crate::recorded::Recorded;
use crate::{CHECK, OTHER_CHECK, SCENARIO};

const FINDINGS: &str = "prose\n<!-- observed: merge on 3.2.6 3.2.7 -->\n<!-- end -->\nprose\n";

fn repository() -> Bench {
    let bench = Bench::new();
    for folder in ["observed", "docs"] {
        fs_err::create_dir(bench.path(folder)).unwrap();
    }
    bench.file("docs/findings.md", FINDINGS);
    bench
}

fn assert_refused(bench: &Bench, run: &Recorded, why: &str) {
    bench.record(run);
    let told = bench.gate(&["observe", "run"]);
    assert_eq!(told.exit, USAGE, "{}", told.stderr);
    assert!(told.stderr.contains(why), "{}", told.stderr);
}

#[test]
fn a_whole_run_becomes_a_file_and_a_table() {
    let bench = repository();
    bench.file("observed/3.2.7.toml", "an older one, which is not looked at");
    bench.record(&Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=0"));
    let told = bench.gate(&["observe", "run", "--commit", "abc123"]);
    assert_eq!(told.exit, 0, "{}", told.stderr);
    let file: toml::Table = bench.read("observed/3.2.7.toml").parse().unwrap();
    let from = file["from"].as_str().unwrap();
    assert!(from.contains("run made-up") && from.contains("(abc123), each scenario 3 times"));
    let scenario = &file["scenario"][SCENARIO];
    assert_eq!(scenario["verdict"].as_str(), Some("fail"));
    assert_eq!(scenario["duration_ms"].as_integer(), Some(1));
    assert_eq!(scenario["failed"][CHECK].as_str(), Some("exit=0"));
    let passed = scenario["passed"].as_array().unwrap();
    assert!(passed.contains(&OTHER_CHECK.into()) && !passed.contains(&CHECK.into()));
    let findings = bench.read("docs/findings.md");
    assert!(findings.contains(&format!("| `{SCENARIO}` | | **fail** |")), "{findings}");
    assert!(findings.contains(&format!("  - 3.2.7: `{CHECK}: exit=0`")), "{findings}");
}

#[test]
fn what_says_too_little_of_a_release_is_refused() {
    let bench = repository();
    let whole = || Recorded::of("3.2.7");
    assert_refused(
        &bench,
        &whole().killed(),
        "error[not-observed]: the run did not come to its end",
    );
    assert_refused(&bench, &whole().without(SCENARIO), &format!("the run has no `{SCENARIO}`"));
    assert_refused(&bench, &Recorded::of("reference"), "`reference`, not of a published release");
    assert_eq!(bench.read("docs/findings.md"), FINDINGS);
    assert_eq!(fs_err::read_dir(bench.path("observed")).unwrap().count(), 0);
    assert_refused(&Bench::new(), &whole(), "error[no-observations]");
}

#[test]
fn what_cannot_be_read_is_named() {
    let bench = repository();
    bench.file("observed/3.2.6.toml", "release = \"3.2.6\"\nfrom = 5\n");
    assert_refused(
        &bench,
        &Recorded::of("3.2.7"),
        "observations-unreadable]: observed, release = \"3.2.6\"",
    );
    fs_err::remove_file(bench.path("observed/3.2.6.toml")).unwrap();
    bench.file("docs/findings.md", &FINDINGS.replace("<!-- end -->\n", ""));
    assert_refused(&bench, &Recorded::of("3.2.7"), "no `<!-- end -->` after it");
    assert!(!bench.path("observed/3.2.7.toml").exists(), "nothing is written where not all can be");
}
