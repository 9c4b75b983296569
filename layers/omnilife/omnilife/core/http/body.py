"""Strict JSON: what RFC 8259 leaves open is refused, since two readers would guess differently."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from omnilife.core.errors import MalformedBody

MAX_DEPTH = 32
"""Levels of arrays and objects; `[[]]` has two."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(raw: bytes) -> Any:
    """The value that `raw` holds: UTF-8 without a byte order mark, and nothing beside RFC 8259's grammar.

    Raises:
        MalformedBody: not UTF-8, not JSON, a member named twice in one object, NaN or infinity (also by
            overflow), text that is half of a surrogate pair, or nesting deeper than `MAX_DEPTH`.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise MalformedBody("The body is not UTF-8.") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        raise MalformedBody(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise MalformedBody(f"The body nests deeper than {MAX_DEPTH} levels.") from None
    except ValueError:  # an integer of more digits than Python is willing to convert
        raise MalformedBody("The body holds a number that is too long.") from None
    _check_depth(value)
    if _SURROGATE.search(text):
        _check_text(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise MalformedBody(f"An object names {json.dumps(twice)[:100]} twice.")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedBody(f"{name} is not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise MalformedBody("The body holds a number that is too large.")
    return number


def _check_depth(value: Any) -> None:
    level: Iterable[Any] = (value,)
    for _ in range(MAX_DEPTH + 1):
        containers = [item for item in level if isinstance(item, (dict, list))]
        if not containers:
            return
        level = [
            child for item in containers for child in (item.values() if isinstance(item, dict) else item)
        ]
    raise MalformedBody(f"The body nests deeper than {MAX_DEPTH} levels.")


def _check_text(value: Any) -> None:
    """Escapes can spell half a surrogate pair, which no store and no client could be sent as UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise MalformedBody("A string holds half of a surrogate pair.") from None
