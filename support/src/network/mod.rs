//! Closes the network around a product, and catches it when it tries to leave.
//!
//! The strong form is a network namespace of the worker thread's own: only loopback exists in it,
//! for the worker and all it starts, and the kernel counts every attempt to reach anything else.
//! Where the machine allows no namespaces, the product is only pointed away from the network (a
//! proxy that answers nobody); the run document then says `guarded` instead of `isolated`.
//!
//! In both forms a trap listens on loopback as the proxy of the child, so that an attempt by an
//! HTTP client is not just counted but named.

mod namespace;
mod trap;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use namespace::become_privileged;
use trap::Trap;

/// How firmly the network is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Isolation {
    /// A network namespace with nothing but loopback.
    Isolated,
    /// A proxy that refuses; a program that ignores proxies could leave.
    Guarded,
}

impl std::fmt::Display for Isolation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// An attempt of a step to reach something beyond loopback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// `host:port` where an HTTP client named it, else what is known of it.
    pub target: String,
}

/// The closed network of one worker thread.
#[derive(Debug)]
pub struct NetworkIsolation {
    isolation: Isolation,
    trap: Trap,
    seen_unrouted: u64,
}

impl NetworkIsolation {
    /// Closes the network for the calling thread and everything it starts from now on.
    ///
    /// It cannot be opened again: call it on a thread that is there to run products.
    pub fn enter() -> io::Result<Self> {
        let isolation = match namespace::leave_network() {
            Ok(()) => Isolation::Isolated,
            Err(_) => Isolation::Guarded,
        };
        let seen_unrouted = unrouted(isolation);
        Ok(Self { isolation, trap: Trap::start()?, seen_unrouted })
    }

    /// How firmly it is closed.
    pub fn isolation(&self) -> Isolation {
        self.isolation
    }

    /// The proxy variables that lead a child into the trap.
    pub fn env(&self) -> BTreeMap<String, OsString> {
        let proxy = format!("http://{}", self.trap.address());
        let mut env = BTreeMap::new();
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            env.insert(name.to_owned(), proxy.clone().into());
            env.insert(name.to_lowercase(), proxy.clone().into());
        }
        for name in ["NO_PROXY", "no_proxy"] {
            env.insert(name.to_owned(), "localhost,127.0.0.1,::1".into());
        }
        env
    }

    /// What tried to leave since the last call.
    pub fn take_attempts(&mut self) -> Vec<Attempt> {
        let mut attempts: Vec<Attempt> =
            self.trap.take().into_iter().map(|target| Attempt { target }).collect();
        let now = unrouted(self.isolation);
        if now > self.seen_unrouted {
            let count = now - self.seen_unrouted;
            let target = format!("{count} packets to an address that has no route here");
            attempts.push(Attempt { target });
        }
        self.seen_unrouted = now;
        attempts
    }
}

/// How many packets found no route in this thread's namespace, ever; 0 where that is not ours
/// alone to count.
fn unrouted(isolation: Isolation) -> u64 {
    match isolation {
        Isolation::Guarded => 0,
        Isolation::Isolated => {
            let v4 = std::fs::read_to_string("/proc/thread-self/net/snmp").unwrap_or_default();
            let v6 = std::fs::read_to_string("/proc/thread-self/net/snmp6").unwrap_or_default();
            ip_out_no_routes(&v4) + ip6_out_no_routes(&v6)
        }
    }
}

/// `snmp` has a line of names and a line of values for each protocol.
fn ip_out_no_routes(snmp: &str) -> u64 {
    let mut lines = snmp.lines().filter(|line| line.starts_with("Ip: "));
    let (Some(names), Some(values)) = (lines.next(), lines.next()) else {
        return 0;
    };
    names
        .split_whitespace()
        .zip(values.split_whitespace())
        .find(|(name, _)| *name == "OutNoRoutes")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0)
}

fn ip6_out_no_routes(snmp6: &str) -> u64 {
    snmp6
        .lines()
        .filter_map(|line| line.split_once(char::is_whitespace))
        .find(|(name, _)| *name == "Ip6OutNoRoutes")
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernels_counters() {
        let snmp = "Ip: Forwarding OutNoRoutes X\nIp: 1 7 9\nTcp: OutNoRoutes\nTcp: 3\n";
        assert_eq!(ip_out_no_routes(snmp), 7);
        assert_eq!(ip_out_no_routes(""), 0);
        assert_eq!(ip6_out_no_routes("Ip6InNoRoutes \t4\nIp6OutNoRoutes   \t5\n"), 5);
    }

    #[test]
    fn an_attempt_to_leave_is_caught() {
        std::thread::spawn(|| {
            let mut network = NetworkIsolation::enter().unwrap();
            assert_eq!(network.take_attempts(), []);
            // TEST-NET-1: never assigned, so that the guarded form cannot reach anybody either.
            let direct = std::net::TcpStream::connect("192.0.2.1:9");
            if network.isolation() == Isolation::Isolated {
                assert!(direct.is_err());
                assert_eq!(network.take_attempts().len(), 1);
                assert_eq!(network.take_attempts(), [], "an attempt is told once");
            }
        })
        .join()
        .unwrap();
    }
}
