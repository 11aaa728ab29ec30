//! Every form of an import, and everything that only looks like one.

use std::path::Path;

use proptest::prelude::*;
use support::nested_env::EnvError;
use support::product::Python;
use support::skip::SkipCode;

use super::{Found, Place, SCRIPT, Scan};

fn python() -> Python {
    Python::at(which::which("python3").unwrap())
}

fn scan(site: &Path, packages: &[&str]) -> Scan {
    super::scan(&python(), site, packages, "pkg.status").unwrap()
}

/// What a scan sees of files with these texts in the package `pkg.sub`, each as `line module place` for each import.
fn read<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Vec<String>> {
    let site = tempfile::tempdir().unwrap();
    let dir = site.path().join("pkg/sub");
    fs_err::create_dir_all(&dir).unwrap();
    let texts: Vec<&str> = texts.into_iter().collect();
    for (number, text) in texts.iter().enumerate() {
        fs_err::write(dir.join(format!("{number}.py")), text).unwrap();
    }
    let seen = scan(site.path(), &["pkg"]);
    assert_eq!((seen.files, &seen.unread), (texts.len(), &vec![]));
    let told = |number: usize| {
        let name = format!("pkg/sub/{number}.py");
        let here = seen.found.iter().filter(move |found| found.file == name);
        here.map(|found| format!("{} {} {}", found.line, found.module, found.place)).collect()
    };
    (0..texts.len()).map(told).collect()
}

/// That each text is read as is said beside it.
fn reads(expected: &[(&str, &[&str])]) {
    let seen = read(expected.iter().map(|(text, _)| *text));
    for ((text, expected), seen) in expected.iter().zip(seen) {
        assert_eq!(seen, *expected, "{text}");
    }
}

#[test]
fn absolute_imports() {
    let models = ["1 pkg.status.models module-level"];
    reads(&[
        ("import pkg.status.models", &models),
        ("import pkg.status", &["1 pkg.status module-level"]),
        (
            "import pkg.status.a as x, pkg.status.b",
            &["1 pkg.status.a module-level", "1 pkg.status.b module-level"],
        ),
        ("import os, pkg.status.models", &models),
        ("from pkg.status.models import c, d as e", &models),
        ("from pkg.status.models import *", &models),
        ("from pkg.status.models import (\n  c,\n  d,\n)", &models),
        ("x = 1; import pkg.status.models; y = 2", &models),
        ("\nfrom pkg \\\n  . status \\\r\n.models import c", &["2 pkg.status.models module-level"]),
        ("import pkg . status\t.\x0cmodels", &models),
        ("if x:import pkg.status.models", &models),
        ("import pkg.ｓｔａｔｕｓ.models", &models),
        ("import pkg.\\\nｓｔａｔｕｓ.models\n", &models),
        ("# coding: utf-7\nimport pkg.s+AHQ-atus.models", &["2 pkg.status.models module-level"]),
        ("import pkg.statuses.models, other.pkg.status.models, pkg", &[]),
    ]);
}

#[test]
fn relative_imports() {
    reads(&[
        ("from ..status import models", &["1 pkg.status module-level"]),
        ("from ..status.models import x", &["1 pkg.status.models module-level"]),
        ("from .. status . models import x", &["1 pkg.status.models module-level"]),
        ("from .status import x", &[]),
        ("from .. import status", &[]),
        ("from ...pkg.status import y\nfrom .... import x\nfrom ..........status import y", &[]),
    ]);
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
            import a.e
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
    let text = text.replace("import a.", "import pkg.status.");
    let seen = read([text.as_str()]).remove(0);
    let names = |place: &str| -> String {
        let all = seen.iter().filter(|line| line.ends_with(place));
        let words = all.map(|line| line.split(' ').nth(1).unwrap().replace("pkg.status.", ""));
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("function-level"), "f fc g m e o l");
    assert_eq!(names("module-level"), "d t w x y z");
}

