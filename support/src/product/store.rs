//! Where provisioned products are kept: content-addressed, crash-safe, shared by any number of
//! kitty-gates at once.
//!
//! A *shelf* holds all that belongs to one key. What is built on it gets a folder of a name that
//! was never used before, so that not even an orphaned installer of a killed run can write into
//! it; it exists for others only when the shelf's record names it, and the record is written
//! last, by atomic rename. Building, and removing what no record names, happens under a lock.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::nested_env::Caller;
use crate::nested_env::reason::{EnvError, Reason};
use crate::nested_env::tool::Tools;
use crate::skip::{SkipCode, SkipPhase};

/// Version of the store's layout and records. Part of every key: a store may be shared with an
/// older or newer kitty-gate.
const FORMAT: u32 = 2;

/// The name of the record on a shelf.
const RECORD: &str = "provisioned.json";

/// Longer than any build can take: each of its steps has a deadline of its own.
const TIMEOUT: Duration = Duration::from_secs(20 * 60);

/// A folder of provisioned products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// The store at `root`, an absolute path; made when something is first kept in it.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder that holds everything.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where uv keeps what it has downloaded.
    pub fn uv_cache(&self) -> PathBuf {
        self.root.join("uv-cache")
    }

    pub(super) fn tools(&self, caller: &Caller) -> Tools {
        Tools { caller: caller.clone(), uv_cache: self.uv_cache(), limit: None }
    }

    /// The shelf for `key` among the shelves of one `kind` of thing.
    pub(super) fn shelf(&self, kind: &str, key: &str) -> CacheEntry {
        CacheEntry { dir: self.root.join(kind).join(key) }
    }
}

/// A key that differs when any of `parts` differs; `label` is there for people who look.
pub(super) fn key(label: &str, parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(FORMAT.to_le_bytes());
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    format!("{label}-{}", &HEXLOWER.encode(&hasher.finalize())[..16])
}

/// All that belongs to one key.
#[derive(Debug)]
pub(super) struct CacheEntry {
    dir: PathBuf,
}

/// What a record looks like on disk.
#[derive(Serialize, Deserialize)]
struct Record<T> {
    format: String,
    version: u32,
    content: T,
}

impl CacheEntry {
    /// What was published last; `None` when nothing was, or when it cannot be read.
    pub(super) fn record<T: DeserializeOwned>(&self) -> Option<T> {
        let bytes = fs_err::read(self.dir.join(RECORD)).ok()?;
        let record: Record<T> = serde_json::from_slice(&bytes).ok()?;
        (record.format == format_name() && record.version == FORMAT).then_some(record.content)
    }

    /// Waits for its turn to change the shelf. The lock ends with the value, or with the process.
    pub(super) fn lock(&self) -> Result<EntryLock<'_>, EnvError> {
        fs_err::create_dir_all(&self.dir)?;
        let path = self.dir.join("lock");
        let lock = fs_err::OpenOptions::new().create(true).append(true).open(&path)?.into_file();
        let asked = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => {
                    return Ok(EntryLock { shelf: self, _lock: lock });
                }
                Err(TryLockError::Error(error)) => return Err(error.into()),
                Err(TryLockError::WouldBlock) if asked.elapsed() > TIMEOUT => {
                    return Err(somebody_else_is_at_it(&path));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }
}

/// The right to change a shelf.
#[derive(Debug)]
pub(super) struct EntryLock<'a> {
    shelf: &'a CacheEntry,
    _lock: std::fs::File,
}

