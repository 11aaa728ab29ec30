//! Every form of an import, and everything that only looks like one.

use proptest::prelude::*;

use super::{Found, Place, Scan, imports_in, scan};

/// The imports of a file `pkg/sub/file.py`, as `line module place`.
fn read(text: &str) -> Vec<String> {
    let imports = imports_in(text, "pkg.sub").unwrap();
    let told = imports.into_iter();
    told.map(|import| format!("{} {} {}", import.line, import.module, import.place.name()))
        .collect()
}

#[test]
fn absolute_imports() {
    assert_eq!(read("import a.b.c"), ["1 a.b.c module-level"]);
    assert_eq!(read("import a.b as x, c.d"), ["1 a.b module-level", "1 c.d module-level"]);
    assert_eq!(read("from a.b import c, d as e"), ["1 a.b module-level"]);
    assert_eq!(read("from a.b import *"), ["1 a.b module-level"]);
    assert_eq!(read("from a.b import (\n  c,\n  d,\n)"), ["1 a.b module-level"]);
    assert_eq!(read("x = 1; import a.b; y = 2"), ["1 a.b module-level"]);
    assert_eq!(read("\nfrom a \\\n  . b import c"), ["2 a.b module-level"]);
    assert_eq!(read("import a . b"), ["1 a.b module-level"]);
}

#[test]
fn relative_imports() {
    assert_eq!(read("from . import x"), ["1 pkg.sub module-level"]);
    assert_eq!(read("from .x import y"), ["1 pkg.sub.x module-level"]);
    assert_eq!(read("from .. import x"), ["1 pkg module-level"]);
    assert_eq!(read("from ..status import models"), ["1 pkg.status module-level"]);
    assert_eq!(read("from ..status.models import x"), ["1 pkg.status.models module-level"]);
    assert_eq!(read("from .. status . models import x"), ["1 pkg.status.models module-level"]);
    let beyond = ["from ...x import y", "from .... import x", "from ..........x import y"];
    for text in beyond {
        assert!(read(text).is_empty(), "{text}: outside of the outermost package");
    }
}

#[test]
fn where_it_stands() {
    let text = "\
def f():
    import a.f
    class C:
        import a.fc
        async def g(self):
            with x: import a.g
class D:
    import a.d
    def m(self):
        try:
            import a.m
        except E:
            from a import e
        else:
            import a.o
        finally:
            import a.l
try:
    import a.t
except ImportError:
    a = None
for x in y:
    import a.w
else:
    import a.x
while z:
    import a.y
match z:
    case 1:
        import a.z
";
    let names = |place: &str| -> String {
        let all = read(text).into_iter().filter(|line| line.ends_with(place));
        let words = all.map(|line| line.split(' ').nth(1).unwrap().replace("a.", ""));
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("function-level"), "f fc g m a o l");
    assert_eq!(names("module-level"), "d t w x y z");
}

#[test]
fn what_only_a_type_checker_reads() {
    let places = |text: &str| -> Vec<Place> {
        let imports = imports_in(text, "pkg").unwrap().into_iter();
        imports.map(|import| import.place).collect()
    };
    let (now, checked) = (Place::Module, Place::TypeChecking);
    let two = |test: &str| places(&format!("if {test}:\n  import a\nelse:\n  import b\n"));
    assert_eq!(two("TYPE_CHECKING"), [checked, now]);
    assert_eq!(two("typing.TYPE_CHECKING"), [checked, now]);
    assert_eq!(two("TYPE_CHECKING and x"), [checked, now]);
    assert_eq!(two("not TYPE_CHECKING"), [now, checked]);
    assert_eq!(two("TYPE_CHECKING or x"), [now, now]);
    assert_eq!(two("\"TYPE_CHECKING\""), [now, now]);
    assert_eq!(places("if x:\n  import a\nelif TYPE_CHECKING:\n  import b\n"), [now, checked]);
    assert_eq!(
        places("if not t.TYPE_CHECKING:\n  import a\nelif x:\n  import b\nimport c"),
        [now, checked, now]
    );
    let nested = "if TYPE_CHECKING:\n  def f():\n    import a\ndef g():\n  if TYPE_CHECKING:\n    import b\n  import c\n";
    assert_eq!(places(nested), [checked, checked, Place::Function]);
}

#[test]
fn what_only_looks_like_an_import() {
    for text in [
        "# import a.b",
        "x = 'import a.b'",
        "'''\nimport a.b\nfrom a.b import c\n'''",
        "f'''{x}\nimport a.b\n'''",
        "print(\"\\\nimport a.b\")",
        "x = {'import': a.b.c}",
        "__import__('a.b')",
        "importlib.import_module('a.b')",
        "",
        "\u{feff}",
    ] {
        assert!(read(text).is_empty(), "{text}");
    }
}

#[test]
fn lines_end_as_python_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("x = 1{end}{end}y = '''{end}'''{end}import a{end}");
        assert_eq!(read(&text), ["5 a module-level"], "{end:?}");
    }
    assert_eq!(read("\u{feff}import a"), ["1 a module-level"], "a byte order mark");
    assert_eq!(read("x = 'ä\u{2028}'\n\u{c}import a"), ["2 a module-level"]);
}

