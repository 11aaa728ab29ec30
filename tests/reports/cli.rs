//! Reports as a user asks for them, of a real run.

use std::path::Path;

use assert_cmd::Command;
use kitty_gate::gate::GateDocument;
use predicates::str::contains;

use crate::sample_run::SampleRun;

fn gate(dir: &Path) -> Command {
    let mut command = Command::cargo_bin("kitty-gate").unwrap();
    command
        .current_dir(dir)
        .env("HOME", dir)
        .env("KITTY_GATE_CACHE", dir.join("cache"))
        .env_remove("GITHUB_STEP_SUMMARY");
    command
}

fn recorded(dir: &Path, made: &SampleRun) {
    fs_err::create_dir_all(dir.join("run")).unwrap();
    fs_err::write(dir.join("run/events.jsonl"), made.record()).unwrap();
}

#[test]
fn a_run_writes_its_reports_and_report_writes_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    gate(dir)
        .args(["run", "reference", "merge", "--out", "run", "--report", "markdown=out/a.md"])
        .args(["--report", "html=out/a.html", "--report", "junit=out/a.xml"])
        .assert()
        .success();
    for (format, file) in [("markdown", "a.md"), ("html", "a.html"), ("junit", "a.xml")] {
        let then = fs_err::read_to_string(dir.join("out").join(file)).unwrap();
        let now = gate(dir).args(["report", "run", "--format", format]).output().unwrap();
        assert_eq!(String::from_utf8(now.stdout).unwrap(), then, "{format}");
        assert!(then.contains("missing-branch-blocks-merge"));
        assert!(!then.contains(dir.to_str().unwrap()), "{format} tells where it was made");
    }
}

#[test]
fn a_job_on_github_has_its_summary_appended_and_annotations_on_stdout() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    recorded(dir, &SampleRun::of(10));
    let summary = dir.join("summary.md");
    fs_err::write(&summary, "before\n").unwrap();
    gate(dir)
        .args(["report", "run", "--format", "github"])
        .env("GITHUB_STEP_SUMMARY", &summary)
        .assert()
        .success()
        .stdout(contains("::error title=spec-kitty-cli 3.2.7"));
    let text = fs_err::read_to_string(&summary).unwrap();
    assert!(text.starts_with("before\n## spec-kitty-cli 3.2.7"), "{text}");
}

#[test]
fn what_cannot_be_reported_has_a_code() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut made = SampleRun::of(3);
    made.header.product.lock.clear();
    recorded(dir, &made);
    for (args, code) in [
        (["report", "run", "--format", "in-toto"].as_slice(), "error[no-digest]"),
        (
            &["report", "run", "--format", "json", "-o", "run/events.jsonl/x"],
            "error[report-unwritable]",
        ),
        (&["report", "nowhere", "--format", "json"], "error[no-such-run]"),
        (&["report", "run"], "--format"),
        (&["report", "run", "--report", "pdf=x"], "there is no format `pdf`"),
        (&["report", "run", "--report", "html"], "FORMAT=FILE"),
    ] {
        gate(dir).args(args).assert().code(2).stderr(contains(code));
    }
    gate(dir)
        .args(["report", "run", "--format", "github"])
        .env("GITHUB_STEP_SUMMARY", dir.join("run/events.jsonl/x"))
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("error[report-unwritable]"));
    fs_err::write(dir.join("run/gate.json"), "{}").unwrap();
    gate(dir)
        .args(["report", "run", "--format", "json"])
        .assert()
        .code(2)
        .stderr(contains("error[gate-unreadable]"));
}

#[test]
fn the_decision_beside_the_record_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let made = SampleRun::of(12);
    recorded(dir, &made);
    let decided = crate::decided::decided(&made);
    let write = |decided: &GateDocument| {
        fs_err::write(dir.join("run/gate.json"), serde_json::to_vec(decided).unwrap()).unwrap();
    };
    write(&decided);
    gate(dir)
        .args(["report", "run", "--format", "markdown"])
        .assert()
        .success()
        .stdout(contains("The gate is closed"));
    for (run_id, record_sha256, why) in [
        ("another", decided.record_sha256.as_str(), "it decides on run another"),
        (&decided.run_id, "00", "the record is not the one that it decides on"),
    ] {
        let (run_id, record_sha256) = (run_id.to_owned(), record_sha256.to_owned());
        write(&GateDocument { run_id, record_sha256, ..decided.clone() });
        gate(dir)
            .args(["report", "run", "--format", "markdown"])
            .assert()
            .code(2)
            .stderr(contains(why));
    }
}
