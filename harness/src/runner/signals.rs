//! Ctrl-C: once ends the run after the commands under way, twice ends those too.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Whether the operator asked to stop.
#[derive(Debug, Clone, Default)]
pub struct StopSwitch {
    asked: Arc<AtomicBool>,
}

impl StopSwitch {
    /// Listens for SIGINT and SIGTERM from now on; `say` is told what was understood.
    pub fn listen(say: impl Fn(&str) + Send + 'static) -> io::Result<Self> {
        let switch = Self::default();
        let asked = Arc::clone(&switch.asked);
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                let again = asked.swap(true, Ordering::AcqRel);
                if again || signal == SIGTERM {
                    say("ending the commands under way");
                    support::process::kill_everything();
                } else {
                    say("stopping after the commands under way; once more to end them now");
                }
            }
        })?;
        Ok(switch)
    }

    /// The flag that workers look at.
    pub fn flag(&self) -> &Arc<AtomicBool> {
        &self.asked
    }
}
