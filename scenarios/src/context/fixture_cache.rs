//! Missions that the product itself has made: once for a release, then copied.
//!
//! What takes the product a minute and a dozen commands is made when a scenario first needs it, and
//! kept beside the installation. Each scenario gets a copy that knows nothing of the others.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fixtures::{MissionId, MissionSlug, Places, keep_world, pack_world, place_world};
use serde::{Deserialize, Serialize};
use support::sandbox::place;
use support::skip::SkipReason;
use tempfile::TempDir;

use super::{Abort, ContextConfig, Mission, Observation, Recorder, TestContext};

/// Version of what is kept; a store may be shared with an older or newer kitty-gate.
const VERSION: u32 = 2;

/// The file that says what is kept beside it.
const RECORD: &str = "prepared.json";

/// The kept world, beside it.
const WORLD: &str = "world";

/// The same as an archive.
const ARCHIVE: &str = "world.tar.gz";

/// What a preparation leaves.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct CachedFixture {
    version: u32,
    slug: String,
    id: String,
    target: String,
    /// The commands that were run, in order.
    commands: Vec<Vec<String>>,
    /// Where one of them tried to go beyond loopback. That is told of every scenario that uses the
    /// mission, not only of the one that happened to make it.
    attempts: Vec<(String, String)>,
    /// The folder of the kept world.
    #[serde(skip)]
    world: PathBuf,
}

/// Why there is no such mission; the same for every scenario that asks.
#[derive(Debug, Clone)]
enum Prevented {
    Missing(Box<SkipReason>),
    Useless(String),
}

impl From<Prevented> for Abort {
    fn from(prevented: Prevented) -> Self {
        match prevented {
            Prevented::Missing(reason) => Self::Missing(reason),
            Prevented::Useless(crash) => Self::Useless(crash),
        }
    }
}

/// One mission: not tried yet, or how it came out.
type Slot = Arc<Mutex<Option<Result<CachedFixture, Prevented>>>>;

/// Missions that are made when they are first needed.
#[derive(Debug, Default)]
pub struct FixtureCache {
    slots: Mutex<BTreeMap<String, Slot>>,
    /// Where those of an installed product are kept.
    room: Option<PathBuf>,
    /// Where the others are, for as long as the run.
    scratch: Mutex<Option<TempDir>>,
}

impl FixtureCache {
    /// Missions that are kept in `room`, a folder for those of one installation.
    pub fn kept_in(room: PathBuf) -> Self {
        Self { room: Some(room), ..Self::default() }
    }

    fn slot(&self, name: &str) -> Slot {
        let mut slots = lock(&self.slots);
        Arc::clone(slots.entry(name.to_owned()).or_default())
    }

