"""Templates that somebody else wrote, run: they see what they are given, and come to an end.

Jinja's own sandbox keeps a template away from Python's insides. It does not keep one from running for ever or
from filling the memory, so the language is cut down to what messages take: text, values, conditions, loops
over lists, blocks and one layout. No macros, calls, assignments or imports; a fixed list of filters, with
constant arguments. What is left grows only by loops and output, and both have a budget, as has the time.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any, override

from jinja2 import DictLoader, StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2 import Template as Compiled
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from omnilife.notifications.formats import FORMATS
from omnilife.notifications.message_templates import FOLDER
from omnilife.notifications.problems import BadTemplate, MissingVariables, TemplateTooCostly

MAX_STEPS = 5_000
"""Turns of all loops of a part, those inside one another multiplied."""

MAX_OUTPUT = 200_000
"""Characters of a part."""

MAX_SECONDS = 2.0
MAX_OPERANDS = 200
MAX_CONSTANT = 2_000

BUILT_IN = frozenset(
    {
        "name",
        "base_url",
        "lang",
        "language",
        "subject",
        "preheader",
        "mandatory",
        "time_zone",
        "unsubscribe_url",
        "words",
    }
)
"""What every template is given beside its data."""

_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.NSRef,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Filter,
    nodes.Test,
    nodes.If,
    nodes.CondExpr,
    nodes.For,
    nodes.Block,
    nodes.Extends,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Add,
    nodes.Sub,
    nodes.Concat,
)
_FILTERS = {
    *("abs", "capitalize", "default", "d", "e", "escape", "first", "int", "items", "join", "last", "length"),
    *("lower", "round", "striptags", "title", "trim", "truncate", "upper", "urlencode"),
    *FORMATS,
}
_TESTS = {
    *("defined", "undefined", "none", "number", "string", "mapping", "sequence", "even", "odd"),
    *("true", "false"),
}


class _Budget:
    """What one part may still spend."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic
        self.deadline = monotonic() + MAX_SECONDS
        self.steps = MAX_STEPS
        self.output = MAX_OUTPUT

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise TemplateTooCostly(f"loops take more than {MAX_STEPS:,} turns")
        self.tick()

    def write(self, characters: int) -> None:
        self.output -= characters
        if self.output < 0:
            raise TemplateTooCostly(f"a part is longer than {MAX_OUTPUT:,} characters")
        self.tick()

    def tick(self) -> None:
        if self.monotonic() > self.deadline:
            raise TemplateTooCostly(f"a part takes longer than {MAX_SECONDS:.0f} s")


_BUDGET: ContextVar[_Budget | None] = ContextVar("budget", default=None)


class _Named(StrictUndefined):
    """A value that is not there; the error says its name and nothing else."""

    @property
    @override
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


class _Counted:
    """What a loop goes over; each turn is counted."""

    def __init__(self, values: Iterable[Any]) -> None:
        # Undefined, or what is no list at all, fails here as it would in the loop.
        self._values = list(values)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Any]:
        budget = _BUDGET.get()
        for value in self._values:
            if budget is not None:
                budget.step()
            yield value


def _finalize(value: Any) -> Any:
    budget = _BUDGET.get()
    if budget is not None:
        budget.write(len(str(value)))
    return "" if value is None else value


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja, cut down."""

    @override
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _check(tree)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        return tree


def _check(tree: nodes.Template) -> None:
    operands = 0
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        children = list(node.iter_child_nodes())
        waiting += children
        if not isinstance(node, _NODES):
            _refuse(node, f"{type(node).__name__.lower()} is not for templates of messages")
        if isinstance(node, nodes.For) and node.recursive:
            _refuse(node, "loops do not call themselves")
        if isinstance(node, nodes.Extends) and not (
            isinstance(node.template, nodes.Const) and node.template.value == "layout"
        ):
            _refuse(node, 'only "layout" can be extended')
        if isinstance(node, nodes.Filter):
            _check_filter(node)
        if isinstance(node, nodes.Test) and node.name not in _TESTS:
            _refuse(node, f"there is no test {node.name!r}")
        if isinstance(node, nodes.Const) and len(str(node.value)) > MAX_CONSTANT:
            _refuse(node, "a constant is too long")
        if isinstance(node, nodes.Concat | nodes.List | nodes.Tuple | nodes.Add):
            operands += len(children)
            if operands > MAX_OPERANDS:
                _refuse(node, f"more than {MAX_OPERANDS} values are put together")


def _check_filter(node: nodes.Filter) -> None:
    if node.name not in _FILTERS:
        _refuse(node, f"there is no filter {node.name!r}")
    given = [*node.args, *(each.value for each in node.kwargs)]
    constant = all(isinstance(each, nodes.Const) and len(str(each.value)) <= 40 for each in given)
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        _refuse(node, "arguments are written out")
    if node.name not in ("default", "d") and not constant:
        _refuse(node, f"the arguments of {node.name!r} are short constants")


def _refuse(node: nodes.Node, why: str) -> None:
    raise TemplateSyntaxError(why, node.lineno)


@cache
def _environment(*, html: bool) -> _Sandbox:
    layout = (FOLDER / "layout.html").read_text(encoding="utf-8")
    environment = _Sandbox(
        loader=DictLoader({"layout": layout} if html else {}),
        undefined=_Named,
        autoescape=html,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {**FORMATS, "_counted": _Counted}
    environment.globals.clear()
    return environment


@lru_cache(maxsize=200)
def _compiled(source: str, *, html: bool) -> Compiled:
    return _environment(html=html).from_string(source)


def run(
    source: str,
    values: dict[str, Any],
    *,
    html: bool = False,
    pointer: str = "",
    monotonic: Callable[[], float] = time.monotonic,
) -> str:
    """What a part of a template says with these values.

    Args:
        html: what is put in is escaped.
        pointer: where the part stands in its template, for the error.

    Raises:
        MissingVariables: names the one that is missing.
        BadTemplate: it is no template, or not one that is allowed; or it cannot do what it does with a value.
        TemplateTooCostly: it has more loops, text or time than it may.
    """
    spent = _BUDGET.set(_Budget(monotonic))
    try:
        written: list[str] = []
        length = 0
        for chunk in _compiled(source, html=html).generate(values):
            length += len(chunk)
            if length > MAX_OUTPUT:
                raise TemplateTooCostly(f"a part is longer than {MAX_OUTPUT:,} characters")
            written.append(chunk)
        return "".join(written)
    except UndefinedError as error:
        raise MissingVariables([str(error)]) from error
    except TemplateSyntaxError as error:
        raise BadTemplate(pointer, f"line {error.lineno}: {error.message}") from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise BadTemplate(pointer, f"it cannot be rendered: {type(error).__name__}") from error
    except RecursionError as error:
        raise BadTemplate(pointer, "too deeply nested") from error
    finally:
        _BUDGET.reset(spent)


def variables_of(source: str, *, html: bool = False, pointer: str = "") -> frozenset[str]:
    """What a part takes beside what every template is given; what it asks for with `default` or `is defined`
    may be missing.

    Raises:
        BadTemplate
    """
    try:
        tree = _environment(html=html).parse(source)
    except TemplateSyntaxError as error:
        raise BadTemplate(pointer, f"line {error.lineno}: {error.message}") from error
    except RecursionError as error:
        raise BadTemplate(pointer, "too deeply nested") from error
    optional = {
        asked.node.name
        for asked in tree.find_all((nodes.Filter, nodes.Test))
        if asked.name in ("default", "d", "defined", "undefined") and isinstance(asked.node, nodes.Name)
    }
    return frozenset(find_undeclared_variables(tree)) - optional - BUILT_IN
