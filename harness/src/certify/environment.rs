//! The reference, ready to be driven, clean or with a fault.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reference::{Edition, TRACE_VARIABLE};
use support::machine::{Machine, Need};
use support::nested_env::Caller;
use support::product::{Options, Product, ProductSpec, Store, provision};
use support::sandbox::place;
use tempfile::TempDir;

use super::CertifyError;
use crate::reference::Variant;
use crate::runner::RunContext;

/// Everything that is made for one certificate; gone with it.
pub(super) struct CertifyEnvironment {
    product: Product,
    store: Store,
    machine: Arc<Machine>,
    room: TempDir,
}

impl CertifyEnvironment {
    pub(super) fn open(cache: &Path) -> Result<Self, CertifyError> {
        let room = tempfile::Builder::new().prefix("kitty-gate-certify-").tempdir_in(place()?)?;
        let machine = Machine::probe(room.path()).map_err(CertifyError::Provision)?;
        let every_need = machine.refusal().or(machine.refusal_of(&Need::ALL));
        if let Some(reason) = every_need {
            // A scenario that is skipped leaves its checks uncertified: nothing less will do.
            return Err(CertifyError::Unfit(Box::new(reason.clone())));
        }
        let store = Store::at(cache);
        let spec = ProductSpec::Executable(Variant::default().executable(cache)?);
        let product =
            provision(&spec, &store, &Options::default()).map_err(CertifyError::Provision)?;
        Ok(Self { product, store, machine: Arc::new(machine), room })
    }

    pub(super) fn folder(&self) -> &Path {
        self.room.path()
    }

    /// The reference in a variant. What it prepares is shared by the scenarios that run with it.
    pub(super) fn run_context(&self, variant: Variant) -> Result<Arc<RunContext>, CertifyError> {
        self.gather(&variant.name(), variant.env())
    }

    /// A clean edition, which writes down what it comes by in this scenario.
    pub(super) fn traced(
        &self,
        edition: Edition,
        scenario: &str,
    ) -> Result<Arc<RunContext>, CertifyError> {
        let folder = self.trace_folder(edition, scenario);
        fs_err::create_dir_all(&folder)?;
        let clean = Variant::clean(edition);
        let mut env = clean.env();
        env.insert(TRACE_VARIABLE.to_owned(), OsString::from(folder));
        self.gather(&format!("{}/{}", clean.name(), of_file(scenario)), env)
    }

    /// What it came by.
    pub(super) fn trace(&self, edition: Edition, scenario: &str) -> io::Result<BTreeSet<String>> {
        let mut seen = BTreeSet::new();
        for entry in fs_err::read_dir(self.trace_folder(edition, scenario))? {
            let text = fs_err::read_to_string(entry?.path())?;
            seen.extend(text.lines().map(str::to_owned));
        }
        Ok(seen)
    }

    fn trace_folder(&self, edition: Edition, scenario: &str) -> PathBuf {
        let traces = self.folder().join("traces").join(edition.name());
        traces.join(of_file(scenario))
    }

    fn gather(
        &self,
        name: &str,
        env: BTreeMap<String, OsString>,
    ) -> Result<Arc<RunContext>, CertifyError> {
        let room = self.folder().join("rooms").join(name);
        fs_err::create_dir_all(room.join("home"))?;
        let product = Product { home: Some(room.join("home")), ..self.product.clone() };
        let machine = Arc::clone(&self.machine);
        let run_context =
            RunContext::gather(product, &self.store, &Caller::from_env(), None, machine)?;
        Ok(Arc::new(run_context.with_env(env)))
    }
}

/// A scenario's id, as the name of a file.
fn of_file(scenario: &str) -> String {
    scenario.replace('/', ".")
}