    fn folder(&self) -> Result<PathBuf, Abort> {
        if let Some(room) = &self.room {
            fs_err::create_dir_all(room)?;
            return Ok(room.clone());
        }
        let mut scratch = lock(&self.scratch);
        if scratch.is_none() {
            *scratch = Some(tempfile::Builder::new().prefix("kitty-gate-").tempdir_in(place()?)?);
        }
        let dir = scratch.as_ref().map(|dir| dir.path().to_owned());
        dir.ok_or_else(|| Abort::Broken("no folder for prepared missions".to_owned()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TestContext<'_> {
    /// A copy of the mission that `make` makes in a context of its own. `name` stands for all that
    /// `make` does: where it changes, the name must.
    ///
    /// A preparation that does not get to its end ends the scenario, with the command at which it
    /// stopped.
    pub fn prepared(
        &mut self,
        name: &str,
        make: impl FnOnce(&mut TestContext<'_>) -> Result<Mission, Abort>,
    ) -> Result<Mission, Abort> {
        let fixture_cache = Arc::clone(&self.config.fixture_cache);
        let slot = fixture_cache.slot(name);
        // Whoever wants the same waits here; what others want is made beside it.
        let mut slot = lock(&slot);
        let outcome = match slot.clone() {
            Some(outcome) => outcome,
            None => slot.insert(self.prepare(&fixture_cache, name, make)?).clone(),
        };
        drop(slot);
        self.take(name, &outcome?)
    }

    fn prepare(
        &mut self,
        fixture_cache: &FixtureCache,
        name: &str,
        make: impl FnOnce(&mut TestContext<'_>) -> Result<Mission, Abort>,
    ) -> Result<Result<CachedFixture, Prevented>, Abort> {
        let folder = fixture_cache.folder()?;
        let home = folder.join(name);
        if let Some(kept) = read(&home) {
            return Ok(Ok(kept));
        }
        let environment = tempfile::Builder::new().prefix(".making-").tempdir_in(&folder)?;
        let draft = environment.path().join("draft");
        fs_err::create_dir(&draft)?;
        match self.make(name, &draft, make) {
            Ok(()) => {}
            Err(Abort::Missing(reason)) => return Ok(Err(Prevented::Missing(reason))),
            Err(Abort::Useless(crash)) => return Ok(Err(Prevented::Useless(crash))),
            Err(other) => return Err(other),
        }
        // Somebody who was first has made one as good.
        let published = fs_err::rename(&draft, &home);
        read(&home).map(Ok).ok_or_else(|| Abort::Broken(format!("keep {name}: {published:?}")))
    }

    /// Makes the mission in a context of its own, in the same network, and keeps it in `draft`.
    fn make(
        &mut self,
        name: &str,
        draft: &Path,
        make: impl FnOnce(&mut TestContext<'_>) -> Result<Mission, Abort>,
    ) -> Result<(), Abort> {
        let notes = Arc::new(Notes::default());
        let scratch = tempfile::Builder::new().prefix("kitty-gate-").tempdir_in(place()?)?;
        let config = ContextConfig {
            run_dir: scratch.path().to_owned(),
            streams: PathBuf::from("streams"),
            recorder: Arc::clone(&notes) as Arc<dyn Recorder>,
            ..self.config.clone()
        };
        let mut context = TestContext::new(name, &[], &config, self.network)?;
        let mission = make(&mut context)?;
        let world = draft.join(WORLD);
        keep_world(mission.root(), &context.places(&mission)?, &world)?;
        pack_world(&world, &draft.join(ARCHIVE))?;
        let (commands, attempts) = notes.placeholders();
        let kept = CachedFixture {
            version: VERSION,
            slug: mission.slug,
            id: mission.id,
            target: mission.target,
            commands,
            attempts,
            world: PathBuf::new(),
        };
        let text = serde_json::to_vec(&kept).map_err(std::io::Error::from)?;
        Ok(fs_err::write(draft.join(RECORD), text)?)
    }

    fn take(&mut self, name: &str, kept: &CachedFixture) -> Result<Mission, Abort> {
        let plan = fixtures::Mission {
            slug: MissionSlug::new(&kept.slug),
            id: MissionId::new(&kept.id),
            target: kept.target.clone(),
        };
        let mission = self.new_sandbox(&plan)?;
        place_world(&kept.world, &self.places(&mission)?, mission.root())?;
        for (command, target) in &kept.attempts {
            self.standing.note_attempt(command, target);
        }
        self.config.recorder.record(Observation::Prepared {
            world: mission.number(),
            slug: mission.slug.clone(),
            name: name.to_owned(),
            commands: kept.commands.clone(),
            archive: self.file_archive(name, kept)?,
        });
        Ok(mission)
    }

    /// Puts the packed world into the run's folder, once for a run: the record must be enough to
    /// run a scenario again. Returns the file, relative to the run's folder.
    fn file_archive(&self, name: &str, kept: &CachedFixture) -> Result<PathBuf, Abort> {
        let below = Path::new("worlds").join(format!("{name}.tar.gz"));
        let file = self.config.run_dir.join(&below);
        if !file.is_file() {
            let archive = kept.world.with_file_name(ARCHIVE);
            copy_whole(&archive, &file).map_err(|error| self.config.recorder.not_kept(error))?;
        }
        Ok(below)
    }

    fn places(&self, mission: &Mission) -> Result<Places<'_>, Abort> {
        let bin = &self.config.bin;
        Ok(Places {
            around: self.sandbox_of(mission)?.root(),
            product: bin.parent().unwrap_or(bin),
        })
    }
}

/// Whole or not at all: another scenario may want it at the same time.
fn copy_whole(from: &Path, to: &Path) -> std::io::Result<()> {
    let folder = to.parent().unwrap_or(to);
    fs_err::create_dir_all(folder)?;
    let draft = tempfile::NamedTempFile::new_in(folder)?;
    fs_err::copy(from, draft.path())?;
    draft.persist(to)?;
    Ok(())
}

fn read(home: &Path) -> Option<CachedFixture> {
    let kept: CachedFixture =
        serde_json::from_slice(&fs_err::read(home.join(RECORD)).ok()?).ok()?;
    let world = home.join(WORLD);
    (kept.version == VERSION && home.join(ARCHIVE).is_file())
        .then_some(CachedFixture { world, ..kept })
}

/// Takes down what a preparation does.
#[derive(Debug, Default)]
struct Notes {
    steps: Mutex<Vec<(Vec<String>, Vec<String>)>>,
}

impl Recorder for Notes {
    fn record(&self, observation: Observation) {
        if let Observation::Step(step) = observation {
            let attempts = step.attempts.into_iter();
            let attempts = attempts.map(|attempt| attempt.target).collect();
            lock(&self.steps).push((step.argv, attempts));
        }
    }
}

impl Notes {
    fn placeholders(&self) -> (Vec<Vec<String>>, Vec<(String, String)>) {
        let steps = lock(&self.steps);
        let attempts = steps.iter().flat_map(|(argv, attempts)| {
            let command = argv.join(" ");
            attempts.iter().map(move |target| (command.clone(), target.clone()))
        });
        let commands = steps.iter().map(|(argv, _)| argv.clone()).collect();
        (commands, attempts.collect())
    }
}
