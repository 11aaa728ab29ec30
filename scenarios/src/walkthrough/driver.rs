//! Going the way, phase by phase.

use std::path::{Path, PathBuf};

use fixtures::adapter::{AGENT, CharterStep, Operation, Topology};
use fixtures::{ANALYSIS, Blueprint, MissionId, MissionSlug, Script, WorkPackage, World};
use serde_json::Value;

use super::{Checkpoint, Phase, Walkthrough};
use crate::context::{Abort, CREATE, Mission, Step, TestContext, is_absence};

/// What becomes of a phase, once its command has ended. An error ends the way.
pub(crate) type Judge = fn(&mut TestContext<'_>, Phase, &Step) -> Result<(), Abort>;

/// Where a person keeps out of git what concerns nobody else. What the product names in a
/// `.gitignore` of its own outweighs it, and so is told apart from it.
pub(crate) const EXCLUDE: &str = ".git/info/exclude";

/// What some releases leave in the checkout and do not keep out of git themselves.
pub(crate) const LEFTOVERS: [&str; 3] =
    [".worktrees/", ".kittify/legacy-warning-shown-*", ".kittify/encoding-provenance/"];

/// A mission on its way.
pub(crate) struct Driver<'s, 'a> {
    context: &'s mut TestContext<'a>,
    walkthrough: Walkthrough,
    judge: Judge,
    /// The mission; without a name until it is created.
    pub mission: Mission,
}

impl<'s, 'a> Driver<'s, 'a> {
    /// Makes a project with a charter, in a repository with one commit.
    pub(crate) fn set_out(
        context: &'s mut TestContext<'a>,
        walkthrough: &Walkthrough,
        judge: Judge,
    ) -> Result<Self, Abort> {
        let begin = Script::new()
            .init(walkthrough.trunk)
            .write("README.md", "# Calculator\n")
            .commit("Begin");
        let nameless = fixtures::Mission {
            slug: MissionSlug::new(""),
            id: MissionId::new(""),
            target: walkthrough.branch.to_owned(),
        };
        let mission = context.world(World::new("an empty project", begin), &nameless)?;
        let mut driver = Self::go_on(context, walkthrough, mission, judge);
        driver.found()?;
        Ok(driver)
    }

    /// Goes on with a mission that has come some way.
    pub(crate) fn go_on(
        context: &'s mut TestContext<'a>,
        walkthrough: &Walkthrough,
        mission: Mission,
        judge: Judge,
    ) -> Self {
        Self { context, walkthrough: walkthrough.clone(), judge, mission }
    }

    /// Goes from the checkpoint before to this one.
    pub(crate) fn reach(&mut self, checkpoint: Checkpoint) -> Result<(), Abort> {
        let packages = self.walkthrough.blueprint.packages().to_vec();
        match (checkpoint, packages.split_first()) {
            (Checkpoint::Created, _) => self.create(),
            (Checkpoint::Finalised, _) => self.plan().and_then(|()| self.finalise()),
            (Checkpoint::Begun, Some((first, _))) => {
                if self.walkthrough.one_lane {
                    self.share_a_lane()?;
                }
                self.begin(first)
            }
            (Checkpoint::HandedOver, Some((first, _))) => self.deliver(first),
            (Checkpoint::Approved, Some((first, others))) => {
                self.approve(first)?;
                for package in others {
                    self.begin(package)?;
                    self.deliver(package)?;
                    self.approve(package)?;
                }
                Ok(())
            }
            (_, None) => Ok(()),
        }
    }

    /// The context that it is walked on.
    pub(crate) fn context(&mut self) -> &mut TestContext<'a> {
        self.context
    }

    fn found(&mut self) -> Result<(), Abort> {
        self.go(Phase::Init, &Operation::Init)?;
        let mut script = Script::later();
        if self.walkthrough.aided {
            let file = self.mission.repo().join(EXCLUDE);
            let theirs = fs_err::read_to_string(file).unwrap_or_default();
            let ours = LEFTOVERS.join("\n");
            script = script.write(EXCLUDE, format!("{ours}\n{theirs}"));
        }
        self.change(script.commit("Make it a project"))?;
        for step in CharterStep::ALL {
            self.go(Phase::Charter, &Operation::Charter(step))?;
        }
        let branch = self.walkthrough.branch;
        self.change(
            Script::later().commit("Agree on a charter").branch(branch, "HEAD").switch(branch),
        )
    }

    /// Makes the mission, and takes its name over.
    fn create(&mut self) -> Result<(), Abort> {
        let topology = self.walkthrough.topology;
        let ask = Operation::CreateMission { name: self.walkthrough.name, topology };
        self.go(Phase::Create, &ask)?;
        self.mission = find(&self.mission, self.walkthrough.name)?;
        let meta = self.mission.meta()?;
        if matches!(topology, Topology::Legacy | Topology::Flat) {
            self.forget_topology(meta)?;
        }
        Ok(())
    }

    /// Makes the mission one of before 3.2.0. There was never more to it than this.
    fn forget_topology(&mut self, mut meta: Value) -> Result<(), Abort> {
        let has = |meta: &Value, key: &str| meta.get(key).is_some_and(|value| !value.is_null());
        let is_legacy = !has(&meta, "coordination_branch")
            && (self.walkthrough.topology == Topology::Flat || !has(&meta, "topology"));
        if is_legacy {
            return Ok(());
        }
        let branch = meta["coordination_branch"].as_str().map(str::to_owned);
        if let Some(fields) = meta.as_object_mut() {
            for key in ["coordination_branch", "topology", "flattened"] {
                fields.shift_remove(key);
            }
        }
        let file = format!("{}/meta.json", self.dir());
        let text = serde_json::to_string_pretty(&meta).map_err(std::io::Error::from)?;
        let worktree = format!(".worktrees/{}-coord", self.mission.slug);
        if self.mission.repo().join(&worktree).is_dir() {
            let mission = self.mission.clone();
            let remove = ["worktree", "remove", "--force", &worktree];
            self.git(Phase::Create, &mission, &[&remove])?;
        }
        if let Some(branch) = branch {
            let mission = self.mission.clone();
            self.git(Phase::Create, &mission, &[&["branch", "-q", "-D", &branch]])?;
        }
        let script = Script::later().write(&file, text + "\n");
        self.change(script.commit("Keep everything on this branch"))
    }

    /// Writes the specification and the plan.
    fn plan(&mut self) -> Result<(), Abort> {
        let (blueprint, dir) = (self.walkthrough.blueprint.clone(), self.dir());
        let script = blueprint.specify(Script::later(), &dir);
        self.change(script.commit("Say what is wanted"))?;
        self.change(blueprint.plan(Script::later(), &dir))?;
        let mission = self.mission.slug.clone();
        self.go(Phase::Plan, &Operation::SetupPlan { mission: &mission })
    }

    /// Writes the work packages and the analysis.
    fn finalise(&mut self) -> Result<(), Abort> {
        let (blueprint, dir) = (self.walkthrough.blueprint.clone(), self.dir());
        self.change(blueprint.tasks(Script::later(), &dir))?;
        let mission = self.mission.slug.clone();
        self.go(Phase::Tasks, &Operation::FinalizeTasks { mission: &mission })?;
        self.change(Blueprint::analysis(Script::later()))?;
        let file = format!("../{ANALYSIS}");
        let ask = Operation::RecordAnalysis { mission: &mission, file: &file };
        self.go(Phase::Analysis, &ask)
    }

    /// Puts every work package into the first one's lane. A product does so by itself only where
    /// files overlap, which most releases then refuse.
    fn share_a_lane(&mut self) -> Result<(), Abort> {
        let mut manifest = lanes_of(&self.mission)?;
        let packages = self.walkthrough.blueprint.packages();
        let ids: Vec<&str> = packages.iter().map(|package| package.id.as_str()).collect();
        let scope: Vec<&str> =
            packages.iter().map(|package| package.owned_files.as_str()).collect();
        if let Some(lanes) = manifest["lanes"].as_array_mut() {
            lanes.truncate(1);
            for lane in lanes {
                lane["wp_ids"] = ids.clone().into();
                lane["write_scope"] = scope.clone().into();
            }
        }
        let text = serde_json::to_string_pretty(&manifest).map_err(std::io::Error::from)?;
        let file = format!("{}/lanes.json", self.dir());
        let script = Script::later().write(&file, text + "\n");
        self.change(script.commit("Work in one lane"))
    }

    /// Claims a work package.
    pub(crate) fn begin(&mut self, package: &WorkPackage) -> Result<(), Abort> {
        let mission = self.mission.slug.clone();
        let ask =
            Operation::Implement { mission: &mission, package: package.id.as_str(), agent: AGENT };
        self.go(Phase::Implement, &ask)
    }

    /// Writes what the work package is about where it belongs, and hands it over.
    pub(crate) fn deliver(&mut self, package: &WorkPackage) -> Result<(), Abort> {
        let worktree = worktree_of(&self.mission, package)?;
        let file = package.product_file();
        let path = worktree.join(&file);
        self.change(Script::later().write(&path.to_string_lossy(), "It works.\n"))?;
        let message = format!("Do {}", package.id);
        let there = self.mission.from(Path::new(fixtures::REPO).join(worktree));
        let commit: [&[&str]; 2] = [&["add", &file], &["commit", "-q", "-m", &message]];
        self.git(Phase::HandOver, &there, &commit)?;
        let mission = self.mission.slug.clone();
        for task in &package.subtasks {
            let ask = Operation::MarkDone { mission: &mission, task: task.as_str() };
            self.go(Phase::HandOver, &ask)?;
        }
        self.move_to(Phase::HandOver, package, "for_review")
    }

    /// Reviews a work package, and approves it.
    pub(crate) fn approve(&mut self, package: &WorkPackage) -> Result<(), Abort> {
        let mission = self.mission.slug.clone();
        let ask =
            Operation::Review { mission: &mission, package: package.id.as_str(), agent: REVIEWER };
        self.go(Phase::Review, &ask)?;
        self.move_to(Phase::Approve, package, "approved")
    }

    /// Merges the mission into its target.
    pub(crate) fn merge(&mut self) -> Result<(), Abort> {
        let mission = self.mission.slug.clone();
        let ask = Operation::Merge { mission: &mission, push: false };
        self.go(Phase::Merge, &ask)
    }

    fn move_to(&mut self, phase: Phase, package: &WorkPackage, lane: &str) -> Result<(), Abort> {
        let mission = self.mission.slug.clone();
        let ask = Operation::Move {
            mission: &mission,
            package: package.id.as_str(),
            to: lane,
            note: "It works",
        };
        self.go(phase, &ask)
    }

    /// One command, where the release has or needs it.
    fn go(&mut self, phase: Phase, ask: &Operation<'_>) -> Result<(), Abort> {
        let Some(words) = self.context.words_for(ask)? else {
            return Ok(());
        };
        let step = self.context.run(&self.mission, words)?;
        (self.judge)(self.context, phase, &step)
    }

    fn change(&mut self, script: Script) -> Result<(), Abort> {
        self.context.change(&self.mission, script)
    }

    /// What a person does with git itself: hooks and sparse checkouts are the product's.
    fn git(&mut self, phase: Phase, at: &Mission, commands: &[&[&str]]) -> Result<(), Abort> {
        let lines: Vec<String> =
            commands.iter().map(|args| shell_words::join([&["git"], *args].concat())).collect();
        let step = self.context.shell(at, &lines.join(" && ")).run()?;
        (self.judge)(self.context, phase, &step)
    }

    fn dir(&self) -> String {
        format!("kitty-specs/{}", self.mission.slug)
    }
}

