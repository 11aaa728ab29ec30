//! A CPython in a folder of its own: its binary is copied, its library linked to, and whatever a
//! row wants is missing or different.

use std::path::{Path, PathBuf};

use crate::elf::patch;
use crate::playground::Playground;
use crate::python::{self, Python};
use crate::row::CannotProvoke;

/// A folder with an interpreter in it.
pub struct InterpreterFolder {
    root: PathBuf,
    python: &'static Python,
}

/// A search path that moves with the binary; a copy of the binary alone finds nothing there.
const BESIDE: &str = "$ORIGIN/../lib";

impl InterpreterFolder {
    /// Everything as in the real one.
    pub fn new(playground: &Playground) -> Self {
        let farm = Self { root: playground.path("farm"), python: python::on_path() };
        fs_err::create_dir_all(farm.root.join("bin")).unwrap();
        fs_err::create_dir_all(farm.stdlib()).unwrap();
        fs_err::copy(&farm.python.executable, farm.executable()).unwrap();
        for entry in fs_err::read_dir(&farm.python.stdlib).unwrap().flatten() {
            if entry.file_name() != "site-packages" {
                link(&entry.path(), &farm.stdlib().join(entry.file_name()));
            }
        }
        farm
    }

    pub fn executable(&self) -> PathBuf {
        self.root.join("bin").join(self.python.name())
    }

    /// As `--python` wants it.
    pub fn word(&self) -> String {
        self.executable().display().to_string()
    }

    fn stdlib(&self) -> PathBuf {
        self.root.join("lib").join(self.python.name())
    }

    /// Without this module of the standard library.
    pub fn without(self, module: &str) -> Self {
        fs_err::remove_file(self.stdlib().join(module)).unwrap();
        self
    }

    /// With this module in the standard library, in place of the real one.
    pub fn with(self, module: &str, text: &str) -> Self {
        let file = self.stdlib().join(module);
        if file.is_symlink() {
            fs_err::remove_file(&file).unwrap();
        }
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, text).unwrap();
        self
    }

    /// venv links to the interpreter, and copies it where no link can be made.
    pub fn that_copies(self) -> Self {
        let text = "import os\n\
            _symlink = os.symlink\n\
            def symlink(source, *more, **named):\n    \
                if 'python' in os.fspath(source):\n        \
                    raise OSError(95, 'Operation not supported')\n    \
                return _symlink(source, *more, **named)\n\
            os.symlink = symlink\n";
        self.with("sitecustomize.py", text)
    }

    /// Built as those are that can be moved: the binary finds its shared library beside itself. The
    /// library has a name that nobody else's has.
    pub fn relocatable(self) -> Result<Self, CannotProvoke> {
        let library = &self.python.library;
        let Some((stem, _)) = library.rsplit_once(".so.") else {
            return Err(no_shared_library());
        };
        let own = format!("{stem}.so.9.9");
        let farm = self.that_looks_beside_itself()?;
        let binary = farm.executable();
        if own.len() > library.len() || !patch(&binary, library, &own) {
            return Err(CannotProvoke(format!("the interpreter does not name {library}")));
        }
        let real = Path::new(&farm.python.libdir).join(library);
        link(&real, &farm.root.join("lib").join(own));
        Ok(farm)
    }

    /// The same, and the library keeps its name.
    pub fn that_looks_beside_itself(self) -> Result<Self, CannotProvoke> {
        let Python { shared, libdir, library, .. } = self.python;
        if !shared {
            return Err(no_shared_library());
        }
        if libdir.len() < BESIDE.len() || !patch(&self.executable(), libdir, BESIDE) {
            return Err(CannotProvoke(
                "the interpreter on PATH has no search path for its library".to_owned(),
            ));
        }
        link(&Path::new(libdir).join(library), &self.root.join("lib").join(library));
        Ok(self)
    }

    /// Takes the shared libraries away.
    pub fn without_library(self) -> Self {
        for entry in fs_err::read_dir(self.root.join("lib")).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with("libpython") {
                fs_err::remove_file(entry.path()).unwrap();
            }
        }
        self
    }
}

fn no_shared_library() -> CannotProvoke {
    CannotProvoke("the Python on PATH has no shared library".to_owned())
}

fn link(to: &Path, at: &Path) {
    fs_err::os::unix::fs::symlink(to, at).unwrap();
}