#[test]
fn what_is_not_python_is_told() {
    for (text, line) in [("import a\ndef f(:\n", 2), ("x = '''\n", 1), ("import a.", 1)] {
        assert_eq!(imports_in(text, "pkg").unwrap_err().line, line, "{text}");
    }
}

#[test]
fn nesting_beyond_reason_is_survived() {
    let dir = tempfile::tempdir().unwrap();
    fs_err::create_dir(dir.path().join("pkg")).unwrap();
    let deep = 20_000;
    let text = format!("x = {}1{}\nimport pkg.status.x\n", "(".repeat(deep), ")".repeat(deep));
    fs_err::write(dir.path().join("pkg/deep.py"), text).unwrap();
    let seen = scan(dir.path(), &["pkg"], "pkg.status").unwrap();
    assert_eq!(seen.found.len() + seen.unread.len(), 1);
}

#[test]
fn a_scan_finds_the_package_and_what_is_below_it() {
    let site = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| {
        let file = site.path().join(name);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, text).unwrap();
    };
    write("pkg/__init__.py", b"from .status.models import x\n");
    write("pkg/status/__init__.py", b"");
    write("pkg/a/b.py", b"from ..status import x\nfrom ..statuses.y import z\nimport pkg.status\n");
    write("pkg/a/status/c.py", b"from .status.x import y\nimport other.status.x\n");
    write("other/d.py", "import pkg.ｓｔａｔｕｓ.x\n".as_bytes());
    write("other/latin.py", b"# \xe4\nimport pkg.status.x\n");
    write("other/broken.py", b"import pkg.status.x\n)\n");
    write("other/broken_but_silent.py", b")\n");
    write("other/notes.txt", b"import pkg.status.x\n");
    write("third/e.py", b"import pkg.status.x\n");
    std::os::unix::fs::symlink("../third/e.py", site.path().join("other/link.py")).unwrap();
    std::os::unix::fs::symlink("..", site.path().join("other/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere.py", site.path().join("other/lost.py")).unwrap();

    let seen = scan(site.path(), &["pkg", "other", "absent"], "pkg.status").unwrap();
    let told: Vec<String> = seen.found.iter().map(ToString::to_string).collect();
    let expected = [
        "other/d.py:1: pkg.status.x (module-level)",
        "other/link.py:1: pkg.status.x (module-level)",
        "pkg/__init__.py:1: pkg.status.models (module-level)",
        "pkg/a/b.py:1: pkg.status (module-level)",
        "pkg/a/b.py:3: pkg.status (module-level)",
    ];
    assert_eq!(told, expected);
    let unread: Vec<&str> = seen.unread.iter().map(|unread| unread.file.as_str()).collect();
    assert_eq!(unread, ["other/broken.py", "other/latin.py", "other/lost.py"]);
    assert_eq!(seen.files, 10);
}

/// A statement, and whether it imports what is looked for.
fn statement() -> impl Strategy<Value = (String, bool)> {
    let space = prop::sample::select(vec!["", " ", "\t", " \\\n "]);
    let heads = vec!["from pkg", "from .", "import pkg", "from pkg.sub.", "x = y"];
    let head = prop::sample::select(heads);
    (head, space.clone(), space).prop_map(|(head, one, two)| {
        let dot = if head.ends_with('.') { "" } else { "." };
        let tail = if head.starts_with("from") { " import x" } else { "" };
        let text = format!("{head}{one}{dot}{two}status.models{tail}");
        (text, matches!(head, "from pkg" | "import pkg"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever stands around it, an import is found on its line, in its place; and the filter
    /// never loses one that the parser would see.
    #[test]
    fn an_import_is_found_wherever_it_stands(
        statements in prop::collection::vec((statement(), 0..4_usize), 0..12),
    ) {
        let mut text = String::new();
        let mut expected = Vec::new();
        for ((statement, hit), kind) in &statements {
            let (lead, place) = match kind {
                0 => ("", Place::Module),
                1 => ("def f():\n    ", Place::Function),
                2 => ("if TYPE_CHECKING:\n    ", Place::TypeChecking),
                _ => ("async def g():\n  class C:\n    ", Place::Function),
            };
            text.push_str(lead);
            if *hit {
                expected.push((text.matches('\n').count() + 1, place));
            }
            text.push_str(statement);
            text.push('\n');
        }
        let site = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(site.path().join("pkg/sub")).unwrap();
        fs_err::write(site.path().join("pkg/sub/file.py"), &text).unwrap();
        let Scan { found, unread, .. } = scan(site.path(), &["pkg"], "pkg.status").unwrap();
        prop_assert_eq!(unread, vec![], "{}", text);
        let found: Vec<_> = found.into_iter().map(|Found { line, place, .. }| (line, place)).collect();
        prop_assert_eq!(found, expected, "{}", text);
    }

    /// No text makes the reader panic.
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = imports_in(&text, "pkg");
    }
}
