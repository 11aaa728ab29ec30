//! Memory, and what the system lets a process have.

use std::path::{Path, PathBuf};

use rustix::process::{Resource, geteuid, getrlimit, getuid};

use super::reason_without_output;
use crate::nested_env::EnvError;
use crate::skip::SkipCode;

const MIB: u64 = 1024 * 1024;

/// What must be free, in bytes: a command of a real release takes a quarter of it, and several run at a time.
pub(super) const MEMORY: u64 = 256 * MIB;
/// What a process must be allowed to map, and to have as data, in bytes.
const ADDRESS_SPACE: u64 = 512 * MIB;
/// What a process must be allowed to have as stack, in bytes: an interpreter that has less dies of a signal.
const STACK: u64 = MIB;
/// How long a process must be allowed to compute, in seconds: as long as a command may take.
const CPU_TIME: u64 = 120;
/// How many processes and threads must still be allowed: a command starts some ten, and several run at a time.
pub(super) const PROCESSES: u64 = 64;
/// How many files a process must be allowed to open.
const OPEN_FILES: u64 = 256;
/// How large a file must be allowed to grow, in bytes: twice what a stream may have.
const FILE_SIZE: u64 = 128 * MIB;

pub(super) fn memory() -> Result<String, EnvError> {
    at_least(Resource::As, ADDRESS_SPACE, "memory that a process may map (ulimit -v)")?;
    at_least(Resource::Data, ADDRESS_SPACE, "memory that a process may have as data (ulimit -d)")?;
    at_least(Resource::Stack, STACK, "memory that a process may have as stack (ulimit -s)")?;
    let free = free_memory();
    let told = format!("{} MiB free", free / MIB);
    if free < MEMORY {
        let text = format!("{told}, and {} MiB are needed", MEMORY / MIB);
        return Err(reason_without_output(SkipCode::MemoryShort, &text).into());
    }
    Ok(told)
}

pub(super) fn processes() -> Result<String, EnvError> {
    at_least(Resource::Cpu, CPU_TIME, "seconds that a process may compute (ulimit -t)")?;
    let free = free_processes();
    if free < PROCESSES {
        return Err(too_low(
            "processes that may still be started (ulimit -u, pids.max)",
            free,
            PROCESSES,
        ));
    }
    Ok(render(free))
}

pub(super) fn open_files() -> Result<String, EnvError> {
    at_least(Resource::Nofile, OPEN_FILES, "files that a process may open (ulimit -n)")
}

pub(super) fn file_size() -> Result<String, EnvError> {
    at_least(Resource::Fsize, FILE_SIZE, "bytes that a file may have (ulimit -f)")
}

fn at_least(resource: Resource, wanted: u64, what: &str) -> Result<String, EnvError> {
    let allowed = soft(resource);
    if allowed < wanted {
        return Err(too_low(what, allowed, wanted));
    }
    Ok(render(allowed))
}

fn too_low(what: &str, found: u64, wanted: u64) -> EnvError {
    let text = format!("{what}: {found}, and {wanted} are needed");
    reason_without_output(SkipCode::LimitTooLow, &text).into()
}

fn render(number: u64) -> String {
    if number == u64::MAX { "no limit".to_owned() } else { number.to_string() }
}

/// What children inherit; the largest number where there is no limit.
fn soft(resource: Resource) -> u64 {
    getrlimit(resource).current.unwrap_or(u64::MAX)
}

/// What the system and each control group above us leave. What is not told is not short.
pub(super) fn free_memory() -> u64 {
    let groups = own_groups().into_iter().filter_map(|group| {
        let limit = number_in(&group.join("memory.max"))?;
        let used = number_in(&group.join("memory.current"))?;
        // The cache of files counts as used, and is given back when it is asked for.
        let cached = field_in(&group.join("memory.stat"), "inactive_file").unwrap_or(0);
        Some(limit.saturating_sub(used.saturating_sub(cached)))
    });
    let system = field_in(Path::new("/proc/meminfo"), "MemAvailable:").map(|kib| kib * 1024);
    groups.chain(system).min().unwrap_or(u64::MAX)
}

/// How many more processes may be started.
pub(super) fn free_processes() -> u64 {
    let groups = own_groups().into_iter().filter_map(|group| {
        let limit = number_in(&group.join("pids.max"))?;
        Some(limit.saturating_sub(number_in(&group.join("pids.current"))?))
    });
    // The limit of a user does not bind root.
    let user = (!geteuid().is_root()).then(|| {
        let limit = soft(Resource::Nproc);
        if limit == u64::MAX { limit } else { limit.saturating_sub(own_tasks()) }
    });
    groups.chain(user).min().unwrap_or(u64::MAX)
}

/// Threads of this user.
fn own_tasks() -> u64 {
    let me = getuid().as_raw().to_string();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let tasks = entries.filter_map(|entry| {
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next().map(str::to_owned)
        };
        (field("Uid:")? == me).then(|| field("Threads:")?.parse::<u64>().ok())?
    });
    tasks.sum()
}

/// The folders of our control group (version 2) and of all above it, the innermost first.
pub(super) fn own_groups() -> Vec<PathBuf> {
    let text = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let Some(own) = text.lines().find_map(|line| line.strip_prefix("0::/")) else {
        return Vec::new();
    };
    let root = Path::new("/sys/fs/cgroup");
    let own = root.join(own);
    own.ancestors().take_while(|dir| dir.starts_with(root)).map(Path::to_owned).collect()
}

/// The number that a file holds; none where it says `max`.
fn number_in(file: &Path) -> Option<u64> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// The number beside a name in a file of such lines.
pub(super) fn field_in(file: &Path, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let mut lines = text.lines().map(str::split_whitespace);
    lines.find_map(|mut words| (words.next() == Some(name)).then(|| words.next()?.parse().ok())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_held_against_what_there_is() {
        let reason = |met: Result<String, EnvError>| match met {
            Err(EnvError::Prevented(reason)) => reason.excerpt,
            met => panic!("{met:?}"),
        };
        assert_eq!(
            reason(at_least(Resource::Nofile, u64::MAX, "files")),
            format!("files: {}, and {} are needed", soft(Resource::Nofile), u64::MAX)
        );
        assert!(at_least(Resource::Nofile, 1, "files").is_ok());
    }

    #[test]
    fn this_machine_tells_of_itself() {
        assert!(free_memory() > MIB && free_memory() < u64::MAX, "{}", free_memory());
        assert!(own_tasks() >= 1);
    }
}
