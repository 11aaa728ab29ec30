//! The page. Whether it works is for a browser to say (`tests/browser`); here, that nothing of it is
//! another's.

use kitty_gate::report::ReportFormat;
use sha2::{Digest, Sha256};

use crate::decided::decided;
use crate::rendered;
use crate::sample_run::{HOSTILE, SampleRun};

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    text.split_once(from).unwrap().1.split_once(to).unwrap().0
}

#[test]
fn only_our_own_style_and_script_are_allowed() {
    let page = rendered(ReportFormat::Html, &SampleRun::of(10), None);
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for (kind, text) in [
        ("style-src", between(&page, "<style>", "</style>")),
        ("script-src", between(&page, "<script>", "</script>")),
    ] {
        let digest = data_encoding::BASE64.encode(&Sha256::digest(text));
        assert!(policy.contains(&format!("{kind} 'sha256-{digest}'")), "{kind}");
        assert!(!text.contains("</"), "{kind} would be ended early");
    }
    assert!(!page.contains(" style=\"") && !page.contains(" onclick"), "the policy forbids them");
}

/// Whatever is printed, the page has as many elements of each kind as when nothing bad is.
#[test]
fn hostile_text_adds_no_element() {
    let calm = rendered(ReportFormat::Html, &SampleRun::of(60).with_text("calm\n"), None);
    let hostile = rendered(ReportFormat::Html, &SampleRun::of(60).with_text(HOSTILE), None);
    for tag in [
        "<script",
        "</script",
        "<img",
        "<iframe",
        "<svg",
        "<a ",
        "<pre",
        "</pre",
        "</details",
        "<li",
        "</li",
    ] {
        assert_eq!(calm.matches(tag).count(), hostile.matches(tag).count(), "{tag}");
    }
    for hidden in ['\u{1b}', '\u{202e}', '\u{0}', '\u{fffe}', '\u{2066}'] {
        assert!(!hostile.contains(hidden), "{hidden:?}");
    }
    assert!(hostile.contains("⟨U+202E⟩gnp.exe"));
}

#[test]
fn everything_is_there_without_the_script() {
    let made = SampleRun::of(100);
    let page = rendered(ReportFormat::Html, &made, Some(&decided(&made)));
    for piece in [
        "<h1>It may not ship</h1>",
        " of 101 judged</b>.</p>",
        "a check failed that nobody expected to fail",
        "core/</i>never-run",
        "<h5>Expected</h5><pre>as promised: blocked-is-told</pre>",
        "<h5>Observed</h5><pre>exit 0",
        "kitty-gate repro 3.2.7 lifecycle/made-0003",
        "mended in the next release",
        "seen to fail",
        "Limitations",
        "refused: mission-exception.md:3: stale",
    ] {
        assert!(page.contains(piece), "{piece} is missing");
    }
    let place = |id: &str| page.find(&format!("id=\"s:{id}\"")).unwrap();
    // The gravest first: number 10 stands as failed, number 0 as passed.
    assert!(place("sync/made-0010") < place("merge/made-0000"));
}

#[test]
fn a_page_of_two_thousand_stays_a_page() {
    let page = rendered(ReportFormat::Html, &SampleRun::of(2000), None);
    assert!(page.len() < 8 * 1024 * 1024, "{} bytes", page.len());
}
