//! The release, or the registry that has it, stands in the way.

use std::path::Path;

use support::nested_env::{Caller, EnvError};
use support::product::{Finding, FindingCode, Options, ProductSpec, Replicator, Store, provision};

use crate::playground::{Answer, Playground};
use crate::registry::{self, Note};
use crate::wheel::{VERSION, Wheel};

/// Which tool installs.
#[derive(Clone, Copy, PartialEq)]
pub enum By {
    Uv,
    Pip,
}

impl By {
    /// Names the registry, and the tool.
    fn at(self, playground: &mut Playground, url: &str) -> [&'static str; 2] {
        let (variable, installer) = match self {
            Self::Uv => ("UV_DEFAULT_INDEX", "auto"),
            Self::Pip => ("PIP_INDEX_URL", "pip"),
        };
        if self == Self::Uv {
            playground.with_uv();
        }
        playground.set(variable, url);
        ["--installer", installer]
    }
}

/// Installs the release from the registry at `url`.
fn from(playground: &mut Playground, by: By, url: &str) -> Answer {
    let args = by.at(playground, url);
    playground.run(VERSION, &args)
}

/// Installs it from a registry that has these wheels.
fn from_wheels(
    playground: &mut Playground,
    by: By,
    wheels: impl IntoIterator<Item = Wheel>,
) -> Answer {
    let url = registry_of(playground, wheels, &[]);
    from(playground, by, &url)
}

fn registry_of(
    playground: &Playground,
    wheels: impl IntoIterator<Item = Wheel>,
    notes: registry::Notes,
) -> String {
    let folder = playground.path("wheels");
    for wheel in wheels {
        wheel.write(&folder);
    }
    registry::of(&folder, notes)
}

pub fn closed(playground: &mut Playground, by: By) -> Answer {
    from(playground, by, registry::CLOSED)
}

/// There is no uv, and pip is to get one.
pub fn closed_for_uv_itself(playground: &mut Playground) -> Answer {
    playground.set("PIP_INDEX_URL", registry::CLOSED);
    playground.run(VERSION, &[])
}

pub fn hangs(playground: &mut Playground, by: By) -> Answer {
    from(playground, by, &registry::hanging())
}

/// Another version is there, and ours is not.
pub fn no_such_version(playground: &mut Playground, by: By) -> Answer {
    from_wheels(playground, by, [Wheel::new("spec_kitty_cli", "1.0", "")])
}

pub fn no_such_project(playground: &mut Playground, by: By) -> Answer {
    from_wheels(playground, by, [Wheel::new("other", "1.0", "")])
}

pub fn for_a_later_python(playground: &mut Playground, by: By) -> Answer {
    from_wheels(playground, by, [Wheel::product("").says("Requires-Python: >=3.99")])
}

pub fn dependency_missing(playground: &mut Playground, by: By) -> Answer {
    from_wheels(playground, by, [Wheel::product("").requires("kitty-nowhere==1.0")])
}

/// The registry's own wheel was cut off in the middle.
pub fn truncated(playground: &mut Playground, by: By) -> Answer {
    let folder = playground.path("wheels");
    let wheel = Wheel::product("").write(&folder);
    let bytes = fs_err::read(&wheel).unwrap();
    fs_err::write(&wheel, &bytes[..bytes.len() / 2]).unwrap();
    from(playground, by, &registry::of(&folder, &[]))
}

/// What is downloaded is not what the registry says it is.
pub fn another_hash(playground: &mut Playground, by: By) -> Answer {
    const WRONG: &str = "0000000000000000000000000000000000000000000000000000000000000000";
    let notes: registry::Notes = &[("spec_kitty_cli-", Note::Hash(WRONG))];
    let url = registry_of(playground, [Wheel::product("")], notes);
    from(playground, by, &url)
}

/// A wheel file of the operator's, cut off in the middle.
pub fn truncated_file(playground: &mut Playground) -> Answer {
    let wheel = Wheel::product("").write(&playground.path("mine"));
    let bytes = fs_err::read(&wheel).unwrap();
    fs_err::write(&wheel, &bytes[..bytes.len() / 2]).unwrap();
    fs_err::create_dir(playground.path("wheels")).unwrap();
    let url = registry::of(&playground.path("wheels"), &[]);
    playground.with_uv();
    playground.set("UV_DEFAULT_INDEX", url);
    playground.run(&wheel.display().to_string(), &[])
}

pub fn without_an_executable(playground: &mut Playground) -> Answer {
    let library = Wheel::new("spec_kitty_cli", VERSION, "");
    from_wheels(playground, By::Uv, [library])
}

/// It says that it is the product, and then fails.
pub fn fails_at_once(playground: &mut Playground) -> Answer {
    let program =
        playground.program("mine", "echo 'spec-kitty-cli version 9.9.9'; echo hello; exit 1");
    playground.run(&program.display().to_string(), &[])
}

