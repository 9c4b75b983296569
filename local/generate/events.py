"""docs/events.md: every domain's events with their data, from their models."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from omnilife.core.events import DomainEvent

HEADER = """\
# Events
Made from the models by `make openapi`; a test fails when it is stale.

Domains tell each other what happened through the event bus, as `detail` of an EventBridge event whose
`detail-type` is the event's type and whose `source` is its domain:

| field | meaning |
|---|---|
| `id` | UUIDv7; a consumer that has seen it ignores the event |
| `type` | in the past tense |
| `time` | when it happened: RFC 3339, UTC, milliseconds |
| `aggregate`, `aggregate_id` | what changed, and which one |
| `version` | of the aggregate after the change; a consumer that knows a later one ignores the event |
| `correlation_id` | the request that led to it: its `X-Request-Id` |
| `actor` | who caused it: `user:<id>`, `key:<id>` or `system:<job>` |
| `data` | below, by type |

An event may arrive late, more than once and out of order.

Every domain with routes for API keys also sends `ApiKeyUsed` (aggregate `api_key`, data `key_id`), at most
once in ten minutes a key.
"""


def events_page(root: Path) -> str:
    """The page, with a section a domain and a table an event."""
    domains = sorted(path.parent.name for path in (root / "layers/omnilife/omnilife").glob("*/events.py"))
    sections = [_section(domain) for domain in domains if domain != "core"]
    return "\n".join([HEADER, *sections])


def event_types(domain: str) -> list[type[DomainEvent]]:
    """The events that `domain` defines in `events.py` and `<what>_events.py`, by name."""
    package = Path(str(import_module(f"omnilife.{domain}").__file__)).parent
    modules = [import_module(f"omnilife.{domain}.{path.stem}") for path in package.glob("*events.py")]
    found = {
        name: cls
        for module in modules
        for name, cls in inspect.getmembers(module, inspect.isclass)
        # What begins with an underscore is a base of events, and none itself.
        if name[0] != "_" and issubclass(cls, DomainEvent) and cls.__module__ == module.__name__
    }
    return [found[name] for name in sorted(found)]


def _section(domain: str) -> str:
    return "\n".join([f"## omnilife.{domain}", "", *(_event(event) for event in event_types(domain))])


def _event(event: type[DomainEvent]) -> str:
    (name,) = get_args(event.model_fields["type"].annotation)
    data = event.model_fields["data"].annotation
    assert inspect.isclass(data)  # noqa: S101 (a subclass that narrows `data` to no model would not load)
    aggregate = "/".join(get_args(event.model_fields["aggregate"].annotation))
    return "\n".join(
        [
            f"### {name}",
            f"Aggregate: `{aggregate}`. {_said(event)}",
            "",
            f"Data: {_said(data)}",
            "",
            "| field | type | |",
            "|---|---|---|",
            *_rows(data),
            "",
        ]
    )


def _rows(data: Any) -> Iterator[str]:
    schema = data.model_json_schema()
    for name, field in schema["properties"].items():
        about = field.get("description", "")
        optional = "" if name in schema.get("required", []) else "optional"
        yield f"| `{name}` | {_type(field, schema)} | {'; '.join(filter(None, [optional, about]))} |"


def _type(field: dict[str, Any], schema: dict[str, Any]) -> str:
    """A JSON schema in a few words."""
    match field:
        case {"$ref": reference}:
            words = _type(schema["$defs"][reference.rpartition("/")[2]], schema)
        case {"anyOf": choices}:
            words = " or ".join(_type(choice, schema) for choice in choices)
        case {"enum": values}:
            words = ", ".join(f"`{value}`" for value in values)
        case {"const": value}:
            words = f"`{value}`"
        case {"type": "array", "items": items}:
            words = f"list of {_type(items, schema)}"
        case {"properties": properties}:
            fields = (f"{name}: {_type(inner, schema)}" for name, inner in properties.items())
            words = f"object {{{', '.join(fields)}}}"
        case _:
            words = str(field.get("format", field.get("type", "any")))
    return words


def _said(cls: type) -> str:
    """A docstring on one line; tables and lists do not survive, so events have none."""
    return " ".join((inspect.getdoc(cls) or "").split())
