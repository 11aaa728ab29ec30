//! A finished stream: whole on disk, bounded in memory.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// How much of a stream is ever read into memory, in bytes.
pub const READ_LIMIT: u64 = 8 * 1024 * 1024;

/// One stream of a finished child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    path: PathBuf,
    len: u64,
}

impl Stream {
    /// The stream that was kept in `path`.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            len: fs_err::metadata(path)?.len(),
        })
    }

    /// The file that holds every byte.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Length in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was printed.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes, when the stream fits into memory (8 MiB); an error of kind `FileTooLarge` else.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        if self.len > READ_LIMIT {
            let text = format!("a stream of {} bytes is not read into memory", self.len);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        fs_err::read(&self.path)
    }

    /// For people: the text with invalid UTF-8 replaced, the middle cut out beyond `limit` bytes.
    pub fn excerpt(&self, limit: usize) -> io::Result<String> {
        let limit = limit as u64;
        let mut file = fs_err::File::open(&self.path)?;
        if self.len <= limit {
            let mut bytes = Vec::new();
            file.by_ref().take(limit).read_to_end(&mut bytes)?;
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        let half = limit / 2;
        let mut head = Vec::new();
        file.by_ref().take(half).read_to_end(&mut head)?;
        file.seek(SeekFrom::Start(self.len - half))?;
        let mut tail = Vec::new();
        file.by_ref().take(half).read_to_end(&mut tail)?;
        Ok(format!(
            "{}\n[... {} bytes left out ...]\n{}",
            String::from_utf8_lossy(&head),
            self.len - 2 * half,
            String::from_utf8_lossy(&tail)
        ))
    }
}
