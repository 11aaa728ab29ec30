//! The hosted service in a context, and a mission whose product is logged in to it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fixtures::hosted::{Behaviour, End, Endpoint, Request, Service};

use super::service_settings::{A_DAEMON, CONFIG, NO_DAEMON, SERVER, configure, variables};
use super::{Abort, Mission, Observation, Session, TestContext};

/// How long the record of a request may take to close after its client has ended: a moment, but for a machine
/// that has other things to do.
const SETTLE: Duration = Duration::from_secs(20);

/// A hosted service that a mission's commands talk to. It stops when the scenario ends.
#[derive(Debug, Clone)]
pub struct Hosted {
    service: Arc<Service>,
}

/// What a context knows of a service of its own.
#[derive(Debug)]
pub(super) struct HostedLog {
    service: Arc<Service>,
    recorded: usize,
}

impl Hosted {
    /// Everything that was asked of it so far.
    pub fn requests(&self) -> Vec<Request> {
        self.service.requests()
    }

    /// What was asked of one endpoint.
    pub fn requests_to(&self, endpoint: Endpoint) -> Vec<Request> {
        let mut requests = self.requests();
        requests.retain(|request| request.endpoint == endpoint);
        requests
    }
}

impl TestContext<'_> {
    /// Starts a hosted service, and logs the product in the mission's sandbox in to it. Returns
    /// the mission with what its commands need to see.
    pub fn hosted(
        &mut self,
        mission: &Mission,
        behaviour: Behaviour,
    ) -> Result<(Hosted, Mission), Abort> {
        self.hosted_with(mission, behaviour, Session::Lasting)
    }

    /// The same, with another session.
    pub fn hosted_with(
        &mut self,
        mission: &Mission,
        behaviour: Behaviour,
        session: Session,
    ) -> Result<(Hosted, Mission), Abort> {
        let service = Arc::new(Service::start(behaviour)?);
        let sandbox = self.sandbox_of(mission)?.clone();
        let login = Arc::clone(&self.config.login);
        let planted = login.plant(self.config, self.network, &sandbox, &service, session);
        for target in planted? {
            self.standing.note_attempt("auth login", &target);
        }
        self.hidden.push((format!("127.0.0.1:{}", service.port()), "$HOSTED".to_owned()));
        let mission = variables(&service)
            .fold(mission.clone(), |mission, (name, value)| mission.with_env(name, value));
        self.services.push(HostedLog { service: Arc::clone(&service), recorded: 0 });
        self.config.recorder.record(Observation::Hosted { world: mission.number() });
        Ok((Hosted { service }, mission))
    }

    /// The mission, whose product is told that the service it is logged in to is at `url`.
    pub fn service_at(&self, mission: &Mission, url: &str) -> Result<Mission, Abort> {
        configure(self.sandbox_of(mission)?, url)?;
        Ok(mission.with_env(SERVER, url))
    }

    /// Lets a mission's commands start the daemon that syncs beside them, as the product would by
    /// itself. What it leaves running is told by a standing check.
    pub fn allow_daemon(&self, mission: &Mission) -> Result<(), Abort> {
        let file = self.home_file(mission, CONFIG)?;
        let text = fs_err::read_to_string(&file)?;
        Ok(fs_err::write(&file, text.replace(NO_DAEMON, A_DAEMON))?)
    }

    /// A file in the HOME of a mission's commands.
    pub fn home_file(&self, mission: &Mission, path: &str) -> Result<PathBuf, Abort> {
        Ok(self.sandbox_of(mission)?.home().join(path))
    }

    /// Writes down what the latest command asked of the services.
    pub(super) fn record_requests(&mut self) {
        for followed in &mut self.services {
            wait_for_log(&followed.service);
            let requests = followed.service.requests();
            let new: Vec<Request> = requests.into_iter().skip(followed.recorded).collect();
            if new.is_empty() {
                continue;
            }
            followed.recorded += new.len();
            self.config.recorder.record(Observation::Requests { requests: new });
        }
    }
}

/// The command has ended; the service sees it a moment later.
fn wait_for_log(service: &Service) {
    let began = Instant::now();
    let is_open = |request: &Request| request.end == End::Open;
    while service.requests().iter().any(is_open) && began.elapsed() < SETTLE {
        std::thread::sleep(Duration::from_millis(10));
    }
}