/// Who reviews. Some releases refuse a review by whoever did the work.
const REVIEWER: &str = "reviewer";

/// The mission in this world whose handle begins so. A command that says that it made one, and did not, is to blame.
pub(super) fn find(at: &Mission, name: &str) -> Result<Mission, Abort> {
    let nothing = || Abort::Useless(format!("{CREATE}: made-nothing: kitty-specs"));
    let folders = match std::fs::read_dir(at.repo().join("kitty-specs")) {
        Err(error) if is_absence(&error) => return Err(nothing()),
        folders => folders?,
    };
    for entry in folders {
        let slug = entry?.file_name().to_string_lossy().into_owned();
        let path = Path::new("kitty-specs").join(&slug).join("meta.json");
        if slug.starts_with(name) && at.repo().join(&path).is_file() {
            let meta = at.made_document(CREATE, &path)?;
            let id = meta["mission_id"].as_str().unwrap_or_default();
            return Ok(at.named(&fixtures::Mission {
                slug: MissionSlug::new(slug),
                id: MissionId::new(id),
                target: at.target.clone(),
            }));
        }
    }
    Err(nothing())
}

/// What the product says of the lanes, once the tasks are finalised.
fn lanes_of(mission: &Mission) -> Result<Value, Abort> {
    mission.made_document("agent mission finalize-tasks", &mission.folder().join("lanes.json"))
}

/// Where a work package is worked on, relative to the primary checkout: the worktree of its lane, or
/// the checkout itself where its lane has none.
pub(crate) fn worktree_of(mission: &Mission, package: &WorkPackage) -> Result<PathBuf, Abort> {
    let lanes = lanes_of(mission)?;
    let holds = |lane: &&Value| {
        let packages = lane["wp_ids"].as_array();
        packages.is_some_and(|ids| ids.iter().any(|id| id == package.id.as_str()))
    };
    let lane = lanes["lanes"].as_array().into_iter().flatten().find(holds);
    let id = lane.and_then(|lane| lane["lane_id"].as_str());
    let worktree = id.map(|id| PathBuf::from(format!(".worktrees/{}-{id}", mission.slug)));
    Ok(worktree.filter(|worktree| mission.repo().join(worktree).is_dir()).unwrap_or_default())
}
