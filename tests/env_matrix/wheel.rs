//! Small wheels: a product that stands in for the real one, and what it depends on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fixtures::Package;

/// The version of every product that is made up here.
pub const VERSION: &str = "9.9.9";

/// The program that is the reference product, once it is called so.
const REFERENCE: &str = env!("CARGO_BIN_EXE_kitty-gate");

/// A wheel to be.
pub struct Wheel {
    package: Package,
    metadata: String,
}

impl Wheel {
    /// A package with one module, which has its name.
    pub fn new(name: &str, version: &str, module: &str) -> Self {
        let files = [(format!("{name}/__init__.py"), module.as_bytes().to_vec())];
        Self {
            package: Package {
                name: name.to_owned(),
                version: version.to_owned(),
                files: BTreeMap::from(files),
            },
            metadata: format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"),
        }
    }

    /// A product that answers, and merges as the reference does; `import` is what its commands begin with. Only the help pages
    /// of single words need none.
    pub fn product(import: &str) -> Self {
        let module = format!(
            "import sys\n\n\ndef main():\n    \
             if '--version' in sys.argv:\n        print('spec-kitty-cli version {VERSION}')\n        return\n    \
             if sys.argv[2:] == ['--help']:\n        print('help')\n        return\n    \
             {import}\n    \
             if '--help' in sys.argv:\n        print('help')\n        return\n    \
             if 'merge' in sys.argv and '--dry-run' not in sys.argv:\n        \
             import os\n        os.execv('{REFERENCE}', ['spec-kitty', *sys.argv[1:]])\n    \
             print('{{\"error\": \"blocked\"}}')\n    sys.exit(1)\n"
        );
        let script = "[console_scripts]\nspec-kitty = spec_kitty_cli:main\n";
        Self::new("spec_kitty_cli", VERSION, &module).file("entry_points.txt", script)
    }

    /// One more line of metadata.
    pub fn says(mut self, line: &str) -> Self {
        self.metadata += line;
        self.metadata.push('\n');
        self
    }

    pub fn requires(self, requirement: &str) -> Self {
        self.says(&format!("Requires-Dist: {requirement}"))
    }

    /// A file of its description.
    fn file(mut self, name: &str, text: &str) -> Self {
        let Package { name: package, version, .. } = &self.package;
        let path = format!("{package}-{version}.dist-info/{name}");
        self.package.files.insert(path, text.as_bytes().to_vec());
        self
    }

    /// Writes it into a folder.
    pub fn write(self, dir: &Path) -> PathBuf {
        let tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
        let metadata = self.metadata.clone();
        let whole = self.file("METADATA", &metadata).file("WHEEL", tag);
        fs_err::create_dir_all(dir).unwrap();
        whole.package.write_wheel(dir).unwrap()
    }
}
