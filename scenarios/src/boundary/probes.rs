//! Synthetic violations of every form, and text that only looks like one.

use std::path::Path;

use crate::python_imports::Place;

/// A file to be written into a copy of the release, and what must be found in it.
pub(super) struct Probe {
    /// The file, below the folder of installed packages. One that is there is added to.
    pub(super) file: String,
    /// Its text.
    text: String,
    /// The lines of `text`, from 1, that break the border, and where those stand.
    violations: Vec<(usize, Place)>,
}

/// The mark of a line that breaks the border; it is part of the text, as a comment.
const MARKS: [(&str, Place); 3] =
    [("#module", Place::Module), ("#function", Place::Function), ("#checker", Place::TypeChecking)];

/// A file in the package `specify_cli`, whose own package is `specify_cli.<anything>`.
const RELATIVE: &str = r"
from ..status.models import x #module
from .. status . models import * #module
from ..status.models import ( #module
    y,
    z as zz,
)
from ..status import models
from .status.models import x
from ...status.models import x
def lazy():
    from ..status.store import x #function
if TYPE_CHECKING:
    from ..status.views import x #checker
";

/// A text for any file.
const ABSOLUTE: &str = r#"
import specify_cli.status.models #module
import os, specify_cli.status.store as store, sys #module
from specify_cli.status.reducer import reduce as fold #module
from specify_cli.status.deep.er import * #module
import os; from specify_cli.status.emit import emit #module
from specify_cli \
    . status . models import x
try:
    from specify_cli.status.models import x #module
except ImportError:
    import specify_cli.status.store #module
else:
    import specify_cli.status.store #module
finally:
    import specify_cli.status.store #module
class Holder:
    from specify_cli.status.models import x #module
    def method(self):
        import specify_cli.status.models #function
async def lazily():
    async with x:
        def deeper():
            from specify_cli.status.models import ( #function
                a, b,
            )
match 1:
    case 1: from specify_cli.status.models import x #module
import typing as t
if t.TYPE_CHECKING:
    from specify_cli.status.models import x #checker
if not t.TYPE_CHECKING:
    import specify_cli.status.models #module
else:
    import specify_cli.status.models #checker
def checked():
    if t.TYPE_CHECKING:
        import specify_cli.status.models #checker
from specify_cli.ｓｔａｔｕｓ.models import x #module

# from specify_cli.status.models import x
'from specify_cli.status.models import x'
"""
from specify_cli.status.models import x
"""
from specify_cli.status import models, emit
from specify_cli import status
import specify_cli.status
import specify_cli.statuses.models
import other.specify_cli.status.models
__import__("specify_cli.status.models")
"#;

/// The line of [`ABSOLUTE`] that begins a statement and can bear no mark: it is continued.
const CONTINUED: &str = "from specify_cli \\";

/// Probes for a copy of the release in `site`: in a file that every release has, in new files of
/// every package, and with every way to end a line.
pub(super) fn probes(site: &Path, packages: &[&str]) -> Vec<Probe> {
    let own = packages.iter().filter(|package| site.join(package).is_dir());
    let in_packages = own.flat_map(|package| {
        [
            Probe::new(&format!("{package}/__init__.py"), ABSOLUTE.to_owned()),
            Probe::new(&format!("{package}/kitty_gate_probe/deep.py"), ABSOLUTE.to_owned()),
        ]
    });
    let windows = format!("\u{feff}{}", ABSOLUTE.replace('\n', "\r\n"));
    let in_a_package_of_specify_cli = [
        Probe::new("specify_cli/kitty_gate_probe/__init__.py", RELATIVE.to_owned()),
        Probe::new("specify_cli/kitty_gate_probe/near.py", RELATIVE.to_owned()),
        Probe::new("specify_cli/kitty_gate_probe/windows.py", windows),
    ];
    in_packages.chain(in_a_package_of_specify_cli).collect()
}

impl Probe {
    fn new(file: &str, text: String) -> Self {
        let violation = |line: &str| {
            let continued = (line.trim_end() == CONTINUED).then_some(Place::Module);
            let marked = MARKS.iter().find(|(mark, _)| line.trim_end().ends_with(mark));
            continued.or(marked.map(|(_, place)| *place))
        };
        let lines = text.lines().enumerate();
        let violations = lines.filter_map(|(at, line)| Some((at + 1, violation(line)?)));
        Self { file: file.to_owned(), violations: violations.collect(), text }
    }

    /// Writes the probe into the copy in `site`; the lines that must be found, with their place.
    pub(super) fn write(&self, site: &Path) -> std::io::Result<Vec<(usize, Place)>> {
        let file = site.join(&self.file);
        if let Some(dir) = file.parent() {
            fs_err::create_dir_all(dir)?;
        }
        let mut before = if file.exists() { fs_err::read(&file)? } else { Vec::new() };
        if before.last().is_some_and(|&byte| byte != b'\n') {
            before.push(b'\n');
        }
        let lines = before.split(|&byte| byte == b'\n').count() - 1;
        before.extend(self.text.bytes());
        // Anew: the copy may share its content with the release.
        let _ = std::fs::remove_file(&file);
        fs_err::write(&file, before)?;
        let shifted = self.violations.iter();
        Ok(shifted.map(|&(line, place)| (lines + line, place)).collect())
    }
}
