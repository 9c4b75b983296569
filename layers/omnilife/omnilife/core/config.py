"""Settings: a frozen, typed view of the environment variables that one piece of code needs.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class SearchSettings(Settings):
        opensearch_url: str                  # OPENSEARCH_URL, required
        search_alias: str = "products"       # SEARCH_ALIAS, with a default
        page_sizes: tuple[int, ...] = (20,)  # PAGE_SIZES="20,50"

    settings = SearchSettings.from_environment()

A function that starts with a variable missing fails at once and says which one, rather than at its first
request, with a KeyError.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, Self, get_args, get_origin, get_type_hints


class MissingSetting(LookupError):  # noqa: N818 (says what is wrong, as errors of the domains do)
    """A required environment variable is not set, or is empty."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"environment variable {variable} is not set")
        self.variable = variable


class BadSetting(ValueError):  # noqa: N818
    """An environment variable's text is not of its field's type.

    The text itself is not repeated: it may be a secret.
    """

    def __init__(self, variable: str, expected: str) -> None:
        super().__init__(f"environment variable {variable} is not {expected}")
        self.variable = variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Base of settings classes. Fields are `str`, `int`, `float`, `bool` or a `tuple[<one of them>, ...]`."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read every field from the variable of its upper-cased name.

        An empty variable counts as unset: a template cannot leave one out by condition, only empty it.
        A field whose default is empty itself may therefore be left empty.

        Raises:
            MissingSetting: a field without a default has no variable.
            BadSetting: a variable's text cannot be read as the field's type.
        """
        types = _types(cls)
        return cls(**{field.name: _read(field, types[field.name], environ) for field in fields(cls)})


def _types(settings: type[Settings]) -> Mapping[str, Any]:
    """The types of its fields: resolved once, since that takes as long as ten readings."""
    if settings not in _RESOLVED:
        _RESOLVED[settings] = get_type_hints(settings)
    return _RESOLVED[settings]


def required(variable: str, environ: Mapping[str, str] = os.environ) -> str:
    """One variable whose name is only known at run time.

    Raises:
        MissingSetting: it is not set, or is empty.
    """
    if text := environ.get(variable, "").strip():
        return text
    raise MissingSetting(variable)


def _read(field: Field[Any], kind: Any, environ: Mapping[str, str]) -> Any:
    variable = field.name.upper()
    text = environ.get(variable, "").strip()
    if text:
        return _parse(variable, text, kind)
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    raise MissingSetting(variable)


def _parse(variable: str, text: str, kind: Any) -> Any:
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return tuple(_parse(variable, part.strip(), item) for part in text.split(",") if part.strip())
    read, expected = _READERS[kind]
    try:
        return read(text)
    except ValueError:
        raise BadSetting(variable, expected) from None


def _read_bool(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except KeyError:
        raise ValueError(text) from None


_RESOLVED: dict[type[Settings], Mapping[str, Any]] = {}

_READERS: Mapping[Any, tuple[Callable[[str], Any], str]] = {
    str: (str, "text"),
    int: (int, "a whole number"),
    float: (float, "a number"),
    bool: (_read_bool, "true or false"),
}
