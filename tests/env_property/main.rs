//! Whatever uv or an interpreter prints, makes or breaks, and however it ends: there is a verified
//! environment, or one typed reason and nothing left.
//!
//! The tools are real programs on PATH, written by chance.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod behaviour;
mod bench;

use std::time::Duration;

use behaviour::{End, FileEffect, Reply};
use bench::Bench;
use proptest::prelude::*;
use support::nested_env::MethodRequest;

/// What takes longer is refused as well.
const LIMIT: Option<Duration> = Some(Duration::from_millis(1500));

fn some(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        // Each takes its time.
        max_shrink_iters: 50,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(some(24))]

    #[test]
    fn whatever_uv_does(
        who in Reply::to_who("uv 0.13.9 (chance)"),
        venv in Reply::to_venv(),
        pip in Reply::to_who("[]"),
        is_there in any::<bool>(),
    ) {
        let bench = Bench::new(is_there);
        bench.uv(&who, &venv, &pip);
        bench.try_method(MethodRequest::Uv, LIMIT)?;
    }

    #[test]
    fn whatever_an_interpreter_does(
        who in Reply::to_who("WHO"),
        venv in Reply::to_venv(),
        ensurepip in Reply::to_who(""),
        is_there in any::<bool>(),
    ) {
        let bench = Bench::new(is_there);
        bench.python(&who, &venv, &ensurepip);
        bench.try_method(MethodRequest::Stdlib, LIMIT)?;
    }
}

/// The control: tools that do what they should, and some more, are believed.
#[test]
fn every_good_deed_makes_an_environment() {
    for deed in FileEffect::GOOD {
        assert!(by_uv(deed), "{deed:?}");
    }
    let bench = Bench::new(true);
    let venv = Reply::good(FileEffect::Environment, "");
    bench.python(&Reply::says("WHO"), &venv, &Reply::says(""));
    assert!(bench.try_method(MethodRequest::Stdlib, None).unwrap());
}

/// The other control: each deed by itself is refused, in an otherwise good tool.
#[test]
fn every_bad_deed_is_refused() {
    for deed in FileEffect::BAD {
        assert!(!by_uv(deed), "{deed:?}");
    }
}

#[test]
fn a_pip_that_does_not_list_is_refused() {
    let says_nothing = Reply::says("");
    let mut fails = Reply::says("[]");
    fails.end = End::Exit(1);
    for pip in [says_nothing, fails] {
        assert!(!by_uv_and_pip(FileEffect::Environment, &pip));
    }
}

/// Whether there is an environment when an otherwise good uv does this.
fn by_uv(deed: FileEffect) -> bool {
    by_uv_and_pip(deed, &Reply::says("[]"))
}

fn by_uv_and_pip(deed: FileEffect, pip: &Reply) -> bool {
    let bench = Bench::new(false);
    let venv = Reply::good(deed, "");
    bench.uv(&Reply::says("uv 0.13.9"), &venv, pip);
    bench.try_method(MethodRequest::Uv, None).unwrap()
}
