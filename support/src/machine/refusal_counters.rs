//! Whether the machine ran out of something while a command ran. What a product then says and does is not its own.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::limits::{self, field_in, free_memory, free_processes, own_groups};
use super::places::{FOR_SANDBOXES, Room};
use crate::nested_env::reason::Reason;
use crate::process::Exit;
use crate::skip::{SkipCode, SkipPhase, SkipReason};

/// So little room is none: nothing can be written whole.
const NOTHING: Room = Room { bytes: 1024 * 1024, files: 16 };

/// What says that something ran out, as the C library, libgit2 and Python write it. None of it is believed of a
/// product unless the machine is found to be short of it.
const WORDS: [(&str, SkipCode); 6] = [
    ("No space left on device", SkipCode::DiskFull),
    ("Disk quota exceeded", SkipCode::DiskFull),
    ("Cannot allocate memory", SkipCode::MemoryShort),
    ("Too many open files", SkipCode::LimitTooLow),
    ("Resource temporarily unavailable", SkipCode::LimitTooLow),
    ("can't start new thread", SkipCode::LimitTooLow),
];

/// What of an error of ours is the machine's.
pub(super) fn code_of(error: &io::Error) -> Option<SkipCode> {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(SkipCode::DiskFull),
        ErrorKind::OutOfMemory => Some(SkipCode::MemoryShort),
        ErrorKind::ReadOnlyFilesystem => Some(SkipCode::ReadOnly),
        // An error that names its path has lost its number, and keeps the words.
        _ => code_in(&error.to_string()),
    }
}

/// The same, for what a library says of an operation of ours.
pub(super) fn code_in(text: &str) -> Option<SkipCode> {
    let said = WORDS.iter().find(|(words, _)| text.contains(words));
    said.map(|(_, code)| *code)
}

/// What the system has counted of its own refusals before a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalCounters {
    /// Processes of our control group that were killed for want of memory.
    ours_killed: u64,
    /// Those of the whole machine.
    all_killed: u64,
    /// Processes that our control group was not allowed to start.
    not_started: u64,
    /// What was free where the command's files lie.
    room: Option<Room>,
}

impl RefusalCounters {
    /// As it is now, for a command that has its files in `place`.
    pub fn now(place: &Path) -> Self {
        let ours = |file: &str, name: &str| {
            let own = own_groups().into_iter().next()?;
            field_in(&own.join(file), name)
        };
        Self {
            ours_killed: ours("memory.events", "oom_kill").unwrap_or(0),
            all_killed: field_in(Path::new("/proc/vmstat"), "oom_kill").unwrap_or(0),
            not_started: ours("pids.events", "max").unwrap_or(0),
            room: Room::at(place).ok(),
        }
    }

    /// Whether a command filled `place` since. It is looked at only where less is free than before.
    pub fn is_place_filled(&self, place: &Path) -> bool {
        let (Some(before), Ok(now)) = (self.room, Room::at(place)) else {
            return false;
        };
        let has_shrunk = now.bytes.saturating_add(FOR_SANDBOXES.bytes) < before.bytes
            || now.files.saturating_add(FOR_SANDBOXES.files) < before.files;
        (has_shrunk || now.is_less_than(NOTHING)) && is_filled(place)
    }

    /// What the machine ran out of since, if anything: a command ended so, said this, and had its files in `place`.
    pub fn since(&self, exit: Exit, said: &str, place: &Path) -> Option<SkipReason> {
        let now = Self::now(place);
        let was_killed = matches!(exit, Exit::Signal(9) | Exit::Code(137));
        if now.ours_killed > self.ours_killed || (was_killed && now.all_killed > self.all_killed) {
            return Some(reason(
                SkipCode::Killed,
                "the system killed a process for want of memory",
            ));
        }
        if now.not_started > self.not_started {
            let text = "the control group had no processes left (pids.max)";
            return Some(reason(SkipCode::LimitTooLow, text));
        }
        let room = now.room?;
        let is_full = room.is_less_than(NOTHING);
        let code = if is_full {
            SkipCode::DiskFull
        } else {
            code_in(said).filter(|code| is_short_of(*code, said, room))?
        };
        if code == SkipCode::DiskFull && is_filled(place) {
            return None;
        }
        let text = match code {
            SkipCode::DiskFull => format!(
                "{} KiB and {} files are left where the sandboxes lie",
                room.bytes / 1024,
                room.files
            ),
            _ => {
                format!("the machine was short of it, and so the command says: {}", line_with(said))
            }
        };
        Some(reason(code, &text))
    }
}

