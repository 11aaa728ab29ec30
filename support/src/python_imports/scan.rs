//! Every import of a package in a folder of installed packages.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::Place;
use super::below::may_name;
use super::read::imports_where;

/// How many threads read. More gain little: the files come from memory.
const READERS: usize = 2;

/// The stack of a reader, in bytes: deep nesting is deep recursion.
const STACK: usize = 64 * 1024 * 1024;

/// What a scan saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// How many Python files there are.
    pub files: usize,
    /// The imports, by file and line.
    pub found: Vec<Found>,
    /// The files whose imports are not known, by name.
    pub unread: Vec<Unread>,
}

/// An import that a scan looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The file, relative to the folder that was scanned.
    pub file: String,
    /// The line on which the statement begins, from 1.
    pub line: usize,
    /// The module that it imports.
    pub module: String,
    /// Where it stands.
    pub place: Place,
}

/// A file whose imports are not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// The file, relative to the folder that was scanned.
    pub file: String,
    /// Why; without a path.
    pub why: String,
}

/// Every import of `target`, a dotted name of two parts or more, or of something below it, in the
/// Python files of `packages`, which lie in the folder `site`. A package that is not there has none.
pub fn scan(site: &Path, packages: &[&str], target: &str) -> io::Result<Scan> {
    let mut files = Vec::new();
    for package in packages {
        let root = site.join(package);
        if root.is_dir() {
            python_files(&root, &mut files)?;
        }
    }
    let parts: Vec<io::Result<Scan>> = std::thread::scope(|scope| {
        let read = |first| {
            let mine = files.iter().skip(first).step_by(READERS);
            move || read_all(site, mine, target)
        };
        let readers: Vec<_> = (0..READERS)
            .map(|first| {
                let builder = std::thread::Builder::new().stack_size(STACK);
                builder.spawn_scoped(scope, read(first))
            })
            .collect();
        let join = |reader: io::Result<std::thread::ScopedJoinHandle<'_, Scan>>| {
            reader?.join().map_err(|_| io::Error::other("the reader of Python files panicked"))
        };
        readers.into_iter().map(join).collect()
    });
    let mut all = Scan::default();
    for part in parts {
        all.take(part?);
    }
    all.found.sort();
    all.unread.sort();
    Ok(all)
}

/// A link to a file is a file; a link to a folder is not followed, it might lead back.
fn python_files(dir: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs_err::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            python_files(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "py") && !path.is_dir() {
            files.push(path);
        }
    }
    Ok(())
}

fn read_all<'a>(site: &Path, files: impl Iterator<Item = &'a PathBuf>, target: &str) -> Scan {
    let mut scan = Scan::default();
    for file in files {
        scan.files += 1;
        let name = file.strip_prefix(site).unwrap_or(file);
        let name = name.to_string_lossy().into_owned();
        match read_one(file, &name, target) {
            Ok(found) => scan.found.extend(found),
            Err(why) => scan.unread.push(Unread { file: name, why }),
        }
    }
    scan
}

fn read_one(file: &Path, name: &str, target: &str) -> Result<Vec<Found>, String> {
    let bytes = std::fs::read(file).map_err(|error| error.kind().to_string())?;
    let text = std::str::from_utf8(&bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    if !may_name(text, target) {
        return Ok(Vec::new());
    }
    let package = name.rsplit_once('/').map_or("", |(dir, _)| dir);
    let wanted = |module: &str| is_or_below(module, target);
    let imports = imports_where(text, &package.replace('/', "."), wanted);
    let imports = imports.map_err(|unparsable| unparsable.to_string())?;
    let found = imports.into_iter().map(|import| Found {
        file: name.to_owned(),
        line: import.line,
        module: import.module,
        place: import.place,
    });
    Ok(found.collect())
}

fn is_or_below(module: &str, target: &str) -> bool {
    let rest = module.strip_prefix(target);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Scan {
    fn take(&mut self, part: Self) {
        self.files += part.files;
        self.found.extend(part.found);
        self.unread.extend(part.unread);
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, module, place } = self;
        write!(f, "{file}:{line}: {module} ({place})")
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.why)
    }
}
