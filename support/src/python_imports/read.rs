//! The imports of one file.

use ruff_python_ast::statement_visitor::{StatementVisitor, walk_body, walk_stmt};
use ruff_python_ast::{BoolOp, Expr, Stmt, StmtIf, StmtImportFrom, UnaryOp};
use ruff_python_parser::parse_module;

use super::Place;

/// A module that an import statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its absolute name. Of `from a.b import c` it is `a.b`: whether `c` is a module or a name in
    /// one cannot be told from the statement.
    pub module: String,
    /// The line on which the statement begins, from 1.
    pub line: usize,
    /// Where it stands.
    pub place: Place,
}

/// Why a file's imports are not known: it is not Python.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Unparsable {
    /// The line of the first fault, from 1.
    pub line: usize,
    /// What the parser says.
    pub why: String,
}

/// Every module that the text of a file of `package` imports, in the order of the text.
///
/// `package` is the dotted name of the folder that the file lies in, also for an `__init__.py`.
/// A relative import that leaves the outermost package imports nothing, and is left out.
pub fn imports_in(text: &str, package: &str) -> Result<Vec<Import>, Unparsable> {
    imports_where(text, package, |_| true)
}

/// As [`imports_in`], of the modules that are `wanted`.
pub(super) fn imports_where(
    text: &str,
    package: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Import>, Unparsable> {
    let module = parse_module(text).map_err(|error| Unparsable {
        line: line_at(text, error.location.start().to_usize()),
        why: error.error.to_string(),
    })?;
    let mut reader =
        Reader { package: package.split('.').collect(), place: Place::Module, seen: Vec::new() };
    walk_body(&mut reader, module.suite());
    let seen = reader.seen.into_iter();
    let wanted = seen.filter(|(module, ..)| wanted(module));
    Ok(wanted
        .map(|(module, offset, place)| Import { module, line: line_at(text, offset), place })
        .collect())
}

/// Walks through the statements of a file.
struct Reader<'a> {
    package: Vec<&'a str>,
    place: Place,
    /// Module, offset of the statement, place.
    seen: Vec<(String, usize, Place)>,
}

impl<'a> StatementVisitor<'a> for Reader<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.add(alias.name.to_string(), import.range.start().to_usize());
                }
            }
            Stmt::ImportFrom(import) => {
                if let Some(module) = self.absolute(import) {
                    self.add(module, import.range.start().to_usize());
                }
            }
            Stmt::FunctionDef(_) => {
                self.within(Place::Function, |reader| walk_stmt(reader, statement));
            }
            Stmt::If(branches) => self.walk_branches(branches),
            other => walk_stmt(self, other),
        }
    }
}

impl Reader<'_> {
    fn add(&mut self, module: String, offset: usize) {
        self.seen.push((module, offset, self.place));
    }

    fn absolute(&self, import: &StmtImportFrom) -> Option<String> {
        let named = import.module.as_ref().map(ToString::to_string);
        let Some(up) = (import.level as usize).checked_sub(1) else {
            return named;
        };
        let base = self.package.len().checked_sub(up).filter(|&left| left > 0)?;
        let parts = self.package[..base].iter().map(ToString::to_string);
        Some(parts.chain(named).collect::<Vec<_>>().join("."))
    }

    /// What only a type checker reads, nothing in it makes anybody else read.
    fn within(&mut self, place: Place, walk: impl FnOnce(&mut Self)) {
        let outer = self.place;
        self.place = outer.max(place);
        walk(self);
        self.place = outer;
    }

    fn walk_branches<'b>(&mut self, branches: &'b StmtIf)
    where
        Self: StatementVisitor<'b>,
    {
        let first = (Some(&*branches.test), &branches.body);
        let others = branches.elif_else_clauses.iter();
        let others = others.map(|clause| (clause.test.as_ref(), &clause.body));
        let mut at_runtime_too = true;
        for (test, body) in std::iter::once(first).chain(others) {
            let reads = test.map_or(Readers::Everybody, readers);
            if reads == Readers::TypeChecker || !at_runtime_too {
                self.within(Place::TypeChecking, |reader| walk_body(reader, body));
            } else {
                walk_body(self, body);
            }
            at_runtime_too &= reads != Readers::Runtime;
        }
    }
}

/// Who goes into the branch of a condition.
#[derive(Debug, PartialEq, Eq)]
enum Readers {
    Everybody,
    TypeChecker,
    /// Whoever runs the program, always: nobody else is left for the branches that follow.
    Runtime,
}

fn readers(test: &Expr) -> Readers {
    match test {
        Expr::Name(name) if name.id.as_str() == TYPE_CHECKING => Readers::TypeChecker,
        Expr::Attribute(attribute) if attribute.attr.as_str() == TYPE_CHECKING => {
            Readers::TypeChecker
        }
        Expr::UnaryOp(not) if not.op == UnaryOp::Not => match readers(&not.operand) {
            Readers::TypeChecker => Readers::Runtime,
            Readers::Runtime => Readers::TypeChecker,
            Readers::Everybody => Readers::Everybody,
        },
        Expr::BoolOp(all) if all.op == BoolOp::And => {
            let only = |part| readers(part) == Readers::TypeChecker;
            if all.values.iter().any(only) { Readers::TypeChecker } else { Readers::Everybody }
        }
        _ => Readers::Everybody,
    }
}

/// The name of the constant that only a type checker takes for true.
const TYPE_CHECKING: &str = "TYPE_CHECKING";

/// Python ends a line at `\n`, at `\r`, and at both together.
fn line_at(text: &str, offset: usize) -> usize {
    let before = &text[..offset];
    let count = |end: char| before.matches(end).count();
    count('\n') + count('\r') - before.matches("\r\n").count() + 1
}