/// uv resolves, makes the environment, and then fails in words that nobody knows.
pub fn install_fails_in_new_words(playground: &mut Playground) -> Answer {
    let real = crate::uv::real().display();
    let body = format!(
        "case \"$*\" in *\" pip install \"*) echo 'error: the moon is full' >&2; exit 2;; esac\n\
         exec {real} \"$@\""
    );
    playground.program("uv", &body);
    let folder = playground.path("wheels");
    Wheel::product("").write(&folder);
    playground.set("UV_DEFAULT_INDEX", registry::of(&folder, &[]));
    playground.run(VERSION, &[])
}

/// The cache was removed after the product was installed, and a scenario wants it once more. Only
/// scenarios that change packages come here, so this row takes their way through the library, and
/// then does what the remediation says.
pub fn cache_removed_before_a_replica(playground: &mut Playground) -> Answer {
    playground.with_uv();
    let folder = playground.path("wheels");
    Wheel::product("").write(&folder);
    let url = registry::of(&folder, &[]);
    let store = Store::at(playground.path("cache"));
    let caller = Caller {
        path: playground.bin().into(),
        registry_access: [("UV_DEFAULT_INDEX".to_owned(), url.into())].into(),
    };
    let options = Options { caller: caller.clone(), ..Options::default() };
    let spec = ProductSpec::parse(VERSION, Path::new("/")).unwrap();
    let product = provision(&spec, &store, &options).unwrap();
    fs_err::remove_dir_all(store.uv_cache()).unwrap();
    let replicate = |product| Replicator::new(product, store.clone(), caller.clone()).replicate();
    let refused = |product| match replicate(product).err() {
        Some(EnvError::Prevented(reason)) => *reason,
        other => panic!("{other:?}"),
    };
    let reason = refused(product);
    let again = provision(&spec, &store, &options).unwrap();
    refused(again);
    let changed = rooms(&store);
    let named = reason.remediation.split([' ', ',']).nth(1).unwrap();
    fs_err::remove_dir_all(named).unwrap();
    replicate(provision(&spec, &store, &options).unwrap()).unwrap();
    Answer { exit: Some(3), document: serde_json::Value::Null, reasons: vec![reason], changed }
}

/// The folders of replicas that are left.
fn rooms(store: &Store) -> Vec<String> {
    let shelves = fs_err::read_dir(store.root().join("replicas")).unwrap();
    shelves
        .flat_map(|shelf| fs_err::read_dir(shelf.unwrap().path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.display().to_string())
        .collect()
}

/// Installs it from these wheels, and runs: what the run says of its product besides verdicts.
fn executed(
    playground: &mut Playground,
    by: By,
    wheels: impl IntoIterator<Item = Wheel>,
    notes: registry::Notes,
) -> (Answer, Vec<Finding>) {
    let url = registry_of(playground, wheels, notes);
    let args = by.at(playground, &url);
    let answer = playground.run_easy(VERSION, &args);
    assert!(answer.reasons.is_empty(), "a skip: {answer:#?}");
    let found = answer.document["product"]["findings"].clone();
    let mut found: Vec<Finding> = serde_json::from_value(found).unwrap();
    // The registries here do not say when something was uploaded.
    found.retain(|finding| finding.code != FindingCode::DependenciesNotDated);
    (answer, found)
}

const YANKED: registry::Notes =
    &[("spec_kitty_runtime-", Note::Yanked("Retired. It was internalised (ADR 1)"))];

pub fn yanked(playground: &mut Playground, by: By) {
    let product = Wheel::product("import spec_kitty_runtime").requires("spec-kitty-runtime==0.4.3");
    let dependency = Wheel::new("spec_kitty_runtime", "0.4.3", "");
    let (answer, found) = executed(playground, by, [product, dependency], YANKED);
    let told = "withdrawn: Retired. It was internalised (ADR 1)";
    let expected = Finding::new(FindingCode::DependencyYanked, "spec-kitty-runtime==0.4.3", told);
    assert_eq!(found, [expected]);
    assert_eq!(answer.exit, Some(0), "it works all the same: {answer:#?}");
}

/// The product was made for the first version of its dependency, and takes the last one.
pub fn drifted(playground: &mut Playground) {
    let product =
        Wheel::product("from spec_kitty_events import Abort").requires("spec-kitty-events");
    let old = Wheel::new("spec_kitty_events", "1.0", "class Abort(Exception): pass\n");
    let new = Wheel::new("spec_kitty_events", "2.0", "");
    let (answer, found) = executed(playground, By::Uv, [product, old, new], &[]);
    let [drift] = found.as_slice() else {
        panic!("{answer:#?}");
    };
    assert_eq!(drift.code, FindingCode::DependencyDrift);
    let told = "ImportError: cannot import name 'Abort'";
    assert!(drift.detail.contains(told), "{drift:?}");
    assert_eq!(answer.exit, Some(1), "a release that crashes fails: {answer:#?}");
}
