//! Signals that our caller had us ignore. What is ignored is ignored by every child too, through exec; `nohup` and
//! shells with background jobs would thus decide what a product does. What is handled is not inherited: such a
//! signal gets a handler that does nothing, which for ourselves is as good as ignoring it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{
    SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGXFSZ,
};

/// Those that a program may be told to ignore. SIGPIPE is not among them: the standard library resets it.
const SIGNALS: [i32; 10] =
    [SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2];

/// Sees to it that children ignore nothing. Cheap; may be called often.
pub(super) fn ignore_nothing() -> io::Result<()> {
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    // A file that may not grow is then an error of whoever writes, and not our death.
    signal_hook::flag::register(SIGXFSZ, Arc::default())?;
    let ignored = ignored()?;
    for signal in SIGNALS {
        if ignored & (1 << (signal - 1)) != 0 {
            signal_hook::flag::register(signal, Arc::default())?;
        }
    }
    Ok(())
}

/// What this process ignores: bit 0 is signal 1.
fn ignored() -> io::Result<u64> {
    let status = fs_err::read_to_string("/proc/self/status")?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.ok_or_else(|| io::Error::other("/proc/self/status does not say what is ignored"))
}
