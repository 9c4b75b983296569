"""Versions of templates. One that is kept never changes: what is scheduled for next year says what it said.

| entity                 | pk              | sk             | index 1         | members                     |
|------------------------|-----------------|----------------|-----------------|-----------------------------|
| notification_templates | TEMPLATE#<name> | HEAD           | TEMPLATES, name | version, variables          |
| notification_templates | TEMPLATE#<name> | VERSION#<0007> |                 | body (JSON), name, version  |

A head says which version new notifications get. A name without one has what ships.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from omnilife.core.clock import rfc3339
from omnilife.core.conditions import attribute, missing
from omnilife.core.table import Put, Table
from omnilife.notifications.message_templates import (
    FIRST_OWN,
    SHIPPED,
    Template,
    shipped,
    shipped_names,
)
from omnilife.notifications.problems import MissingVariables, UnknownTemplate
from omnilife.notifications.store_notes import NotesSettings


@dataclass(frozen=True, slots=True)
class TemplateStore:
    """Templates by name and version; `seen` keeps versions, which never change, for the process's life."""

    table: Table
    seen: dict[tuple[str, int], Template] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(NotesSettings.from_environment().notifications_table))

    def pin(self, template: str, data: Mapping[str, Any]) -> int:
        """The version that a notification made now says, for ever; `data` has all that it takes.

        Cost: half a read unit.

        Raises:
            UnknownTemplate: there is none of that name.
            MissingVariables: names them.
        """
        head = self.table.get(f"TEMPLATE#{template}", "HEAD")
        if head is None:
            return pin_shipped(template, data)
        _check(head["variables"], data)
        return int(head["version"])

    def current(self, name: str) -> Template | None:
        """The version that new notifications get."""
        head = self.table.get(f"TEMPLATE#{name}", "HEAD", consistent=True)
        return shipped(name) if head is None else self.version(name, int(head["version"]))

    def version(self, name: str, version: int) -> Template | None:
        """One version. Cost: nothing, or half a read unit each 4 KB the first time."""
        if version < FIRST_OWN:
            return shipped(name) if version == SHIPPED else None
        if (name, version) not in self.seen:
            item = self.table.get(f"TEMPLATE#{name}", f"VERSION#{version:08}", consistent=True)
            if item is None:
                return None
            self.seen[name, version] = Template.model_validate_json(item["body"])
        return self.seen[name, version]

    def versions(self, name: str) -> list[int]:
        """All versions of a name, the latest first; at most a hundred of the shop's own."""
        page = self.table.query(f"TEMPLATE#{name}", begins_with="VERSION#", limit=100, forward=False)
        own = [int(item["version"]) for item in page.items]
        return [*own, *([SHIPPED] if name in shipped_names() else [])]

    def heads(self) -> dict[str, Mapping[str, Any]]:
        """Every name that the shop has versions of its own of: version, variables, updated_at.

        The first 1,000 of them.
        """
        found: dict[str, Mapping[str, Any]] = {}
        after = None
        while len(found) < MOST_NAMES:
            page = self.table.query("TEMPLATES", index="index1", limit=200, after=after)
            found |= {item["i1sk"]: item for item in page.items}
            after = page.last_key
            if after is None:
                break
        return found

    def add(self, template: Template, *, before: int | None) -> None:
        """Keep a version and make it the one that new notifications get.

        Args:
            before: the shop's own version that was the current one; None: there was none.

        Raises:
            ConditionFailed: another version came meanwhile.
        """
        pk = f"TEMPLATE#{template.name}"
        fresh = missing("pk") if before is None else attribute("version") == before
        shared = {"entity": "notification_templates", "version": template.version}
        head = {
            **shared,
            "pk": pk,
            "sk": "HEAD",
            "i1pk": "TEMPLATES",
            "i1sk": template.name,
            "variables": list(template.variables),
            "updated_at": rfc3339(template.updated_at) if template.updated_at else "",
        }
        version = {
            **shared,
            "pk": pk,
            "sk": f"VERSION#{template.version:08}",
            "body": template.model_dump_json(),
        }
        self.table.transact(
            [Put(version, condition=missing("pk"), name="version"), Put(head, condition=fresh, name="head")]
        )


MOST_NAMES = 1_000


def pin_shipped(template: str, data: Mapping[str, Any]) -> int:
    """As `TemplateStore.pin`, of what ships alone.

    Raises:
        UnknownTemplate, MissingVariables
    """
    found = shipped(template)
    if found is None:
        raise UnknownTemplate(template)
    _check(found.variables, data)
    return found.version


def _check(variables: Any, data: Mapping[str, Any]) -> None:
    if absent := set(variables) - data.keys():
        raise MissingVariables(sorted(absent))
