"""Query strings, read from the request line itself.

API Gateway joins repeated parameters with commas, and so cannot tell `brand=a&brand=b` from `brand=a,b`.
"""

from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl

from omnilife.core.errors import BadRequest, FieldError

MAX_QUERY_BYTES = 4096
MAX_FIELDS = 100


class QueryTooLong(BadRequest):
    """The query string is over its limit."""

    slug = "query-too-long"
    title = "Query too long"


class UnknownParameter(BadRequest):
    """A parameter that the route does not have: a misspelt filter must not silently match everything."""

    slug = "unknown-parameter"
    title = "Unknown parameter"


class RepeatedParameter(BadRequest):
    """A parameter of one value was given more than once."""

    slug = "repeated-parameter"
    title = "Repeated parameter"


def parse_query(raw: str) -> dict[str, list[str]]:
    """Names and values in their order, percent-decoded once as UTF-8; `+` is a space, `,` and `;` are text.

    Raises:
        QueryTooLong: more than `MAX_QUERY_BYTES` as sent, or more than `MAX_FIELDS` parameters.
        BadRequest: not UTF-8.
    """
    if len(raw.encode(errors="surrogatepass")) > MAX_QUERY_BYTES:
        raise QueryTooLong(f"A query string may have {MAX_QUERY_BYTES} bytes.")
    if raw.count("&") >= MAX_FIELDS:
        raise QueryTooLong(f"A query string may have {MAX_FIELDS} parameters.")
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise BadRequest("The query string is not UTF-8.") from None
    query: dict[str, list[str]] = {}
    for name, value in pairs:
        query.setdefault(name, []).append(value)
    return query


def check_query(query: Mapping[str, list[str]], known: Mapping[str, bool], prefixes: Collection[str]) -> None:
    """Refuse what the route does not declare.

    Args:
        query: as `parse_query` returns it.
        known: parameter → whether it may repeat.
        prefixes: beginnings of names that are open (`attr.`); those may repeat.

    Raises:
        UnknownParameter, RepeatedParameter: each names all that are wrong.
    """
    declared = {name: values for name, values in query.items() if name in known}
    open_ended = {name for name in query if name.startswith(tuple(prefixes)) and name not in prefixes}
    if unknown := sorted(query.keys() - declared.keys() - open_ended):
        raise UnknownParameter(
            f"This route has no parameter {_quoted(unknown)}.",
            errors=[FieldError(_pointer(name), "unknown parameter") for name in unknown],
        )
    if repeated := sorted(name for name, values in declared.items() if len(values) > 1 and not known[name]):
        raise RepeatedParameter(
            f"Give {_quoted(repeated)} once.",
            errors=[FieldError(_pointer(name), "given more than once") for name in repeated],
        )


def _quoted(names: Collection[str]) -> str:
    return ", ".join(f"“{name[:64]}”" for name in names)


def _pointer(name: str) -> str:
    return "/query/" + name.replace("~", "~0").replace("/", "~1")
