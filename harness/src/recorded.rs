//! A recorded run: its record is read and parsed once, and everything that a command needs of it is computed from that.

use std::path::{Path, PathBuf};

use crate::document::RunDocument;
use crate::record::{Header, ReadError, Record, read_record};

/// A recorded run.
#[derive(Debug, Clone)]
pub struct RecordedRun {
    /// Its folder.
    pub dir: PathBuf,
    /// What its record begins with.
    pub header: Header,
    /// What its events come to.
    pub document: RunDocument,
    /// The SHA-256 of its record, in lower-case hex.
    pub record_sha256: String,
}

impl RecordedRun {
    /// Reads a run's folder; the record decides, whatever else lies there.
    pub fn read(dir: &Path) -> Result<Self, ReadError> {
        let Record { header, events, sha256 } = read_record(dir)?;
        let document = RunDocument::of(&header, &events);
        Ok(Self { dir: dir.to_owned(), header, document, record_sha256: sha256 })
    }
}
