//! Reads the record of a run back, also of one that was killed.

use std::io;
use std::path::{Path, PathBuf};

use super::{EVENTS_FILE, Event, FORMAT, Header, VERSION};

/// Why a record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is none, or it cannot be opened.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The first line is not ours.
    #[error("{}, line 1: not the record of a run: {message}", path.display())]
    NotARecord {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// It was written by another version of kitty-gate.
    #[error("{}, line 1: version {found}, but this kitty-gate reads version {VERSION}", path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// A line in the middle is damaged.
    #[error("{}, line {line}: {source}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        source: serde_json::Error,
    },
}

/// Reads the record in a run's folder. A last line that was cut off by a kill is left out.
pub fn read_events(dir: &Path) -> Result<(Header, Vec<Event>), ReadError> {
    let path = dir.join(EVENTS_FILE);
    let text = String::from_utf8_lossy(&fs_err::read(&path)?).into_owned();
    let mut lines = text.split_inclusive('\n').enumerate();
    let header = lines.next().map_or("", |(_, line)| line);
    let header: Header = serde_json::from_str(header).map_err(|error| ReadError::NotARecord {
        path: path.clone(),
        message: error.to_string(),
    })?;
    if header.format != FORMAT {
        let message = format!("the format is {:?}, not {FORMAT:?}", header.format);
        return Err(ReadError::NotARecord { path, message });
    }
    if header.version != VERSION {
        return Err(ReadError::OtherVersion {
            path,
            found: header.version,
        });
    }
    let mut events = Vec::new();
    for (number, line) in lines {
        match serde_json::from_str(line) {
            Ok(event) => events.push(event),
            Err(_) if !line.ends_with('\n') => break,
            Err(source) => {
                return Err(ReadError::Damaged {
                    path,
                    line: number + 1,
                    source,
                });
            }
        }
    }
    Ok((header, events))
}