/// Whether what lies in `place` is itself more than all the sandboxes of a machine are to need.
fn is_filled(place: &Path) -> bool {
    Room::taken_below(place).is_ok_and(|taken| FOR_SANDBOXES.is_less_than(taken))
}

/// Whether the machine bears out what is said.
fn is_short_of(code: SkipCode, said: &str, room: Room) -> bool {
    match code {
        SkipCode::DiskFull => room.is_less_than(FOR_SANDBOXES),
        SkipCode::MemoryShort => free_memory() < limits::MEMORY,
        SkipCode::LimitTooLow => {
            // Of the whole system, that is; of its own a process may have used up any number.
            said.contains("Too many open files in system") || free_processes() < limits::PROCESSES
        }
        _ => false,
    }
}

fn line_with(said: &str) -> &str {
    let mut lines = said.lines();
    lines.find(|line| code_in(line).is_some()).unwrap_or(said)
}

fn reason(code: SkipCode, text: &str) -> SkipReason {
    Reason::new(code, SkipPhase::Scenario, "kitty-gate").excerpt(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAYS_FULL: &str = "error: unable to create file x: No space left on device";

    #[test]
    fn what_a_product_says_is_not_believed_of_a_machine_that_has_room() {
        let place = std::env::temp_dir();
        let before = RefusalCounters::now(&place);
        let enough = !Room::at(&place).unwrap().is_less_than(FOR_SANDBOXES);
        if enough {
            assert_eq!(before.since(Exit::Code(1), SAYS_FULL, &place), None);
        }
        // Nothing can be made in it: it has no room at all.
        let full = before.since(Exit::Code(0), "", Path::new("/proc")).unwrap();
        assert_eq!(full.code, SkipCode::DiskFull, "{full:?}");
    }

    #[test]
    fn what_fills_its_own_place_is_not_the_machines() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path();
        let before = RefusalCounters::now(place);
        for number in 0..=FOR_SANDBOXES.files {
            fs_err::File::create(place.join(number.to_string())).unwrap();
        }
        assert!(is_filled(place));
        // It counts where room was lost since, or none is left.
        let roomier = Room { bytes: u64::MAX, files: u64::MAX };
        assert!(RefusalCounters { room: Some(roomier), ..before }.is_place_filled(place));
        fs_err::remove_file(place.join("0")).unwrap();
        assert!(!is_filled(place));
        assert!(!RefusalCounters { room: Some(roomier), ..before }.is_place_filled(place));
    }

    #[test]
    fn our_own_errors_are_the_machines_where_it_ran_out() {
        let full = fs_err::write("/dev/full", "x").unwrap_err();
        assert_eq!(code_of(&full), Some(SkipCode::DiskFull));
        assert_eq!(code_in(SAYS_FULL), Some(SkipCode::DiskFull));
        let missing = fs_err::read("/nonexistent").unwrap_err();
        assert_eq!(code_of(&missing), None);
    }

    #[test]
    fn a_refusal_that_the_system_counted_is_told() {
        let place = std::env::temp_dir();
        let now = RefusalCounters::now(&place);
        let before = RefusalCounters { all_killed: now.all_killed.wrapping_sub(1), ..now };
        let told = before.since(Exit::Signal(9), "", &place).map(|reason| reason.code);
        if now.all_killed > 0 {
            assert_eq!(told, Some(SkipCode::Killed));
        }
        assert_eq!(before.since(Exit::Code(0), "", &place), None);
    }
}
