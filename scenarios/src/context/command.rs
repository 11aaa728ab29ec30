//! One command in a context: what it runs, where, and under which conditions.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use support::machine::{Need, RefusalCounters, system_program};
use support::process::{self, Exit, Finished, Interrupt, Invocation, ProcessError};

use super::abort::{refuse_other_form, refuse_starved, refuse_unknown_command};
use super::standing::OUTPUT_IS_BOUNDED;
use super::{
    Abort, Limit, Mission, Nested, Observation, PRODUCT, Step, StepRecord, TestContext, Tool,
};

/// What puts the product on a terminal.
pub(super) const TERMINAL: &str = "script";

/// What one stream may grow to before the command is ended, in bytes.
pub(super) const STREAM_LIMIT: u64 = 64 * 1024 * 1024;

/// A command that has not run yet. [`TestContext::command`] begins it, [`Command::run`] runs it.
#[derive(Debug)]
#[must_use = "a command that does not run proves nothing"]
pub struct Command<'c, 'a> {
    context: &'c mut TestContext<'a>,
    mission: &'c Mission,
    /// What is driven: the product, or something that a scenario needs beside it.
    target: Target,
    args: Vec<OsString>,
    limit: Option<Limit>,
    on_terminal: bool,
    interrupt: Option<Interrupt>,
}

/// A program and the folder that comes first on its PATH.
#[derive(Debug)]
struct Target {
    /// Whether its answer is the release's own, so that a refusal to be asked ends the scenario.
    is_product: bool,
    program: Program,
    bin: PathBuf,
}

/// A program, as argv names it and where it is.
#[derive(Debug)]
struct Program {
    name: &'static str,
    path: PathBuf,
}

impl<'a> TestContext<'a> {
    /// The product with `args`, in the mission's primary checkout.
    pub fn command<'c, A: Into<OsString>>(
        &'c mut self,
        mission: &'c Mission,
        args: impl IntoIterator<Item = A>,
    ) -> Command<'c, 'a> {
        let program = Program { name: PRODUCT, path: self.config.executable.clone() };
        self.begin(mission, true, program, args)
    }

    /// Runs the product with `args` in the mission's primary checkout, and nothing else about it.
    pub fn run<A: Into<OsString>>(
        &mut self,
        mission: &Mission,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Step, Abort> {
        self.command(mission, args).run()
    }

    /// A command line for a shell: what the product proposed, as a person would copy it.
    pub fn shell<'c>(&'c mut self, mission: &'c Mission, line: &str) -> Command<'c, 'a> {
        let program = Program { name: "sh", path: PathBuf::from("/bin/sh") };
        self.begin(mission, false, program, ["-c", line])
    }

    fn begin<'c, A: Into<OsString>>(
        &'c mut self,
        mission: &'c Mission,
        is_product: bool,
        program: Program,
        args: impl IntoIterator<Item = A>,
    ) -> Command<'c, 'a> {
        let bin = self.config.bin.clone();
        Command {
            context: self,
            mission,
            target: Target { is_product, program, bin },
            args: args.into_iter().map(Into::into).collect(),
            limit: None,
            on_terminal: false,
            interrupt: None,
        }
    }
}

impl Command<'_, '_> {
    /// Drives the product of a nested environment.
    pub fn nested(mut self, nested: &Nested) -> Self {
        let replica = nested.replica();
        self.target.program.path = replica.executable();
        self.target.bin = replica.bin();
        self
    }

    /// Runs another program of a nested environment.
    pub fn tool(mut self, nested: &Nested, tool: Tool) -> Self {
        let bin = nested.replica().bin();
        let program = Program { name: tool.name(), path: bin.join(tool.name()) };
        self.target = Target { is_product: false, program, bin };
        self
    }

    /// Runs it under a limit of the operating system.
    pub fn limit(self, limit: Limit) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Runs it on a pseudo-terminal, with both streams on stdout, as a person sees it.
    pub fn on_terminal(self) -> Self {
        Self { on_terminal: true, ..self }
    }

    /// Interrupts it on the way.
    pub fn interrupt(self, interrupt: Interrupt) -> Self {
        Self { interrupt: Some(interrupt), ..self }
    }

    /// Runs it to its end and records it. What the release cannot be asked, and what the machine prevented, ends
    /// the scenario.
    pub fn run(mut self) -> Result<Step, Abort> {
        if let Some(limit) = self.limit {
            self.wrap_in_limit(limit)?;
        }
        if self.on_terminal {
            self.wrap_in_terminal()?;
        }
        let Self { context, mission, target, args, interrupt, .. } = self;
        let step = context.execute(mission, &target, args, interrupt)?;
        if target.is_product {
            refuse_unknown_command(&step)?;
            refuse_other_form(&step, mission)?;
        }
        Ok(step)
    }

