//! Reads the record of a run back, also of one that was killed.

use std::io;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{Closing, EVENTS_FILE, Event, FORMAT, Header, VERSION, whole};

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
    /// Lines are missing, or stand there twice.
    #[error("{}, line {line}: not the whole record of a run: {message}", path.display())]
    NotWhole {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is missing, or there twice.
        message: String,
    },
}

/// What is recorded of a run.
#[derive(Debug)]
pub struct Record {
    /// Its first line.
    pub header: Header,
    /// Its events, in their order.
    pub events: Vec<Event>,
    /// The SHA-256 of the file, in lower-case hex.
    pub sha256: String,
}

/// Reads the record in a run's folder. A last line that was cut off by a kill is left out.
pub fn read_record(dir: &Path) -> Result<Record, ReadError> {
    let path = dir.join(EVENTS_FILE);
    let bytes = fs_err::read(&path)?;
    let sha256 = HEXLOWER.encode(&Sha256::digest(&bytes));
    let text = String::from_utf8_lossy(&bytes);
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
        return Err(ReadError::OtherVersion { path, found: header.version });
    }
    let mut lines: Vec<(usize, &str)> = lines.collect();
    // A kill may have cut the last line off; then it says nothing.
    let cut = lines.pop_if(|(_, line)| !line.ends_with('\n'));
    let closing = lines.last().and_then(|(_, line)| serde_json::from_str::<Closing>(line).ok());
    lines.truncate(lines.len() - usize::from(closing.is_some()));
    let mut events = parse_all(&lines).map_err(|(line, source)| {
        let path = path.clone();
        ReadError::Damaged { path, line, source }
    })?;
    events.extend(cut.and_then(|(_, line)| serde_json::from_str(line).ok()));
    whole::check(&events, closing).map_err(|(line, message)| ReadError::NotWhole {
        path,
        line,
        message,
    })?;
    if closing.is_none() {
        // Killed while it wrote its end.
        events.pop_if(|event| matches!(event, Event::RunEnded { .. }));
    }
    Ok(Record { header, events, sha256 })
}

/// How many lines are worth a thread. Fewer are read where even none can be started.
const WORTH_A_THREAD: usize = 500;

/// Parses numbered lines, on all cores: a record has hundreds of thousands of them, and reading it is most of
/// what a report costs. The error is that of the first damaged line, with its number from 1.
fn parse_all(lines: &[(usize, &str)]) -> Result<Vec<Event>, (usize, serde_json::Error)> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = lines.len().div_ceil(cores).max(WORTH_A_THREAD);
    if lines.len() <= share {
        return parse(lines);
    }
    let parsed = std::thread::scope(|scope| {
        let threads: Vec<_> =
            lines.chunks(share).map(|chunk| scope.spawn(move || parse(chunk))).collect();
        let joined = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect::<Vec<_>>()
    });
    let mut events = Vec::with_capacity(lines.len());
    for part in parsed {
        events.extend(part?);
    }
    Ok(events)
}

fn parse(lines: &[(usize, &str)]) -> Result<Vec<Event>, (usize, serde_json::Error)> {
    let event = |(number, line): &(usize, &str)| {
        serde_json::from_str(line).map_err(|error| (number + 1, error))
    };
    lines.iter().map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = r#"{"format":"kitty-gate/events","version":2,"run_id":"r","started_at":"","kitty_gate":"","product":{"spec":"x","release":null,"executable":"","method":"","python":null,"lock":[],"findings":[]},"plan":[],"repeat":1,"jobs":1}"#;
    const EVENT: &str = r#"{"event":"worker-ready","worker":7,"isolation":"isolated"}"#;

    fn read(body: &str) -> Result<usize, String> {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join(EVENTS_FILE), format!("{HEADER}\n{body}")).unwrap();
        let read = read_record(dir.path()).map_err(|error| error.to_string())?;
        Ok(read.events.len())
    }

    #[test]
    fn a_damaged_line_is_named_wherever_it_stands() {
        for damaged in [2, 3, 50, 99] {
            let line = |number| if number == damaged { "{" } else { EVENT };
            let body: Vec<&str> = (2..100).map(line).collect();
            let told = read(&(body.join("\n") + "\n")).unwrap_err();
            assert!(told.contains(&format!("events.jsonl, line {damaged}: ")), "{told}");
        }
    }

    #[test]
    fn a_run_has_ended_where_its_record_is_closed() {
        const END: &str = r#"{"event":"run-ended","how":"completed","wall_ms":1}"#;
        let closed = format!("{EVENT}\n{END}\n{{\"lines_above\":3}}\n");
        assert_eq!(read(&closed), Ok(2));
        for missing in [1, 2, 10] {
            assert_eq!(read(&closed[..closed.len() - missing]), Ok(1), "{missing}");
        }
        let told = read(&closed.replacen(&format!("{EVENT}\n"), "", 1)).unwrap_err();
        assert!(told.contains("line 3: not the whole record of a run: 3 lines were"), "{told}");
    }

    #[test]
    fn only_a_last_line_may_be_cut_off() {
        assert_eq!(read(""), Ok(0));
        assert_eq!(read(&format!("{EVENT}\n{EVENT}\n{}", &EVENT[..20])), Ok(2));
        assert_eq!(read(&format!("{EVENT}\n{EVENT}")), Ok(2), "nothing of it is missing");
        let told = read(&format!("{}\n{EVENT}\n", &EVENT[..20])).unwrap_err();
        assert!(told.contains("line 2: "), "{told}");
    }
}
