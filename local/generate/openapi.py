"""The OpenAPI 3.1 document of the whole API, from the handlers themselves.

Each handler's file is loaded by Powertools' `OpenAPIMerge`, one by one first, so that two handlers that mean
different things by one schema name are found: merged at once, the later would silently win.
"""

import json
import re
import warnings
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge
from aws_lambda_powertools.event_handler.openapi.models import Server, Tag

API_VERSION = "1.0.0"
"""Of the contract, not of the code: what `GET /health` says is the code's."""

DESCRIPTION = """\
Paths, shapes and errors are stable. What every route has in common:

- **Money** is an integer of minor units with its ISO 4217 currency: `{"amount": 1999, "currency": "USD"}`.
- **Times** are RFC 3339 in UTC with milliseconds.
- **Errors** are RFC 9457 problem details. `type` is what to compare; `errors` points at what is wrong.
- **Lists** answer `items` and `next_cursor`. Send the cursor back with the same query; null ends the list.
- **`Idempotency-Key`** on a POST gives the same result for the same key and body during 24 hours.
- **`If-Match`** with the `ETag` of what was read refuses a change to what has changed since.
- **`X-Request-Id`** is echoed, or made: it is the id of every log line and event that follows.

Answers that the gateway itself gives are not in this document: 413 for a body over 6 MB, 414 and 431 for
request lines and headers over 10 KB, 429 when the account's own request rate is used up.
"""

_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')
_ROUTE = re.compile(r"^api = endpoint\(", re.MULTILINE)


class AmbiguousSchema(ValueError):  # noqa: N818 (says what is wrong)
    """Two handlers mean different things by one name: rename one of the models or functions."""


def route_files(root: Path) -> list[Path]:
    """The `app.py` of every function that has a route, in the order of their paths."""
    return [
        file for file in sorted((root / "functions").glob("*/*/app.py")) if _ROUTE.search(file.read_text())
    ]


def openapi_document(root: Path) -> dict[str, Any]:
    """The document.

    Raises:
        AmbiguousSchema: see there.
    """
    files = route_files(root)
    schemas = [_schema_of(file) for file in files]
    _check_names(zip(files, schemas, strict=True))
    merge = OpenAPIMerge(
        title="OmniLife API",
        version=API_VERSION,
        description=DESCRIPTION,
        servers=[Server.model_validate({"url": "/", "description": "The host that this document is from."})],
        tags=list(_tags(files)),
        on_conflict="error",
    )
    for schema in schemas:
        merge.add_schema(schema)
    document = merge.get_openapi_schema()
    document["paths"] = dict(sorted(document["paths"].items()))
    document["components"]["schemas"] = dict(sorted(_used_schemas(document).items()))
    return document


def openapi_text(root: Path) -> str:
    """The document as it is committed: one line a value, so that a change reads well."""
    return json.dumps(openapi_document(root), indent=1, ensure_ascii=False) + "\n"


def _schema_of(file: Path) -> dict[str, Any]:
    merge = OpenAPIMerge()
    merge.add_file(file, resolver_name="api")
    with warnings.catch_warnings():
        # Powertools only warns of a handler that it cannot load; without it the document would lack a route.
        warnings.filterwarnings("error", message="Failed to load resolver")
        schema = merge.get_openapi_schema()
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["operationId"] = (
                file.parent.name
            )  # the function's name: what logs and templates call it
    return schema


def _check_names(described: Iterable[tuple[Path, dict[str, Any]]]) -> None:
    seen: dict[tuple[str, str], tuple[Path, Any]] = {}
    for file, schema in described:
        for kind, name, meaning in _named(schema):
            first, known = seen.setdefault((kind, name), (file, meaning))
            if known != meaning:
                raise AmbiguousSchema(f"the {kind} {name} differs between {first} and {file}")


def _named(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """What a document must not say twice: schemas by what they mean, operations by where they are."""
    for name, meaning in schema.get("components", {}).get("schemas", {}).items():
        yield "schema", name, meaning
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield "operation id", operation["operationId"], (path, method)


def _used_schemas(document: dict[str, Any]) -> dict[str, Any]:
    """The schemas that something refers to: a handler's own document may define more than it needs."""
    schemas = document["components"]["schemas"]
    used: set[str] = set()
    waiting = _REFERENCE.findall(json.dumps(document["paths"]))
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _REFERENCE.findall(json.dumps(schemas[name]))
    return {name: schemas[name] for name in used}


def _tags(files: Iterable[Path]) -> Iterator[Tag]:
    """The domains, each with what its package says of itself."""
    for domain in sorted({file.parents[1].name for file in files}):
        said = (import_module(f"omnilife.{domain}").__doc__ or "").strip()
        yield Tag(name=domain, description=said.partition("\n")[0])