#[test]
fn what_only_a_type_checker_reads() {
    let (now, checked, called) = ("module-level", "type-checking", "function-level");
    let two = |test: &str| format!("if {test}:\n  import a\nelse:\n  import b\n");
    let expected = [
        (two("TYPE_CHECKING"), vec![checked, now]),
        (two("typing.TYPE_CHECKING"), vec![checked, now]),
        (two("TYPE_CHECKING and x"), vec![checked, now]),
        (two("not TYPE_CHECKING"), vec![now, checked]),
        (two("not not TYPE_CHECKING"), vec![checked, now]),
        (two("TYPE_CHECKING or x"), vec![now, now]),
        (two("\"TYPE_CHECKING\""), vec![now, now]),
        ("if x:\n  import a\nelif TYPE_CHECKING:\n  import b\n".to_owned(), vec![now, checked]),
        (
            "if not t.TYPE_CHECKING:\n  import a\nelif x:\n  import b\nimport c".to_owned(),
            vec![now, checked, now],
        ),
        (
            "if TYPE_CHECKING:\n  def f():\n    import a\ndef g():\n  if TYPE_CHECKING:\n    import b\n  import c\n".to_owned(),
            vec![checked, checked, called],
        ),
    ];
    let texts = expected.each_ref().map(|(text, _)| text.replace("import ", "import pkg.status."));
    let seen = read(texts.iter().map(String::as_str));
    for ((text, places), seen) in expected.iter().zip(seen) {
        let seen: Vec<&str> = seen.iter().map(|line| line.rsplit(' ').next().unwrap()).collect();
        assert_eq!(seen, *places, "{text}");
    }
}

#[test]
fn what_only_looks_like_an_import() {
    let texts = [
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
    ];
    let texts = texts.map(|text| text.replace("a.b", "pkg.status"));
    for (text, seen) in texts.iter().zip(read(texts.iter().map(String::as_str))) {
        assert!(seen.is_empty(), "{text}: {seen:?}");
    }
}

#[test]
fn lines_end_as_python_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("x = 1{end}{end}y = '''{end}'''{end}import pkg.status{end}");
        reads(&[(&text, &["5 pkg.status module-level"])]);
    }
    reads(&[
        ("\u{feff}import pkg.status", &["1 pkg.status module-level"]),
        ("x = 'ä\u{2028}'\n\u{c}import pkg.status", &["2 pkg.status module-level"]),
    ]);
}

/// A file that the interpreter cannot take is told, and the files after it are read.
#[test]
fn what_cannot_be_parsed_is_told() {
    let deep = |one: &str, other: &str| one.repeat(200_000) + "1" + &other.repeat(200_000);
    let hostile = [
        "def f(:".to_owned(),
        "x = '''".to_owned(),
        "x = \0".to_owned(),
        deep("(", ")"),
        deep("-", ""),
        deep("", ".a"),
        deep("", "+1"),
        deep("[", "]"),
        deep("lambda:", ""),
        "if x:\n  pass\n".to_owned() + &"elif x:\n  pass\n".repeat(20_000),
        "with ".to_owned() + &"a as b, ".repeat(50_000) + "c: pass" + &"\n(".repeat(3),
    ];
    let site = tempfile::tempdir().unwrap();
    fs_err::create_dir(site.path().join("pkg")).unwrap();
    for (number, text) in hostile.iter().enumerate() {
        let text = format!("import pkg.status.a\n{text}\n");
        fs_err::write(site.path().join(format!("pkg/hostile_{number:02}.py")), text).unwrap();
    }
    let no_encoding = "# coding: none\nimport pkg.status.a";
    fs_err::write(site.path().join("pkg/no_encoding.py"), no_encoding).unwrap();
    fs_err::write(site.path().join("pkg/sound.py"), "import pkg.status.b").unwrap();
    let seen = scan(site.path(), &["pkg"]);
    assert_eq!(seen.found.len(), 1, "{:#?}", seen.found);
    assert_eq!(seen.found[0].file, "pkg/sound.py");
    assert_eq!(seen.unread.len(), hostile.len() + 1, "{:#?}", seen.unread);
    assert!(seen.unread[0].why.starts_with("line 2: "), "{}", seen.unread[0]);
}