impl EntryLock<'_> {
    /// Clears away what earlier builds left, and makes an empty folder of a new name.
    pub(super) fn fresh(&self) -> io::Result<PathBuf> {
        let record = self.shelf.dir.join(RECORD);
        if record.exists() {
            fs_err::remove_file(record)?;
        }
        self.clear_except(None);
        Ok(tempfile::Builder::new().prefix("b").tempdir_in(&self.shelf.dir)?.keep())
    }

    /// Makes `content` what the shelf holds; `built` is the folder that it names.
    pub(super) fn publish<T: Serialize>(&self, built: &Path, content: T) -> io::Result<()> {
        let record = Record { format: format_name(), version: FORMAT, content };
        let mut file = tempfile::NamedTempFile::new_in(&self.shelf.dir)?;
        serde_json::to_writer_pretty(&mut file, &record)?;
        file.as_file().sync_all()?;
        file.persist(self.shelf.dir.join(RECORD)).map_err(|error| error.error)?;
        self.clear_except(Some(built));
        Ok(())
    }

    /// Removes half-built folders. What does not go now, goes the next time.
    fn clear_except(&self, kept: Option<&Path>) {
        let Ok(entries) = fs_err::read_dir(&self.shelf.dir) else {
            return;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() && kept != Some(&*path) && !is_in_use(&path) {
                let _ = fs_err::remove_dir_all(path);
            }
        }
    }
}

/// Says that a room is used for as long as the file lives; another kitty-gate then leaves it alone.
pub(super) fn hold(room: &Path) -> io::Result<std::fs::File> {
    let path = room.join(IN_USE);
    let file = fs_err::OpenOptions::new().create(true).append(true).open(path)?.into_file();
    file.lock_shared()?;
    Ok(file)
}

/// The file in a room that its users lock.
const IN_USE: &str = "in-use";

fn is_in_use(room: &Path) -> bool {
    std::fs::File::open(room.join(IN_USE))
        .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn format_name() -> String {
    "kitty-gate/provisioned".to_owned()
}

fn somebody_else_is_at_it(lock: &Path) -> EnvError {
    Reason::new(SkipCode::TimedOut, SkipPhase::Create, "kitty-gate")
        .excerpt(&format!("another process holds {}", lock.display()))
        .remediation("end the other kitty-gate, or use another store with --cache")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_holds_what_was_published_last() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Store::at(dir.path()).shelf("products", "a");
        assert_eq!(shelf.record::<String>(), None);
        let turn = shelf.lock().unwrap();
        let half_built = turn.fresh().unwrap();
        let built = turn.fresh().unwrap();
        assert!(!half_built.exists());
        turn.publish(&built, "one").unwrap();
        assert!(built.exists());
        assert_eq!(shelf.record::<String>().as_deref(), Some("one"));
        turn.fresh().unwrap();
        assert_eq!(shelf.record::<String>(), None, "what is being rebuilt is not to be used");
    }

    #[test]
    fn what_is_in_use_is_not_cleared_away() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Store::at(dir.path()).shelf("products", "a");
        let turn = shelf.lock().unwrap();
        let used = turn.fresh().unwrap();
        let holder = hold(&used).unwrap();
        turn.fresh().unwrap();
        assert!(used.exists());
        drop(holder);
        turn.fresh().unwrap();
        assert!(!used.exists());
    }

    #[test]
    fn a_torn_or_foreign_record_counts_as_none() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Store::at(dir.path()).shelf("products", "a");
        drop(shelf.lock().unwrap());
        for text in [
            "",
            "{\"format\":\"kitty-gate/provisioned\"",
            r#"{"format":"kitty-gate/provisioned","version":99,"content":"one"}"#,
            r#"{"format":"other","version":2,"content":"one"}"#,
        ] {
            fs_err::write(shelf.dir.join(RECORD), text).unwrap();
            assert_eq!(shelf.record::<String>(), None, "{text}");
        }
    }

    #[test]
    fn only_one_has_the_turn() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Store::at(dir.path()).shelf("products", "a");
        let turn = shelf.lock().unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| sender.send(shelf.lock().is_ok()).unwrap());
            assert!(receiver.recv_timeout(Duration::from_millis(150)).is_err());
            drop(turn);
            assert!(receiver.recv_timeout(Duration::from_secs(120)).unwrap());
        });
    }

    #[test]
    fn keys_keep_their_parts_apart() {
        assert_ne!(key("a", &["bc", "d"]), key("a", &["b", "cd"]));
        assert_eq!(key("a", &["b"]), key("a", &["b"]));
    }
}
