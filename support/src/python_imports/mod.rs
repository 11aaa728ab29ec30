//! The imports of Python files, read from their syntax tree; nothing is executed.
//!
//! A text search would be fooled by comments and strings, and would not see a relative import for
//! what it is. What is decided while a program runs (`importlib.import_module`, a name looked up on
//! a package) is no import statement, and is not seen.

mod below;
mod read;
mod scan;
#[cfg(test)]
mod tests;

use std::fmt;

pub use read::{Import, Unparsable, imports_in};
pub use scan::{Found, Scan, Unread, scan};

/// Where an import statement stands, and so when it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// When its file is imported.
    Module,
    /// When a function is called.
    Function,
    /// Never: only a type checker reads it.
    TypeChecking,
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