/// What an interpreter that breaks on the way has not answered is unread; one that says nothing is a reason to skip.
#[test]
fn an_interpreter_that_breaks_proves_nothing() {
    let site = tempfile::tempdir().unwrap();
    fs_err::create_dir(site.path().join("pkg")).unwrap();
    for name in ["a", "b", "c"] {
        fs_err::write(site.path().join("pkg").join(name).with_extension("py"), "").unwrap();
    }
    let broken = |program: &str| {
        use std::os::unix::fs::PermissionsExt;
        let file = site.path().join("python");
        fs_err::write(&file, format!("#!/bin/sh\n{program}\n")).unwrap();
        fs_err::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        super::scan(&Python::at(file), site.path(), &["pkg"], "pkg.status")
    };
    let listing = r#"echo '{"files": ["pkg/a.py", "pkg/b.py", "pkg/c.py"]}'"#;
    let died = broken(&format!("{listing}; echo '{{\"file\": 0, \"found\": []}}'; kill -SEGV $$"));
    let died = died.unwrap();
    let unread: Vec<String> = died.unread.iter().map(ToString::to_string).collect();
    let why = "the interpreter ended before it had read it: signal 11";
    assert_eq!(unread, [format!("pkg/b.py: {why}"), format!("pkg/c.py: {why}")]);
    let Err(EnvError::Prevented(reason)) = broken("echo oh no >&2; exit 1") else { panic!() };
    assert_eq!(reason.code, SkipCode::InterpreterBroken);
    assert!(!reason.argv.concat().contains(SCRIPT));
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
    write("pkg/status/deep/__init__.py", b"\nfrom ..models import x\n");
    write("pkg/a/b.py", b"from ..status import x\nfrom ..statuses.y import z\nimport pkg.status\n");
    write("pkg/a/status/c.py", b"from .status.x import y\nimport other.status.x\n");
    write("other/d.py", "import pkg.ｓｔａｔｕｓ.x\n".as_bytes());
    write("other/latin.py", b"x = \"\xe4\"\nimport pkg.status.x\n");
    write("other/broken.py", b"import pkg.status.x\n)\n");
    write("other/broken_but_silent.py", b")\n");
    write("other/notes.txt", b"import pkg.status.x\n");
    write("third/e.py", b"import pkg.status.x\n");
    std::os::unix::fs::symlink("../third/e.py", site.path().join("other/link.py")).unwrap();
    std::os::unix::fs::symlink("..", site.path().join("other/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere.py", site.path().join("other/lost.py")).unwrap();

    let seen = scan(site.path(), &["pkg", "other", "absent"]);
    let told: Vec<String> = seen.found.iter().map(ToString::to_string).collect();
    let expected = [
        "other/d.py:1: pkg.status.x (module-level)",
        "other/link.py:1: pkg.status.x (module-level)",
        "pkg/__init__.py:1: pkg.status.models (module-level)",
        "pkg/a/b.py:1: pkg.status (module-level)",
        "pkg/a/b.py:3: pkg.status (module-level)",
        "pkg/status/deep/__init__.py:2: pkg.status.models (module-level)",
    ];
    assert_eq!(told, expected);
    let unread: Vec<&str> = seen.unread.iter().map(|unread| unread.file.as_str()).collect();
    assert_eq!(unread, ["other/broken.py", "other/latin.py", "other/lost.py"]);
    assert_eq!(seen.files, 11);
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

/// A file of such statements, each in a place of its own, and what must be found in it.
fn file() -> impl Strategy<Value = (String, Vec<(usize, Place)>)> {
    prop::collection::vec((statement(), 0..4_usize), 0..12).prop_map(|statements| {
        let mut text = String::new();
        let mut expected = Vec::new();
        for ((statement, hit), kind) in statements {
            let (lead, place) = match kind {
                0 => ("", Place::Module),
                1 => ("def f():\n    ", Place::Function),
                2 => ("if TYPE_CHECKING:\n    ", Place::TypeChecking),
                _ => ("async def g():\n  class C:\n    ", Place::Function),
            };
            text.push_str(lead);
            if hit {
                expected.push((text.matches('\n').count() + 1, place));
            }
            text.push_str(&statement);
            text.push('\n');
        }
        (text, expected)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// Whatever stands around it, an import is found on its line, in its place; and the filter
    /// never loses one that the parser would see. Of any other text something is told, too.
    #[test]
    fn an_import_is_found_wherever_it_stands(
        files in prop::collection::vec(file(), 64),
        others in prop::collection::vec("import pkg.status.{0,200}", 64),
    ) {
        let site = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(site.path().join("pkg/sub")).unwrap();
        fs_err::create_dir_all(site.path().join("other")).unwrap();
        for (number, (text, _)) in files.iter().enumerate() {
            fs_err::write(site.path().join(format!("pkg/sub/{number}.py")), text).unwrap();
        }
        let Scan { found, unread, .. } = scan(site.path(), &["pkg"]);
        prop_assert_eq!(unread, vec![]);
        for (number, (text, expected)) in files.iter().enumerate() {
            let name = format!("pkg/sub/{number}.py");
            let here = found.iter().filter(|found| found.file == name);
            let here: Vec<_> = here.map(|Found { line, place, .. }| (*line, *place)).collect();
            prop_assert_eq!(&here, expected, "{}", text);
        }
        for (number, text) in others.iter().enumerate() {
            fs_err::write(site.path().join(format!("other/{number}.py")), text).unwrap();
        }
        prop_assert_eq!(scan(site.path(), &["other"]).files, others.len());
    }
}
