//! The imports of a package in Python files, read from their syntax tree; nothing is executed.
//!
//! A text search would be fooled by comments and strings, and would not see a relative import for
//! what it is. The interpreter of the release parses its files: it knows the syntax that the release is written in.
//! What is decided while a program runs (`importlib.import_module`, a name looked up on a package) is no import
//! statement, and is not seen.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use support::nested_env::EnvError;
use support::product::{Python, ScriptOutput};

/// The script that reads the files.
const SCRIPT: &str = include_str!("read_imports.py");

/// Where an import statement stands, and so when it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Place {
    /// When its file is imported.
    #[serde(rename = "module-level")]
    Module,
    /// When a function is called.
    #[serde(rename = "function-level")]
    Function,
    /// Never: only a type checker reads it.
    #[serde(rename = "type-checking")]
    TypeChecking,
}

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
    /// The absolute name of the module that it imports. Of `from a.b import c` it is `a.b`: whether `c` is a module
    /// or a name in one cannot be told from the statement.
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

/// The first line of the script's output.
#[derive(Deserialize)]
struct Listing {
    files: Vec<String>,
}

/// Each further line: what came of a file, by its place in the listing.
#[derive(Deserialize)]
struct Answer {
    file: usize,
    #[serde(default)]
    found: Vec<(usize, String, Place)>,
    unread: Option<String>,
}

/// Every import of `target`, a dotted name of two parts or more, or of something below it, in the
/// Python files of `packages`, which lie in the folder `site`. A package that is not there has none.
///
/// A file that the interpreter gives no answer for is unread, also where the interpreter broke on another.
pub fn scan(
    python: &Python,
    site: &Path,
    packages: &[&str],
    target: &str,
) -> Result<Scan, EnvError> {
    let args = [site.as_os_str(), OsStr::new(target)];
    let output = python.run(SCRIPT, args.into_iter().chain(packages.iter().map(OsStr::new)))?;
    let mut lines = output.stdout().lines();
    let listing = lines.next().and_then(|line| serde_json::from_str::<Listing>(line).ok());
    let Listing { files } = listing.ok_or_else(|| python.broken(&output))?;
    let answers = lines.map_while(|line| serde_json::from_str::<Answer>(line).ok());
    let mut answers: BTreeMap<usize, Answer> =
        answers.map(|answer| (answer.file, answer)).collect();
    let mut scan = Scan { files: files.len(), ..Scan::default() };
    for (number, file) in files.into_iter().enumerate() {
        scan.take(file, answers.remove(&number), &output);
    }
    scan.found.sort();
    Ok(scan)
}

impl Scan {
    fn take(&mut self, file: String, answer: Option<Answer>, output: &ScriptOutput) {
        match answer {
            Some(Answer { unread: None, found, .. }) => {
                self.found.extend(found.into_iter().map(|(line, module, place)| Found {
                    file: file.clone(),
                    line,
                    module,
                    place,
                }));
            }
            Some(Answer { unread: Some(why), .. }) => self.unread.push(Unread { file, why }),
            None => {
                let why = format!("the interpreter ended before it had read it: {}", output.exit);
                self.unread.push(Unread { file, why });
            }
        }
    }
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Module, Self::Function, Self::TypeChecking];

    /// Its name, for people and in signatures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Module => "module-level",
            Self::Function => "function-level",
            Self::TypeChecking => "type-checking",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
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
