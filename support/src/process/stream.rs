//! A stream of a child: whole on disk, bounded in memory.
//!
//! The child writes into the file itself, and where there is no room it is told so, not we: it would seem to have
//! printed nothing. So the first part of each file has its room before the child begins, and after its end the
//! file must be able to take one byte more.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;

use super::ProcessError;

/// How much of a stream has its room before the child begins, in bytes. Few commands print more.
const RESERVED: u64 = 1024 * 1024;

/// How much a full stream must still be able to take, in bytes: more than any disk keeps in its last block.
const PROBE: usize = 64 * 1024;

/// How much of a stream is ever read into memory, in bytes.
pub const READ_LIMIT: u64 = 8 * 1024 * 1024;

/// Makes the empty file of a stream, with room for its first part.
pub(super) fn create(path: &Path) -> Result<File, ProcessError> {
    let keep = |source| not_kept(path, source);
    let file = fs_err::File::create(path).map_err(keep)?.into_file();
    match fallocate(&file, FallocateFlags::KEEP_SIZE, 0, RESERVED) {
        // Some file systems cannot promise room; the look afterwards is all there is then.
        Ok(()) | Err(Errno::NOSYS | Errno::OPNOTSUPP) => Ok(file),
        Err(error) => Err(keep(error.into())),
    }
}

/// The stream of a child that has ended: everything that it printed is there. What was reserved and not used is
/// given back.
pub(super) fn finish(path: &Path) -> Result<Stream, ProcessError> {
    let keep = |source| not_kept(path, source);
    let stream = Stream::open(path).map_err(keep)?;
    let file = fs_err::OpenOptions::new().write(true).open(path).map_err(keep)?;
    // One that ends where the reserve does may have been cut off there.
    if stream.len >= RESERVED {
        // Were it full, the child would have been told so, and perhaps have said nothing of it.
        let probed = file.file().write_all_at(&vec![0; PROBE], stream.len);
        let undone = file.set_len(stream.len);
        probed.and(undone).map_err(keep)?;
    } else {
        file.set_len(stream.len).map_err(keep)?;
    }
    Ok(stream)
}

fn not_kept(path: &Path, source: io::Error) -> ProcessError {
    ProcessError::Keep { stream: path.to_owned(), source }
}

/// One stream of a finished child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    path: PathBuf,
    len: u64,
}

impl Stream {
    /// The stream that was kept in `path`.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), len: fs_err::metadata(path)?.len() })
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