    /// Puts the program that sets the limit and then becomes the command before it.
    fn wrap_in_limit(&mut self, limit: Limit) -> Result<(), Abort> {
        let (need, name, own) = limit.wrapper();
        let wrapper = Program { name, path: self.context.tool(need, name)? };
        let inner = std::mem::replace(&mut self.target.program, wrapper);
        let args = std::mem::take(&mut self.args);
        self.args = own.into_iter().map(OsString::from).collect();
        self.args.push(inner.path.into_os_string());
        self.args.extend(args);
        Ok(())
    }

    /// Gives the command line, by name, to the program that puts it on a terminal.
    fn wrap_in_terminal(&mut self) -> Result<(), Abort> {
        let args = self.args.iter().map(|arg| arg.to_string_lossy());
        let words: Vec<_> = std::iter::once(self.target.program.name.into()).chain(args).collect();
        let line = shell_words::join(words);
        let path = self.context.tool(Need::Terminal, TERMINAL)?;
        self.target.program = Program { name: TERMINAL, path };
        self.args = ["-qec", &line, "/dev/null"].map(OsString::from).to_vec();
        Ok(())
    }
}

impl TestContext<'_> {
    /// A program of the system that not every scenario needs. That it is there was seen before the scenario began.
    fn tool(&self, need: Need, name: &str) -> Result<PathBuf, Abort> {
        if !self.needs.contains(&need) {
            return Err(Abort::Broken(format!("the scenario does not say that it needs `{name}`")));
        }
        system_program(name).ok_or_else(|| Abort::Broken(format!("`{name}` is gone")))
    }

    fn execute(
        &mut self,
        mission: &Mission,
        target: &Target,
        args: Vec<OsString>,
        interrupt: Option<Interrupt>,
    ) -> Result<Step, Abort> {
        if self.config.stop.load(Ordering::Acquire) {
            return Err(Abort::Interrupted);
        }
        let index = self.steps;
        let words = self.argv(target, &args);
        self.config.recorder.record(Observation::StepStarted { index, argv: words.clone() });
        let invocation = self.invocation(mission, target, args, interrupt)?;
        let strain = RefusalCounters::now(self.sandbox_root.root());
        let at = self.began.elapsed();
        let finished = process::run(&invocation).map_err(|error| match error {
            ProcessError::Keep { source, .. } => self.config.recorder.not_kept(source),
            ProcessError::Start { .. } | ProcessError::Watch { .. } => error.into(),
        })?;
        self.steps += 1;
        let attempts = self.network.take_attempts();
        let record = StepRecord::of(index, mission, words.clone(), &finished, attempts)?
            .begun_at(at)
            .relative_to(&self.config.run_dir)
            .scrubbed(|text| self.scrub(text));
        self.file(record, &words, &finished, &strain)?;
        let recorder = Arc::clone(&self.config.recorder);
        Ok(Step::new(index, words, finished, recorder, self.scrubs()))
    }

    fn invocation(
        &self,
        mission: &Mission,
        target: &Target,
        args: Vec<OsString>,
        interrupt: Option<Interrupt>,
    ) -> Result<Invocation, Abort> {
        let streams = self.config.run_dir.join(&self.config.streams);
        Ok(Invocation {
            program: target.program.path.clone(),
            args,
            cwd: mission.cwd(),
            env: self.env(mission, &target.bin)?,
            stdout: streams.join(format!("{:02}.stdout", self.steps)),
            stderr: streams.join(format!("{:02}.stderr", self.steps)),
            deadline: self.config.deadline,
            stream_limit: STREAM_LIMIT,
            interrupt,
        })
    }

    /// The command line as the record and a replay name it: the product is called by its name.
    fn argv(&self, target: &Target, args: &[OsString]) -> Vec<String> {
        let executable = &self.config.executable;
        let by_name = |arg: &OsString| {
            if Path::new(arg) == executable {
                PRODUCT.to_owned()
            } else {
                arg.to_string_lossy().into_owned()
            }
        };
        let args = args.iter().map(by_name);
        std::iter::once(target.program.name.to_owned()).chain(args).collect()
    }

    /// Records a finished command. Where the machine got into its way, neither what it did nor what it said was its
    /// own.
    fn file(
        &mut self,
        record: StepRecord,
        argv: &[String],
        finished: &Finished,
        strain: &RefusalCounters,
    ) -> Result<(), Abort> {
        let said = format!("{}\n{}", record.stderr.excerpt, record.stdout.excerpt);
        let prevented = strain.since(finished.exit, &said, self.sandbox_root.root());
        let has_filled = strain.is_place_filled(self.sandbox_root.root());
        if prevented.is_none() {
            self.standing.note(&record);
        }
        if has_filled {
            self.standing.note_filled(&argv.join(" "));
        }
        self.config.recorder.record(Observation::Step(record));
        self.record_requests();
        if finished.exit == Exit::Killed {
            return Err(Abort::Interrupted);
        }
        if has_filled {
            // What is to be written there next would fail, and not for want of a machine.
            return Err(Abort::OnCheck(OUTPUT_IS_BOUNDED.to_owned()));
        }
        refuse_starved(argv, finished)?;
        prevented.map_or(Ok(()), |reason| Err(Abort::Missing(Box::new(reason))))
    }
}
