"""Tells which modules of a package the Python files of a release import.

It reads source, and neither imports nor runs any: `ast` gives the syntax tree, and that is walked. Arguments: the
folder of installed packages, the package that is looked for (a dotted name of two parts or more), the packages whose
files are read. The first line of output lists the files; then each has a line of its own, as soon as it was read.
"""

import ast
import gc
import json
import os
import re
import sys

PLACES = ("module-level", "function-level", "type-checking")
MODULE, FUNCTION, TYPE_CHECKING = range(3)

# A statement that names the package has its last part behind a dot; a backslash joins two lines.
GAP = rb"(?:[ \t\f]|\\\r\n?|\\\n)"
ASCII = bytes(range(128))


def main():
    site, target, *packages = sys.argv[1:]
    # Nothing that is parsed is garbage before the end: to look for it takes a third of the time.
    gc.disable()
    last = re.escape(target.rpartition(".")[2].encode())
    may_name = re.compile(rb"(?:from|import)(?:[\w.,]|%b)*\.%b*%b\b" % (GAP, GAP, last))
    files = sorted(python_files(site, packages))
    say(files=[printable(file) for file in files])
    for number, file in enumerate(files):
        try:
            with open(os.path.join(site, file), "rb") as source:
                text = source.read()
            is_inside = file.startswith(target.replace(".", os.sep) + os.sep)
            parse = is_inside or may_import(text, may_name)
            found = imports(text, file, target) if parse else []
            say(file=number, found=list(found))
        except OSError as error:
            say(file=number, unread=error.strerror or "it cannot be read")
        except SyntaxError as error:
            say(file=number, unread=f"line {error.lineno or 1}: {error.msg}")
        except (ValueError, RecursionError, MemoryError) as error:
            say(file=number, unread=f"{type(error).__name__}: {error}".removesuffix(": "))


def say(**line):
    print(json.dumps(line), flush=True)


def printable(file):
    return os.fsencode(file).decode(errors="replace")


def python_files(site, packages):
    """A link to a file is a file; a link to a folder is not followed, it might lead back."""
    unreadable = []
    for package in packages:
        root = os.path.join(site, package)
        if not os.path.isdir(root):
            continue
        for folder, _, names in os.walk(root, onerror=unreadable.append):
            files = (os.path.join(folder, name) for name in names if name.endswith(".py"))
            yield from (os.path.relpath(file, site) for file in files)
    # A folder that cannot be listed is told as a file that cannot be read.
    yield from (os.path.relpath(error.filename, site) for error in unreadable)


def may_import(text, may_name):
    """Whether a file has to be parsed, which is what costs.

    Python takes a name in other letters for the same name when their compatibility form (NFKC) is, and a file may
    choose an encoding in which ASCII is no ASCII: such files are parsed, whatever they hold.
    """
    if may_name.search(text) or b"coding" in b"".join(text.splitlines()[:2]):
        return True
    try:
        return any(map(str.isalnum, text.translate(None, ASCII).decode()))
    except UnicodeDecodeError:
        return True


def imports(text, file, target):
    """The line, module and place of each import of `target`, or of something below it."""
    package = os.path.dirname(file).split(os.sep)
    todo = [(ast.parse(text).body, MODULE)]
    while todo:
        body, place = todo.pop()
        for statement in body:
            for module in modules_of(statement, package):
                if f"{module}.".startswith(f"{target}."):
                    yield statement.lineno, module, PLACES[place]
            todo.extend(bodies_of(statement, place))


def modules_of(statement, package):
    """The absolute names of the modules that an import statement names.

    Of `from a.b import c` it is `a.b`: whether `c` is a module or a name in one cannot be told from the statement. A
    relative import that leaves the outermost package imports nothing.
    """
    match statement:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, level=0):
            return [module]
        case ast.ImportFrom(module=module, level=level) if level <= len(package):
            base = package[: len(package) - level + 1]
            return [".".join(base + [module] if module else base)]
    return []


def bodies_of(statement, place):
    """The bodies of a statement, and where they stand. What only a type checker reads, nothing in it makes others read."""
    match statement:
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            return [(body, max(place, FUNCTION))]
        case ast.If(test=test, body=body, orelse=orelse):
            checked = is_for_the_type_checker(test)
            return [
                (body, TYPE_CHECKING if checked is True else place),
                (orelse, TYPE_CHECKING if checked is False else place),
            ]
    parts = [statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]
    fields = ("body", "orelse", "finalbody")
    return [(getattr(part, field, ()), place) for part in parts for field in fields]


def is_for_the_type_checker(test):
    """True where nobody else goes into the branch of this condition; False where all others do, always; else None."""
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = is_for_the_type_checker(operand)
            return None if inner is None else not inner
        case ast.BoolOp(op=ast.And(), values=values) if any(map(is_for_the_type_checker, values)):
            return True
    return None


main()
