"""What a function's code can come to: the settings it may read and the third-party packages it may import.

Read from the source, since a handler imports late what it needs late. From the function's file on, every
definition that is mentioned is followed, through imports and through the names that packages offer lazily.
Annotations are not: they need nothing at run time. `core.http` is not followed either: what it needs depends
on what the endpoint declares, and `Needs.of` asks that.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from omnilife.core.http import Endpoint
from omnilife.core.http.contract import Contract
from tests.support.functions import load_function
from tests.support.templates import ROOT

LAYER = ROOT / "layers" / "omnilife"
HTTP = "omnilife.core.http"
OUTBOX_HANDLERS = {"stream_publisher", "outbox_sweeper"}

type Definition = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign | ast.TypeAlias
)


@dataclass(frozen=True)
class Module:
    """One file: what it defines and what it imports, by local name.

    Attributes:
        imports: local name → module, and the name in it (`""` for the module itself).
        executed: modules imported by importing this one.
    """

    name: str
    tree: ast.Module
    definitions: dict[str, Definition] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    executed: set[str] = field(default_factory=set)


@dataclass
class Needs:
    """What a function may read and import.

    Attributes:
        variables: environment variables.
        packages: third-party top-level modules.
    """

    variables: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, folder: str) -> "Needs":
        """Of `functions/<folder>/app.py`."""
        needs = cls()
        path = ROOT / "functions" / folder / "app.py"
        module = _read("app", path)
        _Walk(needs).everything_in(module)
        if isinstance(api := getattr(load_function(folder), "api", None), Endpoint):
            needs._add_endpoint(api.contract)
        return needs

    def _add_endpoint(self, api: Contract) -> None:
        if api.shielded or api.rule.reads_credentials:
            self.variables.add("TRUST_TABLE")
            self.packages.add("botocore")
        if api.shielded or api.limit:
            self.variables.add("EDGE_SECRET_ARN")
        if api.rule.reads_credentials:
            self.variables |= {"TOKEN_ISSUER", "TOKEN_AUDIENCE"}
            self.packages.add("cryptography")
        if api.limit:
            self.variables.add("RATE_LIMITS")
        if api.outbox:
            self.variables.add(api.outbox)
        if api.limit and api.limit_table:
            self.variables.add(api.limit_table)
        elif api.limit:
            self.variables |= {"VALKEY_URL", "VALKEY_IAM_USER", "VALKEY_CACHE_NAME"}
            self.packages.add("valkey")


class _Walk:
    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._seen: set[tuple[str, str]] = set()
        self._executed: set[str] = set()

    def everything_in(self, module: Module) -> None:
        """The file of a function: all of it runs."""
        self._execute(module)
        for name in module.definitions:
            self._follow(module, module.definitions[name])
        for statement in module.tree.body:
            self._follow(module, statement)

    def _execute(self, module: Module) -> None:
        for name in module.executed:
            self._import(name)

    def _import(self, name: str) -> None:
        top = name.partition(".")[0]
        if top == "omnilife":
            if name not in self._executed and (imported := module_of(name)):
                self._executed.add(name)
                self._execute(imported)
        elif top not in sys.stdlib_module_names:
            self._needs.packages.add(top)

    def _reach(self, module_name: str, name: str) -> None:
        if (module_name, name) in self._seen:
            return
        self._seen.add((module_name, name))
        self._import(module_name)
        if module_name.startswith(HTTP):
            return
        module = module_of(module_name)
        if module is None:
            return
        if name in module.definitions:
            definition = module.definitions[name]
            if _is_settings(definition):
                self._needs.variables |= _variables(definition)
            self._follow(module, definition)
        elif name in module.imports:
            self._reach(*self._resolved(module.imports[name]))

    def _follow(self, module: Module, node: ast.AST) -> None:
        imports = module.imports | _imports(_statements(node), module.name)
        for inner in _without_annotations(node):
            match inner:
                case ast.Import(names=names):
                    for alias in names:
                        self._import(alias.name)
                case ast.ImportFrom(module=source) if source and inner not in module.tree.body:
                    self._import(source)
                case ast.Constant(value=str(text)) if text.startswith("omnilife.") and module_of(text):
                    self._import(text)  # a program of ours, for a process of its own
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text))]) if (
                    name == "required"
                ):
                    self._needs.variables.add(text)
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(domain))]) if (
                    name in OUTBOX_HANDLERS
                ):
                    self._needs.variables.add(f"{domain.upper()}_TABLE")
                case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in imports:
                    target, own = self._resolved(imports[name])
                    self._reach(target, own or attribute)
                case ast.Name(id=name):
                    if name in imports:
                        self._reach(*self._resolved(imports[name]))
                    elif name in module.definitions and module.name != "app":
                        self._reach(module.name, name)

    @staticmethod
    def _resolved(imported: tuple[str, str]) -> tuple[str, str]:
        """`from package import submodule` is the submodule."""
        module, name = imported
        return (f"{module}.{name}", "") if name and module_of(f"{module}.{name}") else imported


@cache
def module_of(name: str) -> Module | None:
    """The module `omnilife.…`; None for what is none, or not ours."""
    base = LAYER.joinpath(*name.split("."))
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if name.startswith("omnilife") and path.is_file():
            return _read(name, path)
    return None


def _read(name: str, path: Path) -> Module:
    module = Module(name, ast.parse(path.read_text(encoding="utf-8")))
    for statement in module.tree.body:
        match statement:
            case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) | ast.ClassDef(name=own):
                module.definitions[own] = statement
            case ast.Assign(targets=[ast.Name(id=own)]) | ast.AnnAssign(target=ast.Name(id=own)):
                module.definitions[own] = statement
            case ast.Import(names=names):
                module.executed.update(alias.name for alias in names)
            case ast.ImportFrom(module=source) if source:
                module.executed.add(source)
                module.executed.update(
                    f"{source}.{alias.name}" for alias in statement.names if _is_ours(source)
                )
    top_level = [node for statement in module.tree.body for node in _statements(statement)]
    module.imports.update(_imports(top_level, name))
    return module


def _is_ours(source: str) -> bool:
    return source.partition(".")[0] == "omnilife"


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Import statements in `node`, those for type checkers too: packages offer their names by them."""
    yield from (inner for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom))


def _imports(statements: "Iterator[ast.AST] | list[ast.AST]", _importer: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for statement in statements:
        match statement:
            case ast.Import(names=names):
                found |= {alias.asname or alias.name.partition(".")[0]: (alias.name, "") for alias in names}
            case ast.ImportFrom(module=source, names=names) if source:
                found |= {alias.asname or alias.name: (source, alias.name) for alias in names}
    return found


def _without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below `node` that do something at run time."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _without_annotations(child)


def _is_settings(definition: ast.AST) -> bool:
    return isinstance(definition, ast.ClassDef) and any(
        isinstance(base, ast.Name) and base.id == "Settings" for base in definition.bases
    )


def _variables(definition: ast.AST) -> set[str]:
    return {
        statement.target.id.upper()
        for statement in getattr(definition, "body", [])
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }
